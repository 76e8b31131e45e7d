"""The organization over HTTP: SPARQL 1.1, a JSON API, IRIs that can be followed, and travel in time (RFC 7089).

`application` is the whole as an ASGI application; `server` runs it on a socket.
"""

from orggraph.web.app import application
from orggraph.web.generations import Origin
from orggraph.web.settings import Settings

__all__ = ["Origin", "Settings", "application"]
