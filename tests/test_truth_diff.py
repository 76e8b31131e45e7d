"""Diffs of real organizations, each sentence held against the raw rows of the sources.

What is expected is computed from the rows by other means: sets of ids on two days, and the ends and starts of
appointments to one post. The names are what a reader of the rows finds by hand.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from orggraph import OrgGraph
from orggraph.diff import Diff, apply, invert, text
from orggraph.diff.events import Event, with_parts

Row = dict[str, str]
MINISTERS = "ifg_ministers"
ORGANOGRAMS = "uk_organograms"


def rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as stream:
        return list(csv.DictReader(stream))


class Register(NamedTuple):
    """The register of ministers: the graph, its raw appointments, the names people ever bore, and posts by id."""

    org: OrgGraph
    appointments: list[Row]
    names: dict[str, set[str]]
    posts: dict[str, Row]

    def held(self, on: str) -> dict[str, set[str]]:
        """Give the posts of each person on a day, from the rows alone; an end is the first day after."""
        found = defaultdict(set)
        for row in self.appointments:
            ended = row["end_date"] and row["end_date"] <= on
            inverted = row["end_date"] and row["end_date"] < row["start_date"]
            if row["start_date"] <= on and not ended and not inverted:
                found[row["person_id"]].add(row["post_id"])
        return dict(found)

    def person(self, name: str) -> str:
        (found,) = [iri for iri, names in self.names.items() if name in names]
        return found


@pytest.fixture(scope="module")
def register(shared: Path) -> Register:
    folder = shared / MINISTERS
    org = OrgGraph()
    org.load(folder, keep_going=True)
    names = defaultdict(set)
    for row in rows(folder / "person.csv"):
        names[row["id"]].update({row["name"], row["display_name"]})
    posts = {row["id"]: row for row in rows(folder / "post.csv")}
    return Register(org, rows(folder / "appointment.csv"), dict(names), posts)


def events(d: Diff, *kinds: str) -> list[Event]:
    return [event for event in with_parts(d.events) if event.kind in kinds]


def check_whole(org: OrgGraph, a: str, b: str) -> Diff:
    """Give a diff, having seen that it applies, inverts and is told completely."""
    d = org.diff(a, b)
    before, after = (org.as_of(on).snapshot.triples() for on in (a, b))
    assert apply(d, before) == after
    assert apply(invert(d), after) == before
    told = [triple for event in d.events for triple in event.triples]
    assert len(told) == len(set(told)) and set(told) == {*d.added, *d.removed, *d.relabelled}
    return d


CHANGES = [("2024-07-04", "2024-07-06"), ("2025-09-04", "2025-09-09"), ("2016-06-01", "2016-08-01"),
           ("2023-02-06", "2023-02-08")]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), CHANGES)
def test_who_came_went_and_returned_is_what_the_rows_say(register: Register, a: str, b: str) -> None:
    d = check_whole(register.org, a, b)
    before, after = register.held(a), register.held(b)
    earlier = {row["person_id"] for row in register.appointments if row["end_date"] and row["end_date"] <= a
               and row["start_date"] < row["end_date"]}  # fmt: skip
    came, gone = after.keys() - before.keys(), before.keys() - after.keys()
    named = {kind: {register.person(e.name) for e in events(d, kind)} for kind in ("joined", "returned", "left")}
    assert named["returned"] == came & earlier
    assert named["joined"] == came - earlier
    assert named["left"] == gone
    moved = {person for person in before.keys() & after.keys() if before[person] != after[person]}
    assert {register.person(e.name) for e in events(d, "moved", "promoted")} == moved
    assert d.counts["joined"] == len(came) and d.counts.get("returned", 0) == len(came & earlier)


@pytest.mark.parametrize(("a", "b"), CHANGES)
def test_every_successor_named_took_a_post_that_the_predecessor_gave_up(register: Register, a: str, b: str) -> None:
    d = register.org.diff(a, b)
    before, after = register.held(a), register.held(b)
    checked = 0
    for event in events(d, "joined", "returned", "moved"):
        person = register.person(event.name)
        for other in event.related:
            replaced = register.person(register.org.as_of(a).snapshot.name(other))
            given = before[replaced] - after.get(replaced, set())
            taken = after[person] - before.get(person, set())
            assert given & taken, (event.name, replaced)
            checked += 1
    assert checked >= (2 if a.startswith("2023") else 25)


def test_the_government_of_july_2024_is_a_new_one(register: Register) -> None:
    d = register.org.diff("2024-07-04", "2024-07-06")
    assert (d.counts["people before"], d.counts["left"], d.counts["joined"], d.counts["moved"]) == (126, 126, 33, 0)
    told = text(d)
    assert "+ Keir Starmer joined as Prime Minister, replacing Rishi Sunak\n" in told
    assert (
        "+ Pat McFadden returned as Chancellor of the Duchy of Lancaster, replacing Oliver Dowden "
        "(Minister for Business until 2010-05-11, away for 14 years 1 month)\n"
    ) in told
    mcfadden = register.person("Pat McFadden")
    rows_of = [r for r in register.appointments if r["person_id"] == mcfadden and r["start_date"] < "2010-05-11"]
    assert max(row["end_date"] for row in rows_of) == "2010-05-11"
    assert not events(d, "succession chain", "swap", "merged", "split")


def test_the_reshuffle_of_september_2025_is_told_in_chains(register: Register) -> None:
    d = register.org.diff("2025-09-04", "2025-09-09")
    (circle,) = events(d, "swap")
    assert circle.text == "David Lammy, Shabana Mahmood and Yvette Cooper exchanged posts in a circle"
    chains = {event.before for event in events(d, "succession chain")}
    assert chains == {
        ("Lucy Powell", "Alan Campbell", "Jonathan Reynolds", "Peter Kyle", "Liz Kendall", "Pat McFadden",
         "Darren Jones"),
        ("Angela Rayner", "Steve Reed", "Emma Reynolds"),
        ("Daniel Zeichner", "Angela Eagle", "Alex Norris"),
        ("Ian Murray", "Douglas Alexander", "Dan Jarvis"),
        ("Lucy Rigby", "Ellie Reeves", "Anna Turley"),
        ("Luke Pollard", "Alistair Carns", "Louise Jones"),
    }  # fmt: skip
    before, after = register.held("2025-09-04"), register.held("2025-09-09")
    for event in (circle, *events(d, "succession chain")):
        for part in event.parts:
            for other in part.related:
                other_id = register.person(register.org.as_of("2025-09-04").snapshot.name(other))
                assert before[other_id] & after[register.person(part.name)]


def links(shared: Path, on: str) -> set[tuple[str, str, str]]:
    """Give the links between organizations that begin in a month: predecessor, successor and type."""
    folder = shared / MINISTERS
    names = {row["id"]: row["name"] for row in rows(folder / "organisation.csv")}
    return {
        (names[row["predecessor_organisation_id"]], names[row["successor_organisation_id"]], row["type"])
        for row in rows(folder / "organisation_link.csv") if row["link_start_date"].startswith(on)
    }  # fmt: skip


@pytest.mark.parametrize(("a", "b", "month"), [("2016-06-01", "2016-08-01", "2016-07"),
                                               ("2023-02-06", "2023-02-08", "2023-02")])  # fmt: skip
def test_departments_merged_split_and_renamed_as_the_register_says(
    register: Register, shared: Path, a: str, b: str, month: str
) -> None:
    d = register.org.diff(a, b)
    kinds = {"merged": "Merger", "split": "Demerger", "functions transferred": "Transfer of functions",
             "unit renamed": "Name change"}  # fmt: skip
    told = {
        (before, after, kinds[event.kind]) for event in events(d, *kinds)
        for before in event.before for after in event.after
    }  # fmt: skip
    assert told == links(shared, month)
    assert not [event for event in with_parts(d.events) if event.evidence], "what is stated is not detected"


def test_who_went_along_with_the_departments_of_2023_kept_his_title(register: Register) -> None:
    d = register.org.diff("2023-02-06", "2023-02-08")
    along = {(e.name, part.name) for e in events(d, "merged", "split", "functions transferred", "unit renamed")
             for part in e.parts}  # fmt: skip
    assert along == {
        ("Department for Business, Energy and Industrial Strategy", "George Freeman"),
        ("Department for Business, Energy and Industrial Strategy", "Kevin Hollinrake"),
        ("Department for Digital, Culture, Media and Sport", "Lord Parkinson of Whitley Bay"),
        ("Department for Digital, Culture, Media and Sport", "Paul Scully"),
    }
    before, after = register.held("2023-02-06"), register.held("2023-02-08")
    for _, name in along:
        person = register.person(name)
        titles = [{register.posts[post]["name"] for post in held[person]} for held in (before, after)]
        assert titles[0] == titles[1]


@pytest.fixture(scope="module")
def cabinet_office(shared: Path) -> OrgGraph:
    org = OrgGraph()
    org.load(*sorted((shared / ORGANOGRAMS).glob("cabinet_office-*.csv")), identity="exact")
    return org


def senior(shared: Path, on: str) -> dict[str, list[Row]]:
    """Give the senior posts of a day by their reference, with their rows."""
    found = defaultdict(list)
    for row in rows(shared / ORGANOGRAMS / f"cabinet_office-{on}-senior.csv"):
        found[row["Post Unique Reference"].strip()].append(row)
    return dict(found)


def named(found: dict[str, list[Row]]) -> set[str]:
    unnamed = {"", "n/d", "'n/d'", "vacant", "eliminated", "n/a"}
    return {row["Name"].strip() for of_post in found.values() for row in of_post
            if row["Name"].strip().casefold() not in unnamed}  # fmt: skip


def test_a_year_of_the_cabinet_office_is_what_the_rows_say(cabinet_office: OrgGraph, shared: Path) -> None:
    a, b = "2011-03-31", "2012-03-31"
    d = check_whole(cabinet_office, a, b)
    before, after = senior(shared, a), senior(shared, b)
    come, gone = named(after) - named(before), named(before) - named(after)
    assert {e.name for e in events(d, "joined", "returned") if e.certainty == "certain"} == come
    assert {e.name for e in events(d, "left") if e.certainty == "certain"} == gone
    (chain,) = events(d, "succession chain")
    assert chain.before == ("Vijay Rangarajan", "Ciaran Martin", "Dominic Wilson")
    (post,) = [ref for ref, of_post in after.items() if of_post[0]["Name"].strip() == "Ciaran Martin"]
    assert [row["Name"].strip() for row in before[post]] == ["Vijay Rangarajan"]
    (martin,) = [e for e in events(d, "promoted") if e.name == "Ciaran Martin"]
    assert "(2 steps from the top now, 3 before)" in martin.text
    assert steps(before, "Ciaran Martin") == 3 and steps(after, "Ciaran Martin") == 2


def steps(found: dict[str, list[Row]], name: str) -> int:
    """Count the posts above somebody's, up to the one that reports to nobody."""
    (post,) = [ref for ref, of_post in found.items() if of_post[0]["Name"].strip() == name]
    count = 0
    while found[post][0]["Reports to Senior Post"].strip().upper() != "XX":
        post = found[post][0]["Reports to Senior Post"].strip()
        count += 1
    return count


def counts_of(questions: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, int]]:
    asked = "cabinet_office: change between two snapshots - counts"
    found = [question for question in questions if question["question"].startswith(asked)]
    return {(question["dates"][0], question["dates"][1]): question["expected"] for question in found}


@pytest.mark.parametrize(("a", "b"), [("2011-03-31", "2011-09-30"), ("2011-09-30", "2012-03-31")])
def test_posts_and_people_are_counted_as_in_the_known_answers(shared: Path, a: str, b: str) -> None:
    expected = counts_of(json.loads((shared / "truth.json").read_text("utf-8")))[a, b]
    org = OrgGraph()
    org.load(*sorted((shared / ORGANOGRAMS).glob("cabinet_office-*-senior.csv")), identity="exact")
    counts = check_whole(org, a, b).counts
    found = {key: counts[kind] for key, kind in {
        "posts_new": "post created", "posts_gone": "post abolished", "people_joined": "joined", "people_left": "left",
    }.items()}  # fmt: skip
    assert found == {key: expected[key] for key in found}
