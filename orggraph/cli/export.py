"""``export``: all of time as RDF, or the role changes as loaded, which ``load`` reads back; or for other programs.

Why a form of a day needs ``--as-of``: a roster or a chart of today that was meant to be everything would look complete.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

import click

from orggraph.cli.options import as_of_option, check_recorded_by, format_option, output_option, recorded_by_option
from orggraph.cli.origin import Origin, open_to_read
from orggraph.cli.terminal import emit, progress, said
from orggraph.graph import OrgGraph
from orggraph.period import iso
from orggraph.sources import write_csv, write_json_lines

FORMATS = {
    "turtle": ".ttl",
    "trig": ".trig",
    "nquads": ".nq",
    "ntriples": ".nt",
    "jsonld": ".jsonld",
    "csv": ".csv",
    "json-lines": ".jsonl",
    "gexf": ".gexf",
    "popolo": ".json",
    "page": ".html",
}
"""Each format of all of time with the suffix of its files."""

DAY_FORMATS = {"roster": ".csv", "graphml": ".graphml", "mermaid": ".mmd"}
"""Each format of a day with the suffix of its files."""


@click.command()
@as_of_option
@recorded_by_option
@output_option
@format_option([*FORMATS, *DAY_FORMATS], "How to write it.  [default: by the suffix of FILE, else turtle or roster]")
@click.option("--anonymous", is_flag=True, help="Leave out names: a pseudonym for every person, no quotes.")
@click.pass_obj
def export(
    origin: Origin, *, day: int | None, recorded_by: int | None, output: str, format: str | None, anonymous: bool
) -> None:
    """Write everything that is known: as RDF, or as role changes in CSV or JSON lines.

    The suffix says which: .ttl, .trig, .nq, .nt, .jsonld are the whole history in W3C ORG, PROV and OWL-Time; .csv and
    .jsonl are the role changes that stand. orggraph load reads each of them back. .gexf (with spells) and .json
    (Popolo) are for other programs, and leave out what those do not know. .html is a page in one file, to be searched
    and travelled through without a server: the charts of all change days, or of months, quarters or years where there
    are more than 200.

    With --anonymous a person is Person 17, the same throughout one export and another in the next; what else is said
    of persons stays, but for quotes, reasons and addresses. Small units may still tell who somebody is.

    With --as-of it is the organization of that day: .csv a roster, .graphml a graph, .mmd a chart in Mermaid.

    \b
      orggraph export -o acme.ttl
      orggraph --data data/anthropic.csv export --format nquads
      orggraph --data data/anthropic.csv export --as-of 2025-10-03 --format mermaid
    """
    of_day = day is not None
    chosen = format or _by_suffix(output, DAY_FORMATS if of_day else FORMATS, "roster" if of_day else "turtle")
    if (chosen in DAY_FORMATS) != of_day:
        need = "needs --as-of DAY" if chosen in DAY_FORMATS else "is of all of time (leave out --as-of)"
        raise click.UsageError(f"{chosen} {need}")
    if recorded_by is not None and not of_day:
        raise click.UsageError("--recorded-by goes with --as-of")
    check_recorded_by(origin, recorded_by)
    org = open_to_read(origin)
    if anonymous:
        with progress("leaving out names"):
            org = org.anonymous()
    with progress("writing"):
        written = _written(org, chosen) if day is None else org.as_of(day, recorded_by=recorded_by).export(chosen)
        emit(written, path=output)
    if output and of_day:
        said(f"{output}: the organization on {iso(day or 0)} as {chosen}")
    elif output:
        changes = len(org.ledger.standing() if chosen in ("csv", "json-lines") else org.ledger.entries)
        said(f"{output}: {changes} role change{'' if changes == 1 else 's'} as {chosen}")


def _by_suffix(output: str, formats: Mapping[str, str], default: str) -> str:
    if not output:
        return default
    for name, suffix in formats.items():
        if Path(output).suffix.casefold() == suffix:
            return name
    raise click.UsageError(
        f"{output}: the suffix says no format (expected one of {', '.join(formats.values())}, or --format)"
    )


def _written(org: OrgGraph, format: str) -> bytes:
    if format not in ("csv", "json-lines"):
        return org.export(format)
    text = io.StringIO(newline="")
    writer = write_csv if format == "csv" else write_json_lines
    writer((entry.change for entry in org.ledger.standing()), text)
    return text.getvalue().encode()
