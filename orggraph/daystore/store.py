"""The store of a day: its plain triples in memory, filled from the columns, and moved to a neighbouring day.

A store holds the triples of `Snapshot.triples` (with ``possible`` all, else the certain and presumed ones) that have
one of the predicates it was asked for, and on demand one ``rdfs:label`` for every entity. It keeps how often each term
takes part in the day, so that reaching a neighbouring day looks only at the facts that begin or end in between.

Why a store is made anew after many moves: the engine keeps what was removed as an old version for ever.
"""

from __future__ import annotations

from threading import Lock
from typing import NamedTuple

import numpy as np
import pyoxigraph
from numpy.typing import NDArray

from orggraph.daystore.tally import Tally
from orggraph.daystore.triples import (
    RDFS_LABEL,
    Encoder,
    Numbers,
    joined,
    labels_of,
    pairs_of,
    quads_of,
    split,
    taking_part,
    terms_of,
    written,
)
from orggraph.errors import ChangeError, QueryError
from orggraph.facts import ATTRIBUTE, NAME, TYPE
from orggraph.period import OPEN_LATE
from orggraph.timeline import Rows, Timeline
from orggraph.timeline.columns import KIND, NEVER, Columns
from orggraph.timeline.terms import encode
from orggraph.timeline.turns import Turns
from orggraph.vocabulary import Literal

_Mask = NDArray[np.bool_]
_NAMED = [KIND[kind] for kind in (NAME, TYPE, ATTRIBUTE)]


class Aspect(NamedTuple):
    """How a day is looked at; see `Snapshot`. ``possible`` includes what is only possible."""

    recorded_by: int | None
    strict: bool
    possible: bool


class _Held(NamedTuple):
    """Which rows hold on a day on some reading, and which count as certain."""

    possible: _Mask
    certain: _Mask


class DayStore:
    """The triples of a day that have one of some predicates; empty until it is to `show` one.

    ``doubtful`` counts the facts of the day that are only possible, whatever their predicate. ``reached`` says how it
    was got last: made, moved from another day or kept, and filled with more. ``users`` is for `DayStores`.
    """

    def __init__(self, day: int, aspect: Aspect) -> None:
        self.wanted, self.aspect, self.users = day, aspect, 0
        self.lock = Lock()
        self.reached = "made"
        self._clear()

    def _clear(self) -> None:
        self.engine = pyoxigraph.Store()
        self.doubtful = self.size = self._removed = 0
        self._day: int | None = None
        self._predicates: frozenset[str] | None = frozenset()
        self._present = self._entities = Tally(0, np.zeros(0, dtype=np.int32))

    def show(self, timeline: Timeline, turns: Turns, predicates: frozenset[str] | None) -> None:
        """Get to the day that is wanted, and hold the triples with these predicates, or all; call it with the lock."""
        rows: Rows | None = None
        try:
            reached = "kept" if self._day == self.wanted else "moved"
            if self._day != self.wanted and not self._move(timeline, turns):
                held, reached = self._predicates, "made"
                self._clear()
                rows = self._begin(timeline)
                predicates = None if held is None or predicates is None else predicates | held
            if self._add(timeline, predicates, rows) and reached != "made":
                reached += " and filled"
            self.reached = reached
        except ChangeError as error:
            self._clear()
            raise QueryError(f"a statement cannot be asked about: {error}") from error
        except BaseException:
            self._clear()  # half a day is no day
            raise

    def _begin(self, timeline: Timeline) -> Rows:
        """Find out who takes part in the day, and give the facts whose triples belong in here."""
        self._day = self.wanted
        rows = timeline.possible(self._day, recorded_by=self.aspect.recorded_by)
        self._present = Tally(len(timeline.terms), taking_part(timeline.columns, rows))
        there = rows[self._there(timeline.columns, rows)]
        certain = self._held(timeline, there, self._day).certain
        self.doubtful = len(there) - int(certain.sum())
        return there if self.aspect.possible else there[certain]

    def _held(self, timeline: Timeline, rows: Rows, day: int) -> _Held:
        c, known = timeline.columns, self.aspect.recorded_by
        superseded = c.superseded[rows]
        believed = superseded == NEVER if known is None else (c.recorded[rows] <= known) & (known < superseded)
        possible = believed & (c.start_earliest[rows] <= day) & (day < c.end_latest[rows])
        certain = possible & timeline.certain(rows, day)
        if self.aspect.strict:
            certain &= (c.end_earliest[rows] != OPEN_LATE) | (day <= c.confirmed[rows])
        return _Held(possible, certain)

    def _there(self, c: Columns, rows: Rows) -> _Mask:
        """Leave out names, types and attributes of what takes no part in the day."""
        return ~np.isin(c.kind[rows], _NAMED) | self._present.has(c.subject[rows])

    # ---- more predicates

    def _add(self, timeline: Timeline, predicates: frozenset[str] | None, rows: Rows | None) -> bool:
        """Add the triples with those of the predicates that are not here yet; ``rows`` as `_begin` gives them.

        False where all were here.
        """
        held = self._predicates
        if held is None or (predicates is not None and predicates <= held):
            return False
        rows = self._begin(timeline) if rows is None else rows
        missing = None if predicates is None else predicates - held
        encoder = Encoder(timeline)
        for predicate, parts in pairs_of(timeline, rows, missing).items():
            if predicate not in held:
                for pairs in parts:
                    self._load(predicate, *map(encoder, split(pairs)))
        if RDFS_LABEL not in held and (missing is None or RDFS_LABEL in missing):
            self._entities = Tally(len(timeline.terms), terms_of(timeline.columns, rows))
            labels = self._labels(timeline, self._entities.numbers(), self.wanted)
            subjects = encoder(np.array([*labels], dtype=np.int32))
            names = [encode(Literal(name)) for name in labels.values()]
            self._load(RDFS_LABEL, subjects, list(map(written, names)))
        self._predicates = None if predicates is None else held | predicates
        return True

    def _labels(self, timeline: Timeline, numbers: Numbers, day: int) -> dict[int, str]:
        return labels_of(timeline, numbers, day, recorded_by=self.aspect.recorded_by)

    def _load(self, predicate: str, subjects: list[bytes], objects: list[bytes]) -> None:
        middle = b" " + written(predicate.encode()) + b" "
        lines = [b"%b%b%b ." % (subject, middle, object_) for subject, object_ in zip(subjects, objects, strict=True)]
        self.engine.bulk_load(b"\n".join(lines), pyoxigraph.RdfFormat.N_TRIPLES, lenient=True)  # all were checked
        self.size += len(lines)

    # ---- another day

    def _move(self, timeline: Timeline, turns: Turns) -> bool:
        """Get to the day that is wanted by the changes in between; false where making it anew is less work."""
        if self._day is None:
            return False
        before, after = self._day, self.wanted
        turned = turns.between(before, after, aging=self.aspect.strict)
        if 4 * len(turned) > self.size + 1000 or self._removed > self.size + 1000:
            return False
        gone, come = self._turn(timeline, turned, before, after)
        c, labels = timeline.columns, (dict[int, str](), dict[int, str]())
        if self._predicates is None or RDFS_LABEL in self._predicates:
            renamed = c.subject[turned[c.kind[turned] == KIND[NAME]]]
            labels = self._relabel(timeline, terms_of(c, gone), terms_of(c, come), renamed, (before, after))
        self._day = after
        removed, added = self._triples(timeline, gone, come, labels)
        for quad in removed:
            self.engine.remove(quad)
        self.engine.extend(added)
        self._removed += len(removed)
        self.size += len(added) - len(removed)
        return True

    def _turn(self, timeline: Timeline, turned: Rows, before: int, after: int) -> tuple[Rows, Rows]:
        """Give the facts that are to go and those that are to come, and count anew who takes part."""
        c = timeline.columns
        old, new = self._held(timeline, turned, before), self._held(timeline, turned, after)
        gone, come = turned[old.possible & ~new.possible], turned[new.possible & ~old.possible]
        flipped = self._present.turn(taking_part(c, gone), taking_part(c, come))
        rows = np.union1d(turned, timeline.by_subject.of_all(flipped))
        old, new = self._held(timeline, rows, before), self._held(timeline, rows, after)
        named, present = np.isin(c.kind[rows], _NAMED), self._present.has(c.subject[rows])
        was = old.possible & (~named | (present ^ np.isin(c.subject[rows], flipped)))
        now = new.possible & (~named | present)
        self.doubtful += int((now & ~new.certain).sum()) - int((was & ~old.certain).sum())
        if not self.aspect.possible:
            was, now = was & old.certain, now & new.certain
        return rows[was & ~now], rows[now & ~was]

    def _relabel(
        self, timeline: Timeline, gone: Numbers, come: Numbers, renamed: Numbers, days: tuple[int, int]
    ) -> tuple[dict[int, str], dict[int, str]]:
        """Give the labels that may change, as they were and as they are."""
        flipped = self._entities.turn(gone, come)
        affected = np.union1d(flipped, renamed)
        present = self._entities.has(affected)
        was = affected[present ^ np.isin(affected, flipped)]
        return self._labels(timeline, was, days[0]), self._labels(timeline, affected[present], days[1])

    def _triples(
        self, timeline: Timeline, gone: Rows, come: Rows, labels: tuple[dict[int, str], dict[int, str]]
    ) -> tuple[set[pyoxigraph.Quad], set[pyoxigraph.Quad]]:
        """Give the triples to remove, without those that another fact still says, and those to add."""
        removed, added = (joined(pairs_of(timeline, rows, self._predicates)) for rows in (gone, come))
        labelled = np.array([*labels[0]], dtype=np.int32)
        subjects = np.unique(np.concatenate([labelled, *(split(pairs)[0] for pairs in removed.values())]))
        kin = np.union1d(timeline.by_subject.of_all(subjects), timeline.by_tenure.of_all(subjects))
        kin = kin[self._there(timeline.columns, kin)]
        held = self._held(timeline, kin, self.wanted)
        kin = kin[held.possible if self.aspect.possible else held.certain]
        kept = joined(pairs_of(timeline, kin, self._predicates))
        for predicate, pairs in removed.items():
            removed[predicate] = np.setdiff1d(pairs, kept.get(predicate, pairs[:0]))
        quads = [quads_of(timeline, removed, labels[0]), quads_of(timeline, added, labels[1])]
        if RDFS_LABEL in removed or labels[0]:
            stated = {RDFS_LABEL: kept[RDFS_LABEL]} if RDFS_LABEL in kept else {}
            own = self._labels(timeline, subjects[self._entities.has(subjects)], self.wanted)
            quads[0] -= quads_of(timeline, stated, own)
        return quads[0], quads[1]
