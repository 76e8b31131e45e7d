"""The labelled triples that differ between two sides, from the columns of the touched facts.

The same as `delta` of the triples of both days, which makes every triple of both; here they are numbers, and only
those that differ become text.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from orggraph.diff.labelled import Delta, Triple
from orggraph.diff.presence import ABSENT_RANK, RANKS, Mask, Numbers
from orggraph.diff.touched import Touched
from orggraph.facts import (
    HEAD_OF,
    HEAD_ROLE,
    HOLDS,
    MEMBERSHIP,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    REPORTS_TO,
    ROLE,
)
from orggraph.timeline import Rows, Timeline
from orggraph.timeline.columns import KIND
from orggraph.timeline.terms import ABSENT
from orggraph.vocabulary import ORG, ORGG, RDF_TYPE, Term

_MADE = (
    REPORTS_TO, RDF_TYPE, ORG + "member", ORG + "organization", HOLDS, ORGG + "post", ROLE, HEAD_OF, ORG + "Membership",
)  # fmt: skip
"""Terms of triples that need not stand in any fact."""


class _Words:
    """Terms by number, with numbers below -1 for those of `_MADE` that stand in no fact."""

    def __init__(self, timeline: Timeline) -> None:
        self.terms = timeline.terms
        self._number = {iri: self.terms.number(iri) for iri in _MADE}
        self._made: dict[int, Term] = {}
        for place, iri in enumerate(_MADE):
            if self._number[iri] == ABSENT:
                self._number[iri] = -2 - place
                self._made[-2 - place] = iri

    def __getitem__(self, number: int) -> Term:
        return self._made[number] if number < 0 else self.terms[number]

    def number(self, iri: str) -> int:
        return self._number[iri]


def changed_triples(timeline: Timeline, found: Touched) -> tuple[Delta, Mask]:
    """Compare the triples of the touched facts, each with its strongest label on either side.

    Marks also which of the facts give a triple that has changed.
    """
    words, giving = _Words(timeline), np.zeros(len(found.rows), dtype=bool)
    parts = [*_triples_of(timeline, words, found.rows)]
    at = np.concatenate([rows for rows, *_ in parts])
    subject, predicate, target = (np.concatenate([part[n] for part in parts]) for n in (1, 2, 3))
    order = np.lexsort((target, predicate, subject))
    subject, predicate, target, at = subject[order], predicate[order], target[order], at[order]
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(subject) != 0) | (np.diff(predicate) != 0) | (np.diff(target) != 0)
    first = np.flatnonzero(fresh)
    if not len(first):
        return Delta({}, {}, {}), giving
    before, after = (np.minimum.reduceat(side[at], first) for side in (found.before, found.after))
    differ = before != after
    kept = first[differ]
    giving[at[np.repeat(differ, np.diff(np.append(first, len(at))))]] = True
    triples = subject[kept], predicate[kept], target[kept]
    return _delta(words, triples, before[differ], after[differ]), giving


def _triples_of(
    timeline: Timeline, words: _Words, rows: Rows
) -> Iterator[tuple[Rows, Numbers, Numbers, Numbers]]:
    """Give the triples of the facts in some rows (see `facts.triples`): which of the rows, and the three terms."""
    c, places = timeline.columns, np.arange(len(rows))
    yield places, c.subject[rows], c.predicate[rows], c.object[rows]
    is_held = c.kind[rows] == KIND[MEMBERSHIP]
    lines = np.isin(c.predicate[rows], [timeline.terms.number(p) for p in (REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO)])
    held, line = places[is_held], places[lines & ~is_held]
    with_post, with_role = held[c.post[rows[held]] != ABSENT], held[c.role[rows[held]] != ABSENT]
    heads = with_role[c.role[rows[with_role]] == timeline.terms.number(HEAD_ROLE)]
    of_all = np.broadcast_to(np.int32(words.number(ORG + "Membership")), len(c))
    for said, subject, predicate, target in (
        (line, c.subject, REPORTS_TO, c.object),
        (held, c.tenure, RDF_TYPE, of_all),
        (held, c.tenure, ORG + "member", c.subject),
        (held, c.tenure, ORG + "organization", c.object),
        (with_post, c.subject, HOLDS, c.post),
        (with_post, c.tenure, ORGG + "post", c.post),
        (with_role, c.tenure, ROLE, c.role),
        (heads, c.subject, HEAD_OF, c.object),
    ):
        of = rows[said]
        yield said, subject[of], np.full(len(said), words.number(predicate), dtype=np.int32), target[of]


def _delta(
    words: _Words, triple: tuple[Numbers, Numbers, Numbers], before: NDArray[np.int8], after: NDArray[np.int8]
) -> Delta:
    """Make the difference of triples given by number, sorted as `delta` sorts it."""
    numbers = np.unique(np.concatenate(triple))
    words.terms.learn(numbers[numbers >= 0].tolist())
    terms = [words[number] for number in numbers.tolist()]
    ordered = sorted(range(len(terms)), key=lambda n: _order(terms[n]))
    place = np.empty(len(terms), dtype=np.int64)
    place[ordered] = np.arange(len(terms))
    subject, predicate, target = (np.searchsorted(numbers, part) for part in triple)
    order = np.lexsort((place[target], place[predicate], place[subject]))
    made = Delta({}, {}, {})
    columns = (column[order].tolist() for column in (subject, predicate, target, before, after))
    for s, p, o, was, now in zip(*columns, strict=True):
        triple_: Triple = (str(terms[s]), str(terms[p]), terms[o])
        if was == ABSENT_RANK:
            made.added[triple_] = RANKS[now]
        elif now == ABSENT_RANK:
            made.removed[triple_] = RANKS[was]
        else:
            made.relabelled[triple_] = (RANKS[was], RANKS[now])
    return made


def _order(term: Term) -> tuple[bool, tuple[str, ...]]:
    return not isinstance(term, str), (term,) if isinstance(term, str) else tuple(term)
