"""Tests of what changed between two days: triples that apply and invert, events that leave nothing out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph.diff import KINDS, Diff, apply, as_csv, as_json, as_markdown, diff, invert, rdf_patch, sparql_update, text
from orggraph.diff.formats import COLUMNS
from orggraph.errors import UnsupportedError
from orggraph.facts import (
    ACTING,
    ATTRIBUTE,
    DERIVED,
    FACT_KINDS,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    NAME,
    PERSON_NAME,
    PLACE,
    POST_IN,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    TRUE,
    Fact,
)  # fmt: skip
from orggraph.graph import OrgGraph
from orggraph.period import ONGOING, Moment, day
from orggraph.snapshot import IN_OFFICE, Snapshot
from orggraph.timeline import Timeline
from orggraph.vocabulary import ORGG, Literal

ACME = {"organization": "Acme"}


def changes(*rows: dict[str, str]) -> OrgGraph:
    org = OrgGraph()
    org.load([{"source": "test", "stated": "2030-01-01", **ACME, **row} for row in rows])
    return org


def sentences(d: Diff, *, kinds: tuple[str, ...] = ()) -> list[str]:
    return [event.text for event in d.events if event.subject and (not kinds or event.kind in kinds)]


def starts(person: str, post: str, effective: str, until: str = "..", **more: str) -> dict[str, str]:
    return {"kind": "starts", "person": person, "post": post, "effective": effective, "until": until, **more}


SEED = Path(__file__).resolve().parents[1] / "data" / "anthropic.csv"


def test_the_seed_case_reads_as_a_person_would_tell_it() -> None:
    org = OrgGraph()
    org.load(str(SEED))
    told = text(org.diff("2025-09-01", "2025-10-03"))
    assert "+ Rahul Patil joined as CTO, replacing Sam McCandlish" in told
    assert "~ Sam McCandlish moved to Chief Architect (new post; CTO before, since when is not known)\n" in told
    assert "~ Rahul Patil and Sam McCandlish both now report to Daniela Amodei\n" in told
    assert told.index("in office;") < told.index("joined as")


TOLD = [
    ("joined", [starts("Ann", "CEO", "2020-01-01"), starts("Ben", "CFO", "2021-05-01")], ["Ben joined as CFO"]),
    ("left", [starts("Ann", "CEO", "2020-01-01"), starts("Ben", "CFO", "2020-01-01", "2021-05-01")],
     ["Ben left as CFO (the post has no known holder now)"]),
    ("succession", [starts("Ann", "CEO", "2020-01-01", "2021-05-01"), starts("Ben", "CEO", "2021-05-01")],
     ["Ben joined as CEO, replacing Ann", "Ann left as CEO"]),
    ("moved", [starts("Ann", "CFO", "2020-01-01", "2021-05-01"), starts("Ann", "CEO", "2021-05-01")],
     ["Ann moved from CFO to CEO (the post has no known holder now)"]),
    ("also", [starts("Ann", "CFO", "2020-01-01"), starts("Ann", "CEO", "2021-05-01")], ["Ann is now also CEO"]),
    ("gave up", [starts("Ann", "CFO", "2020-01-01"), starts("Ann", "CEO", "2020-01-01", "2021-05-01")],
     ["Ann is no longer CEO (still CFO; the post has no known holder now)"]),
    ("two left and two came", [
        *(starts(p, "Judge", "2020-01-01", "2021-05-01") for p in ("Ann", "Ben")),
        *(starts(p, "Judge", "2021-05-01") for p in ("Cid", "Dan"))],
     ["Cid joined as Judge", "Dan joined as Judge", "Ann left as Judge", "Ben left as Judge"]),
    ("may have joined", [starts("Ann", "CEO", "2021-05/2021-07")],
     ["Ann may have joined as CEO (perhaps only after 2021-06-01)"]),
    ("confirmed", [starts("Ann", "CEO", "2020-12/2021-02")], ["Ann is certain to be CEO (only possible before)"]),
    ("doubtful", [starts("Ann", "CEO", "2020-01-01", "2021-05/2021-07")],
     ["Ann may no longer be CEO (perhaps only after 2021-06-01)"]),
    ("two terms that touch", [
        starts("Ann", "CEO", "2020-01-01", "2021-05-01", record="1"), starts("Ann", "CEO", "2021-05-01", record="2")],
     ["Ann began a new term as CEO"]),
    ("acting", [starts("Ann", "CEO", "2020-01-01"), {"kind": "acting", "person": "Ann", "post": "CEO",
                                                     "effective": "2021-05-01", "until": "2022-01-01"}],
     ["Ann is now acting as CEO"]),
    ("leave", [starts("Ann", "CEO", "2020-01-01"), {"kind": "leave", "person": "Ann", "post": "CEO", "reason": "sick",
                                                    "effective": "2021-05-01", "until": "2022-01-01"}],
     ["Ann is on leave as CEO (sick)"]),
    ("renamed", [starts("Ann", "CEO", "2020-01-01"), {"kind": "renamed", "person": "Ann", "into": "Ann Lee",
                                                      "effective": "2021-05-01"}],
     ["Ann is now called Ann Lee"]),
    ("manager changed", [
        starts("Ann", "CEO", "2020-01-01"), starts("Ben", "COO", "2020-01-01"), starts("Cid", "CTO", "2020-01-01"),
        {"kind": "reports", "person": "Cid", "reports_to": "Ann", "effective": "2020-01-01", "until": "2021-05-01"},
        {"kind": "reports", "person": "Cid", "reports_to": "Ben", "effective": "2021-05-01"}],
     ["Cid now reports to Ben (before: Ann)"]),
    ("line changed", [
        starts("Ann", "CEO", "2020-01-01"), starts("Cid", "CTO", "2020-01-01"),
        {"kind": "reports", "person": "Cid", "reports_to": "Ann", "effective": "2020-01-01", "until": "2021-05-01"},
        {"kind": "reports", "person": "Cid", "reports_to": "Ann", "line": "dotted", "effective": "2021-05-01"}],
     ["Cid now reports to Ann on a dotted line (before: a solid line)"]),
    ("post created", [starts("Ann", "CEO", "2020-01-01"),
                      {"kind": "created", "post": "CTO", "effective": "2021-05-01"}],
     ["the post CTO was created in Acme (vacant)"]),
    ("post abolished with its holder", [
        {"kind": "created", "post": "CTO", "effective": "2019-01-01", "until": "2021-05-01"},
        starts("Ann", "CTO", "2020-01-01", "2021-05-01")],
     ["Ann left as CTO (the post was abolished)"]),
    ("unit created", [starts("Ann", "CEO", "2020-01-01"),
                      {"kind": "created", "unit": "Labs", "effective": "2021-05-01"}],
     ["Labs was created in Acme"]),
    ("unit moved", [
        {"kind": "created", "unit": "Labs", "into": "West", "effective": "2020-01-01"},
        starts("Ann", "Head", "2020-01-01", unit="Labs"),
        {"kind": "created", "unit": "West", "effective": "2020-01-01"},
        {"kind": "created", "unit": "East", "effective": "2020-01-01"},
        {"kind": "moved", "unit": "Labs", "into": "East", "effective": "2021-05-01"}],
     ["Labs moved to East (before: West)"]),
    ("merged", [
        *({"kind": "created", "unit": u, "effective": "2020-01-01", "until": "2021-05-01"} for u in ("East", "West")),
        {"kind": "created", "unit": "Both", "effective": "2021-05-01"},
        *({"kind": "merged", "unit": unit, "into": "Both", "effective": "2021-05-01"} for unit in ("East", "West"))],
     ["East and West merged into Both"]),
    ("split", [
        {"kind": "created", "unit": "Both", "effective": "2020-01-01", "until": "2021-05-01"},
        *({"kind": "created", "unit": unit, "effective": "2021-05-01"} for unit in ("East", "West")),
        *({"kind": "split", "unit": "Both", "into": unit, "effective": "2021-05-01"} for unit in ("East", "West"))],
     ["Both split into East and West"]),
    ("attribute changed", [
        starts("Ann", "CEO", "2020-01-01"),
        {"kind": "states", "person": "Ann", "property": "grade", "value": "7", "effective": "2020-01-01"},
        {"kind": "states", "person": "Ann", "property": "grade", "value": "8", "effective": "2021-05-01"}],
     ["Ann now has grade 8 (before: 7)"]),
    ("nothing", [starts("Ann", "CEO", "2020-01-01")], []),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [pytest.param(rows, told, id=name) for name, rows, told in TOLD])
def test_each_kind_of_change_is_told_once_and_completely(rows: list[dict[str, str]], expected: list[str]) -> None:
    d = changes(*rows).diff("2021-01-01", "2021-06-01")
    told = [e.text for e in d.events if (e.subject and e.kind != "confirmed") or "certain to be" in e.text]
    assert sorted(told) == sorted(expected)
    _assert_complete(d)


def test_people_who_get_the_same_manager_are_told_together() -> None:
    team = ["Ann", "Ben", "Cid", "Dan", "Eve", "Fay", "Gus"]
    org = changes(*(starts(p, f"{p}'s post", "2021-05-01", reports_to="Zoe") for p in team[:2]))
    assert "Ann and Ben both now report to Zoe" in text(org.diff("2021-01-01", "2021-06-01"))
    org = changes(*(starts(p, f"{p}'s post", "2021-05-01", reports_to="Zoe") for p in team))
    assert "Ann, Ben, Cid, Dan, Eve and 2 others now report to Zoe" in text(org.diff("2021-01-01", "2021-06-01"))


def test_holders_follow_the_post_and_are_told_instead_of_it() -> None:
    org = changes(
        starts("Ann", "CEO", "2020-01-01"), starts("Cid", "CTO", "2020-01-01"),
        {"kind": "reports", "post": "CTO", "reports_to_post": "CEO", "effective": "2021-05-01"},
    )  # fmt: skip
    d = org.diff("2021-01-01", "2021-06-01")
    assert sentences(d, kinds=("manager changed",)) == ["Cid now reports to Ann"]
    _assert_complete(d)


def test_who_is_not_in_office_neither_joins_nor_is_counted() -> None:
    org = _timeline(
        _held("ann", "chair", "2021-05-01"),
        _fact(ATTRIBUTE, "urn:t:ann-chair", IN_OFFICE, Literal("false"), "2021-05-01"),
    )
    d = _between(org, "2021-01-01", "2021-06-01")
    assert (d.counts["joined"], d.counts["people after"]) == (0, 0)
    assert [e.kind for e in d.events] == ["attribute changed"]
    _assert_complete(d)


def test_a_knowledge_diff_is_named_as_such_and_never_mixed() -> None:
    timeline = _timeline(_held("ann", "chair", "2020-01-01"))
    known = diff(Snapshot(timeline, 737791, recorded_by=-1), Snapshot(timeline, 737791, recorded_by=5))
    assert known.axis == "knowledge"
    assert text(known).startswith("What is known about 2021-01-01 changed (corrections")
    with pytest.raises(UnsupportedError, match="both the days and the recorded times differ"):
        diff(Snapshot(timeline, 1, recorded_by=1), Snapshot(timeline, 2, recorded_by=2))


def test_a_difference_refuses_what_it_does_not_start_from() -> None:
    d = changes(starts("Ann", "CEO", "2021-05-01")).diff("2021-01-01", "2021-06-01")
    with pytest.raises(UnsupportedError, match="does not apply"):
        apply(invert(d), {})


HOSTILE = "O'Brien & Söhne <CTO>\x1b[31m | *x*"


def test_formats_say_the_same_and_escape_names() -> None:
    d = changes(starts(HOSTILE, "CEO", "2021-05-01"), starts("Ann", "CFO", "2020-12/2021-02")).diff(
        "2021-01-01", "2021-06-01"
    )
    document = json.loads(json.dumps(as_json(d)))
    assert [event["text"] for event in document["events"]] == [event.text for event in d.events]
    assert tuple(document["events"][0]) == (*COLUMNS, "parts")
    rows = list(csv.DictReader(io.StringIO(as_csv(d), newline="")))
    assert [row["kind"] for row in rows] == [event.kind for event in d.events]
    assert "\x1b" not in text(d) and "\x1b" not in as_markdown(d)
    assert r"\<CTO\>" in as_markdown(d) and r"\*x\*" in as_markdown(d)
    assert text(d, colour=True).count("\x1b[0m") == len([line for line in text(d).splitlines() if line[:2] == "  "])


def test_rdf_forms_lead_from_the_certain_triples_of_one_day_to_those_of_the_other() -> None:
    import pyoxigraph

    org = changes(
        starts("Ann", "CEO", "2020-01-01", "2021-05-01"), starts("Ben", "CEO", "2021-05-01"),
        starts("Cid", "CFO", "2020-12/2021-02"), starts('D"x\\\n', "COO", "2020-01-01", "2021-05/2021-07"),
    )  # fmt: skip
    a, b = (org.as_of(d).snapshot for d in ("2021-01-01", "2021-06-01"))
    d = diff(a, b)
    store = pyoxigraph.Store()
    store.update(f"INSERT DATA {{ {_ntriples(a)} }}")
    store.update(sparql_update(d))
    after = pyoxigraph.Store()
    after.update(f"INSERT DATA {{ {_ntriples(b)} }}")
    assert set(store) == set(after)
    patch = rdf_patch(d).splitlines()
    assert (patch[0], patch[-1]) == ("TX .", "TC .")
    assert {line[0] for line in patch[1:-1]} == {"A", "D"}


def _ntriples(snapshot: Snapshot) -> str:
    from orggraph.rdf.terms import to_oxigraph

    firm = [triple for triple, label in snapshot.triples().items() if label != "possible"]
    return "\n".join(f"{' '.join(str(to_oxigraph(term)) for term in triple)} ." for triple in firm)


def _assert_complete(d: Diff) -> None:
    told = [triple for event in d.events for triple in event.triples]
    assert len(told) == len(set(told))
    assert set(told) == {*d.added, *d.removed, *d.relabelled}
    assert {event.kind for event in d.events} <= set(KINDS)


def _fact(
    kind: str, subject: str, predicate: str, object: str | Literal, start: str, end: str = "..", *, post: str = "",
    tenure: str = "", flags: tuple[str, ...] = (), premises: tuple[str, ...] = (),
) -> Fact:  # fmt: skip
    last = ONGOING if end == ".." else Moment.parse(end)
    name = tenure or f"urn:t:{subject}{predicate.rpartition('#')[2]}{object}"
    return Fact(
        kind=kind, tenure=name, subject=subject, predicate=predicate, object=object, post=post,
        start=Moment.parse(start), end=last, confirmed=day("2029-01-01"), flags=flags, premises=premises,
    )  # fmt: skip


def _held(person: str, post: str, start: str, end: str = "..", *, term: str = "") -> Fact:
    return _fact(MEMBERSHIP, f"urn:{person}", MEMBER_OF, "urn:acme", start, end, post=f"urn:{post}",
                 tenure=f"urn:t:{person}-{post}{term}")  # fmt: skip


def _timeline(*facts: Fact) -> Timeline:
    return Timeline(facts)


def _between(timeline: Timeline, a: str, b: str) -> Diff:
    return diff(Snapshot(timeline, day(a)), Snapshot(timeline, day(b)))


MOMENTS = st.sampled_from(["2020", "2021-03-01", "2021-03", "2021-03/2021-05", "2021-04-01", "../2021-02-01"])
ENDS = st.sampled_from(["..", "2021-04-01", "2021-04", "2021-05/2022-01", "2022-01-01", "2021-06/.."])
PEOPLE = st.sampled_from(["ann", "ben", "cid"])
POSTS = st.sampled_from(["ceo", "cto"])
DAYS = st.sampled_from(["2020-06-01", "2021-02-15", "2021-03-01", "2021-04-01", "2021-05-15", "2023-01-01"])


@st.composite
def _some_fact(draw: st.DrawFn) -> Fact:
    kind = draw(st.sampled_from([k for k in FACT_KINDS if k not in ("type", "event")]))
    person, other, post = draw(PEOPLE), draw(PEOPLE), draw(POSTS)
    start, end = draw(MOMENTS), draw(ENDS)
    if kind == MEMBERSHIP:
        return _held(person, post, start, end, term=draw(st.sampled_from(["", "2"])))
    if kind == LINE:
        predicate = draw(st.sampled_from([REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO]))
        flags = draw(st.sampled_from([(), (DERIVED,)]))
        return _fact(LINE, f"urn:{person}", predicate, f"urn:{other}", start, end, flags=flags)
    if kind == NAME:
        return _fact(NAME, f"urn:{person}", PERSON_NAME, Literal(other), start, end)
    if kind == PLACE:
        return _fact(PLACE, f"urn:{post}", POST_IN, draw(st.sampled_from(["urn:acme", "urn:labs"])), start, end)
    subject, predicate, value = draw(st.sampled_from([
        (f"urn:t:{person}-{post}", ACTING, TRUE), (f"urn:t:{person}-{post}", IN_OFFICE, Literal("false")),
        (f"urn:{person}", ORGG + "grade", Literal(other)), (f"urn:{post}", ORGG + "seats", Literal("1")),
    ]))  # fmt: skip
    return _fact(ATTRIBUTE, subject, predicate, value, start, end)


@settings(max_examples=300, deadline=None)
@given(st.lists(_some_fact(), max_size=10), DAYS, DAYS)
def test_differences_apply_invert_and_are_told_completely(facts: list[Fact], a: str, b: str) -> None:
    timeline = Timeline(dict.fromkeys(facts))
    first, second = (Snapshot(timeline, day(d)) for d in (a, b))
    d = diff(first, second)
    assert apply(d, first.triples()) == second.triples()
    assert apply(invert(d), second.triples()) == first.triples()
    _assert_complete(d)
    assert diff(Snapshot(Timeline(reversed(list(dict.fromkeys(facts)))), first.day), second).events == d.events


TRUTH = [
    ("2007-06-26", "2007-07-03", (26, 21, 63)),
    ("2010-05-10", "2010-05-20", (118, 119, 0)),
    ("2022-07-04", "2022-07-09", (26, 28, 25)),
    ("2022-09-05", "2022-09-08", (22, 32, 40)),
    ("2024-07-04", "2024-07-15", (112, 126, 0)),
    ("2025-09-04", "2025-09-09", (22, 23, 43)),
]


@pytest.fixture(scope="module")
def ministers(shared: Path) -> OrgGraph:
    org = OrgGraph()
    org.load(shared / "ifg_ministers", keep_going=True)
    return org


@pytest.mark.parametrize(("a", "b", "expected"), TRUTH)
def test_changes_of_government_are_counted_as_by_hand(
    ministers: OrgGraph, a: str, b: str, expected: tuple[int, int, int]
) -> None:
    d = ministers.diff(a, b)
    assert (d.counts["joined"], d.counts["left"], d.counts["moved"]) == expected
    _assert_complete(d)


def test_departments_merged_and_split_in_february_2023(ministers: OrgGraph) -> None:
    d = ministers.diff("2023-02-06", "2023-02-08")
    beis = "Department for Business, Energy and Industrial Strategy"
    split = [event for event in d.events if event.kind == "split"]
    assert [(event.name, event.after) for event in split] == [
        (beis, ("Department for Energy Security and Net Zero", "Department for Business and Trade"))
    ]
    (renamed,) = [event for event in d.events if event.kind == "unit renamed"]
    assert (renamed.before, renamed.after) == (
        ("Department for Digital, Culture, Media and Sport",), ("Department for Culture, Media and Sport",)
    )  # fmt: skip
    merged = [(event.before, event.after) for event in d.events if event.kind == "merged"]
    assert merged == [(("Department for International Trade",), ("Department for Business and Trade",))]
