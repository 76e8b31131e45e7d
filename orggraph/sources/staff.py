"""Staff lists: rosters as personnel systems write them, with their own header words and managers by id or e-mail.

There is no standard for such exports; read are the header words that can mean one thing only (`WORDS`), whatever their
case and whether their parts are joined by blanks, hyphens or underscores. Who is meant is told by the employee id, else
by the e-mail address, and only where there is neither by the name. A manager is looked up in the list of the same day:
by id, by e-mail, or by a name. Dates, silence and last days are those of `orggraph.sources.rosters`.

Why a manager who is not in the list is kept and named: a board or a parent company is often left out of an export, and
leaving out the line would make a top of everybody below them. Why somebody who is their own manager is read as having
none: some systems mark the top so, and nobody reports to themselves.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from orggraph.errors import Finding
from orggraph.sources.mapping import EVERY, ColumnMapping, Record, header_word
from orggraph.sources.table import Table

EMAIL, MANAGER_EMAIL, FIRST, LAST = "email", "reports_to_email", "first_name", "last_name"
"""What a staff list has beside the fields of a role change; it is used to tell who is meant."""

_MEANINGS: dict[str, str] = {
    "person_id": "employee_id employee_no employee_nr employee_number emp_id staff_id staff_no staff_number worker_id "
                 "personnel_no personnel_number",
    "person": "employee employee_name full_name display_name worker staff_name",
    FIRST: "first_name given_name forename",
    LAST: "last_name family_name surname",
    EMAIL: "email e_mail email_address e_mail_address work_email mail",
    "post": "position position_title business_title job_name",
    "post_id": "position_id position_number position_no",
    "unit": "department dept department_name org_unit organizational_unit",
    "unit_id": "department_id department_code dept_id org_unit_id",
    "organization": "company company_name legal_entity employer",
    "reports_to": "manager_name supervisor supervisor_name line_manager line_manager_name",
    "reports_to_id": "manager_employee_id manager_no manager_number supervisor_id supervisor_employee_id "
                     "line_manager_id",
    MANAGER_EMAIL: "manager_email manager_e_mail manager_email_address supervisor_email supervisor_e_mail "
                   "line_manager_email line_manager_e_mail",
    "day": "as_at as_of_date snapshot_date report_date reporting_date",
}  # fmt: skip

WORDS: dict[str, str] = {
    **{name: name for name in (EMAIL, MANAGER_EMAIL, FIRST, LAST)},
    **{word: name for name, words in _MEANINGS.items() for word in words.split()},
}
"""The header words of staff lists, and what each means."""

ATTRIBUTES = frozenset({
    "location", "work_location", "office", "site", "city", "country", "grade", "band", "fte", "cost_center",
    "cost_centre", "employment_type", "contract_type",
})  # fmt: skip
"""The header words of columns that are kept as dated attributes of the person in the post."""

_FORMULA = re.compile(r'="(.*)"', re.DOTALL)
_NAMED = 5


def with_attributes(table: Table, mapping: ColumnMapping) -> ColumnMapping:
    """Keep the columns of `ATTRIBUTES` as extra columns, unless the mapping uses them."""
    if mapping.extra == EVERY:
        return mapping
    used = {*mapping.watched, *mapping.columns.values()}
    more = [column for column in table.columns if header_word(column) in ATTRIBUTES and column not in used]
    return replace(mapping, extra=(*mapping.extra, *dict.fromkeys(more)))


def unquoted(table: Table) -> Table:
    """Take the text out of cells such as ``="00123"``, by which spreadsheets are made to keep leading zeros."""
    if not any(cell.startswith('="') for row in table.rows for cell in row.cells):
        return table
    rows = [row._replace(cells=tuple([_FORMULA.sub(r"\1", cell) for cell in row.cells])) for row in table.rows]
    return table._replace(rows=tuple(rows))


@dataclass(slots=True)
class Listed:
    """Who is in the list of one day: ids, names, and the person of each e-mail, empty where two share it."""

    ids: set[str] = field(default_factory=set)
    emails: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class Staff:
    """Tells who is meant, in the rows of one table, each in the list of its own day."""

    def __init__(self, rows: Iterable[Record], *, day: str) -> None:
        self._day = day
        self._listed: dict[str, Listed] = defaultdict(Listed)
        self._absent: dict[str, Record] = {}
        self._own: dict[str, Record] = {}
        for record in rows:
            self._note(record.fields, self._listed[record.fields.get("day", day)])

    def _note(self, fields: Mapping[str, str], listed: Listed) -> None:
        key, email = fields.get("person_id", ""), fields.get(EMAIL, "").casefold()
        if key:
            listed.ids.add(key)
        if email:
            other = listed.emails.setdefault(email, key or email)
            listed.emails[email] = other if other == (key or email) else ""
        listed.names.add(_name(fields))

    def resolved(self, record: Record) -> Record:
        """Give the row with ids for whom it names, and without what only tells them."""
        fields = dict(record.fields)
        listed = self._listed[fields.get("day", self._day)]
        fields["person"] = _name(fields)
        email = fields.pop(EMAIL, "")
        if not fields.get("person_id"):
            fields["person_id"] = email.casefold()
            email = ""
        self._manager(fields, listed, record)
        for word in (FIRST, LAST):
            fields.pop(word, None)
        extra = (*record.extra, ("e-mail", email)) if email else record.extra
        return record._replace(fields={name: text for name, text in fields.items() if text}, extra=extra)

    def _manager(self, fields: dict[str, str], listed: Listed, record: Record) -> None:
        """Tell by what is said of the manager who is meant: by id, then e-mail, then name."""
        email = fields.pop(MANAGER_EMAIL, "")
        key, name = fields.get("reports_to_id", ""), fields.get("reports_to", "")
        if key and key not in listed.ids:
            key = listed.emails.get(key.casefold(), "") or key
        if not key and email:
            key = listed.emails.get(email.casefold(), "") or email.casefold()
        if not key and name and name not in listed.names:
            key = name if name in listed.ids else listed.emails.get(name.casefold(), "")
            name = "" if key else name
        if key and key == fields.get("person_id"):
            self._own.setdefault(key, record)
            key = name = ""
        elif key and key not in listed.ids and not listed.emails.get(key):
            self._absent.setdefault(key, record)
        fields["reports_to_id"], fields["reports_to"] = key, name

    def findings(self, file: str) -> list[Finding]:
        """Name the managers who are in no list, and who is their own manager."""
        words = {
            "manager-not-listed": (self._absent, "is a manager and not in the list of that day, kept by the id alone",
                                   "are managers and not in the list of the day, kept by their ids alone"),
            "own-manager": (self._own, "is their own manager, read as having none",
                            "are their own managers, read as having none"),
        }  # fmt: skip
        found = []
        for code, (people, one, several) in words.items():
            if people:
                keys = list(people)
                more = f" and {len(keys) - _NAMED} more" if len(keys) > _NAMED else ""
                message = f"{', '.join(map(repr, keys[:_NAMED]))}{more} {one if len(keys) == 1 else several}"
                found.append(Finding("note", message, file, people[keys[0]].line, code))
        return found


def _name(fields: Mapping[str, str]) -> str:
    return fields.get("person", "") or f"{fields.get(FIRST, '')} {fields.get(LAST, '')}".strip()
