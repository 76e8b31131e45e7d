"""Versions of Kubernetes' ``sigs.yaml``: both schemas, what a version leaves out, and everything that can be wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from company import memberships

from orggraph import OrgGraph
from orggraph.cli import main
from orggraph.errors import LoadError
from orggraph.sources import Reading, read

OLD = """\
sigs:
- name: Node
  dir: sig-node
  leads:
  - name: Ada Byron
    github: AdaB
    company: Acme
workinggroups:
"""
NEW = """\
sigs:
- dir: sig-node
  name: Node
  label: node
  mission_statement: >
    Runs the
    nodes.
  leadership:
    chairs:
    - {github: adab, name: Ada Byron}
    tech_leads:
    - {github: bea, name: Bea Curie}
    emeritus_leads:
    - {github: cy, name: Cy Dent}
  subprojects:
  - name: kubelet
workinggroups:
- dir: wg-batch
  name: Batch
  stakeholder_sigs: [Node, Apps]
  leadership:
    chairs: []
gb_rep: {github: bea, name: Bea Curie}
"""


def write(folder: Path, text: str | bytes, name: str = "sigs-2018-09-30.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def said(reading: Reading) -> list[tuple[str, ...]]:
    """Show the changes as (kind, person, role or property, value, unit)."""
    return [(c.kind, c.person, c.role or c.property, c.value, c.unit) for c in reading.changes]


def test_leads_as_they_stood_until_2018(tmp_path: Path) -> None:
    reading = read(write(tmp_path, OLD, "sigs-2017-05-16.yaml"))
    assert reading.findings == () and reading.counts == {"sigs-2017-05-16.yaml": 1}
    assert said(reading) == [
        ("states", "", "kind", "sig", "sig-node"),
        ("states", "", "name", "Node", "sig-node"),
        ("holds", "Ada Byron", "leads", "", "sig-node"),
        ("states", "Ada Byron", "leads", "Acme", "sig-node"),
        ("roster", "", "", "", ""),
        ("roster", "", "units", "", ""),
    ]
    assert {(c.source, str(c.effective), c.organization) for c in reading.changes} == {
        ("sigs", "2017-05-16", "Kubernetes")
    }  # fmt: skip
    assert [c.line_number for c in reading.changes][:4] == [2, 2, 5, 5]


def test_leadership_by_role_and_the_rest(tmp_path: Path) -> None:
    reading = read(write(tmp_path, NEW))
    assert reading.findings == () and reading.counts == {"sigs-2018-09-30.yaml": 2}
    assert [(c.person_id, c.role, c.unit) for c in reading.changes if c.kind == "holds"] == [
        ("adab", "chairs", "sig-node"), ("bea", "tech_leads", "sig-node"), ("cy", "emeritus_leads", "sig-node"),
        ("bea", "gb_rep", ""),
    ]  # fmt: skip
    values = {(c.unit, c.property, c.value) for c in reading.changes if c.kind == "states" and not c.person}
    assert values == {
        ("sig-node", "kind", "sig"), ("sig-node", "name", "Node"), ("sig-node", "label", "node"),
        ("sig-node", "mission", "Runs the nodes."), ("sig-node", "subproject", "kubelet"), ("wg-batch", "kind", "wg"),
        ("wg-batch", "name", "Batch"), ("wg-batch", "stakeholder", "Node"), ("wg-batch", "stakeholder", "Apps"),
    }  # fmt: skip


def test_two_versions_give_bounds_whatever_the_case_of_a_login(tmp_path: Path) -> None:
    org = OrgGraph()
    org.load(write(tmp_path, OLD, "sigs-2017-05-16.yaml"), write(tmp_path, NEW))
    assert memberships(org, "Ada Byron") == [
        ("leads", "../2017-05-16", "2017-05-17/2018-09-30"), ("chairs", "2017-05-17/2018-09-30", "..")
    ]  # fmt: skip
    (row,) = org.as_of("2018-01-01").memberships("Cy Dent")
    assert (row.certainty, row.notes) == ("possible", ("not in office",))


def test_the_day_may_be_that_of_stated(tmp_path: Path) -> None:
    path = write(tmp_path, OLD, "sigs.yaml")
    reading = read(path, stated="2017-05-16T08:20:48-07:00")
    assert {(str(c.effective), c.stated, c.source) for c in reading.changes} == {
        ("2017-05-16", "2017-05-16T15:20:48Z", "sigs")
    }  # fmt: skip


def test_versions_of_one_file_are_one_series_in_any_order(tmp_path: Path) -> None:
    paths = [write(tmp_path, OLD, "sigs-2017-05-16.yaml"), write(tmp_path, NEW)]
    loaded = []
    for order in (paths, paths[::-1]):
        org = OrgGraph()
        org.load(*order)
        loaded.append({fact.content for fact in org.ledger.believed()})
    assert loaded[0] == loaded[1]


WRONG: dict[str, tuple[str | bytes, str]] = {
    "no yaml": ("sigs: [\n", ": the file is not YAML: "),
    "not utf-8": (b"sigs:\n- dir: \xff\n", ": the file is not YAML: "),
    "another file": ("teams:\n- name: x\n", ": the file has no list of groups (expected one of sigs, workinggroups, "),
    "a list": ("- sigs\n", ": the file has no list of groups"),
    "empty": ("", ": the file has no list of groups"),
    "nested": ("sigs: " + "[" * 5000, ": the file is not YAML: "),
    "section is a text": ("sigs: none\n", ":1: a section is a scalar (expected a list)"),
    "group is a text": ("sigs:\n- node\n", ":2: a group is a scalar (expected a mapping of key: value)"),
    "no dir": ("sigs:\n- name: Node\n", ":2: the group 'Node' has no dir (expected the name of its directory)"),
    "no login": ("sigs:\n- dir: a\n  leads:\n  - name: Ada\n",
                 ":4: the leader 'Ada' has no github (expected the login)"),
    "leads is a mapping": ("sigs:\n- dir: a\n  leads:\n    github: x\n", ":4: leads is a mapping (expected a list)"),
    "a key twice": ("sigs:\n- dir: a\n  dir: b\n", ":3: a group has the key 'dir' twice, or it is no text"),
    "a list for a text": ("sigs:\n- dir: [a]\n", ":2: a sequence stands where a text is expected"),
}  # fmt: skip


@pytest.mark.parametrize("text, message", WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_found_with_its_line(text: str | bytes, message: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    errors = [str(finding) for finding in read(path).findings if finding.severity == "error"]
    assert len(errors) == 1 and errors[0].startswith(f"{path}{message}"), errors
    with pytest.raises(LoadError):
        OrgGraph().load(path)


def test_a_file_without_a_day_is_refused(tmp_path: Path) -> None:
    (finding,) = read(write(tmp_path, OLD, "sigs.yaml")).findings
    assert "expected a day in the name of the file, as in sigs-2018-09-30.yaml, or --stated" in finding.message


def test_what_can_be_read_is_read_but_states_no_fullness(tmp_path: Path) -> None:
    reading = read(write(tmp_path, OLD + "- {name: Batch}\n- {dir: wg-lts, leads: [{github: cy}]}\n"))
    assert [f.code for f in reading.findings] == ["bad-value", "roster-incomplete"]
    assert [(c.kind, c.person) for c in reading.changes if c.kind in ("holds", "roster")] == [
        ("holds", "Ada Byron"), ("holds", "cy")
    ]  # fmt: skip


def test_a_new_section_is_a_warning_and_a_new_role_a_role(tmp_path: Path) -> None:
    text = "sigs:\n- dir: a\n  leadership:\n    scribes:\n    - github: x\nteams: []\n"
    reading = read(write(tmp_path, text))
    assert [(f.severity, f.line) for f in reading.findings] == [("warning", 6)]
    assert [c.role for c in reading.changes if c.kind == "holds"] == ["scribes"]


def test_aliases_are_not_multiplied(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    reading = read(write(tmp_path, "sigs: []\n" + "\n".join(lines) + "\n"))
    assert {finding.code for finding in reading.findings} == {"unknown-section"}


def test_a_tag_makes_nothing(tmp_path: Path) -> None:
    text = "sigs:\n- dir: !!python/object/apply:os.system ['false']\n"
    assert "a sequence stands where a text is expected" in str(read(write(tmp_path, text)).findings[0])


def test_on_the_command_line(tmp_path: Path) -> None:
    path = write(tmp_path, NEW)
    result = CliRunner().invoke(main, ["--data", str(path), "members", "sig-node", "--as-of", "2018-09-30"])
    assert result.exit_code == 0 and result.output.count("certain") == 3, result.output
