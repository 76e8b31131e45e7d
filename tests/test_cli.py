"""The command line: what stands where, the sentences, the errors and the exit codes."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orggraph.changes import FIELDS
from orggraph.cli import SECTIONS, evidence, main
from orggraph.cli.load import record
from orggraph.results import answers_schema

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = str(ROOT / "data" / "anthropic.csv")
COMMANDS = [name for names in SECTIONS.values() for name in names]
AMODEI = ["reports", "Daniela Amodei", "--as-of"]

COMPANY = """\
kind,person,post,unit,organization,reports_to,line,effective,until,source
created,,CMO,,Acme,,,2024-01-01,,register
starts,Grace,CEO,,Acme,,,2020-01-01,..,register
starts,Ada,CTO,Engineering,Acme,Grace,,2024-01-01,..,register
starts,Linus,Developer,Engineering,Acme,Ada,,2024-03-01,..,register
starts,Margo,Tester,Engineering,Acme,Ada,,2024-03-01,..,register
reports,Linus,,,Acme,Grace,dotted,2024-03-01,..,register
"""
BAD = """\
kind,person,post,organization,effective,until
starts,Ada,CTO,Acme,2021-02-30,
starts,,CTO,Acme,2021-02-03,
starts,Bob,CFO,Acme,2021-02-03,2020-01-01
starts,Eve,CEO,Acme,2021-02-03,
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder, without any colour or store of the outside."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ORGGRAPH_STORE", raising=False)
    (tmp_path / "acme.csv").write_text(COMPANY, "utf-8")
    (tmp_path / "bad.csv").write_text(BAD, "utf-8")

    def invoke(*arguments: str, stdin: bytes | None = None) -> Result:
        return CliRunner().invoke(main, list(arguments), input=stdin, catch_exceptions=False)

    return invoke


def sample(run: Run, *arguments: str) -> Result:
    """Ask the sample."""
    return run("--data", SAMPLE, *arguments)


def sample_and_other(run: Run, *arguments: str) -> Result:
    """Ask the sample, and beside it a row that makes a second post of the name CTO, with a holder who left."""
    other = Path("other.csv")
    other.write_text("kind,person,post,organization,effective\nends,Cy Young,CTO,Stripe,../2025-10-03\n", "utf-8")
    return run("--data", SAMPLE, "--data", str(other), *arguments)


# ---- the seed case


def test_reports_are_certain_after_the_announcement(run: Run) -> None:
    result = sample(run, *AMODEI, "2025-10-03", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert [(row["name"], row["post"], row["certainty"], row["since"]) for row in rows] == [
        ("Rahul Patil", "CTO", "certain", "2025-09-29/2025-10-02"),
        ("Sam McCandlish", "Chief Architect", "certain", "2025-09-29/2025-10-02"),
    ]
    assert all("https://knowtechie.com/anthropic-hires-stripe-cto/" in row["sources"] for row in rows)
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("command", "sentence", "rows"),
    [
        ([*AMODEI, "2025-09-30"], "On 2025-09-30 nobody is certain to report to Daniela Amodei; 2 possibly do:", 2),
        ([*AMODEI, "2025-09-30", "--certain"],
         "On 2025-09-30 nobody is certain to report to Daniela Amodei; 2 possibly do (--possible lists them).", 0),
        ([*AMODEI, "2025-09-01"], "On 2025-09-01 nobody is known to report to Daniela Amodei.", 0),
        (["managers", "Sam McCandlish", "--as-of", "2025-09-01"],
         "On 2025-09-01 it is unknown to whom Sam McCandlish reports (possibly CTO, Anthropic).", 0),
        (["managers", "Rahul Patil", "--as-of", "2025-09-30"],
         "On 2025-09-30 nobody is certain to be whom Rahul Patil reports to; 1 is possible:", 1),
        (["chain", "Daniela Amodei", "--as-of", "2025-10-03"],
         "On 2025-10-03 it is unknown to whom Daniela Amodei reports (President, Anthropic).", 0),
        (["holders", "CTO, Anthropic", "--as-of", "2025-10-01"],
         "On 2025-10-01 CTO, Anthropic is filled for certain, although no holder is certain; 2 are possible:", 2),
        (["holders", "CTO, Anthropic", "--as-of", "2025-09-01"],
         "On 2025-09-01 nobody is certain to hold CTO, Anthropic, and whether it is filled is unknown; "
         "1 possibly does:", 1),
        (["holders", "CTO, Stripe", "--as-of", "2025-10-03"],
         "On 2025-10-03 it is unknown who holds CTO, Stripe, if anybody does.", 0),
        (["holders", "Chief Architect", "--as-of", "2025-09-01"], "On 2025-09-01 there is no Chief Architect", 0),
        (["members", "Stripe", "--as-of", "2025-09-01"],
         "On 2025-09-01 nobody is certain to be a member of Stripe; 1 possibly is:", 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)  # fmt: skip
def test_sentence_instead_of_an_empty_table(run: Run, command: list[str], sentence: str, rows: int) -> None:
    table = sample_and_other(run, *command, "--format", "table")
    assert table.stdout.startswith(sentence)
    assert table.exit_code == 0
    plain = sample_and_other(run, *command)
    lines = plain.stdout.splitlines()
    assert lines[0].startswith(f"# {sentence}")
    assert len(lines) == 1 + rows
    document = json.loads(sample_and_other(run, *command, "--format", "json").stdout)
    assert document["notes"][0].startswith(sentence.removesuffix(":"))
    assert len(document["rows"]) == rows
    lines = sample_and_other(run, *command, "--format", "ndjson")
    assert len(lines.stdout.splitlines()) == rows
    assert lines.stderr.startswith(sentence)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["holders", "CMO", "--as-of", "2024-01-01"], "On 2024-01-01 CMO, Acme is vacant: nobody is known to hold it."),
        (["holders", "CMO", "--as-of", "2023-12-31"], "On 2023-12-31 there is no CMO, Acme."),
        (["managers", "Linus", "--as-of", "2023-06-01"], "Linus is not there on 2023-06-01."),
        (["reports", "Linus", "--as-of", "2023-06-01"],
         "On 2023-06-01 nobody is known to report to Linus, who is not there on that day."),
        (["members", "Engineering", "--as-of", "2019-06-01"],
         "On 2019-06-01 nobody is known to be a member of Engineering itself."),
    ],
)  # fmt: skip
def test_absence_has_a_reason(run: Run, command: list[str], sentence: str) -> None:
    assert run("--data", "acme.csv", *command, "--format", "table").stdout == f"{sentence}\n"


def test_table_fits_a_screen_and_lists_its_sources(run: Run) -> None:
    result = sample(run, *AMODEI, "2025-10-03", "--format", "table")
    assert result.stdout.splitlines()[0].split() == ["name", "post", "certainty", "since", "until", "sources"]
    assert result.stdout.endswith(
        "\n[1] https://knowtechie.com/anthropic-hires-stripe-cto/\n"
        "[2] other coverage of the announcement on 2025-10-02\n"
    )
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_all_below_have_a_depth_and_dotted_lines_are_named(run: Run) -> None:
    result = run("--data", "acme.csv", "reports", "Grace", "--all", "--as-of", "2024-03-01", "--format", "json")
    rows = {(row["name"], row["depth"], row["line"]) for row in json.loads(result.stdout)["rows"]}
    assert rows == {("Ada", 1, "direct"), ("Linus", 1, "dotted"), ("Margo", 2, "direct")}
    table = run("--data", "acme.csv", "reports", "Grace", "--as-of", "2024-03-01", "--format", "table").stdout
    assert "line" in table.splitlines()[0]


def test_strict_makes_the_presumed_possible(run: Run) -> None:
    asked = ("--data", "acme.csv", "reports", "Ada", "--as-of", "2025-01-01")
    assert run(*asked).stdout.split("\t")[6] == "presumed"
    assert run(*asked, "--strict").stdout.startswith("# On 2025-01-01 nobody is certain to report to Ada; 2 possibly")


def test_explain_names_role_changes_and_quotes(run: Run) -> None:
    result = sample(run, *AMODEI, "2025-10-03", "--explain")
    assert "anthropic.csv:4" in result.stdout
    assert '"Anthropic has hired Patil as chief technology officer' in result.stdout
    refused = sample(run, *AMODEI, "2025-10-03", "--explain", "--format", "json")
    assert (refused.exit_code, refused.stdout) == (2, "")


HIRED = [
    "anthropic.csv:4)", '"Anthropic has hired Patil as chief technology officer', "confirmed 2025-10-03",
    "source: https://knowtechie.com/anthropic-hires-stripe-cto/@2025-10-03",
]  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ["managers", "Rahul Patil", "--as-of", "2025-10-03"],
        ["chain", "Rahul Patil", "--as-of", "2025-10-03"],
        ["holders", "CTO", "--as-of", "2025-10-03"],
        ["members", "Anthropic", "--as-of", "2025-10-03"],
        ["history", "Rahul Patil"],
        ["history", "Rahul Patil", "--format", "table"],
        ["diff", "2025-09-01", "2025-10-03"],
        ["chart", "--as-of", "2025-10-03", "--format", "dot"],
        ["query", "reports", "--as-of", "2025-10-03"],
        ["query", "holders_over_time"],
        ["query", "-e", 'SELECT ?who { ?who org:holds/rdfs:label "CTO" }', "--as-of", "2025-10-03"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
def test_every_answer_can_be_explained(run: Run, words: list[str]) -> None:
    result = sample(run, *words, "--explain")
    told = result.stdout + result.stderr
    assert result.exit_code == 0
    assert [piece for piece in HIRED if piece not in told] == []
    assert "membership, since" in told or "line, since" in told


@pytest.mark.parametrize("command", ["reports", "diff"])
def test_an_answer_about_a_hub_rests_on_the_same(run: Run, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    words = [*AMODEI, "2025-10-03"] if command == "reports" else ["diff", "2025-09-01", "2025-10-03"]
    told = []
    for most in (1_000, 0):
        monkeypatch.setattr(evidence, "HUB", most)
        shown = sample(run, *words, "--explain").stdout
        told.append(re.sub(r"\bfact \w{20}", "fact", shown))  # an identity has the recorded time in it
    assert told[0] == told[1]


def test_of_many_facts_not_all_are_explained(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ["query", "-e", 'SELECT ?acme { ?acme rdfs:label "Anthropic" }', "--as-of", "2025-10-03", "--explain"]
    monkeypatch.setattr(evidence, "MOST", 2)
    told = sample(run, *asked).stderr
    assert told.count("\n  fact ") == 2
    assert re.search(r"… and \d+ more facts \(orggraph history lists them\)", told)


def test_what_has_no_facts_of_its_own_is_said_to_have_none(run: Run) -> None:
    told = sample(run, "query", "-e", 'SELECT ("x" AS ?a) {}', "--as-of", "2025-10-03", "--explain").stderr
    assert "x: the row names nobody by IRI" in told


def test_what_is_counted_is_explained_by_source(run: Run) -> None:
    told = sample(run, "stats", "--as-of", "2025-10-03", "--explain").stdout
    rows = {tuple(line.split()[:5]) for line in told.splitlines() if "knowtechie" in line}
    assert ("membership", "3", "0", "0", "2025-10-03") in rows and ("line", "2", "0", "0", "2025-10-03") in rows


@pytest.mark.parametrize("words", [["stats"], ["history", "Rahul Patil"]])
def test_an_explanation_is_for_people(run: Run, words: list[str]) -> None:
    refused = sample(run, *words, "--explain", "--format", "json")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--explain is written for people, not as json" in refused.stderr


def test_json_has_the_published_shape(run: Run) -> None:
    document = json.loads(sample(run, *AMODEI, "2025-10-03", "--format", "json").stdout)
    schema = answers_schema()
    assert sorted(document) == sorted(schema["required"])
    assert sorted(document["rows"][0]) == sorted(schema["$defs"]["row"]["required"])
    assert (document["as_of"], document["recorded_by"]) == ("2025-10-03", None)


def test_today_is_the_default_day(run: Run) -> None:
    asked = ("reports", "Daniela Amodei", "--format", "json")
    before = date.today().isoformat()
    days = [json.loads(sample(run, *asked, *more).stdout)["as_of"] for more in ((), ("--as-of", "today"))]
    assert set(days) <= {before, date.today().isoformat()}


def test_diff_tells_the_seed_case(run: Run) -> None:
    result = sample(run, "diff", "2025-09-01", "2025-10-03")
    assert "Rahul Patil joined as CTO, replacing Sam McCandlish" in result.stdout
    assert "Sam McCandlish moved to Chief Architect (new post; CTO before, since when is not known)" in result.stdout
    assert "both now report to Daniela Amodei" in result.stdout
    assert "\x1b" not in result.stdout
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("format", "begins"),
    [
        ("json", "{"), ("csv", "kind,"), ("markdown", "## "), ("rdf-patch", "TX ."), ("sparql-update", ""),
    ],
)  # fmt: skip
def test_diff_formats_and_exit_code(run: Run, format: str, begins: str) -> None:
    result = sample(run, "diff", "2025-09-01", "2025-10-03", "--format", format, "--exit-code")
    assert result.stdout.startswith(begins)
    assert result.exit_code == 1
    assert sample(run, "diff", "2025-10-03", "2025-10-03", "--exit-code").exit_code == 0


def test_chart_says_what_it_wrote(run: Run, tmp_path: Path) -> None:
    result = sample(run, "chart", "--as-of", "2025-10-03", "-o", "org.svg")
    assert (tmp_path / "org.svg").read_text("utf-8").startswith("<?xml")
    assert result.stdout == ""
    assert "org.svg: 3 people, 2 lines, as of 2025-10-03" in result.stderr
    dot = sample(run, "chart", "--as-of", "2025-10-03", "--format", "dot")
    assert dot.stdout.startswith("digraph")
    assert "note: " in dot.stderr


def test_chart_refuses_a_suffix_it_cannot_draw(run: Run, tmp_path: Path) -> None:
    result = sample(run, "chart", "-o", "org.gif")
    assert result.exit_code == 2
    assert ".svg, .png, .pdf, .dot" in result.stderr
    assert not (tmp_path / "org.gif").exists()
    assert sample(run, "chart", "--format", "dot", "-o", "no/such/place.dot").exit_code == 1


# ---- names


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["reports", "Daniel Amodei"], "did you mean 'Daniela Amodei'?"),
        (["holders", "CTO"], "CTO, Anthropic"),
        (["holders", "CTO"], "CTO, Stripe"),
        (["members", "Rahul Patil"], "no unit or organization is called 'Rahul Patil'"),
        (["chart", "--root", "Nobody"], "no entity is called 'Nobody'"),
        (["query", "reprots"], "did you mean reports?"),
        (["query", "reports", "--set", "manger=x"], "has no parameter 'manger'"),
        (["query", "-e", "SELECT ?a {", "--as-of", "2025-10-03"], "line 1, column"),
        (["query", "nothing.rq"], "there is no such file"),
        (["queries", "reprots"], "did you mean reports?"),
        ([*AMODEI, "2025-10-03", "--recorded-by", "2025-10-03"], "--recorded-by needs a store"),
    ],
)
def test_errors_of_ours_exit_with_1(run: Run, command: list[str], message: str) -> None:
    result = sample_and_other(run, *command)
    assert result.stderr.startswith("error: ")
    assert message in result.stderr
    assert (result.exit_code, result.stdout) == (1, "")


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["reprots"], "Did you mean 'reports'?"),
        (["reports"], "Missing argument 'PERSON|POST'"),
        ([*AMODEI, "03/10/2025"], "'03/10/2025' is not a day (expected YYYY-MM-DD, or today)"),
        ([*AMODEI, "2025-02-30"], "'2025-02-30' is not a day"),
        ([*AMODEI, "2025-10"], "'2025-10' is not a day"),
        ([*AMODEI, "2025-10-03", "--recorded-by", "soon"], "'soon' is not a recorded time"),
        (["diff", "2025-09-01", "someday"], "'someday' is not a day"),
        (["diff", "2025-09-01", "2025-10-03", "--as-of", "2025-10-03"], "--as-of goes with --knowledge"),
        (["query"], "a query is needed"),
        (["query", "reports", "-e", "ASK {}"], "one of them"),
        (["query", "holders_over_time", "--as-of", "2025-10-03"], "--as-of cannot be given"),
        (["query", "-e", "ASK {}", "--possible"], "--possible cannot be given"),
        (["query", "reports", "--set", "manager"], "expected NAME=VALUE"),
        (["load", "x.csv"], "--data keeps nothing"),
        (["record", "starts", "--person", "Ada"], "--data keeps nothing"),
        (["--store", "x", "info"], "--store cannot be given"),
        (["export", "-o", "x.docx"], "the suffix says no format"),
    ],
)
def test_wrong_usage_exits_with_2(run: Run, command: list[str], message: str) -> None:
    result = sample(run, *command)
    assert message in result.stderr
    assert (result.exit_code, result.stdout) == (2, "")


# ---- loading


def test_bad_rows_are_all_named_and_nothing_is_kept(run: Run, tmp_path: Path) -> None:
    result = run("load", "acme.csv", "bad.csv")
    lines = result.stderr.splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["bad.csv:2", "bad.csv:3", "bad.csv:4", "error"]
    assert lines[-1] == "error: nothing was loaded: 3 errors (--keep-going loads the rest)"
    assert (result.exit_code, result.stdout) == (1, "")
    assert not (tmp_path / "org.orggraph").exists()


def test_keep_going_loads_the_rest(run: Run) -> None:
    result = run("load", "bad.csv", "--keep-going")
    assert result.stderr.count("left out: bad.csv:") == 3
    assert "1 role change new, 0 known already" in result.stderr
    assert result.exit_code == 0
    assert run("holders", "CEO", "--as-of", "2021-02-03").stdout.startswith("Eve\tCEO")
    assert "left out: bad.csv:2: " in run("--data", "bad.csv", "--keep-going", "holders", "CEO").stderr


def test_a_second_load_is_nothing_new(run: Run) -> None:
    assert "6 role changes new" in run("load", "acme.csv").stderr
    assert run("load", "acme.csv").stderr == "nothing new: 6 role changes known already\n"
    assert len(json.loads(run("info", "--format", "json").stdout)["loads"]) == 1


def test_dry_run_keeps_nothing_and_shows_the_change(run: Run, tmp_path: Path) -> None:
    result = run("load", "acme.csv", "--dry-run", "--day", "2024-03-01")
    assert "would load: 6 role changes new" in result.stderr
    assert "Now known: Ada is CTO" in result.stdout
    assert not (tmp_path / "org.orggraph").exists()


@pytest.mark.parametrize("option", ["--map", "--column"])
def test_columns_are_mapped_on_the_command_line(run: Run, tmp_path: Path, option: str) -> None:
    (tmp_path / "staff.csv").write_text("Name,Job,Company,Start date\nAda,CTO,Acme,2024-01-01\n", "utf-8")
    pairs = ["person=Name", "post=Job", "organization=Company", "from=Start date"]
    options = [text for pair in pairs for text in (option, pair)]
    assert run("load", "staff.csv", *options, "--source", "HR").exit_code == 0
    assert run("holders", "CTO", "--as-of", "2024-01-01").stdout.split("\t")[10] == "HR"
    in_memory = run("--data", "staff.csv", *options, "holders", "CTO", "--as-of", "2024-01-01")
    assert in_memory.stdout.startswith("Ada\tCTO")


def test_a_mapping_file_and_columns_go_together(run: Run, tmp_path: Path) -> None:
    (tmp_path / "staff.csv").write_text("Name,Job,Begin\nAda,CTO,2024-01-01\n", "utf-8")
    (tmp_path / "staff.toml").write_text(
        '[columns]\nperson = "Name"\npost = "Job"\n[constants]\norganization = "Acme"\n', "utf-8"
    )
    assert run("load", "staff.csv", "--map", "staff.toml", "--map", "from=Begin").exit_code == 0
    assert run("load", "staff.csv", "--map", "staff.toml", "--map", "other.toml").exit_code == 2


def test_record_and_unload_are_both_recorded(run: Run) -> None:
    run("load", "acme.csv")
    bea = ("--person", "Bea", "--post", "CMO", "--organization", "Acme", "--effective", "2024-07")
    said = run("record", "starts", *bea)
    assert "1 role change new" in said.stderr
    assert run("holders", "CMO", "--as-of", "2024-08-01").stdout.startswith("Bea")
    loads = json.loads(run("info", "--format", "json").stdout)["loads"]
    assert run("unload", loads[-1]["load"][:6]).exit_code == 0
    assert "is vacant" in run("holders", "CMO", "--as-of", "2024-08-01").stdout
    known_then = run("holders", "CMO", "--as-of", "2024-08-01", "--recorded-by", loads[-1]["recorded"])
    assert known_then.stdout.startswith("Bea")
    times = [load["recorded"] for load in json.loads(run("info", "--format", "json").stdout)["loads"]][-2:]
    knowledge = run("diff", "--knowledge", "--as-of", "2024-08-01", *times, "--exit-code")
    assert "Bea" in knowledge.stdout
    assert knowledge.exit_code == 1
    assert run("unload", "nothing").exit_code == 1
    editions = json.loads(run("sources", "--format", "json").stdout)["rows"]
    assert [row["source"] for row in editions if row["taken_back"]] == ["recorded by hand"]


def test_record_has_an_option_for_every_field() -> None:
    options = {parameter.name for parameter in record.params}
    assert set(FIELDS) - options == {"occurrence", "inferred"}


def test_a_wrong_record_makes_no_store(run: Run, tmp_path: Path) -> None:
    result = run("record", "starts", "--person", "Bea", "--effective", "2024-07")
    assert result.stderr == "error: 'starts' needs one of post, role, unit, organization\n"
    assert not (tmp_path / "org.orggraph").exists()


@pytest.mark.parametrize("command", [["reports", "Ada"], ["info"], ["unload", "x"], ["query", "reports"], ["check"]])
def test_a_look_up_never_makes_a_store(run: Run, tmp_path: Path, command: list[str]) -> None:
    result = run(*command)
    assert "org.orggraph: there is no store here (make one first: orggraph load FILE…" in result.stderr
    assert result.exit_code == 1
    assert "orggraph --store elsewhere load" in run("--store", "elsewhere", *command).stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["acme.csv", "bad.csv"]


def test_the_store_of_the_environment(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORGGRAPH_STORE", "here")
    run("load", "acme.csv")
    assert (tmp_path / "here" / "store.json").exists()
    assert run("info").stdout.startswith("store             here\n")


@pytest.mark.parametrize("suffix", [".ttl", ".trig", ".nq", ".nt", ".jsonld", ".csv", ".jsonl"])
def test_an_export_is_loaded_back(run: Run, suffix: str) -> None:
    assert sample(run, "export", "-o", f"all{suffix}").stderr.startswith(f"all{suffix}: 10 role changes as ")
    assert "10 role changes new" in run("load", f"all{suffix}").stderr
    asked = (*AMODEI, "2025-10-03")
    assert run(*asked).stdout == sample(run, *asked).stdout


# ---- queries and the rest


@pytest.mark.parametrize("day", ["2025-10-03", None])
def test_queries_of_the_library(run: Run, day: str | None) -> None:
    if day:
        result = sample(run, "query", "reports", "--as-of", day, "--set", "manager=Daniela Amodei", "--format", "csv")
        assert [row[1] for row in csv.reader(io.StringIO(result.stdout))][1:] == ["Rahul Patil", "Sam McCandlish"]
    else:
        result = sample(run, "query", "holders_over_time", "--set", "post=CTO, Anthropic")
        assert [line.split("\t")[1] for line in result.stdout.splitlines()] == ["Sam McCandlish", "Rahul Patil"]
    assert (result.exit_code, result.stderr) == (0, "")


def test_free_queries(run: Run, tmp_path: Path) -> None:
    text = "SELECT ?name { ?who org:reportsTo/foaf:name ?boss ; foaf:name ?name }"
    (tmp_path / "who.rq").write_text(text, "utf-8")
    day = ("--as-of", "2025-10-03")
    asked = sample(run, "query", "-e", text, *day, "--set", 'boss="Daniela Amodei"')
    assert asked.stdout == "Rahul Patil\nSam McCandlish\n"
    assert sample(run, "query", "who.rq", *day).stdout == asked.stdout
    assert run("--data", SAMPLE, "query", "-", *day, stdin=text.encode()).stdout == asked.stdout
    assert sample(run, "query", "-e", "ASK { ?a org:reportsTo ?b }", *day).stdout == "yes\n"
    graph = sample(run, "query", "-e", "CONSTRUCT WHERE { ?a org:reportsTo ?b }", *day)
    assert "org:reportsTo" in graph.stdout
    limited = sample(run, "query", "who.rq", *day, "--limit", "1")
    assert limited.stdout.count("\n") == 1
    assert limited.stderr.startswith("warning: only the first 1 results")


def test_possible_widens_a_query(run: Run) -> None:
    asked = ("query", "reports", "--as-of", "2025-09-30", "--set", "manager=Daniela Amodei")
    assert sample(run, *asked).stderr.endswith("no results\n")
    assert sample(run, *asked, "--possible").stdout.count("\n") == 2


def test_queries_lists_and_shows(run: Run) -> None:
    listed = run("queries").stdout
    assert "reports\tsnapshot\tmanager\tWho reports to a person or post?" in listed
    shown = run("queries", "reports").stdout
    assert "--set manager=" in shown
    assert "SELECT" in shown


def test_history_tells_periods_and_sources(run: Run) -> None:
    document = json.loads(sample(run, "history", "Sam McCandlish", "--format", "json").stdout)
    held = next(row for row in document["rows"] if row["what"] == "Sam McCandlish: CTO, Anthropic")
    assert (held["since"], held["until"]) == ("unknown", "2025-09-29/2025-10-02")
    assert held["sources"] == [
        "https://knowtechie.com/anthropic-hires-stripe-cto/", "other coverage of the announcement on 2025-10-02",
    ]  # fmt: skip
    table = sample(run, "history", "Sam McCandlish", "--format", "table", "--explain").stdout
    assert "superseded" not in table
    assert '"Announced on Thursday' in table


def test_stats_info_and_sources(run: Run) -> None:
    assert json.loads(sample(run, "stats", "--as-of", "2025-10-03", "--format", "json").stdout)["people"] == 3
    assert "tops" in sample(run, "stats", "--as-of", "2025-10-03").stdout
    assert json.loads(sample(run, "info", "--format", "json").stdout)["role_changes"] == 10
    assert [row["changes"] for row in json.loads(sample(run, "sources", "--format", "json").stdout)["rows"]] == [9, 1]


def test_check_exits_like_a_linter(run: Run, tmp_path: Path) -> None:
    assert (sample(run, "check").stdout, sample(run, "check").exit_code) == ("everything fits together\n", 0)
    cycle = COMPANY + "reports,Grace,,,Acme,Linus,,2024-05-01,..,gossip\n"
    (tmp_path / "cycle.csv").write_text(cycle, "utf-8")
    found = run("--data", "cycle.csv", "check")
    assert found.stdout.startswith("warning: ")
    assert "[cycle]" in found.stdout
    assert found.exit_code == 0
    assert run("--data", "cycle.csv", "check", "--exit-code").exit_code == 1
    assert run("--data", "cycle.csv", "check", "--strict", "--format", "json").exit_code == 1
    left_out = run("--data", "bad.csv", "--keep-going", "check")
    assert "error: bad.csv:2: " in left_out.stdout
    assert left_out.exit_code == 1


# ---- the whole


def test_version_and_help(run: Run) -> None:
    assert re.fullmatch(r"orggraph \d+\.\d+\S*\n", run("--version").stdout)
    text = run("-h").stdout
    assert all(f"  {name} " in text for name in COMMANDS)
    assert "_ORGGRAPH_COMPLETE" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(run: Run, name: str) -> None:
    text = run(name, "--help").stdout
    assert f"orggraph {name}" in text.partition("\n")[2] or f" {name} " in text.partition("\n")[2], "an example"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_readme(name: str) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert re.search(rf"\borggraph\b[^\n]* {name}\b", readme), f"README.md does not show: orggraph {name}"


# ---- real processes


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **more}


def test_as_a_module_in_a_pipe() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "orggraph", "--data", SAMPLE, *AMODEI, "2025-10-03"],
        capture_output=True, text=True, env=_environment(), check=True,
    )  # fmt: skip
    assert [line.split("\t")[0] for line in done.stdout.splitlines()] == ["Rahul Patil", "Sam McCandlish"]
    assert done.stderr == ""


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path, unbuffered: str) -> None:
    rows = "".join(f"starts,Person {n},Post {n},Acme,2020-01-01,{'x' * 200}\n" for n in range(2000))
    (tmp_path / "many.csv").write_text(f"kind,person,post,organization,effective,quote\n{rows}", "utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "orggraph", "--data", "many.csv", "export", "--format", "csv"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, env=_environment(PYTHONUNBUFFERED=unbuffered),
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(100)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 141


def test_an_interrupt_ends_quietly(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "slow.csv")
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs in the background ignores it
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "orggraph", "--data", "slow.csv", "info"],
            stderr=subprocess.PIPE, cwd=tmp_path, env=_environment(PYTHONWARNINGS=""),  # the file is left open
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)
    with (tmp_path / "slow.csv").open("w", encoding="utf-8"):  # opens once the command reads, and then keeps it waiting
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
    assert process.stderr is not None
    with process.stderr as said:
        assert said.read() == b""


def _on_terminal(*arguments: str, cwd: Path, **environment: str) -> tuple[int, str]:
    """Run with a terminal for standard output and error; give the exit code and what it shows."""
    master, slave = pty.openpty()
    more = {"TERM": "xterm", "NO_COLOR": "", **environment}
    process = subprocess.Popen(
        [sys.executable, "-m", "orggraph", *arguments], stdout=slave, stderr=slave, cwd=cwd, env=_environment(**more)
    )
    os.close(slave)
    shown = b""
    while True:
        try:
            part = os.read(master, 65536)
        except OSError:  # how Linux tells that the other side has closed
            break
        if not part:
            break
        shown += part
    os.close(master)
    return process.wait(), shown.decode().replace("\r\n", "\n")


def test_a_terminal_gets_a_table_and_colours(tmp_path: Path) -> None:
    code, shown = _on_terminal("--data", SAMPLE, *AMODEI, "2025-10-03", cwd=tmp_path)
    assert shown.startswith("name ")
    assert code == 0
    changes = ("--data", SAMPLE, "diff", "2025-09-01", "2025-10-03")
    assert "\x1b[32m+\x1b[0m Rahul Patil joined" in _on_terminal(*changes, cwd=tmp_path)[1]
    assert "\x1b" not in _on_terminal(*changes, cwd=tmp_path, NO_COLOR="1")[1]
    assert "\x1b" not in _on_terminal(*changes, cwd=tmp_path, TERM="dumb")[1]


def test_a_terminal_gets_no_binary(tmp_path: Path) -> None:
    code, shown = _on_terminal("--data", SAMPLE, "chart", "--format", "png", cwd=tmp_path)
    assert shown.startswith("error: png is not written to a terminal (expected -o FILE, or a pipe)")
    assert code == 1


NASTY = "Eve\x1b[2J\u202ekcaB\u009b31m"


@pytest.mark.parametrize(
    "command",
    [
        ["members", "Acme", "--as-of", "2024-01-01"],
        ["members", "Acme", "--as-of", "2024-01-01", "--format", "json"],
        ["members", "Acme", "--as-of", "2024-01-01", "--format", "csv"],
        ["members", "Acme", "--as-of", "2024-01-01", "--explain"],
        ["reports", NASTY, "--as-of", "2023-01-01"],
        ["reports", "Evé" + NASTY],
        ["history", "Acme"],
        ["history", NASTY],
        ["diff", "2023-01-01", "2024-01-01"],
        ["diff", "2023-01-01", "2024-01-01", "--format", "markdown"],
        ["diff", "2023-01-01", "2024-01-01", "--format", "json"],
        ["query", "-e", "SELECT ?o { ?s foaf:name ?o }", "--as-of", "2024-01-01"],
        ["stats", "--as-of", "2024-01-01"],
        ["sources"],
        ["info"],
        ["check"],
        ["export", "--format", "csv"],
        ["export"],
        ["chart", "--as-of", "2024-01-01", "--format", "dot"],
    ],
    ids=lambda command: " ".join(word for word in command if word.isascii()),
)
def test_a_name_never_steers_the_terminal(tmp_path: Path, command: list[str]) -> None:
    line = {"kind": "starts", "person": NASTY, "post": NASTY, "organization": "Acme", "effective": "2024-01-01",
            "reports_to": NASTY + "2", "source": NASTY, "quote": NASTY}  # fmt: skip
    (tmp_path / "nasty.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
    _, shown = _on_terminal("--data", "nasty.jsonl", *command, cwd=tmp_path, NO_COLOR="1")
    assert shown
    own = "\r\x1b[K"  # how progress is shown and taken away again, where something takes longer than a second
    assert not set(shown.replace(own, "")) & set("\x1b\u202e\u009b")


def test_answers_of_some_sources_or_up_to_a_day(run: Run) -> None:
    article = "https://knowtechie.com/anthropic-hires-stripe-cto/"
    alone = run("--data", SAMPLE, "--sources", article, "holders", "CTO", "--as-of", "2025-10-03", "--format", "json")
    assert [row["since"] for row in json.loads(alone.stdout)["rows"]] == ["../2025-10-03"]
    early = run("--data", SAMPLE, "--stated-by", "2025-10-02", *AMODEI, "2025-10-03")
    assert "no person or post is called 'Daniela Amodei'" in early.stderr
    assert (early.exit_code, early.stdout) == (1, "")
    wrong = run("--data", SAMPLE, "--sources", "knowtechie", "holders", "CTO")
    assert f"known are {article}" in wrong.stderr


def test_an_order_of_trust_on_the_command_line(run: Run) -> None:
    Path("two.csv").write_text(
        "kind,person,post,organization,effective,source,stated\n"
        "starts,Ada,CTO,Acme,2024-01-01,register,2024-02-01\nstarts,Ada,CTO,Acme,2024-03-01,news,2024-04-01\n", "utf-8"
    )  # fmt: skip
    for trust, since in (("register > news", "2024-01-01"), ("news>register", "2024-03-01")):
        told = run("--data", "two.csv", "--trust", trust, "holders", "CTO", "--as-of", "2024-06-01", "--format", "json")
        assert [row["since"] for row in json.loads(told.stdout)["rows"]] == [since]


def _staff(folder: Path, name: str, people: int) -> None:
    rows = "".join(f"{number},Person {number},Acme,Post {number}\n" for number in range(people))
    (folder / name).write_text(f"person_id,person,organization,post\n{rows}", "utf-8")


def test_half_a_list_is_refused_until_it_is_allowed(run: Run, tmp_path: Path) -> None:
    _staff(tmp_path, "staff-2025-01-31.csv", 30)
    _staff(tmp_path, "staff-2025-02-28.csv", 10)
    assert run("load", "staff-2025-01-31.csv").exit_code == 0
    tried = run("load", "staff-2025-02-28.csv", "--dry-run")
    assert "would be refused without --allow-removals" in tried.stderr
    assert "left" in tried.stdout
    refused = run("load", "staff-2025-02-28.csv")
    assert refused.exit_code == 1
    assert "the list of 2025-02-28 would end 20 of the 30 memberships that 'staff' states of Acme" in refused.stderr
    assert "nothing was loaded" in refused.stderr
    assert "--keep-going" not in refused.stderr
    assert run("load", "staff-2025-02-28.csv", "--allow-removals").exit_code == 0
    assert "nothing new" in run("load", "staff-2025-02-28.csv").stderr


def test_load_needs_something_to_load(run: Run) -> None:
    assert "Missing argument 'FILE…' (or --git-history PATH)" in run("load").stderr
    assert "there is no folder" not in run("load", "--git-history", "acme.csv").stderr
    assert run("load", "--git-history", "acme.csv").exit_code == 1


@pytest.mark.parametrize(
    "arguments, code, said",
    [
        (["--as-of", "2025-10-03", "-o", "day.csv"], 0, "day.csv: the organization on 2025-10-03 as roster"),
        (["--as-of", "2025-10-03", "-o", "day.mmd"], 0, "day.mmd: the organization on 2025-10-03 as mermaid"),
        (["--as-of", "2025-10-03", "--format", "turtle"], 2, "turtle is of all of time (leave out --as-of)"),
        (["--format", "graphml"], 2, "graphml needs --as-of DAY"),
        (["--as-of", "2025-10-03", "-o", "day.ttl"], 2, "expected one of .csv, .graphml, .mmd, or --format"),
        (["-o", "all.gexf"], 0, "all.gexf: 10 role changes as gexf"),
    ],
)
def test_an_export_of_a_day_or_of_all_of_time(run: Run, arguments: list[str], code: int, said: str) -> None:
    result = sample(run, "export", *arguments)
    assert (result.exit_code, said in result.stderr) == (code, True)


def test_dry_run_says_which_days_it_is_about(run: Run, tmp_path: Path) -> None:
    (tmp_path / "past.csv").write_text(
        "kind,person,post,organization,effective,until\nstarts,Ada,CTO,Acme,2001-01-01,2002-01-01\n", "utf-8"
    )
    result = run("load", "past.csv", "--dry-run", "--day", "2001-06-01")
    assert "Now known: Ada is CTO (from 2001-01-01)" in result.stdout
    assert "known about 2001-06-01 (--day DAY compares another day; the load is about 2001-01-01 to" in result.stderr


def test_what_a_table_does_not_say_is_said_on_the_command_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "staff-2025-01-31.csv").write_bytes("Name,Title,Desk\nZoë,CTO,7\n".encode("cp1252"))
    options = ["--organization", "Acme", "--encoding", "cp1252", "--extra", "Desk"]
    assert run("load", "staff-2025-01-31.csv", *options).exit_code == 0
    assert run("members", "Acme", "--as-of", "2025-01-31").stdout.startswith("Zoë\tCTO")
    assert "desk 7" in run("history", "Zoë").stdout.lower()
    in_memory = run("--data", "staff-2025-01-31.csv", *options, "members", "Acme", "--as-of", "2025-01-31")
    assert in_memory.stdout.startswith("Zoë\tCTO")
    keys = 'extra = ["Desk"]\nencoding = "cp1252"\n[constants]\nrole = "staff"\n'
    (tmp_path / "staff.toml").write_text(keys, "utf-8")
    mapped = run("--data", "staff-2025-01-31.csv", "--map", "staff.toml", "--organization", "Acme", "holders", "staff",
                 "--as-of", "2025-01-31")  # fmt: skip
    assert mapped.stdout.startswith("Zoë\tCTO")
    assert "--extra before the command needs --data FILE" in run("--extra", "Desk", "info").stderr
