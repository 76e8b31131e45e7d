"""The command line: one command a question, each a module of its own that is imported only when it is asked for.

    orggraph --data roles.csv reports "Ada Lovelace" --as-of 2025-10-03

Data goes to standard output, everything said about it to standard error. The exit code is 0, 1 for an error of ours,
2 for a command that was typed wrong; 130 after Ctrl-C and 141 when the reader of a pipe has gone, as in a shell.

Why commands are named here and imported later: a look-up should start in the time that Python takes to import numpy,
whatever the charts and the SPARQL engine need.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # no linear algebra here; its threads would slow every start

import click

from orggraph.cli.origin import Origin, check_origin
from orggraph.cli.reading import Table, reading_options
from orggraph.cli.terminal import said
from orggraph.errors import LoadError, OrgGraphError, RemovalsRefused
from orggraph.version import __version__

SECTIONS: dict[str, tuple[str, ...]] = {
    "Put in": ("load", "record", "unload", "merge", "unmerge", "extract", "readers"),
    "Ask about a day": ("reports", "managers", "chain", "holders", "members", "blame", "stats"),
    "Ask about all of time": ("history", "log", "diff", "check"),
    "Ask in SPARQL": ("query", "queries"),
    "Draw, take out and serve": ("chart", "export", "publish", "serve"),
    "Look at the store": ("info", "sources"),
    "Keep the store safe": ("backup", "restore", "verify", "erase"),
}
"""The commands as the help lists them."""

_MODULES = {
    "load": "load", "record": "load", "unload": "load", "merge": "merge", "unmerge": "merge", "extract": "extract",
    "readers": "readers", "reports": "lookups", "managers": "lookups", "chain": "lookups", "holders": "lookups",
    "members": "lookups", "stats": "stats", "history": "history", "log": "log", "blame": "blame", "diff": "diff",
    "check": "check", "query": "query", "queries": "query", "chart": "chart", "export": "export", "publish": "publish",
    "serve": "serve", "info": "info", "sources": "info", "backup": "safekeeping", "restore": "safekeeping",
    "verify": "safekeeping", "erase": "safekeeping",
}  # fmt: skip
"""The module of each command; the command has the name of the module's function."""

_INTERRUPTED, _PIPE_CLOSED = 130, 141
_LISTED = 100
"""So many errors of a load are listed; a large table in another encoding has one in nearly every line."""


class Commands(click.Group):
    """The group of all commands; it imports one when that is called, and turns our errors into messages."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click gives it
        """Name the commands in the order of the help."""
        return [name for names in SECTIONS.values() for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click gives it
        """Import a command."""
        if cmd_name not in _MODULES:
            return None
        command = getattr(import_module(f"orggraph.cli.{_MODULES[cmd_name]}"), cmd_name)
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, or say which one may have been meant."""
        if args and not args[0].startswith("-") and args[0] not in _MODULES:
            from difflib import get_close_matches  # only for a command that does not exist

            near = get_close_matches(args[0], _MODULES, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else " orggraph -h lists them."
            ctx.fail(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by section."""
        for title, names in SECTIONS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            with formatter.section(title):
                formatter.write_dl([(name, command.get_short_help_str(150)) for name, command in commands if command])

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; every error that we raise on purpose becomes a message and the exit code 1."""
        try:
            return super().invoke(ctx)
        except RemovalsRefused as error:
            for finding in error.findings:
                said(str(finding))
            said("error: nothing was loaded (--dry-run shows what would change, --allow-removals loads it)")
            ctx.exit(1)
        except LoadError as error:
            count = len(error.findings)
            for finding in error.findings[:_LISTED]:
                said(str(finding))
            if count > _LISTED:
                said(f"… and {count - _LISTED} more")
            words = "1 error" if count == 1 else f"{count} errors"
            said(f"error: nothing was loaded: {words} (--keep-going loads the rest)")
            ctx.exit(1)
        except OrgGraphError as error:
            said(f"error: {error}")
            ctx.exit(1)
        except BrokenPipeError:
            _leave_pipe()
            ctx.exit(_PIPE_CLOSED)
        except KeyboardInterrupt:
            ctx.exit(_INTERRUPTED)


def _leave_pipe() -> None:
    """Let nothing be written any more, so that the interpreter does not complain about the pipe when it ends."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                os.dup2(nowhere, stream.fileno())


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog='Completion in bash: eval "$(_ORGGRAPH_COMPLETE=bash_source orggraph)"; zsh_source and fish_source do '
    "the same for zsh and fish.",
)
@click.option(
    "--data", "data", multiple=True, metavar="FILE", type=click.Path(),
    help="Answer straight from this file, in memory, without a store; repeat it for several.",
)  # fmt: skip
@click.option(
    "--store", default="org.orggraph", show_default=True, envvar="ORGGRAPH_STORE", show_envvar=True,
    metavar="DIR|URL", help="The store to load into and to answer from.",
)  # fmt: skip
@click.option(
    "--sources", "sources", multiple=True, metavar="SOURCE",
    help="Answer from what this source states alone; repeat it for several (orggraph sources lists them).",
)  # fmt: skip
@click.option(
    "--trust", default="", metavar="SOURCE>SOURCE",
    help="Where sources contradict each other, let the first of these count.",
)  # fmt: skip
@click.option(
    "--stated-by", default="", metavar="DAY|TIME",
    help="Answer from what had been stated by then (a day means its end, UTC).",
)  # fmt: skip
@reading_options("With --data: ")
@click.version_option(__version__, "--version", prog_name="orggraph", message="%(prog)s %(version)s")
@click.pass_context
def main(
    ctx: click.Context,
    *,
    data: tuple[str, ...],
    store: str,
    sources: tuple[str, ...],
    trust: str,
    stated_by: str,
    maps: tuple[str, ...],
    format: str | None,
    source: str,
    stated: str,
    identity: str | None,
    organization: str,
    extra: tuple[str, ...],
    encoding: str | None,
    sheet: str,
    keep_going: bool,
) -> None:
    """An org chart that remembers every day.

    Load who started, ended, moved and reported to whom; ask for the organization as it was on any day.

    \b
      orggraph load data/anthropic.csv
      orggraph reports "Daniela Amodei" --as-of 2025-10-03
      orggraph --data data/anthropic.csv chart --as-of 2025-10-03 -o org.svg
    """
    table = Table(maps, organization, extra, encoding, sheet)
    reading = {"source": source, "stated": stated, "format": format or "", "identity": identity or ""}
    origin = Origin(
        store=store, data=data, table=table, keep_going=keep_going, sources=sources, trust=trust, stated_by=stated_by,
        **reading,
    )  # fmt: skip
    check_origin(ctx, origin)
    ctx.obj = origin


__all__ = ["SECTIONS", "Commands", "main"]
