"""Tests of the ledger: what is recorded stays, and what was believed at any recorded time can be told."""

from __future__ import annotations

import pytest
from company import ROWS, Row, changes, company, holding, row, starts

from orggraph.errors import UnknownName
from orggraph.graph import OrgGraph
from orggraph.ledger import Entry, Ledger, Load, apply, recorded_text, recorded_time, revise
from orggraph.replay import replay


def ticking() -> OrgGraph:
    """Give a graph whose clock stands still, so that the ledger has to tell loads apart."""
    return OrgGraph(clock=lambda: 1_000_000)


def believed(org: OrgGraph) -> list[str]:
    return sorted(repr(fact.content) for fact in org.ledger.believed())


FIRST = starts("Ada", "CTO", "2020-01-01", record="1")
FIX = row("corrects", "2020-02-01", target="1")


def test_recorded_times_strictly_increase_whatever_the_clock_says() -> None:
    org = ticking()
    times = [org.load([starts(name, "CTO", "2020-01-01")]).load.recorded for name in ("Ada", "Bob", "Cid")]
    times.append(org.unload(org.ledger.loads[0].id).load.recorded)
    times.append(org.load([starts("Dan", "CTO", "2020-01-01")]).load.recorded)
    assert times == sorted(set(times)) and times[0] >= 1_000_000


def test_a_correction_opens_a_new_version_and_keeps_the_old() -> None:
    org = ticking()
    before = org.load([FIRST]).load.recorded
    after = org.load([FIX]).load.recorded
    on = "2020-01-15"
    assert [r.name for r in org.as_of(on, recorded_by=before).holders("CTO")] == ["Ada"]
    assert [r.name for r in org.as_of(on, recorded_by=after - 1).holders("CTO")] == ["Ada"]
    assert org.as_of(on, recorded_by=after).holders("CTO") == []
    assert org.as_of(on, recorded_by=before - 1).holders("CTO") == []
    versions = [f for f in org.ledger.facts if f.kind == "membership"]
    assert len(versions) == 2 and len({f.tenure for f in versions}) == 1 and len({f.id for f in versions}) == 2
    assert {(f.recorded, f.superseded) for f in versions} == {(before, after), (after, None)}


def test_withdrawn_then_restored_has_several_recorded_periods() -> None:
    org = ticking()
    loads = [org.load([change]).load.recorded for change in (
        FIRST, row("withdraws", target="1", record="2"), row("withdraws", target="2"))]  # fmt: skip
    versions = sorted((f.recorded, f.superseded or 0) for f in org.ledger.facts if f.kind == "membership")
    assert versions == [(loads[0], loads[1]), (loads[2], 0)]


def test_what_is_known_already_is_not_loaded_again() -> None:
    org = company()
    before = believed(org)
    report = org.load(ROWS)
    assert (report.added, report.known, report.opened, report.superseded) == (0, len(ROWS), 0, 0)
    assert len(org.ledger.loads) == 1 and believed(org) == before


def test_a_dry_run_keeps_nothing_and_says_what_would_be() -> None:
    org = company()
    before = org.ledger
    report = org.load([starts("Nan", "Cook", "2024-01-01")], dry_run=True)
    assert report.added == 1 and report.opened > 0
    assert org.ledger is before


def test_taking_a_load_back_leaves_the_rest_and_both_are_recorded() -> None:
    org = company()
    before = believed(org)
    report = org.load([row("ends", "2024-03-15", person="Dan Dale", post="Product Lead", unit="Engineering")])
    assert holding(org, "Product Lead", "2024-03-15") == []
    org.unload(report.load.id[:8])
    assert believed(org) == before
    assert len(org.ledger.loads) == 3
    assert [load.removed is not None for load in org.ledger.loads] == [False, True, False]
    assert org.as_of("2024-03-15", recorded_by=report.load.recorded).holders("Product Lead") == []


def test_a_load_taken_back_can_be_made_again() -> None:
    org = ticking()
    load = org.load([FIRST]).load
    org.unload(load.id)
    assert believed(org) == []
    again = org.load([FIRST])
    assert again.added == 1 and [r.name for r in org.as_of("2020-06-01").holders("CTO")] == ["Ada"]
    assert org.load([FIRST]).added == 0


@pytest.mark.parametrize("which", ["", "zzz"])
def test_a_load_that_is_not_there_cannot_be_taken_back(which: str) -> None:
    with pytest.raises(UnknownName, match="load"):
        company().unload(which)


def test_a_load_is_taken_back_once() -> None:
    org = ticking()
    load = org.load([FIRST]).load.id
    org.unload(load)
    with pytest.raises(UnknownName):
        org.unload(load)


def test_a_revision_leaves_the_ledger_before_as_it_was() -> None:
    before = Ledger()
    (change,) = changes(FIRST)
    load = Load("1", 5, "first", 1)
    entry = Entry(change, 5, "1")
    revision = revise(before, load, entries=[entry], unloaded="", facts=replay([change]).facts)
    after = apply(before, revision)
    assert before == Ledger() and after.entries == [entry]
    assert {fact.recorded for fact in after.facts} == {5} and len(after.believed()) == len(revision.opened)
    again = revise(after, Load("2", 6, "again", 0), entries=[], unloaded="", facts=replay([change]).facts)
    assert (again.opened, again.superseded) == ((), ())


TIMES = [("2025-10-03", "2025-10-03T23:59:59.999999Z"), ("2025-10-03T10:00:00Z", "2025-10-03T10:00:00.000000Z"),
         ("2025-10-03T10:00:00.000001+02:00", "2025-10-03T08:00:00.000001Z"),
         ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59.000000Z")]  # fmt: skip


@pytest.mark.parametrize("text, written", TIMES)
def test_recorded_times_are_utc_to_the_microsecond(text: str, written: str) -> None:
    assert recorded_text(recorded_time(text)) == written
    assert recorded_time(written) == recorded_time(text)


def test_the_company_loaded_row_by_row_in_any_order_is_the_company() -> None:
    one_by_one = OrgGraph()
    rows: list[Row] = sorted(ROWS, key=lambda given: sorted(given.items()), reverse=True)
    for given in rows:
        one_by_one.load([given])
    assert believed(one_by_one) == believed(company())
