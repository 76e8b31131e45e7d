"""Merging: what a person judged to be one and the same, put as a role change, and taken back by another.

Why the time at which it is stated is set here: of two judgements on one pair the later counts, so that each has to be
later than those before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from orggraph.changes import SUBJECTS, RoleChange
from orggraph.errors import ChangeError
from orggraph.facts import DIFFERENT_FROM, SAME_AS, Fact
from orggraph.names import find, kind_of, survivor
from orggraph.replay.judgements import NOT_SAME, SAME
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline
from orggraph.vocabulary import name_key

ChangesOf = Callable[[Iterable[str]], Mapping[str, RoleChange]]
_LATEST = 3_000_000


class _Side(NamedTuple):
    """One of the two that are judged: the IRI it has by itself, the one that stands for it, its kind and name."""

    iri: str
    standing: str
    kind: str
    name: str


def same(timeline: Timeline, changes_of: ChangesOf, a: str, b: str, *, now: int) -> dict[str, str]:
    """Give the role change by which two entities (names or IRIs) are one; the first lends its IRI and name to both.

    ``now`` is in microseconds since 1970. Raises `UnknownName`, and `ChangeError` for two kinds of entity and for what
    is one already.
    """
    first, second = _side(timeline, changes_of, a), _side(timeline, changes_of, b)
    if first.kind != second.kind:
        raise ChangeError(
            f"{first.name} ({first.kind}) and {second.name} ({second.kind}): only two of one kind can be the same"
        )
    if first.kind not in SUBJECTS:
        raise ChangeError(f"{first.name} ({first.kind or 'unknown'}): only {', '.join(SUBJECTS)} can be the same")
    if first.standing == second.standing:
        raise ChangeError(f"{a!r} and {b!r} are one {first.kind} already ({_called(timeline, first.standing)})")
    known = [*_judgements(timeline, changes_of, first.standing), *_judgements(timeline, changes_of, second.standing)]
    return {
        "kind": SAME, first.kind: first.name, f"{first.kind}_id": first.iri, "into": second.name,
        "into_id": second.iri, "stated": _stated(known, now),
    }  # fmt: skip


def not_same(timeline: Timeline, changes_of: ChangesOf, a: str, b: str, *, now: int) -> dict[str, str]:
    """Give the role change that takes back the judgement by which two entities (names or IRIs) are one.

    Raises `UnknownName`, and `ChangeError` where no judgement makes one of just these two.
    """
    first, second = _side(timeline, changes_of, a), _side(timeline, changes_of, b)
    known = _judgements(timeline, changes_of, first.standing)
    links = [change for change in known if change.kind == SAME]
    found = [change for change in links if _joins(change, a, first.iri, b, second.iri)]
    apart = first.standing != second.standing
    if apart or not found:
        if apart or not links:
            raise ChangeError(f"{a!r} and {b!r} have not been merged (orggraph history tells what was)")
        told = "; ".join(dict.fromkeys(" and ".join(map(repr, _named(change))) for change in links))
        raise ChangeError(f"no judgement makes one of {a!r} and {b!r} alone (expected one of these pairs: {told})")
    fields = found[-1].fields()
    kept = {name: text for name, text in fields.items() if name not in ("stated", "source", "quote", "reason")}
    return {**kept, "kind": NOT_SAME, "stated": _stated(known, now)}


def _side(timeline: Timeline, changes_of: ChangesOf, text: str) -> _Side:
    """Find who is meant: who is one with others is also found by the name or IRI that a judgement gave."""
    standing = find(timeline, text)
    kind = kind_of(timeline, standing)
    if len(timeline.about(text)):
        return _Side(text, standing, kind, _called(timeline, text))
    for change in _judgements(timeline, changes_of, standing):
        if change.kind == SAME:
            for name, iri in zip(_named(change), _ids(change), strict=True):
                if iri and name_key(name) == name_key(text) and survivor(timeline, iri) == standing:
                    return _Side(iri, standing, kind, name)
    return _Side(standing, standing, kind, _called(timeline, standing))


def _judgements(timeline: Timeline, changes_of: ChangesOf, iri: str) -> list[RoleChange]:
    """List the judgements that bear on an entity now, in the order in which they were stated."""
    facts = _judged(timeline, iri)
    found = changes_of(dict.fromkeys(identity for fact in facts for identity in fact.changes))
    return sorted(found.values(), key=lambda change: (change.stated, change.id))


def _judged(timeline: Timeline, iri: str) -> Iterator[Fact]:
    """Give the judgements that are believed of an entity; what points at an organization is mostly something else."""
    rows = np.concatenate([timeline.about(iri), timeline.pointing_at(iri)])
    judging = [timeline.terms.number(predicate) for predicate in (SAME_AS, DIFFERENT_FROM)]
    rows = timeline.still_believed(rows[np.isin(timeline.columns.predicate[rows], judging)])
    return (timeline.facts[row] for row in rows.tolist())


def _joins(change: RoleChange, a: str, iri_a: str, b: str, iri_b: str) -> bool:
    """Tell whether a judgement is about these two, in either order."""
    one, other = ({iri, name_key(name)} - {""} for iri, name in zip(_ids(change), _named(change), strict=True))
    left, right = {iri_a, name_key(a)}, {iri_b, name_key(b)}
    return bool((one & left and other & right) or (one & right and other & left))


def _ids(change: RoleChange) -> tuple[str, str]:
    subject = _subject(change)
    return str(getattr(change, f"{subject}_id")), change.into_id


def _named(change: RoleChange) -> tuple[str, str]:
    first, second = _ids(change)
    return str(getattr(change, _subject(change))) or first, change.into or second


def _subject(change: RoleChange) -> str:
    return next(kind for kind in SUBJECTS if getattr(change, kind) or getattr(change, f"{kind}_id"))


def _called(timeline: Timeline, iri: str) -> str:
    return Snapshot(timeline, _LATEST).name(iri)


def _stated(known: Iterable[RoleChange], now: int) -> str:
    """Give the time of a judgement: now, or a second after the last, whichever is later."""
    last = max((datetime.fromisoformat(change.stated).timestamp() for change in known if change.stated), default=0)
    return datetime.fromtimestamp(max(now // 1_000_000, int(last) + 1), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
