"""How long a chart takes, from the store to the SVG file, beside Graphviz laying out the same people itself.

``python tests/benchmarks/charts.py --sizes 1000,5000,20000`` makes an organization of each size, loads it, and runs
everybody in turn, each as a whole process: ``orggraph chart -o x.svg``, and ``dot`` and ``graphviz-pure`` with a card
of two lines for each person and an edge for each line, which is what one would write by hand.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from generator import history
from measure import child

DAY = "2024-01-01"
ROUNDS = 3


def write(people: int, file: Path) -> list[tuple[int, int]]:
    """Write an organization of that many people as a list of tenures; give who reports to whom, by number."""
    rows = history(people)
    first = {int(seat): (int(boss), int(title)) for seat, boss, title in
             zip(rows.seat[::-1], rows.boss[::-1], rows.title[::-1], strict=True)}  # fmt: skip
    with file.open("w", encoding="utf-8", newline="") as stream:
        out = csv.writer(stream, lineterminator="\n")
        out.writerow(("person", "person_id", "post", "organization", "from", "reports_to_id"))
        for seat, (boss, title) in sorted(first.items()):
            above = f"p{boss}" if boss >= 0 else ""
            out.writerow((f"Person Number {seat}", f"p{seat}", f"Post {title} {seat}", "Acme", "2020-01-01", above))
    return [(boss, seat) for seat, (boss, _) in first.items() if boss >= 0]


def by_hand(people: int, lines: list[tuple[int, int]]) -> str:
    """Write the DOT text that one would write without orggraph."""
    cards = (f'{n} [label="Person Number {n}\\nPost {n}"]' for n in range(people))
    return "\n".join(["digraph {", "node [shape=box]", *cards, *(f"{a} -> {b}" for a, b in lines), "}"])


def main() -> None:
    """Print a table of times in seconds and of peak memory in megabytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,5000", help="how many people, with commas between")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each is run; the median is printed")
    given = parser.parse_args()
    pure = shutil.which("graphviz-pure", path=str(Path(sys.executable).parent)) or shutil.which("graphviz-pure")
    print("| people | who | seconds | memory in MB |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for people in map(int, given.sizes.split(",")):
            file, store, text = (Path(folder) / f"{people}.{suffix}" for suffix in ("csv", "orggraph", "dot"))
            text.write_text(by_hand(people, write(people, file)), encoding="utf-8")
            orggraph = [sys.executable, "-m", "orggraph", "--store", str(store)]
            child(*orggraph, "load", str(file))
            out = str(Path(folder) / "x.svg")
            runs = {"orggraph": [*orggraph, "chart", "--as-of", DAY, "-o", out]}
            if dot := shutil.which("dot"):
                runs["dot"] = [dot, "-Tsvg", str(text), "-o", out]
            if pure:
                runs["graphviz-pure"] = [pure, "-Tsvg", str(text), "-o", out]
            found: dict[str, list[tuple[float, int]]] = {who: [] for who in runs}
            for _ in range(given.rounds):
                for who, command in runs.items():
                    once = child(*command)
                    found[who].append((once.seconds, once.peak))
            for who, times in found.items():
                seconds, peak = (statistics.median(column) for column in zip(*times, strict=True))
                print(f"| {people:,} | {who} | {seconds:.2f} | {peak / 2**20:.0f} |", flush=True)


if __name__ == "__main__":
    main()
