"""Tests of how long things last: the estimate against the textbook and its definition, its bounds against readings."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from company import company, graph, starts
from hypothesis import given
from hypothesis import strategies as st

from orggraph.period import OPEN_LATE, day
from orggraph.trends.office import office
from orggraph.trends.stretches import presence
from orggraph.trends.survival import Lives, in_office, lives, share_after, survival


def of(*known: tuple[int, bool]) -> Lives:
    days, ended = (np.array(column) for column in zip(*known, strict=True))
    return Lives(days, np.where(ended, days, OPEN_LATE), ended.astype(bool))


def estimate(known: list[tuple[int, bool]], after: int) -> Fraction:
    """Multiply the definition out: for each day on which some end, the share of those at risk who do not."""
    share = Fraction(1)
    for time in sorted({days for days, ended in known if ended and days <= after}):
        at_risk = sum(days >= time for days, _ in known)
        share *= 1 - Fraction(sum(days == time and ended for days, ended in known), at_risk)
    return share


@given(st.lists(st.tuples(st.integers(1, 12), st.booleans()), min_size=1, max_size=15))
def test_the_estimate_is_what_its_definition_says(known: list[tuple[int, bool]]) -> None:
    found = survival(of(*known))
    assert (found.number, found.ended) == (len(known), sum(ended for _, ended in known))
    for point in found.curve:
        assert point.survival == pytest.approx(float(estimate(known, point.days)), abs=1e-4)
        assert point.certain <= point.survival + 1e-4
    median = min((d for d, _ in known if estimate(known, d) <= Fraction(1, 2)), default=None)
    assert found.median == median


def test_what_is_censored_leaves_those_at_risk_and_the_share_as_it_is() -> None:
    found = survival(of((2, True), (4, False), (6, True), (8, True), (8, False)))
    assert [(point.days, point.at_risk, point.ended, point.survival) for point in found.curve] == [
        (2, 5, 1, 0.8), (4, 4, 0, 0.8), (6, 3, 1, 0.5333), (8, 2, 1, 0.2667)
    ]  # fmt: skip
    assert (found.median, found.shortest, found.longest) == (8, 6, 8)
    point = share_after(found, 7)
    assert point is not None and point.days == 6
    assert share_after(found, 1) is None


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=6), st.data())
def test_the_bounds_hold_on_every_reading(known: list[tuple[int, int]], data: st.DataObject) -> None:
    least = np.array([low for low, _ in known])
    most = least + np.array([more for _, more in known])
    found = survival(Lives(least, most, least == most))
    lasted = [data.draw(st.integers(int(low), int(high))) for low, high in zip(least, most, strict=True)]
    for point in found.curve:
        share = sum(days > point.days for days in lasted) / len(lasted)
        assert point.certain - 1e-4 <= share <= point.possible + 1e-4


WINDOW = {"begin": day("2024-01-01"), "until": day("2025-01-01")}


@pytest.mark.parametrize(
    ("tenure", "expected"),
    [
        ({"effective": "2024-03-01", "until": "2024-04-01"}, (31, 31, True)),
        ({"effective": "2024-03-01"}, (306, OPEN_LATE, False)),
        ({"effective": "2024-03-01", "until": "2025-06-01"}, (306, OPEN_LATE, False)),
        ({"effective": "2024-03-01", "until": "2024-04"}, (31, 60, False)),
        ({"effective": "2024-03", "until": "2024-05-01"}, (31, 61, False)),
        ({"effective": "2024-03", "until": "2024-03"}, (0, 30, False)),
        ({"effective": "2023-12-31", "until": "2024-04-01"}, None),
        ({"effective": "2023-12/2024-01", "until": "2024-04-01"}, None),
        ({"effective": "2024-03-01", "until": "2024-03-01"}, None),
    ],
    ids=["known", "ongoing", "ends later", "end open", "start open", "both open", "before", "perhaps before", "no day"],
)
def test_what_counts_and_what_is_censored(tenure: dict[str, str], expected: tuple[int, int, bool] | None) -> None:
    bounds = office(graph(starts("Ann", "Clerk", **tenure)).timeline).bounds
    found = lives((bounds.start_earliest, bounds.start_latest), (bounds.end_earliest, bounds.end_latest), **WINDOW)
    rows = list(zip(*(column.tolist() for column in found), strict=True))
    assert rows == ([] if expected is None else [expected])


def test_an_unbroken_time_in_office_goes_over_several_posts() -> None:
    bounds = office(company().timeline).bounds
    found = in_office(presence(bounds), begin=day("2020-01-01"), until=day("2024-09-01"))
    ended = sorted(found.least[found.ended].tolist())
    assert ended == [90, day("2024-04-01") - day("2020-01-01")], "Jon Jay and Ben Brook; Cleo Cruz only moved"


def test_nothing_lasts_in_an_empty_history() -> None:
    none = np.zeros(0, dtype=np.int64)
    assert survival(Lives(none, none, none.astype(bool))) == (0, 0, 0, None, None, None, ())
