"""Where the cards of a film stand: one layout a chapter, from which that of every version and every day is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orggraph.chart.faces import Face, face_of
from orggraph.chart.layout import Box, Frame, Layout, lay_out
from orggraph.chart.parts import Group, Line, Sheet
from orggraph.chart.reel import Reel
from orggraph.chart.routes import Route

_Ends = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Places:
    """The boxes of slots, the routes between them, and the frames of panels, of all chapters on one sheet."""

    width: float
    height: float
    boxes: Mapping[str, Box]
    routes: Mapping[_Ends, Route]
    frames: Mapping[str, Frame]
    above: Mapping[str, str]


def places_of(reel: Reel) -> Places:
    """Lay out the chapters; a slot is as large as its largest version."""
    largest: dict[str, Face] = {}
    for card, slot in zip(reel.cards, reel.slots, strict=True):
        face = face_of(card)
        if slot not in largest or largest[slot].height < face.height:
            largest[slot] = face
    boxes: dict[str, Box] = {}
    routes: dict[_Ends, Route] = {}
    frames: dict[str, Frame] = {}
    above: dict[str, str] = {}
    width = height = 0.0
    for chapter in reel.chapters:
        faces = {card.iri: largest.get(card.iri) or face_of(card) for card in chapter.sheet.cards}
        layout = lay_out(chapter.sheet, faces)
        boxes.update(layout.boxes)
        routes.update({_ends(route.line): route for route in layout.routes})
        frames.update({frame.unit: frame for frame in layout.frames})
        above.update(layout.above)
        width, height = max(width, layout.width), max(height, layout.height)
    return Places(width, height, boxes, routes, frames, above)


def _ends(line: Line) -> _Ends:
    return line.reporter, line.manager, line.kind


def sheet_of_all(reel: Reel, places: Places, *, title: str) -> Sheet:
    """Give a sheet with every version of every card, line and panel, in the order of the keyboard."""
    order = {slot: number for number, slot in enumerate(places.boxes)}
    numbers = sorted(range(len(reel.cards)), key=lambda number: (order[reel.slots[number]], number))
    first = _first(reel)
    headings = {card.iri: card for chapter in reel.chapters for card in chapter.sheet.cards}
    members: dict[str, list[str]] = {unit: [] for unit in reel.panels}
    panel = {iri: group.unit for chapter in reel.chapters for group in chapter.sheet.groups for iri in group.members}
    for number in numbers:
        if reel.slots[number] in panel:
            members[panel[reel.slots[number]]].append(reel.cards[number].iri)
    return Sheet(
        title=title,
        subtitle="",
        day=reel.chapters[-1].sheet.day,
        cards=(*(reel.cards[number] for number in numbers), *(headings[unit] for unit in reel.panels)),
        lines=tuple(line._replace(reporter=first[line.reporter], manager=first[line.manager]) for line in reel.lines),
        groups=tuple(Group(unit, tuple(members[unit])) for unit in reel.panels),
        remarks=(),
        tones=reel.tones,
    )


def layout_of_all(reel: Reel, places: Places, sheet: Sheet) -> Layout:
    """Give the layout of `sheet_of_all`: every version in its slot, and the lines in the order of the reel."""
    slots = {card.iri: slot for card, slot in zip(reel.cards, reel.slots, strict=True)}
    first = _first(reel)
    there = [card.iri for card in sheet.cards if card.iri in slots]
    boxes = {iri: places.boxes[slots[iri]]._replace(iri=iri) for iri in there}
    routes = tuple(
        places.routes[_ends(told)]._replace(line=line) for line, told in zip(sheet.lines, reel.lines, strict=True)
    )
    above = {iri: first[places.above[slots[iri]]] for iri in boxes if slots[iri] in places.above}
    frames = tuple(places.frames[unit] for unit in reel.panels)
    return Layout(places.width, places.height, boxes, routes, frames, above)


def layout_of_day(reel: Reel, places: Places, number: int, sheet: Sheet) -> Layout:
    """Give the layout of one day's own sheet, on which everybody stands where he does in the whole film."""
    scene = reel.scenes[number]
    slots = {reel.people[card]: reel.slots[card] for card in sorted(scene.cards)}
    order = {slot: place for place, slot in enumerate(places.boxes)}
    cards = sorted((card for card in sheet.cards if card.iri in slots), key=lambda card: order[slots[card.iri]])
    boxes = {card.iri: places.boxes[slots[card.iri]]._replace(iri=card.iri) for card in cards}
    lines = [(line, (slots[line.reporter], slots[line.manager], line.kind)) for line in sheet.lines]
    routes = tuple(places.routes[ends]._replace(line=line) for line, ends in lines)
    people = {slot: iri for iri, slot in slots.items()}
    above = {iri: people[at] for iri, slot in slots.items() if (at := places.above.get(slot, "")) in people}
    prefix = reel.prefix(number)
    frames = tuple(places.frames[prefix + group.unit]._replace(unit=group.unit) for group in sheet.groups)
    return Layout(places.width, places.height, boxes, routes, frames, above)


def filling(faces: Mapping[str, Face], layout: Layout) -> dict[str, Face]:
    """Make faces as high as the boxes in which they stand, so that lines begin at the border of every version."""
    boxes = layout.boxes
    return {iri: face._replace(height=boxes[iri].height) if iri in boxes else face for iri, face in faces.items()}


def _first(reel: Reel) -> dict[str, str]:
    """Give the first version of a card in each slot."""
    first: dict[str, str] = {}
    for card, slot in zip(reel.cards, reel.slots, strict=True):
        first.setdefault(slot, card.iri)
    return first
