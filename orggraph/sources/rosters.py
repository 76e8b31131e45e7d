"""Rosters: the full list of an organization on one day, or of several days in one table.

Each row says that somebody is seen in a post or place on that day (``holds``); one ``roster`` change for each day and
organization says that the list is full. What its silence means for those it no longer lists is worked out in replay,
from all rosters of the same series together, whatever the order of loading.

Read as well are the header words, ids and e-mail addresses of staff lists; see `orggraph.sources.staff`. A list is the
state at the end of its day: who is listed holds on that day, and there are no last days in it. The day is that of the
row, else the one in the name of the file, as ``2025-01-31``, ``20250131`` or with ``_`` or ``.`` between.

Why a roster with a row that cannot be read states no fullness: the person of that row would seem to have left.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import NamedTuple

from orggraph.changes import FIELDS, KINDS, RoleChange
from orggraph.errors import ChangeError, Finding, MomentError
from orggraph.period import day as exact_day
from orggraph.progress import Progress, silent, tracked
from orggraph.sources import staff
from orggraph.sources.mapping import ColumnMapping, Record, records
from orggraph.sources.rolechanges import Statements, attributes, lacking, refused, stated
from orggraph.sources.table import Table
from orggraph.sources.tenures import ALIASES

WORDS: dict[str, str] = {
    **{name: name for name in FIELDS if name not in ("kind", "effective", "until", "target", "occurrence")},
    **ALIASES,
    **staff.WORDS,
    "day": "day",
    "date": "day",
    "as_of": "day",
}
"""The header words of a roster, and the field that each means."""

_DAY_IN_NAME = re.compile(r"(?<!\d)(?:19|20)\d{2}([-_.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)", re.ASCII)


class Name(NamedTuple):
    """What the name of a roster file says: the series it belongs to, and its day, if it has one."""

    series: str
    day: str


def file_name(file: str) -> Name:
    """Split the name of a roster file into series and day.

    >>> file_name("lists/acme-2025-10-03-senior.csv")
    Name(series='acme-senior', day='2025-10-03')
    >>> file_name("staff_20251003.xlsx")
    Name(series='staff', day='2025-10-03')
    """
    stem = PurePath(file).stem
    digits = [re.sub(r"\D", "", match.group()) for match in _DAY_IN_NAME.finditer(stem)]
    words = [part.strip("-_. ") for part in _DAY_IN_NAME.sub("\n", stem).split("\n")]
    series = "-".join(word for word in words if word) or "roster"
    return Name(series, f"{digits[0][:4]}-{digits[0][4:6]}-{digits[0][6:]}" if len(digits) == 1 else "")


def read_rosters(
    table: Table, mapping: ColumnMapping, defaults: Mapping[str, str], progress: Progress = silent
) -> Statements:
    """Read a roster: a ``holds`` change a row, then a ``roster`` change for each day and organization (else unit).

    The day is that of the row's ``day``, else the one in the name of the file. ``defaults["source"]`` is the series.
    """
    made = Statements([], [])
    for found in roster_rows(table, mapping, defaults, progress):
        if isinstance(found, Finding):
            made.findings.append(found)
        else:
            made.changes.append(found)
    return made


def roster_rows(
    table: Table, mapping: ColumnMapping, defaults: Mapping[str, str], progress: Progress = silent
) -> Iterator[RoleChange | Finding]:
    """Give what `read_rosters` reads one by one, so that a large list need not be held."""
    table = staff.unquoted(table)
    found = records(table, staff.with_attributes(table, mapping), WORDS)
    if {"first_name", "last_name", "email"} & found.columns.keys():
        found = found._replace(columns={"person": found.columns.get("person", "name"), **found.columns})
    named = file_name(table.file).day
    groups = (*KINDS["holds"], ("organization", "unit"), *([] if named else [("day",)]))
    findings = [*found.findings, *lacking(found, table, mapping, groups=groups)]
    yield from findings
    if any(finding.code == "missing-column" for finding in findings):
        return
    full = _Full(table)
    people = staff.Staff(found.rows, day=named)
    for record in map(people.resolved, tracked(found.rows, progress, "reading")):
        day = record.fields.get("day", "") or named
        made = _holds(record, day, defaults, file=table.file, columns=found.columns)
        yield made
        if isinstance(made, Finding):
            full.refusals.add(day)
        else:
            full.saw(made)
            yield from attributes(made, record)
    yield from full.told()
    yield from people.findings(table.file)
    if table.breaks_off and table.rows:
        message = "the last line has no end; where the export broke off, its last cell may lack something"
        yield Finding("note", message, table.file, table.rows[-1].line, "breaks-off")


def _holds(
    record: Record, day: str, defaults: Mapping[str, str], *, file: str, columns: Mapping[str, str]
) -> RoleChange | Finding:
    """Make the role change of one row, or the finding that says why there is none."""
    fields = {**defaults, **record.fields, "kind": "holds", "effective": day}
    fields.pop("day", None)
    try:
        if day:
            exact_day(day)
        if not any(fields.get(name) for name in ("organization", "organization_id", "unit", "unit_id")):
            raise ChangeError("the row has neither an organization nor a unit, whose full list this is")
    except MomentError as error:
        return refused(ChangeError(f"effective {error}", field="effective"), record, file=file, columns=columns)
    except ChangeError as error:
        return refused(error, record, file=file, columns=columns)
    return stated(record, fields, file=file, columns=columns)


class _Full:
    """Gathers which lists are full: a ``roster`` change for each source, day and organization, by their first rows."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._first: dict[tuple[str, ...], RoleChange] = {}
        self.refusals: set[str] = set()

    def saw(self, change: RoleChange) -> None:
        """Take a row that could be read."""
        scope = (change.organization, change.organization_id)
        scope = scope if any(scope) else (change.unit, change.unit_id)
        self._first.setdefault((change.source, change.stated, str(change.effective), *scope), change)

    def told(self) -> Iterator[RoleChange | Finding]:
        """Give the lists that are full, and what has to be said of them and of the others."""
        table, full = self._table, []
        unreadable = any(finding.code in ("unreadable-row", "encoding") for finding in table.findings)
        none = unreadable or not _all_days(self.refusals)
        left_out: dict[str, Finding] = {}
        for change in self._first.values():
            day = str(change.effective)
            if none or day in self.refusals:
                message = f"the list of {day} has rows that cannot be read, so that it ends nobody's tenure by silence"
                where = (table.file, table.header_line)
                left_out.setdefault(day, Finding("warning", message, *where, "roster-incomplete"))
            else:
                full.append(_list_of(change))
        yield from full
        yield from left_out.values()
        yield from _scopes(full, table)


def _list_of(change: RoleChange) -> RoleChange:
    """Say that the list is full in which a row is the first."""
    scope = {name: getattr(change, name) for name in ("organization", "organization_id")}
    if not any(scope.values()):
        scope = {name: getattr(change, name) for name in ("unit", "unit_id")}
    return RoleChange(
        kind="roster", **scope, effective=change.effective, stated=change.stated, source=change.source,
        file=change.file, line_number=change.line_number,
    )  # fmt: skip


def _scopes(full: Iterable[RoleChange], table: Table) -> list[Finding]:
    """Say where each unit is taken as a list of its own: one that is in no later list is not known to be empty."""
    units = {change.unit_id or change.unit for change in full if not (change.organization or change.organization_id)}
    if len(units) < 2:
        return []
    message = f"no organization is named, so each of {len(units)} units is a full list of its own (--organization NAME "
    return [Finding("note", f"{message}makes one list of them)", table.file, table.header_line, "list-of-units")]


def _all_days(days: Iterable[str]) -> bool:
    """Tell whether every text is one day: a row of an unreadable day may belong to any list."""
    try:
        return all(exact_day(text) for text in days)
    except MomentError:
        return False
