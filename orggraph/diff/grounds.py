"""What an event rests on, for the forms that show it: facts, and the role changes that state them.

Why it is given from outside: role changes lie in the ledger or the store, which a comparison of two snapshots does
not know. Who has a graph makes the grounds; without them a form names facts and sources alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from orggraph.diff.events import Event


class Statement(NamedTuple):
    """One role change: in words, by which source and when it was stated, where it was read, and its quote."""

    change: str
    source: str
    stated: str
    file: str
    line: int
    quote: str


class Ground(NamedTuple):
    """One fact: its identity, kind, period as stated (EDTF), last day of confirmation, flags, and its role changes."""

    fact: str
    kind: str
    since: str
    until: str
    confirmed: str
    flags: tuple[str, ...]
    statements: tuple[Statement, ...]


Grounds = Mapping[str, Ground]
"""Facts by identity."""


def grounds_of(event: Event, grounds: Grounds) -> list[Ground]:
    """List what an event rests on, in the order of its facts."""
    return [grounds[identity] for identity in event.facts if identity in grounds]


def as_document(ground: Ground) -> dict[str, object]:
    """Write a ground as JSON."""
    statements = [statement._asdict() for statement in ground.statements]
    return {**ground._asdict(), "flags": list(ground.flags), "statements": statements}


def ground_words(ground: Ground) -> str:
    """Write the fact of a ground as one line.

    >>> ground_words(Ground("7225", "membership", "2020-01-01", "ongoing", "2025-10-03", ("derived",), ()))
    'fact 7225: membership, since 2020-01-01, until ongoing, confirmed 2025-10-03 (derived)'
    """
    confirmed = f", confirmed {ground.confirmed}" if ground.confirmed else ""
    flags = f" ({', '.join(ground.flags)})" if ground.flags else ""
    return f"fact {ground.fact}: {ground.kind}, since {ground.since}, until {ground.until}{confirmed}{flags}"


def statement_words(statement: Statement) -> str:
    """Write a role change as one line: what it says, its source, where it was read, and its quote."""
    place = f" ({statement.file}:{statement.line})" if statement.file else ""
    quote = f' "{statement.quote}"' if statement.quote else ""
    return f"{statement.change}{place}, source: {statement.source}{quote}"
