"""The index of what is loaded, written from arrays: the files that `Timeline.save` writes, in the same order of rows.

How the terms are numbered is said in `orggraph.bulk.blocks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.arrays import Keys, begins, numbers_of
from orggraph.bulk.blocks import Blocks, Others, encoded
from orggraph.bulk.columns import VERBS
from orggraph.bulk.tenures import Tenures
from orggraph.facts import (
    LABEL,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    NAME,
    PERSON_NAME,
    TYPE,
)
from orggraph.period import ONGOING, OPEN_LATE
from orggraph.replay.lives import ALWAYS
from orggraph.timeline import Standing, Timeline
from orggraph.timeline.columns import (
    COLUMNS,
    KIND,
    NEVER,
    ONGOING_BIT,
    Columns,
    columns_of,
    moment_rows,
    reordered,
    save_columns,
)
from orggraph.timeline.terms import ABSENT, Terms, write_terms
from orggraph.vocabulary import RDF_TYPE, Literal, Term

_Array = NDArray[np.int32]


def write_index(tenures: Tenures, folder: Path) -> None:
    """Write the index of what is loaded into an empty folder."""
    _write_rows(tenures, folder)
    standing = Standing(len(tenures.resting) == len(tenures.rows), tenures.recorded)
    Timeline.of_columns(Terms.open(folder), Columns.open(folder), standing=standing).save_around(folder)


def _write_rows(tenures: Tenures, folder: Path) -> None:
    """Write the columns and the terms; what that takes is forgotten before the rest of the index is made."""
    rows, blocks, of_change = tenures.rows, Blocks(tenures), tenures.row_of
    several = {fact.subject for fact in tenures.others}
    known: dict[Term, int] = {iri: number for number, iri in enumerate(rows.persons.iris) if iri in several}
    resting = np.searchsorted(tenures.resting, np.array(list(of_change.values()), dtype=np.int32)).tolist()
    known |= {Literal(change): blocks.change + n for change, n in zip(of_change, resting, strict=True)}
    terms = Others(blocks, known)
    big = _Columns(tenures, blocks, terms)
    codes, texts = rows.sources
    sources = {change: texts[codes[row]] for change, row in of_change.items()}
    small = columns_of(tenures.others, terms, sources, after=big.ends())
    keys = np.array([fact.tenure.rpartition(":")[2] for fact in tenures.others], dtype="S20")
    ordered = _ordered(big, small, keys, _ranks(tenures, blocks, terms))
    save_columns(folder, ordered, rows=len(big) + len(small))
    others = [terms[number] for number in range(len(terms))]
    write_terms(folder, chain(blocks.encoded(tenures), encoded(others)))


class _Columns:
    """The columns of types and names, of memberships, of lines and of derived ones, behind each other.

    Each is made when it is asked for, and may be forgotten once it is saved.
    """

    def __init__(self, tenures: Tenures, blocks: Blocks, terms: Terms) -> None:
        rows, described = tenures.rows, tenures.described
        self._tenures, self._blocks = tenures, blocks
        self._tables = (tenures.memberships, tenures.lines, tenures.derived)
        self._sizes = (len(described.entity), len(blocks.named), *(len(table) for table in self._tables))
        self._places = np.array([*(terms.add(iri) for iri in rows.places.iris), ABSENT], dtype=np.int32)
        self._entities = np.concatenate([np.arange(len(rows.persons.iris), dtype=np.int32), self._places[:-1]])
        dotted = np.concatenate([tenures.lines.dotted, tenures.derived.dotted])
        self._verbs = _verbs(terms, dotted)
        self._predicates = [terms.add(predicate) for predicate in (RDF_TYPE, MEMBER_OF)]
        self._naming = _either(described.entity[blocks.named] < len(rows.persons.iris), PERSON_NAME, LABEL, terms)
        self._classes = {class_: terms.add(class_) for class_ in dict.fromkeys(described.classes)}
        moments = [*rows.moments, ALWAYS]
        self._always, self._ongoing = len(moments) - 1, moments.index(ONGOING)
        self.moments = moment_rows(moments, terms)
        _, texts = rows.sources
        self._sources = np.array([terms.add(Literal(text)) if text else ABSENT for text in texts], dtype=np.int32)

    def __len__(self) -> int:
        return sum(self._sizes)

    def _column(self, *parts: NDArray[Any] | int, dtype: type = np.int32) -> NDArray[Any]:
        told = zip(parts, self._sizes, strict=True)
        return np.concatenate([np.broadcast_to(part, size).astype(dtype) for part, size in told])

    def _of_tables(self, name: str, timeless: int, dtype: type = np.int32) -> NDArray[Any]:
        """Give the column that all three tables have; types and names have one ``timeless`` value."""
        return self._column(timeless, timeless, *(getattr(table, name) for table in self._tables), dtype=dtype)

    def of(self, name: str) -> NDArray[Any]:
        """Make the column of this name."""
        made: NDArray[Any] = getattr(self, name)() if name != "moments" else self.moments
        return made

    def kind(self) -> NDArray[np.int8]:
        return self._column(*(KIND[kind] for kind in (TYPE, NAME, MEMBERSHIP, LINE, LINE)), dtype=np.int8)

    def tenure(self) -> _Array:
        blocks = self._blocks
        begins_ = (blocks.type, blocks.naming, blocks.tenure, blocks.line, blocks.derived)
        return self._column(*(np.arange(size) + begin for size, begin in zip(self._sizes, begins_, strict=True)))

    def subject(self) -> _Array:
        entity, lines = self._tenures.described.entity, (self._tenures.lines, self._tenures.derived)
        numbers = self._column(
            entity, entity[self._blocks.named], self._tenures.memberships.person, *(table.subject for table in lines)
        )  # fmt: skip
        made: _Array = self._entities[numbers]
        return made

    def predicate(self) -> _Array:
        type_, member = self._predicates
        lines = (self._verbs[table.dotted.astype(np.int32)] for table in (self._tenures.lines, self._tenures.derived))
        return self._column(type_, self._naming, member, *lines)

    def object(self) -> _Array:
        described, names = self._tenures.described, self._blocks.names
        named = [names[described.names[n]] + self._blocks.name for n in self._blocks.named.tolist()]
        return self._column(
            np.array([self._classes[class_] for class_ in described.classes], dtype=np.int32),
            np.array(named, dtype=np.int32), self._places[self._tenures.memberships.place],
            *(self._entities[table.manager] for table in (self._tenures.lines, self._tenures.derived)),
        )  # fmt: skip

    def post(self) -> _Array:
        return self._column(ABSENT, ABSENT, self._places[self._tenures.memberships.post], ABSENT, ABSENT)

    def role(self) -> _Array:
        return self._column(ABSENT, ABSENT, self._places[self._tenures.memberships.role], ABSENT, ABSENT)

    def start(self) -> _Array:
        return self._of_tables("start", self._always)

    def end(self) -> _Array:
        return self._of_tables("end", self._ongoing)

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
        return self._of_tables("confirmed", OPEN_LATE)

    def flags(self) -> NDArray[np.uint8]:
        ongoing = np.where(self.end() == self._ongoing, ONGOING_BIT, 0).astype(np.uint8)
        made: NDArray[np.uint8] = ongoing | self._of_tables("flags", 0, np.uint8)
        return made

    def recorded(self) -> NDArray[np.int64]:
        return np.full(len(self), self._tenures.recorded, dtype=np.int64)

    def superseded(self) -> NDArray[np.int64]:
        return np.full(len(self), NEVER, dtype=np.int64)

    def changes(self) -> _Array:
        number = np.zeros(len(self._tenures.rows), dtype=np.int32)
        number[self._tenures.resting] = np.arange(len(self._tenures.resting))
        return np.concatenate([number[table.changes.of] for table in self._tables])

    def changes_at(self) -> _Array:
        return begins(self._column(0, 0, *(table.changes.counts for table in self._tables)))

    def premises(self) -> _Array:
        own = self._tenures.lines.premise
        told = np.concatenate([own[own >= 0], self._tenures.derived.premises.of])
        return (told + self._blocks.tenure).astype(np.int32)

    def premises_at(self) -> _Array:
        lines = (self._tenures.lines.premise >= 0).astype(np.int32)
        return begins(self._column(0, 0, 0, lines, self._tenures.derived.premises.counts))

    def change_ids(self) -> _Array:
        return (np.arange(len(self._tenures.resting)) + self._blocks.change).astype(np.int32)

    def change_sources(self) -> _Array:
        codes, _ = self._tenures.rows.sources
        made: _Array = self._sources[codes[self._tenures.resting]]
        return made

    def tenure_numbers(self) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
        """Give the identities of the tenures as numbers, and of derived lines what tells those from one line apart."""
        tenures, described, derived = self._tenures, self._tenures.described, self._tenures.derived
        keys = (
            described.type_keys, described.name_keys[self._blocks.named], tenures.memberships.keys, tenures.lines.keys,
            tenures.lines.keys[derived.line],
        )  # fmt: skip
        tails = np.zeros(len(self), dtype=np.uint64)
        tails[len(self) - len(derived) :] = numbers_of(derived.keys)[0]
        return np.concatenate([numbers_of(part)[0] for part in keys]), tails

    def ends(self) -> Columns:
        """Give columns that end as these do, on which others can be numbered."""
        lists = {"changes_at": [int(self.changes_at()[-1])], "premises_at": [int(self.premises_at()[-1])]}
        made: dict[str, NDArray[Any]] = {name: np.zeros(0, dtype=np.int32) for name in COLUMNS}
        made |= {name: np.array(ends, dtype=np.int32) for name, ends in lists.items()}
        made |= {"moments": self.moments, "change_ids": self._tenures.resting}
        return Columns(**made, whole={})


def _either(mask: NDArray[np.bool_], yes: str, no: str, terms: Terms) -> _Array:
    """Give the number of one term where the mask is set, of the other elsewhere; only what is needed gets a number."""
    if mask.all():
        return np.full(len(mask), terms.add(yes) if len(mask) else ABSENT, dtype=np.int32)
    numbers = (terms.add(yes) if mask.any() else ABSENT), terms.add(no)
    return np.where(mask, *numbers).astype(np.int32)


def _verbs(terms: Terms, dotted: NDArray[np.bool_]) -> _Array:
    """Give the numbers of the predicates of direct and of dotted lines, as far as there are any."""
    return np.array([terms.add(v) if (dotted == bool(n)).any() else ABSENT for n, v in enumerate(VERBS)], np.int32)


# ---- the order of the rows


def _ranks(tenures: Tenures, blocks: Blocks, terms: Terms) -> _Array:
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

    numbers, tails = big.tenure_numbers()
    behind = np.concatenate([tails, np.zeros(len(keys), dtype=np.uint64)])
    order = _order(both, ranks, (behind, np.concatenate([numbers, numbers_of(keys)[0]])))
    return reordered(both, order)


def _order(
    both: Callable[[str], NDArray[Any]], ranks: _Array, tenures: tuple[NDArray[np.uint64], ...]
) -> NDArray[np.int64]:
    """Give the order of the rows; ``tenures`` puts what is alike in everything else into that of its identities."""
    keys = (
        *tenures,
        _pair(both("end_earliest"), both("end_latest")),
        _pair(both("start_earliest"), both("start_latest")),
        ranks[both("object")],
        _pair(ranks[both("subject")], ranks[both("predicate")]),
    )
    return np.lexsort(keys)


def _pair(high: _Array, low: _Array) -> NDArray[np.int64]:
    return (high.astype(np.int64) << 32) + low
