"""Roles of schema.org (https://schema.org/OrganizationRole, release 29) → role changes; in JSON-LD or any other RDF.

A ``Role``, ``OrganizationRole`` or ``EmployeeRole`` stands between an organization and a person, under one property on
both sides (``member``, ``employee``, ``founder``, or from the person ``memberOf``, ``worksFor``, ``affiliation``). It
is one ``starts`` with ``startDate`` and ``endDate``; of times the day counts. The vocabulary does not say whether an
end date is the last day or the day after it, so it is read as either. No ``endDate`` says nothing about the end, and
silence ends nothing. Who is meant is told by ``@id``, else by ``identifier``, else by the name.

``jobTitle`` beside ``worksFor`` (or a role without any date) was true on the day on which the file was stated.

Why the context of schema.org is put in from here: most files name it by its address, and nothing is ever fetched.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from orggraph.changes import RoleChange, with_occurrences, write_moment
from orggraph.errors import ChangeError, Finding, MomentError
from orggraph.period import Moment
from orggraph.rdf.nodes import Node
from orggraph.rdf.terms import is_node
from orggraph.sources.rolechanges import Statements
from orggraph.vocabulary import RDF_TYPE, Literal

SCHEMA = "http://schema.org/"
ROLES = frozenset(SCHEMA + name for name in ("Role", "OrganizationRole", "EmployeeRole"))
_OF_ORGANIZATIONS = tuple(
    SCHEMA + name for name in ("member", "members", "employee", "employees", "founder", "founders")
)
_OF_PEOPLE = tuple(SCHEMA + name for name in ("memberOf", "worksFor", "affiliation"))
_CONTEXT = re.compile(r"https?://(www\.)?schema\.org(/|/docs/jsonldcontext\.json(ld)?)?", re.IGNORECASE)
_LOCAL_CONTEXT = {"@vocab": SCHEMA, "id": "@id", "type": "@type"}
_SECURE = "https://schema.org/"
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})T.*", re.ASCII)

Nodes = Mapping[str, Node]
Fields = dict[str, str]


def with_local_context(data: bytes) -> bytes:
    """Put the context of schema.org into a JSON-LD document that names its address; anything else stays as it is.

    >>> with_local_context(b'{"@context": "https://schema.org", "name": "Ada"}').decode()
    '{"@context": {"@vocab": "http://schema.org/", "id": "@id", "type": "@type"}, "name": "Ada"}'
    """
    if b"schema.org" not in data:
        return data
    try:
        return json.dumps(_replaced(json.loads(data)), ensure_ascii=False).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return data  # whoever parses it says what is wrong with it, and where


def _replaced(value: object) -> object:
    if isinstance(value, dict):
        return {key: _context(part) if key == "@context" else _replaced(part) for key, part in value.items()}
    return [_replaced(part) for part in value] if isinstance(value, list) else value


def _context(value: object) -> object:
    if isinstance(value, list):
        return [_context(part) for part in value]
    return _LOCAL_CONTEXT if isinstance(value, str) and _CONTEXT.fullmatch(value) else value


def is_schema_org(nodes: Nodes) -> bool:
    """Tell whether there is anything of the vocabulary that is read here."""
    return any(_roles(nodes)) or any(_jobs(nodes))


def normalized(nodes: Nodes) -> dict[str, Node]:
    """Write the vocabulary under one of its two namespaces, and from a part what is said of it from the whole."""

    def plain(iri: str) -> str:
        return SCHEMA + iri.removeprefix(_SECURE) if iri.startswith(_SECURE) else iri

    made: dict[str, Node] = {}
    for iri, node in nodes.items():
        told = made[iri] = {}
        for predicate, terms in node.items():
            of_class = predicate == RDF_TYPE
            told[plain(predicate)] = [plain(t) if of_class and isinstance(t, str) else t for t in terms]
    for iri in list(made):
        for part in _linked(made[iri], (SCHEMA + "department", SCHEMA + "subOrganization")):
            made.setdefault(part, {}).setdefault(SCHEMA + "parentOrganization", []).append(iri)
    return made


def read_schema_org(nodes: Nodes, *, file: str, source: str, stated: str) -> Statements:
    """Read the roles among `normalized` nodes, and the job titles; a wrong one is one finding."""
    changes: list[RoleChange] = []
    findings: list[Finding] = []
    given = {"source": source, "stated": stated}
    told = [*_roles(nodes), *_jobs(nodes)]
    for iri, organization, person in sorted(told):
        try:
            fields = _fields(iri, nodes, day=stated[:10]) if iri != person else _job(iri, nodes, day=stated[:10])
            who = _entity("person", person, nodes) | _place(organization, nodes)
            changes.append(RoleChange.parse(given | fields | who, file=file))
        except ChangeError as error:
            where = f"<{iri}>" if not iri.startswith("_:") else f"the role of {_name(person, nodes) or 'somebody'}"
            findings.append(Finding("error", f"{where}: {error}", file, 0, "role"))
    return Statements(with_occurrences(changes), findings)


def _roles(nodes: Nodes) -> Iterator[tuple[str, str, str]]:
    """Give each role with its organization and person, whichever side it was written from."""
    roles = {iri for iri, node in nodes.items() if ROLES.intersection(_texts(node, RDF_TYPE))}
    people = {iri: _linked(nodes[iri], _OF_ORGANIZATIONS) for iri in roles}
    places = {iri: _linked(nodes[iri], _OF_PEOPLE) for iri in roles}
    for other, node in nodes.items():
        for iri in roles.intersection(_linked(node, _OF_ORGANIZATIONS)):
            places[iri].append(other)
        for iri in roles.intersection(_linked(node, _OF_PEOPLE)):
            people[iri].append(other)
    for iri in sorted(roles):
        for person in dict.fromkeys(people[iri] or [""]):
            for place in dict.fromkeys(places[iri] or [""]):
                yield iri, place, person


def _jobs(nodes: Nodes) -> Iterator[tuple[str, str, str]]:
    """Give everybody who works somewhere without a role between; who has only a role there is not one of them."""
    for iri, node in nodes.items():
        for place in _linked(node, _OF_PEOPLE):
            if not ROLES.intersection([*_texts(nodes.get(place, {}), RDF_TYPE), *_texts(node, RDF_TYPE)]):
                yield iri, place, iri


def _fields(iri: str, nodes: Nodes, *, day: str) -> Fields:
    """Write a role as the fields of a ``starts``, or of a ``holds`` on ``day`` where it has no date."""
    node = nodes[iri]
    named = _texts(node, SCHEMA + "roleName") or _texts(node, SCHEMA + "namedPosition")
    role = _name(named[0], nodes) if named else ""
    start, end = (_day(node, name) for name in ("startDate", "endDate"))
    record = iri if is_node(iri) else ""
    if not start and not end:
        if not day:
            raise ChangeError("the role has no startDate (expected one, or --stated DAY for what was true on a day)")
        return {"kind": "holds", "role": role, "effective": day, "record": record}
    try:
        until = write_moment(Moment.parse(end).shifted(0, 1)) if end else ""
    except MomentError as error:
        raise ChangeError(f"endDate {error}", field="until") from error
    return {"kind": "starts", "role": role, "effective": start or f"../{end}", "until": until, "record": record}


def _job(iri: str, nodes: Nodes, *, day: str) -> Fields:
    titles = _texts(nodes[iri], SCHEMA + "jobTitle")
    if not day:
        raise ChangeError("nothing says since when (expected an OrganizationRole with startDate, or --stated DAY)")
    return {"kind": "holds", "role": _name(titles[0], nodes) if titles else "", "effective": day}


def _day(node: Node, name: str) -> str:
    days = _texts(node, SCHEMA + name)
    if len(days) > 1:
        raise ChangeError(f"{name} has {len(days)} values (expected one)")
    timed = _DAY.fullmatch(days[0]) if days else None
    return timed.group(1) if timed else "".join(days)


def _place(iri: str, nodes: Nodes) -> Fields:
    """Write an organization, or a unit with the organization at the top of what it is a part of."""
    above = [iri]
    while parents := [parent for parent in _parents(above[-1], nodes) if parent not in above]:
        above.append(parents[0])
    top = _entity("organization", above[-1], nodes)
    return top | (_entity("unit", iri, nodes) if len(above) > 1 else {})


def _parents(iri: str, nodes: Nodes) -> list[str]:
    return _linked(nodes.get(iri, {}), (SCHEMA + "parentOrganization",))


def _entity(kind: str, iri: str, nodes: Nodes) -> Fields:
    if not iri:
        return {}
    keys = [iri] if is_node(iri) else _texts(nodes.get(iri, {}), SCHEMA + "identifier")
    return {kind: _name(iri, nodes), f"{kind}_id": keys[0] if keys and not keys[0].startswith("_:") else ""}


def _name(iri: str, nodes: Nodes) -> str:
    """Give the name of a node, the text itself where it is none, else the end of an IRI."""
    names = [t for t in nodes.get(iri, {}).get(SCHEMA + "name", []) if isinstance(t, Literal)]
    if names:
        return min(names, key=lambda name: (name.language, name.value)).value
    if iri.startswith("_:"):
        return " ".join("".join(_texts(nodes[iri], SCHEMA + part)) for part in ("givenName", "familyName")).strip()
    return iri.rpartition("/")[2] if is_node(iri) else iri


def _linked(node: Node, predicates: Sequence[str]) -> list[str]:
    return [text for predicate in predicates for text in _texts(node, predicate)]


def _texts(node: Node, predicate: str) -> list[str]:
    return [term if isinstance(term, str) else term.value for term in node.get(predicate, [])]
