"""An index with later loads beside it answers like one that was made from everything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import orggraph.timeline as timelines
from orggraph.facts import LINE, NAME, PERSON_NAME, REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO, Fact
from orggraph.period import ONGOING, Moment
from orggraph.timeline import Timeline, columns
from orggraph.vocabulary import Literal

DAYS = range(1, 12)


def line(reporter: int, manager: int, start: int, end: int, *, dotted: bool = False, recorded: int = 1) -> Fact:
    return Fact(
        kind=LINE, tenure=f"urn:t:{reporter}:{manager}:{start}:{end}:{recorded}", subject=f"urn:p{reporter}",
        predicate=REPORTS_DOTTED_TO if dotted else REPORTS_DIRECTLY_TO, object=f"urn:p{manager}",
        start=Moment(start, start, str(start)), end=ONGOING if end > 10 else Moment(end, end, str(end)),
        confirmed=start, changes=(f"c{reporter}{manager}{start}{recorded}",), recorded=recorded,
    )  # fmt: skip


def name(person: int, recorded: int) -> Fact:
    always = Moment(1, 1, "always")
    return Fact(kind=NAME, tenure=f"urn:n{person}", subject=f"urn:p{person}", predicate=PERSON_NAME, recorded=recorded,
                object=Literal(f"Person {person}"), start=always, end=ONGOING, confirmed=1)  # fmt: skip


person = st.integers(0, 6)
lines = st.builds(
    lambda a, b, s, n, d: (a, b if b != a else (a + 1) % 7, s, s + n, d),
    person, person, st.integers(1, 8), st.integers(1, 6), st.booleans(),
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def _small_indexes_leave_room() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "MANY", 0)
        yield


def answers(timeline: Timeline) -> list[object]:
    """Ask everything there is to ask, by terms and not by numbers."""
    asked: list[object] = [len(timeline.facts), timeline.change_days(), sorted(timeline.sources.items())]
    for number in range(8):
        iri = f"urn:p{number}"
        asked.append([sorted(repr(timeline.facts[r]) for r in rows)
                      for rows in (timeline.about(iri), timeline.pointing_at(iri))])  # fmt: skip
        asked.append(sorted(timeline.facts[r].subject for r in timeline.names.candidates(f"person {number}")))
    for reporting in (timeline.direct, timeline.dotted):
        terms = [timeline.terms.text(int(term)) for term in reporting.nodes]
        for day in DAYS:
            for recorded_by in (None, 1, 2, 3):
                edges = reporting.edges(day, recorded_by=recorded_by)
                asked.append(sorted((terms[a], terms[b]) for a, b in zip(*edges, strict=True)))
                for number in range(7):
                    node = reporting.node(timeline.terms.number(f"urn:p{number}"))
                    if node >= 0:
                        asked.append(number)
                        for found in (reporting.reporters(node, day, recorded_by=recorded_by),
                                      reporting.managers(node, day, recorded_by=recorded_by),
                                      reporting.below(node, day, recorded_by=recorded_by)):  # fmt: skip
                            asked.append(sorted(terms[n] for n in found))
            for later in (day + 1, day + 5):
                asked.append([sorted((terms[a], terms[b]) for a, b in zip(*part, strict=True))
                              for part in reporting.changes(day, later)])  # fmt: skip
    return asked


@settings(max_examples=60, deadline=None)
@given(
    first=st.lists(lines, min_size=1, max_size=8),
    second=st.lists(lines, max_size=5),
    third=st.lists(lines, max_size=3),
    gone=st.sets(st.integers(0, 12), max_size=4),
)  # fmt: skip
def test_later_loads_beside_an_index_are_as_if_it_was_made_anew(
    first: list[tuple[int, int, int, int, bool]],
    second: list[tuple[int, int, int, int, bool]],
    third: list[tuple[int, int, int, int, bool]],
    gone: set[int],
) -> None:
    facts = {fact.tenure: fact for a, b, s, e, d in first if (fact := line(a, b, s, e, dotted=d))}
    facts["n"] = name(0, 1)
    kept = list(facts.values())
    with TemporaryDirectory() as place:
        folder = Path(place) / "0"
        folder.mkdir()
        sources = {change: f"source {change}" for fact in kept for change in fact.changes}
        Timeline(kept, sources=sources).save(folder)
        anew = folder
        for recorded, more in ((2, second), (3, third)):
            opened_now = {f.tenure: f for a, b, s, e, d in more if (f := line(a, b, s, e, dotted=d, recorded=recorded))}
            opened = [*opened_now.values(), name(recorded, recorded)]
            now = Timeline.open(folder)
            closed = [row for row, fact in enumerate(now.facts) if row in gone and fact.superseded is None]
            gone = {row + 3 for row in gone}
            closing = {repr(now.facts[row]) for row in closed}
            kept = [replace(f, superseded=recorded) if repr(f) in closing else f for f in kept] + opened
            new = {change: f"source {change}" for fact in opened for change in fact.changes}
            sources |= new
            after, written = Path(place) / str(recorded), Path(place) / f"{recorded} anew"
            after.mkdir()
            written.mkdir()
            beside = Timeline.open(anew)
            rows = [row for row, fact in enumerate(beside.facts) if repr(fact) in closing]
            beside.save_with(written, opened, rows, new, recorded)
            anew = written
            assert now.revised(after, opened, closed, new, recorded)
            folder = after
        made = Timeline(kept, sources=sources)
        whole = answers(made)
        assert [repr(fact) for fact in Timeline.open(anew).facts] == [repr(fact) for fact in made.facts]
        assert answers(Timeline.open(anew)) == whole
        merged = Timeline.open(folder)
        assert answers(merged) == whole
        with_delta = Path(place) / "with delta"
        with_delta.mkdir()
        merged.save_with(with_delta, [], [], {}, 4)
        assert [repr(fact) for fact in Timeline.open(with_delta).facts] == [repr(fact) for fact in made.facts]
        merged = Timeline.open(folder)
        compact = Path(place) / "compact"
        compact.mkdir()
        Timeline.of_columns(merged.terms, merged.columns, standing=merged.standing).save(compact)
        assert answers(Timeline.open(compact)) == whole


def test_an_index_is_written_anew_when_too_much_stands_beside_it(tmp_path: Path) -> None:
    Timeline([name(0, 1)]).save(tmp_path)
    many = [name(number, 2) for number in range(timelines.WORTHWHILE + 1)]
    (tmp_path / "after").mkdir()
    assert not Timeline.open(tmp_path).revised(tmp_path / "after", many, [], {}, 2)
    assert list((tmp_path / "after").iterdir()) == []


def test_a_reader_does_not_see_what_another_adds(tmp_path: Path) -> None:
    base, after = tmp_path / "base", tmp_path / "after"
    base.mkdir()
    after.mkdir()
    Timeline([line(1, 0, 1, 20), line(2, 0, 1, 20)]).save(base)
    reader, writer = Timeline.open(base), Timeline.open(base)
    assert writer.revised(after, [line(3, 0, 1, 20, recorded=2)], [0], {}, 2)
    late = Timeline.open(after)
    assert [len(t.direct.edges(5).reporters) for t in (reader, late, Timeline.open(base))] == [2, 2, 2]
    assert np.array_equal(reader.columns.superseded, Timeline.open(base).columns.superseded)
    assert len(late.facts) == 3
