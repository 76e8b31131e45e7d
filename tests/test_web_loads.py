"""Loading through the page: what is tried out, what is loaded, who may, and what is left of a file that was sent."""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from webclient import TODAY, Client

import orggraph
from orggraph.cli import main
from orggraph.graph import OrgGraph
from orggraph.store.embedded import EmbeddedStore
from orggraph.web import Origin, Settings, application
from orggraph.web.uploads import MOST, Uploads

CSV = (
    "kind,person,post,organization,effective,source\n"
    "starts,Ada Abel,Chief Executive,Acme,2020-01-01,register\n"
    "starts,Ben Brook,Clerk,Acme,2021-01-01,register\n"
)
MORE = "kind,person,post,organization,effective,source\nends,Ben Brook,Clerk,Acme,2023-01-01,minutes\n"
BAD = "kind,person,post,organization,effective\nstarts,Cleo,Clerk,Acme,2021-02-30\nstarts,Dan,Cook,Acme,03/10/2025\n"
BOUNDARY = "thebordersofparts"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a store in which two people are."""
    (tmp_path / "first.csv").write_text(CSV, "utf-8")
    orggraph.open(tmp_path / "acme").load(tmp_path / "first.csv")
    return tmp_path / "acme"


def app_of(place: Path, **settings: object) -> Client:
    """Give a client of a service on a store into which files can be loaded."""
    origin = Origin(
        open=lambda: OrgGraph(EmbeddedStore(place, create=False)),
        stamp=lambda: (place / "CURRENT").read_text("ascii"), location="acme", kept=True,
    )  # fmt: skip
    writer = lambda: OrgGraph(EmbeddedStore(place, create=False))  # noqa: E731  # a line of what the command does
    return Client(application(origin, Settings(today=lambda: TODAY, writer=writer, **settings)))  # type: ignore[arg-type]  # named by each test


@pytest.fixture
def web(place: Path) -> Iterator[Client]:
    client = app_of(place)
    yield client
    client.close()


class Form:
    """The forms of the page: their tokens, and the cookie that goes with them."""

    def __init__(self, client: Client, **headers: str) -> None:
        self.client, self.headers = client, headers
        page = client.get("/load", **headers)
        assert page.status_code == 200, page.text
        self.cookie = page.headers["set-cookie"]
        self.token = token_of(page.text)

    def send(self, content: str, *, name: str = "more.csv", **fields: str) -> httpx.Response:
        """Send a file to be tried out."""
        told = {"token": self.token, **fields}
        parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
                 for field, value in told.items()]  # fmt: skip
        parts.append(f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
                     f"Content-Type: text/csv\r\n\r\n{content}\r\n--{BOUNDARY}--\r\n")  # fmt: skip
        return self.post("".join(parts), f"multipart/form-data; boundary={BOUNDARY}")

    def confirm(self, page: str, **changed: str) -> httpx.Response:
        """Send the form with the button that loads."""
        (form,) = [one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="upload"' in one]
        fields = {name: unescape(value) for name, value in re.findall(r'name="(\w+)" value="([^"]*)"', form)}
        body = str(httpx.QueryParams({**fields, **changed}))
        return self.post(body, "application/x-www-form-urlencoded")

    def post(self, body: str, content_type: str, **headers: str) -> httpx.Response:
        """Post a body with the cookie."""
        given = {"content_type": content_type, "cookie": self.cookie.partition(";")[0], "accept": "text/html",
                 "origin": "http://localhost", **self.headers, **headers}  # fmt: skip
        return self.client.request("POST", "/load", content=body, **given)


def token_of(page: str) -> str:
    return re.findall(r'name="token" value="(\w+)"', page)[-1]


def text_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_file_is_tried_out_and_then_loaded_exactly_as_it_was(web: Client, place: Path) -> None:
    form = Form(web)
    tried = form.send(MORE, day="2024-01-01")
    assert tried.status_code == 200
    assert "1 new role changes, 0 known already" in text_of(tried.text)
    assert "What would change on 2024-01-01" in tried.text
    assert "Ben Brook" in text_of(tried.text).partition("What would change")[2]
    assert len(orggraph.open(place).loads()) == 1, "nothing is kept of a trial"
    loaded = form.confirm(tried.text)
    assert loaded.status_code == 200, text_of(loaded.text)
    assert "Loaded more.csv: 1 role changes" in loaded.text
    (_, load) = orggraph.open(place).loads()
    assert (load.label, load.added) == ("more.csv", 1)
    assert load.id in loaded.text
    rows = web.get("/holders?name=Clerk&as-of=2024-01-01").json()["rows"]
    assert rows == [], "who asks next sees the new generation"
    again = form.confirm(tried.text)
    assert again.status_code == 404 and "not kept any more" in again.text


def test_the_load_is_that_of_the_command(web: Client, place: Path, tmp_path: Path) -> None:
    form = Form(web)
    form.confirm(form.send(MORE).text)
    other = tmp_path / "other"
    orggraph.open(other).load(tmp_path / "first.csv")
    (tmp_path / "more.csv").write_text(MORE, "utf-8")
    told = CliRunner().invoke(main, ["--store", str(other), "load", str(tmp_path / "more.csv")], catch_exceptions=False)
    assert told.exit_code == 0
    one, two = (orggraph.open(store) for store in (place, other))
    said = [[(row.what, row.since, row.until, row.sources) for row in org.history("Ben Brook")] for org in (one, two)]
    assert said[0] == said[1]


def test_what_cannot_be_read_is_told_by_its_line_and_nothing_can_be_loaded(web: Client, place: Path) -> None:
    answered = Form(web).send(BAD)
    assert answered.status_code == 422
    text = text_of(answered.text)
    assert "The file cannot be loaded as it is." in text
    assert "error 2 effective '2021-02-30' is not a day" in text
    assert "error 3 effective" in text and "'03/10/2025'" in text
    assert 'name="upload"' not in answered.text
    assert "/tmp" not in answered.text and str(place.parent) not in answered.text


def test_the_rest_is_loaded_where_that_is_asked_for(web: Client, place: Path) -> None:
    form = Form(web)
    tried = form.send(BAD.replace("03/10/2025", "2025-10-03"), keep_going="true")
    assert "1 new role changes" in tried.text and "'2021-02-30' is not a day" in text_of(tried.text)
    assert form.confirm(tried.text).status_code == 200
    assert orggraph.open(place).find("Dan")


def test_columns_of_another_table_are_named_on_the_page(web: Client, place: Path) -> None:
    form = Form(web)
    table = "Name,Job,Begun\nEli Egan,Cook,2022-01-01\n"
    refused = form.send(table, columns="who is who")
    assert refused.status_code == 400 and "is no FIELD=COLUMN" in text_of(refused.text)
    tried = form.send(table, columns="person=Name\npost=Job\nfrom=Begun", organization="Acme", format="tenures")
    assert tried.status_code == 200, text_of(tried.text)
    assert form.confirm(tried.text).status_code == 200
    assert orggraph.open(place).as_of("2023-01-01").holders("Cook")[0].name == "Eli Egan"


def test_a_load_that_ends_much_is_refused_until_it_is_allowed(tmp_path: Path) -> None:
    place, head = tmp_path / "acme", "day,person,post,organization\n"
    full = head + "".join(f"2024-01-01,Person {n},Post {n},Acme\n" for n in range(40))
    (tmp_path / "staff.csv").write_text(full, "utf-8")
    orggraph.open(place).load(tmp_path / "staff.csv", source="register")
    broken = head + "2024-02-01,Person 1,Post 1,Acme\n"
    client = app_of(place)
    form = Form(client)
    tried = form.send(broken, name="staff.csv", source="register")
    assert "It would be refused" in tried.text and 'name="upload"' not in tried.text
    allowed = form.send(broken, name="staff.csv", source="register", allow_removals="true")
    assert form.confirm(allowed.text).status_code == 200
    client.close()


def test_a_load_waits_for_nobody_who_writes_and_can_be_tried_again(web: Client, place: Path) -> None:
    form = Form(web)
    tried = form.send(MORE)
    with (place / "lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused = form.confirm(tried.text)
        assert refused.status_code == 503
        assert web.get("/holders?name=Clerk&as-of=2024-01-01").json()["rows"], "who reads keeps what there was"
    assert form.confirm(tried.text).status_code == 200


def test_who_reads_while_something_is_loaded_keeps_the_generation(web: Client, place: Path) -> None:
    before = orggraph.open(place)
    form = Form(web)
    form.confirm(form.send(MORE).text)
    assert [one.name for one in before.as_of("2024-01-01").holders("Clerk")] == ["Ben Brook"]
    assert orggraph.open(place).as_of("2024-01-01").holders("Clerk") == []


# ---- who may


def test_without_writable_there_is_no_such_address(place: Path) -> None:
    org = orggraph.open(place)
    client = Client(application(Origin(lambda: org, lambda: "", "acme", kept=True), Settings()))
    assert client.get("/load").status_code == 404
    assert client.request("POST", "/load").status_code == 404
    assert "/load" not in client.get("/", accept="text/html").text
    assert "/load" not in client.get("/openapi.json").json()["paths"]
    client.close()


FORGED = [
    ("another site", {"origin": "https://evil.example"}, 403),
    ("no origin that is named", {"origin": "null"}, 403),
    ("a browser says that it is another site", {"sec_fetch_site": "cross-site"}, 403),
    ("a site beside this one", {"sec_fetch_site": "same-site"}, 403),
    ("no cookie", {"cookie": ""}, 403),
    ("another cookie", {"cookie": "orggraph-session=" + "0" * 32}, 403),
]


@pytest.mark.parametrize("headers, status", [case[1:] for case in FORGED], ids=[case[0] for case in FORGED])
def test_a_form_that_was_not_sent_from_the_page_changes_nothing(
    web: Client, place: Path, headers: dict[str, str], status: int
) -> None:
    form = Form(web)
    tried = form.send(MORE)
    (load,) = [one for one in re.findall(r"<form.*?</form>", tried.text, re.DOTALL) if 'name="upload"' in one]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', load))
    refused = form.post(str(httpx.QueryParams(fields)), "application/x-www-form-urlencoded", **headers)
    assert refused.status_code == status
    assert len(orggraph.open(place).loads()) == 1


def test_a_token_is_for_one_file_and_for_how_it_is_read(web: Client, place: Path) -> None:
    form = Form(web)
    first, other = form.send(MORE), form.send(CSV.replace("Ben Brook", "Fay Finn"))
    taken = re.search(r'name="upload" value="(\w+)"', other.text)
    assert taken is not None
    assert form.confirm(first.text, upload=taken.group(1)).status_code == 403
    assert form.confirm(first.text, allow_removals="true").status_code == 403
    assert form.confirm(first.text, token="é").status_code == 403
    assert len(orggraph.open(place).loads()) == 1


def test_the_cookie_is_for_this_page_alone(web: Client) -> None:
    cookie = Form(web).cookie.lower()
    assert "httponly" in cookie and "samesite=strict" in cookie and "path=/load" in cookie


def test_a_token_that_reads_does_not_load(place: Path) -> None:
    client = app_of(place, token="reads", write_token="writes")
    for header in ("", "Bearer reads", "Basic eDpyZWFkcw==", "Bearer wrong"):
        refused = client.get("/load", authorization=header)
        assert refused.status_code == 401
        assert "Basic" in refused.headers["www-authenticate"]
    assert client.get("/find?name=ada", authorization="Bearer reads").status_code == 200
    assert client.get("/find?name=ada", authorization="Bearer writes").status_code == 200
    assert client.get("/find?name=ada", authorization="").status_code == 401
    form = Form(client, authorization="Basic eDp3cml0ZXM=")  # x:writes
    assert form.confirm(form.send(MORE).text).status_code == 200
    assert "writes" not in repr(Settings(write_token="writes"))
    client.close()


ORDERS = [
    (["--data", "x.csv", "serve", "--writable"], "--writable needs a store in a directory"),
    (["--store", "http://localhost:1/sparql", "serve", "--writable"], "--writable needs a store in a directory"),
    (["serve", "--write-token", "w"], "--write-token is for --writable"),
    (["serve", "--writable", "--token", "r"], "needs a --write-token"),
    (["serve", "--writable", "--host", "0.0.0.0", "--public"], "needs a --write-token"),
    (["serve", "--writable", "--base-url", "https://org.example"], "needs a --write-token"),
    (["serve", "--writable", "--write-token", "a b"], "a token is letters"),
]


@pytest.mark.parametrize("words, said", ORDERS, ids=[" ".join(words) for words, _ in ORDERS])
def test_serve_refuses_to_let_load_who_only_may_read(words: list[str], said: str) -> None:
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 2
    assert said in " ".join(told.stderr.split())


def test_a_file_may_be_larger_than_a_query_and_has_a_limit_of_its_own(place: Path) -> None:
    client = app_of(place, body=2_000, upload=6_000)
    form = Form(client)
    assert form.send(MORE + "#" * 3_000).status_code in (200, 422)
    assert form.send(MORE + "#" * 6_000).status_code == 413
    assert client.request("POST", "/sparql", content=b"x" * 2_001).status_code == 413
    client.close()


# ---- what is kept


def test_files_are_kept_by_their_hash_for_a_time_and_privately() -> None:
    now = [0.0]
    uploads = Uploads(kept=60, clock=lambda: now[0])
    one = uploads.keep("../a/Staff.csv", b"x")
    assert (one.name, one.size, one.path.name) == ("Staff.csv", 1, "Staff.csv")
    assert uploads.find(one.key) == one
    assert one.path.parent.parent.stat().st_mode & 0o077 == 0
    one.path.write_bytes(b"y")
    with pytest.raises(Exception, match="not kept any more"):
        uploads.find(one.key)
    two = uploads.keep("b.csv", b"z")
    now[0] = 60
    with pytest.raises(Exception, match="not kept any more"):
        uploads.find(two.key)
    assert not two.path.exists()
    kept = [uploads.keep(f"{n}.csv", str(n).encode()) for n in range(MOST + 1)]
    assert not kept[0].path.exists() and kept[-1].path.exists()
    uploads.close()
    assert not kept[-1].path.parent.parent.exists()


def test_the_description_has_the_page_where_there_is_one(web: Client) -> None:
    document = web.get("/openapi.json").json()
    assert set(document["paths"]["/load"]) == {"get", "post"}
    from openapi_spec_validator import OpenAPIV31SpecValidator

    OpenAPIV31SpecValidator(document).validate()
