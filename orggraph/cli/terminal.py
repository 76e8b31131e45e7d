"""What is written: data to standard output or a file, what is said about it to standard error.

Why everything for a terminal passes here: a name from a file must not move the cursor, colour the screen or turn the
direction of the text, whatever the format; a file or a pipe gets the bytes as they are.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from orggraph.errors import OrgGraphError, UnsupportedError
from orggraph.progress import Progress, silent
from orggraph.results import visible

_PATIENCE = 1.0
"""Seconds before anything is said about progress."""
_PAUSE = 0.2
"""Seconds between two sayings."""
_BAR = 20
_USUAL = 80


def said(text: str) -> None:
    """Say something to the person, line by line, on standard error."""
    for line in text.split("\n"):
        click.echo(visible(line), err=True)


def on_terminal() -> bool:
    """Tell whether standard output is a terminal."""
    return sys.stdout.isatty()


def colour_wanted() -> bool:
    """Tell whether to colour: on a terminal that can, and not where ``NO_COLOR`` is set."""
    return on_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def row_format(chosen: str) -> str:
    """Give the format of rows: as chosen, else a table on a terminal and plain columns elsewhere."""
    return chosen or ("table" if on_terminal() else "plain")


def emit(data: str | bytes, *, path: str = "", safe: bool = False) -> None:
    """Write data to a file or to standard output, where a terminal gets text without control characters.

    ``safe`` says that they have been taken out already, and that what is left is meant (colours).
    Raises `OrgGraphError` where the file cannot be written.
    """
    content = data.encode() if isinstance(data, str) else data
    if path:
        _write(Path(path), content)
        return
    if on_terminal() and not safe:
        content = _shown(content)
    _write_out(content)


def _write_out(content: bytes) -> None:
    stream = getattr(sys.stdout, "buffer", None)
    if stream is None:  # replaced by a stream of text, as doctest does
        sys.stdout.write(content.decode("utf-8", "replace"))
        return
    sys.stdout.flush()
    rest = memoryview(content)
    while rest:  # an unbuffered stream may take less than it is given, and tells only then that its pipe is closed
        rest = rest[stream.write(rest) :]
    stream.flush()


def refuse_binary(format: str, *, path: str) -> None:
    """Refuse to write a picture that is no text to a terminal."""
    if not path and on_terminal():
        raise UnsupportedError(f"{format} is not written to a terminal (expected -o FILE, or a pipe)")


def _write(path: Path, content: bytes) -> None:
    """Write a file beside its place and move it there, so that a failure leaves what was there before."""
    if path.exists() and not path.is_file():  # a device or a named pipe
        path.write_bytes(content)
        return
    made = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        made.write_bytes(content)
        made.replace(path)
    except OSError as error:
        made.unlink(missing_ok=True)
        raise OrgGraphError(f"{path}: the file cannot be written: {error.strerror}") from error


def _shown(content: bytes) -> bytes:
    lines = content.decode("utf-8", "replace").split("\n")
    return "\n".join("\t".join(visible(cell) for cell in line.rstrip("\r").split("\t")) for line in lines).encode()


class _Told:
    """What was last told of how far a piece of work is; ``words`` name it until anything is told."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._phase, self._done, self._total = "", 0, 0
        self._started = time.monotonic()

    def __call__(self, phase: str, done: int, total: int) -> None:
        self._phase, self._done, self._total = phase, done, total

    def line(self, width: int) -> str:
        """Write it in one line of a terminal that is so wide: what, how much of it as a bar, and for how long."""
        seconds = f"{time.monotonic() - self._started:.0f} s"
        phase, done, total = self._phase, self._done, self._total
        bar = ""
        if total:
            part = min(done / total, 1.0)
            bar = f" [{('#' * round(part * _BAR)).ljust(_BAR, '.')}] {part:4.0%}"
        tail = f" ({phase}){bar} … {seconds}" if phase else f"{bar} … {seconds}"
        room = width - len(tail) - 1
        words = self._words if len(self._words) <= room else f"{self._words[: max(room - 1, 0)]}…"
        return f"{words}{tail}"[: width - 1]


@contextmanager
def progress(words: str, *, quiet: bool = False) -> Iterator[Progress]:
    """Say on a terminal, after a second, what is going on, how far it is and for how long; nothing elsewhere.

    Gives what is to be told how far it is. The line is taken away at the end, also of work that failed.
    """
    told = _Told(visible(words))
    if quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield silent
        return
    done = threading.Event()
    thread = threading.Thread(target=_tick, args=(told, done, sys.stderr), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        done.set()
        thread.join()


def _width(stream: IO[str]) -> int:
    """Give the columns of a terminal, 80 where it does not say."""
    try:
        return os.get_terminal_size(stream.fileno()).columns or _USUAL
    except OSError:
        return _USUAL


def _tick(told: _Told, done: threading.Event, stream: IO[str]) -> None:
    if done.wait(_PATIENCE):
        return
    while True:
        stream.write(f"\r\x1b[K{told.line(_width(stream))}")
        stream.flush()
        if done.wait(_PAUSE):
            break
    stream.write("\r\x1b[K")
    stream.flush()
