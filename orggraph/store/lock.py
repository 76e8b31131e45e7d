"""The lock of the one process that writes to a store, which says who that is, with which command and since when.

Why the file and not the system says so: a lock of `flock` tells nobody who holds it. It ends with its process, whatever
ended that, and what is written in the file then means nothing any more.
"""

from __future__ import annotations

import fcntl
import os
import shlex
import sys
from pathlib import Path
from typing import IO

from orggraph.errors import StoreError, StoreLocked
from orggraph.ledger import recorded_text

NAME = "lock"
_LONGEST = 200


def take_lock(path: Path) -> IO[str]:
    """Lock a store for writing until what this gives is closed.

    Raises `StoreLocked` where another process holds it, `StoreError` where nothing may be written.
    """
    try:
        lock = (path / NAME).open("a+", encoding="utf-8")
    except OSError as error:
        raise StoreError(f"{path}: nothing can be written into this store, nothing has changed ({error})") from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n{_command()}\n")
        lock.flush()
    except BlockingIOError:
        told = _holder(lock)
        lock.close()
        raise StoreLocked(f"{path}: {told} (try again when it is done)") from None
    except OSError as error:
        raise StoreError(f"{path}: nothing can be written into this store, nothing has changed ({error})") from error
    return lock


def _command() -> str:
    """Give the command of this process in one line, shortened."""
    words = [Path(sys.argv[0]).name, *sys.argv[1:]] if sys.argv else []
    line = " ".join(shlex.join(words).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _holder(lock: IO[str]) -> str:
    lock.seek(0)
    process, _, command = lock.read().strip().partition("\n")
    since = recorded_text(os.fstat(lock.fileno()).st_mtime_ns // 1000)
    by = f" ({command})" if command else ""
    return f"process {process or 'unknown'} has been writing to this store since {since[:19]}Z{by}"
