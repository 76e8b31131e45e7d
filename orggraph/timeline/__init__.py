"""The timeline: all facts in columns of integers, indexed by subject and by object, on both axes of time.

Each fact is one row of the columns; the four valid bounds are day ordinals, the two recorded bounds microseconds.
What holds on a day is a comparison of columns, what is said of an entity a slice. It is derived from the ledger and
never the only copy of anything.

Why columns and not a tree of intervals: a snapshot, a headcount and a diff need most facts of a day at once, and
comparing four integer columns is faster than walking any tree in Python.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from orggraph.facts import EVENT, LABEL, LINE, NAME, PERSON_NAME, REPORTS_DIRECTLY_TO, TYPE, Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE
from orggraph.timeline.columns import KIND, NEVER, Columns, Facts, Rows, columns_of
from orggraph.timeline.delta import FILE as DELTA_FILE
from orggraph.timeline.delta import Delta
from orggraph.timeline.files import check_files, link_files, list_files
from orggraph.timeline.naming import NameIndex
from orggraph.timeline.postings import Postings
from orggraph.timeline.renewal import merged_columns, save_ordered
from orggraph.timeline.reporting import Edges, Reporting
from orggraph.timeline.terms import ABSENT, Terms
from orggraph.timeline.turns import Turns
from orggraph.vocabulary import Literal, Term, name_key

WORTHWHILE = 2_000
"""Up to this many new facts stand beside the index; beyond that it is written anew."""


class Standing(NamedTuple):
    """What a later load has to know of what was loaded before.

    ``plain``: every role change that stands is evidence of a believed fact, and no load was taken back. ``recorded`` is
    the recorded time of the last load.
    """

    plain: bool = False
    recorded: int = 0


class Timeline:
    """All versions of all facts, in a fixed order, with what answers need beside them.

    ``facts`` are sorted by subject, predicate, object and start, so every answer comes in the same order whatever
    the order of loading. ``sources`` maps the identity of a role change to what it was learned from.
    """

    def __init__(
        self,
        facts: Iterable[Fact] = (),
        *,
        sources: Mapping[str, str] | None = None,
        standing: Standing = Standing(),  # noqa: B008  # a tuple that never changes
    ) -> None:
        self.standing = standing
        self.terms = Terms()
        ordered = sorted(facts, key=fact_order)
        self.columns: Columns = columns_of(ordered, self.terms, sources or {})
        self._begin()

    @classmethod
    def of_columns(cls, terms: Terms, columns: Columns, *, standing: Standing) -> Timeline:
        """Make a timeline of columns whose rows are in its order."""
        timeline = cls.__new__(cls)
        timeline.terms, timeline.columns, timeline.standing = terms, columns, standing
        timeline._begin()
        return timeline

    def _begin(self) -> None:
        self.facts = Facts(self.columns, self.terms)
        self.folder: Path | None = None
        self.delta = Delta()
        self._ordered = len(self.columns)
        self._closed: Rows = np.zeros(0, dtype=np.int64)
        self._known: dict[tuple[str, str], list[Fact]] = {}
        self._names_of: dict[int, str] = {}
        self._classes: dict[str, str] = {}

    @classmethod
    def open(cls, folder: Path) -> Timeline:
        """Map the index that `save` wrote; raise `StoreError` where it is not whole."""
        check_files(folder)
        timeline = cls.__new__(cls)
        timeline.terms = Terms.open(folder)
        timeline.columns = Columns.open(folder)
        timeline.standing = Standing(*json.loads((folder / "standing.json").read_text("utf-8")))
        timeline._begin()
        timeline.folder = folder
        timeline._add(Delta.open(folder))
        return timeline

    def _add(self, delta: Delta) -> None:
        """Take in what later loads added and superseded."""
        self.delta = delta
        self.standing = self.standing._replace(recorded=max(self.standing.recorded, delta.recorded))
        if not delta.facts and not delta.closed:
            return
        self._ordered = len(self.columns)
        more = columns_of(delta.facts, self.terms, delta.sources, after=self.columns)
        self.columns = self.columns.grown(more)
        self.facts = Facts(self.columns, self.terms)
        self._closed = np.array(sorted(delta.closed), dtype=np.int64)
        self.columns.superseded[self._closed] = [delta.closed[int(row)] for row in self._closed]

    def revised(
        self, folder: Path, opened: Sequence[Fact], closed: Collection[int], sources: Mapping[str, str], recorded: int
    ) -> bool:
        """Write the index into ``folder`` as this one, which was opened from files, with facts opened and closed.

        ``closed`` are the rows that were superseded at ``recorded``, ``sources`` what the new role changes were learned
        from. Only what is new is written; the rest is linked. False, and nothing written, where that is not
        worthwhile any more: then the whole is to be written again.
        """
        facts = list(self.delta.facts)
        needed = sum(2 + len(fact.changes) + len(fact.premises) for fact in opened)  # a fact has two moments
        if self.folder is None or len(facts) + len(opened) > WORTHWHILE or needed > self.columns.room:
            return False
        for row in closed:
            if row >= self._ordered:
                facts[row - self._ordered] = replace(facts[row - self._ordered], superseded=recorded)
        rows = {row: recorded for row in closed if row < self._ordered}
        told = self.delta.sources | dict(sources)
        told |= self._sources_of({change for fact in opened for change in fact.changes} - told.keys(), closed)
        delta = Delta([*facts, *opened], self.delta.closed | rows, told, recorded)
        delta.save(folder)
        link_files(self.folder, folder, fresh=folder / DELTA_FILE)
        return True

    def _sources_of(self, changes: Collection[str], rows: Iterable[int]) -> dict[str, str]:
        """Give the sources of role changes, most of which the facts in some rows rest on."""
        c, near = self.columns, dict[str, str]()
        for row in rows:
            numbers = c.changes[c.changes_at[row] : c.changes_at[row + 1]].tolist()
            near |= {self.facts.change(number): self.facts.source(number) for number in numbers}
        return {change: near[change] if change in near else self.sources.get(change, "") for change in changes}

    def save_with(
        self, folder: Path, opened: Sequence[Fact], closed: Collection[int], sources: Mapping[str, str], recorded: int
    ) -> None:
        """Write the index anew into an empty folder, with facts opened and the rows ``closed`` at ``recorded``."""
        columns, order = merged_columns(
            self.columns, self.terms, opened, closed, sources, recorded=recorded, ordered=self._ordered
        )
        save_ordered(folder, columns, order)
        self.terms.save(folder)
        standing = self.standing._replace(recorded=recorded)
        del columns, order
        Timeline.of_columns(Terms.open(folder), Columns.open(folder), standing=standing).save_around(folder)

    def knows(self, change: str) -> bool:
        """Tell whether a role change (by identity) is evidence of some fact."""
        return self.terms.number(Literal(change)) != ABSENT

    def save(self, folder: Path) -> None:
        """Write the index into an empty folder, with a list of its files and their checksums."""
        self.terms.save(folder)
        self.columns.save(folder)
        self.save_around(folder)

    def save_around(self, folder: Path) -> None:
        """Write everything but the terms and columns, which are in the folder, with the list of all files.

        One index after the other is made for it and forgotten, so that a large one needs little memory.
        """
        (folder / "standing.json").write_text(json.dumps(self.standing), encoding="utf-8")
        for name in ("subject", "object", "post", "tenure"):
            self._postings(name).save(folder, f"by_{name}")
        NameIndex.of(self.columns, self.terms).save(folder)
        self._reporting(dotted=False).save(folder, "direct")
        self._reporting(dotted=True).save(folder, "dotted")
        list_files(folder)

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """Map the identity of a role change to its source."""
        return _Sources(self)

    def believed(self, recorded_by: int | None = None) -> NDArray[np.bool_]:
        """Mark the facts that this graph believed at ``recorded_by`` (inclusive), or believes now."""
        return self.believes(slice(None), recorded_by)

    def believes(self, rows: slice | Rows, recorded_by: int | None) -> NDArray[np.bool_]:
        """Mark which of the ``rows`` this graph believed at ``recorded_by`` (inclusive), or believes now."""
        superseded = self.columns.superseded[rows]
        if recorded_by is None:
            return np.equal(superseded, NEVER)
        return np.logical_and(self.columns.recorded[rows] <= recorded_by, recorded_by < superseded)

    def still_believed(self, rows: Rows, *, recorded_by: int | None = None) -> Rows:
        """Keep of the ``rows`` those that are believed now, or were at ``recorded_by``."""
        kept: Rows = rows[self.believes(rows, recorded_by)]
        return kept

    @cached_property
    def turns(self) -> Turns:
        """Give the look-up of the facts that begin or end between two days."""
        return Turns(self.columns)

    def possible(self, day: int, *, recorded_by: int | None = None) -> Rows:
        """Give the facts that hold on ``day`` on some reading, in the order of ``facts``."""
        hold = (self.columns.start_earliest <= day) & (day < self.columns.end_latest)
        return np.flatnonzero(hold & self.believed(recorded_by))

    def certain(self, rows: Rows, day: int) -> NDArray[np.bool_]:
        """Mark which of the ``rows`` hold on ``day`` on every reading."""
        return np.logical_and(self.columns.start_latest[rows] <= day, day < self.columns.end_earliest[rows])

    def holding(self, rows: Rows, day: int, *, recorded_by: int | None = None) -> Rows:
        """Keep of the ``rows`` those that hold on ``day`` on some reading."""
        keep = (self.columns.start_earliest[rows] <= day) & (day < self.columns.end_latest[rows])
        return rows[keep & self.believes(rows, recorded_by)]

    def of_kind(self, kind: str) -> Rows:
        """Give the facts of a kind."""
        return np.flatnonzero(self.columns.kind == KIND[kind])

    @cached_property
    def events(self) -> Rows:
        """Give the facts about change events."""
        return self.of_kind(EVENT)

    @cached_property
    def roles(self) -> NDArray[np.int32]:
        """Give the numbers of the terms that are a role in some fact, rising."""
        marks = np.zeros(len(self.terms) + 1, dtype=bool)
        marks[self.columns.role] = True  # where a fact has none, that marks the last place
        return np.flatnonzero(marks[:-1]).astype(np.int32)

    def only(self, rows: Rows, kind: str) -> Rows:
        """Keep of the ``rows`` those of a kind."""
        kept: Rows = rows[self.columns.kind[rows] == KIND[kind]]
        return kept

    def facts_about(self, subject: str, kind: str) -> list[Fact]:
        """Give the facts of a kind about an entity, remembered: names and types are asked for again and again."""
        found = self._known.get((subject, kind))
        if found is None:
            found = [self.facts[row] for row in self.only(self.about(subject), kind)]
            self._known[subject, kind] = found
        return found

    def sole_name_of(self, iri: str) -> str:
        """Give the name of an entity that only ever bore this one; empty where it is not as simple."""
        return self.sole_name(self.terms.number(iri))

    def sole_name(self, number: int) -> str:
        """Give what `sole_name_of` does for an entity given by its number."""
        found = self._names_of.get(number)
        if found is None:
            rows = self.by_subject.of(number)
            rows = rows[self.columns.kind[rows] == KIND[NAME]]
            found = ""
            if len(rows) == 1 and int(self.columns.predicate[rows[0]]) in self._naming:
                found = self.terms.text(int(self.columns.object[rows[0]]))
            self._names_of[number] = found
        return found

    def sole_names(self, numbers: NDArray[np.int32]) -> dict[int, str]:
        """Give `sole_name` of many entities at once; each stands once."""
        wanted = np.unique(numbers)
        rows = self.only(self.by_subject.of_all(wanted), NAME)
        subjects, first, counts = np.unique(self.columns.subject[rows], return_index=True, return_counts=True)
        rows = rows[first]
        sole = (counts == 1) & np.isin(self.columns.predicate[rows], list(self._naming))
        named = dict.fromkeys(wanted.tolist(), "")
        names = self.terms.texts(self.columns.object[rows[sole]].tolist())
        named.update(zip(subjects[sole].tolist(), names, strict=True))
        self._names_of.update(named)
        return named

    def classes_of(self, numbers: NDArray[np.int32]) -> dict[int, str]:
        """Give `class_of` of many entities at once; those without one are left out."""
        rows = self.only(self.by_subject.of_all(np.unique(numbers)), TYPE)
        subjects, first = np.unique(self.columns.subject[rows], return_index=True)
        classes, which = np.unique(self.columns.object[rows[first]], return_inverse=True)
        texts = [self.terms.text(number) for number in classes.tolist()]
        return {subject: texts[at] for subject, at in zip(subjects.tolist(), which.tolist(), strict=True)}

    def in_columns(self, rows: Rows) -> tuple[Columns, Terms, Rows]:
        """Give columns in which the facts in some rows lie, with their terms, and the rows that they have there."""
        return self.columns, self.terms, rows

    @cached_property
    def _naming(self) -> frozenset[int]:
        return frozenset(self.terms.number(predicate) for predicate in (PERSON_NAME, LABEL))

    def bearers(self, name: str, *, believed: bool, recorded_by: int | None = None) -> list[str]:
        """List the entities that bear a name or ever bore it, by its folded form; sorted.

        ``recorded_by`` limits it to what was known then, ``believed`` to what was also believed then, or is now.
        """
        c, terms, key = self.columns, self.terms, name_key(name)
        rows = [row for row in self.names.candidates(name) if name_key(terms.text(int(c.object[row]))) == key]
        if recorded_by is not None:
            rows = [row for row in rows if c.recorded[row] <= recorded_by]
        if believed:
            until = NEVER if recorded_by is None else recorded_by + 1
            rows = [row for row in rows if c.superseded[row] >= until]
        return sorted({terms.text(int(c.subject[row])) for row in rows})

    def class_of(self, iri: str) -> str:
        """Give the class of an entity, remembered; empty where it has none."""
        found = self._classes.get(iri)
        if found is None:
            rows = self.only(self.about(iri), TYPE)
            found = self._classes[iri] = self.terms.text(int(self.columns.object[rows[0]])) if len(rows) else ""
        return found

    def learn_classes(self, numbers: NDArray[np.int32]) -> None:
        """Remember the classes of some terms at once, also that they have none; `class_of` gives them."""
        c, rows = self.columns, self.by_subject.of_all(numbers)
        rows = np.sort(rows[c.kind[rows] == KIND[TYPE]])
        subjects, first = np.unique(c.subject[rows], return_index=True)
        self.terms.learn([*numbers.tolist(), *np.unique(c.object[rows]).tolist()])
        self._classes |= {self.terms.text(number): "" for number in np.setdiff1d(numbers, subjects).tolist()}
        for number, target in zip(subjects.tolist(), c.object[rows[first]].tolist(), strict=True):
            self._classes[self.terms.text(number)] = self.terms.text(target)

    def objects(self, rows: Rows) -> list[Term]:
        """List what the facts in some rows point at, each once."""
        return [self.terms[number] for number in np.unique(self.columns.object[rows]).tolist()]

    def about(self, subject: str) -> Rows:
        """Give the facts whose subject it is."""
        return self.by_subject.of(self.terms.number(subject))

    def pointing_at(self, term: Term) -> Rows:
        """Give the facts whose object it is."""
        return self.by_object.of(self.terms.number(term))

    def in_post(self, post: str) -> Rows:
        """Give the memberships in the post."""
        return self.by_post.of(self.terms.number(post))

    def in_role(self, role: str) -> Rows:
        """Give the facts with the role; that takes a look at all of them."""
        number = self.terms.number(role)
        return np.flatnonzero(self.columns.role == number) if number != ABSENT else np.zeros(0, dtype=np.int64)

    def of_tenure(self, tenure: str) -> Rows:
        """Give the versions of one tenure."""
        return self.by_tenure.of(self.terms.number(tenure))

    @cached_property
    def names(self) -> NameIndex:
        """Give the look-up of names."""
        if self.folder is None:
            return NameIndex.of(self.columns, self.terms)
        names = NameIndex.open(self.folder)
        for row in range(self._ordered, len(self.columns)):
            if self.columns.kind[row] == KIND[NAME]:
                names.add(row, self.terms.text(int(self.columns.object[row])))
        return names

    @cached_property
    def by_subject(self) -> Postings:
        """Give the rows by subject."""
        return self._postings("subject")

    @cached_property
    def by_object(self) -> Postings:
        """Give the rows by object."""
        return self._postings("object")

    @cached_property
    def by_post(self) -> Postings:
        """Give the rows by post."""
        return self._postings("post")

    @cached_property
    def by_tenure(self) -> Postings:
        """Give the rows by tenure."""
        return self._postings("tenure")

    @cached_property
    def direct(self) -> Reporting:
        """Give the direct reporting lines."""
        return self._reporting(dotted=False)

    @cached_property
    def dotted(self) -> Reporting:
        """Give the dotted reporting lines."""
        return self._reporting(dotted=True)

    def _postings(self, name: str) -> Postings:
        column: NDArray[np.int32] = getattr(self.columns, name)
        if self.folder is None:
            return Postings.of_column(column, len(self.terms))
        postings = Postings.open(self.folder, f"by_{name}")
        postings.add(self._ordered, column[self._ordered :].tolist())
        return postings

    def _reporting(self, *, dotted: bool) -> Reporting:
        if self.folder is None:
            lines = self.of_kind(LINE)
            return Reporting.of(self.columns, lines[self._is_line(lines, dotted=dotted)])
        reporting = Reporting.open(self.folder, "dotted" if dotted else "direct")
        later = np.arange(self._ordered, len(self.columns))
        added, closed = (rows[self._is_line(rows, dotted=dotted)] for rows in (later, self._closed))
        reporting.add(self.columns, added, closed)
        return reporting

    def _is_line(self, rows: Rows, *, dotted: bool) -> NDArray[np.bool_]:
        direct = self.columns.predicate[rows] == self.terms.number(REPORTS_DIRECTLY_TO)
        lines: NDArray[np.bool_] = (self.columns.kind[rows] == KIND[LINE]) & (direct != dotted)
        return lines

    def managers_of(self, entity: str, day: int, *, recorded_by: int | None = None) -> list[str]:
        """Give to whom or what an entity certainly reports directly on a day, sorted."""
        node = self.direct.node(self.terms.number(entity))
        found = self.direct.managers(node, day, recorded_by=recorded_by) if node >= 0 else ()
        return sorted({self.terms.text(int(self.direct.nodes[n])) for n in found})

    def reporters_of(self, manager: str, day: int, *, recorded_by: int | None = None) -> list[str]:
        """Give who or what certainly reports directly to an entity on a day, sorted."""
        node = self.direct.node(self.terms.number(manager))
        found = self.direct.reporters(node, day, recorded_by=recorded_by) if node >= 0 else ()
        return sorted({self.terms.text(int(self.direct.nodes[n])) for n in found})

    def everyone_below(self, manager: str, day: int, *, recorded_by: int | None = None) -> set[str]:
        """Give who and what is below an entity on certain direct lines on a day; a cycle ends where it closes."""
        node = self.direct.node(self.terms.number(manager))
        if node < 0:
            return set()
        found = self.direct.nodes[self.direct.below(node, day, recorded_by=recorded_by)]
        return {self.terms.text(number) for number in found.tolist()}

    def classes(self) -> dict[str, int]:
        """Count the entities of each class that are believed to be there at some time."""
        rows = self.of_kind(TYPE)
        numbers, counts = np.unique(self.columns.object[rows[self.believes(rows, None)]], return_counts=True)
        told = zip(numbers.tolist(), counts.tolist(), strict=True)
        return {self.terms.text(number): count for number, count in told}

    def resting_on(self, rows: Rows, source: str) -> Rows:
        """Keep of the ``rows`` those of facts that rest on a role change of a source (empty: of none)."""
        c = self.columns
        stated = c.change_sources == (self.terms.number(Literal(source)) if source else ABSENT)
        so_far = np.concatenate([[0], np.cumsum(stated[c.changes])])
        kept: Rows = rows[so_far[c.changes_at[rows + 1]] > so_far[c.changes_at[rows]]]
        return kept

    def source_count(self) -> int:
        """Count the sources that what is believed rests on."""
        c, believed = self.columns, self.believed()
        rests_on = c.changes[np.repeat(believed, np.diff(c.changes_at))]
        sources = np.unique(c.change_sources[rests_on])
        return int((sources != ABSENT).sum())

    def change_days(self, *, recorded_by: int | None = None) -> list[int]:
        """List in order the days on which some believed fact starts or ends to hold, certainly or possibly."""
        believed, c = self.believed(recorded_by), self.columns
        bounds = (c.start_earliest, c.start_latest, c.end_earliest, c.end_latest)
        days = np.unique(np.concatenate([column[believed] for column in bounds]))
        return [int(day) for day in days if OPEN_EARLY < day < OPEN_LATE]


class _Sources(Mapping[str, str]):
    """The source of each role change, by its identity."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._seen: dict[str, str] = {}

    @cached_property
    def _order(self) -> Rows:
        return np.argsort(self._timeline.columns.change_ids, kind="stable")

    @cached_property
    def _sorted(self) -> NDArray[np.int32]:
        return self._timeline.columns.change_ids[self._order]

    def __getitem__(self, change: str) -> str:
        source = self._seen.get(change)
        if source is None:
            source = self._seen[change] = self._find(change)
        return source

    def _find(self, change: str) -> str:
        known = self._timeline.facts.number_of(change)
        if known is not None:  # as a rule that of a fact that was just made
            return self._timeline.facts.source(known)
        number = self._timeline.terms.number(Literal(change))
        at = int(self._sorted.searchsorted(np.int32(number)))
        if number == ABSENT or at >= len(self._sorted) or self._sorted[at] != number:
            raise KeyError(change)
        return self._timeline.facts.source(int(self._order[at]))

    def __iter__(self) -> Iterator[str]:
        return (self._timeline.facts.change(number) for number in range(len(self)))

    def __len__(self) -> int:
        return len(self._timeline.columns.change_ids)


def fact_order(fact: Fact) -> tuple[object, ...]:
    """Give the sort key of a fact in a timeline: what it says, then its period, then its version."""
    return (
        fact.subject, fact.predicate, str(fact.object), fact.start.earliest, fact.start.latest, fact.end.earliest,
        fact.end.latest, fact.kind, fact.tenure, fact.recorded, fact.id, fact.superseded or 0,
    )  # fmt: skip


__all__ = [
    "Columns", "Edges", "Facts", "Reporting", "Rows", "Standing", "Terms", "Timeline", "columns_of", "fact_order",
]  # fmt: skip
