"""Rows that are no answers of a day (histories, editions, findings) in the formats of rows."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence

from orggraph.cli.terminal import emit, row_format
from orggraph.results import plain, table

ROW_FORMATS = ("table", "plain", "csv", "tsv", "json", "ndjson")
"""The formats; ``json`` is one document whose ``rows`` are the rows, as it is everywhere."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def emit_rows(columns: Sequence[str], rows: Iterable[Sequence[object]], format: str | None) -> None:
    """Write rows to standard output: as chosen, else as a table on a terminal and plain elsewhere."""
    emit(write_rows(columns, rows, row_format(format or "")))


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[object]], format: str) -> str:
    """Write rows under columns; a cell may be a text, a number or a list of texts.

    A cell of CSV or TSV that a spreadsheet would run as a formula gets an apostrophe in front.

    >>> write_rows(["name", "sources"], [["Ada", ["a", "b"]]], "csv")
    'name,sources\\r\\nAda,a; b\\r\\n'
    """
    if format in ("json", "ndjson"):
        objects = [dict(zip(columns, row, strict=True)) for row in rows]
        if format == "json":
            return json.dumps({"rows": objects}, ensure_ascii=False, indent=2) + "\n"
        return "".join(json.dumps(made, ensure_ascii=False) + "\n" for made in objects)
    cells = [[_text(value) for value in row] for row in rows]
    if format == "table":
        return table(columns, cells)
    if format == "plain":
        return plain(cells)
    safe = [list(columns), *([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in cells)]
    if format == "tsv":
        return plain(safe)
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(safe)
    return out.getvalue()


def _text(value: object) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
