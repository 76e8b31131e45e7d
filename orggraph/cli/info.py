"""``info`` and ``sources``: what a store holds, by which loads, and from which editions of which sources."""

from __future__ import annotations

import json
from collections import Counter

import click

from orggraph.cli.options import format_option
from orggraph.cli.origin import Origin, open_to_read
from orggraph.cli.rows import ROW_FORMATS, write_rows
from orggraph.cli.terminal import emit, row_format
from orggraph.facts import TYPE
from orggraph.graph import OrgGraph
from orggraph.ledger import recorded_text
from orggraph.period import as_date, iso
from orggraph.results import table, visible
from orggraph.vocabulary import CLASSES

_PLURALS = {"person": "people"}


@click.command()
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How to write it.")  # fmt: skip
@click.pass_obj
def info(origin: Origin, *, format: str) -> None:
    """Show what the store holds: how much, which days, and every load.

    \b
      orggraph info
    """
    org = open_to_read(origin)
    found = _described(org, location="in memory" if origin.data else origin.store)
    if format == "json":
        emit(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
        return
    loads = found.pop("loads")
    assert isinstance(loads, list)
    rows = [[name.replace("_", " "), str(value)] for name, value in found.items()]
    width = max(len(name) for name, _ in rows)
    listed = [[str(value) for value in load.values()] for load in loads]
    columns = list(loads[0]) if loads else []
    text = "".join(f"{name.ljust(width)}  {visible(value)}\n" for name, value in rows)
    emit(f"{text}\n{table(columns, listed)}" if loads else text)


def _described(org: OrgGraph, *, location: str) -> dict[str, object]:
    ledger = org.ledger
    believed = ledger.believed()
    classes = Counter(fact.object for fact in believed if fact.kind == TYPE)
    days = [day for day in org.timeline.change_days() if as_date(day)]
    return {
        "store": location,
        "base": ledger.base,
        "role_changes": len(ledger.standing()),
        "facts": len(believed),
        "facts_superseded": len(ledger.facts) - len(believed),
        **{_PLURALS.get(kind, f"{kind}s"): classes[iri] for kind, iri in CLASSES.items()},
        "sources": len({entry.change.source for entry in ledger.standing() if entry.change.source}),
        "change_days": len(days),
        "first_change": iso(days[0]) if days else "",
        "last_change": iso(days[-1]) if days else "",
        "loads": [
            {
                "load": load.id,
                "recorded": recorded_text(load.recorded),
                "added": load.added,
                "taken_back": recorded_text(load.removed) if load.removed is not None else "",
                "label": load.label,
            }
            for load in ledger.loads
        ],
    }


@click.command()
@format_option(ROW_FORMATS, "How to write it.  [default: table on a terminal, else plain: no header, tabs]")
@click.pass_obj
def sources(origin: Origin, *, format: str | None) -> None:
    """List the editions of sources: when each was stated and recorded, by which load, how many changes it gave.

    \b
      orggraph sources
      orggraph sources --format csv
    """
    org = open_to_read(origin)
    counts = Counter((e.change.source, e.change.stated, e.load, e.recorded, e.removed) for e in org.ledger.entries)
    rows: list[list[object]] = [
        [source, stated, number, load, recorded_text(recorded), "" if removed is None else recorded_text(removed)]
        for (source, stated, load, recorded, removed), number in sorted(
            counts.items(), key=lambda item: (item[0][0], item[0][1], item[0][3])
        )
    ]
    columns = ["source", "stated", "changes", "load", "recorded", "taken_back"]
    chosen = row_format(format or "")
    if chosen == "table" and not any(row[-1] for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    emit(write_rows(columns, rows, chosen))
