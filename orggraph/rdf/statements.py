"""Facts as RDF and back: one node a fact, in the words of W3C ORG where it has them.

A membership with post, role and exact dates takes 11 triples, one more where one source gave its dates; see `compact`
for the form in which stores keep it.

Why ``orgg:lexical``: stores and parsers rewrite typed literals (``007`` becomes ``7``); a text they leave alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote

from orggraph.errors import StoreError
from orggraph.facts import FLAGS, LINE, MEMBER_OF, MEMBERSHIP, REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO, Fact
from orggraph.ledger import recorded_text, recorded_time
from orggraph.period import OPEN_EARLY, Moment
from orggraph.rdf.moments import day_of, day_term, flat_days, flat_moment, moment_iri, moment_triples, read_moment
from orggraph.rdf.nodes import Node, nodes_of, one, text_of
from orggraph.rdf.terms import LANG_STRING, Triple
from orggraph.vocabulary import BASE, ORG, ORGG, PROV, RDF, RDF_TYPE, XSD, Literal, Term

TENURE = ORGG + "tenure"
DERIVED_FROM = PROV + "wasDerivedFrom"
BOUNDS_FROM = ORGG + "boundsFrom"
_LINES = {REPORTS_DIRECTLY_TO: "direct", REPORTS_DOTTED_TO: "dotted"}
_KEPT_BY_STORES = {
    XSD + "string": re.compile(r".*", re.DOTALL),
    LANG_STRING: re.compile(r".*", re.DOTALL),
    XSD + "boolean": re.compile("true|false"),
    XSD + "date": re.compile(r"\d{4}-\d\d-\d\d", re.ASCII),
}


def fact_iri(fact: Fact, *, base: str = BASE) -> str:
    """Give the IRI of the node of one version of a fact."""
    return f"{base}fact:{fact.id}"


def change_iri(identity: str, *, base: str = BASE) -> str:
    """Give the IRI of the role change with this identity.

    >>> change_iri("7225c9cf191cf47b21ce")
    'urn:orggraph:change:7225c9cf191cf47b21ce'
    """
    return f"{base}change:{quote(identity, safe='')}"


def fact_triples(fact: Fact, *, base: str = BASE) -> list[Triple]:
    """Write a fact without loss, with the nodes of its moments where they need one; no blank nodes.

    >>> from orggraph.period import ONGOING
    >>> tenure = Fact(kind=MEMBERSHIP, tenure="urn:t", subject="urn:ada", predicate=MEMBER_OF, object="urn:acme",
    ...               start=Moment.parse("2020-01-01"), end=ONGOING, confirmed=737425, changes=("c1",))
    >>> for _, predicate, term in fact_triples(tenure):
    ...     print(predicate.split("/")[-1], term if isinstance(term, str) else term.value)
    22-rdf-syntax-ns#type http://www.w3.org/ns/org#Membership
    org#member urn:ada
    org#organization urn:acme
    orggraph#tenure urn:t
    orggraph#start 2020-01-01
    orggraph#confirmed 2020-01-01
    orggraph#recorded 1970-01-01T00:00:00.000000Z
    prov#wasDerivedFrom urn:orggraph:change:c1
    """
    said = [*_content(fact), (TENURE, fact.tenure)]
    if fact.post:
        said.append((ORGG + "post", fact.post))
    if fact.role:
        said.append((ORG + "role", fact.role))
    said += end_triples(fact, base)
    if fact.confirmed != OPEN_EARLY:
        said.append((ORGG + "confirmed", day_term(fact.confirmed)))
    said.append((ORGG + "recorded", _time_term(fact.recorded)))
    if fact.superseded is not None:
        said.append((ORGG + "superseded", _time_term(fact.superseded)))
    said += [(ORGG + "flag", Literal(flag)) for flag in fact.flags]
    said += [(DERIVED_FROM, change_iri(identity, base=base)) for identity in fact.changes]
    said += [(ORGG + "premise", premise) for premise in fact.premises]
    node = fact_iri(fact, base=base)
    triples = [(node, predicate, term) for predicate, term in said]
    return triples + moments_of(fact, base=base)


def moments_of(fact: Fact, *, base: str = BASE) -> list[Triple]:
    """Write the nodes of the ends of a fact, where they need one."""
    return list(_ends(fact.start, fact.end, base).nodes)


def facts_from_triples(triples: Iterable[Triple]) -> list[Fact]:
    """Read every node that has an ``orgg:tenure``, sorted by its IRI; raise `StoreError` for one that is incomplete.

    Triples in any order, repeated ones and ones about other things are fine.
    """
    return facts_of_nodes(nodes_of(triples))


def facts_of_nodes(nodes: Mapping[str, Node]) -> list[Fact]:
    """Read the facts of the full form among the nodes of a graph; see `facts_from_triples`."""
    return [read_fact(iri, nodes[iri], nodes) for iri in sorted(iri for iri, node in nodes.items() if TENURE in node)]


def _content(fact: Fact) -> list[tuple[str, Term]]:
    """Write what the fact says, in the words of its kind."""
    if (fact.kind, fact.predicate) == (MEMBERSHIP, MEMBER_OF):
        return [
            (RDF_TYPE, ORG + "Membership"),
            (ORG + "member", fact.subject),
            (ORG + "organization", fact.object),
        ]
    if fact.kind == LINE and fact.predicate in _LINES:
        return [
            (RDF_TYPE, ORGG + "ReportingLine"),
            (ORGG + "reporter", fact.subject),
            (ORGG + "manager", fact.object),
            (ORGG + "line", Literal(_LINES[fact.predicate])),
        ]
    said: list[tuple[str, Term]] = [
        (RDF_TYPE, ORGG + "Fact"),
        (ORGG + "kind", Literal(fact.kind)),
        (RDF + "subject", fact.subject),
        (RDF + "predicate", fact.predicate),
        (RDF + "object", fact.object),
    ]
    if isinstance(fact.object, Literal):
        kept = _KEPT_BY_STORES.get(fact.object.datatype)
        if not kept or not kept.fullmatch(fact.object.value):
            said.append((ORGG + "lexical", Literal(fact.object.value)))
    return said


class _Ends(NamedTuple):
    """What is written of two moments as the ends of a fact: on its node, and as nodes of their own."""

    said: tuple[tuple[str, Term], ...]
    nodes: tuple[Triple, ...]


@lru_cache(maxsize=65536)
def _ends(start: Moment, end: Moment, base: str) -> _Ends:
    """Write two ends; remembered, since most facts share theirs with others."""
    said: list[tuple[str, Term]] = []
    source = _common_source(start, end)
    for name, moment in (("start", start), ("end", end)):
        flat = flat_days(moment)
        said += [(f"{ORGG}{name}{bound}", day_term(day)) for bound, day in flat.items()]
        if flat_moment(flat, is_end=name == "end", source=source) != moment:
            said.append((f"{ORGG}{name}Moment", moment_iri(moment, base=base)))
    if source:
        said.append((BOUNDS_FROM, Literal(source)))
    needed = _needing_nodes(start, end, source)
    return _Ends(tuple(said), tuple(t for moment in needed for t in moment_triples(moment, base=base)))


def end_triples(fact: Fact, base: str) -> list[tuple[str, Term]]:
    """Give what the node of a fact says of its two ends, and of the source that gave them."""
    return list(_ends(fact.start, fact.end, base).said)


def common_source(fact: Fact) -> str:
    """Give the one source of all bounds, where naming it once on the fact saves a moment node; else nothing."""
    return _common_source(fact.start, fact.end)


def _common_source(start: Moment, end: Moment) -> str:
    sources = {bound for m in (start, end) for bound in (m.earliest_from, m.latest_from) if bound}
    source = sources.pop() if len(sources) == 1 else ""
    if not source:
        return ""
    return source if len(_needing_nodes(start, end, source)) < len(_needing_nodes(start, end, "")) else ""


def needing_nodes(fact: Fact, source: str) -> list[Moment]:
    """List the ends that need a moment node when the flat days are read with this source of their bounds."""
    return _needing_nodes(fact.start, fact.end, source)


def _needing_nodes(start: Moment, end: Moment, source: str) -> list[Moment]:
    ends = ((start, False), (end, True))
    return [m for m, is_end in ends if flat_moment(flat_days(m), is_end=is_end, source=source) != m]


def read_fact(iri: str, node: Node, nodes: Mapping[str, Node]) -> Fact:
    """Read one fact from what its node says; the other nodes are those of its moments."""
    kind, subject, predicate, object_ = _read_content(iri, node)
    recorded, superseded = one(iri, node, "recorded"), node.get(ORGG + "superseded")
    flags = [text_of(term) for term in node.get(ORGG + "flag", [])]
    return Fact(
        kind=kind,
        tenure=text_of(one(iri, node, "tenure")),
        subject=subject,
        predicate=predicate,
        object=object_,
        start=_moment(iri, "start", node, nodes),
        end=_moment(iri, "end", node, nodes),
        confirmed=day_of(one(iri, node, "confirmed")) if ORGG + "confirmed" in node else OPEN_EARLY,
        post=text_of(one(iri, node, "post")) if ORGG + "post" in node else "",
        role=text_of(one(iri, node, "role", ORG)) if ORG + "role" in node else "",
        flags=tuple(sorted(flags, key=lambda flag: (FLAGS.index(flag) if flag in FLAGS else len(FLAGS), flag))),
        changes=tuple(sorted(change_id(text_of(term)) for term in node.get(DERIVED_FROM, []))),
        premises=tuple(sorted(text_of(term) for term in node.get(ORGG + "premise", []))),
        recorded=recorded_time(text_of(recorded)),
        superseded=recorded_time(text_of(one(iri, node, "superseded"))) if superseded else None,
    )


def change_id(iri: str) -> str:
    """Give the identity of the role change that `change_iri` wrote, whatever the base.

    >>> change_id("https://acme.example/id/change:c%201")
    'c 1'
    """
    return unquote(iri.rpartition("change:")[2])


def _read_content(iri: str, node: Node) -> tuple[str, str, str, Term]:
    """Give kind, subject, predicate and object."""
    if ORG + "Membership" in node.get(RDF_TYPE, []):
        member, place = one(iri, node, "member", ORG), one(iri, node, "organization", ORG)
        return MEMBERSHIP, text_of(member), MEMBER_OF, place
    if ORGG + "ReportingLine" in node.get(RDF_TYPE, []):
        line = text_of(one(iri, node, "line"))
        predicates = [predicate for predicate, word in _LINES.items() if word == line]
        if not predicates:
            raise StoreError(f"<{iri}>: orgg:line {line!r} is neither direct nor dotted")
        return LINE, text_of(one(iri, node, "reporter")), predicates[0], one(iri, node, "manager")
    object_ = one(iri, node, "object", RDF)
    if isinstance(object_, Literal) and ORGG + "lexical" in node:
        object_ = object_._replace(value=text_of(one(iri, node, "lexical")))
    subject, predicate = one(iri, node, "subject", RDF), one(iri, node, "predicate", RDF)
    return text_of(one(iri, node, "kind")), text_of(subject), text_of(predicate), object_


def _moment(iri: str, name: str, node: Node, nodes: Mapping[str, Node]) -> Moment:
    """Read the start or the end of a fact: its moment node, else its flat days."""
    if f"{ORGG}{name}Moment" not in node:
        names = {bound: f"{name}{bound}" for bound in ("", "Earliest", "Latest")}
        flat = {bound: day_of(one(iri, node, at)) for bound, at in names.items() if ORGG + at in node}
        source = text_of(one(iri, node, "boundsFrom")) if ORGG + "boundsFrom" in node else ""
        return flat_moment(flat, is_end=name == "end", source=source)
    at = text_of(one(iri, node, f"{name}Moment"))
    if at not in nodes:
        raise StoreError(f"<{iri}>: its orgg:{name}Moment <{at}> is not described")
    return read_moment(at, nodes[at])


def _time_term(microseconds: int) -> Literal:
    return Literal(recorded_text(microseconds), XSD + "dateTime")
