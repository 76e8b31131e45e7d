"""Cycles of directed edges that hold only some of the time, found by sweeping the change days.

Why the sweep halves time instead of going day by day: almost nothing is ever on a cycle. The edges of all time are
reduced to their strongly connected parts; only within those is time cut in two at the middle change day, and each
half is reduced again, until nothing changes within the stretch. Edges that are never on a cycle drop out at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Edge(NamedTuple):
    """An edge that holds on the days ``[first, end)``; ``key`` tells apart edges between the same nodes."""

    source: str
    target: str
    first: int
    end: int
    key: int = 0


class Cycle(NamedTuple):
    """A closed path, from its smallest node on, that holds on all days of ``[first, end)``."""

    path: tuple[str, ...]
    first: int
    end: int


def cycles(edges: Iterable[Edge]) -> list[Cycle]:
    """List cycles so that on every day each node which lies on some cycle is named by one of them.

    Paths are shortest ones; equal paths on touching stretches are joined. Sorted by first day and path.

    >>> cycles([Edge("a", "b", 1, 9), Edge("b", "a", 5, 12)])
    [Cycle(path=('a', 'b'), first=5, end=9)]
    """
    found: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    todo = [sorted(edge for edge in edges if edge.first < edge.end)]
    while todo:
        for part in _on_cycles(todo.pop()):
            first, end = max(e.first for e in part), min(e.end for e in part)
            cuts = sorted({day for e in part for day in (e.first, e.end)})
            if len(cuts) == 2:
                for path in _paths(part):
                    found.setdefault(path, []).append((first, end))
            else:
                middle = cuts[len(cuts) // 2]
                todo.append([e._replace(end=min(e.end, middle)) for e in part if e.first < middle])
                todo.append([e._replace(first=max(e.first, middle)) for e in part if e.end > middle])
    return sorted(
        (Cycle(path, *stretch) for path, days in found.items() for stretch in joined(days)),
        key=lambda cycle: (cycle.first, cycle.end, cycle.path),
    )


def joined(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Unite stretches ``[first, end)`` that touch or overlap; sorted.

    >>> joined([(5, 9), (1, 5), (20, 21)])
    [(1, 9), (20, 21)]
    """
    united: list[tuple[int, int]] = []
    for first, end in sorted(stretches):
        if united and first <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        elif first < end:
            united.append((first, end))
    return united


def uncovered(stretch: tuple[int, int], covers: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give what is left of a stretch ``[first, end)`` outside all the others.

    >>> uncovered((1, 10), [(3, 5), (8, 20)])
    [(1, 3), (5, 8)]
    """
    first, end = stretch
    left = []
    for begin, until in joined(covers):
        if first < min(begin, end):
            left.append((first, min(begin, end)))
        first = max(first, until)
    return [*left, (first, end)] if first < end else left


def _on_cycles(edges: Sequence[Edge]) -> list[list[Edge]]:
    """Split edges into strongly connected parts and drop those that are on no cycle."""
    after: dict[str, list[str]] = {}
    for edge in edges:
        after.setdefault(edge.source, []).append(edge.target)
        after.setdefault(edge.target, [])
    component = _components(after)
    parts: dict[int, list[Edge]] = {}
    for edge in edges:
        if component[edge.source] == component[edge.target]:
            parts.setdefault(component[edge.source], []).append(edge)
    return list(parts.values())


def _components(after: dict[str, list[str]]) -> dict[str, int]:
    """Number the strongly connected components (Tarjan, SIAM J. Comput. 1, 1972), without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    component: dict[str, int] = {}
    stack: list[str] = []
    for root in after:
        if root in index:
            continue
        walk = [(root, iter(after[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while walk:
            node, rest = walk[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    walk.append((target, iter(after[target])))
                    break
                if target not in component:
                    low[node] = min(low[node], index[target])
            else:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == index[node]:
                    while node not in component:
                        component[stack.pop()] = index[node]
    return component


def _paths(edges: Sequence[Edge]) -> list[tuple[str, ...]]:
    """List shortest cycles until every node of a strongly connected part lies on one."""
    after: dict[str, list[str]] = {}
    for edge in edges:
        after.setdefault(edge.source, []).append(edge.target)
    paths: list[tuple[str, ...]] = []
    named: set[str] = set()
    for node in sorted(after):
        if node not in named:
            path = _shortest(node, after)
            turn = path.index(min(path))
            paths.append(path[turn:] + path[:turn])
            named.update(path)
    return paths


def _shortest(start: str, after: dict[str, list[str]]) -> tuple[str, ...]:
    came: dict[str, str] = {}
    queue = deque([start])
    while queue:
        node = queue.popleft()
        for target in sorted(after[node]):
            if target == start:
                path = [node]
                while path[-1] != start:
                    path.append(came[path[-1]])
                return tuple(reversed(path))
            if target not in came:
                came[target] = node
                queue.append(target)
    raise AssertionError("every node of a strongly connected part lies on a cycle")
