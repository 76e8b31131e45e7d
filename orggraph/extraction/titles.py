"""Titles of posts: which words of a sentence are one, and how it is written.

A title is a head word (``director``, ``chair``, ``CEO``) with the words that belong to it before (``deputy managing``)
and after (``of engineering``). Its words are those of the article with capital letters; only what ``CEO``, ``CFO``,
``COO``, ``CTO``, ``CIO`` and ``CMO`` stand for is written so, since articles use both for one post.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from orggraph.extraction.lexicon import AFTER_TITLE, HEADS, MODIFIERS, NO_NAME, NO_PART, NOT_OF, OPENING, TOPS
from orggraph.extraction.sentences import Token

ACRONYMS = {
    "chief executive officer": "CEO",
    "chief executive": "CEO",
    "chief financial officer": "CFO",
    "chief finance officer": "CFO",
    "chief operating officer": "COO",
    "chief operations officer": "COO",
    "chief technology officer": "CTO",
    "chief information officer": "CIO",
    "chief marketing officer": "CMO",
}

STATES = {"acting": "acting", "interim": "acting", "caretaker": "acting", "former": "former", "ex": "former"}
_OPENLY = frozenset(["as", "to", "become", "becomes", "became"])
_SMALL = frozenset(["of", "for", "and", "in", "the", "to", "at"])
_LETTERS = re.compile(r"[A-Z]{2,5}")


class Title(NamedTuple):
    """A title in tokens ``[first, end)``, how it is written, and whether it is ``acting`` or ``former``."""

    first: int
    end: int
    name: str
    state: str = ""


def titles(words: list[Token]) -> list[Title]:
    """Find the titles of a sentence, in order.

    >>> from orggraph.extraction.sentences import tokens
    >>> [t.name for t in titles(tokens("its acting chief technology officer and the vice president of engineering"))]
    ['CTO', 'Vice President of Engineering']
    """
    found: list[Title] = []
    position = 0
    while position < len(words):
        made = _title_at(words, position, found[-1].end if found else 0)
        if made is not None:
            found.append(made)
            position = made.end
        else:
            position += 1
    return found


def written(text: str) -> str:
    """Write a title with capital letters, or as the abbreviation that is used for it.

    >>> written("head of design"), written("chief executive officer"), written("co-head of AI")
    ('Head of Design', 'CEO', 'Co-Head of AI')
    """
    plain = " ".join(text.split())
    if plain.casefold() in ACRONYMS:
        return ACRONYMS[plain.casefold()]
    if len(plain) <= 4 and plain.casefold() in HEADS and plain.casefold() in {"ceo", "cfo", "coo", "cto", "cio", "cmo"}:
        return plain.upper()
    return " ".join(_capital(word, first=not at) for at, word in enumerate(plain.split()))


def _capital(word: str, *, first: bool) -> str:
    if word.casefold() in _SMALL and not first:
        return word.casefold()
    parts = word.split("-")
    return "-".join(p if p in _SMALL and at else p[:1].upper() + p[1:] for at, p in enumerate(parts))


def _title_at(words: list[Token], at: int, floor: int) -> Title | None:
    """Read the title whose last head word begins at ``at``, or whose phrase ``chief … officer`` begins there."""
    end = _head_end(words, at)
    if end is None:
        return None
    first = at
    while first > floor and _belongs(words, first - 1):
        first -= 1
    first = _freely_opened(words, first, floor)
    state = ""
    if first > floor and words[first - 1].text.casefold() in STATES:
        state = STATES[words[first - 1].text.casefold()]
    stop = _tail_end(words, first, end)
    name = written(" ".join(word.text for word in words[first:stop]))
    return Title(first - (1 if state else 0), stop, name, state)


def _head_end(words: list[Token], at: int) -> int | None:
    """Give the end of the head that begins at ``at``."""
    word = words[at].text.casefold()
    if word == "chief":
        for length in (2, 3, 4):
            if at + length - 1 < len(words) and words[at + length - 1].text.casefold() in HEADS:
                if any(not w.text[0].isalpha() or w.text.casefold() in NOT_OF for w in words[at : at + length]):
                    return None
                more = at + length
                follows = more < len(words) and words[more].text.casefold() == "officer"
                return more + 1 if follows else more
        return at + 1 if at and words[at - 1].text.casefold() in MODIFIERS else None
    if word not in HEADS or word in ("officer", "executive") or _surname(words, at):
        return None
    if word in ("lead", "head", "chair", "captain", "coach", "partner") and not _nominal(words, at):
        return None
    following = words[at + 1].text.casefold() if at + 1 < len(words) else ""
    if word in ("vice", "head", "lead", "executive", "principal") and following in HEADS - {"chief"}:
        return None
    if word == "director" and following == "general":
        return at + 2
    if word == "secretary" and following == "general":
        return at + 2
    return at + 1


def _surname(words: list[Token], at: int) -> bool:
    """Tell whether a head word is the surname of somebody, as in ``Rob Dean said``."""
    word, before = words[at].text, words[at - 1].text if at else ""
    after = words[at + 1].text if at + 1 < len(words) else ""
    if not word.istitle() or not before.istitle() or after[:1].isupper() or after == "of":
        return False
    return before.casefold() not in MODIFIERS | HEADS | NO_NAME | set(STATES)


def _nominal(words: list[Token], at: int) -> bool:
    """Tell whether a word that may be a verb is a title here: after a word that says so, or before ``of``."""
    before = words[at - 1].text.casefold() if at else ""
    after = words[at + 1].text if at + 1 < len(words) else ""
    if after == "of":
        return True
    opened = before in OPENING - {"to"} or before in MODIFIERS or before in STATES
    return opened or (at > 0 and after[:1].isupper())


def _belongs(words: list[Token], at: int) -> bool:
    word = words[at].text
    lower = word.casefold()
    if lower in ("head", "lead") and not _nominal(words, at) and at and words[at - 1].text.casefold() in ("will", "to"):
        return False
    return lower in MODIFIERS or lower.startswith("co-") or lower in ("deputy", "vice")


def _freely_opened(words: list[Token], first: int, floor: int) -> int:
    """Take in up to two unknown words between a word such as ``as`` and the title, or one after ``its`` or ``the``."""
    for length in (1, 2):
        begin = first - length
        if begin - 1 < floor or words[begin - 1].text.casefold() not in (OPENING if length == 1 else _OPENLY):
            continue
        between = [word.text for word in words[begin:first]]
        if all(
            w.islower() and w.isalpha() and w not in NO_PART | NOT_OF | OPENING | set(STATES) and not w.endswith("ed")
            for w in between
        ):
            return begin
    return first


def _tail_end(words: list[Token], first: int, end: int) -> int:
    """Give the end of ``of engineering`` or ``for southern Africa`` after a head."""
    if end + 1 >= len(words) or words[end].text.casefold() not in ("of", "for"):
        return end
    capital = words[first].text[:1].isupper() and first > 0
    head = " ".join(w.text.casefold() for w in words[first:end])
    if head in ACRONYMS or (words[end - 1].text.casefold() in TOPS and words[end + 1].text[:1].isupper()):
        return end
    stop = end + 1
    while stop < len(words) and stop - end <= 4 and _tail_word(words, stop, capital or words[end].text == "for", end):
        stop += 1
    while stop > end + 1 and words[stop - 1].text.casefold() in ("and", "the"):
        stop -= 1
    return stop if stop > end + 1 else end


def _tail_word(words: list[Token], at: int, capital: bool, end: int) -> bool:
    word = words[at].text
    lower = word.casefold()
    if not word[0].isalpha() or lower in NOT_OF or lower in AFTER_TITLE or lower.endswith("'s"):
        return False
    if _LETTERS.fullmatch(word):
        return True
    return word[0].islower() or (capital and at > end)
