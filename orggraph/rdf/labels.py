"""The labels of the history: one name for each entity, tenure and source, whenever it is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orggraph.facts import LABEL, MEMBERSHIP, NAME, PERSON_NAME, TYPE, Fact
from orggraph.period import OPEN_EARLY
from orggraph.vocabulary import Literal


def history_labels(facts: Sequence[Fact]) -> dict[str, str]:
    """Give the label of each entity, the name that it bears last, and of each tenure, who holds what."""
    names = _last_names(facts)
    for fact in facts:
        if fact.kind == MEMBERSHIP:
            held = fact.post or fact.role or str(fact.object)
            names[fact.tenure] = f"{names.get(fact.subject, fact.subject)}, {names.get(held, held)}"
    return names


def _last_names(facts: Iterable[Fact]) -> dict[str, str]:
    """Give the last name of each entity: believed before superseded, then by the latest end and start; else its IRI."""
    last: dict[str, tuple[tuple[bool, int, int, str], str]] = {}
    for fact in facts:
        if fact.kind == TYPE:
            last.setdefault(fact.subject, ((False, OPEN_EARLY, OPEN_EARLY, ""), fact.subject))
        if fact.kind == NAME and fact.predicate in (PERSON_NAME, LABEL) and isinstance(fact.object, Literal):
            name = fact.object.value
            rank = (fact.superseded is None, fact.end.latest, fact.start.latest, name)
            if fact.subject not in last or last[fact.subject][0] < rank:
                last[fact.subject] = (rank, name)
    return {iri: name for iri, (_, name) in last.items()}
