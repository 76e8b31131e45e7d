"""Memento (RFC 7089): travel in time for clients that know nothing of this service.

The datetime of a Memento is the *day in the world*, in UTC: ``Accept-Datetime: Fri, 03 Oct 2025 00:00:00 GMT`` asks for
the organization as it was on that day. Every resource about a day is its own TimeGate (pattern 1.1, with redirection);
its Mementos are the same address with ``as-of`` and ``recorded-by``; its TimeMap, under ``/timemap``, lists a Memento
for every day on which something changed.

Why the day and not the time at which this graph learned something: a client that travels to 2015 wants to see 2015.
The other axis would take it back to the age of the store and no further. Why a Memento names ``recorded-by`` all the
same: it promises never to change, and the day alone cannot (a correction may come), so the knowledge is held fast at
what was known when the Memento was chosen. An address that leaves the knowledge open bears no ``Memento-Datetime``.
Files that were read into memory never change while they are served, so there the day is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from starlette.exceptions import HTTPException

from orggraph.ledger import recorded_text
from orggraph.period import as_date, iso
from orggraph.web.generations import Generation
from orggraph.web.views import View

LINK_FORMAT = "application/link-format"
_TIMES = ("as-of", "recorded-by")
_FORM = "%a, %d %b %Y %H:%M:%S GMT"
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def http_date(day: int) -> str:
    """Write the beginning of a day as HTTP does, whatever the locale.

    >>> from datetime import date
    >>> http_date(date(2025, 10, 3).toordinal())
    'Fri, 03 Oct 2025 00:00:00 GMT'
    """
    date = as_date(day)
    assert date is not None, "a day that is open"
    return f"{_WEEKDAYS[date.weekday()]}, {date.day:02} {_MONTHS[date.month - 1]} {date.year:04} 00:00:00 GMT"


def read_datetime(text: str) -> int:
    """Read ``Accept-Datetime`` as the day (ordinal) it lies in; raise 400 for anything but the form of RFC 7089.

    >>> from datetime import date
    >>> date.fromordinal(read_datetime("Fri, 03 Oct 2025 17:30:00 GMT")).isoformat()
    '2025-10-03'
    """
    try:
        return datetime.strptime(text.strip(), _FORM).replace(tzinfo=UTC).toordinal()
    except ValueError as error:
        expected = "expected a form such as Fri, 03 Oct 2025 00:00:00 GMT"
        raise HTTPException(400, f"Accept-Datetime {text!r} is not a time ({expected})") from error


def change_days(generation: Generation) -> list[int]:
    """List the days for which there are Mementos to be listed."""
    return [day for day in generation.org.timeline.change_days() if as_date(day)]


class Address:
    """The address of a resource without its times: the original, from which TimeGate, TimeMap and Mementos follow."""

    def __init__(self, base: str, path: str, given: Sequence[tuple[str, str]]) -> None:
        self._base, self._path = base, quote(path, safe="/:@!$&'()*+,;=~-._")
        self._given = [(name, value) for name, value in given if name not in _TIMES]

    @property
    def original(self) -> str:
        """Give the address of the original, which is its TimeGate too."""
        return self._url(self._path, self._given)

    @property
    def timemap(self) -> str:
        """Give the address of the TimeMap."""
        return self._url(f"/timemap{self._path}", self._given)

    def memento(self, generation: Generation, day: int) -> str:
        """Give the address of the Memento of a day, as known by now."""
        times = [("as-of", iso(day))]
        if generation.origin.kept:
            times.append(("recorded-by", recorded_text(generation.recorded)))
        return self._url(self._path, [*self._given, *times])

    def _url(self, path: str, given: Sequence[tuple[str, str]]) -> str:
        return f"{self._base}{path}" + (f"?{urlencode(given)}" if given else "")


def negotiated(address: Address, generation: Generation, accept_datetime: str, *, today: int) -> str:
    """Give the address of the Memento for ``Accept-Datetime``: of that day, but within the days there are.

    These run from the first change to the last, or to today. Raises 404 where nothing is known of any day.
    """
    day = read_datetime(accept_datetime)
    days = change_days(generation)
    if not days:
        raise HTTPException(404, "there are no Mementos: nothing is known of any day")
    return address.memento(generation, max(days[0], min(day, max(days[-1], today))))


def links(address: Address, generation: Generation, view: View) -> str:
    """Write the ``Link`` header of a resource about a day."""
    memento = address.memento(generation, view.day)
    return ", ".join((
        f'<{address.original}>; rel="original timegate"',
        f'<{address.timemap}>; rel="timemap"; type="{LINK_FORMAT}"',
        f'<{memento}>; rel="memento"; datetime="{http_date(view.day)}"',
    ))  # fmt: skip


def memento_datetime(generation: Generation, view: View) -> str:
    """Give the ``Memento-Datetime`` of an answer that can never change; else nothing."""
    fixed = view.settled(generation) or (view.dated and not generation.origin.kept)
    return http_date(view.day) if fixed else ""


def timemap(address: Address, generation: Generation) -> str:
    """Write the TimeMap: every day on which something changed, in order."""
    days = change_days(generation)
    until = f'; from="{http_date(days[0])}"; until="{http_date(days[-1])}"' if days else ""
    lines = [
        f'<{address.original}>; rel="original timegate"',
        f'<{address.timemap}>; rel="self"; type="{LINK_FORMAT}"{until}',
    ]
    for number, day in enumerate(days):
        place = ("first " if number == 0 else "") + ("last " if number == len(days) - 1 else "")
        lines.append(f'<{address.memento(generation, day)}>; rel="{place}memento"; datetime="{http_date(day)}"')
    return ",\n".join(lines) + "\n"
