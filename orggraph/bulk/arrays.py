"""Arrays: numbers for texts and pairs of numbers, lists behind each other, and slices that fit into memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.sheets import CHUNK, Ints
from orggraph.timeline.columns import begins, gather

Keys = NDArray[np.bytes_]
"""Identities, 20 hexadecimal digits each."""
Codes = NDArray[np.int64]


class Lists(NamedTuple):
    """Lists of numbers behind each other: those of the entry ``n`` are ``of[at[n] : at[n + 1]]``."""

    at: Ints
    of: Ints

    @classmethod
    def single(cls, numbers: Ints) -> Lists:
        """Make lists of one number each."""
        return cls(np.arange(len(numbers) + 1, dtype=np.int32), numbers.astype(np.int32))

    @classmethod
    def grouped(cls, groups: NDArray[Any], numbers: Ints, *, count: int) -> Lists:
        """Make ``count`` lists of numbers that lie in the order of their groups."""
        return cls(begins(np.bincount(groups, minlength=count)), numbers.astype(np.int32))

    @classmethod
    def joined(cls, parts: Sequence[Lists]) -> Lists:
        """Put the lists of several parts behind each other."""
        counts = np.concatenate([np.diff(part.at) for part in parts])
        return cls(begins(counts), np.concatenate([part.of for part in parts]).astype(np.int32))

    @property
    def counts(self) -> Ints:
        """Give how long each list is."""
        counts: Ints = np.diff(self.at)
        return counts

    def gathered(self, order: NDArray[Any]) -> Lists:
        """Give the lists of these entries."""
        return Lists(begins(self.counts[order]), gather(self.of, self.at, order))


def paired(high: NDArray[Any], low: NDArray[Any]) -> Codes:
    """Make one number of two, in the order of the first and then the second."""
    return (high.astype(np.int64) << 32) | low.astype(np.int64)


def numbered(codes: NDArray[Any]) -> Ints:
    """Number codes densely.

    >>> numbered(np.array([70, 5, 70])).tolist()
    [1, 0, 1]
    """
    return np.unique(codes, return_inverse=True)[1].astype(np.int32)


def ranked(order: NDArray[Any]) -> Codes:
    """Give the place of each entry in an order."""
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    return rank


def numbers_of(keys: Keys) -> tuple[NDArray[np.uint64], NDArray[np.uint16]]:
    """Give identities as numbers in the same order: the first 64 bits, and the other 16."""
    data = np.frombuffer(bytes.fromhex(keys.tobytes().decode("ascii")), dtype=np.uint8).reshape(-1, 10)
    return data[:, :8].copy().view(">u8").ravel().astype(np.uint64), data[:, 8:].copy().view(">u2").ravel()


def chunks(rows: int) -> Iterator[slice]:
    """Cut so many rows into slices that fit into memory as texts."""
    return (slice(first, min(first + CHUNK, rows)) for first in range(0, rows, CHUNK))


__all__ = ["Codes", "Keys", "Lists", "begins", "chunks", "numbered", "numbers_of", "paired", "ranked"]
