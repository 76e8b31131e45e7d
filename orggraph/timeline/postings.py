"""Postings: which rows have a number in a column.

The rows lie in the order of that number; the offsets of each number are kept, so a look-up is one slice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from orggraph.timeline.columns import Rows
from orggraph.timeline.files import mapped
from orggraph.timeline.terms import ABSENT

_NONE: Rows = np.array([], dtype=np.int64)


class Postings:
    """Rows by number; ``at[n]`` to ``at[n + 1]`` are those of number n, rising."""

    def __init__(self, at: NDArray[np.int32], rows: NDArray[np.int32]) -> None:
        self._at, self._rows = at, rows
        self._more: dict[int, list[int]] = {}

    def add(self, first_row: int, numbers: Iterable[int]) -> None:
        """Let the rows from ``first_row`` on have these numbers."""
        for row, number in enumerate(numbers, start=first_row):
            if number != ABSENT:
                self._more.setdefault(number, []).append(row)

    @classmethod
    def of_column(cls, column: NDArray[np.int32], numbers: int) -> Postings:
        """Make the postings of a column with numbers below ``numbers``; -1 stands for none.

        >>> Postings.of_column(np.array([2, 0, -1, 2], dtype=np.int32), 3).of(2).tolist()
        [0, 3]
        """
        rows = np.flatnonzero(column != ABSENT)
        column = column[rows]
        at = np.zeros(numbers + 1, dtype=np.int32)
        np.cumsum(np.bincount(column, minlength=numbers), out=at[1:])
        return cls(at, rows[np.argsort(column, kind="stable")].astype(np.int32))

    def of(self, number: int) -> Rows:
        """Give the rows with this number."""
        found = _NONE
        if 0 <= number < len(self._at) - 1:
            found = self._rows[self._at[number] : self._at[number + 1]].astype(np.int64)
        more = self._more.get(number)
        return np.append(found, more) if more else found

    def of_all(self, numbers: NDArray[np.int32]) -> Rows:
        """Give the rows with any of these numbers, those of each number rising.

        >>> Postings.of_column(np.array([2, 0, -1, 2], dtype=np.int32), 3).of_all(np.array([2, 0], np.int32)).tolist()
        [0, 3, 1]
        """
        known = numbers[(numbers >= 0) & (numbers < len(self._at) - 1)]
        first = self._at[known]
        counts = self._at[known + 1] - first
        places = np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        found = self._rows[places].astype(np.int64)
        if not self._more:
            return found
        return np.append(found, [row for n in numbers.tolist() for row in self._more.get(n, ())]).astype(np.int64)

    def counts(self, numbers: NDArray[np.int32]) -> NDArray[np.int64]:
        """Count the rows with each of these numbers.

        >>> Postings.of_column(np.array([2, 0, -1, 2], dtype=np.int32), 3).counts(np.array([2, 9], np.int32)).tolist()
        [2, 0]
        """
        counts = np.zeros(len(numbers), dtype=np.int64)
        known = (numbers >= 0) & (numbers < len(self._at) - 1)
        counts[known] = self._at[numbers[known] + 1] - self._at[numbers[known]]
        if self._more:
            counts += [len(self._more.get(number, ())) for number in numbers.tolist()]
        return counts

    def parts(self, number: int, size: int) -> Iterator[Rows]:
        """Give the rows with this number, at most ``size`` at a time."""
        first, last = (int(self._at[number]), int(self._at[number + 1])) if 0 <= number < len(self._at) - 1 else (0, 0)
        for at in range(first, last, size):
            yield self._rows[at : min(at + size, last)].astype(np.int64)
        if number in self._more:
            yield np.array(self._more[number], dtype=np.int64)

    def save(self, folder: Path, name: str) -> None:
        """Write the postings into a folder under a name."""
        np.save(folder / f"{name}.at.npy", self._at)
        np.save(folder / f"{name}.rows.npy", self._rows)

    @classmethod
    def open(cls, folder: Path, name: str) -> Postings:
        """Map what `save` wrote."""
        at, rows = (mapped(folder / f"{name}.{part}.npy") for part in ("at", "rows"))
        return cls(at, rows)
