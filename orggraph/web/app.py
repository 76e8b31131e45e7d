"""The application: every address with what answers there, and the guard and the log around them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from orggraph.documents import dumped
from orggraph.errors import OrgGraphError
from orggraph.library import library as library_queries
from orggraph.period import iso
from orggraph.web import api, asking, entities
from orggraph.web import organization as walk
from orggraph.web.assets import static
from orggraph.web.charts import SCOPE
from orggraph.web.generations import Generations, Origin
from orggraph.web.guard import Guard
from orggraph.web.loads import Loads, load
from orggraph.web.log import Log
from orggraph.web.memento import LINK_FORMAT, Address, timemap
from orggraph.web.openapi import openapi
from orggraph.web.organization import organization
from orggraph.web.parameters import Parameter, pairs, read
from orggraph.web.problems import on_http_error, on_mistake, on_our_error
from orggraph.web.resources import HTML, Question, Resource, Service, answer
from orggraph.web.room import Queries, Room
from orggraph.web.settings import Settings
from orggraph.web.sparql import library, query_parameters, sparql, sparql_parameters


def home(question: Question) -> str:
    """Give the first page; as JSON, what there is."""
    if question.format == "html":
        return organization(question)
    rows = [{"path": one.path, "summary": one.summary} for one in RESOURCES]
    more = [{"path": path, "summary": summary} for path, summary in _MORE.items()]
    return dumped({"as_of": iso(question.view.day), "rows": [*rows, *more]})


RESOURCES: tuple[Resource, ...] = (
    Resource("/", "The organization on a day", home, (("json", "application/json"), ("html", HTML)),
             SCOPE, dated=True, heavy=True),
    *api.RESOURCES,
    *walk.RESOURCES,
    *entities.RESOURCES,
    *asking.RESOURCES,
)
_MORE = {
    "/sparql": "SPARQL 1.1 on the organization of a day",
    "/history/sparql": "SPARQL 1.1 over all of time",
    "/query/{name}": "A query of the library, by its parameters",
    "/timemap/{path}": "The Mementos of a resource (RFC 7089)",
    "/openapi.json": "The description of all this (OpenAPI 3.1)",
}
_Endpoint = Callable[[Request], Awaitable[Response]]


def application(origin: Origin, settings: Settings) -> ASGIApp:
    """Open the organization and make the application that serves it; errors are those of opening."""
    service = Service(
        Generations(origin),
        settings,
        Queries(
            Room(settings.workers, waiting=8 * settings.workers), timeout=settings.timeout, memory=settings.memory
        ),
        Room(8, waiting=64, longest=settings.lookup),
        Room(2, waiting=16, longest=settings.lookup),
    )

    loads = Loads(kept=settings.kept) if settings.writable else None

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:  # noqa: ARG001  # starlette gives it
        yield
        await service.queries.close()
        if loads:
            loads.uploads.close()
        await to_thread.run_sync(service.generations.close)

    app = Starlette(
        routes=_routes(service, loads),
        lifespan=lifespan,
        exception_handlers={
            OrgGraphError: on_our_error,
            HTTPException: on_http_error,
            Exception: on_mistake,
        },
    )
    return Log(Guard(app, settings), settings.log)


def _routes(service: Service, loads: Loads | None) -> list[Route]:
    routes = [_route(one.path, partial(answer, resource=one, service=service)) for one in RESOURCES]
    for path, history in (("/sparql", False), ("/query", False), ("/history/sparql", True)):
        for one in (path, f"{path}/"):
            routes.append(_route(one, partial(sparql, service=service, history=history), posted=True))
    if loads:
        routes.append(_route("/load", partial(load, service=service, loads=loads), posted=True))
    return [
        *routes,
        _route("/query/{name}", partial(library, service=service)),
        _route("/id/{rest:path}", _described_elsewhere),
        _route("/timemap/{rest:path}", partial(_timemap, service=service)),
        _route("/openapi.json", partial(_openapi, service=service)),
        _route("/static/{rest}", static),
    ]


def _route(path: str, endpoint: _Endpoint, *, posted: bool = False) -> Route:
    """Make a route that also says which methods it knows."""
    methods = ["GET", "HEAD", "POST", "OPTIONS"] if posted else ["GET", "HEAD", "OPTIONS"]
    allow = {"Allow": ", ".join(methods)}

    async def reply(request: Request) -> Response:
        return Response(status_code=204, headers=allow) if request.method == "OPTIONS" else await endpoint(request)

    return Route(path.replace("{rest}", "{rest:path}"), reply, methods=methods)


async def _described_elsewhere(request: Request) -> Response:
    query = request.url.query
    target = f"/entity/{request.scope['raw_path'].decode('latin-1').partition('/id/')[2]}"
    return RedirectResponse(target + (f"?{query}" if query else ""), 303, headers={"Vary": "Accept, Accept-Datetime"})


async def _timemap(request: Request, *, service: Service) -> Response:
    """List the Mementos of a resource."""
    path = f"/{request.path_params['rest']}"
    raw = pairs(request.scope["query_string"].decode("latin-1"))
    read(raw, _parameters_of(path))
    generation = await service.generations.current()
    address = Address(service.base_url(request), path, raw)
    body = await service.light.run(partial(timemap, address, generation))
    return Response(body, media_type=LINK_FORMAT, headers={"Cache-Control": "no-cache"})


def _parameters_of(path: str) -> tuple[Parameter, ...]:
    """Give what a resource about a day takes; raise 404 for any other address."""
    dated = {one.path: one for one in RESOURCES if one.dated}
    if path in ("/sparql", "/query"):
        return sparql_parameters(history=False)
    if path.startswith("/query/"):
        query = library_queries().get(path.removeprefix("/query/"))
        if query and query.over == "snapshot":
            return query_parameters(query)
    found = dated.get(path) or (dated["/entity/{rest}"] if path.startswith("/entity/") else None)
    if found is None:
        raise HTTPException(404, f"there are no Mementos of {path} (GET /openapi.json lists what is about a day)")
    return found.known


async def _openapi(request: Request, *, service: Service) -> Response:
    settings = service.settings
    document = openapi(RESOURCES, base_url=service.base_url(request), token=bool(settings.token),
                       writable=settings.writable)  # fmt: skip
    return Response(dumped(document), media_type="application/json", headers={"Cache-Control": "no-cache"})


__all__ = ["RESOURCES", "application"]
