"""A process that answers queries and can be ended: with a limit on time, on memory, and no way out.

Why a process: the engine cannot be told to stop, so a query that takes too long is ended together with the process it
runs in, and the next query begins a new one. Why not `multiprocessing`: its processes import the caller's main module
again, which runs a script anew that has no guard against that.
Why the process may not open a single file once it is ready: a socket is one too, so that whatever a query gets past
the check of its text, there is nothing to reach.
Why the answer is read with a few classes allowed: a process that was taken over must not take over the other one.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import IO, Any

from orggraph.errors import QueryEnded, QueryError, StoreError, UnsafeQuery, UnsupportedError
from orggraph.evaluation import Results
from orggraph.queries import History
from orggraph.rdf import Triple
from orggraph.timeline import Timeline
from orggraph.vocabulary import Term
from orggraph.worker.request import (
    BEGINS_TO_FILL,
    FILLING,
    HAS_FILLED,
    HISTORY,
    INDEX,
    MEMORY,
    RECORDS,
    TOO_MUCH,
    TRIPLES,
    Look,
    Request,
)

LONGEST = 1_000_000
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "RUST_BACKTRACE": "0"}
"""Where memory has run out, the engine waits for itself for ever when it is to print a backtrace."""
_ALLOWED = {("orggraph.evaluation", name) for name in ("Results", "Explanation", "Phase")} | {
    ("orggraph.vocabulary", "Literal")
}
_ERRORS = {error.__name__: error for error in (QueryError, QueryEnded, UnsafeQuery, StoreError, UnsupportedError)}
_OUT_OF_MEMORY = ("memory allocation", "PyObject pointer is null")
"""The last words of the engine where it gets no memory, by itself or from Python."""
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from orggraph.worker.answering import serve; serve()"


class Worker:
    """A process over what was saved in a folder: the index of a timeline, a ledger, or triples.

    It is begun by the first query, asked one query at a time, and ends with this object.
    """

    def __init__(self, folder: Path, *, memory: int = MEMORY) -> None:
        self._folder, self._memory = folder, memory
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._lock = Lock()
        self._running: _Running | None = None

    @classmethod
    def of_timeline(cls, timeline: Timeline, *, memory: int = MEMORY) -> Worker:
        """Give a worker for the days of a timeline; one that was not opened from files is saved for it."""
        if timeline.folder is not None:
            return cls(timeline.folder, memory=memory)
        return cls._of_saved(timeline.save, memory)

    @classmethod
    def of_history(cls, timeline: Timeline, history: History, *, memory: int = MEMORY) -> Worker:
        """Give a worker for all of time: the facts of a timeline and what else is in ``history``, saved for it."""

        def save(folder: Path) -> None:
            if timeline.folder is None:
                (folder / INDEX).mkdir()
                timeline.save(folder / INDEX)
            index = str(timeline.folder or folder / INDEX)
            (folder / RECORDS).write_bytes(history.records())
            told = {"base": history.base, "sources": list(history.sources), "index": index}
            (folder / HISTORY).write_text(json.dumps(told), "utf-8")

        return cls._of_saved(save, memory)

    @classmethod
    def of_triples(
        cls,
        triples: Iterable[Triple],
        *,
        graphs: Mapping[str, Iterable[Triple]] | None = None,
        memory: int = MEMORY,
    ) -> Worker:
        """Give a worker for triples and named ``graphs`` as they are; see `QueryStore`."""
        kept = (list(triples), {iri: list(stated) for iri, stated in (graphs or {}).items()})
        return cls._of_saved(lambda folder: (folder / TRIPLES).write_bytes(pickle.dumps(kept)), memory)

    @classmethod
    def _of_saved(cls, save: Callable[[Path], object], memory: int) -> Worker:
        temporary = tempfile.TemporaryDirectory(prefix="orggraph-")
        folder = Path(temporary.name)
        save(folder)
        worker = cls(folder, memory=memory)
        worker._temporary = temporary
        weakref.finalize(worker, temporary.cleanup)
        return worker

    def query(
        self,
        sparql: str,
        *,
        timeout: float,
        parameters: Mapping[str, Term] | None = None,
        limit: int | None = None,
        look: Look | None = None,
        days: Sequence[int] = (),
    ) -> Results:
        """Ask a query, of a day with ``look``; raise `QueryEnded` where it takes more than ``timeout`` seconds.

        With ``days`` it is asked of each of them, looked at in the same way, in that time together; see `query_days`.

        The process is then ended, as it is where it takes more memory than it may. What the process needs to begin is
        not counted, nor is filling the store of the history; filling that of a day is. Errors of the query itself are
        as in `queries.run`.
        """
        if not 0 < timeout <= LONGEST:
            raise QueryError(f"{timeout:g} s is no time limit (expected more than 0 and at most {LONGEST:,} s)")
        request = Request(sparql, dict(parameters or {}), limit, look, timeout, tuple(days))
        with self._lock:
            running = self._begun()
            try:
                reply = running.ask(request)
            except EOFError as error:
                raise QueryEnded(running.last_words(self._memory)) from error
            finally:
                if running.busy:
                    running.end()
                    self._running = None
        if isinstance(reply, Results):
            return reply
        name, message = reply
        raise _ERRORS.get(name, QueryError)(message)

    def _begun(self) -> _Running:
        """Give the process, a new one where there is none, or where it was begun by a process this one comes from."""
        if self._running is None or not self._running.alive:
            self._running = _Running(self._folder, self._memory)
        return self._running

    def interrupt(self) -> None:
        """End the process although it is being asked; whoever waits for the answer gets a `QueryEnded`."""
        running = self._running
        if running:
            running.interrupt()

    def close(self) -> None:
        """End the process; another query begins a new one."""
        with self._lock:
            if self._running:
                self._running.end()
                self._running = None


class _Running:
    """One process with the pipes to and from it; ``busy`` from a question until its whole answer is here."""

    def __init__(self, folder: Path, memory: int) -> None:
        (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # lives as long as the process
        arguments = [json.dumps(sys.path), str(theirs_in), str(theirs_out), str(folder), str(memory)]
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *arguments],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=self._errors, start_new_session=True,
            pass_fds=(theirs_in, theirs_out), env={**os.environ, **_ENVIRONMENT},
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        self._in, self._out = Connection(ours_in, writable=False), Connection(ours_out, readable=False)
        self._owner, self.busy = os.getpid(), True
        self._end = weakref.finalize(self, _ended, self._process, self._errors, os.getpid())
        try:
            self._in.recv_bytes()
        except EOFError as error:
            raise QueryError(f"the process for queries did not begin: {self._said()}") from error
        self.busy = False

    @property
    def alive(self) -> bool:
        return self._owner == os.getpid() and self._process.poll() is None

    def ask(self, request: Request) -> Results | tuple[str, str]:
        """Send a question and wait for the answer, not longer than it may take; `EOFError` where the process ends."""
        self.busy = True
        try:
            self._out.send_bytes(pickle.dumps(tuple(request)))
        except OSError as error:
            raise EOFError from error
        said = self._received(request.timeout)
        if said == BEGINS_TO_FILL:
            said = self._received(FILLING)
        if said == HAS_FILLED:
            said = self._received(request.timeout)
        answer = _Answer(io.BytesIO(said)).load()
        self.busy = False
        assert isinstance(answer, Results | tuple)
        return answer

    def _received(self, seconds: float) -> bytes:
        if not self._in.poll(seconds):
            raise QueryEnded(f"the query was ended after {seconds:g} s (ask for less, or allow more time)")
        return self._in.recv_bytes()

    def interrupt(self) -> None:
        """Let the process end; whoever waits for its answer is told so and does the rest."""
        if self._owner == os.getpid():
            self._process.kill()

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self._end()
        self._in.close()
        self._out.close()

    def last_words(self, memory: int) -> str:
        """Say why the process ended by itself."""
        status, said = self._process.wait(), self._said()
        if status == -signal.SIGABRT and any(words in said for words in _OUT_OF_MEMORY):
            return TOO_MUCH.format(memory >> 20)
        by = f"by {signal.Signals(-status).name}" if status < 0 else f"with exit code {status}"
        return f"the process that answers queries was ended {by}: {said[-500:]}"

    def _said(self) -> str:
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace").strip()


def _ended(process: subprocess.Popen[bytes], errors: IO[bytes], owner: int) -> None:
    errors.close()
    if owner == os.getpid():  # a fork leaves its parent's process alone
        process.kill()
        process.wait()


class _Answer(pickle.Unpickler):
    """Reads an answer, and makes nothing but results and their terms."""

    def find_class(self, module: str, name: str, /) -> Any:
        if (module, name) not in _ALLOWED:
            raise QueryError(f"the process that answers queries sent {module}.{name}, which is no answer")
        return super().find_class(module, name)


_WORKERS: weakref.WeakKeyDictionary[Timeline, Worker] = weakref.WeakKeyDictionary()
_WORKERS_LOCK = Lock()


def day_worker(timeline: Timeline) -> Worker:
    """Give the worker for the days of a timeline, which is kept for as long as the timeline is."""
    with _WORKERS_LOCK:
        worker = _WORKERS.get(timeline)
        if worker is None:
            worker = _WORKERS[timeline] = Worker.of_timeline(timeline)
        return worker
