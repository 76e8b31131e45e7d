"""What a page of documentation shows: its files, its commands, and what a terminal shows when they are run.

    ```csv roster.csv          the content of a file: the language, then the name
    ```console                 commands after "$ ", each followed by what is shown

A "…" in what a page shows stands for anything within a line.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click

from orggraph.cli import main

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
_GIT = {f"GIT_{who}_{what}": "x@example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}


class Example(NamedTuple):
    """A command of a page, and what the page shows after it."""

    command: str
    shown: str


def files_of(page: str) -> dict[str, str]:
    """Give the files that a page shows, by name."""
    return {name: content for _, name, content in _BLOCK.findall(page) if name}


def examples_of(page: str) -> list[Example]:
    """Give the commands of a page in their order."""
    consoles = [content for language, name, content in _BLOCK.findall(page) if language == "console" and not name]
    return [Example(command, shown) for console in consoles for command, shown in _COMMAND.findall(console)]


def matches(shown: str, expected: str) -> bool:
    """Tell whether what is shown is what a page says."""
    return bool(re.fullmatch(r"[^\n]*".join(map(re.escape, expected.split("…"))), shown))


class _Screen(io.TextIOWrapper):
    """Standard output and error of a terminal, to read what it shows."""

    def isatty(self) -> bool:
        return True


def shown_by(command: str) -> str:
    """Run a command in the current folder and give what a terminal without colours shows of it."""
    words = shlex.split(command)
    if words[0] != "orggraph":
        done = subprocess.run(
            command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, **_GIT},
            text=True, check=True,
        )  # fmt: skip
        return done.stdout
    screen = _Screen(io.BytesIO(), encoding="utf-8", write_through=True)
    with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(screen), _quietly():
        main(words[1:], standalone_mode=False)
    content = screen.buffer
    assert isinstance(content, io.BytesIO)
    return content.getvalue().decode()


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """Run without colours and progress; the exit code is no matter here, and a misuse is shown as it is."""
    before = dict(os.environ)
    os.environ.update({"TERM": "dumb", "NO_COLOR": "1"})
    try:
        with contextlib.suppress(click.exceptions.Exit):
            yield
    except click.ClickException as error:
        error.show()
    finally:
        os.environ.clear()
        os.environ.update(before)


def written(page: str, folder: Path) -> None:
    """Write the files of a page into a folder."""
    for name, content in files_of(page).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, "utf-8")
