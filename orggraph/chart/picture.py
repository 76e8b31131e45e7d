"""A chart ready to be drawn: sheet, faces, layout, heading and theme together, and where each lies on the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orggraph.chart.faces import Face
from orggraph.chart.heading import Heading, heading_of
from orggraph.chart.layout import Box, Frame, Layout
from orggraph.chart.parts import Card, Sheet
from orggraph.chart.theme import Theme

MARGIN = 28
"""The margin of the page in points."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What the writers of DOT and of SVG draw from; ``left`` and ``top`` is where the layout starts on the page."""

    sheet: Sheet
    faces: Mapping[str, Face]
    layout: Layout
    heading: Heading
    colors: Theme
    cards: Mapping[str, Card]
    left: float
    top: float
    width: float
    height: float

    def places(self) -> list[tuple[Box | None, Frame | None]]:
        """List boxes and frames in the order of the keyboard: the trees, then each panel with its people."""
        members = {group.unit: group.members for group in self.sheet.groups}
        grouped = {iri for frame in self.layout.frames for iri in members.get(frame.unit, ())}
        listed: list[tuple[Box | None, Frame | None]] = [
            (box, None) for iri, box in self.layout.boxes.items() if iri not in grouped
        ]
        for frame in self.layout.frames:
            listed.append((None, frame))
            listed += [(self.layout.boxes[iri], None) for iri in members.get(frame.unit, ())]
        return listed


def picture_of(sheet: Sheet, faces: Mapping[str, Face], layout: Layout, colors: Theme) -> Picture:
    """Put the heading above a layout, which is centred below a heading that is wider."""
    heading = heading_of(sheet, colors, room=layout.width)
    wide = max(heading.width, layout.width)
    return Picture(
        sheet=sheet, faces=faces, layout=layout, heading=heading, colors=colors,
        cards={card.iri: card for card in sheet.cards}, left=MARGIN + (wide - layout.width) / 2,
        top=MARGIN + heading.height, width=wide + 2 * MARGIN, height=heading.height + layout.height + 2 * MARGIN,
    )  # fmt: skip
