"""``stats``: the shape of the organization on a day, or how it develops over time, in numbers and pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from orggraph.cli.options import as_of_option, check_recorded_by, read_day, recorded_by_option
from orggraph.cli.origin import Origin, open_to_read, today
from orggraph.cli.terminal import emit, progress, said
from orggraph.results import visible

if TYPE_CHECKING:
    from orggraph.graph import OrgGraph

STEPS = ("day", "week", "month", "quarter", "year", "change")
FORMATS = ("text", "json", "csv")


class Series(NamedTuple):
    """Which periods are asked about, and whose."""

    every: str
    first: int | None
    until: int | None
    unit: str


class Look(NamedTuple):
    """How a day or a series is looked at: with which bounds of spans, by the unit tree of which day."""

    recorded_by: int | None
    narrow: int
    wide: int
    tree: int | None


def _read_tree(text: str) -> int | None:
    """Read ``--organization``: ``day`` (``None``), ``today`` or a day."""
    if text == "day":
        return None
    try:
        return read_day(text)
    except click.BadParameter:
        raise click.BadParameter(f"{text!r} is neither day, today nor a day (expected YYYY-MM-DD)") from None


@click.command()
@as_of_option
@recorded_by_option
@click.option("--every", type=click.Choice(STEPS), default=None,
              help="Tell how it develops from period to period; change: from one change to the next.")  # fmt: skip
@click.option("--from", "first", type=read_day, default=None, metavar="DAY", help="The first day of the first period.")
@click.option("--until", "--to", "until", type=read_day, default=None, metavar="DAY",
              help="The day before which the last period ends.  [default: tomorrow, or the last change]")  # fmt: skip
@click.option("--unit", default="", metavar="UNIT", help="With --every: only who is in this unit or one below it.")
@click.option("--organization", "tree", type=_read_tree, default="day", show_default=True, metavar="day|today|DAY",
              help="Count units by the unit tree of each day, or all by that of one day, such as today.")  # fmt: skip
@click.option("--narrow", type=click.IntRange(min=0), default=3, show_default=True,
              help="Name who has fewer direct reports than this, and some.")  # fmt: skip
@click.option("--wide", type=click.IntRange(min=0), default=12, show_default=True,
              help="Name who has more direct reports than this.")  # fmt: skip
@click.option("--plot", default="", metavar="FILE", type=click.Path(),
              help="Draw it: .svg or .png (needs the extra plot).")  # fmt: skip
@click.option("--format", type=click.Choice(FORMATS), default="text", show_default=True, help="How to write it.")
@click.option("--explain", is_flag=True, help="Add what was counted: how many facts of which sources.")
@click.pass_obj
def stats(
    origin: Origin,
    *,
    day: int | None,
    recorded_by: int | None,
    every: str | None,
    first: int | None,
    until: int | None,
    unit: str,
    tree: int | None,
    narrow: int,
    wide: int,
    plot: str,
    format: str,
    explain: bool,
) -> None:
    """Describe the organization in numbers: on a day, or with --every from period to period.

    Of a day: people, layers, span of control, vacancies, single points of failure, where units and lines disagree,
    headcount by unit. Over time: headcount, joiners, leavers, turnover, how long tenures last, successions, vacancies,
    how much was reorganized, and the days on which most changed. What is possible and what is certain stand apart.

    \b
      orggraph stats --as-of 2025-10-03
      orggraph stats --every month --from 2025-01-01 --until 2026-01-01 --plot year.svg
    """
    if explain and format != "text":
        raise click.UsageError(f"--explain is written for people, not as {format} (expected --format text)")
    if explain and every:
        raise click.UsageError("--explain is about a day (expected no --every)")
    series = _series(every, first, until, unit, day=day)
    if plot and Path(plot).suffix.casefold() not in (".svg", ".png"):
        raise click.UsageError(f"{plot}: the suffix says no format of a picture (expected .svg or .png)")
    check_recorded_by(origin, recorded_by)
    org, look = open_to_read(origin), Look(recorded_by, narrow, wide, tree)
    with progress("counting"):
        text, picture = _over_time(org, series, look, format, plot) if series else _of_day(
            org, today() if day is None else day, look, format, plot
        )  # fmt: skip
    if plot:
        emit(picture, path=plot)
        said(f"{plot}: drawn")
    emit(text)
    if explain:
        from orggraph.cli.evidence import explain_counts  # only for who asks

        shown = org.as_of(today() if day is None else day, recorded_by=recorded_by).snapshot
        emit("\n" + explain_counts(shown))


def _series(every: str | None, first: int | None, until: int | None, unit: str, *, day: int | None) -> Series | None:
    """Read the options about several days."""
    if not every:
        if first is not None or until is not None or unit:
            raise click.UsageError("--from, --until and --unit need --every")
        return None
    if day is not None:
        raise click.UsageError("--as-of is one day, so it cannot be given with --every")
    if first is None and every != "change":
        raise click.UsageError(f"--every {every} needs --from DAY, the first day")
    if until is None and every != "change":
        until = today() + 1
    return Series(every, first, until, unit)


def _of_day(org: OrgGraph, day: int, look: Look, format: str, plot: str) -> tuple[str, bytes]:
    from orggraph.hierarchy import as_csv, as_text  # imports networkx

    found = org.as_of(day, recorded_by=look.recorded_by).stats(
        narrow=look.narrow, wide=look.wide, organization=look.tree
    )
    writers = {"text": lambda of: "\n".join(map(visible, as_text(of).split("\n"))), "csv": as_csv, "json": _json}
    picture = b""
    if plot:
        from orggraph.plots import plot_day  # imports matplotlib

        picture = plot_day(found, _suffix(plot))
    return writers[format](found), picture


def _over_time(org: OrgGraph, series: Series, look: Look, format: str, plot: str) -> tuple[str, bytes]:
    from orggraph.trends import as_csv, as_document, as_text  # imports numpy, which look-ups have, and no more

    found = org.stats_over(
        every=series.every, first=series.first, until=series.until, unit=series.unit, organization=look.tree,
        recorded_by=look.recorded_by,
    )  # fmt: skip
    picture = b""
    if plot:
        from orggraph.plots import plot_series  # imports matplotlib

        picture = plot_series(found, _suffix(plot))
    if format == "json":
        return _json(as_document(found)), picture
    return (as_csv if format == "csv" else as_text)(found), picture


def _suffix(plot: str) -> str:
    return Path(plot).suffix.casefold().lstrip(".")


def _json(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"
