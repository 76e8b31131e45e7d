"""RDF terms in the libraries' classes and back: the one place where they are converted.

A blank node, which only other people's data has, is the plain string ``_:label``; orggraph itself never makes one.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from orggraph.errors import ChangeError, UnsupportedError
from orggraph.vocabulary import PREFIXES, RDF, XSD, Literal, Term, is_iri

if TYPE_CHECKING:
    import pyoxigraph
    import rdflib.term

Triple = tuple[str, str, Term]
"""Subject, predicate and object."""

LANG_STRING = RDF + "langString"
"""The datatype of every literal that has a language."""

_BLANK = "_:"
_STRING = XSD + "string"


def to_oxigraph(term: Term) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal:
    """Make the pyoxigraph term; raise `ChangeError` for what RDF cannot hold (an IRI with a space, half a character).

    >>> to_oxigraph(Literal("2025-10-03", XSD + "date")).value
    '2025-10-03'
    """
    import pyoxigraph  # heavy: only for who touches RDF

    try:
        if isinstance(term, str):
            return _node(term)
        if term.language:
            return pyoxigraph.Literal(term.value, language=term.language)
        if term.datatype == _STRING:
            return pyoxigraph.Literal(term.value)
        return pyoxigraph.Literal(term.value, datatype=pyoxigraph.NamedNode(term.datatype))
    except ValueError as error:
        what = term if isinstance(term, str) else term.value
        raise ChangeError(f"{what!r} cannot be written as RDF: {error} (expected an absolute IRI or a text)") from error


def to_quad(triple: Triple) -> pyoxigraph.Quad:
    """Make the pyoxigraph quad of a triple in the default graph; raise `ChangeError` as `to_oxigraph` does."""
    import pyoxigraph  # heavy: only for who touches RDF

    subject, predicate, term = triple
    return pyoxigraph.Quad(_node(subject), _node(predicate), to_oxigraph(term))  # type: ignore[arg-type]  # no predicate is a blank node


@lru_cache(maxsize=65536)
def _node(iri: str) -> pyoxigraph.NamedNode | pyoxigraph.BlankNode:
    """Make an IRI or blank node; remembered, since most terms of a graph stand in many of its triples."""
    import pyoxigraph  # heavy: only for who touches RDF

    return pyoxigraph.BlankNode(iri[2:]) if iri.startswith(_BLANK) else pyoxigraph.NamedNode(iri)


def from_oxigraph(node: object) -> Term:
    """Read a pyoxigraph term; language tags come in lower case, as RDF 1.1 section 3.3 allows.

    >>> from_oxigraph(to_oxigraph("https://example.org/p/1"))
    'https://example.org/p/1'
    """
    import pyoxigraph  # heavy: only for who touches RDF

    if isinstance(node, pyoxigraph.NamedNode):
        return node.value
    if isinstance(node, pyoxigraph.Literal):
        return Literal(node.value, node.datatype.value, node.language or "")
    if isinstance(node, pyoxigraph.BlankNode):
        return _BLANK + node.value
    raise UnsupportedError(f"{node} is not an IRI, a literal or a blank node")


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """Make an rdflib graph of the triples, with the usual prefixes."""
    import rdflib  # heavy: only for who works with rdflib

    graph = rdflib.Graph()
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    for triple in triples:
        subject, predicate, term = (to_rdflib_term(part) for part in triple)
        graph.add((subject, predicate, term))
    return graph


def to_rdflib_term(term: Term) -> rdflib.term.IdentifiedNode | rdflib.term.Literal:
    """Make the rdflib term, its lexical form kept as it is."""
    import rdflib  # heavy: only for who works with rdflib

    if isinstance(term, str):
        return rdflib.BNode(term[2:]) if term.startswith(_BLANK) else rdflib.URIRef(term)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype == _STRING else rdflib.URIRef(term.datatype)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)


def from_rdflib(node: object) -> Term:
    """Read an rdflib term.

    >>> from_rdflib(to_rdflib_term(Literal("Söhne", language="de"))).language
    'de'
    """
    import rdflib  # heavy: only for who works with rdflib

    if isinstance(node, rdflib.Literal):
        if node.language:
            return Literal(str(node), LANG_STRING, node.language)
        return Literal(str(node), str(node.datatype or _STRING))
    if isinstance(node, rdflib.BNode):
        return f"{_BLANK}{node}"
    if isinstance(node, rdflib.URIRef):
        return str(node)
    raise UnsupportedError(f"{node!r} is not an IRI, a literal or a blank node")


def is_node(text: str) -> bool:
    """Tell whether ``text`` is an absolute IRI that RDF accepts, down to its escapes.

    >>> is_node("https://example.org/100%25"), is_node("https://example.org/100%"), is_node("Chief: Staff")
    (True, False, False)
    """
    if not is_iri(text):
        return False
    try:
        to_oxigraph(text)
    except ChangeError:
        return False
    return True
