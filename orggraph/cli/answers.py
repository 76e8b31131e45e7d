"""How answers of look-ups are written: rows with the sentences that belong to them, and what they rest on.

A table is for a person: it has only columns that say something, and sources as numbers with a list below. Plain
columns, CSV and the rest are for programs: their columns are always the same, and sources stand in full. A sentence
(nobody is certain …) comes before a table, in plain columns as a line that begins with ``#``, in JSON under
``notes``, and on standard error where the format has no place for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from orggraph.changes import RoleChange
from orggraph.cli.terminal import emit, said
from orggraph.documents import Reply, written
from orggraph.facts import Fact
from orggraph.graph import OrgGraph
from orggraph.period import iso
from orggraph.results import answers_table, visible, write_answers
from orggraph.snapshot import PRESUMED, Answer, Snapshot

PLAIN_COLUMNS = (
    "name", "post", "role", "unit", "organization", "line", "certainty", "since", "until", "notes", "sources", "depth",
)  # fmt: skip
"""The columns of plain output, always all of them, in this order."""

_EXPLAINED = 30


def show(reply: Reply, format: str, *, explained: str = "") -> None:
    """Write a reply in one of the formats of answers; ``explained`` comes after a table or plain columns."""
    if format == "table":
        emit("\n".join(part for part in (_said_above(reply), _table(reply.rows), explained) if part))
        return
    if format == "plain":
        notes = "".join(f"# {visible(note)}\n" for note in reply.notes)
        rows = write_answers(reply.rows, "plain", as_of=iso(reply.snapshot.day), columns=PLAIN_COLUMNS)
        emit(notes + rows.decode() + (f"\n{explained}" if explained else ""))
        return
    if format != "json":
        for note in reply.notes:
            said(note)
    emit(written(reply, format))


def _said_above(reply: Reply) -> str:
    return "".join(f"{visible(note)}\n" for note in reply.notes)


def _table(rows: Sequence[Answer]) -> str:
    """Align rows, with their sources numbered and listed below."""
    if not rows:
        return ""
    sources = list(dict.fromkeys(source for row in rows for source in row.sources))
    numbers = {source: f"[{number}]" for number, source in enumerate(sources, start=1)}
    shown = [
        row._replace(
            sources=(" ".join(numbers[source] for source in row.sources),),
            until="ongoing" if row.until == ".." else row.until,
            post=row.post if row.post or row.role else "",
        )
        for row in rows
    ]
    listed = "".join(f"{number} {visible(source)}\n" for source, number in numbers.items())
    return answers_table(shown, _columns(rows)) + (f"\n{listed}" if listed else "")


def _columns(rows: Sequence[Answer]) -> list[str]:
    """Choose the columns that say something about these rows."""
    wanted: dict[str, bool] = {
        "depth": any(row.depth > 1 for row in rows),
        "name": True,
        "post": any(row.post for row in rows),
        "role": any(row.role and not row.post for row in rows),
        "unit": any(row.unit for row in rows),
        "organization": len({row.organization for row in rows}) > 1,
        "line": any(row.line == "dotted" for row in rows),
        "certainty": True,
        "since": True,
        "until": True,
        "confirmed": any(row.certainty == PRESUMED for row in rows),
        "notes": any(row.notes for row in rows),
        "sources": any(row.sources for row in rows),
    }
    return [column for column, says_something in wanted.items() if says_something]


def explain(org: OrgGraph, reply: Reply) -> str:
    """Write for each row the facts that it rests on, their role changes, and what the sources said."""
    blocks = []
    for row in reply.rows[:_EXPLAINED]:
        by_id = {fact.id: fact for fact in org.facts_on(row.iri)}
        lines = [visible(f"{row.name}: {row.certainty}")]
        for number in row.facts:
            if number in by_id:
                lines += _fact_lines(org, reply.snapshot, by_id[number])
        blocks.append("\n".join(lines) + "\n")
    if len(reply.rows) > _EXPLAINED:
        blocks.append(f"… and {len(reply.rows) - _EXPLAINED} more rows, not explained\n")
    return "\n".join(blocks)


def _fact_lines(org: OrgGraph, snapshot: Snapshot, fact: Fact) -> list[str]:
    lines = [f"  fact {fact.id}: {fact.kind}, since {_bounds(fact.start.edtf())}, until "
             f"{_bounds(fact.end.edtf())}{_flags(fact)}"]  # fmt: skip
    lines += _change_lines(list(org.changes(fact.changes).values()), indent="    ")
    for tenure in fact.premises:
        premises = [snapshot.timeline.facts[int(row)] for row in snapshot.timeline.of_tenure(tenure)]
        standing = [f for f in premises if f.superseded is None and f.tenure == tenure and f.id != fact.id]
        ids = dict.fromkeys(change for f in standing for change in f.changes if change not in fact.changes)
        found = list(org.changes(ids).values())
        if found:
            lines += ["    follows from", *_change_lines(found, indent="      ")]
    return lines


def _bounds(bounds: str) -> str:
    return {"../..": "unknown"}.get(bounds, bounds)


def _flags(fact: Fact) -> str:
    return f" ({', '.join(fact.flags)})" if fact.flags else ""


def _change_lines(changes: Sequence[RoleChange], *, indent: str) -> list[str]:
    lines = []
    for change in changes:
        place = f" ({change.file}:{change.line_number})" if change.file else ""
        lines.append(visible(f"{indent}{change_words(change)}{place}"))
        lines.append(visible(f"{indent}  source: {change.edition}"))
        if change.quote:
            lines.append(visible(f'{indent}  "{change.quote}"'))
    return lines


def change_words(change: RoleChange) -> str:
    """Write a role change as one line: its kind, whom and what it is about, and when.

    >>> change_words(RoleChange.parse({"kind": "starts", "person": "Ada", "post": "CTO", "effective": "2024-05"}))
    'starts: person Ada, post CTO, effective 2024-05'
    """
    hidden = ("kind", "source", "stated", "quote", "occurrence", "sequence", "record", "moment")
    fields = [
        f"{name.replace('_', ' ')} {text}"
        for name, text in change.fields().items()
        if name not in hidden and not name.endswith("_id")
    ]
    return f"{change.kind}: {', '.join(fields)}"
