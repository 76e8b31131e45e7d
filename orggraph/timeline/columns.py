"""Columns: the facts as arrays of integers, and back.

One row is one version of one fact. Days are ordinals, recorded times microseconds; terms, moments and role changes
stand by number. A moment that many facts share, such as an exact day, is kept once.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from orggraph.errors import StoreError
from orggraph.facts import FACT_KINDS, FLAGS, Fact
from orggraph.period import ONGOING, OPEN_EARLY, Moment
from orggraph.timeline.files import mapped
from orggraph.timeline.terms import ABSENT, Terms
from orggraph.vocabulary import Literal

Rows = NDArray[np.int64]
NEVER = int(np.iinfo(np.int64).max)
KIND = {kind: number for number, kind in enumerate(FACT_KINDS)}
BITS = {flag: 1 << number for number, flag in enumerate(FLAGS)}
ONGOING_BIT = 1 << 7
FLAG_NAMES = tuple(tuple(sorted(flag for flag in FLAGS if bits & BITS[flag])) for bits in range(1 << len(FLAGS)))
"""The flags that each number of bits stands for."""
_FEW = 8
"""Up to so many facts are made one by one."""
MANY, SPARE = 20_000, 16_384
"""From `MANY` facts on, the files leave room for `SPARE` rows that later loads add."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """The arrays, one entry a fact unless said otherwise.

    ``start_earliest`` … ``end_latest`` are what comparisons use: a fact that can hold on no day has an end before all
    days. ``changes`` and ``premises`` hold the lists of all facts behind each other; ``changes_at[row]`` to
    ``changes_at[row + 1]`` are those of a row. ``moments`` has a row of six for each moment (earliest, latest, and the
    terms of text, key and the sources of both bounds); ``change_ids`` and ``change_sources`` a term for each change.
    """

    kind: NDArray[np.int8]
    tenure: NDArray[np.int32]
    subject: NDArray[np.int32]
    predicate: NDArray[np.int32]
    object: NDArray[np.int32]
    post: NDArray[np.int32]
    role: NDArray[np.int32]
    start: NDArray[np.int32]
    end: NDArray[np.int32]
    start_earliest: NDArray[np.int32]
    start_latest: NDArray[np.int32]
    end_earliest: NDArray[np.int32]
    end_latest: NDArray[np.int32]
    confirmed: NDArray[np.int32]
    flags: NDArray[np.uint8]
    recorded: NDArray[np.int64]
    superseded: NDArray[np.int64]
    changes: NDArray[np.int32]
    changes_at: NDArray[np.int32]
    premises: NDArray[np.int32]
    premises_at: NDArray[np.int32]
    moments: NDArray[np.int32]
    change_ids: NDArray[np.int32]
    change_sources: NDArray[np.int32]
    whole: Mapping[str, NDArray[Any]] = dataclasses.field(default_factory=dict)
    """The arrays as they lie in the files, with the room behind them; empty for columns that were just made."""

    def __len__(self) -> int:
        return len(self.kind)

    def save(self, folder: Path) -> None:
        """Write each array into a file of its own, with room for a few rows more where there are many."""
        save_columns(folder, ((name, getattr(self, name)) for name in COLUMNS), rows=len(self))

    @classmethod
    def open(cls, folder: Path) -> Columns:
        """Map the arrays that `save` wrote; nothing is read before it is used, and no change reaches the files."""
        lengths = json.loads((folder / "lengths.json").read_text("utf-8"))
        whole = {name: mapped(folder / f"{name}.npy", private=True) for name in COLUMNS}
        return cls(**{name: array[: lengths[name]] for name, array in whole.items()}, whole=whole)

    @property
    def room(self) -> int:
        """Give how many rows every array has room for."""
        return min((len(array) - len(getattr(self, name)) for name, array in self.whole.items()), default=0)

    def grown(self, more: Columns) -> Columns:
        """Give the columns with the rows of ``more`` behind them, written into the room that `save` left.

        Raises `StoreError` where there is not enough room. The numbers in ``more`` count on from these columns'.
        """
        made: dict[str, NDArray[Any]] = {}
        for name, array in self.whole.items():
            length, added = len(getattr(self, name)), getattr(more, name)
            if len(array) < length + len(added):
                raise StoreError("the index has no room for the rows of its delta")
            array[length : length + len(added)] = added
            made[name] = array[: length + len(added)]
        return Columns(**made, whole=self.whole)


COLUMNS = tuple(column.name for column in dataclasses.fields(Columns) if column.name != "whole")
"""The names of the arrays, each of which is a file."""
_NUMBERED = frozenset({"moments", "change_ids", "change_sources"})
"""Those that have no entry for each fact."""


def save_columns(folder: Path, columns: Iterable[tuple[str, NDArray[Any]]], *, rows: int) -> None:
    """Write arrays by name, one after the other, with room for a few rows more where there are many."""
    spare, lengths = SPARE if rows >= MANY else 0, {}
    for name, array in columns:
        _save_with_room(folder / f"{name}.npy", array, spare)
        lengths[name] = len(array)
    (folder / "lengths.json").write_text(json.dumps(lengths), encoding="utf-8")


def _save_with_room(path: Path, array: NDArray[Any], spare: int) -> None:
    """Save an array with ``spare`` more places at its end, which take no space on the disk."""
    shape = (len(array) + spare, *array.shape[1:])
    with path.open("wb") as stream:
        header = {"descr": np.lib.format.dtype_to_descr(array.dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(stream, header)
        begin = stream.tell()
        stream.write(np.ascontiguousarray(array).data)
        stream.truncate(begin + int(np.prod(shape)) * array.itemsize)


def begins(counts: NDArray[Any]) -> NDArray[np.int32]:
    """Give where lists of these lengths begin behind each other, and where the last ends.

    >>> begins(np.array([2, 0, 1])).tolist()
    [0, 2, 2, 3]
    """
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def gather(values: NDArray[np.int32], at: NDArray[np.int32], order: NDArray[Any]) -> NDArray[np.int32]:
    """Give the lists of the rows in another order, behind each other; ``at`` tells where each begins.

    >>> gather(np.array([7, 8, 9]), np.array([0, 2, 3]), np.array([1, 0])).tolist()
    [9, 7, 8]
    """
    counts, first = np.diff(at)[order], at[:-1][order]
    starts = begins(counts)
    made: NDArray[np.int32] = values[np.repeat(first - starts[:-1], counts) + np.arange(int(starts[-1]))]
    return made


def reordered(column: Callable[[str], NDArray[Any]], order: Rows) -> Iterator[tuple[str, NDArray[Any]]]:
    """Give columns by name, one after the other, with their rows in another order; each is asked for when needed."""
    at = {name: column(f"{name}_at") for name in ("changes", "premises")}
    for name in COLUMNS:
        of_list, is_at, _ = name.partition("_at")
        if name in _NUMBERED:
            yield name, column(name)
        elif of_list not in at:
            yield name, column(name)[order]
        elif is_at:
            yield name, begins(np.diff(at[of_list])[order])
        else:
            yield name, gather(column(name), at[of_list], order)


def columns_of(
    facts: Sequence[Fact], terms: Terms, sources: Mapping[str, str], *, after: Columns | None = None
) -> Columns:
    """Make the columns of facts in the order given; new terms are added to ``terms``.

    ``sources`` maps the identity of a role change to what it was learned from. With ``after`` the rows, moments and
    role changes are numbered on from those columns, to be `grown` onto them.
    """
    moments: dict[Moment, int] = {}
    changes: dict[str, int] = {}
    first_moment = len(after.moments) if after is not None else 0
    first_change = len(after.change_ids) if after is not None else 0
    first_listed = (int(after.changes_at[-1]), int(after.premises_at[-1])) if after is not None else (0, 0)

    def moment(of: Moment) -> int:
        return first_moment + moments.setdefault(of, len(moments))

    def change(identity: str) -> int:
        return first_change + changes.setdefault(identity, len(changes))

    def term(iri: str) -> int:
        return terms.add(iri) if iri else ABSENT

    def word(text: str) -> int:
        return terms.add(Literal(text)) if text else ABSENT

    def column(values: Iterable[int], dtype: type = np.int32) -> NDArray[Any]:
        return np.fromiter(values, dtype=dtype, count=len(facts))

    never = [bool(fact.start.key) and fact.start.key == fact.end.key for fact in facts]
    made: dict[str, NDArray[Any]] = {
        "kind": column((KIND[f.kind] for f in facts), np.int8),
        "tenure": column(terms.add(f.tenure) for f in facts),
        "subject": column(terms.add(f.subject) for f in facts),
        "predicate": column(terms.add(f.predicate) for f in facts),
        "object": column(terms.add(f.object) for f in facts),
        "post": column(term(f.post) for f in facts),
        "role": column(term(f.role) for f in facts),
        "start": column(moment(f.start) for f in facts),
        "end": column(moment(f.end) for f in facts),
        "start_earliest": column(f.start.earliest for f in facts),
        "start_latest": column(f.start.latest for f in facts),
        "end_earliest": column(OPEN_EARLY if no else f.end.earliest for f, no in zip(facts, never, strict=True)),
        "end_latest": column(OPEN_EARLY if no else f.end.latest for f, no in zip(facts, never, strict=True)),
        "confirmed": column(f.confirmed for f in facts),
        "flags": column((_bits(f) for f in facts), np.uint8),
        "recorded": column((f.recorded for f in facts), np.int64),
        "superseded": column((NEVER if f.superseded is None else f.superseded for f in facts), np.int64),
        "changes": _numbers(change(identity) for f in facts for identity in f.changes),
        "changes_at": _starts([len(f.changes) for f in facts], first_listed[0], whole=after is None),
        "premises": _numbers(terms.add(premise) for f in facts for premise in f.premises),
        "premises_at": _starts([len(f.premises) for f in facts], first_listed[1], whole=after is None),
    }
    made["moments"] = moment_rows(moments, terms)
    made["change_ids"] = _numbers(terms.add(Literal(identity)) for identity in changes)
    made["change_sources"] = _numbers(word(sources.get(identity, "")) for identity in changes)
    return Columns(**made, whole={})


def moment_rows(moments: Iterable[Moment], terms: Terms) -> NDArray[np.int32]:
    """Give the rows of moments as `Columns` has them; new terms are added to ``terms``."""

    def word(text: str) -> int:
        return terms.add(Literal(text)) if text else ABSENT

    rows = [(m.earliest, m.latest, *map(word, (m.text, m.key, m.earliest_from, m.latest_from))) for m in moments]
    return np.array(rows, dtype=np.int32).reshape(len(rows), 6)


def _bits(fact: Fact) -> int:
    ongoing = ONGOING_BIT if fact.end == ONGOING else 0
    return sum(BITS[flag] for flag in fact.flags) + ongoing


def _numbers(values: Iterable[int]) -> NDArray[np.int32]:
    return np.fromiter(values, dtype=np.int32)


def _starts(lengths: list[int], first: int, *, whole: bool) -> NDArray[np.int32]:
    """Give where the list of each fact ends, and before the first, if the columns begin here, where it begins."""
    ends = first + np.cumsum(np.array(lengths, dtype=np.int64))
    return np.concatenate([[first], ends] if whole else [ends]).astype(np.int32)


def _lists(values: NDArray[np.int32], at: NDArray[np.int32], rows: Rows) -> Iterator[list[int]]:
    for first, last in zip(at[rows].tolist(), at[rows + 1].tolist(), strict=True):
        yield values[first:last].tolist()


class Facts(Sequence[Fact]):
    """The rows of the columns as facts, made when asked for."""

    def __init__(self, columns: Columns, terms: Terms) -> None:
        self._columns, self._terms = columns, terms
        self._made: dict[int, Fact] = {}
        self._moments: dict[int, Moment] = {}
        self._change_numbers: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._columns)

    @overload
    def __getitem__(self, row: int) -> Fact: ...
    @overload
    def __getitem__(self, row: slice) -> list[Fact]: ...
    def __getitem__(self, row: int | slice) -> Fact | list[Fact]:
        if isinstance(row, slice):
            return [self[number] for number in range(*row.indices(len(self)))]
        number = int(row)
        fact = self._made.get(number)
        if fact is None:
            if not 0 <= number < len(self):
                raise IndexError(row)
            fact = self._made[number] = self._make(number)
        return fact

    def __iter__(self) -> Iterator[Fact]:
        return (self[number] for number in range(len(self)))

    def several(self, rows: Rows) -> list[Fact]:
        """Give the facts of some rows; many that were not made yet are made at once, in a third of the time."""
        made = self._made
        wanted = rows.tolist()
        missing = [row for row in wanted if row not in made]
        if len(missing) > _FEW:
            self._make_several(np.array(missing, dtype=np.int64))
        return [self[row] for row in wanted]

    def _make_several(self, rows: Rows) -> None:
        c, text = self._columns, self._terms.text
        one = [column[rows] for column in (c.tenure, c.subject, c.predicate, c.object, c.post, c.role)]
        term = self._terms.learn(np.unique(np.concatenate(one)).tolist())
        numbers = (c.kind, c.start, c.end, c.confirmed, c.flags, c.recorded, c.superseded)
        lists = (_lists(c.changes, c.changes_at, rows), _lists(c.premises, c.premises_at, rows))
        columns = (*(column.tolist() for column in one), *(column[rows].tolist() for column in numbers), *lists)
        for row, tenure, subject, predicate, target, post, role, kind, start, end, confirmed, bits, recorded, gone, \
                changes, premises in zip(rows.tolist(), *columns, strict=True):  # fmt: skip
            self._made[row] = Fact(
                kind=FACT_KINDS[kind], tenure=text(tenure), subject=text(subject), predicate=text(predicate),
                object=term[target], start=self.moment(start), end=self.moment(end), confirmed=confirmed,
                post=text(post), role=text(role), flags=FLAG_NAMES[bits & ~ONGOING_BIT],
                changes=tuple(map(self.change, changes)), premises=tuple(map(text, premises)), recorded=recorded,
                superseded=None if gone == NEVER else gone,
            )  # fmt: skip

    def _make(self, row: int) -> Fact:
        c, terms = self._columns, self._terms
        bits = int(c.flags[row])
        superseded = int(c.superseded[row])
        changes = c.changes[c.changes_at[row] : c.changes_at[row + 1]]
        premises = c.premises[c.premises_at[row] : c.premises_at[row + 1]]
        return Fact(
            kind=FACT_KINDS[c.kind[row]],
            tenure=self._terms.text(int(c.tenure[row])),
            subject=self._terms.text(int(c.subject[row])),
            predicate=self._terms.text(int(c.predicate[row])),
            object=terms[int(c.object[row])],
            start=self.moment(int(c.start[row])),
            end=self.moment(int(c.end[row])),
            confirmed=int(c.confirmed[row]),
            post=self._terms.text(int(c.post[row])),
            role=self._terms.text(int(c.role[row])),
            flags=FLAG_NAMES[bits & ~ONGOING_BIT],
            changes=tuple(map(self.change, changes.tolist())),
            premises=tuple(map(terms.text, premises.tolist())),
            recorded=int(c.recorded[row]),
            superseded=None if superseded == NEVER else superseded,
        )

    def forget(self) -> None:
        """Forget the facts that were made; they are made again when asked for."""
        self._made.clear()

    def moment(self, number: int) -> Moment:
        """Give a moment by number."""
        made = self._moments.get(number)
        if made is None:
            earliest, latest, *words = (int(value) for value in self._columns.moments[number])
            made = self._moments[number] = Moment(earliest, latest, *map(self._terms.text, words))
        return made

    def change(self, number: int) -> str:
        """Give the identity of a role change by number."""
        identity = self._terms.text(int(self._columns.change_ids[number]))
        self._change_numbers[identity] = number
        return identity

    def number_of(self, identity: str) -> int | None:
        """Give the number of a role change that was given by number before."""
        return self._change_numbers.get(identity)

    def source(self, change: int) -> str:
        """Give what a role change (by number) was learned from; empty where it names no source."""
        return self._terms.text(int(self._columns.change_sources[change]))

    def sources(self, row: int) -> tuple[str, ...]:
        """Give the sources of the role changes of a fact, sorted."""
        c = self._columns
        found = {self.source(int(n)) for n in c.changes[c.changes_at[row] : c.changes_at[row + 1]]}
        return tuple(sorted(found - {""}))
