"""What happened to units and posts by themselves: created, closed, moved, renamed."""

from __future__ import annotations

from orggraph.diff.events import Comparison, listed
from orggraph.facts import LABEL, PERSON_NAME, TYPE, Fact
from orggraph.vocabulary import Literal

_BEGUN = {"post": "post created"}
_ENDED = {"post": "post abolished"}


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
        phrase = f"{'was' if firm else 'may have been'} created in {listed(now)}{_reporting(c, subject)}"
        empty = kind == "post" and subject not in c.b.holders
        notes = [c.b.snapshot.reason(subject)] if empty else []
        contents = empty_posts(c, subject)
    elif not after:
        told = _ENDED.get(kind, "unit closed")
        verb = "abolished" if kind == "post" else "closed"
        phrase = f"{'was' if firm else 'may have been'} {verb}"
        notes = [f"in {listed(was)} before"]
        contents = empty_posts(c, subject)
    else:
        told = f"{kind} moved"
        phrase = f"{'moved' if firm else 'may have moved'} to {listed(now)}"
        notes = [f"before: {listed(was)}"]
    lines = [f for side in (c.a, c.b) for facts in side.links.get(subject, {}).values() for f in facts]
    contents += lines if kind == "post" and told != "post moved" else []
    c.tell(told, subject, phrase, name=name, facts=[*before, *after, *contents], certain=firm, notes=notes,
           before=was, after=now)  # fmt: skip


def _reporting(c: Comparison, post: str) -> str:
    """Say to whom or what a new post reports on solid lines, where a source says so."""
    links = c.b.links.get(post, {})
    bosses = sorted({c.name(link.manager) for link in links if link.line == "direct"})
    return f", reporting to {listed(bosses)}" if bosses else ""


def empty_posts(comparison: Comparison, unit: str) -> list[Fact]:
    """List the places of posts that nobody holds and that come or go with the unit; they are told with it."""
    c = comparison
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
