"""What is compared: the bare columns of numpy as a reference, SQLite as what one would take otherwise, and orggraph.

Every peer answers the same five questions in numbers of persons, so that the answers can be compared; what each returns
before that is as its user would get it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from generator import DAYS, FIRST, Row

from orggraph import OrgGraph
from orggraph.timeline import Reporting

Pairs = set[tuple[int, int]]


class Peer(Protocol):
    """One way to answer; ``people`` and ``pairs`` read what it returned, outside the time that is measured."""

    name: str

    def reports(self, person: int, day: int) -> Any:
        """Find who reports to a person on a day."""

    def chain(self, person: int, day: int) -> Any:
        """Walk upwards from a person."""

    def below(self, person: int, day: int) -> Any:
        """Find everybody below a person."""

    def snapshot(self, day: int) -> Any:
        """Find all lines of a day."""

    def diff(self, before: int, after: int) -> Any:
        """Find the lines added and removed between two days."""

    def people(self, answer: Any) -> list[int]:
        """Read persons."""

    def pairs(self, answer: Any) -> Pairs:
        """Read lines."""


class Brute:
    """The answers, from the rows one by one."""

    name = "brute force"

    def __init__(self, rows: list[Row]) -> None:
        self._of: dict[int, list[Row]] = {}
        self._to: dict[int, list[Row]] = {}
        self._rows = rows
        for row in rows:
            self._of.setdefault(row.person, []).append(row)
            self._to.setdefault(row.manager, []).append(row)

    def reports(self, person: int, day: int) -> list[int]:
        return [row.person for row in self._to.get(person, ()) if row.start <= day < row.end]

    def chain(self, person: int, day: int) -> list[int]:
        found: list[int] = []
        while True:
            above = [row.manager for row in self._of.get(person, ()) if row.start <= day < row.end]
            if not above or above[0] < 0:
                return found
            person = above[0]
            found.append(person)

    def below(self, person: int, day: int) -> list[int]:
        found, level = list[int](), [person]
        while level:
            level = [reporter for boss in level for reporter in self.reports(boss, day)]
            found += level
        return found

    def snapshot(self, day: int) -> Pairs:
        return {(row.person, row.manager) for row in self._rows if row.start <= day < row.end and row.manager >= 0}

    def diff(self, before: int, after: int) -> tuple[Pairs, Pairs]:
        a, b = self.snapshot(before), self.snapshot(after)
        return b - a, a - b

    def people(self, answer: list[int]) -> list[int]:
        return sorted(answer)

    def pairs(self, answer: Pairs) -> Pairs:
        return answer


class Numpy:
    """Bare columns: the lines by manager and by reporter, and by the days on which they begin and end."""

    name = "numpy"

    def __init__(self, rows: list[Row]) -> None:
        table = np.array([(r.person, r.manager, r.start, r.end) for r in rows if r.manager >= 0], dtype=np.int32)
        people = int(max(row.person for row in rows)) + 1
        self._by_manager, self._at_manager = self._ordered(table, 1, people)
        self._by_person, self._at_person = self._ordered(table, 0, people)
        pair = (table[:, 0].astype(np.int64) << 32) | table[:, 1]
        first, last = np.argsort(table[:, 2], kind="stable"), np.argsort(table[:, 3], kind="stable")
        self._start, self._start_end, self._start_pair = table[first, 2], table[first, 3], pair[first]
        self._end, self._end_start, self._end_pair = table[last, 3], table[last, 2], pair[last]

    @staticmethod
    def _ordered(table: Any, column: int, people: int) -> tuple[list[Any], Any]:
        ordered = table[np.lexsort((table[:, 2], table[:, column]))]
        at = np.searchsorted(ordered[:, column], np.arange(people + 1)).astype(np.int32)
        return [np.ascontiguousarray(ordered[:, number]) for number in range(4)], at

    def reports(self, person: int, day: int) -> Any:
        reporter, _, start, end = self._by_manager
        part = slice(self._at_manager[person], self._at_manager[person + 1])
        return reporter[part][(start[part] <= day) & (end[part] > day)]

    def chain(self, person: int, day: int) -> list[int]:
        _, manager, start, end = self._by_person
        found: list[int] = []
        while True:
            first, last = int(self._at_person[person]), int(self._at_person[person + 1])
            at = first + int(start[first:last].searchsorted(np.int32(day), "right")) - 1
            if at < first or day >= end[at]:
                return found
            person = int(manager[at])
            found.append(person)

    def below(self, person: int, day: int) -> Any:
        reporter, _, start, end = self._by_manager
        level, levels = np.array([person]), []
        while len(level):
            first = self._at_manager[level]
            counts = self._at_manager[level + 1] - first
            part = np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
            level = reporter[part][(start[part] <= day) & (end[part] > day)]
            levels.append(level)
        return np.concatenate(levels)

    def snapshot(self, day: int) -> Any:
        reporter, manager, start, end = self._by_manager
        hold = np.flatnonzero((start <= day) & (end > day))
        return reporter[hold], manager[hold]

    def diff(self, before: int, after: int) -> Any:
        days = np.array([before, after], dtype=np.int32)
        began, ended = (slice(*column.searchsorted(days, "right")) for column in (self._start, self._end))
        new = np.sort(self._start_pair[began][self._start_end[began] > after])
        old = np.sort(self._end_pair[ended][self._end_start[ended] <= before])
        both = np.intersect1d(new, old, assume_unique=True)
        return np.setdiff1d(new, both, assume_unique=True), np.setdiff1d(old, both, assume_unique=True)

    def people(self, answer: Any) -> list[int]:
        return sorted(int(person) for person in answer)

    def pairs(self, answer: Any) -> Pairs:
        if isinstance(answer, tuple):
            return set(zip(answer[0].tolist(), answer[1].tolist(), strict=True))
        return {(int(pair) >> 32, int(pair) & 0xFFFFFFFF) for pair in answer}


class Sqlite:
    """One table with covering indexes, and for diffs the same table by the days on which lines begin and end."""

    name = "sqlite"

    def __init__(self, rows: list[Row], file: Path) -> None:
        self._db = sqlite3.connect(file)
        self._db.execute("CREATE TABLE line (person INTEGER, manager INTEGER, start INTEGER, end INTEGER)")
        self._db.executemany("INSERT INTO line VALUES (?, ?, ?, ?)",
                             ((r.person, r.manager, r.start, r.end) for r in rows if r.manager >= 0))  # fmt: skip
        for name, columns in (("m", "manager, start, end, person"), ("p", "person, start, end, manager"),
                              ("s", "start, end, person, manager"), ("e", "end, start, person, manager")):  # fmt: skip
            self._db.execute(f"CREATE INDEX line_{name} ON line ({columns})")
        self._db.commit()

    def _ask(self, sql: str, *values: int) -> list[tuple[int, ...]]:
        return self._db.execute(sql, values).fetchall()

    def reports(self, person: int, day: int) -> list[tuple[int, ...]]:
        return self._ask("SELECT person FROM line WHERE manager = ? AND start <= ? AND end > ?", person, day, day)

    def chain(self, person: int, day: int) -> list[tuple[int, ...]]:
        return self._ask(
            "WITH RECURSIVE up(who, depth) AS "
            "(SELECT manager, 1 FROM line WHERE person = ?1 AND start <= ?2 AND end > ?2 "
            "UNION ALL SELECT manager, depth + 1 FROM up JOIN line ON person = who AND start <= ?2 AND end > ?2) "
            "SELECT who FROM up ORDER BY depth", person, day,
        )  # fmt: skip

    def below(self, person: int, day: int) -> list[tuple[int, ...]]:
        return self._ask(
            "WITH RECURSIVE down(who) AS (SELECT person FROM line WHERE manager = ?1 AND start <= ?2 AND end > ?2 "
            "UNION ALL SELECT person FROM down JOIN line ON manager = who AND start <= ?2 AND end > ?2) "
            "SELECT who FROM down", person, day,
        )  # fmt: skip

    def snapshot(self, day: int) -> list[tuple[int, ...]]:
        return self._ask("SELECT person, manager FROM line WHERE start <= ? AND end > ?", day, day)

    def diff(self, before: int, after: int) -> tuple[Pairs, Pairs]:
        began = "SELECT person, manager FROM line WHERE start > ?1 AND start <= ?2 AND end > ?2"
        ended = "SELECT person, manager FROM line WHERE end > ?1 AND end <= ?2 AND start <= ?1"
        new, old = set(self._ask(began, before, after)), set(self._ask(ended, before, after))
        return new - old, old - new  # type: ignore[return-value]  # rows of two numbers

    def people(self, answer: Iterable[tuple[int, ...]]) -> list[int]:
        return sorted(row[0] for row in answer)

    def pairs(self, answer: Iterable[Any]) -> Pairs:
        return {tuple(row) for row in answer}  # type: ignore[misc]  # rows of two numbers


class Index:
    """orggraph's timeline, asked in its own numbers."""

    name = "orggraph"

    def __init__(self, org: OrgGraph) -> None:
        self._lines: Reporting = org.timeline.direct
        terms, direct = org.timeline.terms, self._lines
        named = {}
        for node, term in enumerate(direct.nodes.tolist()):
            iri = terms.text(term)
            named[org.timeline.facts_about(iri, "name")[0].object[0]] = node
        self.node = {int(str(name).removeprefix("Person ")): node for name, node in named.items()}
        self._person = {node: person for person, node in self.node.items()}
        self._zero = FIRST.toordinal()

    def reports(self, person: int, day: int) -> Any:
        return self._lines.reporters(self.node[person], self._zero + day)

    def chain(self, person: int, day: int) -> list[int]:
        return self._lines.chain(self.node[person], self._zero + day)

    def below(self, person: int, day: int) -> Any:
        return self._lines.below(self.node[person], self._zero + day)

    def snapshot(self, day: int) -> Any:
        return self._lines.edges(self._zero + day)

    def diff(self, before: int, after: int) -> Any:
        return self._lines.changes(self._zero + before, self._zero + after)

    def people(self, answer: Any) -> list[int]:
        return sorted(self._person[int(node)] for node in answer)

    def pairs(self, answer: Any) -> Pairs:
        return {(self._person[a], self._person[b]) for a, b in zip(*map(np.ndarray.tolist, answer), strict=True)}


LAST_DAY = DAYS - 1
