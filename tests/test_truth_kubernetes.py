"""32 of the 34 questions about who led Kubernetes groups, through the two sample mappings.

The other two ask for stakeholder groups, which are only in the project's own file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from orggraph import OrgGraph
from orggraph.period import iso
from orggraph.places import sample_folder
from orggraph.snapshot import Answer

DATASET = "k8s_sigs"
Loaded = tuple[OrgGraph, dict[str, int]]
Leader = tuple[str, str, str]


@pytest.fixture(scope="module")
def kubernetes(shared: Path) -> Loaded:
    org = OrgGraph()
    counts: dict[str, int] = {}
    for file, mapping in (("group_intervals", "kubernetes-groups"), ("leadership_intervals", "kubernetes-leadership")):
        report = org.load(
            shared / DATASET / f"{file}.csv", mapping=sample_folder() / "mappings" / f"{mapping}.toml"
        )  # fmt: skip
        counts.update(report.counts)
    return org, counts


@pytest.fixture(scope="module")
def truth(shared: Path) -> dict[str, dict[str, Any]]:
    questions = json.loads((shared / "truth.json").read_text("utf-8"))
    return {question["id"]: question for question in questions if question["dataset"] == DATASET}


def logins(org: OrgGraph) -> dict[str, str]:
    """Give the login of each person: the id that the rows bear."""
    from orggraph.vocabulary import name_key

    scope = name_key("Kubernetes")
    ids = {entry.change.person_id for entry in org.ledger.entries if entry.change.person_id}
    from orggraph.vocabulary import mint

    return {mint("person", scope, "id", key): key for key in ids}


def leaders(org: OrgGraph, on: str, *, emeritus: bool = False) -> set[Leader]:
    """Give (login, group, role) of all who lead on a day; ``emeritus`` adds those not in office."""
    login = logins(org)
    snapshot = org.as_of(on).snapshot
    found: set[Leader] = set()
    for person in dict.fromkeys(fact.subject for fact in snapshot.facts("membership")):
        row: Answer
        for row in snapshot.memberships(person):
            if row.certainty != "possible" and (emeritus or "not in office" not in row.notes):
                found.add((login[row.iri], row.unit, row.role))
    return found


def roles_of(group: str) -> Callable[..., object]:
    def answer(loaded: Loaded, on: str) -> object:
        by_role: dict[str, list[str]] = {}
        for login, unit, role in sorted(leaders(loaded[0], on, emeritus=True)):
            if unit == group:
                by_role.setdefault(role, []).append(login)
        return by_role

    return answer


def steering(loaded: Loaded, on: str) -> object:
    return sorted({login for login, unit, _ in leaders(loaded[0], on) if unit == "committee-steering"})


def groups(org: OrgGraph, on: str) -> set[str]:
    snapshot = org.as_of(on).snapshot
    units = [f for f in snapshot.facts("place") if snapshot.kind(f.subject) == "unit"]
    return {snapshot.name(f.subject) for f in units if snapshot.certainty(f) != "possible"}


def sizes(loaded: Loaded, on: str) -> object:
    kinds = Counter(group.partition("-")[0] for group in groups(loaded[0], on))
    return {"groups": dict(kinds), "leaders": len({login for login, _, _ in leaders(loaded[0], on)})}


def busiest(loaded: Loaded, on: str) -> object:
    led: dict[str, set[str]] = {}
    for login, unit, _ in leaders(loaded[0], on):
        led.setdefault(login, set()).add(unit)
    most = max(len(units) for units in led.values())
    return {login: sorted(units) for login, units in led.items() if len(units) == most}


def change(loaded: Loaded, before: str, after: str) -> object:
    org, login = loaded[0], logins(loaded[0])
    diff = org.diff(before, after)
    old, new = groups(org, before), groups(org, after)
    return {
        "joined": sorted(login[iri] for iri in diff.people["joined"]),
        "left": sorted(login[iri] for iri in diff.people["left"]),
        "moved": diff.counts["moved"],
        "groups_added": sorted(new - old),
        "groups_removed": sorted(old - new),
    }


def stretches(person: str) -> Callable[..., object]:
    def answer(loaded: Loaded) -> object:
        org = loaded[0]
        iri = next(iri for iri, login in logins(org).items() if login == person)
        snapshot = org.as_of("2026-08-01").snapshot
        held = [row.fact for row in org.history(iri) if row.kind == "membership"]
        return sorted(
            [
                snapshot.name(str(fact.object)),
                snapshot.name(fact.role),
                iso(fact.start.earliest),
                None if str(fact.end) == ".." else iso(fact.end.earliest),
            ]
            for fact in held
        )

    return answer


def answer_to(question: str) -> Callable[..., object]:
    if question.startswith("Who were the chairs"):
        return roles_of(question.partition(" of ")[2].partition("?")[0])
    if question.startswith("Every leadership interval of "):
        return stretches(question.removeprefix("Every leadership interval of ").partition(":")[0])
    for beginning, answer in (
        ("Members of the steering committee", steering),
        ("How many groups of each kind", sizes),
        ("Who leads the most groups", busiest),
        ("Change between two dates", change),
    ):
        if question.startswith(beginning):
            return answer
    raise LookupError(question)


@pytest.mark.parametrize("number", range(1, 33))
def test_answers(number: int, kubernetes: Loaded, truth: dict[str, dict[str, Any]]) -> None:
    question = truth[f"{DATASET}-{number:03}"]
    answer = answer_to(question["question"])(kubernetes, *question["dates"])
    assert json.loads(json.dumps(answer)) == question["expected"]


def test_every_row_is_read(kubernetes: Loaded) -> None:
    assert kubernetes[1] == {"leadership_intervals.csv": 794, "group_intervals.csv": 78}
