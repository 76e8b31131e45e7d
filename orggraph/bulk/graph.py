"""The graph of what is loaded, written as N-Triples while the engine reads them.

The triples are those of `orggraph.rdf.compact` and `orggraph.rdf.records`; what those write for a moment, a source or a
fact that stands alone is asked of them, once for each.

Why through a pipe and by its path: the engine reads it without Python's lock, so that both go on at once, and nothing
is written to the disk that is not kept.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from threading import Thread
from typing import NamedTuple

import numpy as np
import pyoxigraph

from orggraph.bulk.rows import Rows, chunks
from orggraph.bulk.sheets import NotPlain
from orggraph.bulk.tenures import PERSON, Tenures
from orggraph.facts import MEMBER_OF, MEMBERSHIP, REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO, Fact
from orggraph.ledger import Load, recorded_text
from orggraph.period import ONGOING, OPEN_EARLY
from orggraph.rdf import Triple, compact_triples, load_triples, source_triples, to_oxigraph
from orggraph.rdf.compact import DESCRIBES, VERSION_OF
from orggraph.rdf.moments import ALWAYS, day_term
from orggraph.rdf.records import JSON, PRIMARY_SOURCE, source_iri
from orggraph.rdf.statements import BOUNDS_FROM, DERIVED_FROM, end_triples, moments_of
from orggraph.vocabulary import ORG, ORGG, RDF, RDF_TYPE, XSD, Literal, Term


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
    yield _lines(load_triples(load, base=base))
    yield _lines(triple for source in sources for triple in source_triples(source, base=base))
    yield _lines(compact_triples(tenures.others, dict(_evidence(tenures)), base=base))
    yield from _described(tenures)
    starts, ends = (_ends(rows, used, base=base) for used in ("start", "end"))
    yield starts.nodes + ends.nodes
    yield from _memberships(tenures, starts.texts, ends.texts)
    yield from _records(tenures, load)


def _evidence(tenures: Tenures) -> Iterator[tuple[str, str]]:
    """Give the role changes that facts other than those of the rows rest on, with their sources."""
    rows = tenures.rows
    codes, texts = rows.sources
    for change, row in tenures.row_of.items():
        yield change, texts[codes[row]]


def _term(term: Term) -> str:
    return str(to_oxigraph(term))


def _lines(triples: Iterable[Triple]) -> str:
    return "".join(f"{_term(subject)} {_term(predicate)} {_term(term)} .\n" for subject, predicate, term in triples)


def _verb(predicate: str) -> str:
    """Give what stands between the subjects and the objects of a predicate."""
    return f" <{predicate}> "


class _Ends(NamedTuple):
    """What is said of the moments by number, with ``\x00`` for the subject, and the nodes of those that need one."""

    texts: list[str]
    nodes: str


def _ends(rows: Rows, used: str, *, base: str) -> _Ends:
    """Write the moments that are used as the ``start`` or the ``end`` of a membership."""
    texts = [""] * len(rows.moments)
    nodes: dict[Triple, None] = {}
    nothing = Fact(
        kind=MEMBERSHIP, tenure="", subject="", predicate=MEMBER_OF, object="", start=ALWAYS, end=ONGOING, confirmed=0
    )
    for number in np.unique(getattr(rows, used)).tolist():
        fact = replace(nothing, **{used: rows.moments[number]})
        said = [told for told in end_triples(fact, base) if told[0] != BOUNDS_FROM]
        texts[number] = "".join(f"\x00 {_term(predicate)} {_term(term)} .\n" for predicate, term in said)
        nodes |= dict.fromkeys(moments_of(fact, base=base))
    return _Ends(texts, _lines(nodes))


def _described(tenures: Tenures) -> Iterator[str]:
    """Write what persons are and are called."""
    persons, described = tenures.rows.persons, tenures.described
    what, class_, name = map(_verb, (DESCRIBES, ORGG + "class", ORGG + "name"))
    behind = f"{class_}{_term(PERSON)} .\n"
    recorded = f"{_verb(ORGG + 'recorded')}{_time(tenures.recorded)} .\n"
    for part in chunks(len(described.person)):
        text = []
        keys = described.nodes[part].astype(str).tolist()
        for number, key in zip(described.person[part].tolist(), keys, strict=True):
            node, names = f"<{tenures.base}fact:{key}>", persons.names[number]
            text.append(f"{node}{what}<{persons.iris[number]}> .\n{node}{behind}{node}{recorded}")
            if names:
                text.append(f"{node}{name}{_quoted(names[0])} .\n")
        yield "".join(text)


def _memberships(tenures: Tenures, starts: Sequence[str], ends: Sequence[str]) -> Iterator[str]:
    rows, base = tenures.rows, tenures.base
    persons, places = ([f"<{iri}> .\n" for iri in iris] for iris in (rows.persons.iris, rows.places.iris))
    type_, member, place_, version, post_, role_, confirmed_, recorded_, derived = map(_verb, (
        RDF_TYPE, ORG + "member", ORG + "organization", VERSION_OF, ORGG + "post", ORG + "role", ORGG + "confirmed",
        ORGG + "recorded", DERIVED_FROM,
    ))  # fmt: skip
    type_ += f"{_term(ORG + 'Membership')} .\n"
    recorded_ += f"{_time(tenures.recorded)} .\n"
    verbs = {False: _verb(REPORTS_DIRECTLY_TO), True: _verb(REPORTS_DOTTED_TO)}
    first = tenures.bounds[rows.start]
    follows = np.where(first[:, 0] == first[:, 1], first[:, 1], OPEN_EARLY)
    said = np.where(tenures.confirmed == follows, 0, tenures.confirmed)
    days = {day: f"{_term(day_term(day))} .\n" for day in np.unique(said).tolist()}
    bosses = np.where(tenures.line_keys != b"", rows.persons.manager_of_row, -1)
    for part in chunks(len(rows)):
        text = []
        columns = (
            tenures.nodes[part].astype(str).tolist(), tenures.keys[part].astype(str).tolist(),
            rows.ids[part].astype(str).tolist(), rows.persons.of_row[part].tolist(),
            bosses[part].tolist(), rows.dotted[part].tolist(), rows.places.place[part].tolist(),
            rows.places.post[part].tolist(), rows.places.role[part].tolist(), rows.start[part].tolist(),
            rows.end[part].tolist(), said[part].tolist(),
        )  # fmt: skip
        for key, tenure, change, person, boss, dotted, place, post, role, start, end, day in zip(*columns, strict=True):
            node = f"<{base}fact:{key}>"
            dates = (starts[start] + ends[end]).replace("\x00", node)
            text.append(
                f"{node}{type_}{node}{member}{persons[person]}{node}{place_}{places[place]}"
                f"{node}{version}<{base}tenure:{tenure}> .\n{dates}{node}{recorded_}"
                f"{node}{derived}<{base}change:{change}> .\n"
            )
            if post >= 0:
                text.append(f"{node}{post_}{places[post]}")
            if role >= 0:
                text.append(f"{node}{role_}{places[role]}")
            if boss >= 0:
                text.append(f"{node}{verbs[dotted]}{persons[boss]}")
            if day:
                text.append(f"{node}{confirmed_}{days[day]}")
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
    ) + f"}}\"^^{_term(RDF + 'JSON')} .\n"  # fmt: skip
    json_, primary = _verb(JSON), _verb(PRIMARY_SOURCE)
    codes, texts = rows.sources
    sources = [f"{primary}{_term(source_iri(text, base=base))} .\n" if text else "" for text in texts]
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


def _time(microseconds: int) -> str:
    return _term(Literal(recorded_text(microseconds), XSD + "dateTime"))


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _escaped(text: str) -> str:
    """Escape a text for N-Triples that has no control characters."""
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    plain = text.isprintable() and not {'"', "\\"} & set(text)
    return f'"{text}"' if plain else _term(Literal(text))
