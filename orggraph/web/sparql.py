"""The SPARQL 1.1 Protocol: queries by GET, by form and by direct POST; results in the form that is asked for.

``/sparql`` asks a day (today, or ``as-of``), ``/history/sparql`` all of time; ``/query/NAME`` asks a query of the
library by its parameters.

Why two addresses and not one that changes with ``as-of``: a generic client is given an address and nothing else, and
a Memento of the first is the same kind of graph as the first. The graph may also be named in the query or beside it;
see `dataset`. Why a result that is too large is refused and not cut: nobody looks at whether an answer with status 200
is whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from orggraph.errors import OrgGraphError, QueryError
from orggraph.evaluation import Results
from orggraph.library import LibraryQuery, library_query, read_parameters
from orggraph.results import visible, write
from orggraph.sparql import tokens
from orggraph.vocabulary import Term
from orggraph.web.asking import refused_page, results_page, sparql_page
from orggraph.web.assets import key
from orggraph.web.caching import entity_tag, has_it
from orggraph.web.dataset import DEFAULT, NAMED, Graph, graph_of, without_from
from orggraph.web.description import DESCRIPTION_FORMS, description
from orggraph.web.generations import Generation
from orggraph.web.memento import Address
from orggraph.web.parameters import VIEW, Parameter, pairs, read
from orggraph.web.problems import status_of
from orggraph.web.resources import HTML, Forms, Question, Service, form_of, format_parameter, headers_of, travelled
from orggraph.web.room import Asking
from orggraph.web.views import View, read_view
from orggraph.worker import Look

ROWS: Forms = (
    ("json", "application/sparql-results+json"), ("xml", "application/sparql-results+xml"), ("csv", "text/csv"),
    ("tsv", "text/tab-separated-values"), ("html", HTML), ("json", "application/json"), ("xml", "application/xml"),
    ("xml", "text/xml"), ("plain", "text/plain"),
)  # fmt: skip
GRAPHS: Forms = (
    ("turtle", "text/turtle"), ("ntriples", "application/n-triples"), ("jsonld", "application/ld+json"),
    ("trig", "application/trig"), ("rdfxml", "application/rdf+xml"), ("html", HTML),
    ("ntriples", "text/plain"), ("jsonld", "application/json"),
)  # fmt: skip
QUERY = Parameter("query", "text", "The query, in SPARQL 1.1.", example="SELECT * { ?who org:reportsTo ?whom }")
FORM, DIRECT, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
_UPDATE_PARAMETERS = frozenset({"update", "using-graph-uri", "using-named-graph-uri"})
_KINDS = {"SELECT": ROWS, "ASK": ROWS, "CONSTRUCT": GRAPHS, "DESCRIBE": GRAPHS}
_CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID"})
"""Functions that give something else each time, so that their answer must not be kept."""


class Asked(NamedTuple):
    """What was asked: the query (empty: none), its other parameters, and values for variables of the query."""

    sparql: str
    given: dict[str, str]
    history: bool
    parameters: Mapping[str, Term] = {}  # never changed
    named: bool = False
    """Whether the request names its graph, which then has no other times to travel to."""
    query: LibraryQuery | None = None


async def sparql(request: Request, *, service: Service, history: bool) -> Response:
    """Answer a request of the protocol; without a query, describe the service."""
    found = await _parameters(request)
    asked = await service.light.run(partial(_read, found, history=history, base=service.generations.latest.org.base))
    if not asked.sparql:
        if request.method == "POST" or "query" in asked.given:
            raise HTTPException(400, "there is no query (expected the parameter query, or a query as the body)")
        return _description(request, service, asked)
    return await _answer(request, service, asked, found)


async def library(request: Request, *, service: Service) -> Response:
    """Ask a query of the library; its parameters are named as it names them."""
    try:
        found = library_query(request.path_params["name"])
    except QueryError as error:
        raise HTTPException(404, str(error)) from error
    raw = pairs(request.scope["query_string"].decode("latin-1"))
    given = read(raw, query_parameters(found))
    generation = await service.generations.current()
    known = read_view(given, generation, today=service.settings.today()).recorded_by
    texts = {name: given[name] for name in found.parameters if given.get(name)}  # a field left empty is everybody

    def find(name: str, kinds: tuple[str, ...]) -> str:
        return generation.org.find(name, kinds=kinds, recorded_by=known)

    asked = Asked(found.text, given, found.over == "history", query=found)
    try:
        parameters = read_parameters(texts, described=found.parameters, find=find)
    except OrgGraphError as error:
        return await _refused(request, service, asked, error)
    return await _answer(request, service, asked._replace(parameters=parameters), raw)


async def _refused(request: Request, service: Service, asked: Asked, error: OrgGraphError) -> Response:
    """Tell a browser what is wrong with what was filled in, beside the form; anybody else gets the error."""
    format, _ = form_of(request, ROWS, asked.given.get("format", ""))
    if format != "html":
        raise error
    generation, today = await service.generations.current(), service.settings.today()
    view = read_view(asked.given, generation, today=today)
    question = _question(request, service, generation, asked, view, format)
    body = await service.light.run(partial(refused_page, question, asked.sparql, error, query=asked.query))
    return Response(body, status_of(error), media_type=HTML, headers={"Cache-Control": "no-store", "Vary": "Accept"})


def _question(
    request: Request, service: Service, generation: Generation, asked: Asked, view: View, format: str
) -> Question:
    return Question(generation, asked.given, view, format, request.url.path, "", service.base_url(request), view.day,
                    not asked.history, service.settings.writable)  # fmt: skip


def sparql_parameters(*, history: bool) -> tuple[Parameter, ...]:
    """Give what the endpoint takes."""
    return (QUERY, *(() if history else VIEW), format_parameter((*ROWS, *GRAPHS)))


def query_parameters(query: LibraryQuery) -> tuple[Parameter, ...]:
    """Give what a query of the library takes; each of its own parameters may be left out."""
    own = (Parameter(name, "text", described.description) for name, described in query.parameters.items())
    return (*own, *(VIEW if query.over == "snapshot" else ()), format_parameter(ROWS))


async def _parameters(request: Request) -> list[tuple[str, str]]:
    """Read what was sent, in whichever of the three ways."""
    found = pairs(request.scope["query_string"].decode("latin-1"))
    if request.method != "POST":
        return found
    media_type, *more = (part.strip().lower() for part in request.headers.get("content-type", "").split(";"))
    charset = next((part.partition("=")[2].strip('"') for part in more if part.startswith("charset=")), "utf-8")
    if media_type == UPDATE:
        raise HTTPException(415, "updates are refused: a query changes nothing (load or record a role change)")
    if media_type not in (FORM, DIRECT):
        raise HTTPException(415, f"a query does not come as {media_type or 'nothing'!r} (expected {FORM} or {DIRECT})")
    if charset not in ("utf-8", "utf8"):
        raise HTTPException(415, f"a query does not come in {charset!r} (expected UTF-8)")
    try:
        body = (await request.body()).decode()
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"byte {error.start + 1} of the body is not UTF-8 (expected UTF-8)") from error
    return [*found, *pairs(body, what="the body")] if media_type == FORM else [*found, ("query", body)]


def _read(found: list[tuple[str, str]], *, history: bool, base: str) -> Asked:
    names = {name for name, _ in found}
    if refused := sorted(names & _UPDATE_PARAMETERS):
        raise HTTPException(400, f"{refused[0]} is refused: a query changes nothing (load or record a role change)")
    if NAMED in names:
        raise HTTPException(400, f"{NAMED} is refused: there are no named graphs here ({DEFAULT} names one to ask)")
    wanted = [value for name, value in found if name == DEFAULT]
    given = read([pair for pair in found if pair[0] != DEFAULT], sparql_parameters(history=history))
    text = given.get("query", "")
    if "from" in text.casefold():
        text, stated = without_from(text, named=bool(wanted))
        wanted = wanted or stated
    graph = graph_of(wanted, base)
    if graph is None:
        return Asked(text, given, history)
    if given.get("as-of", graph.day) != graph.day:
        raise HTTPException(400, f"as-of={given['as-of']!r} is another time than that of <{graph.iri(base)}>")
    return Asked(text, {**given, "as-of": graph.day} if graph.day else given, history=not graph.day, named=True)


async def _answer(request: Request, service: Service, asked: Asked, raw: list[tuple[str, str]]) -> Response:
    """Ask a query, and write its results in the form that the client likes best."""
    generation, writable = await service.generations.current(), service.settings.writable
    view = read_view(asked.given, generation, today=service.settings.today())
    address = None if asked.history or asked.named else Address(service.base_url(request), request.scope["path"], raw)
    if address and request.method != "POST":
        moved = travelled(request, address, generation, asked.given, today=service.settings.today())
        if moved is not None:
            return moved
    words = await service.light.run(partial(_words, asked.sparql))
    forms = next((_KINDS[word] for word in words if word in _KINDS), ROWS)
    chosen = asked.given.get("format", "")
    if chosen and chosen not in {name for name, _ in forms}:
        expected = ", ".join(dict.fromkeys(name for name, _ in forms))
        raise HTTPException(400, f"format={chosen!r} does not fit what the query gives (expected one of {expected})")
    format, media_type = form_of(request, forms, chosen)
    headers = headers_of(service, generation, view, address=address)
    if _CHANGING.intersection(words) or request.method == "POST":
        headers["Cache-Control"] = "no-store"
    else:
        known = "" if address and view.settled(generation) else generation.key
        headers["ETag"] = entity_tag(known, request.scope["path"], raw, view, media_type, key(), writable)
        if has_it(request.headers.get("if-none-match", ""), headers["ETag"]):
            return Response(status_code=304, headers=headers)
    question = _question(request, service, generation, asked, view, format)
    try:
        results = await _results(request, service, generation, asked, view)
    except OrgGraphError as error:
        return await _refused(request, service, asked, error)
    if results.warnings:
        warnings = visible("; ".join(results.warnings))
        headers["Orggraph-Warning"] = warnings.encode("ascii", "backslashreplace").decode()
    body = await service.light.run(partial(_written, question, asked, results))
    return Response(body, media_type=media_type, headers=headers)


def _words(sparql: str) -> list[str]:
    return [token.word for token in tokens(sparql) if token.word]


async def _results(
    request: Request, service: Service, generation: Generation, asked: Asked, view: View
) -> Results:
    most = service.settings.results
    look = None if asked.history else Look(view.day, view.recorded_by, view.strict, bool(view.possible))
    asking = Asking(asked.sparql, look, most + 1, asked.parameters)
    results = await service.queries.ask(generation, asking, gone=partial(_gone, request))
    if max(len(results.rows), len(results.triples)) > most:
        raise HTTPException(400, f"the query has more than {most:,} results (ask for pages: ORDER BY, LIMIT, OFFSET)")
    return results


async def _gone(request: Request) -> None:
    """Wait until the client has gone, or does not send what it announced."""
    with suppress(HTTPException):
        while (await request.receive())["type"] != "http.disconnect":
            pass


def _written(question: Question, asked: Asked, results: Results) -> bytes | str:
    if question.format != "html":
        return write(results, question.format)
    return results_page(question, asked.sparql, results, query=asked.query)


def _description(request: Request, service: Service, asked: Asked) -> Response:
    format, media_type = form_of(request, DESCRIPTION_FORMS, asked.given.get("format", ""))
    endpoint = service.base_url(request) + request.url.path
    headers = {"Vary": "Accept", "Cache-Control": "no-cache"}
    if format != "html":
        all_of_time = Graph("").iri(service.generations.latest.org.base)
        return Response(description(endpoint, format, history=all_of_time), media_type=media_type, headers=headers)
    generation, today = service.generations.latest, service.settings.today()
    view = View(today) if asked.history else read_view(asked.given, generation, today=today)
    question = _question(request, service, generation, asked, view, format)
    example = "SELECT ?name ?manager\n{ ?who org:reportsTo ?whom ; foaf:name ?name . ?whom rdfs:label ?manager }\n"
    body = sparql_page(question, "" if asked.history else example, history=asked.history)
    return Response(body, media_type=media_type, headers=headers)
