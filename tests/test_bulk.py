"""Large tables into an empty store: the same graph, index and report as in the general way, or that way itself."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import orggraph
from orggraph import OrgGraph, bulk, firstload
from orggraph.bulk import NotPlain, apart, arrays, derived, read_bulk
from orggraph.bulk.rows import resolve
from orggraph.bulk.sheets import read_sheet
from orggraph.bulk.stretches import stretches_of
from orggraph.check import AT_LOAD, check
from orggraph.errors import LoadError, StoreError
from orggraph.ledger import editions
from orggraph.loading import LoadReport
from orggraph.store.embedded import EmbeddedStore

NOW = 1_700_000_000_000_000
ROW = {"person": "Ada Abel", "person_id": "p1", "post": "", "role": "Analyst", "unit": "", "organization": "Acme",
       "from": "2020-01-01", "end": "2021-01-01", "reports_to_id": "p2"}  # fmt: skip


def table(rows: Sequence[dict[str, str]]) -> str:
    written = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = csv.DictWriter(written, names, restval="", lineterminator="\n")
    out.writeheader()
    out.writerows(rows)
    return written.getvalue()


class Both:
    """Two stores with one salt: one filled in the general way, the other at once."""

    def __init__(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        self.folder = folder
        self.general = EmbeddedStore(folder / "general")
        shutil.copytree(folder / "general", folder / "bulk")
        self.bulk = EmbeddedStore(folder / "bulk")

    def load(self, *tables: str, **options: str) -> tuple[LoadReport, LoadReport]:
        """Load both; raise `NotPlain` where it cannot be loaded at once."""
        files = [self.folder / f"table{number}.csv" for number in range(len(tables))]
        for file, text in zip(files, tables, strict=True):
            file.write_text(text, encoding="utf-8", newline="")
        made = read_bulk(files, meta=self.bulk.meta, now=NOW, label="a load", **options)  # type: ignore[arg-type]  # names of options
        self.bulk.commit_first(made.fill, editions=made.editions)
        report = OrgGraph(self.general, clock=lambda: NOW).load(*files, label="a load", **options)  # type: ignore[arg-type]  # the same
        found = check(orggraph.open(self.bulk.path).timeline, codes=AT_LOAD)
        findings = (*made.findings, *(finding for finding in found if finding.severity == "warning"))
        return report, LoadReport(made.load, made.load.added, 0, findings, made.counts, made.facts, 0)

    def compare(self) -> None:
        general, made = (orggraph.open(store.path, create=False) for store in (self.general, self.bulk))
        graphs = [set(map(str, store.graph())) for store in (self.general, self.bulk)]
        assert graphs[1] == graphs[0]
        assert list(made.timeline.facts) == list(general.timeline.facts)
        assert dict(made.timeline.sources) == dict(general.timeline.sources)
        assert made.timeline.standing == general.timeline.standing
        assert made.ledger == general.ledger
        assert made.editions() == general.editions() == editions(made.ledger.entries)


def plain(folder: Path, *tables: str, **options: str) -> None:
    both = Both(folder)
    general, made = both.load(*tables, **options)
    assert made._replace(findings=()) == general._replace(findings=())
    assert sorted(map(str, made.findings)) == sorted(map(str, set(general.findings)))
    both.compare()


CASES: dict[str, list[dict[str, str]]] = {
    "one row": [ROW],
    "no end, no manager": [{**ROW, "end": "", "reports_to_id": ""}],
    "unknown end": [{**ROW, "end": "unknown"}, {**ROW, "person_id": "p3", "end": "unknown"}],
    "known within bounds": [{**ROW, "from": "2019-12/2020-01", "end": "2021"}, {**ROW, "from": "2022", "end": ".."}],
    "open on one side": [{**ROW, "from": "../2020-01-01"}, {**ROW, "from": "2021-01-01/..", "end": ""}],
    "three terms that touch": [{**ROW, "from": f"{y}-01-01", "end": f"{y + 1}-01-01"} for y in (2020, 2021, 2022)],
    "the same stretch twice": [{**ROW, "reports_to_id": "p2"}, {**ROW, "reports_to_id": "p3"}],
    "a day that is none": [{**ROW, "end": "2020-01-01"}],
    "posts in units": [
        {**ROW, "post": "CTO", "unit": "Engineering"},
        {**ROW, "person_id": "p2", "post": "CEO", "unit": "", "end": ""},
        {**ROW, "person_id": "p3", "post": "CTO", "unit": "", "role": "", "from": "2021-01-01"},
        {**ROW, "person_id": "p4", "post": "cto", "unit": "Finance", "from": "2021-01-01", "end": "2021-03"},
    ],
    "members without post or role": [{**ROW, "role": "", "unit": "Team"}, {**ROW, "role": "", "person_id": "p4"}],
    "names change and are spelled otherwise": [
        {**ROW, "person": "ADA ABEL", "from": "2019-01-01"},
        ROW,
        {**ROW, "person": "Ada Brook", "from": "2022-01-01", "end": ""},
        {**ROW, "person": "", "person_id": "p2", "organization": "ACME", "role": "analyst"},
        {**ROW, "person_id": "p5", "reports_to_id": "p6", "reports_to": "Zoë 'Z' \"Zed\" \\ Zane"},
        {**ROW, "person": "Acme", "person_id": "p7"},
    ],
    "ids that are IRIs, and scopes": [
        {**ROW, "person_id": "https://acme.example/p/1", "organization": "Other"},
        {**ROW, "person_id": "https://acme.example/p/1"},
        {**ROW, "organization": "Other"},
        {**ROW, "organization_id": "o1"},
        {**ROW, "organization": "", "organization_id": "https://acme.example/o/1", "person_id": "p9"},
    ],
    "ids of posts and units": [
        {**ROW, "post": "CTO", "post_id": "c1", "unit": "Engineering", "unit_id": "u1"},
        {**ROW, "person_id": "p2", "post": "CTO", "unit": "Engineering", "from": "2021-01-01"},
        {**ROW, "person_id": "p3", "post": "", "post_id": "c2", "unit": "", "unit_id": "u1"},
    ],
    "records": [{**ROW, "record": "r1"}, {**ROW, "record": "r2"}, {**ROW, "record": "", "person_id": "p8"}],
    "sources": [
        {**ROW, "source": "a"},
        {**ROW, "source": "https://b.example/", "person_id": "p4", "stated": "2020-06-01"},
    ],
    "stated after the end": [
        {**ROW, "stated": "2023-01-01"},
        {**ROW, "end": "", "person_id": "p3", "stated": "2023-01-01"},
    ],
    "dotted lines, and to oneself": [{**ROW, "line": "dotted"}, {**ROW, "person_id": "p2"}, {**ROW, "line": "direct"}],
    "quotes and notes": [{**ROW, "quote": 'She said: "I go."\nThen she \\ went,\tto 東京', "confidence": "high"}],
}  # fmt: skip


@pytest.mark.parametrize("rows", CASES.values(), ids=CASES)
def test_loaded_at_once_is_loaded_the_same(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    plain(tmp_path / "both", table(rows))


def test_last_days_several_files_and_words_for_all_rows(tmp_path: Path) -> None:
    until = [{("until" if name == "end" else name): text for name, text in ROW.items()}]
    other = table([{**ROW, "person_id": "p7", "post": "CTO", "role": ""}])
    plain(tmp_path / "both", table(until), other, source="the register", stated="2024-01-01")
    plain(tmp_path / "both", table(until).replace(",", ";"), other.replace("\n", "\r\n"))


def test_role_changes_with_both_ends(tmp_path: Path) -> None:
    row = {"kind": "starts", "effective": "2020-01-01", "until": "2021-01-01"}
    both = {name: text for name, text in ROW.items() if name not in ("from", "end")} | row
    plain(tmp_path / "both", table([both, {**both, "person_id": "p9", "until": ""}]))


A, B = {**ROW, "source": "a"}, {**ROW, "source": "b"}
SEVERAL: dict[str, list[dict[str, str]]] = {
    "the very same": [A, B],
    "three of them, one says no manager": [A, {**B, "reports_to_id": ""}, {**A, "source": "c"}],
    "one goes on": [{**A, "end": ""}, {**B, "end": ""}],
    "terms that touch, some of them twice": [
        A, B, {**A, "from": "2021-01-01", "end": "2022-01-01"}, {**B, "from": "2022-01-01", "end": ""},
        {**A, "from": "2022-01-01", "end": ""}, {**B, "person_id": "p4"},
    ],
    "editions of one source": [A, {**A, "stated": "2020-06-01"}, {**A, "stated": "2021-06-01", "role": "analyst"}],
    "said twice by one of them": [A, {**A, "reports_to_id": "p3"}, B],
    "days that intersect": [{**A, "from": "2020-01"}, {**B, "from": "2020-01-10/2020-02-10"}],
    "days that contradict each other": [A, {**B, "from": "2020-03-01"}, {**B, "source": "c", "end": "2022-01-01"}],
    "one ends, one goes on, one does not know": [A, {**B, "end": ""}, {**B, "source": "c", "end": "unknown"}],
    "other managers": [A, {**B, "reports_to_id": "p3"}, {**A, "source": "c", "line": "dotted"}],
    "days written otherwise": [A, {**B, "from": "2020-01-01?"}],
    "keys": [{**A, "record": "1"}, B, {**B, "source": "c", "record": "7"}],
    "units that only one of them names": [
        {**A, "post": "CTO"}, {**B, "post": "CTO", "unit": "Engineering"}, {**A, "post": "CTO", "person_id": "p5"},
        {**A, "post": "COO", "person_id": "p5"}, {**B, "post": "COO", "unit": "Board", "person_id": "p5"},
    ],
    "an end before the start of another source": [{**A, "end": "2020-01-01"}, {**B, "from": "2020-01-01", "end": ""}],
}  # fmt: skip


@pytest.mark.parametrize("rows", SEVERAL.values(), ids=SEVERAL)
def test_what_several_sources_say_of_one_stretch_is_loaded_the_same(
    tmp_path: Path, rows: list[dict[str, str]]
) -> None:
    plain(tmp_path / "both", table(rows))


HELD = [
    {**ROW, "post": post, "reports_to_id": "", "person_id": person, "person": f"Person {person}", "from": start,
     "end": end}
    for post, person, start, end in (
        ("CEO", "p1", "2018-01-01", "2021-07-01"), ("CEO", "p2", "2021-07-01", ""),
        ("CTO", "p3", "2018-01-01", "2019-01-01"), ("CTO", "p2", "2020-01-01", "2021-01-01"),
        ("Clerk", "p5", "2018-06-01", ""), ("Clerk", "p6", "2019-01", "2020-05-01"), ("Aide", "p7", "2019-01-01", ""),
    )
]  # fmt: skip
LINE = {"kind": "reports", "post": "CTO", "organization": "Acme", "reports_to_post": "CEO", "effective": "2018-01-01",
        "until": "", "reports_to_id": "", "line": ""}  # fmt: skip
POSTS: dict[str, list[dict[str, str]]] = {
    "a line": [LINE],
    "one that ends": [{**LINE, "until": "2019-06-01"}],
    "a chain with vacancies": [LINE, {**LINE, "post": "Clerk", "reports_to_post": "CTO"}],
    "one after the other": [
        {**LINE, "post": "Aide", "reports_to_post": "CTO", "effective": "2019-01-01", "until": "2020-02-01"},
        {**LINE, "post": "Aide", "effective": "2020-02-01"}, {**LINE, "effective": "2021"},
    ],
    "dotted beside direct": [LINE, {**LINE, "line": "dotted", "effective": "2019-03"}],
    "two bosses on one day": [{**LINE, "post": "Aide"}, {**LINE, "post": "Aide", "reports_to_post": "CTO"}],
    "posts that nobody holds": [{**LINE, "post": "Intern"}, {**LINE, "reports_to_post": "Board"}],
    "to a person, and to nobody": [{**LINE, "reports_to_post": "", "reports_to_id": "p9"},
                                   {**LINE, "post": "CEO", "reports_to_post": ""}],
    "said with the tenures": [
        {"kind": "starts", "person_id": person, "post": post, "organization": "Acme", "effective": "2018-02-01",
         "reports_to_post": boss, "line": line, "until": until}
        for person, post, boss, line, until in (
            ("p8", "Aide", "CTO", "", ""), ("p9", "", "CEO", "dotted", "2021-08-01"), ("p2", "Aide", "Board", "", ""),
            ("p1", "Clerk", "CEO", "", "2019"),
        )
    ],
    "from two sources": [{**LINE, "source": "a"}, {**LINE, "source": "b", "effective": "2018-03-01"},
                         {**LINE, "source": "c", "reports_to_post": "Board"}],
}  # fmt: skip


@pytest.mark.parametrize("rows", POSTS.values(), ids=POSTS)
def test_lines_between_posts_and_what_follows_from_them_are_loaded_the_same(
    tmp_path: Path, rows: list[dict[str, str]]
) -> None:
    plain(tmp_path / "both", table(HELD), table(rows))
    plain(tmp_path / "both", table(rows), table(HELD), source="the register")


def test_much_is_taken_some_at_a_time_and_still_loaded_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (arrays, apart, derived):
        monkeypatch.setattr(module, "CHUNK", 4)
    monkeypatch.setattr(derived, "FEW", 2)
    several = [
        {**row, "person_id": f"{case}-{row['person_id']}", "post": row["post"] and f"{case} {row['post']}"}
        for case, rows in enumerate(SEVERAL.values()) for row in rows
    ]  # fmt: skip
    lines = [
        {**row, **{name: row[name] and f"{case} {row[name]}" for name in ("post", "reports_to_post")},
         **({"person_id": f"{case}.{row['person_id']}"} if "person_id" in row else {})}
        for case, rows in enumerate(POSTS.values()) for row in rows
    ]  # fmt: skip
    held = [
        {**row, "person_id": f"{case}.{row['person_id']}", "post": f"{case} {row['post']}"}
        for case in range(len(POSTS)) for row in HELD
    ]  # fmt: skip
    plain(tmp_path / "both", table([*several, *held]), table(lines))


def test_only_what_sources_do_not_agree_on_is_replayed(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    rows = [A, B, {**A, "source": "c"}, {**A, "person_id": "p5"}, {**B, "person_id": "p5", "end": ""}]
    file.write_text(table(rows), "utf-8")
    made, told = stretches_of(resolve(read_sheet([file]), base="urn:orggraph:", salt=""))
    assert (len(made), told.tolist()) == (1, [3, 4])
    assert made.rows.counts.tolist() == [3]


NAMES = st.sampled_from(["Ada", "ada", "Bo Brook", "Zoë", ""])
PLACES = st.fixed_dictionaries({
    "post": st.sampled_from(["", "", "CTO", "Clerk"]), "unit": st.sampled_from(["", "North", "South"]),
    "role": st.sampled_from(["", "head", "Analyst"]), "organization": st.sampled_from(["Acme", "ACME", "Other"]),
})  # fmt: skip
ROWS = st.fixed_dictionaries({
    "person": NAMES, "person_id": st.sampled_from(["p1", "p2", "p3"]), "reports_to": st.just(""),
    "reports_to_id": st.sampled_from(["", "p1", "p2", "p9"]),
    "from": st.sampled_from(["2020-01-01", "2020-01-02", "2020-06", "../2020-03-01", "2021-01-01"]),
    "end": st.sampled_from(["", "..", "unknown", "2021-01-01", "2022", "2022-02-28", "2021-05-01/.."]),
})  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(st.tuples(ROWS, PLACES).map(lambda both: {**both[0], **both[1]}), min_size=1, max_size=8))
def test_any_table_is_loaded_the_same_or_in_the_general_way(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    plain(tmp_path_factory.mktemp("any") / "both", table(distinct(rows)))


SOURCED = st.fixed_dictionaries({
    "person": st.sampled_from(["Ada", "Bo"]), "person_id": st.sampled_from(["p1", "p2"]),
    "source": st.sampled_from(["a", "b", "c"]), "stated": st.sampled_from(["", "", "2021-01-01"]),
    "post": st.sampled_from(["", "CTO"]), "role": st.sampled_from(["Analyst", "Clerk"]),
    "reports_to_post": st.sampled_from(["", "", "CTO", "CEO"]),
    "unit": st.sampled_from(["", "", "North"]), "organization": st.just("Acme"),
    "reports_to_id": st.sampled_from(["", "p2", "p3"]), "line": st.sampled_from(["", "", "dotted"]),
    "from": st.sampled_from(["2020-01-01", "2020-01-01", "2021-01-01", "2020-01", "../2020-03-01"]),
    "end": st.sampled_from(["", "2022-01-01", "2022-01-01", "unknown", "2021-01-01", "2022"]),
})  # fmt: skip
SEATS = ("Chief", "Deputy", "Clerk")
HELD_ROWS = st.fixed_dictionaries({
    "person_id": st.sampled_from(["p1", "p2", "p3", "p4"]), "post": st.sampled_from(SEATS),
    "organization": st.just("Acme"), "source": st.sampled_from(["a", "a", "b"]),
    "from": st.sampled_from(["2020-01-01", "2020-01-01", "2021-01-01", "2020-06"]),
    "end": st.sampled_from(["", "2021-01-01", "2022-01-01", "unknown", "2021"]),
    "reports_to_post": st.sampled_from(["", "", *SEATS]),
})  # fmt: skip
POST_LINES = st.fixed_dictionaries({
    "kind": st.just("reports"), "post": st.sampled_from(SEATS), "organization": st.just("Acme"),
    "reports_to_post": st.sampled_from(SEATS), "line": st.sampled_from(["", "", "dotted"]),
    "source": st.sampled_from(["a", "b"]),
    "effective": st.sampled_from(["2020-01-01", "2020-07-01", "2020", "2021-01-01"]),
    "until": st.sampled_from(["", "..", "2022-01-01"]),
})  # fmt: skip


def distinct(rows: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Leave out rows that say the same as another one."""
    ends = ("end", "until")
    told = {tuple(sorted((n, (t or "..") if n in ends else t) for n, t in row.items())): row for row in rows}
    return list(told.values())


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(SOURCED, min_size=2, max_size=9))
def test_any_rows_of_several_sources_are_loaded_the_same(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, str]]
) -> None:
    plain(tmp_path_factory.mktemp("any") / "both", table(distinct(rows)))


@settings(max_examples=25, deadline=None)
@given(
    held=st.lists(HELD_ROWS, min_size=1, max_size=8),
    lines=st.lists(POST_LINES, min_size=1, max_size=4),
)
def test_any_lines_between_posts_are_loaded_the_same(
    tmp_path_factory: pytest.TempPathFactory, held: list[dict[str, str]], lines: list[dict[str, str]]
) -> None:
    plain(tmp_path_factory.mktemp("any") / "both", table(distinct(held)), table(distinct(lines)))


REFUSED: dict[str, list[dict[str, str]]] = {
    "a person without id": [{**ROW, "person_id": ""}],
    "a manager without id": [{**ROW, "reports_to_id": "", "reports_to": "Grace"}],
    "no organization": [{**ROW, "organization": ""}],
    "the same row twice": [ROW, ROW],
    "a handover": [{**ROW, "post": "CTO", "replaces": "Grace"}],
    "a moment with a name": [{**ROW, "moment": "the reform"}],
    "a line of a person apart from the tenure": [
        {"kind": "reports", "person_id": "p1", "organization": "Acme", "effective": "2020-01-01", "reports_to_id": "p2"}
    ],
    "a post that is created": [{"kind": "created", "post": "CTO", "organization": "Acme", "effective": "2020-01-01"}],
    "a line of nothing": [
        {"kind": "reports", "organization": "Acme", "effective": "2020-01-01", "reports_to_id": "p2"}
    ],
    "one key twice": [{**ROW, "record": "r"}, {**ROW, "record": "r", "from": "2022-01-01", "end": ""}],
    "no day": [{**ROW, "from": "2021-02-30"}],
    "an end before its start": [{**ROW, "end": "2019-01-01"}],
    "a person who is an organization": [{**ROW, "person_id": "urn:x:1", "organization_id": "urn:x:1"}],
    "a column of no meaning": [{**ROW, "shoe size": "38"}],
    "no table of tenures": [{"name": "Ada", "title": "CTO"}],
}


@pytest.mark.parametrize("rows", REFUSED.values(), ids=REFUSED)
def test_what_needs_replay_is_refused_and_nothing_is_kept(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    both = Both(tmp_path / "both")
    with pytest.raises(NotPlain):
        both.load(table(rows))
    assert both.bulk.empty


def test_what_a_mapping_says_of_the_file_is_left_to_the_readers(tmp_path: Path) -> None:
    both = Both(tmp_path / "both")
    with pytest.raises(NotPlain):
        both.load(table([ROW]), mapping={"encoding": "cp1252"})  # type: ignore[arg-type]  # a mapping is no text


BROKEN = {
    "a row that is too short": table([ROW]) + "Ada,p9\n",
    "a quote that does not end": table([ROW]) + '"Ada\n',
    "no rows": table([ROW]).splitlines()[0] + "\n",
    "nothing": "",
    "a column twice": "person,person\nAda,Bo\n",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_left_to_the_readers(tmp_path: Path, text: str) -> None:
    with pytest.raises(NotPlain):
        Both(tmp_path / "both").load(text)


@pytest.fixture(autouse=True, scope="module")
def _as_if_large() -> Iterator[None]:
    """Let no load look for contradictions, which it does not where there is much."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(firstload, "MANY", 0)
        yield


@pytest.fixture
def always_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "LARGE", 0)


@pytest.mark.usefixtures("always_large")
def test_a_large_file_takes_this_way_and_later_loads_the_general_one(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text(table([ROW, {**ROW, "person_id": "p2", "person": "Grace", "reports_to_id": ""}]), "utf-8")
    org = orggraph.open(tmp_path / "store")
    report = org.load(file)
    assert (report.added, report.opened, report.counts) == (2, len(org.timeline.facts), {"table.csv": 2})
    assert org.as_of("2020-06-01").reporters("Grace") == ["Ada Abel"]
    assert org.load(file).added == 0
    org.record("corrects", target=org.ledger.entries[0].change.id, effective="2020-07-01", source="table")
    assert orggraph.open(tmp_path / "store").as_of("2020-06-01").reporters("Grace") == []


@pytest.mark.usefixtures("always_large")
def test_what_sources_contradict_each_other_on_is_reported_and_counts_as_ever(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    rows = [A, {**B, "from": "2020-03-01", "stated": "2022-01-01"}]
    file.write_text(table([*rows, {**A, "person_id": "p2", "person": "Grace", "reports_to_id": ""}]), "utf-8")
    org = orggraph.open(tmp_path / "store")
    report = org.load(file)
    (finding,) = [finding for finding in report.findings if finding.code == "conflict"]
    assert finding in org.findings
    assert (finding.line, finding.severity) == (2, "warning")
    assert "contradict each other on the start of Ada Abel as Analyst" in finding.message
    assert org.as_of("2020-02-01").reporters("Grace") == []
    assert org.as_of("2020-03-01").reporters("Grace") == ["Ada Abel"]


@pytest.mark.usefixtures("always_large")
def test_what_is_wrong_is_said_as_ever_and_nothing_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "table.csv"
    file.write_text(table([ROW, {**ROW, "from": "2021-02-30"}]), "utf-8")
    org = orggraph.open(tmp_path / "store")
    with pytest.raises(LoadError, match=r"table.csv:3: from '2021-02-30' is not a day"):
        org.load(file)
    assert list(org.timeline.facts) == []


@pytest.mark.usefixtures("always_large")
def test_a_load_that_fails_halfway_leaves_an_empty_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "table.csv"
    file.write_text(table([ROW]), "utf-8")
    org = orggraph.open(tmp_path / "store")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("orggraph.bulk.index.write_terms", full)
        with pytest.raises(StoreError, match="nothing has changed"):
            org.load(file)
    left = sorted(file.name for file in (tmp_path / "store").iterdir())
    assert left == ["CURRENT", "generations", "lock", "store.json"]
    assert not list((tmp_path / "store" / "generations").iterdir())
    assert org.load(file).added == 1
    assert len(orggraph.open(tmp_path / "store").timeline.facts) > 0


def test_a_store_that_holds_something_is_not_filled_at_once(tmp_path: Path) -> None:
    both = Both(tmp_path / "both")
    both.load(table([ROW]))
    made = read_bulk([both.folder / "table0.csv"], meta=both.bulk.meta, now=NOW + 1, label="again")
    with pytest.raises(StoreError, match="is not empty"):
        both.bulk.commit_first(made.fill)
