"""The embedded store: one directory of immutable generations, each an RDF graph on disk.

    acme.orggraph/
        store.json          format version, salt and base of minted IRIs (see `format`)
        CURRENT             name of the generation that readers open
        generations/7/graph the graph (RocksDB), never written again once it is named in CURRENT
        generations/7/index what answers are read from; made from the graph, and again if it is missing or damaged
        generations/7/editions.json  how many role changes each load brought of each edition; may be missing
        generations/7/erasures.json  keyed hashes of whom the store must not know (see `erasure`); there once it does
        generations/7/files.json  sizes and checksums of these (see `manifest`)
        generations/7/used  locked by those who read this generation
        writing-4711/       the private copy of a process that is loading
        lock                held by the one process that writes (see `lock`)

A load is written into a private copy of the current generation, flushed, linked into a new generation, synced, and
only then named in CURRENT by an atomic rename; it is acknowledged after that. So a reader keeps its generation as
long as it likes, a half-written load is never seen, and a process that dies leaves nothing but a private copy that the
next writer removes.

Why a private copy and not one writer's directory: with hard links it costs a few milliseconds, and there is no
directory that could hold more than was acknowledged. Everything a load does is an addition (a fact is closed by adding
when it was superseded), so one transaction holds it.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from orggraph.errors import StoreError
from orggraph.ledger import Edition, Ledger, Revision, editions_after
from orggraph.store.disk import clear_left, clone_graph, sync, sync_tree
from orggraph.store.format import make_store, named, read_current, read_meta, renew_format, write_current
from orggraph.store.lock import take_lock
from orggraph.store.manifest import is_whole, write_list
from orggraph.vocabulary import BASE

if TYPE_CHECKING:
    import pyoxigraph

    from orggraph.changes import RoleChange
    from orggraph.ledger import Entry, Load

_EDITIONS = "editions.json"
ERASURES = "erasures.json"
_MEND = "orggraph verify lists what is damaged, orggraph restore puts a backup in its place"
_FAILURES = (OSError, RuntimeError)
"""What the engine raises where a file cannot be read or written, or is damaged."""
BULK = 200_000
"""From this many triples on a load is bulk-loaded, so many at a time: the engine holds what it is given at once, and
twice as much. It is written into a private copy in any case."""


class EmbeddedStore:
    """A store in the directory ``path``, which is made where it does not exist, unless ``create`` is false."""

    def __init__(self, path: Path, *, create: bool = True, base: str = BASE) -> None:
        self.path = path
        self.location = str(path)
        self._lock: IO[str] | None = None
        self._used: IO[str] | None = None
        self._writing: pyoxigraph.Store | None = None
        self._reading: pyoxigraph.Store | None = None
        try:
            there = (path / "store.json").exists()
        except OSError as error:
            raise StoreError(f"{path}: the store cannot be opened ({error})") from error
        if not there:
            if not create:
                raise StoreError(f"{path}: there is no store here (make one with: orggraph --store {path} load FILE…)")
            make_store(path, base)
        self.meta = read_meta(path)
        self._generation = self._use_current()

    def read(self) -> Ledger:
        """Give all that the generation holds which was current when this store was opened."""
        from orggraph.store.triples import read_ledger  # imports the RDF library

        if not self._generation:
            return Ledger(salt=self.meta["salt"], base=self.meta["base"])
        with self._readable():
            return read_ledger(self.graph(), salt=self.meta["salt"], base=self.meta["base"])

    @contextmanager
    def _readable(self) -> Iterator[None]:
        """Say what to do where the graph turns out to be damaged while it is read."""
        try:
            yield
        except _FAILURES as error:
            raise StoreError(f"{self.folder / 'graph'}: the graph is damaged ({error}); {_MEND}") from error

    def graph(self) -> pyoxigraph.Store:
        """Open the graph of the current generation for reading, once."""
        import pyoxigraph  # answers from the index do without

        if self._reading is None:
            folder = self.folder / "graph"
            try:
                self._reading = pyoxigraph.Store.read_only(str(folder))
            except _FAILURES as error:
                raise StoreError(f"{folder}: the graph cannot be opened ({error}); {_MEND}") from error
        return self._reading

    def changes(self, identities: Iterable[str]) -> dict[str, RoleChange]:
        """Give recorded role changes by identity; those that are not there are left out."""
        return {identity: entry.change for identity, entry in self.entries(identities).items()}

    def entries(self, identities: Iterable[str]) -> dict[str, Entry]:
        """Give role changes as they were recorded, by identity; those that are not there are left out."""
        from orggraph.store.triples import read_entries  # imports the RDF library

        with self._readable():
            return read_entries(self.graph(), identities, base=self.meta["base"])

    def changes_of_records(self, records: Collection[tuple[str, str]]) -> list[RoleChange]:
        """Give the role changes with these keys of their sources, as pairs (source, key); reads all that there are."""
        from orggraph.store.triples import read_changes_of_records  # imports the RDF library

        with self._readable():
            return read_changes_of_records(self.graph(), records)

    def loads(self) -> list[Load]:
        """Give all loads, in the order of recording."""
        from orggraph.store.triples import read_loads  # imports the RDF library

        with self._readable():
            return read_loads(self.graph()) if self._generation else []

    def sources(self) -> list[str]:
        """Give the names of all sources, sorted."""
        from orggraph.store.triples import read_sources  # imports the RDF library

        with self._readable():
            return read_sources(self.graph()) if self._generation else []

    def records(self) -> bytes:
        """Give all role changes as N-Triples; see `triples.read_records`."""
        from orggraph.store.triples import read_records  # imports the RDF library

        with self._readable():
            return read_records(self.graph()) if self._generation else b""

    def editions(self) -> list[Edition] | None:
        """Give the editions of sources as they were counted while loading; ``None`` where that was not done."""
        if not self._generation:
            return []
        try:
            if not is_whole(self.folder, _EDITIONS):
                return None
            read = json.loads((self.folder / _EDITIONS).read_text("utf-8"))
            return [Edition(*row) for row in read]
        except (OSError, StoreError, ValueError, TypeError):
            return None

    @property
    def erasures(self) -> str:
        """Give whom this store must not know; see `erasure`. `StoreError` where that is damaged."""
        file = self.folder / ERASURES
        if not self._generation or not file.exists():
            return ""
        if not is_whole(self.folder, ERASURES):
            raise StoreError(f"{file}: what says who was erased is damaged; {_MEND}")
        return file.read_text("utf-8")

    @property
    def index(self) -> Path | None:
        """Give the folder of the index, where this generation has one; whether it is whole is for its reader to say."""
        folder = self.folder / "index"
        return folder if self._generation and folder.is_dir() else None

    @property
    def empty(self) -> bool:
        """Tell whether nothing was ever loaded."""
        return not self._generation

    @property
    def folder(self) -> Path:
        """Give the folder of the generation that is open; of an empty store, that of all of them."""
        return self.path / "generations" / self._generation

    def current_text(self) -> str:
        """Give what ``CURRENT`` says where the generation that is open is the current one."""
        return named(self._generation)

    def commit(self, revision: Revision, write_index: Callable[[Path], None]) -> None:
        """Keep a revision and publish it as a new generation, with the index that ``write_index`` makes.

        All or nothing. Raises `StoreLocked` while another process writes, and `StoreError` where another process has
        published since this one read, or the disk refuses.
        """
        from orggraph.rdf import to_quad  # imports the RDF library
        from orggraph.store.triples import additions

        self._begin_writing()
        quads = map(to_quad, additions(revision, self.meta["base"]))

        def fill(writing: pyoxigraph.Store, index: Path) -> None:
            some = list(islice(quads, BULK))
            extend = writing.bulk_extend if len(some) == BULK else writing.extend
            while some:
                extend(some)
                some = list(islice(quads, BULK))
            write_index(index)

        known = self.editions()
        self._publish(fill, None if known is None else editions_after(known, revision))

    def commit_first(
        self, fill: Callable[[pyoxigraph.Store, Path], None], *, editions: Sequence[Edition] | None = None
    ) -> None:
        """Keep the first load of an empty store: ``fill`` writes its graph, and the index into a folder.

        ``editions`` are those that it brings, where they are known.
        All or nothing, also where ``fill`` raises, and with the errors of `commit`.
        """
        self._begin_writing()
        if self._generation:
            raise StoreError(f"{self.path}: the store is not empty")
        self._publish(fill, editions)

    def rewrite(
        self, revisions: Sequence[Revision], write_index: Callable[[Path], None], *, erasures: str
    ) -> None:
        """Keep other loads in place of all that there are, and no generation with those that were.

        Nothing is taken over from the files that are there. Who reads an older generation may not be able to go on.
        All or nothing, with the errors of `commit`.
        """
        from orggraph.rdf import to_quad  # imports the RDF library
        from orggraph.store.triples import additions

        self._begin_writing()
        self._writing = self._private_copy(fresh=True)

        def fill(writing: pyoxigraph.Store, index: Path) -> None:
            for revision in revisions:
                writing.bulk_extend(map(to_quad, additions(revision, self.meta["base"])))
            writing.optimize()
            write_index(index)

        known: list[Edition] = []
        for revision in revisions:
            known = editions_after(known, revision)
        self._publish(fill, known, erasures=erasures)
        self._forget(all=True)

    def _begin_writing(self) -> None:
        self._take_lock()
        if self._current() != self._generation:
            self.close()
            raise StoreError(f"{self.path}: another process has loaded since this store was opened (open it again)")

    def discard_if_empty(self) -> None:
        """Remove the store from the disk if no load was ever kept in it; one that holds anything stays."""
        self.release()
        with suppress(OSError):
            (self.path / "generations").rmdir()  # fails, and so ends this, where a load was kept
            for name in ("lock", "CURRENT", "store.json"):
                (self.path / name).unlink(missing_ok=True)
            self.path.rmdir()

    def close(self) -> None:
        """Let the lock go and drop the private copy; what was acknowledged stays."""
        self._writing = None
        shutil.rmtree(self.path / f"writing-{os.getpid()}", ignore_errors=True)
        if self._lock:
            self._lock.close()
            self._lock = None

    def release(self) -> None:
        """Let everything go, the generation too, which may be removed then."""
        self.close()
        if self._used:
            self._used.close()
            self._used = None

    def __del__(self) -> None:
        with suppress(Exception):  # the interpreter may be half gone; the next writer clears what is left
            self.release()

    def _current(self) -> str:
        return read_current(self.path)

    def _take_lock(self) -> None:
        if self._lock:
            return
        self._lock = take_lock(self.path)
        clear_left(self.path, ".restored")
        for left in (*self.path.glob("writing-*"), *self.path.glob("*.new")):
            with suppress(OSError):
                shutil.rmtree(left) if left.is_dir() else left.unlink()

    def _private_copy(self, *, fresh: bool = False) -> pyoxigraph.Store:
        import pyoxigraph  # answers from the index do without

        target = self.path / f"writing-{os.getpid()}"
        if fresh:
            self._writing = None
            shutil.rmtree(target, ignore_errors=True)
        elif self._generation:
            clone_graph(self.path / "generations" / self._generation / "graph", target)
        self._writing = pyoxigraph.Store(str(target))
        return self._writing

    def _publish(
        self, fill: Callable[[pyoxigraph.Store, Path], None], editions: Sequence[Edition] | None, *, erasures: str = ""
    ) -> None:
        """Let ``fill`` write into the private copy and the next index, and make them the current generation."""
        number = str(int(self._generation or "0") + 1)
        generations = self.path / "generations"
        folder = generations / number
        try:
            writing = self._private_copy() if self._writing is None else self._writing
            shutil.rmtree(folder, ignore_errors=True)
            (folder / "index").mkdir(parents=True)
            fill(writing, folder / "index")
            writing.flush()
            writing.backup(str(folder / "graph"))
            if editions is not None:
                (folder / _EDITIONS).write_text(json.dumps(editions, ensure_ascii=False), encoding="utf-8")
            if kept := erasures or self.erasures:
                (folder / ERASURES).write_text(kept, encoding="utf-8")
            write_list(folder, self.folder if self._generation else None)
            (folder / "used").touch()
            sync_tree(folder)
            sync(generations)
            renew_format(self.path, self.meta)
            write_current(self.path, number)
        except BaseException as error:
            self.close()  # the private copy may hold what was not acknowledged
            if self._current() != number:
                shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, _FAILURES):
                raise StoreError(f"{self.path}: the load could not be kept, nothing has changed ({error})") from error
            raise
        self._reading = None
        self._generation = self._use_current()
        self._forget()

    def _use_current(self) -> str:
        """Lock the current generation for reading, so that no writer removes it; give its name, or nothing."""
        for _ in range(1000):  # a writer may publish and forget between the look and the lock
            name = self._current()
            if not name:
                return ""
            with suppress(FileNotFoundError):
                used = (self.path / "generations" / name / "used").open(encoding="utf-8")
                fcntl.flock(used, fcntl.LOCK_SH)
                if (self.path / "generations" / name / "used").exists():
                    if self._used:
                        self._used.close()
                    self._used = used
                    return name
                used.close()
        raise StoreError(f"{self.path / 'CURRENT'}: names a generation that is not there")

    def _forget(self, *, all: bool = False) -> None:
        """Remove the generations that nobody reads, or all, and what is left of those that were being removed."""
        for folder in (self.path / "generations").iterdir():
            if folder.name == self._generation:
                continue
            if all:
                shutil.rmtree(folder, ignore_errors=True)
            with suppress(BlockingIOError):
                with suppress(FileNotFoundError), (folder / "used").open(encoding="utf-8") as used:
                    fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    (folder / "used").unlink()
                shutil.rmtree(folder, ignore_errors=True)
