"""Listings: what follows from the posts and units that a source lists on one day and not on another.

A ``roster`` change whose ``property`` is ``posts`` or ``units`` says that a source lists all posts or units in its
scope on that day, each with all that the source says of it. What is listed on two days in a row was there, belonged
where it did, reported to whom it did and had the values that it had in between as well; what is listed no more ended
between the two days. Where exactly one value of a thing gave way to exactly one other, both happened at one moment.

What a roster shows of a person in a tenure (a grade, a location) is read in the same way: one value gave way to the
next on a day between two lists.

Why an entity that several series list loses nothing by silence: what one of them leaves out the other may list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from orggraph.period import ONGOING, OPEN_EARLY, Period
from orggraph.replay.lines import Line
from orggraph.replay.lives import ALWAYS, Stay
from orggraph.replay.moments import Bound, Variable, resolve, unify
from orggraph.replay.rosters import Coverage, between, runs
from orggraph.replay.statements import Statement
from orggraph.replay.tenures import Tenure
from orggraph.vocabulary import name_key

SIGHTINGS = frozenset({"holds", "reports", "states"})
"""The kinds of role change by which a source lists a post or unit."""


@dataclass(slots=True, eq=False)
class Stretch:
    """One stretch in which a value was listed; an ``end`` of which nothing is said goes on."""

    value: Hashable
    statements: list[Statement]
    start: Variable
    end: Variable

    def period(self) -> Period:
        """Give the period, with the moments that it shares with what came before and after."""
        start, end = resolve(self.start), resolve(self.end)
        assert start is not None  # every stretch begins with a bound
        return Period(start.moment, end.moment if end else ONGOING)


class Listings:
    """The statements by which posts and units are listed, by entity and series."""

    def __init__(self, statements: Iterable[Statement], coverage: Coverage) -> None:
        self._coverage = coverage
        self._listed: dict[str, dict[str, list[Statement]]] = defaultdict(lambda: defaultdict(list))
        self._lists: set[Statement] = set()
        if not coverage.lists_things:
            return
        for statement in statements:
            for entity, what in ((statement.post, "posts"), (statement.unit, "units")):
                if entity and statement.change.kind in SIGHTINGS and coverage.covers(statement, what):
                    self._listed[entity][statement.change.source].append(statement)
                    if entity == (statement.post or statement.unit):
                        self._lists.add(statement)

    def lists(self, statement: Statement) -> bool:
        """Tell whether by this statement a post, or a unit alone, is listed."""
        return statement in self._lists

    def stays(self, entity: str, parent: str) -> list[Stay]:
        """Give the stays of a post or unit where it is listed by one series; none where nothing follows."""
        series = self._listed.get(entity, {})
        if len(series) != 1:
            return []
        (statements,) = series.values()
        by_day = _by_day(statements)
        seen: dict[Hashable, dict[int, list[Statement]]] = defaultdict(dict)
        for day, said in by_day.items():
            places = {s.unit for s in said if s.unit and entity == s.post} or {parent}
            for place in places:
                seen[place][day] = said
        made = []
        for stretch in self._stretches(seen, entity, "place"):
            stay = Stay(entity, str(stretch.value), stretch.start, stretch.end, stretch.statements, inferred=True)
            stay.opened_by = stretch.statements[0].evidence[0]
            made.append(stay)
        return made

    def lines(self, post: str, statements: Iterable[Statement]) -> tuple[list[Line], list[Statement]]:
        """Make the lines of a post that lists show; give back the statements that are in none."""
        seen: dict[str, dict[Hashable, dict[int, list[Statement]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        others = []
        for statement in statements:
            if statement.change.kind == "reports" and not statement.person and self.lists(statement):
                value = (statement.manager, statement.change.line == "dotted")
                seen[statement.change.source][value][statement.effective.earliest].append(statement)
            else:
                others.append(statement)
        made = []
        for _, by_value in sorted(seen.items()):
            for stretch in self._stretches(by_value, post, "line"):
                assert isinstance(stretch.value, tuple)
                manager, dotted = stretch.value
                line = Line(post, manager, dotted, None, stretch.statements[0].evidence[0], stretch.start, stretch.end)
                line.statements, line.ongoing, line.inferred = stretch.statements, True, True
                made.append(line)
        return made, others

    def values(self, statements: list[Statement]) -> list[tuple[list[Statement], Period]]:
        """Give the values of one property of a post or unit with their periods; none where no list shows them."""
        if not all(not s.person and self.lists(s) for s in statements):
            return []
        seen: dict[Hashable, dict[int, list[Statement]]] = defaultdict(lambda: defaultdict(list))
        for statement in statements:
            seen[statement.change.value][statement.effective.earliest].append(statement)
        first = statements[0]
        stretches = self._stretches(seen, first.post or first.unit, f"value {name_key(first.change.property)}")
        return [(stretch.statements, stretch.period()) for stretch in stretches]

    def _stretches(
        self, seen: Mapping[Hashable, Mapping[int, list[Statement]]], entity: str, effect: str
    ) -> list[Stretch]:
        return stretches(seen, self._days(seen, entity), effect)

    def _days(self, seen: Mapping[Hashable, Mapping[int, list[Statement]]], entity: str) -> list[int]:
        """List the days on which the series covers the entity, in order."""
        one = next(statement for by_day in seen.values() for said in by_day.values() for statement in said)
        if entity == one.post:
            return self._coverage.days(one.change.source, one.place, "posts")
        return self._coverage.days(one.change.source, one.unit, "units")


def _by_day(statements: Iterable[Statement]) -> dict[int, list[Statement]]:
    by_day: dict[int, list[Statement]] = defaultdict(list)
    for statement in statements:
        by_day[statement.effective.earliest].append(statement)
    return by_day


def stretches(
    seen: Mapping[Hashable, Mapping[int, list[Statement]]], days: list[int], effect: str
) -> list[Stretch]:
    """Give the stretches of the values of one thing, in the order of days; ``effect`` names their moments.

    ``days`` are those on which anything would be listed, rising.
    """
    place = {day: number for number, day in enumerate(days)}
    ended: dict[int, list[Stretch]] = defaultdict(list)
    begun: dict[int, list[Stretch]] = defaultdict(list)
    made = []
    for value in sorted(seen, key=str):
        for run in runs(days, seen[value]):
            said = [statement for day in run for statement in seen[value][day]]
            stretch = Stretch(value, said, Variable([]), Variable([]))
            first, last = place[run[0]], place[run[-1]]
            earliest = days[first - 1] + 1 if first else OPEN_EARLY
            stretch.start.bounds.append(Bound(between(earliest, run[0]), said[0], f"{effect} start"))
            if last + 1 < len(days):
                stretch.end.bounds.append(Bound(between(run[-1] + 1, days[last + 1]), said[-1], f"{effect} end"))
                ended[last].append(stretch)
            begun[first - 1].append(stretch)
            made.append(stretch)
    for gap, before in ended.items():
        if len(before) == 1 and len(begun[gap]) == 1:
            unify(before[0].end, begun[gap][0].start)
    return sorted(made, key=lambda stretch: (stretch.statements[0].effective.earliest, str(stretch.value)))


def values_of_tenure(tenure: Tenure, statements: list[Statement]) -> list[tuple[list[Statement], Period]]:
    """Give the values of one property that a roster shows of somebody in a tenure; none where others show them.

    The first value holds from the start of the tenure and the last until its end; in between a value gave way to the
    next on a day between two lists. A list without any value says nothing.
    """
    source = statements[0].change.source
    rows = (s for s in tenure.statements if s.change.kind == "holds" and s.change.source == source)
    listed = {day for row in rows for day in row.days}
    if not tenure.inferred or not all(
        s.effective.exact and s.change.until is None and s.effective.earliest in listed for s in statements
    ):
        return []
    seen: dict[Hashable, dict[int, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    for statement in statements:
        for day in statement.days:
            seen[statement.change.value][day] += [statement] * (day == statement.effective.earliest)
    days = sorted({day for by_day in seen.values() for day in by_day})
    name = name_key(statements[0].change.property)
    return [
        (stretch.statements, _within(stretch, days)) for stretch in stretches(seen, days, f"value {name}")
    ]


def _within(stretch: Stretch, days: list[int]) -> Period:
    """Give the period of a value, open to the sides on which nothing else was listed before or after."""
    period = stretch.period()
    first = stretch.statements[0].effective.earliest == days[0]
    return Period(ALWAYS if first else period.start, period.end)
