"""Questions in SPARQL: free ones and the library of named ones, on a snapshot or on the history.

A snapshot is asked as if time did not exist; the history has one node a fact. Both also have the name of every entity
as ``rdfs:label``, exactly one each: ``foaf:name`` and ``skos:prefLabel`` entail it, and a query that asks for it loses
nobody whose name of that day is not known.

Why the time of each phase is always taken: it costs less than a thousandth of the fastest query, and so explaining an
answer never changes how it is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from threading import Lock
from time import perf_counter
from typing import NamedTuple

import pyoxigraph

from orggraph.daystore import day_stores
from orggraph.daystore.triples import RDFS_LABEL
from orggraph.errors import ChangeError, QueryError
from orggraph.evaluation import Explanation, Phase, Prepared, Results, evaluate, prepare
from orggraph.facts import Fact
from orggraph.functions import Call, functions_of
from orggraph.ledger import Ledger, recorded_text
from orggraph.period import iso
from orggraph.rdf import (
    Triple,
    change_record_triples,
    fact_triples,
    source_triples,
    to_oxigraph,
    to_quad,
)
from orggraph.rdf.labels import history_labels
from orggraph.rdf.records import RECORD_PREDICATES, source_iri
from orggraph.snapshot import Snapshot
from orggraph.vocabulary import ORGG, PREFIXES, Literal, Term


def run(
    sparql: str,
    *,
    triples: Iterable[Triple],
    parameters: Mapping[str, Term] | None = None,
    prefixes: Mapping[str, str] = PREFIXES,
    limit: int | None = None,
) -> Results:
    """Ask the ``triples``; at most ``limit`` rows or triples come back, with a warning where there were more.

    Nothing but the triples is read. Raises `QueryError` for what does not parse, with line and column, and
    `UnsafeQuery` for what would write, fetch or federate.

    >>> run("SELECT ?who { ?who org:reportsTo ?boss }", parameters={"boss": "urn:b"},
    ...     triples=[("urn:a", PREFIXES["org"] + "reportsTo", "urn:b")]).rows
    (('urn:a',),)
    """
    return QueryStore(triples).query(sparql, parameters=parameters, prefixes=prefixes, limit=limit)


class QueryStore:
    """Triples in memory, to be asked any number of times.

    ``graphs`` are named graphs by their IRIs, which only ``GRAPH`` sees; days and the history have none. ``possible``
    says that some of the triples are only possible; ``left_out`` counts the possible ones that are not among them.
    Either makes an answer to a query that is not monotone doubtful, and it then carries a warning.
    """

    def __init__(
        self,
        triples: Iterable[Triple],
        *,
        graphs: Mapping[str, Iterable[Triple]] | None = None,
        possible: bool = False,
        left_out: int = 0,
        asked_of: str = "triples as they were given",
        functions: Mapping[pyoxigraph.NamedNode, Call] | None = None,
    ) -> None:
        self._store = pyoxigraph.Store()
        self._store.extend(_quad(triple) for triple in triples)
        self._graphs = tuple(_node(iri) for iri in graphs or ())
        for graph, stated in zip(self._graphs, (graphs or {}).values(), strict=True):
            self._store.add_graph(graph)
            self._store.extend(_quad(triple, graph) for triple in stated)
        self._possible = possible
        self._left_out = left_out
        self._asked_of = asked_of
        self._functions = dict(functions or {})

    def __len__(self) -> int:
        return len(self._store)

    def add(self, triples: Iterable[Triple], records: bytes = b"") -> None:
        """Add triples, and others as N-Triples."""
        self._store.extend(_quad(triple) for triple in triples)
        if records:
            self._store.load(records, format=pyoxigraph.RdfFormat.N_TRIPLES)

    def query(
        self,
        sparql: str,
        *,
        parameters: Mapping[str, Term] | None = None,
        prefixes: Mapping[str, str] = PREFIXES,
        limit: int | None = None,
    ) -> Results:
        """Ask the store; see `run`."""
        watch = _Watch()
        prepared = prepare(sparql, parameters=parameters, prefixes=prefixes)
        watch.lap("prepared")
        if not self._functions:
            _check_no_functions(prepared)
        doubts = _doubts(prepared, possible=self._possible, left_out=self._left_out)
        results = evaluate(
            self._store, prepared, limit=limit, warnings=doubts, graphs=self._graphs, functions=self._functions
        )
        watch.lap("answered")
        return watch.explained(results, prepared, self._asked_of, triples=len(self._store), left_out=self._left_out)


class _Watch:
    """Takes the time of the phases of a query."""

    def __init__(self) -> None:
        self._phases: list[Phase] = []
        self._since = perf_counter()

    def lap(self, name: str) -> None:
        """End the phase of that name, and begin the next."""
        now = perf_counter()
        self._phases.append(Phase(name, now - self._since))
        self._since = now

    def explained(self, results: Results, prepared: Prepared, asked_of: str, *, triples: int, left_out: int) -> Results:
        """Give the results with their explanation."""
        predicates = None if prepared.predicates is None else tuple(sorted(prepared.predicates))
        said = (predicates, prepared.not_monotone, tuple(self._phases))
        return replace(results, explanation=Explanation(asked_of, triples, left_out, *said))


def _check_no_functions(prepared: Prepared) -> None:
    if prepared.functions:
        names = ", ".join(f"orgg:{iri.removeprefix(ORGG)}" for iri in prepared.functions)
        raise QueryError(f"{names}: only the history has facts with their periods (ask all of time, without a day)")


def _doubts(prepared: Prepared, *, possible: bool, left_out: int) -> tuple[str, ...]:
    words = ", ".join(prepared.not_monotone)
    if words and possible:
        doubt = "asked of everything possible at once, it may leave out what holds on some reading of the dates"
        return (f"the query uses {words}: {doubt}",)
    if words and left_out:
        unseen = f"{left_out} statements that are only possible on this day"
        return (f"the query uses {words} and does not see {unseen}: what it finds missing may be there",)
    return ()


class SnapshotStore:
    """A day to be asked: what is certain or presumed, with ``possible`` everything; see `daystore`.

    A query that touches few predicates is asked of a store of these alone, which takes a fraction of the time to fill.
    """

    def __init__(self, snapshot: Snapshot, *, possible: bool = False) -> None:
        self._snapshot, self._possible = snapshot, possible
        self._stores = day_stores(snapshot.timeline)

    def __len__(self) -> int:
        with self._stores.lease(self._snapshot, None, possible=self._possible) as store:
            return len(store.engine)

    def query(
        self,
        sparql: str,
        *,
        parameters: Mapping[str, Term] | None = None,
        prefixes: Mapping[str, str] = PREFIXES,
        limit: int | None = None,
    ) -> Results:
        """Ask the day; see `run`."""
        watch = _Watch()
        prepared = prepare(sparql, parameters=parameters, prefixes=prefixes)
        _check_no_functions(prepared)
        watch.lap("prepared")
        with self._stores.lease(self._snapshot, prepared.predicates, possible=self._possible) as store:
            watch.lap(f"store {store.reached}")
            doubtful = store.doubtful
            doubts = _doubts(prepared, possible=self._possible and doubtful > 0, left_out=doubtful)
            results = evaluate(store.engine, prepared, limit=limit, warnings=doubts)
            watch.lap("answered")
            left_out = 0 if self._possible else doubtful
            return watch.explained(results, prepared, self._asked_of, triples=store.size, left_out=left_out)

    @property
    def _asked_of(self) -> str:
        known = self._snapshot.recorded_by
        what = "what is certain or possible" if self._possible else "what is certain"
        strict = ", nothing presumed" if self._snapshot.strict else ""
        return f"{iso(self._snapshot.day)}: {what}{strict}" + (f", recorded by {recorded_text(known)}" if known else "")


class History(NamedTuple):
    """What all of time is asked of: every version of every fact, the names of the sources, and the role changes.

    ``records`` gives the role changes as N-Triples, in the form of `rdf.change_record_triples`, which only queries need
    that ask for them.
    """

    facts: Sequence[Fact]
    base: str
    sources: Sequence[str]
    records: Callable[[], bytes]


class HistoryStore:
    """The whole history to be asked: every version of every fact as a node, role changes and their sources.

    Believed facts have no ``orgg:superseded``. The label of an entity is the name that it bears last, of a tenure those
    of the person and of what is held.

    Why the store is filled with a few predicates at a time: a query touches about ten of some thirty, and filling takes
    longer than most answers. What it does not touch cannot change its answer.
    """

    def __init__(self, history: History) -> None:
        self._history = history
        self._store = QueryStore((), asked_of=_ALL_OF_TIME, functions=functions_of(history.facts, base=history.base))
        self._held: frozenset[str] | None = frozenset()
        self._lock = Lock()

    def lacks(self, sparql: str, *, parameters: Mapping[str, Term] | None = None) -> bool:
        """Tell whether the store has to be filled before it can answer a query; errors are as in `run`."""
        return self._missing(prepare(sparql, parameters=parameters).predicates)

    def fill(self, sparql: str, *, parameters: Mapping[str, Term] | None = None) -> None:
        """Add what a query can touch and the store does not hold; a query does so by itself."""
        with self._lock:
            predicates = prepare(sparql, parameters=parameters).predicates
            if self._missing(predicates):
                self._store.add(self._triples(predicates), self._records(predicates))
                self._held = None if predicates is None else predicates | (self._held or frozenset())

    def query(
        self, sparql: str, *, parameters: Mapping[str, Term] | None = None, limit: int | None = None
    ) -> Results:
        """Ask the history; see `run`."""
        self.fill(sparql, parameters=parameters)
        return self._store.query(sparql, parameters=parameters, limit=limit)

    def _missing(self, predicates: frozenset[str] | None) -> bool:
        return self._held is not None and (predicates is None or not predicates <= self._held)

    def _wanted(self, predicates: frozenset[str] | None) -> Callable[[str], bool]:
        """Give a test for the predicates that are to be added; a triple that is added twice is there once."""
        held = self._held or frozenset()
        return (lambda _: True) if predicates is None else (predicates - held).__contains__

    def _triples(self, predicates: frozenset[str] | None) -> Iterator[Triple]:
        wanted, base = self._wanted(predicates), self._history.base
        for fact in self._history.facts:
            yield from (triple for triple in fact_triples(fact, base=base) if wanted(triple[1]))
        for source in self._history.sources:
            label = (source_iri(source, base=base), RDFS_LABEL, Literal(source))
            yield from (triple for triple in [*source_triples(source, base=base), label] if wanted(triple[1]))
        if wanted(RDFS_LABEL):
            yield from ((iri, RDFS_LABEL, Literal(name)) for iri, name in history_labels(self._history.facts).items())

    def _records(self, predicates: frozenset[str] | None) -> bytes:
        wanted = self._wanted(predicates)
        return self._history.records() if any(map(wanted, RECORD_PREDICATES)) else b""


_ALL_OF_TIME = "all of time: every version of every fact"


def history_store(ledger: Ledger) -> HistoryStore:
    """Give a store of the whole history of a ledger."""
    return HistoryStore(history_of(ledger))


def history_of(ledger: Ledger) -> History:
    """Give all of time as a ledger holds it."""
    sources = sorted({entry.change.source for entry in ledger.entries if entry.change.source})
    return History(ledger.facts, ledger.base, sources, lambda: _records_of(ledger))


def _records_of(ledger: Ledger) -> bytes:
    written = (to_quad(t) for entry in ledger.entries for t in change_record_triples(entry, base=ledger.base))
    return pyoxigraph.serialize((quad.triple for quad in written), format=pyoxigraph.RdfFormat.N_TRIPLES) or b""


def _node(iri: str) -> pyoxigraph.NamedNode:
    try:
        return pyoxigraph.NamedNode(iri)
    except ValueError as error:
        raise QueryError(f"{iri!r} is no name of a graph: {error} (expected an absolute IRI)") from error


def _quad(triple: Triple, graph: pyoxigraph.NamedNode | None = None) -> pyoxigraph.Quad:
    subject, predicate, term = triple
    try:
        return pyoxigraph.Quad(to_oxigraph(subject), to_oxigraph(predicate), to_oxigraph(term), graph)  # type: ignore[arg-type]  # a triple's subject and predicate are IRIs
    except ChangeError as error:
        raise QueryError(f"a statement cannot be asked about: {error}") from error
