"""The shape of the organization on one day: a graph of reporting lines, its layers, spans and headcounts.

Why only solid lines make layers and spans: they are meant to be a forest, dotted ones are not. Where the solid lines
do run in a circle, everybody on it shares a layer and nobody is lost.
Why a post that is held does not count beside its holder: a line between posts is there again between the people, so
counting both would count it twice. A post of which nobody is named counts, since somebody reports to it or is to be
reported on; it is vacant only where no source says that its holder is withheld or unknown, or that it is eliminated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from statistics import mean, median, quantiles
from typing import TYPE_CHECKING, NamedTuple

from orggraph.facts import DERIVED, LINE, MEMBERSHIP, PLACE, REPORTS_DOTTED_TO, Fact
from orggraph.period import iso
from orggraph.snapshot import CERTAIN, POSSIBLE, PRESUMED, VACANT, Snapshot

if TYPE_CHECKING:
    import networkx

_RANK = {CERTAIN: 0, PRESUMED: 1, POSSIBLE: 2}


class Headcount(NamedTuple):
    """People in office in a unit itself, and in it with all units below; each person counts once.

    ``certain`` leaves out who is there only possibly.
    """

    iri: str
    name: str
    own: int
    total: int
    certain: int


def to_networkx(snapshot: Snapshot) -> networkx.DiGraph[str]:
    """Make the graph of reporting lines, from who reports to whom, with everybody in office as a node.

    Nodes are IRIs with ``name``, ``kind`` (person, post, …), ``post``, ``unit``, ``organization`` (names; several
    joined by ``; ``), ``certainty`` of being in office (empty for who only stands at the end of a line), ``vacant`` (a
    post nobody holds) and ``absence``, why a post names nobody (`Snapshot.reason`; empty where it does). Edges have
    ``line`` (direct or dotted; direct where both are stated), ``certainty`` and ``derived`` (true where no source
    states it of the two themselves). Nodes and edges are sorted.
    """
    import networkx  # heavy: only for who asks for the shape

    graph: networkx.DiGraph[str] = networkx.DiGraph(as_of=iso(snapshot.day))
    held = in_office(snapshot)
    lines = [fact for fact in snapshot.facts(LINE) if isinstance(fact.object, str)]
    posts = {fact.post for facts in held.values() for fact in facts}
    placed: dict[str, list[Fact]] = {}
    for fact in snapshot.facts(PLACE):
        if snapshot.kind(fact.subject) == "post":
            placed.setdefault(fact.subject, []).append(fact)
    ends = {iri for fact in lines for iri in (fact.subject, str(fact.object))}
    for iri in sorted(held.keys() | ends | (placed.keys() - posts)):
        absence = snapshot.reason(iri) if snapshot.kind(iri) == "post" and iri not in posts else ""
        said = _node(snapshot, iri, held.get(iri, []), placed.get(iri, []))
        graph.add_node(iri, **said, vacant=absence == VACANT, absence=absence)
    best: dict[tuple[str, str], Fact] = {}
    for fact in sorted(lines, key=lambda f: (f.predicate == REPORTS_DOTTED_TO, _RANK[snapshot.certainty(f)])):
        pair = (fact.subject, str(fact.object))
        if pair not in best or (DERIVED in best[pair].flags and fact.predicate == best[pair].predicate
                                and DERIVED not in fact.flags):  # fmt: skip
            best[pair] = fact
    for pair in sorted(best):
        fact = best[pair]
        line = "dotted" if fact.predicate == REPORTS_DOTTED_TO else "direct"
        graph.add_edge(*pair, line=line, certainty=snapshot.certainty(fact), derived=DERIVED in fact.flags)
    _lead_to_holders(graph, {p: {f.post: snapshot.certainty(f) for f in reversed(facts)} for p, facts in held.items()})
    return graph


def _lead_to_holders(graph: networkx.DiGraph[str], held: dict[str, dict[str, str]]) -> None:
    """Let a post that names nobody report to whoever holds the post that it reports to, as its holder would.

    ``held`` gives the posts of each person with how certain that is.
    """
    holders: dict[str, list[str]] = {}
    for person, posts in sorted(held.items()):
        for post in posts:
            holders.setdefault(post, []).append(person)
    lines = [(below, above, said) for below, above, said in graph.edges(data=True) if graph.nodes[below]["absence"]]
    for below, above, said in lines:
        for person in holders.get(above, ()):
            if not graph.has_edge(below, person):
                weaker = max(str(said["certainty"]), held[person][above], key=lambda label: _RANK[label])
                graph.add_edge(below, person, line=said["line"], certainty=weaker, derived=True)


def in_office(snapshot: Snapshot) -> dict[str, list[Fact]]:
    """Give the memberships of everybody who is in office on some reading, by the person's IRI, certain ones first."""
    held: dict[str, list[Fact]] = {}
    for fact in snapshot.facts(MEMBERSHIP):
        if "not in office" not in snapshot.notes(fact):
            held.setdefault(fact.subject, []).append(fact)
    for facts in held.values():
        facts.sort(key=lambda fact: _RANK[snapshot.certainty(fact)])
    return held


def layers(graph: networkx.DiGraph[str]) -> dict[str, int]:
    """Give the layer of every node on solid lines: 1 at the top, else one below the highest manager.

    Nodes on a circle of lines share the layer; a node without solid lines stands on layer 1. Linear in the lines.

    >>> from networkx import DiGraph
    >>> sorted(layers(DiGraph([("Ben", "Ann", {"line": "direct"}), ("Cid", "Ben", {"line": "direct"})])).items())
    [('Ann', 1), ('Ben', 2), ('Cid', 3)]
    """
    import networkx  # heavy: only for who asks for the shape

    solid = _solid(graph)
    dag = networkx.condensation(solid)
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
    solid = _solid(graph)
    counts = {node: sum(_counts(graph, below) for below in solid.predecessors(node)) for node in solid}
    return {node: count for node, count in counts.items() if count}


def headcount(snapshot: Snapshot) -> list[Headcount]:
    """Count the people of every unit and organization, largest first, then by name."""
    own: dict[str, dict[str, bool]] = {}
    for person, facts in in_office(snapshot).items():
        for fact in facts:
            people = own.setdefault(str(fact.object), {})
            people[person] = people.get(person, False) or snapshot.certainty(fact) != POSSIBLE
    above: dict[str, list[str]] = {}
    for fact in snapshot.facts(PLACE):
        if snapshot.kind(fact.subject) != "post":
            above.setdefault(fact.subject, []).append(str(fact.object))
    total: dict[str, dict[str, bool]] = {}
    for unit, people in own.items():
        for place in _upwards(unit, above):
            known = total.setdefault(place, {})
            known.update({person: known.get(person, False) or firm for person, firm in people.items()})
    rows = [
        Headcount(iri, snapshot.name(iri), len(own.get(iri, ())), len(people), sum(people.values()))
        for iri, people in total.items()
    ]
    return sorted(rows, key=lambda row: (-row.total, row.name, row.iri))


def stats(snapshot: Snapshot) -> dict[str, object]:
    """Describe the shape of a day in numbers, under stable keys, ready for JSON.

    ``vacant_posts`` are those nobody holds, ``other_posts_without_a_name`` those of which a source says something else
    (withheld, unknown, eliminated), by what it says. ``layers`` counts people by layer, ``span`` describes the direct
    reports of those who have some (90th percentile: inclusive, interpolated), ``several_managers`` and ``tops`` name
    people.

    >>> from orggraph.timeline import Timeline
    >>> stats(Snapshot(Timeline([]), 739527))["as_of"]
    '2025-10-03'
    """
    graph = to_networkx(snapshot)
    people = [node for node, kind in graph.nodes(data="kind") if kind == "person"]
    level = layers(graph)
    depths = [level[person] for person in people]
    direct = {person: _managers(graph, person) for person in people}
    lines = [line for _, _, line in graph.edges(data="line")]
    reasons = Counter(absence for _, absence in graph.nodes(data="absence") if absence)
    tops = [p for p in people if not direct[p] and any(_counts(graph, below) for below in _below(graph, p))]
    return {
        "as_of": iso(snapshot.day),
        "people": len(people),
        "people_certain": sum(graph.nodes[person]["certainty"] in (CERTAIN, PRESUMED) for person in people),
        "vacant_posts": reasons.pop(VACANT, 0),
        "other_posts_without_a_name": dict(sorted(reasons.items())),
        "direct_lines": lines.count("direct"),
        "dotted_lines": lines.count("dotted"),
        "layers": {str(depth): depths.count(depth) for depth in sorted(set(depths))},
        "span": _distribution([span for node, span in spans(graph).items() if _counts(graph, node)]),
        "tops": _names(graph, tops),
        "several_managers": _names(graph, [p for p in people if len(direct[p]) > 1]),
        "headcount": [row._asdict() for row in headcount(snapshot)],
    }


def _node(snapshot: Snapshot, iri: str, held: list[Fact], placed: list[Fact]) -> dict[str, object]:
    places = list(dict.fromkeys(str(fact.object) for fact in held or placed))
    units = [place for place in places if snapshot.kind(place) == "unit"]
    return {
        "name": snapshot.name(iri),
        "kind": snapshot.kind(iri),
        "post": "; ".join(dict.fromkeys(snapshot.name(fact.post) for fact in held if fact.post)),
        "unit": "; ".join(snapshot.name(unit) for unit in units),
        "organization": "; ".join(dict.fromkeys(snapshot.name(snapshot.organization_of(place)) for place in places)),
        "certainty": snapshot.certainty(held[0]) if held else "",
    }


def _solid(graph: networkx.DiGraph[str]) -> networkx.DiGraph[str]:
    solid: networkx.DiGraph[str] = graph.__class__()
    solid.add_nodes_from(graph)
    solid.add_edges_from((below, above) for below, above, line in graph.edges(data="line") if line == "direct")
    return solid


def _counts(graph: networkx.DiGraph[str], node: str) -> bool:
    """Tell whether a node counts by itself: anything but a post that somebody holds."""
    return bool(graph.nodes[node]["kind"] != "post" or graph.nodes[node]["absence"])


def _managers(graph: networkx.DiGraph[str], node: str) -> list[str]:
    above = [up for _, up, line in graph.out_edges(node, data="line") if line == "direct"]
    return [up for up in above if _counts(graph, up)] or above


def _below(graph: networkx.DiGraph[str], node: str) -> list[str]:
    return [below for below, _, line in graph.in_edges(node, data="line") if line == "direct"]


def _upwards(unit: str, above: dict[str, list[str]]) -> list[str]:
    """List the unit and all places above it, each once."""
    found = {unit: None}
    todo = [unit]
    while todo:
        fresh = [place for place in above.get(todo.pop(), ()) if place not in found]
        found.update(dict.fromkeys(fresh))
        todo += fresh
    return list(found)


def _distribution(numbers: list[int]) -> dict[str, float]:
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


def _names(graph: networkx.DiGraph[str], nodes: Iterable[str]) -> list[str]:
    return sorted(str(graph.nodes[node]["name"]) for node in nodes)
