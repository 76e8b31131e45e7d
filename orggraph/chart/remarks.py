"""What a chart says in words: counts under its title, and remarks on what the eye does not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from orggraph.chart.day import UNSURE, Day
from orggraph.chart.parts import PERSON, POST, UNIT, Card
from orggraph.chart.standing import Standing, Tie
from orggraph.facts import IN_CONFLICT
from orggraph.ledger import recorded_text
from orggraph.period import iso
from orggraph.snapshot import POSSIBLE, PRESUMED, VACANT, Snapshot
from orggraph.timeline.columns import BITS

_NAMED_AT_MOST = 6
MANY = 5_000
"""Beyond so many cards a chart says how to limit it."""
_REPORTING = ("reports to", "report to", "may report to")
_PLURAL = {PERSON: ("person", "people"), POST: ("post", "posts"), UNIT: ("unit", "units")}


def cycle_remark(cycle: list[int], ties: Iterable[Tie], day: Day, *, kind: str = PERSON) -> str:
    """Name those who report to each other, or units that are in each other."""
    pairs = set(zip(cycle, cycle[1:] + cycle[:1], strict=True))
    possible = any(t.label == UNSURE for t in ties if (t.reporter, t.manager) in pairs and not t.dotted)
    verb, verbs, may = ("is in", "are in", "may be in") if kind == UNIT else _REPORTING
    verb, verbs = (may, may) if possible else (verb, verbs)
    names, on = [day.name(number) for number in cycle], iso(day.snapshot.day)
    if len(names) == 1:
        return f"{names[0]} {verb} {names[0]} on {on}."
    if len(names) == 2:
        return f"{names[0]} and {names[1]} {verbs} each other on {on}."
    return f"{' → '.join([*names, names[0]])} {verbs} each other in a circle on {on}."


def posts_in_words(cards: Iterable[Card]) -> list[str]:
    """Count the posts that name nobody, by why they do not.

    >>> card = Card("urn:p", "CTO", POST, "certain", (), ("withheld",))
    >>> posts_in_words([card, card])
    ['2 posts withheld']
    """
    reasons = Counter(card.notes[0] for card in cards if card.kind == POST and card.notes)
    return reasons_in_words(reasons)


def reasons_in_words(reasons: Counter[str]) -> list[str]:
    """Write how many posts name nobody for which reason."""
    vacant = reasons[VACANT]
    words = [f"{vacant} vacant post{'s' * (vacant != 1)}"] if vacant else []
    others = sorted((reason, number) for reason, number in reasons.items() if reason != VACANT)
    return words + [f"{number} post{'s' * (number != 1)} {reason}" for reason, number in others]


def counted(number: int, kind: str) -> str:
    """Write a number of people, posts or units.

    >>> counted(1, "person"), counted(20_000, "post")
    ('1 person', '20,000 posts')
    """
    return f"{number:,} {_PLURAL[kind][number != 1]}"


def subtitle(cards: Collection[Card], snapshot: Snapshot, *, kind: str, everyone: int) -> str:
    """Count what is drawn, of so many of its kind that are there."""
    shown = [card for card in cards if card.kind == kind]
    of = f"{len(shown):,} of " if everyone > len(shown) else ""
    parts = [of + counted(max(everyone, len(shown)), kind)]
    for label in (POSSIBLE, PRESUMED):
        count = sum(card.certainty == label for card in shown)
        parts += [f"{count:,} {label}"] if count else []
    parts += posts_in_words(cards)
    known = f", as recorded by {recorded_text(snapshot.recorded_by)[:10]}" if snapshot.recorded_by is not None else ""
    return ", ".join(parts) + known


def stand(count: int) -> str:
    """Write the verb that fits a number of people."""
    return "person stands" if count == 1 else "people stand"


def hidden_remark(kinds: Iterable[str]) -> str:
    """Say how many are not drawn, by what they are.

    >>> hidden_remark([POST, PERSON, PERSON]), hidden_remark([PERSON])
    ('2 more people and 1 more post stand below those drawn.', '1 more person stands below those drawn.')
    """
    counts = Counter(kinds)
    parts = [f"{counts[kind]:,} more {_PLURAL[kind][counts[kind] != 1]}" for kind in _PLURAL if counts[kind]]
    return f"{listed(parts)} stand{'s' * (counts.total() == 1)} below those drawn."


def many_remark(cards: int) -> str:
    """Say how a chart that is too large to be read is limited."""
    return (
        f"{cards:,} cards are too many to be read at once: limit the chart with a depth, a root, a unit, or by "
        "collapsing people."
    )


def listed(names: list[str], *, word: str = "and") -> str:
    """Join names as a sentence does; beyond six, the rest is counted."""
    if len(names) > _NAMED_AT_MOST:
        return f"{', '.join(names[:_NAMED_AT_MOST])} {word} {len(names) - _NAMED_AT_MOST} more"
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


class Remarks:
    """What is said about everybody ``within`` a chart, from all ``cards`` and ``ties`` of the day."""

    def __init__(
        self, standing: Standing, cards: Mapping[int, str], ties: list[Tie], within: Collection[int], whole: bool
    ) -> None:
        self.standing, self.day, self.cards, self.ties = standing, standing.day, cards, ties
        self.within, self.whole = within, whole
        self.managers = {tie.manager for tie in ties if tie.reporter != tie.manager}
        self.led = {tie.reporter for tie in ties}

    def of_people(self) -> list[str]:
        """Remark on lines, tops, managers without a post, posts that may be vacant, and contradictions."""
        people = [number for number, kind in self.cards.items() if kind == PERSON]
        if not people:
            return [f"Nobody is known on {iso(self.day.snapshot.day)}."]
        remarks = []
        if not self.ties:
            remarks.append("No reporting lines are known on this day; people are grouped by unit.")
        remarks += [*self._tops(PERSON), *self._tops(POST)]
        connected = self.managers | self.led
        alone = sum(number not in connected and number in self.within for number in people) if self.ties else 0
        if alone:
            remarks.append(f"{alone} {stand(alone)} without a known reporting line, by unit.")
        held = self.standing.held
        absent = [n for n in self.managers if self.cards[n] == PERSON and n not in held and n in self.within]
        if absent and held:
            remarks.append(f"Named as manager, but without a post on this day: {self._names(absent)}.")
        return [*remarks, *self._elsewhere(), *self._seats(), *self._conflicts()]

    def of_posts(self) -> list[str]:
        """Remark on lines, tops, people without a post, and contradictions."""
        if not self.cards:
            return [f"Nobody is known on {iso(self.day.snapshot.day)}."]
        free = [number for number, kind in self.cards.items() if kind == PERSON and number in self.within]
        remarks = [] if self.ties else ["No reporting lines are known on this day; posts are grouped by unit."]
        remarks += self._tops(POST)
        if free:
            remarks.append(f"Without a post on this day, and drawn as people: {self._names(free)}.")
        return [*remarks, *self._elsewhere(), *self._conflicts()]

    def _tops(self, kind: str) -> list[str]:
        tops = [n for n in self.managers - self.led if self.cards[n] == kind and n in self.within]
        posts = {n: [seat.post for seat in self.standing.held.get(n, ())] for n in tops}
        sure = [n for n in tops if self.day.nobody_above(n, posts[n])]
        unknown = sorted(set(tops) - set(sure))
        remarks = []
        if len(sure) > 1:
            remarks.append(f"{counted(len(sure), kind)} report to nobody: {self._names(sure)}.")
        if unknown:
            verb = "reports" if len(unknown) == 1 else "report"
            what = "whom" if kind == PERSON else "what the post" if len(unknown) == 1 else "what the posts"
            remarks.append(f"To {what} {self._names(unknown)} {verb} is not known.")
        return remarks

    def _names(self, numbers: Collection[int]) -> str:
        self.day.learn(numbers)
        return listed(sorted(self.day.name(number) for number in numbers))

    def _elsewhere(self) -> list[str]:
        if not self.whole or not self.standing.elsewhere:
            return []
        name, place, organization = self.day.name, self.standing.place_of, self.day.organization
        posts = sorted({f"{name(post)}, {name(organization(place(post)))}" for post in self.standing.elsewhere})
        return [f"Not drawn, as nobody in their organization is known: {listed(posts)}."]

    def _seats(self) -> list[str]:
        """Name the posts of which it is not certain by whom, or whether at all, they are filled."""
        day, held = self.day, self.standing.held
        where = {seat.post: seat.place for seats in held.values() for seat in seats if seat.label == UNSURE}
        sure = {seat.post for seats in held.values() for seat in seats if seat.label != UNSURE}
        unsure = [p for p in where if p in self.standing.holders and p not in sure]
        there = [p for p in unsure if any(person in self.within for person in self.standing.holders[p])]
        filled, open_posts = [], []
        for post in sorted(there, key=day.order):
            who = listed(sorted({day.name(person) for person in self.standing.holders[post]}), word="or")
            several = len(self.standing.organizations) > 1
            title = day.name(post) + (f", {day.name(day.organization(where[post]))}" if several else "")
            if day.snapshot.seats(day.iri(post)).fewest:
                filled.append(f"{title} is filled for certain, but it is not certain by whom: {who}.")
            else:
                open_posts.append((title, who))
        if len(open_posts) > 3:
            return [*filled, f"{len(open_posts)} posts may be vacant: {listed([post for post, _ in open_posts])}."]
        return filled + [f"{post} may be vacant; possibly held by {who}." for post, who in open_posts]

    def _conflicts(self) -> list[str]:
        c, day = self.day.columns, self.day
        subjects = {
            number
            for rows in (day.memberships, day.lines)
            for number in c.subject[rows[(c.flags[rows] & BITS[IN_CONFLICT]) != 0]].tolist()
        }
        named = [number for number in subjects if number in self.within]
        return [f"Sources contradict each other about {self._names(named)}."] if named else []
