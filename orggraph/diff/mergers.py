"""Units that merged, split or handed functions over as sources state it, with those who only went along.

Why stated mergers are read from the timeline: a change event lasts a day or a few and lies between the two snapshots,
so neither of them holds it. Only events that begin after the first day and not after the second count.
Why one unit that went into one new one may be renamed: a register can give a department that only changed its name a
new identity. Where the source's own word for the event is a change of name, nothing merged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from orggraph.diff.events import Comparison, Event, believed, listed, word
from orggraph.diff.flows import Seen, detected, seen_event
from orggraph.diff.trips import people_named, plain, whole
from orggraph.diff.units import empty_posts
from orggraph.facts import EVENT, Fact
from orggraph.vocabulary import ORG, ORGG, RDF_TYPE

ORIGINAL, RESULTING, CHANGE_TYPE = ORG + "originalOrganization", ORG + "resultingOrganization", ORGG + "changeType"
REASON = ORGG + "reason"
MERGERS = frozenset({"merged", "split", "functions transferred", "unit renamed"})
"""Kinds of which a change event is told; a unit that only bears another name has no such event."""
_VERBS = {
    "merged": "merged into", "split": "split into", "functions transferred": "handed functions over to",
    "unit renamed": "is now called",
}  # fmt: skip


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
        verb = _VERBS[change.kind]
        known = {change.kind, "merged"} if change.kind == "unit renamed" else {change.kind}
        words = {word(f.object) for f in change.facts if f.predicate == CHANGE_TYPE} - known
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
    stated = [event for event in c.events if event.kind in MERGERS and event.related]
    for event in stated:
        originals, results = _ends(event)
        _fold(c, event, [e for e in c.events if _goes(c, e, originals, results)], size=False)
    told = {iri for event in stated for iri in (event.subject, *event.related)}
    for change in detected(c, told):
        event = seen_event(c, change)
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


def _comes_along(c: Comparison, event: Event, change: Seen) -> bool:
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
    reasons = " ".join(word(f.object).casefold() for f in facts if f.predicate == REASON)
    if len(originals) == len(results) == 1 and "name" in reasons.split():
        return _Change("unit renamed", originals, results, tuple(facts))
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


