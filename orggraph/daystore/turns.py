"""Which facts begin or end between two days, and who takes part in a day."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orggraph.daystore.triples import Numbers
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.timeline import Rows
from orggraph.timeline.columns import Columns

_Mask = NDArray[np.bool_]


class Tally:
    """How often each term stands in some facts, by number; -1 stands for none."""

    def __init__(self, terms: int, numbers: Numbers) -> None:
        counts = np.bincount(numbers.astype(np.int64) + 1, minlength=terms + 1)
        self._of = np.roll(counts, -1).astype(np.int32)

    def turn(self, gone: Numbers, come: Numbers) -> Numbers:
        """Count some less and some more, and give those that came or went altogether, sorted."""
        touched = np.unique(np.concatenate([gone, come]))
        touched = touched[touched >= 0]
        had = self._of[touched] > 0
        np.subtract.at(self._of, gone, 1)
        np.add.at(self._of, come, 1)
        flipped: Numbers = touched[had != (self._of[touched] > 0)]
        return flipped

    def has(self, numbers: Numbers) -> _Mask:
        """Mark the terms that stand there."""
        return np.greater(self._of[numbers], 0)

    def numbers(self) -> Numbers:
        """Give the terms that stand there."""
        return np.flatnonzero(self._of[:-1]).astype(np.int32)


class Turns:
    """The facts in the order of each of their bounds, so that those that begin or end between two days are slices."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._orders: dict[str, tuple[Rows, Numbers] | None] = {}

    def between(self, a: int, b: int, *, strict: bool) -> Rows:
        """Give the facts that may hold differently on the two days, sorted; with ``strict`` by confirmation too."""
        days = np.array(sorted((a, b)), dtype=np.int32)  # of the columns' type: else they would be converted whole
        parts = [self._slice(name, days) for name in ("start_earliest", "start_latest", "end_earliest", "end_latest")]
        if strict:
            parts.append(self._slice("confirmed", days - np.int32(1)))
        return np.unique(np.concatenate(parts))

    def _slice(self, name: str, days: Numbers) -> Rows:
        if name not in self._orders:
            self._orders[name] = self._ordered(name)
        ordered = self._orders[name]
        if ordered is None:
            return np.zeros(0, dtype=np.int64)
        order, column = ordered
        return order[slice(*column.searchsorted(days, "right"))]

    def _ordered(self, name: str) -> tuple[Rows, Numbers] | None:
        """Order a column; nothing for one that equals its other bound, which is looked at anyway."""
        column: Numbers = getattr(self._columns, name)
        other = _SAME_WHEN_EXACT.get(name)
        if other and np.array_equal(column, getattr(self._columns, other)):
            return None
        order = np.argsort(_narrowed(column), kind="stable")
        return order, column[order]


_SAME_WHEN_EXACT = {"start_latest": "start_earliest", "end_latest": "end_earliest"}


def _narrowed(days: Numbers) -> NDArray[np.int32] | NDArray[np.uint16]:
    """Give days in the same order in two bytes where they fit, which sort several times as fast."""
    sample = days[:: max(1, len(days) // 1000)]
    sample = sample[(sample > 0) & (sample < OPEN_LATE)]
    low = int(np.sort(sample)[len(sample) // 2]) - 30_000 if len(sample) else 0
    if np.any((days >= low + 65_000) & (days < OPEN_LATE)) or np.any((days <= low) & (days > OPEN_EARLY)):
        return days
    return (np.minimum(np.maximum(days, low), low + 65_000) - low).astype(np.uint16)
