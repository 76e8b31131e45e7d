"""A chart as a Mermaid flowchart (https://mermaid.js.org), which documents show as a picture.

Arrows go from the manager down; dotted lines are dotted, and what is only possible says so. A post that names nobody
has round ends; people without a line stand in a box of their unit. Left out are periods and sources. Mermaid itself
draws at most 500 arrows unless it is told to draw more (``maxEdges``).
"""

from __future__ import annotations

import re
import unicodedata

from orggraph.chart.outline import outline
from orggraph.chart.parts import DOTTED, POST, Card, Line, Sheet
from orggraph.snapshot import POSSIBLE

_SPECIAL = re.compile(r'["#<>&`|;\\{}\[\]()]')


def mermaid(sheet: Sheet) -> str:
    """Write the flowchart in the order of the outline; the same sheet gives the same text."""
    entries = list(outline(sheet))
    number = {entry.card.iri: f"n{place}" for place, entry in enumerate(entries, start=1)}
    cards = {entry.card.iri: entry.card for entry in entries}
    panels = {group.unit: group.members for group in sheet.groups}
    ends = {end for line in sheet.lines for end in (line.reporter, line.manager)}
    inside = {iri for members in panels.values() for iri in members}
    lines = ["flowchart TD"]
    lines += [f"    {number[iri]}{_box(card)}" for iri, card in cards.items()
              if iri not in inside and (iri in ends or iri not in panels)]  # fmt: skip
    for unit in (iri for iri in cards if iri in panels):
        lines.append(f'    subgraph {number[unit]}p["{quoted(cards[unit].name)}"]')
        lines += [f"        {number[iri]}{_box(cards[iri])}" for iri in panels[unit]]
        lines.append("    end")
    lines += [f"    {number[line.manager]} {_arrow(line)} {number[line.reporter]}" for line in sheet.lines]
    return "\n".join(lines) + "\n"


def _box(card: Card) -> str:
    held = [held.post for held in card.held if held.post]
    badges = [badge for badge in card.badges if badge not in card.notes]
    below = [f"+{card.below:,} below"] if card.below else []
    words = [card.name, "; ".join(dict.fromkeys(held)), *card.notes, *badges, *below]
    label = "<br/>".join(filter(None, map(quoted, words)))
    return f'(["{label}"])' if card.kind == POST and card.notes else f'["{label}"]'


def _arrow(line: Line) -> str:
    return ("-.->" if line.kind == DOTTED else "-->") + ("|possible|" if line.certainty == POSSIBLE else "")


def quoted(words: str) -> str:
    """Write a label so that nothing in it is markup; control characters become spaces.

    >>> quoted('O\\'Brien & "Söhne" <CTO>')
    "O'Brien #38; #34;Söhne#34; #60;CTO#62;"
    """
    plain = "".join(" " if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") else char for char in words)
    return _SPECIAL.sub(lambda match: f"#{ord(match.group())};", plain)
