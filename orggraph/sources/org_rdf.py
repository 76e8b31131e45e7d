"""The Organization Ontology as others write it (W3C Recommendation of 16 January 2014) → role changes.

- ``org:Membership`` with ``org:memberDuring`` is one ``starts`` with both ends, its IRI the source's own key. The
  interval is one of OWL-Time: days, months, years, times (of which the day counts) or a description of year, month and
  day. Its end is the first day on which the membership no longer holds. Without an end nothing is said about the end,
  since an open interval can mean ongoing as well as unknown.
- ``org:ChangeEvent`` says what became of organizations and units; one that lasts took effect within that time.
- What the ontology states without any time (``org:heldBy`` and ``org:holds``, ``org:memberOf``, ``org:headOf``,
  ``org:reportsTo``, ``org:unitOf``) was true on the day on which the file was stated: somebody is seen in office then,
  a line or a unit began then or before. Without such a day it is left out, and said so.

Who is meant is told by IRIs; silence ends nothing. A membership that names no post is in the post of its organization
that its member holds, where there is exactly one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from orggraph.changes import RoleChange, with_occurrences
from orggraph.errors import ChangeError, Finding
from orggraph.rdf.nodes import Node
from orggraph.rdf.terms import is_node
from orggraph.sources.rolechanges import Statements
from orggraph.vocabulary import DCTERMS, FOAF, ORG, ORGG, PROV, RDF_TYPE, RDFS, SKOS, TIME, Literal, Term

MEMBERSHIP = ORG + "Membership"
CHANGE_EVENT = ORG + "ChangeEvent"
_NAMES = (FOAF + "name", SKOS + "prefLabel", RDFS + "label", DCTERMS + "title")
_INSTANTS = tuple(
    TIME + name for name in ("inXSDDate", "inXSDgYearMonth", "inXSDgYear", "inXSDDateTimeStamp", "inXSDDateTime")
)
_PARTS = tuple(TIME + name for name in ("year", "month", "day"))
_STARTED = (PROV + "startedAtTime", PROV + "atTime", DCTERMS + "date")
_TIMED = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T.*|Z|[+-]\d{2}:\d{2})", re.ASCII)
_UNTIMED = ("holds", "headOf", "memberOf", "reportsTo", "unitOf")
"""The properties that have no time."""
_INVERSES = {
    "heldBy": "holds", "hasMember": "memberOf", "hasMembership": "member", "hasUnit": "unitOf",
    "hasSubOrganization": "subOrganizationOf", "changedBy": "originalOrganization",
    "resultedFrom": "resultingOrganization",
}  # fmt: skip

Nodes = Mapping[str, Node]
Fields = dict[str, str]


def is_org(nodes: Nodes) -> bool:
    """Tell whether there is anything of the ontology that is read here."""
    types = {term for node in nodes.values() for term in node.get(RDF_TYPE, [])}
    said = {ORG + name for name in (*_UNTIMED, *_INVERSES)}
    return bool(types & {MEMBERSHIP, CHANGE_EVENT}) or any(said & node.keys() for node in nodes.values())


def read_org(nodes: Nodes, *, file: str, source: str, stated: str) -> Statements:
    """Read memberships, events, and what was true when the file was stated; a wrong node is one finding."""
    nodes = _completed(nodes)
    changes: list[RoleChange] = []
    findings: list[Finding] = []
    given = {"source": source, "stated": stated}
    readers = ((MEMBERSHIP, "membership", _membership), (CHANGE_EVENT, "change event", _events))
    for class_, word, reader in readers:
        for iri in [iri for iri, node in nodes.items() if class_ in node.get(RDF_TYPE, [])]:
            try:
                changes += [RoleChange.parse(given | fields, file=file) for fields in reader(iri, nodes)]
            except ChangeError as error:
                where = f"a {word} without IRI" if iri.startswith("_:") else f"<{iri}>"
                findings.append(Finding("error", f"{where}: {error}", file, 0, word.replace(" ", "-")))
    if stated:
        told = {(change.person_id, _seat(change.fields())) for change in changes}
        for fields in _untimed(nodes, stated[:10]):
            if fields["kind"] != "holds" or (fields["person_id"], _seat(fields)) not in told:
                changes.append(RoleChange.parse(given | fields, file=file))
    else:
        findings += _left_out(nodes, file=file, severity="warning" if changes or findings else "error")
    return Statements(with_occurrences(changes), findings)


def _left_out(nodes: Nodes, *, file: str, severity: str) -> list[Finding]:
    """Report what has no time of its own, where nothing says on which day it was true."""
    counts = {name: len(_pairs(nodes, name)) for name in _UNTIMED}
    words = ", ".join(f"org:{name} ({count})" for name, count in counts.items() if count)
    if not words:
        return []
    message = f"left out, since nothing says when it was true: {words} (expected --stated DAY, a day on which it was)"
    return [Finding(severity, message, file, 0, "no-day")]


# ---- with a time of its own


def _membership(iri: str, nodes: Nodes) -> Iterator[Fields]:
    """Write a membership as the fields of a ``starts``."""
    node = nodes[iri]
    fields = {"kind": "starts", "record": "" if iri.startswith("_:") else iri}
    member, place = text(node, ORG + "member"), text(node, ORG + "organization")
    fields |= entity("person", member, nodes) | place_of(place, nodes)
    fields |= entity("post", text(node, ORGG + "post") or _only_post(member, place, nodes), nodes)
    fields["role"] = name_of(text(node, ORG + "role"), nodes)
    start, end = _period(node, nodes)
    if not start and not end:
        raise ChangeError("the membership has no day (expected org:memberDuring with a beginning)", field="effective")
    yield fields | {"effective": start or f"../{end}", "until": end}


def _only_post(member: str, place: str, nodes: Nodes) -> str:
    """Give the post of an organization that somebody holds, where there is exactly one."""
    posts = [str(post) for post in nodes.get(member, {}).get(ORG + "holds", [])]
    posts = [post for post in posts if text(nodes.get(post, {}), ORG + "postIn") == place]
    return posts[0] if len(posts) == 1 else ""


def _events(iri: str, nodes: Nodes) -> Iterator[Fields]:
    """Write what an event says as a change for each organization that it changed.

    Of several that became one each merged into it; one that became several split, or passed functions on where it goes
    on itself; nothing before is a creation, nothing after an end.
    """
    node = nodes[iri]
    before = sorted(map(str, node.get(ORG + "originalOrganization", [])))
    after = sorted(map(str, node.get(ORG + "resultingOrganization", [])))
    if not before and not after:
        raise ChangeError(
            "the event names no organization (expected org:originalOrganization or resultingOrganization)"
        )
    effective = _event_day(node)
    fields = {"effective": effective, "reason": name_of(iri, nodes) if _named(iri, nodes) else ""}
    if not before or not after:
        kind = "created" if after else "abolished"
        for place in [*before, *after]:
            yield {**fields, "kind": kind, **place_of(place, nodes)}
        return
    for old in before:
        for new in [new for new in after if new != old]:
            goes_on = old in after
            kind = "functions transferred" if goes_on else "merged" if len(after) == 1 else "split"
            into = {"into": name_of(new, nodes), "into_id": new if is_node(new) else ""}
            yield {**fields, "kind": kind, **place_of(old, nodes), **into}


def _event_day(node: Node) -> str:
    starts = next((day for name in _STARTED if (day := _day(text(node, name)))), "")
    ends = _day(text(node, PROV + "endedAtTime"))
    if not starts and not ends:
        raise ChangeError("the event has no day (expected prov:startedAtTime, prov:endedAtTime or dcterms:date)")
    return starts if ends in ("", starts) else f"{starts or '..'}/{ends}"


def _period(node: Node, nodes: Nodes) -> tuple[str, str]:
    """Give start and end as texts, empty where there is none; they may stand on the membership or on its interval."""
    interval = nodes.get(text(node, ORG + "memberDuring"), {})
    ends = []
    for flat, name in (("start", "hasBeginning"), ("end", "hasEnd")):
        at = text(interval, TIME + name)
        found = [text(node, ORGG + flat), _instant(nodes.get(at, {}), nodes), "" if is_node(at) else _day(at)]
        ends.append(next((day for day in found if day and not day.startswith("_:")), ""))
    return ends[0], ends[1]


def _instant(instant: Node, nodes: Nodes) -> str:
    """Give the day of an instant of OWL-Time, or the bounds of one of our own moments; empty if it has none."""
    days = [_day(text(instant, predicate)) for predicate in _INSTANTS]
    earliest, latest = text(instant, ORGG + "earliest"), text(instant, ORGG + "latest")
    days.append(f"{earliest or '..'}/{latest or '..'}" if earliest or latest else "")
    described = nodes.get(text(instant, TIME + "inDateTime"), {})
    parts = [text(described, part).lstrip("-") for part in _PARTS]
    known = parts[: parts.index("")] if "" in parts else parts
    days.append("-".join(part.zfill(2) for part in known))
    return next((day for day in days if day), "")


def _day(stated: str) -> str:
    """Give the civil day of a time as it was written, whatever its zone; leave months, years and days alone.

    >>> _day("2011-04-01T00:00:00+01:00"), _day("2011-04-01Z"), _day("2011-04")
    ('2011-04-01', '2011-04-01', '2011-04')
    """
    timed = _TIMED.fullmatch(stated)
    return timed.group(1) if timed else stated


# ---- without any time


def _untimed(nodes: Nodes, day: str) -> Iterator[Fields]:
    """Write what was true on a day: who was seen in which post or place, lines, and what units belong to."""
    seen: set[tuple[str, str]] = set()
    for person, post in _pairs(nodes, "holds"):
        place = text(nodes.get(post, {}), ORG + "postIn")
        seen.add((person, place))
        yield _seen(person, day, nodes) | entity("post", post, nodes) | place_of(place, nodes)
    for person, place in _pairs(nodes, "headOf"):
        seen.add((person, place))
        yield _seen(person, day, nodes) | {"role": "head"} | place_of(place, nodes)
    for person, place in _pairs(nodes, "memberOf"):
        if (person, place) not in seen:
            yield _seen(person, day, nodes) | place_of(place, nodes)
    by_then = {"effective": f"../{day}"}
    for below, above in _pairs(nodes, "reportsTo"):
        fields = {"kind": "reports"} | by_then | entity(_who(below, nodes), below, nodes)
        if _who(below, nodes) == "post":
            fields |= place_of(text(nodes.get(below, {}), ORG + "postIn"), nodes)
        to = "reports_to_post" if _who(above, nodes) == "post" else "reports_to"
        yield fields | entity(to, above, nodes)
    for unit, parent in _pairs(nodes, "unitOf"):
        into = {"into": name_of(parent, nodes), "into_id": parent} if _is_unit(parent, nodes) else {}
        yield {"kind": "created"} | by_then | place_of(unit, nodes) | into


def _seen(person: str, day: str, nodes: Nodes) -> Fields:
    return {"kind": "holds", "effective": day} | entity("person", person, nodes)


def _seat(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Give where somebody is, so that what a membership says more exactly is not said again."""
    post = fields.get("post_id") or fields.get("post", "")
    return (post,) if post else ("", *(fields.get(name, "") for name in ("unit_id", "organization_id")))


def _completed(nodes: Nodes) -> dict[str, Node]:
    """Say also from the first side what is said from the other only."""
    made = {iri: {predicate: list(terms) for predicate, terms in node.items()} for iri, node in nodes.items()}
    for iri, node in nodes.items():
        for inverse, name in _INVERSES.items():
            for term in node.get(ORG + inverse, []):
                known = made.setdefault(str(term), {}).setdefault(ORG + name, [])
                known += [iri] if isinstance(term, str) and iri not in known else []
    return made


def _pairs(nodes: Nodes, name: str) -> list[tuple[str, str]]:
    """List who stands in a relation to whom, sorted."""
    return sorted(
        (iri, term) for iri, node in nodes.items() for term in node.get(ORG + name, []) if isinstance(term, str)
    )


# ---- entities


def place_of(iri: str, nodes: Nodes) -> Fields:
    """Write an organization or a unit; a unit with the organization that it belongs to, at any height."""
    if not _is_unit(iri, nodes):
        return entity("organization", iri, nodes)
    seen = {iri}
    above = _parent(iri, nodes)
    while above not in seen and _is_unit(above, nodes):
        seen.add(above)
        above = _parent(above, nodes)
    return entity("unit", iri, nodes) | (entity("organization", above, nodes) if above not in seen else {})


def _is_unit(iri: str, nodes: Nodes) -> bool:
    node = nodes.get(iri, {})
    return ORG + "OrganizationalUnit" in node.get(RDF_TYPE, []) or ORG + "unitOf" in node


def _parent(iri: str, nodes: Nodes) -> str:
    node = nodes.get(iri, {})
    above = sorted(map(str, node.get(ORG + "unitOf") or node.get(ORG + "subOrganizationOf", [])))
    return above[0] if above else ""


def _who(iri: str, nodes: Nodes) -> str:
    return "post" if ORG + "Post" in nodes.get(iri, {}).get(RDF_TYPE, []) else "person"


def entity(kind: str, iri: str, nodes: Nodes) -> Fields:
    """Write whom or what an IRI (or a text in its place) stands for as a name and an id."""
    if not iri:
        return {}
    return {kind: name_of(iri, nodes), f"{kind}_id": iri if is_node(iri) else ""}


def name_of(iri: str, nodes: Nodes) -> str:
    """Give the name of an entity, the one without language or the first by language; else the end of its IRI."""
    names = _named(iri, nodes)
    if names:
        return min(names, key=lambda name: (name.language, name.value)).value
    return "" if iri.startswith("_:") else iri.rpartition("#")[2].rpartition("/")[2]


def _named(iri: str, nodes: Nodes) -> list[Literal]:
    said: list[list[Term]] = [nodes.get(iri, {}).get(predicate, []) for predicate in _NAMES]
    return next((names for terms in said if (names := [t for t in terms if isinstance(t, Literal)])), [])


def text(node: Node, predicate: str) -> str:
    """Give the only object of a predicate as text, empty if there is none; raise `ChangeError` for several."""
    terms = node.get(predicate, [])
    if len(terms) > 1:
        raise ChangeError(f"<{predicate}> has {len(terms)} values (expected one)")
    return "".join(term if isinstance(term, str) else term.value for term in terms)
