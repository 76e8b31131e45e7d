"""The figures of a day and of a series as pictures: SVG or PNG, the same bytes for the same figures.

What is certain is drawn in full colour; what is possible and not certain is shaded, so that a reader sees at once how
much the dates leave open. Every axis says its unit.

Why a style of our own and not the user's: a picture would be another one on the next machine.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from orggraph.errors import UnsupportedError
from orggraph.trends.development import Development
from orggraph.trends.periods import Between, Count
from orggraph.trends.survival import Survival

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FORMATS = ("svg", "png")
_BLUE, _ORANGE, _GREEN, _GREY = "#1f5a96", "#c4561a", "#2a7d4f", "#666666"
_LINES = (_BLUE, _ORANGE, _GREEN, "#7a4fa3", "#a8862a", "#3a8fa0")
_UNITS, _NAME, _LABEL = 6, 34, 32
_EPOCH = date(1970, 1, 1).toordinal()
_STYLE: dict[str, Any] = {
    "svg.hashsalt": "orggraph", "svg.fonttype": "none", "text.parse_math": False, "font.size": 9,
    "font.family": "DejaVu Sans", "axes.titlesize": 10, "axes.titlelocation": "left", "axes.titleweight": "bold",
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#e4e4e4",
    "axes.axisbelow": True, "legend.frameon": False, "legend.fontsize": 8, "savefig.dpi": 110,
}  # fmt: skip


def plot_day(found: Mapping[str, Any], format: str) -> bytes:
    """Draw the document of `hierarchy.stats`: people by unit and by layer, and whose loss cuts most people off.

    Raises `UnsupportedError` without matplotlib.
    """
    def draw(figure: Figure) -> None:
        units, layers, losses = figure.subplots(1, 3, width_ratios=(4, 3, 4))
        rows = found["headcount"][:15]
        _beams(units, "People by unit, with units below", [row["name"] for row in rows],
               [Count(row["certain"], row["total"]) for row in rows])  # fmt: skip
        sure, able = found["certain"]["layers"], found["layers"]
        depths = sorted(able, key=int)
        _beams(layers, "People by layer (1: the top)", depths,
               [Count(min(sure.get(depth, 0), able[depth]), able[depth]) for depth in depths])  # fmt: skip
        cut = {row["iri"]: row["cut_off"] for row in found["certain"]["single_points_of_failure"]}
        points = found["single_points_of_failure"]
        counts = [Count(min(cut.get(row["iri"], 0), row["cut_off"]), row["cut_off"]) for row in points]
        _beams(losses, "People cut off by the loss of", [row["name"] for row in points], counts)

    people = _count_words(Count(found["people_certain"], found["people"]))
    return _picture(draw, f"The organization on {found['as_of']}: {people} people", (13, 4.6), format)


def plot_series(found: Development, format: str) -> bytes:
    """Draw a series: headcount, comings and goings, turnover, units, how long tenures last, reorganizations.

    Raises `UnsupportedError` without matplotlib.
    """
    def draw(figure: Figure) -> None:
        ((head, moves, turnover), (units, tenure, shifts)) = figure.subplots(2, 3)
        days = [_last_day(period.until) for period in found.periods]
        _band(head, "Headcount on the last day of each period", days, [p.closing for p in found.periods], _BLUE)
        head.set_ylabel("people")
        _comings(moves, days, found)
        _shares(turnover, "Turnover of each period", days, [p.turnover for p in found.periods], _ORANGE)
        turnover.set_ylabel("leavers / mean headcount")
        _by_unit(units, days, found)
        _survivals(tenure, found)
        _shares(shifts, "Size of the reorganization", days, [r.size for r in found.reorganizations], _GREEN)
        shifts.set_ylabel("mean share, 0 to 1")

    title = f"From {found.since} until {found.until} (shaded: possible, not certain)"
    return _picture(draw, title, (15, 8.6), format)


def _band(axes: Axes, title: str, days: Sequence[float], counts: Sequence[Count], colour: str) -> None:
    axes.set_title(title)
    _line(axes, days, [count.certain for count in counts], [count.possible for count in counts], colour, "certain")
    if any(count.certain != count.possible for count in counts):
        axes.legend(loc="best")
    _whole(axes)
    _dated(axes)


def _line(
    axes: Axes, days: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str, label: str
) -> None:
    """Draw what is certain as a line, and shade from there to what is possible."""
    mark = {"marker": "o", "markersize": 3} if len(days) < 25 else {}
    axes.plot(days, low, color=colour, label=label, linewidth=1.4, **mark)  # type: ignore[arg-type]  # stubs want each
    if list(low) != list(high):
        axes.fill_between(days, low, high, color=colour, alpha=0.25, linewidth=0, label="possible")


def _comings(axes: Axes, days: Sequence[float], found: Development) -> None:
    axes.set_title("Joiners (up) and leavers (down)")
    spans = [_last_day(period.until) - _number(period.since) + 1 for period in found.periods]
    width = [0.8 * span for span in spans]
    middle = [day + 1 - span / 2 for day, span in zip(days, spans, strict=True)]
    for label, sign, counts, colour in (
        ("joiners", 1, [p.joiners for p in found.periods], _GREEN),
        ("leavers", -1, [p.leavers for p in found.periods], _ORANGE),
    ):
        axes.bar(middle, [sign * c.possible for c in counts], width, color=colour, alpha=0.25)
        axes.bar(middle, [sign * c.certain for c in counts], width, color=colour, label=label)
    axes.axhline(0, color=_GREY, linewidth=0.8)
    axes.set_ylabel("people per period")
    _integers(axes)
    axes.margins(y=0.18)
    axes.legend(loc="upper left", ncols=2)
    _dated(axes)


def _shares(axes: Axes, title: str, days: Sequence[float], shares: Sequence[Between], colour: str) -> None:
    axes.set_title(title)
    known = [(day, share.low, share.high) for day, share in zip(days, shares, strict=True)
             if share.low is not None and share.high is not None]  # fmt: skip
    if known:
        when, low, high = zip(*known, strict=True)
        _line(axes, when, low, high, colour, "at least")
    axes.set_ylim(bottom=0)
    _dated(axes)


def _by_unit(axes: Axes, days: Sequence[float], found: Development) -> None:
    by = "each day" if found.organization == "day" else found.organization
    axes.set_title(f"Largest units, by the unit tree of {by}")
    inner = [unit for unit in found.units if unit.headcount != found.units[0].headcount] or list(found.units)
    for unit, colour in zip(inner[:_UNITS], _LINES, strict=False):
        low, high = [count.certain for count in unit.headcount], [count.possible for count in unit.headcount]
        axes.plot(days, low, color=colour, linewidth=1.2, label=_short(unit.name, _LABEL))
        axes.fill_between(days, low, high, color=colour, alpha=0.2, linewidth=0)
    axes.set_ylabel("people on the last day")
    _whole(axes)
    if inner:
        axes.legend(loc="upper left", bbox_to_anchor=(-0.1, -0.1), ncols=2, columnspacing=1, fontsize=7)
    _dated(axes)


def _survivals(axes: Axes, found: Development) -> None:
    axes.set_title("How long it lasts (Kaplan–Meier, bounds shaded)")
    for label, of, colour in (("a tenure", found.tenures.tenure, _BLUE), ("in office", found.tenures.office, _ORANGE)):
        if of.curve:
            half = "not reached" if of.median is None else f"{of.median} days"
            _survival(axes, of, f"{label}: median {half}", colour)
    axes.set_ylim(0, 1.02)
    axes.set_xlim(left=0)
    axes.set_xlabel("days")
    axes.set_ylabel("share that lasts longer")
    if axes.lines:
        axes.legend(loc="upper right")


def _survival(axes: Axes, of: Survival, label: str, colour: str) -> None:
    days = [0, *(point.days for point in of.curve)]
    shares = [1.0, *(point.survival for point in of.curve)]
    axes.step(days, shares, where="post", color=colour, label=label, linewidth=1.4)
    low, high = ([1.0, *(getattr(point, side) for point in of.curve)] for side in ("certain", "possible"))
    axes.fill_between(days, low, high, step="post", color=colour, alpha=0.18, linewidth=0)


def _beams(axes: Axes, title: str, names: Sequence[str], counts: Sequence[Count]) -> None:
    """Draw horizontal bars, the first on top, with the number at the end of each."""
    axes.set_title(title)
    places = range(len(names))
    axes.barh(places, [count.possible for count in counts], color=_BLUE, alpha=0.25)
    axes.barh(places, [count.certain for count in counts], color=_BLUE)
    axes.set_yticks(list(places), [_short(name) for name in names])
    for place, count in zip(places, counts, strict=True):
        axes.annotate(_count_words(count), (count.possible, place), xytext=(3, 0), textcoords="offset points",
                      va="center", fontsize=8)  # fmt: skip
    axes.invert_yaxis()
    axes.margins(x=0.15)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("people (shaded: possible only)")


def _whole(axes: Axes) -> None:
    """Let an axis of people begin with nobody and count whole ones."""
    axes.set_ylim(bottom=0)
    _integers(axes)


def _integers(axes: Axes) -> None:
    from matplotlib.ticker import MaxNLocator  # heavy: only for a picture

    axes.yaxis.set_major_locator(MaxNLocator(integer=True))


def _dated(axes: Axes) -> None:
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter  # heavy: only for a picture

    locator = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]  # the library leaves it so
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]  # likewise
    axes.xaxis_date()


def _picture(draw: Callable[[Figure], None], title: str, size: tuple[float, float], format: str) -> bytes:
    if format not in FORMATS:
        raise UnsupportedError(f"{format!r} is no format of a picture (expected {' or '.join(FORMATS)})")
    with _styled():
        from matplotlib.figure import Figure  # heavy: only for a picture

        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        figure.suptitle(title, x=0.01, ha="left", fontsize=12)
        made = io.BytesIO()
        figure.savefig(made, format=format, metadata={"Date": None, "Creator": None} if format == "svg" else
                       {"Software": None})  # fmt: skip
    return made.getvalue()


@contextmanager
def _styled() -> Iterator[None]:
    """Draw in the style of this module, whatever the settings of the user; a letter that the font lacks is a box."""
    try:
        from matplotlib import style  # heavy: only for a picture
    except ImportError as error:
        raise UnsupportedError("drawing needs matplotlib, which is not installed (expected: the extra plot; "
                               "pip install 'orggraph[plot]')") from error  # fmt: skip
    with style.context(["default", _STYLE]), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        yield


def _number(day: str) -> int:
    """Give a day as the library counts them, from 1970-01-01 on."""
    return date.fromisoformat(day).toordinal() - _EPOCH


def _last_day(until: str) -> int:
    return _number(until) - 1


def _short(name: str, room: int = _NAME) -> str:
    """Cut a long name.

    >>> _short("Ministry of Housing, Communities and Local Government")
    'Ministry of Housing, Communities…'
    """
    return name if len(name) <= room else f"{name[: room - 1].rstrip(' ,')}…"


def _count_words(count: Count) -> str:
    return str(count.possible) if count.certain == count.possible else f"{count.certain}–{count.possible}"
