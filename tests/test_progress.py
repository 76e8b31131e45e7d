"""Tests of progress: on a terminal a line appears after a second and is taken away; a pipe and --quiet have none."""

from __future__ import annotations

import fcntl
import io
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orggraph import opening
from orggraph.cli.terminal import progress
from orggraph.progress import silent

ROOT = Path(__file__).resolve().parent.parent
ROWS = "kind,person,post,organization,effective\nstarts,Ada,CTO,Acme,2024-05-01\n"
WIDTH = 60
LONGER = 1.6
"""Seconds after which a line would have been written."""


@contextmanager
def loading(folder: Path, *options: str, terminal: bool) -> Iterator[tuple[int, Path]]:
    """Load from a named pipe, which keeps the command reading until it is written to; give what shows its messages."""
    named = folder / f"{'long-name-' * 9}.csv"
    os.mkfifo(named)
    shown, other = pty.openpty() if terminal else os.pipe()
    if terminal:
        fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", 24, WIDTH, 0, 0))
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm", "NO_COLOR": ""}
    command = [sys.executable, "-m", "orggraph", "load", *options, str(named)]
    with subprocess.Popen(command, stderr=other, stdout=subprocess.DEVNULL, cwd=folder, env=environment) as process:
        os.close(other)
        yield shown, named
        os.close(shown)
        assert process.wait() == 0


def all_of(shown: int) -> bytes:
    """Read until the other side has closed."""
    found = b""
    while True:
        try:
            part = os.read(shown, 65536)
        except OSError:  # how Linux tells it of a terminal
            return found
        if not part:
            return found
        found += part


def test_a_line_appears_on_a_terminal_and_is_taken_away(tmp_path: Path) -> None:
    with loading(tmp_path, terminal=True) as (shown, named):
        first = os.read(shown, 65536)
        with named.open("w") as stream:
            stream.write(ROWS)
        rest = all_of(shown).decode()
    line = first.decode().removeprefix("\r\x1b[K")
    assert line.startswith("loading ") and "… (reading) … 1 s" in line
    assert len(line) < WIDTH
    _, _, after = rest.rpartition("\r\x1b[K")
    assert after.startswith("1 role change new")
    assert "loading" not in after and "\x1b" not in after


@pytest.mark.parametrize(("options", "terminal"), [((), False), (("--quiet",), True)], ids=["a pipe", "--quiet"])
def test_nothing_is_said_elsewhere(tmp_path: Path, options: tuple[str, ...], terminal: bool) -> None:
    with loading(tmp_path, *options, terminal=terminal) as (shown, named), named.open("w") as stream:
        assert select.select([shown], [], [], LONGER)[0] == []  # the command has opened the file, and reads
        stream.write(ROWS)
        stream.close()
        assert b"\x1b" not in (said := all_of(shown)) and said.startswith(b"1 role change new")


def test_a_dumb_terminal_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "dumb")
    with progress("working") as told:
        assert told is silent
    monkeypatch.setenv("TERM", "xterm")
    with progress("working") as told:
        told("reading", 1, 2)
    assert stream.getvalue() == ""  # it took less than a second


def test_a_load_tells_its_phases(tmp_path: Path) -> None:
    rows = "".join(f"starts,Person {number},CTO,Acme,2024-05-01\n" for number in range(1500))
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(ROWS + rows, "utf-8")
    told: list[tuple[str, int, int]] = []
    org = opening.open(tmp_path / "store", create=True)
    org.load(tmp_path / "a.csv", tmp_path / "b.csv", progress=lambda *said: told.append(said))
    phases = list(dict.fromkeys(phase for phase, _, _ in told))
    assert phases == ["reading", "replaying", "writing", "indexing"]
    done = [done for phase, done, _ in told if phase == "reading"]
    size = 2 * (tmp_path / "a.csv").stat().st_size
    assert done == sorted(done) and len(set(done)) == 4 and max(done) < size
    assert {total for phase, _, total in told if phase == "reading"} == {size}
