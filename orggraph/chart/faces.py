"""What a card looks like before it has a place: its lines of text, its badges, its initials, and how big it is.

A place in a face is in points from the upper left corner of the card, y downwards; that of a text is the start of its
base line. Inks are words (`INKS`) that a theme has a colour for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import zip_longest
from typing import NamedTuple

from orggraph.chart.measure import width, wrapped
from orggraph.chart.parts import PERSON, POST, UNIT, Card, Held, Sheet

WIDTH = 212
"""The width of every card in points."""
INKS = ("ink", "soft", "pale")
LINE_HEIGHT = 1.2
"""The height of a line of text in its size, as Graphviz has it."""
SIGNS = {"joined": "+", "left": "\u2212", "moved": "\u2192", "changed post": "~", "created": "+", "closed": "\u2212"}
"""The shape that goes with the colour of a mark."""
AVATAR, AVATAR_X, AVATAR_Y = 15, 29, 23
"""The radius and the middle of the circle with the initials, whose size is `INITIALS`."""
INITIALS = 11
STRIP = (4, 6, 4)
"""Of the strip of a unit: how far from the left, from top and bottom, and how wide."""
_LEFT, _LEFT_ALONE, _RIGHT, _ABOVE, _BELOW = 52, 16, 10, 8, 8
PILL, PILL_SIZE = 14, 8.5
_PILL_GAP = 4
_SHORT = 18
_WORD = re.compile(r"[^\W\d_][\w'’-]*")


class Text(NamedTuple):
    """One line of text."""

    x: float
    y: float
    words: str
    size: float
    ink: str
    bold: bool = False
    italic: bool = False


class Pill(NamedTuple):
    """One badge; ``mark`` is that of a comparison, or empty."""

    x: float
    y: float
    width: float
    words: str
    mark: str = ""


class Face(NamedTuple):
    """What is on a card; ``initials`` stand in a circle unless there is a photo, and both are empty without one."""

    width: float
    height: float
    texts: tuple[Text, ...]
    pills: tuple[Pill, ...]
    initials: str


def faces_of(sheet: Sheet) -> dict[str, Face]:
    """Give the face of each card by its IRI; in the panel of a unit nobody says that it is in there."""
    names = {card.iri: card.name for card in sheet.cards if card.kind == UNIT}
    inside = {iri: names.get(group.unit, "") for group in sheet.groups for iri in group.members}
    return {card.iri: face_of(card, inside=inside.get(card.iri, "")) for card in sheet.cards}


def face_of(card: Card, *, inside: str = "") -> Face:
    """Compose a card: the name in bold, posts below it, units small, then what must be said, and the badges.

    A unit that several posts in a row share stands once, below the last of them; that which it is ``inside`` does not.
    """
    unsure = card.certainty == "possible"
    ink, soft = ("pale", "pale") if unsure else ("ink", "soft")
    left = _LEFT_ALONE if card.kind == UNIT else _LEFT
    badges = badges_of(card)
    rows = [(card.name, 12, ink, True, False)]
    if card.was and (card.mark or card.kind != PERSON):
        rows.append((card.was, 9, "pale", False, True))
    for held, following in zip_longest(card.held, card.held[1:]):
        told = (inside, following.unit if following else "")
        rows += _held(held, soft, with_unit=held.unit not in told, badges=badges)
    rows += [(note, 9, "pale", False, True) for note in card.notes if note not in badges]
    texts: list[Text] = []
    y = float(_ABOVE)
    for words, size, color, bold, italic in rows:
        for line in wrapped(words, size, WIDTH - left - _RIGHT, bold):
            y += size * LINE_HEIGHT
            texts.append(Text(left, y - size * 0.28, line, size, color, bold, italic))
    marks = [(f"{SIGNS[card.mark]} {card.mark}", card.mark)] if card.mark else []
    pills, y = _pills([*marks, *((words, "") for words in badges)], left, y)
    height = max(y + _BELOW, 2 * (AVATAR + _ABOVE) if left == _LEFT else 0.0)
    return Face(WIDTH, height, tuple(texts), pills, "" if card.kind in (POST, UNIT) else initials(card.name))


def badges_of(card: Card) -> tuple[str, ...]:
    """Give the words of the badges: those on the card, short notes, and how many stand below but are not drawn."""
    notes = [note for held in card.held for note in held.notes if len(note) <= _SHORT and note != "derived"]
    short = [note for note in card.notes if len(note) <= _SHORT]
    below = [f"+{card.below}"] if card.below else []
    return tuple(dict.fromkeys([*card.badges, *short, *notes, *below]))


def initials(name: str) -> str:
    """Give the first letters of the first and the last word, or one letter in scripts that need the room.

    >>> initials("Ada Byron Lovelace"), initials("李小龍"), initials("42")
    ('AL', '李', '')
    """
    words: list[str] = _WORD.findall(name)
    if not words:
        return ""
    first = words[0][0].upper()
    return first + words[-1][0].upper() if len(words) > 1 and width(first, 10) < 10 else first


def _held(
    held: Held, ink: str, *, with_unit: bool, badges: tuple[str, ...]
) -> Iterable[tuple[str, int, str, bool, bool]]:
    if held.post:
        yield held.post, 10, ink, False, False
    if held.unit and with_unit:
        yield held.unit, 9, "pale", False, False
    if notes := ", ".join(note for note in held.notes if note != "derived" and note not in badges):
        yield notes, 9, "pale", False, True


def _pills(badges: list[tuple[str, str]], left: float, y: float) -> tuple[tuple[Pill, ...], float]:
    """Put the badges in rows below the text; give them and where they end."""
    if not badges:
        return (), y
    made, x, y = [], left, y + 5
    for words, mark in badges:
        wide = min(width(words, PILL_SIZE, True) + 10, WIDTH - left - _RIGHT)
        if x > left and x + wide > WIDTH - _RIGHT:
            x, y = left, y + PILL + 3
        made.append(Pill(x, y, wide, words, mark))
        x += wide + _PILL_GAP
    return tuple(made), y + PILL
