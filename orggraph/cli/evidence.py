"""What an answer rests on, in words: facts, the role changes they follow from, the source and line of each, its quote.

Why only so many rows are explained: an explanation is read by a person; who wants all of them asks the history.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from orggraph.changes import RoleChange
from orggraph.facts import LINE, MEMBERSHIP, PLACE, Fact
from orggraph.graph import OrgGraph
from orggraph.history import JUDGED, facts_on
from orggraph.period import as_date, iso
from orggraph.results import table, visible
from orggraph.snapshot import CERTAIN, POSSIBLE, PRESUMED, Snapshot
from orggraph.timeline import Timeline

if TYPE_CHECKING:
    from orggraph.diff import Diff, Event
    from orggraph.documents import Reply
    from orggraph.evaluation import Results

MOST = 30
"""So many rows are explained, and of each so many facts."""
HUB = 1_000
"""Where more facts than this point at an entity, such as an organization, they are not looked through."""
_NAMELESS = "the row names nobody by IRI (select the variable of the entity as well, to see what it rests on)"

Explained = tuple[str, Sequence[Fact]]
"""What is said in a line, and the facts that it rests on."""


def explain(org: OrgGraph, reply: Reply) -> str:
    """Explain the rows of a look-up: the facts that each rests on, and with whom its entity is judged to be one."""
    rows = []
    for row in reply.rows[:MOST]:
        by_id = {fact.id: fact for fact in _known_of(org, row.iri)}
        judged = [f for f in by_id.values() if f.predicate in JUDGED and _counts(f, reply.snapshot)]
        facts = [by_id[number] for number in row.facts if number in by_id]
        rows.append((f"{row.name}: {row.certainty}", [*facts, *judged]))
    return explained(org, rows, more=len(reply.rows) - len(rows), what="rows")


def explain_diff(org: OrgGraph, found: Diff) -> str:
    """Explain the events of a diff: the facts on both sides that each rests on."""
    return explain_events(org, found.events)


def explain_events(org: OrgGraph, events: Sequence[Event]) -> str:
    """Explain events: the facts before and after that each rests on."""
    rows = [(event.text, facts_of_event(org, event)) for event in events[:MOST]]
    return explained(org, rows, more=len(events) - len(rows), what="events")


def facts_of_event(org: OrgGraph, event: Event) -> list[Fact]:
    """List the facts that an event rests on, on both sides."""
    about = {iri for iri in (event.subject, *event.related, *(t[0] for t in event.triples)) if iri}
    about |= {str(t[2]) for t in event.triples if isinstance(t[2], str)}
    by_id = {fact.id: fact for iri in sorted(about) for fact in _known_of(org, iri)}
    return [by_id[number] for number in event.facts if number in by_id]


def explain_results(org: OrgGraph, found: Results, snapshot: Snapshot | None) -> str:
    """Explain the rows of a query: the facts between the entities of each row, on the day or (``None``) ever.

    Where a row has one entity, all that is known of it. What is counted or put together has no facts of its own.
    """
    rows: list[Explained] = []
    for row in found.rows[:MOST]:
        entities = {term for term in row if isinstance(term, str) and len(org.timeline.about(term))}
        facts = {fact.id: fact for iri in sorted(entities) for fact in _known_of(org, iri) if _counts(fact, snapshot)}
        between = [f for f in facts.values() if len(entities & {f.subject, f.object, f.post, f.role}) > 1]
        told = "; ".join(str(term if isinstance(term, str) else term.value) for term in row if term is not None)
        rows.append((told if entities else f"{told}: {_NAMELESS}", between or list(facts.values())))
    return explained(org, rows, more=len(found.rows) - len(rows), what="rows") if found.kind == "select" else ""


def explain_entities(org: OrgGraph, snapshot: Snapshot, named: Iterable[tuple[str, str]], kinds: Iterable[str]) -> str:
    """Explain what is shown of entities (IRI and name) on a day: their facts of these kinds."""
    listed, wanted = list(named), set(kinds)
    rows = []
    for iri, name in listed[:MOST]:
        facts = [f for f in _known_of(org, iri) if f.subject == iri and f.kind in wanted and _counts(f, snapshot)]
        rows.append((name, facts))
    return explained(org, rows, more=len(listed) - len(rows), what="entities")


def explain_counts(snapshot: Snapshot) -> str:
    """Explain what is counted on a day: how many facts of each kind and source, how certain, when last confirmed."""
    counts: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    confirmed: dict[tuple[str, str], int] = {}
    for kind in (MEMBERSHIP, LINE, PLACE):
        for fact in snapshot.facts(kind):
            for source in snapshot.sources(fact) or ("",):
                counts[kind, source][snapshot.certainty(fact)] += 1
                confirmed[kind, source] = max(confirmed.get((kind, source), fact.confirmed), fact.confirmed)
    labels = (CERTAIN, PRESUMED, POSSIBLE)
    rows = [
        [kind, *(str(told[label]) for label in labels), day_words(confirmed[kind, source]), visible(source)]
        for (kind, source), told in sorted(counts.items())
    ]
    return "counted are:\n" + table(["fact", *labels, "last confirmed", "source"], rows)


def explained(org: OrgGraph, rows: Iterable[Explained], *, more: int, what: str) -> str:
    """Write under each line the facts that it rests on, with their role changes."""
    blocks = []
    for line, facts in rows:
        lines = [visible(line)]
        for fact in facts[:MOST]:
            lines += fact_lines(org, fact)
        if len(facts) > MOST:
            lines.append(f"  … and {len(facts) - MOST} more facts (orggraph history lists them)")
        blocks.append("\n".join(lines) + "\n")
    if more > 0:
        blocks.append(f"… and {more} more {what}, not explained\n")
    return "\n".join(blocks)


def fact_lines(org: OrgGraph, fact: Fact) -> list[str]:
    """Write a fact, the role changes it rests on, and those of what it follows from."""
    confirmed = f", confirmed {day_words(fact.confirmed)}" if as_date(fact.confirmed) else ""
    lines = [f"  fact {fact.id}: {fact.kind}, since {bounds_words(fact.start.edtf())}, until "
             f"{bounds_words(fact.end.edtf())}{confirmed}{_flags(fact)}"]  # fmt: skip
    lines += _change_lines(list(org.changes(fact.changes).values()), indent="    ")
    for tenure in fact.premises:
        found = list(org.changes(_premise(org.timeline, tenure, fact)).values())
        if found:
            lines += ["    follows from", *_change_lines(found, indent="      ")]
    return lines


def _known_of(org: OrgGraph, iri: str) -> Sequence[Fact]:
    """Give the facts on an entity, of a hub without those that point at it; nothing of what is no entity."""
    timeline = org.timeline
    return facts_on(timeline, iri, most=HUB) if len(timeline.about(iri)) else ()


def day_words(day: int) -> str:
    """Write a day, or nothing for one that is before or after all."""
    return iso(day) if as_date(day) else ""


def changes_of(org: OrgGraph, fact: Fact) -> list[RoleChange]:
    """List the role changes that a fact rests on, then those of what it follows from."""
    follows = (change for tenure in fact.premises for change in _premise(org.timeline, tenure, fact))
    return list(org.changes(dict.fromkeys([*fact.changes, *follows])).values())


def _premise(timeline: Timeline, tenure: str, fact: Fact) -> dict[str, None]:
    """List the role changes of a premise that the fact does not rest on itself."""
    premises = [timeline.facts[int(row)] for row in timeline.of_tenure(tenure)]
    standing = [f for f in premises if f.superseded is None and f.tenure == tenure and f.id != fact.id]
    return dict.fromkeys(change for f in standing for change in f.changes if change not in fact.changes)


def _counts(fact: Fact, snapshot: Snapshot | None) -> bool:
    if snapshot is None:
        return fact.superseded is None
    by = snapshot.recorded_by
    known = fact.superseded is None if by is None else fact.recorded <= by and not (fact.superseded or by + 1) <= by
    return known and fact.period.possible_on(snapshot.day)


def bounds_words(bounds: str) -> str:
    """Write the bounds of a moment for a reader."""
    return {"../..": "unknown"}.get(bounds, bounds)


def _flags(fact: Fact) -> str:
    return f" ({', '.join(fact.flags)})" if fact.flags else ""


def _change_lines(changes: Sequence[RoleChange], *, indent: str) -> list[str]:
    lines = []
    for change in changes:
        place = f" ({change.file}:{change.line_number})" if change.file else ""
        lines.append(visible(f"{indent}{change_words(change)}{place}"))
        lines.append(visible(f"{indent}  source: {change.edition}"))
        if change.quote:
            lines.append(visible(f'{indent}  "{change.quote}"'))
    return lines


def change_words(change: RoleChange) -> str:
    """Write a role change as one line: its kind, whom and what it is about, and when.

    >>> change_words(RoleChange.parse({"kind": "starts", "person": "Ada", "post": "CTO", "effective": "2024-05"}))
    'starts: person Ada, post CTO, effective 2024-05'
    """
    hidden = ("kind", "source", "stated", "quote", "occurrence", "sequence", "record", "moment")
    fields = [
        f"{name.replace('_', ' ')} {text}"
        for name, text in change.fields().items()
        if name not in hidden and not name.endswith("_id")
    ]
    return f"{change.kind}: {', '.join(fields)}"
