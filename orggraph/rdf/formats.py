"""RDF as bytes: reading and writing Turtle, TriG, N-Quads, N-Triples and JSON-LD; writing RDF/XML.

Why pyoxigraph reads JSON-LD too: unlike rdflib's reader it fetches nothing, so a file cannot make us open an address
or a local file by naming it as its context; such a file is refused. Why JSON-LD is written here: a library's writer
gives no fixed order; same input, same bytes is worth thirty lines.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from orggraph.changes import unknown_word
from orggraph.errors import Finding, LoadError, UnsupportedError
from orggraph.rdf.terms import Triple, from_oxigraph, to_oxigraph
from orggraph.vocabulary import PREFIXES, RDF_TYPE, XSD, Literal, Term

Quad = tuple[str, str, Term, str]
"""A triple and the IRI of its named graph, empty for the default graph."""


class Format(NamedTuple):
    """One way to write RDF: how files end, its media type, its name in pyoxigraph, whether it has named graphs."""

    suffixes: tuple[str, ...]
    media_type: str
    oxigraph: str
    graphs: bool


FORMATS: dict[str, Format] = {
    "turtle": Format((".ttl",), "text/turtle", "TURTLE", False),
    "trig": Format((".trig",), "application/trig", "TRIG", True),
    "nquads": Format((".nq",), "application/n-quads", "N_QUADS", True),
    "ntriples": Format((".nt",), "application/n-triples", "N_TRIPLES", False),
    "jsonld": Format((".jsonld",), "application/ld+json", "JSON_LD", False),
}
"""The formats by name, to be read and written."""
WRITTEN = FORMATS | {"rdfxml": Format((), "application/rdf+xml", "RDF_XML", False)}
"""Those that can be written."""

_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9]*", re.ASCII)
_ELEMENT = re.compile(r"[^\W\d][\w.-]*$")
"""The end of an IRI that can be the name of an element."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PLACE = re.compile(r"^Parser error at line \d+[^:]*: | \(line \d+\)$")


def format_of(suffix: str) -> str:
    """Name the format of files that end in ``suffix``; raise `UnsupportedError` listing the ones there are.

    >>> format_of(".TTL")
    'turtle'
    """
    for name, format_ in FORMATS.items():
        if suffix.casefold() in format_.suffixes:
            return name
    known = ", ".join(suffix for format_ in FORMATS.values() for suffix in format_.suffixes)
    raise UnsupportedError(f"{suffix or 'no suffix'!r} is not the suffix of an RDF file (expected one of {known})")


def parse(data: bytes, format: str, *, name: str = "") -> list[Triple]:
    """Read the triples of all graphs, in the order written; raise `LoadError` naming file ``name`` and line.

    >>> parse(b'<urn:a> <urn:b> "c" .', "ntriples")
    [('urn:a', 'urn:b', Literal(value='c', datatype='http://www.w3.org/2001/XMLSchema#string', language=''))]
    """
    import pyoxigraph  # heavy: only for who touches RDF

    kind = getattr(pyoxigraph.RdfFormat, _format(format, FORMATS).oxigraph)
    try:
        read = pyoxigraph.parse(data.removeprefix(b"\xef\xbb\xbf"), format=kind)
        return [(_iri(quad.subject), _iri(quad.predicate), from_oxigraph(quad.object)) for quad in read]
    except SyntaxError as error:
        message = _PLACE.sub("", error.msg)
        if "LoadDocumentCallback" in message:
            message = "a context at another address is not fetched (expected the context inside the document)"
        finding = Finding("error", f"this is not {format}: {message}", name, error.lineno or 0, "syntax")
        raise LoadError([finding]) from error


def serialize(quads: Iterable[Quad], format: str) -> bytes:
    """Write the statements sorted, each once, with prefixes; a format without named graphs merges them.

    >>> print(serialize([("urn:a", RDF_TYPE, PREFIXES["org"] + "Post", "")], "ntriples").decode().strip())
    <urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/org#Post> .
    """
    graphs = _format(format, WRITTEN).graphs
    ordered = sorted({(s, p, o, g if graphs else "") for s, p, o, g in quads}, key=_order)
    if format == "rdfxml":
        _check_xml(ordered)
    return _json_ld(ordered) if format == "jsonld" else _oxigraph(ordered, format)


def _check_xml(quads: Iterable[Quad]) -> None:
    """Refuse what XML has no way to say, and the engine would write all the same: `UnsupportedError`."""
    for _, predicate, term, _ in quads:
        if not _ELEMENT.search(predicate):
            raise UnsupportedError(f"RDF/XML cannot name the property <{predicate}> (take turtle)")
        if isinstance(term, Literal) and (found := _NOT_XML.search(term.value)):
            where = f"the character {found.group()!r} of {term.value!r}"
            raise UnsupportedError(f"RDF/XML cannot hold {where} (take turtle)")


def _format(name: str, known: Mapping[str, Format]) -> Format:
    if name not in known:
        raise UnsupportedError(unknown_word(name, known, "format of RDF"))
    return known[name]


def _iri(node: object) -> str:
    made = from_oxigraph(node)
    assert isinstance(made, str)
    return made


def _order(quad: Quad) -> tuple[object, ...]:
    """Sort by graph and subject, ``rdf:type`` first, IRIs before literals."""
    subject, predicate, object_, graph = quad
    term = (0, object_) if isinstance(object_, str) else (1, *object_)
    return (graph, subject, predicate != RDF_TYPE, predicate, term)


def _oxigraph(quads: list[Quad], format: str) -> bytes:
    import pyoxigraph  # heavy: only for who touches RDF

    made = (
        pyoxigraph.Quad(
            to_oxigraph(subject),  # type: ignore[arg-type]  # never a literal
            to_oxigraph(predicate),  # type: ignore[arg-type]  # always an IRI
            to_oxigraph(object_),
            to_oxigraph(graph) if graph else pyoxigraph.DefaultGraph(),  # type: ignore[arg-type]  # always an IRI
        )
        for subject, predicate, object_, graph in quads
    )
    kind = getattr(pyoxigraph.RdfFormat, WRITTEN[format].oxigraph)
    prefixes = PREFIXES if format in ("turtle", "trig", "rdfxml") else None
    written = pyoxigraph.serialize(made, format=kind, prefixes=prefixes)
    assert written is not None
    return written


def _json_ld(quads: list[Quad]) -> bytes:
    nodes: dict[str, dict[str, object]] = {}
    for subject, predicate, object_, _ in quads:
        node = nodes.setdefault(subject, {"@id": subject})
        is_class = predicate == RDF_TYPE and isinstance(object_, str)
        values = node.setdefault("@type" if is_class else _compact(predicate), [])
        assert isinstance(values, list)
        values.append(_compact(str(object_)) if is_class else _json(object_))
    document = {"@context": PREFIXES, "@graph": list(nodes.values())}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _json(term: Term) -> object:
    if isinstance(term, str):
        return {"@id": term}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype == XSD + "string":
        return term.value
    return {"@value": term.value, "@type": _compact(term.datatype)}


def _compact(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
