"""The files of an index: a list of them with sizes and checksums, and the check that they are whole.

Sizes are always compared; checksums where the index is small, since reading all of a large one would take longer than
any answer. `check_files` with ``thorough`` reads everything.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from orggraph.errors import StoreError

FORMAT = 1
LIST = "index.json"
SMALL = 16 * 2**20
"""Up to this many bytes all checksums are compared at opening."""


def list_files(folder: Path) -> None:
    """Write the list of the files in a folder."""
    files = {file.name: (file.stat().st_size, _sum(file)) for file in sorted(folder.iterdir())}
    (folder / LIST).write_text(json.dumps({"format": FORMAT, "files": files}), encoding="utf-8")


def mapped(file: Path, *, private: bool = False) -> NDArray[Any]:
    """Map an array that was saved; with ``private`` it may be written to, which never reaches the file.

    As a plain array: a ``numpy.memmap`` takes several times as long for every look at one element.
    """
    array: NDArray[Any] = np.load(file, mmap_mode="c" if private else "r").view(np.ndarray)
    return array


def link_files(source: Path, target: Path, *, fresh: Path) -> None:
    """Link the listed files of one folder into another, and list them there with a ``fresh`` one."""
    listed = json.loads((source / LIST).read_text("utf-8"))
    for name in listed["files"]:
        if name != fresh.name:
            os.link(source / name, target / name)
    listed["files"][fresh.name] = (fresh.stat().st_size, _sum(fresh))
    (target / LIST).write_text(json.dumps(listed), encoding="utf-8")


def check_files(folder: Path, *, thorough: bool = False) -> None:
    """Raise `StoreError` naming the file that is missing, of another size or changed."""
    try:
        listed = json.loads((folder / LIST).read_text("utf-8"))
        known, files = listed["format"], listed["files"]
        whole = thorough or sum(size for size, _ in files.values()) <= SMALL
        for name, (size, total) in files.items():
            file = folder / name
            if file.stat().st_size != size or (whole and _sum(file) != total):
                raise StoreError(f"{file}: the index is damaged")
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{folder}: the index is not whole ({error})") from error
    if known != FORMAT:
        raise StoreError(f"{folder}: the index has format {known} (expected {FORMAT})")


def _sum(file: Path) -> int:
    total = 0
    with file.open("rb") as stream:
        while block := stream.read(2**20):
            total = crc32(block, total)
    return total
