"""Pages: answers as HTML for a person with a browser; they work without any script, and better with ours."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import quote, urlencode

from orggraph.period import iso
from orggraph.snapshot import Answer
from orggraph.web import words
from orggraph.web.frame import Frame, Markup, framed, markup
from orggraph.web.resources import Question

Cell = str | Markup

_COLUMNS = ("name", "post", "role", "unit", "organization", "line", "certainty", "since", "until", "notes", "sources")


def entity_path(iri: str, base: str) -> str:
    """Give the path of the page of an entity: short for what this graph minted.

    >>> entity_path("urn:orggraph:post:1", "urn:orggraph:"), entity_path("https://example.org/a?b", "urn:orggraph:")
    ('/entity/post:1', '/entity/?iri=https%3A%2F%2Fexample.org%2Fa%3Fb')
    """
    tail = iri.removeprefix(base)
    if tail != iri and tail:
        return f"/entity/{quote(tail, safe=':')}"
    return f"/entity/?{urlencode({'iri': iri})}"


def times(question: Question) -> dict[str, str]:
    """Give the parameters of time of a request, for links that stay in it."""
    return {name: question.given[name] for name in ("as-of", "recorded-by") if question.given.get(name)}


def entity_link(question: Question, iri: str, name: str) -> Markup:
    """Link to an entity on the day of the request."""
    path, stays = entity_path(iri, question.generation.org.base), times(question)
    target = path + (("&" if "?" in path else "?") + urlencode(stays) if stays else "")
    return Markup(f'<a href="{escape(target)}"><bdi>{escape(name)}</bdi></a>')


def organization_name(question: Question) -> str:
    """Name what is served on the day: the one organization there is, else where all of them come from."""
    generation, view = question.generation, question.view
    if len(generation.organizations) != 1:
        return generation.origin.location
    return generation.org.snapshot(view.day, recorded_by=view.recorded_by).name(generation.organizations[0])


def page(
    question: Question, title: str, *body: Markup, heading: Markup | None = None, scripts: Sequence[str] = (),
    styles: Sequence[str] = (), wide: bool = False,
) -> str:  # fmt: skip
    """Make a page of the service about the day of the request; see `frame.framed`."""
    frame = Frame(
        organization_name(question), iso(question.view.day), times(question),
        quote(question.path) if question.dated else "", tuple(question.given.items()), question.writable,
        question.path,
    )  # fmt: skip
    return framed(frame, title, *body, heading=heading, scripts=scripts, styles=styles, wide=wide)


def paragraph(text: str) -> Markup:
    """Make a paragraph."""
    return Markup(f"<p>{escape(text)}</p>")


def section(title: str, *parts: Markup, name: str = "") -> Markup:
    """Make a part of a page with a heading of its own; ``name`` is where an address can point."""
    at = f' id="{escape(name)}"' if name else ""
    return Markup(f"<section{at}>\n<h2>{escape(title)}</h2>\n" + "\n".join(parts) + "\n</section>")


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Markup:
    """Make a table that can be sorted; a cell that is no `Markup` must have been escaped by `markup`."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    return Markup(
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(caption)}">'
        f'<table data-sort="{words.SORT}">\n'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{lines}</tbody>\n"
        "</table></div>"
    )


def answers(question: Question, caption: str, rows: Sequence[Answer]) -> Markup:
    """Make the table of answers, with the columns that say something."""
    shown = [name for name in _COLUMNS if any(getattr(row, name) for row in rows)]
    return table(caption, shown, [[_cell(question, row, name) for name in shown] for row in rows])


def _cell(question: Question, row: Answer, name: str) -> Markup:
    value = getattr(row, name)
    if name == "name":
        return entity_link(question, row.iri, row.name)
    if name in ("since", "until"):
        return until_cell(value) if name == "until" else day_cell(value)
    if name == "sources":
        return sources_cell(value)
    if name == "certainty":
        return Markup(f'<span class="{escape(value)}">{escape(value)}</span>')
    return markup("; ".join(value) if isinstance(value, tuple) else value)


def day_cell(text: str) -> Markup:
    """Write a moment: its bounds may be parted at the end of a line, a day may not."""
    return Markup(f'<span class="day">{str(markup(text)).replace("/", "/<wbr>")}</span>')


def until_cell(text: str) -> Markup:
    """Write an end, which may be none in sight."""
    return day_cell(words.ONGOING if text == ".." else text)


def sources_cell(sources: Iterable[str]) -> Markup:
    """Write sources one below the other, addresses as links."""
    return Markup("<br>".join(_source(source) for source in sources))


def _source(source: str) -> Markup:
    if source.startswith(("https://", "http://")):
        return Markup(f'<a href="{escape(source)}" rel="noreferrer">{escape(source)}</a>')
    return markup(source)
