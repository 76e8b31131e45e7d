"""Popolo JSON: persons, organizations, posts and memberships of a legislature or government → role changes.

The format is that of http://www.popoloproject.com/specs/ (Open Civic Data, EveryPolitician): one object with lists
under ``persons``, ``organizations``, ``posts``, ``memberships``; each may also be embedded in another. An organization
with a parent is a unit of the one at the top. A membership is one tenure by its id, in its post or else in its role;
where it has no dates, those of the legislative period it names (under ``events``, as EveryPolitician has it) count.

Dates are years, months or days; of a time only the day is read. What an end date means is not said, so it may be the
last day or the first after it; a membership without one goes on. The end of a former name is the day of the change; a
name without one stands beside the others, and finds whom it is of as well. Leaving out is silence and ends nothing.
What an object says beyond that is reported as not read, once for each word.

Why ids become IRIs: persons sit in several organizations at once, and an id tells them apart in all of them. One that
is no IRI nor UUID counts within the series that the file belongs to, which is its name without the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import PurePath
from typing import NamedTuple

from orggraph.changes import SUBJECTS, RoleChange
from orggraph.errors import ChangeError, Finding, MomentError
from orggraph.period import Moment, iso
from orggraph.sources.objects import Item, lists_of, parts, text_of
from orggraph.sources.rolechanges import Reading
from orggraph.sources.rosters import file_name
from orggraph.sources.table import content_hash
from orggraph.vocabulary import digest, is_iri

LISTS = ("persons", "organizations", "posts", "memberships")
"""The lists that are read; ``events`` gives dates to legislative periods, ``areas`` names to areas."""

_TOLD: dict[str, tuple[str, ...]] = {
    "persons": ("email", "gender", "birth_date", "death_date", "image", "summary", "biography", "national_identity",
                "honorific_prefix", "honorific_suffix", "family_name", "given_name", "additional_name", "sort_name",
                "patronymic_name"),
    "organizations": ("classification", "abstract", "description", "image"),
    "posts": ("role", "other_label"),
    "memberships": ("label",),
}  # fmt: skip
"""The texts that become attributes, under their names with spaces for underscores."""
_PARTS = ("id", "name", "identifiers", "contact_details", "links", "other_names", "memberships", "posts")
_READ: dict[str, frozenset[str]] = {
    "persons": frozenset({*_PARTS, *_TOLD["persons"]}),
    "organizations": frozenset({*_PARTS, *_TOLD["organizations"], "parent", "parent_id", "founding_date",
                                "dissolution_date"}),
    "posts": frozenset({*_PARTS, *_TOLD["posts"], "label", "organization", "organization_id", "start_date",
                        "end_date"}),
    "memberships": frozenset({"id", "label", "role", "person", "person_id", "post", "post_id", "organization",
                              "organization_id", "on_behalf_of_id", "area_id", "legislative_period_id", "start_date",
                              "end_date", "member", "member_id"}),
}  # fmt: skip
"""What is read of each kind of object."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DATE = re.compile(r"(\d{4}(?:-\d{2}){0,2})(?:T[\d:]+Z)?", re.ASCII)


class Document(NamedTuple):
    """The objects of a file by id, and what names and dates the statements."""

    file: str
    series: str
    make: partial[RoleChange]
    persons: dict[str, Item]
    organizations: dict[str, Item]
    posts: dict[str, Item]
    memberships: list[Item]
    events: dict[str, Item]
    areas: dict[str, Item]


Found = Iterator[RoleChange | Finding]


def read_popolo(data: bytes, *, file: str, source: str = "", stated: str = "") -> Reading:
    r"""Read a file; ``counts`` has the memberships. By default the source is the file with a hash.

    >>> person = b'{"id": "1", "name": "Ada", "memberships": [{"organization_id": "a", "role": "member"}]}'
    >>> data = b'{"persons": [' + person + b'], "organizations": [{"id": "a", "name": "Acme"}]}'
    >>> reading = read_popolo(data, file="acme.json")
    >>> [(change.kind, change.person, change.role, change.organization) for change in reading.changes]
    [('starts', 'Ada', 'member', 'Acme')]
    """
    name = PurePath(file).name
    try:
        lists = lists_of(data, LISTS)
    except ChangeError as error:
        line = getattr(error.__cause__, "lineno", 0)
        return Reading((), (Finding("error", str(error), file, line, "not-popolo"),), {name: 0})
    named = source or f"{name}#{content_hash(data)}"
    make = partial(RoleChange, source=named, stated=stated, file=file)
    document, findings = _document(lists, file, source or file_name(file).series, make)
    findings += _unread(document)
    changes: list[RoleChange] = []
    for part in (_organizations, _posts, _persons, _memberships):
        for found in part(document):
            if isinstance(found, Finding):
                findings.append(found)
            else:
                changes.append(found)
    findings.sort(key=lambda finding: finding.line)
    return Reading(tuple(changes), tuple(findings), {name: len(document.memberships)})


def _document(
    lists: Mapping[str, list[Item]], file: str, series: str, make: partial[RoleChange]
) -> tuple[Document, list[Finding]]:
    """Index the objects, those that are embedded in others included."""
    document = Document(file, series, make, {}, {}, {}, [], {}, {})
    findings: list[Finding] = []
    for name in ("events", "areas"):
        getattr(document, name).update({text_of(item, "id"): item for item in lists.get(name, [])})
    for kind in LISTS:
        for item in lists.get(kind, []):
            if "" in item.fields:
                message = f"{kind} has {item.fields['']!r:.40} (expected an object)"
                findings.append(Finding("error", message, file, item.line, "bad-value"))
            else:
                _take(document, kind, item, findings)
    return document, findings


def _unread(document: Document) -> Iterator[Finding]:
    """Report each word that says something which is not read, where it stands first and how often."""
    for kind in LISTS:
        items: Iterable[Item] = document.memberships if kind == "memberships" else getattr(document, kind).values()
        found: dict[str, list[int]] = {}
        for item in items:
            for word, value in item.fields.items():
                if word not in _READ[kind] and value not in (None, "", [], {}):
                    found.setdefault(word, []).append(item.line)
        for word, lines in sorted(found.items()):
            message = f"{word!r} of {kind} is not read ({len(lines)} of them {'has' if len(lines) == 1 else 'have'} it)"
            yield Finding("note", message, document.file, lines[0], "not-read")


_INSIDE = {"person": "persons", "organization": "organizations", "post": "posts", "parent": "organizations"}
_OWNER = {"persons": "person_id", "organizations": "organization_id", "posts": "post_id"}


def _take(document: Document, kind: str, item: Item, findings: list[Finding]) -> str:
    """Index an object and what is embedded in it; give its id. What is told twice is told by the first."""
    fields = dict(item.fields)
    for name, inside in _INSIDE.items():
        if isinstance(fields.get(name), dict):
            fields[f"{name}_id"] = _take(document, inside, Item(item.line, fields.pop(name)), findings)
    key = text_of(Item(item.line, fields), "id")
    for inside in ("posts", "memberships"):
        for each in fields.pop(inside, None) or ():
            if isinstance(each, dict) and kind in _OWNER:
                _take(document, inside, Item(item.line, {_OWNER[kind]: key, **each}), findings)
    if kind == "memberships":
        document.memberships.append(Item(item.line, fields))
    elif not key:
        message = f"one of the {kind}, {text_of(Item(0, fields), 'name')!r}, has no id (expected an id)"
        findings.append(Finding("error", message, document.file, item.line, "bad-value"))
    else:
        known: dict[str, Item] = getattr(document, kind)
        known.setdefault(key, Item(item.line, fields))
    return key


def _organizations(document: Document) -> Found:
    """Give the life of each organization that has dates or a parent, its names and attributes."""
    earliest = _earliest(document)
    for key, item in document.organizations.items():
        try:
            subject = _place(document, key)
            start, end = _moment(item, "founding_date"), _end(item, "dissolution_date")
        except ChangeError as error:
            yield _error(document, item, error)
            continue
        parent = text_of(item, "parent_id")
        above = document.organizations.get(parent)
        within = bool(above and text_of(above, "parent_id"))
        if start or end or within:
            iri = _iri(document, "organizations", parent)
            into = {"into": _name(above), "into_id": iri} if above and within else {}
            older = Moment.parse(f"../{earliest.get(key, '..')}")
            yield document.make(
                kind="created", **subject, **into, effective=start or older, until=end, line_number=item.line
            )
        yield from _told(document, "organizations", item, subject)


def _earliest(document: Document) -> dict[str, str]:
    """Give the first day on which a membership is known to have begun, by organization and those above it."""
    first: dict[str, str] = {}
    for item in document.memberships:
        try:
            start = _moment(item, "start_date")
        except ChangeError:
            continue
        key = text_of(item, "organization_id")
        for place in _upwards(document, key) if start else ():
            day = iso(start.latest) if start else ""
            first[place] = min(day, first.get(place, day))
    return first


def _posts(document: Document) -> Found:
    """Give the life of each post that has dates, and its attributes."""
    places = _places(document, "post_id")
    for key, item in document.posts.items():
        try:
            subject = _post(document, key, places.get(key, ""))
            start, end = _moment(item, "start_date"), _end(item, "end_date")
        except ChangeError as error:
            yield _error(document, item, error)
            continue
        if start:
            yield document.make(kind="created", **subject, effective=start, until=end, line_number=item.line)
        elif end:
            yield document.make(kind="abolished", **subject, effective=end, line_number=item.line)
        yield from _told(document, "posts", item, subject)


def _persons(document: Document) -> Found:
    """Give the former names and the attributes of each person, within the first organization they are in."""
    places = _places(document, "person_id")
    for key, item in document.persons.items():
        place = places.get(key, next(iter(document.organizations), ""))
        top = list(_upwards(document, place))[-1:]
        scope = _place(document, top[0]) if top and top[0] in document.organizations else {}
        yield from _told(document, "persons", item, _person(document, key) | scope)


def _places(document: Document, whose: str) -> dict[str, str]:
    """Give the organization of the first membership of each person (or in each post)."""
    places: dict[str, str] = {}
    for item in document.memberships:
        places.setdefault(text_of(item, whose), text_of(item, "organization_id"))
    return places


def _told(document: Document, kind: str, item: Item, subject: Mapping[str, str]) -> Found:
    """Give the former names of an object, and what else it says of itself."""
    state = partial(document.make, kind="states", **subject, line_number=item.line)
    for word in _TOLD[kind]:
        text = text_of(item, word)
        if text:
            yield state(property=word.replace("_", " "), value=text)
    for each in parts(item, "identifiers"):
        yield state(property=f"identifier {text_of(each, 'scheme')}".strip(), value=text_of(each, "identifier"))
    for each in parts(item, "contact_details"):
        yield state(property=f"contact {text_of(each, 'type')}".strip(), value=text_of(each, "value"))
    for each in parts(item, "links"):
        yield state(property="link", value=text_of(each, "url"))
    for each in parts(item, "other_names"):
        if not each.fields.get("end_date"):
            yield state(property="other name", value=text_of(each, "name"))
    try:
        yield from _renames(document, item, subject)
    except ChangeError as error:
        yield _error(document, item, error)


def _renames(document: Document, item: Item, subject: Mapping[str, str]) -> Found:
    """Give the former names of an object, each until the day on which the next one took its place."""
    former = [(_moment(each, "end_date"), text_of(each, "name")) for each in parts(item, "other_names")]
    dated = sorted(((moment.latest, name, moment) for moment, name in former if moment), key=lambda name: name[:2])
    following = [name for _, name, _ in dated[1:]] + [_name(item)] * bool(dated)
    word = next(name for name in SUBJECTS if subject.get(f"{name}_id"))
    for (_, name, moment), into in zip(dated, following, strict=True):
        yield document.make(
            kind="renamed", **{**subject, word: name}, into=into, effective=moment, line_number=item.line
        )


def _memberships(document: Document) -> Found:
    """Give each membership as a tenure, and what it says beside."""
    for item in document.memberships:
        if isinstance(item.fields.get("member"), dict) or text_of(item, "member_id"):
            message = "a membership of an organization in another is not read (expected a person_id); left out"
            yield Finding("warning", message, document.file, item.line, "unsupported")
            continue
        try:
            seat = _seat(document, item)
            start, end = _dates(document, item)
        except ChangeError as error:
            yield _error(document, item, error)
            continue
        period = {"effective": start, "until": end}
        yield document.make(kind="starts", **seat, **period, line_number=item.line)
        behalf = document.organizations.get(text_of(item, "on_behalf_of_id"))
        area = document.areas.get(text_of(item, "area_id"))
        said = {word: text_of(item, word) for word in _TOLD["memberships"]}
        said["on behalf of"] = _name(behalf) if behalf else ""
        said["area"] = _name(area) if area else text_of(item, "area_id")
        for word, text in said.items():
            if text:
                said_of = {**seat, **period, "property": word, "value": text}
                yield document.make(kind="states", **said_of, line_number=item.line)


def _seat(document: Document, item: Item) -> dict[str, str]:
    """Name the person, post, role and place of a membership."""
    person = _known(document, "persons", text_of(item, "person_id"))
    post, place = text_of(item, "post_id"), text_of(item, "organization_id")
    if post:
        _known(document, "posts", post)
        seat = _post(document, post, place)
    else:
        seat = _place(document, place)
    role = text_of(item, "role") or ("" if post else "member")
    key = text_of(item, "id") or digest(*(f"{name}={text}" for name, text in sorted(item.fields.items()) if text))
    return {**_person(document, person), **seat, "role": role, "record": key}


def _dates(document: Document, item: Item) -> tuple[Moment, Moment | None]:
    """Give both ends of a membership: its own, else those of its legislative period."""
    start, end = _moment(item, "start_date"), _end(item, "end_date")
    term = document.events.get(text_of(item, "legislative_period_id"))
    if term and start is None:
        start = _moment(term, "start_date")
    if term and end is None:
        end = _end(term, "end_date")
    if start and end and end.latest < start.earliest:
        expected = "expected the end on or after the start"
        raise ChangeError(f"the membership ends {end} before it starts {start} ({expected})")
    return start or Moment.parse(f"../{iso(end.latest) if end else '..'}"), end


def _person(document: Document, key: str) -> dict[str, str]:
    return {"person": _name(document.persons[key]), "person_id": _iri(document, "persons", key)}


def _post(document: Document, key: str, place: str) -> dict[str, str]:
    """Name a post and where it is: in its own organization, else in that of the membership."""
    item = document.posts[key]
    named = text_of(item, "label") or text_of(item, "role")
    where = _place(document, text_of(item, "organization_id") or place)
    return {"post": named, "post_id": _iri(document, "posts", key), **where}


def _place(document: Document, key: str) -> dict[str, str]:
    """Name an organization, or the unit that it is of the one at the top."""
    _known(document, "organizations", key)
    above = list(_upwards(document, key))
    top = document.organizations[above[-1]]
    place = {"organization": _name(top), "organization_id": _iri(document, "organizations", above[-1])}
    if len(above) > 1:
        place |= {"unit": _name(document.organizations[key]), "unit_id": _iri(document, "organizations", key)}
    return place


def _upwards(document: Document, key: str) -> Iterator[str]:
    """Give an organization and those above it, as far as they are in the file; a cycle ends where it closes."""
    seen: set[str] = set()
    while key in document.organizations and key not in seen:
        seen.add(key)
        yield key
        key = text_of(document.organizations[key], "parent_id")


def _known(document: Document, kind: str, key: str) -> str:
    known: Mapping[str, Item] = getattr(document, kind)
    if key not in known:
        what = f"{kind[:-1]}_id {key!r} is not among the {kind}" if key else f"there is no {kind[:-1]}_id"
        raise ChangeError(f"{what} (expected the id of one of them)")
    return key


def _iri(document: Document, kind: str, key: str) -> str:
    """Give the IRI of an id: itself if it is one, a UUID as such, else one that counts within the series."""
    if is_iri(key):
        return key
    return f"urn:uuid:{key.lower()}" if _UUID.fullmatch(key) else f"urn:popolo:{digest(document.series, kind, key)}"


def _moment(item: Item, name: str) -> Moment | None:
    """Read a date; ``None`` where there is none."""
    text = text_of(item, name)
    match = _DATE.fullmatch(text)
    try:
        if text and not match:
            raise MomentError(f"{text!r} is not a date (expected YYYY, YYYY-MM or YYYY-MM-DD)")
        return Moment.parse(match.group(1)) if match else None
    except MomentError as error:
        raise ChangeError(f"{name} {error}", field=name) from error


def _end(item: Item, name: str) -> Moment | None:
    """Read an end date, which may be the last day or the first after it."""
    moment = _moment(item, name)
    return moment.shifted(0, 1) if moment else None


def _name(item: Item) -> str:
    return text_of(item, "name")


def _error(document: Document, item: Item, error: ChangeError) -> Finding:
    code = "inverted-period" if " before it starts " in str(error) else "bad-value"
    label = text_of(item, "id") or _name(item)
    return Finding("error", f"{label}: {error}" if label else str(error), document.file, item.line, code)
