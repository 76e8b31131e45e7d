"""A store of a day holds what the snapshot of that day says, however it got there, and for several threads at once."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from company import ROWS
from hypothesis import given, settings
from hypothesis import strategies as st

import orggraph
from orggraph import OrgGraph, daystore, graph
from orggraph.changes import RoleChange, with_occurrences
from orggraph.daystore import DayStore, DayStores
from orggraph.errors import ChangeError
from orggraph.facts import (
    ATTRIBUTE,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    NAME,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    Fact,
)
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, day
from orggraph.queries import QueryStore, SnapshotStore
from orggraph.rdf import from_oxigraph
from orggraph.snapshot import POSSIBLE, Snapshot
from orggraph.timeline import Timeline, columns
from orggraph.timeline.terms import encode
from orggraph.timeline.turns import _narrowed
from orggraph.vocabulary import CLASSES, FOAF, ORG, ORGG, RDF_TYPE, RDFS, Literal, Term

Row = dict[str, str]
Triple = tuple[str, str, Term]

DAYS = ["2012-05-01", "2014-02-01", "2014-06-15", "2018-03-01", "2018-03-02", "2020-03-15", "2021-01-01", "2030-01-01"]
dates = st.sampled_from([*DAYS[:-1], "2018", "2020-03-01/2020-04-01", "../2021-01-01", "2014-02"])
SETS: list[frozenset[str] | None] = [
    frozenset({ORG + "reportsTo"}), frozenset({ORG + "member", RDF_TYPE}), frozenset({RDFS + "label"}), frozenset(),
    frozenset({FOAF + "name", ORG + "holds", ORGG + "acting"}), None,
]  # fmt: skip


@st.composite
def rows(draw: st.DrawFn) -> Row:
    kind = draw(st.sampled_from(["starts"] * 3 + ["ends", "reports", "renamed", "states", "leave", "moved"]))
    number, other = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    made = {"kind": kind, "person": f"Person {number}", "person_id": f"p{number}", "organization": "Acme",
            "source": draw(st.sampled_from(["register", "news"])), "effective": draw(dates)}  # fmt: skip
    places: list[Row] = [{"post": f"Post {other}", "unit": "Unit 1"}, {"role": "chief"}, {"unit": "Unit 1"}]
    where = draw(st.sampled_from(places))
    if kind in ("starts", "ends", "leave"):
        made |= where
    if kind in ("starts", "reports"):
        made |= {"reports_to": f"Person {other}", "reports_to_id": f"p{other}"} if draw(st.booleans()) else {}
    if kind == "starts" and draw(st.booleans()):
        made |= {"until": draw(st.sampled_from(["..", "unknown", "2022-01-01", "2018-03-02"]))}
    if kind == "renamed":
        made |= {"into": draw(st.sampled_from(["Ada", "Bo <b>", f"Person {other}"]))}
    if kind == "states":
        name = draw(st.sampled_from(["grade", RDFS + "label", RDF_TYPE]))
        made |= {"property": name, "value": draw(st.sampled_from(["Ada", f"Person {number}"]))}
    if kind == "moved":
        made |= {"unit": "Unit 1", "into": f"Unit {other}", "person": "", "person_id": ""}
    return made


class Ask(NamedTuple):
    """What a store is to show."""

    day: str
    possible: bool
    strict: bool
    load: int
    predicates: frozenset[str] | None


asks = st.builds(
    Ask, st.sampled_from(DAYS), st.booleans(), st.booleans(), st.integers(0, 2), st.sampled_from(SETS)
)


def loaded(loads: Iterable[list[Row]]) -> OrgGraph:
    """Load what can be read as role changes; the others are not what is tested here."""
    org = OrgGraph()
    for load in loads:
        readable = []
        for row in load:
            with suppress(ChangeError):
                readable.append(RoleChange.parse(row))
        org.load(with_occurrences(readable), keep_going=True)
    return org


def expected(snapshot: Snapshot, predicates: frozenset[str] | None, *, possible: bool) -> set[Triple]:
    """Give what a store has to show, from the snapshot alone."""
    labelled = snapshot.triples()
    whole = {triple for triple, label in labelled.items() if possible or label != POSSIBLE}
    facts = [fact for fact in snapshot.facts() if possible or snapshot.certainty(fact) != POSSIBLE]
    entities = {iri for fact in facts for iri in iris(fact)} - set(CLASSES.values())
    named = [iri for iri in entities if snapshot.kind(iri) or snapshot.name(iri) != iri]
    whole |= {(iri, RDFS + "label", Literal(snapshot.name(iri))) for iri in named}
    return {triple for triple in whole if predicates is None or triple[1] in predicates}


def iris(fact: Fact) -> set[str]:
    terms = (fact.subject, fact.predicate, fact.object, fact.post, fact.role, fact.tenure)
    return {term for term in terms if isinstance(term, str) and term}


def shown(store: DayStore, predicates: frozenset[str] | None) -> set[Triple]:
    found = set[Triple]()
    for quad in store.engine:
        subject, predicate, term = map(from_oxigraph, quad.triple)
        if predicates is None or predicate in predicates:
            found.add((str(subject), str(predicate), term))
    return found


def compare(org: OrgGraph, stores: DayStores, ask: Ask) -> None:
    recorded = org.ledger.loads[ask.load].recorded if ask.load < len(org.ledger.loads) - 1 else None
    snapshot = Snapshot(org.timeline, day(ask.day), recorded_by=recorded, strict=ask.strict)
    with stores.lease(snapshot, ask.predicates, possible=ask.possible) as store:
        right = expected(snapshot, ask.predicates, possible=ask.possible)
        assert shown(store, ask.predicates) == right
        assert store.doubtful == sum(snapshot.certainty(fact) == POSSIBLE for fact in snapshot.facts())


@pytest.fixture(params=[0, 10**6], ids=["made anew", "moved"], scope="module", autouse=True)
def _near(request: pytest.FixtureRequest) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(daystore, "NEAR", request.param)
        yield


@settings(max_examples=60, deadline=None)
@given(
    loads=st.lists(st.lists(rows(), min_size=3, max_size=12), min_size=1, max_size=2),
    asked=st.lists(asks, min_size=3, max_size=10),
    one_aspect=st.booleans(),
)
def test_a_store_holds_what_the_snapshot_says(loads: list[list[Row]], asked: list[Ask], one_aspect: bool) -> None:
    org = loaded(loads)
    stores = DayStores()
    for ask in asked:
        if one_aspect:
            ask = ask._replace(possible=asked[0].possible, strict=asked[0].strict, load=asked[0].load)
        compare(org, stores, ask)


def fact(kind: str, subject: str, predicate: str, target: Term, start: str, end: str = "", **more: str) -> Fact:
    """Give a fact by hand, for what histories seldom lead to."""
    return Fact(
        kind=kind, tenure=more.get("tenure", f"urn:x:{kind}:{subject}:{start}"), subject=f"urn:x:{subject}",
        predicate=predicate, object=target, start=Moment.parse(start), end=Moment.parse(end) if end else ONGOING,
        confirmed=day("2030-01-01"), post=more.get("post", ""),
    )  # fmt: skip


ADA = Literal("Ada")
OVERLAPS = {
    "one tenure, two facts": [
        fact(MEMBERSHIP, "ada", MEMBER_OF, "urn:x:acme", "2010-01-01", "2018-03-02", tenure="urn:x:t"),
        fact(MEMBERSHIP, "ada", MEMBER_OF, "urn:x:acme", "2012-01-01", tenure="urn:x:t", post="urn:x:cto"),
    ],
    "two lines to one manager": [
        fact(LINE, "ada", REPORTS_DIRECTLY_TO, "urn:x:bo", "2010-01-01", "2018-03-02"),
        fact(LINE, "ada", REPORTS_DOTTED_TO, "urn:x:bo", "2012-01-01"),
    ],
    "a label that is stated too, and ends": [
        fact(MEMBERSHIP, "ada", MEMBER_OF, "urn:x:acme", "2010-01-01"),
        fact(NAME, "ada", FOAF + "name", ADA, "2010-01-01"),
        fact(ATTRIBUTE, "ada", RDFS + "label", ADA, "2010-01-01", "2018-03-02"),
    ],
    "a label that is stated too, and stays": [
        fact(MEMBERSHIP, "ada", MEMBER_OF, "urn:x:acme", "2010-01-01"),
        fact(NAME, "ada", FOAF + "name", ADA, "2010-01-01", "2018-03-02"),
        fact(NAME, "ada", FOAF + "name", Literal("Ada B"), "2018-03-02"),
        fact(ATTRIBUTE, "ada", RDFS + "label", ADA, "2010-01-01"),
    ],
}


@pytest.mark.parametrize("case", OVERLAPS)
@pytest.mark.parametrize("predicates", [*SETS, frozenset({ORG + "member"})], ids=str)
def test_what_another_fact_still_says_stays(case: str, predicates: frozenset[str] | None) -> None:
    timeline = Timeline(OVERLAPS[case])
    stores = DayStores()
    for on in ("2018-03-01", "2018-03-02", "2018-03-01"):
        snapshot = Snapshot(timeline, day(on))
        with stores.lease(snapshot, predicates, possible=False) as store:
            assert shown(store, predicates) == expected(snapshot, predicates, possible=False), on


QUERIES = [
    "SELECT ?a ?b { ?a org:reportsTo ?b }",
    "SELECT ?a ?b { ?a org:reportsTo+ ?b }",
    "SELECT ?a ?b { ?a org:reportsTo* ?b }",
    "SELECT ?n (COUNT(?a) AS ?c) { ?a org:reportsTo ?b . ?b foaf:name ?n } GROUP BY ?n",
    "SELECT ?l { ?m a org:Membership ; org:member ?p ; orgg:post ?x . ?x rdfs:label ?l }",
    "SELECT ?p { ?p a org:Post FILTER NOT EXISTS { ?who org:holds ?p } }",
    "SELECT ?p { ?p a foaf:Person MINUS { ?p ^org:member/orgg:onLeave ?why } }",
    "SELECT ?l { { SELECT DISTINCT ?u { ?a org:memberOf ?u } } ?u rdfs:label ?l }",
    "CONSTRUCT WHERE { ?a org:memberOf ?u }",
    "CONSTRUCT { ?b <urn:leads> [] } WHERE { ?a org:reportsTo|org:holds ?b }",
    "ASK { ?a !(org:reportsTo|rdf:type) <urn:nobody> }",
    "SELECT ?s ?p ?o { ?s ?p ?o }",
]


@settings(max_examples=40, deadline=None)
@given(
    loads=st.lists(st.lists(rows(), min_size=3, max_size=12), min_size=1, max_size=1),
    asked=st.lists(st.tuples(st.sampled_from(QUERIES), st.sampled_from(DAYS)), min_size=2, max_size=8),
    possible=st.booleans(),
)
def test_a_query_finds_what_it_finds_in_the_snapshot(
    loads: list[list[Row]], asked: list[tuple[str, str]], possible: bool
) -> None:
    org = loaded(loads)
    for query, on in asked:
        snapshot = Snapshot(org.timeline, day(on))
        found = SnapshotStore(snapshot, possible=possible).query(query)
        right = QueryStore(expected(snapshot, None, possible=possible)).query(query)
        if "[]" in query:  # every answer makes blank nodes of its own
            assert len(found.triples) == len(right.triples)
        else:
            assert (found.rows, found.triples, found.answer) == (right.rows, right.triples, right.answer)


# -- several at once, and what is kept ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def brightwater() -> OrgGraph:
    org = OrgGraph()
    org.load(ROWS)
    return org


def test_threads_that_ask_about_different_days_get_the_right_answers(brightwater: OrgGraph) -> None:
    days = ["2023-06-30", "2024-02-15", "2024-04-01", "2024-06-01", "2024-10-01", "2025-01-01"]
    right = {on: QueryStore(expected(brightwater.as_of(on).snapshot, None, possible=False)) for on in days}
    asks = [(days[n * 7 % len(days)], QUERIES[n * 5 % len(QUERIES)]) for n in range(240)]
    asks = [(on, query) for on, query in asks if "[]" not in query]

    def ask(on: str, query: str) -> bool:
        found, wanted = brightwater.as_of(on).query(query), right[on].query(query)
        return (found.rows, found.triples, found.answer) == (wanted.rows, wanted.triples, wanted.answer)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda asked: ask(*asked), asks))


def test_a_store_in_use_stays_where_it_is(brightwater: OrgGraph) -> None:
    stores = DayStores()
    first, later = brightwater.as_of("2024-03-01").snapshot, brightwater.as_of("2024-04-02").snapshot
    with stores.lease(first, None, possible=False) as store:
        with stores.lease(later, None, possible=False) as other, stores.lease(first, SETS[0], possible=False) as again:
            assert other is not store
            assert again is store
        assert shown(store, None) == expected(first, None, possible=False)


def test_only_the_last_stores_are_kept(brightwater: OrgGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daystore, "NEAR", 0)
    stores = DayStores()
    for year in range(2021, 2029):
        with stores.lease(brightwater.as_of(f"{year}-01-01").snapshot, SETS[0], possible=False):
            pass
    assert [store.wanted for store in stores.kept] == [day(f"{year}-01-01") for year in range(2025, 2029)]
    monkeypatch.setattr(daystore, "TRIPLES", 0)
    with stores.lease(brightwater.as_of("2026-01-01").snapshot, SETS[0], possible=False):
        pass
    assert [store.wanted for store in stores.kept] == [day("2026-01-01")]


def test_a_store_that_failed_begins_anew(brightwater: OrgGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    stores = DayStores()
    before, after = brightwater.as_of("2024-03-01").snapshot, brightwater.as_of("2024-04-02").snapshot
    with stores.lease(before, None, possible=False):
        pass
    with monkeypatch.context() as patch:
        patch.setattr(daystore, "NEAR", 10**6)
        patch.setattr(daystore.store, "quads_of", lambda *_: [][0])
        with pytest.raises(IndexError), stores.lease(after, None, possible=False):
            pass
    with stores.lease(after, None, possible=False) as store:
        assert shown(store, None) == expected(after, None, possible=False)


def test_stores_of_a_timeline_from_files_with_a_delta(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "LARGE", 0)
    monkeypatch.setattr(columns, "MANY", 0)
    org = orggraph.open(tmp_path / "s")
    row = {"kind": "starts", "person": "Ada", "person_id": "1", "post": "CTO", "organization": "Acme",
           "effective": "2024-01-01", "reports_to": "Grace", "reports_to_id": "2"}  # fmt: skip
    org.load([row])
    org.load([{**row, "person": "Bo", "person_id": "3", "post": "CFO", "effective": "2024-02-01"}])
    assert org.timeline.delta.facts
    stores = DayStores()
    for on in ("2024-01-15", "2024-02-01", "2024-01-31"):
        snapshot = org.as_of(on).snapshot
        with stores.lease(snapshot, None, possible=True) as store:
            assert shown(store, None) == expected(snapshot, None, possible=True)


BOUNDS = [OPEN_EARLY, OPEN_EARLY + 1, OPEN_LATE]


@given(st.lists(st.integers(1, 3_000_000) | st.integers(735_000, 737_000) | st.sampled_from(BOUNDS)))
def test_days_in_two_bytes_keep_their_order(days: list[int]) -> None:
    column = np.array(days, dtype=np.int32)
    order = np.argsort(_narrowed(column), kind="stable")
    assert column[order].tolist() == sorted(days)


def test_terms_and_rows_of_several_at_once(tmp_path: Path, brightwater: OrgGraph) -> None:
    brightwater.timeline.save(tmp_path)
    opened = Timeline.open(tmp_path)
    added = opened.terms.add(Literal("new", language="en"))
    numbers = [added, *range(len(brightwater.timeline.terms))]
    assert opened.terms.encoded(numbers) == [encode(opened.terms[number]) for number in numbers]
    for timeline in (opened, brightwater.timeline):
        some = np.array([3, 0, -1, added + 5, 7], dtype=np.int32)
        one_by_one = [row for number in some.tolist() for row in timeline.by_subject.of(number).tolist()]
        assert timeline.by_subject.of_all(some).tolist() == one_by_one
