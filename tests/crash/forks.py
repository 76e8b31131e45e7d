"""Work in a process of its own, begun by a fork of this one, and killed when its time is over."""

from __future__ import annotations

import json
import os
import select
import signal
import time
import traceback
from collections.abc import Callable

Tell = Callable[[object], None]


def forked(work: Callable[[Tell], object], *, after: float | None = None) -> tuple[list[object], int]:
    """Run something in a process of its own, and kill it ``after`` seconds; give what it told, and how it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reading)
            work(lambda told: os.write(writing, json.dumps(told).encode() + b"\n"))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writing)
    told, until = b"", None if after is None else time.monotonic() + after
    with os.fdopen(reading, "rb", buffering=0) as pipe:
        while True:
            left = None if until is None else max(until - time.monotonic(), 0)
            if not select.select([pipe], [], [], left)[0]:
                os.kill(child, signal.SIGKILL)
                until = None
            elif more := pipe.read(65536):
                told += more
            else:
                break
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return [json.loads(line) for line in told.splitlines()], status
