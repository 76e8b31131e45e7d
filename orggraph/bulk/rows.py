"""Rows: what each row of a sheet of tenures says, in numbers, and the identities that replay would give it.

Only rows that replay would treat each by itself are taken: persons with ids, stretches that no other row speaks of,
nothing that reaches into another person's tenure. Anything else ends in `NotPlain`.

Why days, posts and units are read by the general classes all the same: they are given one row for each distinct text,
or the first and the last row of each distinct place, so nothing that they decide is decided a second time here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.sheets import CHUNK, Ints, NotPlain, Sheet
from orggraph.changes import FIELDS, LINES, UNKNOWN, RoleChange
from orggraph.errors import Finding
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, day, unknown_end
from orggraph.replay.identity import Identity
from orggraph.replay.statements import Statement, in_force
from orggraph.vocabulary import digest, is_iri, mint, name_key

ALLOWED = frozenset({
    "kind", "person", "person_id", "post", "post_id", "role", "unit", "unit_id", "organization", "organization_id",
    "reports_to", "reports_to_id", "line", "effective", "until", "stated", "source", "record", "quote", "confidence",
})  # fmt: skip
"""The fields that a row may fill."""
_PLACES = ("post", "post_id", "unit", "unit_id", "role", "organization", "organization_id")
Keys = NDArray[np.bytes_]
"""Identities, 20 hexadecimal digits each."""
_Codes = NDArray[np.int64]


@dataclass(slots=True)
class Persons:
    """The persons in a fixed order: IRIs, and the names of each as replay would find them, the oldest first."""

    iris: list[str]
    names: list[tuple[str, ...]]
    of_row: Ints
    manager_of_row: Ints


@dataclass(slots=True)
class Places:
    """Where the rows are: numbers into ``iris`` (-1 for none), and what replay knows of those entities."""

    iris: list[str]
    post: Ints
    role: Ints
    place: Ints
    identity: Identity


@dataclass(slots=True)
class Rows:
    """What the rows say. ``start`` and ``end`` are numbers into ``moments``; ``stated`` is the day, or `OPEN_EARLY`.

    ``texts`` holds the fields as they are kept: numbers for the rows, and the texts by number; number 0 is no text.
    """

    sheet: Sheet
    texts: dict[str, tuple[Ints, list[str]]]
    ids: Keys
    persons: Persons
    places: Places
    moments: list[Moment]
    start: Ints
    end: Ints
    stated: Ints
    dotted: NDArray[np.bool_]
    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def sources(self) -> tuple[Ints, list[str]]:
        """Give the sources: a number for each row, and the texts by number."""
        return self.texts.get("source", (np.zeros(len(self), dtype=np.int32), [""]))

    def digest(self, *parts: str) -> str:
        """Give what `vocabulary.digest` gives for these parts and the identities of all role changes."""
        separated = np.full((len(self), 21), 0x1F, dtype=np.uint8)
        separated[:, 1:] = self.ids.view(np.uint8).reshape(len(self), 20)
        return blake2b("\x1f".join(parts).encode() + separated.tobytes(), digest_size=10).hexdigest()


def resolve(sheet: Sheet, *, base: str, salt: str) -> Rows:
    """Resolve the rows of a sheet; raise `NotPlain` where replay is needed."""
    _check_fields(sheet)
    effective, until, stated = (_Read.of(sheet, name) for name in ("effective", "until", "stated"))
    texts = {name: (sheet.codes(name), sheet.texts(name)) for name in FIELDS if name in sheet.columns}
    for name, read in (("effective", effective), ("until", until), ("stated", stated)):
        texts[name] = read.codes, [change.fields().get(name, "") for change in read.changes]
    texts = {"kind": (np.ones(len(sheet), dtype=np.int32), ["", "starts"])} | texts
    texts = {name: texts[name] for name in FIELDS if name in texts}
    ids = _ids(texts, len(sheet))
    days = np.array([day(text[:10]) if text else OPEN_EARLY for text in texts["stated"][1]], dtype=np.int32)
    moments, start, end = _moments(sheet, ids, effective, until)
    bounds = np.array([[moment.earliest, moment.latest] for moment in moments], dtype=np.int32)
    if (bounds[end, 1] < bounds[start, 0]).any():
        raise NotPlain("an end lies before its start")
    when = np.argsort(np.argsort(np.array(texts["stated"][1])))
    order = np.lexsort((*numbers_of(ids)[::-1], when[texts["stated"][0]], bounds[start, 0], bounds[start, 1]))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    persons = _persons(sheet, rank, base=base, salt=salt)
    places = _places(sheet, rank, base=base, salt=salt)
    if not places.identity.kinds.keys().isdisjoint(persons.iris):
        raise NotPlain("a person has the id of something else")
    _check_apart(sheet, persons, places)
    dotted = np.array([text == LINES[1] for text in sheet.texts("line")])[sheet.codes("line")]
    findings = (*(finding for part in sheet.parts for finding in part.findings), *places.identity.findings)
    return Rows(sheet, texts, ids, persons, places, moments, start, end, days[texts["stated"][0]], dotted, findings)


def _check_fields(sheet: Sheet) -> None:
    """Refuse rows that say more than who was where from when till when, and to whom they reported."""
    filled = {name for name, column in sheet.columns.items() if column.codes.any()}
    if filled - ALLOWED or set(sheet.texts("kind")) - {"", "starts"} or set(sheet.texts("line")) - {"", *LINES}:
        raise NotPlain("a row says more than a tenure")
    place = (sheet.codes("organization") > 0) | (sheet.codes("organization_id") > 0)
    if not (sheet.codes("person_id").all() and sheet.codes("effective").all() and place.all()):
        raise NotPlain("a row lacks the person's id, the day or the organization")
    if ((sheet.codes("reports_to") > 0) & (sheet.codes("reports_to_id") == 0)).any():
        raise NotPlain("a manager has no id")
    keyed = np.flatnonzero(sheet.codes("record"))
    records = _paired(sheet.codes("source")[keyed], sheet.codes("record")[keyed])
    if len(np.unique(records)) < len(records):
        raise NotPlain("two rows have one key")


def _check_apart(sheet: Sheet, persons: Persons, places: Places) -> None:
    """Refuse rows of different editions on one person in one place: they may speak of the same stretch."""
    edition = _numbered(_paired(sheet.codes("source"), sheet.codes("stated")))
    if not edition.any():
        return
    role = np.where(places.post >= 0, -1, places.role)
    pairs = _paired(places.post + 1, _numbered(_paired(role + 1, np.where(places.post >= 0, -1, places.place) + 1)))
    seat = _numbered(_paired(persons.of_row, _numbered(pairs)))
    first = np.full(int(seat.max()) + 1, len(seat), dtype=np.int64)
    np.minimum.at(first, seat, edition)
    if (first[seat] != edition).any():
        raise NotPlain("several editions speak of one person in one place")


@dataclass(slots=True)
class _Read:
    """A field as the readers read it: for each distinct text of each file a role change that has it."""

    codes: Ints
    changes: list[RoleChange]

    @classmethod
    def of(cls, sheet: Sheet, name: str) -> _Read:
        """Let the readers read one row for each distinct text."""
        part = np.zeros(len(sheet), dtype=np.int32)
        for number, each in enumerate(sheet.parts):
            part[each.first : each.last] = number
        _, first, codes = np.unique(_paired(part, sheet.codes(name)), return_index=True, return_inverse=True)
        order = np.argsort(first)
        changes = sheet.parse(first[order].tolist())
        numbers = np.empty(len(order), dtype=np.int32)
        numbers[order] = np.arange(len(order))
        return cls(numbers[codes], changes)


def _ids(texts: dict[str, tuple[Ints, list[str]]], rows: int) -> Keys:
    """Give the identity of the role change of each row; see `RoleChange.id`."""
    pieces = [(codes, [f"{name}={text}\x1f" if text else "" for text in told]) for name, (codes, told) in texts.items()]
    made = np.empty(rows, dtype="S20")
    for part in chunks(rows):
        told = zip(*([piece[code] for code in codes[part].tolist()] for codes, piece in pieces), strict=True)
        made[part] = [blake2b("".join(row)[:-1].encode(), digest_size=10).hexdigest() for row in told]
    high, low = numbers_of(made)
    order = np.lexsort((low, high))
    if ((high[order][1:] == high[order][:-1]) & (low[order][1:] == low[order][:-1])).any():
        raise NotPlain("a row stands twice")
    return made


def numbers_of(keys: Keys) -> tuple[NDArray[np.uint64], NDArray[np.uint16]]:
    """Give identities as numbers in the same order: the first 64 bits, and the other 16."""
    data = np.frombuffer(bytes.fromhex(keys.tobytes().decode("ascii")), dtype=np.uint8).reshape(-1, 10)
    return data[:, :8].copy().view(">u8").ravel().astype(np.uint64), data[:, 8:].copy().view(">u2").ravel()


def chunks(rows: int) -> Iterator[slice]:
    """Cut so many rows into slices that fit into memory as texts."""
    return (slice(first, min(first + CHUNK, rows)) for first in range(0, rows, CHUNK))


# ---- moments


def _moments(sheet: Sheet, ids: Keys, effective: _Read, until: _Read) -> tuple[list[Moment], Ints, Ints]:
    """Give the distinct moments, and those of each row: exact days shared, those known within bounds one by one."""
    sources = sheet.texts("source")
    starts = [change.effective for change in effective.changes]
    ends = [change.until for change in until.changes]
    moments, unknown = [ONGOING], dict[int, int]()
    start = np.zeros(len(ids), dtype=np.int32)
    end = np.zeros(len(ids), dtype=np.int32)
    for effect, read, stated, column in (("start", effective, starts, start), ("end", until, ends, end)):
        pairs, first, inverse = np.unique(
            _paired(read.codes, sheet.codes("source")), return_index=True, return_inverse=True
        )
        numbers = np.zeros(len(pairs), dtype=np.int32)
        apart = np.zeros(len(pairs), dtype=bool)
        for number, row in enumerate(first.tolist()):
            moment = stated[read.codes[row]]
            if moment is None or moment == ONGOING:
                continue
            if moment.exact:
                numbers[number] = len(moments)
                moments.append(_from(moment, sources[sheet.codes("source")[row]], ""))
            else:
                apart[number] = True
        column[:] = numbers[inverse]
        for row in np.flatnonzero(apart[inverse]).tolist():
            moment = stated[read.codes[row]]
            assert moment is not None
            if moment.text == UNKNOWN and moment.latest == OPEN_LATE:
                after = moments[start[row]].earliest
                if after not in unknown:
                    unknown[after] = len(moments)
                    moments.append(_unknown(moments[start[row]]))
                column[row] = unknown[after]
            else:
                column[row] = len(moments)
                key = digest("moment", ids[row].decode(), effect)
                moments.append(_from(moment, sources[sheet.codes("source")[row]], key))
    return moments, start, end


def _unknown(start: Moment) -> Moment:
    return unknown_end(start.earliest + 1 if start.earliest > OPEN_EARLY else OPEN_EARLY)


def _from(moment: Moment, source: str, key: str) -> Moment:
    low = source if moment.earliest > OPEN_EARLY else ""
    high = source if moment.latest < OPEN_LATE else ""
    return Moment(moment.earliest, moment.latest, moment.text, key, low, high)


# ---- persons


def _persons(sheet: Sheet, rank: _Codes, *, base: str, salt: str) -> Persons:
    """Find out who is who, by organization and id, and what they are called."""
    scope, scopes = _scopes(sheet)
    person, manager, ids = _shared(sheet, "person_id", "reports_to_id")
    managed = np.flatnonzero(manager)
    pairs, inverse = np.unique(
        np.concatenate([_paired(scope, person), _paired(scope[managed], manager[managed])]), return_inverse=True
    )
    numbers: dict[str, int] = {}
    of_pair = np.empty(len(pairs), dtype=np.int32)
    for at, pair in enumerate(pairs.tolist()):
        within, own = scopes[pair >> 32], ids[pair & 0xFFFFFFFF]
        iri = own if is_iri(own) else mint("person", within, "id", own, base=base, salt=salt)
        of_pair[at] = numbers.setdefault(iri, len(numbers))
    everyone = of_pair[inverse]
    of_row, manager_of_row = everyone[: len(sheet)], np.full(len(sheet), -1, dtype=np.int32)
    manager_of_row[managed] = everyone[len(sheet) :]
    called, of_manager, texts = _shared(sheet, "person", "reports_to")
    named = _paired(np.concatenate([of_row, manager_of_row[managed]]), np.concatenate([called, of_manager[managed]]))
    rows = np.concatenate([np.arange(len(sheet)), managed])
    names = _names(named, rank[rows], len(numbers), texts)
    return Persons(list(numbers), names, of_row, manager_of_row)


def _names(named: _Codes, rank: _Codes, persons: int, texts: Sequence[str]) -> list[tuple[str, ...]]:
    """Give the names of each person, each folded name once as it was first spelled, in the order of the days."""
    order = np.argsort(rank, kind="stable")
    pairs, first = np.unique(named[order], return_index=True)
    pairs = pairs[np.argsort(first)]
    names: list[tuple[str, ...]] = [()] * persons
    for pair in pairs.tolist():
        person, name = pair >> 32, texts[pair & 0xFFFFFFFF]
        if name:
            names[person] = (*names[person], name)
    for person, several in enumerate(names):
        if len(several) > 1:
            spelled: dict[str, str] = {}
            for name in several:
                spelled.setdefault(name_key(name), name)
            names[person] = tuple(spelled.values())
    return names


def _scopes(sheet: Sheet) -> tuple[Ints, list[str]]:
    """Give the organization within which the names and ids of a row are unique, by number, folded."""
    own, names = sheet.codes("organization_id"), sheet.codes("organization")
    pairs, inverse = np.unique(_paired(own, np.where(own > 0, 0, names)), return_inverse=True)
    numbers: dict[str, int] = {}
    of_pair = np.empty(len(pairs), dtype=np.int32)
    for at, pair in enumerate(pairs.tolist()):
        text = sheet.texts("organization_id")[pair >> 32] or sheet.texts("organization")[pair & 0xFFFFFFFF]
        of_pair[at] = numbers.setdefault(name_key(text), len(numbers))
    return of_pair[inverse], list(numbers)


def _shared(sheet: Sheet, name: str, other: str) -> tuple[Ints, Ints, list[str]]:
    """Number the texts of two fields alike."""
    numbers = {text: number for number, text in enumerate(sheet.texts(name))}
    moved = np.array([numbers.setdefault(text, len(numbers)) for text in sheet.texts(other)], dtype=np.int32)
    return sheet.codes(name), moved[sheet.codes(other)], list(numbers)


# ---- places


def _places(sheet: Sheet, rank: _Codes, *, base: str, salt: str) -> Places:
    """Let `Identity` find out what posts, roles, units and organizations there are, from some of the rows."""
    place: Ints = np.zeros(len(sheet), dtype=np.int32)
    for name in _PLACES:
        place = _numbered(_paired(place, sheet.codes(name)))
    place = _numbered(_paired(place, sheet.codes("source")))
    order = np.argsort(rank, kind="stable")
    _, first = np.unique(place[order], return_index=True)
    _, last = np.unique(place[order[::-1]], return_index=True)
    rows = np.unique(np.concatenate([order[first], order[::-1][last]]))
    statements, findings = in_force(sheet.parse(rows.tolist()))
    if findings or len(statements) != len(rows):
        raise NotPlain("the rows of the places are not taken as they are")
    identity = Identity(statements, base=base, salt=salt)
    identity.kinds = {iri: kind for iri, kind in identity.kinds.items() if kind != "person"}
    of_line = {(s.change.file, s.change.line_number): s for s in statements}
    numbers: dict[str, int] = {"": -1}
    found = np.empty((3, int(place.max()) + 1), dtype=np.int32)
    files = [part.table.file for part in sheet.parts]
    for row in order[first].tolist():
        part = next(number for number, each in enumerate(sheet.parts) if each.first <= row < each.last)
        statement = of_line[files[part], int(sheet.lines[row])]
        told = (statement.post, statement.role, _place_of(statement, identity))
        found[:, place[row]] = [numbers.setdefault(iri, len(numbers) - 1) for iri in told]
    post, role, within = found[:, place]
    return Places([iri for iri in numbers if iri], post, role, within, identity)


def _place_of(statement: Statement, identity: Identity) -> str:
    """Give the unit or organization of a tenure; see `Gathered.add_tenure`."""
    if statement.post and not statement.unit:
        return identity.placed.get(statement.post) or statement.place
    return statement.place


def _paired(high: NDArray[Any], low: NDArray[Any]) -> _Codes:
    return (high.astype(np.int64) << 32) | low.astype(np.int64)


def _numbered(codes: _Codes) -> Ints:
    """Number codes densely."""
    return np.unique(codes, return_inverse=True)[1].astype(np.int32)
