"""Moments: the days of all rows, each distinct one once.

The readers are given one row for each distinct text, so nothing that they decide is decided a second time here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orggraph.bulk.arrays import Keys, paired
from orggraph.bulk.sheets import Ints, Sheet
from orggraph.changes import UNKNOWN, RoleChange
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, unknown_end
from orggraph.vocabulary import digest


@dataclass(slots=True)
class Read:
    """A field as the readers read it: for each distinct text of each file a role change that has it."""

    codes: Ints
    changes: list[RoleChange]

    @classmethod
    def of(cls, sheet: Sheet, name: str) -> Read:
        """Let the readers read one row for each distinct text."""
        part = np.zeros(len(sheet), dtype=np.int32)
        for number, each in enumerate(sheet.parts):
            part[each.first : each.last] = number
        _, first, codes = np.unique(paired(part, sheet.codes(name)), return_index=True, return_inverse=True)
        order = np.argsort(first)
        changes = sheet.parse(first[order].tolist())
        numbers = np.empty(len(order), dtype=np.int32)
        numbers[order] = np.arange(len(order))
        return cls(numbers[codes], changes)


def moments_of(sheet: Sheet, ids: Keys, effective: Read, until: Read) -> tuple[list[Moment], Ints, Ints]:
    """Give the distinct moments, and those of each row: exact days shared, those known within bounds one by one."""
    sources = sheet.texts("source")
    starts = [change.effective for change in effective.changes]
    ends = [change.until for change in until.changes]
    moments, unknown = [ONGOING], dict[int, int]()
    start = np.zeros(len(ids), dtype=np.int32)
    end = np.zeros(len(ids), dtype=np.int32)
    for effect, read, stated, column in (("start", effective, starts, start), ("end", until, ends, end)):
        pairs, first, inverse = np.unique(
            paired(read.codes, sheet.codes("source")), return_index=True, return_inverse=True
        )
        numbers = np.zeros(len(pairs), dtype=np.int32)
        apart = np.zeros(len(pairs), dtype=bool)
        for number, row in enumerate(first.tolist()):
            moment = stated[read.codes[row]]
            if moment is None or moment == ONGOING:
                continue
            if moment.exact:
                numbers[number] = len(moments)
                moments.append(_from(moment, sources[sheet.codes("source")[row]], ""))
            else:
                apart[number] = True
        column[:] = numbers[inverse]
        for row in np.flatnonzero(apart[inverse]).tolist():
            moment = stated[read.codes[row]]
            assert moment is not None
            if moment.text == UNKNOWN and moment.latest == OPEN_LATE:
                after = moments[start[row]].earliest
                if after not in unknown:
                    unknown[after] = len(moments)
                    moments.append(_unknown(moments[start[row]]))
                column[row] = unknown[after]
            else:
                column[row] = len(moments)
                key = digest("moment", ids[row].decode(), effect)
                moments.append(_from(moment, sources[sheet.codes("source")[row]], key))
    return moments, start, end


def _unknown(start: Moment) -> Moment:
    return unknown_end(start.earliest + 1 if start.earliest > OPEN_EARLY else OPEN_EARLY)


def _from(moment: Moment, source: str, key: str) -> Moment:
    low = source if moment.earliest > OPEN_EARLY else ""
    high = source if moment.latest < OPEN_LATE else ""
    return Moment(moment.earliest, moment.latest, moment.text, key, low, high)


class Numbers:
    """Gives numbers to moments; those that are not among the ``moments`` are put behind them."""

    def __init__(self, moments: list[Moment]) -> None:
        self._moments = moments
        self._known: dict[Moment, int] = {}

    def __call__(self, moment: Moment) -> int:
        if not self._known:
            self._known |= {each: number for number, each in enumerate(self._moments) if not each.key}
        if moment not in self._known:
            self._known[moment] = len(self._moments)
            self._moments.append(moment)
        return self._known[moment]
