"""A diff as one page of HTML that stands by itself: headings, lists, no script, nothing fetched.

Why signs are words, too: that something came or went must not be told by colour or a character alone; a reader aloud
says *new*, *gone* or *changed*.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING

from orggraph.diff.events import Event
from orggraph.diff.grounds import Grounds, ground_words, grounds_of, statement_words
from orggraph.diff.text import Line, grouped, heading, printable, summary

if TYPE_CHECKING:
    from orggraph.diff import Diff

_SAID = {"+": ("new", "plus"), "-": ("gone", "minus"), "~": ("changed", "tilde")}
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; }
h2 { font-size: 1.15rem; margin: 1.5rem 0 .25rem; border-bottom: 1px solid #ccc; }
ul { list-style: none; padding-left: 0; margin: 0; } ul ul { padding-left: 1.75rem; }
li { padding-left: 1.5rem; text-indent: -1.5rem; } li > * { text-indent: 0; }
.sign { display: inline-block; width: 1.5rem; font-weight: 700; }
.plus { color: #116329; } .minus { color: #a40e26; } .tilde { color: #7d4e00; }
details { color: #444; font-size: .875rem; } .evidence li { padding-left: 0; text-indent: 0; }
@media (prefers-color-scheme: dark) {
  body { background: #16181d; color: #e6e6e6; } h2 { border-color: #444; } details { color: #bbb; }
  .plus { color: #56d364; } .minus { color: #ff7b72; } .tilde { color: #e3b341; }
}
"""


def as_html(diff: Diff, *, grounds: Grounds | None = None) -> str:
    """Write the page: counts, then the events by unit; ``grounds`` are folded under each where they are given."""
    title = _text(heading(diff))
    body = [f"<h1>{title}</h1>", sections(diff, grounds=grounds)]
    return "\n".join([
        "<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">', f"<title>{title}</title>",
        f"<style>{_STYLE}</style>", "</head>", "<body>", "<main>", *body, "</main>", "</body>", "</html>",
    ]) + "\n"  # fmt: skip


def sections(diff: Diff, *, grounds: Grounds | None = None) -> str:
    """Write what is below the heading, as a part of another page."""
    body = [f"<p>{_text(summary(diff))}</p>"]
    for name, lines in grouped(diff.events):
        body += [f"<section><h2>{_text(name)}</h2>", '<ul class="told">', *_items(lines, grounds), "</ul></section>"]
    return "\n".join(body)


def _items(lines: list[Line], grounds: Grounds | None) -> Iterator[str]:
    """Write lines as items of a list, the parts of one as a list within it."""
    for number, line in enumerate(lines):
        if line.part:
            continue
        parts = []
        for other in lines[number + 1 :]:
            if not other.part:
                break
            parts.append(other)
        inner = "".join(_items([part._replace(part=False) for part in parts], grounds))
        shown = _why([] if parts else line.events, grounds)
        yield f"<li>{_sign(line.sign)}{_text(line.sentence)}{shown}{f'<ul>{inner}</ul>' if inner else ''}</li>"


def _sign(sign: str) -> str:
    word, colour = _SAID[sign]
    return f'<span class="sign {colour}" role="img" aria-label="{word}:">{sign}</span>'


def _why(events: Iterable[Event], grounds: Grounds | None) -> str:
    if grounds is None:
        return ""
    found = {ground.fact: ground for event in events for ground in grounds_of(event, grounds)}
    items = [
        f"<li>{_text(ground_words(ground))}"
        + (f"<ul>{''.join(f'<li>{_text(statement_words(said))}</li>' for said in ground.statements)}</ul>"
           if ground.statements else "") + "</li>"
        for ground in found.values()
    ]  # fmt: skip
    return f'<details><summary>Why</summary><ul class="evidence">{"".join(items)}</ul></details>' if items else ""


def _text(words: str) -> str:
    return escape(printable(words))
