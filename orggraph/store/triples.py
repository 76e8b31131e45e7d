"""The triples of a store: what a revision adds to its graph, and the ledger read back from it.

Apart from `embedded`, so that answering from an index imports no RDF library.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import pyoxigraph

from orggraph.changes import RoleChange
from orggraph.ledger import Entry, Ledger, Load, Revision, recorded_text
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
    to_quad,
)
from orggraph.rdf.nodes import text_of
from orggraph.rdf.records import JSON, RECORD_PREDICATES, load_iri, record_of
from orggraph.vocabulary import DCTERMS, ORGG, RDF_TYPE, XSD, Literal


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


def read_entries(graph: pyoxigraph.Store, identities: Iterable[str], *, base: str) -> dict[str, Entry]:
    """Read some recorded role changes by identity; those that are not there are left out."""
    found: dict[str, Entry] = {}
    for identity in identities:
        node = pyoxigraph.NamedNode(change_iri(identity, base=base))
        record = [_plain(quad) for quad in graph.quads_for_pattern(node, None, None)]
        found.update((identity, entry) for entry in entries_from_triples(record))
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


def read_sources(graph: pyoxigraph.Store) -> list[str]:
    """Read the names of all sources, sorted."""
    named = graph.quads_for_pattern(None, pyoxigraph.NamedNode(DCTERMS + "source"), None)
    return sorted({text_of(from_oxigraph(quad.object)) for quad in named})


def read_records(graph: pyoxigraph.Store) -> bytes:
    """Read all role changes as N-Triples, as they were recorded, and with when the load of each was taken back.

    Much faster than reading them as role changes, since nothing is taken apart, but for those that were taken back.
    """
    removed = {load.id: load.removed for load in read_loads(graph) if load.removed is not None}
    predicates = map(pyoxigraph.NamedNode, RECORD_PREDICATES)
    quads = (quad for predicate in predicates for quad in graph.quads_for_pattern(None, predicate, None))
    told = (_taken_back(quad.triple, removed) for quad in quads) if removed else (quad.triple for quad in quads)
    return pyoxigraph.serialize(told, format=pyoxigraph.RdfFormat.N_TRIPLES) or b""


def _taken_back(triple: pyoxigraph.Triple, removed: Mapping[str, int]) -> pyoxigraph.Triple:
    """Give the record of a role change with when it was taken back; anything else as it is."""
    plain = _plain(pyoxigraph.Quad(triple.subject, triple.predicate, triple.object))
    entries = entries_from_triples([plain])
    if not entries or entries[0].load not in removed:
        return triple
    base = plain[0].rpartition("change:")[0]
    record, *_ = change_record_triples(entries[0]._replace(removed=removed[entries[0].load]), base=base)
    return to_quad(record).triple


def additions(revision: Revision, base: str) -> Iterator[Triple]:
    """Give the triples that a revision adds to the graph."""
    recorded, sources = revision.load.recorded, dict[str, str]()
    yield from load_triples(revision.load, base=base)
    if revision.unloaded:
        yield load_iri(revision.unloaded, base=base), ORGG + "removed", _time(recorded)
    for entry in revision.entries:  # once, since they may be made while they are given
        sources[entry.change.id] = entry.change.source
        yield from change_record_triples(entry, base=base)
    for source in sorted(set(sources.values()) - {""}):
        yield from source_triples(source, base=base)
    for fact in revision.superseded:
        yield fact_iri(fact, base=base), ORGG + "superseded", _time(recorded)
    yield from compact_triples(revision.opened, sources, base=base)


def _time(recorded: int) -> Literal:
    return Literal(recorded_text(recorded), XSD + "dateTime")


def _plain(quad: pyoxigraph.Quad) -> Triple:
    return str(from_oxigraph(quad.subject)), str(from_oxigraph(quad.predicate)), from_oxigraph(quad.object)
