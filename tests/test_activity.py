"""How much changes on which day, against a count by hand and one by brute force."""

from __future__ import annotations

from collections import Counter

from company import company

from orggraph.facts import DERIVED, LINE, MEMBERSHIP, PLACE
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.timeline.activity import Activity, activity


def test_it_is_what_begins_and_ends_for_certain() -> None:
    timeline = company().timeline
    expected: Counter[tuple[int, str]] = Counter()
    for fact in timeline.facts:
        told = fact.kind in (MEMBERSHIP, LINE, PLACE) and DERIVED not in fact.flags and fact.superseded is None
        if told and fact.start.latest < fact.end.earliest:
            expected[fact.start.latest, "begun"] += 1
            expected[fact.end.earliest, "ended"] += 1
    days = sorted({on for on, _ in expected if OPEN_EARLY < on < OPEN_LATE})
    assert days
    assert activity(timeline) == [Activity(on, expected[on, "begun"], expected[on, "ended"]) for on in days]
