"""Loading: inputs read into role changes, and what they change in what is believed.

Why here and not in the facade: a load has two ways, replaying everything or only what is touched, and both have to give
the same facts. The facade chooses; this module makes the revision either way.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from orggraph.changes import RoleChange, with_occurrences
from orggraph.errors import Finding, UnsupportedError
from orggraph.ledger import Entry, Ledger, Load, Recorded, Revision, revise
from orggraph.progress import Progress, part_of, silent
from orggraph.repeats import NotAlike, Repeats, RowEntries
from orggraph.timeline import Standing, Timeline
from orggraph.vocabulary import digest

if TYPE_CHECKING:
    from orggraph.facts import Fact
    from orggraph.sources import Reading


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


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the garbage collector rest: a load makes millions of objects, none of them garbage in a cycle."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


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
    sizes = [_size(item) for item in inputs]
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


def _size(item: object) -> int:
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


@dataclass(slots=True)
class Lists:
    """The lists of one series as the first load of a store: their revision, what was found, and how many rows."""

    revision: Revision
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    rows: Repeats

    def write_index(self, folder: Path) -> None:
        """Write the index over the facts, once all is written; what says that a list is full is evidence of none."""
        sources = _Learned(self.revision.opened, next(self.rows.changes()).source)
        self.rows.forget()
        standing = Standing(plain=False, recorded=self.revision.load.recorded)
        Timeline(self.revision.opened, sources=sources, standing=standing).save(folder)


class _Learned(Mapping[str, str]):
    """The source of each role change that facts rest on, where all were learned from one."""

    def __init__(self, facts: Sequence[Fact], source: str) -> None:
        self._facts, self._source = facts, source

    def __getitem__(self, identity: str) -> str:
        return self._source

    def __iter__(self) -> Iterator[str]:
        return (change for fact in self._facts for change in fact.changes)

    def __len__(self) -> int:
        return sum(len(fact.changes) for fact in self._facts)


def read_lists(
    files: Sequence[str | Path], *, meta: Mapping[str, str], label: str, now: int, progress: Progress = silent,
    **given: object,
) -> Lists | None:  # fmt: skip
    """Read large lists of one series for an empty store, without holding every row; see `repeats`.

    ``None`` for anything else, which has to be loaded in the general way. ``given`` says how files are read.
    """
    from orggraph.replay import replay  # only a load needs it

    rows, findings, counts = Repeats(), list[Finding](), dict[str, int]()
    sizes = [_size(file) for file in files]
    try:
        for number, file in enumerate(files):
            told = part_of(progress, before=sum(sizes[:number]), size=sizes[number], total=sum(sizes))
            findings += _read_list(file, rows, counts, progress=told, **given)
        rows.check()
    except NotAlike:
        return None
    progress("replaying", 0, 0)
    made = replay(rows.kept(), base=meta["base"], salt=meta["salt"], between=rows.between())
    load = Load(rows.digest("load", str(now), label), now, label, len(rows))
    opened = tuple(replace(fact, recorded=now) for fact in made.facts)
    revision = Revision(load, RowEntries(rows, now, load.id), "", (), opened)
    return Lists(revision, (*findings, *made.findings), counts, rows)


def _read_list(
    file: str | Path, rows: Repeats, counts: dict[str, int], *, progress: Progress, **given: object
) -> list[Finding]:
    """Read one of them, and give what was found in it; raise `NotAlike` where it has to be read in the general way."""
    from orggraph.sources import roster_stream  # only a load needs the readers

    stream = roster_stream(file, progress=progress, **given)  # type: ignore[arg-type]  # whatever else it is, is refused there
    if stream is None:
        raise NotAlike("it is no list, or has a fault")
    findings = []
    for found in stream.rows:
        if isinstance(found, RoleChange):
            rows.add(found)
        elif found.severity == "error":
            raise NotAlike("a row cannot be read")
        else:
            findings.append(found)
    counts[Path(file).name] = stream.total
    return sorted(findings, key=lambda finding: finding.line)


def label_of(item: object) -> str:
    """Name an input: a file or the history of one by its path, anything else by its type."""
    return str(item) if isinstance(item, str | PathLike) else type(item).__name__
