"""What the benchmark measures in a process of its own; each prints how many seconds it took, without the imports.

    python tests/benchmarks/children.py load STORE TABLE…
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable


def load(folder: str, *tables: str) -> float:
    """Load tables into a new store, all or nothing and durable."""
    import orggraph

    began = time.perf_counter()
    orggraph.open(folder).load(*tables)
    return time.perf_counter() - began


def bulk_load(folder: str, dump: str) -> float:
    """Load N-Triples with pyoxigraph alone."""
    import pyoxigraph

    began = time.perf_counter()
    store = pyoxigraph.Store(folder)
    store.bulk_load(path=dump, format=pyoxigraph.RdfFormat.N_TRIPLES)
    store.flush()
    return time.perf_counter() - began


def everything(folder: str, day: str) -> float:
    """Ask a query that can touch every predicate of a day, in a graph that was just opened."""
    import orggraph

    view = orggraph.open(folder, create=False).as_of(day)
    began = time.perf_counter()
    view.query("SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")
    return time.perf_counter() - began


def sqlite(file: str, person: str, day: str) -> float:
    """Open SQLite's table and answer one look-up."""
    import sqlite3

    began = time.perf_counter()
    question = "SELECT person FROM line WHERE manager = ? AND start <= ? AND end > ?"
    sqlite3.connect(file).execute(question, (int(person), int(day), int(day))).fetchall()
    return time.perf_counter() - began


def duckdb(file: str, person: str, day: str) -> float:
    """Open DuckDB's table and answer one look-up."""
    import duckdb

    began = time.perf_counter()
    question = "SELECT reporter FROM by_manager WHERE manager = ? AND start <= ? AND stop > ?"
    duckdb.connect(file, read_only=True).execute(question, [int(person), int(day), int(day)]).fetchall()
    return time.perf_counter() - began


JOBS: dict[str, Callable[..., float]] = {job.__name__: job for job in (load, bulk_load, everything, sqlite, duckdb)}

if __name__ == "__main__":
    print(JOBS[sys.argv[1]](*sys.argv[2:]))
