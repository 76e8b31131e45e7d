"""The W3C's tests of SPARQL 1.1 as the manifests list them, and readers that compare answers.

Why answers are read back by the readers here: what a library wrote should not be judged by the same library.
"""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pyoxigraph
from conftest import SHARED

from orggraph.rdf import Triple, from_oxigraph
from orggraph.vocabulary import RDF, XSD, Literal, Term

FOLDER = Path(os.environ.get("ORGGRAPH_SHARED", SHARED)) / "w3c" / "sparql11"
BASE = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/"
MANIFESTS = ("manifest-sparql11-query.ttl", "manifest-sparql11-results.ttl")
FORMATS = {".ttl": "TURTLE", ".nt": "N_TRIPLES", ".rdf": "RDF_XML"}

PREFIXES = {
    "mf": "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#",
    "qt": "http://www.w3.org/2001/sw/DataAccess/tests/test-query#",
    "rdf": RDF,
}
INCLUDED = "SELECT ?manifest { ?s mf:include/rdf:rest*/rdf:first ?manifest } ORDER BY ?manifest"
LISTED = """
SELECT ?test ?kind ?query ?data ?result (GROUP_CONCAT(STR(?graph); SEPARATOR=" ") AS ?graphs) {
  ?manifest mf:entries/rdf:rest*/rdf:first ?test .
  ?test a ?kind ; mf:action ?action .
  OPTIONAL { ?action qt:query ?text }
  OPTIONAL { ?action qt:data ?data }
  OPTIONAL { ?action qt:graphData ?graph }
  OPTIONAL { ?test mf:result ?result }
  BIND (COALESCE(?text, ?action) AS ?query)
} GROUP BY ?test ?kind ?query ?data ?result ORDER BY ?test
"""
_NUMBERS = {XSD + name for name in ("integer", "decimal", "float", "double")}
_SET = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_XML = "{http://www.w3.org/2005/sparql-results#}"


class Case(NamedTuple):
    """One test: its group and name, its kind, and the addresses of its files."""

    name: str
    kind: str
    query: str
    data: str
    graphs: tuple[str, ...]
    result: str

    @property
    def text(self) -> str:
        """Give the query, which may use relative addresses."""
        return f"BASE <{self.query}>\n{path(self.query).read_text('utf-8')}"


def path(address: str) -> Path:
    """Give the place of a file of the tests."""
    return FOLDER / address.removeprefix(BASE)


def cases() -> list[Case]:
    """List the tests of the queries and of the formats of results; none where they are not on this machine."""
    if not FOLDER.is_dir():
        return []
    included = [address for name in MANIFESTS for (address,) in _rows(BASE + name, INCLUDED)]
    return [case for manifest in included for case in _cases(manifest)]


def _cases(manifest: str) -> Iterator[Case]:
    group = manifest.removeprefix(BASE).partition("/")[0]
    for test, kind, query, data, result, graphs in _rows(manifest, LISTED):
        name = f"{group}/{test.rpartition('#')[2]}"
        yield Case(name, kind.rpartition("#")[2], query, data, tuple(sorted(graphs.split())), result)


def _rows(manifest: str, query: str) -> list[list[str]]:
    store = pyoxigraph.Store()
    store.load(path=path(manifest), format=pyoxigraph.RdfFormat.TURTLE, base_iri=manifest)
    found = store.query(query, prefixes=PREFIXES)
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return [[getattr(term, "value", "") for term in solution] for solution in found]


def triples(address: str) -> list[Triple]:
    """Read the triples of a file; none of no file."""
    if not address:
        return []
    file = path(address)
    kind = getattr(pyoxigraph.RdfFormat, FORMATS[file.suffix])
    read = pyoxigraph.parse(path=file, format=kind, base_iri=address)
    return [(str(from_oxigraph(q.subject)), q.predicate.value, from_oxigraph(q.object)) for q in read]


# ---- answers

Row = Mapping[str, Term]


class Table(NamedTuple):
    """An answer to SELECT as read back; an answer to ASK has no columns and no rows."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    answer: bool | None = None


def read(document: bytes, suffix: str) -> Table:
    """Read a document of results by the suffix of its file."""
    return {".srx": _read_xml, ".srj": _read_json, ".tsv": _read_tsv, ".csv": _read_csv}[suffix](document.decode())


def expected(case: Case) -> Table:
    """Read the answer that a test of SELECT or ASK expects; a few are graphs."""
    file = path(case.result)
    return _read_result_set(case.result) if file.suffix == ".ttl" else read(file.read_bytes(), file.suffix)


def _read_result_set(address: str) -> Table:
    """Read an answer written in the vocabulary for result sets."""
    store = pyoxigraph.Store()
    store.load(path=path(address), format=pyoxigraph.RdfFormat.TURTLE, base_iri=address)
    columns = store.query(f"SELECT ?name {{ ?set <{_SET}resultVariable> ?name }}")
    cells = store.query(
        f"SELECT ?row ?name ?value {{ ?set <{_SET}solution> ?row . ?row <{_SET}binding> ?cell ."
        f" ?cell <{_SET}variable> ?name ; <{_SET}value> ?value }}"
    )
    rows: dict[str, dict[str, Term]] = {}
    for row, name, value in cells:
        rows.setdefault(row.value, {})[name.value] = from_oxigraph(value)
    return Table(tuple(name.value for (name,) in columns), tuple(rows.values()))


def _read_xml(text: str) -> Table:
    root = ElementTree.fromstring(text)
    boolean = root.find(f"{_XML}boolean")
    if boolean is not None:
        return Table((), (), boolean.text == "true")
    columns = tuple(str(variable.get("name")) for variable in root.iter(f"{_XML}variable"))
    rows = tuple(
        {str(binding.get("name")): _xml_term(binding[0]) for binding in result} for result in root.iter(f"{_XML}result")
    )
    return Table(columns, rows)


def _xml_term(element: ElementTree.Element) -> Term:
    kind, value = element.tag.removeprefix(_XML), element.text or ""
    if kind != "literal":
        return f"_:{value}" if kind == "bnode" else value
    return _literal(value, element.get("datatype"), element.get("{http://www.w3.org/XML/1998/namespace}lang"))


def _literal(value: str, datatype: str | None, language: str | None) -> Literal:
    if language:
        return Literal(value, RDF + "langString", language.lower())
    return Literal(value, datatype or XSD + "string")


def _read_json(text: str) -> Table:
    document = json.loads(text)
    if "boolean" in document:
        return Table((), (), document["boolean"])
    bindings = document["results"]["bindings"]
    rows = tuple({name: _json_term(term) for name, term in binding.items()} for binding in bindings)
    return Table(tuple(document["head"]["vars"]), rows)


def _json_term(term: Mapping[str, str]) -> Term:
    if term["type"] in ("uri", "bnode"):
        return f"_:{term['value']}" if term["type"] == "bnode" else term["value"]
    return _literal(term["value"], term.get("datatype"), term.get("xml:lang"))


def _read_tsv(text: str) -> Table:
    head, *lines = text.removesuffix("\n").split("\n")
    columns = tuple(name.removeprefix("?") for name in head.split("\t") if name)
    rows = [line.split("\t") if columns else [] for line in lines]
    return Table(columns, tuple(_row(columns, cells, _turtle_term) for cells in rows))


def _turtle_term(cell: str) -> Term:
    """Read a term as Turtle writes it."""
    made = pyoxigraph.parse(f"<urn:s> <urn:p> {cell} .".encode(), format=pyoxigraph.RdfFormat.TURTLE)
    term = from_oxigraph(next(iter(made)).object)
    return cell if cell.startswith("_:") else term


def _read_csv(text: str) -> Table:
    """Read CSV, which tells neither IRIs nor datatypes apart, but blank nodes."""
    head, *lines = csv.reader(io.StringIO(text))
    return Table(tuple(head), tuple(_row(tuple(head), line, _csv_term) for line in lines))


def _csv_term(cell: str) -> Term:
    return cell if cell.startswith("_:") else Literal(cell)


def _row(columns: tuple[str, ...], cells: list[str], term: Callable[[str], Term]) -> Row:
    return {name: term(cell) for name, cell in zip(columns, cells, strict=True) if cell}


# ---- comparing


def same(a: Table, b: Table, *, ordered: bool) -> bool:
    """Tell whether two answers are the same but for the names of blank nodes and the order of what is not ordered."""
    if (a.answer, sorted(a.columns)) != (b.answer, sorted(b.columns)) or len(a.rows) != len(b.rows):
        return False
    if ordered:
        return _match(list(a.rows), list(b.rows), {}, ordered=True)
    return Counter(map(_shape, a.rows)) == Counter(map(_shape, b.rows)) and _match(
        sorted(a.rows, key=_blanks), list(b.rows), {}, ordered=False
    )


def _shape(row: Row) -> frozenset[tuple[str, object]]:
    return frozenset((name, "_:" if _is_blank(term) else _value(term)) for name, term in row.items())


def _blanks(row: Row) -> int:
    return sum(map(_is_blank, row.values()))


def _is_blank(term: Term) -> bool:
    return isinstance(term, str) and term.startswith("_:")


def _value(term: Term) -> object:
    """Give what a term stands for: a number or a boolean by its value and datatype, anything else itself."""
    if isinstance(term, Literal) and term.datatype == XSD + "boolean":
        return term.value in ("true", "1"), term.datatype
    if isinstance(term, Literal) and term.datatype in _NUMBERS:
        try:
            return Decimal(term.value).normalize(), term.datatype
        except InvalidOperation:
            return term
    return term


def _match(left: list[Row], right: list[Row], names: dict[str, str], *, ordered: bool) -> bool:
    """Find a naming of blank nodes that makes the rows equal, one by one or in any order."""
    if not left:
        return True
    for at in range(1 if ordered else len(right)):
        tried = _renamed(left[0], right[at], names)
        if tried is not None:
            rest = right[:at] + right[at + 1 :]
            if _match(left[1:], rest, tried, ordered=ordered):
                return True
            if not _blanks(left[0]):
                return False
    return False


def _renamed(a: Row, b: Row, names: dict[str, str]) -> dict[str, str] | None:
    """Add the blank nodes of two rows to the naming; ``None`` where the rows cannot be the same."""
    if _shape(a) != _shape(b):
        return None
    made = dict(names)
    for name, term in a.items():
        if isinstance(term, str) and _is_blank(term):
            other = str(b[name])
            if made.setdefault(term, other) != other or (term not in names and other in names.values()):
                return None
    return made
