"""Tests of the forms of a diff: its schema, page, histogram and activities, and the page on the kinds of events."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pyoxigraph
import pytest
from click.testing import CliRunner
from company import ROWS, company, graph, row, starts
from test_diff_events import BEFORE, LEARNED, SINCE, TOLD, TURN, Company, changed, people

from orggraph.cli import main
from orggraph.diff import KINDS, Diff, as_csv, as_html, as_json, as_markdown, as_prov, diff_schema, stat, text
from orggraph.diff.events import with_parts
from orggraph.diff.flows import MINIMUM, PART, SHARE
from orggraph.graph import OrgGraph
from orggraph.places import events_page
from orggraph.rdf import parse
from orggraph.vocabulary import DCTERMS, ORG, ORGG, PROV, RDF_TYPE, Literal

SAMPLE = str(Path(__file__).resolve().parents[1] / "data" / "anthropic.csv")
DAYS = ("2025-09-01", "2025-10-03")
HOSTILE = "O'Brien & Söhne <script>alert(1)</script>\x1b[31m | *x*"


def sample() -> Diff:
    org = OrgGraph()
    org.load(SAMPLE)
    return org.diff(*DAYS)


def chain() -> Diff:
    return changed(
        starts("Ann", "CEO", SINCE, until=TURN), starts("Ben", "COO", SINCE, until=TURN), starts("Ben", "CEO", TURN),
        starts("Cid", "COO", TURN), starts(HOSTILE, "CTO", TURN),
    )  # fmt: skip


def merger() -> Diff:
    made = Company(1)
    made.unit("East", people("e", 5), until=TURN, went=dict.fromkeys(people("e", 5), "Both"))
    made.unit("West", people("w", 4), until=TURN, went=dict.fromkeys(people("w", 4), "Both"))
    made.new("Both")
    return changed(*made.shuffled())


def stated_merger() -> Diff:
    return changed(
        *(row("created", SINCE, unit=unit, until=TURN) for unit in ("East", "West")), row("created", TURN, unit="Both"),
        *(row("merged", TURN, unit=unit, into="Both") for unit in ("East", "West")),
    )  # fmt: skip


def learned(number: int) -> Diff:
    _, on, first, then, _, _ = LEARNED[number]
    org = graph(starts("Bob", "CEO", SINCE), *first)
    before = org.ledger.loads[-1].recorded
    org.load(then)
    return org.knowledge_diff(on, before, org.ledger.loads[-1].recorded)


DIFFS = {
    "sample": sample, "chain": chain, "merger": merger, "stated merger": stated_merger,
    "the company over a year": lambda: company().diff("2024-01-01", "2025-01-02"),
    "the company back in time": lambda: company().diff("2025-01-02", "2024-01-01"),
    "nothing": lambda: company().diff(BEFORE, BEFORE),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFS)
def test_the_document_has_the_published_shape(name: str) -> None:
    jsonschema.validate(json.loads(json.dumps(as_json(DIFFS[name]()))), diff_schema())


@pytest.mark.parametrize("number", range(len(TOLD)), ids=[case[0] for case in TOLD])
def test_the_document_of_each_kind_of_event_has_the_published_shape(number: int) -> None:
    jsonschema.validate(json.loads(json.dumps(as_json(changed(*TOLD[number][1])))), diff_schema())


@pytest.mark.parametrize("number", range(len(LEARNED)), ids=[case[0] for case in LEARNED])
def test_the_document_of_what_was_learned_has_the_published_shape(number: int) -> None:
    jsonschema.validate(json.loads(json.dumps(as_json(learned(number)))), diff_schema())


def test_the_schema_knows_exactly_the_kinds_there_are() -> None:
    schema = diff_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$defs"]["event"]["properties"]["kind"]["enum"] == [*KINDS]
    wrong = {**json.loads(json.dumps(as_json(sample()))), "axis": "neither"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, schema)


def test_the_page_on_events_describes_every_kind_in_the_order_in_which_they_are_told() -> None:
    page = events_page().read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([\w ]+)` \| (.+) \|$", page, re.MULTILINE)
    described = [kind for kind, _ in rows]
    assert sorted(described) == sorted(KINDS)
    assert described == [kind for kind in KINDS if kind in described]
    (merged,) = (words for kind, words in rows if kind == "merged")
    assert f"{SHARE:.0%}".replace("%", " %") in merged and f"of at least {MINIMUM}" in merged
    (split,) = (words for kind, words in rows if kind == "split")
    assert f"{PART:.0%}".replace("%", " %") in split


def test_a_chain_is_indented_in_text_and_nested_in_markdown_and_html() -> None:
    d = chain()
    assert "  ~ Ann -> Ben -> Cid took over from one another, in 2 posts:\n      - Ann left as CEO\n" in text(d)
    assert "in 2 posts:\n  - Ann left as CEO\n" in as_markdown(d)
    assert re.search(r"in 2 posts:<ul><li><span[^>]*>-</span>Ann left as CEO</li>", as_html(d))


def test_parts_stand_below_their_event_in_csv() -> None:
    rows = list(csv.DictReader(io.StringIO(as_csv(chain()), newline="")))
    whole = next(row for row in rows if row["kind"] == "succession chain")
    parts = [row for row in rows if row["part_of"] == whole["number"]]
    assert [(row["kind"], row["name"]) for row in parts] == [("left", "Ann"), ("moved", "Ben"), ("joined", "Cid")]
    assert [row["number"] for row in rows] == [str(number) for number in range(1, len(rows) + 1)]


class Tags(HTMLParser):
    """Gather the tags, and check that each that opens is closed in order."""

    VOID = frozenset({"meta"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_stands_by_itself_is_well_formed_and_escapes_names() -> None:
    page = as_html(chain())
    tags = Tags()
    tags.feed(page)
    assert not tags.open
    assert "script" not in tags.seen and "link" not in tags.seen
    assert tags.seen.count("h1") == 1 and "h2" in tags.seen and "main" in tags.seen
    assert page.startswith('<!DOCTYPE html>\n<html lang="en">') and "\x1b" not in page
    assert "O'Brien & Söhne <script>" in "".join(tags.words)
    assert 'aria-label="new:"' in page and 'aria-label="gone:"' in page


def test_the_histogram_counts_by_unit_and_fits_the_width() -> None:
    d = company().diff("2024-01-01", "2025-01-02")
    lines = stat(d, width=60).splitlines()
    bars = [line for line in lines if " | " in line]
    assert all(len(line) <= 60 for line in bars)
    assert [line.split(" | ")[0].strip() for line in bars] == sorted(line.split(" | ")[0].strip() for line in bars)
    told = [event for event in with_parts(d.events) if event.kind not in ("succession chain", "swap", "team moved")]
    assert sum(int(line.split(" | ")[1].split()[0]) for line in bars) == len(told)
    assert lines[-1] == f" {text(d).splitlines()[1]}"
    assert "\x1b[32m+" in stat(d, colour=True) and "\x1b" not in stat(d)


def test_a_long_bar_is_scaled_and_a_rare_sign_stays() -> None:
    rows = [starts(f"P{n:03}", f"Post {n}", TURN) for n in range(200)]
    d = changed(*rows, starts("Ann", "CEO", SINCE, until=TURN))
    (bar,) = [line for line in stat(d, width=60).splitlines() if " | " in line]
    assert len(bar) <= 60 and bar.endswith("-") and bar.count("-") == 1


def triples(d: Diff) -> dict[str, dict[str, list[str | Literal]]]:
    """Read the activities back from Turtle: for each event its properties."""
    found: dict[str, dict[str, list[str | Literal]]] = {}
    for subject, predicate, term in parse(as_prov(d).encode(), "turtle"):
        found.setdefault(subject, {}).setdefault(predicate, []).append(term)
    return found


def test_each_event_is_an_activity_that_used_and_generated_facts() -> None:
    org = graph(starts("Ann", "CEO", SINCE, until=TURN), starts("Ben", "CEO", TURN), starts("Cid", "COO", "2021-03"))
    d = org.diff(BEFORE, "2021-06-01")
    nodes = triples(d)
    assert len(nodes) == len(list(with_parts(d.events)))
    by_kind = {(str(n[ORGG + "kind"][0].value), n[DCTERMS + "subject"][0]): n for n in nodes.values()}  # type: ignore[union-attr]  # a literal
    ben, ann, cid = (next(e for e in d.events if e.name == name) for name in ("Ben", "Ann", "Cid"))
    joined = next(n for n in nodes.values() if n[ORGG + "kind"] == [Literal("joined")] and ben.subject in
                  n[DCTERMS + "subject"])  # fmt: skip
    assert {PROV + "Activity", ORGG + "Event"} == {*joined[RDF_TYPE]}
    assert [t.value for t in joined[PROV + "startedAtTime"] if isinstance(t, Literal)] == ["2021-05-01T00:00:00"]
    facts = {f"urn:orggraph:fact:{fact.id}" for fact in org.ledger.believed()}
    assert joined[PROV + "generated"] and {*joined[PROV + "generated"]} <= facts and PROV + "used" not in joined
    left = by_kind["left", ann.subject]
    assert {*left[PROV + "used"]} <= facts and PROV + "generated" not in left
    within = by_kind["joined", cid.subject]
    assert PROV + "startedAtTime" not in within
    assert {t.value for t in within[ORGG + "startLatest"] if isinstance(t, Literal)} == {"2021-03-31"}


def test_only_a_stated_merger_is_a_change_event_of_w3c_org() -> None:
    events = [node for node in triples(stated_merger()).values() if ORG + "ChangeEvent" in node[RDF_TYPE]]
    (merged,) = [node for node in events if node[ORGG + "changeType"] == [Literal("merged")]]
    assert len(merged[ORG + "originalOrganization"]) == 2 and len(merged[ORG + "resultingOrganization"]) == 1
    detected = [n for n in triples(merger()).values() if n[ORGG + "kind"] == [Literal("merged")]]
    assert len(detected) == 1 and ORG + "ChangeEvent" not in detected[0][RDF_TYPE]
    assert len(detected[0][DCTERMS + "hasPart"]) == len(next(e for e in merger().events if e.evidence).parts)


def test_activities_come_in_one_order_and_load_into_a_store() -> None:
    written = []
    for rows in (ROWS, ROWS[::-1]):
        org = OrgGraph(clock=lambda: 1_700_000_000_000_000)
        org.load(rows)
        d = org.diff("2024-01-01", "2025-01-02")
        written.append(as_prov(d))
    assert written[0] == written[1]
    store = pyoxigraph.Store()
    store.load(written[0].encode(), format=pyoxigraph.RdfFormat.TURTLE)
    asked = store.query("SELECT (COUNT(DISTINCT ?e) AS ?n) { ?e a <http://www.w3.org/ns/prov#Activity> }")
    assert isinstance(asked, pyoxigraph.QuerySolutions)
    assert [int(found["n"].value) for found in asked] == [len(list(with_parts(d.events)))]


def run(*words: str) -> str:
    result = CliRunner().invoke(main, ["--data", SAMPLE, "diff", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("option", ["--why", "--explain"])
def test_why_names_role_changes_and_sources_in_every_form_that_has_a_place_for_them(option: str) -> None:
    quote = "Anthropic has hired Patil as chief technology officer"
    for form in ("text", "json", "markdown", "html"):
        told = run(*DAYS, "--format", form, option)
        assert "anthropic.csv" in told and "https://knowtechie.com/anthropic-hires-stripe-cto/" in told, form
        assert quote in told, form
    document = json.loads(run(*DAYS, "--format", "json", option))
    (patil,) = (said for event in document["events"][:1] for fact in event["why"] for said in fact["statements"][1:])
    assert patil["line"] == 4 and patil["file"].endswith("anthropic.csv") and patil["quote"].startswith(quote)
    jsonschema.validate(document, diff_schema())
    assert all(event["why"] for event in document["events"])
    assert "why" not in json.loads(run(*DAYS, "--format", "json"))["events"][0]


@pytest.mark.parametrize("words", [["--format", "csv"], ["--format", "prov"], ["--format", "rdf-patch"], ["--stat"]])
def test_why_is_refused_where_it_has_no_place(words: list[str]) -> None:
    result = CliRunner().invoke(main, ["--data", SAMPLE, "diff", *DAYS, "--why", *words])
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"--why has no place in {' '.join(words)} (expected --format text, json, markdown, html)" in result.stderr


def test_the_command_shows_the_page_on_events_the_histogram_and_the_page() -> None:
    assert CliRunner().invoke(main, ["diff", "--events"]).stdout == events_page().read_text(encoding="utf-8")
    assert run("--stat", *DAYS).splitlines()[1] == " Anthropic | 6 +++~~~"
    assert run(*DAYS, "--format", "html").startswith("<!DOCTYPE html>")
    assert "orgg:kind" in run(*DAYS, "--format", "prov")
    refused = CliRunner().invoke(main, ["--data", SAMPLE, "diff", *DAYS, "--stat", "--format", "json"])
    assert refused.exit_code == 2 and "--stat is written as text, not as json" in refused.stderr
