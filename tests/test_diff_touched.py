"""The comparison of what is touched against that of everything: they must be equal in every part.

Two snapshots of one timeline are compared by what changed between them; two of different timelines as a whole. A
second timeline of the same facts is therefore the slow reference.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import orggraph
from orggraph import OrgGraph
from orggraph.changes import RoleChange, with_occurrences
from orggraph.diff import Diff, diff
from orggraph.diff.presence import RANKS, in_office, present, ranks
from orggraph.diff.side import Side, sides
from orggraph.diff.touched import touched
from orggraph.diff.triples import changed_triples
from orggraph.errors import ChangeError, OrgGraphError
from orggraph.facts import (
    ACTING,
    ATTRIBUTE,
    EVENT,
    HEAD_OF,
    HEAD_ROLE,
    LABEL,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    NAME,
    PERSON_NAME,
    PLACE,
    POST_IN,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    REPORTS_TO,
    TRUE,
    TYPE,
    UNIT_OF,
    Fact,
    triples,
)
from orggraph.period import ONGOING, OPEN_EARLY, Moment, day
from orggraph.snapshot import IN_OFFICE, Snapshot
from orggraph.timeline import Timeline
from orggraph.vocabulary import CLASSES, ORG, ORGG, RDF_TYPE, Literal, Term

Row = dict[str, str]
FALSE, ALWAYS = Literal("false"), Moment(OPEN_EARLY, OPEN_EARLY, "..")
MOMENTS = st.sampled_from([
    ALWAYS, *map(Moment.parse, ("2020", "2021-03-01", "2021-03", "2021-03/2021-05", "2021-04-01", "../2021-02-01")),
])  # fmt: skip
ENDS = st.sampled_from(["..", "..", "2021-04-01", "2021-04", "2021-05/2022-01", "2022-01-01", "2021-06/.."])
DAYS = st.sampled_from(["2020-06-01", "2021-02-15", "2021-03-01", "2021-04-01", "2021-05-15", "2023-01-01"])
RECORDED = st.sampled_from([None, None, 1, 2, 3])
PEOPLE, POSTS, PLACES = ("ann", "ben", "cid"), ("ceo", "cto"), ("acme", "labs", "east")


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """Give a fact of any kind, also of such as no history leads to."""
    subject, predicate, target, more = draw(st.one_of(memberships(), lines(), others()))
    kind = more.pop("kind")
    last = draw(ENDS)
    recorded = draw(st.sampled_from([0, 1, 2]))
    superseded = draw(st.sampled_from([None, None, None, recorded + 1, recorded + 2]))
    return Fact(
        kind=kind, subject=subject, predicate=predicate, object=target,
        tenure=more.pop("tenure", f"urn:t:{subject}{predicate.rpartition('#')[2]}{target}"),
        start=draw(MOMENTS), end=ONGOING if last == ".." else Moment.parse(last),
        confirmed=day(draw(DAYS)), recorded=recorded, superseded=superseded, **more,
    )  # fmt: skip


Said = tuple[str, str, Term, dict[str, str]]


@st.composite
def memberships(draw: st.DrawFn) -> Said:
    person, post, place = (draw(st.sampled_from(some)) for some in (PEOPLE, POSTS, PLACES))
    where = draw(st.sampled_from([{"post": f"urn:{post}"}, {"role": HEAD_ROLE}, {"role": "urn:chief"}, {}]))
    tenure = f"urn:t:{draw(st.sampled_from(PEOPLE))}-{post}{draw(st.sampled_from(['', '2']))}"
    return f"urn:{person}", MEMBER_OF, f"urn:{place}", {"kind": MEMBERSHIP, "tenure": tenure, **where}


@st.composite
def lines(draw: st.DrawFn) -> Said:
    ends = st.sampled_from([*PEOPLE, *POSTS])
    predicate = draw(st.sampled_from([REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO]))
    return f"urn:{draw(ends)}", predicate, f"urn:{draw(ends)}", {"kind": LINE}


@st.composite
def others(draw: st.DrawFn) -> Said:
    person, other, post, place, unit = (draw(st.sampled_from(s)) for s in (PEOPLE, PEOPLE, POSTS, PLACES, PLACES))
    tenure = f"urn:t:{person}-{post}"
    classes = [CLASSES["person"], CLASSES["post"], CLASSES["unit"], CLASSES["organization"]]
    subject, predicate, target, kind = draw(st.sampled_from([
        (f"urn:{person}", PERSON_NAME, Literal(other), NAME), (f"urn:{post}", LABEL, Literal(other), NAME),
        (f"urn:{place}", LABEL, Literal(other), NAME), (f"urn:{post}", POST_IN, f"urn:{place}", PLACE),
        (f"urn:{place}", UNIT_OF, f"urn:{unit}", PLACE), (tenure, ACTING, TRUE, ATTRIBUTE),
        (tenure, IN_OFFICE, FALSE, ATTRIBUTE), (f"urn:{person}", ORGG + "grade", Literal(other), ATTRIBUTE),
        (f"urn:{person}", REPORTS_TO, f"urn:{other}", ATTRIBUTE), (tenure, RDF_TYPE, ORG + "Membership", ATTRIBUTE),
        (f"urn:{person}", HEAD_OF, f"urn:{place}", ATTRIBUTE), (tenure, ORG + "member", f"urn:{person}", ATTRIBUTE),
        (f"urn:{post}", RDF_TYPE, classes[1], TYPE), (f"urn:{place}", RDF_TYPE, classes[2], TYPE),
        (f"urn:{person}", RDF_TYPE, classes[0], TYPE), ("urn:acme", RDF_TYPE, classes[3], TYPE),
        (f"urn:{post}", ORGG + "absence", Literal("unknown"), ATTRIBUTE), ("urn:change", LABEL, Literal("it"), NAME),
        ("urn:change", ORG + "originalOrganization", f"urn:{place}", EVENT),
        ("urn:change", ORG + "resultingOrganization", f"urn:{unit}", EVENT),
    ]))  # fmt: skip
    return subject, predicate, target, {"kind": kind}


@st.composite
def looks(draw: st.DrawFn) -> tuple[tuple[str, int | None, bool], tuple[str, int | None, bool]]:
    """Give two sides: two days as known at one time, or one day as known at two."""
    strict, on, known = draw(st.booleans()), draw(DAYS), draw(RECORDED)
    if draw(st.booleans()):
        return (on, known, strict), (draw(DAYS), known, strict)
    return (on, known, strict), (on, draw(RECORDED), draw(st.booleans()))


def both(timeline: Timeline, one: tuple[str, int | None, bool], other: tuple[str, int | None, bool]) -> None:
    """Compare the two ways of comparing two sides."""
    a, b = (Snapshot(timeline, day(on), recorded_by=known, strict=strict) for on, known, strict in (one, other))
    apart = Snapshot(again(timeline), b.day, recorded_by=b.recorded_by, strict=b.strict)
    assert_equal(diff(a, b), diff(a, apart))


def again(timeline: Timeline) -> Timeline:
    return Timeline(timeline.facts, sources=timeline.sources)


def assert_equal(found: Diff, expected: Diff) -> None:
    for part in ("added", "removed", "relabelled"):
        assert list(getattr(found, part).items()) == list(getattr(expected, part).items()), part
    assert found.events == expected.events
    assert list(found.counts.items()) == list(expected.counts.items())
    assert found == expected


def fact(kind: str, subject: str, predicate: str, target: Term, start: str = "", end: str = "", **more: str) -> Fact:
    return Fact(
        kind=kind, subject=subject, predicate=predicate, object=target, confirmed=day("2030-01-01"),
        tenure=more.get("tenure", f"urn:t:{subject}{predicate}"), post=more.get("post", ""),
        start=Moment.parse(start) if start else ALWAYS, end=Moment.parse(end) if end else ONGOING,
    )  # fmt: skip


CASES = {
    "a change event begins, which has a name": [
        fact(EVENT, "urn:change", ORG + "originalOrganization", "urn:labs", "2021-03-01", "2021-06-01"),
        fact(NAME, "urn:change", LABEL, Literal("The merger")),
    ],
    "one tenure of two people, of whom one changes elsewhere": [
        fact(MEMBERSHIP, "urn:ben", MEMBER_OF, "urn:acme", "2020-01-01", tenure="urn:t:1"),
        fact(MEMBERSHIP, "urn:ann", MEMBER_OF, "urn:labs", "2020-01-02", tenure="urn:t:1"),
        fact(MEMBERSHIP, "urn:ben", MEMBER_OF, "urn:labs", "2021-04-01", tenure="urn:t:2"),
    ],
    "one post with two holders, of whom one is not in office any more": [
        fact(MEMBERSHIP, "urn:ann", MEMBER_OF, "urn:acme", "2020-01-01", tenure="urn:t:1", post="urn:ceo"),
        fact(MEMBERSHIP, "urn:ben", MEMBER_OF, "urn:acme", "2020-01-02", tenure="urn:t:2", post="urn:ceo"),
        fact(ATTRIBUTE, "urn:t:1", IN_OFFICE, FALSE, "2021-04-01"),
    ],
    "an emeritus becomes something else too": [
        fact(MEMBERSHIP, "urn:ann", MEMBER_OF, "urn:acme", "2020-01-01", tenure="urn:t:1", post="urn:ceo"),
        fact(ATTRIBUTE, "urn:t:1", IN_OFFICE, FALSE, "2020-01-01"),
        fact(MEMBERSHIP, "urn:ann", MEMBER_OF, "urn:labs", "2021-04-01", tenure="urn:t:2"),
    ],
    "a grade of somebody who comes later": [
        fact(ATTRIBUTE, "urn:ann", ORGG + "grade", Literal("7"), "2020-01-01"),
        fact(LINE, "urn:ben", REPORTS_DIRECTLY_TO, "urn:ann", "2021-04-01"),
    ],
}


@pytest.mark.parametrize("case", CASES)
def test_named_cases(case: str) -> None:
    timeline = Timeline(CASES[case])
    both(timeline, ("2021-02-15", None, False), ("2021-05-15", None, False))
    both(timeline, ("2021-05-15", None, False), ("2021-02-15", None, False))
    check_sides(*(Snapshot(timeline, day(on)) for on in ("2021-02-15", "2021-05-15")))


@settings(max_examples=200, deadline=None)
@given(st.lists(facts(), max_size=14), looks())
def test_any_facts_on_both_axes(
    told: list[Fact], ends: tuple[tuple[str, int | None, bool], tuple[str, int | None, bool]]
) -> None:
    both(Timeline(dict.fromkeys(told)), *ends)


@settings(max_examples=150, deadline=None)
@given(st.lists(facts(), max_size=14), DAYS, DAYS, st.booleans())
def test_a_side_answers_of_what_is_not_touched_as_a_whole_day_does(
    told: list[Fact], one: str, other: str, strict: bool
) -> None:
    timeline = Timeline(dict.fromkeys(told))
    check_sides(*(Snapshot(timeline, day(on), strict=strict) for on in (one, other)))


def check_sides(a: Snapshot, b: Snapshot) -> None:
    found = touched(a, b)
    difference, giving = changed_triples(a.timeline, found)
    changed = {*difference.added, *difference.removed, *difference.relabelled}
    for near, snapshot in zip(sides(a, b, found, giving), (a, b), strict=True):
        whole = Side(snapshot)
        for name in ("held", "aside", "holders", "links", "places", "inside", "names", "tenures", "line_tenures"):
            index, expected = getattr(near, name), getattr(whole, name)
            assert set(index) <= set(expected)
            assert {key: index[key] for key in expected} == dict(expected), name
            assert "urn:nobody" not in index and index.get("urn:nobody", 1) == 1
        assert {key: near.states.get(key) for key in whole.states} == dict(whole.states)
        assert {term for term in {*whole.present, *near.present} - {""} if term in near.present} == whole.present - {""}
        assert near.in_office() == whole.in_office()
        assert near.facts == [fact for fact in whole.facts if not changed.isdisjoint(triples(fact))]


@settings(max_examples=150, deadline=None)
@given(st.lists(facts(), max_size=14), DAYS, RECORDED, st.booleans())
def test_columns_label_and_count_as_facts_do(told: list[Fact], on: str, known: int | None, strict: bool) -> None:
    timeline = Timeline(dict.fromkeys(told))
    snapshot = Snapshot(timeline, day(on), recorded_by=known, strict=strict)
    rows = timeline.possible(snapshot.day, recorded_by=known)
    labels = dict.fromkeys(range(len(timeline.facts)), "")
    labels |= {row: snapshot.certainty(timeline.facts[row]) for row in rows.tolist()}
    every = list(labels)
    assert [RANKS[rank] for rank in ranks(snapshot, timeline.of_kind(NAME))] == [
        labels[row] for row in every if timeline.facts[row].kind == NAME
    ]
    whole = Side(snapshot)
    numbers = sorted(timeline.terms.number(fact.subject) for fact in timeline.facts)
    terms = np.unique(np.array(numbers, dtype=np.int32))
    assert present(snapshot, terms).tolist() == [timeline.terms.text(n) in whole.present for n in terms.tolist()]
    assert in_office(snapshot) == whole.in_office()


CHANGE_DAYS = ["2012-05-01", "2014-02-01", "2014-06-15", "2018-03-01", "2018-03-02", "2020-03-15", "2030-01-01"]
CHANGES = st.sampled_from([*CHANGE_DAYS[:-1], "2018", "2020-03-01/2020-04-01", "../2021-01-01", "2014-02"])


@st.composite
def statements(draw: st.DrawFn) -> Row:
    """Give a role change: of two organizations, with renames, leaves, acting, moves, mergers and judgements."""
    kind = draw(st.sampled_from(
        ["starts"] * 4 + ["ends", "holds", "reports", "renamed", "states", "leave", "acting"]
        + ["moved", "merged", "created"]
    ))  # fmt: skip
    number, other = draw(st.integers(0, 4)), draw(st.integers(0, 4))
    made = {
        "kind": kind, "person": f"Person {number}", "person_id": f"p{number}",
        "organization": draw(st.sampled_from(["Acme", "Acme", "Bolt"])),
        "source": draw(st.sampled_from(["register", "news"])), "stated": draw(st.sampled_from(CHANGE_DAYS)),
        "effective": draw(CHANGES),
    }  # fmt: skip
    unit = f"Unit {draw(st.integers(0, 1))}"
    post = {"post": f"Post {other}"}
    places: list[Row] = [post | {"unit": unit}, post, {"role": "chief"}, {"unit": unit}]
    if kind in ("starts", "ends", "leave", "acting", "holds"):
        made |= draw(st.sampled_from(places))
    if kind in ("starts", "reports") and draw(st.booleans()):
        line = draw(st.sampled_from(["direct", "dotted"]))
        made |= {"reports_to": f"Person {other}", "reports_to_id": f"p{other}", "line": line}
    if kind == "starts" and draw(st.booleans()):
        made |= {"until": draw(st.sampled_from(["..", "unknown", "2022-01-01", "2018-03-02"]))}
    if kind == "renamed":
        made |= {"into": f"Person {other}"}
    if kind == "states":
        made |= {"property": draw(st.sampled_from(["grade", "inOffice"]))}
        made |= {"value": draw(st.sampled_from(["7", "false"]))}
    if kind in ("moved", "merged", "created"):
        made |= {"unit": unit, "into": f"Unit {other}", "person": "", "person_id": ""}
    return made


def loaded(loads: Iterable[list[Row]]) -> OrgGraph:
    """Load what can be read as role changes; the others are not what is tested here."""
    org = OrgGraph()
    for load in loads:
        readable = []
        for row in load:
            with suppress(ChangeError):
                readable.append(RoleChange.parse(row))
        with suppress(OrgGraphError):
            org.load(with_occurrences(readable), keep_going=True, allow_removals=True)
    return org


@settings(max_examples=200, deadline=None)
@given(
    loads=st.lists(st.lists(statements(), min_size=3, max_size=12), min_size=1, max_size=3),
    one=st.sampled_from(CHANGE_DAYS), other=st.sampled_from(CHANGE_DAYS), strict=st.booleans(), unload=st.booleans(),
)  # fmt: skip
def test_histories_in_several_loads(
    loads: list[list[Row]], one: str, other: str, strict: bool, unload: bool
) -> None:
    org = loaded(loads)
    known = [load.recorded for load in org.loads()]
    if unload and len(known) > 1:
        org.unload(org.loads()[0].id)
    for recorded in (None, *known):
        both(org.timeline, (one, recorded, strict), (other, recorded, strict))
        both(org.timeline, (one, recorded, strict), (one, None, strict))


def test_rosters_and_a_store_with_a_delta(tmp_path: Path) -> None:
    org = orggraph.open(tmp_path / "acme.orggraph")
    base = [{"kind": "starts", "person": f"P{n}", "post": f"Post {n}", "organization": "Acme", "reports_to": "P0",
             "effective": f"2020-01-{1 + n % 28:02}", "source": "hr"} for n in range(60)]  # fmt: skip
    org.load(base)
    org.load([{"kind": "ends", "person": "P7", "post": "Post 7", "organization": "Acme", "effective": "2020-06-01",
               "source": "hr"}])  # fmt: skip
    org.record("starts", person="New", post="Post 7", organization="Acme", effective="2020-06-01")
    recorded = [load.recorded for load in org.loads()]
    again_opened = orggraph.open(tmp_path / "acme.orggraph")
    one_by_one, at_once = again_opened.timeline, orggraph.open(tmp_path / "acme.orggraph").timeline
    assert at_once.facts.several(np.arange(len(at_once.facts))) == list(one_by_one.facts)
    for one, other in (("2020-01-01", "2020-01-10"), ("2020-05-31", "2020-06-01"), ("2019-01-01", "2021-01-01")):
        for known in (None, *recorded):
            both(again_opened.timeline, (one, known, False), (other, known, False))
    both(again_opened.timeline, ("2020-07-01", recorded[0], False), ("2020-07-01", None, False))


MINISTERS = [
    ("2007-06-26", "2007-07-03"), ("2010-05-10", "2010-05-20"), ("2016-06-01", "2016-08-01"),
    ("2023-02-06", "2023-02-08"), ("2024-07-04", "2024-07-06"), ("2025-09-04", "2025-09-09"),
    ("1990-01-01", "2024-01-01"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), MINISTERS)
def test_ministers(ministers: tuple[OrgGraph, Timeline], one: str, other: str) -> None:
    org, apart = ministers
    a, b = (Snapshot(org.timeline, day(on)) for on in (one, other))
    assert_equal(diff(a, b), diff(a, Snapshot(apart, b.day)))


@pytest.fixture(scope="module")
def ministers(shared: Path) -> tuple[OrgGraph, Timeline]:
    org = OrgGraph()
    org.load(shared / "ifg_ministers", keep_going=True)
    return org, again(org.timeline)
