"""Reporting lines: stated from person to person, from post to post or mixed, and those that follow from them.

A stated line belongs to the tenure it was stated with and ends with it. A new direct line from the same tenure ends
those before at the same moment; dotted lines stand beside each other, and so do direct ones that one source states
for one day without saying which came first. From a line between posts follow lines
between their holders, as long as line and both tenures last; while a post is vacant, the line leads to the post
itself, never on to its boss. A post keeps its line when the boss changes: reports follow the post.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from orggraph.changes import UNKNOWN
from orggraph.facts import DERIVED, LINE, REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO, Fact, line_key
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, Period, conjunction, iso, unknown_end
from orggraph.replay.moments import Bound, Variable, resolve, unify
from orggraph.replay.statements import UNORDERED, Statement
from orggraph.replay.tenures import OPENING, Tenure
from orggraph.replay.vacancies import vacancies
from orggraph.vocabulary import digest


@dataclass(slots=True, eq=False)
class Line:
    """One stretch of one reporting line; ``manager`` is empty where a source says: to nobody."""

    subject: str
    manager: str
    dotted: bool
    tenure: Tenure | None
    opened_by: str
    start: Variable = field(default_factory=lambda: Variable([]))
    end: Variable = field(default_factory=lambda: Variable([]))
    statements: list[Statement] = field(default_factory=list)
    ongoing: bool = False
    contested: bool = False
    unordered: bool = False
    inferred: bool = False

    @property
    def key(self) -> str:
        """Give what identifies it: both ends, the tenure it belongs to, and the change that opened it."""
        tenure = self.tenure.key if self.tenure else ""
        return line_key(self.subject, self.manager, dotted=self.dotted, tenure=tenure, opened_by=self.opened_by)

    def period(self) -> Period | None:
        """Give the stretch in which it holds, within its tenure; ``None`` where there is none."""
        start = resolve(self.start)
        begin = start.moment if start else Moment(OPEN_EARLY, OPEN_LATE, UNKNOWN, digest("start", self.key))
        end = resolve(self.end)
        finish = end.moment if end else self._open_end(begin)
        if finish.latest < begin.earliest:
            return None
        own = Period(begin, finish)
        if self.tenure is None:
            return own
        held = self.tenure.period()
        return conjunction([own, held]) if held else None

    def _open_end(self, start: Moment) -> Moment:
        if self.ongoing:
            return ONGOING
        seen = [s.effective.earliest + 1 for s in self.statements if s.effective.earliest > OPEN_EARLY]
        return unknown_end(max([*seen, start.earliest]))


def stated_lines(subject: str, tenure: Tenure | None, statements: Iterable[Statement]) -> list[Line]:
    """Make the lines that statements of one person (in one tenure) or one post state, in the order of their days."""
    direct: list[Line] = []
    dotted: dict[str, list[Line]] = defaultdict(list)
    for statement in sorted(statements, key=lambda s: (tenure is None or s.change.kind not in OPENING, _order(s))):
        if statement.change.line == "dotted":
            _extend(dotted[statement.manager], subject, tenure, statement, replacing=False)
        else:
            _extend(direct, subject, tenure, statement, replacing=True)
    return direct + [line for lines in dotted.values() for line in lines]


def _order(statement: Statement) -> tuple[object, ...]:
    change, moment = statement.change, statement.effective
    sequence = change.sequence if change.sequence is not None else UNORDERED
    return (moment.latest, moment.earliest, sequence, change.kind == "holds", statement.evidence)


def _extend(lines: list[Line], subject: str, tenure: Tenure | None, statement: Statement, *, replacing: bool) -> None:
    """Let the last line have a statement that repeats it, or begin the next line with it."""
    change = statement.change
    beside = [line for line in lines if resolve(line.end) is None]
    again = next((line for line in reversed(beside) if line.manager == statement.manager), None)
    if again is not None:
        again.statements.append(statement)
        if change.kind in OPENING or change.kind == "reports" or _last_sighting(statement, tenure):
            again.ongoing = True
        _say_start(again, statement)
        return
    line = Line(subject, statement.manager, change.line == "dotted", tenure, statement.evidence[0])
    line.statements.append(statement)
    line.ongoing = change.kind != "holds" or _last_sighting(statement, tenure)
    if tenure is not None and change.kind in OPENING and statement in tenure.statements:
        line.start = tenure.start
    else:
        _say_start(line, statement)
    if change.until is not None and change.until.latest < OPEN_LATE and change.kind == "reports":
        line.end.bounds.append(Bound(change.until, statement, "line end"))
    lines.append(line)
    for before in beside if replacing else ():
        _hand_over(before, line, statement)


def _hand_over(before: Line, after: Line, statement: Statement) -> None:
    """End the line before where the next one begins, unless sources contradict each other or no order is said."""
    change, moment = statement.change, statement.effective
    same_source = any(s.change.source == change.source for s in before.statements)
    same_moment = any(
        s.effective.earliest <= moment.latest and moment.earliest <= s.effective.latest for s in before.statements
    )
    if any(_no_order(s, statement) for s in before.statements):
        before.unordered = after.unordered = True
        return
    if change.kind == "holds" and same_source:
        last = max(s.effective.latest for s in before.statements)
        if last < statement.effective.latest:
            between = Moment(last + 1, statement.effective.latest, f"{iso(last + 1)}/{iso(statement.effective.latest)}")
            after.start.bounds.append(Bound(between, statement, "line start", weak=True))
            unify(before.end, after.start)
            return
    if change.kind != "holds" and not (same_moment and not same_source):
        unify(before.end, after.start)
        return
    before.contested = after.contested = True


def _no_order(a: Statement, b: Statement) -> bool:
    """Tell whether one source states both for one day, with nothing that says which came first."""
    one_day = (a.effective.earliest, a.effective.latest) == (b.effective.earliest, b.effective.latest)
    return one_day and a.change.source == b.change.source and None in (a.change.sequence, b.change.sequence)


def _say_start(line: Line, statement: Statement) -> None:
    moment = statement.effective
    if statement.change.kind == "reports":
        line.start.bounds.append(Bound(moment, statement, "line start"))
    elif moment.latest < OPEN_LATE and not _seen_by(line, statement):
        until = Moment(OPEN_EARLY, moment.latest, f"../{iso(moment.latest)}")
        line.start.bounds.append(Bound(until, statement, "line start", weak=True))


def _seen_by(line: Line, statement: Statement) -> bool:
    """Tell whether the same source saw the line by then, so that this sighting of it narrows nothing."""
    return any(
        bound.weak
        and bound.moment.latest <= statement.effective.latest
        and bound.statement.change.source == statement.change.source
        for bound in line.start.root().bounds
    )


def _last_sighting(statement: Statement, tenure: Tenure | None) -> bool:
    """Tell whether a roster's row is its tenure's last, so that the line lasts as long as the tenure is believed to."""
    if tenure is None or not tenure.inferred:
        return False
    series = [s.effective.latest for s in tenure.sightings if s.change.source == statement.change.source]
    return statement.effective.latest == max(series, default=OPEN_EARLY)


def line_predicate(line: Line) -> str:
    """Give the property of the plain triple."""
    return REPORTS_DOTTED_TO if line.dotted else REPORTS_DIRECTLY_TO


def derived_lines(
    lines: Sequence[Fact], holders: Mapping[str, list[Fact]], *, absent: Mapping[str, list[Period]]
) -> list[Fact]:
    """Derive the lines between persons that follow from lines to or from posts.

    ``holders`` lists the memberships in each post; ``absent`` the stretches in which the holder of a tenure is on
    leave while somebody acts for them: then the line leads to the one who acts. A derived line rests on the line and
    the tenures it follows from (its premises).
    """
    derived = _Derived({}, Counter())
    bosses = {manager for line in lines if (manager := str(line.object)) in holders}
    gaps = {post: vacancies(holders[post]) for post in bosses}
    for line in lines:
        below: list[Fact | None] = list(holders[line.subject]) if line.subject in holders else [None]
        manager = str(line.object)
        for reporter in below:
            first = [line.period] + ([reporter.period] if reporter else [])
            if manager in holders:
                for boss in holders[manager]:
                    for period in _present(boss, absent.get(boss.tenure, [])):
                        _derive(derived, line, [*first, period], reporter, boss)
                for gap in gaps[manager]:
                    if reporter is not None:
                        _derive(derived, line, [*first, gap], reporter, None)
            elif reporter is not None:
                _derive(derived, line, first, reporter, None)
    return list(derived.facts.values())


class _Derived(NamedTuple):
    """The derived lines by what they say and rest on, and how many stretches there are of each."""

    facts: dict[tuple[str, ...], Fact]
    stretches: Counter[tuple[str, ...]]


def _derive(derived: _Derived, line: Fact, periods: list[Period], reporter: Fact | None, boss: Fact | None) -> None:
    period = conjunction(periods)
    subject = reporter.subject if reporter else line.subject
    manager = boss.subject if boss else str(line.object)
    if period is None or subject == manager:
        return
    facts = [fact for fact in (line, reporter, boss) if fact]
    premises = tuple(sorted(fact.tenure for fact in facts))
    stretch = (period.start.edtf(), period.end.edtf())
    key = ("derived", line.predicate, subject, manager, *premises)
    number = derived.stretches[key]
    derived.stretches[key] += (*key, *stretch) not in derived.facts
    derived.facts[(*key, *stretch)] = Fact(
        kind=LINE,
        tenure=f"{line.tenure}:{digest(*key, str(number))}",
        subject=subject,
        predicate=line.predicate,
        object=manager,
        start=period.start,
        end=period.end,
        confirmed=min(fact.confirmed for fact in facts),
        flags=tuple(sorted({DERIVED}.union(*(fact.flags for fact in facts)))),
        changes=tuple(sorted({change for fact in facts for change in fact.changes})),
        premises=premises,
    )


def _present(boss: Fact, absent: list[Period]) -> list[Period]:
    """Cut the stretches of leave out of a tenure."""
    pieces = [boss.period]
    for leave in absent:
        pieces = [piece for whole in pieces for piece in _without(whole, leave)]
    return pieces


def _without(whole: Period, hole: Period) -> list[Period]:
    left = conjunction([whole, Period(Moment(OPEN_EARLY, OPEN_EARLY), hole.start)])
    right = None if hole.end == ONGOING else conjunction([whole, Period(hole.end, ONGOING)])
    return [piece for piece in (left, right) if piece]
