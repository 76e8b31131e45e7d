"""Every fact about an entity on its page: since when and until when, what, and who said so when, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import NamedTuple
from urllib.parse import urlencode

import numpy as np

from orggraph.changes import RoleChange
from orggraph.facts import Fact
from orggraph.history import HistoryRow
from orggraph.snapshot import Snapshot
from orggraph.web import words
from orggraph.web.frame import Markup, link
from orggraph.web.pages import day_cell, sources_cell, table, until_cell
from orggraph.web.resources import Question

MOST_POINTING = 500
"""Up to so many facts that point at an entity are told with its own."""
MOST_FACTS = 200


class Subject(NamedTuple):
    """What the page is about: the request, the day, the entity, its kind, and what is known of it."""

    question: Question
    snapshot: Snapshot
    iri: str
    kind: str
    rows: list[HistoryRow]
    changes: Mapping[str, RoleChange]

    @property
    def facts(self) -> list[Fact]:
        """Give the facts that are believed, or were by the recorded time of the request."""
        return [row.fact for row in self.rows if not row.superseded]


def every_fact(subject: Subject) -> list[Markup]:
    """Make the table of facts, the first `MOST_FACTS`, with where the others are."""
    rows = subject.rows[:MOST_FACTS]
    gone = any(row.superseded for row in rows)
    columns = [words.SINCE, words.UNTIL, words.WHAT, words.CONFIRMED, words.STATED, words.RECORDED]
    columns += [words.SUPERSEDED] if gone else []
    cells = [[*_fact(subject, row, gone=gone), _evidence(row)] for row in rows]
    notes = []
    if pointing := _left_out(subject):
        notes.append(words.NOT_ALL_FACTS.format(number=f"{pointing:,}"))
    if len(subject.rows) > MOST_FACTS:
        notes.append(words.FACTS_SHOWN.format(shown=MOST_FACTS, number=len(subject.rows)))
    return [*_with_all(subject, notes), table(words.EVERYTHING, [*columns, f"{words.SOURCE}, {words.QUOTE}"], cells)]


def _with_all(subject: Subject, notes: list[str]) -> list[Markup]:
    """Say what is left out, and where all of it is."""
    known = subject.question.given.get("recorded-by", "")
    given = {"name": subject.iri, **({"recorded-by": known} if known else {})}
    way = link(f"/history?{urlencode(given)}", words.ALL_HISTORY)
    return [Markup(f"<p>{escape(' '.join(notes))} {way}</p>")] if notes else []


def _fact(subject: Subject, row: HistoryRow, *, gone: bool) -> list[Markup]:
    told = {change.stated for identity in row.fact.changes if (change := subject.changes.get(identity))}
    said = Markup("<br>".join(_time(text.removesuffix("T23:59:59Z")) for text in sorted(told) if text))
    cells = [day_cell(row.since), until_cell(row.until), Markup(f"<bdi>{escape(row.what)}</bdi>"),
             day_cell(row.confirmed), said, _time(row.recorded)]  # fmt: skip
    return [*cells, _time(row.superseded)] if gone else cells


def _time(text: str) -> Markup:
    """Write a time with its day first, which alone is enough for most."""
    day, _, rest = text.partition("T")
    more = f" <small>{escape(rest)}</small>" if rest else ""
    return Markup(f'<span class="day">{escape(day)}</span>{more}')


def _evidence(row: HistoryRow) -> Markup:
    quotes = "".join(f'<blockquote dir="auto">{escape(quote)}</blockquote>' for quote in row.quotes)
    return Markup(quotes + sources_cell(row.sources))


def _left_out(subject: Subject) -> int:
    """Count the facts that point at it where they are too many to be told."""
    count = int(np.size(subject.snapshot.timeline.pointing_at(subject.iri)))
    return count if count > MOST_POINTING else 0
