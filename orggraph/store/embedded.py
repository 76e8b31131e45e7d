"""The embedded store: one directory of immutable generations, each an RDF graph on disk.

    acme.orggraph/
        store.json          format version, salt and base of minted IRIs
        CURRENT             name of the generation that readers open
        generations/7/graph the graph (RocksDB), never written again once it is named in CURRENT
        generations/7/index what answers are read from; made from the graph, and again if it is missing or damaged
        generations/7/editions.json  how many role changes each load brought of each edition; may be missing
        generations/7/used  locked by those who read this generation
        writing-4711/       the private copy of a process that is loading
        lock                held by the one process that writes

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
import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from orggraph.errors import StoreError, StoreLocked
from orggraph.ledger import Edition, Ledger, Revision, editions_after
from orggraph.vocabulary import BASE

if TYPE_CHECKING:
    import pyoxigraph

    from orggraph.changes import RoleChange
    from orggraph.ledger import Load

FORMAT_VERSION = 1
_EDITIONS = "editions.json"
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
            _make(path, base)
        self.meta = _read_meta(path)
        self._generation = self._use_current()

    def read(self) -> Ledger:
        """Give all that the generation holds which was current when this store was opened."""
        from orggraph.store.triples import read_ledger  # imports the RDF library

        if not self._generation:
            return Ledger(salt=self.meta["salt"], base=self.meta["base"])
        return read_ledger(self.graph(), salt=self.meta["salt"], base=self.meta["base"])

    def graph(self) -> pyoxigraph.Store:
        """Open the graph of the current generation for reading, once."""
        import pyoxigraph  # answers from the index do without

        if self._reading is None:
            folder = self._folder / "graph"
            try:
                self._reading = pyoxigraph.Store.read_only(str(folder))
            except OSError as error:
                raise StoreError(f"{folder}: the graph cannot be opened ({error})") from error
        return self._reading

    def changes(self, identities: Iterable[str]) -> dict[str, RoleChange]:
        """Give recorded role changes by identity; those that are not there are left out."""
        from orggraph.store.triples import read_changes  # imports the RDF library

        return read_changes(self.graph(), identities, base=self.meta["base"])

    def changes_of_records(self, records: Collection[tuple[str, str]]) -> list[RoleChange]:
        """Give the role changes with these keys of their sources, as pairs (source, key); reads all that there are."""
        from orggraph.store.triples import read_changes_of_records  # imports the RDF library

        return read_changes_of_records(self.graph(), records)

    def loads(self) -> list[Load]:
        """Give all loads, in the order of recording."""
        from orggraph.store.triples import read_loads  # imports the RDF library

        return read_loads(self.graph()) if self._generation else []

    def sources(self) -> list[str]:
        """Give the names of all sources, sorted."""
        from orggraph.store.triples import read_sources  # imports the RDF library

        return read_sources(self.graph()) if self._generation else []

    def records(self) -> bytes:
        """Give all role changes as N-Triples; see `triples.read_records`."""
        from orggraph.store.triples import read_records  # imports the RDF library

        return read_records(self.graph()) if self._generation else b""

    def editions(self) -> list[Edition] | None:
        """Give the editions of sources as they were counted while loading; ``None`` where that was not done."""
        if not self._generation:
            return []
        try:
            read = json.loads((self._folder / _EDITIONS).read_text("utf-8"))
            return [Edition(*row) for row in read]
        except (OSError, ValueError, TypeError):
            return None

    @property
    def index(self) -> Path | None:
        """Give the folder of the index, where this generation has one; whether it is whole is for its reader to say."""
        folder = self._folder / "index"
        return folder if self._generation and folder.is_dir() else None

    @property
    def empty(self) -> bool:
        """Tell whether nothing was ever loaded."""
        return not self._generation

    @property
    def _folder(self) -> Path:
        return self.path / "generations" / self._generation

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

    def _begin_writing(self) -> None:
        self._take_lock()
        if self._current() != self._generation:
            self.close()
            raise StoreError(f"{self.path}: another process has loaded since this store was opened (open it again)")

    def discard_if_empty(self) -> None:
        """Remove the store from the disk if no load was ever kept in it; one that holds anything stays."""
        self._release()
        with suppress(OSError):
            (self.path / "generations").rmdir()  # fails, and so ends this, where a load was kept
            (self.path / "lock").unlink(missing_ok=True)
            (self.path / "store.json").unlink()
            self.path.rmdir()

    def close(self) -> None:
        """Let the lock go and drop the private copy; what was acknowledged stays."""
        self._writing = None
        shutil.rmtree(self.path / f"writing-{os.getpid()}", ignore_errors=True)
        if self._lock:
            self._lock.close()
            self._lock = None

    def _release(self) -> None:
        self.close()
        if self._used:
            self._used.close()
            self._used = None

    def __del__(self) -> None:
        with suppress(Exception):  # the interpreter may be half gone; the next writer clears what is left
            self._release()

    def _current(self) -> str:
        current = self.path / "CURRENT"
        return current.read_text("utf-8").strip() if current.exists() else ""

    def _take_lock(self) -> None:
        if self._lock:
            return
        lock = (self.path / "lock").open("a+", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            lock.close()
            raise StoreLocked(f"{self.path}: process {holder} is loading into this store (try again later)") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        for left in self.path.glob("writing-*"):
            shutil.rmtree(left, ignore_errors=True)

    def _private_copy(self) -> pyoxigraph.Store:
        import pyoxigraph  # answers from the index do without

        target = self.path / f"writing-{os.getpid()}"
        if self._generation:
            _clone(self.path / "generations" / self._generation / "graph", target)
        self._writing = pyoxigraph.Store(str(target))
        return self._writing

    def _publish(
        self, fill: Callable[[pyoxigraph.Store, Path], None], editions: Sequence[Edition] | None
    ) -> None:
        """Let ``fill`` write into the private copy and the next index, and make them the current generation."""
        number = str(int(self._generation or "0") + 1)
        generations = self.path / "generations"
        folder = generations / number
        try:
            writing = self._writing or self._private_copy()
            shutil.rmtree(folder, ignore_errors=True)
            (folder / "index").mkdir(parents=True)
            fill(writing, folder / "index")
            writing.flush()
            writing.backup(str(folder / "graph"))
            if editions is not None:
                (folder / _EDITIONS).write_text(json.dumps(editions, ensure_ascii=False), encoding="utf-8")
            (folder / "used").touch()
            _sync_tree(folder)
            _sync(generations)
            _write_atomically(self.path / "CURRENT", number)
        except BaseException as error:
            self.close()  # the private copy may hold what was not acknowledged
            if self._current() != number:
                shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError):
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

    def _forget(self) -> None:
        """Remove the generations that nobody reads."""
        for folder in (self.path / "generations").iterdir():
            if folder.name == self._generation:
                continue
            with suppress(OSError), (folder / "used").open(encoding="utf-8") as used:
                fcntl.flock(used, fcntl.LOCK_EX | fcntl.LOCK_NB)
                (folder / "used").unlink()
                shutil.rmtree(folder, ignore_errors=True)


def _make(path: Path, base: str) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise StoreError(f"{path}: the directory holds something else (expected an empty or a new directory)")
        (path / "generations").mkdir()
    except OSError as error:
        raise StoreError(f"{path}: a store cannot be made here ({error})") from error
    meta = {"format": FORMAT_VERSION, "salt": secrets.token_hex(16), "base": base}
    _write_atomically(path / "store.json", json.dumps(meta, indent=1) + "\n")


def _read_meta(path: Path) -> dict[str, str]:
    try:
        meta = json.loads((path / "store.json").read_text("utf-8"))
        version, salt, base = meta["format"], meta["salt"], meta["base"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path / 'store.json'}: this is no store's description ({error})") from error
    if version != FORMAT_VERSION:
        raise StoreError(f"{path}: the store has format {version}, this orggraph reads format {FORMAT_VERSION}")
    return {"salt": salt, "base": base}


def _clone(source: Path, target: Path) -> None:
    """Copy a RocksDB directory that nobody writes: its tables are immutable and linked, the rest is small."""
    target.mkdir()
    for file in source.iterdir():
        if file.suffix == ".sst":
            os.link(file, target / file.name)
        elif file.name != "LOCK":
            shutil.copy2(file, target / file.name)


def _write_atomically(path: Path, text: str) -> None:
    made = path.with_name(path.name + ".new")
    with made.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    made.replace(path)
    _sync(path.parent)


def _sync_tree(folder: Path) -> None:
    for file in folder.rglob("*"):
        _sync(file)
    _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
