"""The counts of a diff by unit, as a histogram: what ``git diff --stat`` is to files.

Why the events of a chain or team count and not the chain: a unit's bar is as long as what happened to its own people.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from orggraph.diff.events import with_parts
from orggraph.diff.text import COLOURS, heading, printable, sign_of, summary, title_of

if TYPE_CHECKING:
    from orggraph.diff import Diff

WIDTH = 80
"""Columns, as in git where it does not write to a terminal."""
_SIGNS = ("+", "~", "-")
_FOLDED = frozenset({"succession chain", "swap", "team moved"})


def stat(diff: Diff, *, width: int = WIDTH, colour: bool = False) -> str:
    """Write a line for each unit with the number of its events and a bar of their signs, then the counts.

    Units are in the order of their names, with their organization where there are several. Bars are scaled so that
    the longest fits into ``width`` columns; a sign that occurs is never scaled away.
    """
    events = [event for event in with_parts(diff.events) if event.kind not in _FOLDED]
    alone = len({event.organization for event in events if event.organization}) < 2
    found_in: dict[str, Counter[str]] = {}
    for event in events:
        title = event.unit if alone and event.unit else title_of(event)
        found_in.setdefault(printable(title), Counter())[sign_of(event)] += 1
    counts = dict(sorted(found_in.items()))
    if not counts:
        return f"{heading(diff)}\n {summary(diff)}\n"
    numbers = max(len(str(found.total())) for found in counts.values())
    names = min(max(map(len, counts)), max(20, width - numbers - 24))
    room = max(10, width - names - numbers - 5)
    scale = min(1.0, room / max(found.total() for found in counts.values()))
    lines = [
        f" {_shortened(name, names):<{names}} | {found.total():>{numbers}} {_bar(found, scale, colour=colour)}"
        for name, found in counts.items()
    ]
    return "\n".join([heading(diff), *lines, f" {summary(diff)}"]) + "\n"


def _bar(found: Counter[str], scale: float, *, colour: bool) -> str:
    parts = [(sign, max(1, int(found[sign] * scale))) for sign in _SIGNS if found[sign]]
    return "".join(f"{COLOURS[sign]}{sign * n}\x1b[0m" if colour else sign * n for sign, n in parts)


def _shortened(name: str, width: int) -> str:
    """Shorten a name in front, as git does with paths.

    >>> _shortened("HM Government, Home Office", 14)
    '...Home Office'
    """
    return name if len(name) <= width else f"...{name[3 - width :]}"
