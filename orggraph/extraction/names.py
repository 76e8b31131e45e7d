"""Names in an article: which words name a person, an organization or a unit, and who is meant by a short one.

Nothing here knows names. A run of capitalised words is taken for a person or an organization by what stands around it,
anywhere in the article: a title or ``who`` says a person, ``at`` or ``plc`` an organization. ``Marsh`` is whoever was
called ``Helena Marsh`` before, the organization likewise ``Brightwater`` for ``Brightwater Foods Inc.``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from orggraph.extraction.days import When, whens
from orggraph.extraction.lexicon import HONORIFICS, NO_NAME, ORGANIZATIONAL, PARTICLES
from orggraph.extraction.sentences import Sentence, Token, tokens
from orggraph.extraction.titles import Title, titles

_AUX = (
    r"(?:(?:will|would|has|have|had|is|are|was|were|be|been|to|not|never|also|both|may|might|could|expected|set|due|"
    r"declined|now|<D\d+>) )*"
)
_PERSON_AFTER = re.compile(
    rf"(?:, who\b|, \d|, the [a-z]|,? ?<T\d+>|'s successor|{_AUX}(?:joined|joins|join|succeeds?|"
    r"succeeded|replaces?|replaced|"
    r"steps?|stepped|stands?|resign\w*|retire\w*|leav\w+|left|becomes?|became|takes?|took|begins?|began|starts?|started|"
    r"reports?|moves?|moved|elected|died|departed|departs|told|returns?|returned|serves?|appointed <T|named <T)\b|"
    r"(?:has|have|had|was|were|is|will)(?: (?:been|be|to be|not))* (?:promoted|hired|appointed|named|elected|"
    r"chosen|picked)\b(?! <N>))"
)
_ORG_AFTER = re.compile(
    r"(?:(?:has|have|had|today|also|on <D\d+>)? ?(?:appointed|appoints|named|names|hired|hires|elected|promoted|"
    r"promotes|"
    r"announced|announces|fired|ousted|dismissed|sacked|chosen|picked|posted|parted) (?!<T)|"
    r"(?:has|have|gets) (?:a |its |another )*(?:new |next )?<T|['’]s? <T|'s (?:board|chief|new)|"
    r", (?:the|a|an) (?:[\w-]+ ){0,3}(?:maker|company|firm|bank|retailer|chain|startup|start-up|group|operator|"
    r"producer|developer|carmaker|utility|charity|publisher|supplier|insurer|airline|brewer)\b)"
)
_PERSON_BEFORE = re.compile(
    r"(?:<T\d+> ?,?|<H>|\b(?:appointed|named|names|hired|promoted|elected|chosen|replac\w+|succeed\w*|succeeding|"
    r"appointment of|"
    r"report to|reports to|reporting to|take over from|takes over from|took over from|by|founder|mr|deputy|successor"
    r"|takes over|predecessor|welcome|said|led by|follows)(?: ,)?) $"
)
_ORG_BEFORE = re.compile(
    r"(?:\b(?:at|the|join|joins|joined|joining|left|leaves|leave|leaving|returned to|returning to|of|board of|rival) )$"
)
_UNIT_NOUNS = (
    "division|unit|department|team|business|arm|practice|desk|group|segment|programme|program|subsidiary|office"
)


_BRACKETS = re.compile(r" \( [^()<>]{1,40} \)")
"""What stands in brackets and is marked as nothing: an age, an abbreviation."""


class Item(NamedTuple):
    """A part of a sentence: ``P`` person, ``O`` organization, ``T`` title, ``U`` unit, ``D`` day, or ``W`` a word."""

    kind: str
    text: str
    title: Title | None = None
    when: When | None = None


class Tagged(NamedTuple):
    """A sentence with its items, and the same as a line in which every item but words is a mark such as ``<P3>``."""

    sentence: Sentence
    items: tuple[Item, ...]
    line: str


def tagged(found: Iterable[Sentence], *, organization: str = "") -> list[Tagged]:
    """Tag the sentences of an article; every person and organization is given by the fullest name in it."""
    parted = [_parted(sentence) for sentence in found]
    known = _classified(parted, organization)
    return [_line(sentence, [_named(item, known) for item in items]) for sentence, items in parted]


def _line(sentence: Sentence, items: list[Item]) -> Tagged:
    kept = _merged_units(items)
    words = [item.text.casefold() if item.kind == "W" else f"<{item.kind}{at}>" for at, item in enumerate(kept)]
    return Tagged(sentence, tuple(kept), _BRACKETS.sub("", " ".join(words)))


def _parted(sentence: Sentence) -> tuple[Sentence, list[Item]]:
    """Divide a sentence into titles, days, runs of capitalised words (kind ``N``) and words."""
    words = tokens(sentence.text)
    spans = {title.first: title for title in titles(words)}
    days = whens(sentence.text)
    items: list[Item] = []
    at = 0
    while at < len(words):
        day = next((d for d in days if d.start <= words[at].start < d.end), None)
        if day is not None:
            items.append(Item("D", sentence.text[day.start : day.end], when=day))
            while at < len(words) and words[at].start < day.end:
                at += 1
        elif at in spans:
            items.append(Item("T", spans[at].name, title=spans[at]))
            at = spans[at].end
        else:
            limit = _limit(words, at, spans, days)
            end = _run_end(words, at, limit)
            if end > at:
                items.append(Item("N", _joined(words, at, end, sentence.text)))
            else:
                lower = words[at].text.casefold()
                items.append(Item("H" if lower in HONORIFICS and words[at].text[0].isupper() else "W", words[at].text))
                end = at + 1
            at = end
    return sentence, items


def _limit(words: list[Token], at: int, spans: dict[int, Title], days: list[When]) -> int:
    """Give the token before which a run has to end: the next title or day."""
    starts = [first for first in spans if first > at]
    starts += [n for n in range(at + 1, len(words)) if any(d.start <= words[n].start < d.end for d in days)]
    return min(starts, default=len(words))


def _run_end(words: list[Token], at: int, limit: int) -> int:
    """Give the end of a run of capitalised words that begins at ``at``, with particles, ``of`` and ``&`` inside."""
    if not _capital(words[at].text) or words[at].text.casefold() in HONORIFICS:
        return at
    if words[at].text.casefold() in NO_NAME and not _starts_name(words, at, limit):
        return at
    end = at + 1
    while end < limit:
        word = words[end].text
        if (
            _capital(word)
            and word.casefold() not in HONORIFICS
            and (word.casefold() not in NO_NAME or word.casefold() in ORGANIZATIONAL)
        ):
            end += 1
        elif _bridge(words, end, limit):
            end += 2 if _capital(words[end + 1].text) else 3
        elif word in ("'s", "’s") and end + 1 < limit and words[end + 1].text.casefold() in ORGANIZATIONAL:
            end += 2 if _capital(words[end + 1].text) else 1
        elif word in ("plc", "llc", "gmbh"):
            return end + 1
        else:
            break
    return end


def _starts_name(words: list[Token], at: int, limit: int) -> bool:
    """Tell whether ``The`` or ``De`` is written large in the middle of a sentence, as part of a name."""
    return words[at].text in ("The", "De", "La", "El") and at > 0 and at + 1 < limit and _capital(words[at + 1].text)


def _bridge(words: list[Token], at: int, limit: int) -> bool:
    """Tell whether a small word at ``at`` joins capitalised words to one name."""
    if at + 1 >= limit:
        return False
    word, after = words[at].text, words[at + 1].text
    if word in PARTICLES or word in ("of", "&", "for"):
        if _capital(after) and after.casefold() not in NO_NAME:
            return word != "for" or words[at - 1].text.casefold() in ORGANIZATIONAL
        return word in PARTICLES and after in PARTICLES and at + 2 < limit and _capital(words[at + 2].text)
    return word == "of" and after == "the" and at + 2 < limit and _capital(words[at + 2].text)


def _capital(word: str) -> bool:
    return word[:1].isupper() or (word[:1].isdigit() and any(letter.isupper() for letter in word))


def _joined(words: list[Token], first: int, end: int, text: str) -> str:
    return text[words[first].start : words[end - 1].end]


def _classified(parted: list[tuple[Sentence, list[Item]]], organization: str) -> dict[str, tuple[str, str]]:
    """Give for each run its kind (``P``, ``O`` or ``W``) and its full name."""
    votes: Counter[str] = Counter()
    order: dict[str, None] = {}
    for _, items in parted:
        marks = ["<N>" if i.kind == "N" else f"<{i.kind}{n}>" if i.kind in "TD" else f"<{i.kind}>" if i.kind == "H"
                 else i.text.casefold() for n, i in enumerate(items)]  # fmt: skip
        for at, item in enumerate(items):
            if item.kind == "N":
                order.setdefault(item.text)
                before = " ".join(marks[max(0, at - 4) : at]) + " "
                after = " ".join(marks[at + 1 : at + 7])
                votes[item.text] += _vote(item.text, before, after)
    persons = [name for name in order if " " in name and (votes[name] > 0 or _plainly_personal(name, votes[name]))]
    organizations = [name for name in order if votes[name] < -1]
    organizations += [organization] if organization else []
    known: dict[str, tuple[str, str]] = {}
    for name in order:
        known[name] = _kind(name, votes[name], persons, organizations)
    return known


def _vote(name: str, before: str, after: str) -> int:
    """Weigh what stands around one mention: above 0 for a person, below for an organization."""
    words = name.casefold().split()
    vote = 0
    if set(words) & ORGANIZATIONAL or "&" in words or "of" in words or words[0] == "the":
        vote -= 6
    if len(words) > 4:
        vote -= 2
    vote += 3 if _PERSON_BEFORE.search(before) else 0
    vote += 1 if re.search(r"report(?:s|ing)? to $", before) else 0
    vote += 6 if before.endswith("<H> ") else 0
    vote -= 2 if _ORG_BEFORE.search(before) and not before.endswith("appointment of ") else 0
    titled = re.search(r"<T\d+> $", before) is not None
    vote -= 5 if _ORG_AFTER.match(after) and not titled else 0
    vote += 2 if _PERSON_AFTER.match(after) else 0
    vote -= 1 if before.endswith(" in ") else 0
    return vote


def _kind(name: str, vote: int, persons: list[str], organizations: list[str]) -> tuple[str, str]:
    """Decide for one run, short names by the full ones."""
    parts = name.split()
    if (
        (vote > 0 or name in persons)
        and len(parts) > 1
        and not any(_short_for(name, full) for full in persons if full != name)
    ):
        return "P", name
    holders = [full for full in persons if full != name and _short_for(name, full)]
    if holders:
        return "P", holders[0]
    longer = [full for full in organizations if full != name and _org_short_for(name, full)]
    if longer:
        return "O", longer[0]
    if vote < -1:
        return "O", name
    if vote > 0 and len(parts) > 1:
        return "P", name
    return ("P", name) if vote > 3 else ("W", name)


def _plainly_personal(name: str, vote: int) -> bool:
    """Tell whether nothing speaks against a name of two or three words, each a name and none in capitals."""
    words = name.split()
    return vote == 0 and len(words) in (2, 3) and all(w[:1].isupper() and w[1:].islower() for w in words)


def _short_for(name: str, full: str) -> bool:
    """Tell whether a name is the last (or first) part of a full one."""
    short, long = name.split(), full.split()
    return len(short) < len(long) and (long[-len(short) :] == short or long[: len(short)] == short)


def _org_short_for(name: str, full: str) -> bool:
    short, long = name.split(), full.split()
    initials = "".join(word[0] for word in long if word[0].isupper())
    return (len(short) < len(long) and long[: len(short)] == short) or (len(name) > 1 and name == initials)


def _named(item: Item, known: dict[str, tuple[str, str]]) -> Item:
    if item.kind == "H":
        return Item("W", item.text)
    if item.kind != "N":
        return item
    kind, name = known[item.text]
    return Item(kind, name if kind != "W" else item.text)


def _merged_units(items: list[Item]) -> list[Item]:
    """Make one item of ``its Photonics division``, and drop honorifics."""
    made: list[Item] = []
    for item in items:
        word = item.text.casefold()
        if item.kind == "W" and word in HONORIFICS:
            continue
        previous = made[-1] if made else None
        if item.kind == "W" and re.fullmatch(_UNIT_NOUNS, word) and previous and previous.kind in ("O", "W"):
            lead = made[-2].text.casefold() if len(made) > 1 else ""
            if previous.text[:1].isupper() and lead in ("its", "the", "their", "new", "our", "of", "in"):
                made[-1] = Item("U", f"{previous.text} {item.text}")
                continue
        made.append(item)
    return made
