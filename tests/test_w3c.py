"""The W3C's tests of SPARQL 1.1: its syntax, how queries are answered, and how answers are written.

Each goes by the manifests through what a query of ours goes through: the check of the text, the parser, the engine and
the writers of answers. A store holds the data of the test as they are given; nothing is claimed about time here.

Why only some go through the process that answers queries: one process is begun for each set of data, which takes half
a second. Data that many tests share are asked there, all others here; it is the same call.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from rdflib.compare import isomorphic
from w3c import Case, cases, expected, path, read, same, triples

from orggraph.errors import QueryError
from orggraph.evaluation import Results, prepare
from orggraph.queries import QueryStore
from orggraph.results import write
from orggraph.sparql import is_ordered, tokens
from orggraph.worker import Worker

CASES = cases()
COUNTS = {
    "QueryEvaluationTest": 232, "CSVResultFormatTest": 3, "PositiveSyntaxTest11": 63, "NegativeSyntaxTest11": 40,
}  # fmt: skip
SHARED_BY = 6
"""Data that at least so many tests share are asked in a process."""
SECONDS = 60
SUFFIXES = {"xml": ".srx", "json": ".srj", "tsv": ".tsv", "csv": ".csv"}
GRAPHS = {"turtle": "turtle", "ntriples": "nt", "jsonld": "json-ld", "trig": "trig", "rdfxml": "xml"}

REFUSED = {
    "construct/constructwhere04": "FROM is refused",
    "syntax-query/test_42": "FROM is refused",
    "syntax-query/test_4": "the function <http://example/function> is not known",
}
"""What asks for more than there is, and is refused by name."""

_ZERO = "the engine does not match a term that stands in no triple with itself"
FAILURES = {
    "aggregates/agg-empty-group-count-graph": "the engine counts over all graphs at once where GRAPH holds the count",
    "aggregates/agg-groupconcat-04": "the engine keeps a language that all texts share, as SPARQL 1.2 may",
    "aggregates/agg-groupconcat-06": "the engine keeps a language that all texts share, as SPARQL 1.2 may",
    "bindings/graph": "the engine binds no name of a graph where a group has nothing but VALUES",
    "csv-tsv-res/csv03": "the engine keeps the value of a number, not how it was written",
    "csv-tsv-res/tsv03": "the engine keeps xsd:negativeInteger as xsd:integer",
    "functions/bnode01": "the engine makes one blank node of a text for all rows",
    "negation/graph-minus": "the engine counts the name of the graph as a variable that both sides of MINUS share",
    "property-path/zero_or_more_set_end": _ZERO,
    "property-path/zero_or_more_set_start": _ZERO,
    "property-path/zero_or_one_set_end": _ZERO,
    "property-path/zero_or_one_set_start": _ZERO,
}
"""What is known not to pass, by name, with the reason."""

EVALUATION = [case for case in CASES if case.kind in ("QueryEvaluationTest", "CSVResultFormatTest")]
SYNTAX = [case for case in CASES if "Syntax" in case.kind]
ASKED_OF = Counter((case.data, case.graphs) for case in EVALUATION)


def marked(some: list[Case]) -> list[object]:
    known = {name: pytest.mark.xfail(strict=True, reason=reason) for name, reason in FAILURES.items()}
    asked = [case for case in some if case.name not in REFUSED]
    return [pytest.param(case, id=case.name, marks=known.get(case.name, ())) for case in asked]


@pytest.fixture(scope="module")
def workers() -> Iterator[dict[str, Worker]]:
    """Keep the processes by the data that they hold."""
    begun: dict[str, Worker] = {}
    yield begun
    for worker in begun.values():
        worker.close()


def test_all_are_there(shared: Path) -> None:
    assert Counter(case.kind for case in CASES) == COUNTS
    assert {case.name for case in CASES} >= {*REFUSED, *FAILURES}
    assert sum(count for count in ASKED_OF.values() if count >= SHARED_BY) > 100, "so many are asked in a process"


@pytest.mark.parametrize("case", marked(SYNTAX))
def test_syntax(case: Case) -> None:
    if case.kind == "PositiveSyntaxTest11":
        prepare(case.text)
        return
    with pytest.raises(QueryError):
        prepare(case.text)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(name: str, shared: Path) -> None:
    case = next(case for case in CASES if case.name == name)
    with pytest.raises(QueryError, match=REFUSED[name]):
        prepare(case.text)


@pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning:rdflib")  # raised by rdflib's own calls
@pytest.mark.parametrize("case", marked(EVALUATION))
def test_evaluation(case: Case, workers: dict[str, Worker]) -> None:
    results = answered(case, workers)
    if results.kind == "graph":
        right = rdflib.Graph().parse(path(case.result), publicID=case.result)
        for format, name in GRAPHS.items():
            assert isomorphic(read_graph(write(results, format), name), right), format
        return
    suffix = path(case.result).suffix
    ordered = is_ordered(tokens(case.text)) and suffix not in (".csv", ".ttl")
    formats = ["csv"] if suffix == ".csv" else ["json", "xml", *(["tsv"] if results.kind == "select" else [])]
    for format in formats:
        assert same(read(write(results, format), SUFFIXES[format]), expected(case), ordered=ordered), format


def read_graph(document: bytes, name: str) -> rdflib.Graph:
    made = rdflib.Graph()
    for subject, predicate, term, _ in rdflib.Dataset().parse(data=document, format=name).quads():
        made.add((subject, predicate, term))
    return made


def answered(case: Case, workers: dict[str, Worker]) -> Results:
    """Ask the query of a test, in a process where others are asked of the same data."""
    data, graphs = triples(case.data), {graph: triples(graph) for graph in case.graphs}
    if ASKED_OF[case.data, case.graphs] < SHARED_BY:
        return QueryStore(data, graphs=graphs).query(case.text)
    if case.data not in workers:
        workers[case.data] = Worker.of_triples(data, graphs=graphs)
    return workers[case.data].query(case.text, timeout=SECONDS)
