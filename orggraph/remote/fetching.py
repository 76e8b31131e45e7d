"""Facts from an engine: those about an entity, those that point at it, those of a day; each comes as one text.

Why pages begin after the last fact of the one before, and not at a number: an engine that cuts at 10,000 rows without a
word, or refuses to sort more than it cuts at (Virtuoso does both), still gives them all, and none twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from orggraph.errors import StoreError
from orggraph.ledger import Entry
from orggraph.publication import Layout
from orggraph.publication.plan import NAME_KEY, TEXT
from orggraph.rdf import change_iri, entries_from_triples, to_oxigraph
from orggraph.rdf.records import JSON
from orggraph.rdf.texts import Told, read_fact
from orggraph.store.remote import Engine, Rows, batches
from orggraph.timetree import graphs_on
from orggraph.vocabulary import ORG, ORGG, RDF, Literal, Term, is_iri

PAGE = 5_000
"""Rows of a page; Virtuoso cuts at 10,000 and sorts no more."""
TOGETHER = 100
"""So many entities are asked about at once."""
NEAR = 300
"""So many names are looked at for one that was perhaps meant."""

SUBJECT, OBJECT, POST, TENURE, ROLE, NAMED, NEARLY, KIND = (
    "subject", "object", "post", "tenure", "role", "named", "nearly", "kind",
)  # fmt: skip

_SUBJECTS = (ORG + "member", ORGG + "reporter", RDF + "subject")
_PLACES: dict[str, tuple[str, ...]] = {
    SUBJECT: _SUBJECTS,
    OBJECT: (ORG + "organization", ORGG + "manager", RDF + "object"),
    POST: (ORGG + "post",),
    TENURE: (ORGG + "tenure",),
    ROLE: (ORG + "role",),
    KIND: (ORGG + "kind",),
}
"""Where in the node of a fact an entity stands."""


class Wanted(NamedTuple):
    """The facts in which ``term`` stands as ``how`` says; for `NAMED` and `NEARLY` it is a folded name."""

    how: str
    term: str


class Fetcher:
    """Fetches facts from one publication; ``rows`` counts what came, ``requests`` how often it asked."""

    def __init__(self, engine: Engine, layout: Layout) -> None:
        self.engine, self.layout = engine, layout
        self.rows = self.requests = 0

    def facts(self, wanted: Iterable[Wanted]) -> Iterator[Told]:
        """Fetch what is wanted; a fact may come more than once."""
        groups: dict[str, list[str]] = {}
        for how, term in sorted(set(wanted)):
            if how in (NAMED, NEARLY, KIND) or is_iri(term):
                groups.setdefault(how, []).append(term)
        for how, terms in groups.items():
            for some in batches(terms, 1 if how == NEARLY else TOGETHER):
                yield from self._told(self._pattern(how, some))

    def on_day(self, day: int) -> Iterator[Told]:
        """Fetch every fact about what takes part in a day, of any day."""
        graphs = graphs_on(day, possible=True, base=self.layout.base)
        subjects: list[str] = []
        while True:
            found = self._rows(_page("SELECT DISTINCT ?s { ?s ?p ?o", "s", subjects[-1:]), default=graphs)
            subjects += [str(row[0]) for row in found.rows]
            if _is_last(found):
                break
        yield from self.facts(Wanted(SUBJECT, subject) for subject in subjects)

    def changes(self, identities: Collection[str]) -> list[Entry]:
        """Fetch recorded role changes by identity."""
        entries: list[Entry] = []
        for some in batches(sorted(identities), TOGETHER):
            nodes = " ".join(_written(change_iri(identity, base=self.layout.base)) for identity in some)
            where = f"GRAPH {_written(self.layout.history)} {{ ?change <{JSON}> ?json }}"
            rows = self._rows(f"SELECT ?change ?json {{ VALUES ?change {{ {nodes} }} {where} }}").rows
            entries += entries_from_triples((str(row[0]), JSON, row[1]) for row in rows if row[1] is not None)
        return entries

    def _pattern(self, how: str, terms: list[str]) -> str:
        """Give the pattern that finds ``?fact``."""
        history, lookup = _written(self.layout.history), _written(self.layout.lookup)
        if how == NEARLY:
            key = terms[0]
            parts = sorted({key, *(word for word in key.split() if len(word) > 2)})
            tests = [f"CONTAINS(?key, {_written(Literal(part))})" for part in parts]
            tests.append(f"STRSTARTS(?key, {_written(Literal(key[:2]))})")
            bearers = f"GRAPH {lookup} {{ ?x <{NAME_KEY}> ?key FILTER ({' || '.join(tests)}) }}"
            found = f"{{ SELECT DISTINCT ?x {{ {bearers} }} ORDER BY ?x LIMIT {NEAR} }}"
            return f"{found} GRAPH {history} {{ ?fact <{RDF}subject> ?x }}"
        if how == NAMED:
            keys = " ".join(_written(Literal(term)) for term in terms)
            bearers = f"VALUES ?key {{ {keys} }} GRAPH {lookup} {{ ?x <{NAME_KEY}> ?key }}"
            return f"{bearers} GRAPH {history} {{ ?fact <{RDF}subject> ?x }}"
        values = " ".join(_written(Literal(term) if how == KIND else term) for term in terms)
        places = " UNION ".join(f"{{ GRAPH {history} {{ ?fact <{place}> ?x }} }}" for place in _PLACES[how])
        return f"VALUES ?x {{ {values} }} {places}"

    def _told(self, pattern: str) -> Iterator[Told]:
        text = f"GRAPH {_written(self.layout.lookup)} {{ ?fact <{TEXT}> ?text }}"
        last: list[str] = []
        while True:
            found = self._rows(_page(f"SELECT DISTINCT ?fact ?text {{ {pattern} {text}", "fact", last))
            for _, said in found.rows:
                if not isinstance(said, Literal):
                    raise StoreError(f"{self.engine.url}: the text of a fact is missing (publish --replace)")
                yield read_fact(said.value)
            if _is_last(found):
                return
            last = [str(found.rows[-1][0])]

    def _rows(self, query: str, *, default: Collection[str] = ()) -> Rows:
        named = [self.layout.history, self.layout.lookup]
        found = self.engine.select(query, default=list(default), named=[] if default else named)
        self.requests += 1
        self.rows += len(found.rows)
        return found


def _is_last(page: Rows) -> bool:
    """Tell whether nothing comes after a page: it is not full, and the engine did not cut it."""
    return len(page.rows) < PAGE and page.most is None


def _page(beginning: str, variable: str, last: list[str]) -> str:
    after = f" FILTER (STR(?{variable}) > {_written(Literal(last[0]))})" if last else ""
    return f"{beginning}{after} }} ORDER BY STR(?{variable}) LIMIT {PAGE}"


def _written(term: Term) -> str:
    return str(to_oxigraph(term))
