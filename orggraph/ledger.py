"""The ledger: every load with its role changes, and every version of every fact that followed from them.

It is what a store keeps and gives back. Nothing in it is ever altered but two fields that close a recorded period:
`Entry.removed` when a load is taken back, and `Fact.superseded` when a later load changed what is believed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from orggraph.changes import RoleChange
from orggraph.errors import MomentError
from orggraph.facts import Fact
from orggraph.vocabulary import BASE


class Load(NamedTuple):
    """One load: when it was recorded (microseconds since 1970, UTC), what it was called, what it brought.

    ``removed`` is the recorded time of the load that took it back, ``None`` while it stands.
    """

    id: str
    recorded: int
    label: str
    added: int
    removed: int | None = None


class Edition(NamedTuple):
    """What one load brought of one edition of a source: how many role changes, and when that was taken back."""

    source: str
    stated: str
    load: str
    recorded: int
    removed: int | None
    changes: int


class Entry(NamedTuple):
    """One role change as recorded: by which load, when, and when that was taken back (``None``: it stands)."""

    change: RoleChange
    recorded: int
    load: str
    removed: int | None = None


class Recorded(Protocol):
    """Where recorded role changes are looked up one by one, without reading a ledger."""

    @property
    def meta(self) -> Mapping[str, str]:
        """Give the salt and the base of minted IRIs."""

    def changes(self, identities: Iterable[str]) -> dict[str, RoleChange]:
        """Give role changes by identity; those that are not there are left out."""

    def changes_of_records(self, records: Collection[tuple[str, str]]) -> list[RoleChange]:
        """Give the role changes that have these keys of their sources, as pairs (source, key)."""


@dataclass(slots=True)
class Ledger:
    """All that a store holds; ``salt`` keys the minted IRIs, ``base`` is what they begin with."""

    salt: str = ""
    base: str = BASE
    loads: list[Load] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def standing(self) -> list[Entry]:
        """List the entries that have not been taken back."""
        return [entry for entry in self.entries if entry.removed is None]

    def believed(self) -> list[Fact]:
        """List the facts that are not superseded."""
        return [fact for fact in self.facts if fact.superseded is None]

    def next_recorded(self, now: int) -> int:
        """Give the recorded time of a new load: ``now``, but always later than every earlier one."""
        last = max((load.removed or load.recorded for load in self.loads), default=0)
        return max(now, last + 1)


def editions(entries: Iterable[Entry]) -> list[Edition]:
    """Count what each load brought of each edition, in the order of source, stated and recorded time."""
    counts = Counter((e.change.source, e.change.stated, e.load, e.recorded, e.removed) for e in entries)
    return sorted((Edition(*key, number) for key, number in counts.items()), key=_edition_order)


def editions_after(known: Iterable[Edition], revision: Revision) -> list[Edition]:
    """Give the editions after a revision, from those before; the cost does not grow with what was loaded before."""
    recorded, taken_back = revision.load.recorded, revision.unloaded
    standing = [
        edition._replace(removed=recorded) if edition.load == taken_back and edition.removed is None else edition
        for edition in known
    ]
    return sorted([*standing, *editions(revision.entries)], key=_edition_order)


def _edition_order(edition: Edition) -> tuple[str, str, int]:
    return edition.source, edition.stated, edition.recorded


class Entries(Protocol):
    """The entries of a load: a tuple of them, or what makes them when asked."""

    def __len__(self) -> int:
        """Give how many there are."""

    def __iter__(self) -> Iterator[Entry]:
        """Give them one by one."""


class Revision(NamedTuple):
    """What one load changes in a ledger; a store applies it as a whole or not at all."""

    load: Load
    entries: Entries
    unloaded: str
    superseded: tuple[Fact, ...]
    opened: tuple[Fact, ...]


def revise(ledger: Ledger, load: Load, *, entries: Iterable[Entry], unloaded: str, facts: Iterable[Fact]) -> Revision:
    """Compare what is believed with the ``facts`` that follow now; equal content keeps its recorded period.

    ``unloaded`` is the identity of a load that this one takes back, or empty.
    """
    before = {fact.content: fact for fact in ledger.believed()}
    after = {fact.content: fact for fact in facts}
    superseded = tuple(before[content] for content in before if content not in after)
    opened = tuple(replace(fact, recorded=load.recorded) for content, fact in after.items() if content not in before)
    return Revision(load, tuple(entries), unloaded, superseded, opened)


def apply(ledger: Ledger, revision: Revision) -> Ledger:
    """Give the ledger after the revision; the one before stays as it was."""
    recorded = revision.load.recorded
    gone = {fact.content for fact in revision.superseded}
    taken_back = revision.unloaded
    return Ledger(
        salt=ledger.salt,
        base=ledger.base,
        loads=[load._replace(removed=recorded) if load.id == taken_back else load for load in ledger.loads]
        + [revision.load],
        entries=[
            entry._replace(removed=recorded) if entry.load == taken_back and entry.removed is None else entry
            for entry in ledger.entries
        ]
        + list(revision.entries),
        facts=[
            replace(fact, superseded=recorded) if fact.superseded is None and fact.content in gone else fact
            for fact in ledger.facts
        ]
        + list(revision.opened),
    )


def recorded_text(microseconds: int) -> str:
    """Write a recorded time in ISO 8601, UTC, with microseconds.

    >>> recorded_text(1_759_449_600_000_001)
    '2025-10-03T00:00:00.000001Z'
    """
    seconds, rest = divmod(microseconds, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S") + f".{rest:06d}Z"


def recorded_time(text: str) -> int:
    """Read a recorded time (UTC unless it bears an offset), or a day as its end (inclusive), in microseconds.

    Raises `MomentError` for anything else.

    >>> recorded_text(recorded_time("2025-10-03"))
    '2025-10-03T23:59:59.999999Z'
    """
    try:
        moment = datetime.fromisoformat(f"{text}T23:59:59.999999Z" if len(text) == 10 else text)
    except ValueError:
        expected = "expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ss, UTC unless an offset is given"
        raise MomentError(f"{text!r} is not a time ({expected})") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    delta = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds
