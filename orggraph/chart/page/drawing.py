"""The picture on a page: as SVG whose colours are names, so that the page can be light or dark and is drawn once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, replace

from orggraph.chart.dot import bare_text
from orggraph.chart.faces import Face
from orggraph.chart.layout import Layout
from orggraph.chart.parts import Sheet
from orggraph.chart.picture import Picture, picture_of
from orggraph.chart.render import run
from orggraph.chart.svg import svg_text
from orggraph.chart.theme import THEMES, Theme

_STANDS_FOR = re.compile(r'(fill|stroke|stop-color)="#fe01([0-9a-f]{2})"')
_EDGE = re.compile(r'<g id="e(\d+)" class="edge')


def drawn(
    sheet: Sheet, faces: Mapping[str, Face], layout: Layout, *, timeout: float
) -> tuple[str, tuple[int, ...]]:
    """Draw a laid-out sheet for a page, and give the numbers of its routes in the order in which they are drawn.

    The title and the counts are left to the page; legend and remarks are drawn.
    """
    picture = replace(picture_of(replace(sheet, title="", subtitle=""), faces, layout, _names()), sheet=sheet)
    return colored(picture, timeout=timeout)


def colored(picture: Picture, *, timeout: float) -> tuple[str, tuple[int, ...]]:
    """Draw a picture in the colours of `_names` and write them as names of the style sheet."""
    raw = run(bare_text(picture), "svg", timeout=timeout).decode("utf-8")
    svg = svg_text(raw, picture)
    named = _STANDS_FOR.sub(lambda match: f'{match.group(1)}="var(--c{int(match.group(2), 16)})"', svg)
    return named, tuple(int(number) for number in _EDGE.findall(raw))


def palette(theme: str) -> str:
    """Give the colours of a theme as declarations of a style sheet.

    >>> palette("light").partition(";")[0]
    '--c0:#ffffff'
    """
    return ";".join(f"--c{number}:{color}" for number, color in enumerate(_colors(THEMES[theme])))


def _colors(theme: Theme) -> Iterator[str]:
    """List the colours of a theme in the order of its fields."""
    for field in fields(theme):
        value = getattr(theme, field.name)
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from value.values()
        elif isinstance(value, tuple):
            yield from value


def _names() -> Theme:
    """Give a theme of colours that stand for the places of colours in `_colors`."""
    places = (f"#fe01{number:02x}" for number in range(256))

    def named(value: object) -> object:
        if isinstance(value, str):
            return next(places)
        if isinstance(value, Mapping):
            return {key: next(places) for key in value}
        return tuple(next(places) for _ in value) if isinstance(value, tuple) else value

    light = THEMES["light"]
    return replace(light, **{field.name: named(getattr(light, field.name)) for field in fields(light)})  # type: ignore[arg-type]  # each of the type that it stands for
