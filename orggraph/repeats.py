"""Repeats: the rows that lists of successive days have in common, kept as the first and the last of them.

Of a list of everyone nearly every row stands in the next list again. Such rows say the same of one more day: what
follows from all of them follows from the first and the last and the days in between, except what it rests on. So only
those two are kept as role changes; of the others the identity, the day and the place in the file, from which each can
be made again, word for word.

Why only lists of one series in the order of their days, each person once in each, and nothing else: then the rows of
one person have one order, and no other statement can come between two that are alike (`tests/test_repeats.py` compares
what follows with what follows from every row). Anything else is said to be `NotAlike`, before anything is kept, and is
loaded in the general way.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from orggraph.changes import FIELDS, RoleChange
from orggraph.ledger import Entry
from orggraph.period import Moment, iso
from orggraph.vocabulary import digest, name_key

_NOT_TOLD = ("replaces", "replaces_id", "from_post", "into", "into_id", "until", "moment", "sequence", "target",
             "occurrence", "inferred")  # fmt: skip
"""What a row of a list never says."""
_more = attrgetter(*_NOT_TOLD)
_PLAIN = _more(RoleChange(kind="holds"))
_content = attrgetter(*(name for name in FIELDS if name not in ("effective", *_NOT_TOLD)))
_scope = attrgetter("organization", "organization_id", "unit", "unit_id")


class NotAlike(Exception):  # no error: whoever loads goes the general way
    """Say that something is no row of such a list."""


class Repeat(NamedTuple):
    """The rows between the first and the last of those that are alike: their identities, the days of their lists."""

    ids: tuple[str, ...] = ()
    days: tuple[int, ...] = ()


@dataclass(slots=True)
class _Run:
    """Rows that are alike in lists that follow each other, up to the one numbered ``edition``."""

    first: RoleChange
    last: RoleChange
    edition: int
    ids: list[str] = field(default_factory=list)
    days: list[int] = field(default_factory=list)
    lines: array[int] = field(default_factory=lambda: array("l"))
    files: list[str] = field(default_factory=list)

    def add(self, change: RoleChange) -> None:
        if self.last is not self.first:
            self.ids.append(self.last.id)
            self.days.append(_day(self.last))
            self.lines.append(self.last.line_number)
            self.files.append(self.last.file)
        self.last = change
        self.edition += 1

    def changes(self) -> Iterator[RoleChange]:
        """Give each row as it was read."""
        yield self.first
        for identity, day, line, file in zip(self.ids, self.days, self.lines, self.files, strict=True):
            made = replace(self.first, effective=_on(day), file=file, line_number=line)
            object.__setattr__(made, "_id", identity)  # it is known already
            yield made
        if self.last is not self.first:
            yield self.last


class Repeats:
    """The rows of the lists of one series, added in the order of their days."""

    def __init__(self) -> None:
        self._runs: list[_Run] = []
        self._open: dict[tuple[str, ...], _Run] = {}
        self._rosters: list[RoleChange] = []
        self._scopes: dict[int, set[tuple[str, ...]]] = {}
        self._people: set[tuple[str, str]] = set()
        self._days: list[int] = []
        self._ids = bytearray()
        self._source: str | None = None
        self._with_ids: bool | None = None

    def __len__(self) -> int:
        return len(self._ids) // 10

    def add(self, change: RoleChange) -> None:
        """Take one more row; raise `NotAlike` for what is none, or comes out of order."""
        if _more(change) != _PLAIN or change.effective is None or not change.effective.exact:
            raise NotAlike("it says more than a row of a list")
        if change.source != (self._source if self._source is not None else change.source):
            raise NotAlike("there are several series")
        self._source = change.source
        if change.kind == "roster" and not change.property:
            self._rosters.append(change)
            self._scopes.setdefault(_day(change), set()).add(_scope(change))
        elif change.kind in ("holds", "states") and (change.person or change.person_id):
            self._row(change)
        else:
            raise NotAlike("it is no row of a list of persons")
        self._ids += bytes.fromhex(change.id)

    def _row(self, change: RoleChange) -> None:
        day = _day(change)
        if not self._days or day > self._days[-1]:
            self._days.append(day)
            self._people.clear()
        elif day < self._days[-1]:
            raise NotAlike("the lists come in no order")
        if change.kind == "holds":
            self._person(change)
        run = self._open.get(key := _content(change))
        edition = len(self._days)
        if run is not None and run.edition == edition:
            raise NotAlike("a row stands twice")
        if run is not None and run.edition == edition - 1:
            run.add(change)
        else:
            self._open[key] = run = _Run(change, change, edition)
            self._runs.append(run)

    def _person(self, change: RoleChange) -> None:
        if self._with_ids is None:
            self._with_ids = bool(change.person_id)
        who = (name_key(change.person_id or change.person), name_key(change.organization_id or change.organization))
        if who in self._people or self._with_ids != bool(change.person_id):
            raise NotAlike("somebody may stand in a list twice")
        self._people.add(who)

    def check(self) -> None:
        """Raise `NotAlike` unless every list is full, and all of them are of the same."""
        scopes = list(self._scopes.values())
        if sorted(self._scopes) != self._days or any(scope != scopes[0] for scope in scopes):
            raise NotAlike("the lists are not of the same")

    def kept(self) -> list[RoleChange]:
        """Give the first and the last of the rows that are alike, and what says that the lists are full."""
        self._open.clear()
        rows = [row for run in self._runs for row in ([run.first] if run.first is run.last else [run.first, run.last])]
        return rows + self._rosters

    def between(self) -> Mapping[str, Repeat]:
        """Give what stands between, by the identity of the first."""
        shared: dict[tuple[int, ...], tuple[int, ...]] = {}
        found = {}
        for run in self._runs:
            if run.ids:
                days = tuple(run.days)
                found[run.first.id] = Repeat(tuple(run.ids), shared.setdefault(days, days))
        return found

    def changes(self) -> Iterator[RoleChange]:
        """Give all rows as they were read, in no order that means anything."""
        for run in self._runs:
            yield from run.changes()
        yield from self._rosters

    def forget(self) -> None:
        """Let the rows go, when all are written; how many there were stays known."""
        self._runs.clear()
        self._rosters.clear()
        self._open.clear()

    def digest(self, *parts: str) -> str:
        """Give what `vocabulary.digest` gives for these parts and the identities of all rows as they were read."""
        text = self._ids.hex()
        return digest(*parts, *(text[at : at + 20] for at in range(0, len(text), 20)))


@dataclass(frozen=True, slots=True)
class RowEntries:
    """The entries of a load of lists, made when they are asked for."""

    rows: Repeats
    recorded: int
    load: str

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Entry]:
        return (Entry(change, self.recorded, self.load) for change in self.rows.changes())


@cache
def _on(day: int) -> Moment:
    return Moment.parse(iso(day))


def _day(change: RoleChange) -> int:
    assert change.effective is not None  # only such are taken
    return change.effective.earliest
