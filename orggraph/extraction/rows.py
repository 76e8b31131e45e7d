"""From events to rows: what several sentences say of one change becomes one role change with all of their words.

``Marsh was named CFO. She starts on 1 May and will report to Quill.`` is one start. A person's next sentence belongs to
the change before it, unless it names another post or another organization, or tells of another kind of change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orggraph.extraction.days import ANNOUNCED
from orggraph.extraction.reading import ACTING, BECOMES, CREATED, ENDS, REPORTS, STARTS, TRANSFERRED, Event
from orggraph.period import Moment, intersect

OPENING = frozenset({STARTS, TRANSFERRED, ACTING})


@dataclass(slots=True)
class Row:
    """A proposed role change, as far as it has been read, with the numbers of the sentences it rests on."""

    kind: str
    person: str
    post: str
    effective: Moment
    from_post: str = ""
    unit: str = ""
    organization: str = ""
    reports_to: str = ""
    replaces: str = ""
    told: str = ""
    placed: bool = False
    sentences: list[int] = field(default_factory=list)


def gather(events: list[Event], known: Mapping[str, str], organization: str, *, first: Mapping[str, int]) -> list[Row]:
    """Put events together to rows, in the order of the text.

    ``known`` gives the posts by which persons are introduced, ``organization`` the one the article is about, ``first``
    the number of the sentence in which each organization is named first.
    """
    made: list[Row] = []
    current = dict(known)
    place = organization
    at = -1
    for event in events:
        if event.sentence != at:
            place, at = organization, event.sentence
        place = event.organization or place
        _take(made, event, current, place)
    for row in made:
        _complete(row, made, organization, first=first, known=known)
    return made


def _take(made: list[Row], event: Event, current: dict[str, str], place: str) -> None:
    """Add an event to the row that it belongs to, or as a row of its own."""
    own = [row for row in made if row.person == event.person and event.person]
    opened = [row for row in own if row.kind in OPENING]
    if event.kind == REPORTS and opened and not (event.dated and opened[-1].effective != event.effective):
        opened[-1].reports_to = opened[-1].reports_to or event.reports_to
        _cite(opened[-1], event)
        return
    target = _target(own, event, place)
    if target is not None:
        _join(target, event)
        if event.replaces and target.post:
            current.setdefault(event.replaces, target.post)
        return
    row = _row(event, place)
    if not event.post and event.kind in OPENING and not event.role and not event.organization and not event.replaces:
        return
    if row.kind == BECOMES:
        held = current.get(event.person, "")
        row.kind = TRANSFERRED if held and held.casefold() != event.post.casefold() else STARTS
        row.from_post = row.from_post or (held if row.kind == TRANSFERRED else "")
    if event.kind != ENDS and event.role and not event.post and not event.replaces:
        predecessor = next((r for r in reversed(made) if r.kind == ENDS and r.post), None)
        if predecessor is None:
            return
        row.post, row.replaces = predecessor.post, predecessor.person
    if event.kind == ENDS and not row.post and (event.role or not row.organization):
        row.post = current.get(event.person, "")
    if event.replaces:
        row.post = row.post or current.get(event.replaces, "") or _post_of(made, event.replaces)
        current.setdefault(event.replaces, row.post)
    if row.post and row.kind in OPENING:
        current[event.person] = row.post
    made.append(row)


def _target(own: list[Row], event: Event, place: str) -> Row | None:
    """Find the row of the same person that an event says more of."""
    if event.kind == CREATED:
        return None
    for row in reversed(own):
        if event.kind == ENDS or row.kind == ENDS:
            if event.kind == row.kind and (row.organization == place or not event.organization):
                return row
            continue
        if row.kind == REPORTS or event.kind == REPORTS:
            continue
        same = not event.post or row.post.casefold() == event.post.casefold() or not row.post
        if same and (not event.organization or row.organization == place):
            return row
    return None


def _join(row: Row, event: Event) -> None:
    row.post = row.post or event.post
    row.unit = row.unit or event.unit
    row.from_post = row.from_post or event.from_post
    row.replaces = row.replaces or event.replaces
    row.placed |= bool(event.organization)
    if event.kind in (TRANSFERRED, ACTING):
        row.kind = event.kind
    if event.dated or row.told == ANNOUNCED or (row.effective.text == "../.." and event.told != ANNOUNCED):
        both = intersect(row.effective, event.effective)
        row.effective = both or row.effective
        row.told = event.told if event.told != ANNOUNCED else row.told
    _cite(row, event)


def _cite(row: Row, event: Event) -> None:
    if event.sentence not in row.sentences:
        row.sentences.append(event.sentence)


def _row(event: Event, place: str) -> Row:
    return Row(event.kind, event.person, event.post, event.effective, event.from_post, event.unit, place,
               event.reports_to, event.replaces, event.told, bool(event.organization), [event.sentence])  # fmt: skip


def _post_of(made: list[Row], person: str) -> str:
    return next((row.post for row in reversed(made) if row.person == person and row.post), "")


def _complete(
    row: Row, made: list[Row], organization: str, *, first: Mapping[str, int], known: Mapping[str, str]
) -> None:
    """Fill in what other rows say of the same post: who was replaced in it has moved from it.

    Who is said to leave before the organization is named (``has left the firm``) may have left another.
    """
    row.organization = row.organization or organization
    if row.kind == ENDS and not row.placed and first.get(row.organization, 0) > min(row.sentences):
        row.organization = ""
        row.post = row.post or known.get(row.person, "")
    if row.kind == TRANSFERRED and not row.from_post:
        row.from_post = next((r.post for r in made if r.replaces == row.person and r.post != row.post), "")
