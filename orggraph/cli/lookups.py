"""The look-ups of a day: ``reports``, ``managers``, ``chain``, ``holders`` and ``members``."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import NamedTuple

import click

from orggraph.cli.answers import show
from orggraph.cli.options import as_of_option, check_recorded_by, format_option, recorded_by_option
from orggraph.cli.origin import Origin, open_to_read, today
from orggraph.cli.terminal import row_format
from orggraph.documents import look_up
from orggraph.results import ANSWER_FORMATS


class Asked(NamedTuple):
    """The options that all look-ups share."""

    day: int | None
    recorded_by: int | None
    strict: bool
    certain: bool
    format: str | None
    explain: bool


def lookup_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add the options that all look-ups share; the command gets them together as ``asked``."""

    @wraps(function)
    def together(
        *,
        day: int | None,
        recorded_by: int | None,
        certain: bool,
        strict: bool,
        explain: bool,
        format: str | None,
        **own: object,  # the arguments of the command itself
    ) -> None:
        function(asked=Asked(day, recorded_by, strict, certain, format, explain), **own)

    options = (
        as_of_option,
        recorded_by_option,
        click.option("--certain/--possible", default=False,
                     help="Only who is certain; or everybody who is possible, labelled.  [default: possible]"),
        click.option("--strict", is_flag=True,
                     help="Count what is only presumed (later than the last confirmation) as possible."),
        click.option("--explain", is_flag=True, help="Add the role changes and quotes that each row rests on."),
        format_option(ANSWER_FORMATS, "How to write it.  [default: table on a terminal, else plain: no header, tabs]"),
    )  # fmt: skip
    command: Callable[..., None] = together
    for option in reversed(options):
        command = option(command)
    return command


def _answer(origin: Origin, name: str, asked: Asked, lookup: str) -> None:
    """Ask a look-up, and show the rows with what must be said beside them."""
    format = row_format(asked.format or "")
    if asked.explain and format not in ("table", "plain"):
        raise click.UsageError(f"--explain is written for people, not as {format} (expected --format table or plain)")
    check_recorded_by(origin, asked.recorded_by)
    org = open_to_read(origin)
    day = today() if asked.day is None else asked.day
    snapshot = org.as_of(day, recorded_by=asked.recorded_by, strict=asked.strict).snapshot
    reply = look_up(
        org, snapshot, lookup, name=name, certain=asked.certain,
        hidden=" (--possible lists them).", end="." if format == "json" else ":",
    )  # fmt: skip
    explained = ""
    if asked.explain:
        from orggraph.cli.evidence import explain  # only for who asks

        explained = explain(org, reply)
    show(reply, format, explained=explained)


@click.command()
@click.argument("manager", metavar="PERSON|POST")
@click.option("--all", "everyone", is_flag=True, help="Everyone below, however many levels, with the depth.")
@lookup_options
@click.pass_obj
def reports(origin: Origin, *, manager: str, everyone: bool, asked: Asked) -> None:
    """List who reports to a person or post.

    \b
      orggraph reports "Daniela Amodei" --as-of 2025-10-03
      orggraph reports "Daniela Amodei" --all --format json
    """
    _answer(origin, manager, asked, "reports all" if everyone else "reports")


@click.command()
@click.argument("person", metavar="PERSON|POST")
@lookup_options
@click.pass_obj
def managers(origin: Origin, *, person: str, asked: Asked) -> None:
    """List to whom a person or post reports.

    \b
      orggraph managers "Sam McCandlish" --as-of 2025-10-03
    """
    _answer(origin, person, asked, "managers")


@click.command()
@click.argument("person", metavar="PERSON|POST")
@lookup_options
@click.pass_obj
def chain(origin: Origin, *, person: str, asked: Asked) -> None:
    """List the chain of command above a person or post, nearest first.

    \b
      orggraph chain "Rahul Patil" --as-of 2025-10-03
    """
    _answer(origin, person, asked, "chain")


@click.command()
@click.argument("post", metavar="POST|ROLE")
@lookup_options
@click.pass_obj
def holders(origin: Origin, *, post: str, asked: Asked) -> None:
    """List who holds a post or has a role, or say that it is vacant or unknown.

    Where several posts bear the name, add the unit or organization after a comma.

    \b
      orggraph holders "CTO, Anthropic" --as-of 2025-10-01
    """
    _answer(origin, post, asked, "holders")


@click.command()
@click.argument("unit", metavar="UNIT|ORGANIZATION")
@lookup_options
@click.pass_obj
def members(origin: Origin, *, unit: str, asked: Asked) -> None:
    """List who is a member of a unit or organization itself.

    \b
      orggraph members Anthropic --as-of 2025-10-03
    """
    _answer(origin, unit, asked, "members")
