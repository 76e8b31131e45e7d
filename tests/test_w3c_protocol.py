"""The protocol and service description tests of the W3C (SPARQL 1.1), by their manifests, over loopback.

The tests are read where they lie and run against a real ``orggraph serve``. What fails does so for one of two reasons,
each by name: their dataset is of graphs elsewhere on the web, which this service has not and never fetches, so it
refuses them with 400, as the protocol (section 2.1.4) allows; and it takes no updates. A test whose dataset does not
matter to its query is run once more without it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.namespace import RDF
from webclient import SAMPLE, serving

PLACE = Path(os.environ.get("ORGGRAPH_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "w3c" / "sparql11"
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")

NO_GRAPHS = "graphs elsewhere on the web are refused with 400, not fetched (SPARQL 1.1 Protocol, section 2.1.4)"
NO_UPDATES = "updates are refused: role changes are loaded or recorded"
RELATIVE = "its relative IRIs without BASE are refused with line and column, not read as addresses of this service"
KNOWN = {
    **dict.fromkeys((
        "query_post_form", "query_dataset_default_graphs_get", "query_dataset_default_graphs_post",
        "query_dataset_named_graphs_post", "query_dataset_named_graphs_get", "query_dataset_full",
        "query_multiple_dataset", "query_get", "query_content_type_select", "query_content_type_ask",
        "query_content_type_describe", "query_content_type_construct",
    ), NO_GRAPHS),
    **dict.fromkeys((
        "update_dataset_default_graph", "update_dataset_default_graphs", "update_dataset_named_graphs",
        "update_dataset_full", "update_post_form", "update_post_direct", "update_base_uri",
    ), NO_UPDATES),
}  # fmt: skip
"""The tests that fail, with the reason."""
INCIDENTAL = {
    "query_post_form", "query_get", "query_content_type_select", "query_content_type_ask",
    "query_content_type_describe", "query_content_type_construct",
}  # fmt: skip
"""Those of them whose query is not about their dataset."""
TABULAR = {"application/sparql-results+json", "application/sparql-results+xml", "text/csv",
           "text/tab-separated-values"}  # fmt: skip
RDF_TYPES = {"text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"}


class Request(NamedTuple):
    """One request of a test and what is expected of its response."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    statuses: str
    format: str
    boolean: bool | None


def _manifest() -> rdflib.Graph:
    return rdflib.Graph().parse(PLACE / "protocol" / "manifest.ttl", format="turtle")


def _requests(manifest: rdflib.Graph, test: str) -> list[Request]:
    node = next(one for one in manifest.subjects(RDF.type, MF.ProtocolTest) if str(one).endswith(f"#{test}"))
    listed = manifest.value(manifest.value(node, MF.action), HT.requests)
    assert listed is not None
    return [_request(manifest, one) for one in Collection(manifest, listed)]


def _request(manifest: rdflib.Graph, node: rdflib.term.Node) -> Request:
    headers, body, response = (manifest.value(node, one) for one in (HT.headers, HT.body, HT.resp))
    named = {
        str(manifest.value(one, HT.fieldName)): str(manifest.value(one, HT.fieldValue))
        for one in (Collection(manifest, headers) if headers else ())
    }
    encoding = str(manifest.value(body, CNT.characterEncoding)) if body else "UTF-8"
    boolean = manifest.value(response, MF.expectedBoolean)
    return Request(
        str(manifest.value(node, HT.methodName)),
        str(manifest.value(node, HT.absolutePath)),
        named,
        str(manifest.value(body, CNT.chars) if body else "").encode(encoding),
        "".join(str(one)[-3] for one in manifest.objects(response, MF.expectedStatus)),
        str(manifest.value(response, MF.expectedFormat, default="")),
        None if boolean is None else bool(boolean.toPython()),
    )


def _names() -> list[str]:
    if not PLACE.is_dir():
        return []
    return sorted(str(one).partition("#")[2] for one in _manifest().subjects(RDF.type, MF.ProtocolTest))


@pytest.fixture(scope="module")
def manifest() -> rdflib.Graph:
    return _manifest()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("w3c"), "--data", str(SAMPLE), "serve") as server:
        yield server.url


def _run(url: str, request: Request) -> None:
    """Send a request and compare its response with what is expected."""
    with httpx.Client(base_url=url, timeout=60) as client:
        answered = client.request(request.method, request.path, headers=request.headers, content=request.body)
    assert str(answered.status_code)[0] in request.statuses, answered.text
    media_type = answered.headers["content-type"].partition(";")[0]
    if request.format == "RDF":
        assert media_type in RDF_TYPES
    elif request.format:
        assert media_type in TABULAR
    if request.boolean is not None:
        assert answered.json()["boolean"] is request.boolean


def test_the_tests_of_the_w3c_are_there(shared: Path) -> None:
    assert len(_names()) == 34
    assert set(KNOWN) < set(_names())


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.xfail(reason=KNOWN[n], strict=True) if n in KNOWN else ()) for n in _names()],
)
def test_protocol(manifest: rdflib.Graph, url: str, name: str) -> None:
    for request in _requests(manifest, name):
        _run(url, request)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(n, marks=pytest.mark.xfail(reason=RELATIVE, strict=True) if n.endswith("construct") else ())
        for n in sorted(INCIDENTAL & set(_names()))
    ],
)
def test_protocol_without_the_dataset(manifest: rdflib.Graph, url: str, name: str) -> None:
    for request in _requests(manifest, name):
        path, _, query = request.path.partition("?")
        kept = [part for part in query.split("&") if part and not part.startswith("default-graph-uri=")]
        _run(url, request._replace(path=f"{path}?{'&'.join(kept)}"))


@pytest.mark.parametrize("name", [one for one in _names() if KNOWN.get(one) == NO_GRAPHS])
def test_a_dataset_is_refused_by_name(manifest: rdflib.Graph, url: str, name: str) -> None:
    (request,) = _requests(manifest, name)
    with httpx.Client(base_url=url, timeout=60) as client:
        answered = client.request(request.method, request.path, headers=request.headers, content=request.body)
    assert answered.status_code == 400
    detail = answered.json()["detail"]
    assert "named-graph-uri is refused" in detail or "is no graph of this service" in detail


def test_service_description(url: str) -> None:
    """The three tests of the service description: it is RDF, names its endpoint, and keeps to the schema."""
    answered = httpx.get(f"{url}sparql")
    assert answered.headers["content-type"].partition(";")[0] in RDF_TYPES
    described = rdflib.Graph().parse(data=answered.text, format="turtle")
    (service,) = described.subjects(RDF.type, SD.Service)
    assert list(described.objects(service, SD.endpoint)) == [rdflib.URIRef(f"{url}sparql")]
    dataset = described.value(service, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in described
    assert (described.value(dataset, SD.defaultGraph), RDF.type, SD.Graph) in described
