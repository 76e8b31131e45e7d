"""Cards and lines: everything that is shown of who is drawn, made from the rows of the day.

Why badges are careful: a badge is read as a fact, so somebody is new only if no reading of the dates has them there
before, two share a job only if a source says that it is one job (its full-time equivalent), and they head something
together only if somebody reports to both for the sake of one post, or both are said to be its head.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from orggraph.chart.day import UNSURE
from orggraph.chart.parts import DIRECT, DOTTED, PERSON, POST, STRENGTH, UNIT, Card, Held, Line
from orggraph.chart.standing import Seat, Standing, Tie
from orggraph.facts import HEAD_ROLE
from orggraph.period import OPEN_EARLY, OPEN_LATE, Moment, iso
from orggraph.snapshot import CERTAIN, POSSIBLE, PRESUMED, stated
from orggraph.timeline import Rows
from orggraph.timeline.terms import ABSENT

NEW_DAYS = 30
"""Who arrived at most so many days ago, for certain, is new."""
CO_HEAD, JOB_SHARE, NEW = "co-head", "job share", "new"
_ASSISTANT = re.compile(
    r"(?:personal |executive |special )?assistant|(?:\S+ )*(?:private|personal|executive|diary) secretary|secretary"
    r"|(?:deputy )?chief of staff|pa"
)
"""What a post of somebody who stands beside a manager is called, before `to …`, `of …`, a comma or a bracket."""
_MAY_ASSIST = re.compile(r"assistant|secretary|staff|pa\b", re.IGNORECASE)
_REST_OF_NAME = re.compile(r"\s+(?:to|for|of(?! staff))\b|[,(/:;–-]")


class Cards:
    """Makes the cards of a day; ``ties`` are all of the day, by which an assistant or a co-head is known."""

    def __init__(self, standing: Standing, ties: list[Tie]) -> None:
        self.standing, self.day = standing, standing.day
        self.ties = ties
        self._where: dict[int, str] = {}
        self._named_so: dict[int, bool] = {}

    def learn(self, entities: Iterable[int], kinds: dict[int, str]) -> None:
        """Look up at once what the cards of many will name."""
        entities = list(entities)
        held = self.standing.held
        seats = [seat for entity in entities for seat in held.get(entity, ())]
        for entity in entities:
            if kinds.get(entity) == POST:
                holders = self.standing.holders.get(entity, ())
                seats += [seat for person in holders for seat in held[person]]
        numbers = {number for seat in seats for number in (seat.person, seat.post, seat.role, seat.place)}
        self.day.learn(numbers.union(entities))
        self.day.learn_rows([seat.row for seat in seats])

    # ---- people

    def person(self, number: int) -> Card:
        """Make the card of a person: everything held, the surest first."""
        day, seats = self.day, self.standing.held.get(number, [])
        held: dict[tuple[int, int, int], Held] = {}
        for seat in seats:
            key = (seat.post, seat.role, seat.place)
            made = self.held(seat)
            if known := held.get(key):
                made = known._replace(sources=tuple(sorted({*known.sources, *made.sources})))
            held[key] = made
        ordered = list(held.values())
        if len(ordered) > 1:
            ordered.sort(key=lambda h: (STRENGTH.index(h.certainty), h.post, h.unit))
        label = min((seat.label for seat in seats), default=-1)
        certainty = STRENGTH[label if label >= 0 else self._line_labels.get(number, 0)]
        kind = UNIT if day.kind(number) in ("unit", "organization") else PERSON
        return Card(
            day.iri(number), day.name(number), kind, certainty, tuple(ordered),
            badges=self._badges(seats, ordered, certainty), assistant=self._assists(number),
            photo=day.photos.get(number, "") if day.photos else "",
        )  # fmt: skip

    def held(self, seat: Seat) -> Held:
        """Say what somebody holds."""
        return self._held(seat.row, self._title(seat), seat.place, seat.label)

    def _held(self, row: int, what: str, place: int, label: int) -> Held:
        day, certainty = self.day, STRENGTH[label]
        notes = day.notes(row)
        if label == UNSURE:
            c, moment = day.columns, day.facts.moment
            confirmed = int(c.confirmed[row])
            start, end = moment(int(c.start[row])), moment(int(c.end[row]))
            notes = (*notes, _doubt(start, end, confirmed, day.snapshot.day))
        return Held(
            what, self.where(place), certainty, day.since(row),
            iso(int(day.columns.confirmed[row])) if certainty == PRESUMED else "", notes, day.sources((row,)),
        )  # fmt: skip

    def _title(self, seat: Seat) -> str:
        what = seat.post if seat.post != ABSENT else seat.role
        if what == ABSENT:
            return ""
        name = self.day.name(what)
        return name.rpartition("#")[2] if name == self.day.iri(what) else name

    def where(self, place: int) -> str:
        """Name a place on a card: a unit, or an organization where there are several."""
        found = self._where.get(place)
        if found is None:
            shown = len(self.standing.organizations) > 1 or self.day.kind(place) == "unit"
            found = self._where[place] = self.day.name(place) if shown else ""
        return found

    @cached_property
    def _line_labels(self) -> dict[int, int]:
        """Give how sure it is that somebody who holds nothing is at the end of a line."""
        labels: dict[int, int] = {}
        for tie in self.standing.lines:
            for end in (tie.reporter, tie.manager):
                if end not in self.standing.held:
                    labels[end] = min(tie.label, labels.get(end, tie.label))
        return labels

    # ---- badges

    def _badges(self, seats: list[Seat], held: list[Held], certainty: str) -> tuple[str, ...]:
        notes = {note for place in held for note in place.notes}
        badges: list[str] = [word for word in ("acting", "on leave") if word in notes] if notes else []
        if self._shared:
            posts = {seat.row for seat in seats}
            badges += [word for word, rows in self._shared.items() if not rows.isdisjoint(posts)]
        if self._recent and seats and self._is_new(seats):
            badges.append(NEW)
        return (*badges, POSSIBLE) if certainty == POSSIBLE else tuple(badges)

    @cached_property
    def _recent(self) -> set[int]:
        c, rows = self.day.columns, self.day.memberships
        found: Rows = rows[c.start_earliest[rows] >= self.day.snapshot.day - NEW_DAYS]
        return set(found.tolist())

    def _is_new(self, seats: list[Seat]) -> bool:
        """Tell whether somebody arrived within the last days on every reading, and was not there before."""
        if not all(seat.row in self._recent for seat in seats) or all(seat.label == UNSURE for seat in seats):
            return False
        snapshot, day = self.day.snapshot, self.day
        here = {day.iri(day.organization(seat.place)) for seat in seats}
        return snapshot.first_seen(day.iri(seats[0].person), here) >= snapshot.day - NEW_DAYS

    @cached_property
    def _shared(self) -> dict[str, set[int]]:
        """Give by badge the rows of memberships that are shared with others."""
        shared: dict[str, set[int]] = {}
        managers: dict[int, set[int]] = {}
        together = [seats for seats in self._several().values() if len({seat.person for seat in seats}) > 1]
        if together:
            wanted = {end for seats in together for seat in seats for end in (seat.person, seat.post)}
            for tie in self.ties:
                if tie.manager in wanted:
                    managers.setdefault(tie.reporter, set()).add(tie.manager)
        for seats in together:
            people, post = {seat.person for seat in seats}, seats[0].post
            if post == ABSENT or any(len(above & people) > 1 or post in above for above in managers.values()):
                shared.setdefault(CO_HEAD, set()).update(seat.row for seat in seats)
            elif self._is_one_job(seats):
                shared.setdefault(JOB_SHARE, set()).update(seat.row for seat in seats)
        return shared

    def _several(self) -> dict[tuple[int, int], list[Seat]]:
        """Give the sure holders of each post, and the stated heads of each place, in person and not for another."""
        head = self.day.number(HEAD_ROLE)
        found: dict[tuple[int, int], list[Seat]] = {}
        posts = [post for post, people in self.standing.holders.items() if len(people) > 1]
        several = {person for post in posts for person in self.standing.holders[post]}
        heads = self.standing.held if head != ABSENT else several
        for person in sorted(several.union(heads)):
            for seat in self.standing.held[person]:
                aside = seat.label == UNSURE or {"acting", "on leave", "not in office"} & {*self.day.notes(seat.row)}
                if not aside and seat.post != ABSENT:
                    found.setdefault((seat.post, ABSENT), []).append(seat)
                elif not aside and seat.role == head != ABSENT:
                    found.setdefault((ABSENT, seat.place), []).append(seat)
        return found

    def _is_one_job(self, seats: list[Seat]) -> bool:
        stated, tenure = self.day.full_time, self.day.columns.tenure
        parts = [stated.get(int(tenure[seat.row]), 1.0) for seat in seats]
        return stated.get(seats[0].post, 2.0) <= 1 or all(part < 1 for part in parts)

    def _assists(self, number: int) -> bool:
        """Tell whether a post says that somebody assists, who reports to somebody and to whom nobody reports."""
        return any(self._is_named_so(post) for post in self._sure_posts(number)) and number in self._leaves

    def _is_named_so(self, post: int) -> bool:
        found = self._named_so.get(post)
        if found is None:
            found = self._named_so[post] = is_assistant(self.day.name(post))
        return found

    @cached_property
    def _leaves(self) -> set[int]:
        """Give who reports to somebody directly, and to whom nobody reports."""
        return {tie.reporter for tie in self.ties if not tie.dotted} - {tie.manager for tie in self.ties}

    def _sure_posts(self, entity: int) -> list[int]:
        seats = self.standing.held.get(entity)
        if seats is None:
            return [entity]
        return [s.post if s.post != ABSENT else s.role for s in seats if s.post != ABSENT or s.role != ABSENT]

    # ---- posts

    def post(self, number: int) -> Card:
        """Make the card of a post: who holds it, or why nobody does."""
        day, people = self.day, self.standing.holders.get(number, ())
        row = self.standing.post_place.get(number)
        place = self.standing.place_of(number)
        label = day.label_of(row) if row is not None else 0
        if not people:
            held = (self._held(row, "", place, label),) if row is not None else ()
            reason = day.reason(number)
            return Card(day.iri(number), day.name(number), POST, STRENGTH[label], held, (reason,),
                        badges=(reason, POSSIBLE) if label == UNSURE else (reason,),
                        assistant=self._assists(number))  # fmt: skip
        seats = [seat for person in sorted(set(people)) for seat in self.standing.held[person] if seat.post == number]
        seats.sort(key=lambda seat: (seat.label, *day.order(seat.person)))
        held_by = tuple(self._held(s.row, day.name(s.person), s.place, s.label) for s in seats)
        sure = label if row is not None else seats[0].label
        badges = self._badges([], list(held_by), STRENGTH[sure])
        shared = [word for word, rows in self._shared.items() if not rows.isdisjoint({s.row for s in seats})]
        return Card(day.iri(number), day.name(number), POST, STRENGTH[sure], held_by, badges=(*shared, *badges),
                    assistant=self._assists(number))  # fmt: skip

    def unit(self, number: int) -> Card:
        """Make the card over a group."""
        name = self.day.name(number) if number != ABSENT else "Unit unknown"
        return Card(self.day.iri(number) if number != ABSENT else "", name, UNIT, CERTAIN)

    # ---- lines

    def line(self, tie: Tie, *, in_cycle: bool = False, highlighted: bool = False) -> Line:
        """Make the line of a tie."""
        day = self.day
        return Line(
            day.iri(tie.reporter), day.iri(tie.manager), DOTTED if tie.dotted else DIRECT, STRENGTH[tie.label],
            tie.derived, day.since(tie.row), day.sources(tie.rows), in_cycle, highlighted,
        )  # fmt: skip


def is_assistant(post: str) -> bool:
    """Tell whether the name of a post says that its holder stands beside somebody.

    >>> [is_assistant(post) for post in ("Principal Private Secretary to the Prime Minister", "Chief of Staff, CEO",
    ...                                  "Executive Assistant", "Secretary")]
    [True, True, True, True]
    >>> [is_assistant(post) for post in ("Assistant Director", "Permanent Secretary", "Company Secretary",
    ...                                  "Secretary of State for Transport", "Research Assistant")]
    [False, False, False, False, False]
    """
    if not _MAY_ASSIST.search(post):
        return False  # most by far
    folded = " ".join(post.casefold().split())
    if folded.startswith("secretary of "):
        return False
    return bool(_ASSISTANT.fullmatch(_REST_OF_NAME.split(folded, maxsplit=1)[0].strip()))


def _doubt(start: Moment, end: Moment, confirmed: int, day: int) -> str:
    """Say which bound leaves open whether something holds on the day."""
    parts = []
    if start.latest > day:
        parts.append("since when not known" if stated(start) == "unknown" else f"since {_range(start)}")
    if end.earliest <= day:
        last = f"last seen {iso(confirmed)}"
        parts.append(last if stated(end) == "unknown" else f"until {_range(end)}")
    if not parts:  # strict: only presumed
        parts.append(f"last seen {iso(confirmed)}")
    return f"possible: {', '.join(parts)}"


def _range(moment: Moment) -> str:
    if moment.earliest == OPEN_EARLY:
        return f"{iso(moment.latest)} or before"
    if moment.latest == OPEN_LATE:
        return f"{iso(moment.earliest)} or later"
    return iso(moment.earliest) if moment.exact else f"{iso(moment.earliest)} to {iso(moment.latest)}"
