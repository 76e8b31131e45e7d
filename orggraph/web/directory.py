"""The directory: every name that anything ever bore, in alphabetical order, to be looked through while somebody types.

All folded names stand in one text, a line each, so that looking for letters in half a million of them is one search of
a few megabytes; those that begin so are found by bisection. Why names that begin so come first, then those in which a
word does, then any: that is what somebody means who types the beginning of a name, and alphabetical order is one that
everybody knows.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.facts import NAME, Fact
from orggraph.names import kind_of, last_place
from orggraph.snapshot import Snapshot
from orggraph.timeline import Rows, Timeline
from orggraph.timeline.terms import decode
from orggraph.vocabulary import name_key

MOST_LOOKED_AT = 5_000
"""So many names with the letters within are looked at; beyond that, more letters tell."""


class Suggestion(NamedTuple):
    """Somebody or something that may be meant: what it is called on the day, and by which name it was found.

    ``found`` is empty where that is its name on the day; ``when`` tells whether it bore it ``formerly``, ``later``, or
    bears it ``also``. ``where`` is the place on the day, else the last one.
    """

    iri: str
    name: str
    kind: str
    where: str = ""
    found: str = ""
    when: str = ""


class Directory:
    """All names of a timeline in order."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        rows = timeline.of_kind(NAME)
        numbers, of_name = np.unique(timeline.columns.object[rows], return_inverse=True)
        names = map(decode, timeline.terms.encoded(numbers.tolist()))  # so many need not be remembered there
        folded = [name_key(name[0]) for name in names]
        order = sorted(range(len(folded)), key=folded.__getitem__)
        rank = np.empty(len(order), dtype=np.int64)
        rank[order] = np.arange(len(order))
        by_rank = np.argsort(rank[of_name], kind="stable")
        self._rows: Rows = rows[by_rank]
        self._at = np.searchsorted(rank[of_name][by_rank], np.arange(len(order) + 1))
        self._folded = [folded[number] for number in order]
        self._text = "\n" + "".join(f"{line}\n" for line in self._folded)
        lengths = np.fromiter((len(line) + 1 for line in self._folded), np.int64, len(self._folded))
        self._begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
        """Where in the text the break before each line is."""

    def suggest(
        self, words: str, snapshot: Snapshot, *, kinds: tuple[str, ...] = (), most: int = 10
    ) -> list[Suggestion]:
        """List at most so many of whom these letters may mean, the best first; nobody for no letters."""
        key, found = name_key(words), dict[str, Suggestion]()
        for line in self._lines(key) if key else ():
            for row in self._rows[self._at[line] : self._at[line + 1]].tolist():
                fact = self._timeline.facts[row]
                kind = kind_of(self._timeline, fact.subject)
                known = snapshot.recorded_by is None or fact.recorded <= snapshot.recorded_by
                if fact.subject not in found and known and kind and (not kinds or kind in kinds):
                    found[fact.subject] = _suggestion(fact, kind, snapshot)
                    if len(found) == most:
                        return list(found.values())
        return list(found.values())

    def _lines(self, key: str) -> Iterator[int]:
        """Give the lines that may be meant: those that begin so, in which a word does, then any, then other orders."""
        first = bisect_left(self._folded, key)
        last = bisect_left(self._folded, f"{key}\U0010ffff", lo=first)
        yield from range(first, last)
        begun, within = list[int](), list[int]()
        for at in islice(self._found(key), MOST_LOOKED_AT):
            line = self._line(at)
            if not first <= line < last:
                (begun if self._text[at - 1] == " " else within).append(line)
        yield from (line for line in dict.fromkeys(begun))
        yield from (line for line in dict.fromkeys(within) if line not in begun)
        words = sorted(key.split(), key=len)
        if len(words) > 1:
            for at in islice(self._found(words[-1]), MOST_LOOKED_AT):
                line = self._line(at)
                if key not in self._folded[line] and all(word in self._folded[line] for word in words):
                    yield line

    def _line(self, at: int) -> int:
        return int(np.searchsorted(self._begins, at, side="right")) - 1

    def _found(self, letters: str) -> Iterator[int]:
        """Give where some letters stand, once a line."""
        at = self._text.find(letters)
        while at >= 0:
            yield at
            at = self._text.find(letters, self._text.index("\n", at))

    @cached_property
    def _ranks(self) -> NDArray[np.int32]:
        """Give for the number of every entity the place of its first name in the order."""
        ranks = np.full(len(self._timeline.terms), np.iinfo(np.int32).max, dtype=np.int32)
        lines = np.repeat(np.arange(len(self._at) - 1, dtype=np.int32), np.diff(self._at))
        subjects = self._timeline.columns.subject[self._rows]
        ranks[subjects[::-1]] = lines[::-1]
        return ranks

    def by_name(self, rows: Rows) -> Rows:
        """Put facts in the order of the names of their subjects."""
        subjects = self._timeline.columns.subject[rows]
        ordered: Rows = rows[np.lexsort((subjects, self._ranks[subjects]))]
        return ordered


def _suggestion(fact: Fact, kind: str, snapshot: Snapshot) -> Suggestion:
    name, found = snapshot.name(fact.subject), str(fact.object[0])
    where = _where(snapshot, fact.subject, kind)
    if name == found:
        return Suggestion(fact.subject, name, kind, where)
    when = "formerly" if fact.end.latest <= snapshot.day else "later" if fact.start.earliest > snapshot.day else "also"
    return Suggestion(fact.subject, name, kind, where, found, when)


def _where(snapshot: Snapshot, iri: str, kind: str) -> str:
    """Say where somebody or something is on the day: the post and place of a person, the place of anything else."""
    if kind == "person":
        held = snapshot.memberships(iri)[:1]
        seats = [", ".join(dict.fromkeys(filter(None, (row.post or row.role, row.unit or row.organization))))
                 for row in held]  # fmt: skip
    else:
        seats = [snapshot.name(str(fact.object)) for fact in snapshot.places(iri)[:1]]
    return seats[0] if seats and seats[0] else last_place(snapshot.timeline, iri)
