"""Parts: the statements on some persons replayed alone, and compared with what is believed of these."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from orggraph.changes import RoleChange
from orggraph.errors import Finding
from orggraph.facts import ATTRIBUTE, DERIVED, LINE, MEMBERSHIP, NAME, PLACE, TYPE, Fact
from orggraph.increment.meaning import is_self_contained, names_of
from orggraph.replay.gathering import Gathered
from orggraph.replay.writing import REPLACES, Writer
from orggraph.timeline import Timeline
from orggraph.timeline.columns import KIND

LOCAL = frozenset(
    {"starts", "ends", "holds", "reports", "acting", "leave", "transferred", "states", "renamed", "corrects"}
)
"""The kinds of role change that touch only the persons they name and what those hold."""
DESCRIBING = (NAME, TYPE, PLACE)
"""The kinds of fact that tell what an entity is, is called and belongs to."""
MOST = 5_000
"""Where this many persons hang together everything is replayed."""

Fetch = Callable[[Iterable[str]], dict[str, RoleChange]]
"""Gives recorded role changes by identity."""


Targets = Mapping[str, Sequence[RoleChange]]
"""The recorded role changes that corrections are about, by the identity of the correction."""


class Entity(NamedTuple):
    """A post, unit, organization, role or person as a part tells of it: its facts, and what it belongs to."""

    kind: str
    facts: list[Fact]
    parent: str


@dataclass(slots=True)
class Part:
    """What some role changes alter: facts on persons and their tenures, and the entities that are concerned."""

    fresh: list[RoleChange]
    persons: set[str]
    opened: list[Fact]
    closed: set[int]
    known: dict[str, Entity]
    new: dict[str, Entity]
    findings: list[Finding]


class Replaying:
    """Replays the statements on some persons alone."""

    def __init__(self, timeline: Timeline, fetch: Fetch, targets: Targets, *, base: str, salt: str) -> None:
        self._timeline, self._fetch, self._targets = timeline, fetch, targets
        self._base, self._salt = base, salt

    def part(self, fresh: list[RoleChange]) -> Part | None:
        """Give what role changes alter, or ``None`` where replaying all that is stated of their persons is not enough.

        Persons are added until nothing leads to others.
        """
        timeline = self._timeline
        known = {target.id: target for change in fresh for target in self._targets.get(change.id, ())}
        touched: set[str] = set()
        while True:
            gathered = Gathered([*known.values(), *fresh], base=self._base, salt=self._salt)
            persons = {p for s in gathered.statements for p in (s.person, s.replaces) if p}
            if persons <= touched:
                break
            touched |= persons
            evidence = _evidence(timeline, touched)
            if evidence is None or len(touched) > MOST:
                return None
            evidence |= {change for row in _named_rows(timeline, touched) for change in timeline.facts[row].changes}
            known |= self._fetch(evidence - known.keys())
            if not all(is_local(change) for change in known.values()):
                return None
        if not is_self_contained(timeline, gathered, fresh, known.values()):
            return None
        writer = Writer(gathered)
        writer.write()
        return _compared(timeline, gathered, writer, touched, fresh)


def is_local(change: RoleChange) -> bool:
    """Tell whether a role change speaks of persons only, and says of which organization; a new name needs an id."""
    if change.kind == "corrects":
        return not (change.moment or change.record or change.into)
    if change.kind == "renamed" and not change.person_id:
        return False
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
                rows = timeline.still_believed(timeline.pointing_at(fact.tenure))
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
    rows = timeline.still_believed(timeline.about(person))
    kinds = timeline.columns.kind[rows]
    own = rows[(kinds != KIND[NAME]) & (kinds != KIND[TYPE])].tolist()
    tenures = {timeline.facts[row].tenure for row in own if timeline.columns.kind[row] == KIND[MEMBERSHIP]}
    return [*own, *(row for t in sorted(tenures) for row in timeline.still_believed(timeline.about(t)).tolist())]


def _named_rows(timeline: Timeline, persons: Iterable[str]) -> list[int]:
    """List the believed names of persons."""
    rows = (timeline.only(timeline.still_believed(timeline.about(person)), NAME) for person in persons)
    return [row for found in rows for row in found.tolist()]


def _compared(
    timeline: Timeline, gathered: Gathered, writer: Writer, touched: set[str], fresh: list[RoleChange]
) -> Part | None:
    """Compare what was written of persons with what is believed of them."""
    if any(f.kind == LINE and DERIVED in f.flags for f in writer.facts):
        return None
    by_subject: dict[str, list[Fact]] = defaultdict(list)
    for fact in writer.facts:
        by_subject[fact.subject].append(fact)
    owners = sorted(touched | {fact.tenure for fact in writer.facts if fact.kind == MEMBERSHIP})
    about = [fact for owner in owners for fact in by_subject.get(owner, ())]
    if not {change.id for change in fresh} <= {change for fact in about for change in fact.changes}:
        return None
    told = [fact for fact in about if fact.kind in (MEMBERSHIP, LINE, ATTRIBUTE)]
    before = {row: timeline.facts[row] for person in touched for row in _believed_of(timeline, person)}
    renamed = {s.person for s in gathered.statements if s.change.kind == "renamed"}
    for person in sorted(person for person in renamed if _is_described(timeline, person)):
        known = {row: timeline.facts[row] for row in _named_rows(timeline, [person])}
        named = [fact for fact in by_subject[person] if fact.kind == NAME]
        if not {fact.object for fact in known.values()} <= {fact.object for fact in named}:
            return None  # others call the person something else
        told += named
        before |= known
    after = {fact.content: fact for fact in told}
    kept = {fact.content for fact in before.values()}
    opened = [fact for content, fact in after.items() if content not in kept]
    closed = {row for row, fact in before.items() if fact.content not in after}
    part = Part(fresh, touched, opened, closed, {}, {}, [*gathered.findings, *writer.findings])
    for iri, kind in sorted(gathered.identity.kinds.items()):
        life = gathered.lives.get(iri)
        facts = [fact for fact in by_subject.get(iri, ()) if fact.kind in DESCRIBING]
        entity = Entity(kind, facts, life.stays[0].parent if life else "")
        if not _is_described(timeline, iri):
            part.new[iri] = entity
        elif gathered.identity.labels[iri].keys() <= names_of(timeline, iri):
            part.known[iri] = entity
        else:
            return None
    return part


def _is_described(timeline: Timeline, iri: str) -> bool:
    """Tell whether it is believed what an entity is, is called, or belongs to."""
    rows = timeline.still_believed(timeline.about(iri))
    return bool(np.isin(timeline.columns.kind[rows], [KIND[kind] for kind in DESCRIBING]).any())
