"""The service description of the endpoint (W3C SPARQL 1.1 Service Description)."""

from __future__ import annotations

from orggraph.rdf import Triple, serialize
from orggraph.vocabulary import RDF_TYPE
from orggraph.web.resources import HTML, Forms

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
DESCRIPTION_FORMS: Forms = (
    ("turtle", "text/turtle"), ("html", HTML), ("ntriples", "application/n-triples"), ("jsonld", "application/ld+json"),
    ("rdfxml", "application/rdf+xml"), ("jsonld", "application/json"),
)  # fmt: skip
_RESULTS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples",
    "TriG", "JSON-LD", "RDF_XML",
)  # fmt: skip


def statements(endpoint: str, history: str) -> list[Triple]:
    """List what is said of the service: what it understands, and in which forms it answers.

    ``history`` is the name of the graph of all of time; those of days are too many to be listed.
    """
    service, dataset, graph = (f"{endpoint}#{name}" for name in ("service", "dataset", "graph"))
    available, named = (f"{endpoint}#{name}" for name in ("available", "history"))
    said: list[Triple] = [
        (service, RDF_TYPE, SD + "Service"),
        (service, SD + "endpoint", endpoint),
        (service, SD + "supportedLanguage", SD + "SPARQL11Query"),
        (service, SD + "defaultDataset", dataset),
        (dataset, RDF_TYPE, SD + "Dataset"),
        (dataset, SD + "defaultGraph", graph),
        (graph, RDF_TYPE, SD + "Graph"),
        (service, SD + "availableGraphs", available),
        (available, RDF_TYPE, SD + "GraphCollection"),
        (available, SD + "namedGraph", named),
        (named, RDF_TYPE, SD + "NamedGraph"),
        (named, SD + "name", history),
    ]
    return said + [(service, SD + "resultFormat", FORMATS + name) for name in _RESULTS]


def description(endpoint: str, format: str, *, history: str) -> bytes:
    """Write the description of the service at an address.

    >>> made = description("http://localhost/sparql", "ntriples", history="urn:orggraph:graph:history")
    >>> b"sparql-service-description#endpoint> <http://localhost/sparql>" in made
    True
    """
    return serialize([(*triple, "") for triple in statements(endpoint, history)], format)
