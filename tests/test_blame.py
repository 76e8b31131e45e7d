"""Tests of blame: who said first and last what holds, and what only follows from it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import orggraph
from orggraph import OrgGraph
from orggraph.blame import Blamed, Statement
from orggraph.cli import main

SEED = Path(__file__).resolve().parents[1] / "data" / "anthropic.csv"
ACME = {"organization": "Acme"}
ANN = {"kind": "starts", "person": "Ann", "post": "CTO", "effective": "2020-01-01", **ACME}
LATE = {**ANN, "source": "register", "stated": "2022-01-01", "quote": "Ann has been CTO since 2020."}
EARLY = {**ANN, "source": "news", "stated": "2020-01-02", "quote": "Ann starts as CTO."}
UNDATED = {**ANN, "source": "wiki"}
LINE = {"kind": "reports", "post": "CTO", "reports_to_post": "CEO", "effective": "2020-01-01", "source": "chart",
        **ACME}  # fmt: skip
BOB = {"kind": "starts", "person": "Bob", "post": "CEO", "effective": "2019-01-01", "source": "register", **ACME}
GRADE = {"kind": "states", "person": "Ann", "property": "grade", "value": "7", "effective": "2021-01-01",
         "source": "register", **ACME}  # fmt: skip


@pytest.fixture(params=["in memory", "in a store"])
def org(request: pytest.FixtureRequest, tmp_path: Path) -> OrgGraph:
    if request.param == "in memory":
        return loaded(OrgGraph())
    loaded(orggraph.open(tmp_path / "acme.orggraph"))
    return orggraph.open(tmp_path / "acme.orggraph")


def loaded(org: OrgGraph) -> OrgGraph:
    for rows in ([LATE, BOB], [UNDATED, LINE], [EARLY, GRADE]):
        org.load(rows)
    return org


def of_kind(rows: list[Blamed], kind: str) -> Blamed:
    (found,) = [row for row in rows if row.kind == kind]
    return found


def test_first_is_who_stated_it_first_and_not_who_was_loaded_first(org: OrgGraph) -> None:
    seat = of_kind(org.blame("Ann", "2021-06-01"), "membership")
    assert seat.what == "Ann: CTO, Acme"
    first, last = seat.first, seat.last
    assert first is not None and last is not None
    assert (first.source, first.stated[:10], first.quote) == ("news", "2020-01-02", "Ann starts as CTO.")
    assert (last.source, last.stated) == ("wiki", "")
    loads = {load.id: load for load in org.loads()}
    assert [list(loads).index(told.load) for told in (first, last)] == [2, 1]
    assert first.recorded > last.recorded


def test_what_follows_from_others_says_from_what(org: OrgGraph) -> None:
    line = of_kind(org.blame("Ann", "2021-06-01"), "line")
    assert (line.what, line.follows[:1]) == ("Ann reports to Bob (derived)", ("derived",))
    assert set(line.premises) == {"Ann: CTO, Acme", "Bob: CEO, Acme", "CTO reports to CEO"}


def test_a_post_tells_holders_line_and_place_and_a_person_attributes_and_reports(org: OrgGraph) -> None:
    assert {(row.kind, row.what) for row in org.blame("CTO", "2021-06-01")} == {
        ("name", "is called CTO"), ("membership", "Ann: CTO, Acme"), ("place", "CTO: part of Acme"),
        ("line", "CTO reports to CEO"),
    }  # fmt: skip
    assert "Ann: grade 7" in [row.what for row in org.blame("Ann", "2021-06-01")]
    assert "Ann: grade 7" not in [row.what for row in org.blame("Ann", "2020-06-01")]
    assert "Ann reports to Bob (derived)" in [row.what for row in org.blame("Bob", "2020-06-01")]
    assert [row.kind for row in org.blame("Ann", "2018-01-01")] == ["name"]


def test_a_name_is_blamed_on_who_used_it(org: OrgGraph) -> None:
    called = of_kind(org.blame("Bob", "2021-06-01"), "name")
    assert called.first is not None and (called.what, called.first.source) == ("is called Bob", "register")


def test_it_is_told_as_it_was_known_then(org: OrgGraph) -> None:
    first_load = org.loads()[0].recorded
    seat = of_kind(org.blame("Ann", "2021-06-01", recorded_by=first_load), "membership")
    assert isinstance(seat.first, Statement) and seat.first == seat.last
    assert seat.first.source == "register"


def test_the_command_writes_tables_and_documents() -> None:
    run = CliRunner()
    words = ["--data", str(SEED), "blame", "CTO, Anthropic", "--as-of", "2025-10-03"]
    told = run.invoke(main, [*words, "--format", "table", "--why"], catch_exceptions=False).stdout
    row = next(line for line in told.splitlines() if line.startswith("Rahul Patil: CTO, Anthropic"))
    assert row.split()[-4:] == ["2025-10-02", "[1]", "2025-10-03", "[2]"]
    assert "[1] other coverage of the announcement on 2025-10-02\n" in told
    assert '"Announced on Thursday, 2 October; he began earlier in the same week."' in told
    document = json.loads(run.invoke(main, [*words, "--format", "json"]).stdout)
    seat = next(row for row in document["rows"] if row["kind"] == "membership")
    assert (document["as_of"], seat["first"]["file"], seat["first"]["line"]) == ("2025-10-03", str(SEED), 5)
    header = run.invoke(main, [*words, "--format", "csv"]).stdout.splitlines()[0]
    assert header.endswith("last_source,last_stated,last_recorded,last_load,last_quote")
    assert run.invoke(main, [*words, "--format", "csv", "--why"]).exit_code == 2
