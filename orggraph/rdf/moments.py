"""Moments as RDF: flat days on the fact where they say everything, a node of its own where there is more to keep.

Why flat: one ``xsd:date`` without zone is what every SPARQL engine compares alike. Nothing at the start means that it
has always held, nothing at the end that it goes on; ``orgg:endEarliest`` alone is an end that nobody has stated.
Why reading comes first: whether flat days say everything is decided by reading them back (`flat_moment`) and
comparing, so nothing can get lost between the two forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, as_date, iso, unknown_end
from orggraph.rdf.nodes import Node, one, text_of
from orggraph.rdf.terms import Triple
from orggraph.vocabulary import BASE, ORGG, RDF_TYPE, XSD, Literal, Term, digest

ALWAYS = Moment(OPEN_EARLY, OPEN_EARLY, "..")
"""The start of what has held for as long as anything is known."""

_INFINITE = {OPEN_EARLY: ORGG + "always", OPEN_LATE: ORGG + "ongoing"}


def moment_iri(moment: Moment, *, base: str = BASE) -> str:
    """Give the IRI of a moment, made from everything it says; equal moments share one node."""
    bounds = (str(moment.earliest), str(moment.latest))
    said = (moment.text, moment.key, moment.earliest_from, moment.latest_from)
    return f"{base}moment:{digest(*bounds, *said)}"


def moment_triples(moment: Moment, *, base: str = BASE) -> list[Triple]:
    """Write the node of a moment: key, text, bounds and the source of each bound; an open side is left out."""
    said: list[tuple[str, Term]] = [(RDF_TYPE, ORGG + "Moment")]
    if moment.earliest != OPEN_EARLY:
        said.append((ORGG + "earliest", day_term(moment.earliest)))
    if moment.latest != OPEN_LATE:
        said.append((ORGG + "latest", day_term(moment.latest)))
    texts = {"text": moment.text, "key": moment.key}
    sources = {"earliestFrom": moment.earliest_from, "latestFrom": moment.latest_from}
    said += [(ORGG + name, Literal(text)) for name, text in (texts | sources).items() if text]
    node = moment_iri(moment, base=base)
    return [(node, predicate, term) for predicate, term in said]


def read_moment(iri: str, node: Node) -> Moment:
    """Read the node of a moment, equal to what `moment_triples` wrote."""
    earliest = day_of(one(iri, node, "earliest")) if ORGG + "earliest" in node else OPEN_EARLY
    latest = day_of(one(iri, node, "latest")) if ORGG + "latest" in node else OPEN_LATE
    words = ("text", "key", "earliestFrom", "latestFrom")
    return Moment(earliest, latest, *(text_of(one(iri, node, w)) if ORGG + w in node else "" for w in words))


def flat_days(moment: Moment) -> dict[str, int]:
    """Give the days that stand on the fact itself, by the ending of their property; open sides are left out.

    >>> flat_days(Moment.parse("2025-10-03/.."))
    {'Earliest': 739527}
    """
    days = {"Earliest": moment.earliest, "Latest": moment.latest}
    known = {bound: day for bound, day in days.items() if as_date(day)}
    return {"": moment.earliest} if moment.exact and known else known


def flat_moment(flat: Mapping[str, int], *, is_end: bool, source: str) -> Moment:
    """Give the moment that flat days stand for where no moment node says more; ``source`` is that of known bounds."""
    if "" in flat:
        return Moment(flat[""], flat[""], iso(flat[""]), "", source, source)
    if not flat:
        return ONGOING if is_end else ALWAYS
    earliest, latest = flat.get("Earliest", OPEN_EARLY), flat.get("Latest", OPEN_LATE)
    if is_end and "Latest" not in flat:
        return unknown_end(earliest)
    sources = (source if "Earliest" in flat else "", source if "Latest" in flat else "")
    return Moment(earliest, latest, Moment(earliest, latest).edtf(), "", *sources)


def day_term(day: int) -> Term:
    """Write a day; the two that are no day of the calendar have names, so that no number stands for them."""
    made = as_date(day)
    return Literal(made.isoformat(), XSD + "date") if made else _INFINITE.get(day, Literal(str(day), XSD + "integer"))


def day_of(term: Term) -> int:
    """Read a day that `day_term` wrote."""
    if isinstance(term, str):
        return next((day for day, iri in _INFINITE.items() if iri == term), OPEN_EARLY)
    return int(term.value) if term.datatype == XSD + "integer" else date.fromisoformat(term.value).toordinal()
