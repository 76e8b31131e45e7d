"""Two days on one chart: who is marked and how, where ghosts stand, and that the counts are those of the diff."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from company import company, graph, row, starts
from webclient import Client, client_of

import orggraph
from orggraph import OrgGraph
from orggraph.chart import Chart, chart_of
from orggraph.chart.parts import MARKS, Card
from orggraph.cli import main

SEED = Path(__file__).resolve().parents[1] / "data" / "anthropic.csv"


def chart(org: OrgGraph, a: str, b: str, **limits: str) -> Chart:
    return org.as_of(b).chart(compare=a, **limits)


def marks(made: Chart) -> dict[str, str]:
    """Give the marks of all cards that have one, by name."""
    return {card.name: card.mark for card in made.cards if card.mark}


def named(made: Chart, name: str) -> Card:
    (card,) = [card for card in made.cards if card.name == name]
    return card


def lines(made: Chart) -> set[tuple[str, str, str]]:
    """Give the lines that are marked, by the names at their ends."""
    names = {card.iri: card.name for card in made.cards}
    return {(names[line.reporter], names[line.manager], line.mark) for line in made.lines if line.mark}


def agrees(org: OrgGraph, made: Chart, a: str, b: str) -> bool:
    """Tell whether who joined, left and has another post is counted as by the diff, possible events included."""
    counts, told = dict(made.sheet.counts), org.diff(a, b).counts
    diff = {kind: told.get(kind, 0) + told.get(f"perhaps {kind}", 0) for kind in ("joined", "left")}
    return {kind: counts.get(kind, 0) for kind in diff} == diff


def test_the_sample_says_who_came_and_who_changed_post() -> None:
    org = OrgGraph()
    org.load(SEED)
    made = chart(org, "2025-09-01", "2025-10-03")
    assert made.title == "Anthropic, 2025-09-01 → 2025-10-03"
    assert made.subtitle == "3 people; since 2025-09-01: 1 joined, 1 changed post"
    assert marks(made) == {"Rahul Patil": "joined", "Sam McCandlish": "changed post"}
    assert named(made, "Rahul Patil").was == "replaces Sam McCandlish"
    assert named(made, "Sam McCandlish").was == "was CTO"
    assert made.sheet.counts == (("joined", 1), ("changed post", 1))
    assert agrees(org, made, "2025-09-01", "2025-10-03")


def test_a_post_that_changes_hands_moves_nobody_below_it() -> None:
    made = chart(company(), "2024-03-01", "2024-06-01")
    assert marks(made) == {
        "Ben Brook": "left", "Jon Jay": "left", "Cleo Cruz": "moved", "Eli Egan": "changed post",
    }  # fmt: skip
    assert named(made, "Cleo Cruz").was == "was Platform Lead under Ben Brook; replaces Ben Brook"
    assert named(made, "Dan Dale").was == "reported to Ben Brook before"
    assert lines(made) == {
        ("Ben Brook", "Ada Abel", "gone"), ("Jon Jay", "Hal Hope", "gone"),
        ("Cleo Cruz", "Ben Brook", "moved"), ("Cleo Cruz", "Ada Abel", "new"),
    }  # fmt: skip


def test_a_post_that_falls_vacant_is_no_newcomer() -> None:
    made = chart(company(), "2024-03-01", "2024-04-01")
    assert marks(made) == {"Ben Brook": "left"}
    assert named(made, "Chief Technology Officer").was == "held by Ben Brook before"


DAYS = [
    ("2024-02-28", "2024-02-29"), ("2024-02-29", "2024-03-01"), ("2024-03-01", "2024-06-01"),
    ("2024-06-01", "2025-02-01"), ("2025-02-01", "2024-03-01"), ("2019-12-31", "2024-03-01"),
    ("2024-03-01", "2019-12-31"), ("2024-03-01", "2024-03-01"),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), DAYS)
def test_everybody_of_either_day_has_one_card_and_the_counts_are_those_of_the_diff(a: str, b: str) -> None:
    org = company()
    made = chart(org, a, b)
    people = [card.iri for card in made.cards if card.kind == "person"]
    either = {card.iri for day in (a, b) for card in org.as_of(day).chart().cards if card.kind == "person"}
    assert sorted(people) == sorted(either)
    assert agrees(org, made, a, b)
    assert {card.mark for card in made.cards} <= {"", *MARKS}
    if a == b:
        assert not marks(made) and not lines(made)


TEAM = [
    row("created", "2020-01-01", unit="North"), row("created", "2020-01-01", unit="South"),
    starts("Ann", "Director North", "2020-01-01", unit="North"),
    starts("Ben", "Director South", "2020-01-01", unit="South"),
    starts("Cid", "Lead", "2020-01-01", unit="North", reports_to="Ann"),
    starts("Dot", "Maker", "2020-01-01", unit="North", reports_to="Cid"),
    starts("Eva", "Maker of lists", "2020-01-01", unit="North", reports_to="Cid"),
    starts("Fox", "Tester", "2020-01-01", unit="North", reports_to="Eva"),
    row("reports", "2021-01-01", person="Cid", reports_to="Ben"),
]  # fmt: skip


def test_a_team_that_moves_with_its_head_is_one_move() -> None:
    made = chart(graph(*TEAM), "2020-12-31", "2021-01-01")
    assert marks(made) == {"Cid": "moved"}
    assert named(made, "Cid").was == "was under Ann"
    assert {name: named(made, name).was for name in ("Dot", "Eva", "Fox")} == {
        "Dot": "moved with Cid", "Eva": "moved with Cid", "Fox": "moved with Cid",
    }  # fmt: skip
    assert lines(made) == {("Cid", "Ben", "new"), ("Cid", "Ann", "moved")}
    assert "1 moved, 3 moved with their heads" in made.subtitle


def test_who_leaves_the_team_that_moves_is_marked() -> None:
    stays = row("reports", "2021-01-01", person="Eva", reports_to="Ann")
    made = chart(graph(*TEAM, stays), "2020-12-31", "2021-01-01")
    assert marks(made) == {"Cid": "moved", "Eva": "moved"}
    assert named(made, "Fox").was == "moved with Eva"


def test_limits_show_who_went_out_and_came_in() -> None:
    org = graph(*TEAM)
    below_ann, below_ben = (chart(org, "2020-12-31", "2021-01-01", root=name) for name in ("Ann", "Ben"))
    assert marks(below_ann) == dict.fromkeys(("Cid", "Dot", "Eva", "Fox"), "moved")
    assert named(below_ann, "Cid").was == "is elsewhere now"
    assert marks(below_ben) == dict.fromkeys(("Cid", "Dot", "Eva", "Fox"), "moved")


def test_a_root_that_was_not_there_before_has_joined() -> None:
    made = chart(company(), "2024-02-28", "2024-03-01", root="Gus Gray")
    assert marks(made) == {"Gus Gray": "joined"}


MINISTERS = [
    row("created", "2020-01-01", unit="Health"), row("created", "2020-01-01", unit="Defence"),
    starts("Ann", "Secretary of Health", "2020-01-01", unit="Health", until="2021-01-01"),
    starts("Ben", "Secretary of Defence", "2020-01-01", unit="Defence"),
    starts("Cid", "Whip", "2020-01-01", unit="Health"),
    row("transferred", "2021-01-01", person="Cid", post="Clerk", unit="Defence", from_post="Whip"),
    starts("Dot", "Secretary of Health", "2021-01-01", unit="Health", replaces="Ann"),
]  # fmt: skip


def test_without_lines_a_ghost_stands_in_its_unit_and_words_say_which_was_the_old_one() -> None:
    made = chart(graph(*MINISTERS), "2020-12-31", "2021-01-01")
    assert marks(made) == {"Ann": "left", "Cid": "moved", "Dot": "joined"}
    names = {card.iri: card.name for card in made.cards}
    assert {names[g.unit]: [names[iri] for iri in g.members if names[iri] != "Whip"] for g in made.groups} == {
        "Defence": ["Ben", "Cid"], "Health": ["Ann", "Dot"],
    }  # fmt: skip
    assert named(made, "Cid").was == "was Whip, Health"
    assert lines(made) == set()


def test_the_diff_draws_the_same_picture() -> None:
    run = CliRunner().invoke
    data, days = ["--data", str(SEED)], ["2025-09-01", "2025-10-03"]
    drawn = run(main, [*data, "chart", "--compare", days[0], "--as-of", days[1]])
    told = run(main, [*data, "diff", *days, "--format", "svg"])
    assert drawn.exit_code == told.exit_code == 0, (drawn.output, told.output)
    assert told.stdout == drawn.stdout
    assert told.stdout.startswith("<?xml") and "1 joined, 1 changed post" in told.stdout
    refused = run(main, [*data, "diff", "--knowledge", "--format", "svg", *days])
    assert refused.exit_code == 2 and "cannot be drawn" in refused.output


def test_units_and_posts_are_compared_too() -> None:
    closes = row("abolished", "2021-01-01", unit="North")
    opens = row("created", "2021-01-01", unit="East")
    org = graph(*TEAM[1:], row("created", "2020-01-01", unit="North"), closes, opens)
    days = org.as_of("2021-01-01"), org.as_of("2020-12-31").snapshot
    units = chart_of(days[0].snapshot, compare=days[1], view="units")
    assert named(units, "South").mark == ""
    one, other = (company().as_of(day).snapshot for day in ("2024-03-01", "2024-06-01"))
    posts = chart_of(other, compare=one, view="posts")
    assert named(posts, "Chief Technology Officer").was == "before: Ben Brook"


def test_vacant_posts_and_units_are_created_and_closed_and_nobody_joined_with_them() -> None:
    rows = [
        starts("Ann", "Chief", "2020-01-01"),
        row("created", "2020-01-01", post="Old Post"), row("abolished", "2021-01-01", post="Old Post"),
        row("created", "2021-01-01", post="New Post"),
    ]  # fmt: skip
    made = chart(graph(*rows), "2020-12-31", "2021-01-01")
    assert marks(made) == {"New Post": "created", "Old Post": "closed"}
    assert made.sheet.counts == (("created", 1), ("closed", 1))


def test_panels_of_units_keep_the_unit_that_they_are_in() -> None:
    days = [graph(*MINISTERS).as_of(on).snapshot for on in ("2020-12-31", "2021-01-01")]
    units = chart_of(days[1], compare=days[0], view="units")
    there = chart_of(days[1], view="units")
    assert {(g.unit, g.above) for g in units.groups} == {(g.unit, g.above) for g in there.groups}
    assert any(group.above for group in units.groups)


def test_the_ministers_of_2024_and_2025_count_as_the_diff_does(shared: Path) -> None:
    org = OrgGraph()
    org.load(shared / "ifg_ministers", keep_going=True)
    for a, b in (("2024-07-04", "2024-07-06"), ("2025-09-01", "2025-09-15")):
        made = chart(org, a, b)
        counts = dict(made.sheet.counts)
        assert agrees(org, made, a, b)
        assert counts.get("moved", 0) + counts.get("changed post", 0) == org.diff(a, b).counts["moved"]


def test_the_cabinet_office_counts_as_the_diff_does(shared: Path) -> None:
    org = OrgGraph()
    org.load(*sorted((shared / "uk_organograms").glob("cabinet_office-*.csv")), keep_going=True)
    made = chart(org, "2011-03-31", "2012-03-31")
    assert agrees(org, made, "2011-03-31", "2012-03-31")
    assert {"joined", "left", "moved"} <= dict(made.sheet.counts).keys()


@pytest.fixture(scope="module")
def web() -> Iterator[Client]:
    with client_of(orggraph.open(data=[SEED])) as client:
        yield client


def test_the_same_picture_comes_over_http(web: Client) -> None:
    org = OrgGraph()
    org.load(SEED)
    drawn = chart(org, "2025-09-01", "2025-10-03").render("svg")
    assert web.get("/chart.svg?as-of=2025-10-03&compare=2025-09-01").content == drawn
    assert web.get("/diff?from=2025-09-01&to=2025-10-03&format=svg").content == drawn
    assert web.get("/diff?from=2025-09-01&to=2025-10-03&format=svg&knowledge").status_code == 400
    assert web.get("/chart.svg?compare=2025-13-01").status_code == 400
