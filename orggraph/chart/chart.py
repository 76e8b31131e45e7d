"""The chart as a user holds it: what stands on it, and every form that it can be written in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orggraph.chart.compared import compared
from orggraph.chart.dot import dot_text
from orggraph.chart.model import sheet_of
from orggraph.chart.parts import Card, Group, Line, Sheet
from orggraph.chart.render import render
from orggraph.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of one day. In a notebook it shows itself."""

    sheet: Sheet

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

    def dot(self) -> str:
        """Write the chart as DOT text."""
        return dot_text(self.sheet)

    def render(self, format: str = "svg", *, timeout: float = 60) -> bytes:
        """Draw the chart in one of `FORMATS`; ``timeout`` in seconds. Raises `RenderError` where nothing can."""
        return render(self.dot(), format, timeout=timeout)

    def _repr_svg_(self) -> str:
        return self.render().decode("utf-8")


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
) -> Chart:
    """Make the chart of a snapshot, whole or in part, as `sheet_of` says; with ``compare`` of both, as `compared`."""
    folded = tuple(collapse)

    def drawn(on: Snapshot) -> Sheet:
        return sheet_of(on, view=view, root=root, depth=depth, unit=unit, collapse=folded, highlight=highlight)

    return Chart(drawn(snapshot) if compare is None else compared(compare, snapshot, drawn=drawn))
