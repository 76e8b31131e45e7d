"""One query over several days: the same question asked of each, with the day in front of every row.

Which days these are is in `steps`.

Why a graph is refused: triples have no place for the day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from orggraph.errors import QueryError, UnsupportedError
from orggraph.evaluation import Explanation, Phase, Results
from orggraph.period import iso
from orggraph.queries import SnapshotStore
from orggraph.snapshot import Snapshot
from orggraph.sparql import form, tokens
from orggraph.steps import CHANGE, STEPS, change_days, days_of, every
from orggraph.vocabulary import XSD, Literal, Term

DAY = "day"
"""The column in front of every row."""


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


__all__ = ["CHANGE", "DAY", "STEPS", "change_days", "days_of", "every", "query_days"]
