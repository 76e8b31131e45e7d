"""``readers``: what can be read, and the page on each of it; the pages lie in ``data/readers`` and come along."""

from __future__ import annotations

from difflib import get_close_matches
from typing import NamedTuple

import click

from orggraph.cli.options import format_option
from orggraph.cli.rows import ROW_FORMATS, emit_rows
from orggraph.cli.terminal import emit
from orggraph.errors import UnknownName
from orggraph.places import readers_folder


class Page(NamedTuple):
    """A page on a reader: its name, its title and its Markdown."""

    name: str
    title: str
    text: str


def pages() -> dict[str, Page]:
    """Read the pages, by name; each opens with a title.

    >>> pages()["popolo"].title
    'Popolo (JSON)'
    """
    found = {}
    for entry in sorted(readers_folder().iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".md"):
            name, text = entry.name.removesuffix(".md"), entry.read_text(encoding="utf-8")
            found[name] = Page(name, text.partition("\n")[0].removeprefix("# "), text)
    return found


def page_of(word: str) -> Page:
    """Give the page of that name, or the only one with the word in its name or title; else raise `UnknownName`.

    >>> page_of("roster").name, page_of("json-lines").name
    ('rosters', 'role-changes')
    """
    known = pages()
    if word in known:
        return known[word]
    folded = word.casefold().replace("-", " ")
    met = [name for name in known if folded in name.replace("-", " ")]
    met = met or [name for name, page in known.items() if folded in page.title.casefold()]
    if len(met) == 1:
        return known[met[0]]
    near = met or get_close_matches(word, known, n=3)
    hint = f"did you mean {' or '.join(map(repr, near))}?" if near else f"expected one of {', '.join(known)}"
    raise UnknownName(f"there is no page on {word!r} ({hint})", candidates=near)


@click.command()
@click.argument("name", required=False, default="")
@format_option(ROW_FORMATS, "How to write the list.  [default: table on a terminal, else plain]")
def readers(*, name: str, format: str | None) -> None:
    """List what can be read, or show the page on one: its columns, an example, its options and limits.

    \b
      orggraph readers
      orggraph readers roster
    """
    if name:
        if format not in (None, "table", "plain"):
            raise click.UsageError("--format is for the list of readers")
        emit(page_of(name).text)
        return
    rows = [[page.name, page.title] for page in pages().values()]
    emit_rows(("name", "what it reads"), rows, format)
