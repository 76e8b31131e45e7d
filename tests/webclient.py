"""Clients of the web tests: one that calls the application, and a real server in a process of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
from starlette.types import ASGIApp, Message

from orggraph.graph import OrgGraph
from orggraph.web import Origin, Settings, application

if TYPE_CHECKING:
    pass

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "anthropic.csv"
TODAY = date(2026, 1, 1).toordinal()


class Client:
    """Calls an application as a client on ``http://localhost`` would, without a socket; redirects are not followed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._runner = app, asyncio.Runner()
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://localhost")
        self._inbox: asyncio.Queue[Message] = asyncio.Queue()
        self._life = self._runner.run(self._begin())

    async def _begin(self) -> asyncio.Task[None]:
        began = asyncio.Event()

        async def send(message: Message) -> None:
            began.set()

        await self._inbox.put({"type": "lifespan.startup"})
        task = asyncio.ensure_future(self._app({"type": "lifespan", "state": {}}, self._inbox.get, send))
        await began.wait()
        return task

    def request(self, method: str, path: str, *, content: bytes | str = b"", **headers: str) -> httpx.Response:
        """Send a request; ``_`` in the name of a header stands for ``-``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._runner.run(self._client.request(method, path, content=content, headers=named))

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Send a GET request."""
        return self.request("GET", path, **headers)

    def close(self) -> None:
        """End the application as a server does."""

        async def end() -> None:
            await self._inbox.put({"type": "lifespan.shutdown"})
            await self._life
            await self._client.aclose()

        self._runner.run(end())
        self._runner.close()


@contextmanager
def client_of(org: OrgGraph, *, kept: bool = False, settings: Settings | None = None) -> Iterator[Client]:
    """Give a client of an organization in memory, or of one in a store that nobody else writes."""
    origin = Origin(open=lambda: org, stamp=lambda: "", location="test", kept=kept)
    client = Client(application(origin, settings or Settings(today=lambda: TODAY)))
    try:
        yield client
    finally:
        client.close()


class Server:
    """A running ``orggraph serve``: its address, its process, and what it has said."""

    def __init__(self, process: subprocess.Popen[str], url: str, log: Path) -> None:
        self.process, self.url, self.log = process, url, log


@contextmanager
def serving(folder: Path, *arguments: str, **environment: str) -> Iterator[Server]:
    """Run ``orggraph … serve`` on a free port until the block ends; it is ended by its own pid."""
    log = folder / "serve.log"
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-m", "orggraph", *arguments, "--port", "0"], text=True,
            stdout=subprocess.PIPE, stderr=errors, env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        )  # fmt: skip
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert " at http" in line, line + log.read_text("utf-8")
            yield Server(process, line.split(" at ")[1].split(" ")[0], log)
        finally:
            process.terminate()
            process.wait(timeout=60)
            process.stdout.close()
