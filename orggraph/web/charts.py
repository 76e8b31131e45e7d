"""The chart of a day over HTTP, in every form, and how much changed on which day."""

from __future__ import annotations

from collections.abc import Mapping

from orggraph.chart import DIRECTIONS, ENGINES, THEMES, VIEWS, Chart, Look, chart_of
from orggraph.documents import dumped
from orggraph.period import iso
from orggraph.snapshot import Snapshot
from orggraph.web.figures import refuse_certain
from orggraph.web.parameters import Parameter, flag, number
from orggraph.web.resources import JSON, Question, Resource
from orggraph.web.views import read_day, snapshot_of

_DRAWING = 30.0
"""Seconds that a chart may take to be drawn."""
READABLE = 60
"""So many cards of a chart can be read on a page."""
_FORMS = (
    ("svg", "svg", "image/svg+xml"), ("png", "png", "image/png"), ("dot", "dot", "text/vnd.graphviz"),
    ("txt", "text", "text/plain"), ("md", "markdown", "text/markdown"), ("mmd", "mermaid", "text/vnd.mermaid"),
)  # fmt: skip
"""The forms of a chart: suffix, our name of the format, media type."""
SCOPE = (
    Parameter("view", "text", "What a card is: a person, a post with who holds it, or a unit.", choices=VIEWS),
    Parameter("root", "text", "Only this person or vacant post and who is below.", example="Daniela Amodei"),
    Parameter("unit", "text", "Only this unit or organization and the units in it."),
    Parameter("depth", "number", "At most so many levels below the tops."),
    Parameter("collapse", "text", "Fold whoever is below this person, post or unit."),
    Parameter("expand", "text", "Draw who reports to these, by IRI with spaces between, however deep they stand."),
    Parameter("highlight", "text", "Mark somebody and the way to the top, however deep."),
    Parameter("compare", "text", "An earlier day: who has joined, left or moved since is marked.",
              example="2025-09-01"),
)  # fmt: skip
"""What is on a chart, and what is marked on it."""
LOOK = (
    Parameter("theme", "text", "The colours.", choices=tuple(THEMES)),
    Parameter("direction", "text", "Downwards, or to the right.", choices=DIRECTIONS),
    Parameter("engine", "text", "Who lays it out.", choices=ENGINES),
)
"""How it looks."""
READ = Parameter("readable", "flag", f"As many levels as have no more than {READABLE} cards.")
PART = Parameter("part", "flag", "As a part of a page of this service: without a title, in the colours of its style.")


def chart(question: Question) -> bytes:
    """Draw the chart of a day."""
    refuse_certain(question)
    drawn = asked_for(question, readable=flag(question.given, "readable"))
    if question.format == "svg" and flag(question.given, "part"):
        return drawn.part(timeout=_DRAWING).encode("utf-8")
    return drawn.render(question.format, timeout=_DRAWING)


def asked_for(question: Question, *, readable: bool) -> Chart:
    """Make the chart that the parameters of `SCOPE` ask for."""
    org, given, known = question.generation.org, question.given, question.view.recorded_by

    def found(parameter: str, kinds: tuple[str, ...] = ()) -> str | None:
        name = given.get(parameter, "")
        return org.find(name, kinds=kinds, recorded_by=known) if name else None

    folded = found("collapse")
    return chart_of(
        snapshot_of(question.generation, question.view),
        compare=earlier(question),
        view=given.get("view") or VIEWS[0],
        root=found("root"),
        unit=found("unit", ("unit", "organization")),
        depth=number(given, "depth"),
        collapse=[folded] if folded else [],
        expand=given.get("expand", "").split(),
        highlight=found("highlight"),
        at_most=READABLE if readable else None,
        look=Look(**{one.name: given[one.name] for one in LOOK if given.get(one.name)}),
    )


def earlier(question: Question) -> Snapshot | None:
    """Give the snapshot to compare with, as known and looked at in the same way."""
    day, view = question.given.get("compare", ""), question.view
    if not day:
        return None
    view = view._replace(day=read_day(day, today=question.today))
    return snapshot_of(question.generation, view)


def between(a: Snapshot, b: Snapshot) -> bytes:
    """Draw two days on one chart."""
    return chart_of(b, compare=a).render("svg", timeout=_DRAWING)


def settled_scope(given: Mapping[str, str]) -> list[tuple[str, str]]:
    """List what of `SCOPE` a request says."""
    return [(one.name, given[one.name]) for one in SCOPE if given.get(one.name)]


def changes(question: Question) -> str:
    """Count what begins and ends on which day."""
    rows = [
        {"day": iso(one.day), "begun": one.begun, "ended": one.ended}
        for one in question.generation.activity(question.view.recorded_by)
    ]
    return dumped({"rows": rows})


RESOURCES: tuple[Resource, ...] = (
    *(
        Resource(
            f"/chart.{suffix}", f"The org chart of a day ({suffix.upper()})", chart, ((format, media_type),),
            (*SCOPE, READ, *LOOK, *((PART,) if suffix == "svg" else ())), dated=True, heavy=True,
        )
        for suffix, format, media_type in _FORMS
    ),
    Resource(
        "/changes", "How many memberships, lines and places begin and end for certain, by day", changes, JSON,
        recorded=True, heavy=True,
    ),
)  # fmt: skip
