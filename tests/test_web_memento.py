"""Travel in time: Memento (RFC 7089), and what may be kept because it can never change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from company import ROWS, company, row
from webclient import TODAY, Client, client_of

import orggraph
from orggraph.graph import OrgGraph
from orggraph.ledger import recorded_text
from orggraph.period import iso
from orggraph.web.memento import http_date, read_datetime

ASKED = "/holders?name=Chief+Technology+Officer"
_LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?(?:; from="([^"]*)"; until="([^"]*)")?'
                   r'(?:; datetime="([^"]*)")?')  # fmt: skip


def links(text: str) -> list[tuple[str, str, str]]:
    """Read links: address, relation and datetime."""
    return [(match.group(1), match.group(2), match.group(6) or "") for match in _LINK.finditer(text)]


def path(url: str) -> str:
    return url.removeprefix("http://localhost")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> OrgGraph:
    org = orggraph.open(tmp_path_factory.mktemp("memento") / "s")
    org.load(ROWS)
    return org


@pytest.fixture(scope="module")
def web(stored: OrgGraph) -> Iterator[Client]:
    with client_of(stored, kept=True) as client:
        yield client


TRAVELS = [
    ("Fri, 01 Mar 2024 00:00:00 GMT", "2024-03-01", ["Ben Brook"]),
    ("Fri, 01 Mar 2024 23:59:59 GMT", "2024-03-01", ["Ben Brook"]),
    ("Sun, 31 Mar 2024 12:00:00 GMT", "2024-03-31", ["Ben Brook"]),
    ("Mon, 01 Apr 2024 00:00:00 GMT", "2024-04-01", []),
    ("Sat, 01 Jun 2024 00:00:00 GMT", "2024-06-01", ["Cleo Cruz"]),
    ("Thu, 01 Jan 1970 00:00:00 GMT", "2020-01-01", ["Ben Brook"]),
    ("Fri, 01 Jan 2100 00:00:00 GMT", iso(TODAY), ["Cleo Cruz"]),
]


@pytest.mark.parametrize("asked, day, names", TRAVELS, ids=[asked[5:25] for asked, _, _ in TRAVELS])
def test_a_generic_client_travels_to_a_day(web: Client, asked: str, day: str, names: list[str]) -> None:
    gate = web.get(ASKED, accept_datetime=asked)
    assert gate.status_code == 302
    assert gate.headers["vary"] == "Accept-Datetime"
    assert "memento-datetime" not in gate.headers
    memento = web.get(path(gate.headers["location"]))
    assert memento.status_code == 200
    assert memento.json()["as_of"] == day
    assert [one["name"] for one in memento.json()["rows"]] == names
    assert memento.headers["memento-datetime"] == http_date(date.fromisoformat(day).toordinal())
    found = {relation: address for address, relation, _ in links(memento.headers["link"])}
    assert path(found["original timegate"]) == ASKED
    assert found["memento"] == gate.headers["location"]
    assert path(found["timemap"]) == f"/timemap{ASKED}"


def test_the_original_is_its_own_timegate(web: Client) -> None:
    original = web.get(ASKED)
    assert original.status_code == 200
    assert "Accept-Datetime" in original.headers["vary"]
    assert "memento-datetime" not in original.headers
    assert links(original.headers["link"])[0][:2] == (f"http://localhost{ASKED}", "original timegate")


def test_an_address_with_a_time_in_it_has_that_time(web: Client) -> None:
    answered = web.get(f"{ASKED}&as-of=2024-03-01", accept_datetime="Sat, 01 Jun 2024 00:00:00 GMT")
    assert answered.status_code == 200
    assert answered.json()["as_of"] == "2024-03-01"


@pytest.mark.parametrize("wrong", ["yesterday", "2024-03-01", "Fri, 31 Feb 2024 00:00:00 GMT",
                                   "Fri, 01 Mar 2024 00:00:00 +0100"])  # fmt: skip
def test_a_datetime_of_another_form_is_refused(web: Client, wrong: str) -> None:
    refused = web.get(ASKED, accept_datetime=wrong)
    assert refused.status_code == 400
    assert "expected a form such as" in refused.json()["detail"]


def test_the_timemap_lists_every_day_of_a_change_and_each_leads_there(web: Client, stored: OrgGraph) -> None:
    listed = web.get(f"/timemap{ASKED}")
    assert listed.headers["content-type"] == "application/link-format"
    found = links(listed.text)
    mementos = [one for one in found if "memento" in one[1]]
    days = [day for day in stored.timeline.change_days() if 0 < day < 4_000_000]
    assert [one[2] for one in mementos] == [http_date(day) for day in days]
    assert (mementos[0][1], mementos[-1][1]) == ("first memento", "last memento")
    assert [relation for _, relation, _ in found[:2]] == ["original timegate", "self"]
    for address, _, moment in mementos:
        assert web.get(path(address)).headers["memento-datetime"] == moment


@pytest.mark.parametrize("address", ["/", "/chart.svg?depth=1", "/sparql?query=ASK+%7B%7D", "/query/reports",
                                     "/entity/{ada}", "/find?name=ada", "/stats"])  # fmt: skip
def test_everything_about_a_day_has_mementos(web: Client, stored: OrgGraph, address: str) -> None:
    address = address.format(ada=stored.find("Ada Abel").removeprefix(stored.base))
    gate = web.get(address, accept_datetime="Fri, 01 Mar 2024 00:00:00 GMT")
    assert gate.status_code == 302, gate.text
    memento = web.get(path(gate.headers["location"]))
    assert memento.headers["memento-datetime"] == "Fri, 01 Mar 2024 00:00:00 GMT"
    timemap = next(one for one, relation, _ in links(memento.headers["link"]) if relation == "timemap")
    assert "first memento" in web.get(path(timemap)).text


def test_an_empty_graph_has_no_mementos() -> None:
    with client_of(OrgGraph()) as client:
        assert client.get("/", accept_datetime="Fri, 01 Mar 2024 00:00:00 GMT").status_code == 404
        assert "memento" not in client.get("/timemap/").text.replace('rel="original timegate"', "")


def test_files_never_change_while_they_are_served() -> None:
    with client_of(company()) as client:
        gate = client.get(ASKED, accept_datetime="Fri, 01 Mar 2024 00:00:00 GMT")
        assert path(gate.headers["location"]) == f"{ASKED}&as-of=2024-03-01"
        answered = client.get(path(gate.headers["location"]))
        assert answered.headers["memento-datetime"] == "Fri, 01 Mar 2024 00:00:00 GMT"
        assert answered.headers["cache-control"] == "public, no-cache", "other files may be served here tomorrow"


def test_only_what_can_never_change_is_kept(web: Client, stored: OrgGraph) -> None:
    last = stored.timeline.standing.recorded
    settled = f"{ASKED}&as-of=2024-03-01&recorded-by={recorded_text(last)}"
    later = f"{ASKED}&as-of=2024-03-01&recorded-by={recorded_text(last + 1_000_000)}"
    assert web.get(settled).headers["cache-control"] == "public, max-age=86400, immutable"
    for open_ended in (ASKED, f"{ASKED}&as-of=2024-03-01", later, f"{ASKED}&recorded-by={recorded_text(last)}"):
        answered = web.get(open_ended)
        assert answered.headers["cache-control"] == "public, no-cache"
        assert "memento-datetime" not in answered.headers
        assert web.get(open_ended, if_none_match=answered.headers["etag"]).status_code == 304


def test_a_memento_stays_what_it_was_whatever_is_loaded(tmp_path: Path) -> None:
    org = orggraph.open(tmp_path / "s")
    org.load(ROWS)
    asked = "Fri, 01 Mar 2024 00:00:00 GMT"
    with client_of(org, kept=True) as client:
        gates = [client.get(one, accept_datetime=asked) for one in (ASKED, "/find?name=ada", "/chart.dot")]
        addresses = [path(gate.headers["location"]) for gate in gates]
        before = [client.get(address) for address in addresses]
        open_before = client.get(f"{ASKED}&as-of=2024-03-01")
    org.load([
        row("created", "2024-01-01", post="Chief Technology Officer", unit="Finance"),
        row("starts", "2024-02-01", person="Zoe Zorn", post="Chief Technology Officer", unit="Engineering"),
        row("renamed", "2020-01-01", person="Ada Abel", into="Eve Adams"),
        row("renamed", "2020-01-01", post="Chief Technology Officer", unit="Engineering", into="Chief Engineer"),
    ])  # fmt: skip
    with client_of(org, kept=True) as client:
        after = [client.get(address) for address in addresses]
        known = "Chief+Technology+Officer,+Engineering"
        open_after = client.get(f"/holders?name={known}&as-of=2024-03-01", if_none_match=open_before.headers["etag"])
        assert client.get(f"{ASKED}&as-of=2024-03-01").status_code == 400, "two posts bear the name by now"
    for one, other in zip(before, after, strict=True):
        assert one.text == other.text
        assert one.headers["etag"] == other.headers["etag"]
    assert open_after.status_code == 200
    assert "Zoe Zorn" in open_after.text


def test_what_was_known_then_is_told_as_it_was(tmp_path: Path) -> None:
    org = orggraph.open(tmp_path / "s")
    org.record("starts", person="Ada", post="CTO", organization="Acme", effective="2020-01-01")
    then = recorded_text(org.timeline.standing.recorded)
    org.record("renamed", person="Ada", organization="Acme", into="Ada Lovelace", effective="2020-01-01")
    with client_of(org, kept=True) as client:
        asked = "/holders?name=CTO&as-of=2024-01-01"
        assert client.get(asked).json()["rows"][0]["name"] == "Ada Lovelace"
        assert client.get(f"{asked}&recorded-by={then}").json()["rows"][0]["name"] == "Ada"
        label = "/sparql?query=SELECT+%3Fn+%7B+%3Fa+org:holds+%3Fp+;+rdfs:label+%3Fn+%7D&as-of=2024-01-01&format=csv"
        assert client.get(label).text.split() == ["n", "Ada", "Lovelace"]
        assert client.get(f"{label}&recorded-by={then}").text.split() == ["n", "Ada"]
        known = client.get(f"/history?name=Ada&recorded-by={then}").json()
        assert known["recorded_by"] == then
        assert not [one for one in known["rows"] if "Lovelace" in one["what"] or one["superseded"]]
        assert [one for one in client.get("/history?name=Ada").json()["rows"] if "Lovelace" in one["what"]]
        learned = client.get(f"/diff?knowledge&as-of=2024-01-01&from={then}&to=2100-01-01").json()
        assert learned["axis"] == "knowledge"
        assert learned["events"]


def test_dates_of_http_are_read_and_written_alike() -> None:
    for day in range(date(1, 1, 1).toordinal(), date(9999, 12, 1).toordinal(), 9973):
        assert read_datetime(http_date(day)) == day
    assert read_datetime(http_date(TODAY).replace("00:00:00", "23:59:59")) == TODAY
