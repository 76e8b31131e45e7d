"""The page of a chart: one HTML file with the picture, its words and a search; nothing comes from outside.

Why everything is in the file: it is mailed, put on a shelf and opened from a disk in ten years. Why a policy of its
own: names come from data, so the page allows the one script and the one style sheet by their hashes and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

from orggraph.chart.faces import faces_of
from orggraph.chart.forest import forest
from orggraph.chart.layout import Layout
from orggraph.chart.page.drawing import drawn, palette
from orggraph.chart.parts import Sheet
from orggraph.chart.twins import html_list

_NAME = re.compile(r'<span class="name">([^<]*)</span>')
_MODULES = ("view.js", "tree.js", "search.js", "page.js")


def html_page(sheet: Sheet, layout: Layout, *, timeout: float) -> str:
    """Write the page of a laid-out chart: the same bytes for the same chart; ``timeout`` (seconds) is of drawing."""
    svg, _ = drawn(sheet, faces_of(sheet), layout, timeout=timeout)
    panels = {group.unit for group in sheet.groups}
    cards = [(card.iri, card.name, card.post, card.unit) for card in sheet.cards if card.iri not in panels]
    above = {iri: line.manager for iri, line in forest(sheet).hangs_on.items()}
    for group in sheet.groups:
        above.update((iri, f"panel of {group.unit}") for iri in group.members if iri not in above)
    data = {"cards": cards, "parents": above}
    return page_of(sheet.title, sheet.subtitle, svg, words=_words(sheet), data=data, modules=_MODULES)


def page_of(
    title: str, subtitle: str, svg: str, *, words: str, data: Mapping[str, object], modules: Sequence[str],
    below: str = "",
) -> str:  # fmt: skip
    """Put a page together: ``svg``, ``words`` and ``below`` are markup, all else is text."""
    style = _asset("page.css").replace("--light: 0", palette("light")).replace("--dark: 0", palette("dark"))
    script = "\n".join(_asset(name) for name in modules)
    policy = (
        f"default-src 'none'; script-src {_hash(script)}; style-src {_hash(style)}; img-src data:; base-uri 'none'; "
        "form-action 'none'"
    )
    picture = svg[svg.index("<svg") :].strip()
    tools = "".join(_button(*button) for button in _BUTTONS if not (below and button[0] in ("fold", "unfold")))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<header>
<div class="title"><h1>{escape(title)}</h1><p id="about">{escape(subtitle)}</p></div>
<div class="search" role="search"><label class="out-of-sight" for="find">Find a name, post or unit</label>
<input id="find" type="search" placeholder="Find a name, post or unit" role="combobox" autocomplete="off" \
spellcheck="false" aria-expanded="false" aria-controls="found" aria-autocomplete="list">
<ul id="found" role="listbox" aria-label="Suggestions" hidden></ul>
<span id="said" class="out-of-sight" role="status"></span></div>
<div class="tools" role="toolbar" aria-label="Chart">{tools}</div>
</header>
<main>
<div id="stage" tabindex="0" role="group" aria-label="The chart. Arrow keys move it, plus and minus change its size, \
0 shows all of it.">
{picture}
</div>
<aside id="list" tabindex="0" aria-label="The chart in words">
{words}
</aside>
</main>
{below}<noscript><p>Without scripts the chart stands still; it is all there.</p></noscript>
<script type="application/json" id="data">{_json(data)}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def plain_page(title: str, body: str) -> str:
    """Write a page without a chart and without scripts; ``body`` is markup."""
    style = _asset("plain.css")
    policy = f"default-src 'none'; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>{style}</style>
</head>
<body>
<h1>{escape(title)}</h1>
{body}
</body>
</html>
"""


_BUTTONS = (
    ("farther", "−", "Smaller", False), ("nearer", "+", "Larger", False), ("fit", "Fit", "Show all of it", False),
    ("fold", "Fold", "Fold all below the second level", False), ("unfold", "Unfold", "Unfold everything", False),
    ("words", "Words", "The chart in words", True), ("shade", "Dark", "Dark colours", True),
)  # fmt: skip


def _button(name: str, text: str, label: str, pressed: bool) -> str:
    state = ' aria-pressed="false"' if pressed else ""
    return f'<button type="button" id="{name}" title="{label}" aria-label="{label}"{state}>{text}</button>'


def _asset(name: str) -> str:
    text = files(__name__).joinpath(name).read_text("utf-8")
    return text.replace("export function", "function") if name.endswith(".js") else text


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _json(data: Mapping[str, object]) -> str:
    """Write data for a script element, which ends at the first ``</``.

    >>> _json({"name": "</script>"})
    '{"name":"\\\\u003c/script>"}'
    """
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _words(sheet: Sheet) -> str:
    """Write the chart as nested lists whose names lead to the cards."""
    remarks = "".join(f"<p>{escape(remark)}</p>\n" for remark in sheet.remarks)
    return _NAME.sub(r'<button type="button" class="name">\1</button>', html_list(sheet)) + remarks
