"""Tests of the log: each event under its day, once, and with bounds where the day is not known."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph import OrgGraph
from orggraph.chronicle import FIELDS, Chapter, Span, as_csv, as_json, as_markdown, chronicle, text
from orggraph.cli import main
from orggraph.diff import events
from orggraph.errors import UnsupportedError
from orggraph.period import OPEN_EARLY, OPEN_LATE, day
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline

SEED = Path(__file__).resolve().parents[1] / "data" / "anthropic.csv"
ROWS = [
    {"kind": "created", "unit": "Labs", "effective": "2020-01-01"},
    {"kind": "created", "unit": "Chips", "into": "Labs", "effective": "2020-01-01"},
    {"kind": "starts", "person": "Ann", "post": "CEO", "effective": "2020-01-01", "until": "2021-05-01"},
    {"kind": "starts", "person": "Ben", "post": "CEO", "effective": "2021-05-01"},
    {"kind": "starts", "person": "Cid", "post": "Lead", "unit": "Chips", "effective": "2021-03", "reports_to": "Ben"},
    {"kind": "renamed", "person": "Cid", "into": "Cid Lee", "effective": "2022-02-02"},
    {"kind": "ends", "person": "Cid Lee", "post": "Lead", "unit": "Chips", "effective": "2023-01/2023-02"},
]


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    org = OrgGraph()
    org.load([{"source": "hr", "stated": "2024-01-01", "organization": "Acme", **row} for row in ROWS])
    return org


def told(chapters: object) -> list[tuple[str, str]]:
    assert not isinstance(chapters, list)
    return [(chapter.span.text, event.text) for chapter in chapters for event in chapter.events]  # type: ignore[attr-defined]  # chapters, as `org.log` gives them


def test_a_day_that_is_not_known_is_told_once_with_its_bounds(org: OrgGraph) -> None:
    assert told(org.log("Cid Lee")) == [
        ("2023-01-01/2023-02-28", "Cid Lee left as Lead (the post has no known holder now)"),
        ("2022-02-02", "Cid is now called Cid Lee"),
        ("2021-03-01/2021-03-31", "Cid joined as Lead"),
        ("2021-03-01/2021-03-31", "Cid now reports to Ben"),
    ]


def test_a_post_a_unit_and_what_is_in_it(org: OrgGraph) -> None:
    assert told(org.log("CEO", first="2021-01-01")) == [
        ("2021-05-01", "Ben joined as CEO, replacing Ann"), ("2021-05-01", "Ann left as CEO"),
    ]  # fmt: skip
    inside = [sentence for _, sentence in told(org.log(unit="Labs", reverse=True))]
    created = ["Labs was created in Acme", "Chips was created in Labs"]
    assert inside[:2] == created
    assert "Cid joined as Lead" in inside and not any("CEO" in sentence for sentence in inside)
    assert [sentence for _, sentence in told(org.log("Labs"))] == created


def test_a_period_holds_what_may_have_happened_in_it(org: OrgGraph) -> None:
    spans = [chapter.span.text for chapter in org.log(first="2021-03-31", last="2021-05-01")]
    assert spans == ["2021-05-01", "2021-03-01/2021-03-31"]
    assert [c.span.text for c in org.log(first="2021-04-01", last="2021-04-30")] == []
    assert [c.span.text for c in org.log(reverse=True)] == [c.span.text for c in org.log()][::-1]


def test_what_was_known_at_a_time_is_told_as_known_then(org: OrgGraph) -> None:
    before = org.ledger.loads[0].recorded - 1
    assert list(org.log("Acme", recorded_by=org.ledger.loads[0].recorded))
    assert list(chronicle(org.timeline, recorded_by=before)) == []


def test_that_a_change_event_is_over_is_no_event() -> None:
    org = OrgGraph()
    units = ({"kind": "created", "unit": unit, "effective": "2020-01-01"} for unit in ("East", "West"))
    merged = {"kind": "merged", "unit": "East", "into": "West", "effective": "2021-05-01"}
    org.load([{"organization": "Acme", "source": "hr", **row} for row in (*units, merged)])
    assert told(org.log(first="2021-01-01")) == [("2021-05-01", "East merged into West")]


def test_an_entity_and_a_unit_at_once_are_refused(org: OrgGraph) -> None:
    with pytest.raises(UnsupportedError, match="not of both"):
        org.log("Ann", unit="Labs")


def test_spans_are_written_as_edtf_and_ordered_by_when_they_were_over() -> None:
    one, by = day("2021-03-01"), Span(OPEN_EARLY, day("2021-03-02"))
    spans = [Span(one, OPEN_LATE), by, Span(one, one), Span(one - 5, one + 5)]
    assert [span.text for span in sorted(spans, key=lambda span: span.place)] == [
        "2021-03-01", "2021-03-01/..", "../2021-03-02", "2021-02-24/2021-03-06",
    ]  # fmt: skip


def test_the_forms_say_the_same(org: OrgGraph) -> None:
    chapters = list(org.log())
    document = json.loads(json.dumps(as_json(chapters)))
    sentences = [event["text"] for chapter in document["days"] for event in chapter["events"]]
    rows = list(csv.DictReader(io.StringIO(as_csv(chapters), newline="")))
    assert tuple(rows[0]) == FIELDS
    assert [row["text"] for row in rows] == sentences == [sentence for _, sentence in told(iter(chapters))]
    plain = "".join(text(chapters))
    assert "between 2023-01-01 and 2023-02-28\n  Acme, Chips\n    - Cid Lee left" in plain
    assert "".join(text(chapters, colour=True)).count("\x1b[0m") == sum(x[:4] == "    " for x in plain.splitlines())
    assert "## 2021-05-01\n\n### Acme\n\n- Ben joined as CEO, replacing Ann\n" in as_markdown(chapters)


def test_the_seed_case_on_the_command_line() -> None:
    run = CliRunner()
    found = run.invoke(main, ["--data", str(SEED), "log", "Sam McCandlish", "--why", "-n", "1"], catch_exceptions=False)
    assert found.stdout.startswith("between 2025-09-29 and 2025-10-02\n  Anthropic\n    + Rahul Patil joined as CTO")
    assert "source: https://knowtechie.com/anthropic-hires-stripe-cto/" in found.stdout
    wrong = run.invoke(main, ["--data", str(SEED), "log", "--why", "--format", "json"])
    assert (wrong.exit_code, "for people" in wrong.stderr) == (2, True)
    assert run.invoke(main, ["--data", str(SEED), "log", "Sam McCandlish", "--unit", "Anthropic"]).exit_code == 2
    nothing = run.invoke(main, ["--data", str(SEED), "log", "--to", "1999-01-01"])
    assert (nothing.exit_code, nothing.stdout, "Nothing is known" in nothing.stderr) == (0, "", True)


EXACT = st.sampled_from(["2020-01-01", "2020-02-01", "2020-02-02", "2021-01-01"])
VAGUE = st.sampled_from(["2020-02", "2020-02-01", "2020-01-15/2020-03-15", "2021-01-01"])


def histories(days: st.SearchStrategy[str]) -> st.SearchStrategy[list[dict[str, str]]]:
    row = st.fixed_dictionaries({
        "kind": st.just("starts"), "person": st.sampled_from(["Ann", "Ben", "Cid"]),
        "post": st.sampled_from(["CEO", "CFO"]), "effective": days, "organization": st.just("Acme"),
    }, optional={
        "reports_to": st.sampled_from(["Ann", "Zoe"]), "until": st.sampled_from(["2021-01-01", "2022-01-01"]),
    })  # fmt: skip
    return st.lists(row, min_size=1, max_size=6)


def loaded(rows: list[dict[str, str]]) -> Timeline:
    org = OrgGraph()
    org.load(rows, keep_going=True, allow_removals=True)
    return org.timeline


@settings(max_examples=60, deadline=None)
@given(histories(EXACT))
def test_of_exact_days_a_log_is_the_diffs_of_all_days(rows: list[dict[str, str]]) -> None:
    timeline = loaded(rows)
    chapters = {c.span.latest: c.events for c in chronicle(timeline) if c.span.earliest == c.span.latest}
    for on in timeline.change_days():
        a, b = Snapshot(timeline, on - 1), Snapshot(timeline, on)
        ends = {f.id: ((f.start.earliest, f.start.latest), (f.end.earliest, f.end.latest)) for f in timeline.facts}
        changed = {identity for identity, bounds in ends.items() if (on, on) in bounds}
        expected = [event for event in events(a, b) if event.subject and changed & set(event.facts)]
        assert list(chapters.get(on, ())) == expected


@settings(max_examples=60, deadline=None)
@given(histories(VAGUE))
def test_every_start_and_end_is_told_under_its_own_span(rows: list[dict[str, str]]) -> None:
    timeline = loaded(rows)
    chapters = list(chronicle(timeline))
    assert [c.span for c in chapters] == sorted((c.span for c in chapters), key=lambda s: s.place, reverse=True)
    assert len({c.span for c in chapters}) == len(chapters)
    for fact in timeline.facts:
        held = fact.start.earliest < fact.end.latest and fact.kind == "membership" and fact.start.key != fact.end.key
        if held and fact.start.earliest != OPEN_EARLY and fact.end.latest == OPEN_LATE and fact.superseded is None:
            span = Span(fact.start.earliest, fact.start.latest)
            assert _has(chapters, span, fact.id)


def _has(chapters: list[Chapter], span: Span, fact: str) -> bool:
    return any(fact in event.facts for chapter in chapters if chapter.span == span for event in chapter.events)
