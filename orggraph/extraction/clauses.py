"""Clauses around a trigger: who does it, to whom, in which post, where and when.

A line is divided at its triggers. The words left of one, up to the trigger before, hold its subject; the words right of
it, up to the next, its objects. A clause without a subject of its own has that of the clause before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from orggraph.extraction.days import DONE, FROM, PRESENT, TURN, UNTIL, When
from orggraph.extraction.names import Item, Tagged
from orggraph.extraction.verbs import SAY, Trigger, triggers

_MARK = re.compile(r"<([PTOUD])(\d+)>")
_LIST = re.compile(r"(?:<P\d+>(?: , | and | , and )(?:<T\d+> )?)*<P\d+>$")
_HE = re.compile(r"\b(?:he|she|they)$")
_WHO = re.compile(r"(?:<P\d+>)(?: , (?:[^,<]|<[TOUD]\d+>)*?)? ,? ?(?:who|and who)$")
_HIS = re.compile(r"\b(?:his|her|their)$")
_APPOSITIVE = re.compile(r" , (?:(?!who\b)[^,<]|<[TOUD]\d+>)* ,$")
_AND = re.compile(r"(?:^|, |\b)and(?: \w+ly)?$")
_ASIDE = re.compile(
    r" , (?:currently|previously|most recently|formerly|until recently|a former|former|once) [^,.;]*(?= [,.;]|$)"
)
_NEXT = re.compile(r"(?:,| and|, and) <D\d+>,? (?:<T\d+> )?<P.*$")
_WHEN = re.compile(r"<D(\d+)> , when (?:<T\d+> )?<P\d+>$")
_BOTH = re.compile(r"\b(?:both|the two|the pair)\b(?: \w+)*$")
_SAME = re.compile(r"(?:^|[,;]|\b)(?: ?(?:and|but|while|as|then|also|will|,))* ?$")
_WHOLE = re.compile(r"^the (?:\d+-year-old|former [a-z]+|newcomer)$")


@dataclass(slots=True)
class Topic:
    """Who was spoken of last: a person, two of them, and everyone in the order in which they were named."""

    person: str = ""
    pair: tuple[str, ...] = ()
    mentioned: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Clause:
    """One trigger with what stands around it: its subjects, the text on both sides, and what of it is dated how."""

    trigger: Trigger
    subjects: tuple[str, ...]
    left: str
    right: str
    told: str
    said: When | None = None
    dates: tuple[When, ...] = ()
    relative: bool = False


def clauses(tagged: Tagged, topic: Topic) -> list[Clause]:
    """Divide a sentence into clauses, with their subjects."""
    line = tagged.line
    found = triggers(line)
    made: list[Clause] = []
    said = _said(tagged, found)
    floor = 0
    for at, trigger in enumerate(found):
        stop = found[at + 1].first if at + 1 < len(found) else len(line)
        left, right = line[floor : trigger.first].strip(), _ASIDE.sub("", line[trigger.end : stop]).strip()
        previous = [clause for clause in made if clause.trigger.kind != SAY]
        before = line[: trigger.first].strip()
        subjects = _subjects(tagged, left, line[trigger.first : trigger.verb].strip(), before, topic, previous)
        told = trigger.told or next((c.told for c in reversed(previous)), "") or PRESENT
        if not trigger.told and told == DONE and trigger.word not in ("succeeding", "replacing", "taking", "following"):
            told = PRESENT
        clause = Clause(trigger, subjects, left, right, told, said, relative=bool(_WHO.search(before)))
        clause.relative |= (
            bool(previous) and previous[-1].relative and subjects == previous[-1].subjects and not left.endswith(",")
        )
        clause.dates = _dates(tagged, clause, line[trigger.first : trigger.end], first=at == 0)
        made.append(clause)
        floor = trigger.end
    return made


def items_in(tagged: Tagged, text: str, kind: str) -> list[Item]:
    """List the items of one kind that are marked in a part of the line."""
    return [tagged.items[int(number)] for found, number in _MARK.findall(text) if found == kind]


def persons_in(tagged: Tagged, text: str) -> list[str]:
    """List the persons that are marked in a part of the line."""
    return [item.text for item in items_in(tagged, text, "P")]


def _subjects(
    tagged: Tagged, left: str, phrase: str, before: str, topic: Topic, previous: list[Clause]
) -> tuple[str, ...]:
    """Find who does what a verb says, by the words before it (``left``) and its auxiliaries (``phrase``)."""
    bare = re.sub(r"(?: ?,? ?<D\d+>)$", "", left).strip()
    relative = _WHO.search(before)
    if relative:
        return tuple(persons_in(tagged, relative.group())[:1])
    if _HE.search(bare) or _WHOLE.match(bare) or (_HIS.search(bare) and "intention" in phrase):
        return _meant(tagged, before, topic, previous)
    if _BOTH.search(bare) or (_BOTH.search(phrase) and (not bare or bare[-1] in ",;:")):
        named = tuple(dict.fromkeys(persons_in(tagged, before)))
        return named[-2:] if len(named) > 1 else topic.pair
    if previous and previous[-1].relative and bare.endswith(","):
        return previous[-1].subjects
    plain = _APPOSITIVE.sub("", bare).rstrip(" ,") if bare.endswith(",") else bare
    listed = _LIST.search(plain)
    if listed:
        return tuple(persons_in(tagged, listed.group()))
    purpose = phrase == "to" and not persons_in(tagged, left)
    if previous and (purpose or _SAME.fullmatch(bare) or _AND.search(bare)):
        return previous[-1].subjects
    return ()


def _meant(tagged: Tagged, before: str, topic: Topic, previous: list[Clause]) -> tuple[str, ...]:
    """Give who is meant by ``he`` or ``she``: who does something in the sentence so far, else the topic."""
    for clause in reversed(previous):
        if clause.subjects:
            return clause.subjects[:1]
    opening = re.match(r"(?:<T\d+> ,? ?)?<P\d+>", before)
    if opening:
        return tuple(persons_in(tagged, opening.group()))
    named = tuple(dict.fromkeys(persons_in(tagged, before)))
    if len(named) == 1 and not topic.person:
        return named
    return (topic.person,) if topic.person else ()


def _said(tagged: Tagged, found: list[Trigger]) -> When | None:
    """Give the day of the announcement, where the sentence says when something was said."""
    line = tagged.line
    for trigger in found:
        if trigger.kind == SAY:
            near = re.match(r"(?: in a statement)? <D(\d+)>", line[trigger.end :])
            ahead = re.search(r"<D(\d+)> $", line[: trigger.verb])
            hit = near or ahead
            if hit:
                return tagged.items[int(hit.group(1))].when
    return None


def _dates(tagged: Tagged, clause: Clause, phrase: str, *, first: bool) -> tuple[When, ...]:
    """Give the expressions of time that belong to a clause, the most telling first."""
    left = clause.left.rpartition(";")[2]
    left = left if first or re.search(r"(?:and|,) ?<D\d+>", left) or left != clause.left else ""
    texts = [_NEXT.sub("", clause.right), phrase, left]
    whens = [item.when for text in texts for item in items_in(tagged, text, "D") if item.when]
    kept = [when for when in whens if when is not clause.said and when.lead != UNTIL and not _around(tagged, when)]
    if match := _WHEN.search(clause.left):
        when = tagged.items[int(match.group(1))].when
        kept += [when._replace(lead=TURN)] if when else []
    return tuple(sorted(kept, key=_telling))


def _telling(when: When) -> int:
    """Order expressions of time by what they say of the change: at once, from a day, on a day."""
    at_once = when.kind == "near" and when.parts["near"] not in ("today", "yesterday", "tomorrow")
    return 0 if at_once else 1 if when.lead == FROM else 2


def _around(tagged: Tagged, when: When) -> bool:
    """Tell whether a day is only a bound of something (``before the summer``, ``since 2014``)."""
    text = tagged.sentence.text
    return bool(re.search(r"(?i)\b(?:before|after|since|by late|ahead of)\s*$", text[: when.start])) or text[
        when.start : when.end
    ].casefold().startswith("since")
