"""Entities by their IRIs: a person, post or unit on a day, and the ontology, in RDF or as a page.

``/id/…`` is the entity, and redirects (303) to ``/entity/…``, which is what is said about it: a person is no document
(Cool URIs for the Semantic Web). What this graph minted is found under the rest of its IRI after the base, whatever
else under ``/entity/?iri=…``.

Why the names of what an entity is connected with come along: a reader should not have to ask again for each of them.
"""

from __future__ import annotations

from importlib.resources import files

import numpy as np

from orggraph.errors import UnknownName
from orggraph.facts import PERSON_NAME, TYPE, triples
from orggraph.names import kind_of
from orggraph.rdf import Triple, parse, serialize
from orggraph.snapshot import POSSIBLE, Snapshot
from orggraph.vocabulary import FOAF, OWL, RDFS, Literal, Term
from orggraph.web import words
from orggraph.web.frame import Markup, markup
from orggraph.web.pages import entity_path, page, table
from orggraph.web.parameters import Parameter
from orggraph.web.profile import profile
from orggraph.web.resources import HTML, Forms, Question, Resource
from orggraph.web.views import snapshot_of

RDF_FORMS: Forms = (
    ("turtle", "text/turtle"), ("html", HTML), ("jsonld", "application/ld+json"), ("ntriples", "application/n-triples"),
    ("rdfxml", "application/rdf+xml"), ("jsonld", "application/json"),
)  # fmt: skip
IRI = Parameter("iri", "text", "The IRI of an entity that does not begin with the base of this graph.",
                required=True)  # fmt: skip
PAGE = Parameter("page", "number", "Of a list with many rows, which page of it.")


def entity(question: Question) -> str | bytes:
    """Say what an entity is on a day; raise `UnknownName` where there is none."""
    org = question.generation.org
    iri = question.given.get("iri") or org.base + question.rest
    kind = kind_of(org.timeline, iri)
    if not kind:
        raise UnknownName(f"there is no entity {iri} here (GET /find?name=… finds them by name)")
    snapshot = snapshot_of(question.generation, question.view)
    if question.format == "html":
        return profile(question, snapshot, iri, kind)
    found = statements(snapshot, iri, possible=bool(question.view.possible))
    found.append((iri, FOAF + "isPrimaryTopicOf", question.base_url + entity_path(iri, org.base)))
    return serialize([(*triple, "") for triple in found], question.format)


def statements(snapshot: Snapshot, iri: str, *, possible: bool) -> list[Triple]:
    """List the plain triples of the day about an entity, with the names of what it is connected with."""
    timeline = snapshot.timeline
    found = np.concatenate([timeline.about(iri), timeline.pointing_at(iri), timeline.in_post(iri)])
    held = timeline.holding(np.unique(found), snapshot.day, recorded_by=snapshot.recorded_by)
    facts = [timeline.facts[int(row)] for row in held]
    shown = [fact for fact in facts if possible or snapshot.certainty(fact) != POSSIBLE]
    told = list(dict.fromkeys(triple for fact in shown for triple in triples(fact)))
    classes = {str(fact.object) for fact in shown if fact.kind == TYPE}
    others = sorted({term for triple in told for term in triple[::2] if isinstance(term, str)} - {iri, *classes})
    named = {subject for subject, predicate, _ in told if predicate == PERSON_NAME}
    for other in others:
        if kind_of(timeline, other) and other not in named:
            told.append((other, RDFS + "label", Literal(snapshot.name(other))))
    return told


def ontology(question: Question) -> str | bytes:
    """Give the ontology that comes with the package."""
    text = files("orggraph").joinpath("orgg.ttl").read_bytes()
    if question.format == "turtle":
        return text
    found = parse(text, "turtle", name="orgg.ttl")
    if question.format != "html":
        return serialize([(*triple, "") for triple in found], question.format)
    columns = (words.TERM, words.KIND, words.MEANING)
    return page(question, words.ONTOLOGY_TITLE, table(words.TERMS, columns, _terms(found)))


def _terms(found: list[Triple]) -> list[list[Markup]]:
    """Make a row a class or property, in the order of their IRIs."""
    said: dict[str, dict[str, Term]] = {}
    for subject, predicate, term in found:
        said.setdefault(subject, {})[predicate.rpartition("#")[2]] = term
    rows = []
    for subject in sorted(said):
        kind, meaning = said[subject].get("type"), said[subject].get("comment")
        if "#" in subject and isinstance(kind, str) and kind.startswith(OWL):
            words = meaning.value if isinstance(meaning, Literal) else ""
            rows.append([markup(subject.rpartition("#")[2]), markup(kind.rpartition("#")[2]), markup(words)])
    return rows


RESOURCES: tuple[Resource, ...] = (
    Resource("/entity/", "An entity of another base on a day, by its whole IRI", entity, RDF_FORMS, (IRI, PAGE),
             dated=True),
    Resource("/entity/{rest}", "A person, post, unit, organization or role on a day", entity, RDF_FORMS, (PAGE,),
             dated=True),
    Resource("/ontology", "The ontology: what the terms of this graph mean", ontology, RDF_FORMS),
)
