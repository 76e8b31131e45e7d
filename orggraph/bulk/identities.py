"""Identities: the texts that are hashed, made from pieces that many facts share."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b
from itertools import pairwise

from orggraph.bulk.arrays import Lists
from orggraph.bulk.rows import Rows
from orggraph.period import Moment


def told_changes(rows: Rows, lists: Lists, part: slice) -> list[str]:
    """Give the identities of the role changes of some entries, those of each joined."""
    at = lists.at[part.start : part.stop + 1]
    ids: list[str] = rows.ids[lists.of[at[0] : at[-1]]].astype(str).tolist()
    if len(ids) == len(at) - 1:
        return ids
    ends = (at - at[0]).tolist()
    return ["\x1f".join(ids[a:b]) for a, b in pairwise(ends)]


def parts_of(m: Moment) -> Iterator[str]:
    """Give the parts of a moment that identify a fact."""
    return map(str, (m.earliest, m.latest, m.text, m.key, m.earliest_from, m.latest_from))


def hashed(text: str) -> str:
    """Give what `vocabulary.digest` gives for parts that are joined already."""
    return blake2b(text.encode(), digest_size=10).hexdigest()
