"""Who took over from whom in a post or as the head of a unit, and what lay in between.

Why a predecessor is named only where one can tell: where two left a post and two came, no source has paired them,
unless the end of one and the start of the other are the same moment.
Why what lay in between is read from the timeline: who held a post only between the two days is in neither snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from orggraph.diff.events import Comparison, believed, listed
from orggraph.diff.side import Position, Side, position
from orggraph.facts import HEAD_ROLE, MEMBERSHIP, Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.snapshot import IN_OFFICE
from orggraph.vocabulary import Literal

CLERICAL = 1
"""A gap of so many days is usually clerical and is not called a vacancy; ``check`` reports it."""

Holders = Mapping[str, list[Fact]]


class Interval(NamedTuple):
    """What lay between two holders of a post: who held it (IRIs), and for how many days nobody did, at the least
    and at the most (``None``: no bound is known)."""

    others: tuple[str, ...]
    fewest: int
    most: int | None


def predecessors(comparison: Comparison, where: Position, person: str) -> list[str]:
    """List whom a new holder of the position replaces, by IRI; nobody where the sources leave that open."""
    c = comparison
    was, now = _holders(c.a, where), _holders(c.b, where)
    gone = [other for other in sorted(was) if other not in now]
    come = [other for other in sorted(now) if other not in was]
    ending = [other for other in sorted(was) if other not in now or not c.b.firm(now[other])]
    shared = {other: [g for g in ending if g != other and _hands_over(was[g], now[other])] for other in come}
    if shared.get(person):
        return shared[person]
    paired = {g for found in shared.values() for g in found}
    gone = [g for g in gone if g not in paired]
    come = [other for other in come if not shared[other]]
    return gone if person in come and (len(gone) == 1 or len(come) == 1) else []


def interval(comparison: Comparison, where: Position, gone: str, person: str) -> Interval:
    """Say what lay between the end of one holder of a post and the start of another."""
    c = comparison
    ends = [fact.end for fact in _holders(c.a, where)[gone]]
    starts = [fact.start for fact in _holders(c.b, where)[person]]
    others = _in_between(c, where)
    if others or {end.key for end in ends} & {start.key for start in starts} - {""}:
        return Interval(tuple(others), 0, 0)
    last, first = max(ends, key=lambda m: m.latest), min(starts, key=lambda m: m.earliest)
    return Interval((), *_apart(last.earliest, last.latest, first.earliest, first.latest))


def vacant_before(comparison: Comparison, where: Position, person: str) -> Interval:
    """Say for how long a post had been without a holder when the person came; no bounds where nobody held it ever."""
    c = comparison
    first_day = c.a.snapshot.day
    held = [f for f in _believed(c, where) if f.end.latest <= first_day and f.start.latest < f.end.earliest]
    if not held:
        return Interval((), 0, None)
    last = max((fact.end for fact in held), key=lambda m: (m.latest, m.earliest))
    first = min((fact.start for fact in c.b.held[person][where]), key=lambda m: m.earliest)
    return Interval((), *_apart(last.earliest, last.latest, first.earliest, first.latest))


def vacancy_words(found: Interval) -> str:
    """Write how long a post was vacant; empty where it was not, or for a day only.

    >>> vacancy_words(Interval((), 31, 31)), vacancy_words(Interval((), 20, 45)), vacancy_words(Interval((), 1, 1))
    ('31 days', '20 to 45 days', '')
    """
    if found.fewest <= CLERICAL:
        return ""
    if found.most is None:
        return f"at least {found.fewest:,} days"
    return f"{found.fewest:,} days" if found.fewest == found.most else f"{found.fewest:,} to {found.most:,} days"


def replacing(comparison: Comparison, where: Position, gone: list[str], person: str) -> str:
    """Write whom a new holder replaces, with who held the post in between or for how long it was vacant."""
    c = comparison
    words = f"replacing {listed([c.name(other) for other in gone])}"
    if len(gone) > 1:
        return words
    found = interval(c, where, gone[0], person)
    if found.others:
        return f"{words}, with {listed([c.name(other) for other in found.others])} in between"
    vacancy = vacancy_words(found)
    return f"{words} after a vacancy of {vacancy}" if vacancy else words


def leads(side: Side, person: str, where: Position, place: str) -> bool:
    """Tell whether the holder of a post leads its unit: members of it report to him, and he to none of them."""
    if where.role == HEAD_ROLE:
        return True
    snapshot = side.snapshot
    if snapshot.kind(place) != "unit":
        return False
    asked = snapshot.timeline.reporters_of, snapshot.timeline.managers_of
    below, above = (ask(person, snapshot.day, recorded_by=snapshot.recorded_by) for ask in asked)
    return any(_inside(side, iri, place) for iri in below) and not any(_inside(side, iri, place) for iri in above)


def _inside(side: Side, person: str, place: str) -> bool:
    return any(fact.object == place for facts in side.held.get(person, {}).values() for fact in facts)


def _holders(side: Side, where: Position) -> Holders:
    """Give who holds a post, or is the head of a unit; nobody for other roles, in which several serve at once."""
    if where.post:
        return side.holders.get(where.post, {})
    if where.role != HEAD_ROLE:
        return {}
    snapshot = side.snapshot
    timeline = snapshot.timeline
    rows = timeline.only(timeline.pointing_at(where.place), MEMBERSHIP)
    rows = timeline.holding(rows, snapshot.day, recorded_by=snapshot.recorded_by)
    people = dict.fromkeys(timeline.facts[row].subject for row in rows if timeline.facts[row].role == HEAD_ROLE)
    held = {iri: side.held.get(iri, {}).get(where, []) for iri in people}
    return {iri: facts for iri, facts in held.items() if facts}


def _hands_over(ending: list[Fact], starting: list[Fact]) -> bool:
    ends = {fact.end.key for fact in ending} - {""}
    return any(fact.start.key in ends for fact in starting)


def _in_between(c: Comparison, where: Position) -> list[str]:
    """List who held a post for certain between the two days and on neither, in the order in which they came."""
    first, last = sorted((c.a.snapshot.day, c.b.snapshot.day))
    known = {*_holders(c.a, where), *_holders(c.b, where)}
    found = [
        fact for fact in _believed(c, where)
        if first < fact.start.earliest and fact.end.latest <= last and fact.start.latest < fact.end.earliest
        and fact.subject not in known
    ]  # fmt: skip
    return list(dict.fromkeys(fact.subject for fact in sorted(found, key=lambda f: f.start.earliest)))


def _believed(c: Comparison, where: Position) -> list[Fact]:
    """List the memberships in a position that are believed and in office, at whatever time."""
    snapshot = c.b.snapshot
    timeline = snapshot.timeline
    rows = timeline.in_post(where.post) if where.post else timeline.pointing_at(where.place)
    facts = [timeline.facts[row] for row in timeline.only(rows, MEMBERSHIP)]
    return [f for f in facts if position(f) == where and believed(f, snapshot.recorded_by) and in_office(c, f)]


def in_office(comparison: Comparison, fact: Fact) -> bool:
    """Tell whether a membership, at whatever time it holds, is one in office."""
    timeline = comparison.b.snapshot.timeline
    about = (timeline.facts[row] for row in timeline.about(fact.tenure))
    return not any(state.predicate == IN_OFFICE and state.object == Literal("false") for state in about)


def _apart(end_earliest: int, end_latest: int, start_earliest: int, start_latest: int) -> tuple[int, int | None]:
    """Give the fewest and the most days between an end and a start."""
    open_ended = end_earliest == OPEN_EARLY or start_latest == OPEN_LATE
    return max(0, start_earliest - end_latest), None if open_ended else max(0, start_latest - end_earliest)
