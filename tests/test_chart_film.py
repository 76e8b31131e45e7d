"""Films: many days on one page, or a folder of pictures, in which nobody jumps."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner
from company import company, graph, starts
from test_chart_page import Open, Seen, focused, opened

from orggraph import OrgGraph
from orggraph.chart.film import STEPS_AT_MOST, Film
from orggraph.chart.reel import ROOM
from orggraph.cli import main
from orggraph.errors import UnknownName, UnsupportedError
from orggraph.period import iso

__all__ = ["opened"]
FIRST, LAST = "2024-02-01", "2025-02-01"


def film(**options: str) -> Film:
    return company().film(FIRST, LAST, every="change", **options)


def people(made: Film, number: int) -> set[str]:
    return {made.reel.people[card] for card in made.reel.scenes[number].cards}


def test_each_day_shows_exactly_who_is_on_its_chart() -> None:
    made, org = film(), company()
    for number, step in enumerate(made.steps):
        drawn = org.as_of(iso(step.sheet.day)).chart()
        grouped = {group.unit for group in drawn.groups}
        assert people(made, number) == {card.iri for card in drawn.cards} - grouped
        names = {card.iri: card for card in drawn.cards}
        for card in made.reel.scenes[number].cards:
            shown, there = made.reel.cards[card], names[made.reel.people[card]]
            assert shown._replace(iri="", tone=0) == there._replace(iri="", tone=0)
            assert (*made.reel.tones, "")[shown.tone] == (*drawn.sheet.tones, "")[there.tone]
        lines = {(line.reporter, line.manager, line.kind) for line in drawn.lines}
        ways = [made.reel.lines[line] for line in made.reel.scenes[number].lines]
        assert {(line.reporter, line.manager, line.kind) for line in ways} == lines


def test_the_same_person_keeps_one_place_in_a_tree() -> None:
    made = film()
    places = {}
    for slot, person in zip(made.reel.slots, made.reel.people, strict=True):
        if " in " not in slot:
            assert places.setdefault(person, slot) == slot
    assert len(made.reel.chapters) == 1


def test_counts_are_those_of_the_diff() -> None:
    made, org = film(), company()
    assert made.steps[0].counts == ()
    for before, step in zip(made.steps, made.steps[1:], strict=False):
        told = org.diff(before.sheet.day, step.sheet.day).counts
        assert dict(step.counts) == {
            kind: told[kind] + told.get(f"perhaps {kind}", 0) for kind in ("joined", "left", "moved")
        }


def test_over_many_years_a_chapter_ends_where_hardly_anybody_is_left() -> None:
    rows = [starts(f"Person {n}", f"Post {n}", f"{2000 + n}-01-01", until=f"{2001 + n}-01-01") for n in range(12)]
    org = graph(*rows)
    made = org.film("2000-06-01", "2011-06-01", every="year")
    assert len(made.reel.chapters) > 1
    for chapter, following in zip(made.reel.chapters, [*made.reel.chapters[1:], None], strict=True):
        scenes = made.reel.scenes[chapter.first : following.first if following else None]
        assert len({made.reel.slots[n] for scene in scenes for n in scene.cards}) <= ROOM * max(
            len(scene.cards) for scene in scenes
        )


def test_limits_count_only_whom_they_show() -> None:
    made = film(root="Hal Hope")
    words = {iso(step.sheet.day): step.words for step in made.steps}
    assert words["2024-02-29"].endswith("nobody came, left or moved")  # Gus Gray joins elsewhere
    with pytest.raises(UnknownName):
        company().film("2019-01-01", "2019-03-01", every="month", root="Hal Hope")


def test_a_film_has_an_end() -> None:
    org = company()
    with pytest.raises(UnsupportedError, match=f"at most {STEPS_AT_MOST} days"):
        org.film("2000-01-01", "2024-01-01", every="day")


def test_the_page_is_the_same_bytes_and_has_each_card_once() -> None:
    made = film()
    html = made.html()
    assert html == film().html()
    numbers = re.findall(r'<g[^>]* class="card (?!panel)[^"]*"[^>]* data-number="(\d+)"', html)
    assert sorted(map(int, numbers)) == list(range(len(made.reel.cards)))
    lines = re.findall(r'<g[^>]* class="line [^"]*"[^>]* data-number="(\d+)"', html)
    assert sorted(map(int, lines)) == list(range(len(made.reel.lines)))


def visible(seen: Seen) -> set[str]:
    return set(
        seen.page.evaluate(
            "[...document.querySelectorAll('g.card:not(.gone):not(.panel)')].map(card => card.dataset.iri)"
        )
    )


def test_the_slider_shows_who_is_there(opened: Open) -> None:
    made, org = film(), company()
    seen = opened(made.html())
    slider = seen.page.locator("#when")
    slider.focus()
    for number, step in enumerate(made.steps):
        on = iso(step.sheet.day)
        drawn = org.as_of(on).chart()
        assert seen.page.locator("#day").inner_text() == on
        assert seen.page.locator("#told").inner_text() == step.words
        assert visible(seen) == {card.iri for card in drawn.cards if card.kind != "unit"}
        assert slider.get_attribute("aria-valuetext") == f"{on}: {step.words}"
        if number + 1 < len(made.steps):
            seen.page.keyboard.press("ArrowRight")


def test_finding_somebody_goes_to_the_nearest_day(opened: Open) -> None:
    seen = opened(film().html())
    seen.page.get_by_role("combobox").fill("mia")
    seen.page.keyboard.press("Enter")
    assert focused(seen).startswith("Mia Moss")
    assert seen.page.locator("#day").inner_text() == "2024-09-01"


def test_the_keys_go_from_card_to_card_and_from_day_to_day(opened: Open) -> None:
    seen = opened(film().html())
    assert seen.page.locator('svg [tabindex="0"]').count() == 1
    seen.page.locator('g.card[tabindex="0"]').focus()
    assert focused(seen).startswith("Ada Abel")
    for key, where, on in (
        ("ArrowDown", "Ben Brook", "2024-02-01"), ("ArrowRight", "Ben Brook", "2024-02-29"),
        ("ArrowDown", "Cleo Cruz", "2024-02-29"), ("ArrowLeft", "Cleo Cruz", "2024-02-01"),
        ("Home", "Ada Abel", "2024-02-01"),
    ):  # fmt: skip
        seen.page.keyboard.press(key)
        assert focused(seen).startswith(where), key
        assert seen.page.locator("#day").inner_text() == on
    assert seen.page.locator('svg [tabindex="0"]').count() == 1


def test_it_plays_to_the_end_and_stops(opened: Open) -> None:
    made = film()
    from playwright.sync_api import expect  # only where there is a browser

    seen = opened(made.html())
    seen.page.locator("#when").evaluate(
        f"slider => {{ slider.value = {len(made.steps) - 2}; slider.dispatchEvent(new Event('input')); }}"
    )
    seen.page.locator("#play").click()
    assert seen.page.locator("#play").get_attribute("aria-label") == "Pause"
    expect(seen.page.locator("#play")).to_have_attribute("aria-label", "Play")
    assert seen.page.locator("#day").inner_text() == iso(made.steps[-1].sheet.day)


def test_phone_width_needs_no_moving_sideways(opened: Open) -> None:
    seen = opened(film().html(), size={"width": 390, "height": 800})
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert seen.page.locator("#when").is_visible()


def test_a_folder_has_a_picture_for_each_day_and_a_list(tmp_path: Path) -> None:
    rows = company()
    made = rows.film(FIRST, LAST, every="quarter")
    files = dict(made.files())
    days = [iso(step.sheet.day) for step in made.steps]
    assert list(files) == [*(f"{on}.svg" for on in days), "index.html"]
    places: dict[str, tuple[str, ...]] = {}
    for on in days:
        root = ET.fromstring(files[f"{on}.svg"])
        for element in root.iter("{http://www.w3.org/2000/svg}g"):
            if "card" in (element.get("class") or "").split() and element.get("data-iri"):
                shape = next(e for e in element.iter() if e.get("points") or e.get("d"))
                at = tuple(re.findall(r"-?[\d.]+", shape.get("points") or shape.get("d") or "")[:2])
                assert places.setdefault(str(element.get("data-iri")), at)[0] == at[0]
    for on in days:
        assert f'href="{on}.svg"' in files["index.html"].decode()


def test_the_command_writes_a_page_or_a_folder(tmp_path: Path) -> None:
    seed = Path(__file__).resolve().parents[1] / "data" / "anthropic.csv"
    run = CliRunner().invoke
    span = ["--from", "2025-09-01", "--to", "2025-10-03"]
    page, folder = tmp_path / "film.html", tmp_path / "days"
    made = run(main, ["--data", str(seed), "chart", *span, "--every", "week", "-o", str(page)])
    assert made.exit_code == 0, made.output
    assert "5 days, 2025-09-01 to 2025-09-29" in made.stderr
    made = run(main, ["--data", str(seed), "chart", *span, "--every", "change", "-o", f"{folder}/"])
    assert made.exit_code == 0, made.output
    assert {path.suffix for path in folder.iterdir()} == {".svg", ".html"}


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--from", "2025-01-01", "-o", "f.html"], "--to DAY"),
        (["--every", "week", "-o", "f.html"], "--from DAY"),
        (["--from", "2025-01-02", "--to", "2025-01-01", "-o", "f.html"], "is before"),
        (["--from", "2025-01-01", "--to", "2025-01-02", "-o", "f.svg"], "FOLDER/"),
        (["--from", "2025-01-01", "--to", "2025-01-02", "--as-of", "2025-01-01", "-o", "f.html"], "for one day"),
    ],
)
def test_what_does_not_go_together_is_refused(options: list[str], said: str) -> None:
    seed = Path(__file__).resolve().parents[1] / "data" / "anthropic.csv"
    result = CliRunner().invoke(main, ["--data", str(seed), "chart", *options])
    assert result.exit_code == 2
    assert said in result.output


def test_the_ministers_of_half_a_year(shared: Path) -> None:
    org = OrgGraph()
    org.load(shared / "ifg_ministers", keep_going=True)
    made = org.film("2019-07-01", "2019-12-31", every="month")
    assert [iso(step.sheet.day) for step in made.steps][::5] == ["2019-07-01", "2019-12-01"]
    assert dict(made.steps[1].counts) == {"joined": 34, "left": 35, "moved": 51}
    assert len(set(made.reel.slots)) < 2 * max(len(scene.cards) for scene in made.reel.scenes)


def test_units_are_filmed_with_their_panels(shared: Path) -> None:
    org = OrgGraph()
    org.load(shared / "ifg_ministers", keep_going=True)
    made = org.film("2024-07-01", "2024-07-31", every="week", view="units")
    html = made.html()
    assert len(re.findall(r'<g class="card panel', html)) == len(made.reel.panels)
    assert [name for name, _ in made.files()][-1] == "index.html"


def test_limits_and_views_are_those_of_a_chart() -> None:
    org = company()
    made = org.film(FIRST, LAST, every="quarter", view="posts", collapse=["Chief Financial Officer"])
    for step in made.steps:
        drawn = org.as_of(iso(step.sheet.day)).chart(view="posts", collapse=["Chief Financial Officer"])
        assert step.sheet == drawn.sheet


def test_the_page_of_everything_is_the_film_of_all_change_days(tmp_path: Path) -> None:
    org = company()
    days = org.timeline.change_days()
    assert org.export("page").decode() == org.film(days[0], days[-1], every="change").html()
    done = CliRunner().invoke(main, ["--data", "data/anthropic.csv", "export", "-o", str(tmp_path / "org.html")])
    assert done.exit_code == 0 and "as page" in done.stderr
    assert "Rahul Patil" in (tmp_path / "org.html").read_text("utf-8")


def test_axe_finds_nothing(opened: Open) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(opened(film().html()).page)
    assert found.violations_count == 0, found.generate_report()
