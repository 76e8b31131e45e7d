"""The engine: what it is asked and how, and every way in which an answer may be missing or not be whole."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from engines import SLOW, oxigraph, published, throng, virtuoso

import orggraph
from orggraph.errors import QueryError, StoreError
from orggraph.rdf import to_oxigraph
from orggraph.store.remote import Engine
from orggraph.timetree import Node, graphs_on
from orggraph.vocabulary import XSD, Literal


@pytest.fixture
def url(engine_url: str) -> str:
    return engine_url


@pytest.mark.parametrize("address", ["", "org.orggraph", "ftp://example.org/", "http:///sparql"])
def test_what_is_no_address(address: str) -> None:
    with pytest.raises(StoreError, match="no address of a SPARQL engine"):
        Engine(address)


def test_the_address_of_updates_follows_from_that_of_queries() -> None:
    assert Engine("http://localhost:7878/query").update_url == "http://localhost:7878/update"
    assert Engine("http://localhost/sparql").update_url == "http://localhost/sparql"
    assert Engine("http://localhost/q", update="http://localhost/u").update_url == "http://localhost/u"


def test_a_timeout_in_the_address_is_refused() -> None:
    with pytest.raises(StoreError, match="makes Virtuoso give a part of the rows"):
        Engine("http://localhost/sparql?timeout=1000")


def test_a_part_that_virtuoso_gives_when_its_time_is_over_is_refused(tmp_path: Path) -> None:
    """By a Virtuoso of its own: it goes on with the query after it has given up, which would slow all other tests."""
    with virtuoso(tmp_path) as url:
        engine = published(throng(), url).engine
        engine.url += "?timeout=500"
        with pytest.raises(QueryError, match=r"gave up and sent only a part .X-SQL-State: S1TAT"):
            engine.select(SLOW, default=graphs_on(Node(10, 720).span[0]))


def test_virtuoso_asks_who_it_is(virtuoso_url: str) -> None:
    """Its other endpoint wants Digest authentication."""
    guarded = virtuoso_url + "-auth"
    ask = "ASK { GRAPH <urn:x:none> { ?s ?p ?o } }"
    for wrong in (guarded, guarded.replace("//", "//dba:wrong@")):
        with pytest.raises(StoreError, match=r"wants to know who asks, or refuses .status 401"):
            Engine(wrong).ask(ask)
    assert not Engine(guarded.replace("//", "//dba:dba@")).ask(ask)


class Front(BaseHTTPRequestHandler):
    """Stands before an engine as a proxy does: busy at first, or asking for a password; then it answers by itself."""

    busy = 2
    basic = ""
    document = json.dumps({"head": {}, "boolean": True}).encode()
    length = len(document)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if type(self).busy:
            type(self).busy -= 1
            self.send_error(503)
        elif self.basic and self.headers.get("Authorization") != self.basic:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="engine"')
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self.send_response(200)
            self.send_header("Content-Length", str(self.length))
            self.end_headers()
            self.wfile.write(self.document)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def front(**settings: object) -> Iterator[Engine]:
    handler = type("Handler", (Front,), settings)
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        engine = Engine(f"http://ada:secret@127.0.0.1:{server.server_port}/sparql")
        try:
            yield engine
        finally:
            engine.close()
            server.shutdown()
            thread.join()


def test_a_busy_engine_is_asked_again() -> None:
    with front(busy=2) as engine:
        assert engine.ask("ASK { ?s ?p ?o }")


def test_an_engine_that_stays_busy_is_given_up() -> None:
    with front(busy=99) as engine, pytest.raises(StoreError, match="cannot be reached: status 503"):
        engine.ask("ASK { ?s ?p ?o }", timeout=60)


def test_basic_authentication() -> None:
    expected = "Basic " + base64.b64encode(b"ada:secret").decode()
    with front(busy=0, basic=expected) as engine:
        assert engine.ask("ASK { ?s ?p ?o }")
    with front(busy=0, basic="Basic other") as engine, pytest.raises(StoreError, match="status 401"):
        engine.ask("ASK { ?s ?p ?o }")


@pytest.mark.parametrize(
    "document, length, message",
    [
        (b'{"head": {}, "bool', 18, "ends in the middle"),
        (b'{"head": {}, "bool', 80, "cannot be reached: peer closed connection"),
        (b"<html>hello</html>", 18, "ends in the middle or is no SPARQL 1.1 result"),
        (b'{"head": {}}', 12, "no SPARQL 1.1 result of an ASK"),
        (b"[]", 2, "no SPARQL 1.1 result"),
    ],
)
def test_what_is_no_whole_answer(document: bytes, length: int, message: str) -> None:
    with front(busy=0, document=document, length=length) as engine, pytest.raises(StoreError, match=message):
        engine.ask("ASK { ?s ?p ?o }", timeout=60)


def test_a_password_is_never_shown() -> None:
    engine = Engine("http://ada:secret@127.0.0.1:9/sparql")
    assert "secret" not in engine.url + engine.update_url


def test_nobody_there() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers
        with pytest.raises(StoreError, match="cannot be reached"):
            orggraph.open(f"http://127.0.0.1:{listener.getsockname()[1]}/sparql")


def test_no_endpoint_there(url: str) -> None:
    wrong = url.rpartition("/")[0] + "/nothing/here"
    with pytest.raises(StoreError, match="no SPARQL endpoint here"):
        orggraph.open(wrong)


def test_nothing_published_there() -> None:
    with oxigraph() as url, pytest.raises(StoreError, match="no organization was published here"):
        orggraph.open(url)


def test_terms_come_back_as_they_are(url: str) -> None:
    engine = Engine(url)
    texts = [Literal("Söhne 日本 \"x\"\n\\"), Literal("2025-10-03", XSD + "date"), Literal("true", XSD + "boolean")]
    written = " , ".join(["<urn:x:o>", *(_turtle(text) for text in texts)])
    engine.update(f"INSERT DATA {{ GRAPH <urn:x:terms> {{ <urn:x:s> <urn:x:p> {written} }} }}")
    found = {row[0] for row in engine.select("SELECT ?o { ?s ?p ?o }", default=["urn:x:terms"]).rows}
    engine.update("DROP SILENT GRAPH <urn:x:terms>")
    assert found == {"urn:x:o", *texts}
    assert not engine.ask("ASK { ?s ?p ?o }", default=["urn:x:terms"])


def _turtle(text: Literal) -> str:

    return str(to_oxigraph(text))


def test_json_of_the_engine_is_read(url: str) -> None:
    document = json.dumps({"head": {"vars": ["a"]}, "results": {"bindings": []}})
    assert Engine(url).select("SELECT ?a { ?a <urn:x:none> ?b }").rows == json.loads(document)["results"]["bindings"]
