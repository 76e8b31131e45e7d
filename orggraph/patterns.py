"""The patterns of a query: which predicates it can touch.

Why rdflib reads it and pyoxigraph answers it: pyoxigraph does not show what it parses. What rdflib does not read, or
what leaves a predicate open, counts as touching everything, so an error here costs time and no answer. What is looked
at is its parse tree and not its algebra, which has lost a filter within a filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any


def predicates_of(sparql: str, prefixes: tuple[tuple[str, str], ...]) -> frozenset[str] | None:
    """Give the predicates that a query can touch, or ``None`` where it can touch any.

    >>> from orggraph.vocabulary import PREFIXES
    >>> sorted(p.rpartition("#")[2] for p in predicates_of(
    ...     "SELECT ?a { ?a org:reportsTo+ ?b . FILTER NOT EXISTS { ?b a org:Post } }", tuple(PREFIXES.items())) or ())
    ['reportsTo', 'type']
    >>> predicates_of("SELECT ?p { ?a ?p ?b }", ()) is None
    True
    """
    from rdflib.plugins.sparql.algebra import translatePath, translatePName, translatePrologue, traverse
    from rdflib.plugins.sparql.parser import parseQuery  # 0.2 s to import; it saves more where a day is large

    try:
        prologue, query = parseQuery(sparql)
        names = translatePrologue(prologue, "", initNs=dict(prefixes))
        query = traverse(query, visitPost=partial(translatePName, prologue=names))
        query = traverse(query, visitPost=translatePath)
    except Exception:  # whatever rdflib does not read, pyoxigraph may: then the query is asked of everything
        return None
    found: set[str] = set()
    return frozenset(found) if query.name != "DescribeQuery" and _touched(query, found) else None


def _touched(part: object, found: set[str]) -> bool:
    """Collect the predicates in a part of a query; false where it can touch any, or is of no known kind."""
    from pyparsing import ParseResults
    from rdflib.term import Node

    if isinstance(part, dict):
        triples = _parted(dict.get(part, "triples") or [])  # rdflib's own `get` gives the name of what is missing
        if not all(len(triple) == 3 and _touched_by(triple[1], found) for triple in triples) or not _held(triples):
            return False
        return all(_touched(value, found) for name, value in part.items() if name not in ("triples", "template"))
    if isinstance(part, list | tuple | set | frozenset | ParseResults):
        return all(_touched(item, found) for item in part)
    return part is None or isinstance(part, Node | str | bool | int | float)


def _parted(triples: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Give triples one by one; rdflib has those of one subject in one list."""
    return [tuple(told[first : first + 3]) for told in triples for first in range(0, len(told), 3)]


def _touched_by(verb: object, found: set[str]) -> bool:
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(verb, URIRef):
        found.add(str(verb))
        return True
    if isinstance(verb, SequencePath | AlternativePath):
        return all(_touched_by(step, found) for step in verb.args)
    if isinstance(verb, InvPath):
        return _touched_by(verb.arg, found)
    return isinstance(verb, MulPath) and _touched_by(verb.path, found)  # a negated path touches all others


def _held(triples: Iterable[tuple[Any, ...]]) -> bool:
    """Tell whether every path that may have no length begins or ends where another pattern of the group has to match.

    ``p*`` and ``p?`` alone match every term of the graph with itself, also one that stands in other triples only.
    """
    from rdflib import Variable

    loose = [(subject, target) for subject, verb, target in triples if not _has_length(verb)]
    held = {term for subject, verb, target in triples if _has_length(verb) for term in (subject, target)}
    held = {term for term in held if isinstance(term, Variable)}
    while loose:
        reached = [ends for ends in loose if not held.isdisjoint(ends)]
        if not reached:
            return False
        held.update(term for ends in reached for term in ends if isinstance(term, Variable))
        loose = [ends for ends in loose if ends not in reached]
    return True


def _has_length(verb: object) -> bool:
    """Tell whether a path always goes over at least one triple."""
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(verb, SequencePath):
        return any(map(_has_length, verb.args))
    if isinstance(verb, AlternativePath):
        return all(map(_has_length, verb.args))
    if isinstance(verb, InvPath):
        return _has_length(verb.arg)
    if isinstance(verb, MulPath):
        return verb.mod == "+" and _has_length(verb.path)
    return True
