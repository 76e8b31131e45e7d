"""What happened to a position that somebody keeps: acting, on leave, another unit, another term, more or less certain.

Why whoever is no longer acting became permanent: he still holds the post, and nothing says any more that it is only
for the time being.
"""

from __future__ import annotations

from collections.abc import Iterable

from orggraph.diff.events import Comparison, listed
from orggraph.diff.side import Position
from orggraph.facts import Fact
from orggraph.vocabulary import Literal


def tell_kept(comparison: Comparison, person: str, position: Position) -> None:
    """Tell what changed about a position that a person holds on both days, on some reading."""
    c = comparison
    before, after = c.a.held[person][position], c.b.held[person][position]
    _acting(c, person, position)
    _leave(c, person, position)
    if not c.changed([*before, *after]):
        return
    title = c.title(position)
    if c.a.firm(before) != c.b.firm(after):
        _relabelled(c, person, position)
    if {f.object for f in before} != {f.object for f in after} and c.changed([*before, *after]):
        where = [listed(sorted({c.name(str(f.object)) for f in facts})) for facts in (before, after)]
        phrase = f"as {title} is now in {where[1]}"
        c.tell("relocated", person, phrase, facts=[*before, *after], notes=[f"before: {where[0]}"],
               before=where[:1], after=where[1:])  # fmt: skip
    if {f.tenure for f in before} != {f.tenure for f in after} and c.changed([*before, *after]):
        begun = [f for f in after if f.tenure not in c.a.tenures]
        phrase = f"began a new term as {title}" if begun else f"ended one of several terms as {title}"
        c.tell("new term", person, phrase, facts=[*before, *after], certain=c.b.firm(begun or after),
               before=[title], after=[title])  # fmt: skip


def _relabelled(c: Comparison, person: str, position: Position) -> None:
    before, after = c.a.held[person][position], c.b.held[person][position]
    title = c.title(position)
    if c.b.firm(after):
        c.tell("confirmed", person, f"is certain to be {title}", facts=[*before, *after],
               notes=["only possible before"], before=[title], after=[title])  # fmt: skip
    else:
        c.tell("doubtful", person, f"may no longer be {title}", facts=[*before, *after], certain=False,
               before=[title], after=[title])  # fmt: skip


def _acting(c: Comparison, person: str, position: Position) -> None:
    was, now = c.a.acting(c.a.held[person][position]), c.b.acting(c.b.held[person][position])
    if bool(was) == bool(now):
        return
    title = c.title(position)
    if now:
        c.tell("acting began", person, f"is now acting as {title}", facts=now, certain=c.b.firm(now), after=[title])
    else:
        held = [*c.a.held[person][position], *c.b.held[person][position]]
        c.tell("became permanent", person, f"became permanent as {title}", facts=[*was, *held], certain=c.a.firm(was),
               notes=["acting before"], before=[f"acting {title}"], after=[title])  # fmt: skip


def _leave(c: Comparison, person: str, position: Position) -> None:
    was, now = c.a.leave(c.a.held[person][position]), c.b.leave(c.b.held[person][position])
    if bool(was) == bool(now):
        return
    title = c.title(position)
    if now:
        c.tell("leave began", person, f"is on leave as {title}", facts=now, certain=c.b.firm(now),
               notes=_reasons(now), after=[title])  # fmt: skip
    else:
        c.tell("leave ended", person, f"is back from leave as {title}", facts=was, certain=c.a.firm(was),
               notes=_reasons(was), before=[title])  # fmt: skip


def _reasons(leaves: Iterable[Fact]) -> list[str]:
    reasons = [leave.object.value for leave in leaves if isinstance(leave.object, Literal)]
    return [reason for reason in dict.fromkeys(reasons) if reason != "true"]
