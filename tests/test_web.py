"""The service as a whole: its resources, statuses, errors, headers and who may come in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner
from company import company, row
from openapi_spec_validator import OpenAPIV31SpecValidator
from webclient import SAMPLE, TODAY, Client, client_of

import orggraph
from orggraph.cli import main
from orggraph.graph import OrgGraph
from orggraph.rdf import parse
from orggraph.results import answers_schema
from orggraph.web import Settings
from orggraph.web.app import RESOURCES

HOSTILE = "<img src=x onerror=alert(1)>\x1b[2J"


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    return company(row("starts", "2024-01-01", person=HOSTILE, post='"Chief" & <b>', unit="Finance"))


@pytest.fixture(scope="module")
def web(org: OrgGraph) -> Iterator[Client]:
    with client_of(org) as client:
        yield client


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("store") / "sample"
    orggraph.open(place).load(SAMPLE)
    return place


@pytest.fixture(scope="module")
def sample(store: Path) -> Iterator[Client]:
    with client_of(orggraph.open(store), kept=True) as client:
        yield client


SAME = [
    (["reports", "Daniela Amodei", "--as-of", "2025-10-03"], "/reports?name=Daniela+Amodei&as-of=2025-10-03"),
    (["reports", "Daniela Amodei", "--as-of", "2025-09-30"], "/reports?name=Daniela+Amodei&as-of=2025-09-30"),
    (["reports", "Daniela Amodei", "--all", "--as-of", "2025-10-03"],
     "/reports?name=Daniela+Amodei&all&as-of=2025-10-03"),
    (["managers", "Rahul Patil", "--as-of", "2025-10-03"], "/managers?name=Rahul+Patil&as-of=2025-10-03"),
    (["chain", "Rahul Patil", "--as-of", "2025-10-03"], "/chain?name=Rahul+Patil&as-of=2025-10-03"),
    (["holders", "CTO, Anthropic", "--as-of", "2025-10-01"], "/holders?name=CTO,+Anthropic&as-of=2025-10-01"),
    (["members", "Anthropic", "--as-of", "2025-10-03"], "/members?name=Anthropic&as-of=2025-10-03"),
    (["diff", "2025-09-01", "2025-10-03"], "/diff?from=2025-09-01&to=2025-10-03"),
    (["stats", "--as-of", "2025-10-03"], "/stats?as-of=2025-10-03"),
    (["stats", "--as-of", "2025-10-03", "--wide", "1", "--organization", "2025-09-01"],
     "/stats?as-of=2025-10-03&wide=1&organization=2025-09-01"),
    (["stats", "--every", "week", "--from", "2025-09-01", "--until", "2025-10-20", "--unit", "Anthropic"],
     "/stats?every=week&from=2025-09-01&until=2025-10-20&unit=Anthropic"),
    (["history", "Sam McCandlish"], "/history?name=Sam+McCandlish"),
    (["blame", "Sam McCandlish", "--as-of", "2025-10-03"], "/blame?name=Sam+McCandlish&as-of=2025-10-03"),
    (["log", "Sam McCandlish"], "/log?name=Sam+McCandlish"),
    (["log", "--unit", "Anthropic", "--from", "2025-09-01", "--to", "2025-10-03", "-n", "2", "--reverse"],
     "/log?unit=Anthropic&from=2025-09-01&to=2025-10-03&most=2&reverse"),
    (["sources"], "/sources"),
    (["check"], "/check"),
    (["queries"], "/queries"),
]  # fmt: skip


@pytest.mark.parametrize("command, address", SAME, ids=[address for _, address in SAME])
def test_a_command_and_its_address_give_one_document(
    sample: Client, store: Path, command: list[str], address: str
) -> None:
    told = CliRunner().invoke(main, ["--store", str(store), *command, "--format", "json"], catch_exceptions=False)
    answered = sample.get(address)
    assert answered.status_code == 200
    assert answered.text == told.stdout
    if "certainty" in answered.text and command[0] not in ("blame", "diff", "log"):
        jsonschema.validate(answered.json(), answers_schema())


STATUSES = [
    ("GET", "/nothing", 404, "there is nothing at /nothing"),
    ("GET", "/reports", 400, "the parameter 'name' is missing"),
    ("GET", "/reports?name=Nobody", 404, "no person or post is called 'Nobody'"),
    ("GET", "/reports?name=Ada+Abl", 404, "did you mean 'Ada Abel'"),
    ("GET", "/reports?name=Ada+Abel&as_of=2024-03-01", 400, "did you mean as-of?"),
    ("GET", "/reports?name=Ada+Abel&as-of=01.03.2024", 400, "'01.03.2024'"),
    ("GET", "/reports?name=Ada+Abel&as-of=2024-02-30", 400, "'2024-02-30'"),
    ("GET", "/reports?name=Ada+Abel&as-of=2024-01-01&as-of=2024-01-02", 400, "more than once"),
    ("GET", "/reports?name=Ada+Abel&all=maybe", 400, "neither true nor false"),
    ("GET", "/reports?name=Ada+Abel&recorded-by=2024-01-01", 400, "recorded-by needs a store"),
    ("GET", "/reports?name=Ada+Abel&format=jsn", 400, "did you mean json?"),
    ("GET", "/reports?name=%FF", 400, "not UTF-8"),
    ("GET", "/reports?" + "&".join(f"x{n}=1" for n in range(200)), 400, "more than 100 parameters"),
    ("GET", "/holders?name=Platform+Lead&as-of=today", 200, ""),
    ("GET", "/chart.svg?depth=-1", 400, "is no number"),
    ("GET", "/chart.svg?possible=false", 400, "possible=false"),
    ("GET", "/chart.svg?root=Nobody", 404, "'Nobody'"),
    ("GET", "/diff?from=2024-01-01&to=yesterday", 400, "'yesterday'"),
    ("GET", "/stats?every=moon&from=2024-01-01", 400, "every='moon'"),
    ("GET", "/stats?every=month", 400, "needs its first day"),
    ("GET", "/stats?every=month&from=2024-01-01&as-of=2024-01-01", 400, "are about one day"),
    ("GET", "/stats?every=day&from=1024-01-01&until=2024-01-01", 400, "at most 2000"),
    ("GET", "/stats?from=2024-01-01", 400, "need every"),
    ("GET", "/stats?as-of=2024-01-01&organization=today", 400, "changes from day to day"),
    ("GET", "/stats?every=year&from=2020-01-01&until=2024-01-01&unit=Nix", 404, "'Nix'"),
    ("GET", "/stats?every=year&from=2020-01-01&until=2024-01-01&format=csv", 200, ""),
    ("GET", "/blame?name=Nobody", 404, "'Nobody'"),
    ("GET", "/log?from=yesterday", 400, "'yesterday'"),
    ("GET", "/log?name=Ada+Abel&unit=Labs", 400, "not of both"),
    ("GET", "/entity/person:0", 404, "there is no entity urn:orggraph:person:0"),
    ("GET", "/query/nix", 404, "the library has no query 'nix'"),
    ("GET", "/query/reports?boss=x", 400, "there is no parameter 'boss'"),
    ("GET", "/query/reports?manager=Nobody", 404, "'Nobody'"),
    ("GET", "/timemap/check", 404, "there are no Mementos of /check"),
    ("POST", "/reports?name=Ada+Abel", 405, "POST is not possible at /reports"),
    ("DELETE", "/sparql", 405, "DELETE is not possible at /sparql"),
]


@pytest.mark.parametrize("method, address, status, words", STATUSES, ids=[f"{m} {a[:50]}" for m, a, _, _ in STATUSES])
def test_every_error_has_its_status_and_says_what_to_do(
    web: Client, method: str, address: str, status: int, words: str
) -> None:
    answered = web.request(method, address)
    assert answered.status_code == status, answered.text
    if status == 200:
        return
    assert answered.headers["content-type"] == "application/problem+json"
    document = answered.json()
    assert document["status"] == status
    assert words in document["detail"]
    assert answered.headers["cache-control"] == "no-store"
    if status == 405:
        assert "GET" in answered.headers["allow"]


def test_an_error_is_a_page_for_who_would_rather_have_one(web: Client) -> None:
    asked = "/reports?name=<Nobody>"
    answered = web.get(asked, accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert (answered.status_code, answered.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "&lt;Nobody&gt;" in answered.text and "<Nobody>" not in answered.text
    for accept in ("*/*", "application/json", ""):
        answered = web.get(asked, accept=accept)
        assert (answered.status_code, answered.headers["content-type"]) == (404, "application/problem+json")


def test_an_ambiguous_name_lists_the_candidates() -> None:
    rows = [row("starts", "2020-01-01", person=who, post="Clerk", unit=unit) for who, unit in (("A", "X"), ("B", "Y"))]
    org = OrgGraph()
    org.load(rows)
    with client_of(org) as client:
        answered = client.get("/holders?name=Clerk")
        assert answered.status_code == 400
        assert sorted(answered.json()["candidates"]) == ["Clerk, X", "Clerk, Y"]
        assert client.get("/holders?name=Clerk,+Y").json()["rows"][0]["name"] == "B"


@pytest.mark.parametrize(
    "accept, given",
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("application/json;q=0.2, text/*;q=0.4", "text/html; charset=utf-8"),
        ("text/csv;q=0, text/*", "text/html; charset=utf-8"),
        ("application/x-ndjson", "application/x-ndjson"),
    ],
)
def test_the_form_is_negotiated(web: Client, accept: str, given: str) -> None:
    answered = web.get("/reports?name=Ada+Abel&as-of=2024-03-01", accept=accept)
    assert answered.headers["content-type"] == given
    assert "Accept" in answered.headers["vary"]


def test_what_cannot_be_given_is_406_and_a_format_beats_accept(web: Client) -> None:
    refused = web.get("/reports?name=Ada+Abel", accept="image/png")
    assert refused.status_code == 406
    assert "application/json" in refused.json()["detail"]
    chosen = web.get("/reports?name=Ada+Abel&format=csv", accept="image/png")
    assert chosen.headers["content-type"].startswith("text/csv")


def test_certain_and_possible_narrow_alike() -> None:
    org = OrgGraph()
    org.load(SAMPLE)
    with client_of(org) as client:
        asked = "/reports?name=Daniela+Amodei&as-of=2025-09-30"
        whole = client.get(asked).json()
        assert [one["certainty"] for one in whole["rows"]] == ["possible", "possible"]
        assert client.get(f"{asked}&possible").json() == whole
        certain = client.get(f"{asked}&certain").json()
        assert certain["rows"] == []
        assert "(possible=true lists them)" in certain["notes"][0]
        assert client.get(f"{asked}&possible=false").json() == certain


def test_head_and_options(web: Client) -> None:
    assert web.request("HEAD", "/reports?name=Ada+Abel").status_code == 200
    asked = web.request("OPTIONS", "/reports")
    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert web.request("OPTIONS", "/sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"


# ---- entities and pages


def test_an_entity_redirects_to_what_is_said_about_it(web: Client, org: OrgGraph) -> None:
    iri = org.find("Cleo Cruz")
    tail = iri.removeprefix(org.base)
    moved = web.get(f"/id/{tail}?as-of=2024-03-01")
    assert (moved.status_code, moved.headers["location"]) == (303, f"/entity/{tail}?as-of=2024-03-01")
    for accept in ("text/turtle", "application/ld+json", "application/n-triples"):
        answered = web.get(moved.headers["location"], accept=accept)
        assert answered.headers["content-type"].startswith(accept)
        format = {"text/turtle": "turtle", "application/ld+json": "jsonld", "application/n-triples": "ntriples"}[accept]
        triples = parse(answered.content, format)
        told = {(s, p.rpartition("#")[2], o) for s, p, o in triples}
        assert (iri, "reportsTo", org.find("Ben Brook")) in told
        assert (iri, "holds", org.find("Platform Lead", kinds=("post",))) in told
        assert "Ben Brook" in {o[0] for _, p, o in triples if p.endswith("label")}
    later = parse(web.get(f"/entity/{tail}?as-of=2024-07-01").content, "turtle")
    assert org.find("Chief Technology Officer") in {o for _, p, o in later if p.endswith("holds")}


def test_an_entity_of_another_base_is_found_by_its_whole_iri() -> None:
    org = OrgGraph()
    org.load([row("starts", "2024-01-01", person="Zed", person_id="https://example.org/people?z", post="Clerk")])
    with client_of(org) as client:
        (found,) = client.get("/find?name=zed").json()["rows"]
        assert found["iri"] == "https://example.org/people?z"
        assert client.get(found["url"], accept="text/turtle").status_code == 200
        assert "/entity/?iri=https%3A%2F%2Fexample.org" in client.get("/holders?name=Clerk&format=html").text
        assert client.get("/entity/").status_code == 400


class _Tags(HTMLParser):
    """Collects the tags, and checks that they are closed in order."""

    VOID = frozenset({"meta", "link", "input", "img", "br", "wbr"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


PAGES = [
    "/", "/?as-of=2024-03-01", "/ontology", "/sparql", "/history/sparql", "/find?name=a", "/find?name=%3Cimg",
    "/reports?name=Ada+Abel&all&as-of=2024-03-01", "/members?name=Finance&as-of=2024-03-01",
    "/history?name=Cleo+Cruz", "/holders?name=Controller&as-of=2024-03-01",
    "/sparql?as-of=2024-03-01&query=SELECT+*+%7B+%3Fs+%3Fp+%3Fo+%7D",
    "/sparql?as-of=2024-03-01&query=CONSTRUCT+WHERE+%7B+%3Fs+foaf:name+%3Fo+%7D",
    "/sparql?query=ASK+%7B+FILTER(%22%3Cb%3E%22=%22x%22)+%7D", "/query/reports?as-of=2024-03-01",
]  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_whole_and_escape_what_comes_from_data(web: Client, address: str) -> None:
    answered = web.get(address, accept="text/html")
    assert answered.status_code == 200, answered.text
    assert answered.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answered.headers["content-security-policy"]
    assert "unsafe" not in answered.headers["content-security-policy"]
    reader = _Tags()
    reader.feed(answered.text)
    assert reader.open == []
    names = [tag for tag, _ in reader.tags]
    assert {"main", "h1", "title", "nav"} <= set(names)
    scripts = [attributes for tag, attributes in reader.tags if tag == "script"]
    assert scripts and all(str(attributes.get("src")).startswith("/static/") for attributes in scripts)
    assert "style" not in names
    assert not [attributes for _, attributes in reader.tags if "style" in attributes]
    assert not [attributes for _, attributes in reader.tags if any(name.startswith("on") for name in attributes)]
    assert all("alt" in attributes for tag, attributes in reader.tags if tag == "img")
    assert all(attributes.get("src", "/chart.svg").startswith("/chart.svg") for tag, attributes in reader.tags
               if tag == "img")  # fmt: skip
    assert all("scope" in attributes for tag, attributes in reader.tags if tag == "th")


def test_the_hostile_name_was_on_a_page(web: Client) -> None:
    text = web.get("/members?name=Finance&as-of=2024-03-01&format=html").text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text
    assert "&quot;Chief&quot; &amp; &lt;b&gt;" in text


def test_links_of_pages_lead_somewhere(web: Client) -> None:
    seen: set[str] = set()
    ahead = ["/?as-of=2024-03-01", "/reports?name=Ada+Abel&all&as-of=2024-03-01&format=html"]
    while ahead and len(seen) < 40:
        address = ahead.pop()
        if address in seen:
            continue
        seen.add(address)
        answered = web.get(address, accept="text/html, */*;q=0.5")
        assert answered.status_code == 200, address
        if answered.headers["content-type"].startswith("text/html"):
            reader = _Tags()
            reader.feed(answered.text)
            ahead += [str(a["href"]) for tag, a in reader.tags if tag == "a" and str(a.get("href")).startswith("/")]
            ahead += [str(a["src"]) for tag, a in reader.tags if tag == "img"]
    assert len(seen) > 15


def test_the_ontology_is_the_one_of_the_package(web: Client) -> None:
    turtle = set(parse(web.get("/ontology").content, "turtle"))
    assert turtle == set(parse(web.get("/ontology", accept="application/ld+json").content, "jsonld"))
    assert len(turtle) > 100


# ---- OpenAPI


def test_the_openapi_document_is_valid_and_complete(web: Client) -> None:
    document = web.get("/openapi.json").json()
    OpenAPIV31SpecValidator(document).validate()
    assert {one.path for one in RESOURCES} < set(document["paths"])
    assert {"/sparql", "/history/sparql", "/query/reports"} < set(document["paths"])
    assert document["servers"] == [{"url": "http://localhost"}]


def test_the_examples_of_the_openapi_document_work(sample: Client) -> None:
    document = sample.get("/openapi.json").json()
    tried = 0
    for path, operations in document["paths"].items():
        given = {one["name"]: one["example"] for one in operations["get"]["parameters"] if "example" in one}
        if "{" in path or path == "/entity/":
            continue
        query = "&".join(f"{name}={str(value).replace(' ', '+').replace('?', '%3F')}" for name, value in given.items())
        answered = sample.get(f"{path}?{query}")
        assert answered.status_code == 200, (path, query, answered.text)
        types = set(operations["get"]["responses"]["200"]["content"])
        assert answered.headers["content-type"].partition(";")[0] in types
        tried += 1
    assert tried > 30


def test_json_answers_fit_the_schema_of_the_openapi_document(sample: Client) -> None:
    document = sample.get("/openapi.json").json()
    schema = {"$ref": "#/components/schemas/Answers", "components": document["components"]}
    jsonschema.validate(sample.get("/reports?name=Daniela+Amodei&as-of=2025-10-03").json(), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"rows": []}, schema)
    problem = {"$ref": "#/components/schemas/Problem", "components": document["components"]}
    jsonschema.validate(sample.get("/reports?name=Rahul+Patel").json(), problem)


# ---- who may come in


def test_a_token_is_needed_where_there_is_one(org: OrgGraph) -> None:
    with client_of(org, settings=Settings(token="secret", today=lambda: TODAY)) as client:
        for header in ("", "Bearer", "Bearer wrong", "Basic secret", "Bearer secret2", "secret"):
            refused = client.get("/reports?name=Ada+Abel", authorization=header)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Bearer")
            assert "Ada" not in refused.text
        answered = client.get("/reports?name=Ada+Abel", authorization="bearer secret")
        assert answered.status_code == 200
        assert answered.headers["cache-control"].startswith("private")
        document = client.get("/openapi.json", authorization="Bearer secret").json()
        assert document["security"] == [{"token": []}]
        assert "secret" not in repr(Settings(token="secret"))


def test_only_expected_names_are_answered_to(org: OrgGraph) -> None:
    names = frozenset({"localhost", "127.0.0.1", "::1", "org.example"})
    with client_of(org, settings=Settings(hosts=names)) as client:
        for host in ("localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "org.example"):
            assert client.get("/openapi.json", host=host).status_code == 200
        for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example:8000", "[::2]:8000"):
            refused = client.get("/reports?name=Ada+Abel", host=host)
            assert refused.status_code == 421
            assert "does not answer to the name" in refused.json()["detail"]


def test_other_sites_read_nothing_unless_they_are_named(org: OrgGraph) -> None:
    ask = {"origin": "https://site.example"}
    with client_of(org) as client:
        assert "access-control-allow-origin" not in client.get("/openapi.json", **ask).headers
        before = client.request("OPTIONS", "/sparql", access_control_request_method="POST", **ask)
        assert "access-control-allow-origin" not in before.headers
    named = Settings(origins=frozenset({"https://site.example"}), token="t")
    with client_of(org, settings=named) as client:
        before = client.request("OPTIONS", "/sparql", access_control_request_method="POST", **ask)
        assert before.status_code == 204
        assert before.headers["access-control-allow-origin"] == "https://site.example"
        assert "Authorization" in before.headers["access-control-allow-headers"]
        read = client.get("/openapi.json", authorization="Bearer t", **ask)
        assert read.headers["access-control-allow-origin"] == "https://site.example"
        assert "Origin" in read.headers["vary"]
        other = client.get("/openapi.json", authorization="Bearer t", origin="https://other.example")
        assert "access-control-allow-origin" not in other.headers
    with client_of(org, settings=Settings(origins=frozenset({"*"}))) as client:
        assert client.get("/openapi.json", **ask).headers["access-control-allow-origin"] == "*"


def test_addresses_and_bodies_have_limits(org: OrgGraph) -> None:
    with client_of(org, settings=Settings(url=500, body=1000)) as client:
        assert client.get("/find?name=" + "x" * 500).status_code == 414
        for method, address in (("POST", "/sparql"), ("GET", "/reports")):
            assert client.request(method, address, content=b"x" * 1001).status_code == 413
        assert client.request("POST", "/sparql", content="ASK {}" + " " * 900,
                              content_type="application/sparql-query").status_code == 200  # fmt: skip


def test_a_mistake_of_ours_tells_nothing_and_is_logged(org: OrgGraph, monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []

    def fail(name: str, *, kinds: tuple[str, ...], recorded_by: int | None) -> str:
        raise ZeroDivisionError("inner secret")

    with client_of(org, settings=Settings(log=lines.append)) as client:
        monkeypatch.setattr(org, "find", fail)
        answered = client.get("/reports?name=Ada+Abel%0A%1b[2J")
    assert answered.status_code == 500
    assert "inner secret" not in answered.text
    (line,) = lines
    assert "\n" not in line
    logged = json.loads(line)
    assert (logged["status"], logged["method"], logged["path"]) == (500, "GET", "/reports")
    assert "inner secret" in logged["error"]


def test_the_log_escapes_what_would_steer_a_terminal(org: OrgGraph) -> None:
    lines: list[str] = []
    with client_of(org, settings=Settings(log=lines.append)) as client:
        client.get("/a%1b%5b2J%0a%e2%80%ae")
    assert lines[0].isascii()
    assert lines[0].isprintable()
    assert json.loads(lines[0])["path"] == "/a\x1b[2J\n\u202e"
