"""Text that steers nothing: control characters and marks of direction written so that they are seen."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"
_NAMED_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def visible(text: str) -> str:
    """Write what would steer a terminal as escapes: control characters, marks of direction, line separators.

    >>> visible("Eve\\x1b[2J\\u202e\\n")
    'Eve\\\\x1b[2J\\\\u202e\\\\n'
    """
    return "".join(_escaped(char) for char in text)


def _escaped(char: str) -> str:
    if char in _NAMED_ESCAPES:
        return _NAMED_ESCAPES[char]
    category = unicodedata.category(char)
    if category in ("Cc", "Cs", "Zl", "Zp") or (category == "Cf" and char not in _JOINERS):
        code = ord(char)
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return char
