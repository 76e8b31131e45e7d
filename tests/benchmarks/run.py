"""Measure orggraph beside what one could take instead, on one generated history, in one run.

    python tests/benchmarks/run.py --size M --out report.md

Every answer that is timed is compared with brute force, outside the time. Read the ratios, not the times: the speed of
a machine drifts, and in a run all take turns.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import budgets
import generator
from field import PEERS, VARIANTS, Field, peers_of
from measure import machine, said, versions
from peers import Peer
from rows import Table, chosen, cold, events, load, names, numbers, other_readings, sparql, writes


def measure(field: Field, peers: Sequence[Peer], *, only: Sequence[str] = ()) -> Table:
    """Fill the table, in the order in which one group does not disturb the next."""
    groups: tuple[tuple[tuple[str, ...], Callable[[], Table]], ...] = (
        (("load",), lambda: load(field)),
        (("reports", "chain", "below", "snapshot", "diff"), lambda: numbers(field, peers, only=only)),
        (("reports.names", "reports.sources"), lambda: names(field)),
        (("events",), lambda: events(field, only=only)),
        (("sparql",), lambda: sparql(field, only=only)),
        (("cold",), lambda: cold(field, peers)),
        (("write",), lambda: writes(field, peers)),
    )
    rows = Table()
    for beginnings, fill in groups:
        if not only or any(name.startswith(b) or b.startswith(name) for name in only for b in beginnings):
            said(beginnings[0])
            rows |= fill()
    other_readings(field)
    return {row: measured for row, measured in rows.items() if chosen(row, only)}


def report(field: Field, rows: Table) -> str:
    """Write what was measured, on what, and with what."""
    variant = "" if field.variant == "plain" else f", variant {field.variant}"
    facts = len(field.index.org.timeline.facts)
    about = [
        f"Size {field.size}{variant}: {generator.SIZES[field.size]:,} seats, {field.rows.people:,} persons, "
        f"{len(field.rows.person):,} rows, {facts:,} facts. {field.checked:,} answers compared with brute force.",
        f"{date.today()}, {machine()}.",
        f"{versions(('numpy', 'pyoxigraph', 'duckdb', 'raphtory', 'rdflib'))}.",
        *field.notes,
    ]
    return "\n".join(about) + "\n\n" + budgets.table(rows, variant=field.variant != "plain")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size", choices=list(generator.SIZES), default="S")
    parser.add_argument("--variant", choices=VARIANTS, default="plain")
    parser.add_argument("--peers", default=",".join(PEERS), help="names, separated by commas; numpy is always asked")
    parser.add_argument("--only", nargs="+", default=[], metavar="ROW", help="rows, or beginnings of their names")
    parser.add_argument("--work", type=Path, help="where files are kept; a store that is there is used again")
    parser.add_argument("--out", type=Path, help="write the table here, too")
    parser.add_argument("--questions", type=int, default=200)
    asked = parser.parse_args(arguments)
    wanted = list(dict.fromkeys(["numpy", *filter(None, asked.peers.split(","))]))
    if unknown := set(wanted) - PEERS.keys():
        parser.error(f"no peer is called {', '.join(sorted(unknown))} (expected some of {', '.join(PEERS)})")
    with tempfile.TemporaryDirectory() as temporary:
        said("generating and loading")
        fresh = asked.work is None or (chosen("load", asked.only) and bool(asked.only))
        work = asked.work or Path(temporary)
        field = Field(asked.size, work, variant=asked.variant, fresh=fresh, count=asked.questions)
        rows = measure(field, peers_of(field, wanted), only=asked.only)
        text = report(field, rows)
    print(text)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
