"""Loading much at once: tables of tenures into an empty store, in arrays instead of objects.

A store that holds nothing is mostly filled from large files in which each row tells of one person in one place, or of
whom a post reports to. Most such rows need no replay: each is a tenure of its own, or states one once more. They are
read into columns of numbers, the graph is written while the engine reads it, and the index while the engine orders what
it has read. What sources say otherwise of one stretch, and the lines of posts, are replayed some at a time and become
columns as well, so that memory holds arrays and never all facts as objects.

Why this is a way beside `orggraph.loading` and not instead of it: it takes only what it can show to give the same facts
with the same identities (`tests/test_bulk.py` compares the two). For anything else it says `NotPlain`, before anything
is written or all at once, and the load is made in the general way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from orggraph.bulk.rows import resolve
from orggraph.bulk.sheets import NotPlain, read_sheet
from orggraph.bulk.tenures import Tenures, tenures_of
from orggraph.errors import Finding
from orggraph.ledger import Edition, Load

if TYPE_CHECKING:
    import pyoxigraph

LARGE = 2_000_000
"""From so many bytes altogether files are worth a way of their own."""


@dataclass(slots=True)
class Bulk:
    """What is to be loaded: the tenures, the load, what was found wrong with the files, rows by file."""

    tenures: Tenures
    load: Load
    findings: tuple[Finding, ...]
    counts: dict[str, int]

    @property
    def facts(self) -> int:
        """Give how many facts there are."""
        made, described = self.tenures, self.tenures.described
        of_entities = len(described.entity) + int((described.name_keys != b"").sum()) + len(made.others)
        return len(made.memberships) + len(made.lines) + len(made.derived) + of_entities

    @property
    def editions(self) -> list[Edition]:
        """Count the rows of each edition of a source."""
        (sources, names), (stated, times) = self.tenures.rows.sources, self.tenures.rows.texts["stated"]
        pairs, counts = np.unique(np.stack([sources, stated]), axis=1, return_counts=True)
        found: Counter[tuple[str, str]] = Counter()
        for source, time, number in zip(*pairs.tolist(), counts.tolist(), strict=True):
            found[names[source], times[time]] += number
        load = self.load
        return sorted(Edition(*edition, load.id, load.recorded, None, number) for edition, number in found.items())

    def fill(self, graph: pyoxigraph.Store, index: Path) -> None:
        """Write the graph into an empty store, and the index into an empty folder; `NotPlain` for what is no RDF."""
        from orggraph.bulk.graph import Filling, written
        from orggraph.bulk.index import write_index

        filling = Filling(graph, written(self.tenures, self.load))
        try:
            write_index(self.tenures, index)
        finally:
            filling.finish()


def are_large(files: Sequence[Path | str]) -> bool:
    """Tell whether all of these are files, and large enough."""
    paths = [Path(file) for file in files]
    return all(path.is_file() for path in paths) and sum(path.stat().st_size for path in paths) >= LARGE


def read_bulk(
    paths: Sequence[Path | str],
    *,
    meta: Mapping[str, str],
    now: int,
    label: str,
    format: str = "",
    mapping: object = None,
    source: str = "",
    stated: str = "",
) -> Bulk:
    """Read files for an empty store; raise `NotPlain` where they have to be loaded in the general way.

    ``meta`` holds the salt and the base of the store, ``now`` is the recorded time; the rest as for `sources.read`.
    """
    sheet = read_sheet(paths, format=format, mapping=mapping, source=source, stated=stated)
    rows = resolve(sheet, base=meta["base"], salt=meta["salt"])
    load = Load(rows.digest("load", str(now), label), now, label, len(rows))
    counts = {Path(part.table.file).name: part.last - part.first for part in sheet.parts}
    tenures = tenures_of(rows, base=meta["base"], recorded=now)
    return Bulk(tenures, load, tenures.findings, counts)


__all__ = ["Bulk", "NotPlain", "are_large", "read_bulk"]
