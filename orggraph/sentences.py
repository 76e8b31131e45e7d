"""What an answer says in words where its rows alone would mislead: nobody certain, nobody known, vacant, unknown.

Why the ways of not knowing are told apart: that nobody is said to hold a post, that it is vacant, that it is filled
by one of two, and that it does not exist on that day are four different answers, and an empty table looks the same.
"""

from __future__ import annotations

from collections.abc import Sequence

from orggraph.facts import PLACE
from orggraph.period import iso
from orggraph.snapshot import POSSIBLE, Answer, Snapshot


def titled(snapshot: Snapshot, iri: str) -> str:
    """Name an entity, a post with the unit or organization it is in."""
    name = snapshot.name(iri)
    if snapshot.kind(iri) != "post":
        return name
    about = [snapshot.timeline.facts[row] for row in snapshot.timeline.about(iri)]
    places = [str(fact.object) for fact in about if fact.kind == PLACE]
    return f"{name}, {snapshot.name(places[0])}" if places else name


def on_reports(snapshot: Snapshot, manager: str, rows: Sequence[Answer], *, end: str) -> str:
    """Say that nobody is certain, or known, to report to somebody; ``end`` closes a sentence before the rows."""
    direct = [row for row in rows if row.depth <= 1]
    name = titled(snapshot, manager)
    if not rows:
        away = ", who is not there on that day" if not snapshot.is_present(manager) else ""
        return f"On {iso(snapshot.day)} nobody is known to report to {name}{away}."
    if _some_certain(direct):
        return ""
    return f"On {iso(snapshot.day)} nobody is certain to report to {name}; {_do(len(direct))}{end}"


def on_managers(snapshot: Snapshot, person: str, rows: Sequence[Answer], *, end: str) -> str:
    """Say that it is unknown to whom somebody reports, or that it is nobody, or that they are not there."""
    name, day = titled(snapshot, person), iso(snapshot.day)
    if _some_certain(rows):
        return ""
    if rows:
        first = [row for row in rows if row.depth <= 1]
        are = "1 is possible" if len(first) == 1 else f"{len(first)} are possible"
        return f"On {day} nobody is certain to be whom {name} reports to; {are}{end}"
    if snapshot.reports_to_nobody(person):
        return f"On {day} {name} reports to nobody: a source says so."
    if not snapshot.is_present(person):
        return f"{name} is not there on {day}."
    return f"On {day} it is unknown to whom {name} reports{_beside(snapshot, person)}."


def on_holders(snapshot: Snapshot, post: str, rows: Sequence[Answer], *, end: str) -> str:
    """Say whether a post without a certain holder is filled for certain, perhaps, vacant, or not there."""
    name, day = titled(snapshot, post), iso(snapshot.day)
    if _some_certain(rows):
        return ""
    if snapshot.kind(post) == "role":
        known = f"certain to have the role {name}; {_do(len(rows))}{end}" if rows else f"known to have the role {name}."
        return f"On {day} nobody is {known}"
    if not rows:
        return _without_holder(snapshot, post, name)
    if snapshot.seats(post).fewest >= 1:
        are = "1 is possible" if len(rows) == 1 else f"{len(rows)} are possible"
        return f"On {day} {name} is filled for certain, although no holder is certain; {are}{end}"
    return f"On {day} nobody is certain to hold {name}, and whether it is filled is unknown; {_do(len(rows))}{end}"


def on_members(snapshot: Snapshot, unit: str, rows: Sequence[Answer], *, end: str) -> str:
    """Say that nobody is certain, or known, to be a member."""
    name, day = titled(snapshot, unit), iso(snapshot.day)
    if _some_certain(rows):
        return ""
    if rows:
        return f"On {day} nobody is certain to be a member of {name}; {_do(len(rows), 'is', 'are')}{end}"
    if not snapshot.is_present(unit):
        return f"{name} is not there on {day}."
    return f"On {day} nobody is known to be a member of {name} itself."


def _without_holder(snapshot: Snapshot, post: str, name: str) -> str:
    """Tell vacant, withheld, unknown, eliminated and not there apart.

    Vacant is said only where somebody else in the organization is known on that day: nobody knows who holds the posts
    of an organization of which nothing else is known.
    """
    day = iso(snapshot.day)
    if snapshot.absence(post) == "withheld":
        return f"On {day} it is withheld who holds {name}."
    if snapshot.absence(post) == "unknown":
        return f"On {day} it is unknown who holds {name}, if anybody does."
    if snapshot.absence(post) == "eliminated":
        return f"On {day} {name} is eliminated: nobody holds it."
    ever = [f for row in snapshot.timeline.about(post) if (f := snapshot.timeline.facts[row]).kind == PLACE]
    places = snapshot.places(post)
    if ever and not places:
        return f"On {day} there is no {name}."
    sure = [fact for fact in places if snapshot.certainty(fact) != POSSIBLE]
    homes = {snapshot.organization_of(str(fact.object)) for fact in sure}
    people = (snapshot.organization_of(place) for place in snapshot.with_members()) if sure else ()
    if homes.isdisjoint(people):
        return f"On {day} it is unknown who holds {name}, if anybody does."
    return f"On {day} {name} is vacant: nobody is known to hold it."


def _beside(snapshot: Snapshot, person: str) -> str:
    """Say what the person holds on that day."""
    held = snapshot.memberships(person)
    words = [
        f"{'possibly ' if row.certainty == POSSIBLE else ''}{row.post or row.role or 'member'}, "
        f"{row.unit or row.organization}"
        for row in held
    ]
    return f" ({'; '.join(dict.fromkeys(words))})" if words else ""


def _some_certain(rows: Sequence[Answer]) -> bool:
    return any(row.certainty != POSSIBLE for row in rows)


def _do(number: int, one: str = "does", many: str = "do") -> str:
    return f"{number} possibly {one if number == 1 else many}"
