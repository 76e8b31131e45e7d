"""Mappings and sets that hold what changed, and look up the rest when they are asked for it.

Why going through them shows what changed alone: what is the same on both sides is told by no event, and there may be
millions of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from typing import TypeVar, overload

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")


class Asking(Mapping[K, V]):
    """A mapping that asks for the keys that are not ``known``; where there is nothing, a key is missing.

    >>> squares = Asking({2: 4}, known=lambda n: n < 3, ask=lambda n: n * n)
    >>> squares[9], list(squares), 1 in squares
    (81, [2], False)
    """

    __slots__ = ("_ask", "_asked", "_held", "_known")

    def __init__(self, held: Mapping[K, V], *, known: Callable[[K], bool], ask: Callable[[K], V | None]) -> None:
        self._held, self._known, self._ask = held, known, ask
        self._asked: dict[K, V | None] = {}

    def __getitem__(self, key: K) -> V:
        found = self._found(key)
        if not found:
            raise KeyError(key)
        return found

    def __contains__(self, key: object) -> bool:
        return bool(self._found(key))  # type: ignore[arg-type]  # what is no key is not found

    @overload
    def get(self, key: K, /) -> V | None: ...
    @overload
    def get(self, key: K, /, default: V) -> V: ...
    @overload
    def get(self, key: K, /, default: T) -> V | T: ...
    def get(self, key: K, /, default: object = None) -> object:
        """Give what is held or found; an exception for every key that is missing would take longer."""
        return self._found(key) or default

    def __iter__(self) -> Iterator[K]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    def _found(self, key: K) -> V | None:
        found = self._held.get(key)
        if found is not None or self._known(key):
            return found
        if key not in self._asked:
            self._asked[key] = self._ask(key)
        return self._asked[key]


class AskingSet(Set[str]):
    """A set that asks for what is not ``known``."""

    __slots__ = ("_ask", "_asked", "_held", "_known")

    def __init__(self, held: Set[str], *, known: Callable[[str], bool], ask: Callable[[str], bool]) -> None:
        self._held, self._known, self._ask = held, known, ask
        self._asked: dict[str, bool] = {}

    def __contains__(self, item: object) -> bool:
        if item in self._held:
            return True
        if not isinstance(item, str) or self._known(item):
            return False
        if item not in self._asked:
            self._asked[item] = self._ask(item)
        return self._asked[item]

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        return len(self._held)

    @classmethod
    def _from_iterable(cls, it: Iterable[T]) -> Set[T]:
        return frozenset(it)
