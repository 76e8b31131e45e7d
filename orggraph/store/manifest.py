"""The list of the files of a generation, with sizes and checksums; those of the index are in a list of its own.

A table of the graph that is linked from one generation to the next keeps its checksum and is not read again, so that
the cost of a small load does not grow with the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from orggraph.errors import StoreError
from orggraph.progress import Progress, silent
from orggraph.store.disk import checksum

LIST = "files.json"
INDEX_LIST = "index/index.json"
_UNLISTED = ("used", LIST)


class Listed(NamedTuple):
    """A file of a generation by its path in it, with its size in bytes and its CRC-32."""

    name: str
    size: int
    sum: int


def write_list(folder: Path, before: Path | None) -> None:
    """Write the list of a generation that is whole; ``before`` is the one from which its tables were linked."""
    known = {item.name: item for item in read_list(before)} if before and (before / LIST).exists() else {}
    listed = []
    for file in _files(folder):
        name, now = str(file.relative_to(folder)), file.stat()
        old = known.get(name)
        kept = before is not None and old is not None and old.size == now.st_size and _is_one(file, before / name)
        listed.append(Listed(name, now.st_size, old.sum if kept and old else checksum(file)))
    (folder / LIST).write_text(json.dumps(listed), encoding="utf-8")


def read_list(folder: Path) -> list[Listed]:
    """Read the list of a generation; raise `StoreError` where that cannot be."""
    try:
        return [Listed(*row) for row in json.loads((folder / LIST).read_text("utf-8"))]
    except (OSError, ValueError, TypeError) as error:
        raise StoreError(f"{folder / LIST}: the list of files cannot be read ({error})") from error


def files_of(folder: Path) -> list[Listed]:
    """List everything in a generation that has a checksum, those of the index too."""
    listed = read_list(folder)
    if any(item.name == INDEX_LIST for item in listed):
        try:
            files = json.loads((folder / INDEX_LIST).read_text("utf-8"))["files"]
            listed += [Listed(f"index/{name}", *told) for name, told in files.items()]
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass  # its own checksum tells that it is damaged
    return sorted(listed)


def is_whole(folder: Path, name: str) -> bool:
    """Tell whether one file is as it is listed; of a generation without a list nothing is known, and it is."""
    if not (folder / LIST).exists():
        return True
    item = next((item for item in read_list(folder) if item.name == name), None)
    file = folder / name
    return item is not None and file.stat().st_size == item.size and checksum(file) == item.sum


def damages(folder: Path, progress: Progress = silent) -> Iterator[str]:
    """Compare every file with the lists, and say of each that is missing or another what is wrong."""
    listed = files_of(folder)
    total, done = sum(item.size for item in listed), 0
    for item in listed:
        progress("reading", done, total)
        done += item.size
        file = folder / item.name
        try:
            size = file.stat().st_size
            if size != item.size:
                yield f"{file}: has {size:,} bytes (expected {item.size:,})"
            elif checksum(file) != item.sum:
                yield f"{file}: its content has another checksum than when it was written"
        except OSError as error:
            yield f"{file}: cannot be read ({error.strerror})"


def _files(folder: Path) -> list[Path]:
    files = [file for file in sorted(folder.iterdir()) if file.is_file() and file.name not in _UNLISTED]
    files += [file for file in sorted((folder / "graph").iterdir()) if file.name != "LOCK"]
    index = folder / INDEX_LIST
    return [*files, index] if index.exists() else files


def _is_one(file: Path, other: Path) -> bool:
    try:
        return file.samefile(other)
    except OSError:
        return False
