"""What happened to units and posts: merged, split, created, closed, moved, renamed.

Why mergers are read from the timeline: a change event lasts a day or a few and lies between the two snapshots, so
neither of them holds it. Only events that begin after the first day and not after the second count.
"""

from __future__ import annotations

from typing import NamedTuple

from orggraph.diff.events import Comparison, listed, word
from orggraph.facts import EVENT, LABEL, PERSON_NAME, TYPE, Fact
from orggraph.vocabulary import ORG, ORGG, RDF_TYPE, Literal

ORIGINAL, RESULTING, CHANGE_TYPE = ORG + "originalOrganization", ORG + "resultingOrganization", ORGG + "changeType"
_BEGUN = {"post": "post created"}
_ENDED = {"post": "post abolished"}


class _Change(NamedTuple):
    """One change event, or several that are one merger or one split."""

    kind: str
    originals: tuple[str, ...]
    results: tuple[str, ...]
    facts: tuple[Fact, ...]


def tell_mergers(comparison: Comparison) -> None:
    """Tell the mergers, splits and transfers of functions between the two days, in the order of their days."""
    for change in _changes(comparison):
        fresh = [iri for iri in (*change.originals, *change.results) if iri not in comparison.folded]
        ends = [iri for iri in fresh if iri in change.originals and not comparison.b.exists(iri)]
        begins = [iri for iri in fresh if iri in change.results and not comparison.a.exists(iri)]
        places = [f for iri in ends for f in comparison.a.places.get(iri, ())]
        places += [f for iri in begins for f in comparison.b.places.get(iri, ())]
        places += [f for iri in (*ends, *begins) for f in _empty_posts(comparison, iri)]
        originals = [comparison.name(iri) for iri in change.originals]
        results = [comparison.name(iri) for iri in change.results]
        verb = {"merged": "merged into", "split": "split into"}.get(change.kind, "handed functions over to")
        words = {word(f.object) for f in change.facts if f.predicate == CHANGE_TYPE} - {change.kind}
        comparison.tell(
            change.kind,
            change.originals[0],
            f"{verb} {listed(results)}",
            name=listed(originals),
            facts=[*change.facts, *places],
            certain=all(_between(comparison, fact, surely=True) for fact in change.facts),
            notes=sorted(words),
            also=[*["unit closed"] * len(ends), *["unit created"] * len(begins)],
            before=originals,
            after=results,
            related=[*change.originals[1:], *change.results],
        )
        comparison.folded.update(ends, begins)


def tell_units_and_posts(comparison: Comparison) -> None:
    """Tell which units and posts began, ended or moved, and who and what bears another name."""
    c = comparison
    for subject in sorted({*c.a.places, *c.b.places}, key=lambda iri: (_is_post(c, iri), iri)):
        before, after = c.a.places.get(subject, []), c.b.places.get(subject, [])
        if subject not in c.folded and {f.object for f in before} != {f.object for f in after}:
            _placed(c, subject, before, after)
    for subject in sorted(c.a.present ^ c.b.present):
        if subject not in c.folded and "organization" in (c.a.snapshot.kind(subject), c.b.snapshot.kind(subject)):
            _organization(c, subject)
    for subject in sorted(c.a.names.keys() & c.b.names.keys()):
        _renamed(c, subject)


def _placed(c: Comparison, subject: str, before: list[Fact], after: list[Fact]) -> None:
    kind = "post" if _is_post(c, subject) else "unit"
    contents: list[Fact] = []
    was, now = (sorted({c.name(str(f.object)) for f in facts}) for facts in (before, after))
    name = f"the post {c.name(subject)}" if kind == "post" else c.name(subject)
    firm = c.b.firm(after) if after else c.a.firm(before)
    notes: list[str] = []
    if not before:
        told = _BEGUN.get(kind, "unit created")
        phrase = f"{'was' if firm else 'may have been'} created in {listed(now)}"
        empty = kind == "post" and subject not in c.b.holders
        notes = [c.b.snapshot.reason(subject)] if empty else []
        contents = _empty_posts(c, subject)
    elif not after:
        told = _ENDED.get(kind, "unit closed")
        verb = "abolished" if kind == "post" else "closed"
        phrase = f"{'was' if firm else 'may have been'} {verb}"
        notes = [f"in {listed(was)} before"]
        contents = _empty_posts(c, subject)
    else:
        told = f"{kind} moved"
        phrase = f"{'moved' if firm else 'may have moved'} to {listed(now)}"
        notes = [f"before: {listed(was)}"]
    c.tell(told, subject, phrase, name=name, facts=[*before, *after, *contents], certain=firm, notes=notes,
           before=was, after=now)  # fmt: skip


def _empty_posts(c: Comparison, unit: str) -> list[Fact]:
    """List the places of posts that nobody holds and that come or go with the unit; they are told with it."""
    found = [f for f in c.a.inside.get(unit, ()) if f.subject not in c.b.places and f.subject not in c.a.holders]
    found += [f for f in c.b.inside.get(unit, ()) if f.subject not in c.a.places and f.subject not in c.b.holders]
    posts = [fact for fact in found if _is_post(c, fact.subject)]
    c.folded.update(fact.subject for fact in posts)
    return posts


def _is_post(c: Comparison, iri: str) -> bool:
    return "post" in (c.b.snapshot.kind(iri), c.a.snapshot.kind(iri))


def _organization(c: Comparison, subject: str) -> None:
    """Tell that an organization began or ended, where its dated type says so; silence about it says nothing."""
    begun = subject in c.b.present
    here, there = (c.b, c.a) if begun else (c.a, c.b)
    timeline = here.snapshot.timeline
    lives = [timeline.facts[row] for row in timeline.about(subject) if timeline.facts[row].kind == TYPE]
    if not lives or any(fact.period.possible_on(there.snapshot.day) for fact in lives):
        return
    firm = here.firm(lives)
    verb = "created" if begun else "closed"
    phrase = f"{'was' if firm else 'may have been'} {verb}"
    c.tell(f"unit {verb}", subject, phrase, facts=lives, certain=firm)


def _renamed(c: Comparison, subject: str) -> None:
    before, after = (_names(side.names[subject]) for side in (c.a, c.b))
    gained = [name for name in after if name not in before]
    lost = [name for name in before if name not in after]
    facts = [*(after[name] for name in gained), *(before[name] for name in lost)]
    if not facts or not c.changed(facts):
        return
    kind = c.b.snapshot.kind(subject)
    told = f"{'unit' if kind in ('organization', '') else kind} renamed"
    firm = c.b.firm([after[name] for name in gained]) if gained else c.a.firm([before[name] for name in lost])
    old = listed(lost) if lost else c.a.snapshot.name(subject)
    if gained:
        phrase = f"is now {'' if lost else 'also '}called {listed(gained)}"
        phrase = phrase if firm else phrase.replace("is now", "may now be", 1)
    else:
        phrase = f"is no longer called that, but {listed(after)}"
    c.tell(told, subject, phrase, name=old, facts=facts, certain=firm, before=lost, after=gained)


def _names(facts: list[Fact]) -> dict[str, Fact]:
    named = [f for f in facts if f.predicate in (PERSON_NAME, LABEL)]
    return {f.object.value: f for f in named if isinstance(f.object, Literal)}


def _changes(c: Comparison) -> list[_Change]:
    """Gather the change events; those into one unit, or out of one, on the same moment are one change."""
    events: dict[str, list[Fact]] = {}
    snapshot = c.b.snapshot
    rows = snapshot.timeline.of_kind(EVENT)
    for row in rows[snapshot.timeline.believed(snapshot.recorded_by)[rows]]:
        fact = snapshot.timeline.facts[row]
        if _between(c, fact, surely=False):
            events.setdefault(fact.subject, []).append(fact)
    grouped: dict[tuple[object, ...], list[_Change]] = {}
    for iri, facts in sorted(events.items(), key=lambda item: (item[1][0].start.earliest, item[0])):
        change = _change(facts)
        if change.originals and change.results:
            one = {"merged": change.results, "split": change.originals}.get(change.kind, (iri,))
            grouped.setdefault((change.kind, one, facts[0].start.earliest, facts[0].start.latest), []).append(change)
    return [_united(changes) for changes in grouped.values()]


def _change(facts: list[Fact]) -> _Change:
    originals = tuple(sorted({str(f.object) for f in facts if f.predicate == ORIGINAL}))
    results = tuple(sorted({str(f.object) for f in facts if f.predicate == RESULTING}))
    said = " ".join(word(f.object).casefold() for f in facts if f.predicate in (CHANGE_TYPE, RDF_TYPE))
    if "merge" in said or (len(originals) > 1 and len(results) == 1):
        return _Change("merged", originals, results, tuple(facts))
    if "split" in said or (len(originals) == 1 and len(results) > 1):
        return _Change("split", originals, results, tuple(facts))
    return _Change("functions transferred", originals, results, tuple(facts))


def _united(changes: list[_Change]) -> _Change:
    return _Change(
        changes[0].kind,
        tuple(dict.fromkeys(iri for change in changes for iri in change.originals)),
        tuple(dict.fromkeys(iri for change in changes for iri in change.results)),
        tuple(fact for change in changes for fact in change.facts),
    )


def _between(c: Comparison, fact: Fact, *, surely: bool) -> bool:
    """Tell whether an event begins after the first day and not after the second."""
    first, second = c.a.snapshot.day, c.b.snapshot.day
    if surely:
        return first < fact.start.earliest and fact.start.latest <= second
    return first < fact.start.latest and fact.start.earliest <= second and first != second


