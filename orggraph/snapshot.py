"""A snapshot: the organization on one day, without any time left in it.

It holds every fact that is possible on the day, each labelled ``certain``, ``presumed`` (certain, but the day is
later than the last on which a source confirmed it) or ``possible``. Names and types are there only for entities that
take part on that day, so nobody appears by a name or an attribute alone.

Why `seats` enumerates readings: that a post is filled can be certain although no holder is, because the end of one
holder and the start of the next are one moment. On a given day a moment either has come or has not; trying both for
every moment that is still open decides such questions exactly.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import product
from typing import NamedTuple

from orggraph.facts import (
    ACTING,
    ATTRIBUTE,
    DERIVED,
    EVENT,
    IN_CONFLICT,
    LABEL,
    LINE,
    MEMBERSHIP,
    NAME,
    ON_LEAVE,
    PERSON_NAME,
    PLACE,
    REPORTS_DOTTED_TO,
    TYPE,
    Fact,
    triples,
)
from orggraph.period import OPEN_LATE, Moment, as_date, iso
from orggraph.timeline import Rows, Timeline
from orggraph.vocabulary import CLASSES, ORGG, Literal, Term

CERTAIN, PRESUMED, POSSIBLE = "certain", "presumed", "possible"
NOBODY = ORGG + "reportsToNobody"
IN_OFFICE = ORGG + "inOffice"
VACANT = "vacant"
ABSENCE = ORGG + "absence"
KIND_OF_CLASS = {iri: kind for kind, iri in CLASSES.items()}
_RANK = {CERTAIN: 0, PRESUMED: 1, POSSIBLE: 2}
_SELF_EVIDENT = frozenset({MEMBERSHIP, LINE, PLACE, EVENT})
"""The kinds of facts that are there by themselves, and not only where something takes part in another."""


class Answer(NamedTuple):
    """One row of an answer, with names of the day; ``since`` and ``until`` are as stated (EDTF)."""

    iri: str
    name: str
    post: str
    unit: str
    organization: str
    certainty: str
    since: str
    until: str
    confirmed: str
    sources: tuple[str, ...]
    line: str = ""
    role: str = ""
    notes: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    depth: int = 0


class Seats(NamedTuple):
    """How many hold a post at once, over all readings of the dates: the fewest and the most."""

    fewest: int
    most: int


class Snapshot:
    """The organization on one ``day`` as known at ``recorded_by`` (now, if ``None``)."""

    def __init__(
        self, timeline: Timeline, day: int, *, recorded_by: int | None = None, strict: bool = False
    ) -> None:
        self.timeline = timeline
        self.day = day
        self.recorded_by = recorded_by
        self.strict = strict

    def on(self, day: int) -> Snapshot:
        """Give the snapshot of another day, looked at in the same way."""
        return self.__class__(self.timeline, day, recorded_by=self.recorded_by, strict=self.strict)

    def certainty(self, fact: Fact) -> str:
        """Label a fact on this day; with ``strict`` what is only presumed counts as possible."""
        start, end = fact.start, fact.end  # as Period.certain_on, without making the period of every fact of a day
        if not start.latest <= self.day < end.earliest or (start.key and start.key == end.key):
            return POSSIBLE
        if self.day > fact.confirmed and fact.end.earliest == OPEN_LATE:
            return POSSIBLE if self.strict else PRESUMED
        return CERTAIN

    @cached_property
    def _facts(self) -> list[Fact]:
        rows = self.timeline.possible(self.day, recorded_by=self.recorded_by)
        facts = [self.timeline.facts[row] for row in rows]
        present = {term for fact in facts for term in _taking_part(fact)}
        facts = [fact for fact in facts if fact.kind != ATTRIBUTE or fact.subject in present]
        return [fact for fact in facts if fact.kind not in (NAME, TYPE) or fact.subject in present]

    def facts(self, kind: str = "") -> list[Fact]:
        """List the facts possible on this day, of one kind or all, in the order of the timeline."""
        if kind in _SELF_EVIDENT:  # then no other kind need be made
            timeline = self.timeline
            rows = timeline.only(timeline.possible(self.day, recorded_by=self.recorded_by), kind)
            return [timeline.facts[row] for row in rows]
        return [fact for fact in self._facts if not kind or fact.kind == kind]

    def triples(self) -> dict[tuple[str, str, Term], str]:
        """Give every plain triple of the day with its label; one that several facts support has the strongest."""
        labelled: dict[tuple[str, str, Term], str] = {}
        for fact in self._facts:
            label = self.certainty(fact)
            for triple in triples(fact):
                known = labelled.get(triple)
                if known is None or _RANK[label] < _RANK[known]:
                    labelled[triple] = label
        return labelled

    def name(self, iri: str) -> str:
        """Give the name that the entity bears on this day, else any it ever bore, else its IRI."""
        sole = self.timeline.sole_name_of(iri)
        if sole:
            return sole
        names = [
            fact
            for fact in self.timeline.facts_about(iri, NAME)
            if fact.predicate in (PERSON_NAME, LABEL) and isinstance(fact.object, Literal)
        ]
        if self.recorded_by is not None:
            names = [fact for fact in names if fact.recorded <= self.recorded_by] or names
        if len(names) > 1:
            today = [f for f in names if self._believed(f) and f.period.possible_on(self.day)]
            names = sorted(today, key=lambda f: not f.period.certain_on(self.day)) or names
        return names[0].object[0] if names else iri

    def _believed(self, fact: Fact) -> bool:
        if fact.superseded is None:
            return self.recorded_by is None or fact.recorded <= self.recorded_by
        return self.recorded_by is not None and fact.recorded <= self.recorded_by < fact.superseded

    def kind(self, iri: str) -> str:
        """Give what the entity is: person, post, role, unit, organization, or nothing where that is unknown."""
        return KIND_OF_CLASS.get(self.timeline.class_of(iri), "")

    def reports_to(self, manager: str, *, everyone: bool = False) -> list[Answer]:
        """List who reports to the person or post, by name; with ``everyone`` those below them too, by depth.

        A person who is reached by several lines stands once, by the shortest; nobody is followed twice, so a cycle
        ends where it closes.
        """
        answers: list[Answer] = []
        seen, level, depth = {manager}, [manager], 1
        while level:
            below: list[str] = []
            for boss in level:
                for row in self._lines_to(boss):
                    if row.iri not in seen or (depth == 1 and row.iri == manager):
                        answers.append(row._replace(depth=depth))
                        below.append(row.iri)
            seen.update(below)
            level, depth = (below if everyone else []), depth + 1
        return _merged(answers)

    def reporters(self, manager: str, *, possible: bool = False) -> list[str]:
        """Give the names of those who certainly (or possibly) report directly to a person or post, sorted.

        The same as `reports_to` without dotted lines, post, dates and sources, and many times as fast.
        """
        terms, direct = self.timeline.terms, self.timeline.direct
        node = direct.node(terms.number(manager))
        if node < 0:
            return []
        found = direct.reporters(node, self.day, possible=possible, recorded_by=self.recorded_by)
        numbers, sole = direct.nodes[found].tolist(), self.timeline.sole_name
        return sorted({sole(number) or self.name(terms.text(number)) for number in numbers})

    def managers(self, person: str) -> list[Answer]:
        """List to whom the person or post reports, direct lines first; empty where that is unknown or nobody."""
        lines = self._on(self.timeline.about(person), LINE)
        rows = [self._line_answer(fact, str(fact.object)) for fact in lines]
        return _merged(sorted(rows, key=lambda row: (row.line != "direct", _RANK[row.certainty], row.name, row.iri)))

    def reports_to_nobody(self, entity: str) -> bool:
        """Tell whether a source says that it, or a post it holds, reports to nobody, as against not saying to whom."""
        held = [f.post for f in self._on(self.timeline.about(entity), MEMBERSHIP) if f.post]
        return any(f.predicate == NOBODY for iri in (entity, *held) for f in self._on(self.timeline.about(iri)))

    def chain(self, person: str) -> list[Answer]:
        """List the chain of command upwards along direct lines, nearest first, ``depth`` counting from 1.

        Where somebody reports to several, all are listed at that depth. A post stands for who holds it, and for itself
        while it is vacant. Walking stops at whoever was met before.
        """
        answers: list[Answer] = []
        seen, level, depth = {person}, [person], 1
        while level:
            direct = [row for entity in level for row in self.managers(entity) if row.line == "direct"]
            above = [holder for row in direct for holder in self._in_person(row)]
            fresh = [row for row in _merged(above) if row.iri not in seen]
            answers += [row._replace(depth=depth) for row in fresh]
            looped = [row for row in above if row.iri in seen]
            answers += [row._replace(depth=depth, notes=(*row.notes, "cycle")) for row in _merged(looped)]
            level = [row.iri for row in fresh]
            seen.update(level)
            depth += 1
        return answers

    def _in_person(self, row: Answer) -> list[Answer]:
        """Give those who hold the post that a row is about; the row itself where that is nobody, or it is a person."""
        held = self.holders(row.iri) if self.kind(row.iri) == "post" else []
        return [
            holder._replace(
                line=row.line,
                certainty=max(row.certainty, holder.certainty, key=_RANK.__getitem__),
                notes=tuple(dict.fromkeys((*holder.notes, DERIVED))),
                sources=tuple(sorted({*row.sources, *holder.sources})),
                facts=row.facts + holder.facts,
            )
            for holder in held
        ] or [row]

    def holders(self, post: str) -> list[Answer]:
        """List who holds the post (or, for a role, has it), by certainty and name."""
        rows = self.timeline.in_post(post)
        held = self._on(rows) or self._on(self.timeline.in_role(post), MEMBERSHIP)
        return _by_certainty(self._membership_answer(fact) for fact in held)

    def members(self, unit: str) -> list[Answer]:
        """List who is a member of the unit or organization itself, by certainty and name."""
        members = self._on(self.timeline.pointing_at(unit), MEMBERSHIP)
        return _by_certainty(self._membership_answer(fact) for fact in members)

    def held_in(self, place: str) -> Rows:
        """Give the memberships of the day in a unit, an organization or a role, without making their facts."""
        kind = self.kind(place)
        rows = self.timeline.in_role(place) if kind == "role" else self.timeline.pointing_at(place)
        rows = self.timeline.only(rows, MEMBERSHIP)
        return self.timeline.holding(rows, self.day, recorded_by=self.recorded_by)

    def answers_of(self, rows: Rows) -> list[Answer]:
        """Make the answers of some memberships, such as a part of `held_in`, in their order."""
        return [self._membership_answer(self.timeline.facts[row]) for row in rows.tolist()]

    def memberships(self, person: str) -> list[Answer]:
        """List what the person holds or belongs to, by certainty and post; each row names the person."""
        held = self._on(self.timeline.about(person), MEMBERSHIP)
        return _by_certainty(self._membership_answer(fact) for fact in held)

    def first_seen(self, person: str, organizations: Collection[str]) -> int:
        """Give the first day on which the person may have been in one of the organizations; `OPEN_LATE` if never."""
        held = (fact for fact in self.timeline.facts_about(person, MEMBERSHIP) if self._believed(fact))
        days = (f.start.earliest for f in held if self.organization_of(str(f.object)) in organizations)
        return min(days, default=OPEN_LATE)

    def seats(self, post: str) -> Seats:
        """Count the holders of a post over every reading of the dates that are not exactly known."""
        held = self._on(self.timeline.in_post(post), MEMBERSHIP)
        return seats_taken(held, self.day)

    def absence(self, post: str) -> str:
        """Give why a source names nobody in the post on this day, such as vacant or withheld; else nothing."""
        told = [f for f in self._on(self.timeline.about(post), ATTRIBUTE) if f.predicate == ABSENCE]
        certain = [f.object.value for f in told if isinstance(f.object, Literal) and self.certainty(f) != POSSIBLE]
        return min(certain, default="")

    def reason(self, post: str) -> str:
        """Give why a post without a known holder names nobody: what a source says, else that it is vacant."""
        return self.absence(post) or VACANT

    def notes(self, fact: Fact) -> tuple[str, ...]:
        """List what must be said beside a fact: acting, on leave, not in office, derived, conflict."""
        said = [flag for flag in (DERIVED, IN_CONFLICT) if flag in fact.flags]
        if fact.kind == MEMBERSHIP:
            for state in self._on(self.timeline.about(fact.tenure)):
                if state.predicate == ACTING:
                    said.append("acting")
                elif state.predicate == ON_LEAVE:
                    said.append("on leave")
                elif state.predicate == IN_OFFICE and state.object == Literal("false"):
                    said.append("not in office")
        return tuple(dict.fromkeys(said))

    def sources(self, fact: Fact) -> tuple[str, ...]:
        """List what a fact was learned from: the sources of its role changes and of the bounds of its moments."""
        bounds = {fact.start.earliest_from, fact.start.latest_from, fact.end.earliest_from, fact.end.latest_from}
        return tuple(sorted({self.timeline.sources.get(change, "") for change in fact.changes}.union(bounds) - {""}))

    def _on(self, rows: Rows, kind: str = "") -> list[Fact]:
        """Give the facts among some rows that are possible on this day, of one kind or all."""
        if not len(rows):
            return []
        if kind:
            rows = self.timeline.only(rows, kind)
        held = self.timeline.holding(rows, self.day, recorded_by=self.recorded_by)
        return [self.timeline.facts[row] for row in held]

    def _lines_to(self, boss: str) -> list[Answer]:
        lines = self._on(self.timeline.pointing_at(boss), LINE)
        return _by_certainty(self._line_answer(fact, fact.subject) for fact in lines)

    def _line_answer(self, fact: Fact, other: str) -> Answer:
        """Make the row for the entity at one end of a line: who it is, and since when the line holds."""
        held = self._on(self.timeline.about(other), MEMBERSHIP)
        if len(held) > 1:
            held.sort(key=lambda f: (f.tenure not in fact.premises, _RANK[self.certainty(f)]))
        line = "dotted" if fact.predicate == REPORTS_DOTTED_TO else "direct"
        return self._answer(fact, other, line=line, seat=held[0] if held else None)

    def _membership_answer(self, fact: Fact) -> Answer:
        return self._answer(fact, fact.subject, seat=fact)

    def _answer(self, fact: Fact, entity: str, *, line: str = "", seat: Fact | None) -> Answer:
        """Make the row of a fact for an entity, with where the entity sits according to the membership ``seat``."""
        place, notes = _NOWHERE, self.notes(fact)
        if seat is not None:
            place = self._place(seat)
            if seat is not fact:
                notes = tuple(dict.fromkeys(notes + self.notes(seat)))
        return Answer(
            entity,
            self.name(entity),
            place.post,
            place.unit,
            place.organization,
            self.certainty(fact),
            stated(fact.start),
            stated(fact.end),
            iso(fact.confirmed) if as_date(fact.confirmed) else "",
            self.sources(fact),
            line,
            self.name(fact.role) if fact.role else "",
            notes,
            (fact.id,),
        )

    def _place(self, fact: Fact) -> _Place:
        assert isinstance(fact.object, str), "a membership is in a unit or an organization"
        post = self.name(fact.post) if fact.post else ""
        unit = fact.object if self.kind(fact.object) == "unit" else ""
        return _Place(post, self.name(unit) if unit else "", self.name(self.organization_of(fact.object)))

    def is_present(self, iri: str) -> bool:
        """Tell whether the entity takes part on this day: in a membership, a line or a place, not only described."""
        timeline = self.timeline
        for rows in (timeline.about(iri), timeline.pointing_at(iri), timeline.in_post(iri), timeline.in_role(iri)):
            held = timeline.holding(rows, self.day, recorded_by=self.recorded_by)
            if any(timeline.facts[row].kind in (MEMBERSHIP, LINE, PLACE) for row in held):
                return True
        return False

    def places(self, iri: str) -> list[Fact]:
        """List to what a post or unit belongs on this day, on some reading."""
        return [fact for fact in self._on(self.timeline.about(iri)) if fact.kind == PLACE]

    def with_members(self) -> list[str]:
        """List the units and organizations of which somebody is a member on this day, on some reading."""
        timeline = self.timeline
        rows = timeline.only(timeline.possible(self.day, recorded_by=self.recorded_by), MEMBERSHIP)
        return [place for place in timeline.objects(rows) if isinstance(place, str)]

    def organization_of(self, unit: str) -> str:
        """Walk up from a unit to the organization it belongs to; the unit itself where that is not said."""
        seen = {unit}
        while self.kind(unit) == "unit":
            above = [f for f in self._on(self.timeline.about(unit)) if f.kind == PLACE] or [
                f for row in self.timeline.about(unit) if (f := self.timeline.facts[row]).kind == PLACE
            ]
            if not above or str(above[0].object) in seen:
                return unit
            unit = str(above[0].object)
            seen.add(unit)
        return unit


class _Place(NamedTuple):
    post: str
    unit: str
    organization: str


_NOWHERE = _Place("", "", "")


def readings(facts: list[Fact], day: int) -> Iterator[tuple[bool, ...]]:
    """Go through every reading of the dates: which of the ``facts`` hold on ``day`` together.

    A moment whose bounds leave open whether it has come by ``day`` is tried both ways, once for all facts that share
    it; readings in which a fact would end before it starts are left out. The number of readings doubles with every
    open moment: give facts together that share moments, not all facts of a day.
    """
    names: dict[object, Moment] = {}
    keys: list[tuple[object, object]] = []
    for number, fact in enumerate(facts):
        start = fact.start.key or (number, "start")
        end = fact.end.key or (number, "end")
        names[start], names[end] = fact.start, fact.end
        keys.append((start, end))
    come = {name: moment.latest <= day for name, moment in names.items()}
    free = [name for name, moment in names.items() if moment.earliest <= day < moment.latest]
    for choice in product((False, True), repeat=len(free)):
        come.update(zip(free, choice, strict=True))
        if all(come[start] or not come[end] for start, end in keys):
            yield tuple(come[start] and not come[end] for start, end in keys)


def seats_taken(facts: list[Fact], day: int) -> Seats:
    """Count the persons who hold some of the memberships on ``day``: the fewest and the most over all readings."""
    fewest = most = 0
    for entangled in _entangled(facts):
        counts = [
            len({fact.subject for fact, held in zip(entangled, holds, strict=True) if held})
            for holds in readings(entangled, day)
        ]
        fewest, most = fewest + min(counts, default=0), most + max(counts, default=0)
    return Seats(fewest, most)


def _entangled(facts: list[Fact]) -> list[list[Fact]]:
    """Part facts into groups that share neither a moment nor a person, so that what is counted in each adds up."""
    groups: list[tuple[set[str], list[Fact]]] = []
    for fact in facts:
        keys, members = {fact.start.key, fact.end.key, fact.subject} - {""}, [fact]
        apart = []
        for other_keys, others in groups:
            if keys & other_keys:
                keys, members = keys | other_keys, others + members
            else:
                apart.append((other_keys, others))
        groups = [*apart, (keys, members)]
    return [members for _, members in groups]


@lru_cache(maxsize=65_536)
def stated(moment: Moment) -> str:
    """Write a moment for an answer: as stated, ``..`` for ongoing, ``unknown`` where nothing was said."""
    if moment.text == "unknown" or (moment.edtf() == "../.."):
        return "unknown"
    return str(moment)


def _taking_part(fact: Fact) -> tuple[Term, ...]:
    """Give what a fact makes part of the day: nothing is there by a name, a type or an attribute alone."""
    if fact.kind in (MEMBERSHIP, LINE, PLACE):
        return fact.subject, fact.object, fact.post, fact.role, fact.tenure
    return (fact.subject, fact.object) if fact.kind == EVENT else ()


def _by_certainty(rows: Iterable[Answer]) -> list[Answer]:
    return sorted(rows, key=lambda row: (_RANK[row.certainty], row.name, row.post, row.since, row.iri))


def _merged(rows: list[Answer]) -> list[Answer]:
    """Keep one row for each entity and line, the first, with the sources and facts of all of them.

    A stated line comes before a derived one, so the note ``derived`` stays only where nothing was stated.
    """
    merged: dict[tuple[str, str, int], Answer] = {}
    for row in sorted(rows, key=lambda row: DERIVED in row.notes):
        key = (row.iri, row.line, row.depth)
        if key not in merged:
            merged[key] = row
            continue
        kept = merged[key]
        merged[key] = kept._replace(
            sources=tuple(sorted({*kept.sources, *row.sources})), facts=tuple(dict.fromkeys(kept.facts + row.facts))
        )
    order = {(row.iri, row.line, row.depth): number for number, row in reversed(list(enumerate(rows)))}
    return sorted(merged.values(), key=lambda row: order[(row.iri, row.line, row.depth)])


__all__ = [
    "CERTAIN", "POSSIBLE", "PRESUMED", "Answer", "Seats", "Snapshot", "readings", "seats_taken", "stated",
]  # fmt: skip
