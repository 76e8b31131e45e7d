"""The figures of a series as tables for people, as CSV, and as the document that becomes JSON.

Why a count stands as ``5`` or as ``5–7``: where the dates leave nothing open the two numbers are one, and where they do
the reader sees at once how much. In CSV and JSON both always stand apart.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from orggraph.results import table
from orggraph.trends.development import Development
from orggraph.trends.periods import Between, Count, Mean, Period
from orggraph.trends.reorganization import Reorganization
from orggraph.trends.survival import Survival, share_after

LISTED = 15
"""So many units and posts are listed as text; the documents have all."""
_YEARS = (1, 2, 3, 5, 10)


def as_document(found: Development) -> dict[str, object]:
    """Give the document that becomes JSON; `results.stats_schema` describes it."""
    made = _plain(found)
    assert isinstance(made, dict)
    periods, shifts = made["periods"], made.pop("reorganizations")
    assert isinstance(periods, list) and isinstance(shifts, list)
    made["periods"] = [
        {**period, "reorganization": shift} for period, shift in zip(periods, shifts, strict=True)
    ]
    return made


def _plain(value: object) -> object:
    """Make dictionaries of named tuples, and lists of other tuples."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: _plain(item) for name, item in value._asdict().items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return {name: _plain(item) for name, item in value.items()} if isinstance(value, dict) else value


def as_csv(found: Development) -> str:
    """Write one row for each period, each number in a column of its own."""
    rows = [
        {**_flat(period), **_flat(shift)} for period, shift in zip(found.periods, found.reorganizations, strict=True)
    ]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _flat(row: Period | Reorganization) -> dict[str, object]:
    """Give the numbers of a row by names such as ``joiners_certain``."""
    made: dict[str, object] = {}
    for name, value in row._asdict().items():
        if isinstance(value, Count | Mean | Between):
            made |= {f"{name}_{side}": number for side, number in value._asdict().items()}
        elif isinstance(value, dict):
            made |= {f"{part}_share_{side}": number for part, share in value.items()
                     for side, number in share._asdict().items()}  # fmt: skip
        else:
            made[name] = value
    return {name: "" if value is None else value for name, value in made.items()}


def as_text(found: Development) -> str:
    """Write all of it as tables."""
    parts = [
        f"From {found.since} until {found.until}, which is not in it",
        _periods_table(found),
        _units_table(found),
        _tenures_text(found),
        _posts_text(found),
        _busiest_table(found),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts if part) + "\n"


def _periods_table(found: Development) -> str:
    columns = ["from", "until", "headcount", "joiners", "leavers", "turnover", "moved", "lines cut", "posts new",
               "posts gone", "size"]  # fmt: skip
    cells = [
        [
            period.since, period.until, counted(period.closing), counted(period.joiners), counted(period.leavers),
            percent(period.turnover), counted(shift.moved), counted(shift.lines_cut),
            counted(shift.posts_created), counted(shift.posts_closed), _decimal(shift.size),
        ]
        for period, shift in zip(found.periods, found.reorganizations, strict=True)
    ]  # fmt: skip
    return table(columns, cells) + (
        "headcount: on the last day. turnover: leavers / mean headcount of the period. size: of the reorganization,\n"
        "from 0 to 1, the mean share of what moved, was cut, created or closed, and of layers and spans that shifted.\n"
    )


def _units_table(found: Development) -> str:
    if not found.units:
        return ""
    first, last = found.periods[0].until, found.periods[-1].until
    cells = [
        [unit.name, counted(unit.headcount[0]), counted(unit.headcount[-1])] for unit in found.units[:LISTED]
    ]
    by = "that of each day" if found.organization == "day" else f"that of {found.organization}"
    head = f"Headcount by unit, with the units below, by the unit tree of {by.removeprefix('that of ')}\n"
    return head + table(["unit", f"before {first}", f"before {last}"], cells) + _more(len(found.units))


def _tenures_text(found: Development) -> str:
    named = (("a tenure", found.tenures.tenure), ("in office without a break", found.tenures.office))
    rows = [[name, *_lasting(of)] for name, of in named if of.number]
    if not rows:
        return ""
    years = [f"> {year} y" for year in _YEARS]
    return (
        "How long it lasts that began in this time (Kaplan–Meier; what has no exact end here is censored)\n"
        + table(["", "number", "ended", "median", "bounds of it", *years], rows)
        + "median: days until half have ended. > 1 y: the share that lasts longer than a year.\n"
    )


def _lasting(of: Survival) -> list[str]:
    bounds = f"{_days(of.shortest)}–{_days(of.longest)}"
    points = [share_after(of, round(365.25 * year)) for year in _YEARS]
    longest = of.curve[-1].days if of.curve else 0
    shares = [
        "" if point is None or 365.25 * year > longest else f"{point.survival:.0%}"
        for year, point in zip(_YEARS, points, strict=True)
    ]
    return [str(of.number), str(of.ended), _days(of.median), bounds, *shares]


def _days(days: int | None) -> str:
    return "not reached" if days is None else str(days)


def _posts_text(found: Development) -> str:
    came, vacant = found.successions, found.vacancies
    number = sum(came)
    lines = [
        f"successions  {number}: {came.internal} internal, {came.returned} returned, {came.external} external"
        + (f", {came.unclear} unclear" if came.unclear else "")
    ] if number else []  # fmt: skip
    if vacant.filled.possible or vacant.not_filled:
        times = f" after a median of {between(vacant.median)} days, at most {vacant.longest}" if vacant.longest else ""
        lines.append(
            f"vacancies    {counted(vacant.filled)} filled again{times}; {vacant.not_filled} not filled in this time"
        )
    text = "".join(f"{line}\n" for line in lines)
    if found.reigns:
        cells = [[one.name, one.unit, str(one.number), between(one.mean), str(one.longest)] for one in found.reigns]
        columns = ["post", "of", "reigns ended", "mean days", "longest"]
        text += f"\n{table(columns, cells[:LISTED])}{_more(len(cells))}"
    return text


def _busiest_table(found: Development) -> str:
    if not found.busiest:
        return ""
    cells = [[one.day, *map(str, one[1:])] for one in found.busiest]
    columns = ["day", "people", "memberships", "lines", "places", "perhaps also"]
    return "The days on which most started or ended\n" + table(columns, cells)


def _more(number: int) -> str:
    return f"… and {number - LISTED} more (--format json has all)\n" if number > LISTED else ""


def counted(count: Count) -> str:
    """Write a count: one number where nothing is open.

    >>> counted(Count(5, 5)), counted(Count(5, 7))
    ('5', '5–7')
    """
    return str(count.certain) if count.certain == count.possible else f"{count.certain}–{count.possible}"


def between(share: Between) -> str:
    """Write what lies between two numbers; nothing where there is none."""
    sides: Sequence[float] = [side for side in dict.fromkeys(share) if side is not None]
    return "–".join(f"{side:g}" for side in sides)


def percent(share: Between) -> str:
    """Write a share in percent.

    >>> percent(Between(0.05, 0.15)), percent(Between(0.05, 0.05)), percent(Between(None, None))
    ('5.0–15.0%', '5.0%', '')
    """
    sides = [f"{100 * side:.1f}" if side is not None else "?" for side in share]
    return "" if share == (None, None) else "–".join(dict.fromkeys(sides)) + "%"


def _decimal(share: Between) -> str:
    sides = [f"{side:.2f}" for side in share if side is not None]
    return "–".join(dict.fromkeys(sides))
