"""Several processes on one store: a writer publishes load after load, and readers see whole generations only."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import orggraph

PROGRAMS = {
    "writer": """
import sys, orggraph
from orggraph import graph
from orggraph.timeline import columns
if sys.argv[3] == "alone":
    graph.LARGE = columns.MANY = 0
org = orggraph.open(sys.argv[1])
for number in range(int(sys.argv[2])):
    org.load([
        {"kind": "starts", "person": f"Person {number}-{part}", "person_id": f"{number}-{part}", "role": "member",
         "unit": "Works", "organization": "Acme", "effective": "2024-01-01", "reports_to": "Boss",
         "reports_to_id": "boss"}
        for part in "ab"
    ])
    print(number, flush=True)
""",
    "reader": """
import json, sys, orggraph
seen = []
while not seen or seen[-1] < 2 * int(sys.argv[2]):
    org = orggraph.open(sys.argv[1], create=False)
    members = org.as_of("2024-06-01").members("Works")
    lines = org.as_of("2024-06-01").reports_to("Boss")
    assert len(members) == len(lines), (len(members), len(lines))
    assert len(members) % 2 == 0, "half a load was seen"
    if len(seen) % 5 == 0:
        believed = {fact.content for fact in org.ledger.believed()}
        assert believed == {fact.content for fact in org.timeline.facts if fact.superseded is None}
    assert not seen or len(members) >= seen[-1], "time went back"
    seen.append(len(members))
print(json.dumps(seen))
""",
    "keeper": """
import json, sys, orggraph
org = orggraph.open(sys.argv[1], create=False)
first = len(org.as_of("2024-06-01").members("Works"))
print("open", flush=True)
sys.stdin.readline()
print(json.dumps([first, len(org.ledger.believed()), len(org.as_of("2024-06-01").reports_to("Boss"))]))
""",
}


def start(program: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAMS[program], *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("way", ["whole", "alone"])
def test_readers_see_whole_loads_while_a_writer_publishes(tmp_path: Path, way: str) -> None:
    store = str(tmp_path / "s")
    orggraph.open(store).record("starts", person="Boss", person_id="boss", role="head of all", organization="Acme",
                                effective="2020-01-01")  # fmt: skip
    loads = 12
    with start("writer", store, "1", way) as first:
        first.communicate(timeout=120)
    with start("keeper", store) as keeper:
        assert keeper.stdout is not None
        assert keeper.stdout.readline().strip() == "open"
        readers = [start("reader", store, str(loads)) for _ in range(3)]
        with start("writer", store, str(loads), way) as writer:
            out, err = writer.communicate(timeout=300)
        assert (writer.returncode, len(out.split())) == (0, loads), err
        for reader in readers:
            out, err = reader.communicate(timeout=300)
            assert reader.returncode == 0, err
            assert json.loads(out)[-1] == 2 * loads
        answer, err = keeper.communicate("\n", timeout=60)
        assert keeper.returncode == 0, err
        assert json.loads(answer)[0] == json.loads(answer)[2] == 2
    late = orggraph.open(store)
    late.record("starts", person="Late", person_id="late", role="member", organization="Acme", effective="2024-01-01")
    assert len(list((tmp_path / "s" / "generations").iterdir())) == 1, "what nobody reads any more is removed"


def test_a_damaged_index_is_made_again_from_the_graph(tmp_path: Path) -> None:
    org = orggraph.open(tmp_path / "s")
    org.record("starts", person="Ada", post="CTO", organization="Acme", effective="2024-05-01")
    del org
    (index,) = (tmp_path / "s" / "generations").glob("*/index")
    for damage in ("flipped", "cut", "gone"):
        file = index / "subject.npy"
        whole = file.read_bytes()
        file.unlink()
        if damage != "gone":
            file.write_bytes(whole[:-4] + b"\xff\xff\xff\x7f" if damage == "flipped" else whole[:-4])
        again = orggraph.open(tmp_path / "s")
        assert [row.name for row in again.as_of("2024-06-01").holders("CTO")] == ["Ada"]
        assert again.timeline.folder is None
        file.unlink(missing_ok=True)
        file.write_bytes(whole)
    mended = orggraph.open(tmp_path / "s")
    assert mended.timeline.folder is not None
    mended.record("starts", person="Bo", post="CFO", organization="Acme", effective="2024-05-01")
    assert [row.name for row in orggraph.open(tmp_path / "s").as_of("2024-06-01").holders("CFO")] == ["Bo"]
