"""Writing a plan on an engine: in one update where that is whole or nothing, else in batches that can be sent again.

Why the marker is written first and last: where an engine applies each update for itself, a publication that ends early
leaves some of its triples behind. The marker then names the revision that was begun. The next publication sends all of
that revision again (adding what is there and removing what is not changes nothing), and goes on from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby, pairwise
from typing import NamedTuple

from orggraph.errors import QueryError, StoreError
from orggraph.ledger import Ledger
from orggraph.publication.layout import MARKER, MARKER_GRAPH, Layout, Marker, Revision
from orggraph.publication.plan import Plan, Quad, last_revision, plan
from orggraph.rdf import to_oxigraph
from orggraph.store.remote import UPDATE_TIMEOUT, Engine
from orggraph.vocabulary import Literal, Term

TOGETHER = 100_000
"""Up to this many triples, a revision goes to an atomic engine as one update."""
BATCH, SMALL_BATCH = 10_000, 150
"""Triples in one update, and in one for Virtuoso, which makes one statement of SQL of them."""

DROPPED = 100
"""So many graphs are dropped in one update."""

Told = Callable[[int, int], None]
"""Is told how many triples have been written, of how many."""


class Report(NamedTuple):
    """What a publication is to do, plan by plan, and whether readers see each as a whole or not at all."""

    plans: tuple[Plan, ...]
    atomic: bool

    @property
    def added(self) -> int:
        """Count the triples added, each once for every graph it is in."""
        return sum(made.added for made in self.plans)

    @property
    def removed(self) -> int:
        """Count the triples removed."""
        return sum(made.removed for made in self.plans)


def read_marker(engine: Engine) -> Marker | None:
    """Read what an engine says of its publication, ``None`` where it holds none."""
    query = f"SELECT ?text {{ GRAPH <{MARKER_GRAPH}> {{ <{MARKER_GRAPH}> <{MARKER}> ?text }} }}"
    rows = engine.select(query, named=[MARKER_GRAPH]).rows
    if len(rows) > 1:
        raise StoreError(f"{engine.url}: {len(rows)} markers are in <{MARKER_GRAPH}> (expected one; publish --replace)")
    return Marker.read(str(rows[0][0][0])) if rows and rows[0][0] else None


def prepare(ledger: Ledger, engine: Engine, *, replace: bool = False) -> Report:
    """Work out what publishing a ledger on an engine has to write; nothing is written.

    Raises `StoreError` where the engine holds another organization, unless ``replace`` is set: then everything is new.
    """
    marker = read_marker(engine)
    if marker is None or replace:
        return Report((plan(ledger),), _is_whole(engine))
    known = {load.id for load in ledger.loads}
    strange = [revision for revision in (marker.published, marker.writing) if revision and revision.load not in known]
    if strange or marker.base != ledger.base:
        raise StoreError(
            f"{engine.url}: the engine holds another organization, or more than this store knows "
            "(expected the store that was published there; publish --replace removes what is there first)"
        )
    steps = [marker.published]
    if marker.writing:
        steps.append(marker.writing)  # what was begun is sent again before what is new
    if last_revision(ledger) != steps[-1]:
        steps.append(last_revision(ledger))
    made = [plan(ledger, since=since, until=until) for since, until in pairwise(steps) if until]
    return Report(tuple(made), all(_is_whole(engine, step) for step in made))


def _is_whole(engine: Engine, made: Plan | None = None) -> bool:
    return engine.is_atomic and (made is None or made.added + made.removed <= TOGETHER)


def publish(
    ledger: Ledger, engine: Engine, report: Report, *, replace: bool = False, told: Told | None = None
) -> None:
    """Write what `prepare` worked out; with ``replace`` what the engine holds is removed first.

    Raises `StoreError` or `QueryError` where the engine is not reached or refuses; publishing again then goes on.
    """
    if replace:
        clear(engine)
    total, done = report.added + report.removed, 0
    for made in report.plans:
        after = Marker(ledger.base, made.after)
        if _is_whole(engine, made):
            parts = [_data("DELETE", made.removals()), _data("INSERT", made.additions()), _marking(after)]
            engine.update(" ;\n".join(part for part in parts if part))
        else:
            engine.update(_marking(Marker(ledger.base, made.before, made.after)))
            for verb, quads in (("DELETE", made.removals()), ("INSERT", made.additions())):
                for sent in _sent(engine, verb, quads):
                    done += sent
                    if told:
                        told(done, total)
            engine.update(_marking(after))


def clear(engine: Engine) -> None:
    """Remove every graph of the publication that an engine holds; graphs of others stay."""
    marker = read_marker(engine)
    if marker is None:
        return
    engine.update(_marking(Marker(marker.base, None)))
    tests = " || ".join(f"STRSTARTS(STR(?graph), {_term(Literal(start))})" for start in Layout(marker.base).prefixes)
    owned = f"GRAPH ?graph {{ ?s ?p ?o }} FILTER ({tests})"  # without a filter Virtuoso hangs on many graphs
    query = f"SELECT DISTINCT ?graph {{ {owned} }} ORDER BY STR(?graph) LIMIT {DROPPED}"
    while graphs := [str(row[0]) for row in engine.select(query, timeout=UPDATE_TIMEOUT).rows]:
        engine.update(" ;\n".join(f"DROP SILENT GRAPH {_term(graph)}" for graph in graphs))
    engine.update(f"DROP SILENT GRAPH <{MARKER_GRAPH}>")


def _sent(engine: Engine, verb: str, quads: Iterable[Quad]) -> Iterator[int]:
    """Send quads in batches, smaller ones from where the engine refuses one as too large; give the size of each."""
    size = SMALL_BATCH if engine.is_virtuoso else BATCH
    waiting: list[Quad] = []
    for quad in quads:
        waiting.append(quad)
        if len(waiting) >= size:
            size = _send(engine, verb, waiting, size)
            yield len(waiting)
            waiting = []
    if waiting:
        _send(engine, verb, waiting, size)
        yield len(waiting)


def _send(engine: Engine, verb: str, quads: list[Quad], size: int) -> int:
    """Send quads in updates of at most ``size``; give the size that the engine took in the end."""
    at = 0
    while at < len(quads):
        try:
            engine.update(_data(verb, quads[at : at + size]))
            at += size
        except QueryError as error:
            if size == 1 or not _too_large(error):
                raise
            size //= 2
    return size


def _too_large(error: QueryError) -> bool:
    return any(words in str(error) for words in ("exceeded", "too large", "too long", "status 413"))


def _data(verb: str, quads: Iterable[Quad]) -> str:
    blocks = [
        f"GRAPH {_term(graph)} {{\n" + "".join(_line(*quad[:3]) for quad in within) + "}"
        for graph, within in groupby(sorted(quads, key=lambda quad: quad[3]), key=lambda quad: quad[3])
    ]
    return f"{verb} DATA {{ " + "\n".join(blocks) + " }" if blocks else ""


@lru_cache(maxsize=4_096)
def _line(subject: str, predicate: str, term: Term) -> str:
    """Write a triple; remembered, since it is written for each of its graphs in a row."""
    return f"{_term(subject)} {_term(predicate)} {_term(term)} .\n"


@lru_cache(maxsize=65_536)
def _term(term: Term) -> str:
    return str(to_oxigraph(term))


def _marking(marker: Marker) -> str:
    """Give the update that writes the marker in place of the one that is there."""
    text = _term(Literal(marker.text()))
    return (
        f"DELETE WHERE {{ GRAPH <{MARKER_GRAPH}> {{ <{MARKER_GRAPH}> <{MARKER}> ?text }} }} ;\n"
        f"INSERT DATA {{ GRAPH <{MARKER_GRAPH}> {{ <{MARKER_GRAPH}> <{MARKER}> {text} }} }}"
    )


__all__ = ["Report", "Revision", "clear", "prepare", "publish", "read_marker"]
