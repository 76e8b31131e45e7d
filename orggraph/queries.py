"""Questions in SPARQL: free ones and the library of named ones, on a snapshot or on the history.

A snapshot is asked as if time did not exist; the history has one node a fact. Both also have the name of every entity
as ``rdfs:label``, exactly one each: ``foaf:name`` and ``skos:prefLabel`` entail it, and a query that asks for it loses
nobody whose name of that day is not known.

Why results are copied out of the engine before anything is returned: a query that runs must be one call that can be
moved into another process and ended there. `prepare` makes the text, `evaluate` is that call.
Why the time of each phase is always taken: it costs less than a thousandth of the fastest query, and so explaining an
answer never changes how it is made.
Why rows are sorted where the query does not order them: same input, same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from time import perf_counter
from typing import Literal as Choice
from typing import NamedTuple, TypeVar

import pyoxigraph

from orggraph.algebra import predicates_of
from orggraph.daystore import day_stores
from orggraph.daystore.triples import RDFS_LABEL
from orggraph.errors import ChangeError, QueryError
from orggraph.facts import LABEL, MEMBERSHIP, NAME, PERSON_NAME, TYPE, Fact
from orggraph.functions import FUNCTIONS, Call, functions_of
from orggraph.ledger import Ledger, recorded_text
from orggraph.period import OPEN_EARLY, iso
from orggraph.rdf import (
    Triple,
    change_record_triples,
    fact_triples,
    from_oxigraph,
    source_triples,
    to_oxigraph,
)
from orggraph.rdf.records import source_iri
from orggraph.snapshot import Snapshot
from orggraph.sparql import (
    Called,
    bind,
    calls,
    check_safe,
    did_you_mean,
    error_at,
    is_ordered,
    not_monotone,
    tokens,
)
from orggraph.vocabulary import ORGG, PREFIXES, Literal, Term

_Item = TypeVar("_Item")


class Phase(NamedTuple):
    """A part of the work on an answer: its name, how many seconds it took in all, and how often it was done."""

    name: str
    seconds: float
    times: int = 1


class Explanation(NamedTuple):
    """How an answer came about.

    ``asked_of`` says in words what was asked, ``triples`` how many its store holds and ``left_out`` how many
    statements are only possible there; ``predicates`` and ``not_monotone`` are as in `Prepared`.
    """

    asked_of: str
    triples: int
    left_out: int
    predicates: tuple[str, ...] | None
    not_monotone: tuple[str, ...]
    phases: tuple[Phase, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """What a query gave: ``rows`` under ``columns`` (SELECT), ``answer`` (ASK) or ``triples`` (CONSTRUCT, DESCRIBE).

    ``kind`` says which. ``None`` in a row is a variable without value; ``_:label`` is a blank node. ``warnings`` are
    sentences for whoever reads the answer. Results are equal whatever their ``explanation``.
    """

    kind: Choice["select", "ask", "graph"]
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Term | None, ...], ...] = ()
    answer: bool = False
    triples: tuple[Triple, ...] = ()
    warnings: tuple[str, ...] = ()
    explanation: Explanation | None = field(default=None, compare=False, repr=False)


class Prepared(NamedTuple):
    """A query that has been checked and bound: the text to run, whether it orders its rows, what is not monotone.

    ``prefixes`` are those known beforehand, sorted; ``predicates`` those that the query can touch, ``None`` for any.
    ``functions`` are the IRIs of those of `functions` that it calls, which only the history has.
    """

    text: str
    ordered: bool
    not_monotone: tuple[str, ...]
    prefixes: tuple[tuple[str, str], ...]
    predicates: frozenset[str] | None
    functions: tuple[str, ...] = ()


def prepare(
    sparql: str, *, parameters: Mapping[str, Term] | None = None, prefixes: Mapping[str, str] = PREFIXES
) -> Prepared:
    """Check that a query parses and only reads, and bind its parameters; `QueryError` or `UnsafeQuery` if not.

    What was prepared lately is remembered.
    """
    known = _PREFIXES if prefixes is PREFIXES else tuple(sorted(prefixes.items()))
    return _prepared(sparql, tuple(parameters.items()) if parameters else (), known)


_PREFIXES = tuple(sorted(PREFIXES.items()))


@lru_cache(maxsize=256)
def _prepared(
    sparql: str, parameters: tuple[tuple[str, Term], ...], known: tuple[tuple[str, str], ...]
) -> Prepared:
    prefixes = dict(known)
    found = check_safe(sparql, prefixes=prefixes)
    functions = _check_calls(sparql, calls(found, prefixes=prefixes))
    _parse(sparql, prefixes)
    text = sparql
    if parameters:
        text = bind(sparql, found, parameters={name: _written(name, term) for name, term in parameters})
        try:
            _parse(text, prefixes)
        except QueryError as error:
            names = ", ".join(f"?{name}" for name, _ in sorted(parameters))
            raise QueryError(f"the query itself gives a value to {names}, so it cannot be set ({error})") from error
    touched = predicates_of(sparql, known)
    return Prepared(text, is_ordered(found), not_monotone(found), known, touched, functions)


def _check_calls(sparql: str, called: Sequence[Called]) -> tuple[str, ...]:
    """Check how many arguments our functions are given; give the IRIs of those that are called, sorted."""
    ours = [call for call in called if call.iri in FUNCTIONS]
    for call in ours:
        form = FUNCTIONS[call.iri]
        if call.arguments not in form.arities:
            said = f"orgg:{call.iri.removeprefix(ORGG)} is given {call.arguments} arguments (expected {form.takes})"
            raise error_at(sparql, call.start, said)
    return tuple(sorted({call.iri for call in ours}))


def _written(name: str, term: Term) -> str:
    try:
        return str(to_oxigraph(term))
    except ChangeError as error:
        raise QueryError(f"the parameter {name!r}: {error}") from error


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


def evaluate(
    store: pyoxigraph.Store,
    prepared: Prepared,
    *,
    limit: int | None = None,
    warnings: tuple[str, ...] = (),
    graphs: Sequence[pyoxigraph.NamedNode] = (),
    functions: Mapping[pyoxigraph.NamedNode, Call] | None = None,
) -> Results:
    """Run a prepared query on the default graph of a store and copy its results out; ``GRAPH`` sees ``graphs``."""
    try:
        found = _ask(store, prepared.text, dict(prepared.prefixes), graphs, functions)
        if isinstance(found, pyoxigraph.QueryBoolean):
            return Results(kind="ask", answer=bool(found), warnings=warnings)
        if isinstance(found, pyoxigraph.QuerySolutions):
            columns = tuple(variable.value for variable in found.variables)
            values = ((None if term is None else from_oxigraph(term) for term in solution) for solution in found)
            rows, cut = _cut((tuple(row) for row in values), limit)
            ordered = rows if prepared.ordered else sorted(rows, key=lambda row: [_term_order(term) for term in row])
            return Results(kind="select", columns=columns, rows=tuple(ordered), warnings=warnings + cut)
        assert isinstance(found, pyoxigraph.QueryTriples)
        triples, cut = _cut((_triple(triple) for triple in found), limit)
        graph = sorted(set(triples), key=lambda triple: [_term_order(term) for term in triple])
        return Results(kind="graph", triples=tuple(graph), warnings=warnings + cut)
    except SyntaxError as error:
        raise _syntax_error(prepared.text, error) from error
    except (RuntimeError, OSError, ValueError) as error:
        raise error if isinstance(error, QueryError) else QueryError(str(error)) from error


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


def history_store(ledger: Ledger) -> QueryStore:
    """Give a store of the whole history: every version of every fact as a node, role changes and their sources.

    Believed facts have no ``orgg:superseded``. The label of an entity is the name that it bears last, of a
    tenure those of the person and of what is held.
    """
    triples: list[Triple] = [t for fact in ledger.facts for t in fact_triples(fact, base=ledger.base)]
    for entry in ledger.entries:
        triples += change_record_triples(entry, base=ledger.base)
    for source in sorted({entry.change.source for entry in ledger.entries if entry.change.source}):
        triples += source_triples(source, base=ledger.base)
        triples.append((source_iri(source, base=ledger.base), RDFS_LABEL, Literal(source)))
    names = _last_names(ledger.facts)
    for fact in ledger.facts:
        if fact.kind == MEMBERSHIP:
            held = fact.post or fact.role or str(fact.object)
            names[fact.tenure] = f"{names.get(fact.subject, fact.subject)}, {names.get(held, held)}"
    triples += [(iri, RDFS_LABEL, Literal(name)) for iri, name in names.items()]
    functions = functions_of(ledger.facts, base=ledger.base)
    return QueryStore(triples, asked_of="all of time: every version of every fact", functions=functions)


def _last_names(facts: Iterable[Fact]) -> dict[str, str]:
    """Give the last name of each entity: believed before superseded, then by the latest end and start; else its IRI."""
    last: dict[str, tuple[tuple[bool, int, int, str], str]] = {}
    for fact in facts:
        if fact.kind == TYPE:
            last.setdefault(fact.subject, ((False, OPEN_EARLY, OPEN_EARLY, ""), fact.subject))
        if fact.kind == NAME and fact.predicate in (PERSON_NAME, LABEL) and isinstance(fact.object, Literal):
            name = fact.object.value
            rank = (fact.superseded is None, fact.end.latest, fact.start.latest, name)
            if fact.subject not in last or last[fact.subject][0] < rank:
                last[fact.subject] = (rank, name)
    return {iri: name for iri, (_, name) in last.items()}


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


def _triple(triple: pyoxigraph.Triple) -> Triple:
    subject, predicate, term = (from_oxigraph(part) for part in (triple.subject, triple.predicate, triple.object))
    return str(subject), str(predicate), term


def _ask(
    store: pyoxigraph.Store,
    sparql: str,
    prefixes: dict[str, str],
    graphs: Sequence[pyoxigraph.NamedNode] = (),
    functions: Mapping[pyoxigraph.NamedNode, Call] | None = None,
) -> object:
    return store.query(
        sparql, prefixes=prefixes, default_graph=pyoxigraph.DefaultGraph(), named_graphs=list(graphs),
        custom_functions=dict(functions or {}),
    )  # fmt: skip


def _cut(items: Iterable[_Item], limit: int | None) -> tuple[list[_Item], tuple[str, ...]]:
    """Take at most ``limit`` items, and say so where there were more."""
    if limit is None:
        return list(items), ()
    taken = list(islice(items, limit + 1))
    if len(taken) <= limit:
        return taken, ()
    return taken[:limit], (f"only the first {limit} results are given; there are more",)


def _term_order(term: Term | None) -> tuple[str, ...]:
    """Sort what is missing first, then IRIs, then literals."""
    if term is None:
        return ("0",)
    return ("1", term) if isinstance(term, str) else ("2", *term)


def _parse(sparql: str, prefixes: dict[str, str]) -> None:
    """Parse a query by asking it of nothing; the engine has no other way."""
    try:
        _ask(pyoxigraph.Store(), sparql, prefixes, functions=_KNOWN)
    except SyntaxError as error:
        raise _syntax_error(sparql, error) from error
    except (RuntimeError, ValueError) as error:
        raise _unknown_function(error) or QueryError(str(error)) from error


_KNOWN: dict[pyoxigraph.NamedNode, Call] = {pyoxigraph.NamedNode(iri): lambda *_: None for iri in FUNCTIONS}
"""The functions for a query that is only parsed."""
_UNSUPPORTED = re.compile(r"The custom function <(.*)> is not supported")


def _unknown_function(error: Exception) -> QueryError | None:
    """Say which function is not known, and which may have been meant."""
    match = _UNSUPPORTED.fullmatch(str(error))
    if match is None:
        return None
    known = ", ".join(iri.removeprefix(ORGG) for iri in FUNCTIONS if "interval" not in iri)
    hint = did_you_mean(match.group(1), FUNCTIONS) or f" (orgg: has {known} and interval… for Allen's relations)"
    return QueryError(f"the function <{match.group(1)}> is not known{hint}")


_SYNTAX = re.compile(r"error at (\d+):(\d+): expected (.*)", re.DOTALL)
_QUOTED = re.compile(r"\"[^\"\\]+\"")
_SENTENCES = {
    "The SELECT contains a variable that is unbound": "a selected variable is neither grouped nor found in the query",
    "Duplicated variable name in SELECT": "a variable is selected twice",
    "IRI parsing failed": "this is no absolute IRI",
    "Prefix not found": "this prefix is not declared",
}


def _syntax_error(sparql: str, error: SyntaxError) -> QueryError:
    """Say where the parser stopped; that is the farthest place it tried, so what is wrong may stand before it."""
    match = _SYNTAX.match(str(error))
    if match is None:
        return QueryError(str(error))
    line, column = int(match.group(1)), int(match.group(2))
    lines = sparql.split("\n")
    offset = sum(len(text) + 1 for text in lines[: line - 1]) + column - 1
    for phrase, sentence in _SENTENCES.items():
        if phrase in match.group(3):
            return error_at(sparql, offset, sentence)
    found = tokens(sparql)
    at = sum(token.start < offset for token in found)
    near = " ".join(token.text for token in found[max(0, at - 2) : at + 1])
    marks = sorted(set(_QUOTED.findall(match.group(3))))
    hint = f" (expected {' or '.join(marks)})" if 0 < len(marks) <= 3 else ""
    return error_at(sparql, offset, f"this cannot be read as SPARQL near {near[:60]!r}{hint}")
