"""A timeline of the facts that have been fetched, which fetches what it is asked for and does not have.

Why the same class as the index in memory: whatever answers a question there answers it here, from the same facts, so
the answers are equal. Why questions can be run several times (`gathered`): a question that touches a hundred entities
one after the other would ask the engine a hundred times. Run on what is there, it shows what is missing; that is
fetched at once, and it is run again, until nothing is missing. As many rounds as the steps from one entity to the
next.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from orggraph.errors import UnsupportedError
from orggraph.facts import LINE, NAME, REPORTS_DIRECTLY_TO, TYPE, Fact
from orggraph.rdf.texts import Told
from orggraph.remote.fetching import KIND, NAMED, NEARLY, OBJECT, POST, ROLE, SUBJECT, TENURE, Fetcher, Wanted
from orggraph.timeline import Columns, Rows, Terms, Timeline, columns_of, fact_order
from orggraph.vocabulary import Literal, Term, name_key

_Answer = TypeVar("_Answer")
_NONE: Rows = np.zeros(0, dtype=np.int64)


class RemoteTimeline(Timeline):
    """The facts fetched so far. Rows keep their numbers; the rows of an answer come in the order of a timeline."""

    def __init__(self, fetcher: Fetcher) -> None:
        super().__init__()
        self._fetcher = fetcher
        self._fetched: list[Fact] = []
        self.facts = self._fetched  # type: ignore[assignment]  # a list of facts is all that answers need
        self._sources: dict[str, str] = {}
        self._row_of: dict[str, int] = {}
        self._ordered_rows: dict[Wanted, list[tuple[tuple[object, ...], int]]] = {}
        self._have: set[Wanted] = set()
        self._days: set[int] = set()
        self._missing: set[Wanted] | None = None

    @property
    def sources(self) -> Mapping[str, str]:
        """Map the identity of a role change to its source."""
        return self._sources

    def gathered(self, question: Callable[[], _Answer]) -> _Answer:
        """Answer a question with as few requests as there are steps in it; it may be run several times."""
        if self._missing is not None:
            return question()  # within another question, which is run again itself
        while True:
            self._missing = set()
            try:
                answer = question()
            except Exception:  # with facts missing it may well fail; then it is run again when they are here
                if not self._missing:
                    raise
            else:
                if not self._missing:
                    return answer
            finally:
                missing, self._missing = self._missing or set(), None
            self._fetch(missing)

    def about(self, subject: str) -> Rows:
        """Give the facts whose subject it is."""
        return self._rows(Wanted(SUBJECT, subject))

    def pointing_at(self, term: Term) -> Rows:
        """Give the facts whose object it is; only IRIs can be asked for."""
        return self._rows(Wanted(OBJECT, term)) if isinstance(term, str) else _NONE

    def sole_name_of(self, iri: str) -> str:  # noqa: ARG002  # as the method it overrides
        """Give nothing: the facts that name an entity are few, and here anyway."""
        return ""

    def bearers(self, name: str, *, believed: bool, recorded_by: int | None = None) -> list[str]:
        """List the entities that bear a name or ever bore it; sorted."""
        _check_now(recorded_by)
        facts = [self._fetched[row] for row in self.bearing(name)]
        return sorted({fact.subject for fact in facts if not believed or fact.superseded is None})

    def class_of(self, iri: str) -> str:
        """Give the class of an entity; empty where it has none."""
        return next((str(fact.object) for fact in self.facts_about(iri, TYPE)), "")

    def objects(self, rows: Rows) -> list[Term]:
        """List what the facts in some rows point at, each once."""
        return list(dict.fromkeys(self._fetched[row].object for row in rows))

    def in_post(self, post: str) -> Rows:
        """Give the memberships in the post."""
        return self._rows(Wanted(POST, post))

    def in_role(self, role: str) -> Rows:
        """Give the memberships with the role."""
        return self._rows(Wanted(ROLE, role))

    def of_tenure(self, tenure: str) -> Rows:
        """Give the versions of one tenure."""
        return self._rows(Wanted(TENURE, tenure))

    def facts_about(self, subject: str, kind: str) -> list[Fact]:
        """Give the facts of a kind about an entity."""
        return [self._fetched[row] for row in self.only(self.about(subject), kind)]

    def of_kind(self, kind: str) -> Rows:
        """Give the facts of a kind; of names only those that are near one that was looked for."""
        if kind != NAME:
            return self._rows(Wanted(KIND, kind))
        for asked in [wanted.term for wanted in self._have if wanted.how == NAMED]:
            self._ensure(Wanted(NEARLY, asked))
        return self._in_order(row for row, fact in enumerate(self._fetched) if fact.kind == NAME)

    @property
    def names(self) -> _Names:  # type: ignore[override]  # has all that is asked of the index in memory
        """Give the look-up of names."""
        return _Names(self)

    def bearing(self, name: str) -> Rows:
        """Give the facts that name an entity so, as folded."""
        key = name_key(name)
        self._ensure(Wanted(NAMED, key))
        named = (row for row, fact in enumerate(self._fetched) if fact.kind == NAME and _is_called(fact, key))
        return self._in_order(named)

    def possible(self, day: int, *, recorded_by: int | None = None) -> Rows:
        """Give the facts that hold on ``day`` on some reading; fetches everything about whoever is there that day."""
        if day not in self._days:
            told = list(self._fetcher.on_day(day))
            self._keep(told)
            self._days.add(day)
            self._have.update(Wanted(SUBJECT, each.fact.subject) for each in told)
        everything = np.arange(len(self._fetched))
        return self._in_order(self.holding(everything, day, recorded_by=recorded_by).tolist())

    def believed(self, recorded_by: int | None = None) -> NDArray[np.bool_]:
        """Mark the facts that are believed."""
        _check_now(recorded_by)
        return np.array([fact.superseded is None for fact in self._fetched], dtype=bool)

    def certain(self, rows: Rows, day: int) -> NDArray[np.bool_]:
        """Mark which of the ``rows`` hold on ``day`` on every reading."""
        return np.array([self._fetched[row].period.certain_on(day) for row in rows], dtype=bool)

    def holding(self, rows: Rows, day: int, *, recorded_by: int | None = None) -> Rows:
        """Keep of the ``rows`` those that hold on ``day`` on some reading."""
        _check_now(recorded_by)
        facts = ((row, self._fetched[row]) for row in rows)
        return _array(row for row, fact in facts if fact.superseded is None and fact.period.possible_on(day))

    def only(self, rows: Rows, kind: str) -> Rows:
        """Keep of the ``rows`` those of a kind."""
        return _array(row for row in rows if self._fetched[row].kind == kind)

    def reporters(self, manager: str, day: int, *, possible: bool = False) -> list[str]:
        """Give who reports directly to a person or post."""
        lines = (self._fetched[row] for row in self.holding(self.pointing_at(manager), day))
        direct = [fact for fact in lines if fact.kind == LINE and fact.predicate == REPORTS_DIRECTLY_TO]
        return [fact.subject for fact in direct if possible or fact.period.certain_on(day)]

    def in_columns(self, rows: Rows) -> tuple[Columns, Terms, Rows]:
        """Make columns of the facts in some rows."""
        terms = Terms()
        columns = columns_of([self._fetched[row] for row in rows], terms, self._sources)
        return columns, terms, np.arange(len(rows))
    def managers_of(self, entity: str, day: int, *, recorded_by: int | None = None) -> list[str]:
        """Give to whom or what an entity certainly reports directly on a day, sorted."""
        rows = self.holding(self.about(entity), day, recorded_by=recorded_by)
        return sorted({str(fact.object) for fact in self._certain_lines(rows, day)})

    def reporters_of(self, manager: str, day: int, *, recorded_by: int | None = None) -> list[str]:
        """Give who or what certainly reports directly to an entity on a day, sorted."""
        rows = self.holding(self.pointing_at(manager), day, recorded_by=recorded_by)
        return sorted({fact.subject for fact in self._certain_lines(rows, day)})

    def everyone_below(self, manager: str, day: int, *, recorded_by: int | None = None) -> set[str]:
        """Give who and what is below an entity on certain direct lines on a day; a cycle ends where it closes."""
        seen, level = {manager}, [manager]
        while level:
            below = [iri for boss in level for iri in self.reporters_of(boss, day, recorded_by=recorded_by)]
            level = sorted({*below} - seen)
            seen.update(level)
        return seen - {manager}

    def _certain_lines(self, rows: Rows, day: int) -> list[Fact]:
        facts = [self._fetched[row] for row in rows]
        return [f for f in facts if f.predicate == REPORTS_DIRECTLY_TO and f.period.certain_on(day)]

    # ---- what was fetched

    def _rows(self, wanted: Wanted) -> Rows:
        self._ensure(wanted)
        return _array(row for _, row in self._ordered_rows.get(wanted, ()))

    def _ensure(self, wanted: Wanted) -> None:
        if wanted in self._have:
            return
        if self._missing is None:
            self._fetch({wanted})
        else:
            self._missing.add(wanted)

    def _fetch(self, wanted: set[Wanted]) -> None:
        self._keep(self._fetcher.facts(wanted))
        self._have |= wanted

    def _keep(self, told: Iterable[Told]) -> None:
        for fact, sources in told:
            if fact.id in self._row_of:
                continue
            row = self._row_of[fact.id] = len(self._fetched)
            self._fetched.append(fact)
            self._sources.update(sources)
            for wanted in _places(fact):
                insort(self._ordered_rows.setdefault(wanted, []), (fact_order(fact), row))

    def _in_order(self, rows: Iterable[int]) -> Rows:
        return _array(sorted(rows, key=lambda row: fact_order(self._fetched[row])))


class _Names:
    """The look-up of names in what is fetched."""

    def __init__(self, timeline: RemoteTimeline) -> None:
        self._timeline = timeline

    def candidates(self, name: str) -> Rows:
        """Give the facts that name an entity so."""
        return self._timeline.bearing(name)


def _is_called(fact: Fact, key: str) -> bool:
    return isinstance(fact.object, Literal) and name_key(fact.object.value) == key


def _places(fact: Fact) -> list[Wanted]:
    """Say by what a fact is found."""
    places = [Wanted(SUBJECT, fact.subject), Wanted(TENURE, fact.tenure), Wanted(KIND, fact.kind)]
    if isinstance(fact.object, str):
        places.append(Wanted(OBJECT, fact.object))
    if fact.post:
        places.append(Wanted(POST, fact.post))
    if fact.role:
        places.append(Wanted(ROLE, fact.role))
    return places


def _array(rows: Iterable[int]) -> Rows:
    return np.fromiter(rows, dtype=np.int64)


def _check_now(recorded_by: int | None) -> None:
    if recorded_by is not None:
        raise UnsupportedError("recorded_by is not answered from a remote engine (ask the store that was published)")
