"""``publish``: what a store knows, onto a SPARQL engine elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from orggraph.cli.origin import Origin, open_to_read
from orggraph.cli.terminal import progress, said
from orggraph.ledger import recorded_text

if TYPE_CHECKING:
    from orggraph.publication import Report


@click.command()
@click.argument("url", metavar="URL")
@click.option("--update", default="", metavar="URL",
              help="Where updates go.  [default: URL, with /update in place of /query at its end]")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Write nothing; say what would be written.")
@click.option("--replace", is_flag=True, help="Remove what orggraph published there before, of whatever organization.")
@click.pass_obj
def publish(origin: Origin, *, url: str, update: str, dry_run: bool, replace: bool) -> None:
    """Publish what is known on a SPARQL 1.1 engine, to be asked there with --store URL.

    The first time everything is written, later only what has changed. Each plain triple goes into the named graphs of
    the days on which it holds, so that any day can be asked for in SPARQL without a date; the history goes there too.
    What will be written is said first.

    \b
      orggraph publish http://localhost:7878/query
      orggraph publish http://localhost:8890/sparql --dry-run
      orggraph --store http://localhost:7878/query reports "Daniela Amodei" --as-of 2025-10-03
    """
    from orggraph import publication  # imports an RDF library
    from orggraph.store.remote import Engine

    org = open_to_read(origin)
    engine = Engine(url, update=update)
    with progress("working out what to write"):
        report = publication.prepare(org.ledger, engine, replace=replace)
    if not report.plans:
        said(f"{engine.url}: nothing has changed since it was published")
        return
    said(f"{engine.url}: {_words(report, dry_run=dry_run)}")
    if dry_run:
        return
    if not report.atomic:
        said("it is written in parts: until it is done, answers from there may hold some of it")
    with progress(f"writing {report.added + report.removed:,} triples"):
        publication.publish(org.ledger, engine, report, replace=replace)
    said(f"published as recorded by {recorded_text(report.plans[-1].after.recorded)}")


def _words(report: Report, *, dry_run: bool) -> str:
    would = "would add" if dry_run else "adds"
    plain = sum(made.plain for made in report.plans)
    removed = f" and remove{'' if dry_run else 's'} {report.removed:,}" if report.removed else ""
    return f"this {would} {report.added:,} triples{removed} ({plain:,} plain ones by their days, and the history)"
