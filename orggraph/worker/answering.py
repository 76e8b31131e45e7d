"""What runs in the process: it opens what is in the folder, gives up everything else, and answers.

Nothing here is imported by who asks.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from orggraph.errors import OrgGraphError
from orggraph.evaluation import Results
from orggraph.facts import MEMBER_OF, MEMBERSHIP, NAME, PERSON_NAME, Fact
from orggraph.period import ONGOING, Moment
from orggraph.queries import History, HistoryStore, QueryStore, SnapshotStore
from orggraph.series import query_days
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline
from orggraph.vocabulary import Literal
from orggraph.worker.request import (
    BEGINS_TO_FILL,
    FILLING,
    GRACE,
    HAS_FILLED,
    HISTORY,
    RECORDS,
    TOO_MUCH,
    TRIPLES,
    Request,
)

_STATM = "/proc/self/statm"
_ROOM, _ROOM_OF_RECORDS = 1 << 14, 8
"""So many bytes the engine takes at most for a fact, and for each byte of the records of role changes."""


class _Answerer(NamedTuple):
    """What answers a question; where it lacks what that is about, it is filled first, which takes up to ``room``."""

    answer: Callable[[Request], Results]
    lacks: Callable[[Request], bool] = lambda _: False
    fill: Callable[[Request], object] = lambda _: None
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
            request = Request(*pickle.loads(questions.recv_bytes()))
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


def _reply(answerer: _Answerer, request: Request, limits: _Limits, answers: Connection) -> bytes:
    try:
        if answerer.lacks(request):
            _fill(answerer, request, limits, answers)
        return pickle.dumps(answerer.answer(request))
    except MemoryError:
        return pickle.dumps(("QueryEnded", TOO_MUCH.format(limits.memory >> 20)))
    except OrgGraphError as error:
        return pickle.dumps((type(error).__name__, str(error)))


def _fill(answerer: _Answerer, request: Request, limits: _Limits, answers: Connection) -> None:
    """Fill the store, and say so, since that is neither counted as time of the query nor as its memory."""
    signal.setitimer(signal.ITIMER_REAL, FILLING + GRACE)
    answers.send_bytes(BEGINS_TO_FILL)
    limits.lift()
    answerer.fill(request)
    limits.set()
    answers.send_bytes(HAS_FILLED)
    signal.setitimer(signal.ITIMER_REAL, request.timeout + GRACE)


def _over_days(folder: Path) -> _Answerer:
    timeline = Timeline.open(folder)
    _ = timeline.by_subject, timeline.by_tenure  # opened now, since nothing can be opened later

    def answer(request: Request) -> Results:
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
    told = json.loads((folder / HISTORY).read_text("utf-8"))
    facts, records = list(Timeline.open(Path(told["index"])).facts), (folder / RECORDS).read_bytes()
    store = HistoryStore(History(facts, told["base"], told["sources"], lambda: records))
    return _Answerer(
        lambda asked: store.query(asked.sparql, parameters=asked.parameters, limit=asked.limit),
        lacks=lambda asked: store.lacks(asked.sparql, parameters=asked.parameters),
        fill=lambda asked: store.fill(asked.sparql, parameters=asked.parameters),
        room=_ROOM * len(facts) + _ROOM_OF_RECORDS * len(records),
    )


def _over_triples(folder: Path) -> _Answerer:
    triples, graphs = pickle.loads((folder / TRIPLES).read_bytes())
    store = QueryStore(triples, graphs=graphs)
    return _Answerer(lambda asked: store.query(asked.sparql, parameters=asked.parameters, limit=asked.limit))


_OVER = {HISTORY: _over_history, TRIPLES: _over_triples}
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
