"""Write a generated staff list of many months: who is listed on the first of each, in which post, below whom.

    python tests/benchmarks/rosters.py staff.csv --people 20000 --months 50

Every month a part of the people leave and others come in their place, and as many get another title, manager or place.
The same numbers give the same file. With ``--files`` each month is a file of its own, with its day in the name.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from random import Random

HEADER = "Employee ID,Name,Title,Manager ID,Department,Location"
TITLES = ("Engineer", "Senior Engineer", "Analyst", "Designer", "Counsel", "Manager")
PLACES = ("Paris", "Rome", "Oslo", "Łódź")
CHANGING = 0.02
"""The part of the people of whom something changes in a month."""
BELOW = 8
"""So many report to one."""


def months(people: int, count: int, *, seed: int = 1) -> Iterator[tuple[str, list[str]]]:
    """Give the day and the rows of each month; who stands first reports to nobody."""
    dice = Random(seed)
    seats = [_seat(number, number, dice) for number in range(people)]
    hired = people
    for month in range(count):
        if month:
            for number in dice.sample(range(people), max(1, int(people * CHANGING))):
                what = dice.randrange(4)
                if what == 0 and number:
                    seats[number], hired = _seat(number, hired, dice), hired + 1
                elif what == 1:
                    seats[number][1] = dice.choice(TITLES)
                elif what == 2 and number:
                    seats[number][2] = dice.randrange(min(number, (number - 1) // BELOW + 3))
                else:
                    seats[number][4] = dice.choice(PLACES)
        day = date(2015 + month // 12, month % 12 + 1, 1).isoformat()
        rows = []
        for person, title, boss, unit, place in seats:
            manager = "" if boss < 0 else f"E{seats[boss][0]:06d}"
            rows.append(f"E{person:06d},Person {person},{title},{manager},Unit {unit},{place}")
        yield day, rows


def _seat(number: int, person: int, dice: Random) -> list:  # type: ignore[type-arg]  # numbers and texts
    boss = (number - 1) // BELOW if number else -1
    return [person, dice.choice(TITLES), boss, number // 50, dice.choice(PLACES)]


def write(path: Path, people: int, count: int, *, files: bool = False) -> list[Path]:
    """Write the list into one file with a column of days, or into one a month beside it."""
    if files:
        made = []
        for day, rows in months(people, count):
            made.append(path.with_name(f"{path.stem}-{day}{path.suffix}"))
            made[-1].write_text("\n".join([HEADER, *rows, ""]), "utf-8")
        return made
    with path.open("w", encoding="utf-8") as stream:
        stream.write(f"Day,{HEADER}\n")
        for day, rows in months(people, count):
            stream.writelines(f"{day},{row}\n" for row in rows)
    return [path]


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("path", type=Path)
    options.add_argument("--people", type=int, default=20_000)
    options.add_argument("--months", type=int, default=50)
    options.add_argument("--files", action="store_true")
    given = options.parse_args()
    for written in write(given.path, given.people, given.months, files=given.files):
        print(written)
