"""What may be kept by a client: entity tags, ``Cache-Control``, and 304 for what it has already.

Why the tag is made before the answer: it depends on what is asked, on the day, and on the load that was last recorded,
so a client that has the answer is told so without working it out again. Why a settled answer may be kept for a day and
not for ever: somebody who has been erased should not live on in caches. Why ``private`` with a token: a shared cache
must not give what it got with one to somebody without.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from orggraph.version import __version__

KEPT = 86_400
"""So many seconds a settled answer may be kept without asking again."""


def entity_tag(*parts: object) -> str:
    """Make a strong entity tag of what an answer depends on.

    >>> entity_tag("a", "bc") == entity_tag("ab", "c")
    False
    """
    text = "\x1f".join(str(part) for part in (__version__, *parts))
    return f'"{hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()}"'


def has_it(if_none_match: str, tag: str) -> bool:
    """Tell whether ``If-None-Match`` names the tag (weakly, as RFC 9110 says for it).

    >>> has_it('W/"a", "b"', '"a"'), has_it('"b"', '"a"'), has_it("*", '"a"')
    (True, False, True)
    """
    return if_none_match.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in if_none_match.split(",")}


def cache_control(*, settled: bool, private: bool) -> str:
    """Write ``Cache-Control``.

    >>> cache_control(settled=False, private=True)
    'private, no-cache'
    """
    who = "private" if private else "public"
    return f"{who}, max-age={KEPT}, immutable" if settled else f"{who}, no-cache"


def vary(names: Iterable[str]) -> str:
    """Write ``Vary``.

    >>> vary(["Accept", "Accept-Datetime"])
    'Accept, Accept-Datetime'
    """
    return ", ".join(names)
