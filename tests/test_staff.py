"""Tests of staff lists: rosters as personnel systems and spreadsheets write them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from orggraph.graph import OrgGraph
from orggraph.sources import Reading, read

HEADER = "Employee ID,Name,E-mail,Title,Manager E-mail,Department,Location"
ROWS = ("0042,Zoë Müller,zoe@acme.example,Engineer,CY@acme.example,R&D,Paris",
        '7,"Doe, Jane",jane@acme.example,Engineer,cy@acme.example,R&D,Rome',
        "9,Cy Ng,cy@acme.example,Director,,R&D,Paris")  # fmt: skip
ACME = {"constants": {"organization": "Acme"}}
JANUARY, FEBRUARY = "staff-2025-01-31", "staff-2025-02-28"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def table(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def separated(delimiter: str) -> str:
    """Write the list with another delimiter."""
    return table(*ROWS).replace('"Doe, Jane"', "\0").replace(",", delimiter).replace("\0", "Doe, Jane")


def seen(reading: Reading) -> list[tuple[str, str, str]]:
    """List who is seen: id, name, id of the manager (else the name)."""
    holds = [change for change in reading.changes if change.kind == "holds"]
    return [(c.person_id, c.person, c.reports_to_id or c.reports_to) for c in holds]


EXPECTED = [("0042", "Zoë Müller", "9"), ("7", "Doe, Jane", "9"), ("9", "Cy Ng", "")]


@pytest.mark.parametrize(
    "name, content, mapping",
    [
        (f"{JANUARY}.csv", table(*ROWS), {}),
        (f"{JANUARY}.csv", b"\xef\xbb\xbf" + table(*ROWS).replace("\n", "\r\n").encode(), {}),
        (f"{JANUARY}.csv", table(*ROWS).encode("cp1252"), {"encoding": "cp1252"}),
        (f"{JANUARY}.csv", table(*ROWS).encode("utf-16"), {"encoding": "utf-16"}),
        (f"{JANUARY}.csv", "sep=;\r\n" + separated(";"), {}),
        ("staff 20250131.csv", table(*ROWS).replace("\n0042,", '\n="0042",'), {}),
        ("staff_2025.01.31.tsv", separated("\t"), {}),
    ],
    ids=["plain", "as Excel writes UTF-8", "cp1252", "UTF-16", "sep=;", "text kept by a formula", "tabs"],
)  # fmt: skip
def test_a_list_reads_the_same_however_it_was_written(
    tmp_path: Path, name: str, content: str | bytes, mapping: dict[str, object]
) -> None:
    reading = read(write(tmp_path, name, content), mapping={**ACME, **mapping})
    assert reading.findings == ()
    assert seen(reading) == EXPECTED
    assert {(c.source, str(c.effective)) for c in reading.changes} == {("staff", "2025-01-31")}
    assert {c.value for c in reading.changes if c.property == "Location"} == {"Paris", "Rome"}
    assert [c.kind for c in reading.changes].count("roster") == 1


@pytest.mark.parametrize(
    "header, rows, expected",
    [
        ("Employee ID,Name,Title,Manager ID", ("1,Ada,CTO,2", "2,Bo,CEO,"), [("1", "Ada", "2"), ("2", "Bo", "")]),
        ("Employee ID,Name,Title,Manager", ("1,Ada,CTO,2", "2,Bo,CEO,"), [("1", "Ada", "2"), ("2", "Bo", "")]),
        ("Employee ID,Name,Title,Manager", ("1,Ada,CTO,Bo", "2,Bo,CEO,"), [("1", "Ada", "Bo"), ("2", "Bo", "")]),
        ("Email,First name,Last name,Title,Manager", ("A@x,Ada,Abel,CTO,b@x", "b@x,Bo,Bell,CEO,"),
         [("a@x", "Ada Abel", "b@x"), ("b@x", "Bo Bell", "")]),
        ("ID number,Employee ID,Name,Position,Supervisor ID", ("x,1,Ada,CTO,1",), [("1", "Ada", "")]),
        ("Employee ID,Name,Title,Manager ID", ("1,Ada,CTO,77",), [("1", "Ada", "77")]),
    ],
    ids=["by id", "an id called manager", "by name", "by e-mail", "their own manager", "not in the list"],
)  # fmt: skip
def test_who_is_meant(tmp_path: Path, header: str, rows: tuple[str, ...], expected: list[tuple[str, str, str]]) -> None:
    path = write(tmp_path, f"{JANUARY}.csv", table(*rows, header=header))
    reading = read(path, mapping={**ACME, "extra": ["ID number"] if "ID number" in header else []})
    assert [f for f in reading.findings if f.severity != "note"] == []
    assert seen(reading) == expected


@pytest.mark.parametrize(
    "manager, code, message",
    [
        ("1", "own-manager", "'1' is their own manager, read as having none"),
        ("77", "manager-not-listed", "'77' is a manager and not in the list of that day, kept by the id alone"),
        ("x@y", "manager-not-listed", "'x@y' is a manager and not in the list of that day, kept by the id alone"),
    ],
    ids=["their own", "not in the list", "an address that two share"],
)
def test_what_was_assumed_is_a_note(tmp_path: Path, manager: str, code: str, message: str) -> None:
    path = write(
        tmp_path,
        f"{JANUARY}.csv",
        f"Employee ID,Name,Title,Manager ID,Email\n1,Ada,CTO,{manager},\n2,Bo,COO,,X@y\n3,Cy,CFO,,x@y\n",
    )
    assert [(f.severity, f.line, f.code, f.message) for f in read(path, mapping=ACME).findings] == [
        ("note", 2, code, message)
    ]


def test_successive_lists_give_changes_with_honest_bounds(tmp_path: Path) -> None:
    org = OrgGraph()
    org.load(write(tmp_path, f"{JANUARY}.csv", table(*ROWS)), mapping=ACME)
    later = (ROWS[0].replace("CY@acme.example", "jane@acme.example").replace("Paris", "Lyon"), ROWS[1], ROWS[2],
             "11,Al,al@acme.example,Clerk,jane@acme.example,R&D,Rome")  # fmt: skip
    org.load(write(tmp_path, f"{FEBRUARY}.csv", table(*later)), mapping=ACME)
    day = org.as_of("2025-02-28")
    assert [(row.name, row.since) for row in day.reports_to("Doe, Jane")] == [
        ("Al", "2025-02-01/2025-02-28"), ("Zoë Müller", "2025-02-01/2025-02-28"),
    ]  # fmt: skip
    assert [row.name for row in org.as_of("2025-01-31").reports_to("Cy Ng")] == ["Doe, Jane", "Zoë Müller"]
    assert [row.certainty for row in org.as_of("2025-02-10").managers("Zoë Müller")] == ["possible", "possible"]


def test_one_file_with_a_column_of_days(tmp_path: Path) -> None:
    days = "\n".join(f"{day},1,Ada,CTO,{boss}" for day, boss in (("2025-01-31", "2"), ("2025-02-28", "")))
    text = f"Snapshot date,Employee ID,Name,Title,Manager ID\n{days}\n2025-01-31,2,Bo,CEO,\n"
    org = OrgGraph()
    org.load(write(tmp_path, "hr.csv", text), mapping=ACME)
    assert [row.name for row in org.as_of("2025-01-31").members("Acme")] == ["Ada", "Bo"]
    assert [row.name for row in org.as_of("2025-02-28").members("Acme")] == ["Ada"]


def test_an_encoding_is_never_guessed(tmp_path: Path) -> None:
    path = write(tmp_path, f"{JANUARY}.csv", table(*ROWS).encode("cp1252"))
    reading = read(path, mapping=ACME)
    assert [(f.line, f.message.partition(" (")[0]) for f in reading.findings if f.severity == "error"] == [
        (2, "byte 8 of the line, 0xEB, is not UTF-8")
    ]
    wrong = read(write(tmp_path, "a.csv", b"kind\n\x81\n"), mapping={"encoding": "cp1252"}).findings
    assert any("0x81, is not CP1252 (expected cp1252, as it is said to be)" in str(f) for f in wrong)


# ---- workbooks


def workbook(folder: Path, name: str, sheets: dict[str, list[list[object]]], *, zeros: bool = False) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
        if zeros:
            page["A2"].number_format = "0000"
    path = folder / name
    book.save(path)
    return path


LIST: list[list[object]] = [
    ["Employee ID", "Name", "E-mail", "Title", "Manager ID", "Department", "Location"],
    [42, "Zoë Müller", "zoe@acme.example", "Engineer", 9.0, "R&D", "Paris"],
    [7, "Doe, Jane", "jane@acme.example", "Engineer", 9, "R&D", "Rome"],
    [9, "Cy Ng", "cy@acme.example", "Director", None, "R&D", "Paris"],
]


def test_a_workbook_reads_as_the_table_does(tmp_path: Path) -> None:
    reading = read(workbook(tmp_path, f"{JANUARY}.xlsx", {"Staff": LIST, "Empty": []}, zeros=True), mapping=ACME)
    assert reading.findings == ()
    assert seen(reading) == EXPECTED
    assert [c.line_number for c in reading.changes if c.kind == "holds"] == [2, 3, 4]


def test_days_in_a_workbook_are_days(tmp_path: Path) -> None:
    from datetime import date, datetime

    rows: list[list[object]] = [
        ["Person", "Post", "From", "Until"],
        ["Ada", "CTO", date(2024, 1, 1), datetime(2025, 1, 1)],
    ]
    reading = read(workbook(tmp_path, "tenures.xlsx", {"S": rows}), mapping=ACME)
    assert [str(c.effective) for c in reading.changes] == ["2024-01-01"]


@pytest.mark.parametrize(
    "sheets, mapping, message",
    [
        (
            {"A": LIST, "B": LIST},
            {},
            "the workbook has several sheets: 'A', 'B' (expected one; say which with --sheet)",
        ),
        ({"A": LIST}, {"sheet": "C"}, "there is no sheet 'C' (expected one of 'A')"),
        ({"A": [*LIST, [1, "Al", "#N/A"]]}, {}, "a cell is the error #N/A (expected a value)"),
        ({"A": [*LIST, [1, "Al", "a", "b", 1, "c", "d", "e"]]}, {}, "the row has a cell beyond the 7 columns"),
        ({"A": []}, {}, "the file is empty (expected a header line and rows)"),
        ({"A": LIST}, {"encoding": "cp1252"}, "a workbook says itself what it is in (leave out --encoding)"),
    ],
    ids=["several sheets", "no such sheet", "an error", "beyond the header", "empty", "an encoding"],
)
def test_a_workbook_that_cannot_be_read(
    tmp_path: Path, sheets: dict[str, list[list[object]]], mapping: dict[str, object], message: str
) -> None:
    path = workbook(tmp_path, f"{JANUARY}.xlsx", sheets)
    assert message in "\n".join(str(f) for f in read(path, mapping={**ACME, **mapping}).findings)


def _archive(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content, message",
    [
        (b"not really", "the file is no XLSX workbook"),
        (b"PK\x03\x04 no more", "the workbook breaks off before its end"),
        (_archive({"a.txt": b"hello"}), "the file is no workbook that can be read"),
        (_archive({"xl/workbook.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
         "xl/workbook.xml in the workbook declares entities (expected none)"),
        (_archive({"xl/sheet.xml": bytes(300_000_000)}), "the workbook expands to 300,000,000 bytes in 1 parts"),
    ],
    ids=["no archive", "half an archive", "another archive", "entities", "a bomb"],
)  # fmt: skip
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    reading = read(write(tmp_path, f"{JANUARY}.xlsx", content))
    assert [f.severity for f in reading.findings] == ["error"]
    assert message in reading.findings[0].message


def test_units_without_an_organization_are_lists_of_their_own(tmp_path: Path) -> None:
    path = write(tmp_path, f"{JANUARY}.csv", "Name,Title,Department\nAda,CTO,R&D\nBo,CFO,Money\n")
    assert [(f.severity, f.code, f.line) for f in read(path).findings] == [("note", "list-of-units", 1)]
    assert [c.unit for c in read(path).changes if c.kind == "roster"] == ["R&D", "Money"]
    assert read(path, mapping=ACME).findings == ()
