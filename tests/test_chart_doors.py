"""Charts at the doors: what the command and the server say is what Python says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from webclient import Client, client_of

import orggraph
from orggraph.chart import Chart
from orggraph.cli import main

SAMPLE = str(Path(__file__).parents[1] / "data" / "anthropic.csv")
DAY = "2025-10-03"


@pytest.fixture(scope="module")
def web() -> Iterator[Client]:
    with client_of(orggraph.open(data=[SAMPLE])) as client:
        yield client


def command(*words: str) -> Result:
    return CliRunner().invoke(main, ["--data", SAMPLE, "chart", "--as-of", DAY, *words], catch_exceptions=False)


def chart(**limits: object) -> Chart:
    return orggraph.open(data=[SAMPLE]).as_of(DAY).chart(**limits)  # type: ignore[arg-type]  # a dict of mixed values


@pytest.mark.parametrize("form", ["text", "markdown", "mermaid", "html-list", "dot"])
def test_the_command_writes_what_python_writes(form: str) -> None:
    assert command("--format", form).stdout == chart().render(form).decode()


@pytest.mark.parametrize(
    ("words", "limits"),
    [
        (["--view", "posts"], {"view": "posts"}),
        (["--view", "units"], {"view": "units"}),
        (["--collapse", "Daniela Amodei"], {"collapse": ["Daniela Amodei"]}),
        (["--collapse", "Daniela Amodei", "--collapse", "Rahul Patil"],
         {"collapse": ["Daniela Amodei", "Rahul Patil"]}),
        (["--depth", "0", "--highlight", "Rahul Patil"], {"depth": 0, "highlight": "Rahul Patil"}),
    ],
    ids=["posts", "units", "folded", "folded twice", "highlighted"],
)  # fmt: skip
def test_the_command_limits_as_python_does(words: list[str], limits: dict[str, object]) -> None:
    assert command("--format", "text", *words).stdout == chart(**limits).text()


def test_what_is_written_in_words_has_its_remarks_in_it(tmp_path: Path) -> None:
    assert command("--format", "text").stderr == ""
    assert command("--format", "mermaid").stderr.startswith("note: To whom Daniela Amodei reports")
    path = tmp_path / "org.md"
    assert f"{path}: 3 people, 2 lines, as of {DAY}\n" in command("-o", str(path)).stderr
    assert path.read_text("utf-8") == chart().markdown()


@pytest.mark.parametrize(
    ("address", "limits", "form", "media"),
    [
        ("/chart.txt?", {}, "text", "text/plain; charset=utf-8"),
        ("/chart.md?view=posts&", {"view": "posts"}, "markdown", "text/markdown; charset=utf-8"),
        ("/chart.mmd?collapse=Daniela+Amodei&", {"collapse": ["Daniela Amodei"]}, "mermaid",
         "text/vnd.mermaid; charset=utf-8"),
        ("/chart.txt?depth=0&highlight=Rahul+Patil&", {"depth": 0, "highlight": "Rahul Patil"}, "text",
         "text/plain; charset=utf-8"),
        ("/chart.txt?readable&", {}, "text", "text/plain; charset=utf-8"),
    ],
    ids=["text", "markdown", "mermaid", "limited", "readable"],
)  # fmt: skip
def test_the_server_answers_what_python_writes(
    web: Client, address: str, limits: dict[str, object], form: str, media: str
) -> None:
    answered = web.get(f"{address}as-of={DAY}")
    assert answered.status_code == 200, answered.text
    assert answered.headers["content-type"] == media
    assert answered.text == chart(**limits).render(form).decode()


def test_the_server_refuses_another_view_by_name(web: Client) -> None:
    answered = web.get("/chart.txt?view=post")
    assert answered.status_code == 400
    assert "did you mean posts?" in answered.text


def test_the_first_page_shows_what_can_be_read_and_leads_to_the_rest(web: Client) -> None:
    text = web.get(f"/?as-of={DAY}", accept="text/html").text
    assert f'src="/chart.svg?as-of={DAY}&amp;readable=true"' in text
    assert f'href="/chart.txt?as-of={DAY}"' in text
