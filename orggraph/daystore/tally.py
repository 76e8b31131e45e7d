"""Who takes part in a day, counted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from orggraph.daystore.triples import Numbers

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
