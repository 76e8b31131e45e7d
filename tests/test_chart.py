"""Charts of a fixture company of a dozen people, and of what is odd about real ones."""

from __future__ import annotations

import shutil
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from company import company

from orggraph.chart import Chart, chart_of, draw
from orggraph.chart.render import renderer, run
from orggraph.errors import RenderError, UnknownName, UnsupportedError
from orggraph.facts import (
    ACTING,
    ATTRIBUTE,
    DERIVED,
    LABEL,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    NAME,
    PERSON_NAME,
    PLACE,
    POST_IN,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    TRUE,
    TYPE,
    UNIT_OF,
    Fact,
)
from orggraph.period import ONGOING, OPEN_EARLY, Moment, day
from orggraph.snapshot import POSSIBLE, Snapshot
from orggraph.timeline import Timeline
from orggraph.vocabulary import CLASSES, RDF_TYPE, Literal

GOLDEN = Path(__file__).parent / "golden"
DAY = day("2025-10-03")
SINCE = Moment.parse("2020-01-01")
ALWAYS = Moment(OPEN_EARLY, OPEN_EARLY, "..")
NASTY = (
    "O'Brien & Söhne <CTO>",
    'Quote "Q" Quote',
    r"Back\N \G \E \T \\ slash\\",
    "<b>bold</b>",
    "<>",
    "&amp; &lt; &#65;",
    "first line\nsecond line",
    "bell\x07 escape\x1b[31m end",
    "李小龍 Ольга Ёлкина",
    "]]> --> <!--",
)


class Company:
    """A company written down by hand, fact by fact."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.named: set[str] = set()

    def _add(self, kind: str, subject: str, predicate: str, object_: str | Literal, **more: object) -> None:
        given = {"start": SINCE, "end": ONGOING, "confirmed": DAY, "tenure": f"urn:tenure:{len(self.facts)}"} | more
        self.facts.append(Fact(kind=kind, subject=subject, predicate=predicate, object=object_, **given))  # type: ignore[arg-type]  # a dict of mixed values

    def entity(self, kind: str, name: str, *, of: str = "") -> str:
        iri = f"urn:{kind}:{of}{name}".translate({ord(c): "-" for c in " <>\"{}|\\^`\n\x07\x1b"})
        if iri not in self.named:
            self.named.add(iri)
            predicate = PERSON_NAME if kind == "person" else LABEL
            self._add(NAME, iri, predicate, Literal(name), start=ALWAYS)
            self._add(TYPE, iri, RDF_TYPE, CLASSES[kind], start=ALWAYS)
        return iri

    def unit(self, name: str, parent: str = "Acme") -> str:
        unit = self.entity("unit", name)
        above = self.entity("organization" if parent == "Acme" else "unit", parent)
        self._add(PLACE, unit, UNIT_OF, above)
        return unit

    def post(self, name: str, unit: str = "", **more: object) -> str:
        post = self.entity("post", name, of=unit)
        place = self.entity("unit", unit) if unit else self.entity("organization", "Acme")
        self._add(PLACE, post, POST_IN, place, **more)
        return post

    def holds(self, person: str, post: str = "", unit: str = "", **more: object) -> str:
        who = self.entity("person", person)
        place = self.entity("unit", unit) if unit else self.entity("organization", "Acme")
        self._add(MEMBERSHIP, who, MEMBER_OF, place, post=self.post(post, unit) if post else "", **more)
        return self.facts[-1].tenure

    def reports(self, person: str, manager: str, *, dotted: bool = False, kind: str = "person", **more: object) -> None:
        who = self.entity("person", person)
        predicate = REPORTS_DOTTED_TO if dotted else REPORTS_DIRECTLY_TO
        boss = manager if kind == "post" else self.entity(kind, manager)
        self._add(LINE, who, predicate, boss, **more)

    def state(self, tenure: str, predicate: str, value: Literal) -> None:
        self._add(ATTRIBUTE, tenure, predicate, value)

    def snapshot(self, on: int = DAY) -> Snapshot:
        return Snapshot(Timeline(self.facts), on)


def acme() -> Company:
    """Twelve people: Ada at the top, three heads, a vacant post, a dotted line, a handover whose day is not known."""
    company = Company()
    for unit in ("Engineering", "Finance", "Platform"):
        company.unit(unit, "Engineering" if unit == "Platform" else "Acme")
    company.holds("Ada Adams", "President")
    company.holds("Bob Brown", "Chief Engineer", "Engineering")
    company.holds("Cy Clark", "Chief Financial Officer", "Finance")
    company.holds("Cy Clark", "Company Secretary")
    company.state(company.holds("Dee Dunn", "Head of Platform", "Platform"), ACTING, TRUE)
    handover = replace(Moment.parse("2025-09-29/2025-10-10"), key="handover")
    company.holds("Eve Ellis", "Architect", "Engineering", end=handover)
    company.holds("Finn Ford", "Architect", "Engineering", start=handover)
    for person in ("Gil Gray", "Hal Hunt", "Ida Ives", "Jon Jay", "Kim King", "Lou Lane"):
        company.holds(person, "Engineer", "Platform")
        company.reports(person, "Dee Dunn")
    for person in ("Bob Brown", "Cy Clark"):
        company.reports(person, "Ada Adams")
    company.reports("Dee Dunn", "Bob Brown", flags=(DERIVED,))
    company.reports("Eve Ellis", "Bob Brown", end=handover)
    company.reports("Finn Ford", "Bob Brown", start=handover)
    company.reports("Dee Dunn", "Cy Clark", dotted=True)
    vacant = company.post("Controller", "Finance")
    company._add(LINE, vacant, REPORTS_DIRECTLY_TO, company.entity("post", "Chief Financial Officer", of="Finance"))
    return company


def ministry() -> Company:
    """People in units, and nobody says who reports to whom."""
    company = Company()
    for number, unit in enumerate(("Treasury", "Home Office", "Transport", "Foreign Office", "Health")):
        company.unit(unit)
        for member in range(2 + number % 3):
            company.holds(f"{unit} {'ABCD'[member]}", f"Minister of State, {member + 1}", unit)
    company.holds("Treasury A", "Lord of Transport", "Transport")
    return company


def circle(*pairs: tuple[str, str]) -> Company:
    company = Company()
    for reporter, manager in pairs:
        for person in (reporter, manager):
            if f"urn:person:{person}" not in company.named:
                company.holds(person)
        company.reports(reporter, manager)
    return company


def nasty() -> Company:
    company = Company()
    for name in NASTY:
        company.holds(name, f"Post of {name}")
        if name != NASTY[0]:
            company.reports(name, NASTY[0])
    return company


CASES = {"acme": acme, "ministry": ministry, "circle": lambda: circle(("Ann", "Bob"), ("Bob", "Ann")), "nasty": nasty}


@pytest.fixture(params=["dot", "graphviz-pure"])
def only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Leave one renderer on the PATH, which is then the one that is used."""
    beside = str(Path(sys.executable).parent)
    program = shutil.which(request.param) or shutil.which(request.param, path=beside)
    if program is None:
        pytest.skip(f"{request.param} is not installed")
    if request.param == "dot":
        (tmp_path / "dot").symlink_to(program)
    monkeypatch.setenv("PATH", str(tmp_path))
    return str(request.param)


def fake(directory: Path, name: str, script: str) -> None:
    program = directory / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


def chart(case: str) -> Chart:
    return chart_of(CASES[case]().snapshot())


@pytest.mark.parametrize("case", CASES)
def test_dot_is_the_golden_file(case: str) -> None:
    assert chart(case).dot() == (GOLDEN / f"chart_{case}.dot").read_text(encoding="utf-8")


def test_order_of_facts_does_not_matter() -> None:
    company = acme()
    forwards = chart_of(company.snapshot()).dot()
    company.facts.reverse()
    assert chart_of(company.snapshot()).dot() == forwards


def test_cards_say_who_holds_what() -> None:
    made = chart("acme")
    cy = made.card("urn:person:Cy-Clark")
    assert (cy.post, cy.unit, cy.certainty) == ("Chief Financial Officer; Company Secretary", "Finance", "certain")
    assert made.card("urn:person:Dee-Dunn").held[0].notes == ("acting",)
    eve = made.card("urn:person:Eve-Ellis")
    assert (eve.certainty, eve.held[0].notes) == (POSSIBLE, ("possible: until 2025-09-29 to 2025-10-10",))
    vacant = made.card("urn:post:FinanceController")
    assert (vacant.kind, vacant.notes) == ("post", ("vacant",))
    assert sum(card.kind == "person" for card in made.cards) == 12


@pytest.mark.parametrize(
    ("start", "end", "note"),
    [
        ("../2025-10-10", "..", "possible: since 2025-10-10 or before"),
        ("2025-10", "..", "possible: since 2025-10-01 to 2025-10-31"),
        ("2020-01-01", "2025-09-30/..", "possible: until 2025-09-30 or later"),
        ("2025-10-01/2025-10-05", "2025-10-02/2025-10-09",
         "possible: since 2025-10-01 to 2025-10-05, until 2025-10-02 to 2025-10-09"),
    ],
)  # fmt: skip
def test_possible_says_why(start: str, end: str, note: str) -> None:
    company = Company()
    finish = ONGOING if end == ".." else Moment.parse(end)
    company.holds("Ann", "Clerk", start=Moment.parse(start), end=finish)
    made = chart_of(company.snapshot())
    assert made.card("urn:person:Ann").held[0].notes == (note,)
    assert "Clerk may be vacant; possibly held by Ann." in made.remarks


def test_post_filled_for_certain_by_nobody_certain() -> None:
    assert "Architect is filled for certain, but it is not certain by whom: Eve Ellis or Finn Ford." in (
        chart("acme").remarks
    )


def test_presumed_is_counted_and_told() -> None:
    company = acme()
    made = chart_of(company.snapshot(DAY + 30))
    assert "presumed" in made.subtitle
    assert "presumed, last confirmed 2025-10-03" in made.dot()


def test_stated_line_stands_for_the_derived_one_beside_it() -> None:
    company = circle(("Ann", "Bob"))
    company.reports("Ann", "Bob", flags=(DERIVED,), dotted=True)
    lines = chart_of(company.snapshot()).lines
    assert [(line.kind, line.derived) for line in lines] == [("direct", False)]


def test_line_from_a_vacant_post_goes_to_the_holder() -> None:
    line = next(line for line in chart("acme").lines if line.reporter == "urn:post:FinanceController")
    assert (line.manager, line.derived) == ("urn:person:Cy-Clark", True)


def test_line_to_a_vacant_post_stops_there() -> None:
    company = Company()
    company.holds("Ann")
    company.reports("Ann", company.post("Director"), kind="post")
    made = chart_of(company.snapshot())
    assert [(line.reporter, line.manager) for line in made.lines] == [("urn:person:Ann", "urn:post:Director")]


def test_vacant_post_of_another_organization_is_named_and_not_drawn() -> None:
    company = circle(("Ann", "Bob"))
    other = company.entity("organization", "Former Employer")
    company._add(PLACE, company.entity("post", "Old Post"), POST_IN, other)
    made = chart_of(company.snapshot())
    assert all(card.kind == "person" for card in made.cards)
    assert "Not drawn, as nobody in their organization is known: Old Post, Former Employer." in made.remarks


def test_post_that_may_not_exist_is_not_called_vacant() -> None:
    company = circle(("Ann", "Bob"))
    company.post("Director", start=Moment.parse("2025-10-01/2025-10-09"))
    assert all(card.kind != "post" for card in chart_of(company.snapshot()).cards)


@pytest.mark.parametrize(
    ("pairs", "remark"),
    [
        ([("Ann", "Bob"), ("Bob", "Ann")], "Ann and Bob report to each other on 2025-10-03."),
        ([("Ann", "Ann")], "Ann reports to Ann on 2025-10-03."),
        ([("Cy", "Ann"), ("Ann", "Bob"), ("Bob", "Cy")],
         "Ann → Bob → Cy → Ann report to each other in a circle on 2025-10-03."),
        ([("Dee", "Ann"), ("Ann", "Bob"), ("Bob", "Ann"), ("Ann", "Top")],
         "Ann and Bob report to each other on 2025-10-03."),
    ],
    ids=["two", "oneself", "three", "below-a-top"],
)  # fmt: skip
@pytest.mark.parametrize("depth", [None, 9])
def test_cycle_is_drawn_and_named(pairs: list[tuple[str, str]], remark: str, depth: int | None) -> None:
    made = chart_of(circle(*pairs).snapshot(), depth=depth)
    assert {card.name for card in made.cards} == {name for pair in pairs for name in pair}
    assert len(made.lines) == len(pairs)
    assert made.remarks[0] == remark
    assert any(line.in_cycle for line in made.lines)


def test_every_line_of_cycles_that_share_a_person_is_marked() -> None:
    made = chart_of(circle(("Ann", "Bob"), ("Bob", "Ann"), ("Ann", "Cy"), ("Cy", "Ann"), ("Dee", "Cy")).snapshot())
    assert made.remarks[:2] == (
        "Ann and Bob report to each other on 2025-10-03.",
        "Ann and Cy report to each other on 2025-10-03.",
    )
    assert {line.reporter for line in made.lines if not line.in_cycle} == {"urn:person:Dee"}


def test_no_lines_gives_units() -> None:
    made = chart("ministry")
    assert made.remarks == ("No reporting lines are known on this day; people are grouped by unit.",)
    grouped = [iri for group in made.groups for iri in group.members]
    assert sorted(grouped) == sorted(card.iri for card in made.cards if card.kind == "person")
    assert [made.card(group.unit).name for group in made.groups] == [
        "Foreign Office", "Health", "Home Office", "Transport", "Treasury",
    ]  # fmt: skip


def test_people_without_line_stand_beside_the_tree() -> None:
    company = acme()
    company.holds("Zoë Zorn", "Adviser", "Finance")
    made = chart_of(company.snapshot())
    assert [group.members for group in made.groups] == [("urn:person:Zoë-Zorn",)]
    assert "1 person stands without a known reporting line, by unit." in made.remarks


def test_manager_without_a_post_is_named() -> None:
    company = circle(("Ann", "Bob"))
    company.reports("Bob", "Gone")
    assert "Named as manager, but without a post on this day: Gone." in chart_of(company.snapshot()).remarks


def test_root_depth_and_unit_limit_the_chart() -> None:
    snapshot = acme().snapshot()
    below = chart_of(snapshot, root="urn:person:Bob-Brown")
    assert len(below.cards) == 10
    assert below.title == "Acme, below Bob Brown, 2025-10-03"
    top = chart_of(snapshot, depth=1)
    assert [(card.name, card.below) for card in top.cards] == [("Ada Adams", 0), ("Bob Brown", 9), ("Cy Clark", 8)]
    assert "9 more people and 1 more post stand below those drawn." in top.remarks
    unit = chart_of(snapshot, unit="urn:unit:Platform")
    assert len(unit.cards) == 7
    assert "Managers outside Platform are not drawn: Bob Brown and Cy Clark." in unit.remarks
    assert len(chart_of(snapshot, unit="urn:unit:Engineering").cards) == 10


def test_what_is_not_there_is_refused_by_name() -> None:
    snapshot = acme().snapshot()
    with pytest.raises(UnknownName, match="urn:nobody"):
        chart_of(snapshot, root="urn:nobody")
    with pytest.raises(UnknownName, match="nobody is in"):
        chart_of(snapshot, unit="urn:nowhere")
    with pytest.raises(UnsupportedError, match="-1 levels"):
        chart_of(snapshot, depth=-1)
    with pytest.raises(UnsupportedError, match="'gif'"):
        draw(snapshot, "gif")


def test_day_before_everything_is_an_empty_chart() -> None:
    made = chart_of(acme().snapshot(day("2019-12-31")))
    assert made.cards == ()
    assert made.remarks == ("Nobody is known on 2019-12-31.",)


@pytest.mark.parametrize("case", CASES)
def test_svg_is_self_contained_and_repeatable(case: str, only: str) -> None:
    made = chart(case)
    text = made.render().decode("utf-8")
    assert text == made._repr_svg_()
    root = ET.fromstring(text)
    assert root.get("role") == "tree"
    assert root.get("aria-label") == f"{made.title}: {made.subtitle}"
    assert root[0].text == root.get("aria-label")
    assert text.count("http") == text.count('xmlns="http://www.w3.org/2000/svg"') == 1
    assert "<!" not in text and "href" not in text and "version 2" not in text
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert {card.iri for card in made.cards if card.kind != "unit"} <= set(ids)


def squeezed(text: str) -> str:
    """Leave out what a line break or a space of another width would change."""
    return "".join(text.split())


@pytest.mark.parametrize("form", ["svg", "dot"])
def test_names_come_out_literally(form: str, only: str) -> None:
    """Cards are narrower than some of the names, which then take several lines."""
    made = chart("nasty")
    root = ET.fromstring(made.render() if form == "svg" else run(made.dot(), "svg"))
    ns = "{http://www.w3.org/2000/svg}"
    shown = squeezed("".join("".join(element.itertext()) for element in root.iter(f"{ns}text")))
    attribute = "{http://www.w3.org/1999/xlink}title"
    titles = [element.get(attribute, "") if form == "dot" else element.text or ""
              for element in root.iter(f"{ns}title" if form == "svg" else f"{ns}a")]  # fmt: skip
    for name in NASTY:
        visible = name.replace("\x07", "␇").replace("\x1b", "␛")
        assert squeezed(visible) in shown, name
        assert any(title.startswith(visible) for title in titles), (name, titles)
    assert not list(root.iter(f"{ns}image"))


def test_text_of_a_title_keeps_its_backslashes(only: str) -> None:
    company = circle(("Ann", "Bob"))
    made = Chart(replace(chart_of(company.snapshot()).sheet, title=r'A\N "B" \\ <C> & D'))
    root = ET.fromstring(made.render())
    assert root.get("aria-label") == rf'A\N "B" \\ <C> & D: {made.subtitle}'


def test_png_and_dot_formats(only: str) -> None:
    snapshot = acme().snapshot()
    assert draw(snapshot, "png").startswith(b"\x89PNG")
    assert draw(snapshot, "dot").decode("utf-8") == chart("acme").dot()


def test_pdf_needs_the_system_program(only: str) -> None:
    snapshot = acme().snapshot()
    if only == "dot":
        assert draw(snapshot, "pdf").startswith(b"%PDF")
    else:
        with pytest.raises(RenderError, match="graphviz-pure draws no PDF"):
            draw(snapshot, "pdf")


def test_system_dot_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    fake(tmp_path, "dot", "exit 0")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert renderer() == str(tmp_path / "dot")


def test_no_renderer_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    with pytest.raises(RenderError, match=r"install Graphviz .* or the Python package graphviz-pure"):
        draw(acme().snapshot())
    assert draw(acme().snapshot(), "dot").startswith(b"digraph")


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("echo no good >&2; exit 3", "dot failed with exit code 3: no good"),
        ("exit 0", "dot failed with exit code 0: no message"),
        ("while :; do :; done", "dot took longer than 0.2 s"),
        ("echo text", "no SVG"),
    ],
    ids=["fails", "silent", "hangs", "no-svg"],
)
def test_renderer_that_fails_is_told(
    script: str, message: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake(tmp_path, "dot", script)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RenderError, match=message):
        draw(acme().snapshot(), timeout=0.2 if "while" in script else 60)


def test_broken_dot_text_is_told(only: str) -> None:
    with pytest.raises(RenderError, match="syntax error"):
        run("digraph {", "svg")


def test_remarks_are_about_what_is_on_the_chart() -> None:
    snapshot = company().as_of("2024-09-15").snapshot
    elsewhere = "Chief Financial Officer is filled for certain, but it is not certain by whom: Hal Hope or Mia Moss."
    find = company().find
    assert elsewhere in chart_of(snapshot).remarks
    assert elsewhere in chart_of(snapshot, unit=find("Finance")).remarks
    assert elsewhere not in chart_of(snapshot, unit=find("Platform")).remarks
    assert elsewhere not in chart_of(snapshot, root=find("Dan Dale")).remarks
