"""The organization on one day, as a user holds it: names and IRIs in, answers out.

Every method finds who is meant and calls one function below. Why names are looked for in all of time and not on the
day: who left years ago is asked about by name, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Protocol

from orggraph.period import day as ordinal
from orggraph.period import iso
from orggraph.snapshot import Answer, Seats, Snapshot
from orggraph.vocabulary import Term

if TYPE_CHECKING:
    import networkx
    import rdflib

    from orggraph.chart import Chart
    from orggraph.evaluation import Results


class Directory(Protocol):
    """What finds entities by name."""

    def find(self, name: str, *, kinds: tuple[str, ...] = (), recorded_by: int | None = None) -> str:
        """Give the IRI of the entity with this name or IRI."""


class AsOf:
    """The organization on one day. Names and IRIs are both accepted everywhere."""

    def __init__(self, org: Directory, snapshot: Snapshot) -> None:
        self._org = org
        self.snapshot = snapshot

    @property
    def day(self) -> str:
        """Give the day in ISO 8601."""
        return iso(self.snapshot.day)

    def reports_to(self, manager: str, *, everyone: bool = False) -> list[Answer]:
        """List who reports to a person or post; with ``everyone`` also those below them."""
        return self.snapshot.reports_to(self._org.find(manager, kinds=("person", "post")), everyone=everyone)

    def reporters(self, manager: str, *, possible: bool = False) -> list[str]:
        """Give the names of those who report directly to a person or post, and nothing else, fast."""
        return self.snapshot.reporters(self._org.find(manager, kinds=("person", "post")), possible=possible)

    def managers(self, person: str) -> list[Answer]:
        """List to whom a person or post reports."""
        return self.snapshot.managers(self._org.find(person, kinds=("person", "post")))

    def chain(self, person: str) -> list[Answer]:
        """List the chain of command above a person or post, nearest first."""
        return self.snapshot.chain(self._org.find(person, kinds=("person", "post")))

    def holders(self, post: str) -> list[Answer]:
        """List who holds a post or has a role."""
        return self.snapshot.holders(self._org.find(post, kinds=("post", "role")))

    def members(self, unit: str) -> list[Answer]:
        """List who is a member of a unit or organization."""
        return self.snapshot.members(self._org.find(unit, kinds=("unit", "organization")))

    def memberships(self, person: str) -> list[Answer]:
        """List what a person holds or belongs to."""
        return self.snapshot.memberships(self._org.find(person, kinds=("person",)))

    def seats(self, post: str) -> Seats:
        """Count the holders of a post over every reading of the dates."""
        return self.snapshot.seats(self._org.find(post, kinds=("post",)))

    def query(
        self,
        sparql: str,
        *,
        possible: bool = False,
        parameters: Mapping[str, Term] | None = None,
        limit: int | None = None,
        timeout: float | None = None,
    ) -> Results:
        """Run SPARQL on the plain triples of the day: the certain ones, with ``possible`` all of them.

        With ``timeout`` (seconds) it runs in a process of its own, which is ended when they are over; see `worker`.
        """
        if timeout is not None:
            from orggraph.worker import Look, day_worker  # imports the SPARQL engine

            look = Look(self.snapshot.day, self.snapshot.recorded_by, self.snapshot.strict, possible)
            worker = day_worker(self.snapshot.timeline)
            return worker.query(sparql, parameters=parameters, limit=limit, look=look, timeout=timeout)
        from orggraph.queries import SnapshotStore  # imports the SPARQL engine

        return SnapshotStore(self.snapshot, possible=possible).query(sparql, parameters=parameters, limit=limit)

    @property
    def graph(self) -> rdflib.Graph:
        """Give the certain plain triples of the day as an ``rdflib.Graph``."""
        from orggraph.rdf import to_rdflib  # rdflib takes 0.2 s to import

        labelled = self.snapshot.triples()
        return to_rdflib(triple for triple, label in labelled.items() if label != "possible")

    def export(self, format: str) -> bytes:
        """Write the day for other programs: a ``roster`` (CSV), ``graphml`` or ``mermaid``; see `exchange`."""
        from orggraph.exchange import write_day  # imports networkx

        return write_day(self.snapshot, format).encode()

    def to_networkx(self) -> networkx.DiGraph:
        """Give the reporting lines as a directed graph from reporter to manager; see `hierarchy.to_networkx`."""
        from orggraph.hierarchy import to_networkx  # networkx takes 0.16 s to import

        return to_networkx(self.snapshot)

    def stats(
        self, *, narrow: int | None = None, wide: int | None = None, organization: int | None = None
    ) -> dict[str, object]:
        """Describe the shape of the day in numbers; see `hierarchy.stats`.

        Who has fewer than ``narrow`` direct reports, or more than ``wide``, is named. ``organization`` is the day
        (ordinal) by whose unit tree units are counted, if it is not this one.
        """
        from orggraph.hierarchy import NARROW, WIDE, stats  # networkx takes 0.16 s to import

        return stats(
            self.snapshot, narrow=NARROW if narrow is None else narrow, wide=WIDE if wide is None else wide,
            tree=None if organization is None else self.snapshot.on(organization),
        )  # fmt: skip

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
        """Give the org chart of the day; it shows itself in a notebook, renders to SVG and has text twins.

        ``view`` is one of people, posts and units; what is drawn is limited as `chart.model.sheet_of` says.
        ``compare`` is an earlier day: who has joined, left or moved since is drawn and marked. How it looks is said by
        ``theme`` (light, dark or print), ``direction`` (down or right) and ``engine``; see `chart.Look`.
        """
        from orggraph.chart import Look, chart_of  # not needed by look-ups, which should start fast

        return chart_of(
            self.snapshot,
            compare=self._other(compare) if compare else None,
            view=view,
            root=self._org.find(root) if root else None,
            unit=self._org.find(unit, kinds=("unit", "organization")) if unit else None,
            depth=depth,
            collapse=[self._org.find(name) for name in collapse],
            highlight=self._org.find(highlight) if highlight else None,
            look=Look(theme, direction, engine),
        )

    def _other(self, day: str | AsOf) -> Snapshot:
        """Give another day, as known at the same recorded time where only the day is given."""
        if isinstance(day, AsOf):
            return day.snapshot
        here = self.snapshot
        return type(here)(here.timeline, ordinal(day), recorded_by=here.recorded_by, strict=here.strict)
