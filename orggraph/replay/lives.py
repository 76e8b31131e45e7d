"""Lives: when posts, units and organizations existed, what they belonged to, what they were called and what was so.

Where nobody says when a post or unit was created or abolished, it existed for certain from the first to the last day
on which something is known of it; before and after it is possible. A life nests in that of what it belongs to.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise

from orggraph.changes import UNKNOWN
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, Period, iso, unknown_end
from orggraph.replay.moments import Bound, Resolved, Variable, resolve, unify
from orggraph.replay.statements import Statement
from orggraph.vocabulary import digest, name_key

ALWAYS = Moment(OPEN_EARLY, OPEN_EARLY, "..")
"""The start of what has no beginning in time, such as the type of an entity."""


@dataclass(slots=True)
class Evidence:
    """The first and last day on which something is known of an entity, and the statements that know it."""

    first: int = OPEN_LATE
    last: int = OPEN_EARLY
    changes: set[str] = field(default_factory=set)

    def add(self, first: int, last: int, changes: Iterable[str]) -> None:
        """Widen it by a stretch and what that rests on; an open side widens nothing."""
        if first > OPEN_EARLY:
            self.first = min(self.first, first)
            self.last = max(self.last, first)
        if last > OPEN_EARLY:
            self.last = max(self.last, last)
            if last < OPEN_LATE:
                self.first = min(self.first, last)
        self.changes.update(changes)


@dataclass(slots=True, eq=False)
class Stay:
    """One stretch of a post or unit in what it belongs to."""

    entity: str
    parent: str
    start: Variable = field(default_factory=lambda: Variable([]))
    end: Variable = field(default_factory=lambda: Variable([]))
    statements: list[Statement] = field(default_factory=list)
    opened_by: str = ""
    inferred: bool = False

    @property
    def key(self) -> str:
        """Give what identifies it: entity, parent and the change that began it."""
        return digest("place", self.entity, self.parent, self.opened_by)


@dataclass(slots=True, eq=False)
class Life:
    """The life of one post, unit or organization: its stays, in order."""

    entity: str
    stays: list[Stay]

    def bounds(self, evidence: Evidence, *, within: Period | None) -> list[tuple[Stay, Period, tuple[Statement, ...]]]:
        """Give each stay with its period and the statements that were overruled on it."""
        made = []
        for number, stay in enumerate(self.stays):
            start, end = resolve(stay.start), resolve(stay.end)
            begin = start or Resolved(self._first(evidence), ())
            created = any(_begins(s, self.entity) and s.change.until in (None, ONGOING) for s in stay.statements)
            finish = end or Resolved(_last(evidence, within, lasting=created or stay.inferred), ())
            if number and start is None:
                begin = Resolved(ALWAYS, ())
            if finish.moment.latest >= begin.moment.earliest:
                made.append((stay, Period(begin.moment, finish.moment), begin.overruled + finish.overruled))
        return made

    def _first(self, evidence: Evidence) -> Moment:
        return Moment(OPEN_EARLY, evidence.first, UNKNOWN)


def _begins(statement: Statement, entity: str) -> bool:
    """Tell whether a statement says that the entity came about."""
    kind = statement.change.kind
    return kind == "created" or (kind in ("merged", "split") and statement.into == entity)


def _last(evidence: Evidence, within: Period | None, *, lasting: bool) -> Moment:
    """Give the end of a life that nobody has stated: what was created lasts, what was only seen may have ended."""
    nested = within is not None and within.end != ONGOING and within.end.text != UNKNOWN
    if nested:
        assert within is not None
        after = min(evidence.last + 1 if evidence.last < OPEN_LATE else OPEN_LATE, within.end.earliest)
        if after == within.end.earliest and after == within.end.latest:
            return within.end
        return Moment(max(after, OPEN_EARLY), within.end.latest, UNKNOWN)
    return ONGOING if lasting or evidence.last == OPEN_LATE else unknown_end(evidence.last + 1)


def lives_of(entity: str, parent: str, statements: Iterable[Statement]) -> Life:
    """Make the life of an entity from what is stated of its creation, end and moves."""
    first = Stay(entity, parent)
    life = Life(entity, [first])
    for statement in sorted(statements, key=lambda s: (s.effective.latest, s.effective.earliest, s.evidence)):
        change, current = statement.change, life.stays[-1]
        if change.kind == "created":
            if resolve(current.end) is not None and change.edition in {s.change.edition for s in current.statements}:
                current = Stay(entity, statement.into or parent)
                life.stays.append(current)
            current.parent = statement.into or (statement.place if entity == statement.post else current.parent)
            current.start.bounds.append(Bound(statement.effective, statement, "start"))
            if change.until is not None and change.until.latest < OPEN_LATE:
                current.end.bounds.append(Bound(change.until, statement, "end"))
        elif change.kind == "abolished":
            current.end.bounds.append(Bound(statement.effective, statement, "end"))
        elif change.kind == "moved" and statement.into and statement.into != current.parent:
            stay = Stay(entity, statement.into)
            stay.start.bounds.append(Bound(statement.effective, statement, "start"))
            unify(current.end, stay.start)
            life.stays.append(stay)
            current = stay
        current.statements.append(statement)
        current.opened_by = current.opened_by or statement.evidence[0]
    return life


@dataclass(slots=True)
class Named:
    """One stretch in which an entity bore a name."""

    name: str
    start: Moment
    end: Moment
    changes: tuple[str, ...]


def names_of(
    mentioned: dict[str, str], renames: Iterable[Statement], sightings: Iterable[tuple[int, str, str]],
    *, first: Collection[str] = (),
) -> tuple[list[Named], list[str]]:  # fmt: skip
    """Give the names an entity bore one after the other, and the spellings that stand beside them undated.

    ``mentioned`` are the spellings by folded name; ``sightings`` the (day, name, change) of rosters. A dated rename
    ends the name before at its moment. Without renames, names seen on days that do not interleave follow each other.
    Of names that nobody has dated those in ``first`` (folded) come first.
    """
    spellings = dict(sorted(mentioned.items(), key=lambda item: (item[0] not in first, item[0])))
    ordered = sorted(renames, key=lambda s: (s.effective.latest, s.effective.earliest, s.evidence))
    if not ordered:
        return _sighted(spellings, sorted(sightings))
    new = {name_key(statement.change.into) for statement in ordered}
    before = [spelled for key, spelled in spellings.items() if key not in new]
    named = []
    if before:
        named.append(Named(before[0], ALWAYS, _keyed(ordered[0]), tuple(sorted(ordered[0].evidence))))
    for statement, following in zip(ordered, [*ordered[1:], None], strict=True):
        end = _keyed(following) if following else statement.change.until or ONGOING
        named.append(Named(statement.change.into, _keyed(statement), end, tuple(sorted(statement.evidence))))
    return named, before[1:]


def _keyed(statement: Statement) -> Moment:
    moment = statement.effective
    return moment if moment.exact else replace(moment, key=digest("moment", statement.evidence[0], "renamed"))


def _sighted(mentioned: dict[str, str], sightings: list[tuple[int, str, str]]) -> tuple[list[Named], list[str]]:
    spelled = list(mentioned.values())
    runs: list[tuple[int, int, str, str]] = []
    for day, name, change in sightings:
        key = name_key(name)
        if runs and name_key(runs[-1][2]) == key:
            runs[-1] = (runs[-1][0], day, runs[-1][2], runs[-1][3])
        else:
            runs.append((day, day, name, change))
    keys = [name_key(run[2]) for run in runs]
    interleaved = len(set(keys)) < len(keys) or any(first <= last for (_, last, *_), (first, *_) in pairwise(runs))
    if len(runs) < 2 or interleaved:
        return ([Named(spelled[0], ALWAYS, ONGOING, ())] if spelled else []), spelled[1:]
    starts = [ALWAYS]
    for (_, last, _, _), (first, _, _, change) in pairwise(runs):
        text = iso(first) if last + 1 == first else f"{iso(last + 1)}/{iso(first)}"
        key = "" if last + 1 == first else digest("moment", change, "renamed")
        starts.append(Moment(last + 1, first, text, key))
    ends = [*starts[1:], ONGOING]
    named = [Named(run[2], start, end, (run[3],)) for run, start, end in zip(runs, starts, ends, strict=True)]
    return named, [text for text in spelled if name_key(text) not in keys]


def grouped(statements: Iterable[Statement]) -> dict[tuple[str, str, str], list[Statement]]:
    """Group dated values by subject, property and source."""
    groups: dict[tuple[str, str, str], list[Statement]] = defaultdict(list)
    for statement in statements:
        subject = statement.person or statement.post or statement.unit or statement.organization
        groups[subject, name_key(statement.change.property), statement.change.source].append(statement)
    return groups


def value_periods(statements: list[Statement]) -> list[tuple[Statement, Period]]:
    """Give each value with its period: until the source's next value of another day, or until what it says itself.

    A value without a day holds always. Several values of one day stand beside each other.
    """
    dated = sorted({s.effective: None for s in statements if s.change.effective}, key=lambda m: (m.latest, m.earliest))
    following = dict(pairwise(dated))
    made = []
    for statement in statements:
        change = statement.change
        if change.effective is None:
            made.append((statement, Period(ALWAYS, change.until or ONGOING)))
            continue
        end = change.until or following.get(change.effective, ONGOING)
        made.append((statement, Period(change.effective, end)))
    return made
