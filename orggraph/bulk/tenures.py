"""Tenures: everything that follows from the rows: memberships and lines as arrays, the rest as facts.

The identities are those that replay and `Fact.id` would give; here they are made from pieces that many rows share.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orggraph.bulk.apart import replayed
from orggraph.bulk.arrays import Lists, chunks
from orggraph.bulk.columns import Derived, Lines, Memberships, Shown, behind
from orggraph.bulk.derived import derived_of
from orggraph.bulk.entities import Described, entities_of
from orggraph.bulk.identities import hashed, parts_of, told_changes
from orggraph.bulk.rows import Rows
from orggraph.bulk.sheets import Ints
from orggraph.bulk.stretches import Stretches, stretches_of
from orggraph.errors import Finding
from orggraph.facts import MEMBER_OF, MEMBERSHIP, Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE


@dataclass(slots=True)
class Tenures:
    """What follows from the rows.

    ``others`` are the facts of places, and of persons with several names; ``described`` the rest of what is said of
    persons and places. ``resting`` are the rows that some fact rests on.
    """

    rows: Rows
    base: str
    recorded: int
    memberships: Memberships
    lines: Lines
    derived: Derived
    described: Described
    others: list[Fact]
    findings: tuple[Finding, ...]
    resting: Ints

    @property
    def shown(self) -> Shown:
        """Give the entries of the tables as facts."""
        return Shown(self.rows, self.memberships, self.lines, base=self.base, recorded=self.recorded)

    @property
    def row_of(self) -> dict[str, int]:
        """Give the rows whose role changes the ``others`` rest on."""
        return rows_of(self.rows, self.others)


def rows_of(rows: Rows, facts: list[Fact]) -> dict[str, int]:
    """Give the rows whose role changes facts rest on, by identity."""
    wanted = sorted({change for fact in facts for change in fact.changes})
    order = np.argsort(rows.by_id)
    at = rows.ids[order].searchsorted(np.array(wanted, dtype="S20"))
    return dict(zip(wanted, order[at].tolist(), strict=True))


def tenures_of(rows: Rows, *, base: str, recorded: int) -> Tenures:
    """Work out what follows from the rows."""
    stretches, apart = stretches_of(rows)
    own = _written(rows, stretches, base=base, recorded=recorded)
    rest = replayed(rows, apart, base=base, recorded=recorded, after=(len(own[0]), len(own[1])))
    memberships, lines = behind((own[0], rest.memberships)), behind((own[1], rest.lines))
    derived = derived_of(rows, memberships, lines, base=base, recorded=recorded)
    described, others = entities_of(rows, memberships, lines, rest.others, base=base, recorded=recorded)
    resting = np.zeros(len(rows), dtype=bool)
    resting[memberships.changes.of] = True
    resting[lines.changes.of] = True
    resting[list(rows_of(rows, others).values())] = True
    findings = (*rows.findings, *rest.findings)
    used = np.flatnonzero(resting).astype(np.int32)
    return Tenures(rows, base, recorded, memberships, lines, derived, described, others, findings, used)


def _written(rows: Rows, stretches: Stretches, *, base: str, recorded: int) -> tuple[Memberships, Lines]:
    """Give the membership of each stretch, and its line where it has a manager and may hold on some day."""
    bounds, persons, places, own = rows.bounds(), rows.persons, rows.places, stretches.opener
    start, end = rows.start[stretches.said], rows.end[stretches.said]
    confirmed = _confirmed(rows)
    led = np.flatnonzero((stretches.leading >= 0) & (bounds[end, 1] > bounds[start, 0])).astype(np.int32)
    leading, managed = stretches.leading[led], stretches.managed.gathered(led)
    last = _latest(confirmed, stretches.rows), _latest(confirmed, managed)
    line = np.full(len(stretches), -1, dtype=np.int32)
    line[led] = np.arange(len(led))
    whole = (managed.counts == stretches.rows.counts[led]) & (last[1] == last[0][led])
    memberships = Memberships(
        persons.of_row[own], places.place[own], places.post[own], places.role[own], start, end, last[0],
        np.zeros(len(own), dtype=np.uint8), line, np.empty(len(own), dtype="S20"), np.empty(len(own), dtype="S20"),
        stretches.rows,
    )  # fmt: skip
    lines = Lines(
        persons.of_row[leading], rows.manager[leading], rows.dotted[leading], start[led], end[led], last[1],
        np.zeros(len(led), dtype=np.uint8), led, np.empty(len(led), dtype="S20"), managed,
    )  # fmt: skip
    _identify(rows, stretches, memberships, lines, base=base, recorded=recorded)
    line[led[~whole]] = -1
    return memberships, lines


def _confirmed(rows: Rows) -> Ints:
    """Give the last day on which each row asserts its tenure; see `Writer.confirmed`."""
    bounds = rows.bounds()
    start, end = bounds[rows.start], bounds[rows.end]
    known = np.where(start[:, 1] < OPEN_LATE, start[:, 1], start[:, 0])
    last = np.maximum(known, rows.stated)
    ended = (end[:, 0] > OPEN_EARLY) & (end[:, 0] < OPEN_LATE)
    made: Ints = np.where(ended, np.minimum(last, end[:, 0] - 1), last).astype(np.int32)
    return made


def _latest(days: Ints, lists: Lists) -> Ints:
    """Give the latest of the days of each list of rows, none of which is empty."""
    made: Ints = np.maximum.reduceat(days[lists.of], lists.at[:-1]) if len(lists.of) else np.zeros(0, dtype=np.int32)
    return made


def _identify(
    rows: Rows, stretches: Stretches, memberships: Memberships, lines: Lines, *, base: str, recorded: int
) -> None:
    """Fill in the keys of tenures and lines, and the identities of the membership facts."""
    iris, where = [*rows.persons.iris, *rows.places.iris], [*rows.places.iris, ""]  # -1 is the last
    told = ["\x1f".join(parts_of(moment)) for moment in rows.moments]
    records, sources = rows.field("record"), rows.sources
    m = memberships
    for part in chunks(len(m)):
        opener, line = stretches.opener[part], m.line[part]
        boss = np.where(line >= 0, lines.manager[line], -1) if len(lines) else np.full(len(line), -1)
        dotted = lines.dotted[line] if len(lines) else line < 0
        leading = rows.ids[stretches.leading[part]].astype(str).tolist()
        columns = (
            rows.ids[opener].astype(str).tolist(), m.person[part].tolist(), m.post[part].tolist(),
            m.role[part].tolist(), m.place[part].tolist(), records[0][opener].tolist(), sources[0][opener].tolist(),
            m.start[part].tolist(), m.end[part].tolist(), m.confirmed[part].tolist(), boss.tolist(), dotted.tolist(),
            leading, told_changes(rows, m.changes, part),
        )  # fmt: skip
        keys, line_keys, nodes = list[str](), list[str](), list[str]()
        for own, person, post, role, place, record, source, start, end, last, manager, dots, first, changes in zip(
            *columns, strict=True
        ):
            who = iris[person]
            seat = f"{where[post]}\x1f" if post >= 0 else f"{where[role]}\x1f{where[place]}"
            opened = f"{sources[1][source]}#{records[1][record]}" if record else own
            key = hashed(f"{who}\x1f{seat}\x1f{opened}")
            keys.append(key)
            if manager >= 0:
                line_keys.append(hashed(f"line\x1f{who}\x1f{iris[manager]}\x1f{dots}\x1f{key}\x1f{first}"))
            nodes.append(hashed(
                f"{MEMBERSHIP}\x1f{base}tenure:{key}\x1f{who}\x1f{MEMBER_OF}\x1f{where[place]}\x1f{where[role]}\x1f"
                f"{where[post]}\x1f{told[start]}\x1f{told[end]}\x1f{last}\x1f{recorded}\x1f|\x1f{changes}\x1f|"
            ))  # fmt: skip
        m.keys[part], m.nodes[part] = keys, nodes
        lines.keys[line[line >= 0]] = line_keys
