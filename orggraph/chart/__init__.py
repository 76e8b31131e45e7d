"""Charts: a snapshot as cards and lines on a sheet (`model`), as DOT text (`dot`), as a picture (`render`), as text.

Why three steps: the first two are pure and can be read and compared as text; the last alone runs a process.
"""

from __future__ import annotations

from orggraph.chart.chart import Chart, chart_of
from orggraph.chart.dot import dot_text
from orggraph.chart.model import VIEWS
from orggraph.chart.parts import Card, Group, Held, Line, Sheet
from orggraph.chart.render import FORMATS, render
from orggraph.snapshot import Snapshot


def draw(
    snapshot: Snapshot,
    format: str = "svg",  # the word that every door uses for it
    *,
    root: str | None = None,
    depth: int | None = None,
    unit: str | None = None,
    timeout: float = 60,
) -> bytes:
    """Draw the chart of a snapshot as svg, png, pdf or dot; ``timeout`` in seconds.

    ``root``, ``depth`` and ``unit`` limit it as in `chart_of`. Raises `RenderError` where no renderer can do it.
    """
    return chart_of(snapshot, root=root, depth=depth, unit=unit).render(format, timeout=timeout)


__all__ = [
    "FORMATS", "VIEWS", "Card", "Chart", "Group", "Held", "Line", "Sheet", "chart_of", "dot_text", "draw", "render",
]  # fmt: skip
