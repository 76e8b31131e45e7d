"""The dataset of a request: the graphs of this service have names, and one of them can be asked for by it.

    <base>graph:history          all of time
    <base>graph:2025-10-03       that day, as ``as-of`` gives it

``default-graph-uri`` and ``FROM`` name the graph that is asked; the parameter counts before the query (SPARQL 1.1
Protocol, section 2.1.4). Anything else is refused with 400, by name, and nothing is ever fetched.

Why one graph only: two days put together are the organization of neither. Why no named graphs: a day can be asked by
its address, and ``GRAPH`` over every day there is would be the history without its periods.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from starlette.exceptions import HTTPException

from orggraph import period
from orggraph.errors import MomentError
from orggraph.sparql import Token, tokens

DEFAULT, NAMED = "default-graph-uri", "named-graph-uri"
HISTORY = "history"


class Graph(NamedTuple):
    """A graph of this service: a day (``YYYY-MM-DD``), or all of time (empty)."""

    day: str

    def iri(self, base: str) -> str:
        """Give its name.

        >>> Graph("2025-10-03").iri("urn:orggraph:"), Graph("").iri("urn:orggraph:")
        ('urn:orggraph:graph:2025-10-03', 'urn:orggraph:graph:history')
        """
        return f"{base}graph:{self.day or HISTORY}"


def read_graph(iri: str, base: str) -> Graph:
    """Read the name of a graph; raise 400 for one that is not of this service."""
    name = iri.removeprefix(f"{base}graph:")
    if name == HISTORY and iri != name:
        return Graph("")
    try:
        if iri == name:
            raise MomentError("another base")
        period.day(name)
    except MomentError as error:
        known = f"{Graph('').iri(base)} for all of time, {base}graph:YYYY-MM-DD for a day"
        raise HTTPException(400, f"<{iri}> is no graph of this service ({known}; nothing is fetched)") from error
    return Graph(name)


def graph_of(named: Sequence[str], base: str) -> Graph | None:
    """Give the graph that a request names, ``None`` where it names none; raise 400 for more than one."""
    graphs = list(dict.fromkeys(read_graph(iri, base) for iri in named))
    if len(graphs) > 1:
        said = " and ".join(f"<{graph.iri(base)}>" for graph in graphs)
        raise HTTPException(400, f"{said} cannot be asked together (expected one graph: days are not put together)")
    return graphs[0] if graphs else None


def without_from(sparql: str, *, named: bool) -> tuple[str, list[str]]:
    """Take the clauses ``FROM <…>`` out of a query, and give their IRIs; with ``named`` those of ``FROM NAMED`` go too.

    Everything else stays where it was, so that an error still says the right line and column.

    >>> without_from("SELECT * FROM <urn:g> { ?s ?p ?o }", named=False)
    ('SELECT *              { ?s ?p ?o }', ['urn:g'])
    """
    found, iris, end = tokens(sparql), list[str](), 0
    kept: list[str] = []
    for first, second, third in zip(found, found[1:], [*found[2:], found[-1]], strict=False):
        last = _clause(first, second, third, named=named)
        if last is None:
            continue
        stop = last.start + len(last.text)
        kept += [sparql[end : first.start], "".join(c if c.isspace() else " " for c in sparql[first.start : stop])]
        end = stop
        iris += [last.text[1:-1]] if last is second else []
    return "".join(kept) + sparql[end:], iris


def _clause(first: Token, second: Token, third: Token, *, named: bool) -> Token | None:
    """Give the IRI at the end of the clause that a token begins, if it begins one."""
    if first.word != "FROM":
        return None
    if second.kind == "iri":
        return second
    return third if named and second.word == "NAMED" and third.kind == "iri" else None


__all__ = ["DEFAULT", "NAMED", "Graph", "graph_of", "read_graph", "without_from"]
