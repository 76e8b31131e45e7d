"""Verifying a store: its checksums, the index against the graph, and what follows from the role changes.

Three things are kept of one truth: the role changes, the facts that follow from them, and the index over the facts.
Each is compared with the one before. What is wrong is listed, and nothing is mended: a damaged index is made anew by
the next load, a damaged graph comes back from a backup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from orggraph.errors import Finding, StoreError
from orggraph.ledger import Ledger, editions
from orggraph.loading import timeline_of
from orggraph.progress import Progress, silent
from orggraph.store.backup import LIST, damages_of_backup, unpacked
from orggraph.store.embedded import EmbeddedStore
from orggraph.store.format import is_listed
from orggraph.store.manifest import damages
from orggraph.timeline import Timeline

_NAMED = 3


def verify(path: Path, *, quick: bool = False, progress: Progress = silent) -> list[Finding]:
    """List everything that is wrong with a store or a backup; nothing where all is well.

    With ``quick`` the role changes are not replayed. A generation of format 1 has no checksums. Reads everything, and
    holds the ledger in memory. A tar file is unpacked into a temporary folder.
    """
    if path.is_file():
        try:
            with TemporaryDirectory() as made, unpacked(path, Path(made) / "backup") as folder:
                return verify(folder, quick=quick, progress=progress)
        except StoreError as error:
            return [_finding("store", str(error))]
    try:
        if (path / LIST).exists():
            found = [_finding("checksum", told) for told in damages_of_backup(path, progress)]
            if found:
                return found
        store = EmbeddedStore(path, create=False)
    except StoreError as error:
        return [_finding("store", str(error))]
    return _verified(store, quick=quick, progress=progress)


def _verified(store: EmbeddedStore, *, quick: bool, progress: Progress) -> list[Finding]:
    if store.empty:
        return []
    found = _refused("checksum", lambda: damages(store.folder, progress) if is_listed(store.path) else ())
    progress("reading", 0, 0)
    try:
        ledger = store.read()
    except StoreError as error:
        return [*found, _finding("graph", str(error))]
    progress("comparing", 0, 0)
    found += _refused("index", lambda: _index(store, ledger))
    if not quick:
        progress("replaying", 0, 0)
        found += [_finding("replay", told) for told in _replay(ledger)]
    return found


def _refused(code: str, look: Callable[[], Iterable[str]]) -> list[Finding]:
    try:
        return [_finding(code, told) for told in look()]
    except StoreError as error:
        return [_finding(code, str(error))]


def _finding(code: str, message: str) -> Finding:
    return Finding("error", message, code=code)


def _index(store: EmbeddedStore, ledger: Ledger) -> Iterator[str]:
    """Compare the index, and the counts of editions, with the graph."""
    counted = store.editions()
    if counted is not None and set(counted) != set(editions(ledger.entries)):
        yield f"{store.folder / 'editions.json'}: counts other role changes than are in the graph"
    folder = store.index
    if folder is None:
        yield f"{store.folder / 'index'}: there is no index (the next load writes one; until then every start is slow)"
        return
    kept, made = Timeline.open(folder), timeline_of(ledger)
    yield from _compared("the index", map(repr, kept.facts), "the graph", map(repr, made.facts))
    if kept.standing.recorded != made.standing.recorded or (kept.standing.plain and not made.standing.plain):
        yield f"the index stands at {kept.standing}, the graph at {made.standing}"


def _replay(ledger: Ledger) -> Iterator[str]:
    """Compare the facts that are believed with those that follow from the role changes that stand."""
    from orggraph.replay import replay  # only a load and this need it

    made = replay([entry.change for entry in ledger.standing()], base=ledger.base, salt=ledger.salt)
    follow = (repr(fact.content) for fact in made.facts)
    yield from _compared("what is believed", (repr(fact.content) for fact in ledger.believed()), "the replay", follow)


def _compared(one: str, told: Iterable[str], other: str, made: Iterable[str]) -> Iterator[str]:
    """Say how many of two lots of facts are in one alone, and name the first of them."""
    left, right = Counter(told), Counter(made)
    for name, only in ((one, left - right), (other, right - left)):
        if only:
            first = "; ".join(sorted(only)[:_NAMED])
            yield f"in {name} alone: {sum(only.values()):,} of the facts, such as {first}"
