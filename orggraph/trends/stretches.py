"""Stretches of days on which somebody is there, in columns: their union, how many on a day, who comes and goes.

A stretch is half-open, ``[first, end)``, in ordinals. *Certain* stretches are those of every reading of the dates,
*possible* ones those of some reading, and both are disjoint for each holder (a person, a post, a person in a unit).

Why what is certain is worked out along shared moments: somebody who moves on a day that is not known is in office all
the time, though neither the old tenure nor the new one is certain then. Where the end of one tenure and the start of
another of the same holder are one moment, the two hold together from the start of the first to the end of the second.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.timeline import Rows

Days = NDArray[np.int64]
Mask = NDArray[np.bool_]
_LIFT = 2**33
"""More than any two days are apart, so that holders put so far apart never touch."""


class Bounds(NamedTuple):
    """Rows of columns: a holder each, the four bounds, and what names the moments of start and end (-1: nothing)."""

    holder: Days
    start_earliest: Days
    start_latest: Days
    end_earliest: Days
    end_latest: Days
    start_key: Days
    end_key: Days

    def where(self, rows: Mask | Rows) -> Bounds:
        """Keep some rows."""
        return Bounds(*(column[rows] for column in self))

    def held_by(self, holder: Days) -> Bounds:
        """Give the same stretches to other holders."""
        return self._replace(holder=holder)


class Stretches(NamedTuple):
    """Disjoint stretches, ordered by holder and first day; those of one holder do not touch."""

    holder: Days
    first: Days
    end: Days

    def number(self, days: Days) -> Days:
        """Count the stretches, so the holders, on each of some days."""
        counts: Days = np.sort(self.first).searchsorted(days, "right") - np.sort(self.end).searchsorted(days, "right")
        return counts

    def days_between(self, marks: Days) -> Days:
        """Add up the days of all stretches between each two neighbouring ``marks``."""
        return np.diff(_passed(self.first, marks) - _passed(self.end, marks))


class Turns(NamedTuple):
    """Days on which holders come, or are gone for the first day: each in [first, last], certain to happen or not."""

    holder: Days
    first: Days
    last: Days
    certain: Mask

    def number(self, begins: Days, ends: Days) -> tuple[Days, Days]:
        """Count the turns of each period [begin, end): those certain to fall into it, and those that possibly do."""
        sure = self.certain
        firm = _within(self.first[sure], self.last[sure], begins, ends)
        possible = np.sort(self.first).searchsorted(ends, "left") - np.sort(self.last).searchsorted(begins, "left")
        return firm, possible

    def falling(self, begin: int, end: int) -> tuple[Mask, Mask]:
        """Mark the turns that certainly, and those that possibly, fall into [begin, end)."""
        return self.certain & (begin <= self.first) & (self.last < end), (self.first < end) & (begin <= self.last)


class Presence(NamedTuple):
    """When holders are there: on every reading of the dates, and on some."""

    certain: Stretches
    possible: Stretches


def presence(bounds: Bounds) -> Presence:
    """Join what each holder has into disjoint stretches.

    >>> one, five, nine = (np.array([day, day]) for day in (1, 5, 9))
    >>> moves = Bounds(np.array([7, 7]), np.array([1, 4]), np.array([1, 6]), np.array([4, 9]), np.array([6, 9]),
    ...                np.array([-1, 3]), np.array([3, -1]))  # moves on a day from 4 to 6: moment 3
    >>> [column.tolist() for column in presence(moves).certain]
    [[7], [1], [9]]
    """
    firm = _bridged(bounds)
    return Presence(
        union(bounds.holder, bounds.start_latest, firm), union(bounds.holder, bounds.start_earliest, bounds.end_latest)
    )


def union(holder: Days, first: Days, end: Days) -> Stretches:
    """Join stretches of one holder that overlap or touch; empty ones are left out."""
    kept = first < end
    holder, first, end = (column[kept].astype(np.int64) for column in (holder, first, end))
    order = np.lexsort((first, holder))
    holder, first, end = holder[order], first[order], end[order]
    reach = np.maximum.accumulate(end + holder * _LIFT)
    begins = np.flatnonzero(np.concatenate([[True], (first + holder * _LIFT)[1:] > reach[:-1]])[: len(first)])
    ends = np.maximum.reduceat(end, begins) if len(begins) else end
    return Stretches(holder[begins], first[begins], ends)


def joining(there: Presence) -> Turns:
    """Give when holders come: the first day of each stretch that is possible, and of one within it that is certain."""
    p, parts = there.possible, _parts(there)
    first_of = np.where(parts.any, np.append(there.certain.first, 0)[parts.first_row], p.end - 1)
    gap = parts.gaps
    return Turns(
        np.concatenate([p.holder, there.certain.holder[gap]]),
        np.concatenate([p.first, there.certain.end[gap] + 1]),
        np.concatenate([first_of, there.certain.first[gap + 1]]),
        np.concatenate([parts.any, np.zeros(len(gap), dtype=bool)]),
    )


def leaving(there: Presence) -> Turns:
    """Give when holders are gone: the first day after each stretch."""
    p, parts = there.possible, _parts(there)
    end_of = np.where(parts.any, np.append(there.certain.end, 0)[parts.last_row], p.first + 1)
    gap = parts.gaps
    return Turns(
        np.concatenate([p.holder, there.certain.holder[gap]]),
        np.concatenate([end_of, there.certain.end[gap]]),
        np.concatenate([p.end, there.certain.first[gap + 1] - 1]),
        np.concatenate([parts.any, np.zeros(len(gap), dtype=bool)]),
    )


class _Parts(NamedTuple):
    """Of each possible stretch: whether one within it is certain, and the rows of the first and last of these.

    ``gaps`` are rows of certain stretches after which the next lies in the same possible stretch.
    """

    any: Mask
    first_row: Rows
    last_row: Rows
    gaps: Rows


def _parts(there: Presence) -> _Parts:
    c, p = there.certain, there.possible
    of = (p.first + p.holder * _LIFT).searchsorted(c.first + c.holder * _LIFT, "right") - 1
    numbers = np.arange(len(p.first))
    first_row, after_row = of.searchsorted(numbers, "left"), of.searchsorted(numbers, "right")
    return _Parts(after_row > first_row, first_row, after_row - 1, np.flatnonzero(of[1:] == of[:-1]))


def _bridged(bounds: Bounds) -> Days:
    """Give up to which day each row, with those that follow it by a shared moment, holds on every reading."""
    reach = bounds.end_earliest.astype(np.int64)
    open_end = np.flatnonzero((bounds.end_key >= 0) & (bounds.end_earliest < bounds.end_latest))
    if not len(open_end):
        return reach
    names, starts = np.flatnonzero(bounds.start_key >= 0), bounds.start_key
    lift = int(max(starts.max(), bounds.end_key.max())) + 1
    named = bounds.holder[names] * lift + starts[names]
    order = np.lexsort((bounds.end_earliest[names], named))
    names, named = names[order], named[order]
    wanted = bounds.holder[open_end] * lift + bounds.end_key[open_end]
    at = named.searchsorted(wanted, "right") - 1  # of several that begin then, the one that lasts longest
    found = at >= 0
    found[found] = named[at[found]] == wanted[found]
    row, following = open_end[found], names[at[found]]
    while True:
        longer = np.maximum(reach[row], reach[following])
        if (longer == reach[row]).all():
            return reach
        reach[row] = longer


def _within(first: Days, last: Days, begins: Days, ends: Days) -> Days:
    """Count for each period [begin, end) the pairs with begin <= first and last < end, where first <= last.

    Those with ``last`` before the end, less those with ``first`` before the begin, of which some reach over both.
    """
    ended = np.sort(last).searchsorted(ends, "left")
    starting = np.sort(first).searchsorted(begins, "left")
    a, z = first[first < last], last[first < last]
    over = np.array([int(((a < b) & (z >= e)).sum()) for b, e in zip(begins, ends, strict=True)], dtype=np.int64)
    counts: Days = ended - starting + over
    return counts


def _passed(days: Days, marks: Days) -> Days:
    """Add up for each mark how many days it lies after each of ``days``, where it does."""
    ordered = np.sort(days.astype(np.int64))
    before = ordered.searchsorted(marks, "right")
    total = np.concatenate([[0], np.cumsum(ordered)])
    passed: Days = before * marks - total[before]
    return passed
