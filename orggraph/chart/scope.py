"""What of a chart is drawn: who is within so many levels, how many are not, and who reports in a circle.

Why a circle without a top is started somewhere: everybody on it would vanish from the chart otherwise.
"""

from __future__ import annotations

from orggraph.chart.parts import DIRECT, Card, Line


def levels(
    cards: dict[str, Card], lines: list[Line], *, root: str | None, depth: int | None
) -> dict[str, int]:
    """Give the level of everybody within ``depth`` below the root or the tops; a cycle without a top starts at 0."""
    below: dict[str, list[str]] = {}
    for line in lines:
        below.setdefault(line.manager, []).append(line.reporter)
    led = {line.reporter for line in lines if line.reporter != line.manager}
    starts = [root] if root is not None else [iri for iri in cards if iri not in led]
    reached = reach(starts, below, None)
    if root is None:
        looped = [iri for cycle in circles(cards, lines) for iri in cycle if iri not in reached]
        starts += looped
        reached = reach(starts, below, None)
        starts += [iri for iri in cards if iri not in reached]
    return reach(starts, below, depth)


def reach(starts: list[str], below: dict[str, list[str]], depth: int | None) -> dict[str, int]:
    levels = dict.fromkeys(starts, 0)
    level, front = 0, list(levels)
    while front and (depth is None or level < depth):
        level += 1
        front = [iri for iri in dict.fromkeys(r for boss in front for r in below.get(boss, ())) if iri not in levels]
        levels.update(dict.fromkeys(front, level))
    return levels


def cut(
    cards: dict[str, Card], lines: list[Line], drawn: dict[str, int], root: str | None
) -> tuple[dict[str, Card], list[Line], int]:
    """Keep the cards drawn; each says how many below it are not, and the total is of the root or the whole."""
    below: dict[str, list[str]] = {}
    for line in lines:
        below.setdefault(line.manager, []).append(line.reporter)
    kept = {iri: card for iri, card in cards.items() if iri in drawn}
    for iri in kept:
        if any(reporter not in drawn for reporter in below.get(iri, ())):
            kept[iri] = kept[iri]._replace(below=len(reach([iri], below, None).keys() - drawn.keys()))
    total = reach([root], below, None) if root is not None else cards
    return kept, [x for x in lines if x.reporter in drawn and x.manager in drawn], len(set(total) - set(drawn))


def circles(cards: dict[str, Card], lines: list[Line]) -> list[list[str]]:
    """Find cycles of direct lines, each from its first member by name on, upwards; each line on a cycle is on one.

    What is left after taking away again and again whoever has no manager or no reporter lies on a cycle or between
    two; only there is each line followed to see whether it leads back, by the shortest way.
    """
    above: dict[str, set[str]] = {}
    below: dict[str, set[str]] = {}
    for line in lines:
        if line.kind == DIRECT:
            above.setdefault(line.reporter, set()).add(line.manager)
            below.setdefault(line.manager, set()).add(line.reporter)
    left = above.keys() & below.keys()
    loose = [iri for iri in (*above, *below) if iri not in left]
    while loose:
        iri = loose.pop()
        for other, back in [(o, below) for o in above.pop(iri, ())] + [(o, above) for o in below.pop(iri, ())]:
            back.get(other, set()).discard(iri)
            if other in left and not (above.get(other) and below.get(other)):
                left.discard(other)
                loose.append(other)
    order = {iri: number for number, iri in enumerate(sorted(left, key=lambda iri: (cards[iri].name, iri)))}
    cycles: list[list[str]] = []
    covered: set[tuple[str, str]] = set()
    for iri in order:
        for manager in sorted(above[iri] & left, key=order.__getitem__):
            if (iri, manager) in covered or not (way := _way(manager, iri, above)):
                continue
            cycle = [iri, *way[:-1]]
            covered.update(zip(cycle, way, strict=True))
            first = cycle.index(min(cycle, key=order.__getitem__))
            cycles.append(cycle[first:] + cycle[:first])
    return cycles


def _way(start: str, goal: str, above: dict[str, set[str]]) -> list[str]:
    """Give the shortest way upwards, both ends included, empty if there is none; of equal ones the first by IRI."""
    came_from: dict[str, str] = {start: ""}
    front = [start]
    while front and goal not in came_from:
        following: list[str] = []
        for iri in front:
            fresh = [manager for manager in sorted(above.get(iri, ())) if manager not in came_from]
            came_from.update(dict.fromkeys(fresh, iri))
            following += fresh
        front = following
    way: list[str] = []
    step = goal if goal in came_from else ""
    while step:
        way.append(step)
        step = came_from[step]
    return way[::-1]
