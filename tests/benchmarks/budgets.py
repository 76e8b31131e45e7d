"""The rows of the table: what is measured, what it is to reach, and how that is judged.

A budget is a factor over a peer in the same run, or a limit; it is meant for size L. Why both are judged at any size:
a budget that is missed at a tenth of the size will be missed. A row whose factor cannot be worked out, because the
peer was not asked, is not judged.
"""

from __future__ import annotations

from typing import NamedTuple

UNITS = {
    "s": ((1, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")),
    "B": ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")),
    "": ((1, ""),),
}
VARIANT = 1.5
"""On the variants of the history the budgets hold within this factor."""


class Budget(NamedTuple):
    """What a row is to reach: at most ``most`` in its unit, or with ``over`` that many times what this peer takes.

    A row with ``most`` 0 is shown and not judged.
    """

    row: str
    what: str
    most: float
    over: str = ""
    unit: str = "s"


class Measured(NamedTuple):
    """What was measured for a row: by orggraph, and by peers on the same work."""

    ours: float
    peers: dict[str, float]


class Verdict(NamedTuple):
    """How a row came out: the ratio to the peer or to the limit, and whether the budget is met, if that can be told."""

    ratio: float | None
    met: bool | None


BUDGETS = (
    Budget("reports.ids", "direct reports (numbers)", 3, "numpy"),
    Budget("reports.names", "direct reports, names (OrgGraph), first time", 60e-6),
    Budget("reports.names.again", "the same again", 60e-6),
    Budget("reports.sources", "direct reports with sources (OrgGraph), first time", 200e-6),
    Budget("reports.sources.again", "the same again", 200e-6),
    Budget("chain.ids", "chain of command (numbers)", 3, "numpy"),
    Budget("below.ids", "everyone below a middle manager (numbers)", 2, "numpy"),
    Budget("snapshot.arrays", "all lines of a day, arrays", 2, "numpy"),
    Budget("snapshot.pairs", "all lines of a day, pairs of strings", 1.5, "numpy"),
    Budget("diff.week", "changed lines, a week apart", 2e-3),
    Budget("diff.year", "changed lines, a year apart", 1.5, "numpy"),
    Budget("events.week", "typed events, a week apart", 50e-3),
    Budget("events.year", "typed events, a year apart", 1.5),
    Budget("events.equal", "typed events, about 500 changed lines apart", 0),
    Budget("sparql.one", "SPARQL as of a day, first query, one predicate", 0.7),
    Budget("sparql.all", "SPARQL as of a day, first query, all predicates", 8),
    Budget("sparql.all.memory", "its peak memory, whole process", 1.5e9, unit="B"),
    Budget("sparql.again", "SPARQL, the same again in the process", 0.2e-3),
    Budget("sparql.worker", "SPARQL, the same through a worker process", 1e-3),
    Budget("sparql.other", "SPARQL, the same query of another person", 0),
    Budget("sparql.later", "SPARQL, the same a day later", 15e-3),
    Budget("load.time", "load from CSV into a new store", 1.5, "pyoxigraph bulk_load"),
    Budget("load.memory", "its peak memory, whole process", 2.5e9, unit="B"),
    Budget("load.disk", "the store on disk", 3.5e9, unit="B"),
    Budget("load.triples", "triples a row", 14, unit=""),
    Budget("write.one", "one role change as a load of its own", 0.25),
    Budget("write.ten", "one of ten role changes in a load, same process", 30e-3),
    Budget("cold.reports", "orggraph reports, whole process", 0.15),
    Budget("cold.explain", "orggraph reports --explain, whole process", 0.3),
    Budget("cold.memory", "peak memory of orggraph reports", 300e6, unit="B"),
)  # fmt: skip


def judged(budget: Budget, measured: Measured, *, variant: bool = False) -> Verdict:
    """Judge what was measured.

    >>> judged(Budget("a", "", 3, "numpy"), Measured(5.0, {"numpy": 2.0}))
    Verdict(ratio=2.5, met=True)
    >>> judged(Budget("a", "", 0.5), Measured(1.0, {}))
    Verdict(ratio=2.0, met=False)
    """
    allowed = VARIANT if variant else 1.0
    if not budget.most:
        return Verdict(None, None)
    if not budget.over:
        return Verdict(measured.ours / budget.most, measured.ours <= budget.most * allowed)
    reference = measured.peers.get(budget.over)
    if not reference:
        return Verdict(None, None)
    return Verdict(measured.ours / reference, measured.ours <= budget.most * allowed * reference)


def shown(value: float, unit: str = "s") -> str:
    """Write a figure with three digits.

    >>> shown(0.00123), shown(2.5e9, "B"), shown(13.96, "")
    ('1.23 ms', '2.5 GB', '14')
    """
    for factor, word in UNITS[unit]:
        if value >= factor * 0.9995 or (factor, word) == UNITS[unit][-1]:
            return f"{value / factor:.3g} {word}".replace("e+03", "000").strip()
    return f"{value:.3g}"


def table(rows: dict[str, Measured], *, variant: bool = False) -> str:
    """Write what was measured as a table in Markdown; rows that were not measured are left out."""
    peers = sorted({peer for measured in rows.values() for peer in measured.peers}, key=_order)
    lines = ["| " + " | ".join(["work", "budget", "orggraph", "ratio", "met", *peers]) + " |"]
    lines.append("|" + "---|" * (5 + len(peers)))
    for budget in BUDGETS:
        if budget.row not in rows:
            continue
        measured = rows[budget.row]
        verdict = judged(budget, measured, variant=variant)
        limit = f"≤ {budget.most:g} × {budget.over}" if budget.over else f"≤ {shown(budget.most, budget.unit)}"
        limit = limit if budget.most else ""
        ratio = "" if verdict.ratio is None else f"{verdict.ratio:.2f} × {budget.over or 'budget'}"
        met = {True: "yes", False: "**no**", None: ""}[verdict.met]
        cells = [shown(measured.peers[peer], budget.unit) if peer in measured.peers else "" for peer in peers]
        row = [budget.what, limit, shown(measured.ours, budget.unit), ratio, met, *cells]
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines) + "\n"


def _order(peer: str) -> tuple[bool, str]:
    return (peer != "numpy", peer)
