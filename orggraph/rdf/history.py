"""The whole history as RDF: facts as nodes, the role changes they rest on, their sources and the loads.

Memberships also get ``org:memberDuring`` with OWL-Time intervals here, for tools that know W3C ORG and nothing of
orggraph; the end instant is the first day on which the membership no longer holds.

Why one named graph a load, where the format has named graphs: what one load stated can then be taken or left as a
whole. Facts, sources and the description of the loads stand in the default graph, so that a reader who sees only
that graph sees the organization.
"""

from __future__ import annotations

from collections.abc import Iterator

from orggraph.changes import RoleChange
from orggraph.facts import MEMBERSHIP, Fact
from orggraph.ledger import Ledger, Load
from orggraph.period import OPEN_EARLY, OPEN_LATE, Moment, iso
from orggraph.rdf.formats import Quad, parse, serialize
from orggraph.rdf.moments import moment_iri, moment_triples
from orggraph.rdf.records import (
    GENERATED_BY,
    change_triples,
    changes_from_triples,
    load_iri,
    load_triples,
    loads_from_triples,
    source_triples,
)
from orggraph.rdf.statements import change_iri, fact_iri, fact_triples, facts_from_triples
from orggraph.rdf.terms import Triple
from orggraph.vocabulary import BASE, ORG, RDF_TYPE, TIME, XSD, Literal


def export(ledger: Ledger, format: str) -> bytes:
    """Write everything but the salt as ``turtle``, ``trig``, ``nquads``, ``ntriples`` or ``jsonld``.

    Sorted: the same ledger gives the same bytes. Raises `UnsupportedError` for another format.
    """
    return serialize(_quads(ledger), format)


def facts_from_rdf(data: bytes, format: str) -> list[Fact]:
    """Read the facts of an export back, equal to those written, sorted by IRI."""
    return facts_from_triples(parse(data, format))


def changes_from_rdf(data: bytes, format: str) -> list[RoleChange]:
    """Read the role changes of an export back, equal to those written but for file and line."""
    return changes_from_triples(parse(data, format))


def loads_from_rdf(data: bytes, format: str) -> list[Load]:
    """Read the loads of an export back, in the order of recording."""
    return loads_from_triples(parse(data, format))


def _quads(ledger: Ledger) -> Iterator[Quad]:
    base = ledger.base
    for fact in ledger.facts:
        yield from _in_default([*fact_triples(fact, base=base), *time_triples(fact, base=base)])
    for source in {entry.change.source for entry in ledger.entries} - {""}:
        yield from _in_default(source_triples(source, base=base))
    for load in ledger.loads:
        yield from _in_default(load_triples(load, base=base))
    for entry in ledger.entries:
        graph = load_iri(entry.load, base=base)
        stated = change_triples(entry.change, base=base)
        stated.append((change_iri(entry.change.id, base=base), GENERATED_BY, graph))
        yield from ((subject, predicate, term, graph) for subject, predicate, term in stated)


def _in_default(triples: list[Triple]) -> Iterator[Quad]:
    return ((subject, predicate, term, "") for subject, predicate, term in triples)


def time_triples(fact: Fact, *, base: str = BASE) -> list[Triple]:
    """Write the period of a membership in OWL-Time; nothing for other facts.

    An exact day is a ``time:Instant`` with ``time:inXSDDate``; one known within bounds is the moment with its bounds.
    What has always held has no beginning, and what goes on has no end.
    """
    if fact.kind != MEMBERSHIP:
        return []
    interval = f"{base}interval:{fact.id}"
    triples: list[Triple] = [
        (fact_iri(fact, base=base), ORG + "memberDuring", interval),
        (interval, RDF_TYPE, TIME + "Interval"),
    ]
    for name, moment in (("hasBeginning", fact.start), ("hasEnd", fact.end)):
        if (moment.earliest, moment.latest) not in ((OPEN_EARLY, OPEN_EARLY), (OPEN_LATE, OPEN_LATE)):
            instant, described = _instant(moment, base)
            triples += [(interval, TIME + name, instant), *described]
    return triples


def _instant(moment: Moment, base: str) -> tuple[str, list[Triple]]:
    if not moment.exact:
        node = moment_iri(moment, base=base)
        return node, [(node, RDF_TYPE, TIME + "Instant"), *moment_triples(moment, base=base)]
    node = f"{base}instant:{iso(moment.earliest)}"
    day = Literal(iso(moment.earliest), XSD + "date")
    return node, [(node, RDF_TYPE, TIME + "Instant"), (node, TIME + "inXSDDate", day)]
