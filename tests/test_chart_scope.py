"""What of a chart is drawn, against a slow and plain way of finding it, on organizations with circles and the like."""

from __future__ import annotations

from itertools import pairwise

import pytest
from company import graph, row, starts
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph.chart import Chart, Sheet
from orggraph.chart.outline import outline
from orggraph.graph import OrgGraph
from orggraph.timeline import Facts

DAY = "2024-03-01"
PEOPLE = [f"P{number}" for number in range(8)]
_who = st.sampled_from(PEOPLE)
_line = st.tuples(_who, _who, st.sampled_from(["direct", "dotted"]), st.sampled_from(["2020-01-01", "2024-02/2024-04"]))
organizations = st.tuples(st.lists(_line, max_size=14), st.sets(_who, min_size=1))


def organization(told: tuple[list[tuple[str, str, str, str]], set[str]]) -> OrgGraph:
    """Make an organization of lines, with circles and several managers, and of people who hold something."""
    reports, held = told
    rows = [starts(person, f"Post of {person}", "2020-01-01", unit="A" if person < "P4" else "B") for person in held]
    rows += [row("reports", since, person=a, reports_to=b, line=kind) for a, b, kind, since in dict.fromkeys(reports)]
    return graph(*rows)


def naive(whole: Sheet, *, root: str, depth: int, folded: set[str]) -> tuple[set[str], dict[str, int]]:
    """Find who is drawn and how many are not below each, from the whole sheet, one by one."""
    pairs = {(line.reporter, line.manager) for line in whole.lines}

    def below(start: set[str], depth: int, folded: set[str]) -> set[str]:
        found = set(start)
        for _ in range(depth):
            found |= {reporter for reporter, manager in pairs if manager in found - folded}
        return found

    drawn = below({root}, depth, folded)
    counts = {iri: len(below({iri}, 99, set()) - drawn) for iri in drawn
              if any(manager == iri and reporter not in drawn for reporter, manager in pairs)}  # fmt: skip
    return drawn, counts


@settings(max_examples=60, deadline=None)
@given(organizations, st.integers(0, 4), st.integers(0, 7), st.sets(st.integers(0, 7), max_size=2))
def test_a_part_is_what_a_plain_search_finds(
    told: tuple[list[tuple[str, str, str, str]], set[str]], depth: int, root: int, folded: set[int]
) -> None:
    view = organization(told).as_of(DAY)
    whole = view.chart().sheet
    people = [card.iri for card in whole.cards if card.kind == "person"]
    top, fold = people[root % len(people)], {people[number % len(people)] for number in folded}
    part = view.chart(root=top, depth=depth, collapse=fold).sheet
    drawn, counts = naive(whole, root=top, depth=depth, folded=fold)
    shown = {card.iri: card for card in part.cards if card.kind != "unit"}
    assert shown.keys() == drawn
    assert {iri: card.below for iri, card in shown.items() if card.below} == counts
    before = {card.iri: card for card in whole.cards}
    assert all(card._replace(below=0) == before[iri] for iri, card in shown.items())
    within = [line for line in whole.lines if {line.reporter, line.manager} <= drawn]
    assert [line._replace(in_cycle=False) for line in part.lines] == [x._replace(in_cycle=False) for x in within]


@settings(max_examples=60, deadline=None)
@given(organizations)
def test_nobody_vanishes(told: tuple[list[tuple[str, str, str, str]], set[str]]) -> None:
    view = organization(told).as_of(DAY)
    made = view.chart()
    names = {end for a, b, *_ in told[0] for end in (a, b)} | told[1]
    assert {card.name for card in made.cards if card.kind == "person"} == names
    deep = view.chart(depth=99)
    assert (deep.cards, deep.lines, deep.groups) == (made.cards, made.lines, made.groups)
    check_outline(made)
    for other in (view.chart(view="posts"), view.chart(view="units"), view.chart(depth=0)):
        check_outline(other)
    assert names <= {card.name for card in view.chart(view="posts").cards} | {
        held.post for card in view.chart(view="posts").cards for held in card.held
    }


def check_outline(made: Chart) -> None:
    """Check that an outline has every card once, each under its line, and every line once."""
    entries = list(outline(made.sheet))
    assert sorted(entry.card.iri for entry in entries) == sorted(card.iri for card in made.cards)
    told = [line for entry in entries for line in (entry.line, *entry.more) if line is not None]
    assert sorted(told) == sorted(made.lines)
    above: list[str] = []
    for entry in entries:
        above[entry.level :] = [entry.card.iri]
        assert entry.line is None or entry.line.manager == above[entry.level - 1]
    assert all(after.level <= before.level + 1 for before, after in pairwise(entries))


def chain(length: int) -> OrgGraph:
    people = [f"P{number:05}" for number in range(length)]
    lines = [starts(who, "", "2020-01-01", reports_to=boss) for who, boss in zip(people[1:], people[:-1], strict=True)]
    return graph(starts(people[0], "", "2020-01-01"), *lines)


def test_a_long_line_of_command_is_no_limit() -> None:
    view = chain(3000).as_of(DAY)
    made = view.chart(depth=2)
    assert [(card.name, card.below) for card in made.cards] == [("P00000", 0), ("P00001", 0), ("P00002", 2997)]
    assert view.chart().text().count("\n") == 3000 + 5


def test_no_fact_is_made_of_who_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    view = chain(300).as_of(DAY)
    made: list[int] = []
    make = Facts._make
    monkeypatch.setattr(Facts, "_make", lambda self, row: made.append(row) or make(self, row))
    view.chart(depth=1)
    assert len(made) < 20


def test_a_ring_is_drawn_and_each_is_counted_once() -> None:
    org = graph(*(starts(f"P{n}", "", "2020-01-01", reports_to=f"P{(n + 1) % 5}") for n in range(5)))
    made = org.as_of(DAY).chart(root="P0", depth=1)
    assert {card.name: card.below for card in made.cards} == {"P0": 0, "P4": 3}
    assert made.subtitle.startswith("2 of 5 people")


def test_a_large_chart_is_drawn_and_says_how_to_limit_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orggraph.chart.model.MANY", 3)
    made = chain(4).as_of(DAY).chart()
    assert len(made.cards) == 4
    assert made.remarks[-1].startswith("4 cards are too many to be read at once: limit the chart with a depth")
    assert not any("too many" in remark for remark in chain(3).as_of(DAY).chart().remarks)
