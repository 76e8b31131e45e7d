"""Two real SPARQL engines on loopback, begun by the tests and ended by their process: Oxigraph and Virtuoso."""

from __future__ import annotations

import os
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import orggraph
from orggraph import OrgGraph
from orggraph.period import iso
from orggraph.publication import prepare, publish
from orggraph.remote import RemoteOrg
from orggraph.store.remote import Engine
from orggraph.timetree import Node

VIRTUOSO_INI = """\
[Database]
DatabaseFile = {folder}/test.db
ErrorLogFile = {folder}/test.log
LockFile = {folder}/test.lck
TransactionFile = {folder}/test.trx
xa_persistent_file = {folder}/test.pxa
FileExtend = 200
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = 127.0.0.1:{web}
ServerThreads = 4
[SPARQL]
ResultSetMaxRows = {rows}
MaxQueryExecutionTime = 60
"""
STARTED = "Server online at"
PATIENCE = 60.0
"""Seconds in which an engine has to begin."""
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER (CONCAT(STR(?a), STR(?d)) < STR(?g)) }"
"""A query of the `throng` that takes longer than anybody waits."""


def free_port() -> int:
    """Give a port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str], *, ready: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends; it is ready when it says so."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        _wait(process, ready)
        yield process
    finally:
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:  # it may be busy with a query that nobody waits for any more
            process.kill()
            process.communicate()


def _wait(process: subprocess.Popen[bytes], ready: str) -> None:
    assert process.stdout is not None
    said = b""
    while ready.encode() not in said:
        if not select.select([process.stdout], [], [], PATIENCE)[0]:
            raise TimeoutError(f"{process.args!r} did not begin: {said!r}")
        more = os.read(process.stdout.fileno(), 65536)
        if not more:
            raise ChildProcessError(f"{process.args!r} ended: {said!r}")
        said += more


@contextmanager
def oxigraph(*options: str) -> Iterator[str]:
    """Run Oxigraph in memory; give the address of its queries."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if program is None:
        pytest.fail("the server of the package oxigraph is not there (pip install 'orggraph[test]')")
    port = free_port()
    with running([program, "serve", "--bind", f"127.0.0.1:{port}", *options], ready="Listening"):
        yield f"http://127.0.0.1:{port}/query"


@contextmanager
def virtuoso(folder: Path, *, rows: int = 1000) -> Iterator[str]:
    """Run Virtuoso over a new database in a folder, open for updates; give the address of its endpoint.

    It cuts answers at so many ``rows``, as it does at 10,000 where nothing is set.
    """
    program, isql = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if program is None or isql is None:
        missing = "Virtuoso is not installed (Debian: virtuoso-opensource)"
        if os.environ.get("CI"):
            pytest.fail(f"{missing}, and is required where CI is set")
        pytest.skip(missing)
    web, sql = free_port(), free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(VIRTUOSO_INI.format(folder=folder, web=web, sql=sql, rows=rows), "utf-8")
    with running([program, "+foreground", "+configfile", str(settings)], ready=STARTED):
        grant = 'exec=GRANT SPARQL_UPDATE TO "SPARQL";'
        subprocess.run([isql, f"127.0.0.1:{sql}", "dba", "dba", grant], check=True, capture_output=True)
        yield f"http://127.0.0.1:{web}/sparql"


def published(org: OrgGraph, url: str) -> RemoteOrg:
    """Publish an organization in place of what is there, and open it there."""
    engine = Engine(url)
    publish(org.ledger, engine, prepare(org.ledger, engine, replace=True), replace=True)
    found = orggraph.open(url)
    assert isinstance(found, RemoteOrg)
    return found


def throng() -> OrgGraph:
    """Give an organization of 130 people: more triples a day than the Virtuoso of the tests lets through.

    They are there for 1,024 days that are one node of the tree, so that each triple is written once.
    """
    first, end = Node(10, 720).span
    rows = [
        {"kind": "starts", "person": f"Person {n:04}", "post": f"Post {n:04}", "organization": "Acme",
         "effective": iso(first), "until": iso(end), "source": "register"}
        for n in range(130)
    ]  # fmt: skip
    here = OrgGraph()
    here.load(rows)
    return here
