"""Stores: where a ledger is kept between two runs.

`embedded` keeps it in a directory of immutable generations; `remote` speaks to a SPARQL engine, on which a ledger is
published (see `orggraph.publication`) and asked about (see `orggraph.remote`). `Store` is what an organization graph
has to be able to do with one to load into it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from orggraph.ledger import Edition, Entry, Ledger, Load, Recorded, Revision

if TYPE_CHECKING:
    import pyoxigraph


class Store(Recorded, Protocol):
    """Where a ledger is kept."""

    location: str

    @property
    def index(self) -> Path | None:
        """Give the folder of the index over what is kept, if there is one."""

    def read(self) -> Ledger:
        """Give all that is kept."""

    def entries(self, identities: Iterable[str]) -> dict[str, Entry]:
        """Give role changes as they were recorded, by identity; those that are not there are left out."""

    def loads(self) -> list[Load]:
        """Give all loads, in the order of recording."""

    def sources(self) -> list[str]:
        """Give the names of all sources, sorted."""

    def records(self) -> bytes:
        """Give all role changes as N-Triples, in the form of `rdf.change_record_triples`."""

    def editions(self) -> list[Edition] | None:
        """Give the editions of sources, or ``None`` where they have to be counted."""

    def commit(self, revision: Revision, write_index: Callable[[Path], None]) -> None:
        """Keep a revision, as a whole or not at all; ``write_index`` writes the index of what it leads to."""

    @property
    def erasures(self) -> str:
        """Give whom it must not know, as `erasure.Erasures` writes it; empty where nobody was erased."""

    def commit_first(
        self, fill: Callable[[pyoxigraph.Store, Path], None], *, editions: Sequence[Edition] | None = None
    ) -> None:
        """Keep the first load, as a whole or not at all; ``fill`` writes its graph, and its index into a folder.

        ``editions`` are those that it brings, where they are known.
        """

    def rewrite(
        self, revisions: Sequence[Revision], write_index: Callable[[Path], None], *, erasures: str
    ) -> None:
        """Keep other loads in place of all that there are, as a whole or not at all, with whom it must not know."""

    @property
    def empty(self) -> bool:
        """Tell whether nothing was ever loaded."""


__all__ = ["Store"]
