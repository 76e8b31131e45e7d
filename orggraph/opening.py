"""Opening an organization: from files, in a directory, or on a SPARQL engine elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from orggraph.graph import OrgGraph

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


def restore(backup: str | Path, target: str | Path, *, force: bool = False) -> OrgGraph:
    """Put a backup (see `OrgGraph.backup`) in place as a store, once its checksums are right, and open it.

    ``force`` replaces a store that is there. `StoreError` where something else is, or the backup is damaged.
    """
    from orggraph.store.backup import restore as put  # only this needs it

    put(Path(backup), Path(target), force=force)
    return open(target, create=False)


def is_remote(target: str | Path) -> bool:
    """Tell whether a store is the address of an engine, and no directory."""
    return str(target).startswith(REMOTE)
