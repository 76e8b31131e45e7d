"""The stores of days: what SPARQL is asked of, the last used kept and moved from day to day.

Why a store that is in use is never moved, although the engine shows a running query the state it began with: the
thread that asks gets the store first and asks it then, and in between it must not become another day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from weakref import WeakKeyDictionary

from orggraph.daystore.store import Aspect, DayStore
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline

KEPT, TRIPLES = 4, 3_000_000
"""So many stores are kept, and so many triples in those that are idle (about half a kilobyte each)."""
NEAR = 62
"""Within so many days a store is moved, rather than another one made beside it."""


class DayStores:
    """The stores of one timeline's days, the last used kept; safe to use from several threads."""

    def __init__(self) -> None:
        self._stores: list[DayStore] = []
        self._lock = Lock()

    @property
    def kept(self) -> tuple[DayStore, ...]:
        """Give the stores that are kept, the last used last."""
        return tuple(self._stores)

    @contextmanager
    def lease(self, snapshot: Snapshot, predicates: frozenset[str] | None, *, possible: bool) -> Iterator[DayStore]:
        """Give a store of the day with the triples of these predicates (``None`` for all) for as long as it is used."""
        aspect = Aspect(snapshot.recorded_by, snapshot.strict, possible)
        with self._lock:
            store = self._choose(snapshot.day, aspect)
            store.users += 1
        try:
            with store.lock:
                store.show(snapshot.timeline, snapshot.timeline.turns, predicates)
            yield store
        finally:
            with self._lock:
                store.users -= 1
                self._forget()

    def _choose(self, day: int, aspect: Aspect) -> DayStore:
        """Take the store of the day, else the nearest that is idle, else a new one; it becomes the last used."""
        alike = [store for store in self._stores if store.aspect == aspect]
        chosen = next((store for store in alike if store.wanted == day), None)
        if chosen is None:
            idle = [store for store in alike if not store.users and abs(store.wanted - day) <= NEAR]
            chosen = min(idle, key=lambda store: abs(store.wanted - day)) if idle else DayStore(day, aspect)
            chosen.wanted = day
        self._stores = [store for store in self._stores if store is not chosen] + [chosen]
        return chosen

    def _forget(self) -> None:
        """Forget the stores that were not used for longest, but for the last one and those in use."""
        sizes = Counter({number: store.size for number, store in enumerate(self._stores)})
        while len(self._stores) > 1 and (len(self._stores) > KEPT or sizes.total() > TRIPLES):
            oldest = next((n for n, store in enumerate(self._stores[:-1]) if not store.users), None)
            if oldest is None:
                return
            del self._stores[oldest]
            sizes = Counter({number: store.size for number, store in enumerate(self._stores)})


_KEPT: WeakKeyDictionary[Timeline, DayStores] = WeakKeyDictionary()
_KEPT_LOCK = Lock()


def day_stores(timeline: Timeline) -> DayStores:
    """Give the stores of a timeline's days, which are kept for as long as it is."""
    with _KEPT_LOCK:
        stores = _KEPT.get(timeline)
        if stores is None:
            stores = _KEPT[timeline] = DayStores()
        return stores
