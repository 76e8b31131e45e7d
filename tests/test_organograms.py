"""Organograms of the UK government: what stands for a name, references, defects, and everything that can be wrong."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from company import memberships

from orggraph import OrgGraph
from orggraph.cli import main
from orggraph.errors import LoadError, UnsupportedError
from orggraph.hierarchy import stats
from orggraph.library import library
from orggraph.sources import Reading, read
from orggraph.sources.organograms import absence, person_key, reference

COLUMNS = ("Post Unique Reference", "Name", "Grade (or equivalent)", "Job Title", "Parent Department", "Organisation",
           "Unit", "Reports to Senior Post", "FTE", "")  # fmt: skip
JUNIOR = ("Parent Department", "Organisation", "Unit", "Reporting Senior Post", "Grade", "Generic Job Title",
          "Number of Posts in FTE", "Professional/Occupational Group")  # fmt: skip
D1, D2, D3 = "2011-03-31", "2011-09-30", "2012-03-31"


def table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([columns, *rows])
    return stream.getvalue()


def senior(folder: Path, day: str, *posts: tuple[str, str, str], office: str = "Office", unit: str = "Works") -> Path:
    """Write a table of senior posts, given as (reference, name, reports to)."""
    rows = [(key, name, "SCS1", f"Head of {key}", "Ministry", office, unit, boss, "1", "") for key, name, boss in posts]
    path = folder / f"office-{day}-senior.csv"
    path.write_text(table(COLUMNS, rows), "utf-8")
    return path


def junior(folder: Path, day: str, *posts: tuple[str, str, str]) -> Path:
    """Write a table of junior posts, given as (reporting senior post, title, number)."""
    rows = [("Ministry", "Office", "Works", boss, "AO", title, number, "Policy") for boss, title, number in posts]
    path = folder / f"office-{day}-junior.csv"
    path.write_text(table(JUNIOR, rows), "utf-8")
    return path


def found(reading: Reading) -> list[tuple[str, int, str]]:
    return [(f.severity, f.line, f.code) for f in reading.findings]


def loaded(*paths: Path, **how: str) -> OrgGraph:
    org = OrgGraph()
    org.load(*paths, **how)  # type: ignore[arg-type]  # texts only
    return org


def test_a_table_of_senior_posts(tmp_path: Path) -> None:
    reading = read(senior(tmp_path, D1, ("1", "Ada Byron", "XX"), ("2", "Bea Curie", "1")))
    assert reading.findings == () and reading.counts == {"office-2011-03-31-senior.csv": 2}
    assert [(c.kind, c.post_id, c.person, c.property, c.reports_to_post_id) for c in reading.changes] == [
        ("holds", "1", "Ada Byron", "", ""), ("states", "1", "", "grade", ""), ("states", "1", "", "FTE", ""),
        ("reports", "1", "", "", ""),
        ("holds", "2", "Bea Curie", "", ""), ("states", "2", "", "grade", ""), ("states", "2", "", "FTE", ""),
        ("reports", "2", "", "", "1"),
        ("states", "", "", "parent department", ""), ("roster", "", "", "", ""), ("roster", "", "", "posts", ""),
    ]  # fmt: skip
    assert {(c.source, str(c.effective), c.organization) for c in reading.changes} == {
        ("office-senior", D1, "Office")
    }  # fmt: skip


@pytest.mark.parametrize(
    "name, reason",
    [("", "unknown"), ("N/D", "withheld"), ("'N/D'", "withheld"), ("n/d", "withheld"), ("Vacant", "vacant"),
     ("VACANT POST", "vacant"), ("Vacancy", "vacant"), ("Eliminated", "eliminated"), ("Ada Byron", "")],
)  # fmt: skip
def test_why_nobody_is_named(name: str, reason: str) -> None:
    assert absence(name) == reason


@pytest.mark.parametrize(
    "name, other",
    [("Ian Moncrieff CBE", "Ian Moncrieff"), ("Sir Gus O'Donnell", "Gus O’Donnell"),
     ("Dr. Ada Byron, PhD", "Ada Byron"), ("Rear Admiral Nick Lambert", "Nick Lambert"),
     ("Jessica de Mounteney", "Jessica De Mounteney"),
     ("Allan Marriott Smith", "Allan Marriott-Smith"), ("Rt Hon Dame Bea Curie DBE QC", "bea curie")],
)  # fmt: skip
def test_titles_and_honours_tell_nobody_apart(name: str, other: str) -> None:
    assert person_key(name) == person_key(other)


@pytest.mark.parametrize("name, other", [("E Stell", "Edward Stell"), ("Yo Ma", "Yo"), ("Dr No", "No"),
                                         ("Yo Yo Ma", "Yo Yo"), ("Jon Day", "Jonathan Day")])  # fmt: skip
def test_other_differences_do(name: str, other: str) -> None:
    assert person_key(name) != person_key(other)


def test_zeros_that_lead_a_reference_come_and_go(tmp_path: Path) -> None:
    first = senior(tmp_path, D1, ("00026677", "Ada Byron", "XX"), ("00026678", "Bea Curie", "26677"))
    second = senior(tmp_path, D2, ("26677", "Ada Byron", "XX"), ("26678", "Bea Curie", "00026677"))
    org = loaded(first, second)
    assert [reference(text) for text in ("000", "0A1", "A01")] == ["0", "A1", "A01"]
    assert {until for name in ("Ada Byron", "Bea Curie") for _, _, until in memberships(org, name)} == {".."}
    assert [row.name for row in org.as_of(D2).managers("Bea Curie")] == ["Ada Byron"]


def test_whoever_is_withheld_is_presumed_there_and_by_exact_texts_gone(tmp_path: Path) -> None:
    paths = senior(tmp_path, D1, ("1", "Ada Byron", "XX")), senior(tmp_path, D2, ("1", "N/D", "XX"))
    (row,) = loaded(*paths).as_of(D2).holders("Head of 1")
    assert (row.name, row.certainty, row.confirmed) == ("Ada Byron", "presumed", D1)
    assert loaded(*paths, identity="exact").as_of(D2).holders("Head of 1") == []


@pytest.mark.parametrize("text", ["Vacant", "Eliminated"])
def test_of_a_vacant_post_the_holder_is_gone_and_the_post_is_not(text: str, tmp_path: Path) -> None:
    org = loaded(senior(tmp_path, D1, ("1", "Ada Byron", "XX")), senior(tmp_path, D2, ("1", text, "XX")))
    assert org.as_of(D2).holders("Head of 1") == []
    rows = org.as_of(D2).query('SELECT ?why { ?post orgg:absence ?why ; rdfs:label "Head of 1" }').rows
    assert [str(row[0].value) for row in rows] == [text.casefold()]  # type: ignore[union-attr]  # a literal
    assert memberships(org, "Ada Byron") == [("Head of 1", "../2011-03-31", "2011-04-01/2011-09-30")]


def test_a_withheld_post_is_not_called_vacant(tmp_path: Path) -> None:
    posts = [("1", "Ada Byron", "XX"), ("2", "N/D", "1"), ("3", "", "1"), ("4", "Vacant", "1")]
    path = senior(tmp_path, D1, *posts)
    said = [
        CliRunner().invoke(main, ["--data", str(path), "holders", f"Head of {key}", "--as-of", D1]).stdout.strip()
        for key in "234"
    ]
    assert said == [
        f"# On {D1} it is withheld who holds Head of 2, Works.",
        f"# On {D1} it is unknown who holds Head of 3, Works, if anybody does.",
        f"# On {D1} Head of 4, Works is vacant: nobody is known to hold it.",
    ]
    org = loaded(path)
    found = org.as_of(D1).query(library()["vacant_posts"].text).rows
    assert [str(row[1].value) for row in found] == ["Head of 4"]  # type: ignore[union-attr]  # a literal
    before = senior(tmp_path, "2010-03-31", posts[0])
    shown = CliRunner().invoke(main, ["--data", str(before), "--data", str(path), "diff", "2010-03-31", D1]).stdout
    assert "the post Head of 2 was created in Works, reporting to Head of 1 (withheld)" in shown, shown
    cards = {card.name: card.notes for card in org.as_of(D1).chart().cards if card.kind == "post"}
    assert cards == {"Head of 2": ("withheld",), "Head of 3": ("unknown",), "Head of 4": ("vacant",)}


def test_posts_are_counted_by_why_they_name_nobody(tmp_path: Path) -> None:
    posts = [("1", "Ada Byron", "XX"), ("2", "N/D", "1"), ("3", "", "1"), ("4", "Vacant", "1"),
             ("5", "Eliminated", "1"), ("6", "Bea Curie", "2"), ("7", "N/D", "1")]  # fmt: skip
    path = senior(tmp_path, D1, *posts)
    day = loaded(path).as_of(D1)
    found = stats(day.snapshot)
    assert found["vacant_posts"] == 1
    assert found["other_posts_without_a_name"] == {"eliminated": 1, "unknown": 1, "withheld": 2}
    assert found["span"]["max"] == 5, "whoever is withheld reports to somebody like anybody else"  # type: ignore[index]  # a dict
    run = ["--data", str(path), "chart", "--as-of", D1, "-o", str(tmp_path / "a.svg")]
    said = CliRunner().invoke(main, run).stderr
    assert "2 people, 1 vacant post, 1 post eliminated, 1 post unknown, 2 posts withheld, " in said
    drawn = (tmp_path / "a.svg").read_text("utf-8")
    assert "post that names nobody" in drawn and "2 posts withheld" in drawn
    mermaid = day.export("mermaid").decode()
    assert '(["Head of 2<br/>withheld"])' in mermaid and '(["Head of 4<br/>vacant"])' in mermaid
    said = CliRunner().invoke(main, ["--data", str(path), "holders", "Head of 5", "--as-of", D1]).stdout
    assert said == f"# On {D1} Head of 5, Works is eliminated: nobody holds it.\n"
    assert [str(row[1].value) for row in day.query(library()["vacant_posts"].text).rows] == ["Head of 4"]  # type: ignore[union-attr]  # a literal


def test_what_a_table_leaves_out_is_gone(tmp_path: Path) -> None:
    paths = [senior(tmp_path, D1, ("1", "Ada Byron", "XX"), ("2", "Bea Curie", "1")),
             senior(tmp_path, D2, ("1", "Ada Byron", "XX"))]  # fmt: skip
    org = loaded(*paths)
    about = [fact for fact in org.ledger.believed() if fact.subject == org.find("Head of 2")]
    lives = [(fact.kind, fact.start.edtf(), fact.end.edtf()) for fact in about]
    assert ("place", "../2011-03-31", "2011-04-01/2011-09-30") in lives
    assert ("line", "../2011-03-31", "2011-04-01/2011-09-30") in lives


def test_a_post_that_stands_twice_is_shared(tmp_path: Path) -> None:
    path = senior(tmp_path, D1, ("1", "Ada Byron", "XX"), ("2", "Bea Curie", "1"), ("2", "Cy Dent", "1"))
    assert found(read(path)) == [("warning", 4, "repeated-reference")]
    org = loaded(path)
    assert [row.name for row in org.as_of(D1).holders("Head of 2")] == ["Bea Curie", "Cy Dent"]
    assert [row.name for row in org.as_of(D1).reports_to("Ada Byron")] == ["Bea Curie", "Cy Dent"]


DEFECTS: dict[str, tuple[list[tuple[str, str, str]], tuple[str, int, str], str]] = {
    "reports to itself": ([("1", "Ada", "XX"), ("2", "Bea", "2")], ("warning", 3, "reports-to-itself"),
                          "the post 2 reports to itself (expected another post, or XX for nobody); line left out"),
    "no such post": ([("1", "Ada", "XX"), ("2", "Bea", "9")], ("warning", 3, "unknown-reference"),
                     "the post 2 reports to '9', which is no post of the table (expected a reference in it, or XX"),
    "several tops": ([("1", "Ada", "XX"), ("2", "Bea", "xx")], ("warning", 2, "several-tops"),
                     "2 posts report to nobody: 1, 2 (expected one)"),
    "two managers": ([("1", "Ada", "XX"), ("2", "Bea", "1"), ("3", "Cy", "1"), ("3", "Cy", "2")],
                     ("warning", 5, "several-managers"), "the post 3 reports to several (1, 2; expected one)"),
    "no manager": ([("1", "Ada", "XX"), ("2", "Bea", "")], ("warning", 3, "no-manager"),
                   "Reports to Senior Post of the post 2 is empty (expected a reference, or XX for nobody)"),
}  # fmt: skip


@pytest.mark.parametrize("posts, finding, message", DEFECTS.values(), ids=DEFECTS)
def test_defects_are_reported_and_the_rest_is_read(
    posts: list[tuple[str, str, str]], finding: tuple[str, int, str], message: str, tmp_path: Path
) -> None:
    path = senior(tmp_path, D1, *posts)
    reading = read(path)
    assert finding in found(reading)
    assert any(str(f).startswith(f"{path}:{finding[1]}: {message}") for f in reading.findings)
    org = loaded(path)
    assert all(org.as_of(D1).memberships(name)[0].certainty == "certain" for _, name, _ in posts)
    snapshot = org.as_of(D1).snapshot
    assert not [fact for fact in snapshot.facts("line") if fact.subject == str(fact.object)]


def test_a_branch_that_hangs_from_no_post_keeps_its_lines(tmp_path: Path) -> None:
    org = loaded(senior(tmp_path, D1, ("1", "Ada", "XX"), ("2", "Bea", "9"), ("3", "Cy", "2")))
    assert [row.name for row in org.as_of(D1).chain("Cy")] == ["Bea"]


def test_a_row_without_reference_is_refused_and_nothing_ends_by_silence(tmp_path: Path) -> None:
    path = senior(tmp_path, D2, ("1", "Ada", "XX"), ("", "Bea", "1"))
    reading = read(path)
    assert ("error", 3, "bad-value") in found(reading) and "roster-incomplete" in {f.code for f in reading.findings}
    assert [c for c in reading.changes if c.kind == "roster"] == []
    with pytest.raises(LoadError, match=r"senior\.csv:3: Post Unique Reference is empty"):
        OrgGraph().load(path)


def test_a_table_of_junior_posts(tmp_path: Path) -> None:
    top = senior(tmp_path, D1, ("1", "Ada Byron", "XX"))
    rows = ("01", "Adviser", "2.5"), ("1", "Adviser", "1"), ("1", "Clerk", "many"), ("", "Aide", "1")
    path = junior(tmp_path, D1, *rows)
    reading = read(path)
    assert found(reading) == [("warning", 4, "bad-number"), ("warning", 5, "no-manager")]
    org = loaded(top, path)
    below = org.as_of(D1).reports_to("Head of 1")
    assert sorted((row.name, row.certainty) for row in below) == [
        ("Adviser", "certain"), ("Adviser", "certain"), ("Clerk", "certain")
    ]  # fmt: skip
    assert [row.name for row in org.as_of(D1).chain(below[0].iri)] == ["Ada Byron"]


def test_posts_of_another_organisation_in_the_table_are_a_unit_of_it(tmp_path: Path) -> None:
    path = senior(tmp_path, D1, ("1", "Ada", "XX"), ("2", "Bea", "1"), ("3", "Cy", "1"))
    text = path.read_text("utf-8").replace('"Head of 3","Ministry","Office"', '"Head of 3","Ministry","Agency"')
    path.write_text(text, "utf-8")
    (row,) = loaded(path).as_of(D1).memberships("Cy")
    assert (row.unit, row.organization) == ("Works, Agency", "Office")
    assert [row.name for row in loaded(path).as_of(D1).managers("Cy")] == ["Ada"]


def test_columns_that_are_not_known_are_noted(tmp_path: Path) -> None:
    path = senior(tmp_path, D1, ("1", "Ada", "XX"))
    path.write_text(path.read_text("utf-8").replace('"FTE",""', '"FTE","Shoe size"'), "utf-8")
    (note,) = read(path).findings
    assert (note.severity, note.message) == ("note", "columns that are not read: Shoe size")


def test_the_day_is_needed(tmp_path: Path) -> None:
    path = senior(tmp_path, D1, ("1", "Ada", "XX")).rename(tmp_path / "senior.csv")
    (finding,) = read(path).findings
    assert "expected a day in the name of the file, as in office-2011-03-31-senior.csv, or --stated" in finding.message
    assert {str(change.effective) for change in read(path, stated=D3).changes} == {D3}


def test_a_table_that_lacks_a_column_says_which(tmp_path: Path) -> None:
    path = tmp_path / "office-2011-03-31.csv"
    path.write_text("Post Unique Reference,Name,Job Title,Organisation\n1,Ada,Head,Office\n", "utf-8")
    (finding,) = read(path, format="uk-organograms").findings
    assert finding.message.startswith("the organogram has no column 'Reports to Senior Post' (the file has: Post")


def test_exact_is_refused_where_it_does_nothing(tmp_path: Path) -> None:
    path = tmp_path / "roles.csv"
    path.write_text("kind,person,post,effective\nstarts,Ada,CTO,2024\n", "utf-8")
    assert read(path, identity="names").findings == ()
    assert "the identity exact is for uk-organograms" in str(read(path, identity="exact").findings[0])
    with pytest.raises(UnsupportedError, match="did you mean 'exact'"):
        read(path, identity="exakt")


def test_on_the_command_line(tmp_path: Path) -> None:
    named = {D1: "Sir Ada Byron", D2: "Ada Byron"}
    paths = [str(senior(tmp_path, day, ("1", name, "XX"))) for day, name in named.items()]
    files = [word for path in paths for word in ("--data", path)]
    for how, since in (([], "../2011-03-31"), (["--identity", "exact"], "2011-04-01/2011-09-30")):
        result = CliRunner().invoke(main, [*files, *how, "holders", "Head of 1", "--as-of", D2, "--format", "json"])
        assert result.exit_code == 0 and json.loads(result.stdout)["rows"][0]["since"] == since, result.output
    store = ["--store", str(tmp_path / "org"), "load", *paths, "--identity", "exact"]
    assert CliRunner().invoke(main, store).exit_code == 0
    result = CliRunner().invoke(main, ["--identity", "exact", "info"])
    assert result.exit_code == 2 and "--identity before the command needs --data" in result.output


def test_posts_of_the_cabinet_office_are_counted_as_its_table_has_them(shared: Path) -> None:
    file = shared / "uk_organograms" / "cabinet_office-2011-09-30-senior.csv"
    with file.open(encoding="utf-8-sig", errors="replace") as stream:
        listed = {row["Post Unique Reference"]: absence(row["Name"] or "") for row in csv.DictReader(stream)}
    counted = Counter(listed.values())
    found = stats(loaded(file).as_of("2011-09-30").snapshot)
    assert found["vacant_posts"] == counted["vacant"] == 7
    assert found["other_posts_without_a_name"] == {"eliminated": counted["eliminated"], "withheld": counted["withheld"]}
