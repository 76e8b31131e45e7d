"""How each thing on a chart looks: the pen of a line, the pen and the ground of a card, and what the legend says."""

from __future__ import annotations

from typing import NamedTuple

from orggraph.chart.faces import SIGNS
from orggraph.chart.parts import DOTTED, GHOSTS, UNIT, Card, Line, Sheet
from orggraph.chart.theme import Theme
from orggraph.snapshot import POSSIBLE, VACANT


class Pen(NamedTuple):
    """A stroke: colour, ``solid``, ``dashed`` or ``dotted``, and width in points."""

    color: str
    style: str = "solid"
    width: float = 1.2


class Entry(NamedTuple):
    """One entry of the legend: a stroke, or a small card on a ``ground``, or the strip of a unit; and the words."""

    words: str
    pen: Pen
    ground: str = ""
    tone: int = -1


def line_pen(line: Line, colors: Theme) -> Pen:
    """Give the pen of a line."""
    unsure = line.certainty == POSSIBLE
    style = "dotted" if line.kind == DOTTED else "dashed" if unsure else "solid"
    width = 1.7 if line.kind == DOTTED else 1.2
    if line.mark == "gone":
        return Pen(colors.marks["left"], "dashed", 1.2)
    if line.mark in ("new", "moved"):
        return Pen(colors.marks["joined" if line.mark == "new" else "moved"], style, 2.2)
    if line.highlighted:
        return Pen(colors.path, style, 3)
    if line.in_cycle:
        return Pen(colors.loop, style, 1.6)
    return Pen(colors.doubt if unsure else colors.line, style, width)


def card_pen(card: Card, colors: Theme) -> Pen:
    """Give the pen of the border of a card."""
    dashed = card.certainty == POSSIBLE or card.unfilled
    if card.mark:
        return Pen(colors.marks[card.mark], "dashed" if card.mark in GHOSTS or dashed else "solid", 2.2)
    if card.highlighted:
        return Pen(colors.path, "dashed" if dashed else "solid", 3)
    return Pen(colors.edge, "dashed" if dashed else "solid", 1)


def card_ground(card: Card, colors: Theme) -> str:
    """Give the colour of a card."""
    return colors.panel if card.unfilled or card.kind == UNIT or card.mark in GHOSTS else colors.card


def legend(sheet: Sheet, colors: Theme) -> list[Entry]:
    """Explain what occurs on a sheet and is not a plain card or line."""
    return [*_units(sheet, colors), *_lines(sheet, colors), *_cards(sheet, colors), *_marks(sheet, colors)]


def _units(sheet: Sheet, colors: Theme) -> list[Entry]:
    used = {card.tone for card in sheet.cards}
    shown = [number for number in range(len(sheet.tones)) if number in used]
    return [Entry(sheet.tones[n], Pen(colors.tones[n % len(colors.tones)]), tone=n) for n in shown]


def _lines(sheet: Sheet, colors: Theme) -> list[Entry]:
    plain = [x for x in sheet.lines if not (x.in_cycle or x.highlighted or x.mark)]
    solid = [x for x in plain if x.kind != DOTTED]
    reports, possibly = ("is in", "possibly in") if sheet.view == "units" else ("reports to", "possibly reports to")
    entries = [
        (Pen(colors.line), reports, any(x.certainty != POSSIBLE for x in solid)),
        (Pen(colors.doubt, "dashed"), possibly, any(x.certainty == POSSIBLE for x in solid)),
        (Pen(colors.line, "dotted", 1.7), "dotted line", any(x.kind == DOTTED for x in plain)),
        (Pen(colors.loop, "solid", 1.6), "in a circle (arrow to the manager)",
         any(x.in_cycle for x in sheet.lines)),
        (Pen(colors.path, "solid", 3), "the way to the top", any(x.highlighted for x in sheet.lines)),
        (Pen(colors.marks["joined"], "solid", 2.2), "new line", any(x.mark == "new" for x in sheet.lines)),
        (Pen(colors.marks["left"], "dashed"), "line that is gone", any(x.mark == "gone" for x in sheet.lines)),
        (Pen(colors.marks["moved"], "solid", 2.2), "moved from (arrow)", any(x.mark == "moved" for x in sheet.lines)),
    ]  # fmt: skip
    return [Entry(words, pen) for pen, words, occurs in entries if occurs]


def _cards(sheet: Sheet, colors: Theme) -> list[Entry]:
    reasons = {note for card in sheet.cards if card.unfilled for note in card.notes[:1]}
    dashed = Pen(colors.edge, "dashed", 1)
    unsure = any(card.certainty == POSSIBLE and not card.unfilled for card in sheet.cards)
    vacant = "vacant post" if reasons <= {VACANT} else "post that names nobody"
    return [Entry("possible", dashed, colors.card)] * unsure + [Entry(vacant, dashed, colors.panel)] * bool(reasons)


def _marks(sheet: Sheet, colors: Theme) -> list[Entry]:
    return [
        Entry(f"{SIGNS[mark]} {number} {mark}", Pen(colors.marks[mark], "dashed" if mark in GHOSTS else "solid", 2.2),
              colors.card)
        for mark, number in sheet.counts if number and mark in SIGNS
    ]  # fmt: skip
