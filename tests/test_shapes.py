"""Tests of SHACL: the shapes of the package and of others, on a day and over all of time, and what is refused."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
from company import company, row
from test_check_suspects import loaded

from orggraph.check import shapes as shacl
from orggraph.check.shapes import SHIPPED, read_shapes, shape_findings, validated
from orggraph.errors import Finding, LoadError, UnsupportedError
from orggraph.rdf import parse

PREFIXES = """
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix orgg: <https://w3id.org/orggraph#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix ex: <urn:example:> .
"""
MANAGED = """ex:Managed a sh:NodeShape ; sh:targetClass foaf:Person ;
  sh:property [ sh:path org:reportsTo ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "has no manager" ] ."""


def written(folder: Path, text: str, name: str = "ours.ttl") -> Path:
    """Write a file of shapes."""
    path = folder / name
    path.write_text(PREFIXES + text, "utf-8")
    return path


def said(findings: list[Finding]) -> list[tuple[str, str]]:
    """Give severity and message of what shapes found."""
    return [(f.severity, f.message) for f in findings if f.code == "shacl"]


@pytest.mark.parametrize("day", [None, "2024-03-01", "2024-09-15"])
def test_the_company_conforms_to_the_shapes_of_the_package(day: str | None) -> None:
    assert said(company().check(shapes=[SHIPPED], as_of=day)) == []


def test_shapes_of_others_name_who_which_property_and_the_day(tmp_path: Path) -> None:
    shapes = written(tmp_path, MANAGED)
    found = [f for f in company().check(shapes=[str(shapes)], as_of="2024-03-01") if f.code == "shacl"]
    assert said(found) == [
        ("warning", "Ada Abel: org:reportsTo: has no manager (MinCount)"),
        ("warning", "Lou Lane: org:reportsTo: has no manager (MinCount)"),
    ]
    assert {(f.since, f.until, f.path) for f in found} == {("2024-03-01", "2024-03-02", "org:reportsTo")}
    assert found[0].nodes[0].name == "Ada Abel"


def test_over_all_of_time_a_node_is_a_fact_named_with_its_days_and_role_changes(tmp_path: Path) -> None:
    shape = """ex:Ends a sh:NodeShape ; sh:targetClass org:Membership ; sh:severity sh:Info ;
      sh:property [ sh:path orgg:end ; sh:maxCount 0 ; sh:severity sh:Info ; sh:message "has ended" ] ."""
    org = company()
    found = [f for f in org.check(shapes=[written(tmp_path, shape)]) if f.code == "shacl"]
    ben = next(f for f in found if "Ben Brook" in f.message)
    told = "Ben Brook as Chief Technology Officer: orgg:end: has ended (MaxCount)"
    assert (ben.severity, ben.message, ben.since, ben.until) == ("note", told, "2020-01-01", "2024-04-01")
    assert [node.name for node in ben.nodes[1:]] == ["Ben Brook", "Engineering"]
    assert [change.person for change in org.changes(ben.changes).values()] == ["Ben Brook"]


def test_several_files_and_severities_come_in_one_list_the_gravest_first(tmp_path: Path) -> None:
    violated = written(tmp_path, MANAGED.replace("sh:severity sh:Warning ; ", "").replace("Managed", "Must"), "a.ttl")
    warned = written(tmp_path, MANAGED, "b.ttl")
    found = said(company().check(shapes=[warned, violated], as_of="2024-03-01"))
    severities = [severity for severity, _ in found]
    assert severities == sorted(severities) and set(severities) == {"error", "warning"}


PATHS = [
    ("[ sh:inversePath org:reportsTo ]", "^org:reportsTo"),
    ("( org:memberOf org:unitOf )", "org:memberOf/org:unitOf"),
    ("[ sh:oneOrMorePath org:reportsTo ]", "org:reportsTo+"),
    ("[ sh:alternativePath ( org:holds org:headOf ) ]", "(org:holds|org:headOf)"),
]


@pytest.mark.parametrize("path, expected", PATHS, ids=[expected for _, expected in PATHS])
def test_paths_are_written_as_in_sparql(tmp_path: Path, path: str, expected: str) -> None:
    shape = f"ex:S a sh:NodeShape ; sh:targetClass foaf:Person ; sh:property [ sh:path {path} ; sh:minCount 20 ] ."
    found = shape_findings(company().timeline, [written(tmp_path, shape)], day=738_946)
    assert {finding.path for finding in found} == {expected}


REFUSED = {
    "owl:imports": "ex:shapes owl:imports <http://127.0.0.1:9/shapes.ttl> . ex:S a sh:NodeShape .",
    "sh:sparql": """ex:S a sh:NodeShape ; sh:targetClass foaf:Person ;
        sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ] .""",
    "sh:SPARQLFunction": "ex:f a sh:SPARQLFunction .",
    "sh:js": "ex:S a sh:NodeShape ; sh:targetClass foaf:Person ; sh:js [ sh:jsFunctionName 'f' ] .",
    "sh:JSLibrary": "ex:l a sh:JSLibrary .",
    "sh:rule": "ex:S a sh:NodeShape ; sh:rule [] .",
    "sh:target": "ex:S a sh:NodeShape ; sh:target [] .",
    "sh:shapesGraph": "ex:g sh:shapesGraph <http://127.0.0.1:9/> .",
}


@pytest.mark.parametrize("word", REFUSED)
def test_what_would_run_code_or_open_addresses_is_refused_by_name(tmp_path: Path, word: str) -> None:
    path = written(tmp_path, REFUSED[word])
    with pytest.raises(UnsupportedError, match=rf"ours.ttl: {word} is not taken, since shapes neither run code nor"):
        read_shapes(path)


def test_files_that_are_no_shapes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedError, match="there is no shape in it"):
        read_shapes(written(tmp_path, "ex:a ex:b ex:c ."))
    with pytest.raises(LoadError, match="this is not turtle"):
        read_shapes(written(tmp_path, "ex:a ex:b"))
    with pytest.raises(UnsupportedError, match="No such file"):
        read_shapes(tmp_path / "none.ttl")
    with pytest.raises(UnsupportedError, match="suffix"):
        read_shapes(written(tmp_path, MANAGED, "ours.txt"))
    remote = tmp_path / "remote.jsonld"
    remote.write_text('{"@context": "http://127.0.0.1:9/context", "@id": "urn:a"}', "utf-8")
    with pytest.raises(LoadError, match="is not fetched"):
        read_shapes(remote)


def test_ill_formed_shapes_are_our_error(tmp_path: Path) -> None:
    shape = "ex:S a sh:NodeShape ; sh:targetClass foaf:Person ; sh:property [ sh:path org:holds ; sh:minCount 'x' ] ."
    with pytest.raises(UnsupportedError, match="the shapes are not SHACL Core"):
        company().check(shapes=[written(tmp_path, shape)], as_of="2024-03-01")


def test_without_pyshacl_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(UnsupportedError, match=r"pip install 'orggraph\[shacl\]'"):
        company().check(shapes=[SHIPPED])


def test_too_many_facts_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shacl, "MOST", 10)
    org = company()
    for day in (None, "2024-03-01"):
        with pytest.raises(UnsupportedError, match="SHACL is for at most 10 facts, and here are"):
            org.check(shapes=[SHIPPED], as_of=day)


BROKEN = [
    ("a org:Membership ; org:organization ex:o", "org:member"),
    ("a org:Membership ; org:member ex:a , ex:b ; org:organization ex:o", "org:member"),
    ("a org:Membership ; org:member ex:a ; org:organization 'Acme'", "org:organization"),
    ("a orgg:ReportingLine ; orgg:reporter ex:a ; orgg:line 'direct'", "orgg:manager"),
    ("a orgg:ReportingLine ; orgg:reporter ex:a ; orgg:manager ex:b ; orgg:line 'bold'",
     "orgg:line"),
    ("orgg:tenure ex:t ; orgg:start '2024-05-01'^^xsd:date ; orgg:end '2024-04-01'^^xsd:date",
     "orgg:start"),
    ("orgg:tenure ex:t ; orgg:start '2024'^^xsd:gYear", "orgg:start"),
    ("orgg:tenure ex:t ; orgg:start '2024-02-30'^^xsd:date", "orgg:start"),
    ("orgg:tenure ex:t ; orgg:startEarliest '2024-05-01'^^xsd:date ; "
     "orgg:startLatest '2024-04-01'^^xsd:date", "orgg:startEarliest"),
    ("a foaf:Person", "foaf:name"),
    ("a foaf:Person ; foaf:name 'Ann' ; org:holds ex:b", "org:holds"),
    ("a org:Post ; org:postIn ex:o", "skos:prefLabel"),
    ("org:reportsTo ex:nobody", "org:reportsTo"),
]  # fmt: skip


@pytest.mark.parametrize("said_of_it, path", BROKEN, ids=[f"{path} {n}" for n, (_, path) in enumerate(BROKEN)])
def test_the_shapes_of_the_package_find_what_is_broken(said_of_it: str, path: str) -> None:
    """No load leads to such a graph, but another program may write into a store."""
    wholes = "orgg:recorded '2024-01-01T00:00:00Z'^^xsd:dateTime" if "tenure" in said_of_it else "ex:p ex:o"
    prefixes = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."
    data = parse(f"{PREFIXES}{prefixes} ex:o a org:Organization . ex:x {said_of_it} ; {wholes} .".encode(), "turtle")
    assert {told.path for told in validated(data, read_shapes(SHIPPED)) if told.focus == "urn:example:x"} >= {path}


def test_a_post_whose_place_is_only_possible_is_a_note() -> None:
    org = company({**row("starts", "2024-03", person="Zoe Zorn", post="Fellow"), "until": "2024-05"})
    message = "Fellow: org:postIn: it is not certain where the post is (MinCount)"
    assert said(org.check(shapes=[SHIPPED], as_of="2024-03-15")) == [("note", message)]


def test_a_day_of_british_ministers_conforms_but_for_places_that_are_not_certain(shared: Path) -> None:
    day = date(1985, 3, 1).toordinal()
    found = said(shape_findings(loaded(shared, "ifg_ministers").timeline, [SHIPPED], day=day))
    assert {severity for severity, _ in found} <= {"note"}


def test_japanese_ministers_conform_over_all_of_time(shared: Path) -> None:
    assert shape_findings(loaded(shared, "wikidata_ministers").timeline, [SHIPPED]) == []
