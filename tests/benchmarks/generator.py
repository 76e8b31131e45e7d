"""A generated history of an organization: who held what and reported to whom over ten years of days.

Seats form a tree with five to nine seats below each. Every year a part of them changes: the holder is replaced on the
same day (and with that the manager of everybody below), the seat moves below another, or the title changes. The same
seed gives the same history.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

SIZES = {"tiny": 200, "S": 1_000, "M": 20_000, "L": 200_000}
FIRST = date(2015, 1, 1)
DAYS = 3653
TITLES = ("Engineer", "Senior Engineer", "Analyst", "Designer", "Counsel", "Manager", "Director")
HEADER = ("person", "person_id", "role", "organization", "from", "end", "reports_to_id")


class Row(NamedTuple):
    """One stretch: person, manager (-1 for nobody), title, first day and end day (exclusive; `DAYS` for ongoing)."""

    person: int
    manager: int
    title: str
    start: int
    end: int


class Question(NamedTuple):
    """A person to ask about, and a day."""

    person: int
    day: int


def history(people: int, *, seed: int = 1) -> list[Row]:
    """Generate the stretches of an organization of that many seats, in the order of their start."""
    return sorted(_stretches(people, random.Random(seed)), key=lambda row: (row.start, row.person))


def _stretches(people: int, dice: random.Random) -> Iterator[Row]:
    above, below = _tree(people, dice)
    level = [0] * people
    for seat in range(1, people):
        level[seat] = level[above[seat]] + 1
    bosses: dict[int, list[int]] = {}
    for seat in range(people):
        if below[seat]:
            bosses.setdefault(level[seat], []).append(seat)
    title = [dice.choice(TITLES) for _ in range(people)]
    holder, since, newest = list(range(people)), [0] * people, people

    def close(seat: int, day: int) -> Iterator[Row]:
        if since[seat] < day:
            manager = holder[above[seat]] if above[seat] >= 0 else -1
            yield Row(holder[seat], manager, title[seat], since[seat], day)
        since[seat] = day

    for day, kind, seat in _events(people, dice):
        if kind == "replaced":
            for touched in (seat, *below[seat]):
                yield from close(touched, day)
            holder[seat], newest = newest, newest + 1
        elif kind == "retitled":
            yield from close(seat, day)
            title[seat] = dice.choice(TITLES)
        else:
            boss = dice.choice(bosses[level[seat] - 1])
            if boss != above[seat] and len(below[boss]) < 10 and len(below[above[seat]]) > 1:
                yield from close(seat, day)
                below[above[seat]].remove(seat)
                below[boss].append(seat)
                above[seat] = boss
    for seat in range(people):
        yield from close(seat, DAYS)


def _tree(people: int, dice: random.Random) -> tuple[list[int], list[list[int]]]:
    above, below, next_boss = [-1], [[]], 0
    while len(above) < people:
        for _ in range(min(dice.randint(5, 9), people - len(above))):
            below[next_boss].append(len(above))
            above.append(next_boss)
            below.append([])
        next_boss += 1
    return above, below


def _events(people: int, dice: random.Random) -> list[tuple[int, str, int]]:
    yearly = (("replaced", 0.15), ("moved", 0.20), ("retitled", 0.20))
    return sorted(
        (dice.randrange(year * 365 + 1, (year + 1) * 365), kind, seat)
        for year in range(10) for seat in range(1, people) for kind, share in yearly if dice.random() < share
    )  # fmt: skip


def write(rows: list[Row], file: Path) -> None:
    """Write the history as a list of tenures; an end is the first day on which the stretch no longer holds."""
    with file.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(HEADER)
        for row in rows:
            manager = f"p{row.manager}" if row.manager >= 0 else ""
            dates = day_text(row.start), day_text(row.end) if row.end < DAYS else ""
            out.writerow((f"Person {row.person}", f"p{row.person}", row.title, "Acme", *dates, manager))


def day_text(day: int) -> str:
    """Write a day of the history in ISO 8601."""
    return (FIRST + timedelta(days=day)).isoformat()


def questions(rows: list[Row], count: int, *, managers: bool, seed: int = 2) -> list[Question]:
    """Choose persons (or persons who have reports) and days on which they are there."""
    dice = random.Random(seed)
    chosen = []
    while len(chosen) < count:
        row = dice.choice(rows)
        if row.manager >= 0:
            chosen.append(Question(row.manager if managers else row.person, dice.randrange(row.start, row.end)))
    return chosen
