"""What of a chart is drawn: who is within so many levels and not folded, how many are not, and who reports in a circle.

Everybody stands by number. Why a circle without a top is started somewhere: everybody on it would vanish from the
chart otherwise. Why the path to somebody highlighted is always drawn: who is asked for must be seen, however deep.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from orggraph.chart.standing import Tie

Order = Callable[[int], tuple[str, str]]
Below = dict[int, list[int]]


class Limits(NamedTuple):
    """What of a chart is asked for, by number; ``None`` is no limit.

    ``root`` is at the top, ``depth`` how many levels below it or the tops are drawn, ``folded`` who is drawn without
    those below, ``highlighted`` who is marked with the way to the top. Without a depth, as many levels are drawn as
    have ``at_most`` so many cards, but always the first. Whoever reports to one of the ``opened`` is
    drawn however deep.
    """

    root: int | None
    depth: int | None
    folded: frozenset[int]
    highlighted: int | None
    at_most: int | None = None
    opened: frozenset[int] = frozenset()

    def mapped(self, card: Callable[[int], int]) -> Limits:
        """Give the limits by the numbers of the cards that stand for entities."""
        root, highlighted = (None if n is None else card(n) for n in (self.root, self.highlighted))
        folded, opened = (frozenset(map(card, some)) for some in (self.folded, self.opened))
        return self._replace(root=root, folded=folded, highlighted=highlighted, opened=opened)

    def path(self, way: Iterable[tuple[int, int]]) -> set[int]:
        """Give who is on the way from the one highlighted to the top, that one included."""
        own = set() if self.highlighted is None else {self.highlighted}
        return own.union(*way)


class Scope(NamedTuple):
    """Who is drawn, how many below each are not, and who is not."""

    drawn: set[int]
    below: dict[int, int]
    hidden: set[int]


def below_of(ties: Iterable[Tie]) -> Below:
    """Give by manager who reports to them."""
    below: Below = {}
    for tie in ties:
        below.setdefault(tie.manager, []).append(tie.reporter)
    return below


def everyone_below(cards: Collection[int], ties: list[Tie], root: int | None) -> set[int]:
    """Give who is at or below the root, or all without one."""
    return set(cards) if root is None else reach([root], below_of(ties))


def scope(
    cards: Collection[int],
    ties: list[Tie],
    *,
    order: Order,
    limits: Limits,
    path: Collection[int] = (),
) -> Scope:
    """Find who is drawn: who is within the limits, or on the ``path``.

    Linear in the ties, but where somebody reports to several: then whoever is below both is counted below each.
    """
    below = below_of(ties)
    starts = [limits.root] if limits.root is not None else _starts(cards, ties, below, order)
    everyone = reach(starts, below) if limits.root is not None else set(cards)
    depth = limits.depth
    if (depth, limits.at_most, limits.folded) == (None, None, frozenset()):
        return Scope(everyone, {}, set())
    if depth is None and limits.at_most is not None and len(everyone) > limits.at_most:
        depth = _depth(starts, below, limits.at_most)
    drawn = reach(starts, below, depth=depth, folded=limits.folded) | (everyone & set(path))
    drawn |= _opened(limits.opened, drawn, below)
    hidden = everyone - drawn
    counts = {}
    for iri in drawn if hidden else ():
        if any(reporter in hidden for reporter in below.get(iri, ())):
            counts[iri] = len(reach([iri], below) - drawn)
    return Scope(drawn, counts, hidden)


def _opened(opened: Collection[int], drawn: Collection[int], below: Below) -> set[int]:
    """Give who reports to those of the opened who are drawn, by themselves or as they report to another of them."""
    found: set[int] = set()
    left = set(opened)
    while ready := {iri for iri in left if iri in drawn or iri in found}:
        left -= ready
        found.update(reporter for iri in ready for reporter in below.get(iri, ()))
    return found


def _starts(cards: Collection[int], ties: list[Tie], below: Below, order: Order) -> list[int]:
    """List where to begin downwards: the tops, then one of each circle that none of them leads to."""
    led = {tie.reporter for tie in ties if tie.reporter != tie.manager}
    starts = [iri for iri in cards if iri not in led]
    reached = reach(starts, below)
    if len(reached) < len(cards):
        left = [tie for tie in ties if tie.reporter not in reached]
        starts += [iri for cycle in circles(left, order) for iri in cycle]
        reached = reach(starts, below)
        starts += [iri for iri in cards if iri not in reached]
    return starts


def reach(starts: Iterable[int], below: Below, *, depth: int | None = None, folded: Collection[int] = ()) -> set[int]:
    """Give who is reached downwards within so many levels, the starts included."""
    front = list(starts)
    reached, level = set(front), 0
    while front and (depth is None or level < depth):
        level += 1
        following = []
        for iri in front:
            for reporter in below.get(iri, ()) if iri not in folded else ():
                if reporter not in reached:
                    reached.add(reporter)
                    following.append(reporter)
        front = following
    return reached


def _depth(starts: list[int], below: Below, most: int) -> int:
    """Give the most levels below the starts that together have no more than so many cards."""
    reached, front, depth = set(starts), set(starts), 0
    while front:
        front = {reporter for iri in front for reporter in below.get(iri, ())} - reached
        reached |= front
        if len(reached) > most:
            return depth
        depth += 1
    return depth


def path_up(person: int, ties: list[Tie]) -> list[tuple[int, int]]:
    """List the pairs (reporter, manager) on the ways to the top, nearest first: by direct lines where there are any."""
    direct: dict[int, list[int]] = {}
    dotted: dict[int, list[int]] = {}
    for tie in ties:
        (dotted if tie.dotted else direct).setdefault(tie.reporter, []).append(tie.manager)
    pairs, seen, front = [], {person}, [person]
    while front:
        following = []
        for iri in front:
            for manager in direct.get(iri) or dotted.get(iri) or ():
                pairs.append((iri, manager))
                if manager not in seen:
                    seen.add(manager)
                    following.append(manager)
        front = following
    return pairs


def circles(ties: Iterable[Tie], order: Order) -> list[list[int]]:
    """Find cycles of direct lines, each from its first member in ``order`` on, upwards; each line on one is on one.

    What is left after taking away again and again whoever has no manager or no reporter lies on a cycle or between
    two; only there is each line followed to see whether it leads back, by the shortest way.
    """
    direct = [tie for tie in ties if not tie.dotted]
    if _is_forest(direct):
        return []
    above: dict[int, set[int]] = {}
    below: dict[int, set[int]] = {}
    for tie in direct:
        above.setdefault(tie.reporter, set()).add(tie.manager)
        below.setdefault(tie.manager, set()).add(tie.reporter)
    left = above.keys() & below.keys()
    loose = [iri for iri in (*above, *below) if iri not in left]
    while loose:
        iri = loose.pop()
        for other, back in [(o, below) for o in above.pop(iri, ())] + [(o, above) for o in below.pop(iri, ())]:
            back.get(other, set()).discard(iri)
            if other in left and not (above.get(other) and below.get(other)):
                left.discard(other)
                loose.append(other)
    place = {iri: number for number, iri in enumerate(sorted(left, key=order))}
    cycles: list[list[int]] = []
    covered: set[tuple[int, int]] = set()
    for iri in place:
        for manager in sorted(above[iri] & left, key=place.__getitem__):
            if (iri, manager) in covered or not (way := _way(manager, iri, above, place)):
                continue
            cycle = [iri, *way[:-1]]
            covered.update(zip(cycle, way, strict=True))
            first = cycle.index(min(cycle, key=place.__getitem__))
            cycles.append(cycle[first:] + cycle[:first])
    return cycles


def _is_forest(ties: list[Tie]) -> bool:
    """Tell whether everybody has one manager at most and every way upwards ends: the usual case, and told fast."""
    above = {tie.reporter: tie.manager for tie in ties}
    if len(above) < len(ties):
        return False
    ended: set[int] = set()
    for start in above:
        way = []
        step: int | None = start
        while step is not None and step not in ended:
            way.append(step)
            if len(way) > len(above) + 1:
                return False
            step = above.get(step)
        ended.update(way)
    return True


def pairs_of(cycles: Iterable[list[int]]) -> set[tuple[int, int]]:
    """Give the pairs (reporter, manager) on cycles."""
    return {pair for cycle in cycles for pair in zip(cycle, cycle[1:] + cycle[:1], strict=True)}


def _way(start: int, goal: int, above: dict[int, set[int]], place: dict[int, int]) -> list[int]:
    """Give the shortest way upwards, both ends included, empty if there is none; of equal ones the first in order."""
    came_from: dict[int, int | None] = {start: None}
    front = [start]
    while front and goal not in came_from:
        following: list[int] = []
        for iri in front:
            fresh = [m for m in sorted(above.get(iri, set()) & place.keys(), key=place.__getitem__)
                     if m not in came_from]  # fmt: skip
            came_from.update(dict.fromkeys(fresh, iri))
            following += fresh
        front = following
    way: list[int] = []
    step: int | None = goal if goal in came_from else None
    while step is not None:
        way.append(step)
        step = came_from[step]
    return way[::-1]
