"""Units that merged, split or handed functions over: as sources state it, and else as seen by where members went.

Why stated mergers are read from the timeline: a change event lasts a day or a few and lies between the two snapshots,
so neither of them holds it. Only events that begin after the first day and not after the second count.
Why detection is told apart: that 38 of 41 members of one unit are in another now is a fact; that the one merged into
the other is a conclusion. So the sentence says *apparently*, ``evidence`` holds what was seen, it is counted as
``detected``, and where a source states an event of a unit nothing is detected about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from orggraph.diff.events import Comparison, Event, believed, listed, word
from orggraph.diff.side import Side
from orggraph.diff.trips import members, people_named, places, plain, whole
from orggraph.diff.units import empty_posts
from orggraph.facts import EVENT, Fact
from orggraph.snapshot import CERTAIN
from orggraph.vocabulary import ORG, ORGG, RDF_TYPE

ORIGINAL, RESULTING, CHANGE_TYPE = ORG + "originalOrganization", ORG + "resultingOrganization", ORGG + "changeType"
MERGERS = ("merged", "split", "functions transferred")
MINIMUM = 3
"""Of a unit with fewer members, nothing is detected."""
SHARE = 0.6
"""At least this part of the members must have gone the same way."""
PART = 0.15
"""A unit into which another was split took at least this part of its members."""


class _Change(NamedTuple):
    """One change event, or several that are one merger or one split."""

    kind: str
    originals: tuple[str, ...]
    results: tuple[str, ...]
    facts: tuple[Fact, ...]


def tell_mergers(comparison: Comparison) -> None:
    """Tell the mergers, splits and transfers of functions between the two days, in the order of their days."""
    for change in _changes(comparison):
        fresh = [iri for iri in (*change.originals, *change.results) if iri not in comparison.folded]
        ends = [iri for iri in fresh if iri in change.originals and not comparison.b.exists(iri)]
        begins = [iri for iri in fresh if iri in change.results and not comparison.a.exists(iri)]
        places = [f for iri in ends for f in comparison.a.places.get(iri, ())]
        places += [f for iri in begins for f in comparison.b.places.get(iri, ())]
        places += [f for iri in (*ends, *begins) for f in empty_posts(comparison, iri)]
        originals = [comparison.name(iri) for iri in change.originals]
        results = [comparison.name(iri) for iri in change.results]
        verb = {"merged": "merged into", "split": "split into"}.get(change.kind, "handed functions over to")
        words = {word(f.object) for f in change.facts if f.predicate == CHANGE_TYPE} - {change.kind}
        comparison.tell(
            change.kind,
            change.originals[0],
            f"{verb} {listed(results)}",
            name=listed(originals),
            facts=[*change.facts, *places],
            certain=all(_between(comparison, fact, surely=True) for fact in change.facts),
            notes=sorted(words),
            also=[*["unit closed"] * len(ends), *["unit created"] * len(begins)],
            before=originals,
            after=results,
            related=[*change.originals[1:], *change.results],
        )
        comparison.folded.update(ends, begins)


def fold_mergers(comparison: Comparison) -> None:
    """Detect what no source states, and fold into each merger those who only went along."""
    c = comparison
    stated = [event for event in c.events if event.kind in MERGERS]
    for event in stated:
        originals, results = _ends(event)
        _fold(c, event, [e for e in c.events if _goes(c, e, originals, results)], size=False)
    told = {iri for event in stated for iri in (event.subject, *event.related)}
    for change in _detected(c, told):
        event = _event(c, change)
        c.events.append(event)
        units = {*change.originals, *change.results}
        parts = [e for e in c.events if e is not event and (
            (e.kind in ("unit created", "unit closed") and e.subject in units)
            or _goes(c, e, change.originals, change.results) or _comes_along(c, e, change)
        )]  # fmt: skip
        _fold(c, event, parts, size=True)


def _ends(event: Event) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the IRIs of the units that went into a stated merger, and of those that came out of it."""
    units = (event.subject, *event.related)
    return units[: len(event.before)], units[len(event.before) :]


def _goes(c: Comparison, event: Event, originals: Sequence[str], results: Sequence[str]) -> bool:
    """Tell whether an event is the plain trip of a person, or of a post, from one of the units into another."""
    if event.kind == "post moved":
        before, after = (
            {str(f.object) for f in side.places.get(event.subject, ())} for side in (c.a, c.b)
        )
        return before <= {*originals} and after <= {*results}
    found = plain(c, event)
    return found is not None and found.origin in originals and found.target in results


def _comes_along(c: Comparison, event: Event, change: _Seen) -> bool:
    """Tell whether an event is the end or beginning of an empty post with its unit."""
    side, units = {"post abolished": (c.a, change.originals), "post created": (c.b, change.results)}.get(
        event.kind, (c.b, ())
    )
    return any(str(fact.object) in units for fact in side.places.get(event.subject, ())) and bool(units)


def _fold(c: Comparison, event: Event, parts: list[Event], *, size: bool) -> None:
    """Put the event with its parts in its place, and take the parts out."""
    people = [part.subject for part in parts if part.kind in ("moved", "relocated")]
    if not parts:
        return
    note = f"{people_named(c, people)} went along" if people and not size else ""
    made = replace(whole(event, parts, note=note), size=event.size or len(people))
    gone = {id(part) for part in parts}
    c.events = [made if e is event else e for e in c.events if id(e) not in gone]


class _Seen(NamedTuple):
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


def _detected(c: Comparison, told: set[str]) -> list[_Seen]:
    """List what is seen of the units that certainly ended or began between the two days, by their names."""
    fresh = [e for e in c.events if e.subject not in told and e.certainty == CERTAIN]
    closed = {e.subject: _flow(e.subject, c.a, c.b) for e in fresh if e.kind == "unit closed"}
    created = {e.subject: _flow(e.subject, c.b, c.a) for e in fresh if e.kind == "unit created"}
    closed = {iri: flow for iri, flow in closed.items() if len(flow.people) >= MINIMUM}
    created = {iri: flow for iri, flow in created.items() if len(flow.people) >= MINIMUM}
    went: dict[str, list[str]] = {}
    seen: list[_Seen] = []
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


def _split_off(c: Comparison, created: dict[str, _Flow], used: set[str]) -> list[_Seen]:
    """List the units of which a new one came out while they went on."""
    origins: dict[str, list[str]] = {}
    for unit, flow in created.items():
        found = [origin for origin in flow.into(share=SHARE) if c.b.exists(origin) and unit not in used]
        if found:
            origins.setdefault(found[0], []).append(unit)
    return [
        _Seen(
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
) -> _Seen:
    went = {(x, y): flows[x].by_unit[y] for x in originals for y in results if y in flows[x].by_unit}
    evidence = [
        f"{len(people)} of {len(flows[x].people)} members of {c.name(x)} are now in {c.name(y)}"
        for (x, y), people in went.items()
    ]
    people = dict.fromkeys(person for found in went.values() for person in found)
    return _Seen(kind, tuple(originals), tuple(results), tuple(people), "; ".join(evidence))


def _event(c: Comparison, change: _Seen) -> Event:
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


def _changes(c: Comparison) -> list[_Change]:
    """Gather the change events; those into one unit, or out of one, on the same moment are one change."""
    events: dict[str, list[Fact]] = {}
    snapshot = c.b.snapshot
    for row in snapshot.timeline.of_kind(EVENT):
        fact = snapshot.timeline.facts[row]
        if believed(fact, snapshot.recorded_by) and _between(c, fact, surely=False):
            events.setdefault(fact.subject, []).append(fact)
    grouped: dict[tuple[object, ...], list[_Change]] = {}
    for iri, facts in sorted(events.items(), key=lambda item: (item[1][0].start.earliest, item[0])):
        change = _change(facts)
        if change.originals and change.results:
            one = {"merged": change.results, "split": change.originals}.get(change.kind, (iri,))
            grouped.setdefault((change.kind, one, facts[0].start.earliest, facts[0].start.latest), []).append(change)
    return [_united(changes) for changes in grouped.values()]


def _change(facts: list[Fact]) -> _Change:
    originals = tuple(sorted({str(f.object) for f in facts if f.predicate == ORIGINAL}))
    results = tuple(sorted({str(f.object) for f in facts if f.predicate == RESULTING}))
    said = " ".join(word(f.object).casefold() for f in facts if f.predicate in (CHANGE_TYPE, RDF_TYPE))
    if "merge" in said or (len(originals) > 1 and len(results) == 1):
        return _Change("merged", originals, results, tuple(facts))
    if "split" in said or (len(originals) == 1 and len(results) > 1):
        return _Change("split", originals, results, tuple(facts))
    return _Change("functions transferred", originals, results, tuple(facts))


def _united(changes: list[_Change]) -> _Change:
    return _Change(
        changes[0].kind,
        tuple(dict.fromkeys(iri for change in changes for iri in change.originals)),
        tuple(dict.fromkeys(iri for change in changes for iri in change.results)),
        tuple(fact for change in changes for fact in change.facts),
    )


def _between(c: Comparison, fact: Fact, *, surely: bool) -> bool:
    """Tell whether an event begins after the first day and not after the second."""
    first, second = c.a.snapshot.day, c.b.snapshot.day
    if surely:
        return first < fact.start.earliest and fact.start.latest <= second
    return first < fact.start.latest and fact.start.earliest <= second and first != second


