"""Names: which entity is meant by what a person types.

Every name an entity ever bore finds it, also old ones; an IRI stands for itself, or for the entity with which it was
judged to be one. Where several entities bear a name they are listed, and nothing is guessed.
"""

from __future__ import annotations

from difflib import get_close_matches

from orggraph.errors import AmbiguousName, UnknownName
from orggraph.facts import MEMBERSHIP, NAME, PLACE, SAME_AS, Fact
from orggraph.snapshot import KIND_OF_CLASS, Snapshot
from orggraph.timeline import Timeline
from orggraph.vocabulary import name_key


def find(timeline: Timeline, name: str, *, kinds: tuple[str, ...] = (), recorded_by: int | None = None) -> str:
    """Give the IRI of the entity that bears a name, or bore it at any time; an IRI is taken as it stands.

    ``kinds`` limits what is looked for (person, post, unit, organization, role). The name of a unit or organization
    after a comma tells posts of one name apart, and so does what they hold or held of persons: ``"CTO, Acme"``, ``"Ada
    King, Countess"``. With ``recorded_by`` only what was known then counts, so what a name means then never changes.
    Raises `UnknownName` with near misses, or `AmbiguousName` where several entities bear it.
    """
    if len(timeline.about(name)):
        return survivor(timeline, name, recorded_by=recorded_by)
    wanted = _bearing(timeline, name, kinds, recorded_by)
    if not wanted and ", " in name:
        left, _, right = name.rpartition(", ")
        named = _bearing(timeline, left, kinds, recorded_by)
        wanted = [iri for iri in named if name_key(right) in _whereabouts(timeline, iri, recorded_by)]
    if len(wanted) == 1:
        return wanted[0]
    if not wanted:
        raise _unknown(timeline, name, kinds)
    tell = [f"{name}, {place}" if (place := last_place(timeline, iri)) else iri for iri in wanted]
    tell = tell if len(set(tell)) == len(tell) else wanted
    raise AmbiguousName(f"{name!r} is the name of {len(wanted)} entities: {'; '.join(tell)}", candidates=tell)


def survivor(timeline: Timeline, iri: str, *, recorded_by: int | None = None) -> str:
    """Give the IRI that stands for an entity: its own, unless it was judged to be one with another (by then).

    Of who was judged to be one with another nothing is believed by itself, so only then is that looked for.
    """
    about = (timeline.facts[row] for row in timeline.about(iri).tolist())
    if any(_is_believed(fact, recorded_by) for fact in about):
        return iri
    for row in timeline.pointing_at(iri):
        fact = timeline.facts[int(row)]
        if fact.predicate == SAME_AS and _is_believed(fact, recorded_by):
            return fact.subject
    return iri


def _is_believed(fact: Fact, recorded_by: int | None) -> bool:
    if recorded_by is None:
        return fact.superseded is None
    return fact.recorded <= recorded_by and (fact.superseded is None or recorded_by < fact.superseded)


def kind_of(timeline: Timeline, iri: str) -> str:
    """Give what an entity is: person, post, role, unit, organization, or nothing where that is unknown."""
    return KIND_OF_CLASS.get(timeline.class_of(iri), "")


def _known(fact: Fact, recorded_by: int | None) -> bool:
    return recorded_by is None or fact.recorded <= recorded_by


def _bearing(timeline: Timeline, name: str, kinds: tuple[str, ...], recorded_by: int | None) -> list[str]:
    """List the entities of these kinds that bear the name, sorted by IRI; those no longer believed in only alone."""
    for believed in (True, False):
        iris = timeline.bearers(name, believed=believed, recorded_by=recorded_by)
        known = [(iri, kind_of(timeline, iri)) for iri in iris]
        if wanted := [iri for iri, kind in known if kind and (not kinds or kind in kinds)]:
            return wanted
    return []


def last_place(timeline: Timeline, iri: str) -> str:
    """Name what a post or unit belongs, or last belonged, to; of a person, the post or role last held."""
    about = [fact for row in timeline.about(iri) if (fact := timeline.facts[row]).kind in (PLACE, MEMBERSHIP)]
    if not about:
        return ""
    last = max(about, key=lambda fact: (fact.superseded is None, fact.start.latest, fact.tenure))
    return Snapshot(timeline, last.start.latest).name(str(last.post or last.role or last.object))


def _whereabouts(timeline: Timeline, iri: str, recorded_by: int | None) -> set[str]:
    """Collect the folded names of everything that the entity belongs to or holds, directly or not."""
    found, seen, above = set[str](), {iri}, [iri]
    while above:
        places = [
            place
            for entity in above
            for row in timeline.about(entity)
            if (fact := timeline.facts[row]).kind in (PLACE, MEMBERSHIP) and _known(fact, recorded_by)
            for place in (str(fact.object), fact.post, fact.role)
            if place
        ]
        above = [place for place in places if place not in seen]
        seen.update(above)
        for place in above:
            named = [fact for row in timeline.about(place) if (fact := timeline.facts[row]).kind == NAME]
            found.update(name_key(str(fact.object[0])) for fact in named if _known(fact, recorded_by))
    return found


def _unknown(timeline: Timeline, name: str, kinds: tuple[str, ...]) -> UnknownName:
    spelled: dict[str, str] = {}
    for row in timeline.of_kind(NAME):
        fact = timeline.facts[row]
        kind = kind_of(timeline, fact.subject)
        if kind and (not kinds or kind in kinds):
            spelled.setdefault(name_key(str(fact.object[0])), str(fact.object[0]))
    key = name_key(name)
    near = [spelled[match] for match in get_close_matches(key, spelled, n=3, cutoff=0.6)]
    near += sorted(text for match, text in spelled.items() if key in match)[:3]
    near = list(dict.fromkeys(near))[:3]
    what = " or ".join(kinds) if kinds else "entity"
    hint = f"; did you mean {' or '.join(repr(text) for text in near)}?" if near else ""
    return UnknownName(f"no {what} is called {name!r}{hint}", candidates=near)
