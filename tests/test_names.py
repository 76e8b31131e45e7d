"""Names: any name ever borne finds who is meant, the name of the day is shown, and nothing is guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from orggraph.cli import main
from orggraph.errors import AmbiguousName, UnknownName
from orggraph.graph import OrgGraph
from orggraph.sources.rolechanges import WORDS

BEFORE, AFTER = "2021-01-01", "2023-01-01"
COLUMNS = ("kind", "person", "person_id", "post", "unit", "organization", "effective", "until", "reports_to", "into")
ROWS = [
    ("starts", "Ada Byron", "7", "Countess", "Works", "Acme", "2020-01-01", "", "", ""),
    ("starts", "Bob Bell", "8", "Clerk", "Works", "Acme", "2020-01-01", "", "Ada Byron", ""),
    ("renamed", "Ada Byron", "7", "", "", "Acme", "2022-01-01", "", "", "Ada King"),
    ("renamed", "Bob Bell", "8", "", "", "Acme", "2022-01-01", "", "", "Bob Brook"),
    ("renamed", "", "", "", "Works", "Acme", "2022-01-01", "", "", "Technology"),
    ("renamed", "", "", "Clerk", "", "Acme", "2022-01-01", "", "", "Secretary"),
]
Run = Callable[..., str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Give what a command says about the renamed company, answer and remarks."""
    assert set(COLUMNS) <= set(WORDS), "the columns are those of role changes"
    file = tmp_path / "acme.csv"
    file.write_text("\n".join(map(",".join, [COLUMNS, *ROWS])) + "\n", encoding="utf-8")

    def asked(*words: str) -> str:
        done = CliRunner().invoke(main, ["--data", str(file), *words])
        assert done.exit_code == 0, done.output
        return done.stdout

    return asked


ASKED: dict[str, tuple[tuple[str, ...], str, str]] = {
    "reports": (("Ada Byron", "Ada King"), "Bob Bell", "Bob Brook"),
    "managers": (("Bob Bell", "Bob Brook"), "Ada Byron", "Ada King"),
    "chain": (("Bob Bell", "Bob Brook"), "Ada Byron", "Ada King"),
    "holders": (("Clerk", "Secretary"), "Bob Bell", "Bob Brook"),
    "members": (("Works", "Technology"), "Bob Bell", "Bob Brook"),
}
"""A command, the two names of whom it is asked about, and whom it shows before and after the renaming."""
LOOKED_UP = [(command, name) for command, (names, _, _) in ASKED.items() for name in names]


@pytest.mark.parametrize(("command", "name"), LOOKED_UP)
def test_either_name_finds_and_the_name_of_the_day_is_shown(run: Run, command: str, name: str) -> None:
    _, before, after = ASKED[command]
    then, now = run(command, name, "--as-of", BEFORE), run(command, name, "--as-of", AFTER)
    assert before in then and after not in then
    assert after in now and before not in now


@pytest.mark.parametrize("name", ["Ada Byron", "Ada King"])
def test_charts_and_queries_find_either_name_and_show_that_of_the_day(run: Run, name: str) -> None:
    for words in (["chart", "--root", name, "--format", "dot"], ["query", "reports", "--set", f"manager={name}"]):
        then, now = run(*words, "--as-of", BEFORE), run(*words, "--as-of", AFTER)
        assert "Ada Byron" in then and "Bob Bell" in then and "Ada King" not in then
        assert "Ada King" in now and "Bob Brook" in now and "Ada Byron" not in now


def test_stats_and_charts_of_a_unit_show_its_name_of_the_day(run: Run) -> None:
    assert "Works" in run("stats", "--as-of", BEFORE) and "Technology" in run("stats", "--as-of", AFTER)
    for name in ("Works", "Technology"):
        assert "Technology" in run("chart", "--unit", name, "--as-of", AFTER, "--format", "dot")


@pytest.mark.parametrize("name", ["Ada Byron", "Ada King"])
def test_the_history_tells_both_names_and_each_fact_with_the_name_it_began_under(run: Run, name: str) -> None:
    told = run("history", name)
    assert "is called Ada Byron" in told and "is called Ada King" in told and "Ada Byron: Countess, Works" in told


def test_the_diff_tells_the_renaming_once_and_nothing_else(run: Run) -> None:
    told = run("diff", BEFORE, AFTER, "--format", "csv").splitlines()
    assert sorted(line.split(",")[0] for line in told[1:]) == [
        "person renamed", "person renamed", "post renamed", "unit renamed",
    ]  # fmt: skip


def company(*rows: dict[str, str]) -> OrgGraph:
    org = OrgGraph()
    org.load([{"kind": "starts", "organization": "Acme", "effective": "2020-01-01", **row} for row in rows])
    return org


def test_two_of_one_name_are_told_apart_by_what_they_hold_and_nobody_is_guessed() -> None:
    org = company({"person": "Ada", "person_id": "7", "post": "Countess"},
                  {"person": "Ada", "person_id": "9", "unit": "Kitchen"})  # fmt: skip
    with pytest.raises(AmbiguousName, match="'Ada' is the name of 2 entities") as caught:
        org.find("Ada")
    assert sorted(caught.value.candidates) == ["Ada, Countess", "Ada, Kitchen"]
    found = {candidate: org.find(candidate) for candidate in caught.value.candidates}
    assert len(set(found.values())) == 2
    assert [answer.post for answer in org.as_of("2021-01-01").memberships("Ada, Countess")] == ["Countess"]


def test_two_of_one_name_in_one_post_are_told_apart_by_iri() -> None:
    org = company(*({"person": "Ada", "person_id": key, "post": "Clerk"} for key in ("7", "9")))
    with pytest.raises(AmbiguousName) as caught:
        org.find("Ada")
    assert all(org.find(candidate) == candidate for candidate in caught.value.candidates)


def test_a_near_miss_of_an_old_name_is_offered() -> None:
    with pytest.raises(UnknownName, match="did you mean 'Ada Byron'"):
        company({"person": "Ada Byron", "post": "CTO"}, {"kind": "renamed", "person": "Ada Byron", "into": "Ada King",
                                                       "effective": "2022-01-01"}).find("Ada Biron")  # fmt: skip
