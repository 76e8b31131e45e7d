"""A connection that is not held for ever by a client that says little, or that does not listen.

uvicorn ends a connection that is idle between requests, and no other: one that sends the head of its request a byte at
a time, or nothing at all, or does not read its answer, is kept, and a few hundred of these keep everybody else out. A
head here has so many seconds in all, and an answer that nobody reads as many without any progress. How long the body
may take is for the guard to say, which can answer then.

Why a class that inherits: the protocol of uvicorn is one object a connection, with no place to put a timer beside it.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class Connection(H11Protocol):
    """One connection; ``patience`` is how many seconds a head may take, and an answer may wait to be read."""

    def __init__(self, *arguments: Any, patience: float, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._patience = patience
        self._head: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Take what has come; wait for the rest of a head, and not longer than from its first byte on."""
        super().data_received(data)
        self._await_head()

    def on_response_complete(self) -> None:
        """Go on with the next request, of which a part may have come already."""
        super().on_response_complete()
        self._await_head()

    def _await_head(self) -> None:
        idle = self.conn.their_state is h11.IDLE and not self.transport.is_closing()
        waits = idle and self.timeout_keep_alive_task is None  # between requests uvicorn's own timer runs
        if waits and self._head is None:
            self._head = self.loop.call_later(self._patience, self._too_late)
        elif not waits and self._head is not None:
            self._head.cancel()
            self._head = None

    def _too_late(self) -> None:
        self._head = None
        if not self.transport.is_closing():
            self.transport.write(_TOO_LATE)
            self.transport.close()

    def pause_writing(self) -> None:
        """Wait until the client reads, but not for ever."""
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(self._patience, self.transport.abort)

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        super().resume_writing()
        self._forget_unread()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        super().connection_lost(exc)
        self._forget_unread()
        if self._head is not None:
            self._head.cancel()

    def _forget_unread(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
