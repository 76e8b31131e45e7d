"""All that is believed, arranged for checking, and the words in which findings speak of it."""

from __future__ import annotations

from collections.abc import Iterable

from orggraph.facts import ATTRIBUTE, LINE, MEMBERSHIP, NAME, PLACE, TYPE, Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE, iso
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline
from orggraph.vocabulary import CLASSES

Stretch = tuple[int, int]


class Chronicle:
    """The believed facts of a timeline by what they say; every list is in the order of the timeline.

    ``places`` are the lives of posts, units and organizations; that of an organization is its dated type.
    """

    def __init__(self, timeline: Timeline, *, recorded_by: int | None = None) -> None:
        self.timeline = timeline
        believed = timeline.believed(recorded_by)
        self.facts = [fact for row, fact in enumerate(timeline.facts) if believed[row]]
        self.lines = [fact for fact in self.facts if fact.kind == LINE and isinstance(fact.object, str)]
        self.memberships = [f for f in self.facts if f.kind == MEMBERSHIP and isinstance(f.object, str)]
        self.by_person: dict[str, list[Fact]] = {}
        self.by_post: dict[str, list[Fact]] = {}
        self.places: dict[str, list[Fact]] = {}
        self.states: dict[tuple[str, str], list[Fact]] = {}
        for fact in self.memberships:
            self.by_person.setdefault(fact.subject, []).append(fact)
            if fact.post:
                self.by_post.setdefault(fact.post, []).append(fact)
        for fact in self.facts:
            if fact.kind in (PLACE, TYPE) and (fact.kind == PLACE or fact.object == CLASSES["organization"]):
                self.places.setdefault(fact.subject, []).append(fact)
            elif fact.kind == ATTRIBUTE:
                self.states.setdefault((fact.subject, fact.predicate), []).append(fact)
        self._timeless = Snapshot(timeline, 1, recorded_by=recorded_by)
        self._organizations: dict[str, str] = {}

    def name(self, iri: str, day: int) -> str:
        """Give the name that an entity bears on a day."""
        return Snapshot(self.timeline, day, recorded_by=self._timeless.recorded_by).name(iri)

    def who(self, iri: str, day: int) -> str:
        """Name a person, or a post as one."""
        return f"the post {self.name(iri, day)}" if self._timeless.kind(iri) == "post" else self.name(iri, day)

    def title(self, fact: Fact, day: int) -> str:
        """Name what a membership is about."""
        if fact.post:
            return self.name(fact.post, day)
        where = self.name(str(fact.object), day)
        return f"{self.name(fact.role, day)} of {where}" if fact.role else f"member of {where}"

    def organization(self, fact: Fact) -> str:
        """Give the organization that a membership is in."""
        place = str(fact.object)
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
