"""SPARQL asked of an engine elsewhere: of a day by its graphs, of the history by its own, with whole answers.

A query is checked and bound here as everywhere, gets the prefixes it does not declare, and goes to the engine as it is.

Why ``GRAPH`` is refused: a query sees nothing but the day it is asked of, and not every engine keeps to that (Virtuoso
shows every graph it has). Why long answers come in pages: an engine may cut without a word. Where it says that it did,
the query is wrapped, sorted by all its columns, and asked for page by page; the count of rows has to agree in the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from orggraph.errors import QueryError, StoreError, UnsafeQuery
from orggraph.evaluation import Prepared, Results, prepare, select_results
from orggraph.remote.graphs import construct, describe
from orggraph.sparql import Token, error_at, tokens
from orggraph.store.remote import TIMEOUT, Engine, Row
from orggraph.vocabulary import ORGG, PREFIXES, Literal, Term

PAGE = 5_000
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_PATH_DOUBT = (
    "the query has a path with + or *, along which Virtuoso may give a row twice; SELECT DISTINCT or COUNT(DISTINCT …) "
    "leaves out the repetition"
)


def ask(
    engine: Engine,
    sparql: str,
    graphs: Sequence[str],
    *,
    parameters: Mapping[str, Term] | None = None,
    limit: int | None = None,
    timeout: float | None = None,
    unseen: Sequence[str] = (),
    possible: bool = False,
) -> Results:
    """Ask a query of the merge of some graphs; results as in `queries.run`.

    ``unseen`` are graphs of what is only possible and not asked; where a query that is not monotone leaves them out,
    or is asked of everything ``possible``, its answer carries a warning.
    """
    prepared = prepare(sparql, parameters=parameters)
    if prepared.functions:
        names = ", ".join(f"orgg:{iri.removeprefix(ORGG)}" for iri in prepared.functions)
        raise QueryError(f"{names}: a remote engine does not know functions of ours (ask the store that was published)")
    found = tokens(prepared.text)
    for token in found:
        if token.word == "GRAPH":
            raise UnsafeQuery(str(error_at(prepared.text, token.start, "GRAPH is refused on a remote engine: a query "
                                           "sees nothing but the day or the history it is asked of")))  # fmt: skip
    text = _with_prefixes(prepared, found)
    seconds = TIMEOUT if timeout is None else timeout
    form = next((token.word for token in found if token.word in _FORMS), "")
    warnings = _doubts(engine, prepared, graphs, unseen, possible, seconds)
    if form == "ASK":
        return Results(kind="ask", answer=engine.ask(text, default=graphs, timeout=seconds), warnings=warnings)
    if form in ("CONSTRUCT", "DESCRIBE"):
        make = construct if form == "CONSTRUCT" else describe
        made = make(text, tokens(text), lambda rows: _select(engine, rows, graphs, False, seconds))
        triples = sorted(set(made), key=_triple_order)
        return Results(kind="graph", triples=tuple(triples[:limit]), warnings=warnings + _cut(len(triples), limit))
    columns, rows = _select(engine, text, graphs, prepared.ordered, seconds)
    if engine.is_virtuoso and _has_path(found) and not any(token.word == "DISTINCT" for token in found):
        warnings += (_PATH_DOUBT,)
    return select_results(columns, rows, prepared, limit=limit, warnings=warnings)


def _select(
    engine: Engine, text: str, graphs: Sequence[str], ordered: bool, timeout: float
) -> tuple[tuple[str, ...], list[Row]]:
    """Get all rows of a SELECT, in pages where the engine cuts."""
    first = engine.select(text, default=graphs, timeout=timeout)
    if first.most is None:
        return first.columns, first.rows
    prologue, body = _parted(text)
    counted = engine.select(f"{prologue} SELECT (COUNT(*) AS ?n) {{ {{ {body} }} }}", default=graphs, timeout=timeout)
    total = int(counted.rows[0][0][0]) if isinstance(counted.rows[0][0], Literal) else 0
    size = min(PAGE, first.most // 2)
    columns = " ".join(f"?{name}" for name in first.columns)
    inner = body if ordered else f"SELECT {columns} {{ {{ {body} }} }} ORDER BY {columns}"
    rows: list[Row] = []
    while len(rows) < total:
        page = f"{prologue} SELECT {columns} {{ {{ {inner} }} }} LIMIT {size} OFFSET {len(rows)}"
        more = engine.select(page, default=graphs, timeout=timeout).rows
        if not more:
            break
        rows += more
    if len(rows) != total:
        raise StoreError(f"{engine.url}: the pages hold {len(rows)} of {total} rows, so none is used (ask again)")
    return first.columns, rows


def _doubts(
    engine: Engine, prepared: Prepared, graphs: Sequence[str], unseen: Sequence[str], possible: bool, timeout: float
) -> tuple[str, ...]:
    words = ", ".join(prepared.not_monotone)
    if not words or not (possible or unseen):
        return ()
    doubtful = graphs[len(graphs) // 2 :] if possible else unseen
    if not engine.ask("ASK { ?s ?p ?o }", default=doubtful, timeout=timeout):
        return ()
    if possible:
        doubt = "asked of everything possible at once, it may leave out what holds on some reading of the dates"
        return (f"the query uses {words}: {doubt}",)
    return (f"the query uses {words} and does not see what is only possible on this day: what it finds missing may be "
            "there",)  # fmt: skip


def _with_prefixes(prepared: Prepared, found: Sequence[Token]) -> str:
    """Declare the prefixes that a query uses without declaring them."""
    used = {token.text.partition(":")[0] for token in found if token.kind == "name"}
    declared = {name.text.removesuffix(":") for word, name in pairwise(found) if word.word == "PREFIX"}
    known = dict(PREFIXES)
    lines = [f"PREFIX {prefix}: <{known[prefix]}>\n" for prefix in sorted(used - declared) if prefix in known]
    return "".join(lines) + prepared.text


def _parted(text: str) -> tuple[str, str]:
    """Part a query into its prologue and the rest."""
    start = next(token.start for token in tokens(text) if token.word == "SELECT")
    return text[:start], text[start:]


def _has_path(found: Sequence[Token]) -> bool:
    """Tell whether a name or a bracket is followed by + or * as in a path, and not as in an expression."""
    for before, token, after in zip(found, found[1:], found[2:], strict=False):
        if token.text in ("+", "*") and (before.kind in ("name", "iri") or before.text == ")"):
            adjacent = before.start + len(before.text) == token.start
            if after.text == "/" or (adjacent and after.kind in ("variable", "name", "iri", "string")):
                return True
    return False


def _cut(found: int, limit: int | None) -> tuple[str, ...]:
    return (f"only the first {limit} results are given; there are more",) if limit and found > limit else ()


def _triple_order(triple: tuple[str, str, Term]) -> list[tuple[str, ...]]:
    return [(part,) if isinstance(part, str) else ("~", *part) for part in triple]
