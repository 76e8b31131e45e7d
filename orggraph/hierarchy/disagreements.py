"""Where the unit tree and the reporting tree disagree: somebody whose manager sits in no unit on the path of their own.

The path of a person is the unit they sit in and everything above it, up to the organization; a manager who belongs to
the organization itself is on everybody's path. Who sits in several units has several paths, and one is enough.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from orggraph.facts import Fact
from orggraph.hierarchy.headcount import Paths, certainly_in_office, paths_of
from orggraph.hierarchy.lines import in_office, managers
from orggraph.snapshot import CERTAIN, POSSIBLE, Snapshot

if TYPE_CHECKING:
    import networkx


class Disagreement(NamedTuple):
    """A person with their units, and a manager who sits in other ones; ``possible`` where the dates leave it open."""

    iri: str
    name: str
    unit: str
    manager_iri: str
    manager: str
    manager_unit: str
    certainty: str


def disagreements(snapshot: Snapshot, graph: networkx.DiGraph[str]) -> list[Disagreement]:
    """List those whose direct manager sits elsewhere, by name; nobody whose own or whose manager's place is unknown."""
    held, paths = in_office(snapshot), paths_of(snapshot)
    found = [
        _disagreement(snapshot, graph, (person, held[person]), (manager, held[manager]), paths)
        for person in held
        for manager in managers(graph, person)
        if manager in held
    ]
    return sorted((one for one in found if one), key=lambda one: (one.name, one.manager, one.iri, one.manager_iri))


_Seated = tuple[str, list[Fact]]
"""Somebody's IRI with their memberships."""


def _disagreement(
    snapshot: Snapshot, graph: networkx.DiGraph[str], person: _Seated, manager: _Seated, paths: Paths
) -> Disagreement | None:
    """Compare where two people sit; ``None`` where they agree on every reading."""
    pairs = [(own, other) for own in person[1] for other in manager[1]]
    agreed = [_agreement(own, other, paths) for own, other in pairs]
    sure = [POSSIBLE not in (snapshot.certainty(own), snapshot.certainty(other)) for own, other in pairs]
    if set(agreed) == {CERTAIN} or (CERTAIN, True) in zip(agreed, sure, strict=True):
        return None
    labels = {_label(snapshot, person), _label(snapshot, manager), graph.edges[person[0], manager[0]]["certainty"]}
    certainty = POSSIBLE if any(agreed) or POSSIBLE in labels else CERTAIN
    return Disagreement(
        person[0], snapshot.name(person[0]), _units(snapshot, person), manager[0], snapshot.name(manager[0]),
        _units(snapshot, manager), certainty,
    )  # fmt: skip


def _agreement(own: Fact, other: Fact, paths: Paths) -> str:
    """Tell whether a place is on the path of another: certainly, possibly, or (empty) not at all."""
    path = paths(str(own.object))
    if str(other.object) not in path:
        return ""
    return CERTAIN if path[str(other.object)] else POSSIBLE


def _label(snapshot: Snapshot, seated: _Seated) -> str:
    return CERTAIN if certainly_in_office(snapshot, seated[1]) else POSSIBLE


def _units(snapshot: Snapshot, seated: _Seated) -> str:
    return "; ".join(dict.fromkeys(snapshot.name(str(fact.object)) for fact in seated[1]))
