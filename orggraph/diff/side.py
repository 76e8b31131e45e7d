"""One side of a comparison: the facts of a snapshot, arranged by what they say of whom.

Why "not in office" is set aside here: an emeritus or an observer is a member and shows in the triples, but he has
not joined, left or moved, and he is nobody's predecessor.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from orggraph.facts import ACTING, ATTRIBUTE, LINE, MEMBERSHIP, NAME, ON_LEAVE, PLACE, REPORTS_DOTTED_TO, TYPE, Fact
from orggraph.snapshot import CERTAIN, IN_OFFICE, POSSIBLE, PRESUMED, Snapshot
from orggraph.vocabulary import Literal

_RANK = {CERTAIN: 0, PRESUMED: 1, POSSIBLE: 2}


class Position(NamedTuple):
    """What a person holds: a post, or a role in a place, or plain membership of a place."""

    post: str
    role: str
    place: str


class Link(NamedTuple):
    """One way in which somebody reports: ``line`` is ``direct`` or ``dotted``."""

    line: str
    manager: str


Held = dict[Position, list[Fact]]


class Side:
    """The facts of one snapshot, each index in the order of the timeline.

    ``present`` are the entities and tenures that take part in a membership, a line or a place on that day; that
    something is said of an entity without a day does not make it exist then.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.facts = snapshot.facts()
        self.held: dict[str, Held] = {}
        self.aside: dict[str, Held] = {}
        self.holders: dict[str, dict[str, list[Fact]]] = {}
        self.links: dict[str, dict[Link, list[Fact]]] = {}
        self.line_tenures: dict[str, Fact] = {}
        self.places: dict[str, list[Fact]] = {}
        self.inside: dict[str, list[Fact]] = {}
        self.names: dict[str, list[Fact]] = {}
        self.states: dict[tuple[str, str], list[Fact]] = {}
        self.tenures: dict[str, Fact] = {}
        self.present: set[str] = set()
        for fact in self.facts:
            self._state_or_name(fact)
        for fact in self.facts:
            self._arrange(fact)

    def _state_or_name(self, fact: Fact) -> None:
        if fact.kind == ATTRIBUTE:
            self.states.setdefault((fact.subject, fact.predicate), []).append(fact)
        elif fact.kind == NAME:
            self.names.setdefault(fact.subject, []).append(fact)

    def _arrange(self, fact: Fact) -> None:
        if fact.kind in (NAME, TYPE):
            return
        if fact.kind in (MEMBERSHIP, LINE, PLACE):
            terms = (fact.subject, fact.tenure, fact.object, fact.post, fact.role)
            self.present.update(term for term in terms if isinstance(term, str))
        if fact.kind == MEMBERSHIP:
            self.tenures.setdefault(fact.tenure, fact)
            out = any(f.object == Literal("false") for f in self.states.get((fact.tenure, IN_OFFICE), ()))
            (self.aside if out else self.held).setdefault(fact.subject, {}).setdefault(position(fact), []).append(fact)
            if fact.post and not out:
                self.holders.setdefault(fact.post, {}).setdefault(fact.subject, []).append(fact)
        elif fact.kind == LINE and isinstance(fact.object, str):
            line = "dotted" if fact.predicate == REPORTS_DOTTED_TO else "direct"
            self.links.setdefault(fact.subject, {}).setdefault(Link(line, fact.object), []).append(fact)
            self.line_tenures.setdefault(fact.tenure, fact)
        elif fact.kind == PLACE:
            self.places.setdefault(fact.subject, []).append(fact)
            self.inside.setdefault(str(fact.object), []).append(fact)

    def exists(self, iri: str) -> bool:
        """Tell whether a unit, post or organization is placed somewhere, or at least takes part in something."""
        return iri in self.places or (iri in self.present and self.snapshot.kind(iri) == "organization")

    def label(self, facts: Iterable[Fact]) -> str:
        """Give the strongest label among the facts, or nothing if there are none."""
        return min((self.snapshot.certainty(fact) for fact in facts), key=_RANK.__getitem__, default="")

    def firm(self, facts: Iterable[Fact]) -> bool:
        """Tell whether one of the facts is more than possible."""
        return self.label(facts) in (CERTAIN, PRESUMED)

    def in_office(self) -> tuple[int, int]:
        """Count the people with a certain position and those with merely possible ones."""
        firm = sum(any(self.firm(facts) for facts in held.values()) for held in self.held.values())
        return firm, len(self.held) - firm

    def state(self, facts: Iterable[Fact], predicate: str) -> list[Fact]:
        """List what is said, by a property, of the tenures of memberships."""
        return [state for fact in facts for state in self.states.get((fact.tenure, predicate), ())]

    def acting(self, facts: Iterable[Fact]) -> list[Fact]:
        """List the statements by which the memberships are acting."""
        return self.state(facts, ACTING)

    def leave(self, facts: Iterable[Fact]) -> list[Fact]:
        """List the leaves from the memberships."""
        return self.state(facts, ON_LEAVE)


def position(fact: Fact) -> Position:
    """Give the position that a membership is about; that a post has moved makes it no other post."""
    if fact.post:
        return Position(fact.post, "", "")
    return Position("", fact.role, fact.object if isinstance(fact.object, str) else "")
