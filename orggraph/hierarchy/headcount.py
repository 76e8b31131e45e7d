"""How many people are in each unit, with all units below it.

By the unit tree of the day itself, or by that of another day (as a rule today), so that days can be compared: then a
unit of which that other day says nothing stays where it was last.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

from orggraph.facts import PLACE, Fact
from orggraph.hierarchy.lines import in_office
from orggraph.snapshot import POSSIBLE, Snapshot, seats_taken

Paths = Callable[[str], dict[str, bool]]
"""Gives a place and all above it, and of each whether it is so on every reading."""
_Above = Callable[[str], dict[str, bool]]
"""Gives what a unit is in, and whether that is certain."""


class Headcount(NamedTuple):
    """People in office in a unit itself, and in it with all units below; each person counts once.

    ``certain`` leaves out who is there only possibly, and who is there by a unit that is below it only possibly.
    """

    iri: str
    name: str
    own: int
    total: int
    certain: int


def headcount(snapshot: Snapshot, *, tree: Snapshot | None = None) -> list[Headcount]:
    """Count the people of every unit and organization, largest first, then by name.

    With ``tree`` units are in what they are in on that other day.
    """
    own: dict[str, dict[str, bool]] = {}
    for person, facts in in_office(snapshot).items():
        for fact in facts:
            people = own.setdefault(str(fact.object), {})
            people[person] = people.get(person, False) or snapshot.certainty(fact) != POSSIBLE
    total: dict[str, dict[str, bool]] = {}
    paths = paths_of(snapshot, tree=tree)
    for unit, people in own.items():
        for place, sure in paths(unit).items():
            known = total.setdefault(place, {})
            known.update({person: known.get(person, False) or (firm and sure) for person, firm in people.items()})
    rows = [
        Headcount(iri, snapshot.name(iri), len(own.get(iri, ())), len(people), sum(people.values()))
        for iri, people in total.items()
    ]
    return sorted(rows, key=lambda row: (-row.total, row.name, row.iri))


def paths_of(snapshot: Snapshot, *, tree: Snapshot | None = None) -> Paths:
    """Give what tells the places above a place, each of which is looked up once; with ``tree`` as on that other day."""
    return cache(partial(_upwards, above=_places(snapshot) if tree is None else _other_places(tree)))


def certainly_in_office(snapshot: Snapshot, facts: list[Fact]) -> bool:
    """Tell whether somebody with these memberships, or in this post, is in office on every reading of the dates.

    Somebody who moves on a day that is not known holds neither post for certain then, and is in office all the same.
    """
    if any(snapshot.certainty(fact) != POSSIBLE for fact in facts):
        return True
    return not snapshot.strict and len(facts) > 1 and seats_taken(facts, snapshot.day).fewest > 0


def _places(snapshot: Snapshot) -> _Above:
    """Say what units are in on the day."""
    above: dict[str, dict[str, bool]] = {}
    for fact in snapshot.facts(PLACE):
        if snapshot.kind(fact.subject) != "post":
            known = above.setdefault(fact.subject, {})
            place = str(fact.object)
            known[place] = known.get(place, False) or snapshot.certainty(fact) != POSSIBLE
    return lambda unit: above.get(unit, {})


def _other_places(tree: Snapshot) -> _Above:
    """Say what units are in on another day, else where they were last or will be first."""
    on_day = _places(tree)

    def above(unit: str) -> dict[str, bool]:
        known = on_day(unit)
        if known:
            return known
        facts = [fact for fact in tree.timeline.facts_about(unit, PLACE) if fact.superseded is None]
        before = [fact for fact in facts if fact.end.latest <= tree.day]
        if before:
            return {str(max(before, key=lambda fact: fact.end.latest).object): True}
        return {str(min(facts, key=lambda fact: fact.start.earliest).object): True} if facts else {}

    return above


def _upwards(unit: str, above: _Above) -> dict[str, bool]:
    """Give the unit and all places above it, and of each whether it is above on every reading."""
    found = {unit: True}
    todo = [unit]
    while todo:
        place = todo.pop()
        for up, sure in above(place).items():
            firm = sure and found[place]
            if up not in found or (firm and not found[up]):
                found[up] = firm
                todo.append(up)
    return found
