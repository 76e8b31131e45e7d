"""``check``: what does not fit together, over all of time."""

from __future__ import annotations

import click

from orggraph.cli.options import output_option, read_day
from orggraph.cli.origin import Origin, open_with_findings
from orggraph.cli.terminal import emit, progress
from orggraph.documents import SEVERITIES, check_document, dumped, sarif_document
from orggraph.results import visible

FAIL_ON = {"error": 1, "warning": 2, "note": 3}
"""From which severity on a finding makes the exit code 1: so many of `SEVERITIES`, the gravest first."""


@click.command()
@click.option("--shapes", multiple=True, metavar="FILE",
              help="Hold it against SHACL shapes in a file of RDF, or 'shipped' for those of orggraph; several "
              "times for several. Needs pip install 'orggraph[shacl]'.")  # fmt: skip
@click.option("--as-of", "day", type=read_day, default=None, metavar="DAY",
              help="Hold the shapes against the organization on this day, not against all of time.")  # fmt: skip
@click.option("--format", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True,
              help="How to write it.")  # fmt: skip
@click.option("--fail-on", type=click.Choice(list(FAIL_ON)), default="error", show_default=True,
              help="Exit with 1 where there is a finding as grave as this.")  # fmt: skip
@click.option("--exit-code", "--strict", "strict", is_flag=True, help="The same as --fail-on warning.")
@output_option
@click.pass_context
def check(
    ctx: click.Context, *, shapes: tuple[str, ...], day: int | None, format: str, fail_on: str, strict: bool,
    output: str,
) -> None:  # fmt: skip
    """List what does not fit together, over all of time.

    Errors are rows that could not be read and were left out (--data with --keep-going), and violations of SHACL shapes;
    warnings are contradictions on every reading of the dates: cycles of reporting or of units, several managers,
    several holders of one seat, managers who had left, tenures beyond the life of what they are in, sources that
    disagree, the rules of W3C ORG; notes are contradictions on some reading, likely slips, and assumptions that were
    made. With --data, what readers found odd in the files is listed too; for a store they said it when it was loaded.

    --format json names everybody concerned, the days, the role changes and where they were read (answers.schema.json
    in the package is its schema); --format sarif is SARIF 2.1.0, for code review.

    \b
      orggraph check
      orggraph --data staff.csv --keep-going check --fail-on warning
      orggraph check --shapes shipped --shapes ours.ttl --as-of 2025-10-03
    """
    if day is not None and not shapes:
        raise click.UsageError("--as-of is the day that --shapes are held against; the rest is over all of time")
    opened = open_with_findings(ctx.ensure_object(Origin))
    with progress("checking"):
        found = opened.org.check(shapes=shapes, as_of=day)
        findings = [*opened.left_out, *found, *sorted(set(opened.noted).difference(found))]
    findings.sort(key=lambda finding: SEVERITIES.index(finding.severity))
    counts = {severity: sum(found.severity == severity for found in findings) for severity in SEVERITIES}
    if format == "text":
        lines = [f"{found.severity}: {found} [{found.code}]" for found in findings]
        emit("".join(f"{visible(line)}\n" for line in [*lines, _summary(counts)]), path=output)
    else:
        made = check_document if format == "json" else sarif_document
        emit(dumped(made(opened.org, findings)), path=output)
    grave = SEVERITIES[: FAIL_ON["warning" if strict and fail_on == "error" else fail_on]]
    can_be_mended = [found for found in findings if found.code != "not-replayed"]
    if any(found.severity in grave for found in can_be_mended):
        ctx.exit(1)


def _summary(counts: dict[str, int]) -> str:
    parts = [f"{number} {severity}{'' if number == 1 else 's'}" for severity, number in counts.items() if number]
    return ", ".join(parts) or "everything fits together"
