"""What is said between who asks and the process that answers, and what stands in the folder between them."""

from __future__ import annotations

from typing import NamedTuple

from orggraph.vocabulary import Term

MEMORY = 3 << 30
"""So many bytes a process may take beyond what it has when it is ready."""
FILLING = 600.0
"""So many seconds a store of the history may take to be filled with what a query can touch, before the query begins."""
GRACE = 2.0
"""A process whose caller is gone ends itself so many seconds after the time that the query had."""
BEGINS_TO_FILL, HAS_FILLED = b"begins to fill", b"has filled"
HISTORY, RECORDS, INDEX, TRIPLES = "history.json", "records.nt", "index", "triples.pickle"
"""The files of a folder that holds all of time, and the one of a folder of triples; any other is an index of days."""
TOO_MUCH = "the query was ended: it needs more than {:,} MB of memory"


class Look(NamedTuple):
    """Which day a query is about, and how it is looked at; see `Snapshot`."""

    day: int
    recorded_by: int | None
    strict: bool
    possible: bool


class Request(NamedTuple):
    sparql: str
    parameters: dict[str, Term]
    limit: int | None
    look: Look | None
    timeout: float
    days: tuple[int, ...] = ()
