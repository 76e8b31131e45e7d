"""One day of a film: its sheet, and what happened since the day before."""

from __future__ import annotations

from typing import NamedTuple

from orggraph.chart.parts import MARKS, PERSON, Sheet
from orggraph.diff import Diff, Event


class Step(NamedTuple):
    """One day of a film; of the first day no ``events`` and no ``counts`` are told.

    ``counts`` has who joined, left and moved since the day before, possible events included.
    """

    sheet: Sheet
    events: tuple[Event, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def words(self) -> str:
        """Say how many there are and what changed."""
        people = sum(card.kind == PERSON for card in self.sheet.cards)
        parts = [f"{number} {kind}" for kind, number in self.counts if number]
        said = ", ".join(parts) or ("nobody came, left or moved" if self.counts else "")
        return "; ".join(filter(None, [f"{people} {'person' if people == 1 else 'people'}", said]))


def step_after(before: Sheet, sheet: Sheet, told: Diff, *, limited: bool) -> Step:
    """Give a day and what happened since the day ``before``; on ``limited`` sheets only to whom they show."""
    if not limited:
        kinds = {kind: told.counts.get(kind, 0) + told.counts.get(f"perhaps {kind}", 0) for kind in MARKS[:3]}
        return Step(sheet, told.events, tuple(kinds.items()))
    shown = {card.iri for card in (*before.cards, *sheet.cards)}
    events = tuple(event for event in told.events if event.subject in shown)
    return Step(sheet, events, tuple((kind, sum(event.kind == kind for event in events)) for kind in MARKS[:3]))
