"""``info`` and ``sources``: what a store holds, by which loads, and from which editions of which sources."""

from __future__ import annotations

import click

from orggraph.cli.options import format_option
from orggraph.cli.origin import Origin, open_to_read
from orggraph.cli.rows import ROW_FORMATS, emit_rows, write_rows
from orggraph.cli.terminal import emit, row_format, said
from orggraph.documents import ASSUMED_COLUMNS, SOURCE_COLUMNS, assumed_rows, dumped, info_document, source_rows
from orggraph.results import table, visible


@click.command()
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How to write it.")  # fmt: skip
@click.pass_obj
def info(origin: Origin, *, format: str) -> None:
    """Show what the store holds: how much, which days, and every load.

    \b
      orggraph info
    """
    org = open_to_read(origin)
    found = info_document(org, location="in memory" if origin.data else origin.store)
    if format == "json":
        emit(dumped(found))
        return
    loads = found.pop("loads")
    assert isinstance(loads, list)
    rows = [[name.replace("_", " "), str(value)] for name, value in found.items()]
    width = max(len(name) for name, _ in rows)
    listed = [[str(value) for value in load.values()] for load in loads]
    columns = list(loads[0]) if loads else []
    text = "".join(f"{name.ljust(width)}  {visible(value)}\n" for name, value in rows)
    emit(f"{text}\n{table(columns, listed)}" if loads else text)


@click.command()
@click.option("--assumed", is_flag=True,
              help="List whom names were taken to mean where no id says so, or a judgement does.")  # fmt: skip
@format_option(ROW_FORMATS, "How to write it.  [default: table on a terminal, else plain: no header, tabs]")
@click.pass_obj
def sources(origin: Origin, *, assumed: bool, format: str | None) -> None:
    """List the editions of sources: when each was stated and recorded, by which load, how many changes it gave.

    \b
      orggraph sources
      orggraph sources --format csv
      orggraph sources --assumed
    """
    org = open_to_read(origin)
    if assumed:
        told = assumed_rows(org)
        emit_rows(ASSUMED_COLUMNS, told, format)
        if not told:
            said("Nothing was assumed: no name was matched across sources or to an id.")
        return
    columns, rows = list(SOURCE_COLUMNS), source_rows(org)
    chosen = row_format(format or "")
    if chosen == "table" and not any(row[-1] for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    emit(write_rows(columns, rows, chosen))
