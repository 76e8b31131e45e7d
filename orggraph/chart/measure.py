"""How wide text is, and where to break it.

Why measured here: renderers measure text differently, one of them takes a space for every letter beyond ASCII, and the
viewer may have none of the fonts asked for. `SLACK` leaves room for the widest that commonly stands in, DejaVu Sans.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

SLACK = 1.18
"""How much wider a font that stands in may be."""
_BOLD = 1.07

# Advance widths of Helvetica for U+0020 to U+007E in thousandths of the size (Adobe's font metrics).
_ASCII = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip
_OF = (*(0,) * 32, *_ASCII, *(0,) * 129)
_WIDE_CYRILLIC = frozenset("ЖМШЩЮФЫЪжмшщюфыъДОХ")
_MARKS = frozenset(("Mn", "Mc", "Me", "Cf"))
_PIECE = re.compile(r"\s*(?:[^\s-]*-+|[^\s-]+)")


@lru_cache(maxsize=65536)
def width(text: str, size: float, bold: bool = False) -> float:
    """Estimate the width of text in points, with `SLACK`, in time linear in its length.

    Beyond ASCII a letter counts by what it is composed of; scripts without a table by the widest of their letters.

    >>> round(width("Ada Adams", 10)), width("Ада", 10) > 20, width("李", 10) > 10
    (61, True, True)
    """
    if text.isascii():
        thousandths = sum(map(_OF.__getitem__, text.encode()))
    else:
        thousandths = sum(map(_letter, unicodedata.normalize("NFD", text)))
    return thousandths * size * (_BOLD * SLACK if bold else SLACK) / 1000


def _letter(letter: str) -> int:
    if letter.isascii():
        return _OF[ord(letter)]
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1150 if ord(letter) > 0xFFFF else 1000
    return 950 if letter in _WIDE_CYRILLIC else 720


@lru_cache(maxsize=65536)
def wrapped(text: str, size: float, room: float, bold: bool = False) -> tuple[str, ...]:
    """Break text into lines no wider than ``room`` points, at spaces and behind hyphens, else within a word.

    >>> wrapped("Chief Financial Officer", 10, 85)
    ('Chief Financial', 'Officer')
    >>> wrapped("Under-Secretary of State", 10, 60)
    ('Under-', 'Secretary', 'of State')
    """
    if "\n" not in text and width(text, size, bold) <= room:
        return (text.strip(),)
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for piece in _PIECE.findall(paragraph):
            if line and width(line + piece, size, bold) > room:
                lines.append(line)
                line = piece.strip()
            else:
                line += piece
            while width(line, size, bold) > room and (cut := _fitting(line, size, room, bold)) < len(line):
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line)
    return tuple(line.strip() for line in lines)


def _fitting(line: str, size: float, room: float, bold: bool) -> int:
    """Find how many letters fit, at least one; a mark stays with its letter."""
    low, high = 1, len(line)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width(line[:middle], size, bold) <= room else (low, middle - 1)
    while low < len(line) and (line[low - 1] == "\u200d" or unicodedata.category(line[low]) in _MARKS):
        low += 1
    return low
