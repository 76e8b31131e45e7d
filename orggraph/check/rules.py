"""The rules of W3C ORG: one member a membership, inverse properties in pairs, domains and ranges.

The graph that role changes lead to keeps most of them by the way it is made. They can be broken where a source brings
IRIs of its own, and names one thing as a person here and as a unit there, or states properties of W3C ORG itself.

Why only what is said counts: in RDF a missing class contradicts nothing, so an entity of no known class is right
everywhere; what is of a wrong class is right as well if it is also of the right one.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from orggraph.check.chronicle import Chronicle, days, listed, some_day
from orggraph.check.cycles import uncovered
from orggraph.check.stretches import Stretches, among, crowded, distinct
from orggraph.check.suspects import Suspects
from orggraph.errors import Finding
from orggraph.facts import (
    ATTRIBUTE,
    HEAD_OF,
    HOLDS,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    PLACE,
    POST_IN,
    REPORTS_TO,
    ROLE,
    TYPE,
    UNIT_OF,
    Fact,
    triples,
)
from orggraph.snapshot import KIND_OF_CLASS
from orggraph.timeline import Rows
from orggraph.timeline.terms import ABSENT
from orggraph.vocabulary import CLASSES, ORG

_PLACES = ("unit", "organization")
_AGENTS = ("person", *_PLACES)
_ANY = tuple(CLASSES)

DOMAINS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    MEMBER_OF: (_AGENTS, _PLACES),
    ORG + "hasMember": (_PLACES, _AGENTS),
    REPORTS_TO: ((*_AGENTS, "post"), (*_AGENTS, "post")),
    HOLDS: (_AGENTS, ("post",)),
    ORG + "heldBy": (("post",), _AGENTS),
    HEAD_OF: (_AGENTS, _PLACES),
    POST_IN: (("post",), _PLACES),
    ORG + "hasPost": (_PLACES, ("post",)),
    UNIT_OF: (("unit",), _PLACES),
    ORG + "hasUnit": (_PLACES, ("unit",)),
    ORG + "subOrganizationOf": (_PLACES, _PLACES),
    ORG + "hasSubOrganization": (_PLACES, _PLACES),
    ORG + "member": (_ANY, _AGENTS),
    ORG + "organization": (_ANY, _PLACES),
    ROLE: (_ANY, ("role",)),
}
"""Of what kinds subject and object of a property are (W3C ORG, sections 4.2 to 4.5)."""

INVERSES: dict[str, str] = {
    ORG + "hasMember": MEMBER_OF,
    ORG + "heldBy": HOLDS,
    ORG + "hasPost": POST_IN,
    ORG + "hasUnit": UNIT_OF,
}
"""The properties that a source may state beside facts of ours, and the inverse that those give."""

_EXCLUSIVE = (("person", "post"), ("person", "role"), ("post", "role"), *(
    (kind, place) for kind in ("person", "role") for place in _PLACES
))  # fmt: skip
"""Kinds that one thing cannot be of at once; FOAF and ORG keep persons and roles apart from organizations."""


def shared_memberships(suspects: Suspects) -> Rows:
    """Give the memberships of which two versions may hold on one day."""
    c, rows = suspects.timeline.columns, suspects.of_kind(MEMBERSHIP)
    again = crowded(Stretches.of(c.tenure[rows], c.start_earliest[rows], c.end_latest[rows]))
    return rows[among(c.tenure[rows].astype(np.int64), again)]


def one_member(chronicle: Chronicle, rows: Rows) -> Iterator[Finding]:
    """Find memberships with several members or organizations at once, of which W3C ORG knows one."""
    versions: dict[str, list[Fact]] = {}
    for fact in chronicle.facts(rows):
        if fact.kind == MEMBERSHIP:
            versions.setdefault(fact.tenure, []).append(fact)
    for facts in versions.values():
        for number, one in enumerate(facts):
            for other in facts[number + 1 :]:
                first = max(one.period.possible[0], other.period.possible[0])
                end = min(one.period.possible[1], other.period.possible[1])
                if first < end and (one.subject, one.object) != (other.subject, other.object):
                    yield _several(chronicle, one, other, (first, end))


def _several(chronicle: Chronicle, one: Fact, other: Fact, stretch: tuple[int, int]) -> Finding:
    day = some_day(stretch)
    what, ends = "members", (one.subject, other.subject)
    if one.subject == other.subject:
        what, ends = "organizations", (str(one.object), str(other.object))
    names = listed(sorted(chronicle.name(iri, day) for iri in ends))
    message = f"the membership {chronicle.statement(one)} has two {what}, {names}, {days(stretch)}"
    return chronicle.finding(
        "warning", message, code="functional", nodes=(one.tenure, *ends), stretch=stretch, facts=[one, other]
    )


def of_wrong_kind(suspects: Suspects) -> Rows:
    """Give the facts of whose entities one is of a kind that the property does not take, or of two kinds."""
    timeline, c = suspects.timeline, suspects.timeline.columns
    kinds = _kinds(suspects)
    found = [_exclusive(suspects, kinds)]
    for kind, parts in _PARTS.items():
        rows = suspects.of_kind(kind)
        for column, allowed in parts:
            numbers = getattr(c, column)[rows]
            found.append(rows[(numbers != ABSENT) & _wrong(kinds[numbers], allowed)])
    rows = np.concatenate([suspects.of_kind(kind) for kind in (PLACE, ATTRIBUTE)])
    for predicate, (domain, range_) in DOMAINS.items():
        stated = rows[c.predicate[rows] == timeline.terms.number(predicate)]
        found.append(stated[_wrong(kinds[c.subject[stated]], domain) | _wrong(kinds[c.object[stated]], range_)])
    return distinct(np.concatenate(found))


_PARTS: dict[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    MEMBERSHIP: (("subject", _AGENTS), ("object", _PLACES), ("post", ("post",)), ("role", ("role",))),
    LINE: (("subject", (*_AGENTS, "post")), ("object", (*_AGENTS, "post"))),
}
"""What the columns of memberships and lines may be of; those of other facts follow from their property."""


def _kinds(suspects: Suspects) -> NDArray[np.uint8]:
    """Give the kinds of each term, a bit for each of `CLASSES`."""
    timeline, c = suspects.timeline, suspects.timeline.columns
    rows, kinds = suspects.of_kind(TYPE), np.zeros(len(timeline.terms), dtype=np.uint8)
    for bit, class_ in enumerate(CLASSES.values()):
        of_class = rows[c.object[rows] == timeline.terms.number(class_)]
        kinds[c.subject[of_class]] |= np.uint8(1 << bit)
    return kinds


def _bits(kinds: tuple[str, ...]) -> np.uint8:
    return np.uint8(sum(1 << bit for bit, kind in enumerate(CLASSES) if kind in kinds))


def _wrong(kinds: NDArray[np.uint8], allowed: tuple[str, ...]) -> NDArray[np.bool_]:
    wrong: NDArray[np.bool_] = (kinds != 0) & ((kinds & _bits(allowed)) == 0)
    return wrong


def _exclusive(suspects: Suspects, kinds: NDArray[np.uint8]) -> Rows:
    c, rows = suspects.timeline.columns, suspects.of_kind(TYPE)
    of = kinds[c.subject[rows]]
    both = np.zeros(len(rows), dtype=bool)
    for pair in _EXCLUSIVE:
        both |= (of & _bits(pair)) == _bits(pair)
    return rows[both]


def domains_and_ranges(chronicle: Chronicle, rows: Rows) -> Iterator[Finding]:
    """Find statements about something of the wrong kind, and what is of two kinds that exclude each other."""
    told: set[str] = set()
    for fact in chronicle.facts(rows):
        if fact.kind == TYPE:
            if fact.subject not in told:
                told.add(fact.subject)
                yield from _two_kinds(chronicle, fact.subject)
            continue
        for subject, predicate, target in triples(fact):
            for iri, allowed in zip((subject, target), DOMAINS.get(predicate, ()), strict=False):
                kinds = _kinds_of(chronicle, iri) if isinstance(iri, str) else []
                if kinds and not {kind for kind, _ in kinds} & set(allowed):
                    yield _misplaced(chronicle, fact, predicate, iri, kinds[0][0], allowed)


def _misplaced(
    chronicle: Chronicle, fact: Fact, predicate: str, iri: object, kind: str, allowed: tuple[str, ...]
) -> Finding:
    day, word = some_day(fact.period.possible), predicate.removeprefix(ORG)
    name = chronicle.name(str(iri), day)
    message = f"{chronicle.statement(fact)}: {name} is {_a(kind)}, which org:{word} does not take there"
    return chronicle.finding(
        "warning", f"{message} (expected {' or '.join(_a(one) for one in allowed)})", code="domain-range",
        nodes=(str(iri), fact.subject), stretch=fact.period.possible, facts=[fact],
    )  # fmt: skip


def _two_kinds(chronicle: Chronicle, iri: str) -> Iterator[Finding]:
    kinds = _kinds_of(chronicle, iri)
    known = {kind for kind, _ in kinds}
    if any(known.issuperset(pair) for pair in _EXCLUSIVE):
        facts = [fact for _, fact in kinds]
        stretch = facts[0].period.possible
        words = listed(_a(kind) for kind in CLASSES if kind in known)
        message = f"{chronicle.name(iri, some_day(stretch))} (<{iri}>) is at once {words}"
        yield chronicle.finding("warning", message, code="domain-range", nodes=(iri,), stretch=stretch, facts=facts)


def _kinds_of(chronicle: Chronicle, iri: str) -> list[tuple[str, Fact]]:
    facts = chronicle.facts(chronicle.timeline.about(iri))
    return [(KIND_OF_CLASS[str(f.object)], f) for f in facts if f.kind == TYPE and f.object in KIND_OF_CLASS]


def _a(kind: str) -> str:
    return f"an {kind}" if kind == "organization" else f"a {kind}"


def of_inverses(suspects: Suspects) -> Rows:
    """Give the statements of properties whose inverse is among our facts."""
    c, rows = suspects.timeline.columns, suspects.of_kind(ATTRIBUTE)
    numbers = [suspects.timeline.terms.number(predicate) for predicate in INVERSES]
    return rows[np.isin(c.predicate[rows], [number for number in numbers if number != ABSENT])]


def inverse_pairs(chronicle: Chronicle, rows: Rows) -> Iterator[Finding]:
    """Find days on which a property is stated and its inverse does not hold."""
    for fact in chronicle.facts(rows):
        inverse = INVERSES.get(fact.predicate, "") if fact.kind == ATTRIBUTE else ""
        first, end = fact.period.certain
        if not inverse or not isinstance(fact.object, str) or first >= end:
            continue
        wanted = (fact.object, inverse, fact.subject)
        about = chronicle.facts(chronicle.timeline.about(fact.object))
        holding = [f for f in about if wanted in triples(f)]
        for stretch in uncovered((first, end), [f.period.possible for f in holding]):
            day, word = some_day(stretch), fact.predicate.removeprefix(ORG)
            one, other = chronicle.name(fact.subject, day), chronicle.name(fact.object, day)
            message = f"{one} org:{word} {other} is stated {days(stretch)}, but not org:{inverse.removeprefix(ORG)}"
            yield chronicle.finding(
                "warning", f"{message} the other way round", code="inverse", nodes=(fact.subject, fact.object),
                stretch=stretch, facts=[fact, *holding],
            )  # fmt: skip
