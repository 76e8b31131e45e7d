"""Reporting lines in columns: who reports to whom on a day, as arrays of numbers.

The lines lie ordered by manager, by reporter, and by the days on which they begin and end, so that direct reports, a
chain, everyone below, all lines of a day and the changes between two days are each a few operations on slices.
Persons and posts stand by *node* number, dense and in the order of their term numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.timeline.columns import NEVER, Columns, Rows
from orggraph.timeline.files import mapped

Nodes = NDArray[np.int32]
Pairs = NDArray[np.int64]
_Mask = NDArray[np.bool_]


class Edges(NamedTuple):
    """Lines as two arrays of the same length: who reports, and to whom."""

    reporters: Nodes
    managers: Nodes


class Lines(NamedTuple):
    """One ordering of the lines: where each node's begin, the other end of each, its bounds, and its fact's row."""

    at: NDArray[np.int32]
    other: Nodes
    start_earliest: NDArray[np.int32]
    start_latest: NDArray[np.int32]
    end_earliest: NDArray[np.int32]
    end_latest: NDArray[np.int32]
    row: NDArray[np.int32]
    recorded: NDArray[np.int64]
    superseded: NDArray[np.int64]


class Reporting:
    """The lines of some rows of the columns, all versions of them.

    With ``possible`` an answer holds what is true on some reading of the dates, else what is true on every reading.
    ``recorded_by`` (microseconds, inclusive) asks what was believed then, ``None`` what is believed now.
    """

    def __init__(self, nodes: Nodes, by_manager: Lines, by_reporter: Lines, versions: bool) -> None:
        self.nodes = nodes
        self._by_manager, self._by_reporter = by_manager, by_reporter
        self._versions = versions
        self._recent: Recent | None = None
        self._fresh: dict[int, int] = {}

    @classmethod
    def of(cls, columns: Columns, rows: Rows) -> Reporting:
        """Order the lines in some rows of the columns."""
        subject, target = columns.subject[rows], columns.object[rows]
        nodes = np.unique(np.concatenate([subject, target]))
        reporter = np.searchsorted(nodes, subject).astype(np.int32)
        manager = np.searchsorted(nodes, target).astype(np.int32)
        return cls(
            nodes,
            _ordered(columns, rows, manager, reporter, len(nodes)),
            _ordered(columns, rows, reporter, manager, len(nodes)),
            bool((columns.superseded[rows] != NEVER).any()),
        )

    def save(self, folder: Path, name: str) -> None:
        """Write the orderings into a folder under a name."""
        np.save(folder / f"{name}.nodes.npy", self.nodes)
        np.save(folder / f"{name}.versions.npy", np.array([self._versions]))
        for part, lines in (("managers", self._by_manager), ("reporters", self._by_reporter)):
            for column, array in lines._asdict().items():
                np.save(folder / f"{name}.{part}.{column}.npy", array)
        self._calendar.save(folder, name)

    @classmethod
    def open(cls, folder: Path, name: str) -> Reporting:
        """Map what `save` wrote."""

        def lines(part: str) -> Lines:
            return Lines(*(mapped(folder / f"{name}.{part}.{c}.npy", private=True) for c in Lines._fields))

        nodes = mapped(folder / f"{name}.nodes.npy")
        versions = bool(np.load(folder / f"{name}.versions.npy")[0])
        made = cls(nodes, lines("managers"), lines("reporters"), versions)
        made._calendar = Calendar.open(folder, name)
        return made

    def __len__(self) -> int:
        return len(self._by_manager.row) + (len(self._recent.row) if self._recent else 0)

    def node(self, term: int) -> int:
        """Give the node of a term number; -1 where no line touches it."""
        ordered = len(self._by_manager.at) - 1
        at = int(self.nodes[:ordered].searchsorted(np.int32(term)))
        if at < ordered and self.nodes[at] == term:
            return at
        return self._fresh.get(term, -1)

    def add(self, columns: Columns, rows: Rows, closed: Rows) -> None:
        """Take in lines that a load added, and those rows that it superseded; once, before anything is asked."""
        if len(rows):
            ends = (columns.subject[rows], columns.object[rows])
            for term in np.unique(np.concatenate(ends)).tolist():
                if self.node(term) < 0:
                    self._fresh[term] = len(self._by_manager.at) - 1 + len(self._fresh)
            self.nodes = np.append(self.nodes, np.fromiter(self._fresh, dtype=np.int32))
            reporter, manager = (np.array([self.node(t) for t in end.tolist()], dtype=np.int32) for end in ends)
            c = columns
            self._recent = Recent(
                reporter, manager, c.start_earliest[rows], c.start_latest[rows], c.end_earliest[rows],
                c.end_latest[rows], rows.astype(np.int32), c.recorded[rows], c.superseded[rows],
            )  # fmt: skip
            self._versions = self._versions or bool((c.superseded[rows] != NEVER).any())
        for row in closed.tolist():
            self._versions = True
            for lines, term in ((self._by_manager, columns.object[row]), (self._by_reporter, columns.subject[row])):
                node = self.node(int(term))
                part = slice(lines.at[node], lines.at[node + 1])
                lines.superseded[part][lines.row[part] == row] = columns.superseded[row]
            self._calendar.closed.add(row)

    def _base(self, lines: Lines, node: int) -> slice:
        return slice(lines.at[node], lines.at[node + 1]) if node < len(lines.at) - 1 else slice(0, 0)

    def reporters(self, node: int, day: int, *, possible: bool = False, recorded_by: int | None = None) -> Nodes:
        """Give who reports to a node on a day, a node once for each line."""
        lines = self._by_manager
        part = self._base(lines, node)
        found = lines.other[part][self._hold(lines, part, day, possible, recorded_by)]
        if self._recent is None:
            return found
        recent = self._recent
        hold = self._hold(recent, slice(None), day, possible, recorded_by)
        return np.append(found, recent.reporter[(recent.manager == node) & hold])

    def managers(self, node: int, day: int, *, possible: bool = False, recorded_by: int | None = None) -> Nodes:
        """Give to whom a node reports on a day."""
        lines = self._by_reporter
        part = self._base(lines, node)
        found = lines.other[part][self._hold(lines, part, day, possible, recorded_by)]
        if self._recent is None:
            return found
        recent = self._recent
        hold = self._hold(recent, slice(None), day, possible, recorded_by)
        return np.append(found, recent.manager[(recent.reporter == node) & hold])

    def _hold(
        self,
        lines: Lines | Recent,
        part: slice | NDArray[np.int64],
        day: int,
        possible: bool,
        recorded_by: int | None,
    ) -> _Mask:
        if possible:
            hold = (lines.start_earliest[part] <= day) & (lines.end_latest[part] > day)
        else:
            hold = (lines.start_latest[part] <= day) & (lines.end_earliest[part] > day)
        if recorded_by is not None:
            hold &= (lines.recorded[part] <= recorded_by) & (lines.superseded[part] > recorded_by)
        elif self._versions:
            hold &= lines.superseded[part] == NEVER
        return hold

    def chain(self, node: int, day: int, *, possible: bool = False, recorded_by: int | None = None) -> list[int]:
        """Walk upwards to the first manager each time, until there is none or somebody comes twice."""
        found, seen = list[int](), {node}
        while True:
            node = self._first_manager(node, day, possible, recorded_by)
            if node < 0 or node in seen:
                return found
            found.append(node)
            seen.add(node)

    def _first_manager(self, node: int, day: int, possible: bool, recorded_by: int | None) -> int:
        if recorded_by is not None:
            managers = self.managers(node, day, possible=possible, recorded_by=recorded_by)
            return int(managers[0]) if len(managers) else -1
        lines = self._by_reporter
        starts, ends = (
            (lines.start_earliest, lines.end_latest) if possible else (lines.start_latest, lines.end_earliest)
        )
        part = self._base(lines, node)
        for at in range(part.start, part.stop):  # a handful of lines: faster one by one than as arrays
            if starts[at] <= day < ends[at] and (not self._versions or lines.superseded[at] == NEVER):
                return int(lines.other[at])
        if self._recent is None:
            return -1
        recent = self._recent
        found = recent.manager[(recent.reporter == node) & self._hold(recent, slice(None), day, possible, None)]
        return int(found[0]) if len(found) else -1

    def below(self, node: int, day: int, *, possible: bool = False, recorded_by: int | None = None) -> Nodes:
        """Give everyone below a node, level by level, each once; a cycle ends where it closes."""
        lines = self._by_manager
        seen = np.zeros(len(self.nodes), dtype=bool)
        seen[node] = True
        level, levels = np.array([node], dtype=np.int32), list[Nodes]()
        while len(level):
            part = self._parts(lines, level)
            found = lines.other[part][self._hold(lines, part, day, possible, recorded_by)]
            if self._recent is not None:
                recent = self._recent
                hold = self._hold(recent, slice(None), day, possible, recorded_by)
                found = np.append(found, recent.reporter[hold & np.isin(recent.manager, level)])
            found = found[~seen[found]]
            seen[found] = True
            level = found
            levels.append(found)
        everyone = np.concatenate(levels)
        return everyone if len(levels) < 2 or len(everyone) == np.count_nonzero(seen) - 1 else _once(everyone)

    @staticmethod
    def _parts(lines: Lines, nodes: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Give the places of the lines of several nodes."""
        nodes = nodes[nodes < len(lines.at) - 1]
        first = lines.at[nodes]
        counts = lines.at[nodes + 1] - first
        return np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))

    def edges(self, day: int, *, possible: bool = False, recorded_by: int | None = None) -> Edges:
        """Give all lines of a day, ordered by manager; those of later loads stand behind."""
        lines = self._by_manager
        hold = np.flatnonzero(self._hold(lines, slice(None), day, possible, recorded_by))
        edges = Edges(lines.other[hold], self._manager_of[hold])
        if self._recent is None:
            return edges
        more = self._hold(self._recent, slice(None), day, possible, recorded_by)
        return Edges(
            np.append(edges.reporters, self._recent.reporter[more]),
            np.append(edges.managers, self._recent.manager[more]),
        )

    @cached_property
    def _manager_of(self) -> Nodes:
        lines = self._by_manager
        return np.repeat(np.arange(len(lines.at) - 1, dtype=np.int32), np.diff(lines.at))

    @cached_property
    def _calendar(self) -> Calendar:
        return Calendar.of(self._by_reporter)

    def changes(self, before: int, after: int) -> tuple[Edges, Edges]:
        """Give the certain lines that are there on ``after`` and not on ``before``, and those the other way round.

        Only the lines that begin or end in between are looked at; believed now. Both are ordered by reporter and
        manager, each line once.
        """
        if before > after:
            removed, added = self.changes(after, before)
            return added, removed
        new, old = self._calendar.between(before, after)
        if self._recent is not None:
            recent_new, recent_old = self._recent.between(before, after)
            new, old = np.union1d(new, recent_new), np.union1d(old, recent_old)
        if self._recent is None and self._calendar.alone:
            return _edges(_without(new, old)), _edges(_without(old, new))
        return _edges(self._not_held(new, before)), _edges(self._not_held(old, after))

    def _not_held(self, pairs: Pairs, day: int) -> Pairs:
        """Leave out the pairs that another line held on ``day`` (three terms in a row are no change of manager)."""
        lines = self._by_reporter
        part = self._parts(lines, np.unique(pairs >> 32))
        part = part[self._hold(lines, part, day, False, None)]
        held = np.unique(_pairs(lines.at.searchsorted(part, "right") - 1, lines.other[part]))
        if self._recent is not None:
            hold = self._hold(self._recent, slice(None), day, False, None)
            held = np.union1d(held, _pairs(self._recent.reporter[hold], self._recent.manager[hold]))
        return pairs[np.isin(pairs, held, assume_unique=True, invert=True)]


class Recent(NamedTuple):
    """The lines of later loads, in no order."""

    reporter: Nodes
    manager: Nodes
    start_earliest: NDArray[np.int32]
    start_latest: NDArray[np.int32]
    end_earliest: NDArray[np.int32]
    end_latest: NDArray[np.int32]
    row: NDArray[np.int32]
    recorded: NDArray[np.int64]
    superseded: NDArray[np.int64]

    def between(self, before: int, after: int) -> tuple[Pairs, Pairs]:
        """Give the pairs whose line began after ``before`` and holds on ``after``, and held then and ended since."""
        pairs = _pairs(self.reporter, self.manager)
        believed = self.superseded == NEVER
        start, end = self.start_latest, self.end_earliest
        began = believed & (before < start) & (start <= after) & (after < end)
        ended = believed & (start <= before) & (before < end) & (end <= after)
        return np.unique(pairs[began]), np.unique(pairs[ended])


@dataclass(slots=True, eq=False)
class Calendar:
    """The believed, certain lines in the order of the days on which they begin, and of those on which they end.

    ``closed`` holds the rows of those that a later load superseded; ``alone`` tells that a reporter never has two lines
    to one manager at once, so that what began and what ended can be set against each other.
    """

    start: NDArray[np.int32]
    start_end: NDArray[np.int32]
    start_pair: Pairs
    start_row: NDArray[np.int32]
    end: NDArray[np.int32]
    end_start: NDArray[np.int32]
    end_pair: Pairs
    end_row: NDArray[np.int32]
    alone: bool
    closed: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, lines: Lines) -> Calendar:
        """Order the lines, given by reporter."""
        keep = np.flatnonzero((lines.superseded == NEVER) & (lines.start_latest < lines.end_earliest))
        start, end, row = lines.start_latest[keep], lines.end_earliest[keep], lines.row[keep]
        pairs = _pairs(np.repeat(np.arange(len(lines.at) - 1), np.diff(lines.at))[keep], lines.other[keep])
        first, last = np.argsort(start, kind="stable"), np.argsort(end, kind="stable")
        order = np.lexsort((start, pairs))
        again = (pairs[order][1:] == pairs[order][:-1]) & (start[order][1:] < end[order][:-1])
        return cls(
            start[first], end[first], pairs[first], row[first], end[last], start[last], pairs[last], row[last],
            alone=not again.any(),
        )  # fmt: skip

    def between(self, before: int, after: int) -> tuple[Pairs, Pairs]:
        """Give the pairs whose line began after ``before`` and holds on ``after``, and held then and ended since."""
        days = np.array([before, after], dtype=np.int32)  # of the columns' type: else they would be converted whole
        began, ended = (slice(*column.searchsorted(days, "right")) for column in (self.start, self.end))
        holds, held = self.start_end[began] > after, self.end_start[ended] <= before
        if self.closed:
            closed = np.fromiter(self.closed, dtype=np.int32)
            holds &= np.isin(self.start_row[began], closed, invert=True)
            held &= np.isin(self.end_row[ended], closed, invert=True)
        new, old = self.start_pair[began][holds], self.end_pair[ended][held]
        return (np.sort(new), np.sort(old)) if self.alone else (np.unique(new), np.unique(old))

    def save(self, folder: Path, name: str) -> None:
        """Write the orderings into a folder under a name."""
        for column in _CALENDAR:
            np.save(folder / f"{name}.calendar.{column}.npy", getattr(self, column))
        np.save(folder / f"{name}.calendar.alone.npy", np.array([self.alone]))

    @classmethod
    def open(cls, folder: Path, name: str) -> Calendar:
        """Map what `save` wrote."""
        columns = {column: mapped(folder / f"{name}.calendar.{column}.npy") for column in _CALENDAR}
        return cls(**columns, alone=bool(np.load(folder / f"{name}.calendar.alone.npy")[0]), closed=set())


_CALENDAR = ("start", "start_end", "start_pair", "start_row", "end", "end_start", "end_pair", "end_row")


def _ordered(columns: Columns, rows: Rows, by: Nodes, other: Nodes, nodes: int) -> Lines:
    order = np.lexsort((columns.start_latest[rows], by))
    rows = rows[order]
    at = np.zeros(nodes + 1, dtype=np.int32)
    np.cumsum(np.bincount(by, minlength=nodes), out=at[1:])
    c = columns
    return Lines(
        at, other[order], c.start_earliest[rows], c.start_latest[rows], c.end_earliest[rows], c.end_latest[rows],
        rows.astype(np.int32), c.recorded[rows], c.superseded[rows],
    )  # fmt: skip


def _pairs(reporters: NDArray[np.integer[Any]], managers: NDArray[np.integer[Any]]) -> Pairs:
    return (reporters.astype(np.int64) << 32) | managers


def _without(pairs: Pairs, others: Pairs) -> Pairs:
    """Leave out of sorted pairs those that stand among the others, sorted too."""
    if not len(others):
        return pairs
    at = np.minimum(others.searchsorted(pairs), len(others) - 1)
    kept: Pairs = pairs[others[at] != pairs]
    return kept


def _edges(pairs: Pairs) -> Edges:
    return Edges((pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32))


def _once(nodes: Nodes) -> Nodes:
    _, first = np.unique(nodes, return_index=True)
    return nodes[np.sort(first)]
