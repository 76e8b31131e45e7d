"""The index of what is loaded, written from arrays: the files that `Timeline.save` writes, in the same order of rows.

Terms are numbered in blocks: persons, their names, then one after the other the tenures of what they are and are
called, of the rows and of their lines, and the role changes; behind them all others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.rows import Keys, chunks, numbers_of
from orggraph.bulk.tenures import PERSON, Tenures
from orggraph.facts import (
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    NAME,
    PERSON_NAME,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    TYPE,
)
from orggraph.period import ONGOING, OPEN_LATE, Moment
from orggraph.replay.lives import ALWAYS
from orggraph.timeline import Standing, Timeline
from orggraph.timeline.columns import COLUMNS, KIND, NEVER, ONGOING_BIT, Columns, columns_of, save_columns
from orggraph.timeline.terms import ABSENT, Terms, encode, write_terms
from orggraph.vocabulary import RDF_TYPE, Literal, Term

_Array = NDArray[np.int32]


class _Others(Terms):
    """The terms behind the blocks; those that have a number in a block keep it."""

    def __init__(self, blocks: _Blocks, known: Mapping[Term, int]) -> None:
        super().__init__()
        self._blocks, self._known = blocks, known

    def add(self, term: Term) -> int:
        number = self._known.get(term)
        if number is None and isinstance(term, Literal) and term == Literal(term.value):
            name = self._blocks.names.get(term.value)
            number = None if name is None else name + self._blocks.name
        return super().add(term) + self._blocks.end if number is None else number


class _Blocks:
    """Where the blocks of terms begin."""

    def __init__(self, tenures: Tenures) -> None:
        rows, described = tenures.rows, tenures.described
        self.names: dict[str, int] = {}
        for names in rows.persons.names:
            for name in names:
                self.names.setdefault(name, len(self.names))
        self.described_names = np.flatnonzero(described.name_keys != b"")
        self.lines = np.flatnonzero(tenures.line_keys != b"")
        sizes = (
            len(rows.persons.iris), len(self.names), len(described.person), len(self.described_names), len(rows),
            len(self.lines), len(rows),
        )  # fmt: skip
        ends: list[int] = np.cumsum(sizes).tolist()
        self.name, self.type, self.naming, self.tenure, self.line, self.change, self.end = ends

    def encoded(self, tenures: Tenures) -> Iterator[list[bytes]]:
        """Give all terms of the blocks in order, some at a time, as `terms.encode` writes them."""
        rows, described = tenures.rows, tenures.described
        yield from _encoded(rows.persons.iris)
        yield from _encoded([Literal(name) for name in self.names])
        prefix = f"{tenures.base}tenure:".encode()
        named = described.name_keys[self.described_names]
        for keys in (described.type_keys, named, tenures.keys, tenures.line_keys[self.lines]):
            for part in chunks(len(keys)):
                yield [prefix + key for key in keys[part].tolist()]
        before, _, behind = encode(Literal("\x00")).partition(b"\x00")
        for part in chunks(len(rows)):
            yield [before + key + behind for key in rows.ids[part].tolist()]


def _encoded(terms: Sequence[Term]) -> Iterator[list[bytes]]:
    return ([encode(term) for term in terms[part]] for part in chunks(len(terms)))


def write_index(tenures: Tenures, folder: Path) -> None:
    """Write the index of what is loaded into an empty folder."""
    rows, blocks, of_change = tenures.rows, _Blocks(tenures), tenures.row_of
    several = {fact.subject for fact in tenures.others}
    known: dict[Term, int] = {iri: number for number, iri in enumerate(rows.persons.iris) if iri in several}
    known |= {Literal(change): blocks.change + row for change, row in of_change.items()}
    terms = _Others(blocks, known)
    big = _Columns(tenures, blocks, terms)
    codes, texts = rows.sources
    sources = {change: texts[codes[row]] for change, row in of_change.items()}
    small = columns_of(tenures.others, terms, sources, after=big.ends())
    keys = np.array([fact.tenure.rpartition(":")[2] for fact in tenures.others], dtype="S20")
    ordered = _ordered(big, small, keys, _ranks(tenures, blocks, terms))
    save_columns(folder, ordered, rows=len(big) + len(small))
    others = [terms[number] for number in range(len(terms))]
    write_terms(folder, chain(blocks.encoded(tenures), _encoded(others)))
    standing = Standing(True, tenures.recorded)
    Timeline.of_columns(Terms.open(folder), Columns.open(folder), standing=standing).save_around(folder)


class _Columns:
    """The columns of the persons' types and names, of the memberships and of the lines behind each other.

    Each is made when it is asked for, and may be forgotten once it is saved.
    """

    def __init__(self, tenures: Tenures, blocks: _Blocks, terms: Terms) -> None:
        rows, described = tenures.rows, tenures.described
        self._tenures, self._blocks = tenures, blocks
        self._persons, self._named, self._lines = described.person, blocks.described_names, blocks.lines
        self._every = np.arange(len(rows), dtype=np.int32)
        self._sizes = (len(self._persons), len(self._named), len(rows), len(self._lines))
        self._places = np.array([*(terms.add(iri) for iri in rows.places.iris), ABSENT], dtype=np.int32)
        self._verbs = _verbs(terms, rows.dotted[self._lines])
        self._class, self._predicates = terms.add(PERSON), [terms.add(p) for p in (RDF_TYPE, PERSON_NAME, MEMBER_OF)]
        moments = [*rows.moments, ALWAYS]
        self._always, self._ongoing = len(moments) - 1, moments.index(ONGOING)
        self.moments = _moments(moments, terms)
        _, texts = rows.sources
        self._sources = np.array([terms.add(Literal(text)) if text else ABSENT for text in texts], dtype=np.int32)

    def __len__(self) -> int:
        return sum(self._sizes)

    def _column(self, *parts: NDArray[Any] | int, dtype: type = np.int32) -> NDArray[Any]:
        told = zip(parts, self._sizes, strict=True)
        return np.concatenate([np.broadcast_to(part, size).astype(dtype) for part, size in told])

    def of(self, name: str) -> NDArray[Any]:
        """Make the column of this name."""
        made: NDArray[Any] = getattr(self, name)() if name != "moments" else self.moments
        return made

    def kind(self) -> NDArray[np.int8]:
        return self._column(*(KIND[kind] for kind in (TYPE, NAME, MEMBERSHIP, LINE)), dtype=np.int8)

    def tenure(self) -> _Array:
        blocks, (types, names, _, lines) = self._blocks, self._sizes
        return self._column(
            np.arange(types) + blocks.type, np.arange(names) + blocks.naming, self._every + blocks.tenure,
            np.arange(lines) + blocks.line,
        )  # fmt: skip

    def subject(self) -> _Array:
        of_row = self._tenures.rows.persons.of_row
        return self._column(self._persons, self._persons[self._named], of_row, of_row[self._lines])

    def predicate(self) -> _Array:
        return self._column(*self._predicates, self._verbs[self._tenures.rows.dotted[self._lines].astype(np.int32)])

    def object(self) -> _Array:
        rows, names = self._tenures.rows, self._blocks.names
        named = [names[rows.persons.names[person][0]] for person in self._persons[self._named].tolist()]
        return self._column(
            self._class, np.array(named, dtype=np.int32) + self._blocks.name, self._places[rows.places.place],
            rows.persons.manager_of_row[self._lines],
        )  # fmt: skip

    def post(self) -> _Array:
        return self._column(ABSENT, ABSENT, self._places[self._tenures.rows.places.post], ABSENT)

    def role(self) -> _Array:
        return self._column(ABSENT, ABSENT, self._places[self._tenures.rows.places.role], ABSENT)

    def start(self) -> _Array:
        start = self._tenures.rows.start
        return self._column(self._always, self._always, start, start[self._lines])

    def end(self) -> _Array:
        end = self._tenures.rows.end
        return self._column(self._ongoing, self._ongoing, end, end[self._lines])

    def _bound(self, numbers: _Array, of: int) -> _Array:
        bounds: _Array = self.moments[numbers, of]
        return bounds

    def start_earliest(self) -> _Array:
        return self._bound(self.start(), 0)

    def start_latest(self) -> _Array:
        return self._bound(self.start(), 1)

    def end_earliest(self) -> _Array:
        return self._bound(self.end(), 0)

    def end_latest(self) -> _Array:
        return self._bound(self.end(), 1)

    def confirmed(self) -> _Array:
        confirmed = self._tenures.confirmed
        return self._column(OPEN_LATE, OPEN_LATE, confirmed, confirmed[self._lines])

    def flags(self) -> NDArray[np.uint8]:
        return np.where(self.end() == self._ongoing, ONGOING_BIT, 0).astype(np.uint8)

    def recorded(self) -> NDArray[np.int64]:
        return np.full(len(self), self._tenures.recorded, dtype=np.int64)

    def superseded(self) -> NDArray[np.int64]:
        return np.full(len(self), NEVER, dtype=np.int64)

    def changes(self) -> _Array:
        return np.concatenate([self._every, self._lines]).astype(np.int32)

    def changes_at(self) -> _Array:
        return _begins(self._column(0, 0, 1, 1))

    def premises(self) -> _Array:
        return (self._lines + self._blocks.tenure).astype(np.int32)

    def premises_at(self) -> _Array:
        return _begins(self._column(0, 0, 0, 1))

    def change_ids(self) -> _Array:
        return (self._every + self._blocks.change).astype(np.int32)

    def change_sources(self) -> _Array:
        codes, _ = self._tenures.rows.sources
        made: _Array = self._sources[codes]
        return made

    def tenure_numbers(self) -> NDArray[np.uint64]:
        """Give the identities of the tenures as numbers."""
        tenures, described = self._tenures, self._tenures.described
        named = described.name_keys[self._named]
        keys = (described.type_keys, named, tenures.keys, tenures.line_keys[self._lines])
        return np.concatenate([numbers_of(part)[0] for part in keys])

    def ends(self) -> Columns:
        """Give columns that end as these do, on which others can be numbered."""
        lists = {"changes_at": [len(self._every) + len(self._lines)], "premises_at": [len(self._lines)]}
        made: dict[str, NDArray[Any]] = {name: np.zeros(0, dtype=np.int32) for name in COLUMNS}
        made |= {name: np.array(ends, dtype=np.int32) for name, ends in lists.items()}
        made |= {"moments": self.moments, "change_ids": self._every}
        return Columns(**made, whole={})


def _verbs(terms: Terms, dotted: NDArray[np.bool_]) -> _Array:
    """Give the numbers of the predicates of direct and of dotted lines, as far as there are any."""
    verbs = (REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO)
    return np.array([terms.add(v) if (dotted == bool(n)).any() else ABSENT for n, v in enumerate(verbs)], np.int32)


def _moments(moments: Sequence[Moment], terms: Terms) -> _Array:
    def word(text: str) -> int:
        return terms.add(Literal(text)) if text else ABSENT

    told = [(m.earliest, m.latest, *map(word, (m.text, m.key, m.earliest_from, m.latest_from))) for m in moments]
    return np.array(told, dtype=np.int32)


# ---- the order of the rows


def _ranks(tenures: Tenures, blocks: _Blocks, terms: Terms) -> _Array:
    """Give the place of the terms that facts are about among all of these, by number of the term.

    Names of persons who have only one are left out: nothing else has the same subject and predicate.
    """
    told = [*tenures.rows.persons.iris, *(str(terms[number]) for number in range(len(terms)))]
    numbers = [*range(len(tenures.rows.persons.iris)), *range(blocks.end, blocks.end + len(terms))]
    for name in {fact.object.value for fact in tenures.others if isinstance(fact.object, Literal)}:
        if name in blocks.names:
            told.append(str(Literal(name)))
            numbers.append(blocks.name + blocks.names[name])
    ranks = np.zeros(blocks.end + len(terms), dtype=np.int32)
    order = sorted(range(len(told)), key=told.__getitem__)
    ranks[np.array(numbers)[order]] = np.arange(len(order))
    return ranks


def _ordered(big: _Columns, small: Columns, keys: Keys, ranks: _Array) -> Iterator[tuple[str, NDArray[Any]]]:
    """Give the columns of both, by name and one after the other, in the order of the rows of a timeline.

    ``keys`` identify the tenures of the small ones.
    """

    def both(name: str) -> NDArray[Any]:
        return np.concatenate([big.of(name), getattr(small, name)])

    order = _order(both, ranks, np.concatenate([big.tenure_numbers(), numbers_of(keys)[0]]))
    at = {name: both(f"{name}_at") for name in ("changes", "premises")}
    for name in COLUMNS:
        of_list, is_at, _ = name.partition("_at")
        if of_list not in at:
            yield name, both(name) if name in _NUMBERED else both(name)[order]
        elif is_at:
            yield name, _begins(np.diff(at[of_list])[order])
        else:
            yield name, _gathered(both(name), at[of_list], order)


_NUMBERED = frozenset({"moments", "change_ids", "change_sources"})


def _order(both: Callable[[str], NDArray[Any]], ranks: _Array, tenures: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Give the order of the rows; ``tenures`` puts what is alike in everything else into that of its identities."""
    keys = (
        tenures,
        _pair(both("end_earliest"), both("end_latest")),
        _pair(both("start_earliest"), both("start_latest")),
        ranks[both("object")],
        _pair(ranks[both("subject")], ranks[both("predicate")]),
    )
    return np.lexsort(keys)


def _pair(high: _Array, low: _Array) -> NDArray[np.int64]:
    return (high.astype(np.int64) << 32) + low


def _begins(counts: _Array) -> _Array:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)


def _gathered(values: _Array, at: _Array, order: NDArray[np.int64]) -> _Array:
    """Give the lists of the rows in another order, behind each other."""
    counts, first = np.diff(at)[order], at[:-1][order]
    begins = _begins(counts)
    gathered: _Array = values[np.repeat(first - begins[:-1], counts) + np.arange(int(begins[-1]))]
    return gathered
