"""Which units have a colour: the largest at the top level, each in the same place from day to day.

Why by the order of their names and not by size: the largest unit of today is the second largest of tomorrow, and two
charts side by side must not swap its colour for that. Why at most ten: more colours than that no eye tells apart.
"""

from __future__ import annotations

from collections import Counter

from orggraph.chart.standing import Standing
from orggraph.timeline.terms import ABSENT

MOST = 10
OTHER_UNITS = "other units"


class Tones:
    """The tones of a day: counted over everybody on it, so that a part of the chart has the colours of the whole."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self._top: dict[int, int] = {}
        alone = Counter(seats[0].place for seats in standing.held.values() if len(seats) == 1)
        counts: Counter[int] = Counter()
        for place, people in alone.items():
            counts[self.top(place)] += people
        for several in (seats for seats in standing.held.values() if len(seats) > 1):
            counts[next((top for seat in several if (top := self.top(seat.place)) != ABSENT), ABSENT)] += 1
        del counts[ABSENT]
        order = standing.day.order
        largest = sorted(counts, key=lambda top: (-counts[top], order(top)))[:MOST]
        chosen = sorted(largest, key=order) if len(counts) > 1 else []
        self._place = {top: number for number, top in enumerate(chosen)}
        self._other = len(chosen) if len(counts) > MOST else ABSENT
        self.names = tuple(standing.day.name(top) for top in chosen) + ((OTHER_UNITS,) if len(counts) > MOST else ())

    def top(self, place: int) -> int:
        """Give the unit at the top level that a place is in; of several organizations the one it is; else -1."""
        found = self._top.get(place)
        if found is None:
            way = [place]
            parents = self.standing.parents
            while (above := parents.get(way[-1], ABSENT)) not in (*way, ABSENT):
                way.append(above)
            day = self.standing.day
            units = [step for step in way if day.kind(step) == "unit"]
            alone = way[-1] if len(self.standing.organizations) > 1 else ABSENT
            found = self._top[place] = units[-1] if units else alone
        return found

    def of(self, places: list[int]) -> int:
        """Give the tone of who is in some places, the surest first: a place in ``names``, or -1."""
        for place in places:
            top = self.top(place) if place != ABSENT else ABSENT
            if top != ABSENT and self.names:
                return self._place.get(top, self._other)
        return ABSENT
