"""How much was reorganized between two days: its parts, and one number made of them.

Looked at are the day before a period and its last day. *Staying* are the people in office on both; *moved* those of
them who hold other posts, or the same elsewhere. A direct line is *cut* where it held on the first day and not on the
second though both ends stay, so that a line that ends because somebody left is not. Posts are *created* or *closed*,
possibly where their first or last day is known within bounds; one of which nothing is known on that side is not. A
layer or a span has *shifted* where it is another for somebody who stays; these follow the lines that are certain, the
other parts tell what is certain and what is possible apart.

The *size* lies between 0 (nothing) and 1. It is the mean of the parts, each as a share, of which there are any:

- moved / staying
- cut / direct lines of those who stay on the first day
- (created + closed) / posts of either day
- people whose layer shifted / staying people with a line on both days
- sum of the differences of spans / sum of all spans of both days, of those who stay

Why a plain mean: any weights would be a judgement of ours; who needs others has the parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from statistics import mean
from typing import NamedTuple

import numpy as np

from orggraph.facts import LINE, PLACE, POST_IN, REPORTS_DIRECTLY_TO
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.timeline import Rows, Timeline
from orggraph.timeline.columns import KIND
from orggraph.trends.office import Office, bounds_of
from orggraph.trends.periods import Between, Count, Stretch
from orggraph.trends.stretches import Bounds, Days, Mask, Presence, Stretches

_MANY = 2**32
"""More than there are numbers of terms."""


class Reorganization(NamedTuple):
    """What was reorganized in a period; ``size`` and its ``parts`` are shares, ``None`` where there is nothing."""

    staying: Count
    moved: Count
    lines: Count
    lines_cut: Count
    posts: Count
    posts_created: Count
    posts_closed: Count
    layers_shifted: int
    spans_shifted: int
    parts: dict[str, Between]
    size: Between


class _Things(NamedTuple):
    """Rows that say the same of each of some things: the thing by number, what names it, and the bounds."""

    number: Days
    names: Days
    bounds: Bounds


class _Day(NamedTuple):
    """Which things are there on a day, certainly and possibly, by number."""

    certain: Mask
    possible: Mask


class _Shape(NamedTuple):
    """The layer and the span of each node on a day; 0 where it has none."""

    layer: Days
    span: Days


def reorganizations(
    timeline: Timeline, held: Office, there: Presence, stretches: Sequence[Stretch], *, recorded_by: int | None = None
) -> list[Reorganization]:
    """Give what was reorganized in each of neighbouring periods."""
    marks = [stretch.begin - 1 for stretch in stretches] + [stretches[-1].end - 1]
    kept = np.flatnonzero((held.bounds.start_earliest <= marks[-1]) & (marks[0] < held.bounds.end_latest))
    lines, posts = _lines(timeline, recorded_by, marks), _posts(timeline, recorded_by, marks)
    seats = _things(np.stack([held.bounds.holder, held.post, held.place], axis=1)[kept], held.bounds.where(kept))
    measure = _Measure(there, seats, lines, posts)
    days = [measure.on(mark) for mark in marks]
    return [measure.between(a, b) for a, b in pairwise(days)]


class _State(NamedTuple):
    """What is there on a day, the shape of it, and the day itself."""

    day: int
    people: _Day
    seats: _Day
    lines: _Day
    posts: _Day
    shape: _Shape


class _Measure:
    """The things that are compared; people and the ends of lines stand by their place in ``nodes``."""

    def __init__(self, there: Presence, seats: _Things, lines: _Things, posts: _Things) -> None:
        self._there, self._seats, self._lines, self._posts = there, seats, lines, posts
        self._nodes = np.unique(np.concatenate([there.possible.holder, lines.names.reshape(-1), seats.names[:, 0]]))
        self._person_of_seat = self._nodes.searchsorted(seats.names[:, 0])
        self._below, self._above = (self._nodes.searchsorted(lines.names[:, end]) for end in (0, 1))
        self._person = np.isin(self._nodes, there.possible.holder)

    def on(self, day: int) -> _State:
        """Give what is there on a day."""
        people = _Day(*(self._present(part, day) for part in self._there))
        lines = _held(self._lines, day)
        return _State(day, people, _held(self._seats, day), lines, _held(self._posts, day), self._shape(lines.certain))

    def _present(self, part: Stretches, day: int) -> Mask:
        mask = np.zeros(len(self._nodes), dtype=bool)
        mask[self._nodes.searchsorted(part.holder[(part.first <= day) & (day < part.end)])] = True
        return mask

    def _shape(self, held: Mask) -> _Shape:
        below, above, size = self._below[held], self._above[held], len(self._nodes)
        layer, level = np.zeros(size, dtype=np.int64), 1
        tops = np.zeros(size, dtype=bool)
        tops[above] = True
        tops[below] = False
        layer[tops] = 1
        while len(fresh := below[(layer[above] == level) & (layer[below] == 0)]):
            level += 1
            layer[fresh] = level
        return _Shape(layer, np.bincount(above[self._person[below]], minlength=size))

    def between(self, a: _State, b: _State) -> Reorganization:
        """Compare two days."""
        stay = _Day(a.people.certain & b.people.certain, a.people.possible & b.people.possible)
        ends = _Day(*(s[self._below] & (s[self._above] | ~self._person[self._above]) for s in stay))
        gone = _Day(a.lines.certain & ~b.lines.possible, a.lines.possible & ~b.lines.certain)
        moved, (begun, ended) = self._moved(a.seats, b.seats), self._near(a.day, b.day)
        found = _Counts(
            _count(stay), _count(_both(stay, moved)), _count(_both(a.lines, ends)), _count(_both(gone, ends)),
            _count(_Day(a.posts.certain | b.posts.certain, a.posts.possible | b.posts.possible)),
            _count(_Day(~a.posts.possible & b.posts.certain, ~a.posts.certain & b.posts.possible & begun)),
            _count(_Day(a.posts.certain & ~b.posts.possible, a.posts.possible & ~b.posts.certain & ended)),
        )  # fmt: skip
        return _summed(found, a.shape, b.shape, stay.certain)

    def _moved(self, a: _Day, b: _Day) -> _Day:
        firm = (a.certain & ~b.possible) | (b.certain & ~a.possible)
        able = (a.certain != b.certain) | (a.possible != b.possible) | (a.possible & ~a.certain)
        return _Day(*(self._people(self._person_of_seat[mask]) for mask in (firm, able)))

    def _near(self, a: int, b: int) -> tuple[Mask, Mask]:
        """Mark the posts of which a source bounds the start, or the end, so that it may lie after ``a`` up to ``b``."""
        bounds, number = self._posts.bounds, self._posts.number
        masks = np.zeros((2, len(self._posts.names)), dtype=bool)
        starts = (bounds.start_earliest > OPEN_EARLY) & (bounds.start_earliest <= b) & (a < bounds.start_latest)
        ends = (bounds.end_latest < OPEN_LATE) & (bounds.end_earliest <= b) & (a < bounds.end_latest)
        masks[0][number[starts]] = True
        masks[1][number[ends]] = True
        return masks[0], masks[1]

    def _people(self, numbers: Days) -> Mask:
        mask = np.zeros(len(self._nodes), dtype=bool)
        mask[numbers] = True
        return mask


class _Counts(NamedTuple):
    staying: Count
    moved: Count
    lines: Count
    lines_cut: Count
    posts: Count
    posts_created: Count
    posts_closed: Count


def _summed(found: _Counts, a: _Shape, b: _Shape, stay: Mask) -> Reorganization:
    """Add the shifts of layers and spans, and sum up."""
    layered = stay & (a.layer > 0) & (b.layer > 0)
    layers = int((layered & (a.layer != b.layer)).sum())
    apart = np.abs(a.span - b.span)[stay]
    in_all = int((a.span + b.span)[stay].sum())
    number = int(layered.sum())
    posts = Count(*(sum(pair) for pair in zip(found.posts_created, found.posts_closed, strict=True)))
    parts = {
        "moved": _share(found.moved, found.staying),
        "lines": _share(found.lines_cut, found.lines),
        "posts": _share(posts, found.posts),
        "layers": _share(Count(layers, layers), Count(number, number)),
        "spans": _share(Count(int(apart.sum()), int(apart.sum())), Count(in_all, in_all)),
    }
    return Reorganization(*found, layers, int((apart > 0).sum()), parts, _size(parts))


def _share(part: Count, whole: Count) -> Between:
    """Give a share, at most 1; ``None`` where there is nothing that it could be a share of.

    >>> _share(Count(1, 2), Count(4, 5))
    Between(low=0.2, high=0.5)
    """
    if not whole.possible:
        return Between(None, None)
    high = min(part.possible / whole.certain, 1.0) if whole.certain else float(part.possible > 0)
    return Between(round(part.certain / whole.possible, 4), round(high, 4))


def _size(parts: dict[str, Between]) -> Between:
    known = [(part.low, part.high) for part in parts.values() if part.low is not None and part.high is not None]
    if not known:
        return Between(None, None)
    return Between(*(round(mean(side), 4) for side in zip(*known, strict=True)))


def _lines(timeline: Timeline, recorded_by: int | None, marks: Sequence[int]) -> _Things:
    """Give the direct lines that may hold between the first and last of the ``marks``; layers need those of posts."""
    c = timeline.columns
    rows = _rows(timeline, LINE, recorded_by, marks)
    rows = rows[c.predicate[rows] == timeline.terms.number(REPORTS_DIRECTLY_TO)]
    return _things(np.stack([c.subject[rows], c.object[rows]], axis=1), bounds_of(timeline, rows))


def _posts(timeline: Timeline, recorded_by: int | None, marks: Sequence[int]) -> _Things:
    c = timeline.columns
    rows = _rows(timeline, PLACE, recorded_by, marks)
    rows = rows[c.predicate[rows] == timeline.terms.number(POST_IN)]
    return _things(c.subject[rows].reshape(-1, 1), bounds_of(timeline, rows))


def _rows(timeline: Timeline, kind: str, recorded_by: int | None, marks: Sequence[int]) -> Rows:
    c = timeline.columns
    held = (c.start_earliest <= marks[-1]) & (marks[0] < c.end_latest)
    return np.flatnonzero((c.kind == KIND[kind]) & held & timeline.believed(recorded_by))


def _things(names: Days, bounds: Bounds) -> _Things:
    """Number what is named alike."""
    number = np.zeros(len(names), dtype=np.int64)
    for column in names.T.astype(np.int64):
        _, first, number = np.unique(number * _MANY + column, return_index=True, return_inverse=True)
    return _Things(number, names[first], bounds)


def _held(things: _Things, day: int) -> _Day:
    bounds, size = things.bounds, len(things.names)
    certain, possible = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    certain[things.number[(bounds.start_latest <= day) & (day < bounds.end_earliest)]] = True
    possible[things.number[(bounds.start_earliest <= day) & (day < bounds.end_latest)]] = True
    return _Day(certain, possible)


def _both(one: _Day, other: _Day) -> _Day:
    return _Day(one.certain & other.certain, one.possible & other.possible)


def _count(day: _Day) -> Count:
    return Count(int(day.certain.sum()), int(day.possible.sum()))
