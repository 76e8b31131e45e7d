"""Texts: terms and triples as N-Triples, and which moments are written as plainly as most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from orggraph.bulk.sheets import Ints
from orggraph.ledger import recorded_text
from orggraph.period import ONGOING, Moment, iso
from orggraph.rdf import Triple, to_oxigraph
from orggraph.vocabulary import XSD, Literal, Term


def term_of(term: Term) -> str:
    """Write a term."""
    return str(to_oxigraph(term))


def lines_of(triples: Iterable[Triple]) -> str:
    """Write triples."""
    told = ((term_of(subject), term_of(predicate), term_of(term)) for subject, predicate, term in triples)
    return "".join(f"{subject} {predicate} {term} .\n" for subject, predicate, term in told)


def verb_of(predicate: str) -> str:
    """Give what stands between the subjects and the objects of a predicate."""
    return f" <{predicate}> "


def time_of(microseconds: int) -> str:
    """Write a recorded time."""
    return term_of(Literal(recorded_text(microseconds), XSD + "dateTime"))


class Plain(NamedTuple):
    """Of each moment: the number of the source of a plainly written day, 0 for ongoing, -1 where it is less simple."""

    source: Ints
    sources: list[str]

    @classmethod
    def of(cls, moments: Sequence[Moment]) -> Plain:
        """Look at all moments."""
        numbers: dict[str, int] = {"": 0}
        source = [
            0 if m == ONGOING
            else numbers.setdefault(m.earliest_from, len(numbers)) if _is_plain(m)
            else -1 for m in moments
        ]  # fmt: skip
        return cls(np.array(source, dtype=np.int32), list(numbers))


def _is_plain(m: Moment) -> bool:
    """Tell whether a moment is a day of one named source, written as days are."""
    one = m.exact and bool(m.earliest_from) and m.earliest_from == m.latest_from
    return one and not m.key and m.text == iso(m.earliest)
