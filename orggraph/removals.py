"""Removals: how much of what a source has stated a load of the same source would end.

What holds in the scope of a roster is what the same series states of that organization or unit on the roster's day;
what holds in the scope of any other source is whatever it states that has no end so far. A load that would end more
than a quarter of that is named, unless so little stands there that a quarter is a handful of people.

Why: an export that broke off in the middle reads like a full list, and its silence would dissolve a company. A first
roster has nothing before it and ends nothing, so it is never named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np

from orggraph.changes import RoleChange
from orggraph.errors import Finding, RemovalsRefused
from orggraph.facts import MEMBERSHIP, PLACE, UNIT_OF, Fact
from orggraph.ledger import Ledger, Revision
from orggraph.period import OPEN_LATE, iso
from orggraph.timeline import Timeline
from orggraph.vocabulary import Term, name_key

FEWEST = 20
"""Where fewer statements stand than this, any number of them may end."""
PARTS = 4
"""More than one in so many may not end unasked."""
_NAMED = 5

Facts = Sequence[Fact]
_Seat = tuple[str, str, str, Term]


def removals(revision: Revision, ledger: Ledger) -> list[Finding]:
    """Name each scope of which a revision of the ledger would end more than a quarter, in a fixed order."""
    if not revision.superseded:
        return []
    fresh = [entry.change for entry in revision.entries]
    known = {entry.change.id: entry.change for entry in (*ledger.entries, *revision.entries)}
    before = ledger.believed()
    after = _after(before, revision)
    rosters = {_list_key(change): change for change in fresh if change.kind == "roster"}
    listed = {change.source for change in rosters.values()}
    found = [_by_roster(roster, before, after, known=known) for _, roster in sorted(rosters.items())]
    sources = {identity: change.source for identity, change in known.items()}
    found += _by_statement({change.source for change in fresh} - listed, before, after, sources=sources)
    return [finding for finding in found if finding]


def removals_alone(revision: Revision, timeline: Timeline) -> list[Finding]:
    """Name what `removals` does for a revision without rosters, from the index; cheap where little ends."""
    opened = {_seat(fact) for fact in revision.opened if _is_open(fact)}
    ended = [fact for fact in revision.superseded if _is_open(fact) and _seat(fact) not in opened]
    if len(ended) <= FEWEST // PARTS:
        return []
    c, rows = timeline.columns, timeline.of_kind(MEMBERSHIP)
    rows = rows[timeline.believed()[rows] & (c.moments[c.end[rows], 1] == OPEN_LATE)]
    gone = {fact.content for fact in ended}
    found = []
    for source in sorted({entry.change.source for entry in revision.entries}):
        standing = timeline.resting_on(rows, source)
        about = standing[np.isin(c.subject[standing], [timeline.terms.number(fact.subject) for fact in ended])]
        told = [timeline.facts[row] for row in about.tolist()]
        ends = [fact for fact in told if fact.content in gone and not _is_still_there(timeline, fact, gone)]
        found.append(_of_source(source, len(standing), ends))
    return [finding for finding in found if finding]


def _is_still_there(timeline: Timeline, ended: Fact, gone: Collection[object]) -> bool:
    """Tell whether somebody is still in the seat of a tenure that ended, in another that is open."""
    facts = (timeline.facts[row] for row in timeline.about(ended.subject).tolist())
    others = (fact for fact in facts if fact.superseded is None and fact.content not in gone)
    return any(_is_open(fact) and _seat(fact) == _seat(ended) for fact in others)


def guarded(found: Sequence[Finding], *, allowed: bool, keep: bool) -> tuple[Finding, ...]:
    """Raise `RemovalsRefused` for removals that nobody allowed, unless nothing is kept; else give them as findings."""
    if found and keep and not allowed:
        raise RemovalsRefused(found)
    return tuple(found)


def _after(before: Iterable[Fact], revision: Revision) -> list[Fact]:
    gone = {fact.content for fact in revision.superseded}
    return [fact for fact in before if fact.content not in gone] + list(revision.opened)


def _by_roster(roster: RoleChange, before: Facts, after: Facts, *, known: Mapping[str, RoleChange]) -> Finding | None:
    """Compare who is in the scope of a roster on its day, before it was known and after."""
    moment = roster.effective
    if moment is None or not moment.exact:
        return None
    day = moment.earliest
    stated = [
        fact
        for fact in before
        if fact.kind == MEMBERSHIP and any(_stated_by(known.get(change), roster.source) for change in fact.changes)
    ]
    standing = [fact for fact in stated if fact.start.latest <= day < fact.end.latest]
    still = {_seat(fact) for fact in after if fact.kind == MEMBERSHIP and _holds(fact, day)}
    ended = [fact for fact in standing if _seat(fact) not in still]
    if len(ended) <= FEWEST // PARTS:  # cheaper than telling who of them is in the scope
        return None
    places = {f.object for f in stated if any(_in_scope(known.get(change), roster) for change in f.changes)}
    if roster.unit or roster.unit_id:
        places = _with_parts(places, before, day)
    standing, ended = ([fact for fact in facts if fact.object in places] for facts in (standing, ended))
    scope = roster.unit or roster.unit_id or roster.organization or roster.organization_id
    words = f"the list of {iso(day)} would end {{ended}} of the {{standing}} memberships that {roster.source!r} states"
    return _finding(
        f"{words} of {scope} on that day", len(standing), ended, file=roster.file, line=roster.line_number,
        who=lambda fact: _name(fact, known),
    )  # fmt: skip


def _by_statement(
    fresh: Collection[str], before: Facts, after: Facts, *, sources: Mapping[str, str]
) -> list[Finding | None]:
    """Compare for each source what it states that has no end, before and after."""
    by_source: dict[str, list[Fact]] = defaultdict(list)
    for fact in before:
        if _is_open(fact):
            for source in {sources.get(change, "") for change in fact.changes}:
                if source in fresh:
                    by_source[source].append(fact)
    still = {_seat(fact) for fact in after if _is_open(fact)}
    found = []
    for source, standing in sorted(by_source.items()):
        ended = [fact for fact in standing if _seat(fact) not in still]
        found.append(_of_source(source, len(standing), ended))
    return found


def _of_source(source: str, standing: int, ended: Facts) -> Finding | None:
    words = f"the load would end {{ended}} of the {{standing}} memberships that {source or 'no source'!r} states"
    return _finding(f"{words} without an end", standing, ended, file="", line=0, who=lambda _: "")


def _finding(
    words: str, standing: int, ended: Facts, *, file: str, line: int, who: Callable[[Fact], str]
) -> Finding | None:
    """Report what would end, where that is more than a quarter of at least `FEWEST`."""
    if standing < FEWEST or PARTS * len(ended) <= standing:
        return None
    names = sorted({name for name in map(who, ended) if name})
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    among = f" ({', '.join(names[:_NAMED])}{more})" if names else ""
    told = words.replace("{ended}", str(len(ended))).replace("{standing}", str(standing))
    expected = "expected at most a quarter, unless allow_removals is given"
    return Finding("warning", f"{told}{among} ({expected})", file, line, "removals")


def _with_parts(places: Collection[Term], facts: Facts, day: int) -> set[Term]:
    """Give the units and what belongs to them on a day, at any depth."""
    within: dict[Term, set[Term]] = defaultdict(set)
    for fact in facts:
        if fact.kind == PLACE and fact.predicate == UNIT_OF and _holds(fact, day):
            within[fact.object].add(fact.subject)
    found: set[Term] = set()
    left = list(places)
    while left:
        place = left.pop()
        if place not in found:
            found.add(place)
            left += within.get(place, ())
    return found


def _in_scope(change: RoleChange | None, roster: RoleChange) -> bool:
    """Tell whether a role change of the same source speaks of the place that a roster lists."""
    if change is None or change.source != roster.source:
        return False
    if roster.unit or roster.unit_id:
        return _same(change.unit, change.unit_id, roster.unit, roster.unit_id)
    if not (change.organization or change.organization_id):
        return True
    return _same(change.organization, change.organization_id, roster.organization, roster.organization_id)


def _same(name: str, key: str, other: str, other_key: str) -> bool:
    return key == other_key if key and other_key else name == other or name_key(name) == name_key(other)


def _stated_by(change: RoleChange | None, source: str) -> bool:
    return change is not None and change.source == source


def _list_key(change: RoleChange) -> tuple[str, ...]:
    return (change.source, str(change.effective), change.organization_id or change.organization,
            change.unit_id or change.unit)  # fmt: skip


def _seat(fact: Fact) -> _Seat:
    """Give who is where; a tenure that is told anew is in the same seat."""
    return (fact.subject, fact.post, "", "") if fact.post else (fact.subject, "", fact.role, fact.object)


def _holds(fact: Fact, day: int) -> bool:
    return fact.start.earliest <= day < fact.end.latest


def _is_open(fact: Fact) -> bool:
    return fact.kind == MEMBERSHIP and fact.end.latest == OPEN_LATE


def _name(fact: Fact, known: Mapping[str, RoleChange]) -> str:
    """Give the name of the person as the statements have it."""
    changes = [known[change] for change in fact.changes if change in known]
    return next((change.person or change.person_id for change in changes if change.person or change.person_id), "")
