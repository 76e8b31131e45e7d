"""CONSTRUCT and DESCRIBE as SELECT: the rows come from the engine, the graph is made of them here.

Why: a graph has no count of rows that could be checked, and Virtuoso cuts one at its limit without a word in the
answer or its headers. Rows are known to be whole. Describing is left open by SPARQL 1.1 (section 16.4), and engines
differ; here it is what it is embedded: every triple that has the resource as its subject.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from orggraph.errors import UnsupportedError
from orggraph.rdf import Triple, from_oxigraph, to_oxigraph
from orggraph.sparql import Token, variables
from orggraph.store.remote import Row, batches
from orggraph.vocabulary import Literal, Term

TOGETHER = 100
"""So many resources are described at once."""

Select = Callable[[str], tuple[tuple[str, ...], list[Row]]]
"""Asks a SELECT and gives its columns and all its rows."""


class _Parts(NamedTuple):
    """A query in three parts: what is declared before, what is between the form and the pattern, and the rest."""

    prologue: str
    head: str
    rest: str


def construct(text: str, found: Sequence[Token], select: Select) -> list[Triple]:
    """Answer a CONSTRUCT whose tokens are ``found``; raise `UnsupportedError` for blank nodes that the engine made."""
    import pyoxigraph  # heavy: only for a graph

    parts, names = _template(text, found)
    if not names:
        names = ["any"]
    columns, rows = select(f"{parts.prologue} SELECT {' '.join(f'?{name}' for name in names)} {parts.rest}")
    store, triples = pyoxigraph.Store(), []
    for some in batches(rows, TOGETHER):
        values = "\n".join(f"({' '.join(map(_value, row))})" for row in some)
        bound = f"VALUES ({' '.join(f'?{name}' for name in columns)}) {{ {values} }}"
        made = store.query(f"{parts.prologue} CONSTRUCT {parts.head} WHERE {{ {bound} }}")
        assert isinstance(made, pyoxigraph.QueryTriples)
        triples += [(str(from_oxigraph(t.subject)), t.predicate.value, from_oxigraph(t.object)) for t in made]
    return triples


def describe(text: str, found: Sequence[Token], select: Select) -> list[Triple]:
    """Answer a DESCRIBE whose tokens are ``found``."""
    at = next(number for number, token in enumerate(found) if token.word == "DESCRIBE")
    end = next((n for n in range(at + 1, len(found)) if found[n].word == "WHERE" or found[n].text == "{"), len(found))
    prologue, listed = text[: found[at].start], found[at + 1 : end]
    rest = text[found[end].start :] if end < len(found) else "{ }"
    named = [token for token in listed if token.kind in ("iri", "name")]
    asked = [token.text for token in listed if token.kind == "variable"] or variables(found[end:]) * any(
        token.text == "*" for token in listed
    )
    resources: list[Term | None] = []
    if asked:
        _, rows = select(f"{prologue} SELECT {' '.join('?' + name.lstrip('?$') for name in asked)} {rest}")
        resources += [term for row in rows for term in row]
    if named:
        given = " ".join(token.text for token in named)
        _, rows = select(f"{prologue} SELECT ?described {{ VALUES ?described {{ {given} }} }}")
        resources += [row[0] for row in rows]
    triples: list[Triple] = []
    for some in batches(sorted({term for term in resources if isinstance(term, str)}), TOGETHER):
        nodes = " ".join(map(_value, some))
        _, rows = select(f"SELECT ?s ?p ?o {{ VALUES ?s {{ {nodes} }} ?s ?p ?o }}")
        triples += [(str(s), str(p), o) for s, p, o in rows if o is not None]
    return triples


def _template(text: str, found: Sequence[Token]) -> tuple[_Parts, list[str]]:
    """Part a CONSTRUCT into what is declared, its template, and the rest; and name the variables of the template."""
    at = next(number for number, token in enumerate(found) if token.word == "CONSTRUCT")
    short = found[at + 1].word == "WHERE"
    first = at + 2 if short else at + 1
    last = _closing(found, first)
    template = text[found[first].start : found[last].start + 1]
    rest = text[found[at + 1].start :] if short else text[found[last].start + 1 :]
    inside: Iterable[Token] = found[first : last + 1]
    return _Parts(text[: found[at].start], template, rest), variables(inside)


def _closing(found: Sequence[Token], first: int) -> int:
    depth = 0
    for number in range(first, len(found)):
        depth += (found[number].text == "{") - (found[number].text == "}")
        if depth == 0:
            return number
    raise AssertionError("the brackets of a query that parses are closed")


def _value(term: Term | None) -> str:
    if term is None:
        return "UNDEF"
    if not isinstance(term, Literal) and term.startswith("_:"):
        raise UnsupportedError(f"the blank node {term} cannot be put into a graph on a remote engine (use an IRI)")
    return str(to_oxigraph(term))
