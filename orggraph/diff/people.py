"""What happened to people: who joined, left or moved, whom they replaced, who is acting or on leave.

Somebody joins who is in no position on any reading of the first day, and leaves who is in none on the second. Who is
there on both days has moved if the set of his positions differs. A position that was possible and is certain now is
*confirmed*: nobody says that he came.

Why a successor is named only where one can tell: where two left a post and two came, no source has paired them,
unless the end of one and the start of the other are the same moment.
"""

from __future__ import annotations

from collections.abc import Iterable

from orggraph.diff.events import Comparison, listed
from orggraph.diff.side import Held, Position, Side
from orggraph.facts import Fact
from orggraph.period import OPEN_EARLY
from orggraph.snapshot import VACANT, stated
from orggraph.vocabulary import Literal


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
                _kept(c, person, position)


def predecessors(comparison: Comparison, post: str, person: str) -> list[str]:
    """List whom a new holder of the post replaces, by IRI; nobody where the sources leave that open."""
    was, now = comparison.a.holders.get(post, {}), comparison.b.holders.get(post, {})
    gone = [other for other in sorted(was) if other not in now]
    come = [other for other in sorted(now) if other not in was]
    ending = [other for other in sorted(was) if other not in now or not comparison.b.firm(now[other])]
    shared = {other: [g for g in ending if g != other and _hands_over(was[g], now[other])] for other in come}
    if shared.get(person):
        return shared[person]
    paired = {g for found in shared.values() for g in found}
    gone = [g for g in gone if g not in paired]
    come = [other for other in come if not shared[other]]
    return gone if person in come and (len(gone) == 1 or len(come) == 1) else []


def _hands_over(ending: list[Fact], starting: list[Fact]) -> bool:
    ends = {fact.end.key for fact in ending} - {""}
    return any(fact.start.key in ends for fact in starting)


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
    c.tell(
        "joined",
        person,
        f"joined {phrase}" if firm else f"may have joined {phrase}",
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
    c.tell(
        "left",
        person,
        f"left as {listed(titles)}" if firm else "may have left",
        facts=[*_all(before), *gone, *kept_on],
        certain=firm,
        notes=[*_formerly(c.a, before, titles), *notes, *aside],
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
    if not gained:
        phrase = f"is no longer {listed(titles)}" if firm else f"may have stopped being {listed(titles)}"
        notes = [f"still {listed(kept)}"] if kept else []
    elif not lost:
        phrase = f"is now also {arrival}" if firm_gain else f"may now also be {arrival}"
    else:
        firmly = [title for facts, title in zip(lost.values(), titles, strict=True) if c.a.firm(facts)]
        origin = f"from {listed(firmly)} " if firmly else ""
        phrase = f"{'moved' if firm_gain else 'may have moved'} {origin}to {arrival}"
        notes += _formerly(c.a, lost, titles)
        notes += [f"still {listed(kept)}"] if kept else []
    c.tell(
        "moved",
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
        replaced = predecessors(c, position.post, person) if position.post else []
        if replaced:
            also.append("succession")
            related += replaced
            names = listed([c.name(other) for other in replaced])
            part += f", replacing {names}" if len(gained) == 1 else f" (replacing {names})"
        elif c.a.firm(c.a.places.get(position.post, ())) and position.post not in c.a.holders:
            also.append("post filled")
        if _new_post(c, position):
            also.append("post created")
            notes.append("new post" if len(gained) == 1 else f"{c.title(position)} is a new post")
            c.folded.add(position.post)
        if c.b.leave(facts):
            also.append("leave began")
            notes.append("on leave")
        parts.append(part)
    return f"as {listed(parts)}" if parts else "", also, notes, related


def _departure(c: Comparison, lost: Held) -> tuple[list[str], list[str]]:
    """Say what became of the posts that somebody left: what else that tells, and notes."""
    also: list[str] = []
    notes: list[str] = []
    for position, facts in lost.items():
        post = position.post
        if not post or post in c.b.holders or not c.a.firm(facts):
            continue
        if post in c.b.places:
            what, reason = "the post" if len(lost) == 1 else c.title(position), c.b.snapshot.reason(post)
            also += ["post vacant"] if reason == VACANT else []
            notes.append(f"{what} has no known holder now" if reason == VACANT else f"{what} is {reason} now")
        elif post in c.a.places:
            also.append("post abolished")
            notes.append("the post was abolished" if len(lost) == 1 else f"{c.title(position)} was abolished")
            c.folded.add(post)
    return also, notes


def _kept(c: Comparison, person: str, position: Position) -> None:
    before, after = c.a.held[person][position], c.b.held[person][position]
    _acting(c, person, position)
    _leave(c, person, position)
    if not c.changed([*before, *after]):
        return
    title = c.title(position)
    if c.a.firm(before) != c.b.firm(after):
        _relabelled(c, person, position)
    if {f.object for f in before} != {f.object for f in after} and c.changed([*before, *after]):
        where = [listed(sorted({c.name(str(f.object)) for f in facts})) for facts in (before, after)]
        phrase = f"as {title} is now in {where[1]}"
        c.tell("relocated", person, phrase, facts=[*before, *after], notes=[f"before: {where[0]}"],
               before=where[:1], after=where[1:])  # fmt: skip
    if {f.tenure for f in before} != {f.tenure for f in after} and c.changed([*before, *after]):
        begun = [f for f in after if f.tenure not in c.a.tenures]
        phrase = f"began a new term as {title}" if begun else f"ended one of several terms as {title}"
        c.tell("new term", person, phrase, facts=[*before, *after], certain=c.b.firm(begun or after),
               before=[title], after=[title])  # fmt: skip


def _relabelled(c: Comparison, person: str, position: Position) -> None:
    before, after = c.a.held[person][position], c.b.held[person][position]
    title = c.title(position)
    if c.b.firm(after):
        c.tell("confirmed", person, f"is certain to be {title}", facts=[*before, *after],
               notes=["only possible before"], before=[title], after=[title])  # fmt: skip
    else:
        c.tell("doubtful", person, f"may no longer be {title}", facts=[*before, *after], certain=False,
               before=[title], after=[title])  # fmt: skip


def _acting(c: Comparison, person: str, position: Position) -> None:
    was, now = c.a.acting(c.a.held[person][position]), c.b.acting(c.b.held[person][position])
    if bool(was) == bool(now):
        return
    title = c.title(position)
    if now:
        c.tell("acting began", person, f"is now acting as {title}", facts=now, certain=c.b.firm(now), after=[title])
    else:
        c.tell("acting ended", person, f"is no longer merely acting as {title}", facts=was,
               certain=c.a.firm(was), before=[title])  # fmt: skip


def _leave(c: Comparison, person: str, position: Position) -> None:
    was, now = c.a.leave(c.a.held[person][position]), c.b.leave(c.b.held[person][position])
    if bool(was) == bool(now):
        return
    title = c.title(position)
    if now:
        c.tell("leave began", person, f"is on leave as {title}", facts=now, certain=c.b.firm(now),
               notes=_reasons(now), after=[title])  # fmt: skip
    else:
        c.tell("leave ended", person, f"is back from leave as {title}", facts=was, certain=c.a.firm(was),
               notes=_reasons(was), before=[title])  # fmt: skip


def _titles(c: Comparison, held: Held) -> list[str]:
    """Name positions, with their places where two have one name."""
    plain = [c.title(position) for position in held]
    alike = len(set(plain)) < len(plain)
    return [c.title(p, place=_place(facts)) for p, facts in held.items()] if alike else plain


def _reasons(leaves: Iterable[Fact]) -> list[str]:
    reasons = [leave.object.value for leave in leaves if isinstance(leave.object, Literal)]
    return [reason for reason in dict.fromkeys(reasons) if reason != "true"]


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
