"""Publishing a ledger on a SPARQL engine elsewhere: what is to be written, and writing it.

`days` tells on which days each plain triple is there, `plan` what a publication has to add and to remove, `writing`
puts it on the engine; `layout` names the graphs.
"""

from orggraph.publication.layout import Layout, Marker
from orggraph.publication.plan import Plan, plan
from orggraph.publication.writing import Report, clear, prepare, publish, read_marker

__all__ = ["Layout", "Marker", "Plan", "Report", "clear", "plan", "prepare", "publish", "read_marker"]
