"""Lines with right angles: from a manager down to those below, and along the gaps for every other line.

Cards of one manager share a bus halfway between the levels; those in a column hang on a spine at its left. A second or
dotted line leaves a card on its left, goes up in the gap beside it to the free strip between its row and the manager's
above, along that strip to beside the manager, and so on up to the strip that both ends have in common, then down in
the same way.

Why no line runs across a card: a card keeps its gap free on both sides from the strip above it to the strip below,
and a strip is free between a manager and all who stand below, because a box that reached into it would also reach into
the room of the first row below, and so lie to one side of it. It takes time linear in the levels between the ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from orggraph.chart.forest import Forest
from orggraph.chart.parts import Line

Point = tuple[float, float]
SPINE = 11
"""How far left of its cards the spine of a column runs."""
_SLOTS = (3, 6, 9)
NEAR = 0.01
"""What is less than so many points apart is on one line."""


class Route(NamedTuple):
    """The corners of a line, from the manager to the reporter; of a ``curved`` one the control points in threes."""

    line: Line
    points: tuple[Point, ...]
    curved: bool = False


class Site(NamedTuple):
    """Where a card stands in its tree.

    ``above`` and ``below`` are the middles of the free strips over its row and over the row of those below it;
    ``kind`` is ``top`` for a card of its own, ``column`` for one in a block of leaves, ``beside`` for an assistant.
    Where a row stands on a shelf, ``trunk`` is how far left of its card the trunk of the shelves runs, and ``join``
    how far up it meets the strip below the manager; both are 0 elsewhere.
    """

    across: float
    along: float
    breadth: float
    depth: float
    above: float
    below: float
    kind: str
    trunk: float = 0
    join: float = 0


def routes(trees: Forest, sites: Mapping[str, Site]) -> Iterator[Route]:
    """Route all lines of a forest: those that cards hang on, then the others."""
    for iri in sites:
        if line := trees.hangs_on.get(iri):
            yield Route(line, _hanging(sites[line.manager], sites[iri]))
    for number, line in enumerate(trees.others):
        if line.manager in sites and line.reporter in sites:
            yield Route(line, tuple(_around(line, trees, sites, _SLOTS[number % len(_SLOTS)])))


def _hanging(manager: Site, reporter: Site) -> tuple[Point, ...]:
    middle = manager.across + manager.breadth / 2
    end = manager.along + manager.depth
    half = reporter.along + reporter.depth / 2
    spine = reporter.across - SPINE
    if reporter.kind == "beside":
        level = manager.along + min(manager.depth, reporter.depth) / 2
        out = (manager.across + manager.breadth, level)
        if abs(half - level) < NEAR:
            return out, (reporter.across, level)
        return out, (spine, level), (spine, half), (reporter.across, half)
    strip, joint = reporter.above, reporter.above - reporter.join
    start = [(middle, end), (middle, joint)]
    if reporter.join:
        trunk = reporter.across - reporter.trunk
        start += [(trunk, joint), (trunk, strip)]
    if reporter.kind == "column":
        return (*start, (spine, strip), (spine, half), (reporter.across, half))
    top = reporter.across + reporter.breadth / 2
    if abs(top - middle) < NEAR and not reporter.join:
        return (middle, end), (middle, reporter.along)
    return (*start, (top, strip), (top, reporter.along))


def _around(line: Line, trees: Forest, sites: Mapping[str, Site], slot: float) -> list[Point]:
    """Go from the manager's side down and up through the gaps to the reporter's side."""
    down, up = trees.above(line.manager), trees.above(line.reporter)
    while len(down) > 1 and len(up) > 1 and down[-2] == up[-2]:
        down.pop()
        up.pop()
    if down[-1] == up[-1]:
        common = down.pop()
        up.pop()
    else:
        common = ""
    points = _out(line.manager, down, sites, slot, high=True)
    points += reversed(_out(line.reporter, up, sites, slot, high=False))
    if line.reporter == line.manager:
        side = sites[common].across - slot
        starts, ends = points[0], points[-1]
        return [starts, (side, starts[1]), (side, ends[1]), ends]
    return _straight(points)


def _out(iri: str, way: list[str], sites: Mapping[str, Site], slot: float, *, high: bool) -> list[Point]:
    """Give the corners from the left side of a card to the strip over the last on its ``way`` upwards."""
    first = sites[iri]
    y = first.along + first.depth * (0.3 if high else 0.7)
    side = first.across - slot
    if not way:  # it stands above the other: to the strip below it
        return [(first.across, y), (side, y), (side, first.below + slot)]
    points = [(first.across, y), (side, y)]
    for step in way:
        site = sites[step]
        side, strip = site.across - slot, site.above + slot
        points += [(side, points[-1][1]), (side, strip)]
        if site.join:
            trunk = site.across - site.trunk + SPINE - slot
            points += [(trunk, strip), (trunk, strip - site.join)]
    return points


def _straight(points: list[Point]) -> list[Point]:
    """Leave out corners that are none; what runs back and forth on one line is drawn once."""
    kept: list[Point] = []
    for point in points:
        while len(kept) >= 2 and (kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]):
            kept.pop()
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept
