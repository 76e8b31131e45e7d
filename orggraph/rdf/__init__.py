"""Facts and role changes as RDF and back, in W3C ORG, PROV and OWL-Time; `orggraph.rdf` is the public face."""

from orggraph.rdf.compact import compact_triples, facts_of_store
from orggraph.rdf.formats import FORMATS, format_of, parse, serialize
from orggraph.rdf.history import changes_from_rdf, export, facts_from_rdf, loads_from_rdf
from orggraph.rdf.records import (
    change_record_triples,
    change_triples,
    changes_from_triples,
    entries_from_triples,
    load_triples,
    loads_from_triples,
    read_changes,
    source_triples,
)
from orggraph.rdf.statements import change_iri, fact_iri, fact_triples, facts_from_triples
from orggraph.rdf.terms import (
    Triple,
    from_oxigraph,
    from_rdflib,
    is_node,
    to_oxigraph,
    to_quad,
    to_rdflib,
    to_rdflib_term,
)

__all__ = [
    "FORMATS",
    "Triple",
    "change_iri",
    "change_record_triples",
    "change_triples",
    "changes_from_rdf",
    "changes_from_triples",
    "compact_triples",
    "entries_from_triples",
    "export",
    "fact_iri",
    "fact_triples",
    "facts_from_rdf",
    "facts_from_triples",
    "facts_of_store",
    "format_of",
    "from_oxigraph",
    "from_rdflib",
    "is_node",
    "load_triples",
    "loads_from_rdf",
    "loads_from_triples",
    "parse",
    "read_changes",
    "serialize",
    "source_triples",
    "to_oxigraph",
    "to_quad",
    "to_rdflib",
    "to_rdflib_term",
]
