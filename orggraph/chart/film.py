"""The chart of many days: one page with a slider, or a folder with a picture for each day.

Why the page does not hold a drawing of each day: every card is drawn once, at the one place that it keeps, and a day
tells only what came and went since the day before. So a year of days is little more than one day, the page works from
a disk, and what moves on it has moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from orggraph.chart.dot import bare_text
from orggraph.chart.faces import faces_of
from orggraph.chart.model import sheet_of
from orggraph.chart.page.film import film_page, index_page
from orggraph.chart.parts import Sheet
from orggraph.chart.picture import picture_of
from orggraph.chart.places import filling, layout_of_day, places_of
from orggraph.chart.reel import Reel, reel
from orggraph.chart.render import run
from orggraph.chart.step import Step, step_after
from orggraph.chart.svg import svg_text
from orggraph.chart.theme import THEMES
from orggraph.diff import diff
from orggraph.errors import UnknownName, UnsupportedError
from orggraph.period import iso
from orggraph.snapshot import Snapshot

STEPS_AT_MOST = 1_000
"""So many days a film may have; beyond that no slider can be set to one of them."""


@dataclass(frozen=True, slots=True)
class Film:
    """The days of a film with the reel on which each card is once."""

    steps: tuple[Step, ...]
    reel: Reel

    @property
    def title(self) -> str:
        """Give what is shown, and from when to when."""
        first, last = self.steps[0].sheet, self.steps[-1].sheet
        name = max((first, last), key=lambda sheet: len(sheet.cards)).title
        for sheet in (first, last):
            name = name.removesuffix(f", {iso(sheet.day)}")
        return f"{name}, {iso(first.day)} to {iso(last.day)}"

    def html(self, *, timeout: float = 60) -> str:
        """Write the page; ``timeout`` (seconds) is of drawing. Raises `RenderError` where nothing can draw it."""
        return film_page(self.title, self.steps, self.reel, timeout=timeout)

    def files(self, *, timeout: float = 60) -> Iterator[tuple[str, bytes]]:
        """Give the picture of each day under its name, ``2025-10-03.svg``, and ``index.html``, which lists them.

        On all pictures of a chapter (see `reel`) everybody has one place. ``timeout`` (seconds) is of each picture.
        """
        places, colors = places_of(self.reel), THEMES["light"]
        sheets = [step.sheet for step in self.steps]
        layouts = [layout_of_day(self.reel, places, number, sheet) for number, sheet in enumerate(sheets)]
        pictures = [
            picture_of(s, filling(faces_of(s), layout), layout, colors)
            for s, layout in zip(sheets, layouts, strict=True)
        ]
        top, width, left = (max(getattr(p, name) for p in pictures) for name in ("top", "width", "left"))
        for step, picture in zip(self.steps, pictures, strict=True):
            height = picture.height + top - picture.top
            level = replace(picture, top=top, width=width, left=left, height=height)
            drawn = run(bare_text(level), "svg", timeout=timeout).decode("utf-8")
            yield f"{iso(step.sheet.day)}.svg", svg_text(drawn, level).encode("utf-8")
        yield "index.html", index_page(self.title, self.steps).encode("utf-8")


def film_of(
    snapshots: Iterable[Snapshot],
    *,
    view: str = "people",
    root: str | None = None,
    unit: str | None = None,
    depth: int | None = None,
    collapse: Iterable[str] = (),
    highlight: str | None = None,
) -> Film:
    """Make the film of successive days, limited as a chart is; a day without ``root`` or ``unit`` is empty.

    Raises `UnknownName` where none of the days has them, `UnsupportedError` for no day or more than `STEPS_AT_MOST`.
    """
    steps: list[Step] = []
    folded = tuple(collapse)
    limited = bool(folded) or any(limit is not None for limit in (root, unit, depth))
    before: Snapshot | None = None
    refused: UnknownName | None = None
    for snapshot in snapshots:
        try:
            sheet = sheet_of(
                snapshot, view=view, root=root, unit=unit, depth=depth, collapse=folded, highlight=highlight
            )
        except UnknownName as error:
            refused, sheet = error, Sheet("", "", snapshot.day, (), (), (), ())
        told = diff(before, snapshot) if before else None
        steps.append(step_after(steps[-1].sheet, sheet, told, limited=limited) if told is not None else Step(sheet))
        before = snapshot
        if len(steps) > STEPS_AT_MOST:
            raise UnsupportedError(f"a film has at most {STEPS_AT_MOST} days (take a longer step, or less time)")
    if refused and not any(step.sheet.cards for step in steps):
        raise refused
    return Film(tuple(steps), reel([step.sheet for step in steps]))
