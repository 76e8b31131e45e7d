"""From structures to facts, with the role changes each rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from orggraph.errors import Finding
from orggraph.facts import (
    ACTING,
    ATTRIBUTE,
    DERIVED,
    DIFFERENT_FROM,
    EVENT,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    NAME,
    ON_LEAVE,
    SAME_AS,
    TRUE,
    TYPE,
    Fact,
)
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, Period, conjunction
from orggraph.replay.gathering import LIFE_KINDS, Gathered
from orggraph.replay.lines import Line, derived_lines, line_predicate
from orggraph.replay.listings import values_of_tenure
from orggraph.replay.lives import ALWAYS, Evidence, grouped, names_of, value_periods
from orggraph.replay.places import evidence_of, flags_of, name_facts, note, place_facts, timeless
from orggraph.replay.statements import Statement
from orggraph.replay.tenures import Tenure
from orggraph.vocabulary import CLASSES, ORG, ORGG, RDF_TYPE, SKOS, Literal, Term, digest, is_iri, mint, name_key

NOBODY = ORGG + "reportsToNobody"
REPLACES = ORGG + "replaces"
CHANGE_TYPE = ORGG + "changeType"
REASON = ORGG + "reason"
EVENT_KINDS = frozenset({"merged", "split", "functions transferred"})
OTHER_NAME = "other name"
"""The property by which a source states a further name of something."""
PROPERTIES = {"in office": ORGG + "inOffice", "seats": ORGG + "seats", "absence": ORGG + "absence",
              "location": ORG + "location"}  # fmt: skip
"""The properties with an IRI of their own; every other word gets one minted from it."""


class Writer:
    """Writes the facts of what was gathered; ``findings`` fill with what does not fit together."""

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered
        self.identity = gathered.identity
        self.base, self.salt = gathered.base, gathered.salt
        self.facts: list[Fact] = []
        self.findings: list[Finding] = []
        self.evidence: dict[str, Evidence] = defaultdict(Evidence)
        self.properties: dict[str, str] = {}

    def write(self) -> None:
        """Write everything, in the order in which one thing needs the other."""
        memberships = self.write_memberships()
        self.write_lines(memberships)
        self.gatherevidence_of()
        identity = self.identity
        self.facts += place_facts(
            self.gathered.lives, self.evidence, kinds=identity.kinds, placed=identity.placed, base=self.base
        )
        self.write_states()
        self.write_events()
        self.write_judgements()
        self.write_names()

    def write_memberships(self) -> dict[str, list[Fact]]:
        """Write the tenures, and what is stated of stretches of them; give the memberships by post."""
        by_post: dict[str, list[Fact]] = defaultdict(list)
        for tenure in self.gathered.tenures:
            period = tenure.period()
            start, end = tenure.start_moment(), tenure.end_moment()
            self.report_conflict(tenure, "start", start.overruled, start.moment)
            self.report_conflict(tenure, "end", end.overruled, end.moment)
            if period is None:
                self.report_inverted(tenure, start.moment, end.moment)
                continue
            contested = bool(start.overruled or end.overruled)
            fact = Fact(
                kind=MEMBERSHIP,
                tenure=self.tenure_iri(tenure),
                subject=tenure.person,
                predicate=MEMBER_OF,
                object=tenure.place,
                start=period.start,
                end=period.end,
                confirmed=self.confirmed(tenure.statements, period),
                post=tenure.post,
                role=tenure.role,
                flags=flags_of(inferred=tenure.inferred, conflict=contested),
                changes=evidence_of(tenure.statements),
            )
            self.facts.append(fact)
            if tenure.post:
                by_post[tenure.post].append(fact)
            self.write_tenure_states(tenure, fact)
        for tenure, predecessor, statement in self.gathered.successions:
            held = tenure.period()
            if held is not None:
                self.attribute(self.tenure_iri(tenure), REPLACES, self.tenure_iri(predecessor), held, [statement])
        return by_post

    def tenure_iri(self, tenure: Tenure) -> str:
        return f"{self.base}tenure:{tenure.key}"

    def confirmed(self, statements: list[Statement], period: Period) -> int:
        """Give the last day on which a statement asserts it, never later than it lasted for certain."""
        last = max((statement.confirmed for statement in statements), default=OPEN_EARLY)
        return min(last, period.end.earliest - 1) if OPEN_EARLY < period.end.earliest < OPEN_LATE else last

    def write_tenure_states(self, tenure: Tenure, fact: Fact) -> None:
        dated = [statement for statement in tenure.states if statement.change.kind == "states"]
        for statements in grouped(dated).values():
            listed = values_of_tenure(tenure, statements)
            for said, period in listed or [([statement], period) for statement, period in value_periods(statements)]:
                self.tenure_state(fact, self.property(said[0]), self.value(said[0]), period, said)
        for statement in tenure.states:
            if statement.change.kind == "states":
                continue
            period = Period(statement.effective, statement.change.until or ONGOING)
            if statement.change.kind == "acting":
                self.tenure_state(fact, ACTING, TRUE, period, [statement])
            else:
                reason = Literal(statement.change.reason or "true")
                self.tenure_state(fact, ON_LEAVE, reason, period, [statement])

    def tenure_state(
        self, fact: Fact, predicate: str, value: Term, period: Period, statements: list[Statement]
    ) -> None:
        both = period if period.start == ALWAYS and period.end == ONGOING else conjunction([period, fact.period])
        if both is not None:
            both = fact.period if both is period else both
            self.attribute(fact.tenure, predicate, value, both, statements)

    def attribute(self, subject: str, predicate: str, value: Term, period: Period, statements: list[Statement]) -> None:
        """Write one dated value of a property."""
        evidence = evidence_of(statements)
        opened_by = statements[0].evidence[0]
        tenure = f"{self.base}tenure:{digest('attribute', subject, predicate, repr(value), opened_by)}"
        self.facts.append(
            Fact(
                kind=ATTRIBUTE, tenure=tenure, subject=subject, predicate=predicate, object=value, start=period.start,
                end=period.end, confirmed=self.confirmed(statements, period), changes=evidence,
            )
        )  # fmt: skip

    def property(self, statement: Statement) -> str:
        """Give the IRI of a property: as stated, a known word's, or one minted from the word."""
        word = statement.change.property
        if word not in self.properties:
            self.properties[word] = word if is_iri(word) else PROPERTIES.get(name_key(word)) or self.minted(word)
        return self.properties[word]

    def minted(self, word: str) -> str:
        folded = name_key(word)
        iri = f"{self.base}property:{'-'.join(''.join(c if c.isalnum() else ' ' for c in folded).split())}"
        self.identity.labels[iri].setdefault(folded, word)
        self.identity.kinds.setdefault(iri, "property")
        return iri

    @staticmethod
    def value(statement: Statement) -> Term:
        value = statement.change.value
        return value if is_iri(value) else Literal(value)

    def write_lines(self, holders: dict[str, list[Fact]]) -> None:
        """Write the stated lines, then those that follow from lines between posts."""
        stated = []
        for line in self.gathered.lines:
            period = line.period()
            if period is None:
                continue
            if not line.manager:
                self.attribute(line.subject, NOBODY, TRUE, period, line.statements)
                continue
            stated.append(
                Fact(
                    kind=LINE, tenure=f"{self.base}tenure:{line.key}", subject=line.subject,
                    predicate=line_predicate(line), object=line.manager, start=period.start, end=period.end,
                    confirmed=self.confirmed(line.statements, period),
                    flags=flags_of(inferred=_inferred(line), conflict=line.contested),
                    changes=evidence_of(line.statements),
                    premises=(self.tenure_iri(line.tenure),) if line.tenure else (),
                )
            )  # fmt: skip
        for line in self.gathered.lines:
            if line.contested or line.unordered:
                self.report_contested(line)
        self.facts += stated
        self.facts += derived_lines(stated, self.with_posts(holders), absent=self.absences(holders))

    def with_posts(self, holders: dict[str, list[Fact]]) -> dict[str, list[Fact]]:
        return {post: holders.get(post, []) for post, kind in self.identity.kinds.items() if kind == "post"}

    def absences(self, holders: dict[str, list[Fact]]) -> dict[str, list[Period]]:
        """List the stretches of each tenure in which its holder is on leave and somebody else acts in the post."""
        acting: dict[str, list[Period]] = defaultdict(list)
        leaves: dict[str, list[Period]] = defaultdict(list)
        for fact in self.facts:
            if fact.predicate in (ACTING, ON_LEAVE):
                (acting if fact.predicate == ACTING else leaves)[fact.subject].append(fact.period)
        absent: dict[str, list[Period]] = defaultdict(list)
        for held in holders.values():
            for fact in held:
                if fact.tenure in leaves:
                    acted = [p for other in held if other.subject != fact.subject for p in acting[other.tenure]]
                    both = (conjunction([leave, stretch]) for leave in leaves[fact.tenure] for stretch in acted)
                    absent[fact.tenure] += [period for period in both if period]
        return absent

    def gatherevidence_of(self) -> None:
        """Note for each post, unit and organization the first and last day on which something is known of it.

        What is only mentioned counts for those of which nothing else is known.
        """
        for fact in self.facts:
            if fact.kind == MEMBERSHIP or (fact.kind == LINE and DERIVED not in fact.flags):
                for entity in (fact.post, fact.object) if fact.kind == MEMBERSHIP else (fact.subject, fact.object):
                    if isinstance(entity, str) and entity in self.gathered.lives:
                        note(self.evidence[entity], fact)
        known = set(self.evidence)
        for statement in self.gathered.statements:
            moment = statement.effective
            if statement.change.kind in LIFE_KINDS | EVENT_KINDS:
                continue
            for entity in (statement.post, statement.unit, statement.from_post):
                if entity and entity not in known:
                    first = moment.latest if moment.latest < OPEN_LATE else OPEN_EARLY
                    self.evidence[entity].add(first, OPEN_EARLY, evidence_of([statement]))

    def write_states(self) -> None:
        """Write the values stated of persons, posts, units and organizations."""
        said = [
            statement
            for statement in self.gathered.statements
            if statement.change.kind == "states" and not self.is_of_tenure(statement)
        ]
        for (subject, _, _), statements in sorted(grouped(said).items()):
            listed = self.gathered.listings.values(statements)
            for said, period in listed or [([statement], period) for statement, period in value_periods(statements)]:
                self.attribute(subject, self.property(said[0]), self.value(said[0]), period, said)

    def is_of_tenure(self, statement: Statement) -> bool:
        """Tell whether a value was taken up by a tenure."""
        return any(statement in tenure.states for tenure in self.gathered.by_person.get(statement.person, ()))

    def write_events(self) -> None:
        """Write mergers, splits and transfers of functions as W3C ORG change events."""
        for statement in self.gathered.statements:
            change = statement.change
            if change.kind not in EVENT_KINDS:
                continue
            before = statement.post or statement.unit or statement.organization
            shared = statement.into if change.kind == "merged" else before
            event = mint("event", change.kind, shared, statement.effective.edtf(), base=self.base, salt=self.salt)
            if change.kind == "functions transferred":
                event = mint("event", statement.evidence[0], base=self.base, salt=self.salt)
            end = change.until or statement.effective.shifted(1, 1)
            period = Period(statement.effective, end)
            said: list[tuple[str, Term]] = [
                (RDF_TYPE, ORG + "ChangeEvent"),
                (ORG + "originalOrganization", before),
                (ORG + "resultingOrganization", statement.into),
                (CHANGE_TYPE, Literal(change.kind)),
            ]
            if change.reason:
                said.append((REASON, Literal(change.reason)))
            for predicate, value in said:
                key = digest("event", event, predicate, repr(value), statement.evidence[0])
                self.facts.append(
                    Fact(
                        kind=EVENT, tenure=f"{self.base}tenure:{key}", subject=event, predicate=predicate,
                        object=value, start=period.start, end=period.end,
                        confirmed=self.confirmed([statement], period), changes=evidence_of([statement]),
                    )
                )  # fmt: skip

    def write_judgements(self) -> None:
        """Write who was judged to be the same, and who not, with the judgements on which that rests."""
        merged = self.identity.merged
        for predicate, pairs in ((SAME_AS, merged.same), (DIFFERENT_FROM, merged.apart)):
            for (first, second), statements in sorted(pairs.items()):
                self.attribute(first, predicate, second, Period(ALWAYS, ONGOING), statements)

    def write_names(self) -> None:
        """Write what every entity is and was called."""
        renames: dict[str, list[Statement]] = defaultdict(list)
        for statement in self.gathered.statements:
            if statement.change.kind == "renamed":
                entity = statement.person or statement.post or statement.unit or statement.organization
                renames[entity].append(statement)
        sightings = self.name_sightings()
        for entity, kind in sorted(self.identity.kinds.items()):
            if kind in CLASSES and not (kind == "organization" and self.gathered.lives[entity].stays[0].statements):
                self.facts.append(timeless(TYPE, entity, RDF_TYPE, CLASSES[kind], base=self.base))
            told = (self.identity.labels[entity], renames[entity], sightings.get(entity, ()))
            named = names_of(*told, first=self.identity.named_first.get(entity, ()))
            self.facts += name_facts(entity, kind, *named, base=self.base)
        self.facts += self.other_names()

    def other_names(self) -> Iterator[Fact]:
        """Give the names that sources state beside, which nobody mentions the entity by; they find it as well."""
        said: dict[tuple[str, str], list[Statement]] = defaultdict(list)
        for statement in self.gathered.statements:
            change = statement.change
            if change.kind == "states" and change.property == OTHER_NAME:
                entity = statement.person or statement.post or statement.unit or statement.organization
                if name_key(change.value) not in self.identity.labels[entity]:
                    said[entity, change.value].append(statement)
        for (entity, name), statements in said.items():
            changes = evidence_of(statements)
            yield timeless(NAME, entity, SKOS + "altLabel", Literal(name), changes=changes, base=self.base)

    def name_sightings(self) -> dict[str, list[tuple[int, str, str]]]:
        """List the names that rosters give to entities with an id, by day."""
        seen: dict[str, list[tuple[int, str, str]]] = defaultdict(list)
        for statement in self.gathered.statements:
            change = statement.change
            seen_then = change.kind == "holds" or self.gathered.listings.lists(statement)
            if not seen_then or not statement.effective.exact:
                continue
            day = statement.effective.earliest
            if change.person_id and change.person:
                seen[statement.person].append((day, change.person, statement.evidence[0]))
            if change.post_id and change.post:
                seen[statement.post].append((day, change.post, statement.evidence[0]))
        return seen

    def label(self, iri: str) -> str:
        return min(self.identity.labels.get(iri, {}).values(), default=iri)

    def report_conflict(self, tenure: Tenure, end: str, overruled: tuple[Statement, ...], moment: Moment) -> None:
        what = self.label(tenure.post or tenure.role or tenure.place)
        for statement in overruled:
            change = statement.change
            said = change.until if end == "end" and change.kind != "ends" else change.effective
            message = (
                f"sources contradict each other on the {end} of {self.label(tenure.person)} as {what}: "
                f"{moment} ({moment.earliest_from or moment.latest_from}) against {said} ({change.source})"
            )
            self.findings.append(Finding("warning", message, change.file, change.line_number, "conflict"))

    def report_inverted(self, tenure: Tenure, start: Moment, end: Moment) -> None:
        statement = tenure.statements[0]
        what = self.label(tenure.post or tenure.role or tenure.place)
        message = f"as {what}: the end {end} lies before the start {start}; left out"
        self.gathered.warn(statement, message, "inverted-period")

    def report_contested(self, line: Line) -> None:
        change = line.statements[0].change
        who, manager = self.label(line.subject), self.label(line.manager) if line.manager else "nobody"
        said = f"{manager} ({change.source}, {change.effective})"
        message, code = f"sources contradict each other on whom {who} reports to: {said}", "conflict"
        if not line.contested:
            message, code = f"{who} reports to several from one day on, in no stated order: {said}", "unordered"
        self.findings.append(Finding("warning", message, change.file, change.line_number, code))


def _inferred(line: Line) -> bool:
    """Tell whether a bound of a line comes from silence: its own, or that of its tenure."""
    return line.inferred or bool(line.tenure and line.tenure.inferred)
