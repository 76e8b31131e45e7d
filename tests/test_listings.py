"""Lists of posts and units: their lives, lines and values follow from who is listed on which day."""

from __future__ import annotations

from itertools import permutations

import pytest
from company import Row, graph, memberships, row
from hypothesis import given, settings
from hypothesis import strategies as st

from orggraph import OrgGraph
from orggraph.changes import RoleChange
from orggraph.errors import ChangeError
from orggraph.facts import Fact
from orggraph.period import OPEN_EARLY, OPEN_LATE, day, iso
from orggraph.vocabulary import Literal

D1, D2, D3 = "2020-01-01", "2020-02-01", "2020-03-01"
GAP = "2020-01-02/2020-02-01"
Spans = list[tuple[str, str]]


def posts(on: str, lines: dict[str, str], *, source: str = "the list", **fields: str) -> list[Row]:
    """Give the rows of one full list of posts, each with the post it reports to (nobody, where empty)."""
    listed = [
        row("reports", on, post=post, source=source, **({"reports_to_post": boss} if boss else {}), **fields)
        for post, boss in lines.items()
    ]
    return [row("roster", on, property="posts", source=source), *listed]


def units(on: str, *names: str, **fields: str) -> list[Row]:
    listed = [row("states", on, unit=name, property="name", value=name, source="the list", **fields) for name in names]
    return [row("roster", on, property="units", source="the list"), *listed]


def facts(org: OrgGraph, kind: str, subject: str) -> list[Fact]:
    found = [f for f in org.ledger.believed() if f.kind == kind and f.subject == org.find(subject)]
    return sorted(found, key=lambda fact: (fact.start.latest, fact.end.latest, str(fact.object)))


def spans(org: OrgGraph, kind: str, subject: str) -> Spans:
    return [(fact.start.edtf(), fact.end.edtf()) for fact in facts(org, kind, subject)]


CASES: dict[str, tuple[list[list[Row]], Spans]] = {
    "listed once": ([posts(D1, {"A": ""})], [("../2020-01-01", "..")]),
    "listed no more": ([posts(D1, {"A": ""}), posts(D2, {"B": ""})], [("../2020-01-01", GAP)]),
    "listed later": ([posts(D1, {"B": ""}), posts(D2, {"A": ""})], [(GAP, "..")]),
    "away and back": ([posts(D1, {"A": ""}), posts(D2, {"B": ""}), posts(D3, {"A": ""})],
                      [("../2020-01-01", GAP), ("2020-02-02/2020-03-01", "..")]),
    "listed by two series": ([posts(D1, {"A": ""}), posts(D2, {"B": ""}), posts(D1, {"A": ""}, source="another")],
                             [("../2020-01-01", "2020-01-02/..")]),
}  # fmt: skip


@pytest.mark.parametrize("lists, expected", CASES.values(), ids=CASES)
def test_a_post_exists_while_it_is_listed_in_any_order_of_loading(lists: list[list[Row]], expected: Spans) -> None:
    for order in permutations(lists):
        assert spans(graph(*(r for rows in order for r in rows)), "place", "A") == expected


def test_a_line_changes_at_one_moment_between_two_lists() -> None:
    org = graph(*posts(D1, {"A": "", "B": "A", "C": "A"}), *posts(D2, {"A": "", "B": "C", "C": "A"}))
    before, after = facts(org, "line", "B")
    assert (before.end.edtf(), before.end) == (GAP, after.start) and before.end.key
    assert {on: [(r.name, r.certainty) for r in org.as_of(on).managers("B")] for on in (D1, "2020-01-15", D2)} == {
        D1: [("A", "certain")], "2020-01-15": [("A", "possible"), ("C", "possible")], D2: [("C", "certain")]
    }  # fmt: skip
    assert before.flags == after.flags == ("inferred",)


def test_a_line_that_stays_is_one() -> None:
    org = graph(*posts(D1, {"A": "", "B": "A"}), *posts(D2, {"A": "", "B": "A"}))
    assert spans(org, "line", "B") == [("../2020-01-01", "..")]


def test_a_post_in_two_rows_reports_to_both() -> None:
    twice = [*posts(D1, {"A": "", "B": "", "C": "A"}), *posts(D1, {"C": "B"})[1:]]
    assert [r.name for r in graph(*twice).as_of(D1).managers("C")] == ["A", "B"]


def test_a_line_goes_with_the_post() -> None:
    org = graph(*posts(D1, {"A": "", "B": "A"}), *posts(D2, {"A": ""}))
    assert spans(org, "line", "B") == spans(org, "place", "B") == [("../2020-01-01", GAP)]


def test_a_post_that_moves_to_another_unit_does_so_at_one_moment() -> None:
    org = graph(*posts(D1, {"A": ""}, unit="Works", post_id="1"), *posts(D2, {"A": ""}, unit="Office", post_id="1"))
    before, after = facts(org, "place", "A")
    assert before.end == after.start and before.end.edtf() == GAP
    names = [org.as_of(D1).snapshot.name(str(fact.object)) for fact in (before, after)]
    assert names == ["Works", "Office"]


def test_a_unit_that_is_listed_no_more_is_gone() -> None:
    org = graph(*units(D1, "Works", "Office"), *units(D2, "Office"), *units(D3, "Works", "Office"))
    assert spans(org, "place", "Works") == [("../2020-01-01", GAP), ("2020-02-02/2020-03-01", "..")]
    assert spans(org, "place", "Office") == [("../2020-01-01", "..")]


def test_a_unit_whose_start_is_stated_keeps_it() -> None:
    org = graph(row("created", "2019-05-01", unit="Works"), *units(D1, "Works"), *units(D2, "Office"))
    assert spans(org, "place", "Works") == [("2019-05-01", "..")]


def values(org: OrgGraph, subject: str) -> list[tuple[str, str, str]]:
    found = facts(org, "attribute", subject)
    return [(f.object.value, f.start.edtf(), f.end.edtf()) for f in found if isinstance(f.object, Literal)]


def test_values_are_those_of_the_lists() -> None:
    def partners(on: str, *names: str) -> list[Row]:
        told = [row("states", on, unit="Works", property="partner", value=name, source="the list") for name in names]
        return [row("roster", on, property="units", source="the list"), *told]

    org = graph(*partners(D1, "Ada", "Bob"), *partners(D2, "Bob", "Cid"), *partners(D3, "Bob", "Cid"))
    assert values(org, "Works") == [("Ada", "../2020-01-01", GAP), ("Bob", "../2020-01-01", ".."), ("Cid", GAP, "..")]
    assert len({f.end.key for f in facts(org, "attribute", "Works")} & {f.start.key for f in facts(
        org, "attribute", "Works")} - {""}) == 1  # fmt: skip


def test_a_value_outside_of_lists_holds_until_the_next() -> None:
    told = [row("states", on, post="A", property="grade", value=text) for on, text in ((D1, "1"), (D2, "2"))]
    assert values(graph(*told), "A") == [("1", D1, D2), ("2", D2, "..")]


def people(on: str, holder: str, *, told: str = "") -> list[Row]:
    """Give a list of persons and of the post A, with its holder or why none is named."""
    rows = [row("roster", on, source="the list"), *posts(on, {"A": ""})]
    if holder:
        rows.append(row("holds", on, person=holder, post="A", source="the list"))
    return rows + ([row("states", on, post="A", property="absence", value=told, source="the list")] if told else [])


@pytest.mark.parametrize("told, ends", [("withheld", ".."), ("unknown", ".."), ("vacant", GAP), ("", GAP)])
def test_a_holder_who_is_not_named_is_gone_only_where_the_post_is_vacant(told: str, ends: str) -> None:
    org = graph(*people(D1, "Ada"), *people(D2, "", told=told))
    assert memberships(org, "Ada") == [("A", "../2020-01-01", ends)]


def test_a_holder_who_was_withheld_in_between_held_the_post_all_the_time() -> None:
    org = graph(*people(D1, "Ada"), *people(D2, "", told="withheld"), *people(D3, "Ada"))
    assert memberships(org, "Ada") == [("A", "../2020-01-01", "..")]
    org = graph(*people(D1, "Ada"), *people(D2, "", told="withheld"), *people(D3, "Bea"))
    assert memberships(org, "Ada") == [("A", "../2020-01-01", "2020-01-02/2020-03-01")]


def test_a_list_of_persons_ends_no_post_and_a_list_of_posts_no_tenure() -> None:
    org = graph(*people(D1, "Ada"), row("roster", D2, source="the list"), *posts(D3, {"B": ""}))
    assert memberships(org, "Ada") == [("A", "../2020-01-01", GAP)]
    assert spans(org, "place", "A") == [("../2020-01-01", "2020-01-02/2020-03-01")]


def test_only_posts_and_units_can_be_listed_by_name() -> None:
    with pytest.raises(ChangeError, match=r"'post' is not a list \(.*did you mean 'posts'"):
        RoleChange.parse({"kind": "roster", "organization": "Acme", "effective": D1, "property": "post"})


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.integers(1, 12), st.sets(st.sampled_from("ABC"), min_size=1), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_any_lists_give_the_lives_that_their_days_leave(lists: dict[int, set[str]], dice: object) -> None:
    start = day("2020-01-01")
    rows = [r for on, listed in lists.items() for r in posts(iso(start + on), dict.fromkeys(sorted(listed), ""))]
    org = graph(*dice.sample(rows, len(rows)))  # type: ignore[attr-defined]  # a random.Random
    days = sorted(lists)
    for post in {name for listed in lists.values() for name in listed}:
        expected = []
        for number, on in enumerate(days):
            if post not in lists[on]:
                continue
            if number == 0 or post not in lists[days[number - 1]]:
                expected.append([start + days[number - 1] + 1 if number else OPEN_EARLY, start + on, 0, 0])
            gone = number + 1 < len(days) and post not in lists[days[number + 1]]
            expected[-1][2:] = (start + on + 1, start + days[number + 1]) if gone else (OPEN_LATE, OPEN_LATE)
        found = [[f.start.earliest, f.start.latest, f.end.earliest, f.end.latest] for f in facts(org, "place", post)]
        assert found == expected
