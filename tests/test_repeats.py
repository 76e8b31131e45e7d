"""Tests of large lists: what is loaded by the first and last of equal rows is what every row by itself gives."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import orggraph.bulk
from orggraph import opening
from orggraph.firstload import read_lists
from orggraph.graph import OrgGraph
from orggraph.repeats import NotAlike, Repeats
from orggraph.replay import replay
from orggraph.sources import read
from orggraph.store.embedded import EmbeddedStore

HEADER = ("Day", "Employee ID", "Name", "Title", "Manager ID", "Department", "Location")
ACME = {"constants": {"organization": "Acme"}}
META = {"base": "urn:orggraph:", "salt": "s"}
Row = tuple[str, ...]


def table(rows: list[Row], header: tuple[str, ...] = HEADER) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    return stream.getvalue()


def month(number: int, *people: str) -> list[Row]:
    """Give the list of a month: each person as "id name title manager unit place", with _ for nothing."""
    day = f"2020-{number:02d}-01"
    return [(day, *("" if cell == "_" else cell for cell in person.split())) for person in people]


ADA, BO, CY = "1 Ada Clerk 3 Works Paris", "2 Bo Clerk 1 Works _", "3 Cy Head _ Works Rome"
LISTS: dict[str, list[Row]] = {
    "nothing changes": [row for n in range(1, 7) for row in month(n, ADA, BO, CY)],
    "one list": month(1, ADA, BO),
    "away and back": [*month(1, ADA, CY), *month(2, ADA, CY), *month(3, CY), *month(4, ADA, CY), *month(5, ADA, CY)],
    "another post": [*month(1, ADA), *month(2, ADA), *month(3, ADA.replace("Clerk", "Head")), *month(4, ADA)],
    "another manager": [*month(1, ADA, CY), *month(2, ADA.replace("3", "2", 1), BO, CY), *month(3, ADA, CY)],
    "another place and back": [*month(1, ADA), *month(2, ADA), *month(3, ADA.replace("Paris", "Lyon")),
                               *month(4, ADA), *month(5, ADA), *month(6, ADA)],
    "a place once not said": [*month(1, ADA), *month(2, ADA), *month(3, ADA.replace("Paris", "_")), *month(4, ADA)],
    "a name": [row for n in range(1, 5) for row in month(n, ADA if n < 3 else ADA.replace("Ada", "Eva"))],
    "another unit": [*month(1, ADA, CY), *month(2, ADA, CY), *month(3, ADA.replace("Works", "Office"), CY)],
    "two share a post": [row for n in range(1, 5) for row in month(n, ADA, BO.replace("1", "3", 1))],
    "a manager who is in no list": [row for n in range(1, 5) for row in month(n, ADA)],
}  # fmt: skip


def compared(path: Path, **given: Any) -> bool:
    """Compare what the first and last rows give with what all give; tell whether they were taken."""
    lists = read_lists([path], meta=META, label="x", now=1, **given)
    if lists is None:
        return False
    reading = read(path, **given)
    made = replay(reading.changes, base=META["base"], salt=META["salt"])
    assert {f.content for f in lists.revision.opened} == {f.content for f in made.facts}
    assert len(lists.revision.opened) == len(made.facts)
    assert sorted(lists.findings) == sorted((*reading.findings, *made.findings))
    told = {(c.id, c.file, c.line_number, *c.fields().values()) for c in lists.rows.changes()}
    assert told == {(c.id, c.file, c.line_number, *c.fields().values()) for c in reading.changes}
    assert len(lists.rows) == len(reading.changes) == len(list(lists.revision.entries))
    assert lists.counts == reading.counts
    return True


@pytest.mark.parametrize("rows", LISTS.values(), ids=LISTS)
def test_the_first_and_the_last_give_what_all_give(tmp_path: Path, rows: list[Row]) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(table(rows), "utf-8")
    assert compared(path, mapping=ACME)


_PEOPLE = st.dictionaries(
    st.sampled_from(["1", "2", "3", "4"]),
    st.tuples(st.sampled_from(["Ada", "Bo"]), st.sampled_from(["Clerk", "Head"]), st.sampled_from(["", "1", "2", "9"]),
              st.sampled_from(["Works", "Office"]), st.sampled_from(["", "Paris", "Rome"])),
    min_size=1,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(_PEOPLE, st.integers(1, 4)), min_size=1, max_size=6))
def test_any_lists_give_the_same(tmp_path_factory: pytest.TempPathFactory, lists: list[tuple[Any, int]]) -> None:
    months = [people for people, times in lists for _ in range(times)]
    rows = [(f"{2020 + n // 12}-{n % 12 + 1:02d}-01", key, *said)
            for n, people in enumerate(months) for key, said in people.items()]  # fmt: skip
    path = tmp_path_factory.mktemp("lists") / "staff.csv"
    path.write_text(table(rows), "utf-8")
    assert compared(path, mapping=ACME)


def test_rows_without_ids_are_told_apart_by_name(tmp_path: Path) -> None:
    header = ("Day", "Name", "Title", "Manager", "Location")
    rows = [(f"2020-0{n}-01", name, "Clerk", "Cy", "Paris") for n in range(1, 6) for name in ("Ada", "Bo", "Cy")]
    (tmp_path / "staff.csv").write_text(table(rows, header), "utf-8")
    assert compared(tmp_path / "staff.csv", mapping=ACME)


_NAMED = st.dictionaries(
    st.sampled_from(["Ada", "Bo", "Cy", "Di"]),
    st.tuples(st.sampled_from(["", "7", "8"]), st.sampled_from(["Clerk", "Head"]),
              st.sampled_from(["", "Ada", "Bo", "Eve"]),
              st.sampled_from(["Works", "Office"]), st.sampled_from(["", "ada@x", "bo@x"]),
              st.sampled_from(["", "A", "B"])),
    min_size=1,
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(_NAMED, st.integers(1, 3)), min_size=1, max_size=5), st.sampled_from(["Title", "Role"]))
def test_any_lists_by_name_give_the_same(
    tmp_path_factory: pytest.TempPathFactory, lists: list[tuple[Any, int]], word: str
) -> None:
    header = ("Day", "Name", "Position ID", word, "Manager", "Department", "Badge", "Grade")
    months = [people for people, times in lists for _ in range(times)]
    rows = [(f"{2020 + n // 12}-{n % 12 + 1:02d}-01", name, *said)
            for n, people in enumerate(months) for name, said in people.items()]  # fmt: skip
    path = tmp_path_factory.mktemp("lists") / "staff.csv"
    path.write_text(table(rows, header), "utf-8")
    assert compared(path, mapping={**ACME, "extra": ["Badge"]})
    compared(path, mapping={"extra": ["Badge"]})  # each unit is a list of its own, where all of them are in each


OTHERS: dict[str, list[Row]] = {
    "somebody twice in a list": [*month(1, ADA, ADA.replace("Clerk", "Head")), *month(2, ADA)],
    "a row twice": [*month(1, ADA, ADA), *month(2, ADA)],
    "in no order": [*month(2, ADA), *month(1, ADA)],
    "a day that is none": [*month(1, ADA), ("2020-02-30", *ADA.split())],
    "some without an id": [*month(1, ADA, BO.replace("2", "_", 1))],
}


@pytest.mark.parametrize("rows", OTHERS.values(), ids=OTHERS)
def test_anything_else_is_loaded_in_the_general_way(tmp_path: Path, rows: list[Row]) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(table(rows), "utf-8")
    assert not compared(path, mapping=ACME)


def test_lists_of_several_organizations_that_come_and_go_are_not_taken(tmp_path: Path) -> None:
    header = ("Day", "Employee ID", "Name", "Title", "Company")
    rows = [("2020-01-01", "1", "Ada", "Clerk", "Acme"), ("2020-02-01", "1", "Ada", "Clerk", "Acme"),
            ("2020-02-01", "2", "Bo", "Clerk", "Other")]  # fmt: skip
    (tmp_path / "staff.csv").write_text(table(rows, header), "utf-8")
    assert not compared(tmp_path / "staff.csv")
    (tmp_path / "staff.csv").write_text(table(rows[:2], header), "utf-8")
    assert compared(tmp_path / "staff.csv")


@pytest.mark.parametrize(
    "more",
    [{"kind": "starts"}, {"until": "2021"}, {"replaces": "Bo"}, {"effective": "2020-01"}, {"sequence": "1"}],
    ids=["a start", "an end", "a predecessor", "a month", "a sequence"],
)
def test_a_row_that_says_more_is_refused(more: dict[str, str]) -> None:
    from orggraph.changes import RoleChange

    plain = {"kind": "holds", "person": "Ada", "post": "Clerk", "organization": "Acme", "effective": "2020-01-01"}
    rows = Repeats()
    rows.add(RoleChange.parse(plain))
    with pytest.raises(NotAlike):
        rows.add(RoleChange.parse({**plain, "effective": "2020-02-01", **more}))


def stored(folder: Path, *files: Path) -> OrgGraph:
    org = opening.open(folder, create=True)
    org.load(*files, mapping=ACME, label="the lists")
    return opening.open(folder)


def test_a_store_holds_the_same_either_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = []
    for number, rows in enumerate([month(n, ADA, BO, CY) for n in range(1, 5)]):
        files.append(tmp_path / f"staff-2020-{number + 1:02d}-01.csv")
        files[-1].write_text(table([row[1:] for row in rows], HEADER[1:]), "utf-8")
    monkeypatch.setattr("orggraph.store.embedded.make_store", _with_one_salt)
    plain = stored(tmp_path / "plain", *files)
    monkeypatch.setattr(orggraph.bulk, "LARGE", 0)
    short = stored(tmp_path / "short", *files)
    assert {f.content for f in short.ledger.facts} == {f.content for f in plain.ledger.facts}
    assert [e.change for e in short.ledger.entries] == [e.change for e in plain.ledger.entries]
    assert [(e.change.file, e.change.line_number) for e in short.ledger.entries] == [
        (e.change.file, e.change.line_number) for e in plain.ledger.entries
    ]
    assert [f.content for f in short.timeline.facts] == [f.content for f in plain.timeline.facts]
    assert short.timeline.sources == plain.timeline.sources
    assert short.timeline.standing.plain == plain.timeline.standing.plain
    again = short.load(*files, mapping=ACME)
    assert (again.added, again.known) == (0, len(plain.ledger.entries))
    files.append(tmp_path / "staff-2020-05-01.csv")
    files[-1].write_text(table([row[1:] for row in month(5, ADA.replace("Paris", "Lyon"), CY)], HEADER[1:]), "utf-8")
    for org in (plain, short):
        org.load(files[-1], mapping=ACME)
    assert {f.content for f in short.ledger.believed()} == {f.content for f in plain.ledger.believed()}


def _with_one_salt(path: Path, base: str) -> None:
    """Make a store as usual, with the salt of the others, so that what is minted is the same."""
    import json

    (path / "generations").mkdir(parents=True)
    (path / "store.json").write_text(json.dumps({"format": 1, "salt": "s", "base": base}), "utf-8")


def test_a_load_of_lists_was_not_made_in_the_general_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orggraph.bulk, "LARGE", 0)
    path = tmp_path / "staff.csv"
    path.write_text(table(LISTS["nothing changes"]), "utf-8")
    committed = []
    keep = EmbeddedStore.commit

    def commit(store: EmbeddedStore, revision: Any, write_index: Any) -> None:
        committed.append(revision.entries)
        keep(store, revision, write_index)

    monkeypatch.setattr(EmbeddedStore, "commit", commit)
    stored(tmp_path / "store", path)
    assert [type(entries).__name__ for entries in committed] == ["RowEntries"]
