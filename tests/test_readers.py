"""Tests of the pages on readers: every example runs and shows what the page says, and no column is left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import screen
from click.testing import CliRunner

from orggraph.changes import FIELDS, KINDS
from orggraph.cli import main
from orggraph.cli.readers import page_of, pages
from orggraph.sources import FORMATS, ifg, mapping, organograms, popolo, rosters, sigs, staff, tenures

PAGES = pages()
RUN = sorted(name for name, page in PAGES.items() if screen.files_of(page.text))
OWN = {page_of(format).name for format in FORMATS} | {"mapping", "w3c-org", "schema-org", "git-history"}
SECTIONS = ("What it is", "What is read", "Example", "Silence, last days, identity", "What is reported", "Options",
            "What it cannot do")  # fmt: skip


@pytest.mark.parametrize("name", RUN)
def test_every_example_shows_what_the_page_says(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ORGGRAPH_STORE", raising=False)
    page = PAGES[name].text
    screen.written(page, tmp_path)
    examples = screen.examples_of(page)
    assert examples
    for command, expected in examples:
        shown = screen.shown_by(command)
        assert screen.matches(shown, expected), f"{command}\n{shown}"


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_has_a_page_with_an_example(format: str) -> None:
    assert page_of(format).name in RUN


@pytest.mark.parametrize("name", sorted(OWN))
def test_every_page_has_the_same_sections(name: str) -> None:
    assert tuple(re.findall(r"^## (.*)$", PAGES[name].text, re.MULTILINE)) == SECTIONS


SAID = {
    "role-changes": [*FIELDS, *KINDS],
    "tenures": [*tenures.ALIASES, "from", "start", "until", "end"],
    "rosters": [*rosters.WORDS.keys() & {*staff.WORDS, *tenures.ALIASES, "day", "date"}, *staff.ATTRIBUTES],
    "uk-organograms": [*organograms.SENIOR, *organograms.JUNIOR, *organograms.KEPT],
    "kubernetes-sigs": [*sigs.SECTIONS, sigs.REPRESENTATIVE, sigs.EMERITI],
    "popolo": popolo.LISTS,
    "mapping": [*mapping.SETTINGS],
    "ifg-ministers": ifg.TABLES,
}
_NOT_SAID = {"reports_to_email"}
"""A word of the mapping, which no table bears."""


@pytest.mark.parametrize("name", SAID)
def test_the_page_names_every_column(name: str) -> None:
    text = PAGES[name].text
    said = {word for quoted in re.findall(r"`([^`\n]+)`", text) for word in (quoted, quoted.strip("[]"))}
    assert sorted({*SAID[name]} - said - _NOT_SAID) == []


def test_the_list_has_a_line_for_each_page() -> None:
    shown = CliRunner().invoke(main, ["readers"], catch_exceptions=False).stdout.splitlines()
    assert shown == [f"{name}\t{page.title}" for name, page in PAGES.items()]


@pytest.mark.parametrize(
    "word, name",
    [("roster", "rosters"), ("rosters", "rosters"), ("json-lines", "role-changes"), ("organogram", "uk-organograms"),
     ("sigs", "kubernetes-sigs"), ("ifg", "ifg-ministers"), ("wikidata", "mapping"), ("rdf", "rdf")],
)  # fmt: skip
def test_a_page_is_found_by_a_word_of_its_name_or_title(word: str, name: str) -> None:
    done = CliRunner().invoke(main, ["readers", word], catch_exceptions=False)
    assert (done.exit_code, done.stdout) == (0, PAGES[name].text)


def test_a_word_that_is_on_no_page_or_on_several_is_an_error() -> None:
    done = CliRunner().invoke(main, ["readers", "rostrs"], catch_exceptions=False)
    assert (done.exit_code, done.stderr) == (1, "error: there is no page on 'rostrs' (did you mean 'rosters'?)\n")
    several = CliRunner().invoke(main, ["readers", "or"], catch_exceptions=False)
    assert "did you mean" in several.stderr and " or " in several.stderr
    misused = CliRunner().invoke(main, ["readers", "roster", "--format", "json"])
    assert misused.exit_code == 2
