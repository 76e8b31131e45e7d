"""What is written to a disk so that it is there, whole, after a power cut: beside, synced, then put in place."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from zlib import crc32


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
