"""Findings in SARIF 2.1.0 (OASIS, 2020), which code review and other tools read.

A finding is a result of the rule that its code names. Its location is the first row that the role changes it rests on
were read from, where that is known; the others are related locations. Who is concerned stands as logical locations, by
name and IRI, and the days and role changes as properties of the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePath
from urllib.parse import quote

from orggraph.changes import RoleChange
from orggraph.errors import Finding
from orggraph.version import __version__
from orggraph.vocabulary import digest

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

RULES: dict[str, str] = {
    "cycle": "Somebody reports to himself, by how many others.",
    "unit-cycle": "A unit is part of itself.",
    "several-managers": "Somebody has several direct managers at once, from one tenure.",
    "single-seat": "A post has more holders than seats.",
    "manager-left": "A line leads to somebody who held nothing in the organization.",
    "outside-life": "A tenure lasts beyond the life of its post, unit or organization.",
    "conflict": "Sources contradict each other.",
    "functional": "A membership has two members or organizations.",
    "domain-range": "Somebody or something is of a kind that is not meant there.",
    "inverse": "A property is stated of which the inverse does not hold.",
    "one-day-gap": "One day lies between two tenures of one person in one place.",
    "shacl": "The graph does not conform to a SHACL shape.",
    "identity": "Who is meant by a name was assumed.",
    "unordered": "What happens on one day is in no stated order.",
    "inverted-period": "An end lies before its start.",
    "unmatched-target": "A correction is of nothing that is known.",
    "not-replayed": "What was assumed at loading is not listed.",
}
"""What each code is about; the codes of readers, which say what cannot be read, stand for themselves."""

_RELATED = 20
"""So many further rows are named at most."""

Place = tuple[str, int]
Json = dict[str, object]


def places(finding: Finding, evidence: Mapping[str, RoleChange]) -> list[Place]:
    """List the file and line of a finding and of the role changes it rests on, in order, each once; 0 for no line."""
    own = [(finding.file, finding.line)] if finding.file else []
    read = [evidence[change] for change in finding.changes if change in evidence]
    rests_on = sorted((change.file, change.line_number) for change in read if change.file)
    return list(dict.fromkeys([*own, *rests_on]))


def sarif(findings: Sequence[Finding], evidence: Mapping[str, RoleChange]) -> Json:
    """Give the SARIF document of findings; ``evidence`` maps identities to the role changes they rest on.

    >>> found = sarif([Finding("warning", "Ann reports to Ann", "a.csv", 2, "cycle")], {})
    >>> found["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    {'artifactLocation': {'uri': 'a.csv'}, 'region': {'startLine': 2}}
    """
    codes = list(dict.fromkeys(finding.code or "unreadable" for finding in findings))
    rules: list[Json] = [{"id": code, "shortDescription": {"text": RULES.get(code, code)}} for code in codes]
    driver = {"name": "orggraph", "version": __version__, "rules": rules}
    results = [_result(finding, codes, places(finding, evidence)) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(finding: Finding, codes: list[str], rows: list[Place]) -> Json:
    code = finding.code or "unreadable"
    result: Json = {
        "ruleId": code,
        "ruleIndex": codes.index(code),
        "level": finding.severity,
        "message": {"text": finding.message},
        "partialFingerprints": {"finding/v1": digest(code, finding.message, *(node.iri for node in finding.nodes))},
    }
    location: Json = _location(rows[0]) if rows else {}
    if finding.nodes:
        location["logicalLocations"] = [
            {"name": node.name, "fullyQualifiedName": node.iri, "kind": "resource"} for node in finding.nodes
        ]
    if location:
        result["locations"] = [location]
    if rows[1:]:
        result["relatedLocations"] = [
            {"id": number, **_location(row)} for number, row in enumerate(rows[1 : _RELATED + 1], start=1)
        ]
    told = {"since": finding.since, "until": finding.until, "path": finding.path, "changes": list(finding.changes)}
    properties = {name: value for name, value in told.items() if value}
    return result | ({"properties": properties} if properties else {})


def _location(place: Place) -> Json:
    file, line = place
    physical: Json = {"artifactLocation": {"uri": _uri(file)}}
    if line > 0:
        physical["region"] = {"startLine": line}
    return {"physicalLocation": physical}


def _uri(file: str) -> str:
    """Write the path of a file as a reference by URI.

    >>> _uri("staff 2025.csv"), _uri("/data/staff.csv"), _uri("a:b.csv")
    ('staff%202025.csv', 'file:///data/staff.csv', 'a%3Ab.csv')
    """
    path = quote(PurePath(file).as_posix())
    return f"file://{path}" if path.startswith("/") else path


def changes_of(findings: Iterable[Finding]) -> set[str]:
    """Name the role changes that findings rest on."""
    return {change for finding in findings for change in finding.changes}
