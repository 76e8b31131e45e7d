"""How long something lasts: the Kaplan–Meier estimate (E. L. Kaplan, P. Meier, JASA 53, 1958), and what is certain.

Looked at is what certainly began within a window of days. It is *censored* where no exact end lies in the window: what
still lasts at the end of the window counts as lasting at least so long, and what began or ended on a day that is not
known counts as lasting at least as long as it certainly did.

Why two shares stand beside the estimate: it takes for granted that what is censored would have gone on like the rest.
``certain`` is the share of all that lasted longer than so many days on every reading of the dates, and within the
window; ``possible`` that which did on some reading, or still lasts. They are bounds of the share whatever the open
days turn out to be, and need nothing taken for granted.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.period import OPEN_LATE
from orggraph.trends.stretches import Days, Mask, Presence, spells

_HALF = 0.5 + 1e-9
"""One half, with room for the rounding of products."""


class Lives(NamedTuple):
    """How long each of some lasted: at least and at most so many days (`OPEN_LATE` where it may still), and whether
    it is known to have ended after exactly so many."""

    least: Days
    most: Days
    ended: Mask

    def among(self, rows: Mask) -> Lives:
        """Keep some."""
        return Lives(self.least[rows], self.most[rows], self.ended[rows])


class Point(NamedTuple):
    """The share that lasts longer than ``days``: as estimated, and its bounds; and what the estimate rests on."""

    days: int
    survival: float
    certain: float
    possible: float
    at_risk: int
    ended: int


class Survival(NamedTuple):
    """How many were looked at, how many of them ended, the medians in days (``None``: not reached), and the curve.

    ``median`` is that of the estimate; it lies for certain between ``shortest`` and ``longest`` where nothing still
    lasts, since these are where the bounds fall to one half.
    """

    number: int
    ended: int
    censored: int
    median: int | None
    shortest: int | None
    longest: int | None
    curve: tuple[Point, ...]


def lives(start: tuple[Days, Days], end: tuple[Days, Days], *, begin: int, until: int) -> Lives:
    """Tell how long what begins within ``[begin, until)`` lasts, as seen by ``until``.

    ``start`` and ``end`` are the earliest and latest days of each; what does not certainly begin there is left out,
    as is what lasted no day on any reading.
    """
    rows = (start[0] >= begin) & (start[1] < until) & (start[0] < end[1])
    start_earliest, start_latest, end_earliest, end_latest = (column[rows] for column in (*start, *end))
    seen = end_latest < until
    least = np.maximum(np.minimum(end_earliest, until) - start_latest, 0)
    most = np.where(seen, end_latest - start_earliest, OPEN_LATE)
    return Lives(least, most, seen & (least == most))


def in_office(there: Presence, *, begin: int, until: int) -> Lives:
    """Tell how long people stay in office without a break, whatever they do there."""
    found = spells(there)
    sure = found.certain
    start = found.start_earliest[sure], found.start_latest[sure]
    return lives(start, (found.end_earliest[sure], found.end_latest[sure]), begin=begin, until=until)


def survival(of: Lives) -> Survival:
    """Estimate how long it lasts.

    >>> days = np.array([3, 5, 5, 8])
    >>> found = survival(Lives(days, days, np.array([True, True, False, True])))  # the second 5 still lasts
    >>> [(point.days, point.survival) for point in found.curve]
    [(3, 0.75), (5, 0.5), (8, 0.0)]
    >>> found.median
    5
    """
    number = len(of.least)
    times = np.unique(np.concatenate([of.least, of.most[of.most < OPEN_LATE]]))
    exact, least, most = np.sort(of.least[of.ended]), np.sort(of.least), np.sort(of.most)
    ended = exact.searchsorted(times, "right") - exact.searchsorted(times, "left")
    at_risk = number - least.searchsorted(times, "left")
    estimate: NDArray[Any] = np.cumprod(1 - ended / np.maximum(at_risk, 1))
    certain, possible = (1 - part.searchsorted(times, "right") / max(number, 1) for part in (least, most))
    curve = tuple(
        Point(day, round(share, 4), round(sure, 4), round(can, 4), risk, gone)
        for day, share, sure, can, risk, gone in zip(
            *(column.tolist() for column in (times, estimate, certain, possible, at_risk, ended)), strict=True
        )
    )
    median, shortest, longest = (_median(times, share) for share in (estimate, certain, possible))
    return Survival(number, len(exact), number - len(exact), median, shortest, longest, curve)


def share_after(found: Survival, days: int) -> Point | None:
    """Give the point of a curve that tells of a number of days; ``None`` before anything ended or was censored."""
    before = [point for point in found.curve if point.days <= days]
    return before[-1] if before else None


def _median(times: Days, share: NDArray[Any]) -> int | None:
    reached = np.flatnonzero(share <= _HALF)
    return int(times[reached[0]]) if len(reached) else None
