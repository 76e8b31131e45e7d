"""The IfG Ministers Database: a directory of eleven tables that refer to each other → role changes.

The format is that of the Institute for Government's own tables (github.com/instituteforgov). What an edition leaves out
goes on, an empty end is ongoing, and the ids of the tables tell who and what is meant.

One appointment is one tenure, known by its id; its characteristics (cabinet status, acting, on leave) speak of the
same tenure over their own periods, kept as stated even where they do not fill it. Departments are units of HM
Government. Periods are half-open, as in upstream's own SQL; only ``link_end_date`` is a last day, "the final date
that a minister moved".

Why a change of name between two organisations is a merger of one: the table gives the successor an identity of its
own (W3C ORG, section 4.6.2), and the source's word for it stays in ``reason``. Why seats in parliament are attributes
of a person: nobody holds them in HM Government. Ids that have no field of their own (of characteristics,
constituencies) are in ``quote``, since a row rests on them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

from orggraph.changes import RoleChange
from orggraph.errors import Finding, MomentError
from orggraph.period import ONGOING, Moment
from orggraph.sources.rolechanges import Reading
from orggraph.sources.table import Table, content_hash, decode, without_rows

ORGANIZATION = "HM Government"

TABLES: dict[str, tuple[str, ...]] = {
    "organisation": ("id", "name", "short_name", "start_date", "end_date"),
    "organisation_link": ("id", "predecessor_organisation_id", "successor_organisation_id", "type", "link_start_date",
                          "link_end_date"),
    "post": ("id", "id_ifg_website", "organisation_id", "name", "display_name", "rank_equivalence",
             "rank_equivalence_value"),
    "post_relationship": ("id", "post_id", "group_name", "group_seniority"),
    "person": ("id", "id_parliament", "id_ifg_website", "name", "display_name", "normalized_name", "short_name",
               "gender", "start_date", "end_date"),
    "appointment": ("id", "person_id", "post_id", "start_date", "end_date"),
    "appointment_characteristics": ("id", "appointment_id", "cabinet_status", "is_acting", "is_on_leave",
                                    "leave_reason", "start_date", "end_date"),
    "constituency": ("id", "id_parliament", "name"),
    "representation": ("id", "person_id", "house", "type", "constituency_id", "start_date", "end_date"),
    "representation_characteristics": ("id", "representation_id", "party", "start_date", "end_date"),
    "event": ("id", "name", "type", "date"),
}  # fmt: skip
"""The tables, in the order in which they are read, each with its columns."""

LINKS: dict[str, str] = {
    "Merger": "merged",
    "Name change": "merged",
    "Demerger": "split",
    "Transfer of functions": "functions transferred",
}
"""The kind of change for each type of link; what follows a colon in the type is kept in ``reason`` only."""

_PERSON_COLUMNS = {"gender": "gender", "short_name": "short name", "id_parliament": "Parliament id",
                   "id_ifg_website": "IfG website id"}  # fmt: skip
_POST_COLUMNS = {"rank_equivalence": "rank", "rank_equivalence_value": "rank value",
                 "id_ifg_website": "IfG website id"}  # fmt: skip


class Line(NamedTuple):
    """One row of a table by column, with the number of its line."""

    number: int
    cells: dict[str, str]


class Database(NamedTuple):
    """The tables by name; people's rows by id in the order of time, other things by id.

    ``edition`` is the source and when it said all this.
    """

    directory: Path
    edition: tuple[str, str]
    tables: dict[str, list[Line]]
    people: dict[str, list[dict[str, str]]]
    posts: dict[str, dict[str, str]]
    units: dict[str, dict[str, str]]
    constituencies: dict[str, dict[str, str]]

    def file(self, table: str) -> str:
        """Give the path of a table as findings name it."""
        return str(self.directory / f"{table}.csv")


class Span(NamedTuple):
    """The period of a row: ``start`` is ``None`` where the row gives none."""

    start: Moment | None
    end: Moment


Found = Iterator[RoleChange | Finding]
Maker = Callable[..., RoleChange]


def read_ifg(directory: Path, *, source: str = "", stated: str = "") -> Reading:
    """Read the directory; ``counts`` has the rows of each file, and ``distinct_people``.

    An appointment that ends before it starts is one finding, and its characteristics are left out with it.
    """
    findings: list[Finding] = []
    counts: dict[str, int] = {}
    tables: dict[str, list[Line]] = {}
    contents: list[bytes] = []
    for name, columns in TABLES.items():
        place = directory / f"{name}.csv"
        try:
            contents.append(place.read_bytes())
        except OSError as error:
            tables[name] = []
            findings.append(Finding("error", f"cannot be opened: {error.strerror}", str(place), 0, "not-readable"))
            continue
        table = decode(contents[-1], file=str(place), delimiter=",")
        findings += [*table.findings, *_columns(table, columns)]
        findings += without_rows(table) if name == "appointment" else []
        complete = set(columns) <= set(table.columns)
        lines = [Line(row.line, dict(zip(table.columns, row.cells, strict=True))) for row in table.rows]
        tables[name] = lines if complete else []
        counts[place.name] = table.total
    if any(finding.code in ("not-readable", "empty-file", "missing-column") for finding in findings):
        return Reading((), tuple(findings), counts)
    counts["distinct_people"] = len({line.cells["id"] for line in tables["person"]})
    named = source or f"{directory.resolve().name}#{content_hash(*contents)}"
    database = _database(directory, (named, stated), tables)
    changes: list[RoleChange] = []
    for part in (_organisations, _links, _posts, _groups, _people, _tenures, _seats, _parties, _events):
        for found in part(database):
            if isinstance(found, Finding):
                findings.append(found)
            else:
                changes.append(found)
    order = {database.file(name): index for index, name in enumerate(TABLES)}
    findings.sort(key=lambda finding: (order[finding.file], finding.line))
    return Reading(tuple(changes), tuple(findings), counts)


def _database(directory: Path, edition: tuple[str, str], tables: dict[str, list[Line]]) -> Database:
    """Index the tables by id; a post of no organisation that is known counts as none."""
    people: dict[str, list[dict[str, str]]] = {}
    for line in sorted(tables["person"], key=lambda line: line.cells["start_date"]):
        people.setdefault(line.cells["id"], []).append(line.cells)
    by_id = {name: {line.cells["id"]: line.cells for line in tables[name]}
             for name in ("post", "organisation", "constituency")}  # fmt: skip
    units = by_id["organisation"]
    posts = {key: cells for key, cells in by_id["post"].items() if cells["organisation_id"] in units}
    return Database(directory, edition, tables, people, posts, units, by_id["constituency"])


def _columns(table: Table, columns: tuple[str, ...]) -> list[Finding]:
    """Report columns that are missing (errors) and columns that nothing here reads (warnings)."""
    place = (table.file, table.header_line)
    found = ", ".join(table.columns)
    absent = [column for column in columns if column not in table.columns] if table.columns else []
    return [
        *(Finding("error", f"the column {column!r} is missing (the file has: {found})", *place, "missing-column")
          for column in absent),
        *(Finding("warning", f"the column {column!r} is not read (expected: {', '.join(columns)})", *place,
                  "unknown-column") for column in table.columns if column not in columns),
    ]  # fmt: skip


def _organisations(data: Database) -> Found:
    """Give each department its life and its initials; one without a start is older than the register."""
    make = _maker(data, "organisation")
    days = [cells["start_date"] for _, cells in data.tables["appointment"] if cells["start_date"]]
    older = Moment.parse(f"../{min(days)}") if days and _is_day(min(days)) else Moment.parse("../..")
    for number, cells in data.tables["organisation"]:
        subject = {"unit": cells["name"], "unit_id": cells["id"]}
        span = _span(cells, f"the organisation {cells['name']}")
        if isinstance(span, str):
            yield _error(data, "organisation", number, span)
            continue
        yield make(kind="created", **subject, effective=span.start or older, until=span.end, line_number=number)
        if cells["short_name"]:
            named = {"property": "short name", "value": cells["short_name"]}
            yield make(kind="states", **subject, **named, line_number=number)


def _links(data: Database) -> Found:
    """Give each link between two departments as an event that lasts from its first to its last day."""
    make = _maker(data, "organisation_link")
    for number, cells in data.tables["organisation_link"]:
        kind = LINKS.get(cells["type"].partition(":")[0], "")
        before = data.units.get(cells["predecessor_organisation_id"])
        after = data.units.get(cells["successor_organisation_id"])
        if not before or not after:
            side = "successor_organisation_id" if before else "predecessor_organisation_id"
            yield _dangling(data, "organisation_link", number, side, cells[side], "organisation")
            continue
        if not kind:
            message = f"type {cells['type']!r} is not a type of link (expected one of {', '.join(LINKS)})"
            yield _error(data, "organisation_link", number, message)
            continue
        span = _span(cells, f"the link from {before['name']} to {after['name']}", prefix="link_")
        if isinstance(span, str):
            yield _error(data, "organisation_link", number, span)
            continue
        yield make(
            kind=kind, unit=before["name"], unit_id=before["id"], into=after["name"], into_id=after["id"],
            effective=span.start, until=span.end.shifted(1, 1), reason=cells["type"], record=cells["id"],
            line_number=number,
        )  # fmt: skip


def _posts(data: Database) -> Found:
    """Give each post its rank and its other names."""
    make = _maker(data, "post")
    for number, cells in data.tables["post"]:
        if cells["organisation_id"] not in data.units:
            yield _dangling(data, "post", number, "organisation_id", cells["organisation_id"], "organisation")
            continue
        said = {word: cells[column] for column, word in _POST_COLUMNS.items()}
        said["display name"] = "" if cells["display_name"] == cells["name"] else cells["display_name"]
        for word, text in said.items():
            if text:
                yield make(kind="states", **_post(data, cells), property=word, value=text, line_number=number)


def _groups(data: Database) -> Found:
    """Give each post the groups of related posts it is in."""
    make = _maker(data, "post_relationship")
    for number, cells in data.tables["post_relationship"]:
        post = data.posts.get(cells["post_id"])
        if not post:
            yield _dangling(data, "post_relationship", number, "post_id", cells["post_id"], "post")
            continue
        for word, column in (("group", "group_name"), ("group seniority", "group_seniority")):
            yield make(
                kind="states", **_post(data, post), property=word, value=cells[column], record=cells["id"],
                line_number=number,
            )  # fmt: skip


def _people(data: Database) -> Found:
    """Give each person's changes of name, and what else is stated: dated where it changed, else without a date."""
    make = partial(_maker(data, "person"), organization="")
    for number, cells in data.tables["person"]:
        rows = data.people[cells["id"]]
        index = rows.index(cells)
        span = _span(cells, f"the name {cells['name']}")
        if isinstance(span, str):
            yield _error(data, "person", number, span)
            continue
        subject = {"person": cells["name"], "person_id": cells["id"]}
        if span.start:
            earlier = {**subject, "person": rows[index - 1]["name"] if index else ""}
            yield make(kind="renamed", **earlier, into=cells["name"], effective=span.start, line_number=number)
        said = {word: column for column, word in _PERSON_COLUMNS.items()}
        said |= {f"{word} name": f"{word}_name" for word in _differing(cells)}
        for word, column in said.items():
            constant = len({row[column] for row in rows}) == 1
            if not cells[column] or (constant and index):
                continue
            period = {} if constant else {"effective": span.start, "until": None if span.end == ONGOING else span.end}
            yield make(
                kind="states", **subject, property=word, value=cells[column], line_number=number, **period
            )  # fmt: skip


def _differing(cells: dict[str, str]) -> list[str]:
    """List the further names of a person that are not the name."""
    return [word for word in ("display", "normalized") if cells[f"{word}_name"] != cells["name"]]


def _tenures(data: Database) -> Found:
    """Give each appointment as a tenure, then its characteristics."""
    make = _maker(data, "appointment")
    held: dict[str, dict[str, str]] = {}
    left_out: set[str] = set()
    for number, cells in data.tables["appointment"]:
        post = data.posts.get(cells["post_id"])
        if not post or cells["person_id"] not in data.people:
            left_out.add(cells["id"])
            if not post:
                yield _dangling(data, "appointment", number, "post_id", cells["post_id"], "post")
            if cells["person_id"] not in data.people:
                yield _dangling(data, "appointment", number, "person_id", cells["person_id"], "person")
            continue
        person = _name(data, cells["person_id"], cells["start_date"])
        span = _span(cells, f"the appointment of {person} as {post['name']}", needs_start=True)
        if isinstance(span, str):
            left_out.add(cells["id"])
            yield _error(data, "appointment", number, span)
            continue
        subject = {"person": person, "person_id": cells["person_id"], **_post(data, post), "record": cells["id"]}
        held[cells["id"]] = subject
        yield make(kind="starts", **subject, effective=span.start, until=span.end, line_number=number)
    yield from _characteristics(data, held, left_out)


def _characteristics(data: Database, held: dict[str, dict[str, str]], left_out: set[str]) -> Found:
    """Give each stretch of an appointment its cabinet status, and say where it is acting or on leave."""
    table = "appointment_characteristics"
    make = _maker(data, table)
    for number, cells in data.tables[table]:
        subject = held.get(cells["appointment_id"])
        if not subject:
            if cells["appointment_id"] not in left_out:
                yield _dangling(data, table, number, "appointment_id", cells["appointment_id"], "appointment")
            continue
        span = _span(cells, f"a stretch of {subject['person']} as {subject['post']}", needs_start=True)
        flags = {column: cells[column].casefold() for column in ("is_acting", "is_on_leave")}
        wrong = [f"{column} {flag!r} is neither True nor False" for column, flag in flags.items()
                 if flag not in ("true", "false")]  # fmt: skip
        if isinstance(span, str) or wrong:
            yield _error(data, table, number, span if isinstance(span, str) else wrong[0])
            continue
        stretch = {**subject, "quote": f"{table} {cells['id']}"}
        period = {"effective": span.start, "until": span.end}
        status = {"property": "cabinet status", "value": cells["cabinet_status"]}
        if status["value"]:
            yield make(kind="states", **stretch, **status, **period, line_number=number)
        if flags["is_acting"] == "true":
            yield make(kind="acting", **stretch, **period, line_number=number)
        if flags["is_on_leave"] == "true":
            yield make(kind="leave", **stretch, reason=cells["leave_reason"], **period, line_number=number)


def _seats(data: Database) -> Found:
    """Give each person's seats in parliament: the house, the kind of peerage, the constituency."""
    make = partial(_maker(data, "representation"), organization="")
    for number, cells in data.tables["representation"]:
        subject, span = _seat(data, cells, cells)
        seat = data.constituencies.get(cells["constituency_id"], {})
        if isinstance(span, str):
            yield _error(data, "representation", number, span)
            continue
        if cells["constituency_id"] and not seat:
            column = "constituency_id"
            yield _dangling(data, "representation", number, column, cells[column], "constituency")
        said = {"house": cells["house"], "peerage": cells["type"], "constituency": seat.get("name", "")}
        for word, text in said.items():
            if text:
                rests = f"constituency {seat['id']}, {seat['id_parliament']} at Parliament" if word[0] == "c" else ""
                yield make(
                    kind="states", **subject, property=word, value=text, effective=span.start, until=span.end,
                    quote=rests, line_number=number,
                )  # fmt: skip


def _parties(data: Database) -> Found:
    """Give each person's party over each stretch of a seat."""
    table = "representation_characteristics"
    make = partial(_maker(data, table), organization="")
    seats = {line.cells["id"]: line.cells for line in data.tables["representation"]}
    for number, cells in data.tables[table]:
        seat = seats.get(cells["representation_id"])
        if not seat:
            yield _dangling(data, table, number, "representation_id", cells["representation_id"], "representation")
            continue
        subject, span = _seat(data, seat, cells)
        if isinstance(span, str):
            yield _error(data, table, number, span)
            continue
        yield make(
            kind="states", **subject, property="party", value=cells["party"], effective=span.start, until=span.end,
            quote=f"{table} {cells['id']}", line_number=number,
        )  # fmt: skip


def _events(data: Database) -> Found:
    """Give each election and completed government as an attribute of HM Government on one day."""
    make = _maker(data, "event")
    for number, cells in data.tables["event"]:
        day = _span({"start_date": cells["date"], "end_date": ""}, f"the event {cells['name']}", needs_start=True)
        if isinstance(day, str):
            yield _error(data, "event", number, day)
        elif day.start:
            yield make(
                kind="states", property=cells["type"], value=cells["name"], effective=day.start,
                until=day.start.shifted(1, 1), record=cells["id"], line_number=number,
            )  # fmt: skip


def _maker(data: Database, table: str) -> Maker:
    """Make a constructor of role changes that rest on one table."""
    source, stated = data.edition
    return partial(RoleChange, organization=ORGANIZATION, source=source, stated=stated, file=data.file(table))


def _post(data: Database, post: dict[str, str]) -> dict[str, str]:
    """Name a post and its unit."""
    unit = data.units[post["organisation_id"]]
    return {"post": post["name"], "post_id": post["id"], "unit": unit["name"], "unit_id": unit["id"]}


def _seat(data: Database, seat: dict[str, str], cells: dict[str, str]) -> tuple[dict[str, str], Span | str]:
    """Name the person who has a seat, and give the period of ``cells``, or what is wrong with either."""
    if seat["person_id"] not in data.people:
        return {}, f"person_id {seat['person_id']!r} is not in person.csv (expected the id of a row there)"
    person = _name(data, seat["person_id"], cells["start_date"])
    span = _span(cells, f"a seat of {person}", needs_start=True)
    return {"person": person, "person_id": seat["person_id"], "record": seat["id"]}, span


def _name(data: Database, person: str, day: str) -> str:
    """Give the name of a person on a day (ISO 8601): the last that began by then, else the first."""
    rows = data.people[person]
    return next((row["name"] for row in reversed(rows) if row["start_date"] <= day), rows[0]["name"])


def _span(cells: dict[str, str], what: str, *, prefix: str = "", needs_start: bool = False) -> Span | str:
    """Read the period of a row, or say what is wrong with it; an empty end is ongoing."""
    start, end = cells[f"{prefix}start_date"], cells[f"{prefix}end_date"]
    if needs_start and not start:
        return f"{what} has no start_date (expected YYYY-MM-DD)"
    try:
        span = Span(_moment(start) if start else None, _moment(end) if end else ONGOING)
    except MomentError as error:
        return f"{what}: {error}"
    if span.start and span.end.latest < span.start.earliest:
        expected = "expected the end on or after the start"
        return f"{what} ends {end} before it starts {start} ({expected})"
    return span


@lru_cache(maxsize=4096)
def _moment(text: str) -> Moment:
    return Moment.parse(text)


def _is_day(text: str) -> bool:
    try:
        return Moment.parse(text).exact
    except MomentError:
        return False


def _error(data: Database, table: str, line: int, message: str) -> Finding:
    code = "inverted-period" if " before it starts " in message else "bad-value"
    return Finding("error", message, data.file(table), line, code)


def _dangling(data: Database, table: str, line: int, column: str, value: str, other: str) -> Finding:
    """Report an id that is not in the table it refers to."""
    message = f"{column} {value!r} is not in {other}.csv (expected the id of a row there that can be read)"
    return Finding("error", message, data.file(table), line, "unknown-reference")
