"""Derived lines: those between persons that follow from lines from or to posts.

While line, reporter and boss are all known to the day and the boss's post is never vacant, a line follows for each
reporter and boss for as long as all three last, and arrays can tell. For all other lines, the function that derives
lines in replay is asked.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.arrays import Codes, Lists, begins, numbers_of, ranked
from orggraph.bulk.columns import FLAG_BITS, VERBS, Derived, Lines, Memberships, Shown, behind, table_of
from orggraph.bulk.identities import hashed
from orggraph.bulk.moments import Numbers
from orggraph.bulk.rows import Rows
from orggraph.bulk.sheets import CHUNK, Ints
from orggraph.facts import DERIVED, FLAGS, Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.replay.lines import derived_lines

FEW = CHUNK // 20
"""So many lines between posts are derived at once where facts are made."""
_FLAG = 1 << FLAGS.index(DERIVED)
_Days = NDArray[np.int64]


def derived_of(rows: Rows, memberships: Memberships, lines: Lines, *, base: str, recorded: int) -> Derived:
    """Give the lines that follow from those of posts; new moments are put behind those of the rows."""
    posts = len(rows.persons.iris)
    of_posts = np.flatnonzero((lines.subject >= posts) | (lines.manager >= posts))
    if not len(of_posts):
        return table_of(Derived, [])
    deriving = _Deriving(rows, memberships, lines, base=base, recorded=recorded)
    plain = deriving.plain(of_posts)
    parts = [
        *(deriving.between(part) for part in _parts(of_posts[plain & (lines.subject[of_posts] >= posts)], CHUNK)),
        *(deriving.upwards(part) for part in _parts(of_posts[plain & (lines.subject[of_posts] < posts)], CHUNK)),
        *(deriving.exactly(part) for part in _parts(of_posts[~plain], FEW)),
    ]
    return behind(parts) if parts else table_of(Derived, [])


def _parts(lines: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    return (lines[begin : begin + size] for begin in range(0, len(lines), size))


class _Deriving:
    """What lines are derived from: memberships by post, with the days on which all of them begin and end."""

    def __init__(self, rows: Rows, memberships: Memberships, lines: Lines, *, base: str, recorded: int) -> None:
        self._rows, self._memberships, self._lines = rows, memberships, lines
        self._shown = Shown(rows, memberships, lines, base=base, recorded=recorded)
        self._numbers = Numbers(rows.moments)
        self._tenures = f"{base}tenure:"
        self._persons = len(rows.persons.iris)
        bounds = rows.bounds()
        self._exact = bounds[:, 0] == bounds[:, 1]
        self._day = bounds[:, 0].astype(np.int64)
        posted = np.flatnonzero(memberships.post >= 0)
        order = posted[np.lexsort((self._day[memberships.start[posted]], memberships.post[posted]))]
        self._held = Lists.grouped(memberships.post[order], order.astype(np.int32), count=len(rows.places.iris))
        keys = np.concatenate([memberships.keys, lines.keys])
        self._rank = ranked(np.lexsort(numbers_of(keys)[::-1]))

    def plain(self, lines: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which lines arrays can derive from."""
        c, exact = self._lines, self._exact
        post, boss = c.subject[lines] - self._persons, c.manager[lines] - self._persons
        known, first, last = self._filled()
        start, end = self._day[c.start[lines]], self._day[c.end[lines]]
        plain: NDArray[np.bool_] = exact[c.start[lines]] & exact[c.end[lines]] & (boss >= 0) & known[boss]
        filled = known[np.maximum(post, 0)] & (first[boss] <= start) & (end <= last[boss])
        return plain & (filled | (post < 0))  # while a post is vacant, the line of a person leads to nobody else

    def _filled(self) -> tuple[NDArray[np.bool_], _Days, _Days]:
        """Tell of each post whether all days in it are known, and between which days somebody holds it throughout."""
        m, held = self._memberships, self._held
        start, end = m.start[held.of], m.end[held.of]
        post = np.repeat(np.arange(len(held.at) - 1), held.counts)
        known = np.ones(len(held.at) - 1, dtype=bool)
        known[post[~(self._exact[start] & self._exact[end])]] = False
        first, last = np.full(len(known), OPEN_LATE, dtype=np.int64), np.full(len(known), OPEN_EARLY, dtype=np.int64)
        np.minimum.at(first, post, self._day[start])
        np.maximum.at(last, post, self._day[end])
        one = post[1:] == post[:-1]
        hole = one & (self._day[start][1:] > self._reached(post, self._day[end])[:-1])
        last[post[1:][hole]] = OPEN_EARLY
        return known, first, last

    @staticmethod
    def _reached(post: Codes, end: _Days) -> _Days:
        """Give the latest end so far within each post."""
        reached = np.maximum.accumulate(end - OPEN_EARLY + post * 2**33)  # what lies in a later post is larger
        return reached - post * 2**33 + OPEN_EARLY

    def between(self, lines: NDArray[np.int64]) -> Derived:
        """Derive in arrays from lines between posts."""
        m, c, day = self._memberships, self._lines, self._day
        reporters = self._held.gathered(c.subject[lines] - self._persons)
        line, reporter = np.repeat(lines, reporters.counts), reporters.of
        first = np.maximum(day[c.start[line]], day[m.start[reporter]])
        kept = first < np.minimum(day[c.end[line]], day[m.end[reporter]])
        bosses = self._held.gathered(c.manager[line[kept]] - self._persons)
        line, reporter = np.repeat(line[kept], bosses.counts), np.repeat(reporter[kept], bosses.counts)
        return self._lasting(line, m.person[reporter], [reporter, bosses.of])

    def upwards(self, lines: NDArray[np.int64]) -> Derived:
        """Derive in arrays from lines of persons to posts."""
        bosses = self._held.gathered(self._lines.manager[lines] - self._persons)
        line = np.repeat(lines, bosses.counts)
        return self._lasting(line, self._lines.subject[line], [bosses.of])

    def _lasting(self, line: Codes, person: Ints, held: list[Ints]) -> Derived:
        """Give the lines of persons for as long as the line that they follow from and the memberships all last."""
        m, c, day = self._memberships, self._lines, self._day
        start = self._extreme(np.maximum, [c.start[line], *(m.start[each] for each in held)])
        end = self._extreme(np.minimum, [c.end[line], *(m.end[each] for each in held)])
        kept = (day[start] < day[end]) & (person != m.person[held[-1]])
        return self._made(line[kept], person[kept], [each[kept] for each in held], start[kept], end[kept])

    def _extreme(self, pick: np.ufunc, moments: list[Ints]) -> Ints:
        """Give the latest or earliest of several moments, of those on one day the first."""
        chosen = moments[0]
        for moment in moments[1:]:
            day, other = self._day[chosen], self._day[moment]
            chosen = np.where(pick(day, other) == day, chosen, moment)
        return chosen

    def _made(self, line: Codes, person: Ints, held: list[Ints], start: Ints, end: Ints) -> Derived:
        m, c = self._memberships, self._lines
        confirmed = np.minimum.reduce([c.confirmed[line], *(m.confirmed[each] for each in held)])
        flags = np.bitwise_or.reduce([c.flags[line], *(m.flags[each] for each in held)]) | _FLAG
        premises = np.stack([*held, line + len(m)], axis=1)
        premises = np.take_along_axis(premises, np.argsort(self._rank[premises], axis=1), axis=1).astype(np.int32)
        lists = Lists(np.arange(0, premises.size + 1, premises.shape[1], dtype=np.int32), premises.ravel())
        keys = self._keys(line, person, m.person[held[-1]], premises)
        changes = self._united(c.changes.gathered(line), *(m.changes.gathered(each) for each in held))
        return Derived(
            person, m.person[held[-1]], c.dotted[line], start.astype(np.int32), end.astype(np.int32),
            confirmed.astype(np.int32), flags.astype(np.uint8), line.astype(np.int32), keys, changes, lists,
        )  # fmt: skip

    def _keys(self, line: Codes, person: Ints, manager: Ints, premises: NDArray[np.int32]) -> NDArray[np.bytes_]:
        iris, behind_ = self._rows.persons.iris, f"\x1f{self._tenures}"
        resting = self._premise_keys(premises).astype(str).tolist()
        told = zip(self._lines.dotted[line].tolist(), person.tolist(), manager.tolist(), resting, strict=True)
        keys = [
            hashed(f"derived\x1f{VERBS[dots]}\x1f{iris[who]}\x1f{iris[boss]}{behind_}{behind_.join(above)}\x1f0")
            for dots, who, boss, above in told
        ]
        return np.array(keys, dtype="S20")

    def _premise_keys(self, premises: NDArray[np.int32]) -> NDArray[np.bytes_]:
        """Give the keys of memberships, and behind them of lines."""
        count = len(self._memberships)
        keys = np.empty(premises.shape, dtype="S20")
        of_line = premises >= count
        keys[~of_line] = self._memberships.keys[premises[~of_line]]
        keys[of_line] = self._lines.keys[premises[of_line] - count]
        return keys

    def _united(self, *lists: Lists) -> Lists:
        """Unite lists of rows, each row once and in the order of the identities."""
        counts = [each.counts for each in lists]
        group = np.concatenate([np.repeat(np.arange(len(n)), n) for n in counts])
        told = np.concatenate([each.of for each in lists])
        order = np.lexsort((self._rows.by_id[told], group))
        group, told = group[order], told[order]
        kept = np.ones(len(told), dtype=bool)
        kept[1:] = (group[1:] != group[:-1]) | (told[1:] != told[:-1])
        return Lists(begins(np.bincount(group[kept], minlength=len(counts[0]))), told[kept].astype(np.int32))

    def exactly(self, lines: NDArray[np.int64]) -> Derived:
        """Derive one by one, as replay does."""
        c, entities, numbers = self._lines, dict[str, int](), dict[str, int]()
        holders: dict[str, list[Fact]] = {}
        for entity in np.unique(np.concatenate([c.subject[lines], c.manager[lines]])).tolist():
            iri = self._shown.entity(entity)
            entities[iri] = entity
            if entity >= self._persons:
                holders[iri] = [self._holder(number, entities, numbers) for number in self._holders(entity)]
        told = [self._shown.line(number) for number in lines.tolist()]
        numbers |= {fact.tenure: len(self._memberships) + n for fact, n in zip(told, lines.tolist(), strict=True)}
        facts = derived_lines(told, holders, absent={})
        return table_of(Derived, [self._entry(fact, entities, numbers) for fact in facts])

    def _holders(self, post: int) -> list[int]:
        at = self._held.at[post - self._persons : post - self._persons + 2]
        held: list[int] = self._held.of[at[0] : at[1]].tolist()
        return held

    def _holder(self, number: int, entities: dict[str, int], numbers: dict[str, int]) -> Fact:
        fact = self._shown.membership(number)
        entities[fact.subject], numbers[fact.tenure] = int(self._memberships.person[number]), number
        return fact

    def _entry(self, fact: Fact, entities: dict[str, int], numbers: dict[str, int]) -> tuple[object, ...]:
        over, _, key = fact.tenure.rpartition(":")
        premises = [numbers[premise] for premise in fact.premises]
        return (
            entities[fact.subject], entities[str(fact.object)], fact.predicate == VERBS[1], self._numbers(fact.start),
            self._numbers(fact.end), fact.confirmed, FLAG_BITS[fact.flags], numbers[over] - len(self._memberships),
            key.encode(), self._changes(premises), premises,
        )  # fmt: skip

    def _changes(self, premises: list[int]) -> list[int]:
        """Give the rows that memberships and lines rest on, in the order of their identities."""
        count, found = len(self._memberships), set[int]()
        for premise in premises:
            lists = self._memberships.changes if premise < count else self._lines.changes
            at = premise if premise < count else premise - count
            found.update(lists.of[lists.at[at] : lists.at[at + 1]].tolist())
        return sorted(found, key=lambda row: int(self._rows.by_id[row]))
