"""Rows: what each row of a sheet says, in numbers, and the identities that replay would give it.

Taken are tenures of persons with ids, and lines of posts. Nothing in such rows reaches into another person's
tenure, so a seat (one person in one place) can be looked at by itself, and so can the lines of one post. Anything else
ends in `NotPlain`.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.arrays import Codes, Keys, chunks, numbers_of, paired, ranked
from orggraph.bulk.moments import Read, moments_of
from orggraph.bulk.persons import Persons, persons_of
from orggraph.bulk.places import Places, places_of
from orggraph.bulk.sheets import Ints, NotPlain, Sheet
from orggraph.changes import FIELDS, LINES
from orggraph.errors import Finding
from orggraph.period import OPEN_EARLY, Moment, day

ALLOWED = frozenset({
    "kind", "person", "person_id", "post", "post_id", "role", "unit", "unit_id", "organization", "organization_id",
    "reports_to", "reports_to_id", "reports_to_post", "reports_to_post_id", "line", "effective", "until", "stated",
    "source", "record", "quote", "confidence",
})  # fmt: skip
"""The fields that a row may fill."""
_OF_TENURES = ("person", "person_id", "role", "record")
"""The fields that only rows of tenures may fill."""


@dataclass(slots=True)
class Rows:
    """What the rows say. ``start`` and ``end`` are numbers into ``moments``; ``stated`` is the day, or `OPEN_EARLY`.

    ``texts`` holds the fields as they are kept: numbers for the rows, and the texts by number; number 0 is no text.
    ``tenures`` and ``lines`` are the rows of each kind, ``rank`` is the order of replay, ``by_id`` that of identities.
    ``manager`` is the number of the person, or behind all persons of the post, that one reports to; -1 for none.
    """

    sheet: Sheet
    texts: dict[str, tuple[Ints, list[str]]]
    ids: Keys
    by_id: Codes
    rank: Codes
    tenures: NDArray[np.int64]
    lines: NDArray[np.int64]
    persons: Persons
    places: Places
    manager: Ints
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
        return self.field("source")

    def field(self, name: str) -> tuple[Ints, list[str]]:
        """Give a number for each row, and the texts by number."""
        return self.texts.get(name, (np.zeros(len(self), dtype=np.int32), [""]))

    def bounds(self) -> NDArray[np.int32]:
        """Give the earliest and the latest day of each moment."""
        return np.array([[moment.earliest, moment.latest] for moment in self.moments], dtype=np.int32)

    def digest(self, *parts: str) -> str:
        """Give what `vocabulary.digest` gives for these parts and the identities of all role changes."""
        separated = np.full((len(self), 21), 0x1F, dtype=np.uint8)
        separated[:, 1:] = self.ids.view(np.uint8).reshape(len(self), 20)
        return blake2b("\x1f".join(parts).encode() + separated.tobytes(), digest_size=10).hexdigest()


def resolve(sheet: Sheet, *, base: str, salt: str) -> Rows:
    """Resolve the rows of a sheet; raise `NotPlain` where everything has to be replayed together."""
    tenures, lines = _checked(sheet)
    effective, until, stated = (Read.of(sheet, name) for name in ("effective", "until", "stated"))
    texts = {name: (sheet.codes(name), sheet.texts(name)) for name in FIELDS if name in sheet.columns}
    for name, read in (("effective", effective), ("until", until), ("stated", stated)):
        texts[name] = read.codes, [change.fields().get(name, "") for change in read.changes]
    texts = {"kind": (np.ones(len(sheet), dtype=np.int32), ["", "starts"])} | texts
    texts = {name: texts[name] for name in FIELDS if name in texts}
    ids = _ids(texts, len(sheet))
    by_id = ranked(np.lexsort(numbers_of(ids)[::-1]))
    days = np.array([day(text[:10]) if text else OPEN_EARLY for text in texts["stated"][1]], dtype=np.int32)
    moments, start, end = moments_of(sheet, ids, effective, until)
    bounds = np.array([[moment.earliest, moment.latest] for moment in moments], dtype=np.int32)
    if (bounds[end, 1] < bounds[start, 0]).any():
        raise NotPlain("an end lies before its start")
    when = np.unique(np.array(texts["stated"][1]), return_inverse=True)[1]
    rank = ranked(np.lexsort((by_id, when[texts["stated"][0]], bounds[start, 0], bounds[start, 1])))
    persons = persons_of(sheet, tenures, rank, base=base, salt=salt)
    places = places_of(sheet, ids, rank, base=base, salt=salt)
    if not places.kinds.keys().isdisjoint(persons.iris):
        raise NotPlain("a person has the id of something else")
    dotted = np.array([text == LINES[1] for text in sheet.texts("line")])[sheet.codes("line")]
    findings = (*(finding for part in sheet.parts for finding in part.findings), *places.findings)
    return Rows(
        sheet, texts, ids, by_id, rank, tenures, lines, persons, places, _managers(persons, places), moments, start,
        end, days[texts["stated"][0]], dotted, findings,
    )  # fmt: skip


def _managers(persons: Persons, places: Places) -> Ints:
    post = np.where(places.manager >= 0, places.manager + len(persons.iris), -1)
    manager: Ints = np.where(persons.manager_of_row >= 0, persons.manager_of_row, post).astype(np.int32)
    return manager


def _checked(sheet: Sheet) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the rows of tenures and those of lines from posts; refuse rows that say more than those do."""
    filled = {name for name, column in sheet.columns.items() if column.codes.any()}
    kinds = sheet.texts("kind")
    if filled - ALLOWED or set(kinds) - {"", "starts", "reports"} or set(sheet.texts("line")) - {"", *LINES}:
        raise NotPlain("a row says more than a tenure or a line")
    of_post = np.array([kind == "reports" for kind in kinds])[sheet.codes("kind")]
    tenures, lines = np.flatnonzero(~of_post), np.flatnonzero(of_post)
    place = (sheet.codes("organization") > 0) | (sheet.codes("organization_id") > 0)
    if not (sheet.codes("effective").all() and place.all()):
        raise NotPlain("a row lacks the day or the organization")
    if not sheet.codes("person_id")[tenures].all() or ((sheet.codes("reports_to") > 0) & ~_managed(sheet)).any():
        raise NotPlain("a person has no id")
    if any(sheet.codes(name)[lines].any() for name in _OF_TENURES):
        raise NotPlain("a person's line is said apart from the tenure")
    keyed = np.flatnonzero(sheet.codes("record"))
    records = paired(sheet.codes("source")[keyed], sheet.codes("record")[keyed])
    if len(np.unique(records)) < len(records):
        raise NotPlain("two rows have one key")
    return tenures, lines


def _managed(sheet: Sheet) -> NDArray[np.bool_]:
    managed: NDArray[np.bool_] = sheet.codes("reports_to_id") > 0
    return managed


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
