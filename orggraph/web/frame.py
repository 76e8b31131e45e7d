"""The frame around every page: the same header, ways and footer, whatever is in the middle.

Everything that comes from data is escaped here, and only here: `Markup` is text that has been, anything else has not.

Why a frame that knows nothing of requests: an error has a page too, when there is nothing yet to ask about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple, NewType
from urllib.parse import urlencode

from orggraph.version import __version__
from orggraph.web import words
from orggraph.web.assets import address

Markup = NewType("Markup", str)


class Frame(NamedTuple):
    """What the frame says: the name of the organization, the day (ISO 8601) and the times that links keep.

    ``path`` is asked again for another day, with the parameters ``given``; without it the day leads to the first page.
    """

    name: str = words.PRODUCT
    day: str = ""
    stays: Mapping[str, str] = {}  # never changed
    path: str = ""
    given: Sequence[tuple[str, str]] = ()
    writable: bool = False
    here: str = ""


def markup(text: object) -> Markup:
    """Escape a text.

    >>> markup("O'Brien & Söhne <CTO>")
    'O&#x27;Brien &amp; Söhne &lt;CTO&gt;'
    """
    return Markup(escape(str(text)))


def link(address: str, text: str) -> Markup:
    """Make a link within this service."""
    return Markup(f'<a href="{escape(address)}">{escape(text)}</a>')


def hidden(pairs: Sequence[tuple[str, str]]) -> Markup:
    """Make the fields of a form that nobody sees."""
    return Markup(
        "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in pairs)
    )


def framed(
    frame: Frame, title: str, *body: Markup, heading: Markup | None = None, scripts: Sequence[str] = (),
    styles: Sequence[str] = (), wide: bool = False,
) -> str:  # fmt: skip
    """Make a whole page; ``scripts`` and ``styles`` are files of ours that it needs beside those of every page.

    A ``wide`` page takes the whole width of the screen.

    ``heading`` is the title with markup in it, where it has any.
    """
    more = "".join(f'<script src="{address(name)}" defer></script>\n' for name in scripts)
    names = ["app.css", *(name.replace(".js", ".css") for name in scripts), *styles]
    head = "".join(f'<link rel="stylesheet" href="{address(name)}">\n' for name in names)
    room = ' class="wide-page"' if wide else ""
    return (
        f'<!DOCTYPE html>\n<html lang="{words.LANGUAGE}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(_titled(title, frame.name))}</title>\n{head}"
        f'<link rel="icon" href="{address("icon.svg")}">\n{more}'
        f'<script src="{address("app.js")}" type="module"></script>\n</head>\n<body{room}>\n'
        f'<a class="skip" href="#main">{words.SKIP}</a>\n{_header(frame)}<main id="main" tabindex="-1">\n'
        f'<h1 dir="auto">{heading or escape(title)}</h1>\n' + "\n".join(body) + f"\n</main>\n{_footer(frame)}"
        "</body>\n</html>\n"
    )


def _titled(title: str, name: str) -> str:
    return title if title == name else f"{title} · {name}"


def _header(frame: Frame) -> Markup:
    stays = _query(frame.stays)
    ways = [("/", words.ORGANIZATION), ("/ask", words.ASK), ("/sparql", words.SPARQL)]
    ways += [("/load", words.LOAD)] if frame.writable else []
    items = "".join(_way(path, "" if path == "/load" else stays, text, frame.here) for path, text in ways)
    return Markup(
        f'<header>\n<p class="organization" dir="auto">{link("/" + stays, frame.name)}</p>\n'
        f'<nav aria-label="{words.MAIN}"><ul>{items}</ul></nav>\n{_search(frame)}\n{_days(frame)}\n</header>\n'
    )


def _way(path: str, stays: str, text: str, here: str) -> str:
    current = ' aria-current="page"' if path == here else ""
    return f'<li><a href="{escape(path + stays)}"{current}>{escape(text)}</a></li>'


def _search(frame: Frame) -> Markup:
    kept = dict(frame.stays)
    if frame.day:
        kept.setdefault("as-of", frame.day)
    return Markup(
        f'<form action="/find" method="get" role="search" aria-label="{words.SEARCH}">'
        f'<label for="find">{words.FIND}</label>'
        f'<input id="find" type="search" name="name" required maxlength="200" autocomplete="off"'
        f' placeholder="{words.FIND_HINT}" {suggesting("open")}>'
        f"{hidden(tuple(kept.items()))}<button>{words.FIND}</button></form>"
    )


def suggesting(then: str, kinds: str = "") -> Markup:
    """Give the attributes of a field in which names are suggested; ``then`` they are opened, or filled in."""
    only = f' data-kinds="{escape(kinds)}"' if kinds else ""
    return Markup(
        f'data-suggest="{then}"{only} data-list="{words.SUGGESTIONS}" data-none="{words.NOTHING_FOUND}"'
        f' data-some="{words.SUGGESTED}"'
    )


def _days(frame: Frame) -> Markup:
    """Make the form that asks the same about another day."""
    if not frame.day:
        return Markup("")
    given = [pair for pair in frame.given if pair[0] not in ("as-of", "format", "page")] if frame.path else []
    if not frame.path and frame.stays.get("recorded-by"):
        given = [("recorded-by", frame.stays["recorded-by"])]
    known = frame.stays.get("recorded-by", "")
    said = f"<span>{escape(words.AS_KNOWN.format(time=known))}</span>" if known else ""
    return Markup(
        f'<form class="day" action="{escape(frame.path or "/")}" method="get" aria-label="{words.TIME}">'
        f'{hidden(given)}<label for="day">{words.ON}</label>'
        f'<input id="day" type="date" name="as-of" value="{escape(frame.day)}" required>{said}'
        f"<button>{words.SHOW}</button></form>"
    )


def _footer(frame: Frame) -> Markup:
    ways = (("/ontology", words.ONTOLOGY), ("/openapi.json", words.API))
    stays = _query(frame.stays)
    links = [*(link(path, text) for path, text in ways), link(f"/chart.svg{stays}", words.CHART)]
    return Markup(
        f'<footer>\n<nav aria-label="{words.ABOUT}">{" ".join(links)}</nav>\n'
        f"<p>{words.PRODUCT} {escape(__version__)}</p>\n</footer>\n"
    )


def _query(pairs: Mapping[str, str]) -> str:
    return f"?{urlencode(pairs)}" if pairs else ""
