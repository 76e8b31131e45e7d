"""``chart``: the org chart of a day as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from orggraph.cli.film import EVERY, Travel, check_travel, shoot
from orggraph.cli.options import as_of_option, check_recorded_by, output_option, read_day, recorded_by_option
from orggraph.cli.origin import Origin, open_to_read, today
from orggraph.cli.terminal import emit, progress, refuse_binary, said
from orggraph.facts import ATTRIBUTE, LINE, MEMBERSHIP, PLACE
from orggraph.period import iso

if TYPE_CHECKING:
    from orggraph.chart import Chart

_SUFFIXES = {
    ".svg": "svg", ".png": "png", ".pdf": "pdf", ".dot": "dot", ".txt": "text", ".md": "markdown", ".mmd": "mermaid",
    ".html": "html",
}  # fmt: skip
_FORMATS = (*_SUFFIXES.values(), "html-list")
_BINARY = ("png", "pdf")
_SAY_REMARKS = ("text", "markdown")
"""The formats that have the remarks in them, so that nothing need be said beside."""
_VIEWS = ("people", "posts", "units")
_DIRECTIONS, _THEMES, _ENGINES = ("down", "right"), ("light", "dark", "print"), ("orggraph", "dot")

_SHOWN = (MEMBERSHIP, LINE, PLACE, ATTRIBUTE)
"""The kinds of facts that a card shows."""


@click.command()
@as_of_option
@recorded_by_option
@click.option("--compare", type=read_day, default=None, metavar="DAY",
              help="Mark who joined, left or moved since that day.")  # fmt: skip
@click.option("--from", "first", type=read_day, default=None, metavar="DAY",
              help="Instead of one day a film of many, from this day on: a page, or pictures in a folder.")  # fmt: skip
@click.option("--to", "last", type=read_day, default=None, metavar="DAY", help="The last day of the film.")
@click.option("--every", type=click.Choice(EVERY), default=None, help="The step of the film.  [default: month]")
@click.option("--root", default="", metavar="PERSON|POST", help="Only this person or vacant post and who is below.")
@click.option("--unit", default="", metavar="UNIT", help="Only this unit or organization and the units in it.")
@click.option("--depth", type=click.IntRange(min=0), default=None, help="At most so many levels below the tops.")
@click.option("--view", type=click.Choice(_VIEWS), default="people", show_default=True,
              help="What a card is: a person, a post with who holds it, or a unit with its head.")  # fmt: skip
@click.option("--collapse", multiple=True, metavar="NAME", help="Fold whoever is below; can be given several times.")
@click.option("--highlight", default="", metavar="NAME", help="Mark somebody and the way to the top, however deep.")
@click.option("--direction", type=click.Choice(_DIRECTIONS), default="down", show_default=True,
              help="From the top downwards, or from left to right.")  # fmt: skip
@click.option("--theme", type=click.Choice(_THEMES), default="light", show_default=True,
              help="The colours: for a light or a dark screen, or black on white for paper.")  # fmt: skip
@click.option("--engine", type=click.Choice(_ENGINES), default="orggraph", show_default=True,
              help="Who lays it out: orggraph as a tree, or Graphviz's dot where there is no tree.")  # fmt: skip
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
    first: int | None,
    last: int | None,
    every: str | None,
    root: str,
    unit: str,
    depth: int | None,
    view: str,
    collapse: tuple[str, ...],
    highlight: str,
    direction: str,
    theme: str,
    engine: str,
    output: str,
    format: str | None,
    explain: bool,
) -> None:
    """Draw the org chart of a day; what is only possible is drawn, and marked.

    As text it says the same: text is a tree for a terminal, markdown a nested list, html-list the same as a part of a
    page, mermaid a flowchart.

    \b
      orggraph chart --as-of 2025-10-03 -o org.svg
      orggraph chart --root "Daniela Amodei" --depth 2 --format text
      orggraph chart --depth 1 --highlight "Rahul Patil" -o org.md
      orggraph chart --as-of 2025-10-03 --compare 2025-09-01 -o changes.svg
      orggraph chart --as-of 2025-10-03 -o org.html
      orggraph chart --from 2025-09-01 --to 2025-10-03 --every week -o film.html
    """
    travel = Travel(first, last, every)
    if travel.wanted:
        one_day = day is not None or compare is not None or explain
        looks = (theme, direction, engine) != (_THEMES[0], _DIRECTIONS[0], _ENGINES[0])
        check_travel(travel, output=output, format=format, one_day=one_day, looks=looks)
        check_recorded_by(origin, recorded_by)
        shoot(
            open_to_read(origin), travel, output=output, recorded_by=recorded_by, view=view, root=root, unit=unit,
            depth=depth, collapse=collapse, highlight=highlight,
        )  # fmt: skip
        return
    chosen = format or _by_suffix(output)
    if chosen in _BINARY:
        refuse_binary(chosen, path=output)
    check_recorded_by(origin, recorded_by)
    org = open_to_read(origin)
    as_of = org.as_of(today() if day is None else day, recorded_by=recorded_by)
    earlier = "" if compare is None else org.as_of(compare, recorded_by=recorded_by)
    from orggraph.collection import uncollected  # a module that other commands do not need

    with uncollected(), progress("drawing"):  # a card is a dozen objects, none of them garbage in a cycle
        drawn = as_of.chart(
            compare=earlier, view=view, root=root, unit=unit, depth=depth, collapse=collapse, highlight=highlight,
            theme=theme, direction=direction, engine=engine,
        )  # fmt: skip
        picture = drawn.render(chosen)
    emit(picture, path=output)
    if explain:
        from orggraph.cli.evidence import explain_entities  # only for who asks

        said(explain_entities(org, as_of.snapshot, [(card.iri, card.name) for card in drawn.cards], _SHOWN))
    for remark in drawn.remarks if chosen not in _SAY_REMARKS or output else ():
        said(f"note: {remark}")
    if output:
        since = "" if compare is None else f", compared with {iso(compare)}"
        said(f"{output}: {_contents(drawn)}, as of {iso(drawn.day)}{since}")


def _by_suffix(output: str) -> str:
    suffix = Path(output).suffix.casefold()
    if not output:
        return "svg"
    if suffix not in _SUFFIXES:
        known = ", ".join(_SUFFIXES)
        raise click.UsageError(f"{output}: the suffix says no format of a chart (expected one of {known}, or --format)")
    return _SUFFIXES[suffix]


def _contents(drawn: Chart) -> str:
    lines = len(drawn.lines)
    return f"{drawn.subtitle}, {lines:,} line{'' if lines == 1 else 's'}"
