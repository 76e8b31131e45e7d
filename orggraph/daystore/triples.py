"""What the facts of a day say, as pairs of numbers by predicate, and how terms are written for the engine.

The same triples as `Snapshot.triples`, which makes them one fact at a time; here they are made for many thousand facts
at once, and only those with a predicate that a query can touch.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import numpy as np
import pyoxigraph
from numpy.typing import NDArray

from orggraph.facts import (
    EVENT,
    HEAD_OF,
    HEAD_ROLE,
    HOLDS,
    LABEL,
    LINE,
    MEMBERSHIP,
    NAME,
    PERSON_NAME,
    PLACE,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    REPORTS_TO,
    ROLE,
    TYPE,
)
from orggraph.rdf import to_oxigraph
from orggraph.timeline import Rows, Timeline
from orggraph.timeline.columns import KIND, NEVER, Columns
from orggraph.timeline.terms import ABSENT, decode
from orggraph.vocabulary import CLASSES, ORG, ORGG, RDF_TYPE, RDFS, Literal, Term

Numbers = NDArray[np.int32]
Pairs = NDArray[np.int64]
"""Subject and object of triples with one predicate, two numbers of terms in one."""

RDFS_LABEL = RDFS + "label"
_WHOLE = [KIND[kind] for kind in (MEMBERSHIP, LINE, PLACE)]
_MEMBERSHIP_CLASS = -2
"""Stands for ``org:Membership``, which need not be among the terms."""
_PLAIN_IRI = re.compile(
    rb"(?:urn:[a-z0-9]+:|https?://[A-Za-z0-9.-]+/)[A-Za-z0-9._~:/?@!$&'()*+,;=-]*(?:#[A-Za-z0-9._~:/?@!$&'()*+,;=-]*)?"
)


class Encoder:
    """Terms in N-Triples by number, each written once."""

    def __init__(self, timeline: Timeline) -> None:
        self._terms = timeline.terms
        self._written = {_MEMBERSHIP_CLASS: written((ORG + "Membership").encode())}

    def __call__(self, numbers: Numbers) -> list[bytes]:
        wanted = numbers.tolist()
        missing = list(set(wanted).difference(self._written))
        self._written.update(zip(missing, map(written, self._terms.encoded(missing)), strict=True))
        return [self._written[number] for number in wanted]


def written(encoded: bytes) -> bytes:
    if _PLAIN_IRI.fullmatch(encoded):
        return b"<" + encoded + b">"  # as the engine would write it
    return str(to_oxigraph(decode(encoded))).encode()


def taking_part(c: Columns, rows: Rows) -> Numbers:
    """Give what facts make part of a day: nothing is there by a name, a type or an attribute alone."""
    kinds = c.kind[rows]
    whole, events = rows[np.isin(kinds, _WHOLE)], rows[kinds == KIND[EVENT]]
    columns = [column[whole] for column in (c.subject, c.object, c.post, c.role, c.tenure)]
    return np.concatenate([*columns, c.subject[events], c.object[events]])


def terms_of(c: Columns, rows: Rows) -> Numbers:
    return np.concatenate([col[rows] for col in (c.subject, c.predicate, c.object, c.post, c.role, c.tenure)])


def pairs_of(timeline: Timeline, rows: Rows, predicates: frozenset[str] | None) -> dict[str, list[Pairs]]:
    """Give the triples of facts by predicate, those with one of the ``predicates`` or all; see `facts.triples`."""
    c, terms = timeline.columns, timeline.terms
    found: dict[str, list[Pairs]] = {}
    plain = rows
    if predicates is not None:
        plain = rows[np.isin(c.predicate[rows], [terms.number(predicate) for predicate in predicates])]
    verbs = c.predicate[plain]
    for number in np.unique(verbs).tolist():
        said = plain[verbs == number]
        found[terms.text(number)] = [_pairs(c.subject[said], c.object[said])]
    for predicate, said, subject, target in _shortcuts(timeline, rows, predicates):
        if len(said):
            found.setdefault(predicate, []).append(_pairs(subject[said], target[said]))
    return found


def _shortcuts(
    timeline: Timeline, rows: Rows, predicates: frozenset[str] | None
) -> Iterator[tuple[str, Rows, Numbers, Numbers]]:
    c, number = timeline.columns, timeline.terms.number
    if predicates is None or REPORTS_TO in predicates:
        lines = rows[np.isin(c.predicate[rows], [number(REPORTS_DIRECTLY_TO), number(REPORTS_DOTTED_TO)])]
        yield REPORTS_TO, lines[c.kind[lines] != KIND[MEMBERSHIP]], c.subject, c.object
    of_membership: dict[str, tuple[Numbers, Numbers]] = {
        RDF_TYPE: (c.tenure, np.broadcast_to(np.int32(_MEMBERSHIP_CLASS), len(c))),
        ORG + "member": (c.tenure, c.subject),
        ORG + "organization": (c.tenure, c.object),
        HOLDS: (c.subject, c.post),
        ORGG + "post": (c.tenure, c.post),
        ROLE: (c.tenure, c.role),
        HEAD_OF: (c.subject, c.object),
    }
    wanted = of_membership.keys() if predicates is None else of_membership.keys() & predicates
    held = rows[c.kind[rows] == KIND[MEMBERSHIP]] if wanted else rows[:0]
    for predicate in sorted(wanted):
        subject, target = of_membership[predicate]
        said = held[c.role[held] == number(HEAD_ROLE)] if predicate == HEAD_OF else held[target[held] != ABSENT]
        yield predicate, said[c.role[said] != ABSENT] if predicate == HEAD_OF else said, subject, target


def _pairs(subjects: Numbers, objects: Numbers) -> Pairs:
    return (subjects.astype(np.int64) << 32) | (objects.astype(np.int64) & 0xFFFFFFFF)


def split(pairs: Pairs) -> tuple[Numbers, Numbers]:
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.uint32).view(np.int32)


def joined(found: Mapping[str, list[Pairs]]) -> dict[str, Pairs]:
    return {predicate: np.unique(np.concatenate(parts)) for predicate, parts in found.items()}


def quads_of(timeline: Timeline, found: Mapping[str, Pairs], labels: Mapping[int, str]) -> set[pyoxigraph.Quad]:
    made = set[pyoxigraph.Quad]()
    for predicate, pairs in found.items():
        for subject, target in zip(*(numbers.tolist() for numbers in split(pairs)), strict=True):
            made.add(_quad(timeline.terms[subject], predicate, _object(timeline, target)))
    for number, name in labels.items():
        made.add(_quad(timeline.terms[number], RDFS_LABEL, Literal(name)))
    return made


def _object(timeline: Timeline, number: int) -> Term:
    return ORG + "Membership" if number == _MEMBERSHIP_CLASS else timeline.terms[number]


def _quad(subject: Term, predicate: str, target: Term) -> pyoxigraph.Quad:
    return pyoxigraph.Quad(to_oxigraph(subject), to_oxigraph(predicate), to_oxigraph(target))  # type: ignore[arg-type]  # a fact's subject and predicate are IRIs


def labels_of(timeline: Timeline, numbers: Numbers, day: int, *, recorded_by: int | None) -> dict[int, str]:
    """Give the labels of terms on a day, those that have a name or a kind; as `Snapshot.name`, but for many at once."""
    c, terms = timeline.columns, timeline.terms
    classes = np.array([terms.number(iri) for iri in CLASSES.values()], dtype=np.int32)
    rows = timeline.by_subject.of_all(np.setdiff1d(numbers, classes))
    named = np.isin(c.predicate[rows], [terms.number(PERSON_NAME), terms.number(LABEL)])
    names = rows[(c.kind[rows] == KIND[NAME]) & named]
    believed = c.superseded[names] == NEVER
    known = np.ones(len(names), dtype=np.bool_)
    if recorded_by is not None:
        known = c.recorded[names] <= recorded_by
        believed = known & (recorded_by < c.superseded[names])
    today = believed & (c.start_earliest[names] <= day) & (day < c.end_latest[names])
    rank = np.where(today, np.where(timeline.certain(names, day), 0, 1), np.where(known, 2, 3))
    names = names[np.lexsort((names, rank, c.subject[names]))]
    bearers, first = np.unique(c.subject[names], return_index=True)
    types = np.sort(rows[c.kind[rows] == KIND[TYPE]])
    typed, at = np.unique(c.subject[types], return_index=True)
    typed = typed[np.isin(c.object[types[at]], classes)]
    labels = {number: terms.text(number) for number in np.setdiff1d(typed, bearers).tolist()}
    kinds = set(typed.tolist())
    for number, name in zip(bearers.tolist(), c.object[names[first]].tolist(), strict=True):
        text = terms.text(name)
        if number in kinds or text != terms.text(number):
            labels[number] = text
    return labels
