"""The film of ``chart``: many days in one page or one folder, where ``--from`` and ``--to`` are given."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from orggraph.cli.terminal import emit, progress, said
from orggraph.errors import OrgGraphError
from orggraph.period import iso

if TYPE_CHECKING:
    from orggraph.chart.film import Film
    from orggraph.graph import OrgGraph

EVERY = ("day", "week", "month", "quarter", "year", "change")
"""The steps of a film, as `orggraph.series` has them; repeated so that other commands need not import it."""


class Travel(NamedTuple):
    """What is said of a film on the command line."""

    first: int | None
    last: int | None
    every: str | None

    @property
    def wanted(self) -> bool:
        """Tell whether a film is asked for at all."""
        return self.first is not None or self.last is not None or self.every is not None


def check_travel(travel: Travel, *, output: str, format: str | None, one_day: bool, looks: bool) -> None:
    """Refuse what does not go together.

    ``one_day`` says that an option for a single day was given, ``looks`` one that says how a chart looks.
    """
    if travel.first is None or travel.last is None:
        raise click.UsageError("a film needs its first and its last day (expected --from DAY --to DAY)")
    if travel.last < travel.first:
        raise click.UsageError(f"--to {iso(travel.last)} is before --from {iso(travel.first)}")
    if one_day:
        raise click.UsageError("--as-of, --compare and --explain are for one day, not for a film")
    if looks:
        raise click.UsageError("--theme, --direction and --engine are for one picture (a film has both colours)")
    if not _folder(output) and format != "html" and Path(output).suffix.casefold() not in (".html", ".htm"):
        raise click.UsageError("a film is a page or a folder of pictures (expected -o FILE.html or -o FOLDER/)")


def shoot(org: OrgGraph, travel: Travel, *, output: str, recorded_by: int | None, **limits: object) -> None:
    """Make the film and write it; ``limits`` are those of `OrgGraph.film`."""
    assert travel.first is not None
    assert travel.last is not None
    with progress("filming"):
        film = org.film(travel.first, travel.last, every=travel.every or "month", recorded_by=recorded_by, **limits)  # type: ignore[arg-type]  # the options of one command
        files = dict(film.files()) if _folder(output) else {}
        page = "" if files else film.html()
    if files:
        _write(Path(output), files)
    else:
        emit(page, path=output)
    if output:
        said(f"{output}: {_contents(film)}")


def _folder(output: str) -> bool:
    return bool(output) and (output.endswith(("/", os.sep)) or Path(output).is_dir())


def _write(folder: Path, files: dict[str, bytes]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OrgGraphError(f"{folder}: the folder cannot be made: {error.strerror}") from error
    for name, content in files.items():
        emit(content, path=str(folder / name))


def _contents(film: Film) -> str:
    days = len(film.steps)
    first, last = film.steps[0].sheet.day, film.steps[-1].sheet.day
    return f"{days} {'day' if days == 1 else 'days'}, {iso(first)} to {iso(last)}"
