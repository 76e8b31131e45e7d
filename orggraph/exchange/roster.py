"""A roster: everyone in office on a day, one row for each post or place and each manager there, as CSV (RFC 4180).

It is read back as a roster of that day, with the same entities, since the ids are there. Who is there only possibly is
left out, because a roster says who is there; so are the periods, the sources, and posts that nobody holds.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from orggraph.facts import LINE, REPORTS_DOTTED_TO, Fact
from orggraph.hierarchy import in_office
from orggraph.period import iso
from orggraph.snapshot import POSSIBLE, Snapshot

COLUMNS = (
    "day", "person", "person_id", "post", "post_id", "role", "unit", "unit_id", "organization", "organization_id",
    "reports_to", "reports_to_id", "reports_to_post", "reports_to_post_id", "line",
)  # fmt: skip


def as_roster(snapshot: Snapshot) -> str:
    """Write the roster, sorted by name, post and manager."""
    rows = [
        row
        for facts in in_office(snapshot).values()
        for fact in facts
        if snapshot.certainty(fact) != POSSIBLE
        for row in _rows(snapshot, fact)
    ]
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(sorted(rows, key=lambda row: [row.get(column, "") for column in COLUMNS]))
    return out.getvalue()


def _rows(snapshot: Snapshot, fact: Fact) -> Iterator[dict[str, str]]:
    """Write a membership once for each of its managers, once where it has none."""
    place = str(fact.object)
    row = {"day": iso(snapshot.day)} | _entity(snapshot, "person", fact.subject)
    row |= _entity(snapshot, "post", fact.post) if fact.post else {}
    row |= {"role": snapshot.name(fact.role)} if fact.role else {}
    row |= _entity(snapshot, "unit", place) if snapshot.kind(place) == "unit" else {}
    row |= _entity(snapshot, "organization", snapshot.organization_of(place))
    lines = _lines(snapshot, fact)
    for line in lines:
        manager = str(line.object)
        column = "reports_to_post" if snapshot.kind(manager) == "post" else "reports_to"
        dotted = {"line": "dotted"} if line.predicate == REPORTS_DOTTED_TO else {}
        yield row | _entity(snapshot, column, manager) | dotted
    if not lines:
        yield row


def _lines(snapshot: Snapshot, fact: Fact) -> list[Fact]:
    """List the lines of a person in a post: those that belong to this tenure or to none, each manager once."""
    found: dict[tuple[str, str], Fact] = {}
    for row in snapshot.timeline.holding(
        snapshot.timeline.about(fact.subject), snapshot.day, recorded_by=snapshot.recorded_by
    ):
        line = snapshot.timeline.facts[int(row)]
        own = not line.premises or fact.tenure in line.premises
        if line.kind == LINE and own and isinstance(line.object, str) and snapshot.certainty(line) != POSSIBLE:
            found.setdefault((line.predicate, line.object), line)
    return list(found.values())


def _entity(snapshot: Snapshot, column: str, iri: str) -> dict[str, str]:
    return {column: snapshot.name(iri), f"{column}_id": iri}
