"""One test for each way in which systems for organizations in time have gone wrong, and the seed case.

The numbers are those of the project's list of pitfalls.
"""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from company import NAME, ROWS, changes, codes, company, graph, holding, memberships, replayed, row, starts

import orggraph
from orggraph.as_of import AsOf
from orggraph.changes import RoleChange
from orggraph.chart import chart_of, draw
from orggraph.errors import ChangeError, MomentError
from orggraph.facts import HEAD_OF, HOLDS, MEMBER_OF, REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO, REPORTS_TO
from orggraph.graph import OrgGraph
from orggraph.library import library
from orggraph.period import Moment, Period, conjunction, day, iso
from orggraph.replay import replay
from orggraph.snapshot import Seats
from orggraph.vocabulary import Literal

SAMPLE = Path(__file__).resolve().parent.parent / "data" / "anthropic.csv"
CTO = "CTO, Anthropic"
PATIL, MCCANDLISH, AMODEI = "Rahul Patil", "Sam McCandlish", "Daniela Amodei"


@pytest.fixture(scope="module")
def seed() -> OrgGraph:
    return orggraph.open(data=[SAMPLE])


# ---- the seed case, word for word


def test_seed_both_report_to_amodei_for_certain_with_post_since_and_source(seed: OrgGraph) -> None:
    rows = seed.as_of("2025-10-03").reports_to(AMODEI)
    assert [(r.name, r.certainty, r.post, r.since) for r in rows] == [
        (PATIL, "certain", "CTO", "2025-09-29/2025-10-02"),
        (MCCANDLISH, "certain", "Chief Architect", "2025-09-29/2025-10-02"),
    ]
    assert all("https://knowtechie.com/anthropic-hires-stripe-cto/" in r.sources for r in rows)


def test_seed_on_2025_09_30_nobody_is_certain_and_both_are_possible(seed: OrgGraph) -> None:
    rows = seed.as_of("2025-09-30").reports_to(AMODEI)
    assert [(r.name, r.certainty) for r in rows] == [(PATIL, "possible"), (MCCANDLISH, "possible")]


def test_seed_on_2025_09_01_mccandlish_is_possibly_cto_and_reports_to_nobody_knows_whom(seed: OrgGraph) -> None:
    asof = seed.as_of("2025-09-01")
    (held,) = asof.holders(CTO)
    assert (held.name, held.certainty, held.since) == (MCCANDLISH, "possible", "unknown")
    assert asof.managers(MCCANDLISH) == []
    assert not asof.snapshot.reports_to_nobody(seed.find(MCCANDLISH))


def test_seed_patil_is_not_there_at_all_on_2025_09_01(seed: OrgGraph) -> None:
    snapshot, patil = seed.as_of("2025-09-01").snapshot, seed.find(PATIL)
    assert not [f for f in snapshot.facts() if patil in (f.subject, f.object)]
    assert not [f for f in seed.as_of("2025-09-28").snapshot.facts("membership") if f.subject == patil]


def test_seed_on_2025_10_01_the_post_is_filled_for_certain_though_nobody_is(seed: OrgGraph) -> None:
    asof = seed.as_of("2025-10-01")
    assert asof.seats(CTO).fewest == 1
    assert {r.certainty for r in asof.holders(CTO)} == {"possible"}


@pytest.mark.parametrize("on", ["2025-09-29", "2025-09-30", "2025-10-01", "2025-10-02", "2025-10-03"])
def test_seed_never_two_ctos_and_never_none_around_the_handover(on: str, seed: OrgGraph) -> None:
    assert seed.as_of(on).seats(CTO) == Seats(1, 1)


def test_seed_his_end_and_her_start_are_one_moment_with_bounds_of_two_sources(seed: OrgGraph) -> None:
    held = {f.subject: f for f in seed.ledger.believed() if f.post == seed.find(CTO)}
    start, end = held[seed.find(PATIL)].start, held[seed.find(MCCANDLISH)].end
    assert start == end and start.key
    assert start.edtf() == "2025-09-29/2025-10-02"
    architect = next(f for f in seed.ledger.believed() if f.post == seed.find("Chief Architect"))
    assert architect.start == start


def test_seed_the_presupposed_tenure_rests_on_all_that_presuppose_it(seed: OrgGraph) -> None:
    (held,) = seed.as_of("2025-09-01").holders(CTO)
    assert "https://knowtechie.com/anthropic-hires-stripe-cto/" in held.sources


def test_seed_the_diff_says_who_came_and_who_moved(seed: OrgGraph) -> None:
    said = {(e.name, e.phrase) for e in seed.diff("2025-09-01", "2025-10-03").events}
    assert said >= {
        (PATIL, "joined as CTO, replacing Sam McCandlish"),
        (MCCANDLISH, "moved to Chief Architect (new post; CTO before, since when is not known)"),
        (PATIL, "now reports to Daniela Amodei"),
        (MCCANDLISH, "now reports to Daniela Amodei"),
    }


def test_seed_nothing_contradicts_anything(seed: OrgGraph) -> None:
    assert not [f for f in seed.check() if f.severity != "note"]


# ---- the pitfalls


def test_01_announcement_date_is_not_start_date(seed: OrgGraph) -> None:
    on = {d: [r.certainty for r in seed.as_of(d).holders(CTO) if r.name == PATIL] for d in ("2025-09-29", "2025-10-02")}
    assert on == {"2025-09-29": ["possible"], "2025-10-02": ["certain"]}
    alone = graph(starts("Ada", "CTO", "../2025-10-03", stated="2025-10-03"))
    assert holding(alone, "CTO", "2024-01-01") == [("Ada", "possible")]


def test_02_half_open_inside_inclusive_at_the_edges(tmp_path: Path) -> None:
    file = tmp_path / "tenures.csv"
    file.write_text("person,post,organization,from,until\nAda,CTO,Acme,2025-01-01,2025-03-31\n", encoding="utf-8")
    for convention, last in (("inclusive", "2025-03-31"), ("exclusive", "2025-03-30")):
        org = OrgGraph()
        org.load(file, mapping={"end-convention": convention, "empty-end": "ongoing"})
        after = iso(day(last) + 1)
        assert [len(org.as_of(on).holders("CTO")) for on in ("2024-12-31", "2025-01-01", last, after)] == [0, 1, 1, 0]


def test_03_an_open_end_has_three_meanings_and_none_is_the_year_9999() -> None:
    ends = {until: graph(starts("Ada", "CTO", "2020-01-01", until=until)) for until in ("..", "unknown")}
    seen = graph(row("holds", "2020-01-01", person="Ada", post="CTO"))
    labels = [holding(org, "CTO", "2021-01-01")[0][1] for org in (ends[".."], ends["unknown"], seen)]
    assert labels == ["presumed", "possible", "possible"]
    for org in (*ends.values(), seen):
        assert b'"9999-' not in org.export("turtle") and b'"4712-' not in org.export("turtle")
    with pytest.raises(ChangeError, match=r"write \.\. for ongoing"):
        RoleChange.parse(starts("Ada", "CTO", "2020-01-01", until="9999-12-31"))


def test_04_empty_and_inverted_intervals() -> None:
    with pytest.raises(ChangeError, match="is before effective"):
        RoleChange.parse(starts("Ada", "CTO", "2021-01-01", until="2020-01-01"))
    empty = graph(starts("Ada", "CTO", "2020-01-01", until="2020-01-01"))
    assert memberships(empty, "Ada") == [("CTO", "2020-01-01", "2020-01-01")]
    assert all(holding(empty, "CTO", on) == [] for on in ("2019-12-31", "2020-01-01", "2020-01-02"))
    made = Period(Moment.parse("2020-01-01"), Moment.parse("2020-01-01"))
    assert conjunction([made, Period(Moment.parse("2019"), Moment.parse("2021"))]) is None


def test_05_same_day_handover_and_same_day_double_move() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", until="2021-01-01"), starts("Bob", "CTO", "2021-01-01"))
    assert [name for name, _ in holding(org, "CTO", "2021-01-01")] == ["Bob"]
    moves = [row("transferred", "2021-01-01", person="Ada", post=post, sequence=n) for post, n in
             (("CEO", "2"), ("COO", "1"))]  # fmt: skip
    twice = graph(starts("Ada", "CTO", "2020-01-01"), *moves)
    assert [r.post for r in twice.as_of("2021-01-01").memberships("Ada")] == ["CEO"]
    assert "unordered" not in codes(twice)


def test_06_a_partial_date_is_a_period_and_no_query_compares_mixed_literals() -> None:
    org = graph(starts("Ada", "CTO", "2025"))
    assert [holding(org, "CTO", on)[0][1] for on in ("2025-01-01", "2025-12-31")] == ["possible", "certain"]
    assert org.as_of("2025-12-31").holders("CTO")[0].since == "2025"
    assert "#gYear" not in org.export("nquads").decode()
    over_a_day = [query for query in library().values() if query.over == "snapshot"]
    assert over_a_day and not [query.name for query in over_a_day if "xsd:date" in query.text or "NOW()" in query.text]


def test_07_no_zones_and_no_clock_times_in_valid_time() -> None:
    for text in ("2025-10-03Z", "2025-10-03+02:00", "2025-10-03T00:00:00", "2025-10-03T00:00:00Z"):
        with pytest.raises(MomentError):
            Moment.parse(text)
    lines = company().export("nquads").decode().splitlines()
    dates = [line for line in lines if "XMLSchema#date>" in line]
    assert dates and all(line.count('"') == 2 and len(line.split('"')[1]) == 10 for line in dates)


WRONG_IN_RDFLIB = [
    # what rdflib 7 says of two literals, and what is right
    ('"2099-01-01"^^xsd:date <= "2025-10-03T00:00:00"^^xsd:dateTime', True, "false, or an error"),
    ('"1999-01-01T00:00:00"^^xsd:dateTime <= "2025-10-03"^^xsd:date', False, "true, or an error"),
    ('"2099-01-01T00:00:00"^^xsd:dateTime <= "2025-10-03T00:00:00Z"^^xsd:dateTime', True, "false"),
    ('"2025"^^xsd:gYear <= "2099-10-03"^^xsd:date', False, "true, or an error"),
    ('"1900"^^xsd:gYear >= "2025-10-03"^^xsd:date', True, "false, or an error"),
    ('"2025-10-03Z"^^xsd:date = "2025-10-03"^^xsd:date', True, "undetermined"),
]


@pytest.mark.parametrize("comparison, said, right", WRONG_IN_RDFLIB, ids=[c for c, _, _ in WRONG_IN_RDFLIB])
def test_06_07_why_as_of_is_no_filter_rdflib_compares_mixed_literals_wrongly(
    comparison: str, said: bool, right: str
) -> None:
    import rdflib

    prefix = "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> "
    found = rdflib.Graph().query(f"{prefix} ASK {{ FILTER({comparison}) }}").askAnswer
    assert found is said, f"rdflib has changed its mind; right would be: {right}"


def test_06_07_a_snapshot_says_nothing_of_time_that_could_be_compared() -> None:
    triples = company().as_of("2024-03-01").snapshot.triples()
    datatypes = {term.datatype.rpartition("#")[2] for _, _, term in triples if isinstance(term, Literal)}
    assert datatypes <= {"string", "boolean"}


def test_08_one_day_gaps_are_reported_and_touching_tenures_stay_apart() -> None:
    def terms(second: str) -> OrgGraph:
        return graph(starts("Ada", "CTO", "2020-01-01", until="2021-01-01"), starts("Ada", "CTO", second))

    gap, touching = terms("2021-01-02"), terms("2021-01-01")
    assert len(memberships(gap, "Ada")) == len(memberships(touching, "Ada")) == 2
    assert [[f.code for f in org.check()] for org in (gap, touching)] == [["one-day-gap"], []]


def test_09_two_tenures_of_one_person_in_one_post_are_two() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", until="2021-01-01"), starts("Ada", "CTO", "2023-01-01"))
    assert len({f.tenure for f in org.ledger.believed() if f.kind == "membership"}) == 2
    assert [len(holding(org, "CTO", on)) for on in ("2020-06-01", "2022-06-01", "2023-06-01")] == [1, 0, 1]


def test_10_same_name_two_people_two_names_one_person_and_merges_are_reversible() -> None:
    two = graph(starts("Ada", "CTO", "2020-01-01", person_id="1"), starts("Ada", "CEO", "2020-01-01", person_id="2"))
    assert len({f.subject for f in two.ledger.believed() if f.kind == "membership"}) == 2
    apart = graph(starts("Ada Byron", "CTO", "2020-01-01"), starts("Ada King", "CEO", "2021-01-01"))
    people = {apart.find(name) for name in ("Ada Byron", "Ada King")}
    merge = apart.load([row("renamed", "2020-07-08", person="Ada Byron", into="Ada King")])
    assert len({f.subject for f in apart.ledger.believed() if f.kind == "membership"}) == 1
    apart.unload(merge.load.id)
    assert {f.subject for f in apart.ledger.believed() if f.kind == "membership"} == people


def test_11_a_cycle_on_some_days_is_reported_with_them_and_nobody_vanishes() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", reports_to="Bob"), starts("Bob", "COO", "2020-01-01"),
                row("reports", "2021-01-01", person="Bob", reports_to="Ada", until="2021-03-01"))  # fmt: skip
    (finding,) = [f for f in org.check() if f.code == "cycle"]
    assert "Ada and Bob report to each other from 2021-01-01 until 2021-03-01" in finding.message
    for on in ("2020-06-01", "2021-02-01", "2021-03-01"):
        drawn = chart_of(org.as_of(on).snapshot).dot()
        assert "Ada" in drawn and "Bob" in drawn


def test_12_several_managers_are_both_shown_and_spans_count_solid_lines() -> None:
    from orggraph.hierarchy import spans, to_networkx

    org = graph(starts("Ada", "CTO", "2020-01-01", reports_to="Bob"), starts("Bob", "CEO", "2020-01-01"),
                starts("Cid", "CFO", "2020-01-01"),
                row("reports", "2020-01-01", person="Ada", reports_to="Cid", line="dotted"))  # fmt: skip
    asof = org.as_of("2020-06-01")
    assert [(r.name, r.line) for r in asof.managers("Ada")] == [("Bob", "direct"), ("Cid", "dotted")]
    counted = spans(to_networkx(asof.snapshot))
    assert (counted.get(org.find("Bob"), 0), counted.get(org.find("Cid"), 0)) == (1, 0)


def test_13_posts_without_holder_and_people_without_post() -> None:
    org = graph(row("created", "2020-01-01", post="Vacant"), row("starts", "2020-01-01", person="Adviser"),
                starts("Ada", "Head", "2020-01-01"), starts("Bob", "Head", "2020-01-01"))  # fmt: skip
    asof = org.as_of("2020-06-01")
    assert asof.holders("Vacant") == [] and asof.seats("Vacant") == Seats(0, 0)
    assert [(r.post, r.organization) for r in asof.memberships("Adviser")] == [("", NAME)]
    assert asof.seats("Head") == Seats(2, 2)
    acting = company().as_of("2024-03-01").holders("Controller")
    assert {r.name: r.notes for r in acting} == {"Ida Ives": ("on leave",), "Jon Jay": ("acting",)}


def test_14_reports_follow_the_post_when_the_boss_changes_visibly_derived() -> None:
    org = company()
    rows = {on: org.as_of(on).managers("Dan Dale") for on in ("2024-03-31", "2024-06-01")}
    assert {on: [(r.name, "derived" in r.notes) for r in found] for on, found in rows.items()} == {
        "2024-03-31": [("Ben Brook", True)], "2024-06-01": [("Cleo Cruz", True)],
    }  # fmt: skip


def test_15_silence_is_neither_continuity_nor_change() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", source="one"), starts("Bob", "COO", "2021-01-01", source="two"))
    assert memberships(org, "Ada") == [("CTO", "2020-01-01", "..")]
    will = graph(starts("Ada", "CTO", "2020-01-01"), row("reports", "2021-01-01", person="Ada", reports_to="Bob"))
    assert will.as_of("2020-12-31").managers("Ada") == []
    assert [r.name for r in will.as_of("2021-01-01").managers("Ada")] == ["Bob"]


def test_16_a_retroactive_correction_keeps_the_old_queryable_and_is_called_one() -> None:
    org = graph(starts("Ada", "CTO", "2020-01-01", record="1"))
    before = org.ledger.loads[-1].recorded
    org.load([row("corrects", "2020-02-01", target="1")])
    after = org.ledger.loads[-1].recorded
    on = "2020-01-15"
    known = {recorded: [r.name for r in org.as_of(on, recorded_by=recorded).holders("CTO")] for recorded in
             (before, after)}  # fmt: skip
    assert known == {before: ["Ada"], after: []}
    assert org.diff("2019-01-01", "2019-02-01").events == ()
    diff = org.knowledge_diff(on, before, after)
    assert diff.axis == "knowledge" and [e.name for e in diff.events if e.name == "Ada"]


def test_17_announced_then_withdrawn_is_true_on_no_day_and_still_in_the_history() -> None:
    org = graph(starts("Ada", "CTO", "2030-01-01", record="1"))
    org.load([row("withdraws", target="1")])
    days = ("2029-12-31", "2030-01-01", "2031-01-01")
    assert all(not org.as_of(on).snapshot.facts("membership") for on in days)
    assert [bool(r.superseded) for r in org.history("Ada") if r.kind == "membership"] == [True]


def test_18_lifetimes_nest() -> None:
    org = graph(row("created", "2020-01-01", unit="Works", until="2021-01-01"),
                starts("Ada", "Head", "2020-01-01", unit="Works", until="2021-06-01"))  # fmt: skip
    messages = [f.message for f in org.check() if f.code == "outside-life"]
    assert any("Ada as Head from 2021-01-01 until 2021-06-01" in message for message in messages)


def test_19_a_rename_keeps_the_identity_and_a_merger_does_not() -> None:
    org = graph(row("created", "2020-01-01", unit="A"), row("renamed", "2021-01-01", unit="A", into="B"),
                row("created", "2020-01-01", unit="C"), row("merged", "2022-01-01", unit="B", into="D"),
                row("merged", "2022-01-01", unit="C", into="D"))  # fmt: skip
    assert org.find("A") == org.find("B") != org.find("D")
    lives = {on: {org.as_of(on).snapshot.name(f.subject) for f in org.as_of(on).snapshot.facts("place")
                  if f.period.certain_on(day(on))} for on in ("2020-06-01", "2021-06-01", "2022-01-01")}  # fmt: skip
    assert lives == {"2020-06-01": {"A", "C"}, "2021-06-01": {"B", "C"}, "2022-01-01": {"D"}}


def test_20_timeless_shortcuts_are_not_in_the_base_graph() -> None:
    exported = company().export("nquads").decode()
    predicates = {line.split(" ", 2)[1] for line in exported.splitlines()}
    shortcuts = (HOLDS, MEMBER_OF, HEAD_OF, REPORTS_TO, REPORTS_DIRECTLY_TO, REPORTS_DOTTED_TO)
    assert predicates.isdisjoint({f"<{iri}>" for iri in shortcuts})


def test_21_what_is_said_twice_counts_once() -> None:
    rows = [starts("Ada", "CTO", "2020-01-01", reports_to="Bob", source=source) for source in ("one", "two")]
    org = graph(*rows, row("reports", "2020-01-01", post="CTO", reports_to_post="CEO"),
                starts("Bob", "CEO", "2020-01-01"))  # fmt: skip
    assert [r.name for r in org.as_of("2020-06-01").managers("Ada")] == ["Bob"]
    assert [r.name for r in org.as_of("2020-06-01").reports_to("Bob")] == ["Ada"]
    assert len(org.as_of("2020-06-01").query("SELECT ?x { ?x org:reportsTo ?y ; a foaf:Person }").rows) == 1


def test_22_plain_patterns_see_all_of_a_snapshot_whatever_graph_it_is_in() -> None:
    asof = company().as_of("2024-03-01")
    certain = [t for t, label in asof.snapshot.triples().items() if label != "possible"]
    assert len(asof.graph) == len(certain) == len({*certain})
    assert len(asof.query("SELECT ?s { ?s org:holds ?o }").rows) == len([t for t in certain if t[1] == HOLDS])
    assert not asof.query("SELECT ?s { GRAPH ?g { ?s ?p ?o } }").rows


def test_23_there_are_no_blank_nodes() -> None:
    org = company()
    assert "_:" not in org.export("nquads").decode()
    assert org.export("nquads") == company_again(org).export("nquads")


def company_again(org: OrgGraph) -> OrgGraph:
    made = OrgGraph(clock=lambda: org.ledger.loads[0].recorded)
    made.load(ROWS)
    return made


def test_24_the_order_of_loading_does_not_matter() -> None:
    rows = changes(*ROWS)
    facts = replay(rows)
    assert replay(rows[::-1]) == facts == replay(sorted(rows, key=lambda change: change.id))
    few = [starts("Ada", "CTO", "2020-01-01"), row("ends", "2021-01-01", person="Ada", post="CTO"),
           starts("Bob", "CTO", "2021-01", replaces="Ada"),
           row("holds", "2020-06-01", person="Ada", post="CTO")]  # fmt: skip
    assert {replayed(*order) for order in permutations(few)} == {replayed(*few)}


NASTY = "O'Brien & Söhne <CTO>"


def test_25_names_are_escaped_in_charts_which_are_the_same_every_time() -> None:
    org = graph(starts(NASTY, NASTY, "2020-01-01"), starts("Ada", "Clerk", "2020-01-01", reports_to=NASTY))
    asof = org.as_of("2020-06-01")
    drawn = chart_of(asof.snapshot).dot()
    assert drawn == chart_of(org.as_of("2020-06-01").snapshot).dot()
    assert "ortho" not in drawn
    picture = svg(asof)
    texts = " ".join("".join(node.itertext()) for node in picture.iter() if node.tag.endswith("text"))
    assert NASTY in texts.replace("\xa0", " ")


def svg(asof: AsOf) -> ElementTree.Element:
    return ElementTree.fromstring(draw(asof.snapshot))


def test_every_pitfall_has_its_test() -> None:
    numbered = [name.split("_") for name in globals() if name.startswith("test_") and name[5:7].isdigit()]
    assert {int(part) for words in numbered for part in words[1:3] if part.isdigit()} == set(range(1, 26))
