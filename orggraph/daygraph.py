"""The plain triples of a day as N-Triples, straight from the columns of the timeline.

The same triples as `Snapshot.triples`, which makes them one fact at a time; here they are made for many thousand facts
at once, and only those whose predicate a query can touch. A term is written once, however often it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import numpy as np
from numpy.typing import NDArray

from orggraph.facts import (
    ATTRIBUTE,
    EVENT,
    HEAD_OF,
    HEAD_ROLE,
    HOLDS,
    LINE,
    MEMBERSHIP,
    NAME,
    PLACE,
    REPORTS_TO,
    ROLE,
    TYPE,
)
from orggraph.snapshot import Snapshot
from orggraph.timeline import Rows
from orggraph.timeline.columns import KIND, ONGOING_BIT
from orggraph.timeline.terms import ABSENT
from orggraph.vocabulary import ORG, ORGG, RDF_TYPE, Term

Column = NDArray[np.int32]


class DayGraph:
    """The rows of a day, from which triples are written; ``doubtful`` counts the facts that are only possible."""

    def __init__(self, snapshot: Snapshot, *, possible: bool) -> None:
        timeline, c = snapshot.timeline, snapshot.timeline.columns
        rows = timeline.possible(snapshot.day, recorded_by=snapshot.recorded_by)
        certain = timeline.certain(rows, snapshot.day)
        if snapshot.strict:
            certain &= ((c.flags[rows] & ONGOING_BIT) == 0) | (c.confirmed[rows] >= snapshot.day)
        present = _taking_part(snapshot, rows)
        named = np.isin(c.kind[rows], [KIND[kind] for kind in (NAME, TYPE, ATTRIBUTE)])
        there = ~named | present[c.subject[rows]]
        self._columns, self._terms = c, timeline.terms
        self.doubtful = int((there & ~certain).sum())
        self._rows = rows[there & (certain | possible)]

    def lines(self, encode: Callable[[Term], str], predicates: Collection[str] | None) -> Iterator[str]:
        """Write the triples with one of the ``predicates``, or all; ``encode`` writes a term in N-Triples."""
        written: dict[int, str] = {}

        def texts(numbers: Column) -> list[str]:
            for number in np.unique(numbers).tolist():
                if number not in written:
                    written[number] = encode(self._terms[number])
            return [written[number] for number in numbers.tolist()]

        for subject, predicate, target in self._parts(predicates):
            subjects, targets = texts(subject), texts(target)
            if isinstance(predicate, str):
                middle = f" {encode(predicate)} "
                yield from (f"{s}{middle}{o} ." for s, o in zip(subjects, targets, strict=True))
            else:
                middles = texts(predicate)
                yield from (f"{s} {p} {o} ." for s, p, o in zip(subjects, middles, targets, strict=True))

    def entities(self) -> set[str]:
        """Give every IRI that stands in a triple of the day."""
        c, rows = self._columns, self._rows
        columns = (c.subject, c.predicate, c.object, c.post, c.role, c.tenure)
        numbers = np.unique(np.concatenate([column[rows] for column in columns]))
        terms = (self._terms[number] for number in numbers.tolist() if number != ABSENT)
        return {term for term in terms if isinstance(term, str)}

    def _parts(self, predicates: Collection[str] | None) -> Iterator[tuple[Column, str | Column, Column]]:
        """Give subjects, predicate and objects, a part at a time; the predicate is one, or one for each."""
        c, rows = self._columns, self._rows
        plain = rows
        if predicates is not None:
            numbers = [self._terms.number(predicate) for predicate in predicates]
            plain = rows[np.isin(c.predicate[rows], numbers)]
        yield c.subject[plain], c.predicate[plain], c.object[plain]
        for predicate, kept, subject, target in self._shortcuts():
            if predicates is None or predicate in predicates:
                yield subject[kept], predicate, target[kept]

    def _shortcuts(self) -> Iterator[tuple[str, Rows, Column, Column]]:
        """Give what a membership or a line says beside its own triple; see `facts.triples`."""
        c = self._columns
        kinds = c.kind[self._rows]
        held, lines = self._rows[kinds == KIND[MEMBERSHIP]], self._rows[kinds == KIND[LINE]]
        in_post, in_role = held[c.post[held] != ABSENT], held[c.role[held] != ABSENT]
        heads = held[c.role[held] == self._terms.number(HEAD_ROLE)] if self._terms.number(HEAD_ROLE) >= 0 else held[:0]
        classes = np.full(len(c), self._terms.add(ORG + "Membership"), dtype=np.int32)
        yield REPORTS_TO, lines, c.subject, c.object
        yield RDF_TYPE, held, c.tenure, classes
        yield ORG + "member", held, c.tenure, c.subject
        yield ORG + "organization", held, c.tenure, c.object
        yield HOLDS, in_post, c.subject, c.post
        yield ORGG + "post", in_post, c.tenure, c.post
        yield ROLE, in_role, c.tenure, c.role
        yield HEAD_OF, heads, c.subject, c.object


def _taking_part(snapshot: Snapshot, rows: Rows) -> NDArray[np.bool_]:
    """Mark the terms that take part in the day: nothing does by a name, a type or an attribute alone."""
    c = snapshot.timeline.columns
    present = np.zeros(len(snapshot.timeline.terms) + 1, dtype=bool)
    kinds = c.kind[rows]
    whole = rows[np.isin(kinds, [KIND[kind] for kind in (MEMBERSHIP, LINE, PLACE)])]
    for column in (c.subject, c.object, c.post, c.role, c.tenure):
        present[column[whole]] = True  # -1 for none marks the last place, which is no term's
    events = rows[kinds == KIND[EVENT]]
    present[c.subject[events]] = present[c.object[events]] = True
    return present
