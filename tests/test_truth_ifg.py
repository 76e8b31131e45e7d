"""The 55 questions about UK ministers since 1979, answered from the register itself.

Intervals of the register are half-open; two appointments end before they start and are left out with a finding each.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from orggraph import OrgGraph
from orggraph.loading import LoadReport
from orggraph.period import Moment, day, iso
from orggraph.snapshot import Answer

DATASET = "ifg_ministers"
CHANCELLOR = "Chancellor of the Exchequer, HM Treasury"
Loaded = tuple[OrgGraph, LoadReport]


@pytest.fixture(scope="module")
def ministers(shared: Path) -> Loaded:
    org = OrgGraph()
    return org, org.load(shared / DATASET, keep_going=True)


@pytest.fixture(scope="module")
def truth(shared: Path) -> dict[str, dict[str, Any]]:
    questions = json.loads((shared / "truth.json").read_text("utf-8"))
    return {question["id"]: question for question in questions if question["dataset"] == DATASET}


def certain(rows: list[Answer]) -> list[Answer]:
    return [row for row in rows if row.certainty != "possible"]


def names(rows: list[Answer]) -> list[str]:
    return sorted({row.name for row in certain(rows)})


def holders(org: OrgGraph, post: str, on: str) -> list[str]:
    return names(org.as_of(on).holders(post))


def prime_minister(loaded: Loaded, on: str) -> object:
    return holders(loaded[0], "Prime Minister", on)


def chancellor(loaded: Loaded, on: str) -> object:
    return holders(loaded[0], CHANCELLOR, on)


def great_offices(loaded: Loaded, on: str) -> object:
    posts = {
        "Secretary of State for Foreign and Commonwealth Affairs",
        "Secretary of State for Foreign, Commonwealth and Development Affairs",
        "Secretary of State for the Home Department",
    }
    held: dict[str, set[str]] = {}
    for row in certain(loaded[0].as_of(on).members("HM Government") + all_ministers(loaded[0], on)):
        if row.post in posts:
            held.setdefault(row.post, set()).add(row.name)
    return {post: sorted(found) for post, found in held.items()}


def all_ministers(org: OrgGraph, on: str) -> list[Answer]:
    snapshot = org.as_of(on).snapshot
    people = dict.fromkeys(fact.subject for fact in snapshot.facts("membership"))
    return [row for person in people for row in snapshot.memberships(person)]


def how_many(loaded: Loaded, on: str) -> object:
    rows = certain(all_ministers(loaded[0], on))
    return {"appointments": len(rows), "people": len({row.iri for row in rows})}


def pairs(org: OrgGraph, unit: str, on: str) -> list[list[str]]:
    return sorted([row.name, row.post] for row in certain(org.as_of(on).members(unit)))


def treasury(loaded: Loaded, on: str) -> object:
    return pairs(loaded[0], "HM Treasury", on)


def children_schools(loaded: Loaded, on: str) -> object:
    return pairs(loaded[0], "Department for Children, Schools and Families", on)


def counts(loaded: Loaded, before: str, after: str) -> object:
    counted = loaded[0].diff(before, after).counts
    return {key: counted[key] for key in ("joined", "left", "moved")}


def people(loaded: Loaded, before: str, after: str) -> object:
    diff = loaded[0].diff(before, after)
    org = loaded[0]
    return {
        key: sorted(org.as_of(after if key != "left" else before).snapshot.name(iri) for iri in diff.people[key])
        for key in ("joined", "left", "moved")
    }


def treasury_changes(loaded: Loaded, before: str, after: str) -> object:
    old, new = pairs(loaded[0], "HM Treasury", before), pairs(loaded[0], "HM Treasury", after)
    return {
        "ended": [pair for pair in old if pair not in new],
        "began": [pair for pair in new if pair not in old],
        "unchanged": [pair for pair in old if pair in new],
    }


def career(person: str) -> Callable[[Loaded], object]:
    def answer(loaded: Loaded) -> object:
        org = loaded[0]
        rows = [row.fact for row in org.history(person) if row.kind == "membership"]
        snapshot = org.as_of("2026-06-01").snapshot
        return sorted(
            [iso(f.start.earliest), iso(f.end.earliest), snapshot.name(f.post), snapshot.name(str(f.object))]
            for f in rows
        )

    return answer


def organisations(loaded: Loaded, on: str) -> object:
    snapshot = loaded[0].as_of(on).snapshot
    units = [f for f in snapshot.facts("place") if snapshot.kind(f.subject) == "unit"]
    return len({fact.subject for fact in units if snapshot.certainty(fact) != "possible"})


def successors(unit: str) -> Callable[[Loaded], object]:
    query = """
        SELECT ?before ?after ?type ?start ?end WHERE {
          ?a rdf:subject ?event ; rdf:predicate org:originalOrganization ; rdf:object ?x .
          ?b rdf:subject ?event ; rdf:predicate org:resultingOrganization ; rdf:object ?y ;
             prov:wasDerivedFrom ?change .
          ?c rdf:subject ?event ; rdf:predicate orgg:reason ; rdf:object ?type ; prov:wasDerivedFrom ?change .
          ?nx rdf:subject ?x ; rdf:predicate skos:prefLabel ; rdf:object ?before .
          ?ny rdf:subject ?y ; rdf:predicate skos:prefLabel ; rdf:object ?after .
          ?b orgg:start ?start ; orgg:end ?end .
          FILTER(?before = ?unit)
        }"""

    def answer(loaded: Loaded) -> object:
        from orggraph.vocabulary import Literal

        rows = loaded[0].query(query, parameters={"unit": Literal(unit)}).rows
        found = [[str(value.value) for value in row] for row in rows]  # type: ignore[union-attr]
        return sorted({(*row[:4], iso(day(row[4]) - 1)) for row in found})

    return answer


def acting_or_on_leave(loaded: Loaded, on: str) -> object:
    rows = [r for r in certain(all_ministers(loaded[0], on)) if {"acting", "on leave"} & set(r.notes)]
    return sorted([r.name, r.post, str("acting" in r.notes), str("on leave" in r.notes)] for r in rows)


def full_cabinet(loaded: Loaded, on: str) -> object:
    query = """SELECT (COUNT(DISTINCT ?person) AS ?n) WHERE {
        ?property rdfs:label "cabinet status" . ?tenure ?property "Full cabinet" ; org:member ?person }"""
    return int(loaded[0].as_of(on).query(query).rows[0][0].value)  # type: ignore[union-attr]


def invalid(loaded: Loaded) -> object:
    return sorted(str(finding) for finding in loaded[1].findings if finding.severity == "error")


def overlaps(loaded: Loaded) -> object:
    by_post: dict[str, list[tuple[int, int]]] = {}
    for fact in loaded[0].ledger.believed():
        if fact.kind == "membership":
            by_post.setdefault(fact.post, []).append(fact.period.certain)
    return sum(
        max(a[0], b[0]) < min(a[1], b[1]) for held in by_post.values() for a, b in combinations(held, 2)
    )


def row_counts(loaded: Loaded) -> object:
    read = loaded[1].counts
    tables = ("appointment", "appointment_characteristics", "organisation", "organisation_link", "person", "post",
              "post_relationship", "event")  # fmt: skip
    return {table: read[f"{table}.csv"] for table in tables} | {"distinct_people": read["distinct_people"]}


ANSWERS: dict[str, Callable[..., object]] = {
    "Who was Prime Minister?": prime_minister,
    "Who was Chancellor of the Exchequer (HM Treasury)?": chancellor,
    "Who was Home Secretary / Foreign Secretary? (dict post -> names)": great_offices,
    "How many appointments were in force, and how many distinct people held at least one?": how_many,
    "Ministers at HM Treasury: (person, post) pairs": treasury,
    "Ministers at the Department for Children, Schools and Families: (person, post) pairs": children_schools,
    "HM Treasury (person, post) pairs that ended / began between the two dates": treasury_changes,
    "Named list: joined/left the government (people) between the two dates": people,
    "How many organisations existed?": organisations,
    "Who was acting in a post, or on leave from one? [person, post, is_acting, is_on_leave]": acting_or_on_leave,
    "How many people were full members of the cabinet?": full_cabinet,
    "How many pairs of appointments to the same post id overlap in time (half-open; invalid intervals excluded)?":
        overlaps,
    "Row counts": row_counts,
}  # fmt: skip


def answer_to(question: str) -> Callable[..., object]:
    if question.startswith("Whole-of-government change"):
        return counts
    if question.startswith("Every appointment of "):
        return career(question.removeprefix("Every appointment of ").partition(" in date order")[0])
    if question.startswith("Successor organisations of "):
        return successors(question.removeprefix("Successor organisations of ").partition(":")[0])
    return ANSWERS[question]


@pytest.mark.parametrize("number", [n for n in range(1, 56) if n != 53])
def test_answers(number: int, ministers: Loaded, truth: dict[str, dict[str, Any]]) -> None:
    question = truth[f"{DATASET}-{number:03}"]
    answer = answer_to(question["question"])(ministers, *question["dates"])
    assert json.loads(json.dumps(answer)) == question["expected"]


def test_both_inverted_appointments_are_reported(ministers: Loaded, truth: dict[str, dict[str, Any]]) -> None:
    org, report = ministers
    errors = [finding for finding in report.findings if finding.severity == "error"]
    assert len(errors) == 2
    expected = truth[f"{DATASET}-053"]["expected"]
    for (_, start, end, post), finding in zip(sorted(expected, key=lambda row: row[3]), sorted(errors), strict=True):
        assert finding.file.endswith("appointment.csv")
        assert all(text in finding.message for text in (start, end, post))
        assert Moment.parse(end).latest < Moment.parse(start).earliest
    loaded = {entry.change.record for entry in org.ledger.entries}
    assert not {row[0] for row in expected} & loaded
