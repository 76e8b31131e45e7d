"""Round trips of all real data: what is exported is read back as it was, in every format that promises so.

The whole of each data set goes through CSV and JSON lines. RDF takes minutes for that, so it gets some role changes of
every shape (kind and fields) that the data has; one is written and read without regard to the others.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from test_truth_steering import elected, spelled, versions

from orggraph.changes import RoleChange
from orggraph.graph import OrgGraph
from orggraph.places import sample_folder
from orggraph.sources import read
from orggraph.sources.rolechanges import write_csv, write_json_lines

EACH = 12
"""So many role changes of a shape go through RDF."""
TABLES = {"csv": write_csv, "jsonl": write_json_lines}
RDF = {"ttl": "turtle", "trig": "trig", "nq": "nquads", "nt": "ntriples", "jsonld": "jsonld"}


def _mapped(name: str, *parts: str) -> Callable[[OrgGraph, Path], object]:
    mapping = sample_folder() / "mappings" / f"{name}.toml"
    return lambda org, shared: org.load(shared.joinpath(*parts), mapping=mapping, stated="2026-08-01")


def _steering(org: OrgGraph, shared: Path) -> object:
    folder = shared / "python_steering"
    return org.load(elected(folder), [row for _, rows in versions(folder) for row in rows], spelled(folder))


DATA: dict[str, Callable[[OrgGraph, Path], object]] = {
    "ministers": lambda org, shared: org.load(shared / "ifg_ministers", keep_going=True),
    "kubernetes groups": _mapped("kubernetes-groups", "k8s_sigs", "group_intervals.csv"),
    "kubernetes leaders": _mapped("kubernetes-leadership", "k8s_sigs", "leadership_intervals.csv"),
    "sigs": lambda org, shared: org.load(*sorted((shared / "k8s_sigs" / "snapshots").glob("*.yaml"))[::4]),
    "organograms": lambda org, shared: org.load(*sorted((shared / "uk_organograms").glob("*-senior.csv"))),
    "organograms, junior": lambda org, shared: org.load(*sorted((shared / "uk_organograms").glob("[hn]*.csv"))),
    "wikidata japan": _mapped("wikidata-japan", "wikidata_ministers", "japan", "holders21.csv"),
    "wikidata justice": _mapped(
        "wikidata-japan-justice", "wikidata_ministers", "japan", "minister-justice-wikidata.csv"
    ),
    "wikidata korea": _mapped("wikidata-south-korea", "wikidata_ministers", "south_korea", "holders21.csv"),
    "steering": _steering,
}  # fmt: skip


@pytest.fixture(scope="module", params=DATA)
def whole(request: pytest.FixtureRequest, shared: Path) -> OrgGraph:
    org = OrgGraph()
    DATA[request.param](org, shared)
    return org


@pytest.fixture(scope="module")
def part(whole: OrgGraph) -> OrgGraph:
    """Give a graph of some role changes of every shape."""
    shapes: dict[tuple[str, ...], list[RoleChange]] = defaultdict(list)
    for entry in whole.ledger.standing():
        shapes[entry.change.kind, *entry.change.fields()].append(entry.change)
    org = OrgGraph()
    org.load([change for alike in shapes.values() for change in alike[:EACH]])
    return org


def identities(changes: Iterable[RoleChange]) -> set[str]:
    return {change.id for change in changes}


@pytest.mark.parametrize("suffix", TABLES)
def test_a_table_loses_nothing(whole: OrgGraph, suffix: str, tmp_path: Path) -> None:
    standing = [entry.change for entry in whole.ledger.standing()]
    with (tmp_path / f"out.{suffix}").open("w", encoding="utf-8", newline="") as stream:
        TABLES[suffix](standing, stream)
    reading = read(tmp_path / f"out.{suffix}")
    assert not reading.findings
    assert identities(reading.changes) == identities(standing)
    assert len(reading.changes) == len(standing) > 10


@pytest.mark.parametrize("suffix", [*RDF, *TABLES])
def test_what_is_loaded_back_is_the_same(part: OrgGraph, suffix: str, tmp_path: Path) -> None:
    file, standing = tmp_path / f"out.{suffix}", [entry.change for entry in part.ledger.standing()]
    if suffix in RDF:
        file.write_bytes(part.export(RDF[suffix]))
    else:
        text = io.StringIO(newline="")
        TABLES[suffix](standing, text)
        file.write_bytes(text.getvalue().encode())
    again = OrgGraph()
    again.load(file)
    assert identities(entry.change for entry in again.ledger.entries) == identities(standing)
    assert {fact.content for fact in again.ledger.facts} == {fact.content for fact in part.ledger.facts}
