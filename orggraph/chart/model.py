"""From a snapshot to the sheet of its chart.

A card is a person with a membership or a line on the day, a vacant post, or a unit over people who have no line. A
line runs from who reports to whom they report to. Nobody is left out: cycles, tops and managers without a post are
drawn like the rest and named in ``remarks``.

Why a filled post has no card: the line from post to post has been derived to its holders already, with the day's
reasons (leave, acting), so drawing the post as well would show one relation twice.
"""

from __future__ import annotations

from collections.abc import Container, Iterable

from orggraph.chart.parts import DIRECT, DOTTED, PERSON, POST, STRENGTH, UNIT, Card, Group, Held, Line, Sheet
from orggraph.chart.remarks import cycle_remark, listed, stand, subtitle
from orggraph.chart.scope import circles, cut, levels
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
from orggraph.period import OPEN_EARLY, OPEN_LATE, Moment, iso
from orggraph.snapshot import CERTAIN, POSSIBLE, PRESUMED, Snapshot, stated

_LINE_KINDS = {REPORTS_DIRECTLY_TO: DIRECT, REPORTS_DOTTED_TO: DOTTED}


def sheet_of(
    snapshot: Snapshot, *, root: str | None = None, depth: int | None = None, unit: str | None = None
) -> Sheet:
    """Gather what stands on the chart of a snapshot, whole or in part; linear in the facts of the day.

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
    within = cards if root is None else levels(cards, lines, root=root, depth=None)
    remarks = facts.remarks(everybody, all_lines, within) + outside
    if root is not None or depth is not None:
        drawn = levels(cards, lines, root=root, depth=depth)
        cards, lines, hidden = cut(cards, lines, drawn, root)
        remarks += [f"{hidden} more {stand(hidden)} below those drawn."] if hidden else []
    found = circles(cards, lines)
    looped = {pair for cycle in found for pair in zip(cycle, cycle[1:] + cycle[:1], strict=True)}
    lines = [line._replace(in_cycle=line.kind == DIRECT and (line.reporter, line.manager) in looped) for line in lines]
    groups = facts.groups(cards, lines)
    drawn_units = {group.unit: facts.unit_card(group.unit) for group in groups if group.unit not in cards}
    named = [cycle_remark(cycle, cards, lines, snapshot.day) for cycle in found]
    below = f", below {snapshot.name(root)}" if root else ""
    return Sheet(
        title=f"{facts.title(unit)}{below}, {iso(snapshot.day)}",
        subtitle=subtitle(cards, snapshot),
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
        return listed(names) if 1 <= len(names) <= 2 else f"{len(names)} organizations" if names else "Nobody"

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
        facts = sorted(self.held.get(iri, []), key=lambda f: (STRENGTH.index(self.snapshot.certainty(f)), f.id))
        for fact in facts:
            place = self._held(fact)
            known = held.setdefault((fact.post, fact.role, str(fact.object)), place)
            if known is not place:
                sources = tuple(sorted({*known.sources, *place.sources}))
                held[fact.post, fact.role, str(fact.object)] = known._replace(sources=sources)
        ordered = sorted(held.values(), key=lambda h: (STRENGTH.index(h.certainty), h.post, h.unit))
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
        for line in sorted(self._ends(), key=lambda line: (line.derived, STRENGTH.index(line.certainty))):
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
        named = listed([cards[iri].name for iri in dict.fromkeys(outside)])
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
                key=lambda f: (STRENGTH.index(self.snapshot.certainty(f)), self.snapshot.name(str(f.object))),
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
            remarks.append(f"{len(top_for_sure)} people report to nobody: {listed(top_for_sure)}.")
        if unknown:
            verb = "reports" if len(unknown) == 1 else "report"
            remarks.append(f"To whom {listed(unknown)} {verb} is not known.")
        connected = managers | led
        alone = [card.iri for card in people if card.iri not in connected and card.iri in within] if lines else []
        if alone:
            remarks.append(f"{len(alone)} {stand(len(alone))} without a known reporting line, by unit.")
        unheld = [iri for iri in managers if cards[iri].kind == PERSON and iri not in self.held and iri in within]
        absent = sorted(map(name, unheld))
        if absent and self.held:
            remarks.append(f"Named as manager, but without a post on this day: {listed(absent)}.")
        home = {f.subject: name(self.snapshot.organization_of(str(f.object))) for f in self.places}
        elsewhere = sorted({f"{name(post)}, {home[post]}" for post in self._elsewhere()})
        if elsewhere and within is cards:
            remarks.append(f"Not drawn, as nobody in their organization is known: {listed(elsewhere)}.")
        return remarks + self._seat_remarks(within) + self._conflict_remarks(within)

    def _seat_remarks(self, within: Container[str]) -> list[str]:
        name, filled, open_posts = self.snapshot.name, [], []
        where = {f.post: f", {name(self.organization[str(f.object)])}" for held in self.held.values() for f in held}
        sure = {f.post for held in self.held.values() for f in held if self.snapshot.certainty(f) != POSSIBLE}
        there = {post for post, holders in self.holders.items() if any(person in within for person in holders)}
        for post in sorted(there - sure, key=lambda post: (name(post), post)):
            who = listed(sorted({name(person) for person in self.holders[post]}), word="or")
            title = name(post) + (where[post] if len(self.organizations) > 1 else "")
            if self.snapshot.seats(post).fewest:
                filled.append(f"{title} is filled for certain, but it is not certain by whom: {who}.")
            else:
                open_posts.append((title, who))
        if len(open_posts) > 3:
            return [*filled, f"{len(open_posts)} posts may be vacant: {listed([post for post, _ in open_posts])}."]
        return filled + [f"{post} may be vacant; possibly held by {who}." for post, who in open_posts]

    def _conflict_remarks(self, within: Container[str]) -> list[str]:
        facts = [f for held in self.held.values() for f in held] + self.reporting
        names = sorted({self.snapshot.name(f.subject) for f in facts if IN_CONFLICT in f.flags and f.subject in within})
        return [f"Sources contradict each other about {listed(names)}."] if names else []


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
    return min(labels, key=STRENGTH.index, default=CERTAIN)


def _weakest(labels: Iterable[str]) -> str:
    return max(labels, key=STRENGTH.index)


