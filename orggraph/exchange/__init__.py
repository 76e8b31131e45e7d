"""Forms for other programs, in which something is left out: of a day, or of all of time.

- of a day: a ``roster`` in CSV, which is read back as one; ``graphml`` for graph programs; ``mermaid`` for documents
- of all of time: ``gexf`` with spells, and ``popolo``

What is lossless is in `orggraph.rdf` and `orggraph.sources`. Why these are text and not files: where a text goes is for
the doors to say.
"""

from __future__ import annotations

from orggraph.changes import unknown_word
from orggraph.chart.chart import chart_of
from orggraph.errors import UnsupportedError
from orggraph.exchange.gexf import as_gexf
from orggraph.exchange.graphml import as_graphml
from orggraph.exchange.popolo import as_popolo
from orggraph.exchange.roster import as_roster
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline


def as_mermaid(snapshot: Snapshot) -> str:
    """Write the org chart of the day as a Mermaid flowchart; see `chart.mermaid`."""
    return chart_of(snapshot).mermaid()


DAY_FORMATS = {"roster": as_roster, "graphml": as_graphml, "mermaid": as_mermaid}
"""The forms of a day."""
HISTORY_FORMATS = {"gexf": as_gexf, "popolo": as_popolo}
"""The forms of all of time."""


def write_day(snapshot: Snapshot, format: str) -> str:
    """Write the organization of a day in one of `DAY_FORMATS`."""
    if format not in DAY_FORMATS:
        raise UnsupportedError(unknown_word(format, DAY_FORMATS, "form of a day"))
    return DAY_FORMATS[format](snapshot)


def write_history(timeline: Timeline, format: str) -> str:
    """Write what is believed of all of time in one of `HISTORY_FORMATS`."""
    if format not in HISTORY_FORMATS:
        raise UnsupportedError(unknown_word(format, HISTORY_FORMATS, "form of all of time"))
    return HISTORY_FORMATS[format](timeline)


__all__ = ["DAY_FORMATS", "HISTORY_FORMATS", "write_day", "write_history"]
