"""How files are read: the options that ``load`` and ``--data`` share, and the mapping that they make."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

import click

from orggraph.errors import Finding, LoadError

_Function = TypeVar("_Function", bound=Callable[..., object])
FORMATS = ("role-changes", "json-lines", "tenures", "rosters", "uk-organograms", "kubernetes-sigs", "popolo",
           "ifg-ministers", "rdf")  # fmt: skip
"""The names of the formats, as `orggraph.sources.FORMATS` has them; repeated so that a look-up imports no reader."""
IDENTITIES = ("names", "exact")
"""How persons without ids are told apart, as `orggraph.sources.organograms.IDENTITIES` has it."""
ENCODINGS = ("utf-8", "cp1252", "iso-8859-1", "iso-8859-15", "cp850", "mac-roman", "utf-16")
"""The names of the encodings, as `orggraph.sources.table.ENCODINGS` has them; repeated for the same reason."""
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
        click.option("--organization", default="", metavar="NAME",
                     help=f"{prefix}of a table without such a column, the organization that its rows are about."),
        click.option("--extra", multiple=True, metavar="COLUMN|all",
                     help=f"{prefix}a column to keep as a dated attribute; repeat it for several."),
        click.option("--encoding", default=None, type=click.Choice(ENCODINGS), metavar="ENCODING",
                     help=f"{prefix}what a table is in, where that is not UTF-8: {', '.join(ENCODINGS[1:])}."),
        click.option("--sheet", default="", metavar="NAME",
                     help=f"{prefix}of a workbook (.xlsx), the sheet to read."),
        click.option("--keep-going", is_flag=True,
                     help=f"{prefix}load what can be read and list what cannot, instead of loading nothing."),
    )  # fmt: skip

    def add(function: _Function) -> _Function:
        for option in reversed(options):
            function = option(function)
        return function

    return add


class Table(NamedTuple):
    """What is said about tables on the command line, in the words of the options."""

    maps: tuple[str, ...] = ()
    organization: str = ""
    extra: tuple[str, ...] = ()
    encoding: str | None = None
    sheet: str = ""


def mapping_of(table: Table) -> object:
    """Make the mapping from what was given: nothing, a file, or the keys of a mapping, which count over a file's.

    >>> mapping_of(Table(("person=Name", "from=Start date"), organization="Acme"))
    {'columns': {'person': 'Name', 'from': 'Start date'}, 'constants': {'organization': 'Acme'}}
    """
    pairs = [_PAIR.fullmatch(text) for text in table.maps if not Path(text).exists()]
    columns = {pair.group(1): pair.group(2) for pair in pairs if pair}
    files = [text for text in table.maps if Path(text).exists() or not _PAIR.fullmatch(text)]
    if len(files) > 1:
        raise click.UsageError(f"--map takes one mapping file, not {len(files)} (and any number of FIELD=COLUMN)")
    constants = {"organization": table.organization} if table.organization else {}
    given = {"columns": columns, "constants": constants, "extra": list(table.extra), "encoding": table.encoding,
             "sheet": table.sheet}  # fmt: skip
    keys = {key: value for key, value in given.items() if value}
    if not files:
        return keys or None
    return _merged(files[0], keys) if keys else files[0]


def _merged(file: str, keys: Mapping[str, object]) -> object:
    """Read a mapping file and put the keys over it; columns and constants are added to those that it has."""
    try:
        import tomllib  # only for a mapping file

        mapping = tomllib.loads(Path(file).read_bytes().decode())
    except (OSError, ValueError) as error:
        what = error.strerror if isinstance(error, OSError) else error
        raise LoadError([Finding("error", f"the mapping cannot be read: {what}", file, 0, "bad-mapping")]) from error
    merged = {**mapping, **keys}
    for key in ("columns", "constants"):
        known, more = mapping.get(key, {}), keys.get(key, {})
        merged[key] = {**known, **more} if isinstance(known, dict) and isinstance(more, dict) else known
    return merged
