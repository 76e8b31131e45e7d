"""The time of a request: which day it is about, as known when, and whether that answer can ever change.

Why an answer is *settled* only with both times given, and the recorded one not later than the last load: loads are
recorded in strictly increasing time, so what was known by then stays what was known by then. The day alone does not
settle anything, since a correction may come any time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from starlette.exceptions import HTTPException

from orggraph import period
from orggraph.errors import MomentError, UnsupportedError
from orggraph.ledger import recorded_time
from orggraph.snapshot import Snapshot
from orggraph.web.generations import Generation
from orggraph.web.parameters import flag


class View(NamedTuple):
    """A day (ordinal), as known at ``recorded_by`` (``None``: now), and how it is looked at.

    ``possible`` is ``None`` where the request does not say. ``dated`` tells whether it names the day.
    """

    day: int
    recorded_by: int | None = None
    strict: bool = False
    possible: bool | None = None
    dated: bool = False

    def settled(self, generation: Generation) -> bool:
        """Tell whether the answer can never change."""
        if not generation.origin.kept:
            return False
        return self.dated and self.recorded_by is not None and self.recorded_by <= generation.recorded


def read_view(given: Mapping[str, str], generation: Generation, *, today: int) -> View:
    """Read ``as-of``, ``recorded-by``, ``possible`` and ``strict``; raise 400 for what is no day or time."""
    recorded = given.get("recorded-by", "")
    if recorded and not generation.origin.kept:
        raise UnsupportedError("recorded-by needs a store: files are recorded only while they are read")
    try:
        day = read_day(given.get("as-of", "") or "today", today=today)
        known = recorded_time(recorded) if recorded else None
    except (MomentError, OverflowError) as error:
        raise HTTPException(400, str(error)) from error
    possible = flag(given, "possible") if "possible" in given else None
    return View(day, known, flag(given, "strict"), possible, given.get("as-of", "") not in ("", "today"))


def read_day(text: str, *, today: int) -> int:
    """Read ``YYYY-MM-DD`` or ``today`` as an ordinal; raise `MomentError` for anything else.

    >>> read_day("0001-01-02", today=5), read_day("today", today=5)
    (2, 5)
    """
    return today if text == "today" else period.day(text)


def snapshot_of(generation: Generation, view: View) -> Snapshot:
    """Give the snapshot that a view is of."""
    return generation.org.snapshot(view.day, recorded_by=view.recorded_by, strict=view.strict)
