"""The 34 questions about Kubernetes groups, from 20 versions of ``sigs.yaml`` as they were.

The answers were derived from all 1,459 versions, of which these are 20. On a day of one of them the answer has to be
the same; between two of them what is certain has to be in the answer, and the answer in what is possible.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from test_truth_kubernetes import DATASET, Leader, change, logins

from orggraph import OrgGraph
from orggraph.facts import Fact
from orggraph.period import ONGOING, OPEN_LATE, Moment, day
from orggraph.vocabulary import Literal

Told = dict[Any, str]
"""What is said of a day, each with its certainty."""
Truth = dict[str, dict[str, Any]]

EXACT = {2, *range(5, 13), 23, 33}
"""The questions whose answer is certain as a whole; of 26 to 29, on days of versions, every part is."""


@pytest.fixture(scope="module")
def kubernetes(shared: Path) -> OrgGraph:
    org = OrgGraph()
    report = org.load(*sorted((shared / DATASET / "snapshots").glob("*.yaml")))
    assert report.findings == () and len(report.counts) == 20
    return org


@pytest.fixture(scope="module")
def truth(shared: Path) -> Truth:
    questions = json.loads((shared / "truth.json").read_text("utf-8"))
    return {question["id"]: question for question in questions if question["dataset"] == DATASET}


def leaders(org: OrgGraph, on: str) -> dict[Leader, str]:
    """Give (login, group, role) of all leaders of a day; emeriti are not in office."""
    login, snapshot = logins(org), org.as_of(on).snapshot
    told: dict[Leader, str] = {}
    for person in dict.fromkeys(fact.subject for fact in snapshot.facts("membership")):
        for row in reversed(snapshot.memberships(person)):
            assert ("not in office" in row.notes) == (row.role == "emeritus_leads")
            told[login[row.iri], row.unit, row.role] = row.certainty
    return {leader: certainty for leader, certainty in told.items() if leader[1]}


def groups(org: OrgGraph, on: str) -> Told:
    snapshot = org.as_of(on).snapshot
    units = [f for f in snapshot.facts("place") if snapshot.kind(f.subject) == "unit"]
    return {snapshot.name(fact.subject): snapshot.certainty(fact) for fact in units}


def stakeholders(org: OrgGraph, on: str) -> Told:
    snapshot = org.as_of(on).snapshot
    found = [f for f in snapshot.facts("attribute") if snapshot.name(f.predicate) == "stakeholder"]
    return {(snapshot.name(f.subject), _value(f)): snapshot.certainty(f) for f in found}


def _value(fact: Fact) -> str:
    assert isinstance(fact.object, Literal)
    return fact.object.value


def certain(told: Told) -> set[Any]:
    return {what for what, certainty in told.items() if certainty != "possible"}


def in_roles(org: OrgGraph, question: dict[str, Any]) -> tuple[Told, set[Any]]:
    group = question["question"].partition(" of ")[2].partition("?")[0]
    told = {(login, role): c for (login, unit, role), c in leaders(org, question["dates"][0]).items() if unit == group}
    return told, {(login, role) for role, people in question["expected"].items() for login in people}


def in_steering(org: OrgGraph, question: dict[str, Any]) -> tuple[Told, set[Any]]:
    rows = leaders(org, question["dates"][0]).items()
    return {login: c for (login, unit, _), c in rows if unit == "committee-steering"}, set(question["expected"])


def in_stakeholders(org: OrgGraph, question: dict[str, Any]) -> tuple[Told, set[Any]]:
    asked = ("wg-data-protection", "wg-batch", "wg-lts")
    told = {key: c for key, c in stakeholders(org, question["dates"][0]).items() if key[0] in asked}
    return told, {(group, sig) for group, sigs in question["expected"].items() for sig in sigs}


SETS: dict[str, Callable[..., tuple[Told, set[Any]]]] = {
    "Who were the chairs": in_roles,
    "Members of the steering committee": in_steering,
    "Stakeholder SIGs": in_stakeholders,
}


@pytest.mark.parametrize("number", [*range(1, 18), 33, 34])
def test_who_and_what(number: int, kubernetes: OrgGraph, truth: Truth) -> None:
    question = truth[f"{DATASET}-{number:03}"]
    way = next(way for beginning, way in SETS.items() if question["question"].startswith(beginning))
    told, expected = way(kubernetes, question)
    assert certain(told) <= expected <= set(told)
    assert (certain(told) == expected) == (number in EXACT)


def test_of_a_group_that_ended_between_two_versions_the_stakeholders_are_possible(kubernetes: OrgGraph) -> None:
    told = stakeholders(kubernetes, "2026-01-01")
    assert {group: c for (group, _), c in told.items() if group in ("wg-batch", "wg-lts")} == {
        "wg-batch": "certain", "wg-lts": "possible"
    }  # fmt: skip


@pytest.mark.parametrize("number", range(18, 24))
def test_how_many(number: int, kubernetes: OrgGraph, truth: Truth) -> None:
    question = truth[f"{DATASET}-{number:03}"]
    (on,), expected = question["dates"], question["expected"]
    listed = groups(kubernetes, on)
    fewest = Counter(group.partition("-")[0] for group in certain(listed))
    most = Counter(group.partition("-")[0] for group in listed)
    assert fewest <= Counter(expected["groups"]) <= most
    told = {leader: c for leader, c in leaders(kubernetes, on).items() if leader[2] != "emeritus_leads"}
    people = len({login for login, _, _ in certain(told)}), len({login for login, _, _ in told})
    assert people[0] <= expected["leaders"] <= people[1]
    assert (people[0] == people[1] and fewest == most) == (number in EXACT)


@pytest.mark.parametrize("number", [24, 25])
def test_who_leads_the_most_groups(number: int, kubernetes: OrgGraph, truth: Truth) -> None:
    question = truth[f"{DATASET}-{number:03}"]
    told = {x: c for x, c in leaders(kubernetes, question["dates"][0]).items() if x[2] != "emeritus_leads"}
    for login, led in question["expected"].items():
        assert {group for who, group, _ in certain(told) if who == login} <= set(led)
        assert set(led) <= {group for who, group, _ in told if who == login}
    most = max(len(led) for led in question["expected"].values())
    for login in {who for who, _, _ in certain(told)}:
        assert len({group for who, group, _ in certain(told) if who == login}) <= most


@pytest.mark.parametrize("number", range(26, 30))
def test_changes_between_days_of_versions(number: int, kubernetes: OrgGraph, truth: Truth) -> None:
    question = truth[f"{DATASET}-{number:03}"]
    found = change((kubernetes, {}), *question["dates"])
    assert isinstance(found, dict)
    representative = ["cblecker"] if number == 29 else []  # who is listed since 2026, and leads no group
    found["joined"] = [login for login in found["joined"] if login not in representative]
    assert found == question["expected"]


def test_the_representative_is_a_member_of_the_project(kubernetes: OrgGraph) -> None:
    rows = kubernetes.as_of("2026-03-31").memberships("Christoph Blecker")
    assert ("gb_rep", "", "Kubernetes") in [(row.role, row.unit, row.organization) for row in rows]


def allows(moment: Moment, text: str | None) -> bool:
    if text is None:
        return moment == ONGOING
    return moment.earliest <= day(text) <= moment.latest


@pytest.mark.parametrize("number", range(30, 33))
def test_every_interval_lies_within_the_bounds(number: int, kubernetes: OrgGraph, truth: Truth) -> None:
    question = truth[f"{DATASET}-{number:03}"]
    person = question["question"].removeprefix("Every leadership interval of ").partition(":")[0]
    iri = next(iri for iri, login in logins(kubernetes).items() if login == person)
    snapshot = kubernetes.as_of("2026-08-01").snapshot
    held = {
        (snapshot.name(str(row.fact.object)), snapshot.name(row.fact.role), row.fact)
        for row in kubernetes.history(iri)
        if row.kind == "membership"
    }
    versions = [day(finding) for finding in DAYS]
    for group, role, start, end in question["expected"]:
        last = day(end) if end else OPEN_LATE
        if any(day(start) <= on < last for on in versions):
            fits = [f for g, r, f in held if (g, r) == (group, role) and allows(f.start, start) and allows(f.end, end)]
            assert len(fits) == 1, (group, role, start, end)
            held = {(g, r, f) for g, r, f in held if f is not fits[0]}
    assert not held


DAYS = (
    "2017-05-16", "2017-09-30", "2018-03-31", "2018-09-30", "2019-03-31", "2019-09-30", "2020-03-31", "2020-09-30",
    "2021-03-31", "2021-09-30", "2022-03-31", "2022-09-30", "2023-03-31", "2023-09-30", "2024-03-31", "2024-09-30",
    "2025-03-31", "2025-09-30", "2026-03-31", "2026-08-19",
)  # fmt: skip
