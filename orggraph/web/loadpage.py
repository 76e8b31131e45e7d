"""The pages of loading: the form, what a file would change, and what was loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from orggraph.diff import text as diff_text
from orggraph.errors import Finding
from orggraph.ledger import recorded_text
from orggraph.loading import LoadReport
from orggraph.period import iso
from orggraph.sources import FORMATS
from orggraph.sources.table import ENCODINGS
from orggraph.trial import Trial
from orggraph.web import words
from orggraph.web.frame import Markup, hidden, link, markup
from orggraph.web.pages import page, paragraph, section, table
from orggraph.web.resources import Question
from orggraph.web.uploads import Upload

SHOWN = 200
"""So many findings a page lists."""
_CHOICES = {"format": tuple(FORMATS), "encoding": tuple(ENCODINGS)}


class Tried(NamedTuple):
    """What came of trying out a file: the trial or the report without a comparison, or the errors it has."""

    trial: Trial | None
    report: LoadReport | None
    errors: tuple[Finding, ...] = ()


def begin_page(question: Question, token: str) -> str:
    """Make the page on which a file is chosen."""
    return page(question, words.LOAD, paragraph(words.LOAD_LEAD), file_form(token, question.given))


def file_form(token: str, given: Mapping[str, str]) -> Markup:
    """Make the form that sends a file to be tried out, filled in as it was sent before."""
    texts = "".join(_text(name, given.get(name, "")) for name in words.LOAD_FIELDS)
    label, hint = words.LOAD_COLUMNS
    return Markup(
        '<form class="tall" action="/load" method="post" enctype="multipart/form-data">'
        f'{hidden([("token", token)])}<p class="drop" data-drop><label for="file">{words.LOAD_FILE}</label>'
        f'<input id="file" type="file" name="file" required> <span class="hint">{words.LOAD_DROP}</span></p>\n'
        f'<p><label for="compared">{words.LOAD_DAY}</label>'
        f'<input id="compared" type="date" name="day" value="{escape(given.get("day", ""))}"></p>\n'
        f"<details><summary>{words.LOAD_MORE}</summary>\n{texts}"
        f'<p><label for="columns">{label}</label><textarea id="columns" name="columns" rows="4" spellcheck="false"'
        f' aria-describedby="columns-hint">{escape(given.get("columns", ""))}</textarea>'
        f'<span class="hint" id="columns-hint">{hint}</span></p>\n'
        f"{_check('keep_going', words.KEEP_GOING, given)}{_check('allow_removals', words.ALLOW_REMOVALS, given)}"
        f'</details>\n<p><button class="first">{words.TRY_OUT}</button></p></form>'
    )


def _text(name: str, value: str) -> str:
    label, hint = words.LOAD_FIELDS[name]
    identity = f"how-{name}"
    said = f'id="{identity}" name="{name}" aria-describedby="{identity}-hint"'
    if name in _CHOICES:
        options = "".join(f"<option{' selected' if one == value else ''}>{one}</option>" for one in _CHOICES[name])
        field = f'<select {said}><option value=""></option>{options}</select>'
    else:
        field = f'<input type="text" {said} value="{escape(value)}">'
    hinted = f' <span class="hint" id="{identity}-hint">{escape(hint)}</span>'
    return f'<p><label for="{identity}">{escape(label)}</label>{field}{hinted}</p>\n'


def _check(name: str, label: str, given: Mapping[str, str]) -> str:
    checked = " checked" if given.get(name) else ""
    return (f'<p><label class="check"><input type="checkbox" name="{name}" value="true"{checked}> '
            f"{escape(label)}</label></p>\n")  # fmt: skip


def tried_page(
    question: Question, upload: Upload, tried: Tried, token: str, again: str, *, minutes: int = 0
) -> str:
    """Make the page that says what a file would change, with the button that loads it where it can be loaded.

    ``token`` is for that button, ``again`` for the form that sends another file, or the same read otherwise.
    """
    other = section(words.LOAD_ANOTHER, file_form(again, question.given), name="again")
    if tried.report is None:
        said = Markup(f'<p class="error" role="alert">{words.NOT_READ}</p>')
        return page(question, _title(upload), said, _findings(tried.errors), other)
    report = tried.report
    refused = any(finding.code == "removals" for finding in report.findings) and "allow_removals" not in question.given
    parts = [_summary(words.WOULD_LOAD, upload, report)]
    if refused:
        parts.append(Markup(f'<p class="error" role="alert">{words.WOULD_BE_REFUSED}</p>'))
    if report.added and not refused:
        parts.append(_load_form(question, upload, token, minutes))
    return page(question, _title(upload), *parts, _findings(report.findings), *_changes(tried), other)


def _title(upload: Upload) -> str:
    return f"{words.LOAD}: {upload.name}"


def _summary(form: str, upload: Upload, report: LoadReport) -> Markup:
    form = form if report.added else words.NOTHING_NEW
    said = form.format(file=upload.name, added=f"{report.added:,}", known=f"{report.known:,}",
                       opened=f"{report.opened:,}", superseded=f"{report.superseded:,}")  # fmt: skip
    return Markup(f'<p role="status">{escape(said)}</p>')


def _load_form(question: Question, upload: Upload, token: str, minutes: int) -> Markup:
    """Make the button that loads exactly the file that was tried out, read as it was."""
    kept = [("token", token), ("upload", upload.key), *question.given.items()]
    return Markup(
        f'<form class="tall" action="/load" method="post">{hidden(kept)}'
        f'<p><button class="first">{words.LOAD_IT}</button> '
        f'<span class="hint">{words.KEPT_FOR.format(minutes=minutes)}</span></p></form>'
    )


def _changes(tried: Tried) -> list[Markup]:
    """Show what would change in what is known about the day."""
    if tried.trial is None:
        return [paragraph(words.NOT_COMPARED)]
    if tried.trial.changed is None:
        return []
    made = tried.trial
    assert made.changed is not None
    about = [paragraph(words.ABOUT_DAYS.format(first=made.first, last=made.last))] if made.first else []
    shown = Markup(f'<pre tabindex="0" dir="auto">{escape(diff_text(made.changed))}</pre>')
    same = paragraph(words.NO_CHANGE_THAT_DAY)
    title = words.WOULD_CHANGE.format(day=iso(made.day))
    return [section(title, *about, shown if made.changed.events else same, name="changes")]


def _findings(findings: Sequence[Finding]) -> Markup:
    """List what is wrong with the file, at which line, the gravest first."""
    if not findings:
        return Markup("")
    order = ("error", "warning", "note")
    ordered = sorted(findings, key=lambda finding: order.index(finding.severity))
    rows = [
        [markup(one.severity), markup(one.line or ""), Markup(f"<bdi>{escape(one.message)}</bdi>")]
        for one in ordered[:SHOWN]
    ]
    more = words.FIRST_FINDINGS.format(shown=SHOWN, number=len(ordered))
    notes = [paragraph(more)] if len(ordered) > SHOWN else []
    listed = table(words.FINDINGS, (words.SEVERITY, words.PLACE, words.MESSAGE), rows)
    return section(words.FINDINGS, *notes, listed, name="findings")


def loaded_page(question: Question, upload: Upload, report: LoadReport) -> str:
    """Make the page that says what was loaded."""
    recorded = recorded_text(report.load.recorded)
    told = [_summary(words.LOADED, upload, report)]
    if report.added:
        told.append(paragraph(words.LOAD_ID.format(load=report.load.id, recorded=recorded)))
    ways = Markup(f"<p>{link('/', words.ORGANIZATION)} · {link('/load', words.LOAD_ANOTHER)}</p>")
    return page(question, _title(upload), *told, ways, _findings(report.findings))
