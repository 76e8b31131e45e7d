"""What an installation consists of: every package is listed, the samples come along, the public names are pinned."""

from __future__ import annotations

import configparser
from pathlib import Path

import orggraph
from orggraph.places import library_folder, readers_folder, sample_folder

ROOT = Path(__file__).resolve().parent.parent


def test_every_package_is_listed_in_setup_cfg() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    listed = set(config["options"]["packages"].split())
    found = {".".join(file.parent.relative_to(ROOT).parts) for file in (ROOT / "orggraph").rglob("__init__.py")}
    assert found == {name for name in listed if not name.startswith("orggraph._")}


def test_the_library_and_the_sample_come_with_the_package() -> None:
    assert library_folder().joinpath("reports.rq").is_file()
    assert sample_folder().joinpath("anthropic.csv").is_file()
    assert readers_folder().joinpath("rosters.md").is_file()


def test_the_public_names_are_these() -> None:
    assert orggraph.__all__ == [
        "Answer", "AsOf", "GitHistory", "Moment", "OrgGraph", "OrgGraphError", "Period", "RoleChange", "__version__",
        "open", "restore",
    ]  # fmt: skip
    assert all(getattr(orggraph, name) for name in orggraph.__all__)
