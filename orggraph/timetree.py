"""The time tree: days as the leaves of a binary tree, so that a stretch of days is a few named graphs.

A node of the tree is a stretch of 2^level days that begins at a multiple of its length; its named graph holds the
plain triples that are true on each of these days. A triple that holds from one day to another is written into the
fewest nodes that make up these days exactly; the triples of a day are then those in the graphs on the path from the
root to its leaf, one a level, at most 23. Two trees: what is certain, and what is only possible.

Why a tree and no date filter in the query: the engine is handed the graphs of the path by the standard protocol, so a
query stays what it is as of a day, property paths included, and every triple of the answer holds on exactly that day.
(The cover is that of a segment tree: J. L. Bentley, Algorithms for Klee's rectangle problems, 1977.)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from orggraph.vocabulary import BASE

LEVELS = 23
"""The number of levels, from a day (level 0) to the root (level 22), which covers all days until the year 9999."""
DAYS = 1 << (LEVELS - 1)
CERTAIN_TREE, POSSIBLE_TREE = "certain", "possible"

Span = tuple[int, int]
"""Days (ordinals) from the first to before the second."""


class Node(NamedTuple):
    """The days from ``number * 2**level`` to before ``(number + 1) * 2**level``."""

    level: int
    number: int

    @property
    def span(self) -> Span:
        """Give the days of the node.

        >>> Node(3, 2).span
        (16, 24)
        """
        return self.number << self.level, (self.number + 1) << self.level


def path(day: int) -> list[Node]:
    """List the nodes that hold what is true on a day, from the root to the leaf.

    >>> [node.span for node in path(739527)][-2:]
    [(739526, 739528), (739527, 739528)]
    """
    return [Node(level, day >> level) for level in reversed(range(LEVELS))] if 0 <= day < DAYS else []


def cover(span: Span) -> list[Node]:
    """List the fewest nodes that together are the days of a span, in the order of days; none for no days.

    Days before the first and after the last of the tree are left out, so an open side is simply far away.

    >>> [node.span for node in cover((5, 9))]
    [(5, 6), (6, 8), (8, 9)]
    """
    first, end = max(span[0], 0), min(span[1], DAYS)
    nodes = []
    while first < end:
        level = min((first & -first).bit_length() - 1 if first else LEVELS - 1, (end - first).bit_length() - 1)
        nodes.append(Node(level, first >> level))
        first += 1 << level
    return nodes


def united(spans: Iterable[Span]) -> list[Span]:
    """Join spans that meet or overlap; the result is in order, and empty ones are left out.

    >>> united([(5, 7), (1, 3), (3, 4), (9, 9)])
    [(1, 4), (5, 7)]
    """
    joined: list[Span] = []
    for first, end in sorted(span for span in spans if span[0] < span[1]):
        if joined and first <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(joined[-1][1], end)
        else:
            joined.append((first, end))
    return joined


def shared(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Give the days in both of two lists of spans, each as `united` gives it.

    >>> shared([(1, 5), (8, 12)], [(4, 9)])
    [(4, 5), (8, 9)]
    """
    found, rest = list[Span](), list(others)
    for first, end in some:
        found += [(max(first, a), min(end, b)) for a, b in rest if max(first, a) < min(end, b)]
    return found


def without(some: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Give the days in the first and not in the second list of spans, each as `united` gives it.

    >>> without([(1, 10)], [(3, 4), (9, 12)])
    [(1, 3), (4, 9)]
    """
    taken = list(others)
    return [left for span in some for left in _left(span, taken)]


def _left(span: Span, taken: list[Span]) -> Iterator[Span]:
    first, end = span
    for a, b in taken:
        if b <= first or end <= a:
            continue
        if first < a:
            yield first, a
        first = max(first, b)
    if first < end:
        yield first, end


def graph_of(node: Node, tree: str, *, base: str = BASE) -> str:
    """Name the graph of a node in one of the two trees.

    >>> graph_of(Node(3, 92440), CERTAIN_TREE)
    'urn:orggraph:certain:3:92440'
    """
    return f"{base}{tree}:{node.level}:{node.number}"


def graphs_on(day: int, *, possible: bool = False, base: str = BASE) -> list[str]:
    """List the graphs whose merge is what is certain on a day, with ``possible`` also what is only possible."""
    trees = (CERTAIN_TREE, POSSIBLE_TREE) if possible else (CERTAIN_TREE,)
    return [graph_of(node, tree, base=base) for tree in trees for node in path(day)]
