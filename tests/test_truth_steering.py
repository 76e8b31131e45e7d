"""28 questions on the Python steering council: elected on one day, published months later, withdrawn and restored.

Two sources are told apart: the results of each vote (PEPs 8100 to 8107), from which a term begins when voting closed,
and the list of members in PEP 13, of which every version says who is listed on its day. What PEP 13 said by a day is
``select(sources=["PEP 13"], stated_by=…)``; who had been elected is ``select(sources=[the votes])``.
"""

from __future__ import annotations

import csv
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from orggraph import OrgGraph
from orggraph.diff import diff
from orggraph.ledger import recorded_time
from orggraph.period import day, iso

DATASET = "python_steering"
COUNCIL = "Steering Council"
PLACE = {"role": "member", "unit": COUNCIL, "organization": "Python"}
VOTES = "votes on the steering council"
LIST = "PEP 13"
IDS = {"Nick Coghlan": "coghlan", "Alyssa (Nick) Coghlan": "coghlan", "Alyssa Coghlan": "coghlan",
       "Dong-hee Na": "na", "Donghee Na": "na"}  # fmt: skip
SPELLED_ELSEWHERE = {"Alyssa Coghlan": "pep-8107.rst", "Dong-hee Na": "pep-8103.rst"}
Row = dict[str, str]


def person(name: str) -> Row:
    return {"person": name, "person_id": IDS.get(name, name)}


def vote(file: Path) -> tuple[str, list[str]]:
    """Read when voting closed (of two votes the second) and who was elected."""
    text = file.read_text("utf-8")
    ends = re.findall(r"Voting ends at: ``(\w+ \d+, \d+)", text)
    through = re.findall(r"voting period (?:is|was): .*? through\s+`?(\w+ \d+,\s+\d+)", text, re.DOTALL)
    closed = ends[-1] if len(ends) > 1 else through[0]
    found = re.search(r"The (?:top five vote-getters|five winners) are:\n\n((?:\* .+\n)+)", text)
    assert found is not None
    on = datetime.strptime(" ".join(closed.split()), "%B %d, %Y").date().isoformat()
    return on, [line.removeprefix("* ") for line in found.group(1).splitlines()]


def elected(folder: Path) -> list[Row]:
    """Write each vote: a term from the day voting closed until the next vote closed."""
    votes = {number: vote(folder / f"pep-{number}.rst") for number in range(8100, 8108)}
    return [
        {
            "kind": "starts", **person(name), **PLACE, "effective": closed, "stated": closed, "source": VOTES,
            "until": votes[number + 1][0] if number + 1 in votes else "..", "record": f"PEP {number} {name}",
        }
        for number, (closed, names) in votes.items() for name in names
    ]  # fmt: skip


def versions(folder: Path) -> list[tuple[str, list[Row]]]:
    """Write each version of the list, with when it was committed: who is listed, or that the list is withdrawn."""
    with (folder / "pep13_history" / "INDEX.csv").open(encoding="utf-8", newline="") as stream:
        listed = [row for row in csv.DictReader(stream) if row["members_listed"]]
    made: list[tuple[str, list[Row]]] = []
    for number, row in enumerate(listed):
        on, names = row["utc_date"], row["members_listed"].split("; ")
        edition = {"source": LIST, "stated": f"{on}T12:00:0{number % 10}Z", "effective": on}
        record = f"list of {row['commit'][:9]}"
        if names[0] == "TBD":
            before = made[-1][1][0]["record"]
            del edition["effective"]
            made.append((on, [{"kind": "withdraws", "target": before, **edition}]))
            continue
        names = [] if names == ["to be determined"] else names
        held = [{"kind": "holds", **person(name), **PLACE, **edition, "record": record} for name in names]
        roster = {"kind": "roster", "unit": COUNCIL, "organization": "Python", **edition, "record": record}
        made.append((on, [roster, *held]))
    return made


def spelled(folder: Path) -> list[Row]:
    """Write the spellings that stand in other documents."""
    rows = []
    for name, file in SPELLED_ELSEWHERE.items():
        assert name in (folder / file).read_text("utf-8")
        rows.append({"kind": "states", **person(name), "organization": "Python", "property": "spelled so in",
                     "value": file, "source": file})  # fmt: skip
    return rows


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / DATASET


@pytest.fixture(scope="module")
def council(folder: Path) -> OrgGraph:
    org = OrgGraph()
    org.load(elected(folder), [row for _, rows in versions(folder) for row in rows], spelled(folder))
    return org


@pytest.fixture(scope="module")
def truth(shared: Path) -> dict[int, dict[str, Any]]:
    questions = json.loads((shared / "truth.json").read_text("utf-8"))
    return {int(q["id"][-3:]): q for q in questions if q["dataset"] == DATASET}


def members(org: OrgGraph, on: str) -> list[str]:
    return sorted(row.name for row in org.as_of(on).members(COUNCIL) if row.certainty != "possible")


@pytest.mark.parametrize("number", range(1, 9))
def test_who_was_elected(number: int, council: OrgGraph, truth: dict[int, dict[str, Any]]) -> None:
    votes = council.select(sources=[VOTES])
    on = truth[number]["dates"][0]
    assert members(votes, on) == truth[number]["expected"]["elected"]
    starts = {iso(f.start.earliest) for f in votes.as_of(on).snapshot.facts("membership")}
    assert starts == {truth[number]["expected"]["voting_closed"]}
    assert members(votes, iso(day(on) - 1)) != members(votes, on)


@pytest.mark.parametrize("number", range(9, 20))
def test_what_was_recorded_against_who_was_elected(
    number: int, council: OrgGraph, truth: dict[int, dict[str, Any]]
) -> None:
    on, expected = truth[number]["dates"][0], truth[number]["expected"]
    recorded = members(council.select(sources=[LIST], stated_by=on), on)
    chosen = members(council.select(sources=[VOTES]), on)
    assert {"recorded": recorded, "elected": chosen, "agree": recorded == chosen} == expected


@pytest.mark.parametrize("number", range(20, 27))
def test_changes_from_council_to_council(number: int, council: OrgGraph, truth: dict[int, dict[str, Any]]) -> None:
    before, after = truth[number]["dates"]
    votes = council.select(sources=[VOTES])
    changes = votes.diff(before, after)
    named = votes.as_of(after).snapshot.name
    joined, left = (sorted(named(iri) for iri in changes.people[kind]) for kind in ("joined", "left"))
    stayed = sorted(set(members(votes, before)) & set(members(votes, after)))
    assert {"joined": joined, "left": left, "stayed": stayed} == truth[number]["expected"]


def test_how_often_each_was_elected(council: OrgGraph, truth: dict[int, dict[str, Any]]) -> None:
    votes = council.select(sources=[VOTES])
    terms: dict[str, int] = {}
    for fact in votes.ledger.believed():
        if fact.kind == "membership":
            name = votes.as_of("2026-01-01").snapshot.name(fact.subject)
            terms[name] = terms.get(name, 0) + 1
    assert terms == truth[27]["expected"]


def test_two_spellings_are_one_person(council: OrgGraph, truth: dict[int, dict[str, Any]]) -> None:
    for spellings in truth[28]["expected"]:
        assert len({council.find(name) for name in spellings}) == 1


def test_a_list_withdrawn_and_restored_is_seen_by_recorded_time(folder: Path) -> None:
    now = 0
    org = OrgGraph(clock=lambda: now)
    times = []
    for number, (on, rows) in enumerate(versions(folder)):
        now = recorded_time(f"{on}T12:00:0{number % 10}Z")
        org.load(rows)
        times.append((on, now))
    december = [when for on, when in times if on.startswith("2023-12")]
    published, withdrawn, restored = december
    before = next(when for on, when in times if on == "2023-01-23")

    def known(when: int) -> list[str]:
        rows = org.as_of("2023-12-12", recorded_by=when).members(COUNCIL)
        return sorted(row.name for row in rows if row.certainty != "possible")

    assert known(published) == known(restored) != known(withdrawn)
    assert known(withdrawn) == known(before)
    assert "Barry Warsaw" in known(restored)
    assert "Barry Warsaw" not in known(withdrawn)
    assert told(org, published, withdrawn) == [
        "It was corrected: Brett Cannon is still member of Steering Council, not until 2023-01-24/2023-12-11",
        "No longer believed: Barry Warsaw is member of Steering Council (from 2023-01-24/2023-12-11)",
    ]
    assert told(org, withdrawn, restored) == [
        "Now known: Barry Warsaw is member of Steering Council (from 2023-01-24/2023-12-12)",
        "Now known: Brett Cannon left as member of Steering Council within 2023-01-24/2023-12-12",
    ]
    learned = org.knowledge_diff("2023-12-12", withdrawn, restored)
    assert learned.axis == "knowledge"
    assert not {"joined", "left", "moved"} & learned.counts.keys()
    assert {kind: learned.counts[kind] for kind in learned.people} == {"learned": 2, "corrected": 0, "withdrawn": 0}
    assert not diff(org.as_of("2023-12-12", recorded_by=published).snapshot, org.as_of("2023-12-12").snapshot).people[
        "withdrawn"
    ]


def told(org: OrgGraph, before: int, after: int) -> list[str]:
    """List what was learned about 2023-12-12 between two recorded times, in the order in which it is told."""
    return [event.text for event in org.knowledge_diff("2023-12-12", before, after).events if event.subject]
