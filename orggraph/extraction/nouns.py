"""What a sentence says by nouns as events: a promotion, a new head, a post that is created, a day for all of it."""

from __future__ import annotations

import re
from dataclasses import replace

from orggraph.extraction import verbs
from orggraph.extraction.clauses import Clause, items_in
from orggraph.extraction.days import ANNOUNCED, DONE, FROM, moment
from orggraph.extraction.names import Item
from orggraph.extraction.reading import AS_POST, CREATED, STARTS, TRANSFERRED, Event, Reading

_CREATED = re.compile(
    r"(?:newly created|newly-created|new)(?: and \w+)? (?:role|post|position)(?: of|,| ,)?(?: a| an)? <T(\d+)>|"
    r"newly created <T(\d+)>|"
    r"(?:creat\w+|set up|established)(?: (?:a|an|the))?(?: new)? (?:role|post|position) of <T(\d+)>|"
    r"<T(\d+)> , a (?:newly created|new) (?:role|post|position)"
)
_NOT_YET = re.compile(
    r"\b(?:may|might|could|would|will|to|not|never|plans?|considering|consider|denied|of)(?: (?:be|also|soon))* $"
)
_GIVEN = re.compile(
    r"\b(?:(?:given|handed|gone|goes|go) (?:(?:it|the (?:job|role|post|position)) )?to|"
    r"(?:held|filled|taken|taken up) by) (?:<T\d+> )?<P(\d+)>"
)
_HAS_NEW = re.compile(r"\bnew <T(\d+)> (?:: |, )<P(\d+)>")
_PROMOTION = re.compile(rf"<P(\d+)> ['’]s (appointment|election|promotion){AS_POST} <T(\d+)>")
_IN_CHARGE = re.compile(r"<P(\d+)> is (?:the )?new <T(\d+)>")


def standing(reading: Reading, parts: list[Clause]) -> None:
    """Read ``P is the new T``, ``P's promotion to T`` and ``a new T: P``."""
    for match in _IN_CHARGE.finditer(reading.tagged.line):
        clause = next((c for c in parts if c.trigger.kind == verbs.IS), None)
        if clause is not None:
            title = reading.item(match.group(2))
            reading.add(clause, STARTS, reading.item(match.group(1)).text, title=title, told=DONE)
    for match in _PROMOTION.finditer(reading.tagged.line):
        kind = TRANSFERRED if match.group(2) == "promotion" else STARTS
        if parts:
            title = reading.item(match.group(3))
            reading.add(parts[0], kind, reading.item(match.group(1)).text, title=title, told=ANNOUNCED)
    for match in _HAS_NEW.finditer(reading.tagged.line):
        person = reading.item(match.group(2)).text
        if parts and not any(event.post for event in reading.found if event.person == person):
            reading.add(parts[0], STARTS, person, title=reading.item(match.group(1)), told=DONE)


def all_from(reading: Reading) -> None:
    """Read ``…, both effective October 15`` at the end of a sentence."""
    match = re.search(r"\b(?:both|all)(?: of them)? <D(\d+)>", reading.tagged.line)
    when = reading.item(match.group(1)).when if match else None
    if when is not None and when.lead == FROM:
        effective = moment(when, told=ANNOUNCED, published=reading.published)
        reading.found = [replace(event, effective=effective, dated=True) for event in reading.found]


def created(reading: Reading) -> None:
    """Read ``the newly created role of T``; not what is only planned."""
    line = reading.tagged.line
    for match in _CREATED.finditer(line):
        number = next(group for group in match.groups() if group)
        if _NOT_YET.search(line[: match.start()]):
            continue
        effective = moment(None, told=DONE, published=reading.published)
        place = next((i.text for i in items_in(reading.tagged, line[: match.start()], "O")), "")
        made = Event(kind=CREATED, sentence=reading.tagged.sentence.number, told=DONE, effective=effective,
                     post=reading.item(number).text, organization="" if reading.found else place)  # fmt: skip
        reading.found.append(made)
        if given := _GIVEN.search(line, match.end()):
            unknown = moment(None, told=ANNOUNCED, published=reading.published)
            reading.found.append(replace(made, kind=STARTS, told=ANNOUNCED, effective=unknown,
                                      person=reading.item(given.group(1)).text))  # fmt: skip


def just_created(reading: Reading, right: str) -> Item | None:
    """Give the post that the sentence creates where somebody is appointed ``to it``."""
    made = _CREATED.search(reading.tagged.line)
    if made is None or not re.search(r"\bto (?:it|the (?:role|post|position|job))\b", right):
        return None
    return reading.item(next(group for group in made.groups() if group))
