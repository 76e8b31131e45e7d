"""The algebra of a query: which predicates it can touch.

Why rdflib reads it and pyoxigraph answers it: pyoxigraph does not show the algebra of what it parses. What rdflib does
not read, or what leaves a predicate open, counts as touching everything, so an error here costs time and no answer.
"""

from __future__ import annotations


def predicates_of(sparql: str, prefixes: tuple[tuple[str, str], ...]) -> frozenset[str] | None:
    """Give the predicates that a query can touch, or ``None`` where it can touch any.

    >>> from orggraph.vocabulary import PREFIXES
    >>> sorted(p.rpartition("#")[2] for p in predicates_of(
    ...     "SELECT ?a { ?a org:reportsTo+ ?b . FILTER NOT EXISTS { ?b a org:Post } }", tuple(PREFIXES.items())) or ())
    ['reportsTo', 'type']
    >>> predicates_of("SELECT ?p { ?a ?p ?b }", ()) is None
    True
    """
    from rdflib.plugins.sparql import prepareQuery  # 0.2 s to import; it saves more where a day is large

    try:
        algebra = prepareQuery(sparql, initNs=dict(prefixes)).algebra
    except Exception:  # whatever rdflib does not read, pyoxigraph may: then the query is asked of everything
        return None
    found: set[str] = set()
    return frozenset(found) if algebra.name != "DescribeQuery" and _touched(algebra, found) else None


def _touched(part: object, found: set[str]) -> bool:
    """Collect the predicates in a part of the algebra; false where it can touch any."""
    from rdflib.paths import AlternativePath, InvPath, MulPath, Path, SequencePath

    if isinstance(part, SequencePath | AlternativePath):
        return all(_touched_by(step, found) for step in part.args)
    if isinstance(part, InvPath):
        return _touched_by(part.arg, found)
    if isinstance(part, MulPath):
        return part.mod == "+" and _touched_by(part.path, found)  # * and ? also match a node with itself
    if isinstance(part, dict):
        triples = dict.get(part, "triples") or []  # rdflib's own `get` gives the name of what is missing
        if not all(len(triple) == 3 and _touched_by(triple[1], found) for triple in triples):
            return False
        return all(_touched(value, found) for name, value in part.items() if name != "triples")
    if isinstance(part, list | tuple | set):
        return all(_touched(item, found) for item in part)
    return not isinstance(part, Path)  # a negated path touches all others


def _touched_by(verb: object, found: set[str]) -> bool:
    from rdflib import URIRef
    from rdflib.paths import Path

    if isinstance(verb, URIRef):
        found.add(str(verb))
        return True
    return isinstance(verb, Path) and _touched(verb, found)
