"""From where to where somebody went, and whether he did nothing else: what a team or a merger takes along.

Why only plain trips are folded into another event: whoever also got another post, took over from somebody or joined
anew has a story of his own, which must not be lost in a number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from orggraph.diff.events import Comparison, Event, listed
from orggraph.diff.side import Position, Side
from orggraph.facts import MEMBERSHIP

NAMED = 6
"""So many people are named in a sentence; of more, all but one less are counted."""
_CONSEQUENCES = frozenset({"post created", "post abolished", "post vacant"})


class Trip(NamedTuple):
    """From which unit or organization to which other somebody went (IRIs)."""

    origin: str
    target: str


def trip(comparison: Comparison, person: str) -> Trip | None:
    """Give the trip of a person who left one place and came into one other; ``None`` for everybody else."""
    before, after = places(comparison.a, person), places(comparison.b, person)
    lost, gained = before - after, after - before
    return Trip(min(lost), min(gained)) if len(lost) == 1 and len(gained) == 1 else None


def places(side: Side, person: str) -> set[str]:
    """Give the units and organizations that a person is in."""
    return {str(fact.object) for facts in side.held.get(person, {}).values() for fact in facts}


def plain(comparison: Comparison, event: Event) -> Trip | None:
    """Give the trip of an event that tells nothing else of a person: the same post or title, in another place."""
    if event.kind == "relocated":
        return trip(comparison, event.subject)
    if event.kind != "moved" or event.related or not _CONSEQUENCES.issuperset(event.also):
        return None
    before, after = (side.held.get(event.subject, {}) for side in (comparison.a, comparison.b))
    lost = sorted(_bare_title(comparison, position) for position in before if position not in after)
    gained = sorted(_bare_title(comparison, position) for position in after if position not in before)
    return trip(comparison, event.subject) if lost == gained else None


def _bare_title(c: Comparison, position: Position) -> str:
    """Name a post or role without its place; plain membership has no name."""
    return c.name(position.post or position.role) if position.post or position.role else ""


def members(side: Side, place: str) -> list[str]:
    """List who is in office in a place itself, for certain, by IRI."""
    snapshot = side.snapshot
    timeline = snapshot.timeline
    rows = timeline.only(timeline.pointing_at(place), MEMBERSHIP)
    rows = timeline.holding(rows, snapshot.day, recorded_by=snapshot.recorded_by)
    found = dict.fromkeys(timeline.facts[row].subject for row in rows)
    return sorted(
        person for person in found
        if any(side.firm([f for f in facts if f.object == place]) for facts in side.held.get(person, {}).values())
    )  # fmt: skip


def people_named(comparison: Comparison, people: Sequence[str]) -> str:
    """Name people in order of their names; of many the first ones, and how many others."""
    names = sorted(comparison.name(person) for person in people)
    if len(names) <= NAMED:
        return listed(names)
    return f"{', '.join(names[: NAMED - 1])} and {len(names) - NAMED + 1} others"


def whole(event: Event, parts: Iterable[Event], *, note: str = "") -> Event:
    """Fold parts into an event: their triples, facts and sources become its own, and a note is added."""
    found = tuple(parts)
    notes = "; ".join(filter(None, [event.note, note]))
    bare = event.phrase.removesuffix(f" ({event.note})") if event.note else event.phrase
    return replace(
        event,
        note=notes,
        phrase=f"{bare} ({notes})" if notes else bare,
        parts=(*event.parts, *found),
        facts=tuple(dict.fromkeys([*event.facts, *(iri for part in found for iri in part.facts)])),
        used=tuple(dict.fromkeys([*event.used, *(iri for part in found for iri in part.used)])),
        generated=tuple(dict.fromkeys([*event.generated, *(iri for part in found for iri in part.generated)])),
        sources=tuple(sorted({*event.sources, *(source for part in found for source in part.sources)})),
        triples=tuple(dict.fromkeys([*event.triples, *(triple for part in found for triple in part.triples)])),
    )
