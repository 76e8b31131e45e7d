"""What does not fit together in tenures: more holders than seats, tenures outside a life, conflicts, clerical gaps."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from orggraph.changes import UNKNOWN
from orggraph.check.chronicle import Chronicle, Stretch, days, is_life, is_membership, listed, some_day
from orggraph.check.cycles import joined, uncovered
from orggraph.check.suspects import SEATS
from orggraph.errors import Finding
from orggraph.facts import ACTING, ATTRIBUTE, IN_CONFLICT, ON_LEAVE, PLACE, Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE, iso
from orggraph.snapshot import IN_OFFICE, seats_taken, stated
from orggraph.timeline import Rows
from orggraph.vocabulary import Literal

_NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}


def too_many_holders(chronicle: Chronicle, rows: Rows) -> Iterator[Finding]:
    """Find posts with more holders than the seats they say they have.

    It is a warning on the days on which every reading of the dates has too many, a note where some reading has.
    Who is acting or on leave takes no seat, nor who is not in office.
    """
    for fact in chronicle.facts(rows):
        seats = fact.object if fact.kind == ATTRIBUTE and fact.predicate == SEATS else ""
        if isinstance(seats, Literal) and seats.value.isdecimal():
            yield from _holders_over(chronicle, fact.subject, fact, seats=int(seats.value))


def outside_life(chronicle: Chronicle, rows: Rows) -> Iterator[Finding]:
    """Find what lasts beyond what it is in: memberships beyond post or unit, posts and units beyond a unit.

    Where nobody says when a post or unit began or ended, only what happened in it is outside, not the post as well.
    """
    for fact in chronicle.facts(rows):
        if not is_membership(fact) and not is_life(fact):
            continue
        for container in dict.fromkeys((fact.post, str(fact.object))):
            lives = chronicle.lives(container)
            life = joined(f.period.possible for f in lives)
            first, end = fact.period.certain
            if not life or first >= end:
                continue
            for stretch in uncovered((first, end), life):
                if fact.kind == PLACE and _unstated(fact, stretch):
                    continue
                day = some_day(stretch)
                lasts = listed([days(part) for part in life])
                message = f"{chronicle.statement(fact)} {days(stretch)} is outside the life of "
                message += f"{chronicle.who(container, day)} ({lasts})"
                yield chronicle.finding(
                    "warning", message, code="outside-life", nodes=(fact.subject, container), stretch=stretch,
                    facts=[fact, *lives],
                )  # fmt: skip


def conflicts(chronicle: Chronicle, rows: Rows) -> Iterator[Finding]:
    """Find what sources contradict each other on, with what each version says."""
    grouped: dict[tuple[str, ...], list[Fact]] = {}
    for fact in chronicle.facts(rows):
        if IN_CONFLICT in fact.flags:
            thing = fact.post or str(fact.object) if fact.kind == "membership" else fact.predicate
            grouped.setdefault((fact.kind, fact.subject, thing), []).append(fact)
    for facts in grouped.values():
        versions = dict.fromkeys(_version(chronicle, fact) for fact in facts)
        message = f"sources contradict each other on {chronicle.statement(facts[0])}: {'; '.join(versions)}"
        one = facts[0]
        nodes = (one.subject, one.post or (str(one.object) if not isinstance(one.object, Literal) else ""))
        stretch = min(f.period.possible[0] for f in facts), max(f.period.possible[1] for f in facts)
        yield chronicle.finding("warning", message, code="conflict", nodes=nodes, stretch=stretch, facts=facts)


def one_day_gaps(chronicle: Chronicle, rows: Rows) -> Iterator[Finding]:
    """Find two tenures of one person in one position with exactly one day between them, likely a clerical slip."""
    grouped: dict[tuple[str, str, str], list[Fact]] = {}
    for fact in filter(is_membership, chronicle.facts(rows)):
        place = fact.post or str(fact.object)
        grouped.setdefault((fact.subject, place, "" if fact.post else fact.role), []).append(fact)
    for facts in grouped.values():
        exact = {f.start.earliest: f for f in facts if f.start.exact and f.start.earliest > OPEN_EARLY}
        held = [f.period.possible for f in facts]
        for fact in facts:
            gap = fact.end.earliest
            if not fact.end.exact or gap >= OPEN_LATE or gap + 1 not in exact:
                continue
            if not any(first <= gap < end for first, end in held):
                who, title = chronicle.who(fact.subject, gap), chronicle.title(fact, gap)
                message = f"{who} is {title} until {iso(gap)} and again from {iso(gap + 1)}: a gap of one day"
                yield chronicle.finding(
                    "note", message, code="one-day-gap", nodes=(fact.subject, fact.post or str(fact.object)),
                    stretch=(gap, gap + 1), facts=[fact, exact[gap + 1]],
                )  # fmt: skip


def _unstated(fact: Fact, stretch: Stretch) -> bool:
    """Tell whether the stretch is bounded by a side of the fact's period that nobody has stated."""
    first, end = fact.period.certain
    before = stretch[0] == first and stated(fact.start) == UNKNOWN
    return before or (stretch[1] == end and stated(fact.end) == UNKNOWN)


def _holders_over(chronicle: Chronicle, post: str, limit: Fact, *, seats: int) -> Iterator[Finding]:
    held = [fact for fact in chronicle.held_in(post) if not _aside(chronicle, fact)]
    bounds = {m.earliest for f in [limit, *held] for m in (f.start, f.end)}
    bounds |= {m.latest for f in [limit, *held] for m in (f.start, f.end)}
    bounds |= {day for f in held for state in _excusing(chronicle, f) for day in state.period.possible}
    found: dict[tuple[tuple[str, ...], bool], list[Stretch]] = {}
    for first, end in pairwise(sorted(bounds)):
        day = max(first, OPEN_EARLY + 1)
        if not limit.period.possible_on(day):
            continue
        here = [f for f in held if f.period.possible_on(day) and not _excused(chronicle, f, day)]
        people = tuple(sorted({f.subject for f in here}))
        if len(people) > seats:
            taken = seats_taken(here, day)
            sure = taken.fewest > seats and limit.period.certain_on(day)
            if sure or taken.most > seats:
                found.setdefault((people, sure), []).append((first, end))
    for (people, sure), stretches in found.items():
        for stretch in joined(stretches):
            facts = [limit, *(f for f in held if f.subject in people)]
            yield _over(chronicle, post, people, stretch=stretch, seats=seats, sure=sure, facts=facts)


def _over(
    chronicle: Chronicle, post: str, people: tuple[str, ...], *, stretch: Stretch, seats: int, sure: bool,
    facts: list[Fact],
) -> Finding:  # fmt: skip
    day = some_day(stretch)
    people = tuple(sorted(people, key=lambda person: (chronicle.name(person, day), person)))
    names = listed(chronicle.name(person, day) for person in people)
    has = f"has {_number(seats)} {'seat' if seats == 1 else 'seats'} but {'' if sure else 'possibly '}"
    message = f"{chronicle.name(post, day)} {has}{_number(len(people))} holders, {names}, {days(stretch)}"
    severity, nodes = "warning" if sure else "note", (post, *people)
    return chronicle.finding(severity, message, code="single-seat", nodes=nodes, stretch=stretch, facts=facts)


def _excusing(chronicle: Chronicle, fact: Fact) -> list[Fact]:
    return [state for said in (ACTING, ON_LEAVE) for state in chronicle.states(fact.tenure, said)]


def _excused(chronicle: Chronicle, fact: Fact, day: int) -> bool:
    return any(state.period.possible_on(day) for state in _excusing(chronicle, fact))


def _aside(chronicle: Chronicle, fact: Fact) -> bool:
    return any(state.object == Literal("false") for state in chronicle.states(fact.tenure, IN_OFFICE))


def _version(chronicle: Chronicle, fact: Fact) -> str:
    sources = sorted({chronicle.timeline.sources.get(change, "") for change in fact.changes} - {""})
    value = f"{fact.object.value!r} " if isinstance(fact.object, Literal) else ""
    said = f"{value}from {stated(fact.start)} until {'now' if str(fact.end) == '..' else stated(fact.end)}"
    return f"{said} ({', '.join(sources)})" if sources else said


def _number(number: int) -> str:
    return _NUMBERS.get(number, str(number))
