"""The timeline: all facts in columns of integers, indexed by subject and by object, on both axes of time.

Each fact is one row of the columns; the four valid bounds are day ordinals, the two recorded bounds microseconds.
What holds on a day is a comparison of columns, what is said of an entity a slice. It is derived from the ledger and
never the only copy of anything.

Why columns and not a tree of intervals: a snapshot, a headcount and a diff need most facts of a day at once, and
comparing four integer columns is faster than walking any tree in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from orggraph.facts import LINE, REPORTS_DIRECTLY_TO, Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.timeline.columns import KIND, NEVER, Columns, Facts, Rows, columns_of
from orggraph.timeline.files import check_files, list_files
from orggraph.timeline.naming import NameIndex
from orggraph.timeline.postings import Postings
from orggraph.timeline.reporting import Edges, Reporting
from orggraph.timeline.terms import ABSENT, Terms
from orggraph.vocabulary import Literal, Term

_INDEXES = ("by_subject", "by_object", "by_post", "by_tenure")


class Timeline:
    """All versions of all facts, in a fixed order, with what answers need beside them.

    ``facts`` are sorted by subject, predicate, object and start, so every answer comes in the same order whatever
    the order of loading. ``sources`` maps the identity of a role change to what it was learned from.
    """

    def __init__(self, facts: Iterable[Fact] = (), *, sources: Mapping[str, str] | None = None) -> None:
        self.terms = Terms()
        known = sources or {}
        ordered = sorted(facts, key=_order)
        used = {change: known.get(change, "") for fact in ordered for change in fact.changes}
        self.columns: Columns = columns_of(ordered, self.terms, used)
        self.facts = Facts(self.columns, self.terms)

    @classmethod
    def open(cls, folder: Path) -> Timeline:
        """Map the index that `save` wrote; raise `StoreError` where it is not whole."""
        check_files(folder)
        timeline = cls.__new__(cls)
        timeline.terms = Terms.open(folder)
        timeline.columns = Columns.open(folder)
        timeline.facts = Facts(timeline.columns, timeline.terms)
        for name in _INDEXES:
            setattr(timeline, name, Postings.open(folder, name))
        timeline.names = NameIndex.open(folder)
        timeline.direct = Reporting.open(folder, "direct")
        timeline.dotted = Reporting.open(folder, "dotted")
        return timeline

    def save(self, folder: Path) -> None:
        """Write the index into an empty folder, with a list of its files and their checksums."""
        self.terms.save(folder)
        self.columns.save(folder)
        for name in _INDEXES:
            getattr(self, name).save(folder, name)
        self.names.save(folder)
        self.direct.save(folder, "direct")
        self.dotted.save(folder, "dotted")
        list_files(folder)

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Map the identity of a role change to its source."""
        return _Sources(self)

    def believed(self, recorded_by: int | None = None) -> NDArray[np.bool_]:
        """Mark the facts that this graph believed at ``recorded_by`` (inclusive), or believes now."""
        return self._believed(slice(None), recorded_by)

    def _believed(self, rows: slice | Rows, recorded_by: int | None) -> NDArray[np.bool_]:
        superseded = self.columns.superseded[rows]
        if recorded_by is None:
            return np.equal(superseded, NEVER)
        return np.logical_and(self.columns.recorded[rows] <= recorded_by, recorded_by < superseded)

    def possible(self, day: int, *, recorded_by: int | None = None) -> Rows:
        """Give the facts that hold on ``day`` on some reading, in the order of ``facts``."""
        hold = (self.columns.start_earliest <= day) & (day < self.columns.end_latest)
        return np.flatnonzero(hold & self.believed(recorded_by))

    def certain(self, rows: Rows, day: int) -> NDArray[np.bool_]:
        """Mark which of the ``rows`` hold on ``day`` on every reading."""
        return np.logical_and(self.columns.start_latest[rows] <= day, day < self.columns.end_earliest[rows])

    def holding(self, rows: Rows, day: int, *, recorded_by: int | None = None) -> Rows:
        """Keep of the ``rows`` those that hold on ``day`` on some reading."""
        keep = (self.columns.start_earliest[rows] <= day) & (day < self.columns.end_latest[rows])
        return rows[keep & self._believed(rows, recorded_by)]

    def of_kind(self, kind: str) -> Rows:
        """Give the facts of a kind."""
        return np.flatnonzero(self.columns.kind == KIND[kind])

    def about(self, subject: str) -> Rows:
        """Give the facts whose subject it is."""
        return self.by_subject.of(self.terms.number(subject))

    def pointing_at(self, term: Term) -> Rows:
        """Give the facts whose object it is."""
        return self.by_object.of(self.terms.number(term))

    def in_post(self, post: str) -> Rows:
        """Give the memberships in the post."""
        return self.by_post.of(self.terms.number(post))

    def of_tenure(self, tenure: str) -> Rows:
        """Give the versions of one tenure."""
        return self.by_tenure.of(self.terms.number(tenure))

    @cached_property
    def names(self) -> NameIndex:
        """Give the look-up of names."""
        return NameIndex.of(self.columns, self.terms)

    @cached_property
    def by_subject(self) -> Postings:
        """Give the rows by subject."""
        return Postings.of_column(self.columns.subject, len(self.terms))

    @cached_property
    def by_object(self) -> Postings:
        """Give the rows by object."""
        return Postings.of_column(self.columns.object, len(self.terms))

    @cached_property
    def by_post(self) -> Postings:
        """Give the rows by post."""
        return Postings.of_column(self.columns.post, len(self.terms))

    @cached_property
    def by_tenure(self) -> Postings:
        """Give the rows by tenure."""
        return Postings.of_column(self.columns.tenure, len(self.terms))

    @cached_property
    def direct(self) -> Reporting:
        """Give the direct reporting lines."""
        return self._reporting(dotted=False)

    @cached_property
    def dotted(self) -> Reporting:
        """Give the dotted reporting lines."""
        return self._reporting(dotted=True)

    def _reporting(self, *, dotted: bool) -> Reporting:
        lines = self.columns.kind == KIND[LINE]
        direct = self.columns.predicate == self.terms.number(REPORTS_DIRECTLY_TO)
        return Reporting.of(self.columns, np.flatnonzero(lines & (direct != dotted)))

    def change_days(self, *, recorded_by: int | None = None) -> list[int]:
        """List in order the days on which some believed fact starts or ends to hold, certainly or possibly."""
        believed, c = self.believed(recorded_by), self.columns
        bounds = (c.start_earliest, c.start_latest, c.end_earliest, c.end_latest)
        days = np.unique(np.concatenate([column[believed] for column in bounds]))
        return [int(day) for day in days if OPEN_EARLY < day < OPEN_LATE]


class _Sources(Mapping[str, str]):
    """The source of each role change, by its identity."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._order = np.argsort(timeline.columns.change_ids, kind="stable")
        self._sorted = timeline.columns.change_ids[self._order]

    def __getitem__(self, change: str) -> str:
        number = self._timeline.terms.number(Literal(change))
        at = int(self._sorted.searchsorted(number))
        if number == ABSENT or at >= len(self._sorted) or self._sorted[at] != number:
            raise KeyError(change)
        return self._timeline.facts.source(int(self._order[at]))

    def __iter__(self) -> Iterator[str]:
        return (self._timeline.facts.change(number) for number in range(len(self)))

    def __len__(self) -> int:
        return len(self._timeline.columns.change_ids)


def _order(fact: Fact) -> tuple[object, ...]:
    return (
        fact.subject, fact.predicate, str(fact.object), fact.start.earliest, fact.start.latest, fact.end.earliest,
        fact.end.latest, fact.kind, fact.tenure, fact.recorded, fact.id,
    )  # fmt: skip


__all__ = ["Edges", "Reporting", "Rows", "Timeline"]
