"""What a publication has to add to an engine and to remove from it, from what it holds to what is known now.

A ledger forgets nothing, so what an engine was given at an earlier revision can be worked out again, and the
difference needs no reading from the engine. Only what the role changes in between touch is worked out: one new role
change adds and removes triples in the graphs of the days that it changes, and nowhere else.

Why file and line of a role change stay here: they would tell the paths of a machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple

from orggraph.facts import NAME, TYPE, Fact
from orggraph.ledger import Entry, Ledger
from orggraph.publication.days import RDFS_LABEL, around, dated_triples, touched
from orggraph.publication.layout import Layout, Revision
from orggraph.rdf import Triple, change_record_triples, fact_iri, fact_triples, source_triples
from orggraph.rdf.labels import history_labels
from orggraph.rdf.records import source_iri
from orggraph.rdf.texts import fact_text
from orggraph.timetree import CERTAIN_TREE, POSSIBLE_TREE, Span, cover, graph_of
from orggraph.vocabulary import ORGG, Literal, Term, name_key

Quad = tuple[str, str, Term, str]
"""A triple and the graph it is in."""

TEXT = ORGG + "factText"
NAME_KEY = ORGG + "nameKey"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The way from one revision on an engine to another: what to remove and what to add, each once.

    ``plain`` counts the plain triples and labels that are written, before each goes into the graphs of its days;
    ``added`` and ``removed`` count quads. Both are made anew each time they are asked for, so that a plan of any length
    needs no memory.
    """

    before: Revision | None
    after: Revision
    added: int
    removed: int
    plain: int
    additions: Callable[[], Iterable[Quad]]
    removals: Callable[[], Iterable[Quad]]


def plan(ledger: Ledger, *, since: Revision | None = None, until: Revision | None = None) -> Plan:
    """Work out what has to be written to get from ``since`` (``None``: nothing) to ``until`` (all that is known)."""
    after = until or last_revision(ledger)
    new = _State(ledger, after.recorded)
    if since is None:
        added, plain = new.counts()
        return Plan(
            before=None, after=after, added=added, removed=0, plain=plain, additions=new.quads, removals=tuple
        )
    old = _State(ledger, since.recorded)
    about = _about(old, new)
    before, now = set(old.quads(about)), set(new.quads(about))
    gone, come = sorted(before - now, key=_order), sorted(now - before, key=_order)
    layout = Layout(ledger.base)
    plain = len({quad[:3] for quad in come if quad[3] not in (layout.history, layout.labels, layout.lookup)})
    return Plan(
        before=since, after=after, added=len(come), removed=len(gone), plain=plain,
        additions=lambda: come, removals=lambda: gone,
    )  # fmt: skip


def last_revision(ledger: Ledger) -> Revision:
    """Give the revision that the last load, or the last taking back of one (which is a load too), led to."""
    last = max(ledger.loads, key=lambda load: load.recorded, default=None)
    return Revision(last.id, last.recorded) if last else Revision("", 0)


class About(NamedTuple):
    """What may differ between two revisions: what was recorded or superseded between, and the entities it touches."""

    after: int
    until: int
    entities: set[str]

    def within(self, *times: int | None) -> bool:
        """Tell whether one of some recorded times lies between the revisions."""
        return any(time is not None and self.after < time <= self.until for time in times)


def _about(old: _State, new: _State) -> About:
    between = About(old.recorded, new.recorded, set())
    changed = [fact for fact in new.known if between.within(fact.recorded, fact.superseded)]
    subjects = {iri for fact in new.known for iri in (fact.subject, fact.tenure)}
    return between._replace(entities=touched(changed, new.known, subjects))


class _State:
    """What was known at a recorded time."""

    def __init__(self, ledger: Ledger, recorded: int) -> None:
        self.ledger, self.recorded = ledger, recorded
        self.known = [_as_known(fact, recorded) for fact in ledger.facts if fact.recorded <= recorded]

    def quads(self, about: About | None = None) -> Iterator[Quad]:
        """Give everything that is written, or what is about something; each quad once."""
        yield from self._untimed(about)
        yield from self._tree(about)

    def counts(self) -> tuple[int, int]:
        """Count everything that is written, and the plain triples among it, each once."""
        added, plain = sum(1 for _ in self._untimed(None)), 0
        for _, graphs in self.dated():
            added, plain = added + len(graphs), plain + 1
        return added, plain

    def _untimed(self, about: About | None) -> Iterator[Quad]:
        layout = Layout(self.ledger.base)
        parts = {layout.history: self._history, layout.labels: self._labels, layout.lookup: self._lookup}
        for graph, part in parts.items():
            yield from ((*triple, graph) for triple in self._once(part(about)))

    def _once(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """Leave out what comes again; only nodes of facts never do, and there are too many of them to remember."""
        seen, facts = set[Triple](), f"{self.ledger.base}fact:"
        for triple in triples:
            if not triple[0].startswith(facts):
                if triple in seen:
                    continue
                seen.add(triple)
            yield triple

    def dated(self, about: About | None = None) -> Iterator[tuple[Triple, list[str]]]:
        """Give each plain triple with the graphs of its days."""
        base = self.ledger.base
        facts: Sequence[Fact] = self.known if about is None else around(self.known, about.entities)
        believed = [fact for fact in facts if fact.superseded is None]
        named = [fact for fact in facts if fact.kind in (NAME, TYPE)]
        for triple, certain, possible in dated_triples(believed, named, about=about.entities if about else None):
            graphs = [graph for span in certain for graph in _graphs(span, CERTAIN_TREE, base)]
            graphs += [graph for span in possible for graph in _graphs(span, POSSIBLE_TREE, base)]
            yield triple, graphs

    def _tree(self, about: About | None) -> Iterator[Quad]:
        return ((*triple, graph) for triple, graphs in self.dated(about) for graph in graphs)

    def _history(self, about: About | None) -> Iterator[Triple]:
        base = self.ledger.base
        for fact in self._facts(about):
            yield from fact_triples(fact, base=base)
        sources = set()
        for entry in self._entries(about):
            yield from change_record_triples(entry, base=base)
            sources.add(entry.change.source)
        for source in sorted(sources - {""}):
            yield from source_triples(source, base=base)
            yield source_iri(source, base=base), RDFS_LABEL, Literal(source)

    def _labels(self, about: About | None) -> Iterator[Triple]:  # noqa: ARG002  # one new name may be in many labels
        return ((iri, RDFS_LABEL, Literal(name)) for iri, name in history_labels(self.known).items())

    def _lookup(self, about: About | None) -> Iterator[Triple]:
        sources = {entry.change.id: entry.change.source for entry in self.ledger.entries}
        for fact in self._facts(about):
            yield fact_iri(fact, base=self.ledger.base), TEXT, Literal(fact_text(fact, sources))
            if fact.kind == NAME and isinstance(fact.object, Literal):
                yield fact.subject, NAME_KEY, Literal(name_key(fact.object.value))

    def _facts(self, about: About | None) -> Iterable[Fact]:
        if about is None:
            return self.known
        touched = (fact for fact in self.ledger.facts if about.within(fact.recorded, fact.superseded))
        return [_as_known(fact, self.recorded) for fact in touched if fact.recorded <= self.recorded]

    def _entries(self, about: About | None) -> Iterator[Entry]:
        for entry in self.ledger.entries:
            if entry.recorded <= self.recorded and (about is None or about.within(entry.recorded, entry.removed)):
                change = replace(entry.change, file="", line_number=0)
                removed = entry.removed if entry.removed is not None and entry.removed <= self.recorded else None
                yield entry._replace(change=change, removed=removed)


@lru_cache(maxsize=65_536)
def _graphs(span: Span, tree: str, base: str) -> tuple[str, ...]:
    """Name the graphs of some days in a tree; remembered, since what begins and ends together says much."""
    return tuple(graph_of(node, tree, base=base) for node in cover(span))


def _as_known(fact: Fact, recorded: int) -> Fact:
    later = fact.superseded is not None and fact.superseded > recorded
    return replace(fact, superseded=None) if later else fact


def _order(quad: Quad) -> tuple[str, str, str, bool, tuple[str, ...]]:
    subject, predicate, term, graph = quad
    return (graph, subject, predicate, not isinstance(term, str), (term,) if isinstance(term, str) else tuple(term))
