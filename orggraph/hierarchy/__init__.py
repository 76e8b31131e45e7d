"""The shape of the organization on one day.

- `lines`: the graph of reporting lines; `layers`: layers and spans of control; `headcount`: people by unit
- `bottlenecks`: single points of failure, and who ties the dotted lines together
- `disagreements`: where the unit tree and the reporting tree disagree
- `stats`: all of it in numbers; `tables`: as text and CSV

How it develops over time is in `orggraph.trends`.
"""

from __future__ import annotations

from orggraph.hierarchy.bottlenecks import bottlenecks, dotted_ties
from orggraph.hierarchy.disagreements import disagreements
from orggraph.hierarchy.headcount import Headcount, headcount
from orggraph.hierarchy.layers import NARROW, WIDE, layers, spans
from orggraph.hierarchy.lines import in_office, to_networkx
from orggraph.hierarchy.stats import stats
from orggraph.hierarchy.tables import as_csv, as_text

__all__ = [
    "NARROW", "WIDE", "Headcount", "as_csv", "as_text", "bottlenecks", "disagreements", "dotted_ties", "headcount",
    "in_office", "layers", "spans", "stats", "to_networkx",
]  # fmt: skip
