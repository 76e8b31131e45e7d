"""The page of a person, post, unit, organization or role: its place on a day, its time, every fact with its source.

Why facts that point at an entity are left out where there are very many: an organization of a quarter of a million
would fill a page with everybody who ever belonged to it; who does on the day is listed page by page, and ``/history``
has all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import urlencode

from orggraph.documents import LOOKUPS
from orggraph.facts import ATTRIBUTE, EVENT, LINE, MEMBERSHIP, NAME, PLACE, POST_IN, TYPE, Fact
from orggraph.history import history
from orggraph.period import OPEN_EARLY, OPEN_LATE, iso
from orggraph.snapshot import Snapshot, stated
from orggraph.succession import succession
from orggraph.web import words
from orggraph.web.evidence import MOST_POINTING, Subject, every_fact
from orggraph.web.frame import Markup, link, markup
from orggraph.web.lanes import Lane, picture
from orggraph.web.pages import (
    answers,
    day_cell,
    entity_link,
    entity_path,
    page,
    paragraph,
    section,
    table,
    times,
    until_cell,
)
from orggraph.web.parameters import number
from orggraph.web.resources import Question

MOST_INSIDE, MOST_LANES, PAGE = 1_000, 60, 100
_ASKED: dict[str, tuple[tuple[str, str], ...]] = {
    "person": (("managers", words.REPORTS_TO), ("reports", words.REPORTS)),
    "post": (("holders", words.HELD_BY), ("managers", words.REPORTS_TO), ("reports", words.REPORTS)),
    "role": (("holders", words.HAS_IT),),
    "unit": (("members", words.MEMBERS),),
    "organization": (("members", words.MEMBERS),),
}
"""What a page says of each kind of entity: the look-up and its caption."""
_GROUPS = {MEMBERSHIP: words.HOLDS, LINE: words.REPORTS_TO, PLACE: words.PART_OF, NAME: words.NAMES}


def profile(question: Question, snapshot: Snapshot, iri: str, kind: str) -> str:
    """Make the page of an entity."""
    org = question.generation.org
    rows = history(org.timeline, org.changes, iri, recorded_by=snapshot.recorded_by, most=MOST_POINTING)
    changes = org.changes(sorted({change for row in rows for change in row.fact.changes}))
    subject = Subject(question, snapshot, iri, kind, rows, changes)
    name = snapshot.name(iri)
    return page(
        question, name, _lead(subject), _ways(subject),
        section(words.ON_THE_DAY, *_on_the_day(subject), name="day-view"),
        section(words.OVER_TIME, *_over_time(subject), *_succession(subject), name="time"),
        section(words.EVERY_FACT, *every_fact(subject), name="facts"),
        _forms(subject),
        heading=Markup(f"<bdi>{escape(name)}</bdi>"),
    )  # fmt: skip


# ---- the head of the page


def _lead(subject: Subject) -> Markup:
    said = words.KIND_ON.format(kind=subject.kind.capitalize(), day=iso(subject.snapshot.day))
    known = subject.question.given.get("recorded-by", "")
    told = [said, words.AS_KNOWN.format(time=known)] if known else [said]
    return Markup(f'<p class="lead">{escape(", ".join([*told, *_other_names(subject)]))}</p>')


def _other_names(subject: Subject) -> list[str]:
    """Say by which names it went before, goes later, and goes as well."""
    said: dict[str, str] = {}
    day, today = subject.snapshot.day, subject.snapshot.name(subject.iri)
    for fact in subject.facts:
        text = str(fact.object[0])
        if fact.kind == NAME and fact.subject == subject.iri and text != today:
            ended, ahead = fact.end.latest <= day, fact.start.earliest > day
            said.setdefault(text, words.FORMERLY if ended else words.LATER if ahead else words.ALSO)
    return [form.format(name=text) for text, form in said.items()]


def change_days(facts: Iterable[Fact]) -> list[int]:
    """List in order the days on which one of the facts begins or ends, certainly or possibly."""
    bounds = {b for f in facts if f.kind != TYPE for m in (f.start, f.end) for b in (m.earliest, m.latest)}
    return sorted(bound for bound in bounds if OPEN_EARLY < bound < OPEN_LATE)


def _ways(subject: Subject) -> Markup:
    """Lead to the change before and after, and to exactly this view."""
    day, days = subject.snapshot.day, change_days(subject.facts)
    before = max((other for other in days if other < day), default=None)
    after = min((other for other in days if other > day), default=None)
    here = {**times(subject.question), "as-of": iso(day)}
    copied = (f'data-copy="{words.COPY}" data-copied="{words.COPIED}" data-failed="{words.NOT_COPIED}"')
    return Markup(
        f'<ul class="ways" aria-label="{escape(words.CHANGES_OF.format(name=subject.snapshot.name(subject.iri)))}">'
        f"<li>{_change(subject, before, words.PREVIOUS_CHANGE, words.NO_PREVIOUS, 'prev')}</li>"
        f"<li>{_change(subject, after, words.NEXT_CHANGE, words.NO_NEXT, 'next')}</li>"
        f"<li>{link(_charted(subject, here), words.ON_CHART)}</li>"
        f"<li {copied}>{link(_address(subject, here), words.THIS_VIEW)} </li></ul>"
    )


def _charted(subject: Subject, here: Mapping[str, str]) -> str:
    """Give the address of the chart with the entity on it: the way to a person or post, the inside of a unit."""
    name = {"person": "highlight", "post": "highlight", "unit": "unit"}.get(subject.kind)
    there = subject.snapshot.is_present(subject.iri)
    view = {"view": "posts"} if subject.kind == "post" else {}
    return f"/?{urlencode({**here, **({name: subject.iri, **view} if name and there else {})})}"


def _change(subject: Subject, day: int | None, some: str, none: str, rel: str) -> Markup:
    if day is None:
        return Markup(f'<span class="quiet">{none}</span>')
    target = _address(subject, {**times(subject.question), "as-of": iso(day)})
    return Markup(f'<a rel="{rel}" href="{escape(target)}">{escape(some.format(day=iso(day)))}</a>')


def _address(subject: Subject, given: Mapping[str, str]) -> str:
    path = entity_path(subject.iri, subject.question.generation.org.base)
    return path + ("&" if "?" in path else "?") + urlencode(given)


# ---- on the day


def _on_the_day(subject: Subject) -> list[Markup]:
    question, snapshot, iri, kind = subject.question, subject.snapshot, subject.iri, subject.kind
    body: list[Markup] = []
    if kind == "person":
        body.append(_holdings(subject))
    if kind in ("post", "unit"):
        body += _links(subject, words.PART_OF, [str(fact.object) for fact in snapshot.places(iri)])
    for lookup, caption in _ASKED[kind]:
        if kind in ("unit", "organization", "role"):
            body += _page_of_many(subject, caption)
            continue
        rows = LOOKUPS[lookup].rows(snapshot, iri)
        said = LOOKUPS[lookup].sentence(snapshot, iri, rows, end=".")
        body += [paragraph(said)] if said else []
        body += [answers(question, caption, rows)] if rows else []
    if kind in ("unit", "organization"):
        inside = _inside(subject)
        body += _links(subject, words.PARTS, [part for part, predicate in inside if predicate != POST_IN])
        body += _links(subject, words.POSTS, [part for part, predicate in inside if predicate == POST_IN])
    return body


def _page_of_many(subject: Subject, caption: str) -> list[Markup]:
    """List who belongs to it in the order of their names, so many on a page."""
    snapshot = subject.snapshot
    rows = snapshot.held_in(subject.iri)
    count, at = len(rows), max(1, number(subject.question.given, "page") or 1)
    lookup = "holders" if subject.kind == "role" else "members"
    if count <= PAGE:
        found = LOOKUPS[lookup].rows(snapshot, subject.iri)
        said = LOOKUPS[lookup].sentence(snapshot, subject.iri, found, end=".")
        return [*([paragraph(said)] if said else []), *([answers(subject.question, caption, found)] if found else [])]
    at = min(at, -(-count // PAGE))
    shown = subject.question.generation.directory.by_name(rows)[(at - 1) * PAGE : at * PAGE]
    first = (at - 1) * PAGE + 1
    told = words.SHOWN_OF.format(caption=caption, first=f"{first:,}", last=f"{first + len(shown) - 1:,}",
                                 number=f"{count:,}")  # fmt: skip
    return [answers(subject.question, told, snapshot.answers_of(shown)), _pages(subject, at, -(-count // PAGE))]


def _pages(subject: Subject, at: int, last: int) -> Markup:
    given = {**times(subject.question), "as-of": iso(subject.snapshot.day)}
    sides = [(at - 1, words.PREVIOUS_PAGE, "prev"), (at + 1, words.NEXT_PAGE, "next")]
    items = "".join(
        f'<li><a rel="{rel}" href="{escape(_address(subject, {**given, "page": str(other)}))}">{text}</a></li>'
        for other, text, rel in sides if 1 <= other <= last
    )  # fmt: skip
    return Markup(f'<nav aria-label="{words.PAGES}"><ul>{items}</ul></nav>')


def _inside(subject: Subject) -> list[tuple[str, str]]:
    """Give the units and posts in a unit on the day, with the property that says so, by name."""
    timeline, snapshot = subject.snapshot.timeline, subject.snapshot
    rows = timeline.only(timeline.pointing_at(subject.iri), PLACE)
    held = timeline.holding(rows, snapshot.day, recorded_by=snapshot.recorded_by)
    facts = [timeline.facts[row] for row in held[:MOST_INSIDE].tolist()]
    found = dict.fromkeys((fact.subject, fact.predicate) for fact in facts)
    return sorted(found, key=lambda part: (snapshot.name(part[0]), part[0]))


def _links(subject: Subject, caption: str, iris: list[str]) -> list[Markup]:
    if not iris:
        return []
    named = {iri: subject.snapshot.name(iri) for iri in iris}
    items = "".join(f"<li>{entity_link(subject.question, iri, name)}</li>" for iri, name in named.items())
    return [Markup(f'<h3>{escape(caption)}</h3>\n<ul class="names">{items}</ul>')]


def _holdings(subject: Subject) -> Markup:
    """Make the table of what a person holds, with links to the posts."""
    facts = [fact for fact in subject.facts if fact.kind == MEMBERSHIP and fact.subject == subject.iri]
    rows = subject.snapshot.memberships(subject.iri)
    if not rows:
        return paragraph(words.HOLDS_NOTHING)
    of_row = {fact.id: fact for fact in facts}
    columns = [name for name in ("post", "role", "unit", "organization", "certainty", "since", "until", "notes")
               if any(getattr(row, name) for row in rows)]  # fmt: skip
    cells = []
    for row in rows:
        fact = of_row.get(row.facts[0])
        linked = {"post": fact.post, "role": fact.role, (row.unit and "unit") or "organization": str(fact.object)} \
            if fact else {}  # fmt: skip
        cells.append([_held(subject, name, getattr(row, name), linked.get(name, "")) for name in columns])
    return table(words.HOLDS, columns, cells)


def _held(subject: Subject, name: str, value: object, iri: str) -> Markup:
    if iri and value:
        return entity_link(subject.question, iri, str(value))
    if name in ("since", "until"):
        return until_cell(str(value)) if name == "until" else day_cell(str(value))
    return markup("; ".join(value) if isinstance(value, tuple) else value)


# ---- over time


def _over_time(subject: Subject) -> list[Markup]:
    lanes = _lanes(subject)
    if not lanes:
        return [paragraph(words.NOTHING_CHANGES)]
    more = [paragraph(words.BARS_SHOWN.format(shown=MOST_LANES, number=len(lanes)))] if len(lanes) > MOST_LANES else []
    return [*more, picture(lanes[:MOST_LANES], subject.snapshot.day)]


def _lanes(subject: Subject) -> list[Lane]:
    """Make a lane a statement: what it holds, its lines, its places and names, and those that point at it."""
    found: dict[tuple[int, str, str], list[Fact]] = {}
    order = [MEMBERSHIP, LINE, PLACE, ATTRIBUTE, NAME]
    for row in subject.rows:
        fact = row.fact
        if row.superseded or fact.kind in (EVENT, TYPE) or _always(fact):
            continue
        own = fact.subject == subject.iri
        group = _GROUPS.get(fact.kind, words.SAID) if own else _pointing(fact, subject.kind)
        found.setdefault((2 * order.index(fact.kind) + (not own), group, row.what), []).append(fact)
    return [Lane(group, what, tuple(dict.fromkeys(fact.period for fact in facts)))
            for (_, group, what), facts in sorted(found.items(), key=lambda item: item[0][:2])]  # fmt: skip


def _pointing(fact: Fact, kind: str) -> str:
    if fact.kind == MEMBERSHIP:
        return words.MEMBERS if kind in ("unit", "organization") else words.HELD_BY
    return {LINE: words.REPORTS, PLACE: words.PARTS}.get(fact.kind, words.SAID)


def _always(fact: Fact) -> bool:
    return fact.start.earliest == OPEN_EARLY and fact.end.earliest == OPEN_LATE


def _succession(subject: Subject) -> list[Markup]:
    """Make the table of who held a post one after the other, with the stretches in which nobody did."""
    if subject.kind != "post":
        return []
    snapshot, rows = subject.snapshot, []
    turns = succession(snapshot.timeline, subject.iri, recorded_by=snapshot.recorded_by)
    for turn in turns:
        if turn.fact is None:
            who = Markup(f"<em>{words.VACANT if turn.certain else words.MAYBE_VACANT}</em>")
        else:
            who = entity_link(subject.question, turn.fact.subject, snapshot.name(turn.fact.subject))
        notes = "; ".join(snapshot.notes(turn.fact)) if turn.fact else ""
        rows.append([who, day_cell(stated(turn.since)), until_cell(stated(turn.until)), markup(notes)])
    columns = (words.NAME, words.SINCE, words.UNTIL, words.NOTES)
    return [table(words.SUCCESSION, columns, rows)] if rows else []


# ---- every fact


def _forms(subject: Subject) -> Markup:
    """Lead to the same as data, and tell the IRI."""
    given = times(subject.question)
    named = (("turtle", "Turtle"), ("jsonld", "JSON-LD"))
    forms = [link(_address(subject, {"format": name, **given}), label) for name, label in named]
    return Markup(f"<p>{words.FORMS}: {', '.join(forms)}. {words.IRI}: <code>{escape(subject.iri)}</code></p>")

