"""Tests of rosters: what follows from who is listed on one day and not on another, and what does not."""

from __future__ import annotations

from itertools import permutations

import pytest
from company import Row, graph, memberships, row
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph.graph import OrgGraph
from orggraph.period import OPEN_EARLY, OPEN_LATE, day, iso
from orggraph.vocabulary import ORG

D1, D2, D3, D4 = "2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01"


def roster(on: str, *people: str, source: str = "the list", unit: str = "", **fields: str) -> list[Row]:
    """Give the rows of one full list, everybody in the post of the same name."""
    scope = {"unit": unit} if unit else {}
    listed = [row("holds", on, person=p, post=f"post of {p}", source=source, **scope, **fields) for p in people]
    return [row("roster", on, source=source, **scope), *listed]


LISTED: dict[str, tuple[list[list[Row]], list[tuple[str, str]]]] = {
    "in the middle of four": ([roster(D1), roster(D2, "Ada"), roster(D3, "Ada"), roster(D4)],
                              [("2020-01-02/2020-02-01", "2020-03-02/2020-04-01")]),
    "on the first and not after": ([roster(D1, "Ada"), roster(D2)], [("../2020-01-01", "2020-01-02/2020-02-01")]),
    "on the last": ([roster(D1), roster(D2, "Ada")], [("2020-01-02/2020-02-01", "..")]),
    "on the only one": ([roster(D1, "Ada")], [("../2020-01-01", "..")]),
    "on one only": ([roster(D1), roster(D2, "Ada"), roster(D3)], [("2020-01-02/2020-02-01", "2020-02-02/2020-03-01")]),
    "away and back": ([roster(D1, "Ada"), roster(D2), roster(D3, "Ada")],
                      [("../2020-01-01", "2020-01-02/2020-02-01"), ("2020-02-02/2020-03-01", "..")]),
    "on the days next to each other": ([roster("2020-01-01"), roster("2020-01-02", "Ada"), roster("2020-01-03")],
                                       [("2020-01-02", "2020-01-03")]),
    "over 29 February": ([roster("2020-02-28"), roster("2020-03-01", "Ada")], [("2020-02-29/2020-03-01", "..")]),
}  # fmt: skip


@pytest.mark.parametrize("rosters, expected", LISTED.values(), ids=LISTED)
def test_bounds_follow_from_all_rosters_in_any_order_of_loading(
    rosters: list[list[Row]], expected: list[tuple[str, str]]
) -> None:
    for order in permutations(rosters):
        org = OrgGraph()
        for rows in order:
            org.load(rows)
        assert [(since, until) for _, since, until in memberships(org, "Ada")] == expected


def test_they_are_marked_as_inferred() -> None:
    org = graph(*roster(D1), *roster(D2, "Ada"))
    (fact,) = [f for f in org.ledger.believed() if f.kind == "membership"]
    assert fact.flags == ("inferred",) and iso(fact.confirmed) == D2


def test_a_list_that_is_not_full_ends_nothing() -> None:
    seen = roster(D1, "Ada")
    org = graph(*seen, *roster(D2, "Bob")[1:])
    assert [until for _, _, until in memberships(org, "Ada")] == [".."]


def test_another_series_ends_nothing() -> None:
    org = graph(*roster(D1, "Ada"), *roster(D2, "Bob", source="another list"))
    assert memberships(org, "Ada") == [("post of Ada", "../2020-01-01", "..")]


def test_silence_ends_nothing_that_another_source_states() -> None:
    register = row("starts", "2019-01-01", person="Cid", post="post of Cid", source="the register")
    org = graph(register, *roster(D1, "Ada"), *roster(D2, "Ada"))
    assert memberships(org, "Cid") == [("post of Cid", "2019-01-01", "..")]


def test_a_stated_start_narrows_what_a_roster_shows() -> None:
    register = row("starts", "2020-01-15", person="Ada", post="post of Ada", source="the register")
    org = graph(register, *roster(D1), *roster(D2, "Ada"), *roster(D3))
    assert memberships(org, "Ada") == [("post of Ada", "2020-01-15", "2020-02-02/2020-03-01")]


def test_the_scope_is_the_unit_and_what_is_in_it() -> None:
    units = [row("created", "2019-01-01", unit="Works"), row("created", "2019-01-01", unit="Team", into="Works"),
             row("created", "2019-01-01", unit="Office")]  # fmt: skip
    seen = [row("holds", D1, person=name, unit=unit, source="the list")
            for name, unit in (("Ada", "Works"), ("Bob", "Team"), ("Cid", "Office"))]  # fmt: skip
    org = graph(*units, *seen, row("roster", D1, unit="Works", source="the list"),
                row("roster", D2, unit="Works", source="the list"))  # fmt: skip
    ends = {name: [until for _, _, until in memberships(org, name)] for name in ("Ada", "Bob", "Cid")}
    assert ends == {"Ada": ["2020-01-02/2020-02-01"], "Bob": ["2020-01-02/2020-02-01"], "Cid": ["2020-01-02/.."]}


def test_a_unit_that_has_moved_away_is_no_longer_in_the_scope() -> None:
    units = [row("created", "2019-01-01", unit="Works"), row("created", "2019-01-01", unit="Team", into="Works"),
             row("moved", "2020-01-15", unit="Team", into="Office")]  # fmt: skip
    seen = row("holds", D1, person="Bob", unit="Team", source="the list")
    full = [row("roster", on, unit="Works", source="the list") for on in (D1, D2)]
    assert [until for _, _, until in memberships(graph(*units, seen, *full), "Bob")] == [".."]


def test_the_list_of_an_organization_covers_its_units() -> None:
    seen = row("holds", D1, person="Ada", unit="Works", source="the list")
    org = graph(seen, row("roster", D1, source="the list"), row("roster", D2, source="the list"))
    assert memberships(org, "Ada") == [("Works", "../2020-01-01", "2020-01-02/2020-02-01")]


def test_a_manager_changes_between_two_rosters() -> None:
    org = graph(*roster(D1, "Ada", reports_to="Bob"), *roster(D2, "Ada", reports_to="Cid"))
    said = {on: [(r.name, r.certainty) for r in org.as_of(on).managers("Ada")] for on in (D1, "2020-01-15", D2)}
    assert said == {D1: [("Bob", "certain")], "2020-01-15": [("Bob", "possible"), ("Cid", "possible")],
                    D2: [("Cid", "certain")]}  # fmt: skip


def test_somebody_with_two_managers_keeps_both() -> None:
    twice = [*roster(D1, "Ada", reports_to="Bob"), *roster(D1, "Ada", reports_to="Cid", line="dotted")[1:]]
    org = graph(*twice, *[{**r, "effective": D2} for r in twice])
    assert [(r.name, r.line) for r in org.as_of(D2).managers("Ada")] == [("Bob", "direct"), ("Cid", "dotted")]
    assert len(memberships(org, "Ada")) == 1


def test_a_person_with_an_id_is_renamed_between_rosters() -> None:
    def listed(on: str, name: str) -> list[Row]:
        return [row("roster", on, source="the list"),
                row("holds", on, person=name, person_id="1", post="CTO", source="the list")]  # fmt: skip

    org = graph(*listed(D1, "Ada Byron"), *listed(D2, "Ada King"))
    assert memberships(org, "Ada King") == [("CTO", "../2020-01-01", "..")]
    snapshots = {on: org.as_of(on).snapshot for on in (D1, D2)}
    assert {on: s.name(org.find("Ada Byron")) for on, s in snapshots.items()} == {D1: "Ada Byron", D2: "Ada King"}


def test_two_spellings_on_one_day_stand_beside_each_other() -> None:
    rows = [row("holds", D1, person=name, person_id="1", post=f"post of {name}", source="the list")
            for name in ("Ada Byron", "Ada B.")]  # fmt: skip
    org = graph(row("roster", D1, source="the list"), *rows)
    assert [org.as_of(D1).snapshot.name(org.find(name)) for name in ("Ada Byron", "Ada B.")] == ["Ada B."] * 2


def test_everybody_listed_on_a_day_is_there_for_certain_and_nobody_else() -> None:
    org = graph(*roster(D1, "Ada", "Bob"), *roster(D2, "Bob", "Cid"), *roster(D3, "Ada"))
    for on, people in ((D1, ["Ada", "Bob"]), (D2, ["Bob", "Cid"]), (D3, ["Ada"])):
        snapshot = org.as_of(on).snapshot
        assert sorted(snapshot.name(f.subject) for f in snapshot.facts("membership")) == people
        assert all(f.period.certain_on(snapshot.day) for f in snapshot.facts("membership"))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.integers(1, 12), st.sets(st.sampled_from(["Ada", "Bob", "Cid"])), min_size=1, max_size=6),
       st.randoms(use_true_random=False))  # fmt: skip
def test_any_rosters_give_the_bounds_that_their_days_leave(lists: dict[int, set[str]], dice: object) -> None:
    start = day("2020-01-01")
    rows = [r for on, people in lists.items() for r in roster(iso(start + on), *sorted(people))]
    org = graph(*dice.sample(rows, len(rows)))  # type: ignore[attr-defined]  # a random.Random
    days = sorted(lists)
    for person in {name for people in lists.values() for name in people}:
        expected = []
        for number, on in enumerate(days):
            if person not in lists[on]:
                continue
            if number == 0 or person not in lists[days[number - 1]]:
                expected.append([start + days[number - 1] + 1 if number else OPEN_EARLY, start + on, 0, 0])
            gone = number + 1 < len(days) and person not in lists[days[number + 1]]
            after = (start + on + 1, start + days[number + 1]) if gone else (OPEN_LATE, OPEN_LATE)
            expected[-1][2:] = after
        facts = [f for f in org.ledger.believed() if f.kind == "membership" and f.subject == org.find(person)]
        found = [[f.start.earliest, f.start.latest, f.end.earliest, f.end.latest] for f in facts]
        assert sorted(found) == sorted(expected)


def test_a_line_that_the_last_roster_confirms_goes_on() -> None:
    org = OrgGraph()
    for on in (D1, D2):
        org.load(roster(on, "Ada", reports_to="Cy"))
    assert [(row.until, row.certainty) for row in org.as_of(D4).managers("Ada")] == [("..", "presumed")]


def listed_in(*places: str) -> OrgGraph:
    """Give an organization in which Ada was listed on successive days in these places, nowhere where one is empty."""
    org = OrgGraph()
    for on, place in zip((D1, D2, D3, D4), places, strict=False):
        said = row("states", on, person="Ada", post="post of Ada", property="location", value=place, source="the list")
        org.load([*roster(on, "Ada"), *([said] if place else [])])
    return org


def values(org: OrgGraph) -> list[tuple[str, str, str, int]]:
    """List the places with their bounds, and on how many role changes each rests."""
    facts = [f for f in org.ledger.believed() if f.predicate == ORG + "location"]
    return sorted((f.object.value, f.start.edtf(), f.end.edtf(), len(f.changes)) for f in facts)  # type: ignore[union-attr]  # literals


@pytest.mark.parametrize(
    "places, expected",
    [
        (("Paris", "Paris", "Paris"), [("Paris", "../2020-01-01", "..", 3)]),
        (("Paris", "Paris", "Lyon", "Lyon"), [("Lyon", "2020-02-02/2020-03-01", "..", 2),
                                              ("Paris", "../2020-01-01", "2020-02-02/2020-03-01", 2)]),
        (("Paris", "", "Paris"), [("Paris", "../2020-01-01", "..", 2)]),
        (("Paris", "", "Lyon"), [("Lyon", "2020-01-02/2020-03-01", "..", 1),
                                 ("Paris", "../2020-01-01", "2020-01-02/2020-03-01", 1)]),
        (("Paris", "Lyon", "Paris"), [("Lyon", "2020-01-02/2020-02-01", "2020-02-02/2020-03-01", 1),
                                      ("Paris", "../2020-01-01", "2020-01-02/2020-02-01", 1),
                                      ("Paris", "2020-02-02/2020-03-01", "..", 1)]),
    ],
    ids=["the same", "a change", "once not said", "not said and changed", "there and back"],
)  # fmt: skip
def test_a_value_gives_way_to_the_next_between_two_lists(
    places: tuple[str, ...], expected: list[tuple[str, str, str, int]]
) -> None:
    org = listed_in(*places)
    assert values(org) == expected
    ends = {f.end.key for f in org.ledger.believed() if f.predicate == ORG + "location" and f.end.key}
    starts = {f.start.key for f in org.ledger.believed() if f.predicate == ORG + "location" and f.start.key}
    assert ends <= starts  # one moment, of which nothing else is known
