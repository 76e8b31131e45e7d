"""SPARQL on a day and over the history, and every query of the library, on a company that can be drawn by hand.

    Ada, CEO of Acme (2019-01-01 ..)
      Cleo, CTO of Engineering (2022-06-01 .., taking over from Ben, 2019-01-01 ..)
        Dora, acting Head of Infrastructure (2021-05-01 ..)
          Finn, in Infrastructure and in Operations (2020-02-29 ..; dotted line to Eve)
      Eve, COO of Operations (some day in 2021 .. an end nobody has stated)
    Adviser, a vacant post of Operations, created 2021-03-01
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest

from orggraph.changes import RoleChange
from orggraph.errors import MomentError, QueryError, UnsafeQuery
from orggraph.evaluation import Results
from orggraph.facts import (
    ACTING,
    ATTRIBUTE,
    IN_CONFLICT,
    LABEL,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    NAME,
    PERSON_NAME,
    PLACE,
    POST_IN,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    TRUE,
    TYPE,
    UNIT_OF,
    Fact,
)
from orggraph.ledger import Entry, Ledger
from orggraph.library import (
    LibraryQuery,
    Parameter,
    library,
    library_query,
    read_parameters,
    read_query,
)
from orggraph.period import ONGOING, OPEN_EARLY, Moment, day, unknown_end
from orggraph.queries import QueryStore, SnapshotStore, history_store, run
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline
from orggraph.vocabulary import CLASSES, ORG, RDF_TYPE, RDFS, XSD, Literal, Term

DAY = day("2023-01-01")
ENTITIES = {
    "person": ["Ada", "Ben", "Cleo", "Dora", "Eve", "Finn"],
    "post": ["CEO", "CTO", "Head", "COO", "Adviser"],
    "unit": ["Engineering", "Infrastructure", "Operations"],
    "organization": ["Acme"],
}
CHANGE = RoleChange.parse({"kind": "starts", "person": "Ada", "post": "CEO", "effective": "2019", "source": "minutes"})


def iri(name: str) -> str:
    return f"urn:x:{name}"


def fact(
    kind: str, subject: str, predicate: str, object_: Term, start: str, end: Moment = ONGOING, **more: str
) -> Fact:
    began = Moment.parse(start) if start != ".." else Moment(OPEN_EARLY, OPEN_EARLY, "..")
    return Fact(
        kind=kind, tenure=more.get("tenure") or f"urn:t:{kind}:{subject}:{object_}"[:60].replace(" ", ""),
        subject=iri(subject), predicate=predicate, object=object_, start=began, end=end, confirmed=DAY,
        post=iri(more["post"]) if "post" in more else "", changes=(CHANGE.id,),
    )  # fmt: skip


def member(person: str, unit: str, start: str, end: Moment = ONGOING, **more: str) -> Fact:
    return fact(MEMBERSHIP, person, MEMBER_OF, iri(unit), start, end, tenure=f"urn:t:{person}:{unit}", **more)


def line(person: str, manager: str, start: str, end: Moment = ONGOING, *, dotted: bool = False) -> Fact:
    return fact(LINE, person, REPORTS_DOTTED_TO if dotted else REPORTS_DIRECTLY_TO, iri(manager), start, end)


def company() -> list[Fact]:
    handover = Moment.parse("2022-06-01")
    facts = [
        member("Ada", "Acme", "2019-01-01", post="CEO"),
        member("Ben", "Engineering", "2019-01-01", handover, post="CTO"),
        member("Cleo", "Engineering", "2022-06-01", post="CTO"),
        member("Dora", "Infrastructure", "2021-05-01", post="Head"),
        replace(member("Eve", "Operations", "2021", unknown_end(day("2022-01-01")), post="COO"), flags=(IN_CONFLICT,)),
        member("Finn", "Infrastructure", "2020-02-29"),
        member("Finn", "Operations", "2021-01-01"),
        line("Ben", "Ada", "2019-01-01", handover),
        line("Cleo", "Ada", "2022-06-01"),
        line("Dora", "Cleo", "2022-06-01"),
        line("Eve", "Ada", "2021"),
        line("Finn", "Dora", "2021-05-01"),
        line("Finn", "Eve", "2022-01-01", dotted=True),
        fact(ATTRIBUTE, "Dora", ACTING, TRUE, "2021-05-01"),
        fact(PLACE, "CEO", POST_IN, iri("Acme"), ".."),
        fact(PLACE, "CTO", POST_IN, iri("Engineering"), ".."),
        fact(PLACE, "Head", POST_IN, iri("Infrastructure"), ".."),
        fact(PLACE, "COO", POST_IN, iri("Operations"), ".."),
        fact(PLACE, "Adviser", POST_IN, iri("Operations"), "2021-03-01"),
        fact(PLACE, "Engineering", UNIT_OF, iri("Acme"), ".."),
        fact(PLACE, "Operations", UNIT_OF, iri("Acme"), ".."),
        fact(PLACE, "Infrastructure", UNIT_OF, iri("Engineering"), ".."),
    ]
    facts.append(member("Ben", "Infrastructure", "2020-01-01", Moment.parse("2021-01-01"), post="Head"))
    facts[13] = replace(facts[13], subject="urn:t:Dora:Infrastructure")
    for kind, names in ENTITIES.items():
        for name in names:
            facts.append(fact(TYPE, name, RDF_TYPE, CLASSES[kind], ".."))
            facts.append(fact(NAME, name, PERSON_NAME if kind == "person" else LABEL, Literal(name), ".."))
    return facts


@pytest.fixture
def snapshot() -> Snapshot:
    return Snapshot(Timeline(company()), DAY)


@pytest.fixture
def ledger() -> Ledger:
    corrected = replace(member("Ben", "Engineering", "2018-01-01", post="CTO"), superseded=2)
    return Ledger(entries=[Entry(CHANGE, recorded=1, load="l1")], facts=[*company(), corrected])


def shown(results: Results, *columns: str) -> list[tuple[str, ...]]:
    places = [results.columns.index(column) for column in columns]
    return [tuple(str(getattr(row[at], "value", row[at] or "")) for at in places) for row in results.rows]


SNAPSHOT_ANSWERS: dict[str, tuple[dict[str, str], tuple[str, ...], list[tuple[str, ...]]]] = {
    "reports": ({"manager": "Ada"}, ("reporter_name", "line"), [("Cleo", "direct"), ("Eve", "direct")]),
    "reports_all": ({"manager": "Ada"}, ("reporter_name",), [("Cleo",), ("Dora",), ("Eve",), ("Finn",)]),
    "chain": ({"person": "Finn"}, ("steps", "manager_name"), [("1", "Dora"), ("2", "Cleo"), ("3", "Ada")]),
    "holders": ({"post": "CTO"}, ("person_name", "unit_name"), [("Cleo", "Engineering")]),
    "members_of_unit": (
        {"unit": "Engineering"},
        ("person_name", "member_of_name"),
        [("Cleo", "Engineering"), ("Dora", "Infrastructure"), ("Finn", "Infrastructure")],
    ),
    "posts_and_holders": ({"unit": "Operations"}, ("post_name", "person_name"), [("Adviser", ""), ("COO", "")]),
    "vacant_posts": ({}, ("post_name", "unit_name"), [("Adviser", "Operations"), ("COO", "Operations")]),
    "span_of_control": ({}, ("manager_name", "span"), [("Ada", "2"), ("Cleo", "1"), ("Dora", "1")]),
    "headcount_by_unit": (
        {},
        ("unit_name", "headcount"),
        [("Acme", "4"), ("Engineering", "3"), ("Infrastructure", "2"), ("Operations", "1")],
    ),
    "headcount": ({"unit": "Engineering"}, ("people",), [("3",)]),
    "span_in_figures": ({}, ("managers", "reporters", "fewest", "average", "most"), [("3", "4", "1", "1.3", "2")]),
    "acting_holders": ({}, ("post_name", "person_name"), [("Head", "Dora")]),
    "several_managers": ({}, ("person_name", "managers", "manager_names"), [("Finn", "2", "Dora; Eve")]),
    "people_in_two_units": (
        {},
        ("person_name", "unit_name", "other_unit_name"),
        [("Finn", "Infrastructure", "Operations")],
    ),
    "top": ({}, ("person_name", "reports", "says_nobody"), [("Ada", "2", "false")]),
    "units_tree": (
        {"parent": "Acme"},
        ("depth", "unit_name"),
        [("1", "Engineering"), ("1", "Operations"), ("2", "Infrastructure")],
    ),
}
"""What is certain on 2023-01-01. Nobody has said until when Eve was COO, so that she still is, is only possible."""

HISTORY_ANSWERS: dict[str, tuple[dict[str, str], tuple[str, ...], list[tuple[str, ...]]]] = {
    "holders_over_time": (
        {"post": "CTO"},
        ("person_name", "since", "until"),
        [("Ben", "2019-01-01", "2022-06-01"), ("Cleo", "2022-06-01", "..")],
    ),
    "who_replaced_whom": (
        {},
        ("post_name", "predecessor_name", "successor_name", "since"),
        [("CTO", "Ben", "Cleo", "2022-06-01")],
    ),
    "vacancies": (
        {"post": "Head", "day": "2023-01-01"},
        ("predecessor_name", "since", "until", "days"),
        [("Ben", "2021-01-01", "2021-05-01", "120")],
    ),
    "longest_tenures": ({}, ("days", "person_name", "what"), [("1247", "Ben", "CTO"), ("366", "Ben", "Head")]),
    "changes_in_period": (
        {"from": "2021-03-01", "to": "2021-05-02"},
        ("earliest", "change", "kind", "subject_name", "what"),
        [
            ("2021-01-01", "starts", "line", "Eve", "Ada"),
            ("2021-01-01", "starts", "membership", "Eve", "COO"),
            ("2021-03-01", "starts", "place", "Adviser", "Operations"),
            ("2021-05-01", "starts", "attribute", "Dora, Head", "true"),
            ("2021-05-01", "starts", "line", "Finn", "Dora"),
            ("2021-05-01", "starts", "membership", "Dora", "Head"),
        ],
    ),
    "created_posts": ({"from": "2021-03-01"}, ("since", "post_name"), [("2021-03-01", "Adviser")]),
    "contradicting_sources": (
        {},
        ("subject_name", "what", "since", "until", "source_name"),
        [("Eve", "COO", "2021-01-01/2021-12-31", "2022-01-01/..", "minutes")],
    ),
    "sources_of_person": (
        {"person": "Eve"},
        ("what", "since", "until", "source_name"),
        [
            ("Eve", "../..", "..", "minutes"),
            ("http://xmlns.com/foaf/0.1/Person", "../..", "..", "minutes"),
            ("Ada", "2021-01-01/2021-12-31", "..", "minutes"),
            ("COO", "2021-01-01/2021-12-31", "2022-01-01/..", "minutes"),
        ],
    ),
}


def bound(query: LibraryQuery, texts: dict[str, str]) -> dict[str, Term]:
    return read_parameters(texts, described=query.parameters, find=lambda name, kinds: iri(name))


@pytest.mark.parametrize("name", SNAPSHOT_ANSWERS)
def test_library_on_a_day(name: str, snapshot: Snapshot) -> None:
    texts, columns, expected = SNAPSHOT_ANSWERS[name]
    query = library_query(name)
    results = SnapshotStore(snapshot).query(query.text, parameters=bound(query, texts))
    assert shown(results, *columns) == expected


@pytest.mark.parametrize("name", HISTORY_ANSWERS)
def test_library_over_the_history(name: str, ledger: Ledger) -> None:
    texts, columns, expected = HISTORY_ANSWERS[name]
    query = library_query(name)
    results = history_store(ledger).query(query.text, parameters=bound(query, texts))
    assert shown(results, *columns) == expected


def test_every_library_query_has_an_answer_here() -> None:
    over = {name: query.over for name, query in library().items()}
    assert over == dict.fromkeys(SNAPSHOT_ANSWERS, "snapshot") | dict.fromkeys(HISTORY_ANSWERS, "history")


@pytest.mark.parametrize("query", library().values(), ids=lambda query: query.name)
def test_library_query_is_complete(query: LibraryQuery, snapshot: Snapshot, ledger: Ledger) -> None:
    assert query.title and query.question.endswith(("?", "too."))
    assert re.search(r"\bORDER BY\b", query.text)
    results = (SnapshotStore(snapshot) if query.over == "snapshot" else history_store(ledger)).query(query.text)
    assert results.columns == query.columns
    assert results.rows, "asked of everybody, it has an answer"
    kinds = {*ENTITIES, "day", "text"}
    for parameter in query.parameters.values():
        assert set(parameter.kinds) <= kinds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# title: x\nSELECT * {}", "question, over, columns is missing"),
        ("# titel: x\n", "is no header"),
        ("# parameter: manager\n", "is no parameter"),
        ("# title: x\n# question: y?\n# over: time\n# columns: s\n", "is not snapshot or history"),
    ],
)
def test_incomplete_library_query(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        read_query("x", text)


def test_unknown_library_query() -> None:
    with pytest.raises(QueryError, match="no query 'holder'; did you mean holders"):
        library_query("holder")


@pytest.mark.parametrize("query", [q for q in library().values() if q.over == "snapshot"], ids=lambda q: q.name)
@pytest.mark.parametrize("possible", [False, True])
def test_library_asks_a_few_predicates_and_finds_what_all_would_tell(
    query: LibraryQuery, possible: bool, snapshot: Snapshot
) -> None:
    store = SnapshotStore(snapshot, possible=possible)
    found = store.query(query.text)
    assert found.explanation is not None and found.explanation.predicates
    everything = store.query("CONSTRUCT WHERE { ?s ?p ?o }").triples
    assert run(query.text, triples=everything).rows == found.rows


# -- what a snapshot shows ------------------------------------------------------------------------------------------


def test_certain_and_possible(snapshot: Snapshot) -> None:
    text = "SELECT ?name { ?p org:holds ?post . ?post rdfs:label 'COO' . ?p foaf:name ?name }"
    assert SnapshotStore(snapshot).query(text).rows == ()
    assert shown(SnapshotStore(snapshot, possible=True).query(text), "name") == [("Eve",)]
    assert len(SnapshotStore(snapshot)) < len(SnapshotStore(snapshot, possible=True))


@pytest.mark.parametrize(
    ("text", "possible", "warned"),
    [
        ("SELECT * { ?p org:holds ?post }", False, False),
        ("SELECT * { ?p org:holds ?post }", True, False),
        ("SELECT * { ?post a org:Post FILTER NOT EXISTS { ?p org:holds ?post } }", False, True),
        ("SELECT * { ?post a org:Post FILTER NOT EXISTS { ?p org:holds ?post } }", True, True),
        ("SELECT (COUNT(*) AS ?n) { ?p org:holds ?post }", True, True),
    ],
)
def test_doubts_about_what_is_not_monotone(text: str, possible: bool, warned: bool, snapshot: Snapshot) -> None:
    assert bool(SnapshotStore(snapshot, possible=possible).query(text).warnings) == warned


def test_no_doubts_where_everything_is_certain() -> None:
    exact = [f for f in company() if f.subject != iri("Eve")]
    certain = Snapshot(Timeline(exact), DAY)
    for possible in (False, True):
        text = "SELECT (COUNT(*) AS ?n) { ?p org:holds ?post }"
        assert SnapshotStore(certain, possible=possible).query(text).warnings == ()


def test_an_entity_without_a_name_is_labelled_with_its_iri(ledger: Ledger) -> None:
    unnamed = [f for f in company() if f.kind != NAME or f.subject != iri("Dora")]
    on_the_day = SnapshotStore(Snapshot(Timeline(unnamed), DAY)).query(library_query("acting_holders").text)
    assert shown(on_the_day, "person_name") == [("urn:x:Dora",)]
    over_time = history_store(replace_facts(ledger, unnamed)).query(library_query("holders_over_time").text)
    assert ("urn:x:Dora",) in shown(over_time, "person_name")


def replace_facts(ledger: Ledger, facts: Iterable[Fact]) -> Ledger:
    return Ledger(entries=ledger.entries, facts=list(facts))


def test_a_handover_at_one_moment_that_is_not_exactly_known() -> None:
    moment = Moment.parse("2022-06-01/2022-06-30")
    shared = replace(moment, key="k")
    facts = [f for f in company() if f.kind != MEMBERSHIP]
    facts.append(replace(member("Ben", "Engineering", "2019-01-01", post="CTO"), end=shared))
    facts.append(replace(member("Cleo", "Engineering", "2022", post="CTO"), start=shared))
    results = history_store(Ledger(facts=facts)).query(library_query("who_replaced_whom").text)
    assert shown(results, "predecessor_name", "successor_name", "since") == [("Ben", "Cleo", "2022-06-01/2022-06-30")]


def test_the_history_keeps_what_is_no_longer_believed(ledger: Ledger) -> None:
    text = "SELECT ?start { ?t org:member <urn:x:Ben> ; orgg:start ?start ; orgg:superseded ?when }"
    assert shown(history_store(ledger).query(text), "start") == [("2018-01-01",)]


# -- running --------------------------------------------------------------------------------------------------------

TRIPLES: list[tuple[str, str, Term]] = [
    ("urn:a", ORG + "reportsTo", "urn:b"),
    ("urn:b", ORG + "reportsTo", "urn:c"),
    ("urn:a", RDFS + "label", Literal("Ada")),
    ("urn:b", RDFS + "label", Literal("Ben", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString", "en")),
]


def test_select_without_order_is_sorted_and_unbound_is_none() -> None:
    text = "SELECT ?s ?boss { ?s rdfs:label ?l OPTIONAL { ?s org:reportsTo ?boss FILTER(?boss != <urn:c>) } }"
    assert run(text, triples=TRIPLES).rows == (("urn:a", "urn:b"), ("urn:b", None))
    assert run(text, triples=reversed(TRIPLES)) == run(text, triples=TRIPLES)


def test_ask_construct_and_describe() -> None:
    assert run("ASK { ?s org:reportsTo+ <urn:c> }", triples=TRIPLES).answer
    made = run("CONSTRUCT { ?b <urn:leads> ?a } WHERE { ?a org:reportsTo ?b }", triples=TRIPLES)
    assert made.triples == (("urn:b", "urn:leads", "urn:a"), ("urn:c", "urn:leads", "urn:b"))
    assert len(run("DESCRIBE <urn:a>", triples=TRIPLES).triples) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?s { ?s org:reportsTo ?m }", [("urn:b",)]),
        ("SELECT ?s ?m { ?s org:reportsTo ?m }", [("urn:b", "urn:c")]),
        ("SELECT ?s { { ?s org:reportsTo ?x FILTER (?x = ?m) } }", [("urn:b",)]),
        ("SELECT ?s { ?s ?l 'Ada' OPTIONAL { ?s org:reportsTo ?x FILTER(?x = ?m) } FILTER(!BOUND(?x)) }", [("urn:a",)]),
        ("SELECT ?s { ?s rdfs:label ?l MINUS { ?s org:reportsTo ?m } }", [("urn:a",)]),
        ("SELECT ?s { { SELECT ?s (COUNT(?m) AS ?n) { ?s org:reportsTo ?m } GROUP BY ?s } }", [("urn:b",)]),
        ("SELECT (COUNT(?s) AS ?n) { ?s org:reportsTo ?m }", [("1",)]),
    ],
)  # fmt: skip
def test_parameters(text: str, expected: list[tuple[str, ...]]) -> None:
    results = run(text, triples=TRIPLES, parameters={"m": "urn:c"})
    assert shown(results, *results.columns) == expected


def test_a_parameter_that_the_query_assigns_is_refused() -> None:
    with pytest.raises(QueryError, match=r"itself gives a value to \?m"):
        run("SELECT ?m { ?s ?p ?o BIND (1 AS ?m) }", triples=[], parameters={"m": "urn:c"})


@pytest.mark.parametrize("term", ["no iri", "urn:a> } SERVICE <urn:b"])
def test_a_parameter_that_is_no_term_is_refused(term: str) -> None:
    with pytest.raises(QueryError, match="the parameter 'm'"):
        run("ASK { ?s ?p ?m }", triples=[], parameters={"m": term})


@pytest.mark.parametrize("value", ['" } SERVICE <urn:x> {\n', "\\", "'", "\U0001f600\r"])
def test_literals_in_parameters_are_escaped(value: str) -> None:
    triples: list[tuple[str, str, Term]] = [("urn:a", "urn:p", Literal(value))]
    assert run("ASK { ?s ?p ?m }", triples=triples, parameters={"m": Literal(value)}).answer
    assert not run("ASK { ?s ?p ?m }", triples=triples, parameters={"m": Literal(value + "x")}).answer


def test_limit_cuts_with_a_warning() -> None:
    results = run("SELECT * { ?s ?p ?o }", triples=TRIPLES, limit=3)
    assert len(results.rows) == 3
    assert results.warnings == ("only the first 3 results are given; there are more",)
    assert run("SELECT * { ?s ?p ?o }", triples=TRIPLES, limit=4).warnings == ()
    assert len(run("CONSTRUCT WHERE { ?s ?p ?o }", triples=TRIPLES, limit=1).triples) == 1


def test_graph_sees_nothing() -> None:
    assert not run("ASK { GRAPH ?g { ?s ?p ?o } }", triples=TRIPLES).answer


def test_graph_sees_the_named_graphs_that_a_store_was_given() -> None:
    store = QueryStore(TRIPLES, graphs={"urn:g": [("urn:z", "urn:p", "urn:z")], "urn:h": []})
    assert store.query("SELECT ?g { GRAPH ?g { ?s ?p ?o } }").rows == (("urn:g",),)
    assert not store.query("ASK { <urn:z> ?p ?o }").answer
    with pytest.raises(QueryError, match="'g' is no name of a graph"):
        QueryStore([], graphs={"g": []})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {\n ?s ?p }", r"line 2, column 9: this cannot be read as SPARQL near '\?p }'"),
        ("SELECT * { ?s ?p ?o", "line 1, column 10: this '{' is never closed"),
        ("SELECT ?s WHERE ?s", 'line 1, column 17: .* near .* \\(expected "{"\\)'),
        ("SELECT ?s ?s { ?s ?p ?o }", "a variable is selected twice"),
        ("SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }", "neither grouped nor found"),
        ("SELECT * { ?s ?p <rel> }", "this is no absolute IRI"),
        ("SELECT * { ?s ?p ?o FILTER(<urn:f>(?s)) }", "urn:f"),
        ("PREFIX org: <urn:other> SELECT * { ?s org:p }", "line 1"),
    ],
)
def test_syntax_errors_have_a_place(text: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        run(text, triples=[])


def test_updates_and_federation_never_reach_the_engine() -> None:
    store = QueryStore(TRIPLES)
    for text in ("DROP ALL", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"):
        with pytest.raises(UnsafeQuery):
            store.query(text)
    assert len(store) == len(TRIPLES)


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("Ada", "person", "urn:x:Ada/person"),
        ("Ada", "person or post", "urn:x:Ada/person+post"),
        ("<https://example.org/1>", "person", "https://example.org/1"),
        ('"Ada"', "person", Literal("Ada")),
        ("=1", "text", Literal("=1")),
        ("2025-10-03", "day", Literal("2025-10-03", XSD + "date")),
        ("2025-10-03", "", Literal("2025-10-03", XSD + "date")),
    ],
)
def test_parameters_as_people_write_them(text: str, kind: str, expected: Term) -> None:
    described = {"x": Parameter(kind, "")} if kind else None
    read = read_parameters({"x": text}, described=described, find=lambda name, kinds: f"{iri(name)}/{'+'.join(kinds)}")
    assert read == {"x": expected}


def test_parameters_that_cannot_be_read() -> None:
    described = {"day": Parameter("day", "")}
    with pytest.raises(MomentError, match="2025-02-30"):
        read_parameters({"day": "2025-02-30"}, described=described, find=lambda name, kinds: name)
    with pytest.raises(QueryError, match="no parameter 'days'; did you mean day"):
        read_parameters({"days": "2025-02-28"}, described=described, find=lambda name, kinds: name)
