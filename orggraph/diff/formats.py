"""A diff for machines and reports: JSON, CSV, Markdown, RDF Patch and SPARQL Update.

Why the two RDF forms hold certain triples only: they are for a graph of plain triples, which has nowhere to say that
a triple is merely possible. What is presumed counts as certain there, as it does in queries.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from orggraph.diff.labelled import Triple, order
from orggraph.diff.text import grouped, heading, printable, summary
from orggraph.ledger import recorded_text
from orggraph.period import iso
from orggraph.snapshot import POSSIBLE

if TYPE_CHECKING:
    from orggraph.diff import Diff
    from orggraph.diff.events import Event

COLUMNS = (
    "kind", "also", "name", "iri", "text", "certainty", "note", "before", "after", "unit", "organization", "related",
    "facts", "sources",
)  # fmt: skip
"""The columns of the CSV form, and the keys of an event in the JSON form."""

_SEVERAL = frozenset({"also", "before", "after", "related", "facts", "sources"})
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&])")


def as_json(diff: Diff) -> dict[str, object]:
    """Give the document: ``from``, ``to``, ``axis``, ``counts``, ``events`` and the labelled ``triples``.

    An event has the keys of `COLUMNS`. A triple is a list of its three terms in N-Triples and its label, or its two
    labels where that is what changed.
    """
    return {
        "from": iso(diff.before),
        "to": iso(diff.after),
        "axis": diff.axis,
        "recorded_by": [None if time is None else recorded_text(time) for time in diff.recorded],
        "counts": dict(diff.counts),
        "events": [_fields(event) for event in diff.events],
        "triples": {
            "added": [[*_terms(triple), label] for triple, label in diff.added.items()],
            "removed": [[*_terms(triple), label] for triple, label in diff.removed.items()],
            "relabelled": [[*_terms(triple), *labels] for triple, labels in diff.relabelled.items()],
        },
    }


def as_csv(diff: Diff) -> str:
    """Write one row an event under `COLUMNS` (RFC 4180); several values in a cell are joined by `` | ``."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for event in diff.events:
        fields = _fields(event)
        writer.writerow([" | ".join(_texts(fields[name])) for name in COLUMNS])
    return out.getvalue()


def as_markdown(diff: Diff) -> str:
    """Write the report for a document: a heading, the counts, and the events as lists."""
    lines = [f"## {_escaped(heading(diff))}", "", _escaped(summary(diff))]
    for title, found in grouped(diff.events):
        lines += ["", f"### {_escaped(title)}", ""]
        lines += [f"- {_escaped(line.sentence)}" for line in found]
    return "\n".join(lines) + "\n"


def rdf_patch(diff: Diff) -> str:
    """Write the changes of the certain triples as an RDF Patch (Apache Jena), in one transaction."""
    removed, added = _certain_changes(diff)
    lines = ["TX ."]
    lines += [f"D {' '.join(_terms(triple))} ." for triple in removed]
    lines += [f"A {' '.join(_terms(triple))} ." for triple in added]
    return "\n".join([*lines, "TC ."]) + "\n"


def sparql_update(diff: Diff) -> str:
    """Write the changes of the certain triples as a SPARQL 1.1 Update; empty where none changed."""
    parts = []
    for verb, changed in zip(("DELETE", "INSERT"), _certain_changes(diff), strict=True):
        if changed:
            rows = "\n".join(f"  {' '.join(_terms(triple))} ." for triple in changed)
            parts.append(f"{verb} DATA {{\n{rows}\n}}")
    return " ;\n".join(parts) + "\n" if parts else ""


def _certain_changes(diff: Diff) -> tuple[list[Triple], list[Triple]]:
    removed = [triple for triple, label in diff.removed.items() if label != POSSIBLE]
    removed += [triple for triple, (_, new) in diff.relabelled.items() if new == POSSIBLE]
    added = [triple for triple, label in diff.added.items() if label != POSSIBLE]
    added += [triple for triple, (old, _) in diff.relabelled.items() if old == POSSIBLE]
    return sorted(removed, key=order), sorted(added, key=order)


def _fields(event: Event) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name in COLUMNS:
        value = getattr(event, "subject" if name == "iri" else name)
        fields[name] = list(value) if name in _SEVERAL else value
    return fields


def _texts(value: object) -> Iterable[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _terms(triple: Triple) -> list[str]:
    from orggraph.rdf.terms import to_oxigraph  # heavy: only for the forms that write RDF terms

    return [str(to_oxigraph(term)) for term in triple]


def _escaped(words: str) -> str:
    return _MARKDOWN.sub(r"\\\1", printable(words))
