"""Tests of the events of a diff that take more than two facts: returns, chains, teams, mergers, and knowledge."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from company import Row, graph, row, starts
from hypothesis import given, settings
from hypothesis import strategies as st
from test_diff import _assert_complete, _some_fact

from orggraph.diff import Diff, Event, apply, diff, invert, text
from orggraph.diff.events import with_parts
from orggraph.facts import Fact
from orggraph.graph import OrgGraph
from orggraph.period import day
from orggraph.snapshot import Snapshot
from orggraph.timeline import Timeline

BEFORE, TURN, AFTER = "2021-01-01", "2021-05-01", "2021-06-01"
SINCE = "2020-01-01"


def reports(person: str, to: str, effective: str = SINCE, until: str = "..") -> Row:
    return row("reports", effective, person=person, reports_to=to, until=until)


def post_line(post: str, to: str) -> Row:
    return row("reports", SINCE, post=post, reports_to_post=to)


def changed(*rows: Row) -> Diff:
    d = graph(*rows).diff(BEFORE, AFTER)
    _assert_complete(d)
    return d


def told(d: Diff) -> list[str]:
    return [event.text for event in d.events if event.kind not in ("presumed", "reasserted")]


TOLD = [
    ("returned", [starts("Ada", "CEO", "2018-01-01", until="2019-01-01"), starts("Ada", "CTO", TURN),
                  starts("Bob", "COO", SINCE)],
     ["Ada returned as CTO (CEO until 2019-01-01, away for 2 years 4 months)"]),
    ("returned on a day not known exactly", [
        starts("Ada", "CEO", "2018-01-01", until="2019-01"), starts("Ada", "CEO", "2021-03"),
        starts("Bob", "COO", SINCE)],
     ["Ada returned as CEO, vacant for 760 to 820 days before (CEO until 2019-01, away for 2 years 1 month to "
      "2 years 2 months)"]),
    ("was elsewhere before", [starts("Ada", "CEO", "2018-01-01", until="2019-01-01", organization="Other"),
                              starts("Ada", "CTO", TURN), starts("Bob", "COO", SINCE)],
     ["Ada joined as CTO"]),
    ("a day between two terms is clerical", [
        starts("Ada", "CEO", SINCE, until="2021-04-30"), starts("Bob", "CEO", TURN)],
     ["Bob joined as CEO, replacing Ada", "Ada left as CEO"]),
    ("a vacancy between", [starts("Ada", "CEO", SINCE, until="2021-04-01"), starts("Bob", "CEO", TURN)],
     ["Bob joined as CEO, replacing Ada after a vacancy of 30 days", "Ada left as CEO"]),
    ("somebody in between", [
        starts("Ada", "CEO", SINCE, until="2021-02-01"), starts("Bob", "CEO", "2021-02-01", until=TURN),
        starts("Cid", "CEO", TURN)],
     ["Cid joined as CEO, replacing Ada, with Bob in between", "Ada left as CEO"]),
    ("promoted", [
        starts("Ada", "CEO", SINCE), starts("Bob", "CTO", SINCE, until=TURN), starts("Cid", "Lead", SINCE, until=TURN),
        starts("Cid", "CTO", TURN), post_line("CTO", "CEO"), post_line("Lead", "CTO")],
     ["Cid was promoted from Lead to CTO, replacing Bob (1 step from the top now, 2 before; the post has no known "
      "holder now)", "Bob left as CTO", "Cid now reports to Ada (before: Bob)"]),
    ("promoted to the top", [
        starts("Ada", "CEO", SINCE, until=TURN), starts("Bob", "CTO", SINCE, until=TURN), starts("Bob", "CEO", TURN),
        post_line("CTO", "CEO")],
     ["Bob was promoted from CTO to CEO, replacing Ada (at the top now, 1 step below it before; the post has no "
      "known holder now)", "Ada left as CEO", "Bob no longer reports to Ada"]),
    ("became permanent", [
        row("acting", "2020-02-01", person="Ann", post="CEO", until=TURN), starts("Ann", "CEO", TURN)],
     ["Ann became permanent as CEO (acting before)"]),
    ("head of a unit", [
        row("created", SINCE, unit="East"), row("starts", SINCE, person="Ann", unit="East", role="Head", until=TURN),
        row("starts", TURN, person="Ben", unit="East", role="Head")],
     ["Ben joined as Head of East, replacing Ann", "Ann left as Head of East"]),
    ("possible on both sides of the days", [starts("Ann", "CEO", "2020-12/2021-08"), starts("Bob", "COO", SINCE)],
     []),
    ("perhaps after the second day", [starts("Ann", "CEO", "2021-05/2021-08"), starts("Bob", "COO", SINCE)],
     ["Ann may have joined as CEO (perhaps only after 2021-06-01)"]),
    ("perhaps before the first day", [
        starts("Ann", "CEO", SINCE, until="2020-12/2021-03"), starts("Bob", "COO", SINCE)],
     ["Ann may have left as CEO (perhaps by 2021-01-01 already)"]),
    ("a team with its head to another boss", [
        starts("Ann", "CEO", SINCE), starts("Ben", "COO", SINCE),
        *(starts(f"P{n}", f"Post {n}", SINCE) for n in range(4)),
        *(reports(f"P{n}", "P0") for n in (1, 2, 3)), reports("P0", "Ann", until=TURN), reports("P0", "Ben", TURN)],
     ["P0 now reports to Ben with a team of 3 (before: Ann)"]),
    ("a new boss in the post above is no move", [
        starts("Ann", "CEO", SINCE, until=TURN), starts("Ben", "CEO", TURN),
        *(starts(f"P{n}", f"Post {n}", SINCE) for n in range(4)), *(reports(f"P{n}", "P0") for n in (1, 2, 3)),
        row("reports", SINCE, post="Post 0", reports_to_post="CEO")],
     ["Ben joined as CEO, replacing Ann", "Ann left as CEO", "P0 now reports to Ben (before: Ann)"]),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "expected"), [pytest.param(rows, said, id=name) for name, rows, said in TOLD])
def test_what_is_told(rows: list[Row], expected: list[str]) -> None:
    assert told(changed(*rows)) == expected


def test_whoever_returned_has_joined_and_whoever_was_promoted_has_moved() -> None:
    d = changed(*TOLD[0][1])
    assert (d.counts["joined"], d.counts["returned"]) == (1, 1)
    assert d.people["joined"] == (d.events[0].subject,)
    assert "1 joined (1 returned)" in text(d)
    d = changed(*TOLD[6][1])
    assert (d.counts["moved"], d.counts["promoted"], d.counts["succession"]) == (1, 1, 1)
    assert d.people["moved"] == (d.events[0].subject,)


def test_an_event_says_when_it_happened_where_it_was_at_one_moment() -> None:
    ended = starts("Ann", "CEO", SINCE, until=TURN)
    d = changed(ended, starts("Ben", "CEO", "2021-05"), starts("Cid", "COO", "2021-03"))
    assert [(event.name, event.when) for event in d.events] == [
        ("Ben", "2021-05-01/2021-05-31"), ("Cid", "2021-03-01/2021-03-31"), ("Ann", "2021-05-01")
    ]  # fmt: skip


def test_a_chain_is_one_event_that_holds_what_happened_to_each() -> None:
    d = changed(
        starts("Ann", "CEO", SINCE, until=TURN), starts("Ben", "COO", SINCE, until=TURN), starts("Ben", "CEO", TURN),
        starts("Cid", "CFO", SINCE, until=TURN), starts("Cid", "COO", TURN), starts("Dan", "CFO", TURN),
    )  # fmt: skip
    (chain,) = [event for event in d.events if event.kind != "presumed"]
    assert chain.text == "Ann -> Ben -> Cid -> Dan took over from one another, in 3 posts"
    assert [part.kind for part in chain.parts] == ["left", "moved", "moved", "joined"]
    assert (d.counts["succession chain"], d.counts["succession"], d.counts["moved"], chain.size) == (1, 3, 2, 4)
    assert text(d).splitlines()[4:6] == [f"  ~ {chain.text}:", "      - Ann left as CEO"]


MEMBERS = st.integers(min_value=3, max_value=14)
SEEDS = st.integers(min_value=0, max_value=2**32)


class Company:
    """A company that is made up at random, as rows; what is not said of somebody stays as it is."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.rows: list[Row] = [row("created", SINCE, unit="Rest"), self.member("Zoe", "Rest")]

    def member(self, person: str, unit: str, since: str = SINCE, until: str = "..") -> Row:
        return row("starts", since, person=person, unit=unit, until=until)

    def unit(self, name: str, people: list[str], *, until: str = "..", went: dict[str, str] | None = None) -> None:
        """Add a unit that is there from the start, whose people go to other units on the day of the turn."""
        self.rows.append(row("created", SINCE, unit=name, until=until))
        for person in people:
            target = (went or {}).get(person, "")
            self.rows.append(self.member(person, name, until=TURN if target else until))
            if target:
                self.rows.append(self.member(person, target, TURN))

    def new(self, name: str) -> None:
        self.rows.append(row("created", TURN, unit=name))

    def shuffled(self) -> list[Row]:
        """Give the rows in any order."""
        return self.draw.sample(self.rows, len(self.rows))


def people(letter: str, count: int) -> list[str]:
    return [f"{letter}{number:02}" for number in range(count)]


def found(d: Diff, kind: str) -> list[tuple[tuple[str, ...], tuple[str, ...], int]]:
    """List the events of a kind: what was replaced by what, and how many people went along."""
    return [(event.before, event.after, event.size) for event in d.events if event.kind == kind]


def left_over(d: Diff) -> set[str]:
    """Give the kinds of events that are not folded into a merger or team."""
    return {event.kind for event in d.events} - {"presumed", "reasserted", "merged", "split", "unit renamed"}


@settings(max_examples=15, deadline=None)
@given(MEMBERS, MEMBERS, SEEDS)
def test_a_merger_of_two_units_into_a_new_one_is_recovered(a: int, b: int, seed: int) -> None:
    company = Company(seed)
    company.unit("East", people("e", a), until=TURN, went=dict.fromkeys(people("e", a), "Both"))
    company.unit("West", people("w", b), until=TURN, went=dict.fromkeys(people("w", b), "Both"))
    company.new("Both")
    d = changed(*company.shuffled())
    assert found(d, "merged") == [(("East", "West"), ("Both",), a + b)]
    assert d.counts["detected merged"] == 1 and d.counts["moved"] == a + b
    assert f"{a} of {a} members of East are now in Both" in d.events[0].evidence
    assert not left_over(d)


@settings(max_examples=15, deadline=None)
@given(MEMBERS, st.integers(min_value=3, max_value=9), SEEDS)
def test_a_unit_taken_in_by_another_is_recovered_though_some_left(a: int, b: int, seed: int) -> None:
    company = Company(seed)
    stay = people("e", a)[: max(2, round(0.8 * a))]
    company.unit("East", people("e", a), until=TURN, went=dict.fromkeys(stay, "West"))
    company.unit("West", people("w", b))
    d = changed(*company.shuffled())
    assert found(d, "merged") == [(("East",), ("West",), len(stay))]
    assert f"{len(stay)} of {a} members of East are now in West" in d.events[0].text
    assert left_over(d) <= {"left"} and d.counts["left"] == a - len(stay)


@settings(max_examples=15, deadline=None)
@given(MEMBERS, MEMBERS, SEEDS)
def test_a_split_is_recovered(a: int, b: int, seed: int) -> None:
    company = Company(seed)
    went = dict.fromkeys(people("e", a), "East") | dict.fromkeys(people("w", b), "West")
    company.unit("Both", [*people("e", a), *people("w", b)], until=TURN, went=went)
    company.new("East")
    company.new("West")
    d = changed(*company.shuffled())
    ((before, after, size),) = found(d, "split")
    assert (before, size) == (("Both",), a + b)
    assert after == (("West", "East") if b > a else ("East", "West")) if a != b else {*after} == {"East", "West"}
    assert not left_over(d)


@settings(max_examples=15, deadline=None)
@given(MEMBERS, SEEDS)
def test_a_unit_under_another_name_and_identity_is_recovered(a: int, seed: int) -> None:
    company = Company(seed)
    company.unit("East", people("e", a), until=TURN, went=dict.fromkeys(people("e", a), "Orient"))
    company.new("Orient")
    d = changed(*company.shuffled())
    assert found(d, "unit renamed") == [(("East",), ("Orient",), a)]
    assert d.events[0].text.startswith("East apparently goes on as Orient (detected: ")
    assert not left_over(d)


@settings(max_examples=15, deadline=None)
@given(MEMBERS, SEEDS)
def test_a_renamed_unit_is_stated_and_nothing_is_detected(a: int, seed: int) -> None:
    company = Company(seed)
    company.unit("East", people("e", a))
    company.rows.append(row("renamed", TURN, unit="East", into="Orient"))
    d = changed(*company.shuffled())
    assert told(d) == ["East is now called Orient"]
    assert not [event for event in d.events if event.evidence]


@settings(max_examples=15, deadline=None)
@given(st.integers(min_value=2, max_value=14), st.integers(min_value=0, max_value=3), SEEDS)
def test_a_moved_subtree_is_one_event_with_its_size_and_its_exceptions(a: int, behind: int, seed: int) -> None:
    company = Company(seed)
    along, stay = people("e", a), people("s", behind)
    company.unit("East", ["Hal", "Ida", *along, *stay], went=dict.fromkeys(["Hal", *along], "West"))
    company.unit("West", ["Kim"])
    for number, person in enumerate(along):  # a tree of random shape, below Hal before and after
        boss = company.draw.choice(["Hal", *along[:number]])
        company.rows += [reports(person, boss, until=TURN), reports(person, boss, TURN)]
    for person in stay:
        company.rows += [reports(person, "Hal", until=TURN), reports(person, "Ida", TURN)]
    company.rows += [reports("Hal", "Ida", until=TURN), reports("Hal", "Kim", TURN)]
    d = changed(*company.shuffled())
    (moved,) = [event for event in d.events if event.kind == "team moved"]
    assert (moved.name, moved.size) == ("Hal", a + 1)
    assert moved.phrase.startswith(f"moved with {a} people from East to West (now reports to Kim, before: Ida")
    assert all(person in moved.note for person in stay) and ("without" in moved.note) == bool(stay)
    assert d.counts["moved"] == a + 1
    assert {e.name for e in d.events if e.kind == "manager changed"} == {*stay}
    assert left_over(d) <= {"team moved", "manager changed"}


@settings(max_examples=15, deadline=None)
@given(st.integers(min_value=2, max_value=9), SEEDS)
def test_people_who_exchange_posts_are_one_event(count: int, seed: int) -> None:
    draw = random.Random(seed)
    names = draw.sample(people("p", 20), count)
    rows = [starts("Zoe", "Chair", SINCE)]
    for number, person in enumerate(names):
        rows.append(starts(person, f"Post {number}", SINCE, until=TURN))
        rows.append(starts(person, f"Post {(number + 1) % count}", TURN))
    d = changed(*draw.sample(rows, len(rows)))
    (swap,) = [event for event in d.events if event.kind == "swap"]
    assert {part.name for part in swap.parts} == {*names} and swap.size == count
    assert (d.counts["moved"], d.counts["succession"]) == (count, count)
    assert left_over(d) == {"swap"}


LEARNED = [
    ("corrected, earlier than the day", "2025-03-10", [starts("Ada", "CTO", "2025-03-15", record="1")],
     [row("corrects", "2025-03-01", target="1")],
     ["It was corrected: Ada joined as CTO on 2025-03-01, not 2025-03-15"], ["corrected"]),
    ("corrected, later than the day", "2025-03-10", [starts("Ada", "CTO", "2025-03-01", record="1")],
     [row("corrects", "2025-03-15", target="1")],
     ["It was corrected: Ada joined as CTO on 2025-03-15, not 2025-03-01"], ["corrected"]),
    ("corrected without any difference on the day", "2025-06-10", [starts("Ada", "CTO", "2025-03-15", record="1")],
     [row("corrects", "2025-03-01", target="1")],
     ["It was corrected: Ada joined as CTO on 2025-03-01, not 2025-03-15"], ["corrected"]),
    ("known more exactly", "2025-06-10", [starts("Ada", "CTO", "2025-03", record="1")],
     [row("corrects", "2025-03-10", target="1")],
     ["Now known: Ada joined as CTO on 2025-03-10 (so far: within 2025-03)"], ["learned"]),
    ("confirmed", "2025-03-15", [starts("Ada", "CTO", "2025-03", record="1")],
     [row("corrects", "2025-03-10", target="1")],
     ["Now certain: Ada joined as CTO on 2025-03-10 (so far: within 2025-03)"], ["confirmed"]),
    ("withdrawn", "2025-06-10", [starts("Ada", "CTO", "2025-03", record="1")], [row("withdraws", target="1")],
     ["No longer believed: Ada is CTO (from 2025-03)"], ["withdrawn"]),
    ("an end", "2025-06-10", [starts("Ada", "CTO", "2025-03")], [row("ends", "2025-05-01", person="Ada", post="CTO")],
     ["Now known: Ada left as CTO on 2025-05-01"], ["learned"]),
    ("somebody new", "2025-06-10", [starts("Ada", "CTO", "2025-03")],
     [starts("Cid", "COO", "2025-04-01", reports_to="Ada")],
     ["Now known: Cid is COO (from 2025-04-01)", "Now known: Cid reports to Ada (from 2025-04-01)"],
     ["learned", "learned"]),
    ("somebody who is possibly there", "2025-06-10", [starts("Ada", "CTO", "2025-03")],
     [starts("Cid", "COO", "2025-06/2025-08")], ["Now known: Cid may be COO (from 2025-06/2025-08)"], ["learned"]),
    ("another name", "2025-06-10", [starts("Ada", "CTO", "2025-03")],
     [row("renamed", "2025-04-01", person="Ada", into="Ada Lee")],
     ["It was corrected: Ada is called Ada Lee (not Ada)"], ["corrected"]),
    ("acting", "2025-06-10", [starts("Ada", "CTO", "2025-03")],
     [row("acting", "2025-05-01", person="Ada", post="CTO")], ["Now known: Ada, CTO, is acting"], ["learned"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("on", "first", "then", "expected", "kinds"), [pytest.param(*case[1:], id=case[0]) for case in LEARNED]
)
def test_what_was_learned_is_told_in_words_of_its_own(
    on: str, first: list[Row], then: list[Row], expected: list[str], kinds: list[str]
) -> None:
    org = graph(starts("Bob", "CEO", SINCE), *first)
    before = org.ledger.loads[-1].recorded
    org.load(then)
    d = org.knowledge_diff(on, before, org.ledger.loads[-1].recorded)
    _assert_complete(d)
    assert ([event.text for event in d.events], [event.kind for event in d.events]) == (expected, kinds)
    assert d.counts.keys().isdisjoint({"joined", "left", "moved", "returned", "promoted"})
    back = org.knowledge_diff(on, org.ledger.loads[-1].recorded, before)
    _assert_complete(back)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(_some_fact(), max_size=8),
    st.lists(st.sampled_from([(0, None), (0, 5), (5, None), (3, 7)]), min_size=8, max_size=8),
    st.sampled_from(["2021-03-01", "2021-05-15"]),
)
def test_what_was_learned_applies_and_is_told_completely(
    facts: list[Fact], recorded: list[tuple[int, int | None]], on: str
) -> None:
    versions = [
        replace(fact, recorded=since, superseded=until)
        for fact, (since, until) in zip(dict.fromkeys(facts), recorded, strict=False)
    ]
    timeline = Timeline(versions)
    first, second = (Snapshot(timeline, day(on), recorded_by=when) for when in (1, 6))
    d = diff(first, second)
    assert apply(d, first.triples()) == second.triples()
    assert apply(invert(d), second.triples()) == first.triples()
    _assert_complete(d)
    happened = {"joined", "returned", "left", "moved", "promoted", "succession", "post vacant", "manager changed"}
    assert happened.isdisjoint(kind for event in with_parts(d.events) for kind in event.kinds)


def test_the_parts_of_an_event_say_the_same_triples_as_the_whole() -> None:
    for d in (changed(*rows) for _, rows, _ in TOLD):
        for event in with_parts(d.events):
            parts: list[Event] = list(event.parts)
            assert {triple for part in parts for triple in part.triples} <= set(event.triples)


def test_the_same_rows_in_another_order_are_told_the_same() -> None:
    company = Company(7)
    company.unit("East", people("e", 6), until=TURN, went=dict.fromkeys(people("e", 6), "Both"))
    company.unit("West", people("w", 4), until=TURN, went=dict.fromkeys(people("w", 4), "Both"))
    company.new("Both")
    one, other = (OrgGraph() for _ in range(2))
    one.load(company.shuffled())
    other.load(company.shuffled())
    assert text(one.diff(BEFORE, AFTER)) == text(other.diff(BEFORE, AFTER))
