"""Differences of labelled triples, which can be applied and inverted.

A snapshot is a set of triples, each with one label: ``certain``, ``presumed`` or ``possible``. Why labels are part of
the difference: a fact that was possible and is certain now has not appeared, it was confirmed, and applying the
difference must restore that too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from orggraph.errors import UnsupportedError
from orggraph.vocabulary import Term

Triple = tuple[str, str, Term]
Labelled = Mapping[Triple, str]
"""Triples with their labels, as `Snapshot.triples` gives them."""


class Delta(NamedTuple):
    """What to add and to remove, with the labels, and which labels to replace: ``(before, after)``."""

    added: dict[Triple, str]
    removed: dict[Triple, str]
    relabelled: dict[Triple, tuple[str, str]]


class Applicable(Protocol):
    """Be anything that carries the three parts of a `Delta`."""

    @property
    def added(self) -> dict[Triple, str]:
        """Give what is to be added."""

    @property
    def removed(self) -> dict[Triple, str]:
        """Give what is to be removed."""

    @property
    def relabelled(self) -> dict[Triple, tuple[str, str]]:
        """Give what gets another label."""


def delta(a: Labelled, b: Labelled) -> Delta:
    """Compare two sets of labelled triples; each part is sorted by `order`.

    >>> delta({("urn:a", "urn:p", "urn:b"): "possible"}, {("urn:a", "urn:p", "urn:b"): "certain"}).relabelled
    {('urn:a', 'urn:p', 'urn:b'): ('possible', 'certain')}
    """
    return Delta(
        added={triple: b[triple] for triple in sorted(b.keys() - a.keys(), key=order)},
        removed={triple: a[triple] for triple in sorted(a.keys() - b.keys(), key=order)},
        relabelled={
            triple: (a[triple], b[triple])
            for triple in sorted((t for t in a.keys() & b.keys() if a[t] != b[t]), key=order)
        },
    )


def apply(difference: Applicable, before: Labelled) -> dict[Triple, str]:
    """Give the triples after the difference; raise `UnsupportedError` if ``before`` is not what it starts from.

    >>> a, b = {("urn:a", "urn:p", "urn:b"): "certain"}, {("urn:a", "urn:p", "urn:c"): "certain"}
    >>> apply(delta(a, b), a) == b
    True
    """
    after = dict(before)
    for triple, label in difference.removed.items():
        _expect(after.pop(triple, ""), label, triple)
    for triple, (old, new) in difference.relabelled.items():
        _expect(after.get(triple, ""), old, triple)
        after[triple] = new
    for triple, label in difference.added.items():
        _expect(after.get(triple, ""), "", triple)
        after[triple] = label
    return after


def invert(difference: Applicable) -> Delta:
    """Give the difference that leads back."""
    return Delta(
        added=dict(difference.removed),
        removed=dict(difference.added),
        relabelled={triple: (new, old) for triple, (old, new) in difference.relabelled.items()},
    )


def order(triple: Triple) -> tuple[str, str, bool, tuple[str, ...]]:
    """Give the sort key of a triple: subject, predicate, IRIs before literals."""
    subject, predicate, term = triple
    return (subject, predicate, not isinstance(term, str), (term,) if isinstance(term, str) else tuple(term))


def _expect(found: str, expected: str, triple: Triple) -> None:
    if found != expected:
        raise UnsupportedError(
            f"the difference does not apply: {triple} is {found or 'absent'} (expected {expected or 'absent'})"
        )
