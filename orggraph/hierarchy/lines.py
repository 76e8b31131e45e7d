"""The reporting lines of a day as a graph of `networkx`, with everybody in office and every post that names nobody.

Why a post that is held does not count beside its holder: a line between posts is there again between the people, so
counting both would count it twice. A post of which nobody is named counts, since somebody reports to it or is to be
reported on; it is vacant only where no source says that its holder is withheld or unknown, or that it is eliminated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from orggraph.facts import DERIVED, LINE, MEMBERSHIP, PLACE, REPORTS_DOTTED_TO, Fact
from orggraph.period import iso
from orggraph.snapshot import CERTAIN, POSSIBLE, PRESUMED, VACANT, Snapshot

if TYPE_CHECKING:
    import networkx

RANK = {CERTAIN: 0, PRESUMED: 1, POSSIBLE: 2}
"""The labels of certainty, the strongest first."""


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
    for fact in sorted(lines, key=lambda f: (f.predicate == REPORTS_DOTTED_TO, RANK[snapshot.certainty(f)])):
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
                weaker = max(str(said["certainty"]), held[person][above], key=lambda label: RANK[label])
                graph.add_edge(below, person, line=said["line"], certainty=weaker, derived=True)


def in_office(snapshot: Snapshot) -> dict[str, list[Fact]]:
    """Give the memberships of everybody who is in office on some reading, by the person's IRI, certain ones first."""
    held: dict[str, list[Fact]] = {}
    for fact in snapshot.facts(MEMBERSHIP):
        if "not in office" not in snapshot.notes(fact):
            held.setdefault(fact.subject, []).append(fact)
    for facts in held.values():
        facts.sort(key=lambda fact: RANK[snapshot.certainty(fact)])
    return held


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


def solid(graph: networkx.DiGraph[str]) -> networkx.DiGraph[str]:
    """Give the direct lines alone, with all nodes."""
    made: networkx.DiGraph[str] = graph.__class__()
    made.add_nodes_from(graph)
    made.add_edges_from((below, above) for below, above, line in graph.edges(data="line") if line == "direct")
    return made


def counts(graph: networkx.DiGraph[str], node: str) -> bool:
    """Tell whether a node counts by itself: anything but a post that somebody holds."""
    return bool(graph.nodes[node]["kind"] != "post" or graph.nodes[node]["absence"])


def managers(graph: networkx.DiGraph[str], node: str) -> list[str]:
    """List to whom a node reports directly: those that count by themselves, else the posts."""
    above = [up for _, up, line in graph.out_edges(node, data="line") if line == "direct"]
    return [up for up in above if counts(graph, up)] or above


def below(graph: networkx.DiGraph[str], node: str) -> list[str]:
    """List what reports directly to a node."""
    return [under for under, _, line in graph.in_edges(node, data="line") if line == "direct"]


def certain_part(graph: networkx.DiGraph[str]) -> networkx.DiGraph[str]:
    """Leave out the lines that are only possible, and who is in office only possibly."""
    part: networkx.DiGraph[str] = graph.__class__()
    part.add_nodes_from((node, said) for node, said in graph.nodes(data=True) if said["certainty"] != POSSIBLE)
    part.add_edges_from(
        (under, above, said) for under, above, said in graph.edges(data=True)
        if said["certainty"] != POSSIBLE and under in part and above in part
    )  # fmt: skip
    return part
