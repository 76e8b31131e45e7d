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
import resource
import signal
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterable, Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from typing import IO, Any, NamedTuple

from orggraph.errors import OrgGraphError, QueryEnded, QueryError, StoreError, UnsafeQuery, UnsupportedError
from orggraph.evaluation import Results
from orggraph.facts import MEMBER_OF, MEMBERSHIP, NAME, PERSON_NAME, Fact
from orggraph.period import ONGOING, Moment
from orggraph.queries import History, HistoryStore, QueryStore, SnapshotStore
from orggraph.rdf import Triple
from orggraph.series import query_days
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline
from orggraph.vocabulary import Literal, Term

MEMORY = 3 << 30
"""So many bytes a process may take beyond what it has when it is ready."""
LONGEST = 1_000_000
FILLING = 600.0
"""So many seconds a store of the history may take to be filled with what a query can touch, before the query begins."""
GRACE = 2.0
"""A process whose caller is gone ends itself so many seconds after the time that the query had."""

_BEGINS_TO_FILL, _HAS_FILLED = b"begins to fill", b"has filled"
_ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "RUST_BACKTRACE": "0"}
"""Where memory has run out, the engine waits for itself for ever when it is to print a backtrace."""
_ALLOWED = {("orggraph.evaluation", name) for name in ("Results", "Explanation", "Phase")} | {
    ("orggraph.vocabulary", "Literal")
}
_ERRORS = {error.__name__: error for error in (QueryError, QueryEnded, UnsafeQuery, StoreError, UnsupportedError)}
_TOO_MUCH = "the query was ended: it needs more than {:,} MB of memory"
_OUT_OF_MEMORY = ("memory allocation", "PyObject pointer is null")
"""The last words of the engine where it gets no memory, by itself or from Python."""
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from orggraph.worker import serve; serve()"


class Look(NamedTuple):
    """Which day a query is about, and how it is looked at; see `Snapshot`."""

    day: int
    recorded_by: int | None
    strict: bool
    possible: bool


class _Request(NamedTuple):
    sparql: str
    parameters: dict[str, Term]
    limit: int | None
    look: Look | None
    timeout: float
    days: tuple[int, ...] = ()


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
                (folder / _INDEX).mkdir()
                timeline.save(folder / _INDEX)
            index = str(timeline.folder or folder / _INDEX)
            (folder / _RECORDS).write_bytes(history.records())
            told = {"base": history.base, "sources": list(history.sources), "index": index}
            (folder / _HISTORY).write_text(json.dumps(told), "utf-8")

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
        return cls._of_saved(lambda folder: (folder / _TRIPLES).write_bytes(pickle.dumps(kept)), memory)

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
        request = _Request(sparql, dict(parameters or {}), limit, look, timeout, tuple(days))
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

    def ask(self, request: _Request) -> Results | tuple[str, str]:
        """Send a question and wait for the answer, not longer than it may take; `EOFError` where the process ends."""
        self.busy = True
        try:
            self._out.send_bytes(pickle.dumps(tuple(request)))
        except OSError as error:
            raise EOFError from error
        said = self._received(request.timeout)
        if said == _BEGINS_TO_FILL:
            said = self._received(FILLING)
        if said == _HAS_FILLED:
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
            return _TOO_MUCH.format(memory >> 20)
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


# ---- in the process

_HISTORY, _RECORDS, _INDEX, _TRIPLES = "history.json", "records.nt", "index", "triples.pickle"
_STATM = "/proc/self/statm"
_ROOM, _ROOM_OF_RECORDS = 1 << 14, 8
"""So many bytes the engine takes at most for a fact, and for each byte of the records of role changes."""


class _Answerer(NamedTuple):
    """What answers a question; where it lacks what that is about, it is filled first, which takes up to ``room``."""

    answer: Callable[[_Request], Results]
    lacks: Callable[[_Request], bool] = lambda _: False
    fill: Callable[[_Request], object] = lambda _: None
    room: int = 0


def serve() -> None:
    """Answer what comes in until nothing can come any more; the arguments are those that `Worker` gives."""
    incoming, outgoing, folder, memory = int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]), int(sys.argv[5])
    questions, answers = Connection(incoming, writable=False), Connection(outgoing, readable=False)
    answerer = next((over(folder) for name, over in _OVER.items() if (folder / name).exists()), None)
    answerer = answerer or _over_days(folder)
    _warm_up()
    limits = _Limits(memory, answerer.room)
    answers.send_bytes(b"ready")
    while True:
        try:
            request = _Request(*pickle.loads(questions.recv_bytes()))
        except EOFError:
            return
        signal.setitimer(signal.ITIMER_REAL, request.timeout + GRACE)
        reply = _reply(answerer, request, limits, answers)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.send_bytes(reply)


def _warm_up() -> None:
    """Ask about two days of a small organization, so that whatever is imported when first used has been."""
    start, end = Moment.parse("2020-01-01"), Moment.parse("2020-01-03")
    about = {"subject": "urn:a", "tenure": "urn:t", "start": start, "confirmed": start.latest}
    facts = [
        Fact(kind=MEMBERSHIP, predicate=MEMBER_OF, object="urn:b", end=end, **about),  # type: ignore[arg-type]  # as many kinds of values as fields
        Fact(kind=NAME, predicate=PERSON_NAME, object=Literal("a"), end=ONGOING, **about),  # type: ignore[arg-type]
    ]
    timeline = Timeline(facts)
    for day in (start.latest, end.latest):
        for possible in (False, True):
            store = SnapshotStore(Snapshot(timeline, day, strict=not possible), possible=possible)
            store.query("SELECT ?a (COUNT(?b) AS ?n) { ?a ?p ?b FILTER REGEX(STR(?b), 'x') } GROUP BY ?a", limit=1)
            store.query("CONSTRUCT { ?a ?p ?b } WHERE { ?a ?p ?b }")


def _reply(answerer: _Answerer, request: _Request, limits: _Limits, answers: Connection) -> bytes:
    try:
        if answerer.lacks(request):
            _fill(answerer, request, limits, answers)
        return pickle.dumps(answerer.answer(request))
    except MemoryError:
        return pickle.dumps(("QueryEnded", _TOO_MUCH.format(limits.memory >> 20)))
    except OrgGraphError as error:
        return pickle.dumps((type(error).__name__, str(error)))


def _fill(answerer: _Answerer, request: _Request, limits: _Limits, answers: Connection) -> None:
    """Fill the store, and say so, since that is neither counted as time of the query nor as its memory."""
    signal.setitimer(signal.ITIMER_REAL, FILLING + GRACE)
    answers.send_bytes(_BEGINS_TO_FILL)
    limits.lift()
    answerer.fill(request)
    limits.set()
    answers.send_bytes(_HAS_FILLED)
    signal.setitimer(signal.ITIMER_REAL, request.timeout + GRACE)


def _over_days(folder: Path) -> _Answerer:
    timeline = Timeline.open(folder)
    _ = timeline.by_subject, timeline.by_tenure  # opened now, since nothing can be opened later

    def answer(request: _Request) -> Results:
        assert request.look is not None
        look, parameters = request.look, request.parameters

        def snapshot(day: int) -> Snapshot:
            return Snapshot(timeline, day, recorded_by=look.recorded_by, strict=look.strict)

        if request.days:
            return query_days(
                request.sparql, request.days, snapshot=snapshot, possible=look.possible, parameters=parameters,
                limit=request.limit,
            )  # fmt: skip
        store = SnapshotStore(snapshot(look.day), possible=look.possible)
        return store.query(request.sparql, parameters=parameters, limit=request.limit)

    return _Answerer(answer)


def _over_history(folder: Path) -> _Answerer:
    told = json.loads((folder / _HISTORY).read_text("utf-8"))
    facts, records = list(Timeline.open(Path(told["index"])).facts), (folder / _RECORDS).read_bytes()
    store = HistoryStore(History(facts, told["base"], told["sources"], lambda: records))
    return _Answerer(
        lambda asked: store.query(asked.sparql, parameters=asked.parameters, limit=asked.limit),
        lacks=lambda asked: store.lacks(asked.sparql, parameters=asked.parameters),
        fill=lambda asked: store.fill(asked.sparql, parameters=asked.parameters),
        room=_ROOM * len(facts) + _ROOM_OF_RECORDS * len(records),
    )


def _over_triples(folder: Path) -> _Answerer:
    triples, graphs = pickle.loads((folder / _TRIPLES).read_bytes())
    store = QueryStore(triples, graphs=graphs)
    return _Answerer(lambda asked: store.query(asked.sparql, parameters=asked.parameters, limit=asked.limit))


_OVER = {_HISTORY: _over_history, _TRIPLES: _over_triples}
"""What a folder is, by a file in it; any other is the index of a timeline."""


class _Limits:
    """What this process may take from now on: no file any more, and no more memory than that and ``room`` for a store.

    How much it has is read from a file that stays open, since none can be opened.
    """

    def __init__(self, memory: int, room: int) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the kernel's own, which no running query can keep waiting
        self.memory = memory
        self._statm = os.open(_STATM, os.O_RDONLY) if Path(_STATM).exists() else None
        self._most = self._taken() + memory + room
        self.lift()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))

    def lift(self) -> None:
        """Allow all the memory that there is for a query and for a store."""
        if self._statm is not None:
            resource.setrlimit(resource.RLIMIT_AS, (self._most, self._most))

    def set(self) -> None:
        """Allow the memory of a query beyond what the store has taken."""
        if self._statm is not None:
            resource.setrlimit(resource.RLIMIT_AS, (min(self._most, self._taken() + self.memory), self._most))

    def _taken(self) -> int:
        if self._statm is None:
            return 0
        return int(os.pread(self._statm, 64, 0).split()[0]) * resource.getpagesize()
