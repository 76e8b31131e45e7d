"""One query over several days: the same question asked of each, with the day in front of every row.

A series is half-open like every period here: the first day is in it, ``until`` is not. Months, quarters and years are
counted from the first day; where a month has no such day, its last one is taken, and the next month begins anew from
the first day (2024-01-31, 2024-02-29, 2024-03-31).

Why the days of a series of changes begin with the first day asked about: what holds then holds up to the next change
day, so the rows tell every day of the stretch.
Why a graph is refused: triples have no place for the day.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date

from orggraph.changes import unknown_word
from orggraph.errors import QueryError, UnsupportedError
from orggraph.evaluation import Explanation, Phase, Results
from orggraph.period import as_date, iso
from orggraph.queries import SnapshotStore
from orggraph.snapshot import Snapshot
from orggraph.sparql import form, tokens
from orggraph.timeline import Timeline
from orggraph.vocabulary import XSD, Literal, Term

CHANGE = "change"
STEPS: dict[str, int] = {"day": 1, "week": 7, "month": 1, "quarter": 3, "year": 12}
"""The steps of a series, in days up to the week and in months from the month on."""

DAY = "day"
"""The column in front of every row."""


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


def query_days(
    sparql: str,
    days: Iterable[int],
    *,
    snapshot: Callable[[int], Snapshot],
    possible: bool = False,
    parameters: Mapping[str, Term] | None = None,
    limit: int | None = None,
) -> Results:
    """Ask a query of each of the ``days`` and give all rows in their order, with the column ``day`` in front.

    ``limit`` is for all days together. Raises `UnsupportedError` for CONSTRUCT and DESCRIBE, and `QueryError` as
    `queries.run` does, or where the query has a column ``day`` of its own.
    """
    _check_form(sparql)
    series = _Series(limit)
    for on in days:
        if series.rest == 0:
            series.cut(on)
            break
        store = SnapshotStore(snapshot(on), possible=possible)
        series.add(on, store.query(sparql, parameters=parameters, limit=series.rest))
    return series.results()


def _check_form(sparql: str) -> None:
    made = form(tokens(sparql))
    if made in ("CONSTRUCT", "DESCRIBE"):
        raise UnsupportedError(f"{made} cannot be asked over several days, since its triples have no place for the day")


class _Series:
    """The answers of several days, as they come in."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._columns: tuple[str, ...] = (DAY,)
        self._rows: list[tuple[Term | None, ...]] = []
        self._warnings: dict[str, list[tuple[int, str]]] = {}
        self._explanations: list[Explanation] = []
        self._cut: tuple[str, ...] = ()

    @property
    def rest(self) -> int | None:
        """Give how many rows may still come."""
        return None if self._limit is None else self._limit - len(self._rows)

    def add(self, on: int, found: Results) -> None:
        """Add the answer of a day."""
        if DAY in found.columns:
            raise QueryError("the query has a column ?day of its own (give it another name to ask over several days)")
        day = Literal(iso(on), XSD + "date")
        if found.kind == "ask":
            self._columns = (DAY, "answer")
            self._rows.append((day, Literal("true" if found.answer else "false", XSD + "boolean")))
        else:
            self._columns = (DAY, *found.columns)
            self._rows += [(day, *row) for row in found.rows]
        for warning in found.warnings:
            self._warnings.setdefault(_NUMBER.sub("", warning), []).append((on, warning))
        if found.explanation:
            self._explanations.append(found.explanation)

    def cut(self, on: int) -> None:
        """Say that the day and those after it were not asked any more."""
        self._cut = (f"only the first {self._limit} results are given; from {iso(on)} on nothing was asked",)

    def results(self) -> Results:
        """Give all of it, with each kind of warning once."""
        warnings = tuple(_said(given) for given in self._warnings.values())
        return Results(
            kind="select", columns=self._columns, rows=tuple(self._rows), warnings=warnings + self._cut,
            explanation=_together(self._explanations),
        )  # fmt: skip


_NUMBER = re.compile(r"\d+")


def _said(given: list[tuple[int, str]]) -> str:
    """Write a warning that came on several days as that of the first."""
    (first, warning), more = given[0], len(given) - 1
    others = f" and on {more} more {'day' if more == 1 else 'days'}" if more else ""
    return f"on {iso(first)}{others}: {warning}"


def _together(explanations: list[Explanation]) -> Explanation | None:
    """Explain an answer over several days: what took how long in all, and what the last store was."""
    if not explanations:
        return None
    phases: dict[str, Phase] = {}
    for phase in (phase for explanation in explanations for phase in explanation.phases):
        known = phases.get(phase.name, Phase(phase.name, 0.0, 0))
        phases[phase.name] = Phase(phase.name, known.seconds + phase.seconds, known.times + phase.times)
    asked_of = f"{len(explanations)} days, the last {explanations[-1].asked_of}"
    return explanations[-1]._replace(asked_of=asked_of, phases=tuple(phases.values()))
