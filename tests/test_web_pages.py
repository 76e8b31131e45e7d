"""What pages say: the frame, suggestions, the profile of an entity, the library as forms, and the files they need."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pytest
from company import company, row, starts
from webclient import SAMPLE, Client, client_of

from orggraph.graph import OrgGraph
from orggraph.names import find
from orggraph.period import ONGOING, Moment, Period, day
from orggraph.snapshot import Snapshot
from orggraph.web.assets import address, contents
from orggraph.web.directory import Directory
from orggraph.web.lanes import Lane, picture

DAY = "2024-07-01"
RENAMED = row("renamed", "2024-03-01", person="Eli Egan", into="Elias Egan-Ost")


@pytest.fixture(scope="module")
def org() -> OrgGraph:
    return company(RENAMED, starts("Ada Quist", "Clerk", "2024-01-01", unit="Finance", until="2024-05-01"))


@pytest.fixture(scope="module")
def web(org: OrgGraph) -> Iterator[Client]:
    with client_of(org) as client:
        yield client


@pytest.fixture(scope="module")
def sample() -> Iterator[Client]:
    org = OrgGraph()
    org.load(SAMPLE)
    with client_of(org) as client:
        yield client


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def part(page: str, name: str) -> str:
    """Give the section of a page by where it can be pointed at."""
    return page.split(f'<section id="{name}">')[1].split("</section>")[0]


def profile(client: Client, org: OrgGraph, name: str, on: str = DAY, more: str = "") -> str:
    tail = org.find(name).removeprefix(org.base)
    answered = client.get(f"/entity/{tail}?as-of={on}{more}", accept="text/html")
    assert answered.status_code == 200, answered.text
    return answered.text


# ---- suggestions

SUGGESTED = [
    ("ada", ["Ada Abel", "Ada Quist"]),
    ("ABEL", ["Ada Abel"]),
    ("quist ada", ["Ada Quist"]),
    ("latform", ["Platform", "Platform Lead"]),
    ("elias", ["Elias Egan-Ost"]),
    ("eli e", ["Elias Egan-Ost"]),
    ("cto?", []),
    ("", []),
]


@pytest.mark.parametrize("words, names", SUGGESTED, ids=[words or "nothing" for words, _ in SUGGESTED])
def test_names_are_suggested_while_they_are_typed(web: Client, words: str, names: list[str]) -> None:
    rows = web.get(f"/suggest?q={words.replace('?', '%3F').replace(' ', '+')}&as-of={DAY}").json()["rows"]
    assert [one["name"] for one in rows] == names


def test_an_old_name_is_said_to_be_one_and_the_place_is_of_the_day(web: Client) -> None:
    (found,) = web.get(f"/suggest?q=eli+e&as-of={DAY}").json()["rows"]
    assert (found["when"], found["found"], found["said"]) == ("formerly", "Eli Egan", "formerly Eli Egan")
    assert (found["kind"], found["where"]) == ("person", "Platform Lead, Platform")
    (before,) = web.get("/suggest?q=elias&as-of=2024-02-01").json()["rows"]
    assert (before["name"], before["said"], before["where"]) == (
        "Eli Egan", "later Elias Egan-Ost", "Engineer, Storage, Platform",
    )  # fmt: skip
    assert web.get(found["url"], accept="text/html").status_code == 200
    (gone,) = web.get(f"/suggest?q=ada+q&as-of={DAY}").json()["rows"]
    assert gone["where"] == "Clerk", "of who is not there any more, the last place"


def test_only_the_kinds_that_are_asked_for_are_suggested(web: Client) -> None:
    rows = web.get(f"/suggest?q=platform&kinds=unit&as-of={DAY}").json()["rows"]
    assert [(one["name"], one["kind"]) for one in rows] == [("Platform", "unit")]


def test_what_was_learned_later_is_not_suggested_about_what_was_known_then() -> None:
    org = company()
    before = org.loads()[-1].recorded
    org.load([starts("Zoe Zorn", "Clerk", "2024-01-01")])
    directory = Directory(org.timeline)
    assert directory.suggest("zoe", Snapshot(org.timeline, day(DAY)))[0].name == "Zoe Zorn"
    assert directory.suggest("zoe", Snapshot(org.timeline, day(DAY), recorded_by=before)) == []


def test_every_name_is_suggested_by_any_part_of_it(org: OrgGraph) -> None:
    directory, snapshot = Directory(org.timeline), Snapshot(org.timeline, day(DAY))
    for row_ in org.timeline.of_kind("name").tolist():
        fact = org.timeline.facts[row_]
        name = str(fact.object[0])
        for letters in (name, name.upper(), name[1:], name[: max(1, len(name) // 2)]):
            found = [one.iri for one in directory.suggest(letters, snapshot, most=100)]
            assert fact.subject in found, (name, letters)


# ---- the profile


def test_a_person_is_told_by_its_day_its_time_and_every_fact(web: Client, org: OrgGraph) -> None:
    page = profile(web, org, "Cleo Cruz")
    today = text_of(part(page, "day-view"))
    assert "Holds post unit certainty since until" in today.replace("organization ", "")
    assert "Chief Technology Officer Engineering Brightwater" in today
    assert "Ada Abel" in today and "Elias Egan-Ost" in today
    assert "Previous change: 2024-06-01" in page and "No later change" in page
    time = part(page, "time")
    assert time.count('class="maybe"') == time.count('class="sure"') > 2, "every day is known exactly"
    assert "Cleo Cruz: Platform Lead, Platform" in time
    facts = text_of(part(page, "facts"))
    assert "2021-05-01 2024-06-01 Cleo Cruz: Platform Lead, Platform" in facts
    assert "the register" in facts


def test_the_changes_before_and_after_are_those_of_the_entity(web: Client, org: OrgGraph) -> None:
    page = profile(web, org, "Gus Gray", on="2024-02-29")
    assert "No earlier change" in page, "he joins that day"
    page = profile(web, org, "Ben Brook", on="2024-03-31")
    (after,) = re.findall(r'<a rel="next" href="([^"]+)"', page)
    assert after.endswith("as-of=2024-04-01")
    assert "Holds nothing" in web.get(unescape(after), accept="text/html").text


def test_a_post_has_its_holders_with_the_vacancy_between(web: Client, org: OrgGraph) -> None:
    page = profile(web, org, "Chief Technology Officer", on="2024-05-01")
    assert "is vacant: nobody is known to hold it" in text_of(part(page, "day-view"))
    turns = text_of(part(page, "time")).partition("Who held it")[2]
    assert "Ben Brook 2020-01-01 2024-04-01 vacant: nobody is known to have held it 2024-04-01 2024-06-01 Cleo Cruz" \
        in turns  # fmt: skip


def test_a_unit_has_its_members_units_and_posts_and_old_names(web: Client, org: OrgGraph) -> None:
    page = profile(web, org, "Technology", on="2024-07-01")
    lead = text_of(page).partition("On this day")[0]
    assert "Engineering" in lead and "later Technology" in lead
    today = text_of(part(page, "day-view"))
    assert "Part of Brightwater" in today and "Units in it Platform" in today and "Posts in it" in today
    assert "formerly Engineering" in profile(web, org, "Technology", on="2025-02-01")


def test_uncertain_bounds_are_faded_and_told_in_the_table(sample: Client) -> None:
    (post,) = sample.get("/find?name=CTO").json()["rows"]
    page = sample.get(post["url"].removeprefix("http://localhost") + "?as-of=2025-10-01", accept="text/html").text
    time = part(page, "time")
    assert time.count('class="maybe"') > time.count('class="sure"')
    facts = part(page, "facts")
    assert "<blockquote" in facts and "he takes over" in facts
    assert "2025-10-03" in text_of(facts) and "knowtechie.com" in facts
    assert "filled for certain, although no holder is certain" in text_of(part(page, "day-view"))


def test_long_lists_come_page_by_page_in_the_order_of_names() -> None:
    org = OrgGraph()
    org.load([starts(f"Person {n:03}", "", "2020-01-01", role="Member") for n in range(250)])
    with client_of(org) as client:
        tail = org.find("Brightwater").removeprefix(org.base)
        seen = []
        for number in (1, 2, 3, 99):
            page = client.get(f"/entity/{tail}?as-of=2021-01-01&page={number}", accept="text/html").text
            seen.append(re.findall(r"<bdi>(Person \d+)</bdi>", part(page, "day-view")))
        assert [len(names) for names in seen] == [100, 100, 50, 50]
        assert [*seen[0], *seen[1], *seen[2]] == [f"Person {n:03}" for n in range(250)]
        assert seen[3] == seen[2], "beyond the last page is the last"
        page = client.get(f"/entity/{tail}?as-of=2021-01-01&page=2", accept="text/html").text
        assert "Members (101 to 200 of 250)" in page and "page=1" in page and "page=3" in page


def test_recorded_by_stays_in_every_link_of_a_page(tmp_path_factory: pytest.TempPathFactory) -> None:
    import orggraph

    org = orggraph.open(tmp_path_factory.mktemp("kept") / "store")
    org.load(SAMPLE)
    with client_of(org, kept=True) as client:
        tail = org.find("CTO").removeprefix(org.base)
        page = client.get(f"/entity/{tail}?as-of=2025-10-01&recorded-by=2100-01-01", accept="text/html").text
        assert "as known at 2100-01-01" in text_of(page)
        links = [unescape(one) for one in re.findall(r'<main.*</main>', page, re.DOTALL)[0].split('href="')[1:]]
        ours = [one.partition('"')[0] for one in links if one.startswith("/entity")]
        assert len(ours) > 5 and all("recorded-by=2100-01-01" in one for one in ours)


# ---- the picture


def test_the_picture_marks_the_day_and_keeps_text_as_text() -> None:
    lane = Lane("<Holds>", "<b>" + "x" * 200, (Period(Moment.parse("2020"), Moment.parse("2021-06-01")),
                                               Period(Moment.parse("2022-01-01"), ONGOING)))  # fmt: skip
    drawn = picture([lane], day("2020-03-01"))
    assert "<b>" not in drawn and "&lt;b&gt;" in drawn and "&lt;Holds&gt;" in drawn
    assert drawn.count("<rect") == 4 and drawn.count('class="now"') == 1
    numbers = [float(one) for one in re.findall(r' (?:x|x1|width)="([\d.]+)%', drawn)]
    assert all(0 <= number <= 100 for number in numbers)
    assert picture([], day("2020-03-01")) == ""


def test_a_period_that_holds_on_no_day_draws_no_bar() -> None:
    never = Period(Moment.parse("2020-01-01"), Moment.parse("2020-01-01"))
    assert "<rect" not in picture([Lane("a", "b", (never,))], day("2020-03-01"))


# ---- the library and SPARQL


def test_the_library_is_a_list_of_forms(web: Client) -> None:
    page = web.get(f"/ask?as-of={DAY}", accept="text/html").text
    assert "Who reports to a person or post?" in page
    form = web.get(f"/ask?query=reports&as-of={DAY}", accept="text/html").text
    assert 'action="/query/reports"' in form and 'name="manager"' in form and 'data-kinds="person,post"' in form
    assert f'name="as-of" value="{DAY}"' in form
    assert "orgg:reportsDirectlyTo ?manager" in form, "its SPARQL is there to be changed"
    unknown = web.get("/ask?query=reprots", accept="text/html")
    assert unknown.status_code == 400 and "reports" in unknown.text


def test_a_form_gives_a_table_downloads_and_the_way_to_a_chart(web: Client) -> None:
    page = web.get(f"/query/reports?manager=Ada+Abel&as-of={DAY}", accept="text/html").text
    results = part(page, "results")
    assert "2 results" in results and "Cleo Cruz" in results and "Hal Hope" in results
    assert "<bdi>Cleo Cruz</bdi></a>" in results, "an entity is a link with its name"
    for address_ in map(unescape, re.findall(r'href="(/query[^"]+)"', results)):
        answered = web.get(address_)
        assert answered.status_code == 200 and "Cleo Cruz" in answered.text
    (chart,) = re.findall(r'href="(/\?[^"]+)"', results)
    assert "root=Ada+Abel" in chart and web.get(unescape(chart)).status_code == 200
    assert 'value="Ada Abel"' in page, "the form is filled in as it was asked"
    everybody = web.get(f"/query/reports?manager=&as-of={DAY}", accept="text/html")
    assert everybody.status_code == 200 and "Gus Gray" in everybody.text


def test_what_was_filled_in_wrongly_is_told_beside_the_form(web: Client) -> None:
    refused = web.get(f"/query/reports?manager=Ada+Abl&as-of={DAY}", accept="text/html")
    assert refused.status_code == 404
    assert 'role="alert"' in refused.text and "Ada Abel" in refused.text and 'value="Ada Abl"' in refused.text
    assert web.get(f"/query/reports?manager=Ada+Abl&as-of={DAY}").headers["content-type"] == "application/problem+json"


def test_an_error_of_sparql_is_shown_at_its_line(web: Client) -> None:
    refused = web.get("/sparql?query=SELECT+*+%7B%0A+%3Fs+foo+%3Cb%3E%3Fo+%7D", accept="text/html")
    assert refused.status_code == 400
    assert "Line 2:  ?s <mark>foo</mark> &lt;b&gt;?o }" in refused.text
    assert 'data-line="2" data-column="5"' in refused.text and 'aria-invalid="true"' in refused.text


def test_a_page_has_the_first_thousand_rows_and_says_so(org: OrgGraph) -> None:
    with client_of(org) as client:
        asked = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 1500".replace(" ", "+").replace("?", "%3F")
        page = client.get(f"/sparql?as-of={DAY}&query={asked}", accept="text/html").text
    assert "The first 1000 of 1,500 results are shown here" in text_of(page)
    assert part(page, "results").count("<tr>") == 1001


def test_the_query_of_all_of_time_has_no_day(web: Client) -> None:
    page = web.get("/history/sparql", accept="text/html").text
    assert 'action="/history/sparql"' in page and "asked-day" not in page
    assert "asked-day" in web.get("/sparql", accept="text/html").text


# ---- files


def test_files_may_be_kept_for_ever_under_their_hash(web: Client) -> None:
    for name, content in contents().items():
        kept = web.get(address(name))
        assert (kept.status_code, kept.content) == (200, content)
        assert "immutable" in kept.headers["cache-control"]
        plain = web.get(f"/static/{name}")
        assert plain.content == content and plain.headers["cache-control"] == "no-cache"
        assert web.get(f"/static/{name}", if_none_match=plain.headers["etag"]).status_code == 304
    assert web.get(address("app.js")).headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["nothing.js", "../app.py", "%2e%2e/app.py", "0000/app.css", "", "/etc/passwd"])
def test_there_are_no_other_files(web: Client, path: str) -> None:
    assert web.get(f"/static/{path}").status_code == 404


def test_what_is_vendored_is_what_the_note_says(web: Client) -> None:
    import hashlib

    note = contents()["vendor/README.md"].decode()
    listed = dict(re.findall(r"\| `([\w./]+)` \| `([0-9a-f]{64})` \|", note))
    vendored = {name.removeprefix("vendor/") for name in contents() if name.startswith("vendor/yasqe")}
    assert set(listed) == vendored
    for name, digest in listed.items():
        assert hashlib.sha256(contents()[f"vendor/{name}"]).hexdigest() == digest


def test_the_policy_lets_run_our_own_scripts_and_nothing_else(web: Client) -> None:
    policy = web.get("/", accept="text/html").headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["script-src"] == "'self'"
    assert "unsafe" not in policy and "*" not in policy and "data:" not in policy


def test_names_are_found_as_before(org: OrgGraph) -> None:
    assert find(org.timeline, "Eli Egan") == org.find("Elias Egan-Ost")


def test_a_diff_is_a_page_for_a_browser(web: Client) -> None:
    text = web.get("/diff?from=2024-03-01&to=2024-04-02", accept="text/html").text
    assert "<h1 dir=\"auto\">From 2024-03-01 to 2024-04-02</h1>" in text
    assert 'aria-label="gone:"' in text and "Ben Brook left as Chief Technology Officer" in text
    assert web.get("/diff?from=2024-03-01&to=2024-04-02").headers["content-type"] == "application/json"
