"""Errors on the web: one table from what was raised to a status, one JSON shape (RFC 9457, problem details).

Whoever would rather have HTML, which browsers say and programs do not, gets a page that says the same.

    {"title": "Not Found", "status": 404, "detail": "no person is called 'Ada'; did you mean …", "candidates": […]}

Why an ambiguous name is 400 and not 300: the candidates are names to ask again with, not other forms of one answer.
Why a query that was ended is 504: this process waited in vain for the one that answers; the same query again would
end the same way, so there is no Retry-After.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from html import escape
from http import HTTPStatus
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from orggraph.errors import (
    AmbiguousName,
    ChangeError,
    LoadError,
    MomentError,
    OrgGraphError,
    PeriodError,
    QueryEnded,
    QueryError,
    RenderError,
    StoreError,
    StoreLocked,
    UnknownName,
    UnsafeQuery,
    UnsupportedError,
)
from orggraph.web import words
from orggraph.web.frame import Frame, Markup, framed
from orggraph.web.negotiation import choose

MEDIA_TYPE = "application/problem+json"
HTML = "text/html"

STATUSES: dict[type[OrgGraphError], int] = {
    MomentError: 400,
    PeriodError: 400,
    ChangeError: 400,
    UnknownName: 404,
    AmbiguousName: 400,
    QueryError: 400,
    UnsafeQuery: 400,
    QueryEnded: 504,
    UnsupportedError: 400,
    RenderError: 500,
    LoadError: 500,
    StoreError: 500,
    StoreLocked: 503,
    OrgGraphError: 500,
}
"""The status of each error of ours; a class that is not here has that of its nearest parent."""


def status_of(error: OrgGraphError) -> int:
    """Give the status of an error.

    >>> status_of(UnknownName("no person is called 'Ada'"))
    404
    """
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def problem(
    status: int,
    detail: str,
    *,
    accept: str = "",
    headers: Mapping[str, str] | None = None,
    candidates: tuple[str, ...] = (),
) -> Response:
    """Make the response of an error for who sent that ``Accept``; ``candidates`` are names that may have been meant."""
    title, media_type = HTTPStatus(status).phrase, _media_type(accept)
    if media_type == HTML:
        body = _page(title, detail, candidates)
    else:
        document: dict[str, object] = {"title": title, "status": status, "detail": detail}
        if candidates:
            document["candidates"] = list(candidates)
        body = json.dumps(document, ensure_ascii=False) + "\n"
    said = {"Cache-Control": "no-store", "Vary": "Accept", **(headers or {})}
    return Response(body, status, media_type=media_type, headers=said)


def _media_type(accept: str) -> str:
    try:
        return choose(accept, (MEDIA_TYPE, "application/json", HTML)).replace("application/json", MEDIA_TYPE)
    except HTTPException:  # an error is told in any case
        return MEDIA_TYPE


def _page(title: str, detail: str, candidates: Iterable[str]) -> str:
    found = "".join(
        f'<li><a href="/find?{escape(urlencode({"name": name}))}"><bdi>{escape(name)}</bdi></a></li>\n'
        for name in candidates
    )
    listed = f"<p>{words.ERROR_CANDIDATES}:</p>\n<ul>\n{found}</ul>" if found else ""
    return framed(Frame(), title, Markup(f'<p class="error" dir="auto">{escape(detail)}</p>'), Markup(listed))


async def on_our_error(request: Request, error: Exception) -> Response:
    """Answer an error of ours."""
    assert isinstance(error, OrgGraphError)
    candidates = error.candidates if isinstance(error, UnknownName) else ()
    return problem(status_of(error), str(error), accept=accept_of(request.headers), candidates=candidates)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer what was refused before anything was asked."""
    assert isinstance(error, HTTPException)
    detail = error.detail
    if error.status_code == 404 and detail == "Not Found":
        detail = f"there is nothing at {request.url.path} (GET / lists what there is)"
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        detail = f"{request.method} is not possible at {request.url.path} (expected {allowed})"
    return problem(error.status_code, detail, accept=accept_of(request.headers), headers=error.headers)


async def on_mistake(request: Request, error: Exception) -> Response:  # noqa: ARG001  # starlette gives it
    """Answer a mistake of ours without telling anything about the inside; the log has the rest."""
    detail = "something went wrong here; the log of the server says more"
    return problem(500, detail, accept=accept_of(request.headers))


def accept_of(headers: Headers) -> str:
    """Give all that a request accepts."""
    return ", ".join(headers.getlist("accept"))
