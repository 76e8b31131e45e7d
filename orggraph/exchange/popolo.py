"""All of time as Popolo JSON (https://www.popoloproject.com/specs/): persons, organizations, posts and memberships.

Dates are as the specification has them: a day, a month or a year, ``end_date`` the last day on which something held. A
date that is known by other bounds only stands, in EDTF, under ``start_bounds`` or ``end_bounds`` (the first day on
which it no longer held), which Popolo does not know and lets pass. Left out are reporting lines and attributes.
"""

from __future__ import annotations

import json
from calendar import monthrange
from collections.abc import Iterable
from datetime import date

from orggraph.facts import MEMBERSHIP, NAME, PLACE, Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE, Moment, as_date, iso
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline
from orggraph.vocabulary import Literal, is_iri

Thing = dict[str, object]


def as_popolo(timeline: Timeline) -> str:
    """Write the document, each list sorted by id."""
    days = [day for day in timeline.change_days() if as_date(day)]
    names = Snapshot(timeline, days[-1] if days else 1)
    facts = [timeline.facts[int(row)] for row in timeline.believed().nonzero()[0]]
    parents = {fact.subject: str(fact.object) for fact in facts if fact.kind == PLACE}
    held = [fact for fact in facts if fact.kind == MEMBERSHIP and isinstance(fact.object, str)]
    places = {str(fact.object) for fact in held} | set(parents) | set(parents.values())
    posts = {fact.post for fact in held if fact.post} | {iri for iri in places if names.kind(iri) == "post"}
    return _dumped({
        "persons": [_person(iri, names) for iri in sorted({fact.subject for fact in held})],
        "organizations": [
            {"id": iri, "name": names.name(iri), "classification": names.kind(iri), "parent_id": parents.get(iri, "")}
            for iri in sorted(places - posts)
        ],
        "posts": [
            {"id": iri, "label": names.name(iri), "organization_id": parents.get(iri, "")} for iri in sorted(posts)
        ],
        "memberships": [_membership(fact, names) for fact in sorted(held, key=lambda fact: (fact.tenure, fact.id))],
    })  # fmt: skip


def _dumped(document: dict[str, list[Thing]]) -> str:
    said = {name: [{key: value for key, value in thing.items() if value} for thing in things]
            for name, things in document.items()}  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _person(iri: str, names: Snapshot) -> Thing:
    """Write a person under the last name, with the others that they bore."""
    name = names.name(iri)
    others = [
        {"name": fact.object.value} | _dates(fact)
        for fact in names.timeline.facts_about(iri, NAME)
        if isinstance(fact.object, Literal) and fact.object.value != name and fact.superseded is None
    ]
    return {"id": iri, "name": name, "other_names": others}


def _membership(fact: Fact, names: Snapshot) -> Thing:
    named = fact.role or fact.post
    return {
        "id": fact.tenure,
        "person_id": fact.subject,
        "organization_id": str(fact.object),
        "post_id": fact.post,
        "role": names.name(named) if named else "",
        **_dates(fact),
        "sources": _sources(names.sources(fact)),
    }


def _sources(sources: Iterable[str]) -> list[dict[str, str]]:
    return [{"url": source} if is_iri(source) else {"note": source} for source in sources]


def _dates(fact: Fact) -> dict[str, str]:
    """Write both ends, each as a date where Popolo has one for it."""
    said = {}
    last = fact.end if fact.end.latest == OPEN_LATE or fact.end.earliest == OPEN_EARLY else fact.end.shifted(-1, -1)
    for name, moment, shown in (("start", fact.start, fact.start), ("end", fact.end, last)):
        text = _reduced(shown)
        if text:
            said[f"{name}_date"] = text
        elif moment.latest > OPEN_EARLY and moment.earliest < OPEN_LATE and not _is_unbounded(moment):
            said[f"{name}_bounds"] = moment.edtf()
    return said


def _is_unbounded(moment: Moment) -> bool:
    return (moment.earliest, moment.latest) == (OPEN_EARLY, OPEN_LATE)


def _reduced(moment: Moment) -> str:
    """Write a moment as a day, month or year; empty where it is none of them.

    >>> [_reduced(Moment.parse(text)) for text in ("2024-02-29", "2024-02", "2024", "2024-02/2024-03", "../2024")]
    ['2024-02-29', '2024-02', '2024', '', '']
    """
    first, last = as_date(moment.earliest), as_date(moment.latest)
    if not first or not last:
        return ""
    if first == last:
        return iso(moment.earliest)
    if (first.day, last.day) == (1, monthrange(last.year, last.month)[1]) and first.year == last.year:
        if first.month == last.month:
            return first.isoformat()[:7]
        if first == date(first.year, 1, 1) and last == date(first.year, 12, 31):
            return first.isoformat()[:4]
    return ""
