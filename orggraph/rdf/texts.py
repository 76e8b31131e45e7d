"""A fact as one text: what orggraph itself reads back from a SPARQL engine elsewhere.

Why beside the node of the fact: the node is for queries, in the words of W3C ORG; engines rewrite its typed literals
and would send it in a dozen rows. One plain text comes back in one row, as it was. It also names the source of each
role change, so that an answer needs nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from orggraph.errors import StoreError
from orggraph.facts import Fact
from orggraph.period import Moment
from orggraph.vocabulary import Literal, Term


class Told(NamedTuple):
    """A fact, and the source of each of its role changes."""

    fact: Fact
    sources: dict[str, str]


def fact_text(fact: Fact, sources: Mapping[str, str]) -> str:
    """Write a fact without loss; ``sources`` maps the identity of a role change to what it was learned from.

    >>> from orggraph.period import ONGOING
    >>> fact = Fact(kind="line", tenure="urn:t", subject="urn:a", predicate="urn:p", object="urn:b",
    ...             start=Moment.parse("2020"), end=ONGOING, confirmed=5, changes=("c1",), recorded=7)
    >>> read_fact(fact_text(fact, {"c1": "minutes"})) == Told(fact, {"c1": "minutes"})
    True
    """
    said: dict[str, object] = {
        "kind": fact.kind, "tenure": fact.tenure, "subject": fact.subject, "predicate": fact.predicate,
        "object": fact.object if isinstance(fact.object, str) else list(fact.object),
        "start": _moment(fact.start), "end": _moment(fact.end), "confirmed": fact.confirmed, "post": fact.post,
        "role": fact.role, "flags": fact.flags, "premises": fact.premises, "recorded": fact.recorded,
        "superseded": fact.superseded, "changes": {change: sources.get(change, "") for change in fact.changes},
    }  # fmt: skip
    return json.dumps({name: value for name, value in said.items() if value not in ("", (), None)}, ensure_ascii=True)


def read_fact(text: str) -> Told:
    """Read what `fact_text` wrote; raise `StoreError` for anything else."""
    try:
        said = json.loads(text)
        changes: dict[str, str] = said["changes"]
        fact = Fact(
            kind=said["kind"],
            tenure=said["tenure"],
            subject=said["subject"],
            predicate=said["predicate"],
            object=_term(said["object"]),
            start=_read_moment(said["start"]),
            end=_read_moment(said["end"]),
            confirmed=said["confirmed"],
            post=said.get("post", ""),
            role=said.get("role", ""),
            flags=tuple(said.get("flags", ())),
            changes=tuple(changes),
            premises=tuple(said.get("premises", ())),
            recorded=said["recorded"],
            superseded=said.get("superseded"),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"{text[:80]!r} is not the text of a fact ({error!r})") from error
    return Told(fact, changes)


def _moment(moment: Moment) -> list[object]:
    """Write the bounds, and of text, key and sources as many as are needed."""
    words = [moment.text, moment.key, moment.earliest_from, moment.latest_from]
    while words and not words[-1]:
        words.pop()
    return [moment.earliest, moment.latest, *words]


def _read_moment(said: list[Any]) -> Moment:
    return Moment(*said)


def _term(said: str | list[str]) -> Term:
    return said if isinstance(said, str) else Literal(*said)
