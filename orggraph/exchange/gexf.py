"""All of time as GEXF 1.3 (https://gexf.net/schema.html), a dynamic graph whose edges have spells.

An edge is a membership, a reporting line, or what a post or unit belongs to; its spells are the days on which that is
certain, or where none is, the days on which it is possible, and then the edge says so. People have the spells of their
memberships, posts and units those of what they belong to; what has none is always there. Left out are names other than
the last, attributes, sources, and the exact bounds of days only partly known.

Why a spell ends a day before the period does: periods here are half-open, and both bounds of a spell belong to it (GEXF
1.3 has no open ones). ``[2024-01-01, 2024-03-01)`` is ``start="2024-01-01" end="2024-02-29"``; what has no end yet has
no ``end``. Why spells that overlap are one: a program that plays the graph asks only whether a node is there, and some
refuse a set of spells that overlap. Those that follow each other stay apart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from orggraph.exchange.xml import attribute, document, element
from orggraph.facts import DERIVED, LINE, MEMBERSHIP, PLACE, REPORTS_DOTTED_TO, Fact
from orggraph.period import OPEN_EARLY, as_date, iso
from orggraph.snapshot import CERTAIN, POSSIBLE, Snapshot
from orggraph.timeline import Timeline

Spell = tuple[int, int]
_Edge = tuple[str, str, str, str, bool, str]
_EDGE = {"relation": "string", "post": "string", "derived": "boolean", "certainty": "string"}


def as_gexf(timeline: Timeline) -> str:
    """Write the graph of all that is believed, sorted by IRI."""
    days = [day for day in timeline.change_days() if as_date(day)]
    names = Snapshot(timeline, days[-1] if days else 1)
    edges: dict[_Edge, set[Spell]] = defaultdict(set)
    spells: dict[str, set[Spell]] = defaultdict(set)
    for row in timeline.believed().nonzero()[0]:
        fact = timeline.facts[int(row)]
        if fact.kind in (MEMBERSHIP, LINE, PLACE) and isinstance(fact.object, str) and not _never(fact):
            certainty = CERTAIN if fact.start.latest < fact.end.earliest else POSSIBLE
            spell = _spell(fact, certain=certainty == CERTAIN)
            post = names.name(fact.post or fact.role) if fact.post or fact.role else ""
            edges[fact.subject, fact.object, _relation(fact), post, DERIVED in fact.flags, certainty].add(spell)
            if fact.kind in (MEMBERSHIP, PLACE):
                spells[fact.subject].add(spell)
    lines = [
        '<gexf xmlns="http://gexf.net/1.3" version="1.3">', "<meta><creator>orggraph</creator></meta>",
        '<graph mode="dynamic" defaultedgetype="directed" timeformat="date" timerepresentation="interval">',
        '<attributes class="node">', element("attribute", {"id": "kind", "title": "kind", "type": "string"}),
        "</attributes>", '<attributes class="edge">',
        *(element("attribute", {"id": name, "title": name, "type": kind}) for name, kind in _EDGE.items()),
        "</attributes>", "<nodes>",
    ]  # fmt: skip
    for iri in sorted({iri for edge in edges for iri in edge[:2]}):
        lines += [f"<node id={attribute(iri)} label={attribute(names.name(iri))}>",
                  *_values({"kind": names.kind(iri)}), *_spells(spells[iri]), "</node>"]  # fmt: skip
    lines += ["</nodes>", "<edges>"]
    for number, edge in enumerate(sorted(edges)):
        source, target, relation, post, derived, certainty = edge
        said = {"relation": relation, "post": post, "derived": str(derived).lower(), "certainty": certainty}
        ends = f"source={attribute(source)} target={attribute(target)}"
        lines += [f'<edge id="{number}" {ends} kind={attribute(relation)}>',
                  *_values(said), *_spells(edges[edge]), "</edge>"]  # fmt: skip
    return document([*lines, "</edges>", "</graph>", "</gexf>"])


def _relation(fact: Fact) -> str:
    if fact.kind == LINE:
        return "reports dotted to" if fact.predicate == REPORTS_DOTTED_TO else "reports to"
    return "member of" if fact.kind == MEMBERSHIP else "part of"


def _never(fact: Fact) -> bool:
    """Tell whether a fact holds on no day."""
    same = bool(fact.start.key) and fact.start.key == fact.end.key
    return same or fact.start.earliest >= fact.end.latest


def _spell(fact: Fact, *, certain: bool) -> Spell:
    """Give the first day and the last, ordinals; open ones as they are."""
    if certain:
        return fact.start.latest, fact.end.earliest - 1
    return fact.start.earliest, fact.end.latest - 1


def _spells(spells: set[Spell]) -> list[str]:
    made = [{"start": _iso(first), "end": _iso(last)} for first, last in apart(spells)]
    if not made or {"start": "", "end": ""} in made:
        return []
    return ["<spells>", *(element("spell", bounds) for bounds in made), "</spells>"]


def apart(spells: Iterable[Spell]) -> list[Spell]:
    """Join spells that have a day in common.

    >>> apart([(1, 5), (3, 9), (10, 12)])
    [(1, 9), (10, 12)]
    """
    made: list[Spell] = []
    for first, last in sorted(spells):
        if made and first <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], last))
        else:
            made.append((first, last))
    return made


def _iso(day: int) -> str:
    return iso(day) if day > OPEN_EARLY and as_date(day) else ""


def _values(said: dict[str, str]) -> list[str]:
    values = [element("attvalue", {"for": name, "value": value}) for name, value in said.items() if value]
    return ["<attvalues>", *values, "</attvalues>"] if values else []
