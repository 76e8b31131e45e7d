"""The OpenAPI 3.1 document, made from the resources themselves."""

from __future__ import annotations

from collections.abc import Sequence

from orggraph.library import library
from orggraph.results import answers_schema, stats_schema
from orggraph.version import __version__
from orggraph.web.parameters import Parameter
from orggraph.web.problems import MEDIA_TYPE
from orggraph.web.resources import Resource
from orggraph.web.sparql import DIRECT, FORM, GRAPHS, QUERY, ROWS, query_parameters, sparql_parameters

_ANSWERS = frozenset({"/reports", "/managers", "/chain", "/holders", "/members"})
_TYPES: dict[str, dict[str, object]] = {
    "text": {"type": "string"},
    "day": {"type": "string", "format": "date"},
    "time": {"type": "string"},
    "flag": {"type": "boolean", "default": False},
    "number": {"type": "integer", "minimum": 0},
}
_PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"description": "what was found, what was expected, what to do", "type": "string"},
        "candidates": {"description": "names that may have been meant", "type": "array", "items": {"type": "string"}},
    },
}
_TRAVEL: dict[str, object] = {
    "name": "Accept-Datetime", "in": "header", "schema": {"type": "string"},
    "description": "Travel to the day of this time (RFC 7089); without as-of and recorded-by only.",
}  # fmt: skip


_PAGE: dict[str, object] = {"content": {"text/html": {}}}
_LOAD: dict[str, object] = {
    "get": {
        "operationId": "load", "summary": "The form with which a file is loaded", "parameters": [],
        "responses": {"200": {"description": "A page with the form and its token.", **_PAGE}},
    },
    "post": {
        "operationId": "load_post",
        "summary": "Try out a file (file), or load the one that was tried out (upload)",
        "parameters": [],
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": {
            "type": "object", "required": ["token"],
            "properties": {
                "token": {"type": "string", "description": "From the page, for this session."},
                "file": {"type": "string", "contentMediaType": "application/octet-stream"},
                "upload": {"type": "string", "description": "The SHA-256 of the file that was tried out."},
            },
        }}}},
        "responses": {
            "200": {"description": "What would change, or what was loaded.", **_PAGE},
            "403": {"description": "Not sent from a page of this service.", **_PAGE},
            "422": {"description": "What is wrong with the file, by line.", **_PAGE},
        },
    },
}  # fmt: skip


def openapi(resources: Sequence[Resource], *, base_url: str, token: bool, writable: bool = False) -> dict[str, object]:
    """Describe the API; ``token`` says that one is needed, ``writable`` that files can be loaded."""
    schema, figures = answers_schema(), stats_schema()
    parts = {**schema.pop("$defs"), **figures.pop("$defs")}
    paths: dict[str, object] = {resource.path: {"get": _operation(resource)} for resource in resources}
    for path, summary in (
        ("/sparql", "SPARQL on the organization of a day"),
        ("/history/sparql", "SPARQL over all of time"),
    ):
        paths[path] = {"get": _query(path, summary), "post": _posted(path, summary)}
    for query in library().values():
        paths[f"/query/{query.name}"] = {
            "get": {
                "operationId": f"query_{query.name}",
                "summary": query.question,
                "parameters": [_parameter(one) for one in query_parameters(query)],
                "responses": _responses([media_type for _, media_type in ROWS]),
            }
        }
    if writable:
        paths["/load"] = _LOAD
    document: dict[str, object] = {
        "openapi": "3.1.0",
        "info": {
            "title": "orggraph",
            "version": __version__,
            "summary": "An org chart that remembers every day",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": base_url}],
        "paths": paths,
        "components": {"schemas": {
            "Answers": _moved(schema), "Figures": _moved(figures), **_moved(parts), "Problem": _PROBLEM,
        }},
    }
    if token:
        document["components"] = {
            **dict(document["components"]),  # type: ignore[call-overload]  # it was just made
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        }
        document["security"] = [{"token": []}]
    return document


def _moved(part: object) -> dict[str, object]:
    """Let a schema of answers refer to where its parts stand in this document."""
    moved = _relocated(part)
    assert isinstance(moved, dict)
    return {name: value for name, value in moved.items() if name not in ("$schema", "$id")}


def _relocated(part: object) -> object:
    if isinstance(part, dict):
        return {name: _relocated(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_relocated(item) for item in part]
    return part.replace("#/$defs/", "#/components/schemas/") if isinstance(part, str) else part


def _operation(resource: Resource) -> dict[str, object]:
    parameters = [_parameter(parameter) for parameter in resource.known]
    if "{rest}" in resource.path:
        parameters.insert(0, {
            "name": "rest", "in": "path", "required": True, "schema": {"type": "string"},
            "description": "The IRI after the base of this graph.",
        })  # fmt: skip
    if resource.dated:
        parameters.append(_TRAVEL)
    return {
        "operationId": _identifier(resource.path),
        "summary": resource.summary,
        "parameters": parameters,
        "responses": _responses(
            [media_type for _, media_type in resource.forms], schema=_schema_of(resource.path), dated=resource.dated
        ),
    }


def _identifier(path: str) -> str:
    """Make the name of an operation.

    >>> _identifier("/chart.svg"), _identifier("/entity/{rest}")
    ('chart_svg', 'entity_rest')
    """
    return "_".join("".join(char if char.isalnum() else " " for char in path).split()) or "home"


def _parameter(parameter: Parameter) -> dict[str, object]:
    schema = dict(_TYPES[parameter.kind])
    if parameter.name == "as-of":
        schema = {"type": "string"}  # a day, or the word today
    if parameter.choices:
        schema["enum"] = list(parameter.choices)
    made: dict[str, object] = {
        "name": parameter.name, "in": "query", "description": parameter.description, "schema": schema,
    }  # fmt: skip
    if parameter.required:
        made["required"] = True
    if parameter.kind == "flag":
        made["allowEmptyValue"] = True
    if parameter.example:
        made["example"] = parameter.example
    return made


def _schema_of(path: str) -> str:
    """Name the schema of the JSON at an address; empty where none is published."""
    return "Answers" if path in _ANSWERS else "Figures" if path == "/stats" else ""


def _responses(media_types: Sequence[str], *, schema: str = "", dated: bool = False) -> dict[str, object]:
    content: dict[str, object] = {media_type: {} for media_type in dict.fromkeys(media_types)}
    if schema:
        content["application/json"] = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    problem = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    responses: dict[str, object] = {"200": {"description": "The answer.", "content": content}}
    if dated:
        responses["302"] = {"description": "The Memento of the day that Accept-Datetime asks for."}
    responses["304"] = {"description": "The client has it already."}
    responses["default"] = {"description": "An error.", "content": problem}
    return responses


def _query(path: str, summary: str) -> dict[str, object]:
    history = path.startswith("/history")
    return {
        "operationId": _identifier(path),
        "summary": summary,
        "description": "Without a query: the description of the service.",
        "parameters": [_parameter(parameter) for parameter in sparql_parameters(history=history)],
        "responses": _responses([media_type for _, media_type in (*ROWS, *GRAPHS)], dated=not history),
    }


def _posted(path: str, summary: str) -> dict[str, object]:
    form = {"type": "object", "required": ["query"], "properties": {"query": {"type": "string"}}}
    body = {"required": True, "content": {FORM: {"schema": form}, DIRECT: {"schema": {"type": "string"}}}}
    taken = sparql_parameters(history=path.startswith("/history"))
    parameters = [_parameter(parameter) for parameter in taken if parameter != QUERY]
    asked = {**_query(path, summary), "operationId": f"{_identifier(path)}_post", "requestBody": body}
    return {**asked, "description": "A query by form, or directly.", "parameters": parameters}
