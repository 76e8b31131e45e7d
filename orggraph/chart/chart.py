"""The chart as a user holds it: what stands on it, how it looks, and every form that it can be written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from orggraph.changes import unknown_word
from orggraph.chart import twins
from orggraph.chart.compared import compared
from orggraph.chart.dot import bare_text, dot_text
from orggraph.chart.engines import laid_out
from orggraph.chart.faces import faces_of
from orggraph.chart.mermaid import mermaid
from orggraph.chart.model import sheet_of
from orggraph.chart.page import html_page
from orggraph.chart.page.drawing import drawn as drawn_part
from orggraph.chart.parts import Card, Group, Line, Sheet
from orggraph.chart.picture import Picture, picture_of
from orggraph.chart.render import run
from orggraph.chart.svg import svg_text
from orggraph.chart.theme import theme as theme_named
from orggraph.errors import UnsupportedError
from orggraph.snapshot import Snapshot

DRAWN = ("svg", "png", "pdf")
"""The formats that a renderer draws."""


class Look(NamedTuple):
    """How a chart looks: ``theme`` is one of `THEMES`, ``direction`` of `DIRECTIONS`, ``engine`` of `ENGINES`."""

    theme: str = "light"
    direction: str = "down"
    engine: str = "orggraph"


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of one day. In a notebook it shows itself."""

    sheet: Sheet
    look: Look = Look()  # noqa: RUF009  # a tuple, which nothing changes

    @property
    def title(self) -> str:
        """Give what is charted, and the day."""
        return self.sheet.title

    @property
    def subtitle(self) -> str:
        """Give how many stand on it."""
        return self.sheet.subtitle

    @property
    def day(self) -> int:
        """Give the day as an ordinal."""
        return self.sheet.day

    @property
    def cards(self) -> tuple[Card, ...]:
        """Give the cards by name."""
        return self.sheet.cards

    @property
    def lines(self) -> tuple[Line, ...]:
        """Give the lines by the names at their ends."""
        return self.sheet.lines

    @property
    def groups(self) -> tuple[Group, ...]:
        """Give the groups by the name of the unit."""
        return self.sheet.groups

    @property
    def remarks(self) -> tuple[str, ...]:
        """Give what the eye does not see, in sentences."""
        return self.sheet.remarks

    def card(self, iri: str) -> Card:
        """Give the card of an entity; `UnknownName` if it has none."""
        return self.sheet.card(iri)

    def picture(self, *, timeout: float = 60) -> Picture:
        """Lay the chart out; only the engine ``dot`` runs a process for that, for at most ``timeout`` seconds."""
        colors = theme_named(self.look.theme)
        faces = faces_of(self.sheet)
        layout = laid_out(
            self.sheet, faces, direction=self.look.direction, engine=self.look.engine, timeout=timeout
        )  # fmt: skip
        return picture_of(self.sheet, faces, layout, colors)

    def dot(self, *, timeout: float = 60) -> str:
        """Write the chart as DOT text with fixed positions, for ``dot -Knop2``."""
        return dot_text(self.picture(timeout=timeout))

    def text(self) -> str:
        """Write the chart as an indented tree for a terminal."""
        return twins.text(self.sheet)

    def markdown(self) -> str:
        """Write the chart as a nested list in Markdown."""
        return twins.markdown(self.sheet)

    def html_list(self) -> str:
        """Write the chart as a nested list in HTML, without a page around it."""
        return twins.html_list(self.sheet)

    def mermaid(self) -> str:
        """Write the chart as a Mermaid flowchart."""
        return mermaid(self.sheet)

    def render(self, format: str = "svg", *, timeout: float = 60) -> bytes:
        """Write the chart in a format: one of `SUFFIXES`, or ``html-list``; ``timeout`` (seconds) is of drawing.

        Raises `RenderError` where nothing can draw it, `UnsupportedError` for another format.
        """
        if format in TEXTS:
            return TEXTS[format](self).encode("utf-8")
        if format == "html":
            return self.html(timeout=timeout).encode("utf-8")
        if format not in DRAWN:
            raise UnsupportedError(unknown_word(format, (*DRAWN, "html", *TEXTS), "format of a chart"))
        picture = self.picture(timeout=timeout)
        if format == "svg":
            drawn = run(bare_text(picture), "svg", timeout=timeout).decode("utf-8")
            return svg_text(drawn, picture).encode("utf-8")
        return run(dot_text(picture), format, timeout=timeout)

    def html(self, *, timeout: float = 60) -> str:
        """Write a page in one file, to move on, fold and search; ``timeout`` in seconds, errors as of `render`.

        It has the colours of the themes light and dark, whatever the theme of the chart.
        """
        return html_page(self.sheet, self.picture(timeout=timeout).layout, timeout=timeout)

    def part(self, *, timeout: float = 60) -> str:
        """Draw the chart as a part of a page: without a title, in the colours that `page.drawing.palette` names."""
        picture = self.picture(timeout=timeout)
        return drawn_part(self.sheet, picture.faces, picture.layout, timeout=timeout)[0]

    def save(self, path: str | Path, *, timeout: float = 60) -> None:
        """Write the chart into a file, in the format that its suffix says."""
        Path(path).write_bytes(self.render(format_of(path), timeout=timeout))

    def _repr_svg_(self) -> str:
        return self.render().decode("utf-8")


TEXTS: dict[str, Callable[[Chart], str]] = {
    "dot": Chart.dot,
    "text": Chart.text,
    "markdown": Chart.markdown,
    "mermaid": Chart.mermaid,
    "html-list": Chart.html_list,
}
"""The formats that need no renderer."""
SUFFIXES = {
    ".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".txt": "text", ".md": "markdown", ".mmd": "mermaid",
    ".html": "html",
}  # fmt: skip
"""What the suffix of a file says."""


def format_of(path: str | Path) -> str:
    """Give the format that the suffix of a file says; `UnsupportedError` where it says none."""
    suffix = Path(path).suffix.casefold()
    if suffix not in SUFFIXES:
        raise UnsupportedError(
            f"{path}: the suffix says no format of a chart (expected one of {', '.join(SUFFIXES)})"
        )
    return SUFFIXES[suffix]


def chart_of(
    snapshot: Snapshot,
    *,
    compare: Snapshot | None = None,
    view: str = "people",
    root: str | None = None,
    depth: int | None = None,
    unit: str | None = None,
    collapse: Iterable[str] = (),
    highlight: str | None = None,
    at_most: int | None = None,
    expand: Iterable[str] = (),
    look: Look = Look(),  # noqa: B008  # a tuple, which nothing changes
) -> Chart:
    """Make the chart of a snapshot, whole or in part, as `sheet_of` says; with ``compare`` of both, as `compared`."""
    folded, opened = tuple(collapse), tuple(expand)

    def drawn(on: Snapshot) -> Sheet:
        return sheet_of(
            on, view=view, root=root, depth=depth, unit=unit, collapse=folded, highlight=highlight, at_most=at_most,
            expand=opened,
        )  # fmt: skip

    return Chart(drawn(snapshot) if compare is None else compared(compare, snapshot, drawn=drawn), look)
