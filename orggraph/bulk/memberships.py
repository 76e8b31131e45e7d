"""Memberships as N-Triples, with the lines that share their nodes, in the very form of `orggraph.rdf.compact`.

What that writes for a moment is asked of it once for each, and what is not as simple as most is written by it
altogether, one fact at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.arrays import chunks
from orggraph.bulk.columns import VERBS
from orggraph.bulk.identities import told_changes
from orggraph.bulk.sheets import Ints
from orggraph.bulk.tenures import Tenures
from orggraph.bulk.texts import Plain, lines_of, term_of, time_of, verb_of
from orggraph.facts import MEMBER_OF, MEMBERSHIP, Fact
from orggraph.period import ONGOING, OPEN_EARLY, Moment
from orggraph.rdf import Triple, compact_triples
from orggraph.rdf.compact import VERSION_OF
from orggraph.rdf.moments import ALWAYS, day_term
from orggraph.rdf.statements import BOUNDS_FROM, DERIVED_FROM, end_triples, moments_of
from orggraph.vocabulary import ORG, ORGG, RDF_TYPE, Literal


class _Ends(NamedTuple):
    """What is said of the moments by number, with ``\x00`` for the subject, and the nodes of those that need one."""

    texts: list[str]
    nodes: str


def _ends(moments: Sequence[Moment], used: Ints, effect: str, *, base: str) -> _Ends:
    """Write the moments that are used as the ``start`` or the ``end`` of memberships of one source each."""
    texts = [""] * len(moments)
    nodes: dict[Triple, None] = {}
    nothing = Fact(
        kind=MEMBERSHIP, tenure="", subject="", predicate=MEMBER_OF, object="", start=ALWAYS, end=ONGOING, confirmed=0
    )
    for number in np.unique(used).tolist():
        fact = replace(nothing, **{effect: moments[number]})
        said = [told for told in end_triples(fact, base) if told[0] != BOUNDS_FROM]
        texts[number] = "".join(f"\x00 {term_of(predicate)} {term_of(term)} .\n" for predicate, term in said)
        nodes |= dict.fromkeys(moments_of(fact, base=base))
    return _Ends(texts, lines_of(nodes))


def written_memberships(tenures: Tenures) -> Iterator[str]:
    """Write the memberships, with the lines that share their nodes."""
    m, rows = tenures.memberships, tenures.rows
    single = m.changes.counts == 1
    plain = Plain.of(rows.moments)
    start, end = plain.source[m.start], plain.source[m.end]
    simple = (m.flags == 0) & (single | ((start > 0) & ((end == 0) | (end == start))))
    apart = np.flatnonzero(~simple)
    starts, ends = (
        _ends(rows.moments, getattr(m, effect)[simple], effect, base=tenures.base) for effect in ("start", "end")
    )
    yield starts.nodes + ends.nodes
    write = _Memberships(tenures, plain, starts.texts, ends.texts)
    for part in chunks(len(m)):
        yield write.some(part, simple[part])
    for part in chunks(len(apart)):
        yield _exactly(tenures, apart[part].tolist())


def _exactly(tenures: Tenures, numbers: Sequence[int]) -> str:
    """Write memberships one by one, each with its line."""
    shown, lines = tenures.shown, tenures.memberships.line
    told = [shown.membership(number) for number in numbers]
    told += [shown.line(lines[number]) for number in numbers if lines[number] >= 0]
    codes, texts = tenures.rows.sources
    of = tenures.memberships.changes
    rows = [row for number in numbers for row in of.of[of.at[number] : of.at[number + 1]].tolist()]
    sources = {tenures.rows.ids[row].decode(): texts[codes[row]] for row in rows}
    return lines_of(compact_triples(told, sources, base=tenures.base))


class _Memberships:
    """Writes memberships from pieces that many of them share."""

    def __init__(self, tenures: Tenures, plain: Plain, starts: Sequence[str], ends: Sequence[str]) -> None:
        self._tenures, self._plain, self._starts, self._ends = tenures, plain, starts, ends
        rows, m = tenures.rows, tenures.memberships
        bounds = rows.bounds()[m.start]
        follows = np.where(bounds[:, 0] == bounds[:, 1], bounds[:, 1], OPEN_EARLY)
        self._said = np.where(m.confirmed == follows, 0, m.confirmed)
        self._days = {day: f"{term_of(day_term(day))} .\n" for day in np.unique(self._said).tolist()}
        self._persons, self._places = ([f"<{i}> .\n" for i in iris] for iris in (rows.persons.iris, rows.places.iris))
        self._entities = [*self._persons, *self._places]
        self._sources = [f"{verb_of(BOUNDS_FROM)}{term_of(Literal(text))} .\n" for text in plain.sources]

    def some(self, part: slice, simple: NDArray[np.bool_]) -> str:
        """Write those of a part that are simple."""
        tenures, starts, ends, persons, places = self._tenures, self._starts, self._ends, self._persons, self._places
        entities = self._entities
        base, m, lines = tenures.base, tenures.memberships, tenures.lines
        type_, member, place_, version, post_, role_, confirmed_, recorded_, derived = map(verb_of, (
            RDF_TYPE, ORG + "member", ORG + "organization", VERSION_OF, ORGG + "post", ORG + "role",
            ORGG + "confirmed", ORGG + "recorded", DERIVED_FROM,
        ))  # fmt: skip
        type_ += f"{term_of(ORG + 'Membership')} .\n"
        recorded_ += f"{time_of(tenures.recorded)} .\n"
        verbs = list(map(verb_of, VERBS))
        line = m.line[part]
        boss = np.where(line >= 0, lines.manager[line], -1) if len(lines) else line
        dotted = lines.dotted[line].astype(np.int8) if len(lines) else line
        columns = (
            m.nodes[part].astype(str).tolist(), m.keys[part].astype(str).tolist(),
            told_changes(tenures.rows, m.changes, part), m.person[part].tolist(), boss.tolist(), dotted.tolist(),
            m.place[part].tolist(), m.post[part].tolist(), m.role[part].tolist(), m.start[part].tolist(),
            m.end[part].tolist(), self._said[part].tolist(), self._named(part).tolist(), simple.tolist(),
        )  # fmt: skip
        text = []
        for key, tenure, changes, person, above, dots, place, post, role, start, end, day, source, written in zip(
            *columns, strict=True
        ):
            if not written:
                continue
            node = f"<{base}fact:{key}>"
            dates = (starts[start] + ends[end]).replace("\x00", node)
            text.append(
                f"{node}{type_}{node}{member}{persons[person]}{node}{place_}{places[place]}"
                f"{node}{version}<{base}tenure:{tenure}> .\n{dates}{node}{recorded_}"
            )
            text += [f"{node}{derived}<{base}change:{change}> .\n" for change in changes.split("\x1f")]
            if post >= 0:
                text.append(f"{node}{post_}{places[post]}")
            if role >= 0:
                text.append(f"{node}{role_}{places[role]}")
            if above >= 0:
                text.append(f"{node}{verbs[dots]}{entities[above]}")
            if day:
                text.append(f"{node}{confirmed_}{self._days[day]}")
            if source >= 0:
                text.append(f"{node}{self._sources[source]}")
        return "".join(text)

    def _named(self, part: slice) -> Ints:
        """Give the source of the bounds of each membership where it has to be named: its rows have several."""
        m = self._tenures.memberships
        codes = self._tenures.rows.sources[0]
        at = m.changes.at[part.start : part.stop + 1]
        told = codes[m.changes.of[at[0] : at[-1]]]
        several = np.maximum.reduceat(told, at[:-1] - at[0]) > np.minimum.reduceat(told, at[:-1] - at[0])
        named: Ints = np.where(several, self._plain.source[m.start[part]], -1)
        return named
