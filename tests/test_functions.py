"""Functions over the history: what they say for certain, what they leave open, and what they refuse."""

from __future__ import annotations

from datetime import date

import pytest
from company import company, graph, starts
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph import OrgGraph
from orggraph.errors import QueryError
from orggraph.evaluation import Results
from orggraph.facts import TRUE
from orggraph.period import ALLEN, Moment, Period, relations
from orggraph.queries import QueryStore
from orggraph.vocabulary import Literal

FACTS = """
SELECT ?name ?value {{
  ?fact a org:Membership ; org:member/foaf:name|org:member/rdfs:label ?name .
  FILTER NOT EXISTS {{ ?fact orgg:superseded ?when }}
  BIND ({expression} AS ?value)
}}
"""
PAIRS = """
SELECT ?one ?other ?value {{
  ?a a org:Membership ; orgg:post ?post ; org:member/rdfs:label ?one .
  ?b a org:Membership ; orgg:post ?post ; org:member/rdfs:label ?other .
  FILTER (?a != ?b)
  BIND ({expression} AS ?value)
}}
"""


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    """Give two posts that change hands: one on a day, one at a moment in September 2024; and who came in 2023."""
    return graph(
        starts("Ada", "CTO", "2020-01-01", until="2024-06-01"),
        starts("Bo", "CTO", "2024-06-01"),
        starts("Cy", "CFO", "2020-01-01"),
        starts("Di", "CFO", "2024-09", replaces="Cy"),
        starts("Ed", "COO", "2023", until="2024-01-01"),
        starts("Flo", "CEO", "2021", until="unknown"),
    )


def values(results: Results) -> dict[str, str | None]:
    made = {}
    for *names, value in results.rows:
        key = " ".join(name.value for name in names if isinstance(name, Literal))
        made[key] = value.value if isinstance(value, Literal) else None
    return made


WHERE = [{}, {"timeout": 60.0}]


@pytest.mark.parametrize("where", WHERE, ids=["here", "in a process"])
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('orgg:holdsOn(?fact, "2024-06-01"^^xsd:date)',
         {"Ada": "false", "Bo": "true", "Cy": "true", "Di": "false", "Ed": "false", "Flo": None}),
        ('orgg:holdsOn(?fact, "2024-09-15"^^xsd:date)',
         {"Ada": "false", "Bo": "true", "Cy": None, "Di": None, "Ed": "false", "Flo": None}),
        ('orgg:holdsOn(?fact, "2023-06-01"^^xsd:date)',
         {"Ada": "true", "Bo": "false", "Cy": "true", "Di": "false", "Ed": None, "Flo": None}),
        ('orgg:possiblyHoldsOn(?fact, "2024-09-15"^^xsd:date)',
         {"Ada": "false", "Bo": "true", "Cy": "true", "Di": "true", "Ed": "false", "Flo": "true"}),
        ("orgg:days(?fact)",
         {"Ada": "1613", "Bo": None, "Cy": None, "Di": None, "Ed": None, "Flo": None}),
        ("orgg:fewestDays(?fact)",
         {"Ada": "1613", "Bo": None, "Cy": "1705", "Di": None, "Ed": "1", "Flo": "0"}),
        ("orgg:mostDays(?fact)",
         {"Ada": "1613", "Bo": None, "Cy": "1734", "Di": None, "Ed": "365", "Flo": None}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_of_one_fact(
    org: OrgGraph, expression: str, expected: dict[str, str | None], where: dict[str, float]
) -> None:
    assert values(org.query(FACTS.format(expression=expression), **where)) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("orgg:intervalMeets(?a, ?b)", {"Ada Bo": "true", "Bo Ada": "false", "Cy Di": "true", "Di Cy": "false"}),
        ("orgg:intervalBefore(?a, ?b)", {"Ada Bo": "false", "Bo Ada": "false", "Cy Di": "false", "Di Cy": "false"}),
        ("orgg:possibleRelations(?a, ?b)",
         {"Ada Bo": "meets", "Bo Ada": "metBy", "Cy Di": "meets", "Di Cy": "metBy"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_of_two_facts_that_share_a_day_or_a_moment(
    org: OrgGraph, expression: str, expected: dict[str, str]
) -> None:
    assert values(org.query(PAIRS.format(expression=expression))) == expected


def test_what_the_dates_leave_open_has_no_value() -> None:
    org = graph(
        starts("Ada", "CTO", "2020-01-01", until="2024-06"),
        starts("Bo", "CTO", "2024-06-15", until="2025-01-01"),
    )
    named = values(org.query(PAIRS.format(expression="orgg:possibleRelations(?a, ?b)")))
    assert named["Ada Bo"] == "before meets overlaps"
    for relation, expected in (("Before", None), ("Meets", None), ("Overlaps", None), ("After", "false")):
        found = values(org.query(PAIRS.format(expression=f"orgg:interval{relation}(?a, ?b)")))
        assert found["Ada Bo"] == expected
    said = "COALESCE(orgg:intervalMeets(?a, ?b), 'open')"
    assert values(org.query(PAIRS.format(expression=said)))["Ada Bo"] == "open"


def test_a_fact_equals_itself(org: OrgGraph) -> None:
    found = org.query(FACTS.format(expression="orgg:possibleRelations(?fact, ?fact)"))
    assert set(values(found).values()) == {"equals"}


def test_the_days_of_a_filter_are_those_of_the_look_ups() -> None:
    org = company()
    for on in ("2024-02-29", "2024-04-01", "2024-09-15", "2025-01-01"):
        snapshot = org.as_of(on).snapshot
        held = {fact.subject: snapshot.certainty(fact) for fact in snapshot.facts("membership") if fact.post}
        for function, kept in KEPT.items():
            text = f"""SELECT DISTINCT ?person {{ ?fact a org:Membership ; orgg:post ?post ; org:member ?person .
                FILTER NOT EXISTS {{ ?fact orgg:superseded ?when }}
                FILTER (orgg:{function}(?fact, "{on}"^^xsd:date)) }}"""
            assert {row[0] for row in org.query(text).rows} == {who for who, sure in held.items() if sure in kept}


KEPT = {"holdsOn": ("certain", "presumed"), "possiblyHoldsOn": ("certain", "presumed", "possible")}
EMPTY = OrgGraph()
DAYS = st.integers(730_000, 730_006)


@settings(deadline=None)  # the first query imports what reads the algebra
@given(DAYS, DAYS, DAYS, DAYS)
def test_relations_of_days_are_those_of_periods(a: int, b: int, c: int, d: int) -> None:
    pair = [Period(Moment(x, x), Moment(y, y)) for x, y in ((min(a, b), max(a, b)), (min(c, d), max(c, d)))]
    days = [f'"{date.fromordinal(m.latest)}"^^xsd:date' for p in pair for m in (p.start, p.end)]
    selected = " ".join(
        f"(orgg:interval{name[0].upper()}{name[1:]}({', '.join(days)}) AS ?{name})" for name in ALLEN
    )
    (row,) = EMPTY.query(f"SELECT {selected} {{}}").rows
    assert tuple(name for name, term in zip(ALLEN, row, strict=True) if term == TRUE) == relations(*pair)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('orgg:days("2024-02-28"^^xsd:date, "2024-03-01"^^xsd:date)', "2"),
        ('orgg:days("2024-03-01"^^xsd:date, "2024-02-28"^^xsd:date)', "-2"),
        ('orgg:days("2024-03-01T00:00:00"^^xsd:dateTime, "2024-02-28"^^xsd:date)', None),
        ('orgg:days("2024-03-01Z"^^xsd:date, "2024-02-28"^^xsd:date)', None),
        ('orgg:days("2024-02-30"^^xsd:date, "2024-02-28"^^xsd:date)', None),
        ('orgg:days("2024"^^xsd:gYear, "2024-02-28"^^xsd:date)', None),
        ('orgg:holdsOn(<urn:no:fact>, "2024-02-28"^^xsd:date)', None),
        ('orgg:intervalMeets("2020-01-01"^^xsd:date, "2021-01-01"^^xsd:date, "2021-01-01"^^xsd:date, orgg:ongoing)',
         "true"),
        ('orgg:possibleRelations(orgg:always, "2021-01-01"^^xsd:date, "2020-01-01"^^xsd:date, orgg:ongoing)',
         "overlaps"),
        ('orgg:intervalMeets("2022-01-01"^^xsd:date, "2021-01-01"^^xsd:date, "2021-01-01"^^xsd:date, orgg:ongoing)',
         None),
    ],
)  # fmt: skip
def test_of_days(expression: str, expected: str | None) -> None:
    assert values(EMPTY.query(f"SELECT ({expression} AS ?value) {{}}"))[""] == expected


def test_moments_of_the_history_can_be_given(org: OrgGraph) -> None:
    text = """SELECT ?one ?value {
      ?a org:member/rdfs:label ?one ; orgg:endMoment ?end . ?b orgg:startMoment ?start ; org:member/rdfs:label "Di" .
      BIND (orgg:intervalMeets("2020-01-01"^^xsd:date, ?end, ?start, orgg:ongoing) AS ?value) FILTER (?one = "Cy") }"""
    assert values(org.query(text)) == {"Cy": "true"}


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("orgg:holdsOn(?fact)", r"line 1, column 12: orgg:holdsOn is given 1 arguments \(expected a fact and a day\)"),
        ("orgg:days()", "orgg:days is given 0 arguments"),
        ("<https://w3id.org/orggraph#days>(1, 2, 3)", "orgg:days is given 3 arguments"),
        ("orgg:intervalMeets(?a, ?b, ?c)", "expected two facts, or the start and end of two periods"),
        ("orgg:holdOn(?fact, ?day)", "did you mean https://w3id.org/orggraph#holdsOn"),
        ("<urn:other>(?fact)", "the function <urn:other> is not known .*holdsOn, possiblyHoldsOn"),
    ],
)
def test_wrong_calls_are_refused(expression: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        EMPTY.query(f"ASK {{ BIND({expression} AS ?value) }}")


def test_a_list_behind_a_predicate_is_no_call(org: OrgGraph) -> None:
    assert org.query("ASK { ?s orgg:days (1 2 3) }").answer is False


@pytest.mark.parametrize("where", WHERE, ids=["here", "in a process"])
def test_a_day_has_no_functions(org: OrgGraph, where: dict[str, float]) -> None:
    text = 'SELECT ?a { ?a org:holds ?b FILTER (orgg:holdsOn(?a, "2024-01-01"^^xsd:date)) }'
    with pytest.raises(QueryError, match="orgg:holdsOn: only the history has facts with their periods"):
        org.as_of("2024-01-01").query(text, **where)
    with pytest.raises(QueryError, match="only the history"):
        QueryStore([]).query(text)
