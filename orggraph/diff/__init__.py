"""What changed between two snapshots: labelled triples, and the typed events that tell them in sentences.

Why two layers: the triples can be applied and inverted and leave nothing out; the events are what a person asks for.
Every changed triple is told by exactly one event.

Why only one axis at a time: that the organization changed and that our knowledge of it changed are two answers. Two
days are compared as known at one recorded time, or one day as known at two; anything else is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orggraph.collection import uncollected
from orggraph.diff.activities import as_prov
from orggraph.diff.chains import fold_successions
from orggraph.diff.events import COUNTED_AS, KINDS, TOLD_TOGETHER, Comparison, Event, with_parts
from orggraph.diff.formats import as_csv, as_json, as_markdown, diff_schema, rdf_patch, sparql_update
from orggraph.diff.histogram import WIDTH, stat
from orggraph.diff.knowledge import tell_knowledge
from orggraph.diff.labelled import Delta, Labelled, Triple, apply, delta, invert
from orggraph.diff.lines import tell_lines
from orggraph.diff.mergers import fold_mergers, tell_mergers
from orggraph.diff.page import as_html
from orggraph.diff.people import tell_people
from orggraph.diff.rest import tell_attributes, tell_rest
from orggraph.diff.side import Side, sides
from orggraph.diff.teams import fold_teams
from orggraph.diff.text import text
from orggraph.diff.touched import comparable, touched
from orggraph.diff.triples import changed_triples
from orggraph.diff.units import tell_units_and_posts
from orggraph.errors import UnsupportedError
from orggraph.snapshot import CERTAIN, Snapshot

ORGANIZATION, KNOWLEDGE = "organization", "knowledge"
_FIRST = {ORGANIZATION: ("joined", "left", "moved"), KNOWLEDGE: ("learned", "corrected", "withdrawn")}
"""The kinds that are counted even where there are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """The difference between the snapshots of ``before`` and ``after`` (day ordinals).

    ``axis`` says what changed: the ``organization`` (two days) or our ``knowledge`` of it (one day, recorded at two
    times). ``counts`` begin with the people; a kind of event counts where it is certain, ``perhaps`` and the kind
    where it is possible, ``detected`` and the kind where no source states it. Events are sorted by organization,
    unit, kind and name.
    """

    before: int
    after: int
    axis: str
    recorded: tuple[int | None, int | None]
    added: dict[Triple, str]
    removed: dict[Triple, str]
    relabelled: dict[Triple, tuple[str, str]]
    events: tuple[Event, ...]
    counts: dict[str, int]

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.added or self.removed or self.relabelled or self.events)

    @property
    def people(self) -> dict[str, tuple[str, ...]]:
        """Give the IRIs of those who certainly joined, left or moved, in the order of the events.

        Of a diff of knowledge, of those on whom something was learned, corrected or withdrawn.
        """
        told = [event for event in with_parts(self.events) if event.certainty == CERTAIN and event.subject]
        return {
            kind: tuple(dict.fromkeys(e.subject for e in told if kind in (e.kind, COUNTED_AS.get(e.kind))))
            for kind in _FIRST[self.axis]
        }


def diff(a: Snapshot, b: Snapshot) -> Diff:
    """Compare two snapshots; raise `UnsupportedError` where both the day and the recorded time differ.

    >>> from orggraph.timeline import Timeline
    >>> empty = Snapshot(Timeline([]), 1)
    >>> bool(diff(empty, Snapshot(empty.timeline, 2)))
    False
    """
    knowledge = a.recorded_by != b.recorded_by
    if knowledge and a.day != b.day:
        raise UnsupportedError(
            "both the days and the recorded times differ (expected two days as known at one recorded time, "
            "or one day as known at two)"
        )
    with uncollected():
        return _diff(a, b, axis=KNOWLEDGE if knowledge else ORGANIZATION)


def events(a: Snapshot, b: Snapshot) -> list[Event]:
    """Give the events of a diff alone, without its triples and counts."""
    with uncollected():
        return told(_comparison(a, b)[0])


def _comparison(a: Snapshot, b: Snapshot) -> tuple[Comparison, Delta]:
    if comparable(a, b):
        found = touched(a, b)
        difference, giving = changed_triples(a.timeline, found)
        return Comparison(*sides(a, b, found, giving), difference), difference
    difference = delta(a.triples(), b.triples())
    return Comparison(Side(a), Side(b), difference), difference


def _diff(a: Snapshot, b: Snapshot, *, axis: str) -> Diff:
    comparison, difference = _comparison(a, b)
    events = told(comparison)
    return Diff(
        before=a.day,
        after=b.day,
        axis=axis,
        recorded=(a.recorded_by, b.recorded_by),
        added=difference.added,
        removed=difference.removed,
        relabelled=difference.relabelled,
        events=tuple(events),
        counts=_counts(comparison, events),
    )


def told(comparison: Comparison) -> list[Event]:
    """Tell everything that changed, in the order in which events claim triples; fold, and sort the events."""
    if comparison.knowledge:
        tell_knowledge(comparison)
        return sorted(comparison.events, key=_order)
    tell_mergers(comparison)
    tell_people(comparison)
    tell_lines(comparison)
    tell_units_and_posts(comparison)
    tell_attributes(comparison)
    tell_rest(comparison)
    comparison.events.sort(key=_order)
    fold_mergers(comparison)
    fold_teams(comparison)
    fold_successions(comparison)
    return sorted(comparison.events, key=_order)


def _order(event: Event) -> tuple[bool, str, str, int, str, str, str]:
    alike = event.phrase if event.kind in TOLD_TOGETHER else ""
    kind = KINDS.index(event.kind)
    return not event.subject, event.organization, event.unit, kind, alike, event.name, event.subject


def _counts(comparison: Comparison, events: Sequence[Event]) -> dict[str, int]:
    """Count people and events by kind, also those told within another event or folded into one."""
    before = comparison.a.in_office()  # of the whole day; who is not touched is so on both sides
    firm, perhaps = (now - was for now, was in zip(comparison.b.counted(), comparison.a.counted(), strict=True))
    after = before[0] + firm, before[1] + perhaps
    counts = {"people before": before[0], "perhaps before": before[1]}
    axis = KNOWLEDGE if comparison.knowledge else ORGANIZATION
    counts |= {"people after": after[0], "perhaps after": after[1]} | dict.fromkeys(_FIRST[axis], 0)
    found: dict[str, int] = {}
    for event in with_parts(events):
        for kind in event.kinds:
            prefix = "" if event.certainty == CERTAIN else "perhaps "
            key = f"{'detected ' if event.evidence else prefix}{kind}"
            found[key] = found.get(key, 0) + 1
    for kind in KINDS:
        for key in (kind, f"detected {kind}", f"perhaps {kind}"):
            if key in found:
                counts[key] = found[key]
    return counts


__all__ = [
    "KINDS", "WIDTH", "Delta", "Diff", "Event", "Labelled", "apply", "as_csv", "as_html", "as_json", "as_markdown",
    "as_prov", "delta", "diff", "diff_schema", "events", "invert", "rdf_patch", "sparql_update", "stat", "text",
]  # fmt: skip
