"""History: everything known of one entity, with its periods on both axes, its sources and what they said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from orggraph.changes import RoleChange
from orggraph.facts import ATTRIBUTE, DIFFERENT_FROM, EVENT, LINE, MEMBERSHIP, NAME, PLACE, SAME_AS, TYPE, Fact
from orggraph.ledger import recorded_text
from orggraph.period import iso
from orggraph.snapshot import Snapshot, stated
from orggraph.timeline import Timeline
from orggraph.vocabulary import Literal

JUDGED = {SAME_AS: "is judged to be the same as", DIFFERENT_FROM: "is judged not to be the same as"}


class HistoryRow(NamedTuple):
    """One version of one fact: what holds since when until when, what it rests on, and when that was believed.

    ``superseded`` is empty while it is believed. ``what`` is the statement in words.
    """

    what: str
    since: str
    until: str
    confirmed: str
    sources: tuple[str, ...]
    quotes: tuple[str, ...]
    recorded: str
    superseded: str
    kind: str
    fact: Fact


ChangesOf = Callable[[Iterable[str]], Mapping[str, RoleChange]]


def history(
    timeline: Timeline, changes_of: ChangesOf, entity: str, *, recorded_by: int | None = None, most: int | None = None
) -> list[HistoryRow]:
    """List the facts about an entity and those that point at it, in the order of their start, end and wording.

    ``changes_of`` gives role changes by their identities. With ``recorded_by`` those known then; what was superseded
    later is not told. Where more than ``most`` facts point at it, these are left out.
    """
    facts = [fact for fact in facts_on(timeline, entity, most=most) if fact.kind != TYPE]
    told = [fact for fact in facts if recorded_by is None or fact.recorded <= recorded_by]
    changes = changes_of({change for fact in told for change in fact.changes})
    made = [_row(timeline, fact, changes, recorded_by) for fact in told]
    return sorted(made, key=lambda r: (r.fact.start.latest, r.fact.end.latest, r.kind, r.what, r.recorded))


def facts_on(timeline: Timeline, entity: str, *, most: int | None = None) -> list[Fact]:
    """Give all versions of the facts about an entity, those that point at it, and those about its tenures.

    Where more than ``most`` point at it, as at an organization, these are left out.
    """
    pointing = timeline.pointing_at(entity)
    told = pointing if most is None or len(pointing) <= most else pointing[:0]
    rows = np.concatenate([timeline.about(entity), told, timeline.in_post(entity)])
    facts = {int(row): timeline.facts[int(row)] for row in rows}
    tenures = {fact.tenure for fact in facts.values() if fact.kind == MEMBERSHIP}
    for tenure in sorted(tenures):
        facts.update({int(row): timeline.facts[int(row)] for row in timeline.about(tenure)})
    return list(facts.values())


def worded(snapshot: Snapshot, fact: Fact, said: Iterable[RoleChange]) -> str:
    """Put a fact in words, with the names of a day; ``said`` are the role changes that it rests on."""
    return _judged(snapshot, fact, said) if fact.predicate in JUDGED else _words(snapshot, snapshot.timeline, fact)


def _row(timeline: Timeline, fact: Fact, changes: Mapping[str, RoleChange], recorded_by: int | None) -> HistoryRow:
    day = max(1, min(fact.start.latest, fact.end.latest - 1))
    snapshot = Snapshot(timeline, day, recorded_by=recorded_by)
    standing = fact.superseded is None or (recorded_by is not None and recorded_by < fact.superseded)
    said = [changes[identity] for identity in fact.changes if identity in changes]
    always = fact.kind in (NAME, TYPE) and fact.start.edtf() == ".."
    return HistoryRow(
        what=worded(snapshot, fact, said),
        since="" if always else stated(fact.start),
        until=stated(fact.end),
        confirmed=iso(fact.confirmed) if fact.kind not in (NAME, TYPE) and iso(fact.confirmed) != ".." else "",
        sources=snapshot.sources(fact),
        quotes=tuple(dict.fromkeys(change.quote for change in said if change.quote)),
        recorded=recorded_text(fact.recorded),
        superseded="" if standing or fact.superseded is None else recorded_text(fact.superseded),
        kind=fact.kind,
        fact=fact,
    )


def _judged(snapshot: Snapshot, fact: Fact, said: Iterable[RoleChange]) -> str:
    """Put a judgement of identity in words, with why: who was absorbed has no name any more but the one given there."""
    said, other = list(said), str(fact.object)
    named = {change.into_id: change.into for change in said if change.into}
    name = snapshot.name(other)
    name = named.get(other) or (next(iter(named.values()), name) if name == other and len(named) == 1 else name)
    direct = [change for change in said if other in (change.into_id, change.person_id, change.post_id, change.unit_id)]
    why = "; ".join(dict.fromkeys(change.reason for change in direct or said if change.reason))
    return f"{snapshot.name(fact.subject)} {JUDGED[fact.predicate]} {name}{f' ({why})' if why else ''}"


def _words(snapshot: Snapshot, timeline: Timeline, fact: Fact) -> str:
    subject, target = snapshot.name(fact.subject), _object(snapshot, fact)
    said = ", ".join(note for note in snapshot.notes(fact))
    beside = f" ({said})" if said else ""
    if fact.kind == MEMBERSHIP:
        seat = snapshot.name(fact.post or fact.role) if fact.post or fact.role else "member"
        return f"{subject}: {seat}, {target}{beside}"
    if fact.kind == LINE:
        kind = "has a dotted line to" if "Dotted" in fact.predicate else "reports to"
        return f"{subject} {kind} {target}{beside}"
    if fact.kind == PLACE:
        return f"{subject}: part of {target}{beside}"
    if fact.kind == NAME:
        return f"is called {target}"
    if fact.kind == ATTRIBUTE:
        return f"{_tenure(snapshot, timeline, fact.subject)}: {_word(snapshot, fact.predicate)} {target}"
    assert fact.kind == EVENT, fact.kind
    return f"change event: {_word(snapshot, fact.predicate)} {target}"


def _object(snapshot: Snapshot, fact: Fact) -> str:
    if isinstance(fact.object, Literal):
        return fact.object.value
    return _tenure(snapshot, snapshot.timeline, fact.object)


def _tenure(snapshot: Snapshot, timeline: Timeline, iri: str) -> str:
    """Name an entity, or a tenure by who holds what."""
    for row in timeline.of_tenure(iri):
        fact = timeline.facts[int(row)]
        if fact.kind == MEMBERSHIP:
            seat = snapshot.name(fact.post or fact.role or str(fact.object))
            return f"{snapshot.name(fact.subject)} as {seat}"
    return snapshot.name(iri)


def _word(snapshot: Snapshot, predicate: str) -> str:
    named = snapshot.name(predicate)
    if named != predicate:
        return named
    local = predicate.rpartition("#")[2].rpartition("/")[2].rpartition(":")[2]
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in local).strip()
