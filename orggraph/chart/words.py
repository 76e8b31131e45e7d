"""What a card or a line says in words: its title, its description, and its label for who cannot see it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from orggraph.chart.faces import badges_of
from orggraph.chart.parts import DOTTED, Card, Line
from orggraph.snapshot import CERTAIN, POSSIBLE

_UNKNOWN = "unknown"
_ODD = re.compile(r"[^\n\t -~]")


def about(card: Card) -> str:
    """Write the title of a card: who or what, and in a line of its own what is held, since when and how sure."""
    parts = [card.name + (f" ({', '.join(card.notes)})" if card.notes else "")]
    if card.mark or card.was:
        parts.append(": ".join(filter(None, [card.mark, card.was])))
    for held in card.held:
        what = ", ".join(filter(None, [held.post, held.unit])) or "member"
        sure = f"presumed, last confirmed {held.confirmed}" if held.confirmed else held.certainty
        doubts = [] if held.notes and sure == POSSIBLE else [sure]
        parts.append("; ".join([what, since(held.since), *held.notes, *doubts]))
    return "\n".join(parts)


def evidence(card: Card) -> str:
    """Write the description of a card: the sources of what is held."""
    return "\n".join(f"source: {source}" for source in dict.fromkeys(s for held in card.held for s in held.sources))


def label(card: Card) -> str:
    """Write the label of a card: all that it shows, in one line.

    >>> label(Card("urn:a", "Ada", "person", CERTAIN, badges=("acting",)))
    'Ada, acting'
    """
    held = [part for one in card.held for part in (one.post, one.unit) if part]
    sure = [card.certainty] if card.certainty != CERTAIN else []
    mark = [card.mark] if card.mark else []
    return ", ".join(dict.fromkeys([card.name, *held, *badges_of(card), *mark, *sure]))


def about_line(line: Line, cards: Mapping[str, Card]) -> str:
    """Write the title of a line: who reports to whom, since when and how sure, and the sources."""
    if line.mark == "moved":
        return f"{cards[line.reporter].name} reported to {cards[line.manager].name} before"
    how = " (dotted line)" if line.kind == DOTTED else ""
    text = f"{cards[line.reporter].name} reports to {cards[line.manager].name}{how}"
    origin = ["follows from posts"] if line.derived else []
    mark = [line.mark] if line.mark else []
    first = "; ".join([text, since(line.since), line.certainty, *origin, *mark])
    return "\n".join([first, *(f"source: {s}" for s in line.sources)])


def since(moment: str) -> str:
    return "since when is not known" if moment == _UNKNOWN else f"since {moment}"


def printable(text: str) -> str:
    """Show control characters as the pictures Unicode has for them; XML allows none but tab and line breaks."""
    return _ODD.sub(_shown, text)


def _shown(found: re.Match[str]) -> str:
    letter = found.group()
    if letter >= " ":
        return "\ufffd" if unicodedata.category(letter) in ("Cs", "Cn") or "\x7f" <= letter < "\xa0" else letter
    return chr(0x2400 + ord(letter))
