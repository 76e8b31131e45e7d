"""Files of the page: style, modules of JavaScript and what is vendored, as they come with the package.

They lie under ``/static/KEY/…``, where the key is a hash of all of them. Why one key and not one a file: a module names
the others by where they lie beside it, so it finds those it was written with, and a browser may keep them for ever. The
same file without the key is there for who types it, and is asked for anew each time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from orggraph.chart.page.drawing import palette
from orggraph.web.caching import entity_tag, has_it

_TYPES = {
    "js": "text/javascript", "css": "text/css", "txt": "text/plain", "md": "text/plain", "svg": "image/svg+xml",
}  # fmt: skip
_OF_CHARTS = ("tree.js", "view.js")
"""What pages of the service share with those of charts in one file."""
_FOREVER = "public, max-age=31536000, immutable"


@cache
def contents() -> dict[str, bytes]:
    """Give every file by its path.

    >>> "app.css" in contents(), "../app.py" in contents()
    (True, False)
    """
    own = dict(_walk(files("orggraph.web").joinpath("static"), ""))
    charts = {f"chart/{name}": files("orggraph.chart.page").joinpath(name).read_bytes() for name in _OF_CHARTS}
    return dict(sorted({**own, **charts, "chart/colors.css": _colors().encode()}.items()))


def _colors() -> str:
    """Write the colours of charts for both schemes, by the names that `Chart.part` uses."""
    light, dark = palette("light"), palette("dark")
    return f":root {{ {light} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n"


def _walk(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{path}{entry.name}/")
        elif entry.name.rpartition(".")[2] in _TYPES:
            yield f"{path}{entry.name}", entry.read_bytes()


@cache
def key() -> str:
    """Give the hash of all files, which is part of their addresses."""
    hashed = hashlib.blake2b(digest_size=8)
    for name, content in contents().items():
        hashed.update(f"{name}\0{len(content)}\0".encode() + content)
    return hashed.hexdigest()


def address(name: str) -> str:
    """Give the address of a file that never changes under it.

    >>> address("app.css") == f"/static/{key()}/app.css"
    True
    """
    if name not in contents():
        raise KeyError(name)
    return f"/static/{key()}/{name}"


async def static(request: Request) -> Response:
    """Answer a file; raise 404 where there is none."""
    path = str(request.path_params["rest"])
    known, _, name = path.partition("/")
    if known != key():
        name = path
    content = contents().get(name)
    if content is None:
        raise HTTPException(404, f"there is no file {path!r} here")
    headers = {"Cache-Control": _FOREVER if known == key() else "no-cache", "ETag": entity_tag(key(), name)}
    if has_it(request.headers.get("if-none-match", ""), headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=_TYPES[name.rpartition(".")[2]], headers=headers)
