"""The first page in a real browser: the chart, the slider over time, comparison, search, and the same without scripts.

Two organizations: the fixture company, and one of three hundred people, of which the page draws a part.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from browsing import Seen
from company import NAME, ROWS
from webclient import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DAY = "2024-03-01"
LARGE = "2024-01-01"
STAGE = '[data-part="stage"]'
READY = f'{STAGE}[aria-busy="false"] svg g.card'
NARROW = {"width": 360, "height": 740}


def written(path: Path, rows: list[dict[str, str]]) -> str:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, sorted({name for row in rows for name in row}))
        writer.writeheader()
        writer.writerows(rows)
    return str(path)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("organization")
    with serving(folder, "--data", written(folder / "company.csv", ROWS), "serve", "--workers", "1") as server:
        yield server


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("large")
    rows = [
        {"kind": "starts", "person": f"Person {number:03}", "post": f"Post {number}", "organization": "Mill",
         "effective": "2020-01-01", "source": "the list",
         "reports_to": f"Person {(number - 1) // 7:03}" if number else ""}
        for number in range(300)
    ]  # fmt: skip
    with serving(folder, "--data", written(folder / "mill.csv", rows), "serve", "--workers", "1") as server:
        yield server


@pytest.fixture
def seen(browser: Browser) -> Iterator[Seen]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(30_000)
    seen = Seen(context.new_page())
    yield seen
    context.close()


def opened(seen: Seen, server: Server, query: str = f"as-of={DAY}") -> Page:
    seen.page.goto(f"{server.url}?{query}")
    seen.page.wait_for_selector(READY)
    seen.page.wait_for_selector('[data-part="time"]:not([hidden])')
    return seen.page


def people(page: Page) -> set[str]:
    names = page.locator(f"{STAGE} g.card.person").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    return {name.split(",")[0] for name in names}


def settle(page: Page, day: str) -> None:
    """Wait until the chart of a day is on the stage."""
    page.wait_for_function("day => document.querySelector('[data-part=day]').textContent === day", arg=day)
    page.wait_for_url(lambda url: day in url)
    page.wait_for_selector(READY)


def iri_of(server: Server, name: str) -> str:
    (row,) = httpx.get(f"{server.url}find", params={"name": name, "as-of": DAY, "format": "json"}).json()["rows"]
    return str(row["iri"])


def test_everybody_of_the_day_is_on_the_stage_and_nothing_comes_from_elsewhere(seen: Seen, server: Server) -> None:
    page = opened(seen, server)
    assert {"Ada Abel", "Ben Brook", "Gus Gray", "Lou Lane"} <= people(page)
    page.wait_for_load_state("networkidle")
    assert seen.said == []
    assert seen.asked and [url for url in seen.asked if not url.startswith(server.url)] == []


def test_the_arrow_keys_of_the_slider_step_to_the_next_change(seen: Seen, server: Server) -> None:
    page = opened(seen, server)
    page.focus('[data-part="slide"]')
    page.keyboard.press("ArrowRight")
    settle(page, "2024-04-01")
    assert "Ben Brook" not in people(page)
    page.keyboard.press("ArrowLeft")
    settle(page, "2024-02-29")
    assert {"Ben Brook", "Gus Gray"} <= people(page)
    page.reload()
    page.wait_for_selector(READY)
    assert page.locator('[data-part="day"]').text_content() == "2024-02-29"
    assert seen.said == []


def test_two_days_are_compared_with_what_happened_beside(seen: Seen, server: Server) -> None:
    page = opened(seen, server, "as-of=2024-06-01&compare=2024-03-01")
    page.wait_for_selector('[data-part="events"] li')
    told = page.locator('[data-part="events"]').inner_text()
    assert "Ben Brook left" in told and "Cleo Cruz" in told
    assert page.locator(f"{STAGE} g.card.left").count() == 2  # Ben Brook and Jon Jay
    page.locator('[data-part="events"] li button', has_text=re.compile("^Cleo Cruz")).first.click()
    assert "Cleo Cruz" in page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.click('[data-part="compare"]')
    page.wait_for_url(lambda url: "compare" not in url)
    page.wait_for_selector(READY)
    assert page.locator(f"{STAGE} g.card.left").count() == 0
    assert page.locator('[data-part="events"]').is_hidden()


def test_whoever_is_found_is_gone_to(seen: Seen, server: Server) -> None:
    page = opened(seen, server)
    page.fill("#find", "eli")
    page.wait_for_selector(".suggestions li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(f"{STAGE} g.card.found")
    assert "Eli Egan" in str(page.locator(f"{STAGE} g.card.found").get_attribute("aria-label"))
    assert page.url.startswith(f"{server.url}?")


def test_a_card_says_what_it_is_about_and_leads_to_its_page(seen: Seen, server: Server) -> None:
    page = opened(seen, server)
    page.locator(f'{STAGE} g.card[aria-label^="Hal Hope"]').click()
    assert "Chief Financial Officer" in page.locator('[data-part="card"]').inner_text()
    page.locator('[data-part="card"] button', has_text="Only from here down").click()
    page.wait_for_url(lambda url: "root=" in url)
    page.wait_for_selector(READY)
    assert "Ada Abel" not in people(page) and {"Hal Hope", "Ida Ives"} <= people(page)
    page.locator('[data-part="card"] a').click()
    page.wait_for_load_state()
    assert page.locator("h1").inner_text().startswith("Hal Hope") and DAY in page.url


def test_other_views_and_dotted_lines_are_chosen(seen: Seen, server: Server) -> None:
    page = opened(seen, server)
    assert page.locator(f"{STAGE} g.line.dotted").first.is_visible()
    page.locator('input[name="dotted"]').uncheck()
    assert page.locator(f"{STAGE} g.line.dotted").first.is_hidden()
    page.select_option('select[name="view"]', "units")
    page.wait_for_url(lambda url: "view=units" in url)
    page.wait_for_selector(f'{STAGE}[aria-busy="false"] svg g.card.unit')
    assert page.locator(f"{STAGE} g.card.unit").count() >= 3


def test_of_a_large_organization_a_part_is_drawn_and_more_where_it_is_asked_for(seen: Seen, large: Server) -> None:
    page = opened(seen, large, f"as-of={LARGE}")
    drawn = people(page)
    assert 8 <= len(drawn) <= 60
    card = page.locator(f"{STAGE} g.card", has=page.locator("g.more")).first
    name = str(card.get_attribute("aria-label")).split(",")[0]
    card.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: "expand=" in url)
    page.wait_for_selector(READY)
    number = int(name.removeprefix("Person "))
    assert {f"Person {below:03}" for below in range(number * 7 + 1, number * 7 + 8)} <= people(page)
    page.click('[data-part="all"]')
    page.wait_for_url(lambda url: "expand=" not in url)


def test_somebody_deep_down_is_drawn_with_the_way_to_the_top(seen: Seen, large: Server) -> None:
    page = opened(seen, large, f"as-of={LARGE}")
    assert "Person 299" not in people(page)
    page.fill("#find", "person 299")
    page.wait_for_selector(".suggestions li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'{STAGE} g.card.found[aria-label^="Person 299"]')
    assert {"Person 042", "Person 005", "Person 000"} <= people(page)


def test_a_phone_need_not_be_moved_sideways(seen: Seen, server: Server) -> None:
    seen.page.set_viewport_size(NARROW)  # type: ignore[arg-type]  # a size
    page = opened(seen, server, "as-of=2024-06-01&compare=2024-03-01")
    page.wait_for_selector('[data-part="events"] li')
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_without_scripts_there_is_a_picture_a_form_and_the_words(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}?as-of={DAY}")
    assert page.locator("figure img").evaluate("image => image.naturalWidth") > 200
    assert page.locator(".controls button.still").is_visible() and page.locator('[data-part="time"]').is_hidden()
    assert "Ada Abel" in str(page.locator("details.twin").text_content())
    page.fill('.controls input[name="compare"]', "2024-02-01")
    page.click(".controls button.still")
    assert "compare=2024-02-01" in page.url
    context.close()


def test_how_much_changed_when_is_counted_for_the_strip(server: Server) -> None:
    rows = httpx.get(f"{server.url}changes").json()["rows"]
    days = {row["day"]: row for row in rows}
    assert days["2024-02-29"]["begun"] >= 1 and days["2024-04-01"]["ended"] >= 1
    assert [row["day"] for row in rows] == sorted(days)


def test_what_happened_is_told_by_unit_with_whom_it_is_about(server: Server) -> None:
    answered = httpx.get(f"{server.url}happened", params={"as-of": "2024-04-01", "compare": DAY}).json()
    lines = [line for group in answered["groups"] for line in group["lines"]]
    assert [line["sign"] for line in lines if line["text"].startswith("Ben Brook left")] == ["-"]
    assert any(iri_of(server, "Ben Brook") in line["entities"] for line in lines)
    assert httpx.get(f"{server.url}happened").status_code == 400
    assert NAME in answered["groups"][0]["title"]
