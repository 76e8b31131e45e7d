"""Files that were sent to be loaded, kept until they are or until their time is over.

Each lies under the hash of its content in a folder that only this process' user can read. Why by its hash: what is
loaded is exactly what was tried out, byte for byte, and what is on disk is held against it once more before.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from starlette.exceptions import HTTPException

MOST = 20
"""So many files are kept at once; the oldest gives way."""
_LETTERS = 120


class Upload(NamedTuple):
    """A file that was sent: the SHA-256 of its content, its name without folders, where it lies, and until when."""

    key: str
    name: str
    path: Path
    size: int
    until: float


class Uploads:
    """The files that are kept, each for ``kept`` seconds by ``clock``."""

    def __init__(self, *, kept: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.kept = kept
        self._clock, self._lock = clock, Lock()
        self._folder = Path(tempfile.mkdtemp(prefix="orggraph-"))  # which only its owner can read
        self._files: dict[str, Upload] = {}

    def keep(self, name: str, content: bytes) -> Upload:
        """Keep a file; raise 400 for one that is empty or has no name."""
        named = file_name(name)
        if not named or not content:
            raise HTTPException(400, "there is no file, or it is empty (choose one)")
        key = hashlib.sha256(content).hexdigest()
        with self._lock:
            self._clear()
            self._forget(key)
            while len(self._files) >= MOST:
                self._forget(next(iter(self._files)))
            folder = self._folder / key
            folder.mkdir(mode=0o700)
            (folder / named).write_bytes(content)
            kept = Upload(key, named, folder / named, len(content), self._clock() + self.kept)
            self._files[key] = kept
        return kept

    def find(self, key: str) -> Upload:
        """Give a file that is kept, after holding it against its hash; raise 404 where there is none any more."""
        with self._lock:
            self._clear()
            found = self._files.get(key)
        if found is None or hashlib.sha256(found.path.read_bytes()).hexdigest() != key:
            raise HTTPException(404, "the file is not kept any more (send it again)")
        return found

    def drop(self, key: str) -> None:
        """Forget a file."""
        with self._lock:
            self._forget(key)

    def close(self) -> None:
        """Forget all files."""
        with self._lock:
            self._files.clear()
            shutil.rmtree(self._folder, ignore_errors=True)

    def _clear(self) -> None:
        for key in [key for key, file in self._files.items() if file.until <= self._clock()]:
            self._forget(key)

    def _forget(self, key: str) -> None:
        if self._files.pop(key, None):
            shutil.rmtree(self._folder / key, ignore_errors=True)


def file_name(name: str) -> str:
    r"""Give a file name without folders, of letters, digits and a few marks; readers tell formats by its end.

    >>> file_name("../../etc/Staff list.csv"), file_name("C:\\data\\.roster.xlsx"), file_name("")
    ('Staff list.csv', 'roster.xlsx', '')
    """
    last = re.split(r"[\\/]", name)[-1]
    plain = "".join(char if char.isalnum() or char in " ._-()+,@" else "_" for char in last).strip(" .")
    return plain[-_LETTERS:].strip(" .")
