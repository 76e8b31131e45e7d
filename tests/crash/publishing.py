"""A publication on a real SPARQL engine that is killed at each of its requests; what the engine holds is compared."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import company
from engines import oxigraph
from forks import Tell, forked
from scenarios import opened
from steps import Steps

from orggraph import publication
from orggraph.publication import writing
from orggraph.store.remote import Engine

PUBLISHED = {"a publication in one update": 100_000, "a publication in parts": 0}
"""Each with how many triples go to the engine at once."""
_PART = 400


class Published:
    """An engine that holds the first load of a store of two, and the publication of the second."""

    def __init__(self, name: str, url: str, store: Path) -> None:
        self.name, self.url, self.store, self.steps = name, url, store, 0
        self._states: list[str] = []

    @classmethod
    @contextmanager
    def begun(cls, folder: Path, name: str) -> Iterator[Published]:
        """Run the engine, and publish once without being killed."""
        with oxigraph() as url:
            made = cls(name, url, folder / "store")
            folder.mkdir()
            told, status = forked(made._first)
            assert status == 0, "the first publication fails by itself"
            told, status = forked(lambda tell: made._publish(tell, None))
            assert status == 0, "the publication fails by itself"
            made.steps = int(str(told[-1]))
            made._states += map(str, forked(lambda tell: tell(made._held()))[0])
            yield made

    def _first(self, _tell: Tell) -> None:
        opened(self.store).load(company.ROWS[:16])
        shutil.copytree(self.store, self.store.with_name("first"))
        opened(self.store).load(company.ROWS)

    def _publish(self, tell: Tell, last: int | None) -> None:
        self._write(self.store.with_name("first"), replace=True)
        tell(self._held())
        writing.TOGETHER, writing.BATCH = PUBLISHED[self.name], _PART
        steps = Steps(self.store, last=last, synced=Path(os.devnull))
        steps.begin()
        self._write(self.store)
        tell(steps.count)

    def _write(self, store: Path, *, replace: bool = False) -> None:
        engine, ledger = Engine(self.url), opened(store).ledger
        report = publication.prepare(ledger, engine, replace=replace)
        publication.publish(ledger, engine, report, replace=replace)
        engine.close()

    def _held(self) -> str:
        """Give a digest of everything that the engine holds."""
        found = Engine(self.url).select("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")
        return sha256("\n".join(sorted(map(repr, found.rows))).encode()).hexdigest()

    def kill(self, step: int) -> tuple[str, str]:
        """Kill the publication at a step, and do it again; give where that was and what is wrong."""
        where = f"{self.name}, killed at step {step}"
        (before, *_), status = forked(lambda tell: self._publish(tell, step))
        if status != -signal.SIGKILL:
            return where, f"it was not killed, and ended with {status}"
        told, status = forked(self._judged)
        if status != 0:
            return where, "publishing again fails"
        at_once, again = told
        if self.name == "a publication in one update" and at_once not in (before, *self._states):
            return where, "half a publication is visible"
        return where, "" if [again] == self._states else "publishing again leads to something else"

    def _judged(self, tell: Tell) -> None:
        tell(self._held())
        self._write(self.store)
        tell(self._held())
