"""Tables as they lie in files: bytes → columns and rows, each row with the number of its first line.

The form is that of RFC 4180 and what spreadsheets make of it: semicolons or tabs, any line ends, a line ``sep=;``.

Why not ``csv.DictReader`` on an open file: a cell may hold line ends, so the number of a row is not the number of its
line; a byte that is not UTF-8 would end the reading at the first of many errors; and a quote that never closes would
swallow the rest of the file. Here each is one finding with its line, and reading goes on with the next line.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator
from typing import NamedTuple

from orggraph.errors import Finding

DELIMITERS = (",", ";", "\t")
"""What may stand between two cells; the first wins where the header has as many of one as of another."""

ENCODINGS: dict[str, str] = {
    "utf-8": "utf-8",
    "cp1252": "cp1252",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "cp850": "cp850",
    "mac-roman": "mac-roman",
    "utf-16": "utf-16",
}
"""What a file may be in, with Python's name for it; only UTF-8 is read without being told."""

_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_SIGNATURES = {
    b"PK\x03\x04": "a ZIP archive, such as a workbook (expected text; call a workbook .xlsx, or save it as CSV)",
    b"\xd0\xcf\x11\xe0": "a workbook in the older XLS form (expected a table of text; save it as XLSX or CSV)",
    b"%PDF": "a PDF (expected a table of text)",
    b"\x89PNG": "a picture (expected a table of text)",
    b"\x1f\x8b": "compressed by gzip (expected a table of text; unpack it first)",
}
"""How files begin that are no text, and what they are."""
_LOOKED_AT = 200
_SEPARATOR = re.compile(r"\s*sep=([,;\t|])\s*", re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')


class Row(NamedTuple):
    """The cells of one row, without outer white space, and the number of its first line (from 1)."""

    line: int
    cells: tuple[str, ...]


class Table(NamedTuple):
    """A decoded table: ``total`` rows stood in the file, ``rows`` are those that could be read.

    ``breaks_off`` tells that the last line has no end, as of a file of which a part is missing.
    """

    file: str
    columns: tuple[str, ...] = ()
    header_line: int = 0
    rows: tuple[Row, ...] = ()
    findings: tuple[Finding, ...] = ()
    total: int = 0
    breaks_off: bool = False


class _Piece(NamedTuple):
    """One row as split, with its first and last line; ``error`` says why it could not be split."""

    first: int
    last: int
    cells: list[str]
    error: str = ""


def decode(data: bytes, *, file: str, delimiter: str = "", encoding: str = "") -> Table:
    r"""Read a CSV or TSV file in UTF-8 (with or without a mark), whatever its line ends; never raise.

    Without ``delimiter`` it is the one that a first line ``sep=;`` names, as spreadsheets write it, else the one of
    `DELIMITERS` that the header has most of. ``encoding`` is one of `ENCODINGS`: nothing but UTF-8 is guessed, since
    any bytes are text in some other one. Blank rows are skipped. The findings come in the order of lines.

    >>> table = decode(b"person;post\r\nAda;CTO\r\nBea\r\n", file="roles.csv")
    >>> table.rows, str(table.findings[0])
    ((Row(line=2, cells=('Ada', 'CTO')),), 'roles.csv:3: the row has 1 cell (expected 2, as in the header)')
    """
    message = _no_text(data) if encoding != "utf-16" else ""
    if message:
        return _failed(file, "not-text", message)
    if data.startswith(_UTF_16):
        if encoding not in ("", "utf-16"):
            return _failed(file, "encoding", f"the file is UTF-16 (expected {encoding}, as it is said to be)")
        if not encoding:
            return _failed(file, "encoding", "the file is UTF-16 (expected UTF-8; or say --encoding utf-16)")
    if encoding == "utf-16":
        try:
            data, encoding = data.decode(encoding).encode(), ""
        except UnicodeError as error:
            return _failed(file, "encoding", f"the file is not UTF-16: {error} (expected UTF-16, as it is said to be)")
    lines, broken = _lines(data, file, encoding=encoding or "utf-8")
    named = _SEPARATOR.fullmatch(lines[0]) if lines else None
    if named:
        delimiter, lines[0] = named.group(1), "\n"
    pieces = (piece for piece in _split(lines, delimiter or sniff(lines)) if piece.error or any(piece.cells))
    header = next(pieces, None)
    if header is None:
        return _failed(file, "empty-file", "the file is empty (expected a header line and rows)")
    findings = list(broken.values())
    if header.error or _touches(header, broken):
        if header.error:
            findings.append(Finding("error", header.error, file, header.first, "unreadable-row"))
        return Table(file, findings=tuple(findings))
    columns = tuple(cell.strip() for cell in header.cells)
    findings += _repeated(columns, file=file, line=header.first)
    rows: list[Row] = []
    known: dict[str, str] = {}  # most texts stand in many rows
    total = 0
    for piece in pieces:
        total += 1
        message = piece.error or _misfit(len(piece.cells), len(columns))
        if _touches(piece, broken):
            continue
        if message:
            findings.append(Finding("error", message, file, piece.first, "unreadable-row"))
        else:
            texts = [cell.strip() for cell in piece.cells]
            rows.append(Row(piece.first, tuple([known.setdefault(text, text) for text in texts])))
    findings.sort(key=lambda finding: finding.line)
    return Table(file, columns, header.first, tuple(rows), tuple(findings), total, not data.endswith((b"\n", b"\r")))


def _no_text(data: bytes) -> str:
    """Say what a file is that is no table of text, by how it begins; empty where it may be one."""
    for signature, what in _SIGNATURES.items():
        if data.startswith(signature):
            return f"the file is {what}"
    odd = data[1:_LOOKED_AT:2]
    if not data.startswith(_UTF_16) and len(odd) > 1 and odd.count(0) > len(odd) // 2:
        return "the file seems to be UTF-16 without a mark (expected UTF-8; or say --encoding utf-16)"
    return ""


def without_rows(table: Table) -> list[Finding]:
    """Report a table that has a header and nothing else."""
    if table.total or not table.columns:
        return []
    message = "the file has a header and no rows (expected at least one row)"
    return [Finding("error", message, table.file, table.header_line, "no-rows")]


def sniff(lines: list[str]) -> str:
    r"""Give the delimiter that the first line with text has most of, outside quotes.

    >>> sniff(['"Doe, J.";post;unit\n'])
    ';'
    """
    header = _QUOTED.sub("", next((line for line in lines if line.strip()), ""))
    return max(DELIMITERS, key=header.count)


def content_hash(*contents: bytes) -> str:
    """Give 12 hexadecimal digits that name an edition by its bytes, whatever its line ends are."""
    made = hashlib.blake2b(digest_size=6)
    for content in contents:
        made.update(content.replace(b"\r\n", b"\n"))
        made.update(b"\0")
    return made.hexdigest()


def _lines(data: bytes, file: str, *, encoding: str) -> tuple[list[str], dict[int, Finding]]:
    """Decode line by line; give the finding for each line that is no text, by line number."""
    lines: list[str] = []
    broken: dict[int, Finding] = {}
    marked = len(_BOM) if data.startswith(_BOM) else 0
    for number, raw in enumerate(data[marked:].splitlines(keepends=True), start=1):
        before = marked if number == 1 else 0
        try:
            lines.append(raw.decode(ENCODINGS[encoding]))
        except UnicodeDecodeError as error:
            found = f"byte {before + error.start + 1} of the line, 0x{raw[error.start]:02X}, is not"
            said = f"{encoding}, as it is said to be"
            advice = "UTF-8; or say with --encoding what it is in" if encoding == "utf-8" else said
            message = f"{found} {encoding.upper()} (expected {advice})"
            broken[number] = Finding("error", message, file, number, "encoding")
            lines.append(raw.decode(errors="replace"))
            continue
        if b"\0" in raw:
            message = f"byte {before + raw.index(0) + 1} of the line is NUL (expected text)"
            broken[number] = Finding("error", message, file, number, "encoding")
    return lines, broken


def _split(lines: list[str], delimiter: str) -> Iterator[_Piece]:
    """Split lines into rows; after a row that cannot be split, go on with the line after its first."""
    start = 0
    while start < len(lines):
        rest = map(lines.__getitem__, range(start, len(lines)))
        reader = csv.reader(rest, delimiter=delimiter, skipinitialspace=True, strict=True)
        first = start
        try:
            for cells in reader:
                last = start + reader.line_num
                yield _Piece(first + 1, last, cells)
                first = last
            return
        except csv.Error as error:
            yield _Piece(first + 1, first + 1, [], _explained(str(error), delimiter))
            start = first + 1


def _explained(error: str, delimiter: str) -> str:
    """Say in words of the file what the csv module objects to."""
    if "expected after" in error:
        return f'text follows a closing quote (expected {delimiter!r} or the end of the line; write "" for a quote)'
    return f"a quoted cell does not end, or has more than {csv.field_size_limit():,} characters (expected a quote)"


def _misfit(cells: int, columns: int) -> str:
    if cells == columns:
        return ""
    return f"the row has {cells} cell{'s' if cells != 1 else ''} (expected {columns}, as in the header)"


def _touches(piece: _Piece, broken: dict[int, Finding]) -> bool:
    return bool(broken) and any(line in broken for line in range(piece.first, piece.last + 1))


def _repeated(columns: tuple[str, ...], *, file: str, line: int) -> list[Finding]:
    """Report each column name that stands more than once in the header."""
    repeated = sorted({column for column in columns if column and columns.count(column) > 1})
    return [
        Finding("error", f"the column {column!r} stands twice (expected once)", file, line, "duplicate-column")
        for column in repeated
    ]


def _failed(file: str, code: str, message: str) -> Table:
    return Table(file, findings=(Finding("error", message, file, 0, code),))
