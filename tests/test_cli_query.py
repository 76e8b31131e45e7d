"""``orggraph query``: several days, explanations, every format read back, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from click.testing import CliRunner, Result
from rdflib.query import Result as Answer
from w3c import read

from orggraph.cli import main

SAMPLE = str(Path(__file__).resolve().parent.parent / "data" / "anthropic.csv")
DAY = ("--as-of", "2025-10-03")
REPORTS = ("reports", "--set", "manager=Daniela Amodei")

Ask = Callable[..., Result]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Ask the sample in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def invoke(*arguments: str, stdin: str | bytes | None = None) -> Result:
        given = ["--data", SAMPLE, "query", *arguments]
        return CliRunner().invoke(main, given, input=stdin, catch_exceptions=False)

    return invoke


def test_the_readme_shows_what_is_answered(ask: Ask) -> None:
    readme = (Path(SAMPLE).parent.parent / "README.md").read_text("utf-8")
    example = r"^\$ orggraph --data data/anthropic.csv query ((?:.|\n  )*)\n((?:[^$`].*\n)+)"
    found = re.findall(example, readme, re.MULTILINE)
    assert found
    for command, shown in found:
        assert ask(*shlex.split(command)).stdout == shown


# ---- several days


def test_every_month_has_a_row_for_each_first(ask: Ask) -> None:
    found = ask("headcount", "--every", "month", "--from", "2025-08-01", "--until", "2025-12-01")
    assert found.stdout == "2025-08-01\t0\n2025-09-01\t0\n2025-10-01\t0\n2025-11-01\t2\n"
    assert found.stderr.startswith("warning: on 2025-08-01 and on 3 more days: the query uses COUNT")


def test_each_change_has_a_row_for_each_change_day(ask: Ask) -> None:
    found = ask(*REPORTS, "--each-change", "--format", "csv")
    rows = [(row["day"], row["reporter_name"]) for row in csv.DictReader(io.StringIO(found.stdout))]
    days = ("2025-10-02", "2025-10-03", "2025-10-04")
    assert rows == [(day, name) for day in days for name in ("Rahul Patil", "Sam McCandlish")]
    from_third = ask(*REPORTS, "--each-change", "--from", "2025-10-03", "--until", "2025-10-04", "--format", "csv")
    assert from_third.stdout.count("2025-10-03") == from_third.stdout.count("\n") - 1 == 2


def test_every_ends_today_where_nothing_is_said(ask: Ask) -> None:
    found = ask("-e", "ASK { ?who org:holds ?post }", "--every", "year", "--from", "2024-12-01", "--format", "table")
    days = [line.split()[0] for line in found.stdout.splitlines()[2:]]
    assert days[:2] == ["2024-12-01", "2025-12-01"]
    assert found.stdout.splitlines()[0].split() == ["day", "answer"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["headcount", "--every", "month"], "--every month needs --from DAY"),
        (["headcount", "--every", "fortnight"], "'fortnight' is not one of"),
        (["headcount", "--every", "month", "--each-change"], "cannot be given together"),
        (["headcount", "--from", "2025-01-01"], "--from and --until need --every or --each-change"),
        (["headcount", "--each-change", *DAY], "--as-of is one day"),
        (["holders_over_time", "--each-change"], "is asked of all of time, so --each-change cannot be given with it"),
        (["holders_over_time", "--every", "day", "--from", "2025-01-01"], "so --every cannot be given with it"),
    ],
)
def test_options_that_do_not_go_together(ask: Ask, arguments: list[str], message: str) -> None:
    found = ask(*arguments)
    assert found.exit_code == 2
    assert message in " ".join(found.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["headcount", "--every", "day", "--from", "2025-01-02", "--until", "2025-01-02"], "there is no day from 2025"),
        (["-e", "CONSTRUCT WHERE { ?a ?p ?b }", "--each-change"], "CONSTRUCT cannot be asked over several days"),
        (["-e", "SELECT ?day { ?day ?p ?b }", "--each-change"], "column ?day of its own"),
    ],
)
def test_series_that_cannot_be(ask: Ask, arguments: list[str], message: str) -> None:
    found = ask(*arguments)
    assert found.exit_code == 1
    assert found.stderr.startswith("error: ") and message in found.stderr


# ---- explanations


def test_explain_stands_beside_the_answer(ask: Ask) -> None:
    plain, found = ask(*REPORTS, *DAY), ask(*REPORTS, *DAY, "--explain")
    assert found.stdout == plain.stdout
    how, _, evidence = found.stderr.partition("\n\n")
    said = dict(line.split(": ", 1) for line in how.splitlines())
    assert "; Rahul Patil; " in evidence and "anthropic.csv:4)" in evidence and "confirmed 2025-10-03" in evidence
    assert said["asked of"] == "2025-10-03: what is certain"
    assert said["predicates"] == "rdfs:label, orgg:reportsDirectlyTo, orgg:reportsDottedTo"
    assert said["store"].split()[1] == "triples,"
    assert said["monotone"] == "yes"
    phases = [part.split()[0] for part in said["time"].split(", ")]
    assert phases == ["prepared", "store", "answered", "process", "written"]


def test_explain_says_what_is_doubtful(ask: Ask) -> None:
    found = ask("headcount", "--as-of", "2025-09-30", "--explain")
    assert "asked of: 2025-09-30: what is certain (12 statements that are only possible are left out)" in found.stderr
    assert "monotone: no (COUNT): more triples may take answers away" in found.stderr
    everything = ask("-e", "SELECT * { ?s ?p ?o }", "--as-of", "2025-09-30", "--possible", "--explain")
    assert "asked of: 2025-09-30: what is certain or possible\n" in everything.stderr
    assert "predicates: any" in everything.stderr


def test_explain_the_history_and_several_days(ask: Ask) -> None:
    over_time = ask("holders_over_time", "--explain")
    assert "asked of: all of time: every version of every fact" in over_time.stderr
    series = ask(*REPORTS, "--each-change", "--explain")
    assert "asked of: 5 days, the last 2025-10-04: what is certain" in series.stderr
    assert "answered" in series.stderr and "(5 times)" in series.stderr


# ---- formats, each read back by another library


ROWS = ("-e", "SELECT ?name ?boss ?none { ?a foaf:name ?name ; org:reportsTo ?boss }", *DAY)
GRAPH = ("-e", "CONSTRUCT { ?a org:reportsTo ?b ; foaf:name ?n } WHERE { ?a org:reportsTo ?b ; foaf:name ?n }", *DAY)


@pytest.mark.parametrize("format", ["json", "xml", "csv", "tsv"])
def test_rows_read_back(ask: Ask, format: str) -> None:
    document = ask(*ROWS, "--format", format).stdout.encode()
    answer = Answer.parse(io.BytesIO(document), format=format)
    assert [str(variable) for variable in answer.vars or ()] == ["name", "boss", "none"]
    assert [str(row[0]) for row in answer] == ["Rahul Patil", "Sam McCandlish"]
    assert all(str(row[1]).startswith("urn:") and row[2] is None for row in answer)


@pytest.mark.parametrize("format", ["json", "xml"])
@pytest.mark.parametrize("answer", [True, False])
def test_ask_reads_back(ask: Ask, format: str, answer: bool) -> None:
    text = "ASK { ?a org:reportsTo ?b }" if answer else "ASK { ?a org:headOf ?b }"
    document = ask("-e", text, *DAY, "--format", format).stdout.encode()
    assert Answer.parse(io.BytesIO(document), format=format).askAnswer is answer
    assert read(document, {"json": ".srj", "xml": ".srx"}[format]).answer is answer


@pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning:rdflib")  # raised by rdflib's own calls
@pytest.mark.parametrize(
    ("format", "name"),
    [("turtle", "turtle"), ("ntriples", "nt"), ("jsonld", "json-ld"), ("trig", "trig"), ("rdfxml", "xml")],
)
def test_graphs_read_back(ask: Ask, format: str, name: str) -> None:
    made = rdflib.Dataset().parse(data=ask(*GRAPH, "--format", format).stdout, format=name)
    foaf_name = rdflib.URIRef("http://xmlns.com/foaf/0.1/name")
    assert len(list(made.quads())) == 4
    assert {str(name) for _, _, name, _ in made.quads((None, foaf_name, None, None))} == {
        "Rahul Patil", "Sam McCandlish",
    }  # fmt: skip


def test_describe_is_written_as_a_graph(ask: Ask) -> None:
    found = ask("-e", "DESCRIBE ?a { ?a foaf:name 'Rahul Patil' }", *DAY)
    assert "Rahul Patil" in found.stdout
    assert len(rdflib.Graph().parse(data=found.stdout, format="turtle")) >= 3


@pytest.mark.parametrize(
    ("suffix", "begins"),
    [(".csv", "name,boss"), (".srj", '{"head"'), (".xml", "<?xml"), (".tsv", "?name\t?boss"), (".txt", "name ")],
)
def test_the_suffix_of_a_file_says_the_format(ask: Ask, suffix: str, begins: str) -> None:
    assert ask(*ROWS, "-o", f"answer{suffix}").stdout == ""
    assert Path(f"answer{suffix}").read_text("utf-8").startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*ROWS, "--format", "turtle"], "'turtle' is not a format of rows"),
        ([*GRAPH, "--format", "csv"], "'csv' is not a format of a graph"),
        (["-e", "DROP ALL"], "DROP is refused"),
        (["-e", "INSERT DATA { <urn:a> <urn:b> <urn:c> }"], "INSERT is refused"),
        (["-e", "LOAD <http://127.0.0.1:9/>"], "LOAD is refused"),
        (["-e", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }"], "SERVICE is refused"),
        (["-e", "SELECT * FROM <http://127.0.0.1:9/> { ?a ?b ?c }"], "FROM is refused"),
        (["-e", "SELECT * FROM NAMED <file:///etc/hostname> { ?a ?b ?c }"], "FROM NAMED is refused"),
        (["reports", "--set", "manger=Daniela Amodei"], "no parameter 'manger'; did you mean manager?"),
        (["reports", "--set", "manager=Daniela Amode"], "did you mean"),
        (["-e", "SELECT ?a { ?a org:reportsTo ?boss }", "--set", "bos=Daniela Amodei"], "did you mean boss?"),
        (["reprots"], "did you mean reports?"),
        (["no_such_file.rq"], "there is no such file"),
        (["-e", "SELECT ?a { ?a orgg:reprtsTo"], "line 1, column"),
    ],
)
def test_refused_by_name(ask: Ask, arguments: list[str], message: str) -> None:
    found = ask(*arguments)
    assert found.exit_code == 1
    assert found.stdout == ""
    assert message in found.stderr


def test_a_query_that_explodes_is_ended(ask: Ask) -> None:
    cross = " . ".join(f"?a{n} ?p{n} ?b{n}" for n in range(6))
    found = ask("-e", f"SELECT (COUNT(*) AS ?n) {{ {cross} }}", *DAY, "--timeout", "0.3")
    assert (found.exit_code, found.stdout) == (1, "")
    assert found.stderr == "error: the query was ended after 0.3 s (ask for less, or allow more time)\n"


def test_results_are_limited_before_they_are_all_made(ask: Ask) -> None:
    cross = " . ".join(f"?a{n} ?p{n} ?b{n}" for n in range(6))
    found = ask("-e", f"SELECT * {{ {cross} }}", *DAY, "--limit", "5", "--format", "json")
    assert len(json.loads(found.stdout)["results"]["bindings"]) == 5
    assert found.stderr == "warning: only the first 5 results are given; there are more\n"
