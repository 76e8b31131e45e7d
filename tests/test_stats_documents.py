"""Tests of what `stats` writes: both documents against their schema, as text, as CSV, on the command line."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from company import company
from jsonschema import Draft202012Validator

from orggraph import OrgGraph
from orggraph.cli import main
from orggraph.hierarchy import as_csv, as_text
from orggraph.results import stats_schema
from orggraph.trends import as_document

SAMPLE = str(Path(__file__).resolve().parent.parent / "data" / "anthropic.csv")
AUTUMN = ["--every", "week", "--from", "2025-09-01", "--until", "2025-10-20"]


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    return company()


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = stats_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def run(*words: str, data: str = SAMPLE) -> str:
    result = CliRunner().invoke(main, ["--data", data, "stats", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("on", ["2019-01-01", "2024-03-01", "2024-04-15", "2024-09-10"])
def test_the_document_of_a_day_conforms(org: OrgGraph, validator: Draft202012Validator, on: str) -> None:
    validator.validate(json.loads(json.dumps(org.as_of(on).stats())))


@pytest.mark.parametrize("every", ["week", "year", "change"])
def test_the_document_of_a_series_conforms(org: OrgGraph, validator: Draft202012Validator, every: str) -> None:
    found = org.stats_over(every=every, first="2019-06-01", until="2025-06-01")
    validator.validate(json.loads(json.dumps(as_document(found))))


def test_a_number_that_is_a_text_does_not_conform(org: OrgGraph, validator: Draft202012Validator) -> None:
    document = org.as_of("2024-03-01").stats()
    assert validator.is_valid(document)
    assert not validator.is_valid({**document, "people": "12"})
    assert not validator.is_valid({**document, "persons": 12})


def test_the_command_line_writes_the_same_documents(validator: Draft202012Validator) -> None:
    sample = OrgGraph()
    sample.load(SAMPLE)
    assert json.loads(run("--as-of", "2025-10-01", "--format", "json")) == json.loads(
        json.dumps(sample.as_of("2025-10-01").stats())
    )
    found = json.loads(run(*AUTUMN, "--format", "json"))
    validator.validate(found)
    assert [period["closing"] for period in found["periods"]][-1] == {"certain": 2, "possible": 3}


def test_csv_has_a_row_for_each_figure_and_for_each_period(org: OrgGraph) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(org.as_of("2024-03-01").stats()))))
    assert rows[0] == ["figure", "of", "value"]
    assert ["people", "", "12"] in rows and ["layers", "1", "2"] in rows and ["certain.layers", "1", "2"] in rows
    assert len(list(csv.DictReader(io.StringIO(run(*AUTUMN, "--format", "csv"))))) == 7


def test_text_says_what_is_possible_and_what_is_certain(org: OrgGraph) -> None:
    text = as_text(org.as_of("2024-09-10").stats())
    people = next(line.split() for line in text.splitlines() if line.startswith("people"))
    assert people == ["people", "11", "9"]
    assert "0–2" in run(*AUTUMN)
    assert "Single points of failure" in text


def test_bounds_of_spans_can_be_set() -> None:
    lines = run("--as-of", "2025-10-03", "--wide", "1").splitlines()
    assert "Daniela Amodei (2)" in next(line for line in lines if line.startswith("more than 1 "))
    wide = json.loads(run("--as-of", "2025-10-03", "--wide", "1", "--narrow", "0", "--format", "json"))
    assert ([row["span"] for row in wide["over_wide"]], wide["under_wide"]) == ([2], [])
    assert wide["span_bounds"] == {"narrow": 0, "wide": 1}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--every", "month"], "--every month needs --from DAY"),
        (["--from", "2025-01-01"], "need --every"),
        (["--unit", "Anthropic"], "need --every"),
        (["--every", "month", "--from", "2025-01-01", "--as-of", "2025-01-01"], "--as-of is one day"),
        ([*AUTUMN, "--explain"], "--explain is about a day"),
        (["--as-of", "2025-10-03", "--explain", "--format", "csv"], "--explain is written for people"),
        (["--plot", "org.gif"], "expected .svg or .png"),
        (["--every", "month", "--from", "2025-01-01", "--until", "2025-01-01"], "there is no day from"),
        ([*AUTUMN, "--organization", "tomorrow"], "is neither"),
        ([*AUTUMN, "--unit", "Sales"], "Sales"),
    ],
)
def test_what_does_not_go_together_is_refused(words: list[str], said: str) -> None:
    result = CliRunner().invoke(main, ["--data", SAMPLE, "stats", *words])
    assert result.exit_code in (1, 2)
    assert said in result.output or said in str(result.exception)


def test_to_is_until() -> None:
    assert run(*AUTUMN) == run(*AUTUMN[:4], "--to", "2025-10-20")


def test_the_unit_tree_that_is_used_is_said() -> None:
    assert "by the unit tree of each day" in run(*AUTUMN)
    assert "by the unit tree of 2025-10-03" in run(*AUTUMN, "--organization", "2025-10-03")
    assert json.loads(run(*AUTUMN, "--organization", "today", "--format", "json"))["organization"] != "day"
