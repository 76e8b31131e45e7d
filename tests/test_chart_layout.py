"""Layout of charts: nothing overlaps, no line runs across a card, whatever the trees and the sizes of cards."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph.chart.faces import Face
from orggraph.chart.forest import forest
from orggraph.chart.layout import DIRECTIONS, Box, Layout, lay_out
from orggraph.chart.parts import DIRECT, DOTTED, PERSON, UNIT, Card, Group, Line, Sheet
from orggraph.chart.routes import Route, routes
from orggraph.chart.sites import GAP, LEVEL, sites_of
from orggraph.snapshot import CERTAIN, POSSIBLE

NEAR = 0.01


def face(width: float, height: float) -> Face:
    return Face(width, height, (), (), "")


def name(number: int) -> str:
    return f"urn:{number:05}"


def sheet(
    managers: list[int | None],
    *,
    assistants: frozenset[int] = frozenset(),
    others: tuple[Line, ...] = (),
    groups: tuple[Group, ...] = (),
) -> Sheet:
    """Make a sheet of people by number, each with the number of the manager."""
    cards = [Card(name(i), name(i), PERSON, CERTAIN, assistant=i in assistants) for i in range(len(managers))]
    cards += [Card(group.unit, group.unit, UNIT, CERTAIN) for group in groups]
    lines = [line(i, manager) for i, manager in enumerate(managers) if manager is not None]
    return Sheet("T", "S", 1, tuple(cards), (*lines, *others), groups, ())


def line(reporter: int, manager: int, kind: str = DIRECT, *, certainty: str = CERTAIN, derived: bool = False) -> Line:
    return Line(name(reporter), name(manager), kind, certainty, derived)


def even(made: Sheet) -> dict[str, Face]:
    return {card.iri: face(200, 60) for card in made.cards}


@st.composite
def drawn(draw: st.DrawFn) -> tuple[Sheet, dict[str, Face]]:
    """Draw a forest with assistants, second lines, circles, panels, and cards of any size."""
    count = draw(st.integers(1, 24))
    managers = [draw(st.none() | st.integers(0, i - 1)) if i else None for i in range(count)]
    number = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(number, number, st.sampled_from([DIRECT, DOTTED])), max_size=6))
    ends = {end for i, m in enumerate(managers) if m is not None for end in (i, m)} | {e for p in pairs for e in p[:2]}
    free = [name(i) for i in range(count) if i not in ends]
    groups = tuple(Group(f"urn:unit:{i}", tuple(free[i::2])) for i in range(2) if free[i::2])
    made = sheet(
        managers, assistants=draw(st.frozensets(number, max_size=3)), groups=groups,
        others=tuple(line(*pair) for pair in pairs),
    )  # fmt: skip
    sizes = st.tuples(st.integers(20, 200), st.integers(20, 200))
    return made, {card.iri: face(*draw(sizes)) for card in made.cards}


def apart(one: Box, other: Box) -> bool:
    return (
        one.x + one.width < other.x or other.x + other.width < one.x
        or one.y + one.height < other.y or other.y + other.height < one.y
    )  # fmt: skip


def crosses(one: tuple[float, float], other: tuple[float, float], box: Box) -> bool:
    (x1, x2), (y1, y2) = sorted((one[0], other[0])), sorted((one[1], other[1]))
    across = x2 > box.x + NEAR and x1 < box.x + box.width - NEAR
    return across and y2 > box.y + NEAR and y1 < box.y + box.height - NEAR


def check(made: Layout) -> None:
    boxes = list(made.boxes.values())
    for box in boxes:
        assert box.x >= 0 and box.y >= 0 and box.x + box.width <= made.width + NEAR
        assert box.y + box.height <= made.height + NEAR
    check_apart(boxes, made.routes)


def check_apart(boxes: list[Box], routes_: tuple[Route, ...]) -> None:
    assert [pair for pair in combinations(boxes, 2) if not apart(*pair)] == []
    for route in routes_:
        for one, other in zip(route.points, route.points[1:], strict=False):
            assert abs(one[0] - other[0]) < NEAR or abs(one[1] - other[1]) < NEAR, "a line that is not straight"
            assert [box for box in boxes if crosses(one, other, box)] == []


@settings(max_examples=150, deadline=None)
@given(drawn(), st.sampled_from(DIRECTIONS))
def test_nothing_overlaps_and_no_line_runs_across_a_card(given: tuple[Sheet, dict[str, Face]], direction: str) -> None:
    made, faces = given
    # The faces of a panel are of one width, as cards are.
    faces |= {iri: face(212, faces[iri].height) for group in made.groups for iri in group.members}
    laid = lay_out(made, faces, direction=direction)
    check(laid)
    assert laid.boxes.keys() == {card.iri for card in made.cards if card.kind == PERSON}
    assert sorted(route.line for route in laid.routes) == sorted(made.lines)
    assert [frame.unit for frame in laid.frames] == [group.unit for group in made.groups]


def test_manager_stands_in_the_middle_above_those_below() -> None:
    boxes = lay_out(made := sheet([None, 0, 0, 0]), even(made)).boxes
    assert [(box.x, box.y) for box in boxes.values()] == [(220, 0), (0, 100), (220, 100), (440, 100)]


def test_left_to_right_grows_to_the_right() -> None:
    boxes = lay_out(made := sheet([None, 0, 0, 0]), even(made), direction="right").boxes
    assert [(box.x, box.y) for box in boxes.values()] == [(0, 80), (240, 0), (240, 80), (240, 160)]


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_sixty_reports_stand_in_a_block_about_as_wide_as_high(direction: str) -> None:
    made = lay_out(it := sheet([None, *[0] * 60]), even(it), direction=direction)
    block = [made.boxes[name(i)] for i in range(1, 61)]
    wide = max(b.x + b.width for b in block) - min(b.x for b in block)
    high = max(b.y + b.height for b in block) - min(b.y for b in block)
    assert 0.7 < wide / high < 1.4


def test_assistant_stands_beside_the_manager() -> None:
    boxes = lay_out(made := sheet([None, 0, 0], assistants=frozenset([2])), even(made)).boxes
    assert boxes[name(2)].y == boxes[name(0)].y
    assert boxes[name(2)].x > boxes[name(0)].x + boxes[name(0)].width
    assert boxes[name(1)].x == boxes[name(0)].x


@pytest.mark.parametrize(
    ("lines", "above"),
    [
        ((line(2, 1, DOTTED), line(2, 0)), 0),
        ((line(2, 0, certainty=POSSIBLE), line(2, 1)), 1),
        ((line(2, 0, derived=True), line(2, 1)), 1),
        ((line(2, 1), line(2, 0)), 0),
        ((line(2, 1, DOTTED),), 1),
    ],
    ids=["direct-before-dotted", "surest", "stated-before-derived", "by-name", "only-dotted"],
)
def test_somebody_with_several_managers_stands_below_one(lines: tuple[Line, ...], above: int) -> None:
    laid = lay_out(made := sheet([None, None, None], others=lines), even(made))
    assert laid.boxes[name(2)].x == laid.boxes[name(above)].x
    assert laid.boxes[name(2)].y > laid.boxes[name(above)].y
    assert len(laid.routes) == len(lines)


def test_circle_is_broken_at_the_first_by_name_and_closed_by_a_line() -> None:
    circle = (line(0, 2), line(1, 0), line(2, 1))
    laid = lay_out(made := sheet([None, None, None], others=circle), even(made))
    assert [laid.boxes[name(i)].y for i in range(3)] == [0, 100, 200]
    assert laid.routes[-1].line == circle[0]


def test_a_line_out_of_a_circle_goes_before_one_within() -> None:
    circle = (line(0, 1)._replace(in_cycle=True), line(1, 0)._replace(in_cycle=True), line(0, 2))
    laid = lay_out(made := sheet([None, None, None], others=circle), even(made))
    assert [laid.boxes[name(i)].y for i in (2, 0, 1)] == [0, 100, 200]


def test_a_chain_of_five_thousand() -> None:
    laid = lay_out(made := sheet([None, *range(4_999)]), even(made))
    assert (laid.width, laid.height) == (200, 5_000 * 100 - 40)


@pytest.mark.parametrize("direction", DIRECTIONS)
@pytest.mark.parametrize(
    "managers",
    [
        [None, *(0 if i % 2 else i - 1 for i in range(1, 20_000))],
        [None, *((i - 1) // 7 for i in range(1, 20_000))],
        [None if i % 40 == 0 else i - i % 40 + i % 40 // 9 for i in range(20_000)],
    ],
    ids=["pairs", "sevens", "tops"],
)
def test_twenty_thousand_are_about_as_wide_as_high(managers: list[int | None], direction: str) -> None:
    laid = lay_out(made := sheet(managers), even(made), direction=direction)
    assert 0.3 < laid.width / laid.height < 4


@settings(max_examples=100, deadline=None)
@given(drawn())
def test_no_line_runs_across_a_card_of_shelves(given: tuple[Sheet, dict[str, Face]]) -> None:
    """Whatever has two subtrees is wide enough to be broken here."""
    made, faces = given
    trees = forest(made)
    sizes = {iri: (f.width, f.height) for iri, f in faces.items()}
    helpers = frozenset(card.iri for card in made.cards if card.assistant)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("orggraph.chart.sites._SHELVES_FROM", 0)
        found = sites_of(trees, sizes, helpers, widest=0.5)
    boxes = {iri: Box(iri, s.across, s.along, s.breadth, s.depth) for iri, s in found.items()}
    lines = tuple(routes(trees, found))
    corners = [(x, y) for route in lines for x, y in route.points] or [(0.0, 0.0)]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    assert left > -GAP and top > -LEVEL
    check_apart(list(boxes.values()), lines)


def test_people_with_the_same_manager_keep_their_order_when_somebody_joins() -> None:
    def order(managers: list[int | None]) -> list[str]:
        boxes = lay_out(made := sheet(managers), even(made)).boxes
        return [iri for iri in boxes if iri in {name(i) for i in range(5)}]

    assert order([None, 0, 0, 1, 2]) == order([None, 0, 0, 1, 2, 1, 1, 0])


def test_an_empty_sheet_is_an_empty_layout() -> None:
    assert lay_out(sheet([]), {}) == Layout(0, 0, {}, (), ())
