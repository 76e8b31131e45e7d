"""Apart: rows that need replay, replayed some seats or posts at a time, and what follows from them as columns.

Replay is given what each row was found to speak of, so entities mean what they mean in everything that is loaded. All
rows of a seat, and all rows on the lines of a post, go together; nothing else bears on what follows from them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.columns import FLAG_BITS, VERBS, Lines, Memberships, behind, table_of
from orggraph.bulk.moments import Numbers
from orggraph.bulk.rows import Rows
from orggraph.bulk.sheets import CHUNK
from orggraph.errors import Finding
from orggraph.facts import LINE, MEMBERSHIP, Fact
from orggraph.rdf.compact import fused
from orggraph.replay.gathering import Gathered
from orggraph.replay.identity import Identity
from orggraph.replay.statements import Statement
from orggraph.replay.writing import Writer
from orggraph.vocabulary import name_key

_Rows = NDArray[np.int64]


class Replayed(NamedTuple):
    """What follows from the rows that were replayed; ``others`` are facts that are neither membership nor line."""

    memberships: Memberships
    lines: Lines
    others: list[Fact]
    findings: list[Finding]


def replayed(rows: Rows, apart: _Rows, *, base: str, recorded: int, after: tuple[int, int]) -> Replayed:
    """Replay the tenures in rows set ``apart``, and all lines of posts.

    ``after`` tells how many memberships and lines there are already; new moments are put behind those of the rows.
    """
    turning = _Turning(rows, base=base, recorded=recorded, after=after)
    for chunk in _groups(apart, rows.persons.of_row[apart]):
        turning.take(chunk)
    for chunk in _groups(rows.lines, rows.places.post[rows.lines]):
        turning.take(chunk)
    return turning.made()


def _groups(told: _Rows, of: NDArray[np.int32]) -> Iterator[_Rows]:
    """Cut rows into chunks, in each of which all rows of a person or post are."""
    order = np.argsort(of, kind="stable")
    firsts = np.flatnonzero(np.diff(of[order], prepend=-2))
    begin = 0
    for end in (*firsts[1:].tolist(), len(order)):
        if end - begin >= CHUNK // 4 or end == len(order):
            if end > begin:
                yield np.sort(told[order[begin:end]])
            begin = end


class _Turning:
    """Turns rows into columns, chunk after chunk; of the facts of a chunk nothing is kept."""

    def __init__(self, rows: Rows, *, base: str, recorded: int, after: tuple[int, int]) -> None:
        self._rows, self._base, self._recorded = rows, base, recorded
        self._after = list(after)
        self._numbers = Numbers(rows.moments)
        self._tables: tuple[list[Memberships], list[Lines]] = ([table_of(Memberships, [])], [table_of(Lines, [])])
        self._others: list[Fact] = []
        self._findings: dict[Finding, None] = {}

    def take(self, chunk: _Rows) -> None:
        """Replay some rows."""
        named = _Named(self._rows, chunk, base=self._base)
        gathered = Gathered(named.changes, base=self._base, salt="", identify=named.identify)
        writer = Writer(gathered)
        writer.write_lines(writer.write_memberships())
        facts = [replace(fact, recorded=self._recorded) for fact in {f.content: f for f in writer.facts}.values()]
        self._findings |= dict.fromkeys([*gathered.findings, *writer.findings])
        self._others += [fact for fact in facts if fact.kind not in (MEMBERSHIP, LINE)]
        self._put(named, [f for f in facts if f.kind == MEMBERSHIP], [f for f in facts if f.kind == LINE])

    def _put(self, named: _Named, memberships: Sequence[Fact], lines: Sequence[Fact]) -> None:
        tenures = {fact.tenure: self._after[0] + number for number, fact in enumerate(memberships)}
        numbers = {fact.tenure: self._after[1] + number for number, fact in enumerate(lines)}
        shared = fused([*memberships, *lines])
        told = [(f, numbers[line.tenure] if (line := shared.get(f.tenure)) else -1) for f in memberships]
        premises = [(f, tenures[f.premises[0]] if f.premises else -1) for f in lines]
        self._tables[0].append(table_of(Memberships, [self._membership(named, *each) for each in told]))
        self._tables[1].append(table_of(Lines, [self._line(named, *each) for each in premises]))
        self._after = [self._after[0] + len(memberships), self._after[1] + len(lines)]

    def _membership(self, named: _Named, fact: Fact, line: int) -> tuple[object, ...]:
        place = named.places
        return (
            named.entities[fact.subject], place[str(fact.object)], place[fact.post], place[fact.role],
            *self._dated(fact), line, _key(fact), fact.id.encode(), named.rows_of(fact),
        )  # fmt: skip

    def _line(self, named: _Named, fact: Fact, premise: int) -> tuple[object, ...]:
        return (
            named.entities[fact.subject], named.entities[str(fact.object)], fact.predicate == VERBS[1],
            *self._dated(fact), premise, _key(fact), named.rows_of(fact),
        )  # fmt: skip

    def _dated(self, fact: Fact) -> tuple[int, int, int, int]:
        return self._numbers(fact.start), self._numbers(fact.end), fact.confirmed, FLAG_BITS[fact.flags]

    def made(self) -> Replayed:
        """Give everything."""
        return Replayed(behind(self._tables[0]), behind(self._tables[1]), self._others, list(self._findings))


def _key(fact: Fact) -> bytes:
    return fact.tenure.rpartition(":")[2].encode()


class _Named:
    """Some rows as role changes, with what they were found to speak of."""

    def __init__(self, rows: Rows, chunk: _Rows, *, base: str) -> None:
        self._rows, self._base = rows, base
        ids = rows.ids[chunk].astype(str).tolist()
        self.changes = [c.identified(i) for c, i in zip(rows.sheet.parse(chunk.tolist()), ids, strict=True)]
        self._row_of = dict(zip(ids, chunk.tolist(), strict=True))
        self.entities: dict[str, int] = {}
        self.places: dict[str, int] = {"": -1}

    def rows_of(self, fact: Fact) -> list[int]:
        """Give the rows that a fact rests on, in the order of their identities."""
        return [self._row_of[change] for change in fact.changes]

    def identify(self, statements: list[Statement]) -> Identity:
        """Fill in what statements speak of; give what those entities are called."""
        identity = Identity((), base=self._base, salt="")
        persons, places = self._rows.persons, self._rows.places
        for statement in statements:
            row = self._row_of[statement.evidence[0]]
            statement.person = self._person(int(persons.of_row[row]), identity)
            statement.post = self._place(int(places.post[row]), identity)
            statement.role = self._place(int(places.role[row]), identity)
            statement.unit = self._place(int(places.unit[row]), identity)
            statement.organization = self._place(int(places.organization[row]), identity)
            self._place(int(places.place[row]), identity)
            manager = self._person(int(persons.manager_of_row[row]), identity)
            statement.manager = manager or self._place(int(places.manager[row]), identity)
        return identity

    def _person(self, number: int, identity: Identity) -> str:
        if number < 0:
            return ""
        iri = self._rows.persons.iris[number]
        if iri not in self.entities:
            self.entities[iri] = number
            identity.labels[iri] = {name_key(name): name for name in self._rows.persons.names[number]}
        return iri

    def _place(self, number: int, identity: Identity) -> str:
        if number < 0:
            return ""
        places = self._rows.places
        iri = places.iris[number]
        if iri not in self.entities:
            self.entities[iri] = len(self._rows.persons.iris) + number
            self.places[iri] = number
            identity.labels[iri] = places.labels[iri]
            if iri in places.placed:
                identity.placed[iri] = places.placed[iri]
        return iri
