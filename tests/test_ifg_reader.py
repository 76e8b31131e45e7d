"""The IfG Ministers Database: a directory a reader can draw by hand, and the real one with its answers."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from orggraph.changes import RoleChange
from orggraph.period import day as day_of
from orggraph.sources import read
from orggraph.sources.ifg import TABLES

SMALL = {
    "organisation": ["o1,Treasury,HMT,,", "o2,Trade,DT,,1983-06-13", "o3,Industry,,1983-06-11,2007-06-28"],
    "organisation_link": ["l1,o2,o3,Merger,1983-06-11,1983-06-13", "l2,o2,o3,Name change,1983-06-11,1983-06-11",
                          "l3,o1,o3,Demerger,1990-01-01,1990-01-01",
                          "l4,o1,o3,Transfer of functions: equalities,1991-01-01,1991-01-02"],
    "post": ["p1,,o1,Chancellor,Chancellor,SoS,3", "p2,152.0,o3,Minister,\"Minister, Industry\",MoS,4"],
    "post_relationship": ["r1,p1,Treasury,SoS"],
    "person": ["a,1.0,,Ada Byron,Ada Byron,Ada Byron,Byron,F,,1999-05-01",
               "a,1.0,,Lady Byron,Lady Byron,Lady Byron,Byron,F,1999-05-01,", "b,,,Bea,Bea,Bea,Bea,F,,"],
    "appointment": ["t1,a,p1,1997-05-02,2007-06-27", "t2,a,p2,1999-05-01,", "t3,b,p1,2025-09-01,2025-05-14"],
    "appointment_characteristics": [
        "c1,t1,Full cabinet,False,False,,1997-05-02,2000-01-01",
        "c2,t1,Full cabinet,False,True,Health leave,2000-01-01,2007-06-27",
        "c3,t2,Non-cabinet,True,False,,1999-05-01,", "c4,t3,Non-cabinet,False,False,,2025-09-01,2025-05-14"],
    "constituency": ["k1,2957,\"Ely, North\""],
    "representation": ["s1,a,Commons,,k1,1990-01-01,1999-05-01", "s2,a,Lords,Life peer,,1999-05-01,"],
    "representation_characteristics": ["q1,s1,Labour,1990-01-01,1999-05-01"],
    "event": ["e1,1997 general election,General election,1997-05-01"],
}  # fmt: skip


def directory(folder: Path, **rows: list[str]) -> Path:
    place = folder / "ministers"
    place.mkdir()
    for name, columns in TABLES.items():
        lines = [",".join(columns), *(SMALL | rows)[name], ""]
        (place / f"{name}.csv").write_bytes("\r\n".join(lines).encode())
    return place


def said(changes: tuple[RoleChange, ...], *names: str, **wanted: str) -> list[tuple[str, ...]]:
    """Show the named fields of the changes that have the wanted ones."""
    fields = [change.fields() for change in changes]
    return [tuple(field.get(name, "") for name in names) for field in fields if wanted.items() <= field.items()]


def test_appointments_are_tenures_under_the_name_of_their_day(tmp_path: Path) -> None:
    changes = read(directory(tmp_path)).changes
    names = ("person", "post", "unit", "organization", "effective", "until", "record")
    assert said(changes, *names, kind="starts") == [
        ("Ada Byron", "Chancellor", "Treasury", "HM Government", "1997-05-02", "2007-06-27", "t1"),
        ("Lady Byron", "Minister", "Industry", "HM Government", "1999-05-01", "..", "t2"),
    ]
    assert said(changes, "person", "into", "effective", kind="renamed") == [("Ada Byron", "Lady Byron", "1999-05-01")]


def test_an_appointment_that_ends_before_it_starts_is_one_finding(tmp_path: Path) -> None:
    place = directory(tmp_path)
    reading = read(place)
    assert [str(finding) for finding in reading.findings] == [
        f"{place}/appointment.csv:4: the appointment of Bea as Chancellor ends 2025-05-14 before it starts 2025-09-01 "
        "(expected the end on or after the start)"
    ]
    assert reading.findings[0].code == "inverted-period"
    assert reading.counts["appointment.csv"] == 3 and reading.counts["distinct_people"] == 2


def test_characteristics_speak_of_their_appointment(tmp_path: Path) -> None:
    changes = read(directory(tmp_path)).changes
    names = ("record", "effective", "until")
    assert said(changes, *names, "value", property="cabinet status") == [
        ("t1", "1997-05-02", "2000-01-01", "Full cabinet"),
        ("t1", "2000-01-01", "2007-06-27", "Full cabinet"),
        ("t2", "1999-05-01", "..", "Non-cabinet"),
    ]
    assert said(changes, *names, "reason", kind="leave") == [("t1", "2000-01-01", "2007-06-27", "Health leave")]
    assert said(changes, *names, kind="acting") == [("t2", "1999-05-01", "..")]


def test_departments_live_and_follow_each_other(tmp_path: Path) -> None:
    changes = read(directory(tmp_path)).changes
    assert said(changes, "unit", "effective", "until", kind="created") == [
        ("Treasury", "../1997-05-02", ".."),
        ("Trade", "../1997-05-02", "1983-06-13"),
        ("Industry", "1983-06-11", "2007-06-28"),
    ]
    events = [("kind", "unit", "into", "reason", "effective", "until"), *[
        said(changes, "kind", "unit", "into", "reason", "effective", "until", record=record)[0]
        for record in ("l1", "l2", "l3", "l4")
    ]]  # fmt: skip
    assert events[1:] == [
        ("merged", "Trade", "Industry", "Merger", "1983-06-11", "1983-06-14 [1983-06-13]"),
        ("merged", "Trade", "Industry", "Name change", "1983-06-11", "1983-06-12 [1983-06-11]"),
        ("split", "Treasury", "Industry", "Demerger", "1990-01-01", "1990-01-02 [1990-01-01]"),
        ("functions transferred", "Treasury", "Industry", "Transfer of functions: equalities", "1991-01-01",
         "1991-01-03 [1991-01-02]"),
    ]  # fmt: skip


def test_everything_else_is_stated(tmp_path: Path) -> None:
    changes = read(directory(tmp_path)).changes
    stated = {(p, v): (e, u) for p, v, e, u in said(changes, "property", "value", "effective", "until", kind="states")}
    expected = {
        ("rank", "SoS"): ("", ""), ("rank value", "4"): ("", ""), ("display name", "Minister, Industry"): ("", ""),
        ("group", "Treasury"): ("", ""), ("group seniority", "SoS"): ("", ""), ("gender", "F"): ("", ""),
        ("short name", "HMT"): ("", ""), ("short name", "Byron"): ("", ""), ("Parliament id", "1.0"): ("", ""),
        ("IfG website id", "152.0"): ("", ""), ("house", "Commons"): ("1990-01-01", "1999-05-01"),
        ("house", "Lords"): ("1999-05-01", ".."), ("peerage", "Life peer"): ("1999-05-01", ".."),
        ("constituency", "Ely, North"): ("1990-01-01", "1999-05-01"), ("party", "Labour"): ("1990-01-01", "1999-05-01"),
        ("General election", "1997 general election"): ("1997-05-01", "1997-05-02 [1997-05-01]"),
    }  # fmt: skip
    assert {key: stated.get(key) for key in expected} == expected


def test_a_gender_that_changed_is_dated(tmp_path: Path) -> None:
    people = ["a,,,Al,Al,Al,Al,M,,1999-05-01", "a,,,Ada,Ada,Ada,Al,F,1999-05-01,", "b,,,Bea,Bea,Bea,Bea,F,,"]
    changes = read(directory(tmp_path, person=people)).changes
    assert said(changes, "value", "effective", "until", property="gender", person_id="a") == [
        ("M", "", "1999-05-01"),
        ("F", "1999-05-01", ""),
    ]


@pytest.mark.parametrize(
    ("table", "row", "expected"),
    [
        ("appointment", "t9,zz,p1,2000-01-01,", "appointment.csv:2: person_id 'zz' is not in person.csv"),
        ("appointment", "t9,a,zz,2000-01-01,", "appointment.csv:2: post_id 'zz' is not in post.csv"),
        ("appointment", "t9,a,p1,,", "appointment.csv:2: the appointment of Ada Byron as Chancellor has no start_date"),
        (
            "appointment",
            "t9,a,p1,2000-02-30,",
            "appointment.csv:2: the appointment of Lady Byron as Chancellor: '2000-",
        ),
        ("post", "p9,,zz,Minister,Minister,MoS,4", "post.csv:2: organisation_id 'zz' is not in organisation.csv"),
        ("organisation_link", "l9,zz,o1,Merger,2000-01-01,2000-01-01", "organisation_link.csv:2: predecessor_organis"),
        ("organisation_link", "l9,o2,o1,Takeover,2000-01-01,2000-01-01", "organisation_link.csv:2: type 'Takeover' is"),
        ("appointment_characteristics", "c9,zz,x,False,False,,2000-01-01,", "appointment_characteristics.csv:2: app"),
        (
            "appointment_characteristics",
            "c9,t1,x,maybe,False,,2000-01-01,",
            "appointment_characteristics.csv:2: is_act",
        ),
        (
            "representation",
            "s9,zz,Commons,,k1,2000-01-01,",
            "representation.csv:2: person_id 'zz' is not in person.csv",
        ),
        ("representation", "s9,a,Commons,,zz,2000-01-01,", "representation.csv:2: constituency_id 'zz' is not in"),
        ("representation_characteristics", "q9,zz,Labour,2000-01-01,", "representation_characteristics.csv:2: repr"),
        ("event", "e9,x,General election,", "event.csv:2: the event x has no start_date"),
    ],
    ids=lambda value: value[:24],
)
def test_a_bad_row_is_one_error(tmp_path: Path, table: str, row: str, expected: str) -> None:
    place = directory(tmp_path, **{table: [row, *SMALL[table]]})
    found = [str(finding).removeprefix(f"{place}/") for finding in read(place).findings]
    assert [text for text in found if text.startswith(expected)] and len(found) == 2  # the other is Bea's appointment


def test_a_broken_directory_is_reported_without_its_consequences(tmp_path: Path) -> None:
    place = directory(tmp_path)
    (place / "post.csv").unlink()
    (place / "event.csv").write_text("id,name,type\n")
    reading = read(place, format="ifg-ministers")
    assert [str(f).removeprefix(f"{place}/").partition(" (")[0] for f in reading.findings] == [
        "post.csv: cannot be opened: No such file or directory",
        "event.csv:1: the column 'date' is missing",
    ]
    assert read(place).findings[0].code == "unknown-format"


def test_the_real_directory(shared: Path) -> None:
    place = shared / "ifg_ministers"
    reading = read(place)
    assert [(f.severity, f.code, f.file, f.line) for f in reading.findings] == [
        ("error", "inverted-period", f"{place}/appointment.csv", 1730),
        ("error", "inverted-period", f"{place}/appointment.csv", 2749),
    ]
    answers = {answer["id"]: answer for answer in json.loads((shared / "truth.json").read_text())}
    rows = answers["ifg_ministers-055"]["expected"]
    names = {name: name if name == "distinct_people" else f"{name}.csv" for name in rows}
    assert {name: reading.counts.get(file) for name, file in names.items()} == rows
    assert Counter(change.kind for change in reading.changes)["starts"] == 3665
    assert len({change.id for change in reading.changes}) == len(reading.changes)
    check_answers(reading.changes, answers)


def check_answers(changes: tuple[RoleChange, ...], answers: dict[str, dict[str, object]]) -> None:
    """Ask some of the questions of the role changes themselves, by brute force."""
    tenures = [change for change in changes if change.kind == "starts"]

    def held(day: str, **wanted: str) -> list[RoleChange]:
        at = day_of(day)
        return [t for t in tenures if t.effective and t.until and t.effective.latest <= at < t.until.earliest
                and all(getattr(t, name) == text for name, text in wanted.items())]  # fmt: skip

    for number in range(1, 12):
        answer = answers[f"ifg_ministers-{number:03}"]
        day = str(answer["dates"][0])  # type: ignore[index]  # a list in this file
        assert sorted({t.person for t in held(day, post="Prime Minister")}) == answer["expected"]
    for number in range(26, 31):
        answer = answers[f"ifg_ministers-{number:03}"]
        found = held(str(answer["dates"][0]))  # type: ignore[index]  # a list in this file
        assert {"appointments": len(found), "people": len({t.person_id for t in found})} == answer["expected"]
    expected = answers["ifg_ministers-041"]["expected"]
    clarke = [[str(t.effective), str(t.until), t.post, t.unit] for t in tenures if t.person == "Kenneth Clarke"]
    assert sorted(clarke) == sorted(expected)  # type: ignore[call-overload]  # a list of lists in this file
