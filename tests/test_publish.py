"""Publishing on real engines: what is said first, what is written later, and what if it ends in the middle."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from company import ROWS, company, row, starts

import orggraph
from orggraph import OrgGraph
from orggraph.cli import main
from orggraph.errors import StoreError
from orggraph.facts import PERSON_NAME
from orggraph.publication import clear, plan, prepare, publish, read_marker
from orggraph.publication import writing as writing_module
from orggraph.publication.layout import MARKER, MARKER_GRAPH
from orggraph.publication.plan import Quad, last_revision
from orggraph.remote import RemoteOrg
from orggraph.store.remote import Engine
from orggraph.vocabulary import XSD, Literal

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "anthropic.csv"
LATER = [
    starts("Nia Nash", "Analyst", "2024-05-06", unit="Finance"),
    row("renamed", "2024-05-01", unit="Finance", into="Treasury"),
]


class Interrupted(Exception):
    """End a publication in the middle."""


def emptied(url: str) -> Engine:
    engine = Engine(url)
    clear(engine)
    return engine


def held(engine: Engine) -> set[Quad]:
    """Read everything that a publication has on an engine, but the marker."""
    quads: set[Quad] = set()
    where = 'GRAPH ?g { ?s ?p ?o } FILTER (STRSTARTS(STR(?g), "urn:orggraph:"))'
    while True:
        inner = f"SELECT ?s ?p ?o ?g {{ {where} }} ORDER BY ?g ?s ?p ?o"
        rows = engine.select(f"SELECT ?s ?p ?o ?g {{ {inner} }} LIMIT 500 OFFSET {len(quads)}").rows
        quads |= {(str(s), str(p), o, str(g)) for s, p, o, g in rows if o is not None}
        if len(rows) < 500:
            return {_lexical(quad) for quad in quads}


def _lexical(quad: Quad) -> Quad:
    """Leave out what engines write in their own way: times, numbers, booleans."""
    subject, predicate, term, graph = quad
    kept = (XSD + "string", XSD + "date")
    return (subject, predicate, "…" if isinstance(term, Literal) and term.datatype not in kept else term, graph)


def expected(org: OrgGraph) -> set[Quad]:
    return {_lexical(quad) for quad in plan(org.ledger).additions()}


def publish_all(org: OrgGraph, engine: Engine) -> tuple[int, int]:
    report = prepare(org.ledger, engine)
    publish(org.ledger, engine, report)
    return report.added, report.removed


def test_each_publication_leads_to_what_is_known(engine_url: str) -> None:
    engine = emptied(engine_url)
    org = company()
    first, _ = publish_all(org, engine)
    assert held(engine) == expected(org)
    org.load(LATER)
    added, removed = publish_all(org, engine)
    assert held(engine) == expected(org)
    assert 0 < added < first / 3 and removed < first / 3
    org.unload(org.ledger.loads[-1].id)
    publish_all(org, engine)
    assert held(engine) == expected(org)
    assert prepare(org.ledger, engine).plans == ()
    assert read_marker(engine) == (org.ledger.base, last_revision(org.ledger), None)


def test_clearing_leaves_what_is_not_ours(engine_url: str) -> None:
    engine = emptied(engine_url)
    publish_all(company(), engine)
    engine.update("INSERT DATA { GRAPH <urn:somebody:else> { <urn:a> <urn:b> <urn:c> } }")
    clear(engine)
    assert held(engine) == set()
    assert read_marker(engine) is None
    assert engine.ask("ASK { <urn:a> <urn:b> <urn:c> }", default=["urn:somebody:else"])
    engine.update("DROP SILENT GRAPH <urn:somebody:else>")


def interrupt(after: int) -> Callable[[int, int], None]:
    told = 0

    def stop(done: int, total: int) -> None:
        nonlocal told
        told += 1
        if told > after:
            raise Interrupted

    return stop


def test_what_was_interrupted_is_finished(engine_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In parts, as on an engine that is not atomic: readers are told, and the next publication finishes it."""
    monkeypatch.setattr(writing_module, "TOGETHER", 0)
    monkeypatch.setattr(writing_module, "BATCH", 100)
    engine = emptied(engine_url)
    org = company()
    with pytest.raises(Interrupted):
        publish(org.ledger, engine, prepare(org.ledger, engine), told=interrupt(3))
    marker = read_marker(engine)
    assert marker is not None and (marker.published, marker.writing) == (None, last_revision(org.ledger))
    assert held(engine) < expected(org)
    half = orggraph.open(engine_url)
    assert "its writing ended early" in half.warnings[0]
    org.load(LATER)  # meanwhile more was learned, and what was begun is no longer what is wanted
    org.unload(org.ledger.loads[-1].id)
    report = prepare(org.ledger, engine)
    assert len(report.plans) == 2 and not report.atomic
    publish(org.ledger, engine, report)
    assert held(engine) == expected(org)
    assert orggraph.open(engine_url).warnings == ()


def test_an_interrupted_replacement_begins_again(engine_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = emptied(engine_url)
    publish_all(company(), engine)
    sample = orggraph.open(data=[SAMPLE])
    report = prepare(sample.ledger, engine, replace=True)
    monkeypatch.setattr(writing_module, "TOGETHER", 0)
    monkeypatch.setattr(writing_module, "BATCH", 100)
    with pytest.raises(Interrupted):
        publish(sample.ledger, engine, report, replace=True, told=interrupt(0))
    publish_all(sample, engine)
    assert held(engine) == expected(sample)


def test_another_organization_is_not_overwritten(engine_url: str) -> None:
    engine = emptied(engine_url)
    publish_all(company(), engine)
    with pytest.raises(StoreError, match="holds another organization"):
        prepare(orggraph.open(data=[SAMPLE]).ledger, engine)
    earlier = company()
    earlier.ledger.loads.clear()
    with pytest.raises(StoreError, match="publish --replace removes"):
        prepare(earlier.ledger, engine)


def test_a_revision_is_one_update_where_the_engine_is_atomic(
    oxigraph_url: str, virtuoso_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []
    update = Engine.update

    def noted(engine: Engine, text: str) -> None:
        sent.append(text)
        update(engine, text)

    monkeypatch.setattr(Engine, "update", noted)
    org = company()
    for url, atomic in ((oxigraph_url, True), (virtuoso_url, False)):
        engine = emptied(url)
        report = prepare(org.ledger, engine)
        sent.clear()
        publish(org.ledger, engine, report)
        assert (report.atomic, len(sent) == 1) == (atomic, atomic)
        assert max(text.count(" .\n") for text in sent) <= (report.added if atomic else 150)


def test_two_markers_are_an_error(oxigraph_url: str) -> None:
    engine = emptied(oxigraph_url)
    markers = " , ".join(f"'{text}'" for text in ("a", "b"))
    engine.update(f"INSERT DATA {{ GRAPH <{MARKER_GRAPH}> {{ <{MARKER_GRAPH}> <{MARKER}> {markers} }} }}")
    with pytest.raises(StoreError, match="2 markers"):
        read_marker(engine)
    engine.update(f"DROP GRAPH <{MARKER_GRAPH}>")


def test_texts_that_must_be_escaped(engine_url: str) -> None:
    org = OrgGraph()
    names = ["O'Brien & Söhne <CTO>", 'Say "x"', "back\\slash", "new\nline", "東京 🗼", "} ; DROP ALL"]
    org.load([{"kind": "starts", "person": name, "post": name, "organization": "Acme", "effective": "2024-05-01",
               "source": name, "quote": name} for name in names])  # fmt: skip
    engine = emptied(engine_url)
    publish_all(org, engine)
    there = orggraph.open(engine_url)
    assert there.as_of("2024-06-01").members("Acme") == org.as_of("2024-06-01").members("Acme")
    found = there.as_of("2024-06-01").query("SELECT ?n { ?p foaf:name ?n }").rows
    assert {row[0] for row in found} == {fact.object for fact in org.ledger.facts if fact.predicate == PERSON_NAME}
    for name in names:
        assert there.history(there.find(name, kinds=("person",))) == org.history(org.find(name, kinds=("person",)))


# ---- on the command line

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ORGGRAPH_STORE", raising=False)
    return lambda *arguments: CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def lines(text: str, *patterns: str) -> Iterable[bool]:
    return (re.fullmatch(pattern, line) is not None for line, pattern in zip(text.splitlines(), patterns, strict=True))


def test_publish_says_first_what_it_writes(run: Run, engine_url: str) -> None:
    engine = emptied(engine_url)
    run("load", str(SAMPLE))
    would = run("publish", engine_url, "--dry-run")
    address = re.escape(engine.url)
    assert all(lines(would.stderr, rf"{address}: this would add [\d,]+ triples \(62 plain ones .*"))
    assert held(engine) == set() and read_marker(engine) is None
    done = run("publish", engine_url)
    parts = [] if engine.is_atomic else ["it is written in parts: .*"]
    assert all(lines(done.stderr, rf"{address}: this adds [\d,]+ triples .*", *parts, r"published as recorded by 2.*Z"))
    assert (done.exit_code, done.stdout) == (0, "")
    again = run("publish", engine_url)
    assert again.stderr == f"{engine.url}: nothing has changed since it was published\n"


def test_publish_then_ask_there(run: Run, engine_url: str) -> None:
    emptied(engine_url)
    run("load", str(SAMPLE))
    run("publish", engine_url)
    asked = ("reports", "Daniela Amodei", "--as-of", "2025-10-03", "--format", "json")
    assert run("--store", engine_url, *asked).stdout == run(*asked).stdout
    fields = {"person": "Zed", "post": "Cook", "organization": "Anthropic", "effective": "2025-10-01"}
    run("record", "starts", *(part for name, text in fields.items() for part in (f"--{name}", text)))
    more = run("publish", engine_url)
    assert re.search(r"this adds \d+ triples", more.stderr)
    assert "Zed" in run("--store", engine_url, "members", "Anthropic", "--as-of", "2025-10-03").stdout


def test_publish_refuses_and_replaces(run: Run, engine_url: str) -> None:
    engine = emptied(engine_url)
    publish_all(company(), engine)
    refused = run("--data", str(SAMPLE), "publish", engine_url)
    assert refused.exit_code == 1
    assert "holds another organization" in refused.stderr and "--replace" in refused.stderr
    assert run("--data", str(SAMPLE), "publish", engine_url, "--replace").exit_code == 0
    there = orggraph.open(engine_url)
    assert isinstance(there, RemoteOrg)
    assert [row.name for row in there.as_of("2025-10-03").holders("CTO")] == ["Rahul Patil"]
    with pytest.raises(orggraph.OrgGraphError, match="no entity is called"):
        there.find("Brightwater")


def test_publish_from_an_engine_is_refused(run: Run, oxigraph_url: str) -> None:
    engine = emptied(oxigraph_url)
    publish_all(company(*ROWS[:0]), engine)
    refused = run("--store", oxigraph_url, "publish", oxigraph_url)
    assert refused.exit_code == 1 and "not done on a remote engine" in refused.stderr
