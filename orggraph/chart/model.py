"""From a snapshot to the sheet of its chart, in three views.

- *people*: a card is a person with a membership or a line on the day, a vacant post, or a unit over people who have no
  line; a line runs from who reports to whom they report to.
- *posts*: every post is a card that names who holds it; lines run between posts.
- *units*: every unit is a card with its head and how many people it has.

Nobody is left out: cycles, tops and managers without a post are drawn like the rest and named in ``remarks``.
"""

from __future__ import annotations

from collections.abc import Iterable

from orggraph.changes import unknown_word
from orggraph.chart.cards import Cards
from orggraph.chart.day import Day
from orggraph.chart.parts import PERSON, POST, Card, Group, Line, Sheet
from orggraph.chart.remarks import (
    MANY,
    Remarks,
    cycle_remark,
    hidden_remark,
    listed,
    many_remark,
    subtitle,
)  # fmt: skip
from orggraph.chart.scope import Limits, Scope, circles, everyone_below, pairs_of, path_up, scope
from orggraph.chart.standing import Standing, Tie
from orggraph.chart.tones import Tones
from orggraph.chart.units import unit_sheet
from orggraph.errors import UnknownName, UnsupportedError
from orggraph.period import iso
from orggraph.snapshot import Snapshot
from orggraph.timeline.terms import ABSENT

PEOPLE, POSTS, UNITS = "people", "posts", "units"
VIEWS = (PEOPLE, POSTS, UNITS)


def sheet_of(
    snapshot: Snapshot,
    *,
    view: str = PEOPLE,
    root: str | None = None,
    depth: int | None = None,
    unit: str | None = None,
    collapse: Iterable[str] = (),
    highlight: str | None = None,
    at_most: int | None = None,
    expand: Iterable[str] = (),
) -> Sheet:
    """Gather what stands on the chart of a snapshot, whole or in part; linear in the memberships and lines of the day.

    ``root`` is the IRI of who is at the top; ``depth`` how many levels below the tops are drawn, 0 or more; ``unit``
    the IRI of a unit or organization, taken with all units below it; who is in ``collapse`` is drawn without those
    below; ``highlight`` marks somebody and the way from there to the top, and draws it however deep it is. Without a
    depth, as many levels are drawn as have ``at_most`` so many cards. Whoever reports to one of those to ``expand`` is
    drawn however deep; one who is not there that day is passed over. Cards are made only for what is drawn.

    Raises `UnknownName` where one of them has no card on that day or nobody is in ``unit``, `UnsupportedError` for a
    negative ``depth`` or an unknown ``view``.
    """
    if depth is not None and depth < 0:
        raise UnsupportedError(f"a chart cannot be {depth} levels deep (expected 0 or more)")
    if view not in VIEWS:
        raise UnsupportedError(unknown_word(view, VIEWS, "view of a chart"))
    day = Day(snapshot)
    standing = Standing(day)
    limits = Limits(
        None if root is None else _known(day, root), depth, frozenset(_known(day, iri) for iri in collapse),
        None if highlight is None else _known(day, highlight), at_most,
        frozenset(number for iri in expand if (number := day.number(iri)) != ABSENT),
    )  # fmt: skip
    if view == UNITS:
        return unit_sheet(standing, limits if unit is None else limits._replace(root=_known(day, unit)))
    return _Chart(standing, view, limits, unit).sheet()


def _known(day: Day, iri: str) -> int:
    number = day.number(iri)
    if number == ABSENT:
        raise day.missing(iri)
    return number


class _Chart:
    """One chart of people or posts on its way."""

    def __init__(self, standing: Standing, view: str, limits: Limits, unit: str | None) -> None:
        self.standing, self.day, self.limits = standing, standing.day, limits
        self.view, self.unit = view, unit
        self.kind = PERSON if view == PEOPLE else POST
        self.all = standing.people() if view == PEOPLE else standing.posts()
        self.all_ties = standing.ties_of_people() if view == PEOPLE else standing.ties_of_posts()
        self.cards, self.ties, self.outside = self.all, self.all_ties, list[str]()
        if unit is not None:
            self._stay_inside(unit)
        self.make = Cards(standing, self.all_ties)
        self.tones = Tones(standing)
        self.limits = limits._replace(opened=limits.opened & self.cards.keys()).mapped(self._card)

    def _card(self, number: int) -> int:
        """Give the number of the card that stands for an entity: on a chart of posts, a person's post."""
        if number in self.cards:
            return number
        posts = [seat.post for seat in self.standing.held.get(number, ()) if seat.post in self.cards]
        if not posts:
            raise self.day.missing(self.day.iri(number))
        return posts[0]

    def sheet(self) -> Sheet:
        """Make the sheet."""
        day, limits, ties = self.day, self.limits, self.ties
        within = everyone_below(self.cards, ties, limits.root)
        way = path_up(limits.highlighted, ties) if limits.highlighted is not None else []
        path = limits.path(way)
        seen = scope(self.cards, ties, order=day.order, limits=limits, path=path)
        drawn = [number for number in self.cards if number in seen.drawn]
        kept = [tie for tie in ties if tie.reporter in seen.drawn and tie.manager in seen.drawn]
        found = circles(kept, day.order)
        groups = self._groups(drawn)
        cards = self._cards(drawn, seen, path, groups)
        everyone = sum(self.cards[number] == self.kind for number in within)
        return Sheet(
            title=self._title(),
            subtitle=subtitle(cards, day.snapshot, kind=self.kind, everyone=everyone),
            day=day.snapshot.day,
            cards=tuple(sorted(cards, key=lambda card: (card.name, card.iri))),
            lines=self._lines(drawn, kept, found, set(way)),
            groups=tuple(groups),
            remarks=(*(cycle_remark(cycle, kept, day) for cycle in found), *self._remarks(within, seen, len(cards))),
            tones=self.tones.names,
            view=self.view,
        )  # fmt: skip

    def _cards(self, drawn: list[int], seen: Scope, path: set[int], groups: list[Group]) -> list[Card]:
        self.make.learn(drawn, self.cards)
        cards = []
        for number in drawn:
            card = self.make.post(number) if self.cards[number] == POST else self.make.person(number)
            below, tone = seen.below.get(number, 0), self.tones.of(self._places(number))
            cards.append(card._replace(below=below, tone=tone, highlighted=number in path))
        known = {card.iri for card in cards}
        return cards + [self._unit_card(group.unit) for group in groups if group.unit not in known]

    def _unit_card(self, unit: str) -> Card:
        number = self.day.number(unit) if unit else ABSENT
        return self.make.unit(number)._replace(tone=self.tones.of([number]))

    def _places(self, number: int) -> list[int]:
        if self.cards[number] == POST:
            return [self.standing.place_of(number)]
        return [seat.place for seat in self.standing.held.get(number, ())]

    def _lines(
        self, drawn: list[int], kept: list[Tie], found: list[list[int]], way: set[tuple[int, int]]
    ) -> tuple[Line, ...]:
        """Make the lines, by the names at their ends."""
        place = {number: at for at, number in enumerate(sorted(drawn, key=self.day.order))}
        looped = pairs_of(found)
        kept = sorted(kept, key=lambda t: (place[t.manager], place[t.reporter], t.dotted))
        pairs = [(tie.reporter, tie.manager) for tie in kept]
        self.day.learn_rows([tie.row for tie in kept])
        return tuple(
            self.make.line(tie, in_cycle=not tie.dotted and pair in looped, highlighted=pair in way)
            for tie, pair in zip(kept, pairs, strict=True)
        )

    def _remarks(self, within: set[int], seen: Scope, cards: int) -> list[str]:
        whole = self.limits.root is None and self.unit is None
        about = Remarks(self.standing, self.all, self.all_ties, within, whole)
        said = about.of_people() if self.view == PEOPLE else about.of_posts()
        hidden = [hidden_remark(self.cards[number] for number in seen.hidden)] if seen.hidden else []
        return [*said, *self.outside, *hidden, *([many_remark(cards)] if cards > MANY else [])]

    def _title(self) -> str:
        snapshot, root = self.day.snapshot, self.limits.root
        names = [self.day.name(number) for number in self.standing.organizations]
        what = listed(names) if 1 <= len(names) <= 2 else f"{len(names)} organizations" if names else "Nobody"
        if self.unit is not None:
            what = snapshot.name(self.unit)
        of = "" if self.view == PEOPLE else "Posts of "
        below = f", below {self.day.name(root)}" if root is not None else ""
        return f"{of}{what}{below}, {iso(snapshot.day)}"

    def _stay_inside(self, unit: str) -> None:
        """Keep who is in the unit or below it, with the ties among them; name the managers left outside."""
        day, standing = self.day, self.standing
        units = standing.inside(day.number(unit))
        posts = {post for post in standing.post_place if standing.place_of(post) in units}
        posts |= {s.post for seats in standing.held.values() for s in seats if s.place in units}
        people = {person for person, seats in standing.held.items() if any(s.place in units for s in seats)}
        self.cards = {n: kind for n, kind in self.all.items() if n in (posts if kind == POST else people)}
        if not self.cards:
            raise UnknownName(f"nobody is in {day.snapshot.name(unit)!r} on {iso(day.snapshot.day)}")
        cards = self.cards
        outside = {t.manager for t in self.all_ties if t.reporter in cards and t.manager not in cards}
        self.ties = [tie for tie in self.all_ties if tie.reporter in cards and tie.manager in cards]
        if outside:
            names = listed([name for name, _ in sorted(day.order(number) for number in outside)])
            self.outside = [f"Managers outside {day.snapshot.name(unit)} are not drawn: {names}."]

    def _groups(self, drawn: list[int]) -> list[Group]:
        """Put everybody without a line under one unit: where the surest membership is, of equals the first by name."""
        day, connected = self.day, {end for tie in self.ties for end in (tie.reporter, tie.manager)}
        alone = [number for number in drawn if number not in connected]
        self.make.learn(alone, self.cards)
        members: dict[int, list[int]] = {}
        for number in sorted(alone, key=lambda number: (self.cards[number], day.order(number))):
            seats = self.standing.held.get(number, [])
            place = min(seats, key=lambda s: (s.label, day.name(s.place))).place if seats else -1
            members.setdefault(place if seats else self.standing.place_of(number), []).append(number)
        units = sorted(members, key=lambda unit: day.order(unit) if unit != ABSENT else ("", ""))
        return [Group(day.iri(unit), tuple(map(day.iri, members[unit]))) for unit in units]
