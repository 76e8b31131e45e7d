"""Two days on one sheet: who joined, left, moved or changed post, and which lines are new or gone.

Everybody of either day has one card. Who left stands as a ghost where he stood; who moved has an arrow from where he
was. What joined, left and another post are is for `diff` to say, so that the counts are the same; this module adds
where somebody stands: under a manager, or, of who has no line, in a unit.

Why a place is a post and not a person: when a post changes hands, everybody below it reports to somebody else and
nobody has moved. Only the new holder is marked; the lines below go on, and what is said of them stands in the
description.
Why there is no arrow from unit to unit where nobody has a line: across thirty panels it would cross every card in
between, so the card itself says where somebody was.
Why only the head of a team is marked: that forty people moved with theirs is one move. Whoever kept his manager, and
whose own unit changed just as the manager's did, is said to have moved with him.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from orggraph.chart.parts import DIRECT, MARKS, PERSON, POST, UNIT, Card, Group, Line, Sheet
from orggraph.chart.remarks import listed
from orggraph.diff import Event, diff
from orggraph.diff.events import with_parts
from orggraph.errors import UnknownName
from orggraph.facts import MEMBERSHIP
from orggraph.period import iso
from orggraph.snapshot import Snapshot

JOINED, LEFT, MOVED, CHANGED_POST, CREATED, CLOSED = MARKS
NEW, GONE = "new", "gone"
"""What is marked on a line; an arrow from where somebody was is marked as moved."""

_CAME = frozenset({"joined", "returned"})
_POSITIONS = frozenset({"moved", "promoted", "changed post", "relocated"})


def compared(a: Snapshot, b: Snapshot, *, drawn: Callable[[Snapshot], Sheet]) -> Sheet:
    """Draw two days on one sheet, ``b`` as it is and ``a`` by what is different; ``drawn`` gives the sheet of a day.

    The sheets may be limited; who is on one of them only, but in the organization on both days, has come from outside
    or gone there. Raises `UnknownName` where neither day can be drawn.
    """
    before, after = _sheets(a, b, drawn)
    return _Union(_Day(a, before), _Day(b, after), diff(a, b).events).sheet()


def _sheets(a: Snapshot, b: Snapshot, drawn: Callable[[Snapshot], Sheet]) -> tuple[Sheet, Sheet]:
    """Draw both days; one on which what the chart is limited to was not there is empty."""
    try:
        after = drawn(b)
    except UnknownName:
        before = drawn(a)
        return before, _empty(before, b.day)
    try:
        return drawn(a), after
    except UnknownName:
        return _empty(after, a.day), after


def _empty(like: Sheet, day: int) -> Sheet:
    return Sheet(like.title, "", day, (), (), (), ())


class _Day:
    """One of the two days: its cards, who holds what, and where everybody stands."""

    def __init__(self, snapshot: Snapshot, sheet: Sheet) -> None:
        self.snapshot, self.sheet = snapshot, sheet
        self.cards = {card.iri: card for card in sheet.cards}
        self.groups = {iri: group.unit for group in sheet.groups for iri in group.members}
        self.posts: dict[str, set[str]] = {}
        self.places: dict[str, set[str]] = {}
        for fact in snapshot.facts(MEMBERSHIP):
            self.places.setdefault(fact.subject, set()).add(str(fact.object))
            if fact.post:
                self.posts.setdefault(fact.subject, set()).add(fact.post)
        self.lines: dict[str, list[Line]] = {}
        for line in sheet.lines:
            self.lines.setdefault(line.reporter, []).append(line)

    def seats(self, iri: str) -> set[str]:
        """Give what stands for somebody as a manager: the person and the posts held."""
        return {iri} | self.posts.get(iri, set())

    def managers(self, iri: str) -> list[str]:
        """List the direct managers, the surest first."""
        return [line.manager for line in self.lines.get(iri, ()) if line.kind == DIRECT]

    def above(self, iri: str) -> set[str]:
        """Give everything that a direct manager could be known by."""
        return {seat for manager in self.managers(iri) for seat in self.seats(manager)}


class _Move(NamedTuple):
    """The mark of a card, and what is said of it."""

    mark: str
    was: str = ""


class _Union:
    """Both days on one sheet."""

    def __init__(self, a: _Day, b: _Day, events: Iterable[Event]) -> None:
        self.a, self.b = a, b
        self.events: dict[str, list[Event]] = {}
        for event in with_parts(events):
            self.events.setdefault(event.subject, []).append(event)
        ghosts = {iri for iri in a.cards if iri not in b.cards and self._stays_as_ghost(iri)}
        self.kept = {*b.cards, *ghosts, *(a.groups[iri] for iri in ghosts if iri in a.groups)}
        self.moves: dict[str, _Move] = {}
        for iri in self.kept:
            self._move(iri)

    def sheet(self) -> Sheet:
        a, b = self.a.sheet, self.b.sheet
        tones = self._tones()
        cards = [self._card(iri, tones) for iri in self.kept]
        counts = Counter(card.mark for card in cards if card.mark and (card.kind == PERSON or card.mark != MOVED))
        shown = b if b.cards else a
        return replace(
            shown,
            title=f"{shown.title.removesuffix(f', {iso(shown.day)}')}, {iso(a.day)} → {iso(b.day)}",
            subtitle=self._subtitle(counts),
            day=b.day,
            cards=tuple(sorted(cards, key=lambda card: (card.name, card.iri))),
            lines=tuple(self._lines()),
            groups=tuple(self._groups()),
            remarks=b.remarks,
            tones=tuple(tones),
            counts=tuple((mark, counts[mark]) for mark in MARKS if counts[mark]),
        )

    def _stays_as_ghost(self, iri: str) -> bool:
        """Tell whether a card of the first day is drawn: that of a vacant post or of a unit only if it is gone."""
        return self.a.cards[iri].kind == PERSON or not self.b.snapshot.is_present(iri)

    # ---- what is marked

    def _move(self, iri: str) -> _Move:
        """Find the mark of a card once; that of a member needs that of the manager, so a circle is cut at the start."""
        if iri not in self.moves:
            self.moves[iri] = _Move("")
            self.moves[iri] = self._found(iri)
        return self.moves[iri]

    def _found(self, iri: str) -> _Move:
        if self._kind(iri) != PERSON:
            return self._found_place(iri)
        events = self.events.get(iri, ())
        kinds = {event.kind for event in events}
        if kinds & _CAME:
            return _Move(JOINED, self._replaced(events))
        if LEFT in kinds:
            return _Move(LEFT)
        if iri not in self.b.cards:
            if not self.b.snapshot.is_present(iri):
                return _Move(LEFT)
            return _Move(MOVED, "is elsewhere now")
        if iri not in self.a.cards:
            return _Move(MOVED, "was elsewhere") if self.a.places.get(iri) else _Move("")
        leader = self._leader(iri)
        changed = bool(kinds & _POSITIONS)
        if leader and (not changed or self._like(iri, leader)):
            return _Move("", f"moved with {self._name(leader)}")
        if self._elsewhere(iri):
            return _Move(MOVED, self._was(iri, events))
        if changed:
            return _Move(CHANGED_POST, self._was(iri, events))
        return _Move("", self._followed(iri))

    def _found_place(self, iri: str) -> _Move:
        """Find the mark of a post or a unit: whether it is new or gone, and what is said of who was there."""
        if iri not in self.b.cards or iri not in self.a.cards:
            day, mark = (self.b, CLOSED) if iri not in self.b.cards else (self.a, CREATED)
            if not day.snapshot.is_present(iri):
                return _Move(mark)
            if iri not in self.b.cards:
                return _Move("")
            held = sorted(who for who, posts in self.a.posts.items() if iri in posts and who in self.a.cards)
            return _Move("", f"held by {listed([self._name(who) for who in held])} before" if held else "")
        before, after = self.a.cards[iri], self.b.cards[iri]
        was = [held.post for held in before.held if held.post not in {held.post for held in after.held}]
        parts = [listed(was)] if was else []
        parts += before.notes if after.kind == UNIT and before.notes != after.notes else []
        said = f"before: {'; '.join(parts)}" if parts else ""
        return _Move(MOVED if self._elsewhere(iri) else "", said)

    def _leader(self, iri: str) -> str:
        """Give the head with whom somebody moved: of the managers kept, the first that moved himself or with one."""
        for manager in self.b.managers(iri):
            if manager not in self.a.managers(iri) or manager == iri:
                continue
            mark, was = self._move(manager)
            if mark == MOVED:
                return manager
            if not mark and was.startswith("moved with"):
                return self._leader_of(manager)
        return ""

    def _leader_of(self, iri: str) -> str:
        seen = {iri}
        leader = self._leader(iri)
        while leader and leader not in seen and self._move(leader).mark != MOVED:
            seen.add(leader)
            leader = self._leader(leader)
        return leader

    def _like(self, iri: str, leader: str) -> bool:
        """Tell whether somebody's post kept its name and its unit changed as the leader's did."""
        posts = [{held.post for held in day.cards[iri].held} for day in (self.a, self.b)]
        alike = [day.places.get(iri, set()) & day.places.get(leader, set()) for day in (self.a, self.b)]
        return posts[0] == posts[1] and all(alike)

    def _elsewhere(self, iri: str) -> bool:
        """Tell whether somebody stands under another post, or, of who has no manager on either day, in another unit."""
        before, after = self.a.above(iri), self.b.above(iri)
        if before or after or self._kind(iri) != PERSON:
            return bool(before and after) and before.isdisjoint(after)
        was, now = self.a.groups.get(iri, ""), self.b.groups.get(iri, "")
        return bool(was and now) and was != now and was not in self.b.places.get(iri, ())

    def _was(self, iri: str, events: Iterable[Event]) -> str:
        """Say what somebody was before: the posts no longer held, and where, if that is not the same."""
        now = {(held.post, held.unit) for held in self.b.cards[iri].held}
        lost = [held for held in self.a.cards[iri].held if (held.post, held.unit) not in now]
        managers = [self._name(manager) for manager in self.a.managers(iri)[:1]] if self._elsewhere(iri) else []
        titles = dict.fromkeys(held.post if managers else ", ".join(filter(None, held[:2])) for held in lost)
        parts = ["; ".join(filter(None, titles)), *(f"under {name}" for name in managers)]
        said = " ".join(filter(None, parts))
        return "; ".join(filter(None, [f"was {said}" if said else "", self._replaced(events)]))

    def _replaced(self, events: Iterable[Event]) -> str:
        found = [event for event in events if "succession" in (event.kind, *event.also)]
        names = dict.fromkeys(self._name(iri) for event in found for iri in event.related if iri in self.a.cards)
        return f"replaces {listed(list(names))}" if names else ""

    def _followed(self, iri: str) -> str:
        """Say of who stands where he stood that his manager is another one."""
        gone = [m for m in self.a.managers(iri) if m not in self.b.managers(iri)]
        kept = self.a.above(iri) & self.b.above(iri)
        return f"reported to {self._name(gone[0])} before" if gone and kept else ""

    def _name(self, iri: str) -> str:
        return (self.b.cards.get(iri) or self.a.cards[iri]).name

    # ---- what is drawn

    def _card(self, iri: str, tones: list[str]) -> Card:
        card = self.b.cards.get(iri)
        mark, was = self.moves[iri]
        if card is not None:
            return card._replace(mark=mark, was=was)
        card = self.a.cards[iri]
        tone = tones.index(self.a.sheet.tones[card.tone]) if card.tone >= 0 else -1
        return card._replace(mark=mark, was=was, tone=tone, below=0)

    def _tones(self) -> list[str]:
        """Keep the colours of the second day; those that only ghosts have come after them."""
        ghosts = [card for iri, card in sorted(self.a.cards.items()) if iri not in self.b.cards and card.tone >= 0]
        return list(dict.fromkeys([*self.b.sheet.tones, *sorted({self.a.sheet.tones[card.tone] for card in ghosts})]))

    def _lines(self) -> list[Line]:
        """Join the lines by the names at their ends, those of the second day before those that are gone."""
        known = {(line.reporter, line.manager, line.kind) for line in self.a.sheet.lines}
        still = {(line.reporter, line.manager, line.kind) for line in self.b.sheet.lines}
        lines = [
            line if (line.reporter, line.manager, line.kind) in known or self._goes_on(line, self.b, self.a)
            or (self._kind(line.reporter) == POST and self.moves[line.reporter].mark != CREATED)
            else line._replace(mark=NEW)
            for line in self.b.sheet.lines
        ]  # fmt: skip
        arrows: set[str] = set()
        for line in self.a.sheet.lines:
            ends = {line.reporter, line.manager} <= self.kept
            if not ends or (line.reporter, line.manager, line.kind) in still or self._goes_on(line, self.a, self.b):
                continue
            moved = self.moves[line.reporter].mark == MOVED and line.kind == DIRECT and line.reporter not in arrows
            arrows |= {line.reporter} if moved else set()
            lines.append(line._replace(mark=MOVED if moved else GONE, in_cycle=False))
        name = self._name
        return sorted(lines, key=lambda x: (name(x.manager), x.manager, name(x.reporter), x.reporter, x.kind))

    def _goes_on(self, line: Line, here: _Day, there: _Day) -> bool:
        """Tell whether somebody who is there on both days reports to the same post, though to another person."""
        if line.reporter not in self.a.cards or line.reporter not in self.b.cards:
            return False
        seats = here.seats(line.manager)
        others = [other for other in there.lines.get(line.reporter, ()) if other.kind == line.kind]
        return any(seats & there.seats(other.manager) for other in others)

    def _groups(self) -> list[Group]:
        """Join the groups; a ghost stands in the unit in which he stood, who lost his line where that still shows."""
        hanging = {line.reporter for line in self.a.sheet.lines if line.manager in self.kept}
        members: dict[str, set[str]] = {}
        for group in self.b.sheet.groups:
            members.setdefault(group.unit, set()).update(set(group.members) - hanging)
        for group in self.a.sheet.groups:
            ghosts = {iri for iri in group.members if iri in self.kept and iri not in self.b.cards}
            if ghosts:
                members.setdefault(group.unit, set()).update(ghosts)
        names = {iri: (self._kind(iri), self._name(iri), iri) for iri in self.kept}
        units = sorted((unit for unit in members if members[unit]), key=lambda unit: names[unit][1:])
        above = {group.unit: group.above for day in (self.a, self.b) for group in day.sheet.groups}
        inside = {unit: up if up in self.kept else "" for unit, up in above.items()}
        return [Group(unit, tuple(sorted(members[unit], key=names.__getitem__)), inside[unit]) for unit in units]

    def _kind(self, iri: str) -> str:
        return (self.b.cards.get(iri) or self.a.cards[iri]).kind

    def _subtitle(self, counts: Mapping[str, int]) -> str:
        with_heads = sum(was.startswith("moved with") for _, was in self.moves.values())
        words = [f"{counts[mark]} {mark}" for mark in MARKS if counts[mark]]
        words += [f"{with_heads} moved with {'a head' if with_heads == 1 else 'their heads'}"] if with_heads else []
        told = f"since {iso(self.a.sheet.day)}: {', '.join(words) or 'nobody came, left or moved'}"
        return f"{self.b.sheet.subtitle}; {told}" if self.b.sheet.subtitle else told
