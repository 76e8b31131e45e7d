"""Contradictions over all of time: what can be read but does not fit together.

Nothing is left out or repaired on their account; a finding names who is concerned and on which days. It is a
``warning`` where it holds on every reading of uncertain dates, a ``note`` where it holds on some or is likely clerical.

| code               | found                                                          | severity           |
| ------------------ | -------------------------------------------------------------- | ------------------ |
| `cycle`            | somebody reports to himself, by how many others                | warning, or note * |
| `unit-cycle`       | a unit is part of itself                                       | warning, or note * |
| `several-managers` | several direct managers at once, from one tenure               | warning, or note * |
| `single-seat`      | more holders than a post has seats                             | warning, or note * |
| `manager-left`     | a line to somebody who held nothing in the organization        | warning            |
| `outside-life`     | a tenure beyond the life of its post, unit or organization     | warning            |
| `conflict`         | sources that contradict each other                             | warning            |
| `functional`       | a membership with two members or organizations (W3C ORG)       | warning            |
| `domain-range`     | somebody or something of the wrong kind (W3C ORG)              | warning            |
| `inverse`          | a property of which the inverse does not hold (W3C ORG)        | warning            |
| `one-day-gap`      | one day between two tenures of one person in one place         | note               |

(*) a note where it holds on some reading of the dates only.

Why all of time at once and not day by day: a contradiction lasts from one change day to another, so only change days
are looked at, and only those of the facts concerned. Why in two steps: `suspects` leaves out, in columns of numbers,
what cannot contradict anything; the rest is looked at exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

from orggraph.check.chronicle import Chronicle
from orggraph.check.reporting import circles_of_units, managers_who_left, reporting_cycles, several_managers
from orggraph.check.rules import (
    domains_and_ranges,
    inverse_pairs,
    of_inverses,
    of_wrong_kind,
    one_member,
    shared_memberships,
)
from orggraph.check.suspects import SEATS, Suspects
from orggraph.check.tenures import conflicts, one_day_gaps, outside_life, too_many_holders
from orggraph.errors import Finding
from orggraph.timeline import Rows, Timeline


class Check(NamedTuple):
    """A check: what it finds among the facts in some rows, and which rows are in question."""

    find: Callable[[Chronicle, Rows], Iterator[Finding]]
    suspects: Callable[[Suspects], Rows]


CHECKS: dict[str, Check] = {
    "cycle": Check(reporting_cycles, Suspects.in_cycles),
    "unit-cycle": Check(circles_of_units, Suspects.in_circles_of_units),
    "several-managers": Check(several_managers, Suspects.with_several_managers),
    "single-seat": Check(too_many_holders, Suspects.over_seats),
    "manager-left": Check(managers_who_left, Suspects.to_who_left),
    "outside-life": Check(outside_life, Suspects.outlasting),
    "conflict": Check(conflicts, Suspects.in_conflict),
    "functional": Check(one_member, shared_memberships),
    "domain-range": Check(domains_and_ranges, of_wrong_kind),
    "inverse": Check(inverse_pairs, of_inverses),
    "one-day-gap": Check(one_day_gaps, Suspects.around_gaps),
}
"""Every check by the code of its findings, in the order in which they are listed."""
_ORDER = list(CHECKS)


AT_LOAD = ("cycle", "single-seat", "manager-left")
"""The checks that a load makes at once: those of which somebody who cites an answer has to know."""

NOT_REPLAYED = Finding(
    "note",
    "what was assumed and left out at loading is not listed: with more than 100,000 facts only contradictions are",
    code="not-replayed",
)
"""What a check says where role changes are too many to be replayed."""


def check(
    timeline: Timeline, *, recorded_by: int | None = None, codes: Collection[str] = tuple(CHECKS)
) -> list[Finding]:
    """List the contradictions in what is believed, or was at ``recorded_by``: warnings first, by code and message.

    ``codes`` limits it to some of `CHECKS`. What several facts give alike is listed once.

    >>> check(Timeline([]))
    []
    """
    chronicle = Chronicle(timeline, recorded_by=recorded_by)
    suspects, chosen = Suspects(chronicle), [CHECKS[code] for code in codes]
    return merged(finding for one in chosen for finding in one.find(chronicle, one.suspects(suspects)))


def merged(findings: Iterator[Finding]) -> list[Finding]:
    """Order findings, those that differ only in the role changes they rest on made one."""
    found: dict[Finding, set[str]] = {}
    for finding in findings:
        found.setdefault(finding._replace(changes=()), set()).update(finding.changes)
    made = [finding._replace(changes=tuple(sorted(changes))) for finding, changes in found.items()]
    return sorted(made, key=lambda f: (f.severity != "warning", _ORDER.index(f.code), f.message, f.nodes, f.since))


__all__ = ["AT_LOAD", "CHECKS", "NOT_REPLAYED", "SEATS", "Check", "check", "merged"]
