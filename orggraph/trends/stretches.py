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


class Marks(NamedTuple):
    """Days that are known to lie in [first, last], of some holders."""

    holder: Days
    first: Days
    last: Days


class Presence(NamedTuple):
    """When holders are there: on every reading of the dates, and on some."""

    certain: Stretches
    possible: Stretches


class Spells(NamedTuple):
    """Each possible stretch of a presence as a time that begins and ends within bounds.

    ``certain`` marks those in which the holder is there on every reading, if only for a day.
    """

    holder: Days
    start_earliest: Days
    start_latest: Days
    end_earliest: Days
    end_latest: Days
    certain: Mask


class Turns(NamedTuple):
    """Comings, or goings: those that certainly happen and those that possibly do, each on a day within bounds."""

    certain: Marks
    possible: Marks

    def number(self, begins: Days, ends: Days) -> tuple[Days, Days]:
        """Count the turns of each period [begin, end): those certain to fall into it, and those that possibly do."""
        first, last = self.possible.first, self.possible.last
        possible = np.sort(first).searchsorted(ends, "left") - np.sort(last).searchsorted(begins, "left")
        return _within(self.certain.first, self.certain.last, begins, ends), possible


def presence(bounds: Bounds) -> Presence:
    """Join what each holder has into disjoint stretches.

    >>> moves = Bounds(np.array([7, 7]), np.array([1, 4]), np.array([1, 6]), np.array([4, 9]), np.array([6, 9]),
    ...                np.array([-1, 3]), np.array([3, -1]))  # moves on a day from 4 to 6: moment 3
    >>> [column.tolist() for column in presence(moves).certain]
    [[7], [1], [9]]
    """
    certain = union(bounds.holder, bounds.start_latest, _bridged(bounds))
    return Presence(certain, union(bounds.holder, bounds.start_earliest, bounds.end_latest))


def _ever(bounds: Bounds) -> Bounds:
    """Leave out what holds on no day."""
    return bounds.where(bounds.start_earliest < bounds.end_latest)


def _starts(bounds: Bounds, certain: Stretches) -> Marks:
    """Give when holders may come: with what they did not go on to from before, on a day after one without them."""
    fresh = bounds.where(~_shared(bounds.holder, bounds.start_key, bounds.end_key, bounds.holder))
    alone = ~_shared(fresh.holder, fresh.end_key, bounds.start_key, bounds.holder)  # so it lasts for at least a day
    last = np.where(alone, np.minimum(fresh.start_latest, fresh.end_latest - 1), fresh.start_latest)
    taken = certain._replace(first=certain.first + 1, end=certain.end + 1)
    return _outside(Marks(fresh.holder, fresh.start_earliest, last), taken)


def _ends(bounds: Bounds, certain: Stretches) -> Marks:
    """Give when holders may be gone: with the end of what they do not go on with, on a day without them."""
    over = bounds.where(~_shared(bounds.holder, bounds.end_key, bounds.start_key, bounds.holder))
    alone = ~_shared(over.holder, over.start_key, bounds.end_key, bounds.holder)
    first = np.where(alone, np.maximum(over.end_earliest, over.start_earliest + 1), over.end_earliest)
    return _outside(Marks(over.holder, first, over.end_latest), certain)


def _shared(holder: Days, key: Days, other: Days, whose: Days) -> Mask:
    """Mark the rows whose moment is that of a row of another table, of the same holder."""
    lift = int(max(key.max(initial=0), other.max(initial=0))) + 1
    some = other >= 0
    shared: Mask = np.isin(holder * lift + key, (whose * lift + other)[some]) & (key >= 0)
    return shared


def _outside(marks: Marks, taken: Stretches) -> Marks:
    """Narrow marks to days outside of stretches of their holders, where both ends of them allow it; each mark once."""
    inside, _, end = _at(marks.holder, marks.first, taken)
    first = np.where(inside, end, marks.first)
    inside, begin, _ = _at(marks.holder, marks.last, taken)
    last = np.where(inside, begin - 1, marks.last)
    kept = first <= last
    columns = np.stack([marks.holder, first, last])[:, kept]
    order = np.lexsort(columns[::-1])
    columns = columns[:, order]
    fresh = np.concatenate([[True], (columns[:, 1:] != columns[:, :-1]).any(axis=0)])[: columns.shape[1]]
    return Marks(*columns[:, fresh])


def _at(holder: Days, days: Days, of: Stretches) -> tuple[Mask, Days, Days]:
    """Tell which days lie in a stretch of their holder, and where that one begins and ends."""
    row = (of.first + of.holder * _LIFT).searchsorted(days + holder * _LIFT, "right") - 1
    whose, begin, end = (np.append(column, 0)[row] for column in of)
    return (row >= 0) & (whose == holder) & (days < end), begin, end


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


def spells(there: Presence) -> Spells:
    """Give each possible stretch with the bounds of its first day and of the first day after it."""
    c, p = there.certain, there.possible
    of = (p.first + p.holder * _LIFT).searchsorted(c.first + c.holder * _LIFT, "right") - 1
    numbers = np.arange(len(p.first))
    first_row, after_row = of.searchsorted(numbers, "left"), of.searchsorted(numbers, "right")
    sure = after_row > first_row
    begin, end = np.append(c.first, 0)[first_row], np.append(c.end, 0)[after_row - 1]
    return Spells(p.holder, p.first, np.where(sure, begin, p.end - 1), np.where(sure, end, p.first + 1), p.end, sure)


def joining(there: Presence, bounds: Bounds) -> Turns:
    """Give when holders come; ``there`` is the presence of the ``bounds``."""
    of = spells(there)
    firm = Marks(*(column[of.certain] for column in (of.holder, of.start_earliest, of.start_latest)))
    return Turns(firm, _starts(_ever(bounds), there.certain))


def leaving(there: Presence, bounds: Bounds) -> Turns:
    """Give when holders are gone: the first day after each stretch."""
    of = spells(there)
    firm = Marks(*(column[of.certain] for column in (of.holder, of.end_earliest, of.end_latest)))
    return Turns(firm, _ends(_ever(bounds), there.certain))


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
