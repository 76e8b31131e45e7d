"""``/stats``: the shape of the organization on a day, or how it develops; as JSON, text, CSV or a picture.

Why a named day is not told by the unit tree of ``today``: that answer would change with the calendar, and an answer of
a named day may be kept.
"""

from __future__ import annotations

from orggraph import hierarchy, plots, trends
from orggraph.documents import dumped
from orggraph.errors import UnsupportedError
from orggraph.steps import CHANGE, STEPS, periods_of
from orggraph.web.parameters import Parameter, number
from orggraph.web.resources import JSON, Forms, Question
from orggraph.web.views import read_day, snapshot_of

FIGURES: Forms = (
    *JSON, ("text", "text/plain"), ("csv", "text/csv"), ("svg", "image/svg+xml"), ("png", "image/png"),
)  # fmt: skip
"""The forms of figures."""
MOST_PERIODS = 2_000
"""So many periods may be asked for at once."""

PARAMETERS = (
    Parameter("every", "text", "Tell how it develops from period to period, or from change to change.",
              choices=(*STEPS, CHANGE)),
    Parameter("from", "text", "With every: the first day of the first period, YYYY-MM-DD or today."),
    Parameter("until", "text", "With every: the day before which the last period ends (tomorrow)."),
    Parameter("unit", "text", "With every: only who is in this unit or one below it."),
    Parameter("organization", "text", "The day by whose unit tree units are counted; day: that of each day."),
    Parameter("narrow", "number", "Name who has fewer direct reports than this, and some (3)."),
    Parameter("wide", "number", "Name who has more direct reports than this (12)."),
)
"""What is taken beside the day."""


def refuse_certain(question: Question) -> None:
    """Refuse to leave out what is only possible where it is told, and labelled, in any case."""
    if question.view.possible is False:
        raise UnsupportedError(f"possible=false is not possible at {question.path}: what is only possible is marked")


def stats(question: Question) -> str | bytes:
    """Answer the shape of the organization on a day, or with ``every`` how it develops."""
    refuse_certain(question)
    if question.given.get("every"):
        return _stats_over(question)
    _refuse_series(question)
    shown, narrow, wide = _tree(question), number(question.given, "narrow"), number(question.given, "wide")
    snapshot = snapshot_of(question.generation, question.view)
    found = hierarchy.stats(
        snapshot,
        narrow=hierarchy.NARROW if narrow is None else narrow,
        wide=hierarchy.WIDE if wide is None else wide,
        tree=None if shown is None else snapshot.on(shown),
    )
    if question.format in plots.FORMATS:
        return plots.plot_day(found, question.format)
    return {"json": dumped, "text": hierarchy.as_text, "csv": hierarchy.as_csv}[question.format](found)


def _stats_over(question: Question) -> str | bytes:
    """Answer how the organization develops from period to period."""
    org, given, view = question.generation.org, question.given, question.view
    if view.dated or view.strict or given.get("narrow") or given.get("wide"):
        raise UnsupportedError("as-of, strict, narrow and wide are about one day (leave them out, or leave out every)")
    first, until = (read_day(given[end], today=question.today) if given.get(end) else None for end in ("from", "until"))
    if until is None and given["every"] != CHANGE:
        until = question.today + 1
    begins, _ = periods_of(org.timeline, given["every"], first, until, recorded_by=view.recorded_by)
    if len(begins) > MOST_PERIODS:
        raise UnsupportedError(f"{len(begins)} periods are too many (expected at most {MOST_PERIODS}, or longer ones)")
    found = org.stats_over(
        every=given["every"], first=first, until=until, unit=given.get("unit", ""), organization=_tree(question),
        recorded_by=view.recorded_by,
    )  # fmt: skip
    if question.format in plots.FORMATS:
        return plots.plot_series(found, question.format)
    if question.format == "json":
        return dumped(trends.as_document(found))
    return (trends.as_csv if question.format == "csv" else trends.as_text)(found)


def _refuse_series(question: Question) -> None:
    """Refuse what is about a series where none is asked for."""
    given = [name for name in ("from", "until", "unit") if question.given.get(name)]
    if given:
        raise UnsupportedError(f"{', '.join(given)} need every (such as every=month)")


def _tree(question: Question) -> int | None:
    """Read by the unit tree of which day units are counted; ``None`` for that of each day."""
    text = question.given.get("organization") or "day"
    if text == "today" and question.view.dated:
        raise UnsupportedError("organization=today changes from day to day (name the day, as as-of does)")
    return None if text == "day" else read_day(text, today=question.today)
