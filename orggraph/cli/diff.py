"""``diff``: what changed between two days, or in what is known about one day."""

from __future__ import annotations

import json
from shutil import get_terminal_size
from typing import TYPE_CHECKING

import click

from orggraph.cli.options import (
    as_of_option,
    check_recorded_by,
    output_option,
    read_day,
    read_recorded,
    recorded_by_option,
)
from orggraph.cli.origin import Origin, open_to_read, today
from orggraph.cli.terminal import colour_wanted, emit, progress
from orggraph.errors import UnsupportedError

if TYPE_CHECKING:
    from orggraph.diff import Diff
    from orggraph.graph import OrgGraph

FORMATS = ("text", "json", "csv", "markdown", "html", "svg", "rdf-patch", "sparql-update", "prov")
WITH_GROUNDS = ("text", "json", "markdown", "html")
"""The formats in which ``--why`` has a place."""


def _show_events(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    """Show the page on the kinds of events, and end."""
    if wanted and not ctx.resilient_parsing:
        from orggraph.places import events_page  # only for who asks

        emit(events_page().read_text(encoding="utf-8"))
        ctx.exit()


@click.command()
@click.argument("before", metavar="DAY")
@click.argument("after", metavar="DAY")
@click.option("--knowledge", is_flag=True,
              help="Compare what was known about the day of --as-of at two recorded times.")  # fmt: skip
@as_of_option
@recorded_by_option
@click.option("--format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to write it.")
@output_option
@click.option("--stat", "stat", is_flag=True, help="Show only how much changed in which unit, as git diff --stat does.")
@click.option("--why", "--explain", "why", is_flag=True,
              help="Add the facts, role changes and sources that each event rests on.")  # fmt: skip
@click.option("--events", is_flag=True, is_eager=True, expose_value=False, callback=_show_events,
              help="Show which kinds of events there are and how they are told apart, and exit.")  # fmt: skip
@click.option("--exit-code", is_flag=True, help="Exit with 1 where something changed, as git diff does.")
@click.pass_context
def diff(
    ctx: click.Context,
    *,
    before: str,
    after: str,
    knowledge: bool,
    day: int | None,
    recorded_by: int | None,
    format: str,
    output: str,
    stat: bool,
    why: bool,
    exit_code: bool,
) -> None:
    """Tell what changed in the organization from one day to another.

    With --knowledge the two arguments are recorded times, and what is told is what was learned between them about one
    day; nothing in the organization need have changed.

    \b
      orggraph diff 2025-09-01 2025-10-03
      orggraph diff 2025-09-01 today --format markdown -o changes.md
      orggraph diff 2025-09-01 2025-10-03 --format svg -o changes.svg
      orggraph diff --stat 2025-09-01 today
      orggraph diff --knowledge --as-of 2025-10-01 2025-10-02 2025-10-04
    """
    if day is not None and not knowledge:
        raise click.UsageError("--as-of goes with --knowledge (two days are given as they are: orggraph diff DAY DAY)")
    if knowledge and recorded_by is not None:
        raise click.UsageError("--recorded-by cannot be given with --knowledge, which compares two recorded times")
    if why and (stat or format not in WITH_GROUNDS):
        form = "--stat" if stat else f"--format {format}"
        raise click.UsageError(f"--why has no place in {form} (expected --format {', '.join(WITH_GROUNDS)})")
    if stat and format != "text":
        raise click.UsageError(f"--stat is written as text, not as {format} (leave out --format)")
    if knowledge and format == "svg":
        raise click.UsageError("--knowledge cannot be drawn: nothing need have moved (expected another --format)")
    read = read_recorded if knowledge else read_day
    times = read(before), read(after)
    origin = ctx.ensure_object(Origin)
    if knowledge and origin.data:
        raise UnsupportedError("--knowledge needs a store: files of --data are recorded only while they are read")
    check_recorded_by(origin, recorded_by)
    org = open_to_read(origin)
    with progress("comparing"):
        found = _compare(org, times, knowledge=knowledge, day=day, recorded_by=recorded_by)
    coloured = format == "text" and not output and colour_wanted()
    if format == "svg":
        one, other = (org.as_of(time, recorded_by=recorded_by) for time in times)
        emit(other.chart(compare=one).render(), path=output)
    else:
        written = _stat(found, colour=coloured) if stat else _written(org, found, format, why=why, colour=coloured)
        emit(written, path=output, safe=coloured)
    if why and format == "text" and found:
        from orggraph.cli.evidence import explain_diff  # only for who asks

        emit("\n" + explain_diff(org, found), path="")
    if exit_code and found:
        ctx.exit(1)


def _compare(
    org: OrgGraph, times: tuple[int, int], *, knowledge: bool, day: int | None, recorded_by: int | None
) -> Diff:
    before, after = times
    if knowledge:
        return org.knowledge_diff(today() if day is None else day, before, after)
    from orggraph.diff import diff as compare  # not needed by other commands

    one, other = (org.as_of(time, recorded_by=recorded_by).snapshot for time in (before, after))
    return compare(one, other)


def _stat(found: Diff, *, colour: bool) -> str:
    from orggraph import diff as forms  # not needed by other commands

    return forms.stat(found, width=get_terminal_size((forms.WIDTH, 0)).columns, colour=colour)


def _written(org: OrgGraph, found: Diff, format: str, *, why: bool, colour: bool) -> str:
    from orggraph import diff as forms  # not needed by other commands

    grounds = None
    if why and format != "text":
        from orggraph.cli.grounds import grounds_of_diff  # only for who asks

        grounds = grounds_of_diff(org, found)
    if format == "text":
        return forms.text(found, colour=colour)
    if format == "json":
        return json.dumps(forms.as_json(found, grounds=grounds), ensure_ascii=False, indent=2) + "\n"
    if format == "prov":
        return forms.as_prov(found, base=org.base)
    if format in ("markdown", "html"):
        return (forms.as_markdown if format == "markdown" else forms.as_html)(found, grounds=grounds)
    writers = {"csv": forms.as_csv, "rdf-patch": forms.rdf_patch, "sparql-update": forms.sparql_update}
    return writers[format](found)
