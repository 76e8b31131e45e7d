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

from orggraph.changes import RoleChange
from orggraph.errors import OrgGraphError
from orggraph.graph import AsOf, OrgGraph, open
from orggraph.period import Moment, Period
from orggraph.snapshot import Answer
from orggraph.version import __version__

__all__ = ["Answer", "AsOf", "Moment", "OrgGraph", "OrgGraphError", "Period", "RoleChange", "__version__", "open"]
