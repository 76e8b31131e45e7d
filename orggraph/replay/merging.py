"""What speaks against a merger of two persons: that each of them was somewhere else at one time.

Why only what is certain, and only where no statement on the one supports the other: that two sources show one person
in one post at a time speaks for the merger, and that both may have been somewhere on a day says nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations

from orggraph.errors import Finding
from orggraph.period import OPEN_LATE, iso
from orggraph.replay.identity import Identity
from orggraph.replay.tenures import Tenure


def held_at_once(tenures: Iterable[Tenure], identity: Identity) -> list[Finding]:
    """Warn of persons who are judged to be one, but of whom each certainly held something at the same time.

    One warning for each pair of persons, about the first day on which that is so.
    """
    if not identity.merged.survivors:
        return []
    held: dict[str, list[tuple[str, Tenure]]] = defaultdict(list)
    for tenure in tenures:
        meant = {identity.meant.get(statement, "") for statement in tenure.statements} - {""}
        if len(meant) == 1:
            held[tenure.person].append((meant.pop(), tenure))
    return [finding for _, told in sorted(held.items()) for finding in _warnings(told, identity)]


def _warnings(told: list[tuple[str, Tenure]], identity: Identity) -> Iterator[Finding]:
    clashes: dict[tuple[str, str], tuple[int, int, Tenure, Tenure]] = {}
    for (one, tenure), (other, against) in combinations(sorted(told, key=lambda item: (item[0], item[1].key)), 2):
        first, end = _together(tenure, against)
        if one != other and first < end:
            clash = (first, end, tenure, against)
            clashes[one, other] = min(clash, clashes.get((one, other), clash), key=lambda c: c[:2])
    for _, (first, end, tenure, against) in sorted(clashes.items()):
        lasting = f"from {iso(first)}" + (f" until {iso(end)}" if end < OPEN_LATE else " on")
        message = (
            f"{_called(tenure)} and {_called(against)} are judged to be one person, but both certainly held something "
            f"{lasting}: {_seat(tenure, identity)}, and {_seat(against, identity)}"
        )
        said = tenure.statements[0].change
        yield Finding("warning", message, said.file, said.line_number, "identity")


def _together(a: Tenure, b: Tenure) -> tuple[int, int]:
    """Give the first day on which both are certain, and the day after the last; none where these are not in order."""
    one, other = a.period(), b.period()
    if one is None or other is None:
        return (0, 0)
    (start, end), (other_start, other_end) = one.certain, other.certain
    return max(start, other_start), min(end, other_end)


def _called(tenure: Tenure) -> str:
    change = tenure.statements[0].change
    return change.person or change.person_id


def _seat(tenure: Tenure, identity: Identity) -> str:
    seat = (iri for iri in (tenure.post or tenure.role, tenure.place) if iri)
    return ", ".join(min(identity.labels.get(iri, {}).values(), default=iri) for iri in seat)
