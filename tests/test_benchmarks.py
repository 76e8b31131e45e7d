"""The benchmark runs at a tiny size, and every answer of every peer in it is right; no time is asserted."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parent / "benchmarks"
MODULES = {file.stem for file in BENCHMARKS.glob("*.py")}
VARIANTS = ("plain", "uncertain", "corrections", "two-sources", "posts")


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the modules of the benchmark be imported by name, as they are when it runs, and forget them again."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    yield
    for name in MODULES & sys.modules.keys():
        del sys.modules[name]


def imported(name: str) -> ModuleType:
    return __import__(name)


@pytest.mark.usefixtures("benchmarks")
def test_the_benchmark_runs_and_all_answers_are_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run, budgets = imported("run"), imported("budgets")
    told = tmp_path / "report.md"
    run.main(["--size", "tiny", "--work", str(tmp_path), "--peers", "sqlite", "--questions", "40", "--out", str(told)])
    report = told.read_text("utf-8")
    assert report in capsys.readouterr().out
    assert "answers compared with brute force" in report
    assert [budget.what for budget in budgets.BUDGETS if f"| {budget.what} |" not in report] == []
    assert "| numpy |" in report and "| sqlite |" in report


@pytest.mark.usefixtures("benchmarks")
@pytest.mark.parametrize("variant", VARIANTS[1:])
def test_the_answers_on_a_variant_are_right(tmp_path: Path, variant: str) -> None:
    run, field, rows = imported("run"), imported("field"), imported("rows")
    made = field.Field("tiny", tmp_path, variant=variant, count=40)
    peers = field.peers_of(made, ["numpy", "sqlite"])
    table = run.measure(made, peers, only=["reports", "chain", "below", "diff.week"])
    assert {"reports.ids", "reports.names", "reports.sources", "chain.ids", "below.ids", "diff.week"} <= table.keys()
    assert made.checked > 200
    rows.sparql(made, only=["sparql.one"])


@pytest.mark.usefixtures("benchmarks")
def test_the_variants_are_all_tested() -> None:
    assert imported("field").VARIANTS == VARIANTS


@pytest.mark.usefixtures("benchmarks")
def test_a_peer_that_is_not_installed_is_left_out_with_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    field = imported("field")
    monkeypatch.setitem(field.PEERS, "duckdb", "no_such_module")
    monkeypatch.setattr(field, "job", lambda *_: None)
    made = field.Field("tiny", tmp_path)
    assert [peer.name for peer in field.peers_of(made, ["numpy", "duckdb"])] == ["numpy"]
    assert made.notes == ["duckdb is not installed."]


@pytest.mark.usefixtures("benchmarks")
@pytest.mark.parametrize("what", ["reports", "chain", "below", "snapshot", "diff"])
def test_a_wrong_answer_ends_the_benchmark(what: str) -> None:
    generator, peers, brute, rows = map(imported, ("generator", "peers", "brute", "rows"))
    measure = imported("measure")
    lines = generator.history(60).certain()
    wrong = peers.Numpy(lines._replace(end=lines.start))
    asked = [(100, 200)] if what == "diff" else [(200,)] if what == "snapshot" else [(0, 200), (30, 200)]
    right = [getattr(brute.Brute(lines), what)(*values) for values in asked]
    with pytest.raises(measure.WrongAnswer, match=f"numpy is wrong: {what} ids"):
        measure.medians([rows.call_of(wrong, what, "ids", asked, right)], rounds=1)


@pytest.mark.usefixtures("benchmarks")
def test_the_history_is_the_same_for_the_same_seed_and_nobody_has_two_managers() -> None:
    generator = imported("generator")
    rows, again, other = generator.history(200), generator.history(200), generator.history(200, seed=2)
    assert all((a == b).all() for a, b in zip(rows, again, strict=True))
    assert len(other.person) != len(rows.person) or (other.person != rows.person).any()
    for day in (0, 100, 2000, generator.DAYS - 1):
        hold = (rows.start <= day) & (day < rows.end)
        assert hold.sum() == len(set(rows.person[hold].tolist())) == 200
        assert (rows.manager[hold] < 0).sum() == 1
    blurred = generator.blurred(rows)
    roughly = (blurred.start != blurred.start_latest).mean()
    assert 0.1 < roughly < 0.25
    assert (blurred.start_latest < blurred.end).all()
    assert ((blurred.start <= rows.start) & (rows.start <= blurred.start_latest)).all()


@pytest.mark.usefixtures("benchmarks")
def test_the_lists_are_the_same_for_the_same_numbers_and_change_a_little(tmp_path: Path) -> None:
    rosters = imported("rosters")
    (whole,) = rosters.write(tmp_path / "staff.csv", 100, 6)
    parts = rosters.write(tmp_path / "list.csv", 100, 6, files=True)
    lines = whole.read_text("utf-8").splitlines()
    assert len(lines) == 601
    assert [line.partition(",")[2] for line in lines[1:]] == [
        line for part in parts for line in part.read_text("utf-8").splitlines()[1:]
    ]
    days = ("2015-01-01,", "2015-02-01,")
    first, second = ({line.removeprefix(day) for line in lines if line.startswith(day)} for day in days)
    assert 0 < len(first - second) <= 20  # 2 of 100 change, and a manager who is another changes those below
