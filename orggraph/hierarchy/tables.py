"""The figures of a day as tables for people, and as CSV.

What is possible and what is certain stand in two columns; where names would stand in both alike, the second says so.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from orggraph.results import table, visible

LISTED = 15
"""So many units, people and disagreements are listed as text; JSON has all."""
_NAMED, _SHORT = 5, 20


def as_text(found: Mapping[str, Any]) -> str:
    """Write the document of `stats` as tables."""
    parts = [_figures(found), _failures(found), _disagreements(found), _units(found)]
    return "\n".join(part for part in parts if part)


def _figures(found: Mapping[str, Any]) -> str:
    sure, bounds = found["certain"], found["span_bounds"]
    rows = [["as of", found["as_of"], ""], ["people", str(found["people"]), str(found["people_certain"])]]
    for name in ("managers", "contributors", "contributors_per_manager"):
        rows.append([_spaced(name), _words(found[name]), _words(sure[name])])
    rows.append(["vacant posts", str(found["vacant_posts_possible"]), str(found["vacant_posts"])])
    rows.append(["other posts without a name", _words(found["other_posts_without_a_name"]), ""])
    rows += [[_spaced(name), str(found[name]), ""] for name in ("direct_lines", "dotted_lines")]
    rows += [[name, _words(found[name]), _words(sure[name])] for name in ("layers", "span")]
    for name, words in (("over_wide", f"more than {bounds['wide']}"), ("under_wide", f"fewer than {bounds['narrow']}")):
        rows.append([f"{words} reports", _wide(found[name]), _wide(sure[name])])
    rows += [[_spaced(name), _few(found[name]), _few(sure[name])] for name in ("tops", "several_managers")]
    ties = [_tied(side["dotted_betweenness"]) for side in (found, sure)]
    rows.append(["between dotted lines", *ties])
    return table(["", "possible", "certain"], [[*row[:2], _unless_same(*row[1:])] for row in rows])


def _unless_same(possible: str, certain: str) -> str:
    return "the same" if possible == certain and len(certain) > _SHORT else certain


def _failures(found: Mapping[str, Any]) -> str:
    rows = found["single_points_of_failure"]
    if not rows:
        return ""
    sure = {row["iri"]: str(row["cut_off"]) for row in found["certain"]["single_points_of_failure"]}
    cells = [
        [row["name"], row["post"], str(row["cut_off"]), f"{row['share']:.0%}", sure.get(row["iri"], "")] for row in rows
    ]
    columns = ["loss of", "post", "cuts off", "of all", "for certain"]
    return "Single points of failure: whose loss cuts most people off from the top\n" + table(columns, cells)


def _disagreements(found: Mapping[str, Any]) -> str:
    rows = found["disagreements"]
    if not rows:
        return ""
    cells = [[row[name] for name in ("name", "unit", "manager", "manager_unit", "certainty")] for row in rows[:LISTED]]
    columns = ["name", "unit", "reports to", "who sits in", "certainty"]
    head = "Unit tree and reporting tree disagree: the manager sits in no unit on the path of one's own\n"
    return head + table(columns, cells) + _more(len(rows))


def _units(found: Mapping[str, Any]) -> str:
    rows = found["headcount"]
    if not rows:
        return ""
    cells = [[row["name"], str(row["own"]), str(row["total"]), str(row["certain"])] for row in rows[:LISTED]]
    tree = "the day" if found["organization"] == "day" else found["organization"]
    head = f"Headcount by unit, by the unit tree of {tree}\n"
    return head + table(["unit", "in itself", "with units below", "certain"], cells) + _more(len(rows))


def as_csv(found: Mapping[str, Any]) -> str:
    """Write the document of `stats` as rows of what it is, of which of several it is, and the value.

    Figures that are certain have names that begin with ``certain.``.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["figure", "of", "value"])
    writer.writerows(_rows("", found))
    return text.getvalue()


def _rows(prefix: str, found: Mapping[str, Any]) -> list[tuple[str, str, object]]:
    rows: list[tuple[str, str, object]] = []
    for name, value in found.items():
        if name == "certain" and isinstance(value, Mapping):
            rows += _rows("certain.", value)
        elif isinstance(value, Mapping):
            rows += [(prefix + name, str(of), number) for of, number in value.items()]
        elif isinstance(value, list):
            rows += [row for item in value for row in _item(prefix + name, item)]
        else:
            rows.append((prefix + name, "", "" if value is None else value))
    return rows


def _item(name: str, item: Any) -> list[tuple[str, str, object]]:
    """Write one of a list: a name, or the values of somebody, each beside the IRI."""
    if not isinstance(item, Mapping):
        return [(name, str(item), 1)]
    return [(f"{name}.{key}", item["iri"], value) for key, value in item.items() if key != "iri"]


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _words(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {number:g}" for key, number in value.items()) or "none"
    return "none" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def _wide(rows: Sequence[Mapping[str, Any]]) -> str:
    return _few([f"{row['name']} ({row['span']})" for row in rows])


def _tied(rows: Sequence[Mapping[str, Any]]) -> str:
    return _few([f"{row['name']} ({row['betweenness']:g})" for row in rows])


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ("; ".join(map(visible, names[:_NAMED])) or "none") + more


def _more(number: int) -> str:
    return f"… and {number - LISTED} more (--format json has all)\n" if number > LISTED else ""
