"""The triples of a day from the columns are those that a snapshot makes one by one, and queries get the same answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from company import ROWS
from hypothesis import given, settings
from hypothesis import strategies as st

import orggraph
from orggraph import OrgGraph
from orggraph.algebra import predicates_of
from orggraph.daygraph import DayGraph
from orggraph.period import day
from orggraph.places import sample_folder
from orggraph.queries import QueryStore, SnapshotStore
from orggraph.rdf import to_oxigraph
from orggraph.snapshot import POSSIBLE, Snapshot
from orggraph.vocabulary import CLASSES, PREFIXES, RDFS, Literal, Term

DAYS = ["2019-12-31", "2020-01-01", "2023-06-30", "2024-02-15", "2024-04-01", "2025-01-01", "2025-09-30", "2025-10-03"]


@pytest.fixture(scope="module")
def orgs() -> list[OrgGraph]:
    company, sample = OrgGraph(), orggraph.open(data=[str(sample_folder().joinpath("anthropic.csv"))])
    company.load(ROWS)
    company.record("starts", person="Zed", role="head", organization="Other", effective="2024")
    company.record("starts", person="Zoë <b>", post='The "Post"', organization="Other", effective="2024-01-01")
    return [company, sample]


def encode(term: Term) -> str:
    return str(to_oxigraph(term))


def one_by_one(snapshot: Snapshot, *, possible: bool) -> set[str]:
    labelled = snapshot.triples().items()
    return {f"{' '.join(map(encode, triple))} ." for triple, label in labelled if possible or label != POSSIBLE}


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("possible", [False, True])
@pytest.mark.parametrize("strict", [False, True])
def test_all_triples_of_a_day(orgs: list[OrgGraph], on: str, *, possible: bool, strict: bool) -> None:
    for org in orgs:
        snapshot = org.as_of(on, strict=strict).snapshot
        made = set(DayGraph(snapshot, possible=possible).lines(encode, None))
        assert made == one_by_one(snapshot, possible=possible)


def test_triples_of_a_day_as_it_was_known(orgs: list[OrgGraph]) -> None:
    org = orgs[0]
    for load in org.ledger.loads:
        snapshot = org.as_of("2024-06-01", recorded_by=load.recorded).snapshot
        made = set(DayGraph(snapshot, possible=True).lines(encode, None))
        assert made == one_by_one(snapshot, possible=True)


def test_after_a_delta_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from orggraph import graph
    from orggraph.timeline import columns

    monkeypatch.setattr(graph, "LARGE", 0)
    monkeypatch.setattr(columns, "MANY", 0)
    org = orggraph.open(tmp_path / "s")
    row = {"kind": "starts", "person": "Ada", "person_id": "1", "post": "CTO", "organization": "Acme",
           "effective": "2024-01-01", "reports_to": "Grace", "reports_to_id": "2"}  # fmt: skip
    org.load([row])
    org.load([{**row, "person": "Bo", "person_id": "3", "post": "CFO"}])
    snapshot = org.as_of("2024-06-01").snapshot
    assert len(org.timeline.delta.facts) > 0
    assert set(DayGraph(snapshot, possible=False).lines(encode, None)) == one_by_one(snapshot, possible=False)


@pytest.mark.parametrize(
    "query, touched",
    [
        ("SELECT ?a { ?a org:reportsTo ?b }", {"org:reportsTo"}),
        ("SELECT ?a { ?a org:reportsTo+ ?b ; a org:Post }", {"org:reportsTo", "rdf:type"}),
        ("ASK { ?a org:reportsTo/^org:holds|foaf:name ?b }", {"org:reportsTo", "org:holds", "foaf:name"}),
        ("SELECT ?a { ?a org:holds ?p OPTIONAL { ?p org:postIn ?u } FILTER NOT EXISTS { ?p skos:prefLabel ?l } }",
         {"org:holds", "org:postIn", "skos:prefLabel"}),
        ("SELECT ?a { { SELECT ?a { ?a org:memberOf ?u } } UNION { ?a org:headOf ?u } MINUS { ?a org:holds ?p } }",
         {"org:memberOf", "org:headOf", "org:holds"}),
        ("CONSTRUCT { ?a ?p ?b } WHERE { ?a org:reportsTo ?b BIND(org:reportsTo AS ?p) }", {"org:reportsTo"}),
        ("SELECT ?a { ?a ?p ?b }", None),
        ("SELECT ?a { ?a org:reportsTo* ?b }", None),
        ("SELECT ?a { ?a !org:reportsTo ?b }", None),
        ("DESCRIBE <urn:a>", None),
        ("SELECT ?a { ?a org:reportsTo ?b FILTER EXISTS { ?b ?any ?c } }", None),
    ],
)  # fmt: skip
def test_what_a_query_can_touch(query: str, touched: set[str] | None) -> None:
    found = predicates_of(query, tuple(sorted(PREFIXES.items())))
    if touched is None:
        assert found is None
    else:
        assert found == {PREFIXES[name.partition(":")[0]] + name.partition(":")[2] for name in touched}


QUERIES = [
    "SELECT ?a ?b { ?a org:reportsTo ?b }",
    "SELECT ?a ?b { ?a org:reportsTo+ ?b }",
    "SELECT ?a ?b { ?a org:reportsTo* ?b }",
    "SELECT ?n (COUNT(?a) AS ?c) { ?a org:reportsTo ?b . ?b foaf:name ?n } GROUP BY ?n",
    "SELECT ?l { ?m a org:Membership ; org:member ?p ; orgg:post ?x . ?x rdfs:label ?l }",
    "SELECT ?p { ?p a org:Post FILTER NOT EXISTS { ?who org:holds ?p } }",
    "CONSTRUCT WHERE { ?a org:memberOf ?u }",
    "SELECT ?s ?p ?o { ?s ?p ?o }",
]


@settings(max_examples=40, deadline=None)
@given(query=st.sampled_from(QUERIES), on=st.sampled_from(DAYS), possible=st.booleans(), number=st.integers(0, 1))
def test_queries_of_few_predicates_answer_as_of_all(
    orgs: list[OrgGraph], query: str, on: str, number: int, *, possible: bool
) -> None:
    snapshot = Snapshot(orgs[number].timeline, day(on))
    labelled = snapshot.triples()
    whole = [triple for triple, label in labelled.items() if possible or label != POSSIBLE]
    whole += [(iri, RDFS + "label", label) for iri, label in labels(snapshot, whole)]
    found, right = SnapshotStore(snapshot, possible=possible).query(query), QueryStore(whole).query(query)
    assert (found.rows, found.triples, found.answer) == (right.rows, right.triples, right.answer)


def labels(snapshot: Snapshot, whole: list[tuple[str, str, Term]]) -> list[tuple[str, Term]]:
    """Give the label that the stores of queries add for everything that has a name or a type."""
    entities = {term for triple in whole for term in triple if isinstance(term, str)} - set(CLASSES.values())
    named = [iri for iri in entities if snapshot.kind(iri) or snapshot.name(iri) != iri]
    return [(iri, Literal(snapshot.name(iri))) for iri in named]
