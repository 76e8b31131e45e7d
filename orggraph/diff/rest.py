"""What else changed: dated attributes, and every triple that nobody has told yet.

Why the untold is told: an event list that leaves something out cannot be trusted for anything.
"""

from __future__ import annotations

from orggraph.diff.events import Comparison, listed, word
from orggraph.diff.labelled import Triple, order
from orggraph.diff.side import Side, position
from orggraph.facts import (
    ACTING,
    ATTRIBUTE,
    DIFFERENT_FROM,
    EVENT,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    NAME,
    ON_LEAVE,
    PLACE,
    REPORTS_TO,
    SAME_AS,
    Fact,
    triples,
)
from orggraph.snapshot import IN_OFFICE, NOBODY, PRESUMED
from orggraph.vocabulary import Literal, Term

LONGEST = 120
"""So many characters of a value stand in a sentence."""
JUDGED = {SAME_AS: "the same as", DIFFERENT_FROM: "another than"}
_OWN_SENTENCES = {ACTING: "acting", ON_LEAVE: "on leave"}


def tell_attributes(comparison: Comparison) -> None:
    """Tell which attributes of whom have other values; those of what has just begun or ended go with that."""
    c = comparison
    for subject, predicate in sorted({*c.a.states, *c.b.states}):
        before, after = c.a.states.get((subject, predicate), []), c.b.states.get((subject, predicate), [])
        if not c.changed([*before, *after]):
            continue
        was, now = _values(c, before), _values(c, after)
        if was == now or (c.comes_or_goes(subject) and not _judges_somebody(c, [*before, *after])):
            continue
        firm = c.b.firm(after) if after else c.a.firm(before)
        phrase, notes = _attribute_phrase(predicate, was, now, firm=firm)
        holder = _holder(c, subject)
        c.tell("attribute changed", holder or subject, phrase, name=whose(c, subject), facts=[*before, *after],
               certain=firm, notes=notes, before=was, after=now)  # fmt: skip


def tell_rest(comparison: Comparison) -> None:
    """Tell by itself, fact by fact, what no event has covered; then what is merely older or newly confirmed."""
    c = comparison
    c.attach()
    for kinds in ((MEMBERSHIP,), (LINE, PLACE, NAME, ATTRIBUTE, EVENT)):
        if c.unclaimed:
            _tell_facts(c, kinds)
            c.attach()
    for triple in sorted(c.unclaimed, key=order):
        phrase = f"has another {word(triple[1])}: {term_words(c, triple[2])}"
        c.tell("attribute changed", triple[0], phrase, facts=[], extra=[triple])
    tell_aged(c)


def _tell_facts(c: Comparison, kinds: tuple[str, ...]) -> None:
    for side, other in ((c.b, c.a), (c.a, c.b)):
        saying: dict[object, list[Fact]] = {}
        for fact in other.facts:
            saying.setdefault((fact.kind, *triples(fact)), []).append(fact)
        for fact in side.facts:
            if fact.kind in kinds and c.changed([fact]):
                _tell_fact(c, fact, side, saying.get((fact.kind, *triples(fact)), []))


def _tell_fact(c: Comparison, fact: Fact, side: Side, same: list[Fact]) -> None:
    name, phrase = _sentence(c, fact)
    subject = _holder(c, fact.subject) or fact.subject
    if same:
        confirmed = c.b.firm([fact] if side is c.b else same)
        doubt = "certain now, only possible before" if confirmed else "not certain any more"
        c.tell("confirmed" if confirmed else "doubtful", subject, phrase, name=name, facts=[fact, *same],
               certain=confirmed, notes=[doubt])  # fmt: skip
    else:
        now = "new" if side is c.b else "not any more"
        c.tell("attribute changed", subject, phrase, name=name, facts=[fact], certain=side.firm([fact]),
               notes=[now])  # fmt: skip


def _sentence(c: Comparison, fact: Fact) -> tuple[str, str]:
    """Say what a fact says: whom it is about, and what."""
    name, thing = whose(c, fact.subject), term_words(c, fact.object)
    if fact.kind == MEMBERSHIP:
        aside = any(fact.tenure in (f.tenure for f in facts) for s in (c.a, c.b)
                    for facts in s.aside.get(fact.subject, {}).values())  # fmt: skip
        return name, f"as {c.title(position(fact))}{', not in office' if aside else ''}"
    if fact.kind == LINE:
        return name, f"reports to {thing}"
    if fact.kind == PLACE:
        return name, f"is part of {thing}"
    if fact.kind == NAME:
        return name, f"is called {thing}"
    if fact.kind == ATTRIBUTE and fact.predicate in _OWN_SENTENCES:
        return name, _OWN_SENTENCES[fact.predicate]
    return name, f"has {word(fact.predicate)} {thing}"


def tell_aged(comparison: Comparison) -> None:
    """Tell in one event what is only presumed now, and in one what is confirmed again."""
    c = comparison
    aged: dict[str, list[Triple]] = {}
    for triple, (_, after) in c.aged.items():
        aged.setdefault("presumed" if after == PRESUMED else "reasserted", []).append(triple)
    for kind, found in sorted(aged.items()):
        c.unclaimed.update(dict.fromkeys(found))
        count = sum(triple[1] in (MEMBER_OF, REPORTS_TO) for triple in found) or len(found)
        said = "only presumed: no source has confirmed it lately" if kind == "presumed" else "confirmed again"
        name = "1 membership or line" if count == 1 else f"{count} memberships and lines"
        phrase = f"{'is' if count == 1 else 'are'} {said if count == 1 else said.replace(' it ', ' them ')}"
        old = set(found)
        facts = [fact for fact in c.b.facts if not old.isdisjoint(triples(fact))]
        c.tell(kind, "", phrase, name=name, facts=facts, extra=found)


def _attribute_phrase(predicate: str, was: list[str], now: list[str], *, firm: bool) -> tuple[str, list[str]]:
    notes = [f"before: {listed(was)}"] if was and now else []
    if predicate == NOBODY:
        return ("reports to nobody, being the top" if now else "is no longer at the top"), []
    if predicate in _OWN_SENTENCES or predicate == IN_OFFICE:
        said = _OWN_SENTENCES.get(predicate, "in office")
        return (f"is now {said}: {listed(now)}" if now else f"is no longer {said}"), notes
    if predicate in JUDGED:
        said, values = JUDGED[predicate], now or was
        return f"{'is' if now else 'is no longer'} judged to be {said} {listed(values)}", []
    called = word(predicate)
    notes = [f"before: {_short(listed(was))}"] if was and now else []
    if now:
        return f"{'now has' if firm else 'may now have'} {called} {_short(listed(now))}", notes
    return f"{'no longer has' if firm else 'may no longer have'} {called} {_short(listed(was))}", notes


def _short(value: str) -> str:
    """Shorten a long value for a sentence; ``before`` and ``after`` of the event have all of it."""
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 2].rstrip()} …"


def _values(c: Comparison, facts: list[Fact]) -> list[str]:
    return list(dict.fromkeys(
        c.name(str(fact.object)) if fact.predicate in JUDGED else term_words(c, fact.object) for fact in facts
    ))  # fmt: skip


def _judges_somebody(c: Comparison, facts: list[Fact]) -> bool:
    """Tell whether these are judgements of identity on somebody who is there by themselves on one of the sides."""
    return any(f.predicate in JUDGED and (f.object in c.a.present or f.object in c.b.present) for f in facts)


def _holder(c: Comparison, tenure: str) -> str:
    fact = c.b.tenures.get(tenure) or c.a.tenures.get(tenure)
    return fact.subject if fact else ""


def whose(comparison: Comparison, subject: str) -> str:
    """Name an entity, or the holder of a tenure with what he holds."""
    c = comparison
    fact = c.b.tenures.get(subject) or c.a.tenures.get(subject)
    return f"{c.name(fact.subject)}, {c.title(position(fact))}," if fact else c.name(subject)


def term_words(comparison: Comparison, term: Term) -> str:
    """Write a value, the name of what takes part on one of the days, or the last part of another IRI."""
    c = comparison
    if isinstance(term, Literal):
        return term.value
    return c.name(term) if term in c.a.present or term in c.b.present else word(term)
