"""The graph of what is loaded, written as N-Triples while the engine reads them.

The triples are those of `orggraph.rdf.compact` and `orggraph.rdf.records`; what those write for a moment, a source or a
fact that stands alone is asked of them, once for each.

Why through a pipe and by its path: the engine reads it without Python's lock, so that both go on at once, and nothing
is written to the disk that is not kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from threading import Thread

import pyoxigraph

from orggraph.bulk.arrays import chunks
from orggraph.bulk.lines import written_lines
from orggraph.bulk.memberships import written_memberships
from orggraph.bulk.rows import Rows
from orggraph.bulk.sheets import NotPlain
from orggraph.bulk.tenures import Tenures, rows_of
from orggraph.bulk.texts import lines_of, term_of, time_of, verb_of
from orggraph.facts import Fact
from orggraph.ledger import Load
from orggraph.rdf import compact_triples, load_triples, source_triples
from orggraph.rdf.compact import DESCRIBES
from orggraph.rdf.records import JSON, PRIMARY_SOURCE, source_iri
from orggraph.vocabulary import ORGG, RDF, Literal


class Filling:
    """The engine at work on the graph of a load, which is written for it at the same time; `finish` waits for both."""

    def __init__(self, store: pyoxigraph.Store, texts: Iterable[str]) -> None:
        self._store, self._texts = store, texts
        self._failed: list[BaseException] = []
        self._reading, self._writing = os.pipe()
        self._threads = [Thread(target=work) for work in (self._read, self._write)]
        for thread in self._threads:
            thread.start()

    def _read(self) -> None:
        try:
            path = f"/dev/fd/{self._reading}"
            self._store.bulk_load(path=path, format=pyoxigraph.RdfFormat.N_TRIPLES)
        except BaseException as error:  # told by `finish`
            self._failed.append(error)
        finally:
            os.close(self._reading)  # whoever still writes is told that nobody reads

    def _write(self) -> None:
        try:
            with open(self._writing, "wb") as pipe:  # noqa: PTH123  # a descriptor
                for text in self._texts:
                    pipe.write(text.encode())
        except BaseException as error:  # told by `finish`
            self._failed.append(error)

    def finish(self) -> None:
        """Wait until all is in the store; raise `NotPlain` for what is no RDF, or what else went wrong."""
        for thread in self._threads:
            thread.join()
        failed = [error for error in self._failed if not isinstance(error, BrokenPipeError)] or self._failed
        if failed and isinstance(failed[0], SyntaxError | ValueError):
            raise NotPlain(f"the engine refuses a statement: {failed[0]}")
        if failed:
            raise failed[0]


def written(tenures: Tenures, load: Load) -> Iterator[str]:
    """Write everything that a load adds to an empty graph, some lines at a time."""
    rows, base = tenures.rows, tenures.base
    sources = sorted(set(rows.sources[1]) - {""})
    yield lines_of(load_triples(load, base=base))
    yield lines_of(triple for source in sources for triple in source_triples(source, base=base))
    for part in chunks(len(tenures.others)):
        some = tenures.others[part]
        yield lines_of(compact_triples(some, _evidence(rows, some), base=base))
    yield from _described(tenures)
    yield from written_memberships(tenures)
    yield from written_lines(tenures)
    yield from _records(tenures, load)


def _evidence(rows: Rows, facts: list[Fact]) -> dict[str, str]:
    """Give the role changes that facts other than those of the tables rest on, with their sources."""
    codes, texts = rows.sources
    return {change: texts[codes[row]] for change, row in rows_of(rows, facts).items()}


def _described(tenures: Tenures) -> Iterator[str]:
    """Write what persons and places are and are called."""
    described, shown = tenures.described, tenures.shown
    what, class_, name = map(verb_of, (DESCRIBES, ORGG + "class", ORGG + "name"))
    behind = {text: f"{class_}{term_of(text)} .\n" for text in dict.fromkeys(described.classes)}
    recorded = f"{verb_of(ORGG + 'recorded')}{time_of(tenures.recorded)} .\n"
    for part in chunks(len(described.entity)):
        text = []
        keys = described.nodes[part].astype(str).tolist()
        told = zip(described.entity[part].tolist(), described.classes[part], described.names[part], keys, strict=True)
        for entity, kind, called, key in told:
            node = f"<{tenures.base}fact:{key}>"
            text.append(f"{node}{what}<{shown.entity(entity)}> .\n{node}{behind[kind]}{node}{recorded}")
            if called:
                text.append(f"{node}{name}{_quoted(called)} .\n")
        yield "".join(text)


def _records(tenures: Tenures, load: Load) -> Iterator[str]:
    """Write the role changes as `change_record_triples` does."""
    rows, base = tenures.rows, tenures.base
    pieces = [
        (codes, [_escaped(f"{_json(name)}:{_json(text)},") if text else "" for text in texts])
        for name, (codes, texts) in rows.texts.items()
    ]
    behind = _escaped(
        f',"recorded":{load.recorded},"load":{_json(load.id)},"removed":null'
    ) + f"}}\"^^{term_of(RDF + 'JSON')} .\n"  # fmt: skip
    json_, primary = verb_of(JSON), verb_of(PRIMARY_SOURCE)
    codes, texts = rows.sources
    sources = [f"{primary}{term_of(source_iri(text, base=base))} .\n" if text else "" for text in texts]
    for each in rows.sheet.parts:
        file = _escaped(f',"file":{_json(each.table.file)},"line":')
        for part in chunks(each.last - each.first):
            within = slice(each.first + part.start, each.first + part.stop)
            told = zip(*([piece[code] for code in own[within].tolist()] for own, piece in pieces), strict=True)
            keys, numbers = rows.ids[within].astype(str).tolist(), rows.sheet.lines[within].tolist()
            text = []
            for key, line, source, fields in zip(keys, numbers, codes[within].tolist(), told, strict=True):
                node = f"<{base}change:{key}>"
                text.append(f'{node}{json_}"{{\\"fields\\":{{{"".join(fields)[:-1]}}}{file}{line}{behind}')
                if source:
                    text.append(f"{node}{sources[source]}")
            yield "".join(text)


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _escaped(text: str) -> str:
    """Escape a text for N-Triples that has no control characters."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    plain = text.isprintable() and not {'"', "\\"} & set(text)
    return f'"{text}"' if plain else term_of(Literal(text))
