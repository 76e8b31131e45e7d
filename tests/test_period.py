"""Tests of moments, periods, conjunctions and Allen's relations; what can be enumerated is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orggraph.errors import MomentError, PeriodError
from orggraph.period import (
    ALLEN,
    ONGOING,
    OPEN_EARLY,
    OPEN_LATE,
    Moment,
    Period,
    conjunction,
    day,
    intersect,
    iso,
    relations,
    unknown_end,
)

READ = [
    ("2025-10-03", "2025-10-03", "2025-10-03"),
    ("2024-02-29", "2024-02-29", "2024-02-29"),
    ("2024-02", "2024-02-01", "2024-02-29"),
    ("2023-02", "2023-02-01", "2023-02-28"),
    ("2025-12", "2025-12-01", "2025-12-31"),
    ("2025", "2025-01-01", "2025-12-31"),
    ("0001-01-01", "0001-01-01", "0001-01-01"),
    ("9998-12-31", "9998-12-31", "9998-12-31"),
    ("2025-09-29/2025-10-02", "2025-09-29", "2025-10-02"),
    ("2025-09/2025-10", "2025-09-01", "2025-10-31"),
    ("2024/2025-03", "2024-01-01", "2025-03-31"),
    ("2025-10-03/2025-10-03", "2025-10-03", "2025-10-03"),
    ("../2025-10-03", "..", "2025-10-03"),
    ("2025-10-03/..", "2025-10-03", ".."),
    ("../2025", "..", "2025-12-31"),
    ("2025-10/..", "2025-10-01", ".."),
    ("../..", "..", ".."),
    ("2025-10-03?", "2025-10-03", "2025-10-03"),
    ("2025-10~", "2025-10-01", "2025-10-31"),
    ("2025%", "2025-01-01", "2025-12-31"),
    ("2025-09?/2025-10~", "2025-09-01", "2025-10-31"),
    ("  2025-10-03 ", "2025-10-03", "2025-10-03"),
]


@pytest.mark.parametrize("text, first, last", READ)
def test_a_moment_is_read_with_its_bounds_and_keeps_its_text(text: str, first: str, last: str) -> None:
    moment = Moment.parse(text)
    assert (iso(moment.earliest), iso(moment.latest)) == (first, last)
    assert str(moment) == text.strip()
    assert moment.exact == (first == last != "..")


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "..", "/", "2025-02-30", "2023-02-29", "1900-02-29", "2025-13", "2025-00", "2025-01-00", "0000",
        "03/10/2025", "10/03/2025", "3.10.2025", "2025-10-3", "2025-1-03", "25-10-03", "20251003", "2025/10/03",
        "9999-12-31", "9999", "2025-01-01/9999-12-31", "2025-10-03/2025-10-02", "2026/2025", "2025-10-03/",
        "2025-10-03T00:00:00", "2025-10-03Z", "2025-10-03/2025-10-04/2025-10-05", "+2025-10-03", "-2025",
        "/2025-10-03", "2025-10-03??", "?2025", "2025-W40", "2025-Q3", "October 2025", "today", "２０２５-10-03",
        "2025-10-03\n2025",
        "2025X", "2025-1X", "../", "/..", ".. / 2025", "None",
    ],
)  # fmt: skip
def test_anything_else_is_refused_with_what_was_expected(text: str) -> None:
    with pytest.raises(MomentError, match=r"expected YYYY-MM-DD, YYYY-MM, YYYY or a range") as refused:
        Moment.parse(text)
    assert str(refused.value).startswith(repr(text.strip()))


def test_the_message_says_what_is_wrong() -> None:
    cases = {"2025-02-30": "is not a day", "03/10/2025": "is not a moment", "9999-12-31": "write .. for ongoing",
             "2026/2025": "ends before it begins"}  # fmt: skip
    for text, why in cases.items():
        with pytest.raises(MomentError, match=why):
            Moment.parse(text)


@pytest.mark.parametrize(
    "text, written",
    [("2025-10-03", "2025-10-03"), ("2025-10", "2025-10-01/2025-10-31"), ("../2025", "../2025-12-31"),
     ("2025-10-03/..", "2025-10-03/.."), ("../..", "../.."), ("2025-10-03?", "2025-10-03")],
)  # fmt: skip
def test_edtf_is_written_from_the_bounds(text: str, written: str) -> None:
    assert Moment.parse(text).edtf() == written
    assert Moment.parse(written).bounds() == Moment.parse(text).bounds()


def test_the_sentinels_are_never_written() -> None:
    for moment in (ONGOING, unknown_end(day("2025-10-03")), Moment.parse("../.."), Moment.parse("../2025")):
        assert str(OPEN_LATE) not in moment.edtf() + str(moment) and str(OPEN_EARLY) not in moment.edtf() + str(moment)
        assert "9999" not in moment.edtf()
    assert ONGOING.edtf() == ".."
    assert Moment.parse("../..").bounds() == (None, None)


def test_shifting_moves_closed_bounds_only() -> None:
    assert Moment.parse("2024-02-28").shifted(1, 1).bounds() == (date(2024, 2, 29), date(2024, 2, 29))
    assert Moment.parse("../2025-03-31").shifted(1, 1).bounds() == (None, date(2025, 4, 1))
    assert Moment.parse("2025-03-31").shifted(0, 1).bounds() == (date(2025, 3, 31), date(2025, 4, 1))
    assert str(Moment.parse("2025-03-31").shifted(1, 1)) == "2025-03-31"
    assert ONGOING.shifted(1, 1) == ONGOING


@pytest.mark.parametrize(
    "text", ["2025-10", "2025", "2025-10-03/2025-10-03", "../2025-10-03", "2025-02-30", "2025-10-03?"]
)
def test_a_day_is_one_exact_day(text: str) -> None:
    with pytest.raises(MomentError) as refused:
        day(text)
    assert str(refused.value).startswith(repr(text))


@pytest.mark.parametrize("on", [date.min, date(2024, 2, 29), date.max])
def test_the_moment_of_a_date_is_that_day_alone(on: date) -> None:
    moment = Moment.on(on)
    assert moment == Moment(on.toordinal(), on.toordinal(), on.isoformat())
    assert moment.bounds() == (on, on)
    assert repr(moment) == f"Moment('{on}')"


def test_an_end_that_nobody_stated_says_so() -> None:
    assert unknown_end(5) == Moment(5, OPEN_LATE, "unknown")


def period(text: str) -> Period:
    start, _, end = text.partition(" to ")
    moment = {"..": ONGOING, "unknown": unknown_end(Moment.parse(start).earliest + 1)}.get(end)
    return Period(Moment.parse(start), moment or Moment.parse(end))


LABELS = [
    # a period, and on its named days whether it holds: C certainly, p possibly, - not at all
    ("2025-03-01 to 2025-04-01", {"the day before": ("2025-02-28", "-"), "first day": ("2025-03-01", "C"),
                                  "last day": ("2025-03-31", "C"), "end day": ("2025-04-01", "-")}),
    ("2024-02-29 to 2024-03-01", {"the day before": ("2024-02-28", "-"), "29 February": ("2024-02-29", "C"),
                                  "end day": ("2024-03-01", "-")}),
    ("2025-03-01 to 2025-03-01", {"start and end": ("2025-03-01", "-"), "before": ("2025-02-28", "-")}),
    ("2025-09-29/2025-10-02 to ..", {"before": ("2025-09-28", "-"), "earliest": ("2025-09-29", "p"),
                                     "before the latest": ("2025-10-01", "p"), "latest": ("2025-10-02", "C"),
                                     "far": ("2150-01-01", "C")}),
    ("../2025-10-03 to ..", {"long before": ("1000-01-01", "p"), "before": ("2025-10-02", "p"),
                             "latest": ("2025-10-03", "C")}),
    ("2020 to 2021", {"before": ("2019-12-31", "-"), "first of the year": ("2020-01-01", "p"),
                      "last of the year": ("2020-12-30", "p"), "certain": ("2020-12-31", "C"),
                      "end year": ("2021-01-01", "p"), "before the latest end": ("2021-12-30", "p"),
                      "latest end": ("2021-12-31", "-")}),
    ("2020-01-01 to unknown", {"seen": ("2020-01-01", "C"), "after": ("2020-01-02", "p"), "far": ("2150-01-01", "p")}),
    ("2025-03 to 2025-03", {"first": ("2025-03-01", "p"), "before the last": ("2025-03-30", "p"),
                            "last": ("2025-03-31", "-")}),
]  # fmt: skip


@pytest.mark.parametrize(
    "stretch, on, label",
    [
        pytest.param(stretch, on, label, id=f"{stretch}: {name}")
        for stretch, days in LABELS
        for name, (on, label) in days.items()
    ],
)
def test_certain_and_possible_days(stretch: str, on: str, label: str) -> None:
    made = period(stretch)
    assert (made.certain_on(day(on)), made.possible_on(day(on))) == (label == "C", label != "-")


def test_an_inverted_period_is_refused_naming_both_ends() -> None:
    with pytest.raises(PeriodError, match=r"the end 2020-01-01 is before the start 2021-01-01"):
        period("2021-01-01 to 2020-01-01")
    assert period("2021 to 2021-01-01")


def test_a_period_between_one_moment_and_itself_holds_on_no_day() -> None:
    moment = Moment(1, 5, "", "the day")
    assert not any(Period(moment, moment).possible_on(on) for on in range(8))
    assert Period(moment, moment).certain == Period(moment, moment).possible == (0, 0)


# ---- by enumeration: every day that every moment may be

DAYS = range(6)
MOMENTS = st.builds(
    lambda bounds, key: Moment(min(bounds), max(bounds), "", key if min(bounds) != max(bounds) else ""),
    st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)),
    st.just(""),
)


@st.composite
def worlds(draw: st.DrawFn, *, most: int) -> list[Period]:
    """Draw periods whose ends are some of a few variables, so that they share moments."""
    spans = draw(st.lists(st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)), min_size=2, max_size=5))
    variables = [Moment(min(s), max(s), "", f"v{number}") for number, s in enumerate(spans)]
    pick = st.sampled_from(variables)
    pairs = draw(st.lists(st.tuples(pick, pick), min_size=1, max_size=most))
    return [Period(start, end) for start, end in pairs if end.latest >= start.earliest]


def assignments(periods: list[Period]) -> Iterator[dict[str, int]]:
    moments = {m.key: m for p in periods for m in (p.start, p.end)}
    for days in product(*(range(m.earliest, m.latest + 1) for m in moments.values())):
        yield dict(zip(moments, days, strict=True))


@settings(max_examples=400, deadline=None)
@given(worlds(most=4))
def test_a_conjunction_holds_on_exactly_the_days_that_enumeration_finds(periods: list[Period]) -> None:
    assume(periods)
    both = conjunction(periods)
    for on in DAYS:
        held = [all(given[p.start.key] <= on < given[p.end.key] for p in periods) for given in assignments(periods)]
        assert (both is not None and both.possible_on(on)) == any(held)
        assert (both is not None and both.certain_on(on)) == all(held)


@settings(max_examples=400, deadline=None)
@given(worlds(most=4))
def test_a_conjunction_may_be_made_in_steps(periods: list[Period]) -> None:
    assume(len(periods) > 1)
    whole, first = conjunction(periods), conjunction(periods[:-1])
    steps = conjunction([first, periods[-1]]) if first else None
    for on in DAYS:
        for holds in (Period.certain_on, Period.possible_on):
            assert (whole is not None and holds(whole, on)) == (steps is not None and holds(steps, on))


def test_a_conjunction_keeps_the_moments_that_decide_it() -> None:
    early, late = Moment.parse("2020"), Moment.parse("2021-05")
    both = conjunction([Period(early, ONGOING), Period(late, Moment.parse("2022-01-01"))])
    assert both is not None and (both.start, str(both.end)) == (late, "2022-01-01")


def test_a_conjunction_keeps_where_its_bounds_come_from() -> None:
    one, two = Moment(1, 5, "", "a", "A", "A"), Moment(2, 4, "", "b", "B", "B")
    both = conjunction([Period(one, ONGOING), Period(two, ONGOING)])
    assert both is not None
    start = both.start
    assert (start.earliest, start.latest, start.earliest_from, start.latest_from) == (2, 5, "B", "A")


def test_two_periods_that_only_meet_have_no_day_in_common() -> None:
    assert conjunction([exact(1, 3), exact(3, 5)]) is None
    assert conjunction([exact(1, 4), exact(3, 5)]) == exact(3, 4)


DECISIVE = [
    # two moments, and the later and the earlier of them: itself where it always is, else one that names both
    pytest.param(Moment(1, 2, "x", "a"), Moment(2, 4, "y", "b"), Moment(2, 4, "y", "b"), Moment(1, 2, "x", "a"),
                 id="they may meet"),
    pytest.param(Moment(1, 3, "x", "a"), Moment(2, 4, "y", "b"), Moment(2, 4, "y", "max(a+b)"),
                 Moment(1, 3, "x", "min(a+b)"), id="either may be the later"),
    pytest.param(Moment(1, 4, "x", "a"), Moment(2, 3, "y", "b"), Moment(2, 4, f"{iso(2)}/{iso(4)}", "max(a+b)"),
                 Moment(1, 3, f"{iso(1)}/{iso(3)}", "min(a+b)"), id="one within the other"),
    pytest.param(Moment(1, 4, "x"), Moment(2, 3, "y"), Moment(2, 4, f"{iso(2)}/{iso(4)}"),
                 Moment(1, 3, f"{iso(1)}/{iso(3)}"), id="without keys"),
    pytest.param(Moment(1, 4, "x", "a"), Moment(2, 3, "y"), Moment(2, 4, f"{iso(2)}/{iso(4)}", "max(a)"),
                 Moment(1, 3, f"{iso(1)}/{iso(3)}", "min(a)"), id="one has a key"),
]  # fmt: skip


@pytest.mark.parametrize("a, b, later, earlier", DECISIVE)
def test_what_decides_a_conjunction_is_a_moment_of_its_own_unless_one_always_decides(
    a: Moment, b: Moment, later: Moment, earlier: Moment
) -> None:
    for one, other in ((a, b), (b, a)):
        begun = conjunction([Period(one, ONGOING), Period(other, ONGOING)])
        ended = conjunction([Period(Moment(-9, -9), one), Period(Moment(-9, -9), other)])
        assert begun is not None and begun.start == later
        assert ended is not None and ended.end == earlier


def relation(s: int, e: int, other_s: int, other_e: int) -> str:
    """Tell by the definitions of Allen's paper how [s, e) lies to the other."""
    table = {
        "before": e < other_s, "meets": e == other_s, "overlaps": s < other_s < e < other_e,
        "starts": s == other_s and e < other_e, "during": other_s < s and e < other_e,
        "finishes": other_s < s and e == other_e, "equals": s == other_s and e == other_e,
        "finishedBy": s < other_s and e == other_e, "contains": s < other_s and other_e < e,
        "startedBy": s == other_s and other_e < e, "overlappedBy": other_s < s < other_e < e,
        "metBy": s == other_e, "after": other_e < s,
    }  # fmt: skip
    (found,) = (name for name, holds in table.items() if holds)
    return found


def exact(start: int, end: int) -> Period:
    return Period(Moment(start, start), Moment(end, end))


def test_exact_periods_have_the_one_relation_that_the_definitions_give() -> None:
    spans = [(s, e) for s, e in product(range(6), repeat=2) if s < e]
    seen = set()
    for a, b in product(spans, repeat=2):
        expected = relation(*a, *b)
        seen.add(expected)
        assert relations(exact(*a), exact(*b)) == (expected,)
    assert seen == set(ALLEN)


def test_the_relations_turned_round_are_each_others_mirror() -> None:
    mirror = dict(zip(ALLEN, reversed(ALLEN), strict=True))
    for a, b in product([exact(s, e) for s, e in product(range(5), repeat=2) if s < e], repeat=2):
        assert {mirror[name] for name in relations(a, b)} == set(relations(b, a))


@settings(max_examples=300, deadline=None)
@given(worlds(most=2))
def test_uncertain_relations_are_those_of_some_assignment(periods: list[Period]) -> None:
    assume(len(periods) == 2)
    a, b = periods
    found = set()
    for given_ in assignments(periods):
        days = [given_[m.key] for m in (a.start, a.end, b.start, b.end)]
        if days[0] < days[1] and days[2] < days[3]:
            found.add(relation(*days))
    assert set(relations(a, b)) == found


def test_ongoing_periods_and_empty_ones() -> None:
    first, second = period("2020-01-01 to .."), period("2021-01-01 to ..")
    assert relations(first, second) == ("overlaps", "finishedBy", "contains")
    assert relations(exact(3, 3), exact(1, 5)) == ()


@given(MOMENTS, MOMENTS)
def test_intersecting_moments_keeps_the_days_of_both(a: Moment, b: Moment) -> None:
    common = set(range(a.earliest, a.latest + 1)) & set(range(b.earliest, b.latest + 1))
    both = intersect(a, b)
    assert (set() if both is None else set(range(both.earliest, both.latest + 1))) == common
    assert both is None or str(both)


INTERSECTED = [
    pytest.param(Moment(1, 5, "wide", "k", "A", "A"), Moment(2, 4, "narrow", "", "B", "B"),
                 Moment(2, 4, "narrow", "k", "B", "B"), id="the second is narrower"),
    pytest.param(Moment(2, 4, "narrow", "k", "A", "A"), Moment(1, 5, "wide", "", "B", "B"),
                 Moment(2, 4, "narrow", "k", "A", "A"), id="the first is narrower"),
    pytest.param(Moment(1, 4, "left", "k", "A", "A"), Moment(2, 5, "right", "", "B", "B"),
                 Moment(2, 4, f"{iso(2)}/{iso(4)}", "k", "B", "A"), id="each narrows one side"),
    pytest.param(Moment(2, 4, "first", "k", "A", "A"), Moment(2, 4, "second", "", "B", "B"),
                 Moment(2, 4, "first", "k", "A", "A"), id="the same twice"),
    pytest.param(Moment(1, 3, "left", "k", "A", "A"), Moment(3, 5, "right", "", "B", "B"),
                 Moment(3, 3, iso(3), "k", "B", "A"), id="one day in common"),
]  # fmt: skip


@pytest.mark.parametrize("a, b, both", INTERSECTED)
def test_an_intersection_keeps_text_key_and_the_source_of_each_bound(a: Moment, b: Moment, both: Moment) -> None:
    assert intersect(a, b) == both
