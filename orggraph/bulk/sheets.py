"""Sheets: tables read as a stream into columns of numbers, each distinct text kept once.

Only a table without a fault is read here; whatever is wrong with one, or needs more than a column for each field, ends
in `NotPlain`, and the readers of `orggraph.sources` read the file again and say what it is.

Why days, stated times and whole rows are parsed by those readers all the same: they are given one row for each distinct
text, so nothing that they decide is decided a second time here.
"""

from __future__ import annotations

import csv
import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.changes import RoleChange, parse_stated
from orggraph.errors import Finding
from orggraph.sources.mapping import ColumnMapping, header_word, read_mapping, records
from orggraph.sources.rolechanges import WORDS as CHANGE_WORDS
from orggraph.sources.rolechanges import Statements, read_changes
from orggraph.sources.table import Row, Table, sniff
from orggraph.sources.tenures import WORDS as TENURE_WORDS
from orggraph.sources.tenures import read_tenures

Ints = NDArray[np.int32]
CHUNK = 20_000
"""So many rows are read and encoded at once."""
_BLOCK = 2**20
_REFUSED = (b"\0", b"\x1f")
_TABS = frozenset({".tsv", ".tab"})
_READERS: dict[str, tuple[Callable[[Table, ColumnMapping, Mapping[str, str]], Statements], Mapping[str, str]]] = {
    "tenures": (read_tenures, TENURE_WORDS),
    "role-changes": (read_changes, CHANGE_WORDS),
}


class NotPlain(Exception):  # no error: it never leaves this package
    """Say that something was met which only the general way of loading handles."""


class Column(NamedTuple):
    """One field of all rows: the number of its text in each row, and the texts by number; number 0 is no text."""

    codes: Ints
    texts: list[str]


@dataclass(slots=True)
class Part:
    """One file of a sheet: how its rows are read, and where they begin and end in the sheet."""

    table: Table
    format: str
    mapping: ColumnMapping
    chosen: Mapping[str, str]
    defaults: Mapping[str, str]
    findings: tuple[Finding, ...]
    first: int
    last: int = 0

    @property
    def constants(self) -> dict[str, str]:
        """Give the fields that have the same text in every row."""
        made = {field_of(word): text.strip() for word, text in self.mapping.constants.items()}
        return {"kind": self.mapping.kind, **made} if self.format == "tenures" else made


@dataclass(slots=True)
class Sheet:
    """The rows of all files behind each other: a column for each field, and the number of each row's line."""

    parts: list[Part] = field(default_factory=list)
    columns: dict[str, Column] = field(default_factory=dict)
    lines: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int32))

    def __len__(self) -> int:
        return len(self.lines)

    def codes(self, name: str) -> Ints:
        """Give the numbers of a field; zeros where no file has it."""
        known = self.columns.get(name)
        return known.codes if known else np.zeros(len(self), dtype=np.int32)

    def texts(self, name: str) -> list[str]:
        """Give the texts of a field by number."""
        known = self.columns.get(name)
        return known.texts if known else [""]

    def parse(self, rows: Sequence[int]) -> list[RoleChange]:
        """Parse rows, given rising, by the readers of their files; raise `NotPlain` where one is refused."""
        changes: list[RoleChange] = []
        for part in self.parts:
            own = [row for row in rows if part.first <= row < part.last]
            table = part.table._replace(rows=tuple(self._row(row, part) for row in own), total=len(own))
            made = _READERS[part.format][0](table, part.mapping, part.defaults)
            changes += made.changes
        if len(changes) != len(rows):
            raise NotPlain("a row is refused, or gives more than one role change")
        return changes

    def _row(self, row: int, part: Part) -> Row:
        cells = dict.fromkeys(part.table.columns, "")
        for word, column in part.chosen.items():
            encoded = self.columns[field_of(word)]
            cells[column] = encoded.texts[encoded.codes[row]]
        return Row(int(self.lines[row]), tuple(cells.values()))


def field_of(word: str) -> str:
    """Give the field that a header word of a table fills."""
    return "effective" if word == "from" else "until" if word == "end" else word


def read_sheet(
    paths: Iterable[Path | str],
    *,
    format: str = "",
    mapping: object = None,
    source: str = "",
    stated: str = "",
) -> Sheet:
    """Read tables of tenures or role changes.

    The arguments are those of `sources.read`. Raises `NotPlain` for anything that is no such table, or has a fault.
    """
    columns, problems = read_mapping(mapping)  # type: ignore[arg-type]  # anything else is refused there
    chosen = columns.where or columns.where_not or columns.not_in_office
    if problems or chosen or columns.extra or columns.fold or columns.encoding or columns.sheet:
        raise NotPlain("the mapping does more than name columns")
    given = {"source": source, "stated": parse_stated(stated) if stated else ""}
    reading = _Reading(columns)
    for path in paths:
        reading.read(Path(path), str(path), format=format or columns.format, given=given)
    return reading.sheet()


class _Encoder:
    """Gives numbers to texts, in the order in which they come."""

    def __init__(self) -> None:
        self.numbers: defaultdict[str, int] = defaultdict(count(1).__next__)
        self.numbers[""] = 0

    def encode(self, texts: Iterable[str], rows: int) -> Ints:
        return np.fromiter(map(self.numbers.__getitem__, texts), dtype=np.int32, count=rows)


class _Reading:
    """Gathers the rows of one file after the other."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self._mapping = mapping
        self._parts: list[Part] = []
        self._encoders: defaultdict[str, _Encoder] = defaultdict(_Encoder)
        self._codes: defaultdict[str, list[Ints]] = defaultdict(list)
        self._lines: list[Ints] = []
        self._rows = 0

    def read(self, path: Path, file: str, *, format: str, given: Mapping[str, str]) -> None:
        """Read one file; raise `NotPlain` for one with a fault."""
        try:
            defaults = {**given, "source": given["source"] or f"{path.name}#{edition(path)}"}
            with path.open(encoding="utf-8-sig", newline="") as stream:
                head = list(_head(stream))
                delimiter = "\t" if path.suffix.casefold() in _TABS else sniff(head)
                rows = csv.reader(chain(head, stream), delimiter=delimiter, skipinitialspace=True, strict=True)
                header = next((cells for cells in rows if any(cells)), [])
                table = Table(file, tuple(cell.strip() for cell in header), rows.line_num)
                part = self._part(table, format, defaults)
                for cells, lines in _chunks(rows, len(header)):
                    self._take(part, cells, lines)
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            raise NotPlain(str(error)) from error
        part.last = self._rows
        if part.first == part.last:
            raise NotPlain("there are no rows")
        self._parts.append(part)

    def _part(self, table: Table, format: str, defaults: Mapping[str, str]) -> Part:
        """Decide how the rows are read, and that nothing is wrong with the header."""
        words = {header_word(column) for column in table.columns} | {*self._mapping.columns, *self._mapping.constants}
        if not format:
            dated = "tenures" if words & {"from", "start"} else ""
            format = "role-changes" if {"kind", "effective"} <= words else dated
        if format not in _READERS or len(set(table.columns)) < len(table.columns):
            raise NotPlain("the table has another format")
        read, known = _READERS[format]
        found = records(table, self._mapping, known)
        findings = read(table, self._mapping, defaults).findings
        if any(finding.severity == "error" for finding in findings):
            raise NotPlain("something is wrong with the header")
        if not set(found.columns.values()) <= set(table.columns):
            raise NotPlain("a field is made of several columns")
        return Part(table, format, self._mapping, found.columns, defaults, tuple(findings), self._rows)

    def _take(self, part: Part, rows: list[list[str]], lines: list[int]) -> None:
        """Encode some rows."""
        cells = dict(zip(part.table.columns, zip(*rows, strict=True), strict=True))
        fields = {field_of(word): cells[column] for word, column in part.chosen.items()}
        count_ = len(rows)
        for name, text in {**part.defaults, **part.constants}.items():
            if name in fields:
                own = (cell.strip() or text for cell in fields.pop(name))
                self._put(name, self._encoders[name].encode(own, count_))
            elif text:
                number = self._encoders[name].numbers[text]
                self._put(name, np.full(count_, number, dtype=np.int32))
        for name, column in fields.items():
            self._put(name, self._encoders[name].encode(map(str.strip, column), count_))
        self._lines.append(np.array(lines, dtype=np.int32))
        self._rows += count_

    def _put(self, name: str, codes: Ints) -> None:
        missing = self._rows - sum(map(len, self._codes[name]))
        if missing:  # the files before had no such field
            self._codes[name].append(np.zeros(missing, dtype=np.int32))
        self._codes[name].append(codes)

    def sheet(self) -> Sheet:
        """Give what was read; forget it here."""
        columns: dict[str, Column] = {}
        for name in list(self._codes):
            self._put(name, np.zeros(0, dtype=np.int32))
            columns[name] = Column(np.concatenate(self._codes.pop(name)), list(self._encoders.pop(name).numbers))
        return Sheet(self._parts, columns, np.concatenate(self._lines))


def _head(stream: Iterable[str]) -> Iterator[str]:
    """Give the lines up to the first one with text."""
    for line in stream:
        yield line
        if line.strip():
            return


def _chunks(rows: Any, width: int) -> Iterator[tuple[list[list[str]], list[int]]]:
    """Give the rows of a csv reader some at a time, with their lines; blank ones are passed over."""
    cells_of: list[list[str]] = []
    lines: list[int] = []
    first = rows.line_num + 1
    for cells in rows:
        if any(cells):
            if len(cells) != width:
                raise NotPlain("a row has too few or too many cells")
            cells_of.append(cells)
            lines.append(first)
        first = rows.line_num + 1
        if len(lines) == CHUNK:
            yield cells_of, lines
            cells_of, lines = [], []
    if lines:
        yield cells_of, lines


def edition(path: Path) -> str:
    """Name an edition by its bytes, as `sources.table.content_hash` does; raise `NotPlain` for control characters.

    NUL is an error, and the unit separator stands between the parts of every identity.
    """
    made, rest = hashlib.blake2b(digest_size=6), b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            if any(byte in block for byte in _REFUSED):
                raise NotPlain("there are control characters in the file")
            block = rest + block
            rest = b"\r" if block.endswith(b"\r") else b""
            made.update(block[: len(block) - len(rest)].replace(b"\r\n", b"\n"))
    made.update(rest + b"\0")
    return made.hexdigest()
