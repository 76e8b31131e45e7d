"""``merge`` and ``unmerge``: recorded judgements that two entities are one, and that they are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import click

from orggraph.cli.load import tell
from orggraph.cli.origin import Origin, open_to_write

_Function = TypeVar("_Function", bound=Callable[..., object])


def _why_options(function: _Function) -> _Function:
    """Add the options that say what a judgement rests on."""
    options = (
        click.option("--reason", default="", metavar="TEXT", help="Why, such as married in 1835."),
        click.option("--quote", default="", metavar="TEXT", help="What it rests on, in a sentence."),
        click.option("--source", default="", metavar="TEXT", help="Who says so.  [default: recorded by hand]"),
    )
    for option in reversed(options):
        function = option(function)
    return function


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@_why_options
@click.pass_obj
def merge(origin: Origin, *, first: str, second: str, reason: str, quote: str, source: str) -> None:
    """Judge that two persons, posts, units or organizations are one.

    A and B are names or IRIs. The IRI and the name of A stand for both; the names of B find it too, and whatever is
    loaded of either later lands there. It is a role change of its own: unmerge takes it back, and --recorded-by still
    shows what was known before. That units or organizations become one in the world is another thing: orggraph record
    merged.

    \b
      orggraph merge "Ada King" "A. Lovelace" --reason "her name since 1835"
    """
    report = open_to_write(origin, create=False).merge(first, second, reason=reason, quote=quote, source=source)
    tell(report, into=origin.store)


@click.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@_why_options
@click.pass_obj
def unmerge(origin: Origin, *, first: str, second: str, reason: str, quote: str, source: str) -> None:
    """Take back the judgement that two entities are one; both stay recorded.

    Of three that are one by two judgements, each judgement is taken back by itself; orggraph history lists them.

    \b
      orggraph unmerge "Ada King" "A. Lovelace" --reason "two people after all"
    """
    report = open_to_write(origin, create=False).unmerge(first, second, reason=reason, quote=quote, source=source)
    tell(report, into=origin.store)
