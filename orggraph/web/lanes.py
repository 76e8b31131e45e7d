"""The picture of periods over time: a lane for each statement, with a bar for each period in which it holds.

A bar is full where the statement is certain and faded where it is only possible, since a day is not known exactly.
Lengths are shares of the width and heights are pixels, so the picture fits any screen with its text as large as any
other. Why the picture is one image with a description, and its content a table below: nobody listens to sixty
rectangles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from typing import NamedTuple

from orggraph.period import OPEN_EARLY, OPEN_LATE, Period, as_date, iso
from orggraph.web import words
from orggraph.web.frame import Markup

_LANE, _BAR, _GROUP, _AXIS = 34, 10, 26, 22
"""Heights in pixels: of a lane with its words, of a bar, of the name of a group, of the axis."""
_TICKS, _EDGE = 6, 85
_LETTERS = 90


class Lane(NamedTuple):
    """A statement, the group it is drawn in, and its periods."""

    group: str
    text: str
    periods: tuple[Period, ...]


class Scale(NamedTuple):
    """The days (ordinals) at both ends of the picture."""

    first: int
    last: int

    def share(self, day: int) -> float:
        """Give where a day is, in hundredths of the width; what is outside stands at the edge.

        >>> Scale(100, 200).share(150), Scale(100, 200).share(999)
        (50.0, 100.0)
        """
        within = min(max(day, self.first), self.last)
        return round(100 * (within - self.first) / (self.last - self.first), 3)


def scale_of(periods: Iterable[Period], day: int) -> Scale:
    """Find the ends: all days that are known, and the day asked about, with some room at both sides.

    >>> from orggraph.period import Moment
    >>> wide = scale_of([Period(Moment.parse("2020-01-01"), Moment.parse("2021-01-01"))], date(2020, 6, 1).toordinal())
    >>> iso(wide.first), iso(wide.last)
    ('2019-12-02', '2021-01-31')
    """
    bounds = {bound for p in periods for m in (p.start, p.end) for bound in (m.earliest, m.latest)} | {day}
    known = [bound for bound in bounds if OPEN_EARLY < bound < OPEN_LATE]
    room = max(30, (max(known) - min(known)) // 20)
    return Scale(max(1, min(known) - room), min(date.max.toordinal(), max(known) + room))


def picture(lanes: Sequence[Lane], day: int) -> Markup:
    """Draw the lanes, in their order, with the day marked; nothing for none."""
    if not lanes:
        return Markup("")
    scale = scale_of((period for lane in lanes for period in lane.periods), day)
    parts, height, group = [], _AXIS, ""
    for lane in lanes:
        if lane.group != group:
            group = lane.group
            parts.append(f'<text class="group" x="0" y="{height + 18}">{escape(group)}</text>')
            height += _GROUP
        parts.append(_lane(lane, scale, height))
        height += _LANE
    marked = scale.share(day)
    said = words.PICTURE.format(first=iso(scale.first), last=iso(scale.last), day=iso(day))
    return Markup(
        f'<figure><svg class="over-time" role="img" aria-label="{escape(said)}" width="100%" height="{height}">\n'
        f"{_axis(scale, height)}{''.join(parts)}"
        f'<line class="now" x1="{marked}%" x2="{marked}%" y1="0" y2="{height}"/></svg>\n'
        f"<figcaption>{escape(words.PICTURE_KEY.format(day=iso(day)))}</figcaption></figure>"
    )


def _lane(lane: Lane, scale: Scale, top: int) -> str:
    text = lane.text if len(lane.text) <= _LETTERS else lane.text[:_LETTERS] + "…"
    bars = "".join(_bar(period, scale, top + 18, lane.text) for period in lane.periods)
    return f'<text x="0" y="{top + 13}">{escape(text)}</text>{bars}'


def _bar(period: Period, scale: Scale, top: int, text: str) -> str:
    """Draw a period: what is possible faded, what is certain over it."""
    until = words.ONGOING if str(period.end) == ".." else str(period.end)
    title = f"<title>{escape(f'{text}: {period.start} – {until}')}</title>"
    drawn = _stretch("maybe", *period.possible, scale, top) + _stretch("sure", *period.certain, scale, top)
    return f"<g>{title}{drawn}</g>"


def _stretch(kind: str, first: int, end: int, scale: Scale, top: int) -> str:
    left, right = scale.share(first), scale.share(end)
    if end <= first or end <= scale.first or first >= scale.last:
        return ""
    width = max(0.25, round(right - left, 3))
    return f'<rect class="{kind}" x="{left}%" y="{top}" width="{width}%" height="{_BAR}" rx="2"/>'


def _axis(scale: Scale, height: int) -> str:
    drawn = []
    for day, text in ticks(scale):
        at = scale.share(day)
        side = 'dx="-3" text-anchor="end"' if at > _EDGE else 'dx="3"'
        drawn.append(f'<line x1="{at}%" x2="{at}%" y1="{_AXIS - 4}" y2="{height}"/>'
                     f'<text x="{at}%" {side} y="13">{text}</text>')  # fmt: skip
    return f'<g class="axis">{"".join(drawn)}</g>\n'


def ticks(scale: Scale) -> list[tuple[int, str]]:
    """Choose at most six round days, as ordinal and text: years where there are several, else months.

    >>> [text for _, text in ticks(Scale(date(2001, 5, 1).toordinal(), date(2019, 5, 1).toordinal()))]
    ['2005', '2010', '2015']
    >>> [text for _, text in ticks(Scale(date(2020, 5, 15).toordinal(), date(2020, 9, 15).toordinal()))]
    ['2020-06', '2020-07', '2020-08', '2020-09']
    """
    first, last = as_date(scale.first), as_date(scale.last)
    assert first and last, "a scale is of days that are known"
    months = (last.year - first.year) * 12 + last.month - first.month
    step = next(size for size in (1, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 120_000)
                if months / size < _TICKS)  # fmt: skip
    begin = first.year * 12 + first.month  # the first day of the month after the first day
    chosen = list(range(-(-begin // step) * step, last.year * 12 + last.month, step))
    texts = [f"{month // 12:04}" if step >= 12 else f"{month // 12:04}-{month % 12 + 1:02}" for month in chosen]
    return [(date(month // 12, month % 12 + 1, 1).toordinal(), text)
            for month, text in zip(chosen, texts, strict=True)]  # fmt: skip
