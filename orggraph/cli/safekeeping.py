"""``backup``, ``restore``, ``verify`` and ``erase``: a store kept elsewhere and put in place again, looked at for
damages, and without a person.
"""

from __future__ import annotations

from pathlib import Path

import click

from orggraph import opening
from orggraph.cli.origin import Origin, open_to_write
from orggraph.cli.terminal import emit, progress, said
from orggraph.documents import dumped
from orggraph.errors import UnsupportedError


def _directory(origin: Origin) -> Path:
    if origin.data:
        raise click.UsageError("--data keeps nothing (expected --store DIR)")
    if opening.is_remote(origin.store):
        raise UnsupportedError(f"{origin.store}: this is for a store in a directory (an engine has ways of its own)")
    return Path(origin.store)


@click.command()
@click.argument("target", metavar="DIR|FILE.tar", type=click.Path(path_type=Path))
@click.pass_obj
def backup(origin: Origin, *, target: Path) -> None:
    """Copy the store, as it is now, into a new directory or a tar file.

    A load that goes on meanwhile is left alone, and is not in the backup. Everything has a checksum, which is compared
    first. On the same file system a directory links the files, which costs no room but does not outlive the disk; a
    tar file is always a copy. A backup can be asked as it is: orggraph --store DIR reports ...

    \b
      orggraph backup /mnt/safe/acme-2025-10-03.tar
      orggraph backup before-the-merger
    """
    _directory(origin)
    org = open_to_write(origin, create=False)
    with progress(f"backing up into {target}") as told:
        made = org.backup(target, progress=told)
    how = " (linked, so on this disk alone)" if made.linked else ""
    said(f"{made.path}: generation {made.generation} of {origin.store}, {made.files} files, {made.size:,} bytes{how}")


@click.command()
@click.argument("source", metavar="BACKUP", type=click.Path(exists=True, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the store that is there.")
@click.pass_obj
def restore(origin: Origin, *, source: Path, force: bool) -> None:
    """Put a backup in place as the store, once all its checksums are right.

    Who was erased from the store since the backup was made stays erased.

    \b
      orggraph --store acme.orggraph restore /mnt/safe/acme-2025-10-03.tar
    """
    target = _directory(origin)
    with progress(f"restoring {source}") as told:
        opening.restore(source, target, force=force, progress=told)
    said(f"{target}: restored from {source} (orggraph --store {target} info shows what is in it)")


@click.command()
@click.argument("source", metavar="[BACKUP]", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--quick", is_flag=True, help="Do not replay the role changes.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How to write what is wrong.")  # fmt: skip
@click.pass_context
def verify(ctx: click.Context, *, source: Path | None, quick: bool, format: str) -> None:
    """Look for damages: in the store, or in a backup. The exit code is 1 where there are any.

    Compared are the checksums of all files, the index with the graph, and what is believed with what follows from the
    role changes. Nothing is mended: the next load makes a damaged index anew, restore replaces a damaged graph.

    \b
      orggraph verify
      orggraph verify /mnt/safe/acme-2025-10-03.tar --quick
    """
    from orggraph.verification import verify as look  # imports the RDF store

    path = source or _directory(ctx.obj)
    with progress(f"verifying {path}") as told:
        found = look(path, quick=quick, progress=told)
    if format == "json":
        emit(dumped({"store": str(path), "findings": [{"code": f.code, "message": f.message} for f in found]}))
    for finding in found if format == "text" else ():
        emit(f"{finding.code}: {finding.message}\n")
    if found:
        said(f"{path}: {len(found)} damage{'' if len(found) == 1 else 's'} (orggraph restore puts a backup in place)")
        ctx.exit(1)
    said(f"{path}: nothing is wrong{' (the role changes were not replayed)' if quick else ''}")


@click.command()
@click.argument("person", metavar="PERSON")
@click.option("--dry-run", is_flag=True, help="Erase nothing; say what would be.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask first.")
@click.option("--format", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="How to write what was erased.")  # fmt: skip
@click.pass_obj
def erase(origin: Origin, *, person: str, dry_run: bool, yes: bool, format: str) -> None:
    """Erase a person from all that the store ever knew. This cannot be taken back.

    Every name and id that any source gives the person is replaced by a placeholder, in all loads, and quotes and
    reasons that go with them are blanked; tenures, lines and counts stay. Older generations of the store are removed.
    Loading the same file again does not bring the person back: the store keeps a keyed hash of each name and id.
    Backups, exports and publications that were made before are left alone: make them anew (publish --replace).

    \b
      orggraph erase "Ada Lovelace" --dry-run
      orggraph erase "Ada Lovelace"
    """
    _directory(origin)
    org = open_to_write(origin, create=False)
    with progress("working out what to erase"):
        planned = org.erase(person, dry_run=True)
    said(
        f"{', '.join(planned.names)}{f' ({chr(44).join(planned.ids)})' if planned.ids else ''}: "
        f"{planned.altered} role changes name the person"
    )
    if not dry_run and not yes:
        click.confirm(f"Erase the person from {origin.store}? This cannot be taken back.", abort=True, err=True)
    made = planned
    if not dry_run:
        with progress("erasing") as told:
            made = org.erase(person, progress=told)
    would = "would erase" if dry_run else "erased"
    if format == "json":
        emit(dumped({"erased": not dry_run, "placeholder": "" if dry_run else made.placeholder,
                     "role_changes": made.altered, "names": len(made.names), "ids": len(made.ids),
                     "facts_before": made.facts[0], "facts_after": made.facts[1]}))  # fmt: skip
    said(f"{would} {len(made.names)} names and {len(made.ids)} ids from {made.altered} role changes; "
         f"facts: {made.facts[0]} before, {made.facts[1]} after")  # fmt: skip
    if not dry_run:
        said(f"they are {made.placeholder!r} now; backups and publications made before still have the name")
