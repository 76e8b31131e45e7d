"""One query over several days: which days, what each row says, and how the whole is bounded."""

from __future__ import annotations

from datetime import date

import pytest
from company import company, graph, row, starts
from hypothesis import given
from hypothesis import strategies as st

from orggraph import OrgGraph
from orggraph.errors import QueryError, UnsafeQuery, UnsupportedError
from orggraph.evaluation import Results
from orggraph.library import library_query
from orggraph.period import day, iso
from orggraph.series import STEPS, change_days, every
from orggraph.steps import fewest
from orggraph.vocabulary import XSD, Literal

HEADCOUNT = library_query("headcount").text
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {' . '.join(f'?a{n} ?p{n} ?b{n}' for n in range(5))} }}"
OPEN = [{}, {"timeout": 60.0}]
"""Here, and in a process."""
LONG = [starts(f"Person {n}", f"Post {n}", f"{2000 + n // 12}-{n % 12 + 1:02}-0{n % 9 + 1}") for n in range(210)]
LONG += [starts(f"Other {n}", f"Seat {n}", f"{2000 + n // 12}-{n % 12 + 1:02}-2{n % 9}") for n in range(210)]
"""More than four hundred change days in seventeen and a half years."""


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    return company()


def shown(results: Results) -> list[tuple[str, ...]]:
    return [tuple("" if term is None else getattr(term, "value", str(term)) for term in row) for row in results.rows]


@pytest.mark.parametrize(
    ("step", "first", "until", "expected"),
    [
        ("day", "2024-02-28", "2024-03-02", "2024-02-28 2024-02-29 2024-03-01"),
        ("week", "2024-02-26", "2024-03-11", "2024-02-26 2024-03-04"),
        ("month", "2024-01-31", "2024-05-31", "2024-01-31 2024-02-29 2024-03-31 2024-04-30"),
        ("month", "2023-11-01", "2024-02-01", "2023-11-01 2023-12-01 2024-01-01"),
        ("quarter", "2023-11-30", "2024-06-01", "2023-11-30 2024-02-29 2024-05-30"),
        ("year", "2020-02-29", "2024-03-01", "2020-02-29 2021-02-28 2022-02-28 2023-02-28 2024-02-29"),
        ("year", "2024-01-01", "2024-01-02", "2024-01-01"),
        ("year", "9998-12-31", "9998-12-31", None),
        ("year", "2024-01-02", "2024-01-01", None),
    ],
)
def test_days_of_a_step(step: str, first: str, until: str, expected: str | None) -> None:
    if expected is None:
        with pytest.raises(QueryError, match="there is no day from"):
            every(step, first=day(first), until=day(until))
    else:
        assert " ".join(map(iso, every(step, first=day(first), until=day(until)))) == expected


def test_the_last_days_there_are() -> None:
    last = date.max.toordinal()
    assert every("year", first=last - 400, until=last + 1) == [last - 400, last - 35]


def test_an_unknown_step_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedError, match="fortnight"):
        every("fortnight", first=1, until=2)


@given(st.sampled_from([*STEPS]), st.integers(700_000, 740_000), st.integers(1, 2_000))
def test_days_rise_within_their_bounds(step: str, first: int, length: int) -> None:
    days = every(step, first=first, until=first + length)
    assert days[0] == first and days[-1] < first + length
    assert days == sorted(set(days))


def test_change_days_begin_with_the_first_day_asked_about(org: OrgGraph) -> None:
    days = change_days(org.timeline, first=day("2024-03-01"), until=day("2024-09-01"))
    assert [iso(on) for on in days] == ["2024-03-01", "2024-04-01", "2024-05-01", "2024-06-01"]
    assert change_days(org.timeline) == org.timeline.change_days()
    with pytest.raises(QueryError, match="there is no day from 2024-03-01 on and before 2024-03-01"):
        change_days(org.timeline, first=day("2024-03-01"), until=day("2024-03-01"))


@pytest.mark.parametrize("where", OPEN, ids=["here", "in a process"])
def test_headcount_over_time(org: OrgGraph, where: dict[str, float]) -> None:
    found = org.query_days(HEADCOUNT, every="month", first="2024-01-01", until="2024-05-01", **where)
    assert found.columns == ("day", "people")
    assert shown(found) == [("2024-01-01", "10"), ("2024-02-01", "11"), ("2024-03-01", "12"), ("2024-04-01", "11")]
    assert found.rows[0][0] == Literal("2024-01-01", XSD + "date")


@pytest.mark.parametrize("where", OPEN, ids=["here", "in a process"])
def test_each_change_says_the_same_as_the_days_one_by_one(org: OrgGraph, where: dict[str, float]) -> None:
    text = "SELECT ?a ?b { ?x foaf:name ?a ; org:reportsTo/foaf:name ?b }"
    found = org.query_days(text, first="2024-01-01", until="2025-06-01", **where)
    days = change_days(org.timeline, first=day("2024-01-01"), until=day("2025-06-01"))
    right = [(iso(on), *row) for on in days for row in shown(org.as_of(on).query(text))]
    assert shown(found) == right
    assert found.explanation is not None
    assert [phase.times for phase in found.explanation.phases if phase.name == "answered"] == [len(days)]


def test_a_series_moves_the_store_of_the_day_before(org: OrgGraph) -> None:
    fresh = OrgGraph(ledger=org.ledger)
    found = fresh.query_days(HEADCOUNT, every="day", first="2024-03-20", until="2024-04-10")
    assert found.explanation is not None
    times = {phase.name: phase.times for phase in found.explanation.phases}
    assert times["store made"] < times["store moved"] == 21 - times["store made"]


def test_ask_gives_the_day_and_the_answer(org: OrgGraph) -> None:
    text = "ASK { ?who org:holds ?post . ?post rdfs:label 'Chief Technology Officer' }"
    found = org.query_days(text, every="month", first="2024-03-01", until="2024-07-01")
    assert (found.kind, found.columns) == ("select", ("day", "answer"))
    assert [answer for _, answer in shown(found)] == ["true", "false", "false", "true"]


def test_possible_and_recorded_by_are_as_on_one_day(org: OrgGraph) -> None:
    text = "SELECT ?who { ?x org:holds ?post ; foaf:name ?who . ?post rdfs:label 'Chief Financial Officer' }"
    days = {"every": "day", "first": "2024-09-15", "until": "2024-09-16"}
    assert shown(org.query_days(text, **days)) == []
    assert [who for _, who in shown(org.query_days(text, possible=True, **days))] == ["Hal Hope", "Mia Moss"]
    assert shown(org.query_days(text, possible=True, recorded_by=0, **days)) == []


def test_warnings_come_once_for_all_days(org: OrgGraph) -> None:
    found = org.query_days(HEADCOUNT, every="day", first="2024-09-10", until="2024-09-13")
    assert len(found.warnings) == 1
    assert found.warnings[0].startswith("on 2024-09-10 and on 2 more days: the query uses COUNT")


@pytest.mark.parametrize("where", OPEN, ids=["here", "in a process"])
def test_the_limit_is_for_all_days_together(org: OrgGraph, where: dict[str, float]) -> None:
    text = "SELECT ?who { ?x org:holds ?post ; foaf:name ?who } ORDER BY ?who"
    days = {"every": "day", "first": "2024-03-01", "until": "2024-03-04"}
    everything = shown(org.query_days(text, **days))
    each = len(everything) // 3
    within = org.query_days(text, limit=each + 2, **days, **where)
    assert shown(within) == everything[: each + 2]
    assert within.warnings == (
        "on 2024-03-02: only the first 2 results are given; there are more",
        f"only the first {each + 2} results are given; from 2024-03-03 on nothing was asked",
    )
    assert org.query_days(text, limit=3 * each, **days, **where).warnings == ()


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("CONSTRUCT WHERE { ?s ?p ?o }", UnsupportedError, "CONSTRUCT cannot be asked over several days"),
        ("DESCRIBE <urn:a>", UnsupportedError, "DESCRIBE cannot be asked over several days"),
        ("SELECT ?day { ?day ?p ?o }", QueryError, r"column \?day of its own"),
        ("SELECT ?a { ?a ?b }", QueryError, "line 1, column 20"),
        ("DROP ALL", UnsafeQuery, "DROP is refused"),
    ],
)
@pytest.mark.parametrize("where", OPEN, ids=["here", "in a process"])
def test_what_cannot_be_asked(
    org: OrgGraph, text: str, error: type[Exception], message: str, where: dict[str, float]
) -> None:
    with pytest.raises(error, match=message):
        org.query_days(text, every="day", first="2024-03-01", until="2024-03-03", **where)


def test_a_step_needs_both_ends(org: OrgGraph) -> None:
    with pytest.raises(QueryError, match="every month needs its first day and the day before which it ends"):
        org.query_days(HEADCOUNT, every="month", first="2024-01-01")
    with pytest.raises(QueryError, match="there is no day to ask about"):
        OrgGraph().query_days(HEADCOUNT)


def test_the_time_limit_is_for_all_days_together(org: OrgGraph) -> None:
    with pytest.raises(QueryError, match=r"the query was ended after 0\.5 s"):
        org.query_days(ENDLESS, every="day", first="2024-03-01", until="2024-03-10", timeout=0.5)


def test_span_over_time_of_one_manager() -> None:
    org = graph(
        row("reports", "2024-01-01", person="Ada", reports_to="Grace"),
        row("reports", "2024-02-10", person="Bo", reports_to="Grace"),
        starts("Ada", "CTO", "2024-01-01"),
    )
    found = org.query_days(
        library_query("span_of_control").text, every="month", first="2024-01-01", until="2024-04-01",
        parameters={"manager": org.find("Grace")},
    )  # fmt: skip
    assert [row[:3] for row in shown(found)] == [
        ("2024-01-01", "Grace", "1"), ("2024-02-01", "Grace", "1"), ("2024-03-01", "Grace", "2"),
    ]  # fmt: skip


def test_the_finest_step_that_has_not_too_many_days_is_taken() -> None:
    timeline = company().timeline
    days = timeline.change_days()
    assert fewest(timeline, at_most=len(days)) == ("change", days[0], days[-1])
    months = len(every("month", first=days[0], until=days[-1] + 1))
    assert fewest(graph(*LONG).timeline, at_most=240)[0] == "month"
    assert fewest(graph(*LONG).timeline, at_most=100)[0] == "quarter"
    assert fewest(graph(*LONG).timeline, at_most=10)[0] == "year"
    assert months > len(days)
    with pytest.raises(QueryError, match="there is no day to show"):
        fewest(OrgGraph().timeline, at_most=10)
