"""The figures of real registers against their raw rows: UK ministers over twenty years, and the Cabinet Office.

The ministers are counted here from the rows of ``appointment.csv`` day by day, without any of the code under test.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from statistics import mean

import pytest

from orggraph import OrgGraph
from orggraph.trends import Development

FIRST, UNTIL = "2005-01-01", "2025-01-01"
Spans = dict[str, list[tuple[date, date]]]


@pytest.fixture(scope="module")
def ministers(shared: Path) -> OrgGraph:
    org = OrgGraph()
    org.load(shared / "ifg_ministers", keep_going=True)
    return org


@pytest.fixture(scope="module")
def months(ministers: OrgGraph) -> Development:
    return ministers.stats_over(every="month", first=FIRST, until=UNTIL)


@pytest.fixture(scope="module")
def spans(shared: Path) -> Spans:
    """Give the half-open appointments of each person, as they stand in the register."""
    found: Spans = defaultdict(list)
    folder = shared / "ifg_ministers"
    with (folder / "appointment.csv").open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            start, end = row["start_date"], row["end_date"]
            if start:
                span = date.fromisoformat(start[:10]), date.fromisoformat(end[:10]) if end else date.max
                found[row["person_id"]].append(span)
    return found


def there(spans: Spans, on: date) -> set[str]:
    return {person for person, held in spans.items() if any(start <= on < end for start, end in held)}


def test_headcount_joiners_and_leavers_of_each_month_are_those_of_the_rows(months: Development, spans: Spans) -> None:
    for period in months.periods:
        first, end = date.fromisoformat(period.since), date.fromisoformat(period.until)
        days = [there(spans, first + timedelta(days=n)) for n in range(-1, (end - first).days)]
        steps = list(zip(days, days[1:], strict=False))
        assert period.closing == (len(days[-1]),) * 2, period.since
        assert period.joiners == (sum(len(b - a) for a, b in steps),) * 2, period.since
        assert period.leavers == (sum(len(a - b) for a, b in steps),) * 2, period.since
        assert period.mean.certain == pytest.approx(mean(map(len, days[1:])), abs=0.005)
