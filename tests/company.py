"""The fixture company: Brightwater, a dozen people whom a reader can draw by hand.

On 2024-03-01:

    Board
    └── Ada Abel, Chief Executive (reports to nobody)
        ├── Ben Brook, Chief Technology Officer ........ unit Engineering
        │   ├── Cleo Cruz, Platform Lead ............... unit Platform, in Engineering
        │   │   ├── Eli Egan, Engineer
        │   │   └── Fay Finn, Engineer (dotted line to Hal Hope)
        │   └── Dan Dale, Product Lead ................. unit Engineering
        │       └── Gus Gray, Engineer
        ├── Hal Hope, Chief Financial Officer .......... unit Finance
        │   ├── Ida Ives, Controller (on leave 2024-02-01 until 2024-05-01)
        │   │   └── Kim Kane, Accountant
        │   └── Jon Jay, acting Controller in that time
        └── Lou Lane, adviser, a member without a post

The lines run from post to post. What happens around that day:

    2024-02-29  Gus Gray joins (a leap day)
    2024-04-01  Ben Brook leaves; the post of CTO is vacant
    2024-06-01  Cleo Cruz becomes CTO: she moves from Platform Lead, and Eli Egan takes over from her that day
    2024-09     Hal Hope hands over to Mia Moss, on one day in September that nobody names
    2025-01-01  Engineering is renamed to Technology
"""

from __future__ import annotations

from orggraph.changes import RoleChange
from orggraph.graph import OrgGraph
from orggraph.replay import Replayed, replay

NAME = "Brightwater"
Row = dict[str, str]


def row(kind: str, effective: str = "", **fields: str) -> Row:
    """Give one role change of the company as a row."""
    return {"kind": kind, "effective": effective, "organization": NAME, "source": "the register", **fields}


def starts(person: str, post: str, effective: str, **fields: str) -> Row:
    """Give a start of a person in a post."""
    return row("starts", effective, person=person, post=post, **fields)


def line(post: str, to: str, **fields: str) -> Row:
    """Give a line from post to post, from the first day of the company."""
    return row("reports", "2020-01-01", post=post, reports_to_post=to, **fields)


ROWS: list[Row] = [
    row("created", "2020-01-01"),
    row("created", "2020-01-01", unit="Engineering"),
    row("created", "2020-01-01", unit="Finance"),
    row("created", "2020-01-01", unit="Platform", into="Engineering"),
    starts("Ada Abel", "Chief Executive", "2020-01-01"),
    starts("Ben Brook", "Chief Technology Officer", "2020-01-01", unit="Engineering", until="2024-04-01"),
    starts("Cleo Cruz", "Platform Lead", "2021-05-01", unit="Platform"),
    starts("Dan Dale", "Product Lead", "2021-05-01", unit="Engineering"),
    starts("Eli Egan", "Engineer, Storage", "2022-01-01", unit="Platform"),
    starts("Fay Finn", "Engineer, Network", "2022-01-01", unit="Platform"),
    starts("Gus Gray", "Engineer, Web", "2024-02-29", unit="Engineering"),
    starts("Hal Hope", "Chief Financial Officer", "2020-01-01", unit="Finance"),
    starts("Ida Ives", "Controller", "2020-01-01", unit="Finance"),
    starts("Kim Kane", "Accountant", "2023-01-01", unit="Finance"),
    row("starts", "2023-01-01", person="Lou Lane"),
    row("leave", "2024-02-01", person="Ida Ives", post="Controller", unit="Finance", until="2024-05-01",
        reason="study"),
    row("acting", "2024-02-01", person="Jon Jay", post="Controller", unit="Finance", until="2024-05-01"),
    row("reports", "2020-01-01", post="Chief Executive"),
    line("Chief Technology Officer", "Chief Executive", unit="Engineering"),
    line("Chief Financial Officer", "Chief Executive", unit="Finance"),
    line("Platform Lead", "Chief Technology Officer", unit="Platform"),
    line("Product Lead", "Chief Technology Officer", unit="Engineering"),
    line("Engineer, Storage", "Platform Lead", unit="Platform"),
    line("Engineer, Network", "Platform Lead", unit="Platform"),
    line("Engineer, Network", "Chief Financial Officer", unit="Platform", line="dotted"),
    line("Engineer, Web", "Product Lead", unit="Engineering"),
    line("Controller", "Chief Financial Officer", unit="Finance"),
    line("Accountant", "Controller", unit="Finance"),
    row("transferred", "2024-06-01", person="Cleo Cruz", post="Chief Technology Officer", unit="Engineering",
        from_post="Platform Lead"),
    row("transferred", "2024-06-01", person="Eli Egan", post="Platform Lead", unit="Platform",
        from_post="Engineer, Storage", replaces="Cleo Cruz"),
    starts("Mia Moss", "Chief Financial Officer", "2024-09", unit="Finance", replaces="Hal Hope"),
    row("renamed", "2025-01-01", unit="Engineering", into="Technology"),
]  # fmt: skip
"""The company as role changes."""


def company(*more: Row) -> OrgGraph:
    """Give the company as a graph in memory, with ``more`` loaded at once with it."""
    org = OrgGraph()
    org.load([*ROWS, *more])
    return org


def graph(*rows: Row) -> OrgGraph:
    """Give a graph in memory of other rows, each in one organization and from one source unless it says otherwise."""
    org = OrgGraph()
    org.load([{"organization": NAME, "source": "the register", **given} for given in rows])
    return org


def changes(*rows: Row) -> list[RoleChange]:
    """Read rows as role changes, with the defaults of `graph`."""
    return [RoleChange.parse({"organization": NAME, "source": "the register", **given}) for given in rows]


def replayed(*rows: Row) -> Replayed:
    """Replay rows with the defaults of `graph`."""
    return replay(changes(*rows))


def memberships(org: OrgGraph, person: str) -> list[tuple[str, str, str]]:
    """List the tenures of a person, in order: post (else the place), since, until, with bounds in EDTF."""
    facts = [f for f in org.ledger.believed() if f.kind == "membership" and f.subject == org.find(person)]
    snapshot = org.as_of("2020-01-01").snapshot
    named = [(snapshot.name(f.post or f.role or str(f.object)), f.start, f.end) for f in facts]
    named.sort(key=lambda item: (item[1].latest, item[2].latest, item[1].earliest, item[0]))
    return [(name, start.edtf(), end.edtf()) for name, start, end in named]


def holding(org: OrgGraph, post: str, on: str) -> list[tuple[str, str]]:
    """List who holds a post on a day, with the certainty."""
    return [(answer.name, answer.certainty) for answer in org.as_of(on).holders(post)]


def managers(org: OrgGraph, person: str, on: str) -> list[tuple[str, str, str]]:
    """List to whom somebody reports on a day: name, line and certainty."""
    return [(answer.name, answer.line, answer.certainty) for answer in org.as_of(on).managers(person)]


def codes(org: OrgGraph) -> list[str]:
    """List the codes of what the last load found."""
    return [finding.code for finding in org.findings]
