"""Organograms of the UK government: a department's senior and junior posts on one day, as two tables → role changes.

The format is that of the organogram template which the Cabinet Office prescribes and data.gov.uk publishes ("Organogram
of Staff Roles & Salaries"). Of senior posts each row is a post, known by its reference within the organization; leading
zeros come and go, and do not count. It reports to a post, or to nobody (``XX``). A row of the junior table stands for
posts alike and is read as one post with its number (FTE), which reports to a senior post; their holders are withheld.

A table lists all such posts on its day, so what it leaves out ended since the table before; nothing has a last day. Why
no name stands in a post is said by the property ``absence``: ``vacant``, ``eliminated``, ``withheld`` (N/D) or
``unknown`` (blank). Whoever held a post that is withheld later is not taken to have left.

Persons have names only. By default titles, honours, case, hyphens and full stops do not tell persons apart, and every
name in which that counts is listed; with the identity ``exact`` names are texts, and what stands in place of a name
(``N/D``) is one more text that ends whoever was named before.

Why defects are warnings: a table with a post that reports to itself, to no post of the table, or that stands twice is
still the best there is of that day; such a line is left out, and the rest is read.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from orggraph.changes import RoleChange
from orggraph.errors import Finding, MomentError
from orggraph.period import Moment
from orggraph.period import day as exact_day
from orggraph.sources.rolechanges import Statements
from orggraph.sources.rosters import file_name
from orggraph.sources.table import Row, Table
from orggraph.vocabulary import name_key

REFERENCE, REPORTS_TO = "Post Unique Reference", "Reports to Senior Post"
SENIOR = frozenset({REFERENCE, "Name", "Job Title", "Organisation", REPORTS_TO})
JUNIOR = frozenset({"Organisation", "Reporting Senior Post", "Grade", "Generic Job Title", "Number of Posts in FTE"})
"""The columns that a table of senior (junior) posts has at least."""
IDENTITIES = ("names", "exact")
"""How persons are told apart; the first is the default."""

NUMBERS = ("FTE", "Number of Posts in FTE")
KEPT = {
    "Grade (or equivalent)": "grade", "Grade": "grade", "Job/Team Function": "function", "Contact Phone": "phone",
    "Contact E-mail": "e-mail", "Salary Cost of Reports (£)": "salary cost of reports", "FTE": "FTE",
    "Number of Posts in FTE": "FTE", "Actual Pay Floor (£)": "pay floor", "Actual Pay Ceiling (£)": "pay ceiling",
    "Payscale Minimum (£)": "pay floor", "Payscale Maximum (£)": "pay ceiling",
    "Professional/Occupational Group": "professional group", "Notes": "notes", "Valid?": "valid", "URI": "page",
}  # fmt: skip
"""The columns that are kept as attributes of the post, and the property that each becomes."""
_PASSED_OVER = frozenset({"Parent Department", "Unit", "", "source_file", "source_line", *SENIOR, *JUNIOR})

TITLES = frozenset({
    "sir", "dame", "lord", "lady", "baroness", "baron", "viscount", "earl", "dr", "prof", "professor", "mr",
    "mrs", "ms", "miss", "mx", "rev", "reverend", "rt", "hon", "right", "honourable", "the", "rear", "vice",
    "admiral", "captain", "commander", "commodore", "brigadier", "colonel", "lieutenant", "lt", "major", "maj",
    "general", "gen", "air", "marshal", "wing", "group", "squadron",
})  # fmt: skip
HONOURS = frozenset({
    "BEM", "MBE", "OBE", "CBE", "DBE", "KBE", "GBE", "CB", "DCB", "KCB", "GCB", "CMG", "DCMG", "KCMG", "GCMG",
    "LVO", "MVO", "CVO", "DCVO", "KCVO", "GCVO", "CH", "OM", "QC", "KC", "PC", "QPM", "DL", "JP", "TD", "RD",
    "RN", "RAF", "FRS", "FRSE", "FREng", "FCA", "ACA", "FBA", "BA", "MA", "BSc", "MSc", "PhD", "DPhil", "MBA",
    "MP",
})  # fmt: skip
"""What may stand after a name, as it is written there."""


class Edition(NamedTuple):
    """One table: its columns, its organization, and how its statements are made."""

    table: Table
    organization: str
    make: partial[RoleChange]

    def cells(self, row: Row) -> dict[str, str]:
        """Give the cells of a row by column; of a column that stands twice the first."""
        return dict(reversed(list(zip(self.table.columns, row.cells, strict=True))))


def organogram(table: Table) -> bool:
    """Tell by its columns whether a table is an organogram."""
    return set(table.columns) >= SENIOR or set(table.columns) >= JUNIOR


def read_organogram(table: Table, *, source: str = "", stated: str = "", identity: str = "names") -> Statements:
    """Read a table of senior or of junior posts; the day is that in the name of the file, else that of ``stated``."""
    named = file_name(table.file)
    day = named.day or stated[:10]
    refusal = _refusal(table, day)
    if refusal:
        return Statements([], [refusal])
    organization, parent = _most(table, "Organisation"), _most(table, "Parent Department")
    make = partial(
        RoleChange, organization=organization, effective=Moment.parse(day), source=source or named.series,
        stated=stated, file=table.file,
    )  # fmt: skip
    edition = Edition(table, organization, make)
    senior = set(table.columns) >= SENIOR
    found = list(_senior(edition, identity) if senior else _junior(edition))
    changes = [item for item in found if isinstance(item, RoleChange)]
    if changes and parent not in ("", organization):
        changes.append(edition.make(kind="states", property="parent department", value=parent))
    findings = [*_unread(table), *(item for item in found if isinstance(item, Finding))]
    if any(finding.severity == "error" for finding in (*table.findings, *findings)):
        message = "the organogram has rows that cannot be read, so that it ends nothing by silence"
        findings.append(Finding("warning", message, table.file, table.header_line, "roster-incomplete"))
    elif changes:
        changes += [edition.make(kind="roster")] if senior else []
        changes.append(edition.make(kind="roster", property="posts"))
    return Statements(changes, findings)


def reference(text: str) -> str:
    """Write a reference without the zeros that lead it.

    >>> reference("00026677"), reference("CO57"), reference("0")
    ('26677', 'CO57', '0')
    """
    return re.sub(r"^0+(?=\w)", "", text.strip())


def person_key(name: str) -> str:
    """Fold a name to what tells persons apart: without titles, honours, case, hyphens and full stops.

    >>> person_key("Sir Ian Marriott-Smith CBE"), person_key("ian marriott smith"), person_key("Dr No")
    ('ian marriott smith', 'ian marriott smith', 'dr no')
    """
    words = re.sub(r"[.,\-‐‑]", " ", name).replace("’", "'").split()
    while len(words) > 2 and words[-1] in HONOURS:
        words.pop()
    while len(words) > 2 and words[0].casefold() in TITLES:
        words.pop(0)
    return name_key(" ".join(words))


def absence(name: str) -> str:
    """Give why a cell names nobody, as a value of ``absence``; empty where it names somebody.

    >>> absence("'N/D'"), absence(""), absence("Vacant post"), absence("Eliminated"), absence("Ada Byron")
    ('withheld', 'unknown', 'vacant', 'eliminated', '')
    """
    text = name.strip(" '\"").casefold()
    if not text:
        return "unknown"
    if text in ("n/d", "nd", "n / d"):
        return "withheld"
    return "vacant" if "vacan" in text else "eliminated" if "elimin" in text else ""


def _most(table: Table, column: str) -> str:
    """Give what most rows have in a column, the first of them where several do; empty without such a column."""
    index = table.columns.index(column) if column in table.columns else -1
    counted = Counter(row.cells[index] for row in table.rows) if index >= 0 else Counter()
    return counted.most_common(1)[0][0] if counted else ""


def _refusal(table: Table, day: str) -> Finding | None:
    """Say why a table is no organogram of a day, if it is none."""
    if not organogram(table):
        missing = min((needed - set(table.columns) for needed in (SENIOR, JUNIOR)), key=len)
        names = ", ".join(map(repr, sorted(missing)))
        message = f"the organogram has no column {names} (the file has: {', '.join(table.columns)})"
        return Finding("error", message, table.file, table.header_line, "missing-column")
    try:
        exact_day(day)
    except MomentError:
        expected = "expected a day in the name of the file, as in office-2011-03-31-senior.csv, or --stated"
        message = f"of which day the organogram is, is not said ({expected})"
        return Finding("error", message, table.file, table.header_line, "no-day")
    return None


Found = Iterator[RoleChange | Finding]


def _senior(edition: Edition, identity: str) -> Found:
    """Give what the rows of senior posts state, then what is wrong with the references among them."""
    rows = [(row, edition.cells(row)) for row in edition.table.rows]
    lines: dict[str, dict[str, int]] = defaultdict(dict)
    repeated: dict[str, list[int]] = defaultdict(list)
    for row, cells in rows:
        repeated[reference(cells[REFERENCE])].append(row.line)
    folded: dict[str, int] = {}
    for row, cells in rows:
        key = reference(cells[REFERENCE])
        if not key:
            message = f"{REFERENCE} is empty (expected the reference of the post)"
            yield _finding(edition, row.line, message, "bad-value", severity="error")
            continue
        post = _post(edition, cells, title=cells["Job Title"], key=key)
        yield from _holder(edition, cells["Name"], post, row.line, identity=identity)
        yield from _attributes(edition, cells, post, row.line)
        yield from _line(edition, cells, post, row.line, known=repeated, lines=lines[key])
        if identity != "exact" and not absence(cells["Name"]) and _stripped(cells["Name"]):
            folded.setdefault(cells["Name"], row.line)
    yield from _defects(edition, repeated, lines)
    for name, line in folded.items():
        message = f"{name!r} is taken to be whoever is called {person_key(name)!r}, without title and honours"
        yield _finding(edition, line, message, "identity", severity="note")


def _junior(edition: Edition) -> Found:
    """Give what the rows of junior posts state; rows that are alike are counted."""
    seen: Counter[str] = Counter()
    for row in edition.table.rows:
        cells = edition.cells(row)
        manager = reference(cells["Reporting Senior Post"])
        title, kind = cells["Generic Job Title"], cells.get("Professional/Occupational Group", "")
        key = "/".join(("junior", manager, cells.get("Unit", ""), cells["Grade"], title, kind))
        seen[key] += 1
        key = key if seen[key] == 1 else f"{key}#{seen[key]}"
        post = _post(edition, cells, title=title, key=key)
        yield edition.make(kind="states", **post, property="absence", value="withheld", line_number=row.line)
        yield from _attributes(edition, cells, post, row.line)
        if manager:
            yield edition.make(kind="reports", **post, reports_to_post_id=manager, line_number=row.line)
        else:
            message = "Reporting Senior Post is empty (expected the reference of a senior post)"
            yield _finding(edition, row.line, message, "no-manager")


def _post(edition: Edition, cells: Mapping[str, str], *, title: str, key: str) -> dict[str, str]:
    """Name a post and its unit; that of an organization beside the table's bears its name."""
    unit, organization = cells.get("Unit", ""), cells["Organisation"]
    if organization != edition.organization:
        unit = f"{unit}, {organization}" if unit else organization
    return {"post": title, "post_id": key, "unit": unit}


def _holder(edition: Edition, name: str, post: dict[str, str], line: int, *, identity: str) -> Found:
    """Give who holds a post, or why nobody is named."""
    missing = absence(name)
    if not missing:
        key = name if identity == "exact" else person_key(name)
        yield edition.make(kind="holds", person=name, person_id=key, **post, line_number=line)
    elif identity != "exact":
        yield edition.make(kind="states", **post, property="absence", value=missing, line_number=line)
    elif name:
        yield edition.make(kind="states", **post, property="absence", value=name, line_number=line)


def _attributes(edition: Edition, cells: Mapping[str, str], post: dict[str, str], line: int) -> Found:
    """Give the columns that say something of the post, and report a number that is none."""
    for column, word in KEPT.items():
        text = cells.get(column, "")
        if text:
            yield edition.make(kind="states", **post, property=word, value=text, line_number=line)
        if text and column in NUMBERS and not re.fullmatch(r"\d+(\.\d+)?|\.\d+", text):
            message = f"{column} {text!r} is not a number (expected posts in full time, such as 0.6); kept as it is"
            yield _finding(edition, line, message, "bad-number")


def _line(
    edition: Edition, cells: Mapping[str, str], post: dict[str, str], line: int, *, known: Mapping[str, list[int]],
    lines: dict[str, int],
) -> Found:  # fmt: skip
    """Give to which post a post reports, once; leave out a line to itself or to no post of the table."""
    manager = "" if cells[REPORTS_TO].upper() == "XX" else reference(cells[REPORTS_TO])
    if not cells[REPORTS_TO]:
        message = f"{REPORTS_TO} of the post {post['post_id']} is empty (expected a reference, or XX for nobody)"
        yield _finding(edition, line, message, "no-manager")
    elif manager == post["post_id"]:
        message = f"the post {manager} reports to itself (expected another post, or XX for nobody); line left out"
        yield _finding(edition, line, message, "reports-to-itself")
    elif manager and manager not in known:
        message = f"the post {post['post_id']} reports to {cells[REPORTS_TO]!r}, which is no post of the table "
        message += "(expected a reference in it, or XX for nobody); line left out"
        yield _finding(edition, line, message, "unknown-reference")
    elif manager not in lines:
        lines[manager] = line
        yield edition.make(kind="reports", **post, reports_to_post_id=manager, line_number=line)


def _defects(edition: Edition, repeated: Mapping[str, list[int]], lines: Mapping[str, dict[str, int]]) -> Found:
    """Report references that stand in several rows, posts that report to several, and several tops."""
    for key, rows in repeated.items():
        if key and len(rows) > 1:
            message = f"the post {key} stands in {len(rows)} rows (first in line {rows[0]}); read as one that is shared"
            yield _finding(edition, rows[1], message, "repeated-reference")
    for key, managers in lines.items():
        if len(managers) > 1:
            named = ", ".join(manager or "XX" for manager in managers)
            message = f"the post {key} reports to several ({named}; expected one); all are kept"
            yield _finding(edition, max(managers.values()), message, "several-managers")
    tops = {key: managers[""] for key, managers in lines.items() if "" in managers}
    if len(tops) > 1:
        message = f"{len(tops)} posts report to nobody: {', '.join(tops)} (expected one)"
        yield _finding(edition, min(tops.values()), message, "several-tops")


def _unread(table: Table) -> list[Finding]:
    """Note the columns that nothing reads."""
    left = [column for column in table.columns if column not in _PASSED_OVER and column not in KEPT]
    message = f"columns that are not read: {', '.join(left)}"
    return [Finding("note", message, table.file, table.header_line, "columns-not-read")] if left else []


def _stripped(name: str) -> bool:
    """Tell whether a title or honour does not count in a name."""
    return len(person_key(name).split()) < len(re.sub(r"[.,\-‐‑]", " ", name).split())


def _finding(edition: Edition, line: int, message: str, code: str, *, severity: str = "warning") -> Finding:
    return Finding(severity, message, edition.table.file, line, code)
