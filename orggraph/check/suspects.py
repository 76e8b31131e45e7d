"""Suspects: which facts can be part of a contradiction at all, found by arithmetic on the columns.

Why before the checks, and not instead of them: nearly all facts of a large organization contradict nothing, and a few
sorts of integers show that for millions of them in a second. What is left is looked at exactly, fact by fact. So each
function here may name too many rows, never too few; that the findings are the same as without it is tested with random
histories and with real ones.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orggraph.check.chronicle import Chronicle
from orggraph.check.stretches import (
    Numbers,
    Stretches,
    among,
    crowded,
    cut,
    distinct,
    most_at_once,
    numbered,
    united,
    within,
)
from orggraph.facts import ATTRIBUTE, DERIVED, IN_CONFLICT, LINE, MEMBERSHIP, PLACE, REPORTS_DIRECTLY_TO, TYPE, UNIT_OF
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.timeline import Rows
from orggraph.timeline.columns import BITS, KIND
from orggraph.timeline.terms import ABSENT
from orggraph.vocabulary import CLASSES, ORGG, Literal

SEATS = ORGG + "seats"
"""The attribute of a post that says how many may hold it at once."""

_ROUNDS, _SLOW = 100, 0.995
_WIDE = 1 << 31
"""Two numbers of terms make one group: the first times so much, plus the second."""


class Suspects:
    """The rows in question for each check, in order, of what is believed."""

    def __init__(self, chronicle: Chronicle) -> None:
        self._chronicle = chronicle
        self.timeline, self._c = chronicle.timeline, chronicle.timeline.columns
        self.believed = chronicle.rows
        self._kinds = self._c.kind[self.believed]

    def of_kind(self, kind: str) -> Rows:
        """Give the believed rows of a kind."""
        rows: Rows = self.believed[self._kinds == KIND[kind]]
        return rows

    @cached_property
    def _memberships(self) -> Rows:
        return self.of_kind(MEMBERSHIP)

    @cached_property
    def _lines(self) -> Rows:
        return self.of_kind(LINE)

    @cached_property
    def _lives(self) -> Rows:
        types = self.of_kind(TYPE)
        organizations = types[self._c.object[types] == self.timeline.terms.number(CLASSES["organization"])]
        return np.sort(np.concatenate([self.of_kind(PLACE), organizations]))

    @cached_property
    def _direct(self) -> Rows:
        direct: Rows = self._lines[self._c.predicate[self._lines] == self.timeline.terms.number(REPORTS_DIRECTLY_TO)]
        return direct

    def _possible(self, rows: Rows, group: NDArray[Any]) -> Stretches:
        return Stretches.of(group, self._c.start_earliest[rows], self._c.end_latest[rows])

    def _certain(self, rows: Rows, group: NDArray[Any]) -> Stretches:
        return Stretches.of(group, self._c.start_latest[rows], self._c.end_earliest[rows])

    def _flagged(self, rows: Rows, flag: str) -> NDArray[np.bool_]:
        flagged: NDArray[np.bool_] = (self._c.flags[rows] & BITS[flag]) != 0
        return flagged

    def in_cycles(self) -> Rows:
        """Give the direct lines that may be on a cycle."""
        c, rows = self._c, self._direct
        rows = rows[(c.subject[rows] != c.object[rows]) | ~self._flagged(rows, DERIVED)]
        return self._on_cycles(rows)

    def in_circles_of_units(self) -> Rows:
        """Give the places of units in units that may be on a cycle."""
        rows = self.of_kind(PLACE)
        return self._on_cycles(rows[self._c.predicate[rows] == self.timeline.terms.number(UNIT_OF)])

    def _on_cycles(self, rows: Rows) -> Rows:
        """Take away, again and again, the days of an edge on which nothing leads to it or nothing on from it.

        Stops early where that takes little away, as along a long chain: what is left is looked through for components.
        """
        c = self._c
        source, target = c.subject[rows].astype(np.int64), c.object[rows].astype(np.int64)
        edges = np.arange(len(rows))
        held = self._possible(rows, source)
        for _ in range(_ROUNDS):
            before = (len(edges), int((held.end - held.first).sum()))
            for one, other in ((source, target), (target, source)):
                which, held = cut(held._replace(group=one[edges]), united(held._replace(group=other[edges])))
                edges = edges[which]
            after = (len(edges), int((held.end - held.first).sum()))
            if len(edges) > 2 * len(rows) or all(now > _SLOW * was for now, was in zip(after, before, strict=True)):
                break
        return rows[distinct(edges)]

    def with_several_managers(self) -> Rows:
        """Give the direct lines, from one tenure, of who may have several at once."""
        c, rows = self._c, self._direct[~self._flagged(self._direct, DERIVED)]
        at = c.premises_at[rows]
        some = c.premises_at[rows + 1] > at
        premise = np.full(len(rows), ABSENT, dtype=np.int64)
        premise[some] = c.premises[at[some]]
        group = numbered(c.subject[rows] * np.int64(_WIDE) + premise)
        return rows[among(group, crowded(self._possible(rows, group)))]

    def to_who_left(self) -> Rows:
        """Give the lines to somebody who may hold nothing in the reporter's organization on some of their days.

        A line is beyond doubt where its manager holds something all along in one organization that he and the reporter
        have been in; in any of his where the reporter was in none.
        """
        c, rows = self._c, self._lines[~self._flagged(self._lines, DERIVED)]
        rows = rows[c.start_latest[rows] < c.end_earliest[rows]]
        held = self._memberships
        person, organization = c.subject[held].astype(np.int64), self._organizations(held)
        belonging = distinct(person * _WIDE + organization)
        if not len(belonging):
            return rows[:0]
        members, places = belonging // _WIDE, belonging % _WIDE
        reporter, manager = c.subject[rows].astype(np.int64), c.object[rows].astype(np.int64)
        inside = among(reporter, members)
        which, at = _joined(np.where(inside, reporter, manager), members)
        pair = manager[which] * _WIDE + places[at]
        group = belonging.searchsorted(pair)
        known = np.flatnonzero(among(pair, belonging))
        covers = united(self._possible(held, belonging.searchsorted(person * _WIDE + organization)))
        which, group = which[known], group[known]
        covered = within(self._certain(rows[which], group), covers)
        beyond_doubt, asked = (np.zeros(len(rows), dtype=bool) for _ in range(2))
        beyond_doubt[which[covered]] = True
        asked[which] = True
        return rows[asked & ~beyond_doubt]

    def _organizations(self, held: Rows) -> Numbers:
        """Number the organizations that memberships are in."""
        terms = self.timeline.terms
        place = self._c.object[held].astype(np.int64)
        places = distinct(place)
        numbers = [terms.number(self._chronicle.organization(terms.text(place))) for place in places.tolist()]
        found: Numbers = np.array(numbers, dtype=np.int64)[places.searchsorted(place)]
        return found

    def over_seats(self) -> Rows:
        """Give the statements of seats of posts that may have more holders at once."""
        c, terms, rows = self._c, self.timeline.terms, self.of_kind(ATTRIBUTE)
        rows = rows[c.predicate[rows] == terms.number(SEATS)]
        values, inverse = np.unique(c.object[rows], return_inverse=True)  # a few different numbers
        stated = [terms[number] for number in values.tolist()]
        seats = [int(s.value) if isinstance(s, Literal) and s.value.isdecimal() else OPEN_LATE for s in stated]
        held = self._memberships[c.post[self._memberships] != ABSENT]
        posts, most = most_at_once(self._possible(held, c.post[held]))
        subject, limit = c.subject[rows].astype(np.int64), np.array(seats, dtype=np.int64)[inverse]
        with_holders = among(subject, posts)
        rows, limit, subject = rows[with_holders], limit[with_holders], subject[with_holders]
        over: Rows = rows[most[posts.searchsorted(subject)] > limit]
        return over

    def outlasting(self) -> Rows:
        """Give the memberships and lives that may last beyond the life of what they are in."""
        c, lives = self._c, self._lives
        covers = united(self._possible(lives, c.subject[lives]))
        known = distinct(covers.group)
        rows = np.sort(np.concatenate([self._memberships, lives]))
        out = np.zeros(len(rows), dtype=bool)
        for column in (c.post, c.object):
            certain = self._certain(rows, column[rows])
            out |= among(certain.group, known) & (certain.first < certain.end) & ~within(certain, covers)
        found: Rows = rows[out]
        return found

    def in_conflict(self) -> Rows:
        """Give the facts on which sources contradict each other."""
        return self.believed[self._flagged(self.believed, IN_CONFLICT)]

    def around_gaps(self) -> Rows:
        """Give the tenures of a person in a place with exactly one day between two of them."""
        c, rows = self._c, self._memberships
        place = np.where(c.post[rows] != ABSENT, c.post[rows], c.object[rows]).astype(np.int64)
        group = numbered(c.subject[rows] * np.int64(_WIDE) + place)
        group = numbered(group * _WIDE + np.where(c.post[rows] != ABSENT, ABSENT, c.role[rows]))
        start, end = (c.moments[number[rows], :2] for number in (c.start, c.end))  # also of what holds on no day
        starts = np.flatnonzero((start[:, 0] == start[:, 1]) & (start[:, 0] > OPEN_EARLY))
        ends = np.flatnonzero((end[:, 0] == end[:, 1]) & (end[:, 0] < OPEN_LATE))
        begin = Stretches.of(group[starts], start[starts, 0], start[starts, 1]).firsts
        gap = Stretches.of(group[ends], end[ends, 0], end[ends, 1]).ends + 1
        around: Rows = rows[among(group, np.sort(group[ends][among(gap, np.sort(begin))]))]
        return around


def _joined(wanted: Numbers, ordered: Numbers) -> tuple[Numbers, Numbers]:
    """Pair each wanted number with every place at which it stands in an ordered list."""
    first, last = ordered.searchsorted(wanted, "left"), ordered.searchsorted(wanted, "right")
    counts = last - first
    which = np.repeat(np.arange(len(wanted)), counts)
    return which, np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(len(which))

