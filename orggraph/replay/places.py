"""The facts that only depend on an entity: where it belongs and for how long, what it is, what it was called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from orggraph.facts import (
    IN_CONFLICT,
    INFERRED,
    LABEL,
    NAME,
    PERSON_NAME,
    PLACE,
    POST_IN,
    TYPE,
    UNIT_OF,
    Fact,
    value_key,
)
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, Period
from orggraph.replay.lives import ALWAYS, Evidence, Life, Named, Stay
from orggraph.replay.statements import Statement
from orggraph.vocabulary import CLASSES, RDF_TYPE, SKOS, Literal, Term


def note(evidence: Evidence, fact: Fact) -> None:
    """Let a membership or line count as evidence of what it touches."""
    first = min(fact.start.latest, fact.end.latest - 1)
    last = fact.end.earliest - 1 if fact.end.earliest < OPEN_LATE else OPEN_LATE
    evidence.add(first if first < OPEN_LATE else OPEN_EARLY, last, fact.changes)


def place_facts(
    lives: Mapping[str, Life], evidence: Mapping[str, Evidence], *, kinds: Mapping[str, str],
    placed: Mapping[str, str], base: str,
) -> Iterator[Fact]:  # fmt: skip
    """Give where posts and units belong, and the lives of organizations; what contains goes first.

    What is known of an entity counts for all that contains it: ``evidence``, which has all of the entities, is widened.
    """
    for entity in lives:
        known = evidence[entity]
        for above in _above(entity, placed):
            evidence[above].add(known.first if known.first < OPEN_LATE else OPEN_EARLY, known.last, ())
    lived: dict[str, Period] = {}
    for entity in sorted(lives, key=lambda iri: (sum(1 for _ in _above(iri, placed)), iri)):
        within = lived.get(placed.get(entity, ""))
        for stay, period, overruled in lives[entity].bounds(evidence[entity], within=within):
            lived[entity] = period
            if kinds[entity] == "organization" and not stay.statements:
                continue
            fact = place(base, stay, period, evidence[entity], kind=kinds[entity])
            yield replace(fact, flags=flags_of(inferred=stay.inferred, conflict=bool(overruled)))


def _above(entity: str, placed: Mapping[str, str]) -> Iterator[str]:
    """Give what contains an entity, step by step; a cycle ends where it closes."""
    seen, above = {entity}, placed.get(entity, "")
    while above and above not in seen:
        seen.add(above)
        yield above
        above = placed.get(above, "")


def place(base: str, stay: Stay, period: Period, evidence: Evidence, *, kind: str) -> Fact:
    """Make the fact of a stay: where a post or unit belongs, or that an organization exists."""
    return Fact(
        kind=TYPE if kind == "organization" else PLACE,
        tenure=f"{base}tenure:{stay.key}",
        subject=stay.entity,
        predicate={"post": POST_IN, "unit": UNIT_OF}.get(kind, RDF_TYPE),
        object=CLASSES["organization"] if kind == "organization" else stay.parent,
        start=period.start,
        end=period.end,
        confirmed=min(max([evidence.last, *(s.confirmed for s in stay.statements)]), period.end.latest),
        changes=evidence_of(stay.statements) or tuple(sorted(evidence.changes))[:1],
    )


def name_facts(entity: str, kind: str, named: Sequence[Named], beside: Iterable[str], *, base: str) -> Iterator[Fact]:
    """Give the names of an entity, and the spellings ``beside`` them that nobody has dated."""
    predicate = PERSON_NAME if kind == "person" else LABEL
    for name in named:
        start, end = name.start, name.end
        yield timeless(NAME, entity, predicate, Literal(name.name), start, end, name.changes, base=base)
    for spelling in beside:
        yield timeless(NAME, entity, SKOS + "altLabel", Literal(spelling), base=base)


def timeless(
    kind: str, subject: str, predicate: str, value: Term, start: Moment = ALWAYS, end: Moment = ONGOING,
    changes: tuple[str, ...] = (), *, base: str,
) -> Fact:  # fmt: skip
    """Make the fact that an entity has a type or a name, always unless it is said when."""
    return Fact(
        kind=kind, tenure=f"{base}tenure:{value_key(kind, subject, predicate, value, changes)}", subject=subject,
        predicate=predicate, object=value, start=start, end=end, confirmed=OPEN_LATE, changes=changes,
    )  # fmt: skip


def flags_of(*, inferred: bool, conflict: bool) -> tuple[str, ...]:
    """Give the flags of a fact, sorted."""
    return tuple(sorted([INFERRED] * inferred + [IN_CONFLICT] * conflict))


def evidence_of(statements: Iterable[Statement]) -> tuple[str, ...]:
    """Give the role changes that statements rest on, sorted."""
    return tuple(sorted({identity for s in statements for identity in chain(s.evidence, s.between)}))
