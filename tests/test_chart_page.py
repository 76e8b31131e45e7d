"""The page of a chart, opened from the disk in a real browser: found, folded and read with and without a mouse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import Seen
from click.testing import CliRunner
from company import company, graph, row, starts

from orggraph import OrgGraph
from orggraph.cli import main

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

SEED = Path(__file__).resolve().parents[1] / "data" / "anthropic.csv"
WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 800}
NASTY = (
    "</script><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "O'Brien & Söhne <CTO>", "Zoë 🦊 Fox",
    "\u202eevil\u2066", "</style>]]>",
)  # fmt: skip
Open = Callable[..., Seen]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Give what opens a page from the disk; in the end it has said nothing and asked for nothing but itself."""
    contexts, pages = [], list[Seen]()

    def open_page(html: str, *, size: dict[str, int] = WIDE, dark: bool = False, calm: bool = True) -> Seen:
        path = tmp_path / f"page-{len(pages)}.html"
        path.write_text(html, encoding="utf-8")
        motion = "reduce" if calm else "no-preference"
        scheme = "dark" if dark else "light"
        context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion=motion)  # type: ignore[arg-type]  # a plain dict
        contexts.append(context)
        seen = Seen(context.new_page())
        seen.page.goto(path.as_uri())
        pages.append(seen)
        return seen

    yield open_page
    for number, seen in enumerate(pages):
        assert seen.said == []
        assert seen.asked == [(tmp_path / f"page-{number}.html").as_uri()]
    for context in contexts:
        context.close()


def page_of(org: OrgGraph, day: str, **options: str) -> str:
    return org.as_of(day).chart(**options).html()


def card(seen: Seen, name: str) -> Locator:
    return seen.page.locator(f'g.card[aria-label^="{name}"]')


def focused(seen: Seen) -> str:
    return str(seen.page.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.id"))


def shown(seen: Seen) -> int:
    return seen.page.locator("g.card:visible").count()


def test_the_page_is_one_file_that_allows_nothing_else() -> None:
    html = page_of(company(), "2024-03-01")
    assert html == page_of(company(), "2024-03-01")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    assert policy and policy.group(1).startswith("default-src &#x27;none&#x27;; script-src &#x27;sha256-")
    addresses = set(re.findall(r'(?:src|href|url)\s*[=(]\s*"?(https?:[^")\s]*)', html))
    assert addresses == set()


def test_somebody_is_found_by_a_part_of_the_name_without_accents(opened: Open) -> None:
    seen = opened(page_of(graph(starts("Zoë Müller", "Chief", "2020-01-01"), starts("Ann", "Clerk", "2020-01-01",
                                reports_to="Zoë Müller")), "2024-01-01"))  # fmt: skip
    seen.page.get_by_role("combobox").fill("muller")
    assert seen.page.get_by_role("option").all_inner_texts() == ["Zoë Müller\nChief"]
    seen.page.keyboard.press("Enter")
    assert focused(seen).startswith("Zoë Müller")
    assert "found" in (card(seen, "Zoë Müller").get_attribute("class") or "")


def test_posts_and_units_are_found_and_suggestions_are_chosen_with_the_arrows(opened: Open) -> None:
    seen = opened(page_of(company(), "2024-03-01"))
    seen.page.get_by_role("combobox").focus()
    seen.page.keyboard.type("engineer")
    assert seen.page.get_by_role("option").count() == 5
    assert "5 found" in seen.page.locator("#said").inner_text()
    seen.page.keyboard.press("ArrowDown")
    chosen = seen.page.locator('[role=option][aria-selected="true"] b').inner_text()
    seen.page.keyboard.press("Enter")
    assert focused(seen).startswith(chosen)
    seen.page.get_by_role("combobox").fill("nobody at all")
    assert seen.page.locator("#said").inner_text() == "nobody found"


def test_a_subtree_folds_and_unfolds_and_the_rest_moves_together(opened: Open) -> None:
    seen = opened(page_of(company(), "2024-03-01"))
    everybody = shown(seen)
    before = card(seen, "Hal Hope").bounding_box()
    card(seen, "Ben Brook").locator(".fold").click()
    assert shown(seen) == everybody - 5
    assert card(seen, "Ben Brook").get_attribute("aria-expanded") == "false"
    assert card(seen, "Ben Brook").locator(".fold").text_content() == "+5"
    assert not card(seen, "Eli Egan").is_visible()
    after = card(seen, "Hal Hope").bounding_box()
    assert before and after and after["x"] != before["x"]
    seen.page.get_by_label("Unfold everything").click()
    assert shown(seen) == everybody
    assert card(seen, "Hal Hope").bounding_box() == before


def test_lines_follow_their_cards_when_a_subtree_folds(opened: Open) -> None:
    seen = opened(page_of(company(), "2024-03-01"))
    card(seen, "Ben Brook").locator(".fold").click()
    ends = seen.page.evaluate(
        """() => [...document.querySelectorAll('g.line:not(.away)')].map(line => {
             const box = element => element.getBoundingClientRect();
             const of = iri => box(document.querySelector(`g.card[data-iri="${CSS.escape(iri)}"]`));
             const path = box(line), from = of(line.dataset.from), to = of(line.dataset.to);
             const near = (one, other) => one.left <= other.right + 12 && other.left <= one.right + 12
               && one.top <= other.bottom + 12 && other.top <= one.bottom + 12;
             return near(path, from) && near(path, to);
           })"""
    )
    assert len(ends) > 4
    assert all(ends)


def test_the_keys_are_those_of_a_tree(opened: Open) -> None:
    seen = opened(page_of(company(), "2024-03-01"))
    press = seen.page.keyboard.press
    card(seen, "Ada Abel").focus()
    for key, where in (
        ("ArrowRight", "Ben Brook"), ("ArrowDown", "Cleo Cruz"), ("ArrowDown", "Eli Egan"), ("ArrowLeft", "Cleo Cruz"),
        ("ArrowLeft", "Cleo Cruz"), ("ArrowDown", "Dan Dale"), ("Home", "Ada Abel"), ("ArrowRight", "Ben Brook"),
        ("ArrowRight", "Cleo Cruz"), ("ArrowRight", "Cleo Cruz"), ("ArrowRight", "Eli Egan"), ("ArrowUp", "Cleo Cruz"),
    ):  # fmt: skip
        press(key)
        assert focused(seen).startswith(where), key
    press("Enter")
    assert card(seen, "Cleo Cruz").get_attribute("aria-expanded") == "false"
    press(" ")
    assert card(seen, "Cleo Cruz").get_attribute("aria-expanded") == "true"
    assert seen.page.locator('g.card[tabindex="0"]').count() == 1


@pytest.mark.parametrize("calm", [True, False], ids=["still", "moving"])
def test_finding_somebody_below_a_folded_card_unfolds_it(opened: Open, calm: bool) -> None:
    from playwright.sync_api import expect  # only where there is a browser

    seen = opened(page_of(company(), "2024-03-01"), calm=calm, size=PHONE)
    seen.page.get_by_label("Fold all").click()
    assert not card(seen, "Eli Egan").is_visible()
    seen.page.get_by_role("combobox").fill("eli")
    seen.page.keyboard.press("Enter")
    expect(card(seen, "Eli Egan")).to_be_in_viewport(ratio=1)
    assert focused(seen).startswith("Eli Egan")


def test_it_moves_and_changes_size(opened: Open) -> None:
    seen = opened(page_of(company(), "2024-03-01"))
    ada = card(seen, "Ada Abel")

    def box() -> dict[str, float]:
        found = ada.bounding_box()
        assert found
        return dict(found)

    first = box()
    seen.page.locator("#stage").focus()
    seen.page.keyboard.press("+")
    assert box()["width"] == pytest.approx(first["width"] * 1.25, rel=0.02)
    seen.page.keyboard.press("0")
    assert box() == pytest.approx(first, abs=1)
    seen.page.keyboard.press("ArrowRight")
    assert box()["x"] < first["x"]
    seen.page.keyboard.press("0")
    seen.page.mouse.move(640, 700)
    seen.page.mouse.down()
    seen.page.mouse.move(700, 640, steps=4)
    seen.page.mouse.up()
    assert box()["x"] == pytest.approx(first["x"] + 60, abs=8)
    seen.page.keyboard.press("0")
    seen.page.mouse.wheel(0, 50)
    seen.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert box()["y"] < first["y"]


def test_names_stay_text(opened: Open) -> None:
    seen = opened(page_of(graph(*(starts(name, name, "2020-01-01") for name in NASTY)), "2024-01-01"))
    assert seen.page.evaluate("[...document.querySelectorAll('img, svg image, #list script')].length") == 0
    words = " ".join(seen.page.locator("#list").evaluate("list => list.textContent").split())
    for name in NASTY[:4]:
        assert name in words
    seen.page.get_by_role("combobox").fill("script")
    assert NASTY[0] in seen.page.get_by_role("option").first.inner_text()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_fits_the_screen_in_light_and_dark(opened: Open, size: dict[str, int], dark: bool) -> None:
    seen = opened(page_of(company(), "2024-06-01", compare="2024-03-01"), size=size, dark=dark)
    assert seen.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert seen.page.evaluate("document.documentElement.scrollHeight") <= size["height"]
    ground = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
    seen.page.get_by_label("Dark colours").click()
    assert seen.page.evaluate("getComputedStyle(document.body).backgroundColor") != ground


def test_the_words_stand_beside_it_and_lead_to_the_cards(opened: Open) -> None:
    seen = opened(page_of(company(), "2024-06-01", compare="2024-03-01"))
    assert not seen.page.locator("#list").is_visible()
    seen.page.get_by_label("The chart in words").first.click()
    assert "Cleo Cruz" in seen.page.locator("#list").inner_text()
    assert "was Platform Lead under Ben Brook" in seen.page.locator("#list").inner_text()
    seen.page.locator("#list").get_by_role("button", name="Gus Gray").click()
    assert focused(seen).startswith("Gus Gray")


def test_paper_has_the_picture_and_the_words(opened: Open) -> None:
    seen = opened(page_of(company(), "2024-03-01"), size=PHONE)
    seen.page.emulate_media(media="print")
    assert seen.page.locator("#list").is_visible()
    assert not seen.page.get_by_role("combobox").is_visible()
    width = seen.page.evaluate("document.documentElement.clientWidth")
    boxes = [box for found in seen.page.locator("g.card").all() if (box := found.bounding_box())]
    assert boxes and all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    assert seen.page.pdf(format="A4").startswith(b"%PDF-")


def test_people_without_lines_stand_in_panels_and_are_found(opened: Open) -> None:
    rows = [row("created", "2020-01-01", unit=unit) for unit in ("Health", "Defence")]
    rows += [starts(f"Person {n}", f"Post {n}", "2020-01-01", unit=("Health", "Defence")[n % 2]) for n in range(9)]
    seen = opened(page_of(graph(*rows), "2024-01-01"))
    assert shown(seen) >= 9
    seen.page.get_by_role("combobox").fill("Person 7")
    seen.page.keyboard.press("Enter")
    assert focused(seen).startswith("Person 7")


def test_the_command_writes_the_page(tmp_path: Path) -> None:
    path = tmp_path / "org.html"
    result = CliRunner().invoke(main, ["--data", str(SEED), "chart", "--as-of", "2025-10-03", "-o", str(path)])
    assert result.exit_code == 0, result.output
    org = OrgGraph()
    org.load(SEED)
    assert path.read_text("utf-8") == page_of(org, "2025-10-03")


OVERLAPS = """() => {
  const cards = [...document.querySelectorAll('g.card:not(.panel):not(.away)')];
  const shape = card => card.querySelector(':scope > path, :scope > polygon').getBoundingClientRect();
  const boxes = cards.map(card => [card.getAttribute('aria-label'), shape(card)]);
  const met = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
    && one.top < other.bottom - 1 && other.top < one.bottom - 1;
  const found = [];
  boxes.forEach(([name, box], number) => boxes.slice(number + 1).forEach(([other, its]) => {
    if (met(box, its)) found.push(`${name} / ${other}`);
  }));
  const out = cards.filter(card => [...card.querySelectorAll('text')].some(text => {
    if (text.closest('.fold')) return false;
    const [inner, outer] = [text.getBoundingClientRect(), shape(card)];
    return inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
  }));
  return [found, out.map(card => card.getAttribute('aria-label'))];
}"""


@pytest.mark.parametrize("folded", ["", "Ben Brook", "Hal Hope", "Cleo Cruz"])
def test_no_card_lies_on_another_and_no_text_outside_its_card(opened: Open, folded: str) -> None:
    seen = opened(page_of(company(), "2024-06-01", compare="2024-03-01"))
    if folded and card(seen, folded).locator(".fold").count():
        card(seen, folded).locator(".fold").click()
    assert seen.page.evaluate(OVERLAPS) == [[], []]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("view", ["people", "posts", "units"])
def test_axe_finds_nothing(opened: Open, view: str, dark: bool) -> None:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(opened(page_of(company(), "2024-03-01", view=view), dark=dark).page)
    assert found.violations_count == 0, found.generate_report()
