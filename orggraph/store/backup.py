"""Backups: one generation of a store as a store of its own, in a directory or in a tar file, with a list of its files.

    backup.json     format, when it was made, of which store and generation, and every file with size and checksum
    store.json, CURRENT, generations/7/…     as in a store (see `embedded`)

A reader's lock keeps the generation while it is copied, so that a process may load meanwhile. Nothing is ever written
into the files of a generation, so a backup on the same file system links them: it costs no room until the store moves
on, and guards against what is done to the store, but not against the disk. One elsewhere, or in a tar file, is a copy.

Why a backup is a store: it can be asked without being restored, and whatever checks a store checks a backup.
"""

from __future__ import annotations

import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from orggraph.errors import StoreError
from orggraph.ledger import recorded_text
from orggraph.progress import Progress, silent
from orggraph.store.disk import checksum, clear_left, exchange, sync, sync_tree, write_synced
from orggraph.store.embedded import EmbeddedStore
from orggraph.store.format import CURRENT, DESCRIPTION, is_listed
from orggraph.store.lock import take_lock
from orggraph.store.manifest import Listed, damages

LIST = "backup.json"
FORMAT = 1
TAR = ".tar"


class Backup(NamedTuple):
    """What was backed up: where to, of which generation, how many files and bytes, and whether they were linked."""

    path: Path
    generation: str
    made: str
    files: int
    size: int
    linked: bool


def back_up(store: EmbeddedStore, target: Path, *, now: int, progress: Progress = silent) -> Backup:
    """Write the generation that a store has open into a new directory, or into a file that ends in ``.tar``.

    Its checksums are compared first, so that no damage is passed on. ``now`` is the time that the backup is said to be
    of, in microseconds. Raises `StoreError` where the target is there, nothing was ever loaded, or a file is damaged.
    """
    if target.exists():
        raise StoreError(f"{target}: there is something already (expected a new directory, or a new file {TAR})")
    if store.empty:
        raise StoreError(f"{store.path}: nothing was ever loaded, so there is nothing to back up")
    if wrong := list(damages(store.folder, progress) if is_listed(store.path) else ()):
        raise StoreError("\n".join(["the store is damaged, nothing was backed up", *wrong]))
    made = target.with_name(f".{target.name}.{os.getpid()}.new")
    folder = made.with_name(f"{made.name}.d") if target.suffix == TAR else made
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        clear_left(target, ".new")
        linked = _copy(store, folder, progress)
        told = _write_list(store, folder, now)
        if target.suffix == TAR:
            _write_tar(folder, made)
        else:
            sync_tree(folder)
        made.replace(target)
        sync(target.resolve().parent)
    except OSError as error:
        raise StoreError(f"{target}: the backup cannot be written, and there is none ({error})") from error
    finally:
        for left in {made, folder}:
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
    size = sum(item.size for item in told)
    kept = linked and target.suffix != TAR
    return Backup(target, store.folder.name, recorded_text(now), len(told), size, kept)


def _copy(store: EmbeddedStore, folder: Path, progress: Progress) -> bool:
    """Link a generation into a folder, or copy what cannot be linked; tell whether all could be."""
    generation = store.folder.relative_to(store.path)
    names = [str(file.relative_to(store.path)) for file in sorted(store.folder.rglob("*")) if file.is_file()]
    names = [name for name in names if not name.endswith(("/used", "/LOCK"))]
    linked = True
    for number, name in enumerate(names):
        progress("writing", number, len(names))
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(store.path / name, folder / name)
        except OSError:
            linked = False
            shutil.copy2(store.path / name, folder / name)
    (folder / generation / "used").touch()
    shutil.copy2(store.path / DESCRIPTION, folder / DESCRIPTION)
    (folder / CURRENT).write_text(store.current_text(), "utf-8")
    return linked


def _write_list(store: EmbeddedStore, folder: Path, now: int) -> list[Listed]:
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    listed = [Listed(str(file.relative_to(folder)), file.stat().st_size, checksum(file)) for file in files]
    told = {
        "format": FORMAT, "made": recorded_text(now), "store": str(store.path.resolve()),
        "generation": store.folder.name, "files": listed,
    }  # fmt: skip
    write_synced(folder / LIST, json.dumps(told, indent=1) + "\n")
    return listed


def _write_tar(folder: Path, made: Path) -> None:
    with tarfile.open(made, "x") as tar:
        tar.add(folder / LIST, LIST)
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.name != LIST:
                tar.add(file, str(file.relative_to(folder)))
    sync(made)


def damages_of_backup(folder: Path, progress: Progress = silent) -> Iterator[str]:
    """Compare a backup with its list, and say of each file that is missing, another or too much what is wrong."""
    try:
        told = json.loads((folder / LIST).read_text("utf-8"))
        version, files = told["format"], [Listed(*row) for row in told["files"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{folder / LIST}: this is no backup, or its list is damaged ({error})") from error
    if version != FORMAT:
        raise StoreError(f"{folder}: the backup has format {version}, this orggraph reads format {FORMAT}")
    total, done = sum(item.size for item in files), 0
    for item in files:
        progress("reading", done, total)
        done += item.size
        file = folder / item.name
        if not file.is_file():
            yield f"{file}: is missing"
        elif file.stat().st_size != item.size or checksum(file) != item.sum:
            yield f"{file}: is another than when it was backed up"


def restore(
    backup: Path, target: Path, *, force: bool = False, prepare: Callable[[Path], object] = lambda _: None,
    progress: Progress = silent,
) -> None:  # fmt: skip
    """Put a backup in place as a store, once all of it has been compared with its checksums.

    ``prepare`` may change the store before it is put in place.
    Raises `StoreError` where something is there already, unless ``force`` says to replace a store; where a process
    writes to that; and where the backup is damaged: then nothing has changed.
    """
    if target.exists() and not force and any(target.iterdir() if target.is_dir() else [target]):
        raise StoreError(f"{target}: there is something already, nothing has changed (--force replaces a store)")
    if target.exists() and (not target.is_dir() or (any(target.iterdir()) and not (target / DESCRIPTION).exists())):
        raise StoreError(f"{target}: this is no store, and is not replaced")
    made = target.with_name(f".{target.name}.{os.getpid()}.restored")
    clear_left(target, ".restored")
    try:
        with unpacked(backup, made) as folder:
            if wrong := list(damages_of_backup(folder, progress)):
                raise StoreError("\n".join(["the backup is damaged, nothing was restored", *wrong]))
            if folder != made:
                shutil.copytree(folder, made)
        (made / LIST).unlink()
        prepare(made)
        sync_tree(made)
        _put(made, target)
    except OSError as error:
        raise StoreError(f"{target}: the backup cannot be restored ({error})") from error
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def unpacked(backup: Path, made: Path) -> Iterator[Path]:
    """Give the folder of a backup: a directory as it is, a tar file unpacked into ``made``."""
    if backup.is_dir():
        yield backup
        return
    try:
        with tarfile.open(backup, "r:") as tar:
            tar.extractall(made, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise StoreError(f"{backup}: this is no backup that can be read ({error})") from error
    yield made


def _put(made: Path, target: Path) -> None:
    """Move a store to its place; one that is there already changes places with it and is removed then."""
    lock = take_lock(target) if (target / DESCRIPTION).exists() else None
    try:
        if not target.exists():
            made.rename(target)
        elif not exchange(made, target):
            aside = target.with_name(f".{target.name}.{os.getpid()}.replaced")
            target.rename(aside)
            made.rename(target)
            shutil.rmtree(aside, ignore_errors=True)
        sync(target.resolve().parent)
    finally:
        if lock:
            lock.close()
