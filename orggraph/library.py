"""The query library: named questions in SPARQL, each a file in ``queries/`` that opens with structured comments.

    # title: Direct reports
    # question: Who reports to a person or post?
    # parameter: manager (person or post) — whose reports; without it everybody's
    # over: snapshot
    # columns: manager_name, reporter_name, line, manager, reporter

Why no parameter is needed: a variable that is not bound is a question about everybody, so each query also answers
that, and gives what the parameter stands for as a column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from orggraph.errors import QueryError
from orggraph.period import day as read_day
from orggraph.places import library_folder
from orggraph.sparql import did_you_mean
from orggraph.vocabulary import XSD, Literal, Term, is_iri


class Parameter(NamedTuple):
    """A parameter of a library query: what it may be (``person or post``, ``day``, ``text``, …) and what it means."""

    kind: str
    description: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """Give the kinds one by one."""
        return tuple(self.kind.split(" or "))


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryQuery:
    """A named question: ``over`` a ``snapshot`` or the ``history``; without a parameter it is asked of everybody."""

    name: str
    title: str
    question: str
    over: str
    columns: tuple[str, ...]
    text: str
    parameters: Mapping[str, Parameter] = field(default_factory=dict)


_HEADERS = ("title", "question", "parameter", "over", "columns")
_HEADER = re.compile(r"# (\w+): (.+)")
_PARAMETER = re.compile(r"(\w+) \(([\w ]+)\) — (.+)")


def library() -> dict[str, LibraryQuery]:
    """Read the query library, by name."""
    entries = sorted((entry for entry in library_folder().iterdir() if entry.name.endswith(".rq")), key=_file_name)
    queries = (read_query(entry.name.removesuffix(".rq"), entry.read_text(encoding="utf-8")) for entry in entries)
    return {query.name: query for query in queries}


def _file_name(entry: object) -> str:
    return str(getattr(entry, "name", ""))


def library_query(name: str) -> LibraryQuery:
    """Give the library query of that name; raise `QueryError` with the nearest one."""
    queries = library()
    if name not in queries:
        raise QueryError(f"the library has no query {name!r}{did_you_mean(name, queries)}")
    return queries[name]


def read_query(name: str, text: str) -> LibraryQuery:
    """Read a library query with its structured comments; raise `QueryError` for one that is not complete.

    >>> read_query("all", "# title: All\\n# question: What is there?\\n# over: snapshot\\n# columns: s\\n\\n"
    ...            "SELECT ?s { ?s ?p ?o }").columns
    ('s',)
    """
    said: dict[str, str] = {}
    parameters: dict[str, Parameter] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        header = _HEADER.fullmatch(line)
        if header is None or header.group(1) not in _HEADERS:
            raise QueryError(f"{name}.rq: {line!r} is no header (expected '# word: text' with {', '.join(_HEADERS)})")
        if header.group(1) == "parameter":
            described = _PARAMETER.fullmatch(header.group(2))
            if described is None:
                raise QueryError(f"{name}.rq: {line!r} is no parameter (expected '# parameter: name (kind) — text')")
            parameters[described.group(1)] = Parameter(described.group(2), described.group(3))
        else:
            said[header.group(1)] = header.group(2)
    missing = [word for word in _HEADERS if word not in said and word != "parameter"]
    if missing or said["over"] not in ("snapshot", "history"):
        what = f"{', '.join(missing)} is missing" if missing else f"over {said['over']!r} is not snapshot or history"
        raise QueryError(f"{name}.rq: {what}")
    return LibraryQuery(
        name=name, title=said["title"], question=said["question"], over=said["over"], text=text,
        columns=tuple(column.strip() for column in said["columns"].split(",")), parameters=parameters,
    )  # fmt: skip


def read_parameters(
    texts: Mapping[str, str],
    *,
    described: Mapping[str, Parameter] | None = None,
    find: Callable[[str, tuple[str, ...]], str],
) -> dict[str, Term]:
    """Read parameters as people write them: ``<iri>``, ``"text"``, a day, or a name that ``find`` looks up.

    ``described`` are the parameters of a library query; others are refused then. ``find`` gets the name and the kinds
    of entity it may be of, none for any.

    >>> read_parameters({"day": "2025-10-03"}, find=lambda name, kinds: name)["day"].value
    '2025-10-03'
    """
    terms: dict[str, Term] = {}
    for name, text in texts.items():
        if described is not None and name not in described:
            raise QueryError(f"the query has no parameter {name!r}{did_you_mean(name, described)}")
        terms[name] = _read_parameter(text, described[name].kinds if described else (), find)
    return terms


def _read_parameter(text: str, kinds: tuple[str, ...], find: Callable[[str, tuple[str, ...]], str]) -> Term:
    if text.startswith("<") and text.endswith(">") and is_iri(text[1:-1]):
        return text[1:-1]
    if len(text) > 1 and text[0] == text[-1] == '"':
        return Literal(text[1:-1])
    if "text" in kinds:
        return Literal(text)
    if "day" in kinds or (not kinds and re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)):
        read_day(text)
        return Literal(text, XSD + "date")
    return find(text, kinds)
