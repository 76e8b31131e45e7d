"""The server: a socket, the application on it, and an orderly end.

Why the signals get handlers of ours that do nothing: uvicorn ends in an orderly way and then raises the signal once
more, which would end this process before what it made for itself (processes, folders) is cleared away.
"""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable
from functools import partial
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from orggraph.errors import OrgGraphError
from orggraph.web.connection import Connection
from orggraph.web.log import Said

CONNECTIONS = 256
"""So many connections are held at once; more are told to come back."""
BACKLOG = 128
HEADERS = 64 << 10
"""The most bytes of a request's head."""


def listen(host: str, port: int) -> socket.socket:
    """Open a socket on a host name or address; port 0 is any that is free. Raises `OrgGraphError` where it cannot."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        made = socket.socket(family, kind, protocol)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
            made.listen(BACKLOG)  # who connects from now on waits, and is not refused, until the server has begun
        except OSError:
            made.close()
            raise
    except OSError as error:
        raise OrgGraphError(f"{host}, port {port}: nothing can be served here: {error.strerror}") from error
    return made


def address_of(listening: socket.socket) -> str:
    """Write the address of a socket as a URL."""
    host, port = listening.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def run(
    app: ASGIApp,
    listening: socket.socket,
    *,
    grace: float,
    patience: float,
    log: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGINT or SIGTERM; then what is being asked is answered, for at most ``grace`` seconds.

    ``patience`` is how many seconds a client has for the head of a request; see `connection`.
    """
    logger = logging.getLogger("uvicorn.error")
    logger.handlers, logger.propagate = [Said(log)] if log else [logging.NullHandler()], False
    config = uvicorn.Config(
        app,
        http=partial(Connection, patience=patience),  # type: ignore[arg-type]  # any callable that makes one will do
        ws="none",
        loop="asyncio",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=5,
        timeout_graceful_shutdown=max(1, round(grace)),
        h11_max_incomplete_event_size=HEADERS,
    )
    before = {number: signal.signal(number, _ignore) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore(number: int, frame: FrameType | None) -> None:
    """Do nothing: the end has been orderly already."""
