"""The ontology describes every orgg: term that the package and the query library use, and uses W3C ORG as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest

import orggraph
from orggraph.functions import FUNCTIONS
from orggraph.rdf import parse
from orggraph.rdf.nodes import nodes_of
from orggraph.rdf.records import PROPERTIES
from orggraph.vocabulary import ORG, ORGG, OWL, RDF, RDF_TYPE, RDFS

PACKAGE = Path(orggraph.__file__).parent
QUERIES = Path(__file__).resolve().parents[1] / "queries"
ONTOLOGY = PACKAGE / "orgg.ttl"
SOURCES = [*sorted(PACKAGE.rglob("*.py")), *sorted(QUERIES.glob("*.rq"))]

NODES = nodes_of(parse(ONTOLOGY.read_bytes(), "turtle"))
DEFINED = {iri.removeprefix(ORGG) for iri in NODES if iri.startswith(ORGG)}
PROPERTY_TYPES = {RDF + "Property", OWL + "ObjectProperty", OWL + "DatatypeProperty"}

FUNCTION = "http://www.w3.org/ns/sparql-service-description#Function"


def used(prefix: str) -> dict[str, str]:
    """Give each term of a namespace that the source uses, with a file that uses it."""
    term = re.compile(rf'\b{prefix.upper()} \+ "(\w+)"|(?<![\w:/]){prefix}:([A-Za-z]\w*)')
    found: dict[str, str] = {}
    for path in SOURCES:
        for match in term.finditer(path.read_text(encoding="utf-8")):
            found[match.group(1) or match.group(2)] = path.name
    return found


def test_every_orgg_term_in_use_is_defined() -> None:
    terms = used("orgg")
    assert {"post", "reportsDirectlyTo", "Moment"} <= terms.keys()
    assert {term: file for term, file in terms.items() if term not in DEFINED} == {}


def test_the_functions_are_those_of_the_ontology() -> None:
    assert {iri for iri, node in NODES.items() if FUNCTION in node[RDF_TYPE]} == FUNCTIONS.keys()


def test_every_field_of_a_role_change_has_a_property() -> None:
    assert {iri.removeprefix(ORGG) for iri in PROPERTIES.values()} - DEFINED == set()


@pytest.mark.parametrize("term", sorted(DEFINED))
def test_every_term_is_typed_labelled_and_explained(term: str) -> None:
    node = NODES[ORGG + term]
    kinds = set(node[RDF_TYPE])
    assert len(node[RDFS + "label"]) == len(node[RDFS + "comment"]) == 1
    if term[0].isupper():
        assert kinds == {OWL + "Class"}
    else:
        assert kinds & PROPERTY_TYPES or kinds in ({ORGG + "Moment"}, {FUNCTION})


@pytest.mark.parametrize("term", ["reportsDirectlyTo", "reportsDottedTo"])
def test_both_lines_are_kinds_of_reporting(term: str) -> None:
    assert NODES[ORGG + term][RDFS + "subPropertyOf"] == [ORG + "reportsTo"]


def test_terms_referred_to_are_defined() -> None:
    objects = {term for node in NODES.values() for terms in node.values() for term in terms if isinstance(term, str)}
    assert {iri.removeprefix(ORGG) for iri in objects if iri.startswith(ORGG)} - DEFINED == set()


def test_every_org_term_in_use_is_in_w3c_org(shared: Path) -> None:
    standard = (shared / "w3c_vocab" / "org.ttl").read_bytes()
    defined = {
        quad.subject.value.removeprefix(ORG)
        for quad in pyoxigraph.parse(standard, format=pyoxigraph.RdfFormat.TURTLE)
        if isinstance(quad.subject, pyoxigraph.NamedNode)
    }
    ours = re.findall(r"\borg:(\w+)", ONTOLOGY.read_text(encoding="utf-8"))
    terms = used("org") | dict.fromkeys(ours, ONTOLOGY.name)
    assert {"Membership", "reportsTo"} <= terms.keys()
    assert {term: file for term, file in terms.items() if term not in defined} == {}
