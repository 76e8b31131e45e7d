"""``export``: the whole history as RDF, or the role changes as they were loaded; ``load`` reads both back."""

from __future__ import annotations

import io
from pathlib import Path

import click

from orggraph.cli.options import format_option, output_option
from orggraph.cli.origin import Origin, open_to_read
from orggraph.cli.terminal import emit, progress, said
from orggraph.graph import OrgGraph
from orggraph.sources import write_csv, write_json_lines

FORMATS = {
    "turtle": ".ttl",
    "trig": ".trig",
    "nquads": ".nq",
    "ntriples": ".nt",
    "jsonld": ".jsonld",
    "csv": ".csv",
    "json-lines": ".jsonl",
}
"""Each format with the suffix of its files."""


@click.command()
@output_option
@format_option(FORMATS, "How to write it.  [default: by the suffix of FILE, else turtle]")
@click.pass_obj
def export(origin: Origin, *, output: str, format: str | None) -> None:
    """Write everything that is known: as RDF, or as role changes in CSV or JSON lines.

    The suffix says which: .ttl, .trig, .nq, .nt, .jsonld are the whole history in W3C ORG, PROV and OWL-Time; .csv and
    .jsonl are the role changes that stand. orggraph load reads each of them back.

    \b
      orggraph export -o acme.ttl
      orggraph --data data/anthropic.csv export --format nquads
    """
    chosen = format or _by_suffix(output)
    org = open_to_read(origin)
    with progress("writing"):
        emit(_written(org, chosen), path=output)
    if output:
        changes = len(org.ledger.standing() if chosen in ("csv", "json-lines") else org.ledger.entries)
        said(f"{output}: {changes} role change{'' if changes == 1 else 's'} as {chosen}")


def _by_suffix(output: str) -> str:
    if not output:
        return "turtle"
    for name, suffix in FORMATS.items():
        if Path(output).suffix.casefold() == suffix:
            return name
    raise click.UsageError(
        f"{output}: the suffix says no format (expected one of {', '.join(FORMATS.values())}, or --format)"
    )


def _written(org: OrgGraph, format: str) -> bytes:
    if format not in ("csv", "json-lines"):
        return org.export(format)
    text = io.StringIO(newline="")
    writer = write_csv if format == "csv" else write_json_lines
    writer((entry.change for entry in org.ledger.standing()), text)
    return text.getvalue().encode()
