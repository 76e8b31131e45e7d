"""How charts are drawn: what a reader of the SVG finds in it, and what the eye sees in a real browser."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations, product
from typing import TYPE_CHECKING, Any

import pytest

from orggraph.chart import ENGINES, THEMES, Card, Chart, Group, Held, Line, Look, Sheet
from orggraph.chart.faces import SIGNS
from orggraph.chart.parts import DIRECT, DOTTED, MARKS, PERSON, POST, UNIT
from orggraph.chart.theme import contrast, strip
from orggraph.errors import UnsupportedError
from orggraph.snapshot import CERTAIN, POSSIBLE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

SVG = "{http://www.w3.org/2000/svg}"
DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
SCRIPTS = {
    "latin": "Wilhelmina Mammon-Wagenknecht", "long": "Donaudampfschifffahrtsgesellschaftskapitän W." * 2,
    "capitals": "MAXIMILIAN WOLFGANG MWMWMWMW", "cyrillic": "Щербакова Екатерина Жмышенко",
    "greek": "Ωμέγα Παπαδόπουλος Μαρία", "arabic": "محمد بن راشد آل مكتوم", "cjk": "李小龍 王大明 歐陽娜娜",
    "japanese": "デーヴィッド・ヴァン・デル・ベーケン", "devanagari": "नरेन्द्र दामोदरदास श्रीवास्तव",
    "emoji": "👩🏽‍🚀 Ada 🚀🚀🚀🚀🚀🚀🚀🚀🚀🚀", "combining": "Ẽ̴̛͙̖l̸̢̛̫i̷͓͝z̶̡̈́a̸͎̿b̷͎̃ĕ̴͜ẗ̵̪́h̸̠̆",
}  # fmt: skip


def held(post: str, unit: str = "", *notes: str) -> Held:
    return Held(post, unit, CERTAIN, "2020-01-01", "", notes, ("minutes",))


def rich() -> Sheet:
    """Make a sheet on which everything occurs that a chart can show."""
    cards = (
        Card("https://example.org/ada", "Ada Adams", PERSON, CERTAIN, (held("President"),), tone=0, highlighted=True),
        Card("urn:bob", "Bob Brown", PERSON, CERTAIN, (held("Engineer", "Platform", "acting"),), mark="moved",
             was="Clerk, Finance", tone=1, photo=DOT),
        Card("urn:cy", "Cy Clark", PERSON, POSSIBLE, (held("Clerk", "", "possible: since 2025-09 or before"),),
             mark="joined", below=37, photo="https://example.org/cy.png"),
        Card("urn:dee", "Dee Dunn", PERSON, CERTAIN, (held("Secretary"),), assistant=True, badges=("new",)),
        Card("urn:eve", "Eve Ellis", PERSON, CERTAIN, (), mark="left"),
        Card("urn:fay", "Fay Ford", PERSON, CERTAIN, (held("Adviser"),), mark="changed post", was="Clerk"),
        Card("urn:post", "Controller", POST, CERTAIN, (held("", "Finance"),), ("vacant",)),
        Card("urn:unit", "Advisers", UNIT, CERTAIN),
    )  # fmt: skip
    top = "https://example.org/ada"
    lines = (
        Line("urn:bob", top, DIRECT, CERTAIN, False, "2020", ("minutes",), highlighted=True),
        Line("urn:cy", "urn:bob", DIRECT, POSSIBLE, True, mark="new"),
        Line("urn:dee", top, DIRECT, CERTAIN, False),
        Line("urn:eve", top, DIRECT, CERTAIN, False, mark="gone"),
        Line("urn:post", top, DIRECT, CERTAIN, False),
        Line("urn:cy", top, DOTTED, CERTAIN, False),
        Line("urn:bob", "urn:post", DIRECT, CERTAIN, False, mark="moved"),
    )
    counts = tuple((mark, 1) for mark in MARKS)
    return Sheet("Acme, 2025-10-03", "6 people", 1, cards, lines, (Group("urn:unit", ("urn:fay",)),), ("A remark.",),
                 ("Engineering", "Platform"), counts)  # fmt: skip


def scripts() -> Sheet:
    """Make a sheet of names in many scripts, each with a long post, a unit and badges in it."""
    cards = tuple(
        Card(f"urn:{script}", name, PERSON, CERTAIN, (held(f"Head of {name}", name, "possible: " + name),),
             badges=(name[:14], "acting", "co-head", "on leave"), below=1234)
        for script, name in SCRIPTS.items()
    )  # fmt: skip
    lines = tuple(Line(card.iri, cards[0].iri, DIRECT, CERTAIN, False) for card in cards[1:8])
    return Sheet("T", "S", 1, cards, lines, (Group("urn:long", tuple(card.iri for card in cards[8:])),), (), ("U",))


def cards_of(root: ET.Element) -> dict[str, ET.Element]:
    return {group.get("data-iri", ""): group for group in root.iter(f"{SVG}g") if group.get("role") == "treeitem"}


@pytest.fixture(scope="module")
def drawn() -> ET.Element:
    return ET.fromstring(Chart(rich()).render())


@pytest.mark.parametrize("name", THEMES)
def test_every_text_stands_out_from_what_it_stands_on(name: str) -> None:
    theme = THEMES[name]
    grounds, inks = (theme.paper, theme.card, theme.panel), (theme.ink, theme.soft, theme.pale)
    pairs = [*product(inks, grounds), theme.badge, theme.avatar, (theme.pale, theme.panel)]
    pairs += [(theme.on_mark, color) for color in theme.marks.values()]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []
    strokes = [theme.line, theme.loop, theme.path, *theme.marks.values(), *theme.tones, theme.edge]
    assert [color for color in strokes if contrast(color, theme.paper) < 2.5] == []


def test_units_are_told_apart_by_colour_or_on_paper_by_pattern() -> None:
    for theme in THEMES.values():
        tones = range(len(theme.tones))
        assert len({(theme.tones[tone], strip(tone, theme)) for tone in tones}) == len(tones)


def test_cards_have_the_roles_of_a_tree(drawn: ET.Element) -> None:
    assert drawn.get("role") == "tree"
    found = cards_of(drawn)
    assert {iri: (group.get("aria-level"), group.get("aria-expanded")) for iri, group in found.items()} == {
        "https://example.org/ada": ("1", "true"), "urn:bob": ("2", "true"), "urn:cy": ("3", "false"),
        "urn:dee": ("2", None), "urn:eve": ("2", None), "urn:post": ("2", None),
        "urn:unit": ("1", "true"), "urn:fay": ("2", None),
    }  # fmt: skip
    assert all(group.get("tabindex") == "0" for group in found.values())
    assert found["urn:bob"].get("aria-label") == "Bob Brown, Engineer, Platform, acting, moved"
    assert found["urn:post"].get("aria-label") == "Controller, Finance, vacant"


def test_cards_stand_in_the_order_of_the_keyboard(drawn: ET.Element) -> None:
    order = list(cards_of(drawn))
    assert order.index("https://example.org/ada") < order.index("urn:bob") < order.index("urn:cy")
    assert order[-2:] == ["urn:unit", "urn:fay"]


def test_classes_say_what_a_card_or_a_line_is(drawn: ET.Element) -> None:
    classes = {iri: set(group.get("class", "").split()) for iri, group in cards_of(drawn).items()}
    assert classes["https://example.org/ada"] == {"card", "person", "head", "highlighted"}
    assert classes["urn:cy"] == {"card", "person", "possible", "joined"}
    assert classes["urn:fay"] >= {"changed-post"}
    assert classes["urn:post"] == {"card", "post"}
    lines = {(group.get("data-from"), group.get("data-to"), group.get("class")) for group in drawn.iter(f"{SVG}g")
             if group.get("data-from")}  # fmt: skip
    assert ("urn:cy", "urn:bob", "line direct possible derived new") in lines
    assert ("urn:eve", "https://example.org/ada", "line direct gone") in lines
    assert len(lines) == 7


def test_title_and_description_say_since_when_and_from_where(drawn: ET.Element) -> None:
    bob = cards_of(drawn)["urn:bob"]
    assert bob.findtext(f"{SVG}title") == "\n".join(
        ["Bob Brown", "moved: Clerk, Finance", "Engineer, Platform; since 2020-01-01; acting; certain"]
    )
    assert bob.findtext(f"{SVG}desc") == "source: minutes"


def test_only_an_address_of_the_web_is_a_link(drawn: ET.Element) -> None:
    assert [link.get("href") for link in drawn.iter(f"{SVG}a")] == ["https://example.org/ada"]


def test_a_photo_is_drawn_when_it_is_in_the_data(drawn: ET.Element) -> None:
    found = {iri: [i.get("href") for i in g.iter(f"{SVG}image")] for iri, g in cards_of(drawn).items()}
    assert {iri: links for iri, links in found.items() if links} == {"urn:bob": [DOT]}
    assert "example.org/cy.png" not in ET.tostring(drawn, encoding="unicode")


def test_legend_explains_what_occurs_and_counts_the_marks(drawn: ET.Element) -> None:
    heading = next(group for group in drawn.iter(f"{SVG}g") if group.get("class") == "heading")
    words = ["".join(text.itertext()) for text in heading.iter(f"{SVG}text")]
    assert words == [
        "Acme, 2025-10-03", "6 people", "Engineering", "Platform", "reports to", "dotted line", "the way to the top",
        "new line", "line that is gone", "moved from (arrow)", "possible", "vacant post", "+ 1 joined",
        "\N{MINUS SIGN} 1 left", "→ 1 moved", "~ 1 changed post", "+ 1 created", "\N{MINUS SIGN} 1 closed", "A remark.",
    ]  # fmt: skip


def test_a_mark_has_a_sign_beside_its_colour(drawn: ET.Element) -> None:
    found = cards_of(drawn)
    for iri, mark in (("urn:cy", "joined"), ("urn:eve", "left"), ("urn:bob", "moved"), ("urn:fay", "changed post")):
        texts = ["".join(text.itertext()) for text in found[iri].iter(f"{SVG}text")]
        assert f"{SIGNS[mark]} {mark}" in texts


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("direction", ["down", "right"])
@pytest.mark.parametrize("engine", ENGINES)
def test_every_look_draws_everything(theme: str, direction: str, engine: str) -> None:
    made = Chart(rich(), Look(theme, direction, engine))
    root = ET.fromstring(made.render())
    assert len(cards_of(root)) == 8
    assert sum(bool(group.get("data-from")) for group in root.iter(f"{SVG}g")) == 7
    assert made.render("png").startswith(b"\x89PNG")
    assert made.render() == made.render()


def test_a_chart_from_left_to_right_grows_to_the_right() -> None:
    layout = Chart(rich(), Look(direction="right")).picture().layout
    assert layout.boxes["urn:bob"].x > layout.boxes["https://example.org/ada"].x
    by_dot = Chart(rich(), Look(direction="right", engine="dot")).picture().layout
    assert by_dot.boxes["urn:bob"].x > by_dot.boxes["https://example.org/ada"].x


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"theme": "neon"}, "no theme 'neon' \\(expected light, dark, print\\)"),
        ({"direction": "up"}, "cannot grow 'up' \\(expected down, right\\)"),
        ({"engine": "neato"}, "no engine 'neato' \\(expected orggraph, dot\\)"),
    ],
)
def test_a_look_that_is_not_there_is_refused_by_name(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(UnsupportedError, match=message):
        Chart(rich(), Look(**changed)).render()


def test_nothing_on_paper_has_a_colour() -> None:
    text = Chart(rich(), Look("print")).render().decode()
    colors = set(re.findall(r"#[0-9a-f]{6}", text))
    assert {color for color in colors if not color[1:3] == color[3:5] == color[5:7]} == set()


# ---- in a browser


@pytest.fixture
def page(browser: Browser) -> Any:
    context = browser.new_context()
    yield context.new_page()
    context.close()


def shown(page: Page, made: Chart) -> None:
    page.set_content(f'<body style="margin:0">{made.render().decode().split("?>", 1)[1]}</body>')


MEASURED = """
() => [...document.querySelectorAll('g.card')].map(card => {
    const of = element => { const r = element.getBoundingClientRect(); return [r.left, r.top, r.right, r.bottom] }
    const shape = card.querySelector(':scope > path, :scope > polygon')
    return {iri: card.dataset.iri, panel: card.classList.contains('panel'), box: of(shape),
            texts: [...card.querySelectorAll('text')].map(text => [text.textContent, of(text)])}
})
"""


@pytest.mark.parametrize("fonts", ["", "DejaVu Sans", "Liberation Sans"])
@pytest.mark.parametrize("make", [scripts, rich])
def test_no_text_leaves_its_card_and_no_card_covers_another(make: Any, fonts: str, page: Page) -> None:
    shown(page, Chart(make()))
    if fonts:
        page.add_style_tag(content=f"svg g {{ font-family: '{fonts}' }}")
    cards = page.evaluate(MEASURED)
    outside = [
        (words, box, card["box"])
        for card in cards
        for words, box in card["texts"]
        if box[0] < card["box"][0] or box[2] > card["box"][2] + 1
        or box[1] < card["box"][1] - 2 or box[3] > card["box"][3] + 2
    ]  # fmt: skip
    assert outside == []
    boxes = [card["box"] for card in cards if not card["panel"]]
    assert [
        pair for pair in combinations(boxes, 2)
        if pair[0][0] < pair[1][2] and pair[1][0] < pair[0][2] and pair[0][1] < pair[1][3] and pair[1][1] < pair[0][3]
    ] == []  # fmt: skip


def test_a_browser_tells_a_tree_to_who_cannot_see_it(page: Page) -> None:
    shown(page, Chart(rich()))
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    told = [node for node in nodes if not node["ignored"]]
    tree = [node for node in told if node["role"]["value"] == "tree"]
    assert [node["name"]["value"] for node in tree] == ["Acme, 2025-10-03: 6 people"]
    items = [node for node in told if node["role"]["value"] == "treeitem"]
    assert all(node["name"]["value"] for node in items)
    levels = {node["name"]["value"].split(",")[0]: one["value"]["value"]
              for node in items for one in node["properties"] if one["name"] == "level"}  # fmt: skip
    assert levels == {"Ada Adams": 1, "Bob Brown": 2, "Cy Clark": 3, "Dee Dunn": 2, "Eve Ellis": 2, "Controller": 2,
                      "Advisers": 1, "Fay Ford": 2}  # fmt: skip


def test_every_card_is_reached_with_the_keyboard_in_order(page: Page) -> None:
    shown(page, Chart(rich()))
    order = page.eval_on_selector_all("g.card", "cards => cards.map(card => card.dataset.iri)")
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        iri = page.evaluate("() => document.activeElement.dataset.iri || ''")
        reached += [iri] if iri and iri not in reached else []
    assert reached == order
