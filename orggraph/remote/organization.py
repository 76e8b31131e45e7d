"""The organization on a remote engine: the same questions as of a store on this machine, or a refusal by name.

What is answered: everything about a day as best known, the history of an entity, and SPARQL on both. What is refused:
what needs every role change (loading, checking, exporting, choosing sources), and the other axis of time, of which the
engine has the dates in its history but no graphs.

What was fetched is kept for as long as this object; open the address again to see a later revision.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from orggraph.as_of import AsOf
from orggraph.blame import Blamed, blame
from orggraph.changes import RoleChange
from orggraph.diff import Diff, diff
from orggraph.errors import Finding, StoreError, UnsupportedError
from orggraph.evaluation import Results
from orggraph.facts import Fact
from orggraph.graph import Day, OrgGraph
from orggraph.history import HistoryRow, facts_on, history
from orggraph.ledger import Entry, Ledger
from orggraph.loading import LoadReport
from orggraph.names import find
from orggraph.publication import Layout, Marker, read_marker
from orggraph.remote.asking import ask
from orggraph.remote.fetching import Fetcher
from orggraph.remote.timeline import RemoteTimeline
from orggraph.snapshot import Answer, Seats, Snapshot
from orggraph.store.remote import Engine
from orggraph.timetree import graphs_on
from orggraph.vocabulary import Term

if TYPE_CHECKING:
    import networkx

    from orggraph.chart import Chart
    from orggraph.chronicle import Chapter
    from orggraph.trends import Development


class RemoteOrg(OrgGraph):
    """The organization that was published on the engine at an address."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.engine = Engine(url)
        marker = read_marker(self.engine)
        if marker is None or (marker.published is None and marker.writing is None):
            raise StoreError(f"{self.engine.url}: no organization was published here (orggraph publish URL does it)")
        self.marker: Marker = marker
        self.layout = Layout(marker.base)
        self.fetcher = Fetcher(self.engine, self.layout)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Say what must be known before anything is believed: that a revision is only half written."""
        if self.marker.writing is None:
            return ()
        half = "a revision is being written, or its writing ended early: answers may hold a part of it"
        return (f"{self.engine.url}: {half} (orggraph publish finishes it)",)

    @property
    def base(self) -> str:
        """Give what minted IRIs begin with."""
        return self.layout.base

    @cached_property
    def timeline(self) -> RemoteTimeline:
        """Give the facts fetched so far; it fetches what it is asked for."""
        return RemoteTimeline(self.fetcher)

    @property
    def ledger(self) -> Ledger:
        """Refuse: what was loaded is not read back."""
        self._refuse("what needs every role change")

    def find(self, name: str, *, kinds: tuple[str, ...] = (), recorded_by: int | None = None) -> str:
        """Give the IRI of the entity with this name or IRI; see `names.find`."""
        if recorded_by is not None:
            self._refuse("recorded_by")
        if (name, kinds) not in self._found:
            self._found[name, kinds] = self.timeline.gathered(lambda: find(self.timeline, name, kinds=kinds))
        return self._found[name, kinds]

    def as_of(self, day: Day, *, recorded_by: str | int | None = None, strict: bool = False) -> AsOf:
        """Give the organization on a day, as best known; ``recorded_by`` is refused."""
        if recorded_by is not None:
            self._refuse("recorded_by")
        return RemoteAsOf(self, super().as_of(day, strict=strict).snapshot)

    def snapshot(self, day: int, *, recorded_by: int | None = None, strict: bool = False) -> Snapshot:
        """Give the snapshot of a day, which fetches what it is asked for."""
        if recorded_by is not None:
            self._refuse("recorded_by")
        return RemoteSnapshot(self.timeline, day, strict=strict)

    def diff(self, a: Day, b: Day, *, recorded_by: str | int | None = None) -> Diff:
        """Tell what changed from one day to another; everything about whoever is there on either is fetched."""
        one, other = (self.as_of(day, recorded_by=recorded_by).snapshot for day in (a, b))
        return self.timeline.gathered(lambda: diff(one, other))

    def history(self, entity: str, *, recorded_by: int | None = None) -> list[HistoryRow]:
        """List everything ever believed of an entity; ``recorded_by`` is refused."""
        iri = self.find(entity, recorded_by=recorded_by)
        self.timeline.gathered(lambda: history(self.timeline, lambda _: {}, iri))  # fetches what it is about
        return history(self.timeline, self.changes, iri)

    def blame(self, entity: str, as_of: Day, *, recorded_by: str | int | None = None) -> list[Blamed]:
        """List what holds of an entity on a day, with who said it first and last; ``recorded_by`` is refused."""
        snapshot, iri = self.as_of(as_of, recorded_by=recorded_by).snapshot, self.find(entity)
        self.timeline.gathered(lambda: blame(snapshot, lambda _: {}, iri))  # fetches what it is about
        return blame(snapshot, self.entries, iri)

    def facts_on(self, entity: str) -> list[Fact]:
        """Give all versions of the facts about an entity, and those that point at it."""
        iri = self.find(entity)
        return self.timeline.gathered(lambda: facts_on(self.timeline, iri))

    def changes(self, identities: Iterable[str]) -> dict[str, RoleChange]:
        """Give recorded role changes by identity; those that are not there are left out."""
        return {entry.change.id: entry.change for entry in self.fetcher.changes(set(identities))}

    def entries(self, identities: Iterable[str]) -> dict[str, Entry]:
        """Give role changes as they were recorded, by identity; those that are not there are left out."""
        return {entry.change.id: entry for entry in self.fetcher.changes(set(identities))}

    def query(
        self,
        sparql: str,
        *,
        parameters: Mapping[str, Term] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Results:
        """Run SPARQL over the history, on the engine; ``timeout`` in seconds, 60 if not given."""
        graphs = (self.layout.history, self.layout.labels)
        return ask(self.engine, sparql, graphs, parameters=parameters, limit=limit, timeout=timeout)

    # ---- refused, by name

    def load(self, *inputs: object, **options: object) -> LoadReport:  # noqa: ARG002  # as the method it refuses
        """Refuse."""
        self._refuse("load", "load into a store on this machine and publish that")

    def record(self, kind: str, **fields: str) -> LoadReport:  # noqa: ARG002  # as the method it refuses
        """Refuse."""
        self._refuse("record", "record in a store on this machine and publish that")

    def merge(self, a: str, b: str, *, reason: str = "", quote: str = "", source: str = "") -> LoadReport:  # noqa: ARG002  # as the method it refuses
        """Refuse."""
        self._refuse("merge", "merge in a store on this machine and publish that")

    def unmerge(self, a: str, b: str, *, reason: str = "", quote: str = "", source: str = "") -> LoadReport:  # noqa: ARG002  # as the method it refuses
        """Refuse."""
        self._refuse("unmerge", "unmerge in a store on this machine and publish that")

    def unload(self, load: str) -> LoadReport:  # noqa: ARG002  # as the method it refuses
        """Refuse."""
        self._refuse("unload", "unload from a store on this machine and publish that")

    def select(self, *, sources: Iterable[str] = (), trust: Sequence[str] = (), stated_by: str = "") -> OrgGraph:
        """Refuse."""
        self._refuse(" and ".join(
            name for name, given in (("sources", sources), ("trust", trust), ("stated_by", stated_by)) if given
        ) or "a selection of sources")  # fmt: skip

    def knowledge_diff(self, day: Day, before: str | int, after: str | int) -> Diff:  # noqa: ARG002  # as the method it refuses
        """Refuse."""
        self._refuse("a diff of knowledge")

    def log(
        self, entity: str = "", *, unit: str = "", first: Day | None = None, last: Day | None = None,  # noqa: ARG002
        recorded_by: str | int | None = None, reverse: bool = False,  # noqa: ARG002  # as the method it refuses
    ) -> Iterator[Chapter]:  # fmt: skip
        """Refuse."""
        self._refuse("log")

    def check(self, *, shapes: Sequence[str | Path] = (), as_of: Day | None = None) -> list[Finding]:  # noqa: ARG002
        """Refuse."""
        self._refuse("check")

    def stats_over(self, **options: object) -> Development:  # noqa: ARG002  # as the method it refuses
        """Refuse: it takes the columns of an index."""
        self._refuse("stats over time")

    def export(self, format: str = "turtle") -> bytes:  # noqa: ARG002  # as the method it refuses
        """Refuse."""
        self._refuse("export")

    def _refuse(self, what: str, instead: str = "ask the store that was published") -> NoReturn:
        raise UnsupportedError(f"{self.engine.url}: {what} is not done on a remote engine ({instead})")


class RemoteSnapshot(Snapshot):
    """A day of which the facts are fetched when they are asked for, in as few requests as there are steps."""

    timeline: RemoteTimeline

    def reports_to(self, manager: str, *, everyone: bool = False) -> list[Answer]:
        """List who reports to the person or post; see `Snapshot`."""
        return self.timeline.gathered(lambda: Snapshot.reports_to(self, manager, everyone=everyone))

    def reporters(self, manager: str, *, possible: bool = False) -> list[str]:
        """Give the names of those who report directly; see `Snapshot`."""

        def named() -> list[str]:
            found = self.timeline.reporters(manager, self.day, possible=possible)
            return sorted({self.name(iri) for iri in found})

        return self.timeline.gathered(named)

    def managers(self, person: str) -> list[Answer]:
        """List to whom the person or post reports; see `Snapshot`."""
        return self.timeline.gathered(lambda: Snapshot.managers(self, person))

    def chain(self, person: str) -> list[Answer]:
        """List the chain of command upwards; see `Snapshot`."""
        return self.timeline.gathered(lambda: Snapshot.chain(self, person))

    def holders(self, post: str) -> list[Answer]:
        """List who holds the post or has the role; see `Snapshot`."""
        return self.timeline.gathered(lambda: Snapshot.holders(self, post))

    def members(self, unit: str) -> list[Answer]:
        """List who is a member of the unit or organization; see `Snapshot`."""
        return self.timeline.gathered(lambda: Snapshot.members(self, unit))

    def memberships(self, person: str) -> list[Answer]:
        """List what the person holds or belongs to; see `Snapshot`."""
        return self.timeline.gathered(lambda: Snapshot.memberships(self, person))

    def is_present(self, iri: str) -> bool:
        """Tell whether the entity takes part on this day; see `Snapshot`."""
        return self.timeline.gathered(lambda: Snapshot.is_present(self, iri))

    def places(self, iri: str) -> list[Fact]:
        """List to what a post or unit belongs on this day; see `Snapshot`."""
        return self.timeline.gathered(lambda: Snapshot.places(self, iri))

    def seats(self, post: str) -> Seats:
        """Count the holders of a post; see `Snapshot`."""
        return self.timeline.gathered(lambda: Snapshot.seats(self, post))


class RemoteAsOf(AsOf):
    """The organization on one day, of which SPARQL is asked on the engine."""

    def __init__(self, org: RemoteOrg, snapshot: Snapshot) -> None:
        super().__init__(org, snapshot)
        self._remote = org

    def chart(
        self,
        *,
        compare: str | AsOf = "",
        view: str = "people",
        root: str = "",
        unit: str = "",
        depth: int | None = None,
        collapse: Iterable[str] = (),
        highlight: str = "",
        theme: str = "light",
        direction: str = "down",
        engine: str = "orggraph",
    ) -> Chart:
        """Give the org chart of the day; everything about whoever is there that day is fetched."""
        chart, folded = super().chart, tuple(collapse)
        return self._remote.timeline.gathered(
            lambda: chart(
                compare=compare, view=view, root=root, unit=unit, depth=depth, collapse=folded, highlight=highlight,
                theme=theme, direction=direction, engine=engine,
            )
        )

    def to_networkx(self) -> networkx.DiGraph[str]:
        """Give the reporting lines as a directed graph; everything about whoever is there that day is fetched."""
        return self._remote.timeline.gathered(super().to_networkx)

    def query(
        self,
        sparql: str,
        *,
        possible: bool = False,
        parameters: Mapping[str, Term] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Results:
        """Run SPARQL on the plain triples of the day, on the engine; ``timeout`` in seconds, 60 if not given."""
        base, day = self._remote.layout.base, self.snapshot.day
        graphs = graphs_on(day, possible=possible, base=base)
        everything = graphs_on(day, possible=True, base=base)
        return ask(
            self._remote.engine, sparql, graphs, parameters=parameters, limit=limit, timeout=timeout, possible=possible,
            unseen=() if possible else everything[len(graphs) :],
        )  # fmt: skip
