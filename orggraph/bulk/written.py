"""Written: memberships and lines as N-Triples, in the very form of `orggraph.rdf.compact`.

What that writes for a moment is asked of it once for each, and what is not as simple as most is written by it
altogether, one fact at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.arrays import chunks
from orggraph.bulk.columns import FLAG_NAMES, VERBS, Derived, Lines
from orggraph.bulk.identities import hashed, parts_of, told_changes
from orggraph.bulk.rows import Rows
from orggraph.bulk.sheets import Ints
from orggraph.bulk.tenures import Tenures
from orggraph.facts import LINE, MEMBER_OF, MEMBERSHIP, Fact
from orggraph.ledger import recorded_text
from orggraph.period import ONGOING, OPEN_EARLY, Moment, iso
from orggraph.rdf import Triple, compact_triples, to_oxigraph
from orggraph.rdf.compact import VERSION_OF
from orggraph.rdf.moments import ALWAYS, day_term, moment_iri, moment_triples
from orggraph.rdf.statements import BOUNDS_FROM, DERIVED_FROM, TENURE, end_triples, fact_triples, moments_of
from orggraph.vocabulary import ORG, ORGG, RDF_TYPE, XSD, Literal, Term

_WORDS = ("direct", "dotted")


def term_of(term: Term) -> str:
    """Write a term."""
    return str(to_oxigraph(term))


def lines_of(triples: Iterable[Triple]) -> str:
    """Write triples."""
    told = ((term_of(subject), term_of(predicate), term_of(term)) for subject, predicate, term in triples)
    return "".join(f"{subject} {predicate} {term} .\n" for subject, predicate, term in told)


def verb_of(predicate: str) -> str:
    """Give what stands between the subjects and the objects of a predicate."""
    return f" <{predicate}> "


def time_of(microseconds: int) -> str:
    """Write a recorded time."""
    return term_of(Literal(recorded_text(microseconds), XSD + "dateTime"))


# ---- moments


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


class _Plain(NamedTuple):
    """Of each moment: the number of the source of a plainly written day, 0 for ongoing, -1 where it is less simple."""

    source: Ints
    sources: list[str]

    @classmethod
    def of(cls, moments: Sequence[Moment]) -> _Plain:
        """Look at all moments."""
        numbers: dict[str, int] = {"": 0}
        source = [
            0 if m == ONGOING
            else numbers.setdefault(m.earliest_from, len(numbers)) if _is_plain(m)
            else -1 for m in moments
        ]  # fmt: skip
        return cls(np.array(source, dtype=np.int32), list(numbers))


def _is_plain(m: Moment) -> bool:
    """Tell whether a moment is a day of one named source, written as days are."""
    one = m.exact and bool(m.earliest_from) and m.earliest_from == m.latest_from
    return one and not m.key and m.text == iso(m.earliest)


# ---- memberships


def written_memberships(tenures: Tenures) -> Iterator[str]:
    """Write the memberships, with the lines that share their nodes."""
    m, rows = tenures.memberships, tenures.rows
    single = m.changes.counts == 1
    plain = _Plain.of(rows.moments)
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

    def __init__(self, tenures: Tenures, plain: _Plain, starts: Sequence[str], ends: Sequence[str]) -> None:
        self._tenures, self._plain, self._starts, self._ends = tenures, plain, starts, ends
        rows, m = tenures.rows, tenures.memberships
        bounds = rows.bounds()[m.start]
        follows = np.where(bounds[:, 0] == bounds[:, 1], bounds[:, 1], OPEN_EARLY)
        self._said = np.where(m.confirmed == follows, 0, m.confirmed)
        self._days = {day: f"{term_of(day_term(day))} .\n" for day in np.unique(self._said).tolist()}
        self._persons, self._places = ([f"<{i}> .\n" for i in iris] for iris in (rows.persons.iris, rows.places.iris))
        self._sources = [f"{verb_of(BOUNDS_FROM)}{term_of(Literal(text))} .\n" for text in plain.sources]

    def some(self, part: slice, simple: NDArray[np.bool_]) -> str:
        """Write those of a part that are simple."""
        tenures, starts, ends, persons, places = self._tenures, self._starts, self._ends, self._persons, self._places
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
                text.append(f"{node}{verbs[dots]}{persons[above]}")
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


# ---- lines


def written_lines(tenures: Tenures) -> Iterator[str]:
    """Write the lines that have nodes of their own."""
    shared = np.zeros(len(tenures.lines), dtype=bool)
    shared[tenures.memberships.line[tenures.memberships.line >= 0]] = True
    write = _Lines(tenures)
    own = np.flatnonzero(~shared)
    for part in chunks(len(own)):
        yield write.stated(own[part])
    for part in chunks(len(tenures.derived)):
        yield write.derived(np.arange(part.start, part.stop))


class _Lines:
    """Writes lines in full from pieces that many of them share."""

    def __init__(self, tenures: Tenures) -> None:
        self._tenures = tenures
        rows, base = tenures.rows, tenures.base
        self._plain = _Plain.of(rows.moments)
        self._told = ["\x1f".join(parts_of(moment)) for moment in rows.moments]
        self._described = np.zeros(len(rows.moments), dtype=bool)
        self._entities = [*rows.persons.iris, *rows.places.iris]
        self._sources = [f"{verb_of(BOUNDS_FROM)}{term_of(Literal(text))} .\n" for text in self._plain.sources]
        self._days: dict[int, str] = {}
        self._premises = f"{base}tenure:"

    def stated(self, numbers: NDArray[np.int64]) -> str:
        """Write lines as they were stated."""
        lines = self._tenures.lines
        simple = self._simple(lines, numbers)
        told = numbers[simple]
        keys = lines.keys[told].astype(str).tolist()
        premises = [[n] if n >= 0 else [] for n in lines.premise[told].tolist()]
        rest = [self._tenures.shown.line(number) for number in numbers[~simple].tolist()]
        return self._some(lines, told, keys, premises) + self._exactly(rest)

    def derived(self, numbers: NDArray[np.int64]) -> str:
        """Write lines that follow from others."""
        table, lines = self._tenures.derived, self._tenures.lines
        simple = self._simple(table, numbers)
        told = numbers[simple]
        over = lines.keys[table.line[told]].astype(str).tolist()
        keys = [f"{line}:{key}" for line, key in zip(over, table.keys[told].astype(str).tolist(), strict=True)]
        at, of = table.premises.at.tolist(), table.premises.of
        premises = [of[at[n] : at[n + 1]].tolist() for n in told.tolist()]
        rest = [self._tenures.shown.derived(table, number) for number in numbers[~simple].tolist()]
        return self._some(table, told, keys, premises) + self._exactly(rest)

    def _simple(self, table: Lines | Derived, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        plain = self._plain.source
        simple: NDArray[np.bool_] = (plain[table.start[numbers]] > 0) & (plain[table.end[numbers]] >= 0)
        return simple

    def _exactly(self, facts: Iterable[Fact]) -> str:
        return lines_of(triple for fact in facts for triple in fact_triples(fact, base=self._tenures.base))

    def _some(
        self, table: Lines | Derived, told: NDArray[np.int64], keys: Sequence[str], premises: Sequence[Sequence[int]]
    ) -> str:
        """Write lines whose days are plain."""
        tenures, base, entities, days = self._tenures, self._tenures.base, self._entities, self._told
        shown = tenures.shown
        type_, who_, boss_, word_, tenure_, recorded_, confirmed_, flag_, rests_, premise_ = map(verb_of, (
            RDF_TYPE, ORGG + "reporter", ORGG + "manager", ORGG + "line", TENURE, ORGG + "recorded",
            ORGG + "confirmed", ORGG + "flag", DERIVED_FROM, ORGG + "premise",
        ))  # fmt: skip
        type_ += f"{term_of(ORGG + 'ReportingLine')} .\n"
        words = [f"{word_}{term_of(Literal(word))} .\n" for word in _WORDS]
        recorded_ += f"{time_of(tenures.recorded)} .\n"
        flags = ["".join(f"\x00{flag_}{term_of(Literal(name))} .\n" for name in names) for names in FLAG_NAMES]
        flagged = ["".join(f"{name}\x1f" for name in names) for names in FLAG_NAMES]
        columns = (
            keys, table.subject[told].tolist(), table.manager[told].tolist(), table.dotted[told].tolist(),
            table.start[told].tolist(), table.end[told].tolist(), table.confirmed[told].tolist(),
            table.flags[told].tolist(), premises, _changes(tenures.rows, table, told),
        )  # fmt: skip
        text = [self._nodes(table, told)]
        for key, subject, manager, dots, start, end, day, bits, rests, changes in zip(*columns, strict=True):
            who, boss, verb = entities[subject], entities[manager], VERBS[dots]
            above = [f"{base}tenure:{shown.key(number)}" for number in rests]
            ids = "".join(f"\x1f{premise}" for premise in above)
            node = hashed(
                f"{LINE}\x1f{base}tenure:{key}\x1f{who}\x1f{verb}\x1f{boss}\x1f\x1f\x1f{days[start]}\x1f{days[end]}\x1f"
                f"{day}\x1f{tenures.recorded}\x1f{flagged[bits]}|\x1f{changes}\x1f|{ids}"
            )  # fmt: skip
            node = f"<{base}fact:{node}>"
            text.append(
                f"{node}{type_}{node}{who_}<{who}> .\n{node}{boss_}<{boss}> .\n{node}{words[dots]}"
                f"{node}{tenure_}<{base}tenure:{key}> .\n{self._dated(start, end, node)}{node}{recorded_}"
            )
            if day != OPEN_EARLY:
                text.append(f"{node}{confirmed_}{self._day(day)}")
            if bits:
                text.append(flags[bits].replace("\x00", node))
            text += [f"{node}{rests_}<{base}change:{change}> .\n" for change in changes.split("\x1f")]
            text += [f"{node}{premise_}<{premise}> .\n" for premise in above]
        return "".join(text)

    def _day(self, day: int) -> str:
        if day not in self._days:
            self._days[day] = f"{term_of(day_term(day))} .\n"
        return self._days[day]

    def _dated(self, start: int, end: int, node: str) -> str:
        """Write both ends: the day of each, and the source of both, or a node for each where they have two."""
        moments, source, base = self._tenures.rows.moments, self._plain.source, self._tenures.base
        one, other = source[start], source[end]
        text = f"{node}{verb_of(ORGG + 'start')}{self._day(moments[start].earliest)}"
        if other:
            text += f"{node}{verb_of(ORGG + 'end')}{self._day(moments[end].earliest)}"
        if not other or one == other:
            return text + f"{node}{self._sources[one]}"
        for name, number in (("start", start), ("end", end)):
            text += f"{node}{verb_of(f'{ORGG}{name}Moment')}<{moment_iri(moments[number], base=base)}> .\n"
        return text

    def _nodes(self, table: Lines | Derived, told: NDArray[np.int64]) -> str:
        """Write the nodes of the moments that need one and have none so far."""
        start, end = table.start[told], table.end[told]
        one, other = self._plain.source[start], self._plain.source[end]
        apart = (other > 0) & (one != other)
        fresh = np.unique(np.concatenate([start[apart], end[apart]]))
        fresh = fresh[~self._described[fresh]]
        self._described[fresh] = True
        moments, base = self._tenures.rows.moments, self._tenures.base
        return lines_of(triple for n in fresh.tolist() for triple in moment_triples(moments[n], base=base))


def _changes(rows: Rows, table: Lines | Derived, told: NDArray[np.int64]) -> list[str]:
    lists = table.changes.gathered(told)
    return told_changes(rows, lists, slice(0, len(told)))
