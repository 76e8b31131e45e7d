"""Loading: inputs read into role changes, and what they change in what is believed.

Why here and not in the facade: a load has two ways, replaying everything or only what is touched, and both have to give
the same facts. The facade chooses; this module makes the revision either way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orggraph.changes import RoleChange, with_occurrences
from orggraph.errors import Finding, UnsupportedError
from orggraph.ledger import Entry, Ledger, Load, Recorded, Revision, revise
from orggraph.progress import Progress, part_of, silent
from orggraph.timeline import Standing, Timeline
from orggraph.vocabulary import digest

if TYPE_CHECKING:
    from orggraph.sources import Reading


class LoadReport(NamedTuple):
    """What a load did, or with ``dry_run`` would do: role changes added and already known, findings, counts."""

    load: Load
    added: int
    known: int
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    opened: int
    superseded: int


@dataclass(slots=True)
class Alone:
    """A revision that touches only a part, the rows of the index that it closes, and what was found on the way."""

    revision: Revision
    timeline: Timeline
    closed: tuple[int, ...]
    findings: tuple[Finding, ...]

    def write_index(self, folder: Path) -> None:
        """Write the index of what the revision leads to: as a delta beside this one where that is worthwhile."""
        revision = self.revision
        sources = {entry.change.id: entry.change.source for entry in revision.entries}
        told = (revision.opened, self.closed, sources, revision.load.recorded)
        if not self.timeline.revised(folder, *told):
            self.timeline.save_with(folder, *told)


def revision_of(
    ledger: Ledger, fresh: Sequence[RoleChange], *, label: str, now: int, unloaded: str = "",
    progress: Progress = silent,
) -> tuple[Revision, tuple[Finding, ...]]:  # fmt: skip
    """Give what ``fresh`` role changes, or taking back a load, change in a ledger, by replaying everything."""
    from orggraph.replay import replay  # only a load needs it

    load = _load(fresh, label, ledger.next_recorded(now))
    entries = [Entry(change, load.recorded, load.id) for change in fresh]
    changes = [entry.change for entry in ledger.standing() if entry.load != unloaded] + list(fresh)
    progress("replaying", 0, 0)
    made = replay(changes, base=ledger.base, salt=ledger.salt)
    return revise(ledger, load, entries=entries, unloaded=unloaded, facts=made.facts), made.findings


def revision_alone(
    timeline: Timeline, changes: Sequence[RoleChange], store: Recorded, *, label: str, now: int,
    progress: Progress = silent,
) -> Alone | None:  # fmt: skip
    """Give what role changes change by replaying only what they touch; ``None`` where that is not enough."""
    from orggraph.increment import increment  # only a load needs it

    fresh = [change for change in changes if not timeline.knows(change.id)]
    made = increment(timeline, fresh, store, base=store.meta["base"], salt=store.meta["salt"], progress=progress)
    if made is None:
        return None
    load = _load(fresh, label, max(now, timeline.standing.recorded + 1))
    revision = Revision(
        load=load,
        entries=tuple(Entry(change, load.recorded, load.id) for change in fresh),
        unloaded="",
        superseded=tuple(timeline.facts[row] for row in made.closed),
        opened=tuple(replace(fact, recorded=load.recorded) for fact in made.opened),
    )
    return Alone(revision, timeline, made.closed, made.findings)


def _load(fresh: Sequence[RoleChange], label: str, recorded: int) -> Load:
    identity = digest("load", str(recorded), label, *(change.id for change in fresh))
    return Load(identity, recorded, label, len(fresh))


def timeline_of(ledger: Ledger) -> Timeline:
    """Make the index over the facts of a ledger."""
    evidence = {change for fact in ledger.believed() for change in fact.changes}
    plain = all(entry.removed is None and entry.change.id in evidence for entry in ledger.entries)
    last = max((load.removed or load.recorded for load in ledger.loads), default=0)
    sources = {entry.change.id: entry.change.source for entry in ledger.entries}
    return Timeline(ledger.facts, sources=sources, standing=Standing(plain, last))


def read_inputs(
    inputs: Iterable[object], *, format: str = "", mapping: object = None, source: str = "", stated: str = "",
    identity: str = "", progress: Progress = silent,
) -> Reading:  # fmt: skip
    """Read files, rows and RDF graphs into role changes, each once; what is wrong with them is in the findings.

    ``progress`` is told how many bytes of the files have been read.
    """
    from orggraph.sources import Reading  # only a load needs the readers

    changes: list[RoleChange] = []
    findings: list[Finding] = []
    counts: dict[str, int] = {}
    inputs = list(inputs)
    sizes = [size_of(item) for item in inputs]
    for number, item in enumerate(inputs):
        told = part_of(progress, before=sum(sizes[:number]), size=sizes[number], total=sum(sizes))
        told("reading", 0, 0)
        reading = _read_one(
            item, format=format, mapping=mapping, source=source, stated=stated, identity=identity, progress=told
        )
        changes += reading.changes
        findings += reading.findings
        counts.update(reading.counts)
    return Reading(tuple({change.id: change for change in changes}.values()), tuple(findings), counts)


def size_of(item: object) -> int:
    """Give the bytes of a file; 0 for anything else."""
    try:
        return Path(item).stat().st_size if isinstance(item, str | Path) else 0
    except OSError:
        return 0  # whoever reads it says what is wrong with it


def _read_one(item: object, *, mapping: object, progress: Progress, **given: str) -> Reading:
    from orggraph.sources import Reading, read  # only a load needs the readers
    from orggraph.sources.git_history import GitHistory, read_history

    if isinstance(item, GitHistory):
        identity = given.pop("identity", "")
        if identity not in ("", "names"):
            raise UnsupportedError("the identity exact is for organograms, and is not taken for the history of a file")
        return read_history(item, mapping=mapping, **given)
    if isinstance(item, str | Path):
        return read(item, mapping=mapping, progress=progress, **given)  # type: ignore[arg-type]  # anything else than these is refused there
    if isinstance(item, Iterable) and not hasattr(item, "triples"):
        rows = with_occurrences(row if isinstance(row, RoleChange) else RoleChange.parse(row) for row in item)
        return Reading(tuple(rows), (), {"rows": len(rows)})
    from orggraph.sources.rdf import read_graph  # imports an RDF library

    return read_graph(item)  # type: ignore[arg-type]  # anything else than an rdflib.Graph is refused there


def report_of(revision: Revision, reading: Reading, findings: tuple[Finding, ...]) -> LoadReport:
    """Tell what a revision made of what was read."""
    added = len(revision.entries)
    return LoadReport(
        revision.load, added, len(reading.changes) - added, reading.findings + findings, reading.counts,
        len(revision.opened), len(revision.superseded),
    )  # fmt: skip


def label_of(item: object) -> str:
    """Name an input: a file or the history of one by its path, anything else by its type."""
    return str(item) if isinstance(item, str | PathLike) else type(item).__name__
