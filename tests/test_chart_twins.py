"""The text twins of a chart: what they say, that they say everything, and that no name is markup in any of them."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from company import NAME, ROWS, company, graph, starts

import orggraph
from orggraph.chart import Chart
from orggraph.chart.chart import SUFFIXES, TEXTS
from orggraph.errors import UnsupportedError
from orggraph.graph import OrgGraph

DAY = "2024-03-15"
NASTY = "O'Brien & *Söhne* <script>x</script> [CTO](u) `a` \x1b[2J\u202e\n# H"

TEXT = f"""\
{NAME}, 2024-03-15
12 people, 7 presumed

Ada Abel – Chief Executive
├── Ben Brook – Chief Technology Officer, Engineering
│   ├── Cleo Cruz – Platform Lead, Platform
│   │   ├── Eli Egan – Engineer, Storage, Platform
│   │   └── Fay Finn – Engineer, Network, Platform (dotted line to Hal Hope)
│   └── Dan Dale – Product Lead, Engineering
│       └── Gus Gray – Engineer, Web, Engineering [new]
└── Hal Hope – Chief Financial Officer, Finance
    ├── Ida Ives – Controller, Finance [on leave]
    └── Jon Jay – Controller, Finance [acting]
        └── Kim Kane – Accountant, Finance

{NAME}
└── Lou Lane

Note: 1 person stands without a known reporting line, by unit.
"""
MARKDOWN = f"""\
# {NAME}, below Hal Hope, 2024-03-15

4 of 5 people, 2 presumed

- **Hal Hope** – Chief Financial Officer, Finance
  - **Fay Finn** – Engineer, Network, Platform (dotted line)
  - **Ida Ives** – Controller, Finance *on leave*
  - **Jon Jay** – Controller, Finance *acting* (+1 below)

Notes:

- 1 more person stands below those drawn.
"""
MERMAID = """\
flowchart TD
    n1["Hal Hope<br/>Chief Financial Officer<br/>+4 below"]
"""


def made(**limits: object) -> Chart:
    return company().as_of(DAY).chart(**limits)  # type: ignore[arg-type]  # a dict of mixed values


def nasty() -> OrgGraph:
    return graph(
        starts(NASTY, f"post of {NASTY}", "2024-03-14", unit=f"unit of {NASTY}", reports_to=f"boss of {NASTY}"),
        starts(f"boss of {NASTY}", "", "2020-01-01", reports_to=f"head of {NASTY}"),
    )


def test_text_is_a_tree() -> None:
    assert made().text() == TEXT


def test_what_is_odd_stands_beside_whom_it_is_about() -> None:
    text = company().as_of("2024-09-15").chart().text()
    assert "├── Hal Hope – Chief Financial Officer, Finance [possible: until 2024-09-01 to 2024-09-30]" in text
    assert "Ida Ives – Controller, Finance (possibly reports here; possibly also reports to Mia Moss)" in text
    assert "Engineer, Storage – Platform [vacant]" in text
    posts = company().as_of(DAY).chart(view="posts").text()
    assert "Controller – Jon Jay (acting); Ida Ives (on leave), Finance\n" in posts


def test_a_dotted_line_that_is_all_there_is_is_drawn_dotted() -> None:
    org = graph(starts("Ann", "A", "2020-01-01"), starts("Bob", "B", "2020-01-01", reports_to="Ann", line="dotted"))
    assert "└┄┄ Bob – B (dotted line)\n" in org.as_of(DAY).chart().text()


def test_a_circle_is_broken_and_told() -> None:
    org = graph(starts("Ann", "A", "2020-01-01", reports_to="Bob"), starts("Bob", "B", "2020-01-01", reports_to="Ann"))
    text = org.as_of(DAY).chart().text()
    assert "Ann – A (reports to Bob, in a circle)\n└── Bob – B\n" in text
    assert "Note: Ann and Bob report to each other on 2024-03-15.\n" in text


def test_markdown_is_a_nested_list() -> None:
    assert made(root="Hal Hope", collapse=["Jon Jay"]).markdown() == MARKDOWN


def test_mermaid_is_a_flowchart_of_what_is_drawn() -> None:
    assert made(root="Hal Hope", depth=0).mermaid() == MERMAID
    whole = made().mermaid()
    assert '    subgraph n12p["Brightwater"]\n        n13["Lou Lane"]\n    end\n' in whole
    assert "-.->" in whole


class _List(HTMLParser):
    """Reads a list: the depth of each item, its words, and which elements are there."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.items: list[tuple[int, str]] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert (self.open[-1:] == ["ul"]) == (tag == "li"), "items stand in lists, and nothing else does"
        self.open.append(tag)
        self.tags.add(tag)
        if tag == "li":
            self.items.append((self.open.count("ul") - 1, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "li" in self.open:
            level, words = self.items[-1]
            self.items[-1] = (level, words + data)


@pytest.mark.parametrize("limits", [{}, {"view": "units"}, {"view": "posts"}, {"depth": 0}], ids=str)
def test_the_list_says_what_the_tree_says(limits: dict[str, object]) -> None:
    chart = made(**limits)
    reader = _List()
    reader.feed(chart.html_list())
    reader.close()
    assert reader.open == []
    tree = [line for line in chart.text().splitlines()[3:] if line and not line.startswith("Note: ")]
    cleaned = [re.sub(r"[│├└─┄]", " ", line) for line in tree]
    told = [((len(line) - len(line.lstrip())) // 4, re.sub(r"[–\[\]()]", "", line).split()) for line in cleaned]
    assert [(level, re.sub(r"[()]", "", words).split()) for level, words in reader.items] == told


def test_no_name_is_markup_or_steers_a_terminal() -> None:
    chart = nasty().as_of(DAY).chart()
    for form, write in TEXTS.items():
        if form != "dot":
            assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", write(chart)), form
    reader = _List()
    reader.feed(chart.html_list())
    assert reader.tags == {"ul", "li", "span", "em"}
    assert any("<script>x</script>" in words for _, words in reader.items)
    markdown = chart.markdown()
    assert len(markdown.splitlines()) == len(chart.text().splitlines()) + 3
    assert r"\*Söhne\* \<script\>x\</script\> \[CTO\](u) \`a\`" in markdown
    assert chart.text().count("\n") == 9, "no name begins a line of its own"


def test_a_chart_of_nobody_says_so() -> None:
    chart = company().as_of("2019-01-01").chart()
    assert chart.text() == "Nobody, 2019-01-01\n0 people\n\nNote: Nobody is known on 2019-01-01.\n"
    assert chart.mermaid() == "flowchart TD\n"
    assert "<li" not in chart.html_list()


def test_the_suffix_of_a_file_says_the_form(tmp_path: Path) -> None:
    chart = made()
    for suffix, form in SUFFIXES.items():
        if form in TEXTS:
            chart.save(tmp_path / f"org{suffix}")
            assert (tmp_path / f"org{suffix}").read_text("utf-8") == TEXTS[form](chart)
    with pytest.raises(UnsupportedError, match=r"org\.gif: the suffix says no format of a chart \(expected one of"):
        chart.save(tmp_path / "org.gif")


def test_the_order_of_rows_does_not_matter() -> None:
    other = OrgGraph()
    other.load(list(reversed([entry.change for entry in company().ledger.entries])))
    for view in ("people", "posts", "units"):
        for form, write in TEXTS.items():
            assert write(other.as_of(DAY).chart(view=view)) == write(made(view=view)), (view, form)


def test_a_store_that_was_loaded_bit_by_bit_gives_the_same(tmp_path: Path) -> None:
    for at in range(0, len(ROWS), 9):
        orggraph.open(tmp_path / "store").load(ROWS[at : at + 9])
    kept = orggraph.open(tmp_path / "store", create=False)
    for on in (DAY, "2024-09-15"):
        for view in ("people", "posts", "units"):
            assert kept.as_of(on).chart(view=view).text() == company().as_of(on).chart(view=view).text(), (on, view)
