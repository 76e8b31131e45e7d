"""One writer and eight readers on one store: each reader sees one generation, whole, for as long as it keeps it.

    python tests/crash/isolation.py                 two minutes
    python tests/crash/isolation.py --seconds 600   longer

Four of the readers are processes, four are threads of one more. Each opens the store, asks it several times over, and
has to get the same each time: as many members as lines, an even number of them (each load brings two), never fewer than
before. After each look it sees to it that neither its open files nor its mapped ones are in the directory that the
writer writes. The exit code is 1 where anything is not so.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import orggraph

DAY = "2024-06-01"
PROCESSES, THREADS = 4, 4
OVER = "over"
"""The file that says that the writer is done."""


def write(store: str, seconds: float, least: int) -> None:
    """Load two persons after two, for some seconds, and at least so many times."""
    org, number, until = orggraph.open(store), 0, time.monotonic() + seconds
    while number < least or time.monotonic() < until:
        org.load([
            {"kind": "starts", "person": f"P{number}{part}", "person_id": f"{number}{part}", "role": "member",
             "unit": "Works", "organization": "Acme", "effective": "2024-01-01", "reports_to": "Boss",
             "reports_to_id": "boss"}
            for part in "ab"
        ])  # fmt: skip
        number += 1
    Path(f"{store}.{OVER}").write_text(str(2 * number), "utf-8")


def read(store: str) -> list[int]:
    """Look at the store until the writer is done and all of it was seen; give how many members each look saw."""
    seen, over = [0], Path(f"{store}.{OVER}")
    while not over.exists() or seen[-1] < int(over.read_text("utf-8") or "0"):
        org = orggraph.open(store, create=False)
        looks = [_look(org, whole=len(seen) % 7 == 0) for _ in range(3)]
        assert looks == looks[:1] * 3, f"one reader saw {looks}"
        assert looks[0] % 2 == 0, "half a load was seen"
        assert looks[0] >= seen[-1], "time went back"
        _check_files()
        seen.append(looks[0])
    return seen[1:]


def _look(org: orggraph.OrgGraph, *, whole: bool) -> int:
    members, lines = org.as_of(DAY).members("Works"), org.as_of(DAY).reports_to("Boss")
    assert len(members) == len(lines), f"{len(members)} members have {len(lines)} lines"
    if whole:
        believed = {fact.content for fact in org.ledger.believed()}
        assert believed == {fact.content for fact in org.timeline.facts if fact.superseded is None}
    return len(members)


def _check_files() -> None:
    """See to it that no open or mapped file is one that the writer writes."""
    opened = set(Path("/proc/self/maps").read_text("utf-8").split())
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            opened.add(str(descriptor.readlink()))
        except OSError:
            continue  # closed meanwhile, as that of this listing is
    assert not [name for name in opened if "/writing-" in name], "a reader opened what the writer writes"


def read_in_threads(store: str) -> list[int]:
    """Look as `read` does in several threads of this process; give how many looks each took."""
    found: list[list[int]] = []
    threads = [threading.Thread(target=lambda: found.append(read(store))) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == THREADS, "a thread failed"
    return [len(seen) for seen in found]


def run(store: str, *, seconds: float, least: int) -> str:
    """Run the writer and all readers; give what is wrong, or what was seen."""
    orggraph.open(store).record("starts", person="Boss", person_id="boss", role="head", organization="Acme",
                                effective="2020-01-01")  # fmt: skip
    orggraph.open(store).record("created", unit="Works", organization="Acme", effective="2020-01-01")
    begun = [[sys.executable, __file__, "--read", store] for _ in range(PROCESSES)]
    begun.append([sys.executable, __file__, "--threads", store])
    piped = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    readers = [subprocess.Popen(command, text=True, **piped) for command in begun]
    write(store, seconds, least)
    told = [reader.communicate() for reader in readers]
    wrong = [err for reader, (_, err) in zip(readers, told, strict=True) if reader.returncode]
    if wrong:
        return "wrong: " + "\n".join(wrong)
    looks = sum(number for out, _ in told for number in json.loads(out))
    loads = int(Path(f"{store}.{OVER}").read_text("utf-8")) // 2
    return f"{loads} loads, {looks} times looked at by {PROCESSES + THREADS} readers, nothing wrong"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it from the command line; give the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--least", type=int, default=1, help="at least so many loads")
    parser.add_argument("--read", help=argparse.SUPPRESS)
    parser.add_argument("--threads", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.read:
        print(json.dumps([len(read(given.read))]))
        return 0
    if given.threads:
        print(json.dumps(read_in_threads(given.threads)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        told = run(str(Path(folder) / "store"), seconds=given.seconds, least=given.least)
    print(told)
    return 1 if told.startswith("wrong") else 0


if __name__ == "__main__":
    sys.exit(main())
