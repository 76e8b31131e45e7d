"""Reporting lines answer like a scan of all facts, from memory and from files; damaged files are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph.errors import StoreError
from orggraph.facts import LINE, REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO, Fact
from orggraph.period import ONGOING, Moment
from orggraph.timeline import Timeline
from orggraph.timeline.files import FORMAT, LIST, check_files

DAYS = range(1, 14)
PERSONS = range(6)
RECORDED = (None, 0, 1, 2, 3, 4)


def moment(earliest: int, width: int = 0, key: str = "") -> Moment:
    return Moment(earliest, earliest + width, f"{earliest}..{earliest + width}", key)


def line(
    reporter: int, manager: int, start: Moment, end: Moment, *, dotted: bool = False, recorded: int = 1,
    superseded: int | None = None,
) -> Fact:  # fmt: skip
    return Fact(
        kind=LINE, tenure=f"urn:t{reporter}", subject=f"urn:p{reporter}", object=f"urn:p{manager}", start=start,
        predicate=REPORTS_DOTTED_TO if dotted else REPORTS_DIRECTLY_TO, end=end, confirmed=start.latest,
        changes=(f"c{reporter}",), recorded=recorded, superseded=superseded,
    )  # fmt: skip


@st.composite
def any_line(draw: st.DrawFn) -> Fact:
    """A line of any two (or one), with exact and inexact ends, versions, and now and then one that holds on no day."""
    begin, length = draw(st.integers(1, 9)), draw(st.integers(0, 5))
    widths = draw(st.tuples(st.sampled_from([0, 0, 0, 1, 3]), st.sampled_from([0, 0, 0, 2])))
    start = moment(begin, widths[0], draw(st.sampled_from(["", "", "", "m"])))
    end = draw(st.sampled_from([ONGOING, moment(begin + length, widths[1]), moment(begin + length, widths[1], "m")]))
    recorded = draw(st.integers(1, 3))
    superseded = draw(st.sampled_from([None, None, recorded + 1]))
    ends = draw(st.sampled_from(PERSONS)), draw(st.sampled_from(PERSONS))
    dotted = draw(st.sampled_from([False, False, False, True]))
    return line(*ends, start, end, dotted=dotted, recorded=recorded, superseded=superseded)


class Brute(NamedTuple):
    """The same answers by looking at every line; ``lines`` are in the order of the timeline's facts."""

    lines: list[Fact]

    def on(self, day: int, possible: bool, recorded_by: int | None) -> list[tuple[str, str]]:
        return [(fact.subject, str(fact.object)) for fact in self._hold(day, possible, recorded_by)]

    def _hold(self, day: int, possible: bool, recorded_by: int | None) -> Iterator[Fact]:
        for fact in self.lines:
            start, end = fact.start, fact.end
            late = fact.superseded if fact.superseded is not None else 10**9
            known = fact.superseded is None if recorded_by is None else fact.recorded <= recorded_by < late
            begun, ended = (start.earliest, end.latest) if possible else (start.latest, end.earliest)
            if known and begun <= day < ended and not (start.key and start.key == end.key):
                yield fact

    def chain(self, person: str, day: int, possible: bool, recorded_by: int | None) -> list[str]:
        found, seen = list[str](), {person}
        while True:
            above = [f for f in self._hold(day, possible, recorded_by) if f.subject == person]
            person = str(min(above, key=lambda f: f.start.latest).object) if above else ""
            if not person or person in seen:
                return found
            found.append(person)
            seen.add(person)

    def below(self, person: str, day: int, possible: bool, recorded_by: int | None) -> list[set[str]]:
        """Give who is below, a set for each level."""
        lines = self.on(day, possible, recorded_by)
        levels, seen = list[set[str]](), {person}
        while level := {a for a, b in lines if b in (levels[-1] if levels else {person})} - seen:
            levels.append(level)
            seen |= level
        return levels


def agree(timeline: Timeline, *, dotted: bool) -> None:
    """Compare every answer of a timeline with the scan of its facts."""
    predicate = REPORTS_DOTTED_TO if dotted else REPORTS_DIRECTLY_TO
    brute = Brute([fact for fact in timeline.facts if fact.predicate == predicate])
    reporting = timeline.dotted if dotted else timeline.direct
    texts = [timeline.terms.text(int(term)) for term in reporting.nodes]
    people = {f"urn:p{number}" for number in PERSONS}
    assert len(reporting) == len(brute.lines)
    assert set(texts) == {end for fact in brute.lines for end in (fact.subject, str(fact.object))}
    nodes = {text: reporting.node(timeline.terms.number(text)) for text in people}
    assert nodes == {text: texts.index(text) if text in texts else -1 for text in people}
    for day in DAYS:
        for possible in (False, True):
            for recorded_by in RECORDED:
                how = (possible, recorded_by)
                asked = {"possible": possible, "recorded_by": recorded_by}
                right = sorted(brute.on(day, *how))
                edges = reporting.edges(day, **asked)  # type: ignore[arg-type]  # one dict for both options
                assert sorted((texts[a], texts[b]) for a, b in zip(*edges, strict=True)) == right
                for person, node in nodes.items():
                    if node < 0:
                        continue
                    told = {
                        question: [texts[other] for other in getattr(reporting, question)(node, day, **asked)]
                        for question in ("reporters", "managers", "chain", "below")
                    }
                    assert sorted(told["reporters"]) == sorted(a for a, b in right if b == person)
                    assert sorted(told["managers"]) == sorted(b for a, b in right if a == person)
                    assert told["chain"] == brute.chain(person, day, *how)
                    levels = brute.below(person, day, *how)
                    assert len(told["below"]) == sum(map(len, levels))
                    for level in levels:
                        assert set(told["below"][: len(level)]) == level
                        del told["below"][: len(level)]
        for after in (day, day + 1, day + 4, day - 3):
            a, b = set(brute.on(day, False, None)), set(brute.on(after, False, None))
            changes = reporting.changes(day, after)
            found = [[(texts[x], texts[y]) for x, y in zip(*part, strict=True)] for part in changes]
            assert found == [sorted(b - a, key=_by_node(texts)), sorted(a - b, key=_by_node(texts))]


def _by_node(texts: list[str]) -> Callable[[tuple[str, str]], tuple[int, int]]:
    return lambda pair: (texts.index(pair[0]), texts.index(pair[1]))


@settings(max_examples=60, deadline=None)
@given(st.lists(any_line(), max_size=14))
def test_lines_in_memory_answer_like_a_scan(facts: list[Fact]) -> None:
    timeline = Timeline(facts)
    agree(timeline, dotted=False)
    agree(timeline, dotted=True)


@settings(max_examples=30, deadline=None)
@given(st.lists(any_line(), max_size=14))
def test_lines_from_files_answer_like_a_scan(facts: list[Fact]) -> None:
    with TemporaryDirectory() as folder:
        Timeline(facts).save(Path(folder))
        opened = Timeline.open(Path(folder))
        assert list(opened.facts) == list(Timeline(facts).facts)
        agree(opened, dotted=False)
        agree(opened, dotted=True)


@given(st.lists(any_line(), max_size=10).flatmap(lambda facts: st.tuples(st.just(facts), st.permutations(facts))))
def test_the_order_of_loading_does_not_matter(both: tuple[list[Fact], list[Fact]]) -> None:
    one, other = (Timeline(facts) for facts in both)
    assert list(one.facts) == list(other.facts)
    assert np.array_equal(one.direct.nodes, other.direct.nodes)


def test_a_cycle_ends_where_it_closes() -> None:
    always = (moment(1), ONGOING)
    timeline = Timeline([line(0, 1, *always), line(1, 2, *always), line(2, 0, *always), line(3, 0, *always)])
    agree(timeline, dotted=False)
    lines = timeline.direct
    node = lines.node(timeline.terms.number("urn:p0"))
    assert len(lines.chain(node, 5)) == 2
    assert len(lines.below(node, 5)) == 3


def test_a_line_that_goes_on_in_another_term_is_no_change() -> None:
    terms = [line(0, 1, moment(1), moment(5)), line(0, 1, moment(5), moment(9)), line(0, 2, moment(9), ONGOING)]
    changes, days = Timeline(terms).direct.changes, ((4, 5), (3, 8), (8, 9), (9, 8))
    counts = [[len(part.reporters) for part in changes(before, after)] for before, after in days]
    assert counts == [[0, 0], [0, 0], [1, 1], [1, 1]]


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    first = line(0, 1, moment(1), moment(5, 2))
    Timeline([first, line(2, 1, moment(3), ONGOING), replace(first, object="urn:p3", recorded=2)]).save(tmp_path)
    return tmp_path


def test_what_was_saved_is_whole(saved: Path) -> None:
    check_files(saved, thorough=True)
    assert len(Timeline.open(saved).facts) == 3


def _names() -> list[str]:
    with TemporaryDirectory() as folder:
        Timeline([line(0, 1, moment(1), ONGOING)]).save(Path(folder))
        return sorted(file.name for file in Path(folder).iterdir())


def _missing(file: Path) -> None:
    file.unlink()


def _shorter(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-1])


def _altered(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0x10
    file.write_bytes(bytes(data))


@pytest.mark.parametrize("damage", [_missing, _shorter, _altered], ids=["missing", "shorter", "altered"])
@pytest.mark.parametrize("name", _names())
def test_damaged_files_are_refused(saved: Path, name: str, damage: Callable[[Path], None]) -> None:
    damage(saved / name)
    with pytest.raises(StoreError):
        Timeline.open(saved)


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param("", id="empty"),
        pytest.param("[]", id="no object"),
        pytest.param("{}", id="nothing"),
        pytest.param('{"format": 1}', id="no files"),
        pytest.param('{"format": 1, "files": {"kind.npy": 3}}', id="no sums"),
        pytest.param(f'{{"format": {FORMAT + 1}, "files": {{}}}}', id="a later format"),
    ],
)
def test_a_list_that_is_none_is_refused(saved: Path, listed: str) -> None:
    (saved / LIST).write_text(listed, encoding="utf-8")
    with pytest.raises(StoreError):
        Timeline.open(saved)
