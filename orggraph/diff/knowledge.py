"""What was learned about one day between two recorded times: now known, corrected, no longer believed, confirmed.

Why nobody joins, leaves or moves here: nothing need have happened. What changed is which statements this graph
believes, so each tenure is told by itself: it is *learned* where it is believed only now, *withdrawn* where it was
believed only then, and *corrected* where both times know it, with other dates or saying something else. That a
tenure believed to go on has an end is learned, too: no statement was wrong.

Why dates count although they make no difference on the day: a date that is believed to be another one is a
correction, and who compares two times of recording asks for those.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from orggraph.diff.events import Comparison, believed, word
from orggraph.diff.labelled import order
from orggraph.diff.rest import JUDGED, tell_aged, term_words, whose
from orggraph.diff.side import Side, position
from orggraph.facts import (
    ACTING,
    ATTRIBUTE,
    DERIVED,
    EVENT,
    LINE,
    MEMBERSHIP,
    NAME,
    ON_LEAVE,
    PLACE,
    REPORTS_DOTTED_TO,
    Fact,
)
from orggraph.period import OPEN_EARLY, OPEN_LATE, Moment
from orggraph.snapshot import stated
from orggraph.vocabulary import Literal

_DATED = frozenset({MEMBERSHIP, LINE})
_ORDER = (MEMBERSHIP, LINE, PLACE, NAME, ATTRIBUTE, EVENT)
_SAYS = {ACTING: "acting", ON_LEAVE: "on leave"}


class _Tenure(NamedTuple):
    """One tenure as believed at each of the two times: on the day, and at whatever time (of the latest version)."""

    before: list[Fact]
    after: list[Fact]
    earlier: list[Fact]
    later: list[Fact]


def tell_knowledge(comparison: Comparison) -> None:
    """Tell what was learned, corrected, withdrawn and confirmed; what only follows goes with what it follows from."""
    c = comparison
    tenures = sorted(_tenures(c), key=lambda t: _rank((t.before or t.after)[0]))
    follows: dict[str, list[Fact]] = {}
    for tenure in tenures:
        for fact in (*tenure.before, *tenure.after):
            for premise in fact.premises if DERIVED in fact.flags else ():
                follows.setdefault(premise, []).append(fact)
    for tenure in tenures:
        _tell_tenure(c, tenure, follows)
    c.attach()
    for triple in sorted(c.unclaimed, key=order):
        fresh = triple in c.added
        lead = "Now known: " if fresh else "No longer believed: "
        c.tell("learned" if fresh else "withdrawn", triple[0], f"has {word(triple[1])} {term_words(c, triple[2])}",
               lead=lead, facts=[], extra=[triple])  # fmt: skip
    tell_aged(c)


def _rank(fact: Fact) -> tuple[bool, int, str, str]:
    return DERIVED in fact.flags, _ORDER.index(fact.kind) if fact.kind in _ORDER else len(_ORDER), fact.subject, fact.id


def _tenures(c: Comparison) -> list[_Tenure]:
    """List the tenures of which the facts on the day, or their dates, are not the same on both sides."""
    found: dict[tuple[object, ...], tuple[list[Fact], list[Fact]]] = {}
    for number, side in enumerate((c.a, c.b)):
        for fact in _facts(side):
            found.setdefault((fact.kind, fact.tenure), ([], []))[number].append(fact)
    for alike in (_content, _about):
        gone = {alike(facts[0][0]): key for key, facts in found.items() if not facts[1]}
        for key, (before, after) in list(found.items()):
            same = gone.get(alike(after[0])) if after and not before else None
            if same is not None and same in found:  # stated anew, by another row
                found[key] = (found.pop(same)[0], after)
    tenures = []
    for (kind, tenure), (before, after) in found.items():
        dated = kind in _DATED and [_bounds(f) for f in before] != [_bounds(f) for f in after]
        if dated or c.changed([*before, *after]):
            earlier, later = (_versions(side, str(kind), str(tenure)) for side in (c.a, c.b))
            tenures.append(_Tenure(before, after, earlier, later))
    return tenures


def _facts(side: Side) -> Iterator[Fact]:
    for held in (*side.held.values(), *side.aside.values()):
        for facts in held.values():
            yield from facts
    for links in side.links.values():
        for facts in links.values():
            yield from facts
    for facts in (*side.places.values(), *side.names.values(), *side.states.values()):
        yield from facts


def _versions(side: Side, kind: str, tenure: str) -> list[Fact]:
    """List the facts of a tenure that are believed on a side, on whatever day they hold."""
    timeline = side.snapshot.timeline
    facts = [timeline.facts[int(row)] for row in timeline.of_tenure(tenure)]
    return [f for f in facts if f.kind == kind and f.tenure == tenure and believed(f, side.snapshot.recorded_by)]


def _content(fact: Fact) -> tuple[object, ...]:
    return (fact.kind, fact.subject, fact.predicate, fact.object, fact.post, fact.role)


def _about(fact: Fact) -> tuple[object, ...]:
    """Give what a fact is about where another value of it takes its place: a name, a place, an attribute."""
    return _content(fact) if fact.kind in _DATED else (fact.kind, fact.subject, fact.predicate)


def _bounds(fact: Fact) -> tuple[object, ...]:
    return (*_content(fact), fact.start.earliest, fact.start.latest, *_end(fact.end))


def _tell_tenure(c: Comparison, tenure: _Tenure, follows: dict[str, list[Fact]]) -> None:
    facts = [*tenure.before, *tenure.after]
    derived = [f for fact in facts for f in follows.get(fact.tenure, ())]
    if DERIVED in facts[0].flags and not c.changed(facts):
        return  # told with what it follows from, or only its dates are others
    if facts[0].kind in (NAME, PLACE) and _goes_along(c, tenure) and c.follow(facts[0].subject, facts):
        return
    said = _statement(c, tenure)
    c.tell(said.kind, said.subject, said.phrase, name=said.name, lead=said.lead, facts=[*facts, *derived],
           certain=said.certain, notes=said.notes, before=said.before, after=said.after)  # fmt: skip


def _goes_along(c: Comparison, tenure: _Tenure) -> bool:
    """Tell whether a name or place is known as long as its bearer, or only more or less certain with it."""
    old, new = tenure.before, tenure.after
    return not c.stays((old or new)[0].subject) or bool(old and new and _content(old[0]) == _content(new[0]))


class _Statement(NamedTuple):
    """What is to be told of a tenure."""

    kind: str
    lead: str
    subject: str
    name: str
    phrase: str
    certain: bool
    notes: list[str]
    before: list[str]
    after: list[str]


def _statement(c: Comparison, tenure: _Tenure) -> _Statement:
    old, new = (tenure.before or tenure.earlier), (tenure.after or tenure.later)
    if old and new:
        return _corrected(c, old[0], new[0])
    fact, side = (new[0], c.b) if new else (old[0], c.a)
    kind, lead = ("learned", "Now known: ") if new else ("withdrawn", "No longer believed: ")
    firm = side.firm([fact])
    name, phrase = _sentence(c, fact, firm=firm)
    told, known = [_says(c, fact)], _known(fact.start) and fact.kind in _DATED
    notes = [f"from {fact.start}"] if known else []
    was, now = ([], told) if new else (told, [])
    return _Statement(kind, lead, _subject(c, fact), name, phrase, firm, notes, was, now)


def _corrected(c: Comparison, old: Fact, new: Fact) -> _Statement:
    """Say what is believed of a tenure now and was not before: other dates, or something else on the same days."""
    was_firm, firm, subject = c.a.firm([old]), c.b.firm([new]), _subject(c, new)
    name, phrase = _sentence(c, new, firm=True)
    was, now = _says(c, old), _says(c, new)
    if was != now:
        name = str(old.object.value) if new.kind == NAME and isinstance(old.object, Literal) else name
        return _Statement("corrected", "It was corrected: ", subject, name, phrase, firm, [f"not {was}"], [was], [now])
    begins, ends = _same(old.start, new.start), _end(old.end) == _end(new.end)
    if (begins and ends) or new.kind not in _DATED:
        kind, lead = ("confirmed", "Now certain: ") if firm else ("doubtful", "No longer certain: ")
        return _Statement(kind, lead, subject, name, phrase, firm, [], [was], [now])
    kind, lead = "corrected", "It was corrected: "
    if _narrower(old.start, new.start) and _narrower(old.end, new.end):
        confirmed = firm and not was_firm
        kind, lead = ("confirmed", "Now certain: ") if confirmed else ("learned", "Now known: ")
    told = [] if begins else [_dated(c, new, old.start, new.start, begins=True)]
    told += [] if ends else [_dated(c, new, old.end, new.end, begins=False)]
    joint = "{}, not {}" if kind == "corrected" else "{} (so far: {})"
    phrase = " and ".join(joint.format(*said) if said[1] else said[0] for said in told)
    dates = [f"{stated(f.start)} to {stated(f.end)}" for f in (old, new)]
    return _Statement(kind, lead, subject, name, phrase, True, [], dates[:1], dates[1:])


def _dated(c: Comparison, fact: Fact, old: Moment, new: Moment, *, begins: bool) -> tuple[str, str]:
    """Say when a tenure began or ended, and what was believed of that, if anything."""
    held = fact.kind == MEMBERSHIP
    title = c.title(position(fact)) if held else _sentence(c, fact, firm=True)[1]
    verb = f"{'joined' if begins else 'left'} as {title}" if held else f"{title} {'from' if begins else 'until'}"
    was = (str(old) if old.exact else f"within {old}") if _known(old) and old.earliest != OPEN_LATE else ""
    if new.earliest == OPEN_LATE:
        return (f"is still {title}" if held else f"still {title}", f"until {old}" if was else "")
    return f"{verb} {_when(new) if held else new}", was


def _sentence(c: Comparison, fact: Fact, *, firm: bool) -> tuple[str, str]:
    """Say what a fact says: whom it is about, and what."""
    name, thing = whose(c, fact.subject), term_words(c, fact.object)
    verb = ("is", "reports to", "is part of", "is called", "has") if firm else (
        "may be", "may report to", "may be part of", "may be called", "may have")  # fmt: skip
    if fact.kind == MEMBERSHIP:
        acting = "acting " if any(side.acting([fact]) for side in (c.a, c.b)) else ""
        return name, f"{verb[0]} {acting}{c.title(position(fact))}"
    if fact.kind == LINE:
        return name, f"{verb[1]} {c.name(str(fact.object))}{_dotted(fact)}"
    if fact.kind == PLACE:
        return name, f"{verb[2]} {c.name(str(fact.object))}"
    if fact.kind == NAME:
        return name, f"{verb[3]} {thing}"
    if fact.predicate in JUDGED:
        return name, f"is judged to be {JUDGED[fact.predicate]} {c.name(str(fact.object))}"
    if fact.predicate in _SAYS:
        return name, f"{verb[0]} {_SAYS[fact.predicate]}"
    return name, f"{verb[4]} {word(fact.predicate)} {thing}"


def _dotted(fact: Fact) -> str:
    return " on a dotted line" if fact.predicate == REPORTS_DOTTED_TO else ""


def _says(c: Comparison, fact: Fact) -> str:
    """Say what a fact says as one value: a title with its place, a name, or an attribute."""
    if fact.kind == MEMBERSHIP:
        place = fact.object if fact.post and isinstance(fact.object, str) else ""
        return c.title(position(fact), place=place)
    if fact.kind in (LINE, PLACE):
        return c.name(str(fact.object))
    return term_words(c, fact.object)


def _subject(c: Comparison, fact: Fact) -> str:
    held = c.b.tenures.get(fact.subject) or c.a.tenures.get(fact.subject)
    return held.subject if held else fact.subject


def _when(moment: Moment) -> str:
    """Write a moment after a verb.

    >>> _when(Moment.parse("2025-03-01")), _when(Moment.parse("2025-03")), _when(Moment.parse("../2025-03-01"))
    ('on 2025-03-01', 'within 2025-03', 'within ../2025-03-01')
    """
    if not _known(moment):
        return "on a day that is not known"
    return f"on {moment}" if moment.exact else f"within {moment}"


def _known(moment: Moment) -> bool:
    return not (moment.earliest == OPEN_EARLY and moment.latest == OPEN_LATE) and stated(moment) != "unknown"


def _same(a: Moment, b: Moment) -> bool:
    return (a.earliest, a.latest) == (b.earliest, b.latest)


def _end(end: Moment) -> tuple[int, int]:
    """Give the bounds of an end; of one that nothing is known of, none, wherever the last sighting was."""
    return (end.earliest, end.latest) if _known(end) else (OPEN_EARLY, OPEN_LATE)


def _narrower(old: Moment, new: Moment) -> bool:
    """Tell whether the new bounds lie within the old ones; an end may come to what was believed to go on."""
    return old.earliest == OPEN_LATE or (old.earliest <= new.earliest and new.latest <= old.latest)
