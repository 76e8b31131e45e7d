"""What an article says besides: in which posts persons are introduced, whom it is about, from when all of it counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from orggraph.extraction.days import COMING, UNTIL, moment
from orggraph.extraction.names import Tagged
from orggraph.extraction.reading import ELSEWHERE, TRANSFERRED, Event
from orggraph.extraction.rows import OPENING, Row
from orggraph.period import intersect

_INTRODUCED = (
    re.compile(r"(?P<of>the |its |<O\d+> 's |^|, |\. )?<T(?P<t>\d+)> ,? ?<P(?P<p>\d+)>"),
    re.compile(
        r"<P(?P<p>\d+)> , (?P<of>the |its |our |<O\d+> ['’]s? )?"
        r"(?:founder and |current |currently |outgoing )?<T(?P<t>\d+)>"
    ),
)
_PREVIOUS = re.compile(
    r"^(?:<P(?P<p>\d+)>|he|she|they) (?:was|had been|is|has been) (?:most recently |previously |currently |"
    r"formerly |until now )"
    r"(?:the |its |a )?<T(?P<t>\d+)>(?! (?:of|at) (?:the )?<O)"
)
_EFFECT = re.compile(
    r"\b(?:changes?|appointments?|moves?|promotions?|both)\b.*\b(?:takes? effect|are effective|"
    r"is effective)\b.*?<D(\d+)>"
)
_LAST_DAY = re.compile(r"\b(?:his|her|their) last day (?:will be|is|was) <D(\d+)>")


def introduced(lines: Iterable[Tagged]) -> dict[str, str]:
    """Give the post in which each person is introduced first: ``finance chief Paulette Roy``, ``Doyle, the CFO,``."""
    found: dict[str, str] = {}
    for line in lines:
        for pattern in _INTRODUCED:
            for match in pattern.finditer(line.line):
                title = line.items[int(match.group("t"))]
                recently = re.search(r"most recently $|former $", line.line[: match.start("t") - 2])
                state = title.title.state if title.title else ""
                if not state and not recently and not title.text.startswith("Deputy"):
                    found.setdefault(line.items[int(match.group("p"))].text, title.text)
    return found


def first_mentions(lines: Iterable[Tagged]) -> dict[str, int]:
    """Give the number of the sentence in which each organization is named first."""
    found: dict[str, int] = {}
    for line in lines:
        for item in line.items:
            if item.kind == "O":
                found.setdefault(item.text, line.sentence.number)
    return found


def main_organization(lines: Iterable[Tagged], events: Iterable[Event]) -> str:
    """Give the organization that the article is about: the one named most in changes, the first of several."""
    counted = Counter(event.organization for event in events if event.organization)
    order = [line.items[int(n)].text for line in lines for n in re.findall(r"<O(\d+)>", ELSEWHERE.sub("", line.line))]
    if not order:
        return ""
    if not counted:
        return order[0]
    return max(dict.fromkeys(order), key=lambda name: (counted[name], -order.index(name)))


def further(lines: Iterable[Tagged], made: list[Row], *, published: date | None) -> None:
    """Read what a sentence says of changes that others told: the post held before, the day on which all take effect."""
    for line in lines:
        _previous_post(line, made)
        number = line.sentence.number
        before = [row for row in made if row.sentences and row.sentences[0] < number]
        if match := _EFFECT.search(line.line):
            _dated(
                line, int(match.group(1)), [r for r in before if r.sentences[0] >= number - 2], published, ends=False
            )
        if match := _LAST_DAY.search(line.line):
            _dated(line, int(match.group(1)), [r for r in before if r.kind == "ends"][-1:], published, ends=True)


def _dated(line: Tagged, item: int, rows: list[Row], published: date | None, *, ends: bool) -> None:
    when = line.items[item].when
    if when is None:
        return
    when = when._replace(lead=UNTIL) if ends else when
    effective = moment(when, told=COMING, published=published, ends=ends)
    for row in rows:
        row.effective = intersect(row.effective, effective) or row.effective
        row.sentences.append(line.sentence.number)


def _previous_post(line: Tagged, made: list[Row]) -> None:
    match = _PREVIOUS.search(line.line)
    if match is None:
        return
    named = line.items[int(match.group("p"))].text if match.group("p") else ""
    number = line.sentence.number
    own = [r for r in made if r.kind in OPENING and (r.person == named if named else r.sentences[0] == number - 1)]
    title = line.items[int(match.group("t"))].text
    for row in own[-1:]:
        if not row.from_post and row.post.casefold() != title.casefold():
            row.from_post = title
            row.kind = TRANSFERRED if row.kind != "acting" else row.kind
            row.sentences.append(number)
