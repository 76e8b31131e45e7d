"""Tests of single points of failure, dotted ties, and where units and lines disagree, against looking everywhere."""

from __future__ import annotations

import networkx
import pytest
from company import company, graph, row, starts
from hypothesis import given
from hypothesis import strategies as st

from orggraph.hierarchy import bottlenecks, disagreements, dotted_ties, stats, to_networkx

Lines = list[tuple[int, int]]


def chart(lines: Lines, line: str = "direct") -> networkx.DiGraph:
    made: networkx.DiGraph = networkx.DiGraph()
    for node in range(8):
        made.add_node(f"urn:{node}", kind="person", name=f"P{node}", post="", absence="")
    made.add_edges_from((f"urn:{below}", f"urn:{above}", {"line": line}) for below, above in lines if below != above)
    return made


def cut_off(made: networkx.DiGraph, lost: str) -> int:
    """Count who can be reached from a top, and no more without somebody; in a circle without a top all are tops."""
    down = made.reverse()
    dag = networkx.condensation(down)
    tops = {node for group in dag if not dag.in_degree(group) for node in dag.nodes[group]["members"]}
    without = down.subgraph(set(down) - {lost})
    still = {node for top in tops - {lost} for node in {top} | networkx.descendants(without, top)}
    return len(set(down) - {lost} - still)


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=14))
def test_whoever_cuts_somebody_off_is_found_by_taking_each_away(lines: Lines) -> None:
    made = chart(lines)
    expected = {node: cut_off(made, node) for node in made}
    assert {row.iri: row.cut_off for row in bottlenecks(made)} == {n: count for n, count in expected.items() if count}


def test_the_most_come_first_and_a_share_is_of_all_people() -> None:
    found = bottlenecks(chart([(1, 0), (2, 1), (3, 1), (4, 0)]), most=2)
    assert [(row.name, row.cut_off, row.share) for row in found] == [("P0", 4, 0.5), ("P1", 2, 0.25)]


def test_a_vacant_post_can_be_a_single_point_of_failure() -> None:
    found = bottlenecks(to_networkx(company().as_of("2024-04-15").snapshot))
    names = {row.name: row.cut_off for row in found}
    assert names["Chief Technology Officer"] == 5, "Cleo, Dan, Eli, Fay and Gus"


def test_who_has_two_managers_is_cut_off_by_neither() -> None:
    made = chart([(1, 0), (2, 0), (3, 1), (3, 2)])
    assert {row.iri: row.cut_off for row in bottlenecks(made)} == {"urn:0": 3}


def test_dotted_lines_tie_whom_they_join() -> None:
    star = chart([(1, 0), (2, 0), (3, 0)], line="dotted")
    assert [(tie.name, tie.betweenness) for tie in dotted_ties(star)] == [("P0", 1.0)]
    assert dotted_ties(chart([(1, 0), (2, 0)])) == [], "direct lines do not count"


CROSSED = [
    row("created", "2020-01-01", unit="Labs"), row("created", "2020-01-01", unit="Team", into="Labs"),
    row("created", "2020-01-01", unit="Sales"),
    starts("Ann", "Head", "2020-01-01", unit="Labs"),
    starts("Ben", "Chemist", "2020-01-01", unit="Team", reports_to="Ann"),
    starts("Cid", "Seller", "2020-01-01", unit="Sales", reports_to="Ann"),
    starts("Top", "Chief", "2020-01-01"),
    starts("Dan", "Buyer", "2020-01-01", unit="Sales", reports_to="Top"),
]  # fmt: skip


def test_a_manager_in_no_unit_on_the_path_is_a_disagreement() -> None:
    snapshot = graph(*CROSSED).as_of("2020-06-01").snapshot
    found = disagreements(snapshot, to_networkx(snapshot))
    assert [(row.name, row.unit, row.manager, row.manager_unit, row.certainty) for row in found] == [
        ("Cid", "Sales", "Ann", "Labs", "certain")
    ], "Ben is below Labs, and Top belongs to the organization itself"


def test_a_unit_that_moves_on_a_day_nobody_names_may_disagree() -> None:
    rows = [*CROSSED, row("moved", "2020-05", unit="Team", into="Sales")]
    snapshot = graph(*rows).as_of("2020-05-15").snapshot
    found = {row.name: row.certainty for row in disagreements(snapshot, to_networkx(snapshot))}
    assert found == {"Ben": "possible", "Cid": "certain"}
    after = graph(*rows).as_of("2020-06-01").snapshot
    assert {row.name: row.certainty for row in disagreements(after, to_networkx(after))}["Ben"] == "certain"


@pytest.mark.parametrize(("narrow", "wide"), [(0, 100), (2, 1), (3, 2), (100, 0)])
def test_spans_beyond_the_bounds_are_named(narrow: int, wide: int) -> None:
    found = stats(company().as_of("2024-03-01").snapshot, narrow=narrow, wide=wide)
    spans = {"Ada Abel": 2, "Ben Brook": 2, "Cleo Cruz": 2, "Hal Hope": 2, "Dan Dale": 1, "Jon Jay": 1}
    told = {name: {row["name"]: row["span"] for row in found[name]} for name in ("over_wide", "under_wide")}  # type: ignore[attr-defined]
    assert told["over_wide"] == {name: span for name, span in spans.items() if span > wide}
    assert told["under_wide"] == {name: span for name, span in spans.items() if span < narrow}


def test_what_is_certain_of_a_day_on_which_much_is_open() -> None:
    found = stats(company().as_of("2024-09-10").snapshot)
    sure = found["certain"]
    assert isinstance(sure, dict)
    assert (found["people"], found["people_certain"]) == (11, 9)
    assert found["tops"] == sure["tops"] == ["Ada Abel"], "Ida Ives reports to Hal Hope or to Mia Moss"
    assert (found["vacant_posts"], found["vacant_posts_possible"]) == (1, 1), "that of CFO is filled whoever holds it"
    assert {row["name"] for row in sure["single_points_of_failure"]} <= {"Ada Abel", "Cleo Cruz", "Eli Egan",
                                                                         "Dan Dale", "Ida Ives"}  # fmt: skip
