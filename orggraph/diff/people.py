"""What happened to people: who joined, left or moved, whom they replaced, who is acting or on leave.

Somebody joins who is in no position on any reading of the first day, and leaves who is in none on the second. Who is
there on both days has moved if the set of his positions differs. A position that was possible and is certain now is
*confirmed*: nobody says that he came.

Why a rise is a promotion only with a change of post: whoever is nearer to the top because somebody above him is gone
does what he did before.
"""

from __future__ import annotations

from collections.abc import Iterable

from orggraph.diff.absence import absence, absence_words
from orggraph.diff.events import Comparison, listed
from orggraph.diff.handover import interval, leads, predecessors, replacing, vacancy_words, vacant_before
from orggraph.diff.layers import rise
from orggraph.diff.side import Held, Position, Side
from orggraph.diff.standing import tell_kept
from orggraph.facts import Fact
from orggraph.period import OPEN_EARLY
from orggraph.snapshot import VACANT, stated

_SEVERAL = {"has": "have", "is": "are", "was": "were"}


def tell_people(comparison: Comparison) -> None:
    """Tell the changes of everybody who is in office on either day, by IRI."""
    c = comparison
    for person in sorted({*c.a.held, *c.b.held}):
        before, after = c.a.held.get(person, {}), c.b.held.get(person, {})
        if not before or _from_outside(c, before, after):
            _joined(c, person, before, after)
        elif not after:
            _left(c, person, before)
        else:
            if before.keys() != after.keys():
                _moved(c, person, before, after)
            for position in [p for p in after if p in before]:
                tell_kept(c, person, position)


def _from_outside(c: Comparison, before: Held, after: Held) -> bool:
    """Tell whether he is certain in organizations now in none of which he was, and merely possible elsewhere before."""
    firm = [facts for facts in after.values() if c.b.firm(facts)]
    here = _organizations(c.b, [fact for facts in firm for fact in facts])
    elsewhere = here.isdisjoint(_organizations(c.a, _all(before)))
    return bool(firm) and elsewhere and not any(c.a.firm(facts) for facts in before.values())


def _organizations(side: Side, facts: Iterable[Fact]) -> set[str]:
    return {side.snapshot.organization_of(str(fact.object)) for fact in facts}


def _joined(c: Comparison, person: str, before: Held, after: Held) -> None:
    firm = any(c.b.firm(facts) for facts in after.values())
    alike = len({c.title(position) for position in after}) < len(after)
    phrase, also, notes, related = _arrival(c, person, after, qualified=alike)
    titles = [c.title(position, place=_place(facts)) for position, facts in before.items()]
    notes += [f"came from {listed(titles)}"] if titles else []
    away = absence(c, person)
    if away:
        notes.append(f"{'' if firm else 'perhaps back: '}{absence_words(c, away)}")
    verb = "returned" if away and firm else "joined"
    c.tell(
        verb,
        person,
        f"{verb} {phrase}" if firm else f"may have joined {phrase}",
        facts=[*_all(after), *_all(before)],
        certain=firm,
        notes=notes,
        also=also,
        before=titles,
        after=_titles(c, after),
        related=related,
    )


def _left(c: Comparison, person: str, before: Held) -> None:
    firm = any(c.a.firm(facts) for facts in before.values())
    titles = _titles(c, before)
    also, notes = _departure(c, before)
    aside, kept_on = _set_aside(c, person)
    lines = [fact for facts in c.a.links.get(person, {}).values() for fact in facts]
    gone = lines if person not in c.b.links else []
    held = all(facts[0].start.latest <= c.a.snapshot.day for facts in before.values())
    formerly = [] if held and not firm else _formerly(c.a, before, titles)
    verb = "left" if firm else "may have left"
    c.tell(
        "left",
        person,
        f"{verb} as {listed(titles)}" if firm or held else verb,
        facts=[*_all(before), *gone, *kept_on],
        certain=firm,
        notes=[*formerly, *notes, *aside],
        also=also,
        before=titles,
    )


def _moved(c: Comparison, person: str, before: Held, after: Held) -> None:
    gained = {p: facts for p, facts in after.items() if p not in before}
    lost = {p: facts for p, facts in before.items() if p not in after}
    firm_gain = any(c.b.firm(facts) for facts in gained.values())
    firm = firm_gain or any(c.a.firm(facts) for facts in lost.values())
    called = [c.title(position) for position in {**before, **after}]
    elsewhere = len(set(called)) < len(called)
    elsewhere |= bool(gained and lost) and {f.object for f in _all(gained)} != {f.object for f in _all(lost)}
    kept = [c.title(p, place=_place(after[p]) if elsewhere else "") for p in after if p in before]
    arrival, also, notes, related = _arrival(c, person, gained, qualified=elsewhere)
    gone_also, gone_notes = _departure(c, lost)
    aside, kept_on = _set_aside(c, person)
    titles = [c.title(p, place=_place(lost[p]) if elsewhere else "") for p in lost]
    arrival = arrival.removeprefix("as ")
    risen = rise(c, person) if gained and lost and firm_gain else None
    if not gained:
        phrase = f"is no longer {listed(titles)}" if firm else f"may have stopped being {listed(titles)}"
        notes = [f"still {listed(kept)}"] if kept else []
    elif not lost:
        phrase = f"is now also {arrival}" if firm_gain else f"may now also be {arrival}"
    else:
        firmly = [title for facts, title in zip(lost.values(), titles, strict=True) if c.a.firm(facts)]
        origin = f"from {listed(firmly)} " if firmly else ""
        verb = "was promoted" if risen else "moved" if firm_gain else "may have moved"
        phrase = f"{verb} {origin}to {arrival}"
        notes += [_rise_words(*risen)] if risen else []
        notes += _formerly(c.a, lost, titles)
        notes += [f"still {listed(kept)}"] if kept else []
    c.tell(
        "promoted" if risen else "moved",
        person,
        phrase,
        facts=[*_all(gained), *_all(lost), *kept_on],
        certain=firm,
        notes=[*notes, *gone_notes, *aside],
        also=[*also, *gone_also],
        before=_titles(c, before),
        after=_titles(c, after),
        related=related,
    )


def _arrival(
    c: Comparison, person: str, gained: Held, *, qualified: bool = False
) -> tuple[str, list[str], list[str], list[str]]:
    """Say into what somebody came: the phrase, what else that tells, notes, and whom he replaced."""
    parts: list[str] = []
    also: list[str] = []
    notes: list[str] = []
    related: list[str] = []
    some_firm = any(c.b.firm(facts) for facts in gained.values())
    for position in sorted(gained, key=lambda p: (not c.b.firm(gained[p]), c.title(p))):
        facts = gained[position]
        part = c.title(position, place=_place(facts) if qualified else "")
        if c.b.acting(facts):
            part = f"acting {part}"
            also.append("acting began")
        if some_firm and not c.b.firm(facts):
            part = f"perhaps {part}"
        replaced = predecessors(c, position, person)
        if replaced:
            also += _successions(c, position, replaced, person)
            related += replaced
            words = replacing(c, position, replaced, person)
            part += f", {words}" if len(gained) == 1 else f" ({words})"
            also += ["head changed"] if leads(c.b, person, position, _place(facts)) else []
        elif c.a.firm(c.a.places.get(position.post, ())) and position.post not in c.a.holders:
            also.append("post filled")
            vacancy = vacancy_words(vacant_before(c, position, person))
            words = f"vacant for {vacancy} before" if vacancy else ""
            part += (f", {words}" if len(gained) == 1 else f" ({words})") if words else ""
        if _new_post(c, position):
            also.append("post created")
            notes.append("new post" if len(gained) == 1 else f"{c.title(position)} is a new post")
            c.folded.add(position.post)
        if c.b.leave(facts):
            also.append("leave began")
            notes.append("on leave")
        parts.append(part)
    return f"as {listed(parts)}" if parts else "", also, notes, related


def _successions(c: Comparison, position: Position, replaced: list[str], person: str) -> list[str]:
    """Count a succession, and one more for everybody who held the post only in between."""
    others = interval(c, position, replaced[0], person).others if len(replaced) == 1 else ()
    return ["succession"] * (1 + len(others))


def _rise_words(before: int, after: int) -> str:
    """Say how many steps somebody is from the top now, and was before."""
    steps = f"{before} step{'s' if before > 1 else ''}"
    if after == 0:
        return f"at the top now, {steps} below it before"
    return f"{after} step{'s' if after > 1 else ''} from the top now, {before} before"


def _departure(c: Comparison, lost: Held) -> tuple[list[str], list[str]]:
    """Say what became of the posts that somebody left: what else that tells, and notes."""
    also: list[str] = []
    became: dict[str, list[str]] = {}
    for (position, facts), title in zip(lost.items(), _titles(c, lost), strict=True):
        post = position.post
        if not post or post in c.b.holders or not c.a.firm(facts):
            continue
        if post in c.b.places:
            reason = c.b.snapshot.reason(post)
            also += ["post vacant"] if reason == VACANT else []
            became.setdefault("has no known holder now" if reason == VACANT else f"is {reason} now", []).append(title)
        elif post in c.a.places:
            also.append("post abolished")
            became.setdefault("was abolished", []).append(title)
            c.folded.add(post)
    if len(lost) == 1:
        return also, [f"the post {said}" for said in became]
    return also, [_of_several(titles, said, every=len(titles) == len(lost)) for said, titles in became.items()]


def _of_several(titles: list[str], said: str, *, every: bool) -> str:
    """Say of one or more posts, by their titles, what became of them; ``every``: these are all that were left."""
    if len(titles) == 1:
        return f"{titles[0]} {said}"
    verb, _, rest = said.partition(" ")
    whole = "both posts" if len(titles) == 2 else "all these posts"
    return f"{whole if every else listed(titles)} {_SEVERAL[verb]} {rest}"


def _titles(c: Comparison, held: Held) -> list[str]:
    """Name positions, with their places where two have one name."""
    plain = [c.title(position) for position in held]
    alike = len(set(plain)) < len(plain)
    return [c.title(p, place=_place(facts)) for p, facts in held.items()] if alike else plain


def _new_post(c: Comparison, position: Position) -> bool:
    return position.post in c.b.places and position.post not in c.a.places


def _set_aside(c: Comparison, person: str) -> tuple[list[str], list[Fact]]:
    """Say what somebody became without being in office, such as emeritus, with the memberships."""
    was = c.a.aside.get(person, {})
    fresh = {position: facts for position, facts in c.b.aside.get(person, {}).items() if position not in was}
    return [f"now {title}, not in office" for title in _titles(c, fresh)], _all(fresh)


def _formerly(side: Side, held: Held, titles: list[str]) -> list[str]:
    """Name the merely possible positions of the first day, with what is not known of them."""
    words = []
    for facts, title in zip(held.values(), titles, strict=True):
        start = facts[0].start
        if side.firm(facts):
            continue
        if start.latest <= side.snapshot.day:
            words.append(f"{title} before, perhaps not to the end")
        elif start.earliest == OPEN_EARLY or stated(start) == "unknown":
            words.append(f"{title} before, since when is not known")
        else:
            words.append(f"perhaps {title} before, since {start}")
    return words


def _all(held: Held) -> list[Fact]:
    return [fact for facts in held.values() for fact in facts]


def _place(facts: list[Fact]) -> str:
    return facts[0].object if isinstance(facts[0].object, str) else ""
