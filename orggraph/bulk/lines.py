"""Lines as N-Triples, stated and derived ones, in the full form of `orggraph.rdf.statements`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.arrays import chunks
from orggraph.bulk.columns import VERBS, Derived, Lines
from orggraph.bulk.identities import hashed, parts_of, told_changes
from orggraph.bulk.rows import Rows
from orggraph.bulk.tenures import Tenures
from orggraph.bulk.texts import Plain, lines_of, term_of, time_of, verb_of
from orggraph.facts import LINE, Fact
from orggraph.period import OPEN_EARLY
from orggraph.rdf.moments import day_term, moment_iri, moment_triples
from orggraph.rdf.statements import BOUNDS_FROM, DERIVED_FROM, TENURE, fact_triples
from orggraph.timeline.columns import FLAG_NAMES
from orggraph.vocabulary import ORGG, RDF_TYPE, Literal

_WORDS = ("direct", "dotted")


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
        self._plain = Plain.of(rows.moments)
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
