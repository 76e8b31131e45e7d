"""Moments as variables: several statements on one moment, and several effects of one moment.

Every tenure and line has a start and an end. Each of these is a variable on which sources make statements; a handover
makes two of them one. Statements on one variable are intersected, each bound keeping its source. Where that leaves no
day at all they contradict each other: then a rule that can be read decides which of them counts (`trusted`), and the
contradiction is reported.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from orggraph.period import OPEN_EARLY, OPEN_LATE, Moment, intersect
from orggraph.replay.statements import Statement
from orggraph.vocabulary import digest


class Bound(NamedTuple):
    """One statement on one moment, and which effect of it (``start``, ``end``) the statement is about.

    ``weak`` bounds only narrow and never contradict (a sighting, a presupposition).
    """

    moment: Moment
    statement: Statement
    effect: str
    weak: bool = False


@dataclass(slots=True, eq=False)
class Variable:
    """One moment: what is stated of it, and the variable it was found to be the same as."""

    bounds: list[Bound]
    same_as: Variable | None = None
    known: tuple[int, Resolved] | None = None

    def root(self) -> Variable:
        """Give the variable that stands for all that were found to be the same."""
        node = self
        while node.same_as is not None:
            node = node.same_as
        return node


class Resolved(NamedTuple):
    """What a moment comes to, and the statements that contradict those that count."""

    moment: Moment
    overruled: tuple[Statement, ...]


def unify(a: Variable, b: Variable) -> None:
    """Make two variables one; what was stated on either is stated on both."""
    left, right = a.root(), b.root()
    if left is not right:
        right.same_as = left
        left.bounds = left.bounds + right.bounds


def compatible(a: Variable, b: Variable) -> bool:
    """Tell whether there is a day that both may fall on."""
    one, other = resolve(a), resolve(b)
    return one is None or other is None or intersect(one.moment, other.moment) is not None


def resolve(variable: Variable) -> Resolved | None:
    """Give the moment that all statements allow, or, if there is none, that the trusted ones allow.

    ``None`` where nothing is stated. The moment carries the key of the variable where its day is not exactly known.
    """
    root = variable.root()
    bounds = root.bounds
    if not bounds:
        return None
    if root.known is None or root.known[0] != len(bounds):  # bounds are only ever added
        root.known = len(bounds), _resolved(bounds)
    return root.known[1]


def _resolved(bounds: list[Bound]) -> Resolved:
    moment, overruled = (_from(bounds[0]), ()) if len(bounds) == 1 else _agreed(bounds)
    if moment.exact:
        return Resolved(moment, overruled)
    first = min((bound.statement.evidence[0], bound.effect) for bound in bounds)
    return Resolved(replace(moment, key=digest("moment", *first)), overruled)


def _agreed(bounds: list[Bound]) -> tuple[Moment, tuple[Statement, ...]]:
    """Intersect what is stated: the latest edition of each source, then the weak bounds as far as they fit."""
    strong = _latest_editions([bound for bound in bounds if not bound.weak])
    moment, overruled = _intersection(sorted(strong, key=trusted))
    for bound in sorted((bound for bound in bounds if bound.weak), key=trusted):
        moment = _from(bound) if moment is None else intersect(moment, _from(bound)) or moment
    assert moment is not None
    return moment, overruled


def trusted(bound: Bound) -> tuple[object, ...]:
    """Sort the statements on one moment by the order of trust; then what was said last, the more precise, by source."""
    moment, statement = bound.moment, bound.statement
    said = (-statement.stated_day, moment.latest - moment.earliest, statement.change.source, statement.evidence)
    return (statement.rank, *said)


def _intersection(bounds: list[Bound]) -> tuple[Moment | None, tuple[Statement, ...]]:
    moment: Moment | None = None
    overruled = []
    for bound in bounds:
        narrowed = _from(bound) if moment is None else intersect(moment, _from(bound))
        if narrowed is None:
            overruled.append(bound.statement)
        else:
            moment = narrowed
    return moment, tuple(overruled)


def _latest_editions(bounds: list[Bound]) -> list[Bound]:
    """Keep of each source what its latest edition says of the moment: a later edition replaces an earlier one."""
    latest: dict[str, int] = {}
    for bound in bounds:
        source = bound.statement.change.source
        latest[source] = max(latest.get(source, OPEN_EARLY), bound.statement.stated_day)
    return [b for b in bounds if b.statement.stated_day == latest[b.statement.change.source]]


def _from(bound: Bound) -> Moment:
    moment, source = bound.moment, bound.statement.change.source
    low = source if moment.earliest > OPEN_EARLY else ""
    high = source if moment.latest < OPEN_LATE else ""
    return Moment(moment.earliest, moment.latest, moment.text, "", low, high)
