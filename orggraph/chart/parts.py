"""What stands on a chart: cards, lines and groups on a sheet, before anything is laid out or drawn.

A card is a person with a membership or a line on the day, a vacant post, or a unit. A line runs from who reports to
whom they report to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from orggraph.errors import UnknownName
from orggraph.period import iso
from orggraph.snapshot import CERTAIN, POSSIBLE, PRESUMED

DIRECT, DOTTED = "direct", "dotted"
PERSON, POST, UNIT = "person", "post", "unit"
STRENGTH = (CERTAIN, PRESUMED, POSSIBLE)
"""How sure something can be, the surest first."""
MARKS = ("joined", "left", "moved", "changed post", "created", "closed")
"""What a comparison marks on a card, in the order of the legend; posts and units are created and closed."""


_LETTERS = re.compile(r"[^\W\d_][^\s]*")
_TITLES = frozenset({"dame", "dr", "lady", "lord", "miss", "mr", "mrs", "ms", "mx", "prof", "professor", "rt", "sir"})

GHOSTS = frozenset({"left", "closed"})
"""The marks of what is drawn as a ghost, since it is there on the first day alone."""


class Held(NamedTuple):
    """One post, role or membership on a card: what and where, how sure, and what must be said beside it.

    On the card of a post ``post`` names who holds it, on that of a unit its head.
    """

    post: str
    unit: str
    certainty: str
    since: str
    confirmed: str
    notes: tuple[str, ...]
    sources: tuple[str, ...]


class Card(NamedTuple):
    """A person, a post or a unit.

    ``below`` counts who stands under it but is not drawn. ``badges`` are the words of its badges (acting, co-head,
    new, …), ``tone`` the place of its unit in ``Sheet.tones`` or -1, ``assistant`` whether it stands beside and not
    below, ``highlighted`` whether it is on the path asked for. In a comparison ``mark`` is one of `MARKS` and
    ``was`` says what it was before; otherwise both are empty. ``photo`` is a ``data:`` address or empty.
    """

    iri: str
    name: str
    kind: str
    certainty: str
    held: tuple[Held, ...] = ()
    notes: tuple[str, ...] = ()
    below: int = 0
    badges: tuple[str, ...] = ()
    tone: int = -1
    assistant: bool = False
    highlighted: bool = False
    mark: str = ""
    was: str = ""
    photo: str = ""

    @property
    def initials(self) -> str:
        """Give the first letters of the first and the last name, for where there is no photo.

        >>> [Card("urn:p", name, PERSON, CERTAIN).initials for name in ("Dr Zoë van der Adams", "李小龍", "Ada")]
        ['ZA', '李', 'A']
        """
        words = [word for word in _LETTERS.findall(self.name) if word.rstrip(".").casefold() not in _TITLES]
        return "".join(word[0].upper() for word in dict.fromkeys([*words[:1], *words[-1:]]))

    @property
    def unfilled(self) -> bool:
        """Tell whether this is a post that names nobody: then ``notes`` say why."""
        return self.kind == POST and bool(self.notes)

    @property
    def post(self) -> str:
        """Give the names of all posts held, the surest first."""
        return "; ".join(dict.fromkeys(held.post for held in self.held if held.post))

    @property
    def unit(self) -> str:
        """Give the names of the units in which they are held."""
        return "; ".join(dict.fromkeys(held.unit for held in self.held if held.unit))


class Line(NamedTuple):
    """Who reports to whom; ``in_cycle`` where following direct lines upwards leads back to the reporter.

    In a comparison ``mark`` is ``new``, ``gone`` or, of an arrow from where somebody was, ``moved``.
    """

    reporter: str
    manager: str
    kind: str
    certainty: str
    derived: bool
    since: str = ""
    sources: tuple[str, ...] = ()
    in_cycle: bool = False
    highlighted: bool = False
    mark: str = ""


class Group(NamedTuple):
    """The people (and vacant posts) of one unit who have no line; ``unit`` is the IRI of its card.

    ``above`` is the IRI of the unit that this one is in, where that has a card on a chart of units; else empty.
    """

    unit: str
    members: tuple[str, ...]
    above: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is to be drawn: cards by name, lines by the names at their ends, groups by the name of the unit.

    ``tones`` are the names of the units that have a colour, for the legend; ``counts`` the marks of a comparison with
    how many cards have each. ``view`` is one of people, posts and units.
    """

    title: str
    subtitle: str
    day: int
    cards: tuple[Card, ...]
    lines: tuple[Line, ...]
    groups: tuple[Group, ...]
    remarks: tuple[str, ...]
    tones: tuple[str, ...] = ()
    counts: tuple[tuple[str, int], ...] = ()
    view: str = "people"

    def card(self, iri: str) -> Card:
        """Give the card of an entity; `UnknownName` if it has none."""
        for card in self.cards:
            if card.iri == iri:
                return card
        raise UnknownName(f"{iri} is not on the chart of {iso(self.day)}")
