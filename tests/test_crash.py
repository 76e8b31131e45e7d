"""Loads and publications that are killed: some of the kills of `tests/crash/run.py`, which tells how to run all."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RUN = Path(__file__).resolve().parent / "crash" / "run.py"


def test_nothing_acknowledged_is_lost_and_nothing_half_done_is_seen_whenever_a_process_is_killed() -> None:
    command = [sys.executable, str(RUN), "--most", "24"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["24 kills, 0 wrong"]), done.stdout + done.stderr
