"""Tests of reporting lines: stated and derived, through vacancies, leave, moves and cycles."""

from __future__ import annotations

import pytest
from company import Row, codes, company, graph, managers, row, starts

from orggraph.graph import OrgGraph

CLEAR = ("direct", "certain")


def above(org: OrgGraph, person: str, on: str) -> list[tuple[str, str, str]]:
    """List to whom somebody reports; what is presumed counts as certain."""
    return [(n, line, "certain" if c == "presumed" else c) for n, line, c in managers(org, person, on)]


def chain(org: OrgGraph, person: str, on: str) -> list[tuple[int, str]]:
    return [(answer.depth, answer.name) for answer in org.as_of(on).chain(person)]


CTO, CFO = "Chief Technology Officer", "Chief Financial Officer"

COMPANY: dict[str, tuple[str, str, list[tuple[str, str, str]]]] = {
    # who, on which day: to whom
    "a line from post to post leads to the holder": ("Cleo Cruz", "2024-03-01", [("Ben Brook", *CLEAR)]),
    "before the boss has a post there is none": ("Cleo Cruz", "2021-04-30", []),
    "on the first day": ("Cleo Cruz", "2021-05-01", [("Ben Brook", *CLEAR)]),
    "on the last day of the boss": ("Dan Dale", "2024-03-31", [("Ben Brook", *CLEAR)]),
    "the vacant post, never its boss": ("Dan Dale", "2024-04-01", [(CTO, *CLEAR)]),
    "on the last vacant day": ("Dan Dale", "2024-05-31", [(CTO, *CLEAR)]),
    "the next boss on the first day": ("Dan Dale", "2024-06-01", [("Cleo Cruz", *CLEAR)]),
    "who moves up is not his own boss": ("Cleo Cruz", "2024-06-01", [("Ada Abel", *CLEAR)]),
    "the successor reports to the predecessor": ("Eli Egan", "2024-06-01", [("Cleo Cruz", *CLEAR)]),
    "the day before": ("Eli Egan", "2024-05-31", [("Cleo Cruz", *CLEAR)]),
    "a colleague follows the post": ("Fay Finn", "2024-06-01", [("Eli Egan", *CLEAR),
                                                                   ("Hal Hope", "dotted", "certain")]),
    "the dotted line beside": ("Fay Finn", "2024-03-01", [("Cleo Cruz", *CLEAR), ("Hal Hope", "dotted", "certain")]),
    "the day before a leave": ("Kim Kane", "2024-01-31", [("Ida Ives", *CLEAR)]),
    "the acting holder during the leave": ("Kim Kane", "2024-02-01", [("Jon Jay", *CLEAR)]),
    "on the last day of the leave": ("Kim Kane", "2024-04-30", [("Jon Jay", *CLEAR)]),
    "back after the leave": ("Kim Kane", "2024-05-01", [("Ida Ives", *CLEAR)]),
    "before a handover of an unknown day": ("Ida Ives", "2024-08-31", [("Hal Hope", *CLEAR)]),
    "within a handover of an unknown day": ("Ida Ives", "2024-09-10", [("Hal Hope", "direct", "possible"),
                                                                        ("Mia Moss", "direct", "possible")]),
    "after a handover of an unknown day": ("Ida Ives", "2024-09-30", [("Mia Moss", *CLEAR)]),
    "somebody of whom it is not known": ("Lou Lane", "2024-03-01", []),
    "on 29 February": ("Gus Gray", "2024-02-29", [("Dan Dale", *CLEAR)]),
    "on 28 February": ("Gus Gray", "2024-02-28", []),
}  # fmt: skip


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    return company()


@pytest.mark.parametrize("person, on, expected", COMPANY.values(), ids=COMPANY)
def test_managers_in_the_company(person: str, on: str, expected: list[tuple[str, str, str]], org: OrgGraph) -> None:
    assert above(org, person, on) == expected


def test_the_company_has_no_contradiction(org: OrgGraph) -> None:
    assert codes(org) == []


def test_the_chain_walks_posts_and_skips_nobody(org: OrgGraph) -> None:
    assert chain(org, "Eli Egan", "2024-03-01") == [(1, "Cleo Cruz"), (2, "Ben Brook"), (3, "Ada Abel")]
    assert chain(org, "Gus Gray", "2024-04-15") == [(1, "Dan Dale"), (2, CTO), (3, "Ada Abel")]
    assert chain(org, "Fay Finn", "2024-06-01") == [(1, "Eli Egan"), (2, "Cleo Cruz"), (3, "Ada Abel")]


def test_everybody_below_is_found_once_at_the_shortest_distance(org: OrgGraph) -> None:
    rows = [(r.depth, r.name) for r in org.as_of("2024-03-01").reports_to("Ada Abel", everyone=True)]
    people = {name: depth for depth, name in rows}
    assert len(people) == len(rows)
    assert {name: people[name] for name in ("Ben Brook", "Cleo Cruz", "Kim Kane", "Gus Gray")} == {
        "Ben Brook": 1, "Cleo Cruz": 2, "Kim Kane": 3, "Gus Gray": 3,
    }  # fmt: skip


def test_to_nobody_is_not_the_same_as_unknown(org: OrgGraph) -> None:
    snapshot = org.as_of("2024-03-01").snapshot
    assert snapshot.reports_to_nobody(org.find("Chief Executive"))
    assert snapshot.reports_to_nobody(org.find("Ada Abel"))  # who holds that post
    assert not snapshot.reports_to_nobody(org.find("Lou Lane"))
    said = graph(starts("Ada", "CEO", "2020-01-01"), row("reports", "2020-01-01", person="Ada"))
    assert said.as_of("2020-06-01").snapshot.reports_to_nobody(said.find("Ada"))


def test_a_derived_line_names_its_premises(org: OrgGraph) -> None:
    snapshot = org.as_of("2024-03-01").snapshot
    cleo = org.find("Cleo Cruz")
    (fact,) = [f for f in snapshot.facts("line") if f.subject == cleo]
    assert fact.flags == ("derived",)
    (answer,) = snapshot.managers(cleo)
    assert "derived" in answer.notes
    held = {f.tenure for f in snapshot.facts("membership") if f.subject in (cleo, org.find("Ben Brook"))}
    lines = {f.tenure for f in snapshot.facts("line") if f.subject == org.find("Platform Lead")}
    assert len(held) == 2 and set(fact.premises) == held | lines


STATED: dict[str, tuple[list[Row], dict[str, list[tuple[str, str, str]]]]] = {
    "a line ends with its tenure": (
        [starts("Ada", "CTO", "2020-01-01", until="2021-01-01", reports_to="Bob")],
        {"2020-12-31": [("Bob", *CLEAR)], "2021-01-01": []}),
    "a new manager ends the line before": (
        [starts("Ada", "CTO", "2020-01-01", reports_to="Bob"),
         row("reports", "2020-06-01", person="Ada", reports_to="Cid")],
        {"2020-05-31": [("Bob", *CLEAR)], "2020-06-01": [("Cid", *CLEAR)]}),
    "and back again": (
        [starts("Ada", "CTO", "2020-01-01", reports_to="Bob"),
         row("reports", "2020-06-01", person="Ada", reports_to="Cid"),
         row("reports", "2020-07-01", person="Ada", reports_to="Bob")],
        {"2020-06-30": [("Cid", *CLEAR)], "2020-07-01": [("Bob", *CLEAR)]}),
    "on an unknown day they are one moment": (
        [starts("Ada", "CTO", "2020-01-01", reports_to="Bob"),
         row("reports", "2020-06", person="Ada", reports_to="Cid")],
        {"2020-05-31": [("Bob", *CLEAR)],
         "2020-06-15": [("Bob", "direct", "possible"), ("Cid", "direct", "possible")],
         "2020-06-30": [("Cid", *CLEAR)]}),
    "a change within the year of the start": (
        [starts("Ada", "CTO", "2020", reports_to="Bob"),
         row("reports", "2020-06-01", person="Ada", reports_to="Cid")],
        {"2020-05-31": [("Bob", "direct", "possible")], "2020-06-01": [("Cid", "direct", "possible")],
         "2020-12-31": [("Cid", *CLEAR)]}),
    "dotted lines stand beside": (
        [starts("Ada", "CTO", "2020-01-01", reports_to="Bob"),
         row("reports", "2020-06-01", person="Ada", reports_to="Cid", line="dotted"),
         row("reports", "2020-07-01", person="Ada", reports_to="Dan", line="dotted", until="2020-08-01")],
        {"2020-07-31": [("Bob", *CLEAR), ("Cid", "dotted", "certain"), ("Dan", "dotted", "certain")],
         "2020-08-01": [("Bob", *CLEAR), ("Cid", "dotted", "certain")]}),
    "a line with an end of its own": (
        [starts("Ada", "CTO", "2020-01-01"),
         row("reports", "2020-02-01", person="Ada", reports_to="Bob", until="2020-03-01")],
        {"2020-01-31": [], "2020-02-29": [("Bob", *CLEAR)], "2020-03-01": []}),
    "the same line said again is one": (
        [starts("Ada", "CTO", "2020-01-01", reports_to="Bob"),
         row("holds", "2020-06-01", person="Ada", post="CTO", reports_to="Bob")],
        {"2020-06-01": [("Bob", *CLEAR)], "2020-06-02": [("Bob", *CLEAR)]}),
    "two changes on one day, in sequence": (
        [starts("Ada", "CTO", "2020-01-01"),
         row("reports", "2020-06-01", person="Ada", reports_to="Cid", sequence="2"),
         row("reports", "2020-06-01", person="Ada", reports_to="Bob", sequence="1")],
        {"2020-05-31": [], "2020-06-01": [("Cid", *CLEAR)]}),
    "two on one day in no order stand both until the next": (
        [starts("Ada", "CTO", "2020-01-01"),
         row("reports", "2020-06-01", person="Ada", reports_to="Cid"),
         row("reports", "2020-06-01", person="Ada", reports_to="Bob"),
         row("reports", "2020-07-01", person="Ada", reports_to="Dan")],
        {"2020-06-01": [("Bob", *CLEAR), ("Cid", *CLEAR)], "2020-07-01": [("Dan", *CLEAR)]}),
    "a person reports to a post": (
        [starts("Ada", "CTO", "2020-01-01", reports_to_post="CEO"), starts("Bob", "CEO", "2020-03-01")],
        {"2020-02-29": [("CEO", *CLEAR)], "2020-03-01": [("CEO", *CLEAR), ("Bob", *CLEAR)]}),
    "to nobody ends the line before": (
        [starts("Ada", "CTO", "2020-01-01", reports_to="Bob"), row("reports", "2020-06-01", person="Ada")],
        {"2020-05-31": [("Bob", *CLEAR)], "2020-06-01": []}),
    "a stated line stands beside a derived one": (
        [starts("Ada", "CTO", "2020-01-01", reports_to="Cid"), starts("Bob", "CEO", "2020-01-01"),
         row("reports", "2020-01-01", post="CTO", reports_to_post="CEO")],
        {"2020-06-01": [("Bob", *CLEAR), ("Cid", *CLEAR)]}),
}  # fmt: skip


@pytest.mark.parametrize("rows, days", STATED.values(), ids=STATED)
def test_stated_lines(rows: list[Row], days: dict[str, list[tuple[str, str, str]]]) -> None:
    for order in (rows, rows[::-1]):
        org = graph(*order)
        assert {on: sorted(above(org, "Ada", on)) for on in days} == {on: sorted(said) for on, said in days.items()}


POSTS = [row("reports", "2020-01-01", post="CTO", reports_to_post="CEO"), starts("Ada", "CTO", "2020-01-01")]

VACANT: dict[str, tuple[list[Row], dict[str, list[tuple[str, str, str]]]]] = {
    "a post that nobody ever held": (POSTS, {"2020-06-01": [("CEO", *CLEAR)]}),
    "between two holders": (
        [*POSTS, starts("Bob", "CEO", "2020-01-01", until="2020-02-01"), starts("Cid", "CEO", "2020-03-01")],
        {"2020-01-31": [("Bob", *CLEAR)], "2020-02-01": [("CEO", *CLEAR)], "2020-02-29": [("CEO", *CLEAR)],
         "2020-03-01": [("Cid", *CLEAR)]}),
    "never within a handover": (
        [*POSTS, starts("Bob", "CEO", "2020-01-01"), starts("Cid", "CEO", "2020-03", replaces="Bob")],
        {"2020-03-10": [("Bob", "direct", "possible"), ("Cid", "direct", "possible")]}),
    "possibly, where the ends are not one moment": (
        [*POSTS, starts("Bob", "CEO", "2020-01-01", until="2020-03"), starts("Cid", "CEO", "2020-03")],
        {"2020-03-10": [("Bob", "direct", "possible"), ("CEO", "direct", "possible"), ("Cid", "direct", "possible")]}),
    "only when all of several are gone": (
        [*POSTS, starts("Bob", "CEO", "2020-01-01", until="2020-02/2020-06"),
         starts("Cid", "CEO", "2020-01-01", until="2020-03/2020-04")],
        {"2020-05-01": [("Bob", "direct", "possible"), ("CEO", "direct", "possible")],
         "2020-06-30": [("CEO", *CLEAR)]}),
    "only until the first of several may come": (
        [*POSTS, starts("Bob", "CEO", "2020-05-01"), starts("Cid", "CEO", "2020-02/2020-07")],
        {"2020-01-31": [("CEO", *CLEAR)], "2020-02-01": [("CEO", "direct", "possible"), ("Cid", "direct", "possible")],
         "2020-05-01": [("Bob", *CLEAR), ("Cid", "direct", "possible")]}),
    "on leave, nobody acting": (
        [*POSTS, starts("Bob", "CEO", "2020-01-01"),
         row("leave", "2020-02-01", person="Bob", post="CEO", until="2020-03-01")],
        {"2020-02-15": [("Bob", *CLEAR)]}),
    "on leave, somebody acting for a part of it": (
        [*POSTS, starts("Bob", "CEO", "2020-01-01"),
         row("leave", "2020-02-01", person="Bob", post="CEO", until="2020-05-01"),
         row("acting", "2020-03-01", person="Cid", post="CEO", until="2020-04-01")],
        {"2020-02-29": [("Bob", *CLEAR)], "2020-03-01": [("Cid", *CLEAR)], "2020-04-01": [("Bob", *CLEAR)]}),
    "acting at another time": (
        [*POSTS, starts("Bob", "CEO", "2020-06-01"), row("acting", "2020-01-01", person="Cid", post="CEO",
                                                          until="2020-06-01"),
         row("leave", "2020-08-01", person="Bob", post="CEO", until="2020-09-01")],
        {"2020-05-31": [("Cid", *CLEAR)], "2020-08-15": [("Bob", *CLEAR)]}),
}  # fmt: skip


@pytest.mark.parametrize("rows, days", VACANT.values(), ids=VACANT)
def test_lines_to_posts(rows: list[Row], days: dict[str, list[tuple[str, str, str]]]) -> None:
    org = graph(*rows)
    assert {on: sorted(above(org, "Ada", on)) for on in days} == {on: sorted(said) for on, said in days.items()}


def test_a_post_with_many_uncertain_holders_is_possibly_vacant_and_answers_in_time() -> None:
    many = [starts(f"Person {n}", "CEO", "2020", until="2020") for n in range(40)]
    org = graph(*POSTS, *many)
    said = above(org, "Ada", "2020-06-01")
    assert ("CEO", "direct", "possible") in said and len(said) == 41
    assert above(org, "Ada", "2020-12-31") == [("CEO", *CLEAR)]


def test_a_move_does_not_take_the_manager_of_the_new_post_along() -> None:
    org = graph(row("transferred", "2020-06-01", person="Ada", post="CEO", from_post="CTO", reports_to="Bob"))
    assert above(org, "Ada", "2020-06-01") == [("Bob", *CLEAR)]
    assert above(org, "Ada", "2020-05-31") == []


def test_nobody_becomes_his_own_manager_while_he_may_be_moving_up() -> None:
    org = graph(*POSTS, row("transferred", "2020-03", person="Ada", post="CEO", from_post="CTO"))
    for on in ("2020-02-29", "2020-03-10", "2020-03-31"):
        assert "Ada" not in [name for name, _, _ in above(org, "Ada", on)]


CYCLES = {
    "two people": [starts("Ada", "CTO", "2020-01-01", reports_to="Bob"), starts("Bob", "COO", "2020-01-01",
                                                                             reports_to="Ada")],
    "himself": [starts("Ada", "CTO", "2020-01-01", reports_to="Ada")],
    "posts": [starts("Ada", "CTO", "2020-01-01"), starts("Bob", "COO", "2020-01-01"),
              row("reports", "2020-01-01", post="CTO", reports_to_post="COO"),
              row("reports", "2020-01-01", post="COO", reports_to_post="CTO")],
    "a post and itself": [starts("Ada", "CTO", "2020-01-01"),
                          row("reports", "2020-01-01", post="CTO", reports_to_post="CTO")],
    "units in each other": [starts("Ada", "CTO", "2020-01-01", unit="A", reports_to="Bob"),
                            row("created", "2020-01-01", unit="A", into="B"),
                            row("created", "2020-01-01", unit="B", into="A")],
}  # fmt: skip


@pytest.mark.parametrize("rows", CYCLES.values(), ids=CYCLES)
def test_cycles_do_not_hang_and_nobody_vanishes(rows: list[Row]) -> None:
    org = graph(*rows)
    asof = org.as_of("2020-06-01")
    assert {r.name for r in asof.memberships("Ada")} == {"Ada"}
    assert len(asof.chain("Ada")) < 5 and len(asof.reports_to("Ada", everyone=True)) < 5


def test_a_cycle_of_two_is_named_where_it_closes() -> None:
    rows = graph(*CYCLES["two people"]).as_of("2020-06-01").chain("Ada")
    assert [(r.name, "cycle" in r.notes) for r in rows] == [("Bob", False), ("Ada", True)]
