"""What a chart says in words: counts under its title, and remarks on what the eye does not see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from orggraph.chart.parts import DIRECT, PERSON, POST, Card, Line
from orggraph.ledger import recorded_text
from orggraph.period import iso
from orggraph.snapshot import POSSIBLE, PRESUMED, VACANT, Snapshot

_NAMED_AT_MOST = 6


def cycle_remark(cycle: list[str], cards: dict[str, Card], lines: list[Line], day: int) -> str:
    pairs = set(zip(cycle, cycle[1:] + cycle[:1], strict=True))
    possible = any(x.certainty == POSSIBLE for x in lines if (x.reporter, x.manager) in pairs and x.kind == DIRECT)
    verb, verbs = ("may report", "may report") if possible else ("reports", "report")
    names = [cards[iri].name for iri in cycle]
    if len(names) == 1:
        return f"{names[0]} {verb} to {names[0]} on {iso(day)}."
    if len(names) == 2:
        return f"{names[0]} and {names[1]} {verbs} to each other on {iso(day)}."
    return f"{' → '.join([*names, names[0]])} {verbs} to each other in a circle on {iso(day)}."


def posts_in_words(cards: Iterable[Card]) -> list[str]:
    """Count the posts that name nobody, by why they do not.

    >>> card = Card("urn:p", "CTO", POST, CERTAIN, (), ("withheld",))
    >>> posts_in_words([card, card])
    ['2 posts withheld']
    """
    reasons = Counter(card.notes[0] for card in cards if card.kind == POST)
    vacant = reasons.pop(VACANT, 0)
    words = [f"{vacant} vacant post{'s' * (vacant != 1)}"] if vacant else []
    return words + [f"{number} post{'s' * (number != 1)} {reason}" for reason, number in sorted(reasons.items())]


def subtitle(cards: dict[str, Card], snapshot: Snapshot) -> str:
    people = [card for card in cards.values() if card.kind == PERSON]
    parts = ["1 person" if len(people) == 1 else f"{len(people)} people"]
    for label in (POSSIBLE, PRESUMED):
        count = sum(card.certainty == label for card in people)
        parts += [f"{count} {label}"] if count else []
    parts += posts_in_words(cards.values())
    known = f", as recorded by {recorded_text(snapshot.recorded_by)[:10]}" if snapshot.recorded_by is not None else ""
    return ", ".join(parts) + known


def stand(count: int) -> str:
    return "person stands" if count == 1 else "people stand"


def listed(names: list[str], *, word: str = "and") -> str:
    """Join names as a sentence does; beyond six, the rest is counted."""
    if len(names) > _NAMED_AT_MOST:
        return f"{', '.join(names[:_NAMED_AT_MOST])} {word} {len(names) - _NAMED_AT_MOST} more"
    return f" {word} ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
