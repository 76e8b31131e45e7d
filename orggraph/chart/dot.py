"""The chart as DOT text: pure, sorted, the same bytes for the same chart.

Why cards are HTML-like labels with a width of our own: renderers measure text differently, and one of them takes a
space for every letter beyond ASCII; wrapping by our own measure keeps names of any script inside cards of one size.
Why the text is written here and only quoted by the ``graphviz`` package: its edges take what follows a colon for a
port, and every IRI has a colon.
Why a manager's many leaf reports hang on a spine: in one row, sixty cards are ten metres wide.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping

from orggraph.chart.parts import DOTTED, PERSON, POST, UNIT, Card, Group, Held, Line, Sheet
from orggraph.snapshot import POSSIBLE, VACANT
from orggraph.vocabulary import digest

WIDTH = 184  # points
_INNER = 146  # points of our measure; what the padding leaves is 15 % more, for wider fonts that stand in
_SPINE_FROM = 5
_SPINE_LENGTH = 8
_REMARKS = 6

INK, SOFT, PALE = "#0f172a", "#334155", "#526077"
_EDGE, _LINE, _LINE_PALE, _LOOP = "#8595ab", "#64748b", "#94a3b8", "#b45309"
_FILL, _HEAD, _PANEL = "#ffffff", "#e9eff8", "#f1f4f8"
_BARE = 'BORDER="0" CELLBORDER="0" CELLSPACING="0"'

# Advance widths of Helvetica for U+0020 to U+007E in thousandths of the size (Adobe's font metrics).
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip


def dot_text(chart: Sheet) -> str:
    """Write a chart as DOT text: who is reported to stands above; a dotted line does not decide who stands where."""
    cards = {card.iri: card for card in chart.cards}
    heads = {line.manager for line in chart.lines}
    grouped = {iri for group in chart.groups for iri in group.members}
    units = {group.unit for group in chart.groups} - heads
    free = [card for card in chart.cards if card.iri not in grouped | units]
    hanging = _hanging(chart)
    hung = {line.reporter for lines in hanging.values() for line in lines}
    body = [_node(card, head=card.iri in heads) for card in free]
    for manager, lines in hanging.items():
        body += _spine(manager, lines, cards)
    led = {line.reporter for line in chart.lines if line.kind != DOTTED}
    body += [_edge(line, cards, ranked=_ranked(line, led)) for line in chart.lines if line.reporter not in hung]
    body += _panels(chart, cards, under=_lowest(chart))
    return "\n".join([f"digraph {_name(f'{chart.title}: {chart.subtitle}')} {{", *_defaults(chart), *body, "}", ""])


def _defaults(chart: Sheet) -> list[str]:
    heading = _heading(chart)
    graph = _attributes(
        bgcolor="#ffffff", fontname="Helvetica", label=heading, labelloc="t", labeljust="l", nodesep="0.25",
        pad="0.3", rankdir="TB", ranksep="0.3" if chart.lines else "0.12",
    )  # fmt: skip
    node = _attributes(fontname="Helvetica", fontsize="10", margin="0", shape="plain")
    edge = _attributes(
        arrowhead="none", arrowsize="0.6", color=_LINE, fontcolor=PALE, fontname="Helvetica", fontsize="9",
        penwidth="1.2",
    )  # fmt: skip
    return [f"  graph {graph}", f"  node {node}", f"  edge {edge}"]


def _node(card: Card, *, head: bool = False, inside: str = "") -> str:
    kind = {PERSON: "person", POST: "vacant", UNIT: "unit"}[card.kind]
    css = " ".join(["card", kind, card.certainty])
    values = {"class": css, "id": card.iri, "label": _card(card, head=head, inside=inside), "tooltip": _about(card)}
    return f"  {_name(card.iri)} {_attributes(values)}"


def _card(card: Card, *, head: bool, inside: str) -> str:
    """Write the label: the name in bold, posts below it, units small (but the one it stands in), then what to say."""
    unsure = card.certainty == POSSIBLE
    ink, soft = (PALE, PALE) if unsure else (INK, SOFT)
    lines = [_font(f"<B>{line}</B>", size=12, color=ink) for line in _wrapped(card.name, size=12, bold=True)]
    for position, held in enumerate(card.held):
        following = card.held[position + 1].unit if position + 1 < len(card.held) else ""
        lines += _held_lines(held, soft=soft, with_unit=held.unit not in (following, inside))
    lines += [_font(f"<I>{_html(note)}</I>", size=10, color=PALE) for note in card.notes]
    if card.below:
        lines.append(_font(f"<B>+{card.below} below</B>", size=10, color=PALE))
    dashed = unsure or card.kind == POST
    fill = _PANEL if card.kind == POST else _HEAD if head and not dashed else _FILL
    text = "".join(f'{line}<BR ALIGN="LEFT"/>' for line in lines)
    table = (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="8" WIDTH="{WIDTH}" BGCOLOR="{fill}"'
        f' COLOR="{_EDGE}" STYLE="{"ROUNDED,DASHED" if dashed else "ROUNDED"}">'
    )
    return f'<{table}<TR><TD ALIGN="LEFT" BALIGN="LEFT">{text}</TD></TR></TABLE>>'


def _held_lines(held: Held, *, soft: str, with_unit: bool) -> list[str]:
    lines = [_font(line, size=10, color=soft) for line in _wrapped(held.post, size=10)] if held.post else []
    if held.unit and with_unit:
        lines += [_font(line, size=9, color=PALE) for line in _wrapped(held.unit, size=9)]
    if notes := ", ".join(note for note in held.notes if note != "derived"):
        lines += [_font(f"<I>{line}</I>", size=9, color=PALE) for line in _wrapped(notes, size=9)]
    return lines


def _about(card: Card) -> str:
    """Write the tooltip: what is held, since when, how sure, and the sources."""
    parts = [card.name + (f" ({', '.join(card.notes)})" if card.notes else "")]
    for held in card.held:
        what = ", ".join(filter(None, [held.post, held.unit])) or "member"
        sure = f"presumed, last confirmed {held.confirmed}" if held.confirmed else held.certainty
        since = "since when is not known" if held.since == "unknown" else f"since {held.since}"
        parts.append("; ".join([what, since, *held.notes] + ([] if held.notes and sure == POSSIBLE else [sure])))
        parts += [f"source: {source}" for source in held.sources]
    return "\n".join(parts)


def _edge(line: Line, cards: Mapping[str, Card], *, ranked: bool, tail: str = "") -> str:
    """Write a line, downwards from the manager (or the spine's joint ``tail``)."""
    unsure = line.certainty == POSSIBLE
    values = {
        "class": " ".join(["line", line.kind, line.certainty, *(["derived"] if line.derived else [])]),
        "id": f"line-{digest(line.reporter, line.manager, line.kind)}",
        "tooltip": _about_line(line, cards),
    }
    if unsure:
        values["color"] = _LINE_PALE
    if line.kind == DOTTED:
        values |= {"style": "dotted", "penwidth": "1.6"} | ({"label": "possible"} if unsure else {})
    elif unsure:
        values["style"] = "dashed"
    if line.in_cycle:
        values |= {"arrowtail": "normal", "color": _LOOP, "dir": "back"}
    if tail:
        values["tailclip"] = "false"
    if not ranked:
        values["constraint"] = "false"
    return f"  {_name(tail or line.manager)} -> {_name(line.reporter)} {_attributes(values)}"


def _about_line(line: Line, cards: Mapping[str, Card]) -> str:
    how = " (dotted line)" if line.kind == DOTTED else ""
    text = f"{cards[line.reporter].name} reports to {cards[line.manager].name}{how}"
    since = "since when is not known" if line.since == "unknown" else f"since {line.since}"
    origin = ["follows from posts"] if line.derived else []
    return "\n".join(["; ".join([text, since, line.certainty, *origin]), *(f"source: {s}" for s in line.sources)])


def _ranked(line: Line, led: set[str]) -> bool:
    """Tell whether a line decides who stands above: a direct one, or a dotted one where there is no direct one."""
    return line.kind != DOTTED or line.reporter not in led


def _hanging(chart: Sheet) -> dict[str, list[Line]]:
    """Find the managers with many reports who have nobody below them and no other line: these hang on a spine."""
    touching: dict[str, int] = {}
    for line in chart.lines:
        for end in (line.reporter, line.manager):
            touching[end] = touching.get(end, 0) + 1
    leaves: dict[str, list[Line]] = {}
    for line in chart.lines:
        if touching[line.reporter] == 1 and line.reporter != line.manager and line.kind != DOTTED:
            leaves.setdefault(line.manager, []).append(line)
    return {manager: lines for manager, lines in leaves.items() if len(lines) >= _SPINE_FROM}


def _spine(manager: str, lines: list[Line], cards: Mapping[str, Card]) -> Iterable[str]:
    """Hang leaf reports in columns of at most eight, or as many as make the whole about as high as wide."""
    length = max(_SPINE_LENGTH, math.ceil(math.sqrt(len(lines) * 3))) if len(lines) > _SPINE_LENGTH else len(lines)
    columns = math.ceil(len(lines) / length)
    length = math.ceil(len(lines) / columns)
    for column in range(columns):
        above = manager
        for row, line in enumerate(lines[column * length : (column + 1) * length]):
            joint = f"joint-{digest(manager)}-{column}-{row}"
            yield f"  {_name(joint)} {_attributes(height='0.01', label='', shape='point', style='invis', width='0.01')}"
            spine = {"class": "spine", "headclip": "false", "tailclip": "false" if row else "true", "weight": "20"}
            yield f"  {_name(above)} -> {_name(joint)} {_attributes(spine)}"
            yield f"  {{ rank=same {_name(joint)} {_name(line.reporter)} }}"
            yield _edge(line, cards, ranked=True, tail=joint)
            above = joint


def _panels(chart: Sheet, cards: Mapping[str, Card], *, under: str) -> Iterable[str]:
    """Set people without lines in panels by unit, the panels in columns about as high together as they are wide."""
    rows = sum(len(group.members) + 1 for group in chart.groups)
    height = max(math.ceil(math.sqrt(rows * 2)), max((len(g.members) for g in chart.groups), default=0) + 1)
    above, filled = under, 0
    for group in chart.groups:
        if filled and filled + len(group.members) + 1 > height:
            above, filled = under, 0
        yield from _panel(group, cards)
        if above:
            yield f"  {_name(above)} -> {_name(group.members[0])} {_attributes(style='invis', weight='20')}"
        above, filled = group.members[-1], filled + len(group.members) + 1


def _panel(group: Group, cards: Mapping[str, Card]) -> Iterable[str]:
    unit = cards[group.unit]
    title = "<BR/>".join(f"<B>{line}</B>" for line in _wrapped(unit.name, size=11, bold=True))
    values = {
        "bgcolor": _PANEL, "class": "unit", "color": _PANEL, "id": f"unit-{digest(unit.iri)}",
        "label": f"<{_font(title, size=11, color=SOFT)}>", "labeljust": "c", "margin": "10", "style": "rounded",
        "tooltip": unit.name,
    }  # fmt: skip
    yield f"  subgraph {_name(f'cluster-{digest(group.unit)}')} {{"
    yield f"    graph {_attributes(values)}"
    yield from (f"  {_node(cards[iri], inside=unit.name)}" for iri in group.members)
    chain = " -> ".join(_name(iri) for iri in group.members)
    if len(group.members) > 1:
        yield f"    {chain} {_attributes(style='invis', weight='20')}"
    yield "  }"


def _lowest(chart: Sheet) -> str:
    """Find somebody on the lowest level, below whom the panels stand; empty where there are no lines."""
    below: dict[str, list[str]] = {}
    for line in chart.lines:
        below.setdefault(line.manager, []).append(line.reporter)
    led = {line.reporter for line in chart.lines}
    seen: dict[str, None] = {}
    front = [line.manager for line in chart.lines if line.manager not in led] or list(below)[:1]
    while front := [iri for iri in dict.fromkeys(front) if iri not in seen]:
        seen.update(dict.fromkeys(front))
        front = [reporter for iri in front for reporter in below.get(iri, ())]
    return next(reversed(seen), "")


def _heading(chart: Sheet) -> str:
    """Write title, counts, legend and remarks as one label, flush left."""
    rows = [
        f'<TR><TD ALIGN="LEFT">{_font(f"<B>{_html(chart.title)}</B>", size=18, color=INK)}</TD></TR>',
        f'<TR><TD ALIGN="LEFT">{_font(_html(chart.subtitle), size=11, color=PALE)}</TD></TR>',
    ]
    if legend := _legend(chart):
        rows.append(f'<TR><TD ALIGN="LEFT">{legend}</TD></TR>')
    extra = len(chart.remarks) - _REMARKS
    remarks = [*chart.remarks[:_REMARKS], *([f"{extra} more remarks"] if extra > 0 else [])]
    for remark in remarks:
        lines = [f'{line}<BR ALIGN="LEFT"/>' for line in _wrapped(remark, size=10, width=560)]
        rows.append(f'<TR><TD ALIGN="LEFT" BALIGN="LEFT">{_font("".join(lines), size=10, color=SOFT)}</TD></TR>')
    rows.append('<TR><TD HEIGHT="14"></TD></TR>')
    return f'<<TABLE {_BARE} CELLPADDING="2">{"".join(rows)}</TABLE>>'


def _legend(chart: Sheet) -> str:
    """Explain what occurs on this chart and is not a plain card."""
    lines, people = chart.lines, [card for card in chart.cards if card.kind == PERSON]
    solid = [line for line in lines if line.kind != DOTTED and not line.in_cycle]
    reasons = {note for card in chart.cards if card.kind == POST for note in card.notes[:1]}
    entries = [
        (_stroke("SOLID", _LINE), "reports to", any(line.certainty != POSSIBLE for line in solid)),
        (_stroke("DASHED", _LINE_PALE), "possibly reports to", any(line.certainty == POSSIBLE for line in solid)),
        (_stroke("DOTTED", _LINE), "dotted line", any(line.kind == DOTTED for line in lines)),
        (_stroke("SOLID", _LOOP), "in a circle (arrow to the manager)", any(line.in_cycle for line in lines)),
        (_frame(_FILL), "possible", any(card.certainty == POSSIBLE for card in people)),
        (_frame(_PANEL), "vacant post" if reasons <= {VACANT} else "post that names nobody", bool(reasons)),
    ]
    shown = [(swatch, text) for swatch, text, occurs in entries if occurs]
    width = sum(52 + round(1.15 * _measure(text, 10, False)) for _, text in shown)
    cells = "".join(
        f'<TD>{swatch}</TD><TD ALIGN="LEFT">{_font(f"{text}&#160;&#160;&#160;", size=10, color=SOFT)}</TD>'
        for swatch, text in shown
    )
    fixed = f'ALIGN="LEFT" FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="20"'
    return f'<TABLE {fixed} {_BARE} CELLPADDING="1"><TR>{cells}</TR></TABLE>' if cells else ""


def _stroke(style: str, color: str) -> str:
    """Draw a short line: one side of an empty cell."""
    side = f'<TD BORDER="1" SIDES="B" STYLE="{style}" COLOR="{color}" FIXEDSIZE="TRUE" WIDTH="26" HEIGHT="6"></TD>'
    return f'<TABLE {_BARE} CELLPADDING="0"><TR>{side}</TR><TR><TD HEIGHT="5"></TD></TR></TABLE>'


def _frame(fill: str) -> str:
    """Draw a small dashed card."""
    return (
        f'<TABLE BORDER="1" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" STYLE="ROUNDED,DASHED" COLOR="{_EDGE}"'
        f' BGCOLOR="{fill}"><TR><TD FIXEDSIZE="TRUE" WIDTH="24" HEIGHT="10"></TD></TR></TABLE>'
    )


def _wrapped(text: str, *, size: int, bold: bool = False, width: int = _INNER) -> list[str]:
    """Break text into lines no wider than ``width`` points, at spaces where possible, and escape each line."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for word in re.findall(r"\s*\S+", paragraph):
            if line and _measure(line + word, size, bold) > width:
                lines.append(line)
                line = word.strip()
            else:
                line += word
            while _measure(line, size, bold) > width:
                cut = next(n for n in range(len(line), 0, -1) if n == 1 or _measure(line[:n], size, bold) <= width)
                if cut == len(line):
                    break
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line)
    return [_html(line) for line in lines]


def _measure(text: str, size: int, bold: bool) -> float:
    """Estimate the width in points; beyond ASCII by the base letter, else 0.7 of the size, wide scripts 1."""
    thousandths = 0
    for letter in unicodedata.normalize("NFD", text):
        if " " <= letter <= "~":
            thousandths += _WIDTHS[ord(letter) - 32]
        elif not unicodedata.combining(letter):
            thousandths += 1000 if unicodedata.east_asian_width(letter) in "WF" else 700
    return thousandths * size / 1000 * (1.07 if bold else 1)


def _font(html: str, *, size: int, color: str) -> str:
    return f'<FONT POINT-SIZE="{size}" COLOR="{color}">{html}</FONT>'


def _html(text: str) -> str:
    r"""Escape text for an HTML-like label, where a backslash still starts an escape such as ``\N``.

    >>> _html("O'Brien & Söhne <CTO> \\N")
    "O'Brien &amp; Söhne &lt;CTO&gt; \\\\N"
    """
    escaped = _printable(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return escaped.replace("\\", "\\\\").replace("\n", "<BR/>")


def _plain(text: str, *, backslash: str = "&#92;") -> str:
    r"""Write the ampersand and the backslash as references, which SVG shows as what they stand for.

    Renderers let through what looks like a reference. A tooltip needs its ``backslash`` fourfold instead, because its
    escapes are resolved twice.

    >>> print(_plain(r"AT&amp;T \N"))
    AT&amp;amp;T &#92;N
    """
    return _printable(text).replace("&", "&amp;").replace("\\", backslash)


def _printable(text: str) -> str:
    """Show control characters as the pictures Unicode has for them; XML allows none but tab and line breaks."""
    return "".join(_shown(letter) for letter in text)


def _shown(letter: str) -> str:
    if letter >= " " or letter in "\n\t":
        return "\ufffd" if unicodedata.category(letter) in ("Cs", "Cn") or "\x7f" <= letter < "\xa0" else letter
    return chr(0x2400 + ord(letter))


def _attributes(values: Mapping[str, str] | None = None, **named: str) -> str:
    """Write an attribute list in the order of names; a label that starts with ``<`` is one made here."""
    from graphviz import nohtml  # heavy for commands that draw nothing
    from graphviz.quoting import quote

    written = []
    for key, value in sorted({**(values or {}), **named}.items()):
        if key == "label" and value.startswith("<"):
            written.append(f"{key}={quote(value)}")
        else:
            backslash = "\\" * 4 if key == "tooltip" else "&#92;"
            written.append(f"{key}={quote(nohtml(_plain(value, backslash=backslash)))}")
    return f"[{' '.join(written)}]"


def _name(text: str) -> str:
    r"""Quote the name of a node or graph.

    >>> print(_name("urn:a"), _name('say "N\\"'))
    "urn:a" "say \"N&#92;\""
    """
    from graphviz import nohtml  # heavy for commands that draw nothing
    from graphviz.quoting import quote

    return str(quote(nohtml(_plain(text))))
