"""Stores that are damaged, full, read-only or of another format: noticed, mended or refused; never a wrong answer."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import company
import pytest

import orggraph
from orggraph import OrgGraph
from orggraph.errors import OrgGraphError, StoreError

DAY = "2024-03-01"
NOBODY = 65534
LOAD = "import sys, orggraph; orggraph.open(sys.argv[1]).load(sys.argv[2])"


def told(org: OrgGraph) -> list[str]:
    """Give what a user sees: who reports to the top, the role changes and what each edition brought."""
    rows = sorted(str(row) for row in org.as_of(DAY).reports_to("Ada Abel"))
    return [*rows, *sorted(map(repr, org.ledger.entries)), *map(repr, org.editions()), *map(repr, org.loads())]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a store that nobody may write to."""
    store = tmp_path_factory.mktemp("whole") / "s"
    orggraph.open(store).load(company.ROWS)
    orggraph.open(store).record("ends", person="Lou Lane", organization=company.NAME, effective="2025-02-01")
    return store


@pytest.mark.parametrize("damage", ["flipped", "cut", "emptied"])
def test_a_damaged_file_is_noticed_or_does_no_harm(whole: Path, tmp_path: Path, damage: str) -> None:
    right, noticed = told(orggraph.open(whole)), set[str]()
    for file in sorted(f.relative_to(whole) for f in whole.rglob("*") if f.is_file() and f.stat().st_size):
        shutil.rmtree(tmp_path / "s", ignore_errors=True)
        shutil.copytree(whole, tmp_path / "s")
        content = bytearray((whole / file).read_bytes())
        content[len(content) // 2] ^= 0x11
        part = {"flipped": bytes(content), "cut": bytes(content[: len(content) // 2]), "emptied": b""}[damage]
        (tmp_path / "s" / file).write_bytes(part)
        try:
            assert told(orggraph.open(tmp_path / "s", create=False)) == right, file
        except OrgGraphError as error:
            assert "orggraph restore" in str(error) or "no store's description" in str(error), file
            noticed.add(file.name)
    assert {"CURRENT", "store.json"} <= noticed
    assert any(name.endswith(".sst") for name in noticed)


def test_a_store_that_lost_the_name_of_its_generation_is_not_taken_as_empty(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "s")
    (tmp_path / "s" / "CURRENT").unlink()
    with pytest.raises(StoreError, match=r"CURRENT: the file is missing .* orggraph restore"):
        orggraph.open(tmp_path / "s")


def test_a_store_of_format_1_is_read_and_made_one_of_format_2_by_the_next_load(whole: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    shutil.copytree(whole, store)
    meta = json.loads((store / "store.json").read_text("utf-8"))
    (store / "store.json").write_text(json.dumps({"format": 1, "salt": meta["salt"], "base": meta["base"]}), "utf-8")
    number = (store / "CURRENT").read_text("utf-8").split()[0]
    (store / "CURRENT").write_text(number, "utf-8")
    (store / "generations" / number / "files.json").unlink()
    assert told(orggraph.open(store)) == told(orggraph.open(whole))
    assert json.loads((store / "store.json").read_text("utf-8"))["format"] == 1, "reading changes nothing"
    assert orggraph.open(store).verify() == []
    orggraph.open(store).backup(tmp_path / "kept.tar")
    assert told(orggraph.restore(tmp_path / "kept.tar", tmp_path / "restored")) == told(orggraph.open(whole))
    org = orggraph.open(store)
    org.record("ends", person="Fay Finn", organization=company.NAME, effective="2025-03-01")
    assert json.loads((store / "store.json").read_text("utf-8")) == meta
    assert len((store / "CURRENT").read_text("utf-8").split()) == 2
    assert told(orggraph.open(store)) == told(org)


def test_a_store_of_a_later_format_is_refused_by_name(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "s")
    file = tmp_path / "s" / "store.json"
    file.write_text(file.read_text("utf-8").replace('"format": 2', '"format": 3'), "utf-8")
    with pytest.raises(StoreError, match="has format 3, this orggraph reads formats 1 and 2"):
        orggraph.open(tmp_path / "s")


@pytest.mark.parametrize("most", [0, 3, 900, 5_000, 20_000])
def test_a_full_disk_is_told_and_nothing_is_lost(whole: Path, tmp_path: Path, most: int) -> None:
    store, rows = tmp_path / "s", tmp_path / "rows.csv"
    shutil.copytree(whole, store)
    people = [f"starts,P{n},Post {n},Acme,2024-01-01" for n in range(400)]
    rows.write_text("\n".join(["kind,person,post,organization,effective", *people, ""]), "utf-8")

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    command = [sys.executable, "-m", "orggraph", "--store", str(store), "load", str(rows)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=full)
    assert done.returncode == 1
    assert f"error: {store}: " in done.stderr and "nothing has changed" in done.stderr, done.stderr
    assert told(orggraph.open(store)) == told(orggraph.open(whole))
    assert orggraph.open(store).load(rows).added == 400
    assert {file.name for file in store.iterdir()} == {"CURRENT", "generations", "lock", "store.json"}


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be somebody who may not write here."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_store_that_may_only_be_read_says_that_nothing_can_be_written(whole: Path, tmp_path: Path) -> None:
    store = tmp_path / "s"
    shutil.copytree(whole, store)
    for file in [store, *store.rglob("*")]:
        file.chmod(0o555 if file.is_dir() else 0o444)
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.owner() == Path.home().owner() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    with as_nobody():
        org = orggraph.open(store)
        assert told(org) == told(orggraph.open(store))
        with pytest.raises(StoreError, match="nothing can be written into this store, nothing has changed"):
            org.record("starts", person="Bo", post="CTO", organization="Acme", effective="2024-05-01")
        with pytest.raises(StoreError, match="a store cannot be made here"):
            orggraph.open(store / "within")
    for file in [store, *store.rglob("*")]:
        file.chmod(0o755)


def test_two_that_make_a_store_at_once_make_one(tmp_path: Path) -> None:
    from orggraph.store import format

    first = orggraph.open(tmp_path / "s")
    first.record("starts", person="Ada", post="CTO", organization="Acme", effective="2024-05-01")
    format._put(tmp_path / "s" / "store.json", "that of the slower one")
    assert orggraph.open(tmp_path / "s").find("Ada") == first.find("Ada")
