"""A diff for machines and reports: JSON, CSV, Markdown, RDF Patch and SPARQL Update.

Why the two RDF forms hold certain triples only: they are for a graph of plain triples, which has nowhere to say that
a triple is merely possible. What is presumed counts as certain there, as it does in queries.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from orggraph.diff.grounds import Grounds, as_document, ground_words, grounds_of, statement_words
from orggraph.diff.labelled import Triple, order
from orggraph.diff.text import Line, grouped, heading, printable, summary
from orggraph.ledger import recorded_text
from orggraph.period import iso
from orggraph.snapshot import POSSIBLE

if TYPE_CHECKING:
    from orggraph.diff import Diff
    from orggraph.diff.events import Event

COLUMNS = (
    "kind", "also", "name", "iri", "text", "certainty", "note", "when", "evidence", "size", "before", "after", "unit",
    "organization", "related", "facts", "sources",
)  # fmt: skip
"""The keys of an event in the JSON form, beside its ``parts`` (events), and the first columns of the CSV form."""

_SEVERAL = frozenset({"also", "before", "after", "related", "facts", "sources"})
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~&])")


def as_json(diff: Diff, *, grounds: Grounds | None = None) -> dict[str, object]:
    """Give the document: ``from``, ``to``, ``axis``, ``counts``, ``events`` and the labelled ``triples``.

    An event has the keys of `COLUMNS`, its ``parts``, and ``why`` where ``grounds`` are given. A triple is a list of
    its three terms in N-Triples and its label, or its two labels where that is what changed. `diff_schema` describes
    it.
    """
    return {
        "from": iso(diff.before),
        "to": iso(diff.after),
        "axis": diff.axis,
        "recorded_by": [None if time is None else recorded_text(time) for time in diff.recorded],
        "counts": dict(diff.counts),
        "events": [_document(event, grounds) for event in diff.events],
        "triples": {
            "added": [[*_terms(triple), label] for triple, label in diff.added.items()],
            "removed": [[*_terms(triple), label] for triple, label in diff.removed.items()],
            "relabelled": [[*_terms(triple), *labels] for triple, labels in diff.relabelled.items()],
        },
    }


def diff_schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of the document that `as_json` gives."""
    schema = json.loads(files("orggraph").joinpath("diff.schema.json").read_text(encoding="utf-8"))
    assert isinstance(schema, dict)
    return schema


def as_csv(diff: Diff) -> str:
    """Write one row an event (RFC 4180); several values in a cell are joined by `` | ``.

    The columns are `COLUMNS`, then the ``number`` of the event, from 1, and ``part_of``, the number of the event that
    it is folded into.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow((*COLUMNS, "number", "part_of"))
    number = 0

    def write(events: Iterable[Event], part_of: int) -> None:
        nonlocal number
        for event in events:
            number += 1
            fields, own = _fields(event), number
            cells = [" | ".join(_texts(fields[name])) for name in COLUMNS]
            writer.writerow([*cells, own, part_of or ""])
            write(event.parts, own)

    write(diff.events, 0)
    return out.getvalue()


def as_markdown(diff: Diff, *, grounds: Grounds | None = None) -> str:
    """Write the report for a document: a heading, the counts, and the events as lists, their grounds within them."""
    lines = [f"## {escaped(heading(diff))}", "", escaped(summary(diff))]
    for title, found in grouped(diff.events):
        lines += ["", f"### {escaped(title)}", ""]
        for line in found:
            indent = "  " if line.part else ""
            lines.append(f"{indent}- {escaped(line.sentence)}")
            lines += [f"{indent}  {why}" for why in _why(line, grounds)]
    return "\n".join(lines) + "\n"


def _why(line: Line, grounds: Grounds | None) -> Iterator[str]:
    """Write the grounds of a line as a list within the list."""
    if grounds is None or (not line.part and line.sentence.endswith(":")):
        return
    for ground in {g.fact: g for event in line.events for g in grounds_of(event, grounds)}.values():
        yield f"- {escaped(ground_words(ground))}"
        yield from (f"  - {escaped(statement_words(said))}" for said in ground.statements)


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


def _document(event: Event, grounds: Grounds | None) -> dict[str, object]:
    document = {**_fields(event), "parts": [_document(part, grounds) for part in event.parts]}
    if grounds is not None:
        document["why"] = [as_document(ground) for ground in grounds_of(event, grounds)]
    return document


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


def escaped(words: str) -> str:
    """Write words so that Markdown takes them as they are, without characters that move the cursor."""
    return _MARKDOWN.sub(r"\\\1", printable(words))
