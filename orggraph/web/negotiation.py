"""Content negotiation: which of the media types on offer a client likes best (RFC 9110, sections 12.4 and 12.5).

Why a client that accepts nothing on offer gets 406 and not the default: a program that asked for Turtle and is given
JSON fails later, and far from the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from starlette.exceptions import HTTPException


class Range(NamedTuple):
    """One media range of an ``Accept`` header, in lower case, with its quality from 0 to 1."""

    media_type: str
    quality: float


def ranges(accept: str) -> list[Range]:
    """Read an ``Accept`` header; what is no media range is left out, as is usual.

    >>> ranges("text/html, application/*;q=0.5")
    [Range(media_type='text/html', quality=1.0), Range(media_type='application/*', quality=0.5)]
    """
    found = []
    for item in accept.split(","):
        media_type, *parameters = (part.strip().lower() for part in item.split(";"))
        if media_type.count("/") == 1:
            found.append(Range(media_type, _quality(parameters)))
    return found


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0


def choose(accept: str, offered: Sequence[str]) -> str:
    """Give the best of the ``offered`` media types, the first of equals; raise 406 where none will do.

    >>> choose("application/*;q=0.9, text/html;q=0.1", ["text/html", "application/json"])
    'application/json'
    """
    wanted = ranges(accept)
    if not wanted:
        return offered[0]
    best = max(offered, key=lambda media_type: _liking(media_type, wanted))  # the first of equals
    if _liking(best, wanted) <= 0:
        raise HTTPException(406, f"none of what is accepted can be given (expected one of {', '.join(offered)})")
    return best


def _liking(media_type: str, wanted: Sequence[Range]) -> float:
    """Give the quality that the most specific range says."""
    main = media_type.partition("/")[0]
    for pattern in (media_type, f"{main}/*", "*/*"):
        qualities = [quality for name, quality in wanted if name == pattern]
        if qualities:
            return max(qualities)
    return 0.0
