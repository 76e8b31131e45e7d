"""``check``: what does not fit together, over all of time."""

from __future__ import annotations

import click

from orggraph.cli.origin import Origin, open_with_findings
from orggraph.cli.terminal import emit, progress
from orggraph.documents import SEVERITIES, check_document, dumped
from orggraph.results import visible


@click.command()
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How to write it.")  # fmt: skip
@click.option("--exit-code", "--strict", "strict", is_flag=True, help="Exit with 1 for warnings too, not only errors.")
@click.pass_context
def check(ctx: click.Context, *, format: str, strict: bool) -> None:
    """List what does not fit together, over all of time.

    Errors are rows that could not be read and were left out (--data with --keep-going); warnings are contradictions on
    every reading of the dates: cycles of reporting, several holders of one seat, managers who had left, sources that
    disagree; notes are contradictions on some reading, likely slips, and assumptions that were made.

    \b
      orggraph check
      orggraph --data staff.csv --keep-going check --exit-code
    """
    opened = open_with_findings(ctx.ensure_object(Origin))
    with progress("checking"):
        findings = [*opened.left_out, *opened.org.check()]
    findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    counts = {severity: sum(found.severity == severity for found in findings) for severity in SEVERITIES}
    if format == "json":
        emit(dumped(check_document(findings)))
    else:
        lines = [f"{found.severity}: {found} [{found.code}]" for found in findings]
        emit("".join(f"{visible(line)}\n" for line in [*lines, _summary(counts)]))
    if counts["error"] or (strict and counts["warning"]):
        ctx.exit(1)


def _summary(counts: dict[str, int]) -> str:
    parts = [f"{number} {severity}{'' if number == 1 else 's'}" for severity, number in counts.items() if number]
    return ", ".join(parts) or "everything fits together"
