"""A writer and several readers on one store; `tests/crash/isolation.py` tells how to let them run for longer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
from company import NAME, ROWS
from webclient import serving

import orggraph

RUN = Path(__file__).resolve().parent / "crash" / "isolation.py"


def test_each_of_eight_readers_sees_whole_generations_and_none_opens_what_is_being_written() -> None:
    command = [sys.executable, str(RUN), "--seconds", "0", "--least", "6"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("6 loads, ") and done.stdout.endswith("by 8 readers, nothing wrong\n")


def test_a_server_and_the_command_line_work_on_one_store(tmp_path: Path) -> None:
    store = tmp_path / "s"
    orggraph.open(store).load(ROWS)
    asked = "reports?name=Ada+Abel&as-of=2024-03-01"
    orggraph_ = [sys.executable, "-m", "orggraph", "--store", str(store)]
    with serving(tmp_path, "--store", str(store), "serve", "--workers", "1") as server:
        before = {row["name"] for row in httpx.get(server.url + asked).json()["rows"]}
        for number in range(3):
            told = ["--person", f"Zed {number}", "--organization", NAME, "--effective", "2024-01-01",
                    "--reports-to", "Ada Abel"]  # fmt: skip
            subprocess.run([*orggraph_, "record", "starts", *told], check=True, capture_output=True)
            names = {row["name"] for row in httpx.get(server.url + asked).json()["rows"]}
            assert names == before | {f"Zed {n}" for n in range(number + 1)}
            asked_here = [*orggraph_, "reports", "Ada Abel", "--as-of", "2024-03-01", "--format", "csv"]
            said = subprocess.run(asked_here, check=True, capture_output=True, text=True).stdout
            assert f"Zed {number}" in said
