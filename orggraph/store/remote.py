"""A SPARQL 1.1 engine elsewhere, over HTTP: queries and updates, with everything refused that came back only in part.

Why form POST for both: it is the one way of the SPARQL 1.1 Protocol that every engine tried answers (Virtuoso never
answers a direct POST), and a path of the time tree is too long for an address. Why the graphs are always named, by
``default-graph-uri`` or by ``GRAPH``: in some engines the default graph is empty, in others the union of all.
Why the deadline is ours: an engine that runs out of time may answer 200 with a part of the rows (Virtuoso, with
``X-SQL-State``) or with a body that ends in the middle (Oxigraph); one that is never reached answers nothing.
Why graphs are never asked for: what is missing from one cannot be seen. Rows in JSON have an end, and come with a
count.
"""

from __future__ import annotations

import json
import re
import time
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import parse_qs, urlsplit, urlunsplit

from orggraph.errors import QueryError, StoreError
from orggraph.vocabulary import RDF, XSD, Literal, Term

if TYPE_CHECKING:
    import httpx

JSON_RESULTS = "application/sparql-results+json"
TIMEOUT = 60.0
"""Seconds that a query may take, from the first byte sent to the last byte read."""
UPDATE_TIMEOUT = 600.0
MOST_BYTES = 1 << 30
"""The longest answer that is read."""
TRIES = 4
_PAUSE = 0.25
"""Seconds before a request is sent again; doubled each time."""
_AGAIN = frozenset({429, 502, 503, 504})
_CUT = "X-SPARQL-MaxRows"
_FAILED = "X-SQL-State"

_Item = TypeVar("_Item")

Row = tuple[Term | None, ...]


class Rows(NamedTuple):
    """The rows of a SELECT under their columns; ``most`` is the number of rows at which the engine cuts, if it told."""

    columns: tuple[str, ...]
    rows: list[Row]
    most: int | None = None


class Engine:
    """A SPARQL engine by the address of its query endpoint, and of its update endpoint where that is another.

    ``user:password@`` in an address is used for Basic or Digest authentication and never shown.
    """

    def __init__(self, url: str, *, update: str = "") -> None:
        self.url, self._credentials = _address(url)
        self.update_url = _address(update)[0] if update else re.sub(r"/query$", "/update", self.url)
        self._open: httpx.Client | None = None
        self._basic = False
        self.server = ""

    @property
    def _client(self) -> httpx.Client:
        import httpx  # 0.1 s to import: only for who asks an engine elsewhere

        if self._open is None:
            auth: httpx.Auth | None = None
            if self._credentials:
                auth = (httpx.BasicAuth if self._basic else httpx.DigestAuth)(*self._credentials)
            self._open = httpx.Client(auth=auth, follow_redirects=False, headers={"User-Agent": "orggraph"})
            self._closing = weakref.finalize(self, self._open.close)
        return self._open

    def close(self) -> None:
        """Close the connections, as happens with this object at the latest; another question opens new ones."""
        if self._open:
            self._closing()
            self._open = None

    @property
    def is_virtuoso(self) -> bool:
        """Tell whether it has said to be Virtuoso, which takes small updates, each for itself."""
        return self.server.casefold().startswith("virtuoso")

    @property
    def is_atomic(self) -> bool:
        """Tell whether an update request is known to be applied as a whole or not at all (Oxigraph)."""
        return self.server.casefold().startswith("oxigraph")

    def select(
        self, query: str, *, default: Sequence[str] = (), named: Sequence[str] = (), timeout: float = TIMEOUT
    ) -> Rows:
        """Ask a SELECT of the merge of the ``default`` graphs, with the ``named`` ones for ``GRAPH``.

        Raises `QueryError` for what the engine refuses or has no time for, `StoreError` where it cannot be reached or
        its answer is not whole. Where the engine cuts, `Rows.most` says so if the rows are that many.
        """
        body, most = self._ask(query, default, named, timeout)
        document = self._document(body)
        try:
            columns = tuple(document["head"]["vars"])
            rows = [tuple(_term(found.get(name)) for name in columns) for found in document["results"]["bindings"]]
        except (KeyError, TypeError, AttributeError) as error:
            raise StoreError(f"{self.url}: the answer is no SPARQL 1.1 result of a SELECT") from error
        return Rows(columns, rows, most if most is not None and len(rows) >= most else None)

    def ask(
        self, query: str, *, default: Sequence[str] = (), named: Sequence[str] = (), timeout: float = TIMEOUT
    ) -> bool:
        """Ask an ASK; errors as in `select`."""
        document = self._document(self._ask(query, default, named, timeout)[0])
        if isinstance(answer := document.get("boolean"), bool):
            return answer
        try:  # Virtuoso answers an ASK with a row of one number, or with no row
            rows = document["results"]["bindings"]
            return bool(rows) and {"0": False, "1": True}[next(iter(rows[0].values()))["value"]]
        except (KeyError, TypeError, AttributeError, StopIteration) as error:
            raise StoreError(f"{self.url}: the answer is no SPARQL 1.1 result of an ASK") from error

    def update(self, update: str, *, timeout: float = UPDATE_TIMEOUT) -> None:
        """Send an update that may be sent twice without harm (INSERT DATA, DROP, …); errors as in `select`."""
        self._post(self.update_url, {"update": update}, accept="*/*", timeout=timeout)

    def _ask(
        self, query: str, default: Sequence[str], named: Sequence[str], timeout: float
    ) -> tuple[bytes, int | None]:
        form: dict[str, str | list[str]] = {"query": query}
        form |= {"default-graph-uri": list(default), "named-graph-uri": list(named)}
        body, headers = self._post(self.url, form, accept=JSON_RESULTS, timeout=timeout)
        if _FAILED in headers:
            state = headers[_FAILED]
            raise QueryError(f"{self.url}: the engine gave up and sent only a part ({_FAILED}: {state}); ask for less")
        cut = headers.get(_CUT, "")
        return body, int(cut) if cut.isdigit() else None

    def _document(self, body: bytes) -> Mapping[str, Any]:
        try:
            document = json.loads(body)
        except ValueError as error:
            raise self._broken(error) from error
        if not isinstance(document, dict):
            raise StoreError(f"{self.url}: the answer is no SPARQL 1.1 result")
        return document

    def _broken(self, error: Exception) -> StoreError:
        what = "the answer ends in the middle or is no SPARQL 1.1 result"
        return StoreError(f"{self.url}: {what}, so none of it is used ({error}); the engine may have run out of time")

    def _post(
        self, url: str, form: Mapping[str, str | list[str]], *, accept: str, timeout: float
    ) -> tuple[bytes, Mapping[str, str]]:
        """Send a form, again where the engine was not reached or was busy; give the whole body and the headers."""
        import httpx  # 0.1 s to import: only for who asks an engine elsewhere

        deadline = time.monotonic() + timeout
        for tried in range(1, TRIES + 1):
            try:
                return self._post_once(url, form, accept, deadline, timeout)
            except httpx.TimeoutException as error:
                raise _too_slow(url, timeout) from error
            except (httpx.TransportError, _Busy) as error:
                pause = _PAUSE * 2**tried
                if tried == TRIES or time.monotonic() + pause > deadline:
                    raise StoreError(f"{url}: the engine cannot be reached: {error or type(error).__name__}") from error
                time.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _post_once(
        self, url: str, form: Mapping[str, str | list[str]], accept: str, deadline: float, timeout: float
    ) -> tuple[bytes, Mapping[str, str]]:
        left = max(deadline - time.monotonic(), 0.001)
        with self._client.stream("POST", url, data=form, headers={"Accept": accept}, timeout=left) as response:
            self.server = response.headers.get("Server", "")
            body = bytearray()
            for chunk in response.iter_bytes():
                body += chunk
                if time.monotonic() > deadline:
                    raise _too_slow(url, timeout)
                if len(body) > MOST_BYTES:
                    raise QueryError(f"{url}: the answer is longer than {MOST_BYTES >> 20} MB (ask for less)")
        if response.status_code == 401 and self._credentials and not self._basic:
            self._basic = response.headers.get("WWW-Authenticate", "").casefold().startswith("basic")
            if self._basic:
                self.close()
                return self._post_once(url, form, accept, deadline, timeout)
        if response.status_code in _AGAIN:
            raise _Busy(f"status {response.status_code}")
        if not response.is_success:
            raise _refused(url, response.status_code, bytes(body))
        return bytes(body), response.headers


class _Busy(Exception):
    """Say that the engine asks to come again."""


def _address(url: str) -> tuple[str, tuple[str, str] | None]:
    """Check an address, and take user and password out of it."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise StoreError(f"{url}: this is no address of a SPARQL engine (expected http://HOST/PATH or https://HOST/PATH)")
    if "timeout" in parse_qs(parts.query, keep_blank_values=True):
        raise StoreError(f"{url}: a timeout in the address makes Virtuoso give a part of the rows as if it were all "
                         "(leave it out; queries have --timeout)")  # fmt: skip
    host = parts.netloc.rpartition("@")[2]
    credentials = (parts.username, parts.password or "") if parts.username else None
    return urlunsplit((parts.scheme, host, parts.path or "/", parts.query, "")), credentials


def _too_slow(url: str, timeout: float) -> QueryError:
    return QueryError(f"{url}: the engine did not answer within {timeout:g} s (ask for less, or allow more time)")


def _refused(url: str, status: int, body: bytes) -> QueryError | StoreError:
    """Say what a status means here, with the first words of what the engine says."""
    said = " ".join(re.sub(r"<[^>]*>", " ", body.decode("utf-8", "replace")).split())[:400]
    said = said.partition(" SPARQL query: ")[0]  # Virtuoso repeats the query
    if status in (401, 403):
        return StoreError(f"{url}: the engine wants to know who asks, or refuses (status {status}): {said} "
                          "(expected http://USER:PASSWORD@HOST/… with the right to do this)")  # fmt: skip
    if status in (404, 405, 301, 302, 307, 308):
        expected = "expected the address of a SPARQL 1.1 endpoint, such as http://HOST:7878/query or http://HOST/sparql"
        return StoreError(f"{url}: there is no SPARQL endpoint here (status {status}; {expected})")
    if "transitive" in said.casefold():
        return QueryError(f"{url}: the engine refuses a path such as org:reportsTo+ with both ends open (give one of "
                          f"them a value, as --set does, or something to match beside the path): {said}")  # fmt: skip
    return QueryError(f"{url}: the engine refuses it (status {status}): {said}")


def _term(found: Mapping[str, str] | None) -> Term | None:
    if found is None:
        return None
    kind, value = found["type"], found["value"]
    if kind == "uri":
        return value
    if kind == "bnode":
        return f"_:{value.removeprefix('_:')}"
    if language := found.get("xml:lang"):
        return Literal(value, RDF + "langString", language.casefold())
    datatype = found.get("datatype", XSD + "string")
    if datatype == XSD + "boolean":
        value = {"0": "false", "1": "true"}.get(value, value)  # the same value, as Virtuoso writes it
    return Literal(value, datatype)


def batches(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Cut items into lists of at most ``size``.

    >>> list(batches("abc", 2))
    [['a', 'b'], ['c']]
    """
    batch: list[_Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
