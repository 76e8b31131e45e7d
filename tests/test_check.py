"""Tests of contradictions over all of time: each found on its days, none where there is none."""

from __future__ import annotations

import random
from pathlib import Path

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph.check import check
from orggraph.check.cycles import Cycle, Edge, cycles, joined, uncovered
from orggraph.errors import Finding
from orggraph.facts import LINE, REPORTS_DIRECTLY_TO, Fact
from orggraph.graph import OrgGraph
from orggraph.period import Moment
from orggraph.timeline import Timeline
from orggraph.vocabulary import CLASSES, RDF_TYPE


def found(*rows: dict[str, str]) -> list[Finding]:
    org = OrgGraph()
    org.load([{"source": "test", "organization": "Acme", **row} for row in rows])
    return check(org.timeline)


def starts(person: str, post: str, effective: str, until: str = "..", **more: str) -> dict[str, str]:
    return {"kind": "starts", "person": person, "post": post, "effective": effective, "until": until, **more}


def reports(person: str, manager: str, effective: str, until: str = "..", **more: str) -> dict[str, str]:
    return {"kind": "reports", "person": person, "reports_to": manager, "effective": effective, "until": until, **more}


TRIO = [starts(person, f"{person}'s post", "2020-01-01") for person in ("Ann", "Bob", "Cid")]
CHIEF = [{"kind": "states", "post": "CTO", "property": "seats", "value": "1"}]

FOUND = [
    ("a cycle for two months", [*TRIO, reports("Ann", "Bob", "2024-01-01", "2024-05-01"),
                                reports("Bob", "Ann", "2024-03-01")],
     [("warning", "cycle", "Ann and Bob report to each other from 2024-03-01 until 2024-05-01")]),
    ("a cycle of three", [*TRIO, reports("Ann", "Bob", "2024-01-01"), reports("Bob", "Cid", "2024-01-01"),
                          reports("Cid", "Ann", "2024-02-01")],
     [("warning", "cycle", "Ann reports to Bob, Bob to Cid and Cid to Ann from 2024-02-01 on")]),
    ("a cycle that may have been", [*TRIO, reports("Ann", "Bob", "2024-01-01", "2024-03"),
                                    reports("Bob", "Ann", "2024-03")],
     [("note", "cycle", "Ann and Bob report to each other, possibly from 2024-03-01 until 2024-03-31")]),
    ("himself", [*TRIO, reports("Ann", "Ann", "2024-01-01")],
     [("warning", "cycle", "Ann reports to Ann from 2024-01-01 on")]),
    ("dotted lines may go round", [*TRIO, reports("Ann", "Bob", "2024-01-01"),
                                   reports("Bob", "Ann", "2024-01-01", line="dotted")], []),
    ("two managers", [*TRIO, reports("Ann", "Bob", "2024-03-01", source="a"),
                      reports("Ann", "Cid", "2024-03-01", "2024-05-01", source="b")],
     [("warning", "several-managers",
       "Ann has several direct managers, Bob and Cid, from 2024-03-01 until 2024-05-01")]),
    ("two jobs, two managers", [*TRIO, starts("Ann", "Nurse", "2020-01-01"), reports("Ann", "Bob", "2024-01-01"),
                                reports("Ann", "Cid", "2024-03-01", source="b")], []),
    ("two on one seat", [*CHIEF, starts("Ann", "CTO", "2020-01-01", "2021-03-01"), starts("Bob", "CTO", "2021-01-01")],
     [("warning", "single-seat", "CTO has one seat but two holders, Ann and Bob, from 2021-01-01 until 2021-03-01")]),
    ("a handover on one day", [*CHIEF, starts("Ann", "CTO", "2020-01-01", "2021-01-01"),
                               starts("Bob", "CTO", "2021-01-01")], []),
    ("a handover on one unknown day", [*CHIEF, starts("Ann", "CTO", "2020-01-01"),
                                       starts("Bob", "CTO", "2021-01", replaces="Ann")], []),
    ("maybe two on one seat", [*CHIEF, starts("Ann", "CTO", "2020-01-01", "2021-01"), starts("Bob", "CTO", "2021-01")],
     [("note", "single-seat",
       "CTO has one seat but possibly two holders, Ann and Bob, from 2021-01-01 until 2021-01-31")]),
    ("acting beside the absent", [
        *CHIEF, starts("Ann", "CTO", "2020-01-01"),
        {"kind": "leave", "person": "Ann", "post": "CTO", "effective": "2021-01-01", "until": "2021-06-01"},
        {"kind": "acting", "person": "Bob", "post": "CTO", "effective": "2021-01-01", "until": "2021-06-01"}], []),
    ("a manager who had left", [*TRIO, starts("Dan", "COO", "2020-01-01", "2022-01-01"),
                                reports("Ann", "Dan", "2021-01-01")],
     [("warning", "manager-left",
       "Ann reports to Dan from 2022-01-01 on, when Dan held nothing in the organization")]),
    ("a manager of whom nothing else is known", [*TRIO, reports("Ann", "Zoe", "2021-01-01")], []),
    ("after the post was abolished", [
        {"kind": "created", "post": "CTO", "effective": "2019-01-01", "until": "2021-01-01"},
        starts("Ann", "CTO", "2020-01-01", "2021-02-01")],
     [("warning", "outside-life",
       "Ann as CTO from 2021-01-01 until 2021-02-01 is outside the life of the post CTO "
       "(from 2019-01-01 until 2021-01-01)")]),
    ("before the organization", [
        {"kind": "created", "effective": "2020-03-01"}, starts("Ann", "CTO", "2020-01-01")],
     [("warning", "outside-life",
       "Ann as CTO from 2020-01-01 until 2020-03-01 is outside the life of Acme (from 2020-03-01 on)")]),
    ("a gap of a day", [starts("Ann", "CTO", "2020-01-01", "2021-01-01", record="1"),
                        starts("Ann", "CTO", "2021-01-02", record="2")],
     [("note", "one-day-gap", "Ann is CTO until 2021-01-01 and again from 2021-01-02: a gap of one day")]),
    ("touching tenures", [starts("Ann", "CTO", "2020-01-01", "2021-01-01", record="1"),
                          starts("Ann", "CTO", "2021-01-01", record="2")], []),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [pytest.param(rows, wanted, id=name) for name, rows, wanted in FOUND])
def test_contradictions_are_named_with_their_days(
    rows: list[dict[str, str]], expected: list[tuple[str, str, str]]
) -> None:
    findings = [finding for finding in found(*rows) if finding.code != "conflict"]
    assert [(f.severity, f.code, f.message) for f in findings] == expected


def test_sources_that_contradict_each_other_are_named() -> None:
    row = starts("Ann", "CTO", "2020-01-01", "2021-01-01")
    findings = found({**row, "source": "one"}, {**row, "until": "2022-01-01", "source": "two"})
    conflict = [finding.message for finding in findings if finding.code == "conflict"]
    assert conflict and conflict[0].startswith("sources contradict each other on Ann as CTO: from 2020-01-01 until ")


def test_a_cycle_of_posts_is_not_found_again_among_their_holders() -> None:
    findings = found(
        *TRIO,
        {"kind": "reports", "post": "Ann's post", "reports_to_post": "Bob's post", "effective": "2024-01-01"},
        {"kind": "reports", "post": "Bob's post", "reports_to_post": "Ann's post", "effective": "2024-01-01"},
    )
    assert [finding.code for finding in findings] == ["cycle"]
    assert findings[0].message.startswith("the post ")


def test_the_anthropic_sample_has_no_contradiction() -> None:
    org = OrgGraph()
    org.load(str(Path(__file__).resolve().parents[1] / "data" / "anthropic.csv"))
    assert check(org.timeline) == []


def test_the_order_of_facts_does_not_matter() -> None:
    org = OrgGraph()
    org.load([{"source": "test", "organization": "Acme", **row} for _, rows, _ in FOUND[:6] for row in rows])
    facts = list(org.timeline.facts)
    random.Random(1).shuffle(facts)
    assert check(Timeline(facts)) == check(org.timeline) != []


NODES = st.sampled_from("abcd")
EDGES = st.builds(
    lambda source, target, first, length: Edge(source, target, first, first + length),
    NODES, NODES, st.integers(0, 12), st.integers(0, 6),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(EDGES, max_size=12))
def test_cycles_hold_on_exactly_the_days_that_brute_force_finds(edges: list[Edge]) -> None:
    named: dict[int, set[str]] = {}
    for path, first, end in cycles(edges):
        for day in range(first, end):
            named.setdefault(day, set()).update(path)
            steps = zip(path, (*path[1:], path[0]), strict=True)
            assert all(any((e.source, e.target) == s and e.first <= day < e.end for e in edges) for s in steps)
    for day in range(-1, 20):
        graph = networkx.DiGraph([(e.source, e.target) for e in edges if e.first <= day < e.end])
        groups = [group for group in networkx.strongly_connected_components(graph)
                  if len(group) > 1 or graph.has_edge(*[*group] * 2)]  # fmt: skip
        assert named.get(day, set()) == set().union(*groups)


@pytest.mark.parametrize(
    ("stretch", "covers", "left"),
    [
        ((1, 10), [], [(1, 10)]),
        ((1, 10), [(0, 20)], []),
        ((1, 10), [(1, 4), (4, 10)], []),
        ((1, 10), [(5, 5)], [(1, 10)]),
        ((1, 10), [(20, 30)], [(1, 10)]),
        ((5, 10), [(1, 2), (6, 7)], [(5, 6), (7, 10)]),
    ],
)
def test_what_is_left_uncovered(
    stretch: tuple[int, int], covers: list[tuple[int, int]], left: list[tuple[int, int]]
) -> None:
    assert uncovered(stretch, covers) == left


def test_stretches_that_touch_are_joined_and_cycles_too() -> None:
    assert joined([(3, 5), (1, 3), (7, 7)]) == [(1, 5)]
    edges = [Edge("a", "b", 1, 4), Edge("a", "b", 4, 9), Edge("b", "a", 0, 20)]
    assert cycles(edges) == [Cycle(("a", "b"), 1, 9)]


def test_a_cycle_is_found_among_twenty_thousand_lines() -> None:
    dice = random.Random(7)
    facts = []
    for number in range(1, 20_000):
        person, boss, start = f"urn:p{number}", f"urn:p{dice.randrange(number)}", dice.randrange(730_000, 738_000)
        facts.append(_line(person, boss, start, start + dice.randrange(1, 2000)))
    facts += [_line("urn:p0", "urn:p19999", 735_000, 735_900), _line("urn:p19999", "urn:p0", 735_500, 736_000)]
    facts += [
        Fact(kind="type", tenure=f"urn:type{n}", subject=f"urn:p{n}", predicate=RDF_TYPE, object=CLASSES["person"],
             start=Moment(0, 0), end=Moment(9**9, 9**9), confirmed=0) for n in range(20_000)
    ]  # fmt: skip
    timeline = Timeline(facts)
    codes = [finding.code for finding in check(timeline)]
    assert "cycle" in codes


def _line(person: str, boss: str, first: int, end: int) -> Fact:
    return Fact(kind=LINE, tenure=f"urn:t{person}{boss}{first}", subject=person, predicate=REPORTS_DIRECTLY_TO,
                object=boss, start=Moment(first, first), end=Moment(end, end), confirmed=end)  # fmt: skip
