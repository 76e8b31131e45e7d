"""What later loads add to an index: new facts, and when facts of the index were superseded.

It is small and read whole; the files it stands beside are linked, not copied. Facts added by an earlier load and
superseded by a later one are in the list with both times.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orggraph.facts import Fact
from orggraph.period import Moment
from orggraph.vocabulary import Literal

FILE = "delta.json"


@dataclass(slots=True)
class Delta:
    """New facts in the order of their rows, superseded rows with the recorded time, and sources of new changes.

    ``recorded`` is the recorded time of the last load.
    """

    facts: list[Fact] = field(default_factory=list)
    closed: dict[int, int] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    recorded: int = 0

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        written = {
            "facts": [_write(fact) for fact in self.facts],
            "closed": list(self.closed.items()),
            "sources": self.sources,
            "recorded": self.recorded,
        }
        (folder / FILE).write_text(json.dumps(written, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")

    @classmethod
    def open(cls, folder: Path) -> Delta:
        """Read what `save` wrote; empty where there is none."""
        if not (folder / FILE).exists():
            return cls()
        read = json.loads((folder / FILE).read_text("utf-8"))
        return cls([_read(row) for row in read["facts"]], dict(read["closed"]), read["sources"], read["recorded"])


def _write(fact: Fact) -> list[object]:
    ends = [[m.earliest, m.latest, m.text, m.key, m.earliest_from, m.latest_from] for m in (fact.start, fact.end)]
    target = fact.object if isinstance(fact.object, str) else list(fact.object)
    return [
        fact.kind, fact.tenure, fact.subject, fact.predicate, target, *ends, fact.confirmed, fact.post, fact.role,
        fact.flags, fact.changes, fact.premises, fact.recorded, fact.superseded,
    ]  # fmt: skip


def _read(row: list[Any]) -> Fact:
    kind, tenure, subject, predicate, target, start, end, confirmed, post, role, *lists, recorded, superseded = row
    flags, changes, premises = lists
    return Fact(
        kind=kind, tenure=tenure, subject=subject, predicate=predicate,
        object=target if isinstance(target, str) else Literal(*target),
        start=Moment(*start), end=Moment(*end), confirmed=confirmed, post=post, role=role,
        flags=tuple(flags), changes=tuple(changes), premises=tuple(premises), recorded=recorded, superseded=superseded,
    )  # fmt: skip
