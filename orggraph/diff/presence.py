"""Who takes part in a day, for some terms at once, and how many people are in office, from the columns.

Why some postings are read in parts: an organization is what a million facts point at, and one of the first few is
enough to see that it is there.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from orggraph.facts import LINE, MEMBERSHIP, PLACE
from orggraph.period import OPEN_LATE
from orggraph.snapshot import CERTAIN, IN_OFFICE, POSSIBLE, PRESUMED, Snapshot
from orggraph.timeline import Rows, Timeline
from orggraph.timeline.columns import KIND
from orggraph.vocabulary import Literal

Numbers = NDArray[np.int32]
Mask = NDArray[np.bool_]
Ranks = NDArray[np.int8]
RANKS = (CERTAIN, PRESUMED, POSSIBLE, "")
"""The labels by rank; the last one is that of what does not hold."""
ABSENT_RANK = RANKS.index("")

_WHOLE = np.array([KIND[kind] for kind in (MEMBERSHIP, LINE, PLACE)], dtype=np.int8)
_PART = 8_192


def ranks(snapshot: Snapshot, rows: Rows) -> Ranks:
    """Give the labels of the facts in some rows by rank, as `Snapshot.certainty` gives them one by one."""
    timeline, day = snapshot.timeline, snapshot.day
    c = timeline.columns
    end = c.end_earliest[rows]
    held = timeline.believes(rows, snapshot.recorded_by)
    held &= (c.start_earliest[rows] <= day) & (day < c.end_latest[rows])
    certain = held & (c.start_latest[rows] <= day) & (day < end)
    aged = certain & (c.confirmed[rows] < day) & (end == OPEN_LATE)
    made = np.where(held, np.int8(2), np.int8(ABSENT_RANK))
    made[certain] = 0
    made[aged] = 2 if snapshot.strict else 1
    return made


def present(snapshot: Snapshot, numbers: Numbers) -> Mask:
    """Mark which of the terms, rising and each once, stand in a membership, a line or a place of the day."""
    timeline = snapshot.timeline
    c, found = timeline.columns, np.zeros(len(numbers), dtype=bool)

    def holds(rows: Rows) -> Mask:
        held: Mask = np.isin(c.kind[rows], _WHOLE) & (ranks(snapshot, rows) != ABSENT_RANK)
        return held

    for postings, column in (
        (timeline.by_subject, c.subject), (timeline.by_tenure, c.tenure), (timeline.by_post, c.post),
        (timeline.by_object, c.object),
    ):  # fmt: skip
        missing = numbers[~found]
        many = postings.counts(missing) > _PART
        rows = postings.of_all(missing[~many])
        found[np.searchsorted(numbers, np.unique(column[rows[holds(rows)]]))] = True
        for number in missing[many].tolist():
            found[np.searchsorted(numbers, number)] = any(holds(part).any() for part in postings.parts(number, _PART))
    missing = numbers[~found]
    return found | np.isin(numbers, _roles_held(timeline, missing[np.isin(missing, timeline.roles)], holds))


def _roles_held(timeline: Timeline, roles: Numbers, holds: Callable[[Rows], Mask]) -> Numbers:
    """Give those of the roles that somebody has; as many facts are looked at as it takes to find all."""
    held = np.zeros(0, dtype=np.int32)
    for first in range(0, len(timeline.columns), _PART * 8):
        if len(held) == len(roles):
            break
        part = np.arange(first, min(first + _PART * 8, len(timeline.columns)))
        part = part[np.isin(timeline.columns.role[part], roles)]
        held = np.union1d(held, timeline.columns.role[part[holds(part)]])
    return held


def in_events(snapshot: Snapshot, numbers: Numbers) -> Mask:
    """Mark which of the terms stand in a change event of the day."""
    timeline = snapshot.timeline
    events = timeline.events
    events = events[ranks(snapshot, events) != ABSENT_RANK]
    c = timeline.columns
    return np.isin(numbers, np.concatenate([c.subject[events], c.object[events]]))


def in_office(snapshot: Snapshot) -> tuple[int, int]:
    """Count the people with a certain position and those with merely possible ones, from the columns.

    That takes a look at the columns of every fact there ever was, but makes none of them.
    """
    timeline = snapshot.timeline
    c = timeline.columns
    rows = timeline.only(timeline.possible(snapshot.day, recorded_by=snapshot.recorded_by), MEMBERSHIP)
    rows = rows[np.isin(c.tenure[rows], _aside(snapshot), invert=True)]
    firm = ranks(snapshot, rows) < RANKS.index(POSSIBLE)
    people, certain = (_distinct(c.subject[some], len(timeline.terms)) for some in (rows, rows[firm]))
    return certain, people - certain


def _aside(snapshot: Snapshot) -> Numbers:
    rows = out_of_office(snapshot.timeline)
    held: Numbers = snapshot.timeline.columns.subject[rows[ranks(snapshot, rows) != ABSENT_RANK]]
    return held


def _distinct(numbers: Numbers, terms: int) -> int:
    marks = np.zeros(terms, dtype=bool)
    marks[numbers] = True
    return int(np.count_nonzero(marks))


def out_of_office(timeline: Timeline) -> Rows:
    """Give the facts by which somebody is not in office, such as an emeritus."""
    rows = timeline.pointing_at(Literal("false"))
    kept: Rows = rows[timeline.columns.predicate[rows] == timeline.terms.number(IN_OFFICE)]
    return kept
