"""What ``serve`` shows, in a real browser (Chromium, driven by Playwright), of names that would like to be markup.

Nothing may come from anywhere else and nothing may be said on the console; all of it is reached with the keyboard,
fits a narrow screen, and can be printed.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest
from browsing import Seen
from webclient import Server, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAME = "O'Brien & Söhne <CTO>"
ROWS = [
    {"kind": "starts", "person": NAME, "post": "Head of <b>Everything</b>", "organization": "A&B",
     "effective": "2024-01-01", "source": "https://example.org/?a=1&b=<script>alert(1)</script>"},
    {"kind": "starts", "person": "<img src=x onerror=alert(1)>", "post": "Clerk", "organization": "A&B",
     "effective": "2024-01-01", "reports_to": NAME, "source": "minutes"},
]  # fmt: skip
DAY = "as-of=2025-01-01"
QUERY = quote("SELECT ?who ?name { ?who foaf:name ?name } ORDER BY ?name")
PAGES = {
    "start": f"?{DAY}",
    "person": f"id/PERSON?{DAY}",
    "results": f"sparql?{DAY}&query={QUERY}",
    "form": f"sparql?{DAY}",
    "find": f"find?name=Clerk&{DAY}",
    "nobody": f"reports?name=Nobody&{DAY}",
    "nothing": "no/such/page",
}
REFUSED = {"nobody": 404, "nothing": 404}
REACHABLE = 'a[href], button:enabled, summary, input:not([type=hidden]), select, textarea:not([hidden]), [tabindex="0"]'
SHOWN = "element => element.outerHTML.slice(0, 400)"
A4 = {"width": 718, "height": 1047}
"""A page of A4 at 96 dots an inch, within margins of 1 cm."""
NARROW = {"width": 400, "height": 800}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("browser")
    with (folder / "names.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, sorted({name for row in ROWS for name in row}))
        writer.writeheader()
        writer.writerows(ROWS)
    with serving(folder, "--data", str(folder / "names.csv"), "serve", "--workers", "1") as server:
        yield server


@pytest.fixture(params=PAGES)
def seen(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Seen]:
    """Give each of the pages, opened."""
    context = browser.new_context(viewport=NARROW)
    seen = Seen(context.new_page())
    response = seen.page.goto(address(server, request.param))
    assert response is not None and response.status == REFUSED.get(request.param, 200)
    seen.page.wait_for_load_state("networkidle")
    yield seen
    context.close()


def address(server: Server, name: str) -> str:
    """Give the address of a page; that of the person is found as a client would find it."""
    path = PAGES[name]
    if "PERSON" in path:
        rows = httpx.get(f"{server.url}find", params={"name": NAME, "format": "json"}).json()["rows"]
        path = path.replace("PERSON", rows[0]["iri"].removeprefix("urn:orggraph:"))
    return server.url + path


def test_nothing_is_said_and_nothing_comes_from_elsewhere(seen: Seen, server: Server) -> None:
    refused = [said for said in seen.said if "404" not in said]
    assert refused == []
    assert seen.asked and [url for url in seen.asked if not url.startswith(server.url)] == []


def test_a_narrow_screen_need_not_be_moved_sideways(seen: Seen) -> None:
    width = seen.page.evaluate("document.documentElement.scrollWidth")
    assert width <= NARROW["width"]


def test_print_has_what_the_screen_has(seen: Seen) -> None:
    seen.page.emulate_media(media="print")
    seen.page.set_viewport_size(A4)
    assert seen.page.locator("h1").is_visible()
    assert not seen.page.locator("header nav").is_visible()
    cut = "[...document.querySelectorAll('.wide')].filter(part => part.scrollWidth > part.clientWidth).length"
    assert seen.page.evaluate(cut) == 0, "nothing can be moved sideways on paper"
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= A4["width"]
    assert seen.page.pdf(format="A4").startswith(b"%PDF-")


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(seen: Seen) -> None:
    page = seen.page
    expected = page.evaluate(f"[...document.querySelectorAll('{REACHABLE}')]"
                             f".filter(one => one.checkVisibility()).map({SHOWN})")  # fmt: skip
    reached: list[str] = []
    while len(reached) < 10 * len(expected):
        page.keyboard.press("Tab")
        focused = page.evaluate(f"({SHOWN})(document.activeElement)")
        if focused.startswith("<body"):
            break
        if not reached or reached[-1] != focused:  # a day is entered in parts
            reached.append(focused)
    assert reached == expected
    assert "Skip to the content" in reached[0]


def test_names_are_text(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    for name in ("person", "results"):
        seen = Seen(context.new_page())
        seen.page.goto(address(server, name))
        assert NAME in seen.page.inner_text("main")
        assert seen.page.locator("main b, main script, main img[src=x]").count() == 0
        assert seen.said == []
    context.close()


def test_the_picture_of_the_chart_is_drawn_and_says_the_names(browser: Browser, server: Server) -> None:
    context = browser.new_context(java_script_enabled=False)  # with scripts it is no picture
    page = context.new_page()
    page.goto(address(server, "start"))
    assert page.evaluate("document.querySelector('main img').naturalWidth") > 100
    page.goto(f"{server.url}chart.svg?{DAY}")
    assert NAME in " ".join(page.evaluate("document.documentElement.textContent").split())
    context.close()


def test_somebody_is_found_with_the_keyboard_alone(browser: Browser, server: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(address(server, "start"))
    page.get_by_label("Find").focus()
    page.keyboard.type(NAME)
    page.keyboard.press("Enter")
    page.wait_for_url("**/find?**")
    page.get_by_role("link", name=NAME).first.click()
    page.wait_for_url("**/entity/**")
    assert page.locator("h1").inner_text() == NAME
    context.close()
