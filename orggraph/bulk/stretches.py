"""Stretches: which rows speak of the same stretch of one person in one place, as far as no replay is needed for it.

A row alone with its edition in a seat is a stretch of its own. Where several editions speak of one seat, those that
state the very same days speak of one stretch, if all stretches of the seat lie apart. Everything else in such a seat
is left to replay (`orggraph.bulk.apart`).

Why only a seat has to be looked at, and not all that is said of a person: nothing but handovers, transfers, and leaves
and ends that name no place reach from one seat into another, and there are none of those among the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.arrays import Codes, Lists, begins, numbered, paired
from orggraph.bulk.rows import Rows
from orggraph.bulk.sheets import Ints
from orggraph.period import ONGOING, iso

_Rows = NDArray[np.int64]


@dataclass(slots=True)
class Stretches:
    """Stretches, each with its rows in the order of their identities.

    ``opener`` is the row that opens it, ``said`` the one whose days count, ``leading`` that which opens its line (-1
    for none) among the ``managed`` rows, which name the manager.
    """

    opener: Ints
    said: Ints
    leading: Ints
    rows: Lists
    managed: Lists

    def __len__(self) -> int:
        return len(self.opener)


def stretches_of(rows: Rows) -> tuple[Stretches, _Rows]:
    """Give the stretches, and the rows of the seats that are to be replayed."""
    told = rows.tenures
    seat, edition = _seats(rows)[told], _editions(rows)[told]
    first = np.full(int(seat.max(initial=-1)) + 1, len(rows), dtype=np.int64)
    np.minimum.at(first, seat, edition)
    several = np.zeros(len(first), dtype=bool)
    several[seat[first[seat] != edition]] = True
    alone, shared = told[~several[seat]], several[seat]
    agreed, apart = _agreed(rows, told[shared], seat[shared], edition[shared])
    return _joined(_single(rows, alone), agreed), apart


def _seats(rows: Rows) -> Ints:
    """Number the seats: a person in a post, else in a role and place."""
    places = rows.places
    role, place = (np.where(places.post >= 0, -1, column) for column in (places.role, places.place))
    where = numbered(paired(places.post + 1, numbered(paired(role + 1, place + 1))))
    return numbered(paired(rows.persons.of_row + 1, where))


def _editions(rows: Rows) -> Ints:
    """Number the editions: what one source stated at one time."""
    codes, texts = rows.field("stated")
    stated = np.unique(np.array(texts), return_inverse=True)[1]
    return numbered(paired(rows.sources[0], stated[codes]))


def _single(rows: Rows, alone: _Rows) -> Stretches:
    """Let each row be a stretch of its own."""
    own = alone.astype(np.int32)
    managed = rows.manager[own] >= 0
    at = begins(managed)
    return Stretches(own, own, np.where(managed, own, -1).astype(np.int32), Lists.single(own), Lists(at, own[managed]))


def _joined(*parts: Stretches) -> Stretches:
    return Stretches(
        np.concatenate([part.opener for part in parts]), np.concatenate([part.said for part in parts]),
        np.concatenate([part.leading for part in parts]), Lists.joined([part.rows for part in parts]),
        Lists.joined([part.managed for part in parts]),
    )  # fmt: skip


# ---- several editions


def _agreed(rows: Rows, told: _Rows, seat: Ints, edition: Ints) -> tuple[Stretches, _Rows]:
    """Give the stretches of the seats in which all editions agree, and the rows of the other seats."""
    bounds = rows.bounds()
    first, last = bounds[rows.start[told], 0], bounds[rows.end[told], 0]
    stretch = _stretches(seat, first, last)
    sound = _simple(rows)[told] & (first < last)
    sound &= ~_repeated(stretch, edition) & ~_overlapping(seat, stretch, first, last) & _alike(rows, told, stretch)
    seats = np.ones(int(seat.max(initial=-1)) + 1, dtype=bool)
    seats[seat[~sound]] = False
    kept = seats[seat]
    return _merged(rows, told[kept], numbered(stretch[kept])), told[~kept]


def _stretches(seat: Ints, first: Ints, last: Ints) -> Ints:
    """Number the distinct days within each seat, in the order of seats and first days."""
    order = np.lexsort((last, first, seat))
    same = np.ones(len(order), dtype=bool)
    for column in (seat, first, last):
        same[1:] &= column[order][1:] == column[order][:-1]
    same[:1] = False
    made = np.empty(len(order), dtype=np.int32)
    made[order] = np.cumsum(~same)
    return made


def _simple(rows: Rows) -> NDArray[np.bool_]:
    """Tell which rows have days known exactly and plainly written, and no key of their own."""
    plain = np.array([m == ONGOING or (m.exact and m.text == iso(m.earliest)) for m in rows.moments])
    simple: NDArray[np.bool_] = plain[rows.start] & plain[rows.end] & (rows.field("record")[0] == 0)
    return simple


def _repeated(stretch: Ints, edition: Ints) -> NDArray[np.bool_]:
    """Tell which rows stand beside another one of their edition with the very same days."""
    _, inverse, counts = np.unique(paired(stretch, edition), return_inverse=True, return_counts=True)
    repeated: NDArray[np.bool_] = counts[inverse] > 1
    return repeated


def _overlapping(seat: Ints, stretch: Ints, first: Ints, last: Ints) -> NDArray[np.bool_]:
    """Tell which rows begin before another stretch of their seat has ended."""
    order = np.argsort(stretch, kind="stable")
    one = (seat[order][1:] == seat[order][:-1]) & (stretch[order][1:] != stretch[order][:-1])
    overlapping = np.zeros(len(order), dtype=bool)
    overlapping[order[1:]] = one & (first[order][1:] < last[order][:-1])
    return overlapping


def _alike(rows: Rows, told: _Rows, stretch: Ints) -> NDArray[np.bool_]:
    """Tell which rows say of their stretch what all others do: where it is, and to whom one reports, if they say it."""
    places = rows.places
    boss = rows.manager[told]
    line = np.where(boss >= 0, boss.astype(np.int64) * 2 + rows.dotted[told], -1)
    columns = [column[told] for column in (places.role, places.unit, places.organization, places.place)]
    alike = np.ones(len(told), dtype=bool)
    for column, told_ in [*((column, None) for column in columns), (line, line >= 0)]:
        chosen = np.arange(len(told)) if told_ is None else np.flatnonzero(told_)
        low = np.full(int(stretch.max(initial=-1)) + 1, np.iinfo(np.int64).max)
        high = np.full(len(low), np.iinfo(np.int64).min)
        np.minimum.at(low, stretch[chosen], column[chosen])
        np.maximum.at(high, stretch[chosen], column[chosen])
        alike &= (low >= high)[stretch]
    return alike


def _merged(rows: Rows, told: _Rows, stretch: Ints) -> Stretches:
    """Make one stretch of the rows of each number."""
    count = int(stretch.max(initial=-1)) + 1
    own = told.astype(np.int32)
    managed = rows.manager[own] >= 0
    order = np.lexsort((rows.by_id[own], stretch))
    leading = np.full(count, -1, dtype=np.int32)
    leading[stretch[order][managed[order]][::-1]] = own[order][managed[order]][::-1]
    return Stretches(
        _first(stretch, own, rows.rank[own]), _first(stretch, own, _trusted(rows)[own]), leading,
        Lists.grouped(stretch, own[order], count=count),
        Lists.grouped(stretch[managed], own[order][managed[order]], count=count),
    )  # fmt: skip


def _trusted(rows: Rows) -> Codes:
    """Number the rows in the order in which replay trusts what they say of one day; see `moments.trusted`."""
    codes, texts = rows.sources
    source = np.unique(np.array(texts), return_inverse=True)[1][codes]
    order = np.lexsort((rows.by_id, source, -rows.stated.astype(np.int64)))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def _first(stretch: Ints, own: Ints, rank: Codes) -> Ints:
    """Give the first row of each stretch."""
    order = np.lexsort((rank, stretch))
    at = np.unique(stretch[order], return_index=True)[1]
    first: Ints = own[order][at]
    return first
