"""Successions that hang together: a chain in which each takes over from the next, and people who exchange posts.

Why one predecessor and one successor each: in a large reshuffle nearly everybody hangs together with everybody, and a
story about forty people is none. So each person takes part in at most one chain, with one whom he replaced and one who
replaced him, those first who stand in the middle of the most; what is left stays a succession by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from orggraph.diff.events import Comparison, Event, listed
from orggraph.diff.trips import whole
from orggraph.snapshot import CERTAIN

SHORTEST = 3
"""A chain has at least so many people: with two, the sentence about the new one says it all."""
_PEOPLE = frozenset({"joined", "returned", "promoted", "moved", "left"})


class _Link(NamedTuple):
    successor: str
    predecessor: str


def fold_successions(comparison: Comparison) -> None:
    """Fold the events of people who took over from one another into chains and exchanges of posts."""
    c = comparison
    events = {e.subject: e for e in c.events if e.kind in _PEOPLE and e.certainty == CERTAIN}
    links = _chosen(c, events)
    made: list[Event] = []
    gone: set[int] = set()
    for people in _runs(links):
        circle = links.get(people[0]) == people[-1]
        if circle or len(people) >= SHORTEST:
            parts = [events[person] for person in people]
            made.append(_exchange(c, parts) if circle else _chain(c, parts))
            gone.update(id(part) for part in parts)
    if made:
        c.events = [*(event for event in c.events if id(event) not in gone), *made]


def _chosen(c: Comparison, events: dict[str, Event]) -> dict[str, str]:
    """Choose for each person one predecessor, and of each predecessor one successor, those in the middle first."""
    links = [_Link(e.subject, other) for e in events.values() for other in e.related if other in events]
    replaced, came = {link.predecessor for link in links}, {link.successor for link in links}
    middle = replaced & came
    links.sort(key=lambda k: (-len(middle & {*k}), c.name(k.successor), c.name(k.predecessor), k))
    chosen: dict[str, str] = {}
    taken: set[str] = set()
    for link in links:
        if link.successor not in chosen and link.predecessor not in taken:
            chosen[link.successor] = link.predecessor
            taken.add(link.predecessor)
    return chosen


def _runs(links: dict[str, str]) -> Iterator[list[str]]:
    """Give each chain from whoever was replaced first to the last successor, then the circles."""
    successor = {predecessor: person for person, predecessor in links.items()}
    seen: set[str] = set()
    starts = sorted(person for person in successor if person not in links)
    for start in [*starts, *sorted(successor)]:
        run, person = list[str](), start
        while person and person not in seen:
            seen.add(person)
            run.append(person)
            person = successor.get(person, "")
        if len(run) > 1:
            yield run


def _chain(c: Comparison, parts: list[Event]) -> Event:
    names = " -> ".join(part.name for part in parts)
    posts = len(parts) - 1
    return _whole(c, parts, "succession chain", names, f"took over from one another, in {posts} posts")


def _exchange(c: Comparison, parts: list[Event]) -> Event:
    """Tell that people took over from one another in a circle: two exchanged their posts."""
    in_order = sorted(parts, key=lambda part: (part.name, part.subject))
    verb = "exchanged posts" if len(parts) == 2 else "exchanged posts in a circle"
    return _whole(c, in_order, "swap", listed([part.name for part in in_order]), verb)


def _whole(c: Comparison, parts: list[Event], kind: str, name: str, phrase: str) -> Event:
    homes = {c.home(part.subject) for part in parts}
    organizations = {organization for _, organization in homes}
    units = {unit for unit, _ in homes}
    moments = {part.when for part in parts}
    made = replace(
        parts[0],
        kind=kind,
        name=name,
        phrase=phrase,
        note="",
        also=(),
        size=len(parts),
        when=min(moments) if len(moments) == 1 else "",
        before=tuple(part.name for part in parts),
        after=(),
        related=tuple(part.subject for part in parts[1:]),
        unit=min(units) if len(units) == 1 else "",
        organization=min(organizations) if len(organizations) == 1 else "",
        facts=(), used=(), generated=(), sources=(), triples=(), parts=(),
    )  # fmt: skip
    return whole(made, parts)
