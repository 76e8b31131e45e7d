"""The access log: one line of JSON a request, on standard error unless told otherwise.

Why JSON in ASCII: an address with control characters in it stays one line, and cannot steer the terminal of whoever
reads the log. Why the query string is there and the body is not: the log is to explain the load, not to keep what
people ask by POST. A token never comes in an address, so it is never in the log.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LONGEST = 2_000


class Log:
    """Wraps the application: says of every request when it came, what it was, how it ended and how long it took."""

    def __init__(self, app: ASGIApp, write: Callable[[str], None] | None) -> None:
        self._app, self._write = app, write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and write its line when it has been answered."""
        if scope["type"] != "http" or self._write is None:
            await self._app(scope, receive, send)
            return
        began, status, size, error = time.monotonic(), 0, 0, ""

        async def counted(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        except Exception:
            error = traceback.format_exc()
            raise
        finally:
            self._write(line_of(scope, status=status, size=size, seconds=time.monotonic() - began, error=error))


class Said(logging.Handler):
    """Writes what the server says of itself as lines of the same kind."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record, without the trace that the line of the request has."""
        self._write(json.dumps({"time": _now(), "level": record.levelname, "message": record.getMessage()}))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line_of(scope: Scope, *, status: int, size: int, seconds: float, error: str = "") -> str:
    """Make the line of a request that was answered; ``error`` is where a mistake of ours was made."""
    client = scope.get("client")
    line: dict[str, object] = {
        "time": _now(),
        "client": client[0] if client else "",
        "method": scope["method"],
        "path": scope["path"][:_LONGEST],
        "query": scope["query_string"].decode("latin-1")[:_LONGEST],
        "status": status,
        "bytes": size,
        "ms": round(seconds * 1000, 1),
    }
    if error:
        line["error"] = error
    return json.dumps(line)
