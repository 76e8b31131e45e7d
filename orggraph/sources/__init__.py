"""Sources: files → role changes. The public face of the readers, and the writers of our own two forms.

`read` never raises for what stands in a file: every statement that cannot be read is one finding with file, line, what
was found and what was expected, all of them in one go, and the rest is read.

Why an edition is named by its bytes: "the same edition twice is nothing new" must hold whoever copies the file where,
and an unnamed source has nothing else to be known by. A roster is the exception: its silence counts only within its
series, so its source is the name of the series.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

from orggraph.changes import RoleChange, parse_stated, unknown_word, with_occurrences
from orggraph.errors import Finding, UnsupportedError
from orggraph.progress import Progress, silent
from orggraph.sources import rosters, tenures
from orggraph.sources.ifg import TABLES as IFG_TABLES
from orggraph.sources.ifg import read_ifg
from orggraph.sources.mapping import ColumnMapping, header_word, read_mapping
from orggraph.sources.organograms import IDENTITIES, organogram, read_organogram
from orggraph.sources.popolo import read_popolo
from orggraph.sources.rolechanges import Reading, read_changes, read_json_lines, write_csv, write_json_lines
from orggraph.sources.sigs import read_sigs
from orggraph.sources.table import Table, content_hash, decode, without_rows

__all__ = ["FORMATS", "Reading", "RosterStream", "read", "roster_stream", "write_csv", "write_json_lines"]

FORMATS: dict[str, str] = {
    "role-changes": "CSV with one role change a row, known by its column kind",
    "json-lines": "one role change a line as a JSON object (.jsonl, .ndjson)",
    "tenures": "CSV with one tenure a row, known by a column from (or start)",
    "rosters": "CSV or XLSX with everyone on a day, known by a column day or a day in the name of the file",
    "uk-organograms": "CSV with the senior or junior posts of a UK department, known by its columns",
    "kubernetes-sigs": "a version of Kubernetes' sigs.yaml (.yaml, .yml)",
    "popolo": "persons, organizations, posts and memberships as Popolo JSON (.json)",
    "ifg-ministers": "a directory of the IfG Ministers Database, known by appointment.csv and the tables beside it",
    "rdf": "role changes, W3C ORG or schema.org roles in Turtle, TriG, N-Triples, N-Quads or JSON-LD (.ttl, .trig, "
    ".nt, .nq, .jsonld)",
}
"""Each format that can be read, and what tells it."""

_JSON_LINES = frozenset({".jsonl", ".ndjson"})
_RDF = frozenset({".ttl", ".trig", ".nt", ".nq", ".jsonld"})
_YAML = frozenset({".yaml", ".yml"})
_TABS = frozenset({".tsv", ".tab"})
_HEAD = 2**16
"""So many bytes of a file are looked at for its header."""
_WORKBOOKS = frozenset({".xlsx", ".xlsm"})
_WITHOUT_MAPPING = frozenset({"json-lines", "rdf", "ifg-ministers", "kubernetes-sigs", "popolo", "uk-organograms"})
_EXACT = "the identity exact is for uk-organograms (other formats have ids, or names within an organization)"
_DOCUMENTS = {"kubernetes-sigs": read_sigs, "popolo": read_popolo}
_READERS = {"role-changes": read_changes, "tenures": tenures.read_tenures, "rosters": rosters.read_rosters}


def read(
    path: Path | str,
    *,
    format: str = "",
    mapping: Path | str | Mapping[str, object] | None = None,
    source: str = "",
    stated: str = "",
    identity: str = "",
    progress: Progress = silent,
) -> Reading:
    """Read a file or directory of role changes; what is wrong in it is in the findings.

    ``format`` is one of `FORMATS`, else found out from the name and the header. ``mapping`` is a mapping file or the
    same keys as a dict (see `orggraph.sources.mapping`). ``source`` and ``stated`` (a day, or a time with zone) count
    where a row has none of its own; the default source is the name of the file with a hash of its content, for a
    roster its name without the day. The changes come in the order of rows, a row's attributes after it.
    ``identity`` is one of `organograms.IDENTITIES`: how an organogram tells persons apart. Others refuse ``exact``.
    ``progress`` is told how many rows of a table have been read.
    Raise `UnsupportedError` for a format or identity that is none, and `ChangeError` for a ``stated`` that is no time.
    """
    if format and format not in FORMATS:
        raise UnsupportedError(unknown_word(format, FORMATS, "format"))
    if "\0" in str(path):
        return _failed(path, "a path holds no NUL (expected the name of a file)", "not-readable")
    if identity and identity not in IDENTITIES:
        raise UnsupportedError(unknown_word(identity, IDENTITIES, "identity"))
    columns, problems = read_mapping(mapping)
    if problems:
        return Reading((), problems, {})
    given = {"source": source, "stated": parse_stated(stated) if stated else ""}
    place = Path(path)
    try:
        chosen = format or columns.format or _by_name(place)
        if mapping is not None and chosen in _WITHOUT_MAPPING:
            return _failed(path, f"a mapping is for tables, and {chosen} takes none", "bad-mapping")
        if identity == "exact" and (chosen not in ("", "uk-organograms") or place.is_dir()):
            return _failed(path, _EXACT, "bad-identity")
        if chosen == "ifg-ministers" or place.is_dir():
            reading = _directory(path, chosen, given)
        elif chosen in _DOCUMENTS:
            reading = _DOCUMENTS[chosen](place.read_bytes(), file=str(path), **given)
        elif chosen == "rdf":
            # loads an RDF library, which a run on tables does not need
            from orggraph.sources.rdf import read_rdf

            reading = read_rdf(place, source=source, stated=given["stated"])
        else:
            reading = _file(path, chosen, columns, given, identity=identity, progress=progress)
    except OSError as error:
        return _failed(path, f"cannot be opened: {error.strerror}", "not-readable")
    return reading._replace(changes=_numbered(reading.changes))


def roster_stream(
    path: Path | str,
    *,
    format: str = "",
    mapping: Path | str | Mapping[str, object] | None = None,
    source: str = "",
    stated: str = "",
    progress: Progress = silent,
) -> RosterStream | None:
    """Read a roster row by row, by the same arguments as `read`; ``None`` for a file that is none, or has an error.

    The rows that stand twice are not numbered, and what is found comes unsorted.
    """
    columns, problems = read_mapping(mapping)
    place = Path(path)
    how = {"delimiter": "\t" if place.suffix.casefold() in _TABS else "", "encoding": columns.encoding}
    try:
        chosen = format or columns.format or _by_name(place)
        if problems or chosen not in ("", "rosters") or columns.sheet or place.suffix.casefold() in _WORKBOOKS:
            return None
        with place.open("rb") as stream:
            head = decode(stream.read(_HEAD).rpartition(b"\n")[0], file=str(path), **how)
        if (chosen or _by_header(head, columns)) != "rosters":
            return None
        table = decode(place.read_bytes(), file=str(path), **how)
    except OSError:
        return None
    if table.findings or not table.total:
        return None
    defaults = {"source": source or rosters.file_name(str(path)).series,
                "stated": parse_stated(stated) if stated else ""}  # fmt: skip
    return RosterStream(rosters.roster_rows(table, columns, defaults, progress), table.total)


class RosterStream(NamedTuple):
    """What a roster states and what is found on the way, and how many rows it has."""

    rows: Iterator[RoleChange | Finding]
    total: int


def _by_name(place: Path) -> str:
    """Find out the format from the name of the file or from what lies in the directory."""
    if place.is_dir():
        return "ifg-ministers" if all((place / f"{name}.csv").is_file() for name in IFG_TABLES) else ""
    suffix = place.suffix.casefold()
    by_suffix = {"json-lines": _JSON_LINES, "rdf": _RDF, "kubernetes-sigs": _YAML, "popolo": {".json"}}
    return next((name for name, suffixes in by_suffix.items() if suffix in suffixes), "")


def _directory(path: Path | str, chosen: str, given: Mapping[str, str]) -> Reading:
    if chosen != "ifg-ministers":
        return _failed(path, _no_database(Path(path)), "unknown-format")
    return read_ifg(Path(path), **given)


def _no_database(directory: Path) -> str:
    """Say why a directory cannot be read."""
    missing = [f"{name}.csv" for name in IFG_TABLES if not (directory / f"{name}.csv").is_file()]
    if len(missing) == len(IFG_TABLES):
        return "it is a directory (expected files, named one by one, or that of the IfG Ministers Database)"
    return f"the directory lacks {', '.join(missing)} (expected all tables of the IfG Ministers Database)"


def _file(
    path: Path | str, chosen: str, mapping: ColumnMapping, given: Mapping[str, str], *, identity: str,
    progress: Progress,
) -> Reading:  # fmt: skip
    """Read a table or JSON lines."""
    place = Path(path)
    data = place.read_bytes()
    defaults = {**given, "source": given["source"] or f"{place.name}#{content_hash(data)}"}
    if chosen == "json-lines":
        return read_json_lines(data, file=str(path), defaults=defaults)
    workbook = place.suffix.casefold() in _WORKBOOKS
    if mapping.encoding if workbook else mapping.sheet:
        what = "a workbook says itself what it is in (leave out --encoding)" if workbook else "only .xlsx has sheets"
        return _failed(path, what, "bad-mapping")
    if workbook:
        from orggraph.sources.xlsx import decode_workbook  # loads a library for workbooks

        table = decode_workbook(data, file=str(path), sheet=mapping.sheet)
    else:
        tabs = "\t" if place.suffix.casefold() in _TABS else ""
        table = decode(data, file=str(path), delimiter=tabs, encoding=mapping.encoding)
    if table.columns:
        chosen = chosen or _by_header(table, mapping)
        if not chosen:
            return Reading((), (*table.findings, _undetected(table)), {place.name: table.total})
        if identity == "exact" and chosen != "uk-organograms":
            return _failed(path, _EXACT, "bad-identity")
        if chosen == "rosters":
            defaults["source"] = given["source"] or rosters.file_name(str(path)).series
        if chosen == "uk-organograms":
            made = read_organogram(table, **given, identity=identity or IDENTITIES[0])
        else:
            made = _READERS[chosen](table, mapping, defaults, progress)
        findings = [*table.findings, *without_rows(table), *made.findings]
    else:
        made, findings = None, list(table.findings)
    findings.sort(key=lambda finding: finding.line)
    return Reading(tuple(made.changes) if made else (), tuple(findings), {place.name: table.total})


def _by_header(table: Table, mapping: ColumnMapping) -> str:
    """Find out what a table is from its header, and the words that the mapping gives."""
    words = {header_word(column) for column in table.columns} | set(mapping.columns) | set(mapping.constants)
    meant = {rosters.WORDS.get(word, "") for word in words}
    dated = bool(rosters.file_name(table.file).day)
    tests = (
        ("uk-organograms", not mapping.columns and organogram(table)),
        ("role-changes", {"kind", "effective"} <= words),
        ("tenures", bool(words & {"from", "start"})),
        ("rosters", "day" in meant),
        ("role-changes", "kind" in words),
        ("tenures", bool(words & {"until", "end"})),
        ("rosters", dated and bool(meant & {"person", "person_id", "email", "first_name"})),
    )
    return next((name for name, passed in tests if passed), "")


def _undetected(table: Table) -> Finding:
    """Report a table that is no format of ours, with the word that one of its columns may have been meant for."""
    message = f"the columns {', '.join(map(repr, table.columns))} are no format that is known ({_expected()})"
    for column in table.columns:
        near = get_close_matches(header_word(column), ("kind", "effective", "from", "start", "until", "day"), 1, 0.7)
        if near:
            message += f"; did you mean {near[0]!r} by {column!r}?"
    message += "; name other columns with --map FIELD=COLUMN or a mapping file"
    return Finding("error", message, table.file, table.header_line, "unknown-format")


def _expected() -> str:
    return "expected one of " + "; ".join(f"{name}: {what}" for name, what in FORMATS.items())


def _failed(path: Path | str, message: str, code: str) -> Reading:
    return Reading((), (Finding("error", message, str(path), 0, code),), {})


def _numbered(changes: tuple[RoleChange, ...]) -> tuple[RoleChange, ...]:
    """Number repeated rows; equality is cheaper than identity, and mostly there are none."""
    return changes if len(set(changes)) == len(changes) else tuple(with_occurrences(changes))
