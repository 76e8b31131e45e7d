"""Role changes, sources and loads as RDF: compact for a store, one property a field for people.

Why two shapes: a store holds millions of statements and reads them back whole, so there a role change is two triples,
its record as JSON and its source. On export, and in Turtle that people write by hand, each field is a property:

    [] a orgg:RoleChange ; orgg:kind "starts" ; orgg:person "Ada Lovelace" ; orgg:post "CTO" ;
       orgg:organization <https://acme.example/id> , "Acme" ; orgg:effective "2024-05" ; orgg:source "minutes" .

A name is a text and an id an IRI, so both may stand under one property; an id that is no IRI has its own
(``orgg:personId``). What the file and line were stays in the store: on export it would tell the paths of a machine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

from orggraph.changes import FIELDS, RoleChange, unknown_word, with_occurrences
from orggraph.errors import ChangeError, Finding, LoadError
from orggraph.ledger import Entry, Load, recorded_text, recorded_time
from orggraph.rdf.nodes import Node, nodes_of, text_of
from orggraph.rdf.statements import change_id, change_iri
from orggraph.rdf.terms import Triple, is_node
from orggraph.vocabulary import BASE, DCTERMS, ORGG, PROV, RDF, RDF_TYPE, RDFS, XSD, Literal, Term, mint

ROLE_CHANGE = ORGG + "RoleChange"
JSON = ORGG + "json"
PRIMARY_SOURCE = PROV + "hadPrimarySource"
GENERATED_BY = PROV + "wasGeneratedBy"
RECORD_PREDICATES = (JSON, PRIMARY_SOURCE)
"""What a recorded role change is written with in the store's form."""

PROPERTIES: dict[str, str] = {
    field: ORGG + re.sub(r"_(\w)", lambda match: match.group(1).upper(), field) for field in FIELDS
}
"""The property of each field of a role change."""

_FIELD_OF = {iri: field for field, iri in PROPERTIES.items()}
_NAMED = frozenset(field.removesuffix("_id") for field in FIELDS if field.endswith("_id"))
_IRI_VALUES = frozenset({"source", "property", "value"})
_DATATYPES = {"sequence": "integer", "occurrence": "integer", "inferred": "boolean", "stated": "dateTime"}
_RECORD = re.compile(r'"record":("(?:[^"\\]|\\.)*")')
_PASSED_OVER = (RDF_TYPE, PROV, RDFS)


def source_iri(source: str, *, base: str = BASE) -> str:
    """Give the IRI of a source: itself if it is one, else one made from its name.

    >>> source_iri("https://example.org/news"), source_iri("minutes of 3 May")
    ('https://example.org/news', 'urn:orggraph:source:e42b0e82e61cfe5d05a6')
    """
    return source if is_node(source) else mint("source", source, base=base)


def load_iri(identity: str, *, base: str = BASE) -> str:
    """Give the IRI of the load with this identity."""
    return f"{base}load:{quote(identity, safe='')}"


def source_triples(source: str, *, base: str = BASE) -> list[Triple]:
    """Describe a source as a ``prov:Entity`` with its name in ``dcterms:source``."""
    node = source_iri(source, base=base)
    return [(node, RDF_TYPE, PROV + "Entity"), (node, DCTERMS + "source", Literal(source))]


def change_record_triples(entry: Entry, *, base: str = BASE) -> list[Triple]:
    """Write a recorded role change in the store's form: two triples, one where it names no source."""
    change = entry.change
    record = {
        "fields": change.fields(), "file": change.file, "line": change.line_number,
        "recorded": entry.recorded, "load": entry.load, "removed": entry.removed,
    }  # fmt: skip
    node = change_iri(change.id, base=base)
    text = json.dumps(record, ensure_ascii=False, separators=(",", ":"))
    triples: list[Triple] = [(node, JSON, Literal(text, RDF + "JSON"))]
    if change.source:
        triples.append((node, PRIMARY_SOURCE, source_iri(change.source, base=base)))
    return triples


def record_of(text: str) -> str:
    """Give the source's own key in a role change as `change_record_triples` writes it, without reading all of it.

    >>> record_of('{"fields":{"kind":"starts","record":"r5"},"file":""}'), record_of('{"fields":{}}')
    ('r5', '')
    """
    found = _RECORD.search(text)
    key: str = json.loads(found[1]) if found else ""
    return key


def entries_from_triples(triples: Iterable[Triple]) -> list[Entry]:
    """Read what `change_record_triples` wrote, sorted by recorded time, load, file and line."""
    texts = (text_of(term) for _, predicate, term in triples if predicate == JSON)
    return sorted((_entry(json.loads(text)) for text in texts), key=_entry_order)


def _entry(record: Mapping[str, object]) -> Entry:
    fields, line, recorded, removed = (record[name] for name in ("fields", "line", "recorded", "removed"))
    assert isinstance(fields, dict) and isinstance(line, int) and isinstance(recorded, int)
    assert removed is None or isinstance(removed, int)
    change = RoleChange.parse(fields, file=str(record["file"]), line_number=line)
    return Entry(change=change, recorded=recorded, load=str(record["load"]), removed=removed)


def _entry_order(entry: Entry) -> tuple[int, str, str, int, str]:
    return (entry.recorded, entry.load, entry.change.file, entry.change.line_number, entry.change.id)


def load_triples(load: Load, *, base: str = BASE) -> list[Triple]:
    """Describe a load as a ``prov:Activity``."""
    said: list[tuple[str, Term]] = [
        (RDF_TYPE, PROV + "Activity"),
        (RDF_TYPE, ORGG + "Load"),
        (RDFS + "label", Literal(load.label)),
        (ORGG + "recorded", Literal(recorded_text(load.recorded), XSD + "dateTime")),
        (ORGG + "added", Literal(str(load.added), XSD + "integer")),
    ]
    if load.removed is not None:
        said.append((ORGG + "removed", Literal(recorded_text(load.removed), XSD + "dateTime")))
    node = load_iri(load.id, base=base)
    return [(node, predicate, term) for predicate, term in said]


def loads_from_triples(triples: Iterable[Triple]) -> list[Load]:
    """Read what `load_triples` wrote, in the order of recording."""
    nodes = nodes_of(triples)
    loads = []
    for iri, node in nodes.items():
        if ORGG + "Load" not in node.get(RDF_TYPE, []):
            continue
        texts = {predicate: text_of(terms[0]) for predicate, terms in node.items()}
        removed = texts.get(ORGG + "removed")
        loads.append(
            Load(
                id=unquote(iri.rpartition("load:")[2]),
                recorded=recorded_time(texts[ORGG + "recorded"]),
                label=texts.get(RDFS + "label", ""),
                added=int(texts[ORGG + "added"]),
                removed=recorded_time(removed) if removed else None,
            )
        )
    return sorted(loads, key=lambda load: (load.recorded, load.id))


def change_triples(change: RoleChange, *, base: str = BASE) -> list[Triple]:
    """Write a role change in the open form, one property a field.

    >>> made = RoleChange.parse({"kind": "ends", "person": "Ada", "post": "CTO", "effective": "2024-05"})
    >>> [predicate.rpartition("#")[2] for _, predicate, _ in change_triples(made)]
    ['type', 'kind', 'person', 'post', 'effective']
    """
    said: list[tuple[str, Term]] = [(RDF_TYPE, ROLE_CHANGE)]
    for field, text in change.fields().items():
        name = field.removesuffix("_id")
        if field != name and is_node(text):
            said.append((PROPERTIES[name], text))
        elif field in _IRI_VALUES and is_node(text):
            said.append((PROPERTIES[field], text))
        else:
            said.append((PROPERTIES[field], Literal(text, XSD + _DATATYPES.get(field, "string"))))
    if change.source:
        said.append((PRIMARY_SOURCE, source_iri(change.source, base=base)))
    node = change_iri(change.id, base=base)
    return [(node, predicate, term) for predicate, term in said]


def changes_from_triples(triples: Iterable[Triple], *, file: str = "") -> list[RoleChange]:
    """Read the role changes of the open form, in the order written; raise `LoadError` with every one that is wrong."""
    changes, findings = read_changes(triples, file=file)
    if errors := [finding for finding in findings if finding.severity == "error"]:
        raise LoadError(errors)
    return changes


def read_changes(
    triples: Iterable[Triple], *, file: str = "", source: str = "", stated: str = "", standing: bool = False
) -> tuple[list[RoleChange], list[Finding]]:
    """Read the role changes of the open form, in the order written, and what is wrong with those that are left out.

    ``source`` and ``stated`` are for role changes that say none. Properties of other vocabularies are noted, once each.
    With ``standing`` those are passed over whose loads were all taken back.
    """
    nodes = nodes_of(triples)
    changes: list[RoleChange] = []
    findings: list[Finding] = []
    foreign: dict[str, None] = {}
    for subject, node in nodes.items():
        if ROLE_CHANGE not in node.get(RDF_TYPE, []) or (standing and _taken_back(node, nodes)):
            continue
        foreign |= dict.fromkeys(p for p in node if not p.startswith((ORGG, *_PASSED_OVER)))
        try:
            fields = _fields(node, nodes)
            fields = {"source": source, "stated": stated} | fields
            changes.append(RoleChange.parse(fields, file=file))
        except ChangeError as error:
            where = "a role change without IRI" if subject.startswith("_:") else f"<{subject}>"
            findings.append(Finding("error", f"{where}: {error}{_hint(node)}", file, 0, "role-change"))
    findings += [Finding("note", f"<{p}> on role changes is not read", file, 0, "foreign-property") for p in foreign]
    return with_occurrences(changes), findings


def _taken_back(node: Node, nodes: Mapping[str, Node]) -> bool:
    loads = [nodes.get(str(load), {}) for load in node.get(GENERATED_BY, [])]
    return bool(loads) and all(ORGG + "removed" in load for load in loads)


def _fields(node: Node, nodes: Mapping[str, Node]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for predicate, terms in node.items():
        if not predicate.startswith(ORGG):
            continue
        name = predicate.removeprefix(ORGG)
        if predicate not in _FIELD_OF:
            known = [iri.removeprefix(ORGG) for iri in _FIELD_OF]
            raise ChangeError(unknown_word(name, known, "property of a role change"), field=name)
        for term in terms:
            field = _field(_FIELD_OF[predicate], term)
            if field in fields:
                raise ChangeError(f"orgg:{name} is given more than once (expected one)", field=field)
            fields[field] = change_id(term) if field == "target" and isinstance(term, str) else text_of(term)
    primary = [term for term in node.get(PRIMARY_SOURCE, []) if isinstance(term, str)]
    if "source" not in fields and primary:
        names = nodes.get(primary[0], {}).get(DCTERMS + "source", primary)
        fields["source"] = text_of(names[0])
    return fields


def _field(field: str, term: Term) -> str:
    """Name the field that a term fills: the id where an IRI stands for what has a name and an id."""
    if isinstance(term, Literal):
        return field
    if term.startswith("_:"):
        raise ChangeError(f"{field} is a node without IRI (expected a text or an IRI)", field=field)
    return f"{field}_id" if field in _NAMED else field


def _hint(node: Node) -> str:
    """Say which role change is meant, by its own words, since a graph has no lines."""
    names = ("kind", "person", "post", "unit", "effective")
    texts = [text_of(term) for name in names for term in node.get(ORGG + name, [])]
    return f" ({', '.join(texts)})" if texts else ""
