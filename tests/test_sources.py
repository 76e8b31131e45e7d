"""Files → role changes: our own forms, tenures, rosters, what tells them apart, and everything that can be wrong."""

from __future__ import annotations

import io
import json
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph.changes import FIELDS, KINDS, LISTS, RoleChange
from orggraph.errors import ChangeError, UnsupportedError
from orggraph.period import ONGOING, Moment
from orggraph.sources import FORMATS, Reading, read, write_csv, write_json_lines

HEADER = "kind,person,post,organization,effective\n"


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def messages(reading: Reading, path: Path) -> list[str]:
    return [str(finding).replace(f"{path}:", "") for finding in reading.findings if finding.severity == "error"]


def spans(reading: Reading) -> list[tuple[str, str, str]]:
    return [(c.person, str(c.effective), c.until.edtf() if c.until else "") for c in reading.changes]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("kind,person,post,effective\nstarts,Zoë,CTO,2024\nends,Zoë,CTO,2025\n", id="lf"),
        pytest.param("kind,person,post,effective\r\nstarts,Zoë,CTO,2024\r\nends,Zoë,CTO,2025\r\n", id="crlf"),
        pytest.param("kind,person,post,effective\rstarts,Zoë,CTO,2024\rends,Zoë,CTO,2025\r", id="cr"),
        pytest.param("\ufeffkind,person,post,effective\nstarts,Zoë,CTO,2024\nends,Zoë,CTO,2025", id="mark-no-last-end"),
        pytest.param("kind;person;post;effective\nstarts;Zoë;CTO;2024\nends;Zoë;CTO;2025\n", id="semicolons"),
        pytest.param("kind\tperson\tpost\teffective\nstarts\tZoë\tCTO\t2024\nends\tZoë\tCTO\t2025\n", id="tabs"),
        pytest.param(
            "\nKind, Person, Post, Effective\n\nstarts,Zoë,CTO,2024\n,,,\nends,Zoë,CTO,2025\n", id="blank-rows"
        ),
    ],
)
def test_a_table_reads_the_same_however_it_was_written(tmp_path: Path, content: str) -> None:
    reading = read(write(tmp_path, "roles.csv", content), source="s")
    assert reading.findings == ()
    assert [(c.kind, c.person, c.post, str(c.effective)) for c in reading.changes] == [
        ("starts", "Zoë", "CTO", "2024"),
        ("ends", "Zoë", "CTO", "2025"),
    ]
    assert reading.counts == {"roles.csv": 2}


def test_the_suffix_tsv_means_tabs_even_when_the_header_has_more_commas(tmp_path: Path) -> None:
    path = write(tmp_path, "a.tsv", "person\tpost\tunit\tfrom\nAda\tCTO, acting\tR&D, EU\t2024\n")
    assert read(path).changes[0].post == "CTO, acting"


def test_lines_are_counted_in_the_file_and_not_in_rows(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", HEADER + 'starts,Ada,"CTO,\nacting",Acme,2024\n\nstarts,Bea,CFO,Acme,soon\n')
    reading = read(path)
    assert [change.line_number for change in reading.changes] == [2]
    assert [(f.line, f.file) for f in reading.findings] == [(5, str(path))]


BAD_ROWS: list[tuple[str | bytes, str]] = [
    ("starts,Ada,CTO,Acme,2021-02-30", "2: effective '2021-02-30' is not a day (expected YYYY-MM-DD, "),
    ("starts,Ada,CTO,Acme,03/10/2025", "2: effective '03/10/2025' is not a moment (expected "),
    ("starts,Ada,CTO,Acme,", "2: 'starts' needs the day on which it took effect (the column 'effective' is empty)"),
    ("starts,,CTO,Acme,2024", "2: 'starts' needs a person (the column 'person' is empty)"),
    ("strats,Ada,CTO,Acme,2024", "2: 'strats' is not a kind (expected one of starts, "),
    (",Ada,CTO,Acme,2024", "2: the kind is missing (the column 'kind' is empty)"),
    ("starts,Ada,CTO,Acme", "2: the row has 4 cells (expected 5, as in the header)"),
    ("starts,Ada,CTO,Acme,2024,", "2: the row has 6 cells (expected 5, as in the header)"),
    ('starts,Ada,"CTO"x,Acme,2024', "2: text follows a closing quote (expected ',' or the end of the line; "),
    ('starts,Ada,"CTO,Acme,2024', "2: a quoted cell does not end, or has more than "),
    (b"starts,Ad\xe9,CTO,Acme,2024", "2: byte 10 of the line, 0xE9, is not UTF-8 (expected UTF-8; "),
    (b"starts,A\0da,CTO,Acme,2024", "2: byte 9 of the line is NUL (expected text)"),
]


@pytest.mark.parametrize(("row", "expected"), BAD_ROWS, ids=[expected[:40] for _, expected in BAD_ROWS])
def test_a_bad_row_is_one_error_and_the_rest_is_read(tmp_path: Path, row: str | bytes, expected: str) -> None:
    bad = row if isinstance(row, bytes) else row.encode()
    path = write(tmp_path, "a.csv", HEADER.encode() + bad + b"\nstarts,Bea,CFO,Acme,2024\n")
    reading = read(path)
    assert [message[: len(expected)] for message in messages(reading, path)] == [expected]
    assert [change.person for change in reading.changes] == ["Bea"]
    assert reading.counts == {"a.csv": 2}


def test_all_errors_come_in_one_go_in_the_order_of_lines(tmp_path: Path) -> None:
    rows = [row.encode() if isinstance(row, str) else row for row, _ in BAD_ROWS]
    reading = read(write(tmp_path, "a.csv", HEADER.encode() + b"\n".join(rows) + b"\n"))
    assert [finding.line for finding in reading.findings] == list(range(2, 2 + len(rows)))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("", " the file is empty (expected a header line and rows)", id="empty"),
        pytest.param(" \n\n", " the file is empty (expected a header line and rows)", id="blank"),
        pytest.param(HEADER, "1: the file has a header and no rows (expected at least one row)", id="header-only"),
        pytest.param(
            "kind,unit,unit,effective\ncreated,R&D,R&D,2024\n", "1: the column 'unit' stands twice", id="twice"
        ),
        pytest.param("person,post,from,boss\nAda,CTO,2024,\n", "1: 'boss' is not a column that is read", id="unknown"),
        pytest.param("person,post,from,reprots_to\nAda,CTO,2024,\n", "1: 'reprots_to' is not a column", id="near"),
        pytest.param("person,post,from,\nAda,CTO,2024,\n", "1: column 4 has no name (expected a name; ", id="unnamed"),
        pytest.param("person,title,post,from\nAda,CTO,,2024\n", "1: the column 'post' means post, which is", id="same"),
        pytest.param(
            "post,from\nCTO,2024\n", "1: no column gives the person (the file has: post, from; ", id="missing"
        ),
        pytest.param("person,start\nAda,2024\n", "1: no column gives the post or the role or the unit", id="no-place"),
        pytest.param("person,post,until\nAda,CTO,2024\n", "1: no column gives the from (the file has", id="no-start"),
        pytest.param(
            "person,post,from,until,end\nAda,CTO,2024,2025,2026\n", "1: two columns give the end, 'until'", id="ends"
        ),
        pytest.param("name,dept\nAda,R&D\n", "1: the columns 'name', 'dept' are no format that is known", id="format"),
        pytest.param("\xff\xfek".encode("latin-1"), " the file is UTF-16 (expected UTF-8; ", id="utf-16"),
        pytest.param(b"kind\xff,person\nstarts,Ada\n", "1: byte 5 of the line, 0xFF, is not UTF-8", id="header-bytes"),
    ],
)
def test_a_bad_file_is_an_error(tmp_path: Path, content: str | bytes, expected: str) -> None:
    path = write(tmp_path, "a.csv", content)
    assert [text[: len(expected)] for text in messages(read(path), path)] == [expected]


def test_near_misses_are_named(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "person,post,from,reprots_to\nAda,CTO,2024,\n")
    assert "did you mean 'reports_to'?" in messages(read(path), path)[0]
    path = write(tmp_path, "b.csv", "person,post,strat\nAda,CTO,2024\n")
    assert "did you mean 'start' by 'strat'?" in messages(read(path), path)[0]


def test_an_unknown_format_lists_all(tmp_path: Path) -> None:
    reading = read(write(tmp_path, "colours.csv", "red,green\n1,2\n"))
    assert all(name in str(reading.findings[0]) for name in FORMATS)
    assert "it is a directory (expected files" in str(read(tmp_path).findings[0])
    write(tmp_path, "appointment.csv", "id\n1\n")
    assert "the directory lacks organisation.csv, organisation_link.csv" in str(read(tmp_path).findings[0])
    assert "No such file" in str(read(tmp_path / "nowhere.csv").findings[0])
    with pytest.raises(UnsupportedError, match="did you mean 'tenures'"):
        read(tmp_path, format="tenure")
    with pytest.raises(ChangeError, match="stated '2025-13-01' is not a time"):
        read(tmp_path, stated="2025-13-01")


def test_source_and_stated_fill_what_a_row_leaves_empty(tmp_path: Path) -> None:
    rows = "kind,person,post,effective,source,stated\nstarts,Ada,CTO,2024,,\nstarts,Bea,CFO,2024,own,2024-05-01\n"
    path = write(tmp_path, "roles.csv", rows)
    bare = read(path)
    given = read(path, source="minutes", stated="2024-06-01")
    assert [c.source for c in bare.changes][1:] == ["own"]
    assert bare.changes[0].source.startswith("roles.csv#") and bare.changes[0].stated == ""
    assert [(c.source, c.stated) for c in given.changes] == [
        ("minutes", "2024-06-01T23:59:59Z"),
        ("own", "2024-05-01T23:59:59Z"),
    ]
    unchanged = read(write(tmp_path, "roles.csv", rows.replace("\n", "\r\n"))).changes[0].source
    changed = read(write(tmp_path, "roles.csv", rows.replace("CTO", "CEO"))).changes[0].source
    assert unchanged == bare.changes[0].source != changed


def test_a_repeated_row_stays_two_statements(tmp_path: Path) -> None:
    reading = read(write(tmp_path, "a.csv", HEADER + "starts,Ada,CTO,Acme,2024\n" * 2))
    assert [change.occurrence for change in reading.changes] == [0, 1]


# -- tenures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "end", "expected"),
    [
        pytest.param("until", "2021-03-31", "2021-04-01", id="until-is-the-last-day"),
        pytest.param("end", "2021-03-31", "2021-03-31", id="end-is-the-first-day-after"),
        pytest.param("until", "2021-03", "2021-03-02/2021-04-01", id="some-last-day-of-a-month"),
        pytest.param("until", "2020-02-29", "2020-03-01", id="leap-day"),
        pytest.param("until", "2020-01-01", "2020-01-02", id="one-day"),
        pytest.param("end", "2020-01-01", "2020-01-01", id="no-day"),
        pytest.param("until", "", "..", id="empty-is-ongoing"),
        pytest.param("until", "..", "..", id="ongoing"),
        pytest.param("until", "unknown", "2020-01-01/..", id="unknown"),
    ],
)
def test_what_an_end_means_is_told_by_its_header_word(tmp_path: Path, word: str, end: str, expected: str) -> None:
    path = write(tmp_path, "a.csv", f"person,post,organization,from,{word}\nAda,CTO,Acme,2020-01-01,{end}\n")
    reading = read(path)
    assert reading.findings == ()
    assert spans(reading) == [("Ada", "2020-01-01", expected)]


@pytest.mark.parametrize(
    ("word", "end"), [("until", "2019-12-31"), ("end", "2019-12-31"), ("until", "2019"), ("end", "2019-12")]
)
def test_an_end_before_its_start_names_both(tmp_path: Path, word: str, end: str) -> None:
    path = write(tmp_path, "a.csv", f"person,post,from,{word}\nAda,CTO,2020-01-01,{end}\nBea,CFO,2020,\n")
    reading = read(path)
    assert [(f.line, f.code) for f in reading.findings] == [(2, "inverted-period")]
    assert messages(reading, path)[0].startswith(f"2: {word} '{end}' is before from '2020-01-01' (expected the ")
    assert [change.person for change in reading.changes] == ["Bea"]


def test_a_tenure_keeps_every_field_of_a_role_change(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "Name,Job Title,from,Reports To,line,unit,record\nAda,CTO,2020,Bea,dotted,R&D,7\n")
    change = read(path).changes[0]
    assert (change.person, change.post, change.reports_to, change.line) == ("Ada", "CTO", "Bea", "dotted")
    assert (change.unit, change.record, change.until) == ("R&D", "7", ONGOING)


# -- rosters ---------------------------------------------------------------------------------------------------------


def lists(reading: Reading) -> list[tuple[str, str, str, str]]:
    return [(c.kind, c.person or c.organization or c.unit, str(c.effective), c.source) for c in reading.changes]


def test_a_roster_says_who_is_there_and_that_the_list_is_full(tmp_path: Path) -> None:
    rows = "day,person,post,organization\n2020-01-01,Ada,CTO,Acme\n2021-01-01,Bea,CTO,Acme\n2020-01-01,Cy,CFO,Acme\n"
    reading = read(write(tmp_path, "acme.csv", rows))
    assert lists(reading) == [
        ("holds", "Ada", "2020-01-01", "acme"),
        ("holds", "Bea", "2021-01-01", "acme"),
        ("holds", "Cy", "2020-01-01", "acme"),
        ("roster", "Acme", "2020-01-01", "acme"),
        ("roster", "Acme", "2021-01-01", "acme"),
    ]
    assert all(change.until is None for change in reading.changes)


@pytest.mark.parametrize(
    ("name", "source", "series"),
    [("acme-2020-01-01.csv", "", "acme"), ("2020-01-01_acme.csv", "", "acme"), ("acme-2020-01-01.csv", "hr", "hr")],
)
def test_the_day_and_the_series_of_a_roster_are_in_its_name(
    tmp_path: Path, name: str, source: str, series: str
) -> None:
    path = write(tmp_path, name, "person,title,unit\nAda,CTO,R&D\n")
    reading = read(path, source=source)
    assert lists(reading) == [("holds", "Ada", "2020-01-01", series), ("roster", "R&D", "2020-01-01", series)]


def test_the_day_of_a_roster_may_be_given_beside_it(tmp_path: Path) -> None:
    path = write(tmp_path, "acme.csv", "person,post,organization\nAda,CTO,Acme\n")
    reading = read(path, mapping={"constants": {"day": "2020-01-01"}})
    assert lists(reading)[1] == ("roster", "Acme", "2020-01-01", "acme")
    assert "no format that is known" in str(read(path).findings[0])
    assert "no column gives the day" in str(read(path, format="rosters").findings[0])


@pytest.mark.parametrize(
    ("row", "full", "message"),
    [
        ("2020-01-01,,CTO,Acme", ["2021-01-01"], "4: 'holds' needs a person"),
        ("2020-01-01,Di,CTO,", ["2021-01-01"], "4: the row has neither an organization nor a unit"),
        ("2020,Di,CTO,Acme", [], "4: day '2020' is not one day (expected YYYY-MM-DD)"),
        (",Di,CTO,Acme", [], "4: 'holds' needs the day on which it took effect (the column 'day' is empty)"),
        ("2020-01-01,Di,CTO", [], "4: the row has 3 cells (expected 4, as in the header)"),
    ],
)
def test_a_list_with_an_unreadable_row_ends_nobody(tmp_path: Path, row: str, full: list[str], message: str) -> None:
    rows = f"day,person,post,organization\n2020-01-01,Ada,CTO,Acme\n2021-01-01,Bea,CTO,Acme\n{row}\n"
    path = write(tmp_path, "acme.csv", rows)
    reading = read(path)
    assert [text[: len(message)] for text in messages(reading, path)] == [message]
    assert [str(c.effective) for c in reading.changes if c.kind == "roster"] == full
    assert [c.person for c in reading.changes if c.kind == "holds"] == ["Ada", "Bea"]
    assert {f.code for f in reading.findings if f.severity == "warning"} == {"roster-incomplete"}


# -- JSON lines and round trips --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('{"kind": "starts"', "1: the line is not JSON: "),
        ('["starts"]', "1: the line is no JSON object (expected an object such as "),
        ("[]", "1: the line is no JSON object (expected an object such as "),
        ("7", "1: the line is no JSON object (expected an object such as "),
        ('{"kind": "starts", "kind": "ends"}', "1: the key 'kind' stands twice (expected once)"),
        ('{"kind": ["starts"]}', "1: kind is neither a text nor a whole number"),
        ('{"kind": "starts", "sequence": 1.5}', "1: sequence is neither a text nor a whole number"),
        ('{"knid": "starts"}', "1: 'knid' is not a column (expected one of kind, "),
        ("[" * 100_000, "1: the line is not JSON: "),
        (b'{"kind": "\xe9"}', "1: byte 11 of the line, 0xE9, is not UTF-8 (expected UTF-8)"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_bad_json_line_is_one_error_and_the_rest_is_read(tmp_path: Path, line: str | bytes, expected: str) -> None:
    good = {"kind": "starts", "person": "Ada", "post": "CTO", "effective": 2024, "sequence": 3, "reason": None}
    bad = line if isinstance(line, bytes) else line.encode()
    path = write(tmp_path, "a.jsonl", bad + b"\n\n" + json.dumps(good).encode() + b"\r\n")
    reading = read(path)
    assert [text[: len(expected)] for text in messages(reading, path)] == [expected]
    assert [(c.person, c.sequence, c.line_number) for c in reading.changes] == [("Ada", 3, 3)]
    assert reading.counts == {"a.jsonl": 2}


def test_an_empty_json_file_is_an_error(tmp_path: Path) -> None:
    assert "is empty" in str(read(write(tmp_path, "a.jsonl", "\n")).findings[0])


def test_a_mapping_is_refused_where_it_does_nothing(tmp_path: Path) -> None:
    path = write(tmp_path, "a.jsonl", '{"kind": "abolished", "post": "CTO", "effective": "2024"}\n')
    assert "a mapping is for tables" in str(read(path, mapping={"person": "name"}).findings[0])


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12).map(str.strip)
days = st.dates(date(1, 1, 2), date(9998, 12, 30)).map(date.isoformat)
moments = st.one_of(days, days.map(lambda day: day[:7]), days.map(lambda day: f"../{day}"), days.map("{}/..".format))


@st.composite
def role_changes(draw: st.DrawFn) -> RoleChange:
    """Draw a valid role change with arbitrary texts."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    free = [name for name in FIELDS if name not in _TYPED]
    fields = draw(st.dictionaries(st.sampled_from(free), texts))
    for group in KINDS[kind]:
        fields[draw(st.sampled_from(group))] = draw(texts.filter(bool))
    if kind == "roster":
        fields["property"] = draw(st.sampled_from(["", *LISTS]))
    start = draw(moments)
    fields |= {"kind": kind, "effective": start, "source": draw(texts.filter(bool))}
    fields["until"] = draw(st.sampled_from(["", "..", "unknown", start, "9998-12-31", "9998-12-31 [the last, ever]"]))
    fields["line"] = draw(st.sampled_from(["", "direct", "dotted"]))
    fields["stated"] = draw(st.sampled_from(["", "2025-10-03", "2025-10-03T09:30:00+02:00"]))
    fields["inferred"] = draw(st.sampled_from(["", "true"]))
    for name in ("sequence", "occurrence"):
        fields[name] = draw(st.sampled_from(["", "0", "7"]))
    return RoleChange.parse(fields)


_TYPED = {"kind", "effective", "until", "line", "stated", "source", "inferred", "sequence", "occurrence"}


@settings(deadline=None)
@given(changes=st.lists(role_changes(), min_size=1, max_size=4, unique=True))
def test_what_is_written_is_read_back_equal(changes: list[RoleChange]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, writer in (("a.csv", write_csv), ("a.jsonl", write_json_lines)):
            stream = io.StringIO(newline="")
            writer(changes, stream)
            reading = read(write(Path(folder), name, stream.getvalue()))
            assert reading.findings == ()
            assert list(reading.changes) == changes
            assert [change.id for change in reading.changes] == [change.id for change in changes]


def test_moved_bounds_and_their_text_come_back(tmp_path: Path) -> None:
    path = write(tmp_path, "a.csv", "person,post,from,until\nAda,CTO,2020,2021-03-31\n")
    stream = io.StringIO()
    write_csv(read(path).changes, stream)
    back = read(write(tmp_path, "b.csv", stream.getvalue())).changes
    assert back == read(path).changes
    assert back[0].until == Moment.parse("2021-03-31").shifted(1, 1)
