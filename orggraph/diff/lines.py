"""What happened to reporting lines: who reports to somebody else now, and which lines became solid or dotted.

Why a line between posts is often not told by itself: when it is what moves the holders' own lines, the people are
told and the line between the posts goes with them; a line of somebody who has left goes with his leaving, and that of
a post that was created or abolished with that.
"""

from __future__ import annotations

from orggraph.diff.events import Comparison, listed
from orggraph.diff.side import Link
from orggraph.facts import REPORTS_DOTTED_TO, Fact

Links = dict[Link, list[Fact]]


def tell_lines(comparison: Comparison) -> None:
    """Tell the changes of lines, those of people first, then by the IRI of who reports."""
    c = comparison
    subjects = sorted({*c.a.links, *c.b.links}, key=lambda iri: (_is_post(c, iri), iri))
    for subject in subjects:
        before, after = c.a.links.get(subject, {}), c.b.links.get(subject, {})
        if not c.changed([f for links in (before, after) for facts in links.values() for f in facts]):
            continue
        if _is_post(c, subject) and c.comes_or_goes(subject):
            continue
        if after or subject in c.b.present:
            _switched(c, subject, before, after)
            _rerouted(c, subject, before, after, line="direct")
            _rerouted(c, subject, before, after, line="dotted")
            _doubted(c, subject, before, after)


def _switched(c: Comparison, subject: str, before: Links, after: Links) -> None:
    for link in before:
        other = Link("direct" if link.line == "dotted" else "dotted", link.manager)
        if link in after or other not in after or other in before:
            continue
        now, was = ("solid", "dotted") if other.line == "direct" else ("dotted", "solid")
        c.tell(
            "line changed",
            subject,
            f"now reports to {c.name(link.manager)} on a {now} line",
            name=_who(c, subject),
            facts=_with_premises(c, [*before[link], *after[other]]),
            certain=c.b.firm(after[other]) and c.a.firm(before[link]),
            notes=[f"before: a {was} line"],
            before=[was],
            after=[now],
            related=[link.manager],
        )


def _rerouted(c: Comparison, subject: str, before: Links, after: Links, *, line: str) -> None:
    gained = {k: facts for k, facts in after.items() if k.line == line and k not in before and c.changed(facts)}
    lost = {k: facts for k, facts in before.items() if k.line == line and k not in after and c.changed(facts)}
    if not gained and not lost:
        return
    kept = [k for k in after if k.line == line and k in before]
    firm = any(c.b.firm(f) for f in gained.values()) if gained else any(c.a.firm(f) for f in lost.values())
    dotted = " on a dotted line" if line == "dotted" else ""
    also = "also " if kept or (dotted and gained and any(k.line == "direct" for k in after)) else ""
    notes = []
    if gained:
        verb = f"now {also}reports to" if firm else f"may now {also}report to"
        phrase = f"{verb} {_managers(c, gained)}{dotted}"
        doubt = "" if all(c.a.firm(facts) for facts in lost.values()) else "perhaps "
        notes = [f"before: {doubt}{_managers(c, lost)}"] if lost else []
    else:
        verb = "no longer reports to" if firm else "may have stopped reporting to"
        phrase = f"{verb} {_managers(c, lost)}{dotted}"
    c.tell(
        "dotted line changed" if dotted else "manager changed",
        subject,
        phrase,
        name=_who(c, subject),
        facts=_with_premises(c, [f for facts in (*gained.values(), *lost.values()) for f in facts]),
        certain=firm,
        notes=notes,
        before=[c.name(k.manager) for k in lost],
        after=[c.name(k.manager) for k in gained],
        related=[k.manager for k in (*gained, *lost)],
    )


def _doubted(c: Comparison, subject: str, before: Links, after: Links) -> None:
    for link, facts in after.items():
        if link not in before or c.a.firm(before[link]) == c.b.firm(facts) or not c.changed(facts):
            continue
        confirmed = c.b.firm(facts)
        dotted = " on a dotted line" if link.line == "dotted" else ""
        c.tell(
            "confirmed" if confirmed else "doubtful",
            subject,
            f"{'is certain to' if confirmed else 'may no longer'} report to {c.name(link.manager)}{dotted}",
            name=_who(c, subject),
            facts=_with_premises(c, [*before[link], *facts]),
            certain=confirmed,
            notes=["only possible before"] if confirmed else [],
            before=[c.name(link.manager)],
            after=[c.name(link.manager)],
            related=[link.manager],
        )


def _with_premises(c: Comparison, facts: list[Fact]) -> list[Fact]:
    """Add the lines between posts from which changed lines follow, and those that they replace.

    So the same thing is not told twice.
    """
    premises = [tenure for fact in facts for tenure in fact.premises]
    lines = [side.line_tenures[tenure] for tenure in premises for side in (c.a, c.b) if tenure in side.line_tenures]
    beside = [
        fact for line in lines for side in (c.a, c.b)
        for link, found in side.links.get(line.subject, {}).items() if link.line == _line_of(line) for fact in found
    ]  # fmt: skip
    return [*facts, *(line for line in dict.fromkeys([*lines, *beside]) if c.changed([line]))]


def _line_of(fact: Fact) -> str:
    return "dotted" if fact.predicate == REPORTS_DOTTED_TO else "direct"


def _managers(c: Comparison, links: Links) -> str:
    return listed(sorted({_who(c, link.manager) for link in links}))


def _who(c: Comparison, iri: str) -> str:
    return f"the post {c.name(iri)}" if _is_post(c, iri) else c.name(iri)


def _is_post(c: Comparison, iri: str) -> bool:
    return "post" in (c.b.snapshot.kind(iri), c.a.snapshot.kind(iri))
