"""What the verbs of a sentence say as events: one a person and change; `rows` puts them together."""

from __future__ import annotations

import re
from datetime import date

from orggraph.extraction import verbs
from orggraph.extraction.clauses import Clause, Topic, clauses, items_in, persons_in
from orggraph.extraction.days import ANNOUNCED, UNTIL
from orggraph.extraction.names import Tagged
from orggraph.extraction.nouns import all_from, created, just_created, standing
from orggraph.extraction.reading import (
    AS_POST,
    BECOMES,
    ENDS,
    FROM_POST,
    REPORTS,
    STARTS,
    SUCCESSOR,
    TRANSFERRED,
    Event,
    Reading,
)

ROLE_ENDS = frozenset({verbs.RESIGN, verbs.DISMISS})
_PAIR = re.compile(rf"(?:<T\d+> )?<P(\d+)>{AS_POST} <T(\d+)>")
_TO_POST = re.compile(rf"\b(?:to|into|as){AS_POST} <T(\d+)>")
_TO_SUCCEED = re.compile(r"\bto (?:replace|succeed) (him|her|them|(?:<T\d+> )?<P\d+>)")
_APPOINTMENT = re.compile(rf"\b(?:appointment|promotion|election) of (?:<T\d+> )?<P(\d+)>{AS_POST} <T(\d+)>")
_HIRED = re.compile(r"(?:hire|recruit|poach)\w*")
_FROM_PERSON = re.compile(r"\bfrom (?:<T\d+> )?<P(\d+)>")
_MANAGER = re.compile(
    r"(?:the |its |our )?(?:<T\d+> ,? ?|(?:founder|co-founder) )*(?:the )?(?:<P(\d+)>|(him|her|them)\b)"
)
_BUT_TO = re.compile(r"\bbut (?:directly )?to ")


def events(tagged: Tagged, topic: Topic, *, published: date | None) -> list[Event]:
    """Find what a sentence says, in order; ``topic`` is moved on to whom it speaks of."""
    reading = Reading(tagged, topic, published)
    parts = clauses(tagged, topic)
    for clause in parts:
        _by_verb(reading, clause)
    standing(reading, parts)
    all_from(reading)
    created(reading)
    _move_topic(reading)
    return reading.found


def _by_verb(reading: Reading, clause: Clause) -> None:
    """Read one clause by the class of its verb."""
    kind = clause.trigger.kind
    if kind in (verbs.APPOINT, verbs.PROMOTE):
        _appoint(reading, clause)
    elif kind in (verbs.JOIN, verbs.BECOME, verbs.MOVE, verbs.LEAD):
        _join(reading, clause)
    elif kind == verbs.SUCCEED:
        _succeed(reading, clause)
    elif kind in (verbs.LEAVE, verbs.RESIGN, verbs.DISMISS):
        _leave(reading, clause)
    elif kind == verbs.REPORT:
        _report(reading, clause)
    elif kind == verbs.SAY and (made := _APPOINTMENT.search(clause.right)):
        reading.add(clause, STARTS, reading.item(made.group(1)).text, title=reading.item(made.group(2)), told=ANNOUNCED)
    elif kind == verbs.REMAIN:
        _remain(reading, clause)


def _appoint(reading: Reading, clause: Clause) -> None:
    """Read ``O names P T``, ``P has been named T``, ``P and P were named T``."""
    kind = TRANSFERRED if clause.trigger.kind == verbs.PROMOTE else STARTS
    right = clause.right
    if clause.trigger.passive:
        title = reading.post(right)
        for person in clause.subjects:
            reading.add(clause, kind, person, title=title)
        return
    if clause.trigger.word in ("named", "name") and clause.left.endswith("lawsuit"):
        return
    pairs = list(_PAIR.finditer(right))
    for pair in pairs:
        reading.add(clause, kind, reading.item(pair.group(1)).text, title=reading.item(pair.group(2)))
    if pairs:
        return
    persons = persons_in(reading.tagged, right)
    title = reading.post(right) or just_created(reading, right)
    hired = bool(_HIRED.fullmatch(clause.trigger.word)) and bool(items_in(reading.tagged, clause.left, "O"))
    successor = SUCCESSOR.search(right) or _TO_SUCCEED.search(reading.tagged.line[clause.trigger.end :])
    object_ = re.match(r"(?:<T\d+> )?<P\d+>", right)
    if object_ and persons and (title or successor or hired):
        reading.add(clause, kind, persons[0], title=title)


def _join(reading: Reading, clause: Clause) -> None:
    """Read ``P joins O as T``, ``P becomes T``, ``P takes over as T``, ``P moves from T to T``."""
    trigger, right = clause.trigger, clause.right
    if trigger.kind == verbs.LEAD and not re.search(r"\bas .*<T", right):
        return
    if trigger.kind == verbs.JOIN and trigger.word.startswith("join") and not _joins(clause):
        return
    title = reading.post(right)
    kind = STARTS
    from_post = ""
    if trigger.kind == verbs.MOVE:
        left = FROM_POST.search(right)
        to = _TO_POST.search(right)
        if to is None:
            return
        title, from_post, kind = (
            reading.item(to.group(1)),
            reading.item(left.group(1)).text if left else "",
            TRANSFERRED,
        )
    elif trigger.kind == verbs.BECOME and (trigger.word.startswith("becom") or " helm" in right):
        kind = BECOMES
    before = _FROM_PERSON.search(right) if trigger.kind == verbs.BECOME else None
    replaces = reading.item(before.group(1)).text if before else ""
    for person in clause.subjects:
        reading.add(clause, kind, person, title=title, from_post=from_post, replaces=replaces,
                 role=trigger.kind == verbs.BECOME)  # fmt: skip
    if clause.subjects:
        for pair in re.finditer(rf"\band <P(\d+)>{AS_POST} <T(\d+)>", right):
            reading.add(clause, kind, reading.item(pair.group(1)).text, title=reading.item(pair.group(2)))


def _joins(clause: Clause) -> bool:
    """Tell whether it is an organization that is joined, and not an army or a call."""
    return bool(
        re.match(
            r"(?:the )?(?:<O|us\b|<D|as\b|from\b|<U|in\b)|"
            r"(?:the |its )?(?:company|firm|bank|club|board|team|group)\b|$|[.,]",
            clause.right,
        )
    )


def _succeed(reading: Reading, clause: Clause) -> None:
    """Read ``P replaces P``, ``P takes over from P``, ``P will be succeeded by P``."""
    trigger, right = clause.trigger, clause.right
    phrase = reading.tagged.line[trigger.verb : trigger.end]
    title = reading.post(f"{phrase} {right}") or reading.post_of_object(right)
    if trigger.passive:
        by = re.search(r"\bby (?:the |its )?(?:<T\d+> ,? ?)?<P(\d+)>", right)
        if by is None and title and trigger.word == "replaced":
            for person in clause.subjects:
                reading.add(clause, ENDS, person, title=title, role=True)
        if by is None or not clause.subjects:
            return
        reading.add(clause, STARTS, reading.item(by.group(1)).text, title=title, replaces=clause.subjects[0])
        return
    whom = reading.object_(right, clause.subjects)
    subjects = clause.subjects
    if not subjects and trigger.word in ("succeeding", "replacing") and reading.found:
        subjects = (reading.found[-1].person,)
    if not whom or not subjects or whom in subjects:
        return
    reading.add(clause, STARTS, subjects[0], title=title, replaces=whom)


def _leave(reading: Reading, clause: Clause) -> None:
    """Read ``P leaves O``, ``P steps down as T``, ``O has dismissed P``."""
    trigger, right = clause.trigger, clause.right
    people = clause.subjects
    phrase = reading.tagged.line[trigger.first : trigger.verb]
    role = trigger.kind in ROLE_ENDS and not re.search(r"\bhad\b", phrase)
    title = reading.post(right) if re.search(r"\bas\b|<T\d+>(?: of|$| at)", right) else None
    if trigger.kind == verbs.DISMISS:
        title = title or reading.post_of_object(right)
        if not trigger.passive:
            match = re.match(r"(?:with )?(?:its |the )?(?:<T\d+> ,? ?)?<P(\d+)>", right)
            people = (reading.item(match.group(1)).text,) if match else ()
    for person in people:
        reading.add(clause, ENDS, person, title=title, role=role)


def _report(reading: Reading, clause: Clause) -> None:
    """Read ``P and P will report to P``, ``P will no longer report to P but to P``; not what was so before."""
    if clause.trigger.word == "reported":
        return
    right, instead = clause.right, _BUT_TO.search(clause.right)
    if instead and clause.trigger.doubt == "no longer":
        clause.trigger, right = clause.trigger._replace(doubt=""), right[instead.end() :]
    match = _MANAGER.match(right)
    manager = ""
    if match and match.group(1):
        manager = reading.item(match.group(1)).text
    elif match:
        manager = reading.object_(match.group(2), clause.subjects)
    people = clause.subjects or tuple(e.person for e in reading.found[-1:] if clause.trigger.word == "reporting")
    for person in people:
        if manager and manager != person:
            reading.add(clause, REPORTS, person, reports_to=manager)


def _remain(reading: Reading, clause: Clause) -> None:
    """Read ``P will remain T until D``."""
    until = next((i.when for i in items_in(reading.tagged, clause.right, "D") if i.when and i.when.lead == UNTIL), None)
    for person in clause.subjects:
        if until:
            clause.dates = (until,)
            reading.add(clause, ENDS, person, title=reading.post(clause.right), role=True)


def _move_topic(reading: Reading) -> None:
    """Move on to whom the sentence speaks of: whom it appoints, or who does something in it."""
    topic, line = reading.topic, reading.tagged.line
    everyone = persons_in(reading.tagged, line)
    stated = [event.person for event in reading.found if event.person]
    if stated:
        topic.person = stated[0]
    elif (re.match(r"(?:<T\d+> ,? ?|the |his |her )*<P", line) and everyone) or len(set(everyone)) == 1:
        topic.person = everyone[0]
    pair = tuple(dict.fromkeys(stated)) or tuple(dict.fromkeys(everyone))
    if len(pair) > 1:
        topic.pair = pair[:2]
    topic.mentioned += everyone
