"""Turns: which facts begin or end between two days.

Why the first look at a column is a scan and only the second puts it in order: ordering takes as long as twenty scans,
and a command asks once, while a server and a log ask again and again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.timeline.columns import Columns, Rows

Days = NDArray[np.int32]


class Turns:
    """The facts in the order of each of their bounds, so that those that begin or end between two days are slices."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._orders: dict[str, tuple[Rows, Days] | None] = {}
        self._seen: set[str] = set()

    def between(self, a: int, b: int, *, aging: bool) -> Rows:
        """Give the facts that may hold differently on the two days, sorted.

        With ``aging`` those too whose last confirmation lies in between.
        """
        days = np.array(sorted((a, b)), dtype=np.int32)  # of the columns' type: else they would be converted whole
        parts = [self._slice(name, days) for name in ("start_earliest", "start_latest", "end_earliest", "end_latest")]
        if aging:
            parts.append(self._slice("confirmed", days - np.int32(1)))
        return np.unique(np.concatenate(parts))

    def _slice(self, name: str, days: Days) -> Rows:
        if name not in self._seen:
            self._seen.add(name)
            column: Days = getattr(self._columns, name)
            return np.flatnonzero((column > days[0]) & (column <= days[1]))
        if name not in self._orders:
            self._orders[name] = self._ordered(name)
        ordered = self._orders[name]
        if ordered is None:
            return np.zeros(0, dtype=np.int64)
        order, column = ordered
        return order[slice(*column.searchsorted(days, "right"))]

    def _ordered(self, name: str) -> tuple[Rows, Days] | None:
        """Order a column; nothing for one that equals its other bound, which is looked at anyway."""
        column: Days = getattr(self._columns, name)
        other = _SAME_WHEN_EXACT.get(name)
        if other and np.array_equal(column, getattr(self._columns, other)):
            return None
        order = np.argsort(_narrowed(column), kind="stable")
        return order, column[order]


_SAME_WHEN_EXACT = {"start_latest": "start_earliest", "end_latest": "end_earliest"}


def _narrowed(days: Days) -> NDArray[np.int32] | NDArray[np.uint16]:
    """Give days in the same order in two bytes where they fit, which sort several times as fast."""
    sample = days[:: max(1, len(days) // 1000)]
    sample = sample[(sample > 0) & (sample < OPEN_LATE)]
    low = int(np.sort(sample)[len(sample) // 2]) - 30_000 if len(sample) else 0
    if np.any((days >= low + 65_000) & (days < OPEN_LATE)) or np.any((days <= low) & (days > OPEN_EARLY)):
        return days
    return (np.minimum(np.maximum(days, low), low + 65_000) - low).astype(np.uint16)
