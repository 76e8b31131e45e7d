"""From statements to structures: tenures, lives, handovers and lines, with the moments they share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from orggraph.changes import RoleChange
from orggraph.errors import Finding
from orggraph.repeats import Repeat
from orggraph.replay.identity import Identity
from orggraph.replay.lines import Line, stated_lines
from orggraph.replay.listings import Listings
from orggraph.replay.lives import Life, lives_of
from orggraph.replay.merging import held_at_once
from orggraph.replay.moments import Bound, Variable, compatible, resolve, unify
from orggraph.replay.rosters import Coverage, tenures_from_rosters
from orggraph.replay.statements import Statement, in_force
from orggraph.replay.tenures import OPENING, TENURE_KINDS, Tenure, assemble
from orggraph.vocabulary import name_key

LIFE_KINDS = frozenset({"created", "abolished", "moved"})


NOTHING: Mapping[str, Repeat] = MappingProxyType({})

Seat = tuple[str, str, str]
"""Where tenures are: person, post, or else role and place."""


class Gathered:
    """What role changes say, gathered into the structures that facts are written from.

    The steps run once, in this order: tenures, lives, handovers, lines, shared labels. After that only the moments
    are resolved, whose bounds no longer change. ``identify`` fills in what statements speak of where that is known
    already, since they are only some of all.
    """

    def __init__(
        self, changes: Iterable[RoleChange], *, base: str, salt: str, trust: Sequence[str] = (),
        between: Mapping[str, Repeat] = NOTHING, identify: Callable[[list[Statement]], Identity] | None = None,
    ) -> None:  # fmt: skip
        self.base, self.salt = base, salt
        self.statements, self.findings = in_force(changes, trust)
        for statement in self.statements if between else ():
            statement.between, statement.between_days = between.get(statement.evidence[0], Repeat())
        told = self.statements
        self.identity = identify(told) if identify else Identity(told, base=base, salt=salt)
        self.findings += self.identity.findings
        self.coverage = Coverage(self.statements, self.identity.parent_on)
        self.listings = Listings(self.statements, self.coverage)
        self.tenures: list[Tenure] = []
        self.by_person: dict[str, list[Tenure]] = defaultdict(list)
        self.by_seat: dict[tuple[str, str], list[Tenure]] = defaultdict(list)
        self.lines: list[Line] = []
        self.lives: dict[str, Life] = {}
        self.labelled: dict[tuple[str, str], list[Variable]] = defaultdict(list)
        self.successions: list[tuple[Tenure, Tenure, Statement]] = []
        self.make_tenures()
        self.findings += held_at_once(self.tenures, self.identity)
        self.make_lives()
        self.make_handovers()
        self.make_lines()
        for variables in self.labelled.values():
            for variable in variables[1:]:
                unify(variables[0], variable)
        for tenure in self.tenures:
            tenure.end_after_sightings()

    def make_tenures(self) -> None:
        """Gather the statements on persons into tenures."""
        seats: dict[Seat, list[Statement]] = defaultdict(list)
        of_record: dict[tuple[str, str, str], Seat] = {}
        leaving: list[Statement] = []
        told = [s for s in self.statements if s.person and (s.change.kind in TENURE_KINDS or s.change.kind == "states")]
        for statement in told:
            if (statement.post or statement.role) and statement.change.record:
                of_record.setdefault(_record(statement), _seat(statement))
        for statement in told:
            kind, seated = statement.change.kind, statement.post or statement.role
            seat = _seat(statement) if seated else of_record.get(_record(statement))
            if seat is not None:
                seats[seat].append(statement)
            elif kind == "leave" or (kind == "ends" and not statement.change.record):
                leaving.append(statement)
            elif kind != "states":
                seats[_seat(statement)].append(statement)
        for _, statements in sorted(seats.items()):
            self.add_seat(statements)
        for statement in leaving:
            self.spread(statement)

    def add_seat(self, statements: list[Statement]) -> None:
        if not any(statement.change.kind in TENURE_KINDS for statement in statements):
            return
        rostered, others = tenures_from_rosters(statements, self.coverage)
        for tenure in assemble(others, rostered):
            self.add_tenure(tenure)
            if not tenure.start.bounds and not tenure.record:
                self.report_unordered(tenure, others)

    def report_unordered(self, tenure: Tenure, statements: list[Statement]) -> None:
        """Report an end of what nobody began on the very day on which it is said to start."""
        days = {s.effective for s in statements if s.change.kind == "starts" and s.change.sequence is None}
        for statement in tenure.statements:
            if statement.effective in days and statement.effective.exact and statement.change.sequence is None:
                message = f"ends and starts on {statement.effective}, in no stated order; taken to end and start again"
                self.warn(statement, message, "unordered")

    def add_tenure(self, tenure: Tenure) -> None:
        if tenure.post and not any(statement.unit for statement in tenure.statements):
            tenure.place = self.identity.placed.get(tenure.post) or tenure.place
        self.tenures.append(tenure)
        self.by_person[tenure.person].append(tenure)
        self.by_seat[tenure.person, tenure.post].append(tenure)
        for statement in tenure.statements:
            label = statement.change.moment
            if label:
                variable = tenure.end if statement.change.kind == "ends" else tenure.start
                self.labelled[statement.organization, name_key(label)].append(variable)

    def spread(self, statement: Statement) -> None:
        """Apply a statement about a person that names no post: to the tenures in the place that are open then."""
        moment = statement.effective
        within = [
            tenure
            for tenure in self.by_person[statement.person]
            if self.lies_in(tenure.place, statement.place) and tenure.may_hold_on(moment)
        ]
        if statement.change.kind == "leave" and within:
            for tenure in within:
                tenure.states.append(statement)
                tenure.statements.append(statement)
            return
        open_then = [tenure for tenure in within if resolve(tenure.end) is None]
        open_then = [t for t in open_then if t.start_moment().moment.earliest < moment.latest] or open_then
        for tenure in open_then:
            tenure.end.bounds.append(Bound(statement.effective, statement, "end"))
            tenure.statements.append(statement)
        if not open_then:
            self.add_seat([statement])

    def lies_in(self, place: str, container: str) -> bool:
        seen: set[str] = set()
        while place and place not in seen:
            if place == container:
                return True
            seen.add(place)
            place = self.identity.placed.get(place, "")
        return False

    def make_lives(self) -> None:
        """Gather what is stated of the creation, end and moves of posts, units and organizations."""
        said: dict[str, list[Statement]] = defaultdict(list)
        for statement in self.statements:
            if statement.change.kind in LIFE_KINDS:
                said[statement.post or statement.unit or statement.organization].append(statement)
        for entity, kind in sorted(self.identity.kinds.items()):
            if kind in ("post", "unit", "organization"):
                parent = self.identity.placed.get(entity, "")
                life = self.lives[entity] = lives_of(entity, parent, said[entity])
                life.stays = (not said[entity] and self.listings.stays(entity, parent)) or life.stays
                for stay in life.stays:
                    for statement in stay.statements:
                        self.label_life(statement, stay.start, stay.end)
        self.end_with_events()

    def label_life(self, statement: Statement, start: Variable, end: Variable) -> None:
        if statement.change.moment:
            variable = end if statement.change.kind == "abolished" else start
            self.labelled[statement.organization, name_key(statement.change.moment)].append(variable)

    def end_with_events(self) -> None:
        """Let a merger or split end what it used up and begin what came of it, where nothing else says when.

        What was known before is not begun by it: something can be merged into what exists.
        """
        for statement in self.statements:
            if statement.change.kind not in ("merged", "split"):
                continue
            before = self.lives.get(statement.post or statement.unit or statement.organization)
            after = self.lives.get(statement.into)
            if before and resolve(before.stays[-1].end) is None:
                before.stays[-1].end.bounds.append(Bound(statement.effective, statement, "end"))
                before.stays[-1].statements.append(statement)
            if after and resolve(after.stays[0].start) is None and not self.known_before(statement):
                after.stays[0].start.bounds.append(Bound(statement.effective, statement, "start"))
                after.stays[0].statements.append(statement)

    def known_before(self, event: Statement) -> bool:
        """Tell whether something is stated of what came of an event on an earlier day."""
        return any(
            event.into in (statement.post, statement.unit, statement.organization)
            and statement.effective.latest < event.effective.earliest
            for statement in self.statements
        )

    def make_handovers(self) -> None:
        """Make one moment of a predecessor's end and the successor's start, and of the two ends of a move."""
        for tenure in list(self.tenures):
            for statement in list(tenure.statements):
                if statement.replaces and tenure.post:
                    self.hand_over(tenure, statement)
                if statement.change.kind == "transferred":
                    self.move_on(tenure, statement)

    def hand_over(self, tenure: Tenure, statement: Statement) -> None:
        held = [t for t in self.by_seat[statement.replaces, tenure.post] if t is not tenure]
        known = [t for t in held if resolve(t.end) is None or compatible(t.end, tenure.start)]
        before = [t for t in known if t.start_moment().moment.earliest <= tenure.start_moment().moment.latest]
        if before:
            predecessor = max(before, key=lambda t: (t.start_moment().moment.latest, t.key))
            follow(predecessor, tenure, statement)
        elif held:
            predecessor = max(held, key=lambda t: (t.end_moment().moment.latest, t.key))
        else:
            predecessor = self.presuppose(statement.replaces, tenure, statement)
            follow(predecessor, tenure, statement)
        self.successions.append((tenure, predecessor, statement))

    def presuppose(self, person: str, tenure: Tenure, statement: Statement, *, post: str = "") -> Tenure:
        """Make the tenure that a handover presupposes and nobody states."""
        made = Tenure(person, post or tenure.post, tenure.role if not post else "", tenure.place, statement.evidence[0])
        made.place = self.identity.placed.get(made.post) or made.place
        made.presupposed = True
        self.tenures.append(made)
        self.by_person[person].append(made)
        self.by_seat[person, made.post].append(made)
        return made

    def move_on(self, tenure: Tenure, statement: Statement) -> None:
        """End the post that somebody is transferred from at the moment the new one starts."""
        others = [t for t in self.by_person[tenure.person] if t is not tenure]
        if statement.from_post:
            others = [t for t in others if t.post == statement.from_post]
        else:
            others = [t for t in others if self.lies_in(t.place, statement.organization)]
        begins = tenure.start_moment().moment
        open_then = [
            t
            for t in others
            if t.start_moment().moment.earliest <= begins.latest
            and (resolve(t.end) is None or compatible(t.end, tenure.start))
        ]
        open_then = self.in_sequence(open_then, statement)
        if len(open_then) == 1 or (open_then and statement.from_post):
            left = max(open_then, key=lambda t: (t.start_moment().moment.latest, t.key))
            follow(left, tenure, statement)
        elif not open_then and statement.from_post:
            made = self.presuppose(tenure.person, tenure, statement, post=statement.from_post)
            follow(made, tenure, statement)
        elif len(open_then) > 1:
            self.warn(statement, "transferred from which post is not said, and several are open", "ambiguous-transfer")

    def in_sequence(self, others: list[Tenure], statement: Statement) -> list[Tenure]:
        """Keep of the tenures that one may have moved from those before ``statement`` in the moves of its day."""
        if statement.from_post or not statement.effective.exact:
            return others
        kept, moves = [], []
        for tenure in others:
            opening = [s for s in tenure.statements if s.change.kind in OPENING and s.effective == statement.effective]
            places = [s.change.sequence for s in opening]
            if not opening:
                kept.append(tenure)
            elif statement.change.sequence is None or None in places:
                self.warn(statement, f"moves twice on {statement.effective}, in no stated order", "unordered")
            elif (place := max(p for p in places if p is not None)) < statement.change.sequence:
                moves.append((place, tenure))
        return [max(moves, key=lambda move: move[0])[1]] if moves else kept

    def make_lines(self) -> None:
        """Gather reporting lines: by tenure where they belong to one, else by person or post."""
        own: dict[int, list[Statement]] = defaultdict(list)
        free: dict[str, list[Statement]] = defaultdict(list)
        for tenure in self.tenures:
            own[id(tenure)] = [
                s for s in tenure.statements if s.manager and (s.person, s.post) == (tenure.person, tenure.post)
            ]
        for statement in self.statements:
            if statement.change.kind != "reports":
                if statement.manager and not statement.person and statement.post:
                    free[statement.post].append(statement)
                continue
            belongs = self.tenure_of(statement) if statement.person else None
            if belongs is not None:
                own[id(belongs)].append(statement)
            else:
                free[statement.person or statement.post].append(statement)
        for tenure in self.tenures:
            self.lines += stated_lines(tenure.person, tenure, own[id(tenure)])
        for subject, statements in sorted(free.items()):
            listed, others = self.listings.lines(subject, statements)
            self.lines += [*listed, *stated_lines(subject, None, others)]
        for line in self.lines:
            for statement in line.statements:
                if statement.change.kind == "reports" and statement.change.moment:
                    label = (statement.organization, name_key(statement.change.moment))
                    self.labelled[label].append(line.start)

    def tenure_of(self, statement: Statement) -> Tenure | None:
        """Find the tenure to which a change of manager belongs: the one that is named, or the only one open then."""
        held = self.by_person[statement.person]
        if statement.post or statement.role:
            held = [t for t in held if t.post == statement.post and (t.post or t.role == statement.role)]
        held = [t for t in held if t.may_hold_on(statement.effective)]
        label = statement.change.moment
        if len(held) > 1 and label:
            started = [
                t for t in held if any(s.change.moment == label and s.change.kind != "ends" for s in t.statements)
            ]
            held = started or held
        if len(held) > 1:
            reporting = [t for t in held if any(s.manager for s in t.statements)]
            held = reporting if len(reporting) == 1 else held
        return held[0] if len(held) == 1 else None

    def warn(self, statement: Statement, message: str, code: str) -> None:
        change = statement.change
        who = change.person or change.person_id or change.post or change.unit
        self.findings.append(Finding("warning", f"{who}: {message}", change.file, change.line_number, code))


def _seat(statement: Statement) -> Seat:
    return (statement.person, statement.post, "" if statement.post else f"{statement.role} {statement.place}")


def _record(statement: Statement) -> tuple[str, str, str]:
    return (statement.change.source, statement.change.record, statement.person)


def follow(before: Tenure, after: Tenure, statement: Statement) -> None:
    """Make one moment of the end of a tenure and the start of the next; it is what a presupposed tenure rests on."""
    unify(before.end, after.start)
    if before.presupposed and statement not in before.statements:
        before.statements.append(statement)
