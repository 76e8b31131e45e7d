"""Sessions: that a form which changes something was sent from a page of ours, by who was given that page.

A page with such a form sets a random cookie and holds a token: a keyed hash (HMAC-SHA-256) of the cookie and of what
the form is for, with a key that lives as long as this process. Another site can make a browser send a form, but neither
read the token nor set the cookie. Why the headers are looked at as well: a browser says itself where a request comes
from (``Sec-Fetch-Site``, ``Origin``), and one of two locks may one day be picked.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "orggraph-session"


class Sessions:
    """The key, and what is made and checked with it."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def begin(self, request: Request) -> str:
        """Give the session of a request, a new one where it has none."""
        known = request.cookies.get(COOKIE, "")
        return known if len(known) == 32 and known.isascii() and known.isalnum() else secrets.token_hex(16)

    def token(self, session: str, purpose: str) -> str:
        """Make the token of a form."""
        return hmac.new(self._key, f"{session}\x1f{purpose}".encode(), hashlib.sha256).hexdigest()

    def remember(self, response: Response, session: str, *, secure: bool) -> Response:
        """Set the cookie on an answer; it is sent to the same site alone, and no script can read it."""
        response.set_cookie(COOKIE, session, path="/load", httponly=True, samesite="strict", secure=secure)
        return response

    def check(self, request: Request, token: str, purpose: str, *, base_url: str) -> None:
        """Raise 403 unless a form was sent from a page of ours for this purpose, in the same session."""
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            raise HTTPException(403, "this was sent by another site (load from the page of this service)")
        origin = request.headers.get("origin", base_url)
        if origin != base_url:
            raise HTTPException(403, f"this was sent by {origin!r} (expected {base_url})")
        session = request.cookies.get(COOKIE, "")
        if not session or not hmac.compare_digest(self.token(session, purpose).encode(), token.encode()):
            raise HTTPException(403, "the form is not, or no longer, one of this service (open the page again)")
