"""Tests that leaving out what cannot contradict anything changes no finding, and that every suspect is in order."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph.check import CHECKS, check, merged
from orggraph.check.chronicle import Chronicle
from orggraph.check.cycles import joined, uncovered
from orggraph.check.stretches import Stretches, crowded, cut, most_at_once, united, within
from orggraph.errors import Finding
from orggraph.facts import (
    ACTING,
    ATTRIBUTE,
    DERIVED,
    IN_CONFLICT,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    PLACE,
    POST_IN,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    TRUE,
    TYPE,
    UNIT_OF,
    Fact,
)
from orggraph.graph import OrgGraph
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment
from orggraph.timeline import Timeline
from orggraph.vocabulary import CLASSES, ORG, ORGG, RDF_TYPE, Literal

BEGIN = 730_000


def exactly(timeline: Timeline, *, recorded_by: int | None = None) -> list[Finding]:
    """Look at every fact with every check."""
    chronicle = Chronicle(timeline, recorded_by=recorded_by)
    return merged(finding for one in CHECKS.values() for finding in one.find(chronicle, chronicle.rows))


# ---- random histories

PEOPLE = tuple(f"urn:p{n}" for n in range(3))
POSTS = tuple(f"urn:post{n}" for n in range(2))
UNITS = ("urn:unit0", "urn:unit1", "urn:org0", "urn:org1")


@st.composite
def moments(draw: st.DrawFn, earliest: int) -> Moment:
    """Draw a moment: exact, within bounds, of which some are shared, or open on a side."""
    first = earliest + draw(st.integers(0, 8))
    wide = draw(st.sampled_from([0, 0, 0, 2, 5]))
    key = draw(st.sampled_from(["", "", "", "x", "y"]))
    if key:
        return Moment(BEGIN + 4, BEGIN + 8, key=key)
    return Moment(first, first + wide)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """Draw a fact of any kind that checks look at, in bounds that may be open."""
    unknown = st.sampled_from([Moment(OPEN_EARLY, BEGIN + 3), Moment(OPEN_EARLY, OPEN_LATE)])
    start = draw(st.one_of(moments(BEGIN), moments(BEGIN), unknown))
    unstated = st.sampled_from([ONGOING, Moment(BEGIN + 6, OPEN_LATE, "unknown")])
    end = draw(st.one_of(moments(BEGIN + 2), moments(BEGIN + 2), unstated))
    number = draw(st.integers(0, 30))
    if draw(st.integers(0, 4)) == 0:  # often enough before and after a gap of one day
        last, next_ = Moment(BEGIN + 9, BEGIN + 9), Moment(BEGIN + 10, BEGIN + 10)
        start, end = draw(st.sampled_from([(start, last), (next_, end)]))
    if end.latest < start.earliest:
        end = start
    kind, subject, predicate, target, post, role = draw(_said())
    return Fact(
        kind=kind, tenure=f"urn:t{number}", subject=subject, predicate=predicate, object=target, start=start, end=end,
        confirmed=BEGIN, post=post, role=role, changes=(f"c{number}",),
        premises=draw(st.sampled_from([(), (), ("urn:t1",), ("urn:t2",), ("urn:t1", "urn:t2")])),
        flags=draw(st.sampled_from([(), (), (), (DERIVED,), (IN_CONFLICT,)])),
        recorded=1, superseded=draw(st.sampled_from([None, None, None, None, 5])),
    )  # fmt: skip


@st.composite
def _said(draw: st.DrawFn) -> tuple[str, str, str, str | Literal, str, str]:
    kind = draw(st.sampled_from([MEMBERSHIP, MEMBERSHIP, LINE, LINE, LINE, PLACE, TYPE, ATTRIBUTE]))
    who, unit = draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(UNITS))
    anybody, post = st.sampled_from([*PEOPLE, *POSTS[:1]]), draw(st.sampled_from(POSTS))
    if kind == MEMBERSHIP:
        return kind, who, MEMBER_OF, unit, draw(st.sampled_from(["", *POSTS])), draw(st.sampled_from(["", "urn:role0"]))
    if kind == LINE:
        direct = draw(st.sampled_from([REPORTS_DIRECTLY_TO, REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO]))
        return kind, draw(anybody), direct, draw(anybody), "", ""
    if kind == PLACE:
        part = draw(st.sampled_from([(post, POST_IN), (UNITS[0], UNIT_OF), (UNITS[1], UNIT_OF)]))
        return kind, *part, unit, "", ""
    if kind == TYPE:
        typed = dict.fromkeys(PEOPLE, "person") | dict.fromkeys(POSTS, "post") | dict.fromkeys(UNITS[:2], "unit")
        typed |= dict.fromkeys(UNITS[2:], "organization") | {"urn:role0": "person"}
        one = draw(st.sampled_from(sorted(typed)))
        return kind, one, RDF_TYPE, CLASSES[draw(st.sampled_from([typed[one]] * 9 + ["unit"]))], "", ""
    seats = (post, ORGG + "seats", Literal(draw(st.sampled_from(["1", "2", "many"]))))
    excused = (f"urn:t{draw(st.integers(0, 30))}", ACTING, TRUE)
    told = draw(st.sampled_from([seats, excused, (unit, ORG + "hasMember", who), (post, ORG + "heldBy", who)]))
    return kind, *told, "", ""


@settings(max_examples=150, deadline=None)
@given(st.lists(facts(), max_size=40))
def test_what_is_left_out_beforehand_contradicts_nothing(history: list[Fact]) -> None:
    timeline = Timeline(history)
    assert check(timeline) == exactly(timeline)
    assert check(timeline, recorded_by=3) == exactly(timeline, recorded_by=3)


def test_histories_of_the_property_contradict_themselves_in_every_way() -> None:
    """The property above says nothing about a code that its histories never lead to."""
    seen: set[str] = set()

    @settings(max_examples=120, deadline=None, derandomize=True, database=None)
    @given(st.lists(facts(), min_size=20, max_size=40))
    def collect(history: list[Fact]) -> None:
        if len(seen) < len(CHECKS):
            seen.update(finding.code for finding in check(Timeline(history)))

    collect()
    assert seen == set(CHECKS)


# ---- real data

DATASETS = ["ifg_ministers", "k8s_sigs/snapshots", "uk_organograms", "wikidata_ministers"]


@pytest.mark.parametrize("name", DATASETS)
def test_real_data_have_the_same_findings_either_way(shared: Path, name: str) -> None:
    timeline = loaded(shared, name).timeline
    assert len(timeline.facts) > 500
    assert check(timeline) == exactly(timeline)


def loaded(shared: Path, name: str) -> OrgGraph:
    """Load one of the sets of real data."""
    org, place = OrgGraph(), shared / name
    if name == "ifg_ministers":
        org.load(place, keep_going=True)
    elif name == "wikidata_ministers":
        mapping = Path(__file__).resolve().parents[1] / "data" / "mappings" / "wikidata-japan.toml"
        org.load(place / "japan" / "holders21.csv", mapping=mapping, keep_going=True)
    else:
        org.load(*sorted(file for file in place.glob("*.*") if file.suffix in (".csv", ".yaml")), keep_going=True)
    return org


# ---- many facts


def test_cycles_and_gaps_are_found_among_forty_thousand_facts() -> None:
    dice, made = random.Random(3), list[Fact]()
    for n in range(1, 20_000):
        start = BEGIN + dice.randrange(1000)
        made.append(line(n, dice.randrange(n), start, start + dice.randrange(1, 900)))
        made.append(tenure(n, start, start + 400))
    made += [line(7, 8, BEGIN, BEGIN + 50), line(8, 7, BEGIN + 30, BEGIN + 90), tenure(9, BEGIN + 9_000, BEGIN + 9_100),
             tenure(9, BEGIN + 9_101, BEGIN + 9_200)]  # fmt: skip
    found = [finding for finding in check(Timeline(made)) if finding.code in ("cycle", "one-day-gap")]
    assert {finding.code for finding in found} == {"cycle", "one-day-gap"}
    assert all(finding.nodes and finding.since and finding.until for finding in found)


def line(reporter: int, manager: int, first: int, end: int) -> Fact:
    """Make a direct line between two people."""
    return Fact(
        kind=LINE, tenure=f"urn:l{reporter}:{manager}:{first}", subject=f"urn:p{reporter}", object=f"urn:p{manager}",
        predicate=REPORTS_DIRECTLY_TO, start=Moment(first, first), end=Moment(end, end), confirmed=first,
    )  # fmt: skip


def tenure(person: int, first: int, end: int) -> Fact:
    """Make a membership in the only organization."""
    return Fact(
        kind=MEMBERSHIP, tenure=f"urn:m{person}:{first}", subject=f"urn:p{person}", predicate=MEMBER_OF,
        object="urn:acme", role="urn:r", start=Moment(first, first), end=Moment(end, end), confirmed=first,
    )  # fmt: skip


# ---- stretches

STRETCHES = st.lists(st.tuples(st.integers(0, 2), st.integers(-3, 9), st.integers(-3, 9)), max_size=12)


def arrays(stretches: list[tuple[int, int, int]]) -> Stretches:
    columns = np.array(stretches, dtype=np.int64).reshape(len(stretches), 3).T
    return Stretches.of(*columns)


@settings(max_examples=200, deadline=None)
@given(STRETCHES, STRETCHES)
def test_stretches_are_what_they_are_one_by_one(
    some: list[tuple[int, int, int]], others: list[tuple[int, int, int]]
) -> None:
    held, covers = arrays(some), united(arrays(others))
    by_group = {group: joined((f, e) for g, f, e in others if g == group) for group in range(3)}
    assert list(zip(*map(np.ndarray.tolist, covers), strict=True)) == [
        (group, *stretch) for group in range(3) for stretch in by_group[group]
    ]
    for (group, first, end), inside in zip(some, within(held, covers).tolist(), strict=True):
        if first < end:
            assert inside == (uncovered((first, end), by_group[group]) == [])
    which, parts = cut(held, covers)
    for number, (group, first, end) in enumerate(some):
        days = {day for day in range(first, end) for f, e in by_group[group] if f <= day < e}
        mine = [(f, e) for n, f, e in zip(which, parts.first, parts.end, strict=True) if n == number]
        assert days == {day for f, e in mine for day in range(f, e)}
    most = dict(zip(*map(np.ndarray.tolist, most_at_once(held)), strict=True))
    for group in range(3):
        at_once = [sum(g == group and f <= day < e for g, f, e in some) for day in range(-3, 9)]
        assert most.get(group, 0) == max(at_once)
        assert (group in crowded(held)) == (max(at_once) > 1)
