"""SHACL: shapes of the package's own and of others, held against a day or against all of time.

On a day the graph is what SPARQL sees as of that day (the certain plain triples of W3C ORG); without a day it is the
believed facts of all of time, each a node with its period, as `export` writes them. Both say in which classes those of
W3C ORG lie, so that ``sh:class org:Organization`` takes units. A violation is an error, a warning a warning, an info a
note.

Why SHACL Core alone: shapes come from others. What runs code or opens addresses (SPARQL, JavaScript, rules, imports) is
refused by name before anything is looked at. Why there is a bound: a graph is validated in memory by rdflib, which
takes one to two milliseconds a fact.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from orggraph.check.chronicle import Chronicle, Stretch, some_day
from orggraph.errors import Concerned, Finding, UnsupportedError
from orggraph.facts import Fact
from orggraph.period import iso
from orggraph.snapshot import POSSIBLE, Snapshot
from orggraph.timeline import Timeline
from orggraph.vocabulary import BASE, FOAF, ORG, OWL, PREFIXES, RDF, RDFS, Term

if TYPE_CHECKING:
    import rdflib

    from orggraph.rdf import Triple

SHACL = "http://www.w3.org/ns/shacl#"
SHIPPED = "shipped"
"""The word for the shapes of the package, where a file of shapes is asked for."""
MOST = 40_000
"""So many facts are held against shapes at most."""
SEVERITIES = {"Violation": "error", "Warning": "warning", "Info": "note"}

_LARGEST = 2_000_000
_REFUSED = frozenset({
    "js", "jsLibrary", "jsLibraryURL", "jsFunctionName", "sparql", "select", "ask", "construct", "update", "rule",
    "target", "expression", "values", "entailment", "shapesGraph", "validator", "nodeValidator", "propertyValidator",
})  # fmt: skip
_CLASSES: tuple[tuple[str, str], ...] = (
    (ORG + "OrganizationalUnit", ORG + "Organization"),
    (ORG + "FormalOrganization", ORG + "Organization"),
    (ORG + "Organization", FOAF + "Agent"),
    (FOAF + "Person", FOAF + "Agent"),
)

_SIGNS = {"inversePath": "^{}", "zeroOrMorePath": "{}*", "oneOrMorePath": "{}+", "zeroOrOnePath": "{}?"}


class Held(NamedTuple):
    """A graph, and what its nodes stand for: facts by the IRI of a node, and the day, if it is of one."""

    triples: list[Triple]
    facts: dict[str, Fact]
    day: int | None


def shape_findings(
    timeline: Timeline, shapes: Sequence[str | Path], *, day: int | None = None, base: str = BASE
) -> list[Finding]:
    """List what does not conform to the shapes, in `SHIPPED` or files of RDF, on a day or (``None``) in all of time.

    Sorted by severity, message and nodes. Raises `UnsupportedError` for shapes that are not SHACL Core, for too many
    facts and where pyshacl is not installed; `LoadError` for a file that is no RDF.
    """
    stated = [triple for one in shapes for triple in read_shapes(one)]
    chronicle = Chronicle(timeline)
    held = _of_all_time(chronicle, base) if day is None else _of_day(Snapshot(timeline, day))
    held.triples.extend((lower, RDFS + "subClassOf", upper) for lower, upper in _CLASSES)
    found = {_finding(chronicle, held, *told) for told in validated(held.triples, stated)}
    return sorted(found, key=lambda f: (list(SEVERITIES.values()).index(f.severity), f.message, f.nodes))


def read_shapes(shapes: str | Path) -> list[Triple]:
    """Read a file of shapes, or those that are `SHIPPED`; refuse what is not SHACL Core by name."""
    from orggraph.rdf import format_of, parse  # imports an RDF library

    if shapes == SHIPPED:
        return parse(files("orggraph").joinpath("shapes.ttl").read_bytes(), "turtle")
    path = Path(shapes)
    try:
        if path.stat().st_size > _LARGEST:
            raise UnsupportedError(f"{path}: shapes of more than {_LARGEST:,} bytes are not read")
        triples = parse(path.read_bytes(), format_of(path.suffix), name=str(path))
    except OSError as error:
        raise UnsupportedError(f"{path}: the shapes cannot be read: {error.strerror}") from error
    for triple in triples:
        for term in triple:
            if isinstance(term, str) and _is_refused(term):
                raise UnsupportedError(
                    f"{path}: {_compact(term)} is not taken, since shapes neither run code nor open addresses here "
                    "(expected SHACL Core)"
                )
    if not any(isinstance(term, str) and term.startswith(SHACL) for triple in triples for term in triple):
        raise UnsupportedError(f"{path}: there is no shape in it (expected SHACL Core)")
    return triples


def _is_refused(term: str) -> bool:
    """Tell whether a term would let shapes run code or open addresses.

    >>> _is_refused(SHACL + "SPARQLConstraint"), _is_refused(OWL + "imports"), _is_refused(SHACL + "path")
    (True, True, False)
    """
    word = term.removeprefix(SHACL) if term.startswith(SHACL) else ""
    return term == OWL + "imports" or word in _REFUSED or word.startswith(("SPARQL", "JS"))


def _of_all_time(chronicle: Chronicle, base: str) -> Held:
    from orggraph.rdf import fact_iri, fact_triples  # imports an RDF library

    _check_size(len(chronicle.rows), "ask a day, or export a part")
    facts = chronicle.facts(chronicle.rows)
    triples = [triple for fact in facts for triple in fact_triples(fact, base=base)]
    return Held(triples, {fact_iri(fact, base=base): fact for fact in facts}, None)


def _of_day(snapshot: Snapshot) -> Held:
    _check_size(len(snapshot.timeline.possible(snapshot.day)), "export a part, and validate that")
    triples = [triple for triple, label in snapshot.triples().items() if label != POSSIBLE]
    return Held(triples, {fact.tenure: fact for fact in snapshot.facts()}, snapshot.day)


def _check_size(facts: int, instead: str) -> None:
    if facts > MOST:
        raise UnsupportedError(f"SHACL is for at most {MOST:,} facts, and here are {facts:,} ({instead})")


class Told(NamedTuple):
    """One result of a validation: the node, how grave, what is said, which constraint, and the path."""

    focus: str
    severity: str
    message: str
    component: str
    path: str


def validated(data: Iterable[Triple], shapes: Iterable[Triple]) -> Iterator[Told]:
    """Hold a graph against shapes, and give the results in no order; `UnsupportedError` for ill-formed shapes."""
    from orggraph.rdf import to_rdflib  # imports an RDF library

    try:
        import pyshacl  # an extra
        from pyshacl.errors import ConstraintLoadError, ReportableRuntimeError, ShapeLoadError
    except ImportError as error:
        raise UnsupportedError("shapes need pyshacl (pip install 'orggraph[shacl]')") from error
    logging.getLogger("pyshacl").setLevel(logging.CRITICAL)  # it would write to standard error
    stated = to_rdflib(shapes)
    try:
        _, report, _ = pyshacl.validate(to_rdflib(data), shacl_graph=stated, inplace=True, do_owl_imports=False)
    except (ConstraintLoadError, ReportableRuntimeError, ShapeLoadError) as error:
        raise UnsupportedError(f"the shapes are not SHACL Core: {error}") from error
    yield from _read_report(report, stated)


def _read_report(report: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[Told]:
    from rdflib import Literal as Lit
    from rdflib import URIRef

    def word(name: str) -> URIRef:
        return URIRef(SHACL + name)

    for result in report.subjects(word("focusNode")):
        shape = report.value(result, word("sourceShape"))
        said = shapes.value(shape, word("message")) or report.value(result, word("resultMessage"))
        component = str(report.value(result, word("sourceConstraintComponent"))).removeprefix(SHACL)
        severity = str(report.value(result, word("resultSeverity"))).removeprefix(SHACL)
        path = shapes.value(shape, word("path")) or report.value(result, word("resultPath"))
        yield Told(
            str(report.value(result, word("focusNode"))),
            SEVERITIES.get(severity, "error"),
            str(said) if isinstance(said, Lit) else "",
            component.removesuffix("ConstraintComponent"),
            _path(shapes, path) if path is not None else "",
        )


def _path(shapes: rdflib.Graph, path: rdflib.term.Node) -> str:
    """Write a path as in SPARQL."""
    from rdflib import URIRef

    if isinstance(path, URIRef):
        return _compact(str(path))
    steps = [_path(shapes, step) for step in shapes.items(path)]
    if steps:
        return "/".join(steps)
    for word, sign in _SIGNS.items():
        inner = shapes.value(path, URIRef(SHACL + word))
        if inner is not None:
            return sign.format(_path(shapes, inner))
    choice = shapes.value(path, URIRef(SHACL + "alternativePath"))
    return f"({'|'.join(_path(shapes, one) for one in shapes.items(choice))})" if choice is not None else "a path"


def _finding(
    chronicle: Chronicle, held: Held, focus: str, severity: str, message: str, component: str, path: str
) -> Finding:
    fact = held.facts.get(focus)
    stretch = _stretch(held, fact)
    day = some_day(stretch) if stretch else 1
    name = chronicle.statement(fact) if fact else chronicle.name(focus, day)
    what = f"{path}: " if path else ""
    since, until = map(iso, stretch) if stretch else ("", "")
    return Finding(
        severity, f"{name}: {what}{message or component} ({component})", code="shacl",
        nodes=_nodes(chronicle, focus, fact, day, name), since=since, until=until,
        changes=fact.changes if fact else (), path=path,
    )  # fmt: skip


def _stretch(held: Held, fact: Fact | None) -> Stretch | None:
    if held.day is not None:
        return held.day, held.day + 1
    return fact.period.possible if fact else None


def _nodes(chronicle: Chronicle, focus: str, fact: Fact | None, day: int, name: str) -> tuple[Concerned, ...]:
    ends: list[Term] = [fact.subject, fact.object] if fact else []
    concerned = [Concerned(end, chronicle.name(end, day)) for end in ends if isinstance(end, str)]
    return (Concerned(focus, name), *concerned)


def _compact(iri: str) -> str:
    known = {**PREFIXES, "sh": SHACL, "rdf": RDF}
    return next((f"{p}:{iri.removeprefix(n)}" for p, n in known.items() if iri.startswith(n)), f"<{iri}>")
