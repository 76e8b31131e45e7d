"""``extract``: role changes that an article states, proposed as a file to look through; nothing is loaded.

Why a file and no question on the terminal: what is proposed is corrected in any editor or spreadsheet, can be kept
beside the article, and is loaded by the command that loads everything else.
"""

from __future__ import annotations

import io
import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from orggraph.cli.options import output_option
from orggraph.cli.terminal import emit, progress, said
from orggraph.errors import MomentError, OrgGraphError, UnsupportedError
from orggraph.period import as_date, day
from orggraph.sources import write_csv

if TYPE_CHECKING:
    from orggraph.extraction.model import Endpoint


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
@click.option("--model", "by_model", is_flag=True, help="Ask the model named by ORGGRAPH_LLM_MODEL at the "
              "OpenAI-compatible address ORGGRAPH_LLM_URL (key: ORGGRAPH_LLM_KEY), not the rules. The article is sent "
              "there.")  # fmt: skip
@click.option("--time-limit", type=click.FloatRange(min=0, min_open=True), default=120.0, show_default=True,
              metavar="SECONDS", help="With --model: how long its answer may take.")  # fmt: skip
@output_option
def extract(
    article: str,
    *,
    published: date | None,
    organization: str,
    source: str,
    by_model: bool,
    time_limit: float,
    output: str,
) -> None:
    """Propose the role changes that a news article states, as CSV to look through.

    Each row has the sentence that it rests on, and says of the day no more than the article does. Nothing is loaded:
    delete the rows that are wrong, correct the others, and load the file. ARTICLE is plain text; - reads it from
    standard input.

    \b
      orggraph extract article.txt --published 2025-10-03 -o review.csv
      orggraph load review.csv
    """
    from orggraph import extraction  # its rules are for this command alone
    from orggraph.sources.table import content_hash

    endpoint = _endpoint() if by_model else None

    data = _read(article)
    text = _decoded(data, article)
    name = "article" if article == "-" else Path(article).name
    named = source or f"{name}#{content_hash(data)}"
    with progress(f"reading {name}"):
        if endpoint:
            found = extraction.extract_by_model(
                text, endpoint, published=published, organization=organization, source=named, time_limit=time_limit
            )
        else:
            found = extraction.extract(text, published=published, organization=organization, source=named)
    written = io.StringIO(newline="")
    write_csv(found.changes, written)
    emit(written.getvalue(), path=output)
    for doubtful in found.left_out:
        why = f"left out, since it is hearsay or denied ({doubtful.word!r})"
        said(f"{article}:{doubtful.line}: {why}: {doubtful.quote}")
    for refused in found.refused:
        said(f"{article}: row {refused.row} of the model's answer is refused: {refused.reason}")
    if found.changes and published is None:
        said("it is not said when the article appeared (--published DAY), so days such as “on Monday” stay open")
    _tell(len(found.changes), output)


def _endpoint() -> Endpoint:
    """Read from the environment which model is asked; raise `UnsupportedError` where that is not said."""
    from orggraph.extraction.model import Endpoint

    wanted = {name: os.environ.get(name, "") for name in ("ORGGRAPH_LLM_URL", "ORGGRAPH_LLM_MODEL")}
    missing = [name for name, value in wanted.items() if not value]
    if missing:
        raise UnsupportedError(
            f"--model needs {' and '.join(missing)} in the environment (the address of an OpenAI-compatible endpoint, "
            "such as http://127.0.0.1:8080/v1, and the name of a model there); without --model the rules are used"
        )
    url, model = wanted.values()
    return Endpoint(url, model, os.environ.get("ORGGRAPH_LLM_KEY", ""))


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
