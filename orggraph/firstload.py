"""First loads: large files into an empty store, by ways that hold less than every row as a role change.

Lists of successive days are kept as the first and the last of equal rows (see `repeats`), tables of tenures are read
into arrays (see `bulk`). Both give what the general way gives; whatever they do not take is left to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from orggraph.bulk import NotPlain, are_large, read_bulk
from orggraph.changes import RoleChange
from orggraph.errors import Finding
from orggraph.ledger import Load, Revision
from orggraph.loading import LoadReport, size_of
from orggraph.progress import Progress, part_of, silent
from orggraph.repeats import NotAlike, Repeats, RowEntries
from orggraph.replay import replay
from orggraph.sources import roster_stream
from orggraph.store import Store
from orggraph.timeline import Standing, Timeline

if TYPE_CHECKING:
    from orggraph.facts import Fact

MANY = 100_000
"""A table from which fewer facts follow is loaded in the general way."""


def load_first(
    inputs: Sequence[object], store: Store, *, label: str, now: int, format: str = "", mapping: object = None,
    source: str = "", stated: str = "", progress: Progress = silent,
) -> LoadReport | None:  # fmt: skip
    """Load large files into an empty store; ``None``, and nothing kept, where that takes the general way.

    ``format`` to ``stated`` say how files are read; see `sources.read`. The report has what was found in reading and
    replaying.
    """
    files = [item for item in inputs if isinstance(item, str | Path)]
    try:
        if not store.empty or len(files) < len(inputs) or not are_large(files):
            return None
    except OSError:  # whoever reads them says what is wrong
        return None
    progress("reading", 0, 0)
    given = {"format": format, "source": source, "stated": stated}
    lists = read_lists(files, meta=store.meta, label=label, now=now, progress=progress, mapping=mapping, **given)
    if lists is not None:
        return _load_lists(lists, store, progress)
    try:
        bulk = read_bulk(files, meta=store.meta, now=now, label=label, mapping=mapping, **given)
        if bulk.facts <= MANY:
            return None
        progress("writing and indexing", 0, 0)
        store.commit_first(bulk.fill, editions=bulk.editions)
    except NotPlain:
        return None
    return LoadReport(bulk.load, bulk.load.added, 0, bulk.findings, bulk.counts, bulk.facts, 0)


def _load_lists(lists: Lists, store: Store, progress: Progress) -> LoadReport:
    """Keep large lists."""

    def write_index(folder: Path) -> None:
        progress("indexing", 0, 0)
        lists.write_index(folder)

    progress("writing", 0, 0)
    store.commit(lists.revision, write_index)
    load, opened = lists.revision.load, len(lists.revision.opened)
    return LoadReport(load, load.added, 0, lists.findings, lists.counts, opened, 0)


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
    rows, findings, counts = Repeats(), list[Finding](), dict[str, int]()
    sizes = [size_of(file) for file in files]
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
