"""Rosters: what follows from who is listed on one day and not on another.

A roster is complete for its scope on its day. Somebody listed on the days D2 and D3, but not on D1 before nor on D4
after, came after D1 and not later than D2, and went after D3 and not later than D4. Only rosters of the same series
count, only within their scope, and always all of them in the order of their days, whatever the order of loading. An
article never ends anything by silence.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from orggraph.period import OPEN_EARLY, Moment, iso
from orggraph.replay.moments import Bound
from orggraph.replay.statements import Statement
from orggraph.replay.tenures import Tenure


class Coverage:
    """The days on which each series lists everybody in a place."""

    def __init__(self, statements: Iterable[Statement], parent_on: Callable[[str, int], str]) -> None:
        self._parent_on = parent_on
        self._scopes: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._known: dict[tuple[str, str], list[int]] = {}
        for statement in statements:
            if statement.change.kind == "roster" and statement.effective.exact:
                self._scopes[statement.change.source][statement.effective.earliest].add(statement.place)

    def days(self, series: str, place: str) -> list[int]:
        """List in order the days on which the series covers the place or what it belongs to on that day."""
        if (series, place) not in self._known:
            scopes = self._scopes.get(series, {})
            self._known[series, place] = sorted(day for day in scopes if self._within(place, scopes[day], day))
        return self._known[series, place]

    def _within(self, place: str, scopes: set[str], day: int) -> bool:
        seen: set[str] = set()
        while place and place not in seen:
            if place in scopes:
                return True
            seen.add(place)
            place = self._parent_on(place, day)
        return False

    def covers(self, statement: Statement) -> bool:
        """Tell whether the statement is a row of a roster."""
        change = statement.change
        return (
            change.kind == "holds"
            and statement.effective.exact
            and statement.effective.earliest in self.days(change.source, statement.place)
        )


def tenures_from_rosters(statements: list[Statement], coverage: Coverage) -> tuple[list[Tenure], list[Statement]]:
    """Make the tenures that rosters show of one person in one place; give back the statements that are no rows."""
    rows: dict[str, dict[int, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    others = []
    for statement in statements:
        if coverage.covers(statement):
            rows[statement.change.source][statement.effective.earliest].append(statement)
        else:
            others.append(statement)
    tenures = []
    for series, by_day in sorted(rows.items()):
        days = coverage.days(series, by_day[min(by_day)][0].place)
        tenures += [_tenure(run, days, by_day) for run in _runs(days, by_day)]
    return tenures, others


def _runs(days: list[int], listed: Mapping[int, list[Statement]]) -> list[list[int]]:
    """Split the days on which somebody is listed where a roster in between does not list them."""
    runs: list[list[int]] = []
    open_run: list[int] | None = None
    for day in days:
        if day not in listed:
            open_run = None
        elif open_run is None:
            open_run = [day]
            runs.append(open_run)
        else:
            open_run.append(day)
    return runs


def _tenure(run: list[int], days: list[int], rows: Mapping[int, list[Statement]]) -> Tenure:
    """Make the tenure of one run; somebody may stand in several rows of one day, with a manager in each."""
    first, last = rows[run[0]][0], rows[run[-1]][0]
    tenure = Tenure(first.person, first.post, first.role, first.place, first.evidence[0], inferred=True)
    tenure.statements = [statement for day in run for statement in rows[day]]
    tenure.sightings = list(tenure.statements)
    before = bisect_left(days, run[0]) - 1
    after = bisect_left(days, run[-1]) + 1
    earliest = days[before] + 1 if before >= 0 else OPEN_EARLY
    tenure.start.bounds.append(Bound(_between(earliest, run[0]), first, "start"))
    if after < len(days):
        tenure.end.bounds.append(Bound(_between(run[-1] + 1, days[after]), last, "end"))
    else:
        tenure.ongoing = True
    return tenure


def _between(earliest: int, latest: int) -> Moment:
    return Moment(earliest, latest, iso(latest) if earliest == latest else f"{iso(earliest)}/{iso(latest)}")
