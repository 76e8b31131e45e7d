"""What is done to a store while it is killed: a name, what is there before, and loads one after the other."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import company

from orggraph import OrgGraph, bulk, firstload, graph, opening
from orggraph.store import embedded
from orggraph.store.embedded import EmbeddedStore
from orggraph.timeline import columns

NOW = 1_700_000_000_000_000
"""The clock stands still, so that every run records the same; the recorded time still rises from load to load."""
SALT = "5a17" * 8

KEPT = "kept.tar"

Work = Callable[[OrgGraph, Path], object]


class Scenario(NamedTuple):
    """A name; the loads that are there before, and those that are killed; and what is set first."""

    name: str
    before: tuple[Work, ...]
    loads: tuple[Work, ...]
    settings: Callable[[], None] = lambda: None


def opened(store: Path) -> OrgGraph:
    """Open a store, or make one that mints what all others mint."""
    secrets.token_hex = lambda _size=32: SALT
    return OrgGraph(EmbeddedStore(store), clock=lambda: NOW)


def written(folder: Path) -> None:
    """Write the files that are loaded."""
    people = ["kind,person,person_id,post,organization,effective,until,reports_to,reports_to_id,source"]
    for number in range(300):
        boss = f"P{number // 7},p{number // 7}" if number else ","
        people.append(f"starts,P{number},p{number},Post {number},Acme,2020-01-{number % 28 + 1:02d},,{boss},register")
    (folder / "tenures.csv").write_text("\n".join([*people, ""]), "utf-8")
    for month in (1, 2, 3):
        listed = ["Employee ID,Name,Title,Manager ID"]
        listed += [f"{n},P{n},Clerk,{'' if n == 1 else 1}" for n in range(1, 60 + month)]
        (folder / f"staff-2025-0{month}-28.csv").write_text("\n".join([*listed, ""]), "utf-8")


def _company(org: OrgGraph, _folder: Path) -> None:
    org.load(company.ROWS)


def _hired(name: str) -> Work:
    hired = [(f"{name} {part}", f"Clerk {name}{part}") for part in "ab"]
    rows = [company.starts(person, post, "2024-05-01", reports_to="Ada Abel") for person, post in hired]
    return lambda org, _folder: org.load(rows)


def _tenures(org: OrgGraph, folder: Path) -> None:
    org.load(folder / "tenures.csv")


def _lists(org: OrgGraph, folder: Path) -> None:
    lists = (folder / f"staff-2025-0{month}-28.csv" for month in (1, 2, 3))
    org.load(*lists, mapping={"constants": {"organization": "Acme"}})


def _unload(org: OrgGraph, _folder: Path) -> None:
    org.unload(next(load.id for load in org.loads() if load.removed is None))


def _record(org: OrgGraph, _folder: Path) -> None:
    org.record("ends", person="Lou Lane", organization=company.NAME, effective="2025-02-01")


def _erase(org: OrgGraph, _folder: Path) -> None:
    org.erase("Cleo Cruz")


def _kept(org: OrgGraph, folder: Path) -> None:
    org.backup(folder / KEPT)


def _restore(org: OrgGraph, folder: Path) -> None:
    opening.restore(folder / KEPT, org._store.location, force=True)


def _alone() -> None:
    graph.LARGE = columns.MANY = 0


def _merging() -> None:
    from orggraph import timeline

    _alone()
    timeline.WORTHWHILE = 0


def _bulk() -> None:
    bulk.LARGE = firstload.MANY = 0


def _parts() -> None:
    embedded.BULK = 200


SCENARIOS: Sequence[Scenario] = (
    Scenario("a first load", (), (_company,)),
    Scenario("a first load in bulk", (), (_tenures,), _bulk),
    Scenario("a first load of lists", (), (_lists,), _bulk),
    Scenario("a first load in parts", (), (_company,), _parts),
    Scenario("a small load", (_company,), (_hired("Bo"),)),
    Scenario("a load as a delta", (_company,), (_hired("Bo"),), _alone),
    Scenario("a load that merges the index", (_company,), (_hired("Bo"),), _merging),
    Scenario("a record", (_company,), (_record,)),
    Scenario("an unload", (_company, _hired("Bo")), (_unload,)),
    Scenario("an erasure", (_company, _hired("Bo")), (_erase,)),
    Scenario("a restore", (_company, _kept, _hired("Bo")), (_restore,)),
    Scenario("loads one after the other", (_company,), (_hired("Bo"), _record, _hired("Cy"))),
)
