"""Judgements: which entities somebody took to be one and the same, and what stands of that.

``same as`` makes two persons, posts, units or organizations one; ``not same as`` takes that back. Of what is said of
one pair the most trusted source counts, then what was stated last; where both are stated at once they stay apart.
Of entities that are one, the IRI of the one that was named first survives: who never came second in a judgement.

Why a judgement never removes a link that others imply: A is B, B is C and A is not C contradict each other, and which
of them is wrong is for a person to say. It is reported.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from orggraph.errors import Finding
from orggraph.replay.statements import Statement

SAME, NOT_SAME = "same as", "not same as"
JUDGEMENTS = frozenset({SAME, NOT_SAME})
"""The kinds of role change that are judgements of identity."""


class Judgement(NamedTuple):
    """A statement on whether two entities (their IRIs) are one, the one named first in front."""

    statement: Statement
    first: str
    second: str


@dataclass(slots=True)
class Merged:
    """Which entities are one: ``survivors`` has the IRI that stands for each that was absorbed.

    ``same`` has the statements on which that rests, by survivor and absorbed; ``apart`` those that hold a pair apart.
    """

    survivors: dict[str, str] = field(default_factory=dict)
    same: dict[tuple[str, str], list[Statement]] = field(default_factory=dict)
    apart: dict[tuple[str, str], list[Statement]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def merged(judgements: Iterable[Judgement], kinds: Mapping[str, str]) -> Merged:
    """Decide what stands of the judgements on entities of these ``kinds`` (by IRI); what is on none is reported."""
    made = Merged()
    pairs: dict[frozenset[str], list[Judgement]] = defaultdict(list)
    for judgement in judgements:
        if judgement.first == judgement.second:
            continue
        problem = _problem(judgement, kinds)
        if problem:
            made.findings.append(_finding(judgement.statement, problem))
        else:
            pairs[frozenset((judgement.first, judgement.second))].append(judgement)
    standing = [_standing(said) for said in pairs.values()]
    links = [link for link in standing if link.statement.change.kind == SAME]
    for group in _groups(links):
        _merge(made, group, [link for link in links if link.first in group])
    for link in standing:
        if link.statement.change.kind == NOT_SAME:
            _keep_apart(made, link, pairs[frozenset((link.first, link.second))])
    return made


def _problem(judgement: Judgement, kinds: Mapping[str, str]) -> str:
    first, second = kinds.get(judgement.first, ""), kinds.get(judgement.second, "")
    if first and second:
        return "" if first == second else f"{first} and {second} cannot be the same (expected two of one kind)"
    change = judgement.statement.change
    name = _first_name(judgement.statement) if not first else change.into or change.into_id
    return f"nothing else is known here of {name!r}"


def _standing(said: Collection[Judgement]) -> Judgement:
    """Give the judgement of a pair that counts."""
    best = min(_weight(judgement) for judgement in said)
    return next(judgement for judgement in said if _weight(judgement) == best)


def _weight(judgement: Judgement) -> tuple[object, ...]:
    statement = judgement.statement
    said = statement.change.stated
    return (
        statement.rank, [-ord(letter) for letter in said] or [0], statement.change.kind == SAME, statement.evidence
    )  # fmt: skip


def _groups(links: Iterable[Judgement]) -> list[set[str]]:
    """Collect the entities that links make one, each in one group."""
    group_of: dict[str, set[str]] = {}
    for link in links:
        joined = group_of.get(link.first, {link.first}) | group_of.get(link.second, {link.second})
        group_of.update(dict.fromkeys(joined, joined))
    return list({id(group): group for group in group_of.values()}.values())


def _merge(made: Merged, group: set[str], links: list[Judgement]) -> None:
    seconds = {link.second for link in links}
    firsts = group - seconds or group
    survivor = min(firsts, key=lambda iri: (_first_stated(iri, links), iri))
    for iri, statements in _paths(survivor, links).items():
        made.survivors[iri] = survivor
        made.same[survivor, iri] = sorted(statements, key=lambda statement: statement.evidence)


def _first_stated(iri: str, links: Iterable[Judgement]) -> str:
    return min((link.statement.change.stated for link in links if link.first == iri), default="")


def _paths(survivor: str, links: list[Judgement]) -> dict[str, list[Statement]]:
    """Give for each entity of a group the links that lead to it from the survivor, and those that say so once more."""
    depth, todo = {survivor: 0}, [survivor]
    for iri in todo:
        beside = sorted({link.second if link.first == iri else link.first for link in links if iri in link[1:]})
        fresh = [other for other in beside if other not in depth]
        depth.update(dict.fromkeys(fresh, depth[iri] + 1))
        todo += fresh
    paths: dict[str, list[Statement]] = {survivor: []}
    for iri in todo[1:]:
        own = [link for link in links if iri == max(link[1:], key=lambda end: (depth[end], end))]
        above = min(other for link in own for other in link[1:] if depth[other] < depth[iri])
        paths[iri] = paths[above] + [link.statement for link in own]
    del paths[survivor]
    return paths


def _keep_apart(made: Merged, link: Judgement, said: Iterable[Judgement]) -> None:
    first, second = (made.survivors.get(iri, iri) for iri in (link.first, link.second))
    if first == second:
        message = f"{_names(link.statement)} are not the same, but others make them one (take one of those back)"
        made.findings.append(_finding(link.statement, message))
        return
    made.apart[first, second] = sorted((one.statement for one in said), key=lambda statement: statement.evidence)


def _names(statement: Statement) -> str:
    change = statement.change
    return f"{_first_name(statement)!r} and {change.into or change.into_id!r}"


def _first_name(statement: Statement) -> str:
    change = statement.change
    named = (change.person, change.post, change.unit, change.person_id, change.post_id, change.unit_id)
    return next((name for name in named if name), change.organization or change.organization_id)


def _finding(statement: Statement, message: str) -> Finding:
    change = statement.change
    return Finding("warning", f"{change.kind}: {message}", change.file, change.line_number, "identity")
