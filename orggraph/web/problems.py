"""Errors on the web: one table from what was raised to a status, one JSON shape (RFC 9457, problem details).

    {"title": "Not Found", "status": 404, "detail": "no person is called 'Ada'; did you mean …", "candidates": […]}

Why an ambiguous name is 400 and not 300: the candidates are names to ask again with, not other forms of one answer.
Why a query that was ended is 504: this process waited in vain for the one that answers; the same query again would
end the same way, so there is no Retry-After.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

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

MEDIA_TYPE = "application/problem+json"

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
    status: int, detail: str, *, headers: Mapping[str, str] | None = None, candidates: tuple[str, ...] = ()
) -> Response:
    """Make the response of an error; ``candidates`` are names that may have been meant."""
    document: dict[str, object] = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    if candidates:
        document["candidates"] = list(candidates)
    body = json.dumps(document, ensure_ascii=False) + "\n"
    return Response(body, status, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store", **(headers or {})})


async def on_our_error(request: Request, error: Exception) -> Response:  # noqa: ARG001  # starlette gives both
    """Answer an error of ours."""
    assert isinstance(error, OrgGraphError)
    candidates = error.candidates if isinstance(error, UnknownName) else ()
    return problem(status_of(error), str(error), candidates=candidates)


async def on_http_error(request: Request, error: Exception) -> Response:
    """Answer what was refused before anything was asked."""
    assert isinstance(error, HTTPException)
    detail = error.detail
    if error.status_code == 404 and detail == "Not Found":
        detail = f"there is nothing at {request.url.path} (GET / lists what there is)"
    if error.status_code == 405:
        allowed = (error.headers or {}).get("Allow", "")
        detail = f"{request.method} is not possible at {request.url.path} (expected {allowed})"
    return problem(error.status_code, detail, headers=error.headers)


async def on_mistake(request: Request, error: Exception) -> Response:  # noqa: ARG001  # starlette gives both
    """Answer a mistake of ours without telling anything about the inside; the log has the rest."""
    return problem(500, "something went wrong here; the log of the server says more")
