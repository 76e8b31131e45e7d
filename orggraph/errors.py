"""Every error that orggraph raises on purpose.

    OrgGraphError
    ├── MomentError        a text that is not a day, a month, a year or a range of them
    ├── PeriodError        a period that ends before it starts
    ├── ChangeError        one statement that cannot be read as a role change
    ├── LoadError          a load that was refused; carries every finding of it
    │   └── RemovalsRefused a load that would end too much of what its own sources had stated
    ├── UnknownName         a name that is not in the graph
    │   └── AmbiguousName  a name that several entities bear
    ├── QueryError         a query that cannot be parsed or bound
    │   ├── UnsafeQuery    a query that would write or reach outside
    │   └── QueryEnded     a query that took more time or memory than it may
    ├── StoreError         a store that cannot be opened, read or written
    │   └── StoreLocked    another process is writing to it
    ├── RenderError        a chart that cannot be drawn
    ├── ModelError         a model that cannot be asked, or whose answer cannot be read
    └── UnsupportedError   something that cannot be done here, by name

Why: low floors raise for a wrong value; the floor that knows the place (file, line, address) wraps the error
with ``raise … from error``. Every class is caught by ``except OrgGraphError``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class OrgGraphError(Exception):
    """Be the parent of every error below."""


class MomentError(OrgGraphError, ValueError):
    """Refuse a text that is no moment of the EDTF subset."""


class PeriodError(OrgGraphError, ValueError):
    """Refuse a period whose end lies before its start on every reading."""


class ChangeError(OrgGraphError, ValueError):
    """Refuse a statement that is no role change; ``field`` names the column at fault, if one is."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Concerned(NamedTuple):
    """Somebody or something that a finding is about: its IRI, and its name on the days of the finding."""

    iri: str
    name: str


class Finding(NamedTuple):
    """One thing that is wrong with the input, and where.

    ``severity`` is ``error`` (cannot be read), ``warning`` (can be read, does not fit together) or ``note``
    (an assumption that was made). A contradiction also says who is concerned (along the path, where there is one), on
    which days, ``[since, until)`` in ISO 8601 with ``..`` for an open side, and on which role changes it rests, by
    identity. ``path`` is the property, or the path of properties, at fault, where a shape names one.
    """

    severity: str
    message: str
    file: str = ""
    line: int = 0
    code: str = ""
    nodes: tuple[Concerned, ...] = ()
    since: str = ""
    until: str = ""
    changes: tuple[str, ...] = ()
    path: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: " if self.file else ""
        return f"{place}{self.message}"


class LoadError(OrgGraphError):
    """Refuse a load; ``findings`` holds every error of it in the order of files and lines."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class RemovalsRefused(LoadError):
    """Refuse a load that would end too much of what its own sources had stated; ``findings`` has one a scope."""


class UnknownName(OrgGraphError, LookupError):
    """Say that a name is not in the graph; ``candidates`` are near misses, best first."""

    def __init__(self, message: str, *, candidates: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.candidates = tuple(candidates)


class AmbiguousName(UnknownName):
    """Say that several entities bear a name; ``candidates`` tells them apart."""


class QueryError(OrgGraphError, ValueError):
    """Refuse a query that cannot be parsed, or whose parameters do not fit."""


class UnsafeQuery(QueryError):
    """Refuse a query that would write, fetch or federate."""


class QueryEnded(QueryError):
    """Say that a query was ended: it took more time or memory than it may, or nobody waits for it any more."""


class StoreError(OrgGraphError):
    """Say that a store cannot be opened, read or written."""


class StoreLocked(StoreError):
    """Say that another process holds the writer's lock."""


class RenderError(OrgGraphError):
    """Say that a chart cannot be drawn, and what is missing."""


class ModelError(OrgGraphError):
    """Say that a model cannot be asked, or that its answer is none that can be read."""


class UnsupportedError(OrgGraphError):
    """Refuse by name what cannot be done here."""
