"""The guard at the door: what is refused before anything is read, and the headers of every answer.

Why the name in ``Host`` is checked: a web page somewhere can let its own name point at 127.0.0.1 and then read what a
service on this machine answers to it (DNS rebinding); it cannot change the name that the browser sends. Why no site may
read answers unless it is named: the same page could simply ask, and an organization is nobody else's business.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from orggraph.web.problems import accept_of, problem
from orggraph.web.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What a page of ours may do: run the scripts that come with it, none within it, and have nothing from elsewhere."""
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
LOADING = "/load"
CHALLENGE = 'Bearer realm="orggraph", Basic realm="orggraph", charset="UTF-8"'
"""Both ways to give a token: programs send it as it is, a browser asks for it as a password."""
_EXPOSED = "ETag, Link, Location, Memento-Datetime, Orggraph-Warning, Retry-After, Vary"
_ALLOWED = "Accept, Accept-Datetime, Authorization, Content-Type, If-None-Match"


class Guard:
    """Wraps the application: host, token, sizes, and headers."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        guarded = _headed(send, self._common(headers))
        refused = self._refusal(scope, headers)
        if refused is not None:
            await refused(scope, receive, guarded)
        elif scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(status_code=204, headers=self._preflight(headers))(scope, receive, guarded)
        else:
            await self._app(scope, self._limited(receive, self._most(scope)), guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        settings, accept = self._settings, accept_of(headers)
        host = host_name(headers.get("host", ""))
        if settings.hosts and host not in settings.hosts:
            known = ", ".join(sorted(settings.hosts))
            return problem(421, f"this service does not answer to the name {host!r} (expected {known})", accept=accept)
        if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > settings.url:
            detail = f"the address is longer than {settings.url:,} bytes (a query may be sent by POST)"
            return problem(414, detail, accept=accept)
        length = headers.get("content-length", "0")
        most = self._most(scope)
        if not (length.isascii() and length.isdigit() and len(length) < 19) or int(length) > most:
            return problem(413, f"the request is larger than {most:,} bytes", accept=accept)
        preflight = scope["method"] == "OPTIONS" and "access-control-request-method" in headers
        return None if preflight else self._unknown(scope, headers, accept)

    def _most(self, scope: Scope) -> int:
        """Give how many bytes a request may have: more where it brings a file to be loaded."""
        loading = self._settings.writable and scope["path"] == LOADING
        return max(self._settings.upload, self._settings.body) if loading else self._settings.body

    def _unknown(self, scope: Scope, headers: Headers, accept: str) -> Response | None:
        """Refuse who does not know the token for what is asked: to read, or to load, which lets read as well."""
        settings, given = self._settings, token_of(headers.get("authorization", ""))
        loading = settings.writable and scope["path"] == LOADING and bool(settings.write_token)
        reads, writes = (_same(given, token) for token in (settings.token, settings.write_token))
        if writes or (not loading and (reads or not settings.token)):
            return None
        what = "a token that lets load" if loading else "a token"
        detail = f"{what} is needed here (expected the header Authorization: Bearer TOKEN)"
        return problem(401, detail, accept=accept, headers={"WWW-Authenticate": CHALLENGE})

    def _common(self, headers: Headers) -> dict[str, str]:
        """Give the headers of every answer, with leave for the origin to read it where it has that."""
        common = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
        origins, origin = self._settings.origins, headers.get("origin", "")
        if "*" in origins:
            common |= {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _EXPOSED}
        elif origin and origin in origins:
            common |= {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": _EXPOSED}
        return common

    def _preflight(self, headers: Headers) -> dict[str, str]:
        if "Access-Control-Allow-Origin" not in self._common(headers):
            return {}
        return {
            "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
            "Access-Control-Allow-Headers": _ALLOWED,
            "Access-Control-Max-Age": "600",
        }

    def _limited(self, receive: Receive, most: int) -> Receive:
        """Count the bytes of the request, and wait for all of it only so long."""
        taken, whole, until = 0, False, asyncio.get_running_loop().time() + self._settings.patience

        async def limited() -> Message:
            nonlocal taken, whole
            if whole:  # what comes now is that the client has gone, whenever that is
                return await receive()
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, "the rest of the request did not come in time") from error
            taken += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if taken > most:
                raise HTTPException(413, f"the request is larger than {most:,} bytes")
            return message

        return limited


def token_of(authorization: str) -> str:
    """Give the token of an ``Authorization`` header: that of ``Bearer``, or the password of ``Basic``; else nothing.

    >>> token_of("bearer abc"), token_of("Basic YW55Ym9keTphYmM="), token_of("Basic abc"), token_of("abc")
    ('abc', 'abc', '', '')
    """
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return given.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(given.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return ""


def _same(given: str, token: str) -> bool:
    """Compare in a time that tells nothing of the token; an empty one is no token."""
    return hmac.compare_digest(given.encode(), token.encode()) and bool(token)


def host_name(host: str) -> str:
    """Give the name in a ``Host`` header, in lower case and without the port.

    >>> host_name("LocalHost:8080"), host_name("[::1]:8080"), host_name("::1")
    ('localhost', '::1', '::1')
    """
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return (host if host.count(":") > 1 else host.partition(":")[0]).lower()


def _headed(send: Send, more: Iterable[tuple[str, str]] | dict[str, str]) -> Send:
    """Add headers to an answer that does not have them."""
    common = dict(more)

    async def headed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in common.items():
                headers.setdefault(name, value)
            headers.setdefault("Content-Security-Policy", POLICY)
            if "Access-Control-Allow-Origin" in headers and headers["Access-Control-Allow-Origin"] != "*":
                headers.add_vary_header("Origin")
        await send(message)

    return headed
