"""A model that proposes role changes: a stand-in on loopback speaks the protocol, and what it says is checked."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import orggraph
from orggraph.cli import main
from orggraph.errors import ModelError
from orggraph.extraction import extract_by_model
from orggraph.extraction.model import MOST_BYTES, MOST_CHARACTERS, Endpoint, messages

PUBLISHED = date(2025, 10, 3)
KEY = "secret-4711"
ARTICLE = """\
Acme Ltd has named Ada Roe chief technology
officer. She succeeds Bo Lund, and will start on 1 December.

"Welcome," said Cy Ng, the chief executive.
"""
FIRST = "Acme Ltd has named Ada Roe chief technology officer. She succeeds Bo Lund, and will start on 1 December."
GOOD = {
    "kind": "starts", "person": "Ada Roe", "post": "CTO", "organization": "Acme Ltd", "replaces": "Bo Lund",
    "effective": "2025-12-01", "reports_to": None, "confidence": "", "quote": FIRST,
}  # fmt: skip

Answer = Callable[[BaseHTTPRequestHandler], None]


class StandIn:
    """A server of chat completions: it keeps what it is asked, and answers as the test says."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, object]]] = []
        self.answer: Answer = completion([GOOD])
        self.over = threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                owner.requests.append((self.path, self.headers.get("Authorization", ""), body))
                self.close_connection = True
                owner.answer(self)

            def log_message(self, format: str, *arguments: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = Endpoint(f"http://127.0.0.1:{self.server.server_port}/v1", "small-1", KEY)
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def silent(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer nothing until the test is over."""
        self.over.wait(30)

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


def sent(body: bytes, *, status: int = 200, length: int | None = None) -> Answer:
    """Answer with these bytes; ``length`` is what the header says of them."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body) if length is None else length))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def completion(rows: object, *, text: str | None = None, reason: str = "stop") -> Answer:
    """Answer with a chat completion whose text is these rows, or another text."""
    content = json.dumps({"changes": rows}) if text is None else text
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": reason}
    return sent(json.dumps({"object": "chat.completion", "choices": [choice]}).encode())


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    server = StandIn()
    yield server
    server.close()


@pytest.fixture
def run(stand_in: StandIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run ``extract --model`` on the article, with the stand-in in the environment."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "article.txt").write_text(ARTICLE, "utf-8")
    names = ("ORGGRAPH_LLM_URL", "ORGGRAPH_LLM_MODEL", "ORGGRAPH_LLM_KEY")
    for name, value in zip(names, stand_in.endpoint, strict=True):
        monkeypatch.setenv(name, value)

    def invoke(*options: str) -> Result:
        command = ["extract", "article.txt", "--published", "2025-10-03", "--model", *options]
        return CliRunner().invoke(main, command, catch_exceptions=False)

    return invoke


# ---- the protocol


def test_the_request_is_a_chat_completion_with_the_whole_article(stand_in: StandIn) -> None:
    extract_by_model(ARTICLE, stand_in.endpoint, published=PUBLISHED)
    ((path, authorization, body),) = stand_in.requests
    assert (path, authorization) == ("/v1/chat/completions", f"Bearer {KEY}")
    assert (body["model"], body["temperature"]) == ("small-1", 0)
    assert body["messages"] == messages(ARTICLE, PUBLISHED)
    assert messages(ARTICLE, PUBLISHED)[-1]["content"].endswith(ARTICLE)


def test_no_key_sends_no_authorization(stand_in: StandIn) -> None:
    extract_by_model(ARTICLE, stand_in.endpoint._replace(key=""), published=PUBLISHED)
    assert stand_in.requests[0][1] == ""


@pytest.mark.parametrize("url", ["http://h/v1", "http://h/v1/", "http://h/v1/chat/completions"])
def test_the_address_may_be_given_with_or_without_the_end(url: str) -> None:
    assert Endpoint(url, "m").address == "http://h/v1/chat/completions"


def test_the_rows_are_role_changes_of_the_article(stand_in: StandIn) -> None:
    found = extract_by_model(ARTICLE, stand_in.endpoint, published=PUBLISHED, source="https://news.example/1")
    (change,) = found.changes
    assert change.fields() == {
        "kind": "starts", "person": "Ada Roe", "post": "CTO", "organization": "Acme Ltd", "replaces": "Bo Lund",
        "effective": "2025-12-01", "stated": "2025-10-03T23:59:59Z", "source": "https://news.example/1", "quote": FIRST,
    }  # fmt: skip
    assert found.refused == ()


@pytest.mark.parametrize("text", ["```json\n{}\n```", "```\n{}\n```", "\n {} \n"], ids=["json", "plain", "blanks"])
def test_a_fence_around_the_json_is_taken_off(stand_in: StandIn, text: str) -> None:
    stand_in.answer = completion(None, text=text.replace("{}", json.dumps({"changes": [GOOD]})))
    assert len(extract_by_model(ARTICLE, stand_in.endpoint, published=PUBLISHED).changes) == 1


# ---- what is refused as a whole


def error(message: object) -> bytes:
    return json.dumps({"error": message}).encode()


BROKEN = {
    "unauthorized": (sent(error({"message": "bad key"}), status=401), "HTTP 401: bad key; look at ORGGRAPH_LLM_KEY"),
    "no model": (sent(error("no such model"), status=404), "HTTP 404: no such model; look at ORGGRAPH_LLM_URL and"),
    "busy": (sent(b"<h1>Busy</h1>", status=503), "HTTP 503: <h1>Busy</h1>; try again later"),
    "redirect": (sent(b"elsewhere", status=302), "HTTP 302: elsewhere"),
    "not json": (sent(b"<html>"), "is not JSON, or only a part of it"),
    "not utf-8": (sent(b'{"choices": "\xff"}'), "is not JSON, or only a part of it"),
    "cut envelope": (sent(b'{"choices": [{"mess'), "is not JSON, or only a part of it"),
    "no choices": (sent(b'{"choices": []}'), "has no text of a first choice"),
    "a list": (sent(b"[]"), "has no text of a first choice"),
    "no text": (sent(b'{"choices": [{"message": {"content": null}}]}'), "the text of the answer is NoneType"),
    "out of room": (completion([GOOD], reason="length"), "ran out of room"),
    "prose": (completion(None, text="Sure! Ada Roe is the new CTO."), "is not JSON, or only a part of it: 'Sure!"),
    "cut json": (completion(None, text=json.dumps({"changes": [GOOD]})[:-20]), "is not JSON, or only a part of it"),
    "no list": (completion(None, text='{"rows": []}'), "has no list of changes: '{\"rows\": []}'"),
    "deep": (completion(None, text="[" * 100_000), "is not JSON, or only a part of it"),
    "too long": (sent(b"x" * (MOST_BYTES + 1)), f"more than {MOST_BYTES} bytes"),
    "broken off": (sent(b'{"choices"', length=1000), "cannot be asked: peer closed connection"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_answer_is_an_error_that_says_what_came(stand_in: StandIn, name: str) -> None:
    stand_in.answer, message = BROKEN[name]
    with pytest.raises(ModelError) as raised:
        extract_by_model(ARTICLE, stand_in.endpoint, published=PUBLISHED)
    assert message in str(raised.value)


def test_a_key_that_the_server_repeats_is_not_shown(stand_in: StandIn) -> None:
    stand_in.answer = sent(error({"message": f"the key {KEY} has expired"}), status=401)
    with pytest.raises(ModelError) as raised:
        extract_by_model(ARTICLE, stand_in.endpoint, published=PUBLISHED)
    assert "the key … has expired" in str(raised.value) and KEY not in str(raised.value)


def test_a_server_that_says_nothing_is_given_up_in_time(stand_in: StandIn) -> None:
    stand_in.answer = stand_in.silent
    with pytest.raises(ModelError, match=r"no whole answer within 0\.2 seconds"):
        extract_by_model(ARTICLE, stand_in.endpoint, published=PUBLISHED, time_limit=0.2)


def test_a_server_that_dribbles_is_given_up_in_time(stand_in: StandIn) -> None:
    def dribble(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        while not stand_in.over.wait(0.02):
            try:
                handler.wfile.write(b" ")
                handler.wfile.flush()
            except OSError:
                return

    stand_in.answer = dribble
    with pytest.raises(ModelError, match=r"no whole answer within 0\.3 seconds"):
        extract_by_model(ARTICLE, stand_in.endpoint, published=PUBLISHED, time_limit=0.3)


def test_nobody_there_and_an_address_that_is_none_are_errors() -> None:
    server = StandIn()
    server.close()
    with pytest.raises(ModelError, match=r"the model cannot be asked: .*refused"):
        extract_by_model(ARTICLE, server.endpoint)
    with pytest.raises(ModelError, match=r"'file:///etc' is no address of a model"):
        extract_by_model(ARTICLE, Endpoint("file:///etc", "m"))


def test_an_article_that_is_too_long_is_never_sent(stand_in: StandIn) -> None:
    with pytest.raises(ModelError, match=rf"has {MOST_CHARACTERS + 1} characters \(expected at most"):
        extract_by_model("x" * (MOST_CHARACTERS + 1), stand_in.endpoint)
    assert stand_in.requests == []
    longest = ARTICLE + "x" * (MOST_CHARACTERS - len(ARTICLE))
    assert len(extract_by_model(longest, stand_in.endpoint, published=PUBLISHED).changes) == 1


# ---- what is refused row by row

WRONG = {
    "invented quote": ({"quote": "Ada Roe was named by the board."}, "does not stand in the article: Ada Roe was"),
    "changed quote": ({"quote": FIRST.replace("1 December", "2 December")}, "it agrees up to 'Acme Ltd has named"),
    "no quote": ({"quote": None}, "no sentence of the article: ''"),
    "one word": ({"quote": "Ada"}, "no sentence of the article: 'Ada'"),
    "invented person": ({"person": "Ada Poe"}, "person 'Ada Poe' is not named in the article"),
    "invented manager": ({"reports_to": "Dee Fox"}, "reports_to 'Dee Fox' is not named in the article"),
    "announcement day": ({"effective": "2025-10-03"}, "'2025-10-03' is not said by its quote (expected a day"),
    "announcement as a range": ({"effective": "2025-10-03/2025-10-03"}, "is not said by its quote"),
    "no day": ({"effective": "soon"}, "'soon' is not a moment"),
    "no effective": ({"effective": None}, "'starts' needs the day on which it took effect"),
    "another kind": ({"kind": "roster"}, "'roster' is not a kind"),
    "no kind": ({"kind": ""}, "the kind is missing"),
    "another key": ({"source": "me"}, "'source' is not a key"),
    "a number": ({"post": 7}, "post is no text: '7'"),
    "no person": ({"person": None}, "'starts' needs a person"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_row_that_does_not_stand_up_is_refused_and_the_others_stay(stand_in: StandIn, name: str) -> None:
    change, message = WRONG[name]
    stand_in.answer = completion([{**GOOD, **change}, GOOD])
    found = extract_by_model(ARTICLE, stand_in.endpoint, published=PUBLISHED)
    assert [refused.row for refused in found.refused] == [1]
    assert message in found.refused[0].reason
    assert [made.person for made in found.changes] == ["Ada Roe"]


def test_rows_that_are_no_objects_are_refused_and_repeated_ones_count_once(stand_in: StandIn) -> None:
    stand_in.answer = completion(["Ada", None, GOOD, GOOD])
    found = extract_by_model(ARTICLE, stand_in.endpoint, published=PUBLISHED)
    assert [refused.reason for refused in found.refused] == ["it is no object: 'Ada'", "it is no object: 'None'"]
    assert len(found.changes) == 1


def test_an_organization_that_was_given_need_not_stand_in_the_article(stand_in: StandIn) -> None:
    row = {name: value for name, value in GOOD.items() if name != "organization"}
    stand_in.answer = completion([row])
    found = extract_by_model(ARTICLE, stand_in.endpoint, published=PUBLISHED, organization="Apex Group")
    assert [made.organization for made in found.changes] == ["Apex Group"]


# ---- the command


def test_the_command_writes_what_passes_and_says_what_does_not(run: Callable[..., Result], stand_in: StandIn) -> None:
    stand_in.answer = completion([{**GOOD, "effective": "2025-10-03"}, GOOD])
    done = run("-o", "review.csv")
    assert done.exit_code == 0
    assert "article.txt: row 1 of the model's answer is refused: effective '2025-10-03' is not said" in done.stderr
    assert "1 role change proposed, nothing loaded" in done.stderr
    (held,) = orggraph.open(data=["review.csv"]).as_of("2025-12-01").holders("CTO, Acme Ltd")
    assert (held.name, held.certainty) == ("Ada Roe", "certain")


def test_the_command_fails_where_the_model_does(run: Callable[..., Result], stand_in: StandIn) -> None:
    stand_in.answer = sent(b"no", status=500)
    done = run("-o", "review.csv")
    assert done.exit_code == 1 and done.stderr.startswith("error: http://127.0.0.1:") and "HTTP 500: no" in done.stderr
    assert not Path("review.csv").exists()
    stand_in.answer = stand_in.silent
    assert "no whole answer within 0.2 seconds" in run("--time-limit", "0.2").stderr


def test_the_command_says_what_is_not_set(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORGGRAPH_LLM_MODEL")
    done = run()
    assert (done.exit_code, done.stdout) == (1, "")
    assert "--model needs ORGGRAPH_LLM_MODEL in the environment" in done.stderr
