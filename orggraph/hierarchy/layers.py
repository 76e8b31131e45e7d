"""Layers and spans of control.

Why only solid lines make layers and spans: they are meant to be a forest, dotted ones are not. Where the solid lines
do run in a circle, everybody on it shares a layer and nobody is lost.
"""

from __future__ import annotations

from statistics import mean, median, quantiles
from typing import TYPE_CHECKING

from orggraph.hierarchy.lines import counts, solid

if TYPE_CHECKING:
    import networkx

NARROW, WIDE = 3, 12
"""A span of fewer than `NARROW` direct reports is under-wide, one of more than `WIDE` over-wide, unless told otherwise.

A convention and no law: what is right depends on the work. Between three and twelve leaves out what nobody disputes.
"""


def layers(graph: networkx.DiGraph[str]) -> dict[str, int]:
    """Give the layer of every node on solid lines: 1 at the top, else one below the highest manager.

    Nodes on a circle of lines share the layer; a node without solid lines stands on layer 1. Linear in the lines.

    >>> from networkx import DiGraph
    >>> sorted(layers(DiGraph([("Ben", "Ann", {"line": "direct"}), ("Cid", "Ben", {"line": "direct"})])).items())
    [('Ann', 1), ('Ben', 2), ('Cid', 3)]
    """
    import networkx  # heavy: only for who asks for the shape

    dag = networkx.condensation(solid(graph))
    layer: dict[int, int] = {}
    for group in reversed(list(networkx.topological_sort(dag))):
        layer[group] = 1 + min((layer[above] for above in dag.successors(group)), default=0)
    return {node: layer[group] for node, group in dag.graph["mapping"].items()}


def spans(graph: networkx.DiGraph[str]) -> dict[str, int]:
    """Count the direct reports of everybody who has some: people and posts that name nobody, on solid lines only.

    >>> from networkx import DiGraph
    >>> graph = DiGraph([("Ben", "Ann", {"line": "direct"}), ("Cid", "Ann", {"line": "dotted"})])
    >>> graph.add_nodes_from(["Ann", "Ben", "Cid"], kind="person")
    >>> spans(graph)
    {'Ann': 1}
    """
    made = solid(graph)
    found = {node: sum(counts(graph, below) for below in made.predecessors(node)) for node in made}
    return {node: span for node, span in found.items() if span}


def distribution(numbers: list[int]) -> dict[str, float]:
    """Describe spans: how many managers, their median, mean, 90th percentile (inclusive, interpolated) and maximum."""
    if not numbers:
        return {"managers": 0, "median": 0, "mean": 0, "p90": 0, "max": 0}
    tenths = quantiles(numbers, n=10, method="inclusive") if len(numbers) > 1 else [numbers[0]] * 9
    return {
        "managers": len(numbers),
        "median": median(numbers),
        "mean": round(mean(numbers), 2),
        "p90": round(tenths[8], 2),
        "max": max(numbers),
    }
