"""The figures of real registers against their raw rows: UK ministers over twenty years, and the Cabinet Office.

The ministers are counted here from the rows of ``appointment.csv`` day by day, without any of the code under test.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean

import pytest

from orggraph import OrgGraph
from orggraph.trends import Development

FIRST, UNTIL = "2005-01-01", "2025-01-01"
Spans = dict[str, list[tuple[date, date]]]
"""Half-open appointments by whom, or by what, they are of."""


@pytest.fixture(scope="module")
def ministers(shared: Path) -> OrgGraph:
    org = OrgGraph()
    org.load(shared / "ifg_ministers", keep_going=True)
    return org


@pytest.fixture(scope="module")
def months(ministers: OrgGraph) -> Development:
    return ministers.stats_over(every="month", first=FIRST, until=UNTIL)


def rows(shared: Path, table: str) -> list[dict[str, str]]:
    with (shared / "ifg_ministers" / f"{table}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def appointments(shared: Path, of: str) -> Spans:
    """Give the appointments as they stand in the register, by the column ``of``."""
    found: Spans = defaultdict(list)
    for row in rows(shared, "appointment"):
        start, end = row["start_date"], row["end_date"]
        span = date.fromisoformat(start), date.fromisoformat(end) if end else date.max
        found[row[of]].append(span)
    return found


@pytest.fixture(scope="module")
def spans(shared: Path) -> Spans:
    return appointments(shared, "person_id")


def there(spans: Spans, on: date) -> set[str]:
    return {person for person, held in spans.items() if any(start <= on < end for start, end in held)}


def test_headcount_joiners_and_leavers_of_each_month_are_those_of_the_rows(months: Development, spans: Spans) -> None:
    for period in months.periods:
        first, end = date.fromisoformat(period.since), date.fromisoformat(period.until)
        days = [there(spans, first + timedelta(days=n)) for n in range(-1, (end - first).days)]
        steps = list(pairwise(days))
        assert period.closing == (len(days[-1]),) * 2, period.since
        assert period.joiners == (sum(len(b - a) for a, b in steps),) * 2, period.since
        assert period.leavers == (sum(len(a - b) for a, b in steps),) * 2, period.since
        assert period.mean.certain == pytest.approx(mean(map(len, days[1:])), abs=0.005)


def test_prime_ministers_and_how_long_they_reigned(months: Development, shared: Path) -> None:
    post = next(row["id"] for row in rows(shared, "post") if row["name"] == "Prime Minister")
    held = appointments(shared, "post_id")[post]
    days = [(end - start).days for start, end in held if FIRST <= end.isoformat() < UNTIL]
    reigns = next(one for one in months.reigns if one.name == "Prime Minister")
    assert (reigns.number, reigns.longest) == (len(days), max(days))
    assert reigns.mean == (round(mean(days), 1),) * 2


def test_the_busiest_day_is_the_change_of_government_of_2024(months: Development, shared: Path) -> None:
    turned: dict[str, set[str]] = defaultdict(set)
    for row in rows(shared, "appointment"):
        for day in (row["start_date"], row["end_date"]):
            if FIRST <= day < UNTIL and row["start_date"] != row["end_date"]:
                turned[day].add(row["person_id"])
    busiest = sorted(turned, key=lambda day: (-len(turned[day]), day))[:3]
    assert busiest[0] == "2024-07-05"
    assert [(one.day, one.people) for one in months.busiest[:3]] == [(day, len(turned[day])) for day in busiest]


def test_nobody_who_stays_is_left_when_the_government_changes(ministers: OrgGraph, spans: Spans) -> None:
    found = ministers.stats_over(every="week", first="2024-07-03", until="2024-07-10").reorganizations[0]
    stay = there(spans, date(2024, 7, 2)) & there(spans, date(2024, 7, 9))
    assert found.staying == (len(stay),) * 2


def test_departments_of_2023_are_told_by_the_tree_of_the_day(ministers: OrgGraph) -> None:
    found = ministers.stats_over(every="month", first="2023-01-01", until="2023-04-01")
    units = {unit.name: [count.possible for count in unit.headcount] for unit in found.units}
    assert units["Department for Science, Innovation and Technology"][0] == 0, "made on 2023-02-07"
    assert units["Department for Science, Innovation and Technology"][-1] > 0
    assert units["Department for International Trade"][-1] == 0
    for number, total in enumerate(units["HM Government"]):
        assert total == found.periods[number].closing.possible


@pytest.mark.parametrize("day", ["2011-03-31", "2011-09-30"])
def test_the_cabinet_office_disagrees_where_the_rows_do(shared: Path, day: str) -> None:
    file = shared / "uk_organograms" / f"cabinet_office-{day}-senior.csv"
    org = OrgGraph()
    org.load(file)
    found = org.as_of(day).stats()
    with file.open(encoding="cp1252", newline="") as stream:
        posts = {row["Post Unique Reference"]: row for row in csv.DictReader(stream)}
    named = {ref: row for ref, row in posts.items() if row["Name"].strip(" '") not in ("", "N/D", "N/A")
             and not row["Name"].lower().startswith(("vacant", "eliminated"))}  # fmt: skip
    pairs = [(row, named[row["Reports to Senior Post"]]) for row in named.values()
             if row["Reports to Senior Post"] in named]  # fmt: skip
    expected = sorted((row["Name"], boss["Name"]) for row, boss in pairs if row["Unit"] != boss["Unit"])
    told = found["disagreements"]
    assert isinstance(told, list)
    assert sorted({(row["name"], row["manager"]) for row in told}) == sorted(set(expected))
