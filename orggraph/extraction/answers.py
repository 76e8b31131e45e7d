"""What a model answered → role changes, each checked against the article; the rest refused with the reason.

A row is refused where its quote does not stand in the article, where it names somebody or something that the article
does not name, where its day is exact and the quote does not say it, or where it is no role change of the kinds that
were asked for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from difflib import SequenceMatcher
from typing import NamedTuple

from orggraph.changes import RoleChange, unknown_word
from orggraph.errors import ChangeError, ModelError, MomentError
from orggraph.extraction.days import ANNOUNCED, COMING, DONE, FROM, PRESENT, moment, whens
from orggraph.extraction.model import FIELDS, KINDS
from orggraph.period import Moment

NAMES = ("person", "organization", "unit", "reports_to", "replaces")
"""The fields whose words all stand in the article."""
_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?\s*```\s*\Z", re.DOTALL)
_SHOWN = 120


class Refused(NamedTuple):
    """A row of an answer that is not proposed: its number from 1, and why."""

    row: int
    reason: str


def checked(
    answer: str, article: str, *, published: date | None, edition: Mapping[str, str], organization: str = ""
) -> tuple[list[RoleChange], list[Refused]]:
    """Read the answer of a model; give the rows that pass and those that do not, in its order.

    ``edition`` are the fields ``source`` and ``stated`` of every row. Raise `ModelError` for an answer that is no JSON
    object with a list of changes.

    >>> answer = '{"changes": [{"kind": "ends", "person": "Ada Roe", "post": "CTO", "quote": "Ada Roe is our CTO"}]}'
    >>> checked(answer, "Ada Roe is out as CTO.", published=None, edition={})[1][0].reason[:55]
    'its quote does not stand in the article: Ada Roe is our'
    """
    changes: list[RoleChange] = []
    refused: list[Refused] = []
    text = _plain(article)
    for number, row in enumerate(_rows(answer), start=1):
        try:
            fields = _fields(row)
            fields = {**({"organization": organization} if organization else {}), **fields}
            _check(fields, text, published, organization)
            made = RoleChange.parse({**fields, **edition})
        except (ChangeError, MomentError) as error:
            refused.append(Refused(number, str(error)))
            continue
        if made not in changes:
            changes.append(made)
    return changes, refused


def _rows(answer: str) -> list[object]:
    expected = 'expected {"changes": [{"kind": "starts", …}]}'
    fenced = _FENCE.match(answer)
    try:
        found = json.loads(fenced.group(1) if fenced else answer)
    except (ValueError, RecursionError) as error:
        shown = " ".join(answer.split())[:_SHOWN]
        raise ModelError(f"the model's answer is not JSON, or only a part of it: {shown!r} ({expected})") from error
    if not isinstance(found, dict) or not isinstance(found.get("changes"), list):
        shown = " ".join(answer.split())[:_SHOWN]
        raise ModelError(f"the model's answer has no list of changes: {shown!r} ({expected})")
    return list(found["changes"])


def _fields(row: object) -> dict[str, str]:
    """Read one row as texts."""
    if not isinstance(row, dict):
        raise ChangeError(f"it is no object: {str(row)[:_SHOWN]!r}")
    fields: dict[str, str] = {}
    for name, value in row.items():
        if name not in FIELDS:
            raise ChangeError(unknown_word(str(name)[:_SHOWN], FIELDS, "key"), field=str(name))
        if value is None or value == "":
            continue
        if not isinstance(value, str):
            raise ChangeError(f"{name} is no text: {str(value)[:_SHOWN]!r}", field=name)
        fields[name] = _plain(value)
    kind = fields.get("kind", "")
    if kind not in KINDS:
        raise ChangeError(unknown_word(kind, KINDS, "kind") if kind else "the kind is missing", field="kind")
    return fields


def _check(fields: Mapping[str, str], text: str, published: date | None, organization: str) -> None:
    """Check a row against the article."""
    quote = fields.get("quote", "")
    if len(quote.split()) < 3:
        raise ChangeError(f"its quote is no sentence of the article: {quote!r}", field="quote")
    if quote not in text:
        raise ChangeError(f"its quote does not stand in the article: {quote[:_SHOWN]}{_nearest(quote, text)}")
    words = set(re.findall(r"\w+", text.casefold()))
    for name in NAMES:
        value = fields.get(name, "")
        unknown = [word for word in re.findall(r"\w+", value.casefold()) if word not in words]
        if unknown and not (name == "organization" and value == organization):
            raise ChangeError(f"{name} {value!r} is not named in the article", field=name)
    _check_day(fields, quote, published)


def _nearest(quote: str, text: str) -> str:
    """Show where the article agrees with a quote for longest, so that one sees what was changed."""
    found = SequenceMatcher(None, quote, text, autojunk=False).find_longest_match()
    return f" (it agrees up to {quote[found.a : found.a + found.size]!r})" if found.size > len(quote) // 3 else ""


def _check_day(fields: Mapping[str, str], quote: str, published: date | None) -> None:
    """Refuse an exact day that the quote does not say: it is that of the announcement, or invented."""
    effective = Moment.parse(fields.get("effective", "../.."))
    if not effective.exact:
        return
    said: set[date] = set()
    for when in whens(quote):
        for told in (DONE, PRESENT, COMING, ANNOUNCED):
            made = moment(when._replace(lead=FROM), told=told, published=published)
            said |= {bound for bound in made.bounds() if bound}
    stated = effective.bounds()[0]
    if stated is None or not {stated, stated - timedelta(days=1)} & said:
        bound = f"../{published.isoformat()}" if published else "../.."
        raise ChangeError(
            f"effective '{effective}' is not said by its quote (expected a day in it, or a bound such as {bound})",
            field="effective",
        )


def _plain(text: str) -> str:
    """Put a text on one line, since an article may break its sentences anywhere."""
    return " ".join(text.split())
