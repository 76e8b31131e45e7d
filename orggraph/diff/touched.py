"""What a comparison has to look at: the facts that hold differently on its two sides, and all about those they concern.

Why not all facts of both days: in a week a large organization changes by some thousand facts of millions. The facts
that begin or end, or are no longer confirmed, are found in the columns; what they are about is *touched*, and all that
is said of it on either day is taken in, so that every changed triple is judged by all the facts that give it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from orggraph.diff.presence import ABSENT_RANK, Mask, Numbers, Ranks, in_events, present, ranks
from orggraph.facts import ATTRIBUTE, EVENT, NAME, TYPE
from orggraph.snapshot import Snapshot
from orggraph.timeline import Rows, Timeline
from orggraph.timeline.columns import KIND

_DESCRIBING = np.array([KIND[kind] for kind in (NAME, TYPE, ATTRIBUTE)], dtype=np.int8)


class Touched(NamedTuple):
    """The facts about the touched ``subjects`` that hold on either side, with their labels by rank on both.

    ``subjects``, ``posts`` and ``tenures`` are numbers of terms of which everything is here, ``posts`` by holder.
    ``turned`` are the terms that may take part on one side only, with whether they do. All are rising.
    """

    rows: Rows
    before: Ranks
    after: Ranks
    subjects: Numbers
    tenures: Numbers
    posts: Numbers
    turned: Numbers
    present_before: Mask
    present_after: Mask


def comparable(a: Snapshot, b: Snapshot) -> bool:
    """Tell whether two snapshots are of one timeline that lies in columns here."""
    return a.timeline is b.timeline and type(a.timeline) is Timeline


def touched(a: Snapshot, b: Snapshot) -> Touched:
    """Find what the comparison of two snapshots of one timeline has to look at."""
    timeline = a.timeline
    c = timeline.columns
    changed = _changed(a, b)
    before, after = ranks(a, changed), ranks(b, changed)
    turned = _terms(timeline, changed[(before == ABSENT_RANK) != (after == ABSENT_RANK)])
    present_before, present_after = present(a, turned), present(b, turned)
    there_before, there_after = present_before | in_events(a, turned), present_after | in_events(b, turned)
    posts = c.post[changed]
    concerned = (turned[there_before != there_after], c.subject[changed], c.tenure[changed], posts[posts >= 0])
    subjects = np.unique(np.concatenate(concerned))
    held = _holding(a, b, timeline.by_tenure.of_all(subjects))
    subjects = np.union1d(subjects, c.subject[held])
    rows = np.sort(_holding(a, b, timeline.by_subject.of_all(subjects)))
    before, after = ranks(a, rows), ranks(b, rows)
    described = np.isin(c.kind[rows], _DESCRIBING)
    about = np.unique(c.subject[rows[described]])
    steady = np.setdiff1d(about, turned, assume_unique=True)
    steady = steady[present(a, steady) | in_events(a, steady)]
    for side, there in ((before, there_before), (after, there_after)):
        side[described & ~np.isin(c.subject[rows], np.union1d(steady, turned[there]))] = ABSENT_RANK
    return Touched(
        rows, before, after, subjects, _whole_tenures(a, b, rows), np.unique(posts[posts >= 0]), turned,
        present_before, present_after,
    )  # fmt: skip


def _changed(a: Snapshot, b: Snapshot) -> Rows:
    """Give the facts with another label on the other side, whoever takes part."""
    timeline = a.timeline
    if a.strict != b.strict:
        rows = np.arange(len(timeline.columns))
    else:
        rows = timeline.turns.between(a.day, b.day, aging=True) if a.day != b.day else np.zeros(0, dtype=np.int64)
        if a.recorded_by != b.recorded_by:
            learned = np.flatnonzero(timeline.believed(a.recorded_by) != timeline.believed(b.recorded_by))
            rows = np.union1d(rows, learned)
    changed: Rows = rows[ranks(a, rows) != ranks(b, rows)]
    return changed


def _terms(timeline: Timeline, rows: Rows) -> Numbers:
    """Give the terms that some facts make part of a day, rising."""
    c, kinds = timeline.columns, timeline.columns.kind[rows]
    whole, events = rows[~np.isin(kinds, [*_DESCRIBING, KIND[EVENT]])], rows[kinds == KIND[EVENT]]
    terms = [column[whole] for column in (c.subject, c.object, c.post, c.role, c.tenure)]
    found: Numbers = np.unique(np.concatenate([*terms, c.subject[events], c.object[events]]))
    return found[found >= 0]


def _holding(a: Snapshot, b: Snapshot, rows: Rows) -> Rows:
    kept: Rows = rows[(ranks(a, rows) != ABSENT_RANK) | (ranks(b, rows) != ABSENT_RANK)]
    return kept


def _whole_tenures(a: Snapshot, b: Snapshot, rows: Rows) -> Numbers:
    """Give the tenures of which no other facts hold on either side than the ``rows``."""
    timeline = a.timeline
    c = timeline.columns
    tenures = np.unique(c.tenure[rows[c.kind[rows] != KIND[TYPE]]])
    others = np.setdiff1d(_holding(a, b, timeline.by_tenure.of_all(tenures)), rows)
    return np.setdiff1d(tenures, c.tenure[others], assume_unique=False)
