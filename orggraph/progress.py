"""Progress: what a long piece of work tells whoever waits for it.

Why a callable that is handed down: the floors below print nothing and know no terminal, and a library must not tell
anything that nobody asked for. Whoever wants to know passes one; it is called often, so it has to be cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TypeVar

Progress = Callable[[str, int, int], None]
"""Take the phase (``reading``, ``replaying``, ``writing``, ``indexing``), how much of it is done, and of how much; the
units are the phase's own, and of 0 nothing is known."""

_Item = TypeVar("_Item")
_STEP = 1_000


def silent(phase: str, done: int, total: int) -> None:
    """Tell nobody."""


def tracked(items: Collection[_Item], progress: Progress, phase: str) -> Iterator[_Item]:
    """Give the items one by one, and tell after every thousand of them.

    >>> told = []
    >>> _ = list(tracked(range(2500), lambda *said: told.append(said), "reading"))
    >>> told
    [('reading', 0, 2500), ('reading', 1000, 2500), ('reading', 2000, 2500)]
    """
    total = len(items)
    for number, item in enumerate(items):
        if number % _STEP == 0:
            progress(phase, number, total)
        yield item


def part_of(progress: Progress, *, before: int, size: int, total: int) -> Progress:
    """Make what tells of one part of a phase: of ``size``, after ``before``, out of a ``total``.

    >>> told = []
    >>> part_of(lambda *said: told.append(said), before=100, size=50, total=200)("reading", 1, 2)
    >>> told
    [('reading', 125, 200)]
    """

    def told(phase: str, done: int, whole: int) -> None:
        progress(phase, before + (size * done // whole if whole else 0), total)

    return told
