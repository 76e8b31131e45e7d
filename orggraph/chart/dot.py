"""A laid-out chart as DOT text with fixed positions: pure, the same bytes for the same chart.

Anybody can draw it with ``dot -Knop2``. Graphviz decides nothing about places or sizes: each card is a node of a size
of ours whose label is a table of that size, initials and badges are nodes on it, and each line is an edge along the
corners of its route.

Why the text is written here and only quoted by the ``graphviz`` package: its edges take what follows a colon for a
port, and every IRI has a colon.
Why there is a second, bare form for SVG, of boxes and lines alone: Graphviz takes 2.3 s to set the labels of 20,000
cards and 0.5 s to draw their boxes, and it can neither show a photo that is in the data nor a link or a label for who
cannot see. The pass over its SVG sets the same faces at the same places (`svg`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from orggraph.chart.faces import AVATAR, AVATAR_X, AVATAR_Y, INITIALS, PILL, PILL_SIZE, STRIP, Face, Text
from orggraph.chart.heading import SWATCH, TONE, Key
from orggraph.chart.layout import Box, Frame
from orggraph.chart.looks import Pen, card_ground, card_pen, line_pen
from orggraph.chart.panels import TITLE_SIZE, titled
from orggraph.chart.parts import PERSON, POST, UNIT, Card, Line
from orggraph.chart.picture import MARGIN, Picture
from orggraph.chart.routes import Route
from orggraph.chart.theme import Theme, strip
from orggraph.chart.words import about, about_line, evidence, printable
from orggraph.snapshot import POSSIBLE
from orggraph.vocabulary import digest

_TABLE = '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0"'
_ARROW = 9
_TIPS = {"": "", "back": " dir=back arrowtail=normal", "forward": " dir=forward arrowhead=normal"}


def dot_text(picture: Picture) -> str:
    """Write a chart as DOT text, in full."""
    body = [*_frame_of_page(picture), *_heading(picture)]
    for box, frame in picture.places():
        body += _card(picture, box) if box else _panel(picture, frame) if frame else ()
    body += [_edge(picture, route) for route in picture.layout.routes]
    title = f"{picture.sheet.title}: {picture.sheet.subtitle}"
    return "\n".join([f"digraph {_name(title)} {{", *body, "}", ""])


def bare_text(picture: Picture) -> str:
    """Write the boxes and lines of a chart: a node ``n0``, ``n1``, … for each place, an edge for each route.

    Edges have their number as ``id``.
    """
    body = [*_frame_of_page(picture)]
    numbers: dict[str, int] = {}
    usual = _pens(Pen(picture.colors.edge, "solid", 1), picture.colors.card)
    for number, (box, frame) in enumerate(picture.places()):
        pen, ground = Pen("none"), picture.colors.panel
        if box:
            numbers[box.iri] = number
            pen, ground = _drawn(picture, picture.cards[box.iri])
        look = "" if (written := _pens(pen, ground)) == usual else f" {written}"
        body.append(f"  n{number} [{_at(picture, box or frame)}{look}]")
    default = _stroke(Pen(picture.colors.line))
    for number, route in enumerate(picture.layout.routes):
        line = route.line
        written = _stroke(line_pen(line, picture.colors))
        look = ("" if written == default else f" {written}") + _TIPS[_way(line)]
        ends = f"n{numbers[line.manager]} -> n{numbers[line.reporter]}"
        body.append(f"  {ends} [id=e{number} pos=\"{_spline(picture, route)}\"{look}]")
    return "\n".join(["digraph {", *body, "}", ""])


def _frame_of_page(picture: Picture) -> list[str]:
    colors, wide, high = picture.colors, picture.width, picture.height
    graph = _attributes(bgcolor=colors.paper, outputorder="edgesfirst", pad="0")
    node = _attributes(
        color=colors.edge, fillcolor=colors.card, fixedsize="true", fontcolor=colors.ink, fontname="Arial",
        fontsize="10", label="", margin="0", shape="box", style="rounded,filled",
    )  # fmt: skip
    edge = _attributes(arrowhead="none", arrowsize="0.8", color=colors.line, penwidth="1.2")
    page = _attributes(height=_n(high / 72, 4), pos=f"{_n(wide / 2)},{_n(high / 2)}", style="invis",
                       width=_n(wide / 72, 4))  # fmt: skip
    return [f"  graph {graph}", f"  node {node}", f"  edge {edge}", f"  page {page}"]


def _drawn(picture: Picture, card: Card) -> tuple[Pen, str]:
    return card_pen(card, picture.colors), card_ground(card, picture.colors)


def _card(picture: Picture, box: Box) -> Iterable[str]:
    """Write a card: its box with the text, then what lies on it."""
    card, face, colors = picture.cards[box.iri], picture.faces[box.iri], picture.colors
    kind = {PERSON: "person", POST: "post", UNIT: "unit"}[card.kind]
    values = {"class": f"card {kind} {card.certainty}", "id": card.iri,
              "tooltip": "\n".join(filter(None, [about(card), evidence(card)]))}  # fmt: skip
    label = _table(face.texts, box.width, box.height, colors, above=8)
    yield f"  {_name(card.iri)} [{_at(picture, box)} {_pens(*_drawn(picture, card))} label={label} {_inside(values)}]"
    x, y, key = picture.left + box.x, picture.top + box.y, digest(card.iri)
    if 0 <= card.tone < len(picture.sheet.tones):
        yield from _strip(picture, f"strip-{key}", x, y, face, card.tone)
    if card.kind != UNIT:
        round_ = f"{_spot(picture, x + AVATAR_X, y + AVATAR_Y, 2 * AVATAR, 2 * AVATAR)} shape=circle"
        pen = Pen(colors.edge, "dashed" if card.unfilled or card.certainty == POSSIBLE else "solid", 0.8)
        ground, ink = colors.avatar
        text = f"fontsize={INITIALS} {_inside({'fontcolor': ink, 'label': face.initials})}"
        ground = ground if card.kind == PERSON else colors.panel
        yield f"  {_name(f'initials-{key}')} [{round_} {_pens(pen, ground, rounded=False)} {text}]"
    for number, pill in enumerate(face.pills):
        ground, ink = (colors.marks[pill.mark], colors.on_mark) if pill.mark else colors.badge
        spot = _spot(picture, x + pill.x + pill.width / 2, y + pill.y + PILL / 2, pill.width, PILL)
        text = f"fontsize={PILL_SIZE} {_inside({'fontcolor': ink, 'label': pill.words})}"
        look = _pens(Pen(rim(colors, ground), "solid", 0.6), ground)
        yield f"  {_name(f'badge-{key}-{number}')} [{spot} {look} {text}]"


def rim(colors: Theme, ground: str) -> str:
    """Give the colour of the border of a badge: one that stands out where the badge is of the colour of the card."""
    return colors.edge if ground == colors.card else ground


def _strip(picture: Picture, name: str, x: float, y: float, face: Face, tone: int) -> Iterable[str]:
    left, ends, wide = STRIP
    color = picture.colors.tones[tone % len(picture.colors.tones)]
    room = face.height - 2 * ends
    for number, (start, end) in enumerate(strip(tone, picture.colors)):
        middle = y + ends + room * (start + end) / 2
        spot = _spot(picture, x + left + wide / 2, middle, wide, room * (end - start))
        yield f'  {_name(f"{name}-{number}")} [{spot} fillcolor="{color}" penwidth=0 style=filled]'


def _panel(picture: Picture, frame: Frame) -> Iterable[str]:
    unit, colors = picture.cards[frame.unit], picture.colors
    lines = titled(unit.name, frame.width)
    texts = [Text(12, 0, line, TITLE_SIZE, "ink", True) for line in lines]
    label = _table(tuple(texts), frame.width, frame.height, colors, above=8)
    values = {"class": "card unit", "id": panel_id(frame.unit), "tooltip": unit.name}
    pen = Pen(colors.edge if colors.panel == colors.paper else colors.panel, "solid", 1)
    look = f"{_at(picture, frame)} {_pens(pen, colors.panel)} label={label} {_inside(values)}"
    yield f"  {_name(f'panel-{digest(frame.unit)}')} [{look}]"


def _heading(picture: Picture) -> Iterable[str]:
    """Write the heading: a node for each line of text, since they are of all sizes, and the swatches."""
    colors = picture.colors
    for number, text in enumerate(picture.heading.texts):
        wide = picture.width - 2 * MARGIN - text.x
        middle = MARGIN + text.y + text.size * 0.28 - text.size * 0.6
        spot = _spot(picture, MARGIN + text.x + wide / 2, middle, wide, text.size * 1.2)
        label = _table((text._replace(x=0),), wide, text.size * 1.2, colors, above=0)
        yield f"  heading_{number} [{spot} label={label} shape=none style=\"\"]"
    for number, key in enumerate(picture.heading.keys):
        yield from _key(picture, number, key)


def _key(picture: Picture, number: int, key: Key) -> Iterable[str]:
    x, y, entry = MARGIN + key.x, MARGIN + key.y, key.entry
    spot = _spot(picture, x + SWATCH / 2, y, SWATCH, 11)
    if entry.tone >= 0:
        for part, (start, end) in enumerate(strip(entry.tone, picture.colors)):
            middle = y - 6 + 12 * (start + end) / 2
            piece = _spot(picture, x + TONE / 2, middle, TONE, 12 * (end - start))
            yield f'  key_{number}_{part} [{piece} fillcolor="{entry.pen.color}" penwidth=0 style=filled]'
    elif entry.ground:
        yield f"  key_{number} [{spot} {_pens(entry.pen, entry.ground)}]"
    else:
        yield f'  key_{number} [{spot} shape=none style=""]'
        level = picture.height - y
        points = f"{_n(x)},{_n(level)} {_n(x)},{_n(level)} {_n(x + SWATCH)},{_n(level)} {_n(x + SWATCH)},{_n(level)}"
        yield f'  key_{number} -> key_{number} [pos="{points}" {_stroke(entry.pen)}]'


def _edge(picture: Picture, route: Route) -> str:
    line = route.line
    css = ["line", line.kind, line.certainty, *(["derived"] if line.derived else [])]
    values = {"class": " ".join(css), "id": line_id(line), "tooltip": about_line(line, picture.cards)}
    tip = _TIPS[_way(line)]
    look = f'pos="{_spline(picture, route)}" {_stroke(line_pen(line, picture.colors))}{tip} {_inside(values)}'
    return f"  {_name(line.manager)} -> {_name(line.reporter)} [{look}]"


def line_id(line: Line) -> str:
    """Give the id of a line."""
    return f"line-{digest(line.reporter, line.manager, line.kind, line.mark)}"


def panel_id(unit: str) -> str:
    """Give the id of the panel of a unit, which may have a card as well."""
    return f"unit-{digest(unit)}"


def _way(line: Line) -> str:
    """Say which way a line has an arrow: back to the manager in a circle, forward from where somebody was before."""
    return "forward" if line.mark == "moved" else "back" if line.in_cycle else ""


def _spline(picture: Picture, route: Route) -> str:
    """Write the points of a route as Graphviz wants them: four for each straight piece, the last of one the first of
    the next; an arrow's tip comes before, and the line starts behind it."""
    left, height = picture.left, picture.height - picture.top
    points = [(left + x, height - y) for x, y in route.points]
    tip = ""
    if way := _way(route.line):
        end, other, key = (0, 1, "s") if way == "back" else (-1, -2, "e")
        (x, y), (to_x, to_y) = points[end], points[other]
        tip = f"{key},{_n(x)},{_n(y)} "
        length = max(abs(to_x - x) + abs(to_y - y), 1)
        back = min(_ARROW / length, 0.9)
        points[end] = (x + (to_x - x) * back, y + (to_y - y) * back)
    written = [f"{x:.1f},{y:.1f}" for x, y in points]
    if route.curved:
        return tip + " ".join(written)
    pieces = [f"{one} {other} {other}" for one, other in pairwise(written)]
    return f"{tip}{written[0]} {' '.join(pieces)}"


def _at(picture: Picture, place: Box | Frame | None) -> str:
    if place is None:
        return ""
    x, y, wide, high = picture.left + place.x, picture.top + place.y, place.width, place.height
    return f'pos="{x + wide / 2:.1f},{picture.height - y - high / 2:.1f}" width={wide / 72:.4f} height={high / 72:.4f}'


def _spot(picture: Picture, x: float, y: float, wide: float, high: float) -> str:
    """Write the place of a node around a point of the page."""
    return f'pos="{x:.1f},{picture.height - y:.1f}" width={wide / 72:.4f} height={high / 72:.4f}'


def _pens(pen: Pen, ground: str, *, rounded: bool = True) -> str:
    style = ",".join([*(["rounded"] if rounded else []), "filled", *([pen.style] if pen.style != "solid" else [])])
    return f'color="{pen.color}" fillcolor="{ground}" penwidth={pen.width:g} style="{style}"'


def _stroke(pen: Pen) -> str:
    style = "" if pen.style == "solid" else f" style={pen.style}"
    return f'color="{pen.color}" penwidth={pen.width:g}{style}'


def _table(texts: tuple[Text, ...], wide: float, high: float, colors: Theme, *, above: int) -> str:
    """Write lines of text below each other as a label of that size, flush left where the first of them starts."""
    inks = {"ink": colors.ink, "soft": colors.soft, "pale": colors.pale}
    lines = []
    for text in texts:
        words = _html(text.words)
        words = f"<B>{words}</B>" if text.bold else f"<I>{words}</I>" if text.italic else words
        lines.append(f'<FONT POINT-SIZE="{text.size:g}" COLOR="{inks[text.ink]}">{words}</FONT><BR ALIGN="LEFT"/>')
    left = texts[0].x - above if texts else 0
    gap = f'<TD FIXEDSIZE="TRUE" WIDTH="{left:g}" HEIGHT="1"></TD>' if left > 0 else ""
    size = f'CELLPADDING="{above}" FIXEDSIZE="TRUE" WIDTH="{int(wide)}" HEIGHT="{int(high)}"'
    cell = f'<TD ALIGN="LEFT" BALIGN="LEFT" VALIGN="TOP">{"".join(lines)}</TD>'
    return f"<{_TABLE} {size}><TR>{gap}{cell}</TR></TABLE>>"


def _html(text: str) -> str:
    r"""Escape text for an HTML-like label, where a backslash still starts an escape such as ``\N``.

    >>> _html("O'Brien & Söhne <CTO> \\N")
    "O'Brien &amp; Söhne &lt;CTO&gt; \\\\N"
    """
    escaped = printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return escaped.replace("\\", "\\\\").replace("\n", "<BR/>")


def _plain(text: str, *, backslash: str = "&#92;") -> str:
    r"""Write the ampersand and the backslash as references, which SVG shows as what they stand for.

    Renderers let through what looks like a reference. A tooltip needs its ``backslash`` fourfold instead, because its
    escapes are resolved twice.

    >>> print(_plain(r"AT&amp;T \N"))
    AT&amp;amp;T &#92;N
    """
    return printable(text).replace("&", "&amp;").replace("\\", backslash)


def _attributes(**values: str) -> str:
    return f"[{_inside(values)}]"


def _inside(values: Mapping[str, str]) -> str:
    """Write attributes in the order of names, quoted."""
    from graphviz import nohtml  # heavy for commands that draw nothing
    from graphviz.quoting import quote

    written = []
    for key, value in sorted(values.items()):
        backslash = "\\" * 4 if key == "tooltip" else "&#92;"
        written.append(f"{key}={quote(nohtml(_plain(value, backslash=backslash)))}")
    return " ".join(written)


def _name(text: str) -> str:
    r"""Quote the name of a node or graph.

    >>> print(_name("urn:a"), _name('say "N\\"'))
    "urn:a" "say \"N&#92;\""
    """
    from graphviz import nohtml  # heavy for commands that draw nothing
    from graphviz.quoting import quote

    return str(quote(nohtml(_plain(text))))


def _n(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}"
