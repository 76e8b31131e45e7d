"""The time tree: what a day sees is what holds on it, with the fewest graphs that can say so."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orggraph.period import OPEN_EARLY, OPEN_LATE, day
from orggraph.timetree import (
    DAYS,
    LEVELS,
    Node,
    Span,
    cover,
    graph_of,
    graphs_on,
    path,
    shared,
    united,
    without,
)

DAY = st.integers(0, DAYS - 1)
SMALL = st.integers(0, 40)
SPAN = st.tuples(SMALL, SMALL)
SPANS = st.lists(SPAN, max_size=6)


def days(spans: list[Span]) -> set[int]:
    return {number for first, end in spans for number in range(first, end)}


@given(DAY, DAY, DAY)
def test_a_day_sees_a_span_in_exactly_one_graph_if_it_is_in_it_and_else_in_none(first: int, end: int, on: int) -> None:
    assert len(set(cover((first, end))) & set(path(on))) == (1 if first <= on < end else 0)


@given(DAY, DAY)
def test_the_first_and_the_last_day_are_in_and_the_days_around_are_not(first: int, end: int) -> None:
    nodes = set(cover((first, end)))
    for on in (first - 1, first, end - 1, end):
        assert bool(nodes & set(path(on))) == (first <= on < end)


@cache
def fewest(first: int, end: int, level: int, index: int) -> int:
    """Count the nodes needed below a node, by trying each subtree: the whole of it where that fits, else its halves."""
    low, high = Node(level, index).span
    if high <= first or end <= low:
        return 0
    if first <= low and high <= end:
        return 1
    return fewest(first, end, level - 1, 2 * index) + fewest(first, end, level - 1, 2 * index + 1)


@given(st.integers(0, 255), st.integers(0, 256))
def test_the_cover_is_minimal(first: int, end: int) -> None:
    assert len(cover((first, end))) == fewest(first, end, 8, 0)


@given(DAY, DAY)
def test_the_cover_tells_the_days_in_order_without_a_gap(first: int, end: int) -> None:
    nodes = [node.span for node in cover((first, end))]
    assert all(before[1] == after[0] for before, after in pairwise(nodes))
    assert (nodes[0][0], nodes[-1][1]) == (first, end) if first < end else not nodes


@given(DAY)
def test_a_path_has_one_node_a_level_each_within_the_one_before(on: int) -> None:
    nodes = path(on)
    assert [node.level for node in nodes] == list(range(LEVELS - 1, -1, -1))
    assert all(node.span[0] <= on < node.span[1] for node in nodes)
    assert nodes[0] == Node(LEVELS - 1, 0)
    assert len(graphs_on(on)) == LEVELS == 23
    assert len(set(graphs_on(on, possible=True))) == 2 * LEVELS


def test_no_cover_takes_more_than_two_graphs_a_level() -> None:
    assert max(len(cover((1, end))) for end in (DAYS - 1, DAYS, day("2025-10-03"))) <= 2 * (LEVELS - 1)


@pytest.mark.parametrize(
    "span, expected",
    [
        pytest.param((OPEN_EARLY, OPEN_LATE), [Node(LEVELS - 1, 0)], id="always"),
        pytest.param((OPEN_EARLY, OPEN_EARLY), [], id="never"),
        pytest.param((7, 7), [], id="empty"),
        pytest.param((9, 7), [], id="inverted"),
        pytest.param((OPEN_EARLY, 3), [Node(1, 0), Node(0, 2)], id="open early"),
    ],
)
def test_open_and_empty_spans(span: Span, expected: list[Node]) -> None:
    assert cover(span) == expected


def test_an_open_end_reaches_the_last_day_of_the_calendar() -> None:
    first, last = day("2024-02-29"), 3_652_059
    nodes = set(cover((first, OPEN_LATE)))
    assert nodes & set(path(last)) and nodes & set(path(first)) and not nodes & set(path(first - 1))


def test_a_day_outside_the_tree_sees_nothing() -> None:
    assert path(-1) == path(DAYS) == []


@given(SPANS)
def test_united_spans_hold_the_same_days_apart_and_in_order(spans: list[Span]) -> None:
    joined = united(spans)
    assert days(joined) == days(spans)
    assert all(a[1] < b[0] for a, b in pairwise(joined))


@given(SPANS, SPANS)
def test_shared_and_left_over_days(some: list[Span], others: list[Span]) -> None:
    one, other = united(some), united(others)
    assert days(shared(one, other)) == days(one) & days(other)
    assert days(without(one, other)) == days(one) - days(other)
    assert united(without(one, other)) == without(one, other)


def test_the_two_trees_have_graphs_of_their_own() -> None:
    assert graph_of(Node(0, 5), "certain", base="https://acme.example/") == "https://acme.example/certain:0:5"
    assert not set(graphs_on(5)) & set(graphs_on(5, possible=True)[LEVELS:])
