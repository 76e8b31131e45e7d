"""Lists of objects in a JSON file, each object with the line on which it begins.

Why the file is walked once more after parsing: the json module tells the line of an error and of nothing else, and
whoever has to correct the fifth of ten thousand objects needs the line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from orggraph.errors import ChangeError

LARGEST = 256 * 2**20
"""A file with more bytes is refused."""

_SPACE = re.compile(r"\s*")


class Item(NamedTuple):
    """One object, and the line on which it (or the one it is embedded in) begins."""

    line: int
    fields: Mapping[str, Any]


def lists_of(data: bytes, known: Iterable[str]) -> dict[str, list[Item]]:
    r"""Parse the object at the top into its lists of objects, of which it has to have one that is ``known``.

    What stands in a list and is no object is under the empty key. Raise `ChangeError` for anything else; the error of
    the json module is its cause.

    >>> lists_of(b'{"posts": [\n{"id": 1}]}', ["posts"])
    {'posts': [Item(line=2, fields={'id': 1})]}
    """
    if len(data) > LARGEST:
        raise ChangeError(f"the file has {len(data):,} bytes (expected at most {LARGEST:,})")
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
        whole = json.loads(text)
    except UnicodeDecodeError as error:
        raise ChangeError(f"byte {error.start + 1} is not UTF-8 (expected UTF-8)") from error
    except json.JSONDecodeError as error:
        raise ChangeError(f"the file is not JSON: {error.msg} in column {error.colno}") from error
    except ValueError as error:  # a number of thousands of digits
        raise ChangeError(f"the file is not JSON that can be read: {error}") from error
    except RecursionError as error:
        raise ChangeError("the file is not JSON that can be read: it is nested too deeply") from error
    if not isinstance(whole, dict) or not whole.keys() & set(known):
        raise ChangeError(f"the file has none of the lists that are read (expected {', '.join(known)} in an object)")
    return dict(_placed(text))


def parts(item: Item, name: str) -> list[Item]:
    """Give the objects of a list in an object."""
    found = item.fields.get(name)
    return [Item(item.line, part) for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def text_of(item: Item, name: str) -> str:
    """Give a text without line ends; a number counts as its text."""
    value = item.fields.get(name)
    return " ".join(str(value).split()) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _placed(text: str) -> Iterator[tuple[str, list[Item]]]:
    """Walk through the object at the top of valid JSON once more, to know the line of each object in its lists."""
    decoder = json.JSONDecoder()
    at, line, seen = _after(text, text.index("{") + 1), 1, 0
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        at = _after(text, _after(text, at) + 1)
        items: list[Item] = []
        if text[at] != "[":
            _, at = decoder.raw_decode(text, at)
        else:
            at = _after(text, at + 1)
            while text[at] != "]":
                line, seen = line + text.count("\n", seen, at), at
                value, at = decoder.raw_decode(text, at)
                items.append(Item(line, value if isinstance(value, dict) else {"": value}))
                at = _after(text, at)
                at = _after(text, at + 1) if text[at] == "," else at
            at += 1
        yield key, items
        at = _after(text, at)
        at = _after(text, at + 1) if text[at] == "," else at


def _after(text: str, at: int) -> int:
    """Give the place of the next character that is no white space."""
    match = _SPACE.match(text, at)
    return match.end() if match else at
