"""Role changes from RDF files and graphs: orggraph's own open form, or the memberships of W3C ORG.

Why memberships are read only where there is no role change: an export holds both, and there the memberships follow
from the role changes; reading them too would state everything twice. A membership is one statement, ``starts`` with
both ends, its IRI the source's own key. The end of its interval is taken as the first day on which it no longer holds.
Why a membership without an end says nothing about its end: an open interval can mean ongoing as well as unknown.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from orggraph.changes import RoleChange, with_occurrences
from orggraph.errors import ChangeError, Finding, LoadError, OrgGraphError, UnsupportedError
from orggraph.rdf.formats import format_of, parse
from orggraph.rdf.nodes import Node, nodes_of
from orggraph.rdf.records import ROLE_CHANGE, read_changes
from orggraph.rdf.terms import Triple, from_rdflib, is_node
from orggraph.sources.rolechanges import Reading
from orggraph.sources.table import content_hash
from orggraph.vocabulary import FOAF, ORG, ORGG, RDF_TYPE, RDFS, SKOS, TIME, Literal

if TYPE_CHECKING:
    import rdflib

MEMBERSHIP = ORG + "Membership"
_NAMES = (FOAF + "name", SKOS + "prefLabel", RDFS + "label")
_DAYS = tuple(TIME + name for name in ("inXSDDate", "inXSDgYearMonth", "inXSDgYear"))
_EXPECTED = "expected nodes of type orgg:RoleChange with an orgg:kind, or of type org:Membership with org:memberDuring"


def read_rdf(path: Path | str, *, source: str = "", stated: str = "") -> Reading:
    """Read a Turtle, TriG, N-Quads, N-Triples or JSON-LD file, by its suffix; nothing is fetched.

    What is wrong is a finding, not an exception: all of it, with the line where the file itself cannot be parsed.
    ``source`` and ``stated`` are for statements that name none; by default the source is the file with a hash.
    """
    file, name = str(path), Path(path).name
    try:
        data = Path(path).read_bytes()
        triples = parse(data, format_of(Path(path).suffix), name=file)
    except LoadError as error:
        return Reading((), error.findings, {name: 0})
    except OrgGraphError as error:
        return Reading((), (Finding("error", str(error), file, 0, "format"),), {name: 0})
    except OSError as error:
        return Reading((), (Finding("error", f"cannot be read: {error.strerror}", file, 0, "file"),), {name: 0})
    changes, findings = _read(triples, file=file, source=source or f"{name}#{content_hash(data)}", stated=stated)
    return Reading(tuple(changes), tuple(findings), {name: _count(triples)})


def read_graph(graph: rdflib.Graph, *, source: str = "", stated: str = "") -> Reading:
    """Read an rdflib graph, of a dataset all its graphs; ``source`` is by default the graph with a hash.

    >>> import rdflib
    >>> text = '[] a orgg:RoleChange ; orgg:kind "abolished" ; orgg:post "CTO" ; orgg:effective "2024" .'
    >>> graph = rdflib.Graph().parse(data="@prefix orgg: <https://w3id.org/orggraph#> . " + text)
    >>> read_graph(graph).changes[0].effective
    Moment('2024')
    """
    import rdflib  # heavy: only for who works with rdflib

    if not isinstance(graph, rdflib.Graph):
        raise UnsupportedError(f"{type(graph).__name__} is not an rdflib.Graph (expected one, a file or rows)")
    statements = graph.quads() if isinstance(graph, rdflib.Dataset) else graph.triples((None, None, None))
    terms = [tuple(from_rdflib(node) for node in statement[:3]) for statement in statements]
    triples: list[Triple] = [(str(subject), str(predicate), term) for subject, predicate, term in terms]
    source = source or f"graph#{_graph_hash(triples)}"
    changes, findings = _read(sorted(triples, key=repr), file="", source=source, stated=stated)
    ordered = sorted(changes, key=lambda change: change.id)
    return Reading(tuple(ordered), tuple(findings), {"graph": _count(triples)})


def _graph_hash(triples: list[Triple]) -> str:
    """Name a graph by its triples, whatever their order and the labels of its blank nodes."""
    lines = sorted(re.sub(r"'_:[^']*'", "'_:'", repr(triple)) for triple in triples)
    return content_hash("\n".join(lines).encode("utf-8", "surrogatepass"))


def _count(triples: list[Triple]) -> int:
    """Count the role changes, or the memberships where there is none."""
    types = Counter(term for _, predicate, term in set(triples) if predicate == RDF_TYPE)
    return types[ROLE_CHANGE] or types[MEMBERSHIP]


def _read(triples: list[Triple], *, file: str, source: str, stated: str) -> tuple[list[RoleChange], list[Finding]]:
    nodes = nodes_of(triples)
    types = {term for node in nodes.values() for term in node.get(RDF_TYPE, [])}
    if ROLE_CHANGE in types:
        return read_changes(triples, file=file, source=source, stated=stated, standing=True)
    if MEMBERSHIP not in types:
        message = f"there is no role change in it ({_EXPECTED})"
        return [], [Finding("error", message, file, 0, "no-role-change")]
    changes: list[RoleChange] = []
    findings: list[Finding] = []
    for iri in [iri for iri, node in nodes.items() if MEMBERSHIP in node.get(RDF_TYPE, [])]:
        try:
            fields = {"source": source, "stated": stated} | _membership(iri, nodes)
            changes.append(RoleChange.parse(fields, file=file))
        except ChangeError as error:
            where = "a membership without IRI" if iri.startswith("_:") else f"<{iri}>"
            findings.append(Finding("error", f"{where}: {error}", file, 0, "membership"))
    return with_occurrences(changes), findings


def _membership(iri: str, nodes: Mapping[str, Node]) -> dict[str, str]:
    """Write a membership as the fields of a ``starts``."""
    node = nodes[iri]
    fields = {"kind": "starts", "record": "" if iri.startswith("_:") else iri}
    place = _text(node, ORG + "organization")
    is_unit = ORG + "OrganizationalUnit" in nodes.get(place, {}).get(RDF_TYPE, [])
    fields |= _entity("person", _text(node, ORG + "member"), nodes)
    fields |= _entity("unit" if is_unit else "organization", place, nodes)
    fields |= _entity("post", _text(node, ORGG + "post"), nodes)
    role = _text(node, ORG + "role")
    fields["role"] = _name(role, nodes)
    start, end = _period(node, nodes)
    if not start and not end:
        raise ChangeError("the membership has no day (expected org:memberDuring with a beginning)", field="effective")
    return fields | {"effective": start or f"../{end}", "until": end}


def _entity(kind: str, iri: str, nodes: Mapping[str, Node]) -> dict[str, str]:
    if not iri:
        return {}
    return {kind: _name(iri, nodes), f"{kind}_id": iri if is_node(iri) else ""}


def _name(iri: str, nodes: Mapping[str, Node]) -> str:
    """Give the name of an entity, the one without language or the first by language; else the end of its IRI."""
    for predicate in _NAMES:
        names = [term for term in nodes.get(iri, {}).get(predicate, []) if isinstance(term, Literal)]
        if names:
            return min(names, key=lambda name: (name.language, name.value)).value
    return "" if iri.startswith("_:") else iri.rpartition("#")[2].rpartition("/")[2]


def _period(node: Node, nodes: Mapping[str, Node]) -> tuple[str, str]:
    """Give start and end as texts, empty where there is none; they may stand on the membership or on its interval."""
    interval = nodes.get(_text(node, ORG + "memberDuring"), {})
    ends = []
    for flat, name in (("start", "hasBeginning"), ("end", "hasEnd")):
        instant = nodes.get(_text(interval, TIME + name), {})
        found = [_text(node, ORGG + flat), *(_text(instant, predicate) for predicate in _DAYS), _bounds(instant)]
        ends.append(next((text for text in found if text), ""))
    return ends[0], ends[1]


def _bounds(instant: Node) -> str:
    """Give the bounds of one of our own moments as EDTF, empty if it has none."""
    earliest, latest = _text(instant, ORGG + "earliest"), _text(instant, ORGG + "latest")
    return f"{earliest or '..'}/{latest or '..'}" if earliest or latest else ""


def _text(node: Node, predicate: str) -> str:
    """Give the only object of a predicate as text, empty if there is none; raise `ChangeError` for several."""
    terms = node.get(predicate, [])
    if len(terms) > 1:
        raise ChangeError(f"<{predicate}> has {len(terms)} values (expected one)")
    return "".join(term if isinstance(term, str) else term.value for term in terms)
