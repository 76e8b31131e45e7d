"""Columns: memberships and lines as arrays, and any one of them as the fact that it is.

Why facts can be had back: what is rare is written by the code that writes all facts, one at a time, and never twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.arrays import Keys, Lists, begins
from orggraph.bulk.rows import Rows
from orggraph.bulk.sheets import Ints
from orggraph.facts import LINE, MEMBER_OF, MEMBERSHIP, REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO, Fact
from orggraph.timeline.columns import FLAG_NAMES

VERBS = (REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO)
"""The predicates of lines, by whether they are dotted."""
FLAG_BITS = {names: bits for bits, names in enumerate(FLAG_NAMES)}
"""The bits that stand for some flags."""


@dataclass(slots=True)
class Memberships:
    """Memberships. ``flags`` are bits in the order of `FLAGS`, ``changes`` rows in the order of their identities.

    ``keys`` identify the tenures, ``nodes`` the facts; ``line`` is the number of the line that shares the node of the
    fact, or -1. Persons, and places, posts and roles are numbers of their own, -1 for none.
    """

    person: Ints
    place: Ints
    post: Ints
    role: Ints
    start: Ints
    end: Ints
    confirmed: Ints
    flags: NDArray[np.uint8]
    line: Ints
    keys: Keys
    nodes: Keys
    changes: Lists

    def __len__(self) -> int:
        return len(self.person)


@dataclass(slots=True)
class Lines:
    """Lines as they were stated. ``premise`` is the number of the membership each belongs to, -1 for one of a post.

    ``subject`` and ``manager`` are numbers of entities: the persons, and behind them the places.
    """

    subject: Ints
    manager: Ints
    dotted: NDArray[np.bool_]
    start: Ints
    end: Ints
    confirmed: Ints
    flags: NDArray[np.uint8]
    premise: Ints
    keys: Keys
    changes: Lists

    def __len__(self) -> int:
        return len(self.subject)


@dataclass(slots=True)
class Derived:
    """Lines that follow from the ``line`` between posts of this number, and from the memberships in them.

    ``premises`` are numbers of memberships, and behind them of lines, in the order of their keys; ``keys`` is what
    tells those apart that follow from one line.
    """

    subject: Ints
    manager: Ints
    dotted: NDArray[np.bool_]
    start: Ints
    end: Ints
    confirmed: Ints
    flags: NDArray[np.uint8]
    line: Ints
    keys: Keys
    changes: Lists
    premises: Lists

    def __len__(self) -> int:
        return len(self.subject)


_Table = TypeVar("_Table", Memberships, Lines, Derived)


def behind(parts: Sequence[_Table]) -> _Table:
    """Put tables behind each other; what numbers entries of another table is to be right already."""
    made: dict[str, Any] = {}
    for name in (field.name for field in fields(parts[0])):
        columns = [getattr(part, name) for part in parts]
        made[name] = Lists.joined(columns) if isinstance(columns[0], Lists) else np.concatenate(columns)
    return type(parts[0])(**made)


_TYPES: dict[str, str] = {"flags": "u1", "dotted": "?", "keys": "S20", "nodes": "S20"}


def table_of(kind: type[_Table], entries: Sequence[tuple[Any, ...]]) -> _Table:
    """Make a table of entries, each with its values in the order of the fields."""
    made: list[Any] = []
    for number, name in enumerate(field.name for field in fields(kind)):
        values = [entry[number] for entry in entries]
        if name in ("changes", "premises"):
            counts = np.array([len(each) for each in values], dtype=np.int32)
            made.append(Lists(begins(counts), np.array([n for each in values for n in each], dtype=np.int32)))
        else:
            made.append(np.array(values, dtype=_TYPES.get(name, "i4")))
    return kind(*made)


class Shown:
    """The entries of the tables as facts."""

    def __init__(self, rows: Rows, memberships: Memberships, lines: Lines, *, base: str, recorded: int) -> None:
        self._rows, self._memberships, self._lines = rows, memberships, lines
        self._tenures, self._recorded = f"{base}tenure:", recorded

    def entity(self, number: int) -> str:
        """Give the IRI of a person or place by the number of the entity."""
        persons = self._rows.persons.iris
        return persons[number] if number < len(persons) else self._rows.places.iris[number - len(persons)]

    def place(self, number: int) -> str:
        """Give the IRI of a place, and nothing for -1."""
        return self._rows.places.iris[number] if number >= 0 else ""

    def changes(self, lists: Lists, number: int) -> tuple[str, ...]:
        """Give the identities of the role changes in a list."""
        told = lists.of[lists.at[number] : lists.at[number + 1]]
        return tuple(identity.decode() for identity in self._rows.ids[told].tolist())

    def membership(self, number: int) -> Fact:
        """Give a membership."""
        m, moments = self._memberships, self._rows.moments
        return Fact(
            kind=MEMBERSHIP, tenure=self._tenures + m.keys[number].decode(), predicate=MEMBER_OF,
            subject=self._rows.persons.iris[m.person[number]], object=self.place(m.place[number]),
            start=moments[m.start[number]], end=moments[m.end[number]], confirmed=int(m.confirmed[number]),
            post=self.place(m.post[number]), role=self.place(m.role[number]), flags=FLAG_NAMES[m.flags[number]],
            changes=self.changes(m.changes, number), recorded=self._recorded,
        )  # fmt: skip

    def line(self, number: int) -> Fact:
        """Give a line as it was stated."""
        c, moments = self._lines, self._rows.moments
        premise = c.premise[number]
        return Fact(
            kind=LINE, tenure=self._tenures + c.keys[number].decode(), predicate=VERBS[int(c.dotted[number])],
            subject=self.entity(c.subject[number]), object=self.entity(c.manager[number]),
            start=moments[c.start[number]], end=moments[c.end[number]], confirmed=int(c.confirmed[number]),
            flags=FLAG_NAMES[c.flags[number]], changes=self.changes(c.changes, number), recorded=self._recorded,
            premises=(self._tenures + self._memberships.keys[premise].decode(),) if premise >= 0 else (),
        )  # fmt: skip

    def derived(self, table: Derived, number: int) -> Fact:
        """Give a line that follows from others."""
        moments, premises = self._rows.moments, table.premises
        told = premises.of[premises.at[number] : premises.at[number + 1]]
        over = self._tenures + self._lines.keys[table.line[number]].decode()
        return Fact(
            kind=LINE, tenure=f"{over}:{table.keys[number].decode()}", predicate=VERBS[int(table.dotted[number])],
            subject=self.entity(table.subject[number]), object=self.entity(table.manager[number]),
            start=moments[table.start[number]], end=moments[table.end[number]],
            confirmed=int(table.confirmed[number]), flags=FLAG_NAMES[table.flags[number]],
            changes=self.changes(table.changes, number), recorded=self._recorded,
            premises=tuple(self._tenures + self.key(premise) for premise in told.tolist()),
        )  # fmt: skip

    def key(self, premise: int) -> str:
        """Give the key of a membership, or behind those of a line, by number."""
        count = len(self._memberships)
        keys = self._memberships.keys if premise < count else self._lines.keys
        key: bytes = keys[premise if premise < count else premise - count]
        return key.decode()
