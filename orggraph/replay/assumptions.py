"""Assumptions: whom names were taken to mean, where no id says so.

Listed are entities that some rows name and others give an id, persons of whom several sources only give the name,
names that several with ids bear, and what somebody judged to be one. Why not every name: that a name means one person
throughout one source is what the source itself says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from orggraph.changes import RoleChange
from orggraph.replay.identity import Identity
from orggraph.replay.statements import Statement, in_force


class Assumption(NamedTuple):
    """One entity, the name that was taken to mean it, why, and the sources that use the name so."""

    kind: str
    name: str
    organization: str
    iri: str
    why: str
    sources: tuple[str, ...]


@dataclass(slots=True)
class _Mentions:
    """How an entity is mentioned: its names by folded spelling, sources without an id, whether anyone gives one."""

    kind: str
    organization: str
    named: dict[str, None] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)
    by_id: bool = False


def assumptions(changes: Iterable[RoleChange], *, base: str, salt: str) -> list[Assumption]:
    """List whom names were taken to mean, by kind, name and IRI; linear in the role changes."""
    statements, _ = in_force(changes)
    identity = Identity(statements, base=base, salt=salt)
    found: dict[str, _Mentions] = {}
    for statement in statements:
        for kind, iri, name, key in _mentions(statement):
            known = found.setdefault(iri, _Mentions(kind, _label(identity, statement.organization)))
            known.by_id = known.by_id or bool(key)
            if name and not key:
                known.named.setdefault(name)
                known.sources.add(statement.change.source)
    listed = [
        Assumption(told.kind, min(told.named), told.organization, iri, why, tuple(sorted(told.sources - {""})))
        for iri, told in found.items()
        if (why := _why(told, identity.of_many.get(iri, 0)))
    ]
    return sorted([*listed, *_judged(identity, found)])


def _mentions(statement: Statement) -> Iterator[tuple[str, str, str, str]]:
    """Give kind, IRI, name and id of everybody and everything that a statement mentions by name or id."""
    change = statement.change
    yield "person", statement.person, change.person, change.person_id
    yield "person", statement.replaces, change.replaces, change.replaces_id
    if change.reports_to or change.reports_to_id:
        yield "person", statement.manager, change.reports_to, change.reports_to_id
    else:
        yield "post", statement.manager, change.reports_to_post, change.reports_to_post_id
    yield "post", statement.post, change.post, change.post_id
    yield "unit", statement.unit, change.unit, change.unit_id


def _why(told: _Mentions, of_many: int) -> str:
    if not told.named:
        return ""
    if of_many:
        return f"{of_many} with ids have this name; taken to be one more"
    if told.by_id:
        return "taken to be the one with an id that has this name"
    if told.kind == "person" and len(told.sources) > 1:
        return f"{len(told.sources)} sources give this name and no id; taken to be one person"
    return ""


def _judged(identity: Identity, found: dict[str, _Mentions]) -> Iterator[Assumption]:
    """Give what somebody judged to be one, with who says so."""
    for (iri, _), statements in identity.merged.same.items():
        told = found[iri]
        sources = {statement.change.source for statement in statements} - {""}
        others = sorted({_second(statement) for statement in statements})
        why = f"judged to be the same as {', '.join(others)}"
        yield Assumption(told.kind, _label(identity, iri), told.organization, iri, why, tuple(sorted(sources)))


def _second(statement: Statement) -> str:
    return statement.change.into or statement.change.into_id


def _label(identity: Identity, iri: str) -> str:
    named = identity.labels.get(iri, {})
    first = identity.named_first.get(iri, frozenset())
    return min(named.items(), key=lambda item: (item[0] not in first, item[0]), default=("", iri))[1]
