"""Tests that each finding names who is concerned, along the path, and the days: in the company and in real data.

Real data on this machine have tenures outside a life and gaps of a day (British ministers), posts that report to
themselves and contradictions within one edition (organograms, told by their reader). They have no cycle of several, no
single-seat post with two holders, no manager who left, no cycle of units, no membership with two members, no wrong kind
and no lacking inverse: those are tested on the company alone.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from company import Row, company, line, row, starts
from test_check_suspects import loaded

from orggraph.check import CHECKS, check
from orggraph.errors import Finding
from orggraph.facts import MEMBER_OF, MEMBERSHIP, Fact
from orggraph.graph import OrgGraph
from orggraph.period import Moment
from orggraph.timeline import Timeline

LABS, PAT = "https://example.org/labs", "https://example.org/pat"

Case = tuple[str, list[Row], str, str, list[str], tuple[str, str]]

CASES: list[Case] = [
    ("cycle", [row("reports", "2024-01-01", post="Chief Executive", reports_to_post="Engineer, Web", until="2024-02-01",
                   source="a rumour")], "warning",
     "the post Chief Executive reports to the post Engineer, Web, the post Engineer, Web to the post Product Lead, the "
     "post Product Lead to the post Chief Technology Officer and the post Chief Technology Officer to the post Chief "
     "Executive from 2024-01-01 until 2024-02-01",
     ["Chief Executive", "Engineer, Web", "Product Lead", "Chief Technology Officer"], ("2024-01-01", "2024-02-01")),
    ("unit-cycle", [row("moved", "2024-05-01", unit="Engineering", into="Platform")], "warning",
     "Engineering is part of Platform and Platform is part of Engineering from 2024-05-01 on",
     ["Engineering", "Platform"], ("2024-05-01", "..")),
    ("several-managers", [row("reports", "2024-03-01", person="Gus Gray", reports_to="Hal Hope"),
                          row("reports", "2024-03-01", person="Gus Gray", reports_to="Kim Kane", source="another")],
     "warning", "Gus Gray has several direct managers, Hal Hope and Kim Kane, from 2024-03-01 on",
     ["Gus Gray", "Hal Hope", "Kim Kane"], ("2024-03-01", "..")),
    ("single-seat", [row("states", post="Accountant", unit="Finance", property="seats", value="1"),
                     starts("Lou Lane", "Accountant", "2024-04-01", unit="Finance", until="2024-05-01")], "warning",
     "Accountant has one seat but two holders, Kim Kane and Lou Lane, from 2024-04-01 until 2024-05-01",
     ["Accountant", "Kim Kane", "Lou Lane"], ("2024-04-01", "2024-05-01")),
    ("manager-left", [row("reports", "2024-01-01", person="Dan Dale", reports_to="Ben Brook")], "warning",
     "Dan Dale reports to Ben Brook from 2024-04-01 on, when Ben Brook held nothing in the organization",
     ["Dan Dale", "Ben Brook"], ("2024-04-01", "..")),
    ("outside-life", [row("abolished", "2024-05-01", unit="Finance")], "warning",
     "Kim Kane as Accountant from 2024-05-01 on is outside the life of Finance (from 2020-01-01 until 2024-05-01)",
     ["Kim Kane", "Finance"], ("2024-05-01", "..")),
    ("conflict", [row("ends", "2024-05-01", person="Ben Brook", post="Chief Technology Officer", unit="Engineering",
                      source="another")], "warning",
     "sources contradict each other on Ben Brook as Chief Technology Officer: ",
     ["Ben Brook", "Chief Technology Officer"], ("2020-01-01", "2024-05-01")),
    ("one-day-gap", [starts("Ben Brook", "Chief Technology Officer", "2024-04-02", unit="Engineering",
                            until="2024-05-01")], "note",
     "Ben Brook is Chief Technology Officer until 2024-04-01 and again from 2024-04-02: a gap of one day",
     ["Ben Brook", "Chief Technology Officer"], ("2024-04-01", "2024-04-02")),
    ("domain-range", [row("starts", "2024-01-01", person="Pat", person_id=PAT),
                      row("starts", "2024-02-01", person="Zoe", unit_id=PAT)], "warning",
     "Zoe as member of Pat: Pat is a person, which org:memberOf does not take there (expected a unit or an "
     "organization)",
     ["Pat", "Zoe"], ("2024-02-01", "..")),
    ("inverse", [row("created", "2024-01-01", unit="Labs", unit_id=LABS),
                 row("starts", "2024-01-01", person="Pat", person_id=PAT, post="Fellow"),
                 row("states", "2024-02-01", unit="Labs", unit_id=LABS, property="http://www.w3.org/ns/org#hasMember",
                     value=PAT)], "warning",
     "Labs org:hasMember Pat is stated from 2024-02-01 on, but not org:memberOf the other way round", ["Labs", "Pat"],
     ("2024-02-01", "..")),
]  # fmt: skip


def test_the_company_contradicts_nothing() -> None:
    assert company().check() == []


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_each_finding_names_who_the_path_and_the_days(case: Case) -> None:
    code, rows, severity, message, names, days = case
    org = company(*rows)
    found = [f for f in check(org.timeline) if f.code == code and f.message.startswith(message)]
    assert len(found) == 1, [str(f) for f in check(org.timeline)]
    assert (found[0].severity, [n.name for n in found[0].nodes]) == (severity, names)
    assert (found[0].since, found[0].until) == days
    assert found[0].changes and set(org.changes(found[0].changes)) == set(found[0].changes)


def test_a_membership_with_two_members_on_one_day() -> None:
    """No load leads to it, but another program may write into a store."""
    facts = [
        Fact(kind=MEMBERSHIP, tenure="urn:t", subject=who, predicate=MEMBER_OF, object=where, confirmed=0,
             start=Moment(first, first), end=Moment(end, end))
        for who, where, first, end in (("urn:a", "urn:o", 100, 200), ("urn:b", "urn:o", 150, 300),
                                       ("urn:b", "urn:q", 300, 400))
    ]  # fmt: skip
    (found,) = (finding for finding in check(Timeline(facts)) if finding.code == "functional")
    assert found.message.startswith("the membership urn:a as member of urn:o has two members, urn:a and urn:b, from ")
    assert [node.iri for node in found.nodes] == ["urn:t", "urn:a", "urn:b"]
    assert (found.since, found.until) == ("0001-05-30", "0001-07-19")


def test_every_check_is_tested_here() -> None:
    assert {case[0] for case in CASES} | {"functional"} == set(CHECKS)


def test_a_cycle_of_several_stands_along_its_path() -> None:
    org = company(line("Chief Executive", "Engineer, Web"))
    (found,) = (finding for finding in check(org.timeline) if finding.code == "cycle")
    names = [node.name for node in found.nodes]
    turn = names.index("Engineer, Web")
    assert names[turn:] + names[:turn] == [
        "Engineer, Web", "Product Lead", "Chief Technology Officer", "Chief Executive",
    ]  # fmt: skip


# ---- real data


def of_code(org: OrgGraph, code: str) -> list[Finding]:
    """Give the findings of a check."""
    return [finding for finding in check(org.timeline) if finding.code == code]


def test_british_ministers_outlast_departments_and_have_a_gap_of_a_day(shared: Path) -> None:
    org = loaded(shared, "ifg_ministers")
    (gap,) = of_code(org, "one-day-gap")
    assert [node.name for node in gap.nodes] == ["Guy Opperman", "Parliamentary Under-Secretary of State"]
    assert (gap.since, gap.until) == ("2022-07-07", "2022-07-08")
    outlasting = of_code(org, "outside-life")
    assert len(outlasting) == 33
    told = {(f.nodes[0].name, f.nodes[1].name, f.since, f.until) for f in outlasting}
    department = "Department for Communities and Local Government"
    assert ("Alok Sharma", department, "2018-01-08", "2018-01-09") in told


@pytest.mark.parametrize("name", ["k8s_sigs/snapshots", "uk_organograms"])
def test_lists_that_replace_each_other_contradict_nothing_over_time(shared: Path, name: str) -> None:
    assert check(loaded(shared, name).timeline) == []
