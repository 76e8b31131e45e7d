"""What SPARQL over the history can ask about periods: whether a fact holds on a day, Allen's relations, days.

    FILTER (orgg:holdsOn(?fact, "2025-10-03"^^xsd:date))

A day that is known within bounds leaves some questions open. The functions then give no value, which SPARQL treats as
an error: a FILTER drops the row, ``NOT`` drops it too, and COALESCE can say something else. So ``true`` and ``false``
always mean certainly true and certainly false, on every reading of the dates; what is possible is asked by name.

Why a fact is given and not its days: two facts may share a moment (he took over when she left, whatever the day), which
their bounds alone do not tell. Why days can be given all the same, four at a time: for periods that stand nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property
from typing import NamedTuple

import pyoxigraph

from orggraph.errors import PeriodError
from orggraph.facts import Fact
from orggraph.period import ALLEN, ONGOING, OPEN_EARLY, OPEN_LATE, Moment, Period, relations
from orggraph.rdf import fact_iri
from orggraph.rdf.moments import ALWAYS, moment_iri
from orggraph.vocabulary import BASE, ORGG, XSD

Value = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple
Call = Callable[..., Value | None]

INTERVALS: dict[str, str] = {f"{ORGG}interval{name[0].upper()}{name[1:]}": name for name in ALLEN}
"""The function of each of Allen's relations, named as OWL-Time names its properties."""


class Form(NamedTuple):
    """How a function is called: with how many arguments, and which, in words."""

    arities: tuple[int, ...]
    takes: str


_PAIR = Form((2, 4), "two facts, or the start and end of two periods")
FUNCTIONS: dict[str, Form] = {
    ORGG + "holdsOn": Form((2,), "a fact and a day"),
    ORGG + "possiblyHoldsOn": Form((2,), "a fact and a day"),
    ORGG + "days": Form((1, 2), "a fact, or two days"),
    ORGG + "fewestDays": Form((1,), "a fact"),
    ORGG + "mostDays": Form((1,), "a fact"),
    ORGG + "possibleRelations": _PAIR,
    **dict.fromkeys(INTERVALS, _PAIR),
}
"""Every function by its IRI."""


class Periods:
    """The periods of facts and the moments, by their IRIs; read when first asked for."""

    def __init__(self, facts: Iterable[Fact], *, base: str = BASE) -> None:
        self._facts, self._base = facts, base

    @cached_property
    def _periods(self) -> dict[str, Period]:
        return {fact_iri(fact, base=self._base): fact.period for fact in self._facts}

    @cached_property
    def _moments(self) -> dict[str, Moment]:
        ends = {moment for fact in self._facts for moment in (fact.start, fact.end)}
        named = {moment_iri(moment, base=self._base): moment for moment in ends}
        return named | {ORGG + "always": ALWAYS, ORGG + "ongoing": ONGOING}

    def of_fact(self, term: Value) -> Period | None:
        """Give the period of a fact, ``None`` for what is no fact."""
        return self._periods.get(term.value) if isinstance(term, pyoxigraph.NamedNode) else None

    def moment(self, term: Value) -> Moment | None:
        """Give the moment that a day or the IRI of a moment stands for, ``None`` for anything else."""
        if isinstance(term, pyoxigraph.NamedNode):
            return self._moments.get(term.value)
        day = day_of(term)
        return None if day is None else Moment(day, day)

    def relations(self, terms: tuple[Value, ...]) -> tuple[str, ...] | None:
        """Give the relations that two periods can have: of two facts, or of two pairs of start and end.

        ``None`` where one is no period. A fact has the same days as itself, whichever they are.
        """
        if len(terms) == 2:
            a, b = (self.of_fact(term) for term in terms)
        else:
            a, b = self._between(*terms[:2]), self._between(*terms[2:])
        if a is None or b is None:
            return None
        return ("equals",) if len(terms) == 2 and terms[0] == terms[1] else relations(a, b)

    def _between(self, start: Value, end: Value) -> Period | None:
        first, last = self.moment(start), self.moment(end)
        try:
            return Period(first, last) if first and last else None
        except PeriodError:
            return None


def day_of(term: Value) -> int | None:
    """Read a day without a zone, ``None`` for anything else: nothing but ``xsd:date`` is compared with one."""
    if not isinstance(term, pyoxigraph.Literal) or term.datatype.value != XSD + "date":
        return None
    try:
        return date.fromisoformat(term.value).toordinal() if len(term.value) == len("2025-10-03") else None
    except ValueError:
        return None


def functions_of(facts: Iterable[Fact], *, base: str = BASE) -> Mapping[pyoxigraph.NamedNode, Call]:
    """Give the functions over the periods of some facts; each gives no value where nothing can be said for certain.

    >>> start, end = Moment.parse("2020-01-01"), Moment.parse("2021")
    >>> ada = Fact(kind="membership", tenure="urn:t", subject="urn:a", predicate="urn:p", object="urn:b", start=start,
    ...            end=end, confirmed=0)
    >>> holds_on = functions_of([ada])[pyoxigraph.NamedNode(ORGG + "holdsOn")]
    >>> days = [pyoxigraph.Literal(f"{year}-06-01", datatype=pyoxigraph.NamedNode(XSD + "date"))
    ...         for year in (2019, 2020, 2021)]
    >>> [holds and holds.value for holds in (holds_on(pyoxigraph.NamedNode(fact_iri(ada)), day) for day in days)]
    ['false', 'true', None]
    """
    periods = Periods(facts, base=base)
    made: dict[str, Call] = {
        "holdsOn": lambda fact, day: _holds_on(periods.of_fact(fact), day_of(day)),
        "possiblyHoldsOn": lambda fact, day: _possibly_holds_on(periods.of_fact(fact), day_of(day)),
        "days": lambda *terms: _days(periods, terms),
        "fewestDays": lambda fact: _count(_fewest(periods.of_fact(fact))),
        "mostDays": lambda fact: _count(_most(periods.of_fact(fact))),
        "possibleRelations": lambda *terms: _possible_relations(periods.relations(terms)),
    }
    calls = {ORGG + name: call for name, call in made.items()}
    calls |= {iri: _interval(periods, name) for iri, name in INTERVALS.items()}
    return {pyoxigraph.NamedNode(iri): call for iri, call in calls.items()}


def _holds_on(period: Period | None, day: int | None) -> Value | None:
    if period is None or day is None or (period.possible_on(day) and not period.certain_on(day)):
        return None
    return pyoxigraph.Literal(period.certain_on(day))


def _possibly_holds_on(period: Period | None, day: int | None) -> Value | None:
    return None if period is None or day is None else pyoxigraph.Literal(period.possible_on(day))


def _interval(periods: Periods, name: str) -> Call:
    def call(*terms: Value) -> Value | None:
        possible = periods.relations(terms)
        if possible is None or (name in possible and len(possible) > 1):
            return None
        return pyoxigraph.Literal(name in possible)

    return call


def _possible_relations(possible: tuple[str, ...] | None) -> Value | None:
    return None if possible is None else pyoxigraph.Literal(" ".join(possible))


def _days(periods: Periods, terms: tuple[Value, ...]) -> Value | None:
    if len(terms) == 2:
        first, until = map(day_of, terms)
        return None if first is None or until is None else pyoxigraph.Literal(until - first)
    period = periods.of_fact(terms[0])
    fewest = _fewest(period)
    return _count(fewest if fewest == _most(period) else None)


def _fewest(period: Period | None) -> int | None:
    """Give the fewest days that a period can have; ``None`` where it has no beginning or no end."""
    if period is None:
        return None
    first, end = period.certain
    if end == OPEN_LATE or first == OPEN_EARLY:
        return None
    return 0 if first == OPEN_LATE or end == OPEN_EARLY else max(end - first, 0)


def _most(period: Period | None) -> int | None:
    """Give the most days that a period can have; ``None`` where there is no bound."""
    if period is None:
        return None
    first, end = period.possible
    return None if first == OPEN_EARLY or end == OPEN_LATE else max(end - first, 0)


def _count(days: int | None) -> Value | None:
    return None if days is None else pyoxigraph.Literal(days)
