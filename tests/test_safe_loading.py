"""Tests of loads by the command line that must not go wrong silently: broken exports, odd files, loads tried out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from orggraph.cli import main

HEADER = "Employee ID,Name,Title,Manager ID"
JANUARY, FEBRUARY = "staff-2025-01-31", "staff-2025-02-28"
Load = Callable[..., Result]
NOBODY = 65534


def staff(people: int, *, first: int = 1) -> str:
    rows = [f"{n},Zoë {n},Clerk,{'' if n == 1 else 1}" for n in range(first, first + people)]
    return "\n".join([HEADER, *rows, ""])


def workbook(text: str) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in text.splitlines():
        book.active.append(line.split(","))
    path = Path("book.xlsx")
    book.save(path)
    content = path.read_bytes()
    path.unlink()
    return content


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Write a file, if there is any content, and load it into a store in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ORGGRAPH_STORE", raising=False)

    def invoke(name: str, content: str | bytes | None = None, *options: str) -> Result:
        if content is not None:
            Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())
        return CliRunner().invoke(main, ["load", name, "--organization", "Acme", *options], catch_exceptions=False)

    return invoke


FULL = staff(30)
READ = {
    "plain": FULL.encode(),
    "a mark": b"\xef\xbb\xbf" + FULL.encode(),
    "semicolons": FULL.replace(",", ";").encode(),
    "CRLF": FULL.replace("\n", "\r\n").encode(),
    "CR": FULL.replace("\n", "\r").encode(),
    "a quoted line end": FULL.replace("Zoë 7", '"Zoë\n7"').encode(),
}


@pytest.mark.parametrize("content", READ.values(), ids=READ)
def test_a_list_is_read_however_it_was_written(load: Load, content: bytes) -> None:
    done = load(f"{JANUARY}.csv", content)
    assert done.exit_code == 0
    assert done.stderr.startswith("31 role changes new, 0 known already")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "cp1252"])
def test_other_encodings_are_read_where_they_are_named(load: Load, encoding: str) -> None:
    option = "utf-16" if encoding.startswith("utf-16") else encoding
    refused = load(f"{JANUARY}.csv", FULL.encode(encoding))
    assert refused.exit_code == 1
    assert "expected UTF-8; or sa" in refused.stderr and "--encoding" in refused.stderr
    assert load(f"{JANUARY}.csv", None, "--encoding", option).stderr.startswith("31 role changes new")


CSV, XLSX, XLS = (f"{FEBRUARY}.{suffix}" for suffix in ("csv", "xlsx", "xls"))
BROKEN: dict[str, tuple[str, str | Callable[[], bytes], str]] = {
    "cut in a row": (CSV, FULL[: FULL.index("\n12,") + 8],
                     ":13: the row has 2 cells (expected 4, as in the header)"),
    "cut in a quote": (CSV, f'{HEADER}\n1,Ada,Clerk,\n2,"Bo',
                       ":3: a quoted cell does not end, or has more than 131,072 characters (expected a quote)"),
    "cut in a letter": (CSV, lambda: FULL.encode()[: FULL.encode().index("ë".encode()) + 1],
                        ":2: byte 5 of the line, 0xC3, is not UTF-8 (expected UTF-8; or say"),
    "cut in a workbook": (XLSX, lambda: workbook(FULL)[:-300],
                          ": the workbook breaks off before its end (expected a whole one; "),
    "an empty workbook": (XLSX, "", ": the file is empty (expected an XLSX workbook)"),
    "a workbook called CSV": (CSV, lambda: workbook(FULL), ": the file is a ZIP archive, "),
    "a CSV called workbook": (XLSX, FULL, ": the file is no XLSX workbook (expected one, "),
    "a header only": (CSV, HEADER, ":1: the file has a header and no rows (expected at least"),
    "empty": (CSV, "", ": the file is empty (expected a header line and rows)"),
    "blank": (CSV, "\n \n", ": the file is empty (expected a header line and rows)"),
    "a column twice": (CSV, FULL.replace("Title", "Name", 1),
                       ":1: the column 'Name' stands twice (expected once)"),
    "a NUL": (CSV, FULL.replace("Zoë 9", "Zo\0"), ":10: byte 5 of the line is NUL (expected text)"),
    "a picture": (CSV, lambda: b"\x89PNG\r\n\x1a\n\0\0", ": the file is a picture (expected"),
    "an older workbook": (XLS, lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600,
                          ": the file is a workbook in the older XLS form (expected"),
    "half of JSON": ("half.json", '{"persons": [{"id": "1", "na', ":1: the file is not JSON: "),
    "half of a JSON line": ("half.jsonl", '{"kind": "starts", "per', ":1: the line is not JSON: "),
    "half of YAML": ("sigs-2020-01-01.yaml", 'sigs:\n- dir: x\n  label: "a', ": the file is not YAML: "),
    "half of Turtle": ("half.ttl", '[] <urn:a> "b', ":1: this is not turtle: "),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "message"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_with_its_place(
    load: Load, name: str, content: str | Callable[[], bytes], message: str
) -> None:
    assert load(f"{JANUARY}.csv", FULL).exit_code == 0
    without = [] if name.endswith((".csv", ".xlsx", ".xls")) else ["--organization", ""]
    done = load(name, content if isinstance(content, str) else content(), *without)
    assert done.exit_code == 1
    assert done.stderr.startswith(f"{name}{message}")
    assert done.stderr.splitlines()[-1].startswith("error: nothing was loaded: ")
    shown = CliRunner().invoke(main, ["members", "Acme", "--as-of", "2025-03-01", "--format", "csv"])
    assert len(shown.stdout.splitlines()) == 31


def test_a_last_line_without_an_end_is_noted(load: Load) -> None:
    done = load(f"{JANUARY}.csv", FULL.rstrip("\n")[:-1])
    assert done.exit_code == 0
    assert f"note: {JANUARY}.csv:31: the last line has no end; where the export broke off" in done.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [("a folder", "a folder: it is a directory (expected files, named one by one"),
     ("nowhere.csv", "nowhere.csv: cannot be opened: No such file or directory"),
     ("file/within.csv", "file/within.csv: cannot be opened: Not a directory"),
     (f"{'long' * 100}.csv", f"{'long' * 100}.csv: cannot be opened: File name too long")],
    ids=["a directory", "no file", "below a file", "a name too long"],
)  # fmt: skip
def test_what_cannot_be_opened_says_why(load: Load, name: str, message: str) -> None:
    Path("a folder").mkdir()
    Path("file").touch()
    done = load(name)
    assert (done.exit_code, done.stderr.splitlines()[0].startswith(message)) == (1, True), done.stderr
    assert not Path("org.orggraph").exists()


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be somebody who may not read everything; the superuser becomes nobody for a while."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_file_that_may_not_be_read_says_so(load: Load) -> None:
    file = f"{JANUARY}.csv"
    load(file, FULL)  # imports what a load needs
    Path(file).chmod(0)
    with as_nobody():
        said = CliRunner().invoke(main, ["--data", file, "info"], catch_exceptions=False).stderr
    assert f"{file}: cannot be opened: Permission denied" in said


def test_a_store_that_may_not_be_read_says_so(load: Load) -> None:
    load(f"{JANUARY}.csv", FULL)
    Path("org.orggraph").chmod(0)
    with as_nobody():
        done = CliRunner().invoke(main, ["info"], catch_exceptions=False)
    assert (done.exit_code, done.stderr[:50]) == (1, "error: org.orggraph: the store cannot be opened ([")
    Path("org.orggraph").chmod(0o700)


def test_not_every_line_of_another_encoding_is_listed(load: Load) -> None:
    done = load(f"{JANUARY}.csv", staff(150).encode("cp1252"))
    assert len(done.stderr.splitlines()) == 102
    assert done.stderr.splitlines()[-2:] == [
        "… and 50 more", "error: nothing was loaded: 150 errors (--keep-going loads the rest)"
    ]  # fmt: skip


def test_a_load_that_is_tried_out_shows_the_changes_and_keeps_nothing(load: Load) -> None:
    load(f"{JANUARY}.csv", staff(3))
    later = staff(3).replace("2,Zoë 2,Clerk,1\n", "").replace("Clerk,1", "Head,1") + "4,Al Poe,Clerk,3\n"
    done = load(f"{FEBRUARY}.csv", later, "--dry-run", "--day", "2025-02-28")
    assert done.stderr.startswith("would load: 4 role changes new, 0 known already")
    for told in ("+ Now known: Al Poe is Clerk", "+ Now known: Zoë 2 left as Clerk", "Zoë 3"):
        assert told in done.stdout
    assert load(f"{JANUARY}.csv").stderr == "nothing new: 4 role changes known already\n"
    assert load(f"{FEBRUARY}.csv").stderr.startswith("4 role changes new")


def test_the_same_file_twice_changes_nothing(load: Load) -> None:
    load(f"{JANUARY}.csv", FULL)
    before = CliRunner().invoke(main, ["info"]).stdout
    assert load(f"{JANUARY}.csv").stderr == "nothing new: 31 role changes known already\n"
    assert CliRunner().invoke(main, ["info"]).stdout == before


def test_a_list_of_which_most_are_missing_is_refused_and_loaded_when_allowed(load: Load) -> None:
    load(f"{JANUARY}.csv", FULL)
    tried = load(f"{FEBRUARY}.csv", staff(10), "--dry-run", "--day", "2025-02-28")
    assert tried.stderr.splitlines()[-1] == "the load would be refused without --allow-removals"
    done = load(f"{FEBRUARY}.csv")
    assert done.exit_code == 1
    assert "the list of 2025-02-28 would end 20 of the 30 memberships that 'staff' states of Acme" in done.stderr
    assert "11 role changes new" in load(f"{FEBRUARY}.csv", None, "--allow-removals").stderr


def test_with_keep_going_a_list_that_lost_a_row_ends_nothing(load: Load) -> None:
    load(f"{JANUARY}.csv", FULL)
    done = load(f"{FEBRUARY}.csv", FULL[: FULL.index("\n12,") + 8], "--keep-going")
    assert done.exit_code == 0
    assert "has rows that cannot be read, so that it ends nobody's tenure by silence" in done.stderr
    shown = CliRunner().invoke(main, ["members", "Acme", "--as-of", "2025-02-28", "--format", "csv"])
    assert len(shown.stdout.splitlines()) == 31
