"""The chart of units: each with its head and how many people it has, under the unit that it is in.

Why people stand in the panels of their units only where nobody is known to report to anybody: there the units are all
the order that is known; elsewhere the chart of people shows everybody in order, and here they are counted.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property

from orggraph.chart.cards import Cards
from orggraph.chart.day import UNSURE
from orggraph.chart.parts import PERSON, STRENGTH, UNIT, Card, Group, Held, Sheet
from orggraph.chart.remarks import (
    MANY,
    counted,
    cycle_remark,
    hidden_remark,
    listed,
    many_remark,
    reasons_in_words,
)  # fmt: skip
from orggraph.chart.scope import Limits, Scope, circles, pairs_of, path_up, scope
from orggraph.chart.standing import Seat, Standing, Tie
from orggraph.chart.tones import Tones
from orggraph.facts import HEAD_ROLE
from orggraph.period import iso
from orggraph.timeline.terms import ABSENT


def unit_sheet(standing: Standing, limits: Limits) -> Sheet:
    """Gather the chart of the units of a day, as `model.sheet_of` says."""
    return _Units(standing, limits).sheet()


class _Units:
    """The units of a day, by number, and who is in each."""

    def __init__(self, standing: Standing, limits: Limits) -> None:
        self.standing, self.day = standing, standing.day
        self.ties = sorted(standing.ties_of_units(), key=lambda tie: (self.day.order(tie.reporter), tie.manager))
        self.own: dict[int, dict[int, Seat]] = {}
        for person, seats in standing.held.items():
            for seat in reversed(seats):
                self.own.setdefault(seat.place, {})[person] = seat
        places = self.own.keys() | {end for tie in self.ties for end in (tie.reporter, tie.manager)}
        self.cards = dict.fromkeys(sorted(places, key=self.day.order), UNIT)
        self.lines_of_people = standing.ties_of_people()
        self.make, self.tones = Cards(standing, self.lines_of_people), Tones(standing)
        self.limits = limits.mapped(self._card)

    def _card(self, number: int) -> int:
        """Give the unit that stands for an entity: itself, or where a person or post is."""
        seats = self.standing.held.get(number)
        place = number if number in self.cards else seats[0].place if seats else self.standing.place_of(number)
        if place not in self.cards:
            raise self.day.missing(self.day.iri(number))
        return place

    def sheet(self) -> Sheet:
        """Make the sheet."""
        day, limits = self.day, self.limits
        way = path_up(limits.highlighted, self.ties) if limits.highlighted is not None else []
        path = limits.path(way)
        seen = scope(self.cards, self.ties, order=day.order, limits=limits, path=path)
        drawn = [number for number in self.cards if number in seen.drawn]
        kept = [tie for tie in self.ties if tie.reporter in seen.drawn and tie.manager in seen.drawn]
        found = circles(kept, day.order)
        looped, lit = pairs_of(found), set(way)
        groups, people = self._panels(drawn, kept, looped)
        nested = {(group.unit, group.above) for group in groups}
        cards = [*(self._unit(number, seen, number in path) for number in drawn), *people]
        ends = [(tie.reporter, tie.manager) for tie in kept]
        lines = [
            self.make.line(tie, in_cycle=pair in looped, highlighted=pair in lit)
            for tie, pair in zip(kept, ends, strict=True)
        ]  # fmt: skip
        return Sheet(
            title=self._title(),
            subtitle=self._subtitle(drawn, seen),
            day=day.snapshot.day,
            cards=tuple(sorted(cards, key=lambda card: (card.name, card.iri))),
            lines=tuple(line for line in lines if (line.reporter, line.manager) not in nested),
            groups=tuple(groups),
            remarks=(
                *(cycle_remark(cycle, kept, day, kind=UNIT) for cycle in found), *self._remarks(seen, len(cards)),
            ),
            tones=self.tones.names,
            view="units",
        )

    def _unit(self, number: int, seen: Scope, highlighted: bool) -> Card:
        everybody, own = self.people.get(number, {}), self.own.get(number, {})
        said = [counted(len(everybody), PERSON)]
        if 0 < len(own) < len(everybody):
            said.append(f"{len(own):,} in the unit itself")
        unsure = sum(label == UNSURE for label in everybody.values())
        said += [f"{unsure:,} possible"] if unsure else []
        said += reasons_in_words(self._unheld.get(number, Counter()))
        label = min(everybody.values()) if everybody else self._labels.get(number, 0)
        return Card(
            self.day.iri(number), self.day.name(number), UNIT, STRENGTH[label], self._heads(number),
            (", ".join(said),), seen.below.get(number, 0), tone=self.tones.of([number]), highlighted=highlighted,
        )  # fmt: skip

    @cached_property
    def people(self) -> dict[int, dict[int, int]]:
        """Give by unit everybody in it or below it, each with how sure the surest membership is."""
        above: dict[int, list[int]] = {}
        for tie in self.ties:
            above.setdefault(tie.reporter, []).append(tie.manager)
        people: dict[int, dict[int, int]] = {}
        for unit, own in self.own.items():
            way = [unit]
            for place in way:
                way += [parent for parent in above.get(place, ()) if parent not in way]
            for place in way:
                known = people.setdefault(place, {})
                for person, seat in own.items():
                    known[person] = min(seat.label, known.get(person, UNSURE))
        return people

    @cached_property
    def _labels(self) -> dict[int, int]:
        return {tie.reporter: tie.label for tie in sorted(self.ties, key=lambda tie: -tie.label)}

    @cached_property
    def _unheld(self) -> dict[int, Counter[str]]:
        """Count by unit the posts in it that name nobody, by why they do not."""
        found: dict[int, Counter[str]] = {}
        for post in self.standing.vacancies:
            place = self.standing.place_of(post)
            found.setdefault(place, Counter())[self.day.reason(post)] += 1
        return found

    def _heads(self, unit: int) -> tuple[Held, ...]:
        """Name who heads a unit: whom a source calls its head, else who leads others and is led by nobody in it."""
        head = self.day.number(HEAD_ROLE)
        own = [seat for person, seat in self.own.get(unit, {}).items()]
        seats = [seat for seat in own if seat.role == head != ABSENT]
        if not seats:
            seats = [seat for seat in own if seat.person in self._leaders and (unit, seat.person) not in self._led]
        named = []
        for seat in sorted(seats, key=lambda seat: (seat.label, self.day.order(seat.person))):
            held = self.make.held(seat)
            named.append(held._replace(post=", ".join(filter(None, [self.day.name(seat.person), held.post])), unit=""))
        return tuple(named)

    @cached_property
    def _leaders(self) -> set[int]:
        return {tie.manager for tie in self.lines_of_people if not tie.dotted and tie.manager != tie.reporter}

    @cached_property
    def _led(self) -> set[tuple[int, int]]:
        """Give the pairs of a unit and somebody in it who reports to another in it."""
        places = {person: {seat.place for seat in seats} for person, seats in self.standing.held.items()}
        none: set[int] = set()
        return {
            (place, tie.reporter)
            for tie in self.lines_of_people
            if not tie.dotted and tie.reporter != tie.manager
            for place in places.get(tie.reporter, none) & places.get(tie.manager, none)
        }

    def _panels(
        self, drawn: list[int], kept: list[Tie], looped: set[tuple[int, int]]
    ) -> tuple[list[Group], list[Card]]:
        """Set people in the panels of their units where nobody reports to anybody: each once, where it is surest.

        A panel says which unit its unit is in, and then needs no line; but on a circle of units lines show it.
        """
        if self.lines_of_people:
            return [], []
        day, members = self.day, dict[int, list[int]]()
        for person, seats in self.standing.held.items():
            place = min(seats, key=lambda seat: (seat.label, day.order(seat.place))).place
            members.setdefault(place, []).append(person)
        shown = {unit: sorted(members[unit], key=day.order) for unit in drawn if unit in members}
        self.make.learn([p for people in shown.values() for p in people], {})
        straight = [tie for tie in reversed(kept) if (tie.reporter, tie.manager) not in looped]
        above = {tie.reporter: day.iri(tie.manager) for tie in straight}
        groups = [Group(day.iri(n), tuple(map(day.iri, people)), above.get(n, "")) for n, people in shown.items()]
        cards = [
            self.make.person(person)._replace(tone=self.tones.of([unit]))
            for unit, people in shown.items() for person in people
        ]  # fmt: skip
        return groups, cards

    def _title(self) -> str:
        day, root = self.day, self.limits.root
        names = [day.name(number) for number in self.standing.organizations]
        what = listed(names) if 1 <= len(names) <= 2 else f"{len(names)} organizations" if names else "nobody"
        return f"Units of {what if root is None else day.name(root)}, {iso(day.snapshot.day)}"

    def _subtitle(self, drawn: list[int], seen: Scope) -> str:
        of = f"{len(drawn):,} of " if seen.hidden else ""
        units = of + counted(len(drawn) + len(seen.hidden), UNIT)
        roots = self.cards if self.limits.root is None else [self.limits.root]
        return f"{units}, {counted(len({p for unit in roots for p in self.people.get(unit, ())}), PERSON)}"

    def _remarks(self, seen: Scope, cards: int) -> list[str]:
        if not self.cards:
            return [f"Nobody is known on {iso(self.day.snapshot.day)}."]
        said = []
        if self.lines_of_people:
            said.append("People are counted here; the chart of people draws them.")
        elif self.standing.held:
            said.append("No reporting lines are known on this day; people stand in their units.")
            several = sum(len({seat.place for seat in seats}) > 1 for seats in self.standing.held.values())
            if several:
                stand = "is in several units and stands" if several == 1 else "are in several units and stand"
                said.append(f"{counted(several, PERSON)} {stand} in one of them.")
        said += [hidden_remark(self.cards[number] for number in seen.hidden)] if seen.hidden else []
        return [*said, *([many_remark(cards)] if cards > MANY else [])]
