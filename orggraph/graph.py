"""The organization graph: what a user of the package holds.

`OrgGraph` is a thin face over the floors below: it reads files into role changes, replays them into facts, keeps both
in a store (or in memory), and answers as of a day through `AsOf`. The clock is read here and nowhere below.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from orggraph import period
from orggraph.as_of import AsOf
from orggraph.changes import RoleChange, parse_stated
from orggraph.collection import uncollected
from orggraph.errors import Finding, LoadError, StoreError, UnknownName, UnsupportedError
from orggraph.ledger import Edition, Entry, Ledger, Load, Revision, apply, editions, recorded_text, recorded_time
from orggraph.loading import (
    LoadReport,
    label_of,
    read_inputs,
    report_of,
    revision_alone,
    revision_of,
    timeline_of,
)
from orggraph.names import find
from orggraph.progress import Progress, silent
from orggraph.snapshot import Snapshot
from orggraph.store import Store
from orggraph.timeline import Timeline
from orggraph.vocabulary import Term

if TYPE_CHECKING:
    import networkx

    from orggraph.blame import Blamed
    from orggraph.chart.film import Film
    from orggraph.chronicle import Chapter
    from orggraph.diff import Diff
    from orggraph.erasure import Erasure
    from orggraph.evaluation import Results
    from orggraph.facts import Fact
    from orggraph.history import HistoryRow
    from orggraph.queries import History, HistoryStore
    from orggraph.replay.assumptions import Assumption
    from orggraph.sources import Reading
    from orggraph.store.backup import Backup
    from orggraph.trends import Development
    from orggraph.worker import Worker

LARGE = 20_000
MOST_STEPS = 200
"""So many days a page of all of time has at most."""
"""From this many facts on a load replays only what it touches, where that is enough."""

KEPT = 4
"""So many snapshots are kept, so that the next question about a day need not begin anew."""

HISTORY = 1_000_000
"""Up to this many facts SPARQL over the history is asked in memory, which takes about 6 kilobytes a fact."""
MANY = 100_000
"""Beyond this many facts a check replays no role changes."""

Day = str | date | int
"""A day: ISO 8601 text, a date, or a proleptic ordinal."""


class _How(NamedTuple):
    """How a load is made: whether it is kept, whether it may end much, and who is told how far it is."""

    keep: bool
    allowed: bool
    progress: Progress


class OrgGraph:
    """An organization graph in memory or in a store.

    >>> org = OrgGraph()
    >>> report = org.load([{"kind": "starts", "person": "Ada", "post": "CTO", "organization": "Acme",
    ...                     "effective": "2024-05-01", "reports_to": "Grace"}])
    >>> [row.name for row in org.as_of("2024-06-01").reports_to("Grace")]
    ['Ada']
    """

    def __init__(
        self, store: Store | None = None, *, ledger: Ledger | None = None, clock: Callable[[], int] | None = None,
        erasures: str = "",
    ) -> None:
        self._store = store
        self._erased = erasures
        if ledger is not None:
            self.ledger = ledger
        self._clock = clock or (lambda: time.time_ns() // 1000)
        self.findings: tuple[Finding, ...] = ()
        self._selected: dict[tuple[frozenset[str], tuple[str, ...], str], OrgGraph] = {}
        self._snapshots: dict[tuple[int, int | None, bool], Snapshot] = {}
        self._kept = Lock()  # several threads may ask
        self._found: dict[tuple[str, tuple[str, ...]], str] = {}

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say what must be known of where this is kept before anything is believed; nothing, as a rule."""
        return ()

    @cached_property
    def ledger(self) -> Ledger:
        """Give all loads, role changes and versions of facts; read from the store when first asked for."""
        return self._store.read() if self._store else Ledger()

    @property
    def base(self) -> str:
        """Give what minted IRIs begin with."""
        return self._store.meta["base"] if self._store else self.ledger.base

    @property
    def base_and_salt(self) -> tuple[str, str]:
        """Give what tells this store from others: what minted IRIs begin with, and what they depend on."""
        meta = self._store.meta if self._store else {"base": self.ledger.base, "salt": self.ledger.salt}
        return meta["base"], meta["salt"]

    @cached_property
    def timeline(self) -> Timeline:
        """Give the index over all facts: the store's, or one made from the ledger where that is missing or damaged."""
        folder = self._store.index if self._store else None
        if folder is not None:
            with suppress(StoreError):
                return Timeline.open(folder)
        return timeline_of(self.ledger)

    def find(self, name: str, *, kinds: tuple[str, ...] = (), recorded_by: int | None = None) -> str:
        """Give the IRI of the entity with this name (any it ever bore) or IRI; see `names.find`."""
        if recorded_by is not None:
            return find(self.timeline, name, kinds=kinds, recorded_by=recorded_by)
        found = self._found.get((name, kinds))
        if found is None:
            found = self._found[name, kinds] = find(self.timeline, name, kinds=kinds)
        return found

    # ---- in

    def load(
        self,
        *inputs: object,
        format: str = "",
        mapping: object = None,
        source: str = "",
        stated: str = "",
        identity: str = "",
        keep_going: bool = False,
        dry_run: bool = False,
        allow_removals: bool = False,
        label: str = "",
        progress: Progress = silent,
    ) -> LoadReport:
        """Load files, rows (mappings or `RoleChange`), an ``rdflib.Graph`` or a `GitHistory`; all or nothing.

        Statements that cannot be read raise `LoadError` with every one of them, and nothing is kept; with
        ``keep_going`` the rest is loaded and they are in the report. What is already known is not loaded again.
        With ``dry_run`` nothing is kept at all. A load that would end more than a quarter of what holds in the scope of
        its source (see `removals`) raises `RemovalsRefused`, unless ``allow_removals`` is given. ``progress`` is told
        what is being done and how much of it is; see `progress`. The other arguments say how files are read: see
        `sources.read`.
        """
        name = label or ", ".join(label_of(item) for item in inputs)
        with uncollected():
            given = {"format": format, "source": source, "stated": stated, "identity": identity}
            if not dry_run and not identity:
                first = self._load_first(
                    inputs, name, progress, format=format, mapping=mapping, source=source, stated=stated
                )
                if first:
                    return first
            reading = read_inputs(inputs, mapping=mapping, progress=progress, **given)
            reading, name = self._without_erased(reading, name)
            errors = [finding for finding in reading.findings if finding.severity == "error"]
            if errors and not keep_going:
                raise LoadError(errors)
            how = _How(not dry_run, allow_removals, progress)
            return self._load_alone(reading, name, how) or self._load(reading, name, how)

    @property
    def erasures(self) -> str:
        """Give whom this must not know, in keyed hashes; see `erasure`."""
        return self._store.erasures if self._store else self._erased

    def _without_erased(self, reading: Reading, label: str) -> tuple[Reading, str]:
        """Give what was read, and its label, without those who were erased, so that nobody comes back with a file."""
        if not self.erasures:
            return reading, label
        from orggraph.erasure import Erasures  # only a load into such a store needs it

        erased = Erasures.read(self.erasures)
        told = tuple({change.id: change for change in erased.changes(reading.changes)}.values())
        found = tuple(f._replace(message=erased.without(f.message)) for f in reading.findings)
        return reading._replace(changes=told, findings=found), erased.without(label)

    def _load_first(
        self, inputs: Sequence[object], label: str, progress: Progress, *, format: str, mapping: object, source: str,
        stated: str,
    ) -> LoadReport | None:  # fmt: skip
        """Load large files into an empty store; ``None`` where that takes the general way."""
        if self._store is None or not self._store.empty:
            return None
        from orggraph.firstload import load_first  # only a first load needs it

        made = load_first(
            inputs, self._store, label=label, now=self._clock(), format=format, mapping=mapping, source=source,
            stated=stated, progress=progress,
        )  # fmt: skip
        if made is None:
            return None
        self._forget()
        self.findings = (*made.findings, *self._contradictions)
        return made._replace(findings=self.findings)

    def _load(self, reading: Reading, label: str, how: _How) -> LoadReport:
        """Load by replaying everything."""
        from orggraph.removals import guarded, removals  # only a load needs it

        standing = {entry.change.id for entry in self.ledger.standing()}
        fresh = [change for change in reading.changes if change.id not in standing]
        revision, findings = revision_of(
            self.ledger, fresh, label=label, now=self._clock(), progress=how.progress
        )
        findings += guarded(removals(revision, self.ledger), allowed=how.allowed, keep=how.keep)
        after, known = self._after(revision), set(self._contradictions)
        findings += tuple(finding for finding in after._contradictions if finding not in known)
        if fresh and how.keep:
            self._commit(revision, after, progress=how.progress)
            self.findings = findings
        return report_of(revision, reading, findings)

    def _load_alone(self, reading: Reading, label: str, how: _How) -> LoadReport | None:
        """Load into a large store by replaying only what is touched; ``None`` where everything has to be replayed."""
        from orggraph.removals import guarded, removals_alone  # only a load needs it

        timeline = self.timeline
        indexed = timeline.folder is not None and timeline.standing.plain
        if self._store is None or not indexed or len(timeline.facts) < LARGE:
            return None
        alone = revision_alone(
            timeline, reading.changes, self._store, label=label, now=self._clock(), progress=how.progress
        )
        if alone is None:
            return None
        refused = guarded(removals_alone(alone.revision, timeline), allowed=how.allowed, keep=how.keep)
        if alone.revision.entries and how.keep:
            how.progress("writing", 0, 0)
            self._store.commit(alone.revision, alone.write_index)
            self._forget()
        return report_of(alone.revision, reading, alone.findings + refused)

    def _forget(self) -> None:
        """Forget what was read from the store, so that it is read again when asked for."""
        for derived in ("ledger", "_changes", "timeline", "_contradictions", "_history_store", "_history_worker"):
            self.__dict__.pop(derived, None)
        self._selected.clear()
        self._found.clear()
        self._snapshots.clear()

    def record(self, kind: str, **fields: str) -> LoadReport:
        """Record one role change without a file; the fields are those of `RoleChange`.

        >>> org = OrgGraph()
        >>> org.record("starts", person="Ada", post="CTO", organization="Acme", effective="2024-05-01").added
        1
        """
        fields.setdefault("source", "recorded by hand")
        return self.load([{"kind": kind, **fields}], label=f"{kind} {fields.get('person') or fields.get('post', '')}")

    def merge(self, a: str, b: str, *, reason: str = "", quote: str = "", source: str = "") -> LoadReport:
        """Judge that two persons, posts, units or organizations (names or IRIs) are one; the IRI of the first survives.

        A role change of its own: what was known before stays as it was, and `unmerge` or `unload` takes it back.
        Raises `ChangeError` where the two are of different kinds, or one already.
        """
        from orggraph.merging import same  # only a judgement needs it

        told = same(self.timeline, self.changes, a, b, now=self._clock())
        return self._judge(told, f"merge {a} {b}", reason=reason, quote=quote, source=source)

    def unmerge(self, a: str, b: str, *, reason: str = "", quote: str = "", source: str = "") -> LoadReport:
        """Take back the judgement that two entities are one; both stay recorded.

        Raises `ChangeError` where no judgement makes one of just these two.
        """
        from orggraph.merging import not_same  # only a judgement needs it

        told = not_same(self.timeline, self.changes, a, b, now=self._clock())
        return self._judge(told, f"unmerge {a} {b}", reason=reason, quote=quote, source=source)

    def _judge(self, told: Mapping[str, str], label: str, **why: str) -> LoadReport:
        given = {name: text for name, text in why.items() if text}
        row = {"source": "recorded by hand", **told, **given}
        return self.load([row], label=label, allow_removals=True)  # nothing ends by what is said of identity

    def unload(self, load: str) -> LoadReport:
        """Take a load back (its identity or the beginning of it); both stay recorded."""
        found = [known for known in self.ledger.loads if known.id.startswith(load) and known.removed is None]
        if not load or len(found) != 1:
            what = "no load that stands" if not found else f"{len(found)} loads"
            raise UnknownName(f"{what} with an identity beginning with {load!r}")
        name = f"unload {found[0].id}"
        revision, findings = revision_of(self.ledger, [], label=name, now=self._clock(), unloaded=found[0].id)
        self._commit(revision, self._after(revision))
        return LoadReport(revision.load, 0, 0, findings, {}, len(revision.opened), len(revision.superseded))

    def _after(self, revision: Revision) -> OrgGraph:
        """Give what a revision leads to, in memory."""
        return OrgGraph(ledger=apply(self.ledger, revision), clock=self._clock)

    @cached_property
    def _contradictions(self) -> list[Finding]:
        """List what a load warns of: what is believed now and cannot be true together."""
        from orggraph.check import AT_LOAD, check  # not needed by look-ups, which should start fast

        return [finding for finding in check(self.timeline, codes=AT_LOAD) if finding.severity == "warning"]

    def _commit(self, revision: Revision, after: OrgGraph, *, progress: Progress = silent) -> None:
        def write_index(folder: Path) -> None:
            progress("indexing", 0, 0)
            after.timeline.save(folder)

        if self._store:
            progress("writing", 0, 0)
            self._store.commit(revision, write_index)
        self._forget()
        for derived in ("ledger", "_contradictions") if self._store else ("ledger", "timeline", "_contradictions"):
            self.__dict__[derived] = getattr(after, derived)

    def erase(self, person: str, *, dry_run: bool = False, progress: Progress = silent) -> Erasure:
        """Erase a person (a name or an IRI) from everything that is kept; with ``dry_run`` only say what that takes.

        A placeholder takes the place of every name and id, quotes that go with them are blanked, and the store is
        written anew, without its older generations. Loading the same file again does not bring the person back. See
        `erasure`; backups and publications that were made before are left alone. Replays every load. Raises
        `UnsupportedError` where somebody else bears the name too.
        """
        from orggraph.erasure import Erasures, erase  # only this needs it

        progress("replaying", 0, 0)
        iri = self.find(person, kinds=("person",))
        now = recorded_text(self._clock())
        made = erase(self.ledger, self.timeline, iri, Erasures.read(self.erasures), now=now)
        if dry_run:
            return made
        progress("writing", 0, 0)
        self._rewrite(made.revisions, made.ledger, made.erasures.text())
        return made

    def erase_known(self, erasures: str) -> None:
        """Erase whom another copy of this store must not know, by its keyed hashes (`erasures`) alone."""
        from orggraph.erasure import Erasures, rewritten  # only this needs it

        if erasures == self.erasures:
            return
        known = Erasures.read(erasures)
        revisions, _ = rewritten(self.ledger, known)
        after = Ledger(salt=self.ledger.salt, base=self.ledger.base)
        for revision in revisions:
            after = apply(after, revision)
        self._rewrite(revisions, after, known.text())

    def _rewrite(self, revisions: Sequence[Revision], after: Ledger, erasures: str) -> None:
        if self._store is not None:
            self._store.rewrite(revisions, timeline_of(after).save, erasures=erasures)
        self._forget()
        self.findings, self._erased = (), erasures
        if self._store is None:
            self.ledger = after

    # ---- out

    def as_of(self, day: Day, *, recorded_by: str | int | None = None, strict: bool = False) -> AsOf:
        """Give the organization on a day, as best known or as it was known to this graph at ``recorded_by``.

        ``strict`` counts what is only presumed (later than the last confirmation) as possible.
        """
        return AsOf(self, self.snapshot(_ordinal(day), recorded_by=_recorded(recorded_by), strict=strict))

    def select(self, *, sources: Iterable[str] = (), trust: Sequence[str] = (), stated_by: str = "") -> OrgGraph:
        """Give the organization as some of the statements tell it, replayed in memory.

        ``sources`` keeps what these sources state (their names, as `sources` lists them); ``trust`` names sources of
        which, where they contradict each other, the first counts; ``stated_by`` keeps what had been stated by a day
        (its end, inclusive) or time, which leaves out what bears no such time. Exact, but a replay: not at the speed of
        the index. Raises `UnknownName` for a source that stated nothing here.
        """
        wanted = (frozenset(sources), tuple(trust), parse_stated(stated_by) if stated_by else "")
        if wanted not in self._selected:
            self._selected[wanted] = self._selection(*wanted)
        return self._selected[wanted]

    def _selection(self, sources: frozenset[str], trust: tuple[str, ...], bound: str) -> OrgGraph:
        from orggraph.replay import replay  # only a load and a selection need it

        known = {entry.change.source for entry in self.ledger.entries}
        for source in sorted({*sources, *trust} - known):
            near = get_close_matches(source, known, n=3) or sorted(known)[:5]
            raise UnknownName(f"no source is called {source!r}; known are {', '.join(near)}", candidates=near)
        entries = [
            entry
            for entry in self.ledger.standing()
            if (not sources or entry.change.source in sources)
            and (not bound or (entry.change.stated and entry.change.stated <= bound))
        ]
        changes = [entry.change for entry in entries]
        made = replay(changes, base=self.ledger.base, salt=self.ledger.salt, trust=trust)
        recorded = max((entry.recorded for entry in entries), default=0)
        facts = [replace(fact, recorded=recorded) for fact in made.facts]
        return OrgGraph(ledger=replace(self.ledger, entries=entries, facts=facts), clock=self._clock)

    def snapshot(self, day: int, *, recorded_by: int | None = None, strict: bool = False) -> Snapshot:
        """Give the snapshot of a day (an ordinal); the last few are kept, with what was worked out on them."""
        wanted, timeline = (day, recorded_by, strict), self.timeline
        with self._kept:
            made = self._snapshots.pop(wanted, None) or Snapshot(
                timeline, day, recorded_by=recorded_by, strict=strict
            )
            self._snapshots[wanted] = made
            if len(self._snapshots) > KEPT:
                del self._snapshots[next(iter(self._snapshots))]
        return made

    def diff(self, a: Day, b: Day, *, recorded_by: str | int | None = None) -> Diff:
        """Tell what changed in the organization from one day to another, as typed events."""
        from orggraph.diff import diff  # not needed by look-ups, which should start fast

        return diff(self.as_of(a, recorded_by=recorded_by).snapshot, self.as_of(b, recorded_by=recorded_by).snapshot)

    def film(
        self,
        first: Day,
        last: Day,
        *,
        every: str = "month",
        recorded_by: str | int | None = None,
        view: str = "people",
        root: str = "",
        unit: str = "",
        depth: int | None = None,
        collapse: Iterable[str] = (),
        highlight: str = "",
    ) -> Film:
        """Give the charts of many days, both ends included: one page with a slider, or a picture for each day.

        ``every`` is a day, week, month, quarter, year, or ``change``: every day on which something changes. What is
        drawn is limited as `chart.model.sheet_of` says.
        """
        from orggraph.chart.film import film_of  # not needed by look-ups, which should start fast
        from orggraph.series import days_of  # not needed by look-ups, which should start fast

        known = _recorded(recorded_by)
        days = days_of(self.timeline, every, _ordinal(first), _ordinal(last) + 1, recorded_by=known)
        return film_of(
            (self.snapshot(day, recorded_by=known) for day in days),
            view=view,
            root=self.find(root, recorded_by=known) if root else None,
            unit=self.find(unit, kinds=("unit", "organization"), recorded_by=known) if unit else None,
            depth=depth,
            collapse=[self.find(name, recorded_by=known) for name in collapse],
            highlight=self.find(highlight, recorded_by=known) if highlight else None,
        )

    def knowledge_diff(self, day: Day, before: str | int, after: str | int) -> Diff:
        """Tell what this graph learned about one day between two recorded times."""
        from orggraph.diff import diff  # not needed by look-ups, which should start fast

        return diff(self.as_of(day, recorded_by=before).snapshot, self.as_of(day, recorded_by=after).snapshot)

    def log(
        self, entity: str = "", *, unit: str = "", first: Day | None = None, last: Day | None = None,
        recorded_by: str | int | None = None, reverse: bool = False,
    ) -> Iterator[Chapter]:
        """Tell the events from day ``first`` to ``last`` (inclusive), a chapter a day, the newest first.

        With ``entity`` those in which a person, a post, a unit or an organization takes part; with ``unit`` those of a
        unit or organization and of everything in it. What happened on a day that is known within bounds alone is told
        once, under these; see `chronicle`.

        >>> org = OrgGraph()
        >>> report = org.load([{"kind": "starts", "person": "Ada", "organization": "Acme", "effective": "2024-05-01"}])
        >>> [(chapter.span.text, [event.text for event in chapter.events]) for chapter in org.log("Ada")]
        [('2024-05-01', ['Ada joined as member of Acme'])]
        """
        from orggraph.chronicle import chronicle, scope_of  # not needed by look-ups, which should start fast

        if entity and unit:
            raise UnsupportedError("a log is of an entity or of a unit, not of both (give one of them)")
        known, scope = _recorded(recorded_by), None
        if entity or unit:
            kinds = ("unit", "organization") if unit else ()
            iri = self.find(entity or unit, kinds=kinds, recorded_by=known)
            scope = scope_of(self.timeline, iri, inside=bool(unit))
        begin, end = (None if day is None else _ordinal(day) for day in (first, last))
        return chronicle(
            self.timeline, scope=scope, first=begin, last=end, recorded_by=known, reverse=reverse
        )

    def blame(self, entity: str, as_of: Day, *, recorded_by: str | int | None = None) -> list[Blamed]:
        """List what holds of an entity on a day, with who said it first and who last, and what follows from others.

        >>> org = OrgGraph()
        >>> report = org.load([{"kind": "starts", "person": "Ada", "organization": "Acme", "effective": "2024-05-01",
        ...                     "source": "hr", "stated": "2024-05-02"}])
        >>> [(row.what, row.first.source) for row in org.blame("Ada", "2024-06-01") if row.kind == "membership"]
        [('Ada: member, Acme', 'hr')]
        """
        from orggraph.blame import blame  # not needed by look-ups, which should start fast

        known = _recorded(recorded_by)
        snapshot = self.snapshot(_ordinal(as_of), recorded_by=known)
        return blame(snapshot, self.entries, self.find(entity, recorded_by=known))

    def history(self, entity: str, *, recorded_by: int | None = None) -> list[HistoryRow]:
        """List everything ever believed of an entity, in order of time, with periods, recorded times and sources.

        With ``recorded_by`` what was known then, as it was known then.
        """
        from orggraph.history import history  # not needed by look-ups, which should start fast

        iri = self.find(entity, recorded_by=recorded_by)
        return history(self.timeline, self.changes, iri, recorded_by=recorded_by)

    def facts_on(self, entity: str) -> list[Fact]:
        """Give all versions of the facts about an entity (an IRI or name), and those that point at it."""
        from orggraph.history import facts_on  # not needed by look-ups, which should start fast

        return facts_on(self.timeline, self.find(entity))

    def changes(self, identities: Iterable[str]) -> dict[str, RoleChange]:
        """Give recorded role changes by identity, in the order asked for; those that are not there are left out."""
        if self._store is not None and "ledger" not in self.__dict__:
            return self._store.changes(identities)
        return {identity: self._changes[identity] for identity in identities if identity in self._changes}

    def entries(self, identities: Iterable[str]) -> dict[str, Entry]:
        """Give role changes as they were recorded, with their loads, by identity; see `changes`."""
        if self._store is not None and "ledger" not in self.__dict__:
            return self._store.entries(identities)
        wanted = set(identities)
        return {entry.change.id: entry for entry in self.ledger.entries if entry.change.id in wanted}

    def loads(self) -> list[Load]:
        """List all loads, in the order of recording, those that were taken back too."""
        return self._store.loads() if self._store is not None else list(self.ledger.loads)

    def assumed(self) -> list[Assumption]:
        """List whom names were taken to mean where no id says so, and what was judged to be one; see `assumptions`."""
        from orggraph.replay.assumptions import assumptions  # only a load and this need replay

        standing = [entry.change for entry in self.ledger.standing()]
        return assumptions(standing, base=self.ledger.base, salt=self.ledger.salt)

    def editions(self) -> list[Edition]:
        """List the editions of sources with how many role changes each load brought of them, those taken back too.

        A store keeps the counts, so that they are not counted anew.
        """
        known = self._store.editions() if self._store is not None else None
        return editions(self.ledger.entries) if known is None else known

    @cached_property
    def _changes(self) -> dict[str, RoleChange]:
        return {entry.change.id: entry.change for entry in self.ledger.entries}

    def query(
        self,
        sparql: str,
        *,
        parameters: Mapping[str, Term] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Results:
        """Run SPARQL over the history: facts with their periods, role changes, sources and loads.

        With ``timeout`` (seconds) it runs in a process of its own, which is ended when they are over; see `worker`.
        """
        if timeout is not None:
            return self._history_worker.query(sparql, parameters=parameters, limit=limit, timeout=timeout)
        return self._history_store.query(sparql, parameters=parameters, limit=limit)

    def query_days(
        self,
        sparql: str,
        *,
        every: str = "change",
        first: Day | None = None,
        until: Day | None = None,
        possible: bool = False,
        recorded_by: str | int | None = None,
        strict: bool = False,
        parameters: Mapping[str, Term] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Results:
        """Run SPARQL on several days and give all rows in their order, with the column ``day`` in front.

        The days are the change days from ``first`` on and before ``until`` (without them all), or those of a step:
        ``every`` day, week, month, quarter or year, which needs both. The rest is as in `AsOf.query`, with ``limit``
        and ``timeout`` for all days together.

        >>> org = OrgGraph()
        >>> report = org.load([{"kind": "starts", "person": "Ada", "organization": "Acme", "effective": "2024-05-01"}])
        >>> found = org.query_days("ASK { ?who org:memberOf ?acme }", every="month", first="2024-04-01",
        ...                        until="2024-06-01")
        >>> [(day.value, answer.value) for day, answer in found.rows]
        [('2024-04-01', 'false'), ('2024-05-01', 'true')]
        """
        from orggraph import series  # imports the SPARQL engine

        known = _recorded(recorded_by)
        bounds = (None if first is None else _ordinal(first), None if until is None else _ordinal(until))
        days = series.days_of(self.timeline, every, *bounds, recorded_by=known)
        if timeout is not None:
            from orggraph.worker import Look, day_worker

            look = Look(days[0] if days else 0, known, strict, possible)
            return day_worker(self.timeline).query(
                sparql, parameters=parameters, limit=limit, look=look, days=days, timeout=timeout
            )
        return series.query_days(
            sparql, days, snapshot=lambda day: Snapshot(self.timeline, day, recorded_by=known, strict=strict),
            possible=possible, parameters=parameters, limit=limit,
        )  # fmt: skip

    def stats_over(
        self,
        *,
        every: str = "month",
        first: Day | None = None,
        until: Day | None = None,
        unit: str = "",
        organization: Day | None = None,
        recorded_by: str | int | None = None,
    ) -> Development:
        """Tell how the organization develops, from period to period; see `trends.development`.

        Periods begin on ``first`` and every day, week, month, quarter or year after it, or with ``every="change"`` on
        each change day; the last ends before ``until`` (without it, for changes, after the last of them). ``unit``
        (name or IRI) looks at who is in it or below it. ``organization`` is the day by whose unit tree units are
        counted, without it that of each day.

        >>> org = OrgGraph()
        >>> report = org.load([{"kind": "starts", "person": "Ada", "organization": "Acme", "effective": "2024-05-01"}])
        >>> found = org.stats_over(every="month", first="2024-04-01", until="2024-06-01")
        >>> [(period.since, period.joiners.certain, period.closing.certain) for period in found.periods]
        [('2024-04-01', 0, 0), ('2024-05-01', 1, 1)]
        """
        from orggraph.steps import periods_of
        from orggraph.trends import development  # not needed by look-ups, which should start fast

        known = _recorded(recorded_by)
        bounds = (None if first is None else _ordinal(first), None if until is None else _ordinal(until))
        days, end = periods_of(self.timeline, every, *bounds, recorded_by=known)
        kinds = ("unit", "organization")
        return development(
            self.timeline, days, until=end, tree_day=None if organization is None else _ordinal(organization),
            unit=self.find(unit, kinds=kinds, recorded_by=known) if unit else "", recorded_by=known,
        )  # fmt: skip

    def to_networkx(self, day: Day, *, recorded_by: str | int | None = None) -> networkx.DiGraph[str]:
        """Give the reporting lines of a day as a directed graph; see `hierarchy.to_networkx` for its attributes."""
        return self.as_of(day, recorded_by=recorded_by).to_networkx()

    @cached_property
    def _history_worker(self) -> Worker:
        from orggraph.worker import Worker  # imports the SPARQL engine

        return Worker.of_history(self.timeline, self.whole_history())

    @cached_property
    def _history_store(self) -> HistoryStore:
        from orggraph.queries import HistoryStore  # imports the SPARQL engine

        return HistoryStore(self.whole_history())

    def whole_history(self) -> History:
        """Give what SPARQL over the history is asked of; refuse what would not fit into memory."""
        from orggraph.queries import History, history_of  # imports the SPARQL engine

        facts = self.timeline.facts
        if len(facts) > HISTORY:
            raise UnsupportedError(
                f"SPARQL over the history is for at most {HISTORY:,} facts, and here are {len(facts):,} (ask a day, or "
                "publish the history on a SPARQL engine and ask there)"
            )
        if self._store is not None and "ledger" not in self.__dict__:  # far faster than reading every role change
            return History(facts, self._store.meta["base"], self._store.sources(), self._store.records)
        return history_of(self.ledger)

    def check(self, *, shapes: Sequence[str | Path] = (), as_of: Day | None = None) -> list[Finding]:
        """List what does not fit together, over all of time: contradictions of sources, cycles, seats, lives.

        ``shapes`` are files of SHACL shapes, or ``shipped`` for those of the package; they are held against the day
        ``as_of``, else against the facts of all of time (see `check.shapes`; `UnsupportedError` where that cannot be).

        What was assumed or left out when it was loaded is listed too, unless there are more than 100,000 facts: a note
        says so, since that takes reading and replaying every role change.
        """
        from orggraph.check import NOT_REPLAYED, check  # not needed by look-ups, which should start fast
        from orggraph.replay import replay

        if len(self.timeline.facts) > MANY:
            found = [NOT_REPLAYED]
        else:
            standing = [entry.change for entry in self.ledger.standing()]
            found = list(replay(standing, base=self.ledger.base, salt=self.ledger.salt).findings)
        if shapes:
            from orggraph.check.shapes import shape_findings  # imports an RDF library

            day = None if as_of is None else _ordinal(as_of)
            found += shape_findings(self.timeline, shapes, day=day, base=self.base)
        return [*found, *check(self.timeline)]

    def anonymous(self) -> OrgGraph:
        """Give this organization, in memory, with a pseudonym for every person, another each time; see `anonymity`."""
        from orggraph.anonymity import anonymous  # only this needs it

        return OrgGraph(ledger=anonymous(self.ledger, self.timeline), clock=self._clock)

    def backup(self, target: str | Path, *, progress: Progress = silent) -> Backup:
        """Write what is open of a store into a new directory or ``.tar`` file, also while a process loads into it.

        See `store.backup`; `orggraph.restore` puts it in place again. `UnsupportedError` where there is no directory.
        """
        from orggraph.store.backup import back_up  # only a backup needs it
        from orggraph.store.embedded import EmbeddedStore

        if not isinstance(self._store, EmbeddedStore):
            raise UnsupportedError("only a store in a directory can be backed up (export writes what is in memory)")
        return back_up(self._store, Path(target), now=self._clock(), progress=progress)

    def verify(self, *, quick: bool = False, progress: Progress = silent) -> list[Finding]:
        """List what is wrong with the store: checksums, the index against the graph, both against the role changes.

        ``quick`` leaves out the replay; see `verification`. `UnsupportedError` where there is no directory.
        """
        from orggraph.store.embedded import EmbeddedStore  # imports the RDF store
        from orggraph.verification import verify  # only this needs it

        if not isinstance(self._store, EmbeddedStore):
            raise UnsupportedError("only a store in a directory can be verified")
        return verify(self._store.path, quick=quick, progress=progress)

    def export(self, format: str = "turtle") -> bytes:
        """Write the whole history as RDF: ``turtle``, ``trig``, ``nquads``, ``ntriples`` or ``jsonld``.

        ``gexf`` and ``popolo`` are for other programs and leave out what those do not know; see `exchange`. ``page`` is
        a film of all change days, or where there are more than `MOST_STEPS` of months, quarters or years.
        """
        if format == "page":
            return self._page()
        if format in ("gexf", "popolo"):
            from orggraph.exchange import write_history  # only an export needs it

            return write_history(self.timeline, format).encode()
        from orggraph.rdf import export  # imports an RDF library

        return export(self.ledger, format)

    def _page(self) -> bytes:
        from orggraph.steps import fewest  # not needed by look-ups, which should start fast

        step, first, last = fewest(self.timeline, at_most=MOST_STEPS)
        return self.film(first, last, every=step).html().encode()


def _ordinal(day: Day) -> int:
    if isinstance(day, int):
        return day
    return day.toordinal() if isinstance(day, date) else period.day(day)


def _recorded(time_: str | int | None) -> int | None:
    return recorded_time(time_) if isinstance(time_, str) else time_
