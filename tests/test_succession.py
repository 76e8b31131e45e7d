"""Who held a post one after the other, and when nobody did: certain, possible, and not at all at a handover."""

from __future__ import annotations

import pytest
from company import company, graph, row, starts

from orggraph.graph import OrgGraph
from orggraph.snapshot import Snapshot, stated
from orggraph.succession import succession


def told(org: OrgGraph, post: str, *, recorded_by: int | None = None) -> list[tuple[str, str, str]]:
    """List the turns of a post: who, or how nobody, since and until."""
    turns = succession(org.timeline, org.find(post), recorded_by=recorded_by)
    names = Snapshot(org.timeline, 1)
    vacant = {True: "nobody", False: "perhaps nobody"}
    return [(names.name(turn.fact.subject) if turn.fact else vacant[turn.certain], stated(turn.since),
             stated(turn.until)) for turn in turns]  # fmt: skip


def test_a_vacancy_between_two_holders_is_a_turn() -> None:
    assert told(company(), "Chief Technology Officer") == [
        ("Ben Brook", "2020-01-01", "2024-04-01"),
        ("nobody", "2024-04-01", "2024-06-01"),
        ("Cleo Cruz", "2024-06-01", ".."),
    ]


def test_a_handover_on_a_day_that_nobody_names_leaves_no_gap() -> None:
    assert told(company(), "Chief Financial Officer") == [
        ("Hal Hope", "2020-01-01", "2024-09"),
        ("Mia Moss", "2024-09", ".."),
    ]


CASES = [
    ("exact days that touch", "2021-01-01", "2021-01-01", []),
    ("a gap of a day", "2021-01-01", "2021-01-02", [("nobody", "2021-01-01", "2021-01-02")]),
    ("months apart", "2021-01", "2021-03", [("nobody", "2021-01", "2021-03")]),
    ("the same month", "2021-01", "2021-01", [("perhaps nobody", "2021-01", "2021-01")]),
    ("both at once for a time", "2021-06-01", "2021-01-01", []),
    ("an end that is unknown", "unknown", "2021-01-01", [("perhaps nobody", "unknown", "2021-01-01")]),
]


@pytest.mark.parametrize("until, since, gaps", [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_gaps_are_certain_or_possible(until: str, since: str, gaps: list[tuple[str, str, str]]) -> None:
    org = graph(
        row("created", "2019-01-01", post="Clerk"),
        starts("Ann", "Clerk", "2020-01-01", until=until),
        starts("Bob", "Clerk", since),
    )
    assert [turn for turn in told(org, "Clerk") if "nobody" in turn[0]] == gaps


def test_after_the_last_holder_it_is_vacant_for_as_long_as_it_is_there() -> None:
    held = starts("Ann", "Clerk", "2020-01-01", until="2021-01-01")
    stays = graph(row("created", "2019-01-01", post="Clerk"), held)
    assert told(stays, "Clerk")[-1] == ("nobody", "2021-01-01", "..")
    ended = graph(row("created", "2019-01-01", post="Clerk"), held, row("abolished", "2021-01-01", post="Clerk"))
    assert told(ended, "Clerk") == [("Ann", "2020-01-01", "2021-01-01")]


def test_a_post_that_nobody_ever_held_has_no_turns() -> None:
    assert told(graph(row("created", "2019-01-01", post="Clerk"), starts("Ann", "Cook", "2020-01-01")), "Clerk") == []


def test_what_was_known_then_is_told_as_it_was_known_then() -> None:
    org = graph(row("created", "2019-01-01", post="Clerk"), starts("Ann", "Clerk", "2020-01-01"))
    before = org.loads()[-1].recorded
    org.load([row("ends", "2021-01-01", person="Ann", post="Clerk")])
    assert [turn[0] for turn in told(org, "Clerk")] == ["Ann", "nobody"]
    assert told(org, "Clerk", recorded_by=before) == [("Ann", "2020-01-01", "..")]
