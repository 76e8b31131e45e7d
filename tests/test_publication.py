"""What a publication writes: the graphs of a day say what its snapshot says, and a difference leads exactly there."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from company import NAME as BRIGHTWATER
from company import ROWS, company, row, starts

import orggraph
from orggraph import OrgGraph
from orggraph.facts import NAME, TYPE
from orggraph.ledger import Ledger
from orggraph.period import iso
from orggraph.publication import Layout, Marker, plan
from orggraph.publication.days import RDFS_LABEL, Dated, dated_triples
from orggraph.publication.layout import Revision
from orggraph.publication.plan import Quad, last_revision
from orggraph.rdf.texts import fact_text, read_fact
from orggraph.snapshot import POSSIBLE
from orggraph.timetree import graphs_on
from orggraph.vocabulary import Literal

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "anthropic.csv"


def by_hand() -> OrgGraph:
    """Give what makes days hard: a name, a type and an attribute of who comes and goes, and a label that changes."""
    org = OrgGraph()
    org.load([
        starts("Ada", "CTO", "2020-01-01", until="2020-03-01"),
        starts("Ada", "CTO", "2020-06-01/2020-07-01", until="2021-01-01"),
        row("renamed", "2020-06-15", person="Ada", into="Ada Byron"),
        row("states", "2020-02-01", person="Ada", property="urn:x:site", value="urn:x:rome"),
        starts("Bob", "CFO", "2020-03", until="2020-03", organization="Other"),
    ])  # fmt: skip
    return org


COMPANIES = [
    pytest.param(company, id="the fixture company"),
    pytest.param(lambda: orggraph.open(data=[SAMPLE]), id="the sample"),
    pytest.param(by_hand, id="by hand"),
]


def around_changes(org: OrgGraph) -> list[int]:
    """List every change day with the day before, and two far away."""
    return sorted({1, 3_000_000, *(day + step for day in org.timeline.change_days() for step in (-1, 0))})


def quads_of(ledger: Ledger) -> set[Quad]:
    return set(plan(ledger).additions())


@pytest.mark.parametrize("make", COMPANIES)
def test_the_graphs_of_a_day_say_what_its_snapshot_says(make: Callable[[], OrgGraph]) -> None:
    org = make()
    quads = quads_of(org.ledger)
    for day in around_changes(org):
        certain, both = set(graphs_on(day)), set(graphs_on(day, possible=True))
        labelled = org.as_of(day).snapshot.triples()
        plain = {quad[:3] for quad in quads if quad[3] in certain and quad[1] != RDFS_LABEL}
        assert plain == {triple for triple, label in labelled.items() if label != POSSIBLE}, iso(day)
        assert {quad[:3] for quad in quads if quad[3] in both and quad[1] != RDFS_LABEL} == labelled.keys(), iso(day)


@pytest.mark.parametrize("make", COMPANIES)
@pytest.mark.parametrize("possible", [False, True])
def test_the_labels_of_a_day_are_those_of_its_store(make: Callable[[], OrgGraph], possible: bool) -> None:
    org = make()
    quads = quads_of(org.ledger)
    for day in around_changes(org):
        graphs = set(graphs_on(day, possible=possible))
        found = org.as_of(day).query("SELECT ?s ?label { ?s rdfs:label ?label }", possible=possible).rows
        labels = {(quad[0], quad[2]) for quad in quads if quad[3] in graphs and quad[1] == RDFS_LABEL}
        assert labels == set(found), iso(day)


@pytest.mark.parametrize("make", COMPANIES)
def test_no_triple_is_in_two_graphs_of_a_day(make: Callable[[], OrgGraph]) -> None:
    org = make()
    quads = list(plan(org.ledger).additions())
    assert len(quads) == len(set(quads))
    for day in org.timeline.change_days():
        graphs = set(graphs_on(day, possible=True))
        seen = [quad[:3] for quad in quads if quad[3] in graphs]
        assert len(seen) == len(set(seen))


def test_what_can_be_picked_is_the_part_of_the_whole() -> None:
    ledger = company().ledger
    named = [fact for fact in ledger.facts if fact.kind in (NAME, TYPE)]
    whole = sorted(dated_triples(ledger.facts, named), key=str)
    some = {fact.subject for fact in ledger.facts[::7]}
    assert sorted(dated_triples(ledger.facts, named, about=some), key=str) == [
        Dated(*dated) for dated in whole if dated.triple[0] in some
    ]


def test_what_holds_on_no_day_is_nowhere() -> None:
    org = OrgGraph()
    org.load([starts("Ada", "CTO", "2020-01-01", until="2020-01-01")])
    assert not [quad for quad in quads_of(org.ledger) if ":certain:" in quad[3] and quad[1].endswith("memberOf")]


# ---- from one revision to the next

STEPS: list[list[dict[str, str]]] = [
    ROWS[:10],
    ROWS[10:],
    [row("renamed", "2024-03-15", unit="Platform", into="Foundations")],
    [row("renamed", "2024-03-15", post="Engineer, Web", unit="Engineering", into="Engineer, Site")],
    [row("states", "2024-01-01", person="Kim Kane", property="urn:x:site", value="urn:x:rome")],
    [row("ends", "2024-08-10", person="Dan Dale", post="Product Lead", unit="Engineering")],
    [row("abolished", "2025-06-01", unit="Finance")],
]


def stepped() -> OrgGraph:
    org = OrgGraph()
    for rows in STEPS:
        org.load(rows)
    org.unload(org.ledger.loads[3].id)
    org.load(STEPS[3])
    return org


def test_differences_lead_from_nothing_to_the_last_revision() -> None:
    ledger = stepped().ledger
    there: set[Quad] = set()
    before = None
    for load in ledger.loads:
        made = plan(ledger, since=before, until=Revision(load.id, load.recorded))
        removed, added = set(made.removals()), set(made.additions())
        assert removed <= there
        assert {quad[3] for quad in added & there} <= {Layout().history, Layout().lookup}  # sources, names: said again
        assert (made.removed, made.added) == (len(removed), len(added))
        there = (there - removed) | added
        before = made.after
        assert there == set(plan(ledger, until=made.after).additions()), load.label
    assert before == last_revision(ledger)
    assert there == quads_of(ledger)


def test_one_role_change_touches_only_the_graphs_of_its_days() -> None:
    org = company()
    before = last_revision(org.ledger)
    org.load([starts("Nia Nash", "Analyst", "2026-02-01", unit="Finance", until="2026-03-01")])
    made = plan(org.ledger, since=before)
    february = {graph for day in range(739648, 739676) for graph in graphs_on(day)}
    written = {quad[3] for quad in made.additions()}
    trees = {graph for graph in written if ":graph:" not in graph}
    assert iso(739648) == "2026-02-01"
    assert made.plain == len({quad[:3] for quad in made.additions() if ":graph:" not in quad[3]})
    assert trees & february and 0 < made.added < plan(org.ledger).added / 5
    assert not {graph for graph in trees if graph.startswith("urn:orggraph:certain:0:") and graph not in february}


def test_nothing_new_is_nothing_to_write() -> None:
    ledger = company().ledger
    made = plan(ledger, since=last_revision(ledger))
    assert (made.added, made.removed) == (0, 0)


def test_an_earlier_revision_is_what_was_published_then() -> None:
    org = OrgGraph()
    org.load(STEPS[0])
    then, revision = quads_of(org.ledger), last_revision(org.ledger)
    org.load(STEPS[1])
    assert set(plan(org.ledger, until=revision).additions()) == then


# ---- what is kept back, and what is read again


def test_no_path_of_the_machine_is_published(tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text("kind,person,post,organization,effective\nstarts,Ada,CTO,Acme,2020-01-01\n", "utf-8")
    org = orggraph.open(data=[file])
    assert str(tmp_path) in repr(org.ledger.entries)
    assert not [quad for quad in quads_of(org.ledger) if str(tmp_path) in str(quad)]


def test_a_fact_is_read_back_as_it_was_written() -> None:
    ledger = stepped().ledger
    sources = {entry.change.id: entry.change.source for entry in ledger.entries}
    for fact in ledger.facts:
        told = read_fact(fact_text(fact, sources))
        assert told.fact == fact and told.fact.id == fact.id
        assert told.sources == {change: sources[change] for change in fact.changes}


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"kind": "line"}', "no JSON"])
def test_what_is_no_fact_is_refused(text: str) -> None:
    with pytest.raises(orggraph.OrgGraphError, match="not the text of a fact"):
        read_fact(text)


def test_a_marker_of_another_format_is_refused() -> None:
    text = Marker("urn:x:", None).text().replace('"format": 1', '"format": 9')
    with pytest.raises(orggraph.OrgGraphError, match="format 9, this orggraph reads format 1"):
        Marker.read(text)
    with pytest.raises(orggraph.OrgGraphError, match="not the marker"):
        Marker.read("hello")


def test_graphs_of_others_are_not_ours() -> None:
    ours = {quad[3] for quad in plan(company().ledger).additions()}
    assert all(graph.startswith(Layout().prefixes) for graph in ours)
    others = [*ours, "urn:x:certainly", "http://example.org/certain:0:1"]
    assert not any(graph.startswith(Layout("urn:x:").prefixes) for graph in others)


def test_the_plan_counts_what_it_writes() -> None:
    ledger = company().ledger
    made = plan(ledger)
    trees = [quad for quad in made.additions() if ":graph:" not in quad[3]]
    assert made.plain == len({quad[:3] for quad in trees})
    assert made.added == len(list(made.additions()))
    assert list(made.removals()) == []
    graphs = [quad[3] for quad in made.additions()]
    assert all(isinstance(quad[2], str | Literal) for quad in made.additions())
    assert any(a != b for a, b in pairwise(graphs))
    assert BRIGHTWATER in {term.value for _, _, term, _ in made.additions() if isinstance(term, Literal)}
