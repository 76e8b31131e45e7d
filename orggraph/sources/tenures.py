"""Tenure tables: one row for each stretch of one person in one post or role, with both ends.

Header words are the field names of a role change, and ``from``, ``until``, ``end``. What an end day means is told by
its header word: people write ``until`` for the last day on which it still held, systems write ``end`` for the first
day on which it no longer did. Three terms in a row are three rows, and stay three tenures.

There is no standard for such registers; they are CSV (RFC 4180) or workbooks (ECMA-376). What a later edition leaves
out goes on: silence ends nothing, and an empty end is ongoing, or unknown where the mapping says so. Ids tell who is
meant, then names within an organization.

Why a row without a key of its own gets one when it has extra columns: the row and each column are statements of
their own, and a person may have been in the same post twice. The key is made of the row's content, so that it is the
same in the next edition of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from orggraph.changes import FIELDS, KINDS, UNKNOWN, RoleChange, write_moment
from orggraph.errors import ChangeError, Finding, MomentError
from orggraph.period import OPEN_EARLY, Moment
from orggraph.progress import Progress, silent, tracked
from orggraph.sources.mapping import ColumnMapping, Record, records
from orggraph.sources.rolechanges import Statements, attributes, lacking, refused, stated
from orggraph.sources.table import Table
from orggraph.vocabulary import digest

ALIASES: dict[str, str] = {
    "name": "person",
    "title": "post",
    "job": "post",
    "job_title": "post",
    "organisation": "organization",
    "organisation_id": "organization_id",
    "manager": "reports_to",
    "manager_id": "reports_to_id",
}
"""Header words of other people's tables that can mean one thing only; also read in rosters."""

WORDS: dict[str, str] = {
    **{name: name for name in FIELDS if name not in ("kind", "effective", "until", "target", "occurrence")},
    **ALIASES,
    "from": "from",
    "start": "from",
    "effective": "from",
    "until": "until",
    "end": "end",
}
"""The header words of a tenure table, and the field that each means."""

CONVENTIONS = {"until": "inclusive", "end": "exclusive"}
"""What an end day means by its header word, unless the mapping says otherwise."""

_SHIFTS = {"inclusive": (1, 1), UNKNOWN: (0, 1)}


def read_tenures(
    table: Table, mapping: ColumnMapping, defaults: Mapping[str, str], progress: Progress = silent
) -> Statements:
    """Read a tenure table: a ``starts`` (or ``created``) change a row, with ``until`` as the first day after it."""
    found = records(table, mapping, WORDS)
    findings = [*found.findings, *lacking(found, table, mapping, groups=(*KINDS[mapping.kind], ("from",)))]
    ends = {**mapping.constants, **found.columns}
    if "until" in ends and "end" in ends:
        message = f"two columns give the end, {ends['until']!r} and {ends['end']!r} (expected one)"
        findings.append(Finding("error", message, table.file, table.header_line, "duplicate-column"))
    changes: list[RoleChange] = []
    if any(finding.code == "missing-column" for finding in findings):
        return Statements(changes, findings)
    seen: Counter[str] = Counter()
    for record in tracked(found.rows, progress, "reading"):
        made = _tenure(record, mapping, defaults, file=table.file, columns=found.columns)
        if isinstance(made, Finding):
            findings.append(made)
            continue
        if any(text for _, text in record.extra) or not record.in_office:
            made = replace(made, record=made.record or _key(made, seen))
        changes += [made, *attributes(made, record)]
    return Statements(changes, findings)


def _tenure(
    record: Record, mapping: ColumnMapping, defaults: Mapping[str, str], *, file: str, columns: Mapping[str, str]
) -> RoleChange | Finding:
    """Make the role change of one row, or the finding that says why there is none."""
    fields = {**defaults, **record.fields, "kind": mapping.kind}
    start = fields.pop("from", "")
    word = "until" if "until" in fields else "end"
    text = fields.pop(word, "")
    fields.pop("end", None)
    try:
        fields["until"] = _end(text, start, mapping, convention=mapping.end_convention or CONVENTIONS[word])
    except ChangeError as error:
        return refused(error, record, file=file, columns=columns)
    return stated(record, {**fields, "effective": start}, file=file, columns=columns)


def _end(text: str, start: str, mapping: ColumnMapping, *, convention: str) -> str:
    """Write a stated end as the first day on which the tenure no longer holds, in the form of ``until``."""
    if not text:
        return UNKNOWN if mapping.empty_end == UNKNOWN else ".."
    if text in ("..", UNKNOWN) or convention == "exclusive":
        return text
    try:
        end = Moment.parse(text)
    except MomentError as error:
        raise ChangeError(f"until {error}", field="until") from error
    if start and _earliest(start) > end.latest:
        expected = "expected the last day on or after the start"
        raise ChangeError(f"until {text!r} is before effective {start!r} ({expected})", field="until")
    return write_moment(end.shifted(*_SHIFTS[convention]))


def _earliest(text: str) -> int:
    """Give the first day that a start allows; an unreadable start is left to be reported as such."""
    try:
        return Moment.parse(text).earliest
    except MomentError:
        return OPEN_EARLY


def _key(change: RoleChange, seen: Counter[str]) -> str:
    """Make the key of a row from its content without its edition; rows that are alike are counted."""
    fields = change.fields()
    key = digest(*(f"{name}={text}" for name, text in fields.items() if name not in ("source", "stated")))
    seen[key] += 1
    return key if seen[key] == 1 else f"{key}-{seen[key]}"
