"""An article as sentences: where each begins and ends, its text on one line, and its tokens.

Why no library does this: those that split well bring along models of a hundred megabytes, and what is wrong with a rule
can be seen and corrected here.
"""

from __future__ import annotations

import re
from textwrap import wrap
from typing import NamedTuple

from orggraph.extraction.lexicon import ABBREVIATIONS

MOST = 1_000
"""Characters of a sentence; what is longer is a table or a list, and is read in pieces of at most that length."""

_END = re.compile(r"[.!?]+[\"”’')\]]*(?=\s+|$)|\n[ \t]*\n|(?<=,)\n[ \t]*\n")
_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}|\b(?:Dr|Mr|Mrs|Ms|Prof|St|Inc|Ltd|Co|Corp|Jr|Sr)\.|\b[A-Z]\.(?=\s[A-Z])|A/S|"
    r"[^\W_]+(?:[-’'.](?=[^\W_])[^\W_]+)*|&|[^\s\w]"
)
_POSSESSIVE = re.compile(r"['’]s$")
_CONTRACTED = re.compile(r"(?i)(?<=[a-z])['’](ll|d|ve|re)$")
_FULL = {"ll": "will", "d": "would", "ve": "have", "re": "are"}


class Token(NamedTuple):
    """A word or a mark, with its place in the sentence."""

    text: str
    start: int
    end: int


class Sentence(NamedTuple):
    """A sentence on one line, the line of the article on which it begins (from 1), and what comes before it."""

    text: str
    line: int
    number: int


def divide(article: str) -> list[Sentence]:
    r"""Divide an article; a blank line always ends a sentence, a full stop after an abbreviation does not.

    >>> [s.text for s in divide("New head\n\nDr. Ada Roe joins\nAcme Inc. on Monday. She is 41.")]
    ['New head', 'Dr. Ada Roe joins Acme Inc. on Monday.', 'She is 41.']
    """
    text = article.replace("\r\n", "\n").replace("\r", "\n")
    found: list[Sentence] = []
    start = 0
    for match in _END.finditer(text):
        if match.group().startswith(".") and not _ends(text, match.start(), match.end()):
            continue
        _add(found, text, start, match.end())
        start = match.end()
    _add(found, text, start, len(text))
    return found


def _ends(text: str, stop: int, after: int) -> bool:
    """Tell whether a full stop ends a sentence: not after an abbreviation or initial before a small letter or name."""
    word = re.search(r"[^\s(]*$", text[max(0, stop - 20) : stop])
    before = word.group().casefold() if word else ""
    rest = text[after:].lstrip(" \t")
    if not rest or rest[0] == "\n":
        return "\n" in rest[:3] or not rest or before not in ABBREVIATIONS
    if rest[0].islower() or (rest[0] in ",;"):
        return False
    if before in ("inc", "ltd", "co", "corp", "jr", "sr"):
        return bool(re.match(r"(?:The|He|She|It|They|In|On|At|His|Her|Its|Mr|Ms|Mrs|Dr)\b", rest))
    return before not in ABBREVIATIONS and not re.fullmatch(r"[a-z]|(?:[a-z]\.)+[a-z]", before)


def _add(found: list[Sentence], text: str, start: int, end: int) -> None:
    part = text[start:end]
    stripped = part.strip()
    if any(letter.isalnum() for letter in stripped):
        begins = start + len(part) - len(part.lstrip())
        line = text.count("\n", 0, begins) + 1
        for piece in wrap(" ".join(stripped.split()), MOST, break_on_hyphens=False):
            found.append(Sentence(piece, line, len(found)))


def tokens(text: str) -> list[Token]:
    """Divide a sentence into words and marks; a possessive and a contraction are tokens of their own.

    >>> [t.text for t in tokens("Acme's CTO, J. R. O'Neill, won't leave; she'll stay.")]
    ['Acme', "'s", 'CTO', ',', 'J.', 'R.', "O'Neill", ',', "won't", 'leave', ';', 'she', 'will', 'stay', '.']
    """
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        word, start, end = match.group(), match.start(), match.end()
        cut = _POSSESSIVE.search(word) or _CONTRACTED.search(word)
        if cut is None or cut.start() == 0:
            found.append(Token(word, start, end))
            continue
        ending = word[cut.start() :]
        found.append(Token(word[: cut.start()], start, start + cut.start()))
        found.append(Token(_FULL.get(ending[1:].casefold(), ending), start + cut.start(), end))
    return found
