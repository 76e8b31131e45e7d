"""The right answers: every row is compared with the day, for each question anew, and nothing is ordered beforehand."""

from __future__ import annotations

from typing import Any

import numpy as np
from generator import Lines
from numpy.typing import NDArray

Pairs = NDArray[np.int64]


class Brute:
    """Answers in numbers of persons: sorted, except for a chain, which is in the order in which it is walked."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines

    def _hold(self, day: int) -> NDArray[np.bool_]:
        return (self._lines.start <= day) & (day < self._lines.end)

    def reports(self, person: int, day: int) -> list[int]:
        """List who reports to the person, once for each line."""
        return sorted(self._lines.reporter[(self._lines.manager == person) & self._hold(day)].tolist())

    def chain(self, person: int, day: int) -> list[int]:
        """List the managers upwards, of lines of which nobody has two at once."""
        found: list[int] = []
        hold = self._hold(day)
        while True:
            above = self._lines.manager[(self._lines.reporter == person) & hold].tolist()
            if not above or above[0] in found:
                return found
            person = above[0]
            found.append(person)

    def below(self, person: int, day: int) -> list[int]:
        """List everybody below, each once."""
        hold = self._hold(day)
        reporter, manager = self._lines.reporter[hold], self._lines.manager[hold]
        found, level = set[int](), {person}
        while level:
            level = set(reporter[np.isin(manager, list(level))].tolist()) - found - {person}
            found |= level
        return sorted(found)

    def snapshot(self, day: int) -> Pairs:
        """Give all lines of a day."""
        hold = self._hold(day)
        return pairs(self._lines.reporter[hold], self._lines.manager[hold])

    def diff(self, before: int, after: int) -> tuple[Pairs, Pairs]:
        """Give the lines that are there only on the second day, and those only on the first."""
        a, b = np.unique(self.snapshot(before)), np.unique(self.snapshot(after))
        return np.setdiff1d(b, a, assume_unique=True), np.setdiff1d(a, b, assume_unique=True)


def pairs(reporters: Any, managers: Any) -> Pairs:
    """Give pairs of two persons as one sorted column of integers."""
    made = (np.asarray(reporters, dtype=np.int64) << 32) | np.asarray(managers, dtype=np.int64)
    return np.sort(made)
