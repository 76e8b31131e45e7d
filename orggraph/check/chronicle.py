"""All that is believed, looked up for checking, and the words in which findings speak of it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from orggraph.errors import Concerned, Finding
from orggraph.facts import ATTRIBUTE, LINE, MEMBERSHIP, NAME, PLACE, TYPE, Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE, iso
from orggraph.snapshot import Snapshot
from orggraph.timeline import Rows, Timeline
from orggraph.vocabulary import CLASSES

Stretch = tuple[int, int]


class Chronicle:
    """The believed facts of a timeline; every list is in its order.

    Looked up when asked for, since a check mostly looks at a few facts and at what stands around them.
    """

    def __init__(self, timeline: Timeline, *, recorded_by: int | None = None) -> None:
        self.timeline = timeline
        self._believed = timeline.believed(recorded_by)
        self.rows: Rows = np.flatnonzero(self._believed)
        self._timeless = Snapshot(timeline, 1, recorded_by=recorded_by)
        self._organizations: dict[str, str] = {}
        self._held: dict[str, list[Fact]] = {}
        self._places: dict[str, list[Fact]] = {}

    def facts(self, rows: Rows) -> list[Fact]:
        """Give the believed facts in some rows."""
        return [self.timeline.facts[row] for row in rows[self._believed[rows]].tolist()]

    def held_by(self, person: str) -> list[Fact]:
        """Give the memberships of a person."""
        if person not in self._held:
            self._held[person] = [f for f in self._about(person) if is_membership(f)]
        return self._held[person]

    def held_in(self, post: str) -> list[Fact]:
        """Give the memberships in a post."""
        return [fact for fact in self.facts(self.timeline.in_post(post)) if is_membership(fact)]

    def lives(self, entity: str) -> list[Fact]:
        """Give the lives of a post, unit or organization; that of an organization is its dated type."""
        if entity not in self._places:
            self._places[entity] = [fact for fact in self._about(entity) if is_life(fact)]
        return self._places[entity]

    def states(self, entity: str, predicate: str) -> list[Fact]:
        """Give the dated values of a property."""
        return [fact for fact in self._about(entity) if fact.kind == ATTRIBUTE and fact.predicate == predicate]

    def _about(self, subject: str) -> list[Fact]:
        return self.facts(self.timeline.about(subject))

    def name(self, iri: str, day: int) -> str:
        """Give the name that an entity bears on a day."""
        return Snapshot(self.timeline, day, recorded_by=self._timeless.recorded_by).name(iri)

    def who(self, iri: str, day: int) -> str:
        """Name a person, or a post as one."""
        return f"the post {self.name(iri, day)}" if self.kind(iri) == "post" else self.name(iri, day)

    def kind(self, iri: str) -> str:
        """Give what an entity is: person, post, role, unit, organization; nothing where that is unknown."""
        return self._timeless.kind(iri)

    def title(self, fact: Fact, day: int) -> str:
        """Name what a membership is about."""
        if fact.post:
            return self.name(fact.post, day)
        where = self.name(str(fact.object), day)
        return f"{self.name(fact.role, day)} of {where}" if fact.role else f"member of {where}"

    def organization(self, place: str) -> str:
        """Give the organization that a place is in."""
        if place not in self._organizations:
            self._organizations[place] = self._timeless.organization_of(place)
        return self._organizations[place]

    def statement(self, fact: Fact) -> str:
        """Name what a fact is about, for "sources contradict each other on …"."""
        day = some_day(fact.period.possible)
        subject = self.who(fact.subject, day)
        if fact.kind == MEMBERSHIP:
            return f"{subject} as {self.title(fact, day)}"
        if fact.kind == LINE:
            return f"{subject} reporting to {self.who(str(fact.object), day)}"
        if fact.kind == PLACE:
            return f"{subject} in {self.name(str(fact.object), day)}"
        if fact.kind == NAME:
            return f"the name of {subject}"
        held = [membership for row in self.timeline.of_tenure(fact.subject)
                if (membership := self.timeline.facts[row]).kind == MEMBERSHIP]  # fmt: skip
        whose = self.statement(held[0]) if held else subject
        return f"{fact.predicate.replace('#', '/').rpartition('/')[2]} of {whose}"

    def finding(
        self, severity: str, message: str, *, code: str, nodes: Iterable[str], stretch: Stretch, facts: Iterable[Fact]
    ) -> Finding:
        """Make a finding about entities (by IRI) on the days of ``stretch`` that rests on ``facts``."""
        day = some_day(stretch)
        named = tuple(Concerned(iri, self.name(iri, day)) for iri in nodes if iri)
        since, until = map(iso, stretch)
        changes = tuple(sorted({change for fact in facts for change in fact.changes}))
        return Finding(severity, message, code=code, nodes=named, since=since, until=until, changes=changes)


def is_membership(fact: Fact) -> bool:
    """Tell whether a fact is a membership in a place."""
    return fact.kind == MEMBERSHIP and isinstance(fact.object, str)


def is_line(fact: Fact) -> bool:
    """Tell whether a fact is a reporting line to somebody."""
    return fact.kind == LINE and isinstance(fact.object, str)


def is_life(fact: Fact) -> bool:
    """Tell whether a fact is the life of a post, unit or organization."""
    return fact.kind == PLACE or (fact.kind == TYPE and fact.object == CLASSES["organization"])


def days(stretch: Stretch) -> str:
    """Write the days ``[first, end)`` in words; the end is the first day on which it no longer holds.

    >>> days((739527, 739529)), days((739527, 2**31 - 1))
    ('from 2025-10-03 until 2025-10-05', 'from 2025-10-03 on')
    """
    first, end = stretch
    if first <= OPEN_EARLY:
        return "at all times" if end >= OPEN_LATE else f"until {iso(end)}"
    return f"from {iso(first)} on" if end >= OPEN_LATE else f"from {iso(first)} until {iso(end)}"


def some_day(stretch: Stretch) -> int:
    """Pick a day of a stretch to name things by: its first, or its last where the first is open."""
    first, end = stretch
    return first if first > OPEN_EARLY else end - 1


def listed(words: Iterable[str]) -> str:
    """Join words as in a sentence."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last
