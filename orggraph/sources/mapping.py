"""Mappings: how the columns of someone else's table become our fields.

Silence and identity are those of the format that the rows become: what a tenure list leaves out goes on, who is in no
later roster has left; ids first, then names within an organization. What an end day means is said by the mapping, since
tables made from Wikidata (its data model's P580 and P582, as CSV) mix last days and the days after them.

A mapping is a TOML file (TOML 1.0), or the same keys as a dict (from a command line). Every key is optional; one that
is unknown is refused by name:

    format = "tenures"                       # or "rosters", "role-changes"; else found out from the columns
    kind = "starts"                          # tenures: what a row states, "starts" or "created"
    end-convention = "exclusive"             # or "inclusive" (the last day), "unknown" (either: D is [D, D+1])
    empty-end = "ongoing"                    # or "unknown": what an empty end cell means
    day-order = "day-first"                  # or "month-first": how 03/10/2025 is read; refused unless stated
    extra = ["company"]                      # columns kept as dated attributes; or "all"
    fold = ["login"]                         # columns whose case does not matter
    encoding = "cp1252"                      # what the file is in, where that is not UTF-8
    sheet = "Staff"                          # of a workbook: the sheet that is read
    [columns]
    person = "{first} {last}"                # field = "column", or a template of columns in braces
    line = ""                                # a column that bears our word and is not to be read under it
    [constants]
    organization = "Acme"                    # field = the same text in every row
    [where]
    status = ["active", "acting"]            # only rows with one of these values; where-not: only the others
    [not-in-office]
    role = ["emeritus"]                      # kept as a tenure, stated to be not in office

At the top level, ``field = "column"`` is short for the same under ``[columns]`` (there, ``kind`` is the setting above
when it is one of its two words, else a column). A column that already bears one of our words is read under it, unless
the mapping gives that word another column.

Why the order of day and month must be stated: both readings of 03/10/2025 are days, so a guess would be silent.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import NamedTuple

from orggraph.changes import FIELDS, UNKNOWN, unknown_word
from orggraph.errors import ChangeError, Finding
from orggraph.sources.table import ENCODINGS, Row, Table

TABLES = ("role-changes", "tenures", "rosters")
"""The formats that a mapping can be for."""
TENURE_KINDS = ("starts", "created")
END_CONVENTIONS = ("inclusive", "exclusive", UNKNOWN)
EMPTY_ENDS = ("ongoing", UNKNOWN)
DAY_ORDERS = {"day-first": ("day", "month"), "month-first": ("month", "day")}

TIMES = ("from", "until", "end", "day", "effective", "stated")
"""The words whose texts are days, and for which ``day-order`` counts."""

SLASHED = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)
"""A day whose order of day and month must be stated."""
_TEMPLATE = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnMapping:
    """A mapping as read: the keys of the module's docstring under the same names; ``file`` is where it stood."""

    file: str = ""
    format: str = ""
    kind: str = "starts"
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    where_not: Mapping[str, frozenset[str]] = field(default_factory=dict)
    not_in_office: Mapping[str, frozenset[str]] = field(default_factory=dict)
    end_convention: str = ""
    empty_end: str = "ongoing"
    day_order: str = ""
    extra: tuple[str, ...] = ()
    fold: tuple[str, ...] = ()
    encoding: str = ""
    sheet: str = ""

    @property
    def watched(self) -> tuple[str, ...]:
        """List the columns that it names other than as a field, sorted."""
        extra = () if self.extra == EVERY else self.extra
        return tuple(sorted({*self.where, *self.where_not, *self.not_in_office, *extra, *self.fold}))


EVERY = ("all",)
"""What ``extra`` is when every column that is not read as a field is kept."""


class MappingReading(NamedTuple):
    """What `read_mapping` gives: the mapping, and every error in it."""

    mapping: ColumnMapping
    findings: tuple[Finding, ...]


def read_mapping(mapping: Path | str | Mapping[str, object] | None) -> MappingReading:
    """Read a mapping file (a path) or the same keys as a dict; every error in it is a finding.

    >>> read_mapping({"person": "name", "day-order": "day-first"}).mapping.columns
    {'person': 'name'}
    >>> str(read_mapping({"fromat": "tenures"}).findings[0]).partition(" (")[0]
    "mapping: 'fromat' is not a key of a mapping"
    """
    file = "" if mapping is None else "mapping" if isinstance(mapping, Mapping) else str(mapping)
    findings: list[Finding] = []
    raw: Mapping[str, object] = {}
    if isinstance(mapping, Mapping):
        raw = mapping
    elif mapping is not None:
        try:
            raw = tomllib.loads(Path(mapping).read_bytes().decode())
        except (OSError, ValueError, RecursionError) as error:
            findings.append(_unreadable(error, file))
    made: dict[str, object] = {}
    columns: dict[str, str] = {}
    for key, value in raw.items():
        try:
            if key in SETTINGS and not (key == "kind" and value not in TENURE_KINDS and isinstance(value, str)):
                made[key.replace("-", "_")] = SETTINGS[key](key, value)
            elif key in _WORDS and isinstance(value, str):
                columns[key] = value
            else:
                raise ChangeError(unknown_word(key, dict.fromkeys([*SETTINGS, *_WORDS]), "key of a mapping"))
        except ChangeError as error:
            findings.append(Finding("error", str(error), file, 0, "bad-mapping"))
    stated = made.get("columns")
    made["columns"] = {**columns, **stated} if isinstance(stated, dict) else columns
    return MappingReading(ColumnMapping(file=file, **made), tuple(findings))  # type: ignore[arg-type]  # each was checked


class Record(NamedTuple):
    """One row under our words: its texts by field, the extra columns it keeps, and whether it is in office."""

    line: int
    fields: dict[str, str]
    extra: tuple[tuple[str, str], ...] = ()
    in_office: bool = True


class Rows(Collection[Record]):
    """The rows of a table that are wanted, put under our words whenever they are asked for: a large one has many."""

    def __init__(self, table: Table, made: Callable[[Row], Record | None]) -> None:
        self._table, self._made = table, made

    def __iter__(self) -> Iterator[Record]:
        return (record for row in self._table.rows if (record := self._made(row)) is not None)

    def __len__(self) -> int:
        """Give how many rows the table has, wanted or not."""
        return len(self._table.rows)

    def __contains__(self, item: object) -> bool:
        return any(record == item for record in self)


class Records(NamedTuple):
    """What `records` gives: the rows wanted, the column (or template) of each of our words, and what is wrong."""

    rows: Collection[Record]
    columns: dict[str, str]
    findings: tuple[Finding, ...]


def records(table: Table, mapping: ColumnMapping, words: Mapping[str, str]) -> Records:
    """Put a table under our words; ``words`` gives the field of each header word that is read without a mapping.

    Without ``[columns]`` every other column is an error, with it a note, unless ``extra`` keeps it.
    """
    chosen, findings = _chosen(table, mapping, words)
    parts = {word: _TEMPLATE.split(spec) if _TEMPLATE.search(spec) else ["", spec] for word, spec in chosen.items()}
    used = {column for pieces in parts.values() for column in pieces[1::2]}
    if table.columns:
        findings += _absent(table, mapping, parts)
        if mapping.extra != EVERY:
            findings += _unread(table, mapping, used | set(mapping.watched), words)
    extra = [c for c in table.columns if c and c not in used] if mapping.extra == EVERY else mapping.extra
    made = partial(_record, columns=table.columns, parts=parts, extra=tuple(extra), mapping=mapping)
    return Records(Rows(table, made), chosen, tuple(findings))


def iso_day(text: str, order: str) -> str:
    """Write a day such as 03/10/2025 in ISO 8601, when ``order`` says how to read it; else leave the text alone.

    >>> iso_day("03/10/2025", "day-first"), iso_day("03/10/2025", "month-first"), iso_day("03/10/2025", "")
    ('2025-10-03', '2025-03-10', '03/10/2025')
    """
    match = SLASHED.fullmatch(text) if order else None
    if not match:
        return text
    parts = dict(zip((*DAY_ORDERS[order], "year"), map(int, match.groups()), strict=True))
    try:
        return date(parts["year"], parts["month"], parts["day"]).isoformat()
    except ValueError:
        return text


def header_word(column: str) -> str:
    """Fold a column name to the way our words are written.

    >>> header_word("Reports To")
    'reports_to'
    """
    return column.strip().casefold().replace(" ", "_").replace("-", "_")


def _chosen(table: Table, mapping: ColumnMapping, words: Mapping[str, str]) -> tuple[dict[str, str], list[Finding]]:
    """Decide which column (or template) each word is read from."""
    known = tuple(dict.fromkeys(words.values()))
    messages = [unknown_word(word, known, "field here") for word in (*mapping.columns, *mapping.constants)
                if word not in known]  # fmt: skip
    messages += [f"{word!r} has a column and a constant (expected one of them)" for word in mapping.constants
                 if mapping.columns.get(word)]  # fmt: skip
    findings = [Finding("error", message, mapping.file, 0, "bad-mapping") for message in messages]
    chosen = {word: spec for word, spec in mapping.columns.items() if spec and word in known}
    taken = {column for spec in chosen.values() for column in (*_TEMPLATE.findall(spec), spec)}
    for column in table.columns:
        word = words.get(header_word(column), "")
        if not word or word in mapping.columns or column in taken:
            continue
        other = repr(mapping.constants[word]) if word in mapping.constants else chosen.get(word, column)
        if other != column:
            message = f"the column {column!r} means {word}, which is {other} already (expected one; map one of them)"
            findings.append(Finding("error", message, table.file, table.header_line, "duplicate-column"))
        elif word not in mapping.constants:
            chosen[word] = column
    return chosen, findings


def _absent(table: Table, mapping: ColumnMapping, parts: Mapping[str, list[str]]) -> list[Finding]:
    """Report each column that the mapping names and the file has not."""
    wanted = {column: f"read as {word}" for word, pieces in parts.items() for column in pieces[1::2]}
    wanted |= {column: "named in the mapping" for column in mapping.watched if column not in wanted}
    return [
        Finding("error", f"{unknown_word(column, table.columns, 'column of the file')}; it is {why}", table.file,
                table.header_line, "missing-column")
        for column, why in wanted.items() if column not in table.columns
    ]  # fmt: skip


def _unread(table: Table, mapping: ColumnMapping, used: set[str], words: Mapping[str, str]) -> list[Finding]:
    """Report the columns that nothing reads: an error each, or one note when a mapping chose among them."""
    left = [column for column in table.columns if column not in used]
    if mapping.columns:
        names = ", ".join(column for column in left if column)
        message = f"columns that are not read: {names} (name them in extra to keep them)"
        return [Finding("note", message, table.file, table.header_line, "columns-not-read")] if names else []
    messages = [_unknown(column, table, words) for column in dict.fromkeys(left) if header_word(column) not in words]
    return [Finding("error", message, table.file, table.header_line, "unknown-column") for message in messages]


def _unknown(column: str, table: Table, words: Mapping[str, str]) -> str:
    """Write the message for a column that means nothing here, with the nearest of our words."""
    if not column:
        return f"column {table.columns.index(column) + 1} has no name (expected a name; --map chooses what is read)"
    near = get_close_matches(header_word(column), words, n=1, cutoff=0.75)
    hint = f"did you mean {near[0]!r}? " if near else ""
    fields = ", ".join(word for word in words if word in _COMMON)
    advice = f"map it with --map FIELD={column!r}, or keep it with extra"
    return f"{column!r} is not a column that is read here ({hint}{advice}; the fields are {fields} and more)"


def _record(
    row: Row, *, columns: tuple[str, ...], parts: Mapping[str, list[str]], extra: Iterable[str], mapping: ColumnMapping
) -> Record | None:
    """Put one row under our words; ``None`` when ``where`` or ``where-not`` leaves it out."""
    cells = dict(zip(columns, row.cells, strict=True))
    for column in mapping.fold:
        cells[column] = cells.get(column, "").casefold()
    if any(cells.get(column) not in wanted for column, wanted in mapping.where.items()):
        return None
    if any(cells.get(column) in refused for column, refused in mapping.where_not.items()):
        return None
    fields = dict(mapping.constants)
    for word, pieces in parts.items():
        text = cells.get(pieces[1], "") if len(pieces) == 2 else _filled(pieces, cells)
        if text:
            fields[word] = text
    for word in TIMES:
        if word in fields:
            fields[word] = iso_day(fields[word], mapping.day_order)
    in_office = not any(cells.get(column) in values for column, values in mapping.not_in_office.items())
    return Record(row.line, fields, tuple((column, cells.get(column, "")) for column in extra), in_office)


def _filled(pieces: list[str], cells: Mapping[str, str]) -> str:
    """Fill a template; empty when all of its columns are."""
    texts = [cells.get(piece, "") if index % 2 else piece for index, piece in enumerate(pieces)]
    return " ".join("".join(texts).split()) if any(texts[1::2]) else ""


_COMMON = frozenset(
    {"kind", "person", "post", "role", "unit", "organization", "reports_to", "effective", "from", "until", "end", "day"}
)
_WORDS = tuple(dict.fromkeys([*FIELDS, *TIMES, "email", "reports_to_email", "first_name", "last_name"]))


def _unreadable(error: Exception, file: str) -> Finding:
    """Report a mapping file that cannot be opened or is no TOML."""
    if isinstance(error, OSError):
        return Finding("error", f"the mapping cannot be opened: {error.strerror}", file, 0, "bad-mapping")
    if isinstance(error, RecursionError):
        message = "the mapping is nested too deeply (expected tables and lists of texts)"
        return Finding("error", message, file, 0, "bad-mapping")
    line = re.search(r"at line (\d+)", str(error))
    return Finding("error", f"the mapping is not TOML: {error}", file, int(line.group(1)) if line else 0, "bad-mapping")


def _choice(choices: Iterable[str]) -> Callable[[str, object], str]:
    """Make the reader of a setting that is one of a few words."""
    known = tuple(choices)

    def read(key: str, value: object) -> str:
        if value not in known:
            raise ChangeError(f"{key}: {unknown_word(str(value), known, 'value')}")
        return str(value)

    return read


def _texts(key: str, value: object) -> dict[str, str]:
    """Read a table of word = text; a TOML day or number counts as its text."""
    if not isinstance(value, Mapping):
        raise ChangeError(f"{key} {value!r} is not a table (expected field = text, one a line)")
    for word, text in value.items():
        if word not in _WORDS:
            raise ChangeError(f"{key}: {unknown_word(word, _WORDS, 'field')}")
        if isinstance(text, bool) or not isinstance(text, str | int | date):
            raise ChangeError(f"{key}: {word} {text!r} is not a text")
    return {word: str(text) for word, text in value.items()}


def _values(key: str, value: object) -> dict[str, frozenset[str]]:
    """Read a table of column = a value or a list of them."""
    if not isinstance(value, Mapping):
        raise ChangeError(f'{key} {value!r} is not a table (expected column = ["value", …])')
    return {column: frozenset(_names(f"{key}: {column}", wanted)) for column, wanted in value.items()}


def _names(key: str, value: object) -> tuple[str, ...]:
    """Read a text or a list of texts."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ChangeError(f'{key} {value!r} is not a list of texts (expected ["…", …])')
    return tuple(names)


def _one_text(key: str, value: object) -> str:
    """Read a text."""
    if not isinstance(value, str):
        raise ChangeError(f"{key} {value!r} is not a text")
    return value


SETTINGS: dict[str, Callable[[str, object], object]] = {
    "format": _choice(TABLES),
    "kind": _choice(TENURE_KINDS),
    "columns": _texts,
    "constants": _texts,
    "where": _values,
    "where-not": _values,
    "not-in-office": _values,
    "end-convention": _choice(END_CONVENTIONS),
    "empty-end": _choice(EMPTY_ENDS),
    "day-order": _choice(DAY_ORDERS),
    "extra": _names,
    "fold": _names,
    "encoding": _choice(ENCODINGS),
    "sheet": _one_text,
}
