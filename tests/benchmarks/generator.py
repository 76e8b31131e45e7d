"""A generated history of an organization: who held what and reported to whom over ten years of days.

Seats form a tree with five to nine seats below each. Every year a part of them changes: the holder is replaced on the
same day (and with that the manager of everybody below), the seat moves below another, or its title changes. The same
seed gives the same history. Days count from `FIRST`; an end is the first day on which a stretch no longer holds.

Why columns of integers and not one object a row: at size L there are 1.6 million rows, and brute force compares them
all for each question.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
SIZES = {"tiny": 200, "S": 1_000, "M": 20_000, "L": 200_000}
FIRST = date(2015, 1, 1)
ZERO = FIRST.toordinal()
YEARS = 10
DAYS = 365 * YEARS + 3
ONGOING = 1_000_000
TITLES = ("Engineer", "Senior Engineer", "Analyst", "Designer", "Counsel", "Manager", "Director")
YEARLY = (("replaced", 0.15), ("moved", 0.20), ("retitled", 0.20))
BLURRED, CORRECTED, SECOND = 0.20, 0.05, 0.30
"""The part of the days known only roughly, of the rows corrected later, and of the rows that a second source states."""


class History(NamedTuple):
    """The stretches in the order of their start, as columns; -1 for no manager, `ONGOING` for no end.

    ``boss`` is the seat above. Where a day is known exactly, its earliest and latest are the same.
    """

    person: Ints
    manager: Ints
    seat: Ints
    boss: Ints
    title: Ints
    start: Ints
    start_latest: Ints
    end: Ints
    end_latest: Ints

    @property
    def people(self) -> int:
        """Give how many persons there ever were; they are numbered from 0."""
        return int(self.person.max()) + 1

    def certain(self) -> Lines:
        """Give the lines with the days on which they hold on every reading."""
        return self._lines(self.start_latest, self.end)

    def possible(self) -> Lines:
        """Give the lines with the days on which they hold on some reading."""
        return self._lines(self.start, self.end_latest)

    def _lines(self, start: Ints, end: Ints) -> Lines:
        managed = self.manager >= 0
        return Lines(*(column[managed] for column in (self.person, self.manager, start, end)))


class Lines(NamedTuple):
    """Who reported to whom from ``start`` until before ``end``, as columns."""

    reporter: Ints
    manager: Ints
    start: Ints
    end: Ints

    @property
    def people(self) -> int:
        """Give how many numbers of persons there are."""
        return int(max(self.reporter.max(), self.manager.max())) + 1


class Question(NamedTuple):
    """A person to ask about, and a day."""

    person: int
    day: int


def history(people: int, *, seed: int = 1) -> History:
    """Generate the stretches of an organization of that many seats."""
    found = array("i")
    for row in _stretches(people, np.random.default_rng(seed)):
        found.extend(row)
    rows = np.frombuffer(found, dtype=np.int32).reshape(-1, 7)
    rows = rows[np.lexsort((rows[:, 0], rows[:, 5]))]
    person, manager, seat, boss, title, start, end = (np.ascontiguousarray(column) for column in rows.T)
    return History(person, manager, seat, boss, title, start, start, end, end)


def _stretches(people: int, dice: np.random.Generator) -> Iterator[tuple[int, ...]]:
    above, below = _tree(people, dice)
    level = [0] * people
    for seat in range(1, people):
        level[seat] = level[above[seat]] + 1
    bosses: dict[int, list[int]] = {}
    for seat in range(people):
        if below[seat]:
            bosses.setdefault(level[seat], []).append(seat)
    title: list[int] = dice.integers(len(TITLES), size=people).tolist()
    holder, since, newest = list(range(people)), [0] * people, people

    def closed(seat: int, day: int) -> Iterator[tuple[int, ...]]:
        if since[seat] < day:
            boss = above[seat]
            yield holder[seat], holder[boss] if boss >= 0 else -1, seat, boss, title[seat], since[seat], day
        since[seat] = day

    for day, kind, seat, chance in _events(people, dice):
        if kind == 0:
            for touched in (seat, *below[seat]):
                yield from closed(touched, day)
            holder[seat], newest = newest, newest + 1
        elif kind == 1:
            choice = bosses[level[seat] - 1]
            boss = choice[int(chance * len(choice))]
            if boss != above[seat] and len(below[boss]) < 10 and len(below[above[seat]]) > 1:
                yield from closed(seat, day)
                below[above[seat]].remove(seat)
                below[boss].append(seat)
                above[seat] = boss
        else:
            yield from closed(seat, day)
            title[seat] = (title[seat] + 1 + int(chance * (len(TITLES) - 1))) % len(TITLES)
    for seat in range(people):
        yield from closed(seat, ONGOING)


def _tree(people: int, dice: np.random.Generator) -> tuple[list[int], list[list[int]]]:
    above, below, boss = [-1], [list[int]()], 0
    while len(above) < people:
        for _ in range(min(int(dice.integers(5, 10)), people - len(above))):
            below[boss].append(len(above))
            above.append(boss)
            below.append([])
        boss += 1
    return above, below


def _events(people: int, dice: np.random.Generator) -> Iterator[tuple[int, int, int, float]]:
    """Give day, number of the kind in `YEARLY`, seat and a chance in [0, 1), in the order of days; never the top."""
    made: list[NDArray[Any]] = []
    for year in range(YEARS):
        for kind, (_, share) in enumerate(YEARLY):
            seats = 1 + np.flatnonzero(dice.random(people - 1) < share)
            days = 365 * year + dice.integers(1, 365, size=len(seats))
            made.append(np.column_stack([days, np.full(len(seats), kind), seats]))
    events = np.concatenate(made)
    events = events[np.lexsort((events[:, 2], events[:, 1], events[:, 0]))]
    yield from zip(*events.T.tolist(), dice.random(len(events)).tolist(), strict=True)


# ---- variants


def blurred(rows: History, *, seed: int = 3) -> History:
    """Let a part of the days be known only as a month, or as a range of some days around.

    A day of one person is blurred in all their rows, except where a stretch would then be certain on no day.
    """
    dice = np.random.default_rng(seed)
    ends = rows.end < ONGOING
    keys = np.concatenate([rows.person, rows.person[ends]]).astype(np.int64) * DAYS
    keys += np.concatenate([rows.start, rows.end[ends]])
    unique, at = np.unique(keys, return_inverse=True)
    days, chance = unique % DAYS, dice.random(len(unique))
    earliest, latest = _bounds(days.astype(np.int32), chance, dice)
    start, start_latest = earliest[at[: len(rows.person)]], latest[at[: len(rows.person)]]
    end, end_latest = rows.end.copy(), rows.end.copy()
    end[ends], end_latest[ends] = earliest[at[len(rows.person) :]], latest[at[len(rows.person) :]]
    sound = start_latest < end
    kept = [np.where(sound, new, old) for new, old in ((start, rows.start), (start_latest, rows.start),
                                                       (end, rows.end), (end_latest, rows.end))]  # fmt: skip
    return rows._replace(start=kept[0], start_latest=kept[1], end=kept[2], end_latest=kept[3])


def _bounds(days: Ints, chance: NDArray[np.float64], dice: np.random.Generator) -> tuple[Ints, Ints]:
    months = np.array([day - calendar(day).day + 1 for day in range(DAYS)], dtype=np.int32)
    following = [calendar(first + 31).replace(day=1) for first in months]
    lengths = np.array([(date_ - FIRST).days for date_ in following], dtype=np.int32) - months
    month, around = chance < BLURRED / 2, (chance >= BLURRED / 2) & (chance < BLURRED)
    before, after = dice.integers(1, 20, size=(2, len(days)), dtype=np.int32)
    earliest = np.where(month, months[days], np.where(around, days - before, days))
    latest = np.where(month, months[days] + lengths[days] - 1, np.where(around, days + after, days))
    return earliest.astype(np.int32), latest.astype(np.int32)


def second(rows: History, *, seed: int = 6) -> NDArray[np.int64]:
    """Choose the rows that a second source states too."""
    return np.flatnonzero(np.random.default_rng(seed).random(len(rows.person)) < SECOND)


def corrected(rows: History, *, seed: int = 4) -> tuple[History, NDArray[np.int64]]:
    """Correct a part of the rows: each starts a little later than was said. Give all rows, and which were corrected."""
    dice = np.random.default_rng(seed)
    length = np.minimum(rows.end, DAYS) - rows.start
    chosen = np.flatnonzero((dice.random(len(length)) < CORRECTED) & (length > 10))
    start = rows.start.copy()
    start[chosen] += 1 + (dice.random(len(chosen)) * (length[chosen] // 2)).astype(np.int32)
    return rows._replace(start=start, start_latest=start), chosen


def calendar(day: int) -> date:
    """Give a day of the history as a date."""
    return FIRST + timedelta(days=int(day))


def questions(lines: Lines, count: int, *, of: str, seed: int = 2) -> list[Question]:
    """Choose persons from the column ``of`` the lines, and days on which the line is there."""
    dice = np.random.default_rng(seed)
    chosen = dice.integers(len(lines.start), size=count)
    persons, starts = getattr(lines, of)[chosen].tolist(), lines.start[chosen].tolist()
    ends = np.minimum(lines.end[chosen], DAYS).tolist()
    return [Question(p, int(dice.integers(a, max(b, a + 1)))) for p, a, b in zip(persons, starts, ends, strict=True)]


def middle_managers(lines: Lines, count: int, *, seed: int = 5) -> list[Question]:
    """Choose persons half-way between the top and the bottom of their day who have somebody below them."""
    dice = np.random.default_rng(seed)
    found = []
    for day in dice.integers(DAYS - 400, size=count).tolist():
        hold = (lines.start <= day) & (day < lines.end)
        above = dict(zip(lines.reporter[hold].tolist(), lines.manager[hold].tolist(), strict=True))
        level: dict[int, int] = {}
        for person in above:
            path = []
            while person in above and person not in level and len(path) < 100:
                path.append(person)
                person = above[person]
            for depth, below in enumerate(reversed(path), start=level.get(person, 0) + 1):
                level[below] = depth
        middle = max(level.values()) // 2
        bosses = set(above.values())
        candidates = sorted(person for person in bosses if level.get(person, 0) == middle)
        found.append(Question(int(dice.choice(candidates)), day))
    return found
