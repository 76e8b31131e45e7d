"""Which predicates a query can touch: none is missed, and where it is not plain, all are touched."""

from __future__ import annotations

import pytest

from orggraph.patterns import predicates_of
from orggraph.vocabulary import PREFIXES


def iri(name: str) -> str:
    prefix, _, local = name.partition(":")
    return name.strip("<>") if name.startswith("<") else PREFIXES[prefix] + local


@pytest.mark.parametrize(
    "query, predicates",
    [
        ("SELECT ?a { ?a org:reportsTo ?b, ?c ; a org:Post ; }", {"org:reportsTo", "rdf:type"}),
        ("PREFIX o: <urn:o:> SELECT ?a { ?a o:holds [ <urn:p> ?x ; org:postIn 1 ] }",
         {"<urn:o:holds>", "<urn:p>", "org:postIn"}),
        ("SELECT (COUNT(*) AS ?n) { ?a ^org:holds/(org:member|a)+ ?b } GROUP BY ?b HAVING (COUNT(*) > 1)",
         {"org:holds", "org:member", "rdf:type"}),
        ("SELECT ?a { VALUES (?a ?p) { (<urn:a> org:headOf) } BIND (IF(EXISTS { ?a org:holds ?b }, 1, 2) AS ?n) }",
         {"org:holds"}),
        ("SELECT ?a { ?a org:role (1 ?x) OPTIONAL { [] org:headOf ?a } } VALUES ?a { <urn:a> }",
         {"org:role", "rdf:first", "rdf:rest", "org:headOf"}),
        ("SELECT ?a { { SELECT ?a { ?a org:holds ?b } ORDER BY ?a LIMIT 1 } GRAPH ?g { ?a org:headOf ?c } }",
         {"org:holds", "org:headOf"}),
        ("CONSTRUCT { ?a ?p ?b } WHERE { ?a org:holds ?b BIND (org:reportsTo AS ?p) }", {"org:holds"}),
        ("ASK { ?a org:holds ?b FILTER NOT EXISTS { ?a org:role ?c FILTER NOT EXISTS { ?d a ?c ; org:headOf ?b, "
         "[ org:unitOf ?e ] FILTER NOT EXISTS { ?e org:postIn/org:memberOf ?f } } } }",
         {"org:holds", "org:role", "rdf:type", "org:headOf", "org:unitOf", "org:postIn", "org:memberOf"}),
        ("ASK { ?a org:holds ?b FILTER NOT EXISTS { ?a org:role ?c FILTER NOT EXISTS { ?d ?any ?c } } }", None),
        ("SELECT (EXISTS { ?a org:headOf ?b } AS ?x) {}", {"org:headOf"}),
        ("SELECT ?a { ?a a ?t } ORDER BY EXISTS { ?a org:headOf ?b }", {"rdf:type", "org:headOf"}),
        ("SELECT ?t { ?a a ?t } GROUP BY ?t HAVING (EXISTS { ?t ?any ?b })", None),
        ("ASK { { ?a org:holds ?b } UNION { ?a org:role ?b MINUS { ?a org:headOf ?b } } }",
         {"org:holds", "org:role", "org:headOf"}),
        ("ASK { ?a ?p ?b }", None),
        ("ASK { ?a org:holds* ?b }", None),
        ("ASK { ?a (org:holds|org:headOf)? ?b }", None),
        ("ASK { ?a org:memberOf/org:unitOf* ?b }", {"org:memberOf", "org:unitOf"}),
        ("ASK { ?a (org:unitOf?|org:headOf)/^org:memberOf ?b }", {"org:memberOf", "org:unitOf", "org:headOf"}),
        ("ASK { ?a org:unitOf*/(org:headOf|org:holds?) ?b }", None),
        ("ASK { ?a org:holds ?b . ?b org:unitOf* ?c . ?d org:headOf? ?c }", {"org:holds", "org:unitOf", "org:headOf"}),
        ("ASK { ?a org:holds ?b . ?c org:unitOf* ?d }", None),
        ("ASK { ?a org:holds <urn:a> . <urn:a> org:unitOf* <urn:b> }", None),
        ("ASK { ?a org:holds ?b OPTIONAL { ?b org:unitOf* ?c } }", None),
        ("ASK { ?a !org:holds ?b }", None),
        ("ASK { ?a org:holds ?b FILTER NOT EXISTS { ?b ?any ?c } }", None),
        ("SELECT (EXISTS { ?a ?p ?b } AS ?x) {}", None),
        ("ASK { ?a org:holds [ ?p ?b ] }", None),
        ("DESCRIBE <urn:a>", None),
        ("BASE <http://www.w3.org/ns/> ASK { ?a <org#holds> ?b }", {"org:holds"}),
        ("ASK { ?a <http://www.w3.org/ns/org\\u0023holds> ?b }", {"org:holds"}),
        ("ASK { << ?a org:holds ?b >> org:headOf ?c }", None),
    ],
)  # fmt: skip
def test_what_a_query_can_touch(query: str, predicates: set[str] | None) -> None:
    found = predicates_of(query, tuple(sorted(PREFIXES.items())))
    if predicates is None:
        assert found is None
    else:
        assert found == {iri(name) for name in predicates}
