"""Anonymity: an organization with a pseudonym for every person, for those who may see its shape and not who is in it.

A name and an id get the same pseudonym wherever they stand, so that tenures, lines and counts stay. Quotes, reasons and
what tells an address are left out, keys of the source are numbered.

Why the pseudonyms are others each time: from any fixed rule, whoever has a list of names could work out who is who.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace

from orggraph.changes import RoleChange
from orggraph.erasure import PAIRS, WITHHELD, Erasures, is_address, rewritten
from orggraph.facts import NAME, TYPE
from orggraph.ledger import Ledger, apply
from orggraph.timeline import Timeline
from orggraph.vocabulary import FOAF, Literal, name_key


def anonymous(ledger: Ledger, timeline: Timeline) -> Ledger:
    """Give a ledger without names of persons; every load is replayed, with a new salt for what is minted."""
    hidden = Erasures(secrets.token_hex(32))
    names = {name_key(name): name for name in _names(ledger, timeline)}
    for number, name in enumerate(_shuffled(hidden, names.values()), start=1):
        hidden.add_name(name, f"Person {number}")
    keys = {getattr(e.change, key) for e in ledger.entries for _, key in PAIRS if _is_person(e.change, key)}
    for number, key in enumerate(_shuffled(hidden, keys - {""}), start=1):
        hidden.add_id(key, f"urn:orggraph:anonymous:{number}" if ":" in key else f"anonymous:{number}")
    records = {e.change.record for e in ledger.entries} - {""}
    numbered = {record: str(number) for number, record in enumerate(_shuffled(hidden, records), start=1)}
    after = Ledger(salt=secrets.token_hex(16), base=ledger.base)
    before = replace(ledger, salt=after.salt)
    for revision in rewritten(before, hidden, change=_altering(hidden, numbered))[0]:
        after = apply(after, revision)
    return after


def _shuffled(hidden: Erasures, texts: Iterable[str]) -> list[str]:
    """Give texts in an order that tells nothing of them."""
    return sorted(texts, key=lambda text: hidden.hash("order", text))


def _names(ledger: Ledger, timeline: Timeline) -> set[str]:
    """Give every name of a person, as it is written anywhere."""
    persons = {fact.subject for fact in ledger.facts if fact.kind == TYPE and fact.object == FOAF + "Person"}
    named = (fact.object for iri in persons for fact in timeline.facts_about(iri, NAME))
    found = {name.value for name in named if isinstance(name, Literal)}
    told = {getattr(e.change, name) for e in ledger.entries for name, _ in PAIRS if _is_person(e.change, name)}
    return (found | told) - {""}


def _is_person(change: RoleChange, field: str) -> bool:
    """Tell whether a field of a role change is about a person: ``into`` is where the change itself is about one."""
    return not field.startswith("into") or bool(change.person or change.person_id)


def _altering(hidden: Erasures, numbered: dict[str, str]) -> Callable[[RoleChange], RoleChange]:
    def altered(change: RoleChange) -> RoleChange:
        made = hidden.change(change)
        value = WITHHELD if is_address(made.value) else made.value
        record = numbered.get(change.record, "")
        return replace(made, quote="", reason="", value=value, record=record, file="", line_number=0)

    return altered
