"""How much changes on which day: what a person looks for before choosing a day.

Why only what is certain, and nothing derived: a start that is known to the year would fall on a day that nobody has
named, and one new head would count as many times as there are people below.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.facts import DERIVED, LINE, MEMBERSHIP, PLACE
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.timeline import Timeline
from orggraph.timeline.columns import BITS, KIND

_COUNTED = tuple(KIND[kind] for kind in (MEMBERSHIP, LINE, PLACE))


class Activity(NamedTuple):
    """How many memberships, reporting lines and places of units and posts begin and end on a day (an ordinal).

    One begins on the first day on which it holds for certain, and ends on the first on which it no longer does.
    """

    day: int
    begun: int
    ended: int


def activity(timeline: Timeline, *, recorded_by: int | None = None) -> list[Activity]:
    """Count by day, in order, what begins and ends; days without either are left out. Linear in the facts.

    >>> activity(Timeline([]))
    []
    """
    c = timeline.columns
    counted = np.isin(c.kind, _COUNTED) & ((c.flags & BITS[DERIVED]) == 0) & (c.start_latest < c.end_earliest)
    rows = np.flatnonzero(counted & timeline.believed(recorded_by))
    begun, ended = _by_day(c.start_latest[rows]), _by_day(c.end_earliest[rows])
    return [Activity(day, begun.get(day, 0), ended.get(day, 0)) for day in sorted(begun.keys() | ended.keys())]


def _by_day(days: NDArray[np.int32]) -> dict[int, int]:
    found, counts = np.unique(days, return_counts=True)
    told = zip(found.tolist(), counts.tolist(), strict=True)
    return {day: count for day, count in told if OPEN_EARLY < day < OPEN_LATE}
