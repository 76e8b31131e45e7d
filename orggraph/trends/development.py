"""All figures of a series together: what `stats --every` tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from orggraph.facts import PLACE
from orggraph.period import iso
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline
from orggraph.trends.activity import BusyDay, busiest_days
from orggraph.trends.office import Office, office
from orggraph.trends.periods import Between, Count, Period, periods, stretches_of
from orggraph.trends.reorganization import Reorganization, reorganizations
from orggraph.trends.rollup import Rolled, rolled_up
from orggraph.trends.stretches import Days, Stretches, presence
from orggraph.trends.succession import (
    Successions,
    Vacancies,
    mean_reigns,
    reigns,
    successions,
    vacancies,
    vacant_times,
)
from orggraph.trends.survival import Survival, in_office, lives, survival

OF_THE_DAY = "day"
"""The word for the unit tree of each day."""


class UnitHistory(NamedTuple):
    """How many were in a unit, with all units below it, on the last day of each period."""

    iri: str
    name: str
    headcount: tuple[Count, ...]


class PostReigns(NamedTuple):
    """How long people stayed in a post whose reign in it ended: how many, the mean and the longest in days."""

    iri: str
    name: str
    unit: str
    number: int
    mean: Between
    longest: int


class Tenures(NamedTuple):
    """How long one tenure lasts, and how long people stay in office without a break."""

    tenure: Survival
    office: Survival


class Development(NamedTuple):
    """The figures of a series of periods, and of the whole time from ``since`` up to the day before ``until``.

    ``organization`` says by which unit tree units are counted: ``day`` (that of each day), or the day whose tree it is.
    ``unit`` is the IRI of the unit whose people are looked at, empty for everybody. ``reorganizations`` has one entry
    for each period.
    """

    since: str
    until: str
    organization: str
    unit: str
    periods: tuple[Period, ...]
    reorganizations: tuple[Reorganization, ...]
    units: tuple[UnitHistory, ...]
    tenures: Tenures
    vacancies: Vacancies
    successions: Successions
    reigns: tuple[PostReigns, ...]
    busiest: tuple[BusyDay, ...]


def development(
    timeline: Timeline,
    days: Sequence[int],
    *,
    until: int,
    tree_day: int | None = None,
    unit: str = "",
    recorded_by: int | None = None,
) -> Development:
    """Give the figures of the periods that begin on the ``days`` (rising ordinals), the last up to before ``until``.

    ``tree_day`` counts units by the tree of that day, else by that of each day. ``unit`` (an IRI) looks at the people
    of that unit or organization, those of all units below it included. Linear in the facts, with a sort; the
    reorganizations take a look at all lines for each period.
    """
    everybody = office(timeline, recorded_by=recorded_by)
    rolled = rolled_up(timeline, everybody, tree_day=tree_day, recorded_by=recorded_by)
    held = _of_unit(everybody, rolled, timeline.terms.number(unit)) if unit else everybody
    there, stretches = presence(held.bounds), stretches_of(days, until)
    window = {"begin": days[0], "until": until}
    names = Snapshot(timeline, until - 1, recorded_by=recorded_by)
    stays = reigns(held)
    bounds = held.bounds
    tenure = lives((bounds.start_earliest, bounds.start_latest), (bounds.end_earliest, bounds.end_latest), **window)
    return Development(
        since=iso(days[0]),
        until=iso(until),
        organization=OF_THE_DAY if tree_day is None else iso(tree_day),
        unit=unit,
        periods=tuple(periods(there, bounds, stretches)),
        reorganizations=tuple(reorganizations(timeline, held, there, stretches, recorded_by=recorded_by)),
        units=tuple(_units(names, everybody, rolled, np.array([end - 1 for _, end in stretches]))),
        tenures=Tenures(survival(tenure), survival(in_office(there, **window))),
        vacancies=vacant_times(vacancies(timeline, held, recorded_by=recorded_by), **window),
        successions=successions(stays, presence(everybody.bounds) if unit else there, **window),
        reigns=tuple(
            PostReigns(iri := timeline.terms.text(one.post), names.name(iri), _place(names, iri), *one[1:])
            for one in mean_reigns(stays, **window)
        ),
        busiest=tuple(busiest_days(timeline, held, recorded_by=recorded_by, **window)),
    )


def _of_unit(everybody: Office, rolled: Rolled, unit: int) -> Office:
    """Give the memberships that count in a unit, for as long as they do."""
    kept = np.flatnonzero(rolled.place == unit)
    return everybody.where(rolled.row[kept])._replace(bounds=rolled.bounds.where(kept))


def _place(names: Snapshot, post: str) -> str:
    """Name what a post is in, at last."""
    places = [fact for fact in names.timeline.facts_about(post, PLACE) if isinstance(fact.object, str)]
    last = max(places, key=lambda fact: (fact.superseded is None, fact.end.latest, fact.start.latest), default=None)
    return names.name(str(last.object)) if last else ""


def _units(names: Snapshot, everybody: Office, rolled: Rolled, days: Days) -> list[UnitHistory]:
    """Count who is in each unit or organization on some days; the largest on the last of them first, then by name."""
    people = int(everybody.bounds.holder.max(initial=0)) + 1
    named, holder = np.unique(rolled.place * people + rolled.bounds.holder, return_inverse=True)
    there = presence(rolled.bounds.held_by(holder.reshape(-1)))
    places, begins = np.unique(named // people, return_index=True)
    found = []
    ends = np.append(begins[1:], len(named)).tolist()
    for place, first, end in zip(places.tolist(), begins.tolist(), ends, strict=False):
        iri = names.timeline.terms.text(place)
        firm, possible = (_between(part, first, end).number(days).tolist() for part in there)
        counted = tuple(Count(*pair) for pair in zip(firm, possible, strict=True))
        found.append(UnitHistory(iri, names.name(iri), counted))
    shown = [one for one in found if any(count.possible for count in one.headcount)]
    return sorted(shown, key=lambda one: (-one.headcount[-1].possible, one.name, one.iri))


def _between(of: Stretches, first: int, end: int) -> Stretches:
    """Keep the holders from one number up to before another."""
    return Stretches(*(column[slice(*of.holder.searchsorted([first, end]))] for column in of))
