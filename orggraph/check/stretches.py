"""Stretches of days by group, as arrays: united, set against each other, counted where they overlap.

Why a group and a day are packed into one integer: sorted by it, the stretches of all groups lie behind each other, so
that one sort, one running maximum and one binary search answer for every group at once.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.period import OPEN_EARLY

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
_BITS = 33
"""A day, counted from the open side, takes 32 bits; one more, so that no day of one group is in the next."""


class Stretches(NamedTuple):
    """Half-open stretches ``[first, end)`` of days, each of a group, which is a number below 2**30."""

    group: Numbers
    first: Numbers
    end: Numbers

    @classmethod
    def of(cls, group: NDArray[Any], first: NDArray[Any], end: NDArray[Any]) -> Stretches:
        """Make stretches of arrays of any kind of integer."""
        return cls(*(np.asarray(array, dtype=np.int64) for array in (group, first, end)))

    def where(self, chosen: NDArray[Any]) -> Stretches:
        """Give some of them, by a mask or by their places."""
        return Stretches(self.group[chosen], self.first[chosen], self.end[chosen])

    @property
    def firsts(self) -> Numbers:
        """Give group and first day as one number."""
        return (self.group << _BITS) + (self.first - OPEN_EARLY)

    @property
    def ends(self) -> Numbers:
        """Give group and end as one number."""
        return (self.group << _BITS) + (self.end - OPEN_EARLY)


def united(stretches: Stretches) -> Stretches:
    """Unite the stretches of each group that touch or overlap, and leave out empty ones; by group and day.

    >>> united(Stretches.of(np.array([1, 0, 0]), np.array([2, 5, 1]), np.array([3, 9, 5])))[1:]
    (array([1, 2]), array([9, 3]))
    """
    ordered, reached = _swept(stretches)
    if not len(ordered.group):
        return ordered
    begins = np.flatnonzero(np.append(True, ordered.firsts[1:] > reached[:-1]))
    last = np.append(begins[1:], len(reached)) - 1
    group = ordered.group[begins]
    return Stretches(group, ordered.first[begins], reached[last] - (group << _BITS) + OPEN_EARLY)


def within(stretches: Stretches, covers: Stretches) -> Mask:
    """Mark the stretches that lie whole in one of the ``covers`` of their group, which are `united`.

    >>> one = Stretches.of(np.array([0, 0, 1]), np.array([1, 1, 1]), np.array([3, 9, 3]))
    >>> within(one, Stretches.of(np.array([0]), np.array([0]), np.array([5]))).tolist()
    [True, False, False]
    """
    if not len(covers.group):
        return np.zeros(len(stretches.group), dtype=bool)
    firsts, ends = stretches.firsts, stretches.ends
    at = covers.ends.searchsorted(firsts, "right")
    last = np.minimum(at, len(covers.group) - 1)
    inside: Mask = (at < len(covers.group)) & (covers.firsts[last] <= firsts) & (ends <= covers.ends[last])
    return inside


def cut(stretches: Stretches, covers: Stretches) -> tuple[Numbers, Stretches]:
    """Give what of the stretches lies in the ``covers`` of their group, which are `united`, and of which each is.

    >>> one = Stretches.of(np.array([0]), np.array([1]), np.array([9]))
    >>> cut(one, Stretches.of(np.array([0, 0]), np.array([0, 7]), np.array([2, 20])))[1][1:]
    (array([1, 7]), array([2, 9]))
    """
    at = covers.ends.searchsorted(stretches.firsts, "right")
    counts = np.maximum(covers.firsts.searchsorted(stretches.ends, "left") - at, 0)
    which = np.repeat(np.arange(len(counts)), counts)
    by = np.repeat(at - (np.cumsum(counts) - counts), counts) + np.arange(len(which))
    first = np.maximum(stretches.first[which], covers.first[by])
    end = np.minimum(stretches.end[which], covers.end[by])
    return which, Stretches(stretches.group[which], first, end)


def crowded(stretches: Stretches) -> Numbers:
    """Give the groups in which two stretches have a day in common; sorted.

    >>> crowded(Stretches.of(np.array([3, 3, 4, 4]), np.array([1, 5, 1, 4]), np.array([5, 9, 5, 9]))).tolist()
    [4]
    """
    ordered, reached = _swept(stretches)
    return distinct(ordered.group[1:][ordered.firsts[1:] < reached[:-1]])


def most_at_once(stretches: Stretches) -> tuple[Numbers, Numbers]:
    """Give the groups, sorted, and how many of their stretches at most have a day in common.

    >>> [array.tolist() for array in most_at_once(Stretches.of(np.zeros(3), np.array([1, 2, 5]), np.array([5, 5, 9])))]
    [[0], [2]]
    """
    held = stretches.where(stretches.first < stretches.end)
    if not len(held.group):
        return held.group, held.group
    keys = np.concatenate([held.ends, held.firsts])
    steps = np.repeat(np.array([-1, 1]), len(held.group))
    order = np.argsort(keys, kind="stable")  # who leaves on a day comes before who begins on it
    groups = keys[order] >> _BITS
    begins = np.flatnonzero(np.append(True, groups[1:] != groups[:-1]))
    return groups[begins], np.maximum.reduceat(np.cumsum(steps[order]), begins)


def distinct(numbers: Numbers) -> Numbers:
    """Give the different numbers in order: for many different ones by sorting, which `numpy.unique` does not.

    >>> distinct(np.array([2, 1, 2])).tolist()
    [1, 2]
    """
    ordered = np.sort(numbers)
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def among(numbers: Numbers, ordered: Numbers) -> Mask:
    """Mark the numbers that are in an ordered list.

    >>> among(np.array([3, 1]), np.array([1, 2])).tolist()
    [False, True]
    """
    if not len(ordered):
        return np.zeros(len(numbers), dtype=bool)
    found: Mask = ordered[np.minimum(ordered.searchsorted(numbers), len(ordered) - 1)] == numbers
    return found


def numbered(keys: Numbers) -> Numbers:
    """Number equal keys alike, from 0 on, in their order.

    >>> numbered(np.array([70, 50, 70])).tolist()
    [1, 0, 1]
    """
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    made = np.empty(len(keys), dtype=np.int64)
    made[order] = np.cumsum(np.append(False, ordered[1:] != ordered[:-1])) if len(keys) else ordered
    return made


def _swept(stretches: Stretches) -> tuple[Stretches, Numbers]:
    """Order the stretches that have a day, and give how far each and those before it reach."""
    held = stretches.where(stretches.first < stretches.end)
    ordered = held.where(np.argsort(held.firsts, kind="stable"))
    return ordered, np.maximum.accumulate(ordered.ends)
