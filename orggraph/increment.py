"""Increment: what a small load changes in a large organization, without replaying all of it.

Replay is a function of all role changes. A change about a person touches what is stated of that person, of those they
replaced or were replaced by, and of the posts and units concerned; so the statements on those persons are replayed
alone and compared with what is believed of them. `increment` gives ``None`` wherever more may be touched than that:
then everything is replayed.

Why so narrow: the result has to be the very facts that a replay of everything gives. Kinds that reach further
(rosters, renames, mergers, lines between posts, moments shared by a label) are rare in a single change, and a full
replay is always right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from orggraph.changes import RoleChange
from orggraph.errors import Finding
from orggraph.facts import ATTRIBUTE, DERIVED, LINE, MEMBERSHIP, NAME, PLACE, TYPE, Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.replay.gathering import Gathered
from orggraph.replay.lives import Evidence, Stay
from orggraph.replay.places import note, place
from orggraph.replay.writing import REPLACES, Writer
from orggraph.timeline import Timeline
from orggraph.timeline.columns import KIND, NEVER, Rows
from orggraph.vocabulary import Literal, name_key

LOCAL = frozenset({"starts", "ends", "holds", "reports", "acting", "leave", "transferred", "states", "corrects"})
"""The kinds of role change that touch only the persons they name and what those hold."""
MOST = 500
"""Beyond this many persons touched everything is replayed."""

Fetch = Callable[[Iterable[str]], dict[str, RoleChange]]
"""Gives recorded role changes by identity."""


class Increment(NamedTuple):
    """Facts that hold from now on, the rows of those that do not any more, and what was found on the way."""

    opened: tuple[Fact, ...]
    closed: tuple[int, ...]
    findings: tuple[Finding, ...]


def increment(
    timeline: Timeline, fresh: Sequence[RoleChange], fetch: Fetch, *, base: str, salt: str
) -> Increment | None:
    """Give what ``fresh`` role changes alter in what is believed, or ``None`` where everything has to be replayed."""
    if not all(_local(change) for change in fresh):
        return None
    known = fetch({change.target for change in fresh if change.kind == "corrects"})
    if len(known) < len({change.target for change in fresh if change.kind == "corrects"}):
        return None
    touched: set[str] = set()
    while True:
        gathered = Gathered([*known.values(), *fresh], base=base, salt=salt)
        persons = {p for s in gathered.statements for p in (s.person, s.replaces) if p}
        if persons <= touched:
            break
        touched |= persons
        evidence = _evidence(timeline, touched)
        if evidence is None or len(touched) > MOST:
            return None
        known |= fetch(evidence - known.keys())
        if not all(_local(change) for change in known.values()):
            return None
    if not _self_contained(timeline, gathered, fresh):
        return None
    writer = Writer(gathered)
    writer.write()
    return _compared(timeline, gathered, writer, touched)


def _local(change: RoleChange) -> bool:
    """Tell whether a role change speaks of persons only, and says of which organization."""
    if change.kind == "corrects":
        return not (change.moment or change.record)
    return (
        change.kind in LOCAL
        and bool(change.person or change.person_id)
        and bool(change.organization or change.organization_id)
        and not (change.moment or change.reports_to_post or change.reports_to_post_id)
    )


def _evidence(timeline: Timeline, persons: Iterable[str]) -> set[str] | None:
    """Collect the identities of the role changes on which what is believed of the persons rests."""
    found: set[str] = set()
    reached = list(persons)
    seen = set(reached)
    while reached:
        facts = _believed_of(timeline, reached.pop())
        for row in facts:
            fact = timeline.facts[row]
            found.update(fact.changes)
            if DERIVED in fact.flags:
                return None
            others = [fact.object] if fact.predicate == REPLACES else []
            if fact.kind == MEMBERSHIP:
                rows = _believed(timeline, timeline.pointing_at(fact.tenure))
                others += [f.subject for r in rows if (f := timeline.facts[r]).predicate == REPLACES]
            for tenure in others:
                holders = {timeline.facts[r].subject for r in timeline.of_tenure(str(tenure))}
                reached += sorted(holders - seen)
                seen |= holders
        if len(seen) > MOST:
            return None
    return found


def _believed_of(timeline: Timeline, person: str) -> list[int]:
    """List the believed facts about a person and about their tenures, without names and types."""
    rows = _believed(timeline, timeline.about(person))
    kinds = timeline.columns.kind[rows]
    own = rows[(kinds != KIND[NAME]) & (kinds != KIND[TYPE])].tolist()
    tenures = {timeline.facts[row].tenure for row in own if timeline.columns.kind[row] == KIND[MEMBERSHIP]}
    return [*own, *(row for t in sorted(tenures) for row in _believed(timeline, timeline.about(t)).tolist())]


def _believed(timeline: Timeline, rows: Rows) -> Rows:
    believed: Rows = rows[timeline.columns.superseded[rows] == NEVER]
    return believed


def _self_contained(timeline: Timeline, gathered: Gathered, fresh: Sequence[RoleChange]) -> bool:
    """Tell whether names mean here what they mean in everything, and no post concerned has lines of its own."""
    for statement in gathered.statements:
        for post in (statement.post, statement.from_post):
            rows = np.concatenate([timeline.about(post), timeline.pointing_at(post)])
            if (timeline.columns.kind[rows] == KIND[LINE]).any():
                return False
    for change in fresh:
        names = [(change.person, change.person_id), (change.post, change.post_id), (change.unit, change.unit_id)]
        names += [(change.reports_to, change.reports_to_id), (change.replaces, change.replaces_id)]
        for name, key in [*names, (change.from_post, "")]:
            if name and not _means_the_same(timeline, gathered, name, bool(key)):
                return False
    return True


def _means_the_same(timeline: Timeline, gathered: Gathered, name: str, by_id: bool) -> bool:
    """Tell whether everybody who bears the name is among those gathered, or nobody without an id is concerned."""
    bearers = {timeline.facts[row].subject for row in timeline.names.candidates(name)}
    bearers = {iri for iri in bearers if name_key(name) in _names(timeline, iri)}
    here = {iri for iri, labels in gathered.identity.labels.items() if name_key(name) in labels}
    return bearers <= here or (by_id and not bearers - here)


def _names(timeline: Timeline, iri: str) -> dict[str, str]:
    """Give the believed names of an entity by their folded form."""
    facts = [timeline.facts[row] for row in _believed(timeline, timeline.about(iri))]
    return {name_key(f.object.value): f.object.value for f in facts if f.kind == NAME and isinstance(f.object, Literal)}


def _compared(timeline: Timeline, gathered: Gathered, writer: Writer, touched: set[str]) -> Increment | None:
    tenures = {fact.tenure for fact in writer.facts if fact.kind == MEMBERSHIP}
    owners = touched | tenures
    own = [f for f in writer.facts if f.subject in owners and f.kind in (MEMBERSHIP, LINE, ATTRIBUTE)]
    if any(f.kind == LINE and DERIVED in f.flags for f in writer.facts):
        return None
    before = {row: timeline.facts[row] for person in touched for row in _believed_of(timeline, person)}
    after = {fact.content: fact for fact in own}
    kept = {fact.content for fact in before.values()}
    closed = {row for row, fact in before.items() if fact.content not in after}
    opened = [fact for content, fact in after.items() if content not in kept]
    for entity, kind in sorted(gathered.identity.kinds.items()):
        entity_facts = [f for f in writer.facts if f.subject == entity and f.kind in (NAME, TYPE, PLACE)]
        rows = _believed(timeline, timeline.about(entity))
        if not np.isin(timeline.columns.kind[rows], [KIND[kind] for kind in (NAME, TYPE, PLACE)]).any():
            opened += entity_facts
            continue
        if not gathered.identity.labels[entity].keys() <= _names(timeline, entity).keys():
            return None
        if kind in ("post", "unit"):
            place = _place(timeline, gathered, entity, closed, opened)
            if place is None:
                return None
            row, fact = place
            if timeline.facts[row].content != fact.content:
                closed.add(row)
                opened.append(fact)
    return Increment(tuple(opened), tuple(sorted(closed)), tuple(gathered.findings) + tuple(writer.findings))


def _place(
    timeline: Timeline, gathered: Gathered, entity: str, closed: set[int], opened: Sequence[Fact]
) -> tuple[int, Fact] | None:
    """Give the row of where a known post or unit belongs, and the fact as it has to be; ``None`` if it is not plain."""
    rows = [int(r) for r in _believed(timeline, timeline.about(entity)) if timeline.facts[r].kind == PLACE]
    if len(rows) != 1:
        return None
    known = timeline.facts[rows[0]]
    above = [timeline.facts[r] for r in _believed(timeline, timeline.about(str(known.object)))]
    lives = [known, *(f for f in above if f.kind == PLACE)]
    plain = all(f.tenure == f"{gathered.base}tenure:{Stay(f.subject, str(f.object)).key}" for f in lives)
    dated = any(f.kind == TYPE and f.changes for f in above)
    if not plain or dated or gathered.lives[entity].stays[0].parent != known.object:
        return None
    evidence = _known_of(timeline, entity, closed, opened)
    ((stay, period, _),) = gathered.lives[entity].bounds(evidence, within=None)
    return rows[0], place(gathered.base, stay, period, evidence, kind=gathered.identity.kinds[entity])


def _known_of(timeline: Timeline, entity: str, closed: set[int], opened: Sequence[Fact]) -> Evidence:
    """Collect the evidence of a post or unit, and of all that belongs to it, from what is believed then."""
    evidence, c = Evidence(), timeline.columns
    candidates = np.concatenate([timeline.in_post(entity), timeline.pointing_at(entity)])
    rows = np.unique(_believed(timeline, candidates))
    rows = rows[np.isin(c.kind[rows], [KIND[MEMBERSHIP], KIND[LINE]])]
    rows = rows[~np.isin(rows, np.fromiter(closed, dtype=np.int64))]
    if len(rows):
        first = np.minimum(c.start_latest[rows].astype(np.int64), c.end_latest[rows].astype(np.int64) - 1)
        last = np.where(c.end_earliest[rows] < OPEN_LATE, c.end_earliest[rows].astype(np.int64) - 1, OPEN_LATE)
        first[first >= OPEN_LATE] = OPEN_EARLY
        for begin, end in np.unique(np.stack([first, last], axis=1), axis=0).tolist():
            evidence.add(begin, end, ())
        lists = [c.changes[c.changes_at[row] : c.changes_at[row + 1]] for row in rows]
        numbers = np.unique(np.concatenate(lists))
        evidence.changes.add(min(timeline.facts.change(int(number)) for number in numbers))
    for fact in opened:
        if fact.kind == MEMBERSHIP and entity in (fact.post, fact.object):
            note(evidence, fact)
    for row in _believed(timeline, timeline.pointing_at(entity)):
        if timeline.facts[row].kind == PLACE:
            below = _known_of(timeline, timeline.facts[row].subject, closed, opened)
            evidence.add(below.first if below.first < OPEN_LATE else OPEN_EARLY, below.last, ())
    return evidence


__all__ = ["Increment", "increment"]
