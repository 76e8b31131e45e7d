"""Panels: the people of each unit who have no line, in columns under its name, packed into a pleasant whole."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from orggraph.chart.faces import WIDTH, Face
from orggraph.chart.measure import wrapped
from orggraph.chart.parts import Group, Sheet

TITLE_SIZE, TITLE_LINE = 11, 14
_PAD, _BETWEEN, _APART = 12, 10, 20
_RATIO = 1.5
"""How much wider than high a sheet of panels is meant to be."""


class Packed(NamedTuple):
    """Cards with their corners; frames with unit, corner, size and the height of the title; the size of the whole."""

    cards: tuple[tuple[str, float, float], ...]
    frames: tuple[tuple[str, float, float, float, float, float], ...]
    width: float
    height: float


class _Panel(NamedTuple):
    unit: str
    places: tuple[tuple[str, float, float], ...]
    width: float
    height: float
    title: float


def panels(sheet: Sheet, faces: Mapping[str, Face], *, beside: float = 0, room: float = 0) -> Packed:
    """Pack the panels of a sheet in columns, each to the shortest so far, in the order of the sheet.

    The whole is about 1.5 times as wide as high, but as wide as the ``room`` below something, and not much lower than
    what it stands ``beside``.
    """
    made = [_panel(group, sheet, faces) for group in sheet.groups]
    if not made:
        return Packed((), (), 0, 0)
    area = sum((p.width + _APART) * (p.height + _APART) for p in made)
    wanted = max(math.sqrt(area * _RATIO), room)
    if beside > 0:
        wanted = min(wanted, area / beside)
    return _shelved(made, max(wanted, *(p.width for p in made)))


def titled(name: str, wide: float) -> tuple[str, ...]:
    """Break the name of a unit into the lines of the title of a panel that wide."""
    return wrapped(name, TITLE_SIZE, wide - 2 * _PAD, True)


def _panel(group: Group, sheet: Sheet, faces: Mapping[str, Face]) -> _Panel:
    heights = [faces[iri].height + _BETWEEN for iri in group.members]
    columns = max(1, round(math.sqrt(sum(heights) / (WIDTH + _BETWEEN) / 1.4)))
    length = sum(heights) / columns
    wide = columns * (WIDTH + _BETWEEN) - _BETWEEN + 2 * _PAD
    name = next((card.name for card in sheet.cards if card.iri == group.unit), group.unit)
    title = TITLE_LINE * len(titled(name, wide)) + _PAD
    places, column, y, deepest = [], 0, 0.0, 0.0
    for iri, height in zip(group.members, heights, strict=True):
        if y and y + height / 2 > length and column + 1 < columns:
            column, y = column + 1, 0.0
        places.append((iri, _PAD + column * (WIDTH + _BETWEEN), title + y))
        y += height
        deepest = max(deepest, y)
    return _Panel(group.unit, tuple(places), wide, title + deepest - _BETWEEN + _PAD, title)


def _shelved(made: list[_Panel], wanted: float) -> Packed:
    """Fill shelves from left to right; all panels of a shelf hang from its top."""
    cards, frames = [], []
    x = y = shelf = widest = 0.0
    for panel in made:
        if x and x + panel.width > wanted:
            x, y, shelf = 0.0, y + shelf + _APART, 0.0
        frames.append((panel.unit, x, y, panel.width, panel.height, panel.title))
        cards += [(iri, x + px, y + py) for iri, px, py in panel.places]
        x, shelf = x + panel.width + _APART, max(shelf, panel.height)
        widest = max(widest, x - _APART)
    return Packed(tuple(cards), tuple(frames), widest, y + shelf)
