"""Tenures: what follows from each row, as arrays of identities and days; the facts of everything else one by one.

The identities are those that replay and `Fact.id` would give; here they are made from pieces that many rows share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.rows import Keys, Rows, chunks, numbers_of
from orggraph.bulk.sheets import Ints
from orggraph.facts import MEMBER_OF, MEMBERSHIP, NAME, PERSON_NAME, TYPE, Fact, value_key
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment
from orggraph.replay.lives import ALWAYS, Evidence, lives_of, names_of
from orggraph.replay.places import name_facts, place_facts, timeless
from orggraph.vocabulary import CLASSES, RDF_TYPE, Literal, name_key

PERSON = CLASSES["person"]


@dataclass(slots=True)
class Described:
    """The persons with one name at most: numbers of the persons, the keys of what they are and are called, and nodes.

    ``name_keys`` is empty where there is no name; ``nodes`` are the identities of the facts that tell the type.
    """

    person: Ints
    type_keys: Keys
    name_keys: Keys
    nodes: Keys


@dataclass(slots=True)
class Tenures:
    """What follows from the rows: one membership each, with a manager also one line.

    ``keys`` identify the tenures, ``line_keys`` the lines (empty where there is none), ``nodes`` the membership facts.
    ``others`` are the facts of posts, roles, units, organizations, and of persons with several names.
    """

    rows: Rows
    base: str
    recorded: int
    keys: Keys
    line_keys: Keys
    nodes: Keys
    confirmed: Ints
    bounds: NDArray[np.int32]
    described: Described
    others: list[Fact]

    @property
    def row_of(self) -> dict[str, int]:
        """Give the rows whose role changes the ``others`` rest on."""
        wanted = sorted({change for fact in self.others for change in fact.changes})
        order = np.argsort(self.rows.ids, kind="stable")
        at = self.rows.ids[order].searchsorted(np.array(wanted, dtype="S20"))
        return dict(zip(wanted, order[at].tolist(), strict=True))


def tenures_of(rows: Rows, *, base: str, recorded: int) -> Tenures:
    """Work out what follows from the rows."""
    bounds = np.array([[m.earliest, m.latest] for m in rows.moments], dtype=np.int32)
    confirmed = _confirmed(rows, bounds)
    led = np.where(bounds[rows.end, 1] > bounds[rows.start, 0], rows.persons.manager_of_row, -1)
    keys, line_keys, nodes = _identities(rows, led, confirmed, base=base, recorded=recorded)
    described, named = _persons(rows, base=base, recorded=recorded)
    others = [replace(fact, recorded=recorded) for fact in (*named, *_entities(rows, bounds, base=base))]
    return Tenures(rows, base, recorded, keys, line_keys, nodes, confirmed, bounds, described, others)


def _confirmed(rows: Rows, bounds: NDArray[np.int32]) -> Ints:
    """Give the last day on which each row is asserted; see `Writer.confirmed`."""
    start, end = bounds[rows.start], bounds[rows.end]
    known = np.where(start[:, 1] < OPEN_LATE, start[:, 1], start[:, 0])
    last = np.maximum(known, rows.stated)
    ended = (end[:, 0] > OPEN_EARLY) & (end[:, 0] < OPEN_LATE)
    made: Ints = np.where(ended, np.minimum(last, end[:, 0] - 1), last).astype(np.int32)
    return made


def _identities(rows: Rows, led: Ints, confirmed: Ints, *, base: str, recorded: int) -> tuple[Keys, Keys, Keys]:
    """Give the keys of tenures and lines, and the identities of the membership facts.

    ``led`` are the managers, -1 where there is none or no day on which the line could hold.
    """
    persons, places = rows.persons, rows.places
    iris, where = persons.iris, [*places.iris, ""]  # -1 is the last
    told = ["\x1f".join(_parts(moment)) for moment in rows.moments]
    records = rows.texts.get("record", (np.zeros(len(rows), dtype=np.int32), [""]))
    sources = rows.texts.get("source", records)
    keys, line_keys, nodes = (np.empty(len(rows), dtype="S20") for _ in range(3))
    for part in chunks(len(rows)):
        columns = (
            rows.ids[part].astype(str).tolist(), persons.of_row[part].tolist(), led[part].tolist(),
            places.post[part].tolist(), places.role[part].tolist(), places.place[part].tolist(),
            records[0][part].tolist(), sources[0][part].tolist(), rows.start[part].tolist(), rows.end[part].tolist(),
            confirmed[part].tolist(), rows.dotted[part].tolist(),
        )  # fmt: skip
        made: tuple[list[str], list[str], list[str]] = ([], [], [])
        row = zip(*columns, strict=True)
        for own, person, boss, post, role, place, record, source, start, end, last, dotted in row:
            who = iris[person]
            seat = f"{where[post]}\x1f" if post >= 0 else f"{where[role]}\x1f{where[place]}"
            opened = f"{sources[1][source]}#{records[1][record]}" if record else own
            key = _hash(f"{who}\x1f{seat}\x1f{opened}")
            made[0].append(key)
            made[1].append(_hash(f"line\x1f{who}\x1f{iris[boss]}\x1f{dotted}\x1f{key}\x1f{own}") if boss >= 0 else "")
            made[2].append(_hash(
                f"{MEMBERSHIP}\x1f{base}tenure:{key}\x1f{who}\x1f{MEMBER_OF}\x1f{where[place]}\x1f{where[role]}\x1f"
                f"{where[post]}\x1f{told[start]}\x1f{told[end]}\x1f{last}\x1f{recorded}\x1f|\x1f{own}\x1f|"
            ))  # fmt: skip
        keys[part], line_keys[part], nodes[part] = made
    return keys, line_keys, nodes


def _parts(m: Moment) -> Iterator[str]:
    return map(str, (m.earliest, m.latest, m.text, m.key, m.earliest_from, m.latest_from))


def _hash(text: str) -> str:
    return blake2b(text.encode(), digest_size=10).hexdigest()


def _persons(rows: Rows, *, base: str, recorded: int) -> tuple[Described, list[Fact]]:
    """Give the keys of what persons are and are called; those with several names as facts."""
    several: list[Fact] = []
    single: list[int] = []
    made: tuple[list[str], list[str], list[str]] = ([], [], [])
    always = "\x1f".join((*_parts(ALWAYS), *_parts(ONGOING)))
    behind = f"{RDF_TYPE}\x1f{PERSON}\x1f\x1f\x1f{always}\x1f{OPEN_LATE}\x1f{recorded}\x1f|\x1f|"
    for person, (iri, names) in enumerate(zip(rows.persons.iris, rows.persons.names, strict=True)):
        if len(names) > 1:
            several.append(timeless(TYPE, iri, RDF_TYPE, PERSON, base=base))
            several += name_facts(iri, "person", *names_of({name_key(n): n for n in names}, (), ()), base=base)
            continue
        type_key = _hash(f"{TYPE}\x1f{iri}\x1f{RDF_TYPE}\x1f{PERSON!r}")
        single.append(person)
        made[0].append(type_key)
        made[1].append(value_key(NAME, iri, PERSON_NAME, Literal(names[0])) if names else "")
        made[2].append(_hash(f"{TYPE}\x1f{base}tenure:{type_key}\x1f{iri}\x1f{behind}"))
    keys = (np.array(column, dtype="S20") for column in made)
    return Described(np.array(single, dtype=np.int32), *keys), several


def _entities(rows: Rows, bounds: NDArray[np.int32], *, base: str) -> Iterator[Fact]:
    """Give what posts, roles, units and organizations are, are called, and where they belong, as `Writer` does."""
    identity = rows.places.identity
    lives = {
        entity: lives_of(entity, identity.placed.get(entity, ""), ())
        for entity, kind in sorted(identity.kinds.items())
        if kind in ("post", "unit", "organization")
    }
    evidence = _evidence(rows, bounds)
    known = {entity: evidence.get(entity, Evidence()) for entity in lives}
    yield from place_facts(lives, known, kinds=identity.kinds, placed=identity.placed, base=base)
    for entity, kind in sorted(identity.kinds.items()):
        if kind in CLASSES:
            yield timeless(TYPE, entity, RDF_TYPE, CLASSES[kind], base=base)
        yield from name_facts(entity, kind, *names_of(identity.labels[entity], (), ()), base=base)


def _evidence(rows: Rows, bounds: NDArray[np.int32]) -> dict[str, Evidence]:
    """Give what the memberships tell of posts, units and organizations; see `places.note` and `Evidence.add`."""
    start, end = bounds[rows.start].astype(np.int64), bounds[rows.end].astype(np.int64)
    first = np.minimum(start[:, 1], end[:, 1] - 1)
    first = np.where(first < OPEN_LATE, first, OPEN_EARLY)
    last = np.where(end[:, 0] < OPEN_LATE, end[:, 0] - 1, OPEN_LATE)
    order = np.lexsort(numbers_of(rows.ids)[::-1])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    count = len(rows.places.iris)
    low, high = np.full(count, OPEN_LATE, dtype=np.int64), np.full(count, OPEN_EARLY, dtype=np.int64)
    least = np.full(count, len(order), dtype=np.int64)
    for column in (rows.places.post, rows.places.place):
        for days, counts_as_first in ((first, first > OPEN_EARLY), (last, (last > OPEN_EARLY) & (last < OPEN_LATE))):
            told = (column >= 0) & (days > OPEN_EARLY)
            np.maximum.at(high, column[told], days[told])
            told &= counts_as_first
            np.minimum.at(low, column[told], days[told])
        np.minimum.at(least, column[column >= 0], rank[column >= 0])
    found = {}
    for number in np.flatnonzero(least < len(order)).tolist():
        changes = {rows.ids[order[least[number]]].decode()}
        found[rows.places.iris[number]] = Evidence(int(low[number]), int(high[number]), changes)
    return found
