"""Tests of findings as documents: JSON by its schema, SARIF by what its standard demands, and the exit code."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import jsonschema
import pytest
from click.testing import CliRunner, Result

from orggraph.check import CHECKS
from orggraph.check.sarif import RULES, sarif
from orggraph.cli import main
from orggraph.errors import Concerned, Finding
from orggraph.graph import OrgGraph
from orggraph.results import answers_schema

HEADER = "kind,person,post,organization,reports_to,effective,until,source\n"
CYCLE = HEADER + (
    "starts,Ann,CTO,Acme,,2020-01-01,..,register\n"
    "starts,Bob,COO,Acme,,2020-01-01,..,register\n"
    "reports,Ann,,Acme,Bob,2024-01-01,2024-06-01,register\n"
    "reports,Bob,,Acme,Ann,2024-03-01,..,press\n"
)
GAP = HEADER + (
    "starts,Ann,CTO,Acme,,2020-01-01,2021-01-01,register\nstarts,Ann,CTO,Acme,,2021-01-02,..,register\n"
)


def run(folder: Path, text: str, *arguments: str) -> Result:
    """Check a table in a file whose name has a space."""
    file = folder / "role changes.csv"
    file.write_text(text, "utf-8")
    return CliRunner().invoke(main, ["--data", str(file), "check", *arguments], catch_exceptions=False)


def document(folder: Path, text: str, format: str) -> dict[str, object]:
    """Check a table and read what it gives."""
    made: dict[str, object] = json.loads(run(folder, text, "--format", format).stdout)
    return made


def validate(found: object) -> None:
    """Hold a document against the part of the published schema that is about checks."""
    schema = answers_schema()
    jsonschema.validate(found, {"$ref": "#/$defs/check", "$defs": schema["$defs"]})


def test_json_names_the_path_the_days_and_the_rows(tmp_path: Path) -> None:
    found = document(tmp_path, CYCLE, "json")
    validate(found)
    (cycle,) = (finding for finding in found["findings"] if finding["code"] == "cycle")  # type: ignore[attr-defined]  # JSON
    assert sorted(node["name"] for node in cycle["nodes"]) == ["Ann", "Bob"]
    assert (cycle["since"], cycle["until"]) == ("2024-03-01", "2024-06-01")
    assert [Path(place["file"]).name for place in cycle["places"]] == ["role changes.csv"] * 2
    assert [place["line"] for place in cycle["places"]] == [4, 5]
    assert len(cycle["changes"]) == 2


def test_a_store_remembers_where_the_rows_were_read(tmp_path: Path) -> None:
    from orggraph import open as opened
    from orggraph.documents import check_document

    file = tmp_path / "a.csv"
    file.write_text(CYCLE, "utf-8")
    opened(str(tmp_path / "s")).load(str(file))
    org = opened(str(tmp_path / "s"))
    found = check_document(org, org.check())
    validate(json.loads(json.dumps(found)))
    assert [f["places"] for f in found["findings"] if f["code"] == "cycle"] == [  # type: ignore[attr-defined]  # JSON
        [{"file": str(file), "line": 4}, {"file": str(file), "line": 5}]
    ]


# ---- SARIF 2.1.0, by section of the standard


def check_sarif(log: dict[str, object]) -> None:
    """Assert what OASIS SARIF 2.1.0 demands of a log, as far as we write one."""
    assert log["version"] == "2.1.0"  # 3.13.2
    assert str(log["$schema"]).endswith("sarif-schema-2.1.0.json")  # 3.13.3
    assert isinstance(log["runs"], list) and log["runs"]  # 3.13.4
    for part in log["runs"]:
        rules = part["tool"]["driver"]["rules"]  # 3.18.2, 3.19.2
        assert part["tool"]["driver"]["name"] == "orggraph"
        assert len({rule["id"] for rule in rules}) == len(rules)  # 3.19.23: unique items
        assert all(rule["shortDescription"]["text"] for rule in rules)  # 3.49.9
        assert part["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")  # 3.14.17
        for result in part["results"]:
            _check_result(result, rules)


def _check_result(result: dict[str, object], rules: list[dict[str, object]]) -> None:
    assert result["message"]["text"]  # type: ignore[index]  # 3.27.11: a result has a message
    assert result["level"] in ("none", "note", "warning", "error")  # 3.27.10
    assert rules[result["ruleIndex"]]["id"] == result["ruleId"]  # type: ignore[index]  # 3.27.6
    assert all(isinstance(value, str) for value in result["partialFingerprints"].values())  # type: ignore[attr-defined]  # 3.27.17
    for location in [*result.get("locations", []), *result.get("relatedLocations", [])]:  # type: ignore[misc]  # 3.27.12
        assert {"physicalLocation", "logicalLocations"} & set(location)
        if "physicalLocation" in location:  # 3.29
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            assert re.fullmatch(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+", uri)  # 3.4.3: a URI reference (RFC 3986)
            assert location["physicalLocation"].get("region", {"startLine": 1})["startLine"] >= 1  # 3.30.5
        for logical in location.get("logicalLocations", []):  # 3.33
            assert logical["name"] and logical["fullyQualifiedName"] and logical["kind"]
    ids = [location["id"] for location in result.get("relatedLocations", [])]  # type: ignore[attr-defined]  # 3.28.2
    assert len(set(ids)) == len(ids) and all(number >= 0 for number in ids)


def test_sarif_names_the_rule_the_rows_and_the_people(tmp_path: Path) -> None:
    log = document(tmp_path, CYCLE, "sarif")
    check_sarif(log)
    (result,) = (r for r in log["runs"][0]["results"] if r["ruleId"] == "cycle")  # type: ignore[index]  # JSON
    physical = result["locations"][0]["physicalLocation"]
    assert unquote(urlsplit(physical["artifactLocation"]["uri"]).path) == str(tmp_path / "role changes.csv")
    assert physical["region"] == {"startLine": 4}
    assert result["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 5}
    assert sorted(node["name"] for node in result["locations"][0]["logicalLocations"]) == ["Ann", "Bob"]
    assert (result["properties"]["since"], result["properties"]["until"]) == ("2024-03-01", "2024-06-01")


def test_sarif_of_what_cannot_be_read_and_of_nothing(tmp_path: Path) -> None:
    check_sarif(sarif([], {}))
    odd = [Finding("error", "no", "a b.csv", 3, "bad-value"), Finding("note", "no", code=""),
           Finding("warning", "no", code="shacl", nodes=(Concerned("urn:a", "A"),))]  # fmt: skip
    check_sarif(sarif(odd, {}))


def test_every_check_is_a_described_rule() -> None:
    assert set(CHECKS) <= set(RULES)


def test_real_findings_are_good_documents(shared: Path) -> None:
    org = OrgGraph()
    org.load(shared / "ifg_ministers", keep_going=True)
    findings = org.check()
    log = sarif(findings, org.changes(change for finding in findings for change in finding.changes))
    check_sarif(log)
    results = log["runs"][0]["results"]  # type: ignore[index]  # JSON
    located = [r for r in results if r["ruleId"] == "outside-life"]
    assert located and all(r["locations"][0]["physicalLocation"]["region"]["startLine"] > 1 for r in located)


# ---- the exit code


EXITS = [
    (CYCLE, [], 0), (CYCLE, ["--fail-on", "warning"], 1), (CYCLE, ["--exit-code"], 1), (CYCLE, ["--strict"], 1),
    (GAP, ["--fail-on", "warning"], 0), (GAP, ["--fail-on", "note"], 1), (GAP, ["--strict", "--fail-on", "note"], 1),
    (HEADER + "starts,Ann,CTO,Acme,,2020-01-01,..,register\n", ["--fail-on", "note"], 0),
]  # fmt: skip


@pytest.mark.parametrize("text, arguments, code", EXITS, ids=[str(n) for n in range(len(EXITS))])
def test_the_exit_code_follows_the_gravest_finding(tmp_path: Path, text: str, arguments: list[str], code: int) -> None:
    for format in ("text", "json", "sarif"):
        assert run(tmp_path, text, "--format", format, *arguments).exit_code == code


def test_shapes_on_the_command_line(tmp_path: Path) -> None:
    shape = tmp_path / "s.ttl"
    shape.write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
        "<urn:s> a sh:NodeShape ; sh:targetClass foaf:Person ; sh:property [ sh:path foaf:mbox ; sh:minCount 1 ] .",
        "utf-8",
    )
    told = run(tmp_path, CYCLE, "--shapes", str(shape), "--shapes", "shipped", "--as-of", "2024-04-01")
    assert "error: Ann: foaf:mbox: " in told.stdout and "2 errors, 1 warning" in told.stdout
    assert told.exit_code == 1
    assert run(tmp_path, CYCLE, "--as-of", "2024-04-01").exit_code == 2
    refused = run(tmp_path, CYCLE, "--shapes", str(tmp_path / "none.ttl"))
    assert "none.ttl: the shapes cannot be read: No such file" in refused.stderr


def test_a_selection_of_sources_is_what_is_checked(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(CYCLE, "utf-8")
    alone = ["--data", str(tmp_path / "a.csv"), "--sources", "register", "check"]
    assert CliRunner().invoke(main, alone, catch_exceptions=False).stdout == "everything fits together\n"


def test_what_a_reader_finds_odd_is_listed_with_its_row(shared: Path) -> None:
    """Organograms in which posts report to themselves or to no post of the table."""
    files = sorted((shared / "uk_organograms").glob("*-senior.csv"))
    data = [word for file in files for word in ("--data", str(file))]
    told = CliRunner().invoke(main, [*data, "--keep-going", "check", "--format", "sarif"], catch_exceptions=False)
    log = json.loads(told.stdout)
    check_sarif(log)
    odd = [result for result in log["runs"][0]["results"] if result["level"] == "warning"]
    assert odd and all(result["locations"][0]["physicalLocation"]["region"]["startLine"] > 1 for result in odd)


def test_the_output_goes_into_a_file(tmp_path: Path) -> None:
    path = tmp_path / "found.sarif"
    assert run(tmp_path, CYCLE, "--format", "sarif", "-o", str(path)).stdout == ""
    check_sarif(json.loads(path.read_text("utf-8")))
