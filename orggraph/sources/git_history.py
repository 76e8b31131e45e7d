"""The history of one file in a local git repository → role changes: every version of it, oldest first.

The versions are those of the first parents of what is checked out, across renames of the file. Each is read as the
file itself would be, by any of the readers, and was stated when it was committed. A list of everyone without a day of
its own is a roster of the day of the commit, as the committer's clock had it; of several versions for one day the last
counts.
Any other row was stated when it first appeared. A row that a later version no longer has still stands, since a row can
be deleted for many reasons; how many there are is said.

Versions are what ``git log --follow --first-parent`` lists. Silence, last days and identity are those of the format of
the file: only a list of everyone ends by silence whom it no longer lists.

Why git runs with so much switched off: a repository brings its own configuration, which can name programs to run, and
may be one that was fetched from somebody else. Nothing is fetched, and no hook, filter or pager runs.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from orggraph.changes import RoleChange, parse_stated, with_occurrences
from orggraph.errors import Finding, OrgGraphError
from orggraph.sources import rosters
from orggraph.sources.rolechanges import Reading

PATIENCE = 60.0
"""Seconds that one call of git may take."""

_SWITCHED_OFF = (
    "--no-pager", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null",
    "-c", "protocol.allow=never", "-c", "log.showSignature=false", "-c", "core.quotePath=false",
)  # fmt: skip
_QUIET = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}
_COMMIT = re.compile(r"commit ([0-9a-f]{40,64}) (\S+)", re.ASCII)
_BLOB = re.compile(r":\d+ 100\d+ [0-9a-f]+ ([0-9a-f]{40,64}) [A-Z]\d*\t", re.ASCII)


@dataclass(frozen=True, slots=True)
class GitHistory:
    """Every version of a file in a git repository, as something to load."""

    path: Path | str

    def __fspath__(self) -> str:
        return str(self.path)

    def __str__(self) -> str:
        return f"the history of {self.path}"


class Version(NamedTuple):
    """One version: the commit and its time as the committer's clock had it, and the name of the content."""

    commit: str
    time: str
    blob: str

    @property
    def day(self) -> str:
        """Give the day of the commit."""
        return self.time[:10]


class GitError(OrgGraphError):
    """Say why git gives no answer."""


def read_history(
    history: GitHistory, *, format: str = "", mapping: object = None, source: str = "", stated: str = ""
) -> Reading:
    """Read every version; the arguments are those of `sources.read`, except that ``stated`` cannot be given.

    The source is by default the path of the file in the repository. What is wrong with a version is a finding that
    names the file and the commit.
    """
    place = Path(history.path)
    file = str(place)
    if stated:
        message = "when a version was stated is the time of its commit (leave out --stated)"
        return Reading((), (Finding("error", message, file, 0, "git"),), {})
    try:
        versions, notes = _versions(place)
        source = source or _git(place.parent, "rev-parse", "--show-prefix").decode().strip() + place.name
        readings = list(_readings(place, versions, format=format, mapping=mapping, source=source))
    except GitError as error:
        return Reading((), (Finding("error", str(error), file, 0, "git"),), {})
    findings = [*notes, *(finding for reading in readings for finding in reading.findings)]
    changes, gone = _gathered(readings)
    if gone:
        words = "row of an earlier version is" if gone == 1 else "rows of earlier versions are"
        message = f"{gone} {words} not in the last one, and still stand"
        findings.append(
            Finding("note", message.replace("stand", "stands") if gone == 1 else message, file, 0, "rows-gone")
        )
    counts = {f"{place.name}@{version.commit[:10]}": sum(reading.counts.values())
              for version, reading in zip(versions, readings, strict=True)}  # fmt: skip
    return Reading(tuple(with_occurrences(changes)), tuple(findings), counts)


def _versions(place: Path) -> tuple[list[Version], list[Finding]]:
    """List the versions of a file, oldest first, without those that have the content of the one before."""
    log = _git(
        place.parent, "log", "--follow", "--first-parent", "--diff-merges=first-parent", "--raw", "--no-abbrev",
        "--no-ext-diff", "--no-textconv", "--format=commit %H %cI", "--", place.name,
    ).decode("utf-8", "replace")  # fmt: skip
    found: list[Version] = []
    commit: re.Match[str] | None = None
    for line in log.splitlines():
        commit = _COMMIT.fullmatch(line) or commit
        blob = _BLOB.match(line)
        if commit and blob and set(blob.group(1)) != {"0"}:
            found.append(Version(commit.group(1), commit.group(2), blob.group(1)))
    found.reverse()
    if not found:
        raise GitError("git knows no version of the file (expected one that was committed, on the branch checked out)")
    changed = [now for before, now in zip([None, *found], found, strict=False) if not before or before.blob != now.blob]
    notes = []
    if _git(place.parent, "rev-parse", "--is-shallow-repository").strip() == b"true":
        message = f"the repository is shallow: versions before {changed[0].day} may be missing (git fetch --unshallow)"
        notes.append(Finding("warning", message, str(place), 0, "shallow"))
    return changed, notes


def _readings(
    place: Path, versions: Iterable[Version], *, format: str, mapping: object, source: str
) -> Iterator[Reading]:
    """Read each version under the name of the file, with the day of the commit in it where the name has none."""
    from orggraph.sources import read  # reads a file, which may be one of these

    dated = bool(rosters.file_name(place.name).day)
    with tempfile.TemporaryDirectory(prefix="orggraph-") as folder:
        for version in versions:
            name = place.name if dated else f"{place.stem}-{version.day}{place.suffix}"
            written = Path(folder) / name
            written.write_bytes(_git(place.parent, "cat-file", "blob", version.blob))
            made = read(written, format=format, mapping=mapping, source=source, stated=parse_stated(version.time))  # type: ignore[arg-type]  # whatever else it is, is refused there
            written.unlink()
            yield _placed(made, str(written), f"{place}@{version.commit[:10]}")


def _placed(reading: Reading, file: str, label: str) -> Reading:
    """Name the version instead of the file that it was read from."""
    findings = [f._replace(file=label if f.file == file else f.file) for f in reading.findings]
    findings = [f._replace(message=f.message.replace(file, label)) for f in findings]
    return reading._replace(
        changes=tuple(replace(change, file=label) for change in reading.changes), findings=tuple(findings)
    )


def _gathered(readings: list[Reading]) -> tuple[list[RoleChange], int]:
    """Keep of rosters the last for each day, of other rows the first; count those that the last version has not."""
    rostered: set[str] = set()
    kept: list[list[RoleChange]] = []
    for reading in reversed(readings):
        days = {str(change.effective) for change in reading.changes if change.kind == "roster"}
        kept.append([c for c in reading.changes if not days or str(c.effective) not in rostered])
        rostered |= days
    kept.reverse()
    first: dict[RoleChange, RoleChange] = {}
    for changes in kept:
        for change in changes:
            first.setdefault(_content(change), change)
    last = {_content(change) for change in kept[-1]}
    told = ("roster", "holds", "states") if rostered else ()
    gone = sum(1 for content in first if content not in last and content.kind not in told)
    return list(first.values()), gone


def _content(change: RoleChange) -> RoleChange:
    """Give what a row says, whenever it was said."""
    return replace(change, stated="")


def _git(folder: Path, *arguments: str) -> bytes:
    """Run git in a folder, without a shell, and give what it writes; raise `GitError` where it fails."""
    import subprocess  # only a load of a history runs a program

    command = ["git", *_SWITCHED_OFF, *arguments]
    try:
        done = subprocess.run(
            command, cwd=folder, env=_environment(os.environ), capture_output=True, timeout=PATIENCE, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise GitError(f"git {arguments[0]} took more than {PATIENCE:.0f} seconds") from error
    except OSError as error:
        what = "there is no folder of that name" if not folder.is_dir() else f"git cannot be run: {error.strerror}"
        raise GitError(f"{what} (expected a file in a git repository, and git installed)") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(f"git {arguments[0]}: {said[0] if said else 'failed'} (expected a file in a git repository)")
    return done.stdout


def _environment(known: Mapping[str, str]) -> dict[str, str]:
    """Give the environment without what would lead git to another repository."""
    return {name: text for name, text in known.items() if not name.startswith("GIT_")} | _QUIET
