"""Increment: what a load changes in a large organization, without replaying all of it.

Replay is a function of all role changes. A change about a person touches what is stated of that person, of those they
replaced or were replaced by, and of the posts and units concerned; so the statements on those persons are replayed
alone, some persons at a time, and compared with what is believed of them. `increment` gives ``None`` wherever more may
be touched than that: then everything is replayed.

Why so narrow: the result has to be the very facts that a replay of everything gives. Kinds that reach further
(rosters, renames of units, mergers, lines between posts, moments shared by a label) are rare in a single change, and a
full replay is always right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from orggraph.changes import RoleChange
from orggraph.errors import Finding
from orggraph.facts import Fact
from orggraph.increment.lives import Known, place_of
from orggraph.increment.parts import LOCAL, MOST, Part, Replaying, Targets, is_local
from orggraph.ledger import Recorded
from orggraph.progress import Progress, silent
from orggraph.replay.writing import OTHER_NAME
from orggraph.timeline import Timeline
from orggraph.vocabulary import name_key

AT_ONCE = 500
"""Of so many persons the changes are replayed at once."""


class Increment(NamedTuple):
    """Facts that hold from now on, the rows of those that do not any more, and what was found on the way."""

    opened: tuple[Fact, ...]
    closed: tuple[int, ...]
    findings: tuple[Finding, ...]


def increment(
    timeline: Timeline, fresh: Sequence[RoleChange], store: Recorded, *, base: str, salt: str,
    progress: Progress = silent,
) -> Increment | None:  # fmt: skip
    """Give what ``fresh`` role changes alter in what is believed, or ``None`` where everything has to be replayed."""
    local = all(is_local(change) and change.property != OTHER_NAME for change in fresh)
    if not local or 2 * len(fresh) > len(timeline.facts):
        return None
    targets = _targets(fresh, store)
    if targets is None:
        return None
    replaying = Replaying(timeline, store.changes, targets, base=base, salt=salt)
    whole = _Whole(timeline, base=base)
    parts = _parts(fresh, targets)
    while parts:
        progress("replaying", len(fresh) - sum(map(len, parts)), len(fresh))
        part = replaying.part(parts.pop())
        if part is None:
            return None
        again = whole.take(part)
        if len(again) > MOST:
            return None
        if again:
            parts.append(again)
        timeline.facts.forget()
    return whole.increment()


def _targets(fresh: Iterable[RoleChange], store: Recorded) -> Targets | None:
    """Find what corrections are about, by identity or by the source's key; ``None`` where one is about nothing known.

    Finding a key takes a look at every role change there is.
    """
    corrections = [change for change in fresh if change.kind == "corrects"]
    known = store.changes({change.target for change in corrections})
    found = {change.id: [known[change.target]] for change in corrections if change.target in known}
    named = {change.id: _record(change) for change in corrections if change.id not in found}
    if named:
        of_record: dict[tuple[str, str], list[RoleChange]] = defaultdict(list)
        for change in store.changes_of_records(set(named.values())):
            of_record[change.source, change.record].append(change)
        found |= {identity: of_record[record] for identity, record in named.items() if record in of_record}
    return found if len(found) == len(corrections) else None


def _record(correction: RoleChange) -> tuple[str, str]:
    """Give the source and key that a correction names; a key alone is one of its own source."""
    source, mark, record = correction.target.rpartition("#")
    return (source, record) if mark else (correction.source, correction.target)


def _parts(fresh: Iterable[RoleChange], targets: Targets) -> list[list[RoleChange]]:
    """Divide role changes by the persons they name, `AT_ONCE` persons in each part."""
    of_person: dict[tuple[str, str], list[RoleChange]] = defaultdict(list)
    for change in fresh:
        named = targets[change.id][0] if change.kind == "corrects" else change
        of_person[name_key(named.organization_id or named.organization), named.person_id or named.person].append(change)
    persons = list(of_person.values())
    return [list(chain(*persons[first : first + AT_ONCE])) for first in range(0, len(persons), AT_ONCE)]


class _Whole:
    """The parts put together, as long as no two of them concern one person or one entity that is new."""

    def __init__(self, timeline: Timeline, *, base: str) -> None:
        self._timeline, self._base = timeline, base
        self._parts: dict[int, Part] = {}
        self._of: dict[str, int] = {}

    def take(self, part: Part) -> list[RoleChange]:
        """Take a part in; or give the role changes of this one and of others, which have to be replayed together."""
        concerned = {*part.persons, *part.new}
        met = {self._of[iri] for iri in concerned if iri in self._of}
        if not met:
            number = max(self._parts, default=-1) + 1
            self._parts[number] = part
            self._of |= dict.fromkeys(concerned, number)
            return []
        others = [self._parts.pop(number) for number in sorted(met)]
        for other in others:
            for iri in {*other.persons, *other.new}:
                del self._of[iri]
        return [*chain(*(other.fresh for other in others)), *part.fresh]

    def increment(self) -> Increment | None:
        """Give what all parts alter together, with where posts and units belong then."""
        parts = list(self._parts.values())
        opened = [fact for part in parts for fact in part.opened]
        closed = {row for part in parts for row in part.closed}
        findings = dict.fromkeys(finding for part in parts for finding in part.findings)
        known = Known(self._timeline, closed, opened)
        opened += [fact for part in parts for entity in part.new.values() for fact in entity.facts]
        concerned = {(iri, entity.kind, entity.parent) for part in parts for iri, entity in part.known.items()}
        for iri, kind, parent in sorted(concerned):
            if kind in ("post", "unit"):
                placed = place_of(known, iri, kind, parent, base=self._base)
                if placed is None:
                    return None
                row, fact = placed
                if self._timeline.facts[row].content != fact.content:
                    closed.add(row)
                    opened.append(fact)
        return Increment(tuple(opened), tuple(sorted(closed)), tuple(findings))


__all__ = ["AT_ONCE", "LOCAL", "MOST", "Increment", "increment"]
