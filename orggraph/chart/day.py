"""What a chart reads of one day: numbers for everybody, words only for what is drawn.

Memberships, lines and places are rows of the timeline's columns, entities the numbers of their terms. Who stands where
is worked out on these; a name, a source or a moment is looked up when a card shows it, and then kept.

Why not the facts of the day: of 200,000 people a chart may draw a hundred, and making the facts of all takes longer
than everything else.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from orggraph.chart.parts import STRENGTH
from orggraph.errors import UnknownName
from orggraph.facts import (
    ACTING,
    ATTRIBUTE,
    DERIVED,
    IN_CONFLICT,
    LINE,
    MEMBERSHIP,
    ON_LEAVE,
    PLACE,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
)  # fmt: skip
from orggraph.period import OPEN_LATE, iso
from orggraph.snapshot import ABSENCE, IN_OFFICE, KIND_OF_CLASS, NOBODY, VACANT, Snapshot, stated
from orggraph.timeline import Facts, Rows
from orggraph.timeline.columns import BITS, KIND
from orggraph.timeline.terms import ABSENT
from orggraph.vocabulary import FOAF

SURE, UNSURE = 0, len(STRENGTH) - 1
"""The places of certain and of possible in `STRENGTH`."""
PHOTOS = (FOAF + "img", FOAF + "depiction")
_STATES = {ACTING: "acting", ON_LEAVE: "on leave"}
_FTE = "property:fte"


class Day:
    """The memberships, lines and places of a day as ``rows`` of ``columns``; a label is a place in `STRENGTH`."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        timeline = snapshot.timeline
        self.columns, self.terms, rows = timeline.in_columns(
            timeline.possible(snapshot.day, recorded_by=snapshot.recorded_by)
        )
        self._local = self.columns is timeline.columns
        self.facts = Facts(self.columns, self.terms)
        kind = self.columns.kind[rows]
        self.memberships: Rows = rows[kind == KIND[MEMBERSHIP]]
        lines = rows[kind == KIND[LINE]]
        verbs = [self.terms.number(REPORTS_DIRECTLY_TO), self.terms.number(REPORTS_DOTTED_TO)]
        self.lines: Rows = lines[np.isin(self.columns.predicate[lines], verbs)]
        self.dotted_verb = verbs[1]
        self.places: Rows = rows[kind == KIND[PLACE]]
        self._said: Rows = rows[kind == KIND[ATTRIBUTE]]
        self._iris: dict[int, str] = {}
        self._names: dict[int, str] = {}
        self._kinds: dict[int, str] = {}
        self._since: dict[int, str] = {}
        self._sources: dict[int, tuple[str, ...]] = {}
        self._organizations: dict[int, int] = {}

    # ---- entities

    def number(self, iri: str) -> int:
        """Give the number of an entity; -1 where nothing of the day can be about it."""
        return self.terms.number(iri)

    def iri(self, number: int) -> str:
        """Give the IRI of an entity."""
        return self._iris.get(number) or self.terms.text(number)

    def name(self, number: int) -> str:
        """Give the name that an entity bears on the day."""
        found = self._names.get(number, "")
        if not found:
            found = self._names[number] = self.snapshot.name(self.terms.text(number))
        return found

    def learn(self, numbers: Iterable[int]) -> None:
        """Look up the names and IRIs of many entities at once."""
        fresh = sorted(set(numbers) - self._iris.keys() - {ABSENT})
        self._iris.update(zip(fresh, self.terms.texts(fresh), strict=True))
        if self._local and fresh:
            self._names.update(self.snapshot.timeline.sole_names(np.array(fresh, dtype=np.int32)))

    def kind(self, number: int) -> str:
        """Give what an entity is: person, post, unit, organization, or nothing where that is unknown."""
        found = self._kinds.get(number)
        if found is None:
            found = self._kinds[number] = self.snapshot.kind(self.terms.text(number))
        return found

    def learn_kinds(self, numbers: Iterable[int]) -> None:
        """Look up what many entities are at once."""
        wanted = np.fromiter(set(numbers) - self._kinds.keys() - {ABSENT}, dtype=np.int32)
        if self._local and len(wanted):
            told = self.snapshot.timeline.classes_of(wanted)
            self._kinds.update((number, KIND_OF_CLASS.get(told.get(number, ""), "")) for number in wanted.tolist())

    def order(self, number: int) -> tuple[str, str]:
        """Give what entities are ordered by."""
        return self.name(number), self.iri(number)

    def organization(self, place: int) -> int:
        """Give the organization that a unit belongs to."""
        found = self._organizations.get(place)
        if found is None:
            iri = self.snapshot.organization_of(self.terms.text(place))
            found = self._organizations[place] = self.terms.add(iri) if not self._local else self.terms.number(iri)
        return found

    def missing(self, iri: str) -> UnknownName:
        """Make the error for an entity that has no card."""
        return UnknownName(f"{self.snapshot.name(iri)!r} is not on the chart of {iso(self.snapshot.day)}")

    # ---- rows

    def label(self, rows: Rows) -> list[int]:
        """Say how sure each row is on the day."""
        c, day = self.columns, self.snapshot.day
        latest, earliest = c.start_latest[rows], c.end_earliest[rows]
        presumed = (day > c.confirmed[rows]) & (earliest == OPEN_LATE)
        sure: NDArray[np.int64] = np.where(presumed, UNSURE if self.snapshot.strict else 1, SURE)
        return np.where((latest <= day) & (day < earliest), sure, UNSURE).tolist()  # type: ignore[no-any-return]  # numpy's tolist is untyped

    def label_of(self, row: int) -> int:
        """Say how sure one row is."""
        return self.label(np.array([row]))[0]

    def learn_rows(self, rows: list[int]) -> None:
        """Look up the starts and sources of many rows at once, of those that rest on one role change."""
        c, wanted = self.columns, np.array(rows, dtype=np.int64)
        starts = c.start[wanted].tolist()
        since = {number: stated(self.facts.moment(number)) for number in set(starts)}
        self._since.update(zip(rows, map(since.__getitem__, starts), strict=True))
        first = c.changes_at[wanted]
        alone = wanted[c.changes_at[wanted + 1] - first == 1]
        numbers = c.change_sources[c.changes[c.changes_at[alone]]].tolist()
        told = {number: (text,) if (text := self.terms.text(number)) else () for number in set(numbers)}
        self._sources.update(zip(alone.tolist(), map(told.__getitem__, numbers), strict=True))

    def since(self, row: int) -> str:
        """Give since when a row holds, as stated."""
        found = self._since.get(row)
        if found is None:
            found = self._since[row] = stated(self.facts.moment(int(self.columns.start[row])))
        return found

    def sources(self, rows: tuple[int, ...]) -> tuple[str, ...]:
        """Give the sources of the role changes that some rows rest on, sorted."""
        found = self._sources.get(rows[0]) if len(rows) == 1 else None
        if found is None:
            found = tuple(sorted({source for row in rows for source in self.facts.sources(row)}))
        return found

    def notes(self, row: int) -> tuple[str, ...]:
        """List what must be said beside a row: derived, conflict; of a membership acting, on leave, not in office."""
        if row not in self._noted:
            return ()
        bits = int(self.columns.flags[row])
        said = [flag for flag in (DERIVED, IN_CONFLICT) if bits & BITS[flag]]
        said += self._states.get(int(self.columns.tenure[row]), ())
        return tuple(dict.fromkeys(said))

    @cached_property
    def _noted(self) -> frozenset[int]:
        """Give the memberships and places beside which something must be said."""
        c, rows = self.columns, np.concatenate([self.memberships, self.places])
        noted = (c.flags[rows] & (BITS[DERIVED] | BITS[IN_CONFLICT])) != 0
        if self._states:
            noted |= np.isin(c.tenure[rows], list(self._states))
        return frozenset(rows[noted].tolist())

    @cached_property
    def _states(self) -> dict[int, list[str]]:
        """Give by tenure what is stated of it: acting, on leave, not in office."""
        states: dict[int, list[str]] = {}
        predicates = {self.terms.number(iri): word for iri, word in _STATES.items()}
        in_office = self.terms.number(IN_OFFICE)
        for row in self._about([*predicates, in_office]):
            predicate, tenure = int(self.columns.predicate[row]), int(self.columns.subject[row])
            word = predicates.get(predicate, "")
            if not word and self.terms.text(int(self.columns.object[row])) == "false":
                word = "not in office"
            if word:
                states.setdefault(tenure, []).append(word)
        return states

    def reason(self, post: int) -> str:
        """Give why a post names nobody: what a source says for certain, else that it is vacant."""
        return min(self._absences.get(post, ()), default=VACANT)

    @cached_property
    def _absences(self) -> dict[int, list[str]]:
        rows = np.array(self._about([self.terms.number(ABSENCE)]), dtype=np.int64)
        found: dict[int, list[str]] = {}
        for row, label in zip(rows.tolist(), self.label(rows), strict=True):
            if label != UNSURE:
                said = self.terms.text(int(self.columns.object[row]))
                found.setdefault(int(self.columns.subject[row]), []).append(said)
        return found

    @cached_property
    def photos(self) -> dict[int, str]:
        """Give by person the picture that a source states as a ``data:`` address; of several the first by text."""
        found: dict[int, str] = {}
        for row in self._about([self.terms.number(iri) for iri in PHOTOS]):
            person, text = int(self.columns.subject[row]), self.terms.text(int(self.columns.object[row]))
            if text.startswith("data:image/"):
                found[person] = min(text, found.get(person, text))
        return found

    @cached_property
    def full_time(self) -> dict[int, float]:
        """Give by post or tenure the full-time equivalent that a source states."""
        predicates = [n for n in np.unique(self.columns.predicate[self._said]).tolist()
                      if self.terms.text(n).endswith(_FTE)]  # fmt: skip
        found: dict[int, float] = {}
        for row in self._about(predicates):
            try:
                found[int(self.columns.subject[row])] = float(self.terms.text(int(self.columns.object[row])))
            except ValueError:
                continue  # a text that is no number says nothing about shares
        return found

    def nobody_above(self, entity: int, posts: Iterable[int]) -> bool:
        """Tell whether a source says that it, or one of the posts it holds, reports to nobody."""
        return any(number in self._tops for number in (entity, *posts))

    @cached_property
    def _tops(self) -> frozenset[int]:
        rows = self._about([self.terms.number(NOBODY)])
        return frozenset(int(self.columns.subject[row]) for row in rows)

    def _about(self, predicates: list[int]) -> list[int]:
        """List the attributes of the day with some predicates."""
        known = [number for number in predicates if number != ABSENT]
        rows: list[int] = self._said[np.isin(self.columns.predicate[self._said], known)].tolist() if known else []
        return rows
