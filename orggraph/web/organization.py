"""The first page: the organization on a day as a chart, to be walked through in time.

Why the same page without scripts: the chart is a picture then, and what is chosen is asked for with a form; with
scripts the chart can be moved, and the next day comes without a new page.
"""

from __future__ import annotations

import json
from html import escape
from urllib.parse import urlencode

from orggraph.chart import VIEWS
from orggraph.diff import Event, diff
from orggraph.diff.text import grouped, summary
from orggraph.documents import dumped
from orggraph.period import iso
from orggraph.web import words
from orggraph.web.charts import SCOPE, asked_for, earlier, settled_scope
from orggraph.web.frame import Markup, hidden, link
from orggraph.web.pages import organization_name, page, times
from orggraph.web.parameters import Parameter
from orggraph.web.resources import JSON, Question, Resource
from orggraph.web.views import snapshot_of

_TOOLS = (
    ("farther", "−", words.SMALLER), ("nearer", "+", words.LARGER), ("fit", words.FIT, words.FIT_LONG),
    ("fold", words.FOLD, words.FOLD_LONG), ("unfold", words.UNFOLD, words.UNFOLD_LONG),
    ("all", words.WHOLE, words.WHOLE_LONG),
)  # fmt: skip
_STATE = ("as-of", "recorded-by", *(one.name for one in SCOPE))


def organization(question: Question) -> str:
    """Make the first page."""
    chart = asked_for(question, readable=True)
    asked = {name: value for name in _STATE if (value := question.given.get(name, ""))}
    asked["as-of"] = iso(question.view.day)
    data = " ".join(f'data-{name}="{escape(value)}"' for name, value in asked.items())
    body = Markup(
        f'<div class="walk" data-organization {data} data-words="{escape(json.dumps(words.ON_THE_PAGE))}">\n'
        f"{_controls(question)}\n{_time()}\n{_stage(question, asked)}\n</div>\n"
        f'<details class="twin"><summary>{words.IN_WORDS}</summary>\n{chart.html_list()}\n</details>'
    )
    styles = ("chart/colors.css", "organization.css")
    return page(question, organization_name(question), body, styles=styles, wide=True)


def _controls(question: Question) -> Markup:
    """Make the form that says what is drawn; days are asked for in the header."""
    given = question.given
    views = "".join(
        f'<option value="{view}"{" selected" if view == given.get("view", VIEWS[0]) else ""}>{name}</option>'
        for view, name in zip(VIEWS, words.VIEWS, strict=True)
    )
    kept = [(name, value) for name, value in settled_scope(given) if name not in ("view", "compare")]
    tools = "".join(
        f'<button type="button" data-part="{name}" title="{long}" aria-label="{long}">{text}</button>'
        for name, text, long in _TOOLS
    )
    return Markup(
        f'<form class="controls" data-part="controls" method="get" action="/" aria-label="{words.SHOWN}">'
        f"{hidden([('as-of', iso(question.view.day)), *kept])}"
        f'<label>{words.VIEW} <select name="view">{views}</select></label>'
        f'<label>{words.COMPARE_WITH} <input type="date" name="compare" value="{escape(given.get("compare", ""))}">'
        f'</label><label class="live"><input type="checkbox" name="dotted" checked> {words.DOTTED}</label>'
        f'<details class="known"><summary>{words.KNOWN_ON}</summary><label>{words.KNOWN_BY} <input type="text" '
        f'name="recorded-by" value="{escape(given.get("recorded-by", ""))}" placeholder="2026-01-31"></label></details>'
        f'<button class="still">{words.SHOW}</button>'
        f'<span class="tools live" role="toolbar" aria-label="{words.CHART}">{tools}</span></form>'
    )


def _time() -> Markup:
    """Make the slider over time, which is there with scripts only."""
    buttons = "".join(
        f'<button type="button" data-part="{name}" title="{label}" aria-label="{label}"{state}>{text}</button>'
        for name, text, label, state in (
            ("previous", "◀", words.EARLIER, ""), ("play", "▶", words.PLAY, ' aria-pressed="false"'),
            ("next", "▶▏", words.LATER_STEP, ""),
            ("compare", words.COMPARE, words.COMPARE_LONG, ' aria-pressed="false"'),
        )
    )  # fmt: skip
    return Markup(
        f'<section class="time" data-part="time" hidden aria-label="{words.TIME_TRAVEL}">'
        f'<div class="steps">{buttons}<span data-part="before"></span>'
        f'<output data-part="day" aria-live="off"></output></div><div class="scale">'
        f'<svg class="strip" data-part="strip" aria-hidden="true"></svg><span class="now" data-part="now"></span>'
        f'<input type="range" data-part="slide" aria-label="{words.DAY}">'
        f'<input type="range" data-part="other" aria-label="{words.EARLIER_DAY}" hidden></div></section>'
    )


def _stage(question: Question, asked: dict[str, str]) -> Markup:
    day = iso(question.view.day)
    address = f"/chart.svg?{urlencode({**asked, 'readable': 'true'})}"
    whole = link(f"/chart.svg?{urlencode(asked)}", words.WHOLE_CHART)
    twin = link(f"/chart.txt?{urlencode(asked)}", words.CHART_TEXT)
    return Markup(
        f'<div class="split"><div class="stage" data-part="stage" tabindex="0" role="group" '
        f'aria-label="{words.STAGE}"><figure data-part="still"><img src="{escape(address)}" '
        f'alt="{words.CHART_ALT.format(day=day)}"><figcaption>{words.CHART_CAPTION.format(day=day)} {whole}, {twin}'
        f'</figcaption></figure></div><aside class="beside" data-part="beside" hidden aria-label="{words.BESIDE}">'
        f'<div data-part="card" hidden></div><div data-part="events" hidden></div></aside></div>'
        f'<p class="spoken" role="status" data-part="said"></p>'
    )


def happened(question: Question) -> str:
    """Tell what happened between two days, by unit, with whom each sentence is about."""
    before = earlier(question)
    assert before is not None  # the parameter is required
    found = diff(before, snapshot_of(question.generation, question.view))
    groups = [
        {"title": title, "lines": [_line(line.sign, line.sentence, line.events, line.part) for line in lines]}
        for title, lines in grouped(found.events)
    ]
    return dumped({
        "from": iso(found.before), "to": iso(found.after), "summary": summary(found), "groups": groups,
        "diff": f"/diff?{urlencode({'from': iso(found.before), 'to': iso(found.after), **_known(question)})}",
    })  # fmt: skip


def _line(sign: str, sentence: str, events: tuple[Event, ...], part: bool) -> dict[str, object]:
    return {
        "sign": sign, "text": sentence, "part": part, "certainty": events[0].certainty,
        "entities": list(dict.fromkeys(event.subject for event in events if event.subject)),
    }  # fmt: skip


def _known(question: Question) -> dict[str, str]:
    return {name: value for name, value in times(question).items() if name == "recorded-by"}


RESOURCES: tuple[Resource, ...] = (
    Resource(
        "/happened", "What happened from an earlier day on, in sentences", happened, JSON,
        (Parameter("compare", "text", "The earlier day.", required=True, example="2025-09-01"),),
        dated=True, heavy=True,
    ),
)  # fmt: skip
