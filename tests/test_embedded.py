"""The embedded store: what was acknowledged is there, half a load never is, and readers are left alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import orggraph
from orggraph import OrgGraph
from orggraph.errors import LoadError, StoreError, StoreLocked
from orggraph.ledger import Ledger, editions
from orggraph.places import sample_folder

SAMPLE = str(sample_folder().joinpath("anthropic.csv"))


def canonical(ledger: Ledger) -> tuple[list[str], ...]:
    return tuple(sorted(map(repr, part)) for part in (ledger.loads, ledger.entries, ledger.facts))


def start(person: str) -> dict[str, str]:
    return {"kind": "starts", "person": person, "post": "CTO", "organization": "Acme", "effective": "2024-05-01"}


@pytest.mark.parametrize("bulk", [10, 100_000])
def test_what_was_loaded_is_read_back_whole(tmp_path: Path, bulk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orggraph.store.embedded.BULK", bulk)
    org = orggraph.open(tmp_path / "s")
    first = org.load(SAMPLE)
    org.record(**start("Ada"))
    org.unload(first.load.id)
    org.load(SAMPLE)
    again = orggraph.open(tmp_path / "s")
    assert canonical(again.ledger) == canonical(org.ledger)
    assert [row.name for row in again.as_of("2025-10-03").reports_to("Daniela Amodei")] == [
        "Rahul Patil", "Sam McCandlish",
    ]  # fmt: skip


def test_loading_twice_changes_nothing(tmp_path: Path) -> None:
    org = orggraph.open(tmp_path / "s")
    org.load(SAMPLE)
    before = canonical(org.ledger)
    report = org.load(SAMPLE)
    assert report.added == 0
    assert canonical(orggraph.open(tmp_path / "s").ledger) == before


def test_a_refused_load_leaves_nothing(tmp_path: Path) -> None:
    org = orggraph.open(tmp_path / "s")
    org.load(SAMPLE)
    before = canonical(org.ledger)
    bad = tmp_path / "bad.csv"
    bad.write_text("kind,person,post,organization,effective\nstarts,Ada,CTO,Acme,2024-02-30\nstarts,Bo,CFO,Acme,2024\n")
    with pytest.raises(LoadError) as refused:
        org.load(bad)
    assert len(refused.value.findings) == 1
    assert canonical(orggraph.open(tmp_path / "s").ledger) == before


def test_a_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    writer = orggraph.open(tmp_path / "s")
    writer.record(**start("Ada"))
    reader = orggraph.open(tmp_path / "s")
    for name in ("Bo", "Cy", "Di"):
        writer.record(**start(name))
    assert len(reader.as_of("2024-06-01").holders("CTO")) == 1
    assert len(orggraph.open(tmp_path / "s").as_of("2024-06-01").holders("CTO")) == 4


def test_a_second_writer_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    holder = orggraph.open(tmp_path / "s")
    holder.record(**start("Ada"))
    other = orggraph.open(tmp_path / "s")
    told = rf"process {os.getpid()} has been writing to this store since 20\d\d-.*Z \(.*\)"
    with pytest.raises(StoreLocked, match=told):
        other.record(**start("Bo"))


def test_a_writer_whose_view_is_old_is_refused(tmp_path: Path) -> None:
    orggraph.open(tmp_path / "s").record(**start("Ada"))
    late = orggraph.open(tmp_path / "s")
    program = (
        "import orggraph, sys; orggraph.open(sys.argv[1]).record('starts', person='Bo', post='CTO', "
        "organization='Acme', effective='2024-05-01')"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "s")], check=True)
    with pytest.raises(StoreError, match="another process has loaded"):
        late.record(**start("Cy"))


def test_what_a_killed_writer_leaves_is_cleared(tmp_path: Path) -> None:
    org = orggraph.open(tmp_path / "s")
    org.record(**start("Ada"))
    del org
    left = tmp_path / "s" / "writing-1"
    left.mkdir()
    (left / "000001.sst").write_bytes(b"half")
    again = orggraph.open(tmp_path / "s")
    again.record(**start("Bo"))
    assert not left.exists()
    assert len(again.as_of("2024-06-01").holders("CTO")) == 2


@pytest.mark.parametrize(
    "content, told",
    [
        ("{}", "no store's description"),
        ("not json", "no store's description"),
        (json.dumps({"format": 99, "salt": "", "base": "urn:x:"}), "format 99"),
    ],
)
def test_a_store_that_is_none_is_refused(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "store.json").write_text(content)
    with pytest.raises(StoreError, match=told):
        orggraph.open(tmp_path)


def test_a_directory_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StoreError, match="something else"):
        orggraph.open(tmp_path)
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["thesis.txt"]


def test_a_store_that_is_not_there_is_not_made_by_reading(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no store here"):
        orggraph.open(tmp_path / "s", create=False)
    assert not (tmp_path / "s").exists()


def test_two_stores_mint_different_names_for_one_person(tmp_path: Path) -> None:
    one, two = (orggraph.open(tmp_path / name) for name in ("a", "b"))
    for org in (one, two):
        org.record(**start("Ada"))
    assert one.find("Ada") != two.find("Ada")
    assert OrgGraph().ledger.salt == ""


def test_what_each_edition_brought_is_kept_and_not_counted_anew(tmp_path: Path) -> None:
    org = orggraph.open(tmp_path / "store")
    first = org.load([start("Ada") | {"source": "a"}, start("Bob") | {"source": "a", "stated": "2024-01-01"}]).load
    org.load([start("Cid") | {"source": "b"}, start("Dan") | {"source": "a"}])
    org.unload(first.id)
    counted = editions(org.ledger.entries)
    assert [(e.source, e.changes, e.removed is None) for e in counted] == [
        ("a", 1, False), ("a", 1, True), ("a", 1, False), ("b", 1, True),
    ]  # fmt: skip
    again = orggraph.open(tmp_path / "store")
    assert again.editions() == counted
    assert "ledger" not in vars(again), "the role changes were not read"
    (kept,) = (tmp_path / "store" / "generations").glob("*/editions.json")
    kept.unlink()
    assert orggraph.open(tmp_path / "store").editions() == counted, "counted where they were not kept"
