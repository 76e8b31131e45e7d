"""Workbooks of spreadsheets (Office Open XML, ECMA-376): one sheet → columns and rows, by the library openpyxl.

Cells are read as what they show to a person: a whole number without a fraction, a number with a format of zeros with
its leading zeros, a day as ``2025-01-31``. Formulas count by the values that were saved with them. Rows are numbered as
in the sheet. The rest, from header words to silence, is as for a table of text.

Why there are limits before anything is opened: a workbook is a ZIP archive of XML, and a few kilobytes of it can expand
to gigabytes or, by entities, to more; it is measured by what the archive says each part expands to, which is also all
that is ever expanded.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from typing import IO, Protocol
from xml.parsers import expat

from orggraph.errors import Finding
from orggraph.sources.table import Row, Table

LARGEST = 256 * 1024 * 1024
"""The most bytes that the parts of a workbook may expand to altogether."""
MOST_PARTS = 5_000
MOST_CELLS = 20_000_000
"""So many cells of a sheet may have something in them."""
MOST_ROWS = 1_048_576
"""A sheet has no more rows in any spreadsheet; a row can claim any number."""
MOST_COLUMNS = 500

_CHUNK = 2**16
_ZEROS = re.compile(r"0+")


class Cell(Protocol):
    """What is read of a cell."""

    value: object
    number_format: str
    data_type: str


def decode_workbook(data: bytes, *, file: str, sheet: str = "") -> Table:
    """Read one sheet of an XLSX workbook; never raise. Without ``sheet`` there must be one that is not empty."""
    message = _refusal(data)
    if message:
        return _failed(file, message)
    try:
        import openpyxl  # an extra, and heavy
    except ImportError:
        return _failed(file, "reading a workbook needs openpyxl (pip install 'orggraph[xlsx]', or save it as CSV)")
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        names = [page.title for page in book.worksheets]
        if sheet and sheet not in names:
            return _failed(file, f"there is no sheet {sheet!r} (expected one of {', '.join(map(repr, names))})")
        pages = [page for page in book.worksheets if page.title == sheet or not sheet]
        tables = [_table(_rows(page), file=file) for page in pages]
    except Exception as error:  # the library lets through whatever a broken part makes it stumble on
        return _failed(file, f"the file is no workbook that can be read: {error} (expected XLSX, or save it as CSV)")
    full = [table for table in tables if table.columns or table.findings]
    if len(full) > 1:
        listed = ", ".join(map(repr, names))
        return _failed(file, f"the workbook has several sheets: {listed} (expected one; say which with --sheet)")
    return full[0] if full else _failed(file, "the file is empty (expected a header line and rows)", "empty-file")


def _refusal(data: bytes) -> str:
    """Say why an archive is not opened; empty where it is."""
    if not data:
        return "the file is empty (expected an XLSX workbook)"
    if not zipfile.is_zipfile(io.BytesIO(data)):
        if data.startswith(b"PK\x03\x04"):
            return "the workbook breaks off before its end (expected a whole one; copy or export it again)"
        return "the file is no XLSX workbook (expected one, not encrypted and not in the older XLS form; or CSV)"
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            size = sum(part.file_size for part in parts)
            if size > LARGEST or len(parts) > MOST_PARTS:
                return (
                    f"the workbook expands to {size:,} bytes in {len(parts):,} parts (expected at most {LARGEST:,} in "
                    f"{MOST_PARTS:,}; save the sheet as CSV)"
                )
            for part in parts:
                with archive.open(part) as stream:
                    if _declares(stream):
                        return f"{part.filename} in the workbook declares entities (expected none)"
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        return f"the archive is broken: {error} (expected an XLSX workbook)"
    return ""


def _declares(stream: IO[bytes]) -> bool:
    """Tell whether XML in any encoding has a document type; it is parsed up to that or its first element only."""
    declared: list[bool] = []

    def doctype(*_: object) -> None:
        declared.append(True)
        raise StopIteration

    def element(*_: object) -> None:
        raise StopIteration

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = doctype, element
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk)
    except (StopIteration, expat.ExpatError):  # what is no XML is nothing that could declare
        pass
    return bool(declared)


class Page(Protocol):
    """What is read of a sheet."""

    def iter_rows(self, *, max_col: int) -> Iterable[tuple[Cell, ...]]:
        """Give the rows."""


def _rows(page: Page) -> Iterator[tuple[int, list[Cell]]]:
    """Give each row that has something in it, with its number; raise `ValueError` for more than can be meant."""
    cells = 0
    for number, row in enumerate(page.iter_rows(max_col=MOST_COLUMNS + 1), start=1):
        if number > MOST_ROWS:
            raise ValueError(f"more than {MOST_ROWS:,} rows")
        filled = [at for at, cell in enumerate(row, start=1) if cell.value is not None]
        cells += len(filled)
        if cells > MOST_CELLS:
            raise ValueError(f"more than {MOST_CELLS:,} cells")
        if filled:
            yield number, list(row[: filled[-1]])


def _table(rows: Iterator[tuple[int, list[Cell]]], *, file: str) -> Table:
    """Put the rows under the first of them; rows may be shorter than it, and longer by empty cells only."""
    line, header = next(rows, (0, []))
    columns = [_text(cell) for cell in header]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) > MOST_COLUMNS:
        raise ValueError(f"more than {MOST_COLUMNS} columns")
    findings = [
        Finding("error", f"the column {column!r} stands twice (expected once)", file, line, "duplicate-column")
        for column in sorted({column for column in columns if column and columns.count(column) > 1})
    ]
    made: list[Row] = []
    total = 0
    for number, cells in rows:
        total += 1
        texts = [_text(cell) for cell in cells] + [""] * (len(columns) - len(cells))
        message = _misfit(cells, texts, len(columns))
        if message:
            findings.append(Finding("error", message, file, number, "unreadable-row"))
        else:
            made.append(Row(number, tuple(texts[: len(columns)])))
    return Table(file, tuple(columns), line, tuple(made), tuple(findings), total)


def _misfit(cells: list[Cell], texts: list[str], columns: int) -> str:
    """Say why a row cannot be read; empty where it can."""
    broken = next((text for cell, text in zip(cells, texts, strict=False) if cell.data_type == "e" and text), "")
    if broken:
        return f"a cell is the error {broken} (expected a value)"
    if any(texts[columns:]):
        return f"the row has a cell beyond the {columns} columns of the header (expected none)"
    return ""


def _text(cell: Cell) -> str:
    """Write a cell as it is shown."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int):
        zeros = _ZEROS.fullmatch(cell.number_format or "")
        return str(value).zfill(len(zeros.group())) if zeros else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _failed(file: str, message: str, code: str = "workbook") -> Table:
    return Table(file, findings=(Finding("error", message, file, 0, code),))
