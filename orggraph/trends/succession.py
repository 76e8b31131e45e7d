"""Who follows whom in a post, how long each stays, and how long a post stays vacant in between.

A *reign* is one person's unbroken time in one post, terms in a row taken together. A *succession* is a reign that
begins after somebody else's in that post has ended; where several hold a post at once, each who comes follows the one
who left last and whom nobody follows yet. It is *internal* where the successor was in office the day before, wherever
that was; *returned* where only earlier; *external* where never before; *unclear* where the dates leave that open.

A post is *vacant* between two reigns of it, when nobody holds it. Not counted is what a source says is something else
than vacant (withheld, unknown, eliminated). What may have been no day at all is counted as possible only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import mean, median
from typing import NamedTuple

import numpy as np

from orggraph.facts import ATTRIBUTE, PLACE
from orggraph.period import OPEN_LATE
from orggraph.snapshot import ABSENCE, VACANT
from orggraph.timeline import Timeline
from orggraph.trends.office import Office
from orggraph.trends.periods import Between, Count
from orggraph.trends.stretches import Days, Presence, Stretches, presence, spells
from orggraph.vocabulary import Literal


class Reign(NamedTuple):
    """One person's unbroken time in one post, both numbers of terms, with the bounds of both its days.

    ``certain`` tells whether there is such a time on every reading of the dates.
    """

    post: int
    person: int
    start_earliest: int
    start_latest: int
    end_earliest: int
    end_latest: int
    certain: bool


class Vacancy(NamedTuple):
    """A time in which nobody holds a post: from which day, and how many days it lasts, at least and at most.

    Nobody has come since where ``most`` is `OPEN_LATE`.
    """

    post: int
    begin: int
    least: int
    most: int


class Reigns(NamedTuple):
    """How long those stayed whose reign in a post ended within a window: how many, the mean and the longest in days."""

    post: int
    number: int
    mean: Between
    longest: int


class Vacancies(NamedTuple):
    """How many posts fell vacant within a window and were filled again, after how many days, and how many were not."""

    filled: Count
    median: Between
    mean: Between
    longest: int
    not_filled: int


class Successions(NamedTuple):
    """How many successions a window saw, by where the successor came from."""

    internal: int
    returned: int
    external: int
    unclear: int


def reigns(held: Office) -> list[Reign]:
    """List the reigns of all posts, by post and start."""
    rows = np.flatnonzero(held.post >= 0)
    pairs = np.stack([held.post[rows], held.bounds.holder[rows]], axis=1).reshape(-1, 2)
    named, holder = np.unique(pairs, axis=0, return_inverse=True)
    there = presence(held.bounds.where(rows).held_by(holder.reshape(-1)))
    found = spells(there)
    columns = (*named[found.holder].T, *found[1:])
    made = [Reign(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]
    return sorted(made, key=lambda one: (one.post, one.start_latest, one.end_latest, one.person))


def mean_reigns(found: Sequence[Reign], *, begin: int, until: int) -> list[Reigns]:
    """Average by post the reigns that certainly ended within ``[begin, until)``; posts with most of them first."""
    ended: dict[int, list[Reign]] = defaultdict(list)
    for one in found:
        if one.certain and begin <= one.end_earliest and one.end_latest < until:
            ended[one.post].append(one)
    rows = [_averaged(post, those) for post, those in ended.items()]
    return sorted(rows, key=lambda row: (-row.number, row.mean.low or 0, row.post))


def _averaged(post: int, those: Sequence[Reign]) -> Reigns:
    least = [max(one.end_earliest - one.start_latest, 0) for one in those]
    most = [one.end_latest - one.start_earliest for one in those]
    return Reigns(post, len(those), Between(round(mean(least), 1), round(mean(most), 1)), max(most))


def successions(found: Sequence[Reign], there: Presence, *, begin: int, until: int) -> Successions:
    """Count the successions that certainly begin within ``[begin, until)``; ``there`` says who is in office when."""
    by_post: dict[int, list[Reign]] = defaultdict(list)
    for one in found:
        by_post[one.post].append(one)
    followers = [one for those in by_post.values() for one in _followers(those)]
    told = [one for one in followers if begin <= one.start_earliest and one.start_latest < until]
    where = _Whereabouts(there, np.unique([one.person for one in told]))
    came = [where.before(one) for one in told]
    return Successions(*(came.count(origin) for origin in Successions._fields))


def _followers(those: Sequence[Reign]) -> list[Reign]:
    """Give the reigns of one post that follow somebody else's."""
    free = sorted(those, key=lambda one: (one.end_latest, one.end_earliest, one.person))
    found = []
    for one in those:
        before = [other for other in free if other.person != one.person and other.end_earliest <= one.start_latest
                  and other.start_latest <= one.start_latest and other.end_latest <= one.end_latest]  # fmt: skip
        if before:
            free.remove(before[-1])
            found.append(one)
    return found


class _Whereabouts:
    """Where people were before a reign began."""

    def __init__(self, there: Presence, people: Days) -> None:
        parts = (Stretches(*(column[np.isin(part.holder, people)] for column in part)) for part in there)
        self._certain, self._possible = map(_by_holder, parts)

    def before(self, one: Reign) -> str:
        """Give one of the fields of `Successions`."""
        first, last = one.start_earliest - 1, one.start_latest - 1
        if any(begin <= first and last < end for begin, end in self._certain.get(one.person, ())):
            return "internal"
        known = self._possible.get(one.person, ())
        if any(begin <= last and first < end and begin < one.start_earliest for begin, end in known):
            return "unclear"
        return "returned" if any(end <= first for _, end in known) else "external"


def _by_holder(part: Stretches) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for holder, begin, end in zip(*(column.tolist() for column in part), strict=True):
        found[holder].append((begin, end))
    return found


def vacancies(timeline: Timeline, held: Office, *, recorded_by: int | None = None) -> list[Vacancy]:
    """List when posts were vacant, by post and day, those that may have been no day at all with ``least`` 0."""
    rows = np.flatnonzero(held.post >= 0)
    there = presence(held.bounds.where(rows).held_by(held.post[rows]))
    firm, possible = (_by_holder(part) for part in there)
    found: list[Vacancy] = []
    for post, those in sorted(firm.items()):
        able = possible[post]
        for (_, before), (after, _) in pairwise(those):
            gap = [(end, begin) for (_, end), (begin, _) in pairwise(able)
                   if before <= end and begin <= after]  # fmt: skip
            least = sum(begin - end for end, begin in gap)
            found.append(Vacancy(post, gap[0][0] if gap else before, least, after - before))
        if able[-1][1] < OPEN_LATE:
            found.append(Vacancy(post, able[-1][1], 0, OPEN_LATE))
    return [one for one in found if not _explained(timeline, one, recorded_by)]


def _explained(timeline: Timeline, one: Vacancy, recorded_by: int | None) -> bool:
    """Tell whether a post is no longer there from the day on which nobody holds it, or named nobody for a reason."""
    iri = timeline.terms.text(one.post)
    facts = [timeline.facts[int(row)] for row in timeline.about(iri)]
    facts = [fact for fact in facts if fact.recorded <= (recorded_by or fact.recorded)
             and (fact.superseded is None or (recorded_by is not None and recorded_by < fact.superseded))]  # fmt: skip
    places = [fact for fact in facts if fact.kind == PLACE]
    if places and not any(fact.period.possible_on(one.begin) for fact in places):
        return True
    reasons = [fact for fact in facts if fact.kind == ATTRIBUTE and fact.predicate == ABSENCE
               and isinstance(fact.object, Literal) and fact.object.value != VACANT]  # fmt: skip
    return any(fact.period.possible_on(one.begin) for fact in reasons)


def vacant_times(found: Sequence[Vacancy], *, begin: int, until: int) -> Vacancies:
    """Sum up the vacancies that begin within ``[begin, until)``; filled again counts where it is before ``until``."""
    told = [one for one in found if begin <= one.begin < until]
    filled = [one for one in told if one.most < OPEN_LATE and one.begin + one.least < until]
    sure = [one for one in filled if one.least]
    least, most = [one.least for one in sure], [one.most for one in sure]
    return Vacancies(
        Count(len(sure), len(filled)),
        Between(median(least), median(most)) if sure else Between(None, None),
        Between(round(mean(least), 1), round(mean(most), 1)) if sure else Between(None, None),
        max(most, default=0),
        len(told) - len(filled),
    )
