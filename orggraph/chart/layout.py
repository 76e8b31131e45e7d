"""Where everything stands: boxes for cards, routes for lines, frames for units; in points, y downwards.

Trees are laid out as if everything grew downwards, and turned over for a chart from left to right; `sites` says how.

Why the same person stays in the same place from day to day as far as possible: siblings stand by name and places
depend on nothing but who is below whom and the sizes of cards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from orggraph.chart.faces import Face
from orggraph.chart.forest import forest
from orggraph.chart.panels import panels
from orggraph.chart.parts import Sheet
from orggraph.chart.routes import Route, routes
from orggraph.chart.sites import sites_of

DIRECTIONS = ("down", "right")
_WIDEST = {"down": 3.0, "right": 1.5}
"""How many times as far across as along a part of a tree may become before it stands on shelves."""
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
    helpers = frozenset(card.iri for card in sheet.cards if card.assistant)
    sites = sites_of(trees, sizes, helpers, widest=_WIDEST[direction])
    drawn = _turned(routes(trees, sites), turned)
    boxes = {
        iri: Box(iri, *((s.along, s.across, s.depth, s.breadth) if turned else (s.across, s.along, s.breadth, s.depth)))
        for iri, s in sites.items()
    }
    return together(sheet, faces, boxes, drawn, above=trees.managers())


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
