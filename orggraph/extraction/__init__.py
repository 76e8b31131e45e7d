"""News text → proposed role changes, each with the sentences it rests on: the reader that never loads by itself.

`extract` reads an article by rules: `sentences` divides it, `titles`, `days` and `names` find what is named, `verbs`
what is told of it, `clauses` who does what, `rules` what that says, and `rows` puts together what belongs together.

Why rules and no model: they can be read, they cost nothing to install, they say why, and they never invent a name.
What they miss is measured on articles that they were not written for (the page on news states the score).

`extract_by_model` asks a model instead, for whoever has one: `model` asks, `answers` checks what comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from orggraph.changes import RoleChange
from orggraph.extraction.answers import Refused, checked
from orggraph.extraction.clauses import Topic
from orggraph.extraction.model import TIME_LIMIT, Endpoint, asked
from orggraph.extraction.names import tagged
from orggraph.extraction.posts import first_mentions, further, introduced, main_organization
from orggraph.extraction.reading import Event
from orggraph.extraction.rows import Row, gather
from orggraph.extraction.rules import events
from orggraph.extraction.sentences import Sentence, divide

GAP = " … "
"""What stands in a quote for sentences that are left out."""


class Doubtful(NamedTuple):
    """A sentence that was left out, since it only reports hearsay or denies something, and the word that says so."""

    line: int
    word: str
    quote: str


class Extraction(NamedTuple):
    """What reading an article gives: the role changes that it states, and what was left out.

    ``refused`` are rows of a model that do not stand up to the article.
    """

    changes: tuple[RoleChange, ...]
    left_out: tuple[Doubtful, ...] = ()
    refused: tuple[Refused, ...] = ()


def extract(text: str, *, published: date | None = None, organization: str = "", source: str = "") -> Extraction:
    """Propose the role changes that an article states, in its order.

    ``published`` is the day on which it appeared, from which "on Monday" counts; without it such days stay unknown.
    ``organization`` is whom it is about where it does not say so.

    >>> found = extract("Acme Inc. has named Ada Roe CTO, effective 1 May 2025. She succeeds Bo Lund.")
    >>> [(c.kind, c.person, c.post, c.replaces, str(c.effective)) for c in found.changes]
    [('starts', 'Ada Roe', 'CTO', 'Bo Lund', '2025-05-01')]
    """
    parted = divide(text)
    lines = tagged(parted, organization=organization)
    topic = Topic()
    found: list[Event] = []
    for line in lines:
        found += events(line, topic, published=published)
    stated = [event for event in found if not event.doubt]
    main = organization or main_organization(lines, stated)
    made = gather(stated, introduced(lines), main, first=first_mentions(lines))
    further(lines, made, published=published)
    doubtful = {event.sentence: event.doubt for event in found if event.doubt}
    left_out = tuple(Doubtful(parted[n].line, word, parted[n].text) for n, word in sorted(doubtful.items()))
    edition = _edition(source, published)
    changes = dict.fromkeys(_change(row, parted, edition) for row in made if _placed(row))
    return Extraction(tuple(changes), left_out)


def extract_by_model(
    text: str,
    endpoint: Endpoint,
    *,
    published: date | None = None,
    organization: str = "",
    source: str = "",
    time_limit: float = TIME_LIMIT,
) -> Extraction:
    """Propose the role changes that a model finds in an article, as far as they stand up to it.

    ``time_limit`` is in seconds. Raise `ModelError` where it cannot be asked or its answer cannot be read.
    """
    answer = asked(endpoint, text, published=published, time_limit=time_limit)
    edition = _edition(source, published)
    changes, refused = checked(answer, text, published=published, edition=edition, organization=organization)
    return Extraction(tuple(changes), refused=tuple(refused))


def _edition(source: str, published: date | None) -> dict[str, str]:
    return {"source": source, "stated": published.isoformat() if published else ""}


def quoted(numbers: list[int], parted: list[Sentence]) -> str:
    """Quote sentences in the order of the article, with a mark where others stand between them."""
    order = sorted(set(numbers))
    text = parted[order[0]].text
    for before, number in pairwise(order):
        text += f"{' ' if number == before + 1 else GAP}{parted[number].text}"
    return text


def _placed(row: Row) -> bool:
    """Tell whether a row says enough to be a role change: somebody's post or place, or to whom he reports."""
    needed = {"reports": row.reports_to, "acting": row.post}
    return bool(needed.get(row.kind, row.post or row.unit or row.organization))


def _change(row: Row, parted: list[Sentence], edition: Mapping[str, str]) -> RoleChange:
    fields = {
        "kind": row.kind, "person": row.person, "post": row.post, "from_post": row.from_post, "unit": row.unit,
        "organization": row.organization, "reports_to": row.reports_to, "replaces": row.replaces,
        "effective": row.effective.text, "quote": quoted(row.sentences, parted), **edition,
    }  # fmt: skip
    return RoleChange.parse(fields)
