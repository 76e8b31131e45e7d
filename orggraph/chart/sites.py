"""Where each card of a forest stands, before anything is turned or moved.

*Across* is the direction of siblings, *along* that of the levels. Leaf reports of one manager from `BLOCK_FROM` on
stand in columns, as many as make the block about as wide as it is high, so that sixty of them can be read. Whoever
else reports to somebody stands in a row, with all below, as close as a tidy tree allows.

Why shelves: in one row after the other, 850 cards of a ministry are seventeen times as wide as high, and nobody can
hang that on a wall. Where the rows below a manager would be too wide, they are broken into shelves below each other,
and a trunk at their left leads from the manager to each.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from orggraph.chart.forest import Forest
from orggraph.chart.routes import SPINE, Site
from orggraph.chart.tidy import tidy

BLOCK_FROM = 4
"""From how many leaf reports on they stand in columns."""
GAP, STACK, INDENT, LEVEL = 20, 10, 20, 40
"""Between siblings, between cards of a column, left of a column for its spine, and between levels."""
_SHELVES_FROM = 2400
"""Rows that go less far across than this many points are never broken."""

Sizes = Mapping[str, tuple[float, float]]


class _Part(NamedTuple):
    """A box of the tree with sites in it from its corner: a card with its assistants, a block, or shelves.

    ``extent`` is how far across and along the part goes with all that is below it, without the last gaps.
    """

    sites: tuple[tuple[str, Site], ...]
    breadth: float
    depth: float
    anchor: float
    below: tuple[_Part, ...] = ()
    extent: tuple[float, float] = (0, 0)


def sites_of(trees: Forest, sizes: Sizes, helpers: Collection[str], *, widest: float) -> dict[str, Site]:
    """Give the site of each card, each manager before those below, one subtree after the other.

    ``sizes`` are across and along, ``helpers`` those who stand beside their manager unless somebody reports to them;
    what would be more than ``widest`` times as far across as along stands on shelves.
    """
    made: dict[str, _Part] = {}
    for iri in _upwards(trees):
        made[iri] = _manager(iri, trees, sizes, helpers, made, widest)
    tops = tuple(made.pop(iri) for iri in trees.tops)
    root = _Part((), 0, 0, 0, tops)
    if _too_wide(tops, 0, widest):
        root = root._replace(below=(_shelves(tops, widest),))
    placed = dict(_placed(root))
    return {iri: placed[iri] for iri in _downwards(trees)}


def _downwards(trees: Forest) -> Iterator[str]:
    todo = [*reversed(trees.tops)]
    while todo:
        yield (iri := todo.pop())
        todo += reversed(trees.below.get(iri, ()))


def _upwards(trees: Forest) -> list[str]:
    return [*_downwards(trees)][::-1]


def _manager(
    iri: str, trees: Forest, sizes: Sizes, helpers: Collection[str], made: dict[str, _Part], widest: float
) -> _Part:
    """Make the part of a card with all below it, out of the parts of those who report to it."""
    reporters = trees.below.get(iri, ())
    alone = [r for r in reporters if r not in trees.below]
    beside = [r for r in alone if r in helpers]
    leaves = [r for r in alone if r not in helpers]
    leaves = leaves if len(leaves) >= BLOCK_FROM else []
    kept = {*beside, *leaves}
    parts = [part for r in reporters if (part := made.pop(r)) and r not in kept]
    card = _card(iri, sizes, beside)
    if leaves:
        parts.append(_columns(leaves, sizes))
    below = tuple(parts)
    if _too_wide(below, card.depth, widest):
        below = (_shelves(below, widest),)
    return card._replace(below=below, extent=_extent(below, card.breadth, card.depth))


def _card(iri: str, sizes: Sizes, beside: Sequence[str]) -> _Part:
    breadth, depth = sizes[iri]
    sites = [(iri, Site(0, 0, breadth, depth, -LEVEL / 2, 0, "top"))]
    wide, deep, along = breadth, depth, 0.0
    for helper in beside:
        size = sizes[helper]
        sites.append((helper, Site(breadth + INDENT, along, *size, 0, 0, "beside")))
        wide, deep = max(wide, breadth + INDENT + size[0]), max(deep, along + size[1])
        along += size[1] + STACK
    strip = deep + LEVEL / 2
    sites = [(i, s._replace(below=strip, above=strip if s.kind == "beside" else s.above)) for i, s in sites]
    return _Part(tuple(sites), wide, deep, breadth / 2, (), (wide, deep))


def _columns(leaves: list[str], sizes: Sizes) -> _Part:
    """Put leaves in columns, filled one after the other."""
    mean_breadth = sum(sizes[iri][0] for iri in leaves) / len(leaves) + INDENT
    mean_depth = sum(sizes[iri][1] for iri in leaves) / len(leaves) + STACK
    columns = max(1, round(math.sqrt(len(leaves) * mean_depth / mean_breadth)))
    length = math.ceil(len(leaves) / columns)
    sites, across, deepest = [], 0.0, 0.0
    for start in range(0, len(leaves), length):
        along = 0.0
        column = leaves[start : start + length]
        for iri in column:
            sites.append((iri, Site(across + INDENT, along, *sizes[iri], -LEVEL / 2, -LEVEL / 2, "column")))
            along += sizes[iri][1] + STACK
        across += INDENT + max(sizes[iri][0] for iri in column)
        deepest = max(deepest, along - STACK)
    return _Part(tuple(sites), across, deepest, across / 2, (), (across, deepest))


def _too_wide(below: Sequence[_Part], above: float, widest: float) -> bool:
    across, along = _extent(below, 0, above)
    return len(below) > 1 and across > _SHELVES_FROM and across > widest * along


def _extent(below: Sequence[_Part], breadth: float, depth: float) -> tuple[float, float]:
    """Give how far a part goes with what is below it in a row: at most, for subtrees may stand closer."""
    if not below:
        return breadth, depth
    across = sum(part.extent[0] + GAP for part in below) - GAP
    return max(breadth, across), depth + LEVEL + max(part.extent[1] for part in below)


def _shelves(below: Sequence[_Part], widest: float) -> _Part:
    """Break a row into shelves that together are about half as far across as they may be."""
    area = sum((part.extent[0] + GAP) * (part.extent[1] + LEVEL) for part in below)
    room = max(math.sqrt(area * widest / 2), *(part.extent[0] + GAP for part in below))
    shelves: list[list[_Part]] = [[]]
    filled = 0.0
    for part in below:
        if shelves[-1] and filled + part.extent[0] + GAP > room:
            shelves.append([])
            filled = 0.0
        shelves[-1].append(part)
        filled += part.extent[0] + GAP
    sites: list[tuple[str, Site]] = []
    along = breadth = 0.0
    for shelf in shelves:
        placed = [*_placed(_Part((), 0, 0, 0, tuple(shelf)))]
        firsts = {iri for part in shelf for iri, site in part.sites if site.kind != "beside"}
        for iri, site in placed:
            moved = _moved(site, INDENT, along)
            if iri in firsts:
                moved = moved._replace(trunk=moved.across - INDENT + SPINE, join=along)
            sites.append((iri, moved))
        breadth = max(breadth, *(site.across + site.breadth for _, site in sites))
        along = max(site.along + site.depth for _, site in sites) + LEVEL
    return _Part(tuple(sites), breadth, along - LEVEL, breadth / 2, (), (breadth, along - LEVEL))


def _placed(root: _Part) -> Iterator[tuple[str, Site]]:
    """Set a tree of parts as a tidy tree, and give the sites in it from its corner."""
    parts, children = [root], [list[int]()]
    for number, part in enumerate(parts):
        children[number] += range(len(parts), len(parts) + len(part.below))
        parts += part.below
        children += [list[int]() for _ in part.below]
    across, along = tidy(
        children, [part.breadth + GAP for part in parts],
        [0.0, *(part.depth + LEVEL for part in parts[1:])], [part.anchor + GAP / 2 for part in parts],
    )  # fmt: skip
    left = min(across[1:], default=0.0)
    for part, x, y in zip(parts, across, along, strict=True):
        for iri, site in part.sites:
            yield iri, _moved(site, x - left, y)


def _moved(site: Site, across: float, along: float) -> Site:
    x, y, breadth, depth, above, below, kind, trunk, join = site
    return Site(x + across, y + along, breadth, depth, above + along, below + along, kind, trunk, join)
