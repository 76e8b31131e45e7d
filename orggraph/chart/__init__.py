"""Charts: a snapshot on a sheet (`model`), laid out (`layout`), as DOT text (`dot`), as a picture, as text (`twins`).

Why so many steps: all but the last are pure, and can be read and compared as text or numbers; only `render` runs a
process.
"""

from __future__ import annotations

from orggraph.chart.chart import SUFFIXES, Chart, Look, chart_of
from orggraph.chart.engines import ENGINES
from orggraph.chart.layout import DIRECTIONS, Layout, lay_out
from orggraph.chart.model import VIEWS
from orggraph.chart.parts import Card, Group, Held, Line, Sheet
from orggraph.chart.theme import THEMES
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
    "DIRECTIONS", "ENGINES", "SUFFIXES", "THEMES", "VIEWS", "Card", "Chart", "Group", "Held", "Layout", "Line", "Look",
    "Sheet", "chart_of", "draw", "lay_out",
]  # fmt: skip
