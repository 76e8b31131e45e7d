"""Who is in a unit, with all units below it, by the tree of each day or by that of one day.

What is certain of a unit that moves on a day that is not known is a lower bound, for whatever both its places are in.

Why there are two trees: by the tree of each day a reorganization moves whole units, and a unit grows though nobody
joined; by the tree of one day (as a rule today's) the past is told as if the organization had always been as it is
then, so that figures can be compared. An answer says which of the two it uses. A unit of which that one day says
nothing stays where it was last, so that nobody is lost.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from orggraph.facts import PLACE, POST_IN
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.timeline import Rows, Timeline
from orggraph.timeline.columns import KIND
from orggraph.trends.office import Office, bounds_of
from orggraph.trends.stretches import Bounds, Days

_ALWAYS = (OPEN_EARLY, OPEN_LATE)


class Under(NamedTuple):
    """That one place is in another, or is it: on which days possibly, and on which certainly."""

    place: int
    above: int
    possible: tuple[int, int]
    certain: tuple[int, int]


class Rolled(NamedTuple):
    """Memberships once for each place they count in: the row of the office, the place, and the bounds there."""

    row: Rows
    place: Days
    bounds: Bounds


def rolled_up(
    timeline: Timeline, held: Office, *, tree_day: int | None = None, recorded_by: int | None = None
) -> Rolled:
    """Count each membership in its own place and in all places above it.

    By the tree of each day, or with ``tree_day`` by that of this day.
    """
    links = sorted(_closure(_parents(timeline, tree_day, recorded_by), np.unique(held.place).tolist()))
    place = np.array([link.place for link in links], dtype=np.int64)
    at, upto = place.searchsorted(held.place, "left"), place.searchsorted(held.place, "right")
    counts = upto - at
    row = np.repeat(np.arange(len(held.place)), counts)
    begins = np.cumsum(counts) - counts
    link = np.arange(len(row)) - np.repeat(begins - at, counts)
    possible, certain = (np.array([getattr(one, name) for one in links], dtype=np.int64).reshape(-1, 2)[link]
                         for name in ("possible", "certain"))  # fmt: skip
    above = np.array([one.above for one in links], dtype=np.int64)[link]
    return Rolled(row, above, _narrowed(held.bounds.where(row), possible, certain))


def _narrowed(bounds: Bounds, possible: Days, certain: Days) -> Bounds:
    """Limit rows to the days on which the way up holds; a bound that this moves is no shared moment any more."""
    start_earliest = np.maximum(bounds.start_earliest, possible[:, 0])
    start_latest = np.maximum(bounds.start_latest, certain[:, 0])
    end_earliest = np.minimum(bounds.end_earliest, certain[:, 1])
    end_latest = np.minimum(bounds.end_latest, possible[:, 1])
    begun = (start_earliest == bounds.start_earliest) & (start_latest == bounds.start_latest)
    ended = (end_earliest == bounds.end_earliest) & (end_latest == bounds.end_latest)
    return Bounds(
        bounds.holder, start_earliest, start_latest, end_earliest, end_latest,
        np.where(begun, bounds.start_key, -1), np.where(ended, bounds.end_key, -1),
    )  # fmt: skip


def _parents(timeline: Timeline, tree_day: int | None, recorded_by: int | None) -> dict[int, list[Under]]:
    """Give of each unit what it is in, and when."""
    c = timeline.columns
    rows = np.flatnonzero((c.kind == KIND[PLACE]) & timeline.believed(recorded_by))
    rows = rows[c.predicate[rows] != timeline.terms.number(POST_IN)]
    bounds = bounds_of(timeline, rows)
    found: dict[int, list[Under]] = {}
    told = zip(*(column.tolist() for column in (*bounds[:5], c.object[rows])), strict=True)
    for unit, start_earliest, start_latest, end_earliest, end_latest, above in told:
        if start_earliest < end_latest:
            link = Under(unit, above, (start_earliest, end_latest), (start_latest, end_earliest))
            found.setdefault(unit, []).append(link)
    return found if tree_day is None else {unit: _on(links, tree_day) for unit, links in found.items()}


def _on(links: list[Under], day: int) -> list[Under]:
    """Give what a unit is in on a day, else where it was last or will be first, as if it had always been there."""
    held = [link for link in links if link.possible[0] <= day < link.possible[1]]
    firm = {link.above for link in held if link.certain[0] <= day < link.certain[1]}
    if not held:
        before = [link for link in links if link.possible[1] <= day]
        held = [max(before, key=lambda link: link.possible[1])] if before else [min(links, key=lambda k: k.possible)]
        firm = {held[0].above}
    never = (OPEN_LATE, OPEN_LATE)
    return [link._replace(possible=_ALWAYS, certain=_ALWAYS if link.above in firm else never) for link in held]


def _closure(parents: dict[int, list[Under]], places: list[int]) -> list[Under]:
    """List for each place every way up from it, with the days on which it holds; a circle is gone round once."""
    found: list[Under] = []
    for place in places:
        todo: list[tuple[tuple[int, ...], tuple[int, int], tuple[int, int]]] = [((place,), _ALWAYS, _ALWAYS)]
        while todo:
            path, possible, certain = todo.pop()
            found.append(Under(place, path[-1], possible, certain))
            for link in parents.get(path[-1], ()):
                can = _both(possible, link.possible)
                if link.above not in path and can[0] < can[1]:
                    todo.append(((*path, link.above), can, _both(certain, link.certain)))
    return found


def _both(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return max(one[0], other[0]), min(one[1], other[1])
