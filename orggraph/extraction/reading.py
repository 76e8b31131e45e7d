"""The reading of one sentence: what was found in it so far; where, when and in which post a clause puts a change."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from orggraph.extraction import verbs
from orggraph.extraction.clauses import Clause, Topic, items_in, persons_in
from orggraph.extraction.days import DONE, moment
from orggraph.extraction.names import Item, Tagged
from orggraph.period import Moment

STARTS, TRANSFERRED, ENDS, ACTING, REPORTS, CREATED = "starts", "transferred", "ends", "acting", "reports", "created"
BECOMES = "becomes"
"""A start that is a move where the post held so far is known."""

AS_POST = (
    r"(?: ,)?(?: ?(?:as|to|to be|into|its|the|a|an|their|our|new|next|first|role of|post of|position of|newly|"
    r"created))*"
)
"""What may stand between a person and the post."""

FROM_POST = re.compile(r"\bfrom (?:the |his |her |being )?<T(\d+)>")
SUCCESSOR = re.compile(r"\b(?:as )?(his|her|their|<P\d+> 's) (?:successor|replacement)\b")
_POST = re.compile(r"<T(\d+)>(?! ,? ?<P)")
_OF_OBJECT = re.compile(r"<T(\d+)> ,? ?<P")
_PLACE = re.compile(r"\b(?:at|of|for|with|in|to|from|by|joins?|joined|joining)(?: the| rival)* <O(\d+)>")
ELSEWHERE = re.compile(r"\b(?:most recently|previously|formerly|former|once|until recently)\b[^,]*")
"""What somebody was before is not what the clause is about."""
_APPOSITION = re.compile(r"(<P\d+>) , [^,]*(?:,|$)")
"""What is said of a person by the way (``Ada Roe, a lawyer at Acme, ``) is not where the change is."""
_FOR_NOW = re.compile(r"\b(?:acting|interim|caretaker|temporarily|for the time being)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What one clause says of one person (or of a post that is created); ``role`` says that an end is of a role."""

    kind: str
    sentence: int
    told: str
    effective: Moment
    person: str = ""
    post: str = ""
    from_post: str = ""
    unit: str = ""
    organization: str = ""
    reports_to: str = ""
    replaces: str = ""
    doubt: str = ""
    dated: bool = False
    role: bool = False


@dataclass(slots=True)
class Reading:
    """A sentence, of whom was spoken before, when the article appeared, and the events found so far."""

    tagged: Tagged
    topic: Topic
    published: date | None
    found: list[Event] = field(default_factory=list)

    def item(self, number: str) -> Item:
        """Give the item of a mark."""
        return self.tagged.items[int(number)]

    def post(self, text: str) -> Item | None:
        """Give the first title in a text that is not that of a person named after it, nor one that is left."""
        left = {m.group(1) for m in FROM_POST.finditer(text)}
        numbers = [m.group(1) for m in _POST.finditer(text) if m.group(1) not in left]
        kept = [
            n for n in numbers if not re.search(rf"<P\d+> , (?:the |its |our )*(?:current |outgoing )?<T{n}>", text)
        ]
        return self.item(kept[0]) if kept else None

    def post_of_object(self, text: str) -> Item | None:
        """Give the title of the person that a text names first."""
        match = _OF_OBJECT.search(text) or re.search(r"<P\d+> ,? ?(?:as )?(?:its |the )?<T(\d+)>", text)
        return self.item(match.group(1)) if match else None

    def object_(self, right: str, subjects: tuple[str, ...]) -> str:
        """Give the person who is the object at the start of the words to the right, a pronoun by whom it means."""
        match = re.match(
            r"(?:(?:the|its|outgoing|founder|co-founder|long-time|former|veteran) |<T\d+> ,? ?)*<P(\d+)>", right
        )
        if match:
            return self.item(match.group(1)).text
        if re.match(r"(?:him|her|them)\b", right):
            others = [p for p in (self.topic.person, *reversed(self.topic.mentioned)) if p and p not in subjects]
            return others[0] if others else ""
        return ""

    def add(
        self, clause: Clause, kind: str, person: str, *, title: Item | None = None, from_post: str = "",
        reports_to: str = "", replaces: str = "", told: str = "", role: bool = False,
    ) -> None:  # fmt: skip
        """Add an event with where and when it is."""
        state = title.title.state if title and title.title else ""
        opens = kind in (STARTS, TRANSFERRED, BECOMES)
        if state == "former":
            return
        if opens and (state == "acting" or _FOR_NOW.search(clause.right)):
            kind, from_post = ACTING, ""
        told = told or clause.told
        effective = self.dated(clause, told, ends=kind == ENDS)
        plain = moment(None, told=told, published=self.published)
        if not from_post and (left := FROM_POST.search(clause.right)) and opens:
            from_post = self.item(left.group(1)).text
        unit = next((i.text for i in items_in(self.tagged, clause.right.partition(" , who ")[0], "U")), "")
        event = Event(
            kind=kind, sentence=self.tagged.sentence.number, told=told, effective=effective, person=person,
            post=title.text if title else "", from_post=from_post, unit=unit if kind != REPORTS else "",
            organization=self.place(clause, kind), reports_to=reports_to,
            replaces=replaces or self.successor(clause, person),
            doubt=clause.trigger.doubt, dated=effective != plain, role=role,
        )  # fmt: skip
        self.found.append(event)

    def dated(self, clause: Clause, told: str, *, ends: bool) -> Moment:
        """Give the moment of a clause; what is said to count at once counts from the day on which that was said."""
        when = clause.dates[0] if clause.dates else None
        spoken = clause.said or (clause.dates[1] if len(clause.dates) > 1 else None)
        announced = moment(spoken, told=DONE, published=self.published)
        said = announced.bounds()[0] if announced.exact else None
        return moment(when, told=told, published=self.published, ends=ends, said=said)

    def successor(self, clause: Clause, person: str) -> str:
        """Give whose successor somebody is said to be."""
        if clause.trigger.kind not in (verbs.APPOINT, verbs.BECOME):
            return ""
        match = SUCCESSOR.search(clause.right)
        if match:
            named = persons_in(self.tagged, match.group(1))
            return named[0] if named else self.object_("him", (person,))
        return ""

    def place(self, clause: Clause, kind: str) -> str:
        """Give the organization that a clause names, else the one that acts in it."""
        match = _PLACE.search(clause.right)
        if (kind == ENDS and clause.trigger.kind == verbs.LEAVE) or clause.trigger.kind == verbs.JOIN:
            match = re.match(r"(?:the )?<O(\d+)>", clause.right) or match
        phrase = self.tagged.line[clause.trigger.verb : clause.trigger.end]
        match = match or re.search(r"<O(\d+)>", phrase)
        if match and not match.group().startswith("from"):
            return self.item(match.group(1)).text
        left = ELSEWHERE.sub("", _APPOSITION.sub(r"\1", clause.left))
        found = items_in(self.tagged, left, "O")
        return found[-1].text if found else ""
