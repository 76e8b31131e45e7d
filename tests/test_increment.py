"""A small load that replays only what it touches gives the very facts that a replay of everything gives."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import orggraph
from orggraph import OrgGraph, graph, increment, timeline
from orggraph.facts import Fact
from orggraph.replay import replay
from orggraph.timeline import columns

Row = dict[str, str]


@pytest.fixture(autouse=True, scope="module")
def _small_stores_count_as_large() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(graph, "LARGE", 0)
        patch.setattr(columns, "MANY", 0)
        yield


def row(kind: str, person: int, effective: str, **fields: str) -> Row:
    return {"kind": kind, "person": f"Person {person}", "person_id": f"p{person}", "organization": "Acme",
            "source": "register", "effective": effective, **fields}  # fmt: skip


COMPANY = [
    row("starts", n, f"20{10 + n}-01-01", post=f"Post {n % 4}", unit=f"Unit {n % 2}", reports_to="Person 0",
        reports_to_id="p0", until=".." if n % 3 else f"20{12 + n}-06-30")
    for n in range(1, 7)
] + [row("starts", 0, "2005-01-01", role="chief")]  # fmt: skip

dates = st.sampled_from(["2012-05-01", "2014-02-01", "2015-06-15", "2018", "2020-03-01/2020-04-01", "../2021-01-01"])
person = st.integers(0, 8)
place = st.one_of(
    st.builds(lambda n: {"post": f"Post {n % 4}", "unit": f"Unit {n % 2}"}, st.integers(0, 4)),
    st.just({"role": "chief"}),
    st.just({"unit": "Unit 1"}),
)
boss = st.one_of(
    st.just({}), st.builds(lambda n: {"reports_to": f"Person {n}", "reports_to_id": f"p{n}"}, person)
)
source = st.sampled_from([{}, {"source": "news", "stated": "2021-05-05"}])


@st.composite
def changes(draw: st.DrawFn) -> Row:
    kinds = ["starts", "ends", "holds", "reports", "acting", "leave", "transferred", "states", "renamed"]
    kind = draw(st.sampled_from(kinds))
    where = draw(place.filter(lambda fields: kind != "acting" or len(fields) != 1 or "unit" not in fields))
    made = row(kind, draw(person), draw(dates), **where, **draw(source))
    if kind in ("starts", "holds", "reports", "transferred"):
        made |= draw(boss)
    if kind == "starts" and draw(st.booleans()):
        other = draw(person)
        made |= {"replaces": f"Person {other}", "replaces_id": f"p{other}"}
    if kind == "states":
        made |= {"property": "grade", "value": draw(st.sampled_from(["A", "B"]))}
    if kind == "renamed":
        made = row(kind, draw(person), draw(dates), into=draw(st.sampled_from(["Grace", "Person 3", "person 1"])))
    if draw(st.integers(0, 5)) == 0:
        made["person"] = f"Person {draw(person)}"  # a name that somebody else bears, too
    if draw(st.integers(0, 5)) == 0:
        del made[draw(st.sampled_from([name for name in made if name.endswith("_id")]))]
    return made


def contents(facts: list[Fact]) -> set[tuple[object, ...]]:
    return {fact.content for fact in facts}


def whole(org: OrgGraph) -> set[tuple[object, ...]]:
    changes = [entry.change for entry in org.ledger.standing()]
    return contents(list(replay(changes, base=org.ledger.base, salt=org.ledger.salt).facts))


@settings(max_examples=40, deadline=None)
@given(
    loads=st.lists(st.lists(changes(), min_size=1, max_size=4), min_size=1, max_size=3),
    at_once=st.sampled_from([1, 500]),
    worthwhile=st.sampled_from([0, 2000]),
)
def test_loads_one_by_one_are_as_a_replay_of_everything(
    loads: list[list[Row]], at_once: int, worthwhile: int
) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(increment, "AT_ONCE", at_once)
        patch.setattr(timeline, "WORTHWHILE", worthwhile)
        org = orggraph.open(Path(folder) / "s")
        org.load(COMPANY)
        for rows in loads:
            org.load(rows)
            assert contents(org.ledger.believed()) == whole(org)
            indexed = [fact for fact in org.timeline.facts if fact.superseded is None]
            assert contents(indexed) == whole(org)
            assert sorted(map(repr, org.timeline.facts)) == sorted(map(repr, org.ledger.facts))


@pytest.mark.parametrize(
    "change",
    [
        row("starts", 9, "2022-01-01", post="Post 9", unit="Unit 1", reports_to="Person 0", reports_to_id="p0"),
        row("ends", 1, "2022-01-01", post="Post 1", unit="Unit 1"),
        row("ends", 4, "2022-01-01"),
        row("reports", 2, "2022-01-01", reports_to="Person 1", reports_to_id="p1"),
        row("transferred", 2, "2022-01-01", post="Post 3", unit="Unit 1"),
        row("starts", 8, "2022-01-01", post="Post 1", unit="Unit 1", replaces="Person 1", replaces_id="p1"),
        row("leave", 1, "2022-01-01", post="Post 1", unit="Unit 1", until="2022-03-01", reason="parental"),
        row("states", 1, "2022-01-01", post="Post 1", unit="Unit 1", property="grade", value="A"),
        row("renamed", 1, "2022-01-01", into="Grace Hall"),
    ],
    ids=lambda change: f"{change['kind']} {change['person']}",
)
def test_a_single_change_is_taken_in_alone(tmp_path: Path, change: Row, monkeypatch: pytest.MonkeyPatch) -> None:
    org = orggraph.open(tmp_path / "s")
    org.load(COMPANY)
    monkeypatch.setattr("orggraph.replay.replay", None)  # a replay of everything would fail
    report = org.load([change])
    assert report.added == 1
    assert report.opened > 0
    again = orggraph.open(tmp_path / "s")
    assert contents(again.ledger.believed()) == whole(again)
    assert org.load([change]).added == 0


def test_a_correction_is_taken_in_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    org = orggraph.open(tmp_path / "s")
    org.load(COMPANY)
    first = next(e.change for e in org.ledger.entries if e.change.person_id == "p1")
    before = org.timeline.standing.recorded
    monkeypatch.setattr("orggraph.replay.replay", None)
    org.load([{"kind": "corrects", "target": first.id, "effective": "2011-02-01", "source": "register"}])
    again = orggraph.open(tmp_path / "s")
    assert contents(again.ledger.believed()) == whole(again)
    assert [r.since for r in again.as_of("2012-01-01").memberships("Person 1")] == ["2011-02-01"]
    assert [r.since for r in again.as_of("2012-01-01", recorded_by=before).memberships("Person 1")] == ["2011-01-01"]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "renamed", "person": "Person 1", "organization": "Acme", "effective": "2022", "into": "Somebody"},
        {"kind": "renamed", "person": "Person 1", "person_id": "p1", "organization": "Acme", "effective": "2022",
         "into": "Person 2"},
        {"kind": "reports", "post": "Post 1", "unit": "Unit 1", "organization": "Acme", "effective": "2022",
         "reports_to_post": "Post 2"},
        {"kind": "roster", "organization": "Acme", "effective": "2022-01-01"},
        {"kind": "starts", "person": "Person 1", "post": "Post 2", "organization": "Acme", "effective": "2022",
         "moment": "handover"},
        {"kind": "abolished", "unit": "Unit 1", "organization": "Acme", "effective": "2030-01-01"},
    ],
    ids=["renamed by name", "renamed to a namesake", "line between posts", "roster", "shared moment", "abolished"],
)  # fmt: skip
def test_what_reaches_further_is_replayed_whole(tmp_path: Path, change: Row) -> None:
    org = orggraph.open(tmp_path / "s")
    org.load(COMPANY)
    org.load([change])
    org.load([row("ends", 1, "2023-01-01", post="Post 1", unit="Unit 1")])
    again = orggraph.open(tmp_path / "s")
    assert contents(again.ledger.believed()) == whole(again)


def test_after_a_load_was_taken_back_everything_is_replayed(tmp_path: Path) -> None:
    org = orggraph.open(tmp_path / "s")
    org.load(COMPANY)
    change = row("starts", 9, "2022-01-01", post="Post 9", unit="Unit 1")
    org.unload(org.load([change]).load.id)
    assert org.load([change]).added == 1
    again = orggraph.open(tmp_path / "s")
    assert contents(again.ledger.believed()) == whole(again)
    assert [r.name for r in again.as_of("2023-01-01").holders("Post 9")] == ["Person 9"]


def test_a_correction_by_the_key_of_its_source_is_taken_in_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    org = orggraph.open(tmp_path / "s")
    org.load([{**row, "record": f"r{number}"} for number, row in enumerate(COMPANY)])
    monkeypatch.setattr("orggraph.replay.replay", None)
    monkeypatch.setattr(increment, "AT_ONCE", 1)
    fixes = [{"kind": "corrects", "target": key, "effective": "2011-02-01", "source": source}
             for key, source in (("r0", "register"), ("register#r1", "audit"))]  # fmt: skip
    org.load(fixes)
    again = orggraph.open(tmp_path / "s")
    assert contents(again.ledger.believed()) == whole(again)
    assert [r.since for r in again.as_of("2012-01-01").memberships("Person 1")] == ["2011-02-01"]
    assert org.load(fixes).added == 0


def test_a_correction_of_nothing_known_is_replayed_whole(tmp_path: Path) -> None:
    org = orggraph.open(tmp_path / "s")
    org.load(COMPANY)
    report = org.load([{"kind": "corrects", "target": "r77", "effective": "2011-02-01", "source": "register"}])
    assert [finding.code for finding in report.findings] == ["unmatched-target"]
    org.load([row("ends", 1, "2023-01-01", post="Post 1", unit="Unit 1")])
    again = orggraph.open(tmp_path / "s")
    assert contents(again.ledger.believed()) == whole(again)


def test_namesakes_with_ids_are_taken_in_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    org = orggraph.open(tmp_path / "s")
    namesake = {**row("starts", 20, "2012-01-01", role="clerk"), "person": "Person 1"}
    org.load([*COMPANY, namesake])
    monkeypatch.setattr("orggraph.replay.replay", None)
    org.load([{**namesake, "kind": "ends", "effective": "2020-01-01"}])
    again = orggraph.open(tmp_path / "s")
    assert contents(again.ledger.believed()) == whole(again)


def test_a_namesake_who_is_new_is_replayed_whole(tmp_path: Path) -> None:
    org = orggraph.open(tmp_path / "s")
    by_name = {**row("reports", 3, "2014-01-01"), "reports_to": "Person 1"}
    org.load([*COMPANY, by_name])
    org.load([{**row("starts", 20, "2012-01-01", role="clerk"), "person": "Person 1"}])
    again = orggraph.open(tmp_path / "s")
    assert contents(again.ledger.believed()) == whole(again)  # the line leads to somebody of that name now, not to p1


def test_what_hangs_together_is_replayed_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    org = orggraph.open(tmp_path / "s")
    org.load(COMPANY)
    monkeypatch.setattr("orggraph.replay.replay", None)
    monkeypatch.setattr(increment, "AT_ONCE", 1)
    handover = {"replaces": "Person 1", "replaces_id": "p1", "post": "Post 1", "unit": "Unit 1"}
    newcomers = [row("starts", n, f"20{n}-01-01", post="Post 30", unit="Unit 9") for n in (30, 31)]
    org.load([row("starts", 8, "2022-01-01", **handover), row("states", 1, "2021", property="grade", value="A"),
              *newcomers])  # fmt: skip
    again = orggraph.open(tmp_path / "s")
    assert contents(again.ledger.believed()) == whole(again)
    assert [r.name for r in again.as_of("2032-01-01").holders("Post 30")] == ["Person 30", "Person 31"]
