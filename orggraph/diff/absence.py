"""Whether somebody who joined had been here before, and for how long he was away.

Why only certain times count: to have returned, somebody must have been in office on some day before the first, on
every reading of the dates, in one of the organizations that he is in now. Who may have been is said to, in a note.
"""

from __future__ import annotations

from typing import NamedTuple

from orggraph.diff.events import Comparison, believed, listed
from orggraph.diff.handover import in_office
from orggraph.diff.side import Position, position
from orggraph.facts import MEMBERSHIP, Fact
from orggraph.period import Moment
from orggraph.snapshot import stated


class Absence(NamedTuple):
    """What somebody held last before he was away, until when, and for how many days at the least and at the most."""

    positions: tuple[Position, ...]
    until: Moment
    fewest: int
    most: int


def absence(comparison: Comparison, person: str) -> Absence | None:
    """Give the absence that ends with somebody's coming; ``None`` for who is not certain to have been here before."""
    c = comparison
    now = [fact for facts in c.b.held.get(person, {}).values() for fact in facts]
    here = {c.b.snapshot.organization_of(str(fact.object)) for fact in now}
    past = [f for f in _past(c, person) if c.a.snapshot.organization_of(str(f.object)) in here]
    if not past or not now:
        return None
    until = max((fact.end for fact in past), key=lambda m: (m.latest, m.earliest))
    last = [fact for fact in past if fact.end.latest > until.earliest or fact.end == until]
    start = min((fact.start for fact in now), key=lambda m: (m.earliest, m.latest))
    positions = tuple(dict.fromkeys(position(fact) for fact in last))
    return Absence(positions, until, max(0, start.earliest - until.latest), max(0, start.latest - until.earliest))


def absence_words(comparison: Comparison, found: Absence) -> str:
    """Write as what somebody was here last, until when, and how long ago that was."""
    titles = listed(dict.fromkeys(comparison.title(where) for where in found.positions))
    short, long = length(found.fewest), length(found.most)
    away = short if short == long else f"{short} to {long}"
    return f"{titles} until {stated(found.until)}, away for {away}"


def length(days: int) -> str:
    """Write a number of days as people would: in days up to two months, then in months of 30.4 days, then in years.

    >>> length(1), length(45), length(200), length(365), length(1407)
    ('1 day', '45 days', '6 months', '1 year', '3 years 10 months')
    """
    if days < 61:
        return "1 day" if days == 1 else f"{days} days"
    years, months = divmod(int(days / 30.4375 + 0.05), 12)
    parts = [f"{n} {word}{'s' if n > 1 else ''}" for n, word in ((years, "year"), (months, "month")) if n]
    return " ".join(parts)


def _past(c: Comparison, person: str) -> list[Fact]:
    """List the memberships in office that are certain to have held on some day and to be over on the first day."""
    snapshot = c.b.snapshot
    timeline = snapshot.timeline
    facts = [timeline.facts[row] for row in timeline.only(timeline.about(person), MEMBERSHIP)]
    first = min(c.a.snapshot.day, snapshot.day)
    return [
        fact for fact in facts
        if believed(fact, snapshot.recorded_by) and fact.end.latest <= first
        and fact.start.latest < fact.end.earliest and in_office(c, fact)
    ]  # fmt: skip
