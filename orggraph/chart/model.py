"""The chart of a snapshot as cards and lines, before anything is drawn.

A card is a person with a membership or a line on the day, a vacant post, or a unit over people who have no line. A
line runs from who reports to whom they report to. Nobody is left out: cycles, tops and managers without a post are
drawn like the rest and named in ``remarks``.

Why a filled post has no card: the line from post to post has been derived to its holders already, with the day's
reasons (leave, acting), so drawing the post as well would show one relation twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from orggraph.errors import UnknownName, UnsupportedError
from orggraph.facts import (
    DERIVED,
    IN_CONFLICT,
    LINE,
    MEMBERSHIP,
    PLACE,
    POST_IN,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    UNIT_OF,
    Fact,
)
from orggraph.ledger import recorded_text
from orggraph.period import OPEN_EARLY, OPEN_LATE, Moment, iso
from orggraph.snapshot import CERTAIN, POSSIBLE, PRESUMED, VACANT, Snapshot, stated

DIRECT, DOTTED = "direct", "dotted"
PERSON, POST, UNIT = "person", "post", "unit"
_LINE_KINDS = {REPORTS_DIRECTLY_TO: DIRECT, REPORTS_DOTTED_TO: DOTTED}
_STRENGTH = (CERTAIN, PRESUMED, POSSIBLE)
_NAMED_AT_MOST = 6


class Held(NamedTuple):
    """One post, role or membership on a card: what and where, how sure, and what must be said beside it."""

    post: str
    unit: str
    certainty: str
    since: str
    confirmed: str
    notes: tuple[str, ...]
    sources: tuple[str, ...]


class Card(NamedTuple):
    """A person, a vacant post or a unit; ``below`` counts who stands under it but is not drawn (``depth``)."""

    iri: str
    name: str
    kind: str
    certainty: str
    held: tuple[Held, ...] = ()
    notes: tuple[str, ...] = ()
    below: int = 0

    @property
    def post(self) -> str:
        """Give the names of all posts held, the surest first."""
        return "; ".join(dict.fromkeys(held.post for held in self.held if held.post))

    @property
    def unit(self) -> str:
        """Give the names of the units in which they are held."""
        return "; ".join(dict.fromkeys(held.unit for held in self.held if held.unit))


class Line(NamedTuple):
    """Who reports to whom; ``in_cycle`` where following direct lines upwards leads back to the reporter."""

    reporter: str
    manager: str
    kind: str
    certainty: str
    derived: bool
    since: str = ""
    sources: tuple[str, ...] = ()
    in_cycle: bool = False


class Group(NamedTuple):
    """The people (and vacant posts) of one unit who have no line; ``unit`` is the IRI of its card."""

    unit: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: cards by name, lines by the names at their ends, groups by the name of the unit.

    In a notebook it shows itself.
    """

    title: str
    subtitle: str
    day: int
    cards: tuple[Card, ...]
    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    remarks: tuple[str, ...]

    def card(self, iri: str) -> Card:
        """Give the card of an entity; `UnknownName` if it has none."""
        for card in self.cards:
            if card.iri == iri:
                return card
        raise UnknownName(f"{iri} is not on the chart of {iso(self.day)}")

    def dot(self) -> str:
        """Write the chart as DOT text."""
        from orggraph.chart.dot import dot_text  # the next step, which needs this module

        return dot_text(self)

    def _repr_svg_(self) -> str:
        from orggraph.chart.render import svg  # runs a process, which a chart otherwise does not need

        return svg(self.dot()).decode("utf-8")


def chart_of(
    snapshot: Snapshot, *, root: str | None = None, depth: int | None = None, unit: str | None = None
) -> Chart:
    """Make the chart of a snapshot, whole or in part; linear in the facts of the day.

    ``root`` is the IRI of the person or vacant post at the top; ``depth`` how many levels below the tops are drawn,
    0 or more; ``unit`` the IRI of a unit or organization, taken with all units below it. Raises `UnknownName` if
    ``root`` has no card on that day or nobody is in ``unit``, `UnsupportedError` for a negative ``depth``.
    """
    if depth is not None and depth < 0:
        raise UnsupportedError(f"a chart cannot be {depth} levels deep (expected 0 or more)")
    facts = _Facts(snapshot)
    everybody, all_lines = cards, lines = facts.cards(), facts.lines()
    outside: list[str] = []
    if unit is not None:
        cards, lines, outside = facts.inside(unit, cards, lines)
    if root is not None and root not in cards:
        raise UnknownName(f"{snapshot.name(root)!r} is not on the chart of {iso(snapshot.day)}")
    within = cards if root is None else _levels(cards, lines, root=root, depth=None)
    remarks = facts.remarks(everybody, all_lines, within) + outside
    if root is not None or depth is not None:
        drawn = _levels(cards, lines, root=root, depth=depth)
        cards, lines, hidden = _cut(cards, lines, drawn, root)
        remarks += [f"{hidden} more {_stand(hidden)} below those drawn."] if hidden else []
    cycles = _cycles(cards, lines)
    looped = {pair for cycle in cycles for pair in zip(cycle, cycle[1:] + cycle[:1], strict=True)}
    lines = [line._replace(in_cycle=line.kind == DIRECT and (line.reporter, line.manager) in looped) for line in lines]
    groups = facts.groups(cards, lines)
    drawn_units = {group.unit: facts.unit_card(group.unit) for group in groups if group.unit not in cards}
    named = [_cycle_remark(cycle, cards, lines, snapshot.day) for cycle in cycles]
    below = f", below {snapshot.name(root)}" if root else ""
    return Chart(
        title=f"{facts.title(unit)}{below}, {iso(snapshot.day)}",
        subtitle=_subtitle(cards, snapshot),
        day=snapshot.day,
        cards=tuple(sorted([*cards.values(), *drawn_units.values()], key=lambda card: (card.name, card.iri))),
        lines=tuple(lines),
        groups=tuple(groups),
        remarks=tuple(named + remarks),
    )


class _Facts:
    """What a chart reads from the snapshot, each fact once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.held: dict[str, list[Fact]] = {}
        self.holders: dict[str, list[str]] = {}
        for fact in snapshot.facts(MEMBERSHIP):
            if isinstance(fact.object, str):
                self.held.setdefault(fact.subject, []).append(fact)
                if fact.post:
                    self.holders.setdefault(fact.post, []).append(fact.subject)
        self.reporting = [
            f for f in snapshot.facts(LINE) if f.predicate in _LINE_KINDS and isinstance(f.object, str)
        ]
        self.places = [f for f in snapshot.facts(PLACE) if isinstance(f.object, str)]
        places = {str(f.object) for held in self.held.values() for f in held}
        self.organization = {place: snapshot.organization_of(place) for place in sorted(places)}
        self.organizations = sorted(set(self.organization.values()), key=snapshot.name)

    def title(self, unit: str | None) -> str:
        """Name what is charted: the unit asked for, the organization, or how many there are."""
        if unit is not None:
            return self.snapshot.name(unit)
        names = [self.snapshot.name(iri) for iri in self.organizations]
        return _listed(names) if 1 <= len(names) <= 2 else f"{len(names)} organizations" if names else "Nobody"

    def cards(self) -> dict[str, Card]:
        """Make the cards of the day by IRI: people, vacant posts, and whatever else a line points to."""
        ends = {end for fact in self.reporting for end in (fact.subject, str(fact.object))}
        posts = {end for end in ends if end not in self.held and self.snapshot.kind(end) == POST}
        people = (ends - posts) | set(self.held)
        places = {f.subject: f for f in self.places if f.predicate == POST_IN}
        elsewhere = set(self._elsewhere())
        posts |= {
            post
            for post, fact in places.items()
            if self.snapshot.certainty(fact) != POSSIBLE and post not in elsewhere
        }
        vacant = sorted(post for post in posts if post not in self.holders)
        cards = {iri: self._person(iri) for iri in sorted(people)}
        return cards | {iri: self._vacant(iri, places.get(iri)) for iri in vacant}

    def _elsewhere(self) -> list[str]:
        """List the posts without holder in organizations where nobody is known: a former employer is not charted."""
        ends = {end for fact in self.reporting for end in (fact.subject, fact.object)}
        unheld = [f for f in self.places if f.predicate == POST_IN and f.subject not in self.holders]
        sure = [f for f in unheld if f.subject not in ends and self.snapshot.certainty(f) != POSSIBLE]
        organization = self.snapshot.organization_of
        return [f.subject for f in sure if self.held and organization(str(f.object)) not in self.organizations]

    def _person(self, iri: str) -> Card:
        held: dict[tuple[str, str, str], Held] = {}
        facts = sorted(self.held.get(iri, []), key=lambda f: (_STRENGTH.index(self.snapshot.certainty(f)), f.id))
        for fact in facts:
            place = self._held(fact)
            known = held.setdefault((fact.post, fact.role, str(fact.object)), place)
            if known is not place:
                sources = tuple(sorted({*known.sources, *place.sources}))
                held[fact.post, fact.role, str(fact.object)] = known._replace(sources=sources)
        ordered = sorted(held.values(), key=lambda h: (_STRENGTH.index(h.certainty), h.post, h.unit))
        lines = [f for f in self.reporting if iri in (f.subject, f.object)] if not facts else []
        certainty = _strongest(self.snapshot.certainty(fact) for fact in facts or lines)
        kind = UNIT if self.snapshot.kind(iri) in ("unit", "organization") else PERSON
        return Card(iri, self.snapshot.name(iri), kind, certainty, tuple(ordered))

    def _vacant(self, iri: str, place: Fact | None) -> Card:
        held = (self._held(place)._replace(post=""),) if place else ()
        certainty = self.snapshot.certainty(place) if place else CERTAIN
        return Card(iri, self.snapshot.name(iri), POST, certainty, held, (self.snapshot.reason(iri),))

    def _held(self, fact: Fact) -> Held:
        snapshot, place = self.snapshot, str(fact.object)
        certainty = snapshot.certainty(fact)
        what = fact.post or fact.role
        post = snapshot.name(what).rpartition("#")[2] if what and what == snapshot.name(what) else snapshot.name(what)
        in_unit = snapshot.kind(place) == "unit" or len(self.organizations) > 1
        doubt = _doubt(fact, snapshot) if certainty == POSSIBLE else ""
        return Held(
            post=post if what else "",
            unit=snapshot.name(place) if in_unit else "",
            certainty=certainty,
            since=stated(fact.start),
            confirmed=iso(fact.confirmed) if certainty == PRESUMED else "",
            notes=tuple(note for note in (*snapshot.notes(fact), doubt) if note),
            sources=tuple(sorted({snapshot.timeline.sources.get(change, "") for change in fact.changes} - {""})),
        )

    def lines(self) -> list[Line]:
        """List the lines to draw by the names at their ends; a stated one stands for all derived ones beside it."""
        stated_pairs: set[tuple[str, str]] = set()
        best: dict[tuple[str, str, str], Line] = {}
        for line in sorted(self._ends(), key=lambda line: (line.derived, _STRENGTH.index(line.certainty))):
            pair, key = (line.reporter, line.manager), (line.reporter, line.manager, line.kind)
            if line.derived and pair in stated_pairs:
                continue
            if not line.derived:
                stated_pairs.add(pair)
            best.setdefault(key, line)
            best[key] = best[key]._replace(sources=tuple(sorted({*best[key].sources, *line.sources})))
        name = self.snapshot.name
        return sorted(best.values(), key=lambda x: (name(x.manager), x.manager, name(x.reporter), x.reporter, x.kind))

    def _ends(self) -> list[Line]:
        """List the lines between cards: those at filled posts are left to the derived ones, where there are any."""
        derived = {(f.subject, f.object, f.predicate) for f in self.reporting if DERIVED in f.flags}
        lines: list[Line] = []
        for fact in self.reporting:
            manager = str(fact.object)
            if fact.subject in self.holders:
                continue
            holders = sorted(set(self.holders.get(manager, ())) - {fact.subject})
            if not holders:
                lines.append(self._line(fact, manager, DERIVED in fact.flags))
            elif not any((fact.subject, holder, fact.predicate) in derived for holder in holders):
                lines += [self._line(fact, holder, True) for holder in holders]
        return lines

    def _line(self, fact: Fact, manager: str, derived: bool) -> Line:
        snapshot = self.snapshot
        certainty = snapshot.certainty(fact)
        if manager != fact.object:
            held = [f for f in self.held[manager] if f.post == fact.object]
            certainty = _weakest([certainty, _strongest(snapshot.certainty(f) for f in held)])
        sources = {snapshot.timeline.sources.get(change, "") for change in fact.changes} - {""}
        kind = _LINE_KINDS[fact.predicate]
        return Line(fact.subject, manager, kind, certainty, derived, stated(fact.start), tuple(sorted(sources)))

    def inside(
        self, unit: str, cards: dict[str, Card], lines: list[Line]
    ) -> tuple[dict[str, Card], list[Line], list[str]]:
        """Keep who is in the unit or below it, with the lines among them; name the managers left outside."""
        units, above = {unit}, [(f.subject, str(f.object)) for f in self.places if f.predicate == UNIT_OF]
        while new := {child for child, parent in above if parent in units} - units:
            units |= new
        people = {person for person, held in self.held.items() if any(f.object in units for f in held)}
        posts = {f.subject for f in self.places if f.predicate == POST_IN and f.object in units}
        kept = {iri: card for iri, card in cards.items() if iri in people or (card.kind == POST and iri in posts)}
        if not kept:
            raise UnknownName(f"nobody is in {self.snapshot.name(unit)!r} on {iso(self.snapshot.day)}")
        outside = [line.manager for line in lines if line.reporter in kept and line.manager not in kept]
        named = _listed([cards[iri].name for iri in dict.fromkeys(outside)])
        remarks = [f"Managers outside {self.snapshot.name(unit)} are not drawn: {named}."] if outside else []
        return kept, [x for x in lines if x.reporter in kept and x.manager in kept], remarks

    def groups(self, cards: dict[str, Card], lines: list[Line]) -> list[Group]:
        """Put everybody without a line under one unit: where the surest membership is, of equals the first by name."""
        connected = {end for line in lines for end in (line.reporter, line.manager)}
        places = {f.subject: str(f.object) for f in self.places if f.predicate == POST_IN}
        members: dict[str, list[str]] = {}
        for iri in sorted(cards, key=lambda iri: (cards[iri].kind, cards[iri].name, iri)):
            if iri in connected:
                continue
            held = sorted(
                self.held.get(iri, []),
                key=lambda f: (_STRENGTH.index(self.snapshot.certainty(f)), self.snapshot.name(str(f.object))),
            )
            members.setdefault(str(held[0].object) if held else places.get(iri, ""), []).append(iri)
        name = self.snapshot.name
        return [Group(unit, tuple(members[unit])) for unit in sorted(members, key=lambda unit: (name(unit), unit))]

    def unit_card(self, unit: str) -> Card:
        """Make the card over a group."""
        return Card(unit, self.snapshot.name(unit) if unit else "Unit unknown", UNIT, CERTAIN)

    def remarks(self, cards: dict[str, Card], lines: list[Line], within: Container[str]) -> list[str]:
        """Say what the eye does not see: no lines, tops, managers without a post, posts that may be vacant.

        ``cards`` and ``lines`` are all of the day; what is said is about those ``within`` the chart.
        """
        name, remarks = self.snapshot.name, []
        people = [card for card in cards.values() if card.kind == PERSON]
        if not people:
            return [f"Nobody is known on {iso(self.snapshot.day)}."]
        managers = {line.manager for line in lines if line.reporter != line.manager}
        led = {line.reporter for line in lines}
        if not lines:
            remarks.append("No reporting lines are known on this day; people are grouped by unit.")
        tops = sorted((name(iri), iri) for iri in managers - led if cards[iri].kind == PERSON and iri in within)
        top_for_sure = [text for text, iri in tops if self.snapshot.reports_to_nobody(iri)]
        unknown = [text for text, iri in tops if not self.snapshot.reports_to_nobody(iri)]
        if len(top_for_sure) > 1:
            remarks.append(f"{len(top_for_sure)} people report to nobody: {_listed(top_for_sure)}.")
        if unknown:
            verb = "reports" if len(unknown) == 1 else "report"
            remarks.append(f"To whom {_listed(unknown)} {verb} is not known.")
        connected = managers | led
        alone = [card.iri for card in people if card.iri not in connected and card.iri in within] if lines else []
        if alone:
            remarks.append(f"{len(alone)} {_stand(len(alone))} without a known reporting line, by unit.")
        unheld = [iri for iri in managers if cards[iri].kind == PERSON and iri not in self.held and iri in within]
        absent = sorted(map(name, unheld))
        if absent and self.held:
            remarks.append(f"Named as manager, but without a post on this day: {_listed(absent)}.")
        home = {f.subject: name(self.snapshot.organization_of(str(f.object))) for f in self.places}
        elsewhere = sorted({f"{name(post)}, {home[post]}" for post in self._elsewhere()})
        if elsewhere and within is cards:
            remarks.append(f"Not drawn, as nobody in their organization is known: {_listed(elsewhere)}.")
        return remarks + self._seat_remarks(within) + self._conflict_remarks(within)

    def _seat_remarks(self, within: Container[str]) -> list[str]:
        name, filled, open_posts = self.snapshot.name, [], []
        where = {f.post: f", {name(self.organization[str(f.object)])}" for held in self.held.values() for f in held}
        sure = {f.post for held in self.held.values() for f in held if self.snapshot.certainty(f) != POSSIBLE}
        there = {post for post, holders in self.holders.items() if any(person in within for person in holders)}
        for post in sorted(there - sure, key=lambda post: (name(post), post)):
            who = _listed(sorted({name(person) for person in self.holders[post]}), word="or")
            title = name(post) + (where[post] if len(self.organizations) > 1 else "")
            if self.snapshot.seats(post).fewest:
                filled.append(f"{title} is filled for certain, but it is not certain by whom: {who}.")
            else:
                open_posts.append((title, who))
        if len(open_posts) > 3:
            return [*filled, f"{len(open_posts)} posts may be vacant: {_listed([post for post, _ in open_posts])}."]
        return filled + [f"{post} may be vacant; possibly held by {who}." for post, who in open_posts]

    def _conflict_remarks(self, within: Container[str]) -> list[str]:
        facts = [f for held in self.held.values() for f in held] + self.reporting
        names = sorted({self.snapshot.name(f.subject) for f in facts if IN_CONFLICT in f.flags and f.subject in within})
        return [f"Sources contradict each other about {_listed(names)}."] if names else []


def _levels(
    cards: dict[str, Card], lines: list[Line], *, root: str | None, depth: int | None
) -> dict[str, int]:
    """Give the level of everybody within ``depth`` below the root or the tops; a cycle without a top starts at 0."""
    below: dict[str, list[str]] = {}
    for line in lines:
        below.setdefault(line.manager, []).append(line.reporter)
    led = {line.reporter for line in lines if line.reporter != line.manager}
    starts = [root] if root is not None else [iri for iri in cards if iri not in led]
    reached = _reach(starts, below, None)
    if root is None:
        looped = [iri for cycle in _cycles(cards, lines) for iri in cycle if iri not in reached]
        starts += looped
        reached = _reach(starts, below, None)
        starts += [iri for iri in cards if iri not in reached]
    return _reach(starts, below, depth)


def _reach(starts: list[str], below: dict[str, list[str]], depth: int | None) -> dict[str, int]:
    levels = dict.fromkeys(starts, 0)
    level, front = 0, list(levels)
    while front and (depth is None or level < depth):
        level += 1
        front = [iri for iri in dict.fromkeys(r for boss in front for r in below.get(boss, ())) if iri not in levels]
        levels.update(dict.fromkeys(front, level))
    return levels


def _cut(
    cards: dict[str, Card], lines: list[Line], drawn: dict[str, int], root: str | None
) -> tuple[dict[str, Card], list[Line], int]:
    """Keep the cards drawn; each says how many below it are not, and the total is of the root or the whole."""
    below: dict[str, list[str]] = {}
    for line in lines:
        below.setdefault(line.manager, []).append(line.reporter)
    kept = {iri: card for iri, card in cards.items() if iri in drawn}
    for iri in kept:
        if any(reporter not in drawn for reporter in below.get(iri, ())):
            kept[iri] = kept[iri]._replace(below=len(_reach([iri], below, None).keys() - drawn.keys()))
    total = _reach([root], below, None) if root is not None else cards
    return kept, [x for x in lines if x.reporter in drawn and x.manager in drawn], len(set(total) - set(drawn))


def _cycles(cards: dict[str, Card], lines: list[Line]) -> list[list[str]]:
    """Find cycles of direct lines, each from its first member by name on, upwards; each line on a cycle is on one.

    What is left after taking away again and again whoever has no manager or no reporter lies on a cycle or between
    two; only there is each line followed to see whether it leads back, by the shortest way.
    """
    above: dict[str, set[str]] = {}
    below: dict[str, set[str]] = {}
    for line in lines:
        if line.kind == DIRECT:
            above.setdefault(line.reporter, set()).add(line.manager)
            below.setdefault(line.manager, set()).add(line.reporter)
    left = above.keys() & below.keys()
    loose = [iri for iri in (*above, *below) if iri not in left]
    while loose:
        iri = loose.pop()
        for other, back in [(o, below) for o in above.pop(iri, ())] + [(o, above) for o in below.pop(iri, ())]:
            back.get(other, set()).discard(iri)
            if other in left and not (above.get(other) and below.get(other)):
                left.discard(other)
                loose.append(other)
    order = {iri: number for number, iri in enumerate(sorted(left, key=lambda iri: (cards[iri].name, iri)))}
    cycles: list[list[str]] = []
    covered: set[tuple[str, str]] = set()
    for iri in order:
        for manager in sorted(above[iri] & left, key=order.__getitem__):
            if (iri, manager) in covered or not (way := _way(manager, iri, above)):
                continue
            cycle = [iri, *way[:-1]]
            covered.update(zip(cycle, way, strict=True))
            first = cycle.index(min(cycle, key=order.__getitem__))
            cycles.append(cycle[first:] + cycle[:first])
    return cycles


def _way(start: str, goal: str, above: dict[str, set[str]]) -> list[str]:
    """Give the shortest way upwards, both ends included, empty if there is none; of equal ones the first by IRI."""
    came_from: dict[str, str] = {start: ""}
    front = [start]
    while front and goal not in came_from:
        following: list[str] = []
        for iri in front:
            fresh = [manager for manager in sorted(above.get(iri, ())) if manager not in came_from]
            came_from.update(dict.fromkeys(fresh, iri))
            following += fresh
        front = following
    way: list[str] = []
    step = goal if goal in came_from else ""
    while step:
        way.append(step)
        step = came_from[step]
    return way[::-1]


def _cycle_remark(cycle: list[str], cards: dict[str, Card], lines: list[Line], day: int) -> str:
    pairs = set(zip(cycle, cycle[1:] + cycle[:1], strict=True))
    possible = any(x.certainty == POSSIBLE for x in lines if (x.reporter, x.manager) in pairs and x.kind == DIRECT)
    verb, verbs = ("may report", "may report") if possible else ("reports", "report")
    names = [cards[iri].name for iri in cycle]
    if len(names) == 1:
        return f"{names[0]} {verb} to {names[0]} on {iso(day)}."
    if len(names) == 2:
        return f"{names[0]} and {names[1]} {verbs} to each other on {iso(day)}."
    return f"{' → '.join([*names, names[0]])} {verbs} to each other in a circle on {iso(day)}."


def posts_in_words(cards: Iterable[Card]) -> list[str]:
    """Count the posts that name nobody, by why they do not.

    >>> card = Card("urn:p", "CTO", POST, CERTAIN, (), ("withheld",))
    >>> posts_in_words([card, card])
    ['2 posts withheld']
    """
    reasons = Counter(card.notes[0] for card in cards if card.kind == POST)
    vacant = reasons.pop(VACANT, 0)
    words = [f"{vacant} vacant post{'s' * (vacant != 1)}"] if vacant else []
    return words + [f"{number} post{'s' * (number != 1)} {reason}" for reason, number in sorted(reasons.items())]


def _subtitle(cards: dict[str, Card], snapshot: Snapshot) -> str:
    people = [card for card in cards.values() if card.kind == PERSON]
    parts = ["1 person" if len(people) == 1 else f"{len(people)} people"]
    for label in (POSSIBLE, PRESUMED):
        count = sum(card.certainty == label for card in people)
        parts += [f"{count} {label}"] if count else []
    parts += posts_in_words(cards.values())
    known = f", as recorded by {recorded_text(snapshot.recorded_by)[:10]}" if snapshot.recorded_by is not None else ""
    return ", ".join(parts) + known


def _doubt(fact: Fact, snapshot: Snapshot) -> str:
    """Say which bound leaves open whether the fact holds on the day."""
    parts = []
    if fact.start.latest > snapshot.day:
        parts.append("since when not known" if stated(fact.start) == "unknown" else f"since {_range(fact.start)}")
    if fact.end.earliest <= snapshot.day:
        last = f"last seen {iso(fact.confirmed)}"
        parts.append(last if stated(fact.end) == "unknown" else f"until {_range(fact.end)}")
    if not parts:  # strict: only presumed
        parts.append(f"last seen {iso(fact.confirmed)}")
    return f"possible: {', '.join(parts)}"


def _range(moment: Moment) -> str:
    if moment.earliest == OPEN_EARLY:
        return f"{iso(moment.latest)} or before"
    if moment.latest == OPEN_LATE:
        return f"{iso(moment.earliest)} or later"
    return iso(moment.earliest) if moment.exact else f"{iso(moment.earliest)} to {iso(moment.latest)}"


def _strongest(labels: Iterable[str]) -> str:
    return min(labels, key=_STRENGTH.index, default=CERTAIN)


def _weakest(labels: Iterable[str]) -> str:
    return max(labels, key=_STRENGTH.index)


def _stand(count: int) -> str:
    return "person stands" if count == 1 else "people stand"


def _listed(names: list[str], *, word: str = "and") -> str:
    """Join names as a sentence does; beyond six, the rest is counted."""
    if len(names) > _NAMED_AT_MOST:
        return f"{', '.join(names[:_NAMED_AT_MOST])} {word} {len(names) - _NAMED_AT_MOST} more"
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
