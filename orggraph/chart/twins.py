"""The text twins of a chart: what the picture shows, for a terminal, for a document, and as a list for a page.

Each says everything that the picture says: who stands under whom, posts, units, badges, further lines, and how many
are not drawn. Nothing in them depends on anything but the sheet.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from orggraph.chart.outline import Entry, asides_of, badges_of, outline, what_of
from orggraph.chart.parts import DOTTED, Sheet
from orggraph.visible import visible

_MARKUP = str.maketrans({char: f"\\{char}" for char in "\\`*_{}[]<>#|~&!"})


def text(sheet: Sheet) -> str:
    """Write an indented tree with box-drawing lines, one line a card; a dotted line is drawn dotted."""
    names = _names(sheet)
    lines = [one_line(sheet.title), one_line(sheet.subtitle)]
    for entry in outline(sheet):
        if not entry.level:
            lines.append("")
        lines.append(f"{_rails(entry)}{_sentence(entry, names, sheet.view)}")
    if sheet.remarks:
        lines += ["", *(f"Note: {one_line(remark)}" for remark in sheet.remarks)]
    return "\n".join(lines) + "\n"


def _rails(entry: Entry) -> str:
    if not entry.level:
        return ""
    *above, follows = entry.rails[1:]
    corner = "├" if follows else "└"
    stroke = "┄┄ " if entry.line is not None and entry.line.kind == DOTTED else "── "
    return "".join("│   " if more else "    " for more in above) + corner + stroke


def _sentence(entry: Entry, names: dict[str, str], view: str) -> str:
    what, badges = one_line(what_of(entry)), one_line(", ".join(badges_of(entry.card)))
    asides = "; ".join(asides_of(entry, names, view))
    parts = [f"– {what}" if what else "", f"[{badges}]" if badges else "", f"({asides})" if asides else ""]
    return " ".join(filter(None, [names[entry.card.iri], *parts]))


def markdown(sheet: Sheet) -> str:
    """Write a heading, the counts, a nested list (CommonMark) and the remarks."""
    names = {iri: _marked(name) for iri, name in _names(sheet).items()}
    lines = [f"# {_marked(one_line(sheet.title))}", "", _marked(one_line(sheet.subtitle)), ""]
    for entry in outline(sheet):
        what, badges = _marked(one_line(what_of(entry))), _marked(one_line(", ".join(badges_of(entry.card))))
        asides = "; ".join(asides_of(entry, names, sheet.view))
        parts = [f"– {what}" if what else "", f"*{badges}*" if badges else "", f"({asides})" if asides else ""]
        lines.append("  " * entry.level + " ".join(filter(None, [f"- **{names[entry.card.iri]}**", *parts])))
    if sheet.remarks:
        lines += ["", "Notes:", "", *(f"- {_marked(one_line(remark))}" for remark in sheet.remarks)]
    return "\n".join(lines) + "\n"


def html_list(sheet: Sheet) -> str:
    """Write a nested HTML list, to stand in a page of any kind: no scripts, no styles, no ids.

    Each ``li`` has the IRI of its card as ``data-iri``, and says name, what is held, badges and further lines in
    elements of the classes ``name``, ``what``, ``badges`` and ``asides``.
    """
    names = _names(sheet)
    parts = [f'<ul class="outline" aria-label="{escape(one_line(sheet.title))}">\n']
    level = 0
    for first, entry in _with_first(outline(sheet)):
        if entry.level > level:
            parts.append("\n<ul>\n")
        elif not first:
            parts.append("</li>\n" + "</ul>\n</li>\n" * (level - entry.level))
        level = entry.level
        parts.append(_item(entry, names, sheet.view))
    parts.append("</li>\n" + "</ul>\n</li>\n" * level if sheet.cards else "")
    return "".join([*parts, "</ul>\n"])


def _with_first(entries: Iterator[Entry]) -> Iterator[tuple[bool, Entry]]:
    return ((not number, entry) for number, entry in enumerate(entries))


def _item(entry: Entry, names: dict[str, str], view: str) -> str:
    badges = ", ".join(badges_of(entry.card))
    asides = "; ".join(asides_of(entry, names, view))
    parts = [
        ("span", "name", names[entry.card.iri]), ("span", "what", one_line(what_of(entry))),
        ("em", "badges", one_line(badges)), ("small", "asides", asides),
    ]  # fmt: skip
    said = " ".join(f'<{tag} class="{kind}">{escape(words)}</{tag}>' for tag, kind, words in parts if words)
    return f'<li data-iri="{escape(entry.card.iri)}">{said}'


def _names(sheet: Sheet) -> dict[str, str]:
    return {card.iri: one_line(card.name) for card in sheet.cards}


def one_line(words: str) -> str:
    r"""Write words on one line, with nothing in them that steers a terminal.

    >>> print(one_line("Ada\n  King\x1b[2J"))
    Ada King\x1b[2J
    """
    return visible(" ".join(words.split()))


def _marked(words: str) -> str:
    r"""Write words so that nothing in them is Markdown or HTML.

    >>> print(_marked("*O'Brien* & Söhne <CTO>"))
    \*O'Brien\* \& Söhne \<CTO\>
    """
    return words.translate(_MARKUP)
