"""Backups: what they hold, that they are restored whole or not at all, and what `verify` finds."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import company
import pytest
from click.testing import CliRunner, Result

import orggraph
from orggraph.cli import main
from orggraph.errors import StoreError, StoreLocked, UnsupportedError
from orggraph.ledger import Load, Revision, apply
from orggraph.loading import timeline_of
from orggraph.store.embedded import EmbeddedStore

DAY = "2024-03-01"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "acme.orggraph"
    orggraph.open(path).load(company.ROWS)
    orggraph.open(path).record("ends", person="Lou Lane", organization=company.NAME, effective="2025-02-01")
    return path


def run(store: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["--store", str(store), *map(str, arguments)], catch_exceptions=False)


def told(path: Path) -> list[str]:
    ledger = orggraph.open(path, create=False).ledger
    return [repr(item) for part in (ledger.loads, ledger.entries, ledger.facts) for item in sorted(map(repr, part))]


@pytest.mark.parametrize("name", ["kept", "kept.tar"])
def test_a_backup_is_restored_as_it_was(store: Path, tmp_path: Path, name: str) -> None:
    before = told(store)
    said = run(store, "backup", tmp_path / name)
    assert said.exit_code == 0 and "generation 2 of" in said.stderr
    assert ("linked" in said.stderr) == (name == "kept")
    run(store, "record", "ends", "--person", "Fay Finn", "--organization", company.NAME, "--effective", "2025-03-01")
    assert told(store) != before
    refused = run(store, "restore", tmp_path / name)
    assert refused.exit_code == 1 and "something already, nothing has changed" in refused.stderr
    assert run(store, "restore", tmp_path / name, "--force").exit_code == 0
    assert told(store) == before
    assert run(tmp_path / "new", "restore", tmp_path / name).exit_code == 0
    assert told(tmp_path / "new") == before
    assert run(tmp_path / "new", "record", "created", "--unit", "Works", "--organization", "Acme", "--effective",
               "2024").exit_code == 0  # fmt: skip
    expected = ["acme.orggraph", name, "new"]
    assert sorted(file.name for file in tmp_path.iterdir()) == expected, "nothing else is left"
    assert run(tmp_path / "new", "verify", tmp_path / name).exit_code == 0


def test_a_backup_that_is_a_directory_is_a_store_to_ask(store: Path, tmp_path: Path) -> None:
    made = orggraph.open(store).backup(tmp_path / "kept")
    assert made.linked
    assert told(tmp_path / "kept") == told(store)
    with pytest.raises(StoreError, match="something already"):
        orggraph.open(store).backup(tmp_path / "kept")


def test_a_backup_is_made_while_a_process_writes_and_no_store_replaced_under_it(store: Path, tmp_path: Path) -> None:
    reader, writer = orggraph.open(store), orggraph.open(store)
    before = told(store)
    writer.record("ends", person="Fay Finn", organization=company.NAME, effective="2025-03-01")
    reader.backup(tmp_path / "kept.tar")
    with pytest.raises(StoreLocked, match="has been writing to this store since"):
        orggraph.restore(tmp_path / "kept.tar", store, force=True)
    del reader, writer
    orggraph.restore(tmp_path / "kept.tar", store, force=True)
    assert told(store) == before


@pytest.mark.parametrize("name", ["kept", "kept.tar"])
def test_a_backup_that_finds_the_disk_full_leaves_nothing(store: Path, tmp_path: Path, name: str) -> None:
    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, 4_000))

    command = [sys.executable, "-m", "orggraph", "--store", str(store), "backup", str(tmp_path / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=full)
    assert done.returncode == 1 and "the backup cannot be written, and there is none" in done.stderr, done.stderr
    assert [file.name for file in tmp_path.iterdir()] == [store.name]


def damaged(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.unlink()  # it may be linked
    file.write_bytes(content)


def test_every_damage_of_a_store_is_found_and_no_damage_is_backed_up(store: Path, tmp_path: Path) -> None:
    files = sorted(f.relative_to(store) for f in store.rglob("*") if f.is_file() and f.stat().st_size)
    for file in (file for file in files if file.name != "lock"):
        shutil.rmtree(tmp_path / "s", ignore_errors=True)
        shutil.copytree(store, tmp_path / "s")
        damaged(tmp_path / "s" / file)
        said = run(tmp_path / "s", "verify", "--quick")
        named = file.name in said.stdout or file.name == "files.json"  # a list that lies names another file
        assert said.exit_code == 1 and named, file
        refused = run(tmp_path / "s", "backup", tmp_path / "kept")
        assert refused.exit_code == 1 and not (tmp_path / "kept").exists(), file


@pytest.mark.parametrize("name", ["kept", "kept.tar"])
def test_a_damaged_backup_is_refused_and_what_was_there_stays(store: Path, tmp_path: Path, name: str) -> None:
    kept = orggraph.open(store).backup(tmp_path / name).path
    if kept.is_dir():
        damaged(next(kept.glob("generations/*/graph/*.sst")))
    else:
        content = kept.read_bytes()
        at = content.index(b"Ada Abel")
        kept.write_bytes(content[:at] + b"Eva" + content[at + 3 :])
    before = told(store)
    said = run(store, "restore", kept, "--force")
    assert said.exit_code == 1 and "the backup is damaged, nothing was restored" in said.stderr
    assert told(store) == before
    assert run(store, "verify", kept).exit_code == 1


def test_a_tar_file_that_reaches_outside_is_refused(store: Path, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "bad.tar", "x") as tar:
        tar.add(store / "store.json", "../outside")
    said = run(tmp_path / "new", "restore", tmp_path / "bad.tar")
    assert said.exit_code == 1 and "no backup that can be read" in said.stderr
    assert not (tmp_path / "outside").exists() and not (tmp_path / "new").exists()


def test_an_index_and_facts_that_tell_something_else_are_found(store: Path, tmp_path: Path) -> None:
    org = orggraph.open(store)
    assert org._store is not None and org._store.index is not None
    folder = org._store.index
    other = company.company().timeline
    for file in folder.iterdir():
        file.unlink()
    other.save(folder)
    said = run(store, "verify", "--format", "json")
    assert said.exit_code == 1
    codes = {finding["code"] for finding in json.loads(said.stdout)["findings"]}
    assert codes == {"checksum", "index"}


def test_facts_that_do_not_follow_from_the_role_changes_are_found(store: Path) -> None:
    assert orggraph.open(store).verify() == []
    kept = EmbeddedStore(store)
    ledger = kept.read()
    load = Load("wrong", ledger.next_recorded(0), "a load that says nothing and ends something", 0)
    revision = Revision(load, (), "", (ledger.believed()[0],), ())
    kept.commit(revision, timeline_of(apply(ledger, revision)).save)
    (found,) = orggraph.open(store).verify()
    assert found.code == "replay" and "in the replay alone: 1 of the facts" in found.message
    assert orggraph.open(store).verify(quick=True) == []


def test_what_is_no_store_is_refused_by_name(tmp_path: Path) -> None:
    for question in (lambda org: org.backup(tmp_path / "x"), lambda org: org.verify()):
        with pytest.raises(UnsupportedError, match="only a store in a directory"):
            question(company.company())
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "mine.txt").write_text("mine", "utf-8")
    orggraph.open(tmp_path / "s").load(company.ROWS)
    orggraph.open(tmp_path / "s").backup(tmp_path / "kept.tar")
    said = run(tmp_path / "thesis", "restore", tmp_path / "kept.tar", "--force")
    assert said.exit_code == 1 and "this is no store, and is not replaced" in said.stderr
    said = run(tmp_path / "thesis" / "mine.txt", "restore", tmp_path / "kept.tar", "--force")
    assert said.exit_code == 1 and (tmp_path / "thesis" / "mine.txt").read_text("utf-8") == "mine"
