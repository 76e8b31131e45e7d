"""The shape of the organization on a day in numbers, under stable keys, ready for JSON.

Why the shape is told twice: a line or a person that is only possible makes layers and spans possible, too. The figures
at the top count everything possible on the day. Those under ``certain`` are of the people and lines that are there on
every reading of the dates; nobody counts there as a top, a contributor or under-wide who on some reading is not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from orggraph.facts import PLACE, POST_IN, Fact
from orggraph.hierarchy.bottlenecks import bottlenecks, dotted_ties
from orggraph.hierarchy.disagreements import disagreements
from orggraph.hierarchy.headcount import certainly_in_office, headcount
from orggraph.hierarchy.layers import NARROW, WIDE, distribution, layers, spans
from orggraph.hierarchy.lines import below, certain_part, counts, in_office, managers, to_networkx
from orggraph.period import iso
from orggraph.snapshot import VACANT, Snapshot

if TYPE_CHECKING:
    import networkx

LISTED = 10
"""So many single points of failure, and so many ties of dotted lines, are listed."""


def stats(
    snapshot: Snapshot, *, narrow: int = NARROW, wide: int = WIDE, tree: Snapshot | None = None
) -> dict[str, object]:
    """Describe the shape of a day; `results.stats_schema` describes the document.

    ``vacant_posts`` are those nobody holds on any reading, ``vacant_posts_possible`` those that nobody holds on some,
    ``other_posts_without_a_name`` those of which a source says something else (withheld, unknown, eliminated), by what
    it says. ``layers`` counts people by layer, ``span`` describes the direct reports of those who have some (90th
    percentile: inclusive, interpolated), ``several_managers`` and ``tops`` name people. ``narrow`` and ``wide`` are the
    bounds of spans. With ``tree`` units are counted by the unit tree of that other day.

    >>> from orggraph.timeline import Timeline
    >>> stats(Snapshot(Timeline([]), 739527))["as_of"]
    '2025-10-03'
    """
    graph, held = to_networkx(snapshot), in_office(snapshot)
    lines = [line for _, _, line in graph.edges(data="line")]
    reasons = Counter(absence for _, absence in graph.nodes(data="absence") if absence)
    bounds = {"narrow": narrow, "wide": wide}
    part, shape = certain_part(graph), _shape(graph, graph, narrow, wide)
    all_certain = part.size() == graph.size() and len(part) == len(graph)
    vacant = reasons.pop(VACANT, 0)
    return {
        "as_of": iso(snapshot.day),
        "organization": "day" if tree is None else iso(tree.day),
        "people": len(held),
        "people_certain": sum(certainly_in_office(snapshot, facts) for facts in held.values()),
        "vacant_posts": vacant,
        "vacant_posts_possible": vacant + _possibly_vacant(snapshot),
        "other_posts_without_a_name": dict(sorted(reasons.items())),
        "direct_lines": lines.count("direct"),
        "dotted_lines": lines.count("dotted"),
        "span_bounds": bounds,
        **shape,
        "certain": shape if all_certain else _shape(part, graph, narrow, wide),
        "disagreements": [row._asdict() for row in disagreements(snapshot, graph)],
        "headcount": [row._asdict() for row in headcount(snapshot, tree=tree)],
    }


def _shape(graph: networkx.DiGraph[str], whole: networkx.DiGraph[str], narrow: int, wide: int) -> dict[str, object]:
    """Describe the lines of a graph; who is no top, no contributor or not under-wide in the ``whole`` is none here."""
    people = [node for node, kind in graph.nodes(data="kind") if kind == "person"]
    level = layers(graph)
    depths = [level[person] for person in people]
    tops = [p for p in people if not managers(whole, p) and any(counts(graph, under) for under in below(graph, p))]
    span = {node: number for node, number in spans(graph).items() if counts(graph, node)}
    able = spans(whole)
    leading, others = sum(person in span for person in people), sum(person not in able for person in people)
    return {
        "layers": {str(depth): depths.count(depth) for depth in sorted(set(depths))},
        "span": distribution(list(span.values())),
        "over_wide": _spans(graph, {node: number for node, number in span.items() if number > wide}),
        "under_wide": _spans(graph, {node: number for node, number in span.items() if able[node] < narrow}),
        "managers": leading,
        "contributors": others,
        "contributors_per_manager": round(others / leading, 2) if leading else None,
        "tops": _names(graph, tops),
        "several_managers": _names(graph, [p for p in people if len(managers(graph, p)) > 1]),
        "single_points_of_failure": [row._asdict() for row in bottlenecks(graph, most=LISTED)],
        "dotted_betweenness": [row._asdict() for row in dotted_ties(graph, most=LISTED)],
    }


def _possibly_vacant(snapshot: Snapshot) -> int:
    """Count the posts that somebody holds on some reading, and nobody on another."""
    posts = {fact.subject for fact in snapshot.facts(PLACE) if fact.predicate == POST_IN}
    held: dict[str, list[Fact]] = {}
    for fact in (fact for facts in in_office(snapshot).values() for fact in facts if fact.post in posts):
        held.setdefault(fact.post, []).append(fact)
    return sum(not certainly_in_office(snapshot, facts) for facts in held.values())


def _spans(graph: networkx.DiGraph[str], found: dict[str, int]) -> list[dict[str, object]]:
    """List who has which span, the widest first, then by name."""
    rows: list[dict[str, object]] = [
        {"iri": node, "name": graph.nodes[node]["name"], "post": graph.nodes[node]["post"], "span": number}
        for node, number in sorted(found.items(), key=lambda one: (-one[1], graph.nodes[one[0]]["name"], one[0]))
    ]
    return rows


def _names(graph: networkx.DiGraph[str], nodes: Iterable[str]) -> list[str]:
    return sorted(str(graph.nodes[node]["name"]) for node in nodes)
