"""Tests of the pictures: what they say, that their bytes are the same, and how a missing library is told."""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner
from company import company, graph, starts

from orggraph.cli import main
from orggraph.errors import UnsupportedError
from orggraph.plots import plot_day, plot_series
from orggraph.trends import Development

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = str(ROOT / "data" / "anthropic.csv")
SVG = "{http://www.w3.org/2000/svg}"
NASTY = "O'Brien & Söhne <CTO> $x_1$ 李"


def series() -> Development:
    return company().stats_over(every="month", first="2024-01-01", until="2025-01-01")


def texts(picture: bytes) -> list[str]:
    return ["".join(node.itertext()) for node in ElementTree.fromstring(picture).iter(f"{SVG}text")]


def test_a_series_says_what_each_picture_is_and_its_units() -> None:
    said = texts(plot_series(series(), "svg"))
    for words in (
        "From 2024-01-01 until 2025-01-01 (shaded: possible, not certain)", "Headcount on the last day of each period",
        "Joiners (up) and leavers (down)", "leavers / mean headcount", "Largest units, by the unit tree of each day",
        "share that lasts longer", "mean share, 0 to 1", "days", "Finance",
    ):  # fmt: skip
        assert words in said


def test_a_day_says_what_each_picture_is_and_its_units() -> None:
    said = texts(plot_day(company().as_of("2024-09-10").stats(), "svg"))
    for words in ("The organization on 2024-09-10: 9–11 people", "People by layer (1: the top)", "Platform",
                  "people (shaded: possible only)", "People cut off by the loss of", "Cleo Cruz"):  # fmt: skip
        assert words in said


@pytest.mark.parametrize("draw", [lambda format: plot_series(series(), format),
                                  lambda format: plot_day(company().as_of("2024-09-10").stats(), format)],
                         ids=["series", "day"])  # fmt: skip
@pytest.mark.parametrize("format", ["svg", "png"])
def test_the_same_figures_give_the_same_bytes(draw: Callable[[str], bytes], format: str) -> None:
    once, again = draw(format), draw(format)
    assert once == again
    assert b"Date" not in once.replace(b"xmlns:dc", b"")


def test_a_png_is_large_enough_to_read() -> None:
    picture = plot_series(series(), "png")
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    assert width >= 1200 and height >= 700


def test_no_name_breaks_a_picture() -> None:
    org = graph(starts(NASTY, "CTO", "2024-01-01", unit=NASTY), starts("Bo", "Clerk", "2024-01-01", reports_to=NASTY))
    assert any("Söhne <CTO> $x_1$" in text for text in texts(plot_day(org.as_of("2024-06-01").stats(), "svg")))
    found = org.stats_over(every="month", first="2024-01-01", until="2024-04-01")
    assert any("$x_1$" in text for text in texts(plot_series(found, "svg")))


def test_nobody_is_a_picture_too() -> None:
    org = graph(starts("Ann", "Clerk", "2024-01-01", until="2024-02-01"))
    assert texts(plot_day(org.as_of("2020-01-01").stats(), "svg"))
    assert texts(plot_series(org.stats_over(every="year", first="2010-01-01", until="2012-01-01"), "svg"))


def test_other_formats_are_refused_by_name() -> None:
    with pytest.raises(UnsupportedError, match="'pdf' is no format of a picture"):
        plot_series(series(), "pdf")


def test_the_command_line_draws_beside_what_it_says(tmp_path: Path) -> None:
    file = tmp_path / "autumn.svg"
    words = ["--every", "week", "--from", "2025-09-01", "--until", "2025-11-01", "--plot", str(file)]
    result = CliRunner().invoke(main, ["--data", SAMPLE, "stats", *words])
    assert result.exit_code == 0, result.output
    assert "Headcount by unit" in result.stdout
    assert "Anthropic" in texts(file.read_bytes())


def python(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=ROOT, check=False)


HIDDEN = """
import sys
sys.modules["matplotlib"] = None  # as where it is not installed
from orggraph.cli import main
main()
"""


def test_a_missing_library_is_named_with_the_extra(tmp_path: Path) -> None:
    command = ["--data", SAMPLE, "stats", "--as-of", "2025-10-03", "--plot", str(tmp_path / "day.svg")]
    done = python(HIDDEN, *command)
    assert done.returncode == 1
    assert "pip install 'orggraph[plot]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_figures_alone_do_not_load_the_library() -> None:
    code = "import sys; from orggraph.cli import main; main(sys.argv[1:], standalone_mode=False); " \
           "assert 'matplotlib' not in sys.modules"  # fmt: skip
    words = ["--data", SAMPLE, "stats", "--every", "month", "--from", "2025-01-01", "--until", "2026-01-01"]
    done = python(code, *words)
    assert done.returncode == 0, done.stderr
