"""The page of a film: the slider, a strip of how much changed when, and what happened day after day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape

from orggraph.chart.faces import faces_of
from orggraph.chart.page import page_of, plain_page
from orggraph.chart.page.drawing import drawn
from orggraph.chart.parts import Card
from orggraph.chart.places import filling, layout_of_all, places_of, sheet_of_all
from orggraph.chart.reel import Reel, Scene
from orggraph.chart.step import Step
from orggraph.diff.text import grouped
from orggraph.period import iso

_MODULES = ("view.js", "film.js", "search.js", "page.js")
_CARD = re.compile(r'(?<=" )id="[^"]*" data-iri="([^"]*)"')
_LINE = re.compile(r'(<g class="line [^"]*") id="[^"]*" data-from="[^"]*" data-to="[^"]*"')
_BAR, _HALF = 100.0, 50.0


def film_page(title: str, steps: Sequence[Step], reel: Reel, *, timeout: float) -> str:
    """Write the page of a film; ``timeout`` (seconds) is of drawing."""
    places = places_of(reel)
    sheet = sheet_of_all(reel, places, title=title)
    layout = layout_of_all(reel, places, sheet)
    svg, routes = drawn(sheet, filling(faces_of(sheet), layout), layout, timeout=timeout)
    cards = [(card.iri, card.name, card.post, card.unit) for card in _found(reel)]
    data = {"cards": cards, "film": _data(steps, reel)}
    subtitle = f"{len(steps)} days" if len(steps) > 1 else "1 day"
    numbered = _numbered(svg, reel, routes)
    below = _controls(steps)
    return page_of(title, subtitle, numbered, words=_told(steps), data=data, modules=_MODULES, below=below)


def _numbered(svg: str, reel: Reel, routes: Sequence[int]) -> str:
    """Write onto every card, line and panel the number that it has in the reel, and on cards whom they are about."""
    order = iter(routes)
    panels = {unit: number for number, unit in enumerate(reel.panels)}

    def card(match: re.Match[str]) -> str:
        name = unescape(match.group(1))
        if name in panels:
            return f'id="panel-{panels[name]}" data-number="{panels[name]}"'
        number = int(name.rpartition("#")[2])
        return f'id="card-{number}" data-number="{number}" data-iri="{escape(reel.people[number])}"'

    svg = _CARD.sub(card, svg)
    return _LINE.sub(lambda match: f'{match.group(1)} data-number="{next(order)}"', svg)


def index_page(title: str, steps: Sequence[Step]) -> str:
    """Write the page that lists the pictures of a film."""
    days = [(iso(step.sheet.day), escape(step.words)) for step in steps]
    rows = "".join(f'<li><a href="{day}.svg">{day}</a> {words}</li>\n' for day, words in days)
    return plain_page(title, f"<ul>\n{rows}</ul>")


def _data(steps: Sequence[Step], reel: Reel) -> dict[str, object]:
    """Give what the page needs: whom each card is about, and of each day what comes and goes."""
    before = Scene(frozenset(), frozenset(), frozenset())
    told = []
    for step, scene in zip(steps, reel.scenes, strict=True):
        came = {event.subject for event in step.events if event.kind in ("joined", "moved")}
        told.append({
            "label": iso(step.sheet.day),
            "words": step.words,
            "show": {kind: sorted(now - then) for kind, now, then in zip(Scene._fields, scene, before, strict=True)},
            "hide": {kind: sorted(then - now) for kind, now, then in zip(Scene._fields, scene, before, strict=True)},
            "marks": sorted(number for number in scene.cards if reel.people[number] in came),
        })  # fmt: skip
        before = scene
    return {"people": reel.people, "steps": told}


def _found(reel: Reel) -> list[Card]:
    """Give one card of everybody, by name: the last, which has the latest post."""
    latest = dict(zip(reel.people, reel.cards, strict=True))
    cards = [card._replace(iri=iri) for iri, card in latest.items()]
    return sorted(cards, key=lambda card: (card.name, card.iri))


def _strip(steps: Sequence[Step]) -> str:
    """Draw how much changed on which day: above the line who joined or moved, below it who left."""
    counts = [dict(step.counts) for step in steps]
    most = max([1, *(max(c["joined"] + c["moved"], c["left"]) for c in counts if c)])
    width = _BAR * len(counts)
    bars = []
    for number, (step, count) in enumerate(zip(steps, counts, strict=True)):
        joined, moved, left = (_HALF * 0.92 * count.get(kind, 0) / most for kind in ("joined", "moved", "left"))
        x, wide = number * _BAR + 15, _BAR - 30
        heights = (("plus", _HALF - joined, joined), ("move", _HALF - joined - moved, moved), ("minus", _HALF, left))
        drawn = "".join(
            f'<rect class="{name}" x="{x:g}" y="{y:.2f}" width="{wide:g}" height="{high:.2f}"/>'
            for name, y, high in heights
            if high
        )
        title = f"<title>{escape(f'{iso(step.sheet.day)}: {step.words}')}</title>"
        back = f'<rect class="back" data-step="{number}" x="{number * _BAR:g}" y="0" width="{_BAR:g}" height="100">'
        bars.append(f"{back}{title}</rect>{drawn}")
    line = f'<line x1="0" x2="{width:g}" y1="{_HALF:g}" y2="{_HALF:g}" vector-effect="non-scaling-stroke"/>'
    box = f'viewBox="0 0 {width:g} 100" preserveAspectRatio="none"'
    return f'<svg id="strip" aria-hidden="true" {box}>{line}{"".join(bars)}</svg>'


def _controls(steps: Sequence[Step]) -> str:
    """Write the slider, what plays it, and the strip."""
    last = len(steps) - 1
    return (
        '<footer class="film"><div class="tools">'
        '<button type="button" id="earlier" aria-label="The day before" title="The day before">‹</button>'
        '<button type="button" id="play" aria-label="Play" aria-pressed="false" title="Play">▶</button>'
        '<button type="button" id="later" aria-label="The day after" title="The day after">›</button></div>'
        f'<input id="when" type="range" min="0" max="{last}" value="0" step="1" aria-label="Day">'
        f'<output id="day" for="when">{iso(steps[0].sheet.day)}</output>'
        f'<p id="told" role="status">{escape(steps[0].words)}</p>{_strip(steps)}</footer>\n'
    )


def _told(steps: Sequence[Step]) -> str:
    """Write what happened, day after day, as headings and lists."""
    days = []
    for number, step in enumerate(steps):
        head = f'<h2 data-step="{number}"><button type="button">{iso(step.sheet.day)}</button></h2>'
        lines = (line for _, found in grouped(step.events) for line in found)
        items = "".join(f"<li>{escape(line.sentence)}</li>" for line in lines)
        said = f"<ul>{items}</ul>" if items else ""
        days.append(f"{head}<p>{escape(step.words)}</p>{said}")
    return "\n".join(days)
