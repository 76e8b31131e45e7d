"""Room for work: how much is done at once, how much may wait, and how queries are asked.

Why separate rooms: a query that takes a minute, or a chart of everybody, must never keep a look-up of a millisecond
waiting. Why whoever finds no room is refused at once (503 with Retry-After): a queue without end only makes everyone
wait until they have given up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import NamedTuple, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.exceptions import HTTPException

from orggraph.evaluation import Results
from orggraph.vocabulary import Term
from orggraph.web.generations import Generation
from orggraph.worker import Look, Worker

_Result = TypeVar("_Result")
PATIENCE = 10.0
"""So many seconds a request waits for room."""
LONGEST = 60.0
"""So many seconds a piece of work may take, where nothing else is said."""
_AGAIN = 0.1


class Room:
    """Room for ``size`` pieces of work at once, each in a thread; ``waiting`` more may wait.

    Nobody waits for a piece of work longer than ``longest`` seconds. A thread cannot be ended, so one that goes on
    keeps its place until it has come to its end: what is slow takes room from its own kind and from nothing else.
    """

    def __init__(self, size: int, *, waiting: int, patience: float = PATIENCE, longest: float = LONGEST) -> None:
        self._free = asyncio.Semaphore(size)
        self.threads = CapacityLimiter(size)
        self._waiting, self._most, self._patience, self._longest = 0, waiting, patience, longest
        self._going_on: set[asyncio.Task[object]] = set()

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place and keep it; raise 503 where too many wait, or it takes too long."""
        if self._free.locked() and self._waiting >= self._most:
            raise _busy()
        self._waiting += 1
        try:
            await asyncio.wait_for(self._free.acquire(), self._patience)
        except TimeoutError as error:
            raise _busy() from error
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()

    async def run(self, work: Callable[[], _Result]) -> _Result:
        """Do a piece of work in a thread; raise 504 where it takes too long."""
        began = asyncio.Event()
        working = asyncio.ensure_future(self._placed(work, began))
        self._going_on.add(working)
        working.add_done_callback(self._going_on.discard)
        beginning = asyncio.ensure_future(began.wait())
        await asyncio.wait([working, beginning], return_when=asyncio.FIRST_COMPLETED)
        beginning.cancel()
        try:
            return await asyncio.wait_for(asyncio.shield(working), self._longest)
        except TimeoutError as error:
            raise HTTPException(504, f"this was given up after {self._longest:g} s (ask for less)") from error

    async def _placed(self, work: Callable[[], _Result], began: asyncio.Event) -> _Result:
        async with self.place():
            began.set()
            return await to_thread.run_sync(work, limiter=self.threads)


def _busy() -> HTTPException:
    return HTTPException(503, "too much is being asked at the moment (try again soon)", headers={"Retry-After": "2"})


class Asking(NamedTuple):
    """A query: its text, the day and the way to look at it (``None``: all of time), at most how many results, and
    values for its variables."""

    sparql: str
    look: Look | None
    limit: int
    parameters: Mapping[str, Term]


class Queries:
    """Room for queries: each is asked in a process of its own, which is ended when its time is over."""

    def __init__(self, room: Room, *, timeout: float, memory: int) -> None:
        self._room, self._timeout, self._memory = room, timeout, memory
        self._asked: set[Worker] = set()

    async def ask(
        self, generation: Generation, asking: Asking, *, gone: Callable[[], Awaitable[None]]
    ) -> Results:
        """Ask a query; errors are those of `worker.Worker.query`. It is ended too when ``gone`` comes to its end."""
        async with self._room.place():
            history = asking.look is None
            worker = await to_thread.run_sync(partial(self._taken, generation, history=history))
            answered = asyncio.Event()
            watching = asyncio.ensure_future(self._interrupt(worker, gone, answered))
            try:
                return await to_thread.run_sync(partial(self._ask, asking, worker), limiter=self._room.threads)
            finally:
                answered.set()  # a cancellation alone may be lost in a wait that has just ended
                watching.cancel()
                generation.give_back(worker, history=history)

    def _taken(self, generation: Generation, *, history: bool) -> Worker:
        return generation.take(history=history, memory=self._memory)

    async def _interrupt(
        self, worker: Worker, gone: Callable[[], Awaitable[None]], answered: asyncio.Event
    ) -> None:
        """End the query when its client has gone; again and again, as its process may be just beginning."""
        await gone()
        while not answered.is_set():
            worker.interrupt()
            await asyncio.sleep(_AGAIN)

    def _ask(self, asking: Asking, worker: Worker) -> Results:
        self._asked.add(worker)
        try:
            return worker.query(
                asking.sparql,
                timeout=self._timeout,
                limit=asking.limit,
                look=asking.look,
                parameters=asking.parameters,
            )
        finally:
            self._asked.discard(worker)

    async def close(self) -> None:
        """End the processes that are still asked, and wait until they have ended."""
        while self._asked:
            for worker in tuple(self._asked):
                worker.interrupt()
            await asyncio.sleep(_AGAIN)
