"""Hostile files and requests: each is refused with what was found and what was expected, and nothing else happens."""

from __future__ import annotations

import io
import socket
import zipfile
from pathlib import Path

import pytest
from webclient import serving

from orggraph.errors import ChangeError
from orggraph.sources import read
from orggraph.sources.mapping import read_mapping
from orggraph.sources.objects import lists_of

ENTITIES = '<?xml version="1.0" encoding="{0}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


def test_a_path_with_a_nul_is_a_finding() -> None:
    (finding,) = read(Path("no\0where.csv")).findings
    assert "a path holds no NUL" in finding.message


def test_a_mapping_that_is_nested_too_deeply_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "deep.toml"
    path.write_text(f"a = {'[' * 100_000}{']' * 100_000}\n", "utf-8")
    found = read_mapping(path).findings
    assert [finding.code for finding in found] == ["bad-mapping"]


@pytest.mark.parametrize("text", [f'{{"persons": {"9" * 10_000}}}', "[" * 100_000, '{"persons"', "NaN"])
def test_json_that_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(ChangeError, match=r"the file is not JSON|expected"):
        lists_of(text.encode(), ["persons"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_workbook_that_declares_entities_is_refused_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("xl/workbook.xml", ENTITIES.format(encoding).encode(encoding))
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(made.getvalue())
    (finding,) = read(path).findings
    assert "declares entities" in finding.message


@pytest.mark.parametrize("length", ["٣", "-1", "1e3", "9" * 40])
def test_a_length_that_is_no_number_is_refused(tmp_path: Path, length: str) -> None:
    sample = Path(__file__).parents[1] / "data" / "anthropic.csv"
    with serving(tmp_path, "--data", str(sample), "serve") as server:
        host, _, port = server.url.removeprefix("http://").rstrip("/").partition(":")
        with socket.create_connection((host, int(port)), timeout=30) as sent:
            sent.sendall(f"GET /info HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: {length}\r\n\r\n".encode())
            status = int(sent.recv(4096).split()[1])
    assert status in (400, 413)
