"""Measure orggraph against bare numpy columns and SQLite on the same generated history, in one run.

    python tests/benchmarks/run.py --size M --out report.md

Every answer is compared with brute force before anything is timed. The figures are medians; read the ratios, not the
times: the machine's speed drifts, the ratios of one run do not.
"""

from __future__ import annotations

import argparse
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import generator
import numpy as np
import pyoxigraph
from peers import Brute, Index, Numpy, Peer, Sqlite

import orggraph
from orggraph import OrgGraph

ZERO = generator.FIRST.toordinal()


class Line(NamedTuple):
    """One line of the report; times in seconds, ``peers`` by name, ``budget`` as the issue states it."""

    what: str
    ours: float
    peers: dict[str, float]
    budget: str


def median(call: Callable[..., Any], arguments: Sequence[Sequence[Any]], *, rounds: int = 5) -> float:
    """Time each call by itself; give the median."""
    times = []
    for _ in range(rounds):
        for values in arguments:
            began = time.perf_counter()
            call(*values)
            times.append(time.perf_counter() - began)
    return statistics.median(times)


def check(peers: Sequence[Peer], brute: Brute, asked: dict[str, list[tuple[int, ...]]]) -> int:
    """Compare every answer of every peer with brute force; give how many were compared, raise where one differs."""
    compared = 0
    for peer in peers:
        for what, arguments in asked.items():
            for values in arguments:
                ask = what.partition(" ")[0]
                answer, right = getattr(peer, ask)(*values), getattr(brute, ask)(*values)
                if ask == "diff":
                    same = all(peer.pairs(a) == brute.pairs(b) for a, b in zip(answer, right, strict=True))
                elif ask == "snapshot":
                    same = peer.pairs(answer) == brute.pairs(right)
                else:
                    same = peer.people(answer) == brute.people(right)
                if not same:
                    raise SystemExit(f"{peer.name} is wrong: {what} {values}")
                compared += 1
    return compared


def questions(rows: list[generator.Row], count: int) -> dict[str, list[tuple[int, ...]]]:
    """Choose what to ask."""
    dice = random.Random(3)
    days = [dice.randrange(generator.DAYS - 400) for _ in range(5)]
    return {
        "reports": [tuple(q) for q in generator.questions(rows, count, managers=True)],
        "chain": [tuple(q) for q in generator.questions(rows, count // 2, managers=False)],
        "below": [tuple(q) for q in generator.questions(rows, 10, managers=True, seed=5)],
        "snapshot": [(day,) for day in days],
        "diff week": [(day, day + 7) for day in days],
        "diff year": [(day, day + 365) for day in days],
    }


BUDGETS = {"reports": "≤ 3 × numpy", "chain": "≤ 3 × numpy", "below": "≤ 2 × numpy", "snapshot": "≤ 2 × numpy",
           "diff week": "≤ 2 ms", "diff year": "≤ 1.5 × numpy"}  # fmt: skip


def measure(size: str, work: Path, *, count: int = 200) -> list[Line]:
    """Load, check and time everything at one size."""
    rows = generator.history(generator.SIZES[size])
    table, folder = work / f"{size}.csv", work / f"{size}.orggraph"
    generator.write(rows, table)
    began = time.perf_counter()
    orggraph.open(folder).load(table)
    loaded = time.perf_counter() - began
    org = orggraph.open(folder, create=False)
    index, bare, sql = Index(org), Numpy(rows), Sqlite(rows, work / f"{size}.sqlite")
    asked = questions(rows, count)
    compared = check([index, bare, sql], Brute(rows), asked)
    print(f"{size}: {len(rows)} rows, {len(org.timeline.facts)} facts, {compared} answers checked", file=sys.stderr)
    lines = [
        Line(f"{what} (ids)", *_times(what, asked[what], index, [bare, sql]), BUDGETS[what]) for what in asked
    ]
    lines += through_graph(org, asked["reports"])
    lines += sparql(org)
    lines += loads(folder, table, loaded, work / "bulk")
    lines.append(cold(folder))
    return lines


def _times(
    what: str, arguments: list[tuple[int, ...]], index: Peer, others: Sequence[Peer]
) -> tuple[float, dict[str, float]]:
    ask = what.partition(" ")[0]
    return median(getattr(index, ask), arguments), {p.name: median(getattr(p, ask), arguments) for p in others}


def through_graph(org: OrgGraph, asked: list[tuple[int, ...]]) -> list[Line]:
    """Time look-ups by name, as a user of the package makes them."""
    named = [(f"Person {person}", ZERO + day) for person, day in asked]
    brief = median(lambda name, day: org.as_of(day).reporters(name), named)
    full = median(lambda name, day: org.as_of(day).reports_to(name), named)
    return [
        Line("reports, names only (OrgGraph)", brief, {}, "≤ 60 µs"),
        Line("reports, with sources (OrgGraph)", full, {}, "≤ 200 µs"),
    ]


def sparql(org: OrgGraph) -> list[Line]:
    """Time SPARQL as of a day: the first query, which fills a store, and the same again."""
    query = "SELECT (COUNT(*) AS ?n) { ?a org:reportsTo ?b }"
    view = org.as_of(ZERO + 1000)
    first = median(lambda: view.query(query), [()], rounds=1)
    return [
        Line("SPARQL, first query of a day", first, {}, "≤ 0.7 s (one predicate)"),
        Line("SPARQL, the same again", median(lambda: view.query(query), [()], rounds=9), {}, "≤ 0.2 ms"),
    ]


def loads(folder: Path, table: Path, loaded: float, bulk: Path) -> list[Line]:
    """Compare loading with pyoxigraph's bulk load of the same triples, and time one more role change."""
    (graph,) = folder.glob("generations/*/graph")
    dump = bulk.with_suffix(".nt")
    pyoxigraph.Store.read_only(str(graph)).dump(
        str(dump), pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph()
    )
    began = time.perf_counter()
    pyoxigraph.Store(str(bulk)).bulk_load(path=str(dump), format=pyoxigraph.RdfFormat.N_TRIPLES)
    bulk_load = time.perf_counter() - began
    org = orggraph.open(folder)
    change = {"kind": "starts", "person": "New", "person_id": "new", "role": "Analyst", "organization": "Acme",
              "effective": "2024-06-01", "reports_to": "Person 0", "reports_to_id": "p0"}  # fmt: skip
    began = time.perf_counter()
    org.load([change])
    first = time.perf_counter() - began
    more = [{**change, "person": f"New {n}", "person_id": f"new{n}"} for n in range(50)]
    ten = median(lambda at: org.load(more[at : at + 10]), [(at,) for at in range(0, 50, 10)], rounds=1) / 10
    return [
        Line(f"load {table.name} into a store", loaded, {"pyoxigraph bulk_load": bulk_load}, "≤ 1.5 × bulk_load"),
        Line("one more role change, a load of its own", first, {}, "≤ 250 ms"),
        Line("ten more in one load of the same process, each", ten, {}, "≤ 30 ms"),
    ]


def cold(folder: Path) -> Line:
    """Time the command line as a whole process."""
    command = [sys.executable, "-m", "orggraph", "--store", str(folder), "reports", "Person 0", "--as-of", "2019-06-01"]
    times = []
    for _ in range(7):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    return Line("orggraph reports, cold, whole process", statistics.median(times), {}, "≤ 150 ms")


def report(size: str, lines: Sequence[Line]) -> str:
    """Write the table in Markdown."""
    peers = sorted({name for line in lines for name in line.peers})
    head = ["what", "orggraph", *(f"{name} (ratio)" for name in peers), "budget"]
    body = [[line.what, shown(line.ours), *(_ratio(line, name) for name in peers), line.budget] for line in lines]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    about = (f"Size {size}: {generator.SIZES[size]:,} people. {platform.machine()}, Python "
             f"{platform.python_version()}, numpy {np.__version__}, pyoxigraph {pyoxigraph.__version__}; peak memory "
             f"of the whole run {peak:,} MB.")  # fmt: skip
    table = ["| " + " | ".join(row) + " |" for row in (head, ["---"] * len(head), *body)]
    return "\n".join([about, "", *table]) + "\n"


def _ratio(line: Line, peer: str) -> str:
    time_ = line.peers.get(peer)
    return f"{shown(time_)} ({line.ours / time_:.2f} ×)" if time_ else ""


def shown(seconds: float) -> str:
    """Write a time with three digits."""
    for unit, factor in (("s", 1), ("ms", 1e3), ("µs", 1e6)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--size", choices=list(generator.SIZES), default="S")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--work", type=Path)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        text = report(asked.size, measure(asked.size, asked.work or Path(temporary)))
    print(text)
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
