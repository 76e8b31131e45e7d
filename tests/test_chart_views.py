"""What stands on a chart: views, badges, colours, folding, highlighting; of the fixture company and of real ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from company import NAME, company, graph, row, starts

from orggraph.chart import Card, Chart, chart_of
from orggraph.chart.cards import NEW_DAYS
from orggraph.chart.tones import MOST, OTHER_UNITS
from orggraph.errors import UnknownName, UnsupportedError
from orggraph.graph import OrgGraph

DAY = "2024-03-01"
PHOTO = "data:image/png;base64,iVBORw0KGgo="


def cards(chart: Chart) -> dict[str, Card]:
    return {card.name: card for card in chart.cards}


def lines(chart: Chart) -> set[tuple[str, str, str]]:
    names = {card.iri: card.name for card in chart.cards}
    return {(names[line.reporter], names[line.manager], line.kind) for line in chart.lines}


def chart(org: OrgGraph, on: str = DAY, **limits: object) -> Chart:
    return org.as_of(on).chart(**limits)  # type: ignore[arg-type]  # a dict of mixed values


# ---- badges


@pytest.mark.parametrize(
    ("on", "name", "badges"),
    [
        ("2024-01-31", "Ida Ives", ()),
        ("2024-02-01", "Ida Ives", ("on leave",)),
        ("2024-02-01", "Jon Jay", ("acting", "new")),
        ("2024-04-30", "Jon Jay", ("acting",)),
        ("2024-05-01", "Ida Ives", ()),
        ("2024-02-29", "Gus Gray", ("new",)),
        ("2024-03-30", "Gus Gray", ("new",)),
        ("2024-03-31", "Gus Gray", ()),
        ("2024-06-01", "Cleo Cruz", ()),
        ("2024-09-15", "Hal Hope", ("possible",)),
    ],
)
def test_badges_say_what_is_special(on: str, name: str, badges: tuple[str, ...]) -> None:
    assert cards(chart(company(), on))[name].badges == badges


def test_a_move_within_the_organization_is_no_arrival() -> None:
    org = graph(
        starts("Ada", "Clerk", "2020-01-01", until="2024-03-01"), starts("Ada", "Head", "2024-03-01"),
        starts("Bo", "Clerk", "2024-02", reports_to="Ada"), starts("Cy", "Clerk", "2024-01/2024-03", reports_to="Ada"),
    )  # fmt: skip
    shown = cards(chart(org, "2024-03-01"))
    assert NEW_DAYS == 30
    assert {name: shown[name].badges for name in ("Ada", "Bo")} == {"Ada": (), "Bo": ("new",)}
    assert "new" not in shown["Cy"].badges, "in January it would have been more than thirty days ago"


def test_who_heads_something_together_is_told() -> None:
    org = graph(
        starts("Ada", "Head", "2020-01-01"), starts("Bo", "Head", "2020-01-01"), starts("Cy", "Clerk", "2020-01-01"),
        starts("Dee", "Clerk", "2020-01-01"),
        row("reports", "2020-01-01", post="Clerk", reports_to_post="Head"),
    )  # fmt: skip
    shown = cards(chart(org))
    assert shown["Ada"].badges == shown["Bo"].badges == ("co-head",)
    assert shown["Cy"].badges == (), "many may hold one post without sharing a job"
    assert cards(chart(org, view="posts"))["Head"].badges == ("co-head",)


@pytest.mark.parametrize(("fte", "shared"), [("1.0", True), ("2.0", False), ("", False)])
def test_a_job_is_shared_where_a_source_says_that_it_is_one(fte: str, shared: bool) -> None:
    stated = [row("states", "2020-01-01", post="Clerk", property="FTE", value=fte)] if fte else []
    org = graph(starts("Cy", "Clerk", "2020-01-01"), starts("Dee", "Clerk", "2020-01-01"), *stated)
    assert {name: card.badges for name, card in cards(chart(org)).items() if card.kind == "person"} == dict.fromkeys(
        ("Cy", "Dee"), ("job share",) if shared else ()
    )


def test_an_assistant_has_nobody_below_and_a_manager() -> None:
    held = {"Pat": "Private Secretary to the Head", "Sam": "Secretary", "Al": "Assistant Director", "Bo": "Head"}
    org = graph(
        *(starts(name, post, "2020-01-01", reports_to="" if name == "Bo" else "Bo") for name, post in held.items()),
        starts("Cy", "Clerk", "2020-01-01", reports_to="Sam"),
    )
    assert {name for name, card in cards(chart(org)).items() if card.assistant} == {"Pat"}


def test_a_photo_is_shown_where_it_is_part_of_the_data() -> None:
    def org(value: str) -> OrgGraph:
        told = row("states", "2020-01-01", person="Ada", property="http://xmlns.com/foaf/0.1/img", value=value)
        return graph(starts("Ada", "Head", "2020-01-01"), told)

    assert cards(chart(org(PHOTO)))["Ada"].photo == PHOTO
    assert cards(chart(org("https://example.org/ada.png")))["Ada"].photo == ""


# ---- colours


def test_colours_are_of_the_units_at_the_top_by_name() -> None:
    made = chart(company())
    assert made.sheet.tones == ("Engineering", "Finance")
    tones = {name: card.tone for name, card in cards(made).items()}
    assert (tones["Fay Finn"], tones["Hal Hope"], tones["Ada Abel"]) == (0, 1, -1)
    part = chart(company(), unit="Finance")
    assert part.sheet.tones == made.sheet.tones
    assert cards(part)["Hal Hope"].tone == 1


def test_beyond_ten_units_the_smaller_ones_share_a_colour() -> None:
    units = [f"Unit {letter}" for letter in "ABCDEFGHIJKLM"]
    people = [(unit, number) for unit in units for number in range(1 if unit <= "Unit C" else 2)]
    made = chart(graph(*(starts(f"{unit} {number}", "", "2020-01-01", unit=unit) for unit, number in people)))
    assert made.sheet.tones == (*units[3:], OTHER_UNITS)
    assert len(made.sheet.tones) == MOST + 1
    assert cards(made)["Unit A 0"].tone == MOST


# ---- folding and highlighting


def test_who_is_folded_hides_those_below_and_counts_them() -> None:
    made = chart(company(), collapse=["Ben Brook"])
    assert cards(made)["Ben Brook"].below == 4
    assert {"Cleo Cruz", "Dan Dale", "Eli Egan", "Gus Gray"}.isdisjoint(cards(made))
    assert made.subtitle.startswith("8 of 12 people")
    assert "4 more people stand below those drawn." in made.remarks


def test_who_is_reached_another_way_is_not_folded_away() -> None:
    shown = cards(chart(company(), collapse=["Cleo Cruz"]))
    assert "Fay Finn" in shown, "a dotted line leads to the Chief Financial Officer"
    assert shown["Cleo Cruz"].below == 1


def test_the_way_to_the_top_is_marked_and_drawn_however_deep() -> None:
    made = chart(company(), depth=1, highlight="Gus Gray")
    assert {name for name, card in cards(made).items() if card.highlighted} == {
        "Gus Gray", "Dan Dale", "Ben Brook", "Ada Abel",
    }  # fmt: skip
    assert "Cleo Cruz" not in cards(made)
    assert sum(line.highlighted for line in made.lines) == 3
    assert cards(made)["Ben Brook"].below == 3


def test_in_a_circle_a_way_upwards_ends_where_it_closes() -> None:
    org = graph(starts("Ann", "A", "2020-01-01", reports_to="Bob"), starts("Bob", "B", "2020-01-01", reports_to="Ann"))
    made = chart(org, highlight="Ann", depth=0)
    assert all(card.highlighted for card in made.cards)
    assert all(line.highlighted and line.in_cycle for line in made.lines)


@pytest.mark.parametrize("limits", [{"collapse": ["Finance"]}, {"highlight": "Finance"}, {"root": "Finance"}])
def test_who_has_no_card_is_refused_by_name(limits: dict[str, object]) -> None:
    with pytest.raises(UnknownName, match="'Finance' is not on the chart of 2024-03-01"):
        chart(company(), **limits)


def test_an_unknown_view_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedError, match="'post' is not a view of a chart"):
        chart(company(), view="post")


@pytest.mark.parametrize(("most", "drawn"), [(1, 2), (4, 4), (8, 4), (9, 9), (100, 12)])
def test_as_many_levels_are_drawn_as_can_be_read(most: int, drawn: int) -> None:
    made = chart_of(company().as_of(DAY).snapshot, at_most=most)
    assert sum(card.kind == "person" for card in made.cards) == drawn


# ---- posts


def test_every_post_is_a_card_that_names_its_holders() -> None:
    made = chart(company(), view="posts")
    shown = cards(made)
    assert [held.post for held in shown["Controller"].held] == ["Jon Jay", "Ida Ives"]
    assert [held.notes for held in shown["Controller"].held] == [("acting",), ("on leave",)]
    assert ("Accountant", "Controller", "direct") in lines(made)
    assert ("Engineer, Network", "Chief Financial Officer", "dotted") in lines(made)
    assert shown["Lou Lane"].kind == "person"
    assert "Without a post on this day, and drawn as people: Lou Lane." in made.remarks
    vacant = cards(chart(company(), "2024-04-01", view="posts"))["Chief Technology Officer"]
    assert (vacant.notes, vacant.badges, vacant.held[0].post) == (("vacant",), ("vacant",), "")


def test_lines_of_people_run_between_their_posts() -> None:
    org = OrgGraph()
    org.load(Path(__file__).parents[1] / "data" / "anthropic.csv")
    made = chart(org, "2025-10-03", view="posts")
    assert lines(made) == {("CTO", "President", "direct"), ("Chief Architect", "President", "direct")}


def test_a_person_stands_for_the_post_on_a_chart_of_posts() -> None:
    made = chart(company(), view="posts", root="Ben Brook", highlight="Eli Egan")
    assert made.title == f"Posts of {NAME}, below Chief Technology Officer, 2024-03-01"
    assert {name for name, card in cards(made).items() if card.highlighted} == {
        "Engineer, Storage", "Platform Lead", "Chief Technology Officer",
    }  # fmt: skip


# ---- units


def test_units_have_heads_and_people_are_counted() -> None:
    made = chart(company(), view="units")
    assert lines(made) == {
        ("Engineering", NAME, "direct"), ("Finance", NAME, "direct"), ("Platform", "Engineering", "direct"),
    }  # fmt: skip
    told = {card.name: ([held.post for held in card.held], card.notes[0]) for card in made.cards}
    assert told == {
        NAME: (["Ada Abel, Chief Executive"], "12 people, 2 in the unit itself"),
        "Engineering": (["Ben Brook, Chief Technology Officer"], "6 people, 3 in the unit itself"),
        "Finance": (["Hal Hope, Chief Financial Officer"], "4 people"),
        "Platform": (["Cleo Cruz, Platform Lead"], "3 people"),
    }
    assert made.groups == ()


def test_units_have_panels_of_people_where_no_lines_are_known() -> None:
    org = graph(
        row("created", "2020-01-01", unit="Works"), starts("Ada", "Minister", "2020-01-01", unit="Works"),
        starts("Bo", "Minister", "2020-01-01", unit="Roads"), starts("Bo", "Whip", "2020-01-01", unit="Works"),
    )  # fmt: skip
    made = chart(org, view="units")
    names = {card.iri: card.name for card in made.cards}
    assert [(names[group.unit], [names[iri] for iri in group.members]) for group in made.groups] == [
        ("Roads", ["Bo"]), ("Works", ["Ada"]),
    ]  # fmt: skip
    assert [names[group.above] for group in made.groups] == [NAME, NAME]
    assert made.lines == (), "the panels say which unit they are in"
    assert made.text().startswith(f"Units of {NAME}, 2024-03-01\n3 units, 2 people\n\n{NAME} – 2 people\n├── Roads – 1")
    assert "1 person is in several units and stands in one of them." in made.remarks


def test_units_within_each_other_are_all_drawn() -> None:
    org = graph(
        row("created", "2020-01-01", unit="A", into="B"), row("created", "2020-01-01", unit="B", into="A"),
        starts("Ada", "", "2020-01-01", unit="A"), starts("Bo", "", "2020-01-01", unit="B"),
    )  # fmt: skip
    made = chart(org, view="units")
    assert {"A", "B", "Ada", "Bo"} <= set(cards(made))
    assert "A – 2 people, 1 in the unit itself (is in B, in a circle)\n" in made.text()
    assert "A and B are in each other on 2024-03-01." in made.remarks


def test_units_fold_and_lead_to_the_unit_of_a_person() -> None:
    assert cards(chart(company(), view="units", collapse=["Engineering"]))["Engineering"].below == 1
    made = chart(company(), view="units", depth=0, highlight="Eli Egan")
    assert set(cards(made)) == {NAME, "Engineering", "Platform"}
    assert chart(company(), view="units", unit="Engineering").title == "Units of Engineering, 2024-03-01"


# ---- real ones


def test_the_cabinet_office_has_every_post_on_either_chart(shared: Path) -> None:
    folder, org = shared / "uk_organograms", OrgGraph()
    org.load(*(folder / f"cabinet_office-{name}.csv" for name in ("2011-09-30-senior", "2011-09-30-junior",
                                                                  "2012-03-31-senior")))  # fmt: skip
    people, posts = (chart(org, "2012-03-31", view=view) for view in ("people", "posts"))
    assert people.subtitle == "70 people, 18 vacant posts, 2 posts eliminated, 776 posts withheld"
    unheld = {card.iri for card in people.cards if card.kind == "post"}
    assert unheld < {card.iri for card in posts.cards}
    assert sum(bool(card.held) and not card.notes for card in posts.cards) == len(posts.cards) - len(unheld)
    assert cards(people)["J Heywood"].post == "Cabinet Secretary"
    assert any(card.assistant for card in people.cards)


@pytest.mark.parametrize(
    ("on", "first", "people"), [("2024-07-04", "Rishi Sunak", 126), ("2024-07-06", "Keir Starmer", 33)]
)
def test_ministers_stand_in_their_departments(shared: Path, on: str, first: str, people: int) -> None:
    org = OrgGraph()
    org.load(shared / "ifg_ministers", keep_going=True)
    made = chart(org, on, view="units")
    names = {card.iri: card.name for card in made.cards}
    panels = {names[group.unit]: [names[iri] for iri in group.members] for group in made.groups}
    assert panels["Prime Minister's Office"] == [first]
    assert sum(map(len, panels.values())) == people == sum(card.kind == "person" for card in made.cards)
    assert made.subtitle == f"28 units, {people} people"
    assert all(len(panel) == len(set(panel)) for panel in panels.values())


