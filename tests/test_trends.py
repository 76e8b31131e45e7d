"""Tests of what a series tells, on the company, against the snapshots of its days and by hand."""

from __future__ import annotations

import csv
import io
import json
from itertools import pairwise

import pytest
from company import company, graph, row, starts

from orggraph import OrgGraph
from orggraph.errors import QueryError, UnknownName
from orggraph.hierarchy import headcount, in_office, layers, to_networkx
from orggraph.hierarchy.headcount import certainly_in_office
from orggraph.period import day, iso
from orggraph.snapshot import POSSIBLE
from orggraph.trends import Development, as_csv, as_document, as_text
from orggraph.trends.periods import Between, Count
from orggraph.trends.succession import Successions

FIRST, UNTIL = "2024-01-01", "2025-03-01"


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    return company()


@pytest.fixture(scope="module")
def months(org: OrgGraph) -> Development:
    return org.stats_over(every="month", first=FIRST, until=UNTIL)


def people(org: OrgGraph, on: int) -> tuple[set[str], set[str]]:
    """Give who is in office on a day for certain, and possibly."""
    held = in_office(org.as_of(on).snapshot)
    snapshot = org.as_of(on).snapshot
    return {person for person, facts in held.items() if certainly_in_office(snapshot, facts)}, set(held)


def test_every_period_agrees_with_a_look_at_each_of_its_days(org: OrgGraph, months: Development) -> None:
    for period in months.periods:
        days = [people(org, on) for on in range(day(period.since) - 1, day(period.until))]
        assert period.opening == tuple(map(len, days[0]))
        assert period.closing == tuple(map(len, days[-1]))
        steps = list(pairwise(days))
        if all(firm == able for firm, able in days):
            assert period.joiners == Count(*[sum(len(b[0] - a[0]) for a, b in steps)] * 2)
            assert period.leavers == Count(*[sum(len(a[0] - b[0]) for a, b in steps)] * 2)
        means = [sum(len(on[side]) for on in days[1:]) / len(steps) for side in (0, 1)]
        assert period.mean == pytest.approx(means, abs=0.005)


def test_a_handover_on_a_day_that_nobody_names(months: Development) -> None:
    september = next(period for period in months.periods if period.since == "2024-09-01")
    assert (september.joiners, september.leavers) == ((1, 1), (1, 1)), "Mia Moss comes and Hal Hope goes in it"
    assert september.mean.certain < 10 < september.mean.possible
    low, high = (1 / mean for mean in reversed(september.mean))
    assert september.turnover == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_who_moves_on_a_day_that_nobody_names_is_in_office_all_the_time() -> None:
    org = graph(starts("Ann", "Clerk", "2020-01-01"),
                row("transferred", "2024-05", person="Ann", post="Head", from_post="Clerk"))  # fmt: skip
    found = org.stats_over(every="month", first="2024-04-01", until="2024-07-01")
    assert [period.closing for period in found.periods] == [(1, 1)] * 3
    assert {(period.joiners, period.leavers) for period in found.periods} == {((0, 0), (0, 0))}
    assert org.as_of("2024-05-15").stats()["people_certain"] == 1


def test_a_person_not_in_office_is_not_counted() -> None:
    org = graph(starts("Ann", "Clerk", "2020-01-01", until="2021-01-01"),
                starts("Ben", "Clerk", "2020-01-01", until="2021-01-01"),
                row("states", "2020-01-01", person="Ann", post="Clerk", property="in office", value="false",
                    until="2021-01-01"))  # fmt: skip
    found = org.stats_over(every="year", first="2020-01-01", until="2021-01-01")
    assert found.periods[0].closing == (1, 1) == tuple(org.as_of("2020-12-31").stats()[n] for n in
                                                       ("people_certain", "people"))  # fmt: skip


@pytest.mark.parametrize("tree", ["", "2025-02-01"])
def test_units_are_those_of_each_day_or_of_one(org: OrgGraph, tree: str) -> None:
    found = org.stats_over(every="month", first=FIRST, until=UNTIL, organization=tree or None)
    assert found.organization == (tree or "day")
    for number, period in enumerate(found.periods):
        last = org.as_of(day(period.until) - 1).snapshot
        rows = headcount(last, tree=org.as_of(tree).snapshot if tree else None)
        counted = {unit.iri: unit.headcount[number] for unit in found.units if unit.headcount[number].possible}
        assert counted == {one.iri: (one.certain, one.total) for one in rows}


def test_a_unit_that_moved_is_told_by_the_tree_that_is_asked_for() -> None:
    org = graph(
        row("created", "2020-01-01", unit="Labs", into="North"), row("created", "2020-01-01", unit="South"),
        row("moved", "2022-01-01", unit="Labs", into="South"),
        starts("Ann", "Chemist", "2020-01-01", unit="Labs"),
    )  # fmt: skip
    by_day = org.stats_over(every="year", first="2020-01-01", until="2024-01-01")
    by_today = org.stats_over(every="year", first="2020-01-01", until="2024-01-01", organization="2023-06-01")
    told = [{unit.name: [count.possible for count in unit.headcount] for unit in found.units}
            for found in (by_day, by_today)]  # fmt: skip
    assert (told[0]["North"], told[0]["South"]) == ([1, 1, 0, 0], [0, 0, 1, 1])
    assert "North" not in told[1] and told[1]["South"] == [1, 1, 1, 1]
    before = org.as_of("2021-06-01")
    assert {one.name: one.total for one in headcount(before.snapshot, tree=org.as_of("2023-06-01").snapshot)} == {
        name: counts[1] for name, counts in told[1].items()
    }


def test_one_unit_alone(org: OrgGraph) -> None:
    found = org.stats_over(every="month", first="2024-02-01", until="2024-05-01", unit="Engineering")
    assert [period.closing.certain for period in found.periods] == [6, 6, 5], "Gus Gray joins, Ben Brook leaves"
    assert [(period.joiners.certain, period.leavers.certain) for period in found.periods] == [(1, 0), (0, 0), (0, 1)]
    with pytest.raises(UnknownName):
        org.stats_over(every="month", first=FIRST, until=UNTIL, unit="Labs")


def test_successions_vacancies_and_reigns(org: OrgGraph, months: Development) -> None:
    assert months.successions == Successions(internal=2, returned=0, external=1, unclear=0), "Cleo, Eli; Mia"
    vacant = months.vacancies
    days = day("2024-06-01") - day("2024-04-01")
    assert (vacant.filled, vacant.median, vacant.longest) == ((1, 1), (days, days), days)
    assert vacant.not_filled == 1, "Engineer, Storage"
    reigns = {one.name: (one.number, one.mean) for one in months.reigns}
    assert reigns["Chief Technology Officer"] == (1, Between(*[day("2024-04-01") - day("2020-01-01")] * 2))
    assert reigns["Chief Financial Officer"] == (
        1, Between(day("2024-09-01") - day("2020-01-01"), day("2024-09-30") - day("2020-01-01"))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("before", "origin"),
    [
        ([], "external"),
        ([starts("Zoe", "Clerk", "2019-01-01", until="2020-05-01")], "internal"),
        ([starts("Zoe", "Clerk", "2019-01-01", until="2020-03-01")], "returned"),
        ([starts("Zoe", "Clerk", "2019-01-01", until="2020-04/2020-06")], "unclear"),
    ],
)
def test_where_a_successor_comes_from(before: list[dict[str, str]], origin: str) -> None:
    org = graph(starts("Ann", "Head", "2018-01-01", until="2020-05-01"), starts("Zoe", "Head", "2020-05-01"), *before)
    came = org.stats_over(every="year", first="2020-01-01", until="2021-01-01").successions
    assert came._asdict() == {name: int(name == origin) for name in Successions._fields}


def test_layers_and_lines_of_a_reorganization_agree_with_the_graphs_of_both_days(
    org: OrgGraph, months: Development
) -> None:
    for period, found in zip(months.periods, months.reorganizations, strict=True):
        a, b = (org.as_of(on) for on in (day(period.since) - 1, day(period.until) - 1))
        if any(fact for one in (a, b) for fact in one.snapshot.facts("line")
               if one.snapshot.certainty(fact) == POSSIBLE):  # fmt: skip
            continue
        before, after = (to_networkx(one.snapshot) for one in (a, b))
        stay = {n for n, kind in before.nodes(data="kind") if kind == "person"} & set(after)
        lines = {pair for *pair, line in before.edges(data="line") if line == "direct" and pair[0] in stay
                 for pair in [tuple(pair)]}  # fmt: skip
        kept = {(below, above) for below, above in lines if above in stay or before.nodes[above]["kind"] == "post"}
        ended = {pair for pair in kept if not (after.has_edge(*pair) and after.edges[pair]["line"] == "direct")}
        assert found.lines_cut.certain == len(ended), period.since
        on_lines = [{n for pair in g.edges for n in pair if g.edges[pair]["line"] == "direct"} for g in (before, after)]
        low, high = layers(before), layers(after)
        shifted = {n for n in stay & on_lines[0] & on_lines[1] if low[n] != high[n]}
        assert found.layers_shifted == len(shifted), period.since


def test_the_reshuffle_of_june_in_numbers(months: Development) -> None:
    june = next(found for period, found in zip(months.periods, months.reorganizations, strict=True)
                if period.since == "2024-06-01")  # fmt: skip
    assert june.moved == (2, 2), "Cleo Cruz and Eli Egan"
    assert june.staying == (10, 10)
    assert june.parts["moved"] == (0.2, 0.2)
    known = [part.low for part in june.parts.values() if part.low is not None]
    assert june.size.low == pytest.approx(sum(known) / len(known), abs=1e-4)


def test_a_move_on_a_day_that_nobody_names_is_possible_in_each_week_and_certain_in_the_month() -> None:
    org = graph(
        starts("Ann", "Clerk", "2020-01-01"), row("created", "2024-05", post="Head"),
        row("transferred", "2024-05", person="Ann", post="Head", from_post="Clerk"),
    )  # fmt: skip
    month = org.stats_over(every="month", first="2024-05-01", until="2024-06-01").reorganizations[0]
    week = org.stats_over(every="week", first="2024-05-06", until="2024-05-13").reorganizations[0]
    assert (month.staying, month.moved, month.posts_created) == ((1, 1), (1, 1), (1, 1))
    assert (week.staying, week.moved, week.posts_created) == ((1, 1), (0, 1), (0, 1))
    assert week.parts["moved"] == (0, 1)
    assert week.size.low == 0 and week.size.high is not None and 0 < week.size.high <= 1


def test_a_quiet_time_is_no_reorganization(org: OrgGraph) -> None:
    found = org.stats_over(every="month", first="2024-07-01", until="2024-08-01").reorganizations[0]
    assert found.size == (0, 0)
    assert (found.moved, found.lines_cut, found.posts_created, found.spans_shifted) == ((0, 0), (0, 0), (0, 0), 0)


def test_the_busiest_day_is_that_of_the_reshuffle(months: Development) -> None:
    assert months.busiest[0].day == "2024-06-01"
    assert [one.people for one in months.busiest] == sorted((one.people for one in months.busiest), reverse=True)
    assert not any("2024-09" in one.day for one in months.busiest), "that day is not known"


def test_from_change_to_change(org: OrgGraph) -> None:
    found = org.stats_over(every="change", first="2024-01-01", until="2025-03-01")
    assert [period.since for period in found.periods][:4] == ["2024-01-01", "2024-02-01", "2024-02-29", "2024-04-01"]
    assert found.periods[-1].until == "2025-03-01"
    for period in found.periods:
        assert people(org, day(period.since)) == people(org, day(period.until) - 1), "nothing changes within"


def test_without_an_end_changes_end_with_the_last(org: OrgGraph) -> None:
    found = org.stats_over(every="change")
    assert (found.periods[-1].since, found.until) == ("2025-01-01", iso(day("2025-01-01") + 1))
    with pytest.raises(QueryError, match="needs its first day"):
        org.stats_over(every="month", first=FIRST)


def test_as_it_was_known_before_a_correction() -> None:
    times = iter(range(1, 100))
    org = OrgGraph(clock=lambda: next(times) * 1_000_000)
    org.load([starts("Ann", "Clerk", "2020-01-01")])
    before = org.ledger.loads[-1].recorded
    org.load([row("ends", "2020-07-01", person="Ann", post="Clerk")])
    year = {"every": "year", "first": "2020-01-01", "until": "2021-01-01"}
    assert org.stats_over(**year).periods[0].closing == (0, 0)  # type: ignore[arg-type]  # all of them are texts
    assert org.stats_over(**year, recorded_by=before).periods[0].closing == (1, 1)  # type: ignore[arg-type]


def test_an_empty_graph_has_a_development_too() -> None:
    found = OrgGraph().stats_over(every="month", first=FIRST, until=UNTIL)
    assert {period.closing for period in found.periods} == {(0, 0)}
    assert (found.units, found.busiest, found.reigns) == ((), (), ())
    assert json.loads(json.dumps(as_document(found)))["tenures"]["tenure"]["curve"] == []
    assert "headcount" in as_text(found)


def test_the_documents_say_the_same(months: Development) -> None:
    document = json.loads(json.dumps(as_document(months)))
    rows = list(csv.DictReader(io.StringIO(as_csv(months))))
    assert len(rows) == len(document["periods"]) == 14
    for cells, period in zip(rows, document["periods"], strict=True):
        assert cells["since"] == period["since"]
        assert int(cells["closing_possible"]) == period["closing"]["possible"]
        low = period["reorganization"]["size"]["low"]
        assert cells["size_low"] == ("" if low is None else str(low))
    text = as_text(months)
    assert "3: 2 internal, 0 returned, 1 external" in text
    assert "9.1–11.1%" in text
