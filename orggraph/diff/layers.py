"""How many steps somebody is from the top on solid lines, asked of one person at a time.

Why not the layers of `hierarchy`: those take the whole graph of a day, and a comparison asks only about those who
changed post. Why the tops are compared: a line that no source states would make whoever stands below it look like the
top. So the steps of two days count only where both walks end at the same top: one person, one post, or one that a
source says reports to nobody.
"""

from __future__ import annotations

from typing import NamedTuple

from orggraph.diff.events import Comparison
from orggraph.diff.side import Side


class Walk(NamedTuple):
    """How many steps up it is to the top, and who or what is there (IRI)."""

    steps: int
    top: str


def rise(comparison: Comparison, person: str) -> tuple[int, int] | None:
    """Give the steps to the top before and after where they are fewer now; ``None`` where not, or not comparable."""
    before, after = _walk(comparison.a, person), _walk(comparison.b, person)
    if before is None or after is None or after.steps >= before.steps:
        return None
    return (before.steps, after.steps) if _same_top(comparison, before.top, after.top) else None


def _walk(side: Side, person: str) -> Walk | None:
    """Walk up from a person, or the posts he holds, to the nearest top.

    ``None`` where no certain line touches them, or all lines upwards run in a circle.
    """
    snapshot = side.snapshot
    timeline, day, known = snapshot.timeline, snapshot.day, snapshot.recorded_by
    own = [person, *sorted(_posts(side, person))]
    seen, level, steps = {*own}, own, 0
    while level:
        above = {iri: timeline.managers_of(iri, day, recorded_by=known) for iri in level}
        tops = [iri for iri in level if not above[iri]]
        if tops and steps:
            return Walk(steps, tops[0])
        level = sorted({boss for bosses in above.values() for boss in bosses} - seen)
        if not level and not steps and len(tops) == len(own):
            leads = any(timeline.reporters_of(iri, day, recorded_by=known) for iri in own)
            return Walk(0, person) if leads else None
        seen.update(level)
        steps += 1
    return None


def _same_top(c: Comparison, before: str, after: str) -> bool:
    if before == after:
        return True
    if {before, *_posts(c.a, before)} & {after, *_posts(c.b, after)}:
        return True
    return c.a.snapshot.reports_to_nobody(before) and c.b.snapshot.reports_to_nobody(after)


def _posts(side: Side, entity: str) -> set[str]:
    return {position.post for position in side.held.get(entity, {}) if position.post}
