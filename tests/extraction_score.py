"""How well `orggraph.extraction` reads the articles of ``tests/articles``: precision and recall of each field.

Found and expected rows of an article are matched where they speak of the same person (or post, where one is created),
so that as many fields as possible agree. A field is right where both have it and agree, letters' case aside.
*Precision* is the share of what was found in that field which is right, *recall* the share of what was expected.
``row`` counts rows of which every field is right.

    python tests/extraction_score.py [odd|even] [--failures]

Only the odd half is to be looked at with ``--failures``: the even half is set aside.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

ARTICLES = Path(__file__).resolve().parent / "articles"
FIELDS = ("kind", "person", "post", "from_post", "unit", "organization", "reports_to", "replaces", "effective")
HALVES = {"odd": 1, "even": 0}
"""The half that the rules are written against, and the half that is set aside."""

Row = Mapping[str, str]


class Case(NamedTuple):
    """An article with its answers."""

    name: str
    text: str
    published: date
    rows: tuple[Row, ...]


class Score(NamedTuple):
    """How many values of a field were found, how many expected, and how many of both are right."""

    right: int
    found: int
    expected: int

    @property
    def precision(self) -> float:
        """Give the share of right ones among those found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Give the share of right ones among those expected."""
        return self.right / self.expected if self.expected else 1.0


def cases(half: str = "") -> list[Case]:
    """Read the articles of a half, or all."""
    made = []
    for file in sorted(ARTICLES.glob("*.toml")):
        if half and int(file.name.split("-")[0]) % 2 != HALVES[half]:
            continue
        read = tomllib.loads(file.read_text("utf-8"))
        made.append(Case(file.stem, read["text"], date.fromisoformat(read["published"]), tuple(read.get("rows", ()))))
    return made


def score(found: Iterable[tuple[Case, list[Row]]]) -> dict[str, Score]:
    """Score what was found in each article, by field, and whole rows under ``row``."""
    counts = {name: [0, 0, 0] for name in (*FIELDS, "row")}
    for case, rows in found:
        for name, (right, got, wanted) in counts.items():
            of = (lambda row, name=name: bool(row.get(name))) if name != "row" else (lambda row: True)
            counts[name] = [right, got + sum(map(of, rows)), wanted + sum(map(of, case.rows))]
        for one, other in matched(rows, list(case.rows)):
            for name in FIELDS:
                counts[name][0] += bool(other.get(name)) and same(one, other, name)
            counts["row"][0] += all(same(one, other, name) for name in FIELDS)
    return {name: Score(*numbers) for name, numbers in counts.items()}


def same(one: Row, other: Row, name: str) -> bool:
    """Tell whether two rows agree in a field."""
    return one.get(name, "").casefold() == other.get(name, "").casefold()


def matched(found: list[Row], expected: list[Row]) -> list[tuple[Row, Row]]:
    """Match rows of the same subject, those first that agree most."""
    pairs = [
        (-sum(same(one, other, name) for name in FIELDS), at, to)
        for at, one in enumerate(found)
        for to, other in enumerate(expected)
        if _subject(one) == _subject(other)
    ]
    made: list[tuple[Row, Row]] = []
    taken: set[tuple[str, int]] = set()
    for _, at, to in sorted(pairs):
        if ("found", at) not in taken and ("expected", to) not in taken:
            taken |= {("found", at), ("expected", to)}
            made.append((found[at], expected[to]))
    return made


def _subject(row: Row) -> str:
    return (row.get("person") or f"post {row.get('post', '')}").casefold()


def extracted(case: Case) -> list[Row]:
    """Read an article by the rules."""
    from orggraph.extraction import extract

    return [change.fields() for change in extract(case.text, published=case.published).changes]


def measure(half: str, reader: Callable[[Case], list[Row]] = extracted) -> dict[str, Score]:
    """Score one half."""
    return score((case, reader(case)) for case in cases(half))


def table(halves: Mapping[str, Mapping[str, Score]]) -> str:
    """Write the scores of both halves as a table in Markdown."""
    columns = [f"{half}: {what}" for half in halves for what in ("precision", "recall", "expected")]
    lines = [f"| field | {' | '.join(columns)} |", "|---" * (1 + len(columns)) + "|"]
    for name in (*FIELDS, "row"):
        cells = [f"{s[name].precision:.2f} | {s[name].recall:.2f} | {s[name].expected}" for s in halves.values()]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def failures(half: str) -> str:
    """List the rows of a half that differ from the answers."""
    lines = []
    for case in cases(half):
        rows = extracted(case)
        pairs = matched(rows, list(case.rows))
        for one, other in pairs:
            wrong = [f"{n}: {one.get(n, '')!r} for {other.get(n, '')!r}" for n in FIELDS if not same(one, other, n)]
            if wrong:
                lines.append(f"{case.name} {_subject(other)}: {'; '.join(wrong)}")
        lines += [f"{case.name} not to be found: {_shown(r)}" for r in rows if all(r is not one for one, _ in pairs)]
        lines += [f"{case.name} missing: {_shown(r)}" for r in case.rows if all(r is not other for _, other in pairs)]
    return "\n".join(lines)


def _shown(row: Row) -> str:
    return ", ".join(f"{name}={row[name]}" for name in FIELDS if row.get(name))


if __name__ == "__main__":
    chosen = [word for word in sys.argv[1:] if word in HALVES] or list(HALVES)
    if "--failures" in sys.argv:
        print("\n".join(failures(half) for half in chosen))
    print(table({half: measure(half) for half in chosen}))
