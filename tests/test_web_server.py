"""A real ``orggraph serve`` in a process of its own: sockets, signals, a store that grows, and many clients at once."""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from click.testing import CliRunner
from company import ROWS, row
from webclient import ROOT, SAMPLE, Server, serving

import orggraph
from orggraph.cli import main

CROSS = " . ".join(f"?a{n} ?p{n} ?b{n}" for n in range(5))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"
ASKED = "reports?name=Daniela+Amodei&as-of=2025-10-03"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    arguments = ("--data", str(SAMPLE), "serve", "--workers", "2", "--timeout", "5")
    with serving(tmp_path_factory.mktemp("server"), *arguments) as server:
        yield server


def children(pid: int) -> set[int]:
    """List the processes that a process has begun."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    if not found.exists():
        pytest.skip("this system does not say which processes a process has begun")
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return {int(one) for task in tasks for one in (task / "children").read_text("ascii").split()}


def connected(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((str(parts.hostname), int(parts.port or 0)), timeout=30)


def speak(url: str, text: bytes) -> bytes:
    """Send bytes as they are, and give everything that comes back until the other side closes."""
    with connected(url) as connection:
        connection.sendall(text)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_it_answers_on_this_machine_alone(server: Server) -> None:
    assert server.url.startswith("http://127.0.0.1:")
    names = [one["name"] for one in httpx.get(server.url + ASKED).json()["rows"]]
    assert names == ["Rahul Patil", "Sam McCandlish"]


def test_a_head_has_no_body_and_the_length_of_one(server: Server) -> None:
    answered = speak(server.url, f"HEAD /{ASKED} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    head, _, body = answered.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert b"content-length: 1251" in head
    assert body == b""


def test_another_name_is_not_answered_to(server: Server) -> None:
    asked = f"GET /{ASKED} HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    answered = speak(server.url, asked.encode())
    assert answered.startswith(b"HTTP/1.1 421")
    assert b"Amodei" not in answered


@pytest.mark.parametrize("rubbish", [b"\x16\x03\x01 hello\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                                     b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"],
                         ids=["no http", "two hosts", "a long line"])  # fmt: skip
def test_rubbish_is_refused_and_the_next_is_answered(server: Server, rubbish: bytes) -> None:
    with suppress(ConnectionResetError):  # to hang up on it is an answer too
        assert speak(server.url, rubbish).startswith(b"HTTP/1.1 4")
    assert httpx.get(server.url + ASKED).status_code == 200


def test_a_body_that_grows_beyond_its_limit_is_refused(server: Server) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b"#" * 65536 + b"\n"

    headers = {"Content-Type": "application/sparql-query"}
    with httpx.Client(timeout=30) as client:
        answered = client.post(server.url + "sparql", content=pieces(), headers=headers)
    assert answered.status_code == 413


HEAD = b"GET /reports HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
POST = (b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\n"
        b"Content-Length: 999\r\n\r\n")  # fmt: skip


@pytest.fixture(scope="module")
def impatient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Give a server that waits half a second for a request."""
    with serving(tmp_path_factory.mktemp("impatient"), "--data", str(SAMPLE), "serve", "--patience", "0.5") as server:
        yield server


@pytest.mark.parametrize(
    ("first", "then"), [(b"", b""), (b"", HEAD), (HEAD, b"a"), (POST, b"#")],
    ids=["says nothing", "begins a head", "a head byte by byte", "a body byte by byte"],
)  # fmt: skip
def test_a_client_that_says_little_is_hung_up_on(impatient: Server, first: bytes, then: bytes) -> None:
    with connected(impatient.url) as connection:
        began, heard = time.monotonic(), b""
        connection.sendall(first)
        while not select.select([connection], [], [], 0.05)[0]:  # a byte whenever nothing has come
            assert time.monotonic() - began < 20, "it was waited for"
            connection.sendall(then[:1])
            then = then[1:] or then
        heard = b"".join(iter(lambda: connection.recv(65536), b""))
    assert heard.startswith(b"HTTP/1.1 408")
    assert time.monotonic() - began > 0.4


def test_slow_clients_do_not_keep_others_out(impatient: Server) -> None:
    with ExitStack() as held:
        for _ in range(300):  # more than there are connections
            held.enter_context(connected(impatient.url)).sendall(HEAD)
        began = time.monotonic()
        while httpx.get(impatient.url + ASKED, timeout=30).status_code == 503:
            assert time.monotonic() - began < 20, "they were kept"
        assert httpx.get(impatient.url + ASKED).status_code == 200


def test_a_client_that_takes_its_time_within_bounds_is_answered(impatient: Server) -> None:
    text = f"GET /{ASKED} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    with connected(impatient.url) as connection:
        for _ in range(3):  # each request has its own time
            for part in (text[:10], text[10:30], text[30:]):
                select.select([connection], [], [], 0.1)
                connection.sendall(part)
            response = HTTPResponse(connection)
            response.begin()
            assert (response.status, len(response.read())) == (200, int(response.headers["content-length"]))


def test_a_client_that_does_not_listen_is_hung_up_on(impatient: Server) -> None:
    with connected(impatient.url) as connection, suppress(ConnectionResetError, BrokenPipeError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        asked = select.poll()
        asked.register(connection, 0)  # that it was hung up is told in any case
        connection.settimeout(0.2)
        with suppress(TimeoutError):
            for _ in range(3_000):
                connection.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert asked.poll(20_000), "it was waited for"


def test_slow_queries_do_not_hold_up_the_others(server: Server) -> None:
    with ThreadPoolExecutor(3) as pool:
        asked = {"as-of": "2025-10-03", "query": ENDLESS}
        slow = [pool.submit(httpx.get, server.url + "sparql", params=asked, timeout=60)]
        began, worst = time.monotonic(), 0.0
        while not slow[0].done():
            one = time.monotonic()
            assert httpx.get(server.url + ASKED).status_code == 200
            quick = httpx.get(server.url + "sparql", params={"query": "ASK {}"}, timeout=60)
            assert quick.json()["boolean"] is True
            worst = max(worst, time.monotonic() - one)
        assert slow[0].result().status_code == 504
        assert "5 s" in slow[0].result().json()["detail"]
        assert time.monotonic() - began > 4
        assert worst < 4, "each was answered while the slow one ran"


def test_more_queries_than_there_is_room_for_are_told_to_come_back(tmp_path: Path) -> None:
    asked = {"as-of": "2025-10-03", "query": ENDLESS}
    arguments = ("--data", str(SAMPLE), "serve", "--workers", "1", "--timeout", "0.3")
    with serving(tmp_path, *arguments) as server, ThreadPoolExecutor(14) as pool:
        sent = [pool.submit(httpx.get, server.url + "sparql", params=asked, timeout=120) for _ in range(14)]
        assert {one.result().status_code for one in sent} == {503, 504}
        refused = next(one.result() for one in sent if one.result().status_code == 503)
        assert refused.headers["retry-after"] == "2"
        assert httpx.get(server.url + "sparql", params={"query": "ASK {}"}, timeout=60).status_code == 200


def test_a_query_that_nobody_waits_for_is_ended(tmp_path: Path) -> None:
    with serving(tmp_path, "--data", str(SAMPLE), "serve", "--workers", "1", "--timeout", "600") as server:
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(server.url + "sparql", params={"as-of": "2025-10-03", "query": ENDLESS}, timeout=2)
        after = httpx.get(server.url + "sparql", params={"query": "ASK {}"}, timeout=60)
        assert after.status_code == 200, "the one process there is room for is free again"


def test_every_request_is_a_line_of_json(server: Server) -> None:
    httpx.get(server.url + "nothing%0Ahere")
    found: list[dict[str, object]] = []
    began = time.monotonic()
    while not found and time.monotonic() - began < 30:  # a line is written after its answer has been sent
        httpx.get(server.url + ASKED)
        whole = [line for line in server.log.read_text("utf-8").splitlines(keepends=True) if line.endswith("\n")]
        found = [one for one in map(json.loads, whole) if one.get("path") == "/nothing\nhere"]
    last = found[-1]
    assert (last["method"], last["status"], last["client"]) == ("GET", 404, "127.0.0.1")
    assert float(str(last["ms"])) > 0


def test_a_load_by_another_process_is_seen_at_once(tmp_path: Path) -> None:
    store = tmp_path / "s"
    orggraph.open(store).load(ROWS)
    with serving(tmp_path, "--store", str(store), "serve") as server:
        asked = "holders?name=Accountant&as-of=2026-01-01"
        who = "SELECT ?n { ?a org:holds/skos:prefLabel 'Accountant' ; foaf:name ?n }"
        query = {"query": who, "as-of": "2026-01-01"}
        count = {"query": "SELECT (COUNT(*) AS ?n) { ?f orgg:recorded ?time }"}
        first = httpx.get(server.url + asked)
        assert [one["name"] for one in first.json()["rows"]] == ["Kim Kane"]
        assert "Kim Kane" in httpx.get(server.url + "sparql", params=query, timeout=60).text
        changes = httpx.get(server.url + "history/sparql", params=count, timeout=60).text
        orggraph.open(store).load([
            row("transferred", "2025-06-01", person="Kim Kane", post="Treasurer", unit="Finance",
                from_post="Accountant"),
            row("starts", "2025-06-01", person="Ned New", post="Accountant", unit="Finance"),
        ])  # fmt: skip
        second = httpx.get(server.url + asked, headers={"If-None-Match": first.headers["etag"]})
        assert second.status_code == 200
        assert [one["name"] for one in second.json()["rows"]] == ["Ned New"]
        assert "Ned New" in httpx.get(server.url + "sparql", params=query, timeout=60).text
        assert httpx.get(server.url + "history/sparql", params=count, timeout=60).text != changes


def test_readers_never_see_half_a_load(tmp_path: Path) -> None:
    store = tmp_path / "s"
    orggraph.open(store).record("starts", person="Boss", role="head", organization="Acme", effective="2020-01-01")
    writer = """
import sys, orggraph
for number in range(6):
    orggraph.open(sys.argv[1]).load([
        {"kind": "starts", "person": f"P {number} {part}", "role": "member", "organization": "Acme",
         "effective": "2024-01-01"} for part in "ab"])
"""
    with serving(tmp_path, "--store", str(store), "serve", "--no-log") as server:
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        seen = []
        with subprocess.Popen([sys.executable, "-c", writer, str(store)], env=environment) as process:
            while process.poll() is None:
                seen.append(len(httpx.get(server.url + "members?name=Acme&as-of=2024-06-01").json()["rows"]))
            assert process.returncode == 0
        last = len(httpx.get(server.url + "members?name=Acme&as-of=2024-06-01").json()["rows"])
    assert (seen == sorted(seen), last) == (True, 13)
    assert all(number % 2 == 1 for number in seen), seen
    assert len(set(seen)) > 2
    assert server.log.read_text("utf-8") == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_it_ends_in_an_orderly_way(tmp_path: Path, number: signal.Signals) -> None:
    query = f"SELECT (COUNT(*) AS ?n) {{ {' . '.join(f'?a{n} ?p{n} ?b{n}' for n in range(3))} }}"
    with serving(tmp_path, "--data", str(SAMPLE), "serve", "--timeout", "60", "--grace", "30") as server:
        httpx.get(server.url + "sparql", params={"query": "ASK {}"}, timeout=60)
        working = children(server.process.pid)
        assert working
        asked = urlencode({"as-of": "2025-10-03", "query": query})
        with connected(server.url) as connection:
            connection.sendall(f"GET /sparql?{asked} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            httpx.get(server.url + ASKED)  # when this has been answered, what was sent before it has been read
            server.process.send_signal(number)
            answered = b"".join(iter(lambda: connection.recv(65536), b""))
        assert answered.startswith(b"HTTP/1.1 200"), "what was asked is answered"
        assert server.process.wait(timeout=60) == 0
    assert not [pid for pid in working if Path(f"/proc/{pid}").exists()]


def test_a_query_without_end_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    with serving(tmp_path, "--data", str(SAMPLE), "serve", "--timeout", "600", "--grace", "1") as server:
        with ThreadPoolExecutor(1) as pool:
            asked = {"as-of": "2025-10-03", "query": ENDLESS}
            running = pool.submit(httpx.get, server.url + "sparql", params=asked, timeout=60)
            began = time.monotonic()
            while not children(server.process.pid) and time.monotonic() - began < 30:
                httpx.get(server.url + ASKED)
            working = children(server.process.pid)
            server.process.terminate()
            assert running.exception(timeout=60) is not None or running.result().status_code >= 500
        assert server.process.wait(timeout=30) == 0
    assert working
    assert not [pid for pid in working if Path(f"/proc/{pid}").exists()]


def test_a_token_from_the_environment_is_wanted(tmp_path: Path) -> None:
    arguments = ("--data", str(SAMPLE), "serve", "--host", "0.0.0.0")
    with serving(tmp_path, *arguments, ORGGRAPH_TOKEN="a-secret") as server:
        url = server.url.replace("0.0.0.0", "127.0.0.1")
        assert httpx.get(url + ASKED).status_code == 401
        allowed = httpx.get(url + ASKED, headers={"Authorization": "Bearer a-secret"})
        assert allowed.status_code == 200
        assert "a-secret" not in server.log.read_text("utf-8")


REFUSED = [
    (["--host", "0.0.0.0"], 2, "give a --token"),
    (["--host", "::"], 2, "or say --public"),
    (["--token", "not ascii ü"], 2, "ASCII"),
    (["--base-url", "ftp://x"], 2, "expected https://NAME"),
    (["--host", "203.0.113.1", "--public"], 1, "nothing can be served here"),
    (["--port", "70000"], 2, "70000"),
]


@pytest.mark.parametrize("arguments, code, words", REFUSED, ids=[" ".join(arguments) for arguments, _, _ in REFUSED])
def test_what_is_refused_at_the_start(arguments: list[str], code: int, words: str) -> None:
    done = CliRunner().invoke(main, ["--data", str(SAMPLE), "serve", "--port", "0", *arguments])
    assert done.exit_code == code
    assert words in done.output


def test_a_store_that_is_not_there_is_said_before_it_begins(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--store", str(tmp_path / "none"), "serve", "--port", "0"])
    assert done.exit_code == 1
    assert "there is no store here" in done.output
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = CliRunner().invoke(main, ["--data", str(SAMPLE), "serve", "--port", port])
    assert done.exit_code == 1
    assert f"port {port}: nothing can be served here" in done.output


def test_a_client_that_stays_is_answered_again_and_again(server: Server) -> None:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        for number in range(60):
            asked = {"query": f"SELECT ?a {{ ?a org:reportsTo ?b }} LIMIT {number + 1}", "as-of": "2025-10-03"}
            assert client.get("sparql", params=asked).status_code == 200


def test_the_addresses_of_the_readme_answer(server: Server) -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    addresses = re.findall(r"'http://127\.0\.0\.1:8000/([^']*)'", readme)
    assert len(addresses) >= 3
    travel = {"Accept-Datetime": "Fri, 03 Oct 2025 00:00:00 GMT"}
    for address in addresses:
        answered = httpx.get(server.url + address, headers=travel, follow_redirects=True, timeout=60)
        assert answered.status_code == 200, answered.text
        assert answered.headers.get("memento-datetime") == travel["Accept-Datetime"] or address.startswith("sparql")
