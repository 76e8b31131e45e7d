"""Mergers, splits and other names that no source states, as seen by where the members of units went.

Why detection is told apart: that 38 of 41 members of one unit are in another now is a fact; that the one merged into
the other is a conclusion. So the sentence says *apparently*, ``evidence`` holds what was seen, it is counted as
``detected``, and where a source states an event of a unit nothing is detected about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orggraph.diff.events import Comparison, Event, listed
from orggraph.diff.side import Side
from orggraph.diff.trips import members, places
from orggraph.snapshot import CERTAIN

MINIMUM = 3
"""Of a unit with fewer members, nothing is detected."""
SHARE = 0.6
"""At least this part of the members must have gone the same way."""
PART = 0.15
"""A unit into which another was split took at least this part of its members."""


class Seen(NamedTuple):
    """What the trips of members suggest: of which kind, of which units, and what was seen."""

    kind: str
    originals: tuple[str, ...]
    results: tuple[str, ...]
    people: tuple[str, ...]
    evidence: str


class _Flow(NamedTuple):
    """Whose members went where: the members of a unit on one day, and for each other unit those of them there."""

    people: list[str]
    by_unit: dict[str, list[str]]

    def into(self, *, share: float) -> list[str]:
        """List the units in which at least so large a part of the members are, the largest part first."""
        enough = [unit for unit, found in self.by_unit.items() if len(found) >= share * len(self.people)]
        return sorted(enough, key=lambda unit: (-len(self.by_unit[unit]), unit))


def _flow(unit: str, here: Side, there: Side) -> _Flow:
    """See where the members of a unit on one side are on the other, leaving out units that they are in on both."""
    people, found = members(here, unit), dict[str, list[str]]()
    for person in people:
        for place in sorted(places(there, person) - places(here, person)):
            if there.snapshot.kind(place) == "unit":
                found.setdefault(place, []).append(person)
    return _Flow(people, found)


def detected(comparison: Comparison, told: set[str]) -> list[Seen]:
    """List what is seen of the units that certainly ended or began between the two days, by their names.

    ``told`` are the units of which a source states an event.
    """
    c = comparison
    fresh = [e for e in c.events if e.subject not in told and e.certainty == CERTAIN]
    closed = {e.subject: _flow(e.subject, c.a, c.b) for e in fresh if e.kind == "unit closed"}
    created = {e.subject: _flow(e.subject, c.b, c.a) for e in fresh if e.kind == "unit created"}
    closed = {iri: flow for iri, flow in closed.items() if len(flow.people) >= MINIMUM}
    created = {iri: flow for iri, flow in created.items() if len(flow.people) >= MINIMUM}
    went: dict[str, list[str]] = {}
    seen: list[Seen] = []
    for unit, flow in closed.items():
        whole_into, parts = flow.into(share=SHARE), flow.into(share=PART)
        along = {person for part in parts for person in flow.by_unit[part]}
        several = sum(part in created for part in parts) > 1  # most may have gone one way: both units are new
        if whole_into and not several:
            went.setdefault(whole_into[0], []).append(unit)
        elif len(parts) > 1 and len(along) >= SHARE * len(flow.people):
            seen.append(_seen(c, "split", [unit], parts, {unit: flow}))
    for result, units in went.items():
        began = created.get(result)
        alone = began is not None and len(units) == 1 and units[0] in began.into(share=SHARE)
        seen.append(_seen(c, "unit renamed" if alone else "merged", units, [result], closed))
    used = {iri for change in seen for iri in change.results}
    return sorted(seen + _split_off(c, created, used), key=lambda change: [c.name(iri) for iri in change.originals])


def _split_off(c: Comparison, created: dict[str, _Flow], used: set[str]) -> list[Seen]:
    """List the units of which a new one came out while they went on."""
    origins: dict[str, list[str]] = {}
    for unit, flow in created.items():
        found = [origin for origin in flow.into(share=SHARE) if c.b.exists(origin) and unit not in used]
        if found:
            origins.setdefault(found[0], []).append(unit)
    return [
        Seen(
            "split", (origin,), (origin, *units),
            tuple(dict.fromkeys(p for unit in units for p in created[unit].by_unit[origin])),
            "; ".join(
                f"{len(created[unit].by_unit[origin])} of {len(created[unit].people)} members of {c.name(unit)} "
                f"were in {c.name(origin)}" for unit in units
            ),
        )
        for origin, units in origins.items()
    ]  # fmt: skip


def _seen(
    c: Comparison, kind: str, originals: Sequence[str], results: Sequence[str], flows: dict[str, _Flow]
) -> Seen:
    went = {(x, y): flows[x].by_unit[y] for x in originals for y in results if y in flows[x].by_unit}
    evidence = [
        f"{len(people)} of {len(flows[x].people)} members of {c.name(x)} are now in {c.name(y)}"
        for (x, y), people in went.items()
    ]
    people = dict.fromkeys(person for found in went.values() for person in found)
    return Seen(kind, tuple(originals), tuple(results), tuple(people), "; ".join(evidence))


def seen_event(comparison: Comparison, change: Seen) -> Event:
    """Make the event of what is seen, without what is folded into it."""
    c = comparison
    originals, results = ([c.name(iri) for iri in units] for units in (change.originals, change.results))
    went_on = change.originals[0] in change.results
    verb = {
        "merged": "apparently merged into",
        "split": "was apparently split: out of it came" if went_on else "was apparently split into",
        "unit renamed": "apparently goes on as",
    }[change.kind]
    told = [name for name in results if name not in originals] if went_on else results
    unit, organization = c.home(change.originals[0])
    return Event(
        kind=change.kind,
        subject=change.originals[0],
        name=listed(originals),
        phrase=f"{verb} {listed(told)} (detected: {change.evidence})",
        note=f"detected: {change.evidence}",
        evidence=change.evidence,
        size=len(change.people),
        before=tuple(originals),
        after=tuple(results),
        related=tuple(dict.fromkeys([*change.originals[1:], *change.results])),
        unit=unit,
        organization=organization,
    )
