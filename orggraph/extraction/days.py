"""Days that a text speaks of: which words are one, and what bounds they give.

Why an announcement gives none: "Acme on Monday named her CFO" says when it was announced. She may have begun the week
before or may begin in the new year, so only what is said to take effect, or is told as done or to come, is bounded.

Weeks begin on Monday. "Joins on Monday" may be the last one or the next. A day or month without a year is the last one
before the publication where something is told as done, the next one where it is to come, and else the nearest.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import NamedTuple

from orggraph.period import OPEN_EARLY, OPEN_LATE, Moment

DONE, PRESENT, COMING, ANNOUNCED = "done", "present", "coming", "announced"
"""How something is told: as done, in the present, as to come, or as an announcement, which says nothing of its day."""

ON, FROM, UNTIL, END, BY, TURN = "on", "from", "until", "end", "by", "turn"
"""How a day stands to the change: on it or in it, with effect from it, up to it, at the end of it, not later than it,
or as the last day of what was before (``until 30 June, when``)."""

_MONTHS = {name.casefold(): n for n, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.casefold(): n for n, name in enumerate(calendar.month_abbr) if name} | {"sept": 9}
_WEEKDAYS = {name.casefold(): n for n, name in enumerate(calendar.day_name)}
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "q1": 1, "q2": 2, "q3": 3, "q4": 4}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![\w-])\.?"
_WEEKDAY = "(?:" + "|".join(_WEEKDAYS) + ")"

_PATTERNS = (
    ("iso", r"(?P<iso>\d{4}-\d{2}-\d{2})"),
    ("day", rf"(?:{_WEEKDAY},? )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{_MONTH})(?: (?P<y>\d{{4}}))?"),
    ("day", rf"(?:{_WEEKDAY},? )?(?P<m>{_MONTH}) (?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y>\d{{4}}))?"),
    ("month", rf"(?P<part>early |mid-|late )?(?P<m>{_MONTH})(?:,? (?P<y>\d{{4}}))?(?! ?\d)"),
    ("quarter", r"(?:the )?(?P<q>first|second|third|fourth) quarter(?: of)?(?: (?P<y>\d{4}))?"),
    ("quarter", r"(?P<q>Q[1-4])(?: (?P<y>\d{4}))?"),
    ("weekday", rf"(?P<which>next |last |this |the following )?(?P<w>{_WEEKDAY})"),
    ("week", r"(?P<which>earlier this|later this|this|next|last|early next|the coming|the past) "
             r"(?P<unit>week|month|year|quarter)"),
    ("unit", r"(?:the )?(?P<which>week|month|year)(?= |[.,;]|$)"),
    ("yearend", r"(?P<end>(?:the )?year-end|year['’]s end)"),
    ("near", r"(?P<near>today|yesterday|tomorrow|immediately|with immediate effect|at once)"),
    ("season", r"(?:the )?(?:(?:next|last|coming|this) )?(?P<season>spring|summer|autumn|fall|winter)"),
    ("year", r"(?P<y>(?:19|20)\d{2})"),
)  # fmt: skip
_LEADS = (
    (FROM, r"(?:with effect (?:from|on)|effective(?: as of| from| on)?|as of|as from|from|starting(?: on| in| from)?|"
           r"beginning(?: on| in)?|since)"),
    (UNTIL, r"(?:until|till|through|up to)"),
    (END, r"(?:at (?:the )?end of|(?:the )?end of|(?:at|by) the close of)"),
    (BY, r"(?:by the end of|by)"),
    (ON, r"(?:on|in|during|at|later in|earlier in)"),
)  # fmt: skip
_TAKES = frozenset({"unit"})
_FOUND = [
    (kind, re.compile(rf"(?i)(?<![\w-])(?:(?P<lead>{'|'.join(words for _, words in _LEADS)}) )?{pattern}(?!\w)"))
    for kind, pattern in _PATTERNS
]


class When(NamedTuple):
    """An expression of time in a sentence: where it stands, what kind it is, how it is led in, and its parts."""

    start: int
    end: int
    kind: str
    lead: str
    parts: dict[str, str]


def whens(text: str) -> list[When]:
    """Find the expressions of time in a sentence, in order, the longest where several begin together.

    >>> [(w.kind, w.lead) for w in whens("She joined on Monday and takes over with effect from 1 May 2025.")]
    [('weekday', 'on'), ('day', 'from')]
    """
    found: list[When] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            end = match.end() - (match.group().endswith(".") and match.end() == len(text))
            made = When(match.start(), end, kind, _lead(match.group("lead") or "", kind), _parts(match))
            if _meant(made, match.group(), text) and not any(w.start < made.end and made.start < w.end for w in found):
                found.append(made)
    return sorted(found)


def _parts(match: re.Match[str]) -> dict[str, str]:
    return {name: text.strip().casefold() for name, text in match.groupdict().items() if text and name != "lead"}


def _meant(when: When, text: str, sentence: str) -> bool:
    """Tell whether words that may mean something else are an expression of time."""
    if when.kind == "unit":
        return when.lead in (END, BY)
    if when.kind == "month":
        named = re.search(r"[A-Z][a-z]+", text.split(" ", 1)[-1] if " " in text else text)
        return named is not None and (" " in text.strip() or "part" in when.parts)
    if when.kind == "year":
        return bool(when.lead)
    if when.kind == "season":
        return bool(when.lead) or "the " in text.casefold()
    return when.kind != "weekday" or sentence[when.start : when.end].split()[-1][:1].isupper()


def _lead(text: str, kind: str) -> str:
    plain = text.casefold()
    if kind == "near" and not plain:
        return ON
    if plain.startswith("by the end of"):
        return BY
    return next((name for name, words in _LEADS if plain and re.fullmatch(words, plain)), ON)


def moment(
    when: When | None, *, told: str, published: date | None, ends: bool = False, said: date | None = None
) -> Moment:
    """Give the moment of a change that is ``told`` in one way and dated by ``when``, if anything dates it.

    ``ends`` says that it is an end, which is the first day on which something no longer holds: who leaves on a day may
    still be there on it. ``said`` is the day of the announcement, where the text gives it.

    >>> moment(None, told=DONE, published=date(2025, 10, 3))
    Moment('../2025-10-03')
    >>> (monday,) = whens("on Monday")
    >>> moment(monday, told=DONE, published=date(2025, 10, 3)), moment(monday, told=ANNOUNCED, published=None)
    (Moment('2025-09-29'), Moment('../..'))
    """
    if when is not None and (told != ANNOUNCED or when.lead != ON or _at_once(when)):
        bounds = _bounds(when, told, published, said)
        if bounds is not None:
            return _written(*_as_stated(bounds, when, told, published, ends))
    if published is None or told in (PRESENT, ANNOUNCED):
        return _written(OPEN_EARLY, OPEN_LATE)
    at = published.toordinal()
    return _written(OPEN_EARLY, at) if told == DONE else _written(at, OPEN_LATE)


def _at_once(when: When) -> bool:
    """Tell whether an expression is ``immediately`` or the like."""
    return when.kind == "near" and when.parts["near"] not in ("today", "yesterday", "tomorrow")


def _as_stated(bounds: tuple[int, int], when: When, told: str, published: date | None, ends: bool) -> tuple[int, int]:
    first, last = bounds
    at = published.toordinal() if published else None
    if _at_once(when):
        return first, last
    if when.lead == UNTIL:
        return last + 1, last + 1
    if when.lead == TURN:
        return first, last + 1
    if when.lead == END or when.kind == "yearend":
        return (last, last + 1) if ends else (last, last)
    if when.lead == BY:
        first = at if at is not None and told == COMING else OPEN_EARLY
        return first, last + 1 if ends else last
    if told == DONE and at is not None and first <= at < last:
        last = at
    if told == COMING and at is not None and first < at <= last:
        first = at
    if when.kind == "season" or (ends and when.lead == ON):
        return first, last + 1 if ends and when.kind != "season" else last
    return first, last


def _written(first: int, last: int) -> Moment:
    """Write bounds as a moment, a whole month or year as such."""
    left = date.fromordinal(first) if first > OPEN_EARLY else None
    right = date.fromordinal(last) if last < OPEN_LATE else None
    if left and right and left.day == 1 and (right + timedelta(days=1)).day == 1:
        if (left.year, left.month) == (right.year, right.month):
            return Moment.parse(f"{left:%Y-%m}")
        if (left.month, right.month) == (1, 12) and left.year == right.year:
            return Moment.parse(f"{left.year:04}")
        return Moment.parse(f"{left:%Y-%m}/{right:%Y-%m}")
    if left and left == right:
        return Moment.on(left)
    return Moment.parse(f"{left or '..'}/{right or '..'}")


def _bounds(when: When, told: str, published: date | None, said: date | None) -> tuple[int, int] | None:
    """Give the first and last day that an expression may mean; ``None`` where that cannot be known."""
    try:
        found = _span(when, told, published, said)
    except (ValueError, OverflowError):
        return None
    return (found[0], found[1]) if found else None


def _span(when: When, told: str, published: date | None, said: date | None) -> tuple[int, int] | None:
    parts = when.parts
    if when.kind == "iso":
        return _one(date.fromisoformat(parts["iso"]))
    if "y" in parts or when.kind in ("day", "month", "quarter"):
        return _calendar(parts, told, published)
    if published is None:
        return None
    if when.kind == "weekday":
        nearest = _weekday(parts, COMING if told == PRESENT and when.lead == FROM else told, published)
        open_ = told == PRESENT and when.lead == ON and not parts.get("which")
        return nearest.toordinal(), nearest.toordinal() + (7 if open_ else 0)
    if when.kind == "near":
        return _near(parts["near"], published, said)
    if when.kind == "yearend":
        return _one(date(published.year - (told == DONE), 12, 31))
    if when.kind == "season":
        return (OPEN_EARLY, published.toordinal()) if told == DONE else (published.toordinal(), OPEN_LATE)
    unit = parts.get("unit") or parts["which"]
    which = parts["which"] if "unit" in parts else "this"
    return _unit(which, unit, published)


def _one(day: date) -> tuple[int, int]:
    return day.toordinal(), day.toordinal()


def _calendar(parts: dict[str, str], told: str, published: date | None) -> tuple[int, int] | None:
    """Give the span of a day, month, quarter or year, whose year may have to be found."""
    years = [int(parts["y"])] if "y" in parts else []
    if not years:
        if published is None:
            return None
        years = [published.year - 1, published.year, published.year + 1]
    spans = []
    for year in years:
        try:
            spans.append(_in_year(parts, year))
        except ValueError:  # 29 February
            continue
    if len(spans) <= 1 or published is None:
        return spans[0] if spans else None
    at = published.toordinal()
    if told == DONE:
        return max((s for s in spans if s[0] <= at), default=None)
    if told == COMING:
        return min((s for s in spans if s[1] >= at), default=None)
    return min(spans, key=lambda s: (0 if s[0] <= at <= s[1] else min(abs(s[0] - at), abs(s[1] - at)), -s[0]))


def _in_year(parts: dict[str, str], year: int) -> tuple[int, int]:
    if "m" in parts:
        month = _MONTHS[parts["m"].rstrip(".")]
        if "d" in parts:
            return _one(date(year, month, int(parts["d"])))
        return _months(year, month, 1)
    if "q" in parts:
        return _months(year, _QUARTERS[parts["q"]] * 3 - 2, 3)
    return _months(year, 1, 12)


def _months(year: int, month: int, count: int) -> tuple[int, int]:
    later = year * 12 + month - 1 + count
    return date(year, month, 1).toordinal(), date(later // 12, later % 12 + 1, 1).toordinal() - 1


def _weekday(parts: dict[str, str], told: str, published: date) -> date:
    """Give the weekday meant: the last one for what is done, the next one for what is to come."""
    number = _WEEKDAYS[parts["w"]]
    back = (published.weekday() - number) % 7
    which = parts.get("which", "")
    if which == "next" or which.startswith("the following") or (told == COMING and which != "last"):
        return published + timedelta(days=7 - back)
    if which == "last":
        return published - timedelta(days=back or 7)
    return published - timedelta(days=back)


def _near(word: str, published: date, said: date | None) -> tuple[int, int]:
    if word in ("yesterday", "tomorrow"):
        return _one(published + timedelta(days=1 if word == "tomorrow" else -1))
    if word == "today":
        return _one(published)
    return _one(said) if said else (OPEN_EARLY, published.toordinal())


def _unit(which: str, unit: str, published: date) -> tuple[int, int]:
    """Give the week, month, quarter or year meant, and of the present one the part that is meant."""
    at = published.toordinal()
    step = 1 if "next" in which or "coming" in which else -1 if "last" in which or "past" in which else 0
    if unit == "week":
        monday = at - published.weekday() + 7 * step
        span = (monday, monday + 6)
    else:
        size = {"month": 1, "quarter": 3, "year": 12}[unit]
        index = ((published.year * 12 + published.month - 1) // size + step) * size
        span = _months(index // 12, index % 12 + 1, size)
    if which == "earlier this":
        return min(span[0], at - 1), at
    return (at, span[1]) if which == "later this" else span
