"""How an answer came about, in words: what was asked, what the query can touch, and what took how long."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orggraph.results import shown

if TYPE_CHECKING:
    from orggraph.evaluation import Explanation

BYTES_A_TRIPLE = 500
"""About so many bytes the engine takes for a triple in memory."""


def explanation_text(explanation: Explanation, *, asking: float, writing: float) -> str:
    """Write an explanation, a line a thing; ``asking`` and ``writing`` are the seconds that both took in all.

    What asking took beyond its phases is the beginning of the process that answers, and the way there and back.
    """
    told = sum(phase.seconds for phase in explanation.phases)
    times = [
        f"{phase.name} {_time(phase.seconds)}" + (f" ({phase.times} times)" if phase.times > 1 else "")
        for phase in explanation.phases
    ]
    times += [f"process {_time(max(asking - told, 0))}", f"written {_time(writing)}"]
    return "\n".join(
        [
            f"asked of: {explanation.asked_of}{_left_out(explanation.left_out)}",
            f"predicates: {_predicates(explanation.predicates)}",
            f"store: {explanation.triples:,} triples, about {_size(explanation.triples * BYTES_A_TRIPLE)} in memory",
            f"monotone: {_monotone(explanation.not_monotone)}",
            f"time: {', '.join(times)}; in all {_time(asking + writing)}",
        ]
    )


def _left_out(statements: int) -> str:
    return f" ({statements:,} statements that are only possible are left out)" if statements else ""


def _predicates(predicates: tuple[str, ...] | None) -> str:
    if predicates is None:
        return "any (the query leaves one open, or can reach all)"
    return ", ".join(map(shown, predicates)) or "none"


def _monotone(words: tuple[str, ...]) -> str:
    return f"no ({', '.join(words)}): more triples may take answers away" if words else "yes"


def _size(count: int) -> str:
    """Write a number of bytes.

    >>> _size(1500), _size(2_500_000)
    ('2 kB', '2.5 MB')
    """
    return f"{count / 1e3:.0f} kB" if count < 1_000_000 else f"{count / 1e6:.1f} MB"


def _time(seconds: float) -> str:
    """Write seconds.

    >>> _time(0.00012), _time(2.345)
    ('0.1 ms', '2.3 s')
    """
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"
