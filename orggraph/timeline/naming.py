"""Names: which facts give an entity a name, found by the folded name.

The checksums of all folded names lie in order; a name is found by binary search and compared as text.
"""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from orggraph.facts import NAME
from orggraph.timeline.columns import KIND, Columns, Rows
from orggraph.timeline.files import mapped
from orggraph.timeline.terms import Terms
from orggraph.vocabulary import name_key


class NameIndex:
    """The ``name`` facts by the checksum of the folded name."""

    def __init__(self, sums: NDArray[np.uint32], rows: NDArray[np.int32]) -> None:
        self._sums, self._rows = sums, rows
        self._more: dict[int, list[int]] = {}

    def add(self, row: int, name: str) -> None:
        """Let one more row give a name."""
        self._more.setdefault(_sum(name), []).append(row)

    @classmethod
    def of(cls, columns: Columns, terms: Terms) -> NameIndex:
        """Make the index of the names in the columns."""
        rows = np.flatnonzero(columns.kind == KIND[NAME])
        objects, inverse = np.unique(columns.object[rows], return_inverse=True)
        sums = np.fromiter((_sum(terms.text(int(number))) for number in objects), np.uint32, len(objects))[inverse]
        order = np.argsort(sums, kind="stable")
        return cls(sums[order], rows[order].astype(np.int32))

    def candidates(self, name: str) -> Rows:
        """Give the facts whose folded name has the same checksum; the caller compares the names."""
        wanted = np.uint32(_sum(name))
        first, last = self._sums.searchsorted(wanted, "left"), self._sums.searchsorted(wanted, "right")
        found = np.sort(self._rows[first:last]).astype(np.int64)
        more = self._more.get(int(wanted))
        return np.append(found, more) if more else found

    def save(self, folder: Path) -> None:
        """Write the index into a folder."""
        np.save(folder / "names.sums.npy", self._sums)
        np.save(folder / "names.rows.npy", self._rows)

    @classmethod
    def open(cls, folder: Path) -> NameIndex:
        """Map what `save` wrote."""
        return cls(
            mapped(folder / "names.sums.npy"), mapped(folder / "names.rows.npy")
        )  # fmt: skip


def _sum(name: str) -> int:
    return crc32(name_key(name).encode())
