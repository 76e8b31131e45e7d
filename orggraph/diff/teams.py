"""Teams that moved with their heads: one event with its size instead of one for everybody.

A team are those below somebody on solid lines on both days. It moved if its head reports to somebody else, or if he
and those who came along are in another unit. Those who were below him and are not now, though they are still here, are
its exceptions, and named.

Why a new boss above is no move: where the post that the head reports to changed hands, his team is where it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from orggraph.diff.events import Comparison, Event
from orggraph.diff.side import Side
from orggraph.diff.trips import Trip, members, people_named, places, plain, trip, whole
from orggraph.snapshot import CERTAIN

FEWEST = 2
"""A head with fewer people who came along has no team that moves."""
_HEADS = frozenset({"manager changed", "relocated", "moved", "promoted"})


class Team(NamedTuple):
    """A head, who and what is below him on both days, and who and what was and is not any more (IRIs)."""

    head: str
    below: frozenset[str]
    lost: frozenset[str]
    trip: Trip | None
    rerouted: tuple[Event, ...]


class _Told:
    """The events so far by whom they are about, the plain trips among them, and which are folded meanwhile."""

    def __init__(self, c: Comparison) -> None:
        self.by_subject: dict[str, list[Event]] = {}
        self.trips: dict[str, tuple[Event, Trip]] = {}
        self.gone: set[int] = set()
        self.made: list[Event] = []
        self.units = [event for event in c.events if event.kind == "unit moved"]
        self.posts = [event for event in c.events if event.kind == "post moved"]
        for event in c.events:
            self.by_subject.setdefault(event.subject, []).append(event)
            went = plain(c, event)
            if went is not None:
                self.trips[event.subject] = (event, went)

    def left(self, events: Iterable[Event]) -> list[Event]:
        """Leave out what is folded already."""
        return [event for event in events if id(event) not in self.gone]

    def along(self, below: frozenset[str], went: Trip) -> list[Event]:
        """List the trips of people among some that go the same way, by person."""
        fewer, more = (below, self.trips) if len(below) < len(self.trips) else (self.trips, below)
        found = [self.trips[person] for person in sorted(fewer) if person in more]
        return self.left(event for event, other in found if other == went)


def fold_teams(comparison: Comparison) -> None:
    """Fold what happened to the members of each team that moved into what happened to its head, large teams first."""
    c, told = comparison, _Told(comparison)
    heads = dict.fromkeys(e.subject for e in c.events if e.kind in _HEADS and e.certainty == CERTAIN)
    teams = [team for head in heads if (team := _team(c, head, told)) is not None]
    for team in sorted(teams, key=lambda team: (-len(team.below), c.name(team.head), team.head)):
        own = told.left(e for e in told.by_subject[team.head] if e.kind in _HEADS)
        made = _moved(c, team, own, told) if own else None
        if made is not None:
            told.made.append(made)
            told.gone.update(id(part) for part in made.parts)
    c.events = [*told.left(c.events), *told.made]


def _team(c: Comparison, head: str, told: _Told) -> Team | None:
    """Give the team of a head who went to another unit or reports to somebody else; few have anybody below them."""
    first = c.a.snapshot
    if not first.timeline.reporters_of(head, first.day, recorded_by=first.recorded_by):
        return None
    went = trip(c, head)
    own = told.by_subject[head]
    rerouted = tuple(e for e in own if e.kind == "manager changed" and not _new_boss_above(c, e))
    if went is None and not rerouted:
        return None
    before = _below(c.a, head)
    after = _below(c.b, head) if len(before) >= FEWEST else set()
    both = frozenset(before & after)
    return Team(head, both, frozenset(before - after), went, rerouted) if len(both) >= FEWEST else None


def _below(side: Side, head: str) -> set[str]:
    """Give who and what is below somebody on certain solid lines."""
    snapshot = side.snapshot
    return snapshot.timeline.everyone_below(head, snapshot.day, recorded_by=snapshot.recorded_by)


def _moved(c: Comparison, team: Team, own: list[Event], told: _Told) -> Event | None:
    """Make the event of a team, with what it folds; ``None`` where only its head went somewhere."""
    went, behind = team.trip, [iri for iri in sorted(team.lost) if _is_person(c, iri) and iri in c.b.held]
    along = told.along(team.below, went) if went is not None else []
    if went is not None and len(along) >= FEWEST:
        everybody = {team.head, *(event.subject for event in along)}
        parts = [*own, *along, *_posts(c, went, everybody, told)]
        phrase = f"moved with {len(along)} people from {c.name(went.origin)} to {c.name(went.target)}"
        stayed = [iri for iri in members(c.b, went.origin) if iri in team.below]
        behind = [iri for iri in behind if went.target not in places(c.b, iri)]
        return _event(c, team, phrase, parts, len(everybody), sorted({*behind, *stayed}))
    rerouted = told.left(team.rerouted)
    people = frozenset(iri for iri in team.below if _is_person(c, iri)) if len(own) == len(rerouted) else frozenset()
    if rerouted and len(people) >= FEWEST:
        bare = rerouted[0].phrase.removesuffix(f" ({rerouted[0].note})")
        phrase = f"{bare} with a team of {len(people)}"
        units = [event for event in told.left(told.units) if _all_of(c, team, event.subject)]
        return _event(c, team, phrase, [*rerouted, *units], len(people) + 1, behind)
    return None


def _is_person(c: Comparison, iri: str) -> bool:
    return c.b.snapshot.kind(iri) == "person"


def _all_of(c: Comparison, team: Team, unit: str) -> bool:
    found = set(members(c.b, unit))
    return bool(found) and found <= {team.head, *team.below}


def _event(c: Comparison, team: Team, phrase: str, parts: list[Event], size: int, behind: Iterable[str]) -> Event:
    """Put the event of the head and those of the others together, with the exceptions as a note."""
    first, left = parts[0], list(behind)
    own = [event for event in parts if event.subject == team.head and (event is first or event.kind in _HEADS)]
    notes = [_note(c, event, first=event is first) for event in own]
    notes += [f"{e.name} {e.phrase.partition(' (')[0]}" for e in parts if e.kind == "unit moved"]
    notes = [note for note in [*notes, f"without {people_named(c, left)}" if left else ""] if note]
    made = replace(
        first,
        kind="team moved",
        also=(),
        phrase=f"{phrase} ({'; '.join(notes)})" if notes else phrase,
        note="; ".join(notes),
        size=size,
        related=tuple(dict.fromkeys([*first.related, *left])),
        facts=(), used=(), generated=(), sources=(), triples=(), parts=(),
    )  # fmt: skip
    return whole(made, parts)


def _note(c: Comparison, event: Event, *, first: bool) -> str:
    """Say what an event of the head tells beside the sentence: whom he reports to now, or his own change of post."""
    if event.kind == "manager changed":
        return event.note if first else event.phrase.replace(" (", ", ").removesuffix(")")
    return "" if plain(c, event) is not None else event.phrase


def _posts(c: Comparison, went: Trip, people: set[str], told: _Told) -> list[Event]:
    """List the moves of posts, the same way, that those people hold or that nobody does."""
    found = []
    for event in told.left(told.posts):
        ends = [{str(f.object) for f in side.places.get(event.subject, ())} for side in (c.a, c.b)]
        holders = set(c.b.holders.get(event.subject, {}))
        if ends == [{went.origin}, {went.target}] and (not holders or holders & people):
            found.append(event)
    return found


def _new_boss_above(c: Comparison, event: Event) -> bool:
    """Tell whether somebody reports to another because the post above him changed hands."""
    before, after = c.a.links.get(event.subject, {}), c.b.links.get(event.subject, {})
    lost = [link.manager for link in before if link not in after and link.line == "direct"]
    gained = [link.manager for link in after if link not in before and link.line == "direct"]
    old = {p.post for iri in lost for p in c.a.held.get(iri, {}) if p.post} | set(lost)
    new = {p.post for iri in gained for p in c.b.held.get(iri, {}) if p.post} | set(gained)
    return bool(old & new)
