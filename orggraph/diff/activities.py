"""A diff as PROV: each event an activity that used the facts which hold no longer and generated those which do.

Why an event has a time only where it is one day: ``prov:startedAtTime`` has no way to say *some day in May*. Where a
moment is known within bounds, these are given as ``orgg:startEarliest`` and ``orgg:startLatest``, as on a fact.
Why a detected merger is no ``org:ChangeEvent``: no source states it. It is an activity with its evidence as a comment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from orggraph.diff.events import Event
from orggraph.diff.text import printable
from orggraph.period import OPEN_EARLY, OPEN_LATE, Moment, iso
from orggraph.snapshot import CERTAIN
from orggraph.vocabulary import BASE, DCTERMS, ORG, ORGG, PROV, RDF, RDF_TYPE, RDFS, XSD, Literal, Term, digest

if TYPE_CHECKING:
    from orggraph.diff import Diff

ACTIVITY, EVENT, CHANGE_EVENT = PROV + "Activity", ORGG + "Event", ORG + "ChangeEvent"
_CHANGES = frozenset({"merged", "split", "functions transferred", "unit created", "unit closed"})
_LANG = RDF + "langString"
Said = tuple[str, str, Term]


def activities(diff: Diff, *, base: str = BASE) -> list[Said]:
    """List the triples: an activity for each event, and for the parts of one ``dcterms:hasPart``.

    ``base`` is that of the graph, under which its facts have their IRIs.
    """
    return [triple for event in diff.events for triple in _activity(event, base)]


def as_prov(diff: Diff, *, base: str = BASE) -> str:
    """Write the activities as Turtle."""
    from orggraph.rdf.formats import serialize  # heavy: only for the forms that write RDF terms

    return serialize([(*triple, "") for triple in activities(diff, base=base)], "turtle").decode("utf-8")


def event_iri(event: Event, *, base: str = BASE) -> str:
    """Give the IRI of an event, made of what it says and rests on: the same event has the same one in every diff."""
    return f"{base}event:{digest(event.kind, event.subject, event.text, *event.used, '|', *event.generated)}"


def _activity(event: Event, base: str) -> Iterator[Said]:
    node = event_iri(event, base=base)
    said: list[tuple[str, Term]] = [(RDF_TYPE, ACTIVITY), (RDF_TYPE, EVENT)]
    said += [(ORGG + "kind", Literal(event.kind)), (RDFS + "label", Literal(printable(event.text), _LANG, "en"))]
    said += [(RDFS + "comment", Literal(printable(event.evidence), _LANG, "en"))] if event.evidence else []
    if event.certainty != CERTAIN:
        said.append((ORGG + "flag", Literal(event.certainty)))
    renamed = event.kind == "unit renamed" and bool(event.related)  # under another identity
    if (event.kind in _CHANGES or renamed) and not event.evidence:
        said += [(RDF_TYPE, CHANGE_EVENT), (ORGG + "changeType", Literal(event.kind))]
        said += _organizations(event)
    said += [(PROV + "used", f"{base}fact:{identity}") for identity in event.used]
    said += [(PROV + "generated", f"{base}fact:{identity}") for identity in event.generated]
    said += [(DCTERMS + "subject", iri) for iri in dict.fromkeys((event.subject, *event.related)) if iri]
    said += _days(event.when)
    said += [(DCTERMS + "hasPart", event_iri(part, base=base)) for part in event.parts]
    yield from ((node, predicate, term) for predicate, term in said)
    for part in event.parts:
        yield from _activity(part, base)


def _organizations(event: Event) -> list[tuple[str, Term]]:
    """Give which units a change event took, and which came out of it."""
    if event.kind == "unit created":
        return [(ORG + "resultingOrganization", event.subject)]
    units = (event.subject, *event.related)
    originals, results = units[: max(1, len(event.before))], units[max(1, len(event.before)) :]
    if event.kind == "unit closed":
        originals, results = units[:1], ()
    said: list[tuple[str, Term]] = [(ORG + "originalOrganization", iri) for iri in originals]
    return [*said, *((ORG + "resultingOrganization", iri) for iri in results)]


def _days(when: str) -> list[tuple[str, Term]]:
    """Give the day of a moment as the time at which an activity started, or its bounds where it is not one day."""
    if not when:
        return []
    moment = Moment.parse(when)
    if moment.exact:
        return [(PROV + "startedAtTime", Literal(f"{iso(moment.earliest)}T00:00:00", XSD + "dateTime"))]
    bounds = {"Earliest": moment.earliest, "Latest": moment.latest}
    return [
        (f"{ORGG}start{name}", Literal(iso(bound), XSD + "date"))
        for name, bound in bounds.items() if bound not in (OPEN_EARLY, OPEN_LATE)
    ]  # fmt: skip
