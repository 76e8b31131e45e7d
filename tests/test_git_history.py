"""Tests of the history of a file: every version of it in a real git repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from orggraph import GitHistory, OrgGraph
from orggraph.changes import RoleChange
from orggraph.sources.git_history import read_history

ACME = {"constants": {"organization": "Acme"}}
HEADER = "Employee ID,Name,Title\n"


class Repository:
    """A repository in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, day: str = "2020-01-01") -> None:
        who = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@acme.example", "GIT_COMMITTER_NAME": "A",
               "GIT_COMMITTER_EMAIL": "a@acme.example", "GIT_COMMITTER_DATE": day if "T" in day else f"{day}T12:00:00Z",
               "GIT_AUTHOR_DATE": "2001-01-01T00:00:00Z"}  # fmt: skip
        plain = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *arguments], cwd=self.folder, env=os.environ | who | plain, check=True, timeout=60)

    def commit(self, name: str, content: str | bytes, day: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "-m", f"the list of {day}", day=day)
        return path


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def days(changes: tuple[RoleChange, ...], kind: str) -> list[tuple[str, str]]:
    return [(str(change.effective), change.stated) for change in changes if change.kind == kind]


def test_each_version_of_a_list_is_a_roster_of_its_day(repository: Repository) -> None:
    repository.commit("staff.csv", f"{HEADER}1,Ada,CTO\n2,Bo,CEO\n", "2024-01-31")
    repository.commit("staff.csv", f"{HEADER}1,Ada,CTO\n9,Typo,CEO\n", "2024-03-31T09:00:00+02:00")
    repository.commit("staff.csv", f"{HEADER}1,Ada,CTO\n3,Cy,CEO\n", "2024-03-31T10:00:00+02:00")
    path = repository.commit("other.txt", "of no account", "2024-04-30")
    reading = read_history(GitHistory(path.with_name("staff.csv")), mapping=ACME)
    assert reading.findings == ()
    assert days(reading.changes, "roster") == [
        ("2024-01-31", "2024-01-31T12:00:00Z"), ("2024-03-31", "2024-03-31T08:00:00Z"),
    ]  # fmt: skip
    assert {change.source for change in reading.changes} == {"staff.csv"}
    org = OrgGraph()
    org.load(GitHistory(path.with_name("staff.csv")), mapping=ACME)
    assert [row.name for row in org.as_of("2024-01-31").members("Acme")] == ["Ada", "Bo"]
    assert [(row.name, row.since) for row in org.as_of("2024-03-31").holders("CEO")] == [
        ("Cy", "2024-02-01/2024-03-31")
    ]
    assert org.ledger.loads[0].label == f"the history of {path.with_name('staff.csv')}"
    assert org.load(GitHistory(path.with_name("staff.csv")), mapping=ACME).added == 0


def test_the_file_is_followed_through_a_rename_and_a_removal(repository: Repository) -> None:
    repository.commit("old.csv", f"{HEADER}1,Ada,CTO\n2,Bo,CEO\n3,Cy,COO\n", "2024-01-31")
    repository.git("mv", "old.csv", "new.csv")
    repository.git("commit", "-q", "-m", "rename", day="2024-02-01")
    path = repository.commit("new.csv", f"{HEADER}1,Ada,CTO\n2,Bo,CEO\n", "2024-02-29")
    repository.git("rm", "-q", "new.csv")
    repository.git("commit", "-q", "-m", "remove", day="2024-03-01")
    reading = read_history(GitHistory(path), mapping=ACME)
    assert [day for day, _ in days(reading.changes, "roster")] == ["2024-01-31", "2024-02-29"]


def test_a_row_of_role_changes_was_stated_when_it_first_appeared(repository: Repository) -> None:
    header = "person,role,organization,from,until\n"
    path = repository.commit("sub folder/roles é.csv", f"{header}Ada,CTO,Acme,2020-01-01,\n", "2024-01-31")
    repository.commit("sub folder/roles é.csv", f"{header}Ada,CTO,Acme,2020-01-01,\nBo,CEO,Acme,2021,\n", "2024-02-29")
    repository.commit(
        "sub folder/roles é.csv", f"{header}Ada,CTO,Acme,2020-01-01,2024-03-15\nBo,CEO,Acme,2021,\n", "2024-03-31"
    )
    reading = read_history(GitHistory(path))
    assert [(c.person, c.stated[:10]) for c in reading.changes] == [
        ("Ada", "2024-01-31"), ("Bo", "2024-02-29"), ("Ada", "2024-03-31"),
    ]  # fmt: skip
    assert {c.source for c in reading.changes} == {"sub folder/roles é.csv"}
    assert [f.message for f in reading.findings] == [
        "1 row of an earlier version is not in the last one, and still stands"
    ]
    org = OrgGraph()
    org.load(GitHistory(path))
    assert [(row.name, row.until) for row in org.as_of("2024-03-15").holders("CTO")] == [("Ada", "2024-03-15")]
    assert org.as_of("2024-03-16").holders("CTO") == []


def test_what_is_wrong_with_a_version_names_the_commit(repository: Repository) -> None:
    repository.commit("roles.csv", "kind,person,post,effective\nstarts,Ada,CTO,soon\n", "2024-01-31")
    path = repository.commit("roles.csv", "kind,person,post,effective\nstarts,Ada,CTO,2024\n", "2024-02-29")
    reading = read_history(GitHistory(path))
    assert len(reading.changes) == 1
    assert [(f.severity, f.line) for f in reading.findings] == [("error", 2)]
    assert reading.findings[0].file.startswith(f"{path}@")
    assert len(reading.findings[0].file) == len(f"{path}@") + 10


def test_what_cannot_be_read_says_why(repository: Repository, tmp_path: Path) -> None:
    repository.commit("a.csv", "kind\n", "2024-01-31")
    (tmp_path / "loose.csv").write_text("kind\n", "utf-8")
    for path, message in (
        (repository.folder / "b.csv", "git knows no version of the file"),
        (repository.folder / "none" / "b.csv", "there is no folder of that name"),
        (repository.folder / "*.csv", "git knows no version of the file"),
        (tmp_path / "loose.csv", "not a git repository"),
    ):
        findings = read_history(GitHistory(path)).findings
        assert [f.severity for f in findings] == ["error"]
        assert message in findings[0].message
    stated = read_history(GitHistory(repository.folder / "a.csv"), stated="2024-01-01").findings
    assert "the time of its commit" in stated[0].message


def test_a_repository_runs_no_program(repository: Repository, tmp_path: Path) -> None:
    path = repository.commit("staff.csv", f"{HEADER}1,Ada,CTO\n", "2024-01-31")
    mark = tmp_path / "ran"
    program = tmp_path / "program.sh"
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n", "utf-8")
    program.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "diff.external", "diff.x.textconv", "filter.x.smudge", "pager.log"):
        repository.git("config", name, str(program))
    (repository.folder / ".gitattributes").write_text("*.csv diff=x filter=x\n", "utf-8")
    assert len(read_history(GitHistory(path), mapping=ACME).changes) == 2
    assert not mark.exists()
