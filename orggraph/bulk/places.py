"""Places: what posts, roles, units and organizations the rows speak of.

Why they are resolved by `Identity` all the same: what a name stands for depends on everything that is said, but on
nothing more than which mentions there are and in which order they begin and end. So `Identity` is given the first row
with each mention, and where a unit is named also the last, and nothing that it decides is decided a second time here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from orggraph.bulk.arrays import Codes, Keys, numbered, paired
from orggraph.bulk.sheets import Ints, NotPlain, Sheet
from orggraph.errors import Finding
from orggraph.replay.identity import Identity
from orggraph.replay.statements import Statement, in_force

_MENTIONS = {
    "post": ("post", "post_id", "unit", "unit_id"),
    "role": ("role",),
    "manager": ("reports_to_post", "reports_to_post_id", "unit", "unit_id"),
}
"""The fields by which rows mention each, all of them within an organization; who says so makes no difference."""
_WITHIN = ("organization", "organization_id")


@dataclass(slots=True)
class Places:
    """The posts, roles, units and organizations, and the number of each that a row speaks of (-1 for none).

    ``place`` is where a tenure of the row is: its unit, else what its post belongs to, else its organization;
    ``manager`` the post it reports to. ``kinds``, ``labels`` and ``placed`` are what `Identity` found of them all.
    """

    iris: list[str]
    post: Ints
    role: Ints
    unit: Ints
    organization: Ints
    place: Ints
    manager: Ints
    kinds: dict[str, str]
    labels: dict[str, dict[str, str]]
    placed: dict[str, str]
    findings: tuple[Finding, ...]


def places_of(sheet: Sheet, ids: Keys, rank: Codes, *, base: str, salt: str) -> Places:
    """Find out what places there are; ``ids`` are the identities of the rows, ``rank`` is the order of replay."""
    order = np.argsort(rank, kind="stable")
    mentions = {what: _mentions(sheet, fields) for what, fields in _MENTIONS.items()}
    mentions["manager"] = numbered(paired(mentions["manager"], sheet.codes("reports_to_id") > 0))  # persons go first
    first = {what: order[np.unique(codes[order], return_index=True)[1]] for what, codes in mentions.items()}
    united = (sheet.codes("unit") > 0) | (sheet.codes("unit_id") > 0)
    backwards = order[::-1][united[order[::-1]]]
    last = backwards[np.unique(mentions["post"][backwards], return_index=True)[1]]
    chosen = np.unique(np.concatenate([*first.values(), last]))
    identity, of_row = _identified(sheet, ids, chosen, base=base, salt=salt)
    numbers: dict[str, int] = {"": -1}

    def column(what: str, told: Iterator[str]) -> Ints:
        """Give the numbers of what the first row with each mention says."""
        found = np.array([numbers.setdefault(iri, len(numbers) - 1) for iri in told], dtype=np.int32)
        return found[mentions[what]]

    def said(what: str) -> Iterator[Statement]:
        return (of_row[row] for row in first[what].tolist())

    columns = {
        "post": column("post", (s.post for s in said("post"))),
        "role": column("role", (s.role for s in said("role"))),
        "unit": column("post", (s.unit for s in said("post"))),
        "organization": column("post", (s.organization for s in said("post"))),
        "place": column("post", (_place_of(s, identity) for s in said("post"))),
        "manager": column("manager", (s.manager if _names_post(s) else "" for s in said("manager"))),
    }
    kinds = {iri: kind for iri, kind in identity.kinds.items() if kind != "person"}
    return Places(
        [iri for iri in numbers if iri], **columns, kinds=kinds, labels={iri: identity.labels[iri] for iri in kinds},
        placed=identity.placed, findings=tuple(identity.findings),
    )  # fmt: skip


def _mentions(sheet: Sheet, fields: tuple[str, ...]) -> Ints:
    """Number what the rows say in some fields."""
    codes: Ints = np.zeros(len(sheet), dtype=np.int32)
    for name in (*fields, *_WITHIN):
        if name in sheet.columns:
            codes = numbered(paired(codes, sheet.codes(name)))
    return codes


def _identified(
    sheet: Sheet, ids: Keys, rows: NDArray[np.int64], *, base: str, salt: str
) -> tuple[Identity, dict[int, Statement]]:
    """Let `Identity` resolve some rows; give their statements by row."""
    told = zip(sheet.parse(rows.tolist()), ids[rows].astype(str).tolist(), strict=True)
    changes = [change.identified(identity) for change, identity in told]
    statements, findings = in_force(changes)
    if findings or len(statements) != len(rows):
        raise NotPlain("the rows of the places are not taken as they are")
    identity = Identity(statements, base=base, salt=salt)
    of_change = {id(statement.change): statement for statement in statements}
    return identity, {row: of_change[id(change)] for row, change in zip(rows.tolist(), changes, strict=True)}


def _place_of(statement: Statement, identity: Identity) -> str:
    """Give the unit or organization of a tenure; see `Gathered.add_tenure`."""
    if statement.post and not statement.unit:
        return identity.placed.get(statement.post) or statement.place
    return statement.place


def _names_post(statement: Statement) -> bool:
    change = statement.change
    return bool(change.reports_to_post or change.reports_to_post_id) and not change.reports_to_id
