"""Statements in force: role changes after corrections and withdrawals, with what each rests on.

A correction replaces the fields it fills in; a withdrawal takes its target out, and withdrawing the withdrawal puts
it back. The record itself is never altered: both stand in the ledger, and an earlier recorded time replays to what
was known then.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from orggraph.changes import RoleChange
from orggraph.errors import Finding
from orggraph.period import OPEN_EARLY, OPEN_LATE, Moment, day

UNCHANGED_BY_CORRECTION = frozenset({"kind", "target", "effective", "until", "occurrence", "source", "stated", "quote"})


@dataclass(slots=True, eq=False)
class Statement:
    """A role change in force, the identities it rests on, and the IRIs that its names stand for.

    ``evidence`` begins with the identity of the role change itself, so that a correction leaves alone what is
    identified by it; those of its corrections follow. ``place`` is the IRI of the unit, or of the organization where
    no unit is named. ``rank`` is the place of its source in an order of trust, 0 first. ``between`` are the identities
    of equal rows of later lists that this one stands for, ``between_days`` the days of those lists (see `repeats`).
    """

    change: RoleChange
    evidence: tuple[str, ...]
    person: str = ""
    post: str = ""
    role: str = ""
    unit: str = ""
    organization: str = ""
    manager: str = ""
    replaces: str = ""
    from_post: str = ""
    into: str = ""
    rank: int = 0
    between: tuple[str, ...] = ()
    between_days: tuple[int, ...] = ()

    @property
    def place(self) -> str:
        """Give the IRI of the unit, else of the organization."""
        return self.unit or self.organization

    @property
    def effective(self) -> Moment:
        """Give the moment it took effect; one without any bound where none is stated."""
        return self.change.effective or NO_MOMENT

    @property
    def days(self) -> tuple[int, ...]:
        """Give the days of the lists that state this, where it took effect on an exactly known day."""
        return (self.effective.earliest, *self.between_days)

    @property
    def stated_day(self) -> int:
        """Give the day on which the source said it, or the earliest of all where that is not known."""
        return day(self.change.stated[:10]) if self.change.stated else OPEN_EARLY

    @property
    def confirmed(self) -> int:
        """Give the last day on which this statement asserts what it says."""
        known = self.effective.latest if self.effective.latest < OPEN_LATE else self.effective.earliest
        if self.change.kind in ("holds", "roster"):
            return known
        return max(known, self.stated_day)


UNORDERED = 10**9
"""The place of a role change without a sequence: after those of its day that have one."""

NO_MOMENT = Moment(OPEN_EARLY, OPEN_LATE, "unknown")
"""The moment of which nothing is known."""


def in_force(changes: Iterable[RoleChange], trust: Sequence[str] = ()) -> tuple[list[Statement], list[Finding]]:
    """Apply corrections and withdrawals; give the statements in a fixed order, and what could not be matched.

    ``trust`` names sources, the most trusted first; those that it does not name come after all of them.
    """
    ordered = sorted({change.id: change for change in changes}.items(), key=lambda item: (_when(item[1]), item[0]))
    withdrawn_by, corrected_by, findings = _targeted(ordered)
    active = _Active(withdrawn_by)
    statements = []
    for identity, change in ordered:
        if change.kind not in ("withdraws", "corrects") and active(identity):
            fixes = [(by, fix) for by, fix in corrected_by.get(identity, ()) if active(by)]
            statement, refused = _apply(identity, change, fixes)
            source = statement.change.source
            statement.rank = trust.index(source) if source in trust else len(trust)
            statements.append(statement)
            findings += refused
    return sorted(statements, key=lambda s: (_when(s.change), s.evidence)), findings


Corrections = dict[str, list[tuple[str, RoleChange]]]


def _targeted(ordered: list[tuple[str, RoleChange]]) -> tuple[dict[str, list[str]], Corrections, list[Finding]]:
    """List for each role change what withdraws and what corrects it, and report what is about none."""
    by_target = _Targets(ordered)
    withdrawn_by: dict[str, list[str]] = {}
    corrected_by: Corrections = {}
    findings: list[Finding] = []
    for identity, change in ordered:
        if change.kind not in ("withdraws", "corrects"):
            continue
        targets = by_target.of(change)
        if not targets:
            findings.append(_unmatched(change, "no role change has this identity or record"))
        for target in targets:
            if change.kind == "withdraws":
                withdrawn_by.setdefault(target, []).append(identity)
            elif by_target.is_correction(target):
                findings.append(_unmatched(change, "that is a correction itself (withdraw it, and correct anew)"))
            else:
                corrected_by.setdefault(target, []).append((identity, change))
    return withdrawn_by, corrected_by, findings


def _unmatched(change: RoleChange, why: str) -> Finding:
    message = f"{change.kind} {change.target!r}: {why}"
    return Finding("warning", message, change.file, change.line_number, "unmatched-target")


def _apply(
    identity: str, change: RoleChange, fixes: list[tuple[str, RoleChange]]
) -> tuple[Statement, list[Finding]]:
    """Correct a role change, what was stated last counting last; leave out what would put its end before its start."""
    applied, refused = [], []
    for by, fix in sorted(fixes, key=lambda item: (item[1].stated, item[0])):
        corrected = _corrected(change, fix)
        start, end = corrected.effective, corrected.until
        if start is not None and end is not None and end.latest < start.earliest:
            message = f"corrects {fix.target!r}: the end {end} would lie before {start}"
            refused.append(Finding("warning", message, fix.file, fix.line_number, "inverted-period"))
        else:
            change = corrected
            applied.append(by)
    return Statement(change, (identity, *sorted(applied))), refused


def _when(change: RoleChange) -> tuple[int, int, int, bool, str]:
    """Sort by day and sequence; of one day without a sequence, ends go first, so that what ends can begin again."""
    moment = change.effective or NO_MOMENT
    sequence = change.sequence if change.sequence is not None else UNORDERED
    return (moment.latest, moment.earliest, sequence, change.kind != "ends", change.stated)


class _Targets:
    """Finds the role changes that a correction or withdrawal names: by identity, or by record within its source."""

    def __init__(self, ordered: list[tuple[str, RoleChange]]) -> None:
        self._kinds = {identity: change.kind for identity, change in ordered}
        self._records: dict[tuple[str, str], list[str]] = {}
        for identity, change in ordered:
            if change.record:
                self._records.setdefault((change.source, change.record), []).append(identity)

    def of(self, change: RoleChange) -> list[str]:
        if change.target in self._kinds:
            return [change.target]
        source, _, record = change.target.rpartition("#")
        return self._records.get((change.source, change.target), []) or self._records.get((source, record), [])


    def is_correction(self, identity: str) -> bool:
        return self._kinds[identity] in ("corrects", "withdraws")


class _Active:
    """Tells whether a role change stands: it does unless a withdrawal that stands names it."""

    def __init__(self, withdrawn_by: dict[str, list[str]]) -> None:
        self._withdrawn_by = withdrawn_by
        self._known: dict[str, bool] = {}

    def __call__(self, identity: str) -> bool:
        if identity not in self._withdrawn_by:
            return True
        if identity not in self._known:
            self._known[identity] = True  # a withdrawal that leads back to itself is no withdrawal
            self._known[identity] = not any(self(other) for other in self._withdrawn_by[identity])
        return self._known[identity]


def _corrected(change: RoleChange, fix: RoleChange) -> RoleChange:
    new: dict[str, str | Moment] = {
        name: text for name, text in fix.fields().items() if name not in UNCHANGED_BY_CORRECTION and name != "sequence"
    }
    if fix.effective is not None:
        new["effective"] = fix.effective
    if fix.until is not None:
        new["until"] = fix.until
    return replace(change, **new)  # type: ignore[arg-type]  # texts for text fields, moments for the two moments
