"""Facts and role changes as RDF and back, in every format; files and graphs of other people."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from orggraph.changes import KINDS, RoleChange, with_occurrences
from orggraph.errors import ChangeError, LoadError, StoreError, UnsupportedError
from orggraph.facts import (
    ACTING,
    ATTRIBUTE,
    FLAGS,
    LABEL,
    LINE,
    MEMBER_OF,
    MEMBERSHIP,
    NAME,
    ON_LEAVE,
    PERSON_NAME,
    PLACE,
    POST_IN,
    REPORTS_DIRECTLY_TO,
    REPORTS_DOTTED_TO,
    TRUE,
    TYPE,
    Fact,
)
from orggraph.ledger import Entry, Ledger, Load
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, day, unknown_end
from orggraph.rdf import (
    FORMATS,
    Triple,
    change_record_triples,
    change_triples,
    changes_from_rdf,
    changes_from_triples,
    entries_from_triples,
    export,
    fact_iri,
    fact_triples,
    facts_from_rdf,
    facts_from_triples,
    format_of,
    from_oxigraph,
    from_rdflib,
    load_triples,
    loads_from_rdf,
    loads_from_triples,
    parse,
    serialize,
    to_oxigraph,
    to_rdflib,
    to_rdflib_term,
)
from orggraph.rdf.moments import ALWAYS
from orggraph.sources.rdf import read_graph, read_rdf
from orggraph.vocabulary import ORG, ORGG, PROV, RDF, RDF_TYPE, TIME, XSD, Literal, Term

AWKWARD = "O'Brien & Söhne <CTO>"
QUOTE = 'He said: "I go."\nThen he \\ went,\tto 東京 🗼.\r\nEnd'
EXACT = Moment.parse("2025-10-03")
PREFIXES = "@prefix orgg: <https://w3id.org/orggraph#> .\n@prefix org: <http://www.w3.org/ns/org#> .\n"


def tenure(**changed: object) -> Fact:
    made = Fact(
        kind=MEMBERSHIP, tenure="urn:t:1", subject="urn:p:ada", predicate=MEMBER_OF, object="urn:u:research",
        start=EXACT, end=Moment.parse("2026-01-01"), confirmed=day("2025-12-01"), post="urn:post:cto",
        role="urn:role:chief", changes=("c1",), recorded=1_759_449_600_000_120,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]  # the names of fields


def change(**fields: str) -> RoleChange:
    return RoleChange.parse({"kind": "starts", "person": "Ada", "post": "CTO", "effective": "2025-10"} | fields)


# Facts

MOMENTS = {
    "exact": EXACT,
    "exact with a key": replace(EXACT, key="handover"),
    "exact with sources": replace(EXACT, earliest_from="a", latest_from="b"),
    "exact, stated otherwise": replace(EXACT, text="2025-10-02"),
    "exact without text": replace(EXACT, text=""),
    "always": ALWAYS,
    "always with a key": replace(ALWAYS, key="k"),
    "ongoing": ONGOING,
    "ongoing, stated otherwise": replace(ONGOING, text="until further notice"),
    "unknown end": unknown_end(day("2025-10-03")),
    "unknown end of what has always been": unknown_end(OPEN_EARLY),
    "open after": Moment.parse("2025-10-03/.."),
    "open before": Moment.parse("../2025-10-03"),
    "open on both sides": Moment.parse("../.."),
    "month": Moment.parse("2025-10"),
    "approximate": Moment.parse("2025~"),
    "range": Moment.parse("2025-09-29/2025-10-02"),
    "bounds with sources": replace(Moment.parse("2025-09-29/2025-10-02"), earliest_from=AWKWARD, latest_from="b"),
    "last day read as end day": Moment.parse("2021-03-31").shifted(1, 1),
}


@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize("other", MOMENTS.values(), ids=MOMENTS)
def test_moments_round_trip(moment: Moment, other: Moment) -> None:
    sourced = replace(other, earliest_from="register", latest_from="register")
    for start, end in ((moment, ONGOING), (ALWAYS, moment), (moment, other), (moment, sourced), (sourced, moment)):
        fact = tenure(start=start, end=end)
        assert facts_from_triples(fact_triples(fact)) == [fact]


ENDS = {
    "exact": (EXACT, {"end": "2025-10-03"}),
    "ongoing": (ONGOING, {}),
    "unknown": (unknown_end(EXACT.earliest), {"endEarliest": "2025-10-03"}),
    "range": (Moment.parse("2025-09-29/2025-10-02"), {"endEarliest": "2025-09-29", "endLatest": "2025-10-02"}),
}


@pytest.mark.parametrize(("end", "expected"), ENDS.values(), ids=ENDS)
def test_ends_are_told_apart_on_the_fact_itself(end: Moment, expected: dict[str, str]) -> None:
    fact = tenure(end=end)
    days = {p.removeprefix(ORGG): o for s, p, o in fact_triples(fact) if p.startswith(ORGG + "end")}
    assert days.keys() - {"endMoment"} == expected.keys()
    assert all(days[name] == Literal(text, XSD + "date") for name, text in expected.items())


FACTS = {
    "membership": tenure(),
    "membership without post": tenure(post="", role=""),
    "superseded": tenure(recorded=1_759_000_000_000_000, superseded=1_759_449_600_000_121),
    "several changes and premises": tenure(changes=("a", "b c/ü"), premises=("urn:t:2", "urn:t:3")),
    "flags": tenure(flags=FLAGS),
    "no changes": tenure(changes=()),
    "confirmed on no day": tenure(confirmed=OPEN_EARLY),
    "confirmed, no day of the calendar": tenure(confirmed=0),
    "line": tenure(kind=LINE, predicate=REPORTS_DIRECTLY_TO, post="", role=""),
    "dotted line": tenure(kind=LINE, predicate=REPORTS_DOTTED_TO, post="", role=""),
    "line of another kind": tenure(kind=LINE, predicate=ORG + "reportsTo", post="", role=""),
    "name": tenure(kind=NAME, predicate=PERSON_NAME, object=Literal(AWKWARD), post="", role=""),
    "name in a language": tenure(kind=NAME, predicate=LABEL, object=Literal("Söhne", RDF + "langString", "de")),
    "place": tenure(kind=PLACE, predicate=POST_IN, start=ALWAYS, end=ONGOING),
    "type": tenure(kind=TYPE, predicate=RDF_TYPE, object=ORG + "Post", start=ALWAYS, end=ONGOING),
    "acting": tenure(kind=ATTRIBUTE, subject="urn:t:1", predicate=ACTING, object=TRUE),
    "leave": tenure(kind=ATTRIBUTE, subject="urn:t:1", predicate=ON_LEAVE, object=Literal(QUOTE)),
    "number": tenure(kind=ATTRIBUTE, predicate="urn:x:fte", object=Literal("007.50", XSD + "decimal")),
    "zoned day": tenure(kind=ATTRIBUTE, predicate="urn:x:on", object=Literal("2025-10-03+00:00", XSD + "date")),
    "event": tenure(kind="event", predicate=ORG + "resultingOrganization", object="urn:o:2"),
}


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_facts_round_trip(fact: Fact) -> None:
    triples = fact_triples(fact)
    assert facts_from_triples([*reversed(triples), *triples]) == [fact]


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_facts_survive_a_store_that_rewrites_literals(fact: Fact) -> None:
    store = pyoxigraph.Store()
    store.extend(
        pyoxigraph.Quad(*(to_oxigraph(term) for term in triple))  # type: ignore[arg-type]  # subject, predicate, object
        for triple in fact_triples(fact)
    )
    kept = [tuple(from_oxigraph(term) for term in quad.triple) for quad in store]
    assert facts_from_triples(kept) == [fact]  # type: ignore[arg-type]  # triples


def test_an_exact_membership_takes_at_most_14_triples_with_its_role_change() -> None:
    entry = Entry(change=change(source="https://example.org/news"), recorded=1, load="l1")
    fact = tenure(changes=(entry.change.id,))
    start, end = (replace(m, earliest_from="register", latest_from="register") for m in (fact.start, fact.end))
    dated = replace(fact, start=start, end=end)
    for each, expected in ((fact, 13), (dated, 14), (replace(dated, end=ONGOING), 13)):
        assert len(fact_triples(each)) + len(change_record_triples(entry)) == expected


def test_days_are_dates_without_zone_and_nothing_is_a_blank_node() -> None:
    facts = [tenure(start=moment, end=unknown_end(day("2030-01-01"))) for moment in MOMENTS.values()]
    triples = [triple for fact in facts for triple in fact_triples(fact)]
    temporal = {term.datatype for _, _, term in triples if isinstance(term, Literal) and term.value[:4].isdigit()}
    assert temporal - {XSD + "string"} == {XSD + "date", XSD + "dateTime"}
    assert not [triple for triple in triples if any(str(term).startswith("_:") for term in triple)]


def test_equal_moments_share_one_node() -> None:
    handover = replace(Moment.parse("2025-09-29/2025-10-02"), key="handover")
    leaver, joiner = tenure(end=handover), tenure(tenure="urn:t:2", start=handover)
    ends = {
        o for s, p, o in fact_triples(leaver) + fact_triples(joiner) if p in (ORGG + "endMoment", ORGG + "startMoment")
    }
    assert len(ends) == 1


def test_the_base_is_kept() -> None:
    triples = fact_triples(tenure(start=MOMENTS["month"]), base="https://acme.example/id/")
    assert all(subject.startswith("https://acme.example/id/") for subject, _, _ in triples)
    assert facts_from_triples(triples) == [tenure(start=MOMENTS["month"])]


def without(predicate: str) -> list[Triple]:
    return [triple for triple in fact_triples(tenure(start=MOMENTS["month"])) if triple[1] != predicate]


BROKEN = {
    "no member": (without(ORG + "member"), "org#member> is missing"),
    "no recorded time": (without(ORGG + "recorded"), "orggraph#recorded> is missing"),
    "two posts": ([*fact_triples(tenure()), (fact_iri(tenure()), ORGG + "post", "urn:other")], "has 2 values"),
    "moment not described": ([t for t in without("") if ":moment:" not in t[0]], "is not described"),
}


@pytest.mark.parametrize(("triples", "message"), BROKEN.values(), ids=BROKEN)
def test_incomplete_facts_are_refused(triples: list[Triple], message: str) -> None:
    with pytest.raises(StoreError, match=message):
        facts_from_triples(triples)


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DAYS = st.integers(1, day("9998-12-31"))
SPANS = st.tuples(DAYS | st.just(OPEN_EARLY), DAYS | st.just(OPEN_LATE)).map(sorted)
ANY_MOMENT = st.builds(
    lambda span, *texts: Moment(*span, *texts), SPANS, TEXTS | st.just("unknown"), TEXTS, TEXTS, TEXTS
) | st.sampled_from(list(MOMENTS.values()))
ANY_FACT = st.builds(
    tenure,
    kind=st.sampled_from([MEMBERSHIP, ATTRIBUTE]),
    object=st.just("urn:u:research") | TEXTS.map(Literal),
    start=ANY_MOMENT,
    end=ANY_MOMENT,
    confirmed=DAYS,
    flags=st.sets(st.sampled_from(FLAGS)).map(lambda flags: tuple(f for f in FLAGS if f in flags)),
    changes=st.sets(TEXTS.filter(bool)).map(lambda texts: tuple(sorted(texts))),
    recorded=st.integers(0, 4 * 10**15),
    superseded=st.none() | st.integers(0, 4 * 10**15),
)


@given(st.lists(ANY_FACT, max_size=3, unique_by=lambda fact: fact.id), st.sampled_from(list(FORMATS)))
def test_any_facts_round_trip_in_any_format(facts: list[Fact], format: str) -> None:
    data = export(Ledger(facts=facts), format)
    assert facts_from_rdf(data, format) == sorted(facts, key=fact_iri)


# Role changes

CHANGES = {
    "plain": change(),
    "everything": change(
        person=AWKWARD, person_id="https://example.org/p/1", post_id="17", role="chief", unit="R&D", unit_id="u/1",
        organization="Acme", organization_id="urn:acme", reports_to="Bo", reports_to_id="urn:bo", line="dotted",
        replaces="Cy", replaces_id="9", from_post="CIO", reason="moved", until="unknown", moment="handover",
        sequence="3", stated="2025-10-03", source="https://example.org/news?a=1&b=2", record="r 1", quote=QUOTE,
        confidence="likely", occurrence="2", inferred="true",
    ),
    "moved bounds": change(effective="2021-04-01 [2021-03-31]", until=".."),
    "source that is nearly an IRI": change(source="https://example.org/100%", person_id="https://example.org/[1]"),
    "renamed": RoleChange.parse({"kind": "renamed", "unit": "R&D", "into": "Lab", "effective": "../2025-10-03"}),
    "functions transferred": change(kind="functions transferred", unit="A", into_id="urn:b", effective="2020/2021"),
    "states": RoleChange.parse({"kind": "states", "post": "CTO", "property": "urn:x:grade", "value": "https://g.example/7"}),
    "withdraws": RoleChange.parse({"kind": "withdraws", "target": "7225c9cf191cf47b21ce"}),
}  # fmt: skip


@pytest.mark.parametrize("made", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("format", FORMATS)
def test_role_changes_round_trip_in_the_open_form(made: RoleChange, format: str) -> None:
    ledger = Ledger(entries=[Entry(change=made, recorded=1, load="l 1")])
    assert changes_from_rdf(export(ledger, format), format) == [made]


@pytest.mark.parametrize("made", CHANGES.values(), ids=CHANGES)
def test_role_changes_round_trip_in_the_form_of_the_store(made: RoleChange) -> None:
    made = replace(made, file="a b.csv", line_number=7)
    entries = [Entry(made, 1, "l1", 5), Entry(made, 7, "l2", None)]
    triples = [triple for entry in entries for triple in change_record_triples(entry)]
    assert len({subject for subject, _, _ in triples}) == 1
    read = entries_from_triples(reversed(triples))
    assert read == entries
    assert {(entry.change.file, entry.change.line_number) for entry in read} == {("a b.csv", 7)}


@given(
    st.dictionaries(
        st.sampled_from(["person", "person_id", "unit", "post_id", "quote", "source", "record", "value", "property"]),
        TEXTS.map(str.strip) | st.just("urn:x") | st.just("https://example.org/ü%20"),
    )
)
def test_any_role_change_round_trips(fields: dict[str, str]) -> None:
    made = change(**{"person": "Ada"} | {name: text for name, text in fields.items() if text})
    assert changes_from_triples(change_triples(made)) == [made]
    assert [entry.change for entry in entries_from_triples(change_record_triples(Entry(made, 1, "l")))] == [made]


def test_loads_round_trip() -> None:
    loads = [
        Load("l1", 1_759_449_600_000_120, AWKWARD, 12, None),
        Load("l 2", 1_759_449_600_000_121, "", 0, 9 * 10**15),
    ]
    triples = [triple for load in loads for triple in load_triples(load)]
    assert loads_from_triples(reversed(triples)) == loads
    assert loads_from_rdf(export(Ledger(loads=loads), "turtle"), "turtle") == loads


# The whole history


@pytest.fixture(scope="module")
def ledger() -> Ledger:
    """Give a history with two loads, one of which states the same change as the other, and is taken back."""
    entries = [Entry(made, 10, "l1", None) for made in CHANGES.values()]
    entries.append(Entry(CHANGES["everything"], 20, "l2", 30))
    loads = [Load("l1", 10, "first", len(CHANGES), None), Load("l2", 20, "second", 1, 30)]
    facts = [
        *FACTS.values(),
        *(tenure(tenure=f"urn:t:m{number}", start=moment) for number, moment in enumerate(MOMENTS.values())),
    ]
    return Ledger(salt="secret", loads=loads, entries=entries, facts=facts)


@pytest.mark.parametrize("format", FORMATS)
def test_a_history_is_read_back_equal(ledger: Ledger, format: str) -> None:
    data = export(ledger, format)
    assert facts_from_rdf(data, format) == sorted(ledger.facts, key=fact_iri)
    assert sorted(changes_from_rdf(data, format), key=lambda made: made.id) == sorted(
        CHANGES.values(), key=lambda made: made.id
    )
    assert loads_from_rdf(data, format) == ledger.loads
    assert b"secret" not in data


@pytest.mark.parametrize("format", FORMATS)
def test_a_history_gives_the_same_bytes_in_any_order(ledger: Ledger, format: str) -> None:
    turned = replace(ledger, facts=ledger.facts[::-1], entries=ledger.entries[::-1], loads=ledger.loads[::-1])
    assert export(turned, format) == export(ledger, format)


def test_the_bytes_do_not_depend_on_the_process() -> None:
    program = "from orggraph.rdf import serialize; from orggraph.vocabulary import PREFIXES as P, RDF_TYPE; "
    program += "print(serialize([('urn:a', RDF_TYPE, v, '') for v in P.values()], 'turtle').decode())"
    root = str(Path(__file__).resolve().parents[1])
    runs = {
        subprocess.run(
            [sys.executable, "-c", program], cwd=root, env={"PYTHONHASHSEED": seed}, capture_output=True
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(runs) == 1 and runs != {b""}


@pytest.mark.filterwarnings("ignore:.* is deprecated:DeprecationWarning:rdflib")  # raised by rdflib's own calls
@pytest.mark.parametrize("format", FORMATS)
def test_another_library_reads_the_same_statements(ledger: Ledger, format: str) -> None:
    names = {"ntriples": "nt", "jsonld": "json-ld"}
    data = export(ledger, format)
    read = rdflib.Dataset(default_union=True).parse(data=data, format=names.get(format, format))
    ours = {subject for subject, _, _ in parse(data, format)}
    assert {str(subject) for subject in read.subjects()} == ours


def test_named_graphs_are_one_for_each_load(ledger: Ledger) -> None:
    store = pyoxigraph.Store()
    store.load(export(ledger, "trig"), format=pyoxigraph.RdfFormat.TRIG)
    assert {str(graph) for graph in store.named_graphs()} == {"<urn:orggraph:load:l1>", "<urn:orggraph:load:l2>"}
    visible = {
        from_oxigraph(quad.subject) for quad in store.quads_for_pattern(None, None, None, pyoxigraph.DefaultGraph())
    }
    assert {fact_iri(fact) for fact in ledger.facts} <= visible


def test_a_membership_has_its_interval_in_owl_time() -> None:
    fact = tenure(start=MOMENTS["range"], end=EXACT)
    triples = set(parse(export(Ledger(facts=[fact]), "ntriples"), "ntriples"))
    by_predicate = {(predicate, subject): term for subject, predicate, term in triples}
    interval = by_predicate[ORG + "memberDuring", fact_iri(fact)]
    assert isinstance(interval, str)
    end, start = by_predicate[TIME + "hasEnd", interval], by_predicate[TIME + "hasBeginning", interval]
    assert by_predicate[TIME + "inXSDDate", str(end)] == Literal("2025-10-03", XSD + "date")
    assert (start, RDF_TYPE, TIME + "Instant") in triples
    assert (start, ORGG + "earliest", Literal("2025-09-29", XSD + "date")) in triples


def test_open_ends_have_no_instant() -> None:
    data = export(Ledger(facts=[tenure(start=ALWAYS, end=ONGOING)]), "turtle")
    assert b"time:Interval" in data
    assert b"hasBeginning" not in data and b"hasEnd" not in data and b"9999" not in data


GOLDEN = """\
<https://example.org/news> a prov:Entity ;
    dcterms:source "https://example.org/news" .
<urn:orggraph:change:CHANGE> a orgg:RoleChange ;
    prov:hadPrimarySource <https://example.org/news> ;
    prov:wasGeneratedBy <urn:orggraph:load:l1> ;
    orgg:effective "2025-10" ;
    orgg:kind "starts" ;
    orgg:person "Ada" ;
    orgg:post "CTO" ;
    orgg:source <https://example.org/news> .
<urn:orggraph:fact:FACT> a org:Membership ;
    org:member <urn:p:ada> ;
    org:memberDuring <urn:orggraph:interval:FACT> ;
    org:organization <urn:u:research> ;
    prov:wasDerivedFrom <urn:orggraph:change:CHANGE> ;
    orgg:confirmed "2025-12-01"^^xsd:date ;
    orgg:post <urn:post:cto> ;
    orgg:recorded "2025-10-03T00:00:00.000120Z"^^xsd:dateTime ;
    orgg:start "2025-10-03"^^xsd:date ;
    orgg:tenure <urn:t:1> .
<urn:orggraph:instant:2025-10-03> a time:Instant ;
    time:inXSDDate "2025-10-03"^^xsd:date .
<urn:orggraph:interval:FACT> a time:Interval ;
    time:hasBeginning <urn:orggraph:instant:2025-10-03> .
<urn:orggraph:load:l1> a prov:Activity , orgg:Load ;
    rdfs:label "news" ;
    orgg:added 1 ;
    orgg:recorded "1970-01-01T00:00:00.000010Z"^^xsd:dateTime ."""


def test_turtle_is_text_that_a_person_can_review() -> None:
    made = change(source="https://example.org/news")
    fact = tenure(changes=(made.id,), end=ONGOING, role="")
    ledger = Ledger(facts=[fact], entries=[Entry(made, 10, "l1")], loads=[Load("l1", 10, "news", 1)])
    text = export(ledger, "turtle").decode()
    body = "\n".join(line.expandtabs(4) for line in text.splitlines() if not line.startswith("@prefix"))
    assert body.replace(made.id, "CHANGE").replace(fact.id, "FACT") == GOLDEN


# Files and graphs of other people


def read(tmp_path: Path, text: str, name: str = "roles.ttl") -> tuple[tuple[RoleChange, ...], list[str]]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8", newline="")
    reading = read_rdf(path)
    return reading.changes, [str(finding).replace(f"{tmp_path}/", "") for finding in reading.findings]


HAND = """[] a orgg:RoleChange ; orgg:kind "starts" ; orgg:person <https://example.org/p/1> , "Ada Lovelace"@en ;
    orgg:post "CTO" ; orgg:effective "2024-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth> ; orgg:sequence 2 .
"""


def test_turtle_written_by_hand_is_read(tmp_path: Path) -> None:
    (made,), findings = read(tmp_path, PREFIXES + HAND)
    assert findings == []
    assert (made.person, made.person_id, made.post) == ("Ada Lovelace", "https://example.org/p/1", "CTO")
    assert (made.effective, made.sequence) == (Moment.parse("2024-05"), 2)
    assert made.source.startswith("roles.ttl#") and made.file == str(tmp_path / "roles.ttl")


def test_a_byte_order_mark_and_carriage_returns_are_read(tmp_path: Path) -> None:
    changes, findings = read(tmp_path, "\ufeff" + (PREFIXES + HAND).replace("\n", "\r\n"))
    assert len(changes) == 1 and findings == []


def test_json_ld_with_terms_of_its_own_is_read(tmp_path: Path) -> None:
    context = {"@vocab": ORGG, "who": {"@id": f"{ORGG}person", "@type": "@id"}}
    node = {"@type": "RoleChange", "kind": "ends", "who": "urn:p", "post": "CTO", "effective": "2024"}
    (made,), findings = read(tmp_path, json.dumps({"@context": context} | node), "roles.jsonld")
    assert (made.kind, made.person_id, findings) == ("ends", "urn:p", [])


def test_the_same_record_twice_is_two_statements(tmp_path: Path) -> None:
    changes, _ = read(tmp_path, PREFIXES + HAND + HAND)
    assert [made.occurrence for made in changes] == [0, 1]


def test_the_edition_does_not_depend_on_line_ends_or_labels(tmp_path: Path) -> None:
    unix, _ = read(tmp_path, PREFIXES + HAND)
    windows, _ = read(tmp_path, (PREFIXES + HAND).replace("\n", "\r\n"))
    assert unix == windows
    graphs = [rdflib.Graph().parse(data=PREFIXES + HAND) for _ in range(2)]
    assert read_graph(graphs[0]).changes == read_graph(graphs[1]).changes


BAD = {
    "syntax": (PREFIXES + HAND + "\n[] a orgg: orgg:RoleChange .", "roles.ttl:6: this is not turtle: "),
    "encoding": (PREFIXES + "[] a \udcff", "roles.ttl:3: this is not turtle: Invalid UTF-8"),
    "empty": ("", "roles.ttl: there is no role change in it (expected nodes of type orgg:RoleChange"),
    "other data": ("<urn:a> <urn:b> 1 .", "roles.ttl: there is no role change in it"),
    "unknown property": (
        PREFIXES + HAND.replace("orgg:person", "orgg:persons"),
        "roles.ttl: a role change without IRI: 'persons' is not a property of a role change (expected one of kind, ",
    ),
    "two names": (
        PREFIXES + HAND.replace('"CTO"', '"CTO", "CIO"'),
        "roles.ttl: a role change without IRI: orgg:post is given more than once (expected one)",
    ),
    "wrong day": (
        PREFIXES + HAND.replace("2024-05", "2024-13").replace("[]", "<urn:c:1>"),
        "roles.ttl: <urn:c:1>: effective '2024-13' is not a day",
    ),
    "blank node": (
        PREFIXES + HAND.replace('"CTO"', "[]"),
        "roles.ttl: a role change without IRI: post is a node without IRI (expected a text or an IRI)",
    ),
    "no kind": (PREFIXES + HAND.replace('"starts"', '""'), "roles.ttl: a role change without IRI: the kind is missing"),
    "foreign property": (
        PREFIXES + HAND.replace(" .\n", " ; <urn:colour> 1 .\n"),
        "roles.ttl: <urn:colour> on role changes is not read",
    ),
}


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_what_is_wrong_is_named_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "roles.ttl").write_bytes(text.encode("utf-8", "surrogateescape"))
    findings = [str(finding) for finding in read_rdf(tmp_path / "roles.ttl").findings]
    assert len(findings) == 1
    assert findings[0].replace(f"{tmp_path}/", "").startswith(message)


def test_every_wrong_role_change_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    wrong = HAND.replace("2024-05", "2024-13")
    changes, findings = read(tmp_path, PREFIXES + wrong + HAND + wrong.replace("CTO", "CIO"))
    assert len(changes) == 1
    assert [finding.rpartition(" (")[2] for finding in findings] == [
        "starts, https://example.org/p/1, Ada Lovelace, CTO, 2024-13)",
        "starts, https://example.org/p/1, Ada Lovelace, CIO, 2024-13)",
    ]


CONTEXTS = {
    "address": '"https://example.org/context.jsonld"',
    "file": '"file:///etc/hostname"',
    "import": '{"@version": 1.1, "@import": "file:///etc/hostname"}',
    "list": '[{}, "https://example.org/context.jsonld"]',
}


@pytest.mark.parametrize("context", CONTEXTS.values(), ids=CONTEXTS)
def test_a_context_is_never_fetched(tmp_path: Path, context: str) -> None:
    _, findings = read(tmp_path, f'{{"@context": {context}, "@id": "urn:a"}}', "roles.jsonld")
    assert findings == ["roles.jsonld: this is not jsonld: a context at another address is not fetched "
                        "(expected the context inside the document)"]  # fmt: skip


def test_a_missing_file_and_an_unknown_suffix_are_findings(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in str(read_rdf(tmp_path / "none.ttl").findings[0])
    (tmp_path / "roles.rdf").write_text("<rdf/>")
    assert "'.rdf' is not the suffix of an RDF file (expected one of .ttl," in str(
        read_rdf(tmp_path / "roles.rdf").findings[0]
    )


def test_an_export_is_read_as_its_role_changes(tmp_path: Path, ledger: Ledger) -> None:
    path = tmp_path / "all.trig"
    path.write_bytes(export(ledger, "trig"))
    reading = read_rdf(path, source="other")
    expected = [made if made.source else replace(made, source="other") for made in CHANGES.values()]
    assert {made.id for made in reading.changes} == {made.id for made in expected}
    assert reading.findings == () and reading.counts == {"all.trig": len(CHANGES)}


MEMBERSHIPS = """
@prefix time: <http://www.w3.org/2006/time#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<urn:m:1> a org:Membership ; org:member <urn:ada> ; org:organization <urn:lab> ; org:role <urn:role#lead> ;
    org:memberDuring [ time:hasBeginning [ time:inXSDDate "2020-01-01"^^xsd:date ] ;
                       time:hasEnd [ time:inXSDgYearMonth "2021-05"^^xsd:gYearMonth ] ] .
<urn:ada> foaf:name "Ada" . <urn:lab> a org:OrganizationalUnit ; skos:prefLabel "Labor"@de , "Lab" .
[] a org:Membership ; org:member [ foaf:name "Bo" ] ; org:organization <urn:acme> ; orgg:end "2022-01-01"^^xsd:date .
<urn:m:3> a org:Membership ; org:member <urn:ada> ; org:organization <urn:acme> .
"""


def test_memberships_of_w3c_org_are_read(tmp_path: Path) -> None:
    (lab, acme), findings = read(tmp_path, PREFIXES + MEMBERSHIPS)
    assert {name: text for name, text in lab.fields().items() if name != "source"} == {
        "kind": "starts", "person": "Ada", "person_id": "urn:ada", "role": "lead", "unit": "Lab", "unit_id": "urn:lab",
        "effective": "2020-01-01", "until": "2021-05", "record": "urn:m:1",
    }  # fmt: skip
    assert (acme.person, acme.person_id, str(acme.effective), acme.record) == ("Bo", "", "../2022-01-01", "")
    assert findings == [
        "roles.ttl: <urn:m:3>: the membership has no day (expected org:memberDuring with a beginning)"
    ]  # fmt: skip


def test_exported_facts_without_role_changes_are_read_as_memberships(tmp_path: Path) -> None:
    path = tmp_path / "facts.ttl"
    path.write_bytes(export(Ledger(facts=[tenure(start=MOMENTS["range"])]), "turtle"))
    (made,) = read_rdf(path).changes
    assert (str(made.effective), str(made.until), made.post_id) == (
        "2025-09-29/2025-10-02",
        "2026-01-01",
        "urn:post:cto",
    )


def test_a_dataset_is_read_with_all_its_graphs() -> None:
    dataset = rdflib.Dataset()
    dataset.graph(rdflib.URIRef("urn:g")).parse(data=PREFIXES + HAND)
    (made,) = read_graph(dataset).changes
    assert made.person == "Ada Lovelace"


# Terms and formats

TERMS: list[Term] = [
    "urn:a", "https://example.org/ü", "_:b1", Literal("x"), Literal(QUOTE), Literal("007", XSD + "integer"),
    Literal("Söhne", RDF + "langString", "de"), Literal("2025-10-03", XSD + "date"), Literal(""),
]  # fmt: skip


@pytest.mark.parametrize("term", TERMS)
def test_terms_round_trip(term: Term) -> None:
    assert from_oxigraph(to_oxigraph(term)) == term
    assert from_rdflib(to_rdflib_term(term)) == term


def test_an_rdflib_graph_holds_the_same_triples() -> None:
    triples = [triple for fact in FACTS.values() for triple in fact_triples(fact)]
    graph = to_rdflib(triples)
    assert {(str(s), str(p), from_rdflib(o)) for s, p, o in graph} == set(triples)
    assert dict(graph.namespaces())["orgg"] == rdflib.URIRef(ORGG)


def test_what_is_no_graph_is_refused_by_name() -> None:
    with pytest.raises(UnsupportedError, match=r"dict is not an rdflib\.Graph"):
        read_graph({})  # type: ignore[arg-type]  # what a caller without types may hand over


@pytest.mark.parametrize("term", ["no iri", "", "https://example.org/100%", Literal("\ud800"), Literal("x", RDF, "?")])
def test_what_rdf_cannot_hold_is_refused(term: Term) -> None:
    with pytest.raises(ChangeError, match="cannot be written as RDF"):
        to_oxigraph(term)


def test_other_formats_are_refused_by_name() -> None:
    with pytest.raises(UnsupportedError, match=r"'turtel' is not a format of RDF .*did you mean 'turtle'"):
        serialize([], "turtel")
    with pytest.raises(UnsupportedError, match=r"expected one of \.ttl, \.trig"):
        format_of(".xml")


def test_errors_of_the_open_form_come_all_at_once() -> None:
    wrong = [("urn:1", RDF_TYPE, ORGG + "RoleChange"), ("urn:2", RDF_TYPE, ORGG + "RoleChange")]
    with pytest.raises(LoadError) as caught:
        changes_from_triples(wrong)
    assert len(caught.value.findings) == 2


def test_every_kind_can_be_written_in_the_open_form() -> None:
    subject = dict.fromkeys(("person", "post", "unit", "into", "value", "target"), "x") | {
        "property": "posts",
        "effective": "2025",
    }
    made = [RoleChange.parse(subject | {"kind": kind}) for kind in KINDS]
    assert changes_from_triples([triple for each in made for triple in change_triples(each)]) == with_occurrences(made)


def test_sources_are_entities_that_role_changes_lead_to(ledger: Ledger) -> None:
    triples = set(parse(export(ledger, "turtle"), "turtle"))
    for _, predicate, source in triples:
        if predicate == PROV + "hadPrimarySource":
            assert (source, RDF_TYPE, PROV + "Entity") in triples
        if predicate == PROV + "wasGeneratedBy":
            assert (source, RDF_TYPE, PROV + "Activity") in triples
