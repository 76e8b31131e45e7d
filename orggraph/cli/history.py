"""``history``: everything known of one entity, whenever it held and whenever it was believed."""

from __future__ import annotations

from collections.abc import Sequence

import click

from orggraph.cli.evidence import MOST, explained
from orggraph.cli.options import check_recorded_by, format_option, recorded_by_option
from orggraph.cli.origin import Origin, open_to_read
from orggraph.cli.rows import ROW_FORMATS, write_rows
from orggraph.cli.terminal import emit, row_format, said
from orggraph.documents import HISTORY_COLUMNS, dumped, history_cells, history_document
from orggraph.history import HistoryRow
from orggraph.results import table, visible


@click.command()
@click.argument("entity", metavar="ENTITY")
@recorded_by_option
@click.option("--explain", is_flag=True, help="Add the facts, role changes, lines and quotes that each row rests on.")
@format_option(ROW_FORMATS, "How to write it.  [default: table on a terminal, else plain: no header, tabs]")
@click.pass_obj
def history(origin: Origin, *, entity: str, recorded_by: int | None, explain: bool, format: str | None) -> None:
    """List everything known of a person, post, unit or organization, with periods and sources.

    What is no longer believed is listed too, with the time at which it was superseded. UNTIL is the first day on which
    something no longer holds.

    \b
      orggraph history "Sam McCandlish"
      orggraph history "CTO, Anthropic" --format json
    """
    chosen = row_format(format or "")
    if explain and chosen not in ("table", "plain"):
        raise click.UsageError(f"--explain is written for people, not as {chosen} (expected --format table or plain)")
    check_recorded_by(origin, recorded_by)
    org = open_to_read(origin)
    iri = org.find(entity, recorded_by=recorded_by)
    rows = org.history(iri, recorded_by=recorded_by)
    if chosen == "table":
        emit(_table(rows))
    elif chosen == "json":
        emit(dumped(history_document(org, iri, rows, recorded_by=recorded_by)))
    else:
        emit(write_rows(HISTORY_COLUMNS, [history_cells(row) for row in rows], chosen))
    if explain and rows:
        told = [(f"{row.what}{_no_more(row)}", [row.fact]) for row in rows[:MOST]]
        emit("\n" + explained(org, told, more=len(rows) - len(told), what="rows"))
    if not rows:
        said(f"Nothing is known of {entity} but that it is mentioned.")


def _table(rows: Sequence[HistoryRow]) -> str:
    """Align the rows, with sources numbered and listed below, and recorded times where some were superseded."""
    if not rows:
        return ""
    sources = list(dict.fromkeys(source for row in rows for source in row.sources))
    number = {source: f"[{place}]" for place, source in enumerate(sources, start=1)}
    revised = any(row.superseded for row in rows)
    columns = ["since", "until", "what", "confirmed", *(["recorded", "superseded"] if revised else []), "sources"]
    cells = []
    for row in rows:
        since, until = "always" if row.since in ("", "..") else row.since, "ongoing" if row.until == ".." else row.until
        recorded = [_second(row.recorded), _second(row.superseded)] if revised else []
        marks = " ".join(number[source] for source in row.sources)
        cells.append([since, until, row.what, row.confirmed, *recorded, marks])
    listed = "".join(f"{number[source]} {visible(source)}\n" for source in sources)
    return "\n".join(part for part in (table(columns, cells), listed) if part)


def _no_more(row: HistoryRow) -> str:
    return f" (believed until {_second(row.superseded)})" if row.superseded else ""


def _second(recorded: str) -> str:
    """Cut a recorded time to seconds; in the other formats it is exact."""
    return recorded[:19] + "Z" if recorded else ""
