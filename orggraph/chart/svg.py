"""From the boxes and lines that Graphviz drew to the whole chart as SVG: one pass that adds text, roles and labels.

A card becomes a group with the role of an item of a tree, its level, a label, a title and a description; the file has
them in the order of the keyboard. Lines are hidden from who cannot see them, since the levels say the same.

Why the SVG refers to nothing outside: it is mailed, put on pages and read without a network. Photos are in the data,
fonts are asked for by name with others that stand in, and only an address of the web becomes a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from orggraph.chart.dot import line_id, panel_id, rim
from orggraph.chart.faces import AVATAR, AVATAR_X, AVATAR_Y, INITIALS, PILL, PILL_SIZE, STRIP, Face, Pill, Text
from orggraph.chart.heading import SWATCH, TONE, Key
from orggraph.chart.layout import Box, Frame
from orggraph.chart.looks import Pen
from orggraph.chart.panels import TITLE_LINE, TITLE_SIZE, titled
from orggraph.chart.parts import PERSON, POST, UNIT, Card, Line
from orggraph.chart.picture import MARGIN, Picture
from orggraph.chart.theme import strip
from orggraph.chart.words import about, about_line, evidence, label, printable
from orggraph.errors import RenderError
from orggraph.snapshot import POSSIBLE

FONTS = "Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
_DRAWN = re.compile(r'<g id="([^"]*)" class="(node|edge)[^"]*">\n<title>([^<]*)</title>\n(.*?)</g>\n', re.DOTALL)
_SPECIAL = re.compile(r"""[^\n !#-%(-;=?-~]""")
_ROUND = '<clipPath id="orggraph-round" clipPathUnits="objectBoundingBox"><circle cx=".5" cy=".5" r=".5"/></clipPath>'
_DASHES = {"solid": "", "dashed": ' stroke-dasharray="5,3"', "dotted": ' stroke-dasharray="1.5,4"'}


def svg_text(drawn: str, picture: Picture) -> str:
    """Complete the SVG that Graphviz drew from `bare_text`; linear in its length.

    Raises `RenderError` where it is no SVG or lacks a box.
    """
    if "<svg" not in drawn:
        raise RenderError("the renderer gave something that is no SVG")
    writer = _Writer(picture)
    places = picture.places()
    found = 0
    parts = [*writer.opening()]
    boxes: list[str] = []
    for match in _DRAWN.finditer(drawn):
        key, kind, title, shape = match.groups()
        if kind == "edge":
            parts.append(writer.line(picture.layout.routes[int(key[1:])].line, shape))
        elif title.startswith("n"):
            found += 1
            box, frame = places[int(title[1:])]
            boxes.append(writer.card(box, shape) if box else writer.panel(frame, shape) if frame else "")
    if found != len(places):
        raise RenderError(f"the renderer drew {found} cards of {len(places)}")
    return "".join([*parts, *boxes, "</g>\n</svg>\n"])


class _Writer:
    """Writes the groups of one chart."""

    def __init__(self, picture: Picture) -> None:
        self.picture, self.colors = picture, picture.colors
        colors = picture.colors
        self.inks = {"ink": colors.ink, "soft": colors.soft, "pale": colors.pale}
        self.levels, self.managers = _levels(picture)

    def opening(self) -> Iterator[str]:
        """Write everything before the first line: the root, the title, the ground, the heading."""
        picture, colors = self.picture, self.colors
        title = _escape(f"{picture.sheet.title}: {picture.sheet.subtitle}")
        wide, high = f"{picture.width:.2f}", f"{picture.height:.2f}"
        yield '<?xml version="1.0" encoding="UTF-8"?>\n'
        yield f'<svg xmlns="http://www.w3.org/2000/svg" role="tree" aria-label="{title}"'
        yield f' width="{wide}pt" height="{high}pt" viewBox="0 0 {wide} {high}">\n<title>{title}</title>\n'
        yield f"<desc>{_escape(chr(10).join(picture.sheet.remarks))}</desc>\n"
        yield f"<defs>{_ROUND}</defs>\n" if any(card.photo for card in picture.sheet.cards) else ""
        yield f'<rect class="paper" width="{wide}" height="{high}" fill="{colors.paper}"/>\n'
        yield f'<g class="heading" role="none" font-family="{FONTS}" transform="translate({MARGIN},{MARGIN})">\n'
        yield from (self.text(text) for text in picture.heading.texts)
        yield from (piece for key in picture.heading.keys for piece in self.key(key))
        yield f'</g>\n<g class="chart" role="none" font-family="{FONTS}" transform="translate(0,{high})">\n'

    def card(self, box: Box, shape: str) -> str:
        """Write the group of a card around the box that was drawn."""
        picture = self.picture
        card, face = picture.cards[box.iri], picture.faces[box.iri]
        x, y = picture.left + box.x, picture.top + box.y - picture.height
        inside = "".join(self.inside(card, face))
        if card.iri.startswith(("https://", "http://")):
            inside = f'<a href="{_escape(card.iri)}">\n{inside}</a>\n'
        said = evidence(card)
        return (
            f"<g{self.attributes(card, card.iri)}>\n<title>{_escape(about(card))}</title>\n"
            f"{f'<desc>{_escape(said)}</desc>{chr(10)}' if said else ''}{shape}"
            f'<g transform="translate({x:.2f},{y:.2f})">\n{inside}</g>\n</g>\n'
        )

    def attributes(self, card: Card, key: str) -> str:
        """Write class, identity, role, level and label of a card."""
        iri = _escape(card.iri)
        kind = {PERSON: "person", POST: "post", UNIT: "unit"}[card.kind]
        words = ["card", kind, *([card.certainty] if card.certainty == POSSIBLE else [])]
        words += ["head"] * (card.iri in self.managers) + ["highlighted"] * card.highlighted
        words += [card.mark.replace(" ", "-")] if card.mark else []
        opened = ' aria-expanded="true"' if card.iri in self.managers else ""
        opened = ' aria-expanded="false"' if card.below and not opened else opened
        return (
            f' class="{" ".join(words)}" id="{_escape(key)}" data-iri="{iri}" role="treeitem" tabindex="0"'
            f' aria-level="{self.levels.get(card.iri, 1)}" aria-label="{_escape(label(card))}"{opened}'
        )

    def inside(self, card: Card, face: Face) -> Iterator[str]:
        """Write what is on a card, from its corner."""
        colors = self.colors
        if 0 <= card.tone < len(self.picture.sheet.tones):
            left, ends, wide = STRIP
            yield from self.strip(card.tone, left, ends, wide, face.height - 2 * ends)
        if card.photo.startswith("data:image/"):
            side = 2 * AVATAR
            yield (f'<image x="{AVATAR_X - AVATAR}" y="{AVATAR_Y - AVATAR}" width="{side}" height="{side}"'
                   f' preserveAspectRatio="xMidYMid slice" clip-path="url(#orggraph-round)"'
                   f' href="{_escape(card.photo)}"/>\n')  # fmt: skip
        elif card.kind != UNIT:
            ground, ink = colors.avatar if card.kind == PERSON else (colors.panel, colors.pale)
            pen = Pen(colors.edge, "dashed" if card.unfilled or card.certainty == POSSIBLE else "solid", 0.8)
            yield f'<circle cx="{AVATAR_X}" cy="{AVATAR_Y}" r="{AVATAR}" fill="{ground}"{_stroke(pen)}/>\n'
            if face.initials:
                yield _middle(AVATAR_X, AVATAR_Y + INITIALS * 0.36, face.initials, INITIALS, ink)
        for text in face.texts:
            yield self.text(text)
        for pill in face.pills:
            drawn = self.pill(pill)
            yield f'<g class="more">\n{drawn}</g>\n' if card.below and pill.words == f"+{card.below}" else drawn

    def pill(self, pill: Pill) -> str:
        """Write a badge."""
        colors = self.colors
        ground, ink = (colors.marks[pill.mark], colors.on_mark) if pill.mark else colors.badge
        base = pill.y + PILL / 2 + PILL_SIZE * 0.36
        return (
            f'<rect x="{pill.x:.1f}" y="{pill.y:.1f}" width="{pill.width:.1f}" height="{PILL}" rx="6"'
            f' fill="{ground}"{_stroke(Pen(rim(colors, ground), "solid", 0.6))}/>\n'
            f"{_middle(pill.x + pill.width / 2, base, pill.words, PILL_SIZE, ink)}"
        )

    def panel(self, frame: Frame, shape: str) -> str:
        """Write the group of a panel: the frame that was drawn, and the name of its unit."""
        picture = self.picture
        unit = picture.cards[frame.unit]
        x, y = picture.left + frame.x, picture.top + frame.y - picture.height
        lines = titled(unit.name, frame.width)
        texts = [Text(12, 8 + TITLE_LINE * n + TITLE_SIZE * 0.92, words, TITLE_SIZE, "ink", True)
                 for n, words in enumerate(lines)]  # fmt: skip
        attributes = self.attributes(unit, panel_id(unit.iri)).replace('class="card', 'class="card panel', 1)
        attributes += "" if "aria-expanded" in attributes else ' aria-expanded="true"'
        inside = "".join(map(self.text, texts))
        return (f"<g{attributes}>\n<title>{_escape(unit.name)}</title>\n{shape}"
                f'<g transform="translate({x:.2f},{y:.2f})">\n{inside}</g>\n</g>\n')  # fmt: skip

    def line(self, line: Line, shape: str) -> str:
        """Write the group of a line around what was drawn."""
        words = ["line", line.kind, *([line.certainty] if line.certainty == POSSIBLE else [])]
        words += ["derived"] * line.derived + ["highlighted"] * line.highlighted + ([line.mark] if line.mark else [])
        return (
            f'<g class="{" ".join(words)}" id="{line_id(line)}" data-from="{_escape(line.reporter)}"'
            f' data-to="{_escape(line.manager)}" aria-hidden="true">\n'
            f"<title>{_escape(about_line(line, self.picture.cards))}</title>\n{shape}</g>\n"
        )

    def key(self, key: Key) -> Iterator[str]:
        """Write the swatch of an entry of the legend."""
        entry = key.entry
        if entry.tone >= 0:
            yield from self.strip(entry.tone, key.x, key.y - 6, TONE, 12)
        elif entry.ground:
            yield (f'<rect x="{key.x:.1f}" y="{key.y - 5.5:.1f}" width="{SWATCH}" height="11" rx="4"'
                   f' fill="{entry.ground}"{_stroke(entry.pen)}/>\n')  # fmt: skip
        else:
            yield (f'<path d="M{key.x:.1f},{key.y:.1f}H{key.x + SWATCH:.1f}" fill="none"{_stroke(entry.pen)}/>\n')

    def strip(self, tone: int, x: float, y: float, wide: float, high: float) -> Iterator[str]:
        """Write the strip of a unit, in as many pieces as its pattern has."""
        color = self.colors.tones[tone % len(self.colors.tones)]
        for start, end in strip(tone, self.colors):
            yield (f'<rect x="{x:.1f}" y="{y + high * start:.1f}" width="{wide}" height="{high * (end - start):.1f}"'
                   f' fill="{color}"/>\n')  # fmt: skip

    def text(self, text: Text) -> str:
        """Write a line of text."""
        style = (' font-weight="bold"' if text.bold else "") + (' font-style="italic"' if text.italic else "")
        return (f'<text x="{text.x:g}" y="{text.y:.1f}" font-size="{text.size:g}"{style}'
                f' fill="{self.inks[text.ink]}">{_escape(text.words)}</text>\n')  # fmt: skip


def _levels(picture: Picture) -> tuple[dict[str, int], set[str]]:
    """Give the level of each card, from 1 on, and those that have somebody below them."""
    above = picture.layout.above
    levels = {iri: 2 for group in picture.sheet.groups for iri in group.members}
    for iri in picture.layout.boxes:
        if iri not in levels:
            levels[iri] = levels[above[iri]] + 1 if iri in above else 1
    return levels, set(above.values())


def _stroke(pen: Pen) -> str:
    return f' stroke="{pen.color}" stroke-width="{pen.width:g}"{_DASHES[pen.style]}'


def _middle(x: float, y: float, words: str, size: float, ink: str) -> str:
    return (f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="{size:g}" fill="{ink}">'
            f"{_escape(words)}</text>\n")  # fmt: skip


def _escape(text: str) -> str:
    return escape(printable(text)) if _SPECIAL.search(text) else text
