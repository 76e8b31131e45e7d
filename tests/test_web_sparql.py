"""The endpoint: the three ways to ask, the forms of results, days, limits, and what is refused."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import rdflib
from company import company
from webclient import TODAY, Client, client_of

from orggraph.graph import OrgGraph
from orggraph.rdf import parse
from orggraph.web import Settings

FORM, DIRECT = "application/x-www-form-urlencoded", "application/sparql-query"
WHO = 'SELECT ?name { ?who org:reportsTo ?whom ; foaf:name ?name . ?whom foaf:name "Ben Brook" } ORDER BY ?name'
DAY = "as-of=2024-03-01"
CROSS = " . ".join(f"?a{n} ?p{n} ?b{n}" for n in range(5))
ENDLESS = f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}"


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    return company()


@pytest.fixture(scope="module")
def web(org: OrgGraph) -> Iterator[Client]:
    with client_of(org) as client:
        yield client


def asked(query: str, more: str = DAY) -> str:
    return f"/sparql?{urlencode({'query': query})}&{more}"


def names(document: str) -> list[str]:
    return [row["name"]["value"] for row in json.loads(document)["results"]["bindings"]]


def test_the_three_ways_to_ask_give_one_answer(web: Client) -> None:
    answers = [
        web.get(asked(WHO)),
        web.request("POST", f"/sparql?{DAY}", content=urlencode({"query": WHO}), content_type=FORM),
        web.request("POST", "/sparql", content=f"{urlencode({'query': WHO})}&{DAY}", content_type=FORM),
        web.request("POST", f"/sparql?{DAY}", content=WHO, content_type=f"{DIRECT}; charset=UTF-8"),
        web.get(asked(WHO).replace("/sparql", "/query")),
    ]
    assert [names(one.text) for one in answers] == [["Cleo Cruz", "Dan Dale"]] * 5
    assert {one.headers["content-type"] for one in answers} == {"application/sparql-results+json"}
    assert "etag" in answers[0].headers
    assert answers[1].headers["cache-control"] == "no-store"


def test_a_day_is_asked_as_of_and_with_what_is_possible(web: Client) -> None:
    query = 'SELECT ?name { ?who org:holds/skos:prefLabel "Chief Financial Officer" ; foaf:name ?name } ORDER BY ?name'
    assert names(web.get(asked(query, "as-of=2024-08-31")).text) == ["Hal Hope"]
    assert names(web.get(asked(query, "as-of=2024-09-15")).text) == []
    assert names(web.get(asked(query, "as-of=2024-09-15&possible")).text) == ["Hal Hope", "Mia Moss"]
    assert names(web.get(asked(query, "")).text) == ["Mia Moss"], "today, where no day is said"


def test_all_of_time_has_an_address_of_its_own(web: Client) -> None:
    query = "SELECT ?name { ?fact a org:Membership ; org:member/rdfs:label ?name } LIMIT 3"
    assert len(names(web.get(f"/history/sparql?{urlencode({'query': query})}").text)) == 3
    refused = web.get(f"/history/sparql?{urlencode({'query': query})}&{DAY}")
    assert refused.status_code == 400


CFO = 'SELECT ?name { ?who org:holds/skos:prefLabel "Chief Financial Officer" ; foaf:name ?name }'
ON = "default-graph-uri=urn:orggraph:graph:"


@pytest.mark.parametrize("path", ["/sparql", "/history/sparql"])
def test_a_day_and_all_of_time_are_asked_by_name(web: Client, path: str) -> None:
    by_name = {day: f"{path}?{urlencode({'query': CFO})}&{ON}{day}" for day in ("2024-08-31", "2025-01-01")}
    assert {day: names(web.get(address).text) for day, address in by_name.items()} == {
        "2024-08-31": ["Hal Hope"], "2025-01-01": ["Mia Moss"],
    }  # fmt: skip
    stated = CFO.replace("{", "FROM <urn:orggraph:graph:2024-08-31> {", 1)
    assert names(web.get(f"{path}?{urlencode({'query': stated})}").text) == ["Hal Hope"]
    over = f"{path}?{urlencode({'query': stated})}&{ON}2025-01-01"
    assert names(web.get(over).text) == ["Mia Moss"], "the request counts before the query"
    everything = "SELECT (COUNT(?fact) AS ?name) { ?fact orgg:recorded ?time }"
    counted = names(web.get(f"/history/sparql?{urlencode({'query': everything})}").text)
    assert names(web.get(f"{path}?{urlencode({'query': everything})}&{ON}history").text) == counted != ["0"]


def test_an_answer_of_a_named_graph_has_no_other_times(web: Client) -> None:
    answered = web.get(f"/sparql?{urlencode({'query': CFO})}&{ON}2024-08-31",
                       accept_datetime="Fri, 03 Oct 2025 00:00:00 GMT")  # fmt: skip
    assert answered.status_code == 200
    assert "memento-datetime" not in answered.headers
    assert answered.headers["etag"] != web.get(f"/sparql?{urlencode({'query': CFO})}&{ON}2025-01-01").headers["etag"]


FORMS = [
    (WHO, "application/sparql-results+xml", "application/sparql-results+xml"),
    (WHO, "text/csv", "text/csv; charset=utf-8"),
    (WHO, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    (WHO, "application/json", "application/json"),
    (WHO, "application/sparql-results+xml;q=0.3, text/csv;q=0.9", "text/csv; charset=utf-8"),
    (WHO, "*/*", "application/sparql-results+json"),
    ("ASK { ?a org:reportsTo ?b }", "application/sparql-results+xml", "application/sparql-results+xml"),
    ("ASK { ?a org:reportsTo ?b }", "text/csv", "text/csv; charset=utf-8"),
    ("CONSTRUCT WHERE { ?a org:reportsTo ?b }", "", "text/turtle; charset=utf-8"),
    ("CONSTRUCT WHERE { ?a org:reportsTo ?b }", "application/ld+json", "application/ld+json"),
    ("CONSTRUCT WHERE { ?a org:reportsTo ?b }", "application/rdf+xml", "application/rdf+xml"),
    ("PREFIX select: <urn:s> DESCRIBE ?a { ?a org:reportsTo ?b }", "application/n-triples", "application/n-triples"),
    ("CONSTRUCT { ?a org:x ?b } { { SELECT * { ?a org:reportsTo ?b } } }", "application/trig", "application/trig"),
]


@pytest.mark.parametrize("query, accept, given", FORMS)
def test_the_form_of_results_is_negotiated(web: Client, query: str, accept: str, given: str) -> None:
    answered = web.get(asked(query), accept=accept)
    assert answered.status_code == 200, answered.text
    assert answered.headers["content-type"] == given
    format = {"text/turtle": "turtle", "application/ld+json": "jsonld", "application/n-triples": "ntriples",
              "application/trig": "trig"}.get(given.partition(";")[0])  # fmt: skip
    if format:
        assert len(parse(answered.content, format)) > 5


ON_DAYS = [f"default-graph-uri=urn:orggraph:graph:2024-0{month}-31" for month in (7, 8)]
REFUSED = [
    ("GET", asked("SELECT ?x {"), "", "", 400, "line 1, column 11"),
    ("GET", asked("SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }"), "", "", 400, "SERVICE is refused"),
    ("GET", asked("SELECT * FROM <http://localhost:1/> { ?s ?p ?o }"), "", "", 400, "<http://localhost:1/> is no"),
    ("GET", asked("ASK FROM NAMED <urn:orggraph:graph:history> { ?s ?p ?o }"), "", "", 400, "FROM NAMED is refused"),
    ("GET", asked("SELECT * FROM org:x { ?s ?p ?o }"), "", "", 400, "line 1, column 10: FROM is refused"),
    ("GET", asked("SELECT *\n FROM <urn:orggraph:graph:history> {\n ?s", ""), "", "", 400, "line 2, column 36"),
    ("GET", asked(WHO, "default-graph-uri=urn:orggraph:graph:2024-13-01"), "", "", 400, "is no graph of this"),
    ("GET", asked(WHO, f"{DAY}&default-graph-uri=urn:orggraph:graph:history"), "", "", 400, "another time than"),
    ("GET", asked(WHO, f"{DAY}&{ON_DAYS[0]}"), "", "", 400, "is another time"),
    ("GET", asked(WHO, f"{ON_DAYS[0]}&{ON_DAYS[1]}"), "", "", 400, "cannot be asked together"),
    ("GET", asked("INSERT DATA { <urn:a> <urn:b> <urn:c> }"), "", "", 400, "INSERT is refused"),
    ("GET", asked(WHO, "default-graph-uri=urn:g"), "", "", 400, "<urn:g> is no graph of this service"),
    ("GET", asked(WHO, "named-graph-uri=urn:g"), "", "", 400, "named-graph-uri is refused"),
    ("GET", asked(WHO) + "&query=ASK+%7B%7D", "", "", 400, "more than once"),
    ("GET", asked(WHO, "asof=2024-03-01"), "", "", 400, "did you mean as-of?"),
    ("GET", "/sparql?query=", "", "", 400, "there is no query"),
    ("GET", "/sparql?update=CLEAR+ALL", "", "", 400, "update is refused"),
    ("GET", asked(WHO, "format=turtle"), "", "", 400, "does not fit"),
    ("POST", "/sparql", "update=CLEAR+ALL", FORM, 400, "update is refused"),
    ("POST", "/sparql", "CLEAR ALL", "application/sparql-update", 415, "updates are refused"),
    ("POST", "/sparql", "ASK {}", "text/plain", 415, "expected application/x-www-form-urlencoded or"),
    ("POST", "/sparql", "ASK {}", "", 415, "does not come as 'nothing'"),
    ("POST", "/sparql", "ASK {}", f"{DIRECT}; charset=UTF-16", 415, "expected UTF-8"),
    ("POST", "/sparql", "query=%FF", FORM, 400, "the body is not UTF-8"),
    ("POST", "/sparql", "", DIRECT, 400, "there is no query"),
    ("PUT", asked(WHO), "", "", 405, "PUT is not possible"),
]


@pytest.mark.parametrize("method, address, body, media_type, status, words", REFUSED,
                         ids=[f"{r[0]} {r[5]}" for r in REFUSED])  # fmt: skip
def test_what_is_refused(
    web: Client, method: str, address: str, body: str, media_type: str, status: int, words: str
) -> None:
    headers = {"content_type": media_type} if media_type else {}
    answered = web.request(method, address, content=body, **headers)
    assert answered.status_code == status, answered.text
    assert words in answered.json()["detail"]


def test_a_body_that_is_no_utf8_says_where(web: Client) -> None:
    answered = web.request("POST", "/sparql", content=b"ASK { \xff }", content_type=DIRECT)
    assert (answered.status_code, answered.json()["detail"][:6]) == (400, "byte 7")


def test_without_a_query_the_service_is_described(web: Client) -> None:
    sd = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    for path in ("/sparql", "/history/sparql"):
        described = rdflib.Graph().parse(data=web.get(path).text, format="turtle")
        (service,) = described.subjects(rdflib.RDF.type, sd.Service)
        assert described.value(service, sd.endpoint) == rdflib.URIRef(f"http://localhost{path}")
        assert described.value(service, sd.supportedLanguage) == sd.SPARQL11Query
        assert len(list(described.objects(service, sd.resultFormat))) == 9
    assert web.get("/sparql", accept="application/ld+json").headers["content-type"] == "application/ld+json"
    assert web.get("/sparql", accept="image/png").status_code == 406


def test_the_library_is_asked_by_its_parameters(web: Client) -> None:
    answered = web.get(f"/query/reports?manager=Ben+Brook&{DAY}&format=csv").text.splitlines()
    assert answered[0] == "manager_name,reporter_name,line,manager,reporter"
    assert [line.split(",")[1] for line in answered[1:]] == ["Cleo Cruz", "Dan Dale"]
    over = web.get("/query/holders_over_time?post=Platform+Lead,+Platform&format=csv")
    assert "Eli Egan" in over.text
    assert "as-of" in web.get(f"/query/holders_over_time?{DAY}").json()["detail"]


def test_an_answer_that_may_be_wrong_says_so(web: Client) -> None:
    query = "SELECT (COUNT(?a) AS ?n) { ?a org:reportsTo ?b }"
    warned = web.get(asked(query, "as-of=2024-09-15"))
    assert "COUNT" in warned.headers["orggraph-warning"]
    assert "orggraph-warning" not in web.get(asked(WHO)).headers


def test_answers_are_kept_where_they_may_be(web: Client) -> None:
    first = web.get(asked(WHO))
    again = web.get(asked(WHO), if_none_match=f'"x", W/{first.headers["etag"]}')
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert web.get(asked(WHO), accept="text/csv").headers["etag"] != first.headers["etag"]
    assert web.get(asked(WHO, "as-of=2024-03-02")).headers["etag"] != first.headers["etag"]
    changing = web.get(asked("SELECT (NOW() AS ?now) (RAND() AS ?r) {}"))
    assert changing.headers["cache-control"] == "no-store"
    assert "etag" not in changing.headers


# ---- limits


def test_a_query_that_takes_too_long_is_ended(org: OrgGraph) -> None:
    with client_of(org, settings=Settings(timeout=0.5, today=lambda: TODAY)) as client:
        answered = client.get(asked(ENDLESS))
        assert answered.status_code == 504
        assert "the query was ended after 0.5 s" in answered.json()["detail"]
        assert names(client.get(asked(WHO)).text) == ["Cleo Cruz", "Dan Dale"]


def test_a_query_that_takes_too_much_memory_is_ended(org: OrgGraph) -> None:
    hungry = f"SELECT DISTINCT * {{ {CROSS} }}"
    with client_of(org, settings=Settings(memory=200 << 20, today=lambda: TODAY)) as client:
        answered = client.get(asked(hungry))
        assert answered.status_code == 504
        assert "200 MB of memory" in answered.json()["detail"]


def test_too_many_results_are_refused_and_never_cut(org: OrgGraph) -> None:
    query = "SELECT * { ?a org:reportsTo ?b }"
    with client_of(org) as client:
        whole = len(json.loads(client.get(asked(query)).text)["results"]["bindings"])
    with client_of(org, settings=Settings(results=whole, today=lambda: TODAY)) as client:
        assert client.get(asked(query)).status_code == 200
    with client_of(org, settings=Settings(results=whole - 1, today=lambda: TODAY)) as client:
        refused = client.get(asked(query))
        assert refused.status_code == 400
        assert f"more than {whole - 1} results" in refused.json()["detail"]
        assert client.get(asked(f"{query} LIMIT {whole - 1}")).status_code == 200
        assert client.get(asked("CONSTRUCT WHERE { ?a ?p ?b }")).status_code == 400


def test_brackets_without_end_and_a_huge_query_are_answered(web: Client) -> None:
    deep = "SELECT * " + "{" * 5000 + "}" * 5000
    assert web.request("POST", "/sparql", content=deep, content_type=DIRECT).status_code == 400
    began = time.monotonic()
    wide = "ASK { " + "?a ?b ?c . " * 40_000 + "}"
    assert web.request("POST", "/sparql", content=wide, content_type=DIRECT).status_code in (200, 400, 504)
    assert time.monotonic() - began < 60
