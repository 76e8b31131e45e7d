"""Typed events: what happened, in sentences, each covering the triples that changed with it.

Why events claim triples: a list of events is complete only if nothing that changed is left over, and it says each
thing once only if no triple is told twice. So every changed triple is claimed by exactly one event, the first in the
order stated merger, person, line, unit and post, name, attribute; whatever nobody tells is told by itself at the end.
What belongs together is then folded into one event with *parts*: a merger with those who went along, a team with its
head, a chain of successions. The triples of the parts are those of the whole.
Why one event can be of several kinds: that Ann took over from Ben is one sentence, and it is a joining, a succession
and perhaps the filling of a vacancy. ``kind`` is what the sentence is about, ``also`` what else it reports, each
kind as often as it happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from orggraph.diff.labelled import Delta, Triple, order
from orggraph.diff.side import Position, Side
from orggraph.facts import MEMBERSHIP, POST_IN, Fact, triples
from orggraph.period import Moment, iso
from orggraph.snapshot import CERTAIN, POSSIBLE, Snapshot
from orggraph.vocabulary import Literal, Term

KINDS = (
    "merged", "split", "functions transferred",
    "team moved", "succession chain", "swap",
    "joined", "returned", "promoted", "moved", "left", "succession", "head changed", "relocated", "new term",
    "acting began", "became permanent", "leave began", "leave ended",
    "post filled", "post vacant",
    "manager changed", "line changed", "dotted line changed",
    "unit created", "unit closed", "unit moved", "post created", "post abolished", "post moved",
    "person renamed", "unit renamed", "post renamed", "role renamed",
    "attribute changed",
    "learned", "corrected", "withdrawn", "confirmed", "doubtful", "reasserted", "presumed",
)  # fmt: skip
"""Every kind of event, in the order in which they are told; `grammar` describes them."""
COUNTED_AS = {"returned": "joined", "promoted": "moved"}
"""Kinds that count as another kind, too: whoever returned has joined, and whoever was promoted has moved."""
TOLD_TOGETHER = frozenset({
    "manager changed", "line changed", "dotted line changed", "unit created", "unit closed", "unit moved",
    "post created", "post abolished", "post moved", "confirmed", "doubtful",
})  # fmt: skip
"""Kinds of which events with the same phrase stand side by side, to be told in one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened between two snapshots.

    ``text`` is the sentence: ``lead``, the name of its subject, and ``phrase``. ``certainty`` is ``possible`` where
    it may have happened before the first day or after the second. ``note`` is what the sentence says in brackets.
    ``when`` is the moment at which it happened (EDTF), empty where it was not at one. ``evidence`` says what was seen
    where no source states the event and it was only detected. ``size`` counts the people of a team or merger.
    ``before`` and ``after`` are what was replaced by what: titles, managers, names or values. ``related`` are the
    IRIs of the others that take part; ``facts`` and ``sources`` what it rests on, and of the facts ``used`` those that
    hold no longer and ``generated`` those that hold since; ``triples`` the changed triples that it tells; ``parts``
    the events that are folded into it.
    """

    kind: str
    subject: str
    name: str
    phrase: str
    certainty: str = CERTAIN
    lead: str = ""
    note: str = ""
    when: str = ""
    evidence: str = ""
    size: int = 0
    also: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    unit: str = ""
    organization: str = ""
    facts: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    generated: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    triples: tuple[Triple, ...] = ()
    parts: tuple[Event, ...] = ()

    @property
    def text(self) -> str:
        """Give the whole sentence."""
        return f"{self.lead}{self.name} {self.phrase}"

    @property
    def kinds(self) -> tuple[str, ...]:
        """Give every kind that it counts as, each as often as it happened; those of its parts count by themselves."""
        told = (self.kind, *self.also)
        return (*told, *(COUNTED_AS[kind] for kind in told if kind in COUNTED_AS))


def with_parts(events: Iterable[Event]) -> Iterator[Event]:
    """Go through the events, each followed by those that are folded into it."""
    for event in events:
        yield event
        yield from with_parts(event.parts)


class Comparison:
    """Two sides, the triples that changed between them, and the events that were told so far."""

    def __init__(self, a: Side, b: Side, difference: Delta) -> None:
        self.a, self.b = a, b
        self.added = difference.added
        doubts = {t: labels for t, labels in difference.relabelled.items() if POSSIBLE in labels}
        self.unclaimed: dict[Triple, None] = dict.fromkeys([*difference.added, *difference.removed, *doubts])
        self.aged = {t: labels for t, labels in difference.relabelled.items() if t not in doubts}
        self.events: list[Event] = []
        self.knowledge = a.snapshot.recorded_by != b.snapshot.recorded_by
        self.folded: set[str] = set()
        self._of_entity: dict[str, int] = {}
        self._named: dict[str, str] = {}
        self._homes: dict[str, tuple[str, str]] = {}

    def name(self, iri: str) -> str:
        """Give the name on the second day, or on the first of what is not there any more."""
        if iri not in self._named:
            side = self.b if iri in self.b.present or iri not in self.a.present else self.a
            self._named[iri] = side.snapshot.name(iri)
        return self._named[iri]

    def title(self, position: Position, *, place: str = "") -> str:
        """Name a position, with its ``place`` where that is needed to tell it apart."""
        if position.post:
            return f"{self.name(position.post)} at {self.name(place)}" if place else self.name(position.post)
        where = self.name(position.place)
        return f"{self.name(position.role)} of {where}" if position.role else f"member of {where}"

    def changed(self, facts: Iterable[Fact]) -> bool:
        """Tell whether some triple of the facts has changed and is not told yet."""
        return any(triple in self.unclaimed for fact in facts for triple in triples(fact))

    def tell(
        self,
        kind: str,
        subject: str,
        phrase: str,
        *,
        facts: Sequence[Fact],
        certain: bool = True,
        name: str = "",
        notes: Sequence[str] = (),
        also: Iterable[str] = (),
        before: Iterable[str] = (),
        after: Iterable[str] = (),
        related: Iterable[str] = (),
        extra: Iterable[Triple] = (),
        lead: str = "",
    ) -> None:
        """Add an event that rests on ``facts`` and claims their changed triples, and ``extra`` ones."""
        claimed = [t for t in [*(t for f in facts for t in triples(f)), *extra] if t in self.unclaimed]
        for triple in claimed:
            self.unclaimed.pop(triple, None)
        moments = self._moments(facts)
        note = "; ".join([*notes, *([] if certain else self._outside(moments))])
        unit, organization = self.home(subject, facts)
        sources = self.b.snapshot.timeline.sources, self.a.snapshot.timeline.sources
        number = len(self.events)
        of_sides = [holds(self.a.snapshot, fact) - holds(self.b.snapshot, fact) for fact in facts]
        self.events.append(
            Event(
                kind=kind,
                subject=subject,
                name=name or self.name(subject),
                phrase=f"{phrase} ({note})" if note else phrase,
                certainty=CERTAIN if certain else POSSIBLE,
                lead=lead,
                note=note,
                when=moments[0].edtf() if len(moments) == 1 and moments[0].edtf() != "../.." else "",
                also=tuple(also),
                before=tuple(before),
                after=tuple(after),
                related=tuple(dict.fromkeys(related)),
                unit=unit,
                organization=organization,
                facts=tuple(dict.fromkeys(fact.id for fact in facts)),
                used=tuple(dict.fromkeys(f.id for f, side in zip(facts, of_sides, strict=True) if side > 0)),
                generated=tuple(dict.fromkeys(f.id for f, side in zip(facts, of_sides, strict=True) if side < 0)),
                sources=tuple(sorted({s.get(c, "") for s in sources for f in facts for c in f.changes} - {""})),
                triples=tuple(dict.fromkeys(claimed)),
            )
        )
        for term in (subject, *related, *(term for fact in facts for term in _terms(fact))):
            self._of_entity.setdefault(term, number)

    def _moments(self, facts: Sequence[Fact]) -> list[Moment]:
        """List the moments, each once, at which the facts begin or end between the two days, on some reading."""
        if self.knowledge:
            return []
        first, last = sorted((self.a.snapshot.day, self.b.snapshot.day))
        main = [fact for fact in facts if fact.kind == MEMBERSHIP] or facts
        bounds = {
            (moment.earliest, moment.latest): moment
            for fact in main for moment in (fact.start, fact.end)
            if first < moment.latest and moment.earliest <= last
        }  # fmt: skip
        return [bounds[key] for key in sorted(bounds)]

    def _outside(self, moments: Sequence[Moment]) -> list[str]:
        """Say of what is only possible whether it may have happened before the first day or after the second."""
        if self.knowledge or not moments:
            return []
        first, last = sorted((self.a.snapshot.day, self.b.snapshot.day))
        notes = [f"perhaps by {iso(first)} already"] if any(m.earliest <= first for m in moments) else []
        return [*notes, f"perhaps only after {iso(last)}"] if any(m.latest > last for m in moments) else notes

    def attach(self) -> None:
        """Give untold triples to the first event in which their subject takes part.

        These are the triples about what is there on one day only, about a tenure, and in what a post is.
        """
        for triple in sorted(self.unclaimed, key=order):
            subject = triple[0]
            number = self._of_entity.get(subject)
            goes_along = subject in self.b.tenures or triple[1] == POST_IN or self.comes_or_goes(subject)
            if number is None or not goes_along:
                continue
            event = self.events[number]
            self.events[number] = replace(event, triples=(*event.triples, triple))
            del self.unclaimed[triple]

    def follow(self, subject: str, facts: Iterable[Fact]) -> bool:
        """Give the untold triples of facts to the first event in which the subject takes part, if there is one."""
        number = self._of_entity.get(subject)
        if number is None:
            return False
        found = [triple for fact in facts for triple in triples(fact) if triple in self.unclaimed]
        event = self.events[number]
        self.events[number] = replace(event, triples=tuple(dict.fromkeys([*event.triples, *found])))
        for triple in found:
            self.unclaimed.pop(triple, None)
        return True

    def comes_or_goes(self, subject: str) -> bool:
        """Tell whether an entity takes part, or a post or unit is placed anywhere, on one of the days only."""
        placed = subject in self.a.places, subject in self.b.places
        return placed[0] != placed[1] or not self.stays(subject)

    def stays(self, subject: str) -> bool:
        """Tell whether an entity or tenure takes part on both days."""
        return subject in self.a.present and subject in self.b.present

    def home(self, subject: str, facts: Sequence[Fact] = ()) -> tuple[str, str]:
        """Name the unit and organization of the facts that are told, else where the subject is or was."""
        if self.b.snapshot.kind(subject) == "organization":
            return ("", self.name(subject))
        own: list[tuple[bool, bool, Side, Fact]] = []
        for side in (self.b, self.a):
            held = [fact for of_position in side.held.get(subject, {}).values() for fact in of_position]
            for fact in [*held, *side.places.get(subject, ())]:
                own.append((fact not in facts, side.label([fact]) == POSSIBLE, side, fact))
        if not own:
            return ("", "")
        _, _, side, fact = min(own, key=lambda entry: entry[:2])
        return self._place(side, str(fact.object))

    def _place(self, side: Side, place: str) -> tuple[str, str]:
        if place not in self._homes:
            unit = self.name(place) if side.snapshot.kind(place) == "unit" else ""
            self._homes[place] = unit, self.name(side.snapshot.organization_of(place))
        return self._homes[place]


def holds(snapshot: Snapshot, fact: Fact) -> bool:
    """Tell whether a fact is believed on a snapshot and holds on its day, on some reading."""
    return believed(fact, snapshot.recorded_by) and fact.start.earliest <= snapshot.day < fact.end.latest


def believed(fact: Fact, recorded_by: int | None) -> bool:
    """Tell whether a version of a fact is believed now, or was at a recorded time (inclusive)."""
    if recorded_by is None:
        return fact.superseded is None
    return fact.recorded <= recorded_by and (fact.superseded is None or recorded_by < fact.superseded)


def listed(words: Iterable[str]) -> str:
    """Join words as in a sentence.

    >>> listed(["Ann", "Ben", "Cid"])
    'Ann, Ben and Cid'
    """
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def word(term: Term) -> str:
    """Write the value of an attribute, or the last part of an IRI, for a sentence.

    >>> word("http://www.w3.org/ns/org#unitOf"), word(Literal("full time"))
    ('unitOf', 'full time')
    """
    if isinstance(term, Literal):
        return term.value
    return term.rstrip("/#").replace("#", "/").rpartition("/")[2].rpartition(":")[2]


def _terms(fact: Fact) -> Iterable[str]:
    return (t for t in (fact.subject, fact.tenure, fact.post, fact.role, fact.object) if t and isinstance(t, str))
