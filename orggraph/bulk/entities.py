"""Entities: what persons and places are and are called, where the places belong, and for how long.

What has one name at most is told in arrays; the rest as facts, which are as many as there are posts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from orggraph.bulk.arrays import Keys
from orggraph.bulk.columns import Lines, Memberships
from orggraph.bulk.identities import hashed, parts_of
from orggraph.bulk.rows import Rows
from orggraph.bulk.sheets import Ints
from orggraph.facts import LABEL, NAME, PERSON_NAME, TYPE, Fact, value_key
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE
from orggraph.replay.lives import ALWAYS, Evidence, lives_of, names_of
from orggraph.replay.places import name_facts, place_facts, timeless
from orggraph.vocabulary import CLASSES, RDF_TYPE, Literal, name_key

PERSON = CLASSES["person"]
_ALIVE = frozenset({"post", "unit", "organization"})


@dataclass(slots=True)
class Described:
    """The entities with one name at most: their numbers, the keys of what they are and are called, and nodes.

    ``classes`` and ``names`` are those of each entity, the name empty where it has none; ``name_keys`` then are, too.
    ``nodes`` are the identities of the facts that tell the type.
    """

    entity: Ints
    classes: list[str]
    names: list[str]
    type_keys: Keys
    name_keys: Keys
    nodes: Keys


def entities_of(
    rows: Rows, memberships: Memberships, lines: Lines, others: Iterable[Fact], *, base: str, recorded: int
) -> tuple[Described, list[Fact]]:
    """Tell what is to be told of all entities; facts that cannot be told in arrays are put behind the ``others``."""
    known = _evidence(rows, memberships, lines)
    _mentioned(rows, known)
    described, named = _described(rows, base=base, recorded=recorded)
    facts = (*named, *_placed(rows, known, base=base))
    return described, [*others, *(replace(fact, recorded=recorded) for fact in facts)]


def _described(rows: Rows, *, base: str, recorded: int) -> tuple[Described, list[Fact]]:
    """Give the keys of what entities are and are called; those with several names as facts."""
    several: list[Fact] = []
    entities: list[int] = []
    told: tuple[list[str], list[str], list[str], list[str], list[str]] = ([], [], [], [], [])
    always = "\x1f".join((*parts_of(ALWAYS), *parts_of(ONGOING)))
    for number, iri, kind, names in _entities(rows):
        if len(names) > 1 or kind not in CLASSES:
            if kind in CLASSES:
                several.append(timeless(TYPE, iri, RDF_TYPE, CLASSES[kind], base=base))
            several += name_facts(iri, kind, *names_of({name_key(name): name for name in names}, (), ()), base=base)
            continue
        class_, name = CLASSES[kind], names[0] if names else ""
        naming = PERSON_NAME if kind == "person" else LABEL
        type_key = hashed(f"{TYPE}\x1f{iri}\x1f{RDF_TYPE}\x1f{class_!r}")
        behind = f"{RDF_TYPE}\x1f{class_}\x1f\x1f\x1f{always}\x1f{OPEN_LATE}\x1f{recorded}\x1f|\x1f|"
        node = hashed(f"{TYPE}\x1f{base}tenure:{type_key}\x1f{iri}\x1f{behind}")
        name_key_ = value_key(NAME, iri, naming, Literal(name)) if name else ""
        entities.append(number)
        for column, text in zip(told, (class_, name, type_key, name_key_, node), strict=True):
            column.append(text)
    keys = (np.array(column, dtype="S20") for column in told[2:])
    return Described(np.array(entities, dtype=np.int32), *told[:2], *keys), several


def _entities(rows: Rows) -> Iterator[tuple[int, str, str, tuple[str, ...]]]:
    """Give the number, IRI, kind and names of all entities."""
    persons, places = rows.persons, rows.places
    for number, (iri, names) in enumerate(zip(persons.iris, persons.names, strict=True)):
        yield number, iri, "person", names
    for number, iri in enumerate(places.iris, start=len(persons.iris)):
        yield number, iri, places.kinds[iri], tuple(places.labels[iri].values())


def _placed(rows: Rows, known: dict[str, Evidence], *, base: str) -> Iterator[Fact]:
    """Give where posts and units belong, as `Writer` does."""
    kinds, placed = rows.places.kinds, rows.places.placed
    lives = {e: lives_of(e, placed.get(e, ""), ()) for e, kind in sorted(kinds.items()) if kind in _ALIVE}
    evidence = {entity: known.get(entity, Evidence()) for entity in lives}
    yield from place_facts(lives, evidence, kinds=kinds, placed=placed, base=base)


def _evidence(rows: Rows, memberships: Memberships, lines: Lines) -> dict[str, Evidence]:
    """Give what memberships and lines tell of posts, units and organizations; see `places.note` and `Evidence.add`."""
    count, persons = len(rows.places.iris), len(rows.persons.iris)
    low, high = np.full(count, OPEN_LATE, dtype=np.int64), np.full(count, OPEN_EARLY, dtype=np.int64)
    least = np.full(count, len(rows), dtype=np.int64)
    bounds = rows.bounds().astype(np.int64)
    m = memberships
    for table, columns in ((m, (m.post, m.place)), (lines, (lines.subject - persons, lines.manager - persons))):
        start, end = bounds[table.start], bounds[table.end]
        first = np.minimum(start[:, 1], end[:, 1] - 1)
        first = np.where(first < OPEN_LATE, first, OPEN_EARLY)
        last = np.where(end[:, 0] < OPEN_LATE, end[:, 0] - 1, OPEN_LATE)
        rank = rows.by_id[table.changes.of[table.changes.at[:-1]]]
        ended = (last > OPEN_EARLY) & (last < OPEN_LATE)
        for column in columns:
            for days, counts_as_first in ((first, first > OPEN_EARLY), (last, ended)):
                told = (column >= 0) & (days > OPEN_EARLY)
                np.maximum.at(high, column[told], days[told])
                told &= counts_as_first
                np.minimum.at(low, column[told], days[told])
            np.minimum.at(least, column[column >= 0], rank[column >= 0])
    order = np.argsort(rows.by_id)
    found = {}
    for number in np.flatnonzero(least < len(order)).tolist():
        changes = {rows.ids[order[least[number]]].decode()}
        found[rows.places.iris[number]] = Evidence(int(low[number]), int(high[number]), changes)
    return found


def _mentioned(rows: Rows, known: dict[str, Evidence]) -> None:
    """Let a mention count for the posts and units of which nothing else is known; see `Writer.gatherevidence_of`."""
    places = rows.places
    unknown = np.array([iri not in known for iri in [*places.iris, ""]])
    unknown[-1] = False  # -1 is no place
    for row in np.flatnonzero(unknown[places.post] | unknown[places.unit]).tolist():
        latest = rows.moments[rows.start[row]].latest
        for number in (places.post[row], places.unit[row]):
            if number >= 0 and unknown[number]:
                evidence = known.setdefault(places.iris[number], Evidence())
                evidence.add(latest if latest < OPEN_LATE else OPEN_EARLY, OPEN_EARLY, [rows.ids[row].decode()])
