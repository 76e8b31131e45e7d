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
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np

from orggraph.changes import RoleChange
from orggraph.errors import Finding
from orggraph.facts import ATTRIBUTE, DERIVED, LINE, MEMBERSHIP, NAME, PLACE, SAME_AS, TYPE, Fact
from orggraph.ledger import Recorded
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.progress import Progress, silent
from orggraph.replay.gathering import Gathered
from orggraph.replay.lives import Evidence, Stay, lives_of
from orggraph.replay.places import note, place
from orggraph.replay.writing import OTHER_NAME, REPLACES, Writer
from orggraph.timeline import Timeline
from orggraph.timeline.columns import KIND, NEVER, Rows, gather
from orggraph.timeline.terms import ABSENT, decode
from orggraph.vocabulary import name_key

LOCAL = frozenset(
    {"starts", "ends", "holds", "reports", "acting", "leave", "transferred", "states", "renamed", "corrects"}
)
"""The kinds of role change that touch only the persons they name and what those hold."""
DESCRIBING = (NAME, TYPE, PLACE)
"""The kinds of fact that tell what an entity is, is called and belongs to."""
MOST = 5_000
"""Where this many persons hang together everything is replayed."""
AT_ONCE = 500
"""Of so many persons the changes are replayed at once."""

Fetch = Callable[[Iterable[str]], dict[str, RoleChange]]
"""Gives recorded role changes by identity."""


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
    local = all(_local(change) and change.property != OTHER_NAME for change in fresh)
    if not local or 2 * len(fresh) > len(timeline.facts):
        return None
    targets = _targets(fresh, store)
    if targets is None:
        return None
    replaying = _Replaying(timeline, store.changes, targets, base=base, salt=salt)
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


Targets = Mapping[str, Sequence[RoleChange]]
"""The recorded role changes that corrections are about, by the identity of the correction."""


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


class _Entity(NamedTuple):
    """A post, unit, organization, role or person as a part tells of it: its facts, and what it belongs to."""

    kind: str
    facts: list[Fact]
    parent: str


@dataclass(slots=True)
class _Part:
    """What some role changes alter: facts on persons and their tenures, and the entities that are concerned."""

    fresh: list[RoleChange]
    persons: set[str]
    opened: list[Fact]
    closed: set[int]
    known: dict[str, _Entity]
    new: dict[str, _Entity]
    findings: list[Finding]


class _Replaying:
    """Replays the statements on some persons alone."""

    def __init__(self, timeline: Timeline, fetch: Fetch, targets: Targets, *, base: str, salt: str) -> None:
        self._timeline, self._fetch, self._targets = timeline, fetch, targets
        self._base, self._salt = base, salt

    def part(self, fresh: list[RoleChange]) -> _Part | None:
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
            if not all(_local(change) for change in known.values()):
                return None
        if not _self_contained(timeline, gathered, fresh, known.values()):
            return None
        writer = Writer(gathered)
        writer.write()
        return _compared(timeline, gathered, writer, touched, fresh)


class _Whole:
    """The parts put together, as long as no two of them concern one person or one entity that is new."""

    def __init__(self, timeline: Timeline, *, base: str) -> None:
        self._timeline, self._base = timeline, base
        self._parts: dict[int, _Part] = {}
        self._of: dict[str, int] = {}

    def take(self, part: _Part) -> list[RoleChange]:
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
        known = _Known(self._timeline, closed, opened)
        opened += [fact for part in parts for entity in part.new.values() for fact in entity.facts]
        concerned = {(iri, entity.kind, entity.parent) for part in parts for iri, entity in part.known.items()}
        for iri, kind, parent in sorted(concerned):
            if kind in ("post", "unit"):
                placed = _place(known, iri, kind, parent, base=self._base)
                if placed is None:
                    return None
                row, fact = placed
                if self._timeline.facts[row].content != fact.content:
                    closed.add(row)
                    opened.append(fact)
        return Increment(tuple(opened), tuple(sorted(closed)), tuple(findings))


def _local(change: RoleChange) -> bool:
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


def _named_rows(timeline: Timeline, persons: Iterable[str]) -> list[int]:
    """List the believed names of persons."""
    rows = (timeline.only(_believed(timeline, timeline.about(person)), NAME) for person in persons)
    return [row for found in rows for row in found.tolist()]


def _believed(timeline: Timeline, rows: Rows) -> Rows:
    believed: Rows = rows[timeline.columns.superseded[rows] == NEVER]
    return believed


def _self_contained(
    timeline: Timeline, gathered: Gathered, fresh: Iterable[RoleChange], known: Iterable[RoleChange]
) -> bool:
    """Tell whether names mean here what they mean in everything, and no post concerned has lines of its own."""
    if any(_judged(timeline, iri, kind) for iri, kind in gathered.identity.kinds.items()):
        return False
    for post in {post for s in gathered.statements for post in (s.post, s.from_post) if post}:
        rows = np.concatenate([timeline.about(post), timeline.pointing_at(post)])
        if (timeline.columns.kind[rows] == KIND[LINE]).any():
            return False
    meaning = _Meaning(timeline, gathered)
    if not all(meaning.is_new(s.change.into, s.person) for s in gathered.statements if s.change.kind == "renamed"):
        return False
    names = {(name, bool(key)) for change in fresh for name, key in _named(change)}
    names |= {(name, False) for change in known for name, key in _named(change) if not key}
    return all(meaning.is_the_same(name, by_id=by_id) for name, by_id in sorted(names) if name)


def _judged(timeline: Timeline, iri: str, kind: str) -> bool:
    """Tell whether an entity was judged to be one with another, unless it is only the person who stands for both."""
    same = timeline.terms.number(SAME_AS)
    if same == ABSENT:
        return False
    rows = timeline.pointing_at(iri)
    if kind != "person":
        rows = np.concatenate([rows, timeline.about(iri)])
    return bool((timeline.columns.predicate[_believed(timeline, rows)] == same).any())


def _named(change: RoleChange) -> Iterator[tuple[str, str]]:
    """Give the names in a role change, each with the id beside it."""
    yield change.person, change.person_id
    yield change.post, change.post_id
    yield change.unit, change.unit_id
    yield change.reports_to, change.reports_to_id
    yield change.replaces, change.replaces_id
    yield change.from_post, ""


class _Meaning:
    """Tells whether a name stands here for whom it stands for in everything."""

    def __init__(self, timeline: Timeline, gathered: Gathered) -> None:
        self._timeline = timeline
        self._here: dict[str, set[str]] = defaultdict(set)
        for iri, labels in gathered.identity.labels.items():
            for key in labels:
                self._here[key].add(iri)

    def is_the_same(self, name: str, *, by_id: bool) -> bool:
        """Tell whether all who bear the name are here; or, where it has an id beside it, whether it is news to nobody.

        With an id a name need not be looked up, and where its bearers are known by it already, others' are not either.
        """
        bearers = self._bearers(name)
        here = self._here[name_key(name)]
        return bearers <= here or (by_id and here <= bearers)


    def is_new(self, name: str, person: str) -> bool:
        """Tell whether nobody but a person bears a name, so that alone it stands for nobody else before and after."""
        return self._bearers(name) <= {person} and self._here[name_key(name)] <= {person}

    def _bearers(self, name: str) -> set[str]:
        return set(self._timeline.bearers(name, believed=True))


def _names(timeline: Timeline, iri: str) -> set[str]:
    """Give the believed names of an entity, folded."""
    rows = timeline.only(_believed(timeline, timeline.about(iri)), NAME)
    return {name_key(timeline.terms.text(number)) for number in timeline.columns.object[rows].tolist()}


def _compared(
    timeline: Timeline, gathered: Gathered, writer: Writer, touched: set[str], fresh: list[RoleChange]
) -> _Part | None:
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
    part = _Part(fresh, touched, opened, closed, {}, {}, [*gathered.findings, *writer.findings])
    for iri, kind in sorted(gathered.identity.kinds.items()):
        life = gathered.lives.get(iri)
        facts = [fact for fact in by_subject.get(iri, ()) if fact.kind in DESCRIBING]
        entity = _Entity(kind, facts, life.stays[0].parent if life else "")
        if not _is_described(timeline, iri):
            part.new[iri] = entity
        elif gathered.identity.labels[iri].keys() <= _names(timeline, iri):
            part.known[iri] = entity
        else:
            return None
    return part


def _is_described(timeline: Timeline, iri: str) -> bool:
    """Tell whether it is believed what an entity is, is called, or belongs to."""
    rows = _believed(timeline, timeline.about(iri))
    return bool(np.isin(timeline.columns.kind[rows], [KIND[kind] for kind in DESCRIBING]).any())


def _place(known: _Known, entity: str, kind: str, parent: str, *, base: str) -> tuple[int, Fact] | None:
    """Give the row of where a known post or unit belongs, and the fact as it has to be; ``None`` if it is not plain."""
    timeline = known.timeline
    rows = [int(r) for r in _believed(timeline, timeline.about(entity)) if timeline.columns.kind[r] == KIND[PLACE]]
    if len(rows) != 1:
        return None
    placed = timeline.facts[rows[0]]
    above = [timeline.facts[r] for r in _believed(timeline, timeline.about(str(placed.object)))]
    lives = [placed, *(fact for fact in above if fact.kind == PLACE)]
    plain = all(fact.tenure == f"{base}tenure:{Stay(fact.subject, str(fact.object)).key}" for fact in lives)
    dated = any(fact.kind == TYPE and fact.changes for fact in above)
    if not plain or dated or parent != placed.object:
        return None
    evidence = known.of(entity)
    ((stay, period, _),) = lives_of(entity, parent, ()).bounds(evidence, within=None)
    return rows[0], place(base, stay, period, evidence, kind=kind)


class _Known:
    """What is known of posts and units once some facts are closed and others opened."""

    def __init__(self, timeline: Timeline, closed: Collection[int], opened: Iterable[Fact]) -> None:
        self.timeline = timeline
        self._closed = np.fromiter(closed, dtype=np.int64, count=len(closed))
        self._opened: dict[str, list[Fact]] = defaultdict(list)
        self._found: dict[str, Evidence] = {}
        for fact in opened:
            if fact.kind == MEMBERSHIP:
                for entity in {fact.post, str(fact.object)}:
                    self._opened[entity].append(fact)

    def of(self, entity: str) -> Evidence:
        """Collect the evidence of an entity, and of all that belongs to it, from what is believed then."""
        found = self._found.get(entity)
        if found is None:
            found = self._found[entity] = self._collect(entity)
        return found

    def _collect(self, entity: str) -> Evidence:
        timeline, c, evidence = self.timeline, self.timeline.columns, Evidence()
        candidates = np.concatenate([timeline.in_post(entity), timeline.pointing_at(entity)])
        rows = np.unique(_believed(timeline, candidates))
        rows = rows[np.isin(c.kind[rows], [KIND[MEMBERSHIP], KIND[LINE]])]
        rows = rows[~np.isin(rows, self._closed)]
        if len(rows):
            first = np.minimum(c.start_latest[rows].astype(np.int64), c.end_latest[rows].astype(np.int64) - 1)
            last = np.where(c.end_earliest[rows] < OPEN_LATE, c.end_earliest[rows].astype(np.int64) - 1, OPEN_LATE)
            first[first >= OPEN_LATE] = OPEN_EARLY
            for begin, end in np.unique(np.stack([first, last], axis=1), axis=0).tolist():
                evidence.add(begin, end, ())
            numbers = np.unique(gather(c.changes, c.changes_at, rows))
            least = min(timeline.terms.encoded(c.change_ids[numbers].tolist()))
            told = decode(least)
            evidence.changes.add(told if isinstance(told, str) else told.value)
        for fact in self._opened[entity]:
            note(evidence, fact)
        for row in _believed(timeline, timeline.pointing_at(entity)):
            if c.kind[row] == KIND[PLACE]:
                below = self.of(timeline.terms.text(int(c.subject[row])))
                evidence.add(below.first if below.first < OPEN_LATE else OPEN_EARLY, below.last, ())
        return evidence


__all__ = ["Increment", "increment"]
