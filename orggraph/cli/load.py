"""``load``, ``record`` and ``unload``: what changes a store. What was done is said on standard error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import click

from orggraph.changes import FIELDS, KINDS
from orggraph.cli.options import read_day
from orggraph.cli.origin import Origin, forget_new_store, is_there, open_to_write, today
from orggraph.cli.reading import Table, mapping_of, reading_options
from orggraph.cli.terminal import colour_wanted, emit, progress, said
from orggraph.errors import Finding, OrgGraphError
from orggraph.graph import OrgGraph
from orggraph.ledger import Load, recorded_text
from orggraph.loading import LoadReport
from orggraph.period import iso
from orggraph.progress import Progress
from orggraph.sources.git_history import GitHistory
from orggraph.trial import Trial, trial

_Function = TypeVar("_Function", bound=Callable[..., object])
_LISTED = 20
"""How many warnings are listed; ``check`` lists them all."""
_NOT_BY_HAND = ("kind", "occurrence", "inferred")


@click.command()
@click.argument("files", nargs=-1, metavar="FILE…", type=click.Path())
@click.option("--git-history", "histories", multiple=True, metavar="PATH", type=click.Path(),
              help="Load every version of this file in its git repository; repeat it for several.")  # fmt: skip
@reading_options()
@click.option("--dry-run", is_flag=True, help="Keep nothing; show what the load would change.")
@click.option("--day", type=read_day, default=None, metavar="DAY",
              help="With --dry-run: the day to compare.  [default: today]")  # fmt: skip
@click.option("--allow-removals", is_flag=True,
              help="Load even what would end more than a quarter of what its source had stated.")  # fmt: skip
@click.option("-q", "--quiet", is_flag=True, help="Show no progress.")
@click.pass_obj
def load(
    origin: Origin,
    *,
    files: tuple[str, ...],
    histories: tuple[str, ...],
    maps: tuple[str, ...],
    format: str | None,
    source: str,
    stated: str,
    identity: str | None,
    organization: str,
    extra: tuple[str, ...],
    encoding: str | None,
    sheet: str,
    keep_going: bool,
    dry_run: bool,
    day: int | None,
    allow_removals: bool,
    quiet: bool,
) -> None:
    """Load role changes from files into the store.

    A load is all or nothing: every row that cannot be read is listed as file:line, and then nothing is kept, unless
    --keep-going is given. What is known already is not loaded again. A load that would end more than a quarter of what
    its own source had stated is refused: an export that broke off in the middle must not dissolve a company.

    \b
      orggraph load data/anthropic.csv
      orggraph load staff.csv --map person=Name --map "from=Start date" --source "HR export"
      orggraph load staff.csv --map staff.toml --dry-run
      orggraph load --git-history staff.csv --organization Acme
    """
    if not files and not histories:
        raise click.UsageError("Missing argument 'FILE…' (or --git-history PATH).")
    if day is not None and not dry_run:
        raise click.UsageError("--day goes with --dry-run")
    mapping = mapping_of(Table(maps, organization, extra, encoding, sheet))

    def run(org: OrgGraph, told: Progress, *, allowed: bool = allow_removals) -> LoadReport:
        return org.load(
            *inputs, format=format or "", mapping=mapping, source=source, stated=stated, identity=identity or "",
            keep_going=keep_going, allow_removals=allowed, progress=told,
        )  # fmt: skip

    inputs = [*files, *map(GitHistory, histories)]
    named = ", ".join(map(str, inputs))
    new = not is_there(origin)
    if dry_run:
        org = OrgGraph() if new and not origin.data else open_to_write(origin, create=False)
        with progress(f"trying out {named}", quiet=quiet) as told:
            tried = trial(org, lambda copy: run(copy, told, allowed=True), day=today() if day is None else day)
        _show(tried)
        if not allow_removals and tried.removals:
            said("the load would be refused without --allow-removals")
        return
    org = open_to_write(origin)
    try:
        with progress(f"loading {named}", quiet=quiet) as told:
            report = run(org, told)
    except OrgGraphError:
        if new:
            forget_new_store(origin)
        raise
    tell(report, into=origin.store)


def _show(tried: Trial) -> None:
    """Show what a load that is not kept changes in what is known about the day."""
    tell(tried.report, into="")
    if tried.changed is not None:
        from orggraph.diff import text  # not needed by a load that is kept

        about = f"; the load is about {tried.first} to {tried.last}" if tried.first else ""
        said(f"compared is what is known about {iso(tried.day)} (--day DAY compares another day{about})")
        emit(text(tried.changed, colour=colour_wanted()), safe=True)


def tell(report: LoadReport, *, into: str) -> None:
    """Say what a load did, or (``into`` nowhere) would do."""
    _list(report.findings)
    would = "" if into else "would load: "
    if not report.added:
        said(f"{would}nothing new: {_counted(report.known, 'role change')} known already")
        return
    said(
        f"{would}{_counted(report.added, 'role change')} new, {report.known} known already; "
        f"{_counted(report.opened, 'fact')} opened, {report.superseded} superseded"
    )
    if into:
        said(_kept(report.load, into))


def _list(findings: Sequence[Finding]) -> None:
    """List errors that were left out, and the first of what does not fit together."""
    errors = [finding for finding in findings if finding.severity == "error"]
    others = [finding for finding in findings if finding.severity != "error"]
    for finding in errors:
        said(f"left out: {finding}")
    for finding in others[:_LISTED]:
        said(f"{finding.severity}: {finding}")
    if len(others) > _LISTED:
        said(f"… and {len(others) - _LISTED} more (orggraph check lists what does not fit together)")


def _kept(made: Load, into: str) -> str:
    return f"load {made.id}, recorded {recorded_text(made.recorded)} in {into}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _field_options(function: _Function) -> _Function:
    """Add an option for every field of a role change."""
    for name in reversed(FIELDS):
        if name not in _NOT_BY_HAND:
            option = f"--{name.replace('_', '-')}"
            function = click.option(option, name, default="", metavar="TEXT", help=_FIELD_HELP.get(name))(function)
    return function


_FIELD_HELP = {
    "person": "Who.",
    "post": "The post held, such as CTO.",
    "role": "The role in a unit, where there is no post.",
    "unit": "The unit it is in.",
    "organization": "The organization it is in.",
    "reports_to": "To whom, a person.",
    "reports_to_post": "To which post.",
    "line": "direct or dotted.",
    "replaces": "From whom the post is taken over.",
    "property": "Of a statement: what is said, such as grade.",
    "value": "Of a statement: the value.",
    "reason": "Why, such as parental leave.",
    "sequence": "The order among changes of one day, a number.",
    "from_post": "The post left, of a transfer.",
    "into": "The new name, parent or successor.",
    "effective": "The day it took effect: YYYY-MM-DD, YYYY-MM, YYYY, or a range such as ../2025-10-03.",
    "until": "The first day on which it no longer holds; .. for ongoing, unknown where nobody says.",
    "stated": "When the source said it.",
    "source": "Who says so: a URL or a name.  [default: recorded by hand]",
    "quote": "What it rests on, in a sentence.",
    "target": "The role change that is corrected or withdrawn.",
    "moment": "A name for the moment, shared with other changes that happened at once.",
}


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@_field_options
@click.pass_obj
def record(origin: Origin, /, *, kind: str, **fields: str) -> None:  # click hands the options over by name
    """Record one role change without a file.

    KIND is one of starts, ends, holds, reports, acting, leave, transferred, renamed, created, abolished, moved, merged,
    split, "functions transferred", states, "same as", "not same as", roster, corrects, withdraws.

    \b
      orggraph record starts --person "Ada Lovelace" --post CTO --organization Acme --effective 2025-10-03
      orggraph record ends --person "Ada Lovelace" --post CTO --organization Acme --effective 2026-02
    """
    new = not is_there(origin)
    org = open_to_write(origin)
    try:
        report = org.record(kind, **{name: text for name, text in fields.items() if text})
    except OrgGraphError:
        if new:
            forget_new_store(origin)
        raise
    tell(report, into=origin.store)


@click.command()
@click.argument("load_id", metavar="LOAD")
@click.pass_obj
def unload(origin: Origin, *, load_id: str) -> None:
    """Take a load back; that it was loaded and taken back both stay recorded.

    LOAD is the identity of a load, or the beginning of it; orggraph info lists them.

    \b
      orggraph unload 3f2a
    """
    org = open_to_write(origin, create=False)
    known = {loaded.id: loaded for loaded in org.ledger.loads if loaded.removed is None}
    with progress(f"taking back {load_id}"):
        report = org.unload(load_id)
    taken = next(loaded for loaded in known.values() if loaded.id.startswith(load_id))
    _list(report.findings)
    said(
        f"took back load {taken.id} ({_counted(taken.added, 'role change')}: {taken.label}); "
        f"{_counted(report.opened, 'fact')} opened, {report.superseded} superseded"
    )
    said(_kept(report.load, origin.store))
