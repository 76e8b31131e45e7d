"""From the text of a query to its results: `prepare` checks and binds it, `evaluate` runs it on a store.

Why results are copied out of the engine before anything is returned: a query that runs must be one call that can be
moved into another process and ended there. `prepare` makes the text, `evaluate` is that call.
Why rows are sorted where the query does not order them: same input, same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Literal as Choice
from typing import NamedTuple, TypeVar

import pyoxigraph

from orggraph.errors import ChangeError, QueryError
from orggraph.functions import FUNCTIONS, Call
from orggraph.patterns import predicates_of
from orggraph.rdf import (
    Triple,
    from_oxigraph,
    to_oxigraph,
)
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
from orggraph.vocabulary import ORGG, PREFIXES, Term

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
def _prepared(sparql: str, parameters: tuple[tuple[str, Term], ...], known: tuple[tuple[str, str], ...]) -> Prepared:
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
            return select_results(columns, (tuple(row) for row in values), prepared, limit=limit, warnings=warnings)
        assert isinstance(found, pyoxigraph.QueryTriples)
        triples, cut = _cut((_triple(triple) for triple in found), limit)
        graph = sorted(set(triples), key=lambda triple: [_term_order(term) for term in triple])
        return Results(kind="graph", triples=tuple(graph), warnings=warnings + cut)
    except SyntaxError as error:
        raise _syntax_error(prepared.text, error) from error
    except (RuntimeError, OSError, ValueError) as error:
        raise error if isinstance(error, QueryError) else QueryError(str(error)) from error


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


def select_results(
    columns: tuple[str, ...],
    found: Iterable[tuple[Term | None, ...]],
    prepared: Prepared,
    *,
    limit: int | None,
    warnings: tuple[str, ...],
) -> Results:
    """Make the results of a SELECT, at most ``limit`` rows, sorted where the query does not order them."""
    rows, cut = _cut(found, limit)
    ordered = rows if prepared.ordered else sorted(rows, key=lambda row: [_term_order(term) for term in row])
    return Results(kind="select", columns=columns, rows=tuple(ordered), warnings=warnings + cut)
