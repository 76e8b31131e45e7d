"""What is written to a disk so that it is there, whole, after a power cut: beside, synced, then put in place."""

from __future__ import annotations

import os
import shutil
from glob import escape
from pathlib import Path
from zlib import crc32

_HERE, _EXCHANGE = -100, 2
"""`AT_FDCWD` and `RENAME_EXCHANGE` of Linux; see renameat2(2)."""


def write_atomically(path: Path, text: str) -> None:
    """Replace a file as a whole or not at all; it is on the disk when this returns."""
    made = path.with_name(path.name + ".new")
    write_synced(made, text)
    made.replace(path)
    sync(path.parent)


def write_synced(path: Path, text: str) -> None:
    """Write a file onto the disk; that its name is there is for its folder to be synced."""
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def sync_tree(folder: Path) -> None:
    """Sync a folder with everything in it."""
    for file in folder.rglob("*"):
        sync(file)
    sync(folder)


def sync(path: Path) -> None:
    """Sync a file or a folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; false, and nothing done, where the system cannot (Linux can)."""
    import ctypes  # only what replaces a store needs it

    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    done: int = rename(_HERE, os.fsencode(one.absolute()), _HERE, os.fsencode(other.absolute()), _EXCHANGE)
    return done == 0


def clone_graph(source: Path, target: Path) -> None:
    """Copy a RocksDB directory that nobody writes: its tables are immutable and linked, the rest is small."""
    target.mkdir()
    for file in source.iterdir():
        if file.suffix == ".sst":
            os.link(file, target / file.name)
        elif file.name != "LOCK":
            shutil.copy2(file, target / file.name)


def checksum(file: Path) -> int:
    """Give the CRC-32 of a file."""
    total = 0
    with file.open("rb") as stream:
        while block := stream.read(2**20):
            total = crc32(block, total)
    return total


def clear_left(target: Path, suffix: str) -> None:
    """Remove what processes that have ended left beside a target: ``.NAME.PID`` and a suffix, whatever follows."""
    for left in target.parent.glob(f".{escape(target.name)}.*{suffix}*"):
        process = left.name.removeprefix(f".{target.name}.").partition(".")[0]
        if process.isdigit() and int(process) != os.getpid() and not _runs(int(process)):
            shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # it is somebody else's
    return True
