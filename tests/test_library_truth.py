"""The query library on real data: the ministers' register since 1979, and the sample.

What the register says is read here once more, row by row from its files, and without any of the package.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from test_truth_steering import elected, versions, vote

from orggraph import OrgGraph
from orggraph.library import library_query, read_parameters

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "anthropic.csv"
CHANCELLOR = "Chancellor of the Exchequer, HM Treasury"
Ask = Callable[..., list[tuple[str, ...]]]


def asker(org: OrgGraph) -> Ask:
    """Give a function that asks a query of the library, on a day or over all of time, for some columns."""

    def ask(name: str, *columns: str, on: str = "", **settings: str) -> list[tuple[str, ...]]:
        query = library_query(name)
        parameters = read_parameters(
            settings, described=query.parameters, find=lambda named, kinds: org.find(named, kinds=kinds)
        )
        asked = org.as_of(on).query if on else org.query
        found = asked(query.text, parameters=parameters)
        assert found.columns == query.columns
        places = [found.columns.index(column) for column in columns]
        return [tuple(str(getattr(row[at], "value", row[at] or "")) for at in places) for row in found.rows]

    return ask


@pytest.fixture(scope="module")
def register(shared: Path) -> OrgGraph:
    org = OrgGraph()
    org.load(shared / "ifg_ministers", keep_going=True)
    return org


@pytest.fixture(scope="module")
def ministers(register: OrgGraph) -> Ask:
    return asker(register)


@pytest.fixture(scope="module")
def sample() -> Ask:
    org = OrgGraph()
    org.load(SAMPLE)
    return asker(org)


@pytest.fixture(scope="module")
def terms(shared: Path) -> list[tuple[str, str]]:
    """Read first day and day after the last of every Chancellor, in order, from the files of the register."""
    folder = shared / "ifg_ministers"

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    treasury = {row["id"] for row in rows("organisation") if row["name"] == "HM Treasury"}
    posts = [row for row in rows("post") if row["organisation_id"] in treasury]
    wanted = {row["id"] for row in posts if row["name"] == "Chancellor of the Exchequer"}
    held = [row for row in rows("appointment") if row["post_id"] in wanted]
    return sorted((row["start_date"], row["end_date"] or "..") for row in held)


# ---- the register, over all of time


def test_holders_over_time(ministers: Ask, terms: list[tuple[str, str]]) -> None:
    found = ministers("holders_over_time", "since", "until", "person_name", post=CHANCELLOR)
    assert [row[:2] for row in found] == terms
    assert [row[2] for row in found if "1995" < row[0] < "2017"] == [
        "Gordon Brown", "Lord Darling of Roulanish", "George Osborne", "Lord Hammond of Runnymede",
    ]  # fmt: skip


def test_who_replaced_whom(ministers: Ask, terms: list[tuple[str, str]]) -> None:
    on_the_day = {until for _, until in terms} & {since for since, _ in terms}
    found = ministers("who_replaced_whom", "since", "predecessor_name", "successor_name", post=CHANCELLOR)
    assert [row[0] for row in found] == sorted(on_the_day)
    assert ("2020-02-13", "Sajid Javid", "Rishi Sunak") in found


def test_vacancies_and_how_long(ministers: Ask, terms: list[tuple[str, str]]) -> None:
    gaps = [(until, since) for (_, until), (since, _) in pairwise(terms) if until < since]
    found = ministers("vacancies", "since", "until", "days", post=CHANCELLOR)
    assert [row[:2] for row in found] == gaps == [("2007-06-27", "2007-06-28"), ("2010-05-11", "2010-05-12")]
    assert [row[2] for row in found] == ["1", "1"]


def test_longest_tenures(ministers: Ask) -> None:
    found = ministers("longest_tenures", "days", "what", person="Gordon Brown")
    days = [(date(2007, 6, 27) - date(1997, 5, 2)).days, (date(2010, 5, 11) - date(2007, 6, 27)).days]
    assert found == [(str(days[0]), "Chancellor of the Exchequer"), (str(days[1]), "Prime Minister")]


def test_changes_in_a_period(ministers: Ask) -> None:
    period = {"from": "2007-06-27", "to": "2007-06-28"}
    columns = ("earliest", "change", "kind", "subject_name", "what", "latest")
    bounded = ministers("changes_in_period", *columns, **period)
    assert all(row[0] <= "2007-06-27" <= row[5] for row in bounded)
    found = [row[:5] for row in bounded if row[0] == row[5]]
    assert ("2007-06-27", "ends", "membership", "Gordon Brown", "Chancellor of the Exchequer") in found
    assert ("2007-06-27", "starts", "membership", "Gordon Brown", "Prime Minister") in found
    assert {row[0] for row in found} == {"2007-06-27"}


def test_created_posts_and_sources(ministers: Ask) -> None:
    assert ministers("created_posts", "post_name", **{"from": "2500-01-01"}) == []
    sources = {row[0] for row in ministers("sources_of_person", "source_name", person="Gordon Brown")}
    assert len(sources) == 1, "all of it is from the register"
    assert ministers("contradicting_sources", "what") == []


# ---- the register, on a day: as the look-ups say, which the truth of the register is tested on


def test_holders_headcount_and_members_on_a_day(ministers: Ask, register: OrgGraph) -> None:
    on = "2010-06-01"
    view = register.as_of(on)
    assert ministers("holders", "person_name", on=on, post=CHANCELLOR) == [("George Osborne",)]
    memberships = [fact for fact in view.snapshot.facts("membership") if view.snapshot.certainty(fact) != "possible"]
    people = {fact.subject for fact in memberships}
    assert ministers("headcount", "people", on=on) == [(str(len(people)),)]
    treasury = {row.name for row in view.members("HM Treasury") if row.certainty != "possible"}
    own = ministers("members_of_unit", "person_name", "member_of_name", on=on, unit="HM Treasury")
    assert {name for name, unit in own if unit == "HM Treasury"} == treasury
    (counted,) = ministers("headcount_by_unit", "headcount", on=on, unit="HM Treasury")
    assert int(counted[0]) == len({name for name, _ in own})
    in_two = {row[0] for row in ministers("people_in_two_units", "person", on=on)}
    assert in_two <= {who for who in people if len({f.object for f in memberships if f.subject == who}) > 1}


def test_posts_with_and_without_holders_on_a_day(ministers: Ask) -> None:
    on = "2010-06-01"
    posts = ministers("posts_and_holders", "post", "person", on=on)
    vacant = {row[0] for row in ministers("vacant_posts", "post", on=on)}
    held = {row[0] for row in ministers("holders", "post", on=on)}
    assert {post for post, person in posts if not person} == vacant
    assert {post for post, person in posts if person} == held
    assert ("HM Treasury",) in ministers("units_tree", "unit_name", on=on, parent="HM Government")


# ---- the sample, which says who reports to whom


@pytest.mark.parametrize(
    ("name", "columns", "settings", "expected"),
    [
        ("reports", ["reporter_name", "line"], {"manager": "Daniela Amodei"},
         [("Rahul Patil", "direct"), ("Sam McCandlish", "direct")]),
        ("reports_all", ["reporter_name"], {"manager": "Daniela Amodei"}, [("Rahul Patil",), ("Sam McCandlish",)]),
        ("chain", ["steps", "manager_name"], {"person": "Rahul Patil"}, [("1", "Daniela Amodei")]),
        ("span_of_control", ["manager_name", "span"], {}, [("Daniela Amodei", "2")]),
        ("span_in_figures", ["managers", "reporters", "most"], {}, [("1", "2", "2")]),
        ("top", ["person_name", "reports", "says_nobody"], {}, [("Daniela Amodei", "2", "false")]),
        ("several_managers", ["person_name"], {}, []),
        ("acting_holders", ["person_name"], {}, []),
    ],
)  # fmt: skip
def test_reporting_lines(
    sample: Ask, name: str, columns: list[str], settings: dict[str, str], expected: list[tuple[str, ...]]
) -> None:
    assert sample(name, *columns, on="2025-10-03", **settings) == expected


def test_a_handover_at_a_moment_that_nobody_dated(sample: Ask) -> None:
    assert sample("who_replaced_whom", "predecessor_name", "successor_name", "since") == [
        ("Sam McCandlish", "Rahul Patil", "2025-09-29/2025-10-02"),
    ]  # fmt: skip


# ---- where there is somebody acting, a contradiction, or more than one manager: worked out from the files


def read_table(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(
    ("on", "count"),
    [("2023-06-01", 3), ("2023-07-20", 2), ("2021-03-01", 0), ("2021-03-02", 2), ("2021-09-09", 2), ("2025-12-31", 1)],
)
def test_acting_ministers_on_a_day(ministers: Ask, shared: Path, on: str, count: int) -> None:
    folder = shared / "ifg_ministers"
    tables = {name: read_table(folder / f"{name}.csv") for name in ("appointment", "post", "person")}
    appointments, posts = ({row["id"]: row for row in tables[name]} for name in ("appointment", "post"))

    def bears(row: dict[str, str]) -> bool:
        return (row["start_date"] or "0000") <= on < (row["end_date"] or "9999")

    stretches = read_table(folder / "appointment_characteristics.csv")
    acting = [appointments[row["appointment_id"]] for row in stretches if row["is_acting"] == "True" and bears(row)]
    names = {row["id"]: row["name"] for row in tables["person"] if bears(row)}
    expected = {(posts[row["post_id"]]["name"], names[row["person_id"]]) for row in acting}
    found = ministers("acting_holders", "post_name", "person_name", on=on)
    assert set(found) == expected and len(found) == count


def test_who_acted_in_the_summer_of_2023(ministers: Ask) -> None:
    assert ministers("acting_holders", "post_name", "person_name", on="2023-06-01") == [
        ("Minister for Data and Digital Infrastructure", "John Whittingdale"),
        ("Minister for Media, Tourism and Creative Industries", "John Whittingdale"),
        ("Secretary of State for Science, Innovation and Technology", "Chloe Smith"),
    ]


def test_lists_that_go_on_where_a_vote_ended_a_term(shared: Path) -> None:
    """A contradiction: elected twice running, the term of the first vote ends, while PEP 13 lists on and then ends too.

    Who is listed to this day is no contradiction, since the list gives no end.
    """
    folder = shared / "python_steering"
    org = OrgGraph()
    org.load(elected(folder), [row for _, rows in versions(folder) for row in rows])
    found = asker(org)("contradicting_sources", "subject_name", "what", "source_name")
    editions = [row for row in read_table(folder / "pep13_history" / "INDEX.csv") if row["members_listed"]]
    listed = [(row["utc_date"], row["members_listed"]) for row in editions if "TBD" not in row["members_listed"]]

    def left_out(name: str, since: str) -> bool:
        return any(day > since and name not in members for day, members in listed)

    votes = [vote(folder / f"pep-{number}.rst") for number in range(8100, 8108)]
    expected = {
        name
        for (_, names), (next_closed, next_names) in pairwise(votes)
        for name in {*names} & {*next_names}
        if any(day > next_closed and name in members and left_out(name, day) for day, members in listed)
    }
    assert {name for name, _, _ in found} == expected
    assert {source for _, _, source in found} == {"PEP 13", "votes on the steering council"}
    assert len(found) == 2 * len(expected) == 12, "what each of the two says"


def test_posts_that_moved_to_another_manager_between_two_editions(shared: Path) -> None:
    """Between two organograms it is possible that a post reports to the one before or to the one after."""
    files = [shared / "uk_organograms" / f"cabinet_office-{day}-senior.csv" for day in ("2011-03-31", "2011-09-30")]
    before, after = ({row["Post Unique Reference"]: row for row in read_table(file)} for file in files)
    moved = [
        row for post, row in before.items()
        if post in after and row["Reports to Senior Post"] != after[post]["Reports to Senior Post"]
    ]  # fmt: skip
    org = OrgGraph()
    org.load(*files, keep_going=True)
    query = library_query("several_managers")
    view = org.as_of("2011-06-30")
    rows = [[str(getattr(term, "value", term)) for term in row] for row in view.query(query.text, possible=True).rows]
    of_posts = [row for row in rows if ":post:" in row[3]]
    kept = [row["Job Title"] for row in moved if row["Job Title"] == after[row["Post Unique Reference"]]["Job Title"]]
    assert Counter(row[0] for row in of_posts) >= Counter(kept) and len(kept) > 30
    assert len(of_posts) == len(moved) == 48 and {row[1] for row in of_posts} == {"2"}
    assert [row[2] for row in rows if row[0] == "Alison Bertlin"] == ["David Cook; Sir Stephen Laws"]
    assert [org.as_of(day).query(query.text, possible=True).rows for day in ("2011-03-31", "2011-09-30")] == [(), ()]
