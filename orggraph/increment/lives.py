"""Lives: where posts and units belong, and for how long, once some facts are closed and others opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

import numpy as np

from orggraph.facts import LINE, MEMBERSHIP, PLACE, TYPE, Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.replay.lives import Evidence, Stay, lives_of
from orggraph.replay.places import note, place
from orggraph.timeline import Timeline
from orggraph.timeline.columns import KIND, gather
from orggraph.timeline.terms import decode


def place_of(known: Known, entity: str, kind: str, parent: str, *, base: str) -> tuple[int, Fact] | None:
    """Give the row of where a known post or unit belongs, and the fact as it has to be; ``None`` if it is not plain."""
    timeline = known.timeline
    rows = [int(r) for r in timeline.still_believed(timeline.about(entity)) if timeline.columns.kind[r] == KIND[PLACE]]
    if len(rows) != 1:
        return None
    placed = timeline.facts[rows[0]]
    above = [timeline.facts[r] for r in timeline.still_believed(timeline.about(str(placed.object)))]
    lives = [placed, *(fact for fact in above if fact.kind == PLACE)]
    plain = all(fact.tenure == f"{base}tenure:{Stay(fact.subject, str(fact.object)).key}" for fact in lives)
    dated = any(fact.kind == TYPE and fact.changes for fact in above)
    if not plain or dated or parent != placed.object:
        return None
    evidence = known.of(entity)
    ((stay, period, _),) = lives_of(entity, parent, ()).bounds(evidence, within=None)
    return rows[0], place(base, stay, period, evidence, kind=kind)


class Known:
    """What is known of posts and units once some facts are closed and others opened."""

    def __init__(self, timeline: Timeline, closed: Collection[int], opened: Iterable[Fact]) -> None:
        self.timeline = timeline
        self._closed = np.fromiter(closed, dtype=np.int64, count=len(closed))
        self._opened: dict[str, list[Fact]] = defaultdict(list)
        self._found: dict[str, Evidence] = {}
        for fact in opened:
            if fact.kind == MEMBERSHIP:
                for entity in {fact.post, str(fact.object)}:
                    self._opened[entity].append(fact)

    def of(self, entity: str) -> Evidence:
        """Collect the evidence of an entity, and of all that belongs to it, from what is believed then."""
        found = self._found.get(entity)
        if found is None:
            found = self._found[entity] = self._collect(entity)
        return found

    def _collect(self, entity: str) -> Evidence:
        timeline, c, evidence = self.timeline, self.timeline.columns, Evidence()
        candidates = np.concatenate([timeline.in_post(entity), timeline.pointing_at(entity)])
        rows = np.unique(timeline.still_believed(candidates))
        rows = rows[np.isin(c.kind[rows], [KIND[MEMBERSHIP], KIND[LINE]])]
        rows = rows[~np.isin(rows, self._closed)]
        if len(rows):
            first = np.minimum(c.start_latest[rows].astype(np.int64), c.end_latest[rows].astype(np.int64) - 1)
            last = np.where(c.end_earliest[rows] < OPEN_LATE, c.end_earliest[rows].astype(np.int64) - 1, OPEN_LATE)
            first[first >= OPEN_LATE] = OPEN_EARLY
            for begin, end in np.unique(np.stack([first, last], axis=1), axis=0).tolist():
                evidence.add(begin, end, ())
            numbers = np.unique(gather(c.changes, c.changes_at, rows))
            least = min(timeline.terms.encoded(c.change_ids[numbers].tolist()))
            told = decode(least)
            evidence.changes.add(told if isinstance(told, str) else told.value)
        for fact in self._opened[entity]:
            note(evidence, fact)
        for row in timeline.still_believed(timeline.pointing_at(entity)):
            if c.kind[row] == KIND[PLACE]:
                below = self.of(timeline.terms.text(int(c.subject[row])))
                evidence.add(below.first if below.first < OPEN_LATE else OPEN_EARLY, below.last, ())
        return evidence
