"""Tenures: which statements speak of the same stretch of one person in one post, role or unit.

Statements with the source's own record key belong together by that key. The others are taken in the order of their
days: a start opens a tenure, an end closes the one that is open, a sighting belongs to the one it falls into. Another
source's statements join a tenure when person and post match and the two can be the same stretch; two rows of one
edition never do, so three terms that touch stay three.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, Period, intersect, iso, unknown_end
from orggraph.replay.moments import Bound, Resolved, Variable, resolve
from orggraph.replay.statements import Statement
from orggraph.vocabulary import digest

TENURE_KINDS = frozenset({"starts", "ends", "holds", "acting", "leave", "transferred"})
OPENING = frozenset({"starts", "transferred", "acting"})
_UNTIL_NOW = Moment(OPEN_LATE, OPEN_LATE)


@dataclass(slots=True, eq=False)
class Tenure:
    """One stretch of one person in one post or role, with the statements on its two ends.

    ``sightings`` are statements that saw the person in office; ``states`` say something else of the tenure (acting,
    leave, an attribute). ``ongoing`` tells that a source which would know says that it has no end so far,
    ``presupposed`` that nothing is stated of it but what came after.
    """

    person: str
    post: str
    role: str
    place: str
    opened_by: str
    record: str = ""
    start: Variable = field(default_factory=lambda: Variable([]))
    end: Variable = field(default_factory=lambda: Variable([]))
    statements: list[Statement] = field(default_factory=list)
    sightings: list[Statement] = field(default_factory=list)
    states: list[Statement] = field(default_factory=list)
    ongoing: bool = False
    unknown_end: bool = False
    inferred: bool = False
    presupposed: bool = False

    @property
    def key(self) -> str:
        """Give what identifies it: person, post or role, and the record or the change that opened it; never a date."""
        seat = (self.post, "") if self.post else (self.role, self.place)
        return digest(self.person, *seat, self.record or self.opened_by)

    def editions(self) -> set[str]:
        """Give the editions that speak of it."""
        return {statement.change.edition for statement in self.statements}

    def start_moment(self) -> Resolved:
        """Give the moment it starts; what is presupposed where nothing is stated."""
        known = resolve(self.start)
        if known is not None:
            return known
        end = resolve(self.end)
        limit = OPEN_LATE
        if end is not None:
            limit = end.moment.earliest if end.moment.earliest > OPEN_EARLY else end.moment.latest
        return Resolved(Moment(OPEN_EARLY, limit, "unknown", digest("start", self.key)), ())

    def end_moment(self) -> Resolved:
        """Give the moment it ends; ongoing or unknown where no end is stated."""
        known = resolve(self.end)
        if known is not None:
            return known
        start = self.start_moment().moment
        if self.ongoing and not self.unknown_end:
            return Resolved(ONGOING, ())
        seen = [s.effective.earliest + 1 for s in self.sightings if s.effective.earliest > OPEN_EARLY]
        opened = [start.earliest + 1] if start.earliest > OPEN_EARLY else [OPEN_EARLY]
        return Resolved(unknown_end(max(seen + opened)), ())

    def end_after_sightings(self) -> None:
        """Narrow a stated end that is not exactly known: it lies after the last day on which a source saw somebody."""
        end = resolve(self.end)
        if end is None or end.moment.exact:
            return
        last: dict[str, Statement] = {}
        for seen in sorted(self.sightings, key=lambda s: (-s.effective.earliest, s.evidence)):
            last.setdefault(seen.change.source, seen)
        for seen in last.values():
            if seen.effective.earliest > OPEN_EARLY:
                after = Moment(seen.effective.earliest + 1, OPEN_LATE)
                self.end.root().bounds.append(Bound(replace(after, text=after.edtf()), seen, "end", weak=True))

    def period(self) -> Period | None:
        """Give the period, or ``None`` where the end that counts lies before the start that counts."""
        start, end = self.start_moment().moment, self.end_moment().moment
        return Period(start, end) if start.earliest <= end.latest else None

    def may_hold_on(self, moment: Moment) -> bool:
        """Tell whether it may hold on a day that ``moment`` allows."""
        period = self.period()
        return period is not None and period.start.earliest <= moment.latest and moment.earliest < period.end.latest


def assemble(statements: Iterable[Statement], known: Iterable[Tenure] = ()) -> list[Tenure]:
    """Make the tenures of one person in one post (or role in one place), given those already ``known`` from rosters."""
    by_record: dict[tuple[str, str], list[Statement]] = defaultdict(list)
    loose = []
    for statement in statements:
        if statement.change.record:
            by_record[statement.change.source, statement.change.record].append(statement)
        else:
            loose.append(statement)
    for key, group in list(by_record.items()):
        if not any(statement.change.kind in TENURE_KINDS for statement in group):
            loose += by_record.pop(key)
    tenures = [_of_record(record, group) for (_, record), group in sorted(by_record.items())]
    tenures = _joined([*known, *tenures])
    for statement in loose:
        _place(statement, tenures)
    return _joined(tenures)


def _of_record(record: str, statements: list[Statement]) -> Tenure:
    """Make the tenure of a register's record: all its statements are about one stretch."""
    source = statements[0].change.source
    tenure = _open(next((s for s in statements if s.post or s.role), statements[0]), record=f"{source}#{record}")
    opens = any(statement.change.kind in ("starts", "transferred") for statement in statements)
    for statement in statements:
        acting = statement.change.kind == "acting"
        _attach(tenure, statement, opening=statement.change.kind in OPENING and not (acting and opens))
    return tenure


def _open(statement: Statement, *, record: str = "") -> Tenure:
    return Tenure(
        person=statement.person,
        post=statement.post,
        role=statement.role,
        place=statement.place,
        opened_by=statement.evidence[0],
        record=record,
    )


def _attach(tenure: Tenure, statement: Statement, *, opening: bool = False) -> None:
    """Let a tenure have a statement, and its ends what the statement says of them."""
    change = statement.change
    tenure.statements.append(statement)
    tenure.role = tenure.role or statement.role
    tenure.inferred = tenure.inferred or change.inferred
    if opening:
        tenure.start.bounds.append(Bound(statement.effective, statement, "start"))
        _until(tenure, statement)
    elif change.kind == "ends":
        tenure.end.bounds.append(Bound(statement.effective, statement, "end"))
    elif change.kind in ("holds", "acting", "leave"):
        seen = statement.effective
        if seen.latest < OPEN_LATE:
            until = Moment(OPEN_EARLY, seen.latest, f"../{iso(seen.latest)}")
            tenure.start.bounds.append(Bound(until, statement, "start", weak=True))
        if change.kind == "holds" and change.until is not None:
            _until(tenure, statement)
    if change.kind in ("holds", "acting", "leave", "states"):
        tenure.sightings.append(statement)
    if change.kind in ("acting", "leave", "states"):
        tenure.states.append(statement)


def _until(tenure: Tenure, statement: Statement) -> None:
    until = statement.change.until
    if until is None or until == ONGOING:
        tenure.ongoing = True
    elif until.latest == OPEN_LATE and until.text == "unknown":
        tenure.unknown_end = True
    else:
        tenure.end.bounds.append(Bound(until, statement, "end"))


def _place(statement: Statement, tenures: list[Tenure]) -> None:
    """Give a statement without a record to the tenure it speaks of, or open a new one with it."""
    kind = statement.change.kind
    if kind == "states" and statement.change.effective is None and tenures:
        for tenure in tenures:
            _attach(tenure, statement)
        return
    if kind in ("starts", "transferred"):
        found = _to_start(statement, tenures)
    elif kind == "ends":
        found = _to_end(statement, tenures)
    else:
        found = next((t for t in reversed(tenures) if t.may_hold_on(statement.effective)), None)
    if found is None:
        found = _open(statement)
        tenures.append(found)
        _attach(found, statement, opening=kind in OPENING)
        return
    _attach(found, statement, opening=kind in ("starts", "transferred"))


def _to_start(statement: Statement, tenures: list[Tenure]) -> Tenure | None:
    """Find the tenure whose start this is: of one whose start nobody states, or stated once more by another edition."""
    for tenure in reversed(tenures):
        period = tenure.period()
        strong = {bound.statement.change.edition for bound in tenure.start.root().bounds if not bound.weak}
        if statement.change.edition in strong or period is None:
            continue
        if not strong:
            if _may_begin(tenure, period, statement.effective):
                return tenure
        elif intersect(period.start, statement.effective) is not None or _overlap(period, _period_of(statement)):
            return tenure
    return None


def _may_begin(tenure: Tenure, period: Period, moment: Moment) -> bool:
    """Tell whether a tenure whose start nobody states may begin then: not after it was seen, and before its end."""
    seen = period.start.latest if tenure.start.root().bounds else OPEN_LATE
    return moment.earliest <= seen and moment.earliest < period.end.latest


def _to_end(statement: Statement, tenures: list[Tenure]) -> Tenure | None:
    """Find the tenure that this statement ends: the latest that began before and has no end, or the same end.

    One that began on that very day is ended by it only if none began before: who is said to end and to start in a
    post on one day, starts it again.
    """
    last = statement.effective.latest
    begun = [t for t in reversed(tenures) if t.start_moment().moment.earliest <= last]
    for tenure in sorted(begun, key=lambda t: t.start_moment().moment.earliest == last):
        end = resolve(tenure.end)
        if end is None:
            return tenure
        start = tenure.start_moment().moment
        if statement.change.edition not in tenure.editions() and end.moment.latest > start.earliest:
            return tenure
    return None


def _period_of(statement: Statement) -> Period:
    return Period(statement.effective, statement.change.until or ONGOING)


def _overlap(a: Period, b: Period) -> bool:
    """Tell whether the certain stretches of the two share a day."""
    (first, last), (other_first, other_last) = a.certain, b.certain
    return max(first, other_first) < min(last, other_last)


def _joined(tenures: list[Tenure]) -> list[Tenure]:
    """Join what different sources say of one stretch: no common edition, and certainly overlapping."""
    kept: list[Tenure] = []
    for tenure in sorted(tenures, key=lambda t: (t.start_moment().moment.latest, t.key)):
        match = next((other for other in kept if _one_stretch(tenure, other)), None)
        if match is None:
            kept.append(tenure)
        else:
            _absorb(match, tenure)
    return kept


def _one_stretch(a: Tenure, b: Tenure) -> bool:
    if a.editions() & b.editions() or _same_register(a, b):
        return False
    period, other = a.period(), b.period()
    return period is not None and other is not None and _overlap(period, other)


def _same_register(a: Tenure, b: Tenure) -> bool:
    """Tell whether one source keeps the two apart by records of its own."""
    return bool(a.record and b.record) and a.record.partition("#")[0] == b.record.partition("#")[0]


def _absorb(tenure: Tenure, other: Tenure) -> None:
    tenure.start.bounds += other.start.bounds
    tenure.end.bounds += other.end.bounds
    tenure.statements += other.statements
    tenure.sightings += other.sightings
    tenure.states += other.states
    tenure.role = tenure.role or other.role
    tenure.ongoing = tenure.ongoing or other.ongoing
    tenure.inferred = tenure.inferred or other.inferred
    if not tenure.record and other.record:
        tenure.record = other.record
    tenure.opened_by = min(tenure.opened_by, other.opened_by)
