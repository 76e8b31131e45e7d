"""Asking, as pages: the query library as forms, a query in SPARQL to be written, and what came of it.

A form is sent to where a program would ask the same (``/query/NAME``, ``/sparql``), so the address of an answer on a
page is the address of the answer. Why a page has the first thousand rows and not all: a browser with a hundred thousand
rows stands still, and every download has all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from urllib.parse import quote, urlencode

from orggraph.documents import dumped
from orggraph.errors import OrgGraphError, UnknownName
from orggraph.evaluation import Results
from orggraph.library import LibraryQuery, library, library_query
from orggraph.period import iso
from orggraph.vocabulary import PREFIXES, Term
from orggraph.web import words
from orggraph.web.frame import Markup, hidden, link, markup, suggesting
from orggraph.web.pages import entity_link, page, paragraph, section, table, times
from orggraph.web.parameters import Parameter, flag
from orggraph.web.resources import HTML, Question, Resource
from orggraph.web.views import snapshot_of

SHOWN = 1_000
EDITOR = "vendor/yasqe/yasqe.min.js"
_ENTITIES = frozenset({"person", "post", "role", "unit", "organization"})
_LINES = frozenset({"reporter", "manager"})
_PLACE = re.compile(r"line (\d+), column (\d+): ")
_TERM = re.compile(r"^orgg:(\w+) ", re.MULTILINE)
_STANDARD = """
    org:Membership org:Organization org:OrganizationalUnit org:Post org:Role org:headOf org:holds org:member
    org:memberOf org:organization org:postIn org:reportsTo org:role org:unitOf foaf:Person foaf:name skos:prefLabel
    rdf:type rdfs:label prov:wasDerivedFrom owl:sameAs
"""
QUERY = Parameter("query", "text", "A query of the library: its form.", example="reports")


def ask(question: Question) -> str:
    """Show the query library, or the form of one of its queries; as JSON, the list of it."""
    name = question.given.get("query", "")
    if question.format == "json":
        return dumped({"rows": [{"name": q.name, "question": q.question} for q in library().values()]})
    if name:
        found = library_query(name)
        return page(question, found.title, library_form(question, found), _source(question, found),
                    scripts=[EDITOR])  # fmt: skip
    stays = times(question)
    rows = [
        [link(f"/ask?{urlencode({'query': q.name, **stays})}", q.title), markup(q.question),
         markup(words.OVER_DAY if q.over == "snapshot" else words.OVER_ALL)]
        for q in library().values()
    ]  # fmt: skip
    free = link(f"/sparql{'?' + urlencode(stays) if stays else ''}", words.SPARQL_FREE)
    listed = table(words.ASK_CAPTION, (words.NAME, words.QUESTION, words.ABOUT_WHEN), rows)
    return page(question, words.ASK_TITLE, paragraph(words.ASK_LEAD), listed, Markup(f"<p>{free}</p>"))


# ---- forms


def library_form(question: Question, query: LibraryQuery) -> Markup:
    """Make the form of a query of the library, filled in as it was asked."""
    fields = [_field(question, name, described.kind, described.description)
              for name, described in query.parameters.items()]  # fmt: skip
    if query.over == "snapshot":
        fields += [_day_field(question, "filled-day"), _possible_field(question)]
    return Markup(
        f'<form class="tall" action="/query/{quote(query.name)}" method="get">\n<p>{escape(query.question)}</p>\n'
        f'{_kept(question)}{"".join(fields)}<p><button class="first">{words.ASK_BUTTON}</button></p></form>'
    )


def _kept(question: Question) -> Markup:
    return hidden([("recorded-by", question.given["recorded-by"])] if question.given.get("recorded-by") else [])


def _field(question: Question, name: str, kind: str, description: str) -> str:
    """Make the field of a parameter, in which names are suggested where it is of an entity."""
    identity, value = f"parameter-{name}", question.given.get(name, "")
    kinds = [one for one in kind.split(" or ") if one in _ENTITIES]
    more = suggesting("fill", ",".join(kinds)) if kinds else Markup("")
    type_ = "date" if kind == "day" else "text"
    return (
        f'<p><label for="{identity}">{escape(name.replace("_", " ").capitalize())}</label>'
        f'<span class="field"><input id="{identity}" type="{type_}" name="{escape(name)}" value="{escape(value)}"'
        f' aria-describedby="{identity}-hint" {more}></span>'
        f'<span class="hint" id="{identity}-hint">{escape(f"{kind}: {description}")}</span></p>\n'
    )


def _day_field(question: Question, identity: str) -> str:
    return (
        f'<p><label for="{identity}">{words.ON}</label>'
        f'<input id="{identity}" type="date" name="as-of" value="{iso(question.view.day)}" required></p>\n'
    )


def _possible_field(question: Question) -> str:
    checked = " checked" if flag(question.given, "possible") else ""
    return (
        '<p><label class="check"><input type="checkbox" name="possible" value="true"'
        f"{checked}> {words.POSSIBLE_TOO}</label></p>\n"
    )


def query_form(question: Question, sparql: str, *, history: bool, at: tuple[int, int] | None = None) -> Markup:
    """Make the form for a query in SPARQL; ``at`` is the line and column (from 1 on) of what is wrong with it."""
    place = f' data-line="{at[0]}" data-column="{at[1]}"' if at else ""
    invalid = ' aria-invalid="true"' if at else ""
    day = "" if history else _day_field(question, "asked-day") + _possible_field(question)
    return Markup(
        f'<form class="tall" action="{"/history/sparql" if history else "/sparql"}" method="get">'
        f'{_kept(question)}<p><label for="query">{words.SPARQL_LABEL}</label>'
        f'<textarea id="query" name="query" required spellcheck="false" rows="12" data-editor'
        f' data-terms="{escape(" ".join(_terms()))}" data-wrong="{words.NO_SPARQL}"'
        f' aria-describedby="query-hint"{place}{invalid}>'
        f'{markup(sparql)}</textarea><span class="hint" id="query-hint">{words.RUN_KEYS}</span></p>\n'
        f'{day}<p><button class="first">{words.ASK_BUTTON}</button></p></form>'
    )


@cache
def _terms() -> tuple[str, ...]:
    """Give the prefixed names that are completed: the terms of the standards in use, and ours."""
    own = _TERM.findall(files("orggraph").joinpath("orgg.ttl").read_text("utf-8"))
    return (*sorted({*_STANDARD.split(), *(f"orgg:{name}" for name in own)}), *(f"{name}:" for name in PREFIXES))


def _source(question: Question, query: LibraryQuery) -> Markup:
    """Show the query itself, to be changed and asked."""
    text = "\n".join(line for line in query.text.splitlines() if not line.startswith("# ")).strip()
    return section(words.ITS_SPARQL, query_form(question, f"{text}\n", history=query.over != "snapshot"),
                   name="sparql")  # fmt: skip


def sparql_page(question: Question, sparql: str, *, history: bool) -> str:
    """Make the page on which a query is written, with the library as examples."""
    other = link("/sparql", words.DAY_SPARQL) if history else link("/history/sparql", words.HISTORY_SPARQL)
    stays = times(question)
    over = "history" if history else "snapshot"
    named = [(urlencode({"query": q.name, **stays}), q.title) for q in library().values() if q.over == over]
    examples = "".join(f"<li>{link(f'/ask?{asked}#sparql', title)}</li>\n" for asked, title in named)
    return page(
        question, words.SPARQL, query_form(question, sparql, history=history), Markup(f"<p>{other}</p>"),
        section(words.EXAMPLES, Markup(f"<ul>\n{examples}</ul>")), scripts=[EDITOR],
    )  # fmt: skip


# ---- what came of it


def results_page(question: Question, sparql: str, results: Results, *, query: LibraryQuery | None) -> str:
    """Make the page of results: the form again, what was found, and the ways to have it as a file."""
    notes = [paragraph(words.WARNING.format(warning=warning)) for warning in results.warnings]
    asked = _asked(question, sparql, query)
    found = section(words.RESULTS, *notes, *_found(question, results), _ways(question, results), name="results")
    title = query.title if query else words.SPARQL
    return page(question, title, asked, found, scripts=[] if query else [EDITOR])


def refused_page(question: Question, sparql: str, error: OrgGraphError, *, query: LibraryQuery | None) -> str:
    """Make the page of a query that was refused: the form again, and what is wrong with it at which line."""
    told = [Markup(f'<p class="error" role="alert" dir="auto">{escape(words.NOT_ASKED)}: {escape(str(error))}</p>')]
    at = place_of(str(error))
    if at and not query:
        told.append(_excerpt(sparql, at))
    if isinstance(error, UnknownName) and error.candidates:
        names = "".join(f"<li><bdi>{escape(name)}</bdi></li>" for name in error.candidates)
        told.append(Markup(f"<p>{words.ERROR_CANDIDATES}:</p><ul>{names}</ul>"))
    title = query.title if query else words.SPARQL
    return page(question, title, *told, _asked(question, sparql, query, at=at), scripts=[] if query else [EDITOR])


def place_of(message: str) -> tuple[int, int] | None:
    """Read line and column (from 1 on) off the message of an error.

    >>> place_of("line 2, column 5: 'foo' is no word of SPARQL"), place_of("the query takes too long")
    ((2, 5), None)
    """
    found = _PLACE.search(message)
    return (int(found.group(1)), int(found.group(2))) if found else None


def _excerpt(sparql: str, at: tuple[int, int]) -> Markup:
    """Show the line that is wrong, with the place marked."""
    lines = sparql.splitlines()
    text = lines[at[0] - 1] if at[0] <= len(lines) else ""
    before, rest = text[: at[1] - 1], text[at[1] - 1 :]
    word = re.match(r"[\w:?$-]+|.|$", rest)
    wrong = word.group() if word else ""
    return Markup(f"<pre>{escape(words.ERROR_AT.format(line=at[0]))}: {escape(before)}"
                  f"<mark>{escape(wrong) or '▲'}</mark>{escape(rest[len(wrong):])}</pre>")  # fmt: skip


def _asked(
    question: Question, sparql: str, query: LibraryQuery | None, *, at: tuple[int, int] | None = None
) -> Markup:
    if query:
        return library_form(question, query)
    return query_form(question, sparql, history=not question.dated, at=at)


def _found(question: Question, results: Results) -> list[Markup]:
    if results.kind == "ask":
        return [paragraph(words.YES if results.answer else words.NO)]
    select = results.kind == "select"
    terms: Sequence[Sequence[Term | None]] = results.rows if select else results.triples
    columns = results.columns if select else (words.SUBJECT, words.PREDICATE, words.OBJECT)
    if not terms:
        return [paragraph(words.NO_RESULTS)]
    count = f"{len(terms):,}"
    said = words.TRIPLES if not select else words.ONE_RESULT if len(terms) == 1 else words.MANY_RESULTS
    notes = [paragraph(words.FIRST_RESULTS.format(shown=SHOWN, number=count))] if len(terms) > SHOWN else []
    named = dict[str, str]()
    rows = [[term_cell(question, term, named) for term in row] for row in terms[:SHOWN]]
    return [*notes, table(said.format(number=count), columns, rows)]


def term_cell(question: Question, term: Term | None, named: dict[str, str]) -> Markup:
    """Write a term of a result: an entity of this graph by its name, as a link; ``named`` remembers names."""
    if term is None:
        return Markup("")
    if not isinstance(term, str):
        return Markup(f"<bdi>{escape(term.value)}</bdi>")
    org = question.generation.org
    if not term.startswith(org.base):
        return markup(term)
    if term not in named:
        named[term] = snapshot_of(question.generation, question.view).name(term)
    return entity_link(question, term, named[term]) if org.timeline.class_of(term) else markup(term)


def _ways(question: Question, results: Results) -> Markup:
    """Lead to the downloads, and to a chart where the rows are reporting lines."""
    names = {"select": ("csv", "tsv", "json", "xml"), "ask": ("json", "xml")}
    formats = names.get(results.kind, ("turtle", "ntriples", "jsonld", "rdfxml"))
    given = {name: value for name, value in question.given.items() if name != "format"}
    links = [link(f"{quote(question.path)}?{urlencode({**given, 'format': name})}", name.upper()) for name in formats]
    parts = [f"<li>{words.DOWNLOAD}: {' '.join(links)}</li>"]
    if set(results.columns) >= _LINES:
        parts.append(f"<li>{link(f'/?{urlencode(_charted(question))}', words.AS_CHART)}</li>")
    return Markup(f'<ul class="ways">{"".join(parts)}</ul>')


def _charted(question: Question) -> Mapping[str, str]:
    """Give the parameters of the chart with the lines that were asked for: below one, else of everybody."""
    day = {"as-of": iso(question.view.day), **times(question)}
    root = question.given.get("manager", "")
    return {"root": root, "depth": "1", **day} if root else day


RESOURCES: tuple[Resource, ...] = (
    Resource("/ask", "The query library as forms", ask, (("html", HTML), ("json", "application/json")), (QUERY,),
             dated=True),
)  # fmt: skip
