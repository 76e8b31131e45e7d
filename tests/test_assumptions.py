"""What was assumed of names is listed: nothing that no id says is taken for granted silently."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from orggraph.cli import main
from orggraph.graph import OrgGraph

Row = dict[str, str]


def starts(person: str, source: str = "a", **fields: str) -> Row:
    return {"kind": "starts", "person": person, "organization": "Acme", "effective": "2020-01-01", "source": source,
            **fields}  # fmt: skip


CASES = {
    "a name in one source": ([starts("Ada"), starts("Ada", post="CTO")], []),
    "an id everywhere": ([starts("Ada", person_id="7"), starts("Ada", "b", person_id="7")], []),
    "a name in two sources": (
        [starts("Ada"), starts("ADA", "b")],
        [("person", "ADA", "2 sources give this name and no id; taken to be one person", ("a", "b"))],
    ),
    "a name and an id": (
        [starts("Ada", person_id="7"), starts("Bob", "b", reports_to="Ada")],
        [("person", "Ada", "taken to be the one with an id that has this name", ("b",))],
    ),
    "a name of two with ids": (
        [starts("Ada", person_id="7"), starts("Ada", person_id="9"), starts("Ada", "b")],
        [("person", "Ada", "2 with ids have this name; taken to be one more", ("b",))],
    ),
    "a post by name and id": (
        [starts("Ada", post="CTO", post_id="P1"), starts("Bob", "b", post="CTO")],
        [("post", "CTO", "taken to be the one with an id that has this name", ("b",))],
    ),
    "the same name in two organizations": ([starts("Ada"), starts("Ada", "b", organization="Other")], []),
}


@pytest.mark.parametrize(("rows", "expected"), CASES.values(), ids=CASES.keys())
def test_what_is_assumed_is_listed(rows: list[Row], expected: list[tuple[object, ...]]) -> None:
    org = OrgGraph()
    org.load(rows)
    found = org.assumed()
    assert [(a.kind, a.name, a.why, a.sources) for a in found] == expected
    assert all(a.organization == "Acme" and org.history(a.iri) for a in found)


def test_what_was_judged_is_listed_with_who_says_so() -> None:
    org = OrgGraph()
    org.load([starts("Ada"), starts("Countess")])
    org.merge("Ada", "Countess", source="the archivist")
    (found,) = org.assumed()
    assert found[:3] == ("person", "Ada", "Acme") and found.sources == ("the archivist",)
    assert found.why == "judged to be the same as Countess"


def test_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in [starts("Ada"), starts("Ada", "b")]), encoding="utf-8")
    shown = CliRunner().invoke(main, ["--data", str(file), "sources", "--assumed", "--format", "csv"])
    header, row, end = shown.stdout.split("\n")
    assert (shown.exit_code, header, end) == (0, "kind,name,organization,assumed,iri,sources", "")
    assert row.startswith("person,Ada,Acme,2 sources give this name and no id; taken to be one person,urn:orggraph:")
    file.write_text(json.dumps(starts("Ada")) + "\n", encoding="utf-8")
    shown = CliRunner().invoke(main, ["--data", str(file), "sources", "--assumed"])
    assert (shown.stdout, shown.stderr[:20]) == ("", "Nothing was assumed:")
