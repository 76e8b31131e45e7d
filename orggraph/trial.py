"""A trial: what a load would change, without keeping anything.

Why on a copy in memory and not as a load that is taken back: nothing is recorded of what was only tried.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from orggraph.errors import Finding
from orggraph.graph import OrgGraph
from orggraph.loading import LoadReport
from orggraph.period import as_date, iso

if TYPE_CHECKING:
    from orggraph.diff import Diff


class Trial(NamedTuple):
    """What a load would do: its report, and how what is known about the day would change (``None``: it is nothing new).

    ``first`` and ``last`` are the days (ISO 8601) between which anything changes, empty where none is known.
    """

    report: LoadReport
    day: int
    changed: Diff | None = None
    first: str = ""
    last: str = ""

    @property
    def removals(self) -> tuple[Finding, ...]:
        """List what the load would end of what its own source had stated, where it is so much that it is refused."""
        return tuple(finding for finding in self.report.findings if finding.code == "removals")


def trial(org: OrgGraph, load: Callable[[OrgGraph], LoadReport], *, day: int) -> Trial:
    """Try out a load: ``load`` is done to a copy of the organization in memory; its errors are raised."""
    tried = OrgGraph(ledger=org.ledger, erasures=org.erasures)
    report = load(tried)
    if not report.added:
        return Trial(report, day)
    recorded = report.load.recorded
    touched = [fact for fact in tried.ledger.facts if recorded in (fact.recorded, fact.superseded)]
    days = [bound for f in touched for m in (f.start, f.end) for bound in (m.earliest, m.latest) if as_date(bound)]
    about = (iso(min(days)), iso(max(days))) if days else ("", "")
    return Trial(report, day, tried.knowledge_diff(day, recorded - 1, recorded), *about)


__all__ = ["Trial", "trial"]
