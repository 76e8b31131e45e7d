"""The days of a series: every so often, or whenever something changes.

A series is half-open like every period here: the first day is in it, ``until`` is not. Months, quarters and years are
counted from the first day; where a month has no such day, its last one is taken, and the next month begins anew from
the first day (2024-01-31, 2024-02-29, 2024-03-31).

Why the days of a series of changes begin with the first day asked about: what holds then holds up to the next change
day, so the days tell of the whole stretch.
"""

from __future__ import annotations

import calendar
from datetime import date

from orggraph.changes import unknown_word
from orggraph.errors import QueryError, UnsupportedError
from orggraph.period import as_date, iso
from orggraph.timeline import Timeline

CHANGE = "change"
STEPS: dict[str, int] = {"day": 1, "week": 7, "month": 1, "quarter": 3, "year": 12}
"""The steps of a series, in days up to the week and in months from the month on."""


def every(step: str, *, first: int, until: int) -> list[int]:
    """List the days (ordinals) of a series from ``first`` on and before ``until``; see the module for its months.

    Raises `UnsupportedError` for an unknown step, `QueryError` where ``until`` is not after ``first``.

    >>> from orggraph.period import day
    >>> [iso(on) for on in every("month", first=day("2024-01-31"), until=day("2024-04-01"))]
    ['2024-01-31', '2024-02-29', '2024-03-31']
    """
    if step not in STEPS:
        raise UnsupportedError(unknown_word(step, [*STEPS, CHANGE], "step of a series"))
    start, end = as_date(first), as_date(until - 1)
    if start is None or end is None or end < start:
        raise QueryError(f"there is no day from {iso(first)} on and before {iso(until)}")
    if step in ("day", "week"):
        return list(range(first, until, STEPS[step]))
    months = 12 * (end.year - start.year) + end.month - start.month
    days = (_months_after(start, number) for number in range(0, months + 1, STEPS[step]))
    return [made.toordinal() for made in days if made <= end]


def _months_after(start: date, months: int) -> date:
    """Give the same day of a later month, or the last day of that month where it has none."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def change_days(
    timeline: Timeline, *, first: int | None = None, until: int | None = None, recorded_by: int | None = None
) -> list[int]:
    """List ``first``, where it is given, and the change days after it and before ``until``.

    Raises `QueryError` where ``until`` is not after ``first``.
    """
    if first is not None and until is not None and until <= first:
        raise QueryError(f"there is no day from {iso(first)} on and before {iso(until)}")
    days = [on for on in timeline.change_days(recorded_by=recorded_by) if until is None or on < until]
    return days if first is None else [first, *(on for on in days if on > first)]


def days_of(
    timeline: Timeline, step: str, first: int | None, until: int | None, *, recorded_by: int | None = None
) -> list[int]:
    """List the days of a series: those of a step of `every`, which needs both ends, or with ``change`` `change_days`.

    Raises `QueryError` where there is no day.
    """
    if step == CHANGE:
        days = change_days(timeline, first=first, until=until, recorded_by=recorded_by)
    elif first is None or until is None:
        raise QueryError(f"a series of every {step} needs its first day and the day before which it ends")
    else:
        days = every(step, first=first, until=until)
    if not days:
        raise QueryError("there is no day to ask about: nothing is known to start or to end on any")
    return days


def periods_of(
    timeline: Timeline, step: str, first: int | None, until: int | None, *, recorded_by: int | None = None
) -> tuple[list[int], int]:
    """List the days on which the periods of a series begin, as `days_of`, and the day before which the last ends.

    Where that is not given, the last period between changes is the last change day alone.
    """
    days = days_of(timeline, step, first, until, recorded_by=recorded_by)
    return days, days[-1] + 1 if until is None else until


def fewest(timeline: Timeline, *, at_most: int) -> tuple[str, int, int]:
    """Give the finest of changes, months, quarters and years that has not too many days, with the first and the last.

    Years are taken in any case. Raises `QueryError` where nothing is known to start or end on any day.
    """
    days = [on for on in timeline.change_days() if as_date(on)]
    if not days:
        raise QueryError("there is no day to show: nothing is known to start or to end on any")
    first, last = days[0], days[-1]
    if len(days) <= at_most:
        return CHANGE, first, last
    for step in ("month", "quarter"):
        if len(every(step, first=first, until=last + 1)) <= at_most:
            return step, first, last
    return "year", first, last
