"""The databases that are compared: SQLite, DuckDB and Raphtory; persons and days are integers.

Why they have a table of events beside that of the lines: what changed between two days is then a slice of a table, as
it is in the reference and in orggraph, and the comparison is one of engines and not of algorithms.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from brute import Pairs, pairs
from generator import ONGOING, Ints, Lines
from numpy.typing import NDArray
from peers import events_of


class Sqlite:
    """A table with covering indexes for either way to walk, and the table of events.

    No ANALYZE: with it the planner adds a Bloom filter, made by a scan of the whole table, to each recursive step.
    """

    name = "sqlite"

    def __init__(self, lines: Lines, file: Path) -> None:
        self.file = file
        self._db = sqlite3.connect(file)
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "cache_size = -262144", "mmap_size = 1073741824"):
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute("CREATE TABLE line (person INTEGER, manager INTEGER, start INTEGER, end INTEGER)")
        self._fill("line", 4, lines)
        self._db.execute("CREATE INDEX line_manager ON line (manager, start, end, person)")
        self._db.execute("CREATE INDEX line_person ON line (person, start, end, manager)")
        self._db.execute("CREATE TABLE event (day INTEGER, person INTEGER, old INTEGER, new INTEGER, "
                         "PRIMARY KEY (day, person)) WITHOUT ROWID")  # fmt: skip
        self._fill("event", 4, events_of(lines))
        self._db.commit()
        self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _fill(self, table: str, columns: int, rows: Iterable[Ints]) -> None:
        marks = ", ".join("?" * columns)
        self._db.executemany(f"INSERT INTO {table} VALUES ({marks})", zip(*(c.tolist() for c in rows), strict=True))

    def key(self, person: int) -> int:
        return person

    def day(self, day: int) -> int:
        return day

    def _ask(self, sql: str, *values: int) -> list[tuple[int, ...]]:
        return self._db.execute(sql, values).fetchall()

    def reports(self, who: int, day: int) -> list[tuple[int, ...]]:
        return self._ask("SELECT person FROM line WHERE manager = ? AND start <= ? AND end > ?", who, day, day)

    def chain(self, who: int, day: int) -> list[tuple[int, ...]]:
        return self._ask(
            "WITH RECURSIVE up (who, depth) AS "
            "(SELECT manager, 1 FROM line WHERE person = ?1 AND start <= ?2 AND end > ?2 "
            "UNION ALL SELECT manager, depth + 1 FROM up JOIN line ON person = who AND start <= ?2 AND end > ?2) "
            "SELECT who FROM up ORDER BY depth", who, day,
        )  # fmt: skip

    def below(self, who: int, day: int) -> list[tuple[int, ...]]:
        return self._ask(
            "WITH RECURSIVE down (who) AS (SELECT person FROM line WHERE manager = ?1 AND start <= ?2 AND end > ?2 "
            "UNION ALL SELECT person FROM down JOIN line ON manager = who AND start <= ?2 AND end > ?2) "
            "SELECT who FROM down", who, day,
        )  # fmt: skip

    def snapshot(self, day: int) -> list[tuple[int, ...]]:
        return self._ask("SELECT person, manager FROM line WHERE start <= ? AND end > ?", day, day)

    def named(self, day: int) -> list[tuple[str, str]]:
        return self._db.execute(  # type: ignore[return-value]  # two texts, says the query
            "SELECT 'p' || person, 'p' || manager FROM line WHERE start <= ? AND end > ?", (day, day)
        ).fetchall()

    def number(self, text: str) -> int:
        return int(text[1:])

    def diff(self, before: int, after: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        sql = "SELECT person, old, new FROM event WHERE day > ? AND day <= ? ORDER BY day"
        first, last = dict[int, int](), dict[int, int]()
        for person, old, new in self._db.execute(sql, (before, after)):
            first.setdefault(person, old)
            last[person] = new
        changed = [(person, old, last[person]) for person, old in first.items() if old != last[person]]
        added = [(person, new) for person, _, new in changed if new >= 0]
        return added, [(person, old) for person, old, _ in changed if old >= 0]

    def add(self, person: int, manager: int, day: int) -> None:
        """Add a line and commit it, durably."""
        self._db.execute("INSERT INTO line VALUES (?, ?, ?, ?)", (person, manager, day, ONGOING))
        self._db.execute("INSERT INTO event VALUES (?, ?, -1, ?)", (day, person, manager))
        self._db.commit()

    def people(self, answer: Any) -> list[int]:
        return [row[0] for row in answer]

    def pairs(self, answer: Any) -> Pairs:
        return pairs(*zip(*answer, strict=True)) if answer else pairs([], [])


class Duckdb:
    """The lines in two tables, in the order of the manager and of the reporter, each with an index; and the events.

    Walking is a prepared look-up a level: a recursive query joins each level with the whole table.
    """

    name = "duckdb"

    def __init__(self, lines: Lines, file: Path) -> None:
        import duckdb

        self.file = file
        self._db = db = duckdb.connect(str(file))
        db.execute("SET threads = 2")
        rows = dict(zip(("reporter", "manager", "start", "stop"), lines, strict=True))
        for name, by in (("by_manager", "manager"), ("by_reporter", "reporter")):
            db.execute(f"CREATE TABLE {name} AS SELECT * FROM rows ORDER BY {by}, start")
            db.execute(f"CREATE INDEX {name}_index ON {name} ({by})")
        rows = events_of(lines)._asdict()
        db.execute("CREATE TABLE event AS SELECT * FROM rows ORDER BY day")
        db.execute("CHECKPOINT")
        del rows

    def key(self, person: int) -> int:
        return person

    def day(self, day: int) -> int:
        return day

    def reports(self, who: int, day: int) -> list[tuple[int, ...]]:
        return self._db.execute(
            "SELECT reporter FROM by_manager WHERE manager = ? AND start <= ? AND stop > ?", (who, day, day)
        ).fetchall()

    def chain(self, who: int, day: int) -> list[tuple[int, ...]]:
        found = []
        ask = "SELECT manager FROM by_reporter WHERE reporter = ? AND start <= ? AND stop > ?"
        while row := self._db.execute(ask, (who, day, day)).fetchone():
            found.append(row)
            who = row[0]
        return found

    def below(self, who: int, day: int) -> list[tuple[int, ...]]:
        return self._db.execute(
            "WITH RECURSIVE now AS MATERIALIZED "
            "(SELECT reporter, manager FROM by_manager WHERE start <= $2 AND stop > $2), "
            "down (who) AS (SELECT reporter FROM now WHERE manager = $1 "
            "UNION ALL SELECT reporter FROM down JOIN now ON manager = who) SELECT who FROM down", (who, day)
        ).fetchall()  # fmt: skip

    def snapshot(self, day: int) -> dict[str, NDArray[Any]]:
        return self._db.execute(  # the columns as they lie, without copying
            "SELECT reporter, manager FROM by_manager WHERE start <= ? AND stop > ?", (day, day)
        ).fetchnumpy()

    def named(self, day: int) -> list[tuple[str, str]]:
        return self._db.execute(
            "SELECT 'p' || reporter, 'p' || manager FROM by_manager WHERE start <= ? AND stop > ?", (day, day)
        ).fetchall()

    def number(self, text: str) -> int:
        return int(text[1:])

    def close(self) -> None:
        """Let the file go, so that another process can open it."""
        self._db.close()

    def diff(self, before: int, after: int) -> list[dict[str, NDArray[Any]]]:
        changed = self._db.execute(
            "SELECT person, arg_min(old, day) AS old, arg_max(new, day) AS new FROM event WHERE day > ? AND day <= ? "
            "GROUP BY person HAVING old <> new", (before, after)
        ).fetchnumpy()  # fmt: skip
        halves = ((changed["new"] >= 0, "new"), (changed["old"] >= 0, "old"))
        return [{"reporter": changed["person"][kept], "manager": changed[name][kept]} for kept, name in halves]

    def people(self, answer: Any) -> list[int]:
        return [row[0] for row in answer]

    def pairs(self, answer: Any) -> Pairs:
        return pairs(answer["reporter"], answer["manager"])


class Raphtory:
    """A graph whose edges begin and are deleted, asked through a view of the day."""

    name = "raphtory"

    def __init__(self, lines: Lines) -> None:
        import pyarrow
        from raphtory import PersistentGraph

        self._graph = PersistentGraph()
        events = events_of(lines)
        for kept, column, add in (
            (events.old >= 0, events.old, self._graph.load_edge_deletions),
            (events.new >= 0, events.new, self._graph.load_edges),
        ):
            table = {"t": events.day[kept], "src": events.person[kept], "dst": column[kept]}
            arrays = pyarrow.table({name: part.astype(np.int64) for name, part in table.items()})
            add(arrays, time="t", src="src", dst="dst")

    def key(self, person: int) -> int:
        return person

    def day(self, day: int) -> int:
        return day

    def reports(self, who: int, day: int) -> Any:
        node = self._graph.at(day).node(who)
        return node.in_neighbours.id.collect() if node is not None else []

    def chain(self, who: int, day: int) -> list[int]:
        node, found = self._graph.at(day).node(who), list[int]()
        while node is not None:
            above = list(node.out_neighbours)
            if not above:
                break
            node = above[0]
            found.append(node.id)
        return found

    def below(self, who: int, day: int) -> list[int]:
        view = self._graph.at(day)
        found, left = list[int](), [who]
        while left:
            node = view.node(left.pop())
            level = node.in_neighbours.id.collect() if node is not None else []
            found += level
            left += level
        return found

    def snapshot(self, day: int) -> Any:
        return self._graph.at(day).edges.id.collect()

    def diff(self, before: int, after: int) -> tuple[Any, Any]:
        old, new = (set(map(tuple, self.snapshot(day))) for day in (before, after))
        return new - old, old - new

    def people(self, answer: Any) -> list[int]:
        return [int(person) for person in answer]

    def pairs(self, answer: Any) -> Pairs:
        return pairs(*zip(*answer, strict=True)) if answer else pairs([], [])
