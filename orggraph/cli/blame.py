"""``blame``: who said first and last what holds of an entity on a day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from orggraph.cli.evidence import MOST, explained
from orggraph.cli.options import as_of_option, check_recorded_by, format_option, recorded_by_option
from orggraph.cli.origin import Origin, open_to_read, today
from orggraph.cli.rows import ROW_FORMATS, write_rows
from orggraph.cli.terminal import emit, row_format, said
from orggraph.documents import BLAME_CELLS, blame_cells, blame_document, dumped
from orggraph.results import table, visible
from orggraph.snapshot import CERTAIN

if TYPE_CHECKING:
    from orggraph.blame import Blamed, Statement


@click.command()
@click.argument("entity", metavar="ENTITY")
@as_of_option
@recorded_by_option
@click.option("--why", "--explain", "why", is_flag=True,
              help="Add all role changes, lines and quotes that each row rests on.")  # fmt: skip
@format_option(ROW_FORMATS, "How to write it.  [default: table on a terminal, else plain: no header, tabs]")
@click.pass_obj
def blame(
    origin: Origin, *, entity: str, day: int | None, recorded_by: int | None, why: bool, format: str | None
) -> None:
    """Tell who said first, and who last, what holds of a person, post, unit or organization on a day.

    A statement stands with the day on which its source made it, or in brackets with that on which it was recorded
    where it bears none. What no source says itself follows from what stands below it.

    \b
      orggraph blame "Sam McCandlish" --as-of 2025-10-03
      orggraph blame "CTO, Anthropic" --as-of 2025-10-03 --format json
    """
    chosen = row_format(format or "")
    if why and chosen not in ("table", "plain"):
        raise click.UsageError(f"--why is written for people, not as {chosen} (expected --format table or plain)")
    check_recorded_by(origin, recorded_by)
    org, on = open_to_read(origin), today() if day is None else day
    iri = org.find(entity, recorded_by=recorded_by)
    rows = org.blame(iri, on, recorded_by=recorded_by)
    if chosen == "table":
        emit(_table(rows))
    elif chosen == "json":
        emit(dumped(blame_document(org, iri, rows, day=on, recorded_by=recorded_by)))
    else:
        emit(write_rows(BLAME_CELLS, [blame_cells(row) for row in rows], chosen))
    if why and rows:
        emit("\n" + explained(org, [(row.what, [row.fact]) for row in rows[:MOST]], more=len(rows[MOST:]), what="rows"))
    if not rows:
        said(f"Nothing holds of {entity} on that day.")


def _table(rows: Sequence[Blamed]) -> str:
    """Align the rows, each followed by what it follows from; sources are numbered and listed below."""
    if not rows:
        return ""
    told = [statement for row in rows for statement in (row.first, row.last) if statement]
    sources = list(dict.fromkeys(statement.source for statement in told if statement.source))
    number = {source: f"[{place}]" for place, source in enumerate(sources, start=1)}
    cells = []
    for row in rows:
        again = row.last if row.last != row.first else None
        cells.append([row.what, _notes(row), _statement(row.first, number), _statement(again, number)])
        cells += [[f"  from: {premise}", "", "", ""] for premise in row.premises]
    listed = "".join(f"{number[source]} {visible(source)}\n" for source in sources)
    return "\n".join(part for part in (table(["what", "how", "first said", "last said"], cells), listed) if part)


def _notes(row: Blamed) -> str:
    """Say how certain a row is and what of it follows from others; nothing where it is certain and stated."""
    certainty = [] if row.certainty == CERTAIN or row.certainty in row.follows else [row.certainty]
    return ", ".join([*certainty, *row.follows])


def _statement(statement: Statement | None, number: dict[str, str]) -> str:
    if statement is None:
        return ""
    when = statement.stated[:10] if statement.stated else f"({statement.recorded[:10]})"
    return " ".join(part for part in (when, number.get(statement.source, "")) if part)
