"""Rosters: what follows from who is listed on one day and not on another.

A roster is complete for its scope on its day. Somebody listed on the days D2 and D3, but not on D1 before nor on D4
after, came after D1 and not later than D2, and went after D3 and not later than D4. Only rosters of the same series
count, only within their scope, and always all of them in the order of their days, whatever the order of loading. An
article never ends anything by silence.

Why a day on which a post's holder is withheld or unknown counts as no list for that post: whoever held it before may
hold it still, and is only not named. Sources say so by stating the ``absence`` of the post.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from orggraph.period import OPEN_EARLY, Moment, iso
from orggraph.replay.moments import Bound
from orggraph.replay.statements import Statement
from orggraph.replay.tenures import Tenure

ABSENCE = "absence"
"""The property by which a source says why it names nobody in a post."""
UNTOLD = frozenset({"withheld", "unknown"})
"""The values of it that leave open who holds the post."""


class Coverage:
    """The days on which each series lists all persons (or posts, or units) in a place."""

    def __init__(self, statements: Iterable[Statement], parent_on: Callable[[str, int], str]) -> None:
        self._parent_on = parent_on
        self._scopes: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._known: dict[tuple[str, str, str], list[int]] = {}
        self._untold: dict[tuple[str, str], set[int]] = defaultdict(set)
        for statement in statements:
            change, moment = statement.change, statement.effective
            if change.kind == "roster" and moment.exact:
                self._scopes[change.source, change.property][moment.earliest].add(statement.place)
            elif change.property == ABSENCE and statement.post and change.value in UNTOLD and moment.exact:
                self._untold[change.source, statement.post].add(moment.earliest)

    @property
    def lists_things(self) -> bool:
        """Tell whether any list is one of posts or units."""
        return any(what for _, what in self._scopes)

    def days(self, series: str, place: str, what: str = "") -> list[int]:
        """List in order the days on which the series covers the place or what it belongs to on that day.

        ``what`` it lists are ``posts``, ``units`` or, without a word, persons.
        """
        if (series, place, what) not in self._known:
            scopes = self._scopes.get((series, what), {})
            self._known[series, place, what] = sorted(day for day in scopes if self._within(place, scopes[day], day))
        return self._known[series, place, what]

    def untold(self, series: str, post: str) -> set[int]:
        """Give the days on which the series does not tell who holds a post."""
        return self._untold.get((series, post), set())

    def _within(self, place: str, scopes: set[str], day: int) -> bool:
        seen: set[str] = set()
        while place and place not in seen:
            if place in scopes:
                return True
            seen.add(place)
            place = self._parent_on(place, day)
        return False

    def covers(self, statement: Statement, what: str = "") -> bool:
        """Tell whether the statement is a row of a roster: of persons it has to see one of them."""
        change = statement.change
        return (
            (change.kind == "holds" or bool(what))
            and statement.effective.exact
            and statement.effective.earliest in self.days(change.source, statement.place, what)
        )


def tenures_from_rosters(statements: list[Statement], coverage: Coverage) -> tuple[list[Tenure], list[Statement]]:
    """Make the tenures that rosters show of one person in one place; give back the statements that are no rows."""
    rows: dict[str, dict[int, list[Statement]]] = defaultdict(lambda: defaultdict(list))
    others = []
    for statement in statements:
        if coverage.covers(statement):
            by_day = rows[statement.change.source]
            by_day[statement.effective.earliest].append(statement)
            for day in statement.between_days:
                by_day.setdefault(day, [])
        else:
            others.append(statement)
    tenures = []
    for series, by_day in sorted(rows.items()):
        first = by_day[min(by_day)][0]
        untold = coverage.untold(series, first.post) - by_day.keys()
        days = [day for day in coverage.days(series, first.place) if day not in untold]
        tenures += [_tenure(run, days, by_day) for run in runs(days, by_day)]
    return tenures, others


def runs(days: list[int], listed: Mapping[int, list[Statement]]) -> list[list[int]]:
    """Split the days on which something is listed where a roster in between does not list it."""
    found: list[list[int]] = []
    open_run: list[int] | None = None
    for day in days:
        if day not in listed:
            open_run = None
        elif open_run is None:
            open_run = [day]
            found.append(open_run)
        else:
            open_run.append(day)
    return found


def _tenure(run: list[int], days: list[int], rows: Mapping[int, list[Statement]]) -> Tenure:
    """Make the tenure of one run; somebody may stand in several rows of one day, with a manager in each."""
    first, last = rows[run[0]][0], rows[run[-1]][0]
    tenure = Tenure(first.person, first.post, first.role, first.place, first.evidence[0], inferred=True)
    tenure.statements = [statement for day in run for statement in rows[day]]
    tenure.sightings = list(tenure.statements)
    before = bisect_left(days, run[0]) - 1
    after = bisect_left(days, run[-1]) + 1
    earliest = days[before] + 1 if before >= 0 else OPEN_EARLY
    tenure.start.bounds.append(Bound(between(earliest, run[0]), first, "start"))
    if after < len(days):
        tenure.end.bounds.append(Bound(between(run[-1] + 1, days[after]), last, "end"))
    else:
        tenure.ongoing = True
    return tenure


def between(earliest: int, latest: int) -> Moment:
    """Make the moment that lies between two lists, from ``earliest`` to ``latest`` (inclusive days)."""
    return Moment(earliest, latest, iso(latest) if earliest == latest else f"{iso(earliest)}/{iso(latest)}")
