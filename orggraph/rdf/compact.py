"""The compact form of facts, in which stores keep them: what follows from the rest of the graph is left out.

A membership and its reporting line that hold for the same time and rest on the same evidence share a node, and so do
the type and the name of an entity. Such a node has ``orgg:versionOf`` or ``orgg:describes`` where one of the full form
has ``orgg:tenure``. Where it says nothing of them, the dates come from the one source of its role changes, and the last
day on which it was confirmed is an exactly known start.

A membership with role, line and both dates takes 10 triples in all, one more with a post, and two for its role change;
an entity with a name takes 4. Anything that does not fit is written in full.

Why a fact that shares a node keeps an IRI of its own: when it is superseded and the other is not, only that is said,
and it is said of its own IRI, as of any other fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from orggraph.errors import StoreError
from orggraph.facts import (
    LABEL,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    NAME,
    PERSON_NAME,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    TYPE,
    Fact,
    line_key,
    value_key,
)
from orggraph.ledger import recorded_text, recorded_time
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE
from orggraph.rdf.moments import ALWAYS, day_term
from orggraph.rdf.nodes import Node, nodes_of, one, text_of
from orggraph.rdf.records import PRIMARY_SOURCE
from orggraph.rdf.statements import (
    BOUNDS_FROM,
    DERIVED_FROM,
    change_iri,
    common_source,
    end_triples,
    fact_iri,
    fact_triples,
    facts_of_nodes,
    moments_of,
    needing_nodes,
    read_fact,
)
from orggraph.rdf.terms import Triple
from orggraph.vocabulary import BASE, CLASSES, DCTERMS, FOAF, ORG, ORGG, RDF_TYPE, XSD, Literal, Term

VERSION_OF = ORGG + "versionOf"
DESCRIBES = ORGG + "describes"
_LINES = (REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO)
_SUPERSEDED = ORGG + "superseded"


def compact_triples(facts: Iterable[Fact], sources: Mapping[str, str], *, base: str = BASE) -> Iterator[Triple]:
    """Write facts that become known together; ``sources`` maps the role changes they rest on to their sources."""
    told = list(facts)
    lines = fused(told)
    names = _first(fact for fact in told if fact.kind == NAME and fact.predicate in (PERSON_NAME, LABEL))
    within: set[str] = set()
    whole: list[Fact] = []
    for fact in told:
        if fact.superseded is not None:
            whole.append(fact)
        elif fact.kind == MEMBERSHIP and fact.predicate == MEMBER_OF:
            line = lines.get(fact.tenure)
            yield from _membership(fact, line, sources, base)
            within |= {line.id} if line else set()
        elif fact == _type_of(fact.subject, fact.object, fact.recorded, base):
            name = names.get(fact.subject)
            name = name if name is not None and name == _name_of(fact, name.object, base) else None
            yield from _description(fact, name, base)
            within |= {name.id} if name else set()
        else:
            whole.append(fact)
    for fact in whole:
        if fact.id not in within:
            yield from fact_triples(fact, base=base)


def fused(facts: Sequence[Fact]) -> dict[str, Fact]:
    """Give the line that shares the node of a membership, by the tenure of the membership."""
    lines = _first(fact for fact in facts if fact.kind == LINE and fact.predicate in _LINES and len(fact.premises) == 1)
    members = (f for f in facts if f.kind == MEMBERSHIP and f.predicate == MEMBER_OF and f.superseded is None)
    told = ((fact, line) for fact in members if (line := lines.get(fact.tenure)) is not None)
    return {fact.tenure: line for fact, line in told if line == _line_of(fact, line.predicate, line.object)}


def _first(facts: Iterable[Fact]) -> dict[str, Fact]:
    """Give the first fact for each tenure that one follows from, or for each subject."""
    found: dict[str, Fact] = {}
    for fact in sorted(facts, key=lambda fact: fact.tenure):
        found.setdefault(fact.premises[0] if fact.premises else fact.subject, fact)
    return found


def _line_of(membership: Fact, predicate: str, manager: Term) -> Fact | None:
    """Give the line that a membership has if nothing else is said of it than to whom it leads."""
    if not isinstance(manager, str) or not membership.changes or membership.premises:
        return None
    base, _, tenure = membership.tenure.rpartition("tenure:")
    key = line_key(
        membership.subject, manager, dotted=predicate == REPORTS_DOTTED_TO, tenure=tenure,
        opened_by=membership.changes[0],
    )  # fmt: skip
    return replace(
        membership, kind=LINE, tenure=f"{base}tenure:{key}", predicate=predicate, object=manager, post="", role="",
        premises=(membership.tenure,),
    )  # fmt: skip


def _type_of(entity: str, class_: Term, recorded: int, base: str) -> Fact | None:
    if class_ not in CLASSES.values():
        return None
    return Fact(
        kind=TYPE, tenure=f"{base}tenure:{value_key(TYPE, entity, RDF_TYPE, class_)}", subject=entity,
        predicate=RDF_TYPE, object=class_, start=ALWAYS, end=ONGOING, confirmed=OPEN_LATE, recorded=recorded,
    )  # fmt: skip


def _name_of(type_: Fact, name: Term, base: str) -> Fact | None:
    """Give the name that an entity bears if nothing else is said of it."""
    if isinstance(name, str) or name != Literal(name.value):
        return None
    predicate = PERSON_NAME if type_.object == FOAF + "Person" else LABEL
    key = value_key(NAME, type_.subject, predicate, name)
    return replace(type_, kind=NAME, tenure=f"{base}tenure:{key}", predicate=predicate, object=name)


def _membership(fact: Fact, line: Fact | None, sources: Mapping[str, str], base: str) -> Iterator[Triple]:
    said: list[tuple[str, Term]] = [
        (RDF_TYPE, ORG + "Membership"),
        (ORG + "member", fact.subject),
        (ORG + "organization", fact.object),
        (VERSION_OF, fact.tenure),
    ]
    if fact.post:
        said.append((ORGG + "post", fact.post))
    if fact.role:
        said.append((ORG + "role", fact.role))
    said += [told for told in end_triples(fact, base) if told[0] != BOUNDS_FROM]
    source, follows = common_source(fact), _only({sources.get(change, "") for change in fact.changes})
    known = all(change in sources for change in fact.changes)
    if not known or any(moment not in needing_nodes(fact, source) for moment in needing_nodes(fact, follows)):
        said.append((BOUNDS_FROM, Literal(source)))
    if fact.confirmed != _confirmed(fact):
        said.append((ORGG + "confirmed", day_term(fact.confirmed)))
    said.append((ORGG + "recorded", _time(fact.recorded)))
    said += [(ORGG + "flag", Literal(flag)) for flag in fact.flags]
    said += [(DERIVED_FROM, change_iri(identity, base=base)) for identity in fact.changes]
    said += [(ORGG + "premise", premise) for premise in fact.premises]
    if line:
        said.append((line.predicate, line.object))
    node = fact_iri(fact, base=base)
    yield from ((node, predicate, term) for predicate, term in said)
    yield from moments_of(fact, base=base)


def _confirmed(fact: Fact) -> int:
    return fact.start.latest if fact.start.exact else OPEN_EARLY


def _description(fact: Fact, name: Fact | None, base: str) -> Iterator[Triple]:
    node = fact_iri(fact, base=base)
    yield node, DESCRIBES, fact.subject
    yield node, ORGG + "class", fact.object
    yield node, ORGG + "recorded", _time(fact.recorded)
    if name:
        yield node, ORGG + "name", name.object


def _time(microseconds: int) -> Literal:
    return Literal(recorded_text(microseconds), XSD + "dateTime")


def _only(texts: set[str]) -> str:
    return next(iter(texts)) if len(texts) == 1 else ""


# ---- reading


def facts_of_store(triples: Iterable[Triple]) -> list[Fact]:
    """Read the facts of the full and of the compact form, each sorted by IRI; `StoreError` for an incomplete one."""
    nodes = nodes_of(triples)
    compact = facts_of_compact(nodes)
    return facts_of_nodes(nodes) + [fact for iri in sorted(compact) for fact in compact[iri]]


def facts_of_compact(nodes: Mapping[str, Node]) -> dict[str, list[Fact]]:
    """Read the nodes of the compact form among others: the facts of each; raise `StoreError` for an incomplete one."""
    found: dict[str, list[Fact]] = {}
    for iri, node in nodes.items():
        if VERSION_OF in node:
            found[iri] = _read_membership(iri, node, nodes)
        elif DESCRIBES in node:
            found[iri] = _read_description(iri, node)
    return _superseded(found, nodes)


def _read_membership(iri: str, node: Node, nodes: Mapping[str, Node]) -> list[Fact]:
    completed = {**node, ORGG + "tenure": node[VERSION_OF]}
    if BOUNDS_FROM not in node:
        source = _only({_source_of(text_of(change), nodes) for change in node.get(DERIVED_FROM, [])})
        completed |= {BOUNDS_FROM: [Literal(source)]} if source else {}
    fact = read_fact(iri, completed, nodes)
    if ORGG + "confirmed" not in node:
        fact = replace(fact, confirmed=_confirmed(fact))
    lines = [_line_of(fact, predicate, manager) for predicate in _LINES for manager in node.get(predicate, [])]
    if None in lines or len(lines) > 1:
        raise StoreError(f"<{iri}> is no complete fact: its reporting line does not follow from it")
    return [fact, *(replace(line, superseded=None) for line in lines if line)]


def _source_of(change: str, nodes: Mapping[str, Node]) -> str:
    source = nodes.get(change, {}).get(PRIMARY_SOURCE, [""])[0]
    named = nodes.get(text_of(source), {}).get(DCTERMS + "source", [source])
    return text_of(named[0])


def _read_description(iri: str, node: Node) -> list[Fact]:
    base = iri.rpartition("fact:")[0]
    recorded = recorded_time(text_of(one(iri, node, "recorded")))
    entity = text_of(one(iri, node, "describes"))
    fact = _type_of(entity, one(iri, node, "class"), recorded, base)
    if fact is None:
        raise StoreError(f"<{iri}> is no complete fact: <{node[ORGG + 'class'][0]}> is no class of an entity")
    names = [_name_of(fact, name, base) for name in node.get(ORGG + "name", [])]
    superseded = recorded_time(text_of(one(iri, node, "superseded"))) if _SUPERSEDED in node else None
    return [replace(fact, superseded=superseded), *(name for name in names if name)]


def _superseded(found: dict[str, list[Fact]], nodes: Mapping[str, Node]) -> dict[str, list[Fact]]:
    """Close the facts that share a node where that is said of their own IRIs."""
    closed = {iri: node[_SUPERSEDED][0] for iri, node in nodes.items() if _SUPERSEDED in node and len(node) == 1}
    for iri, facts in found.items() if closed else ():
        base = iri.rpartition("fact:")[0]
        for number, fact in enumerate(facts[1:], start=1):
            time = closed.get(fact_iri(fact, base=base))
            if time is not None:
                facts[number] = replace(fact, superseded=recorded_time(text_of(time)))
    return found
