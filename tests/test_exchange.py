"""Tests of the forms for other programs, read back by readers that are not ours where there are some."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import networkx
import pytest
from company import Row, company, graph, row, starts

from orggraph.errors import UnsupportedError
from orggraph.graph import OrgGraph

DAY = "2024-03-01"
NASTY = 'O\'Brien & "Söhne" <CTO> `;|\x1b[31m\u202e'
GEXF = "{http://gexf.net/1.3}"


def everyone(org: OrgGraph, on: str) -> list[tuple[str, str, str]]:
    """List who is in which post or place on a day."""
    return sorted((row.name, row.post, row.unit) for row in members(org, on))


def members(org: OrgGraph, on: str) -> list:  # type: ignore[type-arg]  # of answers
    people = {fact.subject for fact in org.as_of(on).snapshot.facts("membership")}
    return [row for person in sorted(people) for row in org.as_of(on).memberships(person)]


def test_a_roster_of_a_day_is_read_back_as_one(tmp_path: Path) -> None:
    org, again = company(), OrgGraph()
    path = tmp_path / "brightwater.csv"
    path.write_bytes(org.as_of(DAY).export("roster"))
    report = again.load(path)
    assert report.findings == ()
    assert everyone(again, DAY) == everyone(org, DAY)
    for name in ("Eli Egan", "Fay Finn", "Kim Kane"):
        assert {(m.iri, m.line) for m in again.as_of(DAY).managers(name)} == {
            (m.iri, m.line) for m in org.as_of(DAY).managers(name) if m.iri.startswith("urn:orggraph:person:")
        }
    assert again.load(path).added == 0


def test_a_roster_leaves_out_who_is_there_only_possibly() -> None:
    text = company().as_of("2024-09-15").export("roster").decode()
    assert "Hal Hope" not in text.replace("reports_to", "")
    assert "Mia Moss" not in text


def test_graphml_is_read_by_another_program() -> None:
    org = company()
    read = networkx.read_graphml(io.BytesIO(org.as_of(DAY).export("graphml")))
    made = org.as_of(DAY).to_networkx()
    assert set(read.edges) == set(made.edges)
    assert {iri: said["name"] for iri, said in read.nodes(data=True)} == {
        iri: said["name"] for iri, said in made.nodes(data=True)
    }
    fay, hal = org.find("Fay Finn"), org.find("Hal Hope")
    assert read.edges[fay, hal] == {"line": "dotted", "certainty": "certain", "derived": True}


def test_a_mermaid_chart_shows_holders_and_vacant_posts() -> None:
    text = company().as_of("2024-05-01").export("mermaid").decode()
    assert text.startswith("flowchart TD\n")
    number = dict(re.findall(r'(n\d+)\(?\["([^"]*)"', text))
    drawn = {label: key for key, label in number.items()}
    vacant, cleo = drawn["Chief Technology Officer<br/>vacant"], drawn["Cleo Cruz<br/>Platform Lead"]
    assert f"    {vacant} --> {cleo}\n" in text
    assert f"{drawn['Ada Abel<br/>Chief Executive']} --> {drawn['Hal Hope<br/>Chief Financial Officer']}" in text
    assert "-.->" in text


def spells(org: OrgGraph, person: str) -> list[tuple[str | None, str | None]]:
    root = ElementTree.fromstring(org.export("gexf"))
    node = next(node for node in root.iter(f"{GEXF}node") if node.get("label") == person)
    return [(spell.get("start"), spell.get("end")) for spell in node.iter(f"{GEXF}spell")]


@pytest.mark.parametrize(
    "tenure, expected",
    [
        ({"effective": "2024-01-01", "until": "2024-03-01"}, [("2024-01-01", "2024-02-29")]),
        ({"effective": "2024-01-01"}, [("2024-01-01", None)]),
        ({"effective": "2024-01", "until": "2024-03"}, [("2024-01-31", "2024-02-29")]),
        ({"effective": "2024-01", "until": "2024-01"}, [("2024-01-01", "2024-01-30")]),
        ({"effective": "../2024-01-01", "until": "2024-03-01"}, [("2024-01-01", "2024-02-29")]),
    ],
    ids=["days", "ongoing", "certain days", "only possible", "unknown start"],
)
def test_spells_are_the_first_day_and_the_last(tenure: Row, expected: list[tuple[str, str]]) -> None:
    assert spells(graph(row("starts", person="Ada", post="CTO", **tenure)), "Ada") == expected


def test_gexf_tells_what_is_related_and_how() -> None:
    root = ElementTree.fromstring(company().export("gexf"))
    kinds = {edge.get("kind") for edge in root.iter(f"{GEXF}edge")}
    assert kinds == {"member of", "reports to", "reports dotted to", "part of"}
    ids = {node.get("id") for node in root.iter(f"{GEXF}node")}
    assert all(edge.get(end) in ids for edge in root.iter(f"{GEXF}edge") for end in ("source", "target"))


def read_gexf(org: OrgGraph) -> networkx.MultiDiGraph:
    return networkx.read_gexf(io.BytesIO(org.export("gexf")))


def held(spells: list[tuple[str, str]], on: str) -> bool:
    """Tell whether a day lies in a spell, both bounds of which belong to it; the library reads no bound as "None"."""
    return any((start in ("", "None") or start <= on) and (end in ("", "None") or on <= end) for start, end in spells)


@pytest.mark.parametrize("on", ["2024-02-29", "2024-03-31", "2024-04-01", "2024-06-01", "2024-12-31"])
def test_another_program_plays_the_lines_and_members_of_a_day(on: str) -> None:
    org = company()
    read, snapshot = read_gexf(org), org.as_of(on).snapshot
    facts = [f for f in snapshot.facts() if f.kind in ("membership", "line", "place") and isinstance(f.object, str)]
    expected = {(f.subject, f.object, f.kind) for f in facts if snapshot.certainty(f) != "possible"}
    kinds = {"member of": "membership", "part of": "place"}
    shown = {(a, b, kinds.get(said["relation"], "line")) for a, b, said in read.edges(data=True)
             if said["certainty"] == "certain" and held(said["spells"], on)}  # fmt: skip
    assert shown == expected
    people = {f.subject for f in facts if f.kind == "membership" and snapshot.certainty(f) != "possible"}
    assert {node for node, said in read.nodes(data=True)
            if said["kind"] == "person" and held(said["spells"], on)} == people  # fmt: skip


def test_nodes_and_edges_have_start_and_end_in_order_and_apart() -> None:
    org = company(starts("Kim Kane", "Cashier", "2023-06-01", unit="Finance", until="2023-09-01"))
    root = ElementTree.fromstring(org.export("gexf"))
    graph = root.find(f"{GEXF}graph")
    assert graph is not None
    assert (graph.get("mode"), graph.get("timeformat"), graph.get("timerepresentation")) == (
        "dynamic", "date", "interval"
    )  # fmt: skip
    for thing in [*root.iter(f"{GEXF}node"), *root.iter(f"{GEXF}edge")]:
        told = [(spell.get("start") or "0000", spell.get("end") or "9999") for spell in thing.iter(f"{GEXF}spell")]
        assert all(first <= last for first, last in told)
        assert all(before[1] < after[0] for before, after in pairwise(told))
    kim = next(node for node in root.iter(f"{GEXF}node") if node.get("label") == "Kim Kane")
    assert [spell.attrib for spell in kim.iter(f"{GEXF}spell")] == [{"start": "2023-01-01"}], "two tenures at once"
    post = next(node for node in root.iter(f"{GEXF}node") if node.get("label") == "Platform")
    assert [spell.attrib for spell in post.iter(f"{GEXF}spell")] == [{"start": "2020-01-01"}]


def test_popolo_has_everything_that_it_refers_to() -> None:
    document = json.loads(company().export("popolo"))
    ids = {name: {thing["id"] for thing in things} for name, things in document.items()}
    for membership in document["memberships"]:
        assert membership["person_id"] in ids["persons"]
        assert membership["organization_id"] in ids["organizations"]
        assert membership.get("post_id", "") in ids["posts"] | {""}
    for thing in [*document["organizations"], *document["posts"]]:
        assert thing.get("parent_id", thing.get("organization_id", "")) in ids["organizations"] | {""}
    ben = next(m for m in document["memberships"] if m.get("end_date") == "2024-03-31")
    assert (ben["role"], ben["start_date"]) == ("Chief Technology Officer", "2020-01-01")
    hal = next(m for m in document["memberships"] if "end_bounds" in m and "start_date" in m)
    assert hal["end_bounds"] == "2024-09-01/2024-09-30"
    assert hal["sources"] == [{"note": "the register"}]


@pytest.mark.parametrize(
    "parse, format",
    [(ElementTree.fromstring, "graphml"), (ElementTree.fromstring, "gexf"), (json.loads, "popolo")],
)
def test_no_name_breaks_a_form(parse: Callable[[bytes], object], format: str) -> None:
    org = graph(starts(NASTY, f"post of {NASTY}", "2024-01-01", reports_to="Bo"))
    data = org.export(format) if format in ("gexf", "popolo") else org.as_of(DAY).export(format)
    assert parse(data) is not None
    assert b"\x1b" not in data


def test_no_name_is_markup_in_a_chart() -> None:
    org = graph(starts(NASTY, "CTO", "2024-01-01", reports_to="Bo"))
    label = next(line for line in org.as_of(DAY).export("mermaid").decode().splitlines() if "Brien" in line)
    assert label.strip() == (
        "n2[\"O'Brien #38; #34;Söhne#34; #60;CTO#62; #96;#59;#124; #91;31m <br/>CTO\"]"
    )  # fmt: skip


@pytest.mark.parametrize("format", ["gexf", "popolo"])
def test_the_same_organization_gives_the_same_bytes(format: str) -> None:
    other = OrgGraph()
    other.load(list(reversed([entry.change for entry in company().ledger.entries])))
    assert other.export(format) == company().export(format)


def test_other_forms_are_refused_by_name() -> None:
    with pytest.raises(UnsupportedError, match="'visio' is not a form of a day"):
        company().as_of(DAY).export("visio")


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nq", ".nt", ".jsonld", ".csv", ".jsonl"])
def test_what_is_exported_whole_is_loaded_back_whole(tmp_path: Path, suffix: str) -> None:
    from click.testing import CliRunner

    from orggraph.cli import main

    org = company()
    source, path = tmp_path / "given.jsonl", tmp_path / f"all{suffix}"
    source.write_text("".join(json.dumps(entry.change.fields()) + "\n" for entry in org.ledger.entries), "utf-8")
    done = CliRunner().invoke(main, ["--data", str(source), "export", "-o", str(path)], catch_exceptions=False)
    assert done.exit_code == 0
    again = OrgGraph()
    again.load(path)
    assert {fact.content for fact in again.ledger.believed()} == {fact.content for fact in org.ledger.believed()}
