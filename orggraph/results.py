"""Results and answers as text: tables for people, documents for programs.

Why two kinds of CSV: the one of a SPARQL query follows the W3C recommendation to the byte and protects nothing. The
one of an answer is meant for a spreadsheet, where a cell that begins with ``=``, ``+``, ``-`` or ``@`` would be run as
a formula; such a cell gets an apostrophe in front (so does the TSV).
Why control characters are written as escapes in tables: a name must not be able to move a terminal's cursor or to
turn the direction of the text around it.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from orggraph.changes import unknown_word
from orggraph.errors import UnsupportedError
from orggraph.snapshot import Answer
from orggraph.visible import visible as visible  # what stands beside tables is written alike
from orggraph.vocabulary import PREFIXES, XSD, Term

if TYPE_CHECKING:
    from orggraph.evaluation import Results  # the engine is slow to load

MEDIA_TYPES: dict[str, str] = {
    "table": "text/plain",
    "plain": "text/plain",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
    "rdfxml": "application/rdf+xml",
}
"""Every format of a query's results, with its media type."""

GRAPH_FORMATS = ("turtle", "ntriples", "jsonld", "trig", "rdfxml")
TABLE_FORMATS = tuple(name for name in MEDIA_TYPES if name not in GRAPH_FORMATS)
ANSWER_FORMATS = ("table", "plain", "csv", "tsv", "json", "ndjson")

COLUMNS = (
    "depth", "name", "post", "role", "unit", "organization", "line", "certainty", "since", "until", "confirmed",
    "notes", "sources",
)  # fmt: skip
"""The columns of a table of answers; those without any value are left out."""

EXPORT_COLUMNS = (
    "name", "iri", "post", "role", "unit", "organization", "line", "depth", "certainty", "since", "until",
    "confirmed", "notes", "sources",
)  # fmt: skip
"""The columns of answers as CSV and TSV; always all of them."""

_WIDE = ("W", "F")
_WITHOUT_WIDTH = ("Mn", "Me", "Cf")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write(results: Results, format: str) -> bytes:
    """Write what a query gave: rows and ASK in one of `TABLE_FORMATS`, a graph in one of `GRAPH_FORMATS`.

    Raises `UnsupportedError` listing the formats that fit. The bytes are UTF-8 and the same for the same results.
    ``plain`` is ``table`` for a pipe: cells between tabs, a row a line, no header.

    >>> from orggraph.evaluation import Results
    >>> write(Results(kind="ask", answer=True), "json")
    b'{"head": {}, "boolean": true}'
    """
    if results.kind == "graph":
        from orggraph.rdf import serialize  # rows do without

        _check_format(format, GRAPH_FORMATS, "format of a graph")
        return serialize([(*triple, "") for triple in results.triples], format)
    _check_format(format, TABLE_FORMATS, "format of rows")
    if format in ("table", "plain"):
        if results.kind == "ask":
            return b"yes\n" if results.answer else b"no\n"
        cells = [[shown(term) for term in row] for row in results.rows]
        text = table(results.columns, cells) if format == "table" else plain(cells)
        return text.encode()
    return _sparql_document(results, format)


def _check_format(format: str, known: Sequence[str], what: str) -> None:
    if format not in known:
        raise UnsupportedError(unknown_word(format, known, what))


def _sparql_document(results: Results, format: str) -> bytes:
    """Write SPARQL 1.1 results; all but JSON are written by the engine from the JSON."""
    document: dict[str, object] = {"head": {}, "boolean": results.answer}
    if results.kind != "ask":
        bindings = [
            {name: _json_term(term) for name, term in zip(results.columns, row, strict=True) if term is not None}
            for row in results.rows
        ]
        document = {"head": {"vars": list(results.columns)}, "results": {"bindings": bindings}}
    text = json.dumps(document, ensure_ascii=False)
    if format == "json":
        return text.encode()
    import pyoxigraph  # heavy: only for what it writes

    read = pyoxigraph.parse_query_results(text, format=pyoxigraph.QueryResultsFormat.JSON)
    written = read.serialize(format=getattr(pyoxigraph.QueryResultsFormat, format.upper()))
    assert isinstance(written, bytes)
    return written


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, str):
        blank = term.startswith("_:")
        return {"type": "bnode" if blank else "uri", "value": term[2:] if blank else term}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    if term.datatype == XSD + "string":
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype}


def shown(term: Term | None) -> str:
    """Write a term for a person: a literal as its text, an IRI with its prefix where it has one.

    >>> shown(PREFIXES["org"] + "Post"), shown(None)
    ('org:Post', '')
    """
    if term is None:
        return ""
    if not isinstance(term, str):
        return term.value
    for prefix, namespace in PREFIXES.items():
        local = term.removeprefix(namespace)
        if local != term and local.replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return term


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Align cells under their columns for a terminal, two spaces apart, each row one line.

    >>> print(table(["name", "post"], [["Ada", "CTO"]]), end="")
    name  post
    ----  ----
    Ada   CTO
    """
    cells = [[visible(cell) for cell in row] for row in rows]
    widths = [max(map(width, column)) for column in zip(columns, *cells, strict=True)]
    lines = [list(columns), ["-" * size for size in widths], *cells]
    return "".join(_aligned(line, widths) + "\n" for line in lines)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def plain(rows: Iterable[Sequence[str]]) -> str:
    """Write cells between tabs, a row a line, without a header: for ``cut``, ``sort`` and ``while read``."""
    return "".join("\t".join(visible(cell) for cell in row) + "\n" for row in rows)


def width(text: str) -> int:
    """Count the columns of a terminal that a text takes: two for a wide character, none for a combining mark.

    >>> width("Zoë"), width("Zoe\\u0308"), width("山田")
    (3, 3, 4)
    """
    return sum(
        0 if unicodedata.category(char) in _WITHOUT_WIDTH else 1 + (unicodedata.east_asian_width(char) in _WIDE)
        for char in text
    )


def write_answers(
    rows: Sequence[Answer],
    format: str,
    *,
    as_of: str,
    recorded_by: str = "",
    columns: Sequence[str] = (),
    notes: Sequence[str] = (),
) -> bytes:
    """Write answers in one of `ANSWER_FORMATS`; `UnsupportedError` for another. ``columns`` are of `Answer`."""
    _check_format(format, ANSWER_FORMATS, "format of an answer")
    if format == "json":
        return answers_json(rows, as_of=as_of, recorded_by=recorded_by, notes=notes).encode()
    if format == "ndjson":
        return answers_ndjson(rows).encode()
    if format == "csv":
        return answers_csv(rows, columns or EXPORT_COLUMNS).encode()
    if format == "tsv":
        return answers_tsv(rows, columns or EXPORT_COLUMNS).encode()
    if format == "plain":
        return plain(_cells(rows, columns or COLUMNS)).encode()
    return answers_table(rows, columns).encode()


def answers_table(rows: Sequence[Answer], columns: Sequence[str] = ()) -> str:
    """Align answers for a terminal; without ``columns`` those of `COLUMNS` that have a value in some row."""
    chosen = columns or [column for column in COLUMNS if any(_differs(row, column) for row in rows)]
    return table(chosen, _cells(rows, chosen)) if rows else ""


def _differs(row: Answer, column: str) -> bool:
    """Tell whether the cell says anything: a depth beyond the first, a dotted line, whatever is not empty."""
    value = getattr(row, column)
    return bool(value) and not (column == "depth" and value == 1) and not (column == "line" and value == "direct")


def answers_csv(rows: Iterable[Answer], columns: Sequence[str] = EXPORT_COLUMNS) -> str:
    """Write answers as CSV (RFC 4180) with a header, safe to open in a spreadsheet.

    >>> row = Answer("urn:a", "=1+1", "", "", "", "certain", "2020", "..", "", ())
    >>> answers_csv([row], ["name", "since"])
    "name,since\\r\\n'=1+1,2020\\r\\n"
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_unformulated(cell) for cell in row] for row in _cells(rows, columns))
    return text.getvalue()


def answers_tsv(rows: Iterable[Answer], columns: Sequence[str] = EXPORT_COLUMNS) -> str:
    """Write answers between tabs with a header, safe to open in a spreadsheet; tabs in cells are escaped."""
    cells = [[_unformulated(cell) for cell in row] for row in _cells(rows, columns)]
    return plain([columns, *cells])


def _unformulated(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def answers_json(
    rows: Iterable[Answer], *, as_of: str, recorded_by: str = "", notes: Sequence[str] = ()
) -> str:
    """Write answers as the one JSON document of every command; `answers_schema` describes it.

    ``as_of`` is a day, ``recorded_by`` a time in UTC or empty for what is known now (``null`` in the document);
    ``notes`` are sentences about the answer as a whole.
    """
    document = {
        "as_of": as_of,
        "recorded_by": recorded_by or None,
        "rows": [_json_row(row) for row in rows],
        "notes": list(notes),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def answers_ndjson(rows: Iterable[Answer]) -> str:
    """Write one row of `answers_json` a line."""
    return "".join(json.dumps(_json_row(row), ensure_ascii=False) + "\n" for row in rows)


def answers_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of the document that `answers_json` writes."""
    schema = json.loads(files("orggraph").joinpath("answers.schema.json").read_text(encoding="utf-8"))
    assert isinstance(schema, dict)
    return schema


def stats_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of the documents of ``stats``, of a day and of a series."""
    schema = json.loads(files("orggraph").joinpath("stats.schema.json").read_text(encoding="utf-8"))
    assert isinstance(schema, dict)
    return schema


def _json_row(row: Answer) -> dict[str, object]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in row._asdict().items()}


def _cells(rows: Iterable[Answer], columns: Sequence[str]) -> list[list[str]]:
    for column in columns:
        if column not in Answer._fields:
            raise UnsupportedError(unknown_word(column, Answer._fields, "column of an answer"))
    return [[_cell(getattr(row, column)) for column in columns] for row in rows]


def _cell(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(value)
    return "" if value == 0 else str(value)
