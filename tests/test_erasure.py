"""Erasing: no byte of a store tells who it was, what happened stays, and no file brings the person back."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import company
import pytest
from click.testing import CliRunner, Result

import orggraph
from orggraph import OrgGraph
from orggraph.cli import main
from orggraph.errors import UnknownName, UnsupportedError
from orggraph.facts import PLACE
from orggraph.ledger import Ledger

QUOTE = "Zoë Grünwald, a biologist, has left for a rival"
ID, SECOND = "zoe.gruenwald@acme.example", "https://people.example/4711"
ROWS = [
    *company.ROWS,
    company.starts("Zoë Grünwald", "Biologist", "2021-01-01", person_id=ID, unit="Platform", quote=QUOTE,
                   source="letter of Zoë Grünwald", reports_to="Cleo Cruz"),
    company.starts("Nia North", "Assistant", "2022-01-01", reports_to="Zoë Grünwald", reports_to_id=ID,
                   quote="She helps Grünwald, Zoë."),
    company.row("renamed", "2023-01-01", person="Zoë Grünwald", person_id=ID, into="Zoë Wald", reason="a marriage"),
    company.row("same as", person="Zoë Wald", person_id=ID, into="Z. Grünwald-Wald", into_id=SECOND),
    company.starts("Z. Grünwald-Wald", "Chief Biologist", "2024-02-01", person_id=SECOND, unit="Platform",
                   record="row-zoe-grünwald-2"),
    company.starts("Oda Ost", "Biologist", "2024-02-01", unit="Platform", replaces="Zoë Wald", replaces_id=ID),
]  # fmt: skip
TRACES = ["Zoë", "Grünwald", "gruenwald", "Zoe", "zoë", "grünwald", "people.example", "biologist, has left", "marriage"]
DAY = "2024-03-01"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "s"
    orggraph.open(path).load(ROWS, label="letter of Zoë Grünwald")
    org = orggraph.open(path)
    first = org.record("ends", person="Zoë Wald", post="Biologist", unit="Platform", organization=company.NAME,
                       person_id=ID, effective="2024-02-01", quote=QUOTE).load  # fmt: skip
    org.unload(first.id)
    ends = company.row("ends", "2024-02-01", person="Zoë Wald", post="Biologist", unit="Platform", person_id=ID)
    org.load([ends])
    target = next(e.change.id for e in org.ledger.standing() if e.change.kind == "ends")
    org.load([company.row("corrects", "2024-01-31", target=target)])
    return path


def run(store: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--store", str(store), *arguments])


def shape(ledger: Ledger) -> Counter[tuple[object, ...]]:
    """Count what happened, without who it was.

    Of several role changes that put a post into a unit on the same days, which one it rests on follows from their
    identities, and those change: of places only what is believed is counted.
    """
    told = (fact for fact in ledger.facts if fact.kind != PLACE or fact.superseded is None)
    return Counter(
        (f.kind, f.predicate, f.start.edtf(), f.end.edtf(), len(f.changes))
        + ((f.recorded, f.superseded) if f.kind != PLACE else ())
        for f in told
    )


def everything(store: Path) -> bytes:
    """Give every byte of the files of a store, and what its graph says, which is compressed in them."""
    files = b"".join(file.read_bytes() for file in sorted(store.rglob("*")) if file.is_file())
    names = "\n".join(str(file) for file in store.rglob("*"))
    org = orggraph.open(store, create=False)
    assert org._store is not None
    quads = "\n".join(map(str, org._store.graph()))  # type: ignore[attr-defined]
    return files + (names + quads + repr(org.ledger)).encode()


def traces(store: Path) -> set[str]:
    """Give the traces of the person that are anywhere in a store, however they are escaped."""
    found = everything(store)
    forms = ((trace, form) for trace in TRACES for form in (trace, json.dumps(trace)[1:-1], trace.upper()))
    return {trace for trace, form in forms if form.encode() in found}


def test_no_byte_of_the_store_tells_who_it_was_and_what_happened_stays(store: Path) -> None:
    assert traces(store) >= {"Zoë", "Grünwald", "people.example"}
    before = orggraph.open(store)
    told, loads = shape(before.ledger), [(load.recorded, load.removed, load.added) for load in before.loads()]
    keeper = orggraph.open(store)
    made = before.erase("Zoë Grünwald")
    assert set(made.names) == {"Zoë Grünwald", "Zoë Wald", "Z. Grünwald-Wald"}
    assert set(made.ids) == {ID, SECOND}
    assert traces(store) == set()
    after = orggraph.open(store)
    assert shape(after.ledger) == told
    assert [(load.recorded, load.removed, load.added) for load in after.loads()] == loads
    assert after.verify() == []
    assert [row.name for row in after.as_of(DAY).holders("Chief Biologist")] == [made.placeholder]
    assert [row.name for row in after.as_of("2023-03-01").reports_to(made.placeholder)] == ["Nia North"]
    assert len(list((store / "generations").iterdir())) == 1, "also while somebody reads an older one"
    del keeper


def test_loading_the_same_again_brings_nobody_back(store: Path) -> None:
    orggraph.open(store).erase("Zoë Wald")
    before = sorted(map(repr, orggraph.open(store).ledger.facts))
    report = orggraph.open(store).load(ROWS, label="letter of Zoë Grünwald")
    assert (report.added, report.known) == (0, len(ROWS))
    other = company.row("leave", "2024-03-01", person="Grünwald, Zoë", quote="Zoë is tired", until="2024-04-01")
    assert orggraph.open(store).load([other]).added == 1
    by_hand = {"person": "Zoë Wald", "organization": company.NAME, "effective": "2024-05-01", "role": "guest"}
    assert orggraph.open(store).record("starts", **by_hand).added == 1
    assert traces(store) == set()
    assert len(orggraph.open(store).ledger.facts) > len(before)


def test_it_is_recorded_that_and_when_and_kept_in_backups_made_from_then_on(store: Path, tmp_path: Path) -> None:
    org = orggraph.open(store)
    made = org.erase("Zoë Wald")
    (log,) = json.loads(orggraph.open(store).erasures)["log"]
    assert log["placeholder"] == made.placeholder and log["recorded"].startswith("20") and log["role_changes"] == 9
    orggraph.open(store).backup(tmp_path / "kept")
    assert orggraph.open(tmp_path / "kept").load(ROWS).added == 0
    assert traces(tmp_path / "kept") == set()


def test_a_backup_from_before_does_not_bring_the_person_back_where_it_replaces_the_store(
    store: Path, tmp_path: Path
) -> None:
    orggraph.open(store).backup(tmp_path / "kept.tar")
    told = orggraph.open(store).ledger
    orggraph.open(store).erase("Zoë Wald")
    assert run(store, "restore", str(tmp_path / "kept.tar"), "--force").exit_code == 0
    assert traces(store) == set()
    assert shape(orggraph.open(store).ledger) == shape(told)
    assert orggraph.open(store).load(ROWS).added == 0
    restored = orggraph.restore(tmp_path / "kept.tar", tmp_path / "elsewhere")
    assert restored.find("Zoë Wald"), "where nothing was erased, the backup is as it was"


def test_two_are_erased_one_after_the_other(store: Path) -> None:
    first = orggraph.open(store).erase("Zoë Wald")
    second = orggraph.open(store).erase("Nia North")
    org = orggraph.open(store)
    assert [row.name for row in org.as_of("2023-03-01").reports_to(first.placeholder)] == [second.placeholder]
    assert org.load(ROWS).added == 0
    assert b"Nia North" not in everything(store)
    assert org.verify() == []


def test_a_name_that_others_bear_is_refused(store: Path) -> None:
    org = orggraph.open(store)
    org.load([{"kind": "starts", "person": "Zoë Wald", "organization": "Elsewhere", "effective": "2024-01-01"}])
    iri = org.find("Z. Grünwald-Wald")
    with pytest.raises(UnsupportedError, match="others bear the name too"):
        org.erase(iri)


def test_in_memory_it_works_too() -> None:
    org = OrgGraph()
    org.load(ROWS)
    org.erase("Zoë Wald")
    assert [trace for trace in TRACES if trace in repr(org.ledger)] == []
    assert org.load(ROWS).added == 0
    with pytest.raises(UnknownName):
        org.find("Zoë Wald")


def test_the_command_asks_first_and_tells_in_json(store: Path) -> None:
    tried = run(store, "erase", "Zoë Wald", "--dry-run")
    assert tried.exit_code == 0 and "would erase 3 names and 2 ids from 9 role changes" in tried.stderr
    refused = run(store, "erase", "Zoë Wald")
    assert refused.exit_code == 1 and traces(store) != set()
    done = run(store, "erase", "Zoë Wald", "--yes", "--format", "json")
    told = json.loads(done.stdout)
    assert told["erased"] and told["role_changes"] == 9 and told["facts_before"] > 100
    assert traces(store) == set()
    assert run(store, "erase", "Zoë Wald", "--yes").exit_code == 1


@pytest.mark.parametrize("format", ["csv", "json-lines", "turtle", "popolo"])
def test_an_export_may_leave_out_names_and_keep_what_happened(store: Path, tmp_path: Path, format: str) -> None:
    file = tmp_path / "out"
    said = run(store, "export", "--anonymous", "--format", format, "-o", str(file))
    assert said.exit_code == 0, said.stderr
    written = file.read_text("utf-8")
    people = {name for row in ROWS for key in ("person", "reports_to", "replaces") if (name := row.get(key))}
    assert [name for name in sorted(people | set(TRACES)) if name in written] == []
    assert "Person 3" in written and "Chief Biologist" in written


def test_an_anonymous_organization_is_the_same_but_for_names(store: Path) -> None:
    org = orggraph.open(store)
    hidden = org.anonymous()
    assert shape(hidden.ledger) == shape(org.ledger)
    assert len(hidden.as_of(DAY).reports_to("Chief Executive")) == len(org.as_of(DAY).reports_to("Chief Executive"))
    assert "Zoë Wald" in repr(org.ledger), "the store itself is as it was"
