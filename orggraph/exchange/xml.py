"""XML as text: what may stand in it, and how it is quoted (XML 1.0, sections 2.2 and 2.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(words: str) -> str:
    """Write a text between two tags; a character that XML does not have becomes ``\\ufffd``.

    >>> text("O'Brien & Söhne <CTO>")
    "O'Brien &amp; Söhne &lt;CTO&gt;"
    """
    return escape(_NO_CHARACTER.sub("\ufffd", words))


def attribute(words: str) -> str:
    """Write the value of an attribute, with its quotes.

    >>> attribute('"Ada"')
    '\\'"Ada"\\''
    """
    return quoteattr(_NO_CHARACTER.sub("\ufffd", words))


def element(name: str, attributes: Mapping[str, str]) -> str:
    """Write an element without content; attributes that are empty are left out.

    >>> element("spell", {"start": "2024-05-01", "end": ""})
    '<spell start="2024-05-01"/>'
    """
    return f"<{name}{''.join(f' {key}={attribute(value)}' for key, value in attributes.items() if value)}/>"


def document(lines: Iterable[str]) -> str:
    """Write the declaration and the lines."""
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', *lines]) + "\n"
