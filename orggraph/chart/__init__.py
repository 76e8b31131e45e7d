"""Charts: a snapshot as cards and lines (`model`), as DOT text (`dot`), as a picture (`render`).

Why three steps: the first two are pure and can be read and compared as text; the last alone runs a process.
"""

from __future__ import annotations

from orggraph.chart.dot import dot_text
from orggraph.chart.model import Card, Chart, Group, Held, Line, chart_of
from orggraph.chart.render import FORMATS, render, svg
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
    chart = chart_of(snapshot, root=root, depth=depth, unit=unit)
    return render(dot_text(chart), format, timeout=timeout)


__all__ = ["FORMATS", "Card", "Chart", "Group", "Held", "Line", "chart_of", "dot_text", "draw", "render", "svg"]
