"""A resource: its address, what it takes, in which forms it comes, and how a request for it is answered.

Why one description of each: the routes, the check of parameters, the choice of a form and the OpenAPI document all
follow from it, so none of them can say something else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from orggraph.web.assets import key
from orggraph.web.caching import cache_control, entity_tag, has_it, vary
from orggraph.web.generations import Generation, Generations
from orggraph.web.guard import PICTURE_POLICY
from orggraph.web.memento import Address, links, memento_datetime, negotiated
from orggraph.web.negotiation import choose
from orggraph.web.parameters import VIEW, Parameter, pairs, read
from orggraph.web.room import Queries, Room
from orggraph.web.settings import Settings
from orggraph.web.views import View, read_view

Forms = tuple[tuple[str, str], ...]
"""The forms of a resource: pairs of our name of a format and a media type, the preferred one first."""

HTML = "text/html"
JSON: Forms = (("json", "application/json"),)


class Question(NamedTuple):
    """A request as it is answered: of which generation, with which parameters, of which day, in which format.

    ``rest`` is what the address has after that of the resource, ``path`` the whole of it; ``base_url`` is where the
    service is seen from outside. ``dated`` tells whether the address can be asked about another day, ``writable``
    whether files can be loaded here.
    """

    generation: Generation
    given: dict[str, str]
    view: View
    format: str
    path: str
    rest: str
    base_url: str
    today: int
    dated: bool = False
    writable: bool = False


class Resource(NamedTuple):
    """What is at an address.

    ``dated`` resources are about a day and take the parameters of a view; ``recorded`` ones take its recorded time
    only. ``heavy`` ones take long in a large organization.
    """

    path: str
    summary: str
    make: Callable[[Question], bytes | str]
    forms: Forms
    parameters: tuple[Parameter, ...] = ()
    dated: bool = False
    recorded: bool = False
    heavy: bool = False

    @property
    def known(self) -> tuple[Parameter, ...]:
        """Give all parameters, with those that say which day and which form."""
        times = VIEW if self.dated else VIEW[1:2] if self.recorded else ()
        return (*self.parameters, *times, format_parameter(self.forms))


class Service(NamedTuple):
    """What answers: the organization, the settings, and room for each kind of work."""

    generations: Generations
    settings: Settings
    queries: Queries
    light: Room
    heavy: Room

    def base_url(self, request: Request) -> str:
        """Give where the service is seen from outside, without a slash at the end."""
        return self.settings.base_url or f"{request.url.scheme}://{request.url.netloc}"


def format_parameter(forms: Forms) -> Parameter:
    """Describe the parameter that chooses a form by name."""
    names = tuple(dict.fromkeys(name for name, _ in forms))
    return Parameter("format", "text", "The form by name, before what Accept says.", choices=names)


def form_of(request: Request, forms: Forms, chosen: str) -> tuple[str, str]:
    """Choose a form by the parameter, or by ``Accept``; give format and media type, or raise 406."""
    if chosen:
        return next(form for form in forms if form[0] == chosen)
    media_type = choose(request.headers.get("accept", ""), [form[1] for form in forms])
    return next(form for form in forms if form[1] == media_type)


async def answer(request: Request, *, resource: Resource, service: Service) -> Response:
    """Answer a request for a resource."""
    raw = pairs(request.scope["query_string"].decode("latin-1"))
    given = read(raw, resource.known)
    generation = await service.generations.current()
    today = service.settings.today()
    view = read_view(given, generation, today=today)
    path, base_url = request.url.path, service.base_url(request)
    address = Address(base_url, request.scope["path"], raw)
    moved = travelled(request, address, generation, given, today=today) if resource.dated else None
    if moved is not None:
        return moved
    format, media_type = form_of(request, resource.forms, given.get("format", ""))
    headers = headers_of(service, generation, view, address=address if resource.dated else None)
    known = "" if view.settled(generation) else generation.key
    tag = entity_tag(known, address.original, view, media_type, key(), service.settings.writable)
    headers["ETag"] = tag
    if has_it(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    rest = str(request.path_params.get("rest", ""))
    question = Question(generation, given, view, format, path, rest, base_url, today, resource.dated,
                        service.settings.writable)  # fmt: skip
    room = service.heavy if resource.heavy else service.light
    body = await room.run(partial(resource.make, question))
    if media_type.startswith("image/svg"):
        headers["Content-Security-Policy"] = PICTURE_POLICY
    return Response(body, media_type=media_type, headers=headers)


def travelled(
    request: Request, address: Address, generation: Generation, given: dict[str, str], *, today: int
) -> Response | None:
    """Redirect a client that asks for a day by ``Accept-Datetime``; an address with a time in it has that time."""
    wanted = request.headers.get("accept-datetime", "")
    if not wanted or "as-of" in given or "recorded-by" in given:
        return None
    target = negotiated(address, generation, wanted, today=today)
    link = f'<{address.original}>; rel="original timegate", <{address.timemap}>; rel="timemap"'
    return RedirectResponse(target, 302, headers={"Vary": "Accept-Datetime", "Link": link})


def headers_of(
    service: Service, generation: Generation, view: View, *, address: Address | None
) -> dict[str, str]:
    """Give the headers that say how long an answer holds and, with an address, how to travel from it."""
    settled = address is not None and view.settled(generation)
    headers = {"Cache-Control": cache_control(settled=settled, private=bool(service.settings.token))}
    headers["Vary"] = vary(["Accept", "Accept-Datetime"] if address else ["Accept"])
    if address:
        headers["Link"] = links(address, generation, view)
        if moment := memento_datetime(generation, view):
            headers["Memento-Datetime"] = moment
    return headers
