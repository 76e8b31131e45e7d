"""What each command answers, as rows or as the document that becomes JSON: for the command line and for the web.

Why above the graph and below the doors: a command and its address on the web give one document, byte for byte, so
there is one place that makes it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from orggraph.blame import BLAME_COLUMNS, Blamed
from orggraph.changes import RoleChange
from orggraph.errors import Finding
from orggraph.graph import OrgGraph
from orggraph.history import HistoryRow
from orggraph.ledger import recorded_text
from orggraph.period import as_date, iso
from orggraph.results import write_answers
from orggraph.sentences import on_holders, on_managers, on_members, on_reports
from orggraph.snapshot import POSSIBLE, Answer, Snapshot
from orggraph.vocabulary import CLASSES

SEVERITIES = ("error", "warning", "note")
HISTORY_COLUMNS = ("since", "until", "what", "kind", "confirmed", "recorded", "superseded", "sources", "quotes")
ASSUMED_COLUMNS = ("kind", "name", "organization", "assumed", "iri", "sources")
SOURCE_COLUMNS = ("source", "stated", "changes", "load", "recorded", "taken_back")

_OF_STATEMENT = ("source", "stated", "recorded", "load", "quote")
BLAME_CELLS = (
    "kind", "what", "certainty", "since", "until", "follows", "premises",
    *(f"{end}_{name}" for end in ("first", "last") for name in _OF_STATEMENT),
)  # fmt: skip
"""The columns of a blame where a cell is a text or a list of texts."""

_WHO = ("person", "post")
_PLURALS = {"person": "people"}


class Sentence(Protocol):
    """What to say beside rows; ``end`` closes a sentence that stands before them."""

    def __call__(self, snapshot: Snapshot, entity: str, rows: Sequence[Answer], /, *, end: str) -> str:
        """Give the sentence, or nothing."""


class Lookup(NamedTuple):
    """A look-up of a day: of which kinds of entity it is asked, its rows, and what is said beside them."""

    kinds: tuple[str, ...]
    rows: Callable[[Snapshot, str], list[Answer]]
    sentence: Sentence


def _everyone(snapshot: Snapshot, entity: str) -> list[Answer]:
    return snapshot.reports_to(entity, everyone=True)


LOOKUPS: dict[str, Lookup] = {
    "reports": Lookup(_WHO, Snapshot.reports_to, on_reports),
    "reports all": Lookup(_WHO, _everyone, on_reports),
    "managers": Lookup(_WHO, Snapshot.managers, on_managers),
    "chain": Lookup(_WHO, Snapshot.chain, on_managers),
    "holders": Lookup(("post", "role"), Snapshot.holders, on_holders),
    "members": Lookup(("unit", "organization"), Snapshot.members, on_members),
}
"""The look-ups by name; ``reports all`` is ``reports`` of everybody below."""


class Reply(NamedTuple):
    """Rows about one day and the sentences that go with them."""

    snapshot: Snapshot
    rows: tuple[Answer, ...]
    notes: tuple[str, ...] = ()


def look_up(
    org: OrgGraph, snapshot: Snapshot, lookup: str, *, name: str, certain: bool = False, hidden: str, end: str = "."
) -> Reply:
    """Ask one of `LOOKUPS` about whoever bears a name; ``certain`` leaves out who is only possible.

    ``hidden`` closes the sentence where that left somebody out, ``end`` where it did not.
    """
    kinds, rows, sentence = LOOKUPS[lookup]
    entity = org.find(name, kinds=kinds, recorded_by=snapshot.recorded_by)
    found = rows(snapshot, entity)
    shown = tuple(row for row in found if not certain or row.certainty != POSSIBLE)
    said = sentence(snapshot, entity, found, end=hidden if len(shown) < len(found) else end)
    return Reply(snapshot, shown, (said,) if said else ())


def written(reply: Reply, format: str) -> bytes:
    """Write a reply in one of `results.ANSWER_FORMATS`."""
    recorded = reply.snapshot.recorded_by
    return write_answers(
        reply.rows,
        format,
        as_of=iso(reply.snapshot.day),
        recorded_by="" if recorded is None else recorded_text(recorded),
        notes=reply.notes,
    )


def dumped(document: object) -> str:
    """Write a document as JSON, as every command does."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def history_cells(row: HistoryRow) -> list[object]:
    """Give the cells of a row of a history under `HISTORY_COLUMNS`."""
    values = row._asdict()
    return [list(value) if isinstance(value := values[name], tuple) else value for name in HISTORY_COLUMNS]


def history_document(
    org: OrgGraph, iri: str, rows: Sequence[HistoryRow], *, recorded_by: int | None = None
) -> dict[str, object]:
    """Give the document of a history."""
    return {
        "as_of": None,
        "recorded_by": None if recorded_by is None else recorded_text(recorded_by),
        "iri": iri,
        "name": org.as_of(1, recorded_by=recorded_by).snapshot.name(iri),
        "rows": [dict(zip(HISTORY_COLUMNS, history_cells(row), strict=True)) for row in rows],
    }


def blame_document(
    org: OrgGraph, iri: str, rows: Sequence[Blamed], *, day: int, recorded_by: int | None = None
) -> dict[str, object]:
    """Give the document of what is said of an entity on a day; ``first`` and ``last`` are objects, or null."""
    return {
        "as_of": iso(day),
        "recorded_by": None if recorded_by is None else recorded_text(recorded_by),
        "iri": iri,
        "name": org.as_of(day, recorded_by=recorded_by).snapshot.name(iri),
        "rows": [_blamed(row) for row in rows],
    }


def _blamed(row: Blamed) -> dict[str, object]:
    ends = {name: told._asdict() if told else None for name, told in (("first", row.first), ("last", row.last))}
    values = row._asdict() | ends
    return {name: list(v) if isinstance(v := values[name], tuple) else v for name in BLAME_COLUMNS}


def blame_cells(row: Blamed) -> list[object]:
    """Give the cells of a row of a blame under `BLAME_CELLS`."""
    values: dict[str, object] = row._asdict()
    for end, told in (("first", row.first), ("last", row.last)):
        said = told._asdict() if told else {}
        values |= {f"{end}_{name}": said.get(name, "") for name in _OF_STATEMENT}
    return [list(value) if isinstance(value := values[name], tuple) else value for name in BLAME_CELLS]


def check_document(org: OrgGraph, findings: Iterable[Finding]) -> dict[str, object]:
    """Give the document of findings: how many of each severity, and the findings, the gravest first."""
    from orggraph.check.sarif import changes_of  # not needed by look-ups, which should start fast

    ordered = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    counts = Counter(finding.severity for finding in ordered)
    evidence = org.changes(changes_of(ordered))
    return {
        "counts": {severity: counts[severity] for severity in SEVERITIES},
        "findings": [_finding(finding, evidence) for finding in ordered],
    }


def _finding(finding: Finding, evidence: Mapping[str, RoleChange]) -> dict[str, object]:
    from orggraph.check.sarif import places  # not needed by look-ups, which should start fast

    read_from = [{"file": file, "line": line} for file, line in places(finding, evidence)]
    return {**finding._asdict(), "nodes": [node._asdict() for node in finding.nodes], "places": read_from}


def sarif_document(org: OrgGraph, findings: Iterable[Finding]) -> dict[str, object]:
    """Give the document of findings in SARIF 2.1.0, the gravest first."""
    from orggraph.check.sarif import changes_of, sarif  # not needed by look-ups, which should start fast

    ordered = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    return sarif(ordered, org.changes(changes_of(ordered)))


def info_document(org: OrgGraph, *, location: str) -> dict[str, object]:
    """Give the document of what is held: how much, which days, and every load."""
    timeline, loads = org.timeline, org.loads()
    believed = int(timeline.believed().sum())
    classes = timeline.classes()
    days = [day for day in timeline.change_days() if as_date(day)]
    return {
        "store": location,
        "base": org.base,
        "role_changes": sum(load.added for load in loads if load.removed is None),
        "facts": believed,
        "facts_superseded": len(timeline.facts) - believed,
        **{_PLURALS.get(kind, f"{kind}s"): classes.get(iri, 0) for kind, iri in CLASSES.items()},
        "sources": timeline.source_count(),
        "change_days": len(days),
        "first_change": iso(days[0]) if days else "",
        "last_change": iso(days[-1]) if days else "",
        "loads": [
            {
                "load": load.id,
                "recorded": recorded_text(load.recorded),
                "added": load.added,
                "taken_back": recorded_text(load.removed) if load.removed is not None else "",
                "label": load.label,
            }
            for load in loads
        ],
    }


def source_rows(org: OrgGraph) -> list[list[object]]:
    """List the editions of sources under `SOURCE_COLUMNS`: how many changes each gave, by which load."""
    return [
        [
            edition.source, edition.stated, edition.changes, edition.load, recorded_text(edition.recorded),
            "" if edition.removed is None else recorded_text(edition.removed),
        ]
        for edition in org.editions()
    ]  # fmt: skip


def assumed_rows(org: OrgGraph) -> list[list[object]]:
    """List under `ASSUMED_COLUMNS` whom names were taken to mean."""
    return [[a.kind, a.name, a.organization, a.why, a.iri, list(a.sources)] for a in org.assumed()]
