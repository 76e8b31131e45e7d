"""The RDF stores that are compared: one node a line, with dates, since that is how time is written in plain RDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from brute import Pairs, pairs
from generator import ONGOING, Lines, calendar

NS = "http://example.org/"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
DATE = "http://www.w3.org/2001/XMLSchema#date"
FOREVER = "9999-12-31"
PREFIXES = f"PREFIX : <{NS}> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "


def written(lines: Lines) -> Iterator[str]:
    """Write five triples a line in N-Triples."""
    dates = {day: calendar(day).isoformat() for day in {*lines.start.tolist(), *lines.end.tolist()} - {ONGOING}}
    dates[ONGOING] = FOREVER
    for number, (reporter, manager, start, end) in enumerate(zip(*(c.tolist() for c in lines), strict=True)):
        line = f"<{NS}l{number}>"
        yield f"{line} <{TYPE}> <{NS}Line> .\n{line} <{NS}who> <{NS}p{reporter}> .\n"
        yield f"{line} <{NS}to> <{NS}p{manager}> .\n"
        yield f'{line} <{NS}from> "{dates[start]}"^^<{DATE}> .\n{line} <{NS}until> "{dates[end]}"^^<{DATE}> .\n'


def write(lines: Lines, file: Path) -> None:
    """Write the triples of all lines into a file."""
    with file.open("w", encoding="utf-8") as stream:
        stream.writelines(written(lines))


def person(iri: str) -> int:
    """Give the person whose IRI it is."""
    return int(iri[len(NS) + 1 :])


class Pyoxigraph:
    """A store on disk, asked in SPARQL with filters on the dates; walking asks for a level at a time."""

    name = "pyoxigraph"
    largest = "L"

    def __init__(self, dump: Path, folder: Path) -> None:
        import pyoxigraph

        self._store = pyoxigraph.Store(str(folder))
        self._store.bulk_load(path=str(dump), format=pyoxigraph.RdfFormat.N_TRIPLES)

    def key(self, who: int) -> str:
        return f"{NS}p{who}"

    def day(self, day: int) -> str:
        return calendar(day).isoformat()

    def _ask(self, wanted: str, pattern: str, day: str) -> list[Any]:
        dated = f'?l :from ?f ; :until ?u FILTER(?f <= "{day}"^^xsd:date && ?u > "{day}"^^xsd:date)'
        return list(self._store.query(f"{PREFIXES} SELECT {wanted} {{ {pattern} {dated} }}"))

    def reports(self, who: str, day: str) -> list[str]:
        return [row[0].value for row in self._ask("?w", f"?l :to <{who}> ; :who ?w .", day)]

    def chain(self, who: str, day: str) -> list[str]:
        found: list[str] = []
        while rows := self._ask("?m", f"?l :who <{who}> ; :to ?m .", day):
            who = rows[0][0].value
            found.append(who)
        return found

    def below(self, who: str, day: str) -> list[str]:
        found, level = list[str](), [who]
        while level:
            bosses = " ".join(f"<{boss}>" for boss in level)
            level = [r[0].value for r in self._ask("?w", f"VALUES ?m {{ {bosses} }} ?l :to ?m ; :who ?w .", day)]
            found += level
        return found

    def snapshot(self, day: str) -> list[tuple[str, str]]:
        return [(row[0].value, row[1].value) for row in self._ask("?w ?m", "?l a :Line ; :who ?w ; :to ?m .", day)]

    def diff(self, before: str, after: str) -> tuple[set[Any], set[Any]]:
        old, new = set(self.snapshot(before)), set(self.snapshot(after))
        return new - old, old - new

    def people(self, answer: Iterable[str]) -> list[int]:
        return [person(str(iri)) for iri in answer]

    def pairs(self, answer: Iterable[tuple[str, str]]) -> Pairs:
        found = [(person(str(a)), person(str(b))) for a, b in answer]
        return pairs(*zip(*found, strict=True)) if found else pairs([], [])


class Rdflib:
    """A graph in memory, walked through its own indexes: many times as fast as its SPARQL on the same graph."""

    name = "rdflib"
    largest = "M"

    def __init__(self, dump: Path) -> None:
        from rdflib import Graph, URIRef

        self._iri = URIRef
        self._who, self._to, self._from, self._until = (URIRef(NS + n) for n in ("who", "to", "from", "until"))
        self._graph = Graph()
        self._graph.parse(str(dump), format="nt")

    def key(self, who: int) -> Any:
        return self._iri(f"{NS}p{who}")

    def day(self, day: int) -> str:
        return calendar(day).isoformat()

    def _holds(self, line: Any, day: str) -> bool:
        value = self._graph.value
        return str(value(line, self._from)) <= day < str(value(line, self._until))

    def reports(self, who: Any, day: str) -> list[Any]:
        lines = self._graph.subjects(self._to, who)
        return [self._graph.value(line, self._who) for line in lines if self._holds(line, day)]

    def chain(self, who: Any, day: str) -> list[Any]:
        found: list[Any] = []
        while True:
            line = next((x for x in self._graph.subjects(self._who, who) if self._holds(x, day)), None)
            if line is None:
                return found
            who = self._graph.value(line, self._to)
            found.append(who)

    def below(self, who: Any, day: str) -> list[Any]:
        found, left = list[Any](), [who]
        while left:
            level = self.reports(left.pop(), day)
            found += level
            left += level
        return found

    def snapshot(self, day: str) -> list[tuple[Any, Any]]:
        lines = self._graph.subject_objects(self._to)
        return [(self._graph.value(line, self._who), boss) for line, boss in lines if self._holds(line, day)]

    def diff(self, before: str, after: str) -> tuple[set[Any], set[Any]]:
        old, new = set(self.snapshot(before)), set(self.snapshot(after))
        return new - old, old - new

    people = Pyoxigraph.people
    pairs = Pyoxigraph.pairs
