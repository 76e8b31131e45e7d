"""Persons: who is who in the rows, by organization and id, and what they are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.arrays import Codes, paired
from orggraph.bulk.sheets import Ints, Sheet
from orggraph.vocabulary import is_iri, mint, name_key


@dataclass(slots=True)
class Persons:
    """The persons in a fixed order: IRIs, and the names of each as replay would find them, the oldest first.

    ``of_row`` and ``manager_of_row`` are -1 where a row speaks of nobody, or of no manager who is a person.
    """

    iris: list[str]
    names: list[tuple[str, ...]]
    of_row: Ints
    manager_of_row: Ints


def persons_of(sheet: Sheet, told: NDArray[np.int64], rank: Codes, *, base: str, salt: str) -> Persons:
    """Find out who is who; ``told`` are the rows that speak of a person, ``rank`` is the order of replay."""
    scope, scopes = _scopes(sheet)
    person, manager, ids = _shared(sheet, "person_id", "reports_to_id")
    managed = np.flatnonzero(manager)
    pairs, inverse = np.unique(
        np.concatenate([paired(scope[told], person[told]), paired(scope[managed], manager[managed])]),
        return_inverse=True,
    )
    numbers: dict[str, int] = {}
    of_pair = np.empty(len(pairs), dtype=np.int32)
    for at, pair in enumerate(pairs.tolist()):
        within, own = scopes[pair >> 32], ids[pair & 0xFFFFFFFF]
        iri = own if is_iri(own) else mint("person", within, "id", own, base=base, salt=salt)
        of_pair[at] = numbers.setdefault(iri, len(numbers))
    everyone = of_pair[inverse]
    of_row, manager_of_row = (np.full(len(sheet), -1, dtype=np.int32) for _ in range(2))
    of_row[told], manager_of_row[managed] = everyone[: len(told)], everyone[len(told) :]
    called, of_manager, texts = _shared(sheet, "person", "reports_to")
    named = paired(everyone, np.concatenate([called[told], of_manager[managed]]))
    names = _names(named, rank[np.concatenate([told, managed])], len(numbers), texts)
    return Persons(list(numbers), names, of_row, manager_of_row)


def _names(named: Codes, rank: Codes, persons: int, texts: Sequence[str]) -> list[tuple[str, ...]]:
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
    pairs, inverse = np.unique(paired(own, np.where(own > 0, 0, names)), return_inverse=True)
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
