"""Who stands on a chart of a day, and the ties between them, by number: for people, and for posts.

Why a filled post has no card among people: the line from post to post has been derived to its holders already, with
the day's reasons (leave, acting), so drawing the post as well would show one relation twice. Why a person's line on
the chart of posts runs from one post only, the one that the line came with or else the first: which of several posts
a source means it does not say, and a line from each would say more than it does.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from operator import attrgetter
from typing import NamedTuple

import numpy as np

from orggraph.chart.day import UNSURE, Day
from orggraph.chart.parts import PERSON, POST, UNIT
from orggraph.facts import DERIVED, POST_IN, UNIT_OF
from orggraph.timeline import Rows
from orggraph.timeline.columns import BITS
from orggraph.timeline.terms import ABSENT


class Tie(NamedTuple):
    """Who reports to whom; ``row`` is the surest fact that says so, ``rows`` all of them."""

    reporter: int
    manager: int
    dotted: bool
    label: int
    derived: bool
    row: int
    rows: tuple[int, ...]


class Seat(NamedTuple):
    """One membership: a person in a post (or -1) of a place."""

    person: int
    post: int
    role: int
    place: int
    label: int
    row: int


class Standing:
    """Who holds what where on a day, in dictionaries of numbers."""

    def __init__(self, day: Day) -> None:
        self.day = day
        c, rows = day.columns, day.memberships
        columns = (c.subject[rows], c.post[rows], c.role[rows], c.object[rows])
        told = zip(*(column.tolist() for column in columns), day.label(rows), rows.tolist(), strict=True)
        self.held: dict[int, list[Seat]] = {}
        self.holders: dict[int, list[int]] = {}
        for seat in map(Seat._make, told):
            self.held.setdefault(seat.person, []).append(seat)
            if seat.post != ABSENT:
                self.holders.setdefault(seat.post, []).append(seat.person)
        for several in (seats for seats in self.held.values() if len(seats) > 1):
            several.sort(key=self._seat_order)
        places = np.unique(c.object[rows]).tolist()
        self.organizations = sorted({day.organization(place) for place in places}, key=day.order)

    def _seat_order(self, seat: Seat) -> tuple[int, str, str, int, int]:
        """Give the order of somebody's memberships: the surest, then by names, then the earliest."""
        day, c = self.day, self.day.columns
        post = day.name(seat.post) if seat.post != ABSENT else ""
        starts = int(c.start_earliest[seat.row]), int(c.start_latest[seat.row])
        return seat.label, post, day.name(seat.place), *starts

    @cached_property
    def post_place(self) -> dict[int, int]:
        """Give the row that says where each post is."""
        return self._places(POST_IN)

    @cached_property
    def parents(self) -> dict[int, int]:
        """Give the unit or organization that each unit is in."""
        return {unit: int(self.day.columns.object[row]) for unit, row in self._places(UNIT_OF).items()}

    def _places(self, predicate: str) -> dict[int, int]:
        rows: Rows = self.day.places
        rows = rows[self.day.columns.predicate[rows] == self.day.number(predicate)]
        subjects, labels = self.day.columns.subject[rows].tolist(), self.day.label(rows)
        ordered = sorted(zip(labels, subjects, rows.tolist(), strict=True), key=lambda told: -told[0])
        return {subject: row for _, subject, row in ordered}

    def inside(self, unit: int) -> set[int]:
        """Give a unit with all units below it."""
        below: dict[int, list[int]] = {}
        for tie in self.ties_of_units():
            below.setdefault(tie.manager, []).append(tie.reporter)
        units, front = {unit}, [unit]
        while front:
            front = [child for parent in front for child in below.get(parent, ()) if child not in units]
            units.update(front)
        return units

    def place_of(self, post: int) -> int:
        """Give the unit or organization in which a post is; -1 where that is not said."""
        row = self.post_place.get(post, ABSENT)
        return int(self.day.columns.object[row]) if row != ABSENT else ABSENT

    @cached_property
    def vacancies(self) -> list[int]:
        """List the posts without a holder that are there for certain, or that a line touches."""
        elsewhere, labels = set(self.elsewhere), self._post_labels
        there = {post for post, label in labels.items() if label != UNSURE and post not in elsewhere}
        return sorted((there | self._ends_posts) - self.holders.keys())

    @cached_property
    def _post_labels(self) -> dict[int, int]:
        rows = np.fromiter(self.post_place.values(), dtype=np.int64)
        return dict(zip(self.post_place, self.day.label(rows), strict=True))

    @cached_property
    def elsewhere(self) -> list[int]:
        """List the posts without holder in organizations where nobody is known: a former employer is not charted."""
        unheld = [post for post in self.post_place if post not in self.holders and post not in self._ends]
        sure = [post for post in unheld if self._post_labels[post] != UNSURE]
        known = set(self.organizations)
        return [post for post in sure if self.held and self.day.organization(self.place_of(post)) not in known]

    @cached_property
    def _ends(self) -> frozenset[int]:
        c, rows = self.day.columns, self.day.lines
        return frozenset(np.union1d(c.subject[rows], c.object[rows]).tolist())

    @cached_property
    def _ends_posts(self) -> frozenset[int]:
        """Give the posts at the end of a line."""
        others = self._ends - self.held.keys()
        self.day.learn_kinds(others - self.holders.keys())
        return frozenset(end for end in others if end in self.holders or self.day.kind(end) == POST)

    def people(self) -> dict[int, str]:
        """Give who has a card among people, by number, with its kind: people, vacant posts, and what lines point to."""
        people = self.held.keys() | (self._ends - self._ends_posts)
        self.day.learn_kinds(people)
        kind = self.day.kind
        cards = {n: UNIT if kind(n) in ("unit", "organization") else PERSON for n in sorted(people)}
        return cards | dict.fromkeys(self.vacancies, POST)

    def posts(self) -> dict[int, str]:
        """Give who has a card among posts: every post, and who holds none."""
        cards = self.people()
        free = {n: kind for n, kind in cards.items() if not any(s.post != ABSENT for s in self.held.get(n, ()))}
        return free | dict.fromkeys(sorted(self.holders), POST)

    def ties_of_people(self) -> list[Tie]:
        """List the ties between people and vacant posts; a stated one stands for all derived ones beside it."""
        if not self.holders:
            return _best(self.lines)
        derived = {(t.reporter, t.manager, t.dotted) for t in self.lines if t.derived}
        ends: list[Tie] = []
        for tie in self.lines:
            if tie.reporter in self.holders:
                continue  # its holders have lines of their own
            holders = self.holders.get(tie.manager)
            holders = sorted(set(holders) - {tie.reporter}) if holders else []
            if not holders:
                ends.append(tie)
            elif not any((tie.reporter, holder, tie.dotted) in derived for holder in holders):
                ends += [self._to_holder(tie, holder) for holder in holders]
        return _best(ends)

    def _to_holder(self, tie: Tie, holder: int) -> Tie:
        held = min(seat.label for seat in self.held[holder] if seat.post == tie.manager)
        return tie._replace(manager=holder, label=max(tie.label, held), derived=True)

    def ties_of_posts(self) -> list[Tie]:
        """List the ties between posts, and of people who hold none; those derived for holders are left out."""
        tenure_post = self._posts_by_tenure()
        ends = []
        for tie in self.lines:
            if not tie.derived:
                reporter, manager = self._in_post(tie.reporter, tie.row, tenure_post), self._in_post(tie.manager)
                moved = (reporter, manager) != (tie.reporter, tie.manager)
                ends.append(tie._replace(reporter=reporter, manager=manager, derived=moved))
        return _best(ends)

    def ties_of_units(self) -> list[Tie]:
        """List which unit is in which."""
        c, rows = self.day.columns, self.day.places
        rows = rows[c.predicate[rows] == self.day.number(UNIT_OF)]
        ends = zip(c.subject[rows].tolist(), c.object[rows].tolist(), self.day.label(rows), rows.tolist(), strict=True)
        return _best(Tie(unit, above, False, label, False, row, (row,)) for unit, above, label, row in ends)

    def _posts_by_tenure(self) -> dict[int, int]:
        tenure = self.day.columns.tenure
        return {int(tenure[seat.row]): seat.post for seats in self.held.values() if len(seats) > 1 for seat in seats}

    def _in_post(self, entity: int, row: int = -1, tenure_post: dict[int, int] | None = None) -> int:
        posts = [seat.post for seat in self.held.get(entity, ()) if seat.post != ABSENT]
        if len(posts) > 1 and row >= 0:
            c = self.day.columns
            premises = c.premises[c.premises_at[row] : c.premises_at[row + 1]].tolist()
            posts = [post for n in premises if (post := (tenure_post or {}).get(n, ABSENT)) in posts] or posts
        return posts[0] if posts else entity

    @cached_property
    def lines(self) -> list[Tie]:
        """List the lines of the day, stated ones first, then the surest, then the earliest."""
        c, rows = self.day.columns, self.day.lines
        labels, derived = np.array(self.day.label(rows)), c.flags[rows] & BITS[DERIVED] != 0
        order = np.lexsort((rows, c.start_latest[rows], c.start_earliest[rows], labels, derived))
        rows, labels, derived = rows[order], labels[order], derived[order]
        dotted = (c.predicate[rows] == self.day.dotted_verb).tolist()
        ends, numbers = (c.subject[rows].tolist(), c.object[rows].tolist()), rows.tolist()
        told = zip(*ends, dotted, labels.tolist(), derived.tolist(), numbers, zip(numbers, strict=True), strict=True)
        return list(map(Tie._make, told))


def _best(ties: Iterable[Tie]) -> list[Tie]:
    """Keep one tie for each pair and kind, the first by what is stated and sure, with the rows of all."""
    ties = sorted(ties, key=attrgetter("derived", "label"))
    if len({(tie.reporter, tie.manager) for tie in ties}) == len(ties):
        return ties
    stated = {(tie.reporter, tie.manager) for tie in ties if not tie.derived}
    best: dict[tuple[int, int, bool], Tie] = {}
    for tie in ties:
        if tie.derived and (tie.reporter, tie.manager) in stated:
            continue
        key = (tie.reporter, tie.manager, tie.dotted)
        known = best.get(key)
        best[key] = tie if known is None else known._replace(rows=known.rows + tie.rows)
    return list(best.values())
