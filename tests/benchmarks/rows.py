"""The rows of the table, by groups: each function measures one group, and compares every answer with brute force."""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import generator
import numpy as np
import pyoxigraph
from brute import Brute, pairs
from budgets import Measured
from databases import Duckdb, Sqlite
from field import Field, empty
from generator import ZERO, Question
from measure import Call, WrongAnswer, child, disk, job, medians, repeated, said
from numpy.typing import NDArray
from peers import Peer

import orggraph
from orggraph.diff import Diff
from orggraph.snapshot import POSSIBLE

QUESTIONS = (("reports", "ids"), ("chain", "ids"), ("below", "ids"), ("snapshot", "arrays"), ("snapshot", "pairs"),
             ("diff", "week"), ("diff", "year"))  # fmt: skip
"""What all peers are asked in numbers of persons, and in which form."""

Table = dict[str, Measured]


def chosen(row: str, only: Sequence[str]) -> bool:
    """Tell whether a row is among those asked for, by name or by its beginning; all are if none is."""
    return not only or any(row.startswith(name) for name in only)


def numbers(field: Field, peers: Sequence[Peer], *, only: Sequence[str] = ()) -> Table:
    """Time the questions that all answer, in numbers of persons."""
    rows: Table = {}
    for what, form in QUESTIONS:
        row = f"{what}.{form}"
        if not chosen(row, only):
            continue
        said(row)
        arguments = field.asked[f"diff {form}" if what == "diff" else what]
        right = [getattr(field.brute, what)(*values) for values in arguments]
        asking = [field.index, *(peer for peer in peers if form != "pairs" or hasattr(peer, "named"))]
        calls = [call_of(peer, what, form, arguments, right) for peer in asking]
        for call in calls:
            call.ask(*call.arguments[0])  # what is made at the first question of a kind is not timed
        times, checked = medians(calls, rounds=3 if what in ("reports", "chain") else 5)
        field.checked += checked
        rows[row] = Measured(times.pop(field.index.name), times)
    return rows


def call_of(peer: Peer, what: str, form: str, arguments: Sequence[tuple[int, ...]], right: Sequence[Any]) -> Call:
    """Give how a peer is asked, in its own terms, and how its answers are compared with the right ones."""

    def check(number: int, answer: Any) -> None:
        if not same(peer, what, form, answer, right[number]):
            raise WrongAnswer(f"{peer.name} is wrong: {what} {form} {arguments[number]}")

    ask = getattr(peer, "named" if form == "pairs" else what)
    if what in ("snapshot", "diff"):
        own: list[tuple[Any, ...]] = [tuple(map(peer.day, values)) for values in arguments]
    else:
        own = [(peer.key(who), peer.day(day)) for who, day in arguments]
    return Call(peer.name, ask, own, check)


def same(peer: Any, what: str, form: str, answer: Any, right: Any) -> bool:
    """Tell whether an answer is the right one, in whatever form the peer gave it."""
    if form == "pairs":
        numbered = ((peer.number(a), peer.number(b)) for a, b in answer)  # -1 for a post
        return bool(np.array_equal(sorted((a << 32) | b for a, b in numbered if a >= 0 and b >= 0), right))
    if what == "snapshot":
        return bool(np.array_equal(peer.pairs(answer), right))
    if what == "diff":
        return all(np.array_equal(peer.pairs(half), wanted) for half, wanted in zip(answer, right, strict=True))
    people = peer.people(answer)
    return bool((people if what == "chain" else sorted(people)) == right)


def names(field: Field) -> Table:
    """Time look-ups by name as a user of the package makes them: each for the first time, then once more."""
    org, rows = orggraph.open(field.folder, create=False), Table()
    asked = generator.questions(field.lines, field.count, of="manager", seed=8)
    right = [sorted(f"Person {p}" for p in field.brute.reports(*question)) for question in asked]
    arguments = [(f"Person {person}", ZERO + day) for person, day in asked]
    for row, ask, read in (
        ("reports.names", lambda who, day: org.as_of(day).reporters(who), list),
        ("reports.sources", lambda who, day: org.as_of(day).reports_to(who), lambda rows: [r.name for r in rows]),
    ):
        ask("Person 0", ZERO)

        def check(number: int, answer: Any, read: Callable[[Any], list[str]] = read, row: str = row) -> None:
            certain = [a for a in answer if getattr(a, "certainty", "") != "possible"]
            if sorted(read(certain)) != right[number]:
                raise WrongAnswer(f"orggraph is wrong: {row} {asked[number]}")

        for name in (row, f"{row}.again"):
            times, checked = medians([Call("orggraph", ask, arguments, check)], rounds=1)
            field.checked += checked
            rows[name] = Measured(times["orggraph"], {})
    return rows


def events(field: Field, *, only: Sequence[str] = ()) -> Table:
    """Time typed diffs, each of days that were not asked about: a week, a year, and equal numbers of changes apart.

    What is compared are the certain lines that came and went. Of a year one is asked.
    """
    index, rows = field.index, Table()
    for form, most in (("week", None), ("equal", None), ("year", 1)):
        if not chosen(f"events.{form}", only):
            continue
        said(f"events.{form}")
        asked = field.asked[f"diff {form}"][:most]
        right = [field.brute.diff(*days) for days in asked]
        index.org.diff(ZERO, ZERO + 1)  # what is made at the first question of a kind is not timed
        index.org.diff(ZERO + 1, ZERO + 2)

        def check(number: int, found: Any, right: Sequence[Any] = right, asked: Sequence[Any] = asked) -> None:
            for half, wanted in zip(certain_lines(field, found), right[number], strict=True):
                if not np.array_equal(half, wanted):
                    raise WrongAnswer(f"orggraph is wrong: typed diff {asked[number]}")

        call = Call("orggraph", index.org.diff, [tuple(ZERO + day for day in days) for days in asked], check)
        times, checked = medians([call], rounds=1)
        field.checked += checked
        rows[f"events.{form}"] = Measured(times["orggraph"], {})
    return rows


def certain_lines(field: Field, found: Diff) -> list[NDArray[np.int64]]:
    """Give the certain lines between persons that came and those that went, in numbers of persons."""
    verb = orggraph.vocabulary.ORG + "reportsTo"
    came = [t for t, label in found.added.items() if label != POSSIBLE]
    went = [t for t, label in found.removed.items() if label != POSSIBLE]
    came += [t for t, (was, _) in found.relabelled.items() if was == POSSIBLE]
    went += [t for t, (_, now) in found.relabelled.items() if now == POSSIBLE]
    halves = []
    for half in (came, went):
        ends = [(t[0], str(t[2])) for t in half if t[1] == verb]
        both = (np.array(field.index.persons(end[n] for end in ends), dtype=np.int64) for n in (0, 1))
        halves.append(pairs(*both))
    return halves


def sparql(field: Field, *, only: Sequence[str] = ()) -> Table:
    """Time SPARQL as of a day: what fills a store, the same again, another look-up of that day, and a day later."""
    rows = Table()
    bosses = generator.middle_managers(field.lines, 5, seed=9)
    kinds = ("one", "again", "other", "later", "worker")
    if any(chosen(f"sparql.{row}", only) for row in kinds):
        look_up(field, *bosses.pop())  # imports the engine
        times: dict[str, list[float]] = {kind: [] for kind in kinds}
        for who, day in bosses:
            times["one"].append(look_up(field, who, day))
            times["again"] += [look_up(field, who, day) for _ in range(20)]
            there = field.lines.manager[(field.lines.start <= day) & (day < field.lines.end)]
            times["other"] += [look_up(field, other, day) for other in np.unique(there)[:30].tolist()]
            times["later"].append(look_up(field, who, day + 1))
            look_up(field, who, day, timeout=60)  # begins the process, and fills its store
            times["worker"] += [look_up(field, who, day, timeout=60) for _ in range(20)]
        rows |= {f"sparql.{row}": Measured(statistics.median(taken), {}) for row, taken in times.items()}
        rows["sparql.one"].peers["pyoxigraph bulk_load"] = engine_alone(field, bosses[-1].day)
    if chosen("sparql.all", only):
        ran = job("everything", field.folder, generator.calendar(bosses[0].day))
        rows["sparql.all"] = Measured(float(ran.out), {})
        rows["sparql.all.memory"] = Measured(ran.peak, {})
    return rows


def engine_alone(field: Field, day: int) -> float:
    """Time what the engine alone takes for the lines of a day, in memory and written out beforehand."""
    texts, verb = field.index.texts, f"<{orggraph.vocabulary.ORG}reportsTo>"
    there = (field.lines.start <= day) & (day < field.lines.end)
    both = (column[there].tolist() for column in (field.lines.reporter, field.lines.manager))
    key = field.index.key
    written = "\n".join(f"<{texts[key(a)]}> {verb} <{texts[key(b)]}> ." for a, b in zip(*both, strict=True)).encode()
    began = time.perf_counter()
    pyoxigraph.Store().bulk_load(written, pyoxigraph.RdfFormat.N_TRIPLES)
    return time.perf_counter() - began


def look_up(field: Field, who: int, day: int, *, timeout: float | None = None) -> float:
    """Ask in SPARQL who reports to a person, compare, and give the time; with ``timeout`` through a worker."""
    index = field.index
    boss = index.texts[index.key(who)]
    began = time.perf_counter()
    view, parameters = index.org.as_of(ZERO + day), {"boss": boss}
    answer = view.query("SELECT ?who { ?who org:reportsTo ?boss }", parameters=parameters, timeout=timeout)
    took = time.perf_counter() - began
    at = answer.columns.index("who")
    if sorted(index.persons(str(row[at]) for row in answer.rows)) != sorted(set(field.brute.reports(who, day))):
        raise WrongAnswer(f"orggraph is wrong: SPARQL {who} {day}")
    field.checked += 1
    return took


def load(field: Field) -> Table:
    """Compare the load with pyoxigraph's bulk load of the same triples; give the space that the store takes."""
    import pyoxigraph

    if not field.loaded:
        return {}
    (graph,) = field.folder.glob("generations/*/graph")
    dump, bulk = field.work / f"{field.size}-graph.nt", empty(field, "bulk")
    store = pyoxigraph.Store.read_only(str(graph))
    store.dump(str(dump), pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    held = len(store)
    del store
    ran = job("bulk_load", bulk, dump)
    taken = {"pyoxigraph bulk_load": float(ran.out)}
    rows = {
        "load.time": Measured(sum(float(loaded.out) for loaded in field.loaded), taken),
        "load.memory": Measured(max(loaded.peak for loaded in field.loaded), {"pyoxigraph bulk_load": ran.peak}),
        "load.disk": Measured(disk(field.folder), {"pyoxigraph bulk_load": disk(bulk)}),
        "load.triples": Measured(held / len(field.rows.person), {}),
    }
    dump.unlink()
    shutil.rmtree(bulk)
    return rows


def writes(field: Field, peers: Sequence[Peer]) -> Table:
    """Time one more role change, published and durable, and ten at a time; on a copy of the store."""
    copy = field.work / f"{field.size}-copy.orggraph"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(field.folder, copy, copy_function=_link)
    change = {"kind": "starts", "role": "Analyst", "organization": "Acme", "effective": "2024-12-01",
              "reports_to": "Person 0", "reports_to_id": "p0"}  # fmt: skip
    fresh = [change | {"person": f"New {number}", "person_id": f"new{number}"} for number in range(35)]
    one, ten = [], []
    for number in range(5):  # opened anew each time: what it reads of the index belongs to a load of its own
        one.append(_timed(orggraph.open(copy).load, fresh[number : number + 1]))
    org = orggraph.open(copy)
    for at in range(5, 35, 10):
        ten.append(_timed(org.load, fresh[at : at + 10]) / 10)
    if not {f"New {n}" for n in range(35)} <= set(orggraph.open(copy).as_of("2024-12-31").reporters("Person 0")):
        raise WrongAnswer("orggraph lost a role change")
    field.checked += 1
    others = [peer for peer in peers if isinstance(peer, Sqlite)]
    committed = {
        peer.name: statistics.median(_timed(peer.add, 10**8 + number, 0, 3600) for number in range(9))
        for peer in others
    }
    del org
    shutil.rmtree(copy, ignore_errors=True)
    return {
        "write.one": Measured(statistics.median(one), committed),
        "write.ten": Measured(statistics.median(ten), committed),
    }


def _link(source: str, target: str) -> None:
    """Copy a file of a store: what is in a generation is never written again, so it is linked."""
    if "generations" in Path(source).parts and Path(source).name != "used":
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def _timed(call: Callable[..., Any], *arguments: Any) -> float:
    began = time.perf_counter()
    call(*arguments)
    return time.perf_counter() - began


def cold(field: Field, peers: Sequence[Peer]) -> Table:
    """Time the command line as whole processes, and the databases from Python."""
    who, day = generator.middle_managers(field.lines, 1, seed=10)[0]
    command = (sys.executable, "-m", "orggraph", "--store", str(field.folder), "reports", f"Person {who}",
               "--as-of", str(generator.calendar(day)))  # fmt: skip
    right = {f"Person {person}" for person in field.brute.reports(who, day)}
    plain = list(repeated(7, child, *command))
    explained = list(repeated(5, child, *command, "--explain"))
    for ran in (*plain, *explained):
        if not all(name in ran.out for name in right):
            raise WrongAnswer(f"orggraph is wrong: cold reports Person {who} on day {day}")
    field.checked += len(plain) + len(explained)
    others: dict[str, float] = {}
    for peer in peers:
        if isinstance(peer, Sqlite | Duckdb):
            if isinstance(peer, Duckdb):
                peer.close()
            others[peer.name] = statistics.median(job(peer.name, peer.file, who, day).seconds for _ in range(5))
    return {
        "cold.reports": Measured(statistics.median(ran.seconds for ran in plain), others),
        "cold.explain": Measured(statistics.median(ran.seconds for ran in explained), {}),
        "cold.memory": Measured(max(ran.peak for ran in plain), {}),
    }


def other_readings(field: Field) -> None:
    """Compare what is not timed: what is only possible, and what was believed before the last load."""
    index, asked = field.index, [Question(*q) for q in field.asked["reports"]]
    possible = Brute(field.rows.possible())
    lines = index.org.timeline.direct
    for who, day in asked if field.variant == "uncertain" else ():
        found = set(index.people(lines.reporters(index.key(who), index.day(day), possible=True)))
        if found != set(possible.reports(who, day)):
            raise WrongAnswer(f"orggraph is wrong: possible reports {who} {day}")
        field.checked += 1
    earlier = Brute(field.before)
    for who, day in asked if field.variant == "corrections" else ():
        first = int(index.org.timeline.columns.recorded.min())
        found = set(index.people(lines.reporters(index.key(who), index.day(day), recorded_by=first)))
        if found != set(earlier.reports(who, day)):
            raise WrongAnswer(f"orggraph is wrong: reports {who} {day} as recorded by the first load")
        field.checked += 1
