"""Who is in office when: the believed memberships as rows of `stretches`, without the days of those not in office.

Somebody of whom a source says "not in office" in a post (`in_office` of a role change) is not counted on any day on
which that is possible, as in the figures of a day.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from orggraph.facts import ATTRIBUTE, MEMBERSHIP
from orggraph.snapshot import IN_OFFICE
from orggraph.timeline import Rows, Timeline
from orggraph.timeline.columns import KIND
from orggraph.trends.stretches import Bounds, Days
from orggraph.vocabulary import Literal

_KEY = 3
"""The column of moments that names what a moment is one with."""


class Office(NamedTuple):
    """Memberships in columns: ``bounds`` are held by persons, beside them the place, the post, role and tenure.

    All are numbers of terms, -1 where there is none.
    """

    bounds: Bounds
    place: Days
    post: Days
    role: Days
    tenure: Days

    def where(self, rows: Rows) -> Office:
        """Keep some rows."""
        return Office(self.bounds.where(rows), *(column[rows] for column in self[1:]))


def office(timeline: Timeline, *, recorded_by: int | None = None) -> Office:
    """Give the memberships in office that this graph believed at ``recorded_by``, or believes now."""
    c = timeline.columns
    believed = timeline.believed(recorded_by)
    rows = np.flatnonzero((c.kind == KIND[MEMBERSHIP]) & believed)
    made = Office(bounds_of(timeline, rows), *(column[rows].astype(np.int64) for column in (c.object, c.post, c.role,
                                                                                            c.tenure)))  # fmt: skip
    absent = _absences(timeline, np.flatnonzero((c.kind == KIND[ATTRIBUTE]) & believed))
    return _without(made, absent) if absent else made


def bounds_of(timeline: Timeline, rows: Rows) -> Bounds:
    """Give the bounds of some rows of a timeline, held by their subjects."""
    c = timeline.columns
    plain = (c.subject, c.start_earliest, c.start_latest, c.end_earliest, c.end_latest)
    keys = (c.moments[moment[rows], _KEY] for moment in (c.start, c.end))
    return Bounds(*(column[rows].astype(np.int64) for column in plain), *(key.astype(np.int64) for key in keys))


def _absences(timeline: Timeline, attributes: Rows) -> dict[int, list[tuple[int, int]]]:
    """Give by tenure the stretches in which its holder is possibly not in office."""
    c, terms = timeline.columns, timeline.terms
    said = attributes[c.predicate[attributes] == terms.number(IN_OFFICE)]
    said = said[c.object[said] == terms.number(Literal("false"))]
    absent: dict[int, list[tuple[int, int]]] = {}
    for row in said.tolist():
        absent.setdefault(int(c.subject[row]), []).append((int(c.start_earliest[row]), int(c.end_latest[row])))
    return absent


def _without(made: Office, absent: dict[int, list[tuple[int, int]]]) -> Office:
    """Take stretches out of the tenures they are about; what is left before and after stays."""
    touched = np.isin(made.tenure, np.fromiter(absent, dtype=np.int64))
    rows, bounds = list[int](), list[tuple[int, ...]]()
    for row in np.flatnonzero(touched).tolist():
        parts = [tuple(int(column[row]) for column in made.bounds)]
        for first, end in absent[int(made.tenure[row])]:
            parts = [part for whole in parts for part in _around(whole, first, end)]
        rows += [row] * len(parts)
        bounds += parts
    if not rows:
        return made.where(np.flatnonzero(~touched))
    order = np.concatenate([np.flatnonzero(~touched), np.array(rows, dtype=np.int64)])
    columns = np.array(bounds, dtype=np.int64).T
    kept = made.where(order)
    left = int((~touched).sum())
    return kept._replace(
        bounds=Bounds(*(np.append(column[:left], part) for column, part in zip(kept.bounds, columns, strict=True)))
    )


def _around(whole: tuple[int, ...], first: int, end: int) -> list[tuple[int, ...]]:
    """Give what is left of a row of `Bounds` before and after a stretch that is taken out."""
    holder, start_earliest, start_latest, end_earliest, end_latest, start_key, end_key = whole
    parts = [
        (holder, start_earliest, start_latest, min(end_earliest, first), min(end_latest, first), start_key, -1),
        (holder, max(start_earliest, end), max(start_latest, end), end_earliest, end_latest, -1, end_key),
    ]
    if end <= start_earliest or end_latest <= first:
        return [whole]
    return [part for part in parts if part[1] < part[4]]
