"""The 28 questions about positions in Japan and South Korea, from tables made from Wikidata, through sample mappings.

Whether an end is the last day or the day after is not known: what is certain is the answer of the half-open reading,
and what is at least possible that of the inclusive one.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from orggraph import OrgGraph
from orggraph.facts import Fact
from orggraph.loading import LoadReport
from orggraph.period import ONGOING
from orggraph.places import sample_folder
from orggraph.snapshot import Answer, Seats

DATASET = "wikidata_ministers"
STATED = {"japan": "2022-07-24", "south_korea": "2022-08-03"}
PRECISIONS = {4: "year", 7: "month", 10: "day"}
Tables = dict[str, tuple[OrgGraph, LoadReport]]


def load(shared: Path, country: str, table: str, mapping: str) -> tuple[OrgGraph, LoadReport]:
    org = OrgGraph()
    path = sample_folder() / "mappings" / f"{mapping}.toml"
    return org, org.load(shared / DATASET / country / table, mapping=path, stated=STATED[country])


@pytest.fixture(scope="module")
def tables(shared: Path) -> Tables:
    return {
        "japan": load(shared, "japan", "holders21.csv", "wikidata-japan"),
        "south_korea": load(shared, "south_korea", "holders21.csv", "wikidata-south-korea"),
        "justice": load(shared, "japan", "minister-justice-wikidata.csv", "wikidata-japan-justice"),
    }


@pytest.fixture(scope="module")
def truth(shared: Path) -> dict[str, dict[str, Any]]:
    questions = json.loads((shared / "truth.json").read_text("utf-8"))
    return {question["id"]: question for question in questions if question["dataset"] == DATASET}


def qids(org: OrgGraph) -> dict[str, str]:
    """Give the Wikidata identifier that each membership rests on, by person."""
    stated = {entry.change.id: entry.change.person_id for entry in org.ledger.entries}
    return {fact.subject: stated[fact.changes[0]] for fact in tenures(org)}


def tenures(org: OrgGraph, post: str = "") -> list[Fact]:
    held = [fact for fact in org.ledger.believed() if fact.kind == "membership"]
    wanted = org.find(post, kinds=("post",)) if post else ""
    return [fact for fact in held if not post or fact.post == wanted]


def names(rows: list[Answer]) -> list[str]:
    return sorted({row.name for row in rows})


def holders(tables: Tables, country: str, post: str, on: str) -> object:
    """Give who holds a post under both conventions; the certain and the possible have to be the same."""
    rows = tables[country][0].as_of(on).holders(post)
    assert {row.certainty for row in rows} == {"certain"}
    return names(rows)


def on_a_boundary(tables: Tables, country: str, post: str, on: str) -> object:
    rows = tables[country][0].as_of(on).holders(post)
    certain = [row for row in rows if row.certainty != "possible"]
    return {"half-open [start,end)": names(certain), "end date inclusive": names(rows)}


def precision(text: str) -> str:
    return "none" if text == ".." else PRECISIONS[len(text)]


def sizes(tables: Tables, country: str) -> object:
    org, report = tables[country]
    held = tenures(org)
    assert len(held) == report.counts["holders21.csv"]
    return {
        "rows": len(held),
        "positions": len({fact.post for fact in held}),
        "people": len({fact.subject for fact in held}),
        "start": Counter(precision(fact.start.text) for fact in held),
        "end": Counter(precision(fact.end.text) for fact in held),
    }


def same_names(tables: Tables, country: str) -> object:
    org = tables[country][0]
    bearers = defaultdict(set)
    for entry in org.ledger.entries:
        bearers[entry.change.person].add(entry.change.person_id)
    return {name: sorted(people) for name, people in bearers.items() if len(people) > 1}


def end_of(fact: Fact) -> str | None:
    return None if fact.end == ONGOING else fact.end.text


def every_holder(tables: Tables, country: str, post: str) -> list[list[str | None]]:
    org = tables[country][0]
    snapshot, known = org.as_of(STATED[country]).snapshot, qids(org)
    rows = [[snapshot.name(f.subject), known[f.subject], f.start.text, end_of(f)] for f in tenures(org, post)]
    return sorted(rows, key=lambda row: [text or "9" for text in row[2:]])


def by_month(tables: Tables, country: str) -> object:
    org = tables[country][0]
    snapshot = org.as_of(STATED[country]).snapshot
    return sorted(
        [snapshot.name(f.post), snapshot.name(f.subject), f.start.text, end_of(f) or ""]
        for f in tenures(org)
        if "month" in (precision(f.start.text), precision(f.end.text))
    )


def career(tables: Tables, country: str, person: str) -> object:
    org = tables[country][0]
    snapshot = org.as_of(STATED[country]).snapshot
    held = [row.fact for row in org.history(person) if row.kind == "membership"]
    return sorted([snapshot.name(f.post), f.start.text, end_of(f)] for f in held if precision(f.start.text) == "day")


def breaks(tables: Tables) -> object:
    """List where one holder's end and the next one's start are not the same stated day."""
    org = tables["justice"][0]
    held = sorted(tenures(org), key=lambda fact: fact.start.earliest)
    return [
        [a.subject, a.end.text, b.subject, b.start.text]
        for a, b in pairwise(held) if a.end.earliest != b.start.earliest
    ]  # fmt: skip


def answer(tables: Tables, question: str, dates: list[str]) -> object:
    if question.startswith("japan minister-justice-wikidata.csv"):
        return breaks(tables)
    country, _, asked = question.partition(": ")
    quoted = asked.split('"')[1] if '"' in asked else ""
    ways: tuple[tuple[str, Callable[[], object]], ...] = (
        ("who held the position", lambda: holders(tables, country, quoted, dates[0])),
        ("who held", lambda: on_a_boundary(tables, country, quoted, dates[0])),
        ("rows, positions", lambda: sizes(tables, country)),
        ("person labels shared", lambda: same_names(tables, country)),
        ("every holder of", lambda: every_holder(tables, country, quoted)),
        ("rows with a month-precision", lambda: by_month(tables, country)),
        ("every row of ", lambda: career(tables, country, asked.split(" of ")[1].partition(" with ")[0])),
    )
    return next(way for beginning, way in ways if asked.startswith(beginning))()


@pytest.mark.parametrize("number", range(1, 29))
def test_answers(number: int, tables: Tables, truth: dict[str, dict[str, Any]]) -> None:
    question = truth[f"{DATASET}-{number:03}"]
    found = answer(tables, question["question"], question["dates"])
    assert json.loads(json.dumps(found)) == question["expected"]


def test_nothing_is_refused(tables: Tables) -> None:
    assert {name: [f for f in report.findings if f.severity == "error"] for name, (_, report) in tables.items()} == {
        "japan": [], "south_korea": [], "justice": []
    }  # fmt: skip


def test_three_terms_that_touch_stay_three(tables: Tables) -> None:
    rows = every_holder(tables, "japan", "Prime Minister")
    assert [row[2] for row in rows if row[0] == "Jun'ichirō Koizumi"] == ["2001-04-26", "2003-11-19", "2005-09-21"]


def test_overlapping_statements_of_one_person_are_one_holder(tables: Tables) -> None:
    on = tables["japan"][0].as_of("2000-05-01")
    assert on.seats("Prime Minister") == Seats(1, 1)
    assert names(on.holders("Prime Minister")) == ["Yoshirō Mori"]
    mori = on.holders("Prime Minister")[0].iri
    ends = [fact.end.text for fact in on.snapshot.facts("membership") if fact.subject == mori]
    assert sorted(ends) == ["2000-07-04", "2001-04-26"]


def test_after_the_day_of_the_table_an_open_end_is_presumed(tables: Tables) -> None:
    org = tables["japan"][0]
    said = {on: [row.certainty for row in org.as_of(on).holders("Emperor")] for on in ("2022-07-24", "2022-07-25")}
    assert said == {"2022-07-24": ["certain"], "2022-07-25": ["presumed"]}


def test_a_name_in_another_script_is_found(tables: Tables) -> None:
    rows = tables["south_korea"][0].as_of("2017-01-01").memberships("김재형")
    assert [(row.post, row.since) for row in rows] == [("Supreme Court Justice", "2016-09")]
