"""RDF/XML, which is only written: it says the same to another reader, or what it cannot say is refused."""

from __future__ import annotations

import pytest
import rdflib

from orggraph.errors import UnsupportedError
from orggraph.rdf import parse, serialize
from orggraph.vocabulary import FOAF, ORG, RDF_TYPE, Literal, Term


def test_rdf_xml_says_the_same_to_another_reader() -> None:
    texts = ["O'Brien & Söhne <CTO>", "]]>", " two\nlines\t"]
    quads = [("urn:a?b&c", FOAF + "name", Literal(text), "") for text in texts]
    quads += [("urn:a?b&c", RDF_TYPE, FOAF + "Person", ""), ("urn:a?b&c", ORG + "reportsTo", "urn:é", "urn:g")]
    read = rdflib.Graph().parse(data=serialize(quads, "rdfxml"), format="xml")
    assert {(str(s), str(p), str(o)) for s, p, o in read} == {
        (s, p, o if isinstance(o, str) else o.value) for s, p, o, _ in quads
    }


@pytest.mark.parametrize(
    ("quad", "words"),
    [
        (("urn:a", "urn:p:1", "urn:b", ""), "cannot name the property <urn:p:1>"),
        (("urn:a", "http://example.org/", "urn:b", ""), "cannot name the property"),
        (("urn:a", FOAF + "name", Literal("bell\x07"), ""), "cannot hold the character"),
    ],
    ids=["a number", "nothing", "a control character"],
)  # fmt: skip
def test_what_xml_cannot_say_is_refused(quad: tuple[str, str, Term, str], words: str) -> None:
    with pytest.raises(UnsupportedError, match=words):
        serialize([quad], "rdfxml")


def test_it_is_not_read() -> None:
    with pytest.raises(UnsupportedError, match="'rdfxml' is no"):
        parse(b"<a/>", "rdfxml")
