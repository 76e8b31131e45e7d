"""One side of a comparison: the facts of a snapshot, arranged by what they say of whom.

Why "not in office" is set aside here: an emeritus or an observer is a member and shows in the triples, but he has
not joined, left or moved, and he is nobody's predecessor.
Why only what is touched is arranged at once: nothing else has changed. What an event needs beside it, such as who
else holds a post, is looked up when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from orggraph.diff.asking import Asking, AskingSet
from orggraph.diff.presence import (
    ABSENT_RANK,
    Mask,
    Numbers,
    Ranks,
    in_events,
    in_office,
    out_of_office,
    present,
    ranks,
)
from orggraph.diff.touched import Touched
from orggraph.facts import ACTING, ATTRIBUTE, LINE, MEMBERSHIP, NAME, ON_LEAVE, PLACE, REPORTS_DOTTED_TO, TYPE, Fact
from orggraph.snapshot import CERTAIN, IN_OFFICE, POSSIBLE, PRESUMED, Snapshot
from orggraph.timeline import Rows
from orggraph.timeline.columns import KIND
from orggraph.vocabulary import Literal

_RANK = {CERTAIN: 0, PRESUMED: 1, POSSIBLE: 2}
_FALSE = Literal("false")


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


class Near(NamedTuple):
    """The facts of a day about what is touched, and of which terms nothing is missing there.

    ``facts`` are without types, and without the names of entities that are not ``renamed``; ``changed`` are the rows of
    those, of any kind, that give a triple that has changed. ``in_posts`` are the memberships in the touched ``posts``.
    Of those that have ``turned`` it is known whether they are ``present``.
    """

    facts: list[Fact]
    changed: Rows
    in_posts: list[Fact]
    renamed: Set[str]
    subjects: Set[str]
    tenures: Set[str]
    posts: Set[str]
    turned: Set[str]
    present: Set[str]
    out_of_office: Set[str]


@dataclass(slots=True)
class _Arranged:
    """Facts by what they say of whom."""

    held: dict[str, Held] = field(default_factory=dict)
    aside: dict[str, Held] = field(default_factory=dict)
    holders: dict[str, dict[str, list[Fact]]] = field(default_factory=dict)
    links: dict[str, dict[Link, list[Fact]]] = field(default_factory=dict)
    line_tenures: dict[str, Fact] = field(default_factory=dict)
    places: dict[str, list[Fact]] = field(default_factory=dict)
    inside: dict[str, list[Fact]] = field(default_factory=dict)
    names: dict[str, list[Fact]] = field(default_factory=dict)
    states: dict[tuple[str, str], list[Fact]] = field(default_factory=dict)
    tenures: dict[str, Fact] = field(default_factory=dict)
    present: set[str] = field(default_factory=set)

    def state_or_name(self, fact: Fact) -> None:
        if fact.kind == ATTRIBUTE:
            self.states.setdefault((fact.subject, fact.predicate), []).append(fact)
        elif fact.kind == NAME:
            self.names.setdefault(fact.subject, []).append(fact)

    def arrange(self, fact: Fact, is_aside: Callable[[Fact], bool]) -> None:
        if fact.kind in (MEMBERSHIP, LINE, PLACE):
            terms = (fact.subject, fact.tenure, fact.object, fact.post, fact.role)
            self.present.update(term for term in terms if isinstance(term, str))
        if fact.kind == MEMBERSHIP:
            self.tenures.setdefault(fact.tenure, fact)
            out = is_aside(fact)
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


class Side:
    """The facts of one snapshot, each index in the order of the timeline.

    With ``near``, going through an index shows what is touched alone; what else an index is asked for it looks up.
    Without, it holds the whole day.

    ``present`` are the entities and tenures that take part in a membership, a line or a place on that day; that
    something is said of an entity without a day does not make it exist then.
    """

    def __init__(self, snapshot: Snapshot, near: Near | None = None) -> None:
        self.snapshot = snapshot
        facts = snapshot.facts() if near is None else near.facts
        self._near = near
        self._asked: dict[str, _Arranged] = {}
        made = _Arranged()
        subjects, tenures, posts = (None, None, None) if near is None else (near.subjects, near.tenures, near.posts)
        of_subject, of_tenure = _among(subjects), _among(tenures)
        self.states = Asking(made.states, known=lambda key: of_subject(key[0]),
                             ask=lambda key: self._about(key[0]).states.get(key))  # fmt: skip
        for fact in facts:
            made.state_or_name(fact)
        for fact in facts:
            made.arrange(fact, self._is_aside)
        if near is not None:
            made.holders = self._by_post(near.in_posts)
            made.present |= near.present
            for tenure in [tenure for tenure in (*made.tenures, *made.line_tenures) if tenure not in near.tenures]:
                made.tenures.pop(tenure, None)
                made.line_tenures.pop(tenure, None)
        self.held = Asking(made.held, known=of_subject, ask=lambda iri: self._about(iri).held.get(iri))
        self.aside = Asking(made.aside, known=of_subject, ask=lambda iri: self._about(iri).aside.get(iri))
        self.links = Asking(made.links, known=of_subject, ask=lambda iri: self._about(iri).links.get(iri))
        self.places = Asking(made.places, known=of_subject, ask=lambda iri: self._about(iri).places.get(iri))
        named = _among(near and near.renamed)
        self.names = Asking(made.names, known=named, ask=lambda iri: self._about(iri).names.get(iri))
        self.tenures = Asking(made.tenures, known=of_tenure, ask=lambda tenure: self._of_tenure(tenure, MEMBERSHIP))
        self.line_tenures = Asking(made.line_tenures, known=of_tenure, ask=lambda tenure: self._of_tenure(tenure, LINE))
        self.holders = Asking(made.holders, known=_among(posts), ask=self._ask_holders)
        self.inside = Asking(made.inside if near is None else {}, known=_among(near and frozenset()),
                             ask=self._ask_inside)  # fmt: skip
        self.present = AskingSet(made.present, known=_among(near and near.turned), ask=self._ask_present)

    @cached_property
    def facts(self) -> list[Fact]:
        """Give the facts of the day, with ``near`` those of which a triple has changed, in order."""
        return self.snapshot.facts() if self._near is None else self.snapshot.timeline.facts.several(self._near.changed)

    # ---- what is not near

    def _about(self, subject: str) -> _Arranged:
        """Arrange all facts of the day about one subject."""
        made = self._asked.get(subject)
        if made is None:
            made = self._asked[subject] = _Arranged()
            facts = self._on(self.snapshot.timeline.about(subject))
            if any(fact.kind in (ATTRIBUTE, NAME) for fact in facts) and not self._takes_part(subject):
                facts = [fact for fact in facts if fact.kind not in (ATTRIBUTE, NAME, TYPE)]
            for fact in facts:
                made.state_or_name(fact)
            for fact in facts:
                made.arrange(fact, self._is_aside)
        return made

    def _on(self, rows: Rows) -> list[Fact]:
        timeline = self.snapshot.timeline
        held = timeline.holding(rows, self.snapshot.day, recorded_by=self.snapshot.recorded_by)
        return [timeline.facts[row] for row in held.tolist()]

    def _takes_part(self, iri: str) -> bool:
        return self._ask_present(iri) or bool(in_events(self.snapshot, self._number(iri)).any())

    def _ask_present(self, iri: str) -> bool:
        return bool(present(self.snapshot, self._number(iri)).any())

    def _number(self, iri: str) -> Numbers:
        number = self.snapshot.timeline.terms.number(iri)
        return np.array([number] if number >= 0 else [], dtype=np.int32)

    def _of_tenure(self, tenure: str, kind: str) -> Fact | None:
        timeline = self.snapshot.timeline
        facts = self._on(timeline.only(timeline.of_tenure(tenure), kind))
        return next((fact for fact in facts if kind == MEMBERSHIP or isinstance(fact.object, str)), None)

    def _ask_holders(self, post: str) -> dict[str, list[Fact]] | None:
        timeline = self.snapshot.timeline
        return self._by_post(self._on(timeline.only(timeline.in_post(post), MEMBERSHIP))).get(post)

    def _by_post(self, facts: Iterable[Fact]) -> dict[str, dict[str, list[Fact]]]:
        holders: dict[str, dict[str, list[Fact]]] = {}
        for fact in facts:
            if not self._is_aside(fact):
                holders.setdefault(fact.post, {}).setdefault(fact.subject, []).append(fact)
        return holders

    def _ask_inside(self, place: str) -> list[Fact]:
        timeline = self.snapshot.timeline
        return self._on(timeline.only(timeline.pointing_at(place), PLACE))

    def _is_aside(self, fact: Fact) -> bool:
        if self._near is not None and fact.tenure not in self._near.out_of_office:
            return False
        return any(state.object == _FALSE for state in self.states.get((fact.tenure, IN_OFFICE), ()))

    # ---- what is asked

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
        """Count the people with a certain position and those with merely possible ones, of the whole day."""
        return self.counted() if self._near is None else in_office(self.snapshot)

    def counted(self) -> tuple[int, int]:
        """Count as `in_office` those people whom going through ``held`` shows: with ``near`` whoever is touched."""
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


def sides(a: Snapshot, b: Snapshot, found: Touched, giving: Mask) -> tuple[Side, Side]:
    """Make the two sides of a comparison from what is touched; ``giving`` marks the facts of which a triple changed."""
    timeline, c = a.timeline, a.timeline.columns
    names = c.kind[found.rows] == KIND[NAME]
    renamed = np.unique(c.subject[found.rows[names & giving]])
    wanted = (c.kind[found.rows] != KIND[TYPE]) & (~names | np.isin(c.subject[found.rows], renamed))

    def texts(numbers: Numbers) -> frozenset[str]:
        terms = timeline.terms.learn(numbers.tolist())
        return frozenset(str(terms[number]) for number in numbers.tolist())

    numbers = (found.subjects, found.tenures, found.posts, found.turned)
    subjects, tenures, posts, turned = (texts(some) for some in numbers)
    called, out = texts(renamed), texts(c.subject[out_of_office(timeline)])

    timeline.learn_classes(np.union1d(found.subjects, found.turned))

    def side(snapshot: Snapshot, labels: Ranks, there: Mask) -> Side:
        held = labels != ABSENT_RANK
        in_posts = np.sort(timeline.by_post.of_all(found.posts))
        in_posts = timeline.only(in_posts[ranks(snapshot, in_posts) != ABSENT_RANK], MEMBERSHIP)
        facts, holders = (timeline.facts.several(rows) for rows in (found.rows[held & wanted], in_posts))
        changed = found.rows[held & giving]
        here = texts(found.turned[there])
        return Side(snapshot, Near(facts, changed, holders, called, subjects, tenures, posts, turned, here, out))

    return side(a, found.before, found.present_before), side(b, found.after, found.present_after)


def _among(terms: Set[str] | None) -> Callable[[Hashable], bool]:
    """Tell whether nothing is missing of a term: of all, or of these."""
    return (lambda _: True) if terms is None else terms.__contains__
