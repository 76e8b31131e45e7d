"""Tests of the snapshot: what the fixture company looks like on named days, and how each row is labelled."""

from __future__ import annotations

from datetime import date

import pytest
from company import NAME, company, graph, row, starts

from orggraph.errors import AmbiguousName, UnknownName
from orggraph.facts import HEAD_OF, HOLDS, MEMBER_OF, REPORTS_TO
from orggraph.graph import OrgGraph
from orggraph.period import day
from orggraph.snapshot import Seats
from orggraph.vocabulary import FOAF, ORG, RDF_TYPE, Literal

CTO, CFO = "Chief Technology Officer", "Chief Financial Officer"


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    return company()


HOLDERS = {
    "the day before the first": (CTO, "2019-12-31", []),
    "the first day": (CTO, "2020-01-01", [("Ben Brook", "certain")]),
    "the last day": (CTO, "2024-03-31", [("Ben Brook", "certain")]),
    "the end day": (CTO, "2024-04-01", []),
    "the last vacant day": (CTO, "2024-05-31", []),
    "a move": (CTO, "2024-06-01", [("Cleo Cruz", "certain")]),
    "leave and join on one day": ("Platform Lead", "2024-06-01", [("Eli Egan", "certain")]),
    "the day before that": ("Platform Lead", "2024-05-31", [("Cleo Cruz", "certain")]),
    "28 February": ("Engineer, Web", "2024-02-28", []),
    "29 February": ("Engineer, Web", "2024-02-29", [("Gus Gray", "certain")]),
    "1 March": ("Engineer, Web", "2024-03-01", [("Gus Gray", "presumed")]),
    "before an unknown day": (CFO, "2024-08-31", [("Hal Hope", "certain")]),
    "the first day it may be": (CFO, "2024-09-01", [("Hal Hope", "possible"), ("Mia Moss", "possible")]),
    "the last day before it must be": (CFO, "2024-09-29", [("Hal Hope", "possible"), ("Mia Moss", "possible")]),
    "the last day it may be": (CFO, "2024-09-30", [("Mia Moss", "certain")]),
}  # fmt: skip


@pytest.mark.parametrize("post, on, expected", HOLDERS.values(), ids=HOLDERS)
def test_holders(post: str, on: str, expected: list[tuple[str, str]], org: OrgGraph) -> None:
    assert [(r.name, r.certainty) for r in org.as_of(on).holders(post)] == expected


def test_a_row_says_all_that_is_known(org: OrgGraph) -> None:
    (row_,) = org.as_of("2024-03-01").holders("Platform Lead")
    assert (row_.name, row_.post, row_.unit, row_.organization) == ("Cleo Cruz", "Platform Lead", "Platform", NAME)
    assert (row_.since, row_.until, row_.sources) == ("2021-05-01", "2024-06-01", ("the register",))
    assert row_.iri == org.find("Cleo Cruz") and row_.facts and row_.depth == 0


@pytest.mark.parametrize(
    "on, seats",
    [("2024-08-31", (1, 1)), ("2024-09-01", (1, 1)), ("2024-09-15", (1, 1)), ("2024-09-30", (1, 1))],
)  # fmt: skip
def test_a_handover_on_an_unknown_day_leaves_one_holder_on_every_reading(
    on: str, seats: tuple[int, int], org: OrgGraph
) -> None:
    assert org.as_of(on).seats(CFO) == Seats(*seats)


def test_seats_without_a_shared_moment_may_be_none_or_two() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", until="2021-03"), starts("Bob", "CTO", "2021-03"))
    assert org.as_of("2021-03-15").seats("CTO") == Seats(0, 2)
    assert org.as_of("2021-03-31").seats("CTO") == Seats(1, 1)
    assert org.as_of("2019-01-01").seats("CTO") == Seats(0, 0)


def test_seats_of_many_open_moments_are_bounds() -> None:
    people = [starts(f"Person {n}", "Member", "2020", until="2020") for n in range(12)]
    assert graph(*people).as_of("2020-06-01").seats("Member") == Seats(0, 12)


def test_members_of_a_unit_are_its_own_only(org: OrgGraph) -> None:
    assert [r.name for r in org.as_of("2024-03-01").members("Engineering")] == ["Ben Brook", "Dan Dale", "Gus Gray"]
    assert [r.name for r in org.as_of("2024-03-01").members(NAME)] == ["Ada Abel", "Lou Lane"]


def test_notes_stand_on_the_days_that_they_are_about(org: OrgGraph) -> None:
    notes = {on: {r.name: r.notes for r in org.as_of(on).holders("Controller")} for on in
             ("2024-01-31", "2024-02-01", "2024-04-30", "2024-05-01")}  # fmt: skip
    away = {"Ida Ives": ("on leave",), "Jon Jay": ("acting",)}
    assert notes == {"2024-01-31": {"Ida Ives": ()}, "2024-02-01": away, "2024-04-30": away,
                     "2024-05-01": {"Ida Ives": ()}}  # fmt: skip


def test_a_unit_bears_the_name_of_the_day(org: OrgGraph) -> None:
    for on, name in (("2024-12-31", "Engineering"), ("2025-01-01", "Technology")):
        (found,) = org.as_of(on).holders(CTO)
        assert found.unit == name


def test_names_and_types_are_there_only_for_who_takes_part(org: OrgGraph) -> None:
    snapshot = org.as_of("2024-04-01").snapshot
    named = {f.object.value for f in snapshot.facts("name") if isinstance(f.object, Literal)}
    assert "Dan Dale" in named and "Ben Brook" not in named and "Mia Moss" not in named


def test_triples_are_plain_and_labelled(org: OrgGraph) -> None:
    snapshot = org.as_of("2024-09-15").snapshot
    triples = snapshot.triples()
    hal, mia, ida = (org.find(name) for name in ("Hal Hope", "Mia Moss", "Ida Ives"))
    post, unit = org.find(CFO), org.find("Finance")
    assert triples[hal, HOLDS, post] == triples[mia, HOLDS, post] == "possible"
    assert triples[ida, REPORTS_TO, hal] == triples[ida, REPORTS_TO, mia] == "possible"
    assert triples[ida, MEMBER_OF, unit] in ("certain", "presumed")
    assert (ida, FOAF + "name", Literal("Ida Ives")) in triples
    assert triples[unit, RDF_TYPE, ORG + "OrganizationalUnit"] in ("certain", "presumed")
    assert not [t for t in triples if "start" in t[1].lower() or "effective" in t[1].lower()]


def test_a_triple_that_several_facts_support_has_the_strongest_label() -> None:
    org = graph(starts("Ada", "CTO", "2020"), starts("Ada", "COO", "2020-01-01"))
    triples = org.as_of("2020-01-15").snapshot.triples()
    (member,) = [label for (s, p, _), label in triples.items() if (s, p) == (org.find("Ada"), MEMBER_OF)]
    assert member == "presumed"


def test_the_role_of_head_makes_head_of() -> None:
    org = graph(row("starts", "2020-01-01", person="Ada", role="Head", unit="Works"))
    triples = org.as_of("2020-01-01").snapshot.triples()
    assert (org.find("Ada"), HEAD_OF, org.find("Works")) in triples


def test_the_order_of_facts_is_fixed() -> None:
    days = [day("2024-03-01"), day("2024-09-15")]
    for on in days:
        one, other = company().as_of(on).snapshot, company().as_of(on).snapshot
        assert [f.content for f in one.facts()] == [f.content for f in other.facts()]
        assert list(one.triples()) == list(other.triples())


def test_names_that_are_wrong_or_not_enough(org: OrgGraph) -> None:
    with pytest.raises(UnknownName, match="did you mean 'Ada Abel'"):
        org.find("Ada Able")
    two = graph(starts("Ada", "Clerk", "2020-01-01", unit="Works"), starts("Bob", "Clerk", "2020-01-01", unit="Office"))
    with pytest.raises(AmbiguousName) as caught:
        two.find("Clerk")
    assert sorted(caught.value.candidates) == ["Clerk, Office", "Clerk, Works"]
    assert [r.name for r in two.as_of("2020-01-01").holders("Clerk, Works")] == ["Ada"]
    with pytest.raises(UnknownName):
        org.as_of("2024-03-01").holders("Ada Abel")


def test_a_person_whose_two_names_were_joined_by_a_later_load_is_one() -> None:
    org = graph(starts("Ada Byron", "CTO", "2020-01-01"), starts("Ada King", "CEO", "2021-01-01"))
    org.load([row("renamed", "2020-07-08", person="Ada Byron", into="Ada King")])
    assert org.find("Ada Byron") == org.find("Ada King")


@pytest.mark.parametrize("on", ["0001-01-01", "2019-12-31"])
def test_before_the_organization_there_is_nobody_for_certain(on: str, org: OrgGraph) -> None:
    snapshot = org.as_of(on).snapshot
    assert snapshot.facts("membership") == [] == snapshot.facts("line")


def test_a_day_is_taken_as_text_date_or_ordinal(org: OrgGraph) -> None:
    rows = [org.as_of(on).holders(CTO) for on in ("2024-03-01", date(2024, 3, 1), day("2024-03-01"))]
    assert rows[0] == rows[1] == rows[2] != []


def test_a_name_is_one_that_was_known_at_the_recorded_time() -> None:
    org = OrgGraph()
    org.record("starts", person="Ada", post="CTO", organization="Acme", effective="2020-01-01")
    then = org.timeline.standing.recorded
    org.record("renamed", person="Ada", organization="Acme", into="Ada Lovelace", effective="2020-01-01")
    ada = org.find("Ada Lovelace")
    assert org.as_of("2024-01-01").snapshot.name(ada) == "Ada Lovelace"
    assert org.as_of("2024-01-01", recorded_by=then).snapshot.name(ada) == "Ada"
    assert [row.what for row in org.history("Ada", recorded_by=then) if row.kind == "name"] == ["is called Ada"]
