"""Moments and periods: civil days that may be known only within bounds.

A *day* is the proleptic Gregorian ordinal of a date (``date.toordinal()``), unit one day, without zone or clock
time. A *moment* is a day known to lie in [earliest, latest], both inclusive, either side possibly open. A *period*
is half-open, ``[start, end)``: the end is the first day on which it no longer holds.

Why moments have a key: "he takes over from her" is one moment with two effects. Two moments with the same key are
the same variable, so whatever the day turns out to be, his start and her end fall on it together.
Why open sides are the two sentinels and not ``None``: every comparison stays an integer comparison, here and in the
columns of the timeline; they never appear in any output.

Input is a subset of EDTF (Library of Congress, 2019): ``2025-10-03``, ``2025-10``, ``2025``,
``2025-09-29/2025-10-02``, ``../2025-10-03``, ``2025-10-03/..``, each day with an optional ``?``, ``~`` or ``%``.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from orggraph.errors import MomentError, PeriodError

OPEN_EARLY = -(2**31)
OPEN_LATE = 2**31 - 1

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([?~%]?)", re.ASCII)
_COMBINED = re.compile(r"(?:max|min)\((.*)\)")
EXPECTED = "expected YYYY-MM-DD, YYYY-MM, YYYY or a range such as 2021-02/2021-03, ../2021-03 or 2021-02/.."


@dataclass(frozen=True, slots=True)
class Moment:
    """A day known to lie in [earliest, latest] (inclusive ordinals), with the text it was stated as.

    ``key`` is its identity: moments with the same non-empty key are one variable. ``earliest_from`` and
    ``latest_from`` name the source of each bound.

    >>> Moment.parse("2025-10").bounds()
    (datetime.date(2025, 10, 1), datetime.date(2025, 10, 31))
    """

    earliest: int
    latest: int
    text: str = ""
    key: str = ""
    earliest_from: str = ""
    latest_from: str = ""

    @classmethod
    def parse(cls, text: str) -> Moment:
        """Read one moment of the EDTF subset; raise `MomentError` for anything else.

        >>> Moment.parse("../2025-10-03")
        Moment('../2025-10-03')
        >>> Moment.parse("2025-02-30")
        Traceback (most recent call last):
        ...
        orggraph.errors.MomentError: '2025-02-30' is not a day (expected YYYY-MM-DD, YYYY-MM, YYYY or a range \
such as 2021-02/2021-03, ../2021-03 or 2021-02/..)
        """
        stated = text.strip()
        left, slash, right = stated.partition("/")
        if not slash:
            earliest, latest = _span(left, stated)
            return cls(earliest, latest, stated)
        earliest = OPEN_EARLY if left == ".." else _span(left, stated)[0]
        latest = OPEN_LATE if right == ".." else _span(right, stated)[1]
        if latest < earliest:
            raise MomentError(f"{stated!r} is a range that ends before it begins ({EXPECTED})")
        return cls(earliest, latest, stated)

    @classmethod
    def on(cls, day: date) -> Moment:
        """Make the moment of one exactly known day."""
        return cls(day.toordinal(), day.toordinal(), day.isoformat())

    @property
    def exact(self) -> bool:
        """Tell whether the day is known."""
        return self.earliest == self.latest

    def bounds(self) -> tuple[date | None, date | None]:
        """Give both inclusive bounds as dates, ``None`` for an open side."""
        return as_date(self.earliest), as_date(self.latest)

    def shifted(self, days_earliest: int, days_latest: int) -> Moment:
        """Move the closed bounds by whole days (last day → end day is ``shifted(1, 1)``); the text stays as stated."""
        earliest = self.earliest if self.earliest in (OPEN_EARLY, OPEN_LATE) else self.earliest + days_earliest
        latest = self.latest if self.latest in (OPEN_EARLY, OPEN_LATE) else self.latest + days_latest
        return replace(self, earliest=earliest, latest=latest)

    def edtf(self) -> str:
        """Write the bounds in EDTF, whatever text they were stated as.

        >>> Moment.parse("2025").edtf()
        '2025-01-01/2025-12-31'
        >>> ONGOING.edtf(), Moment.parse("2025-10-03/..").edtf()
        ('..', '2025-10-03/..')
        """
        if self.earliest == OPEN_LATE:
            return ".."
        if self.exact:
            return iso(self.earliest)
        return f"{iso(self.earliest)}/{iso(self.latest)}"

    def __str__(self) -> str:
        return self.text or self.edtf()

    def __repr__(self) -> str:
        return f"Moment({str(self)!r})"


ONGOING = Moment(OPEN_LATE, OPEN_LATE, "..")
"""The end of what persists: no end is in sight."""


def unknown_end(after: int) -> Moment:
    """Make the end nobody has stated of what was last seen on the day before ``after``."""
    return Moment(after, OPEN_LATE, "unknown")


def intersect(a: Moment, b: Moment) -> Moment | None:
    """Narrow two statements on one moment to what both allow; ``None`` if they contradict each other.

    Each bound keeps its source, and the text becomes the bounds unless one statement is as narrow as the result.

    >>> intersect(Moment.parse("2025-09-29/2025-10-02"), Moment.parse("../2025-10-03"))
    Moment('2025-09-29/2025-10-02')
    """
    low = a if a.earliest >= b.earliest else b
    high = a if a.latest <= b.latest else b
    if low.earliest > high.latest:
        return None
    narrow = next((m for m in (a, b) if (m.earliest, m.latest) == (low.earliest, high.latest)), None)
    made = Moment(low.earliest, high.latest, "", a.key, low.earliest_from, high.latest_from)
    return replace(made, text=narrow.text if narrow else made.edtf())


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open stretch ``[start, end)`` of two moments; `PeriodError` if it is inverted on every reading.

    >>> cto = Period(Moment.parse("2025-09-29/2025-10-02"), ONGOING)
    >>> cto.certain_on(day("2025-10-01")), cto.possible_on(day("2025-10-01"))
    (False, True)
    >>> cto.certain_on(day("2025-10-02"))
    True
    """

    start: Moment
    end: Moment

    def __post_init__(self) -> None:
        if self.end.latest < self.start.earliest:
            raise PeriodError(f"the end {self.end} is before the start {self.start}")

    @property
    def certain(self) -> tuple[int, int]:
        """Give the days on which it holds on every reading, as ``[first, end)``; empty when first ≥ end."""
        if self.start.key and self.start.key == self.end.key:
            return (0, 0)
        return self.start.latest, self.end.earliest

    @property
    def possible(self) -> tuple[int, int]:
        """Give the days on which it holds on some reading, as ``[first, end)``; empty when first ≥ end."""
        if self.start.key and self.start.key == self.end.key:
            return (0, 0)
        return self.start.earliest, self.end.latest

    def certain_on(self, day: int) -> bool:
        """Tell whether it holds on ``day`` for every assignment of days to moments."""
        first, end = self.certain
        return first <= day < end

    def possible_on(self, day: int) -> bool:
        """Tell whether it holds on ``day`` for at least one assignment of days to moments."""
        first, end = self.possible
        return first <= day < end


def conjunction(periods: list[Period]) -> Period | None:
    """Give the stretch in which all ``periods`` hold: from the latest start to the earliest end.

    ``None`` if there is no such day on any reading, or if one moment would be both a start and an end of it: then
    whatever day that moment falls on, what begins there meets what ends there on no day.

    >>> conjunction([Period(Moment.parse("2020"), ONGOING), Period(Moment.parse("2021-05-01"), ONGOING)]).start
    Moment('2021-05-01')
    """
    starts = [p.start for p in periods]
    ends = [p.end for p in periods]
    if not _variables(starts).isdisjoint(_variables(ends)):
        return None
    start = _extreme(starts, latest=True)
    end = _extreme(ends, latest=False)
    if end.latest <= start.earliest:
        return None
    return Period(start, end)


def _extreme(moments: list[Moment], *, latest: bool) -> Moment:
    """Give the latest (or earliest) of the moments: the one that decides, else the combined bounds of all.

    A combined moment is the latest (or earliest) of several variables, and its key names them all, since what holds
    up to any one of them does not meet what begins with the combination.
    """
    pick = max if latest else min
    low = pick(moments, key=_earliest)
    high = pick(moments, key=_latest)
    same = next((m for m in moments if (m.earliest, m.latest) == (low.earliest, high.latest)), None)
    names = _variables(m for m in moments if not _decided(m, low, high, latest=latest))
    if same is not None and names <= _variables([same]):
        return same
    key = f"{'max' if latest else 'min'}({'+'.join(sorted(names))})" if names else ""
    made = Moment(low.earliest, high.latest, same.text if same else "", key, low.earliest_from, high.latest_from)
    return made if same else replace(made, text=made.edtf())


def _decided(moment: Moment, low: Moment, high: Moment, *, latest: bool) -> bool:
    """Tell whether a moment never is the extreme one alone: another is at least as late (early) on every reading."""
    return moment.latest <= low.earliest if latest else moment.earliest >= high.latest


def _variables(moments: Iterable[Moment]) -> set[str]:
    """Name the variables that moments depend on; the key of a combined moment names several."""
    return {name for m in moments if m.key for name in _COMBINED.sub(r"\1", m.key).split("+")}


def _earliest(moment: Moment) -> int:
    return moment.earliest


def _latest(moment: Moment) -> int:
    return moment.latest


ALLEN = (
    "before",
    "meets",
    "overlaps",
    "starts",
    "during",
    "finishes",
    "equals",
    "finishedBy",
    "contains",
    "startedBy",
    "overlappedBy",
    "metBy",
    "after",
)
"""Allen's thirteen relations (J. F. Allen, CACM 26, 1983), in the words of OWL-Time."""

# Each relation as the order of the four ends: s, e of the first period, S, E of the second; ends in one group coincide.
_ORDERS: dict[str, tuple[str, ...]] = {
    "before": ("s", "e", "S", "E"),
    "meets": ("s", "eS", "E"),
    "overlaps": ("s", "S", "e", "E"),
    "starts": ("sS", "e", "E"),
    "during": ("S", "s", "e", "E"),
    "finishes": ("S", "s", "eE"),
    "equals": ("sS", "eE"),
    "finishedBy": ("s", "S", "eE"),
    "contains": ("s", "S", "E", "e"),
    "startedBy": ("sS", "E", "e"),
    "overlappedBy": ("S", "s", "E", "e"),
    "metBy": ("S", "sE", "e"),
    "after": ("S", "E", "s", "e"),
}


def relations(a: Period, b: Period) -> tuple[str, ...]:
    """Give the Allen relations that ``a`` may have to ``b``, in the order of `ALLEN`; exact periods have one.

    Empty periods have none: a relation needs at least one day on each side.

    >>> relations(Period(Moment.parse("2020-01-01"), Moment.parse("2021-01-01")),
    ...           Period(Moment.parse("2021-01-01"), ONGOING))
    ('meets',)
    >>> relations(Period(Moment.parse("2020"), Moment.parse("2021-01-01")),
    ...           Period(Moment.parse("2020-06-01"), Moment.parse("2021-01-01")))
    ('finishes', 'equals', 'finishedBy')
    """
    ends = {"s": a.start, "e": a.end, "S": b.start, "E": b.end}
    return tuple(name for name in ALLEN if _satisfiable(_ORDERS[name], ends))


def _satisfiable(order: tuple[str, ...], ends: dict[str, Moment]) -> bool:
    """Tell whether days can be chosen so that the groups of ``order`` fall on strictly rising days."""
    group_of: dict[str, int] = {}
    floor = OPEN_EARLY
    for index, group in enumerate(order):
        moments = [ends[name] for name in group]
        for moment in moments:
            if moment.key and group_of.setdefault(moment.key, index) != index:
                return False
        low = max(floor, *(m.earliest for m in moments))
        if low > min(m.latest for m in moments):
            return False
        floor = min(low + 1, OPEN_LATE)
    return True


def day(text: str) -> int:
    """Read one exact day as an ordinal; raise `MomentError` for anything less precise.

    >>> day("2025-10-03")
    739527
    """
    moment = Moment.parse(text)
    if not moment.exact or len(moment.text) != 10:
        raise MomentError(f"{text!r} is not one day (expected YYYY-MM-DD)")
    return moment.earliest


def iso(ordinal: int) -> str:
    """Write a day in ISO 8601, ``..`` for an open side."""
    made = as_date(ordinal)
    return made.isoformat() if made else ".."


def as_date(ordinal: int) -> date | None:
    """Give the date of an ordinal, ``None`` for an open side."""
    return date.fromordinal(ordinal) if 1 <= ordinal <= date.max.toordinal() else None


def _span(text: str, stated: str) -> tuple[int, int]:
    """Give the first and last day of one day, month or year."""
    match = _DAY.fullmatch(text)
    if not match:
        raise MomentError(f"{stated!r} is not a moment ({EXPECTED})")
    year, month, day_ = (int(part) if part else 0 for part in match.group(1, 2, 3))
    if year == 9999:
        raise MomentError(f"{stated!r} stands for no end in some systems (write .. for ongoing; {EXPECTED})")
    try:
        if match.group(3):
            exact = date(year, month, day_).toordinal()
            return exact, exact
        if match.group(2):
            last = calendar.monthrange(year, month)[1]
            return date(year, month, 1).toordinal(), date(year, month, last).toordinal()
        return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    except (ValueError, calendar.IllegalMonthError):
        raise MomentError(f"{stated!r} is not a day ({EXPECTED})") from None
