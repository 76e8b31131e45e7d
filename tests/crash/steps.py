"""The steps of a load, seen from outside: whatever touches the disk or a socket, counted, with an end at the nth.

Nothing of this is in what is tested. Python says itself what it opens, renames and removes (audit events); calls of the
RDF store, of fsync and of sockets are seen by a profiler. A step is what is about to happen, so a process that is ended
at one has not done it yet.

Of a power cut, more is lost than by the end of a process: what was never synced. A process that is ended at a step
therefore leaves behind which files it had synced, so that `lose_unsynced` can take the rest away.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

CHANGES = {
    "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.truncate", "os.chmod", "shutil.copyfile",
    "shutil.rmtree", "fcntl.flock",
}  # fmt: skip
CALLS = {"flush", "backup", "extend", "bulk_extend", "bulk_load", "optimize", "fsync", "connect", "send", "sendall"}
"""Names of compiled functions that are steps; those of other objects with such a name are steps too many, which does
no harm."""
STREAMS = {"_io.BufferedWriter", "_io.TextIOWrapper", "_io.BytesIO", "_io.StringIO", "builtins.list"}


class Steps:
    """Count the steps of this process in a folder, and end it as ``kill -9`` does at number ``last``, if there is one.

    ``synced`` is the file that says then which files were synced.
    """

    def __init__(self, folder: Path, *, last: int | None, synced: Path) -> None:
        self.folder, self.last, self.synced = str(folder), last, synced
        self.count = 0
        self._kept: dict[int, tuple[int, int]] = {}
        self._fsync: Callable[[int], None] = os.fsync

    def begin(self) -> None:
        """Count from now on; there is no end to it, for a hook stays."""
        sys.addaudithook(self._audited)
        os.fsync = self._synced
        sys.setprofile(self._called)

    def _step(self) -> None:
        self.count += 1
        if self.count == self.last:
            sys.setprofile(None)
            self.last = None  # what follows here is no step of it
            self.synced.write_text(json.dumps(self._kept), "utf-8")
            os.kill(os.getpid(), signal.SIGKILL)

    def _audited(self, event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, mode, flags = arguments
            written = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC)
            written = written or (isinstance(mode, str) and not set(mode).isdisjoint("wax+"))
            if written and str(path).startswith(self.folder):
                self._step()
        elif event in CHANGES and (event == "fcntl.flock" or str(arguments[0]).startswith(self.folder)):
            self._step()

    def _called(self, _frame: FrameType, event: str, called: object) -> None:
        if event == "c_call" and getattr(called, "__name__", "") in CALLS:
            owner = type(getattr(called, "__self__", None))
            if f"{owner.__module__}.{owner.__name__}" not in STREAMS:
                self._step()

    def _synced(self, descriptor: int) -> None:
        self._fsync(descriptor)
        now = os.fstat(descriptor)
        self._kept[now.st_ino] = (now.st_size, now.st_mtime_ns)


def lose_unsynced(folder: Path, *, synced: Path, since: int) -> None:
    """Empty every file in a folder that was written after ``since`` (nanoseconds) and not synced since it was."""
    kept = {int(node): tuple(of) for node, of in json.loads(synced.read_text("utf-8")).items()}
    for file in sorted(folder.rglob("*")):
        now = file.lstat()
        written = stat.S_ISREG(now.st_mode) and now.st_mtime_ns >= since
        if written and kept.get(now.st_ino) != (now.st_size, now.st_mtime_ns):
            os.truncate(file, 0)
