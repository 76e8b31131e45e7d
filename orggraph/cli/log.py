"""``log``: the events of a period in order, as ``git log`` tells the commits."""

from __future__ import annotations

import json
from itertools import islice

import click

from orggraph.cli.options import check_recorded_by, output_option, read_day, recorded_by_option
from orggraph.cli.origin import Origin, open_to_read
from orggraph.cli.terminal import colour_wanted, emit, progress, said

FORMATS = ("text", "json", "csv", "markdown")


@click.command()
@click.argument("entity", metavar="[ENTITY]", default="")
@click.option("--unit", default="", metavar="UNIT", help="Of a unit or organization and everything in it.")
@click.option("--from", "first", type=read_day, default=None, metavar="DAY", help="From this day on.")
@click.option("--to", "last", type=read_day, default=None, metavar="DAY", help="To this day, inclusive.")
@click.option("-n", "--most", type=click.IntRange(min=1), default=None, metavar="N", help="At most so many days.")
@click.option("--reverse", is_flag=True, help="Tell the oldest first.")
@click.option("--why", "--explain", "why", is_flag=True,
              help="Add the facts, role changes and sources that each event rests on.")  # fmt: skip
@recorded_by_option
@click.option("--format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to write it.")
@output_option
@click.pass_obj
def log(
    origin: Origin,
    *,
    entity: str,
    unit: str,
    first: int | None,
    last: int | None,
    most: int | None,
    reverse: bool,
    why: bool,
    recorded_by: int | None,
    format: str,
    output: str,
) -> None:
    """Tell what happened, day by day, the newest first.

    With an ENTITY (a person, post, unit or organization), only that in which it takes part. What happened on a day
    that is not exactly known is told once, with the bounds of that day.

    \b
      orggraph log --from 2025-09-01 --to 2025-10-31
      orggraph log "Sam McCandlish" --why
      orggraph log --unit Anthropic -n 3 --format markdown
    """
    if why and format != "text":
        raise click.UsageError(f"--why is written for people, not as {format} (expected --format text)")
    if entity and unit:
        raise click.UsageError("a log is of an ENTITY or of a --unit, not of both")
    check_recorded_by(origin, recorded_by)
    org = open_to_read(origin)
    from orggraph import chronicle as forms  # not needed where the command was typed wrong

    told = org.log(entity, unit=unit, first=first, last=last, recorded_by=recorded_by, reverse=reverse)
    with progress("comparing"):
        chapters = list(islice(told, most))
    if not chapters:
        said("Nothing is known to have happened.")
    if format == "text":
        coloured = not output and colour_wanted()
        parts = list(forms.text(chapters, colour=coloured))
        if why:
            from orggraph.cli.evidence import explain_events  # only for who asks

            parts = [f"{part}\n{explain_events(org, c.events)}" for part, c in zip(parts, chapters, strict=True)]
        emit("".join(parts), path=output, safe=coloured)
    elif format == "json":
        document = forms.as_json(chapters, recorded_by=recorded_by)
        emit(json.dumps(document, ensure_ascii=False, indent=2) + "\n", path=output)
    else:
        emit(forms.as_csv(chapters) if format == "csv" else forms.as_markdown(chapters), path=output)
