"""Every page in a real browser, for everyone: names, roles, landmarks, contrast, keyboard, a phone's width, the dark.

axe-core looks at each page in both colour schemes. The organization has names that would like to be markup, that run
from right to left, and that are longer than any line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest
from browsing import Seen
from webclient import Server, serving

import orggraph

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

MARKUP, LONG = "<b onclick=x>Bold</b> & Söhne", "Wolfeschlegel" * 16
RIGHT = "\u05d0\u05d1\u05e8\u05d4\u05dd \u05db\u05d4\u05df"
ROWS = [
    {"kind": "created", "post": "Chief", "unit": "Office", "effective": "2019-01-01"},
    {"kind": "starts", "person": MARKUP, "post": "Chief", "unit": "Office", "effective": "2020-01-01",
     "until": "2022-01-01", "quote": "She <i>began</i> in January."},
    {"kind": "starts", "person": LONG, "post": "Chief", "unit": "Office", "effective": "2023", "until": ".."},
    {"kind": "starts", "person": RIGHT, "post": "Clerk", "unit": "Office", "effective": "2020-01-01",
     "reports_to": MARKUP},
    {"kind": "starts", "person": "Ada Abel", "post": "Clerk of clerks", "unit": "Office", "effective": "2020-01-01",
     "reports_to": MARKUP},
    {"kind": "renamed", "person": "Ada Abel", "into": "Ada Quist", "effective": "2021-01-01"},
]  # fmt: skip
DAY = "as-of=2021-06-01"
QUERY = quote("SELECT ?who ?name { ?who foaf:name ?name } ORDER BY ?name")
WRONG = quote("SELECT ?who {\n ?who nothing ?name }")
PAGES = {
    "start": f"?{DAY}",
    "find": f"find?name=a&{DAY}",
    "person": f"PERSON?{DAY}",
    "post": f"POST?{DAY}",
    "unit": f"UNIT?{DAY}",
    "organization": f"ORGANIZATION?{DAY}",
    "ask": f"ask?{DAY}",
    "form": f"ask?query=reports&{DAY}",
    "results": f"query/reports?{DAY}",
    "sparql": f"sparql?{DAY}",
    "rows": f"sparql?{DAY}&query={QUERY}",
    "wrong": f"sparql?{DAY}&query={WRONG}",
    "history": f"history?name={quote(MARKUP)}",
    "load": "load",
    "diff": "diff?from=2019-06-01&to=2021-06-01",
    "ontology": "ontology",
    "nothing": "no/such/page",
}
STATUS = {"wrong": 400, "nothing": 404}
PHONE = {"width": 320, "height": 640}
MORE = "kind,person,post,organization,effective\nstarts,Zoe <b>Zorn</b>,Cook,Acme,2022-01-01\n"
BAD = "kind,person,post,organization,effective\nstarts,Zoe,Cook,Acme,2022-02-30\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("pages")
    with (folder / "names.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, ["organization", "source", *sorted({name for row in ROWS for name in row})])
        writer.writeheader()
        writer.writerows({"organization": "Acme", "source": "https://example.org/?<x>", **row} for row in ROWS)
    orggraph.open(folder / "acme").load(folder / "names.csv")
    with serving(folder, "--store", str(folder / "acme"), "serve", "--workers", "1", "--writable") as server:
        yield server


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def address(server: Server, name: str) -> str:
    """Give the address of a page; those of entities are found as a client would find them."""
    path = PAGES[name]
    wanted = {"PERSON": ("ada", "person"), "POST": ("chief", "post"), "UNIT": ("office", "unit"),
              "ORGANIZATION": ("acme", "organization")}  # fmt: skip
    for word, (letters, kind) in wanted.items():
        if path.startswith(word):
            given = {"q": letters, "kinds": kind}
            (found,) = httpx.get(f"{server.url}suggest", params=given).json()["rows"]
            path = path.replace(word, found["url"].removeprefix("/"))
    return server.url + path


def opened(page: Page, server: Server, name: str) -> Page:
    response = page.goto(address(server, name))
    assert response is not None and response.status == STATUS.get(name, 200)
    page.wait_for_load_state("networkidle")
    return page


# ---- every page


@pytest.fixture(scope="module", params=PAGES)
def seen(request: pytest.FixtureRequest, browser: Browser, server: Server) -> Iterator[Seen]:
    """Give each of the pages, opened once for everything that is looked at."""
    context = browser.new_context(reduced_motion="reduce")
    seen = Seen(context.new_page())
    opened(seen.page, server, request.param)
    refused = str(STATUS.get(request.param, "nothing is refused"))  # which the browser says itself
    seen.said = [one for one in seen.said if refused not in one]
    yield seen
    context.close()


def test_axe_finds_nothing_in_the_light_and_in_the_dark(seen: Seen) -> None:
    from axe_playwright_python.sync_playwright import Axe

    for scheme in ("light", "dark"):
        seen.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # one of two
        found = Axe().run(seen.page).response["violations"]
        assert [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found] == [], scheme


def test_a_page_keeps_to_itself(seen: Seen, server: Server) -> None:
    assert seen.said == []
    assert seen.asked and [url for url in seen.asked if not url.startswith(server.url)] == []
    assert len([url for url in seen.asked if "/sparql" in url]) <= 1, "the editor asks nothing by itself"
    assert seen.page.evaluate("Object.keys(localStorage).length") == 0


def test_a_page_fits_a_phone(seen: Seen) -> None:
    before = seen.page.viewport_size
    assert before is not None
    seen.page.set_viewport_size(PHONE)  # type: ignore[arg-type]  # a width and a height
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    seen.page.set_viewport_size(before)


def test_landmarks_and_headings_tell_where_one_is(seen: Seen) -> None:
    page = seen.page
    for role in ("banner", "main", "contentinfo", "search"):
        assert page.get_by_role(role).count() == 1, role  # type: ignore[arg-type]  # landmarks
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(one => Number(one.tagName[1]))")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), "no level is left out"
    fields = "[...document.querySelectorAll('input:not([type=hidden]), select, textarea:not([hidden])')]"
    named = "one => one.labels?.length || one.getAttribute('aria-label')"
    assert page.evaluate(f"{fields}.length === {fields}.filter({named}).length")
    same = "new Set([...document.querySelectorAll('[id]')].map(one => one.id)).size"
    assert page.evaluate(f"document.querySelectorAll('[id]').length === {same}"), "no two things have one id"
    assert page.title() and page.evaluate("document.documentElement.lang") == "en"


@pytest.fixture(scope="module")
def plain(browser: Browser) -> Iterator[Page]:
    """Give a browser's page that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_every_page_works_without_scripts(plain: Page, server: Server, name: str) -> None:
    response = plain.goto(address(server, name))
    assert response is not None and response.status == STATUS.get(name, 200)
    assert plain.get_by_role("heading", level=1).is_visible()
    assert plain.get_by_label("Find", exact=True).is_visible()


def test_the_forms_work_without_scripts(plain: Page, server: Server, tmp_path: Path) -> None:
    plain.goto(address(server, "start"))
    plain.get_by_label("Find", exact=True).fill("quist")
    plain.get_by_role("button", name="Find").click()
    plain.get_by_role("link", name="Ada").first.click()
    assert plain.get_by_role("heading", name="Every fact").is_visible()
    plain.goto(address(server, "sparql"))
    plain.get_by_label("Query in SPARQL").fill("ASK { ?who foaf:name 'Ada Quist' }")
    plain.locator("main form button").click()
    assert plain.locator("#results").inner_text().strip().startswith("Results")
    (tmp_path / "bad.csv").write_text(BAD, "utf-8")
    plain.goto(address(server, "load"))
    plain.get_by_label("File").set_input_files(tmp_path / "bad.csv")
    plain.get_by_role("button", name="Show what would change").click()
    assert "2022-02-30" in plain.locator("#findings").inner_text()


@pytest.mark.parametrize("name", ["person", "load", "sparql"])
def test_the_keyboard_skips_to_the_content_and_shows_where_it_is(page: Page, server: Server, name: str) -> None:
    opened(page, server, name)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    box = skip.bounding_box()
    assert box is not None and box["x"] >= 0, "it is seen when it has the focus"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


# ---- names


def test_names_stay_text_in_every_place(page: Page, server: Server) -> None:
    for name in ("start", "find", "post", "unit", "results", "rows", "history"):
        opened(page, server, name)
        assert page.locator("main b, main i, main [onclick]").count() == 0, name
    opened(page, server, "post")
    assert MARKUP in page.inner_text("main") and LONG in page.inner_text("main")
    assert "She <i>began</i> in January." in page.inner_text("blockquote")
    opened(page, server, "rows")
    assert page.get_by_role("cell", name=RIGHT).first.is_visible()


# ---- finding


def test_a_name_is_chosen_with_the_keyboard_and_read_out(page: Page, server: Server) -> None:
    opened(page, server, "ask")
    field = page.get_by_role("combobox", name="Find")
    field.focus()
    page.keyboard.type("ada a")
    options = page.get_by_role("option")
    options.first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    assert "formerly Ada Abel" in options.first.inner_text() and "Clerk of clerks" in options.first.inner_text()
    page.keyboard.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert active and page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false" and field.input_value() == "ada a"
    page.keyboard.press("ArrowDown")
    options.first.wait_for()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/entity/**")
    assert page.get_by_role("heading", level=1).inner_text() == "Ada Quist"
    assert "as-of=2021-06-01" in page.url, "the day stays"


def test_a_name_is_chosen_with_a_pointer_and_nobody_is_said_to_be_found(page: Page, server: Server) -> None:
    opened(page, server, "ask")
    page.get_by_role("combobox", name="Find").fill("bold")
    page.get_by_role("option").first.click()
    page.wait_for_url("**/entity/**")
    assert page.get_by_role("heading", level=1).inner_text() == MARKUP
    page.get_by_role("combobox", name="Find").fill("qqqq")
    page.get_by_text("Nobody and nothing has such a name").wait_for(state="attached")
    assert page.get_by_role("option").count() == 0


# ---- an entity


def test_one_walks_through_the_changes_of_an_entity_and_back(page: Page, server: Server) -> None:
    opened(page, server, "post")
    page.get_by_role("link", name="Next change: 2022-01-01").click()
    assert "is vacant" in page.inner_text("#day-view")
    page.get_by_role("link", name="Next change: 2023-01-01").click()
    assert "possible" in page.inner_text("#day-view"), "the year is known, the day is not"
    page.go_back()
    page.go_back()
    assert MARKUP in page.inner_text("#day-view")
    image = page.get_by_role("img", name="Periods over time")
    assert image.locator("rect.maybe").count() > image.locator("rect.sure").count() - 1
    faded, full = (image.locator(f"rect.{kind}").first.evaluate("one => getComputedStyle(one).fillOpacity")
                   for kind in ("maybe", "sure"))  # fmt: skip
    assert float(faded) < float(full) == 1


def test_the_link_to_a_view_is_copied_and_leads_to_the_same(context: BrowserContext, server: Server) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = opened(context.new_page(), server, "person")
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Link copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_role("link", name="Link to this view").evaluate("one => one.href")
    before = page.inner_text("main h1 + p")
    page.goto(copied)
    assert page.inner_text("main h1 + p") == before


def test_another_day_is_shown_by_the_form_of_the_header(page: Page, server: Server) -> None:
    opened(page, server, "person")
    page.get_by_label("On", exact=True).fill("2020-06-01")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**as-of=2020-06-01**")
    assert page.get_by_role("heading", level=1).inner_text() == "Ada Abel"


def test_a_table_is_sorted_by_its_headings(page: Page, server: Server) -> None:
    opened(page, server, "rows")
    heading = page.locator("th", has_text="name").last
    names = "[...document.querySelectorAll('#results tbody tr')].map(row => row.cells[1].textContent)"
    heading.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"
    up = page.evaluate(names)
    page.keyboard.press("Enter")
    assert heading.get_attribute("aria-sort") == "descending"
    assert page.evaluate(names) == up[::-1] != up


# ---- asking


def test_a_question_of_the_library_is_filled_in_asked_and_downloaded(page: Page, server: Server) -> None:
    opened(page, server, "ask")
    page.get_by_role("link", name="Direct reports").click()
    field = page.get_by_role("combobox", name="Manager")
    field.focus()
    page.keyboard.type("bol")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert field.input_value() == MARKUP, "it is filled in, and nothing is sent yet"
    page.locator("form[action='/query/reports'] button").click()
    page.wait_for_url("**/query/reports**")
    assert "2 results" in page.inner_text("#results") and RIGHT in page.inner_text("#results")
    target = page.get_by_role("link", name="CSV").get_attribute("href")
    csv_text = page.request.get(server.url + str(target).lstrip("/"), headers={"Accept": "*/*"}).text()
    assert csv_text.startswith("manager_name,reporter_name") and RIGHT in csv_text
    page.get_by_role("link", name="These lines as a chart").click()
    page.wait_for_url("**/?as-of=**")


def test_a_query_is_written_completed_and_asked_with_the_keyboard(page: Page, server: Server) -> None:
    opened(page, server, "sparql")
    editor = page.get_by_role("textbox", name="Query in SPARQL")
    editor.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("SELECT ?who { ?who org:repo")
    page.keyboard.press("Control+Space")
    page.locator(".CodeMirror-hints").wait_for()
    page.keyboard.press("Enter")
    page.keyboard.type(" ?whom }")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**query=SELECT**")
    assert "reportsTo" in page.url.replace("%3A", ":")
    assert "2 results" in page.inner_text("#results")
    assert "as-of=2021-06-01" in page.url


def test_the_keyboard_gets_out_of_the_editor(page: Page, server: Server) -> None:
    opened(page, server, "sparql")
    page.get_by_role("textbox", name="Query in SPARQL").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "asked-day"
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('header') !== null")


def test_the_line_that_is_wrong_is_marked(page: Page, server: Server) -> None:
    opened(page, server, "wrong")
    assert "line 2" in page.get_by_role("alert").inner_text()
    assert page.locator("pre mark").inner_text() == "nothing"
    marked = page.locator(".wrong-line").evaluate("one => one.parentElement.innerText")
    assert "nothing" in marked
    assert page.locator(".wrong-mark").count() == 1
    opened(page, server, "sparql")
    assert page.locator(".wrong-mark").count() == 0, "prefixes need no declaration here"


# ---- loading


def test_a_file_is_dropped_tried_out_and_loaded(page: Page, server: Server, tmp_path: Path) -> None:
    opened(page, server, "load")
    page.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "more.csv", { type: "text/csv" }));
            for (const name of ["dragover", "drop"])
                document.dispatchEvent(new DragEvent(name, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""", MORE,
    )  # fmt: skip
    page.get_by_label("Compare what is known about").fill("2022-06-01")
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("heading", name="What would change on 2022-06-01").wait_for()
    assert "Now known: Zoe <b>Zorn</b> is Cook" in page.inner_text("#changes")
    assert httpx.get(f"{server.url}suggest?q=zoe").json()["rows"] == [], "nothing is kept yet"
    page.get_by_role("button", name="Load", exact=True).click()
    page.get_by_text("Loaded more.csv").wait_for()
    rows = httpx.get(f"{server.url}suggest?q=zoe").json()["rows"]
    assert [one["name"] for one in rows] == ["Zoe <b>Zorn</b>"]


def test_what_is_wrong_with_a_file_is_told_by_its_line(page: Page, server: Server, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text(BAD, "utf-8")
    opened(page, server, "load")
    page.get_by_label("File").set_input_files(tmp_path / "bad.csv")
    page.get_by_role("button", name="Show what would change").click()
    page.get_by_role("alert").wait_for()
    assert "2022-02-30" in page.inner_text("#findings")
    assert page.locator("#findings tbody td").nth(1).inner_text() == "2"
    assert page.get_by_role("button", name="Load", exact=True).count() == 0


# ---- as one likes it


def test_nothing_moves_for_who_wants_that_and_print_has_all_of_it(page: Page, server: Server) -> None:
    opened(page, server, "person")
    moves = "one => getComputedStyle(one).transitionDuration !== '0s'"
    assert page.evaluate(f"[...document.querySelectorAll('a, button')].filter({moves}).length") == 0
    page.emulate_media(media="print")
    assert not page.get_by_role("search").is_visible()
    assert page.get_by_role("heading", name="Every fact").is_visible()


def test_the_dark_is_dark(browser: Browser, server: Server) -> None:
    grounds = []
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]  # one of two
        page = opened(context.new_page(), server, "person")
        grounds.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        context.close()
    assert grounds == ["rgb(255, 255, 255)", "rgb(20, 23, 28)"]
