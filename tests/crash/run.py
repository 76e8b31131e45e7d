"""Kill loads at every step and at random, and see that nothing acknowledged is lost and nothing is seen half done.

    python tests/crash/run.py                  at every step, with a power cut at each, and at random: an hour
    python tests/crash/run.py --most 800       so many kills, spread over all of them
    python tests/crash/run.py --only "a delta" scenarios with these words in their names

Scenarios are first loads, small ones, deltas and merges of the index, loads in bulk, records, unloads, erasures,
restores (see `scenarios`), and publications on an Oxigraph that runs (see `publishing`). A process is begun for each
kill by a fork of one that has everything imported and never opened a store. It ends itself as ``kill -9`` does at a
step (see `steps`), or is killed from outside after a random time; ``--seed`` chooses. What must be true afterwards is
in `verdict`; the exit code is 1 where it is not.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1])]

from forks import forked  # noqa: E402  # the line above says where it is
from publishing import PUBLISHED, Published  # noqa: E402
from scenarios import SCENARIOS, Scenario, opened, written  # noqa: E402
from steps import Steps, lose_unsynced  # noqa: E402
from verdict import judge, states  # noqa: E402

RANDOM = 10
"""So many kills at a random time for each scenario, in a whole run."""


class Kill(NamedTuple):
    """Where a scenario is killed: at a step, maybe with a power cut, or (``step`` 0) after a part of its time."""

    scenario: Scenario
    step: int = 0
    power: bool = False
    part: float = 0.0

    def __str__(self) -> str:
        where = f"at step {self.step}" if self.step else f"after {self.part:.0%} of its time"
        return f"{self.scenario.name}, killed {where}{' with a power cut' if self.power else ''}"


class Field:
    """The stores before each scenario, copied for every kill; the folder is the caller's."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.files, self.store = folder, folder / "files", folder / "store"
        self.files.mkdir()
        written(self.files)
        self._expected: dict[str, list[str]] = {}
        self._steps: dict[str, tuple[int, float]] = {}

    def _begin(self, scenario: Scenario) -> None:
        shutil.rmtree(self.store, ignore_errors=True)
        made = self.folder / scenario.name
        if not made.exists() and scenario.before:
            told, status = forked(lambda tell: [load(opened(made), self.files) for load in scenario.before])
            assert status == 0, told
        if made.exists():
            shutil.copytree(made, self.store)

    def expected(self, scenario: Scenario) -> list[str]:
        """Give the states that a scenario goes through."""
        if scenario.name not in self._expected:
            self._begin(scenario)

            def told(tell: Callable[[object], None]) -> None:
                scenario.settings()
                tell(states(scenario, self.store, self.files))

            (found,), _ = forked(told)
            assert isinstance(found, list)
            self._expected[scenario.name] = found
        return self._expected[scenario.name]

    def steps(self, scenario: Scenario) -> tuple[int, float]:
        """Count the steps of a scenario that nobody kills, and the seconds that it takes."""
        if scenario.name not in self._steps:
            self._begin(scenario)
            began = time.monotonic()
            told, status = self._run(Kill(scenario))
            assert status == 0, f"{scenario.name} fails by itself"
            self._steps[scenario.name] = int(str(told[-1])), time.monotonic() - began
        return self._steps[scenario.name]

    def _run(self, kill: Kill) -> tuple[list[object], int]:
        scenario = kill.scenario
        after = kill.part * self.steps(scenario)[1] if kill.part else None

        def work(tell: Callable[[object], None]) -> None:
            scenario.settings()
            steps = Steps(self.folder, last=kill.step or None, synced=self.folder / "synced.json")
            steps.begin()
            org = opened(self.store)
            for number, load in enumerate(scenario.loads, start=1):
                load(org, self.files)
                tell([number])
            org._store.close()
            tell(steps.count)

        return forked(work, after=after)

    def kill(self, kill: Kill) -> str:
        """Kill a scenario and judge what is left; give what is wrong, or nothing."""
        scenario, expected = kill.scenario, self.expected(kill.scenario)
        self.steps(scenario)
        self._begin(scenario)
        since = time.time_ns()
        told, status = self._run(kill)
        if kill.step and status != -signal.SIGKILL:
            return f"it was not killed, and ended with {status}"
        if kill.power:
            lose_unsynced(self.store, synced=self.folder / "synced.json", since=since)
        acknowledged = sum(1 for item in told if isinstance(item, list))

        def judged(tell: Callable[[object], None]) -> None:
            scenario.settings()
            try:
                judge(scenario, self.store, self.files, acknowledged=acknowledged, expected=expected)
            except Exception as error:
                tell(f"{type(error).__name__}: {error}")

        found, status = forked(judged)
        return str(found[0]) if found else "" if status == 0 else f"judging it ended with {status}"


def kills(field: Field, scenarios: Sequence[Scenario], *, seed: int) -> Iterator[Kill]:
    """Give every kill: at each step, at each step with a power cut, and some at random."""
    chance = random.Random(seed)
    for scenario in scenarios:
        steps = range(1, field.steps(scenario)[0] + 1)
        yield from (Kill(scenario, step, power) for power in (False, True) for step in steps)
        yield from (Kill(scenario, part=chance.random()) for _ in range(RANDOM))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the kills from the command line; give the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--most", type=int, default=0, help="at most so many kills, spread over all (0: all)")
    parser.add_argument("--only", default="", help="scenarios with these words in their names")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=_in_memory(),
                        help="where stores are made (else in memory, where that is possible)")  # fmt: skip
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(dir=given.work) as folder:
        field = Field(Path(folder))
        scenarios = [scenario for scenario in SCENARIOS if given.only in scenario.name]
        wanted: list[Callable[[], tuple[str, str]]] = [
            partial(_killed, field, kill) for kill in kills(field, scenarios, seed=given.seed)
        ]
        with ExitStack() as stack:
            for name in (name for name in PUBLISHED if given.only in name):
                published = stack.enter_context(Published.begun(Path(folder) / name, name))
                wanted += [partial(published.kill, step) for step in range(1, published.steps + 1)]
            if given.most and len(wanted) > given.most:
                wanted = random.Random(given.seed).sample(wanted, given.most)
            wrong = [(where, found) for where, found in (kill() for kill in wanted) if found]
    for where, found in wrong:
        print(f"{where}: {found}")
    print(f"{len(wanted)} kills, {len(wrong)} wrong")
    return 1 if wrong else 0


def _in_memory() -> Path | None:
    """Give a folder in which syncing costs nothing; of a killed process, it keeps what a disk would."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and os.access(memory, os.W_OK) else None


def _killed(field: Field, kill: Kill) -> tuple[str, str]:
    return str(kill), field.kill(kill)


if __name__ == "__main__":
    sys.exit(main())
