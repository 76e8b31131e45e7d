"""What does not fit together in lines: cycles, also of units, several direct managers, managers who had left.

A finding is a warning where it holds on every reading of the dates, and a note where it holds on some. Whether
several uncertain lines can hold together is decided by their conjunction, so a handover on one shared moment, on
which two people change sides, is no cycle.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice, pairwise, product

from orggraph.check.chronicle import Chronicle, Stretch, days, is_line, listed, some_day
from orggraph.check.cycles import Cycle, Edge, cycles, joined, uncovered
from orggraph.errors import Finding
from orggraph.facts import DERIVED, PLACE, REPORTS_DIRECTLY_TO, UNIT_OF, Fact
from orggraph.period import conjunction
from orggraph.timeline import Rows

_MOST_READINGS = 64


def reporting_cycles(chronicle: Chronicle, rows: Rows) -> Iterator[Finding]:
    """Find who reports to himself along direct lines, by how many others and on which days.

    A cycle of posts makes the same cycle of their holders, which is not found twice. A cycle of people that only
    arises because somebody holds two posts is a note.
    """
    solid = [f for f in chronicle.facts(rows) if is_line(f) and f.predicate == REPORTS_DIRECTLY_TO]
    solid = [f for f in solid if not (f.subject == f.object and DERIVED in f.flags)]
    found = sorted(_rounds(chronicle, solid), key=lambda entry: _all_derived(entry[2]))
    told: set[str] = set()
    for cycle, sure, edges in found:
        lines = [fact for edge in edges for fact in edge]
        known = _all_derived(edges) and all(told.intersection(fact.premises) for fact in lines)
        if known or (not sure and not _possible(edges, cycle)):
            continue
        told.update(fact.tenure for fact in lines)
        warned = sure and not _all_derived(edges)
        names = _names(chronicle, cycle)
        message = f"{_reporting_round(names)}{'' if sure else ', possibly'} {days((cycle.first, cycle.end))}"
        yield _told(chronicle, cycle, lines, message, warned=warned, code="cycle")


def circles_of_units(chronicle: Chronicle, rows: Rows) -> Iterator[Finding]:
    """Find units that are part of themselves, by how many others and on which days."""
    parts = [f for f in chronicle.facts(rows) if f.kind == PLACE and f.predicate == UNIT_OF and f.subject]
    for cycle, sure, edges in _rounds(chronicle, parts):
        if sure or _possible(edges, cycle):
            names = _names(chronicle, cycle)
            steps = [f"{one} is part of {other}" for one, other in pairwise([*names, names[0]])]
            message = f"{listed(steps)}{'' if sure else ', possibly'} {days((cycle.first, cycle.end))}"
            lines = [fact for edge in edges for fact in edge]
            yield _told(chronicle, cycle, lines, message, warned=sure, code="unit-cycle")


def several_managers(chronicle: Chronicle, rows: Rows) -> Iterator[Finding]:
    """Find who has several direct managers at once from one tenure.

    Where lines do not say from which tenure they follow, as many managers as positions are right. Lines that follow
    from other lines are left out: two heads of one post are two managers by right.
    """
    by_reporter: dict[tuple[str, tuple[str, ...]], list[Fact]] = {}
    for fact in chronicle.facts(rows):
        if is_line(fact) and fact.predicate == REPORTS_DIRECTLY_TO and DERIVED not in fact.flags:
            by_reporter.setdefault((fact.subject, fact.premises), []).append(fact)
    for (reporter, _), lines in sorted(by_reporter.items()):
        if len({fact.object for fact in lines}) > 1:
            yield from _managers_at_once(chronicle, reporter, lines)


def managers_who_left(chronicle: Chronicle, rows: Rows) -> Iterator[Finding]:
    """Find lines to somebody who held nothing in the organization on those days, though he did on others."""
    for fact in chronicle.facts(rows):
        boss = str(fact.object)
        held = chronicle.held_by(boss) if is_line(fact) and DERIVED not in fact.flags else []
        if not held:
            continue
        here = {chronicle.organization(str(f.object)) for f in chronicle.held_by(fact.subject)}
        inside = [f for f in held if not here or chronicle.organization(str(f.object)) in here]
        first, end = fact.period.certain
        if not inside or first >= end:
            continue
        for stretch in uncovered((first, end), [f.period.possible for f in inside]):
            day = some_day(stretch)
            who, whom = chronicle.who(fact.subject, day), chronicle.who(boss, day)
            message = f"{who} reports to {whom} {days(stretch)}, when {whom} held nothing in the organization"
            yield chronicle.finding(
                "warning", message, code="manager-left", nodes=(fact.subject, boss), stretch=stretch,
                facts=[fact, *inside],
            )  # fmt: skip


def _rounds(chronicle: Chronicle, lines: list[Fact]) -> list[tuple[Cycle, bool, list[list[Fact]]]]:
    """Give each cycle of lines, whether it holds on every reading of the dates, and what may make each of its steps.

    It begins with the first in the order of names.
    """
    certain = cycles(_edges(lines, certain=True))
    maybe = [cycle for cycle in cycles(_edges(lines, certain=False)) if not _within(cycle, certain)]
    between: dict[tuple[str, str], list[Fact]] = {}
    for fact in lines:
        between.setdefault((fact.subject, str(fact.object)), []).append(fact)
    both = [*((cycle, True) for cycle in certain), *((cycle, False) for cycle in maybe)]
    turned = [(_turned(chronicle, cycle), sure) for cycle, sure in both]
    return [(cycle, sure, _candidates(between, cycle)) for cycle, sure in turned]


def _turned(chronicle: Chronicle, cycle: Cycle) -> Cycle:
    names = _names(chronicle, cycle)
    turn = names.index(min(names))
    return cycle._replace(path=cycle.path[turn:] + cycle.path[:turn])


def _edges(lines: list[Fact], *, certain: bool) -> list[Edge]:
    stretches = [fact.period.certain if certain else fact.period.possible for fact in lines]
    return [
        Edge(fact.subject, str(fact.object), first, end, number)
        for number, (fact, (first, end)) in enumerate(zip(lines, stretches, strict=True))
        if first < end
    ]


def _within(cycle: Cycle, others: list[Cycle]) -> bool:
    return any(o.path == cycle.path and cycle.first < o.end and o.first < cycle.end for o in others)


def _steps(cycle: Cycle) -> list[tuple[str, str]]:
    return list(pairwise([*cycle.path, cycle.path[0]]))


def _candidates(between: dict[tuple[str, str], list[Fact]], cycle: Cycle) -> list[list[Fact]]:
    """Give for each step of the cycle the lines that may make it on its days."""
    return [[f for f in between[step] if _meets(f.period.possible, cycle)] for step in _steps(cycle)]


def _meets(stretch: Stretch, cycle: Cycle) -> bool:
    first, end = stretch
    return max(first, cycle.first) < min(end, cycle.end)


def _possible(edges: list[list[Fact]], cycle: Cycle) -> bool:
    """Tell whether all steps can hold together on some day of the cycle; the first 64 choices of lines are tried."""
    for facts in islice(product(*edges), _MOST_READINGS):
        period = conjunction([fact.period for fact in facts])
        if period and _meets(period.possible, cycle):
            return True
    return False


def _all_derived(edges: list[list[Fact]]) -> bool:
    return all(DERIVED in fact.flags for edge in edges for fact in edge)


def _names(chronicle: Chronicle, cycle: Cycle) -> list[str]:
    """Name the nodes of a cycle along its path."""
    return [chronicle.who(iri, some_day((cycle.first, cycle.end))) for iri in cycle.path]


def _reporting_round(names: list[str]) -> str:
    if len(names) == 1:
        return f"{names[0]} reports to {names[0]}"
    if len(names) == 2:
        return f"{names[0]} and {names[1]} report to each other"
    steps = list(pairwise([*names, names[0]]))
    return f"{steps[0][0]} reports to {steps[0][1]}, {listed([f'{a} to {b}' for a, b in steps[1:]])}"


def _told(
    chronicle: Chronicle, cycle: Cycle, lines: list[Fact], message: str, *, warned: bool, code: str
) -> Finding:
    severity, stretch = "warning" if warned else "note", (cycle.first, cycle.end)
    return chronicle.finding(severity, message, code=code, nodes=cycle.path, stretch=stretch, facts=lines)


def _managers_at_once(chronicle: Chronicle, reporter: str, lines: list[Fact]) -> Iterator[Finding]:
    together: dict[tuple[tuple[str, ...], bool], list[Stretch]] = {}
    for certain in (True, False):
        stretches = [fact.period.certain if certain else fact.period.possible for fact in lines]
        cuts = sorted({day for first, end in stretches if first < end for day in (first, end)})
        for first, end in pairwise(cuts):
            active = [f for f, s in zip(lines, stretches, strict=True) if s[0] <= first and end <= s[1]]
            managers = tuple(sorted({str(fact.object) for fact in active}))
            positions = 0 if lines[0].premises else _positions(chronicle, reporter, first, end)
            if len(managers) > max(1, positions):
                if not certain and not _some_pair(active, (first, end)):
                    continue
                together.setdefault((managers, certain), []).append((first, end))
    warned = [stretch for (_, certain), found in together.items() if certain for stretch in found]
    for (managers, certain), found in together.items():
        for stretch in joined(found):
            for part in [stretch] if certain else uncovered(stretch, warned):
                day = some_day(part)
                managers = tuple(sorted(managers, key=lambda iri: (chronicle.who(iri, day), iri)))
                names = listed(chronicle.who(iri, day) for iri in managers)
                has = "has" if certain else "possibly has"
                message = f"{chronicle.who(reporter, day)} {has} several direct managers, {names}, {days(part)}"
                rests_on = [f for f in lines if f.object in managers]
                yield chronicle.finding(
                    "warning" if certain else "note", message, code="several-managers", nodes=(reporter, *managers),
                    stretch=part, facts=rests_on,
                )  # fmt: skip


def _positions(chronicle: Chronicle, person: str, first: int, end: int) -> int:
    """Count the positions that a person may hold during the stretch."""
    periods = [(fact, fact.period.possible) for fact in chronicle.held_by(person)]
    held = [fact for fact, (start, until) in periods if start < end and first < until]
    return len({(fact.post, fact.role, "" if fact.post else fact.object) for fact in held})


def _some_pair(lines: list[Fact], stretch: Stretch) -> bool:
    """Tell whether lines to two managers can hold together on some day of the stretch."""
    for one, other in combinations(lines, 2):
        if one.object == other.object:
            continue
        period = conjunction([one.period, other.period])
        if period and period.possible[0] < stretch[1] and stretch[0] < period.possible[1]:
            return True
    return False

