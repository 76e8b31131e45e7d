"""Role changes from RDF files and graphs: orggraph's own open form, or what others write in W3C ORG or schema.org.

Our own form is RDF 1.1 with the terms of the ontology in ``orgg.ttl``: what a graph leaves out goes on, ``orgg:until``
is the first day on which it no longer holds, IRIs tell who is meant, then names within an organization.

Why the others are read only where there is no role change: an export holds both, and there the memberships follow
from the role changes; reading them too would state everything twice. See `org_rdf` and `schema_org`.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from orggraph.changes import RoleChange
from orggraph.errors import Finding, LoadError, OrgGraphError, UnsupportedError
from orggraph.rdf.formats import format_of, parse
from orggraph.rdf.nodes import nodes_of
from orggraph.rdf.records import ROLE_CHANGE, read_changes
from orggraph.rdf.terms import Triple, from_rdflib
from orggraph.sources.org_rdf import CHANGE_EVENT, MEMBERSHIP, is_org, read_org
from orggraph.sources.rolechanges import Reading
from orggraph.sources.schema_org import ROLES, is_schema_org, normalized, read_schema_org, with_local_context
from orggraph.sources.table import content_hash
from orggraph.vocabulary import RDF_TYPE

if TYPE_CHECKING:
    import rdflib

_EXPECTED = (
    "expected nodes of type orgg:RoleChange with an orgg:kind, of type org:Membership with org:memberDuring, or of "
    "type schema:OrganizationRole with a startDate"
)


def read_rdf(path: Path | str, *, source: str = "", stated: str = "") -> Reading:
    """Read a Turtle, TriG, N-Quads, N-Triples or JSON-LD file, by its suffix; nothing is fetched.

    What is wrong is a finding, not an exception: all of it, with the line where the file itself cannot be parsed.
    ``source`` and ``stated`` are for statements that name none; by default the source is the file with a hash.
    """
    file, name = str(path), Path(path).name
    try:
        data = Path(path).read_bytes()
        suffix = Path(path).suffix.casefold()
        format = format_of(".jsonld" if suffix == ".json" else suffix)
        triples = parse(with_local_context(data) if format == "jsonld" else data, format, name=file)
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
    """Count the role changes, or the memberships, events and roles where there is none."""
    types = Counter(str(term) for _, predicate, term in set(triples) if predicate == RDF_TYPE)
    roles = {role.replace("http:", "https:") for role in ROLES} | ROLES
    return types[ROLE_CHANGE] or sum(types[name] for name in (MEMBERSHIP, CHANGE_EVENT, *roles))


def _read(triples: list[Triple], *, file: str, source: str, stated: str) -> tuple[list[RoleChange], list[Finding]]:
    nodes = nodes_of(triples)
    if any(ROLE_CHANGE in node.get(RDF_TYPE, []) for node in nodes.values()):
        return read_changes(triples, file=file, source=source, stated=stated, standing=True)
    if not is_org(nodes) and not is_schema_org(normalized(nodes)):
        message = f"there is no role change in it ({_EXPECTED})"
        return [], [Finding("error", message, file, 0, "no-role-change")]
    plain = normalized(nodes)
    readers = [read for told, read in ((is_org(nodes), read_org), (is_schema_org(plain), read_schema_org)) if told]
    made = [read(plain, file=file, source=source, stated=stated) for read in readers]
    return [change for one in made for change in one.changes], [finding for one in made for finding in one.findings]
