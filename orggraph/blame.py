"""Blame: for everything that holds of an entity on a day, which source said it first and which last, and when.

Why *first* is by when it was stated, and not by when it was loaded: who reads an archive after today's register has not
learned it from the archive later. What bears no such time comes after what does, in the order of loading.

Why a bound is told apart: that somebody left by the end of March can rest on another statement than that he held the
post, and so on another source. The role changes of a fact are all of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from orggraph.facts import DERIVED, INFERRED, MEMBERSHIP, NAME, TYPE, Fact
from orggraph.history import worded
from orggraph.ledger import Entry, recorded_text
from orggraph.snapshot import PRESUMED, Snapshot, stated
from orggraph.timeline import Rows
from orggraph.vocabulary import Literal, name_key

BLAME_COLUMNS = ("kind", "what", "certainty", "since", "until", "follows", "first", "last", "premises")
"""The columns of an answer; ``first`` and ``last`` are statements (`STATEMENT_COLUMNS`)."""
STATEMENT_COLUMNS = ("source", "stated", "recorded", "load", "quote", "file", "line", "change")


class Statement(NamedTuple):
    """One role change as evidence: who stated it when, when and by which load it was recorded, and its words.

    ``stated`` is empty where the source bears no time; ``load`` is an identity.
    """

    source: str
    stated: str
    recorded: str
    load: str
    quote: str
    file: str
    line: int
    change: str


class Blamed(NamedTuple):
    """One thing that holds: in words, how certain, what follows from others, and the first and last to say it.

    ``follows`` lists ``derived``, ``inferred`` (a bound from the silence of a roster) and ``presumed``; ``premises``
    are in words. ``first`` and ``last`` are ``None`` where no source says it itself.
    """

    kind: str
    what: str
    certainty: str
    since: str
    until: str
    follows: tuple[str, ...]
    first: Statement | None
    last: Statement | None
    premises: tuple[str, ...]
    fact: Fact


EntriesOf = Callable[[Iterable[str]], Mapping[str, Entry]]


def blame(snapshot: Snapshot, entries_of: EntriesOf, entity: str) -> list[Blamed]:
    """List what holds of an entity on a day, on some reading, by kind and wording; its class is left out.

    That are its memberships, posts, unit, managers, names and attributes, who reports to it and who belongs to it.
    ``entries_of`` gives recorded role changes by their identities.
    """
    held = [fact for fact in _held(snapshot, entity) if fact.kind != TYPE]
    known = [*held, *_ever(snapshot, entity)]
    entries = entries_of(sorted({change for fact in known for change in fact.changes}))
    rows = [_blamed(snapshot, fact, _evidence(fact, entries)) for fact in held]
    return sorted(rows, key=lambda row: (_ORDER.index(row.kind), row.what, row.fact.start.latest, row.fact.id))


_ORDER = ("name", "membership", "place", "line", "attribute", "event")


def _held(snapshot: Snapshot, entity: str) -> list[Fact]:
    """Give the facts of the day on an entity, those that point at it, and those about the tenures of it."""
    timeline = snapshot.timeline
    rows = np.concatenate([timeline.about(entity), timeline.pointing_at(entity), timeline.in_post(entity)])
    facts = dict.fromkeys(_on(snapshot, rows))
    for tenure in sorted({fact.tenure for fact in facts if fact.kind == MEMBERSHIP and entity in _seat(fact)}):
        facts |= dict.fromkeys(_on(snapshot, timeline.about(tenure)))
    return list(facts)


def _ever(snapshot: Snapshot, entity: str) -> list[Fact]:
    """Give what was ever known of an entity, and of a post who held it: what mentions its name."""
    timeline = snapshot.timeline
    facts = [timeline.facts[int(row)] for row in (*timeline.about(entity), *timeline.in_post(entity))]
    return [fact for fact in facts if snapshot.recorded_by is None or fact.recorded <= snapshot.recorded_by]


def _evidence(fact: Fact, entries: Mapping[str, Entry]) -> list[Entry]:
    """Give what a fact rests on; of a name that rests on nothing by itself, every statement that uses it."""
    if fact.kind == NAME and not fact.changes and isinstance(fact.object, Literal):
        key = name_key(fact.object.value)
        said = [e for e in entries.values() if any(name_key(text) == key for text in e.change.fields().values())]
    else:
        said = [entries[change] for change in fact.changes if change in entries]
    return sorted(said, key=_order)


def _seat(fact: Fact) -> tuple[str, str]:
    return fact.subject, fact.post


def _on(snapshot: Snapshot, rows: Rows) -> list[Fact]:
    timeline = snapshot.timeline
    held = timeline.holding(rows, snapshot.day, recorded_by=snapshot.recorded_by)
    return [timeline.facts[int(row)] for row in held]


def _blamed(snapshot: Snapshot, fact: Fact, said: Sequence[Entry]) -> Blamed:
    statements = [_statement(entry) for entry in said]
    certainty = snapshot.certainty(fact)
    follows = [flag for flag in (DERIVED, INFERRED) if flag in fact.flags]
    always = fact.kind == NAME and fact.start.edtf() == ".."
    return Blamed(
        kind=fact.kind,
        what=worded(snapshot, fact, [entry.change for entry in said]),
        certainty=certainty,
        since="" if always else stated(fact.start),
        until=stated(fact.end),
        follows=(*follows, *([PRESUMED] if certainty == PRESUMED else [])),
        first=statements[0] if statements else None,
        last=statements[-1] if statements else None,
        premises=_premises(snapshot, fact),
        fact=fact,
    )


def _premises(snapshot: Snapshot, fact: Fact) -> tuple[str, ...]:
    """Put in words what a derived fact follows from, as far as it holds on the day."""
    timeline = snapshot.timeline
    held = [premise for tenure in fact.premises for premise in _on(snapshot, timeline.of_tenure(tenure))]
    return tuple(dict.fromkeys(worded(snapshot, premise, ()) for premise in held))


def _order(entry: Entry) -> tuple[bool, str, int, str]:
    """Give the key by which statements are first or last; those that bear no time come last."""
    return not entry.change.stated, entry.change.stated, entry.recorded, entry.change.id


def _statement(entry: Entry) -> Statement:
    change = entry.change
    return Statement(
        change.source, change.stated, recorded_text(entry.recorded), entry.load, change.quote, change.file,
        change.line_number, change.id,
    )  # fmt: skip
