"""Vacancies: the stretches in which nobody may hold a post.

On a vacant day every tenure is either over or still to come. For each way of dividing the tenures so that some day
allows, the post is vacant from the latest end of those that are over to the earliest start of those to come.

Why not simply from one tenure to the next: tenures whose bounds overlap can lie in several orders, and a post is
vacant for certain only where none of them can reach.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from orggraph.facts import Fact
from orggraph.period import ONGOING, OPEN_EARLY, Moment, Period, conjunction

_EVER = Period(Moment(OPEN_EARLY, OPEN_EARLY, ".."), ONGOING)
_MOST_UNDECIDED = 6


def vacancies(held: Sequence[Fact]) -> list[Period]:
    """List the stretches in which nobody may hold the post of these memberships, in the order of their starts.

    The stretch before the first and after the last is open on its far side; the life of the post bounds it. They
    overlap where several orders of the tenures are possible. On a day on which more than six tenures are undecided,
    only the order of their starts is tried.
    """
    order = sorted(held, key=lambda f: (f.start.latest, f.start.earliest, f.end.latest, f.tenure))
    spans = [(f.start.earliest, f.start.latest, f.end.earliest, f.end.latest) for f in order]
    divisions: dict[tuple[bool, ...], None] = {}
    for day in sorted({OPEN_EARLY, *(bound for span in spans for bound in span)}):
        if not any(start <= day < end for _, start, end, _ in spans):
            divisions.update(dict.fromkeys(_divisions(spans, day)))
    gaps = (_gap(order, over) for over in divisions)
    return sorted((gap for gap in gaps if gap), key=lambda gap: (gap.start.earliest, gap.start.latest, gap.end.latest))


def _divisions(spans: Sequence[tuple[int, int, int, int]], day: int) -> Iterator[tuple[bool, ...]]:
    """Divide tenures into those that are over by ``day`` and those to come, in every way that their bounds allow."""
    choices = [
        (False, True) if end_earliest <= day < start_latest else (end_earliest <= day,)
        for _, start_latest, end_earliest, _ in spans
    ]
    undecided = sum(len(choice) > 1 for choice in choices)
    if undecided <= _MOST_UNDECIDED:
        yield from product(*choices)
        return
    for number in range(len(spans) + 1):
        yield tuple(choice[0] if len(choice) == 1 else at < number for at, choice in enumerate(choices))


def _gap(order: Sequence[Fact], over: tuple[bool, ...]) -> Period | None:
    """Give the stretch after all tenures that are over and before all that are to come."""
    bounds = [
        Period(fact.end, ONGOING) if ended else Period(_EVER.start, fact.start)
        for fact, ended in zip(order, over, strict=True)
    ]
    return conjunction([_EVER, *bounds])
