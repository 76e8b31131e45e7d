"""Themes: the colours of a chart, light or dark for a screen, black on white for paper.

Why a badge, a mark or a doubt is never told by its colour alone: each has a word, a sign or a dash of its own, and on
paper the strip of a unit is a pattern. Every text has a contrast of at least 4.5 to what it stands on (WCAG 2.2,
1.4.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orggraph.chart.parts import MARKS
from orggraph.errors import UnsupportedError


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a theme, each as ``#rrggbb``.

    ``ink``, ``soft`` and ``pale`` are for text on ``paper``, ``card`` and ``panel``; ``badge`` and ``avatar`` are each
    a ground and the ink on it; ``marks`` the colours of a comparison, and ``on_mark`` the ink on them; ``tones`` those
    of the units. In a theme with ``patterns`` the tones are told apart by these instead.
    """

    paper: str
    card: str
    panel: str
    ink: str
    soft: str
    pale: str
    edge: str
    line: str
    doubt: str
    loop: str
    path: str
    badge: tuple[str, str]
    avatar: tuple[str, str]
    marks: Mapping[str, str]
    on_mark: str
    tones: tuple[str, ...]
    patterns: bool = False


THEMES = {
    "light": Theme(
        paper="#ffffff", card="#ffffff", panel="#f1f4f8", ink="#0f172a", soft="#334155", pale="#526077",
        edge="#8595ab", line="#64748b", doubt="#94a3b8", loop="#b45309", path="#1d4ed8",
        badge=("#e2e8f0", "#334155"), avatar=("#e0e7f5", "#27406b"),
        marks={"joined": "#15803d", "left": "#b91c1c", "moved": "#1d4ed8", "changed post": "#a14b06",
               "created": "#15803d", "closed": "#b91c1c"},
        on_mark="#ffffff",
        tones=("#2563eb", "#ea580c", "#0d9488", "#c026d3", "#ca8a04", "#7c3aed", "#65a30d", "#e11d48", "#0891b2",
               "#78716c", "#4f46e5", "#be185d"),
    ),
    "dark": Theme(
        paper="#0f172a", card="#1e293b", panel="#17223a", ink="#f8fafc", soft="#d3dce8", pale="#a9b8cc",
        edge="#5b6b84", line="#8595ab", doubt="#5f7089", loop="#fbbf24", path="#93c5fd",
        badge=("#334155", "#e2e8f0"), avatar=("#33476b", "#e6eefc"),
        marks={"joined": "#4ade80", "left": "#fca5a5", "moved": "#93c5fd", "changed post": "#fcd34d",
               "created": "#4ade80", "closed": "#fca5a5"},
        on_mark="#0f172a",
        tones=("#60a5fa", "#fb923c", "#2dd4bf", "#e879f9", "#facc15", "#a78bfa", "#a3e635", "#fb7185", "#22d3ee",
               "#a8a29e", "#818cf8", "#f472b6"),
    ),
    "print": Theme(
        paper="#ffffff", card="#ffffff", panel="#ffffff", ink="#000000", soft="#000000", pale="#333333",
        edge="#000000", line="#000000", doubt="#555555", loop="#000000", path="#000000",
        badge=("#ffffff", "#000000"), avatar=("#ffffff", "#000000"),
        marks=dict.fromkeys(MARKS, "#000000"),
        on_mark="#ffffff", tones=("#000000",) * 12, patterns=True,
    ),
}  # fmt: skip

_WHOLE = ((0.0, 1.0),)
_PATTERNS = (
    _WHOLE, ((0.0, 0.45), (0.55, 1.0)), ((0.0, 0.2), (0.4, 0.6), (0.8, 1.0)), ((0.0, 0.5),), ((0.5, 1.0),),
    ((0.0, 0.25),), ((0.75, 1.0),), ((0.38, 0.62),), ((0.0, 0.2), (0.8, 1.0)), ((0.0, 0.2), (0.4, 0.6)),
    ((0.4, 0.6), (0.8, 1.0)), tuple((n / 10, n / 10 + 0.05) for n in range(10)),
)  # fmt: skip


def theme(name: str) -> Theme:
    """Give a theme by its name; `UnsupportedError` lists those there are."""
    if name not in THEMES:
        raise UnsupportedError(f"there is no theme {name!r} (expected {', '.join(THEMES)})")
    return THEMES[name]


def strip(number: int, colors: Theme) -> tuple[tuple[float, float], ...]:
    """Give the parts of the height of a card that the strip of a unit covers, each from and to.

    >>> strip(3, THEMES["light"]), strip(3, THEMES["print"])
    (((0.0, 1.0),), ((0.0, 0.5),))
    """
    return _PATTERNS[number % len(_PATTERNS)] if colors.patterns else _WHOLE


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours from 1 to 21 (WCAG 2.2).

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    parts = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
