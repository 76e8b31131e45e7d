"""The compact form of a store: nothing is lost, and a tenure takes few triples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from company import ROWS
from hypothesis import given, settings
from hypothesis import strategies as st

import orggraph
from orggraph.changes import RoleChange
from orggraph.errors import StoreError
from orggraph.facts import LINE, MEMBERSHIP, NAME, TYPE, Fact
from orggraph.ledger import Entry
from orggraph.period import OPEN_EARLY, Moment
from orggraph.rdf import change_record_triples, compact_triples, fact_iri, facts_of_store, source_triples
from orggraph.rdf.terms import Triple
from orggraph.replay import replay
from orggraph.vocabulary import ORG, ORGG, RDF_TYPE, XSD, Literal

BASE = "https://acme.example/id/"
ROW = {"kind": "starts", "person": "Ada", "person_id": "1", "role": "Analyst", "organization": "Acme",
       "effective": "2020-01-01", "until": "2021-01-01", "reports_to": "Grace", "reports_to_id": "2",
       "source": "the register"}  # fmt: skip


def parsed(rows: Iterable[dict[str, str]]) -> list[RoleChange]:
    return [RoleChange.parse(row) for row in rows]


def kept(changes: list[RoleChange], *, recorded: int = 7) -> tuple[list[Fact], list[Triple]]:
    """Give the facts of role changes, and all triples with which a store keeps them."""
    facts = [replace(fact, recorded=recorded) for fact in replay(changes, base=BASE).facts]
    sources = {change.id: change.source for change in changes}
    triples = [t for source in sorted(set(sources.values()) - {""}) for t in source_triples(source, base=BASE)]
    for change in changes:
        triples += change_record_triples(Entry(change=change, recorded=recorded, load="l"), base=BASE)
    return facts, [*triples, *compact_triples(facts, sources, base=BASE)]


def same(found: list[Fact], facts: list[Fact]) -> bool:
    return sorted(found, key=lambda fact: fact.id) == sorted(facts, key=lambda fact: fact.id)


def test_the_company_comes_back_whole() -> None:
    facts, triples = kept(parsed(ROWS))
    assert same(facts_of_store(triples), facts)
    assert same(facts_of_store([*reversed(triples), *triples]), facts)


@settings(max_examples=60, deadline=None)
@given(
    effective=st.sampled_from(["2020-01-01", "2020-01", "../2020-01-01", "2020-01-01/..", "2019~"]),
    until=st.sampled_from(["", "..", "unknown", "2021-01-01", "2021", "2021-01-01/.."]),
    other=st.sampled_from([{}, {"post": "CTO"}, {"line": "dotted"}, {"reports_to": "", "reports_to_id": ""},
                           {"stated": "2020-06-01"}, {"source": ""}, {"role": "", "unit": "Team"}]),
    again=st.booleans(),
)  # fmt: skip
def test_every_kind_of_tenure_comes_back_whole(effective: str, until: str, other: dict[str, str], again: bool) -> None:
    rows = [{**ROW, "effective": effective, "until": until, **other}]
    if again:  # another source tells of the same stretch
        rows.append({**rows[0], "source": "a newspaper", "effective": "2020"})
    facts, triples = kept(parsed(rows))
    assert same(facts_of_store(triples), facts)


def test_a_tenure_takes_12_triples_with_its_line_and_role_change_and_13_with_a_post() -> None:
    facts, triples = kept(parsed([ROW]))
    tenure = next(fact for fact in facts if fact.kind == MEMBERSHIP)
    nodes = {fact_iri(tenure, base=BASE), f"{BASE}change:{tenure.changes[0]}"}
    assert sum(subject in nodes for subject, _, _ in triples) == 12
    in_post, triples = kept(parsed([{**ROW, "post": "CTO"}]))
    held = next(fact for fact in in_post if fact.kind == MEMBERSHIP)
    nodes = {fact_iri(held, base=BASE), f"{BASE}change:{held.changes[0]}"}
    assert sum(subject in nodes for subject, _, _ in triples) == 13


def test_an_entity_with_a_name_takes_4_triples() -> None:
    facts, triples = kept(parsed([ROW]))
    ada = next(fact for fact in facts if fact.kind == TYPE and fact.object == "http://xmlns.com/foaf/0.1/Person")
    assert sum(subject == fact_iri(ada, base=BASE) for subject, _, _ in triples) == 4


def test_a_membership_is_still_one_in_the_words_of_w3c_org() -> None:
    facts, triples = kept(parsed([ROW]))
    tenure = next(fact for fact in facts if fact.kind == MEMBERSHIP)
    node = fact_iri(tenure, base=BASE)
    assert {(node, RDF_TYPE, ORG + "Membership"), (node, ORG + "member", tenure.subject)} <= set(triples)
    assert (node, ORGG + "start", Literal("2020-01-01", XSD + "date")) in triples


@pytest.mark.parametrize("kind", [MEMBERSHIP, LINE, TYPE, NAME])
def test_facts_that_share_a_node_are_superseded_apart(kind: str) -> None:
    facts, triples = kept(parsed([ROW]))
    gone = next(fact for fact in facts if fact.kind == kind)
    time = Literal("1970-01-01T00:00:00.000009Z", XSD + "dateTime")
    found = facts_of_store([*triples, (fact_iri(gone, base=BASE), ORGG + "superseded", time)])
    assert same(found, [replace(fact, superseded=9) if fact == gone else fact for fact in facts])


def test_a_fact_that_rests_on_an_earlier_load_says_where_its_dates_come_from() -> None:
    """A small load may write a fact anew whose role changes, and so their sources, it does not load."""
    facts, triples = kept(parsed([ROW]))
    told = [triple for triple in triples if "fact:" not in triple[0]] + list(compact_triples(facts, {}, base=BASE))
    assert same(facts_of_store(told), facts)
    silent = [replace(f, start=replace(f.start, earliest_from="", latest_from=""), end=Moment.parse("2022-01-01"))
              for f in facts if f.kind == MEMBERSHIP]  # fmt: skip
    told = [triple for triple in triples if "fact:" not in triple[0]] + list(compact_triples(silent, {}, base=BASE))
    assert same(facts_of_store(told), silent)


@pytest.mark.parametrize("changed", [{"confirmed": OPEN_EARLY}, {"flags": ("conflict",)}, {"premises": ("urn:t:9",)}])
def test_what_does_not_follow_is_written(changed: dict[str, object]) -> None:
    facts, triples = kept(parsed([ROW]))
    odd = [replace(fact, **changed) if fact.kind in (MEMBERSHIP, LINE) else fact for fact in facts]  # type: ignore[arg-type]  # names of fields
    sources = {change: "the register" for fact in facts for change in fact.changes}
    told = [triple for triple in triples if "fact:" not in triple[0]]
    assert same(facts_of_store([*told, *compact_triples(odd, sources, base=BASE)]), odd)


@pytest.mark.parametrize("lost", [ORG + "member", ORGG + "recorded", ORGG + "class"])
def test_an_incomplete_node_is_named(lost: str) -> None:
    _, triples = kept(parsed([ROW]))
    with pytest.raises(StoreError, match="is no complete fact"):
        facts_of_store([triple for triple in triples if triple[1] != lost])


def test_a_store_on_disk_gives_back_what_it_was_given(tmp_path: Path) -> None:
    stored = orggraph.open(tmp_path / "store")
    stored.load(ROWS)
    given = list(stored.timeline.facts)
    assert same(orggraph.open(tmp_path / "store").ledger.facts, given)
