"""What a clause says as events: one a person and change, as far as the clause goes; `rows` puts them together."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from orggraph.extraction import verbs
from orggraph.extraction.clauses import Clause, Topic, clauses, items_in, persons_in
from orggraph.extraction.days import ANNOUNCED, DONE, FROM, UNTIL, moment
from orggraph.extraction.names import Item, Tagged
from orggraph.period import Moment

STARTS, TRANSFERRED, ENDS, ACTING, REPORTS, CREATED = "starts", "transferred", "ends", "acting", "reports", "created"
ROLE_ENDS = frozenset({verbs.RESIGN, verbs.DISMISS})

_AS = (
    r"(?: ,)?(?: ?(?:as|to|to be|into|its|the|a|an|their|our|new|next|first|role of|post of|position of|newly|"
    r"created))*"
)
_PAIR = re.compile(rf"(?:<T\d+> )?<P(\d+)>{_AS} <T(\d+)>")
_POST = re.compile(r"<T(\d+)>(?! ,? ?<P)")
_OF_OBJECT = re.compile(r"<T(\d+)> ,? ?<P")
_FROM_POST = re.compile(r"\bfrom (?:the |his |her |being )?<T(\d+)>")
_TO_POST = re.compile(rf"\b(?:to|into|as){_AS} <T(\d+)>")
_PLACE = re.compile(r"\b(?:at|of|for|with|in|to|from|by|joins?|joined|joining)(?: the| rival)* <O(\d+)>")
_SUCCESSOR = re.compile(r"\b(?:as )?(his|her|their|<P\d+> 's) (?:successor|replacement)\b")
_TO_SUCCEED = re.compile(r"\bto (?:replace|succeed) (him|her|them|(?:<T\d+> )?<P\d+>)")
_CREATED = re.compile(
    r"(?:newly created|newly-created|new)(?: and \w+)? (?:role|post|position)(?: of|,| ,)?(?: a| an)? <T(\d+)>|"
    r"newly created <T(\d+)>|"
    r"(?:creat\w+|set up|established)(?: (?:a|an|the))?(?: new)? (?:role|post|position) of <T(\d+)>|"
    r"<T(\d+)> , a (?:newly created|new) (?:role|post|position)"
)
_APPOINTMENT = re.compile(rf"\b(?:appointment|promotion|election) of (?:<T\d+> )?<P(\d+)>{_AS} <T(\d+)>")
_ELSEWHERE = re.compile(r"\b(?:most recently|previously|formerly|former|once|until recently)\b[^,]*")
_GIVEN = re.compile(
    r"\b(?:given|handed|gone|goes|go) (?:(?:it|the (?:job|role|post|position)) )?to (?:<T\d+> )?<P(\d+)>"
)
_HIRED = re.compile(r"(?:hire|recruit|poach)\w*")
_FROM_PERSON = re.compile(r"\bfrom (?:<T\d+> )?<P(\d+)>")
_FOR_NOW = re.compile(r"\b(?:acting|interim|caretaker|temporarily|for the time being)\b")
_HAS_NEW = re.compile(r"\bnew <T(\d+)> (?:: |, )<P(\d+)>")
_MANAGER = re.compile(
    r"(?:the |its |our )?(?:<T\d+> ,? ?|(?:founder|co-founder) )*(?:the )?(?:<P(\d+)>|(him|her|them)\b)"
)
_BUT_TO = re.compile(r"\bbut (?:directly )?to ")
_PROMOTION = re.compile(rf"<P(\d+)> ['’]s (appointment|election|promotion){_AS} <T(\d+)>")
_IN_CHARGE = re.compile(r"<P(\d+)> is (?:the )?new <T(\d+)>")


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


def events(tagged: Tagged, topic: Topic, *, published: date | None) -> list[Event]:
    """Find what a sentence says, in order; ``topic`` is moved on to whom it speaks of."""
    reader = _Reader(tagged, topic, published)
    return reader.read()


class _Reader:
    """The reading of one sentence."""

    def __init__(self, tagged: Tagged, topic: Topic, published: date | None) -> None:
        self.tagged, self.topic, self.published = tagged, topic, published
        self.found: list[Event] = []

    def read(self) -> list[Event]:
        parts = clauses(self.tagged, self.topic)
        for clause in parts:
            self.clause(clause)
        self.standing(parts)
        self.all_from()
        self.created()
        self.move_topic()
        return self.found

    def clause(self, clause: Clause) -> None:
        """Read one clause by the class of its verb."""
        kind = clause.trigger.kind
        if kind in (verbs.APPOINT, verbs.PROMOTE):
            self.appoint(clause)
        elif kind in (verbs.JOIN, verbs.BECOME, verbs.MOVE, verbs.LEAD):
            self.join(clause)
        elif kind == verbs.SUCCEED:
            self.succeed(clause)
        elif kind in (verbs.LEAVE, verbs.RESIGN, verbs.DISMISS):
            self.leave(clause)
        elif kind == verbs.REPORT:
            self.report(clause)
        elif kind == verbs.SAY and (made := _APPOINTMENT.search(clause.right)):
            self.add(clause, STARTS, self.item(made.group(1)).text, title=self.item(made.group(2)), told=ANNOUNCED)
        elif kind == "remain":
            self.remain(clause)

    def item(self, number: str) -> Item:
        return self.tagged.items[int(number)]

    def appoint(self, clause: Clause) -> None:
        """Read ``O names P T``, ``P has been named T``, ``P and P were named T``."""
        kind = TRANSFERRED if clause.trigger.kind == verbs.PROMOTE else STARTS
        right = clause.right
        if clause.trigger.passive:
            title = self.post(right)
            for person in clause.subjects:
                self.add(clause, kind, person, title=title)
            return
        if clause.trigger.word in ("named", "name") and clause.left.endswith("lawsuit"):
            return
        pairs = list(_PAIR.finditer(right))
        for pair in pairs:
            self.add(clause, kind, self.item(pair.group(1)).text, title=self.item(pair.group(2)))
        if pairs:
            return
        persons = persons_in(self.tagged, right)
        title = self.post(right) or self.just_created(right)
        hired = bool(_HIRED.fullmatch(clause.trigger.word)) and bool(items_in(self.tagged, clause.left, "O"))
        successor = _SUCCESSOR.search(right) or _TO_SUCCEED.search(self.tagged.line[clause.trigger.end :])
        object_ = re.match(r"(?:<T\d+> )?<P\d+>", right)
        if object_ and persons and (title or successor or hired):
            self.add(clause, kind, persons[0], title=title)

    def just_created(self, right: str) -> Item | None:
        """Give the post that the sentence creates where somebody is appointed ``to it``."""
        made = _CREATED.search(self.tagged.line)
        if made is None or not re.search(r"\bto (?:it|the (?:role|post|position|job))\b", right):
            return None
        return self.item(next(group for group in made.groups() if group))

    def join(self, clause: Clause) -> None:
        """Read ``P joins O as T``, ``P becomes T``, ``P takes over as T``, ``P moves from T to T``."""
        trigger, right = clause.trigger, clause.right
        if trigger.kind == verbs.LEAD and not re.search(r"\bas .*<T", right):
            return
        if trigger.kind == verbs.JOIN and trigger.word.startswith("join") and not self.joins(clause):
            return
        title = self.post(right)
        kind = STARTS
        from_post = ""
        if trigger.kind == verbs.MOVE:
            left = _FROM_POST.search(right)
            to = _TO_POST.search(right)
            if to is None:
                return
            title, from_post, kind = self.item(to.group(1)), self.item(left.group(1)).text if left else "", TRANSFERRED
        elif trigger.kind == verbs.BECOME and (trigger.word.startswith("becom") or " helm" in right):
            kind = "becomes"
        before = _FROM_PERSON.search(right) if trigger.kind == verbs.BECOME else None
        replaces = self.item(before.group(1)).text if before else ""
        for person in clause.subjects:
            self.add(clause, kind, person, title=title, from_post=from_post, replaces=replaces,
                     role=trigger.kind == verbs.BECOME)  # fmt: skip
        if clause.subjects:
            for pair in re.finditer(rf"\band <P(\d+)>{_AS} <T(\d+)>", right):
                self.add(clause, kind, self.item(pair.group(1)).text, title=self.item(pair.group(2)))

    def joins(self, clause: Clause) -> bool:
        """Tell whether it is an organization that is joined, and not an army or a call."""
        return bool(
            re.match(
                r"(?:the )?(?:<O|us\b|<D|as\b|from\b|<U|in\b)|"
                r"(?:the |its )?(?:company|firm|bank|club|board|team|group)\b|$|[.,]",
                clause.right,
            )
        )

    def succeed(self, clause: Clause) -> None:
        """Read ``P replaces P``, ``P takes over from P``, ``P will be succeeded by P``."""
        trigger, right = clause.trigger, clause.right
        phrase = self.tagged.line[trigger.verb : trigger.end]
        title = self.post(f"{phrase} {right}") or self.post_of_object(right)
        if trigger.passive:
            by = re.search(r"\bby (?:the |its )?(?:<T\d+> ,? ?)?<P(\d+)>", right)
            if by is None or not clause.subjects:
                return
            self.add(clause, STARTS, self.item(by.group(1)).text, title=title, replaces=clause.subjects[0])
            return
        whom = self.object_(right, clause.subjects)
        subjects = clause.subjects
        if not subjects and trigger.word in ("succeeding", "replacing") and self.found:
            subjects = (self.found[-1].person,)
        if not whom or not subjects or whom in subjects:
            return
        self.add(clause, STARTS, subjects[0], title=title, replaces=whom)

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

    def leave(self, clause: Clause) -> None:
        """Read ``P leaves O``, ``P steps down as T``, ``O has dismissed P``."""
        trigger, right = clause.trigger, clause.right
        people = clause.subjects
        phrase = self.tagged.line[trigger.first : trigger.verb]
        role = trigger.kind in ROLE_ENDS and not re.search(r"\bhad\b", phrase)
        title = self.post(right) if re.search(r"\bas\b|<T\d+>(?: of|$| at)", right) else None
        if trigger.kind == verbs.DISMISS:
            title = title or self.post_of_object(right)
            if not trigger.passive:
                match = re.match(r"(?:with )?(?:its |the )?(?:<T\d+> ,? ?)?<P(\d+)>", right)
                people = (self.item(match.group(1)).text,) if match else ()
        for person in people:
            self.add(clause, ENDS, person, title=title, role=role)

    def report(self, clause: Clause) -> None:
        """Read ``P and P will report to P``, ``P will no longer report to P but to P``; not what was so before."""
        if clause.trigger.word == "reported":
            return
        right, instead = clause.right, _BUT_TO.search(clause.right)
        if instead and clause.trigger.doubt == "no longer":
            clause.trigger, right = clause.trigger._replace(doubt=""), right[instead.end() :]
        match = _MANAGER.match(right)
        manager = ""
        if match and match.group(1):
            manager = self.item(match.group(1)).text
        elif match:
            manager = self.object_(match.group(2), clause.subjects)
        people = clause.subjects or tuple(e.person for e in self.found[-1:] if clause.trigger.word == "reporting")
        for person in people:
            if manager and manager != person:
                self.add(clause, REPORTS, person, reports_to=manager)

    def remain(self, clause: Clause) -> None:
        """Read ``P will remain T until D``."""
        until = next(
            (i.when for i in items_in(self.tagged, clause.right, "D") if i.when and i.when.lead == UNTIL), None
        )
        for person in clause.subjects:
            if until:
                clause.dates = (until,)
                self.add(clause, ENDS, person, title=self.post(clause.right), role=True)

    def post(self, text: str) -> Item | None:
        """Give the first title in a text that is not that of a person named after it, nor one that is left."""
        left = {m.group(1) for m in _FROM_POST.finditer(text)}
        numbers = [m.group(1) for m in _POST.finditer(text) if m.group(1) not in left]
        kept = [
            n for n in numbers if not re.search(rf"<P\d+> , (?:the |its |our )*(?:current |outgoing )?<T{n}>", text)
        ]
        return self.item(kept[0]) if kept else None

    def post_of_object(self, text: str) -> Item | None:
        match = _OF_OBJECT.search(text) or re.search(r"<P\d+> ,? ?(?:as )?(?:its |the )?<T(\d+)>", text)
        return self.item(match.group(1)) if match else None

    def add(
        self, clause: Clause, kind: str, person: str, *, title: Item | None = None, from_post: str = "",
        reports_to: str = "", replaces: str = "", told: str = "", role: bool = False,
    ) -> None:  # fmt: skip
        """Add an event with where and when it is."""
        state = title.title.state if title and title.title else ""
        opens = kind in (STARTS, TRANSFERRED, "becomes")
        if state == "former":
            return
        if opens and (state == "acting" or _FOR_NOW.search(clause.right)):
            kind, from_post = ACTING, ""
        told = told or clause.told
        when = clause.dates[0] if clause.dates else None
        spoken = moment(
            clause.said or (clause.dates[1] if len(clause.dates) > 1 else None), told=DONE, published=self.published
        )
        said = spoken.bounds()[0] if spoken.exact else None
        effective = moment(when, told=told, published=self.published, ends=kind == ENDS, said=said)
        plain = moment(None, told=told, published=self.published)
        if not from_post and (left := _FROM_POST.search(clause.right)) and opens:
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

    def successor(self, clause: Clause, person: str) -> str:
        """Give whose successor somebody is said to be."""
        if clause.trigger.kind not in (verbs.APPOINT, verbs.BECOME):
            return ""
        match = _SUCCESSOR.search(clause.right)
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
        if match is None and re.match(r"from\b", match.group() if match else ""):
            match = None
        match = match or re.search(r"<O(\d+)>", phrase)
        if match and not match.group().startswith("from"):
            return self.item(match.group(1)).text
        found = items_in(self.tagged, _ELSEWHERE.sub("", clause.left), "O")
        return found[-1].text if found else ""

    def standing(self, parts: list[Clause]) -> None:
        """Read ``P is the new T``, ``P's promotion to T`` and ``a new T: P``."""
        for match in _IN_CHARGE.finditer(self.tagged.line):
            number = next((c for c in parts if c.trigger.kind == "is"), None)
            if number is not None:
                number.told = DONE
                self.add(number, STARTS, self.item(match.group(1)).text, title=self.item(match.group(2)))
        for match in _PROMOTION.finditer(self.tagged.line):
            kind = TRANSFERRED if match.group(2) == "promotion" else STARTS
            if parts:
                title = self.item(match.group(3))
                self.add(parts[0], kind, self.item(match.group(1)).text, title=title, told=ANNOUNCED)
        for match in _HAS_NEW.finditer(self.tagged.line):
            person = self.item(match.group(2)).text
            if parts and not any(event.post for event in self.found if event.person == person):
                self.add(parts[0], STARTS, person, title=self.item(match.group(1)), told=DONE)

    def all_from(self) -> None:
        """Read ``…, both effective October 15`` at the end of a sentence."""
        match = re.search(r"\b(?:both|all)(?: of them)? <D(\d+)>", self.tagged.line)
        when = self.item(match.group(1)).when if match else None
        if when is not None and when.lead == FROM:
            effective = moment(when, told=ANNOUNCED, published=self.published)
            self.found = [replace(event, effective=effective, dated=True) for event in self.found]

    def created(self) -> None:
        """Read ``the newly created role of T``."""
        for match in _CREATED.finditer(self.tagged.line):
            number = next(group for group in match.groups() if group)
            effective = moment(None, told=DONE, published=self.published)
            place = next((i.text for i in items_in(self.tagged, self.tagged.line[: match.start()], "O")), "")
            made = Event(kind=CREATED, sentence=self.tagged.sentence.number, told=DONE, effective=effective,
                         post=self.item(number).text, organization="" if self.found else place)  # fmt: skip
            self.found.append(made)
            if given := _GIVEN.search(self.tagged.line, match.end()):
                unknown = moment(None, told=ANNOUNCED, published=self.published)
                self.found.append(replace(made, kind=STARTS, told=ANNOUNCED, effective=unknown,
                                          person=self.item(given.group(1)).text))  # fmt: skip

    def move_topic(self) -> None:
        """Move on to whom the sentence speaks of: whom it appoints, or who does something in it."""
        topic, line = self.topic, self.tagged.line
        everyone = persons_in(self.tagged, line)
        stated = [event.person for event in self.found if event.person]
        if stated:
            topic.person = stated[0]
        elif (re.match(r"(?:<T\d+> ,? ?|the |his |her )*<P", line) and everyone) or len(set(everyone)) == 1:
            topic.person = everyone[0]
        pair = tuple(dict.fromkeys(stated)) or tuple(dict.fromkeys(everyone))
        if len(pair) == 2 or len(pair) > 2:
            topic.pair = pair[:2]
        topic.mentioned += everyone
