"""Blocks: how the terms of what is loaded are numbered.

Persons and the names of all entities come first, then one after the other the tenures of what entities are and are
called, of memberships, of lines as stated and of derived ones, and the role changes; behind them all others.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from orggraph.bulk.arrays import chunks
from orggraph.bulk.tenures import Tenures
from orggraph.timeline.terms import Terms, encode
from orggraph.vocabulary import Literal, Term


class Others(Terms):
    """The terms behind the blocks; those that have a number in a block keep it."""

    def __init__(self, blocks: Blocks, known: Mapping[Term, int]) -> None:
        super().__init__()
        self._blocks, self._known = blocks, known

    def add(self, term: Term) -> int:
        number = self._known.get(term)
        if number is None and isinstance(term, Literal) and term == Literal(term.value):
            name = self._blocks.names.get(term.value)
            number = None if name is None else name + self._blocks.name
        return super().add(term) + self._blocks.end if number is None else number


class Blocks:
    """Where the blocks of terms begin."""

    def __init__(self, tenures: Tenures) -> None:
        described = tenures.described
        self.names: dict[str, int] = {}
        for names in tenures.rows.persons.names:
            for name in names:
                self.names.setdefault(name, len(self.names))
        for name in described.names:
            if name:
                self.names.setdefault(name, len(self.names))
        self.named = np.flatnonzero(described.name_keys != b"")
        sizes = (
            len(tenures.rows.persons.iris), len(self.names), len(described.entity), len(self.named),
            len(tenures.memberships), len(tenures.lines), len(tenures.derived), len(tenures.resting),
        )  # fmt: skip
        ends: list[int] = np.cumsum(sizes).tolist()
        self.name, self.type, self.naming, self.tenure, self.line, self.derived, self.change, self.end = ends

    def encoded(self, tenures: Tenures) -> Iterator[list[bytes]]:
        """Give all terms of the blocks in order, some at a time, as `terms.encode` writes them."""
        rows, described, lines = tenures.rows, tenures.described, tenures.lines
        yield from encoded(rows.persons.iris)
        yield from encoded([Literal(name) for name in self.names])
        prefix = f"{tenures.base}tenure:".encode()
        for keys in (described.type_keys, described.name_keys[self.named], tenures.memberships.keys, lines.keys):
            for part in chunks(len(keys)):
                yield [prefix + key for key in keys[part].tolist()]
        for part in chunks(len(tenures.derived)):
            over = lines.keys[tenures.derived.line[part]].tolist()
            told = zip(over, tenures.derived.keys[part].tolist(), strict=True)
            yield [prefix + line + b":" + key for line, key in told]
        before, _, behind = encode(Literal("\x00")).partition(b"\x00")
        for part in chunks(len(tenures.resting)):
            yield [before + key + behind for key in rows.ids[tenures.resting[part]].tolist()]


def encoded(terms: Sequence[Term]) -> Iterator[list[bytes]]:
    """Give terms as `terms.encode` writes them, some at a time."""
    return ([encode(term) for term in terms[part]] for part in chunks(len(terms)))
