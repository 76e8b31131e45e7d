"""On which days each plain triple of the organization is there: certainly, and only possibly.

What a snapshot says of one day, said for all days at once. A membership, a line, a place or an event is there for as
long as it holds; a name, a type or an attribute only while its subject takes part in one of these, as in a snapshot.
Everything named has one label a day, as in the store of a day.

Why entities can be picked: one more role change must not make the days of everybody be worked out again.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from orggraph.facts import (
    ATTRIBUTE,
    EVENT,
    LABEL,
    LINE,
    MEMBERSHIP,
    NAME,
    PERSON_NAME,
    PLACE,
    TYPE,
    Fact,
    triples,
)
from orggraph.timeline import fact_order
from orggraph.timetree import DAYS, Span, shared, united, without
from orggraph.vocabulary import CLASSES, RDFS, Literal, Term

Triple = tuple[str, str, Term]
RDFS_LABEL = RDFS + "label"
ALONE = frozenset({NAME, TYPE, ATTRIBUTE})
"""The kinds of facts by which nothing takes part in a day."""
_WHOLE = (MEMBERSHIP, LINE, PLACE)
_CLASSES = frozenset(CLASSES.values())


class Dated(NamedTuple):
    """A triple with the days on which it is certain, and those on which it is only possible."""

    triple: Triple
    certain: list[Span]
    possible: list[Span]


def taking_part(fact: Fact) -> tuple[str, ...]:
    """Give what a fact makes part of the days on which it holds."""
    if fact.kind in _WHOLE:
        terms: tuple[Term, ...] = (fact.subject, fact.object, fact.post, fact.role, fact.tenure)
    else:
        terms = (fact.subject, fact.object) if fact.kind == EVENT else ()
    return tuple(term for term in terms if isinstance(term, str) and term)


def terms_of(fact: Fact) -> tuple[str, ...]:
    """Give every IRI in what a fact says."""
    terms: tuple[Term, ...] = (fact.subject, fact.predicate, fact.object, fact.post, fact.role, fact.tenure)
    return tuple(term for term in terms if isinstance(term, str) and term)


def dated_triples(
    believed: Iterable[Fact], named: Iterable[Fact], *, about: Container[str] | None = None
) -> Iterator[Dated]:
    """Give every plain triple and label of some facts, each once, with its days; ``about`` limits the subjects.

    ``believed`` are the facts believed, ``named`` the names and types ever believed. With ``about`` it is enough to
    give the facts that speak of these entities, and those that make the subjects of their names and attributes take
    part.
    """
    facts = list(believed)
    presence: dict[str, list[Span]] = {}
    for fact in facts:
        for term in taking_part(fact):
            presence.setdefault(term, []).append(fact.period.possible)
    present = _United(presence)
    labels = _Labels(named)
    said: dict[str, dict[Triple, _Spans]] = {}
    for fact in facts:
        spans = _spans(fact, present)
        for triple in triples(fact):
            if about is None or triple[0] in about:
                said.setdefault(triple[0], {}).setdefault(triple, _Spans()).add(spans)
        for term in set(terms_of(fact)):
            if term in labels and (about is None or term in about):
                labels.seen.setdefault(term, _Spans()).add(spans)
    for subject in said.keys() | labels.seen.keys():
        together = said.get(subject, {})
        for label, spans in labels.of(subject):
            together.setdefault(label, _Spans()).add(spans)
        for triple, found in together.items():
            certain = united(found.certain)
            possible = without(united(found.possible), certain)
            if certain or possible:
                yield Dated(triple, certain, possible)


class _Spans:
    """Days gathered for one triple or term, in no order; the possible ones include the certain ones."""

    __slots__ = ("certain", "possible")

    def __init__(self, certain: Iterable[Span] = (), possible: Iterable[Span] = ()) -> None:
        self.certain, self.possible = list(certain), list(possible)

    def add(self, other: _Spans) -> None:
        self.certain += other.certain
        self.possible += other.possible


class _United(dict[str, list[Span]]):
    """The days on which each entity takes part, joined when first asked for."""

    def __init__(self, presence: dict[str, list[Span]]) -> None:
        super().__init__()
        self._presence = presence

    def __missing__(self, term: str) -> list[Span]:
        joined = self[term] = united(self._presence.get(term, ()))
        return joined


def _spans(fact: Fact, present: _United) -> _Spans:
    period = fact.period
    if fact.kind not in ALONE:
        return _Spans([period.certain], [period.possible])
    there = present[fact.subject]
    return _Spans(shared(united([period.certain]), there), shared(united([period.possible]), there))


class _Labels:
    """The name that each entity bears on each day; see `Snapshot.name`."""

    def __init__(self, named: Iterable[Fact]) -> None:
        self._names: dict[str, list[Fact]] = {}
        kinds: dict[str, Fact] = {}
        for fact in sorted(named, key=fact_order):
            if fact.kind == TYPE:
                kinds.setdefault(fact.subject, fact)
            elif fact.predicate in (PERSON_NAME, LABEL) and isinstance(fact.object, Literal):
                self._names.setdefault(fact.subject, []).append(fact)
        self._kinds = {iri for iri, fact in kinds.items() if fact.object in _CLASSES}
        self.seen: dict[str, _Spans] = {}

    def __contains__(self, term: str) -> bool:
        return (term in self._names or term in self._kinds) and term not in _CLASSES

    def of(self, term: str) -> Iterator[tuple[Triple, _Spans]]:
        """Give the labels of a term with the days on which each is borne."""
        if term not in self.seen:
            return
        seen = self.seen[term]
        certain, possible = united(seen.certain), united(seen.possible)
        for name, stretch in self._borne(term):
            if term in self._kinds or name != term:
                days = [stretch]
                yield (term, RDFS_LABEL, Literal(name)), _Spans(shared(certain, days), shared(possible, days))

    def _borne(self, term: str) -> list[tuple[str, Span]]:
        """Give the names of a term, each with a stretch of days; together they are all days."""
        names = self._names.get(term, [])
        if len(names) < 2:
            return [(_text(names[0]) if names else term, (0, DAYS))]
        now = [fact for fact in names if fact.superseded is None]
        bounds = {bound for fact in now for bound in (*fact.period.certain, *fact.period.possible)}
        edges = [0, *sorted(bound for bound in bounds if 0 < bound < DAYS), DAYS]
        borne = []
        for first, end in pairwise(edges):
            today = [fact for fact in now if fact.period.possible_on(first)]
            best = min(today, key=lambda fact: not fact.period.certain_on(first), default=names[0])
            borne.append((_text(best), (first, end)))
        return borne


def _text(fact: Fact) -> str:
    assert isinstance(fact.object, Literal), "a name is a text"
    return fact.object.value


def touched(changed: Iterable[Fact], facts: Iterable[Fact], subjects: Collection[str]) -> set[str]:
    """Give the entities whose triples may change when some facts do, among ``subjects``, those with triples at all."""
    about = {term for fact in changed for term in terms_of(fact)}.intersection(subjects)
    beside = [fact for fact in facts if fact.kind in ALONE and fact.subject in about]
    return about.union({term for fact in beside for term in terms_of(fact)}.intersection(subjects))


def around(facts: Collection[Fact], about: Collection[str]) -> list[Fact]:
    """Keep the facts that `dated_triples` has to be given for some entities."""
    wanted = set(about)
    near = [fact for fact in facts if not wanted.isdisjoint(terms_of(fact))]
    others = {fact.subject for fact in near if fact.kind in ALONE} - wanted
    if not others:
        return near
    wanted |= others
    return [fact for fact in facts if not wanted.isdisjoint(terms_of(fact))]
