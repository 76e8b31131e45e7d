"""The triples of a store: what a revision adds to its graph, and the ledger read back from it.

Apart from `embedded`, so that answering from an index imports no RDF library.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import pyoxigraph

from orggraph.changes import RoleChange
from orggraph.ledger import Ledger, Load, Revision, recorded_text
from orggraph.rdf import (
    Triple,
    change_iri,
    change_record_triples,
    compact_triples,
    entries_from_triples,
    fact_iri,
    facts_of_store,
    from_oxigraph,
    load_triples,
    loads_from_triples,
    source_triples,
)
from orggraph.rdf.records import JSON, load_iri, record_of
from orggraph.vocabulary import ORGG, RDF_TYPE, XSD, Literal


def read_ledger(graph: pyoxigraph.Store, *, salt: str, base: str) -> Ledger:
    """Read everything that a graph holds."""
    triples = [_plain(quad) for quad in graph]
    loads = loads_from_triples(triples)
    taken_back = {load.id: load.removed for load in loads}
    entries = [e._replace(removed=taken_back.get(e.load)) for e in entries_from_triples(triples)]
    return Ledger(salt=salt, base=base, loads=loads, entries=entries, facts=facts_of_store(triples))


def read_loads(graph: pyoxigraph.Store) -> list[Load]:
    """Read what a graph holds of its loads, in the order of recording."""
    kind, load = pyoxigraph.NamedNode(RDF_TYPE), pyoxigraph.NamedNode(ORGG + "Load")
    nodes = [quad.subject for quad in graph.quads_for_pattern(None, kind, load)]
    return loads_from_triples(_plain(quad) for node in nodes for quad in graph.quads_for_pattern(node, None, None))


def read_changes(graph: pyoxigraph.Store, identities: Iterable[str], *, base: str) -> dict[str, RoleChange]:
    """Read some role changes by identity; those that are not there are left out."""
    found: dict[str, RoleChange] = {}
    for identity in identities:
        node = pyoxigraph.NamedNode(change_iri(identity, base=base))
        record = [_plain(quad) for quad in graph.quads_for_pattern(node, None, None)]
        found.update((identity, entry.change) for entry in entries_from_triples(record))
    return found


def read_changes_of_records(graph: pyoxigraph.Store, records: Collection[tuple[str, str]]) -> list[RoleChange]:
    """Read the role changes with some keys of their sources, given as pairs (source, key); takes a look at all."""
    wanted = {key for _, key in records}
    record = [
        _plain(quad)
        for quad in graph.quads_for_pattern(None, pyoxigraph.NamedNode(JSON), None)
        if record_of(str(quad.object.value)) in wanted  # type: ignore[union-attr]  # a literal, as it was written
    ]
    changes = (entry.change for entry in entries_from_triples(record))
    return [change for change in changes if (change.source, change.record) in records]


def additions(revision: Revision, base: str) -> Iterator[Triple]:
    """Give the triples that a revision adds to the graph."""
    recorded, sources = revision.load.recorded, {entry.change.id: entry.change.source for entry in revision.entries}
    yield from load_triples(revision.load, base=base)
    if revision.unloaded:
        yield load_iri(revision.unloaded, base=base), ORGG + "removed", _time(recorded)
    for source in sorted(set(sources.values()) - {""}):
        yield from source_triples(source, base=base)
    for entry in revision.entries:
        yield from change_record_triples(entry, base=base)
    for fact in revision.superseded:
        yield fact_iri(fact, base=base), ORGG + "superseded", _time(recorded)
    yield from compact_triples(revision.opened, sources, base=base)


def _time(recorded: int) -> Literal:
    return Literal(recorded_text(recorded), XSD + "dateTime")


def _plain(quad: pyoxigraph.Quad) -> Triple:
    return str(from_oxigraph(quad.subject)), str(from_oxigraph(quad.predicate)), from_oxigraph(quad.object)
