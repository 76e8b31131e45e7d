"""``query`` and ``queries``: SPARQL on a day or on the history, free or from the library."""

from __future__ import annotations

import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import click

from orggraph.cli.explaining import explanation_text
from orggraph.cli.options import (
    as_of_option,
    check_recorded_by,
    format_option,
    output_option,
    read_day,
    recorded_by_option,
)
from orggraph.cli.origin import Origin, open_to_read, today
from orggraph.cli.rows import ROW_FORMATS, emit_rows
from orggraph.cli.terminal import emit, progress, row_format, said
from orggraph.errors import QueryError, UnknownName
from orggraph.results import MEDIA_TYPES, visible, write

if TYPE_CHECKING:
    from orggraph.evaluation import Results
    from orggraph.graph import OrgGraph
    from orggraph.library import LibraryQuery
    from orggraph.vocabulary import Term


_BY_SUFFIX = {
    ".csv": "csv", ".tsv": "tsv", ".json": "json", ".srj": "json", ".xml": "xml", ".srx": "xml", ".txt": "table",
    ".ttl": "turtle", ".nt": "ntriples", ".jsonld": "jsonld", ".trig": "trig",
}  # fmt: skip
"""The format that the suffix of a file says."""


class Question(NamedTuple):
    """The text of a query, and what the library says of it."""

    text: str
    described: LibraryQuery | None = None


class Days(NamedTuple):
    """The days that a query is asked on: the step or ``change``, the first day, and the day before which they end."""

    every: str
    first: int | None
    until: int | None


STEPS = ("day", "week", "month", "quarter", "year")


@click.command()
@click.argument("query_", metavar="QUERY.rq|NAME|-", required=False, default="")
@click.option("-e", "--execute", default="", metavar="SPARQL", help="The query itself.")
@as_of_option
@recorded_by_option
@click.option("--possible", is_flag=True, help="Ask everything possible on the day, not only what is certain.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE",
              help='Give a variable a value: a name, <IRI>, "text" or a day; repeat it for several.')  # fmt: skip
@click.option("--each-change", is_flag=True,
              help="Ask on every day on which something starts or ends, with the day as a column.")  # fmt: skip
@click.option("--every", type=click.Choice(STEPS), default=None,
              help="Ask on the first day and every so often after it, with the day as a column.")  # fmt: skip
@click.option("--from", "first", type=read_day, default=None, metavar="DAY",
              help="The first day of --every or --each-change.")  # fmt: skip
@click.option("--until", type=read_day, default=None, metavar="DAY",
              help="The day before which they end.  [default: tomorrow; none for --each-change]")  # fmt: skip
@click.option("--explain", is_flag=True,
              help="Say on standard error how it came about, what took how long, what each row rests on.")  # fmt: skip
@click.option("--limit", type=click.IntRange(min=1), default=None, help="At most so many results.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True, max=1_000_000), default=60.0, show_default=True,
              metavar="SECONDS", help="End the query after so many seconds.")  # fmt: skip
@output_option
@format_option(MEDIA_TYPES, "How to write it.  [default: table on a terminal, else plain; turtle for a graph]")
@click.pass_obj
def query(
    origin: Origin,
    *,
    query_: str,
    execute: str,
    day: int | None,
    recorded_by: int | None,
    possible: bool,
    settings: tuple[str, ...],
    each_change: bool,
    every: str | None,
    first: int | None,
    until: int | None,
    explain: bool,
    limit: int | None,
    timeout: float,
    output: str,
    format: str | None,
) -> None:
    """Ask in SPARQL: about a day with --as-of, about several with --every or --each-change, else about all of time.

    On a day the organization is plain W3C ORG without dates (?a org:reportsTo ?b); without a day every fact is a node
    with its period and sources. The query is a file, a name of the library (orggraph queries lists it), - for standard
    input, or -e. The prefixes org, orgg, foaf, skos, prov and more need no declaration.

    \b
      orggraph query reports --as-of 2025-10-03 --set manager="Daniela Amodei"
      orggraph query -e 'SELECT ?who { ?who org:reportsTo+/foaf:name "Daniela Amodei" }' --as-of 2025-10-03
      orggraph query holders_over_time --set post="CTO, Anthropic" --format csv
      orggraph query headcount --every month --from 2025-01-01 --until 2026-01-01
    """
    question = _question(query_, execute)
    days = _days(each_change, every, first, until)
    over = _over(question, day=day, days=days, recorded_by=recorded_by, possible=possible)
    check_recorded_by(origin, recorded_by)
    org = open_to_read(origin)
    parameters = _parameters(org, settings, question.described)
    began = perf_counter()
    with progress("asking"):
        if over == "history":
            results = org.query(question.text, parameters=parameters, limit=limit, timeout=timeout)
        elif days:
            results = org.query_days(
                question.text, every=days.every, first=days.first, until=days.until, possible=possible,
                recorded_by=recorded_by, parameters=parameters, limit=limit, timeout=timeout,
            )  # fmt: skip
        else:
            on_day = org.as_of(today() if day is None else day, recorded_by=recorded_by)
            results = on_day.query(
                question.text, possible=possible, parameters=parameters, limit=limit, timeout=timeout
            )
    for warning in results.warnings:
        said(f"warning: {warning}")
    asked = perf_counter()
    document = write(results, _format(results, format, output))
    if explain and results.explanation:
        said(explanation_text(results.explanation, asking=asked - began, writing=perf_counter() - asked))
    if explain and not days:
        from orggraph.cli.evidence import explain_results  # only for who asks

        said("\n" + explain_results(org, results, on_day.snapshot if over != "history" else None))
    emit(document, path=output)
    if results.kind == "select" and not results.rows:
        said("no results")


def _days(each_change: bool, every: str | None, first: int | None, until: int | None) -> Days | None:
    """Read the options about several days."""
    if each_change and every:
        raise click.UsageError("--each-change and --every cannot be given together")
    if not each_change and not every:
        if first is not None or until is not None:
            raise click.UsageError("--from and --until need --every or --each-change")
        return None
    if every and first is None:
        raise click.UsageError(f"--every {every} needs --from DAY, the first day")
    if every and until is None:
        until = today() + 1
    return Days(every or "change", first, until)


def _over(
    question: Question, *, day: int | None, days: Days | None, recorded_by: int | None, possible: bool
) -> str:
    """Tell whether a snapshot or the history is asked, and refuse options that do not go with it."""
    if days and day is not None:
        raise click.UsageError("--as-of is one day, so it cannot be given with --every or --each-change")
    over = "history" if day is None and not days else "snapshot"
    over = question.described.over if question.described else over
    given = {
        "--as-of": day is not None, "--recorded-by": recorded_by is not None, "--possible": possible,
        "--every": days is not None and days.every != "change",
        "--each-change": days is not None and days.every == "change",
    }  # fmt: skip
    wrong = ", ".join(option for option, is_given in given.items() if is_given)
    if over == "history" and wrong:
        what = question.described.name if question.described else "a query without --as-of"
        raise click.UsageError(f"{what} is asked of all of time, so {wrong} cannot be given with it")
    return over


def _question(given: str, execute: str) -> Question:
    """Find the text of the query: on the command line, on standard input, in a file or in the library."""
    from orggraph.library import library_query, read_query  # reads the library's folder

    if bool(given) == bool(execute):
        raise click.UsageError("a query is needed: QUERY.rq, a NAME of the library, - or -e SPARQL (one of them)")
    if execute:
        return Question(execute)
    if given == "-":
        return Question(_decoded(sys.stdin.buffer.read(), "standard input"))
    path = Path(given)
    if path.is_file():
        try:
            text = _decoded(path.read_bytes(), given)
        except OSError as error:
            raise QueryError(f"{given}: the file cannot be read: {error.strerror}") from error
        return Question(text, read_query(path.stem, text) if text.startswith("# title: ") else None)
    if path.suffix or "/" in given:
        raise QueryError(f"{given}: there is no such file")
    described = library_query(given)
    return Question(described.text, described)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        raise QueryError(f"{name}: byte {error.start + 1} is not UTF-8 (expected UTF-8)") from error


def _parameters(org: OrgGraph, settings: tuple[str, ...], described: LibraryQuery | None) -> dict[str, Term]:
    """Read ``--set name=value``, names as the entities that bear them."""
    from orggraph.library import read_parameters  # reads SPARQL

    texts: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not name:
            raise click.UsageError(f"--set {setting!r} is no setting (expected NAME=VALUE)")
        texts[name.removeprefix("?")] = value

    def find(name: str, kinds: tuple[str, ...]) -> str:
        try:
            return org.find(name, kinds=kinds)
        except UnknownName as error:
            if kinds or error.candidates:
                raise
            raise UnknownName(f"{error} (a text is written '\"{name}\"', an IRI <…>)") from error

    return read_parameters(texts, described=described.parameters if described else None, find=find)


def _format(results: Results, chosen: str | None, output: str) -> str:
    """Give the format: as chosen, by the suffix of the file, or what fits the results and the terminal."""
    if chosen:
        return chosen
    suffix = Path(output).suffix
    if output and suffix:
        if suffix not in _BY_SUFFIX:
            known = ", ".join(_BY_SUFFIX)
            raise click.UsageError(f"{output}: the suffix says no format (expected one of {known}, or --format)")
        return _BY_SUFFIX[suffix]
    return "turtle" if results.kind == "graph" else row_format("")


@click.command()
@click.argument("name", required=False, default="")
@format_option(ROW_FORMATS, "How to write the list.  [default: table on a terminal, else plain]")
def queries(*, name: str, format: str | None) -> None:
    """List the library of named queries, or show one with its parameters and its SPARQL.

    \b
      orggraph queries
      orggraph queries reports
    """
    from orggraph.library import library, library_query  # reads the library's folder

    if name:
        if format not in (None, "table", "plain"):
            raise click.UsageError("--format is for the list of queries")
        emit(_described(library_query(name)))
        return
    rows = [[q.name, q.over, list(q.parameters), q.question] for q in library().values()]
    emit_rows(("name", "over", "parameters", "question"), rows, format)


def _described(found: LibraryQuery) -> str:
    lines = [f"{found.name}: {found.title}", "", found.question, ""]
    for parameter, described in found.parameters.items():
        lines.append(f"  --set {parameter}=…   {described.kind}: {described.description}")
    lines.append(f"  columns: {', '.join(found.columns)}")
    day = " --as-of DAY" if found.over == "snapshot" else ""
    sets = "".join(f' --set {parameter}="…"' for parameter in found.parameters)
    lines.append(f"  orggraph query {found.name}{day}{sets}")
    body = "\n".join(line for line in found.text.splitlines() if not line.startswith("# "))
    return "\n".join(visible(line) for line in [*lines, "", *body.strip().splitlines()]) + "\n"
