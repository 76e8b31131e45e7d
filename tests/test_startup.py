"""A look-up starts fast: it imports none of the libraries that other commands need."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "anthropic.csv"
HEAVY = {"rdflib", "networkx", "pyshacl", "starlette", "rich", "graphviz"}
RUN = """
import json, sys
from orggraph.cli import main
main(json.loads(sys.argv[1]), standalone_mode=False)
print(json.dumps(sorted(name for name in sys.modules if "." not in name)))
"""

LOOKUPS = [
    ["reports", "Daniela Amodei", "--as-of", "2025-10-03"],
    ["managers", "Rahul Patil", "--as-of", "2025-10-03"],
    ["chain", "Rahul Patil", "--as-of", "2025-10-03"],
    ["holders", "CTO, Anthropic", "--as-of", "2025-10-03", "--format", "json"],
    ["members", "Anthropic", "--as-of", "2025-10-03", "--format", "csv"],
    ["history", "Rahul Patil"],
    ["diff", "2025-09-01", "2025-10-03"],
    ["log", "Rahul Patil"],
]


def _imported(arguments: list[str]) -> set[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(arguments)], capture_output=True, text=True, env=environment, check=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("command", LOOKUPS, ids=lambda command: command[0])
def test_lookup_imports_nothing_heavy(command: list[str]) -> None:
    imported = _imported(["--data", str(SAMPLE), *command])
    assert imported & HEAVY == set()
    assert "pyoxigraph" not in imported


def test_lookup_in_a_store_imports_nothing_heavy(tmp_path: Path) -> None:
    store = str(tmp_path / "sample")
    assert _imported(["--store", store, "load", str(SAMPLE)]) & HEAVY == set()
    assert _imported(["--store", store, *LOOKUPS[0]]) & HEAVY == set()


def test_help_imports_nothing_heavy() -> None:
    """The help imports every command's module, and none of them what it needs to work."""
    assert _imported(["--help"]) & (HEAVY | {"pyoxigraph"}) == set()


def test_the_command_line_names_every_format_of_the_readers() -> None:
    from orggraph.cli import reading
    from orggraph.sources import FORMATS
    from orggraph.sources.table import ENCODINGS

    assert tuple(FORMATS) == reading.FORMATS
    assert tuple(ENCODINGS) == reading.ENCODINGS
