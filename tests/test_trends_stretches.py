"""Tests of stretches against every reading of the dates, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, product
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.trends.periods import Stretch, periods
from orggraph.trends.stretches import Bounds, Stretches, joining, leaving, presence, union

DAYS = range(15)


class Day(NamedTuple):
    """A day that is known to lie in [earliest, latest]."""

    earliest: int
    latest: int


Tenure = tuple[int, int]
"""The numbers of the days on which it starts and ends."""


class Career(NamedTuple):
    """The tenures of one person; days that two of them share are one."""

    days: list[Day]
    tenures: list[Tenure]

    def bounds(self) -> Bounds:
        rows = [(7, *self.days[start], *self.days[end], start, end) for start, end in self.tenures]
        return Bounds(*np.array(rows, dtype=np.int64).T)

    def readings(self) -> Iterator[set[int]]:
        """Give for each reading of the days those on which the person is there."""
        for chosen in product(*(range(day.earliest, day.latest + 1) for day in self.days)):
            if all(chosen[start] <= chosen[end] for start, end in self.tenures):
                yield {d for start, end in self.tenures for d in range(chosen[start], chosen[end])}


@st.composite
def careers(draw: st.DrawFn) -> Career:
    """Draw some days in a row, and tenures between them: one after the other, with a gap, or beside each other."""
    number = draw(st.integers(2, 5))
    earliest = sorted(draw(st.lists(st.integers(0, 10), min_size=number, max_size=number)))
    latest = accumulate((day + draw(st.integers(0, 3)) for day in earliest), max)
    days = [Day(*bounds) for bounds in zip(earliest, latest, strict=True)]
    pairs = [(start, end) for start in range(number) for end in range(start + 1, number)]
    return Career(days, draw(st.lists(st.sampled_from(pairs), min_size=1, max_size=3, unique=True)))


def there(stretches: Stretches) -> set[int]:
    spans = zip(stretches.first.tolist(), stretches.end.tolist(), strict=True)
    return {day for first, end in spans for day in range(first, end)}


@given(careers())
def test_presence_is_what_every_and_what_some_reading_says(career: Career) -> None:
    readings = list(career.readings())
    found = presence(career.bounds())
    assert there(found.certain) == set.intersection(*readings)
    assert there(found.possible) == set.union(*readings)


@given(careers(), st.integers(0, 12), st.integers(1, 6))
def test_comings_and_goings_lie_between_what_is_certain_and_what_is_possible(
    career: Career, begin: int, length: int
) -> None:
    end, bounds = begin + length, career.bounds()
    found = presence(bounds)
    for turns, turned in ((joining(found, bounds), joins), (leaving(found, bounds), leaves)):
        firm, possible = (int(part[0]) for part in turns.number(np.array([begin]), np.array([end])))
        counted = [len(turned(reading) & set(range(begin, end))) for reading in career.readings()]
        assert firm <= min(counted)
        assert possible >= max(counted)
        if all(day.earliest == day.latest for day in career.days):
            assert firm == possible == counted[0]


def joins(reading: set[int]) -> set[int]:
    return {day for day in reading if day - 1 not in reading}


def leaves(reading: set[int]) -> set[int]:
    return {day + 1 for day in reading if day + 1 not in reading}


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12), st.integers(0, 12)), max_size=12), st.integers(0, 12))
def test_a_union_counts_each_holder_once_on_every_day(rows: list[tuple[int, int, int]], mark: int) -> None:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    found = union(*columns)
    held = {(holder, day) for holder, first, end in rows for day in range(first, end)}
    days = np.array(DAYS, dtype=np.int64)
    assert found.number(days).tolist() == [sum((holder, day) in held for holder in range(4)) for day in DAYS]
    marks = np.array([0, mark, 13])
    before = sum(day < mark for _, day in held)
    assert found.days_between(marks).tolist() == [before, len(held) - before]
    assert all(a < b for a, b in zip(found.first, found.end, strict=True))


@given(st.lists(careers(), min_size=1, max_size=4), st.integers(1, 5))
def test_with_known_days_what_opens_and_comes_and_goes_is_what_closes(people: list[Career], step: int) -> None:
    exact = [Career([Day(day.earliest, day.earliest) for day in one.days], one.tenures) for one in people]
    parts = [one.bounds().held_by(np.full(len(one.tenures), n)) for n, one in enumerate(exact)]
    bounds = Bounds(*(np.concatenate(column) for column in zip(*parts, strict=True)))
    found = presence(bounds)
    stretches = [Stretch(day, day + step) for day in range(1, 14, step)]
    readings = [next(one.readings()) for one in exact]
    for stretch, row in zip(stretches, periods(found, bounds, stretches), strict=True):
        days = range(stretch.begin, stretch.end)
        assert row.opening.certain + row.joiners.certain - row.leavers.certain == row.closing.certain
        assert row.closing.possible == sum(stretch.end - 1 in reading for reading in readings)
        assert row.mean.certain == pytest.approx(sum(d in r for d in days for r in readings) / step, abs=0.005)


def test_open_sides_are_no_turns() -> None:
    always = Bounds(*(np.array([value]) for value in (1, OPEN_EARLY, OPEN_EARLY, OPEN_LATE, OPEN_LATE, -1, -1)))
    found = presence(always)
    begin, end = np.array([1]), np.array([3_000_000])
    assert [part.tolist() for part in joining(found, always).number(begin, end)] == [[0], [0]]
    assert [part.tolist() for part in leaving(found, always).number(begin, end)] == [[0], [0]]
    assert found.certain.days_between(np.array([10, 20])).tolist() == [10]


def test_nobody_is_there_in_an_empty_history() -> None:
    empty = np.zeros(0, dtype=np.int64)
    bounds = Bounds(empty, empty, empty, empty, empty, empty, empty)
    found = presence(bounds)
    assert [len(part.first) for part in found] == [0, 0]
    assert periods(found, bounds, [Stretch(1, 5)])[0].turnover == (None, None)
