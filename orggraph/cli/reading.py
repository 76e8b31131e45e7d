"""How files are read: the options that ``load`` and ``--data`` share, and the mapping that they make."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from orggraph.errors import Finding, LoadError

_Function = TypeVar("_Function", bound=Callable[..., object])
FORMATS = ("role-changes", "json-lines", "tenures", "rosters", "uk-organograms", "kubernetes-sigs", "popolo",
           "ifg-ministers", "rdf")  # fmt: skip
"""The names of the formats, as `orggraph.sources.FORMATS` has them; repeated so that a look-up imports no reader."""
IDENTITIES = ("names", "exact")
"""How persons without ids are told apart, as `orggraph.sources.organograms.IDENTITIES` has it."""
_PAIR = re.compile(r"([a-z_]+)=(.*)", re.DOTALL)


def reading_options(prefix: str = "") -> Callable[[_Function], _Function]:
    """Add the options that say how files are read; their help begins with ``prefix``."""
    options = (
        click.option(
            "--map", "--column", "maps", multiple=True, metavar="MAPPING.toml|FIELD=COLUMN",
            help=f"{prefix}which column is which field: a mapping file, or one field; repeat it for several.",
        ),
        click.option("--format", default=None, type=click.Choice(list(FORMATS)), metavar="FORMAT",
                     help=f"{prefix}what the files are, where it is not found out: {', '.join(FORMATS)}."),
        click.option("--source", default="", metavar="TEXT",
                     help=f"{prefix}the source of rows that name none (a URL or a name)."),
        click.option("--stated", default="", metavar="DAY|TIME",
                     help=f"{prefix}when the source said it, for rows that do not say."),
        click.option("--identity", default=None, type=click.Choice(IDENTITIES), metavar="names|exact",
                     help=f"{prefix}how an organogram tells persons apart: by names without titles and honours, or "
                     "by names as texts.  [default: names]"),
        click.option("--keep-going", is_flag=True,
                     help=f"{prefix}load what can be read and list what cannot, instead of loading nothing."),
    )  # fmt: skip

    def add(function: _Function) -> _Function:
        for option in reversed(options):
            function = option(function)
        return function

    return add


def mapping_of(maps: tuple[str, ...]) -> object:
    """Make the mapping from what was given with ``--map``: nothing, a file, fields, or a file and fields over it.

    >>> mapping_of(("person=Name", "from=Start date"))
    {'columns': {'person': 'Name', 'from': 'Start date'}}
    """
    pairs = [_PAIR.fullmatch(text) for text in maps if not Path(text).exists()]
    columns = {pair.group(1): pair.group(2) for pair in pairs if pair}
    files = [text for text in maps if Path(text).exists() or not _PAIR.fullmatch(text)]
    if len(files) > 1:
        raise click.UsageError(f"--map takes one mapping file, not {len(files)} (and any number of FIELD=COLUMN)")
    if not files:
        return {"columns": columns} if columns else None
    return _merged(files[0], columns) if columns else files[0]


def _merged(file: str, columns: dict[str, str]) -> object:
    try:
        import tomllib  # only for a mapping file

        mapping = tomllib.loads(Path(file).read_bytes().decode())
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else error
        raise LoadError([Finding("error", f"the mapping cannot be read: {what}", file, 0, "bad-mapping")]) from error
    known = mapping.get("columns", {})
    return {**mapping, "columns": {**known, **columns} if isinstance(known, dict) else known}
