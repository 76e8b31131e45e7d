"""``stats``: the shape of the organization on a day, in numbers."""

from __future__ import annotations

import json

import click

from orggraph.cli.options import as_of_option, check_recorded_by, recorded_by_option
from orggraph.cli.origin import Origin, open_to_read, today
from orggraph.cli.terminal import emit, progress
from orggraph.results import table, visible

_UNITS_LISTED = 15


@click.command()
@as_of_option
@recorded_by_option
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How to write it.")  # fmt: skip
@click.option("--explain", is_flag=True, help="Add what was counted: how many facts of which sources.")
@click.pass_obj
def stats(origin: Origin, *, day: int | None, recorded_by: int | None, format: str, explain: bool) -> None:
    """Describe the shape of the organization on a day: people, layers, span of control, headcount by unit.

    \b
      orggraph stats --as-of 2025-10-03
    """
    from orggraph.hierarchy import stats as describe  # imports networkx

    if explain and format != "text":
        raise click.UsageError(f"--explain is written for people, not as {format} (expected --format text)")
    check_recorded_by(origin, recorded_by)
    org = open_to_read(origin)
    with progress("counting"):
        snapshot = org.as_of(today() if day is None else day, recorded_by=recorded_by).snapshot
        found = describe(snapshot)
    emit(json.dumps(found, ensure_ascii=False, indent=2) + "\n" if format == "json" else _text(found))
    if explain:
        from orggraph.cli.evidence import explain_counts  # only for who asks

        emit("\n" + explain_counts(snapshot))


def _text(found: dict[str, object]) -> str:
    rows = [[key.replace("_", " "), _words(value)] for key, value in found.items() if key != "headcount"]
    width = max(len(name) for name, _ in rows)
    text = "".join(f"{name.ljust(width)}  {visible(words)}\n" for name, words in rows)
    headcount = found["headcount"]
    assert isinstance(headcount, list)
    if not headcount:
        return text
    columns = [column for column in headcount[0] if column != "iri"]
    cells = [[str(row[column]) for column in columns] for row in headcount[:_UNITS_LISTED]]
    more = len(headcount) - len(cells)
    return f"{text}\n{table(columns, cells)}" + (f"… and {more} more (--format json has all)\n" if more else "")


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {number:g}" for key, number in value.items()) or "none"
    if isinstance(value, list):
        return "; ".join(map(str, value)) or "none"
    return str(value)
