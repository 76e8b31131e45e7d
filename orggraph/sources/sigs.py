"""A version of Kubernetes' ``sigs.yaml``: the groups of the project and who leads them → role changes.

The format has no specification of its own; it is what ``generator/app.go`` of kubernetes/community reads. Sections are
lists of groups (``sigs``, ``workinggroups``, ``usergroups``, ``committees``); a group is known by its ``dir``, since
names are shared and change, and a person by the GitHub login, whose case does not matter. Leaders stood under ``leads``
until 2018 and since then under ``leadership``, by role; a role that is new is read under its name. Emeriti are listed,
and are not in office. Working groups name the SIGs that have a stake in them. Meetings, teams and the files of owners
are not read.

A version is the full list of groups and of leaders on its day, so what it leaves out ended since the version before;
nothing has a last day. The day is the one in the name of the file, else that of ``stated``.

Why an unreadable entry states no fullness: whoever stood in it would seem to have left.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, NamedTuple

from orggraph.changes import RoleChange
from orggraph.errors import ChangeError, Finding, MomentError
from orggraph.period import Moment
from orggraph.period import day as exact_day
from orggraph.sources.rolechanges import Reading
from orggraph.sources.rosters import file_name

if TYPE_CHECKING:
    import yaml

ORGANIZATION = "Kubernetes"
SECTIONS = {"sigs": "sig", "workinggroups": "wg", "usergroups": "ug", "committees": "committee"}
"""The sections that list groups, and what the groups in each are."""
REPRESENTATIVE = "gb_rep"
"""The section that names one person: who represents the project in the governing board."""
EMERITI = "emeritus_leads"
LARGEST = 16 * 2**20
"""A file with more bytes is refused; the largest version so far has 0.2 million."""

_TEXTS = {"name": "name", "label": "label", "charter_link": "charter", "mission_statement": "mission"}
_NULL = "tag:yaml.org,2002:null"


class Version(NamedTuple):
    """One version of the file: its name, its day, and how its statements are made."""

    file: str
    make: partial[RoleChange]


class Skipped(ChangeError):
    """Say what in the file cannot be read; ``line`` is where it stands."""

    def __init__(self, message: str, node: yaml.Node) -> None:
        super().__init__(message)
        self.line = node.start_mark.line + 1


def read_sigs(data: bytes, *, file: str, source: str = "", stated: str = "") -> Reading:
    r"""Read a version of the file; ``counts`` has the groups. ``source`` is the series of versions that it belongs to.

    >>> text = b"sigs:\n- dir: sig-node\n  leads:\n  - github: Ada\n    name: Ada Byron\n"
    >>> reading = read_sigs(text, file="sigs-2017-05-16.yaml")
    >>> [(change.kind, change.person_id, change.unit, change.role) for change in reading.changes][:2]
    [('states', '', 'sig-node', ''), ('holds', 'ada', 'sig-node', 'leads')]
    """
    named = file_name(file)
    name = PurePath(file).name
    try:
        day = _day(named.day or stated[:10])
        root = _parsed(data)
    except ChangeError as error:
        line = error.line if isinstance(error, Skipped) else 0
        return Reading((), (Finding("error", str(error), file, line, "not-sigs"),), {name: 0})
    make = partial(
        RoleChange, organization=ORGANIZATION, effective=day, source=source or named.series, stated=stated, file=file
    )
    changes: list[RoleChange] = []
    findings: list[Finding] = []
    groups: set[str] = set()
    for found in _statements(root, Version(file, make)):
        if isinstance(found, Finding):
            findings.append(found)
        else:
            changes.append(found)
            groups.add(found.unit_id)
    if any(finding.severity == "error" for finding in findings):
        message = "the version has entries that cannot be read, so that it ends nothing by silence"
        findings.append(Finding("warning", message, file, 0, "roster-incomplete"))
    else:
        changes += [make(kind="roster"), make(kind="roster", property="units")]
    return Reading(tuple(changes), tuple(findings), {name: len(groups - {""})})


def _day(text: str) -> Moment:
    """Read the day of the version."""
    try:
        exact_day(text)
    except MomentError:
        expected = "expected a day in the name of the file, as in sigs-2018-09-30.yaml, or --stated"
        raise ChangeError(f"of which day the list is, is not said ({expected})") from None
    return Moment.parse(text)


def _parsed(data: bytes) -> yaml.MappingNode:
    """Parse the file into nodes, which have lines; nothing is made of tags, and aliases are not expanded."""
    import yaml  # only for a file in YAML

    if len(data) > LARGEST:
        raise ChangeError(f"the file has {len(data):,} bytes (expected at most {LARGEST:,})")
    try:
        root = yaml.compose(data, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise ChangeError(f"the file is not YAML: {error.problem or error.context}{place}") from error
    except (yaml.YAMLError, RecursionError) as error:
        what = "it is nested too deeply" if isinstance(error, RecursionError) else " ".join(str(error).split())
        raise ChangeError(f"the file is not YAML: {what}") from error
    known = isinstance(root, yaml.MappingNode) and {key.value for key, _ in root.value} & SECTIONS.keys()
    if not known:
        raise ChangeError(f"the file has no list of groups (expected one of {', '.join(SECTIONS)} at the top)")
    assert isinstance(root, yaml.MappingNode)
    return root


Found = Iterator[RoleChange | Finding]


def _statements(root: yaml.MappingNode, version: Version) -> Found:
    """Give what the version states, and what cannot be read in it, in the order of lines."""
    for key, node in root.value:
        if key.value == REPRESENTATIVE:
            yield from _attempt(_leader(node, version, role=REPRESENTATIVE, group={}), version)
        elif key.value in SECTIONS:
            yield from _attempt(_section(node, version, kind=SECTIONS[key.value]), version)
        else:
            message = f"{key.value!r} is not a section that is read (expected {', '.join(SECTIONS)})"
            yield Finding("warning", message, version.file, key.start_mark.line + 1, "unknown-section")


def _attempt(found: Found, version: Version) -> Found:
    """Give what is found, and at the end what cannot be read."""
    try:
        yield from found
    except Skipped as error:
        yield Finding("error", str(error), version.file, error.line, "bad-value")


def _section(node: yaml.Node, version: Version, *, kind: str) -> Found:
    for group in _list(node, "a section"):
        yield from _attempt(_group(group, version, kind=kind), version)


def _group(node: yaml.Node, version: Version, *, kind: str) -> Found:
    """Give what is stated of a group, then its leaders."""
    fields = _fields(node, "a group")
    key = _text(fields, "dir")
    if not key:
        raise Skipped(f"the group {_text(fields, 'name')!r} has no dir (expected the name of its directory)", node)
    group = {"unit": key, "unit_id": key}
    state = partial(version.make, kind="states", **group)
    yield state(property="kind", value=kind, line_number=node.start_mark.line + 1)
    for field, word in _TEXTS.items():
        text = _text(fields, field)
        if text:
            yield state(property=word, value=text, line_number=fields[field].start_mark.line + 1)
    for item in _list(fields.get("stakeholder_sigs"), "stakeholder_sigs"):
        yield state(property="stakeholder", value=_scalar(item), line_number=item.start_mark.line + 1)
    for item in _list(fields.get("subprojects"), "subprojects"):
        name = _text(_fields(item, "a subproject"), "name")
        yield state(property="subproject", value=name, line_number=item.start_mark.line + 1)
    roles = _fields(fields["leadership"], "leadership") if _given(fields, "leadership") else {}
    if _given(fields, "leads"):
        roles = {"leads": fields["leads"], **roles}
    for role, leaders in roles.items():
        for leader in _list(leaders, role):
            yield from _attempt(_leader(leader, version, role=role, group=group), version)


def _leader(node: yaml.Node, version: Version, *, role: str, group: dict[str, str]) -> Found:
    """Give a leader in a role, the company, and that an emeritus is not in office."""
    fields = _fields(node, "a leader")
    login, name = _text(fields, "github"), _text(fields, "name")
    if not login:
        raise Skipped(f"the leader {name!r} has no github (expected the login)", node)
    seat = {"person": name or login, "person_id": login.casefold(), "role": role, **group}
    make = partial(version.make, **seat, line_number=node.start_mark.line + 1)
    yield make(kind="holds")
    company = _text(fields, "company")
    if company:
        yield make(kind="states", property="company", value=company)
    if role == EMERITI:
        yield make(kind="states", property="in office", value="false", effective=None)


def _given(fields: dict[str, yaml.Node], name: str) -> bool:
    return name in fields and fields[name].tag != _NULL


def _fields(node: yaml.Node, what: str) -> dict[str, yaml.Node]:
    """Give the values of a mapping by key."""
    if node.id != "mapping":
        raise Skipped(f"{what} is a {node.id} (expected a mapping of key: value)", node)
    fields: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if key.id != "scalar" or key.value in fields:
            raise Skipped(f"{what} has the key {_shown(key)} twice, or it is no text (expected it once)", key)
        fields[key.value] = value
    return fields


def _list(node: yaml.Node | None, what: str) -> list[Any]:
    """Give the nodes of a list; an empty value is an empty list."""
    if node is None or node.tag == _NULL:
        return []
    if node.id != "sequence":
        raise Skipped(f"{what} is a {node.id} (expected a list)", node)
    return list(node.value)


def _text(fields: dict[str, yaml.Node], name: str) -> str:
    """Give the text of a key, without line ends; empty where there is none."""
    return _scalar(fields[name]) if _given(fields, name) else ""


def _scalar(node: yaml.Node) -> str:
    if node.id != "scalar":
        raise Skipped(f"a {node.id} stands where a text is expected", node)
    return " ".join(node.value.split())


def _shown(node: yaml.Node) -> str:
    return repr(node.value) if node.id == "scalar" else f"a {node.id}"
