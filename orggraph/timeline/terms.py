"""The dictionary of terms: every IRI and literal of the facts as one small integer.

In memory it is a list and a dict. On disk it is one run of UTF-8 bytes, the offset of each term, and the terms'
checksums in order, so that opening it reads nothing: a term is a slice, and a number is found by binary search.

Why CRC-32 and not a perfect hash: it is in the standard library, fast, the same everywhere, and a collision costs one
more comparison of strings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from orggraph.timeline.files import mapped
from orggraph.vocabulary import Literal, Term

ABSENT = -1
_SEPARATOR = "\x1f"
_PART = 50_000
"""So many terms are written at once."""


class Terms:
    """Terms by number, 0, 1, 2, …; a number once given stays.

    >>> terms = Terms()
    >>> terms.add("urn:a"), terms.add(Literal("Ada")), terms.add("urn:a")
    (0, 1, 0)
    >>> terms.number("urn:b"), terms[1].value
    (-1, 'Ada')
    """

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        self._stored: _Stored | None = None
        self._added: list[Term] = []
        self._numbers: dict[Term, int] = {}
        self._seen: dict[int, Term] = {}
        for term in terms:
            self.add(term)

    def __len__(self) -> int:
        return self._first_added + len(self._added)

    def __getitem__(self, number: int) -> Term:
        known = self._seen.get(number)
        if known is None:
            if number >= self._first_added:
                known = self._added[number - self._first_added]
            elif number < 0 or self._stored is None:
                raise IndexError(number)
            else:
                known = self._stored[number]
            self._seen[number] = known
        return known

    def encoded(self, numbers: Iterable[int]) -> list[bytes]:
        """Give several terms as `encode` writes them; none of them is remembered, so it suits many at once.

        >>> Terms(["urn:a", Literal("Ada")]).encoded([1, 0])[1]
        b'urn:a'
        """
        stored, first = self._stored, self._first_added
        if stored is None:
            return [encode(self._added[number]) for number in numbers]
        numbers = list(numbers)
        if max(numbers, default=0) < first:
            return stored.all_encoded(numbers)
        return [stored.encoded(n) if n < first else encode(self._added[n - first]) for n in numbers]

    def learn(self, numbers: Iterable[int]) -> dict[int, Term]:
        """Remember several terms, of which their numbers will be asked too, and give what is remembered.

        >>> Terms(["urn:a", Literal("Ada")]).learn([0])[0]
        'urn:a'
        """
        seen = self._seen
        for number in [number for number in set(numbers) if number not in seen and number != ABSENT]:
            self._numbers[self[number]] = number
        return seen

    def text(self, number: int) -> str:
        """Give the text of a term, of an IRI or of a literal alike; empty for -1."""
        if number == ABSENT:
            return ""
        term = self[number]
        return term if isinstance(term, str) else term.value

    def texts(self, numbers: Sequence[int]) -> list[str]:
        """Give `text` of several terms at once; none of them is remembered.

        >>> Terms(["urn:a", Literal("Ada")]).texts([1, 0])
        ['Ada', 'urn:a']
        """
        decoded = map(decode, self.encoded(numbers))
        return [term if isinstance(term, str) else term.value for term in decoded]

    @property
    def _first_added(self) -> int:
        return len(self._stored) if self._stored is not None else 0

    def add(self, term: Term) -> int:
        """Give the number of a term, a new one where it has none."""
        number = self._numbers.get(term, ABSENT)
        if number == ABSENT:
            number = self._stored.number(term) if self._stored is not None else ABSENT
            if number == ABSENT:
                number = len(self)
                self._added.append(term)
            self._numbers[term] = number
        return number

    def number(self, term: Term) -> int:
        """Give the number of a term, or -1."""
        known = self._numbers.get(term, ABSENT)
        if known == ABSENT and self._stored is not None:
            known = self._stored.number(term)
            if known != ABSENT:
                self._numbers[term] = known
        return known

    def save(self, folder: Path) -> None:
        """Write all terms into a folder; none of them is remembered for it."""
        parts = (range(first, min(first + _PART, len(self))) for first in range(0, len(self), _PART))
        write_terms(folder, map(self.encoded, parts))

    @classmethod
    def open(cls, folder: Path) -> Terms:
        """Open what `save` wrote without reading it."""
        terms = cls()
        terms._stored = _Stored(folder)
        return terms


def write_terms(folder: Path, parts: Iterable[list[bytes]]) -> None:
    """Write terms, given in the order of their numbers as `encode` writes them, some at a time."""
    lengths, sums = [np.zeros(1, dtype=np.int64)], [np.zeros(0, dtype=np.uint32)]
    with (folder / "terms.bytes").open("wb") as stream:
        for part in parts:
            stream.write(b"".join(part))
            lengths.append(np.fromiter(map(len, part), dtype=np.int64, count=len(part)))
            sums.append(np.fromiter(map(crc32, part), dtype=np.uint32, count=len(part)))
    every = np.concatenate(sums)
    order = np.argsort(every, kind="stable").astype(np.int32)
    np.save(folder / "terms.offsets.npy", np.cumsum(np.concatenate(lengths)))
    np.save(folder / "terms.sums.npy", every[order])
    np.save(folder / "terms.order.npy", order)


class _Stored:
    """Terms on disk."""

    def __init__(self, folder: Path) -> None:
        self._bytes: NDArray[np.uint8] = (
            np.memmap(folder / "terms.bytes", dtype=np.uint8, mode="r").view(np.ndarray)
            if (folder / "terms.bytes").stat().st_size
            else np.zeros(0, dtype=np.uint8)
        )
        self._view = self._bytes.data
        self._offsets = mapped(folder / "terms.offsets.npy")
        self._sums = mapped(folder / "terms.sums.npy")
        self._order = mapped(folder / "terms.order.npy")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> Term:
        return decode(self.encoded(number))

    def encoded(self, number: int) -> bytes:
        """Give a term as it lies in the file."""
        first, last = self._offsets[number : number + 2].tolist()
        return self._view[first:last].tobytes()

    def all_encoded(self, numbers: list[int]) -> list[bytes]:
        """Give several terms as they lie in the file."""
        places = np.array(numbers, dtype=np.int64)
        starts, ends = self._offsets[places].tolist(), self._offsets[places + 1].tolist()
        whole = self._bytes.data
        return [whole[start:end].tobytes() for start, end in zip(starts, ends, strict=True)]

    def number(self, term: Term) -> int:
        """Give the number of a term, or -1."""
        wanted = encode(term)
        at = int(np.searchsorted(self._sums, np.uint32(crc32(wanted))))
        while at < len(self._sums) and int(self._sums[at]) == crc32(wanted):
            number = int(self._order[at])
            if self.encoded(number) == wanted:
                return number
            at += 1
        return ABSENT


def encode(term: Term) -> bytes:
    """Write a term as bytes: an IRI as it is, a literal behind a quotation mark, which begins no IRI."""
    if isinstance(term, Literal):
        return f'"{term.value}{_SEPARATOR}{term.datatype}{_SEPARATOR}{term.language}'.encode()
    return term.encode()


def decode(encoded: bytes) -> Term:
    """Read what `encode` wrote.

    >>> decode(encode(Literal("a\\x1fb"))).value
    'a\\x1fb'
    """
    text = encoded.decode()
    if not text.startswith('"'):
        return text
    value, datatype, language = text[1:].rsplit(_SEPARATOR, 2)
    return Literal(value, datatype, language)
