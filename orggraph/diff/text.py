"""A diff as text for people: the counts first, then the events by organization and unit.

Why lines are told together: when a post changes hands, everybody who reports to it reports to somebody else. That is
one line of text, however many they are; the events themselves stay one for each.
Why of a chain of successions the parts are shown and of a merger or a team only a number: each link of a chain is a
story of its own, and of those who went along there is nothing else to say; ``--why`` and the other forms have them.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from orggraph.diff.events import COUNTED_AS, TOLD_TOGETHER, Event, listed
from orggraph.diff.trips import NAMED
from orggraph.period import iso

if TYPE_CHECKING:
    from orggraph.diff import Diff

_PLUS = frozenset({
    "joined", "returned", "unit created", "post created", "post filled", "learned", "confirmed", "reasserted"
})  # fmt: skip
_MINUS = frozenset({"left", "unit closed", "post abolished", "post vacant", "withdrawn", "doubtful", "presumed"})
_OF_LINES = frozenset({"manager changed", "line changed", "dotted line changed"})
_POST = "the post "
_VERBS = {"was": "were", "is": "are", "has": "have"}
_TOLD_WHOLE = frozenset({"succession chain", "swap"})
COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", "~": "\x1b[33m"}
_PLURALS = {
    "manager changed": "managers changed",
    "line changed": "lines changed",
    "dotted line changed": "dotted lines changed",
    "attribute changed": "attributes changed",
    "person renamed": "people renamed",
    "succession": "successions",
    "new term": "new terms",
    "head changed": "heads changed",
    "team moved": "teams moved",
    "succession chain": "chains of succession",
    "swap": "exchanges of posts",
}


class Line(NamedTuple):
    """One line of the report: its sign (``+``, ``-`` or ``~``), its sentence, and the events that it tells.

    ``part``: it is part of the line before it that is not.
    """

    sign: str
    sentence: str
    events: tuple[Event, ...]
    part: bool = False


def text(diff: Diff, *, colour: bool = False) -> str:
    """Write the whole report, ending in a line feed; ``colour`` adds the colours of a terminal to the signs."""
    lines = [heading(diff), summary(diff)]
    for title, found in grouped(diff.events):
        lines += ["", printable(title)]
        for line in found:
            shown = f"{COLOURS[line.sign]}{line.sign}\x1b[0m" if colour else line.sign
            lines.append(f"  {'    ' if line.part else ''}{shown} {printable(line.sentence)}")
    return "\n".join(lines) + "\n"


def heading(diff: Diff) -> str:
    """Say what is compared."""
    if diff.axis == "knowledge":
        return f"What is known about {iso(diff.after)} changed (corrections; nothing need have happened)"
    return f"From {iso(diff.before)} to {iso(diff.after)}"


def summary(diff: Diff) -> str:
    """Write the counts in one line: people first, then the other kinds of events."""
    if not diff:
        return "nothing changed"
    counts = dict(diff.counts)
    before, after = counts.pop("people before"), counts.pop("people after")
    maybe_before, maybe_after = counts.pop("perhaps before"), counts.pop("perhaps after")
    people = f"{_people(before, maybe_before)} -> {_people(after, maybe_after)}"
    parts = [_counted(kind, number, counts) for kind, number in counts.items() if number and kind not in COUNTED_AS]
    return f"{people} in office; {', '.join(parts)}" if parts else f"{people} in office"


def grouped(events: Sequence[Event]) -> list[tuple[str, list[Line]]]:
    """Gather the sentences under the name of their organization and unit, in the order of the events."""
    return [(title, _lines(list(found))) for title, found in groupby(events, key=title_of)]


def printable(words: str) -> str:
    """Replace what would move the cursor, colour or reorder a terminal: control and formatting characters.

    >>> printable("Ann\\x1b[31m")
    'Ann\\ufffd[31m'
    """
    return "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cf") else char for char in words)


def title_of(event: Event) -> str:
    """Name the organization and unit that an event stands under."""
    if not event.subject:
        return "Confirmation"
    return ", ".join(name for name in (event.organization, event.unit) if name) or "Elsewhere"


def _lines(events: list[Event]) -> list[Line]:
    lines: list[Line] = []
    for _, found in groupby(enumerate(events), key=_shared):
        alike = [event for _, event in found]
        first, sign = alike[0], sign_of(alike[0])
        if len(alike) == 1:
            parts = first.parts if first.kind in _TOLD_WHOLE else ()
            lines.append(Line(sign, f"{first.text}{':' if parts else ''}", (first,)))
            lines += [Line(sign_of(part), part.text, (part,), part=True) for part in parts]
        elif first.kind in TOLD_TOGETHER:
            lines.append(Line(sign, _of_several(alike), tuple(alike)))
        else:
            said = "; ".join(event.phrase for event in alike)
            lines.append(Line(sign, f"{first.lead}{first.name} {said}", tuple(alike)))
    return lines


def sign_of(event: Event) -> str:
    """Give the sign of an event: ``+`` for what came, ``-`` for what went, ``~`` for what is otherwise now."""
    return "+" if event.kind in _PLUS else "-" if event.kind in _MINUS else "~"


def _shared(entry: tuple[int, Event]) -> tuple[str, ...]:
    """Give what events must share to be told in one line: of lines, units and posts the phrase, of attributes whom
    they are about; others never are."""
    number, event = entry
    if event.kind in TOLD_TOGETHER:
        return (event.kind, event.lead, event.phrase)
    return (event.kind, event.subject, event.name) if event.kind == "attribute changed" else (event.kind, str(number))


def _of_several(alike: list[Event]) -> str:
    """Say in one sentence what is told of several."""
    first = alike[0]
    both = "both " if len(alike) == 2 and first.kind in _OF_LINES and not first.phrase.startswith("may ") else ""
    return f"{first.lead}{_several([event.name for event in alike])} {both}{_plural(first.phrase)}"


def _several(names: list[str]) -> str:
    """Name several, of posts saying only once that they are; of many the first ones, and how many others.

    >>> _several(["the post Clerk", "the post Clerk", "the post Director, Finance"])
    'the posts Clerk (2) and Director, Finance'
    """
    posts = all(name.startswith(_POST) for name in names)
    counted = Counter(name.removeprefix(_POST) if posts else name for name in names)
    said = [f"{name} ({number})" if number > 1 else name for name, number in counted.items()]
    others = sum(list(counted.values())[NAMED - 1 :]) if len(said) > NAMED else 0
    *first, last = [*said[: NAMED - 1], f"{others} others"] if others else said
    apart = "; " if any(", " in name for name in first) and len(first) > 1 else ", "
    words = f"{apart.join(first)} and {last}" if first else last
    return f"the posts {words}" if posts else words


def _plural(phrase: str) -> str:
    """Put the verb of a sentence in the plural.

    >>> _plural("was created in Labs"), _plural("is no longer certain"), _plural("now reports to Ada")
    ('were created in Labs', 'are no longer certain', 'now report to Ada')
    """
    verb, _, rest = phrase.partition(" ")
    return f"{_VERBS[verb]} {rest}" if verb in _VERBS else phrase.replace("reports to", "report to", 1)


def _counted(kind: str, number: int, counts: Mapping[str, int]) -> str:
    """Write how often something happened, with how many of those who came returned and of moves are promotions."""
    plain = kind
    for prefix in ("perhaps ", "detected "):
        plain = plain.removeprefix(prefix)
    words = plain if number == 1 else _PLURALS.get(plain, _plural_kind(plain))
    within = [f"{counts[part]} {part}" for part, of in COUNTED_AS.items() if of == kind and counts.get(part)]
    within += ["detected"] if kind.startswith("detected ") else []
    perhaps = "perhaps " if kind.startswith("perhaps ") else ""
    return f"{number} {perhaps}{words}" + (f" ({listed(within)})" if within else "")


def _plural_kind(kind: str) -> str:
    first, _, rest = kind.partition(" ")
    return f"{first}s {rest}" if first in ("unit", "post", "role") and rest else kind


def _people(firm: int, maybe: int) -> str:
    return f"{firm} (and perhaps {maybe})" if maybe else f"{firm}"
