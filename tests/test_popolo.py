"""Popolo JSON: a small parliament, what may be embedded in what, partial dates, and everything that can be wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from company import memberships

from orggraph import OrgGraph
from orggraph.cli import main
from orggraph.errors import LoadError
from orggraph.period import day
from orggraph.sources import Reading, read

ADA = "0f8fad5b-d9cb-469f-a165-70867728950e"
PARLIAMENT: dict[str, Any] = {
    "persons": [
        {
            "id": ADA, "name": "Ada King", "gender": "female", "birth_date": "1815-12-10",
            "other_names": [{"name": "Ada Byron", "end_date": "1835-07-08"}, {"name": "A. A. L."}],
            "identifiers": [{"scheme": "wikidata", "identifier": "Q7259"}],
            "contact_details": [{"type": "email", "value": "ada@example.org"}],
            "links": [{"url": "https://example.org/ada"}],
        },
        {"id": "bea", "name": "Bea Curie", "memberships": [
            {"id": "m3", "organization_id": "party", "role": "treasurer", "start_date": "1840"}]},
    ],
    "organizations": [
        {"id": "house", "name": "House", "classification": "legislature", "founding_date": "1801",
         "posts": [{"id": "speaker", "label": "Speaker of the House", "role": "speaker", "start_date": "1802-01-01"}]},
        {"id": "finance", "name": "Committee on Finance", "parent_id": "house"},
        {"id": "audit", "name": "Subcommittee on Audit", "parent_id": "finance"},
        {"id": "party", "name": "Party", "dissolution_date": "1860-06"},
    ],
    "memberships": [
        {"id": "m1", "person_id": ADA, "organization_id": "house", "post_id": "speaker", "start_date": "1836-01",
         "end_date": "1840-03-31", "on_behalf_of_id": "party", "area_id": "kent"},
        {"id": "m2", "person_id": ADA, "organization_id": "audit", "role": "chair", "start_date": "1838-02-03"},
        {"id": "m4", "person_id": "bea", "organization_id": "house", "legislative_period_id": "term/9"},
    ],
    "areas": [{"id": "kent", "name": "Kent"}],
    "events": [{"id": "term/9", "start_date": "1837-08-01", "end_date": "1841-07-31"}],
}  # fmt: skip


def write(folder: Path, content: object, name: str = "house.json") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content, indent=1).encode())
    return path


def graph(folder: Path, content: object = PARLIAMENT) -> OrgGraph:
    org = OrgGraph()
    org.load(write(folder, content), stated="1845-01-01")
    return org


def attributes(org: OrgGraph, name: str, on: str) -> dict[str, str]:
    snapshot, iri = org.as_of(on).snapshot, org.find(name)
    found = [f for f in snapshot.facts("attribute") if f.subject == iri]
    return {snapshot.name(f.predicate): f.object if isinstance(f.object, str) else f.object.value for f in found}


def test_everything_is_read(tmp_path: Path) -> None:
    reading = read(write(tmp_path, PARLIAMENT))
    assert reading.findings == () and reading.counts == {"house.json": 4}
    assert [(c.person, c.post, c.role, c.unit, c.organization) for c in reading.changes if c.kind == "starts"] == [
        ("Bea Curie", "", "treasurer", "", "Party"), ("Ada King", "Speaker of the House", "", "", "House"),
        ("Ada King", "", "chair", "Subcommittee on Audit", "House"), ("Bea Curie", "", "member", "", "House"),
    ]  # fmt: skip


def test_an_end_is_the_last_day_or_the_day_after(tmp_path: Path) -> None:
    org = graph(tmp_path)
    assert memberships(org, "Ada King") == [
        ("Speaker of the House", "1836-01-01/1836-01-31", "1840-03-31/1840-04-01"), ("chair", "1838-02-03", "..")
    ]  # fmt: skip
    said = {on: [r.certainty for r in org.as_of(on).holders("Speaker of the House")] for on in
            ("1836-01-15", "1836-01-31", "1840-03-30", "1840-03-31", "1840-04-01")}  # fmt: skip
    assert list(said.values()) == [["possible"], ["certain"], ["certain"], ["possible"], []]


def test_a_membership_without_dates_has_those_of_its_period(tmp_path: Path) -> None:
    assert memberships(graph(tmp_path), "Bea Curie") == [
        ("member", "1837-08-01", "1841-07-31/1841-08-01"), ("treasurer", "1840-01-01/1840-12-31", "..")
    ]  # fmt: skip


def test_a_name_without_dates_finds_the_person_and_is_not_shown(tmp_path: Path) -> None:
    org = graph(tmp_path)
    assert org.find("A. A. L.") == org.find("Ada King") == f"urn:uuid:{ADA}"
    assert [answer.name for answer in org.as_of("1837-01-01").holders("Speaker of the House")] == ["Ada King"]
    assert "is called A. A. L." in [row.what for row in org.history("Ada King")]


def test_what_is_not_read_is_named_once_with_how_often(tmp_path: Path) -> None:
    persons = [{"id": "a", "name": "Ada", "shoe_size": 38}, {"id": "b", "name": "Bea", "shoe_size": 39, "note": ""}]
    content = {"persons": persons, "organizations": [{"id": "h", "name": "House", "motto": "Order"}]}
    reading = read(write(tmp_path, content))
    assert [(f.severity, f.message, f.line) for f in reading.findings] == [
        ("note", "'shoe_size' of persons is not read (2 of them have it)", 3),
        ("note", "'motto' of organizations is not read (1 of them has it)", 16),
    ]


def test_one_person_is_one_in_all_organizations(tmp_path: Path) -> None:
    org = graph(tmp_path)
    assert {row.organization for row in org.as_of("1841-02-01").memberships("Bea Curie")} == {"House", "Party"}
    assert org.find("Ada King") == f"urn:uuid:{ADA}"


def test_a_former_name_is_that_of_its_days_and_finds_the_person(tmp_path: Path) -> None:
    org = graph(tmp_path)
    iri = org.find("Ada Byron")
    assert {on: org.as_of(on).snapshot.name(iri) for on in ("1835-07-07", "1835-07-08")} == {
        "1835-07-07": "Ada Byron", "1835-07-08": "Ada King"
    }  # fmt: skip


def test_attributes_of_persons_posts_and_memberships(tmp_path: Path) -> None:
    org = graph(tmp_path)
    assert attributes(org, "Ada King", "1839-01-01") == {
        "gender": "female", "birth date": "1815-12-10", "identifier wikidata": "Q7259", "other name": "A. A. L.",
        "contact email": "ada@example.org", "link": "https://example.org/ada",
    }  # fmt: skip
    assert attributes(org, "Speaker of the House", "1839-01-01") == {"role": "speaker"}
    assert attributes(org, "House", "1839-01-01") == {"classification": "legislature"}
    (row,) = org.as_of("1839-01-01").holders("Speaker of the House")
    snapshot = org.as_of("1839-01-01").snapshot
    tenure = next(f.tenure for f in snapshot.facts("membership") if f.post == org.find("Speaker of the House"))
    told = {snapshot.name(f.predicate): f.object[0] for f in snapshot.facts("attribute") if f.subject == tenure}
    assert told == {"on behalf of": "Party", "area": "Kent"} and row.name == "Ada King"


def test_units_lie_in_each_other(tmp_path: Path) -> None:
    org = graph(tmp_path)
    query = "SELECT ?in { ?unit rdfs:label 'Subcommittee on Audit' ; org:unitOf/rdfs:label ?in }"
    assert [row[0].value for row in org.as_of("1839-01-01").query(query).rows] == ["Committee on Finance"]  # type: ignore[union-attr]  # a literal
    (row,) = org.as_of("1839-01-01").members("Subcommittee on Audit")
    assert (row.name, row.organization) == ("Ada King", "House")


def test_lives_of_organizations_and_posts(tmp_path: Path) -> None:
    org = graph(tmp_path)
    lives = {(f.kind, f.start.edtf(), f.end.edtf()) for f in org.ledger.believed() if f.subject == org.find("Party")}
    assert ("type", "../1840-12-31", "1860-06-01/1860-07-01") in lives
    posts = [f for f in org.ledger.believed() if f.kind == "place" and f.subject == org.find("Speaker of the House")]
    assert [(f.start.edtf(), f.end.edtf()) for f in posts] == [("1802-01-01", "..")]


def test_what_is_embedded_is_read_as_if_it_stood_in_its_list(tmp_path: Path) -> None:
    embedded = {"memberships": [{
        "id": "7", "start_date": "2001-02-03", "person": {"id": "p", "name": "Cy Dent"},
        "organization": {"id": "o", "name": "Cabinet", "parent": {"id": "g", "name": "Government"}},
        "post": {"id": "s", "label": "Secretary"},
    }]}  # fmt: skip
    flat = {
        "persons": [{"id": "p", "name": "Cy Dent"}],
        "organizations": [{"id": "o", "name": "Cabinet", "parent_id": "g"}, {"id": "g", "name": "Government"}],
        "posts": [{"id": "s", "label": "Secretary"}],
        "memberships": [{"id": "7", "start_date": "2001-02-03", "person_id": "p", "organization_id": "o",
                         "post_id": "s"}],
    }  # fmt: skip
    readings = [read(write(tmp_path, content), source="s") for content in (embedded, flat)]
    assert set(readings[0].changes) == set(readings[1].changes) and readings[0].findings == ()
    (change,) = readings[0].changes
    assert (change.unit, change.organization) == ("Cabinet", "Government")


def test_ids_count_within_the_series_of_the_file(tmp_path: Path) -> None:
    def person(name: str) -> str:
        content = {"persons": [{"id": "1", "name": "Ada"}], "organizations": [{"id": "o", "name": "House"}],
                   "memberships": [{"person_id": "1", "organization_id": "o"}]}  # fmt: skip
        return read(write(tmp_path, content, name)).changes[0].person_id

    assert person("house-2020-01-01.json") == person("house-2021-01-01.json") != person("senate.json")


def test_an_iri_stays_what_it_is(tmp_path: Path) -> None:
    content = {"persons": [{"id": "https://example.org/p/1", "name": "Ada"}],
               "organizations": [{"id": "o", "name": "House"}],
               "memberships": [{"person_id": "https://example.org/p/1", "organization_id": "o"}]}  # fmt: skip
    (change,) = read(write(tmp_path, content)).changes
    assert change.person_id == "https://example.org/p/1"
    assert str(change.effective) == "../.." and change.until is None


def test_of_a_time_the_day_is_read(tmp_path: Path) -> None:
    content = {**PARLIAMENT, "memberships": [{"person_id": "bea", "organization_id": "house",
                                              "start_date": "2001-02-03T10:00:00Z"}]}  # fmt: skip
    (change,) = (c for c in read(write(tmp_path, content)).changes if c.kind == "starts" and c.role == "member")
    assert change.effective is not None and change.effective.earliest == day("2001-02-03")


def broken(**fields: object) -> dict[str, object]:
    return {**PARLIAMENT, "memberships": [{"id": "m", "person_id": ADA, "organization_id": "house", **fields}]}


WRONG: dict[str, tuple[object, str]] = {
    "no json": (b'{"persons": [\n{]}', ":2: the file is not JSON: Expecting property name enclosed in double quotes"),
    "not utf-8": (b'{"persons": "\xff"}', ": byte 14 is not UTF-8 (expected UTF-8)"),
    "a list": ([{"id": 1}], ": the file has none of the lists that are read (expected persons, organizations, posts, "),
    "something else": ({"people": []}, ": the file has none of the lists that are read"),
    "nested": (b'{"persons": ' + b"[" * 100_000, ": the file is not JSON"),
    "a text in a list": ({"persons": ["Ada"]}, ":3: persons has 'Ada' (expected an object)"),
    "no id": ({"persons": [{"name": "Ada"}]}, ":3: one of the persons, 'Ada', has no id (expected an id)"),
    "no such person": (broken(person_id="x"), ": m: person_id 'x' is not among the persons (expected the id of one"),
    "no person": (broken(person_id=None), ": m: there is no person_id (expected the id of one of them)"),
    "no such organization": (broken(organization_id="x"), ": m: organization_id 'x' is not among the organizations"),
    "no such post": (broken(post_id="x"), ": m: post_id 'x' is not among the posts"),
    "no date": (broken(start_date="03/02/2001"), ": m: start_date '03/02/2001' is not a date (expected YYYY, YYYY-MM"),
    "no such day": (broken(start_date="2001-02-30"), ": m: start_date '2001-02-30' is not a day"),
    "inverted": (broken(start_date="2001-02-03", end_date="2000"),
                 ": m: the membership ends 2000 before it starts 2001-02-03 (expected the end on or after the start)"),
}  # fmt: skip


def errors(reading: Reading) -> list[str]:
    return [str(finding) for finding in reading.findings if finding.severity == "error"]


@pytest.mark.parametrize("content, message", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found_with_its_line(content: object, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, content)
    (error,) = errors(read(path))
    place, _, said = message.partition(": ")
    assert error.startswith(f"{path}{place}") and said in error
    with pytest.raises(LoadError):
        OrgGraph().load(path)


def test_the_line_is_that_of_the_object(tmp_path: Path) -> None:
    text = json.dumps(broken(post_id="x"), indent=1)
    (error,) = read(write(tmp_path, text.encode())).findings
    assert text.splitlines()[error.line - 1 :][0].strip() == "{" and '"id": "m"' in text.splitlines()[error.line]


def test_organizations_in_organizations_are_not_read(tmp_path: Path) -> None:
    (warning,) = read(write(tmp_path, broken(member={"id": "party"}))).findings
    assert (warning.severity, warning.code) == ("warning", "unsupported")


def test_parents_in_a_circle_end_where_it_closes(tmp_path: Path) -> None:
    circle = [{"id": "a", "name": "A", "parent_id": "b"}, {"id": "b", "name": "B", "parent_id": "a"}]
    content = {"organizations": circle, "persons": [{"id": "p", "name": "Ada"}],
               "memberships": [{"person_id": "p", "organization_id": "a"}]}  # fmt: skip
    reading = read(write(tmp_path, content))
    assert errors(reading) == [] and [c.unit for c in reading.changes if c.kind == "starts"] == ["A"]


def test_on_the_command_line(tmp_path: Path) -> None:
    path = write(tmp_path, PARLIAMENT)
    result = CliRunner().invoke(main, ["--data", str(path), "members", "House", "--as-of", "1839-01-01"])
    assert result.exit_code == 0 and "Bea Curie" in result.output, result.output
