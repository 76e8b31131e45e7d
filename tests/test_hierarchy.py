"""Tests of the shape of a day: layers, spans and headcounts, on a company that can be drawn by hand."""

from __future__ import annotations

import json

import pytest

from orggraph.graph import OrgGraph
from orggraph.hierarchy import headcount, layers, spans, stats, to_networkx
from orggraph.snapshot import Snapshot

# Ann ── Ben ── Dan, Eve (Eve dotted to Cid)
#     └─ Cid ── Fay
STAFF = [
    ("Ann", "CEO", "", "", ""),
    ("Ben", "CTO", "", "Ann", ""),
    ("Cid", "CFO", "", "Ann", ""),
    ("Dan", "Engineer", "Labs", "Ben", ""),
    ("Eve", "Controller", "Labs", "Ben", "Cid"),
    ("Fay", "Clerk", "Books", "Cid", ""),
]


def company(*more: dict[str, str]) -> Snapshot:
    rows = []
    for person, post, unit, manager, dotted in STAFF:
        row = {"person": person, "effective": "2020-01-01", "source": "test"}
        rows.append({"kind": "starts", "post": post, "unit": unit, "organization": "Acme", "until": "..",
                     "reports_to": manager, **row})  # fmt: skip
        if dotted:
            rows.append({"kind": "reports", "reports_to": dotted, "line": "dotted", "until": "..", **row})
    org = OrgGraph()
    org.load([*rows, *({"source": "test", "organization": "Acme", **row} for row in more)])
    return org.as_of("2020-06-01").snapshot


def named(snapshot: Snapshot, by_iri: dict[str, int]) -> dict[str, int]:
    return {snapshot.name(iri): number for iri, number in by_iri.items() if snapshot.kind(iri) == "person"}


def test_the_graph_has_everybody_and_every_line_with_what_is_known_of_them() -> None:
    snapshot = company()
    graph = to_networkx(snapshot)
    names = {iri: attributes["name"] for iri, attributes in graph.nodes(data=True)}
    lines = {(names[a], names[b]): d["line"] for a, b, d in graph.edges(data=True)}
    assert lines == {
        ("Ben", "Ann"): "direct", ("Cid", "Ann"): "direct", ("Dan", "Ben"): "direct", ("Eve", "Ben"): "direct",
        ("Eve", "Cid"): "dotted", ("Fay", "Cid"): "direct",
    }  # fmt: skip
    dan = next(attributes for attributes in graph.nodes.values() if attributes["name"] == "Dan")
    assert dan == {"name": "Dan", "kind": "person", "post": "Engineer", "unit": "Labs", "organization": "Acme",
                   "certainty": "presumed", "vacant": False, "absence": ""}  # fmt: skip
    assert list(graph) == sorted(graph)


def test_layers_and_spans_follow_solid_lines_only() -> None:
    snapshot = company()
    graph = to_networkx(snapshot)
    assert named(snapshot, layers(graph)) == {"Ann": 1, "Ben": 2, "Cid": 2, "Dan": 3, "Eve": 3, "Fay": 3}
    assert named(snapshot, spans(graph)) == {"Ann": 2, "Ben": 2, "Cid": 1}


def test_a_cycle_shares_a_layer_and_nobody_vanishes() -> None:
    snapshot = company({"kind": "reports", "person": "Ann", "reports_to": "Fay", "effective": "2020-01-01",
                        "until": ".."})  # fmt: skip
    assert named(snapshot, layers(to_networkx(snapshot))) == {
        "Ann": 1, "Cid": 1, "Fay": 1, "Ben": 2, "Dan": 3, "Eve": 3,
    }  # fmt: skip


def test_lines_between_posts_are_not_counted_beside_those_of_their_holders() -> None:
    snapshot = company(
        {"kind": "starts", "person": "Gus", "post": "Nurse", "effective": "2020-01-01", "until": ".."},
        {"kind": "reports", "post": "Nurse", "reports_to_post": "CEO", "effective": "2020-01-01"},
        {"kind": "created", "post": "Cook", "effective": "2020-01-01"},
        {"kind": "reports", "post": "Cook", "reports_to_post": "CEO", "effective": "2020-01-01"},
    )
    graph = to_networkx(snapshot)
    assert named(snapshot, spans(graph))["Ann"] == 4, "Ben, Cid, Gus and the post that would report to her"
    names = {snapshot.name(iri): iri for iri in graph}
    assert graph.edges[names["Cook"], names["Ann"]] == {"line": "direct", "certainty": "presumed", "derived": True}
    assert (names["Nurse"], names["Ann"]) not in graph.edges
    assert stats(snapshot)["vacant_posts"] == 1


def test_headcount_counts_each_person_once_up_to_the_organization() -> None:
    rows = headcount(company({"kind": "starts", "person": "Dan", "post": "Clerk of works", "effective": "2020-01-01",
                              "unit": "Books"}))  # fmt: skip
    assert [(row.name, row.own, row.total) for row in rows] == [("Acme", 3, 6), ("Books", 2, 2), ("Labs", 2, 2)]


def test_stats_are_ready_for_json() -> None:
    shape = json.loads(json.dumps(stats(company())))
    assert shape["people"] == 6
    assert shape["layers"] == {"1": 1, "2": 2, "3": 3}
    assert shape["span"] == {"managers": 3, "median": 2, "mean": pytest.approx(1.67), "p90": 2, "max": 2}
    assert (shape["tops"], shape["several_managers"]) == (["Ann"], [])


def test_an_empty_day_has_a_shape_too() -> None:
    org = OrgGraph()
    shape = stats(org.as_of("2020-06-01").snapshot)
    assert (shape["people"], shape["layers"], shape["headcount"]) == (0, {}, [])
