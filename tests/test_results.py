"""Results and answers as text: formats, alignment, what is escaped."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Any

import pytest

from orggraph.errors import UnsupportedError
from orggraph.evaluation import Results
from orggraph.rdf import parse
from orggraph.results import (
    ANSWER_FORMATS,
    EXPORT_COLUMNS,
    GRAPH_FORMATS,
    MEDIA_TYPES,
    TABLE_FORMATS,
    answers_csv,
    answers_json,
    answers_ndjson,
    answers_schema,
    answers_table,
    answers_tsv,
    plain,
    table,
    visible,
    width,
    write,
    write_answers,
)
from orggraph.snapshot import Answer
from orggraph.vocabulary import FOAF, ORG, XSD, Literal

LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
ROWS = Results(
    kind="select",
    columns=("who", "name", "n"),
    rows=(
        ("urn:a", Literal("O'Brien & Söhne <CTO>, \"x\""), Literal("1", XSD + "integer")),
        (ORG + "Post", Literal("=山田", LANG_STRING, "ja"), None),
        ("_:b0", Literal("two\nlines\t"), Literal("2025-10-03", XSD + "date")),
    ),
)
GRAPH = Results(kind="graph", triples=(("urn:a", FOAF + "name", Literal("Ada")), ("urn:b", ORG + "reportsTo", "urn:a")))
ADA = Answer(
    "urn:a", "Ada", "CTO", "Engineering", "Acme", "certain", "2020", "..", "2021-05-01", ("minutes", "news"),
    line="direct", notes=("acting",), facts=("f1",), depth=1,
)  # fmt: skip
EVIL = ADA._replace(iri="urn:e", name="=HYPERLINK(1)", post="@x, \"y\"", unit="+1", line="dotted", depth=2, notes=())


def test_table_of_rows() -> None:
    assert write(ROWS, "table").decode() == (
        "who       name                        n\n"
        "--------  --------------------------  ----------\n"
        "urn:a     O'Brien & Söhne <CTO>, \"x\"  1\n"
        "org:Post  =山田\n"
        "_:b0      two\\nlines\\t                2025-10-03\n"
    )


def test_plain_rows_have_no_header_and_one_line_each() -> None:
    assert write(ROWS, "plain").decode().splitlines() == [
        "urn:a\tO'Brien & Söhne <CTO>, \"x\"\t1",
        "org:Post\t=山田\t",
        "_:b0\ttwo\\nlines\\t\t2025-10-03",
    ]


def test_sparql_csv_is_as_the_recommendation_has_it() -> None:
    read = list(csv.reader(io.StringIO(write(ROWS, "csv").decode(), newline="")))
    assert read[0] == ["who", "name", "n"]
    assert read[1] == ["urn:a", "O'Brien & Söhne <CTO>, \"x\"", "1"]
    assert read[2] == [ORG + "Post", "=山田", ""]
    assert read[3][1:] == ["two\nlines\t", "2025-10-03"]


def test_sparql_tsv_json_and_xml() -> None:
    lines = write(ROWS, "tsv").decode().split("\n")
    assert lines[0] == "?who\t?name\t?n"
    assert lines[2] == f'<{ORG}Post>\t"=山田"@ja\t'
    bindings = json.loads(write(ROWS, "json"))["results"]["bindings"]
    assert bindings[1]["name"] == {"type": "literal", "value": "=山田", "xml:lang": "ja"}
    assert "n" not in bindings[1]
    assert bindings[2]["who"] == {"type": "bnode", "value": "b0"}
    root = ET.fromstring(write(ROWS, "xml"))
    assert [node.text for node in root.iter("{http://www.w3.org/2005/sparql-results#}uri")] == ["urn:a", ORG + "Post"]


@pytest.mark.parametrize(
    ("format", "expected"),
    [("table", b"yes\n"), ("plain", b"yes\n"), ("csv", b"true"), ("tsv", b"true"), ("json", b'"boolean": true')],
)
def test_ask(format: str, expected: bytes) -> None:
    assert expected in write(Results(kind="ask", answer=True), format)


@pytest.mark.parametrize("format", TABLE_FORMATS)
def test_no_rows(format: str) -> None:
    assert isinstance(write(Results(kind="select", columns=("a", "b")), format), bytes)
    assert write(Results(kind="select", columns=("a", "b")), format) == write(
        Results(kind="select", columns=("a", "b")), format
    )


@pytest.mark.parametrize("format", sorted({*GRAPH_FORMATS} - {"rdfxml"}))  # which is only written
def test_graphs_read_back(format: str) -> None:
    assert sorted(parse(write(GRAPH, format), format)) == sorted(GRAPH.triples)


@pytest.mark.parametrize(
    ("results", "format", "message"),
    [
        (ROWS, "turtle", "'turtle' is not a format of rows (expected one of table, plain, csv, tsv, json, xml)"),
        (ROWS, "tabel", "did you mean 'table'?"),
        (GRAPH, "csv", "'csv' is not a format of a graph (expected one of turtle, ntriples, jsonld, trig, rdfxml)"),
        (GRAPH, "turtel", "did you mean 'turtle'?"),
    ],
)
def test_unknown_formats_are_refused_by_name(results: Results, format: str, message: str) -> None:
    with pytest.raises(UnsupportedError) as caught:
        write(results, format)
    assert message in str(caught.value)


def test_formats_are_one_list() -> None:
    assert set(MEDIA_TYPES) == {*TABLE_FORMATS, *GRAPH_FORMATS}


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("Zoë", 3), ("Zoe\u0308", 3), ("山田", 4), ("ﾔﾏﾀﾞ", 4), ("\uff21", 2), ("a\u200db", 2), ("नमस्ते", 4)],
)
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O'Brien & Söhne <CTO>", "O'Brien & Söhne <CTO>"),
        ("a\x1b[31mred", "a\\x1b[31mred"),
        ("a\x00b\x7fc\x9b", "a\\x00b\\x7fc\\x9b"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("a\u202eb\u2066c\u200f", "a\\u202eb\\u2066c\\u200f"),
        ("a\u2028b", "a\\u2028b"),
        ("\U000e0041", "\\U000e0041"),
        ("क्\u200dष", "क्\u200dष"),
    ],
)
def test_what_steers_a_terminal_is_shown(text: str, expected: str) -> None:
    assert visible(text) == expected


def test_alignment_with_wide_characters() -> None:
    assert table(["name", "post"], [["山田", "x"], ["Zoe\u0308", "y"]]).splitlines() == [
        "name  post",
        "----  ----",
        "山田  x",
        "Zoe\u0308   y",
    ]
    assert plain([["a\tb", "c"]]) == "a\\tb\tc\n"


def test_table_of_answers_leaves_out_what_says_nothing() -> None:
    alone = answers_table([ADA._replace(notes=())]).splitlines()
    assert alone[0].split() == ["name", "post", "unit", "organization", "certainty", "since", "until", "confirmed",
                                "sources"]  # fmt: skip
    both = answers_table([ADA, EVIL]).splitlines()[0].split()
    assert {"depth", "line", "notes"} <= set(both)
    assert answers_table([]) == ""
    assert answers_table([ADA], ["name", "sources"]).splitlines()[2] == "Ada   minutes; news"


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_cells_are_no_formulas(format: str) -> None:
    text = answers_csv([EVIL]) if format == "csv" else answers_tsv([EVIL])
    read = [line.split("\t") for line in text.splitlines()]
    if format == "csv":
        read = list(csv.reader(io.StringIO(text, newline="")))
    row = dict(zip(read[0], read[1], strict=True))
    assert tuple(read[0]) == EXPORT_COLUMNS
    assert (row["name"], row["post"], row["unit"]) == ("'=HYPERLINK(1)", "'@x, \"y\"", "'+1")
    assert row["since"] == "2020" and row["until"] == ".."


def test_csv_lines_end_as_rfc_4180_has_it() -> None:
    assert answers_csv([ADA], ["name", "sources"]) == "name,sources\r\nAda,minutes; news\r\n"


def test_json_is_one_document() -> None:
    text = answers_json([ADA], as_of="2025-10-03", notes=["nobody is certain"])
    document = json.loads(text)
    assert {name: value for name, value in document.items() if name != "rows"} == {
        "as_of": "2025-10-03", "recorded_by": None, "notes": ["nobody is certain"],
    }  # fmt: skip
    lists = {"sources": ["minutes", "news"], "notes": ["acting"], "facts": ["f1"]}
    assert document["rows"] == [{**ADA._asdict(), **lists}]
    assert text == answers_json([ADA], as_of="2025-10-03", notes=["nobody is certain"])
    assert json.loads(answers_ndjson([ADA, EVIL]).splitlines()[1])["name"] == "=HYPERLINK(1)"


TYPES = {"string": str, "array": list, "object": dict, "integer": int, "null": type(None)}


def faults(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "$") -> list[str]:
    """Check the part of JSON Schema that our schema uses."""
    if "$ref" in schema:
        return faults(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root, at)
    found: list[str] = []
    names = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", [])
    if names and not isinstance(value, tuple(TYPES[name] for name in names)):
        found.append(f"{at} is no {names}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at} is none of {schema['enum']}")
    if isinstance(value, dict):
        known = schema["properties"]
        found += [f"{at} lacks {name}" for name in schema["required"] if name not in value]
        found += [f"{at} has {name}" for name in value if name not in known]
        for name in value.keys() & known.keys():
            found += faults(value[name], known[name], root, f"{at}.{name}")
    if isinstance(value, list):
        for number, part in enumerate(value):
            found += faults(part, schema["items"], root, f"{at}[{number}]")
    return found


@pytest.mark.parametrize("rows", [[], [ADA], [ADA, EVIL, ADA._replace(line="", depth=0, certainty="possible")]])
def test_json_follows_its_schema(rows: Sequence[Answer]) -> None:
    schema = answers_schema()
    document = json.loads(answers_json(rows, as_of="2025-10-03", recorded_by="2025-10-03T00:00:00.000000Z"))
    assert faults(document, schema, schema) == []


def test_the_schema_refuses_other_documents() -> None:
    schema = answers_schema()
    document = json.loads(answers_json([ADA], as_of="2025-10-03"))
    document["rows"][0] |= {"certainty": "maybe", "extra": 1}
    del document["rows"][0]["name"]
    assert len(faults(document, schema, schema)) == 3
    assert set(schema["$defs"]["row"]["properties"]) == set(Answer._fields)


@pytest.mark.parametrize("format", ANSWER_FORMATS)
def test_every_format_of_an_answer(format: str) -> None:
    written = write_answers([ADA, EVIL], format, as_of="2025-10-03")
    assert b"Ada" in written and written.endswith(b"\n")
    assert isinstance(write_answers([], format, as_of="2025-10-03"), bytes)


def test_answers_refuse_what_they_cannot_do() -> None:
    with pytest.raises(UnsupportedError, match="'xml' is not a format of an answer"):
        write_answers([ADA], "xml", as_of="2025-10-03")
    with pytest.raises(UnsupportedError, match=r"'nam' is not a column of an answer .*did you mean 'name'"):
        write_answers([ADA], "csv", as_of="2025-10-03", columns=["nam"])
