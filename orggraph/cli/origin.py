"""Where a command gets the organization from: a store, or files read into memory; and which day today is.

Why a store is made by ``load`` and ``record`` only: a look-up in a store that is not there is most likely a wrong
directory, and an empty answer would hide that.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

import click

from orggraph import graph, opening
from orggraph.cli.reading import Table, mapping_of
from orggraph.cli.terminal import progress, said
from orggraph.errors import Finding, StoreError


class Origin(NamedTuple):
    """The options before the command."""

    store: str
    data: tuple[str, ...] = ()
    table: Table = Table()
    format: str = ""
    source: str = ""
    stated: str = ""
    identity: str = ""
    keep_going: bool = False
    sources: tuple[str, ...] = ()
    trust: str = ""
    stated_by: str = ""


class Opened(NamedTuple):
    """An organization, what in the files of ``--data`` could not be read and was left out, and what else was found.

    ``noted`` is empty for a selection of sources, of which it would not be true.
    """

    org: graph.OrgGraph
    left_out: tuple[Finding, ...] = ()
    noted: tuple[Finding, ...] = ()


def check_origin(ctx: click.Context, origin: Origin) -> None:
    """Refuse options before the command that do not go together."""
    given = {name for name in ctx.params if ctx.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE}
    if origin.data and "store" in given:
        raise click.UsageError("--data answers without a store, so --store cannot be given with it")
    reading = sorted(given & {"maps", *Table._fields, "format", "source", "stated", "identity", "keep_going"})
    if reading and not origin.data:
        words = ", ".join("--map" if name == "maps" else f"--{name.replace('_', '-')}" for name in reading)
        raise click.UsageError(f"{words} before the command needs --data FILE (for a load: orggraph load {words} …)")


def today() -> int:
    """Give today as an ordinal: the one place where the command line reads the calendar."""
    return date.today().toordinal()


def open_to_read(origin: Origin) -> graph.OrgGraph:
    """Open what is asked about, and say what of ``--data`` had to be left out."""
    opened = open_with_findings(origin)
    for finding in opened.left_out:
        said(f"left out: {finding}")
    return opened.org


def _selected(origin: Origin, org: graph.OrgGraph) -> graph.OrgGraph:
    """Leave out the sources, and what was stated later, that were not asked for."""
    if origin.sources or origin.trust or origin.stated_by:
        trust = [source.strip() for source in origin.trust.split(">") if source.strip()]
        return org.select(sources=origin.sources, trust=trust, stated_by=origin.stated_by)
    return org


def open_with_findings(origin: Origin) -> Opened:
    """Open what is asked about; raise `StoreError` where there is no store, `LoadError` for files with errors."""
    if not origin.data:
        return Opened(_selected(origin, _open_store(origin, create=False)))
    org = graph.OrgGraph()
    with progress(f"reading {', '.join(origin.data)}") as told:
        report = org.load(
            *origin.data,
            format=origin.format,
            mapping=mapping_of(origin.table),
            source=origin.source,
            stated=origin.stated,
            identity=origin.identity,
            keep_going=origin.keep_going,
            progress=told,
        )
    left_out = tuple(finding for finding in report.findings if finding.severity == "error")
    noted = tuple(finding for finding in report.findings if finding.severity != "error")
    selected = _selected(origin, org)
    return Opened(selected, left_out, noted if selected is org else ())


def open_to_write(origin: Origin, *, create: bool = True) -> graph.OrgGraph:
    """Open the store for a load; without ``create`` it must be there."""
    if origin.data:
        raise click.UsageError("--data keeps nothing, so there is nothing to write to (expected --store DIR)")
    return _open_store(origin, create=create)


def is_there(origin: Origin) -> bool:
    """Tell whether the store exists."""
    try:
        return opening.is_remote(origin.store) or (Path(origin.store) / "store.json").exists()
    except OSError:  # opening it says why it cannot be looked at
        return True


def stamp_of(origin: Origin) -> str:
    """Give what changes whenever another process has loaded into the store; always the same for files."""
    try:
        return "" if origin.data else (Path(origin.store) / "CURRENT").read_text("ascii")
    except FileNotFoundError:
        return ""


def forget_new_store(origin: Origin) -> None:
    """Remove a store that was just made and in which nothing was kept; one that holds anything stays."""
    from orggraph.store.embedded import EmbeddedStore  # imports the RDF store

    with suppress(StoreError):
        EmbeddedStore(Path(origin.store), create=False).discard_if_empty()


def _open_store(origin: Origin, *, create: bool) -> graph.OrgGraph:
    if not create and not is_there(origin):
        option = "" if origin.store == "org.orggraph" else f" --store {origin.store}"
        raise StoreError(
            f"{origin.store}: there is no store here (make one first: orggraph{option} load FILE…, "
            "or answer straight from files: orggraph --data FILE COMMAND)"
        )
    with progress(f"opening {origin.store}"):
        org = opening.open(origin.store, create=create)
    for warning in org.warnings:
        said(f"warning: {warning}")
    return org
