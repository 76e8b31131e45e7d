"""The facade: everything a user of the package holds, under the names that the command line has too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from company import ROWS, starts

import orggraph
from orggraph import OrgGraph, RoleChange, graph
from orggraph.errors import LoadError, StoreError, UnknownName, UnsupportedError
from orggraph.places import sample_folder
from orggraph.vocabulary import FOAF, ORG

SAMPLE = Path(str(sample_folder().joinpath("anthropic.csv")))
AMODEI = "Daniela Amodei"


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    return orggraph.open(data=[SAMPLE])


def test_rows_files_and_an_rdflib_graph_give_the_same_facts(org: OrgGraph) -> None:
    import rdflib

    graph = rdflib.Graph()
    graph.parse(data=org.export("turtle").decode(), format="turtle")
    rows = [entry.change.fields() for entry in org.ledger.entries]
    changes = [RoleChange.parse(row) for row in rows]
    believed = {fact.content for fact in org.ledger.believed()}
    for given in ([rows], [changes], [graph], [SAMPLE]):
        made = OrgGraph()
        made.load(*given)
        assert {fact.content for fact in made.ledger.believed()} == believed


def test_what_is_no_input_is_refused_by_name() -> None:
    with pytest.raises(Exception, match="int"):
        OrgGraph().load(42)


@pytest.mark.parametrize("on", ["2025-10-03", date(2025, 10, 3), date(2025, 10, 3).toordinal()])
def test_a_day_is_text_date_or_ordinal(org: OrgGraph, on: orggraph.graph.Day) -> None:
    assert [row.name for row in org.as_of(on).reports_to(AMODEI)] == ["Rahul Patil", "Sam McCandlish"]
    assert org.as_of(on).day == "2025-10-03"


def test_the_plain_graph_of_a_day_is_w3c_org(org: OrgGraph) -> None:
    import rdflib

    graph = org.as_of("2025-10-03").graph
    reports = rdflib.URIRef(ORG + "reportsTo")
    boss = rdflib.URIRef(org.find(AMODEI))
    names = {str(graph.value(person, rdflib.URIRef(FOAF + "name"))) for person in graph.subjects(reports, boss)}
    assert names == {"Rahul Patil", "Sam McCandlish"}
    assert len(org.as_of("2025-09-01").graph) < len(graph)
    assert (None, reports, None) not in org.as_of("2025-09-30").graph


def test_a_query_sees_what_is_certain_or_all(org: OrgGraph) -> None:
    query = "SELECT ?name { ?who org:reportsTo ?boss ; foaf:name ?name . ?boss foaf:name 'Daniela Amodei' }"
    early = org.as_of("2025-09-30")
    assert len(org.as_of("2025-10-03").query(query).rows) == 2
    assert len(early.query(query).rows) == 0
    assert len(early.query(query, possible=True).rows) == 2


def test_the_history_is_queried_over_all_of_time(org: OrgGraph) -> None:
    rows = org.query("SELECT ?fact { ?fact a org:Membership ; orgg:post ?post }").rows
    assert len(rows) == 4


def test_networkx_and_chart(org: OrgGraph) -> None:
    view = org.as_of("2025-10-03")
    graph = view.to_networkx()
    assert sorted(data["name"] for _, data in graph.nodes(data=True) if data["kind"] == "person") == [
        AMODEI, "Rahul Patil", "Sam McCandlish",
    ]  # fmt: skip
    assert graph.number_of_edges() == 2
    assert "Rahul Patil" in view.chart()._repr_svg_()
    assert {card.name for card in view.chart(root=AMODEI, depth=0).cards if card.kind == "person"} == {AMODEI}


def test_diff_check_and_history(org: OrgGraph) -> None:
    assert [event.text for event in org.diff("2025-09-01", "2025-10-03").events][:3] == [
        "Rahul Patil joined as CTO, replacing Sam McCandlish",
        "Sam McCandlish moved to Chief Architect (new post; CTO before, since when is not known)",
        "Rahul Patil now reports to Daniela Amodei",
    ]
    assert org.check() == []
    assert [row.what for row in org.history("Rahul Patil") if row.kind == "line"] == [
        "Rahul Patil reports to Daniela Amodei"
    ]


def test_record_and_unload_are_both_recorded() -> None:
    clock = iter(range(1_000_000, 9_000_000, 1_000_000))
    org = OrgGraph(clock=lambda: next(clock))
    made = org.record("starts", person="Ada", post="CTO", organization="Acme", effective="2024-05-01")
    gone = org.unload(made.load.id[:6])
    view = org.as_of("2024-06-01", recorded_by=made.load.recorded)
    assert [row.name for row in view.holders("CTO")] == ["Ada"]
    assert org.as_of("2024-06-01").holders("CTO") == []
    assert gone.load.recorded > made.load.recorded
    with pytest.raises(UnknownName, match="no load that stands"):
        org.unload(made.load.id)
    again = org.record("starts", person="Ada", post="CTO", organization="Acme", effective="2024-05-01")
    assert again.added == 1
    assert [row.name for row in org.as_of("2024-06-01").holders("CTO")] == ["Ada"]


def test_recorded_times_rise_even_when_the_clock_goes_back() -> None:
    clock = iter([5_000_000, 1_000_000, 1_000_000])
    org = OrgGraph(clock=lambda: next(clock))
    for name in ("Ada", "Bo", "Cy"):
        org.load([starts(name, "CTO", "2024-05-01")])
    times = [load.recorded for load in org.ledger.loads]
    assert times == sorted(set(times))


def test_errors_refuse_all_and_keep_going_loads_the_rest(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("kind,person,post,organization,effective\nstarts,Ada,CTO,Acme,2024-13-01\nstarts,Bo,CFO,Acme,2024\n"
                   "begins,Cy,COO,Acme,2024\n", "utf-8")  # fmt: skip
    org = OrgGraph()
    with pytest.raises(LoadError) as refused:
        org.load(bad)
    assert [finding.line for finding in refused.value.findings] == [2, 4]
    assert org.ledger.entries == []
    report = org.load(bad, keep_going=True)
    assert (report.added, [f.line for f in report.findings if f.severity == "error"]) == (1, [2, 4])


def test_a_dry_run_keeps_nothing_but_says_what_it_would_do() -> None:
    org = OrgGraph()
    report = org.load(SAMPLE, dry_run=True)
    assert report.added == 10
    assert report.opened > 30
    assert org.ledger.entries == []


def line(person: str, boss: str, on: str, until: str = "") -> dict[str, str]:
    return {"kind": "reports", "person": person, "organization": "Acme", "effective": on, "reports_to": boss,
            "until": until}  # fmt: skip


@pytest.mark.parametrize(
    "rows, code, names, days",
    [
        ([line("Ann", "Bob", "2024-01-01"), line("Bob", "Ann", "2024-03-01", "2024-05-01")],
         "cycle", ("Ann", "Bob"), ("2024-03-01", "2024-05-01")),
        ([starts("Ann", "CTO", "2024-01-01"), starts("Bob", "CTO", "2024-03-01"),
          {"kind": "states", "post": "CTO", "organization": "Acme", "property": "seats", "value": "1"}],
         "single-seat", ("Ann", "Bob"), ("2024-03-01",)),
        ([starts("Ann", "CTO", "2024-01-01", until="2024-06-01"), starts("Bob", "Clerk", "2024-01-01"),
          line("Bob", "Ann", "2024-02-01")],
         "manager-left", ("Bob", "Ann"), ("2024-06-01",)),
        ([starts("Ann", "CTO", "2024-01-01", source="one", stated="2024-02-01"),
          starts("Ann", "CTO", "2024-02-15", source="two", stated="2024-03-01")],
         "conflict", ("Ann",), ("2024-01-01", "2024-02-15")),
    ],
    ids=["cycle", "single-seat", "manager-left", "conflict"],
)  # fmt: skip
def test_contradictions_are_loaded_and_named(
    rows: list[dict[str, str]], code: str, names: tuple[str, ...], days: tuple[str, ...]
) -> None:
    rows = [{**row, "organization": "Acme"} for row in rows]
    org = OrgGraph()
    report = org.load(rows)
    warnings = [finding for finding in report.findings if finding.severity == "warning" and finding.code == code]
    assert len(warnings) == 1
    assert all(text in warnings[0].message for text in (*names, *days))
    assert report.added == len(rows)
    again = org.record("starts", person="Zed", post="Cook", organization="Acme", effective="2024-01-01")
    assert code not in {finding.code for finding in again.findings} or code == "conflict"


def test_an_address_is_an_engine_elsewhere() -> None:
    with pytest.raises(StoreError, match=r"http://127.0.0.1:9/sparql: the engine cannot be reached"):
        orggraph.open("http://127.0.0.1:9/sparql")


def test_select_is_exact_and_names_unknown_sources(org: OrgGraph) -> None:
    alone = org.select(sources=["https://knowtechie.com/anthropic-hires-stripe-cto/"])
    assert [row.since for row in alone.as_of("2025-10-03").holders("CTO")] == ["../2025-10-03"]
    assert [row.name for row in org.select(stated_by="2025-10-02").as_of("2025-10-03").holders("CTO")] == [
        "Rahul Patil"
    ]
    with pytest.raises(UnknownName, match="other coverage"):
        org.select(sources=["other coverge of the announcement on 2025-10-02"])


def test_an_order_of_trust_decides_which_source_counts() -> None:
    org = OrgGraph()
    org.load([
        {**starts("Ada", "CTO", "2024-01-01"), "source": "register", "stated": "2024-02-01"},
        {**starts("Ada", "CTO", "2024-03-01"), "source": "news", "stated": "2024-04-01"},
    ])  # fmt: skip
    since = {
        trust: [row.since for row in org.select(trust=trust).as_of("2024-06-01").holders("CTO")]
        for trust in [(), ("register",), ("news", "register"), ("register", "news")]
    }
    assert since == {
        (): ["2024-03-01"], ("register",): ["2024-01-01"], ("news", "register"): ["2024-03-01"],
        ("register", "news"): ["2024-01-01"],
    }  # fmt: skip
    assert org.select(trust=["register"]).as_of("2024-06-01").holders("CTO")[0].notes == ("conflict",)
    with pytest.raises(UnknownName, match="rumour"):
        org.select(trust=["rumour"])


def test_a_history_that_does_not_fit_into_memory_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    org = OrgGraph()
    org.load(ROWS)
    monkeypatch.setattr(graph, "HISTORY", 10)
    for timeout in (None, 5.0):
        with pytest.raises(UnsupportedError, match="is for at most 10 facts, and here are"):
            org.query("SELECT ?a { ?a org:member ?b }", timeout=timeout)
    assert org.as_of("2024-03-01").query("ASK { ?a org:reportsTo ?b }").answer
