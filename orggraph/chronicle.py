"""The chronicle: the events of a period in order, each under the day on which it happened.

Why each event is told once: a start that is known to lie in March changes the organization twice, when it becomes
possible and when it is certain. The two days of such a *span* are compared with each other, across it, and what began
or ended within it is told under the span and under no single day. A start of which no first day is known is told when
it is certain, an end of which no last day is known when it is possible.

Why an event may rest on more than began or ended in its span: who moved on a day from a post that he left in a month
that is all that is known has moved once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.diff import Event, events
from orggraph.diff.formats import COLUMNS, escaped
from orggraph.diff.text import COLOURS, grouped, printable
from orggraph.errors import UnsupportedError
from orggraph.facts import EVENT, MEMBERSHIP, UNIT_OF
from orggraph.ledger import recorded_text
from orggraph.period import OPEN_EARLY, OPEN_LATE, iso
from orggraph.snapshot import Snapshot
from orggraph.timeline import Rows, Timeline
from orggraph.timeline.columns import KIND

FIELDS = ("day", *COLUMNS)
"""The columns of the CSV form."""
_PLAIN = "\x1b[0m"
_SEVERAL = frozenset({"also", "before", "after", "related", "facts", "sources"})


class Span(NamedTuple):
    """The first and the last day on which something began or ended (ordinals, both inclusive); as a rule one day."""

    earliest: int
    latest: int

    @property
    def text(self) -> str:
        """Give the day, or the range of days, in EDTF."""
        if self.earliest == self.latest:
            return iso(self.earliest)
        return f"{_bound(self.earliest)}/{_bound(self.latest)}"

    @property
    def place(self) -> tuple[int, int, int]:
        """Give the key by which spans are ordered: when it was over, as far as that is known, then when it began."""
        open_end = self.latest == OPEN_LATE
        return (self.earliest if open_end else self.latest), self.earliest, self.latest


class Chapter(NamedTuple):
    """The events of one span, in the order of a diff."""

    span: Span
    events: tuple[Event, ...]


class Scope(NamedTuple):
    """What a chronicle is about: the terms that take part in its events, and the facts on them; without it everything.

    A ``term`` is an IRI of a person, a post, a unit or an organization.
    """

    terms: frozenset[str]
    rows: Rows


def scope_of(timeline: Timeline, entity: str, *, inside: bool = False) -> Scope:
    """Give what concerns an entity, with ``inside`` also the units in it and the posts in those."""
    terms, rows = [entity], list[Rows]()
    for term in terms:  # grows with what is inside
        found = np.concatenate([timeline.about(term), timeline.pointing_at(term), timeline.in_post(term)])
        rows.append(found)
        held = timeline.only(found, MEMBERSHIP)
        rows += [timeline.about(str(tenure)) for tenure in _texts(timeline, timeline.columns.tenure[held])]
        if inside:
            part_of = found[timeline.columns.predicate[found] == timeline.terms.number(UNIT_OF)]
            terms += [part for part in _texts(timeline, timeline.columns.subject[part_of]) if part not in terms]
    return Scope(frozenset(terms), np.unique(np.concatenate(rows)))


def chronicle(
    timeline: Timeline,
    *,
    scope: Scope | None = None,
    first: int | None = None,
    last: int | None = None,
    recorded_by: int | None = None,
    reverse: bool = False,
) -> Iterator[Chapter]:
    """Give the events from day ``first`` to ``last`` (inclusive), the newest first, or with ``reverse`` the oldest.

    A span counts where it overlaps the period, one that is open to one side by its other bound. The chapters are made
    as they are asked for, each at the cost of one diff. Raises `UnsupportedError` for a timeline that is not in columns
    here.
    """
    if type(timeline) is not Timeline:
        raise UnsupportedError("a log is made where the index is (ask the store that was published)")
    rows = np.flatnonzero(timeline.believed(recorded_by)) if scope is None else scope.rows
    rows = rows[timeline.believes(rows, recorded_by)]
    for span in sorted(_spans(timeline, rows, first, last), key=lambda span: span.place, reverse=not reverse):
        told = _told(timeline, span, scope, recorded_by)
        if told:
            yield Chapter(span, told)


def _spans(timeline: Timeline, rows: Rows, first: int | None, last: int | None) -> set[Span]:
    """Give every span in which some of the facts begin or end."""
    c, spans = timeline.columns, set[Span]()
    rows = rows[c.start_earliest[rows] < c.end_latest[rows]]  # others hold on no day
    for earliest, latest in ((c.start_earliest, c.start_latest), (c.end_earliest, c.end_latest)):
        early, late = earliest[rows], latest[rows]
        keep = (late > OPEN_EARLY) & (early < OPEN_LATE) & ~((early == OPEN_EARLY) & (late == OPEN_LATE))
        if first is not None:
            keep &= np.where(late == OPEN_LATE, early, late) >= first
        if last is not None:
            keep &= np.where(early == OPEN_EARLY, late, early) <= last
        pairs: NDArray[np.int32] = np.unique(np.stack([early[keep], late[keep]], axis=1), axis=0)
        spans |= {Span(*pair) for pair in pairs.tolist()}
    return spans


def _told(timeline: Timeline, span: Span, scope: Scope | None, recorded_by: int | None) -> tuple[Event, ...]:
    """Tell what happened in a span: the events that rest on a fact that begins or ends in it, and in no other."""
    before = (span.latest if span.earliest == OPEN_EARLY else span.earliest) - 1
    after = span.earliest if span.latest == OPEN_LATE else span.latest
    if before < 1:
        return ()
    a, b = (Snapshot(timeline, day, recorded_by=recorded_by) for day in (before, after))
    turned = _turned(timeline, span, before, after)
    return tuple(
        event
        for event in events(a, b)
        if event.subject and not turned.isdisjoint(event.facts) and (scope is None or _takes_part(event, scope))
    )


def _turned(timeline: Timeline, span: Span, before: int, after: int) -> set[str]:
    """Give the identities of the facts that begin or end in exactly this span; that a change event is over is none."""
    c, rows = timeline.columns, timeline.turns.between(before, after, aging=False)
    begins = (c.start_earliest[rows] == span.earliest) & (c.start_latest[rows] == span.latest)
    ends = (c.end_earliest[rows] == span.earliest) & (c.end_latest[rows] == span.latest)
    ends &= c.kind[rows] != KIND[EVENT]
    return {fact.id for fact in timeline.facts.several(rows[begins | ends])}


def _takes_part(event: Event, scope: Scope) -> bool:
    if event.subject in scope.terms or not scope.terms.isdisjoint(event.related):
        return True
    return any(subject in scope.terms or target in scope.terms for subject, _, target in event.triples)


def _texts(timeline: Timeline, numbers: NDArray[np.int32]) -> list[str]:
    return [timeline.terms.text(number) for number in np.unique(numbers).tolist()]


def _bound(day: int) -> str:
    return ".." if day in (OPEN_EARLY, OPEN_LATE) else iso(day)


# ---- forms


def text(chapters: Iterable[Chapter], *, colour: bool = False) -> Iterator[str]:
    """Write each chapter as it comes: its day, and below it the events by organization and unit."""
    for number, chapter in enumerate(chapters):
        lines = ([""] if number else []) + [_heading(chapter.span)]
        for title, found in grouped(chapter.events):
            lines.append(f"  {printable(title)}")
            for line in found:
                sign = f"{COLOURS[line.sign]}{line.sign}{_PLAIN}" if colour else line.sign
                lines.append(f"    {'    ' if line.part else ''}{sign} {printable(line.sentence)}")
        yield "\n".join(lines) + "\n"


def as_markdown(chapters: Iterable[Chapter]) -> str:
    """Write the chapters for a document: a heading a day, below it the events as lists."""
    parts = []
    for chapter in chapters:
        lines = [f"## {_heading(chapter.span)}", ""]
        for title, found in grouped(chapter.events):
            items = (f"{'  ' if line.part else ''}- {escaped(line.sentence)}" for line in found)
            lines += [f"### {escaped(title)}", "", *items, ""]
        parts.append("\n".join(lines))
    return "\n".join(parts)


def as_csv(chapters: Iterable[Chapter]) -> str:
    """Write one row an event under `FIELDS` (RFC 4180); several values in a cell are joined by `` | ``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(FIELDS)
    for chapter in chapters:
        for event in chapter.events:
            cells = _fields(event).values()
            writer.writerow([chapter.span.text, *(" | ".join(c) if isinstance(c, list) else str(c) for c in cells)])
    return out.getvalue()


def as_json(chapters: Iterable[Chapter], *, recorded_by: int | None = None) -> dict[str, object]:
    """Give the document: ``recorded_by``, and ``days``, each with ``day`` (EDTF) and the ``events``, as of a diff."""
    return {
        "recorded_by": None if recorded_by is None else recorded_text(recorded_by),
        "days": [
            {"day": chapter.span.text, "events": [_fields(event) for event in chapter.events]} for chapter in chapters
        ],
    }


def _heading(span: Span) -> str:
    if span.earliest == span.latest:
        return iso(span.latest)
    if span.earliest == OPEN_EARLY:
        return f"by {iso(span.latest)}"
    if span.latest == OPEN_LATE:
        return f"from {iso(span.earliest)} on, on a day that is not known"
    return f"between {iso(span.earliest)} and {iso(span.latest)}"


def _fields(event: Event) -> dict[str, object]:
    values = {name: getattr(event, "subject" if name == "iri" else name) for name in COLUMNS}
    return {name: list(value) if name in _SEVERAL else value for name, value in values.items()}

