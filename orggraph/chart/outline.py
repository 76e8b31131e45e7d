"""A chart in the order in which it is read: depth first, each card once, with how it hangs on the one above.

Where somebody reports to several, the card stands under one of them and names the others: under a direct line before a
dotted one, then the surest, then the first by name. A circle without a top begins with its first member by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from orggraph.chart.parts import DOTTED, PERSON, POST, STRENGTH, UNIT, Card, Held, Line, Sheet
from orggraph.facts import DERIVED, IN_CONFLICT
from orggraph.snapshot import POSSIBLE

_BEFORE = {"gone": "reported to", "moved": "was under"}
_SAID = {IN_CONFLICT: "sources contradict each other"}


class Entry(NamedTuple):
    """One card of the outline.

    ``level`` is 0 at the tops. ``line`` is the one by which it stands under the card above (``None`` at the tops and
    in the panel of a unit), ``more`` are its other lines upwards. ``rails`` say for each level above, and last for
    the card itself, whether something follows there; ``leaf`` that nothing stands below.
    """

    card: Card
    level: int
    line: Line | None
    more: tuple[Line, ...]
    rails: tuple[bool, ...]
    leaf: bool
    unit: str


def outline(sheet: Sheet) -> Iterator[Entry]:
    """Give the cards of a sheet depth first; linear, but for sorting.

    First come the tops with somebody below, those that name somebody before posts that do not; then who stands alone,
    then the panels of units. Below somebody come assistants before the others.
    """
    cards = {card.iri: card for card in sheet.cards}
    upwards: dict[str, list[Line]] = {}
    for line in sheet.lines:
        upwards.setdefault(line.reporter, []).append(line)
    chosen = _chosen(sheet, upwards)
    below: dict[str, list[str]] = {}
    for iri in cards:
        if iri in chosen:
            below.setdefault(chosen[iri].manager, []).append(iri)
    for iris in below.values():
        iris.sort(key=lambda iri: not cards[iri].assistant)
    panel = {iri: group.unit for group in sheet.groups for iri in group.members if iri not in chosen}
    for group in sheet.groups:
        below.setdefault(group.unit, []).extend(iri for iri in group.members if panel.get(iri) == group.unit)
    nested = {group.unit: group.above for group in sheet.groups if group.above and group.unit not in chosen}
    for unit, above in nested.items():
        below.setdefault(above, []).append(unit)
    panels = {group.unit for group in sheet.groups}
    tops = [iri for iri in cards if iri not in chosen and iri not in panel and iri not in nested]
    tops.sort(key=lambda iri: (iri in panels, iri not in below, cards[iri].kind == POST and bool(cards[iri].notes)))
    stack = [(iri, (False,)) for iri in reversed(tops)]  # type: list[tuple[str, tuple[bool, ...]]]
    while stack:
        iri, rails = stack.pop()
        under = below.get(iri, [])
        hung = chosen.get(iri)
        more = tuple(line for line in upwards.get(iri, ()) if line is not hung)
        unit = cards[panel[iri]].name if iri in panel else ""
        yield Entry(cards[iri], len(rails) - 1, hung, more, rails, not under, unit)
        stack += [(one, (*rails, at > 0)) for at, one in enumerate(reversed(under))]


def _rank(line: Line) -> tuple[bool, bool, int]:
    return line.mark == "gone", line.kind == DOTTED, STRENGTH.index(line.certainty)


def _chosen(sheet: Sheet, upwards: dict[str, list[Line]]) -> dict[str, Line]:
    """Choose the line by which each card hangs, so that every card is under a top."""
    chosen: dict[str, Line] = {}
    for iri, lines in upwards.items():
        others = [line for line in lines if line.manager != iri and line.mark != "moved"]
        if others:
            chosen[iri] = min(others, key=_rank)
    place = {card.iri: number for number, card in enumerate(sheet.cards)}
    settled: set[str] = set()
    for card in sheet.cards:
        way: dict[str, None] = {}
        iri = card.iri
        while iri in chosen and iri not in settled and iri not in way:
            way[iri] = None
            iri = chosen[iri].manager
        if iri in way:
            steps = list(way)
            del chosen[min(steps[steps.index(iri) :], key=place.__getitem__)]
        settled.update(way)
    return chosen


def what_of(entry: Entry) -> str:
    """Say what is held and where, on a post or unit by whom; in the panel of a unit the unit goes without saying."""
    card = entry.card
    parts = []
    for position, held in enumerate(card.held):
        following = card.held[position + 1].unit if position + 1 < len(card.held) else ""
        unit = held.unit if held.unit not in (following, entry.unit) else ""
        notes = ", ".join(_notes(held)) if card.kind != PERSON and held.post else ""
        parts.append(", ".join(filter(None, [f"{held.post} ({notes})" if notes else held.post, unit])))
    return "; ".join(filter(None, [*parts, *(card.notes if card.kind == UNIT else ())]))


def _notes(held: Held) -> list[str]:
    return [_SAID.get(note, note) for note in held.notes if note != DERIVED]


def badges_of(card: Card) -> list[str]:
    """List what stands in brackets: the badges, what else must be said, and what a comparison marks."""
    notes = [note for held in card.held for note in _notes(held)]
    beside = notes if card.kind != PERSON else []  # said with whom they are about
    own = [word for word in (*card.badges, *(notes if card.kind == PERSON else ())) if word not in beside]
    words = dict.fromkeys([*own, *(card.notes if card.kind == POST else ())])
    if any(word.startswith(f"{POSSIBLE}: ") for word in words):
        words.pop(POSSIBLE, None)  # it says why, too
    mark = [words for words in [": ".join(filter(None, [card.mark, card.was]))] if words]
    return [*words, *mark, *(["highlighted"] if card.highlighted else [])]


def asides_of(entry: Entry, names: dict[str, str], view: str) -> list[str]:
    """List what stands in parentheses: how many are below and not drawn, and lines that the place does not show."""
    verb = "is in" if view == "units" else "reports to"
    card, line = entry.card, entry.line
    said = [f"+{card.below:,} below"] if card.below else []
    if line is not None:
        said += ["dotted line"] if line.kind == DOTTED else []
        said += [f"possibly {verb.split()[0]} here"] if line.certainty == POSSIBLE != card.certainty else []
        said += [f"{line.mark} line"] if line.mark else []
    return said + [_line_in_words(more, names, verb if line is None else f"also {verb}") for more in entry.more]


def _line_in_words(line: Line, names: dict[str, str], verb: str) -> str:
    unsure = "possibly " if line.certainty == POSSIBLE else ""
    mark = f"{line.mark}: " if line.mark else ""
    to = "themselves" if line.manager == line.reporter else names[line.manager]
    if line.mark in _BEFORE:
        return f"{_BEFORE[line.mark]} {to} before"
    if line.kind == DOTTED:
        return f"{mark}{'possible ' if unsure else ''}dotted line to {to}"
    return f"{mark}{unsure}{verb} {to}{', in a circle' if line.in_cycle else ''}"
