"""The look-ups and documents of the command line under the names of its commands: ``/reports``, ``/diff``, ….

Each gives the same JSON document as its command with ``--format json``.
"""

from __future__ import annotations

from itertools import islice
from urllib.parse import urlencode

from orggraph import chronicle
from orggraph import diff as diffs
from orggraph.diff.page import sections
from orggraph.diff.text import heading
from orggraph.documents import (
    HISTORY_COLUMNS,
    LOOKUPS,
    SOURCE_COLUMNS,
    blame_document,
    check_document,
    dumped,
    history_cells,
    history_document,
    info_document,
    look_up,
    source_rows,
    written,
)
from orggraph.errors import UnsupportedError
from orggraph.ledger import recorded_time
from orggraph.library import library
from orggraph.period import iso
from orggraph.web import charts, words
from orggraph.web.directory import Suggestion
from orggraph.web.figures import FIGURES, PARAMETERS, refuse_certain, stats
from orggraph.web.frame import Markup, markup
from orggraph.web.pages import answers, entity_link, entity_path, page, paragraph, table, times
from orggraph.web.parameters import AS_OF, RECORDED_BY, Parameter, flag, number
from orggraph.web.resources import HTML, JSON, Forms, Question, Resource
from orggraph.web.views import read_day, snapshot_of

ROWS: Forms = (
    *JSON, ("html", HTML), ("csv", "text/csv"), ("tsv", "text/tab-separated-values"),
    ("ndjson", "application/x-ndjson"), ("plain", "text/plain"),
)  # fmt: skip
DIFFS: Forms = (
    *JSON, ("html", HTML), ("text", "text/plain"), ("csv", "text/csv"), ("markdown", "text/markdown"),
    ("rdf-patch", "application/rdf-patch"), ("sparql-update", "application/sparql-update"), ("prov", "text/turtle"),
    ("svg", "image/svg+xml"),
)  # fmt: skip
_MOST_FOUND = 50

CERTAIN = Parameter("certain", "flag", "Leave out who is only possible; the same as possible=false.")


def _name(what: str, example: str) -> Parameter:
    return Parameter("name", "text", f"The name or IRI of a {what}.", required=True, example=example)


def _lookup(question: Question, lookup: str) -> str | bytes:
    certain = flag(question.given, "certain", default=question.view.possible is False)
    snapshot, org = snapshot_of(question.generation, question.view), question.generation.org
    name = question.given["name"]
    reply = look_up(org, snapshot, lookup, name=name, certain=certain, hidden=" (possible=true lists them).")
    if question.format != "html":
        return written(reply, question.format)
    notes = [paragraph(note) for note in reply.notes]
    body = [answers(question, words.ON_DAY.format(day=iso(snapshot.day)), reply.rows)] if reply.rows else []
    entity = org.find(name, kinds=LOOKUPS[lookup].kinds, recorded_by=snapshot.recorded_by)
    title = words.LOOKUPS[lookup].format(name=snapshot.name(entity))
    return page(question, title, *notes, *body)


def reports(question: Question) -> str | bytes:
    """Answer who reports to a person or post."""
    return _lookup(question, "reports all" if flag(question.given, "all") else "reports")


def managers(question: Question) -> str | bytes:
    """Answer to whom a person or post reports."""
    return _lookup(question, "managers")


def chain(question: Question) -> str | bytes:
    """Answer the chain of command above a person or post."""
    return _lookup(question, "chain")


def holders(question: Question) -> str | bytes:
    """Answer who holds a post or has a role."""
    return _lookup(question, "holders")


def members(question: Question) -> str | bytes:
    """Answer who belongs to a unit or organization."""
    return _lookup(question, "members")


def history(question: Question) -> str:
    """Answer everything known of an entity."""
    org, recorded_by = question.generation.org, question.view.recorded_by
    iri = org.find(question.given["name"], recorded_by=recorded_by)
    rows = org.history(iri, recorded_by=recorded_by)
    document = history_document(org, iri, rows, recorded_by=recorded_by)
    if question.format == "json":
        return dumped(document)
    columns = [name for name in HISTORY_COLUMNS if name not in ("kind", "quotes")]
    cells = [dict(zip(HISTORY_COLUMNS, history_cells(row), strict=True)) for row in rows]
    shown = [[markup("; ".join(v) if isinstance(v := cell[name], list) else v) for name in columns] for cell in cells]
    return page(question, words.HISTORY_TITLE.format(name=document["name"]), table(words.EVERYTHING, columns, shown))


def blame(question: Question) -> str | bytes:
    """Answer who said first and last what holds of an entity."""
    refuse_certain(question)
    org, snapshot = question.generation.org, snapshot_of(question.generation, question.view)
    iri = org.find(question.given["name"], recorded_by=snapshot.recorded_by)
    rows = org.blame(iri, snapshot.day, recorded_by=snapshot.recorded_by)
    document = blame_document(org, iri, rows, day=snapshot.day, recorded_by=snapshot.recorded_by)
    return dumped(document)


def log(question: Question) -> str:
    """Answer what happened, day by day."""
    org, given = question.generation.org, question.given
    first, last = (read_day(given[name], today=question.today) if name in given else None for name in ("from", "to"))
    told = org.log(
        given.get("name", ""), unit=given.get("unit", ""), first=first, last=last,
        recorded_by=question.view.recorded_by, reverse=flag(given, "reverse"),
    )  # fmt: skip
    chapters = list(islice(told, number(given, "most")))
    if question.format == "json":
        return dumped(chronicle.as_json(chapters, recorded_by=question.view.recorded_by))
    if question.format == "text":
        return "".join(chronicle.text(chapters))
    return chronicle.as_csv(chapters) if question.format == "csv" else chronicle.as_markdown(chapters)


def diff(question: Question) -> str | bytes:
    """Answer what changed between two days, or with ``knowledge`` in what was known about one."""
    org, given, today = question.generation.org, question.given, question.today
    before, after = given["from"], given["to"]
    known = question.view.recorded_by
    if flag(given, "knowledge"):
        if question.format == "svg":
            raise UnsupportedError("knowledge cannot be drawn: nothing need have moved (expected another format)")
        day = read_day(given.get("as-of") or "today", today=today)
        one, other = (org.snapshot(day, recorded_by=recorded_time(time)) for time in (before, after))
    else:
        one, other = (org.snapshot(read_day(day, today=today), recorded_by=known) for day in (before, after))
    if question.format == "svg":
        return charts.between(one, other)
    found = diffs.diff(one, other)
    if question.format == "json":
        return dumped(diffs.as_json(found))
    if question.format == "html":
        return page(question, heading(found), Markup(sections(found)))
    if question.format == "prov":
        return diffs.as_prov(found, base=org.base)
    writers = {
        "text": diffs.text, "csv": diffs.as_csv, "markdown": diffs.as_markdown, "rdf-patch": diffs.rdf_patch,
        "sparql-update": diffs.sparql_update,
    }  # fmt: skip
    return writers[question.format](found)


def check(question: Question) -> str:
    """Answer what does not fit together."""
    org = question.generation.org
    return dumped(check_document(org, org.check()))


def info(question: Question) -> str:
    """Answer what is held."""
    return dumped(info_document(question.generation.org, location=question.generation.origin.location))


def sources(question: Question) -> str:
    """Answer which editions of sources there are."""
    rows = source_rows(question.generation.org)
    return dumped({"rows": [dict(zip(SOURCE_COLUMNS, row, strict=True)) for row in rows]})


def queries(question: Question) -> str:  # noqa: ARG001  # every resource gets it
    """List the query library."""
    rows = [
        {"name": q.name, "over": q.over, "parameters": list(q.parameters), "question": q.question}
        for q in library().values()
    ]
    return dumped({"rows": rows})


def find(question: Question) -> str:
    """List the entities whose names have some words in them."""
    org = question.generation.org
    snapshot, asked = snapshot_of(question.generation, question.view), question.given["name"]
    suggested = question.generation.directory.suggest(asked, snapshot, most=_MOST_FOUND)
    found = [(one.iri, one.name, one.kind) for one in suggested]
    if question.format == "html":
        rows = [[entity_link(question, one.iri, one.name), markup(one.kind), markup(one.where), markup(_said(one))]
                for one in suggested]  # fmt: skip
        columns = (words.NAME, words.KIND, words.WHERE, words.OTHER_NAME)
        shown = table(words.FOUND.format(number=len(rows)), columns, rows)
        return page(question, words.FIND_TITLE.format(words=asked), shown)
    rows_ = [
        {"iri": iri, "name": name, "kind": kind, "url": question.base_url + entity_path(iri, org.base)}
        for iri, name, kind in found
    ]
    return dumped({"as_of": iso(snapshot.day), "rows": rows_})


def suggest(question: Question) -> str:
    """Suggest of whom the letters that were typed so far may be the name, any it ever bore."""
    org, given = question.generation.org, question.given
    snapshot = snapshot_of(question.generation, question.view)
    kinds = tuple(kind.strip() for kind in given.get("kinds", "").split(",") if kind.strip())
    found = question.generation.directory.suggest(given.get("q", ""), snapshot, kinds=kinds)
    stays = urlencode(times(question))
    rows = []
    for row in found:
        path = entity_path(row.iri, org.base)
        url = path + (("&" if "?" in path else "?") + stays if stays else "")
        rows.append({**row._asdict(), "said": _said(row), "url": url})
    return dumped({"as_of": iso(snapshot.day), "rows": rows})


def _said(one: Suggestion) -> str:
    """Say by which other name somebody was found."""
    named = {"formerly": words.FORMERLY, "later": words.LATER, "also": words.ALSO}.get(one.when, "")
    return named.format(name=one.found)


_WHO = "person or post"
_DAYS = "A day, YYYY-MM-DD or today; with knowledge a recorded time."
RESOURCES: tuple[Resource, ...] = (
    Resource(
        "/reports", "Who reports to a person or post", reports, ROWS,
        (_name(_WHO, "Daniela Amodei"), Parameter("all", "flag", "Everyone below, with the depth."), CERTAIN),
        dated=True,
    ),
    Resource("/managers", "To whom a person or post reports", managers, ROWS,
             (_name(_WHO, "Rahul Patil"), CERTAIN), dated=True),
    Resource("/chain", "The chain of command above a person or post", chain, ROWS,
             (_name(_WHO, "Rahul Patil"), CERTAIN), dated=True),
    Resource("/holders", "Who holds a post or has a role", holders, ROWS,
             (_name("post or role", "CTO, Anthropic"), CERTAIN), dated=True),
    Resource("/members", "Who belongs to a unit or organization", members, ROWS,
             (_name("unit or organization", "Anthropic"), CERTAIN), dated=True),
    Resource("/find", "Which entities have a name with these words in it", find, (*JSON, ("html", HTML)),
             (Parameter("name", "text", "Some words of a name.", required=True, example="sam"),), dated=True),
    Resource("/suggest", "Whose name may begin so, while it is typed", suggest, JSON,
             (Parameter("q", "text", "The beginning of a name, or of a word in it.", example="sam"),
              Parameter("kinds", "text", "Only these kinds of entity, parted by commas.", example="person,post")),
             dated=True),
    Resource(
        "/stats", "The shape of the organization on a day, or with every how it develops", stats, FIGURES,
        PARAMETERS, dated=True, heavy=True,
    ),
    Resource(
        "/history", "Everything known of a person, post or unit", history, (*JSON, ("html", HTML)),
        (_name("person, post, unit or organization", "Sam McCandlish"),), recorded=True, heavy=True,
    ),
    Resource("/blame", "Who said first and last what holds of a person, post or unit", blame, JSON,
             (_name("person, post, unit or organization", "Sam McCandlish"),), dated=True, heavy=True),
    Resource(
        "/log", "What happened, day by day, the newest first", log, DIFFS[:4],
        (
            Parameter("name", "text", "Only that in which this person, post, unit or organization takes part.",
                      example="Sam McCandlish"),
            Parameter("unit", "text", "Only of this unit or organization and everything in it."),
            Parameter("from", "text", "From this day on, YYYY-MM-DD or today.", example="2025-09-01"),
            Parameter("to", "text", "To this day, inclusive, YYYY-MM-DD or today."),
            Parameter("most", "number", "At most so many days."),
            Parameter("reverse", "flag", "The oldest first."),
        ),
        recorded=True, heavy=True,
    ),
    Resource(
        "/diff", "What changed from one day to another", diff, DIFFS,
        (
            Parameter("from", "text", _DAYS, required=True, example="2025-09-01"),
            Parameter("to", "text", _DAYS, required=True, example="2025-10-03"),
            Parameter("knowledge", "flag", "What this graph learned about the day as-of, between two recorded times."),
            AS_OF, RECORDED_BY,
        ),
        heavy=True,
    ),
    *charts.RESOURCES,
    Resource("/check", "What does not fit together, over all of time", check, JSON, heavy=True),
    Resource("/info", "What is held, and every load", info, JSON, heavy=True),
    Resource("/sources", "The editions of sources", sources, JSON, heavy=True),
    Resource("/queries", "The library of named queries", queries, JSON),
)  # fmt: skip
"""The resources of the API, in the order of the documentation."""
