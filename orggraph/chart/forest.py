"""Who stands below whom on a chart: at most one manager each, and no circle.

Somebody with several managers stands below the first of them: a direct line before a dotted one, one that is on no
circle before one that is, the surest, a stated one before a derived one, then by name. So dotted lines and second
managers decide no place, except of who has nothing else. Where the lines chosen still lead round in a circle, the
first on it by name stands on top, and the line that closes the circle is drawn as a second one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orggraph.chart.parts import DOTTED, STRENGTH, UNIT, Line, Sheet


@dataclass(frozen=True, slots=True)
class Forest:
    """The cards that stand in trees: the tops, who is below each by name, and the line that each hangs on."""

    tops: tuple[str, ...]
    below: Mapping[str, tuple[str, ...]]
    hangs_on: Mapping[str, Line]
    others: tuple[Line, ...]
    """The lines that decide no place, in the order of the sheet."""

    def managers(self) -> dict[str, str]:
        """Give the manager below whom each stands."""
        return {iri: line.manager for iri, line in self.hangs_on.items()}

    def above(self, iri: str) -> list[str]:
        """List a card and those above it, up to the top."""
        way = [iri]
        while line := self.hangs_on.get(way[-1]):
            way.append(line.manager)
        return way


def forest(sheet: Sheet) -> Forest:
    """Choose for each card of a sheet the line that it hangs on; linear in cards and lines."""
    standing = _standing(sheet)
    chosen: dict[str, Line] = {}
    for line in sheet.lines:
        if line.reporter == line.manager or line.mark == "moved":
            continue
        known = chosen.get(line.reporter)
        if known is None or _rank(line, standing) < _rank(known, standing):
            chosen[line.reporter] = line
    for first in _looped(chosen, standing):
        del chosen[first]
    below: dict[str, list[str]] = {}
    for iri in standing:
        if iri in chosen:
            below.setdefault(chosen[iri].manager, []).append(iri)
    hanging = set(map(id, chosen.values()))
    return Forest(
        tops=tuple(iri for iri in standing if iri not in chosen),
        below={iri: tuple(reporters) for iri, reporters in below.items()},
        hangs_on=chosen,
        others=tuple(line for line in sheet.lines if id(line) not in hanging),
    )


def _standing(sheet: Sheet) -> dict[str, int]:
    """Number the cards that are in no panel, in their order."""
    ends = {end for line in sheet.lines for end in (line.reporter, line.manager)}
    grouped = {iri for group in sheet.groups for iri in group.members} - ends
    panels = {group.unit for group in sheet.groups} - ends
    there = (card.iri for card in sheet.cards if not (card.kind == UNIT and card.iri in panels))
    return {iri: number for number, iri in enumerate(iri for iri in there if iri not in grouped)}


def _rank(line: Line, standing: Mapping[str, int]) -> tuple[bool, bool, bool, int, bool, int]:
    sure = STRENGTH.index(line.certainty)
    return line.mark == "gone", line.kind == DOTTED, line.in_cycle, sure, line.derived, standing[line.manager]


def _looped(chosen: Mapping[str, Line], standing: Mapping[str, int]) -> list[str]:
    """List the first by name of each circle that the chosen lines make."""
    seen: dict[str, int] = {}
    found = []
    for number, start in enumerate(standing):
        way, iri = [], start
        while iri not in seen:
            seen[iri] = number
            way.append(iri)
            if iri not in chosen:
                break
            iri = chosen[iri].manager
        else:
            if seen[iri] == number:
                found.append(min(way[way.index(iri) :], key=standing.__getitem__))
    return found
