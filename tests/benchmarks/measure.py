"""Measuring: medians of calls whose answers are checked, whole processes, and the space on a disk."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

import orggraph

HERE = Path(__file__).resolve().parent
ROOT = Path(orggraph.__file__).resolve().parents[1]
LIMIT = 8.0
"""After so many seconds with one question nothing more is asked of a peer; it has answered at least once."""


class WrongAnswer(Exception):
    """A peer gave another answer than brute force."""


class Call(NamedTuple):
    """How to ask one peer: ``ask`` is timed; ``check`` is not, and raises `WrongAnswer`."""

    peer: str
    ask: Callable[..., Any]
    arguments: Sequence[tuple[Any, ...]]
    check: Callable[[int, Any], None]


class Child(NamedTuple):
    """What a process took as a whole, in seconds and bytes at most, and what it wrote."""

    seconds: float
    peak: int
    out: str


def medians(calls: Sequence[Call], *, rounds: int) -> tuple[dict[str, float], int]:
    """Time each call by itself and check each answer; give the median by peer, and how many answers were checked.

    The peers take turns, so that a machine that becomes slower does so for all of them.
    """
    times: dict[str, list[float]] = {call.peer: [] for call in calls}
    spent = dict.fromkeys(times, 0.0)
    for _ in range(rounds):
        for call in calls:
            for number, arguments in enumerate(call.arguments):
                if spent[call.peer] > LIMIT:
                    break
                began = time.perf_counter()
                answer = call.ask(*arguments)
                took = time.perf_counter() - began
                times[call.peer].append(took)
                spent[call.peer] += took
                call.check(number, answer)
    return {peer: statistics.median(taken) for peer, taken in times.items()}, sum(map(len, times.values()))


def child(*command: str) -> Child:
    """Run a command as a process and measure it as a whole; raise `RuntimeError` where it fails."""
    launcher = [sys.executable, "-I", "-S", str(HERE / "launch.py"), *command]
    ran = subprocess.run(launcher, capture_output=True, text=True, check=True, env=_environment())
    told = json.loads(ran.stdout)
    if told["status"]:
        raise RuntimeError(f"{' '.join(command)} ended with {told['status']}: {told['err']}")
    return Child(told["seconds"], told["peak"], told["out"])


def repeated(times: int, run: Callable[..., Child], *arguments: str) -> Iterator[Child]:
    """Run a process again and again, so many times or until it has taken `LIMIT` seconds altogether."""
    began = time.perf_counter()
    for number in range(times):
        if not number or time.perf_counter() - began < LIMIT:
            yield run(*arguments)


def job(name: str, *arguments: object) -> Child:
    """Run a job of `children` in a process; ``out`` is its own time in seconds."""
    return child(sys.executable, str(HERE / "children.py"), name, *map(str, arguments))


def _environment() -> dict[str, str]:
    paths = (str(ROOT), os.environ.get("PYTHONPATH", ""))
    return os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def disk(*places: Path) -> int:
    """Give the bytes that files and folders take on the disk; a file with several names counts once."""
    files = (file for place in places for file in ([place] if place.is_file() else place.rglob("*")))
    taken = {(status.st_dev, status.st_ino): status.st_blocks * 512 for status in map(os.stat, files)}
    return sum(taken.values())


def machine() -> str:
    """Describe the machine: processor, cores, memory, system."""
    cpu = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        names = [line.partition(":")[2].strip() for line in described.read_text().splitlines() if "model name" in line]
        cpu = names[0] if names else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GB, {platform.system()} {platform.release()}"


def versions(packages: Sequence[str]) -> str:
    """List Python and the packages with their versions, as far as they are installed."""
    found = [f"Python {platform.python_version()}"]
    for package in packages:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} not installed")
    return ", ".join(found)


def said(what: str) -> None:
    """Tell on the standard error stream what is being done."""
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)
