"""Meaning: whether names mean among some statements what they mean among all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np

from orggraph.changes import RoleChange
from orggraph.facts import LINE, NAME, SAME_AS
from orggraph.replay.gathering import Gathered
from orggraph.timeline import Timeline
from orggraph.timeline.columns import KIND
from orggraph.timeline.terms import ABSENT
from orggraph.vocabulary import name_key


def is_self_contained(
    timeline: Timeline, gathered: Gathered, fresh: Iterable[RoleChange], known: Iterable[RoleChange]
) -> bool:
    """Tell whether names mean here what they mean in everything, and no post concerned has lines of its own."""
    if any(_judged(timeline, iri, kind) for iri, kind in gathered.identity.kinds.items()):
        return False
    for post in {post for s in gathered.statements for post in (s.post, s.from_post) if post}:
        rows = np.concatenate([timeline.about(post), timeline.pointing_at(post)])
        if (timeline.columns.kind[rows] == KIND[LINE]).any():
            return False
    meaning = _Meaning(timeline, gathered)
    if not all(meaning.is_new(s.change.into, s.person) for s in gathered.statements if s.change.kind == "renamed"):
        return False
    names = {(name, bool(key)) for change in fresh for name, key in _named(change)}
    names |= {(name, False) for change in known for name, key in _named(change) if not key}
    return all(meaning.is_the_same(name, by_id=by_id) for name, by_id in sorted(names) if name)


def _judged(timeline: Timeline, iri: str, kind: str) -> bool:
    """Tell whether an entity was judged to be one with another, unless it is only the person who stands for both."""
    same = timeline.terms.number(SAME_AS)
    if same == ABSENT:
        return False
    rows = timeline.pointing_at(iri)
    if kind != "person":
        rows = np.concatenate([rows, timeline.about(iri)])
    return bool((timeline.columns.predicate[timeline.still_believed(rows)] == same).any())


def _named(change: RoleChange) -> Iterator[tuple[str, str]]:
    """Give the names in a role change, each with the id beside it."""
    yield change.person, change.person_id
    yield change.post, change.post_id
    yield change.unit, change.unit_id
    yield change.reports_to, change.reports_to_id
    yield change.replaces, change.replaces_id
    yield change.from_post, ""


class _Meaning:
    """Tells whether a name stands here for whom it stands for in everything."""

    def __init__(self, timeline: Timeline, gathered: Gathered) -> None:
        self._timeline = timeline
        self._here: dict[str, set[str]] = defaultdict(set)
        for iri, labels in gathered.identity.labels.items():
            for key in labels:
                self._here[key].add(iri)

    def is_the_same(self, name: str, *, by_id: bool) -> bool:
        """Tell whether all who bear the name are here; or, where it has an id beside it, whether it is news to nobody.

        With an id a name need not be looked up, and where its bearers are known by it already, others' are not either.
        """
        bearers = self._bearers(name)
        here = self._here[name_key(name)]
        return bearers <= here or (by_id and here <= bearers)


    def is_new(self, name: str, person: str) -> bool:
        """Tell whether nobody but a person bears a name, so that alone it stands for nobody else before and after."""
        return self._bearers(name) <= {person} and self._here[name_key(name)] <= {person}

    def _bearers(self, name: str) -> set[str]:
        return set(self._timeline.bearers(name, believed=True))


def names_of(timeline: Timeline, iri: str) -> set[str]:
    """Give the believed names of an entity, folded."""
    rows = timeline.only(timeline.still_believed(timeline.about(iri)), NAME)
    return {name_key(timeline.terms.text(number)) for number in timeline.columns.object[rows].tolist()}
