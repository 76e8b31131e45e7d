"""All of time as SPARQL sees it: the same triples from a store on disk as from memory, however they are asked for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from company import ROWS

from orggraph import OrgGraph
from orggraph import open as open_org
from orggraph.library import library, library_query
from orggraph.queries import HistoryStore, history_of, history_store

EVERYTHING = "SELECT ?s ?p ?o { ?s ?p ?o }"
RECORDED = "SELECT ?change ?json { ?change orgg:json ?json }"


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[], OrgGraph]:
    """Keep the company, with one load that was taken back; give a function that opens the store anew."""
    org = open_org(tmp_path / "kept.orggraph")
    org.load(ROWS)
    wrong = org.load([{"kind": "starts", "person": "Nobody", "organization": "Acme", "effective": "2020-01-01"}])
    org.unload(wrong.load.id)
    return lambda: open_org(tmp_path / "kept.orggraph")


def test_a_store_on_disk_says_the_same_as_its_ledger(kept: Callable[[], OrgGraph]) -> None:
    found = kept().query(EVERYTHING).rows
    assert found == history_store(kept().ledger).query(EVERYTHING).rows
    assert len(found) > 500


def test_what_was_taken_back_says_so(kept: Callable[[], OrgGraph]) -> None:
    texts = [str(json) for _, json in kept().query(RECORDED).rows]
    assert sum('"removed":null' not in text for text in texts) == 1
    assert len(texts) == len(kept().ledger.entries)


def test_a_process_says_the_same(kept: Callable[[], OrgGraph]) -> None:
    org = kept()
    assert org.query(EVERYTHING, timeout=60).rows == org.query(EVERYTHING).rows


@pytest.mark.parametrize("name", [name for name, query in library().items() if query.over == "history"])
def test_a_query_that_is_asked_first_has_the_answer_of_one_asked_last(name: str) -> None:
    org = OrgGraph()
    org.load(ROWS)
    text = library_query(name).text
    full = history_store(org.ledger)
    full.query(EVERYTHING)
    alone = HistoryStore(history_of(org.ledger))
    assert alone.lacks(text)
    answer = alone.query(text)
    assert answer == full.query(text)
    assert not alone.lacks(text)
    assert answer.explanation and full.query(text).explanation
    assert answer.explanation.triples < len(full.query(EVERYTHING).rows), "only what it can touch was put in"


def test_predicates_are_added_to_those_that_are_there() -> None:
    org = OrgGraph()
    org.load(ROWS)
    store = history_store(org.ledger)
    before = store.query("SELECT ?fact ?post { ?fact orgg:post ?post }").rows
    assert store.lacks("SELECT ?fact ?who { ?fact org:member ?who }")
    assert store.query("SELECT ?fact ?who { ?fact org:member ?who }").rows
    assert store.query("SELECT ?fact ?post { ?fact orgg:post ?post }").rows == before
    assert store.query(EVERYTHING) == history_store(org.ledger).query(EVERYTHING)
