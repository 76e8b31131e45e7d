"""Tests of replay: what each kind of role change does, who is meant by a name, and what happens on one day."""

from __future__ import annotations

import pytest
from company import NAME, Row, changes, codes, company, graph, holding, memberships, replayed, row, starts

from orggraph.facts import ACTING, ON_LEAVE, Fact
from orggraph.graph import OrgGraph
from orggraph.replay import replay
from orggraph.vocabulary import ORG, Literal

ADA = {"person": "Ada", "post": "CTO"}


def events(org: OrgGraph) -> list[tuple[str, str, str]]:
    """List the change events: type of change, before, after, by name."""
    snapshot = org.as_of("2020-01-01").snapshot
    said: dict[str, dict[str, list[str]]] = {}
    for fact in org.ledger.believed():
        if fact.kind == "event":
            value = fact.object.value if isinstance(fact.object, Literal) else snapshot.name(fact.object)
            said.setdefault(fact.subject, {}).setdefault(fact.predicate.rpartition("#")[2], []).append(value)
    return sorted(
        (event["changeType"][0], before, after)
        for event in said.values()
        for before in set(event["originalOrganization"])
        for after in set(event["resultingOrganization"])
    )


def stretches(org: OrgGraph, predicate: str) -> list[tuple[str, str]]:
    """List the periods of an attribute."""
    facts = [f for f in org.ledger.believed() if f.predicate == predicate]
    return sorted((f.start.edtf(), f.end.edtf()) for f in facts)


def unit_names(org: OrgGraph, on: str) -> set[str]:
    """List the units that certainly exist on a day."""
    snapshot = org.as_of(on).snapshot
    return {snapshot.name(f.subject) for f in snapshot.facts("place")
            if snapshot.kind(f.subject) == "unit" and f.period.certain_on(snapshot.day)}  # fmt: skip


def name_on(org: OrgGraph, name: str, on: str) -> str:
    return org.as_of(on).snapshot.name(org.find(name))


TENURES: dict[str, tuple[list[Row], list[tuple[str, str, str]]]] = {
    "a start lasts": ([row("starts", "2020-01-01", **ADA)], [("CTO", "2020-01-01", "..")]),
    "a row with both ends": ([row("starts", "2020-01-01", until="2021-01-01", **ADA)],
                             [("CTO", "2020-01-01", "2021-01-01")]),
    "an end in a row of its own": ([row("ends", "2021-01-01", **ADA), row("starts", "2020-01-01", **ADA)],
                                   [("CTO", "2020-01-01", "2021-01-01")]),
    "an end nobody knows": ([row("starts", "2020-01-01", until="unknown", **ADA)],
                            [("CTO", "2020-01-01", "2020-01-02/..")]),
    "an unknown end after the last sighting": (
        [row("starts", "2020-01-01", until="unknown", **ADA), row("holds", "2020-05-05", **ADA)],
        [("CTO", "2020-01-01", "2020-05-06/..")]),
    "seen on one day": ([row("holds", "2020-05-05", **ADA)], [("CTO", "../2020-05-05", "2020-05-06/..")]),
    "seen twice": ([row("holds", "2020-05-05", **ADA), row("holds", "2020-07-07", **ADA)],
                   [("CTO", "../2020-05-05", "2020-07-08/..")]),
    "seen with an end": ([row("holds", "2020-05-05", until="2021-01-01", **ADA)],
                         [("CTO", "../2020-05-05", "2021-01-01")]),
    "a sighting narrows both ends": (
        [row("starts", "2020", until="2020", **ADA), row("holds", "2020-05-05", **ADA)],
        [("CTO", "2020-01-01/2020-05-05", "2020-05-06/2020-12-31")]),
    "an end alone": ([row("ends", "2021-01-01", **ADA)], [("CTO", "../2021-01-01", "2021-01-01")]),
    "an end that may lie before the start": ([row("starts", "2020-02", **ADA), row("ends", "2020-02", **ADA)],
                                             [("CTO", "2020-02-01/2020-02-29", "2020-02-01/2020-02-29")]),
    "an end before a start that is less exact": (
        [row("starts", "2020-02-02/2020-02-04", **ADA), row("ends", "2020-02-01/2020-02-03", **ADA)],
        [("CTO", "2020-02-02/2020-02-04", "2020-02-01/2020-02-03")]),
    "a role in a unit": ([row("starts", "2020-01-01", person="Ada", role="chair", unit="Board")],
                         [("chair", "2020-01-01", "..")]),
    "a plain member of a unit": ([row("starts", "2020-01-01", person="Ada", unit="Board")],
                                 [("Board", "2020-01-01", "..")]),
    "a plain member of the organization": ([row("starts", "2020-01-01", person="Ada")],
                                           [(NAME, "2020-01-01", "..")]),
    "acting opens a tenure": ([row("acting", "2020-01-01", until="2020-03-01", **ADA)],
                              [("CTO", "2020-01-01", "2020-03-01")]),
    "acting within a tenure": (
        [row("starts", "2020-01-01", **ADA), row("acting", "2020-01-01", until="2020-03-01", **ADA)],
        [("CTO", "2020-01-01", "..")]),
    "leave presupposes a tenure": ([row("leave", "2020-05-05", **ADA)], [("CTO", "../2020-05-05", "2020-05-06/..")]),
    "leave of somebody without a post": ([row("leave", "2020-05-05", person="Ada")],
                                         [(NAME, "../2020-05-05", "2020-05-06/..")]),
    "two terms in one post": (
        [row("starts", "2020-01-01", **ADA), row("ends", "2021-01-01", **ADA), row("starts", "2022-01-01", **ADA)],
        [("CTO", "2020-01-01", "2021-01-01"), ("CTO", "2022-01-01", "..")]),
    "three touching terms stay three": (
        [row("starts", f"{year}-01-01", until=f"{year + 1}-01-01", **ADA) for year in (2020, 2021, 2022)],
        [("CTO", f"{year}-01-01", f"{year + 1}-01-01") for year in (2020, 2021, 2022)]),
    "touching terms of a register": (
        [row("starts", f"{year}-01-01", until=f"{year + 1}-01-01", record=str(year), **ADA) for year in (2020, 2021)],
        [("CTO", "2020-01-01", "2021-01-01"), ("CTO", "2021-01-01", "2022-01-01")]),
    "a term that ends and begins again on one day": (
        [row("starts", "2020-01-01", **ADA), row("ends", "2021-01-01", **ADA), row("starts", "2021-01-01", **ADA)],
        [("CTO", "2020-01-01", "2021-01-01"), ("CTO", "2021-01-01", "..")]),
    "an empty tenure holds on no day and stays": ([row("starts", "2020-01-01", until="2020-01-01", **ADA)],
                                                  [("CTO", "2020-01-01", "2020-01-01")]),
    "transferred from a post": (
        [row("starts", "2020-01-01", **ADA),
         row("transferred", "2021-01-01", person="Ada", post="CEO", from_post="CTO")],
        [("CTO", "2020-01-01", "2021-01-01"), ("CEO", "2021-01-01", "..")]),
    "transferred from the only post": (
        [row("starts", "2020-01-01", **ADA), row("transferred", "2021-01-01", person="Ada", post="CEO")],
        [("CTO", "2020-01-01", "2021-01-01"), ("CEO", "2021-01-01", "..")]),
    "transferred from a post that nobody states": (
        [row("transferred", "2021-01-01", person="Ada", post="CEO", from_post="CTO")],
        [("CTO", "../2021-01-01", "2021-01-01"), ("CEO", "2021-01-01", "..")]),
    "transferred on an unknown day": (
        [row("starts", "2020-01-01", **ADA), row("transferred", "2021-03", person="Ada", post="CEO")],
        [("CTO", "2020-01-01", "2021-03-01/2021-03-31"), ("CEO", "2021-03-01/2021-03-31", "..")]),
    "two moves on one day, chained by the post left": (
        [row("starts", "2020-01-01", **ADA),
         row("transferred", "2021-01-01", person="Ada", post="CEO", from_post="COO"),
         row("transferred", "2021-01-01", person="Ada", post="COO", from_post="CTO")],
        [("CTO", "2020-01-01", "2021-01-01"), ("COO", "2021-01-01", "2021-01-01"), ("CEO", "2021-01-01", "..")]),
    "two moves on one day, in sequence": (
        [row("starts", "2020-01-01", **ADA),
         row("transferred", "2021-01-01", person="Ada", post="CEO", sequence="2"),
         row("transferred", "2021-01-01", person="Ada", post="COO", sequence="1")],
        [("CTO", "2020-01-01", "2021-01-01"), ("COO", "2021-01-01", "2021-01-01"), ("CEO", "2021-01-01", "..")]),
    "starts, then ends on one day in sequence": (
        [row("starts", "2021-01-01", sequence="1", **ADA), row("ends", "2021-01-01", sequence="2", **ADA)],
        [("CTO", "2021-01-01", "2021-01-01")]),
    "leaving the organization ends everything": (
        [row("starts", "2020-01-01", **ADA), row("starts", "2020-01-01", person="Ada", unit="Board"),
         row("starts", "2019-01-01", person="Ada", post="COO", until="2020-01-01"),
         row("ends", "2021-01-01", person="Ada")],
        [("COO", "2019-01-01", "2020-01-01"), ("Board", "2020-01-01", "2021-01-01"),
         ("CTO", "2020-01-01", "2021-01-01")]),
    "an end by the record alone": (
        [row("starts", "2020-01-01", record="7", **ADA), row("starts", "2020-01-01", person="Ada", unit="Board"),
         row("ends", "2021-01-01", person="Ada", record="7")],
        [("CTO", "2020-01-01", "2021-01-01"), ("Board", "2020-01-01", "..")]),
    "leaving and joining again on one day": (
        [row("starts", "2020-01-01", **ADA), row("ends", "2021-01-01", person="Ada"),
         row("starts", "2021-01-01", person="Ada", post="CEO")],
        [("CTO", "2020-01-01", "2021-01-01"), ("CEO", "2021-01-01", "..")]),
    "leaving one unit leaves the other": (
        [row("starts", "2020-01-01", person="Ada", post="CTO", unit="Works"),
         row("starts", "2020-01-01", person="Ada", post="Member", unit="Board"),
         row("ends", "2021-01-01", person="Ada", unit="Works")],
        [("CTO", "2020-01-01", "2021-01-01"), ("Member", "2020-01-01", "..")]),
}  # fmt: skip


@pytest.mark.parametrize("rows, expected", TENURES.values(), ids=TENURES)
def test_tenures(rows: list[Row], expected: list[tuple[str, str, str]]) -> None:
    for order in (rows, rows[::-1]):
        assert sorted(memberships(graph(*order), "Ada")) == sorted(expected)


HANDOVERS: dict[str, tuple[list[Row], dict[str, list[tuple[str, str]]]]] = {
    "on one day exactly the new one holds": (
        [starts("Ada", "CTO", "2020-01-01"), starts("Bob", "CTO", "2021-01-01", replaces="Ada")],
        {"2020-12-31": [("Ada", "certain")], "2021-01-01": [("Bob", "certain")]}),
    "both ends stated": (
        [starts("Ada", "CTO", "2020-01-01", until="2021-01-01"), starts("Bob", "CTO", "2021-01-01")],
        {"2020-12-31": [("Ada", "certain")], "2021-01-01": [("Bob", "certain")]}),
    "on 29 February": (
        [starts("Ada", "CTO", "2020-01-01"), starts("Bob", "CTO", "2024-02-29", replaces="Ada")],
        {"2024-02-28": [("Ada", "presumed")], "2024-02-29": [("Bob", "certain")]}),
    "from somebody of whom nothing else is known": (
        [starts("Bob", "CTO", "2021-01-01", replaces="Ada")],
        {"2020-12-31": [("Ada", "possible")], "2021-01-01": [("Bob", "certain")]}),
    "the bounds of both sides count": (
        [starts("Ada", "CTO", "2020-01-01", until="2021-01"), starts("Bob", "CTO", "2021-01-10/2021-03-31",
                                                                    replaces="Ada")],
        {"2021-01-09": [("Ada", "certain")], "2021-01-20": [("Ada", "possible"), ("Bob", "possible")],
         "2021-01-31": [("Bob", "certain")]}),
    "one moment by its label": (
        [starts("Ada", "CTO", "2020-01-01"), row("ends", "2021-01", moment="the day", **ADA),
         starts("Bob", "CTO", "2021-01-10/2021-03-31", moment="The  Day")],
        {"2021-01-09": [("Ada", "certain")], "2021-01-31": [("Bob", "certain")]}),
}  # fmt: skip


@pytest.mark.parametrize("rows, expected", HANDOVERS.values(), ids=HANDOVERS)
def test_handovers(rows: list[Row], expected: dict[str, list[tuple[str, str]]]) -> None:
    org = graph(*rows)
    found = {on: [(n, c) for n, c in holding(org, "CTO", on)] for on in expected}
    certain = {on: [(n, "certain" if c == "presumed" else c) for n, c in held] for on, held in found.items()}
    assert certain == {on: [(n, "certain" if c == "presumed" else c) for n, c in h] for on, h in expected.items()}
    for on in expected:
        assert org.as_of(on).seats("CTO").most == 1


def test_what_has_no_order_on_one_day_is_reported() -> None:
    moves = [starts("Ada", "CTO", "2020-01-01"), row("transferred", "2021-01-01", person="Ada", post="CEO"),
             row("transferred", "2021-01-01", person="Ada", post="COO")]  # fmt: skip
    assert "unordered" in codes(graph(*moves))
    lines = [starts("Ada", "CTO", "2020-01-01"), *(row("reports", "2021-01-01", person="Ada", reports_to=boss)
                                                   for boss in ("Bob", "Cid"))]  # fmt: skip
    assert "unordered" in codes(graph(*lines))
    alone = [row("starts", "2021-01-01", **ADA), row("ends", "2021-01-01", **ADA)]
    assert "unordered" in codes(graph(*alone))


def test_what_has_an_order_on_one_day_is_not_reported() -> None:
    for rows, _ in TENURES.values():
        assert "unordered" not in codes(graph(*rows)) or "sequence" in str(rows)


STATED: dict[str, tuple[list[Row], str, list[tuple[str, str]]]] = {
    "acting": ([row("acting", "2020-01-01", until="2020-03-01", **ADA)], ACTING, [("2020-01-01", "2020-03-01")]),
    "acting without an end": ([row("acting", "2020-01-01", **ADA)], ACTING, [("2020-01-01", "..")]),
    "acting, then for good": (
        [row("acting", "2020-01-01", until="2020-03-01", **ADA), row("starts", "2020-03-01", **ADA)],
        ACTING, [("2020-01-01", "2020-03-01")]),
    "leave": ([row("starts", "2020-01-01", **ADA), row("leave", "2020-05-01", until="2020-06-01", **ADA)],
              ON_LEAVE, [("2020-05-01", "2020-06-01")]),
    "leave ends with the tenure": (
        [row("starts", "2020-01-01", until="2020-05-15", **ADA), row("leave", "2020-05-01", **ADA)],
        ON_LEAVE, [("2020-05-01", "2020-05-15")]),
    "leave from everything": (
        [row("starts", "2020-01-01", **ADA), row("starts", "2020-01-01", person="Ada", unit="Board"),
         row("leave", "2020-05-01", until="2020-06-01", person="Ada")],
        ON_LEAVE, [("2020-05-01", "2020-06-01")] * 2),
    "a value of a unit": ([row("states", "2020-01-01", unit="Works", property="location", value="Kiel")],
                          ORG + "location", [("2020-01-01", "..")]),
    "the next value ends the one before": (
        [row("states", f"202{n}-01-01", unit="Works", property="location", value=v) for n, v in enumerate("abc")],
        ORG + "location", [("2020-01-01", "2021-01-01"), ("2021-01-01", "2022-01-01"), ("2022-01-01", "..")]),
    "a value without a day": ([row("states", unit="Works", property="location", value="Kiel")],
                              ORG + "location", [("..", "..")]),
    "a value of a person is not cut to a tenure": (
        [row("starts", "2020-01-01", until="2021-01-01", record="7", **ADA),
         row("states", "2020-01-01", record="8", property="location", value="Kiel", person="Ada")],
        ORG + "location", [("2020-01-01", "..")]),
    "a value of the record of a tenure": (
        [row("starts", "2020-01-01", until="2021-01-01", record="7", **ADA),
         row("states", "2019-01-01", record="7", property="location", value="Kiel", person="Ada")],
        ORG + "location", [("2020-01-01", "2021-01-01")]),
    "a leave of the record of a tenure": (
        [row("starts", "2020-01-01", record="7", **ADA), row("starts", "2020-01-01", person="Ada", unit="Board"),
         row("leave", "2020-05-01", until="2020-06-01", record="7", person="Ada")],
        ON_LEAVE, [("2020-05-01", "2020-06-01")]),
    "a value of a tenure ends with it": (
        [row("starts", "2020-01-01", until="2021-01-01", record="7", **ADA),
         row("states", "2020-01-01", record="7", property="location", value="Kiel", **ADA)],
        ORG + "location", [("2020-01-01", "2021-01-01")]),
}  # fmt: skip


@pytest.mark.parametrize("rows, predicate, expected", STATED.values(), ids=STATED)
def test_stretches_and_values(rows: list[Row], predicate: str, expected: list[tuple[str, str]]) -> None:
    found = stretches(graph(*rows), predicate)
    assert [("..", end) if start == "../.." else (start, end) for start, end in found] == expected


def test_the_reason_of_a_leave_is_kept() -> None:
    org = graph(row("starts", "2020-01-01", **ADA), row("leave", "2020-05-01", reason="study", **ADA))
    (fact,) = [f for f in org.ledger.believed() if f.predicate == ON_LEAVE]
    assert fact.object == Literal("study")
    assert org.as_of("2020-05-02").holders("CTO")[0].notes == ("on leave",)


def test_a_renamed_person_is_found_by_both_names_and_bears_the_one_of_the_day() -> None:
    org = graph(starts("Ada Byron", "CTO", "2020-01-01"), row("renamed", "2021-07-08", person="Ada Byron",
                                                                into="Ada King"),
                starts("Ada King", "CEO", "2022-01-01"))  # fmt: skip
    assert org.find("Ada Byron") == org.find("Ada King")
    assert name_on(org, "Ada King", "2021-07-07") == "Ada Byron"
    assert name_on(org, "Ada Byron", "2021-07-08") == "Ada King"
    assert [post for post, _, _ in memberships(org, "Ada King")] == ["CTO", "CEO"]


def test_a_chain_of_renames() -> None:
    org = graph(starts("A", "CTO", "2020-01-01"), row("renamed", "2022-01-01", person="B", into="C"),
                row("renamed", "2021-01-01", person="A", into="B"), starts("C", "CEO", "2023-01-01"))  # fmt: skip
    assert [name_on(org, "A", f"{year}-06-01") for year in (2020, 2021, 2022)] == ["A", "B", "C"]
    assert len({org.find(name) for name in "ABC"}) == 1


@pytest.mark.parametrize("entity", ["post", "unit", "organization"])
def test_renamed_things_keep_their_identity(entity: str) -> None:
    org = OrgGraph()
    organization = {} if entity == "organization" else {"organization": NAME}
    org.load([{"kind": "created", entity: "Old", "effective": "2020-01-01", **organization},
              {"kind": "renamed", entity: "Old", "into": "New", "effective": "2021-01-01",
               **organization}])  # fmt: skip
    assert name_on(org, "Old", "2020-12-31") == "Old" and name_on(org, "Old", "2021-01-01") == "New"
    assert org.find("New") == org.find("Old")


def test_lives_of_units() -> None:
    org = graph(row("created", "2020-01-01", unit="Works", until="2022-01-01"),
                row("created", "2020-01-01", unit="Office"), row("abolished", "2021-01-01", unit="Office"))  # fmt: skip
    assert unit_names(org, "2019-12-31") == set()
    assert unit_names(org, "2020-12-31") == {"Works", "Office"}
    assert unit_names(org, "2021-01-01") == {"Works"}
    assert unit_names(org, "2022-01-01") == set()


def test_a_unit_moves() -> None:
    org = graph(row("created", "2020-01-01", unit="Works"), row("created", "2020-01-01", unit="Office"),
                row("created", "2020-01-01", unit="Team", into="Works"),
                row("moved", "2021-01-01", unit="Team", into="Office"))  # fmt: skip
    places = {}
    for on in ("2020-12-31", "2021-01-01"):
        snapshot = org.as_of(on).snapshot
        places[on] = [snapshot.name(str(f.object)) for f in snapshot.facts("place") if f.subject == org.find("Team")]
    assert places == {"2020-12-31": ["Works"], "2021-01-01": ["Office"]}


@pytest.mark.parametrize("kind", ["merged", "split"])
def test_mergers_and_splits_end_and_begin_units(kind: str) -> None:
    pairs = [("A", "C"), ("B", "C")] if kind == "merged" else [("A", "B"), ("A", "C")]
    rows = [row("created", "2020-01-01", unit=name) for name in dict.fromkeys(before for before, _ in pairs)]
    org = graph(*rows, *(row(kind, "2021-01-01", unit=before, into=after) for before, after in pairs))
    before, after = ({name for name, _ in pairs}, {name for _, name in pairs})
    assert unit_names(org, "2020-12-31") == before
    assert unit_names(org, "2021-01-01") == after
    assert events(org) == [(kind, one, other) for one, other in pairs]
    assert len({fact.subject for fact in org.ledger.believed() if fact.kind == "event"}) == 1


def test_merging_into_what_exists_does_not_begin_it() -> None:
    org = graph(starts("Ada", "Head", "2020-01-01", unit="C"), row("created", "2020-01-01", unit="A"),
                row("merged", "2021-01-01", unit="A", into="C"))  # fmt: skip
    assert unit_names(org, "2020-06-01") == {"A", "C"}
    assert unit_names(org, "2021-01-01") == {"C"}


def test_transferred_functions_end_nothing() -> None:
    org = graph(row("created", "2020-01-01", unit="A"), row("created", "2020-01-01", unit="B"),
                row("functions transferred", "2021-01-01", until="2021-03-01", unit="A", into="B",
                    reason="gain"))  # fmt: skip
    assert unit_names(org, "2022-01-01") == {"A", "B"}
    assert events(org) == [("functions transferred", "A", "B")]
    assert {(f.start.edtf(), f.end.edtf()) for f in org.ledger.believed() if f.kind == "event"} == {
        ("2021-01-01", "2021-03-01")
    }


# ---- corrections and withdrawals


def corrected(**fix: str) -> list[Row]:
    return [starts("Ada", "CTO", "2020-01-01", record="1"), row("corrects", target="1", **fix)]


def test_a_correction_replaces_what_it_fills_in() -> None:
    org = graph(*corrected(effective="2020-02-01", post="CEO"))
    assert memberships(org, "Ada") == [("CEO", "2020-02-01", "..")]
    (fact,) = [f for f in org.ledger.believed() if f.kind == "membership"]
    assert len(fact.changes) == 2 == len(set(fact.changes)) and list(fact.changes) == sorted(fact.changes)


def test_a_corrected_day_is_a_new_version_of_the_same_tenure() -> None:
    for number in range(8):
        rows = [starts("Ada", "CTO", "2020-01-01"), starts("Bob", "COO", "2020-01-01", replaces="Cid")]
        target = {change.person: change.id for change in changes(*rows)}
        before = replayed(*rows)
        after = replayed(*rows, *(row("corrects", f"2020-02-0{number + 1}", target=t) for t in target.values()))
        assert tenures(before.facts) == tenures(after.facts)


def tenures(facts: tuple[Fact, ...]) -> set[str]:
    return {fact.tenure for fact in facts if fact.kind in ("membership", "line", "attribute")}


def test_the_correction_that_was_stated_last_counts() -> None:
    rows = [starts("Ada", "CTO", "2020-01-01", record="1"),
            row("corrects", "2020-03-01", target="1", stated="2021-01-01"),
            row("corrects", "2020-02-01", target="1", stated="2022-01-01")]  # fmt: skip
    assert memberships(graph(*rows), "Ada") == [("CTO", "2020-02-01", "..")]


def test_withdrawing_takes_out_and_withdrawing_that_puts_back() -> None:
    start = starts("Ada", "CTO", "2020-01-01", record="1")
    off = row("withdraws", target="1", record="2")
    off_again = row("withdraws", target="2", record="3")
    assert not replayed(start, off).facts
    assert memberships(graph(start, off, off_again), "Ada") == [("CTO", "2020-01-01", "..")]
    assert not replayed(start, off, off_again, row("withdraws", target="3")).facts
    for order in ([off_again, start, off], [off, off_again, start]):
        assert replayed(*order) == replayed(start, off, off_again)


def test_a_withdrawn_correction_corrects_nothing() -> None:
    fix = row("corrects", "2020-02-01", target="1", record="2")
    rows = [starts("Ada", "CTO", "2020-01-01", record="1"), fix, row("withdraws", target="2")]
    assert memberships(graph(*rows), "Ada") == [("CTO", "2020-01-01", "..")]


def test_a_correction_that_puts_the_end_before_the_start_is_reported_and_left_out() -> None:
    rows = [starts("Ada", "CTO", "2020-01-01", until="2021-01-01", record="1"),
            row("corrects", "2022-01-01", target="1")]  # fmt: skip
    assert memberships(graph(*rows), "Ada") == [("CTO", "2020-01-01", "2021-01-01")]
    (finding,) = replayed(*rows).findings
    assert finding.code == "inverted-period" and "2021-01-01 would lie before 2022-01-01" in finding.message


def test_a_correction_of_a_correction_is_refused_by_name() -> None:
    rows = [starts("Ada", "CTO", "2020-01-01", record="1"), row("corrects", "2020-02-01", target="1", record="2"),
            row("corrects", "2020-03-01", target="2")]  # fmt: skip
    assert memberships(graph(*rows), "Ada") == [("CTO", "2020-02-01", "..")]
    assert [finding.code for finding in replayed(*rows).findings] == ["unmatched-target"]


@pytest.mark.parametrize("kind", ["corrects", "withdraws"])
def test_a_target_that_is_nowhere_is_reported(kind: str) -> None:
    assert [finding.code for finding in replayed(row(kind, target="none", value="1")).findings] == ["unmatched-target"]


def test_a_withdrawal_of_itself_is_none() -> None:
    rows = [starts("Ada", "CTO", "2020-01-01", record="1"), row("withdraws", target="2", record="2")]
    assert memberships(graph(*rows), "Ada") == [("CTO", "2020-01-01", "..")]


# ---- several sources

N, R = {"source": "the news"}, {"source": "the register"}


def test_sources_narrow_each_other_and_each_bound_keeps_its_source() -> None:
    org = graph(starts("Ada", "CTO", "../2020-10-03", **N), starts("Ada", "CTO", "2020-09-29/2020-10-05", **R))
    (fact,) = [f for f in org.ledger.believed() if f.kind == "membership"]
    assert fact.start.edtf() == "2020-09-29/2020-10-03"
    assert (fact.start.earliest_from, fact.start.latest_from) == ("the register", "the news")
    assert "conflict" not in fact.flags and not codes(org)


def test_a_contradiction_is_kept_flagged_and_reported_with_both_sides() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", until="2021-01-01", stated="2021-06-01", **N),
                starts("Ada", "CTO", "2020-02-02", until="2021-01-01", stated="2021-05-01", **R))  # fmt: skip
    (fact,) = [f for f in org.ledger.believed() if f.kind == "membership"]
    assert fact.start.edtf() == "2020-01-01", "what was said last counts"
    assert fact.flags == ("conflict",)
    (answer,) = org.as_of("2020-06-01").holders("CTO")
    assert "conflict" in answer.notes and answer.sources == ("the news", "the register")
    (finding,) = [f for f in org.findings if f.code == "conflict"]
    assert all(said in finding.message for said in ("2020-01-01", "the news", "2020-02-02", "the register"))


def test_a_later_edition_of_a_source_replaces_the_earlier() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", stated="2020-06-01"),
                starts("Ada", "CTO", "2020-02-01", stated="2020-07-01"))  # fmt: skip
    assert memberships(org, "Ada") == [("CTO", "2020-02-01", "..")]
    assert not codes(org)


def test_sources_that_disagree_on_the_manager_are_both_shown() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", reports_to="Bob", **N),
                starts("Ada", "CTO", "2020-01-01", reports_to="Cid", **R))  # fmt: skip
    rows = org.as_of("2020-06-01").managers("Ada")
    assert [(r.name, "conflict" in r.notes) for r in rows] == [("Bob", True), ("Cid", True)]
    assert codes(org).count("conflict") == 2


def test_an_end_before_the_start_from_different_rows_is_reported() -> None:
    rows = [row("starts", "2021-01-01", record="1", **ADA), row("ends", "2020-01-01", record="1", **ADA)]
    found = replayed(*rows).findings
    assert [f.code for f in found] == ["inverted-period"]
    assert "2020-01-01" in found[0].message and "2021-01-01" in found[0].message


def test_another_sources_later_term_is_no_contradiction() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", until="2021-01-01", **N),
                starts("Ada", "CTO", "2023-01-01", until="2024-01-01", **R))  # fmt: skip
    assert len(memberships(org, "Ada")) == 2 and not codes(org)


# ---- who is meant


def test_ids_come_before_names() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", person_id="1"), starts("Ada", "CEO", "2020-01-01", person_id="2"),
                starts("Countess", "COO", "2020-01-01", person_id="1"))  # fmt: skip
    people = {post: {f.subject for f in org.ledger.believed() if f.post == org.find(post)} for post in
              ("CTO", "CEO", "COO")}  # fmt: skip
    assert people["CTO"] == people["COO"] != people["CEO"]


def test_a_name_alone_is_the_only_one_with_an_id_and_that_is_noted() -> None:
    rows = [starts("Ada", "CEO", "2022-01-01"), starts("Ada", "CTO", "2020-01-01", person_id="1")]
    made = replayed(*rows)
    assert len({f.subject for f in made.facts if f.kind == "membership"}) == 1
    assert [(f.severity, f.code) for f in made.findings] == [("note", "identity")]


def test_a_name_that_two_with_ids_bear_is_a_third_and_that_is_noted() -> None:
    rows = [starts("Ada", post, "2020-01-01", person_id=key) for post, key in (("CTO", "1"), ("CEO", "2"), ("COO", ""))]
    made = replayed(*rows)
    assert len({f.subject for f in made.facts if f.kind == "membership"}) == 3
    assert ["kept as one more" in f.message for f in made.findings] == [True]


def test_names_are_unique_within_an_organization_only() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01"), {**starts("Ada", "CTO", "2020-01-01"), "organization": "Other"})
    assert len({f.subject for f in org.ledger.believed() if f.kind == "membership"}) == 2


def test_spelling_differs_in_case_and_space_only() -> None:
    org = graph(starts("Ada  Byron", "CTO", "2020-01-01"), row("ends", "2021-01-01", person="ADA BYRON", post="cto"))
    assert [(since, until) for _, since, until in memberships(org, "ada byron")] == [("2020-01-01", "2021-01-01")]


def test_an_id_that_is_an_iri_is_the_iri() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", person_id="https://example.org/ada"))
    assert org.find("Ada") == "https://example.org/ada"


def test_minted_iris_depend_on_the_salt_and_carry_no_name() -> None:
    rows = changes(starts("Ada", "CTO", "2020-01-01"))
    one, other = replay(rows, salt="a"), replay(rows, salt="b")
    people = [{f.subject for f in made.facts if f.kind == "membership"} for made in (one, other)]
    assert people[0].isdisjoint(people[1]) and not any("ada" in iri.lower() for iri in people[0] | people[1])


def test_posts_of_one_name_in_two_units_are_two() -> None:
    org = graph(starts("Ada", "Clerk", "2020-01-01", unit="Works"), starts("Bob", "Clerk", "2020-01-01", unit="Office"))
    assert len({f.post for f in org.ledger.believed() if f.kind == "membership"}) == 2


def test_the_post_left_is_found_in_its_own_unit() -> None:
    org = company()
    assert memberships(org, "Cleo Cruz") == [
        ("Platform Lead", "2021-05-01", "2024-06-01"), ("Chief Technology Officer", "2024-06-01", ".."),
    ]  # fmt: skip
    assert len([f for f in org.ledger.believed() if f.kind == "name" and f.object == Literal("Platform Lead")]) == 1


def test_a_renamed_post_is_found_in_its_unit_by_either_name() -> None:
    org = graph(starts("Ada", "Clerk", "2020-01-01", unit="Works"),
                row("renamed", "2021-01-01", post="Clerk", unit="Works", into="Secretary"),
                row("reports", "2022-01-01", person="Bob", reports_to_post="Secretary"),
                starts("Bob", "Porter", "2020-01-01"))  # fmt: skip
    assert [answer.name for answer in org.as_of("2022-01-01").managers("Bob")] == ["Secretary", "Ada"]


# ---- what is only presumed


def test_what_is_ongoing_is_presumed_after_its_last_confirmation() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", stated="2020-06-01"), row("holds", "2020-09-01", **ADA))
    labels = {on: holding(org, "CTO", on) for on in ("2020-09-01", "2020-09-02")}
    assert labels == {"2020-09-01": [("Ada", "certain")], "2020-09-02": [("Ada", "presumed")]}
    assert [r.certainty for r in org.as_of("2020-09-02", strict=True).holders("CTO")] == ["possible"]
    assert [r.confirmed for r in org.as_of("2030-01-01").holders("CTO")] == ["2020-09-01"]


def test_an_unknown_end_is_possible_and_an_ongoing_one_is_not() -> None:
    for until, label in (("unknown", "possible"), ("..", "presumed"), ("", "presumed")):
        org = graph(starts("Ada", "CTO", "2020-01-01", until=until))
        assert holding(org, "CTO", "2020-01-02") == [("Ada", label)]


def test_replay_of_nothing() -> None:
    assert replay([]) == ((), ())


def test_a_post_is_confirmed_on_the_day_on_which_it_was_created() -> None:
    org = OrgGraph()
    org.load([{"kind": "created", "post": "CTO", "organization": "Acme", "effective": "2024-05-01"}])
    for on, certainty in (("2024-05-01", "certain"), ("2024-05-02", "presumed")):
        snapshot = org.as_of(on).snapshot
        assert [snapshot.certainty(fact) for fact in snapshot.facts("place")] == [certainty]
