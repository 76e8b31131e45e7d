"""What does not fit together in reporting lines: cycles, several direct managers, managers who had left.

A finding is a warning where it holds on every reading of the dates, and a note where it holds on some. Whether
several uncertain lines can hold together is decided by their conjunction, so a handover on one shared moment, on
which two people change sides, is no cycle.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, islice, pairwise, product

from orggraph.check.chronicle import Chronicle, Stretch, days, listed, some_day
from orggraph.check.cycles import Cycle, Edge, cycles, joined, uncovered
from orggraph.errors import Finding
from orggraph.facts import DERIVED, REPORTS_DIRECTLY_TO, Fact
from orggraph.period import conjunction

_MOST_READINGS = 64


def reporting_cycles(chronicle: Chronicle) -> Iterator[Finding]:
    """Find who reports to himself along direct lines, by how many others and on which days.

    A cycle of posts makes the same cycle of their holders, which is not found twice. A cycle of people that only
    arises because somebody holds two posts is a note.
    """
    solid = [f for f in chronicle.lines if f.predicate == REPORTS_DIRECTLY_TO]
    solid = [f for f in solid if not (f.subject == f.object and DERIVED in f.flags)]
    certain = cycles(_edges(solid, certain=True))
    maybe = [cycle for cycle in cycles(_edges(solid, certain=False)) if not _within(cycle, certain)]
    between: dict[tuple[str, str], list[Fact]] = {}
    for fact in solid:
        between.setdefault((fact.subject, str(fact.object)), []).append(fact)
    both = [*((cycle, True) for cycle in certain), *((cycle, False) for cycle in maybe)]
    found = [(cycle, sure, _candidates(between, cycle)) for cycle, sure in both]
    found.sort(key=lambda entry: _all_derived(entry[2]))
    told: set[str] = set()
    for cycle, sure, edges in found:
        lines = [fact for edge in edges for fact in edge]
        known = _all_derived(edges) and all(told.intersection(fact.premises) for fact in lines)
        if known or (not sure and not _possible(edges, cycle)):
            continue
        told.update(fact.tenure for fact in lines)
        warned = sure and not _all_derived(edges)
        message = f"{_round(chronicle, cycle)}{'' if sure else ', possibly'} {days((cycle.first, cycle.end))}"
        yield Finding("warning" if warned else "note", message, code="cycle")


def several_managers(chronicle: Chronicle) -> Iterator[Finding]:
    """Find who has several direct managers at once from one tenure.

    Where lines do not say from which tenure they follow, as many managers as positions are right. Lines that follow
    from other lines are left out: two heads of one post are two managers by right.
    """
    by_reporter: dict[tuple[str, tuple[str, ...]], list[Fact]] = {}
    for fact in chronicle.lines:
        if fact.predicate == REPORTS_DIRECTLY_TO and DERIVED not in fact.flags:
            by_reporter.setdefault((fact.subject, fact.premises), []).append(fact)
    for (reporter, _), lines in sorted(by_reporter.items()):
        if len({fact.object for fact in lines}) > 1:
            yield from _managers_at_once(chronicle, reporter, lines)


def managers_who_left(chronicle: Chronicle) -> Iterator[Finding]:
    """Find lines to somebody who held nothing in the organization on those days, though he did on others."""
    for fact in chronicle.lines:
        boss = str(fact.object)
        held = chronicle.by_person.get(boss, [])
        if DERIVED in fact.flags or not held:
            continue
        here = {chronicle.organization(f) for f in chronicle.by_person.get(fact.subject, [])}
        inside = [f for f in held if not here or chronicle.organization(f) in here]
        first, end = fact.period.certain
        if not inside or first >= end:
            continue
        for stretch in uncovered((first, end), [f.period.possible for f in inside]):
            day = some_day(stretch)
            who, whom = chronicle.who(fact.subject, day), chronicle.who(boss, day)
            message = f"{who} reports to {whom} {days(stretch)}, when {whom} held nothing in the organization"
            yield Finding("warning", message, code="manager-left")


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
    return [
        [f for f in between[step] if f.period.possible[0] < cycle.end and cycle.first < f.period.possible[1]]
        for step in _steps(cycle)
    ]


def _possible(edges: list[list[Fact]], cycle: Cycle) -> bool:
    """Tell whether all steps can hold together on some day of the cycle; the first 64 choices of lines are tried."""
    for facts in islice(product(*edges), _MOST_READINGS):
        period = conjunction([fact.period for fact in facts])
        if period and period.possible[0] < cycle.end and cycle.first < period.possible[1]:
            return True
    return False


def _all_derived(edges: list[list[Fact]]) -> bool:
    return all(DERIVED in fact.flags for edge in edges for fact in edge)


def _round(chronicle: Chronicle, cycle: Cycle) -> str:
    names = [chronicle.who(iri, some_day((cycle.first, cycle.end))) for iri in cycle.path]
    turn = names.index(min(names))
    names = names[turn:] + names[:turn]
    if len(names) == 1:
        return f"{names[0]} reports to {names[0]}"
    if len(names) == 2:
        return f"{names[0]} and {names[1]} report to each other"
    steps = list(pairwise([*names, names[0]]))
    return f"{steps[0][0]} reports to {steps[0][1]}, {listed([f'{a} to {b}' for a, b in steps[1:]])}"


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
                names = listed(sorted(chronicle.who(iri, day) for iri in managers))
                has = "has" if certain else "possibly has"
                message = f"{chronicle.who(reporter, day)} {has} several direct managers, {names}, {days(part)}"
                yield Finding("warning" if certain else "note", message, code="several-managers")


def _positions(chronicle: Chronicle, person: str, first: int, end: int) -> int:
    """Count the positions that a person may hold during the stretch."""
    periods = [(fact, fact.period.possible) for fact in chronicle.by_person.get(person, ())]
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

