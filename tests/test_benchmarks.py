"""The benchmark runs at a tiny size, and every answer of every peer in it is right; no time is asserted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parent / "benchmarks"


def test_the_benchmark_runs_and_all_answers_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import run

    run.main(["--size", "tiny", "--work", str(tmp_path), "--out", str(tmp_path / "report.md")])
    told = capsys.readouterr()
    assert "answers checked" in told.err
    report = (tmp_path / "report.md").read_text("utf-8")
    assert report in told.out
    assert all(f"| {what} (ids) |" in report for what in run.BUDGETS)
    for name in ("run", "peers", "generator"):
        sys.modules.pop(name, None)


def test_a_wrong_answer_ends_the_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import generator
    import peers
    import run

    rows = generator.history(30)
    wrong = peers.Numpy([row._replace(end=row.start) for row in rows])
    with pytest.raises(SystemExit, match="numpy is wrong: reports"):
        run.check([wrong], peers.Brute(rows), run.questions(rows, 4))
    for name in ("run", "peers", "generator"):
        sys.modules.pop(name, None)
