"""A diff as text for people: the counts first, then the events by organization and unit.

Why lines are told together: when a post changes hands, everybody who reports to it reports to somebody else. That is
one line of text, however many they are; the events themselves stay one for each.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from orggraph.diff.events import LINE_KINDS, Event, listed
from orggraph.period import iso

if TYPE_CHECKING:
    from orggraph.diff import Diff

_NAMED = 6
_PLUS = frozenset({"joined", "unit created", "post created", "post filled", "confirmed", "reasserted"})
_MINUS = frozenset({"left", "unit closed", "post abolished", "post vacant", "doubtful", "presumed"})
_COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", "~": "\x1b[33m"}
_PLURALS = {
    "manager changed": "managers changed",
    "line changed": "lines changed",
    "dotted line changed": "dotted lines changed",
    "attribute changed": "attributes changed",
    "person renamed": "people renamed",
    "succession": "successions",
    "new term": "new terms",
}


class Line(NamedTuple):
    """One line of the report: its sign (``+``, ``-`` or ``~``) and its sentence."""

    sign: str
    sentence: str


def text(diff: Diff, *, colour: bool = False) -> str:
    """Write the whole report, ending in a line feed; ``colour`` adds the colours of a terminal to the signs."""
    lines = [heading(diff), summary(diff)]
    for title, found in grouped(diff.events):
        lines += ["", printable(title)]
        for sign, sentence in found:
            shown = f"{_COLOURS[sign]}{sign}\x1b[0m" if colour else sign
            lines.append(f"  {shown} {printable(sentence)}")
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
    parts = [_counted(kind, number) for kind, number in counts.items() if number]
    return f"{people} in office; {', '.join(parts)}" if parts else f"{people} in office"


def grouped(events: Sequence[Event]) -> list[tuple[str, list[Line]]]:
    """Gather the sentences under the name of their organization and unit, in the order of the events."""
    return [(title, _lines(list(found))) for title, found in groupby(events, key=_title)]


def printable(words: str) -> str:
    """Replace what would move the cursor, colour or reorder a terminal: control and formatting characters.

    >>> printable("Ann\\x1b[31m")
    'Ann\\ufffd[31m'
    """
    return "".join("\ufffd" if unicodedata.category(char) in ("Cc", "Cf") else char for char in words)


def _title(event: Event) -> str:
    if not event.subject:
        return "Confirmation"
    return ", ".join(name for name in (event.organization, event.unit) if name) or "Elsewhere"


def _lines(events: list[Event]) -> list[Line]:
    lines: list[Line] = []
    for (_, _, phrase), found in groupby(events, key=_sentence_key):
        alike = list(found)
        sign = "+" if alike[0].kind in _PLUS else "-" if alike[0].kind in _MINUS else "~"
        names = [event.name for event in alike]
        if len(alike) == 1:
            lines.append(Line(sign, alike[0].text))
        else:
            both = "both " if len(alike) == 2 and not phrase.startswith("may ") else ""
            lines.append(Line(sign, f"{_several(names)} {both}{_plural(phrase)}"))
    return lines


def _sentence_key(event: Event) -> tuple[str, str, str]:
    """Give what sentences must share to be told together: lines the whole phrase, others never share it."""
    return (event.kind, "" if event.kind in LINE_KINDS else event.subject, event.phrase)


def _several(names: list[str]) -> str:
    if len(names) <= _NAMED:
        return listed(names)
    return f"{', '.join(names[: _NAMED - 1])} and {len(names) - _NAMED + 1} others"


def _plural(phrase: str) -> str:
    return phrase.replace("reports to", "report to", 1)


def _counted(kind: str, number: int) -> str:
    perhaps, plain = ("perhaps ", kind.removeprefix("perhaps ")) if kind.startswith("perhaps ") else ("", kind)
    words = plain if number == 1 else _PLURALS.get(plain, _plural_kind(plain))
    return f"{number} {perhaps}{words}"


def _plural_kind(kind: str) -> str:
    first, _, rest = kind.partition(" ")
    return f"{first}s {rest}" if first in ("unit", "post", "role") and rest else kind


def _people(firm: int, maybe: int) -> str:
    return f"{firm} (and perhaps {maybe})" if maybe else f"{firm}"
