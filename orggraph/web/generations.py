"""What is served: one generation of the organization at a time, opened anew when another process has loaded.

Why a request gets a generation and keeps it: an answer that is made of two would be about no state there ever was. The
one before stays open, and on disk, until its last request has been answered.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from functools import cached_property
from threading import Lock
from typing import NamedTuple

from anyio import to_thread

from orggraph.graph import OrgGraph
from orggraph.timeline.activity import Activity, activity
from orggraph.vocabulary import CLASSES
from orggraph.web.directory import Directory
from orggraph.worker import Worker


class Origin(NamedTuple):
    """Where the organization comes from.

    ``stamp`` is read before every request and changes whenever ``open`` would give something else. ``location`` is for
    people. ``kept`` says that it is a store, which remembers when it learned what.
    """

    open: Callable[[], OrgGraph]
    stamp: Callable[[], str]
    location: str
    kept: bool


class Generation:
    """One state of the organization, opened, with the idle processes that answer queries about it.

    ``recorded`` is when the last load in it was recorded; ``key`` is another for whatever answers something else.
    """

    def __init__(self, org: OrgGraph, origin: Origin) -> None:
        self.org, self.origin = org, origin
        self.recorded = org.timeline.standing.recorded
        self.key = f"{origin.location} {self.recorded}" if origin.kept else secrets.token_hex(8)
        self._retired = False
        self._idle: dict[bool, list[Worker]] = {True: [], False: []}
        self._lock = Lock()
        self._directory: Directory | None = None
        self._looking = Lock()
        _ = org.timeline.by_subject, org.timeline.by_object, org.timeline.by_post, org.timeline.names

    @property
    def directory(self) -> Directory:
        """Give all names in order; made when first asked for, which takes a second for half a million."""
        with self._looking:
            if self._directory is None:
                self._directory = Directory(self.org.timeline)
            return self._directory

    @cached_property
    def organizations(self) -> tuple[str, ...]:
        """Give the IRIs of the organizations, sorted."""
        timeline = self.org.timeline
        rows = timeline.pointing_at(CLASSES["organization"])
        return tuple(sorted({timeline.terms.text(number) for number in timeline.columns.subject[rows].tolist()}))

    def activity(self, recorded_by: int | None) -> list[Activity]:
        """Count what begins and ends on which day; what is known now is counted once."""
        if recorded_by is not None:
            return activity(self.org.timeline, recorded_by=recorded_by)
        return self._activity

    @cached_property
    def _activity(self) -> list[Activity]:
        return activity(self.org.timeline)

    def take(self, *, history: bool, memory: int) -> Worker:
        """Give an idle process for queries about the history or about days, or one that begins when it is asked.

        ``memory`` is how many bytes it may take to answer.
        """
        with self._lock:
            if self._idle[history]:
                return self._idle[history].pop()
        if history:
            return Worker.of_history(self.org.timeline, self.org.whole_history(), memory=memory)
        return Worker.of_timeline(self.org.timeline, memory=memory)

    def give_back(self, worker: Worker, *, history: bool) -> None:
        """Keep a process for the next query, or end it where there is a later generation."""
        with self._lock:
            if not self._retired:
                self._idle[history].append(worker)
                return
        worker.close()

    def retire(self) -> None:
        """End the processes that are idle; those that are asked end when they are given back."""
        with self._lock:
            self._retired = True
            idle = [worker for workers in self._idle.values() for worker in workers]
            self._idle = {True: [], False: []}
        for worker in idle:
            worker.close()


class Generations:
    """The organization as it is served; `current` gives its latest generation."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._stamp, self._generation = self._opened()
        self._lock = asyncio.Lock()

    def _opened(self) -> tuple[str, Generation]:
        stamp = self.origin.stamp()  # read first: what is opened is this or later, and then is opened once more
        return stamp, Generation(self.origin.open(), self.origin)

    async def current(self) -> Generation:
        """Give the latest generation, opened in a thread where it is new; `StoreError` where it cannot be."""
        if self.origin.stamp() != self._stamp:
            async with self._lock:
                if self.origin.stamp() != self._stamp:
                    before = self._generation
                    self._stamp, self._generation = await to_thread.run_sync(self._opened)
                    await to_thread.run_sync(before.retire)
        return self._generation

    @property
    def latest(self) -> Generation:
        """Give the generation that was current last."""
        return self._generation

    def close(self) -> None:
        """End the processes that are idle."""
        self._generation.retire()
