"""The options and kinds of values that several commands share: days, recorded times, formats, files to write."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import click

from orggraph import period
from orggraph.cli.origin import Origin, today
from orggraph.errors import MomentError, UnsupportedError
from orggraph.ledger import recorded_time

_Function = TypeVar("_Function", bound=Callable[..., object])


def read_day(text: str) -> int:
    """Read ``YYYY-MM-DD`` or ``today`` as an ordinal; raise a usage error for anything else."""
    if text == "today":
        return today()
    try:
        return period.day(text)
    except MomentError:
        raise click.BadParameter(f"{text!r} is not a day (expected YYYY-MM-DD, or today)") from None


def read_recorded(text: str) -> int:
    """Read a time in UTC, or a day as its end, in microseconds; raise a usage error for anything else.

    >>> read_recorded("1970-01-01T00:00:01Z")
    1000000
    """
    try:
        return recorded_time(text)
    except (ValueError, OverflowError):
        expected = "expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ssZ"
        raise click.BadParameter(f"{text!r} is not a recorded time ({expected})") from None


def as_of_option(function: _Function) -> _Function:
    """Add ``--as-of``; not given, it is ``None``."""
    words = "The day asked about (YYYY-MM-DD).  [default: today]"
    return click.option("--as-of", "day", type=read_day, default=None, metavar="DAY", help=words)(function)


def recorded_by_option(function: _Function) -> _Function:
    """Add ``--recorded-by``."""
    words = "As it was known to the store at that time (a day means its end, UTC), not as best known now."
    return click.option("--recorded-by", type=read_recorded, default=None, metavar="DAY|TIME", help=words)(function)


def format_option(formats: Iterable[str], words: str) -> Callable[[_Function], _Function]:
    """Add ``--format``."""
    known = list(formats)
    return click.option("--format", type=click.Choice(known), default=None, help=words)


def output_option(function: _Function) -> _Function:
    """Add ``-o``."""
    return click.option(
        "-o", "--output", default="", metavar="FILE", type=click.Path(), help="Write to this file, not to the terminal."
    )(function)


def check_recorded_by(origin: Origin, recorded_by: int | None) -> None:
    """Refuse a recorded time for files: they are recorded when they are read, so nothing was known before."""
    if origin.data and recorded_by is not None:
        raise UnsupportedError("--recorded-by needs a store: files of --data are recorded only while they are read")
