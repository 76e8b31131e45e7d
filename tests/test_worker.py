"""The process that answers queries: the same answers, really ended, and shut in."""

from __future__ import annotations

import io
import os
import pickle
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from company import ROWS

import orggraph
from orggraph import OrgGraph
from orggraph.errors import QueryEnded, QueryError, UnsafeQuery
from orggraph.period import day
from orggraph.timeline import Timeline
from orggraph.vocabulary import Literal
from orggraph.worker import Look, Worker, day_worker
from orggraph.worker.asking import _Answer

LOOK = Look(day("2024-03-01"), recorded_by=None, strict=False, possible=False)
SMALL = "SELECT ?a ?b { ?a org:reportsTo ?b }"
CROSS = " . ".join(f"?a{n} ?p{n} ?b{n}" for n in range(5))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"
HUNGRY = f"SELECT DISTINCT * {{ {CROSS} }}"


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    made = OrgGraph()
    made.load(ROWS)
    return made


@pytest.fixture(scope="module")
def worker(org: OrgGraph) -> Iterator[Worker]:
    made = Worker.of_timeline(org.timeline)
    yield made
    made.close()


QUERIES = [
    SMALL,
    "SELECT ?n { ?a foaf:name ?n } ORDER BY DESC(?n)",
    "ASK { ?a org:holds ?post }",
    "CONSTRUCT WHERE { ?a org:memberOf ?u }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("possible", [False, True])
def test_a_day_answers_as_without_a_process(org: OrgGraph, query: str, possible: bool) -> None:
    for on in ("2024-03-01", "2024-09-15"):
        here = org.as_of(on).query(query, possible=possible)
        assert org.as_of(on).query(query, possible=possible, timeout=60) == here


@pytest.mark.parametrize("query", ["SELECT ?t { ?t orgg:start ?s }", "SELECT * { ?s ?p ?o } LIMIT 5"])
def test_the_history_answers_as_without_a_process(org: OrgGraph, query: str) -> None:
    assert len(org.query(query, timeout=60).rows) == len(org.query(query).rows) > 0


def test_parameters_limits_and_warnings_come_through(org: OrgGraph) -> None:
    view = org.as_of("2024-03-01")
    query = "SELECT ?a { ?a foaf:name ?name }"
    assert len(view.query(query, parameters={"name": Literal("Ada Abel")}, timeout=60).rows) == 1
    limited = view.query(query, limit=2, timeout=60)
    assert limited == view.query(query, limit=2)
    assert limited.warnings


def test_a_store_is_asked_through_its_index(tmp_path: Path) -> None:
    stored = orggraph.open(tmp_path / "s")
    stored.load(ROWS)
    before = stored.as_of("2024-03-01")
    assert before.query(SMALL, timeout=60) == before.query(SMALL)
    stored.record("starts", person="New", role="adviser", organization="Brightwater", effective="2024-01-01")
    query = "ASK { ?a foaf:name 'New' }"
    assert not before.query(query, timeout=60).answer, "a view keeps what it was opened on"
    assert stored.as_of("2024-03-01").query(query, timeout=60).answer
    assert stored.query("ASK { ?f rdf:object 'New' }", timeout=60).answer


def test_the_time_limit_ends_a_query_and_the_next_one_is_answered(worker: Worker) -> None:
    began = time.monotonic()
    with pytest.raises(QueryError, match=r"the query was ended after 0\.5 s"):
        worker.query(ENDLESS, timeout=0.5, look=LOOK)
    assert time.monotonic() - began < 30, "not as long as it would take"
    assert worker.query(SMALL, timeout=60, look=LOOK).rows


def test_no_process_is_left(org: OrgGraph) -> None:
    made = Worker.of_timeline(org.timeline)
    made.query(SMALL, timeout=60, look=LOOK)
    running = made._running
    assert running is not None
    with pytest.raises(QueryError, match="was ended after"):
        made.query(ENDLESS, timeout=0.2, look=LOOK)
    assert running._process.returncode == -9
    made.query(SMALL, timeout=60, look=LOOK)
    running = made._running
    assert running is not None
    process, folder = running._process, made._folder
    del running, made
    assert process.returncode == -9
    assert not folder.exists()


def test_a_process_whose_caller_does_not_wait_ends_by_itself(org: OrgGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    made = Worker.of_timeline(org.timeline)
    made.query(SMALL, timeout=60, look=LOOK)
    running = made._running
    assert running is not None
    monkeypatch.setattr(running._in, "poll", lambda _: True)
    with pytest.raises(QueryError, match="SIGALRM"):
        made.query(ENDLESS, timeout=0.1, look=LOOK)


def test_too_much_memory_is_said_clearly(org: OrgGraph) -> None:
    made = Worker.of_timeline(org.timeline, memory=200 << 20)
    with pytest.raises(QueryError, match="the query was ended: it needs more than 200 MB of memory"):
        made.query(HUNGRY, timeout=120, look=LOOK)
    assert made.query(SMALL, timeout=60, look=LOOK).rows


@pytest.mark.parametrize(
    ("query", "error", "message"),
    [
        ("SELECT * { ?s ?p", QueryError, "line 1, column 10"),
        ("DROP ALL", UnsafeQuery, "DROP is refused"),
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", UnsafeQuery, "SERVICE is refused"),
    ],
)
def test_errors_of_the_query_come_through(worker: Worker, query: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        worker.query(query, timeout=60, look=LOOK)


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), float("inf")])
def test_what_is_no_time_limit_is_refused(worker: Worker, timeout: float) -> None:
    with pytest.raises(QueryError, match="is no time limit"):
        worker.query(SMALL, timeout=timeout, look=LOOK)


def test_the_process_can_open_neither_a_file_nor_a_connection(org: OrgGraph) -> None:
    made = Worker.of_timeline(org.timeline)
    made.query(SMALL, timeout=60, look=LOOK)
    assert made._running is not None
    limits = Path(f"/proc/{made._running._process.pid}/limits")
    if not limits.exists():
        pytest.skip("this system has no /proc")
    held = {line[:26].strip(): line[26:].split()[:2] for line in limits.read_text("ascii").splitlines()}
    assert held["Max open files"] == ["0", "0"]
    assert held["Max core file size"] == ["0", "0"]
    assert "unlimited" not in held["Max address space"]


def test_threads_share_a_process(org: OrgGraph) -> None:
    days = ["2023-06-30", "2024-03-01", "2024-06-01", "2025-01-01"] * 6
    right = {on: org.as_of(on).query(SMALL) for on in days}
    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(lambda on: org.as_of(on).query(SMALL, timeout=60) == right[on], days))


def test_a_timeline_has_one_worker(org: OrgGraph) -> None:
    assert day_worker(org.timeline) is day_worker(org.timeline)
    assert day_worker(org.timeline) is not day_worker(Timeline())


def test_an_answer_makes_nothing_but_results() -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    with pytest.raises(QueryError, match="which is no answer"):
        _Answer(io.BytesIO(pickle.dumps(Evil()))).load()


def test_a_query_that_is_interrupted_says_so_and_the_next_is_answered(worker: Worker) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(worker.query, ENDLESS, timeout=600, look=LOOK)
        while not asked.done():
            worker.interrupt()
        with pytest.raises(QueryEnded, match="was ended by SIGKILL"):
            asked.result()
    assert worker.query(SMALL, timeout=60, look=LOOK).rows
