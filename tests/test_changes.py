"""Tests of the role change: every kind and field, what is refused, and that what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orggraph.changes import FIELDS, KINDS, RoleChange, parse_stated, read_moment, with_occurrences, write_moment
from orggraph.errors import ChangeError
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, day

SMALLEST: dict[str, dict[str, str]] = {
    "starts": {"person": "Ada", "post": "CTO", "effective": "2024"},
    "ends": {"person": "Ada", "unit": "Board", "effective": "2024"},
    "holds": {"person": "Ada", "role": "chair", "effective": "2024"},
    "reports": {"person": "Ada", "reports_to": "Grace", "effective": "2024"},
    "acting": {"person": "Ada", "post": "CTO", "effective": "2024"},
    "leave": {"person": "Ada", "effective": "2024"},
    "transferred": {"person": "Ada", "post": "CTO", "effective": "2024"},
    "renamed": {"person": "Ada", "into": "Ada Lovelace", "effective": "2024"},
    "created": {"unit": "Board", "effective": "2024"},
    "abolished": {"post": "CTO", "effective": "2024"},
    "moved": {"unit": "Board", "into": "Office", "effective": "2024"},
    "merged": {"unit": "Board", "into": "Office", "effective": "2024"},
    "split": {"unit": "Board", "into": "Office", "effective": "2024"},
    "functions transferred": {"unit": "Board", "into": "Office", "effective": "2024"},
    "same as": {"person": "Ada King", "into": "A. Lovelace"},
    "not same as": {"person": "Ada King", "into": "A. Lovelace"},
    "states": {"person": "Ada", "property": "grade", "value": "7"},
    "roster": {"organization": "Acme", "effective": "2024-01-01"},
    "corrects": {"target": "7"},
    "withdraws": {"target": "7"},
}
"""For each kind a record with only what it needs."""


NOBODY = ("reports", "reports_to")
"""A change of manager without a manager says: from then on to nobody."""


def test_every_kind_has_its_smallest_record() -> None:
    assert SMALLEST.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_reads_its_smallest_record_and_writes_it_back(kind: str) -> None:
    record = {"kind": kind, **SMALLEST[kind]}
    change = RoleChange.parse(record)
    assert change.kind == kind and change.fields() == record
    assert RoleChange.parse(change.fields()) == change


LACKING = [(kind, name) for kind, record in SMALLEST.items() for name in record if (kind, name) != NOBODY]


@pytest.mark.parametrize("kind, name", LACKING)
def test_a_kind_refuses_a_record_without_one_of_its_fields(kind: str, name: str) -> None:
    record = {key: text for key, text in SMALLEST[kind].items() if key != name}
    with pytest.raises(ChangeError, match=kind):
        RoleChange.parse({"kind": kind, **record})


WRONG = [
    ({"kind": ""}, "kind", "the kind is missing"),
    ({}, "kind", "the kind is missing"),
    ({"kind": "start"}, "kind", "did you mean 'starts'"),
    ({"kind": "starts", "manager": "Ada"}, "manager", "is not a column"),
    ({**SMALLEST["starts"], "kind": "starts", "efective": "2024"}, "efective", "did you mean 'effective'"),
    ({**SMALLEST["starts"], "kind": "starts", "effective": "2024-02-30"}, "effective", "is not a day"),
    ({**SMALLEST["starts"], "kind": "starts", "effective": "01/02/2024"}, "effective", "expected YYYY-MM-DD"),
    ({**SMALLEST["starts"], "kind": "starts", "until": "9999-12-31"}, "until", "write .. for ongoing"),
    ({**SMALLEST["starts"], "kind": "starts", "until": "2023"}, "until", "'2023' is before effective '2024'"),
    ({**SMALLEST["starts"], "kind": "starts", "sequence": "-1"}, "sequence", "not a whole number"),
    ({**SMALLEST["starts"], "kind": "starts", "sequence": "1.0"}, "sequence", "not a whole number"),
    ({**SMALLEST["starts"], "kind": "starts", "inferred": "yes"}, "inferred", "neither true nor false"),
    ({**SMALLEST["starts"], "kind": "starts", "stated": "yesterday"}, "stated", "is not a time"),
    ({**SMALLEST["starts"], "kind": "starts", "stated": "2024-02-30"}, "stated", "is not a time"),
    ({**SMALLEST["starts"], "kind": "starts", "stated": "2024-01-01T10:00:00"}, "stated", "has no zone"),
    ({**SMALLEST["reports"], "kind": "reports", "line": "doted"}, "line", "did you mean 'dotted'"),
]


@pytest.mark.parametrize("record, field, message", WRONG, ids=[message for _, _, message in WRONG])
def test_a_wrong_field_is_named(record: dict[str, str], field: str, message: str) -> None:
    with pytest.raises(ChangeError, match=message) as caught:
        RoleChange.parse(record)
    assert caught.value.field == field


FULL: dict[str, str] = {
    name: f"a {name}" for name in FIELDS if name not in ("kind", "line", "effective", "until", "sequence", "stated")
} | {
    "kind": "starts", "line": "dotted", "effective": "2025-09-29/2025-10-02", "until": "2026-01?", "sequence": "3",
    "stated": "2025-10-03T23:59:59Z", "occurrence": "2", "inferred": "true",
}  # fmt: skip


def test_every_field_is_kept() -> None:
    change = RoleChange.parse(FULL)
    assert {name: change.fields()[name] for name in FIELDS} == FULL
    assert RoleChange.parse(change.fields()) == change


@pytest.mark.parametrize("name", [name for name in FIELDS if name != "kind"])
def test_every_field_is_part_of_the_identity(name: str) -> None:
    other = {"line": "direct", "effective": "2025-09-29", "until": "2027", "sequence": "4", "stated": "2025-10-04",
             "occurrence": "3", "inferred": "false"}.get(name, "another")  # fmt: skip
    assert RoleChange.parse({**FULL, name: other}).id != RoleChange.parse(FULL).id


def test_where_it_was_read_is_no_part_of_the_identity() -> None:
    here = RoleChange.parse(FULL, file="a.csv", line_number=2)
    assert here == RoleChange.parse(FULL, file="b.csv", line_number=9)
    assert here.id == RoleChange.parse(FULL).id and (here.file, here.line_number) == ("a.csv", 2)


def test_the_same_content_in_a_later_edition_is_another_statement() -> None:
    first, later = ({**SMALLEST["starts"], "kind": "starts", "source": "N", "stated": on} for on in ("2024", "2025"))
    days = [RoleChange.parse({**row, "stated": f"{row['stated']}-01-01"}) for row in (first, later)]
    assert days[0].id != days[1].id and days[0].edition != days[1].edition
    assert days[0].edition == "N@2024-01-01T23:59:59Z"


def test_rows_that_repeat_are_numbered() -> None:
    change = RoleChange.parse({"kind": "starts", **SMALLEST["starts"]})
    other = RoleChange.parse({"kind": "leave", **SMALLEST["leave"]})
    numbered = with_occurrences([change, other, change, change])
    assert [row.occurrence for row in numbered] == [0, 0, 1, 2]
    assert len({row.id for row in numbered}) == 4


@pytest.mark.parametrize(
    "text, earliest, latest",
    [("..", OPEN_LATE, OPEN_LATE), ("unknown", day("2024-01-01"), OPEN_LATE),
     ("2025-01-01", day("2025-01-01"), day("2025-01-01")), ("2025-02", day("2025-02-01"), day("2025-02-28"))],
)  # fmt: skip
def test_the_end_is_ongoing_unknown_or_a_moment(text: str, earliest: int, latest: int) -> None:
    change = RoleChange.parse({"kind": "starts", **SMALLEST["starts"], "until": text})
    assert change.until is not None
    assert (change.until.earliest, change.until.latest) == (earliest, latest)
    assert change.fields()["until"] == text and (change.until == ONGOING) == (text == "..")


@pytest.mark.parametrize(
    "text, utc",
    [("2025-10-03", "2025-10-03T23:59:59Z"), ("2025-10-03T12:00:00Z", "2025-10-03T12:00:00Z"),
     ("2025-10-03T00:30:00+02:00", "2025-10-02T22:30:00Z"), ("2024-02-29", "2024-02-29T23:59:59Z")],
)  # fmt: skip
def test_stated_times_are_utc_and_a_day_means_its_end(text: str, utc: str) -> None:
    assert parse_stated(text) == utc == parse_stated(utc)


BOUNDS = st.one_of(st.just(None), st.integers(day("1990-01-01"), day("2030-12-31")))


@given(BOUNDS, BOUNDS, st.sampled_from(["", "2021", "2021-03-31", "spring", "unknown", ".."]))
def test_a_moment_is_written_and_read_back_with_its_bounds_and_text(
    first: int | None, last: int | None, text: str
) -> None:
    low, high = OPEN_EARLY if first is None else first, OPEN_LATE if last is None else last
    if high < low:
        return
    moment = Moment(low, high, text)
    written = write_moment(moment)
    if written == "unknown":  # such an end is read by `parse`, which knows the day it follows
        return
    read = read_moment(written)
    assert (read.earliest, read.latest) == (low, high)
    assert read.text == (text or moment.edtf())


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=8)


@given(st.dictionaries(st.sampled_from([n for n in FULL if FULL[n].startswith("a ")]), TEXTS))
def test_texts_of_any_alphabet_are_read_back(texts: dict[str, str]) -> None:
    change = RoleChange.parse({"kind": "starts", **SMALLEST["starts"], **texts})
    assert RoleChange.parse(change.fields()) == change
    assert RoleChange.parse(change.fields()).id == change.id
