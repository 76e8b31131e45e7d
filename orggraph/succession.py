"""Succession: who held a post one after the other, and when nobody did.

A stretch without a holder is *certain* where nobody can have been in office on any of its days, whatever the days that
are not exactly known turn out to be, and *possible* where somebody may have been. Why a handover leaves no gap: "A
hands over to B" is one moment, so A's end and B's start fall on one day, whichever that is.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from orggraph.facts import MEMBERSHIP, PLACE, Fact
from orggraph.period import OPEN_LATE, Moment
from orggraph.timeline import Rows, Timeline


class Turn(NamedTuple):
    """A tenure of a post, or (``fact`` is ``None``) a stretch without a holder between ``since`` and ``until``."""

    since: Moment
    until: Moment
    fact: Fact | None = None
    certain: bool = True


def succession(timeline: Timeline, post: str, *, recorded_by: int | None = None) -> list[Turn]:
    """List the tenures of a post in the order of their start, with the stretches without a holder between them.

    After the last holder it is without one for as long as it has a place, where that is known to be longer.
    """
    held = _facts(timeline, timeline.in_post(post), MEMBERSHIP, recorded_by)
    held.sort(key=lambda fact: (fact.start.latest, fact.start.earliest, fact.end.latest, fact.subject))
    turns: list[Turn] = []
    for number, fact in enumerate(held):
        gap = _gap(held[:number], fact.start, by=fact)
        turns += [gap] if gap else []
        turns.append(Turn(fact.start, fact.end, fact))
    ends = [place.end for place in _facts(timeline, timeline.about(post), PLACE, recorded_by)]
    if held and ends:
        last = _gap(held, max(ends, key=lambda end: (end.latest, end.earliest)))
        turns += [last] if last else []
    return turns


def _facts(timeline: Timeline, rows: Rows, kind: str, recorded_by: int | None) -> list[Fact]:
    believed = timeline.still_believed(timeline.only(rows, kind), recorded_by=recorded_by)
    return [timeline.facts[row] for row in believed.tolist()]


def _gap(before: Iterable[Fact], until: Moment, *, by: Fact | None = None) -> Turn | None:
    """Give the stretch without a holder from the last end of those before to a moment; ``None`` where there is none."""
    ends = [fact.end for fact in before if fact.period.possible != (0, 0)]
    if not ends or (by is not None and any(end.key and end.key == until.key for end in ends)):
        return None
    since = max(ends, key=lambda end: (end.latest, end.earliest))
    if since.earliest == OPEN_LATE:
        return None
    if since.latest < until.earliest:
        return Turn(since, until)
    surely = max(end.earliest for end in ends)
    return Turn(since, until, certain=False) if surely < until.latest else None
