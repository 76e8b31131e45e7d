"""Single points of failure: whose loss cuts most people off from the top, and who ties the dotted lines together.

Why dominators (T. Lengauer, R. E. Tarjan, TOPLAS 1, 1979): whoever stands on every way down from the tops to somebody
cuts that one off. Somebody with a second direct manager elsewhere is not cut off by the loss of either. Where the lines
run in a circle without a top, each on it counts as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from orggraph.hierarchy.lines import managers

if TYPE_CHECKING:
    import networkx

LARGE, PIVOTS = 2_000, 500
"""In more than so many nodes betweenness is estimated from so many of them, always the same."""


class Bottleneck(NamedTuple):
    """Who or which post it is, with the posts held, how many people it cuts off, and their share of all people."""

    iri: str
    name: str
    post: str
    cut_off: int
    share: float


class Tie(NamedTuple):
    """Somebody on dotted lines, with how often they lie between two others, from 0 to 1."""

    iri: str
    name: str
    betweenness: float


def bottlenecks(graph: networkx.DiGraph[str], *, most: int | None = None) -> list[Bottleneck]:
    """List who cuts off anybody, the most first, then by name; ``most`` limits how many are listed."""
    import networkx  # heavy: only for who asks for the shape

    down: networkx.DiGraph[str] = graph.__class__()
    down.add_nodes_from(graph)
    down.add_edges_from((above, node) for node in graph for above in managers(graph, node))
    dag = networkx.condensation(down)
    root = ""  # no IRI
    tops = [group for group in dag if not dag.in_degree(group)]
    down.add_edges_from((root, node) for group in tops for node in dag.nodes[group]["members"])
    above = networkx.immediate_dominators(down, root) if graph else {}
    people = {node for node, kind in graph.nodes(data="kind") if kind == "person"}
    found = {node: count - (node in people) for node, count in _sizes(above, people, root).items()}
    rows = [
        Bottleneck(node, said["name"], said["post"], found[node], round(found[node] / len(people), 4))
        for node, said in graph.nodes(data=True) if found.get(node)
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (-row.cut_off, row.name, row.iri))[:most]


def _sizes(above: dict[str, str], people: set[str], root: str) -> dict[str, int]:
    """Count the people in each tree of dominators, without recursion."""
    import networkx  # heavy: only for who asks for the shape

    tree: networkx.DiGraph[str] = networkx.DiGraph()
    tree.add_nodes_from(above)
    tree.add_edges_from((node, up) for node, up in above.items() if up is not None and up != node)
    sizes: dict[str, int] = {}
    for node in networkx.topological_sort(tree):  # from below
        sizes[node] = (node in people) + sum(sizes[under] for under in tree.predecessors(node))
    sizes.pop(root, None)
    return sizes


def dotted_ties(graph: networkx.DiGraph[str], *, most: int | None = None) -> list[Tie]:
    """List who lies between others on dotted lines, whichever way they run, the most first, then by name.

    Betweenness is that of L. C. Freeman (Sociometry 40, 1977), normalized; exact up to `LARGE` nodes.
    """
    import networkx  # heavy: only for who asks for the shape

    dotted: networkx.Graph[str] = networkx.Graph()
    dotted.add_edges_from((one, other) for one, other, line in graph.edges(data="line") if line == "dotted")
    pivots = PIVOTS if len(dotted) > LARGE else None
    between = networkx.betweenness_centrality(dotted, k=pivots, seed=0)
    rows = [Tie(node, graph.nodes[node]["name"], round(share, 4)) for node, share in between.items() if share]
    return sorted(rows, key=lambda row: (-row.betweenness, row.name, row.iri))[:most]
