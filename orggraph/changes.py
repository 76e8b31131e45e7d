"""Role changes: what one edition of one source states about one thing, and when it took effect.

A role change is append-only. Its fields are the columns of the CSV form, the keys of the JSON-lines form and the
properties of the RDF shape, so the three are one record and `RoleChange.parse` / `RoleChange.fields` is the only
reading and writing of it.

Why ``until`` is a field: registers state both ends of a tenure in one row. One row of the source stays one
statement, and its two ends need no matching. Why names stay text here: who is meant by a name depends on everything
that has been loaded, so it is decided in replay, never while reading.
"""

from __future__ import annotations

import builtins
import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from operator import attrgetter

from orggraph.errors import ChangeError, MomentError, PeriodError
from orggraph.period import ONGOING, OPEN_EARLY, OPEN_LATE, Moment, Period, unknown_end
from orggraph.vocabulary import digest

PLACES = ("post", "role", "unit", "organization")
SUBJECTS = ("person", "post", "unit", "organization")

KINDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "starts": (("person",), PLACES),
    "ends": (("person",), PLACES),
    "holds": (("person",), PLACES),
    "reports": (("person", "post"),),
    "acting": (("person",), ("post", "role")),
    "leave": (("person",),),
    "transferred": (("person",), PLACES),
    "renamed": (SUBJECTS, ("into",)),
    "created": (("post", "unit", "organization"),),
    "abolished": (("post", "unit", "organization"),),
    "moved": (("post", "unit"), ("into",)),
    "merged": (("post", "unit", "organization"), ("into",)),
    "split": (("post", "unit", "organization"), ("into",)),
    "functions transferred": (("post", "unit", "organization"), ("into",)),
    "states": (SUBJECTS, ("property",), ("value",)),
    "same as": (SUBJECTS, ("into",)),
    "not same as": (SUBJECTS, ("into",)),
    "roster": (("organization", "unit"),),
    "corrects": (("target",),),
    "withdraws": (("target",),),
}
"""Each kind with what it needs: of every group of fields at least one.

``roster`` says that the source lists everyone in the scope on that day, so that its silence ends what the same
source listed before; no other kind ends anything by silence. Its ``property`` may say that what is listed are ``posts``
or ``units`` (`LISTS`), each with all that the source says of it. ``same as`` and ``not same as`` judge whether two
persons, posts, units or organizations are one; they are about identity, whereas ``merged`` is an event of the world."""

LISTS = ("posts", "units")
"""What a ``roster`` may list other than persons."""

UNDATED = frozenset({"corrects", "withdraws", "states", "same as", "not same as"})
"""The kinds that may leave ``effective`` empty."""

LINES = ("direct", "dotted")
UNKNOWN = "unknown"
"""The word for an end that nobody has stated; ``..`` is the word for ongoing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChange:
    """One statement of one edition of one source.

    ``effective`` is the moment it took effect; ``until`` the moment from which it no longer holds (`ONGOING`, or
    ``None`` where nothing is said). ``stated`` is UTC, ISO 8601. ``sequence`` orders changes of one day.
    ``moment`` names a moment shared with other changes in the organization. ``record`` is the source's own key.
    ``into`` is the new name, the new parent or the other side of a merger. ``file`` and ``line`` say where it was
    read and are no part of its identity.

    >>> change = RoleChange.parse({"kind": "starts", "person": "Ada", "post": "CTO", "effective": "2024-05"})
    >>> change.effective, change.fields()["post"]
    (Moment('2024-05'), 'CTO')
    """

    kind: str
    person: str = ""
    person_id: str = ""
    post: str = ""
    post_id: str = ""
    role: str = ""
    unit: str = ""
    unit_id: str = ""
    organization: str = ""
    organization_id: str = ""
    reports_to: str = ""
    reports_to_id: str = ""
    reports_to_post: str = ""
    reports_to_post_id: str = ""
    line: str = ""
    replaces: str = ""
    replaces_id: str = ""
    from_post: str = ""
    into: str = ""
    into_id: str = ""
    property: str = ""
    value: str = ""
    reason: str = ""
    effective: Moment | None = None
    until: Moment | None = None
    moment: str = ""
    sequence: int | None = None
    stated: str = ""
    source: str = ""
    record: str = ""
    target: str = ""
    quote: str = ""
    confidence: str = ""
    occurrence: int = 0
    inferred: bool = False
    file: str = dataclasses.field(default="", compare=False)
    line_number: int = dataclasses.field(default=0, compare=False)
    _id: str = dataclasses.field(default="", init=False, compare=False, repr=False)

    @classmethod
    def parse(cls, fields: Mapping[str, str], *, file: str = "", line_number: int = 0) -> RoleChange:
        """Read a record of texts; raise `ChangeError` naming the field that is wrong.

        Empty and missing fields are the same. ``until`` may be ``..`` (ongoing) or ``unknown``.
        """
        texts = {name: text.strip() for name, text in fields.items() if text and text.strip()}
        for name, text in texts.items():
            if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
                raise ChangeError(f"{name} holds half a character (a lone surrogate)", field=name)
            if name not in FIELDS:
                raise ChangeError(unknown_word(name, FIELDS, "column"), field=name)
        kind = texts.get("kind", "")
        if kind not in KINDS:
            raise ChangeError(unknown_word(kind, KINDS, "kind") if kind else "the kind is missing", field="kind")
        for group in KINDS[kind]:
            if not any(texts.get(name) or texts.get(f"{name}_id") for name in group):
                needed = f"a {group[0]}" if len(group) == 1 else f"one of {', '.join(group)}"
                raise ChangeError(f"{kind!r} needs {needed}", field=group[0])
        if texts.get("line", "direct") not in LINES:
            raise ChangeError(unknown_word(texts["line"], LINES, "line"), field="line")
        if kind == "roster" and texts.get("property", LISTS[0]) not in LISTS:
            raise ChangeError(unknown_word(texts["property"], LISTS, "list"), field="property")
        made: dict[str, object] = dict(texts)
        made["effective"] = _moment(texts, "effective")
        made["until"] = _until(texts.get("until", ""), made["effective"])
        if made["effective"] is None and kind not in UNDATED:
            raise ChangeError(f"{kind!r} needs the day on which it took effect", field="effective")
        if made["effective"] is not None and made["until"] is not None:
            _check_order(made["effective"], made["until"])
        for name in ("sequence", "occurrence"):
            if name in texts:
                made[name] = _integer(texts[name], name)
        if "inferred" in texts:
            made["inferred"] = _flag(texts["inferred"])
        if "stated" in texts:
            made["stated"] = parse_stated(texts["stated"])
        return cls(**made, file=file, line_number=line_number)  # type: ignore[arg-type]  # checked field by field above

    def fields(self) -> dict[str, str]:
        """Write the record as texts, without the empty ones, in the order of `FIELDS`; `parse` reads it back."""
        written: dict[str, str] = {}
        told = zip(FIELDS, _values(self), strict=True)
        for name, value in [(n, v) for n, v in told if v or (v == 0 and n == "sequence")]:
            if isinstance(value, Moment):
                written[name] = write_moment(value)
            else:
                written[name] = "true" if value is True else str(value)
        return written

    @builtins.property  # the field `property` hides the plain name
    def edition(self) -> str:
        """Name the edition: the source and what it was stated on."""
        return f"{self.source}@{self.stated}" if self.stated else self.source

    @builtins.property  # the field `property` hides the plain name
    def id(self) -> str:
        """Give the identity: edition, and the record's own key with its kind, or else the whole normalised record.

        A record's own key may cover several statements (a start, a leave, an attribute), so its content counts too.
        """
        if not self._id:  # asked for often, and of many fields
            identity = digest(*(f"{name}={text}" for name, text in self.fields().items()))
            object.__setattr__(self, "_id", identity)
        return self._id

    def identified(self, identity: str) -> RoleChange:
        """Remember the identity where that was worked out already: of many role changes it takes longer than the rest.

        >>> change = RoleChange.parse({"kind": "leave", "person": "Ada", "effective": "2024-05"})
        >>> change.identified("known").id
        'known'
        """
        object.__setattr__(self, "_id", identity)
        return self


FIELDS: tuple[str, ...] = tuple(
    field.name for field in dataclasses.fields(RoleChange) if field.name not in ("file", "line_number", "_id")
)
"""The columns of the CSV form, in order."""

_values = attrgetter(*FIELDS)


def with_occurrences(changes: Iterable[RoleChange]) -> list[RoleChange]:
    """Number the repetitions of equal records, so that a row which stands twice stays two statements."""
    seen: dict[RoleChange, int] = {}
    numbered = []
    for change in changes:
        count = seen.get(change, 0)
        seen[change] = count + 1
        numbered.append(dataclasses.replace(change, occurrence=count) if count else change)
    return numbered


def write_moment(moment: Moment) -> str:
    """Write a moment so that `RoleChange.parse` reads the same bounds and text back.

    The stated text alone is not enough where the bounds were moved (a last day read as an end day): then the bounds
    are written, followed by the text in square brackets.

    >>> write_moment(Moment.parse("2021-03-31").shifted(1, 1))
    '2021-04-01 [2021-03-31]'
    """
    if moment == ONGOING:
        return ".."
    if moment.text == UNKNOWN and moment.latest == OPEN_LATE:
        return UNKNOWN
    try:
        read = Moment.parse(moment.text)
    except MomentError:
        read = None
    if read and (read.earliest, read.latest) == (moment.earliest, moment.latest):
        return moment.text
    return f"{moment.edtf()} [{moment.text}]" if moment.text else moment.edtf()


def read_moment(text: str) -> Moment:
    """Read what `write_moment` wrote, or any moment of the EDTF subset."""
    bounds, bracket, stated = text.partition(" [")
    moment = Moment.parse(bounds)
    return dataclasses.replace(moment, text=stated.removesuffix("]")) if bracket else moment


def parse_stated(text: str) -> str:
    """Read when a source said something: a day (its end, inclusive) or a time with zone; give UTC in ISO 8601.

    >>> parse_stated("2025-10-03"), parse_stated("2025-10-03T09:30:00+02:00")
    ('2025-10-03T23:59:59Z', '2025-10-03T07:30:00Z')
    """
    expected = "expected YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with Z or an offset"
    try:
        if len(text) == 10:
            made = datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(days=1, seconds=-1)
        else:
            made = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise ChangeError(f"stated {text!r} is not a time ({expected})", field="stated") from None
    if made.tzinfo is None:
        raise ChangeError(f"stated {text!r} has no zone ({expected})", field="stated")
    return made.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def unknown_word(word: str, known: Iterable[str], what: str) -> str:
    """Write the message for a word that is none of the known ones, with the nearest of them."""
    choices = list(known)
    near = get_close_matches(word, choices, n=1, cutoff=0.6)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"{word!r} is not a {what} (expected one of {', '.join(choices)}){hint}"


def _moment(texts: Mapping[str, str], name: str) -> Moment | None:
    if name not in texts:
        return None
    try:
        return read_moment(texts[name])
    except MomentError as error:
        raise ChangeError(f"{name} {error}", field=name) from error


def _until(text: str, effective: object) -> Moment | None:
    if text == "..":
        return ONGOING
    if text == UNKNOWN:
        after = effective.earliest if isinstance(effective, Moment) else OPEN_EARLY
        return unknown_end(after)
    return _moment({"until": text}, "until") if text else None


def _check_order(start: object, end: object) -> None:
    assert isinstance(start, Moment) and isinstance(end, Moment)
    try:
        Period(start, end)
    except PeriodError:
        raise ChangeError(
            f"until {str(end)!r} is before effective {str(start)!r} (expected the end on or after the start)",
            field="until",
        ) from None


def _integer(text: str, name: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ChangeError(f"{name} {text!r} is not a whole number", field=name)
    return int(text)


def _flag(text: str) -> bool:
    if text.casefold() not in ("true", "false"):
        raise ChangeError(f"inferred {text!r} is neither true nor false", field="inferred")
    return text.casefold() == "true"
