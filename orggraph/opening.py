"""Opening an organization: from files, in a directory, or on a SPARQL engine elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from orggraph.errors import StoreError
from orggraph.graph import OrgGraph
from orggraph.progress import Progress, silent

REMOTE = ("http://", "https://")


def open(target: str | Path = "", *, data: Iterable[str | Path] = (), create: bool = True) -> OrgGraph:
    """Open a store, or with ``data`` read files into memory without a store.

    ``target`` is a directory, which is made where it does not exist, unless ``create`` is false; or the address of a
    SPARQL 1.1 endpoint on which an organization was published. `StoreError` where it cannot be opened.

    >>> open().as_of("2024-06-01").day
    '2024-06-01'
    """
    if data:
        org = OrgGraph()
        org.load(*data)
        return org
    if not str(target):
        return OrgGraph()
    if is_remote(target):
        from orggraph.remote import RemoteOrg  # imports the SPARQL engine

        return RemoteOrg(str(target))
    from orggraph.store.embedded import EmbeddedStore  # imports the RDF store

    return OrgGraph(EmbeddedStore(Path(target), create=create))


def restore(
    backup: str | Path, target: str | Path, *, force: bool = False, progress: Progress = silent
) -> OrgGraph:
    """Put a backup (see `OrgGraph.backup`) in place as a store, once its checksums are right, and open it.

    ``force`` replaces a store that is there. Who was erased from that since the backup was made is erased from what
    takes its place, too. `StoreError`, and nothing changed, where something else is there or the backup is damaged.
    """
    from orggraph.store.backup import restore as put  # only this needs it

    known = _erasures(Path(target))

    def prepare(folder: Path) -> None:
        org = open(folder, create=False)
        if known and org.base_and_salt == known[0]:
            org.erase_known(known[1])

    put(Path(backup), Path(target), force=force, prepare=prepare, progress=progress)
    return open(target, create=False)


def _erasures(target: Path) -> tuple[tuple[str, str], str] | None:
    """Give base and salt of a store, with who was erased from it; ``None`` where there is no store, or nobody was.

    A store that cannot be read may be replaced, but who was erased from it is lost then.
    """
    with suppress(StoreError):
        org = open(target, create=False)
        return (org.base_and_salt, org.erasures) if org.erasures else None
    return None


def is_remote(target: str | Path) -> bool:
    """Tell whether a store is the address of an engine, and no directory."""
    return str(target).startswith(REMOTE)
