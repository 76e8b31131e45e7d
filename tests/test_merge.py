"""Judgements of identity: two entities that are one, recorded, reversible, whatever the order of the loads."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import orggraph
from orggraph import graph
from orggraph.changes import RoleChange
from orggraph.cli import main
from orggraph.errors import ChangeError
from orggraph.facts import DIFFERENT_FROM, SAME_AS
from orggraph.graph import OrgGraph
from orggraph.replay import replay

Row = dict[str, str]


def row(kind: str = "starts", **fields: str) -> Row:
    return {"kind": kind, "organization": "Acme", "source": "the register", **fields}


ADA = row(person="Ada King", post="CTO", effective="2020-01-01", until="2020-06-01")
LOVELACE = row(person="A. Lovelace", post="Chief Executive", effective="2020-06-01", source="the minutes")
BOB = row(person="Bob Bell", post="Clerk", effective="2020-06-01", reports_to="A. Lovelace", source="the minutes")
COUNTESS = row(person="The Countess", post="Adviser", effective="2021-01-01", until="2021-02-01", source="a paper")
ROWS = [ADA, LOVELACE, BOB, COUNTESS]


def company() -> OrgGraph:
    org = OrgGraph(clock=itertools.count(1_700_000_000_000_000, 1_000).__next__)
    org.load(ROWS)
    return org


def contents(org: OrgGraph) -> set[object]:
    """Give what is believed, without the judgements themselves."""
    return {fact.content for fact in org.ledger.believed() if fact.predicate not in (SAME_AS, DIFFERENT_FROM)}


def test_what_is_merged_is_one_under_the_first_iri_and_name() -> None:
    org = company()
    ada, lovelace = org.find("Ada King"), org.find("A. Lovelace")
    org.merge("Ada King", "A. Lovelace", reason="her married name")
    assert org.find("A. Lovelace") == org.find("Ada King") == ada
    assert org.find(lovelace) == ada, "the IRI that was absorbed still leads to her"
    day = org.as_of("2020-07-01")
    assert day.reporters("A. Lovelace") == ["Bob Bell"]
    assert [(answer.name, answer.post) for answer in day.memberships(ada)] == [("Ada King", "Chief Executive")]
    assert [answer.name for answer in day.managers("Bob Bell")] == ["Ada King"]
    told = [entry.what for entry in org.history("A. Lovelace")]
    assert "Ada King is judged to be the same as A. Lovelace (her married name)" in told
    assert "is called A. Lovelace" in told and "is called Ada King" in told


def test_what_was_known_before_a_merger_stays_two_people() -> None:
    org = company()
    before = org.ledger.loads[-1].recorded
    lovelace = org.find("A. Lovelace")
    org.merge("Ada King", "A. Lovelace")
    assert org.find("A. Lovelace", recorded_by=before) == lovelace
    assert org.find(lovelace, recorded_by=before) == lovelace
    known = org.as_of("2020-07-01", recorded_by=before)
    assert [answer.name for answer in known.holders("Chief Executive")] == ["A. Lovelace"]
    for day in ("2020-05-01", "2020-07-01"):
        changed = org.knowledge_diff(day, before, org.ledger.loads[-1].recorded)
        told = [event.text for event in changed.events]
        assert "Now known: Ada King is judged to be the same as A. Lovelace" in told


@pytest.mark.parametrize("how", ["unmerge", "unload"])
def test_taking_it_back_restores_exactly_what_was(how: str) -> None:
    org = company()
    before = contents(org)
    merged = org.merge("Ada King", "A. Lovelace").load
    assert contents(org) != before
    if how == "unmerge":
        org.unmerge("A. Lovelace", "Ada King", reason="two people after all")
        told = [entry.what for entry in org.history("Ada King")]
        assert "Ada King is judged not to be the same as A. Lovelace (two people after all)" in told
    else:
        org.unload(merged.id)
    assert contents(org) == before
    org.merge("Ada King", "A. Lovelace")
    assert org.find("A. Lovelace") == org.find("Ada King")


def test_a_chain_is_one_and_each_link_is_taken_back_by_itself() -> None:
    org = company()
    ada, countess = org.find("Ada King"), org.find("The Countess")
    org.merge("Ada King", "A. Lovelace", reason="her name by marriage")
    org.merge("A. Lovelace", "The Countess", reason="her title")
    assert org.find("The Countess") == org.find(countess) == ada
    told = [entry.what for entry in org.history("Ada King") if not entry.superseded]
    assert "Ada King is judged to be the same as The Countess (her title)" in told
    with pytest.raises(ChangeError, match="expected one of these pairs: 'Ada King' and"):
        org.unmerge("Ada King", "The Countess")
    org.unmerge("Ada King", "A. Lovelace")
    assert org.find("The Countess") == org.find("A. Lovelace") != org.find("Ada King") == ada


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        ("Ada King", "CTO", "Ada King (person) and CTO (post): only two of one kind can be the same"),
        ("Ada King", "Ada King", "'Ada King' and 'Ada King' are one person already"),
        ("Bob Bell", "The Countess", "'Bob Bell' and 'The Countess' are one person already (Bob Bell)"),
    ],
)
def test_what_cannot_be_merged_is_refused_by_name(a: str, b: str, said: str) -> None:
    org = company()
    org.merge("Bob Bell", "The Countess")
    with pytest.raises(ChangeError) as caught:
        org.merge(a, b)
    assert said in str(caught.value)


def test_what_was_not_merged_cannot_be_taken_back() -> None:
    org = company()
    with pytest.raises(ChangeError, match="have not been merged"):
        org.unmerge("Ada King", "A. Lovelace")
    org.merge("Ada King", "A. Lovelace")
    org.unmerge("Ada King", "A. Lovelace")
    with pytest.raises(ChangeError, match="have not been merged"):
        org.unmerge("Ada King", "A. Lovelace")


def test_who_was_in_two_places_at_once_is_named() -> None:
    report = company().merge("Bob Bell", "A. Lovelace")
    (finding,) = [finding for finding in report.findings if finding.code == "identity"]
    assert finding.message == (
        "A. Lovelace and Bob Bell are judged to be one person, but both certainly held something from 2020-06-01 on: "
        "Chief Executive, Acme, and Clerk, Acme"
    )
    quiet = company().merge("Ada King", "A. Lovelace")
    assert not [finding for finding in quiet.findings if finding.code == "identity"]


def test_two_sources_on_one_post_at_one_time_speak_for_a_merger() -> None:
    org = OrgGraph()
    org.load([row(person="Ada King", post="CTO", effective="2020-01-01"),
              row(person="A. King", post="CTO", effective="2020-01-01", source="a paper")])  # fmt: skip
    report = org.merge("Ada King", "A. King")
    assert not [finding for finding in report.findings if finding.code == "identity"]
    (answer,) = org.as_of("2020-02-01").holders("CTO")
    assert answer.sources == ("a paper", "the register")


def test_later_rows_of_either_land_on_the_one() -> None:
    org = OrgGraph()
    org.load([row(person_id="7", person="Ada King", post="CTO", effective="2020-01-01", until="2020-06-01")])
    org.load([row(person_id="9", person="Ada Lovelace", post="Clerk", effective="2020-06-01", until="2021-01-01")])
    ada = org.find("Ada King")
    org.merge("Ada King", "Ada Lovelace")
    org.load([row(person_id="9", person="Ada Lovelace", post="Judge", effective="2021-01-01", until="2022-01-01"),
              row(person="Ada Lovelace", post="Critic", effective="2022-01-01", until="2023-01-01"),
              row(person_id="7", person="Ada King", post="Poet", effective="2023-01-01")])  # fmt: skip
    for day, post in [("2021-05-01", "Judge"), ("2022-05-01", "Critic"), ("2023-05-01", "Poet")]:
        assert [answer.post for answer in org.as_of(day).memberships(ada)] == [post]


def test_a_merger_of_who_gets_an_id_only_later_stays() -> None:
    org = company()
    org.merge("Ada King", "A. Lovelace")
    org.load([row(person="A. Lovelace", person_id="9", post="Judge", effective="2022-01-01")])
    assert org.find("A. Lovelace") == org.find("Ada King")
    assert {answer.post for answer in org.as_of("2022-02-01").memberships("Ada King")} == {"Chief Executive", "Judge"}


def test_two_ids_of_one_name_that_are_one_leave_nothing_ambiguous() -> None:
    org = OrgGraph()
    org.load([row(person_id="7", person="Ada", post="CTO", effective="2020-01-01", until="2020-06-01"),
              row(person_id="9", person="Ada", post="Clerk", effective="2020-06-01", until="2021-01-01"),
              row(person="Ada", post="Judge", effective="2021-01-01")])  # fmt: skip
    judge = {answer.iri for answer in org.as_of("2021-02-01").holders("Judge")}
    one, other = ({answer.iri for answer in org.as_of(day).holders(post)}
                  for day, post in [("2020-02-01", "CTO"), ("2020-07-01", "Clerk")])  # fmt: skip
    assert len(judge | one | other) == 3
    org.merge(one.pop(), other.pop())
    assert org.find("Ada")


def test_posts_and_units_and_organizations_are_merged_too() -> None:
    org = OrgGraph()
    org.load([row(person="Ada", post="CTO", unit="Technology", effective="2020-01-01", until="2021-01-01"),
              row(person="Bob", post="Head of Technology", unit="IT", effective="2021-01-01"),
              row(person="Cid", post="Clerk", unit="IT", organization="Acme Inc.", effective="2021")])  # fmt: skip
    unit, post = org.find("Technology"), org.find("CTO")
    org.merge("Technology", "IT, Acme")
    org.merge("CTO", "Head of Technology")
    org.merge("Acme", "Acme Inc.")
    assert [answer.name for answer in org.as_of("2021-02-01").holders(post)] == ["Bob"]
    assert [answer.unit for answer in org.as_of("2021-02-01").holders(post)] == ["Technology"]
    assert [answer.name for answer in org.as_of("2021-02-01").members(unit)] == ["Bob"]
    assert {answer.organization for answer in org.as_of("2021-02-01").holders("Clerk")} == {"Acme"}
    told = [entry.what for entry in org.history("CTO") if not entry.superseded]
    assert "CTO is judged to be the same as Head of Technology" in told


def test_two_units_of_which_one_is_part_of_the_other_make_none_that_is_part_of_itself() -> None:
    org = OrgGraph()
    org.load([row("created", unit="IT", effective="2020-01-01"),
              row("created", unit="Technology", into="IT", effective="2020-01-01"),
              row(person="Ada", unit="Technology", effective="2020-01-01")])  # fmt: skip
    org.merge("IT", "Technology")
    (fact,) = [fact for fact in org.ledger.believed() if fact.kind == "place"]
    assert fact.object == org.find("Acme")


JUDGED = [
    row("same as", person="Ada King", into="A. Lovelace", stated="2024-01-01", source="by hand"),
    row("same as", person="A. Lovelace", into="The Countess", stated="2024-01-02", source="by hand"),
    row("not same as", person="A. Lovelace", into="The Countess", stated="2024-01-03", source="by hand"),
    row("same as", person="The Countess", into="Bob Bell", stated="2024-01-04", source="by hand"),
    row("renamed", person="Ada King", into="Ada Lovelace", effective="2020-03-01"),
    row(person="A. Lovelace", person_id="9", post="Judge", effective="2022-01-01"),
]


@settings(max_examples=40, deadline=None)
@given(st.permutations([*ROWS, *JUDGED]), st.integers(1, 9))
def test_the_order_of_loads_does_not_matter(rows: list[Row], cut: int) -> None:
    org = OrgGraph()
    org.load(rows[:cut])
    org.load(rows[cut:])
    expected = replay([RoleChange.parse(given) for given in [*ROWS, *JUDGED]])
    assert {fact.content for fact in org.ledger.believed()} == {fact.content for fact in expected.facts}
    assert org.find("A. Lovelace") == org.find("Ada Lovelace")
    assert org.find("The Countess") == org.find("Bob Bell") != org.find("Ada King")


@pytest.mark.parametrize(
    ("judged", "message"),
    [
        (row("same as", person="Ada King", into="Nobody"), "same as: nothing else is known here of 'Nobody'"),
        (row("same as", person="Ada King", into_id="urn:acme"), "person and organization cannot be the same"),
    ],
)
def test_a_judgement_that_cannot_be_is_a_finding_and_merges_nothing(judged: Row, message: str) -> None:
    org = OrgGraph()
    org.load([*ROWS, row(person="Cid", organization_id="urn:acme", effective="2020")])
    before = contents(org)
    report = org.load([judged])
    assert any(message in finding.message for finding in report.findings)
    assert contents(org) == before


def test_who_is_held_apart_and_made_one_by_others_is_a_finding() -> None:
    org = company()
    org.load([row("same as", person="Ada King", into="A. Lovelace"),
              row("same as", person="A. Lovelace", into="The Countess"),
              row("not same as", person="Ada King", into="The Countess")])  # fmt: skip
    found = [finding for finding in org.check() if "others make them one" in finding.message]
    assert [finding.severity for finding in found] == ["warning"]


def test_of_two_judgements_the_later_counts_and_a_withdrawn_one_does_not() -> None:
    yes = row("same as", person="Ada King", into="A. Lovelace", stated="2024-01-02")
    no = row("not same as", person="A. Lovelace", into="Ada King", stated="2024-01-01")
    org = company()
    org.load([yes, no])
    assert org.find("A. Lovelace") == org.find("Ada King")
    org.load([row("withdraws", target=RoleChange.parse(yes).id, effective="2024-02-01")])
    assert org.find("A. Lovelace") != org.find("Ada King")


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.ttl", "out.trig", "out.nq", "out.jsonld"])
def test_judgements_make_the_round_trip(name: str, tmp_path: Path) -> None:
    org = company()
    org.merge("Ada King", "A. Lovelace", reason="her married name")
    org.merge("A. Lovelace", "The Countess")
    org.unmerge("A. Lovelace", "The Countess")
    store = orggraph.open(tmp_path / "s.orggraph")
    store.load([entry.change for entry in org.ledger.entries])
    made = CliRunner().invoke(main, ["--store", str(tmp_path / "s.orggraph"), "export", "-o", str(tmp_path / name)])
    assert made.exit_code == 0, made.output
    read = OrgGraph()
    read.load(str(tmp_path / name))
    assert {entry.change.id for entry in read.ledger.entries} == {entry.change.id for entry in org.ledger.entries}
    assert read.find("A. Lovelace") == read.find("Ada King") != read.find("The Countess")


def test_in_a_large_store_small_loads_give_what_a_replay_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "LARGE", 1)
    org = orggraph.open(tmp_path / "s.orggraph")
    org.load([*ROWS, *(row(person=f"P{n}", post=f"Post {n}", effective="2020-01-01") for n in range(5))])
    lovelace = org.find("A. Lovelace")
    steps: list[list[Row]] = [
        [row(person="A. Lovelace", post="Judge", effective="2022-01-01")],
        [row(person_id=lovelace, person="A. Lovelace", post="Peer", effective="2023-01-01")],
        [row(person="P1", post="Porter", effective="2023-01-01", reports_to_id=lovelace)],
        [row(person="P2", post="Porter", effective="2023-01-01", reports_to="Ada King")],
        [row("ends", person="Ada King", post="Judge", effective="2024-01-01")],
    ]
    org.merge("Ada King", "A. Lovelace")
    for step in steps:
        org = orggraph.open(tmp_path / "s.orggraph")
        org.load(step)
        salt, base = org.ledger.salt, org.ledger.base
        expected = replay([entry.change for entry in org.ledger.standing()], base=base, salt=salt)
        assert {fact.content for fact in org.ledger.believed()} == {fact.content for fact in expected.facts}
    assert org.as_of("2023-02-01").reporters("A. Lovelace") == ["Bob Bell", "P1", "P2"]


def run(store: Path, *words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(main, ["--store", str(store), *words])
    return done.exit_code, done.stdout, done.stderr


def test_on_the_command_line(tmp_path: Path) -> None:
    store = tmp_path / "s.orggraph"
    orggraph.open(store).load(ROWS)
    assert run(store, "merge", "Ada King", "A. Lovelace", "--reason", "her married name")[0] == 0
    out = run(store, "holders", "Chief Executive", "--as-of", "2020-07-01", "--explain")[1]
    assert "same as: person Ada King, into A. Lovelace, reason her married name" in out
    code, out, _ = run(store, "history", "A. Lovelace")
    assert code == 0 and "Ada King is judged to be the same as A. Lovelace (her married name)" in out
    code, _, err = run(store, "merge", "A. Lovelace", "Ada King")
    assert (code, err) == (1, "error: 'A. Lovelace' and 'Ada King' are one person already (Ada King)\n")
    assert run(store, "unmerge", "Ada King", "A. Lovelace")[0] == 0
    code, out, _ = run(store, "reports", "Ada King", "--as-of", "2020-07-01")
    assert code == 0 and "Bob Bell" not in out
