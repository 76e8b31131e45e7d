"""``extract``: role changes that an article states, proposed as a file to look through; nothing is loaded.

Why a file and no question on the terminal: what is proposed is corrected in any editor or spreadsheet, can be kept
beside the article, and is loaded by the command that loads everything else.
"""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path

import click

from orggraph.cli.options import output_option
from orggraph.cli.terminal import emit, progress, said
from orggraph.errors import MomentError, OrgGraphError
from orggraph.period import as_date, day
from orggraph.sources import write_csv


def read_published(text: str) -> date:
    """Read the day on which an article appeared; raise a usage error for anything else."""
    try:
        made = as_date(day(text))
    except MomentError:
        raise click.BadParameter(f"{text!r} is not a day (expected YYYY-MM-DD)") from None
    assert made is not None
    return made


@click.command()
@click.argument("article", metavar="ARTICLE", type=click.Path())
@click.option("--published", type=read_published, default=None, metavar="DAY",
              help="The day on which it appeared, from which “on Monday” counts.  [default: unknown]")  # fmt: skip
@click.option("--organization", default="", metavar="NAME", help="Whom it is about, where it does not say so.")
@click.option("--source", default="", metavar="SOURCE", help="What to name as the source, such as its address.  "
              "[default: the name of the file with a hash of its content]")  # fmt: skip
@output_option
def extract(article: str, *, published: date | None, organization: str, source: str, output: str) -> None:
    """Propose the role changes that a news article states, as CSV to look through.

    Each row has the sentence that it rests on, and says of the day no more than the article does. Nothing is loaded:
    delete the rows that are wrong, correct the others, and load the file. ARTICLE is plain text; - reads it from
    standard input.

    \b
      orggraph extract article.txt --published 2025-10-03 -o review.csv
      orggraph load review.csv
    """
    from orggraph.extraction import extract as extracted  # its rules are for this command alone
    from orggraph.sources.table import content_hash

    data = _read(article)
    text = _decoded(data, article)
    name = "article" if article == "-" else Path(article).name
    with progress(f"reading {name}"):
        found = extracted(
            text, published=published, organization=organization, source=source or f"{name}#{content_hash(data)}"
        )
    written = io.StringIO(newline="")
    write_csv(found.changes, written)
    emit(written.getvalue(), path=output)
    for doubtful in found.left_out:
        why = f"left out, since it is hearsay or denied ({doubtful.word!r})"
        said(f"{article}:{doubtful.line}: {why}: {doubtful.quote}")
    _tell(len(found.changes), output)


def _read(article: str) -> bytes:
    if article == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(article).read_bytes()
    except OSError as error:
        raise OrgGraphError(f"{article}: cannot be opened: {error.strerror}") from error


def _decoded(data: bytes, article: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise OrgGraphError(
            f"{article}:{line}: byte {error.start + 1}, 0x{data[error.start]:02X}, is not UTF-8 "
            "(expected plain text in UTF-8; save the article so)"
        ) from error


def _tell(count: int, output: str) -> None:
    if not count:
        said("no role change was found, so there is nothing to load")
        return
    proposed = "1 role change" if count == 1 else f"{count} role changes"
    place = output or "the rows above (-o FILE keeps them)"
    said(f"{proposed} proposed, nothing loaded: look through {place}, delete what is wrong, then orggraph load it")
