"""``chart``: the org chart of a day as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from orggraph.cli.options import as_of_option, check_recorded_by, output_option, read_day, recorded_by_option
from orggraph.cli.origin import Origin, open_to_read, today
from orggraph.cli.terminal import emit, progress, refuse_binary, said
from orggraph.facts import ATTRIBUTE, LINE, MEMBERSHIP, PLACE
from orggraph.period import iso

if TYPE_CHECKING:
    from orggraph.chart import Chart

_FORMATS = ("svg", "png", "pdf", "dot")
_TEXTS = ("svg", "dot")


_SHOWN = (MEMBERSHIP, LINE, PLACE, ATTRIBUTE)
"""The kinds of facts that a card shows."""


@click.command()
@as_of_option
@recorded_by_option
@click.option("--compare", type=read_day, default=None, metavar="DAY",
              help="Mark who joined, left or moved since that day.")  # fmt: skip
@click.option("--root", default="", metavar="PERSON|POST", help="Only this person or vacant post and who is below.")
@click.option("--unit", default="", metavar="UNIT", help="Only this unit or organization and the units in it.")
@click.option("--depth", type=click.IntRange(min=0), default=None, help="At most so many levels below the tops.")
@output_option
@click.option("--format", type=click.Choice(_FORMATS), default=None,
              help="How to draw it.  [default: by the suffix of FILE, else svg]")  # fmt: skip
@click.option("--explain", is_flag=True,
              help="Say on standard error which facts and role changes each card and line rests on.")  # fmt: skip
@click.pass_obj
def chart(
    origin: Origin,
    *,
    day: int | None,
    recorded_by: int | None,
    compare: int | None,
    root: str,
    unit: str,
    depth: int | None,
    output: str,
    format: str | None,
    explain: bool,
) -> None:
    """Draw the org chart of a day; what is only possible is drawn, and marked.

    \b
      orggraph chart --as-of 2025-10-03 -o org.svg
      orggraph chart --root "Daniela Amodei" --depth 2 --format dot
      orggraph chart --as-of 2025-10-03 --compare 2025-09-01 -o changes.svg
    """
    chosen = format or _by_suffix(output)
    if chosen not in _TEXTS:
        refuse_binary(chosen, path=output)
    check_recorded_by(origin, recorded_by)
    org = open_to_read(origin)
    as_of = org.as_of(today() if day is None else day, recorded_by=recorded_by)
    earlier = "" if compare is None else org.as_of(compare, recorded_by=recorded_by)
    drawn = as_of.chart(compare=earlier, root=root, unit=unit, depth=depth)
    from orggraph.chart import render  # a module of charts that other commands do not need

    with progress("drawing"):
        picture = render(drawn.dot(), chosen)
    emit(picture, path=output)
    if explain:
        from orggraph.cli.evidence import explain_entities  # only for who asks

        said(explain_entities(org, as_of.snapshot, [(card.iri, card.name) for card in drawn.cards], _SHOWN))
    for remark in drawn.remarks:
        said(f"note: {remark}")
    if output:
        since = "" if compare is None else f", compared with {iso(compare)}"
        said(f"{output}: {_contents(drawn)}, as of {iso(drawn.day)}{since}")


def _by_suffix(output: str) -> str:
    suffix = Path(output).suffix.casefold().removeprefix(".")
    if not output:
        return "svg"
    if suffix not in _FORMATS:
        known = ", ".join(f".{name}" for name in _FORMATS)
        raise click.UsageError(f"{output}: the suffix says no format of a chart (expected one of {known}, or --format)")
    return suffix


def _contents(drawn: Chart) -> str:
    people = sum(card.kind == "person" for card in drawn.cards)
    lines = len(drawn.lines)
    from orggraph.chart.remarks import posts_in_words  # not needed where nothing is drawn

    parts = [f"{people} {'person' if people == 1 else 'people'}"]
    parts += posts_in_words(drawn.cards)
    return ", ".join([*parts, f"{lines} line{'' if lines == 1 else 's'}"])
