"""Other people's headers: what each key of a mapping does, and what is refused."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from orggraph.sources import Reading, read

MAPPINGS = Path(__file__).resolve().parents[1] / "data" / "mappings"

REGISTER = """\
Vorname,Nachname,Login,Stelle,Status,Von,Bis,Ort
Ada,Byron,ADA,CTO,active,2020-01-01,2021-12-31,Bern
Bea,Curie,bea,CFO,emeritus,2020-02-01,,
Cy,Dent,cy,CEO,draft,2020-03-01,,Ulm
"""
COLUMNS = {"person": "{Vorname} {Nachname}", "post": "Stelle", "from": "Von", "end": "Bis"}
FULL: dict[str, object] = {"columns": COLUMNS, "constants": {"organization": "Acme"}}


def write(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.write_bytes(content.encode())
    return path


def rows(reading: Reading) -> list[tuple[str, ...]]:
    """Show the changes as (kind, person, property, value, until)."""
    return [(c.kind, c.person, c.property, c.value, str(c.until or "")) for c in reading.changes]


def errors(reading: Reading) -> list[str]:
    return [f.message for f in reading.findings if f.severity == "error"]


def test_columns_constants_and_templates(tmp_path: Path) -> None:
    reading = read(write(tmp_path, "register.csv", REGISTER), mapping={**FULL, "format": "tenures"})
    assert errors(reading) == []
    assert [(c.person, c.post, c.organization, str(c.effective)) for c in reading.changes] == [
        ("Ada Byron", "CTO", "Acme", "2020-01-01"),
        ("Bea Curie", "CFO", "Acme", "2020-02-01"),
        ("Cy Dent", "CEO", "Acme", "2020-03-01"),
    ]
    notes = [f.message for f in reading.findings if f.severity == "note"]
    assert notes == ["columns that are not read: Login, Status, Ort (name them in extra to keep them)"]


def test_the_short_form_is_the_same(tmp_path: Path) -> None:
    path = write(tmp_path, "register.csv", REGISTER)
    short = {**COLUMNS, "constants": {"organization": "Acme"}}
    assert read(path, mapping=short).changes == read(path, mapping=FULL).changes


def test_a_file_says_the_same_as_a_dict(tmp_path: Path) -> None:
    lines = ['post = "Stelle"', "[columns]", 'person = "{Vorname} {Nachname}"', 'from = "Von"', 'end = "Bis"']
    mapping = write(tmp_path, "m.toml", "\n".join([*lines, "[constants]", 'organization = "Acme"', ""]))
    path = write(tmp_path, "register.csv", REGISTER)
    assert read(path, mapping=mapping).changes == read(path, mapping=str(mapping)).changes
    assert read(path, mapping=mapping).changes == read(path, mapping=FULL).changes


@pytest.mark.parametrize(
    ("setting", "until"),
    [
        ({"end-convention": "inclusive"}, ["2022-01-01", "..", ".."]),
        ({"end-convention": "exclusive"}, ["2021-12-31", "..", ".."]),
        ({"end-convention": "unknown"}, ["2021-12-31/2022-01-01", "..", ".."]),
        ({"empty-end": "ongoing"}, ["2021-12-31", "..", ".."]),
        ({"empty-end": "unknown"}, ["2021-12-31", "2020-02-01/..", "2020-03-01/.."]),
    ],
    ids=str,
)
def test_what_ends_mean(tmp_path: Path, setting: dict[str, str], until: list[str]) -> None:
    reading = read(write(tmp_path, "register.csv", REGISTER), mapping={**FULL, **setting})
    assert [c.until.edtf() for c in reading.changes if c.until] == until


@pytest.mark.parametrize(
    ("end", "inverted"), [("2019-12-31", True), ("2020-01-01", False)], ids=["the-day-before", "first-day"]
)
@pytest.mark.parametrize("convention", ["inclusive", "exclusive", "unknown"])
def test_a_stated_end_before_the_start_is_inverted_whatever_it_means(
    tmp_path: Path, convention: str, end: str, inverted: bool
) -> None:
    path = write(tmp_path, "a.csv", f"person,post,from,end\nAda,CTO,2020-01-01,{end}\n")
    reading = read(path, mapping={"end-convention": convention})
    assert [f.code for f in reading.findings] == ["inverted-period"] * inverted


@pytest.mark.parametrize(
    ("setting", "people"),
    [
        ({"where": {"Status": ["active", "draft"]}}, ["Ada Byron", "Cy Dent"]),
        ({"where": {"Status": "active"}}, ["Ada Byron"]),
        ({"where-not": {"Status": ["draft"]}}, ["Ada Byron", "Bea Curie"]),
        ({"where": {"Status": ["active", "draft"], "Ort": ["Ulm"]}}, ["Cy Dent"]),
        ({"where": {"Login": ["ada"]}, "fold": ["Login"]}, ["Ada Byron"]),
        ({"where": {"Login": ["ada"]}}, []),
    ],
    ids=str,
)
def test_rows_are_chosen_by_value(tmp_path: Path, setting: dict[str, object], people: list[str]) -> None:
    reading = read(write(tmp_path, "register.csv", REGISTER), mapping={**FULL, **setting})
    assert [c.person for c in reading.changes] == people
    assert reading.counts == {"register.csv": 3}


def test_fold_makes_case_meaningless(tmp_path: Path) -> None:
    mapping = {"columns": {**COLUMNS, "person_id": "Login"}, "fold": ["Login"], "constants": {"unit": "x"}}
    reading = read(write(tmp_path, "register.csv", REGISTER), mapping=mapping)
    assert [c.person_id for c in reading.changes] == ["ada", "bea", "cy"]


def test_not_in_office_is_stated_of_the_same_tenure(tmp_path: Path) -> None:
    mapping = {**FULL, "not-in-office": {"Status": ["emeritus"]}, "where-not": {"Status": ["draft"]}}
    reading = read(write(tmp_path, "register.csv", REGISTER), mapping=mapping)
    assert rows(reading) == [
        ("starts", "Ada Byron", "", "", "2021-12-31"),
        ("starts", "Bea Curie", "", "", ".."),
        ("states", "Bea Curie", "in office", "false", ".."),
    ]
    tenure, attribute = reading.changes[1:]
    assert attribute.record == tenure.record != ""
    assert (attribute.effective, attribute.post, attribute.line_number) == (tenure.effective, "CFO", 3)


@pytest.mark.parametrize(
    ("extra", "kept"),
    [
        (["Ort"], [("Ort", "Bern"), ("Ort", "Ulm")]),
        ("all", [("Login", "ADA"), ("Status", "active"), ("Ort", "Bern"), ("Login", "bea"), ("Status", "emeritus"),
                 ("Login", "cy"), ("Status", "draft"), ("Ort", "Ulm")]),
    ],
)  # fmt: skip
def test_extra_columns_are_dated_attributes(tmp_path: Path, extra: object, kept: list[tuple[str, str]]) -> None:
    reading = read(write(tmp_path, "register.csv", REGISTER), mapping={**FULL, "extra": extra})
    assert [(c.property, c.value) for c in reading.changes if c.kind == "states"] == kept


def test_alike_rows_with_extra_columns_are_two_tenures(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "person,post,from,end,site\n" + "Ada,CTO,2020,2021,Bern\n" * 2)
    records = [c.record for c in read(path, mapping={"extra": "all"}).changes]
    assert Counter(records).most_common() == [(records[0], 2), (records[2], 2)]


def test_the_key_of_a_row_is_the_same_in_the_next_edition(tmp_path: Path) -> None:
    first = read(write(tmp_path, "a.csv", REGISTER), mapping={**FULL, "extra": ["Ort"]})
    second = read(write(tmp_path, "a.csv", REGISTER + "Di,Euler,di,COO,active,2024-01-01,,\n"),
                  mapping={**FULL, "extra": ["Ort"]})  # fmt: skip
    assert first.changes[0].source != second.changes[0].source
    assert first.changes[0].record == second.changes[0].record


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        ("03/10/2025", "day-first", "2025-10-03"),
        ("03/10/2025", "month-first", "2025-03-10"),
        ("3.10.2025", "day-first", "2025-10-03"),
        ("10-03-2025", "month-first", "2025-10-03"),
        ("2025-10-03", "day-first", "2025-10-03"),
    ],
)
def test_day_order_is_stated(tmp_path: Path, text: str, order: str, expected: str) -> None:
    path = write(tmp_path, "a.csv", f"person,post,from\nAda,CTO,{text}\n")
    assert [str(c.effective) for c in read(path, mapping={"day-order": order}).changes] == [expected]


def test_day_order_is_never_guessed(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "person,post,from,end\nAda,CTO,31/12/2024,\nBea,CFO,2024,03/10/2025\n")
    reading = read(path)
    assert reading.changes == ()
    hint = "say with day-order in a mapping whether the day or the month comes first"
    assert [(f.line, f.message.partition(" (")[0], f.message.endswith(hint)) for f in reading.findings] == [
        (2, "from '31/12/2024' is not a moment", True),
        (3, "end '03/10/2025' is not a moment", True),
    ]


def test_a_day_that_its_order_makes_impossible_is_refused_as_it_stands(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "person,post,from\nAda,CTO,12/31/2025\n")
    assert errors(read(path, mapping={"day-order": "day-first"}))[0].startswith("from '12/31/2025' is not a moment")


def test_a_column_with_our_word_can_be_left_alone(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "person,post,from,line\nAda,CTO,2020,555-1234\n")
    assert errors(read(path))[0].startswith("'555-1234' is not a line (expected one of direct, dotted)")
    assert [c.line for c in read(path, mapping={"columns": {"line": ""}, "extra": ["line"]}).changes] == ["", ""]


def test_rosters_and_role_changes_are_mapped_too(tmp_path: Path) -> None:
    path = write(tmp_path, "list.csv", "Wer,Stelle,Tag\nAda,CTO,03.10.2025\nFrei,CFO,03.10.2025\n")
    mapping = {"person": "Wer", "post": "Stelle", "day": "Tag", "day-order": "day-first",
               "constants": {"organization": "Acme"}, "where-not": {"Wer": ["Frei"]}}  # fmt: skip
    reading = read(path, mapping=mapping)
    assert [(c.kind, c.person, str(c.effective)) for c in reading.changes] == [
        ("holds", "Ada", "2025-10-03"),
        ("roster", "", "2025-10-03"),
    ]
    path = write(tmp_path, "log.csv", "Was,Wer,post,effective\nends,Ada,CTO,2025\n")
    assert [c.kind for c in read(path, mapping={"kind": "Was", "person": "Wer"}).changes] == ["ends"]


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({"fromat": "tenures"}, "'fromat' is not a key of a mapping (expected one of format, "),
        ({"format": "tenure"}, "format: 'tenure' is not a value (expected one of role-changes, tenures, rosters); did"),
        ({"end-convention": "incl"}, "end-convention: 'incl' is not a value (expected one of inclusive, exclusive, "),
        ({"empty-end": "none"}, "empty-end: 'none' is not a value (expected one of ongoing, unknown)"),
        ({"day-order": "dmy"}, "day-order: 'dmy' is not a value (expected one of day-first, month-first)"),
        ({"columns": ["a"]}, "columns ['a'] is not a table (expected field = text, one a line)"),
        ({"columns": {"persn": "a"}}, "columns: 'persn' is not a field (expected one of kind, "),
        ({"constants": {"post": ["a"]}}, "constants: post ['a'] is not a text"),
        ({"where": "a"}, "where 'a' is not a table (expected column = "),
        ({"where": {"a": 1}}, "where: a 1 is not a list of texts (expected "),
        ({"extra": 1}, "extra 1 is not a list of texts (expected "),
        ({"person": 1}, "'person' is not a key of a mapping"),
    ],
    ids=str,
)
def test_a_wrong_key_is_refused_by_name(tmp_path: Path, mapping: dict[str, object], expected: str) -> None:
    reading = read(write(tmp_path, "register.csv", REGISTER), mapping=mapping)
    assert [(f.file, f.severity, f.message[: len(expected)]) for f in reading.findings] == [
        ("mapping", "error", expected)
    ]
    assert reading.changes == ()


def test_every_error_of_a_mapping_comes_at_once(tmp_path: Path) -> None:
    reading = read(write(tmp_path, "a.csv", REGISTER), mapping={"fromat": "x", "empty-end": "y", "extra": 3})
    assert len(reading.findings) == 3


def test_a_mapping_file_that_is_no_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", REGISTER)
    broken = write(tmp_path, "m.toml", "a = 1\nb = \n")
    assert [(f.file, f.line) for f in read(path, mapping=broken).findings if "TOML" in f.message] == [(str(broken), 2)]
    assert "No such file" in str(read(path, mapping=tmp_path / "none.toml").findings[0])


@pytest.mark.parametrize(
    ("mapping", "expected"),
    [
        ({"post": "Stele"}, "'Stele' is not a column of the file (expected one of Vorname, Nachname, Login, Stelle, "),
        ({"person": "{Vorname} {Name}"}, "'Name' is not a column of the file (expected one of Vorname, "),
        ({"extra": ["ort"]}, "'ort' is not a column of the file (expected one of Vorname, "),
        ({"where": {"status": ["x"]}}, "'status' is not a column of the file (expected one of Vorname, "),
        ({"day": "Von"}, "'day' is not a field here (expected one of person, "),
        ({"constants": {"post": "CTO", "unit": "u"}}, "'post' has a column and a constant (expected one of them)"),
    ],
    ids=str,
)
def test_a_mapping_that_does_not_fit_the_file(tmp_path: Path, mapping: dict[str, object], expected: str) -> None:
    whole = {"format": "tenures", **COLUMNS, "role": "Ort", **mapping}
    reading = read(write(tmp_path, "a.csv", REGISTER), mapping=whole)
    assert expected in [message[: len(expected)] for message in errors(reading)]


def test_a_constant_and_a_column_of_the_same_field_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "person,post,from\nAda,CTO,2020\n")
    message = "the column 'post' means post, which is 'CEO' already (expected one; map one of them)"
    assert errors(read(path, mapping={"constants": {"post": "CEO"}})) == [message]
    fixed = read(path, mapping={"columns": {"post": ""}, "constants": {"post": "CEO"}})
    assert [c.post for c in fixed.changes] == ["CEO"]


def test_kubernetes_leaders(shared: Path) -> None:
    path = shared / "k8s_sigs" / "leadership_intervals.csv"
    reading = read(path, mapping=MAPPINGS / "kubernetes-leadership.toml")
    assert errors(reading) == []
    assert reading.counts == {"leadership_intervals.csv": 794}
    assert Counter(c.kind for c in reading.changes)["starts"] == 794
    assert Counter(c.property for c in reading.changes if c.kind == "states")["in office"] == 146
    terms = sorted((c.unit, c.role, str(c.effective), str(c.until)) for c in reading.changes
                   if c.kind == "starts" and c.person_id == "dims" and c.unit == "committee-steering")  # fmt: skip
    assert terms == [("committee-steering", "chairs", "2019-03-18", "2022-10-03")]


def test_kubernetes_groups(shared: Path) -> None:
    path = shared / "k8s_sigs" / "group_intervals.csv"
    reading = read(path, mapping=MAPPINGS / "kubernetes-groups.toml")
    assert reading.findings == ()
    assert reading.counts == {"group_intervals.csv": 78}
    lives = [(str(c.effective), str(c.until)) for c in reading.changes if c.kind == "created" and c.unit == "wg-lts"]
    assert len(lives) == 2
