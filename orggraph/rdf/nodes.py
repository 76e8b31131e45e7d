"""What a graph says of each subject, and the checks on reading it."""

from __future__ import annotations

from collections.abc import Iterable

from orggraph.errors import StoreError
from orggraph.rdf.terms import Triple
from orggraph.vocabulary import ORGG, Term

Node = dict[str, list[Term]]
"""What is said of one subject: the objects of each predicate."""


def nodes_of(triples: Iterable[Triple]) -> dict[str, Node]:
    """Gather what is said of each subject, in the order in which it is said, repetitions once."""
    nodes: dict[str, Node] = {}
    for subject, predicate, term in triples:
        nodes.setdefault(subject, {}).setdefault(predicate, []).append(term)
    for node in nodes.values():
        for predicate, terms in node.items():
            if len(terms) > 1:
                node[predicate] = list(dict.fromkeys(terms))
    return nodes


def one(iri: str, node: Node, name: str, namespace: str = ORGG) -> Term:
    """Give the only object of a property; raise `StoreError` if there is none or more than one."""
    terms = node.get(namespace + name, [])
    if len(terms) != 1:
        found = "is missing" if not terms else f"has {len(terms)} values"
        raise StoreError(f"<{iri}> is no complete fact: <{namespace}{name}> {found} (expected one)")
    return terms[0]


def text_of(term: Term) -> str:
    """Give an IRI, or the lexical form of a literal."""
    return term if isinstance(term, str) else term.value
