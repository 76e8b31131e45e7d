"""Replay: role changes to facts, the same whatever the order in which they were loaded.

The statements in force are resolved to entities, gathered into tenures, lines and lives, their moments made one where
a handover makes them one, and written out as facts with the role changes they rest on. Contradictions are kept: both
sides become facts or bounds, flagged, and are reported as findings.

Why it is one pure function of all role changes: that makes the result independent of order by construction, and what
was believed at an earlier time is the same function of what had been recorded by then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from orggraph.changes import RoleChange
from orggraph.errors import Finding
from orggraph.facts import Fact
from orggraph.repeats import Repeat
from orggraph.replay.gathering import NOTHING, Gathered
from orggraph.replay.writing import Writer
from orggraph.vocabulary import BASE


class Replayed(NamedTuple):
    """The facts in a fixed order, and what was found on the way: contradictions as warnings, assumptions as notes."""

    facts: tuple[Fact, ...]
    findings: tuple[Finding, ...]


def replay(
    changes: Iterable[RoleChange], *, base: str = BASE, salt: str = "", trust: Sequence[str] = (),
    between: Mapping[str, Repeat] = NOTHING,
) -> Replayed:  # fmt: skip
    """Make the facts that follow from role changes; raises nothing, whatever they say.

    The cost grows with n log n. ``base`` and ``salt`` shape the minted IRIs (see `vocabulary.mint`).
    Where sources contradict each other, those in ``trust`` count first, in that order. ``between`` are the rows of
    lists for which others stand, by the identity of those (see `repeats`).

    >>> made = replay([RoleChange.parse({"kind": "starts", "person": "Ada", "post": "CTO",
    ...     "organization": "Acme", "effective": "2024-05-01", "reports_to": "Grace"})])
    >>> sorted({fact.kind for fact in made.facts})
    ['line', 'membership', 'name', 'place', 'type']
    """
    gathered = Gathered(changes, base=base, salt=salt, trust=trust, between=between)
    writer = Writer(gathered)
    writer.write()
    facts = sorted({fact.content: fact for fact in writer.facts}.values(), key=lambda fact: fact.tenure)
    findings = {*gathered.findings, *writer.findings}
    ordered = sorted(findings, key=lambda f: (f.severity, f.file, f.line, f.code, f.message))
    return Replayed(tuple(facts), tuple(ordered))
