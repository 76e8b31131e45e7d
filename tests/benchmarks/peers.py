"""What is compared, one class a peer: here bare numpy columns, the reference, and orggraph itself.

Every peer is asked in its own terms: `key` and `day` turn a person and a day into these before anything is timed, and
`people` and `pairs` turn its answers back into numbers of persons afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from brute import Pairs, pairs
from generator import ONGOING, ZERO, Ints, Lines

from orggraph import OrgGraph
from orggraph.facts import NAME


class Peer(Protocol):
    """One way to answer the questions."""

    name: str

    def key(self, person: int) -> Any:
        """Give what the peer calls a person."""

    def day(self, day: int) -> Any:
        """Give what the peer calls a day."""

    def reports(self, who: Any, day: Any) -> Any:
        """Find who reports to a person."""

    def chain(self, who: Any, day: Any) -> Any:
        """Walk upwards from a person."""

    def below(self, who: Any, day: Any) -> Any:
        """Find everybody below a person."""

    def snapshot(self, day: Any) -> Any:
        """Find all lines of a day, in the form in which the peer gives them fastest."""

    def diff(self, before: Any, after: Any) -> Any:
        """Find the lines added and removed between two days."""

    def people(self, answer: Any) -> list[int]:
        """Read persons from an answer."""

    def pairs(self, answer: Any) -> Pairs:
        """Read lines from an answer, or from one half of a diff."""


class Named(Protocol):
    """A peer that also gives the lines of a day as pairs of strings."""

    def named(self, day: Any) -> list[tuple[str, str]]:
        """Find all lines of a day."""

    def number(self, text: str) -> int:
        """Give the person that a string stands for."""


class Events(NamedTuple):
    """The changes of manager in the order of days: who, the manager before (-1 for none), the manager after."""

    day: Ints
    person: Ints
    old: Ints
    new: Ints


def events_of(lines: Lines) -> Events:
    """Make the events of lines of which nobody has two at once."""
    began = np.column_stack([lines.start, lines.reporter, np.full(len(lines.start), -1), lines.manager])
    last = lines.end < ONGOING
    ended = np.column_stack([lines.end, lines.reporter, lines.manager, np.full(len(lines.end), -1)])[last]
    both = np.concatenate([ended, began])
    both = both[np.lexsort((np.arange(len(both)), both[:, 1], both[:, 0]))]
    day, person, old, new = (np.ascontiguousarray(column, dtype=np.int32) for column in both.T)
    merged = np.flatnonzero((day[1:] == day[:-1]) & (person[1:] == person[:-1]))  # ends, and begins again at once
    new[merged] = new[merged + 1]
    keep = np.ones(len(day), dtype=bool)
    keep[merged + 1] = False
    keep &= old != new
    return Events(day[keep], person[keep], old[keep], new[keep])


class Numpy:
    """Bare columns: the lines by manager and by reporter with the offsets of each person, and the events by day."""

    name = "numpy"

    def __init__(self, lines: Lines) -> None:
        self._manager_at, self._by_manager = self._grouped(lines, lines.manager)
        self._reporter_at, self._by_reporter = self._grouped(lines, lines.reporter)
        self._events = events_of(lines)
        self._texts = [f"p{person}" for person in range(lines.people)]

    @staticmethod
    def _grouped(lines: Lines, by: Ints) -> tuple[Ints, Lines]:
        order = np.lexsort((lines.start, by))
        at = np.searchsorted(by[order], np.arange(lines.people + 1)).astype(np.int32)
        return at, Lines(*(np.ascontiguousarray(column[order]) for column in lines))

    def key(self, person: int) -> int:
        return person

    def day(self, day: int) -> int:
        return day

    def reports(self, who: int, day: int) -> Ints:
        lines, part = self._by_manager, slice(self._manager_at[who], self._manager_at[who + 1])
        found: Ints = lines.reporter[part][(lines.start[part] <= day) & (lines.end[part] > day)]
        return found

    def chain(self, who: int, day: int) -> list[int]:
        lines, at = self._by_reporter, self._reporter_at
        wanted, found = np.int32(day), list[int]()
        while True:
            first = int(at[who])
            row = first + int(lines.start[first : at[who + 1]].searchsorted(wanted, "right")) - 1
            if row < first or lines.end[row] <= day:
                return found
            who = int(lines.manager[row])
            found.append(who)

    def below(self, who: int, day: int) -> Ints:
        lines, at = self._by_manager, self._manager_at
        level, levels = np.array([who]), []
        while len(level):
            first = at[level]
            counts = at[level + 1] - first
            part = np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
            level = lines.reporter[part][(lines.start[part] <= day) & (lines.end[part] > day)]
            levels.append(level)
        found: Ints = np.concatenate(levels)
        return found

    def snapshot(self, day: int) -> tuple[Ints, Ints]:
        lines = self._by_manager
        hold = np.flatnonzero((lines.start <= day) & (lines.end > day))
        return lines.reporter[hold], lines.manager[hold]

    def named(self, day: int) -> list[tuple[str, str]]:
        texts = self._texts
        return [(texts[a], texts[b]) for a, b in zip(*map(np.ndarray.tolist, self.snapshot(day)), strict=True)]

    def number(self, text: str) -> int:
        return int(text[1:])

    def diff(self, before: int, after: int) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
        events = self._events
        part = slice(*events.day.searchsorted(np.array([before, after], dtype=np.int32), "right"))
        order = np.argsort(events.person[part], kind="stable")
        person, old, new = (column[part][order] for column in events[1:])
        first = np.flatnonzero(np.append(True, person[1:] != person[:-1])[: len(person)])
        last = np.append(first[1:], len(person))[: len(first)] - 1
        person, old, new = person[first], old[first], new[last]
        changed = old != new
        added, removed = changed & (new >= 0), changed & (old >= 0)
        return (person[added], new[added]), (person[removed], old[removed])

    def people(self, answer: Any) -> list[int]:
        return [int(person) for person in answer]

    def pairs(self, answer: Any) -> Pairs:
        return pairs(*answer)


class Index:
    """orggraph's timeline, asked in its own numbers of persons."""

    name = "orggraph"

    def __init__(self, org: OrgGraph) -> None:
        self.org = org
        timeline, self._lines = org.timeline, org.timeline.direct
        columns, terms = timeline.columns, timeline.terms
        named = timeline.of_kind(NAME)
        called = zip(columns.subject[named].tolist(), map(terms.text, columns.object[named].tolist()), strict=True)
        person_of = {term: int(text[7:]) for term, text in called if text.startswith("Person ")}
        persons = [person_of.get(term, -1) for term in self._lines.nodes.tolist()]
        self._person = np.array(persons, dtype=np.int64)
        self._node = {person: node for node, person in enumerate(persons) if person >= 0}

    def key(self, person: int) -> int:
        return self._node[person]

    def day(self, day: int) -> int:
        return ZERO + day

    def reports(self, who: int, day: int) -> Ints:
        return self._lines.reporters(who, day)

    def chain(self, who: int, day: int) -> list[int]:
        return self._lines.chain(who, day)

    def below(self, who: int, day: int) -> Ints:
        return self._lines.below(who, day)

    def snapshot(self, day: int) -> tuple[Ints, Ints]:
        return self._lines.edges(day)

    @cached_property
    def texts(self) -> list[str]:
        """Give the IRI of each node."""
        return [self.org.timeline.terms.text(term) for term in self._lines.nodes.tolist()]

    @cached_property
    def _person_of_text(self) -> dict[str, int]:
        return dict(zip(self.texts, self._person.tolist(), strict=True))

    def named(self, day: int) -> list[tuple[str, str]]:
        texts = self.texts
        return [(texts[a], texts[b]) for a, b in zip(*map(np.ndarray.tolist, self.snapshot(day)), strict=True)]

    def number(self, text: str) -> int:
        return self._person_of_text[text]

    def persons(self, iris: Iterable[str]) -> list[int]:
        """Give the persons among some IRIs; a post is none."""
        return [person for person in (self._person_of_text.get(iri, -1) for iri in iris) if person >= 0]

    def diff(self, before: int, after: int) -> tuple[tuple[Ints, Ints], tuple[Ints, Ints]]:
        return self._lines.changes(before, after)

    def people(self, answer: Any) -> list[int]:
        persons: list[int] = self._person[np.asarray(answer, dtype=np.int64)].tolist()
        return [person for person in persons if person >= 0]

    def pairs(self, answer: Any) -> Pairs:
        reporters, managers = (self._person[np.asarray(nodes, dtype=np.int64)] for nodes in answer)
        both = (reporters >= 0) & (managers >= 0)  # a line between posts is none between persons
        return pairs(reporters[both], managers[both])
