"""The parameters of a request: what there is, what each means, and how they are read.

Why an unknown parameter is refused: ``?asof=2020-01-01`` that is ignored gives today's answer to a question about
2020, and nobody notices.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException

from orggraph.sparql import did_you_mean

MOST = 100
"""So many parameters a request may have."""
_YES, _NO = ("", "true", "1"), ("false", "0")


class Parameter(NamedTuple):
    """A parameter: its kind (``text``, ``day``, ``time``, ``flag``, ``number``), what it means, what it may be.

    ``example`` is one that works with the sample; ``choices`` are all values there are, empty for any.
    """

    name: str
    kind: str
    description: str
    required: bool = False
    choices: tuple[str, ...] = ()
    example: str = ""


AS_OF = Parameter("as-of", "day", "The day asked about, YYYY-MM-DD or today (the default).", example="2025-10-03")
RECORDED_BY = Parameter(
    "recorded-by", "time", "As it was known to the store at that time (a day means its end, UTC), not as known now."
)
POSSIBLE = Parameter("possible", "flag", "With what is only possible on that day.")
STRICT = Parameter("strict", "flag", "Count what is only presumed (later than the last confirmation) as possible.")
VIEW = (AS_OF, RECORDED_BY, POSSIBLE, STRICT)
"""What every resource about a day takes."""


def pairs(encoded: str, *, what: str = "the query string") -> list[tuple[str, str]]:
    """Read ``name=value&…`` (UTF-8, percent-encoded); raise 400 for anything else.

    >>> pairs("name=Zo%C3%AB+Adams&all")
    [('name', 'Zoë Adams'), ('all', '')]
    """
    try:
        return parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=MOST)
    except UnicodeDecodeError as error:
        raise HTTPException(400, f"{what} is not UTF-8 (expected percent-encoded UTF-8)") from error
    except ValueError as error:
        raise HTTPException(400, f"{what} has more than {MOST} parameters") from error


def read(given: Sequence[tuple[str, str]], known: Sequence[Parameter]) -> dict[str, str]:
    """Check names and numbers of parameters; raise 400 for an unknown, a repeated or a missing one.

    >>> read([("all", "")], [Parameter("all", "flag", "Everyone below.")])
    {'all': ''}
    """
    names = {parameter.name for parameter in known}
    found: dict[str, str] = {}
    for name, value in given:
        if name not in names:
            expected = f" (expected {', '.join(sorted(names))})" if names else " (there are none)"
            raise HTTPException(400, f"there is no parameter {name!r} here{did_you_mean(name, names)}{expected}")
        if name in found:
            raise HTTPException(400, f"the parameter {name!r} is given more than once")
        found[name] = value
    for parameter in known:
        value = found.get(parameter.name, "")
        if parameter.required and not value:
            raise HTTPException(400, f"the parameter {parameter.name!r} is missing: {parameter.description}")
        if value and parameter.choices and value not in parameter.choices:
            hint = did_you_mean(value, parameter.choices)
            expected = ", ".join(parameter.choices)
            raise HTTPException(400, f"{parameter.name}={value!r} is none of {expected}{hint}")
    return found


def flag(given: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """Read a flag: ``?all``, ``all=true`` or ``all=1``; ``all=false`` or ``all=0``.

    >>> flag({"all": ""}, "all"), flag({}, "all"), flag({"all": "false"}, "all", default=True)
    (True, False, False)
    """
    value = given.get(name)
    if value is None:
        return default
    if value not in (*_YES, *_NO):
        raise HTTPException(400, f"{name}={value!r} is neither true nor false")
    return value in _YES


def number(given: Mapping[str, str], name: str) -> int | None:
    """Read a number from 0 on, ``None`` where it is not given."""
    value = given.get(name, "")
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise HTTPException(400, f"{name}={value!r} is no number (expected 0 or more)")
    return int(value)
