"""The days on which most changed: how many people come, go, move or get another manager, and how much starts or ends.

What starts or ends on a day that is not known exactly is counted beside, on every day on which it may have been.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from orggraph.facts import LINE, PLACE
from orggraph.period import iso
from orggraph.timeline import Timeline
from orggraph.timeline.columns import KIND
from orggraph.trends.office import Office, bounds_of
from orggraph.trends.stretches import Bounds, Days

BUSIEST = 10
"""So many days are listed."""


class BusyDay(NamedTuple):
    """A day: whom something starts or ends for, how many memberships and lines start and end then for certain, how
    many places of posts and units, and how many more of all these may."""

    day: str
    people: int
    memberships: int
    lines: int
    places: int
    possible: int


def busiest_days(
    timeline: Timeline, held: Office, *, begin: int, until: int, recorded_by: int | None = None
) -> list[BusyDay]:
    """List up to `BUSIEST` days in [begin, until) by the people concerned, then by all that changes, then in order."""
    c = timeline.columns
    believed = timeline.believed(recorded_by)
    lines, places = (bounds_of(timeline, np.flatnonzero((c.kind == KIND[kind]) & believed)) for kind in (LINE, PLACE))
    lines = lines.where(np.isin(lines.holder, held.bounds.holder))
    counted = [_exact(bounds, begin, until) for bounds in (held.bounds, lines, places)]
    people = _people([held.bounds, lines], begin, until)
    able = np.sum([_open(bounds, begin, until) for bounds in (held.bounds, lines, places)], axis=0)
    total = np.sum(counted, axis=0)
    order = np.lexsort((np.arange(until - begin), -total, -people))[:BUSIEST]
    return [
        BusyDay(iso(begin + n), *(int(part[n]) for part in (people, *counted, able)))
        for n in order.tolist() if total[n]
    ]  # fmt: skip


def _turns(bounds: Bounds) -> tuple[Days, Days, Days]:
    """Give who is concerned by each start and end that is no open side, and its earliest and latest day."""
    some = bounds.start_earliest < bounds.end_latest
    kept = bounds.where(some)
    return (
        np.concatenate([kept.holder, kept.holder]),
        np.concatenate([kept.start_earliest, kept.end_earliest]),
        np.concatenate([kept.start_latest, kept.end_latest]),
    )


def _exact(bounds: Bounds, begin: int, until: int) -> Days:
    _, first, last = _turns(bounds)
    days = first[(first == last) & (begin <= first) & (first < until)]
    return np.bincount(days - begin, minlength=until - begin)


def _open(bounds: Bounds, begin: int, until: int) -> Days:
    """Count for each day what may start or end on it and need not."""
    _, first, last = _turns(bounds)
    some = (first < last) & (first < until) & (last >= begin)
    rises = np.bincount(np.maximum(first[some], begin) - begin, minlength=until - begin + 1)
    falls = np.bincount(np.minimum(last[some] + 1, until) - begin, minlength=until - begin + 1)
    days: Days = np.cumsum(rises - falls)[:-1]
    return days


def _people(those: list[Bounds], begin: int, until: int) -> Days:
    turns = [_turns(bounds) for bounds in those]
    holder, first, last = (np.concatenate(column) for column in zip(*turns, strict=True))
    kept = (first == last) & (begin <= first) & (first < until)
    days = until - begin
    once = np.unique(holder[kept] * days + (first[kept] - begin))
    return np.bincount(once % days, minlength=days)
