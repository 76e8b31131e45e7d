"""The reporting lines of a day as GraphML (http://graphml.graphdrawing.org), for programs that lay out graphs.

Nodes and edges are those of `hierarchy.to_networkx`, under the same attributes; what is only possible is there, and
says so in ``certainty``. Left out are the periods and the sources.
"""

from __future__ import annotations

from collections.abc import Mapping

from orggraph.exchange.xml import attribute, document, element, text
from orggraph.hierarchy import to_networkx
from orggraph.period import iso
from orggraph.snapshot import Snapshot

_NODE = {"name": "string", "kind": "string", "post": "string", "unit": "string", "organization": "string",
         "certainty": "string", "vacant": "boolean", "absence": "string"}  # fmt: skip
_EDGE = {"line": "string", "certainty": "string", "derived": "boolean"}


def as_graphml(snapshot: Snapshot) -> str:
    """Write the graph of a day, sorted by IRI."""
    graph = to_networkx(snapshot)
    lines = ['<graphml xmlns="http://graphml.graphdrawing.org/xmlns">']
    for scope, names in (("node", _NODE), ("edge", _EDGE)):
        lines += [element("key", {"id": f"{scope}.{name}", "for": scope, "attr.name": name, "attr.type": kind})
                  for name, kind in names.items()]  # fmt: skip
    lines.append(f'<graph id={attribute(iso(snapshot.day))} edgedefault="directed">')
    for iri, said in graph.nodes(data=True):
        lines += [f"<node id={attribute(iri)}>", *_data("node", _NODE, said), "</node>"]
    for source, target, said in graph.edges(data=True):
        lines += [
            f"<edge source={attribute(source)} target={attribute(target)}>",
            *_data("edge", _EDGE, said),
            "</edge>",
        ]
    return document([*lines, "</graph>", "</graphml>"])


def _data(scope: str, names: Mapping[str, str], said: Mapping[str, object]) -> list[str]:
    """Write what is said of a node or an edge; what is empty is left out."""
    values = {name: str(said[name]).lower() if kind == "boolean" else str(said[name]) for name, kind in names.items()}
    return [f'  <data key="{scope}.{name}">{text(value)}</data>' for name, value in values.items() if value]
