"""Facts: dated statements about the organization, each resting on role changes.

A fact is one version of a tenure: subject, predicate and object of a plain triple (for a membership also its post
and role), the period for which that triple is true in the world, the period for which this graph believed it, and
the identities of the role changes it rests on. `triples` says which plain triples hold while a fact holds; they exist
only in snapshots, since in the base graph they would be timeless and false (W3C ORG, section 4.3 on shortcuts).
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field
from itertools import chain

from orggraph.period import Moment, Period
from orggraph.vocabulary import FOAF, ORG, ORGG, OWL, RDF_TYPE, SKOS, XSD, Literal, Term, digest

MEMBERSHIP = "membership"
LINE = "line"
NAME = "name"
PLACE = "place"
TYPE = "type"
ATTRIBUTE = "attribute"
EVENT = "event"
FACT_KINDS = (MEMBERSHIP, LINE, NAME, PLACE, TYPE, ATTRIBUTE, EVENT)

MEMBER_OF = ORG + "memberOf"
HOLDS = ORG + "holds"
HEAD_OF = ORG + "headOf"
REPORTS_TO = ORG + "reportsTo"
REPORTS_DIRECTLY_TO = ORGG + "reportsDirectlyTo"
REPORTS_DOTTED_TO = ORGG + "reportsDottedTo"
POST_IN = ORG + "postIn"
UNIT_OF = ORG + "unitOf"
ROLE = ORG + "role"
PERSON_NAME = FOAF + "name"
LABEL = SKOS + "prefLabel"
ACTING = ORGG + "acting"
ON_LEAVE = ORGG + "onLeave"
SAME_AS = OWL + "sameAs"
DIFFERENT_FROM = OWL + "differentFrom"
TRUE = Literal("true", XSD + "boolean")

DERIVED = "derived"
INFERRED = "inferred"
IN_CONFLICT = "conflict"
FLAGS = (DERIVED, INFERRED, IN_CONFLICT)
"""``derived``: follows from other facts (its premises). ``inferred``: a bound comes from silence in a roster.
``conflict``: sources contradict each other on it."""

_LINES = frozenset({REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One version of a tenure.

    ``subject`` and ``tenure`` are IRIs; ``predicate`` and ``object`` make the plain triple (membership: the person
    ``org:memberOf`` the unit or organization; line: reporter → manager; place: ``org:postIn``, ``org:unitOf``;
    attribute: any property, whose subject may be a tenure). ``confirmed`` is the last day (ordinal) on which a
    source asserted it. ``recorded`` and ``superseded`` are microseconds since 1970 UTC, ``None`` while believed.
    ``changes`` are identities of role changes, ``premises`` tenures that a derived fact follows from; both sorted.
    """

    kind: str
    tenure: str
    subject: str
    predicate: str
    object: Term
    start: Moment
    end: Moment
    confirmed: int
    post: str = ""
    role: str = ""
    flags: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    premises: tuple[str, ...] = ()
    recorded: int = 0
    superseded: int | None = None
    _id: str = field(default="", init=False, compare=False, repr=False)

    @property
    def period(self) -> Period:
        """Give the valid period."""
        return Period(self.start, self.end)

    @property
    def content(self) -> tuple[builtins.object, ...]:  # the field `object` hides the plain name
        """Give everything but the recorded period: two versions with equal content say the same."""
        return (
            self.kind, self.tenure, self.subject, self.predicate, self.object, self.start, self.end, self.confirmed,
            self.post, self.role, self.flags, self.changes, self.premises,
        )  # fmt: skip

    @property
    def id(self) -> str:
        """Give the identity of this version: tenure, content and the time it was recorded."""
        if not self._id:  # asked for by every answer that rests on it
            ends = (
                (m.earliest, m.latest, m.text, m.key, m.earliest_from, m.latest_from) for m in (self.start, self.end)
            )
            told = (
                self.kind, self.tenure, self.subject, self.predicate, *_parts(self.object), self.role,
                self.post, *map(str, chain(*ends)), str(self.confirmed), str(self.recorded), *self.flags, "|",
                *self.changes, "|", *self.premises,
            )  # fmt: skip
            builtins.object.__setattr__(self, "_id", digest(*told))
        return self._id


def _parts(term: Term) -> tuple[str, ...]:
    return (term,) if isinstance(term, str) else ("literal", *term)


def line_key(subject: str, manager: str, *, dotted: bool, tenure: str, opened_by: str) -> str:
    """Give what identifies a reporting line: both ends, the key of the tenure it belongs to, and what opened it."""
    return digest("line", subject, manager, str(dotted), tenure, opened_by)


def value_key(kind: str, subject: str, predicate: str, value: Term, changes: tuple[str, ...] = ()) -> str:
    """Give what identifies that an entity has a type or a name, resting on these role changes."""
    return digest(kind, subject, predicate, repr(value), *changes)


def triples(fact: Fact) -> list[tuple[str, str, Term]]:
    """List the plain triples that hold on exactly the days on which the fact holds.

    >>> from orggraph.period import ONGOING
    >>> line = Fact(kind=LINE, tenure="urn:t", subject="urn:a", predicate=REPORTS_DIRECTLY_TO, object="urn:b",
    ...             start=Moment.parse("2020-01-01"), end=ONGOING, confirmed=0)
    >>> [predicate.rpartition("#")[2] for _, predicate, _ in triples(line)]
    ['reportsDirectlyTo', 'reportsTo']
    """
    plain: list[tuple[str, str, Term]] = [(fact.subject, fact.predicate, fact.object)]
    if fact.kind == MEMBERSHIP:
        plain += [
            (fact.tenure, RDF_TYPE, ORG + "Membership"),
            (fact.tenure, ORG + "member", fact.subject),
            (fact.tenure, ORG + "organization", fact.object),
        ]
        if fact.post:
            plain += [(fact.subject, HOLDS, fact.post), (fact.tenure, ORGG + "post", fact.post)]
        if fact.role:
            plain.append((fact.tenure, ROLE, fact.role))
        if fact.role == HEAD_ROLE:
            plain.append((fact.subject, HEAD_OF, fact.object))
    elif fact.predicate in _LINES:
        plain.append((fact.subject, REPORTS_TO, fact.object))
    return plain


HEAD_ROLE = ORG + "Head"
"""The role that W3C ORG itself defines; a membership in it also makes the person ``org:headOf`` the unit."""
