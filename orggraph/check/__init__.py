"""Contradictions over all of time: what can be read but does not fit together.

Nothing is left out or repaired on their account; a finding names who is concerned and on which days. It is a
``warning`` where it holds on every reading of uncertain dates, a ``note`` where it holds on some or is likely clerical.

Why all of time at once and not day by day: a contradiction lasts from one change day to another, so only change days
are looked at, and only those of the facts concerned.
"""

from __future__ import annotations

from collections.abc import Collection

from orggraph.check.chronicle import Chronicle
from orggraph.check.reporting import managers_who_left, reporting_cycles, several_managers
from orggraph.check.tenures import SEATS, conflicts, one_day_gaps, outside_life, too_many_holders
from orggraph.errors import Finding
from orggraph.timeline import Timeline

CHECKS = {
    "cycle": reporting_cycles,
    "several-managers": several_managers,
    "single-seat": too_many_holders,
    "manager-left": managers_who_left,
    "outside-life": outside_life,
    "conflict": conflicts,
    "one-day-gap": one_day_gaps,
}
"""Every check by the code of its findings, in the order in which they are listed."""
_ORDER = list(CHECKS)


AT_LOAD = ("cycle", "single-seat", "manager-left")
"""The checks that a load makes at once: those of which somebody who cites an answer has to know."""


def check(
    timeline: Timeline, *, recorded_by: int | None = None, codes: Collection[str] = tuple(CHECKS)
) -> list[Finding]:
    """List the contradictions in what is believed, or was at ``recorded_by``: warnings first, by code and message.

    ``codes`` limits it to some of `CHECKS`.

    >>> check(Timeline([]))
    []
    """
    chronicle = Chronicle(timeline, recorded_by=recorded_by)
    found = {finding for code in codes for finding in CHECKS[code](chronicle)}
    return sorted(found, key=lambda f: (f.severity != "warning", _ORDER.index(f.code), f.message))


__all__ = ["AT_LOAD", "CHECKS", "SEATS", "check"]
