"""The heading of a chart: what it is of and the day, how many stand on it, the legend, and the first remarks."""

from __future__ import annotations

from typing import NamedTuple

from orggraph.chart.faces import LINE_HEIGHT, Text
from orggraph.chart.looks import Entry, legend
from orggraph.chart.measure import width, wrapped
from orggraph.chart.parts import Sheet
from orggraph.chart.theme import Theme

SWATCH, TONE = 26, 5
"""The width of what the legend explains, and of the strip of a unit there, in points."""
_REMARKS, _ROOM, _ROW, _AFTER = 6, 560.0, 18, 16


class Key(NamedTuple):
    """An entry of the legend and where its swatch starts: the left end, and the middle of its height."""

    x: float
    y: float
    entry: Entry


class Heading(NamedTuple):
    """Lines of text and the swatches of the legend, from the upper left corner."""

    width: float
    height: float
    texts: tuple[Text, ...]
    keys: tuple[Key, ...]


def heading_of(sheet: Sheet, colors: Theme, *, room: float = 0) -> Heading:
    """Compose the heading of a sheet that is ``room`` points wide; it may need more, and says so."""
    room = max(_ROOM, min(room, 2 * _ROOM))
    texts: list[Text] = []
    y = _written(texts, sheet.title, 0, size=18, ink="ink", room=room, bold=True)
    y = _written(texts, sheet.subtitle, y + 2, size=11, ink="pale", room=room)
    keys, y = _keys(texts, legend(sheet, colors), y + 6, room)
    extra = len(sheet.remarks) - _REMARKS
    for remark in [*sheet.remarks[:_REMARKS], *([f"{extra} more remarks"] if extra > 0 else [])]:
        y = _written(texts, remark, y + 2, size=10, ink="soft", room=room)
    ends = [text.x + width(text.words, text.size, text.bold) for text in texts]
    return Heading(max(ends, default=0.0), y + _AFTER, tuple(texts), keys)


def _written(
    texts: list[Text], words: str, y: float, *, size: float, ink: str, room: float, bold: bool = False
) -> float:
    for line in wrapped(words, size, room, bold):
        y += size * LINE_HEIGHT
        texts.append(Text(0, y - size * 0.28, line, size, ink, bold))
    return y


def _keys(texts: list[Text], entries: list[Entry], y: float, room: float) -> tuple[tuple[Key, ...], float]:
    keys: list[Key] = []
    x = 0.0
    for entry in entries:
        start = SWATCH + 6 if entry.tone < 0 else TONE + 6
        wide = start + width(entry.words, 10) + 16
        if x and x + wide > room:
            x, y = 0.0, y + _ROW
        keys.append(Key(x, y + _ROW / 2, entry))
        texts.append(Text(x + start, y + _ROW / 2 + 3.5, entry.words, 10, "soft"))
        x += wide
    return tuple(keys), y + _ROW + 2 if entries else y
