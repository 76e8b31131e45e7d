"""The days of a film on one sheet: who stands where on which of them, so that nobody jumps from day to day.

A *slot* is a place on the sheet: one for everybody who has a manager on some day, one for everybody in each unit in
whose panel he stands. A card that changes (another post) is another *version* in the same slot.

Why one layout for all days: the same person keeps the same place, and what moves on the screen has moved. Whoever has
several managers one after the other stands below the one of most days.
Why chapters: over many years hardly anybody stays, and one layout for all of them would be mostly empty. A chapter
ends where the next day would make it more than `ROOM` times as large as its largest day; the next begins anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from orggraph.chart.forest import forest
from orggraph.chart.parts import Card, Group, Line, Sheet

ROOM = 3
"""How many times as many cards as on its largest day a chapter may have."""


class Scene(NamedTuple):
    """What is seen on one day: the numbers of the cards, lines and panels in the `Reel`."""

    cards: frozenset[int]
    lines: frozenset[int]
    panels: frozenset[int]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Days with one layout: the sheet to lay out, and which slot each version of a card stands in."""

    first: int
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Reel:
    """All versions of cards, lines and panels, each once, and what of them is seen on which day.

    ``cards`` and ``lines`` bear names of slots where others bear IRIs; ``slots`` and ``people`` give, for each card,
    its slot and the IRI of whom it is about.
    """

    chapters: tuple[Chapter, ...]
    cards: tuple[Card, ...]
    slots: tuple[str, ...]
    people: tuple[str, ...]
    lines: tuple[Line, ...]
    panels: tuple[str, ...]
    scenes: tuple[Scene, ...]
    tones: tuple[str, ...]

    def prefix(self, day: int) -> str:
        """Give what slots and panels of the chapter of a day, by its number, begin with."""
        return _prefix(sum(chapter.first <= day for chapter in self.chapters) - 1)


def _prefix(chapter: int) -> str:
    return f"{chapter}:" if chapter else ""


def reel(sheets: Sequence[Sheet]) -> Reel:
    """Put the sheets of successive days on one; linear in all that is on them."""
    tones = tuple(dict.fromkeys(tone for sheet in sheets for tone in sheet.tones))
    making = _Making(tones)
    days = [_Day(_toned(sheet, tones)) for sheet in sheets]
    for number, (first, last) in enumerate(_chapters(days)):
        making.chapter(first, days[first:last], number)
    return making.reel()


def _toned(sheet: Sheet, tones: tuple[str, ...]) -> Sheet:
    """Give a sheet whose cards have their colours by their places in the ``tones`` of all days."""
    if sheet.tones == tones[: len(sheet.tones)]:
        return replace(sheet, tones=tones)
    places = {number: tones.index(name) for number, name in enumerate(sheet.tones)}
    cards = tuple(card._replace(tone=places.get(card.tone, -1)) for card in sheet.cards)
    return replace(sheet, cards=cards, tones=tones)


class _Day:
    """One sheet, with the slot of everybody on it."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.units = {group.unit for group in sheet.groups}
        grouped = {iri: group.unit for group in sheet.groups for iri in group.members}
        lined = {end for line in sheet.lines for end in (line.reporter, line.manager)}
        self.slots = {
            card.iri: f"{card.iri} in {grouped[card.iri]}" if card.iri in grouped else card.iri
            for card in sheet.cards
            if card.iri in lined or card.iri not in self.units
        }
        self.headings = {card.iri: card for card in sheet.cards if card.iri not in self.slots}
        self.above = {iri: line for iri, line in forest(sheet).hangs_on.items() if iri in self.slots}


def _chapters(days: Sequence[_Day]) -> list[tuple[int, int]]:
    """Part the days so that each part has at most `ROOM` times as many slots as its largest day."""
    parts: list[tuple[int, int]] = []
    first, slots, largest = 0, set[str](), 0
    for number, day in enumerate(days):
        more = slots | set(day.slots.values())
        if slots and len(more) > ROOM * max(largest, len(day.slots)):
            parts.append((first, number))
            first, more, largest = number, set(day.slots.values()), 0
        slots, largest = more, max(largest, len(day.slots))
    return [*parts, (first, len(days))] if days else []


class _Making:
    """The reel while it is made; everything gets its number where it is first seen."""

    def __init__(self, tones: tuple[str, ...]) -> None:
        self.tones = tones
        self.chapters: list[Chapter] = []
        self.cards: dict[tuple[str, Card], int] = {}
        self.lines: dict[Line, int] = {}
        self.panels: dict[str, int] = {}
        self.scenes: list[Scene] = []

    def reel(self) -> Reel:
        names = [f"{slot} #{number}" for (slot, _), number in self.cards.items()]
        return Reel(
            chapters=tuple(self.chapters),
            cards=tuple(card._replace(iri=name) for (_, card), name in zip(self.cards, names, strict=True)),
            slots=tuple(slot for slot, _ in self.cards),
            people=tuple(card.iri for _, card in self.cards),
            lines=tuple(self.lines),
            panels=tuple(self.panels),
            scenes=tuple(self.scenes),
            tones=self.tones,
        )

    def chapter(self, first: int, days: Sequence[_Day], number: int) -> None:
        prefix = _prefix(number)
        for day in days:
            self.scenes.append(self._scene(day, prefix))
        self.chapters.append(Chapter(first, _sheet(days, prefix)))

    def _scene(self, day: _Day, prefix: str) -> Scene:
        slots = {iri: prefix + slot for iri, slot in day.slots.items()}
        cards = [(slots[card.iri], card) for card in day.sheet.cards if card.iri in slots]
        lines = [line._replace(reporter=slots[line.reporter], manager=slots[line.manager]) for line in day.sheet.lines]
        return Scene(
            frozenset(self.cards.setdefault(key, len(self.cards)) for key in cards),
            frozenset(self.lines.setdefault(line, len(self.lines)) for line in lines),
            frozenset(self.panels.setdefault(prefix + unit, len(self.panels)) for unit in sorted(day.units)),
        )


def _sheet(days: Sequence[_Day], prefix: str) -> Sheet:
    """Give the sheet of a chapter: a card for every slot and panel, and every line, of which one decides the place."""
    versions: dict[str, Counter[Card]] = {}
    votes: dict[str, Counter[Line]] = {}
    lines: dict[tuple[str, str, str], Line] = {}
    members: dict[str, dict[str, tuple[str, str]]] = {}
    headings: dict[str, Card] = {}
    for day in days:
        slots = {iri: prefix + slot for iri, slot in day.slots.items()}
        names = {card.iri: (card.kind, card.name) for card in day.sheet.cards}
        for card in day.sheet.cards:
            if card.iri in slots:
                versions.setdefault(slots[card.iri], Counter())[card._replace(iri=slots[card.iri])] += 1
            else:
                headings[prefix + card.iri] = card._replace(iri=prefix + card.iri)
        for line in day.sheet.lines:
            there = line._replace(reporter=slots[line.reporter], manager=slots[line.manager])
            lines.setdefault((there.reporter, there.manager, there.kind), there)
            if day.above.get(line.reporter) == line:
                plain = there._replace(since="", sources=(), certainty="", derived=False, in_cycle=False)
                votes.setdefault(there.reporter, Counter())[plain] += 1
        for group in day.sheet.groups:
            of_unit = members.setdefault(prefix + group.unit, {})
            of_unit.update({slots[iri]: names[iri] for iri in group.members if iri in slots})
    chosen = {(line.reporter, line.manager, line.kind) for found in votes.values() for line in [_first(found)]}
    cards = [found.most_common(1)[0][0] for found in versions.values()]
    last = days[-1].sheet
    return Sheet(
        title=last.title,
        subtitle="",
        day=last.day,
        cards=tuple(sorted([*cards, *headings.values()], key=lambda card: (card.name, card.iri))),
        lines=tuple(line._replace(mark="" if key in chosen else "moved") for key, line in sorted(lines.items())),
        groups=tuple(_groups(members, headings)),
        remarks=(),
        tones=last.tones,
    )


def _groups(members: dict[str, dict[str, tuple[str, str]]], headings: dict[str, Card]) -> Iterable[Group]:
    named = sorted(members, key=lambda unit: (headings[unit].name if unit in headings else "", unit))
    for unit in named:
        yield Group(unit, tuple(sorted(members[unit], key=lambda slot: (members[unit][slot], slot))))


def _first(found: Counter[Line]) -> Line:
    """Give the line of most days, of equals the first."""
    return found.most_common(1)[0][0]
