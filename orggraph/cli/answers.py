"""How answers of look-ups are written: rows with the sentences that belong to them.

A table is for a person: it has only columns that say something, and sources as numbers with a list below. Plain
columns, CSV and the rest are for programs: their columns are always the same, and sources stand in full. A sentence
(nobody is certain …) comes before a table, in plain columns as a line that begins with ``#``, in JSON under
``notes``, and on standard error where the format has no place for it.
"""

from __future__ import annotations

from collections.abc import Sequence

from orggraph.cli.terminal import emit, said
from orggraph.documents import Reply, written
from orggraph.period import iso
from orggraph.results import answers_table, visible, write_answers
from orggraph.snapshot import PRESUMED, Answer

PLAIN_COLUMNS = (
    "name", "post", "role", "unit", "organization", "line", "certainty", "since", "until", "notes", "sources", "depth",
)  # fmt: skip
"""The columns of plain output, always all of them, in this order."""


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
