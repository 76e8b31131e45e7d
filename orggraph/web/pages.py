"""Pages: answers as HTML for a person with a browser, without any script.

Everything that comes from data is escaped here, and only here: `Markup` is text that has been, anything else has not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import NewType
from urllib.parse import quote, urlencode

from orggraph.period import iso
from orggraph.snapshot import Answer
from orggraph.vocabulary import Term
from orggraph.web.resources import Question

Markup = NewType("Markup", str)
Cell = str | Markup

STYLE = """\
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { max-width: 75rem; margin: 0 auto; padding: 0 1rem 3rem; }
nav, form { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; padding: .5rem 0; }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; }
caption { text-align: left; font-weight: 600; padding: .25rem 0; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid #8884; }
textarea { width: 100%; min-height: 12rem; font-family: ui-monospace, monospace; }
img { max-width: 100%; height: auto; background: #fff; }
.possible { font-style: italic; }
.day { white-space: nowrap; }
.wide { overflow-x: auto; }
@media print {
  nav, form { display: none; }
  .wide { overflow: visible; }
  table { font-size: 75%; }
  td { overflow-wrap: anywhere; }
}
:focus-visible { outline: 3px solid #2563eb; outline-offset: 2px; }
"""
"""The style sheet."""

_COLUMNS = ("name", "post", "role", "unit", "organization", "line", "certainty", "since", "until", "notes", "sources")


def markup(text: object) -> Markup:
    """Escape a text.

    >>> markup("O'Brien & Söhne <CTO>")
    'O&#x27;Brien &amp; Söhne &lt;CTO&gt;'
    """
    return Markup(escape(str(text)))


def link(address: str, text: str) -> Markup:
    """Make a link within this service."""
    return Markup(f'<a href="{escape(address)}">{escape(text)}</a>')


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
    return link(path + (("&" if "?" in path else "?") + urlencode(stays) if stays else ""), name)


def page(question: Question, title: str, *body: Markup) -> str:
    """Make a page: title, the way to the others, and what it says."""
    stays = f"?{urlencode(kept)}" if (kept := times(question)) else ""
    ways = [link(f"/{stays}", "Organization"), link(f"/chart.svg{stays}", "Chart"),
            link(f"/sparql{stays}", "SPARQL"), link("/ontology", "Ontology"),
            link("/openapi.json", "API")]  # fmt: skip
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="stylesheet" href="/style.css">\n</head>\n<body>\n'
        f'<nav aria-label="Main">{" ".join(ways)}</nav>\n<main>\n<h1>{escape(title)}</h1>\n'
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


def day_form(question: Question) -> Markup:
    """Make the form that asks the same about another day."""
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in question.given.items()
        if name not in ("as-of", "format")
    )
    known = question.given.get("recorded-by", "")
    said = Markup(f" as known at {escape(known)}") if known else ""
    return Markup(
        f'<form action="{escape(quote(question.path))}" method="get">{hidden}'
        f'<label>On <input type="date" name="as-of" value="{iso(question.view.day)}"></label>'
        f"{said}<button>Show</button></form>"
    )


def find_form(question: Question) -> Markup:
    """Make the form that finds somebody or something by name, and stays at the time of the request."""
    kept = {"as-of": iso(question.view.day), **times(question)}
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in kept.items())
    return Markup(
        '<form action="/find" method="get" role="search"><label>Find <input type="search" name="name" required></label>'
        f"{hidden}<button>Find</button></form>"
    )


def picture(question: Question, stays: str) -> Markup:
    """Show the chart of the day; ``stays`` are the parameters of time."""
    day = iso(question.view.day)
    return Markup(
        f'<figure><img src="/chart.svg?{escape(stays)}" alt="The org chart of {day}">'
        f"<figcaption>The organization on {day}</figcaption></figure>"
    )


def paragraph(text: str) -> Markup:
    """Make a paragraph."""
    return Markup(f"<p>{escape(text)}</p>")


def table(caption: str, columns: Sequence[str], rows: Iterable[Sequence[Cell | tuple[str, ...]]]) -> Markup:
    """Make a table; a cell that is no `Markup` made here must have been escaped by `markup`."""
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>\n" for row in rows)
    return Markup(
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(caption)}"><table>\n'
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
    if name == "until" and value == "..":
        return markup("ongoing")
    if name in ("since", "until"):
        days = str(markup(value)).replace("/", "/<wbr>")  # bounds may be parted, days may not
        return Markup(f'<span class="day">{days}</span>')
    if name == "sources":
        return Markup("<br>".join(_source(source) for source in value))
    if name == "certainty":
        return Markup(f'<span class="{escape(value)}">{escape(value)}</span>')
    return markup("; ".join(value) if isinstance(value, tuple) else value)


def _source(source: str) -> Markup:
    if source.startswith(("https://", "http://")):
        return Markup(f'<a href="{escape(source)}" rel="noreferrer">{escape(source)}</a>')
    return markup(source)


def term_cell(question: Question, term: Term | None) -> Markup:
    """Write a term of a result: an entity of this graph as a link."""
    if term is None:
        return Markup("")
    if not isinstance(term, str):
        return markup(term.value)
    return entity_link(question, term, term) if term.startswith(question.generation.org.base) else markup(term)


def described(pairs: Mapping[str, object]) -> Markup:
    """Make a list of names and values."""
    items = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in pairs.items())
    return Markup(f"<dl>{items}</dl>")
