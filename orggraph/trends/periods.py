"""Headcount, joiners, leavers and turnover, period by period.

Every count has two numbers: what is *certain*, true on every reading of the dates, and what is *possible*, true on
some; the truth lies between them. Where all days are known both are the same, and of each period ``opening`` (the day
before it) plus ``joiners`` less ``leavers`` is ``closing`` (its last day). Who leaves and comes back within a period is
counted in both.

*Turnover* is leavers divided by the mean headcount of all days of the period: a share of the period, not of a year.
``low`` divides the certain leavers by the possible headcount, ``high`` the possible leavers by the certain one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.period import iso
from orggraph.trends.stretches import Bounds, Days, Presence, joining, leaving


class Count(NamedTuple):
    """How many for certain, and how many at most."""

    certain: int
    possible: int


class Mean(NamedTuple):
    """How many on an average day of a period, for certain and at most; rounded to two places."""

    certain: float
    possible: float


class Between(NamedTuple):
    """A share that is known to lie between two; ``None`` where it would be a share of nothing."""

    low: float | None
    high: float | None


class Stretch(NamedTuple):
    """A period of a series, [begin, end) in ordinals."""

    begin: int
    end: int


class Period(NamedTuple):
    """The figures of one period; ``since`` is its first day, ``until`` the day after its last (ISO 8601)."""

    since: str
    until: str
    opening: Count
    joiners: Count
    leavers: Count
    closing: Count
    mean: Mean
    turnover: Between


def stretches_of(days: Sequence[int], until: int) -> list[Stretch]:
    """Make the periods that begin on each of the ``days`` (rising) and end where the next one begins.

    >>> stretches_of([1, 32], 60)
    [Stretch(begin=1, end=32), Stretch(begin=32, end=60)]
    """
    return [Stretch(begin, end) for begin, end in zip(days, [*days[1:], until], strict=True)]


def periods(there: Presence, bounds: Bounds, stretches: Sequence[Stretch]) -> list[Period]:
    """Give the figures of neighbouring periods, in their order; ``there`` is the presence of the ``bounds``."""
    begins, ends = (np.array(column, dtype=np.int64) for column in zip(*stretches, strict=True))
    opening, closing = counts(there, begins - 1), counts(there, ends - 1)
    joiners = [Count(*pair) for pair in _pairs(*joining(there, bounds).number(begins, ends))]
    leavers = [Count(*pair) for pair in _pairs(*leaving(there, bounds).number(begins, ends))]
    marks = np.append(begins, ends[-1])
    firm, possible = (part.days_between(marks) / np.diff(marks) for part in there)
    means = [Mean(*pair) for pair in _pairs(firm, possible)]
    return [
        Period(
            iso(stretch.begin), iso(stretch.end), opening[n], joiners[n], leavers[n], closing[n],
            Mean(round(means[n].certain, 2), round(means[n].possible, 2)), turnover(leavers[n], means[n]),
        )
        for n, stretch in enumerate(stretches)
    ]  # fmt: skip


def counts(there: Presence, days: Days) -> list[Count]:
    """Count who is there on each of some days."""
    return [Count(*pair) for pair in _pairs(there.certain.number(days), there.possible.number(days))]


def turnover(leavers: Count, mean: Mean) -> Between:
    """Divide leavers by a mean headcount.

    >>> turnover(Count(2, 3), Mean(20, 40))
    Between(low=0.05, high=0.15)
    """
    low = round(leavers.certain / mean.possible, 4) if mean.possible else None
    return Between(low, round(leavers.possible / mean.certain, 4) if mean.certain else None)


def _pairs(one: NDArray[Any], other: NDArray[Any]) -> list[tuple[Any, Any]]:
    return list(zip(one.tolist(), other.tolist(), strict=True))
