"""Role changes in files of our own: CSV with one row a change, and JSON lines; read and written.

Both are the record of `orggraph.changes.RoleChange` as it stands, so that what is written is read back equal. Every
other reader ends here too: a row under our words becomes a role change, or one finding in the words of its file.

The forms are CSV (RFC 4180, with what spreadsheets make of it; see `table`) and one JSON object a line (RFC 8259). What
a file leaves out goes on, unless a ``roster`` change says that a list is full. ``until`` and ``ends`` are the first day
on which it no longer holds. Ids tell who is meant, then names within an organization; that is decided in replay.

Why cells are quoted here and not by the csv module: what it quotes depends on its version (a lone carriage return),
and the same changes are to give the same bytes everywhere.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import NamedTuple, TextIO

from orggraph.changes import FIELDS, RoleChange
from orggraph.errors import ChangeError, Finding
from orggraph.progress import Progress, silent, tracked
from orggraph.sources.mapping import SLASHED, ColumnMapping, Record, Records, records
from orggraph.sources.table import Table

WORDS: dict[str, str] = {name: name for name in FIELDS}
"""The header words of the CSV form: the field names."""

_QUOTE = re.compile(r'[",;\t\r\n]')
_CONSTANT = {"organization": ", or say it once with --organization NAME"}
_COLUMNS_OF = {"effective": ("from", "day", "effective"), "until": ("until", "end")}
_SUBJECT = (
    "person", "person_id", "post", "post_id", "role", "unit", "unit_id", "organization", "organization_id", "stated",
    "source",
)  # fmt: skip


class Reading(NamedTuple):
    """What reading gives: the role changes, everything that is wrong, and how many rows stood in each file."""

    changes: tuple[RoleChange, ...]
    findings: tuple[Finding, ...]
    counts: dict[str, int]


class Statements(NamedTuple):
    """The role changes of one table and what is wrong with it."""

    changes: list[RoleChange]
    findings: list[Finding]


def read_changes(
    table: Table, mapping: ColumnMapping, defaults: Mapping[str, str], progress: Progress = silent
) -> Statements:
    """Read a table with one role change a row; ``defaults`` (source, stated) fill what a row leaves empty."""
    found = records(table, mapping, WORDS)
    findings = [*found.findings, *lacking(found, table, mapping, groups=(("kind",),))]
    changes: list[RoleChange] = []
    if any(finding.code == "missing-column" for finding in findings):
        return Statements(changes, findings)
    for record in tracked(found.rows, progress, "reading"):
        made = stated(record, {**defaults, **record.fields}, file=table.file, columns=found.columns)
        if isinstance(made, Finding):
            findings.append(made)
        else:
            changes += [made, *attributes(made, record)]
    return Statements(changes, findings)


def stated(record: Record, fields: Mapping[str, str], *, file: str, columns: Mapping[str, str]) -> RoleChange | Finding:
    """Make the role change of a row from ``fields``, or the finding that says why there is none."""
    try:
        return RoleChange.parse(fields, file=file, line_number=record.line)
    except ChangeError as error:
        return refused(error, record, file=file, columns=columns)


def refused(error: ChangeError, record: Record, *, file: str, columns: Mapping[str, str]) -> Finding:
    """Write an error in the words of the file: its own column, and what it would take."""
    message = str(error)
    word = next((name for name in _COLUMNS_OF.get(error.field, (error.field,)) if name in columns), "")
    column = columns.get(word, "")
    text = record.fields.get(word, "")
    if column and message.startswith(f"{error.field} "):
        message = column + message.removeprefix(error.field)
    if "from" in columns:
        message = message.replace(" is before effective ", f" is before {columns['from']} ")
    if SLASHED.fullmatch(text):
        message += "; say with day-order in a mapping whether the day or the month comes first"
    elif column and not text:
        message += f" (the column {column!r} is empty)"
    code = "inverted-period" if " is before " in message else "bad-value"
    return Finding("error", message, file, record.line, code)


def lacking(
    found: Records, table: Table, mapping: ColumnMapping, *, groups: Iterable[tuple[str, ...]]
) -> list[Finding]:
    """Report each group of fields of which neither a column nor a constant gives one (or its id)."""
    given = {word.removesuffix("_id") for word in (*found.columns, *mapping.constants)}
    if not table.columns:
        return []
    have = f"the file has: {', '.join(table.columns)}"
    return [
        Finding("error", f"no column gives the {' or the '.join(group)} ({have}; name the column with --map "
                f"{group[0]}=COLUMN{_CONSTANT.get(group[0], '')})", table.file, table.header_line, "missing-column")
        for group in groups if given.isdisjoint(group)
    ]  # fmt: skip


def attributes(change: RoleChange, record: Record) -> list[RoleChange]:
    """Make the ``states`` changes of a row: its extra columns, and that it is not in office.

    They speak of the same tenure (by the row's record, if it has one) over the same period.
    """
    said = [(column, text) for column, text in record.extra if text]
    if not record.in_office:
        said.append(("in office", "false"))
    if not said:
        return []
    subject = {name: getattr(change, name) for name in _SUBJECT}
    first = RoleChange(
        kind="states", **subject, effective=change.effective, until=change.until, property=said[0][0],
        value=said[0][1], record=change.record, file=change.file, line_number=change.line_number,
    )  # fmt: skip
    return [first, *(replace(first, property=name, value=text) for name, text in said[1:])]


def read_json_lines(data: bytes, *, file: str, defaults: Mapping[str, str]) -> Reading:
    r"""Read JSON lines: one object a line, its keys the field names, its values texts, numbers or true/false.

    >>> reading = read_json_lines(b'{"kind": "starts", "person": "Ada"}\n', file="a.jsonl", defaults={})
    >>> str(reading.findings[0])
    "a.jsonl:1: 'starts' needs one of post, role, unit, organization"
    """
    changes: list[RoleChange] = []
    findings: list[Finding] = []
    count = 0
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if not line.strip():
            continue
        count += 1
        try:
            fields = _object(line)
            changes.append(RoleChange.parse({**defaults, **fields}, file=file, line_number=number))
        except ChangeError as error:
            code = "inverted-period" if " is before " in str(error) else "bad-value"
            findings.append(Finding("error", str(error), file, number, code))
    if not count:
        findings.append(Finding("error", "the file is empty (expected one JSON object a line)", file, 0, "empty-file"))
    return Reading(tuple(changes), tuple(findings), {PurePath(file).name: count})


def write_csv(changes: Iterable[RoleChange], stream: TextIO) -> None:
    """Write role changes as CSV, in their order, with the columns that any of them uses in the order of `FIELDS`.

    The lines end with a line feed; open files with ``newline=""``, so that line ends inside cells stay.

    >>> import sys
    >>> write_csv([RoleChange.parse({"kind": "abolished", "post": "CTO, acting", "effective": "2024"})], sys.stdout)
    kind,post,effective
    abolished,"CTO, acting",2024
    """
    rows = [change.fields() for change in changes]
    columns = [name for name in FIELDS if any(name in row for row in rows)] or list(FIELDS)
    stream.write(",".join(columns) + "\n")
    for row in rows:
        stream.write(",".join([_cell(row.get(name, "")) for name in columns]) + "\n")


def write_json_lines(changes: Iterable[RoleChange], stream: TextIO) -> None:
    """Write role changes as JSON lines, in their order, every value a text.

    >>> import sys
    >>> write_json_lines([RoleChange.parse({"kind": "abolished", "post": "CTO", "effective": "2024"})], sys.stdout)
    {"kind": "abolished", "post": "CTO", "effective": "2024"}
    """
    for change in changes:
        stream.write(json.dumps(change.fields(), ensure_ascii=False) + "\n")


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if _QUOTE.search(text) else text


def _object(line: bytes) -> dict[str, str]:
    """Read one line as an object of texts."""
    expected = 'expected an object such as {"kind": "starts", "person": "Ada", …}'
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        byte = f"byte {error.start + 1} of the line, 0x{line[error.start]:02X}"
        raise ChangeError(f"{byte}, is not UTF-8 (expected UTF-8)") from error
    try:
        pairs = json.loads(text, object_pairs_hook=list)
    except (ValueError, RecursionError) as error:
        raise ChangeError(f"the line is not JSON: {error} ({expected})") from error
    if not isinstance(pairs, list) or not all(isinstance(pair, tuple) for pair in pairs) or not text.lstrip()[0] == "{":
        raise ChangeError(f"the line is no JSON object ({expected})")
    fields: dict[str, str] = {}
    for name, value in pairs:
        if name in fields:
            raise ChangeError(f"the key {name!r} stands twice (expected once)", field=name)
        fields[name] = _text(name, value)
    return fields


def _text(name: str, value: object) -> str:
    """Read a JSON value as the text of a cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    raise ChangeError(f"{name} is neither a text nor a whole number", field=name)
