"""Tests of RDF that others write: the Organization Ontology of the W3C, and roles of schema.org."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orggraph.graph import OrgGraph
from orggraph.sources import Reading, read

PREFIXES = """\
@prefix org: <http://www.w3.org/ns/org#> . @prefix time: <http://www.w3.org/2006/time#> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix : <https://acme.example/id/> .
:acme a org:FormalOrganization ; skos:prefLabel "Acme" .
:lab a org:OrganizationalUnit ; org:unitOf :acme ; skos:prefLabel "Lab" .
:ada a foaf:Person ; foaf:name "Ada" . :bo a foaf:Person ; foaf:name "Bo" .
:cto a org:Post ; skos:prefLabel "CTO" ; org:postIn :acme . :ceo a org:Post ; skos:prefLabel "CEO" ; org:postIn :acme .
"""


def turtle(folder: Path, text: str, *, stated: str = "") -> Reading:
    path = folder / "org.ttl"
    path.write_text(PREFIXES + text, "utf-8")
    return read(path, source="the site", stated=stated)


def told(reading: Reading) -> list[tuple[str, ...]]:
    return [
        (c.kind, c.person, c.post or c.role, c.unit or c.organization, str(c.effective), str(c.until or ""))
        for c in reading.changes
    ]


DURING = (
    ":m a org:Membership ; org:member :ada ; org:organization :lab ; org:role [ skos:prefLabel 'Chair' ] ; "
    "org:memberDuring "
)


@pytest.mark.parametrize(
    "interval, start, end",
    [
        ("[ time:hasBeginning [ time:inXSDDate '2020-05-01'^^xsd:date ] ; time:hasEnd [ time:inXSDDate "
         "'2021-06-01'^^xsd:date ] ]", "2020-05-01", "2021-06-01"),
        ("[ time:hasBeginning [ time:inXSDDateTime '2020-05-01T00:00:00+01:00'^^xsd:dateTime ] ]", "2020-05-01", ""),
        ("[ time:hasBeginning [ time:inXSDgYear '2020'^^xsd:gYear ] ]", "2020", ""),
        ("[ time:hasBeginning [ time:inXSDgYearMonth '2020-05'^^xsd:gYearMonth ] ]", "2020-05", ""),
        ("[ time:hasBeginning [ time:inDateTime [ time:year '2020'^^xsd:gYear ; time:month '--05'^^xsd:gMonth ; "
         "time:day '---01'^^xsd:gDay ] ] ]", "2020-05-01", ""),
        ("[ time:hasBeginning [ time:inDateTime [ time:year '2020'^^xsd:gYear ] ] ]", "2020", ""),
        ("[ time:hasEnd [ time:inXSDDate '2021-06-01Z'^^xsd:date ] ]", "../2021-06-01", "2021-06-01"),
    ],
    ids=["days", "a time", "a year", "a month", "a description", "a year described", "an end alone"],
)  # fmt: skip
def test_a_membership_has_the_days_of_its_interval(tmp_path: Path, interval: str, start: str, end: str) -> None:
    reading = turtle(tmp_path, f"{DURING}{interval} .")
    assert told(reading) == [("starts", "Ada", "Chair", "Lab", start, end)]
    change = reading.changes[0]
    assert (change.organization, change.record) == ("Acme", "https://acme.example/id/m")
    assert [f.code for f in reading.findings] == ["no-day"]


def test_a_membership_is_in_the_only_post_that_its_member_holds_there(tmp_path: Path) -> None:
    rows = (":cto org:heldBy :ada . :m a org:Membership ; org:member :ada ; org:organization :acme ; org:memberDuring "
            "[ time:hasBeginning [ time:inXSDDate '2020-05-01'^^xsd:date ] ] .")  # fmt: skip
    assert told(turtle(tmp_path, rows, stated="2024-01-01")) == [
        ("starts", "Ada", "CTO", "Acme", "2020-05-01", ""), ("created", "", "", "Lab", "../2024-01-01", ""),
    ]  # fmt: skip


def test_what_has_no_time_was_true_when_it_was_stated(tmp_path: Path) -> None:
    rows = """:cto org:heldBy :ada . :bo org:holds :ceo ; org:headOf :acme . :cto org:reportsTo :ceo .
              :lab org:hasMember :ada . :ada org:memberOf :acme . :ada org:reportsTo :bo ."""
    reading = turtle(tmp_path, rows, stated="2024-01-01")
    assert told(reading) == [
        ("holds", "Ada", "CTO", "Acme", "2024-01-01", ""),
        ("holds", "Bo", "CEO", "Acme", "2024-01-01", ""),
        ("holds", "Bo", "head", "Acme", "2024-01-01", ""),
        ("holds", "Ada", "", "Lab", "2024-01-01", ""),
        ("reports", "Ada", "", "", "../2024-01-01", ""),
        ("reports", "", "CTO", "Acme", "../2024-01-01", ""),
        ("created", "", "", "Lab", "../2024-01-01", ""),
    ]
    org = OrgGraph()
    org.load(tmp_path / "org.ttl", stated="2024-01-01")
    day = org.as_of("2024-01-01")
    assert {(row.name, row.certainty) for row in day.reports_to("Bo")} == {("Ada", "certain")}
    assert [row.name for row in day.holders("CTO")] == ["Ada"]
    lost = turtle(tmp_path, rows)
    assert (lost.changes, [f.severity for f in lost.findings]) == ((), ["error"])
    assert "org:holds (2), org:headOf (1), org:memberOf (2), org:reportsTo (2), org:unitOf (1)" in str(lost.findings[0])
    assert "expected --stated DAY" in str(lost.findings[0])


EVENTS: dict[str, tuple[str, list[tuple[str, str, str, str]]]] = {
    "a merger": ("org:originalOrganization :a , :b ; org:resultingOrganization :c ; dcterms:date '2020'",
                 [("merged", "a", "c", "2020"), ("merged", "b", "c", "2020")]),
    "a split": ("org:originalOrganization :a ; org:resultingOrganization :b , :c ; "
                "prov:startedAtTime '2020-01-01T00:00:00Z'",
                [("split", "a", "b", "2020-01-01"), ("split", "a", "c", "2020-01-01")]),
    "a part": ("org:originalOrganization :a ; org:resultingOrganization :a , :c ; dcterms:date '2020'",
               [("functions transferred", "a", "c", "2020")]),
    "a beginning": ("org:resultingOrganization :c ; dcterms:date '2020-03'", [("created", "c", "", "2020-03")]),
    "an end": ("org:originalOrganization :a ; prov:endedAtTime '2020-03-01'",
               [("abolished", "a", "", "../2020-03-01")]),
    "a long one": ("org:originalOrganization :a ; prov:startedAtTime '2020-03-01' ; prov:endedAtTime '2020-06-01'",
                   [("abolished", "a", "", "2020-03-01/2020-06-01")]),
    "from the other side": ("dcterms:date '2020' . :a org:changedBy :e . :c org:resultedFrom :e",
                            [("merged", "a", "c", "2020")]),
}  # fmt: skip


@pytest.mark.parametrize("said, expected", EVENTS.values(), ids=EVENTS)
def test_events_say_what_became_of_organizations(tmp_path: Path, said: str, expected: list[tuple[str, ...]]) -> None:
    reading = turtle(tmp_path, f":e a org:ChangeEvent ; skos:prefLabel 'reform' ; {said} .")
    assert [(c.kind, c.organization, c.into, str(c.effective)) for c in reading.changes] == expected
    assert {c.reason for c in reading.changes} == {"reform"}


@pytest.mark.parametrize(
    "text, message",
    [
        (f"{DURING} [] .", "<https://acme.example/id/m>: the membership has no day (expected org:memberDuring"),
        (f"{DURING} [ time:hasBeginning [ time:inXSDDate '2020-13-01' ] ] .", "effective '2020-13-01' is not a day"),
        (":e a org:ChangeEvent ; org:originalOrganization :a .", "<https://acme.example/id/e>: the event has no day"),
        (":e a org:ChangeEvent ; dcterms:date '2020' .", "the event names no organization"),
        (":m a org:Membership ; org:organization :acme ; org:memberDuring [ time:hasBeginning [ time:inXSDgYear "
         "'2020' ] ] .", "<https://acme.example/id/m>: 'starts' needs a person"),
        (f"{DURING} [ time:hasBeginning [", "org.ttl:9: this is not turtle"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, text: str, message: str) -> None:
    assert message in "\n".join(str(f) for f in turtle(tmp_path, text).findings if f.severity == "error")


# ---- schema.org

PERSON = {"@type": "Person", "@id": "https://acme.example/id/ada", "name": "Ada"}
ROLE = {"@type": "OrganizationRole", "roleName": "CTO", "startDate": "2020-05-01"}


def document(folder: Path, content: object, *, stated: str = "", name: str = "org.jsonld") -> Reading:
    path = folder / name
    path.write_text(json.dumps(content), "utf-8")
    return read(path, format="rdf", source="the site", stated=stated)


@pytest.mark.parametrize(
    "context",
    ["https://schema.org", "http://schema.org/", ["https://schema.org/", {"x": "urn:x"}],
     "https://schema.org/docs/jsonldcontext.json", {"@vocab": "https://schema.org/"}],
    ids=["address", "old address", "one of two", "document", "vocabulary"],
)  # fmt: skip
@pytest.mark.parametrize("side", ["organization", "person"])
@pytest.mark.parametrize("name", ["org.jsonld", "org.json"])
def test_a_role_is_read_from_both_sides(tmp_path: Path, context: object, side: str, name: str) -> None:
    acme = {"@type": "Organization", "name": "Acme"}
    of_acme = {**acme, "member": {**ROLE, "endDate": "2021-03-31", "member": PERSON}}
    of_ada = {**PERSON, "memberOf": {**ROLE, "endDate": "2021-03-31", "memberOf": acme}}
    reading = document(tmp_path, {"@context": context, **(of_acme if side == "organization" else of_ada)}, name=name)
    assert reading.findings == ()
    assert told(reading) == [("starts", "Ada", "CTO", "Acme", "2020-05-01", "2021-03-31")]
    change = reading.changes[0]
    assert change.person_id == "https://acme.example/id/ada"
    assert change.until is not None
    assert change.until.edtf() == "2021-03-31/2021-04-01"  # the last day, or the day after it


def test_departments_titles_and_roles_without_a_day(tmp_path: Path) -> None:
    content = {
        "@context": "https://schema.org", "@id": "urn:acme", "@type": "Organization", "name": "Acme",
        "department": {"@id": "urn:lab", "@type": "Organization", "name": "Lab", "employee": [
            {"@type": "EmployeeRole", "roleName": {"@type": "DefinedTerm", "name": "Clerk"},
             "employee": {"@type": "Person", "identifier": "7", "givenName": "Cy", "familyName": "Ng"}}]},
        "founder": {"@type": "Person", "name": "Di", "jobTitle": "Chair", "worksFor": {"@id": "urn:acme"}},
    }  # fmt: skip
    reading = document(tmp_path, content, stated="2024-01-01")
    assert sorted(told(reading)) == [
        ("holds", "Cy Ng", "Clerk", "Lab", "2024-01-01", ""), ("holds", "Di", "Chair", "Acme", "2024-01-01", ""),
    ]  # fmt: skip
    assert {c.organization for c in reading.changes} == {"Acme"}
    assert {c.person_id for c in reading.changes} == {"7", ""}
    messages = [str(f) for f in document(tmp_path, content).findings]
    assert len(messages) == 2
    assert any("the role of Cy Ng: the role has no startDate (expected one, or --stated DAY" in m for m in messages)


@pytest.mark.parametrize(
    "role, message",
    [
        ({"startDate": "May 2020"}, "effective 'May 2020' is not a moment (expected YYYY-MM-DD"),
        ({"endDate": "soon"}, "endDate 'soon' is not a moment (expected YYYY-MM-DD"),
        ({"startDate": ["2020", "2021"]}, "startDate has 2 values (expected one)"),
        ({"endDate": "2019-01-01"}, "is before effective '2020-05-01'"),
    ],
)
def test_what_is_wrong_with_a_role_is_named(tmp_path: Path, role: dict[str, object], message: str) -> None:
    acme = {"@context": "https://schema.org", "@type": "Organization", "name": "Acme"}
    reading = document(tmp_path, {**acme, "member": {**ROLE, **role, "member": PERSON}})
    assert (reading.changes, len(reading.findings)) == ((), 1)
    assert message in reading.findings[0].message


def test_another_context_is_not_fetched(tmp_path: Path) -> None:
    reading = document(tmp_path, {"@context": "https://schema.org.example/", "name": "schema.org"})
    assert "a context at another address is not fetched" in reading.findings[0].message
