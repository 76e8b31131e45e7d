"""The text of a query: tokens, what is refused, how parameters are bound."""

from __future__ import annotations

from pathlib import Path

import pytest

from orggraph.errors import QueryError, UnsafeQuery
from orggraph.sparql import (
    bind,
    check_safe,
    is_ordered,
    not_monotone,
    tokens,
    variables,
)
from orggraph.vocabulary import PREFIXES

EX = "PREFIX ex: <http://example.org/> "


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("?x $y", ["variable", "variable"]),
        ("<http://e/#a> # <b>\n ex:b", ["iri", "name"]),
        ("'it''s'", ["string", "string"]),
        (r'"a \" b" """c " d "" e"""', ["string", "string"]),
        ("'''it's\nSERVICE'''@en", ["string", "lang"]),
        (r"ex:a\-b ex:a%20b ex:a.b. :x ex:", ["name", "name", "name", "mark", "name", "name"]),
        ("?a < ?b && ?c >= 1.5e3", ["variable", "mark", "variable", "mark", "variable", "mark", "number"]),
        ("_:b1 . a", ["blank", "mark", "word"]),
        ("ex:p/^ex:q*|!ex:r", ["name", "mark", "mark", "name", "mark", "mark", "mark", "name"]),
        ("{ ?s ?p ?o {| ex:a 1 |} }", ["mark", *["variable"] * 3, "mark", "name", "number", "mark", "mark"]),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert [token.kind for token in tokens(text)] == expected


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("SELECT *\n{ ?s ?p 'open }", "line 2, column 9"),
        ("SELECT * { ?s ?p \"a\nb\" }", "line 1, column 18"),
        (r'SELECT * { ?s ?p "a\q" }', "line 1, column 18"),
        (r'SELECT * { ?s ?p "\uD800" }', "line 1, column 19"),
        (r'SELECT * { ?s ?p "\U00110000" }', "line 1, column 19"),
        ('ASK { ?s ?p """ }', "line 1, column 13"),
        ("ASK { ?s ?p § }", "line 1, column 13"),
        ("ASK {\n{ ?s ?p ?o }", "line 1, column 5: this '{' is never closed"),
        ("ASK { ?s ?p ?o ) }", "line 1, column 16"),
        ("SELCT * { ?s ?p ?o }", "did you mean SELECT"),
        ("ASK { ?s foo:p ?o }", "the prefix foo: is not declared"),
        ("ASK { ?s skoss:p ?o }", "did you mean skos?"),
        ("ASK {" + "{" * 200 + "}" * 201, "brackets within each other"),
        ("  # nothing", "the query is empty"),
    ],
)
def test_what_is_not_sparql_is_named_with_its_place(text: str, place: str) -> None:
    with pytest.raises(QueryError, match=place) as caught:
        check_safe(text, prefixes=PREFIXES)
    assert not isinstance(caught.value, UnsafeQuery)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "INSERT"),
        ("delete where { ?s ?p ?o }", "DELETE"),
        ("LOAD <http://example.org/>", "LOAD"),
        ("CLEAR ALL", "CLEAR"),
        ("DROP ALL", "DROP"),
        ("CREATE GRAPH <urn:g>", "CREATE"),
        ("COPY <urn:a> TO <urn:b>", "COPY"),
        ("MOVE <urn:a> TO <urn:b>", "MOVE"),
        ("ADD <urn:a> TO <urn:b>", "ADD"),
        ("WITH <urn:g> DELETE { ?s ?p ?o } WHERE {}", "WITH"),
        ("ASK { ?s ?p ?o } ; INSERT DATA {}", "INSERT"),
        ("SELECT * FROM <http://example.org/> { ?s ?p ?o }", "FROM is"),
        ("SELECT * from named <http://example.org/> { ?s ?p ?o }", "FROM NAMED"),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "SERVICE"),
        ("SELECT * { ?s ?p ?o.service<http://example.org/>{ ?s ?p ?o } }", "SERVICE"),
    ],
)
def test_what_writes_or_reaches_out_is_refused_by_name(text: str, named: str) -> None:
    with pytest.raises(UnsafeQuery, match=named):
        check_safe(text, prefixes=PREFIXES)


SMUGGLED = {
    "glued to true": "SELECT * { ?s ?p trueSERVICE <http://127.0.0.1:9/> {} }",
    "glued to true, prefixed": EX + "SELECT * { ?s ?p trueSERVICEex:x {} }",
    "glued to a number": "SELECT * { ?s ?p 1SERVICE <http://127.0.0.1:9/> {} }",
    "as a prefix": "PREFIX service: <urn:x> PREFIX : <http://127.0.0.1:9/> SELECT * { service:x {} }",
    "behind a less-than sign": EX + "SELECT * { ?s ?p ?o FILTER(?s<?o)SERVICEex:x#>\n{} }",
    "behind a text in an IRI": "SELECT * { ?s ?p ?o FILTER(?s<'b>c')SERVICE<http://127.0.0.1:9/>{} } #'",
    "behind a number in an IRI": "SELECT * { ?s ?p ?o FILTER(1<'b>c')SERVICE<http://127.0.0.1:9/>{} } #'",
    "behind exists in an IRI": "SELECT * { FILTER(EXISTS{?s ?p ?o}<'b>c')SERVICE<http://127.0.0.1:9/>{} } #'",
    "behind a broken escape": 'SELECT * { VALUES ?x {""" "} SERVICE <http://127.0.0.1:9/> {} }# \\q """ ',
    "behind half a character": 'SELECT * { VALUES ?x {""" "} SERVICE <http://127.0.0.1:9/> {} }# \\uD800 """ ',
    "as the end of a wrong IRI": "PREFIX ex: <http://a:8> SELECT * { ?s ?p ex:SERVICE <http://127.0.0.1:9/> {} }",
    "with an escape": "SELECT * { S\\u0045RVICE <http://127.0.0.1:9/> {} }",
    "in a dot of a name": EX + "SELECT * { ?s ?p ex:a. SERVICE <http://127.0.0.1:9/> {} }",
}
"""Ways to write SERVICE that the engine's parser takes although the grammar has none of them as a keyword."""


@pytest.mark.parametrize("text", SMUGGLED.values(), ids=SMUGGLED)
def test_service_cannot_be_smuggled(text: str) -> None:
    with pytest.raises(QueryError):
        check_safe(text, prefixes=PREFIXES)


@pytest.mark.parametrize(
    "text",
    [
        EX + "ASK { ?s ex:from ex:service }",
        "PREFIX from: <urn:from:> ASK { ?s from:x ?load }",
        "ASK { ?service ?from 'SERVICE <http://example.org/>' } # LOAD <x>",
        "ASK { <http://example.org/SERVICE> <urn:insert> \"\"\"DROP 'ALL'\"\"\" }",
        "ASK { ?s ?p ?o FILTER(?s < ?o && ?o > 1) }",
        "ASK { ?s ?p ?o FILTER(?s IN (<urn:a>, <urn:b>) || ?o = <urn:service>) }",
        "SELECT ?s { ?s (<urn:a>/<urn:b>)+ ?o } ORDER BY DESC(?s) LIMIT 1",
        "ASK { ?s ?p 'x'@en, '2'^^xsd:integer, true, 1.5, _:b }",
    ],
)
def test_harmless_words_are_not_refused(text: str) -> None:
    assert check_safe(text, prefixes=PREFIXES)


def test_every_query_of_the_w3c_is_let_through_or_refused_for_a_reason(shared: Path) -> None:
    refused = []
    queries = sorted((shared.parent / "w3c" / "sparql11").rglob("*.rq"))
    for path in queries:
        text = path.read_text(encoding="utf-8")
        try:
            check_safe(text, prefixes={})
        except UnsafeQuery:
            refused.append(path.name)
        except QueryError as error:
            assert "bad" in path.name or "BINDINGS" in text, f"{path}: {error}"  # the word of a draft
    assert len(queries) > 300
    assert not [name for name in refused if "service" not in name and "construct" not in name]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT * { ?s ?p ?o FILTER EXISTS { ?s ?p ?o } }", ()),
        ("SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?s ?p 1 } }", ("NOT EXISTS",)),
        ("SELECT * { ?s ?p ?o FILTER (! EXISTS { ?s ?p 1 }) }", ("NOT EXISTS",)),
        ("SELECT (MAX(?o) AS ?m) { ?s ?p ?o OPTIONAL { ?s ?q ?r } MINUS { ?s ?p 1 } }", ("MAX", "MINUS", "OPTIONAL")),
        ("SELECT * { ?s ?p 'MINUS' . ?count ?sum ?minus }", ()),
    ],
)
def test_not_monotone(text: str, expected: tuple[str, ...]) -> None:
    assert not_monotone(tokens(text)) == expected


def test_only_the_order_of_the_whole_query_counts() -> None:
    assert is_ordered(tokens("SELECT * { ?s ?p ?o } ORDER BY ?s"))
    assert not is_ordered(tokens("SELECT * { { SELECT * { ?s ?p ?o } ORDER BY ?s } }"))


V = "VALUES ?m { <urn:b> }"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT ?s { ?s ?p ?m }", "SELECT ?s { V ?s ?p ?m }"),
        ("SELECT ?s WHERE { ?s ?p $m }", "SELECT ?s WHERE { V ?s ?p $m }"),
        ("ASK { ?s ?p '{' FILTER (?m = ?s) }", "ASK { V ?s ?p '{' FILTER (?m = ?s) }"),
        ("ASK { { ?s ?p ?o } UNION { ?o ?p ?m } }", "ASK { V { ?s ?p ?o } UNION { V ?o ?p ?m } }"),
        ("ASK { { SELECT ?s { ?s ?p ?m } } }", "ASK { V { SELECT ?s { V ?s ?p ?m } } }"),
        ("CONSTRUCT { ?s ?p ?m } WHERE { ?s ?p ?m }", "CONSTRUCT { ?s ?p ?m } WHERE { V ?s ?p ?m }"),
        ("CONSTRUCT WHERE { ?s ?p ?m }", "CONSTRUCT WHERE { ?s ?p ?m }\n V"),
        ("DESCRIBE ?m", "DESCRIBE ?m\n V"),
        ("ASK { VALUES (?a ?b) { (1 2) } ?s ?p ?m }", "ASK { V VALUES (?a ?b) { (1 2) } ?s ?p ?m }"),
    ],
)
def test_parameters_are_bound_in_every_group_that_speaks_of_them(text: str, expected: str) -> None:
    bound = bind(text, tokens(text), parameters={"m": "<urn:b>"})
    assert bound.replace(V, "V") == expected


def test_unknown_parameter() -> None:
    text = "ASK { ?s ?p ?manager }"
    with pytest.raises(QueryError, match="no parameter 'manger'; did you mean manager"):
        bind(text, tokens(text), parameters={"manger": "<urn:a>"})


def test_variables() -> None:
    assert variables(tokens("SELECT ?b { ?b ?p $a FILTER(?a = '?c') }")) == ["a", "b", "p"]
