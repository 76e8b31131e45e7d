"""A tidy tree on plain numbers: where the boxes of a tree stand when parents are centred and nothing overlaps.

This is the algorithm of A. van der Ploeg, "Drawing non-layered tidy trees in linear time", Software: Practice and
Experience 44 (2014), for boxes of different size: a box starts where its parent ends, not on a common row.

Why arrays and loops instead of nodes that call each other: a chain of 5,000 people is deeper than Python recurses.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class _Low(NamedTuple):
    """One of the siblings whose lower end is not hidden by a later one: the lowest y, whose it is, and the next."""

    y: float
    sibling: int
    following: _Low | None


def tidy(
    children: Sequence[Sequence[int]], breadth: Sequence[float], depth: Sequence[float], anchor: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Give the lower edge of each box across and along the tree whose root is box 0, in time linear in the boxes.

    ``children`` lists the boxes below each, in their order; ``breadth`` and ``depth`` are the sizes across and along,
    with whatever gaps are wanted; ``anchor`` is where within its breadth a box is centred over those below.

    >>> tidy([[1, 2], [], []], [10, 10, 30], [5, 5, 5], [5, 5, 15])
    ([10.0, 0.0, 10.0], [0.0, 5.0, 5.0])
    """
    return _Tree(children, breadth, depth, anchor).placed()


class _Tree:
    """The state of one run; names as in the paper where it has one (prelim, mod, shift, change, threads, extremes)."""

    def __init__(
        self, children: Sequence[Sequence[int]], breadth: Sequence[float], depth: Sequence[float],
        anchor: Sequence[float],
    ) -> None:  # fmt: skip
        count = len(breadth)
        self.children, self.breadth, self.depth, self.anchor = children, breadth, depth, anchor
        self.prelim, self.mod, self.shift, self.change = ([0.0] * count for _ in range(4))
        self.left_thread, self.right_thread = [-1] * count, [-1] * count
        self.left_end, self.right_end = list(range(count)), list(range(count))
        self.left_sum, self.right_sum = [0.0] * count, [0.0] * count
        self.along = [0.0] * count
        self.order = [0]
        for box in self.order:
            below = self.along[box] + depth[box]
            for child in children[box]:
                self.along[child] = below
            self.order += children[box]
        self.bottom = [start + size for start, size in zip(self.along, depth, strict=True)]

    def placed(self) -> tuple[list[float], list[float]]:
        for box in reversed(self.order):
            if self.children[box]:
                self._join(box)
        across, sums = [0.0] * len(self.mod), [0.0] * len(self.mod)
        for box in self.order:
            sums[box] += self.mod[box]
            across[box] = self.prelim[box] + sums[box]
            move = total = 0.0
            for child in self.children[box]:
                move += self.shift[child]
                total += move + self.change[child]
                self.mod[child] += total
                sums[child] = sums[box]
        least = min(across, default=0.0)
        return [place - least for place in across], self.along

    def _join(self, box: int) -> None:
        """Put the subtrees below a box side by side, and the box over the middle of them."""
        below = self.children[box]
        first, last = below[0], below[-1]
        lows = _Low(self.bottom[self.left_end[first]], 0, None)
        for position in range(1, len(below)):
            lowest = self.bottom[self.right_end[below[position]]]
            self._separate(below, position, lows)
            lows = _hiding(lowest, position, lows)
        start = self.prelim[first] + self.mod[first] + self.anchor[first]
        end = self.prelim[last] + self.mod[last] + self.anchor[last]
        self.prelim[box] = (start + end) / 2 - self.anchor[box]
        self.left_end[box], self.left_sum[box] = self.left_end[first], self.left_sum[first]
        self.right_end[box], self.right_sum[box] = self.right_end[last], self.right_sum[last]

    def _separate(self, below: Sequence[int], position: int, lows: _Low | None) -> None:
        """Move a subtree clear of those before it: down the right side of those and the left side of this one."""
        bottom, prelim, mod = self.bottom, self.prelim, self.mod
        one, other = below[position - 1], below[position]
        one_sum, other_sum = mod[one], mod[other]
        while True:
            if lows is not None and bottom[one] > lows.y:
                lows = lows.following
            distance = one_sum + prelim[one] + self.breadth[one] - other_sum - prelim[other]
            if distance > 0:
                other_sum += distance
                self._move(below, position, lows.sibling if lows else 0, distance)
            one_bottom, other_bottom = bottom[one], bottom[other]
            next_one, next_other = one, other
            if one_bottom <= other_bottom:
                next_one = self.children[one][-1] if self.children[one] else self.right_thread[one]
                one_sum += mod[next_one] if next_one >= 0 else 0
            if one_bottom >= other_bottom:
                next_other = self.children[other][0] if self.children[other] else self.left_thread[other]
                other_sum += mod[next_other] if next_other >= 0 else 0
            if next_one < 0 or next_other < 0:
                break
            one, other = next_one, next_other
        if next_one < 0 <= next_other:
            self._thread_left(below[0], below[position], next_other, other_sum)
        elif next_other < 0 <= next_one:
            self._thread_right(below[position], below[position - 1], next_one, one_sum)

    def _move(self, below: Sequence[int], position: int, since: int, distance: float) -> None:
        """Move a subtree, and give those between it and the one it ran into their part of the room."""
        moved = below[position]
        for sums in (self.mod, self.left_sum, self.right_sum):
            sums[moved] += distance
        if since != position - 1:
            part = distance / (position - since)
            self.shift[below[since + 1]] += part
            self.shift[moved] -= part
            self.change[moved] -= distance - part

    def _thread_left(self, first: int, moved: int, following: int, total: float) -> None:
        end = self.left_end[first]
        self.left_thread[end] = following
        difference = total - self.mod[following] - self.left_sum[first]
        self.mod[end] += difference
        self.prelim[end] -= difference
        self.left_end[first], self.left_sum[first] = self.left_end[moved], self.left_sum[moved]

    def _thread_right(self, moved: int, before: int, following: int, total: float) -> None:
        end = self.right_end[moved]
        self.right_thread[end] = following
        difference = total - self.mod[following] - self.right_sum[moved]
        self.mod[end] += difference
        self.prelim[end] -= difference
        self.right_end[moved], self.right_sum[moved] = self.right_end[before], self.right_sum[before]


def _hiding(lowest: float, sibling: int, lows: _Low | None) -> _Low:
    while lows is not None and lowest >= lows.y:
        lows = lows.following
    return _Low(lowest, sibling, lows)
