"""Renewal: an index written anew with what later loads added, from its columns and without making its facts.

The rows of an index are in the order of `fact_order`. Whatever is added is about few of the subjects, so only the rows
of these are put in order, and then moved as a block.

Why not the facts of both in one list: that takes kilobytes for each, and a large organization has millions.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orggraph.facts import FACT_KINDS, Fact
from orggraph.timeline.columns import COLUMNS, Columns, Rows, columns_of, reordered, save_columns
from orggraph.timeline.terms import ABSENT, Terms

_MOMENTS = ("start", "end")


def merged_columns(
    columns: Columns, terms: Terms, opened: Sequence[Fact], closed: Collection[int], sources: Mapping[str, str],
    *, recorded: int, ordered: int,
) -> tuple[Columns, Rows]:  # fmt: skip
    """Give columns with those of ``opened`` facts behind them, and the order in which their rows are a timeline's.

    The rows ``closed`` are superseded at ``recorded``; the first ``ordered`` rows are in order already. New terms are
    added to ``terms``. A moment or role change that is there already is not numbered once more.
    """
    more = columns_of(opened, terms, sources, after=columns)
    joined = {name: np.concatenate([getattr(columns, name), getattr(more, name)]) for name in COLUMNS}
    joined["superseded"][np.fromiter(closed, dtype=np.int64, count=len(closed))] = recorded
    first, numbers = _first_alike(joined["moments"])
    joined["moments"] = joined["moments"][first]
    joined |= {name: numbers[joined[name]] for name in _MOMENTS}
    first, numbers = _first_alike(joined["change_ids"][:, None])
    joined |= {name: joined[name][first] for name in ("change_ids", "change_sources")}
    joined["changes"] = numbers[joined["changes"]]
    whole = Columns(**joined, whole={})
    return whole, _order(whole, terms, ordered)


def save_ordered(folder: Path, columns: Columns, order: Rows) -> None:
    """Write columns into a folder with their rows in another order."""
    save_columns(folder, reordered(partial(getattr, columns), order), rows=len(columns))


def _first_alike(rows: NDArray[np.int32]) -> tuple[Rows, NDArray[np.int32]]:
    """Give the first of each of several equal rows, rising, and for every row its number among these."""
    whole = np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1] * rows.itemsize))).ravel()
    _, first, inverse = np.unique(whole, return_index=True, return_inverse=True)
    kept = np.sort(first)
    return kept, kept.searchsorted(first[inverse]).astype(np.int32)


def _order(columns: Columns, terms: Terms, ordered: int) -> Rows:
    """Give the order of rows of which the first ``ordered`` are in order.

    The rows about a subject lie together, so all of those about a subject that has a later row are sorted, and stand
    where its rows stood, or before the next subject where it had none.
    """
    subject = columns.subject
    touched = np.unique(subject[ordered:])
    base = np.flatnonzero(np.isin(subject[:ordered], touched))
    block = np.concatenate([base, np.arange(ordered, len(columns))])
    block = block[_sorted(columns, terms, block)]
    place = np.arange(len(columns), dtype=np.int64) * 2 + 1
    among = np.zeros(len(columns), dtype=np.int64)
    first = np.full(len(terms), -1, dtype=np.int64)
    first[subject[base[::-1]]] = base[::-1] * 2 + 1
    texts = _Texts(subject[:ordered], terms)
    for number in touched[first[touched] < 0].tolist():
        first[number] = 2 * bisect_left(texts, terms.text(number))
    place[block] = first[subject[block]]
    among[block] = np.arange(len(block))
    return np.lexsort((among, place))


class _Texts(Sequence[str]):
    """The texts of the subjects of all rows, rising."""

    def __init__(self, subject: NDArray[np.int32], terms: Terms) -> None:
        self._subject, self._terms = subject, terms

    def __len__(self) -> int:
        return len(self._subject)

    def __getitem__(self, row: Any) -> Any:
        return self._terms.encoded([int(self._subject[row])])[0].decode()


def _sorted(columns: Columns, terms: Terms, rows: Rows) -> Rows:
    """Give the order of some rows among each other: that of `fact_order`."""
    c = columns
    start, end = c.moments[c.start[rows]], c.moments[c.end[rows]]
    kinds = np.argsort(np.argsort(np.array(FACT_KINDS)))
    keys = (
        c.recorded[rows], _ranked(c.tenure[rows], terms), kinds[c.kind[rows]], end[:, 1], end[:, 0], start[:, 1],
        start[:, 0], _ranked(c.object[rows], terms), _ranked(c.predicate[rows], terms),
        _ranked(c.subject[rows], terms),
    )  # fmt: skip
    return np.lexsort(keys)


def _ranked(numbers: NDArray[np.int32], terms: Terms) -> NDArray[np.int64]:
    """Give the places of terms in the order of their texts."""
    distinct, inverse = np.unique(numbers, return_inverse=True)
    told = [str(terms[number]) if number != ABSENT else "" for number in distinct.tolist()]
    ranks = np.empty(len(told), dtype=np.int64)
    ranks[sorted(range(len(told)), key=told.__getitem__)] = np.arange(len(told))
    ranked: NDArray[np.int64] = ranks[inverse]
    return ranked
