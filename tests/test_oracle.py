"""Replay against an oracle for small histories: what holds on a day, found by trying all days of all moments.

It works on role changes alone and shares nothing with replay. What it understands: tenures in posts (one for each
person and post, stated by ``starts``, ``transferred``, ``ends``, ``holds`` in any mixture), ``replaces``,
``from_post``, moment labels, managers stated with a start, and lines from post to post (a later one of the same post
ends the one before). The histories are free of contradictions: there is a day for each moment that all statements on
it allow.

A single fact is certain from the latest start to the earliest end and possible from the earliest start to the latest
end, by definition. Whatever combines facts is decided by trying all days.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from random import Random

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from orggraph.changes import RoleChange
from orggraph.errors import ChangeError
from orggraph.graph import OrgGraph
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, day, iso
from orggraph.replay import replay
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline

Name = tuple[str, ...]
Label = tuple[str, str, str]
"""What holds: ``member``, a person and a post, or ``line``, who reports and to whom."""


@dataclass
class Stretch:
    """Something with a start and an end, each the name of a variable; ``kind`` and the two ends say what it is."""

    label: Label
    start: Name
    end: Name


@dataclass
class Oracle:
    """The variables of a history with their bounds, and what lasts from which to which."""

    tenures: dict[tuple[str, str], Stretch] = field(default_factory=dict)
    lines: list[Stretch] = field(default_factory=list)
    lowest: dict[Name, int] = field(default_factory=lambda: defaultdict(lambda: OPEN_EARLY))
    highest: dict[Name, int] = field(default_factory=lambda: defaultdict(lambda: OPEN_LATE))
    same: dict[Name, Name] = field(default_factory=dict)
    stated: set[Name] = field(default_factory=set)
    seen: dict[Name, int] = field(default_factory=dict)
    lasting: set[Name] = field(default_factory=set)

    def root(self, name: Name) -> Name:
        while name in self.same:
            name = self.same[name]
        return name

    def unify(self, a: Name, b: Name) -> None:
        a, b = self.root(a), self.root(b)
        if a != b:
            self.same[b] = a
            self.lowest[a] = max(self.lowest[a], self.lowest[b])
            self.highest[a] = min(self.highest[a], self.highest[b])
            self.stated |= {a} if b in self.stated else set()

    def state(self, name: Name, moment: Moment) -> None:
        name = self.root(name)
        self.stated.add(name)
        self.narrow(name, moment.earliest, moment.latest)

    def narrow(self, name: Name, low: int, high: int) -> None:
        name = self.root(name)
        self.lowest[name] = max(self.lowest[name], low)
        self.highest[name] = min(self.highest[name], high)

    def bounds(self, name: Name) -> tuple[int, int]:
        return self.lowest[self.root(name)], self.highest[self.root(name)]


def understand(changes: Iterable[RoleChange]) -> Oracle:
    """Read a history into variables."""
    oracle = Oracle()
    labels: dict[str, list[Name]] = defaultdict(list)
    held = [change for change in changes if change.person]
    for change in held:
        for post in {change.post, change.from_post} - {""}:
            tenure(oracle, change.person, post)
        if change.replaces:
            tenure(oracle, change.replaces, change.post)
    for change in held:
        read_tenure(oracle, change, labels)
    for change in held:
        if change.replaces:
            oracle.unify(oracle.tenures[change.replaces, change.post].end, ("start", change.person, change.post))
        if change.from_post:
            oracle.unify(("end", change.person, change.from_post), ("start", change.person, change.post))
    for names in labels.values():
        for name in names[1:]:
            oracle.unify(names[0], name)
    read_lines(oracle, [change for change in changes if change.kind == "reports"])
    presuppose(oracle)
    return oracle


def tenure(oracle: Oracle, person: str, post: str) -> None:
    start, end = ("start", person, post), ("end", person, post)
    oracle.tenures[person, post] = Stretch(("member", person, post), start, end)


def read_tenure(oracle: Oracle, change: RoleChange, labels: dict[str, list[Name]]) -> None:
    start, end = ("start", change.person, change.post), ("end", change.person, change.post)
    moment = change.effective
    assert moment is not None
    if change.moment:
        labels[change.moment].append(end if change.kind == "ends" else start)
    if change.kind == "ends":
        oracle.state(end, moment)
    elif change.kind == "holds":
        oracle.seen[end] = max(oracle.seen.get(end, OPEN_EARLY), moment.earliest + 1)
        oracle.state(start, Moment(OPEN_EARLY, moment.latest))
    else:
        oracle.state(start, moment)
        if change.until in (None, ONGOING):
            oracle.lasting.add(end)
        elif change.until is not None and change.until.text != "unknown":
            oracle.state(end, change.until)
        else:
            oracle.lasting.add(("unknown", *end))
        if change.reports_to:
            stretch = Stretch(("line", change.person, change.reports_to), start, end)
            if stretch not in oracle.lines:
                oracle.lines.append(stretch)


def read_lines(oracle: Oracle, changes: list[RoleChange]) -> None:
    """Let the lines of one post follow each other in the order of their days."""
    by_post: dict[str, list[RoleChange]] = defaultdict(list)
    for change in changes:
        by_post[change.post].append(change)
    for post, said in by_post.items():
        said.sort(key=lambda change: (change.effective.latest, change.effective.earliest) if change.effective else ())
        for number, change in enumerate(said):
            start, end = ("line start", post, str(number)), ("line end", post, str(number))
            assert change.effective is not None
            oracle.state(start, change.effective)
            if change.until is not None:
                oracle.state(end, change.until)
            elif number + 1 < len(said):
                oracle.unify(end, ("line start", post, str(number + 1)))
            else:
                oracle.narrow(end, OPEN_LATE, OPEN_LATE)
            oracle.lines.append(Stretch(("line", post, change.reports_to_post), start, end))


def presuppose(oracle: Oracle) -> None:
    """Bound what nobody states: a start is not later than the earliest end, an end is ongoing or after the last day."""
    for stretch in oracle.tenures.values():
        start, end = oracle.root(stretch.start), oracle.root(stretch.end)
        if end in oracle.stated:
            oracle.narrow(end, oracle.seen.get(stretch.end, OPEN_EARLY), OPEN_LATE)
    for stretch in oracle.tenures.values():
        start, end = oracle.root(stretch.start), oracle.root(stretch.end)
        if start not in oracle.stated:
            low, high = oracle.bounds(end)
            oracle.narrow(start, OPEN_EARLY, low if low > OPEN_EARLY else high)
        if end not in oracle.stated:
            low = oracle.bounds(start)[0]
            after = max(oracle.seen.get(stretch.end, OPEN_EARLY), low + 1 if low > OPEN_EARLY else low)
            lasts = stretch.end in oracle.lasting and ("unknown", *stretch.end) not in oracle.lasting
            oracle.narrow(end, OPEN_LATE if lasts else after, OPEN_LATE)


def holding(oracle: Oracle, day: int) -> dict[Label, str]:
    """Give all that holds on a day, each ``certain`` or ``possible``."""
    found: dict[Label, str] = {}
    for stretch in oracle.tenures.values():
        note(found, stretch.label, single(oracle, stretch, day))
    for line in oracle.lines:
        if line.start[0] == "line start":
            note(found, line.label, single(oracle, line, day))
            derive(oracle, line, day, found)
        else:
            note(found, line.label, together(oracle, [line], [], day))
    return found


def derive(oracle: Oracle, line: Stretch, day: int, found: dict[Label, str]) -> None:
    """Note the lines between holders that follow from one between posts, to the post itself while nobody holds it."""
    _, below, above = line.label
    bosses = [stretch for (_, post), stretch in oracle.tenures.items() if post == above]
    for (reporter, post), stretch in oracle.tenures.items():
        if post != below:
            continue
        for boss in bosses:
            if boss.label[1] != reporter:
                note(found, ("line", reporter, boss.label[1]), together(oracle, [line, stretch, boss], [], day))
        note(found, ("line", reporter, above), together(oracle, [line, stretch], bosses, day))


def note(found: dict[Label, str], label: Label, certainty: str) -> None:
    if certainty and found.get(label) != "certain":
        found[label] = certainty


def single(oracle: Oracle, stretch: Stretch, day: int) -> str:
    if oracle.root(stretch.start) == oracle.root(stretch.end):
        return ""
    (first, start), (end, last) = oracle.bounds(stretch.start), oracle.bounds(stretch.end)
    return "certain" if start <= day < end else "possible" if first <= day < last else ""


def together(oracle: Oracle, holds: list[Stretch], none_of: list[Stretch], day: int) -> str:
    """Try every reading: do all of ``holds`` hold on the day, and none of ``none_of``?"""
    answers = {
        all(come[s.start] and not come[s.end] for s in holds)
        and not any(come[s.start] and not come[s.end] for s in none_of)
        for come in readings(oracle, [*holds, *none_of], day)
    }
    return ("possible" if False in answers else "certain") if True in answers else ""


def readings(oracle: Oracle, stretches: list[Stretch], day: int) -> Iterator[dict[Name, bool]]:
    """Give for each assignment of days to the moments which of them have come by ``day``."""
    names = {name: oracle.root(name) for s in stretches for name in (s.start, s.end)}
    roots = sorted(set(names.values()))
    days = [range(max(low, day - 9), min(high, day + 9) + 1) or [low] for low, high in map(oracle.bounds, roots)]
    for reading in product(*({chosen <= day for chosen in span} for span in days)):
        come = dict(zip(roots, reading, strict=True))
        yield {name: come[root] for name, root in names.items()}


# ---- histories that a hidden truth makes free of contradictions

START = day("2020-01-01")
LAST = START + 20
PEOPLE, POSTS = ("Ann", "Bob", "Cid"), ("CEO", "CTO", "COO")
Row = dict[str, str]


@dataclass
class Truth:
    """One tenure as it really was; ``end`` is ``None`` where it lasts."""

    person: str
    post: str
    start: int
    end: int | None
    before: Truth | None = None


@st.composite
def truths(draw: st.DrawFn) -> list[Truth]:
    """Draw a few tenures, some of which begin where another ends."""
    seats = draw(st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(POSTS)), min_size=1, max_size=4,
                          unique=True))  # fmt: skip
    made: list[Truth] = []
    for person, post in seats:
        ended = [t for t in made if t.end is not None and ((t.person == person) != (t.post == post))]
        before = draw(st.one_of(st.none(), st.sampled_from(ended))) if ended else None
        start = before.end if before and before.end is not None else START + draw(st.integers(0, 6))
        end = draw(st.one_of(st.none(), st.integers(start + 1, start + 5)))
        made.append(Truth(person, post, start, end, before))
    return made


@st.composite
def blurred(draw: st.DrawFn, true: int) -> str:
    """Draw what a source may say of a day without saying anything wrong."""
    first, last = true - draw(st.integers(0, 2)), true + draw(st.integers(0, 2))
    if draw(st.integers(0, 9)) == 0:
        return f"../{iso(last)}"
    return iso(true) if first == last else f"{iso(first)}/{iso(last)}"


@st.composite
def told(draw: st.DrawFn, truth: Truth, *, number: int) -> list[Row]:
    """Draw the rows that tell of one tenure."""
    seat = {"person": truth.person, "post": truth.post, "source": "S"}
    start: Row = {**seat, "kind": "starts", "effective": draw(blurred(truth.start))}
    rows = [start]
    if truth.before is not None:
        if truth.before.person == truth.person:
            start |= {"kind": "transferred", "from_post": truth.before.post}
        else:
            start["replaces"] = truth.before.person
    if truth.end is None:
        start |= draw(st.sampled_from([{}, {"until": ".."}, {"until": "unknown"}]))
    elif draw(st.booleans()):
        start["until"] = draw(blurred(truth.end))
        if Moment.parse(start["until"]).latest < Moment.parse(start["effective"]).earliest:
            start["until"] = iso(truth.end)
    else:
        rows.append({**seat, "kind": "ends", "effective": draw(blurred(truth.end))})
    if draw(st.booleans()):
        rows.append({**seat, "kind": "starts", "effective": draw(blurred(truth.start)), "source": "T"})
    if draw(st.booleans()):
        seen = draw(st.integers(truth.start, (truth.end or START + 20) - 1))
        rows.append({**seat, "kind": "holds", "effective": iso(seen)})
    if draw(st.booleans()):
        start["reports_to"] = draw(st.sampled_from([p for p in (*PEOPLE, "Zoe") if p != truth.person]))
    if draw(st.booleans()):
        start["moment"] = f"day {truth.start - START}"
    if rows[1:] and rows[1]["kind"] == "ends" and draw(st.booleans()):
        rows[1]["moment"] = f"day {(truth.end or 0) - START}"
    if draw(st.booleans()):
        for row in rows:
            row |= {"record": str(number)} if row["source"] == "S" else {}
    return rows


@st.composite
def histories(draw: st.DrawFn) -> list[Row]:
    """Draw a small history: tenures and lines between posts."""
    made = draw(truths())
    rows = [row for number, truth in enumerate(made) for row in draw(told(truth, number=number))]
    presupposed = [t for t in made if any(other.before is t for other in made)]
    if presupposed and draw(st.integers(0, 2)) == 0:
        left_out = draw(st.sampled_from(presupposed))
        rows = [row for row in rows if (row["person"], row["post"]) != (left_out.person, left_out.post)]
    pairs = [(a, b) for a in POSTS for b in POSTS if a != b]
    for below, above in draw(st.lists(st.sampled_from(pairs), max_size=3, unique=True)):
        true = START + draw(st.integers(0, 6))
        line: Row = {"kind": "reports", "post": below, "reports_to_post": above, "source": "S"}
        line["effective"] = draw(blurred(true))
        if draw(st.integers(0, 3)) == 0:
            line["until"] = iso(true + draw(st.integers(2, 5)))
        rows.append(line)
    spans = [(r["post"], m.latest, m.earliest) for r in rows if r["kind"] == "reports"
             for m in (Moment.parse(r["effective"]),)]  # fmt: skip
    assume(len(set(spans)) == len(spans))
    return [{"organization": "Acme", **row} for row in draw(st.permutations(rows))]


def parsed(rows: Iterable[Row]) -> list[RoleChange]:
    return [RoleChange.parse(row) for row in rows]


def from_snapshot(timeline: Timeline, on: int) -> dict[Label, str]:
    """Give what a snapshot says of a day in the words of the oracle."""
    snapshot = Snapshot(timeline, on)
    found: dict[Label, str] = {}
    for fact in (*snapshot.facts("membership"), *snapshot.facts("line")):
        ends = (fact.subject, fact.post) if fact.kind == "membership" else (fact.subject, str(fact.object))
        word = "member" if fact.kind == "membership" else "line"
        certainty = "certain" if fact.period.certain_on(on) else "possible"
        note(found, (word, snapshot.name(ends[0]), snapshot.name(ends[1])), certainty)
    return found


@settings(max_examples=500, deadline=None)
@given(histories())
def test_every_day_is_as_the_oracle_finds_it(rows: list[Row]) -> None:
    changes = parsed(rows)
    timeline = Timeline(replay(changes).facts)
    oracle = understand(changes)
    for on in range(START - 3, LAST):
        assert from_snapshot(timeline, on) == holding(oracle, on), iso(on)


@settings(max_examples=300, deadline=None)
@given(histories())
def test_seats_are_counted_over_every_reading(rows: list[Row]) -> None:
    changes = parsed(rows)
    timeline = Timeline(replay(changes).facts)
    oracle = understand(changes)
    posts = {fact.post for fact in timeline.facts if fact.post}
    for on, post in product(range(START - 3, LAST), sorted(posts)):
        snapshot = Snapshot(timeline, on)
        held = [s for (_, name), s in oracle.tenures.items() if name == snapshot.name(post)]
        held = [s for s in held if single(oracle, s, on)]
        counts = [
            sum(come[s.start] and not come[s.end] for s in held)
            for come in readings(oracle, held, on)
            if all(come[s.start] or not come[s.end] for s in held)
        ]
        assert snapshot.seats(post) == (min(counts, default=0), max(counts, default=0)), iso(on)


# ---- what holds for every history, contradictions or not

TEXTS = ["2020-01-02", "2020-01-04", "2020-01-06", "2020-01-03/2020-01-05", "../2020-01-04", "2020-01-05/..", "2020-01"]
WILD_ROWS = st.fixed_dictionaries(
    {"kind": st.sampled_from(["starts", "ends", "holds", "transferred", "acting", "leave", "reports", "roster",
                              "created", "abolished", "renamed", "states", "withdraws", "corrects"]),
     "effective": st.sampled_from([*TEXTS, "2020-01-02", "2020-01-06"])},
    optional={
        "person": st.sampled_from(PEOPLE), "person_id": st.sampled_from(["1", "2"]), "post": st.sampled_from(POSTS),
        "unit": st.sampled_from(["Office", "Works"]), "reports_to": st.sampled_from(PEOPLE),
        "reports_to_post": st.sampled_from(POSTS), "line": st.sampled_from(["direct", "dotted"]),
        "replaces": st.sampled_from(PEOPLE), "from_post": st.sampled_from(POSTS),
        "into": st.sampled_from(["Dan", "CTO"]),
        "property": st.just("grade"), "value": st.sampled_from(["1", "2"]), "moment": st.sampled_from(["m", "n"]),
        "until": st.sampled_from([*TEXTS, "..", "unknown"]), "sequence": st.sampled_from(["1", "2"]),
        "source": st.sampled_from(["S", "T"]), "stated": st.sampled_from(["2020-01-05", "2020-02-01"]),
        "record": st.sampled_from(["r", "q"]), "target": st.sampled_from(["r", "q"]),
    },
)  # fmt: skip


@st.composite
def anything(draw: st.DrawFn) -> list[RoleChange]:
    """Draw role changes that need not fit together in any way."""
    changes = []
    for row in draw(st.lists(WILD_ROWS, min_size=1, max_size=9)):
        with suppress(ChangeError):
            changes.append(RoleChange.parse({"organization": "Acme", **row}))
    assume(changes)
    return list({change.id: change for change in changes}.values())


@settings(max_examples=500, deadline=None)
@given(anything(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(changes: list[RoleChange], dice: Random) -> None:
    shuffled = dice.sample(changes, len(changes))
    assert replay(shuffled) == replay(changes)
    assert replay([*changes, *shuffled]) == replay(changes)


@settings(max_examples=200, deadline=None)
@given(anything(), st.randoms(use_true_random=False))
def test_several_loads_in_any_order_lead_to_the_same_beliefs(changes: list[RoleChange], dice: Random) -> None:
    at_once, one_by_one = OrgGraph(), OrgGraph()
    at_once.load(changes)
    for change in dice.sample(changes, len(changes)):
        one_by_one.load([change])
    assert believed(one_by_one) == believed(at_once)
    again = one_by_one.load(changes)
    assert (again.added, again.opened, again.superseded) == (0, 0, 0)
    assert believed(one_by_one) == believed(at_once) == believed_from(changes)


@settings(max_examples=200, deadline=None)
@given(anything())
def test_a_load_taken_back_and_made_again(changes: list[RoleChange]) -> None:
    org = OrgGraph()
    half = len(changes) // 2
    org.load(changes[:half]) if half else None
    before = believed(org)
    report = org.load(changes[half:])
    after = believed(org)
    org.unload(report.load.id)
    assert believed(org) == before
    org.load(changes[half:])
    assert believed(org) == after == believed_from(changes)


@settings(max_examples=200, deadline=None)
@given(anything(), st.data())
def test_every_recorded_time_believed_what_had_been_recorded_by_then(
    changes: list[RoleChange], data: st.DataObject
) -> None:
    org = OrgGraph()
    for change in changes:
        org.load([change])
        standing = [load for load in org.ledger.loads if load.removed is None and load.added]
        if len(standing) > 1 and data.draw(st.integers(0, 3)) == 0:
            org.unload(data.draw(st.sampled_from(standing)).id)
    for recorded in [load.recorded for load in org.ledger.loads]:
        known = [
            entry.change
            for entry in org.ledger.entries
            if entry.recorded <= recorded and (entry.removed is None or recorded < entry.removed)
        ]
        timeline = org.timeline
        rows = timeline.believed(recorded).nonzero()[0]
        assert sorted(repr(timeline.facts[row].content) for row in rows) == believed_from(known)


@settings(max_examples=200, deadline=None)
@given(anything())
def test_a_snapshot_changes_on_change_days_only(changes: list[RoleChange]) -> None:
    timeline = Timeline(replay(changes).facts)
    days = set(timeline.change_days())
    for on in range(day("2019-12-30"), day("2020-02-04")):
        if on not in days:
            yesterday, today = Snapshot(timeline, on - 1), Snapshot(timeline, on)
            assert today.facts() == yesterday.facts()
            assert [f.period.certain_on(on) for f in today.facts()] == [
                f.period.certain_on(on - 1) for f in today.facts()
            ]


def believed(org: OrgGraph) -> list[str]:
    return sorted(repr(fact.content) for fact in org.ledger.believed())


def believed_from(changes: Iterable[RoleChange]) -> list[str]:
    return sorted(repr(fact.content) for fact in replay(changes).facts)
