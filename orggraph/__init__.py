"""orggraph: an org chart that remembers every day.

Role changes are loaded as dated RDF; the organization is given back as it was on any day, as a graph to query with
SPARQL, as a chart to look at, as a diff between two days.

    >>> import orggraph
    >>> org = orggraph.open()
    >>> report = org.load([{"kind": "starts", "person": "Ada", "post": "CTO", "organization": "Acme",
    ...                     "effective": "2024-05-01", "reports_to": "Grace"}])
    >>> [(row.name, row.post, row.since) for row in org.as_of("2024-06-01").reports_to("Grace")]
    [('Ada', 'CTO', '2024-05-01')]
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from orggraph.version import __version__

if TYPE_CHECKING:
    from orggraph.as_of import AsOf
    from orggraph.changes import RoleChange
    from orggraph.errors import OrgGraphError
    from orggraph.graph import OrgGraph
    from orggraph.opening import open, restore
    from orggraph.period import Moment, Period
    from orggraph.snapshot import Answer
    from orggraph.sources.git_history import GitHistory

_HOMES = {
    "Answer": "snapshot", "AsOf": "as_of", "GitHistory": "sources.git_history", "Moment": "period",
    "OrgGraph": "graph", "OrgGraphError": "errors", "Period": "period", "RoleChange": "changes", "open": "opening",
    "restore": "opening",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Import a public name when it is first used, so that ``import orggraph`` and the command line start fast."""
    if name not in _HOMES:
        raise AttributeError(f"module 'orggraph' has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"orggraph.{_HOMES[name]}"), name)
    return value


__all__ = [
    "Answer", "AsOf", "GitHistory", "Moment", "OrgGraph", "OrgGraphError", "Period", "RoleChange", "__version__",
    "open", "restore",
]  # fmt: skip
