"""The same questions embedded, on Oxigraph and on Virtuoso: the answers are equal, or what cannot be done is named."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner
from company import company
from engines import SLOW, oxigraph, published, throng, virtuoso

import orggraph
from orggraph import OrgGraph
from orggraph.cli import main
from orggraph.errors import QueryError, StoreError, UnknownName, UnsafeQuery, UnsupportedError
from orggraph.evaluation import prepare
from orggraph.library import library
from orggraph.places import sample_folder
from orggraph.remote import RemoteOrg

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "anthropic.csv"
KUBERNETES = (("group_intervals", "kubernetes-groups"), ("leadership_intervals", "kubernetes-leadership"))


class Case(NamedTuple):
    """An organization here and as published, days to ask about, and how many entities of each kind are asked about."""

    here: OrgGraph
    there: RemoteOrg
    days: tuple[str, ...]
    entities: int


def kubernetes(shared: Path) -> OrgGraph:
    org = OrgGraph()
    for file, mapping in KUBERNETES:
        org.load(shared / "k8s_sigs" / f"{file}.csv", mapping=sample_folder() / "mappings" / f"{mapping}.toml")
    return org


def ministers(shared: Path, folder: Path) -> OrgGraph:
    """Load the part of the ministers' register that is about who was appointed to the Treasury since 1997.

    All of it would be written for minutes; this has its handovers, gaps, renamings, acting ministers and leaves.
    """
    register = shared / "ifg_ministers"

    def table(name: str) -> list[dict[str, str]]:
        with (register / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    treasury = {row["id"] for row in table("organisation") if row["name"] == "HM Treasury"}
    posts = {row["id"] for row in table("post") if row["organisation_id"] in treasury}
    kept = [row for row in table("appointment") if row["post_id"] in posts and row["start_date"] >= "1997-05-01"]
    people = {row["person_id"] for row in kept}
    wanted = {"appointment": ("id", {row["id"] for row in kept}), "person": ("id", people), "post": ("id", posts),
              "appointment_characteristics": ("appointment_id", {row["id"] for row in kept}),
              "representation": ("person_id", people)}  # fmt: skip
    for file in register.glob("*.csv"):
        rows, (column, keys) = table(file.stem), wanted.get(file.stem, ("id", set()))
        with (folder / file.name).open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(row for row in rows if file.stem not in wanted or row[column] in keys)
    org = OrgGraph()
    org.load(folder, keep_going=True)
    return org


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture(scope="module", params=["sample", "company", "kubernetes", "ministers"])
def case(request: pytest.FixtureRequest, url: str, tmp_path_factory: pytest.TempPathFactory) -> Case:
    if request.param == "kubernetes":
        here, days, entities = kubernetes(request.getfixturevalue("shared")), ("2019-06-01", "2023-03-15"), 6
    elif request.param == "ministers":
        here = ministers(request.getfixturevalue("shared"), tmp_path_factory.mktemp("ministers"))
        days, entities = ("2007-06-27", "2020-02-13"), 5
    elif request.param == "company":
        here, days, entities = company(), ("2019-12-31", "2024-02-29", "2024-04-01", "2024-06-01", "2024-09-15"), 20
    else:
        here, days, entities = orggraph.open(data=[SAMPLE]), ("2025-09-01", "2025-09-30", "2025-10-03"), 20
    return Case(here, published(here, url), days, entities)


def of_kind(case: Case, *kinds: str) -> list[str]:
    snapshot = case.here.as_of(1).snapshot
    entities = sorted({fact.subject for fact in case.here.ledger.believed()})
    found = [iri for iri in entities if snapshot.kind(iri) in kinds]
    return found[:: max(1, len(found) // case.entities)]


# ---- look-ups

LOOKUPS = {
    "reports_to": ("person", "post"),
    "managers": ("person", "post"),
    "chain": ("person", "post"),
    "reporters": ("person", "post"),
    "memberships": ("person",),
    "holders": ("post", "role"),
    "seats": ("post",),
    "members": ("unit", "organization"),
}


@pytest.mark.parametrize("method", LOOKUPS)
def test_look_ups(case: Case, method: str) -> None:
    asked = of_kind(case, *LOOKUPS[method])
    for day in case.days:
        for entity in asked:
            here, there = (getattr(org.as_of(day), method)(entity) for org in (case.here, case.there))
            assert there == here, (day, entity)


def test_everybody_below_and_strict(case: Case) -> None:
    for entity in of_kind(case, "person", "post"):
        here, there = (
            org.as_of(case.days[-1], strict=True).reports_to(entity, everyone=True) for org in (case.here, case.there)
        )
        assert there == here


def test_names_are_found_as_here(case: Case) -> None:
    snapshot = case.here.as_of(case.days[-1]).snapshot
    for entity in of_kind(case, "person", "post", "unit", "organization"):
        name = snapshot.name(entity).upper()
        try:
            expected = case.here.find(name)
        except UnknownName as error:
            with pytest.raises(type(error), match=re.escape(str(error))):
                case.there.find(name)
        else:
            assert case.there.find(name) == expected


def test_history_of_everything(case: Case) -> None:
    for entity in of_kind(case, "person", "post", "unit", "organization"):
        assert case.there.history(entity) == case.here.history(entity)


def test_snapshots_charts_and_differences(case: Case) -> None:
    for day in case.days:
        here, there = case.here.as_of(day), case.there.as_of(day)
        assert there.snapshot.facts() == here.snapshot.facts()
        assert there.snapshot.triples() == here.snapshot.triples()
        assert there.chart().dot() == here.chart().dot()
        for view in ("people", "posts", "units"):
            assert there.chart(view=view, depth=1).text() == here.chart(view=view, depth=1).text()
        assert list(there.to_networkx().edges(data=True)) == list(here.to_networkx().edges(data=True))
    for before, after in zip(case.days, case.days[1:], strict=False):
        assert case.there.diff(before, after) == case.here.diff(before, after)


def test_a_look_up_asks_a_few_times_for_a_few_facts(case: Case, url: str) -> None:
    fresh = RemoteOrg(url)
    person = of_kind(case, "person")[0]
    fresh.as_of(case.days[-1]).chain(person)
    assert 0 < fresh.fetcher.requests <= 40
    assert fresh.fetcher.rows < len(case.here.ledger.facts)


# ---- SPARQL

QUERIES = [
    "SELECT ?s ?p ?o { ?s ?p ?o }",
    "SELECT ?n (COUNT(?x) AS ?c) { ?x org:reportsTo ?b . ?b rdfs:label ?n } GROUP BY ?n",
    "SELECT DISTINCT ?a ?b { ?a a foaf:Person . ?a org:reportsTo+ ?b }",
    "SELECT ?name { ?p foaf:name ?name FILTER NOT EXISTS { ?p org:reportsTo ?b } } ORDER BY ?name",
    "PREFIX o: <http://www.w3.org/ns/org#> SELECT ?p ?u { ?p o:memberOf ?u OPTIONAL { ?p o:holds ?o } } ORDER BY ?p ?u",
    "ASK { ?a org:reportsTo ?b }",
    "ASK { ?a org:nothing ?b }",
    "CONSTRUCT { ?b orgg:manages ?a } WHERE { ?a org:reportsTo ?b }",
    "CONSTRUCT WHERE { ?a org:reportsTo ?b }",
    "CONSTRUCT { ?b a orgg:Manager . ?a orgg:of ?c } WHERE { ?a org:reportsTo ?b OPTIONAL { ?b org:reportsTo ?c } }",
    "CONSTRUCT { <urn:x:a> <urn:x:is> 'there' } WHERE { ?a org:reportsTo ?b }",
    "DESCRIBE ?b WHERE { ?a org:reportsTo ?b }",
    "DESCRIBE * { ?a org:reportsTo ?b }",
    "DESCRIBE <urn:x:nobody>",
    "SELECT ?t ?v { ?t orgg:acting ?v }",
]


@pytest.mark.parametrize("sparql", QUERIES)
def test_sparql_of_a_day(case: Case, sparql: str) -> None:
    for day in case.days:
        for possible in (False, True):
            here, there = (org.as_of(day).query(sparql, possible=possible) for org in (case.here, case.there))
            assert (there.kind, there.columns, there.rows, there.answer, there.triples) == (
                here.kind, here.columns, here.rows, here.answer, here.triples,
            ), (day, possible)  # fmt: skip
            assert any("monotone" in warning or "uses" in warning for warning in there.warnings) == bool(here.warnings)


NOT_STANDARD = {
    "top": "binds an EXISTS, of which Virtuoso makes a number",
    "span_in_figures": "adds up what there is none of, of which Virtuoso makes nothing where 0 is right",
}


LONG_NAMES = {"changes_in_period", "units_tree"}
"""Queries that order by names: Virtuoso puts long ones that begin alike in no order."""


@pytest.mark.parametrize("name", library())
def test_the_library(case: Case, name: str, request: pytest.FixtureRequest) -> None:
    described = library()[name]
    if name in NOT_STANDARD and case.there.engine.is_virtuoso:
        request.applymarker(pytest.mark.xfail(reason=NOT_STANDARD[name], strict=False))
    in_any_order = case.there.engine.is_virtuoso and name in LONG_NAMES
    if prepare(described.text).functions:
        with pytest.raises(QueryError, match="a remote engine does not know functions"):
            case.there.query(described.text)
        return

    def answer(org: OrgGraph) -> list[object]:
        if described.over == "history":
            return list(org.query(described.text).rows)
        return [(day, *row) for day in case.days for row in org.as_of(day).query(described.text).rows]

    there, here = answer(case.there), answer(case.here)
    if in_any_order:
        there, here = (sorted(map(str, rows)) for rows in (there, here))
    assert there == here


def test_the_library_with_parameters(case: Case) -> None:
    person = of_kind(case, "person")[0]
    asked = [("reports_all", {"manager": person}), ("chain", {"person": person})]
    asked.append(("sources_of_person", {"person": person}))
    asked += [("holders_over_time", {"post": post}) for post in of_kind(case, "post")[:3]]
    for name, parameters in asked:
        described = library()[name]
        for day in case.days:
            over = [org.as_of(day) if described.over == "snapshot" else org for org in (case.here, case.there)]
            here, there = (asked.query(described.text, parameters=parameters).rows for asked in over)
            assert there == here, name


def test_the_history_holds_the_same_triples(case: Case) -> None:
    sparql = "SELECT ?s ?p ?o { ?s ?p ?o FILTER (?p != orgg:json && STRSTARTS(STR(?s), 'urn:orggraph:fact:0')) }"

    def rows(org: OrgGraph) -> list[list[str]]:
        """Give the rows with times written in one way: engines differ in the zeros behind a second."""
        return [[re.sub(r"0+Z'", "Z'", repr(term)) for term in row] for row in org.query(sparql).rows]

    assert rows(case.there) == rows(case.here)


def test_a_day_without_anything(case: Case) -> None:
    sparql = "SELECT ?s { ?s org:reportsTo ?o }"
    assert case.there.as_of("1066-10-14").query(sparql).rows == ()


# ---- more rows than an engine lets through


@pytest.fixture(scope="module")
def crowd(url: str) -> Case:
    here = throng()
    return Case(here, published(here, url), ("2020-06-01",), 5)


def test_long_answers_are_whole(crowd: Case) -> None:
    for sparql in (
        "SELECT ?s ?p ?o { ?s ?p ?o }",
        "PREFIX x: <urn:x:> SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o",
        "SELECT DISTINCT ?s ?p { ?s ?p ?o }",
    ):
        here, there = (org.as_of("2020-06-01").query(sparql) for org in (crowd.here, crowd.there))
        assert there.columns == here.columns
        assert len(there.rows) > 1_000 or "DISTINCT" in sparql
        assert sorted(map(str, there.rows)) == sorted(map(str, here.rows))
    assert crowd.there.as_of("2020-06-01").members("Acme") == crowd.here.as_of("2020-06-01").members("Acme")


@pytest.mark.parametrize("sparql", ["CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "DESCRIBE ?s { ?s ?p ?o }"])
def test_long_graphs_are_whole(crowd: Case, sparql: str) -> None:
    here, there = (org.as_of("2020-06-01").query(sparql).triples for org in (crowd.here, crowd.there))
    assert len(there) > 1_000
    assert there == here


def test_a_graph_with_a_limit(crowd: Case) -> None:
    found = crowd.there.as_of("2020-06-01").query("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }", limit=7)
    assert len(found.triples) == 7
    assert found.warnings == ("only the first 7 results are given; there are more",)


def test_a_limit_leaves_out_the_rest_and_says_so(crowd: Case) -> None:
    found = crowd.there.as_of("2020-06-01").query("SELECT ?s { ?s a foaf:Person }", limit=3)
    assert len(found.rows) == 3 and "there are more" in found.warnings[-1]


@pytest.mark.parametrize("name", ["oxigraph", "virtuoso"])
def test_a_query_ends_when_its_time_is_over(tmp_path: Path, name: str) -> None:
    """On an engine of its own: it may go on with the query for minutes, which would slow all other tests."""
    with oxigraph() if name == "oxigraph" else virtuoso(tmp_path) as address:
        there = published(throng(), address)
        with pytest.raises(QueryError, match=r"did not answer within 0\.5 s|gave up|refuses it"):
            there.as_of("2020-06-01").query(SLOW, timeout=0.5)
        assert there.as_of("2020-06-01").query("ASK { ?s a foaf:Person }").answer


# ---- what is refused

REFUSED: dict[str, Callable[[RemoteOrg], Any]] = {
    "recorded_by": lambda org: org.as_of("2024-01-01", recorded_by="2024-01-01"),
    "load": lambda org: org.load([]),
    "record": lambda org: org.record("starts", person="Ada", post="CTO", effective="2024"),
    "unload": lambda org: org.unload("abc"),
    "merge": lambda org: org.merge("Ada", "Bob"),
    "unmerge": lambda org: org.unmerge("Ada", "Bob"),
    "sources": lambda org: org.select(sources=["register"]),
    "trust": lambda org: org.select(trust=["register", "press"]),
    "stated_by": lambda org: org.select(stated_by="2024-01-01"),
    "a diff of knowledge": lambda org: org.knowledge_diff("2024-01-01", "2024-01-01", "2024-02-01"),
    "log": lambda org: org.log(),
    "check": lambda org: org.check(),
    "export": lambda org: org.export(),
    "what needs every role change": lambda org: org.ledger,
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_done_is_refused_by_name(crowd: Case, what: str) -> None:
    with pytest.raises(UnsupportedError, match=rf"{re.escape(crowd.there.engine.url)}: {what} is not done on a remote"):
        REFUSED[what](crowd.there)


@pytest.mark.parametrize(
    "sparql, error, message",
    [
        ("SELECT * { GRAPH ?g { ?s ?p ?o } }", UnsafeQuery, "column 12: GRAPH is refused"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", UnsafeQuery, "SERVICE is refused"),
        ("SELECT * FROM <urn:orggraph:graph:lookup> { ?s ?p ?o }", UnsafeQuery, "FROM is refused"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", UnsafeQuery, "INSERT is refused"),
        ("SELECT * { ?s ?p", QueryError, "never closed"),
        ("SELECT * { ?s x:p ?o }", QueryError, "x: is not declared"),
    ],
)
def test_unsafe_and_wrong_queries_never_leave(crowd: Case, sparql: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        crowd.there.as_of("2024-01-01").query(sparql)


def test_a_path_with_both_ends_open_says_what_to_do(crowd: Case) -> None:
    sparql = "SELECT DISTINCT ?a ?b { ?a org:reportsTo+ ?b }"
    if crowd.there.engine.is_virtuoso:
        with pytest.raises(QueryError, match="both ends open"):
            crowd.there.as_of("2020-06-01").query(sparql)
    else:
        assert crowd.there.as_of("2020-06-01").query(sparql).rows == ()


# ---- engines that behave otherwise


def test_a_union_of_all_as_default_graph_changes_nothing() -> None:
    here = company()
    with oxigraph("--union-default-graph") as url:
        there = published(here, url)
        for sparql in QUERIES:
            one, other = (org.as_of("2024-03-01").query(sparql) for org in (here, there))
            assert (other.rows, other.triples, other.answer) == (one.rows, one.triples, one.answer)
        assert there.as_of("2024-03-01").chain("Eli Egan") == here.as_of("2024-03-01").chain("Eli Egan")


def test_a_body_that_oxigraph_cut_is_refused() -> None:
    with oxigraph("--timeout-s", "1") as url:
        there = published(throng(), url)
        sparql = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
        with pytest.raises(StoreError, match=r"ends in the middle or is no SPARQL 1.1 result"):
            there.as_of("2020-06-01").query(sparql, timeout=30)


# ---- on the command line


@pytest.fixture
def commands(case: Case, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[str, str, int]]]:
    monkeypatch.setenv("ORGGRAPH_STORE", url)

    def run(*arguments: str) -> tuple[str, str, int]:
        done = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
        return done.stdout, done.stderr, done.exit_code

    return run


VERSION = re.compile(r' \([^()]+:\d+\)|fact [0-9a-f]{20}|"[0-9a-f]{20}",?|[0-9-]{10}T[0-9:.]+Z')
"""What tells one load from another, or is not published: identities of facts, recorded times, places in files."""

COMMANDS = [
    ["reports", "Daniela Amodei", "--as-of", "2025-10-03", "--format", "json"],
    ["reports", "Daniela Amodei", "--as-of", "2025-10-03", "--explain"],
    ["managers", "Sam McCandlish", "--as-of", "2025-09-01"],
    ["chain", "Rahul Patil", "--as-of", "2025-10-03", "--format", "table"],
    ["holders", "CTO, Anthropic", "--as-of", "2025-10-01"],
    ["holders", "President", "--as-of", "2020-10-01"],
    ["members", "Anthropic", "--as-of", "2025-10-03", "--format", "csv"],
    ["history", "Rahul Patil", "--format", "table", "--explain"],
    ["diff", "2025-09-01", "2025-10-03"],
    ["diff", "2025-09-01", "2025-10-03", "--explain"],
    ["chart", "--as-of", "2025-10-03", "--format", "dot"],
    ["chart", "--as-of", "2025-10-03", "--format", "dot", "--explain"],
    ["stats", "--as-of", "2025-10-03"],
    ["stats", "--as-of", "2025-10-03", "--explain"],
    ["query", "reports", "--as-of", "2025-10-03", "--set", "manager=Daniela Amodei"],
    ["query", "holders_over_time", "--set", "post=CTO, Anthropic", "--format", "csv"],
    ["reports", "Daniela Amodeo"],
]


@pytest.mark.parametrize("case", ["sample"], indirect=True)
@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda arguments: " ".join(arguments[:2]))
def test_commands_say_the_same(commands: Callable[..., tuple[str, str, int]], arguments: list[str]) -> None:
    there, here = commands(*arguments), commands("--data", str(SAMPLE), *arguments)
    assert [VERSION.sub("", str(part)) for part in there] == [VERSION.sub("", str(part)) for part in here]


@pytest.mark.parametrize("case", ["sample"], indirect=True)
@pytest.mark.parametrize(
    "arguments, what",
    [
        (["reports", "Daniela Amodei", "--recorded-by", "2025-10-03"], "recorded_by"),
        (["--stated-by", "2025-10-03", "reports", "Daniela Amodei"], "stated_by"),
        (["load", str(SAMPLE)], "load"),
        (["check"], "check"),
        (["stats", "--every", "month", "--from", "2025-01-01"], "stats over time"),
        (["export"], "export"),
        (["info"], "what needs every role change"),
        (["sources"], "what needs every role change"),
        (["diff", "--knowledge", "2025-10-01", "2025-10-03"], "a diff of knowledge"),
    ],
)
def test_commands_refused(commands: Callable[..., tuple[str, str, int]], arguments: list[str], what: str) -> None:
    out, err, code = commands(*arguments)
    assert (out, code) == ("", 1)
    assert f"{what} is not done on a remote engine" in err
