"""What one run works on: the history and its files, the loaded store, the peers, the questions, the right answers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import generator
import numpy as np
import tables
import triples
from brute import Brute
from databases import Duckdb, Raphtory, Sqlite
from generator import History, Lines
from measure import job, said
from peers import Index, Numpy, Peer

import orggraph

PEERS = {"numpy": "numpy", "sqlite": "sqlite3", "duckdb": "duckdb", "raphtory": "raphtory", "pyoxigraph": "pyoxigraph",
         "rdflib": "rdflib"}  # fmt: skip
"""The peers, and the module that each needs."""

LARGEST = {"rdflib": "M"}
VARIANTS = ("plain", "uncertain", "corrections", "two-sources", "posts")
EQUAL = 500
"""So many lines begin between two days of the same number of changes, whatever the size."""


class Field:
    """All that one run works on: the history, its files, the store, the peers and the right answers."""

    def __init__(self, size: str, work: Path, *, variant: str = "plain", fresh: bool = True, count: int = 200) -> None:
        self.size, self.work, self.variant, self.count = size, work, variant, count
        work.mkdir(parents=True, exist_ok=True)
        self.rows, self.loads, self.before = written(size, work, variant)
        self.lines = self.rows.certain()
        self.folder = work / f"{size}-{variant}.orggraph"
        self.checked = 0
        self.notes: list[str] = []
        if fresh:
            shutil.rmtree(self.folder, ignore_errors=True)
        self.loaded = [] if self.folder.exists() else [job("load", self.folder, *tables) for tables in self.loads]

    @cached_property
    def index(self) -> Index:
        """Open the store, and learn how it numbers persons."""
        return Index(orggraph.open(self.folder, create=False))

    @cached_property
    def brute(self) -> Brute:
        """Give the right answers."""
        return Brute(self.lines)

    @cached_property
    def asked(self) -> dict[str, list[tuple[int, ...]]]:
        """Choose what to ask."""
        starts = np.random.default_rng(7).integers(generator.DAYS - 400, size=max(2, self.count // 40)).tolist()
        return {
            "reports": [tuple(q) for q in generator.questions(self.lines, self.count, of="manager")],
            "chain": [tuple(q) for q in generator.questions(self.lines, self.count // 2, of="reporter")],
            "below": [tuple(q) for q in generator.middle_managers(self.lines, max(2, self.count // 20))],
            "snapshot": [(day,) for day in starts],
            "diff week": [(day, day + 7) for day in starts],
            "diff year": [(day, day + 365) for day in starts],
            "diff equal": [(day, self._equal(day)) for day in starts],
        }


    def _equal(self, day: int) -> int:
        """Give the day by which about `EQUAL` lines have begun since another, so that sizes can be compared."""
        began = np.sort(self.lines.start[self.lines.start > day])
        return int(began[min(EQUAL, len(began)) - 1])


def written(size: str, work: Path, variant: str) -> tuple[History, list[list[Path]], Lines]:
    """Write the tables of a variant; give the history as it is to be answered, the tables of each load, and the lines
    that were believed before the last load."""
    rows = generator.history(generator.SIZES[size])
    table, more = work / f"{size}-{variant}.csv", work / f"{size}-{variant}-more.csv"
    before, loads = rows.certain(), [[table]]
    if variant == "posts":
        tables.write_posts(rows, table, more)
        loads = [[table, more]]
    elif variant == "corrections":
        tables.write(rows, table, records=True)
        rows, chosen = generator.corrected(rows)
        tables.write_corrections(rows, chosen, more)
        loads = [[table], [more]]
    else:
        rows = generator.blurred(rows) if variant == "uncertain" else rows
        tables.write(rows, table)
        if variant == "two-sources":
            tables.write(rows, more, only=generator.second(rows))
            loads = [[table, more]]
    return rows, loads, before


def peers_of(field: Field, wanted: Sequence[str]) -> list[Peer]:
    """Make the peers that are wanted and installed, and note which are not."""
    made: list[Peer] = []
    dump = field.work / f"{field.size}-lines.nt"
    if {"pyoxigraph", "rdflib"} & set(wanted):
        triples.write(field.lines, dump)
    makers: dict[str, Callable[[], Any]] = {
        "numpy": lambda: Numpy(field.lines),
        "sqlite": lambda: Sqlite(field.lines, empty(field, "sqlite")),
        "duckdb": lambda: Duckdb(field.lines, empty(field, "duckdb")),
        "raphtory": lambda: Raphtory(field.lines),
        "pyoxigraph": lambda: triples.Pyoxigraph(dump, empty(field, "pyoxigraph")),
        "rdflib": lambda: triples.Rdflib(dump),
    }
    sizes = list(generator.SIZES)
    for name in wanted:
        if find_spec(PEERS[name]) is None:
            field.notes.append(f"{name} is not installed.")
        elif sizes.index(field.size) > sizes.index(LARGEST.get(name, "L")):
            field.notes.append(f"{name} is not asked beyond size {LARGEST[name]}.")
        else:
            said(f"making {name}")
            made.append(makers[name]())
    return made


def empty(field: Field, name: str) -> Path:
    """Give a place in the working folder where nothing is."""
    place = field.work / f"{field.size}.{name}"
    if place.is_dir():
        shutil.rmtree(place)
    for file in place.parent.glob(f"{place.name}*"):
        file.unlink()
    return place
