"""Tests of the guard on loads: an export that broke off in the middle must not dissolve a company."""

from __future__ import annotations

from pathlib import Path

import pytest
from company import Row, row

import orggraph.graph
from orggraph.errors import RemovalsRefused
from orggraph.graph import OrgGraph

JANUARY, FEBRUARY, MARCH = "2025-01-31", "2025-02-28", "2025-03-31"
SERIES = "staff list"


def roster(on: str, people: int, *, unit: str = "", source: str = SERIES, first: int = 0) -> list[Row]:
    """Give a full list of so many people on a day."""
    place = {"unit": unit} if unit else {}
    names = [f"Person {number}" for number in range(first, first + people)]
    listed = [row("holds", on, person=name, post=f"post of {name}", source=source, **place) for name in names]
    return [row("roster", on, source=source, **place), *listed]


def loaded(*lists: list[Row]) -> OrgGraph:
    org = OrgGraph()
    for rows in lists:
        org.load(rows, allow_removals=True)
    return org


@pytest.mark.parametrize(
    "standing, left, refused",
    [(20, 15, False), (20, 14, True), (19, 0, False), (40, 30, False), (40, 29, True), (40, 0, True)],
    ids=["a quarter", "more", "too few to tell", "a quarter of forty", "more of forty", "an empty list"],
)
def test_more_than_a_quarter_is_refused(standing: int, left: int, refused: bool) -> None:
    org = loaded(roster(JANUARY, standing))
    if not refused:
        assert org.load(roster(FEBRUARY, left)).added == left + 1
        return
    entries = len(org.ledger.entries)
    with pytest.raises(RemovalsRefused) as raised:
        org.load(roster(FEBRUARY, left))
    words = f"the list of {FEBRUARY} would end {standing - left} of the {standing} memberships that 'staff list' states"
    assert words in str(raised.value)
    assert "Brightwater" in str(raised.value)
    assert len(org.ledger.entries) == entries
    assert org.load(roster(FEBRUARY, left), allow_removals=True).added == left + 1


def test_a_first_roster_ends_nothing() -> None:
    org = loaded(roster(JANUARY, 40, source="the register"))
    assert org.load(roster(FEBRUARY, 1)).added == 2


def test_many_joining_and_a_long_past_are_no_removals() -> None:
    org = loaded(roster(JANUARY, 40))
    org.load(roster(FEBRUARY, 400))
    assert org.load(roster("2024-12-31", 1)).added == 2


def test_a_list_in_the_middle_that_broke_off_is_refused() -> None:
    org = loaded(roster(JANUARY, 40), roster(MARCH, 40))
    with pytest.raises(RemovalsRefused, match=f"the list of {FEBRUARY} would end 39 of the 40"):
        org.load(roster(FEBRUARY, 1))


def test_the_scope_is_the_unit_and_what_is_in_it() -> None:
    within = [row("created", "2020-01-01", unit="Cell", into="Lab", source=SERIES)]
    both = [*within, *roster(JANUARY, 200, unit="Shop"), *roster(JANUARY, 20, unit="Lab", first=200)]
    cell = [given for given in roster(JANUARY, 20, unit="Cell", first=300) if given["kind"] == "holds"]
    org = loaded([*both, *cell])
    with pytest.raises(RemovalsRefused, match="would end 30 of the 40 memberships that 'staff list' states of Lab"):
        org.load(roster(FEBRUARY, 10, unit="Lab", first=200))


def test_stated_ends_count_against_what_the_same_source_states() -> None:
    rows = [row("starts", "2020-01-01", person=f"Person {n}", post=f"post {n}", source="register") for n in range(20)]
    ends = [row("ends", "2025-01-01", person=f"Person {n}", post=f"post {n}", source="register") for n in range(20)]
    org = loaded(rows)
    with pytest.raises(RemovalsRefused, match="would end 6 of the 20 memberships that 'register' states without an en"):
        org.load(ends[:6])
    assert org.load(ends[:5]).added == 5
    assert org.load([{**ends[6], "source": "news"}]).added == 1


def test_a_dry_run_says_that_it_would_be_refused() -> None:
    org = loaded(roster(JANUARY, 40))
    report = org.load(roster(FEBRUARY, 1), dry_run=True)
    assert [f.code for f in report.findings] == ["removals"]
    assert len(org.ledger.loads) == 1


def test_the_same_list_again_changes_nothing() -> None:
    org = loaded(roster(JANUARY, 40), roster(FEBRUARY, 10))
    facts = org.ledger.believed()
    report = org.load(roster(FEBRUARY, 10))
    assert (report.added, report.opened, report.superseded) == (0, 0, 0)
    assert org.ledger.believed() == facts


def test_a_large_store_is_guarded_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orggraph.graph, "LARGE", 10)
    rows = [row("starts", "2020-01-01", person=f"Person {n}", post=f"post {n}", source="register") for n in range(20)]
    ends = [row("ends", "2025-01-01", person=f"Person {n}", post=f"post {n}", source="register") for n in range(20)]
    org = orggraph.open(tmp_path / "store")
    org.load(rows)
    monkeypatch.setattr(OrgGraph, "_load", None)  # only what is touched is replayed
    with pytest.raises(RemovalsRefused, match="would end 6 of the 20 memberships that 'register' states"):
        org.load(ends[:6])
    assert [f.code for f in org.load(ends[:6], dry_run=True).findings] == ["removals"]
    assert len(org.ledger.loads) == 1
    assert org.load(ends[:5]).superseded > 0


@pytest.mark.parametrize(
    "ending, moving, source", [(8, 0, "register"), (8, 3, "register"), (8, 0, "news"), (12, 6, "news")]
)
def test_a_large_store_says_what_a_small_one_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: int, moving: int, source: str
) -> None:
    posts = [{"person": f"Person {n}", "person_id": f"p{n}", "post": f"post {n}"} for n in range(30)]
    rows = [
        row("starts", "2020-01-01", **post, source="register" if n < 24 else "news") for n, post in enumerate(posts)
    ]
    rows += [row("starts", "2020-01-01", **post, source="news") for post in posts[:5]]
    ends = [row("ends", "2025-01-01", **post, source=source) for post in posts[:ending]]
    again = [row("starts", "2025-01-01", **post, source=source) for post in posts[:moving]]
    said = []
    for large in (10, 10_000):
        monkeypatch.setattr(orggraph.graph, "LARGE", large)
        org = orggraph.open(tmp_path / str(large))
        org.load(rows)
        org.load([row("states", "2021-01-01", **posts[0], source="register", property="grade", value="A")])
        said.append(
            [
                finding.message
                for finding in org.load([*ends, *again], dry_run=True).findings
                if finding.code == "removals"
            ]
        )
    assert said[0] == said[1]
    assert bool(said[0]) == (source == "register" and ending - moving > 6)
