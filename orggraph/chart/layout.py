"""Where everything stands: boxes for cards, routes for lines, frames for units; in points, y downwards.

Trees are laid out as if everything grew downwards, and turned over for a chart from left to right; here *across* is
the direction of siblings and *along* that of the levels. Leaf reports of one manager from `BLOCK_FROM` on stand in
columns, as many as make the block about as wide as it is high, so that sixty of them can be read.

Why the same person stays in the same place from day to day as far as possible: siblings stand by name and places
depend on nothing but who is below whom and the sizes of cards.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from orggraph.chart.faces import Face
from orggraph.chart.forest import Forest, forest
from orggraph.chart.panels import panels
from orggraph.chart.parts import Card, Sheet
from orggraph.chart.routes import Route, Site, routes
from orggraph.chart.tidy import tidy

DIRECTIONS = ("down", "right")
BLOCK_FROM = 4
"""From how many leaf reports on they stand in columns."""
GAP, STACK, INDENT, LEVEL = 20, 10, 20, 40
"""Between siblings, between cards of a column, left of a column for its spine, and between levels."""
_APART = 60
_BESIDE = 1.6


class Box(NamedTuple):
    """Where a card stands: its upper left corner and its size."""

    iri: str
    x: float
    y: float
    width: float
    height: float


class Frame(NamedTuple):
    """A panel around the people of a unit; ``title`` is as high as its name needs."""

    unit: str
    x: float
    y: float
    width: float
    height: float
    title: float


@dataclass(frozen=True, slots=True)
class Layout:
    """A laid-out chart; boxes in the order of the keyboard: each manager, then those below, then the next.

    ``above`` is the manager below whom a card stands, for all but the tops and those in panels.
    """

    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: tuple[Route, ...]
    frames: tuple[Frame, ...]
    above: Mapping[str, str] = field(default_factory=dict)


def lay_out(sheet: Sheet, faces: Mapping[str, Face], *, direction: str = "down") -> Layout:
    """Lay out a sheet whose cards have the sizes of their ``faces``; linear in cards and lines.

    ``direction`` is one of `DIRECTIONS`, from the top to the bottom or from left to right. Everything is at 0 or more,
    nothing overlaps, and no route runs across a card.
    """
    turned = direction == "right"
    trees = forest(sheet)
    sizes = {iri: ((f.height, f.width) if turned else (f.width, f.height)) for iri, f in faces.items()}
    cards = {card.iri: card for card in sheet.cards}
    sites = _sites(trees, sizes, cards)
    drawn = _turned(routes(trees, sites), turned)
    boxes = {
        iri: Box(iri, *((s.along, s.across, s.depth, s.breadth) if turned else (s.across, s.along, s.breadth, s.depth)))
        for iri, s in sites.items()
    }
    return together(sheet, faces, boxes, drawn, above=trees.managers())


class _Block(NamedTuple):
    """Leaf reports in columns: each with its place in the block, and the size of the whole."""

    places: tuple[tuple[str, float, float], ...]
    breadth: float
    depth: float


class _Node(NamedTuple):
    """A box of the tree: a card with its assistants beside it, or a block of leaves."""

    card: str
    block: _Block | None
    beside: _Block | None
    breadth: float
    depth: float
    anchor: float


def _sites(
    trees: Forest, sizes: Mapping[str, tuple[float, float]], cards: Mapping[str, Card]
) -> dict[str, Site]:
    nodes, children = [_Node("", None, None, 0, 0, 0)], [[]]  # type: list[_Node], list[list[int]]
    waiting = [(0, trees.tops)]
    for parent, reporters in waiting:
        leaves = [iri for iri in reporters if iri not in trees.below and not (cards[iri].assistant and parent)]
        blocked = set(leaves) if parent and len(leaves) >= BLOCK_FROM else set()
        made = [_single(iri, trees, sizes, cards) for iri in reporters
                if iri not in blocked and not _aside(iri, trees, cards, parent)]  # fmt: skip
        if blocked:
            block = _columns(leaves, sizes)
            made.append(_Node("", block, None, block.breadth, block.depth, block.breadth / 2))
        for node in made:
            children[parent].append(len(nodes))
            if node.card in trees.below:
                waiting.append((len(nodes), trees.below[node.card]))
            nodes.append(node)
            children.append([])
    across, along = tidy(
        children, [n.breadth + GAP for n in nodes], [n.depth + LEVEL if n.depth else 0 for n in nodes],
        [n.anchor + GAP / 2 for n in nodes],
    )  # fmt: skip
    return _placed(nodes, children, across, along, sizes)


def _aside(iri: str, trees: Forest, cards: Mapping[str, Card], parent: int) -> bool:
    return bool(parent) and cards[iri].assistant and iri not in trees.below


def _single(
    iri: str, trees: Forest, sizes: Mapping[str, tuple[float, float]], cards: Mapping[str, Card]
) -> _Node:
    breadth, depth = sizes[iri]
    helpers = [r for r in trees.below.get(iri, ()) if cards[r].assistant and r not in trees.below]
    if not helpers:
        return _Node(iri, None, None, breadth, depth, breadth / 2)
    beside = _columns(helpers, sizes, columns=1)
    return _Node(iri, None, beside, breadth + beside.breadth, max(depth, beside.depth), breadth / 2)


def _columns(leaves: list[str], sizes: Mapping[str, tuple[float, float]], *, columns: int = 0) -> _Block:
    """Put leaves in columns, filled one after the other."""
    mean_breadth = sum(sizes[iri][0] for iri in leaves) / len(leaves) + INDENT
    mean_depth = sum(sizes[iri][1] for iri in leaves) / len(leaves) + STACK
    columns = columns or max(1, round(math.sqrt(len(leaves) * mean_depth / mean_breadth)))
    length = math.ceil(len(leaves) / columns)
    places, across, deepest = [], 0.0, 0.0
    for start in range(0, len(leaves), length):
        along = 0.0
        column = leaves[start : start + length]
        for iri in column:
            places.append((iri, across + INDENT, along))
            along += sizes[iri][1] + STACK
        across += INDENT + max(sizes[iri][0] for iri in column)
        deepest = max(deepest, along - STACK)
    return _Block(tuple(places), across, deepest)


def _placed(
    nodes: list[_Node], children: list[list[int]], across: list[float], along: list[float],
    sizes: Mapping[str, tuple[float, float]],
) -> dict[str, Site]:  # fmt: skip
    """Give the sites of all cards, each manager before those below, one subtree after the other."""
    sites: dict[str, Site] = {}
    todo = [0]
    while todo:
        number = todo.pop()
        node, x, y = nodes[number], across[number] + GAP / 2, along[number]
        strip = y - LEVEL / 2
        if node.card:
            end = y + node.depth + LEVEL / 2
            sites[node.card] = Site(x, y, *sizes[node.card], strip, end, "top")
        for part, shift, kind in ((node.beside, sizes.get(node.card, (0, 0))[0], "beside"), (node.block, 0, "column")):
            for iri, right, down in part.places if part else ():
                over = y + node.depth + LEVEL / 2 if kind == "beside" else strip
                sites[iri] = Site(x + shift + right, y + down, *sizes[iri], over, over, kind)
        todo += reversed(children[number])
    return sites


def _turned(made: Iterable[Route], turned: bool) -> list[Route]:
    return [Route(r.line, tuple((y, x) for x, y in r.points)) for r in made] if turned else list(made)


def together(
    sheet: Sheet, faces: Mapping[str, Face], boxes: Mapping[str, Box], drawn: list[Route],
    *, above: Mapping[str, str],
) -> Layout:  # fmt: skip
    """Put the panels beside the trees, or below trees that are wide, and move everything to where it starts at 0."""
    corners = [(b.x, b.y, b.x + b.width, b.y + b.height) for b in boxes.values()]
    corners += [(x, y, x, y) for route in drawn for x, y in route.points]
    left, top = (min((c[i] for c in corners), default=0.0) for i in (0, 1))
    right, bottom = (max((c[i] for c in corners), default=0.0) for i in (2, 3))
    wide, high = right - left, bottom - top
    packed = panels(sheet, faces, beside=high if wide < _BESIDE * high else 0, room=wide)
    dx, dy = (0.0, 0.0) if not corners else (wide + _APART, 0.0) if wide < _BESIDE * high else (0.0, high + _APART)
    placed = {iri: Box(iri, b.x - left, b.y - top, b.width, b.height) for iri, b in boxes.items()}
    placed |= {iri: Box(iri, x + dx, y + dy, faces[iri].width, faces[iri].height) for iri, x, y in packed.cards}
    frames = tuple(Frame(unit, x + dx, y + dy, *size) for unit, x, y, *size in packed.frames)
    moved = tuple(r._replace(points=tuple((x - left, y - top) for x, y in r.points)) for r in drawn)
    both = bool(packed.frames)
    return Layout(
        width=max(wide, packed.width + dx if both else 0), height=max(high, packed.height + dy if both else 0),
        boxes=placed, routes=moved, frames=frames, above=above,
    )  # fmt: skip
