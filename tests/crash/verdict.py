"""What must be true of a store after the process that wrote to it was killed."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from scenarios import Scenario, opened

from orggraph.ledger import Ledger
from orggraph.loading import timeline_of
from orggraph.store.embedded import EmbeddedStore
from orggraph.timeline import Timeline
from orggraph.timeline.files import check_files

LASTING = {"store.json", "CURRENT", "generations", "lock"}
"""What is in the directory of a store that nobody writes to."""


class Wrong(Exception):
    """Say what is not as it must be."""


def state(ledger: Ledger) -> str:
    """Give a digest of everything that a ledger holds."""
    told = [sorted(map(repr, part)) for part in (ledger.loads, ledger.entries, ledger.facts)]
    return sha256(repr(told).encode()).hexdigest()


def states(scenario: Scenario, store: Path, files: Path) -> list[str]:
    """Give the states of a store before its loads and after each of them, when nobody kills anything."""
    told = [state(opened(store).ledger)]
    for load in scenario.loads:
        load(opened(store), files)
        told.append(state(opened(store).ledger))
    return told


def judge(scenario: Scenario, store: Path, files: Path, *, acknowledged: int, expected: list[str]) -> int:
    """Raise `Wrong` where a promise was broken; give how many of the loads are there."""
    org = opened(store)
    now = state(org.ledger)
    if now not in expected:
        raise Wrong("half a load is visible")
    kept = expected.index(now)
    if not acknowledged <= kept <= acknowledged + 1:
        raise Wrong(f"{acknowledged} loads were acknowledged, and {kept} are there")
    _check_index(store)
    for load in scenario.loads[kept:]:
        load(opened(store), files)
    if state(opened(store).ledger) != expected[-1]:
        raise Wrong("the load that was killed leads to something else when it is done again")
    del org
    last = opened(store)
    if not last.record("starts", person="Late", post="Last", organization="Acme", effective="2030-01-01").added:
        raise Wrong("nothing can be loaded any more")
    _check_index(store)
    left = {file.name for file in store.iterdir()} - LASTING
    del last
    EmbeddedStore(store, create=False).close()
    left |= {f"generations/{folder.name}" for folder in list((store / "generations").iterdir())[1:]}
    left |= {file.name for file in store.parent.glob(f".{store.name}.*")}
    if left:
        raise Wrong(f"{', '.join(sorted(left))} was left behind for ever")
    return kept


def _check_index(store: Path) -> None:
    """Compare the index with one that is made of the graph."""
    org = opened(store)
    assert org._store is not None
    folder = org._store.index
    if folder is None:
        if org._store.empty:
            return
        raise Wrong("the current generation has no index")
    check_files(folder, thorough=True)
    kept, made = Timeline.open(folder), timeline_of(org.ledger)
    if sorted(map(repr, kept.facts)) != sorted(map(repr, made.facts)):
        raise Wrong("the index tells other facts than the graph")
    if kept.standing.recorded != made.standing.recorded or (kept.standing.plain and not made.standing.plain):
        raise Wrong(f"the index stands at {kept.standing}, the graph at {made.standing}")
